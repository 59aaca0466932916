"""The one harness of the UI tests: boards and ideas to open screens on, and what tests ask of a running app."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from arxiv_loopback import LoopbackArxiv
from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.notifications import SeverityLevel
from textual.widgets import Input, TextArea

from ideaboard.bootstrap import open_service
from ideaboard.core.changes import put
from ideaboard.core.clock import moment
from ideaboard.core.ideas import Idea, Link, Paper, Response, Share, Step
from ideaboard.external import open_link
from ideaboard.service import Service
from ideaboard.ui.app import IdeaboardApp
from ideaboard.ui.board.screen import BoardScreen
from ideaboard.ui.drawing.prompt import TypedLine
from ideaboard.ui.messages import Messages
from ideaboard.ui.papers.candidates import CandidatesScreen
from ideaboard.ui.papers.search import SearchScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from textual.screen import Screen

MakeService = Callable[..., Service]
RunBoard = Callable[..., contextlib.AbstractAsyncContextManager["Pilot[None]"]]

FEEDS = Path(__file__).parents[1] / "data" / "arxiv"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

# Waiting


async def wait_until(pilot: Pilot[None], condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until a condition holds; fail when it does not."""
    for _ in range(int(seconds / 0.02)):
        if condition():
            await pilot.pause()
            return
        await pilot.pause(0.02)
    raise AssertionError(f"did not come about: {condition}")


async def saved(pilot: Pilot[None]) -> None:
    """Wait until everything is on disk."""
    queue = screen_of(pilot).service._session.queue
    assert queue is not None
    assert queue.flush(5)
    await pilot.pause()


# Looking


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
    """Return what was said: all warnings and errors, and the last of the words that are neither."""
    kept = messages_of(pilot).kept
    return [said.text for said in kept if said.style != "title" or said is kept[-1]]


def messages_of(pilot: Pilot[None]) -> Messages:
    """Return the messages of the app."""
    messages = getattr(pilot.app, "messages", None)
    assert isinstance(messages, Messages)
    return messages


def on_disk(path: Path) -> list[Idea]:
    """Read all ideas from the file as another program would, in the order of the board."""
    service = open_service(board=str(path), clock=lambda: NOW)
    try:
        return list(service.board)
    finally:
        service.close()


# Typing


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Press the keys of a text, one after the other."""
    await pilot.press(*text)


def type_fast(pilot: Pilot[None], *texts_and_keys: str) -> None:
    """Send keys all at once, as a quick typist or a slow line does; `<enter>` is a key, all else is text."""
    for one in texts_and_keys:
        if one.startswith("<") and one.endswith(">"):
            pilot.app.post_message(events.Key(one[1:-1], None))
        else:
            for character in one:
                pilot.app.post_message(events.Key(_character_to_key(character), character))


async def settled(pilot: Pilot[None]) -> None:
    """Wait until all keys that were sent have had their effect."""
    app = pilot.app
    assert isinstance(app, IdeaboardApp)
    await pilot.pause()
    await wait_until(pilot, lambda: not app._held and app._settling is None)


# Ideas


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


# Screens by themselves


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
            await self.press(text[0])
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
        return said(self.pilot)

    def picture(self) -> str:
        """Return the text on the terminal, line by line."""
        width, height = self.pilot.app.size
        return "\n".join(line[:width] for line in lines_of(self.pilot)[:height])


class _BareApp(App[None]):
    """An empty app that opens links and says things as ours does."""

    def __init__(self) -> None:
        super().__init__()
        self.messages = Messages(self)

    def notify(self, message: str, *, severity: SeverityLevel = "information", **_options: Any) -> None:
        self.messages.say(message, severity)

    def open_link(self, url: str) -> None:
        open_link(url)


@contextlib.asynccontextmanager
async def shown(
    make: Callable[[], Screen[Any]], *, size: tuple[int, int] = (80, 24), theme: str = "textual-dark"
) -> AsyncIterator[Shown]:
    """Show a screen over an empty one."""
    Input.cursor_blink = False  # type: ignore[assignment]  # a reactive takes its default from here
    app = _BareApp()
    app.theme = theme
    async with app.run_test(size=size, notifications=True) as pilot:
        screen = make()
        one = Shown(pilot, screen)
        app.push_screen(screen, one.results.append)
        await pilot.pause()
        for area in screen.query(TextArea):
            area.cursor_blink = False
        yield one


# arXiv


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
    await wait_until(pilot, lambda: not search_of(pilot).asker.asking)


async def search(pilot: Pilot[None], words: str) -> None:
    """Put a search into the line and wait for the answer; typing it key by key has its own tests."""
    screen = search_of(pilot)
    if not screen.query_line.typing:
        await pilot.press("slash")
    screen.query_line.line = TypedLine(words)
    await pilot.press("enter")
    await answered(pilot)
