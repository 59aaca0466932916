"""Asking: the query line, what is said about it, the answer, its pages, every failure, and stopping."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from textual import events
from ui.board_pilot import (
    NOW,
    PAPER,
    MakeService,
    RunBoard,
    answered,
    lines_of,
    loopback,
    said,
    search,
    search_of,
    settled,
    text_of,
    type_text,
    wait_until,
)

from ideaboard.errors import ArxivError
from ideaboard.ui.dialogs.help import THANKS
from ideaboard.ui.papers.asking import Asker


async def test_what_is_sent_stands_below_what_is_typed(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        assert text_of(pilot).replace("\n", " ").split().count("Thank") == 1
        assert THANKS.split()[-1] in text_of(pilot)
        await type_text(pilot, "deep learning")
        assert lines_of(pilot)[1].strip() == "all:deep AND all:learning"
        assert not arxiv.requests
        await pilot.press("enter")
        await answered(pilot)
        assert arxiv.requests[0].parameters["search_query"] == "all:deep AND all:learning"
        assert "papers" in lines_of(pilot)[2]
        assert f"as of {NOW:%H:%M}" in lines_of(pilot)[2]


async def test_a_query_that_cannot_be_understood_is_marked_where_and_not_sent(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        await type_text(pilot, "deep (learning")
        await pilot.press("enter")
        await pilot.pause()
        query, below = lines_of(pilot)[:2]
        assert below.index("^") == query.index("(")
        assert "not closed" in below
        assert search_of(pilot).query_line.typing
        assert not arxiv.requests


@pytest.mark.parametrize("size", [(160, 48), (80, 24), (40, 12)])
async def test_results_stand_beside_under_or_over_their_preview(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    async with run_board(make_service(), size=size) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        screen = search_of(pilot)
        assert len(screen.asker.found) == 100
        first = next(iter(screen.asker.found.values())).paper
        words = first.title.split()[0]
        assert words in text_of(pilot)
        shown = screen.preview.display
        assert shown == (size != (40, 12))
        await pilot.press("tab")
        await pilot.pause()
        assert screen.preview.display
        assert screen.rows.display == (size == (160, 48))
        assert first.authors[0].split()[-1] in text_of(pilot)


async def test_the_cursor_moves_and_the_preview_follows(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(140, 16)) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        screen = search_of(pilot)
        keys = list(screen.asker.found)
        for pressed, index in (("j", 1), ("down", 2), ("k", 1), ("up", 0), ("pagedown", 6), ("pageup", 0), ("k", 0)):
            await pilot.press(pressed)
            assert screen.rows.index == index, pressed
        await pilot.press("j")
        await pilot.pause()
        assert f"arXiv:{keys[1]}" in text_of(pilot)
        before = text_of(pilot)
        await pilot.press("greater_than_sign", "greater_than_sign")
        await pilot.pause()
        assert text_of(pilot) != before
        await pilot.press(*["less_than_sign"] * 3)
        await pilot.pause()
        assert text_of(pilot) == before
        await pilot.press("g")
        assert screen.rows.index == 0


async def test_the_end_of_the_list_and_m_load_more(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        await search(pilot, "a OR the OR of OR we OR in")
        screen = search_of(pilot)
        total = screen.asker.result.total if screen.asker.result else 0
        assert total > 100
        assert len(screen.asker.found) == 100
        first = list(screen.asker.found)
        await pilot.press("M")
        await answered(pilot)
        assert list(screen.asker.found)[:100] == first
        assert len(screen.asker.found) == min(200, total)
        await pilot.press("G")
        await answered(pilot)
        await pilot.press("G")
        await answered(pilot)
        assert len(screen.asker.found) == min(300, total)
        while not screen.asker.exhausted:
            await pilot.press("G")
            await answered(pilot)
        assert len(screen.asker.found) == total
        asked = len(arxiv.requests)
        await pilot.press("M")
        await answered(pilot)
        assert len(arxiv.requests) == asked
        assert "There are no more" in said(pilot)


async def test_a_stopped_page_can_be_asked_for_again(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        await search(pilot, "a OR the OR of OR we OR in")
        screen = search_of(pilot)
        arxiv.misbehave("silent")
        await pilot.press("M")
        await wait_until(pilot, lambda: len(arxiv.requests) == 2)
        await pilot.press("escape")
        assert not screen.asker.asking
        arxiv.misbehave(None)
        await pilot.press("M")
        await answered(pilot)
        assert len(screen.asker.found) == (screen.asker.result.total if screen.asker.result else 0) > 100


async def test_the_same_question_costs_no_second_request_and_a_key_asks_again(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        await search(pilot, "testing")
        assert len(arxiv.requests) == 1
        await pilot.press("R")
        await answered(pilot)
        assert len(arxiv.requests) == 2
        assert len(search_of(pilot).asker.found) == 100


async def test_an_answer_to_an_older_search_is_dropped(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        arxiv.misbehave("silent")
        await type_text(pilot, "testing")
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(arxiv.requests) == 1)
        arxiv.misbehave(None)
        await search(pilot, "agent")
        screen = search_of(pilot)
        late = screen.service.arxiv.search("testing")
        screen.post_message(Asker.Arrived(screen.asker.number - 1, late))
        screen.post_message(Asker.Arrived(screen.asker.number - 1, ArxivError("too late")))
        await pilot.pause()
        assert screen.asker.question
        assert screen.asker.question.words == "agent"
        assert screen.asker.found
        assert all("agent" in (row.paper.title + row.paper.abstract).lower() for row in screen.asker.found.values())


async def test_esc_stops_at_once_and_a_second_esc_leaves(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    arxiv.misbehave("silent")
    async with run_board(make_service()) as pilot:
        board = pilot.app.screen
        await pilot.press("s")
        await type_text(pilot, "testing")
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(arxiv.requests) == 1)
        assert "Esc stops" in lines_of(pilot)[2]
        assert any(one.name == "ideaboard-beside" for one in threading.enumerate())
        await pilot.press("escape")
        assert not search_of(pilot).asker.asking
        # Far sooner than the 30 s of silence that would end it otherwise.
        await wait_until(pilot, lambda: not any(one.name == "ideaboard-beside" for one in threading.enumerate()), 10)
        await pilot.press("escape")
        assert pilot.app.screen is board


async def test_the_wait_for_a_turn_counts_down(
    monkeypatch: pytest.MonkeyPatch, make_service: MakeService, run_board: RunBoard
) -> None:
    with loopback(monkeypatch, interval=30) as arxiv:
        async with run_board(make_service()) as pilot:
            await pilot.press("s")
            await search(pilot, "testing")
            await pilot.press("slash", "ctrl+u")
            await type_text(pilot, "agent")
            await pilot.press("enter")
            screen = search_of(pilot)
            await wait_until(pilot, lambda: screen.asker.waiting is not None)
            assert " s: " in lines_of(pilot)[2]
            # Keys do what they always do meanwhile.
            await pilot.press("j", "j")
            assert screen.rows.index == 2
            await pilot.press("escape")
            assert "Esc stops" not in lines_of(pilot)[2]
            assert len(screen.asker.found) == 100
        assert len(arxiv.requests) == 1


SENTENCES = {
    "bad-request": "arXiv",
    "forbidden": "403",
    "not-found": "",
    "server-error": "",
    "busy:120": "arXiv asks us to wait",
    "html": "",
    "empty": "",
    "garbage": "",
    "cut": "",
    "reset": "",
    "redirect-away": "sends us elsewhere",
    "entities": "",
    "empty-page": "sent none",
    "other-query": "",
    "bad-gzip": "",
    "foreign": "",
}


@pytest.mark.parametrize("mode", SENTENCES)
async def test_each_failure_is_a_sentence_and_the_screen_goes_on(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, mode: str
) -> None:
    arxiv.misbehave(mode)
    async with run_board(make_service(), size=(140, 24)) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        screen = search_of(pilot)
        assert screen.asker.problem is not None
        assert SENTENCES[mode] in screen.asker.problem.message
        assert screen.asker.problem.message[:30] in text_of(pilot)
        assert not screen.asker.found
        # The cache of a failure is empty, the pause that arXiv asked for is over for another address.
        if not mode.startswith("busy"):
            arxiv.misbehave(None)
            await pilot.press("enter")
            await answered(pilot)
            assert len(screen.asker.found) == 100
            assert screen.asker.problem is None


async def test_an_old_answer_stands_in_when_arxiv_cannot_be_asked(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(140, 24)) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        arxiv.misbehave("server-error")
        await pilot.press("R")
        await answered(pilot)
        assert "old answer:" in lines_of(pilot)[2]
        assert len(search_of(pilot).asker.found) == 100


async def test_no_paper_that_fits_is_said_and_unreadable_entries_are_counted(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(140, 24)) as pilot:
        await pilot.press("s")
        await search(pilot, "qqqqqqq")
        assert "no paper that fits" in text_of(pilot)
        arxiv.misbehave("no-id")
        await search(pilot, "testing")
        assert "1 entry could not be read" in lines_of(pilot)[2]
        assert len(search_of(pilot).asker.found) == 99


@pytest.mark.parametrize("mode", ["drip:0.05", "silent"])
async def test_a_slow_answer_is_said_while_one_waits(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr("ideaboard.papers.arxiv.transport._USUAL_SECONDS", 0.1)
    async with run_board(make_service(), size=(140, 24)) as pilot:
        arxiv.misbehave(mode)
        await pilot.press("s")
        await type_text(pilot, "testing")
        await pilot.press("enter")
        await wait_until(pilot, lambda: "arXiv is slow to answer" in lines_of(pilot)[2])
        assert "Esc stops" in lines_of(pilot)[2]
        await pilot.press("escape")
        await wait_until(pilot, lambda: not search_of(pilot).asker.asking)


async def test_no_paper_is_doubted_where_there_were_some(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(140, 24)) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        assert len(search_of(pilot).asker.found) == 100
        arxiv.recordings.papers, arxiv.recordings.recordings = {}, []
        await pilot.press("R")
        await answered(pilot)
        assert not search_of(pilot).asker.found
        shown = " ".join(text_of(pilot).split())
        assert "arXiv says that no paper fits, and it has been known to say so wrongly" in shown
        assert "no paper that fits" not in shown
        assert "asks again" in shown


async def test_it_is_said_when_arxiv_reads_something_else(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(140, 24)) as pilot:
        await pilot.press("s", "equals_sign")
        await type_text(pilot, "LLM agent")
        await pilot.press("enter")
        await answered(pilot)
        assert "arXiv read this as all:LLM OR all:agent" in lines_of(pilot)[1]


async def test_earlier_searches_come_back_in_another_run_and_only_the_person_can_read_them(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, own_home: Path
) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        await search(pilot, "agent")
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        await type_text(pilot, "new")
        screen = search_of(pilot)
        typed = []
        for key in ("up", "up", "up", "down", "down"):
            await pilot.press(key)
            typed.append(screen.query_line.line.text)
        assert typed == ["agent", "testing", "testing", "agent", "new"]
    path = own_home / "state" / "searches"
    assert path.read_text("utf-8") == "testing\nagent\n"
    assert path.stat().st_mode & 0o077 == 0


async def test_a_search_that_cannot_be_remembered_is_made_and_that_is_told(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, own_home: Path
) -> None:
    (own_home / "state").write_text("in the way")
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        assert len(search_of(pilot).asker.found) == 100
        assert any("cannot be remembered" in one for one in said(pilot))


async def test_pasted_ids_and_links_are_looked_up_at_once(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    known = sorted(id for id in arxiv.recordings.papers if id[:2] == "26")[:2]
    entry = f"@misc{{x, eprint={{{known[1]}}}, abstract={{as 1706.03762}}}}"
    text = f"see https://arxiv.org/pdf/{known[0]}v1.pdf and\n{entry} but 2109.99999 too"
    async with run_board(make_service(), size=(140, 24)) as pilot:
        await pilot.press("s")
        search_of(pilot).post_message(events.Paste(text))
        await wait_until(pilot, lambda: bool(arxiv.requests))
        await answered(pilot)
        screen = search_of(pilot)
        assert list(screen.asker.found) == known
        assert arxiv.requests[0].parameters["id_list"] == f"{known[0]}v1,{known[1]},2109.99999"
        assert "arXiv has no 2109.99999" in lines_of(pilot)[2]
        assert "look up 3 papers" in lines_of(pilot)[1]


async def test_pasted_words_are_typed(arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        search_of(pilot).post_message(events.Paste("deep\nlearning"))
        await pilot.pause()
        assert search_of(pilot).query_line.line.text == "deep learning"
        assert not arxiv.requests


async def test_order_date_and_category_ask_again(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(140, 24)) as pilot:
        await pilot.press("s")
        await search(pilot, "learning")
        await pilot.press("b")
        await answered(pilot)
        assert arxiv.requests[-1].parameters["sortBy"] == "submittedDate"
        assert "newest first" in lines_of(pilot)[0]
        await pilot.press("P", "4")
        await answered(pilot)
        assert "submittedDate:[202511240000 TO" in arxiv.requests[-1].parameters["search_query"]
        await pilot.press("P", "a")
        await answered(pilot)
        await pilot.press("f")
        await type_text(pilot, "computer vision")
        await pilot.press("enter")
        await answered(pilot)
        assert "cat:cs.CV" in lines_of(pilot)[1]
        assert search_of(pilot).asker.found
        assert all("cs.CV" in row.paper.categories for row in search_of(pilot).asker.found.values())
        await pilot.press("f", "ctrl+x")
        await answered(pilot)
        assert lines_of(pilot)[1].strip() == "all:learning"


async def test_categories_can_be_several_and_whole_archives(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(140, 24)) as pilot:
        await pilot.press("s", "tab", "f")
        await type_text(pilot, "cs")
        await pilot.press("space")
        await pilot.press("ctrl+u")
        await type_text(pilot, "stat.ml")
        await pilot.press("enter")
        await pilot.pause()
        chosen = search_of(pilot).query_line.options.categories
        assert chosen[1] == "stat.ML"
        assert chosen[0].startswith("cs")
        assert not arxiv.requests
        await pilot.press("f", "escape")
        assert search_of(pilot).query_line.options.categories == chosen


async def test_raw_mode_starts_from_what_is_sent_and_gives_the_words_back(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(140, 24)) as pilot:
        await pilot.press("s")
        await search(pilot, "deep learning")
        screen = search_of(pilot)
        await pilot.press("equals_sign")
        assert screen.query_line.line.text == "=all:deep AND all:learning"
        await pilot.press("tab", "equals_sign")
        assert screen.query_line.line.text == "deep learning"


async def test_similar_papers_are_searched_and_the_most_alike_come_first(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(140, 24)) as pilot:
        await pilot.press("s")
        await search(pilot, "agent")
        screen = search_of(pilot)
        paper = next(iter(screen.asker.found.values())).paper
        await pilot.press("N")
        await wait_until(
            pilot, lambda: bool(screen.asker.question and screen.asker.question.like) or screen.asker.problem
        )
        await answered(pilot)
        sent = arxiv.requests[-1].parameters["search_query"]
        assert "abs:" in sent
        assert f"cat:{paper.primary_category}" in sent
        assert paper.arxiv_id not in screen.asker.found


async def test_what_was_found_is_there_when_the_person_comes_back_and_the_board_lived_on(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        await pilot.press("space", "q", "s")
        await pilot.pause()
        assert "1 marked" in lines_of(pilot)[2]
        assert len(search_of(pilot).asker.found) == 100
        assert "earlier searches" in lines_of(pilot)[-1]
        await pilot.press("tab", "question_mark")
        await pilot.pause()
        assert "Mark from here to where" in text_of(pilot)
        await pilot.press("escape", "escape")


async def test_the_screen_takes_on_another_theme(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        before = search_of(pilot).rows.inks.background
        pilot.app.theme = "ideaboard-light"
        await pilot.pause()
        assert search_of(pilot).rows.inks.background != before


async def test_a_second_esc_that_comes_too_quickly_leaves_the_board_alone(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        screen = search_of(pilot)
        for _ in range(2):
            screen.post_message(events.Key("escape", None))
        await wait_until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await pilot.pause()
        assert [type(screen).__name__ for screen in pilot.app.screen_stack] == ["BoardScreen"]


async def test_the_categories_of_the_papers_on_the_board_come_first(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    papers = (("2107.00001", ("stat.ML", "cs.LG")), ("2107.00002", ("stat.ML", "hep-th")), ("2107.00003", ("stat.ML",)))
    service.arxiv.add_papers(
        [replace(PAPER, arxiv_id=id, title=id, categories=categories) for id, categories in papers], stage="idea"
    )
    async with run_board(service, size=(100, 30)) as pilot:
        await pilot.press("s", "tab", "f")
        await settled(pilot)
        codes = [line.split()[2] for line in lines_of(pilot) if "○" in line]
        assert codes[:3] == ["stat.ML", "cs.LG", "hep-th"]
        assert "old papers only" not in text_of(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert search_of(pilot).query_line.options.categories == ("stat.ML",)
