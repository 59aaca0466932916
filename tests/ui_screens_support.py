"""Boards to open screens on, and an app that shows one screen and keeps what it gives back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App
from textual.widgets import Input, TextArea

from ideaboard.bootstrap import open_service
from ideaboard.core.changes import put
from ideaboard.core.clock import moment
from ideaboard.core.ideas import Idea, Link, Paper, Response, Share, Step
from ideaboard.service import Service

if TYPE_CHECKING:
    from textual.notifications import Notification
    from textual.pilot import Pilot
    from textual.screen import Screen

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

_KEYS = {" ": "space", "/": "slash", ":": "colon", "#": "number_sign", "?": "question_mark", ".": "full_stop"}
_KEYS |= {"-": "minus", "=": "equals_sign", "_": "underscore", ",": "comma", "!": "exclamation_mark"}


def ago(days: float) -> str:
    """Return the moment so many days before now."""
    return moment(NOW - timedelta(days=days))


def make_idea(id: str, title: str = "", stage: str = "idea", days: float = 3, **fields: Any) -> Idea:
    """Make an idea that came to its stage so many days ago."""
    known: dict[str, Any] = {
        "id": id,
        "title": title or f"Title of {id}",
        "kind": "post",
        "stage": stage,
        "created": ago(days),
        "updated": ago(days),
        "rank": id,
        "trail": (Step(stage, ago(days)),),
    }
    return Idea(**known | fields)


PAPER = Paper(
    arxiv_id="2107.07511",
    version="v5",
    title="A Gentle Introduction to Conformal Prediction",
    authors=("Anastasios N. Angelopoulos", "Stephen Bates", "Third Author", "Fourth Author", "Fifth Author"),
    abstract="Conformal prediction gives sets with $1-\\alpha$ coverage.",
    primary_category="cs.LG",
    categories=("cs.LG", "stat.ML"),
    published="2021-07-15T17:59:50Z",
    updated="2022-12-07T10:00:00Z",
    comment="Blog and video",
    code_url="https://github.com/aangelopoulos/conformal-prediction",
)

SHARED = make_idea(
    "shrd2345",
    "A shared thing",
    "shared",
    share=Share(at=ago(12), date="2026-11-12", url="https://example.org/post", summary="In one line", uid="urn:uuid:1"),
)


NOTES = """# Plan

Show *why* the **split** works with `alpha`, see [the tutorial](https://example.org/tutorial).
"""
RICH = make_idea(
    "bcdf2345",
    "[Re] Conformal [/b]",
    "making",
    kind="paper-to-code",
    tags=("bayes", "[t]"),
    due="2026-11-30",
    notes=NOTES,
    url="https://example.org/main",
    links=(Link("https://github.com/me/x", "repository"),),
    paper=replace(PAPER, latest_version="v6"),
    trail=(Step("idea", ago(30)), Step("outline", ago(12)), Step("making", ago(3))),
    private=True,
    draft="/home/me/draft.md",
    ticks=("tolerance",),
    responses=(
        Response(id="r111", type="question", text="Why [0]?", at=ago(2)),
        Response(id="r222", type="follower", text="Grace", at=ago(5)),
        Response(id="r333", type="opportunity", text="A talk", url="https://example.org/talk", at=ago(9)),
        Response(id="r444", type="question", text="How?", at=ago(8), answered=ago(1)),
    ),
)


def service_with(folder: Path, ideas: Iterable[Idea] = ()) -> Service:
    """Open a board of its own with these ideas on it."""
    service = open_service(board=str(folder / "board.jsonl"), clock=lambda: NOW)
    wanted = list(ideas)
    if wanted:
        service._session.commit("import", lambda board: put(board, wanted))
    return service


@dataclass
class Shown:
    """One screen in an app."""

    pilot: Pilot[None]
    screen: Screen[Any]
    results: list[Any] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        """Press keys by name."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type the first character, and paste the rest into whatever has the focus: a key takes the pilot 40 ms."""
        if text:
            await self.press(_KEYS.get(text[0], text[0]))
        if text[1:]:
            self.pilot.app.post_message(events.Paste(text[1:]))
            await self.pilot.pause()

    @property
    def top(self) -> Screen[Any]:
        """The screen on top."""
        return self.pilot.app.screen

    @property
    def result(self) -> Any:
        """What the screen gave back; it must be closed."""
        assert self.results, f"the screen is still open, with {self.top} on top"
        return self.results[0]

    @property
    def told(self) -> list[str]:
        """The notifications so far."""
        found: Iterable[Notification] = self.pilot.app._notifications
        return [one.message for one in found]

    def picture(self) -> str:
        """Return the text on the terminal, line by line."""
        width, height = self.pilot.app.size
        lines = self.top._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip)[:width] for strip in lines[:height])


@asynccontextmanager
async def shown(
    make: Callable[[], Screen[Any]], *, size: tuple[int, int] = (80, 24), theme: str = "textual-dark"
) -> AsyncIterator[Shown]:
    """Show a screen over an empty one."""
    Input.cursor_blink = False  # type: ignore[assignment]  # a reactive takes its default from here
    app: App[None] = App()
    app.theme = theme
    async with app.run_test(size=size, notifications=True) as pilot:
        screen = make()
        one = Shown(pilot, screen)
        app.push_screen(screen, one.results.append)
        await pilot.pause()
        for area in screen.query(TextArea):
            area.cursor_blink = False
        yield one
