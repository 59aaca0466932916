"""Paths of the fold that random histories seldom reach: lists from their beginning, lists that stop being lists, and
what compaction keeps of undo and redo."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ideaboard.errors import InvalidInput
from ideaboard.storage import open_db


def union(first: Path, second: Path, into: Path) -> None:
    """Put the lines of two copies together, as `merge=union` does."""
    lines = dict.fromkeys(first.read_bytes().splitlines(keepends=True) + second.read_bytes().splitlines(keepends=True))
    into.write_bytes(b"".join(lines))


def a_pair(tmp_path: Path, fields: dict[str, object]) -> tuple[Path, Path, int]:
    """Make a board with one document, and a copy of it."""
    ours, theirs = tmp_path / "ours.jsonl", tmp_path / "theirs.jsonl"
    with open_db(ours) as db:
        number = db.table("ideas").insert(fields)
    shutil.copy(ours, theirs)
    return ours, theirs, number


def change(path: Path, number: int, fields: dict[str, object]) -> None:
    with open_db(path) as db:
        db.table("ideas").update(fields, doc_ids=[number])


@pytest.mark.parametrize("swapped", [False, True])
def test_a_list_merges_from_the_elements_that_its_document_began_with(tmp_path: Path, swapped: bool) -> None:
    ours, theirs, number = a_pair(tmp_path, {"title": "x", "tags": ["a", "b"]})
    change(ours, number, {"tags": ["b"]})
    change(theirs, number, {"tags": ["a", "b", "c"]})
    both = tmp_path / "both.jsonl"
    union(*((theirs, ours) if swapped else (ours, theirs)), both)
    with open_db(both) as db:
        (document,) = db.table("ideas").all()
    assert document["tags"] == ["b", "c"], "what one side took out is gone, what the other put in is there"


def test_a_list_that_becomes_something_else_is_the_later_write(tmp_path: Path) -> None:
    ours, theirs, number = a_pair(tmp_path, {"title": "x", "tags": ["a"]})
    change(theirs, number, {"tags": ["a", "b"]})
    change(ours, number, {"tags": "no list"})
    both = tmp_path / "both.jsonl"
    union(ours, theirs, both)
    with open_db(both) as db:
        assert db.table("ideas").all() == [{"title": "x", "tags": "no list"}]
        db.table("ideas").update({"tags": ["c"]}, doc_ids=[number])
    with open_db(both) as db:
        assert db.table("ideas").all() == [{"title": "x", "tags": ["c"]}]


def test_undo_and_redo_go_on_where_they_stood_before_a_compaction(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    with open_db(path) as db:
        table = db.table("ideas")
        number = table.insert({"stage": "0"})
        for step in range(1, 300):
            table.update({"stage": str(step)}, doc_ids=[number])
        db.undo()
        db.undo()
        db.redo()
        assert table.all() == [{"stage": "298"}]
        db.compact()
    with open_db(path) as db:
        table = db.table("ideas")
        assert [action.undone for action in db.history() if action.undoes is None and action.redoes is None][:2] == [
            True,
            False,
        ]
        db.redo()
        assert table.all() == [{"stage": "299"}]
        with pytest.raises(InvalidInput, match="nothing to redo"):
            db.redo()
        db.undo()
        db.undo()
        assert table.all() == [{"stage": "297"}]
