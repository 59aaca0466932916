"""The inbox and searches without a screen: taste, skipping, looks of watches, known papers, earlier searches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from hypothesis import given
from hypothesis import strategies as st
from papers.recorded_papers import papers

from ideaboard.bootstrap import open_service
from ideaboard.core.ideas import Idea, Paper
from ideaboard.errors import ArxivError, IdeaboardError, InvalidInput
from ideaboard.papers.identifiers import find_ids
from ideaboard.service import Service
from ideaboard.service.candidates import marks_of
from ideaboard.service.known_papers import BoardPapers, PaperIndex
from ideaboard.service.memory import MOST, Searches

FEEDS = Path(__file__).parents[1] / "data" / "arxiv"
LIKED = "cs.HC"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = open_service(board=str(tmp_path / "board.jsonl"))
    yield opened
    opened.close()


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    with LoopbackArxiv(FEEDS) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.01")
        yield server


def with_taste(service: Service) -> list[Idea]:
    """Take and skip real papers by their category, and put others in the inbox."""
    liked = [one for one in papers() if one.primary_category == LIKED]
    others = [one for one in papers() if one.primary_category != LIKED]
    service.arxiv.add_papers(liked[:12])
    service.candidates.skip_papers(others[:20])
    inbox = service.arxiv.add_papers([*others[20:220], *liked[12:32]], stage="candidate")
    return list(inbox.ideas)


def test_what_is_like_what_was_taken_comes_first(service: Service) -> None:
    inbox = with_taste(service)
    ranked = service.candidates.ranked()
    best = [service.board.ideas[id] for id in ranked.ids[:20]]
    hits = sum(bool(idea.paper and idea.paper.primary_category == LIKED) for idea in best)
    share = sum(bool(idea.paper and idea.paper.primary_category == LIKED) for idea in inbox) / len(inbox)
    assert hits / len(best) > 2.5 * share
    assert all(1 <= len(ranked.reasons(idea.id)) <= 5 for idea in best)
    text = " ".join((best[0].title, best[0].paper.abstract if best[0].paper else "")).lower()
    assert all(word.lower() in text for word in ranked.scores[best[0].id].phrases)


def test_without_marks_a_few_are_asked_about_and_the_order_is_that_of_the_inbox(service: Service) -> None:
    service.arxiv.add_papers(papers()[:30], stage="candidate")
    inbox = [idea.id for idea in service.board.column("candidate")]
    ranked = service.candidates.ranked()
    assert len(ranked.asked) == 5
    assert set(ranked.ids[:5]) == ranked.asked
    assert list(ranked.ids[5:]) == [id for id in inbox if id not in ranked.asked]
    assert ranked.reasons(inbox[0]) == ()
    assert ranked.reasons("nothing") == ()


def test_one_mark_ends_the_questions_and_few_candidates_need_none(service: Service) -> None:
    service.arxiv.add_papers(papers()[:5], stage="candidate")
    assert not service.candidates.ranked().asked
    service.arxiv.add_papers(papers()[5:12], stage="candidate")
    asked = service.candidates.ranked()
    assert asked.asked
    service.ideas.skip([asked.ids[0]])
    assert not service.candidates.ranked().asked
    service.history.undo()
    assert service.candidates.ranked().asked == asked.asked


def test_ranking_can_be_given_up(service: Service) -> None:
    service.arxiv.add_papers(papers()[:30], stage="candidate")
    cancel = threading.Event()
    cancel.set()
    ranked = service.candidates.ranked(cancel=cancel)
    assert list(ranked.ids) == [idea.id for idea in service.board.column("candidate")]
    assert not ranked.scores


def test_what_was_shared_counts_twice_and_parked_is_not_disliked(service: Service) -> None:
    taken, shared, parked, dropped, skipped, waiting = papers()[:6]
    ids = {
        one.arxiv_id: idea.id
        for one in (taken, shared, parked, dropped)
        for idea in service.arxiv.add_papers([one]).ideas
    }
    service.ideas.move([ids[shared.arxiv_id]], "shared")
    service.ideas.archive([ids[parked.arxiv_id]], "parked")
    service.ideas.archive([ids[dropped.arxiv_id]], "dropped")
    service.candidates.skip_papers([skipped])
    service.arxiv.add_papers([waiting], stage="candidate")
    liked, disliked = ([document.key for document in side] for side in marks_of(service.board))
    assert sorted(liked) == sorted([taken.arxiv_id, shared.arxiv_id, shared.arxiv_id, parked.arxiv_id])
    assert sorted(disliked) == sorted([dropped.arxiv_id, skipped.arxiv_id])


def test_an_idea_without_a_paper_can_wait_too(service: Service) -> None:
    with_taste(service)
    from ideaboard.core.changes import NewIdea

    (idea,) = service.ideas.add([NewIdea(title="A survey of survey respondents", stage="candidate")]).ideas
    assert idea.id in service.candidates.ranked().ids


def test_skipping_is_one_step_and_leaves_what_is_on_the_board(service: Service) -> None:
    on_board, waiting, new, other = papers()[:4]
    kept = service.arxiv.add_papers([on_board]).ideas[0]
    service.arxiv.add_papers([waiting], stage="candidate")
    outcome = service.candidates.skip_papers([on_board, waiting, new, replace(new, version="v9"), other])
    assert outcome.said == "skipped 3 ideas"
    assert service.board.ideas[kept.id] is kept
    skipped = service.board.column("archived")
    assert {idea.paper.arxiv_id for idea in skipped if idea.paper} == {one.arxiv_id for one in (waiting, new, other)}
    assert all(idea.archived and idea.archived.because == "skipped" for idea in skipped)
    service.history.undo()
    assert not service.board.column("archived")
    assert len(service.board) == 2
    assert service.candidates.skip_papers([on_board]).said == ""


def test_looks_are_made_without_writing_and_kept_one_by_one(service: Service, arxiv: LoopbackArxiv) -> None:
    service.watches.add("agents", "agent", limit=4)
    service.watches.add("tests", "testing", limit=3)
    told: list[str] = []
    looks = list(service.watches.looks(on_watch=told.append))
    assert told == ["agents", "tests"]
    assert not service.board.column("candidate")
    kept = [service.watches.keep(look.look) for look in looks if look.look]
    assert [len(look.papers) for look in kept] == [4, 3]
    assert len(service.board.column("candidate")) == 7
    assert {watch.name: watch.new for watch in service.watches.all()} == {"agents": 4, "tests": 3}


def test_a_look_that_fails_does_not_end_the_others_but_a_cancel_does(service: Service, arxiv: LoopbackArxiv) -> None:
    service.watches.add("agents", "agent", limit=4)
    service.watches.add("tests", "testing", limit=3)
    arxiv.misbehave(["forbidden"])
    first, second = service.watches.looks()
    assert first.problem is not None
    assert first.look is None
    assert second.look is not None
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(ArxivError):
        list(service.watches.looks(cancel=cancel))


def test_words_for_similar_papers_are_telling_and_can_be_searched(service: Service) -> None:
    for paper in papers()[:40]:
        words = service.candidates.similar_words(paper, papers()[:100])
        compiled = service.arxiv.compile(words).text
        assert "abs:" in compiled
        assert f"cat:{paper.primary_category}" in compiled
    bare = Paper(arxiv_id="2401.00001", title="Agents")
    assert service.arxiv.compile(service.candidates.similar_words(bare)).text


def test_papers_like_one_are_ordered_by_likeness(service: Service) -> None:
    like = next(one for one in papers() if one.primary_category == LIKED)
    twin = replace(like, arxiv_id="2401.00001", title=like.title + " again")
    order = service.candidates.like(like, [*papers()[:50], like, twin])
    assert order[0] == twin
    assert like not in order
    assert len(order) >= 50


# Looking papers up


def test_known_papers_cost_no_request_and_unknown_ids_are_named(service: Service, arxiv: LoopbackArxiv) -> None:
    ids = sorted(id for id in arxiv.recordings.papers if id.startswith("26"))[:3]
    known = service.arxiv.add([ids[0]]).ideas[0]
    assert len(arxiv.requests) == 1
    wanted = find_ids(f"{ids[2]} {ids[0]} 2109.99999")
    found = service.arxiv.look_up(wanted)
    assert [row.paper.arxiv_id for row in found.rows] == [ids[2], ids[0]]
    assert [row.on_board.id if row.on_board else None for row in found.rows] == [None, known.id]
    assert found.missing == ("2109.99999",)
    assert arxiv.requests[-1].parameters["id_list"] == f"{ids[2]},2109.99999"
    again = service.arxiv.look_up(find_ids(ids[0]))
    assert len(arxiv.requests) == 2
    assert again.total == 1
    assert again.from_cache
    service.arxiv.look_up(find_ids(ids[0]), refresh=True)
    assert len(arxiv.requests) == 3
    with pytest.raises(InvalidInput):
        service.arxiv.look_up([])


def test_what_the_first_search_needs_can_be_loaded_before(service: Service) -> None:
    import sys

    service.arxiv.prepare()
    assert "arxiv" in sys.modules


# The index of known papers


@given(st.lists(st.tuples(st.sampled_from(["add", "twin", "remove", "change"]), st.integers(0, 2)), max_size=25))
def test_the_kept_index_finds_what_a_new_one_finds(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    from ideaboard.core.board import Board
    from ideaboard.core.kinds import Workflow

    board = Board.of((), Workflow())
    # The last has neither title nor authors, so that its id alone finds it.
    sample = [*papers()[:2], Paper(arxiv_id="2401.00001")]
    for count, (what, number) in enumerate(steps):
        paper = sample[number]
        ideas = list(board.ideas.values())
        if what in ("add", "twin"):
            id = f"{'bcdf'}{count:04d}"
            one = paper if what == "add" else replace(paper, version="v7")
            new = Idea(id=id, title="x", kind="post", stage="idea", created="a", updated="a", paper=one)
            board = board.with_changes([new])
        elif ideas and what == "remove":
            board = board.with_changes([], [ideas[number % len(ideas)].id])
        elif ideas:
            board = board.with_changes([replace(ideas[number % len(ideas)], paper=paper)])
        index = BoardPapers(board)
        fresh = PaperIndex((idea.id, idea.paper) for idea in board.ideas.values() if idea.paper)
        for one in sample:
            found, wanted = index.find(one), fresh.find(one)
            assert (found is None) == (wanted is None)
            if found is not None:
                there = board.ideas[found].paper
                assert there is not None
                assert PaperIndex([("there", there)]).find(one)


def test_a_paper_that_is_about_to_come_is_known_at_once_and_only_there(service: Service) -> None:
    index = BoardPapers(service.board)
    index.add("new", papers()[0])
    assert index.find(papers()[0]) == "new"
    assert BoardPapers(service.board).find(papers()[0]) is None


# Searches


def test_searches_are_remembered_once_each_the_latest_last(tmp_path: Path) -> None:
    searches = Searches(tmp_path / "state")
    assert searches.all() == []
    for words in ("one", "two", "one", "  ", "a\nb\x1b[31m"):
        searches.add(words)
    assert searches.all() == ["two", "one", "a b"]
    assert Searches(tmp_path / "state").all() == ["two", "one", "a b"]
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    for number in range(MOST + 5):
        searches.add(f"search {number}")
    assert len(Searches(tmp_path / "state").all()) == MOST


def test_a_file_that_is_no_text_is_no_searches_and_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "searches").write_bytes(b"\xff\xfe\x00")
    searches = Searches(tmp_path)
    assert searches.all() == []
    searches.add("words")
    assert Searches(tmp_path).all() == ["words"]
    (tmp_path / "file").write_text("")
    blocked = Searches(tmp_path / "file")
    with pytest.raises(IdeaboardError, match="cannot be remembered"):
        blocked.add("words")
    assert blocked.all() == ["words"]
