"""What is typed goes where the cursor blinks: every way to open a line on the board, with and without the detail."""

from __future__ import annotations

import random

import pytest
from textual import events
from textual.geometry import Offset
from textual.pilot import Pilot
from ui.board_pilot import MakeService, RunBoard, lines_of, saved, screen_of, text_of, type_text, wait_until

from ideaboard.ui.board.state import Prompt

SIZES = [(160, 48), (100, 30), (40, 12)]
WAYS = ["a", "n", "slash", "paste", "palette Add", "palette Filter", "click /", "click a"]
KEYS = "abdehjklmnoqrstvyzABDEGHJKLSTUVZ123 #/?+!-:.@éß"
"""Letters that are keys of the board or of the detail, among others."""


async def go_into(pilot: Pilot[None], detail: str) -> None:
    """Leave the detail closed, show it, or go into it; where it covers the board, showing it goes into it."""
    if detail != "closed":
        await pilot.press("enter")
    if detail == "inside" and screen_of(pilot).focused is None:
        await pilot.press("enter")
    await pilot.pause()


async def open_line(pilot: Pilot[None], way: str) -> Prompt | None:
    """Open a line to type in; None when this way is not to be had now, as a key that the footer does not show."""
    kind, _, what = way.partition(" ")
    if kind == "paste":
        pilot.app.post_message(events.Paste("p"))
    elif kind == "palette":
        await pilot.press("ctrl+p")
        await pilot.pause()
        await type_text(pilot, what)
        await wait_until(pilot, lambda: what in text_of(pilot).partition("\n")[2])
        await pilot.press("enter")
        await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))
    elif kind == "click":
        place = lines_of(pilot)[-1].find({"/": "/ filter", "a": "a add"}[what])
        if place < 0:
            return None
        await pilot.click(offset=Offset(place + 1, pilot.app.size.height - 1))
    else:
        await pilot.press(way)
    await wait_until(pilot, lambda: screen_of(pilot).state.prompt is not None)
    return screen_of(pilot).state.prompt


@pytest.mark.parametrize(
    ("size", "detail"),
    [
        (SIZES[0], "inside"),
        (SIZES[1], "closed"),
        (SIZES[2], "shown"),
        *(
            pytest.param(SIZES[size], detail, marks=pytest.mark.slow)
            for size, detail in [(0, "closed"), (0, "shown"), (1, "shown"), (1, "inside"), (2, "closed"), (2, "inside")]
        ),
    ],
)
async def test_typed_text_lands_in_the_line_and_nowhere_else(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int], detail: str
) -> None:
    chance = random.Random(f"{size} {detail}")  # the same in every run
    service = make_service({"idea": ["A", "B", "C"], "outline": ["D"], "review": ["E"]})
    before = list(service.board)
    tried = 0
    async with run_board(service, size=size) as pilot:
        screen = screen_of(pilot)
        await go_into(pilot, detail)
        inside = screen.focused is not None
        assert inside or detail != "inside"
        # The palette opens slowly, and what it leads to does not depend on the size.
        for way in WAYS if size == SIZES[0] else [way for way in WAYS if "palette" not in way]:
            prompt = await open_line(pilot, way)
            if prompt is None:
                continue
            tried += 1
            start = prompt.editor.text
            text = "".join(chance.choices(KEYS, k=12))
            await type_text(pilot, text)
            await pilot.pause()
            assert vars(screen.state)["prompt"] is prompt, way
            assert prompt.editor.text == start + text, way
            assert screen.view.display, "the line is in sight"
            assert text[-4:].rstrip() in "".join(lines_of(pilot)), way
            assert list(service.board) == before, way
            assert pilot.app.screen is screen, way
            await pilot.press("escape")
            await pilot.pause()
            assert screen.state.prompt is None
            assert (screen.focused is not None) == inside, f"{way}: the focus is given back"
            assert screen.detail_place.is_open == (detail != "closed")
        await saved(pilot)
    assert tried >= 4
    assert list(service.board) == before


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_enter_gives_the_focus_back_as_well(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    async with run_board(make_service({"idea": ["A", "B"]}), size=size) as pilot:
        screen = screen_of(pilot)
        await go_into(pilot, "inside")
        await pilot.press("a")
        await type_text(pilot, "dropped")
        await pilot.press("enter")
        await pilot.pause()
        assert [idea.title for idea in screen.board.column("idea")] == ["A", "B", "dropped"]
        assert screen.focused is screen.picture.detail
        assert screen.picture.detail
        assert screen.picture.detail.idea is screen.current
        await pilot.press("slash")
        await type_text(pilot, "B")
        await pilot.press("enter")
        await pilot.pause()
        assert screen.focused is screen.picture.detail
        assert screen.current
        assert screen.current.title == "B"


async def test_a_window_that_gets_narrow_or_a_click_takes_nothing_from_the_line(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service({"idea": ["A", "B"]})
    before = list(service.board)
    async with run_board(service, size=(140, 30)) as pilot:
        screen = screen_of(pilot)
        await go_into(pilot, "inside")
        await pilot.press("slash", "d")
        await pilot.click(screen.picture.detail, offset=(6, 3))
        await pilot.press("d")
        await pilot.resize_terminal(70, 20)
        await pilot.pause()
        await pilot.press("d", "r")
        assert screen.state.prompt
        assert screen.state.prompt.editor.text == "dddr"
        await pilot.resize_terminal(140, 30)
        await pilot.pause()
        await pilot.press("e")
        assert screen.state.prompt.editor.text == "dddre"
        await pilot.press("escape")
        assert screen.focused is screen.picture.detail
    assert list(service.board) == before
