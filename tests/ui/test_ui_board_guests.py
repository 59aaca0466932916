"""Guests on the board: what they did is marked until the person looks, and the log of the idea names them."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from ui.board_pilot import NOW, MakeService, RunBoard, inbox_of, saved, wait_until

from ideaboard.bootstrap import open_service
from ideaboard.core.board import ARCHIVED
from ideaboard.core.changes import Edit, NewIdea
from ideaboard.ui.detail.pane import DetailPane


def by_a_guest(board: Path) -> str:
    """Add an idea and change another one under the name of a guest."""
    service = open_service(board=str(board), by="bot", clock=lambda: NOW)
    (new,) = service.ideas.add([NewIdea(title="from the bot")]).ideas
    (mine,) = (idea for idea in service.board if idea.title == "mine")
    service.ideas.edit([mine.id], Edit(add_tags=("new",)))
    service.close()
    return new.id


def seen(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


async def test_a_mark_stands_until_the_person_looks(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["mine"]})
    by_a_guest(board_path)
    async with run_board(service) as pilot:
        await wait_until(pilot, lambda: seen(pilot).count("◇") == 2)
        assert {idea.guest for idea in service.board} == {"bot"}
        await pilot.press("enter")
        await wait_until(pilot, lambda: pilot.app.screen.query(DetailPane))
        assert {idea.guest for idea in service.board} == {"bot"}, "it is being read"
        await wait_until(pilot, lambda: "◇ by bot" in seen(pilot))
        await pilot.press("j")
        await wait_until(pilot, lambda: [idea.guest for idea in service.board].count("") == 1)
        await pilot.press("escape")
        await wait_until(pilot, lambda: [idea.guest for idea in service.board].count("") == 2)
        await saved(pilot)
        await wait_until(pilot, lambda: "◇" not in seen(pilot))
    assert {one.by for one in service.history.log()} == {"", "bot"}
    service.history.undo()
    assert [idea.tags for idea in service.board if idea.title == "mine"] == [()]


async def test_a_board_of_marks_does_not_move_on_while_one_reads(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["mine"]})
    guest = open_service(board=str(board_path), by="bot", clock=lambda: NOW)
    guest.ideas.add([NewIdea(title=title) for title in ("first", "second", "third")])
    guest.close()
    async with run_board(service, size=(140, 30)) as pilot:
        await wait_until(pilot, lambda: seen(pilot).count("◇") == 3)
        await pilot.press("slash", *"is:guest", "enter")
        await wait_until(pilot, lambda: "3 of 4" in seen(pilot))
        await pilot.press("enter")
        await wait_until(pilot, lambda: pilot.app.screen.query(DetailPane))
        await saved(pilot)
        for left in (2, 1):
            await pilot.press("j")
            await wait_until(pilot, lambda left=left: len([idea for idea in service.board if idea.guest]) == left)  # type: ignore[misc]  # mypy does not know lambdas with defaults
            await saved(pilot)
            assert f"{left} of 4" in seen(pilot)
        await pilot.press("q")
    assert not [idea for idea in service.board if idea.guest]


async def test_a_candidate_of_a_guest_is_marked_until_it_is_read(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"candidate": ["mine", "second"]})
    guest = open_service(board=str(board_path), by="bot", clock=lambda: NOW)
    guest.ideas.add([NewIdea(title=title, stage="candidate") for title in ("new", "newer")])
    guest.close()
    async with run_board(service, size=(140, 30)) as pilot:
        await pilot.press("c")
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking)
        await wait_until(pilot, lambda: seen(pilot).count("◇") == 2)
        assert len([idea for idea in service.board if idea.guest]) == 2
        await pilot.press("k", "k", "k")
        await wait_until(pilot, lambda: len([idea for idea in service.board if idea.guest]) == 1)
        await pilot.press("q")
        await wait_until(pilot, lambda: not [idea for idea in service.board if idea.guest])
        await wait_until(pilot, lambda: "◇" not in seen(pilot))


async def test_what_a_guest_put_away_is_marked_in_the_archive(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["mine"]})
    guest = open_service(board=str(board_path), by="bot", clock=lambda: NOW)
    guest.ideas.archive([idea.id for idea in guest.board], "parked")
    guest.close()
    async with run_board(service) as pilot:
        await wait_until(pilot, lambda: service.board.column(ARCHIVED))
        await pilot.press("A")
        await wait_until(pilot, lambda: "◇ parked" in seen(pilot))


async def test_to_move_a_card_is_not_to_look_at_it(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["mine"]})
    new = by_a_guest(board_path)
    async with run_board(service) as pilot:
        await pilot.press("L", "L")
        await saved(pilot)
        assert service.board.ideas[new].guest == "bot"


async def test_a_board_that_cannot_be_written_keeps_the_mark_without_a_word(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["mine"]})
    by_a_guest(board_path)
    with board_path.open("ab") as file:
        file.write(b"no line of a board\n")
    async with run_board(service) as pilot:
        await wait_until(pilot, lambda: service.refusal is not None)
        await pilot.press("enter")
        await pilot.pause()
        assert {idea.guest for idea in service.board} == {"bot"}
