"""Rows of styled text for the detail pane, wrapped in cells, one row at a time: what is not seen costs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ideaboard.ui.drawing.cells import cut, tame, width_of

Piece = tuple[str, str]
"""A text and the name of its style; a link's style is `link` and a line break is never inside."""

LINK = "link "
"""A style that starts with this is a link; the address follows."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Something in the pane that a key can act on."""

    kind: str
    """`link`, `point` or `response`."""
    value: str
    """The address, the point's key, or the response's id."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the pane."""

    pieces: tuple[Piece, ...] = ()
    spot: Spot | None = None

    @property
    def plain(self) -> str:
        """The text without styles, as it is copied."""
        return "".join(text for text, _ in self.pieces)


BLANK = Row()

_TOKEN = re.compile(r" +|[^ ]+")

Pieces = tuple[Piece, ...]


def width_of_pieces(pieces: Iterable[Piece]) -> int:
    """Count the cells of tamed pieces."""
    return sum(width_of(text) for text, _ in pieces)


def wrapped(pieces: Iterable[Piece], width: int, first: Pieces = (), rest: Pieces = ()) -> Iterator[Pieces]:
    """Break styled text into lines at blanks; a word wider than a line is broken where it must be.

    Args:
        pieces: the text; it is tamed here.
        width: cells of a line, at least 1.
        first: what the first line starts with, tamed; left out where it would take the whole line.
        rest: what the others start with, in the same way.
    """
    line = _Filler(width, _narrow(first, width), _narrow(rest, width))
    for word, blank in _words(pieces):
        yield from line.put(word, blank)
    yield tuple(line.pieces)


def _narrow(start: Pieces, width: int) -> Pieces:
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

    def __init__(self, width: int, first: Pieces, rest: Pieces) -> None:
        self._width = width
        self._rest = rest
        self._rest_width = width_of_pieces(rest)
        self.pieces = list(first)
        self._fixed = len(first)
        self._used = self._start = width_of_pieces(first)

    def put(self, word: list[Piece], blank: str) -> Iterator[Pieces]:
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

    def _break(self, text: str, style: str) -> Iterator[Pieces]:
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

    def _next(self) -> Pieces:
        done = tuple(self.pieces)
        self.pieces = list(self._rest)
        self._fixed = len(self._rest)
        self._used = self._start = self._rest_width
        return done
