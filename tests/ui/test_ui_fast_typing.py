"""What is typed at full speed goes where it would go when typed slowly, and runs no command on the way."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual import events
from textual.widgets import Input, TextArea
from ui.board_pilot import PAPER, SHARED, make_idea, screen_of, service_with, settled, type_fast

from ideaboard.core.ideas import Share
from ideaboard.ui.app import IdeaboardApp
from ideaboard.ui.board.screen import BoardScreen
from ideaboard.ui.dialogs.edit import EditScreen
from ideaboard.ui.dialogs.share import ChannelsScreen
from ideaboard.ui.papers.candidates import CandidatesScreen
from ideaboard.ui.papers.search import SearchScreen
from ideaboard.ui.screens.log import LogScreen
from ideaboard.ui.screens.waiting import WaitingScreen
from ideaboard.ui.screens.watches import WatchesScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot

SIZES = [(160, 48), (80, 24), (40, 12)]
CARD = make_idea("bcdf2345", "A card", "idea", tags=("bayes",))
OTHER = make_idea("ghjk2345", "Another", "outline")
GONE = make_idea("mnpq2345", "Gone", "idea")
FOUND = make_idea("rstv2345", "A candidate", "candidate", paper=PAPER)

LETTERS = "abcdefghijklmnopqrstuvwxyzABDLUXVQ 0123456789.,:;!?#@'\"()[]{}/\\%&=+*-_<>äß日"

WAYS: dict[str, tuple[str, ...]] = {
    "share": ("1", "S"),
    "share, the line": ("1", "S", "<enter>"),
    "response": ("1", "r", "q"),
    "response, by Enter": ("1", "r", "<enter>"),
    "response, the link": ("1", "r", "o", "x", "<tab>"),
    "edit": ("1", "e"),
    "edit, the link": ("1", "e", "<tab>", "<tab>", "<enter>"),
    "edit, the notes": ("1", "e", "<tab>", "<tab>", "<enter>", "<enter>", "<enter>"),
    "tags": ("1", "t"),
    "archive": ("A", "/"),
    "help": ("?",),
    "help of the archive": ("A", "?"),
    "palette": ("<ctrl+p>",),
    "theme": ("T",),
    "query": ("s",),
    "categories": ("s", "<tab>", "f"),
    "inbox": ("c", "/"),
    "waiting": ("w", "/"),
    "waiting, the answer": ("w", "<enter>"),
    "waiting, the response": ("w", "e"),
    "waiting, the link": ("w", "e", "<tab>"),
    "waiting, to which idea": ("w", "a"),
    "watches, the words of a new one": ("W", "a"),
    "watches, the words": ("W", "e"),
    "watches, the name": ("W", '"'),
    "channels, the link": ("5", "S", "<ctrl+t>", " "),
    "add in the detail": ("1", "<enter>", "<enter>", "a"),
    "filter in the detail": ("1", "<enter>", "<enter>", "/"),
    "share, where it was told": ("1", "S", "<tab>", "<tab>", "<tab>", "<tab>"),
    "archive, the note": ("1", "d", "<tab>"),
    "due": ("1", "$"),
    "draft, the folder": ("1", "D"),
    "log": ("<ctrl+l>", "/"),
    "log, a new idea": ("<ctrl+l>", "a"),
    "archive, a new idea": ("A", "a"),
    "statistics, a new idea": ("i", "a"),
    "add": ("1", "a"),
    "filter": ("1", "/"),
}
"""For each line that can be typed into, the keys that lead to it from the board."""


WITHOUT_BLANKS = ("tags", "categories")
"""Where a blank is a key: nothing that is looked for has one."""

TEXTS = st.text(
    st.sampled_from(LETTERS) | st.characters(categories=["L", "N", "P", "S"], max_codepoint=0xFFFF),
    min_size=1,
    max_size=30,
)


def typed(pilot: Pilot[None]) -> tuple[str, str]:
    """Return where the cursor blinks, and what stands there."""
    screen = pilot.app.screen
    if isinstance(screen, BoardScreen):
        prompt = screen.state.prompt
        return ("prompt", prompt.editor.text if prompt else "")
    if isinstance(screen, SearchScreen):
        return ("query", screen.query_line.line.text if screen.query_line.typing else "")
    if isinstance(screen, CandidatesScreen):
        return ("inbox", screen.line.text if screen.line else "")
    if isinstance(screen, WaitingScreen):
        return ("waiting", screen.line.text if screen.line else "")
    if isinstance(screen, LogScreen):
        return ("log", screen.line.text if screen.line else "")
    if isinstance(screen, WatchesScreen):
        one = screen.typed
        return ("watches", (one.name or one.line.line).text if one else "")
    field = pilot.app.focused
    assert isinstance(field, Input | TextArea), field
    return (field.id or type(screen).__name__, field.text if isinstance(field, TextArea) else field.value)


async def back_to_the_board(pilot: Pilot[None]) -> None:
    """Leave what is open, and throw away what was typed."""
    board = screen_of(pilot)
    for _ in range(12):
        is_open = board.detail_place.is_open or board.focused is not None
        if pilot.app.screen is board and board.state.prompt is None and not board.picture.filter and not is_open:
            return
        type_fast(pilot, "<escape>")
        await settled(pilot)
        if type(pilot.app.screen).__name__ == "Confirm":
            type_fast(pilot, "y")
            await settled(pilot)
    raise AssertionError(pilot.app.screen)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@settings(max_examples=max(1, settings().max_examples // 10), suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_what_is_typed_goes_where_the_cursor_blinks_and_nothing_else_changes(
    data: st.DataObject, size: tuple[int, int]
) -> None:
    ways = data.draw(st.lists(st.sampled_from(sorted(WAYS)), min_size=8, max_size=8, unique=True))
    with tempfile.TemporaryDirectory() as folder:
        service = service_with(Path(folder), [CARD, OTHER, GONE, SHARED, FOUND])
        service.ideas.archive([GONE.id])
        service.sharing.respond(SHARED.id, "question", "and how?", "")
        service.watches.add("agents", "agent")
        before = dict(service.board.ideas)
        async with IdeaboardApp(service).run_test(size=size) as pilot:
            await settled(pilot)
            for way in ways:
                text = data.draw(TEXTS)
                text = text.replace(" ", "x") if way in WITHOUT_BLANKS else text
                type_fast(pilot, *WAYS[way])
                await settled(pilot)
                where, stood = typed(pilot)
                await back_to_the_board(pilot)
                if data.draw(st.booleans()):  # the terminal says that another window has the keys
                    pilot.app.post_message(events.AppBlur())
                type_fast(pilot, *WAYS[way], text)
                await settled(pilot)
                assert typed(pilot) == (where, stood + text), (way, text)
                await back_to_the_board(pilot)
                screen_of(pilot).state.unfinished = ""
                assert dict(service.board.ideas) == before, (way, text)
        service.stop_saving(5)
        service.close()


@pytest.mark.parametrize("size", SIZES)
async def test_a_form_filled_in_one_go_has_every_word_in_its_field(tmp_path: Path, size: tuple[int, int]) -> None:
    service = service_with(tmp_path, [CARD])
    async with IdeaboardApp(service).run_test(size=size) as pilot:
        type_fast(pilot, "1S", "https://example.org/new", "<enter>", "Line of words", "<enter>")
        await settled(pilot)
        assert isinstance(pilot.app.screen, ChannelsScreen)
    service.stop_saving(5)
    share = service.board.ideas[CARD.id].share
    service.close()
    assert isinstance(share, Share)
    assert (share.url, share.summary) == ("https://example.org/new", "Line of words")


async def test_letters_behind_a_form_that_closes_are_keys_of_what_is_below_and_only_those(tmp_path: Path) -> None:
    service = service_with(tmp_path, [CARD, OTHER])
    async with IdeaboardApp(service).run_test() as pilot:
        type_fast(pilot, "1r", "q", "do I archive?", "<enter>", "l", "e")
        await settled(pilot)
        assert isinstance(pilot.app.screen, EditScreen)
        assert pilot.app.screen._idea.id == OTHER.id
        assert [one.text for one in service.board.ideas[CARD.id].responses] == ["do I archive?"]
    service.stop_saving(5)
    service.close()


@pytest.mark.parametrize("turns", [5, 20, 80, 120])
async def test_keys_that_wait_while_the_board_is_closed_are_dropped(tmp_path: Path, turns: int) -> None:
    service = service_with(tmp_path, [CARD, OTHER])
    async with IdeaboardApp(service).run_test() as pilot:
        await settled(pilot)
        type_fast(pilot, "jk" * 100)
        for _ in range(turns):
            await asyncio.sleep(0)
    assert not pilot.app.is_running
    assert {*service.board.ideas} == {CARD.id, OTHER.id}
    service.stop_saving(5)
    service.close()


async def test_a_paste_behind_the_key_that_opens_a_dialog_lands_in_it(tmp_path: Path) -> None:
    service = service_with(tmp_path, [CARD])
    async with IdeaboardApp(service).run_test() as pilot:
        type_fast(pilot, "1S")
        pilot.app.post_message(events.Paste("https://example.org/pasted"))
        type_fast(pilot, "<enter>")
        pilot.app.post_message(events.Paste("A line"))
        await settled(pilot)
        assert typed(pilot) == ("summary", "A line")
        assert pilot.app.screen.query_one("#url", Input).value == "https://example.org/pasted"
        assert len(service.board.ideas) == 1
    service.stop_saving(5)
    service.close()


@pytest.mark.parametrize("key", ["m", "s", "c", "ctrl+p"])
async def test_a_screen_that_is_closed_twice_takes_nothing_below_with_it(tmp_path: Path, key: str) -> None:
    service = service_with(tmp_path, [CARD])
    async with IdeaboardApp(service).run_test() as pilot:
        await settled(pilot)
        await pilot.press(key)
        await settled(pilot)
        opened = pilot.app.screen
        assert opened is not screen_of(pilot)
        opened.dismiss(None)
        opened.dismiss(None)
        await settled(pilot)
        assert pilot.app.screen is screen_of(pilot)
    service.stop_saving(5)
    service.close()
