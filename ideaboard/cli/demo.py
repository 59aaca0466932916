"""`demo`: a board full of examples, thrown away at the end."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import click

from ideaboard.cli.app import App
from ideaboard.cli.base import Command, pass_app
from ideaboard.cli.output import say
from ideaboard.cli.params import complete_files
from ideaboard.errors import InvalidInput, Refused


@click.command("demo", cls=Command, examples=("ideaboard demo", "ideaboard demo --write /tmp/demo/board.jsonl"))
@click.option(
    "--write",
    "target",
    metavar="FILE",
    shell_complete=complete_files,
    help="Write the examples to a new board file instead, to try other commands on it.",
)
@click.pass_context
@pass_app
def demo_command(app: App, ctx: click.Context, target: str | None) -> None:
    """Open a board with a year of made-up work in all stages.

    Change what you like: the board is thrown away when you leave, and neither your own board nor your config or chosen
    theme is touched. Papers are real, their metadata comes from arXiv (CC0).
    """
    from ideaboard.cli.demo_board import write_demo

    if app.board:
        raise InvalidInput("demo opens a board of its own", "leave --board out")
    if target is not None:
        path = Path(target)
        if path.exists():
            raise Refused(f"'{path}' is there already", "name a file that is not there")
        write_demo(path)
        say(f"wrote '{path}'")
        return
    from ideaboard.cli.board import needs_terminal, open_board

    needs_terminal()
    folder = Path(tempfile.mkdtemp(prefix="ideaboard-demo-"))
    try:
        app.board = str(folder / "board.jsonl")
        app.config = str(folder / "config.toml")
        os.environ["IDEABOARD_STATE"] = str(folder / "state")
        # Drafts go with the board; a JSON string is a TOML one, too.
        drafts = json.dumps(str(folder / "drafts"))
        (folder / "config.toml").write_text(f"[drafts]\nfolder = {drafts}\n", encoding="utf-8")
        write_demo(folder / "board.jsonl")
        code = open_board(app)
        app.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ctx.exit(code)
