from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from service.service_boards import ShakyFile, a_service, added, ids_of, shaky_file

from ideaboard.core.changes import Change, Edit, NewIdea
from ideaboard.errors import BoardFileError, InvalidInput, NotFound
from ideaboard.service import Service
from ideaboard.service import session as saving
from ideaboard.service.session import Saving

PATIENCE = 20
"""Seconds after which something that must happen has not happened."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "board.jsonl"


@pytest.fixture
def events() -> threading.Semaphore:
    return threading.Semaphore(0)


@pytest.fixture
def service(path: Path, events: threading.Semaphore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(saving, "RETRY_SECONDS", 0.001)
    service = a_service(path, shaky=True)
    service.start_saving(events.release)
    yield service
    file = shaky_file(service)
    file.failures = 0
    file.let_through.set()
    service.stop_saving(PATIENCE)


@pytest.fixture
def file(service: Service) -> ShakyFile:
    return shaky_file(service)


def flush(service: Service) -> bool:
    assert service._session.queue
    return service._session.queue.flush(PATIENCE)


def titles(service: Service, stage: str = "idea") -> list[str]:
    return [idea.title for idea in service.board.column(stage)]


def test_a_change_is_shown_at_once_and_saved_in_order(path: Path, service: Service, file: ShakyFile) -> None:
    file.let_through.clear()
    (one,) = ids_of(added(service, "one"))
    service.ideas.edit([one], Edit(title="uno"))
    service.ideas.move([one], "next")
    assert titles(service, "outline") == ["uno"]
    assert service.saving.pending == 3
    assert not path.exists()
    file.let_through.set()
    assert flush(service)
    assert service.saving == Saving(0, None)
    assert [entry.label for entry in a_service(path).history.log()] == ["move", "edit", "add"]
    assert titles(a_service(path), "outline") == ["uno"]


def test_polling_while_a_save_is_under_way_does_not_wait_and_does_nothing_twice(
    service: Service, file: ShakyFile
) -> None:
    (one, two) = ids_of(added(service, "one", "two"))
    assert flush(service)
    file.waiting.clear()
    file.let_through.clear()
    service.ideas.move([one], "next")
    service.ideas.tick(two, "runs")
    (response,) = service.sharing.respond(two, "question", "Why?").ideas[0].responses
    assert file.waiting.wait(PATIENCE)
    for _ in range(3):
        assert service.poll().refused == ()
        assert titles(service, "outline") == ["one"]
        assert service.board.find(two).ticks == ("runs",)
        assert service.board.find(two).responses == (response,)
        assert not file.let_through.is_set()
    file.let_through.set()
    assert flush(service)
    service.poll()
    assert titles(service, "outline") == ["one"]
    assert service.board.find(two).responses == (response,)


def test_a_change_that_is_on_disk_but_still_pending_is_not_done_twice(service: Service, file: ShakyFile) -> None:
    (one,) = ids_of(added(service, "one"))
    assert flush(service)
    session = service._session
    commit = session.commit
    saved, go_on = threading.Event(), threading.Event()

    def slow_commit(*args: object) -> object:
        result = commit(*args)  # type: ignore[arg-type]  # handed on as they came
        saved.set()
        assert go_on.wait(PATIENCE)
        return result

    session.commit = slow_commit  # type: ignore[method-assign,assignment]  # to stop between saving and noting it
    service.ideas.move([one], "next")
    assert saved.wait(PATIENCE)
    service.poll()
    assert service.saving.pending == 1
    assert [idea.stage for idea in service.board] == ["outline"]
    go_on.set()
    assert flush(service)
    service.poll()
    assert [idea.stage for idea in service.board] == ["outline"]


def test_a_failing_file_keeps_the_change_says_so_and_is_tried_again(
    path: Path, service: Service, file: ShakyFile, events: threading.Semaphore
) -> None:
    file.failures = 10**9
    added(service, "one")
    added(service, "two")
    for _ in range(3):
        assert events.acquire(timeout=PATIENCE)
    state = service.saving
    assert state.pending == 2
    assert isinstance(state.problem, BoardFileError)
    assert str(state.problem) == "the disk is full"
    assert service.poll().refused == ()
    assert titles(service) == ["one", "two"]
    file.failures = 0
    assert flush(service)
    assert service.saving == Saving(0, None)
    assert file.tries > 4
    assert titles(a_service(path)) == ["one", "two"]


def test_a_refused_change_is_never_shown(service: Service) -> None:
    with pytest.raises(InvalidInput):
        service.ideas.add([NewIdea(title="")])
    assert service.saving.pending == 0
    assert len(service.board) == 0


def test_a_change_to_an_idea_that_vanished_is_dropped_with_the_reason(
    path: Path, service: Service, file: ShakyFile
) -> None:
    one, two = ids_of(added(service, "one", "two"))
    assert flush(service)
    file.let_through.clear()
    file.waiting.clear()
    service.ideas.move([one], "making")
    service.ideas.move([two], "making")
    assert file.waiting.wait(PATIENCE)
    a_service(path).ideas.delete([one])
    file.let_through.set()
    assert flush(service)
    poll = service.poll()
    assert [type(error) for error in poll.refused] == [NotFound]
    assert "is gone" in poll.refused[0].message
    assert poll.changed
    assert titles(service, "making") == titles(a_service(path), "making") == ["two"]
    assert service.poll().refused == ()


def test_toggles_mean_what_was_wanted_when_somebody_else_was_first(
    path: Path, service: Service, file: ShakyFile
) -> None:
    (one,) = ids_of(added(service, "one"))
    service.sharing.respond(one, "question", "Why?")
    assert flush(service)
    (response,) = service.board.find(one).responses
    file.let_through.clear()
    file.waiting.clear()
    service.ideas.tick(one, "runs")
    service.sharing.answer(response.id)
    assert file.waiting.wait(PATIENCE)
    other = a_service(path)
    other.ideas.tick(one, "runs")
    other.sharing.answer(response.id)
    file.let_through.set()
    assert flush(service)
    service.poll()
    assert service.board.find(one).ticks == ("runs",)
    assert service.board.find(one).waiting == ()


def test_a_mistake_of_ours_drops_one_change_and_not_the_thread(service: Service) -> None:
    def broken(board: object) -> object:
        if threading.current_thread() is not threading.main_thread():
            raise ZeroDivisionError("oops")
        return service._session.shown and Change(service.board, tuple(service.board))

    added(service, "one")
    service._session.do("break", broken)  # type: ignore[arg-type]  # what it breaks is the point
    added(service, "two")
    assert flush(service)
    (refused,) = service.poll().refused
    assert "break" in refused.message
    assert titles(service) == ["one", "two"]


def test_others_changes_are_seen_under_the_pending_ones(path: Path, service: Service, file: ShakyFile) -> None:
    (one,) = ids_of(added(service, "one"))
    assert flush(service)
    file.failures = 10**9
    service.ideas.edit([one], Edit(add_tags=("mine",)))
    a_service(path).ideas.edit([one], Edit(title="uno"))
    while service.board.find(one).title != "uno":
        service.poll()
    assert service.board.find(one).tags == ("mine",)


def test_undo_waits_for_what_is_pending(service: Service, file: ShakyFile) -> None:
    added(service, "one")
    added(service, "two")
    assert service.history.undo().said == "took back: added 'two'"
    assert titles(service) == ["one"]


def test_undo_is_refused_while_the_file_fails(
    service: Service, file: ShakyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ideaboard.service import history

    monkeypatch.setattr(history, "FLUSH_SECONDS", 0.01)
    file.failures = 10**9
    added(service, "one")
    with pytest.raises(BoardFileError, match="not all changes are saved yet"):
        service.history.undo()
    assert titles(service) == ["one"]


class TestClosing:
    def test_what_is_saved_is_not_reported(self, path: Path, service: Service) -> None:
        added(service, "one")
        assert service.stop_saving(PATIENCE) == []
        assert titles(a_service(path)) == ["one"]

    def test_what_is_not_saved_is_named(self, path: Path, service: Service, file: ShakyFile) -> None:
        file.failures = 10**9
        (one,) = ids_of(added(service, "one"))
        service.ideas.edit([one], Edit(title="uno"))
        assert service.stop_saving(0.01) == ["add", "edit"]
        assert not path.exists()

    def test_closing_tries_once_more_at_once(
        self,
        path: Path,
        file: ShakyFile,
        service: Service,
        monkeypatch: pytest.MonkeyPatch,
        events: threading.Semaphore,
    ) -> None:
        monkeypatch.setattr(saving, "RETRY_SECONDS", 10**6)
        file.failures = 1
        added(service, "one")
        assert events.acquire(timeout=PATIENCE)
        assert service.stop_saving(PATIENCE) == []
        assert titles(a_service(path)) == ["one"]

    def test_afterwards_changes_are_saved_directly(self, path: Path, service: Service) -> None:
        service.stop_saving(PATIENCE)
        added(service, "one")
        assert titles(a_service(path)) == ["one"]


def test_nothing_is_caught_up_with_before_it_is_shown(path: Path, service: Service) -> None:
    added(service, "one")
    assert flush(service)
    service.poll()
    assert service.catch_up()
    added(a_service(path), "two")
    assert not service.catch_up(), "it is read, but not on the board"
    service.poll()
    assert titles(service) == ["one", "two"]
    assert service.catch_up()
