"""Rows of styled text, wrapped in cells, drawn as far as they are seen: the detail and the previews are made of them.

What they show changes with every cursor key, so nothing is mounted and nothing is laid out: rows are made one at a
time, and what is not seen costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.selection import Selection
from textual.strip import Strip

from ideaboard.ui.drawing.cells import Line, Piece, cut, tame, width_of
from ideaboard.ui.drawing.grounds import CURSOR, PLAIN
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.lines import InkedWidget

LINK = "link "
"""A style that starts with this is a link; the address follows."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Something in a row that a key can act on."""

    kind: Literal["link", "point", "response"]
    value: str
    """The address, the point's key, or the response's id."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text."""

    pieces: Line = ()
    spot: Spot | None = None

    @property
    def plain(self) -> str:
        return "".join(text for text, _ in self.pieces)


BLANK = Row()

_TOKEN = re.compile(r" +|[^ ]+")


def width_of_pieces(pieces: Iterable[Piece]) -> int:
    return sum(width_of(text) for text, _ in pieces)


def wrapped(pieces: Iterable[Piece], width: int, first: Line = (), rest: Line = ()) -> Iterator[Line]:
    """Break styled text, tamed here, into lines at blanks; a word wider than a line is broken where it must be.

    The first line starts with `first`, the others with `rest`, both tamed, unless that would take the whole line.
    """
    line = _Filler(width, _narrow(first, width), _narrow(rest, width))
    for word, blank in _words(pieces):
        yield from line.put(word, blank)
    yield tuple(line.pieces)


def _narrow(start: Line, width: int) -> Line:
    return start if width_of_pieces(start) < width else ()


def _words(pieces: Iterable[Piece]) -> Iterator[tuple[list[Piece], str]]:
    """Group pieces into words, each with the style of the blank before it; a word can have several styles."""
    word: list[Piece] = []
    blank = ""
    for text, style in pieces:
        for match in _TOKEN.finditer(tame(text)):
            token = match.group()
            if token[0] != " ":
                word.append((token, style))
                continue
            if word:
                yield word, blank
            word, blank = [], style
    if word:
        yield word, blank


class _Filler:
    """The line that is being filled."""

    def __init__(self, width: int, first: Line, rest: Line) -> None:
        self._width = width
        self._rest = rest
        self._rest_width = width_of_pieces(rest)
        self.pieces = list(first)
        self._fixed = len(first)
        self._used = self._start = width_of_pieces(first)

    def put(self, word: list[Piece], blank: str) -> Iterator[Line]:
        """Add a word; give the lines that it completes."""
        cells = width_of_pieces(word)
        gap = 1 if blank and self._used > self._start else 0
        if self._used + gap + cells <= self._width:
            if gap:
                self._add(" ", blank)
            for text, style in word:
                self._add(text, style)
            self._used += gap + cells
            return
        # Scripts without blanks go on where the line is; other long words get a line of their own first.
        wide = any(width_of(text) > len(text) for text, _ in word)
        if not wide and self._used > self._start:
            yield self._next()
        elif gap and self._used + gap < self._width:
            self._add(" ", blank)
            self._used += gap
        for text, style in word:
            yield from self._break(text, style)

    def _add(self, text: str, style: str) -> None:
        """Put text at the end; pieces of one style are joined, since each costs something to draw."""
        last = self.pieces[-1] if len(self.pieces) > self._fixed else None
        if last and last[1] == style:
            self.pieces[-1] = (last[0] + text, style)
        else:
            self.pieces.append((text, style))

    def _break(self, text: str, style: str) -> Iterator[Line]:
        while text:
            head = cut(text, self._width - self._used)
            if head:
                self._add(head, style)
                self._used += width_of(head)
                text = text[len(head) :]
            elif self._used > self._start:
                yield self._next()
            else:
                # Not even one character fits into a whole line.
                return

    def _next(self) -> Line:
        done = tuple(self.pieces)
        self.pieces = list(self._rest)
        self._fixed = len(self._rest)
        self._used = self._start = self._rest_width
        return done


class Rows:
    """Rows, made from the top as far as they are needed."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: list[Row] = []
        self._more = iter(rows)

    def make(self, count: int) -> None:
        """Make rows until there are so many, or no more."""
        while len(self.rows) < count:
            row = next(self._more, None)
            if row is None:
                return
            self.rows.append(row)

    def make_all(self) -> None:
        self.rows.extend(self._more)

    def spots(self) -> list[tuple[int, Spot]]:
        """Return what can be acted on, each with the first of its rows."""
        found: list[tuple[int, Spot]] = []
        last: Spot | None = None
        for y, row in enumerate(self.rows):
            if row.spot is not None and row.spot != last:
                found.append((y, row.spot))
            last = row.spot
        return found


class _Pen(NamedTuple):
    """What all lines are drawn with."""

    width: int
    height: int
    focused: bool
    selection: Selection | None


_MARGIN = 2
BESIDE_TEXT = _MARGIN + 1
"""The cells of a line that are not for text: the edge, a blank, and the arrow."""
_WHEEL = 3
_EXTRA: dict[str, tuple[str, Style]] = {
    LINK: ("label", Style(bold=False, underline=True)),
    "strong": ("title", Style(bold=True)),
    "em": ("title", Style(italic=True)),
    "struck": ("quiet", Style(strike=True)),
    "code": ("label", Style(bold=False)),
    "edge": ("quiet", Style(dim=True)),
}
"""Styles of running text, each as one of the board's with something on top."""


class RowsView(InkedWidget):
    """Draws rows line by line, scrolls them, and lets the mouse select text."""

    edge, edge_focused = "│", "┃"
    """What separates it from what is at its left, without and with the focus."""

    def __init__(self, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(inks, id=id)
        self.shown_rows = Rows()
        self.top_row = 0
        self.cursor: Spot | None = None
        self._strips: dict[int, Strip] = {}
        self._used_lines = 0
        self._known_styles: dict[tuple[str, str], Style] = {}

    @property
    def text_width(self) -> int:
        return max(1, self.size.width - BESIDE_TEXT)

    def page(self) -> int:
        return max(1, self.size.height - 2)

    def restyle(self, inks: Inks) -> None:
        self._known_styles.clear()
        super().restyle(inks)

    def redraw(self) -> None:
        self._lines_in_use()
        self._strips.clear()
        self.refresh()

    def redraw_used(self) -> None:
        """Draw the lines that show something, or showed something before: only these have to be painted."""
        self._strips.clear()
        self.refresh(self._lines_in_use())

    def _lines_in_use(self) -> Region:
        width, height = self.size
        self.shown_rows.make(self.top_row + height + 1)
        used = min(height, len(self.shown_rows.rows) - self.top_row)
        lines, self._used_lines = max(used, self._used_lines), used
        return Region(0, 0, width, lines)

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        pen = self._pen()
        self.shown_rows.make(self.top_row + pen.height + 1)
        strips = [self._strip(y, pen) for y in range(crop.y, crop.bottom)]
        whole = crop.x == 0 and crop.width == pen.width
        return strips if whole else [strip.crop(crop.x, crop.right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """Return a line that says which character each cell holds; Textual asks for it where the mouse selects."""
        pen = self._pen()
        edge, text = self._strip(y, pen).divide([_MARGIN, pen.width])
        return Strip.join([edge, text.apply_offsets(0, self.top_row + y)])

    def _pen(self) -> _Pen:
        """Ask Textual once for what all lines need: each of these takes it a search through the screen."""
        return _Pen(*self.size, self.has_focus, self.text_selection)

    def _strip(self, y: int, pen: _Pen) -> Strip:
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._draw(y, pen)
        return strip

    def _draw(self, y: int, pen: _Pen) -> Strip:
        number, row = self._row_at(y)
        on = pen.focused and row.spot is not None and row.spot == self.cursor
        ground = CURSOR if on else PLAIN
        base = self._style("title", ground)
        edge, edge_style = (self.edge_focused, "label") if pen.focused else (self.edge, "edge")
        segments = [Segment(edge, self._style(edge_style)), Segment(" ", base)]
        used = _MARGIN
        span = pen.selection.get_span(number) if pen.selection else None
        for text, name, selected in _divided(row, span) if span else ((*piece, False) for piece in row.pieces):
            style = self._style(name, ground)
            if selected:
                style += self.screen.get_component_rich_style("screen--selection")
            segments.append(Segment(text, style))
            used += width_of(text)
        arrow = self._arrow(y, pen.height)
        if arrow == " ":
            segments.append(Segment(" " * (pen.width - used), base))
        else:
            segments += [Segment(" " * (pen.width - used - 1), base), Segment(arrow, self._style("quiet", ground))]
        return Strip(segments, pen.width) if used < pen.width else Strip(segments).adjust_cell_length(pen.width)

    def _row_at(self, y: int) -> tuple[int, Row]:
        number = self.top_row + y
        rows = self.shown_rows.rows
        return number, rows[number] if number < len(rows) else BLANK

    def _arrow(self, y: int, height: int) -> str:
        """Say at the right edge that there is more above or below."""
        if y == 0 and self.top_row:
            return "↑"
        return "↓" if y == height - 1 and len(self.shown_rows.rows) > self.top_row + height else " "

    def _style(self, name: str, ground: str = PLAIN) -> Style:
        """Return the style of a name; those that the board has not are made of those that it has."""
        name = LINK if name.startswith(LINK) else name
        style = self._known_styles.get((name, ground))
        if style is None:
            base, more = _EXTRA.get(name, (name, None))
            style = self.inks.style(base, ground)
            style = self._known_styles[name, ground] = style + more if more else style
        return style

    # Mouse

    def target_at(self, x: int, y: int) -> tuple[str, Spot | None]:
        """Return the address of the link that is drawn at a place, else nothing, and what the row stands for."""
        _, row = self._row_at(y)
        used = _MARGIN
        for text, name in row.pieces:
            used += width_of(text)
            if x < used:
                return (name[len(LINK) :] if name.startswith(LINK) else ""), row.spot
        return "", row.spot

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(row.plain for row in self.shown_rows.rows)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002  # Textual hands it over
        self.redraw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.redraw()

    def wheel(self, direction: int, _x: int) -> None:
        self.scroll_rows(direction * _WHEEL)

    # Scrolling

    def scroll_rows(self, rows: int) -> None:
        self.go_to_row(self.top_row + rows)

    def go_to_row(self, top: int) -> None:
        """Bring a row to the top, or what is nearest to that."""
        before = self.top_row
        self.top_row = max(0, top)
        self.clamp()
        if self.top_row != before:
            self.redraw()

    def clamp(self) -> None:
        self.shown_rows.make(self.top_row + self.size.height + 1)
        self.top_row = min(self.top_row, max(0, len(self.shown_rows.rows) - self.size.height))


def _divided(row: Row, span: tuple[int, int]) -> Iterator[tuple[str, str, bool]]:
    """Divide the pieces of a row where the mouse's selection starts and ends (-1 for the end of the row)."""
    start, end = span
    x = 0
    for text, name in row.pieces:
        stop = x + len(text) if end == -1 else end
        cuts = sorted({0, len(text), *(cut for cut in (start - x, stop - x) if 0 < cut < len(text))})
        for low, high in pairwise(cuts):
            yield text[low:high], name, start <= x + low < stop
        x += len(text)
