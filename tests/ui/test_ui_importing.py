"""Bringing a file in: found by its path, looked at, sent to columns list by list, and taken back as one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from ui.board_pilot import (
    MakeService,
    RunBoard,
    messages_of,
    on_disk,
    saved,
    screen_of,
    text_of,
    type_text,
    wait_until,
)

from ideaboard.ui.screens.importing import ImportScreen

WIDE = (140, 30)
LISTS = {"Ideas": ["one", "two"], "Doing": ["three"], "Elsewhere": ["four", "five", "six"]}


@pytest.fixture
def trello(tmp_path: Path) -> Path:
    """A board of Trello with three lists."""
    lists = [{"id": f"l{n}", "name": name, "closed": False, "pos": n} for n, name in enumerate(LISTS)]
    cards = [
        {"id": f"c{title}", "name": title, "desc": "", "idList": f"l{n}", "closed": False, "pos": 1, "labels": []}
        for n, titles in enumerate(LISTS.values())
        for title in titles
    ]
    folder = tmp_path / "brought"
    folder.mkdir()
    path = folder / "trello board.json"
    path.write_text(json.dumps({"name": "My board", "lists": lists, "cards": cards, "checklists": []}), "utf-8")
    return path


def import_of(pilot: Pilot[None]) -> ImportScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ImportScreen)
    return screen


async def opened(pilot: Pilot[None]) -> ImportScreen:
    await screen_of(pilot).run_action("board_import_file")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, ImportScreen))
    return import_of(pilot)


async def read(pilot: Pilot[None], path: Path) -> ImportScreen:
    screen = await opened(pilot)
    pilot.app.post_message(events.Paste(str(path)))
    await pilot.pause()
    await pilot.press("enter")
    await planned(pilot)
    return screen


async def planned(pilot: Pilot[None]) -> None:
    screen = import_of(pilot)
    await wait_until(pilot, lambda: screen.planned and not screen._beside.busy and not screen.doing)


def stages(path: Path) -> dict[str, str]:
    return {idea.title: "archived" if idea.archived else idea.stage for idea in on_disk(path)}


def last_said(pilot: Pilot[None]) -> str:
    return messages_of(pilot).kept[-1].text


async def test_the_palette_leads_there(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("ctrl+p")
        await type_text(pilot, "import")
        await pilot.pause(0.3)
        await wait_until(pilot, lambda: "Bring in a file" in text_of(pilot))


async def test_a_path_is_completed_and_gone_through_by_what_lies_there(
    make_service: MakeService, run_board: RunBoard, trello: Path
) -> None:
    async with run_board(make_service(), size=(80, 24)) as pilot:
        screen = await opened(pilot)
        pilot.app.post_message(events.Paste(f"{trello.parent.parent}/"))
        await pilot.pause()
        await type_text(pilot, "bro")
        assert list(screen.rows.keys) == ["brought/"]
        await pilot.press("enter")
        assert list(screen.rows.keys) == ["trello board.json"]
        await type_text(pilot, "tr")
        await pilot.press("tab")
        assert screen._path == str(trello)
        await pilot.press("enter")
        await planned(pilot)
        assert "A Trello board" in text_of(pilot)
        await pilot.press("escape")
        assert screen.line is not None
        assert screen.line.text == str(trello), "Esc goes back to the path"


async def test_an_empty_folder_is_told_from_a_name_that_fits_nothing(
    make_service: MakeService, run_board: RunBoard, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    async with run_board(make_service(), size=(80, 24)) as pilot:
        await opened(pilot)
        pilot.app.post_message(events.Paste(f"{tmp_path}/empty/"))
        await wait_until(pilot, lambda: "No file lies here." in text_of(pilot))
        await type_text(pilot, "x")
        await wait_until(pilot, lambda: "No file or folder here begins so." in text_of(pilot))


async def test_lists_go_where_one_key_sends_them_and_all_is_one_step(
    make_service: MakeService, run_board: RunBoard, board_path: Path, trello: Path
) -> None:
    async with run_board(make_service({"idea": ["mine"]}), size=WIDE) as pilot:
        screen = await read(pilot, trello)
        assert [one.stage for one in screen._lists.values()][:2] == ["idea", "making"]
        assert "6 new ideas" in text_of(pilot)
        await pilot.press("4", "d", "m", "o")
        await planned(pilot)
        assert [one.stage for one in screen._lists.values()] == ["review", "archive", "outline"]
        await pilot.press("at", "3", "t")
        await type_text(pilot, "#Brought here")
        await pilot.press("enter")
        await planned(pilot)
        assert "#brought" in text_of(pilot)
        await pilot.press("enter")
        await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        await saved(pilot)
        where = {"one": "review", "two": "review", "three": "archived"} | dict.fromkeys(
            ("four", "five", "six"), "outline"
        )
        assert stages(board_path) == {"mine": "idea", **where}
        brought = [idea for idea in on_disk(board_path) if idea.title != "mine"]
        assert {idea.tags for idea in brought} == {("brought", "here")}
        assert len({idea.kind for idea in brought}) == 1
        assert last_said(pilot) == "Imported 6 ideas · u"
        await pilot.press("u")
        await saved(pilot)
        assert stages(board_path) == {"mine": "idea"}


async def test_enter_at_once_brings_it_in_as_it_was_just_sent(
    make_service: MakeService, run_board: RunBoard, board_path: Path, trello: Path
) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await read(pilot, trello)
        for key in ("4", "4", "4", "enter"):
            pilot.app.simulate_key(key)
        await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        await saved(pilot)
        assert set(stages(board_path).values()) == {"review"}


async def test_what_is_there_already_is_said_and_not_brought_twice(
    make_service: MakeService, run_board: RunBoard, board_path: Path, trello: Path
) -> None:
    service = make_service()
    service.transfer.import_file(trello)
    async with run_board(service) as pilot:
        await read(pilot, trello)
        assert "6 that are here already" in text_of(pilot)
        await pilot.press("enter")
        assert "on the board already" in text_of(pilot)
        assert import_of(pilot).is_active
        assert len(on_disk(board_path)) == 6


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("gone.json", None, "cannot be read"),
        ("deep.json", b"[" * 100_000, "nested too deeply"),
        ("noise.bin", bytes(range(256)) * 40, "This is not text"),
        ("empty.csv", b"", "is empty"),
        ("wide.csv", b"title,status\na,b,c\n", "Line 2 of '"),
    ],
)
async def test_what_cannot_be_read_is_a_sentence_there_and_the_path_stays(
    make_service: MakeService, run_board: RunBoard, tmp_path: Path, name: str, data: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    async with run_board(make_service(), size=WIDE) as pilot:
        screen = await opened(pilot)
        pilot.app.post_message(events.Paste(str(path)))
        await pilot.pause()
        await pilot.press("enter")
        await wait_until(pilot, lambda: screen.problem or screen.planned)
        assert screen.planned is None
        assert said in text_of(pilot)
        assert "ideaboard import" not in text_of(pilot)
        assert screen.problem
        assert screen.problem.message[:20].lower() in text_of(pilot).lower()
        await pilot.press("x")
        assert screen.line is not None
        assert screen.line.text == f"{path}x"
        await pilot.press("escape")
        assert pilot.app.screen is screen_of(pilot)
