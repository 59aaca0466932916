"""One line of the screen that is drawn once and kept, since Textual asks for it whenever anything is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from ideaboard.ui.drawing.cells import Line
from ideaboard.ui.drawing.inks import Inks

if TYPE_CHECKING:
    from textual.geometry import Region


class DrawnLine(Widget):
    """Shows what `draw` gives; whoever changes that calls `redraw`."""

    def __init__(self, inks: Inks) -> None:
        super().__init__()
        self.inks = inks
        self._drawn: Strip | None = None

    def draw(self, width: int) -> Line:
        """Return the line in exactly `width` cells; blanks, until a class has something to say."""
        return ((" " * width, "base"),)

    def redraw(self) -> None:
        """Draw the line anew when it is next painted."""
        self._drawn = None
        self.refresh()

    def restyle(self, inks: Inks) -> None:
        """Take on other colours."""
        self.inks = inks
        self.redraw()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the line, as often as the region is high."""
        strip = self._drawn
        if strip is None or strip.cell_length != crop.width:
            width = self.size.width
            line = self.draw(width)
            strip = self._drawn = Strip([Segment(text, self.inks.style(name)) for text, name in line], width)
        return [strip if strip.cell_length == crop.width else strip.crop(crop.x, crop.right)] * crop.height
