"""The card: how an idea looks on the board, as a pure function of the idea, the width, the state and the day.

A line is a tuple of (text, style name) whose texts fill exactly the width; `ui.drawing.inks` knows the colours.
Nothing is shown that says nothing: no age on the first day, no zero, no empty field.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ideaboard.core.clock import age_in_days
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import counted
from ideaboard.ui.drawing.cells import Line, Piece, fit, shorten, tame, width_of, wrap

CURSOR, MARKED, GHOST = 1, 2, 4
"""The states of a card: keys act on it; the next action is for it; it is not there yet, but being typed or dragged."""

TITLE_LINES = 2

_BAR = "▌"
_MARK = "*"
_GUEST = "◇"
"""Somebody else, an agent or a script, changed it and nobody has looked yet."""
_GAP = "  "
_SOON_DAYS = 7
_DATE_CELLS = len("2026-12-24")


@dataclass(frozen=True, slots=True)
class Day:
    """What the look of cards depends on besides the cards: the workflow, and today."""

    workflow: Workflow
    now: datetime

    @property
    def date(self) -> str:
        return self.now.date().isoformat()


@dataclass(slots=True)
class _Part:
    """One thing that the quiet line says, long and short, and how soon it goes when there is no room."""

    text: str
    style: str
    rank: int
    short: str = ""


def draw_card(idea: Idea, width: int, state: int, day: Day) -> tuple[Line, ...]:
    """Draw an idea as two or three lines, each exactly `width` cells wide: the title, and one quiet line."""
    if width < 1:
        return ((),)
    inner = max(width - 2, 0)
    title = wrap(tame(idea.title) or "(no title)", inner, TITLE_LINES) if inner else [""]
    bar = (_BAR, f"kind:{idea.kind}")
    first, *others = (_pad(text, "title", width) for text in title)
    return (
        ((_MARK, "mark") if state & MARKED else bar, *first),
        *((bar, *line) for line in others),
        (bar, *_quiet(idea, width, day)),
    )


def _pad(text: str, style: str, width: int) -> list[Piece]:
    return [(fit(text, width - 1), style)] if width > 1 else []


def _quiet(idea: Idea, width: int, day: Day) -> list[Piece]:
    """Draw kind, tags and the rest from the left, the age at the right end."""
    room = width - 2
    if room < 1:
        return _pad("", "quiet", width)
    age, age_style = card_age(idea, day)
    parts = _parts(idea, day)
    if len(age) == _DATE_CELLS:
        needed = sum(width_of(part.short or part.text) + len(_GAP) for part in parts if part.rank <= _KIND_RANK)
        if needed + len(age) > room:
            age = age[5:] if age[:4] == day.date[:4] else age[:7]
    if width_of(age) > room:
        age = ""
    parts = _fitting(parts, room - (width_of(age) + len(_GAP) if age else 0))
    pieces = [piece for part in parts for piece in ((_GAP, "quiet"), (part.text, part.style))][1:]
    used = sum(width_of(text) for text, _ in pieces)
    pieces += [(" " * (room - used - width_of(age)), "quiet"), (age, age_style), (" ", "quiet")]
    return [piece for piece in pieces if piece[0]]


def _parts(idea: Idea, day: Day) -> list[_Part]:
    """List what there is to say, in the order in which it is shown; the highest rank goes first when room is short."""
    parts = [_Part(tame(idea.kind.replace("-", " ")), f"kind:{idea.kind}", 2)]
    parts += [_Part(tame(tag), "tag", 6 + number) for number, tag in enumerate(idea.tags)]
    shared = idea.stage == day.workflow.last
    if idea.due and not shared:
        parts.append(_due(idea.due, day))
    if count := len(idea.links) + bool(idea.url) + bool(shared and idea.share and idea.share.url):
        parts.append(_Part(counted(count, "link"), "quiet", 5))
    if idea.guest:
        parts.append(_Part(_GUEST, "ask", 1))
    if idea.private:
        parts.append(_Part("private", "quiet", 4))
    if idea.share and idea.share.withdrawn:
        parts.append(_Part("withdrawn", "warm", 3))
    if (paper := idea.paper) and paper.latest_version and paper.latest_version != paper.version:
        parts.append(_Part(f"new {tame(paper.latest_version)}", "ask", 3))
    questions = sum(response.type == "question" for response in idea.waiting)
    if questions:
        parts.append(_Part(counted(questions, "question"), "ask", 1, f"{questions}?"))
    if others := len(idea.waiting) - questions:
        parts.append(_Part(counted(others, "opportunity", "opportunities"), "ask", 1, f"{others}+"))
    return parts


def _due(due: str, day: Day) -> _Part:
    today = day.date
    shown = due[5:] if due[:4] == today[:4] else due
    if due < today:
        return _Part(f"overdue {shown}", "hot", 1, f"!{shown}")
    soon = _days_between(today, due) <= _SOON_DAYS
    return _Part(f"due {shown}", "warm" if soon else "quiet", 2, f"!{shown}")


def _days_between(first: str, second: str) -> int:
    try:
        return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).days
    except ValueError:
        return _SOON_DAYS + 1


def _fitting(parts: list[_Part], room: int) -> list[_Part]:
    """Shorten, then leave out, the least important parts until the rest fits."""
    parts = [part for part in parts if part.text]

    def total() -> int:
        return sum(width_of(part.text) for part in parts) + len(_GAP) * (len(parts) - 1)

    while parts and total() > room:
        worst = max(parts, key=lambda part: part.rank)
        shortened = next((part for part in parts if part.short), None)
        if worst.rank > _KIND_RANK:
            parts.remove(worst)
        elif shortened:
            shortened.text, shortened.short = shortened.short, ""
        elif len(parts) > 1:
            parts.remove(worst)
        else:
            worst.text = shorten(worst.text, room)
            break
    return [part for part in parts if part.text]


_KIND_RANK = 2


def card_age(idea: Idea, day: Day) -> tuple[str, str]:
    """Return how long an idea has been in its stage, and the style: warmer with age, stale ones with a `!`.

    What was shared shows its date instead.
    """
    workflow = day.workflow
    if idea.stage == workflow.last and not idea.archived:
        return (tame(idea.share.date) if idea.share else ""), "quiet"
    days = age_in_days(idea.stage_since, day.now)
    if not days:
        return "", "quiet"
    if days < 100:
        text = f"{days}d"
    elif days < 730:
        text = f"{days // 30}mo"
    else:
        text = f"{days // 365}y"
    if workflow.position(idea.stage) < 0 or idea.archived:
        return text, "quiet"
    if days >= workflow.stale_days:
        return f"{text}!", "hot"
    return text, "warm" if days >= workflow.warm_days else "quiet"
