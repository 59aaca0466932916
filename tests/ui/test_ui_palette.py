"""The palette and the list of themes: one row each, what was used first, and themes that are looked at before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Input
from ui.board_pilot import MakeService, RunBoard, lines_of, screen_of, settled, text_of, type_text

from ideaboard.core.actions import ACTIONS, GO
from ideaboard.service.memory import remembered_theme
from ideaboard.ui.dialogs.finder import Entry, Finder, rank
from ideaboard.ui.themes import DARK, LIGHT


def rows(pilot: Pilot[None]) -> list[str]:
    """Return the rows in sight, without what is around them."""
    lines = [line.strip(" │▌▐█▁▂▃▄▅▆▇") for line in lines_of(pilot)]
    start = next(number for number, line in enumerate(lines) if line.startswith("what to do"))
    end = next(number for number, line in enumerate(lines) if line.startswith("↑ ↓"))
    return [line for line in lines[start + 1 : end] if line]


def names(pilot: Pilot[None]) -> list[str]:
    assert isinstance(pilot.app.screen, Finder)
    return [entry.name for entry in pilot.app.screen._shown.values()]


async def test_every_action_has_one_row_with_its_key_at_the_end(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["one"]}), (100, 40)) as pilot:
        await pilot.press("ctrl+p")
        await settled(pilot)
        by_name = {row.split("  ")[0]: row for row in rows(pilot)}
        assert by_name["Move to"].split() == ["Move", "to", "Pick", "the", "stage", "to", "move", "to.", "m"]
        assert by_name["Undo"].endswith("  u") if "Undo" in by_name else "Undo" in names(pilot)
        on_board = [action.name for action in ACTIONS if "board" in action.screens and action.group != GO]
        assert set(names(pilot)) == set(on_board) - {"Palette", "Clear"}
        assert len({line.index("Pick the stage") for line in lines_of(pilot) if "Pick the stage" in line}) == 1
    for size in ((40, 12), (60, 20), (30, 8)):
        async with run_board(make_service(), size) as pilot:
            await pilot.press("ctrl+p")
            await settled(pilot)
            assert "Detail" in text_of(pilot), size
            assert "Enter" in next(line for line in lines_of(pilot) if "Detail" in line)


async def test_what_was_used_comes_first_and_so_does_what_only_this_screen_has(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": ["one"]}), (100, 40)) as pilot:
        for used in ("statistics", "mark all"):
            await pilot.press("ctrl+p")
            await type_text(pilot, used)
            await pilot.press("enter")
            await settled(pilot)
            if pilot.app.screen is not screen_of(pilot):
                await pilot.press("q")
                await settled(pilot)
        assert screen_of(pilot).state.marked.ids
        await pilot.press("ctrl+p")
        await settled(pilot)
        assert names(pilot)[:2] == ["Mark all", "Statistics"]
        await pilot.press("escape", "enter", "enter", "ctrl+p")
        await settled(pilot)
        assert {"Tick", "Next card"} <= set(names(pilot)), "those of the detail, where it has the focus"
        await pilot.press("escape", "escape", "escape", "A", "ctrl+p")
        await settled(pilot)
        assert names(pilot)[:2] == ["Mark all", "Bring back"]


async def test_ideas_are_found_by_words_and_their_titles_are_no_markup(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": ["plain"], "making": ["[/b] odd [red]title"]}), (100, 40)) as pilot:
        await pilot.press("ctrl+p")
        await type_text(pilot, "odd")
        await settled(pilot)
        assert "Go to: [/b] odd [red]title" in text_of(pilot)
        assert next(row for row in lines_of(pilot) if "Go to" in row).rstrip(" │").endswith("in Making")
        await pilot.press("enter")
        await settled(pilot)
        assert screen_of(pilot).current is not None
        assert screen_of(pilot).current.title == "[/b] odd [red]title"  # type: ignore[union-attr]  # asserted above


async def test_a_click_does_what_its_row_says(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["one"]}), (100, 40)) as pilot:
        await pilot.press("ctrl+p")
        await settled(pilot)
        y = next(y for y, line in enumerate(lines_of(pilot)) if "Add " in line and "Add an idea" in line)
        await pilot.click(offset=(30, y))
        await settled(pilot)
        assert screen_of(pilot).state.prompt is not None


@given(st.text(max_size=12), st.text(max_size=20), st.text(max_size=20))
def test_what_is_typed_whole_is_found_first(typed: str, name: str, about: str) -> None:
    whole = " ".join(typed.split())
    assert rank(Entry(f"{whole} {name}"), typed) == 0
    assert (rank(Entry(name, about), typed) or 0) >= 0
    order = [
        rank(Entry(one, two), "add") for one, two in (("Add", ""), ("To add", ""), ("Ladder", ""), ("x", "add it"))
    ]
    assert [*order, rank(Entry("Archived"), "ard"), rank(Entry("x"), "add")] == [0, 1, 2, 3, 4, None]


@pytest.mark.parametrize("size", [(120, 40), (40, 12)])
async def test_themes_are_looked_at_and_taken_back_or_kept(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    service = make_service({"idea": ["one"]})
    async with run_board(service, size) as pilot:
        await pilot.press("T")
        await settled(pilot)
        assert names(pilot)[:2] == [DARK, LIGHT]
        assert next(line.strip(" │") for line in lines_of(pilot) if "✓" in line).startswith(f"✓ {DARK}")
        await pilot.press("down")
        await settled(pilot)
        assert pilot.app.theme == LIGHT
        assert screen_of(pilot).picture.inks.dark is False, "the board below shows it"
        await type_text(pilot, "dracula")
        await settled(pilot)
        assert pilot.app.theme == "dracula"
        await pilot.press("escape")
        await settled(pilot)
        assert pilot.app.theme == DARK
        assert screen_of(pilot).picture.inks.dark
        assert remembered_theme(service.paths) == "", "looking at one picks none"
        await pilot.press("T")
        await type_text(pilot, "nord")
        await pilot.press("enter")
        await settled(pilot)
        assert (pilot.app.theme, remembered_theme(service.paths)) == ("nord", "nord")
        await pilot.press("T")
        await settled(pilot)
        assert pilot.app.screen.query_one(Input).value == ""
        assert next(line.strip(" │") for line in lines_of(pilot) if "✓" in line).startswith("✓ nord")


@pytest.mark.parametrize("theme", [DARK, LIGHT, "dracula", "solarized-light"])
async def test_scrollbars_stand_on_the_ground_of_what_they_scroll(
    make_service: MakeService, run_board: RunBoard, theme: str
) -> None:
    async with run_board(make_service({"idea": ["one"]}), (80, 24)) as pilot:
        pilot.app.theme = theme
        for key in ("ctrl+p", "question_mark", "T"):
            await pilot.press(key)
            await settled(pilot)
            scrolled = [one for one in pilot.app.screen.query("*") if one.show_vertical_scrollbar]
            assert scrolled, key
            for widget in scrolled:
                bar = widget.vertical_scrollbar
                pieces = [segment for strip in bar.render_lines(bar.size.region) for segment in strip]
                grounds = [one.style.bgcolor.get_truecolor() for one in pieces if one.style and one.style.bgcolor]
                assert widget.background_colors[1].rgb in map(tuple, grounds), (key, grounds)
            await pilot.press("escape")
            await settled(pilot)
