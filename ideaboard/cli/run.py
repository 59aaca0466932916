"""Runs one command line: arguments in, exit code out; every failure is a sentence on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ideaboard.cli.app import App
from ideaboard.cli.output import fail, unwritable
from ideaboard.errors import IdeaboardError

PROGRAM = "ideaboard"
COMPLETE_VARIABLE = "_IDEABOARD_COMPLETE"

INTERRUPTED = 130  # as shells report a process that ctrl+c ended
READER_GONE = 141  # as shells report a process that a closed pipe ended
BROKEN = 70  # EX_SOFTWARE of sysexits.h: our own mistake


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return the exit code; no exception leaves it."""
    _prepare_streams()
    app = App()
    try:
        try:
            code = _run(app, list(arguments))
        finally:
            app.close()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        code = INTERRUPTED
    except IdeaboardError as error:
        code = fail(error.message, error.hint, error.exit_code)
    except BrokenPipeError:
        code = READER_GONE
    except Exception as error:  # noqa: BLE001  # whatever is wrong with us, nobody gets a traceback
        code = _broken(error)
    return _flushed(code)


def _prepare_streams() -> None:
    """Write UTF-8 whatever the locale, and survive streams that the caller closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _run(app: App, arguments: list[str]) -> int:
    if not arguments and COMPLETE_VARIABLE not in os.environ:
        # The board alone needs no parser, which would cost time before it is there, and memory as long as it is.
        from ideaboard.cli.board import open_board

        return open_board(app)
    from ideaboard.cli.dispatch import dispatch

    return dispatch(app, arguments, PROGRAM, COMPLETE_VARIABLE)


def _flushed(code: int) -> int:
    """Write out what is left; what cannot be written must not be tried again by Python at the end."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = READER_GONE
    except OSError as error:
        told = unwritable(error)
        code = fail(told.message, told.hint, told.exit_code)
    else:
        return code
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _broken(error: Exception) -> int:
    """Write down an unexpected error for a report, in a file that only its owner reads."""
    import tempfile
    import traceback

    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="backslashreplace", prefix="ideaboard-error-", suffix=".txt", delete=False
        ) as file:
            file.write("".join(traceback.format_exception(error)))
        hint = f"this is a mistake in ideaboard; what happened is written down in {file.name}, please report it"
    except OSError:
        hint = "this is a mistake in ideaboard; please report it"
    return fail(f"something went wrong inside ({type(error).__name__})", hint, BROKEN)
