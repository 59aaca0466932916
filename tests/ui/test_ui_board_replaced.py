"""The board file is replaced under the open board by one that lacks ideas: they are offered back, never lost."""

from __future__ import annotations

from pathlib import Path

from ui.board_pilot import MakeService, RunBoard, on_disk, said, text_of, wait_until


async def test_ideas_that_a_replaced_file_lacks_are_offered_and_brought_back(
    make_service: MakeService, run_board: RunBoard, board_path: Path, tmp_path: Path
) -> None:
    service = make_service({"idea": ["kept"]})
    old = board_path.read_bytes()
    other = make_service({"outline": ["lost [/b]"]})
    other.close()
    assert service.poll().changed
    async with run_board(service) as pilot:
        assert "lost [/b]" in text_of(pilot)
        fresh = tmp_path / "checked-out"
        fresh.write_bytes(old)
        fresh.replace(board_path)
        await wait_until(pilot, lambda: "lost [/b]" not in text_of(pilot))
        assert any("lacks an idea that was here" in one for one in said(pilot))
        await pilot.press("B")
        await wait_until(pilot, lambda: "lost [/b]" in text_of(pilot))
        assert {idea.title for idea in on_disk(board_path)} == {"kept", "lost [/b]"}
        await pilot.press("B")
        assert any("Nothing is missing" in one for one in said(pilot))
