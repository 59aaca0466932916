"""The snapshot of a board file: it never says anything that the file does not say, and spares reading it."""

from __future__ import annotations

import json
import os
import random
import shutil
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from storage.board_files import (
    QuickSystem,
    a_snapshot,
    contents,
    contents_of,
    everything,
    keep_rows,
    lines_of,
    quick_db,
    write_union,
)
from tinydb.table import Document

from ideaboard.errors import BoardFileError
from ideaboard.storage import Database, open_db, reader, snapshot
from ideaboard.storage import state as storage_state
from ideaboard.storage import system as storage_system
from ideaboard.storage.ids import encode_id
from ideaboard.storage.records import HEADER, encode


@pytest.fixture(autouse=True)
def no_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_WORTH", 0)
    monkeypatch.setattr(storage_state, "_AT_ONCE", 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A board with lines on one and on many documents, some changed, some deleted, and another table."""
    path = tmp_path / "board.jsonl"
    db = quick_db(path)
    ideas = db.table("ideas")
    for number in range(6):
        ideas.insert(Document({"title": f"idea {number}", "tags": ["a"]}, doc_id=number))
    with db.action("import"):
        for number in range(6, 12):
            ideas.insert(Document({"title": f"naïve {number}", "set": {"set": 1}}, doc_id=number))
    ideas.update({"tags": ["a", "b"]}, doc_ids=[1, 7])
    ideas.remove(doc_ids=[2, 8])
    db.table("watches").insert({"query": "lora"})
    return path


def opened(path: Path, made: list[str] | None = None, version: str = "1") -> Database:
    def make(ids: Sequence[str], _fields: Any, _packed: Any) -> list[str]:
        if made is not None:
            made.extend(ids)
        return ["read"] * len(ids)

    return quick_db(path, make={"ideas": make}, snapshot=a_snapshot(path.parent, version))


def keep(path: Path) -> None:
    db = opened(path)
    keep_rows(db)


def test_a_snapshot_spares_reading_all_lines(path: Path) -> None:
    keep(path)
    made: list[str] = []
    db = opened(path, made)
    there = {encode_id(number) for number in range(12) if number not in (2, 8)}
    assert db.take_made("ideas") == {id: id for id in there}
    assert not made
    assert contents(db) == contents_of(path)
    assert db._journal.state.newest == quick_db(path)._journal.state.newest


def test_what_was_written_since_is_read_as_usual(path: Path) -> None:
    keep(path)
    other = quick_db(path, seed=1)
    other.table("ideas").update({"title": "changed"}, doc_ids=[0, 6])
    other.table("ideas").insert(Document({"title": "new"}, doc_id=20))
    made: list[str] = []
    db = opened(path, made)
    assert encode_id(20) in made
    assert {encode_id(3), encode_id(9)}.isdisjoint(made)
    assert encode_id(0) not in db.take_made("ideas")
    assert contents(db) == contents_of(path)
    assert db._journal._place == quick_db(path)._journal._place, "nothing was read twice"
    db.table("ideas").update({"title": "again"}, doc_ids=[3])
    assert contents(db) == contents_of(path)
    assert [entry.label for entry in db.history(1)] == [""]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data.replace(b"00000003", b"00000004"),
        lambda data: b"00000000" + data[8:],
        lambda data: data + b" ",
        lambda data: b"\0" * len(data),
    ],
)
def test_a_damaged_snapshot_is_not_believed(path: Path, damage: Callable[[bytes], bytes]) -> None:
    keep(path)
    file = path.parent / "snapshot.json"
    file.write_bytes(damage(file.read_bytes()))
    made: list[str] = []
    assert contents(opened(path, made)) == contents_of(path)
    assert encode_id(3) in made


def test_no_byte_of_a_snapshot_can_make_another_board(tmp_path: Path) -> None:
    """Each byte flipped, and the file cut there: what is read late is found to be wrong as what is read at once."""
    path = tmp_path / "board.jsonl"
    db = quick_db(path)
    db.table("ideas").insert_multiple(Document({"tags": ["a"]}, doc_id=number) for number in range(3))
    db.table("ideas").update({"tags": ["a", "b"]}, doc_ids=[1])
    db.table("ideas").remove(doc_ids=[2])
    keep(path)
    db.table("ideas").update({"tags": ["b"]}, doc_ids=[0, 1])
    db.table("ideas").insert(Document({"title": "here again"}, doc_id=2))
    file = path.parent / "snapshot.json"
    data = file.read_bytes()
    known = everything(quick_db(path, make={"ideas": lambda ids, *_: ids}))
    flipped = (data[:place] + bytes([byte ^ 1]) + data[place + 1 :] for place, byte in enumerate(data))
    for bad in (*flipped, *(data[:place] for place in range(0, len(data), 9))):
        file.write_bytes(bad)
        db = opened(path)
        assert set(db.take_made("ideas").values()) <= {"read", *db.documents("ideas")}
        assert everything(db) == known


def test_a_snapshot_that_is_garbled_or_gone_while_it_is_in_use(path: Path) -> None:
    keep(path)
    known = everything(quick_db(path, make={"ideas": lambda ids, *_: ids}))
    db, other = opened(path), opened(path)
    file = path.parent / "snapshot.json"
    data = file.read_bytes()
    file.write_bytes(b"\0" * len(data))
    assert everything(db) == known
    file.unlink()
    assert everything(other) == known
    file.write_bytes(data)
    third = opened(path)
    file.unlink()
    keep(path)
    assert everything(third) == known
    third.table("ideas").update({"title": "changed"}, doc_ids=[1, 9])
    assert contents(third) == contents_of(path)


def test_documents_of_many_kinds_of_lines_come_back_with_all_that_is_known_of_them(tmp_path: Path) -> None:
    """Deleted and written to afterwards, begun by another program, in lines that it wrote, without a beginning."""
    path = tmp_path / "board.jsonl"
    db, other = quick_db(path), quick_db(tmp_path / "other.jsonl", seed=1)
    db.table("ideas").insert_multiple(Document({"title": "x", "tags": ["a"]}, doc_id=number) for number in range(3))
    shutil.copy(path, other.path)
    db.table("ideas").remove(doc_ids=[0, 1])
    other.table("ideas").update({"tags": ["a", "b"], "notes": "kept"}, doc_ids=[0, 2])
    write_union(path, lines_of(path), lines_of(Path(other.path)))
    ideas = [{"t": "ideas", "id": encode_id(number), "set": {"title": "y"}} for number in (2, 7)]
    body = json.dumps({"many": ideas, "at": "2027-01-01T00:00:00.000000Z-0000-xxxx"})[:-1].encode() + b',"crc":"'
    with path.open("ab") as file:
        file.write(body + b'%08x"}\n' % zlib.crc32(body))
    keep(path)
    assert everything(opened(path)) == everything(quick_db(path, make={"ideas": lambda ids, *_: ids}))
    assert opened(path)._journal.state.leftovers("ideas", encode_id(0)) == {"tags": ["b"], "notes": "kept"}
    assert opened(path)._journal.state.around(orjson.loads(lines_of(path)[-1])) is not None


def test_lines_that_changed_places_are_not_taken_for_each_other(path: Path) -> None:
    """They are of one length, and whole."""
    keep(path)
    db = opened(path)
    lines = lines_of(path)
    assert len(lines[1]) == len(lines[4])
    lines[1], lines[4] = lines[4], lines[1]
    with path.open("r+b") as file:
        file.write(b"".join(lines))
    with pytest.raises(BoardFileError, match="changed by another program"):
        db.documents("ideas")[encode_id(0)]


class Counting(QuickSystem):
    """Counts how many bytes of the board file are read one after the other; it may be on a network."""

    count = 0

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self._name = name

    def read(self, fd: int, count: int) -> bytes:
        data = super().read(fd, count)
        self.count += len(data)
        return data

    def network(self, folder: str) -> str:
        return self._name


def bytes_read(path: Path, network: str = "") -> int:
    system = Counting(network)
    options: Any = {"make": {"ideas": lambda ids, *_: ids}, "snapshot": a_snapshot(path.parent), "system": system}
    db = open_db(path, **options)
    assert len(db.documents("ideas")) == 11
    return system.count


def test_bytes_that_were_right_are_read_again_only_when_the_file_looks_otherwise(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before its last change is old enough, and never on a network."""
    quick_db(path).table("ideas").insert(Document({"title": "x" * 100_000}, doc_id=50))
    keep(path)
    assert [bytes_read(path) for _ in range(2)] == [bytes_read(path)] * 2, "a change in the same tick would not show"
    monkeypatch.setattr(storage_system, "_SETTLED", -(10**18))
    whole = bytes_read(path)
    assert whole > path.stat().st_size
    assert [bytes_read(path) for _ in range(2)] == [whole - path.stat().st_size] * 2
    assert bytes_read(path, "nfs") == whole
    with monkeypatch.context() as windows:
        windows.setattr("sys.platform", "win32")
        assert bytes_read(path) == whole, "what is called ctime there does not change"
    status = path.stat()
    data = path.read_bytes()
    with path.open("r+b") as file:
        file.write(data.replace(b"idea 3", b"idea 4"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert opened(path).damaged, "it looks the same but for the ctime"
    with path.open("r+b") as file:
        file.write(data)
    other = quick_db(path, seed=1)
    other.table("ideas").update({"title": "since"}, doc_ids=[0])
    assert bytes_read(path) > whole
    assert bytes_read(path) < whole / 2
    assert contents(opened(path)) == contents_of(path)
    (path.parent / "snapshot.json").unlink()
    keep(path)
    assert bytes_read(path) < whole / 2, "it was noted as it was kept"


def test_a_snapshot_of_another_version_is_not_read(path: Path) -> None:
    keep(path)
    made: list[str] = []
    opened(path, made, version="2")
    assert encode_id(3) in made


@pytest.mark.parametrize("seed", range(5))
def test_a_file_that_another_program_changed_is_read_anew(path: Path, seed: int) -> None:
    keep(path)
    lines = lines_of(path)
    chance = random.Random(seed)
    if seed % 2:
        chance.shuffle(lines)
    else:
        del lines[chance.randrange(1, len(lines))]
    path.write_bytes(b"".join(lines))
    made: list[str] = []
    assert contents(opened(path, made)) == contents_of(path)
    assert made


def test_damage_of_the_file_is_found_as_without_a_snapshot(path: Path) -> None:
    keep(path)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"idea 3", b"idea 4"))
    db = opened(path)
    assert db.damaged
    assert db.notices == quick_db(path).notices
    (path.parent / "snapshot.json").unlink()
    keep_rows(db)
    assert not (path.parent / "snapshot.json").exists()


def test_a_folder_that_cannot_be_written_costs_the_snapshot_only(path: Path) -> None:
    class Full(QuickSystem):
        def write(self, fd: int, data: bytes) -> int:
            raise OSError(28, "No space left on device")

    options = {"make": {"ideas": lambda ids, *_: ids}, "snapshot": a_snapshot(path.parent), "system": Full()}
    db = open_db(path, **options)  # type: ignore[arg-type]  # the values of a dict are of one type
    keep_rows(db)
    assert contents(opened(path)) == contents_of(path)


def test_a_snapshot_is_kept_again_when_the_file_has_grown_enough(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(path)
    monkeypatch.setattr(snapshot, "_WORTH", 1000)
    file = path.parent / "snapshot.json"
    before = file.read_bytes()
    db = opened(path)
    db.table("ideas").insert({"title": "short"})
    keep_rows(db)
    assert file.read_bytes() == before
    db.table("ideas").insert({"title": "long " * 250})
    keep_rows(db)
    assert file.read_bytes() != before
    assert file.stat().st_mode & 0o077 == 0


def test_what_was_left_in_the_file_is_that_of_the_file_that_was_opened(path: Path) -> None:
    """Documents come from where they were, whatever stands at the path by now."""
    keep(path)
    expected = dict(quick_db(path).documents("ideas"))
    db = opened(path)
    path.rename(path.with_suffix(".old"))
    path.write_bytes(HEADER + b"\n")
    assert db.documents("ideas")[encode_id(0)]["title"] == "idea 0"
    assert dict(db.documents("ideas")) == expected


def test_what_is_held_is_there_when_the_file_is_gone(path: Path) -> None:
    keep(path)
    expected = dict(quick_db(path).documents("ideas"))
    db = opened(path)
    db.hold()
    path.write_bytes(b"")  # in place: nothing of it can be read any more
    assert dict(db.documents("ideas")) == expected


@pytest.mark.parametrize("number", [0, 6], ids=["a line of its own", "one of many"])
def test_nothing_is_taken_for_a_document_that_another_program_wrote_over_it(path: Path, number: int) -> None:
    keep(path)
    db = opened(path)
    data = path.read_bytes()
    with path.open("r+b") as file:
        file.write(data.replace(b"idea 0", b"IDEA 0").replace("naïve 6".encode(), "NAÏVE 6".encode()))
    with pytest.raises(BoardFileError, match="changed by another program"):
        db.documents("ideas")[encode_id(number)]
    db.refresh()
    assert db.damaged
    assert contents(db) == contents_of(path)
    assert {id for _, id in db.drain_changes()} >= {encode_id(number) for number in (0, 3, 6, 9)}


def test_many_documents_are_read_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(path)
    monkeypatch.setattr(reader, "_PIECES", 2)
    db = opened(path)
    docs = db.documents("ideas")
    assert [docs[encode_id(number)]["title"] for number in (0, 3, 4, 5)] == ["idea 0", "idea 3", "idea 4", "idea 5"]
    path.write_bytes(b"")
    assert docs[encode_id(9)]["title"] == "naïve 9"


def test_stamps_go_on_after_those_of_the_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    quick_db(path).table("ideas").insert({"title": "the only line"})
    keep(path)
    assert opened(path)._journal.state.newest == quick_db(path)._journal.state.newest != ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"xx",
        b"[]",
        b"{}",
        b"null",
        b'{"format":1,"version":"1","tables":[]}',
        b'{"format":1,"version":"1","tables":1}',
    ],
)
def test_a_whole_snapshot_with_something_else_in_it_is_not_believed(path: Path, content: bytes) -> None:
    (path.parent / "snapshot.json").write_bytes(b"%08x\n" % zlib.crc32(content) + content)
    assert contents(opened(path)) == contents_of(path)


def test_a_snapshot_without_some_of_its_documents_is_not_believed(path: Path) -> None:
    keep(path)
    file = path.parent / "snapshot.json"
    head = file.read_bytes()[9:].split(b"\n")[0]
    file.write_bytes(b"%08x\n" % zlib.crc32(head) + head)
    assert contents(opened(path)) == contents_of(path)


def test_odd_members_of_a_line_on_many_documents(tmp_path: Path) -> None:
    """Without fields, and with a key that a line on one document has."""
    path = tmp_path / "board.jsonl"
    long = "x" * 400
    members = [
        {"t": "ideas", "id": encode_id(1), "new": True},
        {"t": "ideas", "id": encode_id(2), "new": True, "at": "x", "set": {"title": "two", "notes": long}},
        {"t": "ideas", "id": encode_id(3), "new": True, "set": {"title": "three", "set": {}}},
    ]
    at = "2026-11-22T09:30:00.000000Z-0000-bbbb"
    path.write_bytes(HEADER + b"\n" + encode({"at": at, "many": members}))
    for _ in range(2):
        db = opened(path)
        assert contents(db) == contents_of(path)
        assert db.table("ideas").get(doc_id=1) == {}
        keep_rows(db)
    opened(path).table("ideas").update({"title": "one"}, doc_ids=[1, 2])
    assert [one["title"] for one in quick_db(path).table("ideas").all()] == ["one", "one", "three"]


def test_a_file_that_counts_needs_no_look_before_compacting(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    db = opened(path)
    number = db.table("ideas").insert({"title": "x", "notes": "long " * 100})
    assert db.mostly_alive()
    keep(path)
    db = opened(path)
    assert db.mostly_alive()
    for _ in range(3):
        db.table("ideas").update({"notes": "words " * 100}, doc_ids=[number])
    assert not db.mostly_alive()
    assert not db.mostly_alive(), "the line that was left in the file is outdone"
    assert not opened(path).mostly_alive()
    (path.parent / "snapshot.json").unlink()
    keep(path)
    assert not opened(path).mostly_alive()
