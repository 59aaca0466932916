"""A few lines of styled text that a screen sets, repainted only where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ideaboard.ui.drawing.cells import Line, Piece, shorten, width_of
from ideaboard.ui.drawing.inks import Inks

if TYPE_CHECKING:
    from textual import events


def filled(pieces: Sequence[Piece], width: int) -> Line:
    """Return tamed pieces in exactly so many cells: shortened, or with blanks behind them."""
    line: list[Piece] = []
    used = 0
    for text, style in pieces:
        shown = shorten(text, width - used)
        if shown:
            line.append((shown, style))
            used += width_of(shown)
    if used < width:
        line.append((" " * (width - used), "base"))
    return tuple(line)


class Lines(Widget):
    """Shows lines, each as wide as the widget.

    Args:
        inks: the colours; `restyle` changes them.
        count: how many lines there are.
    """

    ALLOW_SELECT = False

    class Clicked(Message):
        """A line was clicked."""

        def __init__(self, lines: Lines, number: int) -> None:
            super().__init__()
            self.lines = lines
            self.number = number

        @property
        def control(self) -> Lines:
            """The lines of which one was clicked."""
            return self.lines

    def __init__(self, inks: Inks, count: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.inks = inks
        self._lines: list[Line] = [()] * count
        self.styles.height = count

    def show(self, number: int, pieces: Sequence[Piece]) -> None:
        """Show another line; tamed pieces, cut at the right edge."""
        line = tuple(pieces)
        if self._lines[number] != line:
            self._lines[number] = line
            self.refresh(Region(0, number, self.size.width, 1))

    def restyle(self, inks: Inks) -> None:
        """Take on other colours."""
        self.inks = inks
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        width = self.size.width
        strips = []
        for y in range(crop.y, crop.bottom):
            line = filled(self._lines[y] if y < len(self._lines) else (), width)
            strips.append(Strip([Segment(text, self.inks.style(name)) for text, name in line], width))
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Clicked(self, event.y))
