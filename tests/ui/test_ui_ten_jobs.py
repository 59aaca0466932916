"""The jobs of a day, each with the fewest keys; what is typed as text counts for nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from ui.board_pilot import (
    MakeService,
    RunBoard,
    answered,
    inbox_of,
    on_disk,
    saved,
    screen_of,
    search_of,
    type_text,
    wait_until,
)

from ideaboard.core.changes import Edit, Sharing
from ideaboard.core.ideas import Link, Paper
from ideaboard.ui.screens.changelog import ChangelogScreen

WIDE = (160, 48)


async def test_capture_an_idea_in_two(make_service: MakeService, run_board: RunBoard, board_path: Path) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("a")
        await type_text(pilot, "An idea")
        await pilot.press("enter")
        await saved(pilot)
        assert [idea.title for idea in on_disk(board_path)] == ["An idea"]


async def test_go_through_five_candidates_in_six(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service()
    papers = [Paper(arxiv_id=f"2401.0000{n}", title=f"P{n}") for n in range(5)]
    service.arxiv.add_papers(papers, stage="candidate")
    async with run_board(service) as pilot:
        await pilot.press("c")
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking)
        await pilot.press("s", "p", "x", "s", "x")
        await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        kinds = sorted(idea.kind for idea in service.board.column("idea"))
        assert kinds == ["paper-to-code", "summary", "summary"]
        # The board takes back what was decided last.
        await pilot.press("u")
        assert len(service.board.column("candidate")) == 1


@pytest.mark.parametrize("keys", [["L", "L"], ["m", "3"]])
async def test_move_to_making_in_two(make_service: MakeService, run_board: RunBoard, keys: list[str]) -> None:
    service = make_service({"idea": ["A"]})
    async with run_board(service) as pilot:
        await pilot.press(*keys)
        assert [idea.title for idea in service.board.column("making")] == ["A"]


async def test_share_with_link_and_line_in_three(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service({"review": ["A"]})
    async with run_board(service) as pilot:
        await pilot.press("4", "S")
        await type_text(pilot, "https://example.org/a")
        await pilot.press("enter")
        await type_text(pilot, "One line")
        await pilot.press("enter")
        (idea,) = service.board.column("shared")
        assert idea.share
        assert (idea.share.url, idea.share.summary) == ("https://example.org/a", "One line")


async def test_search_and_take_as_paper_to_code_in_four(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    async with run_board(service) as pilot:
        await pilot.press("s")
        await type_text(pilot, "agent")
        await pilot.press("enter")
        await answered(pilot)
        first = search_of(pilot).current
        await pilot.press("p")
        await pilot.press("q")
        (idea,) = service.board.column("idea")
        assert (idea.kind, idea.paper) == ("paper-to-code", first)


async def test_answer_a_question_in_two(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service({"shared": ["A"], "idea": ["B"]})
    (idea,) = service.board.column("shared")
    service.sharing.respond(idea.id, "question", "and how?", "")
    async with run_board(service) as pilot:
        await pilot.press("w", "space")
        (response,) = service.board.ideas[idea.id].responses
        assert response.answered


@pytest.mark.parametrize("keys", [["slash", "enter"], ["ctrl+p", "enter"]])
async def test_find_an_idea_in_two(make_service: MakeService, run_board: RunBoard, keys: list[str]) -> None:
    async with run_board(make_service({"idea": ["A", "B"], "making": ["Needle"]})) as pilot:
        await pilot.press(keys[0])
        await type_text(pilot, "needle")
        await pilot.pause(0.3)
        await pilot.press(keys[1])
        await wait_until(pilot, lambda: getattr(screen_of(pilot).current, "title", "") == "Needle")


async def test_undo_in_one(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service({"idea": ["A"]})
    service.ideas.move([next(iter(service.board)).id], "making")
    async with run_board(service) as pilot:
        await pilot.press("u")
        assert [idea.title for idea in service.board.column("idea")] == ["A"]


async def test_open_the_link_in_one_and_another_in_two(
    make_service: MakeService, run_board: RunBoard, opened: list[str]
) -> None:
    service = make_service({"idea": ["A", "B"]})
    first, second = service.board.column("idea")
    service.ideas.edit([first.id], Edit(url="https://example.org/a"))
    more = (Link("https://example.org/c", "repository"),)
    service.ideas.edit([second.id], Edit(url="https://example.org/b", add_links=more))
    async with run_board(service) as pilot:
        await pilot.press("o")
        await pilot.press("j", "o", "2")
        await pilot.press("o", "enter")
        assert opened == ["https://example.org/a", "https://example.org/c", "https://example.org/b"]


async def test_write_the_changelog_in_two(make_service: MakeService, run_board: RunBoard, tmp_path: Path) -> None:
    page = tmp_path / "CHANGELOG.md"
    page.write_text("# Mine\n\n<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n", "utf-8")
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'[[publish]]\ninto = "{page}:shared"\n', "utf-8")
    service = make_service({"review": ["A thing"]})
    (idea,) = service.board
    service.sharing.share(idea.id, Sharing(url="https://example.org/a", summary="One line"))
    async with run_board(service, size=WIDE) as pilot:
        await pilot.press("C")
        changelog = pilot.app.screen
        assert isinstance(changelog, ChangelogScreen)
        await wait_until(pilot, lambda: changelog.files.can_be_written)
        await pilot.press("enter")
        await wait_until(pilot, lambda: "A thing" in page.read_text("utf-8"))
