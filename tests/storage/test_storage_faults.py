"""Every call to the operating system fails once, in appending, mending and compacting: nothing acknowledged is lost."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from storage.board_files import (
    Counting,
    Killed,
    QuickSystem,
    a_snapshot,
    contents,
    contents_of,
    keep_rows,
    quick_db,
)
from tinydb import where

from ideaboard.errors import BoardFileError
from ideaboard.storage import Database, add_index, open_db, snapshot, upkeep
from ideaboard.storage.add_index import AddIndex, Known
from ideaboard.storage.system import Seen, System
from ideaboard.storage.upkeep import check_file, repair_file


def change(db: Database) -> None:
    with db.action("move", "both"):
        db.table("ideas").update({"stage": "making", "tags": ["a", "b"]}, where("title") == "first")
        db.table("ideas").insert({"title": "second"})


def make_board(path: Path) -> None:
    db = quick_db(path)
    db.table("ideas").insert({"title": "first", "tags": ["a"]})
    for number in range(6):
        db.table("ideas").update({"n": number}, where("title") == "first")


def torn(path: Path) -> None:
    make_board(path)
    with path.open("ab") as file:
        file.write(b'{"t":"ideas","id":"00000')


def with_snapshot(path: Path) -> None:
    """Leave a snapshot, and a line that came since."""
    quick_db(path).table("ideas").insert({"title": "alone"})
    make_board(path)
    keep_rows(quick_db(path, **snapshot_at(path)))
    quick_db(path).table("ideas").update({"stage": "review"}, where("title") == "first")


def snapshot_at(path: Path) -> dict[str, Any]:
    return {"make": {"ideas": lambda ids, *_: ids}, "snapshot": a_snapshot(path.parent)}


def with_index(path: Path) -> None:
    """Leave the index that `ideaboard add` goes by."""
    make_board(path)
    keep_index(quick_db(path, **index_at(path)), b"about")


def index_at(path: Path) -> dict[str, Any]:
    return {"add_index": AddIndex(str(path.parent / "index"), "ideas")}


def keep_index(db: Database, about: bytes = b"something else") -> None:
    with db.action(""):
        db.keep_add_index("ideas", "", about)


def known_of(path: Path) -> Known | None:
    """Return what the index says; what it says of a board file as it is, is right."""
    known: Known | None = index_at(path)["add_index"].read(System(), Seen.of(path.stat())) if path.exists() else None
    if known is not None:
        state = quick_db(path)._journal.state
        assert known.newest == state.newest
        ids = known.ids.decode()
        assert {ids[at : at + 8] for at in range(0, len(ids), 8)} == set(state.tables["ideas"].meta)
    return known


OPTIONS = {with_snapshot: snapshot_at, with_index: index_at}
Step = Callable[[Database], object]
STEPS: dict[str, tuple[Callable[[Path], None], Step]] = {
    "first append": (lambda path: None, change),
    "append": (make_board, change),
    "append after a torn line": (torn, change),
    "compaction": (make_board, lambda db: db.compact()),
    "undo": (make_board, lambda db: db.undo()),
    "append from a snapshot": (with_snapshot, change),
    "undo from a snapshot": (with_snapshot, lambda db: db.undo()),
    "snapshot": (with_snapshot, keep_rows),
    "append beside an index": (with_index, change),
    "index": (with_index, keep_index),
}


@pytest.fixture(params=list(STEPS))
def step(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[Callable[[Path], None], Step]:
    monkeypatch.setattr(upkeep, "KEPT_ACTIONS", 2)
    monkeypatch.setattr(snapshot, "_WORTH", 0)
    monkeypatch.setattr(add_index, "_is_older", lambda *_: True)  # else the number of calls goes by the clock
    return STEPS[request.param]


def opened(folder: Path, make: Callable[[Path], None]) -> tuple[Path, Database, Counting]:
    path = folder / "board.jsonl"
    folder.mkdir()
    make(path)
    system = Counting()
    db = open_db(path, system=system, **(OPTIONS[make](path) if make in OPTIONS else {}))
    system.calls.clear()
    return path, db, system


def outcomes(folder: Path, step: tuple[Callable[[Path], None], Step]) -> tuple[int, bytes, bytes]:
    """Run a step without a fault: how many calls it makes, and the content before and after."""
    _, db, system = opened(folder / "whole", step[0])
    before = contents(db)
    system.calls.clear()
    step[1](db)
    calls = len(system.calls)
    return calls, before, contents(db)


@pytest.mark.parametrize("how", ["before", "after", "half"])
def test_killed_at_any_call(tmp_path: Path, step: tuple[Callable[[Path], None], Step], how: str) -> None:
    calls, before, after = outcomes(tmp_path, step)
    seen = set()
    for number in range(calls):
        path, db, system = opened(tmp_path / str(number), step[0])
        system.fails_at, system.fault = number, lambda name: Killed()
        system.after, system.half = how == "after", how == "half"
        with pytest.raises(Killed):
            step[1](db)
        system.dead = True
        found = contents_of(path)
        assert found in (before, after), system.calls[number]
        assert contents(quick_db(path, **snapshot_at(path))) == found
        known_of(path)
        seen.add(found)
        again = quick_db(path)
        again.table("ideas").insert({"title": "life goes on"})
        assert not again.damaged
        assert check_file(path).sound
    assert seen == {before, after}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
def test_any_call_fails(tmp_path: Path, step: tuple[Callable[[Path], None], Step], number: int) -> None:
    calls, before, after = outcomes(tmp_path, step)
    for call in range(calls):
        path, db, system = opened(tmp_path / str(call), step[0])
        system.fails_at, system.half = call, True
        system.fault = lambda name: OSError(number, os.strerror(number))
        failed = False
        try:
            step[1](db)
        except BoardFileError:
            failed = True
        assert contents(db) == (before if failed else after)
        # The same object goes on: the fault is over.
        db.table("ideas").insert({"title": "life goes on"})
        assert contents(quick_db(path)) == contents(db)
        assert check_file(path).sound


def test_an_index_follows_every_change(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    with_index(path)
    db = open_db(path, **index_at(path))
    for step in (change, lambda db: db.undo(), lambda db: db.redo(), lambda db: db.table("ideas").truncate()):
        before = known_of(path)
        step(db)
        after = known_of(path)
        assert before
        assert after
        assert before.newest < after.newest
    db.table("others").insert({"title": "second"})
    assert known_of(path)


def test_no_index_of_a_file_whose_last_line_has_no_end(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    with_index(path)
    os.truncate(path, path.stat().st_size - 1)
    Path(f"{path}.lock").unlink()  # else it would be said that the file got shorter
    db = quick_db(path, **index_at(path))
    keep_index(db)
    assert known_of(path) is None
    db.table("ideas").insert({"title": "second"})
    keep_index(db)
    assert known_of(path)


def test_a_failed_write_leaves_the_file_byte_for_byte(tmp_path: Path) -> None:
    for name in ("write", "fsync"):
        path, db, system = opened(tmp_path / name, make_board)
        before = path.read_bytes()
        system.calls.clear()
        change(db)
        call = max(number for number, made in enumerate(system.calls) if made == "fsync") - (name == "write")
        path.write_bytes(before)
        db.refresh()
        system.calls.clear()
        system.fails_at, system.half = call, True
        with pytest.raises(BoardFileError, match="disk reports an error"):
            change(db)
        assert system.calls[call] == name
        assert path.read_bytes() == before


def test_when_taking_back_fails_too_the_board_takes_no_more(tmp_path: Path) -> None:
    path, db, system = opened(tmp_path / "x", make_board)

    def no_truncate(fd: int, size: int) -> None:
        raise OSError(errno.EIO, "truncate")

    before = contents(db)
    change(quick_db(tmp_path / "count.jsonl"))
    object.__setattr__(system, "truncate", no_truncate)
    object.__setattr__(system, "fsync", lambda fd: no_truncate(fd, 0))
    for _ in range(2):
        with pytest.raises(BoardFileError):
            change(db)
    with pytest.raises(BoardFileError, match="no more changes"):
        change(db)
    assert contents(db) == before
    # The line was whole, so it may count; an own process decides anew.
    change(quick_db(path))


def test_the_file_size_limit_of_the_system(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    make_board(path)
    before = path.read_bytes()
    code = f"""
import resource, sys
from ideaboard.errors import BoardFileError
from ideaboard.storage import open_db
db = open_db({str(path)!r})
resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 100}, resource.RLIM_INFINITY))
try:
    db.table("ideas").insert({{"notes": "x" * 5000}})
except BoardFileError as error:
    print(error.message)
print(len(db.table("ideas")))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
db.table("ideas").insert({{"notes": "x" * 5000}})
print(len(db.table("ideas")))
"""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == [f"'{path}' cannot be written: the file may not grow any more", "1", "2"]
    assert path.read_bytes().startswith(before)


def test_a_file_that_vanishes_under_the_open_board(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    make_board(path)
    db = quick_db(path)
    before, data = contents(db), path.read_bytes()
    path.unlink()
    for attempt in (db.refresh, db.table("ideas").all, lambda: change(db), db.undo, db.compact, db.history):
        with pytest.raises(BoardFileError, match="is gone"):
            attempt()
    assert dict(db.documents("ideas"))
    assert not path.exists()
    path.write_bytes(data)
    assert db.refresh()
    assert contents(db) == before
    change(db)


@pytest.mark.parametrize(
    "other", [b"", b"\x89PNG\r\n\x1a\n\0\0", b'{"_default": {"1": {"a": 1}}}', b'{"ideaboard":2}\n']
)
def test_a_file_replaced_by_something_else(tmp_path: Path, other: bytes) -> None:
    path = tmp_path / "board.jsonl"
    make_board(path)
    db = quick_db(path)
    before = dict(db.documents("ideas"))
    path.unlink()
    path.write_bytes(other)
    for attempt in (db.refresh, lambda: change(db)):
        with pytest.raises(BoardFileError):
            attempt()
    assert dict(db.documents("ideas")) == before
    assert path.read_bytes() == other


def test_a_file_replaced_by_an_older_copy_offers_back_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    make_board(path)
    older = path.read_bytes()
    db = quick_db(path)
    id = db.table("ideas").insert({"title": "second"})
    db.drain_changes()
    path.write_bytes(older)
    assert db.refresh()
    assert len(db.table("ideas")) == 1
    assert [fields["title"] for fields in db.missing.values()] == ["second"]
    assert db.drain_changes() == set(db.missing)
    assert any("shorter" in notice for notice in db.notices)
    db.restore_missing()
    assert not db.missing
    assert quick_db(path).table("ideas").get(doc_id=id) == {"title": "second"}


def test_read_only(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    make_board(path)
    before = path.read_bytes()
    db = open_db(path, read_only=True)
    assert db.read_only
    assert len(db.table("ideas")) == 1
    for attempt in (lambda: change(db), db.undo, db.compact):
        with pytest.raises(BoardFileError, match="reading only"):
            attempt()
    assert path.read_bytes() == before


def test_a_folder_that_forbids_writing_opens_read_only_and_says_so(tmp_path: Path) -> None:
    class Forbidden(QuickSystem):
        def writable(self, path: str) -> bool:
            return False

    path = tmp_path / "board.jsonl"
    make_board(path)
    db = open_db(path, system=Forbidden())
    assert db.read_only
    assert "can only be read" in db.notices[0]
    with pytest.raises(BoardFileError):
        change(db)


def test_a_network_folder_is_warned_about(tmp_path: Path) -> None:
    class Network(QuickSystem):
        def network(self, folder: str) -> str:
            return "nfs4"

    assert "network file system (nfs4)" in open_db(tmp_path / "board.jsonl", system=Network()).notices[0]
    assert System().network("/proc") == ""


def test_repair_killed_or_failing_at_any_call_keeps_the_original(tmp_path: Path) -> None:
    def damaged(path: Path) -> bytes:
        make_board(path)
        data = path.read_bytes().replace(b'"n":2', b'"n":7')
        path.write_bytes(data)
        return data

    system = Counting()
    damaged(tmp_path / "whole.jsonl")
    assert repair_file(tmp_path / "whole.jsonl", system=system).sound
    for number in range(len(system.calls)):
        for fault in (lambda name: Killed(), lambda name: OSError(errno.ENOSPC, name)):
            folder = tmp_path / f"{number}{fault('')!r:.5}"
            folder.mkdir()
            path = folder / "board.jsonl"
            data = damaged(path)
            failing = Counting()
            failing.fails_at, failing.fault, failing.half = number, fault, True
            try:
                repair_file(path, system=failing)
            except (Killed, BoardFileError, OSError):
                failing.dead = True
            kept = [file.read_bytes() for file in folder.iterdir()]
            assert data in kept
            assert repair_file(path).sound
            assert check_file(path).sound
