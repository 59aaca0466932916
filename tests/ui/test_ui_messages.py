"""What the program says stands in the last line of the screen that is open; nothing ever covers the cards."""

from __future__ import annotations

import pytest
from hostile import HOSTILE_TITLES
from textual.notifications import SeverityLevel
from textual.pilot import Pilot
from ui.board_pilot import PAPER, MakeService, RunBoard, lines_of, messages_of, settled, text_of, type_fast, wait_until

from ideaboard.service import Service
from ideaboard.ui import messages
from ideaboard.ui.dialogs.dialog import KeysLine
from ideaboard.ui.dialogs.messages import MessagesDialog

SIZES = [(160, 48), (80, 24), (40, 12)]
SCREENS = {
    "board": (),
    "detail": ("<enter>", "<enter>"),
    "add": ("a",),
    "search": ("s",),
    "candidates": ("c",),
    "changelog": ("C",),
    "waiting": ("w",),
    "watches": ("W",),
    "archive": ("A",),
    "statistics": ("i",),
    "help": ("?",),
    "edit": ("e",),
    "share": ("S",),
    "response": ("r",),
    "tags": ("t",),
    "move": ("m",),
}
"""Every screen with the keys that open it."""


def filled(make_service: MakeService) -> Service:
    service = make_service({"idea": ["A", "B"], "outline": ["C"]})
    service.arxiv.add_papers([PAPER], stage="candidate")
    return service


def last_line(pilot: Pilot[None]) -> str:
    """Return the line in which the open screen says things."""
    screen = pilot.app.screen
    if keys := screen.query(KeysLine):
        return lines_of(pilot)[keys.first().region.y]
    return lines_of(pilot)[-1]


@pytest.mark.parametrize(("size", "severity"), [(SIZES[0], "information"), (SIZES[1], "warning"), (SIZES[2], "error")])
async def test_every_screen_says_it_in_its_last_line_and_nothing_covers_it(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int], severity: SeverityLevel
) -> None:
    async with run_board(filled(make_service), size=size) as pilot:
        await settled(pilot)
        for name, keys in SCREENS.items():
            type_fast(pilot, *keys)
            await settled(pilot)
            pilot.app.notify("Old [/b] news", severity="warning")
            pilot.app.notify("Moved [b]A[/b]", severity=severity)
            await pilot.pause()
            assert "Moved [b]A[/b]" in last_line(pilot), name
            assert "Old" not in text_of(pilot), name
            assert not pilot.app.screen.query("Toast"), name
            messages_of(pilot)._show(None)
            for _ in range(3):
                type_fast(pilot, "<escape>")
            await settled(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_a_long_message_is_cut_and_a_key_shows_it_whole(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    async with run_board(make_service({"idea": ["A"]}), size=size) as pilot:
        pilot.app.notify("words " * 60 + "end", severity="error")
        await pilot.pause()
        assert "… ! all" in lines_of(pilot)[-1]
        await pilot.press("exclamation_mark")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MessagesDialog)
        await pilot.press("end")
        await wait_until(pilot, lambda: "words end" in " ".join(text_of(pilot).replace("│", " ").split()))


async def test_keys_stay_beside_a_message_and_give_way_where_the_line_is_short(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": ["A"]}), size=(100, 24)) as pilot:
        pilot.app.notify("Moved 'A' to Making")
        await pilot.pause()
        assert lines_of(pilot)[-1].startswith(" a add")
        assert lines_of(pilot)[-1].endswith(" ? help  q quit   Moved 'A' to Making ")
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert lines_of(pilot)[-1].strip() == "Moved 'A' to Making"


async def test_an_error_stays_until_a_key_and_anything_else_goes_by_itself(
    make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "_SECONDS", {"title": 0.05, "warm": 0.05})
    async with run_board(make_service({"idea": ["A", "B"]})) as pilot:
        pilot.app.notify("the disk is full", severity="error")
        assert messages_of(pilot)._timer is None
        await pilot.press("j")
        assert "the disk is full" in lines_of(pilot)[-1], "it was there for a moment only"
        monkeypatch.setattr(messages, "_LEAST_SECONDS", 0)
        await pilot.press("k")
        await pilot.pause()
        assert "the disk is full" not in text_of(pilot)
        for severity in ("information", "warning"):
            messages_of(pilot).say("done", severity)
            await pilot.pause()
            await wait_until(pilot, lambda: "done" not in text_of(pilot))


@pytest.mark.parametrize("severity", ["information", "warning", "error"])
async def test_the_next_key_ends_what_stood_and_gives_the_keys_back(
    make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch, severity: SeverityLevel
) -> None:
    monkeypatch.setattr(messages, "_LEAST_SECONDS", 0)
    async with run_board(make_service({"idea": ["A", "B"]}), size=(78, 24)) as pilot:
        pilot.app.notify("old news", severity=severity)
        await pilot.press("L")
        await settled(pilot)
        assert lines_of(pilot)[-1].startswith(" a add")
        assert messages_of(pilot)._timer is None
        pilot.app.notify("old news", severity=severity)
        await pilot.press("d", "d")
        await settled(pilot)
        assert "Archived" in lines_of(pilot)[-1]
        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert "old news" in text_of(pilot)


async def test_a_quick_key_leaves_a_remark_for_a_moment_and_no_longer(
    make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "_SECONDS", {"title": 1000, "warm": 1000})
    async with run_board(make_service({"idea": ["A", "B"]})) as pilot:
        monkeypatch.setattr(messages, "_LEAST_SECONDS", 1000)
        pilot.app.notify("news")
        await pilot.press("j")
        assert "news" in lines_of(pilot)[-1]
        monkeypatch.setattr(messages, "_LEAST_SECONDS", 0.2)
        pilot.app.notify("other")
        messages_of(pilot).key_pressed()
        assert messages_of(pilot).now is not None
        await wait_until(pilot, lambda: "other" not in text_of(pilot))


async def test_an_error_that_nobody_has_read_gives_way_to_nothing_but_an_error(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": ["A", "B"]})) as pilot:
        pilot.app.notify("'/some/where/board.jsonl' cannot be read", severity="error")
        pilot.app.notify("3 new papers in 'A/B testing'", severity="warning")
        await pilot.pause()
        assert "'board.jsonl' cannot be read" in lines_of(pilot)[-1]
        pilot.app.notify("the disk is full", severity="error")
        await pilot.pause()
        assert "the disk is full" in lines_of(pilot)[-1]
        await pilot.press("j", "d", "d")
        await pilot.pause()
        assert "Archived 'B'" in lines_of(pilot)[-1]
        await pilot.press("exclamation_mark")
        await pilot.pause()
        assert "'/some/where/board.jsonl' cannot be read" in text_of(pilot)
        assert "3 new papers in 'A/B testing'" in text_of(pilot)
        messages_of(pilot)._show(None)
        messages_of(pilot).say("Moved 'A/B testing' to 'C:\\boards\\x.jsonl' and '~/x/y.md'")
        now = messages_of(pilot).now
        assert now
        assert now.text == "Moved 'A/B testing' to 'x.jsonl' and 'y.md'"


async def test_what_a_form_led_to_is_said_on_the_screen_below(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"review": ["A"]})) as pilot:
        await pilot.press("4", "S", "ctrl+s")
        await pilot.pause()
        assert "Shared 'A' · It has no link yet; S adds one" in lines_of(pilot)[-1]


async def test_a_screen_that_is_opened_shows_its_keys_and_not_what_was_said_before(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": ["A"]})) as pilot:
        pilot.app.notify("old news", severity="warning")
        await pilot.press("m")
        await pilot.pause()
        assert "Esc cancel" in last_line(pilot)
        await pilot.press("escape", "s", "tab")
        pilot.app.notify("no news")
        await pilot.press("q")
        messages_of(pilot)._show(None)
        await pilot.press("s")
        await pilot.pause()
        assert "news" not in text_of(pilot)


async def test_hostile_words_stay_on_one_line(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["A"]}), size=(80, 24)) as pilot:
        for title in HOSTILE_TITLES:
            pilot.app.notify(f"{title}\nsecond\x1b[31m line", severity="error")
            await pilot.pause()
            assert "\x1b" not in text_of(pilot)
            assert len(lines_of(pilot)) == 24


async def test_nothing_to_undo_is_no_alarm(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("u")
        await wait_until(pilot, lambda: messages_of(pilot).now is not None)
        now = messages_of(pilot).now
        assert now
        assert (now.text, now.style) == ("There is nothing to undo", "title")


@pytest.mark.parametrize("width", [100, 80, 60, 40])
@pytest.mark.parametrize("title", ["Reproduce LoRA on one GPU " * 6, "Don't 'quote' me on this " * 8, "日本語 " * 30])
async def test_a_long_title_leaves_what_is_said_of_it_and_the_key_that_takes_it_back(
    make_service: MakeService, run_board: RunBoard, width: int, title: str
) -> None:
    async with run_board(make_service({"idea": [f"{title} finis"]}), size=(width, 24)) as pilot:
        await pilot.press("d", "d")
        await settled(pilot)
        line = lines_of(pilot)[-1]
        assert f"Archived '{title[:3]}" in line
        assert line.rstrip().endswith("…' as dropped · u")
        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert "finis" in text_of(pilot), "all of it is behind the key for messages"
