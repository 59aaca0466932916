"""The root command, how it is run, and the table of all commands, whose modules are imported only when needed."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import click

import ideaboard
from ideaboard.cli.app import App, open_board
from ideaboard.cli.base import Group
from ideaboard.cli.output import emit, fail, remark, unwritable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Entry(NamedTuple):
    """Where a command is written, and its help in one line."""

    module: str
    """The module in `ideaboard.cli`; the command is its attribute `<name>_command`."""
    help: str
    section: str


_IDEAS = "Ideas"
_SHARING = "Making and sharing"
_PAPERS = "Papers"
_HISTORY = "What happened"
_BOARD = "The board and the program"

COMMANDS: dict[str, Entry] = {
    "add": Entry("capture", "Add an idea, or one a line from stdin.", _IDEAS),
    "list": Entry("listing", "List ideas, filtered as on the board.", _IDEAS),
    "show": Entry("listing", "Show everything about an idea.", _IDEAS),
    "edit": Entry("editing", "Change an idea, by options or in your editor.", _IDEAS),
    "move": Entry("moving", "Move ideas to a stage.", _IDEAS),
    "archive": Entry("moving", "Put ideas away, with a reason.", _IDEAS),
    "restore": Entry("moving", "Bring archived ideas back.", _IDEAS),
    "delete": Entry("moving", "Delete ideas; undo brings them back.", _IDEAS),
    "draft": Entry("drafting", "Start a draft from the template of the kind.", _SHARING),
    "templates": Entry("drafting", "List, show and copy the templates.", _SHARING),
    "share": Entry("sharing", "Say where an idea was shared: a link and one line.", _SHARING),
    "response": Entry("responses", "Write down and answer the responses that matter.", _SHARING),
    "changelog": Entry("changelog", "Print what was shared, or write it into a file.", _SHARING),
    "arxiv": Entry("arxiv", "Search arXiv, add papers, watch for new ones.", _PAPERS),
    "undo": Entry("history", "Take back the latest action.", _HISTORY),
    "redo": Entry("history", "Do again what was taken back.", _HISTORY),
    "log": Entry("history", "Show what was done, newest first.", _HISTORY),
    "stats": Entry("history", "Show what was shared, what is in flight and what waits.", _HISTORY),
    "export": Entry("transfer", "Print the board as JSON, CSV, BibTeX or TinyDB.", _BOARD),
    "import": Entry("transfer", "Bring ideas in from a file.", _BOARD),
    "check": Entry("upkeep", "Check the board file, or the draft of an idea.", _BOARD),
    "compact": Entry("upkeep", "Make the board file smaller.", _BOARD),
    "trust": Entry("upkeep", "Trust a board, and the templates beside it.", _BOARD),
    "config": Entry("settings", "Show and edit the config.", _BOARD),
    "keys": Entry("settings", "List the keys of the board.", _BOARD),
    "demo": Entry("demo", "Open a board full of examples that is thrown away.", _BOARD),
}

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


class Root(Group):
    """The group that imports a command's module only when the command is asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = getattr(import_module(f"ideaboard.cli.{entry.module}"), f"{cmd_name}_command")
        return command

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


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        emit(f"ideaboard {ideaboard.__version__}\n")
        ctx.exit()


@click.command(
    "ideaboard",
    cls=Root,
    invoke_without_command=True,
    details=f"{EXIT_CODES}\n{COMPLETION}",
    examples=(
        'ideaboard add "Reproduce LoRA on one GPU" -k paper-to-code -t lora',
        "ideaboard list is:stale -k post",
        'ideaboard share k7f --url https://example.org/lora --summary "LoRA in 200 lines"',
        "ideaboard changelog --into README.md:shared",
    ),
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version and exit."
)
@click.pass_context
def root(ctx: click.Context) -> None:
    """A board for people who create in public: from an idea to something shared.

    Without a command it opens the board in the terminal.
    """
    if ctx.invoked_subcommand is None:
        ctx.exit(open_board(ctx.ensure_object(App)))


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

        try:
            return shell_complete(root, {"obj": app}, program, complete_variable, instruction)
        except OSError as error:
            raise unwritable(error) from None
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
    if error.param is None:
        return "a value"
    name = error.param.human_readable_name.strip("[].")
    return f"the {error.param.name}" if "|" in name else name


def _sentence(text: str) -> str:
    text = text.strip().removesuffix(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
