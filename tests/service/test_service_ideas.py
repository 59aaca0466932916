from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile import HOSTILE_TITLES
from service.service_boards import a_service, added, ids_of

from ideaboard.bootstrap import open_service
from ideaboard.core.board import ARCHIVED
from ideaboard.core.changes import Edit, NewIdea, Sharing
from ideaboard.core.documents import idea_to_json
from ideaboard.core.ideas import Link
from ideaboard.core.kinds import CANDIDATE
from ideaboard.errors import InvalidInput, NotFound
from ideaboard.service import Outcome, Poll, Service


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "board.jsonl"


@pytest.fixture
def service(path: Path) -> Service:
    return a_service(path)


def plain(service: Service) -> list[dict[str, Any]]:
    return [idea_to_json(idea) for idea in service.board]


def titles(service: Service, stage: str = "idea") -> list[str]:
    return [idea.title for idea in service.board.column(stage)]


def test_opening_makes_nothing_and_adding_makes_a_board(path: Path) -> None:
    service = open_service(str(path))
    assert not path.exists()
    outcome = service.ideas.add([NewIdea(title="LoRA", kind="paper-to-code")])
    assert outcome.said == "added 'LoRA' to Idea"
    assert outcome.board is service.board
    service.close()
    assert plain(open_service(str(path))) == [idea_to_json(idea) for idea in outcome.ideas]


def test_hostile_titles_come_back_from_the_file(path: Path, service: Service) -> None:
    added(service, *HOSTILE_TITLES)
    assert titles(a_service(path)) == list(HOSTILE_TITLES)


def test_each_use_case_is_on_disk_when_it_returns(path: Path, service: Service) -> None:
    one, two, three = ids_of(added(service, "one", "two", "three"))
    (candidate,) = ids_of(added(service, "paper", stage=CANDIDATE))
    (other,) = ids_of(added(service, "other paper", stage=CANDIDATE))
    ideas = service.ideas

    def on_disk() -> None:
        assert plain(a_service(path)) == plain(service)

    steps: list[tuple[Callable[[], Outcome], str]] = [
        (lambda: ideas.edit([one], Edit(title="One", add_links=(Link("https://x.org"),))), "changed 'One'"),
        (lambda: ideas.edit([one, two], Edit(add_tags=("x",))), "changed 2 ideas"),
        (lambda: ideas.tick(one, "runs"), "ticked 'runs'"),
        (lambda: ideas.tick(one, "runs"), "took the tick from 'runs'"),
        (lambda: ideas.reorder([one], 1), "moved 'One' down"),
        (lambda: ideas.move([one, two], "making"), "moved 2 ideas to Making"),
        (lambda: ideas.place(two, "making", 0), "moved 'two'"),
        (lambda: ideas.place(three, "making", 1), "moved 'three'"),
        (lambda: ideas.archive([three], "parked", "later"), "archived 'three' as parked"),
        (lambda: ideas.restore([three]), "brought back 'three'"),
        (lambda: ideas.take([candidate], "summary"), "took 'paper' as summary"),
        (lambda: ideas.skip([other]), "skipped 'other paper'"),
        (lambda: ideas.delete([two]), "deleted 'two'"),
        (lambda: ideas.move([one], "making"), ""),
        (lambda: ideas.restore([one]), ""),
    ]
    for outcome, said in steps:
        assert outcome().said == said
        on_disk()
    assert (titles(service), titles(service, "making")) == (["paper"], ["three", "One"])
    assert titles(service, ARCHIVED) == ["other paper"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda ideas, one: ideas.add([NewIdea(title="good"), NewIdea(title="")]),
        lambda ideas, one: ideas.edit([one], Edit(kind="novel")),
        lambda ideas, one: ideas.move([one], "done"),
        lambda ideas, one: ideas.archive([one], "bored"),
        lambda ideas, one: ideas.skip([one]),
        lambda ideas, one: ideas.take([one], "post"),
        lambda ideas, one: ideas.delete([one, "zzzzzzzz"]),
        lambda ideas, one: ideas.find("zzz"),
        lambda ideas, one: ideas.query("kind:novel"),
    ],
)
def test_a_refusal_changes_nothing(path: Path, service: Service, wrong: Any) -> None:
    (id,) = ids_of(added(service, "one"))
    before = path.read_bytes()
    with pytest.raises((InvalidInput, NotFound)):
        wrong(service.ideas, id)
    assert path.read_bytes() == before
    assert titles(service) == ["one"]


def test_a_full_column_is_told_by_what_fills_it_only(service: Service) -> None:
    ids = ids_of(added(service, "a", "b", "c"))
    assert service.ideas.move(ids[:2], "making").warning == ""
    assert service.ideas.move(ids[2:], "making").warning == "Making now holds 3, its limit is 2"
    assert service.ideas.edit(ids, Edit(add_tags=("x",))).warning == ""
    assert service.ideas.reorder(ids[:1], 1).warning == ""
    assert "4" in service.ideas.add([NewIdea(title="d", stage="making")]).warning


def test_an_empty_board_fills_up_with_a_warning(service: Service) -> None:
    assert "3" in service.ideas.add([NewIdea(title=title, stage="making") for title in "abc"]).warning


def test_queries_and_similar_titles(service: Service) -> None:
    added(service, "Reproduce LoRA on one GPU", "Something else")
    query = service.ideas.query("lora")
    assert [idea.title for idea in query.select(service.board, service.ideas.context())] == [
        "Reproduce LoRA on one GPU"
    ]
    assert [idea.title for idea in service.ideas.similar_titles("LoRA on one GPU")] == ["Reproduce LoRA on one GPU"]
    assert service.ideas.find_all([idea.id[:6] for idea in service.board]) == [idea.id for idea in service.board]


def test_adding_at_the_last_stage_is_sharing(service: Service) -> None:
    (idea,) = added(service, "old work", stage="shared")
    assert idea.share
    assert idea.share.date == "2026-11-24"
    assert idea.share.uid.startswith("urn:uuid:")


class TestTwoOnOneFile:
    def test_they_see_each_other(self, path: Path, service: Service) -> None:
        other = a_service(path)
        (idea,) = added(service, "one")
        poll = other.poll()
        assert (poll.changed, poll.ids, titles(other)) == (True, frozenset({idea.id}), ["one"])
        assert other.poll() == Poll()
        other.ideas.edit([idea.id], Edit(add_tags=("x",)))
        service.ideas.edit([idea.id], Edit(title="uno"))
        other.poll()
        assert plain(other) == plain(service)
        assert (service.board.find(idea.id).title, service.board.find(idea.id).tags) == ("uno", ("x",))

    def test_a_change_runs_on_the_newest_board(self, path: Path, service: Service) -> None:
        other = a_service(path)
        (idea,) = added(service, "one")
        assert other.ideas.move([idea.id], "making").said == "moved 'one' to Making"
        service.ideas.delete([idea.id])
        with pytest.raises(NotFound, match="is gone"):
            other.ideas.move([idea.id], "review")
        assert titles(other, "making") == []

    def test_order_does_not_depend_on_who_added(self, path: Path, service: Service) -> None:
        other = a_service(path)
        for number in range(6):
            added((service, other)[number % 2], str(number))
        service.poll()
        assert titles(service) == titles(other) == list("012345")


class TestHistory:
    def test_undo_and_redo_say_what_it_was(self, path: Path, service: Service) -> None:
        one, two = ids_of(added(service, "one", "two"))
        service.ideas.move([one], "making")
        service.ideas.archive([one, two], "parked")
        service.ideas.delete([one])
        service.ideas.restore([two])
        service.sharing.share(two, Sharing(summary="x"))
        states = []
        for said in [
            "took back: shared 'two'",
            "took back: brought back 'two'",
            "took back: deleted 'one'",
            "took back: archived 2 ideas",
            "took back: moved 'one' to Making",
            "took back: added 2 ideas",
        ]:
            states.append(plain(service))
            assert service.history.undo().said == said
            assert plain(a_service(path)) == plain(service)
        assert len(service.board) == 0
        with pytest.raises(InvalidInput, match="nothing to undo"):
            service.history.undo()
        for state in reversed(states):
            assert service.history.redo().said.startswith("did again: ")
            assert plain(service) == state
        with pytest.raises(InvalidInput, match="nothing to redo"):
            service.history.redo()

    def test_the_log_has_the_words_that_undo_and_redo_had(self, service: Service) -> None:
        (one,) = ids_of(added(service, "one"))
        service.ideas.move([one], "making")
        said = [service.history.undo().said, service.history.redo().said]
        assert said == ["took back: moved 'one' to Making", "did again: moved 'one' to Making"]
        for log in (service.history.log(), service.history.log(one)):
            assert [entry.said for entry in log[:2]] == said[::-1]

    def test_a_new_change_leaves_nothing_to_redo(self, service: Service) -> None:
        added(service, "one")
        service.history.undo()
        added(service, "two")
        with pytest.raises(InvalidInput):
            service.history.redo()

    def test_undo_from_another_process(self, path: Path, service: Service) -> None:
        added(service, "one")
        outcome = a_service(path).history.undo()
        assert outcome.said == "took back: added 'one'"
        assert service.poll().changed
        assert len(service.board) == 0

    def test_the_log_has_old_and_new_values(self, service: Service) -> None:
        (one, two) = ids_of(added(service, "one", "two"))
        service.ideas.edit([one], Edit(title="uno", notes="x"))
        service.history.undo()
        undo, edit, add = service.history.log()
        assert [entry.label for entry in (undo, edit, add)] == ["undo", "edit", "add"]
        assert edit.undone
        assert not add.undone
        values = {change.field: (change.old, change.new) for change in edit.changes}
        assert values["title"] == ("one", "uno")
        assert values["notes"] == (None, "x")
        assert {change.id for change in add.changes} == {one, two}
        assert [entry.label for entry in service.history.log(two)] == ["add"]
        assert len(service.history.log(limit=1)) == 1

    def test_undo_is_refused_where_a_merge_wrote_later(self, tmp_path: Path) -> None:
        ours, theirs = tmp_path / "ours.jsonl", tmp_path / "theirs.jsonl"
        service = a_service(ours)
        (id,) = ids_of(added(service, "one"))
        service.close()
        theirs.write_bytes(ours.read_bytes())
        service = a_service(ours)
        service.ideas.edit([id], Edit(title="ours"))
        service.close()
        other = a_service(theirs)
        other.clock.now = other.clock.now.replace(hour=13)  # type: ignore[attr-defined]  # it is a HandClock
        other.ideas.edit([id], Edit(title="theirs"))
        other.close()
        lines = dict.fromkeys(
            [*ours.read_bytes().splitlines(keepends=True), *theirs.read_bytes().splitlines(keepends=True)]
        )
        ours.write_bytes(b"".join(lines))
        service = a_service(ours)
        assert service.board.find(id).title == "theirs"
        assert service.history.undo().said == "took back: changed 'theirs'"
        ours_again = a_service(ours)
        assert ours_again.board.find(id).title in ("one", "ours")
