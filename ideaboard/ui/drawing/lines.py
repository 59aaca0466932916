"""Widgets of styled lines: one that is drawn once and kept, the footer with its keys, and a few that a screen sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.segment import Segment
from textual import events
from textual.filter import LineFilter
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ideaboard.ui.drawing.cells import Line, Piece, shorten, width_of
from ideaboard.ui.drawing.footer import Hint, Said, draw_footer
from ideaboard.ui.drawing.grounds import PLAIN
from ideaboard.ui.drawing.inks import STEADY, Inks

T = TypeVar("T")


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


class InkedWidget(Widget):
    """A widget that draws its lines itself, in the colours of the board."""

    def __init__(self, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.inks = inks

    def restyle(self, inks: Inks) -> None:
        self.inks = inks
        self.redraw()

    def redraw(self) -> None:
        self.refresh()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what is done to every line; what is drawn here is tame."""
        return [one for one in super().get_line_filters() if one is not STEADY]

    def wheel(self, direction: int, x: int) -> None:
        """Follow the mouse's wheel, down (1) or up (-1), over a cell of a line."""

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.wheel(1, event.x)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.wheel(-1, event.x)

    def strip_of(self, line: Line, width: int, ground: str = PLAIN) -> Strip:
        """Return a line of exactly so many cells as Textual paints it."""
        return Strip([Segment(text, self.inks.style(name, ground)) for text, name in line], width)


class DrawnLine(InkedWidget, Generic[T]):
    """Shows a value on one line, which is drawn once and kept: Textual asks for it whenever anything is painted."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "DrawnLine { height: 1; }"

    def __init__(self, inks: Inks, draw: Callable[[T, int], Line], value: T) -> None:
        super().__init__(inks)
        self.value = value
        self._draw = draw
        self._drawn: Strip | None = None

    def show(self, value: T) -> None:
        if value != self.value:
            self.value = value
            self.redraw()

    def redraw(self) -> None:
        self._drawn = None
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        strip = self._drawn
        if strip is None or strip.cell_length != crop.width:
            width = self.size.width
            strip = self._drawn = self.strip_of(self._draw(self.value, width), width)
        return [strip if strip.cell_length == crop.width else strip.crop(crop.x, crop.right)] * crop.height


class FooterLine(DrawnLine[Sequence[Hint]]):
    """The last line: the keys that matter now, and what there is to say; a click on a key does what the key does."""

    @dataclass(eq=False)
    class Clicked(Message):
        """A hint was clicked."""

        action: str

    def __init__(self, inks: Inks) -> None:
        super().__init__(inks, lambda hints, width: draw_footer(hints, width, self.said)[0], ())
        self.said: Said | None = None

    def say(self, said: Said | None) -> None:
        """Show a message beside the keys, or none any more."""
        if said != self.said:
            self.said = said
            self.redraw()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        _, places = draw_footer(self.value, self.size.width, self.said)
        for start, end, action in places:
            if start <= event.x < end:
                self.post_message(self.Clicked(action))


class Lines(InkedWidget):
    """Shows a number of lines, each as wide as the widget, and repaints those that differ."""

    ALLOW_SELECT = False

    @dataclass(eq=False)
    class Clicked(Message):
        """A line was clicked."""

        lines: Lines
        number: int

    def __init__(self, inks: Inks, count: int, *, id: str | None = None) -> None:
        super().__init__(inks, id=id)
        self._lines: list[Line] = [()] * count
        self.styles.height = count

    def show(self, number: int, pieces: Sequence[Piece]) -> None:
        """Show another line; tamed pieces, cut at the right edge."""
        line = tuple(pieces)
        if self._lines[number] != line:
            self._lines[number] = line
            self.refresh(Region(0, number, self.size.width, 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        width = self.size.width
        lines = [self._lines[y] if y < len(self._lines) else () for y in range(crop.y, crop.bottom)]
        return [self.strip_of(filled(line, width), width).crop(crop.x, crop.right) for line in lines]

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Clicked(self, event.y))
