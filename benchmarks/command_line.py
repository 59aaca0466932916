"""What a command costs as a whole process, in times of `python -c pass` on the same machine in the same run.

    python benchmarks/command_line.py [--rounds 21]

The cases run interleaved, so that a busy moment hits all of them; the median of each is printed beside its budget. It
is run by hand and fails nothing: a budget that is not met is marked.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

SIZES = (100, 1_000, 10_000)
WORDS = ("conformal", "calibration", "bootstrap", "churn", "forecast", "posterior", "leakage", "uplift", "dropout")
STAGES = ("idea", "outline", "making", "review", "shared")
KINDS = ("project", "paper-to-code", "competition", "case-study", "post", "summary")


@dataclass(frozen=True)
class Case:
    """A command line to time."""

    name: str
    command: Sequence[str]
    board: Path | None = None
    budget: float | None = None
    """The most that it may cost, in times of an empty Python process; None when nothing was promised."""


def ideas(count: int) -> list[dict[str, object]]:
    """Make ideas with titles, tags and notes of everyday length."""
    alphabet = "0123456789bcdfghjkmnpqrstvwxyz"
    made: list[dict[str, object]] = []
    for number in range(count):
        id = "".join(alphabet[(number * 7919 + 13) // 30**place % 30] for place in range(8))
        words = [WORDS[(number // len(WORDS) ** place) % len(WORDS)] for place in range(4)]
        moment = f"2026-{number % 10 + 1:02d}-{number % 27 + 1:02d}T08:00:00.000Z"
        stage = STAGES[number % len(STAGES)]
        made.append(
            {
                "id": id,
                "title": f"{' '.join(words).capitalize()}, part {number}",
                "kind": KINDS[number % len(KINDS)],
                "stage": stage,
                "tags": words[:2],
                "notes": f"What to try first: {words[2]}.\n\nThen {words[3]}.\n",
                "created": moment,
                "updated": moment,
                "trail": [{"stage": stage, "at": moment}],
            }
        )
    return made


def program() -> list[str]:
    """Return how people start it: the installed script, or the module where there is none."""
    script = Path(sys.executable).parent / "ideaboard"
    return [str(script)] if script.exists() else [sys.executable, "-m", "ideaboard"]


def cases(folder: Path) -> list[Case]:
    """Make the boards and the cases on them."""
    start = program()
    found = [
        Case("python -c pass", [sys.executable, "-c", "pass"]),
        Case("python -c 'import click'", [sys.executable, "-c", "import click"]),
        Case("--version", [*start, "--version"]),
        Case("--help", [*start, "--help"]),
        Case("add, empty board", [*start, "add", "x"], folder / "new.jsonl", budget=2.0),
    ]
    for size in SIZES:
        made = ideas(size)
        (folder / "ideas.json").write_text(json.dumps(made), "utf-8")
        board = folder / f"{size}.jsonl"
        subprocess.run([*start, "--board", str(board), "import", str(folder / "ideas.json")], check=True)
        found += [
            Case(f"add, {size:,} ideas", [*start, "add", "x"], board, budget=2.0),
            Case(f"undo, {size:,} ideas", [*start, "undo"], board),
            Case(f"add after that, {size:,} ideas", [*start, "add", "x", "-t", "lora"], board, budget=2.0),
            Case(f"show, {size:,} ideas", [*start, "show", str(made[0]["id"])], board),
            Case(f"list, {size:,} ideas", [*start, "list"], board),
            Case(f"list --json, {size:,} ideas", [*start, "list", "--json"], board),
            Case(f"list filtered, {size:,} ideas", [*start, "list", "kind:post", "uplift"], board),
        ]
    return found


def seconds(case: Case, environment: dict[str, str]) -> float:
    """Run a case once and return how long the whole process took."""
    own = {**environment, "IDEABOARD_BOARD": str(case.board)} if case.board else environment
    start = time.perf_counter()
    subprocess.run(case.command, check=True, stdout=subprocess.DEVNULL, env=own)
    return time.perf_counter() - start


def main() -> None:
    """Time all cases and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=21)
    rounds: int = parser.parse_args().rounds
    folder = Path(tempfile.mkdtemp(prefix="ideaboard-benchmark-"))
    try:
        environment = {
            **os.environ,
            "IDEABOARD_BOARD": str(folder / "board.jsonl"),
            "IDEABOARD_CONFIG": str(folder / "config.toml"),
            "IDEABOARD_CACHE": str(folder / "cache"),
            "IDEABOARD_STATE": str(folder / "state"),
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
        all_cases = cases(folder)
        for case in all_cases:
            seconds(case, environment)
        times: dict[str, list[float]] = {case.name: [] for case in all_cases}
        for _ in range(rounds):
            for case in all_cases:
                times[case.name].append(seconds(case, environment))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    floor = median(times["python -c pass"])
    print(f"\n{'median of ' + str(rounds):32}{'ms':>8}{'fastest':>10}{'x pass':>9}{'budget':>9}")
    for case in all_cases:
        taken = median(times[case.name])
        ratio = taken / floor
        budget = f"{case.budget:9.1f}{'' if ratio <= case.budget else '  over'}" if case.budget else ""
        print(f"{case.name:32}{taken * 1e3:8.1f}{min(times[case.name]) * 1e3:10.1f}{ratio:9.2f}{budget}")


if __name__ == "__main__":
    main()
