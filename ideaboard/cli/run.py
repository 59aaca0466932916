"""Runs one command line: arguments in, exit code out; every failure is a sentence on stderr."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from ideaboard.cli.app import App
from ideaboard.cli.commands import run_plain
from ideaboard.cli.output import Unwritable, begin, fail, finish, interrupted, remark, unwritable, warn
from ideaboard.config import API_KEY_VARIABLE
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.files import failed

INTERRUPTED = 130  # as shells report a process that ctrl+c ended
READER_GONE = 141  # as shells report a process that a closed pipe ended
BROKEN = 70  # EX_SOFTWARE of sysexits.h: our own mistake

Work = Callable[[App, Sequence[str]], int | None]


def run(arguments: Sequence[str], *, is_last: bool = False, work: Work | None = None) -> int:
    """Run one command line and return the exit code; no exception leaves it. It is the last when the process ends then:
    what nobody waits for may go on behind it. `work` does what the line says, or returns None for click to judge it.
    """
    closed = _prepare_streams()
    begin(arguments)
    app = App()
    code = _run(app, arguments, work or run_plain, closed=closed)
    finish(code)
    if app.added:
        from ideaboard.cli.fast_add import keep_index

        keep_index(app)
    app.keep_snapshot(apart=is_last)
    return code


def _run(app: App, arguments: Sequence[str], work: Work, *, closed: bool) -> int:
    try:
        try:
            _check_that_all_is_text(arguments)
            code = work(app, arguments)
            if code is None:
                from ideaboard.cli.parser import run_line

                code = run_line(app, arguments)
        finally:
            app.close()
    except KeyboardInterrupt:
        code = interrupted(INTERRUPTED)
    except BrokenPipeError:
        return _unprinted(app, READER_GONE)
    except IdeaboardError as error:
        code = fail(error.message, error.hint, error.exit_code)
        if isinstance(error, Unwritable):
            return _unprinted(app, code)
    except OSError as error:
        refused = failed(error)
        code = fail(refused.message, refused.hint, refused.exit_code)
    except MemoryError:
        code = fail("there is not enough memory", "close other programs, or take a smaller file", 2)
    except Exception as error:  # noqa: BLE001  # whatever is wrong with us, nobody gets a traceback
        told = broken(error)
        code = fail(told.message, told.hint, BROKEN)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _unprinted(app, READER_GONE)
    except OSError as error:
        told = unwritable(error)
        return _unprinted(app, fail(told.message, told.hint, told.exit_code))
    if closed and not code:
        warn("the standard output is closed, so nothing was printed")
        _tell_what_was_done(app)
    return code


def _prepare_streams() -> bool:
    """Write UTF-8 whatever the locale, put /dev/null for streams that the caller closed; tell whether stdout was."""
    closed = sys.stdout is None
    # Each takes the lowest free number, so in this order none of them becomes the descriptor of another.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  # open to the end
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return closed


def _check_that_all_is_text(arguments: Sequence[str]) -> None:
    """Refuse bytes that Python could not decode, which it hands on as lone surrogates (PEP 383)."""
    named = [("an argument", value) for value in arguments]
    named += [(f"${name}", value) for name, value in os.environ.items() if name.startswith("IDEABOARD_")]
    for name, value in named:
        if not value.isprintable() and re.search("[\ud800-\udfff]", value):
            shown = re.sub("[\ud800-\udfff]", lambda match: f"\\x{ord(match.group()) & 0xFF:02x}", value[:80])
            shown = shown if name != f"${API_KEY_VARIABLE}" else "(hidden)"
            encoding = sys.getfilesystemencoding().upper()
            remedy = "write it in UTF-8" if encoding == "UTF-8" else "set PYTHONUTF8=1, or choose a locale with UTF-8"
            raise InvalidInput(f"{name} is not {encoding} text: '{shown}'", f"nothing was done; {remedy}")


def _unprinted(app: App, code: int) -> int:
    """Say what was done although it could not be printed, and keep Python from trying again at the end."""
    _tell_what_was_done(app)
    with suppress(OSError):  # a stream without a descriptor has nothing that could be tried again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _tell_what_was_done(app: App) -> None:
    if done := app.done:
        remark("\n".join(f"done all the same: {one}" for one in done))


def broken(error: Exception) -> IdeaboardError:
    """Write down an unexpected error for a report, in a file that only its owner reads; return what to say of it."""
    import tempfile
    import traceback

    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="backslashreplace", prefix="ideaboard-error-", suffix=".txt", delete=False
        ) as file:
            file.write("".join(traceback.format_exception(error)))
        written = f"what happened is written down in {file.name}, please report it"
    except OSError:
        written = "please report it"
    why = "this is a mistake in ideaboard"
    if isinstance(error, ImportError):  # modules are imported late: by then another version may have been installed
        why = "ideaboard was installed anew while it ran, or not whole: start it again, or install it again"
    hint = f"{why}; {written}"
    return IdeaboardError(f"something went wrong inside ({type(error).__name__})", hint)
