"""The small dialogs and the help: every key, what they give back, and titles that are never markup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import HOSTILE_TITLES
from textual.widgets import Static
from ui.board_pilot import PAPER, SHARED, make_idea, service_with, shown

from ideaboard.core.actions import ACTIONS, SCREENS
from ideaboard.core.board import Board
from ideaboard.core.changes import Edit
from ideaboard.core.ideas import Link
from ideaboard.core.kinds import Stage, Workflow
from ideaboard.errors import ArxivError
from ideaboard.service import Service
from ideaboard.ui.dialogs.dialog import Confirm, KeysLine
from ideaboard.ui.dialogs.edit import TagEditor
from ideaboard.ui.dialogs.help import HelpScreen
from ideaboard.ui.dialogs.pickers import (
    Choice,
    KindPicker,
    Picker,
    StagePicker,
    YankPicker,
    keys_for,
    letters_for,
    markdown_link,
)

IDEA = make_idea(
    "bcdf2345",
    "Conformal prediction",
    tags=("bayes", "lora"),
    url="https://example.org/a",
    notes="# Plan\n\nWords",
    due="2026-12-24",
    links=(Link("https://example.org/b", "the other"),),
)
OTHER = make_idea("ghjk2345", "Other", "making", tags=("bayes", "vision"))
THIRD = make_idea("mnpq2345", "Third", "making")
KEYS = {action.id: action.keys for action in ACTIONS}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = service_with(tmp_path, [IDEA, OTHER, THIRD, SHARED])
    yield opened
    opened.close()


@pytest.fixture
def board(service: Service) -> Board:
    return service.board


# Confirm


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["y"], True),
        (["n"], False),
        (["escape"], False),
        (["enter"], False),
        (["right", "enter"], True),
        (["l", "enter"], True),
        (["right", "left", "enter"], False),
        (["tab", "enter"], True),
    ],
)
async def test_confirm_answers(keys: list[str], answer: bool) -> None:
    async with shown(lambda: Confirm("Delete '[/b] x'?", "Delete", "Keep")) as one:
        await one.press(*keys)
        assert one.result is answer


async def test_a_click_beside_a_question_does_not_answer_it() -> None:
    async with shown(lambda: Confirm("Really?")) as one:
        await one.pilot.click(offset=(0, 0))
        assert one.top is one.screen


async def test_a_click_on_a_key_does_what_the_key_does() -> None:
    async with shown(lambda: Picker("Which?", [Choice("a", "A"), Choice("b", "B")], "b")) as one:
        keys = one.screen.query_one("#keys")
        await one.pilot.click(keys, offset=(2, 0))
        assert one.result == "b"


# Pickers


@pytest.mark.parametrize(
    ("keys", "stage"),
    [
        (["2"], "outline"),
        (["5"], "shared"),
        (["r"], "review"),
        (["m"], "making"),
        (["enter"], "outline"),
        (["j", "enter"], "making"),
        (["j", "j", "k", "enter"], "making"),
        (["down", "enter"], "making"),
        (["G", "enter"], "shared"),
        (["G", "g", "enter"], "idea"),
        (["k", "enter"], "idea"),
        (["k", "k", "enter"], "idea"),
        (["G", "j", "enter"], "shared"),
        (["escape"], None),
    ],
)
async def test_a_stage_has_a_number_a_letter_and_a_line(board: Board, keys: list[str], stage: str | None) -> None:
    async with shown(lambda: StagePicker(board, [IDEA.id])) as one:
        await one.press(*keys)
        assert one.result == stage


async def test_stages_show_how_many_they_hold_and_their_limit(board: Board) -> None:
    async with shown(lambda: StagePicker(board, [IDEA.id, OTHER.id])) as one:
        picture = one.picture()
        assert "Move  2 ideas" in picture
        assert "2 of 2, 3 after" in picture
    async with shown(lambda: StagePicker(board, [OTHER.id])) as one:
        picture = one.picture()
        assert "2 of 2  here now" in picture
        assert "Move  Other" in picture


def test_letters_are_given_once_and_never_those_that_move() -> None:
    assert letters_for(["Idea", "Outline", "Review", "Reading", "KJ"]) == ["i", "o", "r", "e", ""]
    assert letters_for(["日本", "Making"]) == ["", "m"]
    assert keys_for(["3D", "2nd", "Making"]) == [("1", "d"), ("2", "n"), ("3", "m")]


async def test_a_label_of_wide_letters_stands_whole_and_a_digit_picks_its_line() -> None:
    workflow = Workflow(stages=(Stage("s0", "日本語"), Stage("s1", "3番目"), Stage("s2", "完成")))
    board = Board.of([make_idea("bcdf2345", stage="s0")], workflow)
    async with shown(lambda: StagePicker(board, ["bcdf2345"])) as one:
        assert all(label in one.picture() for label in ("日本語", "3番目", "完成"))
        await one.press("3")
        assert one.result == "s2"


async def test_a_board_of_many_stages_still_picks_by_line() -> None:
    workflow = Workflow(stages=tuple(Stage(f"s{n}", f"Step {n}") for n in range(12)))
    board = Board.of([make_idea("bcdf2345", stage="s0")], workflow)
    async with shown(lambda: StagePicker(board, ["bcdf2345"])) as one:
        await one.press("G", "enter")
        assert one.result == "s11"


@pytest.mark.parametrize(
    ("keys", "kind"), [(["2"], "paper-to-code"), (["s"], "case-study"), (["u"], "summary"), (["enter"], "post")]
)
async def test_a_kind_is_picked(keys: list[str], kind: str) -> None:
    async with shown(lambda: KindPicker(Workflow(), "post")) as one:
        await one.press(*keys)
        assert one.result == kind


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("l", "https://example.org/a"),
        ("i", "bcdf2345"),
        ("t", "Conformal prediction"),
        ("m", "[Conformal prediction](https://example.org/a)"),
        ("enter", "https://example.org/a"),
        ("escape", None),
    ],
)
async def test_what_to_copy(service: Service, key: str, text: str | None) -> None:
    async with shown(lambda: YankPicker(service, IDEA)) as one:
        await one.press(key)
        assert one.result == text


async def test_bibtex_is_there_when_there_is_a_paper(tmp_path: Path) -> None:
    idea = make_idea("bcdf2345", paper=PAPER)
    service = service_with(tmp_path, [idea])
    async with shown(lambda: YankPicker(service, idea)) as one:
        await one.press("b")
        assert "2107.07511" in one.result
        assert one.result.startswith("@")
    service.close()


async def test_bibtex_that_cannot_be_made_leaves_the_picker_open(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(ids: list[str]) -> str:
        raise ArxivError("[/b] no entry", "try later")

    monkeypatch.setattr(service.arxiv, "bibtex", fail)
    async with shown(lambda: YankPicker(service, make_idea("bcdf2345", paper=PAPER))) as one:
        await one.press("b")
        assert one.top is one.screen
        assert one.told == ["[/b] no entry · try later"]


def test_a_markdown_link_keeps_any_title_as_text() -> None:
    from markdown_it import MarkdownIt

    for title in HOSTILE_TITLES:
        tokens = MarkdownIt().parseInline(markdown_link(title, "https://example.org/(a"))[0].children or []
        assert [token.type for token in tokens if token.type != "text"] == ["link_open", "link_close"], title
        assert "".join(token.content for token in tokens) == title.strip()
        assert tokens[0].attrs["href"] == "https://example.org/(a"


# Tags


def opened(board: Board, *ids: str) -> TagEditor:
    return TagEditor(board, ids)


@pytest.mark.parametrize(
    ("keys", "edit"),
    [
        (["space", "enter"], Edit(remove_tags=("bayes",))),
        (["down", "space", "ctrl+s"], Edit(remove_tags=("lora",))),
        (["down", "down", "space", "enter"], Edit(add_tags=("vision",))),
        (["down", "down", "up", "space", "enter"], Edit(remove_tags=("lora",))),
        (["pagedown", "space", "enter"], Edit(add_tags=("vision",))),
        (["pagedown", "pageup", "space", "enter"], Edit(remove_tags=("bayes",))),
        (["space", "space", "enter"], None),
        (["enter"], None),
        (["space", "escape"], None),
    ],
)
async def test_tags_are_toggled(board: Board, keys: list[str], edit: Edit | None) -> None:
    async with shown(lambda: opened(board, IDEA.id)) as one:
        await one.press(*keys)
        assert one.result == edit


@pytest.mark.parametrize(
    ("typed", "keys", "edit"),
    [
        ("vis", ["enter", "enter"], Edit(add_tags=("vision",))),
        ("vsn", ["enter", "enter"], Edit(add_tags=("vision",))),
        ("vis", ["space", "enter"], Edit(add_tags=("vision",))),
        ("#Time", ["enter", "enter"], Edit(add_tags=("time",))),
        ("neu", ["ctrl+s"], Edit(add_tags=("neu",))),
        ("bay", ["down", "enter", "enter"], Edit(add_tags=("bay",))),
        ("bay", ["escape", "escape"], None),
        ("bayes", ["ctrl+s"], None),
    ],
)
async def test_tags_are_found_and_named_by_typing(board: Board, typed: str, keys: list[str], edit: Edit | None) -> None:
    async with shown(lambda: opened(board, IDEA.id)) as one:
        await one.type(typed)
        await one.press(*keys)
        assert one.result == edit


async def test_tags_of_several_ideas_have_three_states(board: Board) -> None:
    async with shown(lambda: opened(board, IDEA.id, OTHER.id)) as one:
        picture = one.picture()
        assert "● bayes" in picture
        assert "◐ lora" in picture
        await one.press("down", "space")
        assert "● lora" in one.picture()
        await one.press("space")
        assert "○ lora" in one.picture()
        await one.press("space")
        assert "◐ lora" in one.picture()
        await one.press("space", "ctrl+s")
        assert one.result == Edit(add_tags=("lora",))


async def test_a_tag_that_is_none_is_said(board: Board) -> None:
    async with shown(lambda: opened(board, IDEA.id)) as one:
        await one.type("#")
        await one.press("backspace")
        await one.type("-")
        await one.press("ctrl+s")
        assert one.result == Edit(add_tags=("-",))


async def test_ten_thousand_tags_are_found_by_typing() -> None:
    ideas = [make_idea(f"bcdf{n:04d}", tags=tuple(f"tag-{n}-{m}" for m in range(20))) for n in range(500)]
    board = Board.of(ideas, Workflow())
    async with shown(lambda: TagEditor(board, ["bcdf0000"])) as one:
        await one.type("tag-499-19")
        await one.press("enter", "enter")
        assert one.result == Edit(add_tags=("tag-499-19",))


# Help


@pytest.mark.parametrize("size", [(120, 40), (160, 48)])
async def test_help_shows_every_action_with_its_live_keys(size: tuple[int, int]) -> None:
    keys = {**KEYS, "card.add": ("insert", "ctrl+n"), "card.share": ()}
    async with shown(lambda: HelpScreen(keys), size=size) as one:
        picture = str(one.screen.query_one("#text", Static).content)
        for action in ACTIONS:
            if not action.id[-1].isdigit():
                assert action.help[:24] in picture
        assert "insert Ctrl+n" in picture
        assert "1-9" in picture
        assert "Thank you to arXiv for use of its open access interoperability." in picture
        assert "Copy text" in picture


async def test_help_is_searched_by_word_and_by_key() -> None:
    async with shown(lambda: HelpScreen(KEYS)) as one:
        await one.type("arch")
        picture = one.picture()
        assert "Archive" in picture
        assert "Redo" not in picture
        assert "Esc clear" in picture
        await one.press("escape")
        assert "Esc close" in one.picture()
        assert "column on the left" in one.picture()
        await one.type("D")
        first = one.picture().split("Open the draft")[0]
        assert "below" not in first
        await one.press("escape", "escape")
        assert one.results == [None]


async def test_help_needs_to_be_told_only_the_keys_that_were_changed() -> None:
    async with shown(lambda: HelpScreen({"card.add": ("insert",), "card.share": ()}), size=(120, 40)) as one:
        text = str(one.screen.query_one("#text", Static).content)
        rows = [row.strip() for row in text.split("\n")]
        assert any(row.startswith("insert ") and " Add an idea" in row for row in rows)
        assert any(row.startswith("- ") and " Share: a link" in row for row in rows)
        assert any(row.startswith("e ") and " Edit the idea" in row for row in rows)


@pytest.mark.parametrize("screen", SCREENS)
async def test_help_that_a_screen_opens_begins_with_that_screen(screen: str) -> None:
    async with shown(lambda: HelpScreen({}, screen), size=(160, 48)) as one:
        rows = str(one.screen.query_one("#text", Static).content).split("\n")
        assert rows[0].startswith("Go" if screen == "board" else SCREENS[screen])
        own = [action for action in ACTIONS if screen in action.screens and not action.id[-1].isdigit()]
        first = " ".join(row[:76] for row in rows[: len(own) + 20])
        assert screen == "board" or all(action.help[:20] in first for action in own)
        assert max(map(len, rows)) > 120


async def test_help_without_a_hit_says_so() -> None:
    async with shown(lambda: HelpScreen(KEYS)) as one:
        await one.type("zzzz")
        assert "no key for that" in one.picture()


@pytest.mark.parametrize("key", ["enter", "f1"])
async def test_help_closes_at_once(key: str) -> None:
    async with shown(lambda: HelpScreen(KEYS)) as one:
        await one.press("x", key)
        assert one.results == [None]


@pytest.mark.parametrize(("down", "up"), [("down", "up"), ("pagedown", "pageup")])
async def test_help_scrolls(down: str, up: str) -> None:
    async with shown(lambda: HelpScreen(KEYS), size=(40, 12)) as one:
        pane = one.screen.query_one("#list")
        await one.press(down)
        assert pane.scroll_y > 0
        await one.press(up)
        assert pane.scroll_y == 0


@pytest.mark.parametrize("width", [8, 17, 24, 40])
def test_no_key_is_torn_from_what_it_does(width: int) -> None:
    keys = [("Enter", "bring back", ""), ("Esc", "close", ""), ("d", "delete", "delete"), ("u", "undo", "")]
    lines = [line.plain for line in KeysLine(keys, id="keys")._lines(width)]
    assert "  ".join(lines) == "Enter bring back  Esc close  d delete  u undo"
    pairs = {f"{key} {what}" for key, what, _ in keys}
    assert all(set(line.split("  ")) <= pairs for line in lines)
    assert all(len(line) <= max(width, len("Enter bring back")) for line in lines)
