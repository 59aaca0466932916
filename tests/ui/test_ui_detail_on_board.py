"""The detail on the board: the ideas beside it, its links, its questions, and what was done to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from ui.board_pilot import (
    RICH,
    SHARED,
    MakeService,
    RunBoard,
    ago,
    lines_of,
    make_idea,
    said,
    screen_of,
    settled,
    text_of,
    wait_until,
)

from ideaboard.core.changes import Edit, put
from ideaboard.core.ideas import Idea, Response
from ideaboard.service import Service
from ideaboard.ui.detail.pane import DetailPane


def with_ideas(service: Service, *ideas: Idea) -> Service:
    service._session.commit("import", lambda board: put(board, ideas))
    return service


def detail_of(pilot: Pilot[None]) -> DetailPane:
    detail = screen_of(pilot).picture.detail
    assert detail
    return detail


def shown_in(pilot: Pilot[None]) -> str:
    detail = detail_of(pilot)
    detail.shown_rows.make_all()
    return "\n".join(row.plain for row in detail.shown_rows.rows)


@pytest.mark.parametrize("size", [(160, 48), (80, 24), (40, 12)])
async def test_the_next_idea_is_shown_without_leaving(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    ideas = [make_idea(id, f"Title {id}") for id in ("bcdf2345", "cdfg2345", "dfgh2345")]
    async with run_board(with_ideas(make_service(), *ideas), size=size) as pilot:
        await pilot.press(*["enter"] * (2 if size[0] > 100 else 1))
        await pilot.pause()
        detail = detail_of(pilot)
        seen = []
        for key in ("", *["right_square_bracket"] * 3, *["left_square_bracket"] * 2):
            if key:
                await pilot.press(key)
                await pilot.pause()
            assert pilot.app.focused is detail
            assert detail.idea is screen_of(pilot).current
            seen.append(detail.idea.title if detail.idea else "")
            assert seen[-1] in text_of(pilot)
        assert [title[-8:-4] for title in seen] == ["bcdf", "cdfg", "dfgh", "dfgh", "cdfg", "bcdf"]


async def test_one_of_several_links_is_picked_and_the_first_by_the_same_key(
    make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    links: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: not links.append(url))  # type: ignore[func-returns-value]  # it is None, so the answer is true
    one_link = make_idea("cdfg2345", url="https://example.org/only", rank="a")
    service = with_ideas(make_service(), RICH, one_link)
    async with run_board(service, size=(160, 48)) as pilot:
        await pilot.press("o")
        assert links == ["https://example.org/only"]
        await pilot.press("l", "l", "o")
        assert "PDF" in text_of(pilot)
        assert len(links) == 1
        await pilot.press("o")
        assert links[1:] == ["https://example.org/main"]
        await pilot.press("o", "2", "enter", "enter")
        await pilot.pause()
        assert links[2:] == ["https://github.com/me/x"]
        await pilot.press("o", "3")
        assert links[3:] == ["https://arxiv.org/abs/2107.07511"]


async def test_the_footer_names_what_can_be_done_about_a_response_and_after_it_is_said_where_it_went(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = with_ideas(make_service(), replace(RICH, stage="idea"))
    async with run_board(service, size=(160, 60)) as pilot:
        await pilot.press("enter", "enter", "tab", "tab")
        await pilot.pause()
        assert "Enter answered  + next idea" in lines_of(pilot)[-1]
        await pilot.press("plus")
        await pilot.pause()
        assert "Added 'Why [0]?' to Idea" in said(pilot)[-1]
        service.sharing.answer("r111", "From 3.2 on")
        screen_of(pilot).poll()
        await pilot.pause()
        assert "answered: From 3.2 on" in shown_in(pilot)
        detail = detail_of(pilot)
        detail.put_cursor(next(spot for _, spot in detail.all_spots() if spot.value == "r111"))
        await pilot.pause()
        assert "Enter waits again" in lines_of(pilot)[-1]
        detail.put_cursor(next(spot for _, spot in detail.all_spots() if spot.value == "r222"))
        await pilot.pause()
        assert "answered" not in lines_of(pilot)[-1]


async def test_the_log_is_there_without_the_focus_in_whole_sentences(
    make_service: MakeService, run_board: RunBoard
) -> None:
    long = make_idea("bcdf2345", "A [long] title that's 'quoted' " * 4)
    service = with_ideas(make_service(), long, SHARED)
    service.sharing.respond(long.id, "question", "Why?")
    service.sharing.answer(service.board.ideas[long.id].responses[0].id)
    service.ideas.edit([long.id], Edit(title="Short"))
    service.ideas.move([long.id], "making")
    service.history.undo()
    service.ideas.move([long.id, SHARED.id], "outline")
    async with run_board(service, size=(160, 60)) as pilot:
        screen_of(pilot).go_to_idea(long.id)
        await pilot.press("enter")
        await wait_until(pilot, lambda: detail_of(pilot).log_is_read)
        log = [line[12:] for line in shown_in(pilot).partition("\nLog\n")[2].splitlines() if line[:4] == "2026"]
        assert log == [
            "moved 2 ideas to Outline",
            "took back: moved it to Making",
            "moved to Making, taken back",
            "changed",
            "answered a question",
            "wrote down a question",
            "imported 2 ideas",
        ]
        assert pilot.app.focused is None


async def test_many_responses_cost_what_is_seen(make_service: MakeService, run_board: RunBoard) -> None:
    many = tuple(Response(id=f"{n:08}", type="follower", text=f"Ada {n}", at=ago(3)) for n in range(10_000))
    async with run_board(with_ideas(make_service(), replace(RICH, responses=many)), size=(160, 48)) as pilot:
        await pilot.press("l", "l", "enter")
        await pilot.pause()
        assert len(detail_of(pilot).shown_rows.rows) < 100


@pytest.mark.parametrize("size", [(80, 24), (125, 30)])
@pytest.mark.parametrize("who", ["the person", "somebody"])
async def test_a_detail_with_nothing_left_to_show_gives_way_to_the_board(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int], who: str
) -> None:
    service = make_service({"making": ["The only one"]})
    async with run_board(service, size) as pilot:
        await pilot.press("3", "enter", "enter")
        await settled(pilot)
        assert screen_of(pilot).focused is not None
        assert "copy" in lines_of(pilot)[-1]
        assert "open link" not in lines_of(pilot)[-1], "it has none"
        if who == "somebody":
            make_service().ideas.move([service.board.column("making")[0].id], "idea")
            screen_of(pilot).poll()
        else:
            await pilot.press("d", "enter")
        await settled(pilot)
        assert screen_of(pilot).focused is None
        assert screen_of(pilot).view.display
        assert "next point" not in lines_of(pilot)[-1]
        if who == "somebody":
            assert said(pilot)[-1] == "Somebody moved it: 'The only one' is in Idea now"


async def test_that_somebody_took_away_what_is_read_is_said(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service({"making": ["Read", "Next"]})
    async with run_board(service, (80, 24)) as pilot:
        await pilot.press("3", "enter")
        await settled(pilot)
        make_service().ideas.archive([service.board.column("making")[0].id], "parked")
        screen_of(pilot).poll()
        await settled(pilot)
        assert "Next" in lines_of(pilot)[1]
        assert said(pilot)[-1] == "Somebody moved it: 'Read' is archived now"
