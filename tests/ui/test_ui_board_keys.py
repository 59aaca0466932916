"""Every key of the board: what it does on the screen and in the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hostile import HOSTILE_TITLES
from textual.pilot import Pilot
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

from ideaboard.core.actions import ACTIONS
from ideaboard.core.changes import Edit, Sharing
from ideaboard.core.ideas import Idea
from ideaboard.ui.board.screen import BoardScreen
from ideaboard.ui.detail.pane import DetailPane
from ideaboard.ui.dialogs.archive import ArchiveScreen
from ideaboard.ui.dialogs.lists import PickList, RowList
from ideaboard.ui.dialogs.share import ChannelsScreen
from ideaboard.ui.dialogs.statistics import StatisticsScreen
from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.keymap import Keymap
from ideaboard.ui.papers.candidates import CandidatesScreen
from ideaboard.ui.papers.search import SearchScreen
from ideaboard.ui.screens.changelog import ChangelogScreen
from ideaboard.ui.screens.importing import ImportScreen
from ideaboard.ui.screens.log import LogScreen
from ideaboard.ui.screens.waiting import WaitingScreen
from ideaboard.ui.screens.watches import WatchesScreen
from ideaboard.ui.telling import open_link

FEW = {"idea": ["A", "B", "C"], "outline": ["D"], "making": ["E"], "review": ["F"], "shared": ["G"]}


def at(pilot: Pilot[None]) -> str:
    """Return the title under the cursor."""
    current = screen_of(pilot).current
    return current.title if current else ""


def stages(path: Path) -> dict[str, str]:
    """Return each title's stage, or `archived`, as the file has it."""
    return {idea.title: "archived" if idea.archived else idea.stage for idea in on_disk(path)}


def idea_of(path: Path, title: str) -> Idea:
    return next(idea for idea in on_disk(path) if idea.title == title)


TAKERS: dict[str, tuple[type, ...]] = {
    "board": (BoardScreen,),
    "detail": (DetailPane,),
    "search": (SearchScreen,),
    "candidates": (CandidatesScreen,),
    "archive": (ArchiveScreen, RowList),
    "changelog": (ChangelogScreen,),
    "channels": (ChannelsScreen, PickList),
    "waiting": (WaitingScreen,),
    "watches": (WatchesScreen,),
    "log": (LogScreen,),
    "import": (ImportScreen,),
    "statistics": (StatisticsScreen, RowList),
}
"""What does the actions of a screen."""


def test_every_action_of_the_registry_has_a_method() -> None:
    for action in ACTIONS:
        for name, taker in TAKERS.items():
            if name in action.screens:
                does = f"action_{action.on(name).partition('(')[0]}"
                assert any(callable(getattr(one, does, None)) for one in taker), (action.id, name)


def test_every_key_is_bound_once_with_the_id_and_the_help_of_its_action() -> None:
    bindings = Keymap({action.id: action.keys for action in ACTIONS}).bindings()
    for action in (action for action in ACTIONS if "board" in action.screens):
        for key in action.keys:
            (binding,) = bindings.key_to_bindings[key]
            assert (binding.id, binding.tooltip, binding.description) == (action.id, action.help, action.name)


@pytest.mark.parametrize(
    ("keys", "title"),
    [
        ("j", "B"),
        ("down", "B"),
        ("j j j j", "C"),
        ("j k", "A"),
        ("up", "A"),
        ("G", "C"),
        ("end g", "A"),
        ("pagedown", "C"),
        ("G pageup", "A"),
        ("l", "D"),
        ("right right", "E"),
        ("l h", "A"),
        ("h", "A"),
        ("l l l l l l", "G"),
        ("4", "F"),
        ("9", "A"),
        ("j l h", "B"),
    ],
)
async def test_going_about(make_service: MakeService, run_board: RunBoard, keys: str, title: str) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await pilot.press(*keys.split())
        assert at(pilot) == title
        assert title in text_of(pilot)


@pytest.mark.parametrize(
    ("keys", "expected", "cursor"),
    [
        ("L", {"A": "outline"}, "A"),
        ("L L H", {"A": "outline"}, "A"),
        ("shift+right", {"A": "outline"}, "A"),
        ("H", {"A": "idea"}, "A"),
        ("d d", {"A": "archived"}, "B"),
        ("d p", {"A": "archived"}, "B"),
        ("d escape", {"A": "idea"}, "A"),
        ("G d d", {"C": "archived"}, "B"),
        ("d d u", {"A": "idea"}, "A"),
        ("d d u U", {"A": "archived"}, "B"),
        ("L u ctrl+r", {"A": "outline"}, "A"),
        ("space space L", {"A": "outline", "B": "outline", "C": "idea"}, "C"),
        ("v v d d u", {"A": "idea", "B": "idea"}, "C"),
        ("V L", {"A": "outline", "B": "outline", "C": "outline"}, "A"),
        ("V V L", {"A": "outline", "B": "idea"}, "A"),
        ("space escape d d", {"A": "idea", "B": "archived"}, "C"),
        ("m 3", {"A": "making"}, "A"),
        ("m escape", {"A": "idea"}, "A"),
    ],
)
async def test_moving_and_archiving(
    make_service: MakeService,
    run_board: RunBoard,
    board_path: Path,
    keys: str,
    expected: dict[str, str],
    cursor: str,
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        for key in keys.split():
            await pilot.press(key)
            await saved(pilot)
        found = stages(board_path)
        assert {title: found[title] for title in expected} == expected
        assert at(pilot) == cursor


@pytest.mark.parametrize(("keys", "order"), [("J", "BAC"), ("J J J", "BCA"), ("G K", "ACB"), ("space space J", "CAB")])
async def test_reordering(
    make_service: MakeService, run_board: RunBoard, board_path: Path, keys: str, order: str
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await pilot.press(*keys.split())
        await saved(pilot)
        assert "".join(idea.title for idea in on_disk(board_path) if idea.stage == "idea") == order


async def test_a_bulk_action_is_one_step_for_undo(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await pilot.press("V", "d", "d")
        await saved(pilot)
        assert list(stages(board_path).values()).count("archived") == 3
        await pilot.press("u")
        await saved(pilot)
        assert "archived" not in stages(board_path).values()
        assert "marked" not in text_of(pilot), "marks end with the action that used them"


async def test_going_to_the_last_stage_asks_for_the_link(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service({"review": ["F"]})) as pilot:
        await pilot.press("4", "L")
        await pilot.press("escape")
        assert stages(board_path)["F"] == "review"
        screen, current = screen_of(pilot), screen_of(pilot).current
        assert current
        screen.picture.act(lambda: screen.service.sharing.share(current.id, Sharing(url="https://example.org/f")))
        await saved(pilot)
        share = idea_of(board_path, "F").share
        assert share
        assert share.url == "https://example.org/f"
        assert "last shared today" in lines_of(pilot)[0]


async def test_adding_shows_the_card_while_it_is_typed(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await pilot.press("l", "n")
        await type_text(pilot, "LoRA #lora @paper !2026-12-01")
        assert "Add to Outline" in lines_of(pilot)[1]
        assert "Paper to code  #lora  due 2026-12-01" in lines_of(pilot)[1]
        assert "▌LoRA" in text_of(pilot)
        assert "▌code  by 12-01" in text_of(pilot)
        assert len(on_disk(board_path)) == 7
        await pilot.press("enter")
        await saved(pilot)
        idea = idea_of(board_path, "LoRA")
        assert (idea.stage, idea.kind, idea.tags, idea.due) == ("outline", "paper-to-code", ("lora",), "2026-12-01")
        assert at(pilot) == "LoRA"


async def test_keys_typed_ahead_go_where_they_were_meant_to(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        for key in ("a", "T", "d", "q", "enter", "e", "d", "d"):
            pilot.app.simulate_key(key)
        await wait_until(pilot, lambda: pilot.app.screen is not screen_of(pilot))
        await saved(pilot)
        assert stages(board_path) == {**{title: stage for stage in FEW for title in FEW[stage]}, "Tdq": "idea"}
        assert pilot.app.screen is not screen_of(pilot)


async def test_what_was_typed_and_not_added_is_there_again(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await pilot.press("a")
        await type_text(pilot, "half a thou")
        await pilot.press("escape")
        assert "half" not in text_of(pilot)
        await pilot.press("a")
        assert "half a thou" in lines_of(pilot)[1]
        await pilot.press("ctrl+u", "enter")
        assert screen_of(pilot).state.prompt is None


async def test_a_line_that_is_refused_stays_to_be_mended(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service()) as pilot:
        await pilot.press("a")
        await type_text(pilot, "#lora")
        await pilot.press("enter")
        assert any("title is empty" in one for one in said(pilot))
        assert "#lora" in lines_of(pilot)[1]


async def test_a_link_typed_alone_is_a_paper_and_nobody_is_asked(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    async with run_board(service) as pilot:
        await pilot.press("a")
        await type_text(pilot, "https://arxiv.org/abs/2107.07511 #cp")
        await pilot.press("enter")
        (idea,) = service.board
        assert idea.paper
        assert (idea.paper.arxiv_id, idea.title, idea.tags) == ("2107.07511", "arXiv:2107.07511", ("cp",))
        assert any("c, then R, fills in what arXiv tells" in one for one in said(pilot))


async def test_a_similar_idea_is_pointed_out(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"making": ["Reproduce LoRA on one GPU"]})) as pilot:
        await pilot.press("a")
        await type_text(pilot, "reproduce lora on a gpu")
        await wait_until(pilot, lambda: "similar in Making: Reproduce LoRA on one GPU" in lines_of(pilot)[1])


async def test_a_pasted_text_is_a_new_idea(make_service: MakeService, run_board: RunBoard, board_path: Path) -> None:
    from textual.events import Paste

    async with run_board(make_service()) as pilot:
        pilot.app.post_message(Paste("A paper\nhttps://arxiv.org/abs/2107.07511"))
        await pilot.pause()
        await pilot.press("enter")
        await saved(pilot)
        assert idea_of(board_path, "A paper").url == "https://arxiv.org/abs/2107.07511"


async def test_hostile_titles_are_harmless_in_every_notification(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    titles = list(HOSTILE_TITLES)
    async with run_board(make_service({"idea": titles})) as pilot:
        for number, title in enumerate(titles):
            assert at(pilot) == title
            await pilot.press("d", "d")
            await saved(pilot)
            assert any(tame(title[:10]) in one for one in said(pilot))
            await pilot.press("u")
            assert at(pilot) == title
            if number in (0, 3, len(titles) - 1):
                await pilot.press("enter", "y", "escape", "escape", "t", "escape", "e", "escape", "m", "escape")
            await pilot.press("j")
        await saved(pilot)
        assert [idea.title for idea in on_disk(board_path)] == titles


# Filter


async def test_filter_narrows_keeps_and_is_taken_back(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["cats", "dogs", "cattle"], "review": ["bobcat"]})) as pilot:
        await pilot.press("j", "slash")
        await type_text(pilot, "cat")
        assert "3 of 4" in lines_of(pilot)[1]
        assert "Idea  2 of 3" in lines_of(pilot)[2]
        assert "dogs" not in text_of(pilot)
        await pilot.press("down")
        assert at(pilot) == "cattle"
        await pilot.press("enter")
        assert "/ cat" in lines_of(pilot)[1]
        await pilot.press("4")
        assert at(pilot) == "bobcat"
        await pilot.press("escape")
        assert "dogs" in text_of(pilot)
        assert at(pilot) == "bobcat"


async def test_escape_brings_the_filter_and_the_cursor_back(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["cats", "dogs"], "review": ["bobcat"]})) as pilot:
        await pilot.press("j", "slash")
        await type_text(pilot, "bob")
        assert at(pilot) == "bobcat"
        await pilot.press("escape")
        assert at(pilot) == "dogs"
        assert lines_of(pilot)[1].strip() == ""


async def test_a_filter_with_a_problem_says_so_and_still_works(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["cats"]}), size=(160, 30)) as pilot:
        await pilot.press("slash")
        await type_text(pilot, "is:nonsense")
        assert "there is no 'is:nonsense'" in lines_of(pilot)[1]
        await pilot.press("escape")
        assert "cats" in text_of(pilot)


async def test_moves_keep_the_filter(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["cats", "dogs"]})) as pilot:
        await pilot.press("slash")
        await type_text(pilot, "cat")
        await pilot.press("enter", "L")
        assert at(pilot) == "cats"
        assert "dogs" not in text_of(pilot)
        assert "Outline  1 of 1" in lines_of(pilot)[2]


# Views


async def test_collapsing_and_opening_columns(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(FEW)) as pilot:
        screen = screen_of(pilot)
        await pilot.press("z")
        assert screen.view.focused_stage == "outline"
        assert "Outline" in lines_of(pilot)[2]
        assert "Idea" not in lines_of(pilot)[2]
        await pilot.press("h")
        assert screen.view.focused_stage == "outline", "a collapsed column is passed over"
        await pilot.press("1")
        assert at(pilot) == "A"
        await pilot.press("z", "z", "z", "z", "z")
        assert not screen.view.collapsed, "the last open column opens all"


def open_and_beside(pilot: Pilot[None]) -> tuple[bool, bool]:
    """Tell whether the detail is open, and whether the cards are shown."""
    screen = screen_of(pilot)
    return screen.detail_place.is_open, bool(screen.view.display)


async def test_the_detail_beside_over_and_closed(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(FEW), size=(140, 30)) as pilot:
        screen = screen_of(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert open_and_beside(pilot) == (True, True)
        await pilot.press("j")
        assert screen.picture.detail
        assert screen.picture.detail.idea
        assert screen.picture.detail.idea.title == "B"
        await pilot.press("enter")
        assert screen.focused is screen.picture.detail
        await pilot.resize_terminal(70, 24)
        await pilot.pause()
        assert open_and_beside(pilot) == (True, False)
        await pilot.press("escape")
        assert open_and_beside(pilot) == (False, True)


async def test_text_that_the_mouse_selected_is_copied(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(FEW), size=(140, 30)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        screen = screen_of(pilot)
        assert screen.picture.detail
        await pilot.mouse_down(screen.picture.detail, offset=(2, 0))
        await pilot.hover(screen.picture.detail, offset=(3, 0))
        await pilot.mouse_up(screen.picture.detail, offset=(3, 0))
        await pilot.pause()
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert pilot.app.clipboard.startswith("A")


async def test_quick_views_open_and_close(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(FEW)) as pilot:
        for key in ("A", "i", "question_mark", "T", "ctrl+p", "e", "S", "r", "y", "t", "m", "s", "c"):
            await pilot.press(key)
            await pilot.pause()
            assert pilot.app.screen is not screen_of(pilot), key
            await pilot.press("escape")
            await pilot.pause()
            if pilot.app.screen is not screen_of(pilot):
                await pilot.press("escape")
                await pilot.pause()
            assert pilot.app.screen is screen_of(pilot), key


async def test_the_palette_goes_to_ideas_and_moves_to_stages(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service({"idea": ["cats"], "review": ["[/b] dogs"]})) as pilot:
        await pilot.press("ctrl+p")
        await type_text(pilot, "dogs")
        await wait_until(pilot, lambda: "Go to: [/b] dogs" in text_of(pilot))
        await pilot.press("down", "enter")
        await wait_until(pilot, lambda: at(pilot) == "[/b] dogs")
        await pilot.press("ctrl+p")
        await type_text(pilot, "move to making")
        await wait_until(pilot, lambda: "Move to Making" in text_of(pilot))
        await pilot.press("enter")
        await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        await wait_until(pilot, lambda: screen_of(pilot).board.column("making"))
        await saved(pilot)
        assert stages(board_path)["[/b] dogs"] == "making"


async def test_notes_are_edited_in_the_persons_editor(
    make_service: MakeService, run_board: RunBoard, board_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run_board(make_service({"idea": ["A"]})) as pilot:
        monkeypatch.setattr(pilot.app, "edit_outside", lambda text: text + "from the editor\n")
        await pilot.press("E")
        await saved(pilot)
        assert idea_of(board_path, "A").notes == "from the editor"


async def test_without_a_terminal_to_leave_the_editor_is_refused_in_words(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": ["A"]})) as pilot:
        await pilot.press("E")
        assert any("editor can be opened from here" in one for one in said(pilot))


async def test_links_open_in_the_browser_and_only_safe_ones(
    make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def browser(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", browser)
    service = make_service({"idea": ["A"]})
    async with run_board(service) as pilot:
        await pilot.press("o")
        assert any("has no link" in one for one in said(pilot))
        service.ideas.edit([next(iter(service.board.ideas))], Edit(url="https://example.org/a"))
        screen_of(pilot).picture.show_board()
        await pilot.press("o")
        assert opened == ["https://example.org/a"]
        open_link(screen_of(pilot), "file:///etc/passwd")
        await pilot.pause()
        assert opened == ["https://example.org/a"]
        assert any("is not a link" in one for one in said(pilot))


async def test_every_card_action_on_an_empty_board_says_what_to_do(
    make_service: MakeService, run_board: RunBoard
) -> None:
    for action in ACTIONS:
        if action.group in ("Card", "Find and share") and action.id not in ("card.add", "arxiv.search"):
            async with run_board(make_service()) as pilot:
                await screen_of(pilot).run_action(action.method)
                await pilot.pause()
                assert pilot.app.is_running


async def test_remapped_keys_reach_the_board_and_the_footer(make_service: MakeService, run_board: RunBoard) -> None:
    Path(os.environ["IDEABOARD_CONFIG"]).write_text("[keys]\n'card.add' = 'f2'\n'go.down' = 'f3'\n", "utf-8")
    async with run_board(make_service(FEW)) as pilot:
        await pilot.press("f3")
        assert at(pilot) == "B"
        assert "F2 add" in lines_of(pilot)[-1]
        await pilot.press("f2")
        assert screen_of(pilot).state.prompt


async def test_the_keys_of_the_detail_are_those_of_what_its_cursor_is_on(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["A"]})
    (idea,) = service.board
    service.ideas.edit([idea.id], Edit(url="https://example.org/a"))
    service.sharing.respond(idea.id, "question", "and how?", "")
    async with run_board(service, size=(140, 40)) as pilot:
        await pilot.press("enter", "enter")
        await pilot.pause()
        seen = []
        for _ in range(3):
            await pilot.press("tab")
            await pilot.pause()
            seen.append(" ".join(lines_of(pilot)[-1].split()[:5]))
        assert seen == ["Enter answered + next idea", "Enter open Tab next point,", "Space tick Tab next point,"]
        await pilot.press("shift+tab", "shift+tab", "plus")
        await saved(pilot)
        assert any(one.startswith("Added 'and how?'") and one.endswith(" to Idea") for one in said(pilot))
        assert idea_of(board_path, "and how?").origin
