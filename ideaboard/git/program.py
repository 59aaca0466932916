"""The person's own git, as a program that can ask nobody and is ended when it takes too long.

It does what plain `git` would do for the person, with their config, hooks and credential helpers, but it has no
terminal: no password is asked for, no editor and no pager is opened. What it says is made safe to show.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, NamedTuple

from ideaboard.core.text import clean_line, clean_text
from ideaboard.errors import IdeaboardError, InvalidInput

OLDEST = (2, 38)
"""The first version with `git merge-tree --write-tree`, of October 2022."""
LOCAL_SECONDS = 120.0
REMOTE_SECONDS = 300.0
_END_SECONDS = 3.0
_MOST_WORDS = 2**16
_SHOWN_LINES = 4
_SHOWN_WIDTH = 200
# What names another repository, as when we are run by a hook (`git rev-parse --local-env-vars`), and what would ask.
_NOT_INHERITED = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_SHALLOW_FILE"),
    *("GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE", "GIT_NO_REPLACE_OBJECTS", "GIT_IMPLICIT_WORK_TREE"),
    *("GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_LITERAL_PATHSPECS"),
    *("GPG_TTY", "LC_ALL", "LANGUAGE"),
)
_NOISE = re.compile(r"hint: |To |Done$|error: failed to push some refs|(?:[ !=*+-]\t)|remote: *$")
_SECRET = re.compile(r"(://)[^/\s@]+@")


class GitFailed(IdeaboardError):
    """Git ended with an error; `words` is what it said, cleaned, and `code` its exit code (-1: it took too long)."""

    exit_code = 6

    def __init__(self, what: str, code: int, words: str, hint: str = "") -> None:
        super().__init__(f"{what}: {in_short(words)}" if words else what, hint)
        self.code = code
        self.words = words


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: bytes
    words: str
    """What it said on stderr, cleaned."""


class Git:
    """Runs git in one folder."""

    def __init__(self, folder: str) -> None:
        program = shutil.which("git")
        if program is None:
            raise InvalidInput("git is not installed", "install git, then try again")
        self._program = program
        self.folder = folder
        self._environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        # Its words are read, so they are English; the letters of names stay what they are.
        if ctype := os.environ.get("LC_ALL"):
            self._environment["LC_CTYPE"] = ctype
        self._environment |= {
            "LC_MESSAGES": "C",
            "GIT_TERMINAL_PROMPT": "0",
            "SSH_ASKPASS_REQUIRE": "never",
            "GIT_EDITOR": ":",
        }

    def refuse_old(self) -> None:
        """Raise `InvalidInput` when this git is too old, or says nothing of its version."""
        said = self.ask("version")
        found = re.search(r"([0-9]+)\.([0-9]+)", said)
        if not found or (int(found[1]), int(found[2])) < OLDEST:
            wanted = ".".join(map(str, OLDEST))
            raise InvalidInput(f"'{clean_line(said)}' is too old for sync", f"it needs git {wanted} or newer")

    def never_prompt(self, config: Mapping[str, str]) -> None:
        """Keep ssh from asking, unless the person has a command of their own for it."""
        own = {"GIT_SSH", "GIT_SSH_COMMAND"} & self._environment.keys() or "core.sshcommand" in config
        if not own:
            self._environment["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes -oConnectTimeout=20"

    def run(self, *words: str, stdin: bytes = b"", seconds: float = LOCAL_SECONDS, index: str | None = None) -> Done:
        """Run a command to its end, with another index file where one is given. Raises `GitFailed` when it takes too
        long or cannot be started; whoever cancels ends it.
        """
        environment = self._environment | ({"GIT_INDEX_FILE": index} if index else {})
        # Files, not pipes: a program that a hook left running in the background must not be waited for.
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            try:
                child = subprocess.Popen(  # noqa: S603  # the person's own git
                    [self._program, "--no-pager", *words],
                    cwd=self.folder,
                    env=environment,
                    stdin=given,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                )
            except OSError as error:
                raise GitFailed(f"git cannot be started in '{self.folder}'", -1, str(error.strerror)) from None
            try:
                code = child.wait(seconds)
            except subprocess.TimeoutExpired:
                _end(child)
                raise GitFailed(f"git was ended after {seconds:.0f} s", -1, _read(err)) from None
            except BaseException:
                _end(child)
                raise
            out.seek(0)
            return Done(code, out.read(), _read(err))

    def ask(self, *words: str, stdin: bytes = b"", index: str | None = None) -> str:
        """Run a command that must succeed; return what it printed, without the line break at the end."""
        return os.fsdecode(self.do(*words, stdin=stdin, index=index)).removesuffix("\n")

    def do(self, *words: str, stdin: bytes = b"", index: str | None = None) -> bytes:
        """Run a command that must succeed; return the bytes that it printed. Raises `GitFailed`."""
        done = self.run(*words, stdin=stdin, index=index)
        if done.code:
            busy = ".lock': File exists" in done.words
            hint = "wait for the other git, then try again" if busy else "'git status' shows how the repository stands"
            raise GitFailed(
                f"git {next(word for word in words if word[:1] != '-')} failed", done.code, done.words, hint
            )
        return done.out

    def maybe(self, *words: str) -> str:
        """Run a command that fails where there is nothing; return what it printed, or nothing."""
        done = self.run(*words)
        return "" if done.code else os.fsdecode(done.out).removesuffix("\n")

    def config(self) -> dict[str, str]:
        """Return all of git's config that counts here; the names of sections and of variables are in lower case."""
        pairs = (entry.partition("\n") for entry in os.fsdecode(self.do("config", "--list", "-z")).split("\0"))
        return {name: value if equals else "true" for name, equals, value in pairs if name}


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    text = clean_text(file.read(_MOST_WORDS).decode("utf-8", "replace"))
    return _SECRET.sub(r"\1", text).strip()


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a program and what it started; git takes its lock files away when it is asked to end."""
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(child.pid, number)
            else:
                child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(_END_SECONDS)
            return


def in_short(words: str) -> str:
    """Return on one line what tells why, of what git and a hook said."""
    lines = [line.strip()[:_SHOWN_WIDTH].rstrip(".") for line in words.split("\n") if not _NOISE.match(line)]
    lines = list(filter(None, lines))
    half = _SHOWN_LINES // 2  # git says why at first, hooks say it at last
    return "; ".join(lines if len(lines) <= _SHOWN_LINES else [*lines[:half], "…", *lines[-half:]])


def names(data: bytes) -> list[str]:
    """Return the paths that git printed with NUL between them (`-z`)."""
    return [os.fsdecode(name) for name in data.split(b"\0") if name]
