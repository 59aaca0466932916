"""What the tests of the board screen ask of a running board."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from ideaboard.bootstrap import open_service
from ideaboard.core.ideas import Idea
from ideaboard.service import Service
from ideaboard.ui.app import IdeaboardApp
from ideaboard.ui.board.screen import BoardScreen

MakeService = Callable[..., Service]
RunBoard = Callable[..., contextlib.AbstractAsyncContextManager[Pilot[None]]]


def screen_of(pilot: Pilot[None]) -> BoardScreen:
    """Return the board screen, whatever is on top of it."""
    app = pilot.app
    assert isinstance(app, IdeaboardApp)
    assert app.board_screen is not None
    return app.board_screen


def lines_of(pilot: Pilot[None]) -> list[str]:
    """Return what is on the screen, line by line."""
    strips = pilot.app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def text_of(pilot: Pilot[None]) -> str:
    """Return what is on the screen."""
    return "\n".join(lines_of(pilot))


def said(pilot: Pilot[None]) -> list[str]:
    """Return the notifications that were shown."""
    return [str(note.message) for note in pilot.app._notifications]


async def saved(pilot: Pilot[None]) -> None:
    """Wait until everything is on disk."""
    queue = screen_of(pilot).service._session.queue
    assert queue is not None
    assert queue.flush(5)
    await pilot.pause()


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Press the keys of a text."""
    names = {
        " ": "space",
        "#": "number_sign",
        "@": "at",
        "!": "exclamation_mark",
        ":": "colon",
        "/": "slash",
        ".": "full_stop",
        "-": "minus",
        "[": "left_square_bracket",
        "]": "right_square_bracket",
    }
    await pilot.press(*(names.get(char, char) for char in text))


def on_disk(path: Path) -> list[Idea]:
    """Read all ideas from the file, in the order of the board."""
    service = open_service(board=str(path))
    try:
        return list(service.board)
    finally:
        service.close()
