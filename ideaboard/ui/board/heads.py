"""The heads of the columns: name, count and limit, and how many cards lie out of sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ideaboard.ui.drawing.cells import Line, Piece, cut, fit, shorten, tame, width_of


@dataclass(frozen=True, slots=True)
class Head:
    """What is said about a column."""

    label: str
    count: int = 0
    limit: int = 0
    """The soft limit; 0 for none."""
    hits: int | None = None
    """How many cards the filter shows; None without a filter."""

    @property
    def number(self) -> str:
        """The count as it is shown: `14`, `2/2`, `3/2!`, `3 of 14`; nothing for an empty column without a limit."""
        if self.hits is not None:
            return f"{self.hits} of {self.count}"
        if self.limit:
            return f"{self.count}/{self.limit}{'!' if self.over else ''}"
        return str(self.count) if self.count else ""

    @property
    def over(self) -> bool:
        """Whether there are more cards than the limit."""
        return bool(self.limit) and self.count > self.limit


def draw_head(
    head: Head,
    width: int,
    *,
    on: bool,
    above: int = 0,
    below: int = 0,
    before: int = 0,
    after: int = 0,
    collapsed: bool = False,
) -> Line:
    """Draw the head of a column, exactly `width` cells.

    Args:
        head: what it says.
        width: the cells there are.
        on: whether the column is the focused one.
        above: cards out of sight above.
        below: cards out of sight below.
        before: columns out of sight on the left, said in the first head.
        after: columns out of sight on the right, said in the last head.
        collapsed: whether the column is collapsed; only its count is shown then.
    """
    if collapsed:
        count = str(head.count) if head.count else ""
        return ((fit(count, width), "over" if head.over else "quiet"),)
    left: Piece = (f"‹{before} " if before else " ", "quiet")
    right = " ".join(
        text
        for text in (f"↑{above}" if above else "", f"↓{below}" if below else "", f"{after}›" if after else "")
        if text
    )
    number = head.number
    room = width - width_of(left[0])
    if width_of(right) + 1 + len(number) + 2 > room - 4:
        right = f"{after}›" if after else ""
    right = f" {right} " if right else ""
    room -= width_of(right)
    name = shorten(tame(head.label), max(room - (len(number) + 2 if number else 0), 1))
    counted = f"  {number}" if number else ""
    blank = room - width_of(name) - len(counted)
    if blank < 0:
        return ((fit(left[0] + name, width), "head-on" if on else "head"),)
    pieces = [
        left,
        (name, "head-on" if on else "head"),
        (counted, "over" if head.over and head.hits is None else "quiet"),
        (" " * blank, "quiet"),
        (right, "quiet"),
    ]
    return tuple(piece for piece in pieces if piece[0])


def draw_tabs(heads: Sequence[tuple[str, Head]], focused: str, width: int) -> Line:
    """Draw all heads as one strip of tabs in `width` cells, with the focused one in sight."""
    texts = [tame(head.label) + (f" {head.number.partition(' ')[0]}" if head.number else "") for _, head in heads]
    at = next((index for index, (stage, _) in enumerate(heads) if stage == focused), 0)
    first = last = at
    used = width_of(texts[at]) + 2 if texts else 0
    while True:
        grown = False
        for index in (last + 1, first - 1):
            if 0 <= index < len(texts) and used + width_of(texts[index]) + 2 <= width - 4:
                used += width_of(texts[index]) + 2
                first, last = min(first, index), max(last, index)
                grown = True
        if not grown:
            break
    pieces: list[Piece] = [("‹ " if first else " ", "quiet")]
    for index in range(first, last + 1):
        pieces += [(texts[index], _tab_style(index == at, heads[index][1])), ("  ", "quiet")]
    pieces[-1] = (" ›" if last < len(texts) - 1 else " ", "quiet")
    line: list[Piece] = []
    room = width
    for text, style in pieces:
        shown = cut(text, room)
        room -= width_of(shown)
        line.append((shown, style))
    line.append((" " * room, "quiet"))
    return tuple(piece for piece in line if piece[0])


def _tab_style(on: bool, head: Head) -> str:
    if on:
        return "head-on"
    return "over" if head.over else "quiet"


def tab_at(heads: Sequence[tuple[str, Head]], focused: str, width: int, x: int) -> str | None:
    """Return the stage whose tab lies at a cell of the strip."""
    labels = {}
    for stage, head in heads:
        labels[tame(head.label) + (f" {head.number.partition(' ')[0]}" if head.number else "")] = stage
    start = 0
    for text, _ in draw_tabs(heads, focused, width):
        if start <= x < start + width_of(text):
            return labels.get(text)
        start += width_of(text)
    return None


def draw_collapsed(head: Head, width: int, height: int) -> list[Line]:
    """Draw a collapsed column: its name from top to bottom."""
    letters = [char for char in tame(head.label) if width_of(char)]
    return [((fit(f"{letters[y]}" if y < len(letters) else "", width), "quiet"),) for y in range(height)]
