"""What the board file costs beside SQLite, a raw append and stock TinyDB, each figure beside its budget.

Run by hand: `python benchmarks/board_file.py [PAPERS]`. PAPERS is a file of one JSON object a line (or gzipped), with
the keys `id, title, abstract, authors, primary, categories`; without it papers are made up. Every comparison is done in
turns within one run, and only the ratios mean anything.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tinydb import TinyDB

from ideaboard.storage import open_db
from ideaboard.storage.ids import encode_id
from ideaboard.storage.records import HEADER, encode, make_record
from ideaboard.storage.stamps import Clock, utc_now

SIZES = (100, 10_000, 100_000)
STOCK_SIZES = (100, 10_000)
OPENED = 10_000
ROUNDS = 200
OPENINGS = 9
MOMENT = "2026-01-01T00:00:00.000Z"

MEMORY = """
import json, sys, tracemalloc
kind, path, folders = sys.argv[1:]
sys.path[:0] = json.loads(folders)
from ideaboard.storage import open_db
import orjson
tracemalloc.start()
if kind == "board":
    kept = open_db(path)
else:
    with open(path, "rb") as lines:
        kept = {number: orjson.loads(line) for number, line in enumerate(lines)}
print(tracemalloc.get_traced_memory()[1])
"""


def ideas(papers: Path | None) -> Iterator[dict[str, Any]]:
    """Give ideas without end, each about a paper, as the program keeps them."""
    for number, paper in enumerate(itertools.cycle(list(_papers(papers)))):
        yield {
            "title": paper["title"],
            "kind": "paper-to-code",
            "stage": "idea",
            "created": MOMENT,
            "updated": MOMENT,
            "rank": f"{number:08d}",
            "tags": paper["categories"],
            "trail": [{"stage": "idea", "at": MOMENT}],
            "paper": {
                "arxiv_id": paper["id"],
                "version": "v1",
                "title": paper["title"],
                "authors": paper["authors"],
                "abstract": paper["abstract"],
                "primary_category": paper["primary"],
                "categories": paper["categories"],
            },
        }


def _papers(path: Path | None) -> Iterator[dict[str, Any]]:
    if path is None:
        chance = random.Random(1)
        words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 11))) for _ in range(5000)]
        for number in range(OPENED):
            yield {
                "id": f"2601.{number:05d}",
                "title": " ".join(chance.choices(words, k=9)).capitalize(),
                "abstract": " ".join(chance.choices(words, k=170)),
                "authors": [" ".join(chance.choices(words, k=2)).title() for _ in range(chance.randint(1, 7))],
                "primary": "stat.ML",
                "categories": ["stat.ML", "cs.LG"],
            }
        return
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in itertools.islice(lines, max(SIZES)))


def write_board(path: Path, documents: list[dict[str, Any]]) -> None:
    """Write a board as that many single insertions leave it, without waiting for the disk each time."""
    clock, newest = Clock(utc_now, "0000"), ""
    with path.open("wb") as file:
        file.write(HEADER + b"\n")
        for number, document in enumerate(documents):
            newest = clock.next(newest)
            op = {"t": "ideas", "id": encode_id(number), "new": True, "set": document, "adds": ["tags", "trail"]}
            file.write(encode(make_record(newest, [op])))


def write_sqlite(path: Path, documents: list[dict[str, Any]]) -> None:
    """Write the same into SQLite, one row of JSON for each."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE ideas (id INTEGER PRIMARY KEY, document TEXT)")
        connection.executemany("INSERT INTO ideas VALUES (?, ?)", enumerate(map(json.dumps, documents)))
    connection.close()


def write_stock(path: Path, documents: list[dict[str, Any]]) -> None:
    """Write the same as stock TinyDB does."""
    path.write_text(json.dumps({"ideas": {str(number): document for number, document in enumerate(documents)}}))


class Times(dict[str, list[float]]):
    """The seconds that each contestant took, round by round."""

    def typical(self, name: str) -> float:
        """Return the median."""
        return statistics.median(self[name])

    def ratio(self, name: str, other: str) -> float:
        """Return the median of the ratios within the rounds: what disturbs a round disturbs both."""
        return statistics.median(one / two for one, two in zip(self[name], self[other], strict=True))


def in_turns(rounds: int, contestants: dict[str, Callable[[], object]]) -> Times:
    """Measure contestants in turns."""
    times = Times({name: [] for name in contestants})
    for _ in range(rounds):
        for name, run in contestants.items():
            start = time.perf_counter()
            result = run()
            times[name].append(time.perf_counter() - start)
            del result
    return times


def line(what: str, figure: str, ratio: float | None = None, budget: float | None = None) -> None:
    """Print one row."""
    against = "" if ratio is None else f"{ratio:8.2f} x"
    if ratio is not None and budget is not None:
        against += f"   budget {budget:.2f} x   {'ok' if ratio <= budget else 'OVER'}"
    print(f"  {what:<42}{figure:>14}{against}")


def opening(folder: Path, documents: list[dict[str, Any]]) -> None:
    """Compare opening."""
    write_board(folder / "open.jsonl", documents)
    write_sqlite(folder / "open.sqlite", documents)
    write_stock(folder / "open.json", documents)

    def from_sqlite() -> object:
        connection = sqlite3.connect(folder / "open.sqlite")
        rows = {id: json.loads(text) for id, text in connection.execute("SELECT id, document FROM ideas")}
        connection.close()
        return rows

    found = in_turns(
        OPENINGS,
        {
            "board": lambda: open_db(folder / "open.jsonl"),
            "sqlite": from_sqlite,
            "stock": lambda: TinyDB(folder / "open.json").table("ideas").all(),
        },
    )
    print(f"Opening {len(documents):,} ideas ({(folder / 'open.jsonl').stat().st_size / 1e6:.1f} MB)")
    line("SQLite and json.loads", f"{found.typical('sqlite') * 1e3:.1f} ms")
    line("board file", f"{found.typical('board') * 1e3:.1f} ms", found.ratio("board", "sqlite"), 1.1)
    line("stock TinyDB", f"{found.typical('stock') * 1e3:.1f} ms", found.ratio("stock", "sqlite"))


def memory(folder: Path, documents: list[dict[str, Any]]) -> None:
    """Compare the memory that Python hands out, at its peak, each in a process of its own."""
    write_board(folder / "memory.jsonl", documents)
    (folder / "plain.jsonl").write_text("".join(json.dumps(document) + "\n" for document in documents), "utf-8")

    def grown(kind: str, name: str) -> int:
        command = [sys.executable, "-c", MEMORY, kind, str(folder / name), json.dumps(sys.path)]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    plain, board = grown("plain", "plain.jsonl"), grown("board", "memory.jsonl")
    print(f"\nMemory for {len(documents):,} ideas, at its peak")
    line("plain dicts", f"{plain / 1e6:.1f} MB")
    line("board file", f"{board / 1e6:.1f} MB", board / plain, 1.5)


def one_change(folder: Path, documents: list[dict[str, Any]]) -> float:
    """Compare one change by id and return what it costs on the board file."""
    size = len(documents)
    board_path, raw_path = folder / f"{size}.jsonl", folder / f"{size}.raw"
    write_board(board_path, documents)
    write_board(raw_path, documents)
    write_sqlite(folder / f"{size}.sqlite", documents)
    db = open_db(board_path)
    connection = sqlite3.connect(folder / f"{size}.sqlite", isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    raw = os.open(raw_path, os.O_WRONLY | os.O_APPEND)
    # Each has values of its own: a change to the same value would cost nothing.
    board_stages, sqlite_stages, stock_stages = (map("stage {}".format, itertools.count()) for _ in range(3))
    before = board_path.stat().st_size
    db.table("ideas").update({"stage": next(board_stages)}, doc_ids=[0])
    length = board_path.stat().st_size - before

    def on_raw() -> None:
        os.write(raw, b"x" * (length - 1) + b"\n")
        os.fsync(raw)

    def on_board() -> None:
        db.table("ideas").update({"stage": next(board_stages)}, doc_ids=[size // 2])

    def on_sqlite() -> None:
        change = "UPDATE ideas SET document = json_set(document, '$.stage', ?) WHERE id = ?"
        connection.execute(change, (next(sqlite_stages), size // 2))

    contestants: dict[str, Callable[[], object]] = {"raw": on_raw, "board": on_board, "sqlite": on_sqlite}
    os.sync()  # what was written above shall not be counted below
    found, stock_found = in_turns(ROUNDS, contestants), None
    if size in STOCK_SIZES:
        write_stock(folder / f"{size}.json", documents)
        stock = TinyDB(folder / f"{size}.json").table("ideas")
        stock_found = in_turns(
            5, {"raw": on_raw, "stock": lambda: stock.update({"stage": next(stock_stages)}, doc_ids=[size // 2])}
        )
    document = documents[0]
    numbers = itertools.count(size + 1)
    inserted = in_turns(
        ROUNDS,
        {
            "board": lambda: db.table("ideas").insert(document),
            "sqlite": lambda: connection.execute(
                "INSERT INTO ideas VALUES (?, ?)", (next(numbers), json.dumps(document))
            ),
        },
    )
    os.close(raw)
    connection.close()
    print(f"\nOne change among {size:,} ideas, on the disk")
    line("raw append and fsync of the same bytes", f"{found.typical('raw') * 1e3:.2f} ms")
    line("board file, update by id", f"{found.typical('board') * 1e3:.2f} ms", found.ratio("board", "raw"), 3)
    line("SQLite, WAL, synchronous=FULL", f"{found.typical('sqlite') * 1e3:.2f} ms", found.ratio("sqlite", "raw"))
    line("board file against SQLite: update", "", found.ratio("board", "sqlite"), 4 / 3)
    line("board file against SQLite: insert", "", inserted.ratio("board", "sqlite"), 4 / 3)
    if stock_found:
        line("stock TinyDB", f"{stock_found.typical('stock') * 1e3:.2f} ms", stock_found.ratio("stock", "raw"))
    return found.typical("board")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("papers", nargs="?", type=Path, help="papers, one JSON object a line, perhaps gzipped")
    source = ideas(parser.parse_args().papers)
    documents = list(itertools.islice(source, OPENED))
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        opening(folder, documents)
        memory(folder, documents)
        costs = []
        for size in SIZES:
            documents += itertools.islice(source, size - len(documents) if size > len(documents) else 0)
            costs.append(one_change(folder, documents[:size]))
        print(f"\nFlat: {' / '.join(f'{cost * 1e3:.2f}' for cost in costs)} ms")
        line("greatest against smallest", "", max(costs) / min(costs))


if __name__ == "__main__":
    main()
