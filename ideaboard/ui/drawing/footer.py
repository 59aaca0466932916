"""The last line: the keys that matter now, from the live keymap; a click does what the key does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from ideaboard.ui.drawing.cells import Line, Piece, width_of
from ideaboard.ui.drawing.drawn_line import DrawnLine
from ideaboard.ui.drawing.inks import Inks

if TYPE_CHECKING:
    from textual import events

_LAST = 2

Hint = tuple[str, str, str]
"""A key as people write it, what it does, and the action that a click runs."""


def draw_footer(hints: Sequence[Hint], width: int) -> tuple[Line, list[tuple[int, int, str]]]:
    """Draw as many hints as fit in exactly `width` cells: the last two (help and leaving), then the first ones.

    Returns:
        The line, and for each hint the cells from and to which it reaches and its action.
    """
    pieces: list[Piece] = []
    places: list[tuple[int, int, str]] = []
    x = 0
    for key, word, action in _that_fit(hints, width):
        gap = 2 if places else 1
        cells = _cells((key, word, action))
        pieces += [(" " * gap, "quiet"), (key, "key"), (f" {word}", "quiet")]
        places.append((x + gap, x + gap + cells, action))
        x += gap + cells
    used = sum(width_of(text) for text, _ in pieces)
    pieces.append((" " * (width - used), "quiet"))
    return tuple(piece for piece in pieces if piece[0]), places


def _that_fit(hints: Sequence[Hint], width: int) -> list[Hint]:
    kept = list(hints)
    while kept and sum(map(_cells, kept)) + 2 * len(kept) - 1 > width:
        del kept[-_LAST - 1 if len(kept) > _LAST else -1]
    return kept


def _cells(hint: Hint) -> int:
    return width_of(hint[0]) + 1 + width_of(hint[1])


class FooterLine(DrawnLine):
    """Shows hints on one line."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "FooterLine { height: 1; }"

    class Clicked(Message):
        """A hint was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, inks: Inks) -> None:
        super().__init__(inks)
        self._hints: Sequence[Hint] = ()

    def show(self, hints: Sequence[Hint]) -> None:
        """Show other hints."""
        if hints != self._hints:
            self._hints = hints
            self.redraw()

    def draw(self, width: int) -> Line:
        """Return the hints that fit."""
        return draw_footer(self._hints, width)[0]

    def on_click(self, event: events.Click) -> None:
        event.stop()
        _, places = draw_footer(self._hints, self.size.width)
        for start, end, action in places:
            if start <= event.x < end:
                self.post_message(self.Clicked(action))
