"""Marks, import, skipping, undo, copying and opening on the search screen, looked at on the screen and on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from textual.pilot import Pilot
from ui.board_pilot import (
    MakeService,
    RunBoard,
    answered,
    lines_of,
    on_disk,
    said,
    saved,
    screen_of,
    search,
    search_of,
    text_of,
    type_text,
)

from ideaboard.core.ideas import Idea, Paper
from ideaboard.service import Service
from ideaboard.ui.papers.pickers import shared_tags

WIDE = (160, 30)


def keys_of(pilot: Pilot[None]) -> list[str]:
    return list(search_of(pilot).rows.keys)


def by_paper(path: Path) -> dict[str, Idea]:
    return {idea.paper.arxiv_id: idea for idea in on_disk(path) if idea.paper}


async def test_one_paper_is_imported_as_a_kind_with_its_categories_as_tags(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "agent")
        key = keys_of(pilot)[0]
        paper = search_of(pilot).asker.found[key].paper
        await pilot.press("enter")
        await pilot.pause()
        assert "Take  " in text_of(pilot)
        await pilot.press("2")
        await saved(pilot)
        idea = by_paper(board_path)[key]
        assert (idea.kind, idea.stage) == ("paper-to-code", "idea")
        assert list(idea.tags) == shared_tags([paper])
        assert idea.tags
        assert "on the board: Idea" in lines_of(pilot)[4]
        # The kind of the last import is offered first.
        await pilot.press("j", "enter", "enter")
        await saved(pilot)
        assert by_paper(board_path)[keys_of(pilot)[1]].kind == "paper-to-code"


async def test_marks_outlive_searches_and_are_imported_in_one_step(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        first = keys_of(pilot)
        await pilot.press("space", "j", "colon", "j", "j", "colon")
        assert "4 marked" in lines_of(pilot)[2]
        assert set(search_of(pilot).marks.papers) == {first[0], *first[2:5]}
        await search(pilot, "agent")
        other = keys_of(pilot)[0]
        await pilot.press("space")
        assert "5 marked" in lines_of(pilot)[2]
        await pilot.press("enter", "tab")
        await pilot.pause()
        assert "Into  Candidates" in text_of(pilot)
        await pilot.press("t")
        await pilot.press("ctrl+u")
        await type_text(pilot, "toread")
        await pilot.press("enter")
        await saved(pilot)
        ideas = by_paper(board_path)
        assert set(ideas) == {first[0], *first[2:5], other}
        assert {(idea.stage, idea.tags) for idea in ideas.values()} == {("candidate", ("toread",))}
        assert "marked" not in lines_of(pilot)[2]
        await pilot.press("u")
        await pilot.pause()
        assert by_paper(board_path) == {}
        await pilot.press("U")
        await pilot.pause()
        assert set(by_paper(board_path)) == set(ideas)


async def test_all_are_marked_none_are_marked_and_marks_are_cleared(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        screen = search_of(pilot)
        counts = []
        for key in ("V", "V", "V", "escape", "space", "k", "space"):
            await pilot.press(key)
            counts.append(len(screen.marks.papers))
        assert counts == [100, 0, 100, 0, 1, 1, 0]


async def test_a_range_can_be_given_up(arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        await pilot.press("colon", "j")
        assert ": ends the range" in lines_of(pilot)[2]
        await pilot.press("escape")
        assert ": ends" not in lines_of(pilot)[2]
        assert not search_of(pilot).marks.papers


async def test_skipped_papers_do_not_come_back_unless_asked_for(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        first = keys_of(pilot)
        await pilot.press("x")
        assert keys_of(pilot) == first[1:]
        assert search_of(pilot).rows.current == first[1]
        assert "1 skipped" in lines_of(pilot)[2]
        await pilot.press("space", "space", "x")
        await saved(pilot)
        assert len(keys_of(pilot)) == 97
        ideas = by_paper(board_path)
        assert set(ideas) == set(first[:3])
        assert {idea.archived.because for idea in ideas.values() if idea.archived} == {"skipped"}
        await pilot.press("R")
        await answered(pilot)
        assert len(keys_of(pilot)) == 97
        await pilot.press("I", "g")
        assert keys_of(pilot) == first
        assert "skipped today" in text_of(pilot)
        await pilot.press("I", "u")
        await pilot.pause()
        # The two were one step.
        assert keys_of(pilot) == first[1:]


async def test_a_paper_on_the_board_is_not_skipped(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "agent")
        await pilot.press("enter", "1")
        await pilot.press("x")
        await saved(pilot)
        assert "This is on the board already; archive it there" in said(pilot)
        assert [idea.archived for idea in on_disk(board_path)] == [None]


async def prepared(service: Service, arxiv: LoopbackArxiv) -> list[Paper]:
    """Put papers in all places where they can be: a column, the inbox, archived as skipped and as dropped."""
    papers = [row.paper for row in service.arxiv.search("agent", 4).rows]
    column, inbox, skipped, dropped = (
        service.arxiv.add_papers([paper], stage="candidate" if n in (1, 2) else "idea").ideas[0]
        for n, paper in enumerate(papers)
    )
    assert inbox.stage == "candidate"
    service.ideas.move([column.id], "making")
    service.ideas.skip([skipped.id])
    service.ideas.archive([dropped.id])
    return papers


async def test_rows_say_where_a_paper_is_and_import_offers_what_fits(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service()
    papers = await prepared(service, arxiv)
    async with run_board(service, size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "agent")
        await pilot.press("I")
        screen = search_of(pilot)
        picture = text_of(pilot)
        for words in ("on the board: Making", "candidate", "skipped today", "dropped today"):
            assert words in picture
        where = {paper.arxiv_id: n for n, paper in enumerate(papers)}
        order = [key for key in keys_of(pilot) if key in where]
        assert [where[key] for key in order] == [0, 1, 2, 3]
        # An archived one is brought back, a candidate is taken.
        for number, key in ((3, "b"), (2, "b"), (1, "t")):
            screen.rows.go(keys_of(pilot).index(order[number]))
            await pilot.press("enter", key)
            await pilot.pause()
        await pilot.press("2")
        await saved(pilot)
        ideas = by_paper(board_path)
        assert [(ideas[key].stage, bool(ideas[key].archived)) for key in order] == [
            ("making", False),
            ("idea", False),
            ("candidate", False),
            ("idea", False),
        ]
        assert ideas[order[1]].kind == "paper-to-code"
        assert len(ideas) == 4
        # One in a column is opened there.
        screen.rows.go(keys_of(pilot).index(order[0]))
        await pilot.press("enter", "o")
        await pilot.pause()
        board = screen_of(pilot)
        assert pilot.app.screen is board
        assert board.current
        assert board.current.id == ideas[order[0]].id


async def test_a_newer_version_is_said_and_taken_over(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    from dataclasses import replace

    service = make_service()
    found = service.arxiv.search("agent", 50).rows
    paper = next(row.paper for row in found if row.paper.version not in ("", "v1"))
    service.arxiv.add_papers([replace(paper, version="v1")])
    async with run_board(service, size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "agent")
        screen = search_of(pilot)
        screen.rows.go(keys_of(pilot).index(paper.arxiv_id))
        await pilot.press("j", "k")
        assert f"{paper.version} here, the board has v1" in text_of(pilot)
        await pilot.press("enter", "u")
        await saved(pilot)
        (idea,) = on_disk(board_path)
        assert idea.paper
        assert idea.paper.version == paper.version


async def test_known_ones_among_marked_are_not_added_again(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service()
    await prepared(service, arxiv)
    async with run_board(service, size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "agent")
        total = len(keys_of(pilot)) + search_of(pilot).hidden
        await pilot.press("I", "V", "enter", "1")
        await saved(pilot)
        assert len(by_paper(board_path)) == total
        assert any("4 were there already" in one for one in said(pilot))


async def test_links_are_opened(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, opened: list[str]
) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "agent")
        paper = search_of(pilot).asker.found[keys_of(pilot)[0]].paper
        await pilot.press("o", "O")
        assert opened == [
            f"https://arxiv.org/abs/{paper.arxiv_id}",
            f"https://arxiv.org/pdf/{paper.arxiv_id}{paper.version}",
        ]


@pytest.mark.parametrize(("key", "start"), [("l", "https://arxiv.org/abs/"), ("b", "@"), ("i", "arXiv:"), ("m", "[")])
async def test_one_or_all_marked_are_copied(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, key: str, start: str
) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "agent")
        await pilot.press("y", key)
        assert pilot.app.clipboard.startswith(start)
        assert pilot.app.clipboard.count(start) == 1
        await pilot.press("space", "space", "y", key)
        assert pilot.app.clipboard.count(f"\n{start}") == 1


async def test_another_process_changes_the_board_and_the_rows_follow(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "agent")
        key = keys_of(pilot)[1]
        other = make_service()
        other.arxiv.add_papers([search_of(pilot).asker.found[key].paper], stage="review")
        screen_of(pilot).poll()
        search_of(pilot)._look_at_board()
        await pilot.pause()
        assert "on the board: Review" in text_of(pilot)
        assert keys_of(pilot)[1] == key


async def test_without_rows_every_key_is_harmless(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, opened: list[str]
) -> None:
    async with run_board(make_service(), size=(40, 12)) as pilot:
        await pilot.press("s", "tab")
        await pilot.press(
            *"jkgGJKixXvVCmyosp",
            *("space", "enter", "asterisk", "pagedown", "pageup", "tab", "u", "U"),
        )
        await pilot.pause()
        assert not opened
        assert pilot.app.screen is search_of(pilot)
        await pilot.press("q")


def test_only_categories_become_tags_and_only_those_that_all_have() -> None:
    one = Paper(arxiv_id="1", primary_category="cs.LG", categories=("cs.LG", "stat.ML", "F.4.1; F.4.m; K.2"))
    other = Paper(arxiv_id="2", primary_category="stat.ML", categories=("stat.ML", "cs.AI"))
    assert shared_tags([one]) == ["cs.lg", "stat.ml"]
    assert shared_tags([one, other]) == ["stat.ml"]
    assert shared_tags([]) == []
