"""What terminals and libraries give different widths breaks no line, in dialogs and fields as on the cards."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rich.cells import cell_len
from ui.board_pilot import SHARED, MakeService, RunBoard, lines_of, make_idea, screen_of, settled, text_of, wait_until

from ideaboard.core.cells import cells_of
from ideaboard.core.changes import put
from ideaboard.ui.dialogs.dialog import KeysLine

SEQUENCES = "👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 1️⃣ ❤️ e\u0301 क्‍ष"
"""What terminals and libraries give different widths: skin tones, joined emoji, flags, selectors, marks, joiners."""


async def test_no_line_of_a_dialog_depends_on_how_wide_a_terminal_takes_a_sequence(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    idea = make_idea("bcdf2345", SEQUENCES, tags=(SEQUENCES,), notes=SEQUENCES, url="https://example.org")
    away = make_idea("bcdf2346", SEQUENCES)
    service._session.commit("import", lambda board: put(board, [idea, away]))
    service.ideas.archive([away.id], "parked", SEQUENCES)
    async with run_board(service, size=(100, 30)) as pilot:
        for keys in ("e", "m", "t", "S", "r", "d", "y", "A", "i", "ctrl+p", "dollar_sign"):
            await pilot.press(keys)
            await settled(pilot)
            assert pilot.app.screen is not screen_of(pilot), keys
            for line in lines_of(pilot):
                assert sum(map(cells_of, line)) == cell_len(line) == 100, (keys, line)
            await pilot.press("escape")
        await pilot.press("slash", *"1", "enter")
        assert "👍" in text_of(pilot)


async def test_a_terminal_of_three_lines_has_no_bar_over_the_cards(
    make_service: MakeService, run_board: RunBoard
) -> None:
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("unknown = 1\n", encoding="utf-8")
    async with run_board(make_service({"idea": ["A"]}), size=(12, 3)) as pilot:
        assert pilot.app.screen.scrollbars_enabled == (False, False)
        await pilot.press("w")
        await settled(pilot)
        assert pilot.app.screen.scrollbars_enabled == (False, False)


async def test_the_key_that_closes_a_dialog_stays_where_there_is_one_line_for_keys(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": ["A"]}), size=(30, 10)) as pilot:
        for key in ("e", "S", "m", "t", "d", "dollar_sign"):
            await pilot.press(key)
            await settled(pilot)
            line = pilot.app.screen.query_one(KeysLine)
            assert line.size.height == 1
            assert "Esc" in str(line.render()), key
            if key == "dollar_sign":
                assert "Tab" not in str(line.render()), "there is nothing to go on to"
            await pilot.press("escape")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (160, 48)])
async def test_the_months_stand_below_the_chart_of_the_statistics(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    service = make_service({"idea": ["A", "B"]})
    service._session.commit("import", lambda board: put(board, [SHARED]))
    async with run_board(service, size=size) as pilot:
        await pilot.press("i")
        await settled(pilot)
        await wait_until(pilot, lambda: "Dec" in text_of(pilot) or " D " in text_of(pilot))
        assert "█" in text_of(pilot)
        assert "Nov" in text_of(pilot)


@pytest.mark.parametrize("size", [(20, 6), (30, 10), (60, 20)])
async def test_both_answers_can_be_read_at_every_size(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    async with run_board(make_service({"idea": ["A"]}), size=size) as pilot:
        await pilot.press("e", "x", "escape")
        await settled(pilot)
        assert "n Go on" in text_of(pilot)
        assert "y Throw away" in text_of(pilot)
