"""Ways to run the command line in tests: as a process, and in this one where speed matters."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ideaboard.cli.fast_add import fast_add
from ideaboard.cli.run import run
from ideaboard.storage.system import System


@dataclass(frozen=True)
class Done:
    """What a run came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What was printed, as JSON."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def id(self) -> str:
        """The one id that was printed."""
        assert self.code == 0, self.err
        (id,) = self.out.split()
        return id


def process(*arguments: str | bytes, stdin: bytes = b"", **environment: str) -> Done:
    """Run the real command as a process; what it writes must be UTF-8."""
    done = subprocess.run(
        [sys.executable, "-m", "ideaboard", *arguments],
        input=stdin,
        capture_output=True,
        timeout=60,
        env={**os.environ, **environment},
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def here(*arguments: str, stdin: bytes = b"") -> Done:
    """Run a command line in this process, with streams of its own."""
    with _streams(stdin) as (out, err):
        code = run(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        return Done(code, out.getvalue().decode(), err.getvalue().decode())


def fast(line: Sequence[str], system: System | None = None) -> int | None:
    """Do what the program does with a line first, and return the exit code; None when the line is handed over."""
    came = fast_add(line, system)
    return came if came is None or isinstance(came, int) else run(line, is_last=True, work=came)


def at_once(*arguments: str, system: System | None = None) -> Done | None:
    """Run a command line the way that reads no board; None when that hands it over, with nothing done or said."""
    with _streams(b"") as (out, err):
        code = fast(arguments, system)
        sys.stdout.flush()
        sys.stderr.flush()
        assert code is not None or (out.getvalue(), err.getvalue()) == (b"", b"")
        return None if code is None else Done(code, out.getvalue().decode(), err.getvalue().decode())


@contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    before = sys.stdin, sys.stdout, sys.stderr
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    sys.stdout = io.TextIOWrapper(out, "utf-8")
    sys.stderr = io.TextIOWrapper(err, "utf-8")
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


def add(title: str, *options: str) -> str:
    """Add an idea and return its id."""
    return here("add", *options, "--", title).id


def listed(*arguments: str) -> dict[str, dict[str, Any]]:
    """Return the ideas that `list --json` prints, by id."""
    return {idea["id"]: idea for idea in here("list", "--json", *arguments).json}


def shown(id: str) -> dict[str, Any]:
    """Return an idea as `show --json` prints it."""
    idea: dict[str, Any] = here("show", id, "--json").json
    return idea


def assert_told(done: Done, code: int, *words: str, hint: bool = True) -> None:
    """Check that a run failed as all do: a code, a sentence and what to do, nothing on stdout."""
    assert done.code == code, done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    if done.err.startswith("{"):  # beside --json
        error = json.loads(done.err)["error"]
        lines = [f"ideaboard: {error['message']}", *filter(None, [error["hint"]])]
    else:
        lines = done.err.rstrip("\n").split("\n")
    assert lines[0].startswith("ideaboard: ")
    assert not lines[0].endswith(".")
    assert len(lines) >= 2 or not hint, "there is no hint"
    for word in words:
        assert word in "\n".join(lines)
