"""The mouse: select, scroll, drag with a visible target, double click; tabs, heads and the footer."""

from __future__ import annotations

from pathlib import Path

from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot
from ui.board_pilot import MakeService, RunBoard, lines_of, on_disk, saved, screen_of, text_of

from ideaboard.ui.board.view import BoardView

FEW = {"idea": ["A", "B", "C"], "outline": ["D", "E"], "shared": ["G"]}


def find(pilot: Pilot[None], text: str) -> tuple[int, int]:
    """Return the cell of the board at which a text starts."""
    for y, line in enumerate(lines_of(pilot)):
        if text in line:
            return line.index(text), y - 1
    raise AssertionError(f"{text!r} is not on the screen")


async def drag(pilot: Pilot[None], start: tuple[int, int], *way: tuple[int, int], drop: bool = True) -> None:
    await pilot.mouse_down(BoardView, offset=start)
    for place in way:
        await pilot.hover(BoardView, offset=place)
    if drop:
        await pilot.mouse_up(BoardView, offset=way[-1])
        await pilot.pause()


async def test_a_click_selects(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await pilot.click(BoardView, offset=find(pilot, "▌E"))
        current = screen_of(pilot).current
        assert current
        assert current.title == "E"


async def test_a_double_click_opens_the_detail(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await pilot.click(BoardView, offset=find(pilot, "▌B"), times=2)
        await pilot.pause()
        screen = screen_of(pilot)
        assert screen.detail_place.is_open
        assert screen.picture.detail
        assert screen.picture.detail.idea
        assert screen.picture.detail.idea.title == "B"


async def test_a_head_and_a_tab_focus_their_column(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await pilot.click(BoardView, offset=find(pilot, "Review"))
        assert screen_of(pilot).view.focused_stage == "review"
        await pilot.resize_terminal(50, 20)
        await pilot.pause()
        await pilot.click(BoardView, offset=find(pilot, "Making"))
        assert screen_of(pilot).view.focused_stage == "making"


async def test_dragging_shows_the_target_and_moves_the_card(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        start, target = find(pilot, "▌A"), find(pilot, "▌E")
        await drag(pilot, start, (start[0] + 5, start[1]), target, drop=False)
        await pilot.pause()
        x, y = find(pilot, "▌A")
        assert (x, y) == (target[0], find(pilot, "▌D")[1] + 3), "the card is drawn where it would land"
        await pilot.mouse_up(BoardView, offset=target)
        await saved(pilot)
        assert [idea.title for idea in on_disk(board_path) if idea.stage == "outline"] == ["D", "A", "E"]
        current = screen_of(pilot).current
        assert current
        assert current.title == "A"


async def test_dragging_within_a_column_reorders(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await drag(pilot, find(pilot, "▌C"), find(pilot, "▌B"), find(pilot, "▌A"))
        await saved(pilot)
        assert [idea.title for idea in on_disk(board_path) if idea.stage == "idea"] == ["C", "A", "B"]


async def test_below_the_last_card_is_the_end_of_the_column(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        making = find(pilot, "Making")
        await drag(pilot, find(pilot, "▌A"), making, (making[0], 20))
        await saved(pilot)
        assert {idea.title: idea.stage for idea in on_disk(board_path)}["A"] == "making"


async def test_escape_lets_the_card_go_back(make_service: MakeService, run_board: RunBoard, board_path: Path) -> None:
    async with run_board(make_service(FEW)) as pilot:
        await drag(pilot, find(pilot, "▌A"), find(pilot, "▌E"), drop=False)
        await pilot.press("escape")
        await pilot.mouse_up(BoardView, offset=(40, 10))
        await pilot.pause()
        assert {idea.title: idea.stage for idea in on_disk(board_path)}["A"] == "idea"
        assert find(pilot, "▌A")[0] == 0


async def test_a_press_without_a_move_is_no_drag(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    async with run_board(make_service(FEW)) as pilot:
        start = find(pilot, "▌B")
        before = board_path.read_bytes()
        await drag(pilot, start, (start[0] + 1, start[1]))
        await pilot.pause()
        assert board_path.read_bytes() == before


async def test_the_wheel_scrolls_the_column_under_it_and_leaves_the_cursor(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": [f"idea {n:02d}" for n in range(30)], "outline": ["D"]})) as pilot:
        view = screen_of(pilot).view
        wheel = (2, 5, 0, 1, 0, False, False, False)
        for _ in range(3):
            view._forward_event(MouseScrollDown(view, *wheel))
        await pilot.pause()
        assert "idea 00" not in text_of(pilot)
        assert "↑3" in lines_of(pilot)[2]
        assert view.current
        assert view.current.title == "idea 00"
        for _ in range(9):
            view._forward_event(MouseScrollUp(view, *wheel))
        await pilot.pause()
        assert "idea 00" in text_of(pilot)


async def test_the_footer_does_what_its_keys_do(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(FEW)) as pilot:
        x = lines_of(pilot)[-1].index("filter")
        await pilot.click("FooterLine", offset=(x, 0))
        await pilot.pause()
        prompt = screen_of(pilot).state.prompt
        assert prompt
        assert prompt.kind == "filter"
