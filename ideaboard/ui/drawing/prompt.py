"""The line in which a filter or a new idea is typed: an editor without a widget, and how it is drawn.

It is drawn by the board itself, so that a letter and what it does to the cards arrive in one frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ideaboard.core.text import clean_line
from ideaboard.ui.board.card import Line, Piece
from ideaboard.ui.drawing.cells import cut, shorten, tame, width_of

LIMIT = 2000
"""The most characters that a line takes."""


@dataclass(slots=True)
class LineEditor:
    """A line of text with a cursor."""

    text: str = ""
    cursor: int = field(default=-1)

    def __post_init__(self) -> None:
        if self.cursor < 0:
            self.cursor = len(self.text)

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
    "left": LineEditor.left,
    "ctrl+b": LineEditor.left,
    "right": LineEditor.right,
    "ctrl+f": LineEditor.right,
    "home": LineEditor.home,
    "ctrl+a": LineEditor.home,
    "end": LineEditor.end,
    "ctrl+e": LineEditor.end,
    "ctrl+left": LineEditor.word_left,
    "ctrl+right": LineEditor.word_right,
    "backspace": LineEditor.backspace,
    "ctrl+h": LineEditor.backspace,
    "delete": LineEditor.delete,
    "ctrl+d": LineEditor.delete,
    "ctrl+w": LineEditor.delete_word,
    "ctrl+backspace": LineEditor.delete_word,
    "ctrl+u": LineEditor.delete_to_start,
    "ctrl+k": LineEditor.delete_to_end,
}


def draw_prompt(label: str, editor: LineEditor, said: tuple[Piece, ...], width: int) -> tuple[Line, int]:
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
