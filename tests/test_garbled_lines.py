"""Lines of the board file with a right checksum and wrong content: every command works, or `check` finds them."""

from __future__ import annotations

import io
import zlib
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.cli.run import run
from ideaboard.storage import decode_id, open_db
from ideaboard.storage.upkeep import repair_file

AT = "2026-11-22T09:30:01.250000Z-0000-p3x9"
LAST = "9999-12-31T23:59:59.999999Z-ffff-zzzz"
READING = (
    *(["list"], ["list", "--json"], ["show", "k7fqm2xw"], ["show", "k7fqm2xw", "--json"], ["log"], ["log", "k7fqm2xw"]),
    *(
        ["stats"],
        ["changelog"],
        ["export", "json"],
        ["export", "tinydb"],
        ["export", "csv"],
        ["arxiv", "watch", "list"],
    ),
)
WRITING = (
    *(["add", "One more"], ["add", "Two more"], ["undo"], ["undo"], ["redo"], ["compact"]),
    *(["edit", "b0dn4xqz", "--title", "Another title"], ["move", "b0dn4xqz", "outline"], ["archive", "b0dn4xqz"]),
    *(["edit", "k7fqm2xw", "--notes", "n"], ["restore", "k7fqm2xw"], ["share", "k7fqm2xw", "--summary", "s"]),
    *(["delete", "k7fqm2xw", "--yes"], ["undo"]),
)


def command(path: Path, *arguments: str) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["--board", str(path), *arguments])
    return code, out.getvalue() + err.getvalue()


def sealed(record: Any) -> bytes:
    body = orjson.dumps(record)[:-1] + b',"crc":"'
    return b'%b%08x"}\n' % (body, zlib.crc32(body))


def a_board(path: Path, *records: Any) -> Path:
    other = {"t": "ideas", "id": "b0dn4xqz", "at": "2026-11-20T09:30:01.250000Z-0000-p3x9", "new": True}
    other["set"] = {"title": "The other", "kind": "project", "stage": "idea", "rank": "h"}
    path.write_bytes(b'{"ideaboard":1}\n' + b"".join(map(sealed, (other, *records))))
    return path


def whole() -> dict[str, Any]:
    trail = [{"stage": "idea", "at": "2026-11-22T09:30:01.250Z"}]
    fields: dict[str, Any] = {
        "title": "Reproduce LoRA",
        "kind": "project",
        "stage": "idea",
        "rank": "i",
        "trail": trail,
    }
    fields |= {"created": trail[0]["at"], "updated": trail[0]["at"], "tags": ["lora"]}
    fields |= {"paper": {"arxiv_id": "2106.09685", "title": "LoRA", "authors": ["Edward Hu"], "abstract": "x"}}
    fields |= {"share": {"at": trail[0]["at"], "date": "2026-11-22"}, "archived": None, "responses": [{"id": "r"}]}
    lists = {"tags": {"add": [0], "rm": [["x", 0]]}}
    record = {"t": "ideas", "id": "k7fqm2xw", "at": AT, "new": True, "set": fields, "unset": ["due"], "adds": ["trail"]}
    return {**record, "lists": lists, "act": "add", "note": "n", "undo": AT, "redo": AT, "compacted": AT}


def a_watch() -> dict[str, Any]:
    fields = {"name": "lora", "query": "low rank", "limit": 5, "seen": ["1"], "found": ["1"], "last": whole_moment()}
    return whole() | {"t": "watches", "set": {**fields, "created": whole_moment(), "categories": ["cs.LG"]}}


def a_note() -> dict[str, Any]:
    return whole() | {"t": "notes", "set": {"period": "2026-11", "text": "a good month"}}


def whole_moment() -> str:
    return "2026-11-22T09:30:01.250Z"


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in places(part, (*path, key)))]


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = replaced(value[place[0]], place[1:], new)
    return copy


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


def survives(path: Path) -> None:
    """Hold what the file promises: every command works, or `check` says 1 and they do after a repair."""
    code, said = command(path, "check")
    assert code in (0, 1), said
    for arguments in READING:
        done, words = command(path, *arguments)
        assert done in (0, 3), (arguments, words)
    if code:
        assert command(path, "check", "--repair")[0] == 0
        assert command(path, "check")[0] == 0
    for arguments in (*WRITING, *READING):
        done, words = command(path, *arguments)
        # Undo may refuse in words what a later line changed, and a garbled document may not be there at all.
        assert done in ((0, 2, 6) if arguments[0] in ("undo", "redo") else (0, 3)), (arguments, words)


STAMPS = ("", "x" * len(AT), LAST, "2999" + AT[4:], "3000" + AT[4:], "2998-12-31T23:59:59.999999Z-ffff-zzzz")
ODD = ("2026-02-30" + AT[10:], AT[:11] + "24" + AT[13:], "0000" + AT[4:], AT.replace("p3x9", "p3\u00e99"), AT.upper())
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    (None, True, 0, -1, 1e300, 2**63, [], {}, [[]], {"": {}}, "\x00\x1b[31m", *STAMPS, *ODD)
) | (st.integers(1, 1000).map(nested) | st.text(max_size=40))


LINES = [(line, place) for line in (whole(), a_watch(), a_note()) for place in places(line)]


@given(line=st.sampled_from(LINES), value=VALUES, many=st.booleans())
def test_whatever_a_line_says_every_command_works_or_check_finds_it(
    tmp_path_factory: pytest.TempPathFactory, line: tuple[dict[str, Any], tuple[Any, ...]], value: Any, many: bool
) -> None:
    record, place = line
    path = tmp_path_factory.mktemp("garbled") / "board.jsonl"
    try:
        garbled = replaced(record, place, value)
        record = {"at": garbled.pop("at"), "many": [garbled]} if many and place and "at" in garbled else garbled
        a_board(path, record)
    except (orjson.JSONEncodeError, AttributeError):  # nested more deeply than it can be written
        return
    survives(path)


@pytest.mark.parametrize("stamp", [*STAMPS, *ODD])
def test_no_stamp_stops_the_clock(tmp_path: Path, stamp: str) -> None:
    path = a_board(tmp_path / "board.jsonl", whole() | {"at": stamp, "undo": "", "redo": "", "compacted": ""})
    survives(path)
    with open_db(path) as db:  # nothing was lost, and a later change counts
        number = decode_id("k7fqm2xw")
        document = db.table("ideas").get(doc_id=number)
        assert document is not None
        assert document["title"] == "Reproduce LoRA"
        db.table("ideas").update({"title": "New"}, doc_ids=[number])
    with open_db(path) as db:
        assert db.documents("ideas")["k7fqm2xw"]["title"] == "New"


@pytest.mark.parametrize("record", [{"": {}}, {"undo": None}, {"undo": ["x"], "act": "edit"}, {"at": 5, "many": []}])
def test_a_whole_line_of_an_unknown_kind_without_a_stamp_is_kept_and_dated(tmp_path: Path, record: Any) -> None:
    survives(a_board(tmp_path / "board.jsonl", record))
    assert next(iter(record)).encode() in (tmp_path / "board.jsonl").read_bytes()


def test_lines_nested_more_deeply_than_can_be_written_are_damage(tmp_path: Path) -> None:
    path = a_board(tmp_path / "board.jsonl")
    deep = b'{"t":"ideas","id":"k7fqm2xw","new":true,"set":{"title":"x","odd":%b%b}}' % (b"[" * 500, b"]" * 500)
    body = b'{"at":"%b","many":[%b],"crc":"' % (AT.encode(), deep)
    path.write_bytes(path.read_bytes() + b'%b%08x"}\n' % (body, zlib.crc32(body)))
    survives(path)


def test_a_repair_keeps_the_order_of_the_changes_that_it_dates_anew(tmp_path: Path) -> None:
    later = {"t": "ideas", "id": "k7fqm2xw", "at": "9" + AT[1:], "set": {"title": "Second"}, "act": "edit"}
    last = {"t": "ideas", "id": "k7fqm2xw", "at": LAST, "set": {"title": "Third"}, "act": "edit"}
    undo = {"at": LAST[:-1] + "y", "many": [], "undo": later["at"]}
    path = a_board(tmp_path / "board.jsonl", last, undo, whole() | {"undo": "", "redo": "", "compacted": ""}, later)
    assert repair_file(path).sound
    with open_db(path) as db:
        assert db.documents("ideas")["k7fqm2xw"]["title"] == "Third"
        assert [action.undone for action in db.history() if action.label == "edit"] == [False, True]
