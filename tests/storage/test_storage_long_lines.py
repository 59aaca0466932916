"""A long line on many documents, as an import leaves it, is taken apart, and gives what it gives as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage.board_files import a_snapshot, everything, keep_rows, quick_db

from ideaboard.storage import encode_id, reader, snapshot
from ideaboard.storage.append import sealed
from ideaboard.storage.records import HEADER, BadLine, encode

AT = "2026-11-22T09:30:00.000000Z-0000-bbbb"
texts = st.sampled_from(["", "x", '},{"t":"', '}],"crc":"', "}]", "naïve"])
values = st.recursive(
    texts | st.integers(0, 3),
    lambda inner: (
        st.lists(inner | st.just({"a": [{"b": 1}, {"t": "y"}]}), max_size=2)
        | st.dictionaries(st.sampled_from(["t", "id", "many"]), inner, max_size=2)
    ),
    max_leaves=4,
)
ops = st.fixed_dictionaries(
    {"t": st.sampled_from(["ideas", "watches"]), "id": st.integers(0, 5).map(encode_id)},
    optional={
        "new": st.just(True),
        "set": st.dictionaries(st.sampled_from(["title", "tags"]), values),
        "adds": st.just(["tags"]),
        "unset": st.just(["due"]),
        "del": st.just(True),
        "odd": values,
    },
)
fresh = st.lists(st.tuples(st.integers(0, 9) | st.integers(0, 1), values), min_size=1, max_size=4).map(
    lambda some: [{"t": "ideas", "id": encode_id(number), "new": True, "set": {"title": one}} for number, one in some]
)


def opened(folder: Path, long: int, *, kept: bool = False) -> Any:
    """Return all that is known of a board that was opened, where so long a line is long."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (reader, snapshot):
            patch.setattr(module, "LONG", long)
        patch.setattr(snapshot, "_WORTH", 0)
        options: dict[str, Any] = {"make": {"ideas": lambda ids, *_: ids}, "read_only": True}
        path = folder / "board.jsonl"
        if kept:
            keep_rows(quick_db(path, **options, snapshot=a_snapshot(folder)))
            options["snapshot"] = a_snapshot(folder)
        db = quick_db(path, **options)
        made = {id: str(one) for id, one in db.take_made("ideas").items()}
        state = db._journal.state
        return everything(db), made if not kept else None, db.notices, db._journal._place, state.ascending


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("long")


@given(st.lists(ops, min_size=2, max_size=5) | fresh, texts, st.booleans())
def test_a_line_in_pieces_gives_what_it_gives_as_a_whole(
    folder: Path, some: list[dict[str, Any]], note: str, before: bool
) -> None:
    line = encode({"at": AT, "many": some, "act": "import", "note": note})
    other = encode(
        {"t": "ideas", "id": encode_id(1), "at": AT.replace("T09", "T08"), "new": True, "set": {"title": "old"}}
    )
    (folder / "board.jsonl").write_bytes(HEADER + b"\n" + (other if before else b"") + line)
    whole = opened(folder, 1 << 40)
    assert opened(folder, 0) == whole
    (folder / "snapshot.json").unlink(missing_ok=True)
    assert opened(folder, 0, kept=True)[0] == whole[0]


MANY = [{"t": "ideas", "id": encode_id(number), "new": True, "set": {"a": [{}]}} for number in (1, 2)]
LINE = encode({"at": AT, "many": MANY, "act": "x"})


def test_a_line_that_is_garbled_under_a_right_checksum_is_found_so(tmp_path: Path) -> None:
    """Each of its bytes another, or left out."""
    body = LINE[: LINE.index(b',"crc"')]
    for place in range(len(body)):
        for byte in (b"", b"}", b'"'):
            bad = body[:place] + byte + body[place + 1 :]
            (tmp_path / "board.jsonl").write_bytes(HEADER + b"\n" + sealed(bad + b"}"))
            assert opened(tmp_path, 0) == opened(tmp_path, 1 << 40)


def read_as_a_whole(line: bytes) -> None:
    if line == HEADER:
        raise BadLine
    pytest.fail("it was read as a whole")


def test_no_snapshot_is_kept_of_a_long_line_that_another_program_wrote(tmp_path: Path) -> None:
    """It could only be read as a whole, for each of its documents."""
    path = tmp_path / "board.jsonl"
    path.write_bytes(HEADER + b"\n" + sealed(json.dumps({"at": AT, "many": MANY}).encode()))
    known = opened(tmp_path, 1 << 40)
    assert opened(tmp_path, 0, kept=True)[0] == known[0]
    assert not (tmp_path / "snapshot.json").exists()
    assert opened(tmp_path, 1 << 40, kept=True)[0] == known[0]
    assert (tmp_path / "snapshot.json").exists()


def test_documents_of_a_long_line_are_parts_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LONG", len(HEADER))
    monkeypatch.setattr(reader, "decode", read_as_a_whole)
    path = tmp_path / "board.jsonl"
    path.write_bytes(HEADER + b"\n" + LINE)
    db = quick_db(path, make={"ideas": lambda ids, *_: ids})
    assert db.documents("ideas") == {encode_id(one): {"a": [{}]} for one in (1, 2)}
    packed = db.packed("ideas", encode_id(2))
    assert packed
    assert packed.record in LINE
    monkeypatch.undo()
    db.table("ideas").update({"b": 1}, doc_ids=[2])
    assert quick_db(path).table("ideas").get(doc_id=2) == {"a": [{}], "b": 1}
