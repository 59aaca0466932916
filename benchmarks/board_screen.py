"""What the board screen costs in a real pseudo-terminal, each figure beside its budget.

Run by hand: `python benchmarks/board_screen.py [PAPERS] [--rounds N]`. PAPERS is a file of one JSON object a line (or
gzipped) with the keys `id, title, abstract, authors, categories`; without it papers are made up. The board runs beside
an empty Textual app and one with a single line that is repainted on a key; all of them in turns within one run, since
only ratios of one run mean anything. Whatever is below the median is the program, whatever is above it the machine.

Output is stamped as it arrives and never interpreted. A program has settled when it wrote nothing for a while and
used no more CPU.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import gzip
import itertools
import json
import os
import pty
import random
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tinydb.table import Document

from ideaboard.core.clock import moment
from ideaboard.core.documents import idea_to_document
from ideaboard.core.ideas import Idea, Paper, Share, Step
from ideaboard.core.kinds import KINDS
from ideaboard.core.ranks import fresh_ranks
from ideaboard.storage import open_db
from ideaboard.storage.ids import encode_id

WIDTH, HEIGHT = 160, 48
SIZES = (100, 1_000, 10_000)
QUIET_START, QUIET_KEY = 0.35, 0.12
LONGEST = 60.0
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

EMPTY = """
from textual.app import App
class Empty(App):
    BINDINGS = [("q", "quit", "Quit")]
Empty().run()
"""
ONE_LINE = """
from textual.app import App
from textual.widget import Widget
class Line(Widget):
    DEFAULT_CSS = "Line { height: 1; }"
    number = 0
    def render(self): return f"ready {self.number}"
class OneLine(App):
    BINDINGS = [("q", "quit", "Quit"), ("j", "go", "Go"), ("k", "go", "Go")]
    def compose(self):
        self.line = Line()
        yield self.line
    def action_go(self):
        self.line.number += 1
        self.line.refresh()
OneLine().run()
"""
BOARD = """
import sys
from ideaboard.bootstrap import open_service
from ideaboard.ui.app import run_board
sys.exit(run_board(open_service(board=sys.argv[1])))
"""

# The answers of a modern terminal to what Textual asks when it starts.
ANSWERS = ((b"\x1b[?2026$p", b"\x1b[?2026;2$y"), (b"\x1b[?2048$p", b"\x1b[?2048;0$y"), (b"\x1b[c", b"\x1b[?62;22c"))


class Program:
    """A program in a pseudo-terminal."""

    def __init__(self, command: list[str]) -> None:
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            for name in ("LINES", "COLUMNS", "NO_COLOR"):
                os.environ.pop(name, None)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
            os.execvp(command[0], command)  # no shell is wanted
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))

    def press(self, keys: str) -> float:
        """Press keys; return the moment."""
        at = time.perf_counter()
        os.write(self.fd, keys.encode())
        return at

    def settle(self, quiet: float) -> tuple[float, float, int]:
        """Wait until nothing happens any more; return when output first and last came, and the bytes of it."""
        first = last = 0.0
        count = 0
        cpu = self.cpu()
        until = time.perf_counter() + LONGEST
        calm = time.perf_counter()
        while time.perf_counter() < until:
            ready, _, _ = select.select([self.fd], [], [], 0.02)
            now = time.perf_counter()
            if ready:
                try:
                    data = os.read(self.fd, 1 << 16)
                except OSError:
                    break
                if not data:
                    break
                for question, answer in ANSWERS:
                    if question in data:
                        os.write(self.fd, answer)
                first, last = first or now, now
                count += len(data)
                calm = now
            used = self.cpu()
            if used != cpu:
                cpu, calm = used, now
            if now - calm > quiet:
                break
        return first, last, count

    def cpu(self) -> int:
        """Return the CPU time used, in ticks."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            return 0
        return int(fields[11]) + int(fields[12])

    def memory(self) -> float:
        """Return the resident memory in MB."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def quit(self) -> float:
        """Press q; return the seconds until the process is gone."""
        at = self.press("q")
        while time.perf_counter() < at + 10:
            ready, _, _ = select.select([self.fd], [], [], 0.001)
            if ready:
                with contextlib.suppress(OSError):
                    os.read(self.fd, 1 << 16)
            done, _ = os.waitpid(self.pid, os.WNOHANG)
            if done:
                os.close(self.fd)
                return time.perf_counter() - at
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
        return LONGEST


@dataclass(slots=True)
class Figures:
    """Everything that was measured of one program, in milliseconds and MB, by name."""

    samples: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """Keep one value."""
        self.samples.setdefault(name, []).append(value)

    def median(self, name: str) -> float:
        """Return the median of a name's values; not a number when there are none."""
        values = self.samples.get(name)
        return statistics.median(values) if values else float("nan")

    def least(self, name: str) -> float:
        """Return the least of a name's values."""
        return min(self.samples.get(name, [float("nan")]))


# name, keys, keys that take it back, keys before it
STEPS = (
    ("down", "j", "k", ""),
    ("page", "\x1b[6~", "\x1b[5~", ""),
    ("end", "G", "g", ""),
    ("move", "L", "H", ""),
    ("filter", "n", "\x1b", "/"),
    ("escape", "\x1b", "", "/"),
    ("detail", "j", "k", ""),
)


def measure(command: list[str], figures: Figures, steps: tuple[tuple[str, str, str, str], ...], repeats: int) -> None:
    """Start a program, press its keys, and quit it."""
    program = Program(command)
    _, last, _ = program.settle(QUIET_START)
    figures.add("start", (last - program.started) * 1000)
    if len(steps) > 1:
        # The first second after the start belongs to what is prepared in idle time.
        time.sleep(2)
        program.settle(QUIET_START)
    figures.add("memory", program.memory())
    for name, keys, back, before in steps:
        if name == "detail":
            program.press("\r")
            program.settle(QUIET_START)
        for _ in range(repeats):
            if before:
                program.press(before)
                program.settle(QUIET_KEY)
            at = program.press(keys)
            first, last, count = program.settle(QUIET_KEY)
            if first:
                figures.add(name, (first - at) * 1000)
                figures.add(f"{name} done", (last - at) * 1000)
                figures.add(f"{name} bytes", count)
            if back:
                program.press(back)
                program.settle(QUIET_KEY)
    if len(steps) > 1:
        _held(program, figures)
    figures.add("quit", program.quit() * 1000)


def _held(program: Program, figures: Figures) -> None:
    """Hold a key at 30 Hz for a second; how far behind is the screen after the last?"""
    at = 0.0
    for _ in range(30):
        at = program.press("j")
        until = at + 1 / 30
        while (left := until - time.perf_counter()) > 0:
            if select.select([program.fd], [], [], left)[0]:
                os.read(program.fd, 1 << 16)
    at = program.press("k")
    _, last, _ = program.settle(QUIET_KEY)
    figures.add("held", (last - at) * 1000)


def papers(path: Path | None) -> Iterator[dict[str, Any]]:
    """Give papers without end: of a file, or made up."""
    if path is None:
        chosen = random.Random(1)  # not for secrets
        words = ("neural", "network", "bayes", "sampling", "causal", "graph", "learning", "model", "sparse", "kernel")
        while True:
            text = " ".join(chosen.choices(words, k=160))
            yield {"id": "2101.00001", "title": text[:70], "abstract": text, "authors": "A. Author", "categories": ""}
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        yield from itertools.cycle([json.loads(line) for line in itertools.islice(lines, max(SIZES))])


def make_board(path: Path, count: int, source: Path | None) -> None:
    """Write a board of so many ideas with abstracts, most of them in the first and the last column."""
    chosen = random.Random(4)  # not for secrets
    stages = ["idea"] * 10 + ["outline"] * 3 + ["making", "review"] + ["shared"] * 5
    database = open_db(path)
    ranks = fresh_ranks(NOW, count)
    numbers = chosen.sample(range(1 << 38), count)
    with database.action("import"):
        for paper, rank, number in zip(papers(source), ranks, numbers, strict=False):
            at = NOW - timedelta(days=chosen.randrange(90))
            stage = chosen.choice(stages)
            idea = Idea(
                id=encode_id(number),
                title=" ".join(paper["title"].split())[:200],
                kind=chosen.choice(KINDS).key,
                stage=stage,
                created=moment(at),
                updated=moment(at),
                rank=rank,
                tags=tuple(chosen.sample(["lora", "bayes", "nlp", "vision"], chosen.randrange(3))),
                trail=(Step(stage, moment(at)),),
                paper=Paper(arxiv_id=paper["id"], title=paper["title"], abstract=paper["abstract"]),
                share=Share(at=moment(at), date=at.date().isoformat()) if stage == "shared" else None,
            )
            database.table("ideas").insert(Document(idea_to_document(idea), doc_id=number))
    database.close()


def report(all_figures: dict[str, Figures]) -> None:
    """Print the figures as ratios beside the budgets of the design."""
    empty, one = all_figures["empty"], all_figures["one line"]
    small, thousand, big = (all_figures[f"{size:,}"] for size in SIZES)
    key = one.median("down")
    print(f"empty Textual app: start {empty.median('start'):.0f} ms, {empty.median('memory'):.0f} MB")
    print(f"one line: key {key:.1f} ms (least {one.least('down'):.1f})\n")
    print(f"{'what':34} {'measured':>10} {'budget':>8}   in ms or MB")

    def row(what: str, value: float, budget: float, unit: str, raw: str) -> None:
        print(f"{what:34} {value:8.2f} {unit:1} {budget:6.2f} {unit:1}   {raw}")

    for figures, name, budget in ((thousand, "1,000", 1.5), (big, "10,000", 2.0)):
        value = figures.median("start") / empty.median("start")
        row(f"start, {name} ideas", value, budget, "x", f"{figures.median('start'):.0f}")
    for name, budget in (("down", 2.2), ("detail", 3.0), ("move", 4.0)):
        for figures, size in ((small, "100"), (big, "10,000")):
            raw = f"{figures.median(name):.1f}, least {figures.least(name):.1f} (one line: {one.least('down'):.1f})"
            row(f"key: {name}, {size} ideas", figures.median(name) / key, budget, "x", raw)
    for name in ("down", "page", "end", "move"):
        value = big.median(name) / small.median(name)
        row(f"growth of {name}, 10,000 / 100", value, 1.2, "x", f"{small.median(name):.1f} to {big.median(name):.1f}")
    row("filter, one letter, 10,000", big.median("filter"), 25, " ", f"all counted {big.median('filter done'):.1f}")
    row("held key, lag after the last", big.median("held"), 17, " ", f"{small.median('held'):.1f} at 100")
    row("Esc", small.median("escape"), 112, " ", "Textual's own: 112")
    row("quit", small.median("quit"), empty.median("quit"), " ", f"Textual's own: {empty.median('quit'):.0f}")
    file_size = big.median("file")
    budget = empty.median("memory") + 2 * file_size
    row(
        "memory, 10,000", big.median("memory"), budget, " ", f"empty {empty.median('memory'):.0f} + 2 x {file_size:.0f}"
    )


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("papers", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        python = sys.executable
        targets: dict[str, list[str]] = {"empty": [python, "-c", EMPTY], "one line": [python, "-c", ONE_LINE]}
        figures = {name: Figures() for name in (*targets, *(f"{size:,}" for size in SIZES))}
        for size in SIZES:
            path = Path(folder) / f"{size}" / "board.jsonl"
            path.parent.mkdir()
            make_board(path, size, options.papers)
            targets[f"{size:,}"] = [python, "-c", BOARD, str(path)]
            figures[f"{size:,}"].add("file", path.stat().st_size / 1024 / 1024)
        os.environ.update(IDEABOARD_CONFIG=f"{folder}/config.toml", IDEABOARD_STATE=folder, IDEABOARD_CACHE=folder)
        for number in range(options.rounds):
            names = list(targets)
            for name in names if number % 2 == 0 else reversed(names):
                steps = {"empty": (), "one line": STEPS[:1]}.get(name, STEPS)
                measure(targets[name], figures[name], steps, options.repeats)
        report(figures)


if __name__ == "__main__":
    main()
