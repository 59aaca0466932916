"""How the board is drawn: the lines in sight, and which of them must be painted anew.

After every change of state `sync` works out the lines in sight, compares them with those on the screen and repaints
only what differs. Columns that nothing happened to are not even looked at, so the cost of a key depends neither on how
many ideas there are nor on how many columns are in sight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from rich.console import Console
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from ideaboard.core.ideas import Idea
from ideaboard.ui.board.card import CURSOR, GHOST, MARKED, MORE_TITLE_LINES, Day, draw_card
from ideaboard.ui.board.columns import (
    TOP_LINES,
    Column,
    Heights,
    Layout,
    Slot,
    arrange,
    column_head,
    column_rows,
    title_lines,
)
from ideaboard.ui.board.heads import Head, Step, draw_collapsed, draw_tabs, draw_welcome
from ideaboard.ui.drawing import grounds
from ideaboard.ui.drawing.cells import Line
from ideaboard.ui.drawing.grounds import PLAIN
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.lines import InkedWidget

_CACHE_LIMIT = 4000
_GROUNDS = ((CURSOR, grounds.CURSOR), (GHOST, grounds.GHOST), (MARKED, grounds.MARKED))


class Row:
    """A line of a column with the gap behind it; what it looks like in the terminal is worked out once."""

    __slots__ = ("_painted", "segments", "width")

    def __init__(self, segments: Sequence[Segment], width: int) -> None:
        self.segments = segments
        self.width = width
        self._painted: str | None = None

    def paint(self, console: Console) -> str:
        if self._painted is None:
            self._painted = Strip(self.segments, self.width).render(console)
        return self._painted


class JoinedStrip(Strip):
    """Rows side by side; Textual would take each line apart, and paint all of it anew, when one of them changes."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Sequence[Row], width: int) -> None:
        super().__init__([segment for row in rows for segment in row.segments], width)
        self._rows = rows

    def crop(self, start: int, end: int | None = None) -> Strip:
        ends = [*accumulate(row.width for row in self._rows)]
        if start == 0 and end in ends[:-1]:
            return JoinedStrip(self._rows[: ends.index(end) + 1], end)
        return super().crop(start, end)

    def render(self, console: Console) -> str:
        return "".join([row.paint(console) for row in self._rows])


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
    rows: Sequence[Row]
    """Its head, then what is below."""


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
        self._cards: dict[tuple[str, int, int, int, int], tuple[Idea, tuple[Row, ...]]] = {}
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
        # What is kept has the colours of before.
        self._cards.clear()
        self._frames = []
        self.sync()

    def new_day(self, day: Day) -> None:
        """Draw the cards anew as of another moment."""
        self.day = day
        self._cards.clear()

    # Cards

    def focused_slot(self) -> Slot:
        here = (slot for slot in self.layout_now.slots if slot.stage == self.focused_stage)
        return next(here, Slot(self.focused_stage, 0, self._width))

    def card(self, idea: Idea, slot: Slot, state: int) -> tuple[Row, ...]:
        """Draw a card for a column, or take it from those drawn before."""
        key = (idea.id, slot.width, slot.lines, slot.gap, state)
        known = self._cards.get(key)
        if known is not None and known[0] is idea:
            return known[1]
        ground = next((ground for bit, ground in _GROUNDS if state & bit), PLAIN)
        drawn = draw_card(idea, slot.width, state, self.day, slot.lines)
        rows = tuple(self._row(line, slot.width, slot.gap, ground) for line in drawn)
        if len(self._cards) >= _CACHE_LIMIT:
            self._cards.clear()
        self._cards[key] = (idea, rows)
        return rows

    def _row(self, line: Line, width: int, gap: int = 0, ground: str = PLAIN) -> Row:
        style = self.inks.style
        segments = [Segment(text, style(name, ground)) for text, name in line]
        if gap:
            segments.append(Segment(" " * gap, style("base")))
        return Row(_merged(segments), width + gap)

    def heights(self, slot: Slot) -> Heights:
        """Return what tells the lines of a card in a column, with the blank one below it."""
        return lambda idea: len(self.card(idea, slot, 0)) + 1

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
        """Show as much of the end of the column as has room, and below it the card that is typed, where it will be."""
        slot = self.focused_slot()
        height = self.heights(slot)
        used = len(self.card(ghost, slot, GHOST))
        first = len(column.ideas)
        while first and used + height(column.ideas[first - 1]) <= self.card_lines:
            first -= 1
            used += height(column.ideas[first])
        self._above_ghost = first
        return (*column.ideas[first:], ghost), 0

    # What changed

    def reveal(self, *, painting: bool = False) -> None:
        """Bring the card under the cursor into sight, then repaint what changed; see `sync`."""
        self.arrange_columns()
        self.column.reveal(self.card_lines, self.heights(self.focused_slot()))
        self._sync(painting=painting)

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

    def sync(self) -> None:
        """Work out the lines in sight and repaint those that differ."""
        self.arrange_columns()
        self._sync()

    def _sync(self, *, painting: bool = False) -> None:
        """Do the rest of `sync`, unless all is being painted already."""
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
        """Repaint lines, each from its beginning to the last column that differs: Textual paints no less of it."""
        ends: dict[int, int] = {}
        for old, new in zip(old_frames, self._frames, strict=True):
            if old is not new:
                end = new.slot.x + new.slot.width + new.slot.gap
                ends.update(dict.fromkeys(_differences(old, new), end))
        if self._top_drawn != self.top_line:
            ends[0] = self._width
        if self._tabs != tabs:
            ends[1] = self._width
        regions: list[Region] = []
        for y, end in sorted(ends.items()):
            last = regions[-1] if regions else Region()
            if last.bottom == y and last.width == end:
                regions[-1] = Region(0, last.y, end, last.height + 1)
            else:
                regions.append(Region(0, y, end, 1))
        self._stale.update(ends)
        if regions:
            self.refresh(*regions)

    def _frame(self, slot: Slot, place: int) -> _Frame:
        """Return a column's lines: those of the last picture when nothing happened to it."""
        stage = slot.stage
        column = self.columns[stage]
        on = stage == self.focused_stage
        drag = self.drag if self.drag and self.drag.moved else None
        old = self._frames[place] if place < len(self._frames) else None
        if not slot.collapsed and (old is None or old.ideas is not column.ideas):
            column.fill(self.card_lines, self.heights(slot))
        state = (
            *(column.top, column.index if on else -1, on, self.marks, self.day, self._height),
            *(self.heads.get(stage), len(self.layout_now.before), len(self.layout_now.after)),
            *(self.ghost if on else None, drag and (drag.stage, drag.index), place),
        )
        if old and old.ideas is column.ideas and old.slot == slot and old.state == state:
            return old
        rows, below = self._rows(slot)
        head = self._row(self._head_line(slot, below), slot.width, slot.gap)
        return _Frame(slot, column.ideas, state, (head, *rows))

    def _rows(self, slot: Slot) -> tuple[list[Row], int]:
        """Return the lines of a column in sight, from top to bottom, and how many cards lie below them."""
        height = self.card_lines

        def row(line: Line) -> Row:
            return self._row(line, slot.width, slot.gap)

        if slot.collapsed:
            name = draw_collapsed(self.heads.get(slot.stage, Head("")), slot.width, height)
            return [*map(row, name)], 0
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
            return self.card(idea, slot, state)

        day = None if slot.stage in self.orders else self.day
        return column_rows(ideas, first, card, row, slot.width, height, day)

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
            strips[y] = JoinedStrip(self._joined(y), self._width)
        self._stale.clear()
        if crop.x == 0 and crop.width == self._width:
            return strips[crop.y : crop.bottom]
        return [strip.crop(crop.x, crop.right) for strip in strips[crop.y : crop.bottom]]

    def _joined(self, y: int) -> Sequence[Row]:
        if y == 0 or (y == 1 and self._tabs):
            line = self._tabs if y else self._top_drawn or ((" " * self._width, "base"),)
            return [self._row(line, self._width)]
        if line := self._over.get(y - TOP_LINES, ()):
            return [self._row(line, self._width)]
        return [frame.rows[y - 1] for frame in self._frames]


def _differences(old: _Frame, new: _Frame) -> list[int]:
    """Return the numbers of a column's lines that differ."""
    rows = enumerate(zip(old.rows, new.rows, strict=True), TOP_LINES - 1)
    return [y for y, (before, now) in rows if before is not now and before.segments != now.segments]


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
