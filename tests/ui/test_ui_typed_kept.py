"""What somebody typed is not lost: not by Esc, not by leaving the program, not by a change that is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.events import Paste
from textual.widgets import Input, TextArea
from ui.board_pilot import RICH, SHARED, MakeService, RunBoard, lines_of, on_disk, said, saved, screen_of, settled

from ideaboard.core.changes import put
from ideaboard.service import Service
from ideaboard.ui.app import IdeaboardApp
from ideaboard.ui.dialogs.dialog import Confirm
from ideaboard.ui.dialogs.edit import EditScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot

TYPED = "typed words"
WAYS = {
    "the line that adds": ("a",),
    "the form that edits": ("3", "e"),
    "the due date": ("3", "dollar_sign"),
    "the form that shares": ("3", "S"),
    "a response": ("3", "r", "q"),
    "why it is archived": ("3", "d", "tab"),
    "a new tag": ("3", "t"),
    "the link of a post": ("5", "ampersand", "space"),
    "an idea from a list": ("w", "escape", "i", "a"),
    "what was answered": ("w", "enter"),
    "the words of a watch": ("W", "a"),
    "the note of a month": ("C", "e"),
}
"""The keys to each place where something is typed that is meant to be kept."""
KEPT = {"the line that adds"}
"""Where Esc keeps what was typed for the next time instead of asking."""
FREED = {"a new tag"}
"""Where the first Esc takes back what was typed, as its keys say."""


def board_with(make_service: MakeService) -> Service:
    service = make_service()
    service._session.commit("import", lambda board: put(board, [RICH, SHARED]))
    return service


async def typed_in(pilot: Pilot[None], keys: Sequence[str]) -> None:
    """Open a place and type there."""
    await pilot.press(*keys)
    await settled(pilot)
    pilot.app.post_message(Paste(TYPED))
    await settled(pilot)


def is_asked(pilot: Pilot[None]) -> bool:
    return isinstance(pilot.app.screen, Confirm)


def is_form(pilot: Pilot[None]) -> bool:
    return isinstance(pilot.app.screen, EditScreen)


def texts(pilot: Pilot[None]) -> str:
    """Return all that stands on the screens that are open, in fields and in lines."""
    fields = [field for screen in pilot.app.screen_stack for field in screen.query(Input)]
    areas = [area for screen in pilot.app.screen_stack for area in screen.query(TextArea)]
    return "\n".join([*lines_of(pilot), *(field.value for field in fields), *(area.text for area in areas)])


@pytest.mark.parametrize("way", WAYS)
async def test_leaving_the_program_asks_before_typed_words_are_lost(
    make_service: MakeService, run_board: RunBoard, way: str
) -> None:
    async with run_board(board_with(make_service)) as pilot:
        await typed_in(pilot, WAYS[way])
        assert TYPED in texts(pilot)
        await pilot.press("ctrl+q")
        assert is_asked(pilot), way
        await pilot.press("ctrl+q", "n")
        await settled(pilot)
        assert pilot.app.is_running
        assert not is_asked(pilot)
        assert TYPED in texts(pilot)
        await pilot.press("ctrl+q", "y")
    assert pilot.app.return_code == 0


async def test_leaving_the_program_asks_nothing_when_nothing_is_typed(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(board_with(make_service)) as pilot:
        await pilot.press("3", "e", "ctrl+q")
    assert pilot.app.return_code == 0


@pytest.mark.parametrize("way", sorted(set(WAYS) - KEPT - FREED))
async def test_esc_asks_before_typed_words_are_lost(make_service: MakeService, run_board: RunBoard, way: str) -> None:
    async with run_board(board_with(make_service)) as pilot:
        await typed_in(pilot, WAYS[way])
        await pilot.press("escape")
        assert is_asked(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert TYPED in texts(pilot)
        await pilot.press("escape", "y")
        await settled(pilot)
        assert TYPED not in texts(pilot)


@pytest.mark.parametrize("quits", [("Q",), ("Q", "ctrl+q")])
def test_ctrl_q_leaves_from_everywhere_only_where_it_is_a_key_for_that(
    make_service: MakeService, quits: tuple[str, ...]
) -> None:
    service = make_service()
    service.config = service.config._replace(keys={"board.quit": quits})
    bound = IdeaboardApp(service)._bindings.key_to_bindings
    assert ("ctrl+q" in bound) == ("ctrl+q" in quits)


REFUSED = [
    *((way, keys) for way, keys in (("the form that edits", ("3", "e")), ("the form that shares", ("3", "S")))),
    ("a response", ("3", "r", "q")),
    ("why it is archived", ("3", "d", "tab")),
    ("what was answered", ("w", "enter")),
]


@pytest.mark.parametrize(("way", "keys"), REFUSED)
async def test_what_was_typed_for_an_idea_that_somebody_deletes_meanwhile_stays_there(
    make_service: MakeService, run_board: RunBoard, way: str, keys: Sequence[str]
) -> None:
    async with run_board(board_with(make_service)) as pilot:
        await typed_in(pilot, keys)
        make_service().ideas.delete([RICH.id])
        screen_of(pilot).poll()
        await pilot.press("enter" if way in ("what was answered", "why it is archived") else "ctrl+s")
        await settled(pilot)
        if is_asked(pilot):
            await pilot.press("y")  # a link with a blank in it is doubted
            await settled(pilot)
        assert TYPED in texts(pilot), way
        assert any(word in said(pilot)[-1] for word in ("no idea", "no response", "gone"))
        await pilot.press("escape", "y")
        await settled(pilot)
        assert TYPED not in texts(pilot)


async def test_a_form_on_a_board_that_takes_no_change_keeps_what_was_typed_until_it_does(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(board_with(make_service)) as pilot:
        await typed_in(pilot, ("3", "e"))
        sound = board_path.read_bytes()
        board_path.write_bytes(sound + b"rubbish\n")
        screen_of(pilot).poll()
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert is_form(pilot)
        assert TYPED in texts(pilot)
        board_path.write_bytes(sound)
        screen_of(pilot).poll()
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert not is_form(pilot)
        await saved(pilot)
    (kept,) = (idea for idea in on_disk(board_path) if idea.id == RICH.id)
    assert TYPED in kept.title


async def test_notes_from_the_editor_that_cannot_be_kept_stand_in_the_form(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(board_with(make_service)) as pilot:

        def edit(notes: str) -> str:
            make_service().ideas.delete([RICH.id])
            screen_of(pilot).poll()
            return f"{notes}\n{TYPED}"

        pilot.app.edit_outside = edit  # type: ignore[attr-defined]  # instead of an editor
        await pilot.press("3", "E")
        await settled(pilot)
        assert isinstance(pilot.app.screen, EditScreen)
        assert TYPED in pilot.app.screen.query_one("#notes", TextArea).text
        await pilot.press("escape")
        assert is_asked(pilot)


@pytest.mark.parametrize(
    ("written", "told"), [("more\n", "Changed 'A' · u"), ("\n", "The notes of 'A' are as they were")]
)
async def test_what_came_of_the_editor_is_said(
    make_service: MakeService, run_board: RunBoard, written: str, told: str
) -> None:
    async with run_board(make_service({"idea": ["A"]})) as pilot:
        pilot.app.edit_outside = lambda notes: notes + written  # type: ignore[attr-defined]  # instead of an editor
        await pilot.press("E")
        await settled(pilot)
        assert lines_of(pilot)[-1].rstrip().endswith(told)


async def test_an_answer_that_somebody_else_gave_meanwhile_is_not_taken_back_by_an_empty_one(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(board_with(make_service)) as pilot:
        await pilot.press("w", "enter")
        other = make_service()
        other.sharing.answer("r111", "Since it does")
        screen_of(pilot).poll()
        pilot.app.screen._look_at_board()  # type: ignore[attr-defined]  # the clock of the screen would do it
        await pilot.press("enter")
        await settled(pilot)
        await saved(pilot)
    (kept,) = (idea for idea in on_disk(board_path) if idea.id == RICH.id)
    assert kept.responses[0].reply == "Since it does"
    assert kept.responses[0].answered


@pytest.mark.parametrize(
    "way", ["the line that adds", "what was answered", "the words of a watch", "the note of a month"]
)
async def test_the_end_of_a_paste_that_finds_no_place_is_not_left_out_without_a_word(
    make_service: MakeService, run_board: RunBoard, way: str
) -> None:
    async with run_board(board_with(make_service)) as pilot:
        await pilot.press(*WAYS[way])
        await settled(pilot)
        pilot.app.post_message(Paste("word " * 500))
        await settled(pilot)
        assert "500 characters at its end are left out" in said(pilot)[-1]
