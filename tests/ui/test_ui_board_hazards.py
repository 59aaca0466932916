"""No key meets another card than the one that was painted; what cannot be kept is not shown as if it were."""

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

from ideaboard.bootstrap import open_service
from ideaboard.core.changes import Edit, NewIdea, Sharing
from ideaboard.service import Service
from ideaboard.ui.dialogs.share import ChannelsScreen

# A key between two pictures


def stages(path: Path) -> dict[str, str]:
    return {idea.title: "archived" if idea.archived else idea.stage for idea in on_disk(path)}


def gone(other: Service, title: str) -> None:
    other.ideas.delete([idea.id for idea in other.board if idea.title == title])


def moved(other: Service, title: str) -> None:
    other.ideas.move([idea.id for idea in other.board if idea.title == title], "making")


def archived(other: Service, title: str) -> None:
    other.ideas.archive([idea.id for idea in other.board if idea.title == title])


CHANGES = [(gone, "is gone"), (moved, "is in Making now"), (archived, "archived")]


@pytest.mark.parametrize(
    ("key", "change", "words"),
    [
        pytest.param(key, *change, marks=() if number % len(CHANGES) == place else pytest.mark.slow)
        for number, key in enumerate(["L", "H", "J", "K", "d", "e", "t", "m", "S", "r", "D", "E", "o"])
        for place, change in enumerate(CHANGES)
    ],
)
async def test_a_key_pressed_for_a_card_that_others_took_away_meets_no_other_card(
    make_service: MakeService,
    run_board: RunBoard,
    board_path: Path,
    change: object,
    words: str,
    key: str,
) -> None:
    service = make_service({"idea": ["here", "there"]})
    async with run_board(service) as pilot:
        screen = screen_of(pilot)
        assert callable(change)
        change(make_service(), "here")
        screen.poll()
        assert screen.current
        assert screen.current.title == "there"
        before = stages(board_path)
        await pilot.press(key)
        await saved(pilot)
        assert stages(board_path) == before
        assert pilot.app.screen is screen
        assert any(f"'here' {words}" in one.replace("is archived now", "archived") for one in said(pilot))
        assert any("press the key again for 'there'" in one for one in said(pilot))
        await pilot.press("d", "d")
        await saved(pilot)
        assert stages(board_path)["there"] == "archived", "once it was said, the key is meant as it is pressed"


async def test_a_key_for_marked_cards_does_not_fall_on_the_card_under_the_cursor(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["marked", "under the cursor"]})
    async with run_board(service) as pilot:
        await pilot.press("space")
        gone(make_service(), "marked")
        screen_of(pilot).poll()
        await pilot.press("d")
        await saved(pilot)
        assert stages(board_path) == {"under the cursor": "idea"}


async def test_a_dialog_acts_on_the_card_that_it_was_opened_for(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["here", "there"]})
    async with run_board(service) as pilot:
        await pilot.press("m")
        gone(make_service(), "here")
        screen_of(pilot).poll()
        await pilot.press("3")
        await saved(pilot)
        await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        assert stages(board_path) == {"there": "idea"}


async def test_the_keys_of_the_detail_meet_no_other_card_either(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["here", "there"]})
    async with run_board(service) as pilot:
        await pilot.press("enter", "enter", "space")
        gone(make_service(), "here")
        screen_of(pilot).poll()
        await pilot.press("space", "space")
        await saved(pilot)
        assert [idea.ticks for idea in on_disk(board_path)] == [()]


async def test_going_elsewhere_first_makes_the_next_key_count(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"idea": ["here", "there", "far"]})
    async with run_board(service) as pilot:
        gone(make_service(), "here")
        screen_of(pilot).poll()
        await pilot.press("j", "L")
        await saved(pilot)
        assert stages(board_path) == {"there": "idea", "far": "outline"}


# Marks


@pytest.mark.parametrize("keys", ["L", "H", "J", "d d", "m 3", "t x enter enter"])
async def test_marks_end_with_the_action_that_used_them(
    make_service: MakeService, run_board: RunBoard, board_path: Path, keys: str
) -> None:
    service = make_service({"outline": ["A", "B", "C"], "shared": ["S"]})
    async with run_board(service) as pilot:
        screen = screen_of(pilot)
        await pilot.press("2", "space", "space")
        assert lines_of(pilot)[-1].split()[:2] == ["2", "marked"]
        for key in keys.split():
            await pilot.press(key)
            await pilot.pause()
        await wait_until(pilot, lambda: pilot.app.screen is screen)
        await saved(pilot)
        assert not screen.state.marks
        assert "marked" not in text_of(pilot)
        await pilot.press("5", "d", "d")
        await saved(pilot)
        found = stages(board_path)
        assert found["S"] == "archived"
        assert (found["A"] == "archived") == (keys == "d d")


async def test_marks_stay_when_their_action_is_refused_or_given_up(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": ["A", "B"]}), size=(80, 24)) as pilot:
        await pilot.press("V", "m", "escape", "t", "escape")
        await pilot.pause()
        assert len(screen_of(pilot).state.marks.ids) == 2
        for words in ("2 marked", "L H move", "m move to", "t tags", "d archive", "Esc unmark"):
            assert words in lines_of(pilot)[-1]
        await pilot.resize_terminal(120, 24)
        await wait_until(pilot, lambda: "@ kind  $ due  Esc unmark" in lines_of(pilot)[-1])
        await pilot.press("escape")
        assert "a add" in lines_of(pilot)[-1]


# What cannot be kept


def damage(path: Path) -> bytes:
    """Put rubbish into a board file, and return what it holds then."""
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:1], b"rubbish\n", *lines[1:2], b"more\n", *lines[2:]]))
    return path.read_bytes()


@pytest.mark.parametrize("size", [(160, 48), (100, 30), (80, 24), (40, 12)])
async def test_a_damaged_board_says_so_for_as_long_as_it_is_and_shows_no_change_as_kept(
    make_service: MakeService, run_board: RunBoard, board_path: Path, size: tuple[int, int]
) -> None:
    make_service({"idea": ["A", "B"]})
    before = damage(board_path)
    async with run_board(make_service(), size=size) as pilot:
        screen = screen_of(pilot)
        await wait_until(pilot, lambda: "ideaboard check --repair" in lines_of(pilot)[1])
        if size[0] >= 80:
            assert "read-only: damaged in lines 2, 4 · ideaboard check --repair" in lines_of(pilot)[1]
        for keys in ("L", "dd", "J", "u"):
            await pilot.press(*keys)
            await pilot.pause()
            assert [(idea.title, idea.stage) for idea in screen.board] == [("A", "idea"), ("B", "idea")], keys
            assert any("--repair" in one or "damaged" in one for one in said(pilot))
        await pilot.press("a")
        await type_text(pilot, "typed")
        await pilot.press("enter")
        assert screen.state.prompt, "what was typed is still there"
        assert screen.state.prompt.editor.text == "typed"
        assert len(screen.board) == 2
        assert not screen.service.saving.pending
        assert board_path.read_bytes() == before


@pytest.mark.parametrize("size", [(120, 30), (40, 12)])
async def test_every_screen_over_a_damaged_board_says_that_it_takes_no_change(
    make_service: MakeService, run_board: RunBoard, board_path: Path, size: tuple[int, int]
) -> None:
    make_service({"idea": ["A"]}).close()
    damage(board_path)
    async with run_board(make_service(), size=size) as pilot:
        board = screen_of(pilot)
        for key in ("w", "W", "C", "ctrl+l", "c"):
            await wait_until(pilot, lambda: pilot.app.screen is board)
            await pilot.press(key)
            await wait_until(pilot, lambda: pilot.app.screen is not board)
            if key != "C" or size[0] >= 80:
                await wait_until(pilot, lambda: "ideaboard check --repair" in " ".join(lines_of(pilot)[:2]))
            assert "read-only" in " ".join(lines_of(pilot)[:2]), key
            await pilot.press("q")


async def test_a_damaged_board_still_shows_the_texts_of_what_was_shared(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service({"review": ["A"]})
    service.sharing.share(next(iter(service.board.ideas)), Sharing(url="https://x.org", summary="done"))
    service.close()
    before = damage(board_path)
    async with run_board(make_service()) as pilot:
        await wait_until(pilot, lambda: "read-only" in lines_of(pilot)[1])
        await pilot.press("5", "S", "ctrl+t")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, ChannelsScreen))
        assert board_path.read_bytes() == before


async def test_a_board_that_is_mended_meanwhile_takes_changes_again(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    make_service({"idea": ["A", "B"]})
    whole = board_path.read_bytes()
    damage(board_path)
    async with run_board(make_service()) as pilot:
        await wait_until(pilot, lambda: "read-only" in lines_of(pilot)[1])
        fresh = board_path.with_suffix(".mended")
        fresh.write_bytes(whole)
        fresh.replace(board_path)
        await wait_until(pilot, lambda: "read-only" not in text_of(pilot))
        await pilot.press("L")
        await saved(pilot)
        assert stages(board_path)["A"] == "outline"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions bind nobody here")
async def test_a_board_without_permission_to_write_says_so(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    make_service({"idea": ["A"]})
    board_path.chmod(0o400)
    async with run_board(make_service()) as pilot:
        await wait_until(pilot, lambda: "read-only" in lines_of(pilot)[1])
        await pilot.press("L")
        assert [idea.stage for idea in screen_of(pilot).board] == ["idea"]


async def test_problems_of_the_config_last_on_one_line_and_are_all_shown_by_a_key(
    make_service: MakeService, run_board: RunBoard
) -> None:
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('colour = "[/b]"\nsize = 3\n', encoding="utf-8")
    async with run_board(make_service({"idea": ["A"]}), size=(120, 30)) as pilot:
        await wait_until(pilot, lambda: "2 problems" in lines_of(pilot)[1])
        assert "! shows all" in lines_of(pilot)[1]
        await pilot.press("exclamation_mark")
        await pilot.pause()
        assert "'colour':" in text_of(pilot)
        assert "'size':" in text_of(pilot)
        await pilot.press("escape")
        assert "A" in text_of(pilot)


# What the header and the filter say


async def test_questions_and_opportunities_are_counted_apart(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service({"shared": ["A"]})
    (idea,) = service.board
    for kind, text in (("question", "how?"), ("question", "why?"), ("opportunity", "a talk"), ("follower", "nice")):
        service.sharing.respond(idea.id, kind, text, "")
    async with run_board(service) as pilot:
        assert "2 questions, 1 opportunity waiting" in lines_of(pilot)[0]
        service.sharing.answer(service.board.ideas[idea.id].responses[0].id)
        await wait_until(pilot, lambda: "1 question, 1 opportunity waiting" in lines_of(pilot)[0])
        service.ideas.archive([idea.id])
        await wait_until(pilot, lambda: "waiting" not in lines_of(pilot)[0])


async def test_at_small_sizes_candidates_outlive_the_last_share(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service({"candidate": ["X", "Y"], "shared": ["S"]})
    async with run_board(service, size=(40, 12)) as pilot:
        assert "2 candidates" in lines_of(pilot)[0]
        assert "last shared" not in lines_of(pilot)[0]


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("age:>0d", ["age:", "age:>"]),
        ("due:<2027-01-01", ["due:<", "due:<2", "due:<2027-", "due:<2027-0", "due:<2027-01-"]),
        ("shared:2026-03", ["shared:", "shared:20", "shared:2026-", "shared:2026-0"]),
        ("cats #pet", ["cats #"]),
        ("cats (", ["cats (", "cats -", 'cats "', "cats kind:", "cats is:"]),
    ],
)
async def test_a_filter_that_is_not_finished_hides_nothing_yet(
    make_service: MakeService, run_board: RunBoard, whole: str, parts: list[str]
) -> None:
    service = make_service({"idea": ["cats ( one", "cats two"], "shared": ["cats"]})
    service.ideas.edit([idea.id for idea in service.board], Edit(due="2026-12-01"))
    async with run_board(service) as pilot:
        screen = screen_of(pilot)
        for part in parts:
            await pilot.press("slash")
            await type_text(pilot, part)
            assert sum(map(len, (column.ideas for column in screen.view.columns.values()))) == 3, part
            assert screen.state.prompt
            assert screen.state.prompt.editor.text == part
            await pilot.press("escape")
        await pilot.press("slash")
        await type_text(pilot, whole)
        await pilot.press("enter")
        assert screen.picture.filter.text == whole


async def test_a_filter_that_fits_nothing_says_so_where_the_cards_would_be(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service({"idea": ["cats", "dogs", "more dogs"]})
    service.ideas.archive([idea.id for idea in service.board if "dogs" in idea.title])
    async with run_board(service) as pilot:
        await pilot.press("slash")
        await type_text(pilot, "dogs")
        assert "Nothing fits 'dogs'." in text_of(pilot)
        assert "2 archived ideas fit" in text_of(pilot)
        await pilot.press("escape")
        assert "Nothing fits" not in text_of(pilot)


async def test_what_is_wrong_with_a_filter_is_said_in_its_line(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["cats"]}), size=(160, 30)) as pilot:
        screen = screen_of(pilot)
        for text in ("is:nonsense", "nosuch:x", "cats OR dogs", "age>30d", "(cats"):
            await pilot.press("slash")
            await type_text(pilot, text)
            (problem,) = screen.picture.filter.query.problems
            assert problem[:30] in lines_of(pilot)[1]
            await pilot.press("enter")
            assert problem[:30] in lines_of(pilot)[1], "and it stays said while the filter is on"
            await pilot.press("escape")
            assert screen.state.prompt is None


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_what_is_wrong_with_a_filter_is_said_whole_where_its_line_is_short(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    async with run_board(make_service({"idea": ["cats"]}), size=size) as pilot:
        await pilot.press("slash")
        await type_text(pilot, "is:nonsense")
        (problem,) = screen_of(pilot).picture.filter.query.problems
        assert problem[1:] in " ".join(text_of(pilot).split())


# Stages that the config took away


async def test_the_ideas_of_a_stage_that_the_config_took_away_are_treated_alike_everywhere(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    make_service({"idea": ["A"], "outline": ["B"], "review": ["C"], "shared": ["D"]})
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('[stages]\norder = ["idea", "making", "shared"]\n', encoding="utf-8")
    service = open_service(board=str(board_path))
    assert not service.config.problems
    shown = [idea.title for idea in service.board.column("idea")]
    assert sorted(shown) == ["A", "B", "C"]
    found = service.ideas.query("stage:idea").select(service.board, service.ideas.context())
    assert sorted(idea.title for idea in found) == sorted(shown)
    others = service.ideas.query("-stage:idea").select(service.board, service.ideas.context())
    assert [idea.title for idea in others] == ["D"]
    async with run_board(service) as pilot:
        await pilot.press("slash")
        await type_text(pilot, "stage:idea")
        await pilot.press("enter")
        assert "Idea  3 of 3" in lines_of(pilot)[2]
    service.ideas.add([NewIdea(title="E")])
    service.close()
