"""The list of what came back: what waits first, one key for each thing to do about it, and what it costs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from ui.board_pilot import (
    RICH,
    SHARED,
    MakeService,
    RunBoard,
    ago,
    lines_of,
    make_idea,
    on_disk,
    said,
    saved,
    screen_of,
    text_of,
    type_text,
    wait_until,
)

from ideaboard.core.changes import put
from ideaboard.core.ideas import Idea, Response
from ideaboard.service import Service
from ideaboard.ui.drawing.cells import Line
from ideaboard.ui.screens.waiting import WaitingScreen

WIDE = (140, 30)


def with_ideas(service: Service, *ideas: Idea) -> Service:
    service._session.commit("import", lambda board: put(board, ideas))
    return service


def waiting_of(pilot: Pilot[None]) -> WaitingScreen:
    found = [screen for screen in pilot.app.screen_stack if isinstance(screen, WaitingScreen)]
    assert found, pilot.app.screen_stack
    return found[0]


def texts(pilot: Pilot[None]) -> list[str]:
    screen = waiting_of(pilot)
    return [screen.heard[key].response.text for key in screen.rows.keys]


def responses(path: Path) -> dict[str, Response]:
    return {one.id: one for idea in on_disk(path) for one in idea.responses}


async def opened(pilot: Pilot[None]) -> WaitingScreen:
    await pilot.press("w")
    await pilot.pause()
    return waiting_of(pilot)


async def test_what_waits_comes_first_each_part_the_newest_first(
    make_service: MakeService, run_board: RunBoard
) -> None:
    gone = make_idea("gmnh2345", responses=(Response(id="r555", type="question", text="Old?", at=ago(1)),))
    service = with_ideas(make_service(), RICH, gone)
    service.ideas.archive([gone.id])
    async with run_board(service, size=WIDE) as pilot:
        await opened(pilot)
        # An archived idea is not counted as waiting on the board, and neither here.
        assert texts(pilot) == ["Why [0]?", "A talk", "Old?", "Grace", "How?"]
        assert "1 of 5 · 1 question, 1 opportunity to answer" in lines_of(pilot)[0]
        assert "Why [0]?" in lines_of(pilot)[2]
        assert "[Re] Conformal [/b]" in lines_of(pilot)[3]
        assert lines_of(pilot)[3][:80].rstrip().endswith("2d")
        await pilot.press("j")
        assert "https://example.org/talk" in text_of(pilot)


async def test_answering_keeps_the_words_and_goes_on_to_the_next(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = with_ideas(make_service(), RICH)
    async with run_board(service, size=WIDE) as pilot:
        screen = await opened(pilot)
        await pilot.press("enter")
        await type_text(pilot, "From 3.2 on")
        assert lines_of(pilot)[0].startswith(" What was answered From 3.2 on")
        assert lines_of(pilot)[1].strip() == "Why [0]?"
        await pilot.press("enter")
        await saved(pilot)
        assert responses(board_path)["r111"].answered
        assert responses(board_path)["r111"].reply == "From 3.2 on"
        assert said(pilot)[-1] == "Answered 'Why [0]?' · u"
        assert screen.current
        assert screen.current.response.id == "r333"
        await pilot.press("space")
        await saved(pilot)
        assert responses(board_path)["r333"].answered
        assert "all answered" in lines_of(pilot)[0]
        await pilot.press("u", "u")
        await pilot.pause()
        assert screen.current.response.id == "r111"
        assert responses(board_path)["r111"].answered is None
        assert responses(board_path)["r111"].reply == ""
        # What somebody else did before is not taken back here.
        await pilot.press("u")
        assert "Nothing was done here" in said(pilot)[-1]
        assert len(on_disk(board_path)) == 1


async def test_an_answer_may_stay_empty_and_can_be_given_up(make_service: MakeService, run_board: RunBoard) -> None:
    service = with_ideas(make_service(), RICH)
    async with run_board(service, size=WIDE) as pilot:
        screen = await opened(pilot)
        await pilot.press("enter")
        await type_text(pilot, "no")
        await pilot.press("escape")
        assert screen.current
        assert screen.current.waits
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert "1 opportunity to answer" in lines_of(pilot)[0]
        await pilot.press("G")
        assert screen.current.response.answered
        await pilot.press("enter")
        await pilot.pause()
        assert "waits again" in said(pilot)[-1]


async def test_a_follower_waits_for_nothing(make_service: MakeService, run_board: RunBoard) -> None:
    service = with_ideas(make_service(), RICH)
    async with run_board(service, size=WIDE) as pilot:
        screen = await opened(pilot)
        await pilot.press("j", "j")
        assert screen.current
        assert screen.current.response.type == "follower"
        assert "answer" not in lines_of(pilot)[-1]
        await pilot.press("enter", "space")
        assert screen.line is None
        assert service.board.ideas[RICH.id].responses == RICH.responses


async def test_a_question_becomes_the_next_idea_once_and_it_is_said_where(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = with_ideas(make_service(), RICH)
    async with run_board(service, size=WIDE) as pilot:
        await opened(pilot)
        await pilot.press("plus")
        await pilot.pause()
        assert said(pilot)[-1] == "Added 'Why [0]?' to Idea · u"
        assert [idea.title for idea in service.board.column("idea")] == ["Why [0]?"]
        assert "became Why [0]? · Idea" in text_of(pilot)
        await pilot.press("plus")
        await pilot.pause()
        assert len(service.board.column("idea")) == 1
        assert "already: Idea" in said(pilot)[-1]
        await pilot.press("u")
        await pilot.pause()
        assert not service.board.column("idea")


async def test_one_is_written_down_and_corrected_without_leaving(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    other = make_idea("kbcd2345", "Another thing to share")
    service = with_ideas(make_service(), RICH, SHARED, other)
    async with run_board(service, size=WIDE) as pilot:
        screen = await opened(pilot)
        # The idea of the row is the first that is offered; a title has several words.
        await pilot.press("a")
        assert "[Re] Conformal [/b]  Making" in text_of(pilot)
        await type_text(pilot, "another thing")
        await pilot.press("enter", "o")
        await type_text(pilot, "A desk")
        await pilot.press("enter")
        await saved(pilot)
        (made,) = next(idea for idea in on_disk(board_path) if idea.id == other.id).responses
        assert (made.type, made.text) == ("opportunity", "A desk")
        assert screen.current
        assert screen.current.response.id == made.id
        await pilot.press("e")
        await type_text(pilot, " in May")
        await pilot.press("enter")
        await saved(pilot)
        assert responses(board_path)[made.id].text == "A desk in May"
        await pilot.press("r")
        await pilot.press("f")
        await type_text(pilot, "Ada")
        await pilot.press("enter")
        await saved(pilot)
        assert [one.text for one in service.board.ideas[other.id].responses] == ["A desk in May", "Ada"]
        await pilot.press("u", "u", "u")
        await pilot.pause()
        assert not service.board.ideas[other.id].responses


async def test_links_are_opened_and_copied_and_its_idea_is_shown(
    make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    links: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: not links.append(url))  # type: ignore[func-returns-value]  # it is None, so the answer is true
    service = with_ideas(make_service(), RICH, SHARED)
    async with run_board(service, size=WIDE) as pilot:
        await opened(pilot)
        await pilot.press("o")
        assert "no link" in said(pilot)[-1]
        await pilot.press("y")
        assert pilot.app.clipboard == "Why [0]?"
        await pilot.press("j", "o")
        assert links == ["https://example.org/talk"]
        await pilot.press("y", "m")
        assert pilot.app.clipboard == "[A talk](https://example.org/talk)"
        await pilot.press("apostrophe")
        await pilot.pause()
        assert pilot.app.screen is screen_of(pilot)
        assert screen_of(pilot).current is service.board.ideas[RICH.id]
        assert screen_of(pilot).picture.detail


async def test_the_filter_knows_words_of_both_and_the_language_of_the_board(
    make_service: MakeService, run_board: RunBoard
) -> None:
    post = make_idea("kbcd2345", "A post", responses=(Response(id="r9", type="question", text="Bayes?", at=ago(1)),))
    service = with_ideas(make_service(), RICH, post)
    async with run_board(service, size=WIDE) as pilot:
        await opened(pilot)
        for typed, wanted in (
            ("kind:paper-to-code ?", {"Why [0]?", "How?"}),
            ("opportunity", {"A talk"}),
            ("conformal grace", {"Grace"}),
            ("answered", {"Grace", "How?"}),
            ("-kind:post waits", {"Why [0]?", "A talk"}),
        ):
            await pilot.press("slash", "ctrl+u")
            await type_text(pilot, typed)
            assert set(texts(pilot)) == wanted, typed
            await pilot.press("enter")
            assert f"/{typed}" in lines_of(pilot)[0]
        await pilot.press("slash")
        await type_text(pilot, " zzz")
        await pilot.press("enter")
        assert "no response fits" in lines_of(pilot)[0]
        assert "No response fits" in text_of(pilot)
        await pilot.press("escape")
        assert len(texts(pilot)) == 5


async def test_the_empty_page_says_what_a_response_is_and_bears_every_key(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(40, 12)) as pilot:
        screen = await opened(pilot)
        assert "well-researched question, or brings something of value to both. a" in " ".join(text_of(pilot).split())
        assert "a writes one down" in " ".join(text_of(pilot).split())
        await pilot.press("a")
        await wait_until(pilot, lambda: "no idea stands in a column yet" in text_of(pilot))
        await pilot.press("escape")
        await pilot.press(*"oyer'+ jkgGuU", "enter", "space", "tab", "pagedown")
        await pilot.pause()
        assert pilot.app.screen is screen
        await pilot.press("w")
        assert len(pilot.app.screen_stack) == 1


@pytest.mark.parametrize("size", [(160, 48), (80, 24), (40, 12)])
async def test_it_is_readable_at_every_size(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    long = replace(RICH.responses[0], id="r0", text="日本語 🚀 [/b] " * 40, url="https://example.org/" + "x" * 300)
    service = with_ideas(make_service(), replace(RICH, responses=(long, *RICH.responses)))
    async with run_board(service, size=size) as pilot:
        screen = await opened(pilot)
        assert screen.rows.row_lines == (2 if size == (160, 48) else 1)
        assert "? Why [0]?" in text_of(pilot)
        assert screen.rule.display == (size == (80, 24))
        await pilot.press("tab", "j")
        await pilot.pause()
        assert "Why [0]?" in text_of(pilot)
        assert "[Re] Conformal [/b]" in text_of(pilot)
        assert lines_of(pilot)[-1].rstrip().endswith("? help  q board")


async def test_what_another_process_does_is_shown_and_nothing_is_done_to_what_is_gone(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = with_ideas(make_service(), RICH)
    async with run_board(service, size=WIDE) as pilot:
        screen = await opened(pilot)
        await pilot.press("enter")
        other = make_service()
        other.ideas.delete([RICH.id])
        screen_of(pilot).poll()
        screen._look_at_board()
        await pilot.pause()
        assert "nothing yet" not in lines_of(pilot)[0]  # the line that is typed in stays
        await pilot.press("enter")
        await pilot.pause()
        assert any("no response" in one for one in said(pilot))
        assert "nothing yet" in lines_of(pilot)[0]


async def test_a_paste_goes_into_what_is_typed(make_service: MakeService, run_board: RunBoard) -> None:
    service = with_ideas(make_service(), RICH)
    async with run_board(service, size=WIDE) as pilot:
        screen = await opened(pilot)
        await pilot.press("enter")
        pilot.app.post_message(events.Paste("From\n3.2"))
        await pilot.pause()
        assert screen.line
        assert screen.line.text == "From 3.2"
        assert screen.filter == ""
        await pilot.press("escape", "y")
        pilot.app.post_message(events.Paste("talk"))
        await pilot.pause()
        assert texts(pilot) == ["A talk"]


async def test_ten_thousand_scroll_without_a_wait(make_service: MakeService, run_board: RunBoard) -> None:
    many = tuple(Response(id=f"{n:08}", type="question", text=f"Question {n}", at=ago(n / 99)) for n in range(10_000))
    service = with_ideas(make_service(), replace(RICH, responses=many))
    async with run_board(service, size=WIDE) as pilot:
        screen = await opened(pilot)
        assert len(screen.rows.keys) == 10_000
        drawn: list[str] = []
        draw = screen.rows._draw

        def counted(key: str, width: int) -> Sequence[Line]:
            drawn.append(key)
            return draw(key, width)

        screen.rows._draw = counted
        start = time.process_time()
        await pilot.press("G", "pageup", "k")
        assert len(drawn) < 60
        assert "9,986 of 10,000" in lines_of(pilot)[0]
        assert time.process_time() - start < 5
