"""Commands as this program has them: global options everywhere, and help with examples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click

from ideaboard.cli.app import App
from ideaboard.cli.output import emit
from ideaboard.errors import InvalidInput

pass_app = click.make_pass_decorator(App)

_MEANT = {"ls": "list", "find": "list", "rm": "delete", "remove": "delete", "new": "add", "mv": "move", "open": "show"}
_GLOBAL = ("board", "config")


def _remember(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Keep a global option in the app, wherever on the line it was given."""
    if value is not None and param.name in _GLOBAL:
        setattr(ctx.ensure_object(App), param.name, value)
    return value


def global_options() -> list[click.Parameter]:
    """Return the options that every command takes."""
    board = "The board file; else IDEABOARD_BOARD, the nearest .ideaboard/board.jsonl, or your data folder."
    config = "The config file; else IDEABOARD_CONFIG, or your config folder."
    shared: dict[str, Any] = {"metavar": "FILE", "expose_value": False, "callback": _remember}
    shared["shell_complete"] = _complete_path
    return [
        click.Option(["--board"], help=board, **shared),
        click.Option(["--config"], help=config, **shared),
        click.Option(
            ["-h", "--help"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_help,
            help="Show this message and exit.",
        ),
    ]


def _show_help(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        emit(ctx.get_help() + "\n")
        ctx.exit()


def _complete_path(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[Any]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


class Helpful(click.Command):
    """Adds the global options, and a section of examples to the help.

    Args:
        examples: command lines that are worth copying.
        details: paragraphs at the end of the help, printed as they stand.
    """

    def __init__(self, *args: Any, examples: Sequence[str] = (), details: str = "", **kwargs: Any) -> None:
        # click's own help option looks for translations, which costs every run 3 ms.
        kwargs["add_help_option"] = False
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.details = details

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *self._globals(ctx)]

    def _globals(self, ctx: click.Context) -> list[click.Parameter]:
        known: list[click.Parameter] | None = ctx.meta.get("ideaboard.globals")
        if known is None:
            known = global_options()
            ctx.meta["ideaboard.globals"] = known
        return known

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; `-kind`, which click takes for `-k ind`, is refused with what was meant.

        Raises:
            InvalidInput: when the name of an option has too few dashes, or dashes that an editor put there.
        """
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        known = {name for option in options for name in (*option.opts, *option.secondary_opts)}
        with_value = {name for option in options if not option.is_flag for name in option.opts}
        for before, arg in zip(["", *args], args, strict=False):
            if arg == "--":
                break
            meant = "--" + arg.lstrip("-–—")
            name = meant.partition("=")[0]
            misspelt = re.match(r"-\w[\w-]+|[–—]+\w", arg) and before not in with_value
            if misspelt and name in known:
                raise InvalidInput(f"there is no option {arg}", f"did you mean {name}? Its dashes are two: --")
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        everywhere = self._globals(ctx)
        _write_options("Options", [param for param in self.get_params(ctx) if param not in everywhere], ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the details and the examples, line by line as they stand, then the options of all commands."""
        if self.details:
            formatter.write("\n" + self.details.strip("\n") + "\n")
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        _write_options("Options of every command", self._globals(ctx), ctx, formatter)


def _write_options(
    heading: str, params: Sequence[click.Parameter], ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    options = [param for param in params if isinstance(param, click.Option)]
    records = [record for option in options if (record := option.get_help_record(ctx))]
    if records:
        with formatter.section(heading):
            formatter.write_dl(records)


class Command(Helpful):
    """A command."""


class Group(Helpful, click.Group):
    """A command with commands of its own."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant.

        Raises:
            InvalidInput: when there is no such command.
        """
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            from difflib import get_close_matches

            names = self.list_commands(ctx)
            groups = [(group, self.get_command(ctx, group)) for group in names]
            near = [f"{group} {name}" for group, one in groups if isinstance(one, click.Group) and name in one.commands]
            near += [_MEANT[name]] if _MEANT.get(name) in names else []
            near = near or get_close_matches(name, names, 1, 0.7)
            meant = f"did you mean '{ctx.command_path} {near[0]}'? " if near else ""
            raise InvalidInput(
                f"there is no command '{name}'", f"{meant}'{ctx.command_path} --help' lists the commands"
            )
        return super().resolve_command(ctx, args)


Group.group_class = Group
