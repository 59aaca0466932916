"""What the board makes of the room it has: titles, empty columns, years, the detail, the card that is typed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ui.board_pilot import NOW, MakeService, RunBoard, lines_of, make_idea, screen_of, settled, text_of, type_text

from ideaboard.core import changes
from ideaboard.core.ideas import Idea, Share
from ideaboard.service import Service
from ideaboard.ui.board.columns import EMPTY_COLUMN, GAP, MIN_COLUMN, ROOMY_COLUMN, WIDE_COLUMN, arrange
from ideaboard.ui.board.heads import Head, draw_head

STAGES = ("idea", "outline", "making", "review", "shared")
LONG = "A title that says in rather many words what it wants to be about"


def with_ideas(service: Service, *ideas: Idea) -> Service:
    service._session.commit("import", lambda board: changes.put(board, ideas))
    return service


def numbered(number: int, title: str, stage: str, **fields: Any) -> Idea:
    return make_idea(f"bcdf{number:04d}", title, stage, rank=f"r{number:04d}5", **fields)


def shared(number: int, day: date, url: str = "https://example.org/x") -> Idea:
    share = Share(at=f"{day}T10:00:00.000Z", date=day.isoformat(), url=url)
    return numbered(number, f"Shared {number}", "shared", share=share)


@given(
    st.lists(st.sampled_from(STAGES), min_size=1, max_size=5, unique=True),
    st.sets(st.sampled_from(STAGES)),
    st.sets(st.sampled_from(STAGES)),
    st.integers(60, 300),
    st.data(),
)
def test_columns_fill_the_width_and_empty_ones_give_theirs(
    stages: list[str], empty: set[str], collapsed: set[str], width: int, data: st.DataObject
) -> None:
    focused = data.draw(st.sampled_from(stages))
    slots = [slot for slot in arrange(stages, focused, collapsed, width, empty).slots if not slot.collapsed]
    every = arrange(stages, focused, collapsed, width, empty).slots
    assert sum(slot.width + GAP for slot in every) - GAP == width
    assert focused in {slot.stage for slot in slots}
    full = [slot.width for slot in slots if slot.stage not in empty]
    without = [slot.width for slot in slots if slot.stage in empty]
    assert all(wide >= MIN_COLUMN for wide in full)
    assert all(wide >= EMPTY_COLUMN for wide in without)
    if full and without and max(without) > EMPTY_COLUMN + 1:
        enough = min(full) >= ROOMY_COLUMN or min(full + without) >= WIDE_COLUMN
        assert enough, "nobody lacks what an empty column has"
    before = len(arrange(stages, focused, collapsed, width).slots)
    assert len(every) >= before, "an empty column never takes the place of another one"


async def test_titles_have_three_lines_where_there_is_room(make_service: MakeService, run_board: RunBoard) -> None:
    few = [numbered(n, LONG, "outline") for n in range(2)]
    many = [numbered(n, LONG, "idea") for n in range(10, 18)]
    others = [numbered(n, "x", stage) for n, stage in enumerate(STAGES[2:], 20)]
    async with run_board(with_ideas(make_service(), *few, *many, *others), (119, 30)) as pilot:
        slots = {slot.stage: slot for slot in screen_of(pilot).view.layout_now.slots}
        assert (slots["outline"].lines, slots["idea"].lines) == (3, 2)
        assert "what it wants to be" in text_of(pilot)
        await pilot.click(offset=(slots["outline"].x + 3, 9))
        await pilot.pause()
        assert screen_of(pilot).current == few[1], "a click meets the card that is drawn there"


async def test_years_divide_what_was_shared_and_the_head_says_the_one_at_the_top(
    make_service: MakeService, run_board: RunBoard
) -> None:
    days = [NOW.date() - timedelta(days=60 * n) for n in range(16)]
    ideas = [shared(n, day, "" if n == 1 else "https://example.org/x") for n, day in enumerate(days)]
    ideas += [numbered(n, "x", stage) for n, stage in enumerate(STAGES[:4], 20)]
    async with run_board(with_ideas(make_service(), *ideas), (125, 30)) as pilot:
        await pilot.press("5")
        x = screen_of(pilot).view.layout_now.slots[-1].x
        column = [line[x:].rstrip() for line in lines_of(pilot)]
        assert [line for line in column if "─" in line] == [f" 2025 {'─' * 17}"]
        assert column.index(f" 2025 {'─' * 17}") == column.index("▌Shared 6") - 1
        assert [line.split("  ")[-1].strip() for line in column if line.startswith("▌post")][:2] == ["24 Nov", "25 Sep"]
        assert [line for line in column if "no link" in line] == [column[column.index("▌Shared 1") + 1]]
        assert "2026" not in column[1]
        await pilot.press("G")
        await settled(pilot)
        assert "2025 ↑" in next(line for line in lines_of(pilot) if "Shared  16" in line)
        assert len(screen_of(pilot).view.column.ideas) == 16


def test_the_year_in_a_head_goes_before_the_name_does() -> None:
    for width, said in ((30, " Shared  23        2025 ↑3 ↓4 "), (14, " Shared  23   ")):
        line = draw_head(Head("Shared", 23), width, on=False, above=3, below=4, year="2025")
        assert "".join(text for text, _ in line) == said


@pytest.mark.parametrize(("size", "where"), [((160, 48), "of the heads"), ((200, 60), "of the heads"), ((80, 24), "")])
async def test_the_detail_is_as_wide_as_it_needs_and_stands_in_the_row(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int], where: str
) -> None:
    short = numbered(1, "Short", "idea", kind="talk")
    long = numbered(2, "Long", "idea", notes="word " * 200)
    async with run_board(with_ideas(make_service(), short, long), size) as pilot:
        await pilot.press("enter")
        await settled(pilot)
        detail = screen_of(pilot).picture.detail
        assert detail is not None
        if not where:
            assert detail.size == (size[0], size[1] - 2)
            return
        head = next(y for y, line in enumerate(lines_of(pilot)) if "Outline" in line)
        assert detail.region.y == head
        narrow = detail.size.width
        longest = max(len(row.plain) for row in detail.shown_rows.rows)
        assert narrow <= 72
        await pilot.press("j")
        await settled(pilot)
        assert narrow <= detail.size.width <= 72
        wide = detail.size.width
        assert max(len(row.plain) for row in detail.shown_rows.rows) > longest or wide == narrow
        await pilot.press("k")
        await settled(pilot)
        assert detail.size.width == wide, "the columns do not jump with the cursor"
        await pilot.press("escape", "enter")
        await settled(pilot)
        assert detail.size.width <= wide


@pytest.mark.parametrize("size", [(200, 60), (80, 24), (40, 12)])
@pytest.mark.parametrize("count", [2, 20])
async def test_the_card_that_is_typed_stands_where_it_will_be_and_uses_the_room_above_it(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int], count: int
) -> None:
    async with run_board(make_service({"idea": [f"{n} {LONG}" for n in range(count)]}), size) as pilot:
        await pilot.press("g", "g", "a")
        await type_text(pilot, "brand new")
        await settled(pilot)

        def titles() -> list[tuple[int, str]]:
            lines = enumerate(text[:10] for text in lines_of(pilot))
            return [(y, text) for y, text in lines if text[0] == "▌" and (text[1].isdigit() or "brand" in text)]

        typed = titles()
        assert typed[-1][1] == "▌brand new"
        assert typed[-2][1].startswith(f"▌{count - 1} ")
        # What is free is less than one more card, or the column is there from its beginning.
        assert typed[0][1].startswith("▌0 ") or size[1] - typed[-1][0] < 2 * (typed[1][0] - typed[0][0])
        if size[0] > 60 and (above := count + 1 - len(typed)):
            assert f"↑{above}" in lines_of(pilot)[2]
        await pilot.press("enter")
        await settled(pilot)
        assert titles() == typed
        assert screen_of(pilot).current is not None
        assert screen_of(pilot).current.title == "brand new"  # type: ignore[union-attr]  # asserted above


async def test_an_empty_board_offers_all_ways_to_begin(make_service: MakeService, run_board: RunBoard) -> None:
    for size in ((160, 48), (80, 24), (40, 12)):
        async with run_board(make_service(), size) as pilot:
            text = text_of(pilot)
            assert all(word in text for word in ("an idea down", "import", "ideaboard demo"))
            assert {"a", "s", "c", "?", "q"} <= set(text.split())
