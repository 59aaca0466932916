"""The table of all commands, and the short way to the one that a plain line names; no other module is imported."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

from ideaboard.cli.app import App, open_board
from ideaboard.cli.commands import GLOBAL_OPTIONS, Command, read_plain

PROGRAM = "ideaboard"
COMPLETE_VARIABLE = "_IDEABOARD_COMPLETE"
"""The environment variable by which a shell asks for completion."""


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


def find_command(name: str) -> Command | None:
    """Return a command by name."""
    entry = COMMANDS.get(name)
    if entry is None:
        return None
    command: Command = getattr(import_module(f"ideaboard.cli.{entry.module}"), f"{name}_command")
    return command


def run_plain(app: App, line: Sequence[str]) -> int | None:
    """Run a command line in its plain form; a line without a command opens the board.

    Returns:
        The exit code; None for a line that is not plain, where nothing was done.

    Raises:
        IdeaboardError: when the command fails.
    """
    if COMPLETE_VARIABLE in os.environ:
        return None
    if not line:
        return open_board(app)
    at = 0
    while line[at] in ("--board", "--config") and at + 2 < len(line):
        at += 2
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
