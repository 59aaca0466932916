"""Opening the board: the only place of the command line that imports the screens."""

from __future__ import annotations

import gc
import sys

from ideaboard.cli.app import App
from ideaboard.errors import InvalidInput


def open_board(app: App) -> int:
    """Open the board, look after its file when the person has left, and return the exit code.

    Raises:
        InvalidInput: when there is no terminal to draw on.
    """
    needs_terminal()
    service = app.service
    gc.enable()
    from ideaboard.bootstrap import open_upkeep
    from ideaboard.ui.app import run_board

    code = run_board(service)
    service.keep_snapshot()
    app.close()
    if not service.mostly_alive():
        open_upkeep(app.board, app.config).tidy()
    return code


def needs_terminal() -> None:
    """Make sure that there is a terminal to draw on.

    Raises:
        InvalidInput: when there is none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InvalidInput(
            "the board needs a terminal",
            "'ideaboard list' prints the ideas; 'ideaboard --help' shows what else there is",
        )
