"""The last line: the keys that matter now, and what there is to say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ideaboard.ui.drawing.cells import Line, Piece, shorten, width_of

Hint = tuple[str, str, str]
"""A key as people write it, what it does, and the action that a click runs."""
_LAST_HINTS = 2
BESIDE_HINTS = 80
"""From this width on, in cells, a message stands beside the hints; else it takes their place for a while."""
_MESSAGE_GAP = 3
_FIRST_HINTS = 2
"""So many of the first keys stand beside a message that is cut, besides those for help and leaving."""


_QUOTED = re.compile(r"(?<!\w)'(.+?)'(?!\w)")
_WHOLE_QUOTED = re.compile(r"(?<!\w)'(.+)'(?!\w)")
"""What stands in quotes, apostrophes in it included; and from the first to the last, where a name has quotes itself."""
_LEAST_NAME = 8
"""So many cells of a name tell which it is."""


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
    if width >= BESIDE_HINTS and width_of(said.text) + 2 > room:
        # It is cut anyway: the first keys are worth more than some more words of a title or at its end.
        less = max(room - _reach(hints[: min(_FIRST_HINTS, len(hints) - _LAST_HINTS)]) - 1, width // 2)
        if _with_short_names(said.text, less - 2) or not _with_short_names(said.text, room - 2):
            room = less
    message = draw_said(said, room)
    used = sum(width_of(text) for text, _ in message)
    if width < BESIDE_HINTS:
        return (*message, *(((" " * (width - used), "quiet"),) if used < width else ())), []
    line, places = _draw_hints(hints, width - used)
    return (*line, *message), places


def draw_said(said: Said, room: int) -> Line:
    """Draw a message in at most so many cells; one that is cut is followed by the key that shows it whole."""
    if text := _with_short_names(said.text, room - 2):
        return ((f" {text} ", said.style),)
    key = f" {said.more} " if said.more and width_of(said.more) + 12 < room else ""
    text = _shorten_at_word(f" {said.text}", room - len(key))
    return tuple(piece for piece in [(text, said.style), (key, "key")] if piece[0])


def _with_short_names(text: str, room: int) -> str:
    """Return a message whose longest name in quotes is shortened until it has room; nothing where that is not enough.

    What is said of a name, and the key that takes it back, stand behind it.
    """
    over = width_of(text) - room
    if over <= 0:
        return text
    names = [max(_QUOTED.findall(text), key=width_of, default=""), *_WHOLE_QUOTED.findall(text)]
    for name in names:
        if (most := width_of(name) - over) >= _LEAST_NAME:
            return text.replace(f"'{name}'", f"'{_shorten_at_word(name, most)}'", 1)
    return ""


def _shorten_at_word(text: str, width: int) -> str:
    """Shorten a sentence behind a word, where that leaves most of it."""
    shown = shorten(text, width)
    blank = shown.rfind(" ")
    return f"{shown[:blank].rstrip(' ·;,:')}…" if shown != text and blank > len(shown) // 2 else shown


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
