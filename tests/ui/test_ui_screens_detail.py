"""The detail pane: what it shows, what its keys ask for, and that it never does more work than what is in sight."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from ui.board_pilot import NOW, RICH, SHARED, ago, make_idea, service_with, wait_until

from ideaboard.core.ideas import Idea, Response
from ideaboard.core.kinds import checklist
from ideaboard.service import Service
from ideaboard.ui.detail.pane import DetailPane
from ideaboard.ui.drawing.cells import width_of
from ideaboard.ui.drawing.inks import Inks


class _Host(App[None]):
    def __init__(self, service: Service) -> None:
        super().__init__()
        self.service = service
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield DetailPane(self.service, Inks(self.theme_variables, self.service.workflow))

    def on_detail_pane_asked(self, event: DetailPane.Asked) -> None:
        self.heard.append(event)

    def on_detail_pane_closed(self, event: DetailPane.Closed) -> None:
        self.heard.append(event)


@dataclass
class _Open:
    pilot: Pilot[None]
    pane: DetailPane
    heard: list[Message] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def picture(self) -> str:
        lines = self.pilot.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = service_with(tmp_path, [RICH, SHARED])
    yield opened
    opened.close()


@asynccontextmanager
async def opened(
    service: Service, idea: Idea | None, size: tuple[int, int] = (60, 24), *, focus: bool = True
) -> AsyncIterator[_Open]:
    app = _Host(service)
    async with app.run_test(size=size) as pilot:
        pane = app.query_one(DetailPane)
        if focus:
            pane.focus()
        else:
            app.set_focus(None)
        await pilot.pause()
        pane.show(idea)
        await pilot.pause()
        yield _Open(pilot, pane, app.heard)


async def test_the_pane_shows_the_idea_and_follows_the_cursor(service: Service) -> None:
    async with opened(service, RICH) as one:
        assert "┃ [Re] Conformal [/b]" in one.picture()
        one.pane.show(SHARED)
        await one.pilot.pause()
        assert "A shared thing" in one.picture()
        one.pane.show(None)
        await one.pilot.pause()
        assert not one.picture().replace("┃", "").strip()


@pytest.mark.parametrize(
    ("keys", "top"),
    [
        (["j"], 1),
        (["down", "down"], 2),
        (["j", "j", "k"], 1),
        (["j", "up"], 0),
        (["k"], 0),
        (["pagedown"], 22),
        (["ctrl+f", "ctrl+b"], 0),
        (["ctrl+d", "pageup"], 0),
        (["G", "g"], 0),
        (["end", "home"], 0),
    ],
)
async def test_scrolling(service: Service, keys: list[str], top: int) -> None:
    async with opened(service, RICH) as one:
        await one.press(*keys)
        assert one.pane.top_row == top


async def test_the_end_is_the_end_and_arrows_say_what_is_out_of_sight(service: Service) -> None:
    async with opened(service, RICH) as one:
        assert one.picture().split("\n")[-1].endswith("↓")
        await wait_until(one.pilot, lambda: one.pane.log_is_read)
        await one.press("G")
        lines = one.picture().split("\n")
        assert lines[0].endswith("↑")
        assert not lines[-1].endswith("↓")
        assert lines[-1].strip("┃ ")
        await one.press("j", "pagedown")
        assert one.picture().split("\n") == lines


async def test_another_idea_starts_at_the_top_and_a_changed_one_stays(service: Service) -> None:
    async with opened(service, RICH) as one:
        await one.press("j", "j", "j")
        one.pane.show(replace(RICH, title="changed"))
        assert one.pane.top_row == 3
        one.pane.show(SHARED)
        assert one.pane.top_row == 0


def asked_of(message: Message) -> tuple[str, str]:
    assert isinstance(message, DetailPane.Asked)
    return message.what, message.value


@pytest.mark.parametrize(
    ("keys", "url"),
    [
        (["o"], ""),  # the board asks which
        (["1"], "https://example.org/main"),
        (["2"], "https://github.com/me/x"),
        (["3"], "https://arxiv.org/abs/2107.07511"),
    ],
)
async def test_links_are_opened_by_number(service: Service, keys: list[str], url: str) -> None:
    async with opened(service, RICH) as one:
        await one.press(*keys)
        assert [asked_of(message) for message in one.heard] == [("open", url)]


async def test_a_number_without_a_link_opens_nothing(service: Service) -> None:
    async with opened(service, make_idea("bcdf2345")) as one:
        await one.press("1", "9")
        assert one.heard == []


async def test_the_link_under_the_cursor_is_opened_and_copied(service: Service) -> None:
    async with opened(service, SHARED) as one:
        await one.press("tab", "enter", "o", "y")
        assert [asked_of(message) for message in one.heard[:2]] == [("open", "https://example.org/post")] * 2
        assert asked_of(one.heard[2]) == ("copy", "https://example.org/post")


async def test_copying_without_a_cursor_asks_what(service: Service) -> None:
    async with opened(service, RICH) as one:
        await one.press("y")
        assert asked_of(one.heard[0]) == ("copy", "")
        assert isinstance(one.heard[0], DetailPane.Asked)
        assert one.heard[0].idea is RICH


async def test_points_are_ticked(service: Service) -> None:
    points = checklist(RICH.kind)
    async with opened(service, RICH) as one:
        await one.press("space")
        assert one.heard == []
        assert points[0].text[:30] in one.picture()
        await one.press("space", "tab", "enter", "shift+tab", "space")
        ticked = [asked_of(message) for message in one.heard]
        assert ticked == [("tick", points[n].key) for n in (0, 1, 0)]


async def test_responses_are_answered_and_become_ideas(service: Service) -> None:
    async with opened(service, RICH) as one:
        await one.press("tab", "enter", "tab", "plus")
        assert [asked_of(message) for message in one.heard] == [("answer", "r333"), ("take", "r111")]


async def test_the_only_waiting_response_needs_no_cursor(service: Service) -> None:
    idea = make_idea("bcdf2345", responses=(Response(id="r1", type="question", text="Why?", at=ago(1)),))
    async with opened(service, idea) as one:
        await one.press("plus")
        assert asked_of(one.heard[0]) == ("take", "r1")
    async with opened(service, RICH) as one:
        await one.press("plus")
        assert one.heard == []


async def test_esc_goes_back(service: Service) -> None:
    async with opened(service, RICH) as one:
        await one.press("escape")
        assert isinstance(one.heard[0], DetailPane.Closed)


async def test_every_key_is_harmless_without_an_idea(service: Service) -> None:
    async with opened(service, None) as one:
        await one.press("j", "k", "G", "g", "pagedown", "tab", "space", "enter", "o", "y", "plus", "1")
        assert one.heard == []


async def test_clicks_open_links_tick_points_and_the_wheel_scrolls(service: Service) -> None:
    async with opened(service, RICH, (70, 60)) as one:
        lines = one.picture().split("\n")
        y = next(n for n, line in enumerate(lines) if "github.com/me/x" in line)
        await one.pilot.click(DetailPane, offset=(lines[y].index("github"), y))
        assert asked_of(one.heard[-1]) == ("open", "https://github.com/me/x")
        y = next(n for n, line in enumerate(lines) if "○ the dependencies" in line)
        await one.pilot.click(DetailPane, offset=(6, y))
        assert asked_of(one.heard[-1]) == ("tick", "dependencies")
        y = next(n for n, line in enumerate(lines) if "the tutorial" in line)
        await one.pilot.click(DetailPane, offset=(lines[y].index("the tutorial"), y))
        assert asked_of(one.heard[-1]) == ("open", "https://example.org/tutorial")
    async with opened(service, RICH) as one:
        await one.pilot._post_mouse_events([_scroll_down()], DetailPane, offset=(5, 5))
        assert one.pane.top_row == 3


def _scroll_down() -> type:
    from textual.events import MouseScrollDown

    return MouseScrollDown


async def test_text_is_selected_with_the_mouse_and_copied_as_it_reads(service: Service) -> None:
    async with opened(service, RICH) as one:
        await one.pilot.mouse_down(DetailPane, offset=(2, 0))
        await one.pilot.hover(DetailPane, offset=(21, 0))
        await one.pilot.mouse_up(DetailPane, offset=(21, 0))
        await one.pilot.pause()
        assert one.pilot.app.screen.get_selected_text() == "[Re] Conformal [/b]"
        strip = one.pane.render_line(0)
        colours = {segment.style.bgcolor for segment in strip if segment.style}
        assert len(colours) > 1


async def test_the_log_is_read_when_the_cursor_rests_in_the_pane(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = service.ideas.move([RICH.id], "review")
    idea = outcome.board.ideas[RICH.id]
    asked: list[str] = []
    log = service.history.log

    def counted(id: str, limit: int) -> object:
        asked.append(id)
        return log(id, limit)

    monkeypatch.setattr(service.history, "log", counted)
    async with opened(service, idea) as one:
        await wait_until(one.pilot, lambda: one.pane.log_is_read)
        assert asked == [idea.id]
        await one.press("G")
        assert "2026-11-24  moved to Review" in one.picture()
        assert "stage: making → review" in one.picture()
    async with opened(service, idea, (70, 120), focus=False) as one:
        await wait_until(one.pilot, lambda: one.pane.log_is_read)
        assert "2026-11-24  moved to Review" in one.picture()
        # What the cursor only passes is not read.
        one.pane.show(SHARED)
        one.pane.show(RICH)
        one.pane.show(idea)
        await wait_until(one.pilot, lambda: not one.pane.log_is_awaited)
        assert set(asked) == {idea.id}
        one.pane.show(SHARED)
        await wait_until(one.pilot, lambda: one.pane.log_is_read)


async def test_a_log_that_cannot_be_read_leaves_the_rest(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    from ideaboard.errors import BoardFileError

    asked: list[str] = []

    def fail(id: str, limit: int) -> None:
        asked.append(id)
        raise BoardFileError("gone")

    monkeypatch.setattr(service.history, "log", fail)
    async with opened(service, RICH) as one:
        await wait_until(one.pilot, lambda: asked)
        await one.press("j", "k")
        assert "[Re] Conformal [/b]" in one.picture()
        assert not one.pane.log_is_read


async def test_only_what_is_in_sight_is_made_while_the_cursor_moves(service: Service) -> None:
    long = replace(RICH, notes="paragraph\n\n" * 50_000)
    async with opened(service, long, focus=False) as one:
        assert 0 < len(one.pane.shown_rows.rows) <= 26
        assert one.picture().split("\n")[-1].endswith("↓")


async def test_another_width_wraps_anew(service: Service) -> None:
    async with opened(service, RICH, (100, 30)) as one:
        await one.press("G")
        await one.pilot.resize_terminal(40, 12)
        await one.pilot.pause()
        lines = one.picture().split("\n")
        assert len(lines) == 12
        assert all(width_of(line) <= 40 for line in lines)
        assert lines[-1].strip("┃ ")


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "nord"])
async def test_every_line_fills_the_pane_in_every_theme(service: Service, theme: str) -> None:
    hostile = replace(RICH, title="日本語 🚀 [/b]" * 9, notes="日本語" * 90)
    async with opened(service, hostile, (41, 20)) as one:
        one.pilot.app.theme = theme
        one.pane.restyle(Inks(one.pilot.app.theme_variables, service.workflow))
        await one.pilot.pause()
        for y in range(20):
            assert one.pane.render_line(y).cell_length == 41


async def test_a_new_day_shows_other_ages(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    async with opened(service, RICH) as one:
        assert "(3 days)" in one.picture()
        monkeypatch.setattr(service._session, "clock", lambda: NOW + timedelta(days=2))
        one.pane.reload()
        await one.pilot.pause()
        assert "(5 days)" in one.picture()
