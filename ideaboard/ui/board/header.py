"""The first line: what waits, when something was shared last, and how saving stands; each when it says something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ideaboard.core.board import Board
from ideaboard.ui.board.card import Day
from ideaboard.ui.drawing.cells import Line, Piece, shorten, tame, width_of
from ideaboard.ui.drawing.drawn_line import DrawnLine
from ideaboard.ui.drawing.inks import Inks

NAME = "ideaboard"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the header may say."""

    waiting: int = 0
    """Questions and opportunities that nobody has answered yet."""
    last_shared: int | None = None
    """Days since something was shared; None when nothing was."""
    this_quarter: int = 0
    candidates: int = 0
    saving: str = ""
    """Shown while a change takes long to reach the disk."""
    problem: str = ""
    """Shown until a save succeeds."""


def gather_facts(board: Board, day: Day) -> Facts:
    """Count what the header says about a board."""
    today = day.now.date()
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1).isoformat()
    last: int | None = None
    count = 0
    for idea in board.column(board.workflow.last):
        shared = idea.share.date if idea.share else idea.stage_since[:10]
        if last is None:
            last = _days_since(shared, today)
        if shared < quarter:
            break
        count += 1
    return Facts(board.waiting, last, count, len(board.column("candidate")))


def _days_since(day: str, today: date) -> int | None:
    try:
        return max((today - date.fromisoformat(day)).days, 0)
    except ValueError:
        return None


def draw_header(facts: Facts, width: int) -> Line:
    """Draw the line, exactly `width` cells; the least important goes first when there is no room."""
    parts = _parts(facts)
    while parts and sum(width_of(text) + 3 for text, _, _ in parts) + len(NAME) + 2 > width:
        longest = max(parts, key=lambda part: part[2])
        if len(parts) == 1:
            room = width - 5 if longest[2] == 0 else width - len(NAME) - 5
            parts = [(shorten(longest[0], room), longest[1], -1)] if room > 4 and longest[2] > -1 else []
            break
        parts.remove(longest)
    pieces: list[Piece] = []
    for text, style, _ in parts:
        pieces += [(text, style), ("   ", "quiet")] if text else []
    pieces = [*pieces[:-1], (" ", "quiet")] if pieces else []
    used = sum(width_of(text) for text, _ in pieces)
    name = shorten(f" {NAME}", max(width - used, 0))
    return tuple(
        piece for piece in [(name, "name"), (" " * (width - used - width_of(name)), "quiet"), *pieces] if piece[0]
    )


def _parts(facts: Facts) -> list[tuple[str, str, int]]:
    """List what there is to say: text, style, and how soon it goes."""
    parts: list[tuple[str, str, int]] = []
    if facts.problem:
        parts.append((tame(facts.problem), "alert", 0))
    if facts.saving:
        parts.append((facts.saving, "quiet", 1))
    if facts.candidates:
        parts.append((f"{facts.candidates} candidate{'s' if facts.candidates > 1 else ''}", "quiet", 4))
    if facts.waiting:
        parts.append((f"{facts.waiting} question{'s' if facts.waiting > 1 else ''} waiting", "ask", 2))
    if facts.last_shared is not None:
        when = {0: "today", 1: "yesterday"}.get(facts.last_shared, f"{facts.last_shared} days ago")
        quarter = f" · {facts.this_quarter} this quarter" if facts.this_quarter else ""
        parts.append((f"last shared {when}{quarter}", "quiet", 3))
    return parts


class HeaderLine(DrawnLine):
    """Shows the facts on one line."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "HeaderLine { height: 1; }"

    def __init__(self, inks: Inks) -> None:
        super().__init__(inks)
        self._facts = Facts()

    def show(self, facts: Facts) -> None:
        """Show other facts."""
        if facts != self._facts:
            self._facts = facts
            self.redraw()

    def draw(self, width: int) -> Line:
        """Return the facts that fit."""
        return draw_header(self._facts, width)
