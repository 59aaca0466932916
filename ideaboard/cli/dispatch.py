"""Finds the command that a command line names and runs it; what click finds wrong is said as all our errors are."""

from __future__ import annotations

import os

import click

from ideaboard.cli.app import App
from ideaboard.cli.output import fail, remark
from ideaboard.cli.root import root


def dispatch(app: App, arguments: list[str], program: str, complete_variable: str) -> int:
    """Run the command of a command line.

    Args:
        app: what the commands share.
        arguments: the command line without the program.
        program: the name of the program.
        complete_variable: the environment variable by which a shell asks for completion.

    Returns:
        The exit code.
    """
    if instruction := os.environ.get(complete_variable):
        from click.shell_completion import shell_complete

        return shell_complete(root, {"obj": app}, program, complete_variable, instruction)
    try:
        with root.make_context(program, arguments, obj=app) as ctx:
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


def usage_in_words(error: click.UsageError) -> tuple[str, str]:
    """Return what is wrong with a command line, and what to do, as all our errors say it."""
    path = error.ctx.command_path if error.ctx else "ideaboard"
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
