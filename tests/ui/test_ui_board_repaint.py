"""What is painted anew is what a whole picture would show, cell by cell, as a terminal puts it together."""

from __future__ import annotations

from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.strip import Strip
from ui.board_pilot import MakeService, RunBoard, lines_of, saved, screen_of, settled

from ideaboard.service.memory import remember_theme
from ideaboard.ui.board.lines import JoinedStrip, Row
from ideaboard.ui.themes import LIGHT

TITLES = {
    "idea": [*(f"Idea {number}, 宽 letters and a long title" for number in range(14))],
    "outline": ["A café", "B", "C"],
    "review": ["in review"],
    "shared": ["told", "told again"],
}
CONSOLE = Console(force_terminal=True, color_system="truecolor")
STYLES = (Style.parse("red on blue"), Style.parse("bold green on blue"), Style.parse("underline"))


class Screen:
    """What a terminal makes of updates."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self._screen)

    def show(self, update: CompositorUpdate) -> None:
        # A whole picture ends its lines without going back to the first column: the driver's terminal is raw.
        self._stream.feed(update.render_segments(CONSOLE).replace("\n", "\r\n"))

    def cells(self) -> list[list[Any]]:
        return [[self._screen.buffer[y][x] for x in range(self._screen.columns)] for y in range(self._screen.lines)]


@pytest.mark.parametrize("size", [(125, 16), (50, 12)])
async def test_what_is_repainted_is_the_whole_picture(
    make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    seen = Screen(size)
    partly = 0

    def display(app: App[None], screen: Any, update: CompositorUpdate | None) -> None:
        nonlocal partly
        if update is not None:
            partly += not isinstance(update, LayoutUpdate)
            seen.show(update)
        app.post_display_hook()

    monkeypatch.setattr(App, "_display", display)
    async with run_board(make_service(TITLES), size) as pilot:
        keys = "t n enter space L l K G g L u z slash i escape a N enter"
        for key in keys.split():
            await pilot.press(key)
            await saved(pilot)
            await settled(pilot)
            whole = Screen(size)
            whole.show(pilot.app.screen._compositor.render_full_update())
            assert seen.cells() == whole.cells(), key
        assert partly > 10


async def test_another_theme_leaves_nothing_in_the_colours_of_before(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service(TITLES)
    async with run_board(service) as pilot:
        await pilot.press("j", "k")
        await settled(pilot)
        pilot.app.theme = LIGHT
        await settled(pilot)
        turned = screen_of(pilot).view.render_lines(screen_of(pilot).view.size.region)
    remember_theme(service.paths, LIGHT)
    async with run_board(make_service()) as pilot:
        await settled(pilot)
        started = screen_of(pilot).view.render_lines(screen_of(pilot).view.size.region)
    assert turned == started
    assert [strip.render(CONSOLE) for strip in turned] == [strip.render(CONSOLE) for strip in started]


async def test_a_column_that_lost_a_card_has_no_empty_lines_below(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": [f"Card {number}" for number in range(14)]}), (125, 20)) as pilot:
        await pilot.press("G", "L")
        await settled(pilot)
        view = screen_of(pilot).view
        assert view.focused_stage == "outline"
        assert view.columns["idea"].top
        assert lines_of(pilot)[-4].startswith("▌project"), "the last two lines have no room for a card"


texts = st.text("ab宽 é", min_size=1, max_size=6)
rows = st.lists(
    st.lists(st.builds(Segment, texts, st.sampled_from(STYLES), st.none()), max_size=4), min_size=1, max_size=4
)


@given(rows, st.integers(0, 30), st.none() | st.integers(0, 30))
def test_rows_side_by_side_are_as_one_line(rows: list[list[Segment]], start: int, end: int | None) -> None:
    plain = Strip([segment for row in rows for segment in row])
    joined = JoinedStrip([Row(row, sum(one.cell_length for one in row)) for row in rows], plain.cell_length)
    for ends in (None, end, *(sum(one.cell_length for row in rows[:n] for one in row) for n in range(len(rows) + 1))):
        for first in (0, start):
            part, same = joined.crop(first, ends), plain.crop(first, ends)
            assert part.cell_length == same.cell_length
            assert part.text == same.text
            assert part.render(CONSOLE) == Strip(part, part.cell_length).render(CONSOLE)
            assert part.simplify() == same.simplify()
