"""On the screens of papers what is typed goes where the cursor blinks, at any moment and in one burst."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import pytest
from arxiv_loopback import LoopbackArxiv
from textual import events
from textual.keys import _character_to_key
from textual.message import Message
from textual.pilot import Pilot
from ui.board_pilot import (
    MakeService,
    RunBoard,
    answered,
    inbox_of,
    lines_of,
    saved,
    screen_of,
    search,
    search_of,
    wait_until,
)

from ideaboard.core.ideas import Paper
from ideaboard.errors import ArxivError
from ideaboard.papers.identifiers import find_ids
from ideaboard.ui.papers.asking import Asker
from ideaboard.ui.papers.search import SearchScreen

Open = Callable[[Pilot[None], LoopbackArxiv], Awaitable[tuple[str, ...]]]
"""Comes to the moment before a text field opens, and returns the keys that open it."""

SIZES = [(160, 48), (80, 24), (40, 12)]
NAMED = {"enter": "\r", "escape": None, "slash": "/", "equals_sign": "="}
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/?*+-.,;!#@é日"


def burst(pilot: Pilot[None], *keys: str) -> None:
    """Press keys without waiting for what each does; what is no name of a key is typed letter by letter."""
    for key in keys:
        if key in NAMED:
            pilot.app.post_message(events.Key(key, NAMED[key]))
        else:
            for char in key:
                pilot.app.post_message(events.Key(_character_to_key(char), char))


async def silently(pilot: Pilot[None], arxiv: LoopbackArxiv) -> None:
    """Ask something that arXiv does not answer."""
    arxiv.misbehave("silent")
    await pilot.press("s")
    burst(pilot, "testing", "enter")
    await wait_until(pilot, lambda: search_of(pilot).asker.asking)


async def first(_pilot: Pilot[None], _arxiv: LoopbackArxiv) -> tuple[str, ...]:
    return ("s",)


async def again(pilot: Pilot[None], _arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await pilot.press("s", "escape")
    return ("s",)


async def with_results(pilot: Pilot[None], _arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await pilot.press("s")
    await search(pilot, "testing")
    await pilot.press("j", "space", "q")
    return ("s",)


async def left_by_escape(pilot: Pilot[None], _arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await pilot.press("s")
    await search(pilot, "testing")
    await pilot.press("escape")
    return ("s",)


async def stopped(pilot: Pilot[None], arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await silently(pilot, arxiv)
    await pilot.press("escape", "escape")
    return ("s",)


async def stopped_here(pilot: Pilot[None], arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await silently(pilot, arxiv)
    return ("escape",)


async def still_asking(pilot: Pilot[None], arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await silently(pilot, arxiv)
    return ()


async def left_while_asking(pilot: Pilot[None], arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await silently(pilot, arxiv)
    await pilot.press("tab", "q")
    return ("s",)


async def nothing_found(pilot: Pilot[None], _arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await pilot.press("s")
    await search(pilot, "qqqqqqq")
    return ()


async def failed(pilot: Pilot[None], arxiv: LoopbackArxiv) -> tuple[str, ...]:
    arxiv.misbehave("server-error")
    await pilot.press("s")
    await search(pilot, "testing")
    return ()


async def not_understood(pilot: Pilot[None], _arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await pilot.press("s")
    burst(pilot, "(deep", "enter")
    await pilot.pause()
    return ()


async def all_skipped(pilot: Pilot[None], arxiv: LoopbackArxiv) -> tuple[str, ...]:
    service = screen_of(pilot).service
    ids = sorted(id for id in arxiv.recordings.papers if id[:2] == "26")[:1]
    service.candidates.skip_papers([row.paper for row in service.arxiv.look_up(find_ids(ids[0])).rows])
    await pilot.press("s")
    await search(pilot, ids[0])
    return ()


async def by_slash(pilot: Pilot[None], _arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await pilot.press("s")
    await search(pilot, "testing")
    return ("slash",)


async def after_a_dialog(pilot: Pilot[None], _arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await pilot.press("s")
    await search(pilot, "testing")
    await pilot.press("f", "escape", "y", "escape", "question_mark", "escape", "enter", "escape")
    return ("slash",)


async def in_its_own_language(pilot: Pilot[None], _arxiv: LoopbackArxiv) -> tuple[str, ...]:
    await pilot.press("s")
    await search(pilot, "testing")
    return ("equals_sign",)


WAYS: list[Open] = [
    first,
    again,
    with_results,
    left_by_escape,
    stopped,
    stopped_here,
    still_asking,
    left_while_asking,
    nothing_found,
    failed,
    not_understood,
    all_skipped,
    by_slash,
    after_a_dialog,
    in_its_own_language,
]


@pytest.mark.parametrize(
    ("way", "size"),
    [
        pytest.param(
            way, size, marks=() if number % len(SIZES) == place else pytest.mark.slow, id=f"{way.__name__}-{size[0]}"
        )
        for number, way in enumerate(WAYS)
        for place, size in enumerate(SIZES)
    ],
)
async def test_every_letter_goes_into_the_query_however_it_was_opened(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, way: Open, size: tuple[int, int]
) -> None:
    dice = random.Random(f"{way.__name__} {size}")
    text = "".join(dice.sample(LETTERS, 30))
    service = make_service({"idea": ["one", "two"], "making": ["three"]})
    async with run_board(service, size=size) as pilot:
        keys = await way(pilot, arxiv)
        known = isinstance(pilot.app.screen, SearchScreen)
        before = search_of(pilot).query_line.line.text if known else ""
        rows = list(search_of(pilot).rows.keys) if known else []
        marks = dict(search_of(pilot).marks.papers) if known else {}
        if way in (with_results, left_by_escape, stopped, left_while_asking):
            before = "testing"
        if way is in_its_own_language:
            before = "=all:testing"
        board = service.board
        burst(pilot, *keys, text)
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, SearchScreen))
        screen = search_of(pilot)
        await wait_until(pilot, lambda: len(screen.query_line.line.text) >= len(text) + len(before))
        assert screen.query_line.line.text == before + text
        assert screen.query_line.typing
        assert pilot.app.screen is screen
        assert text[-1] in lines_of(pilot)[0]
        assert service.board is board
        if known:
            assert list(screen.rows.keys) == rows
            assert screen.marks.papers == marks
        await saved(pilot)
    assert service.history.log(limit=1)[0].label == "add" or way is all_skipped


@pytest.mark.parametrize("what", ["arrives", "fails", "waits"])
@pytest.mark.parametrize("reopened", [False, True])
async def test_an_answer_in_the_middle_of_a_word_takes_no_letter_to_the_list(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, what: str, reopened: bool
) -> None:
    service = make_service({"idea": ["one"]})
    result = service.arxiv.search("testing")
    async with run_board(service) as pilot:
        board = service.board
        await silently(pilot, arxiv)
        if reopened:
            await pilot.press("tab", "q", "s")
        screen = search_of(pilot)
        number = screen.asker.number
        message: Message = {
            "arrives": Asker.Arrived(number, result),
            "fails": Asker.Arrived(number, ArxivError("broken", "later")),
            "waits": Asker.Waited(number, 3, "a turn"),
        }[what]
        burst(pilot, " xu")
        await wait_until(pilot, lambda: screen.query_line.line.text.endswith("xu"))
        screen.post_message(message)
        burst(pilot, "qdu")
        await wait_until(pilot, lambda: len(screen.query_line.line.text) >= len("testing xuqdu"))
        assert screen.query_line.line.text == "testing xuqdu"
        assert len(screen.rows.keys) == (len(result.rows) if what == "arrives" else 0)
        assert service.board is board
        assert pilot.app.screen is screen


async def test_an_answer_takes_the_keys_to_the_list_when_nothing_was_typed_since(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("s")
        burst(pilot, "testing", "enter")
        await answered(pilot)
        assert not search_of(pilot).query_line.typing
        await pilot.press("j")
        assert search_of(pilot).rows.index == 1
        # The wheel alone takes nothing from the line, a click does.
        await pilot.press("slash")
        screen = search_of(pilot)
        screen.rows.post_message(events.MouseScrollDown(screen.rows, 3, 3, 0, 1, 0, False, False, False))
        await wait_until(pilot, lambda: screen.rows.index == 4)
        burst(pilot, "u")
        await wait_until(pilot, lambda: screen.query_line.line.text == "testingu")
        await pilot.click(screen.rows, offset=(3, 0))
        assert not screen.query_line.typing


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("filled", [True, False])
async def test_every_letter_goes_into_the_filter_of_the_inbox(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int], filled: bool
) -> None:
    text = "".join(random.Random(f"{size}").sample(LETTERS, 30))
    service = make_service({"idea": ["one"]})
    if filled:
        service.arxiv.add_papers([Paper(arxiv_id=f"2401.0000{n}", title=f"P{n}") for n in range(5)], stage="candidate")
    async with run_board(service, size=size) as pilot:
        board = service.board
        await pilot.press("c")
        burst(pilot, "slash", text)
        screen = inbox_of(pilot)
        await wait_until(pilot, lambda: screen.line is not None and len(screen.line.text) >= len(text))
        assert screen.line
        assert screen.line.text == text
        screen.check.start()
        await wait_until(pilot, lambda: not screen.check.running)
        screen.rank()
        await wait_until(pilot, lambda: not screen.ranking)
        burst(pilot, "xsdu")
        await wait_until(pilot, lambda: screen.line is not None and screen.line.text.endswith("xsdu"))
        assert screen.line.text == f"{text}xsdu"
        assert service.board is board
        await pilot.press("escape")
        screen.post_message(events.Paste("pasted words"))
        await wait_until(pilot, lambda: screen.line is not None)
        assert screen.line.text == "pasted words"
