"""Full rounds of the garbage collector wait for a moment in which nobody presses a key."""

from __future__ import annotations

import gc
import weakref

import pytest
from ui.board_pilot import MakeService, RunBoard

from ideaboard.ui import app as app_module
from ideaboard.ui.app import IdeaboardApp, run_board


class Knot:
    def __init__(self) -> None:
        self.itself = self


async def test_garbage_is_collected_once_at_rest(
    make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "_REST_SECONDS", 1000.0)
    async with run_board(make_service({"idea": ["one"]})) as pilot:
        app = pilot.app
        assert isinstance(app, IdeaboardApp)
        gc.disable()
        try:
            await pilot.press("j")
            alive = []
            for _ in range(3):
                knot = weakref.ref(Knot())
                app._rest()
                alive.append(knot() is not None)
        finally:
            gc.enable()
    assert alive == [True, False, True], "after a key, at rest, and still at rest"


def test_a_running_board_makes_full_rounds_seldom(make_service: MakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    thresholds = gc.get_threshold()
    seen: list[tuple[int, int, int]] = []
    monkeypatch.setattr(IdeaboardApp, "run", lambda _: seen.append(gc.get_threshold()))
    monkeypatch.setattr(IdeaboardApp, "keep_picture", lambda _: None)
    try:
        run_board(make_service())
    finally:
        gc.set_threshold(*thresholds)
    assert seen[0][:2] == thresholds[:2]
    assert 20 < seen[0][2] < 100, "seldom, and yet: closed dialogs are freed by no other round"
