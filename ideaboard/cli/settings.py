"""`config` and `keys`: what is in force."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

from ideaboard import files
from ideaboard.cli.app import App
from ideaboard.cli.commands import Command, command, json_option
from ideaboard.cli.output import Painter, cells, emit, pad, picked, say, say_json, warn, width_of_terminal
from ideaboard.config import Config, config_to_toml, load_config
from ideaboard.core.actions import ACTIONS
from ideaboard.core.keys import shown_key
from ideaboard.core.text import clean_line

config_command = Command(
    "config",
    run=None,
    help="""Show and edit the config.

    A mistake in it never stops anything: it is told, and the default stands in.
    """,
)


_PUBLISH_EXAMPLE = (
    {"into": "~/profile/README.md:shared", "limit": 6},
    {"output": "~/site/shared/index.html"},
    {"output": "~/site/shared/feed.xml"},
)
"""What a new config shows beside the options that have a default."""


def _path(app: App) -> Path:
    from ideaboard.bootstrap import paths_for

    return Path(paths_for(app.board, app.config).config)


@config_command.command("path", examples=("ideaboard config path",))
def _show_path(app: App) -> None:
    """Print where the config is, or would be."""
    say(str(_path(app)))


@config_command.command("show", examples=("ideaboard config show > config.toml",))
def _show(app: App) -> int:
    """Print every option with the value in force.

    What it prints is a config file that says the same.

    Exit code 1 when there is something wrong in the config; it is told on stderr.
    """
    config = load_config(_path(app))
    emit(config_to_toml(config).rstrip("\n") + "\n")
    for problem in config.problems:
        warn(problem)
    return 1 if config.problems else 0


@config_command.command("edit", examples=("EDITOR=nano ideaboard config edit",))
def _edit(app: App) -> None:
    """Open the config in $EDITOR.

    A new one starts with every option and its default.
    """
    from ideaboard.external import edit_file

    path = _path(app)
    if not os.path.lexists(path):
        # Every option is a comment, so that the file says what can be said and changes nothing.
        text = config_to_toml(Config(publish=_PUBLISH_EXAMPLE))
        text = "".join(f"# {line}\n" if line else "\n" for line in text.splitlines())
        head = "# The config of ideaboard. Take the # away from what you want to change.\n\n"
        with files.explained(f"'{path}' cannot be written", "look at its folder"):
            files.write_own(path, (head + text).encode())
    edit_file(path)
    for problem in load_config(path).problems:
        warn(problem)


_SAID = ("name", "help", "group")


@command(
    "keys", json_option("Print an array of actions.", "[key]"), examples=("ideaboard keys", "ideaboard keys --json")
)
def keys_command(app: App, as_json: bool) -> None:
    """List what the keys of all screens do, remapped ones included.

    The name in the last column is what the config's [keys] table calls the action; a terminal too narrow for it
    leaves it out.
    """
    config = load_config(_path(app))
    for problem in config.problems:
        warn(problem)
    of = {action.id: config.keys.get(action.id, action.keys) for action in ACTIONS}
    if as_json:
        say_json(
            [
                {"id": one.id, "keys": list(of[one.id]), **picked(one, *_SAID), "screens": list(one.screens)}
                for one in ACTIONS
            ]
        )
        return
    paint = Painter()
    rows = [(action, " ".join(clean_line(shown_key(key)) for key in of[action.id])) for action in ACTIONS]
    widest = max(cells(keys) for _, keys in rows)
    longest = max(cells(action.help) for action in ACTIONS)
    width = width_of_terminal()
    indent = widest + 4
    is_narrow = width is not None and width < indent + longest + 2 + max(len(action.id) for action in ACTIONS)
    room = max(20, (width or 0) - indent)
    group = ""
    for action, keys in rows:
        if action.group != group:
            emit(("\n" if group else "") + paint.bold(action.group) + "\n")
            group = action.group
        if is_narrow:
            said = ("\n" + " " * indent).join(textwrap.wrap(action.help, room))
        else:
            said = f"{pad(action.help, longest)}  {paint.dim(action.id)}"
        emit(f"  {pad(keys, widest)}  {said}\n")
