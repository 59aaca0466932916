"""Boards in a temporary folder, and the app on them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from arxiv_loopback import LoopbackArxiv
from textual.pilot import Pilot
from ui.board_pilot import NOW, MakeService, RunBoard, loopback

from ideaboard.bootstrap import open_service
from ideaboard.core.changes import NewIdea
from ideaboard.service import Service
from ideaboard.ui.app import IdeaboardApp


@pytest.fixture
def board_path(tmp_path: Path) -> Path:
    return tmp_path / "board.jsonl"


@pytest.fixture
def make_service(board_path: Path) -> Iterator[MakeService]:
    """Open the board file, with ideas by stage put on it first; may be called again for a second view of the file."""
    opened: list[Service] = []

    def make(ideas: Mapping[str, Sequence[str]] | None = None, now: datetime = NOW) -> Service:
        service = open_service(board=str(board_path), clock=lambda: now)
        for stage, titles in (ideas or {}).items():
            service.ideas.add([NewIdea(title=title, stage=stage) for title in titles])
        opened.append(service)
        return service

    yield make
    for service in opened:
        service.stop_saving(5)
        service.close()


@pytest.fixture
def run_board() -> RunBoard:
    """Run the app on a service, with notifications shown; leaving the block ends it."""

    @contextlib.asynccontextmanager
    async def run(service: Service, size: tuple[int, int] = (125, 30), **options: Any) -> AsyncIterator[Pilot[None]]:
        app = IdeaboardApp(service)
        async with app.run_test(size=size, notifications=True, **options) as pilot:
            await pilot.pause()
            yield pilot

    return run


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    with loopback(monkeypatch) as server:
        yield server


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the links that are opened in a browser."""
    links: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: not links.append(url))  # type: ignore[func-returns-value]  # it is None, so the answer is true
    return links
