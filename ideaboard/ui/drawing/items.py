"""A list of things, a line or two each, drawn line by line: what is out of sight costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from ideaboard.ui.drawing.cells import Line
from ideaboard.ui.drawing.cursor import Cursor, place_of
from ideaboard.ui.drawing.grounds import CURSOR, MARKED, PLAIN
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.lines import InkedWidget, filled

_KEPT = 1000
_WHEEL = 3

DrawRow = Callable[[str, int], Sequence[Line]]
"""Draws the row of a key in so many cells; asked when it comes into sight, until `redraw`."""


class ItemList(InkedWidget):
    """Knows keys and no things; the cursor, the marks and the place follow their keys when the rows change."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "ItemList { width: 1fr; height: 1fr; }"

    @dataclass(eq=False)
    class Moved(Message):
        """The mouse put the cursor on another row, by a click or by its wheel."""

        clicked: bool = False

    class Opened(Message):
        """A row was clicked twice."""

    def __init__(self, inks: Inks, draw: DrawRow) -> None:
        super().__init__(inks)
        self.marks: Container[str] = frozenset()
        self.empty: Sequence[Line] = ()
        self.row_lines = 2
        self._cursor = Cursor()
        self._draw = draw
        self._top = 0
        self._rows: dict[tuple[str, int], tuple[Line, ...]] = {}
        self._strips: dict[tuple[str, int, int, int], Strip] = {}

    @property
    def keys(self) -> Sequence[str]:
        return self._cursor.keys

    @property
    def index(self) -> int:
        return self._cursor.index

    @property
    def current(self) -> str | None:
        return self._cursor.current

    def show(self, keys: Sequence[str], at: str | None = None) -> None:
        """Show rows by their keys, each once; the cursor goes to `at`, else stays on its row, or at its place."""
        top = self.keys[self._top] if self._top < len(self.keys) else None
        if keys is not self.keys and top is not None:
            self._top = place_of(top, keys, self._top)
        self._cursor.show(keys, at)
        self._reveal()
        self.refresh()

    def redraw(self) -> None:
        self._rows.clear()
        self._strips.clear()
        self.refresh()

    def go(self, index: int) -> bool:
        """Put the cursor on a row; beyond an end is at the end. Tell whether it went anywhere."""
        before = self.index
        if not self._cursor.go(index):
            return False
        if self._reveal():
            self.refresh()
        else:
            self.refresh(self._region(before), self._region(self.index))
        return True

    def page(self) -> int:
        return max(self.size.height // self.row_lines, 1)

    def _region(self, index: int) -> Region:
        return Region(0, (index - self._top) * self.row_lines, self.size.width, self.row_lines)

    def _reveal(self) -> bool:
        """Scroll as little as needed; tell whether that was anything."""
        before = self._top
        self._top = min(max(self._top, self.index - self.page() + 1), self.index)
        self._top = max(0, min(self._top, len(self.keys) - self.page()))
        return self._top != before

    def on_resize(self) -> None:
        self._reveal()
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = [self._strip(y) for y in range(crop.y, crop.bottom)]
        if crop.x == 0 and crop.width == self.size.width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def _strip(self, y: int) -> Strip:
        width = self.size.width
        number, part = self._top + y // self.row_lines, y % self.row_lines
        if number >= len(self.keys):
            said = self.empty[y - 1] if not self.keys and 1 <= y <= len(self.empty) else ()
            return self.strip_of(filled(said, width), width)
        key = self.keys[number]
        on, marked = number == self.index, key in self.marks
        known = (key, part, width, on + 2 * marked)
        strip = self._strips.get(known)
        if strip is None:
            lines = self._row(key, width - 2)  # the bar at the left, and a blank at the right
            bar = ("*" if marked and part == 0 else "▌" if on else " ", "mark" if marked else "label")
            line = filled((bar, *(lines[part] if part < len(lines) else ())), width)
            if len(self._strips) > _KEPT:
                self._strips.clear()
            strip = self._strips[known] = self.strip_of(line, width, CURSOR if on else MARKED if marked else PLAIN)
        return strip

    def _row(self, key: str, width: int) -> tuple[Line, ...]:
        row = self._rows.get((key, width))
        if row is None:
            if len(self._rows) > _KEPT:
                self._rows.clear()
            row = self._rows[key, width] = tuple(self._draw(key, width))
        return row

    def on_click(self, event: events.Click) -> None:
        event.stop()
        number = self._top + event.y // self.row_lines
        if number < len(self.keys):
            self.go(number)
            self.post_message(self.Opened() if event.chain == 2 else self.Moved(clicked=True))

    def wheel(self, direction: int, _x: int) -> None:
        if self.go(self.index + direction * _WHEEL):
            self.post_message(self.Moved())
