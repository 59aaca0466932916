"""The history is the file: log, undo and redo, across restarts, merges and compaction."""

from __future__ import annotations

import random
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from storage.board_files import a_snapshot, contents, keep_rows, lines_of, quick_db, ticking, write_union
from tinydb import where
from tinydb.table import Document

from ideaboard.errors import InvalidInput, Refused
from ideaboard.storage import MISSING, Database, database, decode_id, encode_id, journal, snapshot, upkeep
from ideaboard.storage import state as storage_state
from ideaboard.storage.upkeep import worth_compacting


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "board.jsonl"


def test_history_shows_old_and_new_values_newest_first(path: Path) -> None:
    db = quick_db(path, now=ticking())
    id = encode_id(db.table("ideas").insert({"title": "x"}))
    with db.action("move", note="next") as action:
        db.table("ideas").update({"stage": "outline"}, where("title") == "x")
        other = db.table("ideas").insert({})
    db.table("ideas").remove(doc_ids=[decode_id(id)])
    deleted, moved, made = db.history()
    assert (moved.id, moved.label, moved.note, moved.undone, moved.undoes) == (action.id, "move", "next", False, None)
    assert moved.at == "2026-11-22T09:30:03.000Z"
    assert [(c.table, c.id, c.field, c.old, c.new, c.how) for c in moved.changes] == [
        ("ideas", id, "stage", MISSING, "outline", "changed"),
        ("ideas", encode_id(other), "", MISSING, MISSING, "created"),
    ]
    assert {(c.field, c.old, c.new, c.how) for c in deleted.changes} == {
        ("title", "x", MISSING, "deleted"),
        ("stage", "outline", MISSING, "deleted"),
    }
    assert [c.how for c in made.changes] == ["created"]
    assert db.history(limit=1) == [deleted]
    assert db.history(doc_id=encode_id(other)) == [moved]
    assert len({entry.id for entry in db.history()}) == 3


def test_the_history_of_one_document_alone_says_the_same_of_it(path: Path) -> None:
    db = quick_db(path, now=ticking())
    table = db.table("ideas")
    one, two, three = table.insert_multiple([{"title": name, "tags": ["a"]} for name in ("x", "y", "z")])
    with db.action("move"):
        table.update({"stage": "outline", "tags": ["b"]}, doc_ids=[one, two])
        db.table("watches").insert({"name": "cp"})
    table.update({"title": "zz"}, doc_ids=[three])
    db.undo()
    db.undo()
    db.redo()
    table.update({"title": "x"}, doc_ids=[one])  # changes nothing, so it is no history
    table.remove(doc_ids=[two])
    table.insert({"title": "same name again"})
    for id in map(encode_id, (one, two, three)):
        whole, alone = db.history(doc_id=id), db.history(doc_id=id, alone=True)
        assert len(whole) > 1
        names = [sorted({(change.table, change.id) for change in entry.changes}) for entry in whole]
        assert [sorted({(change.table, change.id) for change in entry.changes}) for entry in alone] == names
        mine = [replace(one, changes=tuple(c for c in one.changes if c.id == id)) for one in whole]
        assert [replace(one, changes=tuple(c for c in one.changes if c.id == id)) for one in alone] == mine
        assert all(not change.field for entry in alone for change in entry.changes if change.id != id)
        assert db.history(1, id, alone=True) == alone[:1]


def test_undo_and_redo_walk_back_and_forth_across_restarts(path: Path) -> None:
    def db() -> Database:
        return quick_db(path, seed=len(path.read_bytes()) if path.exists() else 0)

    states = [contents(db())]
    id = db().table("ideas").insert({"title": "x", "tags": ["a", "a"], "updated": "1"})
    states.append(contents(db()))
    with (one := db()).action("tag"):
        one.table("ideas").update({"tags": ["b", "a"], "updated": "2"})
        one.table("watches").insert({"name": "cp"})
    states.append(contents(db()))
    db().table("ideas").remove(doc_ids=[id])
    states.append(contents(db()))
    for state in (states[2], states[1], states[0]):
        assert db().undo().undone
        assert contents(db()) == state
    with pytest.raises(InvalidInput, match="nothing to undo"):
        db().undo()
    for state in states[1:]:
        assert not db().redo().undone
        assert contents(db()) == state
    with pytest.raises(InvalidInput, match="nothing to redo"):
        db().redo()
    db().undo()
    db().table("ideas").insert({})
    with pytest.raises(InvalidInput, match="nothing to redo"):
        db().redo()
    labels = [(entry.label, entry.undone) for entry in db().history()]
    assert labels[:3] == [("", False), ("undo", False), ("redo", False)]
    assert [entry.undone for entry in db().history() if entry.label == ""] == [False, True, False]
    newest_undo = next(entry for entry in db().history() if entry.undoes)
    assert newest_undo.undoes in {entry.id for entry in db().history() if entry.undone}


def test_an_undo_is_refused_when_a_merge_set_the_field_since(path: Path, tmp_path: Path) -> None:
    db = quick_db(path, now=ticking())
    id = db.table("ideas").insert({"title": "x", "stage": "idea", "updated": "1"})
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(path.read_bytes())
    other = quick_db(copy, seed=9, now=ticking())
    db.table("ideas").update({"stage": "outline", "updated": "2"}, doc_ids=[id])
    db.undo()
    db.table("ideas").update({"title": "y"}, doc_ids=[id])
    db.undo()
    for _ in range(3):
        other.table("ideas").update({"n": 1}, doc_ids=[id])
    other.table("ideas").update({"stage": "making", "updated": "3"}, doc_ids=[id])
    with quick_db(path, seed=3) as later:
        later.table("ideas").update({"stage": "review"}, doc_ids=[id])
        later.undo()
    write_union(path, lines_of(path), lines_of(copy))
    db.refresh()
    before = path.read_bytes()
    with pytest.raises(Refused, match=f"'stage' of {encode_id(id)}") as caught:
        db.undo()
    assert caught.value.exit_code == 6
    assert path.read_bytes() == before


def test_bookkeeping_never_stands_in_the_way(path: Path) -> None:
    db = quick_db(path)
    id = db.table("ideas").insert({"title": "x", "updated": "1"})
    db.table("ideas").update({"title": "y", "updated": "2"}, doc_ids=[id])
    changed = path.read_bytes().splitlines()[-1]
    from ideaboard.storage.records import decode, encode

    record = decode(changed)
    later = {"t": "ideas", "id": record["id"], "at": "2" + record["at"][1:-4] + "zzzz", "set": {"updated": "9"}}
    with path.open("ab") as file:
        file.write(encode({**later, "undo": "2026-11-22T09:30:01.250000Z-0000-p3x9"}))
    assert db.refresh()
    db.undo()
    assert db.table("ideas").get(doc_id=id) == {"title": "x", "updated": "9"}


def test_undo_of_a_delete_keeps_what_a_merge_brought_since(path: Path, tmp_path: Path) -> None:
    db = quick_db(path, now=ticking())
    id = db.table("ideas").insert({"title": "x", "tags": ["a"]})
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(path.read_bytes())
    db.table("ideas").remove(doc_ids=[id])
    later = quick_db(copy, seed=5)
    later.table("ideas").update({"stage": "making", "tags": ["a", "b"]}, doc_ids=[id])
    later.undo()
    later.redo()
    write_union(path, lines_of(path), lines_of(copy))
    db.refresh()
    assert db.table("ideas").all() == []
    db.undo()  # not the latest action, the change of a document that was deleted: nothing is seen of it
    assert db.table("ideas").get(doc_id=id) == {"title": "x", "stage": "making", "tags": ["a", "b"]}


def test_compaction_keeps_the_last_actions_for_undo(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = 40
    monkeypatch.setattr(upkeep, "KEPT_ACTIONS", kept)
    db = quick_db(path, now=ticking())
    id = db.table("ideas").insert({"title": "x", "trail": [{"stage": "idea", "at": "0"}], "note": "0" * 500})
    steps = [contents(db)]
    for number in range(kept + 60):
        with db.action("move"):
            document = db.table("ideas").get(doc_id=id)
            assert document is not None
            trail = [*document["trail"], {"stage": f"s{number % 3}", "at": str(number)}]
            db.table("ideas").update(
                {"stage": f"s{number % 3}", "trail": trail[-20:], "note": str(number)}, doc_ids=[id]
            )
        steps.append(contents(db))
    before = db.history(limit=kept)
    done = db.compact()
    assert done.after_bytes < done.before_bytes
    assert db.history(limit=kept) == before
    again = quick_db(path, seed=1)
    assert again._journal.state.newest == db._journal.state.newest, "the record of the compaction has a stamp, too"
    for number in range(kept):
        again.undo()
        assert contents(again) == steps[-2 - number]
    with pytest.raises(InvalidInput, match="nothing to undo"):
        again.undo()
    again.redo()
    assert contents(again) == steps[-kept]


def test_compacting_twice_changes_nothing_more(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "KEPT_ACTIONS", 3)
    db = quick_db(path)
    id = db.table("ideas").insert({"n": 0})
    for number in range(10):
        db.table("ideas").update({"n": number}, doc_ids=[id])
    first = db.compact()
    assert first.after_bytes < first.before_bytes
    data = path.read_bytes()
    assert db.compact() == (len(data), len(data))
    assert path.read_bytes() == data


def test_when_compacting_unasked_is_worth_it(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "KEPT_ACTIONS", 3)
    monkeypatch.setattr(upkeep, "LARGE", 5000)
    db = quick_db(path)
    id = db.table("ideas").insert({"n": 0})
    assert not worth_compacting(path)
    for number in range(100):
        db.table("ideas").update({"n": number}, doc_ids=[id])
    assert worth_compacting(path)
    (tmp_path / ".git").mkdir()
    assert not worth_compacting(path)
    assert not worth_compacting(tmp_path / "none.jsonl")


def test_undo_is_no_part_of_another_action(path: Path) -> None:
    db = quick_db(path)
    db.table("ideas").insert({})
    with pytest.raises(InvalidInput), db.action("x"):
        db.undo()
    assert len(db.history()) == 1


WORDS = ("a", "b", "some \\ words", "naïve", '"id":"')


def a_walk(path: Path, seed: int) -> tuple[list[str], bytes]:
    """Do and take back by chance; returns what each undo said, and the file."""
    chance = random.Random(seed)
    said: list[str] = []
    options: dict[str, Any] = {"snapshot": a_snapshot(path.parent), "make": {"ideas": lambda ids, *_: ids}}
    db = quick_db(path, now=ticking(), **options)
    for _ in range(25):
        ideas, number = db.table("ideas"), chance.randrange(6)
        what = chance.choice(
            (
                "insert",
                "insert",
                "update",
                "update",
                "remove",
                "many",
                "undo",
                "undo",
                "redo",
                "that",
                "again",
                "compact",
            )
        )
        fields = {"title": chance.choice(WORDS), "tags": chance.sample(WORDS, 2)}
        try:
            if what == "insert":
                ideas.insert(Document(fields, doc_id=number))
            elif what == "update":
                ideas.update(fields, doc_ids=[number])
            elif what == "remove":
                ideas.remove(doc_ids=[number])
            elif what == "many":
                with db.action("many"):
                    for one in chance.sample(range(6), 3):
                        ideas.upsert(Document({"title": chance.choice(WORDS)}, doc_id=one))
            elif what == "that":
                stamp = chance.choice([one.stamp for one in db.history()])
                said.append(repr(db.undo(stamp) if chance.random() < 0.7 else db.redo(stamp)))
            elif what == "compact" and chance.random() < 0.3:
                db.compact()
            elif what == "again":
                keep_rows(db)
                db = quick_db(path, seed=len(said), now=ticking(), **options)
            elif what in ("undo", "redo"):
                said.append(repr(db.undo() if what == "undo" else db.redo()))
        except (InvalidInput, Refused, KeyError, ValueError, IndexError) as error:
            said.append(str(error))
    return said, path.read_bytes()


@pytest.mark.parametrize(("near", "remembered"), [((1 << 18,), 512), ((400, 1200), 512), ((1 << 10, 1 << 18), 3)])
@pytest.mark.parametrize("seed", range(12))
def test_the_short_way_to_an_action_says_what_the_long_one_says(
    tmp_path: Path, seed: int, near: tuple[int, ...], remembered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "_WORTH", 0)
    for place in ("short", "long"):
        (tmp_path / place).mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(database, "_NEAR_END", near)
        patch.setattr(storage_state, "_REMEMBERED", remembered)
        short = a_walk(tmp_path / "short" / "b.jsonl", seed)
    monkeypatch.setattr(journal.Journal, "last_lines", lambda *_: [])
    assert a_walk(tmp_path / "long" / "b.jsonl", seed) == short


def test_the_latest_action_is_turned_without_reading_the_whole_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also right after the board was opened, with a snapshot and without one."""
    monkeypatch.setattr(snapshot, "_WORTH", 0)
    options: dict[str, Any] = {"snapshot": a_snapshot(path.parent), "make": {"ideas": lambda ids, *_: ids}}
    db = quick_db(path, now=ticking(), **options)
    db.table("ideas").insert_multiple(Document({"title": f"{number}"}, doc_id=number) for number in range(9))
    for title in ("first", "second"):
        db.table("ideas").update({"title": title}, doc_ids=[4])
    keep_rows(db)
    monkeypatch.setattr(journal.Journal, "raw_lines", None)
    later = ticking(datetime(2026, 11, 22, 10, tzinfo=UTC))
    for number, own in enumerate((options, {}), 1):
        db = quick_db(path, seed=number, now=later, **own)
        assert [one.changes[0].old for one in (db.undo(), db.undo())] == ["first", "4"]
        assert db.undo().label == db.redo().label == ""
        assert [one.changes[0].new for one in (db.redo(), db.redo())] == ["first", "second"]
        assert db.table("ideas").get(doc_id=4) == {"title": "second"}


def test_what_a_merge_put_out_of_order_is_taken_back_in_order(path: Path) -> None:
    """The latest action is not the last line."""
    db = quick_db(path, now=ticking())
    for number in range(3):
        db.table("ideas").insert(Document({"title": f"{number}"}, doc_id=number))
    lines = lines_of(path)
    path.write_bytes(b"".join([lines[0], lines[3], lines[1], lines[2]]))
    db = quick_db(path, seed=1)
    assert not db._journal.state.ascending
    assert [change.id for change in db.undo().changes] == [encode_id(2)]


def test_an_id_in_disguise_is_found(path: Path) -> None:
    """JSON may write letters in another way; who does so is not us, but its lines count."""
    number = decode_id("bcdfghjk")
    db = quick_db(path, now=ticking())
    db.table("ideas").insert(Document({"title": "first"}, doc_id=number))
    header, line = lines_of(path)
    record = {**orjson.loads(line), "at": "2026-11-22T09:40:00.000000Z-0000-bbbb", "set": {"title": "second"}}
    del record["new"], record["crc"]
    body = orjson.dumps(record).replace(b'"id":"b', b'"id":"\\u0062')[:-1] + b',"crc":"'
    path.write_bytes(header + line + b'%b%08x"}\n' % (body, zlib.crc32(body)))
    db = quick_db(path, seed=1, now=ticking(datetime(2026, 11, 22, 10, tzinfo=UTC)))
    db.table("ideas").update({"title": "third"}, doc_ids=[number])
    db.undo()
    assert db.table("ideas").get(doc_id=number) == {"title": "second"}
