"""How often a filter at work shows what it found: the first cards soon, a growing number seldom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from core.core_values import WORKFLOW, a_board, an_idea

from ideaboard.core.query import Context
from ideaboard.ui.drawing import filtering
from ideaboard.ui.drawing.filtering import SlicedFilter


class Owner:
    """Keeps what a timer shall call."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], Any]] = []

    def set_timer(self, _seconds: float, call: Callable[[], Any]) -> object:
        self.waiting.append(call)
        return self

    def run(self) -> int:
        """Let all timers fire; return how many did."""
        fired = 0
        while self.waiting:
            self.waiting.pop()()
            fired += 1
        return fired


@pytest.mark.parametrize("hits", [640, 3200])
def test_a_number_that_grows_is_shown_seldom(monkeypatch: pytest.MonkeyPatch, hits: int) -> None:
    """Each look at a few ideas is a slice here: each look at the clock takes ten milliseconds."""
    moments = iter(range(0, 10_000_000, 10))
    monkeypatch.setattr(filtering, "perf_counter", lambda: next(moments) / 1000)
    ideas = [
        an_idea(f"k{number:07d}", title="needle" if number < hits else "hay", rank=f"{number:05d}i")
        for number in range(3200)
    ]
    owner, shown = Owner(), []
    context = Context(WORKFLOW, datetime(2026, 1, 1, tzinfo=UTC))
    found: Any = SlicedFilter(owner, context, lambda: shown.append(found.columns()["idea"]))  # type: ignore[arg-type]  # all that it asks of its owner
    found.look("needle", a_board(*ideas), ("idea",), enough=24)
    assert len(found.columns()["idea"]) >= 24
    slices = owner.run()
    assert found.done
    assert shown[-1] == tuple(idea for idea in ideas if idea.title == "needle")
    assert slices > 30
    assert len(shown) <= slices // 4
