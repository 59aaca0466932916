"""Templates that did not come with ideaboard are filled in by a process of their own, which can be ended.

Jinja2's sandbox keeps a template from doing anything but text; it does not keep it from taking for ever, or all memory
(https://jinja.palletsprojects.com/en/stable/sandbox/#security-considerations).
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from ideaboard.errors import IdeaboardError, InvalidInput, NotFound

if TYPE_CHECKING:
    import subprocess

SECONDS = 10.0
MEMORY = 1 << 30
OUTPUT = 8 << 20
_STEP = 0.05
_START = (
    "import sys; sys.path[:] = sys.argv[1:]; from ideaboard.publish import apart, templates; "
    "apart.main(templates.render_here)"
)
_HINT = "look at the template, and take it away or mend it"


class Job(NamedTuple):
    """One text to make; everything in it can be pickled."""

    name: str
    variables: Mapping[str, Any]
    filters: Mapping[str, Callable[..., str]] = {}  # never changed
    explicit: tuple[str, str] | None = None
    """Path and source of a file to use in place of what the folders hold."""


def render_apart(jobs: Sequence[Job], folders: Sequence[Path]) -> list[str]:
    """Fill in templates in another process.
    Raises `InvalidInput` when one is wrong, takes too long, too much memory, or makes too much text; `NotFound` when
    there is none of a name.
    """
    # The folder that we stand in may be a stranger's: Python must not look for modules there.
    command = [sys.executable, "-P", "-c", _START, *filter(None, sys.path)]
    import pickle
    import subprocess

    work = pickle.dumps((tuple(jobs), tuple(folders)))
    names = ", ".join(f"'{job.name}'" for job in jobs[:3])
    try:
        child = subprocess.Popen(  # noqa: S603  # this very program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        raise InvalidInput(f"no process can be started for the template {names}: {error.strerror}", _HINT) from None
    atexit.register(child.kill)  # a thread that waits does not hear of the end
    with child:
        try:
            out = _answer(child, work)
        finally:
            child.kill()  # whatever ends the waiting, ctrl+c included
            atexit.unregister(child.kill)
    if out is None:
        raise InvalidInput(f"the template {names} takes more than {SECONDS:g} s", _HINT)
    try:
        answer = json.loads(out)
    except ValueError:  # it was ended by a limit, in the middle
        raise InvalidInput(f"the template {names} takes too much time or memory", _HINT) from None
    if "texts" in answer:
        texts: list[str] = answer["texts"]
        return texts
    kind = NotFound if answer["exit_code"] == NotFound.exit_code else InvalidInput
    raise kind(answer["message"], answer["hint"])


def _answer(child: subprocess.Popen[bytes], work: bytes) -> bytes | None:
    """Return what the other process says; none when it takes too long."""
    from subprocess import TimeoutExpired

    end = monotonic() + SECONDS
    given: bytes | None = work
    while monotonic() < end:
        try:
            return child.communicate(given, timeout=_STEP)[0]
        except TimeoutExpired:
            given = None
    return None


def main(render: Callable[[Job, Sequence[Path]], str]) -> None:
    """Be the other process: jobs come in on stdin, texts or an error go out on stdout as JSON."""
    import pickle

    jobs, folders = pickle.load(sys.stdin.buffer)  # noqa: S301  # our own process wrote it
    _limit()
    texts: list[str] = []
    answer: dict[str, Any] = {"texts": texts}
    try:
        for job in jobs:
            texts.append(render(job, folders))
            if sum(map(len, texts)) > OUTPUT:
                raise InvalidInput(f"the template '{job.name}' makes more than {OUTPUT >> 20} MB of text", _HINT)
    except IdeaboardError as error:
        answer = {"exit_code": error.exit_code, "message": error.message, "hint": error.hint}
    except MemoryError:
        answer = {"exit_code": InvalidInput.exit_code, "message": "a template takes too much memory", "hint": _HINT}
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.flush()
    os._exit(0)  # nothing to tidy up


def _limit() -> None:
    """Bound what this process may take, where the system can; it needs no file to write into, either."""
    if sys.platform != "win32":
        import resource

        for kind, most in (
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_CPU, int(SECONDS)),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(OSError, ValueError):  # macOS knows some of them only by name
                resource.setrlimit(kind, (most, most))
