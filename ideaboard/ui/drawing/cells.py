"""Text for a grid of terminal cells, made harmless and wrapped.

Terminals, and the libraries that count for them, agree on the width of single characters, but not on sequences:
a family of emoji held together by joiners is two cells in one terminal and eight in the next. `tame` takes such
sequences apart, so that a card is as wide as its column in every terminal.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ideaboard.core.cells import cells_of, cut, fit, shorten, width_of

__all__ = ["Line", "Piece", "cut", "fit", "shorten", "tame", "width_of", "wrap"]

Piece = tuple[str, str]
"""A text and the name of its style, as `ideaboard.ui.drawing.inks` knows it."""

Line = tuple[Piece, ...]

GUEST = "◇"
"""Stands on an idea that somebody else, an agent or a script, changed and nobody has looked at yet."""

BESIDE_FROM = 96
"""From this width of the terminal on, what is looked at stands beside the list or the board, else in its place."""

_EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2900-\u2bff\U0001f000-\U0001faff"
_JOINED_EMOJI = re.compile(f"\u200d[{_EMOJI}][\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*")
_BLANK = re.compile(r"\s")
# Selectors of variants, skin tones, the enclosing keycap, fillers without a shape: they change a neighbour's width.
_SHAPELESS = re.compile(
    "[\ufe00-\ufe0f\U000e0100-\U000e01ef\U0001f3fb-\U0001f3ff\u20e3\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5]"
)
_STACKED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{2})[\u0300-\u036f"
    "\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
_FIRST_INDICATOR = 0x1F1E6


def tame(text: str) -> str:
    """Return text as it may be drawn on one line: no control or format characters, no sequence of unsure width.

    Flags become their two letters, joined emoji the first of them, at most two marks stay on a letter.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _BLANK.sub(" ", text)
    if text.isascii():
        return "".join(char for char in text if char.isprintable())
    text = _JOINED_EMOJI.sub("", unicodedata.normalize("NFC", text))
    text = _STACKED.sub(r"\1", _SHAPELESS.sub("", text))
    text = "".join(map(_tame_char, text))
    while text and not cells_of(text[0]):
        # A mark at the start would sit on whatever is drawn before it.
        text = text[1:]
    return text


@lru_cache(maxsize=4096)
def _tame_char(char: str) -> str:
    if _FIRST_INDICATOR <= ord(char) < _FIRST_INDICATOR + 26:
        return chr(ord(char) - _FIRST_INDICATOR + ord("A"))
    return "" if unicodedata.category(char) in _HIDDEN else char


def wrap(text: str, width: int, lines: int) -> list[str]:
    """Break tamed text into at most `lines` lines of at most `width` cells; the last one is shortened.

    Lines break at blanks; a word that is longer than a line, as in scripts without blanks, is broken where it must be.
    """
    wrapped: list[str] = []
    rest = text.strip()
    while len(wrapped) < lines - 1 and width_of(rest) > width > 0:
        line = cut(rest, width)
        if not line:
            # Not even one wide character fits.
            break
        if rest[len(line)] != " " and (blank := line.rfind(" ")) > 0:
            line = line[:blank]
        wrapped.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    wrapped.append(shorten(rest, width))
    return wrapped
