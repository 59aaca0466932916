"""What the board screen costs in a real pseudo-terminal, each figure beside its budget.

Run by hand: `python benchmarks/board_screen.py [PAPERS] [--rounds N] [--starts] [--large] [--no-peer]`; it takes a few
minutes. PAPERS is a file of one JSON object a line (or gzipped) with the keys `id, title, abstract, authors,
categories`; without it papers are made up. The board runs beside an empty Textual app and one with a single line that
is repainted on a key; all of them in turns within one run, since only ratios of one run mean anything. Whatever is
below the median is the program, whatever is above it the machine. The first round is not counted: it compiles, and
leaves the picture, and the snapshot of the large board, that later starts read.

kanban-tui from PyPI runs as a peer, in an environment of its own, on a board of 100 tasks: with 1,000 it takes twelve
seconds to start.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import random
import select
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kanban_tui import KanbanTui, install
from pseudo_terminal import Program

from ideaboard.core.clock import moment
from ideaboard.core.documents import idea_to_document
from ideaboard.core.ideas import Idea, Paper, Share, Step
from ideaboard.core.kinds import KINDS
from ideaboard.core.ranks import fresh_ranks
from ideaboard.storage.action import ops_between
from ideaboard.storage.ids import encode_id
from ideaboard.storage.journal import ELEMENT_FIELDS
from ideaboard.storage.records import HEADER, encode, make_record
from ideaboard.storage.stamps import Clock
from ideaboard.storage.state import State

SIZES = (100, 1_000, 10_000)
LARGE = 100_000
LAST_HINT = b"quit"
"""The last word of the last line of the board: what stands above it came before it."""
QUIET_START, QUIET_KEY = 0.35, 0.12
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


Steps = tuple[tuple[str, str, str, str], ...]
"""For each: its name, the keys, the keys that take it back, the keys before it."""

STEPS: Steps = (
    ("down", "j", "k", ""),
    ("page", "\x1b[6~", "\x1b[5~", ""),
    ("end", "G", "g", ""),
    ("move", "L", "H", ""),
    ("filter", "n", "\x1b", "/"),
    ("escape", "\x1b", "", "/"),
    ("detail", "j", "k", ""),
)


@dataclass(frozen=True, slots=True)
class Target:
    """A program to measure."""

    command: list[str]
    steps: Steps = STEPS
    environment: Mapping[str, str] = field(default_factory=dict)
    quit: str = "q"
    text: bytes = b""
    """What the first picture ends in."""


def measure(target: Target, figures: Figures, repeats: int) -> None:
    """Start a program, press its keys, and quit it."""
    steps = target.steps
    program = Program(target.command, target.environment, target.text)
    _, last, _ = program.settle(QUIET_START)
    figures.add("start", (last - program.started) * 1000)
    figures.add("start cpu", program.last_cpu * 1000)
    if program.seen:
        figures.add("picture", (program.seen - program.started) * 1000)
        figures.add("picture cpu", program.seen_cpu * 1000)
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
    figures.add("quit", program.quit(target.quit) * 1000)


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
        number = 0
        while True:
            number += 1
            text = " ".join(chosen.choices(words, k=160))
            # One paper is one idea: each has an id of its own.
            id = f"2101.{number:05}"
            yield {"id": id, "title": text[:70], "abstract": text, "authors": "A. Author", "categories": ""}
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        some = [json.loads(line) for line in itertools.islice(lines, max(SIZES))]
    yield from some
    # One paper is one idea, so they come again as others.
    for again in itertools.count(1):
        for number, paper in enumerate(some):
            yield {**paper, "id": f"30{again:02}.{number:05}", "title": f"{paper['title']}, part {again + 1}"}


def make_board(path: Path, count: int, source: Path | None, *, one_line: bool = False) -> None:
    """Write a board of so many ideas with abstracts, most of them in the first and the last column.

    Half of the ideas have one line; the others have two to four, since they were edited, and moved or shared, later.
    With `one_line` each is as it was added.
    """
    chosen = random.Random(4)  # not for secrets
    stages = ["idea"] * 10 + ["outline"] * 3 + ["making", "review"] + ["shared"] * 5
    clock = Clock(lambda: NOW, "bnch")
    ranks = fresh_ranks(NOW, count)
    numbers = chosen.sample(range(1 << 38), count)
    rounds: list[list[Idea]] = [[], [], [], []]
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
        for form, ideas in zip(
            _forms(idea, 1 if one_line or number % 2 else 2 + number // 2 % 3), rounds, strict=False
        ):
            ideas.append(form)
    stamp, state = "", State()
    with path.open("wb") as file:
        file.write(HEADER + b"\n")
        for idea in itertools.chain(*rounds):
            stamp = clock.next(stamp)
            ops = ops_between(state, {("ideas", idea.id): idea_to_document(idea)}, ELEMENT_FIELDS)
            record = make_record(stamp, ops, act="move" if state.known("ideas", idea.id) else "add")
            file.write(encode(record))
            state.apply(record)


def _forms(idea: Idea, lines: int) -> list[Idea]:
    """Return an idea as each of its lines leaves it."""
    begun = replace(idea, stage="idea", trail=(Step("idea", idea.created),), share=None) if lines > 1 else idea
    trail = begun.trail if idea.stage == "idea" else (*begun.trail, *idea.trail)
    edited = replace(begun, notes="What to try first, and where the data is.", rank=f"{idea.rank}1")
    tagged = replace(edited, tags=(*idea.tags, "later"))
    forms = [begun, edited, tagged][: max(1, lines - 1)]
    return [*forms, replace(forms[-1], stage=idea.stage, trail=trail, share=idea.share, url="https://example.org")][
        :lines
    ]


def report(all_figures: dict[str, Figures]) -> None:
    """Print the figures as ratios beside the budgets of the design."""
    empty, one = all_figures["empty"], all_figures["one line"]
    small, thousand, big = (all_figures[f"{size:,}"] for size in SIZES)
    key = one.median("down")
    print(f"empty Textual app: start {empty.median('start'):.0f} ms, {empty.median('memory'):.0f} MB")
    print(f"one line: key {key:.1f} ms (least {one.least('down'):.1f})\n" if key > 0 else "")
    print(f"{'what':34} {'measured':>10} {'budget':>8}   in ms or MB")

    def row(what: str, value: float, budget: float, unit: str, raw: str) -> None:
        print(f"{what:34} {value:8.2f} {unit:1} {budget:6.2f} {unit:1}   {raw}")

    for figures, name, budget in ((thousand, "1,000", 1.5), (big, "10,000", 2.0)):
        value = figures.median("start") / empty.median("start")
        row(f"start, {name} ideas", value, budget, "x", f"{figures.median('start'):.0f}")

    def start_row(what: str, name: str, kind: str, goal: float) -> None:
        figures = all_figures[name]
        value, cpu = (figures.median(one) / empty.median(f"start{one[len(kind) :]}") for one in (kind, f"{kind} cpu"))
        raw = f"{figures.median(kind):.0f}, CPU {figures.median(f'{kind} cpu'):.0f} ms ({cpu:.2f} x)"
        row(what, value, goal, "x", raw)

    large = [(f"{LARGE:,}", 0.15, 2.0)] if f"{LARGE:,}" in all_figures else []
    for name, picture, start in [("1,000", 0.10, 1.6), ("10,000", 0.12, 1.7), *large]:
        start_row(f"first picture, {name} ideas", name, "picture", picture)
        if f"{name} bare" in all_figures:
            start_row(f"the same with nothing cached, {name}", f"{name} bare", "picture", start)
        else:
            start_row(f"start, {name} ideas", name, "start", start)
    if "down" not in one.samples:
        return
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


def report_peer(figures: Figures, ours: Figures, empty: Figures) -> None:
    """Print what the peer takes for the same, as ratios to ours."""
    print(f"\nkanban-tui with 100 tasks {'':8} {'itself':>10} {'ours':>8}   x ours")
    for name in ("start", "memory", "down", "move", "quit"):
        peer, own = figures.median(name), ours.median(name)
        print(f"{name:34} {peer:10.1f} {own:8.1f} {peer / own:8.1f}")
    print(f"{'start, x empty':34} {figures.median('start') / empty.median('start'):10.2f}")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("papers", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=8)
    parser.add_argument("--large", action="store_true", help="start with 100,000 ideas, too")
    parser.add_argument("--starts", action="store_true", help="measure starts alone")
    parser.add_argument("--no-peer", action="store_true", help="leave kanban-tui out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        targets = {
            "empty": Target([sys.executable, "-c", EMPTY], ()),
            "one line": Target([sys.executable, "-c", ONE_LINE], STEPS[:1]),
        }
        all_figures: dict[str, Figures] = {}
        ideaboard = [sys.executable, "-m", "ideaboard"]
        for size in (*SIZES, LARGE) if options.large else SIZES:
            path = folder / f"{size}" / "board.jsonl"
            path.parent.mkdir()
            make_board(path, size, options.papers)
            board = {"IDEABOARD_BOARD": str(path)}
            targets[f"{size:,}"] = Target(ideaboard, environment=board, text=LAST_HINT)
            if SIZES[0] < size < LARGE:
                # A file in the place of the folder: nothing can be kept there.
                bare = {**board, "IDEABOARD_CACHE": str(path)}
                targets[f"{size:,} bare"] = Target(ideaboard, (), bare, text=LAST_HINT)
            if size == LARGE:
                targets[f"{size:,}"] = Target(ideaboard, (), board, text=LAST_HINT)
            all_figures[f"{size:,}"] = Figures({"file": [path.stat().st_size / 1024 / 1024]})
        if options.starts:
            targets = {name: replace(target, steps=()) for name, target in targets.items()}
        peer = None if options.no_peer else install(folder / "peer")
        if peer:
            targets["peer"] = _peer(peer, options.papers)
        os.environ.update(
            IDEABOARD_CONFIG=f"{folder}/config.toml", IDEABOARD_STATE=temporary, IDEABOARD_CACHE=temporary
        )
        for number in range(options.rounds + 1):
            for name in targets if number % 2 == 0 else reversed(targets):
                figures = all_figures.setdefault(name, Figures()) if number else Figures()
                measure(targets[name], figures, options.repeats if number else 1)
        report(all_figures)
        if peer:
            report_peer(all_figures["peer"], all_figures["100"], all_figures["empty"])


def _peer(peer: KanbanTui, source: Path | None) -> Target:
    """Fill the peer's board with 100 papers."""
    some = list(itertools.islice(papers(source), SIZES[0]))
    environment = peer.fill([(" ".join(paper["title"].split()), paper["abstract"]) for paper in some])
    steps = (("down", "j", "k", ""), ("move", "L", "H", ""))
    return Target([peer.command], steps, environment, quit="\x11")


if __name__ == "__main__":
    main()
