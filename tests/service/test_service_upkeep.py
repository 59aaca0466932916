"""Compaction by itself, when the board is left: only of a large file that is mostly dead."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideaboard.service.upkeep import Upkeep
from ideaboard.storage import open_db, upkeep


def a_file(path: Path, changes: int) -> bytes:
    with open_db(path) as db:
        number = db.table("ideas").insert({"title": "x"})
        for step in range(changes):
            db.table("ideas").update({"notes": f"{step} " + "words " * 50}, doc_ids=[number])
    return path.read_bytes()


def test_a_large_file_that_is_mostly_dead_is_compacted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "KEPT_ACTIONS", 20)
    before = a_file(tmp_path / "board.jsonl", 90)
    monkeypatch.setattr(upkeep, "LARGE", 1000)
    Upkeep(tmp_path / "board.jsonl").tidy()
    assert 2 * (tmp_path / "board.jsonl").stat().st_size < len(before)
    with open_db(tmp_path / "board.jsonl") as db:
        assert db.table("ideas").all()[0]["notes"].startswith("89 ")


def test_a_small_one_and_one_that_is_not_there_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "KEPT_ACTIONS", 5)
    before = a_file(tmp_path / "board.jsonl", 30)
    Upkeep(tmp_path / "board.jsonl").tidy()
    assert (tmp_path / "board.jsonl").read_bytes() == before
    Upkeep(tmp_path / "none.jsonl").tidy()
    assert not (tmp_path / "none.jsonl").exists()
