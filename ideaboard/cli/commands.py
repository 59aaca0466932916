"""Commands as data: the table of all, and what each is called, takes and does; a module is imported when it is named.

A command line in its plain form is read from that at once. Every other (a question for help, a mistake, a rarer way to
write an option) goes to click, which is told of the same commands in `parser.py`: to import it takes longer than most
commands take.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from ideaboard.cli.app import App, open_board
from ideaboard.cli.plain_line import Param, place_of_command, read_plain

PROGRAM = "ideaboard"
COMPLETE_VARIABLE = "_IDEABOARD_COMPLETE"
"""The environment variable by which a shell asks for completion."""

Run = Callable[..., int | None]
"""Does the work of a command: gets the `App` and the values by name; returns the exit code where it is not 0."""


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
    "inbox": Entry("capture", "Take in what lies in the inbox folder.", _IDEAS),
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
    "response": Entry("sharing", "Write down and answer the responses that matter.", _SHARING),
    "changelog": Entry("changelog", "Print what was shared, or write it into a file.", _SHARING),
    "publish": Entry("publishing", "Write all that the config names: blocks, pages, feeds.", _SHARING),
    "weeknotes": Entry("drafting", "Print the beginning of notes on a week.", _SHARING),
    "arxiv": Entry("arxiv", "Search arXiv, add papers, watch for new ones.", _PAPERS),
    "undo": Entry("history", "Take back the latest action.", _HISTORY),
    "redo": Entry("history", "Do again what was taken back.", _HISTORY),
    "log": Entry("history", "Show what was done, newest first.", _HISTORY),
    "stats": Entry("history", "Show what was shared, what is in flight and what waits.", _HISTORY),
    "export": Entry("transfer", "Print the board as JSON, CSV, BibTeX, TinyDB and others.", _BOARD),
    "import": Entry("transfer", "Bring in what you have: a board, a list, a table, a .bib.", _BOARD),
    "sync": Entry("syncing", "Bring a board in git in step with its other copies.", _BOARD),
    "check": Entry("upkeep", "Check the board file, or the draft of an idea.", _BOARD),
    "compact": Entry("upkeep", "Make the board file smaller.", _BOARD),
    "trust": Entry("upkeep", "Trust a board, and the templates beside it.", _BOARD),
    "config": Entry("settings", "Show and edit the config.", _BOARD),
    "keys": Entry("settings", "List the keys of the board.", _BOARD),
    "mcp": Entry("mcp", "Serve the board to an agent, over MCP.", _BOARD),
    "skill": Entry("guide", "Print a short guide for agents.", _BOARD),
    "schema": Entry("contract", "Print JSON Schema for what --json prints.", _BOARD),
    "demo": Entry("demo", "Open a board full of examples that is thrown away.", _BOARD),
}


class Command:
    """A command, or a group of commands, which may do nothing by itself; `details` end the help as they stand."""

    def __init__(
        self, name: str, *params: Param, run: Run | None, help: str, examples: Sequence[str] = (), details: str = ""
    ) -> None:
        self.name = name
        self.params = params
        self.run = run
        self.help = help
        self.examples = examples
        self.details = details
        self.commands: dict[str, Command] = {}

    def command(self, name: str, *params: Param, **attributes: Any) -> Callable[[Run], Command]:
        """Make a function a command of this group; takes what the module's `command` takes."""

        def add(run: Run) -> Command:
            self.commands[name] = command(name, *params, **attributes)(run)
            return self.commands[name]

        return add


def command(name: str, *params: Param, examples: Sequence[str] = (), details: str = "") -> Callable[[Run], Command]:
    """Make a function a command; its docstring is the help."""
    return lambda run: Command(name, *params, run=run, help=run.__doc__ or "", examples=examples, details=details)


def argument(key: str, metavar: str, **attributes: Any) -> Param:
    return Param((), key, metavar=metavar, **attributes)


def option(*names: str, help: str, key: str = "", **attributes: Any) -> Param:
    """Describe an option; without a metavar or choices it is a flag."""
    key = key or max(names, key=len).lstrip("-").replace("-", "_")
    is_flag = not ("metavar" in attributes or "choices" in attributes)
    if is_flag and "opposite" not in attributes:
        attributes["default"] = False
    return Param(names, key, help=help, is_flag=is_flag, **attributes)


def file_option(help: str, *names: str, metavar: str = "FILE", **attributes: Any) -> Param:
    return option(*names, metavar=metavar, complete="files", help=help, **attributes)


ID = argument("id", "ID", complete="ids")
IDS = argument("ids", "ID...", many=True, complete="ids")
RID = argument("rid", "RID", complete="responses")
WAIT = option("--wait", help="Wait for arXiv as long as it takes.", of_app=True)
GLOBAL_OPTIONS = (
    file_option(
        "The board file; else IDEABOARD_BOARD, the nearest .ideaboard/board.jsonl, or your data folder.",
        "--board",
        of_app=True,
    ),
    file_option("The config file; else IDEABOARD_CONFIG, or your config folder.", "--config", of_app=True),
    option(
        "--as",
        key="guest",
        metavar="NAME",
        of_app=True,
        help="Who does this, for an agent or a script; else IDEABOARD_AS. The log and the board show it.",
    ),
)


def json_option(help: str, shape: str) -> Param:
    """Describe `--json`, with the name of what it prints; where that is an array there is `--jsonl` too."""
    if "[" not in shape:
        return option("--json", key="as_json", help=help, shape=shape)
    return option("--json", "--jsonl", key="as_json", help=f"{help.rstrip('.')}; with --jsonl one a line.", shape=shape)


def limit_option(help: str, *names: str, default: int | None = None) -> Param:
    names = names or ("-n", "--limit")
    return option(*names, metavar="N", is_number=True, default=default, show_default=default is not None, help=help)


def kind_option(help: str, *, many: bool = False) -> Param:
    key = "kinds" if many else "kind"
    return option("-k", "--kind", key=key, many=many, metavar="KIND", complete="kinds", help=help)


def stage_option(help: str, *, many: bool = False) -> Param:
    key = "stages" if many else "stage"
    return option("-s", "--stage", key=key, many=many, metavar="STAGE", complete="stages", help=help)


def tags_option(help: str, *names: str, key: str = "tags") -> Param:
    return option(*(names or ("-t", "--tag")), key=key, many=True, metavar="TAG", complete="tags", help=help)


def find_command(name: str) -> Command | None:
    entry = COMMANDS.get(name)
    if entry is None:
        return None
    command: Command = getattr(import_module(f"ideaboard.cli.{entry.module}"), f"{name}_command")
    return command


def run_plain(app: App, line: Sequence[str]) -> int | None:
    """Run a command line in its plain form and return the exit code; a line without a command opens the board. None
    when it is not plain, and nothing was done. Raises `IdeaboardError` when the command fails.
    """
    if COMPLETE_VARIABLE in os.environ:
        return None
    if not line:
        return open_board(app)
    at = place_of_command(line)
    command = find_command(line[at])
    words = [*line[:at], *line[at + 1 :]]
    while command and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    if command is None or command.run is None:
        return None
    params = (*command.params, *GLOBAL_OPTIONS)
    values = read_plain(params, words)
    if values is None:
        return None
    for param in params:
        if param.of_app:
            setattr(app, param.key, values.pop(param.key))
    return command.run(app, **values) or 0
