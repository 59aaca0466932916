"""The inbox folder and `sync` on an open board: beside it, with what came on the screen and in the message."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from service.two_clones import needs_git, two_clones
from ui.board_pilot import said, screen_of, wait_until

from ideaboard.bootstrap import open_service
from ideaboard.ui.app import IdeaboardApp

if TYPE_CHECKING:
    from textual.pilot import Pilot


def told(pilot: Pilot[None]) -> str:
    return "\n".join(said(pilot))


def put(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    os.utime(folder / name, (1_700_000_000, 1_700_000_000))


async def test_what_lies_in_the_inbox_is_there_when_the_board_opens(own_home: Path) -> None:
    box = own_home / "box"
    (own_home / "config.toml").write_text('[inbox]\nfolder = "box"\n')
    put(box, "a.txt", "From the phone")
    put(box, "b.md", "# Another\nwith notes")
    app = IdeaboardApp(open_service())
    async with app.run_test(size=(120, 30)) as pilot:
        await wait_until(pilot, lambda: "2 ideas came from the inbox folder" in told(pilot))
        board = screen_of(pilot)
        assert {idea.title for idea in board.board} == {"From the phone", "Another"}
        assert sorted(path.name for path in (box / "done").glob("*.*") if path.suffix) == ["a.txt", "b.md"]
        await pilot.press("u")
        await wait_until(pilot, lambda: "the files lie in 'done' in the inbox folder" in told(pilot))
        assert len(board.board) == 0
        put(box, "c.txt", "Later")
        put(box, "d.png", "no text")
        await board.run_action("board_inbox")
        await wait_until(
            pilot,
            lambda: (
                "1 idea came from the inbox folder; 'd.png' in the inbox folder cannot be read: it is" in told(pilot)
            ),
        )
        assert "Import, in the palette, reads boards" in told(pilot)
        await board.run_action("board_inbox")
        (box / "d.png").unlink()
        await board.run_action("board_inbox")
        await wait_until(pilot, lambda: "There is nothing new in the inbox folder" in told(pilot))


async def test_a_file_that_cannot_be_read_is_said_once_until_it_changes_or_somebody_asks(own_home: Path) -> None:
    box = own_home / "box"
    (own_home / "config.toml").write_text('[inbox]\nfolder = "box"\n')
    put(box, "pic.png", "no text")
    for came, failed in (("1", ["pic"]), ("2", []), ("3", ["pic"]), ("4", ["other"]), ("5", [])):
        put(box, f"{came}.txt", f"Note {came}")
        if came == "3":
            put(box, "pic.png", "another picture")
        if came == "4":
            put(box, "other.png", "no text")
        app = IdeaboardApp(open_service())
        async with app.run_test(size=(120, 30)) as pilot:
            await wait_until(pilot, lambda: "1 idea came from the inbox folder" in told(pilot))
            assert [name for name in ("pic", "other") if f"'{name}.png'" in told(pilot)] == failed, came
    app = IdeaboardApp(open_service())
    async with app.run_test(size=(120, 30)) as pilot:
        await screen_of(pilot).run_action("board_inbox")
        await wait_until(pilot, lambda: "'other.png', 'pic.png' in the inbox folder cannot be read" in told(pilot))


async def test_a_folder_that_is_missing_is_said_and_stops_nothing(own_home: Path) -> None:
    (own_home / "config.toml").write_text('[inbox]\nfolder = "nowhere"\n')
    app = IdeaboardApp(open_service())
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: "There is no folder" in told(pilot))
        assert screen_of(pilot).is_active


@needs_git
async def test_a_sync_from_the_board_shows_what_came_and_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two_clones(tmp_path)
    other.add("By Grace")
    other.sync()
    app = IdeaboardApp(open_service(board=str(one.board)))
    async with app.run_test(size=(120, 30)) as pilot:
        board = screen_of(pilot)
        await pilot.press("a", *"Mine", "enter", "escape")
        await board.run_action("board_sync")
        await wait_until(pilot, lambda: "1 came, by Grace: added 'By Grace'; 1 went: added 'Mine'" in told(pilot))
        await wait_until(pilot, lambda: {idea.title for idea in board.board} == {"The first", "By Grace", "Mine"})
        (card,) = (id for id, idea in board.board.ideas.items() if idea.title == "By Grace")
        other.run("delete", card, "--yes")
        other.sync()
        one.run("edit", card, "--notes", "more")
        await board.run_action("board_sync")
        await wait_until(pilot, lambda: "it is gone; the log (Ctrl+l) brings it back" in told(pilot))
        (tmp_path / "remote.git").rename(tmp_path / "away")
        await board.run_action("board_sync")
        await wait_until(pilot, lambda: "'origin' cannot be reached" in told(pilot))
    other.titles()
