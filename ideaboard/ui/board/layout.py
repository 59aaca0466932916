"""Which columns the board shows at a width, and where: pure arithmetic, no layout engine.

Under pressure the focused column stays, then its neighbours, then the rest; collapsed ones go first. Below 60 cells one
column is left, with a strip of tabs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

MIN_COLUMN = 22
"""No column is narrower, in cells, unless the screen is."""
COLLAPSED = 3
"""The width of a collapsed column."""
GAP = 1
TABS_BELOW = 60


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one column is drawn."""

    stage: str
    x: int
    width: int
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns in sight, from left to right."""

    slots: tuple[Slot, ...]
    tabs: bool = False
    before: tuple[str, ...] = ()
    """The stages left of what is in sight."""
    after: tuple[str, ...] = ()
    """The stages right of it."""

    def at(self, x: int) -> Slot | None:
        """Return the column at a cell of a line."""
        return next((slot for slot in self.slots if slot.x <= x < slot.x + slot.width + GAP), None)


def arrange(stages: Sequence[str], focused: str, collapsed: Collection[str], width: int) -> Layout:
    """Choose and place the columns.

    Args:
        stages: all columns, in order.
        focused: the one that must be in sight; it is never collapsed.
        collapsed: the ones that a person collapsed.
        width: the cells there are.
    """
    if width < TABS_BELOW:
        return Layout((Slot(focused, 0, max(width, 1)),), tabs=True)
    open_stages = [stage for stage in stages if stage == focused or stage not in collapsed]
    strips = [stage for stage in stages if stage not in open_stages]
    room = width - len(strips) * (COLLAPSED + GAP)
    if room < len(open_stages) * (MIN_COLUMN + GAP) - GAP:
        strips, room = [], width
    count = max(1, min(len(open_stages), (room + GAP) // (MIN_COLUMN + GAP)))
    index = open_stages.index(focused)
    start = min(max(index - (count - 1) // 2, 0), len(open_stages) - count)
    shown = open_stages[start : start + count]
    widths = _shares(room - (count - 1) * GAP, count)
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
    return Layout(tuple(slots), before=tuple(open_stages[:start]), after=tuple(open_stages[start + count :]))


def _shares(cells: int, count: int) -> list[int]:
    """Divide cells evenly; the first ones get what is left over."""
    each, left = divmod(cells, count)
    return [each + (number < left) for number in range(count)]
