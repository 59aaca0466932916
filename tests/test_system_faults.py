"""Every call to the system outside of storage fails once in every way that it may: it ends in a sentence, never in 70.

What storage does is held by `storage/test_storage_faults.py`.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from cli.cli_runs import Done, add, assert_told, here

import ideaboard
from ideaboard.storage.upkeep import check_file

if sys.platform == "win32":
    pytest.skip("the calls of POSIX systems", allow_module_level=True)
import fcntl

PACKAGE = str(Path(ideaboard.__file__).parent)
LOOKS = ("EACCES", "ELOOP", "ENAMETOOLONG", "ENOENT", "ENOTDIR", "ENOMEM", "EOVERFLOW", "EIO", "ESTALE")
OPENS = (*LOOKS, "EISDIR", "EMFILE", "ENODEV", "ENXIO", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EBUSY", "ETXTBSY")
WRITES = ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EINVAL", "EPERM", "EROFS")
NAMES = (*LOOKS, "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EBUSY", "EEXIST", "EMLINK", "ENOTEMPTY", "EXDEV", "EISDIR")
# What the manual pages of Linux and POSIX name for each.
FAULTS: dict[tuple[Any, str], tuple[str, ...]] = {
    (os, "open"): OPENS,
    (io, "open"): OPENS,
    (builtins, "open"): OPENS,
    (os, "stat"): LOOKS,
    (os, "lstat"): LOOKS,
    (os, "fstat"): ("EIO", "ENOMEM", "EOVERFLOW"),
    (os, "getcwd"): ("EACCES", "ENOENT", "ENOMEM"),
    (os, "scandir"): (*LOOKS, "EMFILE"),
    (os, "listdir"): (*LOOKS, "EMFILE"),
    (os, "mkdir"): NAMES,
    (os, "replace"): NAMES,
    (os, "unlink"): NAMES,
    (os, "fchmod"): ("EIO", "EPERM", "EROFS"),
    (os, "fsync"): WRITES,
    (os, "write"): WRITES,
    (os, "lseek"): ("EIO", "ESPIPE"),
    (os, "ftruncate"): WRITES,
    (fcntl, "flock"): ("ENOLCK", "ENOTSUP", "ENOSYS", "EINTR", "EIO"),
}
COMMANDS = """
add x
list
check
compact
config show
config edit
keys
templates list
templates copy summary.md
templates show summary.md
draft ID --again
draft ID --again --dir deep/below
check ID
edit ID
changelog -o out.md
changelog -o out.md --diff
changelog --into README.md
publish
weeknotes --draft
export json -o out.json
export csv -o old.json --force
import old.json
arxiv search x
arxiv check
demo --write demo.jsonl
trust clone
trust --list
log
"""


class Faults:
    """Counts the calls of the package by their place, and makes one place fail."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str, int], tuple[Any, str]] = {}
        self.fails: tuple[str, str, int] | None = None
        self.number = 0

    def watched(self, module: Any, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **options: Any) -> Any:
            place = self._place()
            if place is not None:
                key = (name, *place)
                self.seen.setdefault(key, (module, name))
                if key == self.fails:
                    given = args[0] if args and isinstance(args[0], (str, Path)) else None
                    raise OSError(self.number, os.strerror(self.number), *([str(given)] if given else []))
            return call(*args, **options)

        return watched

    def _place(self) -> tuple[str, int] | None:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            path = frame.f_code.co_filename
            name = path.removeprefix(PACKAGE + "/")
            if name not in (path, "files.py"):  # that one calls for many others
                return None if name.startswith("storage/") else (name, frame.f_lineno)
            if "importlib" in path:
                return None
            frame = frame.f_back
        return None


@contextmanager
def watching(faults: Faults, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        for module, name in FAULTS:
            patch.setattr(module, name, faults.watched(module, name, getattr(module, name)))
        yield


@pytest.fixture
def id(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A board with a draft, a search that is remembered, a trusted folder, a template of one's own; as `base`."""
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0")
    monkeypatch.delenv("IDEABOARD_BOARD")
    home = own_home / "base"
    (home / "clone" / ".ideaboard").mkdir(parents=True)
    (home / "clone" / ".ideaboard" / "board.jsonl").touch()
    (home / "README.md").write_text("<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n")
    with standing(own_home, monkeypatch):
        id = add("first", "-k", "summary")
        here("draft", id)
        here("trust", "clone")
        here("arxiv", "watch", "add", "w", "x")
        here("arxiv", "search", "x")
        here("export", "json", "-o", "old.json")
        here("share", id, "--url", "https://example.org", "--summary", "s")
        here("config", "edit")
        with Path("config/config.toml").open("a") as config:
            config.write('[[publish]]\noutput = "~/shared.html"\n[[publish]]\ninto = "~/README.md"\n')
        shutil.rmtree(home)
        shutil.copytree(Path.cwd(), home)
    return id


@contextmanager
def standing(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand in a fresh copy of the home folder."""
    place = own_home / "now"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(own_home / "base", place)
    with monkeypatch.context() as patch:
        patch.chdir(place)
        patch.setenv("HOME", str(place))
        patch.setenv("XDG_DATA_HOME", str(place / "data"))
        for name in ("CACHE", "STATE"):
            patch.setenv(f"IDEABOARD_{name}", str(place / name.lower()))
        patch.setenv("IDEABOARD_CONFIG", str(place / "config" / "config.toml"))
        yield


def is_in_words(done: Done) -> bool:
    told = done.code in (0, 1) or done.err.count("\n") >= 2
    return told and 0 <= done.code <= 6 and "Traceback" not in done.err


# In the quick form each call fails in one way, another one at each place.
@pytest.mark.parametrize("most", [1, pytest.param(99, marks=pytest.mark.slow)])
def test_every_call_fails_in_every_way(id: str, own_home: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    faults = Faults()
    wrong = []
    for line in COMMANDS.strip().split("\n"):
        words = [id if word == "ID" else word for word in line.split()]
        faults.fails = None
        before = set(faults.seen)
        with standing(own_home, monkeypatch), watching(faults, monkeypatch):
            done = here(*words)
        assert done.code in (0, 1, 5), (line, done.err)
        for key, call in [one for one in faults.seen.items() if one[0] not in before]:
            ways = FAULTS[call]
            first = len(faults.seen) % len(ways)
            for name in (ways[first:] + ways[:first])[:most]:
                faults.fails, faults.number = key, getattr(errno, name)
                with standing(own_home, monkeypatch):
                    with watching(faults, monkeypatch):
                        done = here(*words)
                    if not is_in_words(done):
                        wrong.append((line, key, name, done.err))
                    assert check_file(Path("data/ideaboard/board.jsonl")).sound
    assert wrong == []
    assert len(faults.seen) > 40


@pytest.mark.parametrize("levels", [201, 260, 900, 100_000])
def test_what_is_nested_too_deeply_to_be_written_is_not_imported(levels: int) -> None:
    deep = "[" * levels + "]" * levels
    Path("deep.json").write_text(
        f'{{"ideaboard_export": 1, "ideas": [], "notes": [{{"id": "bcdfghjk", "x": {deep}}}]}}'
    )
    assert_told(here("import", "deep.json"), 2, "nested too deeply")
    assert here("check").code == 4  # there is no board: nothing was written


@pytest.mark.parametrize("zone", ["UTC+25", "UTC-25:59", "UTC+167", ":/etc/passwd", "", "A"])
def test_a_zone_that_is_none_is_read_as_utc(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    id = add("x")
    for words in (["list"], ["show", id], ["log"], ["stats"], ["draft", id], ["changelog"], ["move", id, "next"]):
        assert here(*words).code == 0


def test_names_that_are_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    id = add("x", "-k", "summary")
    long = "n" * 300
    for words in (
        ["draft", id, "--dir", long],
        ["draft", id, "--template", long],
        ["export", "json", "-o", long],
        ["changelog", "-o", long],
        ["changelog", "--into", long],
        ["weeknotes", "--week", long],
        ["import", long],
        ["demo", "--write", long],
        ["trust", long],
        ["--board", long, "add", "x"],
        ["--board", long, "check"],
        ["--board", f"{long}/board.jsonl", "list"],
    ):
        done = here(*words)
        assert done.code in (2, 4), (words, done.err)
        assert is_in_words(done), (words, done.err)
    for name in ("CACHE", "STATE", "CONFIG"):
        monkeypatch.setenv(f"IDEABOARD_{name}", long)
    for words in (["add", "y"], ["arxiv", "search", "x"], ["config", "show"], ["templates", "list"]):
        assert is_in_words(here(*words)), words


def test_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    id = add("x")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for line in COMMANDS.strip().split("\n"):
        done = here(*[id if word == "ID" else word for word in line.split()])
        assert is_in_words(done), (line, done.err)
    for words in (["list"], ["add", "y"], ["check"], ["compact"]):
        assert here(*words).code == 0
        assert is_in_words(here("--board", "board.jsonl", *words)), words
