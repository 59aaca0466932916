"""`add` without reading the board: the same line, words and exit code as the ordinary way, or nothing done at all."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.cli_runs import Done, assert_told, at_once, fast, here, listed, process
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.cli import app, fast_add
from ideaboard.cli.capture import add_command
from ideaboard.cli.commands import GLOBAL_OPTIONS
from ideaboard.cli.run import run
from ideaboard.core import text
from ideaboard.errors import InvalidInput
from ideaboard.storage import open_db
from ideaboard.storage.add_index import AddIndex
from ideaboard.storage.system import System
from ideaboard.storage.upkeep import check_file


def board() -> Path:
    return Path(os.environ["IDEABOARD_BOARD"])


@pytest.fixture(autouse=True)
def young_configs_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_add, "_SETTLED", -(10**18))


@pytest.fixture
def indexed() -> Path:
    """A board with an idea, and the index that adding it left behind."""
    here("add", "there")
    return board()


def index_file() -> Path:
    return Path(AddIndex.place(os.environ["IDEABOARD_CACHE"], str(board())))


def added(*words: str) -> Done:
    done = at_once("add", *words)
    assert done is not None, words
    return done


def test_the_options_are_those_of_add() -> None:
    known = {param.key: param for param in (*add_command.params, *GLOBAL_OPTIONS)}
    assert set(known) - {param.key for param in fast_add.PARAMS} == {"quick", "as_json", "config"}
    for param in fast_add.PARAMS:
        other = known[param.key]
        assert (param.names, param.many) == (other.names, other.many)
        assert "files" not in {param.complete, other.complete} or param.complete == other.complete
        assert (other.is_flag, other.is_number, other.choices) == (False, False, ())


USUAL = (
    ["a few words"],
    ["several", "words", "-t", "LoRA", "-t", "peft"],
    ["x", "-k", "paper-to-code", "--stage", "Outline"],
    ["x", "--kind=Post or video", "--notes", "one line, (with) \"all\" 'signs' \\o/", "--due", "2026-12-24"],
    ["x", "--url", "https://example.org/what/is-it.html"],
    ["größer 日本 😀 1.5 times 100"],
    ["--as", "claude", "--", "-x"],
    ["what ICML (2026) asks, 1999"],
)
UNUSUAL = (
    ["arXiv:2106.09685"],
    ["x", "--url", "https://doi.org/10.1103/x"],
    ["x", "-s", "making"],
    ["x", "-s", "shared"],
    ["x", "-s", "candidate"],
    ["\u3164"],
    [""],
    ["x" * 501],
    ["x", "--as", "x" * 41],
    ["x", "-t", "x" * 101],
    ["x", "--json"],
    ["x", "--quick"],
    ["-"],
    ["x", "-k", "nothing"],
    ["x", "-t", "a b"],
    ["x", "--due", "2026-02-30"],
    ["x", "--notes", "two\nlines"],
    ["\x1b[31mx"],
    ["x", "--help"],
    ["x", "--config", "config.toml"],
)


def test_what_is_usual_is_done_at_once_and_everything_else_is_handed_over(indexed: Path) -> None:
    for words in USUAL:
        done = added(*words)
        assert (done.code, len(done.out), done.err) == (0, 9, "")
    ids = {added("x").id, added("y").id}
    assert ids <= set(listed())
    before = indexed.read_bytes()
    for words in UNUSUAL:
        assert at_once("add", *words) is None, words
    for line in (["list", "add"], ["--board", "add"], ["--as", "x", "list", "add"]):
        assert at_once(*line) is None
    assert indexed.read_bytes() == before


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs says where the folders are")
def test_nothing_heavy_is_imported(indexed: Path) -> None:
    script = """
import os, sys
before = {*sys.modules}
from ideaboard.cli.fast_add import fast_add
code = fast_add(["add", "x", "-t", "a"])
print(code, *sorted({*sys.modules} - before), file=sys.stderr)
"""
    folder = str(Path(fast_add.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-S", "-c", script], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": folder}
    )
    code, *modules = done.stderr.split()
    ours = {name for name in modules if name.startswith("ideaboard")}
    assert code == "0"
    assert set(modules) - ours <= {"__future__", "errno", "fcntl", "zlib"}
    assert len(ours) <= 18, ours


def test_the_program_takes_the_short_way(indexed: Path) -> None:
    """The ordinary way would leave an index anew: it would be another file."""
    before = index_file().stat().st_ino
    ids = [process("add", "x", "-t", "a").id for _ in range(2)]
    assert index_file().stat().st_ino == before
    assert set(ids) <= set(listed())
    assert process("add", "x", IDEABOARD_NO_CACHE="1").code == 0


def test_actions_of_others_are_followed(indexed: Path) -> None:
    id = added("x").id
    Path("ideas.txt").write_text("- one\n- two\n")
    for line in (
        ["move", id, "outline"],
        ["edit", id, "--title", "y"],
        ["add", "arXiv:2106.09685"],
        ["add", "-s", "making", "z"],
        ["response", "add", id, "question", "why?"],
        ["share", id, "--url", "https://example.org"],
        ["archive", id],
        ["undo"],
        ["redo"],
        ["restore", id],
        ["delete", "-y", id],
        ["undo"],
        ["import", "ideas.txt"],
        ["list"],
    ):
        assert here(*line).code == 0, line
        assert added("once more").code == 0, line
        if line[0] in ("archive", "undo", "delete"):
            here("undo")  # the one of just now, so that the next line comes upon what was before
    assert check_file(indexed).sound


def test_what_an_undo_brings_back_and_has_to_be_told_of(indexed: Path) -> None:
    table = open_db(indexed).table("ideas")
    number = table.insert({"title": 5})
    table.remove(doc_ids=[number])
    assert (here("add", "x").code, here("undo").code) == (0, 0)
    assert at_once("add", "x") is not None
    assert (here("undo").code, here("undo").code) == (0, 0)
    assert at_once("add", "x") is None
    assert "'title' is not text" in here("add", "x").err
    assert at_once("add", "x") is None


def test_a_config_that_changed_counts_at_once(indexed: Path) -> None:
    config = Path(os.environ["IDEABOARD_CONFIG"])
    added("x")
    for written in ('default_kind = "post"', "[stages.idea]\nlimit = 1", "", 'default_kind = "?"'):
        config.write_text(written)
        assert at_once("add", "x") is None
        done = here("add", "x")
        assert done.code == 0
        limited = "limit" in written or "?" in written
        assert (at_once("add", "y") is None) == limited, written
    config.unlink()
    assert at_once("add", "x") is None
    here("add", "x")
    assert at_once("add", "x") is not None


def test_a_config_that_changed_just_now_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_add, "_SETTLED", 3600 * 10**9)
    Path(os.environ["IDEABOARD_CONFIG"]).write_text("")
    here("add", "x")
    assert at_once("add", "x") is None


class Stream:
    """A standard output that takes nothing."""

    encoding = "utf-8"

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        raise self.error

    def fileno(self) -> int:
        return os.dup(2)


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(28, "No space left on device")], ids=type)
def test_what_was_done_and_cannot_be_printed_is_told_as_ever(
    error: OSError, indexed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[tuple[int | None, str]] = []
    known = set(listed())
    for way in (fast, run):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", Stream(error))
            patch.setattr(os, "dup2", lambda *_: None)
            code = way(["add", "once"])
        (id,) = set(listed()) - known
        known.add(id)
        told.append((code, capsys.readouterr().err.replace(id, "ID")))
    assert told[0] == told[1]
    assert told[0][0] == (141 if isinstance(error, BrokenPipeError) else 74)
    assert "done all the same: added 'once' (ID)" in told[0][1]


def test_what_goes_wrong_behind_the_append_does_nothing_twice(
    indexed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(AddIndex, "add", broken)
    assert fast(["add", "once"]) == 2
    assert "not enough memory" in capsys.readouterr().err
    assert [idea["title"] for idea in listed().values()] == ["there", "once"]


def test_an_output_of_another_encoding(indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ideaboard", "add", "x"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-16"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("ascii").strip() in listed()


def test_the_limits_are_those_of_the_ordinary_way() -> None:
    assert {"title": text.TITLE_LIMIT, "tag": text.TAG_LIMIT, "guest": app._LONGEST_NAME} == fast_add._MOST
    for char in fast_add._SHOWS_NOTHING:
        with pytest.raises(InvalidInput):
            text.clean_title(char)


def test_ctrl_c_before_anything_was_done(
    indexed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted(System):
        def fsync(self, fd: int) -> None:
            raise KeyboardInterrupt

    before = indexed.read_bytes()
    assert fast(["add", "x"], Interrupted()) == 130
    monkeypatch.setattr(System, "fsync", Interrupted.fsync)
    assert run(["add", "x"]) == 130
    assert capsys.readouterr() == ("", "\n\n")
    assert indexed.read_bytes() == before


def test_a_full_disk_is_told_as_ever_and_the_file_is_cut_back(indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(System):
        def write(self, fd: int, data: bytes) -> int:
            if b'"set"' in data:
                os.write(fd, data[:50])
                raise OSError(28, "No space left on device")
            return os.write(fd, data)

    before = indexed.read_bytes()
    done = at_once("add", "x", system=Full())
    assert indexed.read_bytes() == before
    monkeypatch.setattr(System, "write", Full.write)
    assert here("add", "x") == done
    assert done is not None
    assert (done.code, done.out) == (4, "")
    assert "the disk is full" in done.err
    assert indexed.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="locks are asked for by fcntl here")
def test_a_lock_that_another_one_holds(indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setattr(fast_add, "_PATIENCE", 0.01)
    with Path(f"{indexed}.lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert at_once("add", "x") is None
    assert at_once("add", "x") is not None


def test_a_change_between_the_look_and_the_append(indexed: Path) -> None:
    class Changed(System):
        def random(self) -> int:
            with indexed.open("ab") as file:
                file.write(b"\n")
            return super().random()

    done = at_once("add", "x", system=Changed())
    assert done is not None
    assert_told(done, 4, "changed by another program at this moment")
    assert set(indexed.read_bytes().splitlines()[2:]) == {b""}


def test_a_rank_that_no_moment_has_come_to(indexed: Path) -> None:
    open_db(indexed).table("ideas").insert({"title": "last", "stage": "idea", "rank": "zi"})
    first = here("add", "x").id
    assert at_once("add", "y") is None
    assert listed()[first]["rank"] > "zi"


def test_a_rank_that_comes_back(indexed: Path) -> None:
    archived = {"at": "2026-03-02T08:00:00.000Z", "because": "parked"}
    open_db(indexed).table("ideas").insert({"title": "away", "stage": "idea", "rank": "zi", "archived": archived})
    here("add", "x")
    (id,) = listed("--archived")
    assert here("restore", id).code == 0
    assert at_once("add", "y") is None
    last = here("add", "y").id
    assert listed()[last]["rank"] > "zi"


@pytest.mark.parametrize("folder", ["board", "cache"])
def test_a_folder_on_the_network(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(System, "network", lambda _, path: "nfs4" if folder in Path(path).name else "")
    for _ in range(2):
        assert ("network" in here("add", "x").err) == (folder == "board")
    assert at_once("add", "x") is None


def test_a_board_that_can_only_be_read(indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(System, "writable", lambda *_: False)
    assert at_once("add", "x") is None
    assert_told(here("add", "x"), 4, "can only be read")


def test_no_cache_no_stream_and_what_a_shell_asks(indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("IDEABOARD_NO_CACHE", "1"), ("_IDEABOARD_COMPLETE", ""), ("IDEABOARD_STATE", "a\udcff")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert at_once("add", "x") is None, name
    for name in ("stdin", "stdout", "stderr"):
        with monkeypatch.context() as patch:
            patch.setattr(sys, name, None)
            assert fast(["add", "x"]) is None, name
    assert at_once("add", "x") is not None


def test_a_board_to_be_told_of_or_refused(indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("IDEABOARD_BOARD")
    for folder in (".git", ".ideaboard"):
        Path(folder).mkdir()
    link = Path(".ideaboard", "board.jsonl")
    link.symlink_to(indexed)
    assert at_once("--board", str(indexed), "add", "x") is not None
    assert at_once("add", "x") is None
    assert_told(here("add", "x"), 4, "a link that leads out of its repository")
    link.unlink()
    link.write_bytes(b"")
    assert here("add", "x").code == 0
    assert at_once("add", "x") is not None
    Path(".ideaboard", "templates").mkdir()
    assert at_once("add", "x") is None
    assert "are not used" in here("add", "x").err


def test_a_clock_that_is_behind_is_left_to_the_ordinary_way(indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added("x")
    monkeypatch.setattr(fast_add, "_micros", lambda: time.time_ns() // 1000 - 5 * 10**6)
    before = indexed.read_bytes()
    assert at_once("add", "x") is None
    assert indexed.read_bytes() == before


def test_a_clock_that_is_behind_an_edit(indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    id = added("x").id
    time.sleep(0.002)
    moment = time.time_ns() // 1000
    assert here("edit", id, "--notes", "later").code == 0
    with monkeypatch.context() as patch:
        patch.setattr(fast_add, "_micros", lambda: moment)
        assert at_once("add", "y") is None
    assert at_once("add", "y") is not None


WRITER = """
import sys
from ideaboard.cli.fast_add import fast_add
from ideaboard.cli.run import run
name, count, fast = sys.argv[1], int(sys.argv[2]), 0
for number in range(count):
    line = ["add", f"{name}{number}", "-t", name]
    code = fast_add(line)
    fast += code is not None
    assert (run(line) if code is None else code) == 0
sys.stdout.flush()
sys.stderr.write(str(fast))
"""
MOVER = """
import sys
from ideaboard.cli.run import run
for number in range(8):
    assert run(["move", sys.argv[1], ("outline", "idea")[number % 2]]) == 0
"""


def test_four_processes_add_at_once_beside_one_that_moves(indexed: Path) -> None:
    id = added("moved").id
    scripts = [*((WRITER, name, "20") for name in "abcd"), (MOVER, id)]
    processes = [
        subprocess.Popen([sys.executable, "-c", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for words in scripts
    ]
    outputs = [one.communicate(timeout=120) for one in processes]
    assert [one.returncode for one in processes] == [0] * 5, outputs
    told = [id for out, _ in outputs[:4] for id in out.split()]
    ideas = listed()
    assert len(set(told)) == 80
    assert set(told) <= set(ideas)
    assert sorted(idea["title"] for idea in ideas.values()) == sorted(
        ["there", "moved", *(f"{name}{number}" for name in "abcd" for number in range(20))]
    )
    assert sum(int(err) for _, err in outputs[:4]) > 20
    assert check_file(indexed).sound
    assert at_once("add", "after all") is not None


ADDER = """
import itertools, os, sys
from ideaboard.cli.fast_add import fast_add
from ideaboard.cli.run import run
for number in itertools.count():
    line = ["add", f"{sys.argv[1]}-{number}"]
    code = fast_add(line)
    assert (run(line) if code is None else code) == 0
    sys.stdout.flush()
"""


@pytest.mark.parametrize("kills", [8, pytest.param(60, marks=pytest.mark.slow)])
def test_killed_again_and_again_nothing_acknowledged_is_lost(kills: int, indexed: Path, tmp_path: Path) -> None:
    log, chance = tmp_path / "log", random.Random(20261127)
    for number in range(kills):
        with log.open("ab") as output:
            size = output.tell()
            adder = subprocess.Popen([sys.executable, "-c", ADDER, str(number)], stdout=output)
            deadline = time.monotonic() + 60
            while log.stat().st_size == size:
                assert adder.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.001)
            time.sleep(chance.random() * 0.02)
            adder.kill()
            adder.wait()
    told = log.read_text().split()
    ideas = listed()
    assert len(told) == len(set(told)) >= kills
    assert set(told) <= set(ideas)
    assert len(ideas) <= 1 + len(told) + kills  # killed between the disk and the answer
    assert check_file(indexed).sound


def ways() -> dict[str, Callable[[int], str]]:
    """Steps of a life: each returns the title that was acknowledged, if any."""

    def quick(number: int) -> str:
        done = at_once("add", f"fast {number}")
        return f"fast {number}" if done else ""

    def ordinary(number: int) -> str:
        assert here("add", f"ordinary {number}").code == 0
        return f"ordinary {number}"

    def move(_: int) -> str:
        assert here("move", next(iter(listed())), "next").code == 0
        return ""

    def undo_and_redo(_: int) -> str:
        assert (here("undo").code, here("redo").code) == (0, 0)
        return ""

    def copied(_: int) -> str:
        fresh = board().with_suffix(".fresh")
        fresh.write_bytes(board().read_bytes())
        fresh.replace(board())
        return ""

    def merged(number: int) -> str:
        """Another machine's copy, in which something was added, comes by git: its line is not the last one."""
        lines = board().read_bytes().splitlines(keepends=True)
        other = board().with_suffix(".other")
        other.write_bytes(b"".join(lines))
        assert here("--board", str(other), "add", f"merged {number}").code == 0
        line = other.read_bytes().splitlines(keepends=True)[-1]
        board().write_bytes(b"".join([*lines[:1], line, *lines[1:]]))
        return f"merged {number}"

    def older_index(_: int) -> str:
        data = index_file().read_bytes()
        assert here("add", "older").code == 0
        index_file().write_bytes(data)
        return "older"

    known = (quick, ordinary, move, undo_and_redo, copied, merged, older_index)
    return {one.__name__: one for one in known}


@given(st.lists(st.sampled_from(["quick", "quick", *ways()]), min_size=3, max_size=8))
def test_whatever_happens_nothing_is_lost_or_doubled(steps: list[str]) -> None:
    path = board()
    for file in (*path.parent.glob("*"), *Path(os.environ["IDEABOARD_CACHE"]).glob("*")):
        file.unlink()
    assert here("add", "there").code == 0
    titles = ["there", *filter(None, [ways()[step](number) for number, step in enumerate(steps)])]
    ideas = listed()
    assert sorted(idea["title"] for idea in ideas.values()) == sorted(titles)
    assert check_file(path).sound
    stamps = [json.loads(line)["at"] for line in path.read_bytes().splitlines()[1:]]
    assert len(set(stamps)) == len(stamps)
