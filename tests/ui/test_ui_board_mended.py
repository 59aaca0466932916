"""What newcomers and breakers stumbled over on the board: sharing, a failing editor, signals, columns, long pastes."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from terminal import Terminal
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static
from ui.board_pilot import MakeService, RunBoard, lines_of, on_disk, said, screen_of, wait_until

from ideaboard.bootstrap import open_service
from ideaboard.core.changes import NewIdea, Sharing
from ideaboard.ui.board.screen import BoardScreen
from ideaboard.ui.dialogs.share import ChannelsScreen


def on_top(pilot: Pilot[None]) -> object:
    return pilot.app.screen


async def test_a_first_share_goes_on_to_the_channels(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service({"review": ["A"]})) as pilot:
        await pilot.press("4", "S")
        await pilot.pause()
        await pilot.press(*"https", "colon", "slash", "slash", *"x", "full_stop", *"org", "enter")
        await pilot.press(*"done", "enter")
        await wait_until(pilot, lambda: isinstance(on_top(pilot), ChannelsScreen))
        await pilot.press("escape")
        assert isinstance(on_top(pilot), BoardScreen)
        (idea,) = on_disk(board_path)
        assert idea.share
        assert (idea.share.url, idea.share.summary) == ("https://x.org", "done")


async def test_the_texts_of_what_was_shared_are_there_again(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"review": ["A"]})
    (idea,) = service.board.ideas.values()
    service.sharing.share(idea.id, Sharing(url="https://x.org", summary="done"))
    before = board_path.read_bytes()
    async with run_board(service) as pilot:
        await pilot.press("5", "S", "ctrl+t")
        await wait_until(pilot, lambda: isinstance(on_top(pilot), ChannelsScreen))
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(on_top(pilot), BoardScreen))
        assert board_path.read_bytes() == before, "looking changes nothing"
        await pilot.press("S")
        await wait_until(pilot, lambda: not isinstance(on_top(pilot), BoardScreen))
        await pilot.press(*"v2", "ctrl+t")
        await wait_until(pilot, lambda: isinstance(on_top(pilot), ChannelsScreen))
        await wait_until(pilot, lambda: "done.\nv2" in str(pilot.app.screen.query_one("#text", Static).content))
        (idea,) = on_disk(board_path)
        assert idea.share
        assert idea.share.result == "v2"


async def test_collapsed_columns_open_again_with_one_key(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["A"], "outline": ["B"]})) as pilot:
        await pilot.press("z", "z")
        assert screen_of(pilot).view.collapsed
        await pilot.press("Z")
        assert not screen_of(pilot).view.collapsed


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal is needed")
def test_an_editor_that_fails_gives_the_board_back() -> None:
    service = open_service()
    service.ideas.add([NewIdea(title="still here")])
    service.close()
    for editor in ("false", "no-such-editor"):
        with Terminal(environment={"EDITOR": editor, "VISUAL": ""}) as terminal:
            terminal.wait_for("still here")
            terminal.press("E")
            terminal.wait_for(f"'{editor}'")
            terminal.press("q")
            assert terminal.wait_for_exit() == 0


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal is needed")
def test_a_board_that_is_told_to_end_saves_and_gives_the_terminal_back() -> None:
    with Terminal() as terminal:
        terminal.wait_for("Idea")
        terminal.press("atyped just now\r")
        terminal.wait_for("typed just now")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_exit() == 128 + signal.SIGTERM
        assert terminal.left_the_full_screen()
    service = open_service()
    assert [idea.title for idea in service.board] == ["typed just now"]
    service.close()


async def test_a_full_line_takes_no_more_and_does_nothing_for_it(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": ["A"]})) as pilot:
        await pilot.press("a")
        screen = screen_of(pilot)
        assert screen.state.prompt
        pilot.app.post_message(events.Paste("x" * 3000))
        await pilot.pause()
        shown = screen.view.ghost
        await pilot.press("y")
        assert screen.state.prompt.editor.text == "x" * 2000
        assert screen.view.ghost is shown


async def test_what_was_archived_is_acted_on_no_more(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["A", "B", "C"]})) as pilot:
        await pilot.press("space", "j", "space", "d", "d", "L")
        await pilot.pause()
        screen = screen_of(pilot)
        assert "marked" not in "".join(lines_of(pilot))
        assert [idea.title for idea in screen.board.column("outline")] == ["B"]


async def test_what_is_said_takes_the_place_of_what_was_said(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["A"]})) as pilot:
        await pilot.press("d", "d", "u", "U", "u")
        await pilot.pause()
        (note,) = said(pilot)
        assert note.startswith("Took back")
