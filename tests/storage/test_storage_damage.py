"""Torn, flipped, cut, repeated, mixed up, marked by git, or something else: what a damaged file costs."""

from __future__ import annotations

import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage.board_files import contents, contents_of, lines_of, naive_fold, quick_db, ticking, write_union

from ideaboard.errors import BoardFileError
from ideaboard.storage import encode_id
from ideaboard.storage.records import HEADER
from ideaboard.storage.upkeep import check_file, repair_file

TITLES = ["[Re] x", "[/b] x", "a[red]b", "日本語 🚀", "<!-- ideaboard:shared:end -->", "\x1b[2J\x00", "x" * 3000]


def make_board(path: Path) -> bytes:
    db = quick_db(path, now=ticking())
    for title in TITLES:
        db.table("ideas").insert({"title": title, "tags": ["a"]})
    with db.action("move"):
        db.table("ideas").update({"stage": "making", "tags": ["a", "b"]})
    db.table("ideas").remove(doc_ids=[db.table("ideas").all()[0].doc_id])
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "board.jsonl"


def refuse_changes(path: Path) -> None:
    before = path.read_bytes()
    db = quick_db(path)
    assert db.damaged
    for attempt in (lambda: db.table("ideas").insert({}), db.undo, db.compact):
        with pytest.raises(BoardFileError, match="is damaged in line"):
            attempt()
    assert path.read_bytes() == before


def kept_aside(path: Path) -> list[bytes]:
    return [file.read_bytes() for file in path.parent.glob("board.jsonl.damaged-*")]


@given(position=st.integers(0, 10**9), flip=st.integers(1, 255), with_lock=st.booleans())
def test_a_flipped_byte_anywhere_costs_one_line(position: int, flip: int, with_lock: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "board.jsonl"
        data = make_board(path)
        if not with_lock:
            path.with_name("board.jsonl.lock").unlink()
        place = position % len(data)
        flipped = bytearray(data)
        flipped[place] ^= flip
        path.write_bytes(flipped)
        line = data.count(b"\n", 0, place) + 1
        if line == 1 and flipped.startswith(b'{"ideaboard":') and 50 <= flipped[13] <= 57:
            with pytest.raises(BoardFileError, match="later version"):
                quick_db(path)
            assert path.read_bytes() == flipped
            return
        db = quick_db(path)
        good = [text for text in bytes(flipped).split(b"\n") if text in data.split(b"\n") and text]
        assert contents(db) == naive_fold(good)
        report = check_file(path)
        last = place == len(data) - 1
        if flipped[place] in b" \r\n" and data[place] in b"\r\n ":
            return
        if last and not with_lock:
            assert db.notices
            assert not report.sound
            return
        if bytes(flipped) != data and db.damaged:
            assert line in {finding.line for finding in report.findings} or line + 1 in {
                f.line for f in report.findings
            }
            refuse_changes(path)
            repaired = repair_file(path)
            assert repaired.sound
            assert repaired.kept_aside is not None
            assert kept_aside(path) == [bytes(flipped)]
            assert all(finding.done or finding.harmless for finding in repaired.findings)
            again = quick_db(path)
            assert not again.damaged
            again.table("ideas").insert({"title": "life goes on"})


@pytest.mark.parametrize("step", [29, pytest.param(2, marks=pytest.mark.slow)])
def test_cut_anywhere(step: int, tmp_path: Path) -> None:
    """With the lock file beside it, and without: every whole change is there, the rest is put aside by the next one."""
    source = tmp_path / "source.jsonl"
    data = make_board(source)
    places = [*range(20), *range(20, len(data) - 20, step), *range(len(data) - 20, len(data))]
    for number, size in enumerate(places):
        for beside in ("nothing", "own lock"):
            path = tmp_path / f"{number} {beside}" / "board.jsonl"
            path.parent.mkdir()
            if beside == "own lock":
                path.with_name("board.jsonl.lock").write_text("")
            path.write_bytes(data)
            if beside == "own lock":
                quick_db(path).table("other").insert({"kept": True})
            path.write_bytes(data[:size])
            whole = [line for line in data.split(b"\n") if line and line in data[:size]]
            db = quick_db(path)
            assert contents(db) == naive_fold(whole)
            if beside == "own lock":
                assert "shorter" in db.notices[0]
            db.table("ideas").insert({"title": "life goes on"})
            assert check_file(path).sound
            tail = data[:size].rpartition(b"\n")[2]
            torn = path.with_name("board.jsonl.torn")
            if tail and tail not in whole:
                assert torn.read_bytes() == tail + b"\n"
                assert "kept in" in db.notices[-1]
            else:
                assert not torn.exists()


def test_a_torn_line_is_said_by_a_reader_and_mended_by_the_next_writer(path: Path) -> None:
    data = make_board(path)
    path.write_bytes(data + b'{"t":"ideas","id":')
    reader = quick_db(path, read_only=True)
    assert "torn" in reader.notices[0]
    assert not reader.damaged
    assert not check_file(path).sound
    writer = quick_db(path)
    writer.table("ideas").insert({})
    assert path.read_bytes().startswith(data)
    assert check_file(path).sound
    assert reader.refresh()
    assert contents(reader) == contents(writer)


def test_a_block_lost_in_a_power_cut_beyond_the_mark_is_torn_and_before_it_is_damage(path: Path) -> None:
    data = make_board(path)
    path.write_bytes(data + b'{"t":"ideas"' + b"\0" * 512 + b'"}\n')
    quick_db(path).table("ideas").insert({})
    assert check_file(path).sound
    data = path.read_bytes()
    last = data.rstrip(b"\n").rfind(b"\n") + 1
    path.write_bytes(data[:last] + b"\0" * (len(data) - last - 1) + b"\n")
    assert "NUL" in check_file(path).findings[0].what
    refuse_changes(path)


def test_repeated_reordered_and_concatenated_lines_are_the_same_board(path: Path, tmp_path: Path) -> None:
    data = make_board(path)
    lines = lines_of(path)
    for seed in range(5):
        mixed = [*lines, *lines]
        random.Random(seed).shuffle(mixed)
        path.write_bytes(b"".join(mixed))
        db = quick_db(path)
        assert contents(db) == naive_fold(lines)
        assert not db.damaged
        assert check_file(path).sound
        db.table("ideas").insert({})
    other = tmp_path / "other.jsonl"
    quick_db(other, seed=7).table("ideas").insert({"title": "other"})
    path.write_bytes(data + other.read_bytes())
    assert contents_of(path) == naive_fold([*lines, *lines_of(other)])
    assert any("2 times" in finding.what for finding in check_file(path).findings)


def test_a_missing_line(path: Path) -> None:
    make_board(path)
    lines = lines_of(path)
    for number in range(len(lines)):
        path.write_bytes(b"".join(line for index, line in enumerate(lines) if index != number))
        db = quick_db(path)
        assert contents(db) == naive_fold(line for index, line in enumerate(lines) if index != number)
        db.table("ideas").insert({})
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    findings = check_file(path).findings
    assert any("began document" in finding.what for finding in findings)
    assert any("shorter" in finding.what for finding in findings)
    assert any("shorter" in notice for notice in quick_db(path).notices)


def test_conflict_markers_of_git(path: Path) -> None:
    make_board(path)
    lines = lines_of(path)
    marked = [*lines[:4], b"<<<<<<< HEAD\n", *lines[4:6], b"=======\n", *lines[6:], b">>>>>>> theirs\n"]
    path.write_bytes(b"".join(marked))
    assert contents_of(path) == naive_fold(lines)
    report = check_file(path)
    assert [(finding.line, finding.what) for finding in report.findings] == [
        (line, "it is a conflict marker of git") for line in (5, 8, len(marked))
    ]
    refuse_changes(path)
    repaired = repair_file(path)
    assert {finding.done for finding in repaired.findings} == {"left out"}
    assert kept_aside(path) == [b"".join(marked)]
    assert contents_of(path) == naive_fold(lines)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\n\n"),
        lambda data: HEADER + b"\n" + data,
        lambda data: data.removeprefix(HEADER + b"\n"),
        lambda data: data.removesuffix(b"\n"),
        lambda data: data.partition(b"\n")[2] + HEADER,
    ],
    ids=["byte-order mark", "CR LF", "blank lines", "header twice", "no header", "no last LF", "header last"],
)
def test_oddities_that_do_no_harm(path: Path, change: object) -> None:
    data = make_board(path)
    path.unlink()
    path.write_bytes(change(data))  # type: ignore[operator]  # a function from bytes to bytes
    db = quick_db(path)
    assert contents(db) == naive_fold(line for line in data.split(b"\n") if line)
    assert not db.damaged
    assert check_file(path).sound
    db.table("ideas").insert({"title": "life goes on"})
    assert contents_of(path) == contents(db)
    assert check_file(path).sound


def test_an_empty_file_is_an_empty_board(path: Path) -> None:
    path.write_bytes(b"")
    db = quick_db(path)
    assert db.tables() == set()
    assert path.read_bytes() == b""
    db.table("ideas").insert({})
    assert path.read_bytes().startswith(HEADER + b"\n")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"ideaboard":2}\n{"anything":1}\n', "later version"),
        (b'{"ideaboard":99,"more":[]}\n', "later version"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "not a board file"),
        (b'{"_default": {"1": {"title": "x"}}}', "not a board file"),
        (b"[1, 2]", "not a board file"),
        (b"# notes\n\n- one\n", "not a board file"),
        ("\ufeff{}".encode("utf-16"), "not a board file"),
        (b"\0" * 5000, "not a board file"),
        (b"null", "not a board file"),
    ],
)
def test_something_else_is_refused_and_untouched(path: Path, data: bytes, words: str) -> None:
    path.write_bytes(data)
    for attempt in (quick_db, check_file, repair_file):
        with pytest.raises(BoardFileError, match=words):
            attempt(path)
    assert path.read_bytes() == data
    assert [file.name for file in path.parent.iterdir()] == ["board.jsonl"]


def test_the_import_command_is_named_for_a_stock_file(path: Path) -> None:
    path.write_bytes(b'{"_default": {"1": {"title": "x"}}}')
    with pytest.raises(BoardFileError) as caught:
        quick_db(path)
    assert "ideaboard import" in caught.value.hint


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    for attempt in (quick_db, check_file, repair_file):
        with pytest.raises(BoardFileError, match="is not a file"):
            attempt(tmp_path)
    with pytest.raises(BoardFileError, match="there is no board file"):
        quick_db(tmp_path / "none.jsonl", create=False)
    with pytest.raises(BoardFileError, match="there is no board file"):
        check_file(tmp_path / "none.jsonl")


def test_an_edit_by_hand_is_kept_by_the_repair(path: Path) -> None:
    db = quick_db(path)
    id = db.table("ideas").insert({"title": "Reproduce LoRA"})
    db.table("ideas").insert({"title": "other"})
    path.write_bytes(path.read_bytes().replace(b"Reproduce LoRA", b"Reproduce QLoRA"))
    assert db.refresh()
    refuse_changes(path)
    report = repair_file(path)
    assert "kept as it reads" in report.findings[0].done
    assert quick_db(path).table("ideas").get(doc_id=id) == {"title": "Reproduce QLoRA"}
    assert db.refresh()
    assert not db.damaged
    db.table("ideas").insert({})


def test_repairing_a_sound_file_does_nothing(path: Path) -> None:
    data = make_board(path)
    report = repair_file(path)
    assert report.sound
    assert report.kept_aside is None
    assert path.read_bytes() == data
    assert kept_aside(path) == []


def test_records_of_kinds_and_keys_not_known_are_kept(path: Path) -> None:
    from ideaboard.storage.records import decode, encode
    from ideaboard.storage.upkeep import compact_file

    make_board(path)
    known = decode(lines_of(path)[1].rstrip())
    strange = [
        encode({"at": "2026-11-22T09:30:01.250000Z-0000-p3x9", "widget": {"x": 1}}),
        encode(
            {**{key: value for key, value in known.items() if key != "crc"}, "at": known["at"][:-4] + "zzzz", "x": 1}
        ),
    ]
    path.write_bytes(path.read_bytes() + b"".join(strange) + lines_of(path)[1])
    compact_file(path)
    assert set(strange) <= set(lines_of(path))
    assert len(lines_of(path)) == len(set(lines_of(path)))
    assert orjson.loads(lines_of(path)[0]) == {"ideaboard": 1}
    write_union(path, lines_of(path))


@given(at=st.integers(0, 2), grown=st.booleans(), same_time=st.booleans())
def test_an_open_board_tells_a_rewrite_in_place_from_an_append(
    tmp_path_factory: pytest.TempPathFactory, at: int, grown: bool, same_time: bool
) -> None:
    path = tmp_path_factory.mktemp("rewritten") / "board.jsonl"
    with quick_db(path) as db:
        numbers = [db.table("ideas").insert({"title": title, "notes": "x" * 200}) for title in ("aaa", "bbb", "ccc")]
        before = path.stat()
        lines = lines_of(path)
        other = path.with_name("other.jsonl")
        other.write_bytes(b"".join(lines[: 1 + at]))
        with quick_db(other, seed=1) as copy:
            copy.table("ideas").insert({"title": "ddd", "notes": "x" * 200})
        lines[1 + at] = lines_of(other)[-1]
        more = b""
        if grown:
            with quick_db(other, seed=2) as copy:
                copy.table("ideas").insert({"title": "eee"})
            more = lines_of(other)[-1]
        with path.open("r+b") as file:
            file.write(b"".join(lines) + more)
        assert path.stat().st_size == before.st_size + len(more)
        if same_time:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        db.refresh()
        titles = {document["title"] for document in db.table("ideas")}
        assert titles == {*("aaa", "bbb", "ccc"), "ddd", *(["eee"] if grown else [])} - {("aaa", "bbb", "ccc")[at]}
        assert list(db.missing) == [("ideas", encode_id(numbers[at]))]
        assert contents(db) == contents_of(path)
