"""The inbox asks what tells most, and says of a paper whether anybody has coded it and whether people want it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from arxiv_loopback import LoopbackArxiv
from textual.pilot import Pilot
from ui.board_pilot import (
    MakeService,
    RunBoard,
    inbox_of,
    lines_of,
    loopback,
    said,
    text_of,
    type_text,
    wait_until,
)

from ideaboard.core.facts import Facts
from ideaboard.core.ideas import Paper
from ideaboard.service import Service

WIDE = (140, 30)
CODED, WANTED, MORE_WANTED, SILENT = "2401.00001", "2401.00002", "2401.00003", "2401.00004"
REPO = "https://github.com/somebody/something"
QUESTION = "take or skip? it tells most"


@pytest.fixture(autouse=True)
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    with loopback(monkeypatch) as server:
        monkeypatch.setenv("IDEABOARD_FACTS_URL", server.facts_url)
        server.show_page(CODED, {"id": CODED, "githubRepo": REPO, "githubStars": 1234, "upvotes": 5})
        server.show_page(WANTED, {"id": WANTED, "upvotes": 140})
        server.show_page(MORE_WANTED, {"id": MORE_WANTED, "upvotes": 150})
        yield server


def waiting(service: Service, *ids: str) -> dict[str, str]:
    """Put papers in the inbox; return the ideas' ids by those of the papers."""
    made = [Paper(arxiv_id=id, title=f"On {id}", authors=("Ada Love",), abstract="Words.") for id in ids]
    ideas = service.arxiv.add_papers(made, stage="candidate").ideas
    return {idea.paper.arxiv_id: idea.id for idea in ideas if idea.paper}


async def ready(pilot: Pilot[None]) -> None:
    await pilot.press("c")
    await wait_until(pilot, lambda: not inbox_of(pilot).ranking)


def row_of(pilot: Pilot[None], idea: str) -> str:
    """The second line of a row."""
    return "".join(text for text, _ in inbox_of(pilot).draw_row(idea, 100)[1])


async def test_rows_and_preview_say_whether_it_is_coded_and_wanted(
    make_service: MakeService, run_board: RunBoard, arxiv: LoopbackArxiv
) -> None:
    service = make_service()
    ids = waiting(service, CODED, WANTED, SILENT)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        await wait_until(pilot, lambda: "no code, 140 votes" in text_of(pilot))
        assert "code 1.2k" in row_of(pilot, ids[CODED])
        assert "code" not in row_of(pilot, ids[SILENT])
        while inbox_of(pilot).rows.current != ids[CODED]:
            await pilot.press("j")
        await wait_until(pilot, lambda: REPO in text_of(pilot))
        links = [style for row in inbox_of(pilot).preview._make_rows(60) for _, style in row.pieces]
        assert any(style.endswith(REPO) for style in links), "it can be opened"
        assert sorted(arxiv.asked_pages) == sorted([CODED, WANTED, SILENT]), "each is asked for once"
        await pilot.press("escape", "c")
        await wait_until(pilot, lambda: "no code, 140 votes" in text_of(pilot))
        assert len(arxiv.asked_pages) == 3


async def test_the_wanted_come_first_in_an_order_of_their_own(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service()
    ids = waiting(service, SILENT, WANTED, CODED, MORE_WANTED)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        await wait_until(pilot, lambda: "150 votes" in text_of(pilot))
        await pilot.press("b", "b")
        assert "wanted, not coded" in lines_of(pilot)[0]
        assert list(inbox_of(pilot).rows.keys)[:2] == [ids[MORE_WANTED], ids[WANTED]]
        assert set(inbox_of(pilot).rows.keys) == set(ids.values())
        await pilot.press("b")
        assert "by taste" in lines_of(pilot)[0]


async def test_the_filter_knows_facts_as_soon_as_they_come(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service()
    ids = waiting(service, CODED, WANTED, SILENT)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press("slash")
        await type_text(pilot, "votes:>50")
        await wait_until(pilot, lambda: list(inbox_of(pilot).rows.keys) == [ids[WANTED]])
        service.facts._keep({SILENT: Facts("2026-11-24T00:00:00Z", votes=60)})
        inbox_of(pilot).facts.start()
        await wait_until(pilot, lambda: set(inbox_of(pilot).rows.keys) == {ids[WANTED], ids[SILENT]})
        await pilot.press("escape", "slash")
        await type_text(pilot, "has:code")
        await wait_until(pilot, lambda: list(inbox_of(pilot).rows.keys) == [ids[CODED]])


async def test_more_than_a_batch_is_asked_for_as_one_goes(
    make_service: MakeService, run_board: RunBoard, arxiv: LoopbackArxiv
) -> None:
    service = make_service()
    waiting(service, *(f"2402.{number:05}" for number in range(1, 61)))
    async with run_board(service, size=(140, 50)) as pilot:
        await ready(pilot)
        await wait_until(pilot, lambda: len(arxiv.asked_pages) >= 13)
        assert len(arxiv.asked_pages) < 60, "what nobody sees is not asked for"
        await wait_until(pilot, lambda: not inbox_of(pilot).facts._asking)
        await pilot.press("G")
        last = inbox_of(pilot).current
        assert last is not None
        assert last.paper is not None
        key = last.paper.arxiv_id
        await wait_until(pilot, lambda: key in arxiv.asked_pages)
        assert len(arxiv.asked_pages) == len(set(arxiv.asked_pages))


@pytest.mark.parametrize("how", ["busy", "server-error", "garbage", "reset"])
async def test_when_it_fails_nothing_is_said_and_nothing_asked_again(
    make_service: MakeService, run_board: RunBoard, arxiv: LoopbackArxiv, how: str
) -> None:
    arxiv.misbehave_in_pages(how)
    service = make_service()
    waiting(service, CODED, WANTED)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        await wait_until(pilot, inbox_of(pilot).facts._cancel.is_set)
        asked = len(arxiv.asked_pages)
        await pilot.press("j", "k", "j")
        assert "2 of 2" in lines_of(pilot)[0]
        assert said(pilot) == []
        assert len(arxiv.asked_pages) == asked


async def test_leaving_ends_the_asking(make_service: MakeService, run_board: RunBoard, arxiv: LoopbackArxiv) -> None:
    arxiv.misbehave_in_pages("silent")
    service = make_service()
    waiting(service, CODED)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        screen = inbox_of(pilot)
        await wait_until(pilot, lambda: arxiv.asked_pages)
        await pilot.press("escape")
        # Textual takes a thread for ended that it let go; this is what the thread itself looks at.
        await wait_until(pilot, screen.facts._cancel.is_set, seconds=2)
        assert said(pilot) == []


async def test_the_detail_of_a_card_says_it_too(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service()
    service.arxiv.add_papers([Paper(arxiv_id=CODED, title="A paper", authors=("Ada Love",), abstract="Words.")])
    service.facts.ask(service.facts.due(service.facts.papers()))
    async with run_board(service, size=WIDE) as pilot:
        await pilot.press("enter")
        await wait_until(pilot, lambda: "code 1.2k" in text_of(pilot))
        assert REPO in text_of(pilot)


# The first questions


def sorts(service: Service) -> None:
    words = {"robots": "grasping objects arms", "surveys": "respondents answers", "galaxies": "telescopes redshift"}
    made = [
        Paper(
            arxiv_id=f"2403.{1000 * at + n:05}", title=f"{sort} {n}", authors=("A B",), abstract=f"{sort} {words[sort]}"
        )
        for n in range(4)
        for at, sort in enumerate(words)
    ]
    service.arxiv.add_papers(made, stage="candidate")


async def test_without_a_mark_a_few_questions_come_first_and_then_the_order(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    sorts(service)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        keys = list(inbox_of(pilot).rows.keys)
        assert [QUESTION in row_of(pilot, key) for key in keys] == [True] * 5 + [False] * 7
        first = {service.board.ideas[key].title.split()[0] for key in keys[:3]}
        assert first == {"robots", "surveys", "galaxies"}
        assert "Would you take it, or skip it?" in text_of(pilot)
        for _ in range(4):
            idea = inbox_of(pilot).current
            assert idea is not None
            await pilot.press("s" if "robots" in idea.title else "x")
        assert inbox_of(pilot).ranked is not None
        await pilot.press("full_stop")  # the last question is put off, so that none is left
        await pilot.press("x")
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking)
        assert QUESTION not in text_of(pilot)
        titles = [service.board.ideas[key].title for key in inbox_of(pilot).rows.keys]
        assert "robots" in titles[1], "the card that is read stays, and the best one comes next"
        assert "robots" in row_of(pilot, inbox_of(pilot).rows.keys[1]).partition("A B")[0], "and says why"


async def test_with_a_mark_nothing_is_asked(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service()
    sorts(service)
    service.candidates.skip_papers([Paper(arxiv_id="2404.00001", title="robots", abstract="robots grasping")])
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        assert QUESTION not in text_of(pilot)
