"""From a rough line to something shared, by keyboard alone, looked at on the screen and on disk."""

from __future__ import annotations

from pathlib import Path

from ui.board_pilot import MakeService, RunBoard, lines_of, on_disk, said, saved, screen_of, text_of, type_text


async def test_add_move_filter_undo_and_quit(make_service: MakeService, run_board: RunBoard, board_path: Path) -> None:
    async with run_board(make_service({"idea": ["Churn at a telco"], "review": ["ISIC 2024"]})) as pilot:
        await pilot.press("a")
        await type_text(pilot, "Reproduce LoRA #lora @paper")
        await pilot.press("enter")
        await saved(pilot)
        assert [(idea.title, idea.kind, idea.tags) for idea in on_disk(board_path)][1] == (
            "Reproduce LoRA",
            "paper-to-code",
            ("lora",),
        )
        assert [idea.title for idea in [screen_of(pilot).current] if idea] == ["Reproduce LoRA"]
        await pilot.press("L", "L")
        await saved(pilot)
        assert [idea.stage for idea in on_disk(board_path) if idea.title == "Reproduce LoRA"] == ["making"]
        assert "Making  1/2" in lines_of(pilot)[2]
        await pilot.press("slash")
        await type_text(pilot, "lora")
        assert "1 of 3" in lines_of(pilot)[1]
        assert "Churn" not in text_of(pilot)
        await pilot.press("escape")
        assert "Churn" in text_of(pilot)
        await pilot.press("u")
        assert [idea.stage for idea in on_disk(board_path) if idea.title == "Reproduce LoRA"] == ["outline"]
        assert any("Took back" in one for one in said(pilot))
        await pilot.press("q")
    assert pilot.app.return_code == 0
