"""TinyDB's published behaviour: the same on its memory storage and on the board file, with our table and its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from storage.board_files import QuickSystem, quick_db
from tinydb import Query, TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.operations import add, decrement, delete, increment, subtract
from tinydb.operations import set as set_field
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from ideaboard.errors import IdeaboardError, Refused
from ideaboard.storage import JournalStorage, open_db

Make = Callable[[], TinyDB]


@pytest.fixture(params=["memory", "open_db", "journal storage", "cached journal storage"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Return what opens an empty database."""
    path = tmp_path / "board.jsonl"
    cached = CachingMiddleware(JournalStorage)  # type: ignore[no-untyped-call]  # TinyDB leaves it untyped
    makers: dict[str, Make] = {
        "memory": lambda: TinyDB(storage=MemoryStorage),
        "open_db": lambda: quick_db(path),
        "journal storage": lambda: TinyDB(path, storage=JournalStorage, system=QuickSystem()),
        "cached journal storage": lambda: TinyDB(path, storage=cached, system=QuickSystem()),
    }
    return makers[request.param]


@pytest.fixture
def db(make: Make) -> Iterator[TinyDB]:
    with make() as db:
        db.insert_multiple({"int": 1, "char": c} for c in "abc")
        yield db


def chars(documents: list[Document]) -> list[str]:
    return [document["char"] for document in documents]


def ids_by_char(db: TinyDB) -> dict[str, int]:
    return {document["char"]: document.doc_id for document in db}


def test_insert_gives_an_id_that_finds_the_document(make: Make) -> None:
    db = make()
    id = db.insert({"name": "x", "nested": {"list": [1, [2, None]], "float": 1.5}})
    assert db.get(doc_id=id) == {"name": "x", "nested": {"list": [1, [2, None]], "float": 1.5}}
    assert db.get(doc_id=id).doc_id == id
    assert db.get(doc_id=id + 1) is None
    assert db.get(doc_id=-1) is None


def test_insert_with_an_id_of_ones_own(make: Make) -> None:
    db = make()
    assert db.insert(Document({"x": 1}, doc_id=123)) == 123
    assert db.get(doc_id=123) == {"x": 1}
    with pytest.raises(ValueError, match="123"):
        db.insert(Document({"x": 2}, doc_id=123))
    with pytest.raises(ValueError, match="123"):
        db.insert_multiple([{"y": 1}, Document({"x": 2}, doc_id=123)])
    assert db.all() == [{"x": 1}]


def test_insert_multiple_takes_any_iterable_and_gives_ids_in_order(make: Make) -> None:
    db = make()
    ids = db.insert_multiple({"n": n} for n in range(5))
    assert [db.get(doc_id=id)["n"] for id in ids] == [0, 1, 2, 3, 4]
    assert len(set(ids)) == 5
    assert db.insert_multiple([]) == []
    assert db.insert_multiple([Document({"n": 5}, doc_id=77), Document({"n": 6}, doc_id=78)]) == [77, 78]
    assert [document["n"] for document in db] == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("wrong", [[1, 2, 3], {"bark"}, "text", 5])
def test_what_is_no_mapping_is_refused(db: TinyDB, wrong: Any) -> None:
    with pytest.raises(ValueError, match="Mapping"):
        db.insert(wrong)
    with pytest.raises(ValueError, match="Mapping"):
        db.insert_multiple([{"int": 2}, wrong])
    assert len(db) == 3


def test_truncate(db: TinyDB) -> None:
    db.truncate()
    assert len(db) == 0
    assert db.all() == []
    db.insert({})
    assert db.all() == [{}]


def test_remove(db: TinyDB) -> None:
    ids = ids_by_char(db)
    assert db.remove(where("char") == "b") == [ids["b"]]
    assert db.remove(where("char") == "b") == []
    assert db.remove(doc_ids=[ids["a"], ids["b"]]) == [ids["a"]]
    assert chars(db.all()) == ["c"]
    with pytest.raises(RuntimeError):
        db.remove()
    assert len(db) == 1


def test_update_all_some_by_id_and_by_query(db: TinyDB) -> None:
    ids = ids_by_char(db)
    assert db.update({"int": 2}) == list(ids.values())
    assert db.update({"int": 3, "new": []}, where("char") == "a") == [ids["a"]]
    assert db.update({"int": 4}, doc_ids=[ids["b"], ids["c"], 999_999]) == [ids["b"], ids["c"]]
    assert db.update({"int": 5}, where("char") == "z") == []
    assert db.all() == [
        {"int": 3, "char": "a", "new": []},
        {"int": 4, "char": "b"},
        {"int": 4, "char": "c"},
    ]


def test_update_with_operations(db: TinyDB) -> None:
    db.update(increment("int"))
    db.update(add("int", 5), where("char") == "a")
    db.update(subtract("int", 2), where("char") == "b")
    db.update(decrement("int"), where("char") == "c")
    db.update(set_field("char", "A"), where("char") == "a")
    db.update(delete("int"), where("char") == "b")
    assert db.all() == [{"int": 7, "char": "A"}, {"char": "b"}, {"int": 1, "char": "c"}]


def test_update_with_a_callable_that_changes_nested_lists(db: TinyDB) -> None:
    # A dict of its own for each document: TinyDB's memory storage would share one among all.
    db.update(lambda document: document.update({"tags": ["x"], "paper": {"authors": ["Vovk"]}}))

    def change(document: Any) -> None:
        document["tags"].append(document["char"])
        document["paper"]["authors"].remove("Vovk")

    db.update(change, where("char") == "a")
    assert [document["tags"] for document in db] == [["x", "a"], ["x"], ["x"]]
    assert [document["paper"]["authors"] for document in db] == [[], ["Vovk"], ["Vovk"]]


def test_a_callable_that_fails_changes_nothing(db: TinyDB) -> None:
    if isinstance(db.storage, MemoryStorage):
        pytest.skip("TinyDB's memory storage keeps the half that was done")
    before = db.all()

    def fails(document: Any) -> None:
        document["int"] = 99
        if document["char"] == "b":
            raise LookupError

    with pytest.raises(LookupError):
        db.update(fails)
    if not isinstance(db.storage, CachingMiddleware):
        assert db.all() == before


def test_update_multiple(db: TinyDB) -> None:
    ids = ids_by_char(db)
    updates = [
        ({"int": 10}, where("char") == "a"),
        (increment("int"), where("int") == 1),
        (delete("char"), where("char") == "c"),
    ]
    assert db.update_multiple(updates) == [ids["a"], ids["b"], ids["c"], ids["c"]]
    assert db.all() == [{"int": 10, "char": "a"}, {"int": 2, "char": "b"}, {"int": 2}]


def test_upsert(db: TinyDB) -> None:
    ids = ids_by_char(db)
    assert db.upsert({"int": 5, "char": "a"}, where("char") == "a") == [ids["a"]]
    (new,) = db.upsert({"int": 6, "char": "z"}, where("char") == "z")
    assert db.get(doc_id=new) == {"int": 6, "char": "z"}
    assert db.upsert(Document({"int": 7}, doc_id=ids["b"])) == [ids["b"]]
    assert db.upsert(Document({"int": 8}, doc_id=4242)) == [4242]
    assert db.get(doc_id=4242) == {"int": 8}
    with pytest.raises(ValueError, match="doc_id"):
        db.upsert({"int": 9})


def test_search_and_get(db: TinyDB) -> None:
    ids = ids_by_char(db)
    assert chars(db.search(where("int") == 1)) == ["a", "b", "c"]
    assert db.search(where("char") == "z") == []
    assert db.search(where("char").one_of(["a", "c"]))[1].doc_id == ids["c"]
    assert db.get(where("char") == "b").doc_id == ids["b"]
    assert db.get(where("char") == "z") is None
    assert db.get(doc_ids=[ids["c"], ids["a"], 5]) == [{"int": 1, "char": "a"}, {"int": 1, "char": "c"}]
    with pytest.raises(RuntimeError):
        db.get()


def test_search_by_path_and_fragment_and_test(make: Make) -> None:
    db = make()
    db.insert({"paper": {"authors": ["Vovk", "Gammerman"], "year": 2005}})
    db.insert({"paper": {"authors": ["Angelopoulos"], "year": 2021}})
    idea = Query()
    assert len(db.search(idea.paper.year > 2010)) == 1
    assert len(db.search(idea.paper.authors.any(["Vovk"]))) == 1
    assert len(db.search(idea.paper.fragment({"year": 2005}))) == 1
    assert len(db.search(idea.paper.year.test(lambda year: year % 2 == 1))) == 2
    assert len(db.search((idea.paper.year == 2005) | (idea.paper.year == 2021))) == 2
    assert len(db.search(~(idea.paper.year == 2005) & idea.paper.authors.exists())) == 1


def test_contains_count_len_iteration(db: TinyDB) -> None:
    ids = ids_by_char(db)
    assert db.contains(where("char") == "a")
    assert not db.contains(where("char") == "z")
    assert db.contains(doc_id=ids["a"])
    assert not db.contains(doc_id=12345)
    assert db.count(where("int") == 1) == 3
    assert len(db) == 3
    assert [document.doc_id for document in db] == list(ids.values())
    with pytest.raises(RuntimeError):
        db.contains()


def test_tables_are_apart_and_can_be_dropped(make: Make) -> None:
    db = make()
    db.table("ideas").insert({"a": 1})
    db.table("watches").insert({"a": 2})
    db.insert({"a": 3})
    assert db.tables() == {"_default", "ideas", "watches"}
    assert db.table("ideas") is db.table("ideas")
    assert db.table("ideas").name == "ideas"
    db.drop_table("ideas")
    db.drop_table("never there")
    assert "ideas" not in db.tables()
    assert db.table("ideas").all() == []
    assert db.table("watches").all() == [{"a": 2}]
    db.drop_tables()
    assert db.tables() == set()
    assert db.all() == []


def test_the_query_cache_forgets_at_every_change(db: TinyDB) -> None:
    query = where("int") == 1
    assert db.count(query) == 3
    assert query in db.table("_default")._query_cache
    assert db.count(query) == 3
    db.insert({"int": 1, "char": "d"})
    assert db.count(query) == 4
    db.remove(where("char") == "d")
    assert db.count(query) == 3
    db.clear_cache()
    assert query not in db.table("_default")._query_cache
    assert db.table("other", cache_size=0).search(query) == []


def test_queries_that_cannot_be_cached(db: TinyDB) -> None:
    query = Query().int.map(lambda value: [value]) == [1]
    assert db.count(query) == 3
    assert query not in db.table("_default")._query_cache


def test_unserialisable_documents_are_refused_and_change_nothing(make: Make) -> None:
    db = make()
    if not isinstance(db.storage, JournalStorage):
        pytest.skip("only a storage on disk needs to write documents")
    db.insert({"a": 1})
    with pytest.raises(TypeError):
        db.insert({"a": object()})
    with pytest.raises(TypeError):
        db.update({"a": {1, 2}})
    assert db.all() == [{"a": 1}]


def test_documents_given_out_are_copies(make: Make) -> None:
    db = make()
    if isinstance(db.storage, (MemoryStorage, CachingMiddleware)):
        pytest.skip("TinyDB's memory shares nested lists")
    id = db.insert({"tags": ["a"], "paper": {"authors": ["b"]}})
    for document in (db.get(doc_id=id), db.all()[0], db.search(where("tags") == ["a"])[0], next(iter(db))):
        document["tags"].append("changed")
        document["paper"]["authors"].clear()
        document["new"] = 1
    given = {"tags": ["kept"]}
    db.update(given, doc_ids=[id])
    given["tags"].append("changed")
    assert db.get(doc_id=id) == {"tags": ["kept"], "paper": {"authors": ["b"]}}


def test_what_was_written_is_there_after_closing(make: Make, tmp_path: Path) -> None:
    with make() as db:
        if isinstance(db.storage, MemoryStorage):
            pytest.skip("memory forgets")
        db.insert({"title": "[Re] x 日本語 🚀 \u2028 \x1b[31m", "n": (1, 2), "big": 2**63, "deep": {"": None}})
        db.table("other").insert({"line": "a\nb\r\n"})
    again = open_db(tmp_path / "board.jsonl")
    assert again.all() == [{"title": "[Re] x 日本語 🚀 \u2028 \x1b[31m", "n": [1, 2], "big": 2**63, "deep": {"": None}}]
    assert again.table("other").all() == [{"line": "a\nb\r\n"}]


def test_repr_names_tables_and_storage(db: TinyDB) -> None:
    assert "tables=['_default']" in repr(db)
    assert "total=3" in repr(db.table("_default"))


def test_stock_tables_of_two_processes_never_lose_a_document(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    one = TinyDB(path, storage=JournalStorage)
    other = TinyDB(path, storage=JournalStorage)
    one.insert({"who": "one"})
    other.insert({"who": "other"})
    one.update({"seen": True}, where("who") == "other")
    # Between the two calls that TinyDB makes, the other one changes the same document.
    data = one.storage.read() or {}
    other.update({"seen": False}, where("who") == "other")
    for document in data["_default"].values():
        document["seen"] = None
    with pytest.raises(IdeaboardError, match="another process"):
        one.storage.write(data)
    assert one.search(where("who") == "other") == [{"who": "other", "seen": False}]
    # A change of another document goes through.
    data = one.storage.read() or {}
    other.update({"seen": 1}, where("who") == "other")
    next(document for document in data["_default"].values() if document["who"] == "one")["more"] = 1
    one.storage.write(data)
    assert other.all() == [{"who": "one", "more": 1}, {"who": "other", "seen": 1}]


def test_dropping_all_tables_of_a_storage_that_nobody_read_drops_them(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    with open_db(path) as db:
        db.table("ideas").insert({"title": "a"})
        db.table("notes").insert({"text": "b"})
    with TinyDB(path, storage=JournalStorage) as stock:
        stock.drop_tables()
        assert stock.tables() == set()
    with open_db(path) as db:
        assert db.tables() == set()


def test_dropping_all_tables_never_drops_what_nobody_has_seen(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    with TinyDB(path, storage=JournalStorage) as stock:
        stock.table("ideas").insert({"title": "a"})
        with open_db(path) as other:
            other.table("ideas").insert({"title": "b"})
        with pytest.raises(Refused):
            stock.drop_tables()
        assert [document["title"] for document in stock.table("ideas")] == ["a", "b"]
        stock.drop_tables()
        assert len(stock.table("ideas")) == 0
