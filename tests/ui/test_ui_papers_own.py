"""On the screens of papers: undo of what was done there, marks that end with their action, and threads that fail."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from arxiv_loopback import LoopbackArxiv
from ui.board_pilot import (
    MakeService,
    RunBoard,
    inbox_of,
    lines_of,
    loopback,
    on_disk,
    said,
    saved,
    screen_of,
    search,
    search_of,
    text_of,
    wait_until,
)

from ideaboard.core.changes import NewIdea
from ideaboard.core.ideas import Paper
from ideaboard.papers.arxiv import gateway
from ideaboard.service.arxiv import Arxiv
from ideaboard.service.candidates import Candidates
from ideaboard.service.memory import Searches
from ideaboard.service.watches import Watches
from ideaboard.ui.beside import Beside
from ideaboard.ui.papers import candidates


def titles(path: Path) -> set[str]:
    return {idea.title for idea in on_disk(path) if not idea.archived}


async def test_undo_takes_back_only_what_was_done_on_the_search_screen(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["mine"]})
    async with run_board(service, size=(160, 30)) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        await pilot.press("u", "u")
        assert any("Nothing was done here" in one for one in said(pilot))
        assert titles(board_path) == {"mine"}
        await pilot.press("x", "enter", "1")
        await saved(pilot)
        make_service().ideas.add([NewIdea(title="theirs")])
        assert len(titles(board_path)) == 3
        await pilot.press("u")
        await wait_until(pilot, lambda: titles(board_path) == {"mine", "theirs"})
        assert len(on_disk(board_path)) == 2 or "skipped" in lines_of(pilot)[2]
        await pilot.press("u")
        await wait_until(pilot, lambda: "skipped" not in lines_of(pilot)[2])
        await pilot.press("u")
        assert titles(board_path) == {"mine", "theirs"}
        await pilot.press("U", "U")
        await wait_until(pilot, lambda: len(titles(board_path)) == 3)
        # A search that is kept as a watch is taken back like everything else.
        await pilot.press("W")
        await saved(pilot)
        assert [watch.name for watch in make_service().watches.all()] == ["testing"]
        await pilot.press("u")
        assert make_service().watches.all() == []


async def test_undo_takes_back_only_what_was_done_on_this_visit_to_the_inbox(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["mine"]})
    service.arxiv.add_papers([Paper(arxiv_id=f"2401.0000{n}", title=f"P{n}") for n in range(3)], stage="candidate")
    async with run_board(service, size=(160, 30)) as pilot:
        await pilot.press("c", "u")
        assert any("Nothing was done here" in one for one in said(pilot))
        assert len(titles(board_path)) == 4
        await pilot.press("x")
        await saved(pilot)
        make_service().ideas.add([NewIdea(title="theirs")])
        await pilot.press("u", "u", "u")
        await wait_until(pilot, lambda: len(titles(board_path)) == 5)
        await pilot.press("x", "q", "c", "u")
        await saved(pilot)
        assert len(titles(board_path)) == 4


async def test_marks_end_with_what_is_done_with_them_and_the_footer_says_what_they_are_for(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=(160, 30)) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        screen = search_of(pilot)
        assert "marked" not in lines_of(pilot)[-1]
        for done in (["enter", "1"], ["x"], ["y", "l"], ["s"], ["p"], ["escape"]):
            await pilot.press("j", "space", "space")
            assert "2 marked " in lines_of(pilot)[-1]
            assert "unmark" in lines_of(pilot)[-1]
            await pilot.press(*done)
            await pilot.pause()
            assert not screen.marks.papers, done
            assert "marked" not in text_of(pilot), done
        # What is not done leaves them as they are.
        await pilot.press("space", "space", "enter", "escape", "y", "escape")
        await pilot.pause()
        assert len(screen.marks.papers) == 2


def broken(*_arguments: Any, **_options: Any) -> Any:
    raise RuntimeError("No locks available")


@pytest.mark.parametrize(
    ("owner", "name"), [(gateway, "walk"), (Candidates, "like"), (Searches, "add"), (Arxiv, "prepare")]
)
async def test_a_thread_that_fails_ends_what_it_did_and_says_so(
    arxiv: LoopbackArxiv,
    make_service: MakeService,
    run_board: RunBoard,
    monkeypatch: pytest.MonkeyPatch,
    owner: Any,
    name: str,
) -> None:
    async with run_board(make_service(), size=(160, 30)) as pilot:
        if name == "prepare":
            monkeypatch.setattr(owner, name, broken)
        await pilot.press("s")
        if name == "like":
            await search(pilot, "agent")
        monkeypatch.setattr(owner, name, broken)
        if name == "like":
            await pilot.press("N")
            await wait_until(pilot, lambda: search_of(pilot).asker.problem is not None)
        elif name != "prepare":
            await search(pilot, "testing")
        await wait_until(pilot, lambda: "No locks available" in text_of(pilot) + " ".join(said(pilot)))
        assert "asking arXiv" not in text_of(pilot)
        assert "please report this" in text_of(pilot) + " ".join(said(pilot))
        monkeypatch.undo()
    with loopback(monkeypatch):
        async with run_board(make_service(), size=(160, 30)) as pilot:
            await pilot.press("s")
            await search(pilot, "testing")
            assert search_of(pilot).rows.keys


async def test_locks_that_a_disk_does_not_have_end_the_question_in_words(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_arguments: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    async with run_board(make_service(), size=(160, 30)) as pilot:
        await pilot.press("s")
        monkeypatch.setattr("fcntl.flock", no_locks)
        await search(pilot, "testing")
        asker = search_of(pilot).asker
        assert asker.found or asker.problem
        assert "asking arXiv" not in text_of(pilot)


@pytest.mark.parametrize(
    ("owner", "name", "do"),
    [
        (Candidates, "ranked", lambda screen: screen.rank()),
        (Watches, "looks", lambda screen: screen.action_again()),
    ],
)
async def test_a_thread_of_the_inbox_that_fails_ends_what_it_did_and_says_so(
    make_service: MakeService,
    run_board: RunBoard,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    name: str,
    do: Callable[[Any], None],
) -> None:
    service = make_service()
    service.arxiv.add_papers([Paper(arxiv_id=f"2401.0000{n}", title=f"P{n}") for n in range(3)], stage="candidate")
    async with run_board(service, size=(160, 30)) as pilot:
        await pilot.press("c")
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking)
        monkeypatch.setattr(owner, name, broken)
        do(inbox_of(pilot))
        await wait_until(pilot, lambda: "No locks available" in text_of(pilot) + " ".join(said(pilot)))
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking and not inbox_of(pilot).check.running)
        await wait_until(pilot, lambda: "working it out" not in text_of(pilot))
        assert "looking for" not in text_of(pilot)
        await pilot.press("x")
        assert len(inbox_of(pilot).rows.keys) == 2


async def test_an_order_that_is_there_before_its_thread_has_ended_is_not_worked_out_for_ever(
    make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = threading.Event()
    do = Beside._do

    def lingering(beside: Beside[Any], job: Callable[[], Any]) -> None:
        do(beside, job)
        taken.wait(20)

    monkeypatch.setattr(Beside, "_do", lingering)
    monkeypatch.setattr(candidates, "_COUNT_PAUSE", 60)  # what comes then shows the screen anew
    service = make_service()
    service.arxiv.add_papers([Paper(arxiv_id=f"2401.0000{n}", title=f"P{n}") for n in range(3)], stage="candidate")
    async with run_board(service, size=(160, 30)) as pilot:
        await pilot.press("c")
        await wait_until(pilot, lambda: inbox_of(pilot).ranked is not None)
        assert "working it out" in text_of(pilot)
        taken.set()
        await wait_until(pilot, lambda: "working it out" not in text_of(pilot))


async def test_a_search_becomes_a_watch_and_the_inbox_says_nothing_of_the_command_line(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    async with run_board(service, size=(160, 30)) as pilot:
        await pilot.press("s", "tab", "W")
        assert any("no search to watch" in one for one in said(pilot))
        await pilot.press("slash")
        await search(pilot, "testing")
        await pilot.press("W")
        await saved(pilot)
        assert any("Watching 'testing'" in one for one in said(pilot))
        await pilot.press("W")
        assert any("'testing' is watched already" in one for one in said(pilot))
        (watch,) = service.watches.all()
        assert (watch.name, watch.query) == ("testing", "testing")
        await pilot.press("q", "c")
        await wait_until(pilot, lambda: "testing 0" in lines_of(pilot)[1])
        assert "W keeps a search as a watch" in text_of(pilot)
        assert "arxiv watch" not in text_of(pilot)
        await pilot.press("q")
        assert pilot.app.screen is screen_of(pilot)
