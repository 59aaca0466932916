"""Compaction: a new file without the lines that nobody needs any more.

A line stays, byte for byte, when anything in it still counts, when it belongs to the last actions, which undo and log
need, or when it is of an unknown kind. What is dropped was outdone by what stays, field by field. So the union of a
compacted and an uncompacted copy gives the same board as that of two uncompacted ones.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from ideaboard.errors import BoardFileError
from ideaboard.storage.history import is_ordinary
from ideaboard.storage.journal import Journal
from ideaboard.storage.records import Record, encode, ops_of
from ideaboard.storage.state import State
from ideaboard.storage.system import System, folder_of

KEPT_ACTIONS = 200
"""How many of the latest actions stay whole, so that they can be undone."""

LARGE = 8 << 20
"""The size in bytes from which a file may be compacted without being asked."""

Line = tuple[Record, bytes]


class Compaction(NamedTuple):
    """What a compaction did."""

    before_bytes: int
    after_bytes: int


def compact_file(path: str | os.PathLike[str]) -> Compaction:
    """Compact a board file that is not open here.

    Raises:
        BoardFileError: when it is damaged, or cannot be read or written; the old file stands then.
    """
    return compact(Journal(os.fspath(path), create=False))


def compact(journal: Journal) -> Compaction:
    """Compact the file of a journal; what it holds stays the same.

    Raises:
        BoardFileError: when it is damaged, or cannot be read or written; the old file stands then.
    """
    with journal.writing():
        lines = journal.lines()
        before = journal.size
        kept, horizon = _kept(lines)
        if len(kept) == len(lines):
            return Compaction(before, before)
        texts = [line for _, line in kept]
        if horizon:
            texts.append(encode({"at": journal.next_stamp(), "compacted": horizon}).rstrip(b"\n"))
        journal.write_anew(texts)
        return Compaction(before, journal.size)


def worth_compacting(path: str | os.PathLike[str], *, system: System | None = None) -> bool:
    """Tell whether a file should be compacted unasked: large, more than half dead, and not under git's eyes."""
    name = os.path.realpath(path)
    system = system or System()
    try:
        if system.stat(name).st_size < LARGE or _in_git(name, system):
            return False
        journal = Journal(name, read_only=True, create=False, system=system)
        if journal.problems:
            return False
        kept, _ = _kept(journal.lines())
        return 2 * sum(len(line) + 1 for _, line in kept) < journal.size
    except (OSError, BoardFileError):  # whoever opens it next will hear of it
        return False


def _in_git(path: str, system: System) -> bool:
    """Tell whether a file lies in a git work tree, where each compaction would be a large change."""
    folder = folder_of(path)
    while not system.exists(folder, ".git"):
        folder, below = folder_of(folder), folder
        if folder == below:
            return False
    return True


def _kept(lines: Sequence[Line]) -> tuple[list[Line], str]:
    """Return the lines that stay, in their order, and the stamp before which actions cannot be undone any more."""
    lines = list({line: (record, line) for record, line in lines}.values())
    ordinary = sorted({record["at"] for record, _ in lines if is_ordinary(record)})
    if len(ordinary) <= KEPT_ACTIONS:
        return lines, ""
    horizon = ordinary[-KEPT_ACTIONS]
    state = State()
    for record, _ in lines:
        if record["at"] < horizon:
            state.apply(record)
    stays = {record["at"] for record, _ in lines if _stays(record, horizon, state)}
    stays |= {record["at"] for record, _ in lines if {record.get("undo"), record.get("redo")} & stays}
    kept = [(record, line) for record, line in lines if record["at"] in stays]
    if len(kept) == len(lines):
        return kept, ""
    return [(record, line) for record, line in kept if "compacted" not in record], horizon


def _stays(record: Record, horizon: str, state: State) -> bool:
    at: str = record["at"]
    if at >= horizon or not ("t" in record or "many" in record):
        return True
    return any(state.set_by(op, at) for op in ops_of(record))
