"""The preview of a paper: drawn line by line, made from the top as far as it is seen, so that it follows every key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ideaboard.ui.detail.text import LINK, Pieces
from ideaboard.ui.drawing.cells import width_of
from ideaboard.ui.drawing.inks import Inks

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Region
    from textual.selection import Selection

MakeRows = Callable[[int], Iterator[Pieces]]
"""Makes the rows for a number of cells."""

_MARGIN = 2
_WHEEL = 3


class PaperPreview(Widget):
    """Shows rows of text and scrolls them.

    Args:
        inks: the colours; `restyle` changes them.
    """

    DEFAULT_CSS = "PaperPreview { width: 1fr; height: 1fr; }"

    class LinkOpened(Message):
        """A link was clicked."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    def __init__(self, inks: Inks) -> None:
        super().__init__()
        self.inks = inks
        self.edge = "│"
        """What separates it from what is at its left."""
        self._key = ""
        self._make: MakeRows | None = None
        self._more: Iterator[Pieces] = iter(())
        self._rows: list[Pieces] = []
        self._top = 0
        self._strips: dict[int, Strip] = {}

    @property
    def text_width(self) -> int:
        """The cells of a row."""
        return max(1, self.size.width - _MARGIN - 1)

    def show(self, key: str, make: MakeRows | None) -> None:
        """Show something else; with the same key it keeps its place."""
        if key != self._key:
            self._top = 0
        self._key, self._make = key, make
        self._start()

    def _start(self) -> None:
        self._rows = []
        self._more = self._make(self.text_width) if self._make and self.size.width else iter(())
        self._redraw()

    def restyle(self, inks: Inks) -> None:
        """Take on other colours."""
        self.inks = inks
        self._redraw()

    def scroll_rows(self, rows: int) -> None:
        """Scroll by rows, as far as there are some."""
        before = self._top
        wanted = max(0, self._top + rows)
        self._need(wanted + self.size.height)
        self._top = max(0, min(wanted, len(self._rows) - self.size.height))
        if self._top != before:
            self._redraw()

    def page(self) -> int:
        """Return how many rows a page is."""
        return max(1, self.size.height - 2)

    def _need(self, count: int) -> None:
        while len(self._rows) < count:
            row = next(self._more, None)
            if row is None:
                return
            self._rows.append(row)

    def _redraw(self) -> None:
        self._strips.clear()
        self.refresh()

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self._start()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of a region."""
        self._need(self._top + self.size.height + 1)
        strips = [self._strip(y) for y in range(crop.y, crop.bottom)]
        if crop.x == 0 and crop.width == self.size.width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """Return a line that says which character each cell holds; Textual asks for it where the mouse selects."""
        edge, text = self._strip(y).divide([_MARGIN, self.size.width])
        return Strip.join([edge, text.apply_offsets(0, self._top + y)])

    def _strip(self, y: int) -> Strip:
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._drawn(y)
        return strip

    def _drawn(self, y: int) -> Strip:
        width = self.size.width
        number = self._top + y
        row = self._rows[number] if number < len(self._rows) else ()
        base = self.inks.style("base")
        segments = [Segment(self.edge.ljust(_MARGIN), self.inks.style("quiet"))]
        used = _MARGIN
        for text, name, selected in self._selected(row, number):
            style = self._style(name)
            if selected:
                style += self.screen.get_component_rich_style("screen--selection")
            segments.append(Segment(text, style))
            used += width_of(text)
        more = (y == 0 and self._top) or (
            y == self.size.height - 1 and len(self._rows) > self._top + self.size.height and "↓"
        )
        arrow = "↓" if more == "↓" else "↑" if more else " "
        segments += [Segment(" " * max(0, width - used - 1), base), Segment(arrow, self.inks.style("quiet"))]
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, name: str) -> Style:
        if name.startswith(LINK):
            return self.inks.style("label") + Style(bold=False, underline=True)
        return self.inks.style(name)

    def _selected(self, row: Pieces, number: int) -> Iterator[tuple[str, str, bool]]:
        """Divide a row where the mouse's selection starts and ends."""
        selection = self.text_selection
        span = selection.get_span(number) if selection else None
        x = 0
        for text, name in row:
            if span is None:
                yield text, name, False
                continue
            start, end = span
            stop = x + len(text) if end == -1 else end
            cuts = sorted({0, len(text), *(cut for cut in (start - x, stop - x) if 0 < cut < len(text))})
            for low, high in pairwise(cuts):
                yield text[low:high], name, start <= x + low < stop
            x += len(text)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the text that the mouse selected."""
        return selection.extract("\n".join("".join(text for text, _ in row) for row in self._rows)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002  # Textual hands it over
        """Draw the selection."""
        self._redraw()

    def on_click(self, event: events.Click) -> None:
        """Open the link that was clicked."""
        number = self._top + event.y
        used = _MARGIN
        for text, name in self._rows[number] if number < len(self._rows) else ():
            used += width_of(text)
            if event.x < used:
                if name.startswith(LINK):
                    self.post_message(self.LinkOpened(name[len(LINK) :]))
                return

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self.scroll_rows(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self.scroll_rows(-_WHEEL)
