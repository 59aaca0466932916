"""The card: how an idea looks on the board, as a pure function of the idea, the width, the state and the day.

A line is a tuple of (text, style name) whose texts fill exactly the width; `ui.drawing.inks` knows the colours.
Nothing is shown that says nothing: no age on the first day, no zero, no empty field. Where room is short, tags and the
age go first and the kind last; only what is late has a `!`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ideaboard.core.clock import age_in_days
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import counted
from ideaboard.ui.drawing.cells import GUEST, Line, Piece, fit, shorten, tame, width_of, wrap

CURSOR, MARKED, GHOST = 1, 2, 4
"""The states of a card: keys act on it; the next action is for it; it is not there yet, but being typed or dragged."""

TITLE_LINES = 2
MORE_TITLE_LINES = 3
"""Of a title in a column that has the room."""

_BAR = "▌"
_MARK = "*"
_GAP = "  "
_SOON_DAYS = 7
_WITH_YEAR_FROM = 40
"""From this width on, in cells, a card says the year in which it was shared; else the column does."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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
    """One thing that the quiet line says, long and short, and how soon it is shortened or goes: the highest first."""

    text: str
    style: str
    rank: int
    short: str = ""


_KIND, _WAITS, _HINTS, _LATE_AGE, _NEWS, _STATE, _AGE, _LINKS, _TAGS = range(9)
"""The ranks: a late age goes sooner than what waits, and the first tag later than the second."""


def draw_card(idea: Idea, width: int, state: int, day: Day, lines: int = TITLE_LINES) -> tuple[Line, ...]:
    """Draw an idea, each line exactly `width` cells wide: its title on at most so many lines, and one quiet line."""
    if width < 1:
        return ((),)
    inner = max(width - 2, 0)
    title = wrap(tame(idea.title) or "(no title)", inner, lines) if inner else [""]
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
    """Draw kind, tags and the rest from the left, the age or the day of sharing at the right end."""
    room = width - 2
    if room < 1:
        return _pad("", "quiet", width)
    age, style = card_age(idea, day)
    last = _Part(age, style, _LATE_AGE if style == "hot" else _AGE)
    if is_shared(idea, day):
        last = _Part(shared_day(idea, width >= _WITH_YEAR_FROM), style, _HINTS)
    parts = _fitting([*_parts(idea, day), last], room)
    if last in parts:
        parts.remove(last)
    else:
        last.text = ""
    pieces = [piece for part in parts for piece in ((_GAP, "quiet"), (part.text, part.style))][1:]
    used = sum(width_of(text) for text, _ in pieces)
    pieces += [(" " * (room - used - width_of(last.text)), "quiet"), (last.text, style), (" ", "quiet")]
    return [piece for piece in pieces if piece[0]]


def is_shared(idea: Idea, day: Day) -> bool:
    return idea.stage == day.workflow.last and not idea.archived


def shared_day(idea: Idea, with_year: bool) -> str:
    """Return the day on which an idea was shared, as `16 Sep` or `16 Sep 2026`; as it stands when it is no date."""
    said = idea.share.date if idea.share else ""
    try:
        at = date.fromisoformat(said)
    except ValueError:
        return tame(said)
    return f"{at.day} {_MONTHS[at.month - 1]}" + (f" {at.year}" if with_year else "")


def shared_year(idea: Idea, day: Day) -> str:
    """Return the year in which an idea was shared; empty when it was not."""
    return idea.share.date[:4] if idea.share and is_shared(idea, day) else ""


def _parts(idea: Idea, day: Day) -> list[_Part]:
    """List what there is to say, in the order in which it is shown."""
    parts = [_Part(tame(idea.kind.replace("-", " ")), f"kind:{idea.kind}", _KIND, day.workflow.short_kind(idea.kind))]
    parts += [_Part(tame(tag), "tag", _TAGS + number) for number, tag in enumerate(idea.tags)]
    shared = is_shared(idea, day)
    if idea.due and not shared:
        parts.append(_due(idea.due, day))
    if shared and not (idea.share and idea.share.url):
        parts.append(_Part("no link", "quiet", _HINTS))
    elif not shared and (count := len(idea.links) + bool(idea.url)):
        parts.append(_Part(counted(count, "link"), "quiet", _LINKS))
    if idea.draft and not shared:
        parts.append(_Part("draft", "quiet", _STATE))
    if idea.guest:
        parts.append(_Part(GUEST, "quiet", _HINTS))
    if idea.private:
        parts.append(_Part("private", "quiet", _STATE))
    if idea.share and idea.share.withdrawn:
        parts.append(_Part("withdrawn", "warm", _NEWS))
    if (paper := idea.paper) and paper.latest_version and paper.latest_version != paper.version:
        parts.append(_Part(f"new {tame(paper.latest_version)}", "ask", _NEWS))
    questions = sum(response.type == "question" for response in idea.waiting)
    if questions:
        parts.append(_Part(counted(questions, "question"), "ask", _WAITS, f"{questions}?"))
    if others := len(idea.waiting) - questions:
        parts.append(_Part(counted(others, "opportunity", "opportunities"), "ask", _WAITS, f"{others}+"))
    return parts


def _due(due: str, day: Day) -> _Part:
    today = day.date
    shown = due[5:] if due[:4] == today[:4] else due
    if due < today:
        return _Part(f"overdue {shown}", "hot", _WAITS, f"!{shown}")
    soon = _days_between(today, due) <= _SOON_DAYS
    return _Part(f"by {shown}", "warm" if soon else "quiet", _HINTS)


def _days_between(first: str, second: str) -> int:
    try:
        return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).days
    except ValueError:
        return _SOON_DAYS + 1


def _fitting(parts: list[_Part], room: int) -> list[_Part]:
    """Leave out, or shorten, the least important parts until the rest fits."""
    parts = [part for part in parts if part.text]

    def total() -> int:
        return sum(width_of(part.text) for part in parts) + len(_GAP) * (len(parts) - 1)

    while parts and total() > room:
        worst = max(parts, key=lambda part: (part.rank, not part.short))
        if worst.rank <= _HINTS and (long := [part for part in parts if part.short]):
            # What waits, then the kind: a word less is better than a thing less.
            worst = max(long, key=lambda part: part.rank)
        if worst.short:
            worst.text, worst.short = worst.short, ""
        elif len(parts) > 1:
            parts.remove(worst)
        else:
            worst.text = shorten(worst.text, room)
            break
    return [part for part in parts if part.text]


def card_age(idea: Idea, day: Day) -> tuple[str, str]:
    """Return how long an idea has been in its stage, and the style: warmer with age, stale ones with a `!`.

    What was shared has none: it shows its day instead.
    """
    workflow = day.workflow
    if is_shared(idea, day):
        return "", "quiet"
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
