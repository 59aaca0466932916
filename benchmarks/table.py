"""Every figure that was promised beside its goal, in one command: `just bench`, or `just bench quick` for a short one.

    python benchmarks/table.py [quick] [--papers FILE] [--minutes N] [--no-peers]

All that is compared runs in turns within one run: ratios of one run are what counts, and CPU time, which the neighbours
of a busy machine disturb least. It stops by itself: no round begins once its minutes are over, nor does a part of one;
what was not measured then is a dash. `quick` leaves out the board of 100,000 and what has to be installed first.

The values of each run are kept as a dated line in `history.tsv` beside this file; what is worse by more than a tenth
than the last time is said at the end. fzf and calcurse run where they are installed, kanban-tui from PyPI in an
environment of its own.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isnan
from pathlib import Path

from board_screen import EMPTY, LAST_HINT, ONE_LINE, make_board, papers
from command_line import program
from kanban_tui import install
from pseudo_terminal import Program

SMALL, THOUSAND, BIG, LARGE = 100, 1_000, 10_000, 100_000
SHARED = 20_000
"""A quarter of it is shared: a changelog of 5,000."""
QUIET_START, QUIET_KEY = 0.5, 0.2
HISTORY = Path(__file__).with_name("history.tsv")
WORSE = 1.1
SCREENS = {"s": "search", "c": "candidates", "C": "changelog", "w": "waiting", "i": "statistics"}


@dataclass(slots=True)
class Samples:
    """What was measured, by name: CPU milliseconds where nothing else is said."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """Keep one value."""
        self.values.setdefault(name, []).append(value)

    def typical(self, name: str) -> float:
        """Return the median of a name's values; not a number when there are none."""
        return statistics.median(self.values.get(name) or [float("nan")])


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of the table: a value of the samples, as it is or divided by another."""

    name: str
    goal: float
    unit: str
    value: str
    by: str = ""

    def measured(self, samples: Samples) -> float:
        """Return the figure; not a number when it was not measured."""
        return samples.typical(self.value) / (samples.typical(self.by) if self.by else 1.0)


def rows() -> list[Row]:
    """List the table."""
    found = [
        Row("first picture, 1,000", 0.10, "x empty", f"picture {THOUSAND}", "empty"),
        Row("first picture, 10,000", 0.12, "x empty", f"picture {BIG}", "empty"),
        Row("first picture after an add, 1,000", 0.5, "x empty", f"changed {THOUSAND}", "empty"),
        Row("first picture after an add, 10,000", 0.7, "x empty", f"changed {BIG}", "empty"),
        Row("nothing cached, 10,000", 1.6, "x empty", f"bare {BIG}", "empty"),
        Row("first start after an import", 1.7, "x empty", f"imported {BIG}", "empty"),
        Row("memory of that", 90, "MB", f"imported MB {BIG}"),
        Row("start, 100,000", 2.0, "x empty", f"start {LARGE}", "empty"),
        Row("first picture, 100,000", 0.15, "x empty", f"picture {LARGE}", "empty"),
        *(Row(f"add, {size:,}", 2, "x pass", f"add {size}", "pass") for size in (SMALL, BIG, LARGE)),
        Row("add after a move, 10,000", 2, "x pass", "add after a move", "pass"),
        *(Row(f"{name}, 10,000", 8, "x pass", f"{name} {BIG}", "pass") for name in ("move", "share", "undo", "show")),
        Row("list, 10,000", 12, "x pass", f"list {BIG}", "pass"),
        *(Row(f"undo key, {size:,}", 1.2, "x move", f"key u {size}", f"key L {size}") for size in (SMALL, BIG, LARGE)),
        *(Row(f"move key, {size:,}", 3, "x line", f"key L {size}", "line") for size in (SMALL, BIG, LARGE)),
        Row("move key, 100,000 / 100", 1.15, "x", f"key L {LARGE}", f"key L {SMALL}"),
        Row("filter, all counted, 10,000", 60, "ms", f"filter {BIG}"),
        Row("frames of that", 5, "", f"filter frames {BIG}"),
    ]
    for key, name in SCREENS.items():
        found.append(Row(f"{name} opens, 10,000", 60, "ms", f"screen {key} {BIG}"))
        found.append(Row(f"{name} opens, 10,000 / 100", 1.15, "x", f"screen {key} {BIG}", f"screen {key} {SMALL}"))
    return [
        *found,
        Row("changelog of 5,000", 400, "ms", "changelog"),
        Row("import of 10,000", 1500, "ms", "import"),
    ]


def peer_rows() -> list[tuple[str, str, str, str]]:
    """List what peers take beside what we do: what, theirs, ours, unit."""
    return [
        ("fzf starts with 10,000", "fzf", f"picture {BIG}", "ms"),
        ("fzf filters 10,000, complete", "fzf filter", f"filter {BIG}", "ms"),
        ("calcurse starts with 10,000", "calcurse", f"picture {BIG}", "ms"),
        ("kanban-tui starts with 100", "kanban-tui", f"start {SMALL}", "ms"),
        ("kanban-tui moves one of 100", "kanban-tui move", f"key L {SMALL}", "ms"),
    ]


@dataclass(slots=True)
class Bench:
    """One run: its boards in a folder, its samples, and when it has to end."""

    folder: Path
    sizes: tuple[int, ...]
    source: Path | None
    until: float
    samples: Samples = field(default_factory=Samples)
    counter: Iterator[int] = field(default_factory=itertools.count)

    def environment(self, board: Path) -> dict[str, str]:
        """Return what a program of ours needs to find its files, none of them a person's."""
        places = {"BOARD": board, "CONFIG": self.folder / "config.toml", "STATE": self.folder / "state"}
        cache = {"IDEABOARD_CACHE": str(self.folder / "cache")}
        return {**cache, **{f"IDEABOARD_{name}": str(path) for name, path in places.items()}}

    def board(self, size: int, use: str) -> Path:
        """Return the path of a board of a size; each use has one of its own."""
        made, path = self.folder / f"{size}.jsonl", self.folder / f"{size}-{use}.jsonl"
        if not made.exists():
            make_board(made, size, self.source)
        if not path.exists():
            shutil.copy(made, path)
            if use in ("commands", "changelog"):  # the first one leaves behind what the later ones read
                self.command("warm", [*program(), "list"], path)
        return path

    def command(self, name: str, words: list[str], board: Path | None = None) -> str:
        """Run a command as a whole process, and keep its CPU time under a name; return what it printed."""
        environment = {**os.environ, **(self.environment(board) if board else {})}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
        with tempfile.TemporaryFile("w+") as output:
            process = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT, text=True, env=environment)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            said = output.read()
        if process.returncode:
            raise SystemExit(f"{' '.join(words)}: {said}")
        self.samples.add(name, (used.ru_utime + used.ru_stime) * 1000)
        return said

    def start(self, board: Path, **more: str) -> Program:
        """Start the board screen and wait until it has settled."""
        shown = Program([sys.executable, "-m", "ideaboard"], {**self.environment(board), **more}, LAST_HINT)
        shown.settle(QUIET_START)
        return shown


def starts(bench: Bench) -> None:
    """Measure the starts."""
    empty = Program([sys.executable, "-c", EMPTY])
    empty.settle(QUIET_START)
    bench.samples.add("empty", empty.last_cpu * 1000)
    empty.quit()
    for size in (SMALL, THOUSAND, BIG, *(size for size in bench.sizes if size == LARGE)):
        board = bench.board(size, "start")
        if f"start {size}" not in bench.samples.values:
            bench.start(board).quit()  # leaves the picture and the snapshot behind
        shown = bench.start(board)
        bench.samples.add(f"picture {size}", shown.seen_cpu * 1000)
        bench.samples.add(f"start {size}", shown.last_cpu * 1000)
        shown.quit()
        if size in (THOUSAND, BIG):
            bench.command("change", [*program(), "add", "Something that came in between"], board)
            shown = bench.start(board)
            bench.samples.add(f"changed {size}", shown.seen_cpu * 1000)
            shown.quit()
    # A file in the place of the folder: nothing can be kept there.
    board = bench.board(BIG, "start")
    shown = bench.start(board, IDEABOARD_CACHE=str(board))
    bench.samples.add(f"bare {BIG}", shown.last_cpu * 1000)
    shown.quit()


def imports(bench: Bench) -> None:
    """Measure an import, and the first start after it."""
    exported = bench.folder / "exported.json"
    if not exported.exists():
        board = bench.board(BIG, "export")
        exported.write_text(bench.command("export", [*program(), "export", "json"], board), "utf-8")
    board = bench.folder / f"imported-{next(bench.counter)}.jsonl"
    bench.command("import", [*program(), "import", str(exported)], board)
    cache = bench.folder / f"{board.stem}-cache"
    shown = bench.start(board, IDEABOARD_CACHE=str(cache))
    bench.samples.add(f"imported {BIG}", shown.last_cpu * 1000)
    bench.samples.add(f"imported MB {BIG}", shown.memory())
    shown.quit()
    board.unlink()
    shutil.rmtree(cache, ignore_errors=True)


def commands(bench: Bench) -> None:
    """Measure commands as whole processes."""
    start = program()
    bench.command("pass", [sys.executable, "-c", "pass"])
    for size in (SMALL, BIG, *(size for size in bench.sizes if size == LARGE)):
        title = f"Reproduce LoRA on one GPU, part {next(bench.counter)}"
        said = bench.command(f"add {size}", [*start, "add", title, "-t", "lora"], bench.board(size, "commands"))
        id = said.split()[0]
    board = bench.board(BIG, "commands")
    if bench.sizes[-1] != BIG:
        id = bench.command(f"add {BIG}", [*start, "add", "Another idea for this board"], board).split()[0]
    bench.command(f"show {BIG}", [*start, "show", id], board)
    bench.command(f"move {BIG}", [*start, "move", id, "making"], board)
    bench.command("add after a move", [*start, "add", "Another idea for this board"], board)
    bench.command(f"share {BIG}", [*start, "share", id, "--url", "https://example.org/post"], board)
    bench.command(f"undo {BIG}", [*start, "undo"], board)
    bench.command(f"list {BIG}", [*start, "list"], board)
    bench.command("changelog", [*start, "changelog"], bench.board(SHARED, "changelog"))


def key(bench: Bench, shown: Program, name: str, pressed: str, before: str = "") -> None:
    """Press keys, and keep the CPU time until the picture was there under a name."""
    for one in before:
        shown.press(one)
        shown.settle(QUIET_KEY)
    used = shown.cpu_seconds()
    shown.press(pressed)
    if shown.settle(QUIET_KEY)[0]:
        bench.samples.add(name, (shown.first_cpu - used) * 1000)
        bench.samples.add(f"{name} done", (shown.last_cpu - used) * 1000)


def keys(bench: Bench) -> None:
    """Measure keys on the board, each beside that of an app with one line."""
    line = Program([sys.executable, "-c", ONE_LINE])
    line.settle(QUIET_START)
    for number in range(7):
        key(bench, line, "line" if number else "line at first", "j")
    line.quit()
    for size in bench.sizes:
        shown = bench.start(bench.board(size, "keys"))
        time.sleep(1)  # belongs to what is prepared in idle time
        for number in range(5):
            key(bench, shown, f"key L {size}" if number else "warm", "L", "g")
            key(bench, shown, f"key u {size}" if number else "warm", "u")
        if size == BIG:
            key(bench, shown, "filter begun", "n", "/")
            used = shown.cpu_seconds()
            shown.press("e")
            shown.settle(QUIET_KEY)
            bench.samples.add(f"filter {size}", (shown.last_cpu - used) * 1000)
            bench.samples.add(f"filter frames {size}", shown.frames)
            shown.press("\x1b")
            shown.settle(QUIET_KEY)
        shown.quit()


def screens(bench: Bench) -> None:
    """Measure how other screens open, each in a program that opened none before."""
    for pressed in SCREENS:
        for size in (SMALL, BIG):
            shown = bench.start(bench.board(size, "screens"))
            key(bench, shown, f"screen {pressed} {size}", pressed)
            shown.press("\x1b\x1b")
            shown.settle(QUIET_KEY)
            shown.quit()


def peers(bench: Bench) -> None:
    """Measure the peers that are installed on this machine."""
    some = list(itertools.islice(papers(bench.source), BIG))
    lines = bench.folder / "papers.txt"
    lines.write_text("".join(f"{' '.join((one['title'] + ' ' + one['abstract']).split())}\n" for one in some), "utf-8")
    if fzf := shutil.which("fzf"):
        shown = Program(["sh", "-c", f'exec "{fzf}" --exact --no-sort < "{lines}"'])
        shown.settle(QUIET_START)
        bench.samples.add("fzf", shown.last_cpu * 1000)
        key(bench, shown, "fzf begun", "n")
        key(bench, shown, "fzf first", "e")
        bench.samples.add("fzf filter", bench.samples.values["fzf first done"][-1])
        shown.quit("\x1b")
    if calcurse := shutil.which("calcurse"):
        folder = bench.folder / "calcurse"
        folder.mkdir(exist_ok=True)
        (folder / "todo").write_text("".join(f"[0] {' '.join(one['title'].split())}\n" for one in some), "utf-8")
        (folder / "apts").touch()
        (folder / "conf").touch()
        shown = Program([calcurse, "-q", "-D", str(folder), "-C", str(folder)])
        shown.settle(QUIET_START)
        bench.samples.add("calcurse", shown.last_cpu * 1000)
        shown.quit("q")


def kanban(bench: Bench) -> Callable[[Bench], None] | None:
    """Install kanban-tui, and return what measures it; none when that is not possible."""
    peer = install(bench.folder / "peer")
    if peer is None:
        return None
    some = itertools.islice(papers(bench.source), SMALL)
    environment = peer.fill([(" ".join(paper["title"].split()), paper["abstract"]) for paper in some])

    def measure(bench: Bench) -> None:
        shown = Program([peer.command], environment)
        shown.settle(QUIET_START)
        bench.samples.add("kanban-tui", shown.last_cpu * 1000)
        for _ in range(2):
            key(bench, shown, "kanban-tui moves", "L")
            bench.samples.add("kanban-tui move", bench.samples.values["kanban-tui moves done"][-1])
            shown.press("H")
            shown.settle(QUIET_KEY)
        shown.quit("\x11")

    return measure


def printed(value: float, unit: str) -> str:
    """Return a figure with its unit; a dash when it was not measured."""
    return f"{value:.2f} {unit}" if not isnan(value) else "-"


def report(samples: Samples) -> dict[str, float]:
    """Print the table, and return its figures by name."""
    figures = {row.name: row.measured(samples) for row in rows()}
    print(f"\n{'what':34}{'measured':>16}{'goal':>14}   median of CPU ms")
    for row in rows():
        value = figures[row.name]
        verdict = "  over" if round(value, 2) > row.goal else ""
        raw = f"{samples.typical(row.value):.1f}" + (f" / {samples.typical(row.by):.1f}" if row.by else "")
        shown = f"{row.goal:g} {row.unit}".rstrip()
        print(f"{row.name:34}{printed(value, row.unit):>16}{shown:>14}   {raw}{verdict}".rstrip())
    print(f"\n{'peers':34}{'theirs':>16}{'ours':>14}")
    for name, theirs, ours, unit in peer_rows():
        print(f"{name:34}{printed(samples.typical(theirs), unit):>16}{printed(samples.typical(ours), unit):>14}")
    return figures


def remember(figures: Mapping[str, float], kind: str, path: Path = HISTORY) -> list[str]:
    """Keep the figures as a dated line, and return in words what is worse than in the last run of the kind."""
    lines: list[dict[str, str]] = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file, delimiter="\t"))
    worse = []
    for name, value in figures.items():
        before = next((float(old[name]) for old in reversed(lines) if old["kind"] == kind and old.get(name)), 0.0)
        if before and value > before * WORSE:
            worse.append(f"{name}: {before:g} -> {value:.3g} ({value / before:.2f} x)")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    about = {"date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"), "commit": commit.stdout.strip(), "kind": kind}
    lines.append({**about, **{name: f"{value:.3g}" for name, value in figures.items() if not isnan(value)}})
    names = list(dict.fromkeys((*about, *figures, *(name for line in lines for name in line))))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return worse


def main() -> None:
    """Measure, report, and remember."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", nargs="?", choices=("full", "quick"), default="full")
    parser.add_argument("--papers", type=Path, help="one JSON object a line, perhaps gzipped; made up without it")
    parser.add_argument("--minutes", type=float, help="no round begins after these (15, quick 3)")
    parser.add_argument("--rounds", type=int, help="at most so many (5, quick 1)")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--json", type=Path, help="write all samples to a file, too")
    options = parser.parse_args()
    quick = options.kind == "quick"
    until = time.monotonic() + 60 * (options.minutes or (3 if quick else 15))
    with tempfile.TemporaryDirectory(prefix="ideaboard-bench-") as name:
        sizes = (SMALL, BIG) if quick else (SMALL, BIG, LARGE)
        bench = Bench(Path(name), sizes, options.papers, until)
        parts: list[Callable[[Bench], None]] = [starts, commands, keys, screens, imports]
        if not options.no_peers:
            more = None if quick else kanban(bench)
            parts += [peers, *([more] if more else [])]
        for number in range(options.rounds or (1 if quick else 5)):
            for part in parts if number % 2 == 0 else reversed(parts):
                if time.monotonic() < until:
                    print(f"round {number + 1}: {getattr(part, '__name__', '')}", file=sys.stderr)
                    part(bench)
        figures = report(bench.samples)
        if options.json:
            options.json.write_text(json.dumps(bench.samples.values))
        worse = remember(figures, options.kind)
    print("\nworse by more than a tenth than the last time:" if worse else "\nnothing is worse by more than a tenth")
    print("\n".join(f"  {one}" for one in worse))


if __name__ == "__main__":
    main()
