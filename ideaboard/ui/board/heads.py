"""What stands above the cards: the first line of the screen, the heads of the columns; and what an empty board says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ideaboard.core.board import Board, Waiting
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.text import counted
from ideaboard.ui.board.card import Day
from ideaboard.ui.drawing.cells import Line, Piece, cut, fit, shorten, tame, width_of, wrap

NAME = "ideaboard"
_SHORT_REMEDY = 32
_TITLE_CELLS, _TITLE_LINES = 72, 4
_LAST_SHARED = 4
"""It goes first."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the header may say."""

    waiting: Waiting = field(default_factory=Waiting)
    last_shared: int | None = None
    """Days since something was shared; None when nothing was."""
    this_quarter: int = 0
    candidates: int = 0
    waiting_key: str = ""
    """The key that lists what waits."""
    saving: str = ""
    """Shown while a change takes long to reach the disk."""


def gather_facts(board: Board, day: Day) -> Facts:
    today = day.now.date()
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1).isoformat()
    shared = board.column(board.workflow.last)[:1]
    last = next((_days_since(idea.share.date if idea.share else idea.stage_since[:10], today) for idea in shared), None)
    return Facts(board.waiting, last, board.shared_since(quarter), len(board.column(CANDIDATE)))


def _days_since(day: str, today: date) -> int | None:
    try:
        return max((today - date.fromisoformat(day)).days, 0)
    except ValueError:
        return None


def draw_header(facts: Facts, width: int) -> Line:
    """Draw the line, exactly `width` cells; the least important goes first when there is no room."""
    parts = _parts(facts)
    if sum(width_of(text) + 3 for text, _, soon in parts if soon < _LAST_SHARED) + len(NAME) + 2 > width:
        parts = _parts(facts, short=True)
    while parts and sum(width_of(text) + 3 for text, _, _ in parts) + len(NAME) + 2 > width:
        longest = max(parts, key=lambda part: part[2])
        if len(parts) == 1:
            room = width - len(NAME) - 5
            parts = [(shorten(longest[0], room), longest[1], -1)] if room > 4 and longest[2] > -1 else []
            break
        parts.remove(longest)
    pieces: list[Piece] = []
    for text, style, _ in parts:
        key = facts.waiting_key if style == "ask" and text.endswith(f" {facts.waiting_key}") else ""
        pieces += [(text.removesuffix(key), style), (key, "key"), ("   ", "quiet")] if text else []
    pieces = [*pieces[:-1], (" ", "quiet")] if pieces else []
    used = sum(width_of(text) for text, _ in pieces)
    name = shorten(f" {NAME}", max(width - used, 0))
    return tuple(
        piece for piece in [(name, "name"), (" " * (width - used - width_of(name)), "quiet"), *pieces] if piece[0]
    )


def _parts(facts: Facts, *, short: bool = False) -> list[tuple[str, str, int]]:
    """List what there is to say: text, style, and how soon it goes; in short only how many wait."""
    parts: list[tuple[str, str, int]] = []
    if facts.saving:
        parts.append((facts.saving, "quiet", 1))
    if facts.candidates:
        parts.append((counted(facts.candidates, "candidate"), "quiet", 3))
    questions, opportunities = facts.waiting
    waiting = [counted(questions, "question")] if questions else []
    waiting += [counted(opportunities, "opportunity", "opportunities")] if opportunities else []
    if waiting:
        said = str(questions + opportunities) if short else ", ".join(waiting)
        parts.append((f"{said} waiting {facts.waiting_key}".rstrip(), "ask", 2))
    if facts.last_shared is not None:
        when = {0: "today", 1: "yesterday"}.get(facts.last_shared, f"{facts.last_shared} days ago")
        quarter = f" · {facts.this_quarter} this quarter" if facts.this_quarter else ""
        parts.append((f"last shared {when}{quarter}", "quiet", _LAST_SHARED))
    return parts


def draw_notice(said: tuple[str, str, str], width: int) -> Line:
    """Draw what is the matter, and what to do about it, in a style and exactly `width` cells.

    A short remedy is cut last, a long one gives half of the line to what is the matter.
    """
    text, remedy, style = said
    end = f" · {remedy} " if remedy else ""
    if width_of(end) > max(width // 2, _SHORT_REMEDY) and (half := width - min(width_of(text) + 1, width // 2)) > len(
        " · …"
    ):
        end = shorten(end, half)
    room = width - width_of(end)
    if room < len(" …"):
        return ((fit(f" {remedy or text}", width), style),)
    pieces = [(shorten(f" {text}", room).removesuffix(":…"), style), (end, "title")]
    return (*pieces, (" " * (width - sum(width_of(text) for text, _ in pieces)), "base"))


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
    year: str = "",
    collapsed: bool = False,
) -> Line:
    """Draw the head of a column, exactly `width` cells; of a collapsed one only the count.

    It says how many cards are out of sight above and below, how many columns before and after, and the year of the
    first card where that is another one.
    """
    if collapsed:
        count = str(head.count) if head.count else ""
        return ((fit(count, width), "over" if head.over else "quiet"),)
    left: Piece = (f"‹{before} " if before else " ", "quiet")
    hidden = ((bool(year), year), (above, f"↑{above}"), (below, f"↓{below}"), (after, f"{after}›"))
    right = " ".join(text for count, text in hidden if count)
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


def draw_year(year: str, width: int) -> Line:
    """Draw the line between what was shared in one year and in another."""
    return ((fit(f" {tame(year)} " + "─" * (width - len(year) - 3), width), "quiet"),)


def draw_tabs(heads: Sequence[tuple[str, Head]], focused: str, width: int) -> Line:
    """Draw all heads as one strip of tabs in `width` cells, with the focused one in sight."""
    texts = [_tab_text(head) for _, head in heads]
    at = next((index for index, (stage, _) in enumerate(heads) if stage == focused), 0)
    first = last = at
    used = width_of(texts[at]) + 2 if texts else 0
    grown = True
    while grown:
        grown = False
        for index in (last + 1, first - 1):
            if 0 <= index < len(texts) and used + width_of(texts[index]) + 2 <= width - 4:
                used += width_of(texts[index]) + 2
                first, last = min(first, index), max(last, index)
                grown = True
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


def _tab_text(head: Head) -> str:
    return tame(head.label) + (f" {head.number.partition(' ')[0]}" if head.number else "")


def _tab_style(on: bool, head: Head) -> str:
    if on:
        return "head-on"
    return "over" if head.over else "quiet"


def tab_at(heads: Sequence[tuple[str, Head]], focused: str, width: int, x: int) -> str | None:
    """Return the stage whose tab lies at a cell of the strip."""
    labels = {_tab_text(head): stage for stage, head in heads}
    start = 0
    for text, _ in draw_tabs(heads, focused, width):
        if start <= x < start + width_of(text):
            return labels.get(text)
        start += width_of(text)
    return None


def draw_collapsed(head: Head, width: int, height: int) -> list[Line]:
    letters = [char for char in tame(head.label) if width_of(char)]
    return [((fit(letters[y] if y < len(letters) else "", width), "quiet"),) for y in range(height)]


Step = tuple[str, str]
"""A key as people write it, and what it does."""


def draw_welcome(title: str, steps: Sequence[Step], width: int, height: int) -> dict[int, Line]:
    """Draw what to do in the middle of a space without cards: lines by their number, each exactly `width` cells."""
    titles = wrap(tame(title), min(max(width - 2, 1), _TITLE_CELLS), _TITLE_LINES)
    keys = max((width_of(key) for key, _ in steps), default=0)
    body = max((keys + 3 + width_of(text) for key, text in steps), default=0)
    left = max((width - max(body, *map(width_of, titles))) // 2, 1)
    room = max(width - left, 0)
    lines: list[Line] = [((" " * left, "base"), (fit(title, room), "name")) for title in titles]
    lines.append(((" " * width, "base"),))
    for key, text in steps:
        shown = fit(shorten(text, room - keys - 3), max(room - keys - 3, 0))
        pieces = [(" " * left, "base"), (fit(key, keys), "key"), ("   ", "quiet"), (shown, "title")]
        lines.append(tuple(pieces) if keys + 3 <= room else ((fit(f" {key}", width), "key"),))
    top = max((height - len(lines)) // 3, 0)
    return {top + number: line for number, line in enumerate(lines) if top + number < height}
