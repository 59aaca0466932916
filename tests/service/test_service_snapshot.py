"""A large board opens from what was remembered of it, and is the same board."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tinydb.table import Document

from ideaboard import bootstrap
from ideaboard.core.board import Waiting
from ideaboard.core.changes import Edit, NewIdea, Sharing
from ideaboard.core.ideas import Link, Paper
from ideaboard.core.late import StoredPaper, all_known
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.paths import Paths
from ideaboard.service import Service, session
from ideaboard.storage import open_db, snapshot


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """Let every board count as large, and fail when a line is read that need not be."""
    monkeypatch.setattr(bootstrap, "_LARGE", 0)
    monkeypatch.setattr(snapshot, "_WORTH", 0)
    monkeypatch.setenv("IDEABOARD_BOARD", str(tmp_path / "board.jsonl"))
    monkeypatch.setenv("IDEABOARD_CACHE", str(tmp_path / "cache"))
    return bootstrap.paths_for()


def test_a_board_opens_from_its_snapshot(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper(arxiv_id="2106.09685", title="LoRA", abstract="An important paradigm")
    service = bootstrap.open_service()
    service.ideas.add([NewIdea(title=f"idea {number}", notes="long " * 100) for number in range(5)])
    service.arxiv.add_papers([paper])
    ids = [idea.id for idea in service.board]
    service.ideas.move(ids[:2], "making")
    service.ideas.edit(ids[:1], Edit(add_links=(Link("https://example.org", "more"),)))
    service.sharing.share(ids[1], Sharing(url="https://example.org/post"))
    service.sharing.respond(ids[3], "question", "Does it hold?")
    service.ideas.archive(ids[2:3], "parked", "later")
    monkeypatch.setattr(snapshot, "_CHUNK", 1)
    first = bootstrap.open_service()
    first.keep_snapshot()
    with monkeypatch.context() as patch:
        for module, name in ((bootstrap, "stored_ideas"), (session, "stored_ideas"), (session, "idea_from_document")):
            patch.setattr(module, name, lambda *_: pytest.fail("a line was read that need not be"))
        again = bootstrap.open_service()
    assert again.board.waiting == first.board.waiting == Waiting(questions=1)
    assert again.board.shared_since("2026-01-01") == first.board.shared_since("2026-01-01") == 1
    unread = [idea.id for idea, known in zip(again.board, all_known(again.board), strict=True) if known]
    assert len(unread) == len(again.board) - 1
    assert ids[3] not in unread, "only the one with a question was read"
    assert again.board.ideas == first.board.ideas
    assert again.board.columns == first.board.columns
    assert [type(idea.paper) for idea in again.board if idea.paper] == [StoredPaper]
    assert {idea.paper for idea in again.board if idea.paper} == {paper}
    again.ideas.move([next(iter(again.board)).id], "making")
    assert bootstrap.open_service().board.ideas == again.board.ideas


def test_a_snapshot_holds_what_was_read_on_since_the_board_was_looked_at(paths: Paths) -> None:
    id, *_ = [idea.id for idea in bootstrap.open_service().ideas.add([NewIdea(title="a"), NewIdea(title="b")]).ideas]
    service = bootstrap.open_service()
    bootstrap.open_service().ideas.move([id], "making")
    with pytest.raises(InvalidInput):
        service.history.redo()  # which reads on in the file, and finds nothing
    service.keep_snapshot()
    again = bootstrap.open_service()
    assert all_known(again.board) != [None, None], "it came from the snapshot"
    assert again.board.ideas[id].stage == "making"


def test_what_is_wrong_with_an_idea_is_said_each_time(paths: Paths) -> None:
    with open_db(paths.board) as db:
        db.table("ideas").insert(Document({"title": "odd", "paper": 5, "stage": "idea"}, doc_id=1))
    said = bootstrap.open_service().notices
    assert len(said) == 1
    bootstrap.open_service().keep_snapshot()
    assert bootstrap.open_service().notices == said


def keep(service: Service) -> None:
    """Keep a snapshot after what may read on in the file, and find nothing to do."""
    with suppress(IdeaboardError):
        service.history.redo()
    service.keep_snapshot()


STEPS: dict[str, Callable[[Service, str], object]] = {
    "add": lambda service, _: service.ideas.add([NewIdea(title="another")]),
    "move": lambda service, one: service.ideas.move([one], "making"),
    "archive": lambda service, one: service.ideas.archive([one], "parked", ""),
    "delete": lambda service, one: service.ideas.delete([one]),
    "undo": lambda service, _: service.history.undo(),
    "poll": lambda service, _: service.poll(),
    "keep": lambda service, _: keep(service),
}


@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from([*STEPS]), st.integers(0, 9)), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_two_programs_do_to_a_board_its_snapshot_tells_of_all(
    paths: Paths, tmp_path: Path, steps: list[tuple[int, str, int]]
) -> None:
    for file in tmp_path.rglob("*.json*"):
        file.unlink()
    bootstrap.open_service().ideas.add([NewIdea(title="a"), NewIdea(title="b")])
    both = [bootstrap.open_service() for _ in range(2)]
    for who, what, number in steps:
        ids = sorted(both[who].board.ideas) or [""]
        with suppress(IdeaboardError):  # there is nothing to undo, or it is gone
            STEPS[what](both[who], ids[number % len(ids)])
        again = bootstrap.open_service().board
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("IDEABOARD_CACHE", str(tmp_path / "none"))
            read = bootstrap.open_service().board
        assert again.ideas == read.ideas
        assert again.columns == read.columns
