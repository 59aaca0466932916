"""The inbox: one key each, order and reasons, later, filter, the check of the watches, and what the board file says."""

from __future__ import annotations

from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from textual.pilot import Pilot
from ui.board_pilot import (
    MakeService,
    RunBoard,
    inbox_of,
    lines_of,
    on_disk,
    said,
    saved,
    screen_of,
    text_of,
    type_text,
    wait_until,
)

from ideaboard.core.changes import NewIdea
from ideaboard.core.ideas import Idea, Paper
from ideaboard.service import Service

WIDE = (140, 30)
TOPICS = {
    "conformal": "conformal coverage calibration intervals exchangeable quantile",
    "galaxies": "galaxies redshift survey luminosity halo cluster",
}


def paper(topic: str, number: int) -> Paper:
    return Paper(
        arxiv_id=f"{2401 + number // 90}.{10000 + number + 500 * list(TOPICS).index(topic)}",
        version="v1",
        title=f"[{topic}] paper {number} on {topic}",
        authors=("Ada Lovelace", f"{topic.title()} Author{number}"),
        abstract=f"{TOPICS[topic]} study {number}",
        primary_category="stat.ML" if topic == "conformal" else "astro-ph.GA",
        categories=("stat.ML",) if topic == "conformal" else ("astro-ph.GA",),
        published="2024-01-01T00:00:00Z",
    )


def filled(service: Service, count: int = 6) -> None:
    """Put papers of two topics in the inbox, in turns."""
    papers = [paper(topic, number) for number in range(count // 2) for topic in TOPICS]
    service.arxiv.add_papers(papers, stage="candidate")


def with_taste(service: Service) -> None:
    """Take papers on one topic, skip some on the other."""
    liked = service.arxiv.add_papers([paper("conformal", 50 + n) for n in range(3)])
    assert len(liked.ideas) == 3
    for n in range(3):
        service.candidates.skip_papers([paper("galaxies", 50 + n)])


async def ready(pilot: Pilot[None]) -> None:
    """Open the inbox and wait for the order by taste."""
    await pilot.press("c")
    await wait_until(pilot, lambda: not inbox_of(pilot).ranking)


def current(pilot: Pilot[None]) -> Idea:
    idea = inbox_of(pilot).current
    assert idea is not None
    return idea


@pytest.mark.parametrize(
    ("keys", "stage", "kind", "because"),
    [
        (["s"], "idea", "summary", None),
        (["p"], "idea", "paper-to-code", None),
        (["enter", "1"], "idea", "project", None),
        (["enter", "p"], "idea", "project", None),
        (["x"], "candidate", "summary", "skipped"),
    ],
)
async def test_one_key_decides_and_the_next_card_is_there_at_once(
    make_service: MakeService,
    run_board: RunBoard,
    board_path: Path,
    keys: list[str],
    stage: str,
    kind: str,
    because: str | None,
) -> None:
    service = make_service()
    filled(service)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        order = list(inbox_of(pilot).rows.keys)
        first, second = order[:2]
        title = service.board.ideas[second].title
        await pilot.press(*keys)
        assert current(pilot).id == second
        assert title in text_of(pilot)
        assert "1 of 5" in lines_of(pilot)[0]
        await saved(pilot)
        decided = next(idea for idea in on_disk(board_path) if idea.id == first)
        assert (decided.stage, decided.kind) == (stage, kind)
        assert (decided.archived.because if decided.archived else None) == because
        await pilot.press("u")
        await pilot.pause()
        assert current(pilot).id == first
        assert "1 of 6" in lines_of(pilot)[0]
        await pilot.press("U")
        await pilot.pause()
        assert "1 of 5" in lines_of(pilot)[0]


async def test_later_comes_at_the_end_of_the_round(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service()
    filled(service)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        order = list(inbox_of(pilot).rows.keys)
        await pilot.press("full_stop")
        assert current(pilot).id == order[1]
        assert "1 later" in lines_of(pilot)[0]
        await pilot.press("x", "full_stop", "G")
        assert list(inbox_of(pilot).rows.keys) == [*order[3:], order[0], order[2]]
        assert current(pilot).id == order[2]
        # A change from elsewhere does not bring them forward.
        inbox_of(pilot).list_ideas()
        assert list(inbox_of(pilot).rows.keys) == [*order[3:], order[0], order[2]]
        await pilot.press("full_stop", "full_stop", "g")
        assert current(pilot).id == order[3]


async def test_by_taste_the_liked_topic_comes_first_and_says_why(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    filled(service, 12)
    with_taste(service)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        titles = [service.board.ideas[key].title for key in inbox_of(pilot).rows.keys]
        assert all("conformal" in title for title in titles[:6])
        assert all("galaxies" in title for title in titles[6:])
        assert "because of: " in text_of(pilot)
        assert "conformal" in next(line for line in lines_of(pilot) if "because of" in line)
        assert "by taste" in lines_of(pilot)[0]
        await pilot.press("b")
        assert "newest first" in lines_of(pilot)[0]
        newest = [idea.id for idea in service.board.column("candidate")]
        assert list(inbox_of(pilot).rows.keys) == newest
        await pilot.press("b", "b")
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking)
        assert [service.board.ideas[key].title for key in inbox_of(pilot).rows.keys] == titles


async def test_the_card_that_is_read_stays_when_the_order_changes(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    filled(service, 12)
    with_taste(service)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press("G")
        reading = current(pilot)
        inbox_of(pilot).rank()
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking)
        assert current(pilot) is reading
        await pilot.press("j")
        assert "conformal" in current(pilot).title


async def test_the_filter_speaks_the_language_of_the_board(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service()
    filled(service)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press("slash")
        await type_text(pilot, "cat:astro-ph.GA")
        assert len(inbox_of(pilot).rows.keys) == 3
        await pilot.press("enter")
        assert "/cat:astro-ph.GA" in lines_of(pilot)[0]
        await pilot.press("x")
        assert len(inbox_of(pilot).rows.keys) == 2
        await pilot.press("u")
        await pilot.pause()
        assert len(inbox_of(pilot).rows.keys) == 3
        await pilot.press("slash")
        await type_text(pilot, " is:nothing")
        assert "there is no" in lines_of(pilot)[0]
        await pilot.press("down", "up", "escape")
        assert len(inbox_of(pilot).rows.keys) == 6
        await pilot.press("slash")
        await type_text(pilot, "zzz")
        await pilot.pause()
        assert "No candidate passes the filter" in text_of(pilot)
        await pilot.press("enter", "s", "escape")
        assert len(inbox_of(pilot).rows.keys) == 6
        await pilot.press("escape")
        assert pilot.app.screen is screen_of(pilot)


async def test_links_are_opened_and_copied(
    make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    links: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: not links.append(url))  # type: ignore[func-returns-value]  # it is None, so the answer is true
    service = make_service()
    filled(service)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        shown = current(pilot).paper
        assert shown
        await pilot.press("o", "O")
        assert links == [shown.url, shown.pdf_url]
        await pilot.press("y", "l")
        assert pilot.app.clipboard == shown.url


async def test_the_watches_are_looked_at_and_what_they_find_comes_in(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service()
    service.watches.add("[agents]", "agent", limit=5)
    service.watches.add("tests", "testing", limit=3)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        assert "No candidates wait" in text_of(pilot)
        await pilot.press("R")
        await wait_until(pilot, lambda: not inbox_of(pilot).check.running)
        await wait_until(pilot, lambda: "[agents] 5 · tests 3" in lines_of(pilot)[1])
        assert "8 new" in lines_of(pilot)[1]
        assert len(inbox_of(pilot).rows.keys) == 8
        await saved(pilot)
        assert len([idea for idea in on_disk(board_path) if idea.stage == "candidate"]) == 8
        await pilot.press("R")
        await wait_until(pilot, lambda: not inbox_of(pilot).check.running)
        assert "nothing new" in lines_of(pilot)[1]
        await pilot.press("x")
        inbox_of(pilot).count_watches()
        await pilot.pause()
        assert sum(watch.new for watch in service.watches.all()) == 7


async def test_papers_that_were_typed_are_filled_in_when_news_is_looked_for(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service()
    service.ideas.add([NewIdea("arXiv:1706.03762v2", tags=("mine",), stage="candidate")])
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        assert "arXiv:1706.03762" in lines_of(pilot)[2]
        await pilot.press("R")
        await wait_until(pilot, lambda: not inbox_of(pilot).check.running)
        assert "1 paper filled in" in lines_of(pilot)[1]
        await wait_until(pilot, lambda: "Attention Is" in lines_of(pilot)[2].partition("│")[0])
        await saved(pilot)
        (idea,) = on_disk(board_path)
        assert idea.paper
        assert idea.paper.authors
        assert (idea.title, idea.tags, idea.paper.version) == (idea.paper.title, ("mine",), "v2")
        asked = len(arxiv.requests)
        await pilot.press("R")
        await wait_until(pilot, lambda: not inbox_of(pilot).check.running)
        assert len(arxiv.requests) == asked


async def test_a_watch_that_fails_is_said_and_the_others_are_looked_at(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    service.watches.add("agents", "agent", limit=5)
    service.watches.add("tests", "testing", limit=3)
    arxiv._modes = ["forbidden"]
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press("R")
        await wait_until(pilot, lambda: not inbox_of(pilot).check.running)
        assert "3 new; agents: " in lines_of(pilot)[1]
        assert len(inbox_of(pilot).rows.keys) == 3


async def test_a_check_is_stopped_by_esc_and_a_second_esc_leaves(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    service.watches.add("agents", "agent")
    filled(service)
    arxiv.misbehave("silent")
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press("R")
        await wait_until(pilot, lambda: len(arxiv.requests) == 1)
        assert "Esc stops" in lines_of(pilot)[1]
        # Triage goes on meanwhile.
        await pilot.press("x")
        assert len(inbox_of(pilot).rows.keys) == 5
        await pilot.press("escape")
        await wait_until(pilot, lambda: not inbox_of(pilot).check.running)
        assert "stopped looking" in lines_of(pilot)[1]
        await pilot.press("escape")
        assert pilot.app.screen is screen_of(pilot)


async def test_without_watches_the_check_says_how_to_make_one(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press("R")
        await wait_until(pilot, lambda: not inbox_of(pilot).check.running)
        assert "W on the search screen" in lines_of(pilot)[1]
        assert "ideaboard" not in text_of(pilot)


@pytest.mark.parametrize("size", [(160, 48), (80, 24), (40, 12)])
async def test_one_card_is_large_at_every_size(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    service = make_service()
    filled(service)
    async with run_board(service, size=size) as pilot:
        await ready(pilot)
        shown = current(pilot)
        assert shown.paper
        picture = text_of(pilot)
        assert "Ada Lovelace" in picture
        assert f"arXiv:{shown.paper.arxiv_id}" in picture
        assert inbox_of(pilot).rows.display == (size != (40, 12))
        await pilot.press("tab")
        await pilot.pause()
        assert inbox_of(pilot).rows.display == (size != (80, 24))
        await pilot.press("j", "pagedown", "pageup", "greater_than_sign", "less_than_sign", "question_mark")
        await pilot.pause()
        assert "Take it as a summary" in text_of(pilot)


async def test_an_empty_inbox_bears_every_key(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(), size=(40, 12)) as pilot:
        await ready(pilot)
        await pilot.press(*"spoxO.bjkgG><yuU ", "enter", "tab", "pagedown", "pageup")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 2
        await pilot.press("c")
        assert len(pilot.app.screen_stack) == 1


async def test_what_another_process_adds_comes_in_and_what_it_takes_goes(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    filled(service)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        first = current(pilot)
        other = make_service()
        other.ideas.skip([first.id])
        other.arxiv.add_papers([paper("conformal", 70)], stage="candidate")
        screen_of(pilot).poll()
        inbox_of(pilot)._look_at_board()
        await pilot.pause()
        assert first.id not in inbox_of(pilot).rows.keys
        assert len(inbox_of(pilot).rows.keys) == 6
        assert not [one for one in said(pilot) if "error" in one]


async def test_marked_candidates_are_decided_in_one_step_and_the_marks_end(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    filled(service)
    async with run_board(service, size=WIDE) as pilot:
        await ready(pilot)
        order = list(inbox_of(pilot).rows.keys)
        await pilot.press("space", "j", "space", "space")
        await pilot.pause()
        assert lines_of(pilot)[-1].startswith(" 3 marked  s summary  p code  Enter as…  x skip")
        await pilot.press("p")
        await pilot.pause()
        taken = [id for id in order if service.board.ideas[id].stage == "idea"]
        assert taken == [order[0], *order[2:4]]
        assert {service.board.ideas[id].kind for id in taken} == {"paper-to-code"}
        assert "marked" not in lines_of(pilot)[-1]
        await pilot.press("u")
        assert len(service.board.column("candidate")) == 6
        # Esc takes the marks first, then leaves.
        await pilot.press("V", "escape")
        assert not inbox_of(pilot).marks
        await pilot.press("escape")
        assert pilot.app.screen is screen_of(pilot)
