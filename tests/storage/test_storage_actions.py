"""One action is one line, one write and one wait for the disk; what else the front door promises."""

from __future__ import annotations

import gc
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage.board_files import QuickSystem, contents, contents_of, exact, lines_of, quick_db
from tinydb import where
from tinydb.table import Document

from ideaboard import storage
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.storage import MISSING, Database, decode_id, encode_id, open_db
from ideaboard.storage.ids import COUNT, is_id
from ideaboard.storage.records import HEADER
from ideaboard.storage.stamps import Clock, is_stamp


class CountingSystem(QuickSystem):
    """Counts what touches the board file."""

    def __init__(self) -> None:
        super().__init__()
        self.board = -1
        self.counts = {"write": 0, "fsync": 0}

    def open(self, path: str, flags: int) -> int:
        fd = super().open(path, flags)
        if path.endswith(".jsonl"):
            self.board = fd
        return fd

    def write(self, fd: int, data: bytes) -> int:
        self.counts["write"] += fd == self.board
        return super().write(fd, data)

    def fsync(self, fd: int) -> None:
        self.counts["fsync"] += 1

    def sync_folder(self, path: str) -> None:
        pass


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "board.jsonl"


def bulk(db: Database) -> None:
    with db.action("bulk"):
        for number in range(50):
            db.table("ideas").insert({"n": number})
        db.table("ideas").update({"stage": "idea"})
        db.table("watches").insert({"name": "cp"})


@pytest.mark.parametrize(
    "change",
    [
        lambda db: db.table("ideas").insert({"title": "x"}),
        lambda db: db.table("ideas").insert_multiple({"n": n} for n in range(100)),
        lambda db: db.table("ideas").update({"seen": True}),
        lambda db: db.table("ideas").upsert({"n": 5}, where("title") == "none"),
        lambda db: db.table("ideas").remove(where("n") > 3),
        lambda db: db.table("ideas").truncate(),
        lambda db: db.drop_tables(),
        lambda db: db.undo(),
        bulk,
    ],
    ids=["insert", "insert_multiple", "update", "upsert", "remove", "truncate", "drop_tables", "undo", "action"],
)
def test_a_change_is_one_line_one_write_and_one_fsync(path: Path, change: Any) -> None:
    system = CountingSystem()
    db = open_db(path, system=system)
    db.table("ideas").insert_multiple({"n": n} for n in range(10))
    system.counts.update(write=0, fsync=0)
    before = len(lines_of(path))
    change(db)
    assert system.counts == {"write": 1, "fsync": 1}
    assert len(lines_of(path)) == before + 1
    assert contents(db) == contents_of(path)


def test_what_changes_nothing_writes_nothing(path: Path) -> None:
    db = quick_db(path)
    id = db.table("ideas").insert({"n": 1, "tags": ["a"]})
    before = path.read_bytes()
    with db.action("nothing") as action:
        db.table("ideas").update({"n": 1, "tags": ["a"]})
        db.table("ideas").update({"n": 2}, doc_ids=[id])
        db.table("ideas").update({"n": 1}, doc_ids=[id])
        new = db.table("ideas").insert({})
        db.table("ideas").remove(doc_ids=[new])
    assert action.id is None
    assert path.read_bytes() == before
    db.table("ideas").update({"n": True})
    assert path.read_bytes() != before


def test_an_action_sees_its_own_changes_and_others_see_them_at_its_end(path: Path) -> None:
    db = quick_db(path)
    id = db.table("ideas").insert({"n": 1})
    with db.action("a") as action:
        db.table("ideas").update({"n": 2})
        db.table("other").insert({})
        assert db.table("ideas").get(doc_id=id) == {"n": 2}
        assert db.table("ideas").search(where("n") == 2) == [{"n": 2}]
        assert db.table("ideas").count(where("n") == 1) == 0
        assert db.tables() == {"ideas", "other"}
        assert db.documents("ideas")[encode_id(id)] == {"n": 1}
        unwritten = action.id
    assert unwritten is None
    assert action.id == db.history(limit=1)[0].id
    assert db.documents("ideas")[encode_id(id)] == {"n": 2}


def test_an_action_that_fails_writes_nothing_and_leaves_nothing(path: Path) -> None:
    db = quick_db(path)
    db.table("ideas").insert({"n": 1})
    before, shown = path.read_bytes(), contents(db)

    def fails() -> None:
        with db.action("a"):
            db.table("ideas").update({"n": 2})
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    with db.action("b"):
        with pytest.raises(TypeError):
            db.table("ideas").insert({"n": object()})
        with pytest.raises(ValueError, match="already exists"):
            db.table("ideas").insert(Document({}, doc_id=db.table("ideas").all()[0].doc_id))
    assert path.read_bytes() == before
    assert contents(db) == shown


def test_conditions_in_an_action_see_what_another_process_wrote(path: Path) -> None:
    one, other = quick_db(path, seed=1), quick_db(path, seed=2)
    one.table("ideas").insert({"making": 0})
    for db in (one, other, one, other):
        with db.action("count"):
            (document,) = db.table("ideas").all()
            db.table("ideas").update({"making": document["making"] + 1}, where("making") == document["making"])
    assert one.table("ideas").all() == [{"making": 4}]


def test_a_missing_file_is_an_empty_board_and_made_private_at_the_first_change(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "board.jsonl"
    db = quick_db(path)
    assert (db.tables(), len(db.table("ideas")), db.refresh(), db.history()) == (set(), 0, False, [])
    assert not path.parent.parent.exists()
    db.table("ideas").insert({})
    assert path.read_bytes().startswith(HEADER + b"\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    assert {file.name for file in path.parent.iterdir()} == {"board.jsonl", "board.jsonl.lock"}


def test_compaction_keeps_permissions_and_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ideaboard.storage import upkeep

    monkeypatch.setattr(upkeep, "KEPT_ACTIONS", 1)
    real, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    quick_db(real).table("ideas").insert({})
    real.chmod(0o640)
    link.symlink_to(real)
    db = quick_db(link)
    for number in range(5):
        db.table("ideas").update({"n": number})
    db.compact()
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert len(lines_of(real)) < 6


def test_documents_is_a_live_view_by_id(path: Path) -> None:
    db = quick_db(path)
    documents = db.documents("ideas")
    assert dict(documents) == {}
    id = db.table("ideas").insert({"n": 1})
    assert list(documents.items()) == [(encode_id(id), {"n": 1})]
    held = documents[encode_id(id)]
    db.table("ideas").update({"n": 2})
    assert held == {"n": 1}
    assert (documents[encode_id(id)], len(documents), encode_id(id) in documents) == ({"n": 2}, 1, True)
    assert db.drain_changes() == {("ideas", encode_id(id))}
    assert db.drain_changes() == set()


def test_opening_leaves_the_collector_as_it_was(path: Path) -> None:
    quick_db(path).table("ideas").insert({})
    for switch in (gc.disable, gc.enable):
        switch()
        enabled = gc.isenabled()
        quick_db(path)
        assert gc.isenabled() == enabled
    gc.unfreeze()


def test_opening_loads_no_more_than_it_needs() -> None:
    code = "import sys, ideaboard.storage; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    heavy = {"tempfile", "subprocess", "asyncio", "pathlib", "textual", "ideaboard.storage.history"}
    assert not heavy & set(loaded.stdout.split())


def test_new_ids_are_free_also_of_deleted_documents(path: Path) -> None:
    class Chance(QuickSystem):
        numbers = iter([7, 7, 7, 8, 8, 9])

        def random(self) -> int:
            return next(self.numbers)

    db = open_db(path, system=Chance())
    assert db.table("ideas").insert({}) == 7
    db.table("ideas").remove(doc_ids=[7])
    with db.action("a"):
        assert db.table("ideas").insert({}) == 8
        assert db.table("ideas").new_id() == 9


@given(st.integers(0, COUNT - 1))
def test_ids_and_numbers_are_two_ways_to_write_the_same(number: int) -> None:
    id = encode_id(number)
    assert is_id(id)
    assert decode_id(id) == number
    assert not set(id) & set("aeioul")


@pytest.mark.parametrize("wrong", ["", "0000000", "000000000", "a0000000", "L0000000", "0000000é"])
def test_what_is_no_id(wrong: str) -> None:
    assert not is_id(wrong)
    with pytest.raises(InvalidInput):
        decode_id(wrong)


@pytest.mark.parametrize("wrong", [-1, COUNT, 2**70])
def test_numbers_out_of_range(path: Path, wrong: int) -> None:
    with pytest.raises(InvalidInput):
        encode_id(wrong)
    db = quick_db(path)
    assert db.table("ideas").get(doc_id=wrong) is None
    assert not db.table("ideas").contains(doc_id=wrong)
    assert db.table("ideas").update({}, doc_ids=[wrong]) == []
    with pytest.raises(IdeaboardError):
        db.table("ideas").insert(Document({}, doc_id=wrong))
    assert not path.exists()


@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), min_size=2, max_size=20))  # noqa: DTZ001  # hypothesis wants naive bounds
def test_stamps_of_one_writer_never_go_back(moments: list[datetime]) -> None:
    times = iter(moments)
    clock = Clock(lambda: next(times).replace(tzinfo=UTC), "p3x9")
    newest, stamps = "", []
    for _ in moments:
        newest = clock.next(newest)
        stamps.append(newest)
    assert stamps == sorted(set(stamps))
    assert all(map(is_stamp, stamps))


def test_the_counter_of_a_stamp_overflows_into_its_time() -> None:
    clock = Clock(lambda: datetime(2026, 11, 22, tzinfo=UTC), "p3x9")
    assert clock.next("2026-11-22T09:30:01.999999Z-ffff-zzzz") == "2026-11-22T09:30:02.000000Z-0000-p3x9"


def test_missing_is_false_and_names_itself() -> None:
    assert not MISSING
    assert repr(MISSING) == "MISSING"


def test_what_is_no_field_name_is_refused(path: Path) -> None:
    db = quick_db(path)
    with pytest.raises(IdeaboardError):
        db.table("ideas").insert({1: 2})  # type: ignore[dict-item]  # what the test is about
    assert {file.name for file in path.parent.iterdir()} <= {"board.jsonl.lock"}


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_the_jq_command_of_the_format_page_gets_everything_out(path: Path) -> None:
    db = quick_db(path)
    ids = db.table("ideas").insert_multiple({"title": title, "tags": ["a"]} for title in ("x", "y", "z"))
    with db.action("many"):
        db.table("ideas").update({"tags": ["b"], "stage": "making"})
        db.table("watches").insert({"name": "cp"})
    db.table("ideas").update(lambda document: document.pop("stage"), doc_ids=ids[:1])
    db.table("ideas").remove(doc_ids=ids[1:2])
    db.undo()
    db.table("ideas").remove(doc_ids=ids[2:])
    page = (Path(storage.__file__).parent / "FORMAT.md").read_text("utf-8")
    command = page.split("```sh\n")[2].split("```")[0]
    told = subprocess.run(["sh", "-c", command], cwd=path.parent, capture_output=True, check=True, timeout=60).stdout
    assert exact(orjson.loads(told)) == contents(db)
