"""Undo and redo of what was done in one place: what others did before, between and after stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ideaboard.bootstrap import open_service
from ideaboard.core.changes import NewIdea
from ideaboard.errors import InvalidInput, Refused
from ideaboard.service import Service


@pytest.fixture
def open_board(tmp_path: Path) -> Iterator[Callable[[], Service]]:
    opened: list[Service] = []

    def make() -> Service:
        opened.append(open_service(board=str(tmp_path / "board.jsonl")))
        return opened[-1]

    yield make
    for service in opened:
        service.stop_saving(5)
        service.close()


def titles(service: Service) -> set[str]:
    service.poll()
    return {idea.title for idea in service.board}


@pytest.mark.parametrize("queued", [False, True])
def test_only_what_was_done_here_is_taken_back_whoever_acted_since(
    open_board: Callable[[], Service], queued: bool
) -> None:
    mine, theirs = open_board(), open_board()
    if queued:
        mine.start_saving(lambda: None)
    mine.ideas.add([NewIdea(title="before")])
    own = mine.history.own()
    with pytest.raises(InvalidInput, match="nothing was done here"):
        own.undo()
    own.do(lambda: mine.ideas.add([NewIdea(title="here")]))
    mine.hurry()
    theirs.poll()
    theirs.ideas.add([NewIdea(title="elsewhere")])
    assert own.undo().said == "took back: added 'here'"
    assert titles(mine) == {"before", "elsewhere"}
    assert own.redo().said == "did again: added 'here'"
    assert titles(mine) == {"before", "elsewhere", "here"}
    with pytest.raises(InvalidInput, match="done again"):
        own.redo()
    own.undo()
    with pytest.raises(InvalidInput, match="nothing was done here"):
        own.undo()
    assert titles(mine) == {"before", "elsewhere"}


def test_what_somebody_changed_or_took_back_since_is_refused_and_stays(open_board: Callable[[], Service]) -> None:
    mine, theirs = open_board(), open_board()
    (idea,) = mine.ideas.add([NewIdea(title="shared")]).ideas
    own = mine.history.own()
    own.do(lambda: mine.ideas.move([idea.id], "making"))
    theirs.poll()
    theirs.ideas.move([idea.id], "review")
    with pytest.raises(Refused):
        own.undo()
    mine.poll()
    assert mine.board.ideas[idea.id].stage == "review"
    own.do(lambda: mine.ideas.move([idea.id], "outline"))
    theirs.poll()
    theirs.history.undo()
    with pytest.raises(InvalidInput):
        own.undo()
    mine.poll()
    assert mine.board.ideas[idea.id].stage == "review"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(["here", "there", "undo", "redo"]), max_size=14))
def test_any_row_of_turns_leaves_what_was_done_elsewhere(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    path = tmp_path_factory.mktemp("own") / "board.jsonl"
    service = open_service(board=str(path))
    own = service.history.own()
    done: list[str] = []
    back: list[str] = []
    elsewhere: set[str] = set()
    for number, step in enumerate(steps):
        title = f"{step} {number}"
        if step == "here":
            own.do(lambda title=title: service.ideas.add([NewIdea(title=title)]))  # type: ignore[misc]  # mypy cannot infer the default
            done.append(title)
            back.clear()
        elif step == "there":
            service.ideas.add([NewIdea(title=title)])
            elsewhere.add(title)
        else:
            source, target, turn = (done, back, own.undo) if step == "undo" else (back, done, own.redo)
            if source:
                turn()
                target.append(source.pop())
            else:
                with pytest.raises(InvalidInput):
                    turn()
        assert titles(service) == elsewhere | set(done)
    service.close()
