"""The line in which a filter, a query or a new idea is typed: an editor without a widget, and how it is drawn.

Screens draw it themselves, so that a letter and what it does to the cards arrive in one frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from ideaboard.core.text import clean_line
from ideaboard.ui.drawing.cells import Line, Piece, cut, shorten, tame, width_of

if TYPE_CHECKING:
    from textual import events

LIMIT = 2000
"""The most characters that a line takes."""


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


_ASKED = {
    "enter": Fed.ENTER,
    "escape": Fed.ESCAPE,
    "ctrl+c": Fed.ESCAPE,
    "up": Fed.UP,
    "down": Fed.DOWN,
}


@dataclass(slots=True)
class TypedLine:
    """A line of text with a cursor."""

    text: str = ""
    cursor: int = field(default=-1)

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
            before = len(self.text)
            self.insert(event.character)
            # A paste with escape sequences in it comes as single keys: a full line must not cost anything for each.
            if len(self.text) != before:
                return Fed.EDITED
        return Fed.NOTHING

    def insert(self, text: str) -> None:
        """Put text in at the cursor, without what does not belong on a line."""
        # A blank that is typed at the end must stay, so only what is inside is cleaned.
        clean = text if text.isprintable() else clean_line(text)
        clean = clean[: max(LIMIT - len(self.text), 0)]
        self.text = self.text[: self.cursor] + clean + self.text[self.cursor :]
        self.cursor += len(clean)

    def press(self, key: str) -> bool:
        """Do what an editing key does; tell whether it is one."""
        action = _KEYS.get(key)
        if action is None:
            return False
        action(self)
        return True

    def _keep(self, start: int, end: int) -> None:
        """Take the text between two places out."""
        self.text = self.text[:start] + self.text[end:]
        self.cursor = start

    def _word_left(self) -> int:
        return len(self.text[: self.cursor].rstrip().rpartition(" ")[0]) + (
            1 if " " in self.text[: self.cursor].rstrip() else 0
        )

    def _word_right(self) -> int:
        rest = self.text[self.cursor :]
        blanks = len(rest) - len(rest.lstrip())
        word = rest.lstrip().partition(" ")[0]
        return self.cursor + blanks + len(word)

    def left(self) -> None:
        """Go one character back."""
        self.cursor = max(self.cursor - 1, 0)

    def right(self) -> None:
        """Go one character on."""
        self.cursor = min(self.cursor + 1, len(self.text))

    def home(self) -> None:
        """Go to the start."""
        self.cursor = 0

    def end(self) -> None:
        """Go to the end."""
        self.cursor = len(self.text)

    def word_left(self) -> None:
        """Go one word back."""
        self.cursor = self._word_left()

    def word_right(self) -> None:
        """Go one word on."""
        self.cursor = self._word_right()

    def backspace(self) -> None:
        """Take out the character before the cursor."""
        self._keep(max(self.cursor - 1, 0), self.cursor)

    def delete(self) -> None:
        """Take out the character under the cursor."""
        self._keep(self.cursor, self.cursor + 1)

    def delete_word(self) -> None:
        """Take out the word before the cursor."""
        self._keep(self._word_left(), self.cursor)

    def delete_to_start(self) -> None:
        """Take out everything before the cursor."""
        self._keep(0, self.cursor)

    def delete_to_end(self) -> None:
        """Take out everything from the cursor on."""
        self._keep(self.cursor, len(self.text))


_KEYS = {
    "left": TypedLine.left,
    "ctrl+b": TypedLine.left,
    "right": TypedLine.right,
    "ctrl+f": TypedLine.right,
    "home": TypedLine.home,
    "ctrl+a": TypedLine.home,
    "end": TypedLine.end,
    "ctrl+e": TypedLine.end,
    "ctrl+left": TypedLine.word_left,
    "ctrl+right": TypedLine.word_right,
    "backspace": TypedLine.backspace,
    "ctrl+h": TypedLine.backspace,
    "delete": TypedLine.delete,
    "ctrl+d": TypedLine.delete,
    "ctrl+w": TypedLine.delete_word,
    "ctrl+backspace": TypedLine.delete_word,
    "ctrl+u": TypedLine.delete_to_start,
    "ctrl+k": TypedLine.delete_to_end,
}


def draw_prompt(label: str, editor: TypedLine, said: tuple[Piece, ...], width: int) -> tuple[Line, int]:
    """Draw the line: its name, the text with the cursor in sight, and what is said about it at the right.

    Returns:
        The line, exactly `width` cells, and the cell that the cursor is in.
    """
    head = shorten(f" {label} ", width // 2)
    room = width - width_of(head)
    told, told_width = _told(said, room // 2)
    room -= told_width
    before = _visible_start(tame(editor.text[: editor.cursor]), max(room - 2, 0))
    under = tame(editor.text[editor.cursor : editor.cursor + 1]) or " "
    caret_at = width_of(head) + width_of(before)
    if caret_at + width_of(under) > width:
        under = "…"
    after = cut(tame(editor.text[editor.cursor + 1 :]), max(room - width_of(before) - width_of(under) - 1, 0))
    blank = max(width - caret_at - width_of(under) - width_of(after) - told_width, 0)
    pieces = [(head, "label"), (before, "input"), (under, "caret"), (after, "input"), (" " * blank, "input"), *told]
    return tuple(piece for piece in pieces if piece[0]), caret_at


def _visible_start(before: str, room: int) -> str:
    """Leave out the beginning of the text before the cursor when it is too long."""
    while width_of(before) > room:
        before = before[max((width_of(before) - room) // 2, 1) :]
    return before


def _told(said: tuple[Piece, ...], room: int) -> tuple[list[Piece], int]:
    """Shorten what is said to the room there is."""
    pieces: list[Piece] = []
    used = 0
    for text, style in said:
        shown = shorten(text, room - used - 1)
        if shown:
            pieces.append((shown, style))
            used += width_of(shown)
    if pieces:
        pieces.append((" ", "quiet"))
        used += 1
    return pieces, used
