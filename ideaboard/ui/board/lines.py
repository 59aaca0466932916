"""How the board is drawn: the lines in sight, and which of them must be painted anew.

After every change of state `sync` works out the lines in sight, compares them with those on the screen and repaints
only what differs. Columns that nothing happened to are not even looked at, so the cost of a key depends neither on how
many ideas there are nor on how many columns are in sight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from ideaboard.core.ideas import Idea
from ideaboard.ui.board.card import CURSOR, GHOST, MARKED, MORE_TITLE_LINES, TITLE_LINES, Day, draw_card
from ideaboard.ui.board.columns import (
    TOP_LINES,
    Column,
    Heights,
    Layout,
    Row,
    Slot,
    arrange,
    column_head,
    column_rows,
    side_by_side,
    title_lines,
)
from ideaboard.ui.board.heads import Head, Step, draw_collapsed, draw_tabs, draw_welcome
from ideaboard.ui.drawing import grounds
from ideaboard.ui.drawing.cells import Line
from ideaboard.ui.drawing.grounds import PLAIN
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.lines import InkedWidget

_CACHE_LIMIT = 4000
_NEAR_LINES = 10
"""The card that is being typed is within so many lines of the line it is typed in."""
_GROUNDS = ((CURSOR, grounds.CURSOR), (GHOST, grounds.GHOST), (MARKED, grounds.MARKED))


@dataclass(slots=True)
class Drag:
    """A card that the mouse carries, and where it would land."""

    idea: Idea
    x: int
    y: int
    stage: str = ""
    index: int = 0
    moved: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """One column as it is on the screen."""

    slot: Slot
    ideas: Sequence[Idea]
    state: tuple[object, ...]
    """What the lines were made from, besides the ideas."""
    head: Line
    rows: Sequence[Row]


class BoardLines(InkedWidget):
    """The part of the board that draws; it keeps what the picture is made from."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "BoardLines { width: 1fr; height: 1fr; }"

    def __init__(self, inks: Inks, day: Day, stages: Sequence[str]) -> None:
        super().__init__(inks)
        self.day = day
        self.stages = tuple(stages)
        self.columns = {stage: Column(stage) for stage in self.stages}
        self.focused_stage = self.stages[0]
        self.collapsed: set[str] = set()
        self.orders: dict[str, str] = {}
        """The columns that are looked at in another order than that of the board."""
        self.marks: frozenset[str] = frozenset()
        self.top_line: Line = ()
        self.ghost: Idea | None = None
        """An idea that is being typed; it is drawn at the end of the focused column."""
        self.heads: Mapping[str, Head] = {}
        self.welcome: tuple[str, Sequence[Step]] = ("", ())
        """What is said in the middle when there are no cards."""
        self.layout_now = Layout(())
        self.drag: Drag | None = None
        self._above_ghost = 0
        """How many cards are out of sight above the one that is being typed."""
        self._cards: dict[tuple[str, int, int, int], tuple[Idea, tuple[Row, ...]]] = {}
        self._title_lines: dict[str, tuple[Sequence[Idea], int, int, int]] = {}
        """For each column what its title lines were worked out for (ideas, width, height), and how many there are."""
        self._width = self._height = 0
        """The size at the last `sync`; Textual works a widget's size out anew each time it is asked."""
        self._frames: list[_Frame] = []
        self._top_drawn: Line = ()
        self._tabs: Line = ()
        self._over: dict[int, Line] = {}
        self._strips: list[Strip] = []
        self._stale: set[int] = set()

    @property
    def column(self) -> Column:
        return self.columns[self.focused_stage]

    @property
    def card_lines(self) -> int:
        return max(self._height - TOP_LINES, 0)

    def redraw(self) -> None:
        self._stale.update(range(len(self._strips)))
        self.refresh()

    def new_day(self, day: Day) -> None:
        """Draw the cards anew as of another moment."""
        self.day = day
        self._cards.clear()

    # Cards

    def focused_slot(self) -> Slot:
        here = (slot for slot in self.layout_now.slots if slot.stage == self.focused_stage)
        return next(here, Slot(self.focused_stage, 0, self._width))

    def card(self, idea: Idea, width: int, state: int, lines: int = TITLE_LINES) -> tuple[Row, ...]:
        """Draw a card with so many lines for its title, or take it from those drawn before."""
        key = (idea.id, width, state, lines)
        known = self._cards.get(key)
        if known is not None and known[0] is idea:
            return known[1]
        ground = next((ground for bit, ground in _GROUNDS if state & bit), PLAIN)
        rows = tuple((ground, line) for line in draw_card(idea, width, state, self.day, lines))
        if len(self._cards) >= _CACHE_LIMIT:
            self._cards.clear()
        self._cards[key] = (idea, rows)
        return rows

    def heights(self, slot: Slot) -> Heights:
        """Return what tells the lines of a card in a column, with the blank one below it."""
        return lambda idea: len(self.card(idea, slot.width, 0, slot.lines)) + 1

    def shown(self, stage: str) -> tuple[Sequence[Idea], int]:
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
        """Show the end of the column and below it the card that is being typed, near the line it is typed in."""
        slot = self.focused_slot()
        height = self.heights(slot)
        room = min(self.card_lines, _NEAR_LINES)
        used = len(self.card(ghost, slot.width, GHOST, slot.lines))
        first = len(column.ideas)
        while first and used + height(column.ideas[first - 1]) <= room:
            first -= 1
            used += height(column.ideas[first])
        self._above_ghost = first
        return (*column.ideas[first:], ghost), 0

    # What changed

    def reveal(self, *, painting: bool = False) -> None:
        """Bring the card under the cursor into sight, then repaint what changed; see `sync`."""
        self.arrange_columns()
        self.column.reveal(self.card_lines, self.heights(self.focused_slot()))
        self.sync(painting=painting)

    def arrange_columns(self) -> None:
        self._width, self._height = self.size
        typed_in = self.focused_stage if self.ghost else ""
        empty = {stage for stage, head in self.heads.items() if not head.count and stage != typed_in}
        layout = arrange(self.stages, self.focused_stage, self.collapsed, self._width, empty)
        self.layout_now = replace(layout, slots=tuple(map(self._with_lines, layout.slots)))

    def _with_lines(self, slot: Slot) -> Slot:
        """Give the titles of a column a line more, when all its cards are in sight even so."""
        if slot.collapsed:
            return slot
        ideas = self.columns[slot.stage].ideas
        known = self._title_lines.get(slot.stage)
        if known is None or known[0] is not ideas or known[1:3] != (slot.width, self._height):
            lines = title_lines(ideas, self.card_lines, self.heights(replace(slot, lines=MORE_TITLE_LINES)))
            known = self._title_lines[slot.stage] = ideas, slot.width, self._height, lines
        return replace(slot, lines=known[3])

    def sync(self, *, painting: bool = False) -> None:
        """Work out the lines in sight and repaint those that differ, unless all is being painted already."""
        self.arrange_columns()
        if not self._width or not self._height:
            return
        old = self._frames
        self._frames = [self._frame(slot, place) for place, slot in enumerate(self.layout_now.slots)]
        over = draw_welcome(*self.welcome, self._width, self.card_lines) if self.welcome[0] else {}
        tabs = draw_tabs(self.tab_heads(), self.focused_stage, self._width) if self.layout_now.tabs else ()
        same = (
            self._over == over
            and len(self._strips) == self._height
            and self._strips[0].cell_length == self._width
            and [frame.slot for frame in old] == [frame.slot for frame in self._frames]
        )
        if same:
            self._repaint(old, tabs)
        else:
            self._strips = [Strip.blank(self._width)] * self._height
            self._stale = set(range(self._height))
            if not painting:
                self.refresh()
        self._over, self._tabs, self._top_drawn = over, tabs, self.top_line

    def _repaint(self, old_frames: Sequence[_Frame], tabs: Line) -> None:
        regions: list[Region] = []
        if self._top_drawn != self.top_line:
            regions.append(Region(0, 0, self._width, 1))
        if self._tabs != tabs:
            regions.append(Region(0, 1, self._width, 1))
        for old, new in zip(old_frames, self._frames, strict=True):
            if old is not new:
                regions += _differences(old, new)
        for region in regions:
            self._stale.update(region.line_range)
        if regions:
            self.refresh(*regions)

    def _frame(self, slot: Slot, place: int) -> _Frame:
        """Return a column's lines: those of the last picture when nothing happened to it."""
        stage = slot.stage
        column = self.columns[stage]
        on = stage == self.focused_stage
        drag = self.drag if self.drag and self.drag.moved else None
        state = (
            *(column.top, column.index if on else -1, on, self.marks, self.day, self._height),
            *(self.heads.get(stage), len(self.layout_now.before), len(self.layout_now.after)),
            *(self.ghost if on else None, drag and (drag.stage, drag.index), place),
        )
        if place < len(self._frames):
            old = self._frames[place]
            if old.ideas is column.ideas and old.slot == slot and old.state == state:
                return old
        rows, below = self._rows(slot)
        return _Frame(slot, column.ideas, state, self._head_line(slot, below), rows)

    def _rows(self, slot: Slot) -> tuple[list[Row], int]:
        """Return the lines of a column in sight, from top to bottom, and how many cards lie below them."""
        height = self.card_lines
        if slot.collapsed:
            name = draw_collapsed(self.heads.get(slot.stage, Head("")), slot.width, height)
            return [(PLAIN, line) for line in name], 0
        column = self.columns[slot.stage]
        ideas, first = self.shown(slot.stage)
        on = slot.stage == self.focused_stage and self.ghost is None and self.drag is None

        def card(place: int) -> Sequence[Row]:
            idea = ideas[place]
            state = CURSOR if on and place == column.index else 0
            if idea.id in self.marks:
                state |= MARKED
            if self.drag and self.drag.moved and idea is self.drag.idea:
                state = CURSOR | GHOST
            elif idea is self.ghost:
                state = GHOST
            return self.card(idea, slot.width, state, slot.lines)

        day = None if slot.stage in self.orders else self.day
        return column_rows(ideas, first, card, slot.width, height, day)

    def _head_line(self, slot: Slot, below: int) -> Line:
        if self.layout_now.tabs:
            return ()
        ideas, top = self.shown(slot.stage)
        typed_in = self.ghost is not None and slot.stage == self.focused_stage
        return column_head(
            self.heads.get(slot.stage, Head(slot.stage)),
            slot,
            self.layout_now,
            ideas[top] if top < len(ideas) else None,
            self.day,
            on=slot.stage == self.focused_stage,
            above=self._above_ghost if typed_in else top,
            below=below,
        )

    def tab_heads(self) -> list[tuple[str, Head]]:
        return [(stage, self.heads.get(stage, Head(stage))) for stage in self.stages]

    # Strips

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips of a region; only those that are out of date are made anew.

        Textual asks for all lines of every widget whenever it paints anything, so this must cost nothing.
        """
        if len(self._strips) < crop.bottom or crop.right > self._width:
            # Textual paints before it tells of a new size: the first picture would be blank.
            self.reveal(painting=True)
            if len(self._strips) < crop.bottom or crop.right > self._width:
                return [Strip.blank(crop.width, self.inks.style("base"))] * crop.height
        strips = self._strips
        for y in self._stale:
            strips[y] = Strip(self._segments(y), self._width)
        self._stale.clear()
        if crop.x == 0 and crop.width == self._width:
            return strips[crop.y : crop.bottom]
        return [strip.crop(crop.x, crop.right) for strip in strips[crop.y : crop.bottom]]

    def _segments(self, y: int) -> list[Segment]:
        style = self.inks.style
        if y == 0 or (y == 1 and self._tabs):
            line = self._tabs if y else self._top_drawn or ((" " * self._width, "base"),)
            return [Segment(text, style(name)) for text, name in line]
        if line := self._over.get(y - TOP_LINES, ()):
            return [Segment(text, style(name)) for text, name in line]
        rows = (
            (frame.slot, frame.rows[y - TOP_LINES] if y >= TOP_LINES else (PLAIN, frame.head)) for frame in self._frames
        )
        return _merged([Segment(text, style(name, ground)) for text, name, ground in side_by_side(rows, self._width)])


def _differences(old: _Frame, new: _Frame) -> list[Region]:
    """Return the regions of a column whose lines differ."""
    slot = new.slot
    regions = [Region(slot.x, TOP_LINES - 1, slot.width, 1)] if old.head != new.head else []
    for y, (before, now) in enumerate(zip(old.rows, new.rows, strict=True), TOP_LINES):
        if before is not now and before != now:
            start = regions.pop().y if regions and regions[-1].bottom == y else y
            regions.append(Region(slot.x, start, slot.width, y + 1 - start))
    return regions


def _merged(segments: list[Segment]) -> list[Segment]:
    """Join blanks to what is before them where nobody can see the difference: half as much goes to the terminal."""
    merged: list[Segment] = []
    for segment in segments:
        if merged and segment.text.isspace():
            before, now = merged[-1].style, segment.style
            shown = before and now and (before.underline or before.reverse or now.reverse)
            if before and now and before.bgcolor == now.bgcolor and not shown:
                merged[-1] = Segment(merged[-1].text + segment.text, before)
                continue
        merged.append(segment)
    return merged
