"""The board: all columns in one line-drawn widget.

One widget, not one for each column: choosing, collapsing and narrowing columns is then arithmetic and never a layout, a
card can be dragged across, and the line that is typed in changes in the same frame as the cards. After every change of
state `_sync` works out the lines in sight, compares them with those on the screen and repaints only what differs, so
the cost of a key depends on what is visible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea
from ideaboard.ui.inks import CURSOR as CURSOR_GROUND
from ideaboard.ui.inks import GHOST as GHOST_GROUND
from ideaboard.ui.inks import MARKED as MARKED_GROUND
from ideaboard.ui.inks import PLAIN, Inks
from ideaboard.ui.widgets.card import CURSOR, GHOST, MARKED, Day, Line, draw_card
from ideaboard.ui.widgets.column import Column
from ideaboard.ui.widgets.heads import Head, draw_collapsed, draw_head, draw_tabs, tab_at
from ideaboard.ui.widgets.layout import Layout, Slot, arrange
from ideaboard.ui.widgets.welcome import Step, draw_welcome

if TYPE_CHECKING:
    from textual import events

TOP_LINES = 2
"""The line above the columns, where a filter is typed, and the heads of the columns."""

_CACHE_LIMIT = 4000
_DRAG_CELLS = 2
"""How far the mouse goes sideways before a press becomes a drag."""

Row = tuple[str, Line]
"""The ground of a line of a column, and what is on it."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the cursor and the columns stand."""

    stage: str
    ids: Mapping[str, tuple[str, str]]
    """For each column the ids of the card under its cursor and of the one at its top."""


@dataclass(slots=True)
class Drag:
    """A card that the mouse carries, and where it would land."""

    idea: Idea
    x: int
    y: int
    stage: str = ""
    index: int = 0
    moved: bool = False


class BoardView(Widget):
    """Draws the columns and keeps what belongs to the picture alone: cursors, scroll positions, collapsed columns."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "BoardView { width: 1fr; height: 1fr; }"

    class Selected(Message):
        """The cursor went to another card."""

    class Opened(Message):
        """A card was clicked twice."""

    class Dropped(Message):
        """A card was dragged to another place."""

        def __init__(self, idea: Idea, stage: str, index: int) -> None:
            super().__init__()
            self.idea = idea
            self.stage = stage
            self.index = index

    def __init__(self, inks: Inks, day: Day, stages: Sequence[str]) -> None:
        super().__init__()
        self.inks = inks
        self.day = day
        self.stages = tuple(stages)
        self.columns = {stage: Column(stage) for stage in self.stages}
        self.focused_stage = self.stages[0]
        self.collapsed: set[str] = set()
        self.marks: frozenset[str] = frozenset()
        self.top_line: Line = ()
        self.ghost: Idea | None = None
        """An idea that is being typed; it is drawn at the end of the focused column."""
        self.heads: Mapping[str, Head] = {}
        self.welcome: Sequence[Step] = ()
        """What an empty board says in the middle."""
        self.layout_now = Layout(())
        self.drag: Drag | None = None
        self._cards: dict[tuple[str, int, int], tuple[Idea, tuple[Row, ...]]] = {}
        self._rows: list[list[Row]] = []
        self._strips: list[Strip | None] = []
        self._tops: list[tuple[Line, ...]] = []
        self._drawn_size = Size(0, 0)
        self._slots: tuple[Slot, ...] = ()
        self._over: dict[int, Line] = {}

    # What is shown

    @property
    def column(self) -> Column:
        """The focused column."""
        return self.columns[self.focused_stage]

    @property
    def current(self) -> Idea | None:
        """The idea under the cursor."""
        return self.column.current

    @property
    def card_lines(self) -> int:
        """The lines there are for cards."""
        return max(self.size.height - TOP_LINES, 0)

    def show(self, columns: Mapping[str, Sequence[Idea]]) -> None:
        """Show these ideas in the columns; cursors and scroll positions follow their cards."""
        for stage, column in self.columns.items():
            column.show(columns.get(stage, ()))

    def show_board(self, board: Board) -> None:
        """Show all ideas of a board."""
        self.show(board.columns)

    def focus_stage(self, stage: str) -> None:
        """Make a column the focused one, and open it when it is collapsed."""
        if stage in self.columns:
            self.focused_stage = stage
            self.collapsed.discard(stage)

    def go_to(self, idea: Idea, stage: str) -> bool:
        """Put the cursor on an idea; tell whether it is shown."""
        column = self.columns.get(stage)
        if column is None or not column.go_to(idea.id):
            return False
        self.focus_stage(stage)
        return True

    def places(self) -> Places:
        """Return where the cursor and the columns stand."""
        return Places(self.focused_stage, {stage: column.place() for stage, column in self.columns.items()})

    def go_back_to(self, places: Places) -> None:
        """Put the cursor and the columns back where they stood."""
        for stage, (cursor, top) in places.ids.items():
            self.columns[stage].go_back_to(cursor, top)
        self.focus_stage(places.stage)

    def go_to_top(self) -> None:
        """Put the cursor of every column on its first card."""
        for column in self.columns.values():
            column.index = column.top = 0

    def neighbour(self, step: int) -> str:
        """Return the next open column to the left (-1) or right (+1), or the focused one at the edge."""
        index = self.stages.index(self.focused_stage) + step
        while 0 <= index < len(self.stages):
            if self.stages[index] not in self.collapsed:
                return self.stages[index]
            index += step
        return self.focused_stage

    def restyle(self, inks: Inks) -> None:
        """Take on other colours."""
        self.inks = inks
        self._strips = [None] * len(self._strips)
        self.refresh()

    def new_day(self, day: Day) -> None:
        """Let the ages of the cards go on."""
        self.day = day
        self._cards.clear()

    # Drawing

    def height_of(self, idea: Idea) -> int:
        """Return the lines of a card and the blank one below it, at the width of the focused column."""
        return len(self._card(idea, self._focused_width(), 0)) + 1

    def _focused_width(self) -> int:
        return next((slot.width for slot in self.layout_now.slots if slot.stage == self.focused_stage), self.size.width)

    def _heights(self, width: int) -> _Heights:
        return _Heights(self, width)

    def _card(self, idea: Idea, width: int, state: int) -> tuple[Row, ...]:
        """Draw a card, or take it from those drawn before."""
        key = (idea.id, width, state)
        known = self._cards.get(key)
        if known is not None and known[0] is idea:
            return known[1]
        ground = _GROUNDS.get(state & (CURSOR | GHOST) or state, PLAIN)
        rows = tuple((ground, line) for line in draw_card(idea, width, state, self.day))
        if len(self._cards) >= _CACHE_LIMIT:
            self._cards.clear()
        self._cards[key] = (idea, rows)
        return rows

    def reveal(self) -> None:
        """Bring the card under the cursor into sight, then repaint what changed."""
        self._arrange()
        width = self._focused_width()
        self.column.reveal(self.card_lines, self._heights(width))
        self.sync()

    def scroll_cards(self, stage: str, cards: int) -> None:
        """Scroll a column, as the wheel does."""
        slot = next((slot for slot in self.layout_now.slots if slot.stage == stage), None)
        if slot and not slot.collapsed:
            self.columns[stage].scroll(cards, self.card_lines, self._heights(slot.width))
            self.sync()

    def page(self) -> int:
        """Count the cards of the focused column that are whole in sight."""
        return self.column.page(self.card_lines, self._heights(self._focused_width()))

    def _arrange(self) -> None:
        self.layout_now = arrange(self.stages, self.focused_stage, self.collapsed, self.size.width)

    def sync(self) -> None:
        """Work out the lines in sight and repaint those that differ from what is on the screen."""
        if not self.size:
            return
        self._arrange()
        slots = self.layout_now.slots
        rows = [self._column_rows(slot) for slot in slots]
        tops = [(self.top_line,), self._head_lines()]
        over = draw_welcome(self.welcome, self.size.width, self.card_lines) if self.welcome else {}
        if (
            self._drawn_size == self.size
            and self._over == over
            and len(self._rows) == len(rows)
            and self._slots == slots
            and len(self._strips) == self.size.height
        ):
            self._repaint(rows, tops)
        else:
            self._strips = [None] * self.size.height
            self.refresh()
        self._rows, self._tops, self._slots, self._over, self._drawn_size = rows, tops, slots, over, self.size

    def _repaint(self, rows: list[list[Row]], tops: list[tuple[Line, ...]]) -> None:
        """Refresh the regions whose lines differ."""
        regions: list[Region] = []
        for y, (old, new) in enumerate(zip(self._tops, tops, strict=True)):
            if old != new:
                self._strips[y] = None
                regions.append(Region(0, y, self.size.width, 1))
        for slot, old_rows, new_rows in zip(self._slots, self._rows, rows, strict=True):
            start = -1
            for y, (before, now) in enumerate(zip(old_rows, new_rows, strict=True)):
                if before is now or before == now:
                    if start >= 0:
                        regions.append(Region(slot.x, start + TOP_LINES, slot.width, y - start))
                        start = -1
                else:
                    self._strips[y + TOP_LINES] = None
                    if start < 0:
                        start = y
            if start >= 0:
                regions.append(Region(slot.x, start + TOP_LINES, slot.width, len(new_rows) - start))
        if regions:
            self.refresh(*regions)

    def _column_rows(self, slot: Slot) -> list[Row]:
        """Return the lines of a column in sight, from top to bottom."""
        height = self.card_lines
        column = self.columns[slot.stage]
        blank: Row = (PLAIN, ((" " * slot.width, "base"),))
        if slot.collapsed:
            lines = draw_collapsed(self.heads.get(slot.stage, Head("")), slot.width, height)
            return [(PLAIN, line) for line in lines]
        rows: list[Row] = []
        ideas, index = self._shown(slot.stage)
        on = slot.stage == self.focused_stage and self.ghost is None and self.drag is None
        for place in range(index, len(ideas)):
            idea = ideas[place]
            state = CURSOR if on and place == column.index else 0
            if idea.id in self.marks:
                state |= MARKED
            if self.drag and self.drag.moved and idea is self.drag.idea:
                state = CURSOR | GHOST
            elif idea is self.ghost:
                state = GHOST
            rows += self._card(idea, slot.width, state)
            rows.append(blank)
            if len(rows) >= height:
                break
        rows += [blank] * (height - len(rows))
        return rows[:height]

    def _shown(self, stage: str) -> tuple[Sequence[Idea], int]:
        """Return the ideas of a column and the first in sight: with the card being typed, or as after the drag."""
        column = self.columns[stage]
        if self.ghost is not None and stage == self.focused_stage:
            return self._with_ghost(column, self.ghost)
        drag = self.drag
        if drag and drag.moved:
            others = [idea for idea in column.ideas if idea is not drag.idea]
            if stage == drag.stage:
                others.insert(min(drag.index, len(others)), drag.idea)
            return others, min(column.top, max(len(others) - 1, 0))
        return column.ideas, column.top

    def _with_ghost(self, column: Column, ghost: Idea) -> tuple[Sequence[Idea], int]:
        """Show the end of the column and below it the card that is being typed."""
        width = self._focused_width()
        used = len(self._card(ghost, width, GHOST))
        first = len(column.ideas)
        while first and used + len(self._card(column.ideas[first - 1], width, 0)) + 1 <= self.card_lines:
            first -= 1
            used += len(self._card(column.ideas[first], width, 0)) + 1
        return (*column.ideas[first:], ghost), 0

    def _head_lines(self) -> tuple[Line, ...]:
        """Return the line of heads: one for each column in sight with its x, or one strip of tabs."""
        if self.layout_now.tabs:
            return (
                draw_tabs(
                    [(stage, self.heads.get(stage, Head(stage))) for stage in self.stages],
                    self.focused_stage,
                    self.size.width,
                ),
            )
        lines: list[Line] = []
        for slot in self.layout_now.slots:
            head = self.heads.get(slot.stage, Head(slot.stage))
            first = slot is self.layout_now.slots[0]
            last = slot is self.layout_now.slots[-1]
            lines.append(
                draw_head(
                    head,
                    slot.width,
                    on=slot.stage == self.focused_stage,
                    collapsed=slot.collapsed,
                    above=self.columns[slot.stage].top,
                    below=self._below(slot),
                    before=len(self.layout_now.before) if first else 0,
                    after=len(self.layout_now.after) if last else 0,
                )
            )
        return tuple(lines)

    def _below(self, slot: Slot) -> int:
        """Count the cards of a column that lie below what is in sight."""
        if slot.collapsed:
            return 0
        ideas, top = self._shown(slot.stage)
        used = 0
        for index in range(top, len(ideas)):
            used += len(self._card(ideas[index], slot.width, 0)) + 1
            if used > self.card_lines:
                return len(ideas) - index - (used - 1 <= self.card_lines)
        return 0

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips of a region, drawn before or now."""
        whole = crop.x == 0 and crop.width == self.size.width
        strips = [self._strip(y) for y in range(crop.y, crop.bottom)]
        return strips if whole else [strip.crop(crop.x, crop.right) for strip in strips]

    def _strip(self, y: int) -> Strip:
        if y >= len(self._strips) or self._drawn_size != self.size:
            return Strip.blank(self.size.width, self.inks.style("base"))
        strip = self._strips[y]
        if strip is None:
            strip = self._strips[y] = Strip(self._segments(y), self.size.width)
        return strip

    def _segments(self, y: int) -> list[Segment]:
        style = self.inks.style
        width = self.size.width
        if y == 0:
            line = self.top_line or ((" " * width, "base"),)
            return [Segment(text, style(name)) for text, name in line]
        if y - TOP_LINES in self._over:
            return [Segment(text, style(name)) for text, name in self._over[y - TOP_LINES]]
        base = style("base")
        segments: list[Segment] = []
        x = 0
        for number, slot in enumerate(self._slots):
            if slot.x > x:
                segments.append(Segment(" " * (slot.x - x), base))
            if y >= TOP_LINES:
                ground, line = self._rows[number][y - TOP_LINES]
            else:
                ground, line = PLAIN, self._tops[1][number]
            segments += [Segment(text, style(name, ground)) for text, name in line]
            x = slot.x + slot.width
        if x < width:
            segments.append(Segment(" " * (width - x), base))
        return _merged(segments)

    # Mouse and size

    def stage_at(self, x: int) -> str | None:
        """Return the stage of the column at a cell of a line."""
        slot = self.layout_now.at(x)
        return slot.stage if slot else None

    def place_at(self, x: int, y: int) -> tuple[str, int] | None:
        """Return the column and the index of the card at a cell; below the last card it is one more than that."""
        slot = self.layout_now.at(x)
        if slot is None or slot.collapsed or y < TOP_LINES:
            return None
        ideas, index = self._shown(slot.stage)
        line = TOP_LINES
        while index < len(ideas):
            line += len(self._card(ideas[index], slot.width, 0)) + 1
            if y < line:
                break
            index += 1
        return slot.stage, index

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor on a card, focus a column by its head, and get ready to drag."""
        event.stop()
        if event.button != 1 or self.ghost is not None:
            return
        if event.y == TOP_LINES - 1 and self.layout_now.tabs:
            stage = tab_at(
                [(stage, self.heads.get(stage, Head(stage))) for stage in self.stages],
                self.focused_stage,
                self.size.width,
                event.x,
            )
        else:
            stage = self.stage_at(event.x)
        if stage is None or event.y < TOP_LINES - 1:
            return
        place = self.place_at(event.x, event.y)
        self.focus_stage(stage)
        if place and place[1] < len(self.column.ideas):
            self.column.go(place[1])
            idea = self.column.ideas[place[1]]
            self.drag = Drag(idea, event.x, event.y, stage, place[1])
            self.capture_mouse()
        self.post_message(self.Selected())

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show where the card that is dragged would land."""
        drag = self.drag
        if drag is None:
            return
        event.stop()
        if not drag.moved and abs(event.x - drag.x) < _DRAG_CELLS and event.y == drag.y:
            return
        drag.moved = True
        self._scroll_under(event.x, event.y)
        place = self.place_at(event.x, min(max(event.y, TOP_LINES), self.size.height - 1))
        if place and place != (drag.stage, drag.index):
            drag.stage, drag.index = place
        self.sync()

    def _scroll_under(self, x: int, y: int) -> None:
        """Scroll the column under a card that is dragged to the first or the last line."""
        stage = self.stage_at(x)
        if stage and y <= TOP_LINES:
            self.scroll_cards(stage, -1)
        elif stage and y >= self.size.height - 1:
            self.scroll_cards(stage, 1)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Drop what is dragged."""
        drag, self.drag = self.drag, None
        if drag is None:
            return
        event.stop()
        self.release_mouse()
        self.sync()
        if drag.moved:
            self.post_message(self.Dropped(drag.idea, drag.stage, drag.index))

    def drop_nothing(self) -> None:
        """Let the dragged card go back to where it was."""
        if self.drag is not None:
            self.drag = None
            self.release_mouse()
            self.sync()

    def on_click(self, event: events.Click) -> None:
        """Open the detail by a double click."""
        event.stop()
        if event.chain == 2 and self.place_at(event.x, event.y) and self.current:
            self.post_message(self.Opened())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll the column under the mouse down by a card."""
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll the column under the mouse up by a card."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, cards: int) -> None:
        event.stop()
        stage = self.stage_at(event.x)
        if stage:
            self.scroll_cards(stage, cards)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the columns to the new size."""
        event.stop()
        self._cards.clear()
        self.post_message(self.Resized())
        self.reveal()

    class Resized(Message):
        """The widget has another size."""


class _Heights:
    """Tells the height of cards at a width; a callable without a closure for each key."""

    __slots__ = ("_view", "_width")

    def __init__(self, view: BoardView, width: int) -> None:
        self._view = view
        self._width = width

    def __call__(self, idea: Idea) -> int:
        return len(self._view._card(idea, self._width, 0)) + 1  # noqa: SLF001  # a part of the view


def _merged(segments: list[Segment]) -> list[Segment]:
    """Join blanks to what is before them where nobody can see the difference: half as much goes to the terminal."""
    merged: list[Segment] = []
    for segment in segments:
        if merged and segment.text.isspace():
            before, now = merged[-1].style, segment.style
            if before and now and before.bgcolor == now.bgcolor and not (before.underline or before.reverse):
                merged[-1] = Segment(merged[-1].text + segment.text, before)
                continue
        merged.append(segment)
    return merged


_GROUNDS = {
    CURSOR: CURSOR_GROUND,
    CURSOR | MARKED: CURSOR_GROUND,
    CURSOR | GHOST: CURSOR_GROUND,
    MARKED: MARKED_GROUND,
    GHOST: GHOST_GROUND,
}
