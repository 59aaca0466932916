"""How papers look on both of their screens, and what is said of what a key did."""

from __future__ import annotations

import pytest
from arxiv_loopback import LoopbackArxiv
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from ui.board_pilot import (
    PAPER,
    MakeService,
    RunBoard,
    inbox_of,
    lines_of,
    said,
    search,
    search_of,
    text_of,
    wait_until,
)
from ui.test_ui_candidates_keys import filled, with_taste

from ideaboard.papers.taste import Document, Taste
from ideaboard.ui.dialogs.help import THANKS
from ideaboard.ui.drawing.cells import width_of
from ideaboard.ui.papers.preview import paper_lines, paper_rows

SIZES = [(160, 48), (80, 24), (60, 20), (40, 12)]


def plain(line: tuple[tuple[str, str], ...]) -> str:
    return "".join(text for text, _ in line)


@given(
    st.integers(1, 200),
    st.text(max_size=60).map(lambda text: "".join(char for char in text if char.isprintable())),
    st.booleans(),
)
def test_category_and_date_end_where_the_row_ends(width: int, note: str, dated: bool) -> None:
    first, second = paper_lines(PAPER, PAPER.title, [(note, "good")] if note else [], width)
    assert width_of(plain(first)) <= width
    if width >= 20:
        assert plain(second).endswith("cs.LG  2021-07-15")
        assert width_of(plain(second)) == width
        # Nothing of the left runs into it.
        assert plain(second)[:-17].strip() == "" or plain(second)[:-17].endswith("  ")


def test_a_preview_says_who_and_when_in_two_rows_and_the_rest_below_the_abstract() -> None:
    rows = [plain(row) for row in paper_rows(PAPER, 100)]
    assert rows[0] == PAPER.title
    assert rows[1].startswith("Anastasios N. Angelopoulos")
    assert rows[2] == "cs.LG stat.ML · 2021-07-15, v5 2022-12-07 · arXiv:2107.07511"
    abstract = next(n for n, row in enumerate(rows) if row.startswith("Conformal prediction gives"))
    assert abstract == 4
    for below in ("Blog and video", "github.com/aangelopoulos", "Machine Learning (cs.LG)"):
        assert next(n for n, row in enumerate(rows) if below in row) > abstract
    assert sum("2107.07511" in row for row in rows) == 1


@pytest.mark.parametrize("size", SIZES)
async def test_a_rule_divides_the_list_from_the_preview_under_it(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    async with run_board(make_service(), size=size) as pilot:
        await pilot.press("s")
        await pilot.pause()
        assert not {"│", "─"} & set(text_of(pilot)), "where nothing is listed nothing is divided"
        await search(pilot, "testing")
        screen = search_of(pilot)
        assert ("│" in text_of(pilot)) == (size[0] >= 96)
        ruled = [y for y, line in enumerate(lines_of(pilot)) if line == "─" * size[0]]
        assert bool(ruled) == (size[0] < 96 and size[1] >= 20)
        if ruled:
            assert ruled == [screen.rows.region.bottom]
            await pilot.press("tab")
            await pilot.pause()
            assert "─" * size[0] not in lines_of(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_an_empty_inbox_says_what_to_do_at_every_size(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    async with run_board(make_service(), size=size) as pilot:
        await pilot.press("c")
        await pilot.pause()
        assert "No candidates wait" in text_of(pilot)
        assert "looks for news of your watches" in " ".join(text_of(pilot).split())


@pytest.mark.parametrize("size", [(160, 48), (80, 24)])
async def test_arxiv_is_thanked_once_where_the_list_is_empty_and_never_beside_papers(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    async with run_board(make_service(), size=size) as pilot:
        await pilot.press("s")
        await pilot.pause()
        assert text_of(pilot).count(THANKS[:18]) == 1
        await search(pilot, "testing")
        assert text_of(pilot).count(THANKS[:18]) == 0
        await pilot.press("q", "c")
        await pilot.pause()
        assert text_of(pilot).count(THANKS[:18]) == 1


async def test_an_error_is_said_once_in_the_place_of_the_list(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(160, 30)) as pilot:
        await pilot.press("s")
        arxiv.misbehave("forbidden")
        await search(pilot, "testing")
        problem = search_of(pilot).asker.problem
        assert problem
        assert " ".join(text_of(pilot).split()).count(problem.message[:30]) == 1
        arxiv.misbehave(None)
        await search(pilot, "a OR the OR of OR we OR in")
        arxiv.misbehave("forbidden")
        await pilot.press("M")
        await wait_until(pilot, lambda: search_of(pilot).asker.problem)
        # With papers listed it stands above them.
        assert problem.message[:30] in lines_of(pilot)[2]


async def test_nothing_found_is_said_in_words(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    filled(service, 2)
    async with run_board(service, size=(160, 30)) as pilot:
        await pilot.press("s")
        await search(pilot, "zzzzqqq")
        assert "no paper fits" in lines_of(pilot)[2]
        assert "0 papers" not in text_of(pilot)
        await pilot.press("escape", "c")
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking)
        await pilot.press("slash", "z", "z", "enter")
        assert "no paper fits · /zz  2 in all" in lines_of(pilot)[0]
        await pilot.press("escape", "x", "x", "c")
        await pilot.pause()
        assert "none wait" in lines_of(pilot)[0]
        assert "0 of 0" not in text_of(pilot)


async def test_the_footer_names_what_the_key_will_do(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    filled(service)
    async with run_board(service, size=(200, 30)) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        for now, after in (("best", "newest"), ("newest", "latest change"), ("latest change", "best")):
            assert lines_of(pilot)[0].rstrip().endswith(f"{now} first")
            assert f"b {after} first" in lines_of(pilot)[-1]
            await pilot.press("b")
            await wait_until(pilot, lambda: not search_of(pilot).asker.asking)
        await pilot.press("q", "c")
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking)
        assert "b newest first" in lines_of(pilot)[-1]
        await pilot.press("b")
        assert "newest first" in lines_of(pilot)[0]
        assert "b wanted, not coded" in lines_of(pilot)[-1]
        await pilot.press("b")
        assert "b by taste" in lines_of(pilot)[-1]


def told_in_footer(pilot: Pilot[None]) -> str:
    return said(pilot)[-1]


async def test_what_was_taken_or_skipped_is_said_with_the_key_that_takes_it_back(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    filled(service)
    async with run_board(service, size=(160, 30)) as pilot:
        await pilot.press("c")
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking)
        title = inbox_of(pilot).current
        assert title
        await pilot.press("p")
        assert told_in_footer(pilot) == f"Took '{title.title}' as paper to code · u"
        await pilot.press("x")
        assert told_in_footer(pilot).startswith("Skipped '")
        assert told_in_footer(pilot).endswith("' · u")
        await pilot.press("space", "space", "s")
        assert told_in_footer(pilot) == "Took 2 papers as summary · u"
        await pilot.press("q", "s")
        await search(pilot, "testing")
        await pilot.press("s")
        assert told_in_footer(pilot).endswith("' as summary · u")
        await pilot.press("j", "x")
        assert told_in_footer(pilot).startswith("Skipped '")
        await pilot.press("space", "space", "p")
        assert told_in_footer(pilot) == "Took 2 papers as paper to code · u"
        await pilot.press("u")
        await pilot.pause()
        assert "Took back" in told_in_footer(pilot)


async def test_a_candidate_that_is_found_is_taken_at_once(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    async with run_board(service, size=(160, 30)) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        paper = search_of(pilot).current
        assert paper
        service.arxiv.add_papers([paper], stage="candidate")
        await pilot.press("p")
        (idea,) = service.board
        assert (idea.stage, idea.kind) == ("idea", "paper-to-code")
        # What is in a column is asked about.
        await pilot.press("s")
        await pilot.pause()
        assert "Known already" in text_of(pilot)
        assert len(service.board) == 1


async def test_why_a_candidate_is_shown_stands_in_its_row(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service()
    filled(service, 12)
    with_taste(service)
    async with run_board(service, size=(160, 30)) as pilot:
        await pilot.press("c")
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking)
        reasons = inbox_of(pilot)._reasons(str(inbox_of(pilot).rows.current))
        assert 0 < len(reasons) <= 5
        assert ", ".join(reasons[:2]) in lines_of(pilot)[3]
        await pilot.press("b")
        assert ", ".join(reasons[:2]) not in text_of(pilot)


def test_common_words_are_no_reason() -> None:
    common = "available data research results learning model significantly systems analysis large"
    liked = [Document(f"l{n}", "Conformal prediction", f"{common} {common} {common} coverage {n}") for n in range(8)]
    other = [Document(f"o{n}", "Galaxy surveys", f"redshift halo luminosity {n}") for n in range(8)]
    taste = Taste()
    taste.learn(liked, other)
    (scored,) = taste.score([Document("new", "Conformal sets", f"{common} {common} {common} coverage")])
    assert scored.phrases
    assert not set(" ".join(scored.phrases).split()) & set(common.split())
    assert set(scored.phrases) <= {"conformal", "prediction", "coverage", "sets"}
