"""The pure parts of the board: layout, heads, header, footer, the line that is typed in, and the first steps."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from ideaboard.core.board import Waiting
from ideaboard.core.ideas import Idea
from ideaboard.ui.board.columns import GAP, MIN_COLUMN, TABS_BELOW, Column, arrange
from ideaboard.ui.board.heads import (
    Facts,
    Head,
    draw_collapsed,
    draw_head,
    draw_header,
    draw_notice,
    draw_tabs,
    draw_welcome,
    tab_at,
)
from ideaboard.ui.drawing.cells import Line, tame
from ideaboard.ui.drawing.footer import Said, draw_footer
from ideaboard.ui.drawing.prompt import TypedLine, draw_prompt

STAGES = ("idea", "outline", "making", "review", "shared")


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


# Layout


@given(st.sampled_from(STAGES), st.frozensets(st.sampled_from(STAGES)), st.integers(1, 320), st.integers(1, 5))
def test_columns_fill_the_width_and_the_focused_one_is_in_sight(
    focused: str, collapsed: frozenset[str], width: int, count: int
) -> None:
    stages = STAGES[:count]
    focused = focused if focused in stages else stages[0]
    layout = arrange(stages, focused, collapsed, width)
    assert sum(slot.stage == focused and not slot.collapsed for slot in layout.slots) == 1
    assert layout.tabs == (width < TABS_BELOW)
    x = 0
    for slot in layout.slots:
        assert slot.x == x
        x += slot.width + GAP
    assert x - GAP == width
    if not layout.tabs:
        assert all(slot.collapsed or slot.width >= MIN_COLUMN for slot in layout.slots)
        order = [slot.stage for slot in layout.slots]
        assert order == [stage for stage in stages if stage in order]


@pytest.mark.parametrize(
    ("width", "focused", "seen"),
    [
        (160, "idea", STAGES),
        (80, "idea", ("idea", "outline", "making")),
        (80, "making", ("outline", "making", "review")),
        (80, "shared", ("making", "review", "shared")),
        (60, "making", ("making", "review")),
        (59, "making", ("making",)),
        (40, "shared", ("shared",)),
        (300, "shared", STAGES),
    ],
)
def test_neighbours_are_kept_before_the_rest(width: int, focused: str, seen: tuple[str, ...]) -> None:
    layout = arrange(STAGES, focused, (), width)
    assert tuple(slot.stage for slot in layout.slots) == seen
    if not layout.tabs:
        assert (*layout.before, *seen, *layout.after) == STAGES


# Columns


def ideas(count: int) -> list[Idea]:
    return [Idea(id=f"{n:08d}", title=str(n), kind="post", stage="idea", created="", updated="") for n in range(count)]


def heights(idea: Idea) -> int:
    return 3 + int(idea.id) % 2


@given(st.integers(0, 40), st.lists(st.integers(-5, 45), max_size=8), st.integers(0, 30), st.integers(-9, 9))
def test_the_cursor_is_whole_in_sight_and_no_line_is_wasted(
    count: int, moves: list[int], height: int, wheel: int
) -> None:
    column = Column("idea")
    column.show(ideas(count))
    for index in moves:
        column.scroll(wheel, height, heights)
        column.go(index)
        column.reveal(height, heights)
        assert 0 <= column.index <= max(count - 1, 0)
        if count:
            used = sum(heights(idea) for idea in column.ideas[column.top : column.index + 1]) - 1
            assert column.top <= column.index
            assert used <= height or column.top == column.index
            all_below = sum(heights(idea) for idea in column.ideas[column.top :]) - 1
            if column.top:
                assert all_below + heights(column.ideas[column.top - 1]) > height
        assert column.page(height, heights) >= 1


@given(st.integers(1, 12), st.integers(0, 11), st.sets(st.integers(0, 11)), st.booleans())
@example(5, 4, {0, 1, 2}, True)
def test_cursor_and_top_follow_their_cards(count: int, index: int, gone: set[int], known: bool) -> None:
    before = ideas(count)
    index = min(index, count - 1)
    column = Column("idea")
    column.show(before)
    column.go(index)
    after = [idea for n, idea in enumerate(before) if n not in gone]
    there = {idea.id for idea in after}
    if known:
        column.show(after, there.__contains__)
    else:
        column.show(after)
    if index not in gone:
        assert column.current is before[index]
    elif after:
        below = [idea for idea in before[index:] if idea in after]
        assert column.current is (below[0] if below else after[-1])
    else:
        assert column.current is None


# Heads


@given(st.integers(1, 80), st.text(max_size=30), st.integers(0, 20000), st.integers(0, 3), st.booleans())
def test_heads_fill_their_column(width: int, label: str, count: int, limit: int, on: bool) -> None:
    head = Head(label, count, limit)
    for above, below, before, after in ((0, 0, 0, 0), (3, 12000, 2, 1)):
        line = draw_head(head, width, on=on, above=above, below=below, before=before, after=after)
        assert cell_len(text_of(line)) == width
    assert cell_len(text_of(draw_head(head, width, on=on, collapsed=True))) == width
    assert all(cell_len(text_of(line)) == width for line in draw_collapsed(head, width, 7))
    assert cell_len(text_of(draw_tabs([("idea", head), ("making", head)], "idea", width))) == width


def test_a_limit_is_told_by_a_sign_and_not_by_colour_alone() -> None:
    assert "3/2!" in text_of(draw_head(Head("Making", 3, 2), 30, on=False))
    assert "2/2 " in text_of(draw_head(Head("Making", 2, 2), 30, on=False))


def test_an_empty_column_says_no_number() -> None:
    assert text_of(draw_head(Head("Review"), 20, on=False)).strip() == "Review"


def test_a_tab_is_found_where_it_is_drawn() -> None:
    heads = [(stage, Head(stage.capitalize(), 3)) for stage in STAGES]
    line = text_of(draw_tabs(heads, "making", 50))
    assert tab_at(heads, "making", 50, line.index("Review") + 1) == "review"
    assert tab_at(heads, "making", 50, 49) is None


# Header and footer


@given(
    st.builds(
        Facts,
        waiting=st.builds(Waiting, st.integers(0, 300), st.integers(0, 300)),
        last_shared=st.none() | st.integers(0, 4000),
        this_quarter=st.integers(0, 99),
        candidates=st.integers(0, 9999),
        saving=st.sampled_from(["", "saving…"]),
        waiting_key=st.sampled_from(["", "w", "Ctrl+w"]),
    ),
    st.integers(1, 200),
)
def test_the_header_fills_its_line(facts: Facts, width: int) -> None:
    assert cell_len(text_of(draw_header(facts, width))) == width


def test_the_header_is_silent_about_nothing_and_keeps_what_waits_longest() -> None:
    assert text_of(draw_header(Facts(), 60)).strip() == "ideaboard"
    full = Facts(Waiting(2, 1), 12, 3, candidates=8, waiting_key="w")
    assert text_of(draw_header(full, 120)).endswith(
        "8 candidates   2 questions, 1 opportunity waiting w   last shared 12 days ago · 3 this quarter "
    )
    assert text_of(draw_header(full, 70)).endswith("  8 candidates   2 questions, 1 opportunity waiting w ")
    assert text_of(draw_header(full, 55)).endswith("  8 candidates   3 waiting w ")
    assert text_of(draw_header(full, 40)).endswith("  8 candidates   3 waiting w ")
    assert text_of(draw_header(full, 30)).endswith("  3 waiting w ")
    assert text_of(draw_header(Facts(last_shared=12, candidates=8), 40)).endswith("  8 candidates ")


@given(
    st.integers(1, 200),
    st.text(st.characters(exclude_categories=["C"]), max_size=120),
    st.text(st.characters(exclude_categories=["C"]), max_size=120),
)
def test_what_lasts_fills_its_line_and_says_both_where_there_is_room(width: int, said: str, remedy: str) -> None:
    text = text_of(draw_notice((tame(said), tame(remedy), "warm"), width))
    assert cell_len(text) == width
    if cell_len(tame(said)) + cell_len(tame(remedy)) + 6 <= width:
        assert tame(said) in text
        assert tame(remedy) in text


def test_a_short_remedy_is_cut_last_and_a_long_one_leaves_half_to_what_is_the_matter() -> None:
    damaged = ("read-only: damaged in lines 3 and 5", "ideaboard check --repair", "alert")
    assert text_of(draw_notice(damaged, 50)).endswith(" · ideaboard check --repair ")
    assert text_of(draw_notice(damaged, 40)) == " read-only · ideaboard check --repair   "
    gone = ("not read: the board file is gone", "put it back from the trash, a backup or git", "alert")
    assert text_of(draw_notice(gone, 60)).startswith(" not read: the board file is")
    assert " · put it back" in text_of(draw_notice(gone, 60))
    assert " · put it" in text_of(draw_notice(gone, 40))


@given(
    st.integers(1, 200),
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=120),
    st.sampled_from(["", "! all"]),
)
def test_a_message_stands_beside_the_keys_or_in_their_place_and_is_cut_to_the_line(
    width: int, said: str, more: str
) -> None:
    hints = (("a", "add", "card_add"), ("Enter", "detail", "card_open"), ("?", "help", "help"), ("q", "quit", "quit"))
    line, places = draw_footer(hints, width, Said(tame(said), "title", more))
    text = text_of(line)
    assert cell_len(text) == width
    assert tame(said) in text or "…" in text or width < 3
    if width >= 80:
        assert "? help  q quit" in text
        assert text.rstrip().endswith(tame(said).strip()) or "…" in text
    else:
        assert places == []


@given(st.integers(1, 120))
def test_the_footer_fills_its_line_and_knows_where_its_hints_are(width: int) -> None:
    hints = (("a", "add", "card.add"), ("Enter", "detail", "card.open"), ("?", "help", "board.help"))
    line, places = draw_footer(hints, width)
    text = text_of(line)
    assert cell_len(text) == width
    for start, end, action in places:
        key, word, _ = next(hint for hint in hints if hint[2] == action)
        assert text[start:end] == f"{key} {word}"


@given(st.integers(1, 120), st.integers(0, 40))
def test_the_first_steps_fit_everywhere(width: int, height: int) -> None:
    lines = draw_welcome(
        "Nothing here yet. Three things to do first:",
        [("a", "write down an idea"), ("s", "find a paper"), ("?", "see every key")],
        width,
        height,
    )
    assert all(cell_len(text_of(line)) == width and 0 <= y < height for y, line in lines.items())


# Typing


@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 100), st.text(max_size=30))
@example("\u2e80", 0, 1, "")
def test_the_typed_line_fills_its_width_and_shows_its_cursor(text: str, cursor: int, width: int, said: str) -> None:
    editor = TypedLine()
    editor.insert(text)
    editor.cursor = min(cursor, len(editor.text))
    line, caret = draw_prompt("Add to Idea", editor, ((said.strip(), "quiet"),) if said.isprintable() else (), width)
    assert cell_len(text_of(line)) == width
    if width > 4:
        assert 0 <= caret < width
        assert any(style == "caret" for _, style in line)


def press(text: str, keys: Sequence[str], cursor: int = -1) -> tuple[str, int]:
    editor = TypedLine(text, cursor)
    for key in keys:
        assert editor.press(key)
    return editor.text, editor.cursor


@pytest.mark.parametrize(
    ("text", "keys", "left"),
    [
        ("one two", ["backspace"], ("one tw", 6)),
        ("one two", ["ctrl+w"], ("one ", 4)),
        ("one two  ", ["ctrl+w"], ("one ", 4)),
        ("one", ["ctrl+w"], ("", 0)),
        ("one two", ["ctrl+u"], ("", 0)),
        ("one two", ["home", "delete"], ("ne two", 0)),
        ("one two", ["home", "ctrl+right", "ctrl+k"], ("one", 3)),
        ("one two", ["ctrl+left", "ctrl+left", "ctrl+left"], ("one two", 0)),
        ("one two", ["left", "left", "right", "backspace"], ("one to", 5)),
        ("", ["backspace", "delete", "left", "right", "ctrl+w", "ctrl+k"], ("", 0)),
    ],
)
def test_editing_keys(text: str, keys: list[str], left: tuple[str, int]) -> None:
    assert press(text, keys) == left


def test_pasted_lines_become_one() -> None:
    editor = TypedLine("a ")
    editor.insert("b\nc\x1b[31m")
    assert editor.text == "a b c"
    assert not editor.press("f1")
