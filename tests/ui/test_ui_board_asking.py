"""What asks before it is done, for one card or all marked; columns sorted for the eye; ideas added from anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from ui.board_pilot import (
    MakeService,
    RunBoard,
    on_disk,
    said,
    saved,
    screen_of,
    text_of,
    type_text,
    wait_until,
)
from ui.test_ui_board_keys import FEW, at, idea_of, stages

from ideaboard.core.changes import Edit
from ideaboard.core.orders import ORDERS
from ideaboard.ui.screens.log import LogScreen


@pytest.mark.parametrize("marks", [[], ["space", "space"]])
async def test_kind_and_due_date_are_changed_for_one_or_all_marked_as_one_step(
    make_service: MakeService, run_board: RunBoard, board_path: Path, marks: list[str]
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        before = {idea.title: (idea.kind, idea.due) for idea in on_disk(board_path)}
        await pilot.press(*marks, "at", "2")
        await saved(pilot)
        await pilot.press("g", *marks, "dollar_sign")
        await type_text(pilot, "friday")
        assert "2026-11-27, in 3 days" in text_of(pilot)
        await pilot.press("enter")
        await saved(pilot)
        changed = "AB" if marks else "A"
        after = {idea.title: (idea.kind, idea.due) for idea in on_disk(board_path)}
        kind = screen_of(pilot).service.workflow.kinds[1].key
        assert after == before | dict.fromkeys(changed, (kind, "2026-11-27"))
        assert not screen_of(pilot).state.marks
        await pilot.press("u", "u")
        await saved(pilot)
        assert {idea.title: (idea.kind, idea.due) for idea in on_disk(board_path)} == before


async def test_a_due_date_that_is_there_is_replaced_by_typing(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service(FEW)
    idea = next(idea for idea in service.board if idea.title == "A")
    service.ideas.edit([idea.id], Edit(due="2027-01-01"))
    async with run_board(service) as pilot:
        await pilot.press("g", "dollar_sign")
        await type_text(pilot, "3w")
        assert "2026-12-15, in 21 days" in text_of(pilot)
        await pilot.press("enter", "dollar_sign", "right")
        await type_text(pilot, "x")
        assert "'2026-12-15x' is not a date" in text_of(pilot)


DATED = {"C": "2026-12-01", "A": "2027-01-01"}


async def test_a_column_is_sorted_for_the_eye_and_put_back(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service(FEW)
    for idea in list(service.board):
        if idea.title in DATED:
            service.ideas.edit([idea.id], Edit(due=DATED[idea.title], kind="post" if idea.title == "A" else None))
    before = board_path.read_bytes()

    def order(pilot: Pilot[None]) -> str:
        return "".join(idea.title for idea in screen_of(pilot).view.columns["idea"].ideas)

    async with run_board(service) as pilot:
        await pilot.press("b")
        assert order(pilot) == "CAB"
        assert "Idea by due  3" in text_of(pilot)
        assert at(pilot) == "A", "the cursor stays on its card"
        await pilot.press("J")
        assert "sorted for the eye" in said(pilot)[-1]
        await pilot.press("slash", "a", "enter")
        assert order(pilot) == "A"
        await pilot.press("escape")
        assert order(pilot) == "CAB", "the filter goes first"
        await pilot.press("escape")
        assert order(pilot) == "ABC"
        for _ in range(len(ORDERS)):
            await pilot.press("b")
            assert sorted(order(pilot)) == ["A", "B", "C"]
        await pilot.press("b")
        assert order(pilot) == "ABC"
        assert "Idea  3" in text_of(pilot)
        await saved(pilot)
        assert board_path.read_bytes() == before, "nothing of it is kept"
        await pilot.press("b", "L")
        await saved(pilot)
        assert stages(board_path)["A"] == "outline"
        assert order(pilot) == "CB"


@pytest.mark.parametrize("key", ["s", "c", "A", "i", "ctrl+l"])
@pytest.mark.parametrize("size", [(125, 30), (40, 12)])
async def test_an_idea_is_added_from_anywhere(
    make_service: MakeService, run_board: RunBoard, board_path: Path, key: str, size: tuple[int, int]
) -> None:
    async with run_board(make_service(FEW), size=size) as pilot:
        await pilot.press(key)
        await wait_until(pilot, lambda: pilot.app.screen is not screen_of(pilot))
        if key == "s":
            await pilot.press("escape")  # from the line to the list
        there = pilot.app.screen
        await pilot.press("a")
        await type_text(pilot, "a ddjq #new")
        assert "#new" in text_of(pilot)
        read = there.read if isinstance(there, LogScreen) else None
        await pilot.press("enter")
        await saved(pilot)
        assert pilot.app.screen is there
        assert idea_of(board_path, "a ddjq").tags == ("new",)
        if isinstance(there, LogScreen):
            await wait_until(pilot, lambda: there.current and "ddjq" in there.current.entry.said, 5)
            assert read is not there.read
        await pilot.press("u")
        await saved(pilot)
        assert "a ddjq" not in stages(board_path)


async def test_the_second_press_takes_the_reason_of_the_last_time(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await pilot.press("d", "p", "d")
        assert "Archive  B" in text_of(pilot)
        assert " d  Parked " in text_of(pilot)
        await pilot.press("d")
        await saved(pilot)
    found = {idea.title: idea.archived for idea in on_disk(board_path)}
    assert [one.because for title in "AB" if (one := found[title])] == ["parked", "parked"]
    async with run_board(make_service(), size=(40, 12)) as pilot:
        await pilot.press("d")
        assert " d  Parked " in text_of(pilot), "it is remembered when the board is opened again"
        await pilot.press("o")
        await saved(pilot)
    assert [idea.archived.because for idea in on_disk(board_path) if idea.title == "C" and idea.archived] == ["done"]


async def test_a_note_is_typed_where_the_cursor_blinks(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await pilot.press("V", "d", "j", "tab")
        await type_text(pilot, "do p1")
        await pilot.press("enter")
        await saved(pilot)
        archived = [idea.archived for idea in on_disk(board_path) if idea.archived]
        assert [(one.because, one.note) for one in archived] == [("parked", "do p1")] * 3
        await pilot.press("u")
        await saved(pilot)
        assert not any(idea.archived for idea in on_disk(board_path))


async def test_what_is_remembered_may_be_anything(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service(FEW)
    remembered = Path(service.paths.state) / "choices.json"
    remembered.parent.mkdir(parents=True, exist_ok=True)
    for garbage in ('{"archive": ["parked"]}', '{"archive": "gone for good"}', "[" * 9999, "\x00", "[1]"):
        remembered.write_text(garbage)
        service = make_service()
        async with run_board(service) as pilot:
            await pilot.press("d", "d")
            await saved(pilot)
            assert {idea.archived.because for idea in on_disk(board_path) if idea.archived} == {"dropped"}
            await pilot.press("u")
            await saved(pilot)


@pytest.mark.parametrize("size", [(160, 48), (80, 24), (40, 12)], ids=str)
async def test_what_asks_fits_and_says_how_to_go_on(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    asked = {
        "d": ("Archive  A", "Dropped", "Enter archive"),
        "D": ("Start a draft of  A", "Folder", "Enter start"),
        "dollar_sign": ("Due date of  A", "Due", "Enter save"),
        "at": ("Kind of  A", "Post", "Enter choose"),
        "m": ("Move  A", "Outline", "Enter choose"),
        "S": ("Share  A", "One line", "Enter"),
        "e": ("Edit  A", "Tags", "Enter next"),
        "ctrl+l": ("Log  1 of", "Added 'G'" if size[0] > 40 else "Added", "Enter its idea"),
    }
    async with run_board(make_service(FEW), size=size) as pilot:
        for key, words in asked.items():
            await pilot.press(key)
            await wait_until(pilot, lambda words=words: all(one in text_of(pilot) for one in words), 5)  # type: ignore[misc]  # mypy knows no lambda with a default
            assert all(len(line) <= size[0] for line in text_of(pilot).split("\n"))
            await pilot.press("escape")
            await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))
