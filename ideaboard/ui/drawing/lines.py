"""Widgets of styled lines: one that is drawn once and kept, the footer with its keys, and a few that a screen sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ideaboard.ui.drawing.cells import Line, Piece, shorten, width_of
from ideaboard.ui.drawing.inks import PLAIN, Inks

T = TypeVar("T")

Hint = tuple[str, str, str]
"""A key as people write it, what it does, and the action that a click runs."""
_LAST_HINTS = 2
BESIDE_HINTS = 80
"""From this width on, in cells, a message stands beside the hints; else it takes their place for a while."""
_MESSAGE_GAP = 3


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


class Said(NamedTuple):
    """A message: its tamed text, the style of it, and the key that shows the whole when it is cut."""

    text: str
    style: str
    more: str = ""


def draw_footer(hints: Sequence[Hint], width: int, said: Said | None = None) -> tuple[Line, list[tuple[int, int, str]]]:
    """Draw as many hints as fit in exactly `width` cells: the last two (help and leaving), then the first ones.

    A message stands at their right, or in their place where the line is short. Returns also, for each hint, the cells
    from and to which it reaches and its action.
    """
    if said is None:
        return _draw_hints(hints, width)
    room = width if width < BESIDE_HINTS else width - _reach(hints[-_LAST_HINTS:]) - _MESSAGE_GAP
    message = _draw_said(said, room)
    used = sum(width_of(text) for text, _ in message)
    if width < BESIDE_HINTS:
        return (*message, *(((" " * (width - used), "quiet"),) if used < width else ())), []
    line, places = _draw_hints(hints, width - used)
    return (*line, *message), places


def _draw_said(said: Said, room: int) -> Line:
    """Draw a message in at most so many cells; one that is cut is followed by the key that shows it whole."""
    if width_of(said.text) + 2 <= room:
        return ((f" {said.text} ", said.style),)
    key = f" {said.more} " if said.more and width_of(said.more) + 12 < room else ""
    return tuple(piece for piece in [(shorten(f" {said.text}", room - len(key)), said.style), (key, "key")] if piece[0])


def _reach(hints: Sequence[Hint]) -> int:
    return sum(map(_cells, hints)) + 2 * len(hints) - 1


def _draw_hints(hints: Sequence[Hint], width: int) -> tuple[Line, list[tuple[int, int, str]]]:
    kept = list(hints)
    while kept and _reach(kept) > width:
        del kept[-_LAST_HINTS - 1 if len(kept) > _LAST_HINTS else -1]
    # A first one without a word says what is marked: all keys are for that then.
    key_style = "mark" if kept and not kept[0][1] else "key"
    pieces: list[Piece] = []
    places: list[tuple[int, int, str]] = []
    x = 0
    for key, word, action in kept:
        gap = 2 if places else 1
        end = x + gap + _cells((key, word, action))
        pieces += [(" " * gap, "quiet"), (key, key_style), (f" {word}" if word else "", "quiet")]
        places.append((x + gap, end, action))
        x = end
    pieces.append((" " * (width - x), "quiet"))
    return tuple(piece for piece in pieces if piece[0]), places


def _cells(hint: Hint) -> int:
    return width_of(hint[0]) + (1 + width_of(hint[1]) if hint[1] else 0)


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
