"""A board that others change meanwhile, that cannot be saved, or that is damaged."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ui.board_pilot import (
    MakeService,
    RunBoard,
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
from ideaboard.errors import BoardFileError
from ideaboard.ui.dialogs.dialog import Confirm

MANY = [f"idea {number:02d}" for number in range(30)]


async def test_changes_of_others_appear_and_the_cursor_and_scroll_stay(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service({"idea": MANY})
    async with run_board(service) as pilot:
        await pilot.press("G")
        screen = screen_of(pilot)
        top = screen.view.column.place()[1]
        other = make_service()
        first = other.board.column("idea")[0]
        other.ideas.delete([first.id])
        other.ideas.add([NewIdea(title="from outside", stage="outline")])
        await wait_until(pilot, lambda: "from outside" in text_of(pilot))
        assert screen.current
        assert screen.current.title == "idea 29"
        assert screen.view.column.place()[1] == top


async def test_a_card_that_vanished_under_the_cursor_is_said_to_be_gone(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service({"idea": ["here [/b]", "there"]})
    async with run_board(service) as pilot:
        other = make_service()
        other.ideas.delete([other.board.column("idea")[0].id])
        await wait_until(pilot, lambda: any("'here [/b]' is gone" in one for one in said(pilot)))
        assert screen_of(pilot).current is not None
        assert "there" in text_of(pilot)


async def test_acting_on_a_card_that_just_vanished_is_refused_in_words(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["here", "there"]})
    async with run_board(service) as pilot:
        other = make_service()
        other.ideas.delete([other.board.column("idea")[0].id])
        # The look at the file may come before the key or after it: either way the other card stays.
        await pilot.press("L")
        await saved(pilot)
        await wait_until(pilot, lambda: any("is gone" in one for one in said(pilot)))
        assert [(idea.title, idea.stage) for idea in on_disk(board_path)] == [("there", "idea")]


async def test_a_failing_save_stays_visible_until_one_succeeds_and_nothing_is_lost(
    make_service: MakeService, run_board: RunBoard, board_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make_service({"idea": ["A"]})
    async with run_board(service) as pilot:
        screen = screen_of(pilot)
        commit = service._session.commit

        def full(*args: object, **options: object) -> object:
            raise BoardFileError("the disk is full", "make room")

        monkeypatch.setattr(service._session, "commit", full)
        await pilot.press("a")
        await type_text(pilot, "B")
        await pilot.press("enter", "L")
        await wait_until(pilot, lambda: "not saved: the disk is full · make room" in lines_of(pilot)[1])
        assert [idea.title for idea in screen.board.column("outline")] == ["B"]
        assert [idea.title for idea in on_disk(board_path)] == ["A"]
        await pilot.press("q")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        assert "2 changes are not saved" in text_of(pilot)
        await pilot.press("n")
        await pilot.pause()
        monkeypatch.setattr(service._session, "commit", commit)
        await saved(pilot)
        await wait_until(pilot, lambda: "not saved" not in text_of(pilot))
        assert {idea.title: idea.stage for idea in on_disk(board_path)} == {"A": "idea", "B": "outline"}


async def test_a_damaged_board_opens_says_so_and_refuses_changes(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    make_service({"idea": ["A", "B"]})
    whole = board_path.read_bytes()
    lines = whole.splitlines(keepends=True)
    board_path.write_bytes(b"".join([*lines[:1], b"rubbish\n", *lines[1:]]))
    before = board_path.read_bytes()
    async with run_board(make_service()) as pilot:
        assert said(pilot) == []
        assert "read-only: damaged in line 2 · ideaboard check --repair" in lines_of(pilot)[1]
        assert "A" in text_of(pilot)
        await pilot.press("L")
        assert any("is damaged in line 2" in one for one in said(pilot))
        assert pilot.app.is_running
    assert board_path.read_bytes() == before


async def test_a_board_file_that_is_taken_away_is_told_and_the_cards_stay(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service({"idea": ["A"]})) as pilot:
        board_path.rename(board_path.with_suffix(".away"))
        await wait_until(pilot, lambda: "not read" in lines_of(pilot)[1])
        assert "A" in text_of(pilot)
        board_path.with_suffix(".away").rename(board_path)
        await wait_until(pilot, lambda: "not read" not in text_of(pilot))


async def test_a_problem_of_the_config_stands_on_one_line(make_service: MakeService, run_board: RunBoard) -> None:
    Path(os.environ["IDEABOARD_CONFIG"]).parent.mkdir(parents=True, exist_ok=True)
    Path(os.environ["IDEABOARD_CONFIG"]).write_text('colour = "[/b]"\n', encoding="utf-8")
    async with run_board(make_service({"idea": ["A"]})) as pilot:
        screen_of(pilot).poll()
        await pilot.pause()
        assert len([line for line in lines_of(pilot) if "colour" in line]) == 1
        assert "! shows all" in lines_of(pilot)[1]
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert lines_of(pilot)[1].startswith(" config.toml:1: 'colour': "), "the folder does not hide what is wrong"


async def test_ages_go_on_at_midnight(make_service: MakeService, run_board: RunBoard) -> None:
    from datetime import timedelta

    service = make_service({"idea": ["A"]})
    async with run_board(service) as pilot:
        now = service._session.clock()
        service._session.clock = lambda: now + timedelta(days=3)
        await wait_until(pilot, lambda: " 3d" in text_of(pilot))


async def test_what_goes_to_a_hidden_column_is_not_lost_without_a_word(
    make_service: MakeService, run_board: RunBoard
) -> None:
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        '[stages]\norder = ["idea", "later", "shared"]\n[stages.later]\nhidden = true\n', encoding="utf-8"
    )
    async with run_board(make_service({"idea": ["A"]})) as pilot:
        await pilot.press("L")
        await pilot.pause()
        assert said(pilot)[-1] == "Moved to Later, which is hidden; u takes it back"
        assert "Nothing in these columns; 1 idea in what is hidden: Later." in text_of(pilot)
        await pilot.press("u")
        await pilot.pause()
        assert "▌A" in text_of(pilot)
