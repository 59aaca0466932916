"""Runs one command line: arguments in, exit code out; every failure is a sentence on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from ideaboard.cli.app import App
from ideaboard.cli.output import remark, unwritable, warn
from ideaboard.cli.root import root
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
    if instruction := os.environ.get(COMPLETE_VARIABLE):
        from click.shell_completion import shell_complete

        return shell_complete(root, {"obj": app}, PROGRAM, COMPLETE_VARIABLE, instruction)
    try:
        with root.make_context(PROGRAM, arguments, obj=app) as ctx:
            root.invoke(ctx)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        remark(error.format_message())
        return error.exit_code
    except click.UsageError as error:
        return fail(*usage_in_words(error), error.exit_code)
    except click.ClickException as error:
        return fail(_sentence(error.format_message()), "", error.exit_code)
    return 0


def fail(message: str, hint: str, code: int) -> int:
    """Say what is wrong and what to do, on stderr; return the exit code."""
    warn(message)
    if hint:
        remark(hint)
    return code


def usage_in_words(error: click.UsageError) -> tuple[str, str]:
    """Return what is wrong with a command line, and what to do, as all our errors say it."""
    path = error.ctx.command_path if error.ctx else PROGRAM
    hint = f"'{path} --help' shows how it is used"
    if isinstance(error, click.NoSuchOption):
        from difflib import get_close_matches

        known = _options_of(error.ctx)
        near = get_close_matches(error.option_name, known, n=1) if len(error.option_name) > 2 else []
        if near:
            hint = f"did you mean {near[0]}? {hint}"
        elif error.ctx and error.ctx.command.name == "list":
            hint = "to leave a word out, write the filter in quotes, or -- before it"
        return f"there is no option {error.option_name}", hint
    if isinstance(error, click.BadOptionUsage):
        if "does not take" in error.message:
            return f"{error.option_name} takes no value", hint
        return f"{error.option_name} needs a value", hint
    if isinstance(error, click.MissingParameter):
        return f"{_name_of(error)} is missing", hint
    if isinstance(error, click.BadParameter):
        return f"{_name_of(error)}: {_sentence(error.message)}", hint
    return _sentence(error.format_message()), hint


def _options_of(ctx: click.Context | None) -> list[str]:
    if ctx is None:
        return []
    return [name for param in ctx.command.get_params(ctx) for name in param.opts if name.startswith("--")]


def _name_of(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return error.param.human_readable_name.strip("[].") if error.param else "a value"


def _sentence(text: str) -> str:
    text = text.strip().removesuffix(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


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
