"""`sync` and what meets on a board: an open board, the same watch and paper on both sides, any changes in any order."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from service.service_boards import HandClock, a_service, added
from service.two_clones import Clone, needs_git, two_clones

from ideaboard.core.changes import Edit
from ideaboard.core.ideas import Paper
from ideaboard.errors import IdeaboardError
from ideaboard.service import Service
from ideaboard.service.sync import _to_the_end
from ideaboard.storage.copies import lines_of

pytestmark = needs_git

PAPER = Paper(arxiv_id="2106.09685", version="v1", title="LoRA", abstract="x", authors=("E. Hu",))


def test_an_open_board_shows_what_came_and_saves_what_it_has(tmp_path: Path) -> None:
    one, other = two_clones(tmp_path)
    opened = a_service(one.board)
    opened.start_saving(lambda: None)
    other.add("By Grace")
    other.sync()
    added(opened, "By Ada")
    one.sync()  # by another process
    opened.poll()
    assert {idea.title for idea in opened.board} == {"The first", "By Ada", "By Grace"}
    added(opened, "Later")
    other.add("More by Grace")
    other.sync()
    done = opened.sync.run()  # by the board itself, with a change that is just being saved
    assert (done.came.said, done.went.said) == (("added 'More by Grace'",), ("added 'Later'",))
    assert opened.poll().lost == 0
    assert {idea.title for idea in opened.board} == one.titles()
    added(opened, "Last")
    assert opened.stop_saving(5) == []
    assert one.titles() >= {"Last", "More by Grace"}


def test_the_same_watch_and_the_same_paper_are_one_after_a_sync(tmp_path: Path) -> None:
    clones = two_clones(tmp_path)
    for clone in clones:
        service = a_service(clone.board)
        service.watches.add("LoRA", "low rank")
        service.arxiv.add_papers([PAPER])
        service.close()
    one, other = clones
    one.sync()
    other.sync()
    one.sync()
    for clone in clones:
        service = a_service(clone.board)
        assert [watch.name for watch in service.watches.all()] == ["LoRA"]
        assert [idea.title for idea in service.board if idea.paper] == ["LoRA"]
    assert one.board.read_bytes() == other.board.read_bytes()


def test_what_must_be_whole_is_done_to_its_end_whoever_cancels() -> None:
    done: list[bool] = []

    def work() -> None:
        signal.raise_signal(signal.SIGINT)
        done.append(True)

    with pytest.raises(KeyboardInterrupt):
        _to_the_end(work)
    assert done
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_must_be_whole_is_waited_for_when_the_program_ends(tmp_path: Path) -> None:
    script = """
import sys, threading
from ideaboard.service.sync import _to_the_end
begun = threading.Event()
def work():
    begun.set()
    threading.main_thread().join()
    open(sys.argv[1], "w").close()
threading.Thread(target=lambda: _to_the_end(work), daemon=True).start()
begun.wait()
"""
    subprocess.run([sys.executable, "-c", script, tmp_path / "done"], check=True, timeout=30)
    assert (tmp_path / "done").exists()


STEPS = ("add", "edit", "move", "archive", "delete", "undo", "paper", "sync", "sync")
moves = st.lists(st.tuples(st.integers(0, 1), st.integers(0, len(STEPS) - 1)), min_size=3, max_size=8)


def _step(service: Service, step: str, number: int) -> None:
    ids = list(service.board.ideas)
    id = ids[number % len(ids)] if ids else ""
    if step == "add" or not id:
        added(service, f"idea {number}")
    elif step == "edit":
        service.ideas.edit([id], Edit(title=f"title {number}", add_tags=(f"t{number}",)))
    elif step == "move":
        service.ideas.move([id], "making")
    elif step == "archive":
        service.ideas.archive([id])
    elif step == "delete":
        service.ideas.delete([id])
    elif step == "undo":
        service.history.undo()
    elif step == "paper":
        service.arxiv.add_papers([PAPER])


def _in_any_order(folder: Path, steps: Sequence[tuple[int, int]]) -> None:
    clones = two_clones(folder)
    written: dict[bytes, None] = {}
    clock = HandClock()

    def note(clone: Clone) -> None:
        written.update(dict.fromkeys(lines_of(clone.board.read_bytes(), "it")))

    for number, (side, step) in enumerate(steps):
        service = a_service(clones[side].board, clock=clock)
        if STEPS[step] == "sync":
            service.sync.run()
        else:
            with suppress(IdeaboardError):  # nothing to undo; an archived idea is not moved
                _step(service, STEPS[step], number)
        service.close()
        note(clones[side])
    for number in (0, 1, 0):
        a_service(clones[number].board, clock=clock).sync.run()
    for clone in clones:
        quiet = a_service(clone.board, clock=clock).sync.run()
        assert (quiet.came.changes, quiet.went.changes) == (0, 0)
    one, other = (a_service(clone.board, clock=clock).board for clone in clones)
    assert one.ideas == other.ideas
    assert clones[0].board.read_bytes() == clones[1].board.read_bytes()
    assert set(lines_of(clones[0].board.read_bytes(), "it")) == set(written)


@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@given(steps=moves)
def test_after_any_changes_both_boards_are_equal_and_nothing_is_lost(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]]
) -> None:
    _in_any_order(tmp_path_factory.mktemp("clones"), steps)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(steps=moves)
def test_after_very_many_changes_too(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]]) -> None:
    _in_any_order(tmp_path_factory.mktemp("clones"), steps)
