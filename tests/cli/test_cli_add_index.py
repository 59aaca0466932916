"""The index by which an idea is added: killed at any call, flipped, cut, of another board, of another user, too young.

An index that is not true costs time, and nothing else.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.cli_runs import at_once, here, listed
from storage.board_files import Counting, Killed, QuickSystem

from ideaboard import bootstrap, files
from ideaboard.storage import add_index, open_db, snapshot
from ideaboard.storage.add_index import AddIndex, Known
from ideaboard.storage.ids import decode_id
from ideaboard.storage.system import Seen, System
from ideaboard.storage.upkeep import check_file


def index_of(board: Path) -> Path:
    return Path(AddIndex.place(os.environ["IDEABOARD_CACHE"], str(board)))


@pytest.fixture
def board() -> Path:
    """A board of two ideas, and the index that adding them left behind."""
    here("add", "first")
    here("add", "second")
    return Path(os.environ["IDEABOARD_BOARD"])


@pytest.fixture
def index(board: Path) -> Path:
    return index_of(board)


def is_true(board: Path) -> bool:
    """Tell whether the index counts; where it does, what it says of the board is right."""
    known = AddIndex(str(index_of(board))).read(System(), Seen.of(board.stat()))
    if known is None:
        return False
    db = open_db(board)
    state = db._journal.state
    ids = {known.ids[at : at + 8].decode() for at in range(0, len(known.ids), 8)}
    assert ids == set(state.tables["ideas"].meta)
    assert known.newest == state.newest
    assert known.rank == max(document["rank"] for document in db.documents("ideas").values())
    assert not db.damaged
    return True


def titles() -> list[str]:
    return sorted(idea["title"] for idea in listed().values())


def calls_of_one() -> list[str]:
    system = Counting()
    assert at_once("add", "counted", system=system) is not None
    return system.calls


@pytest.fixture
def no_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of calls must not go by the clock."""
    monkeypatch.setattr(add_index, "_is_older", lambda *_: True)


@pytest.mark.parametrize("how", ["before", "after", "half"])
def test_killed_at_any_call(how: str, board: Path, no_ticks: None) -> None:
    """One board lives through all kills: whatever one left behind, the ordinary way goes on from it."""
    calls = calls_of_one()
    assert calls.count("fsync") == 1
    wanted, came = titles(), set()
    for number in range(len(calls)):
        system = Counting()
        system.fails_at, system.fault = number, lambda name: Killed()
        system.after, system.half = how == "after", how == "half"
        with pytest.raises(Killed):
            at_once("add", f"killed {number}", system=system)
        is_true(board)
        found = titles()
        extra = [f"killed {number}"] if f"killed {number}" in found else []
        came.add(bool(extra))
        # Another one may come at once: by the index where it is true, else by the ordinary way.
        line = ["add", f"next {number}"]
        assert (at_once(*line) or here(*line)).code == 0
        if number % 5 == 0:
            assert here("add", "ordinary").code == 0
            extra.append("ordinary")
        assert is_true(board) or here("add", "x", "--quick").code == 0
        wanted = sorted([*wanted, *extra, f"next {number}", *(["x"] if "x" in set(titles()) - set(wanted) else [])])
        assert titles() == wanted
    assert came == {False, True}
    assert check_file(board).sound


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_any_call_fails(number: int, board: Path, no_ticks: None) -> None:
    calls = calls_of_one()
    seen = set()
    for call in range(len(calls)):
        assert is_true(board) or (here("add", "ordinary").code == 0 and is_true(board))
        system = Counting()
        system.fails_at, system.half = call, True
        system.fault = lambda name: OSError(number, os.strerror(number))
        before = board.read_bytes()
        done = at_once("add", "x", system=system)
        code = None if done is None else done.code
        seen.add(code)
        assert code in (None, 0, 4), calls[call]
        if done is not None and code == 4:
            assert "cannot be written" in done.err
        lines = board.read_bytes().removeprefix(before)
        assert (len(lines.splitlines()), lines.endswith(b"\n")) == ((1, True) if code == 0 else (0, False))
        is_true(board)
    assert seen == {None, 0, 4}
    assert here("add", "after all").code == 0
    assert check_file(board).sound


def test_every_byte_of_the_index_flipped_or_cut(board: Path, index: Path) -> None:
    before, data = board.read_bytes(), index.read_bytes()
    assert is_true(board)

    def write(kept: bytes) -> None:
        with index.open("r+b") as file:
            file.write(kept)
            file.truncate()

    for at in range(len(data)):
        write(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        assert at_once("add", "x") is None, at
        write(data[:at])
        assert at_once("add", "x") is None, at
    assert board.read_bytes() == before
    write(data)
    assert at_once("add", "x") is not None
    index.write_bytes(b"ideaboard-add-1 x\n" * 100)
    assert at_once("add", "x") is None


def test_an_index_of_another_board(board: Path, index: Path, tmp_path: Path) -> None:
    other = tmp_path / "board.jsonl"
    here("--board", str(other), "add", "there")
    shutil.copy(index_of(other), index)
    assert at_once("add", "x") is None
    assert at_once("--board", str(other), "add", "x") is not None


def edited(board: Path) -> None:
    with board.open("r+b") as file:
        file.seek(board.read_bytes().index(b"first"))
        file.write(b"worst")


def merged(board: Path) -> None:
    lines = board.read_bytes().splitlines(keepends=True)
    board.write_bytes(b"".join([lines[0], *lines[:0:-1]]))


def replaced(board: Path) -> None:
    fresh = board.with_suffix(".fresh")
    fresh.write_bytes(board.read_bytes())
    fresh.replace(board)


def shortened(board: Path) -> None:
    os.truncate(board, board.read_bytes().rindex(b"\n", 0, -1) + 1)


def torn(board: Path) -> None:
    os.truncate(board, board.stat().st_size - 9)


def appended(board: Path) -> None:
    with board.open("ab") as file:
        file.write(board.read_bytes().splitlines(keepends=True)[-1])


def emptied(board: Path) -> None:
    os.truncate(board, 0)


CHANGES = (edited, merged, replaced, shortened, torn, appended, emptied, Path.unlink)


@pytest.mark.parametrize("at_the_same_moment", [False, True])
def test_a_board_that_others_changed_is_read(at_the_same_moment: bool, board: Path) -> None:
    for change in CHANGES:
        here("add", "made ready")  # may have to say that the file got shorter
        assert (here("add", "made ready").code, is_true(board)) == (0, True), change
        kept = board.read_bytes()
        assert at_once("add", "right before") is not None  # the change comes in the same tick of the clock, or so
        status = board.stat()
        if not at_the_same_moment:
            time.sleep(0.01)
        change(board)
        if board.exists():
            os.utime(board, ns=(status.st_atime_ns, status.st_mtime_ns))
            there = board.read_bytes()
            assert at_once("add", "x") is None, change
            assert board.read_bytes() == there
        else:
            assert at_once("add", "x") is None
        ordinary = here("add", "x")
        assert (ordinary.code == 4) == (change is edited), change
        board.unlink(missing_ok=True)
        board.write_bytes(kept)


def test_an_index_as_young_as_the_board_file_does_not_count(board: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a change in the same tick of the clock would not be seen (racy-git.txt)."""

    class Quick(QuickSystem):
        waited = 0

        def sleep(self, seconds: float) -> None:
            Quick.waited += 1

        def fstat(self, fd: int) -> os.stat_result:
            status = super().fstat(fd)
            if Path(f"/proc/self/fd/{fd}").readlink() != index_of(board):
                return status
            # The clock stands still: the index is as young as the board file.
            times = {"st_mtime_ns": board.stat().st_ctime_ns}
            return os.stat_result(tuple(status), {**{name: getattr(status, name) for name in NAMES}, **times})

    if not Path("/proc/self/fd").exists():
        pytest.skip("files are told by their names in /proc")
    assert at_once("add", "x", system=Quick()) is None
    monkeypatch.setattr(add_index, "_TICKS", 0)
    assert at_once("add", "x") is not None  # its head is never written, as if it came too early
    assert at_once("add", "x") is None
    monkeypatch.undo()


NAMES = [name for name in dir(os.stat_result) if name.startswith("st_")]


def test_a_board_whose_times_are_whole_seconds_is_read(board: Path, index: Path) -> None:
    seen = Seen.of(board.stat())
    device, inode, size, mtime, ctime = seen
    assert add_index._is_older(seen, ctime + 1)
    assert not add_index._is_older(seen, ctime)
    assert not add_index._is_older(Seen((device, inode, size, mtime, ctime // 10**9 * 10**9)), ctime + 1)


def linked(index: Path) -> None:
    index.rename(index.with_name("elsewhere"))
    index.symlink_to("elsewhere")


def second_name(index: Path) -> None:
    os.link(index, index.with_name("elsewhere"))


def readable(index: Path) -> None:
    index.chmod(0o644)


def a_folder(index: Path) -> None:
    index.unlink()
    index.mkdir()


def a_pipe(index: Path) -> None:
    index.unlink()
    os.mkfifo(index)


@pytest.mark.skipif(os.name == "nt", reason="of POSIX")
@pytest.mark.parametrize("change", [linked, second_name, readable, a_folder, a_pipe])
def test_what_lies_in_place_of_the_index(change: Callable[[Path], None], board: Path, index: Path) -> None:
    change(index)
    assert at_once("add", "x") is None
    elsewhere = index.with_name("elsewhere")
    kept = elsewhere.read_bytes() if elsewhere.exists() else b""
    assert here("add", "x").code == 0
    assert not elsewhere.exists() or elsewhere.read_bytes() == kept
    if change is not a_folder:
        assert (index.stat().st_mode & 0o777, index.is_symlink()) == (0o600, False)
        assert at_once("add", "x") is not None
    assert check_file(board).sound


def test_an_index_of_another_user(board: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "is_mine", lambda uid: False)
    assert at_once("add", "x") is None
    monkeypatch.undo()


def test_a_mark_that_does_not_name_the_file(board: Path) -> None:
    lock = Path(f"{board}.lock")
    data = lock.read_bytes()
    for other in (b"", data[:64], data.replace(b"bytes ", b"bytes 1"), data.replace(b"inode ", b"inode 1")):
        lock.write_bytes(other)
        assert at_once("add", "x") is None
    lock.unlink()
    assert at_once("add", "x") is None
    assert here("add", "x").code == 0
    assert at_once("add", "x") is not None


def test_where_nothing_can_be_kept_nothing_is_said(board: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for cache in (board, Path("/proc/nowhere")):
        monkeypatch.setenv("IDEABOARD_CACHE", str(cache))
        done = here("add", "x")
        assert (done.code, done.err) == (0, "")
        assert at_once("add", "x") is None


def test_an_index_made_of_a_snapshot(board: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_LARGE", 0)
    monkeypatch.setattr(snapshot, "_WORTH", 0)
    assert here("delete", "-y", min(listed())).code == 0
    assert here("list").code == 0
    assert list(index.parent.glob("board-*"))
    index.unlink()
    assert here("add", "third").code == 0
    assert is_true(board)
    assert at_once("add", "fourth") is not None
    assert is_true(board)


def test_an_id_that_was_ever_used_is_not_given_again(board: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used = sorted(listed())
    assert here("delete", "-y", used[0]).code == 0
    chances = iter([1, *map(decode_id, used), 5, 2, 5, 6])  # of the writer, then until an id is free
    with monkeypatch.context() as patch:
        patch.setattr(System, "random", lambda _: next(chances))
        ids = {at_once("add", title) for title in "xy"}
    assert {done.id for done in ids if done} == {"00000005", "00000006"}
    assert set(listed()) == {used[1], "00000005", "00000006"}
    assert not Known("", "", b"", b"00000001" + b"10000000").has("00000110")
