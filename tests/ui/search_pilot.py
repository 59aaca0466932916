"""What the tests of the search screen and the inbox ask of a running app, and an arXiv on this computer for them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from textual.pilot import Pilot
from ui.board_pilot import wait_until

from ideaboard.ui.drawing.prompt import TypedLine
from ideaboard.ui.papers.candidates import CandidatesScreen
from ideaboard.ui.papers.search import SearchScreen

wait_for = wait_until

FEEDS = Path(__file__).parents[1] / "data" / "arxiv"


@contextlib.contextmanager
def loopback(
    monkeypatch: pytest.MonkeyPatch, misbehave: str | None = None, interval: float = 0.02
) -> Iterator[LoopbackArxiv]:
    """Replay the recorded feeds, and let the app ask there."""
    with LoopbackArxiv(FEEDS, misbehave) as arxiv:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", arxiv.url)
        monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", str(interval))
        yield arxiv


def search_of(pilot: Pilot[None]) -> SearchScreen:
    """Return the search screen, whatever is on top of it."""
    found = [screen for screen in pilot.app.screen_stack if isinstance(screen, SearchScreen)]
    assert found, pilot.app.screen_stack
    return found[0]


def inbox_of(pilot: Pilot[None]) -> CandidatesScreen:
    """Return the inbox, whatever is on top of it."""
    found = [screen for screen in pilot.app.screen_stack if isinstance(screen, CandidatesScreen)]
    assert found, pilot.app.screen_stack
    return found[0]


async def answered(pilot: Pilot[None]) -> None:
    """Wait until nothing is on its way."""
    await wait_for(pilot, lambda: not search_of(pilot).asker.asking)


async def search(pilot: Pilot[None], words: str) -> None:
    """Put a search into the line and wait for the answer; typing it key by key has its own tests."""
    screen = search_of(pilot)
    if not screen.query_line.typing:
        await pilot.press("slash")
    screen.query_line.line = TypedLine(words)
    await pilot.press("enter")
    await answered(pilot)
