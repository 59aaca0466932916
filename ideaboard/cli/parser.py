"""Every command line that is not plain, read by click: help, completion, mistakes, rare ways to write an option."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

import ideaboard
from ideaboard.cli.app import App, open_board
from ideaboard.cli.commands import COMMANDS, COMPLETE_VARIABLE, GLOBAL_OPTIONS, PROGRAM, Command, find_command
from ideaboard.cli.output import emit, fail, remark, shorten, unwritable
from ideaboard.cli.plain_line import Param
from ideaboard.errors import InvalidInput

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_MEANT = {"ls": "list", "find": "list", "rm": "delete", "remove": "delete", "new": "add", "mv": "move", "open": "show"}

_MEANT_OPTIONS = {
    "--date --day --when --deadline": ("--on", "--due", "--since"),
    "--link --href --address --website": ("--url",),
    "--note --text --body --description --desc --message": ("--notes", "--note", "--summary", "--reply"),
    "--name --heading": ("--title",),
    "--type --category": ("--kind", "--cat"),
    "--status --state --column --list": ("--stage",),
    "--label --labels --keyword --keywords": ("--tag",),
    "--max --count --top": ("--limit",),
    "--from --after": ("--since",),
    "--to --before": ("--until",),
    "--out --file": ("--output", "--into"),
    "--reason --why": ("--because",),
    "--preview --simulate": ("--dry-run",),
}
"""Options that people try, and those that they may mean; the first that the command has is the one."""

COMPLETION = """\
Completion (one line in your shell's start file):
  bash  eval "$(_IDEABOARD_COMPLETE=bash_source ideaboard)"
  zsh   eval "$(_IDEABOARD_COMPLETE=zsh_source ideaboard)"
  fish  _IDEABOARD_COMPLETE=fish_source ideaboard | source
"""

EXIT_CODES = """\
Exit codes:
  0  done                            4  the board file cannot be read or written
  1  a check found something         5  arXiv or the network
  2  wrong usage or bad input        6  refused, so that nothing is overwritten
  3  no such idea, or several
"""


def as_click(command: Command) -> Helpful:
    params: dict[str, Any] = {
        "params": [_param_as_click(param) for param in command.params],
        "help": inspect.cleandoc(command.help),
        "callback": _callback(command),
        "examples": command.examples,
        "details": command.details,
    }
    if command.commands:
        inner = {name: as_click(one) for name, one in command.commands.items()}
        return Group(command.name, commands=inner, invoke_without_command=command.run is not None, **params)
    return Helpful(command.name, **params)


def _callback(command: Command) -> Callable[..., int | None] | None:
    run = command.run
    if run is None:
        return None

    @click.pass_context
    def call(ctx: click.Context, /, **values: Any) -> int | None:
        return run(ctx.ensure_object(App), **values) if ctx.invoked_subcommand is None else None

    return call


def _param_as_click(param: Param) -> click.Parameter:
    attributes: dict[str, Any] = {"metavar": param.metavar, "shell_complete": _completer(param.complete)}
    if param.choices:
        attributes["type"] = click.Choice(param.choices)
    elif param.complete == "files":
        attributes["type"] = _FileName()
    elif param.is_number:
        attributes["type"] = int
    if not param.names:
        return click.Argument([param.key], nargs=-1 if param.many else 1, required=param.required, **attributes)
    if param.of_app:
        attributes |= {"expose_value": False, "callback": _keep_in_app}
    if param.is_flag:
        attributes["is_flag"] = True  # click takes False for an option that may come without its value
    if param.is_flag or param.default is not None:
        attributes |= {"default": param.default, "show_default": param.show_default}
    names = [f"{name}/{param.opposite}" if param.opposite else name for name in param.names]
    return click.Option([*names, param.key], multiple=param.many, help=param.help, **attributes)


class _FileName(click.types.StringParamType):
    """A name that is there: an empty one, as of a variable that is not set, would stand for something else."""

    name = "file"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return value if value.strip() else self.fail("the name is empty", param, ctx)


def _keep_in_app(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep an option that is not for one command alone, wherever on the line it was given."""
    if value is not None and param.name:
        setattr(ctx.ensure_object(App), param.name, value)


def _completer(name: str) -> Callable[..., list[CompletionItem]] | None:
    if not name:
        return None

    def offer(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        if name == "files":
            return [CompletionItem(incomplete, type="file")]
        from ideaboard.cli import completion

        offers = getattr(completion, name)(ctx.ensure_object(App))
        typed = incomplete.lstrip("#").lower()
        return [CompletionItem(value, help=shorten(text)) for value, text in offers if value.lower().startswith(typed)]

    return offer


def _answer(*names: str, help: str, text: Callable[[click.Context], str]) -> click.Option:
    """Return an option that prints a text and ends the run."""

    def answer(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            emit(text(ctx) + "\n")
            ctx.exit()

    return click.Option([*names], is_flag=True, is_eager=True, expose_value=False, callback=answer, help=help)


class Helpful(click.Command):
    """A command with the global options, and in its help examples, and details as they stand."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), details: str = "", **kwargs: Any) -> None:
        # click's own help option looks for translations, which costs every run 3 ms.
        kwargs["add_help_option"] = False
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.details = details
        show_help = _answer("-h", "--help", help="Show this message and exit.", text=click.Context.get_help)
        self.everywhere = [*map(_param_as_click, GLOBAL_OPTIONS), show_help]

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *self.everywhere]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; `-kind`, which click takes for `-k ind`, is refused with what was meant. Raises
        `InvalidInput` when the name of an option has too few dashes, or dashes that an editor put there.
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
        try:
            return super().parse_args(ctx, args)
        except click.BadOptionUsage as error:  # click does not say of which command
            error.ctx = error.ctx or ctx
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options("Options", super().get_params(ctx), ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the details, in which only paragraphs are wrapped, the examples, and the options of all commands."""
        for part in self.details.strip("\n").split("\n\n") if self.details else ():
            is_prose = not any(line.startswith(" ") for line in part.split("\n"))
            formatter.write(f"\n{click.wrap_text(part, formatter.width) if is_prose else part}\n")
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
        _write_options("Options of every command", self.everywhere, ctx, formatter)


def _write_options(
    heading: str, params: Sequence[click.Parameter], ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    options = [param for param in params if isinstance(param, click.Option)]
    records = [record for option in options if (record := option.get_help_record(ctx))]
    if records:
        with formatter.section(heading):
            formatter.write_dl(records)


class Group(Helpful, click.Group):
    """A command with commands of its own."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant; raises `InvalidInput` when there is none."""
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


class Root(Group):
    """The group that imports a command's module only when the command is asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = find_command(cmd_name)
        return as_click(command) if command else None

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table, section by section, without importing what it names."""
        for section in dict.fromkeys(entry.section for entry in COMMANDS.values()):
            with formatter.section(section):
                formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items() if entry.section == section])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name, help=entry.help) for name, entry in COMMANDS.items()]
        return [item for item in names if item.value.startswith(incomplete)] + click.Command.shell_complete(
            self, ctx, incomplete
        )


@click.command(
    "ideaboard",
    cls=Root,
    params=[
        _answer("--version", help="Print the version and exit.", text=lambda _: f"ideaboard {ideaboard.__version__}")
    ],
    invoke_without_command=True,
    details=f"{EXIT_CODES}\n{COMPLETION}",
    examples=(
        'ideaboard add "Reproduce LoRA on one GPU" -k paper-to-code -t lora',
        "ideaboard list is:stale -k post",
        'ideaboard share k7f --url https://example.org/lora --summary "LoRA in 200 lines"',
        "ideaboard changelog --into README.md:shared",
    ),
)
@click.pass_context
def root(ctx: click.Context) -> int:
    """A board for people who create in public: from an idea to something shared.

    Without a command it opens the board in the terminal.
    """
    return open_board(ctx.ensure_object(App)) if ctx.invoked_subcommand is None else 0


def run_line(app: App, arguments: Sequence[str]) -> int:
    """Run a command line and return the exit code; raises `IdeaboardError` when it fails."""
    if instruction := os.environ.get(COMPLETE_VARIABLE):
        from click.shell_completion import shell_complete

        try:
            return shell_complete(root, {"obj": app}, PROGRAM, COMPLETE_VARIABLE, instruction)
        except OSError as error:
            raise unwritable(error) from None
        except (KeyError, ValueError):  # a shell sets COMP_WORDS and COMP_CWORD as well
            raise InvalidInput(f"${COMPLETE_VARIABLE} is for the shell to set", "leave it out") from None
    try:
        with root.make_context(PROGRAM, list(arguments), obj=app) as ctx:
            code: int | None = root.invoke(ctx)
            return code or 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        remark(error.format_message())
        return error.exit_code
    except click.UsageError as error:
        return fail(*_usage_in_words(error), error.exit_code)
    except click.ClickException as error:
        return fail(_sentence(error.format_message()), "", error.exit_code)


def _usage_in_words(error: click.UsageError) -> tuple[str, str]:
    """Return what is wrong with a command line, and what to do, as all our errors say it."""
    path = error.ctx.command_path if error.ctx else "ideaboard"
    hint = f"'{path} --help' shows how it is used"
    if isinstance(error, click.NoSuchOption):
        from difflib import get_close_matches

        params = error.ctx.command.get_params(error.ctx) if error.ctx else []
        known = [name for param in params for name in param.opts if name.startswith("--")]
        meant = next((meant for tried, meant in _MEANT_OPTIONS.items() if error.option_name in tried.split()), ())
        near = [name for name in meant if name in known]
        near = near or (get_close_matches(error.option_name, known, n=1) if len(error.option_name) > 2 else [])
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


def _name_of(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    if error.param is None:
        return "a value"
    name = error.param.human_readable_name.strip("[].")
    return f"the {error.param.name}" if "|" in name else name


def _sentence(text: str) -> str:
    text = text.strip().removesuffix(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
