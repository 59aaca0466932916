"""The keys of all screens from the one table: remapped ones work and are shown everywhere, `?` begins where one is."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
from dataclasses import replace
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.widgets import Static
from ui.board_pilot import PAPER, MakeService, RunBoard, lines_of, screen_of, settled, text_of, type_fast, wait_until

import ideaboard.ui
from ideaboard.core.actions import ACTIONS, SCREENS
from ideaboard.service import Service
from ideaboard.ui.dialogs.dialog import KeysLine
from ideaboard.ui.dialogs.help import HelpScreen
from ideaboard.ui.dialogs.lists import RowList
from ideaboard.ui.papers.candidates import CandidatesScreen

WAYS = {
    "detail": ("<enter>", "<enter>"),
    "search": ("s", "<tab>"),
    "candidates": ("c",),
    "changelog": ("C",),
    "waiting": ("w",),
    "watches": ("W",),
    "archive": ("A",),
    "statistics": ("i",),
}
"""The screens, and how they are opened."""


def filled(make_service: MakeService) -> Service:
    service = make_service({"idea": ["A", "B", "C", "D"]})
    service.arxiv.add_papers([PAPER], stage="candidate")
    gone = [idea.id for idea in service.board.column("idea")[2:]]
    service.ideas.archive(gone)
    return service


CHOICES = {
    "Confirm": "yes and no, which stand on its buttons",
    "ResponseScreen": "the first letters of the three types, which stand beside them",
    "ImportDialog": "its line of tags, which stands in its last line",
    "TextDialog": "closes by the keys that leave a list and take what is chosen",
}
"""The classes with letters of their own, which are choices within a dialog and no actions; and what they are."""


def test_no_screen_has_letters_that_are_not_in_the_table() -> None:
    for module in pkgutil.walk_packages(ideaboard.ui.__path__, "ideaboard.ui."):
        importlib.import_module(module.name)
    found = set()
    waiting = [DOMNode]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            keys = [key for binding in Binding.make_bindings(vars(one).get("BINDINGS", ())) for key in [binding.key]]
            if one.__module__.startswith("ideaboard.") and any(len(key) == 1 for key in keys):
                found.add(one.__name__)
    assert found == set(CHOICES)


@pytest.mark.parametrize("name", WAYS)
async def test_help_begins_with_the_keys_of_the_screen_it_was_opened_from(
    make_service: MakeService, run_board: RunBoard, name: str
) -> None:
    async with run_board(filled(make_service)) as pilot:
        type_fast(pilot, *WAYS[name], "?")
        await settled(pilot)
        opened = pilot.app.screen
        assert isinstance(opened, HelpScreen)
        assert str(opened.query_one("#text", Static).content).startswith(SCREENS[name])


async def test_remapped_keys_work_on_the_screens_and_their_footers_show_them(
    make_service: MakeService, run_board: RunBoard
) -> None:
    keys = {"go.down": "f3", "board.undo": "f4", "papers.skip": "f5", "archive.restore": "f6", "board.help": "f7"}
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("[keys]\n" + "".join(f"'{id}' = '{key}'\n" for id, key in keys.items()), "utf-8")
    service = filled(make_service)
    assert not service.config.problems
    async with run_board(service, size=(160, 30)) as pilot:
        await pilot.press("c")
        inbox = pilot.app.screen
        assert isinstance(inbox, CandidatesScreen)
        await wait_until(pilot, lambda: not inbox.ranking)
        assert "F5 skip" in lines_of(pilot)[-1]
        assert "F7 help" in lines_of(pilot)[-1]
        await pilot.press("x")
        assert len(service.board.column("candidate")) == 1, "the key that it had before does nothing"
        await pilot.press("f5")
        assert not service.board.column("candidate")
        await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        await pilot.press("A")
        await pilot.pause()
        assert "F6 bring back" in text_of(pilot)
        rows = pilot.app.screen.query_one(RowList)
        first = rows.current
        await pilot.press("j")
        assert rows.current == first
        await pilot.press("f3")
        second = rows.current
        assert second != first
        await pilot.press("f6")
        assert [idea.id for idea in service.board.column("idea") if idea.id == second] == [second]
        await pilot.press("f4")
        assert not [idea.id for idea in service.board.column("idea") if idea.id == second]


async def test_a_key_that_two_actions_of_one_screen_would_have_is_refused_and_said(
    make_service: MakeService, run_board: RunBoard
) -> None:
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("[keys]\n'papers.skip' = 'u'\n", "utf-8")
    async with run_board(filled(make_service), size=(160, 30)) as pilot:
        await pilot.press("exclamation_mark")
        await pilot.pause()
        assert "'u' is a key of 'board.undo' already" in " ".join(text_of(pilot).replace("│", " ").split())


async def test_the_palette_of_a_screen_offers_what_its_keys_do_and_does_it(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = filled(make_service)
    async with run_board(service, size=(160, 30)) as pilot:
        await pilot.press("A", "ctrl+p")
        await wait_until(pilot, lambda: "Bring back" in text_of(pilot))
        assert "Next stage" not in text_of(pilot)
        await pilot.press(*"bring back")
        await wait_until(pilot, lambda: "Delete" not in text_of(pilot))
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(service.board.column("idea")) == 3)


@pytest.mark.parametrize(("name", "keys"), [("board", ()), *WAYS.items()])
async def test_where_nothing_is_the_footer_offers_nothing_to_do_with_it(
    make_service: MakeService, run_board: RunBoard, name: str, keys: tuple[str, ...]
) -> None:
    async with run_board(make_service(), size=(160, 48)) as pilot:
        type_fast(pilot, *keys)
        await settled(pilot)
        screen = pilot.app.screen
        line = screen.query(KeysLine).first().render().plain if screen.query(KeysLine) else lines_of(pilot)[-1]
        for words in ("detail", "next stage", "edit", "skip", "summary", "bring back", "keep", "answer", "remove"):
            assert f" {words} " not in f" {line} ", (name, words)
        assert "? help" in line


async def test_the_footer_says_how_to_go_into_the_detail_beside_and_what_a_question_can_become(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service({"idea": ["A"]})
    (idea,) = service.board
    service.sharing.respond(idea.id, "question", "and how?", "")
    async with run_board(service, size=(160, 48)) as pilot:
        assert "Enter detail" in lines_of(pilot)[-1]
        await pilot.press("enter")
        await pilot.pause()
        assert "Enter go in  Esc close" in lines_of(pilot)[-1]
        await pilot.press("enter", "tab")
        await pilot.pause()
        assert lines_of(pilot)[-1].startswith(" Enter answered  + next idea")
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert "Enter detail" in lines_of(pilot)[-1]


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160, 200])
async def test_help_and_leaving_are_the_last_that_a_footer_keeps(
    make_service: MakeService, run_board: RunBoard, width: int
) -> None:
    async with run_board(filled(make_service), size=(width, 30)) as pilot:
        for keys, leave in (((), "quit"), (("c",), "board"), (("q", "s", "<tab>"), "board"), (("q", "w"), "board")):
            type_fast(pilot, *keys)
            await settled(pilot)
            assert lines_of(pilot)[-1].rstrip().endswith(f"? help  q {leave}"), keys


OPENS = {
    "search": ("arxiv.search", "tab"),
    "candidates": ("arxiv.candidates",),
    "changelog": ("view.changelog",),
    "waiting": ("view.waiting",),
    "watches": ("arxiv.watches",),
    "archive": ("view.archive",),
    "statistics": ("view.statistics",),
    "log": ("view.log",),
    "detail": ("card.open", "card.open"),
}
"""The actions, or keys, that lead to each screen from the board."""
OWN = {"statistics": "Tab text", "search": "then Enter"}
"""What is no action: Textual's own key for the next widget, and the end of the line that is typed."""


def write_keys(keys: dict[str, str]) -> None:
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("[keys]\n" + "".join(f"'{id}' = '{key}'\n" for id, key in keys.items()), "utf-8")


@pytest.mark.parametrize("size", [(160, 40), (70, 22)])
async def test_no_screen_names_a_key_that_was_taken_away(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    keys = {action.id: chr(0x4E00 + number) for number, action in enumerate(ACTIONS)}
    write_keys(keys)
    service = filled(make_service)
    service.sharing.respond(service.board.column("idea")[0].id, "question", "why")
    service.watches.add("one", "graph neural")
    service.ideas.move([service.board.column("idea")[1].id], "shared")
    assert not service.config.problems
    async with run_board(service, size=size) as pilot:
        for name, ways in OPENS.items():
            for way in ways:
                type_fast(pilot, keys.get(way, f"<{way}>"))
                await settled(pilot)
            here = pilot.app.screen
            if isinstance(here, CandidatesScreen):
                await wait_until(pilot, lambda here=here: not here.ranking)  # type: ignore[misc]  # bound at once
            if name == "changelog":
                await wait_until(pilot, lambda: "November 2026" in text_of(pilot))
            shown = text_of(pilot).replace(OWN.get(name, "-"), "")
            found = re.findall(r"\b(?:Esc|Tab|Enter|Space|Backspace|Ctrl\+\w|\d-\d)\b", shown)
            assert not found, (name, shown)
            for _ in range(2):
                type_fast(pilot, keys["view.clear"])
                await settled(pilot)
            assert pilot.app.screen is screen_of(pilot), name


async def test_help_and_footer_show_the_digits_that_were_remapped(
    make_service: MakeService, run_board: RunBoard
) -> None:
    write_keys({f"go.column_{number}": f"f{number + 2}" for number in range(1, 10)} | {"changelog.option_2": "Q"})
    service = filled(make_service)
    assert not service.config.problems
    async with run_board(service, size=(160, 40)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert "F3 F4 F5 F6" in text_of(pilot)
        assert "1-9" not in text_of(pilot)
        await pilot.press("F", "5", "escape", "escape", "C")
        await pilot.pause()
        assert "1 Q 3 4 5 6 7 options" in lines_of(pilot)[-1]


UNDONE = {
    "candidates": ("c", "x"),
    "archive": ("A", "enter"),
    "waiting": ("w", "space"),
    "watches": ("W", "d"),
}
"""A screen, and a key that does something there."""


@pytest.mark.parametrize("name", UNDONE)
async def test_undo_is_offered_once_there_is_something_to_take_back(
    make_service: MakeService, run_board: RunBoard, name: str
) -> None:
    service = filled(make_service)
    service.arxiv.add_papers([replace(PAPER, arxiv_id="2107.07512", title="Another")], stage="candidate")
    for one in "ab":
        service.sharing.respond(service.board.column("idea")[0].id, "question", f"why {one}")
        service.watches.add(one, f"graph {one}")
    opens, does = UNDONE[name]
    async with run_board(service, size=(160, 40)) as pilot:
        await pilot.press(opens)
        await settled(pilot)
        assert "u undo" not in text_of(pilot)
        await pilot.press(does)
        await settled(pilot)
        await wait_until(pilot, lambda: "u undo" in text_of(pilot))
        await pilot.press("u")
        await settled(pilot)
        await wait_until(pilot, lambda: "u undo" not in text_of(pilot))


async def test_the_shell_is_one_key_away_on_every_screen(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(filled(make_service)) as pilot:
        asked: list[str] = []
        for name, keys in WAYS.items():
            pilot.app.action_suspend_process = lambda name=name: asked.append(name)  # type: ignore[method-assign, misc]  # without a shell
            type_fast(pilot, *keys, "<ctrl+z>", "<escape>", "<escape>")
            await settled(pilot)
            assert pilot.app.screen is screen_of(pilot), name
        assert asked == list(WAYS)


@pytest.mark.parametrize("key", ["delete", "ctrl+e"])
async def test_the_key_that_archives_does_so_at_its_second_press_whatever_key_it_is(
    make_service: MakeService, run_board: RunBoard, key: str
) -> None:
    write_keys({"card.archive": key})
    service = filled(make_service)
    assert not service.config.problems
    async with run_board(service) as pilot:
        await pilot.press(key)
        lines = [line for line in lines_of(pilot) if "not wanted" in line or "not now" in line]
        assert len({line.index("not ") for line in lines}) == 1, "the notes stand below each other"
        await pilot.press(key)
        await settled(pilot)
        assert pilot.app.screen is screen_of(pilot)
        assert len(service.board.column("idea")) == 1


@pytest.mark.parametrize("key", ["exclamation_mark", "f9"])
async def test_the_key_that_shows_the_messages_closes_them(
    make_service: MakeService, run_board: RunBoard, key: str
) -> None:
    write_keys({"board.problems": key})
    async with run_board(filled(make_service)) as pilot:
        await pilot.press(key)
        await settled(pilot)
        assert type(pilot.app.screen).__name__ == "MessagesDialog"
        await pilot.press(key)
        await settled(pilot)
        assert pilot.app.screen is screen_of(pilot)
