"""The columns: which ones a width shows and where, and what each of them shows.

Placing them is pure arithmetic, no layout engine. Under pressure the focused column stays, then its neighbours, then
the rest; collapsed ones go first. Below 60 cells one column is left, with a strip of tabs. A column scrolls by whole
cards, so that nothing ever needs the height of a card that is out of sight; its cursor and its top are kept by id when
the ideas change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ideaboard.core.ideas import Idea
from ideaboard.ui.board.card import MORE_TITLE_LINES, TITLE_LINES, Day, shared_year
from ideaboard.ui.board.heads import Head, draw_head, draw_year
from ideaboard.ui.drawing.cells import Line

R = TypeVar("R")

MIN_COLUMN = 22
"""No column with cards is narrower, in cells, unless the screen is."""
EMPTY_COLUMN = 12
"""A column without cards may be as narrow as this, where others need its width."""
WIDE_COLUMN = 28
"""A column of this width needs none of another one's."""
ROOMY_COLUMN = 36
"""More than this is not taken from an empty column."""
COLLAPSED = 3
GAP = 1
TABS_BELOW = 60
_LEAST_HEIGHT = 3
"""The lines of a card: a title, what is below it, and the blank one."""
TOP_LINES = 2
"""The line above the columns, where a filter is typed, and the heads of the columns."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one column is drawn."""

    stage: str
    x: int
    width: int
    collapsed: bool = False
    lines: int = TITLE_LINES
    """How many lines a title may take."""
    gap: int = GAP
    """The blank cells after it; none after the last one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns in sight, from left to right."""

    slots: tuple[Slot, ...]
    tabs: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    """The stages left and right of what is in sight."""

    def at(self, x: int) -> Slot | None:
        """Return the column at a cell of a line."""
        return next((slot for slot in self.slots if slot.x <= x < slot.x + slot.width + GAP), None)


def arrange(
    stages: Sequence[str], focused: str, collapsed: Collection[str], width: int, empty: Collection[str] = ()
) -> Layout:
    """Choose and place the columns in so many cells; the focused one is in sight, and never collapsed.

    Where it is tight the empty ones give their width to the others.
    """
    if width < TABS_BELOW:
        return Layout((Slot(focused, 0, max(width, 1), gap=0),), tabs=True)
    open_stages = [stage for stage in stages if stage == focused or stage not in collapsed]
    strips = [stage for stage in stages if stage not in open_stages]
    room = width - len(strips) * (COLLAPSED + GAP)
    least = {stage: EMPTY_COLUMN if stage in empty else MIN_COLUMN for stage in open_stages}
    if room < sum(least.values()) + (len(least) - 1) * GAP:
        strips, room = [], width
    index = open_stages.index(focused)
    for count in range(len(open_stages), 0, -1):
        start = min(max(index - (count - 1) // 2, 0), len(open_stages) - count)
        shown = open_stages[start : start + count]
        if sum(least[stage] for stage in shown) + (count - 1) * GAP <= room:
            break
    widths = _shares(room - (count - 1) * GAP, [stage in empty for stage in shown])
    slots: list[Slot] = []
    x = 0
    for stage in stages:
        if stage in shown:
            slots.append(Slot(stage, x, widths[shown.index(stage)]))
        elif stage in strips:
            slots.append(Slot(stage, x, COLLAPSED, collapsed=True))
        else:
            continue
        x += slots[-1].width + GAP
    slots[-1] = replace(slots[-1], gap=0)
    return Layout(tuple(slots), before=tuple(open_stages[:start]), after=tuple(open_stages[start + count :]))


def _shares(cells: int, empty: Sequence[bool]) -> list[int]:
    """Divide cells evenly, or where that is little give those that are not empty up to `ROOMY_COLUMN`."""
    full = len(empty) - sum(empty)
    if cells >= len(empty) * WIDE_COLUMN or full in (0, len(empty)):
        return _evenly(cells, len(empty))
    for_full = min(cells - sum(empty) * EMPTY_COLUMN, full * ROOMY_COLUMN)
    shares = {False: iter(_evenly(for_full, full)), True: iter(_evenly(cells - for_full, sum(empty)))}
    return [next(shares[is_empty]) for is_empty in empty]


def _evenly(cells: int, count: int) -> list[int]:
    """Divide cells evenly; the first ones get what is left over."""
    each, left = divmod(cells, count)
    return [each + (number < left) for number in range(count)]


Heights = Callable[[Idea], int]
"""Returns the lines of a card with the blank one below it."""

There = Callable[[str], bool]
"""Tells whether the idea of an id may be among those that are shown: spares looking for one that went."""


class Column:
    """The shown state of one stage."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.ideas: Sequence[Idea] = ()
        self.index = self.top = 0
        """The card under the cursor, and the first one in sight."""

    @property
    def current(self) -> Idea | None:
        return self.ideas[self.index] if self.index < len(self.ideas) else None

    def show(self, ideas: Sequence[Idea], there: There = lambda _: True) -> None:
        """Show other ideas; the cursor and the top stay on their cards, or where those were."""
        if ideas is self.ideas:
            return
        old = self.ideas
        self.ideas = ideas
        self.index = _follow(old, self.index, ideas, there)
        self.top = _follow(old, self.top, ideas, there)

    def go(self, index: int) -> None:
        """Put the cursor on a card; beyond an end is at the end."""
        self.index = min(max(index, 0), max(len(self.ideas) - 1, 0))

    def go_to(self, id: str) -> bool:
        # What was moved or added is at an end more often than not.
        for index, (first, last) in enumerate(zip(self.ideas, reversed(self.ideas), strict=True)):
            if last.id == id or first.id == id:
                self.index = len(self.ideas) - 1 - index if last.id == id else index
                return True
        return False

    def place(self) -> tuple[str, str]:
        """Return the ids of the card under the cursor and of the one at the top; empty ones in an empty column."""
        if not self.ideas:
            return "", ""
        return self.ideas[self.index].id, self.ideas[min(self.top, len(self.ideas) - 1)].id

    def go_back_to(self, cursor: str, top: str) -> None:
        """Put the cursor and the top back on cards that may be gone."""
        if self.go_to(top):
            self.top = self.index
        self.go_to(cursor)

    def reveal(self, height: int, heights: Heights) -> None:
        """Scroll as little as needed to show the card under the cursor whole, in `height` lines."""
        if self.index <= self.top:
            self.top = self.index
        elif self.ideas:
            used = heights(self.ideas[self.index]) - 1
            first = self.index
            while first > self.top and used + heights(self.ideas[first - 1]) <= height:
                first -= 1
                used += heights(self.ideas[first])
            self.top = first
        self.fill(height, heights)

    def scroll(self, cards: int, height: int, heights: Heights) -> None:
        """Scroll by cards; the cursor stays on its card, in sight or not."""
        self.top = min(max(self.top + cards, 0), max(len(self.ideas) - 1, 0))
        self.fill(height, heights)

    def fill(self, height: int, heights: Heights) -> None:
        """Never leave lines empty at the bottom while cards are hidden above."""
        if not self.top:
            return
        used = -1
        for index in range(self.top, len(self.ideas)):
            used += heights(self.ideas[index])
            if used >= height:
                return
        while self.top and used + heights(self.ideas[self.top - 1]) <= height:
            self.top -= 1
            used += heights(self.ideas[self.top])

    def page(self, height: int, heights: Heights) -> int:
        """Count the cards that are whole in sight, at least one."""
        used, count = -1, 0
        for index in range(self.top, len(self.ideas)):
            used += heights(self.ideas[index])
            if used > height:
                break
            count += 1
        return max(count, 1)


def _follow(old: Sequence[Idea], index: int, new: Sequence[Idea], there: There) -> int:
    """Find where the idea at an index went; when it is gone, take the place of the next one that is still there."""
    if not new or not old:
        return 0
    for place in range(index, len(old)):
        id = old[place].id
        for near in (place, place + 1, place - 1):
            if 0 <= near < len(new) and new[near].id == id:
                return near
        if there(id):
            places = {one.id: place for place, one in enumerate(new)}
            return next((places[one.id] for one in old[place:] if one.id in places), len(new) - 1)
    return len(new) - 1


def title_lines(ideas: Sequence[Idea], height: int, roomy: Heights) -> int:
    """Return the lines that each title may take: one more than usual when all cards are in sight even so."""
    used = len(ideas) * _LEAST_HEIGHT - 1
    for idea in ideas if used <= height else ():
        used += roomy(idea) - _LEAST_HEIGHT
        if used > height:
            break
    return TITLE_LINES if used > height else MORE_TITLE_LINES


def column_rows(
    ideas: Sequence[Idea],
    first: int,
    card: Callable[[int], Sequence[R]],
    row: Callable[[Line], R],
    width: int,
    height: int,
    day: Day | None,
) -> tuple[list[R], int]:
    """Return the lines of a column from its first card in sight on, and how many cards lie below them.

    `card` draws the one at an index, `row` what is between them. A line stands where the year of sharing changes,
    unless there is no `day`.
    """
    blank = row(((" " * width, "base"),))
    rows: list[R] = []
    below = 0
    for place in range(first, len(ideas)):
        rows += card(place)
        if len(rows) >= height:
            below = len(ideas) - place - (len(rows) == height)
            break
        year = shared_year(ideas[place + 1], day) if day and place + 1 < len(ideas) else ""
        new_year = year and day and year != shared_year(ideas[place], day)
        rows.append(row(draw_year(year, width)) if new_year else blank)
    rows += [blank] * (height - len(rows))
    return rows[:height], below


def column_head(
    head: Head, slot: Slot, layout: Layout, first: Idea | None, day: Day, *, on: bool, above: int = 0, below: int = 0
) -> Line:
    """Draw the head of a column above its first card in sight, with how many are out of sight."""
    year = shared_year(first, day) if first is not None else ""
    return draw_head(
        head,
        slot.width,
        on=on,
        collapsed=slot.collapsed,
        above=above,
        below=below,
        year=year if year != day.date[:4] else "",
        before=len(layout.before) if slot is layout.slots[0] else 0,
        after=len(layout.after) if slot is layout.slots[-1] else 0,
    )
