"""How well taste orders candidates: simulated tastes over real metadata.

    python benchmarks/taste.py METADATA.jsonl.gz [--repeats 3] [--candidates 6000]

Each line of the file is a JSON object with `id`, `title`, `abstract`, `primary` and `submitted`. A simulated person
likes everything whose primary category is in one set and skips twice as many of the others. Printed is how many of the
first twenty candidates are to their taste (precision at 20), for 3, 8, 20 and 50 likes, and how long scoring takes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from ideaboard.papers.taste import Document, Taste

TASTES = {
    "cs.HC, cs.CY": {"cs.HC", "cs.CY"},
    "stat.ME": {"stat.ME"},
    "stat.AP": {"stat.AP"},
    "cs.IR": {"cs.IR"},
    "cs.SI, soc-ph": {"cs.SI", "physics.soc-ph"},
    "cs.SE": {"cs.SE"},
}
LIKES = (3, 8, 20, 50)
FIRST = 20
NEVER = 10**9


@dataclass(frozen=True)
class Record:
    """A paper of the file."""

    document: Document
    category: str
    submitted: str


@dataclass(frozen=True)
class Trial:
    """What one simulated person marked, and what is to be ordered."""

    liked: list[Document]
    skipped: list[Document]
    candidates: list[Record]


Order = Callable[[Trial], Sequence[Record]]


def by_taste(taste: Taste) -> Order:
    """Order by what a taste says; it keeps the words of candidates that it has met."""

    def order(trial: Trial) -> list[Record]:
        taste.learn(trial.liked, trial.skipped)
        scored = taste.score([record.document for record in trial.candidates])
        ranked = sorted(range(len(scored)), key=lambda index: -scored[index].score)
        return [trial.candidates[index] for index in ranked]

    return order


def orders() -> dict[str, Order]:
    """Return the orders to compare; with a number out of reach, taste is the centroid alone."""
    return {
        "random": lambda trial: random.Random(0).sample(trial.candidates, len(trial.candidates)),
        "newest first": lambda trial: sorted(trial.candidates, key=lambda record: record.submitted, reverse=True),
        "centroid": by_taste(Taste(NEVER)),
        "taste": by_taste(Taste()),
    }


def trial(records: Sequence[Record], categories: set[str], likes: int, candidates: int, seed: int) -> Trial:
    """Draw marks and candidates; no candidate is a mark."""
    draw = random.Random(seed)
    inside = [record for record in records if record.category in categories]
    outside = [record for record in records if record.category not in categories]
    draw.shuffle(inside)
    draw.shuffle(outside)
    most = max(LIKES)
    rest = inside[most:] + outside[2 * most :]
    draw.shuffle(rest)
    return Trial(
        [record.document for record in inside[:likes]],
        [record.document for record in outside[: 2 * likes]],
        rest[:candidates],
    )


def read(path: Path) -> list[Record]:
    """Read the file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Record(
            Document(row["id"], row["title"], row["abstract"]),
            row["primary"],
            row["submitted"] or row.get("listed") or "",
        )
        for row in rows
    ]


def print_precision(records: Sequence[Record], repeats: int, candidates: int) -> None:
    """Compare the orders for every taste."""
    print(
        f"precision at {FIRST}, {candidates:,} candidates, mean of {repeats} draws".ljust(60),
        *(f"{n:>5} likes" for n in LIKES),
    )
    hits: dict[tuple[str, str, int], list[float]] = {}
    for name, categories in TASTES.items():
        for seed in range(repeats):
            for label, order in orders().items():
                for likes in LIKES:
                    first = order(trial(records, categories, likes, candidates, seed))[:FIRST]
                    share = mean(record.category in categories for record in first)
                    hits.setdefault((name, label, likes), []).append(share)
                    hits.setdefault(("all tastes", label, likes), []).append(share)
    for name in (*TASTES, "all tastes"):
        for label in orders():
            row = (f"{mean(hits[name, label, likes]):>11.3f}" for likes in LIKES)
            print(f"  {name:20} {label:20}".ljust(60), *row)


def print_times(records: Sequence[Record], candidates: int) -> None:
    """Time scoring as a person meets it."""
    drawn = trial(records, TASTES["cs.HC, cs.CY"], max(LIKES), candidates, 0)
    documents = [record.document for record in drawn.candidates]
    taste = Taste()
    taste.learn(drawn.liked, drawn.skipped)
    for label in ("first time", "again", "after one more mark"):
        if label == "after one more mark":
            taste.learn([*drawn.liked, documents[0]], drawn.skipped)
        start = time.perf_counter()
        taste.score(documents)
        print(
            f"  {len(documents):,} candidates scored, {label}:".ljust(60),
            f"{(time.perf_counter() - start) * 1000:8.0f} ms",
        )
    start = time.perf_counter()
    reasons = [scored.reasons for scored in taste.score(documents)[:FIRST]]
    print(f"  reasons as in: {', '.join(reasons[0])}".ljust(60), f"{(time.perf_counter() - start) * 1000:8.0f} ms")


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description="Measure how well taste orders candidates.")
    parser.add_argument("metadata", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--candidates", type=int, default=6000)
    arguments = parser.parse_args()
    records = read(arguments.metadata)
    print_times(records, arguments.candidates)
    print_precision(records, arguments.repeats, arguments.candidates)


if __name__ == "__main__":
    main()
