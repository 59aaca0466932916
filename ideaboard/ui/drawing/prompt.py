"""The line in which a filter, a query or a new idea is typed: an editor without a widget, and how it is drawn.

Screens draw it themselves, so that a letter and what it does to the cards arrive in one frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from textual import events

from ideaboard.core.text import clean_line
from ideaboard.ui.drawing.cells import Line, Piece, cut, shorten, tame, width_of

LIMIT = 2000


class Fed(Enum):
    """What a key was to a typed line."""

    ENTER = "enter"
    ESCAPE = "escape"
    UP = "up"
    DOWN = "down"
    EDITED = "edited"
    """The text or the cursor changed."""
    NOTHING = ""
    """No key for the line, or one that changed nothing."""


_ASKED = {"enter": Fed.ENTER, "escape": Fed.ESCAPE, "ctrl+c": Fed.ESCAPE, "up": Fed.UP, "down": Fed.DOWN}


@dataclass(slots=True)
class TypedLine:
    """A line of text with a cursor."""

    text: str = ""
    cursor: int = -1
    selected: bool = False
    """Whether all of it is selected, as a proposal is: what is typed takes its place."""

    def __post_init__(self) -> None:
        if self.cursor < 0:
            self.cursor = len(self.text)

    def feed(self, event: events.Key) -> Fed:
        """Type a key; what it asks of the owner of the line is told."""
        if asked := _ASKED.get(event.key):
            return asked
        if self.press(event.key):
            return Fed.EDITED
        if event.character is not None and event.is_printable:
            before = (self.text, self.selected)
            self.insert(event.character)
            # A paste with escape sequences in it comes as single keys: a full line must not cost anything for each.
            if (self.text, self.selected) != before:
                return Fed.EDITED
        return Fed.NOTHING

    def insert(self, text: str) -> int:
        """Put a text in where the cursor is; return how many characters at its end found no place."""
        if self.selected:
            self.text, self.cursor, self.selected = "", 0, False
        # A blank that is typed at the end must stay, so only what is inside is cleaned.
        clean = text if text.isprintable() else clean_line(text)
        whole = len(clean)
        clean = clean[: max(LIMIT - len(self.text), 0)]
        self.text = self.text[: self.cursor] + clean + self.text[self.cursor :]
        self.cursor += len(clean)
        return whole - len(clean)

    def press(self, key: str) -> bool:
        """Do what an editing key does; tell whether it is one."""
        place, deletes_to = _GOES_TO.get(key), _DELETES_TO.get(key)
        if place:
            self.cursor = 0 if self.selected and place == "left" else _PLACES[place](self.text, self.cursor)
        elif deletes_to:
            to = _PLACES[deletes_to](self.text, self.cursor)
            start, end = (0, len(self.text)) if self.selected else sorted((self.cursor, to))
            self.text = self.text[:start] + self.text[end:]
            self.cursor = start
        else:
            return False
        self.selected = False
        return True


def _word_right(text: str, at: int) -> int:
    rest = text[at:].lstrip()
    return len(text) - len(rest) + len(rest.partition(" ")[0])


_PLACES: dict[str, Callable[[str, int], int]] = {
    "left": lambda _, at: max(at - 1, 0),
    "right": lambda text, at: min(at + 1, len(text)),
    "start": lambda *_: 0,
    "end": lambda text, _: len(text),
    "word left": lambda text, at: text[:at].rstrip().rfind(" ") + 1,
    "word right": _word_right,
}
_GOES_TO = {
    "left": "left",
    "ctrl+b": "left",
    "right": "right",
    "ctrl+f": "right",
    "home": "start",
    "ctrl+a": "start",
    "end": "end",
    "ctrl+e": "end",
    "ctrl+left": "word left",
    "ctrl+right": "word right",
}
_DELETES_TO = {
    "backspace": "left",
    "ctrl+h": "left",
    "delete": "right",
    "ctrl+d": "right",
    "ctrl+w": "word left",
    "ctrl+backspace": "word left",
    "ctrl+u": "start",
    "ctrl+k": "end",
}
"""Where a key takes the cursor, and up to where another one takes the text out."""


def draw_prompt(label: str, editor: TypedLine, said: tuple[Piece, ...], width: int) -> tuple[Line, int]:
    """Draw the line: its name, the text with the cursor in sight, and what is said about it at the right.

    Returns it in exactly `width` cells, and the cell that the cursor is in.
    """
    head = shorten(f" {label} ", width // 2)
    room = width - width_of(head)
    told, told_width = _told(said, room // 2)
    room -= told_width
    before = tame(editor.text[: editor.cursor])
    while (over := width_of(before) - max(room - 2, 0)) > 0:
        before = before[max(over // 2, 1) :]
    under = tame(editor.text[editor.cursor : editor.cursor + 1]) or " "
    caret_at = width_of(head) + width_of(before)
    if caret_at + width_of(under) > width:
        under = "…"
    after = cut(tame(editor.text[editor.cursor + 1 :]), max(room - width_of(before) - width_of(under) - 1, 0))
    blank = max(width - caret_at - width_of(under) - width_of(after) - told_width, 0)
    chosen, caret = ("caret", "input") if editor.selected else ("input", "caret")
    pieces = [(head, "label"), (before, chosen), (under, caret), (after, "input"), (" " * blank, "input"), *told]
    return tuple(piece for piece in pieces if piece[0]), caret_at


def _told(said: tuple[Piece, ...], room: int) -> tuple[list[Piece], int]:
    """Shorten what is said to the room there is."""
    pieces: list[Piece] = []
    used = 0
    for text, style in said:
        shown = shorten(text, room - used - 1)
        if shown:
            pieces.append((shown, style))
            used += width_of(shown)
    return ([*pieces, (" ", "quiet")], used + 1) if pieces else ([], 0)
