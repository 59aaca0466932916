"""Text on a grid of terminal cells: one width for the command line and the screen.

The widths are those of Textual (the tables of `rich.cells`), which a test compares over all of Unicode; the tables
themselves take too long to load for a command. A spacing vowel sign of an Indic script has no cell of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

ELLIPSIS = "…"
_JOINER, _AS_EMOJI = "\u200d", "\ufe0f"
_MARKS = frozenset(("Mn", "Me", "Mc", "Cc", "Cf", "Zl", "Zp"))
# Patterns are compiled by `re` when they are first used: inner letters of Hangul blocks, fillers, skin tones.
_NO_CELL = "[\u1160-\u11ff\ud7b0-\ud7fb\u3164\uffa0\U0001f3fb-\U0001f3ff]"
# Number signs of Arabic, Syriac and Kaithi, and the soft hyphen.
_ONE_CELL = "[\xad\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]"
# Signs of the Book of Changes and counting rods: wide since Unicode 16, which older Pythons do not know.
_TWO_CELLS = "[\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\U0001d300-\U0001d356\U0001d360-\U0001d376]"


@lru_cache(maxsize=4096)
def cells_of(char: str) -> int:
    """Return the cells of one character: 0, 1 or 2."""
    import unicodedata  # most commands meet plain ASCII only

    category = unicodedata.category(char)
    if category == "Cn" or re.match(_ONE_CELL, char):
        return 1
    if category in _MARKS or re.match(_NO_CELL, char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" or re.match(_TWO_CELLS, char) else 1


def _widths(text: str) -> Iterator[int]:
    """Yield what each character adds: joined emoji are one, and a narrow one grows when it is asked to be an emoji."""
    joined, before = False, 0
    for char in text:
        width = 0 if joined else before == 1 if char == _AS_EMOJI else cells_of(char)
        joined = char == _JOINER
        before = 0 if char == _AS_EMOJI else width or before
        yield int(width)


def width_of(text: str) -> int:
    """Count the cells of a line without control characters."""
    if text.isascii():
        return len(text)
    return sum(_widths(text) if _JOINER in text or _AS_EMOJI in text else map(cells_of, text))


def cut(text: str, width: int) -> str:
    """Return the beginning of a line that fits into `width` cells; one cell may stay empty."""
    if text.isascii():
        return text[: max(width, 0)]
    used = 0
    for index, cells in enumerate(_widths(text)):
        used += cells
        if used > width:
            return text[:index]
    return text


def shorten(text: str, width: int) -> str:
    """Return a line in at most `width` cells, with an ellipsis where something is left out."""
    if width_of(text) <= width:
        return text
    return cut(text, width - 1).rstrip(f"{_JOINER} ") + ELLIPSIS if width > 0 else ""


def fit(text: str, width: int) -> str:
    """Return a line in exactly `width` cells: shortened, or with blanks behind it."""
    text = shorten(text, width)
    return text + " " * (width - width_of(text))
