"""The log of the board: read in a thread, gone back in, and each way to take something back."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

from textual.pilot import Pilot
from ui.board_pilot import (
    NOW,
    MakeService,
    RunBoard,
    lines_of,
    messages_of,
    on_disk,
    screen_of,
    text_of,
    type_text,
    wait_until,
)

from ideaboard.bootstrap import open_service
from ideaboard.core.changes import Edit, NewIdea
from ideaboard.storage.records import encode
from ideaboard.ui.screens.log import LogScreen

WIDE = (140, 30)
BIG = 10_000


def log_of(pilot: Pilot[None]) -> LogScreen:
    found = [screen for screen in pilot.app.screen_stack if isinstance(screen, LogScreen)]
    assert found, pilot.app.screen_stack
    return found[0]


async def at_rest(pilot: Pilot[None]) -> LogScreen:
    """Wait until the log is read."""
    screen = log_of(pilot)
    await wait_until(pilot, lambda: screen.read is not None and not screen._beside.busy)
    return screen


async def opened(pilot: Pilot[None]) -> LogScreen:
    await pilot.press("ctrl+l")
    return await at_rest(pilot)


def shown(pilot: Pilot[None]) -> list[str]:
    """Return what was done, line by line, as the screen lists it."""
    screen = log_of(pilot)
    assert screen.read is not None
    return [screen.read.lines[key].entry.said for key in screen.rows.keys]


def last_said(pilot: Pilot[None]) -> str:
    return messages_of(pilot).kept[-1].text


def titles(path: Path) -> list[str]:
    return [idea.title for idea in on_disk(path) if idea.archived is None]


async def test_an_empty_log_says_what_it_is_for(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(), size=(80, 24)) as pilot:
        await opened(pilot)
        assert "Nothing was done yet." in text_of(pilot)
        assert "a add" in lines_of(pilot)[-1]
        assert "Esc" not in lines_of(pilot)[-1], "there is no filter to clear"
        await pilot.press("q")
        assert pilot.app.screen is screen_of(pilot)


async def test_who_did_what_newest_first_with_old_and_new_values(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["[b]one"], "making": ["two"]})
    guest = open_service(board=str(board_path), by="bot", clock=lambda: NOW)
    (two,) = (idea for idea in guest.board if idea.title == "two")
    guest.ideas.move([two.id], "review")
    guest.close()
    async with run_board(service, size=WIDE) as pilot:
        await opened(pilot)
        assert shown(pilot) == ["moved 'two' to Review", "added 'two'", "added '[b]one'"]
        assert "  bot" in lines_of(pilot)[2]
        assert "stage: making → review" in text_of(pilot)
        await pilot.press("enter")
        await wait_until(pilot, lambda: screen_of(pilot).current == service.board.ideas[two.id])  # it leads to its idea
        assert screen_of(pilot).detail_place.is_open


async def test_what_is_typed_filters_by_words_and_by_who(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["one", "two"]})
    guest = open_service(board=str(board_path), by="bot", clock=lambda: NOW)
    guest.ideas.add([NewIdea(title="three")])
    guest.close()
    async with run_board(service) as pilot:
        await opened(pilot)
        await pilot.press("slash")
        await type_text(pilot, "bot add")
        assert shown(pilot) == ["added 'three'"]
        await pilot.press("enter", "escape")
        assert len(shown(pilot)) == 2
        assert log_of(pilot).is_active


async def test_u_takes_back_the_latest_only_and_names_the_way_to_the_others(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service()
    for title in ("one", "two", "three"):
        service.ideas.add([NewIdea(title=title)])
    async with run_board(service, size=WIDE) as pilot:
        await opened(pilot)
        await pilot.press("j", "u")
        assert last_said(pilot) == "1 change came after it; Backspace takes back all up to here"
        await pilot.press("k", "u")
        await at_rest(pilot)
        assert titles(board_path) == ["one", "two"]
        assert shown(pilot)[:2] == ["took back: added 'three'", "added 'three'"]
        assert text_of(pilot).count("  taken back") == 1
        await pilot.press("u")
        await at_rest(pilot)
        assert titles(board_path) == ["one"], "the cursor went on to the latest that stands"
        await pilot.press("k", "u")
        assert "taken back already" in last_said(pilot)
        await pilot.press("g", "u")
        assert "took back or did again itself" in last_said(pilot)
        await pilot.press("U", "U")
        await at_rest(pilot)
        assert titles(board_path) == ["one", "two", "three"]


async def test_undo_up_to_a_line_says_how_many_first_and_leaves_what_is_older(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service()
    for title in ("one", "two", "three", "four"):
        service.ideas.add([NewIdea(title=title)])
    async with run_board(service, size=WIDE) as pilot:
        await opened(pilot)
        await pilot.press("j", "j", "backspace")
        question = " ".join(text_of(pilot).replace("│", " ").split())
        assert "Take back 3 changes, up to and with this: added" in question
        assert "'two'?" in question
        await pilot.press("n")
        assert titles(board_path) == ["one", "two", "three", "four"]
        await pilot.press("backspace", "y")
        await wait_until(pilot, lambda: "Took back" in last_said(pilot))
        assert titles(board_path) == ["one"]
        assert last_said(pilot) == "Took back 3 changes"


async def test_what_cannot_be_taken_back_is_named_before_and_stays(
    make_service: MakeService, run_board: RunBoard, board_path: Path, tmp_path: Path
) -> None:
    service = make_service({"idea": ["one"]})
    (one,) = service.board
    service.ideas.edit([one.id], Edit(title="[one] b"))
    elsewhere = tmp_path / "elsewhere.jsonl"
    shutil.copyfile(board_path, elsewhere)
    other = open_service(board=str(elsewhere), clock=lambda: NOW)
    other.ideas.edit([one.id], Edit(title="theirs"))
    other.close()
    for turn in (service.history.undo, service.history.redo, service.history.undo):
        turn()  # the last one comes after what the other one wrote, whatever its name
    with board_path.open("ab") as file:
        file.write(elsewhere.read_bytes().splitlines(keepends=True)[-1])
    service.poll()
    service.ideas.add([NewIdea(title="two")])
    async with run_board(service, size=WIDE) as pilot:
        await opened(pilot)
        row = shown(pilot).index("changed 'theirs'")
        await pilot.press(*["j"] * row, "backspace")
        await wait_until(pilot, lambda: "Take back 1 change," in text_of(pilot))
        await pilot.press("y")
        await wait_until(pilot, lambda: "Took back" in last_said(pilot))
        assert "'changed 'theirs'' stays: it was changed since" in last_said(pilot)
        assert titles(board_path) == ["one"]


async def test_all_of_a_guest_is_one_key(make_service: MakeService, run_board: RunBoard, board_path: Path) -> None:
    service = make_service({"idea": ["mine"]})
    guest = open_service(board=str(board_path), by="bot", clock=lambda: NOW)
    for title in ("first", "second"):
        guest.ideas.add([NewIdea(title=title)])
    guest.close()
    service.poll()
    service.ideas.add([NewIdea(title="mine too")])
    async with run_board(service) as pilot:
        await opened(pilot)
        await pilot.press("asterisk")
        assert "your own" in last_said(pilot)
        await pilot.press("j", "asterisk")
        await at_rest(pilot)
        assert titles(board_path) == ["mine", "mine too"]
        assert last_said(pilot) == "Took back 2 changes of 'bot'"


async def test_an_idea_that_is_gone_or_archived_is_said(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service({"idea": ["one"]})
    (one,) = service.board
    service.ideas.archive([one.id])
    async with run_board(service) as pilot:
        await opened(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert last_said(pilot) == "'one' is not in a column of the board: it is archived"
    service = make_service()
    service.ideas.delete([one.id])
    async with run_board(service) as pilot:
        await opened(pilot)
        await pilot.press("enter")
        assert last_said(pilot) == "Its idea is not on the board any more"
        assert log_of(pilot).is_active


async def test_it_follows_what_others_do(make_service: MakeService, run_board: RunBoard, board_path: Path) -> None:
    async with run_board(make_service({"idea": ["one"]})) as pilot:
        await opened(pilot)
        other = open_service(board=str(board_path), clock=lambda: NOW)
        other.ideas.add([NewIdea(title="from outside")])
        other.close()
        await wait_until(pilot, lambda: "From outside" in text_of(pilot) or "from outside" in text_of(pilot))
        assert shown(pilot)[0] == "added 'from outside'"


async def test_ten_thousand_actions_are_gone_through_without_a_pause(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    make_service({"idea": ["one"]})
    first = json.loads(board_path.read_bytes().splitlines()[1])
    lines = [{**first, "at": "2026-01-01T00:00:00.000000Z-0000-aaaa"}]
    for number in range(BIG):
        at = f"2026-02-01T00:00:00.{number:06}Z-0000-aaaa"
        lines.append({"t": "ideas", "id": first["id"], "at": at, "set": {"notes": str(number)}, "act": "edit"})
    head = board_path.read_bytes().splitlines(keepends=True)[0]
    board_path.write_bytes(head + b"".join(encode({k: v for k, v in one.items() if k != "crc"}) for one in lines))
    service = make_service()
    async with run_board(service, size=WIDE) as pilot:
        screen = await opened(pilot)
        assert len(screen.rows.keys) == BIG + 1
        began = time.perf_counter()
        for key in ("G", "g", "pagedown", "pagedown", "j", "j", "k"):
            await pilot.press(key)
        assert time.perf_counter() - began < 3
