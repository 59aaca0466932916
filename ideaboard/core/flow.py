"""How ideas flow: what was shared when, how long it takes, what is in flight, what waits; as data.

No streaks: GitHub's counters made people work weekends so as not to break them (Moldon et al., arXiv 2006.02371).
A chart of months shows the rhythm without a chain to break.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from ideaboard.core.board import Board
from ideaboard.core.clock import SECONDS_PER_DAY, age_in_days, known_moment
from ideaboard.core.ideas import Idea, Response
from ideaboard.core.kinds import Workflow

MONTHS = 12


class Cadence(NamedTuple):
    """When something was last shared, in two numbers."""

    days_since: int | None
    this_quarter: int

    @property
    def line(self) -> str:
        """The two numbers in words: `last shared 12 days ago · 3 this quarter`."""
        if self.days_since is None:
            return "nothing shared yet"
        when = {0: "today", 1: "yesterday"}.get(self.days_since, f"{self.days_since} days ago")
        return f"last shared {when} · {self.this_quarter} this quarter"


class Month(NamedTuple):
    """How much was shared in one month."""

    month: str
    """`2026-11`."""
    shared: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the slow end of durations, in days."""

    count: int
    median: float
    p90: float


class StageTime(NamedTuple):
    """How long ideas stayed in a stage before they moved on."""

    stage: str
    spread: Spread


class Aged(NamedTuple):
    """An idea, and for how many whole days it has been in its stage."""

    idea: Idea
    days: int


class Unanswered(NamedTuple):
    """A question or an opportunity that waits for an answer."""

    idea: Idea
    response: Response
    days: int


class Flow(NamedTuple):
    """Everything that the statistics show."""

    cadence: Cadence
    months: tuple[Month, ...]
    """The last twelve months, this one included, the oldest first."""
    lead: Spread | None
    """From the day an idea was written down until it was shared; None when nothing was shared yet."""
    stages: tuple[StageTime, ...]
    """Time in each stage that ideas have moved on from, in the order of the board."""
    in_flight: tuple[Aged, ...]
    """What is between the first and the last stage, the nearest to being shared first, then the longest there."""
    waiting: tuple[Aged, ...]
    """Ideas in the first stage, the longest there first."""
    responses: tuple[Unanswered, ...]
    """What people asked or offered and nobody answered yet, the longest first."""
    next: Aged | None
    """The smallest next thing to share: nearest to shared, then the longest there."""


def flow(board: Board, now: datetime) -> Flow:
    """Compute the statistics of a board at a moment, whose time zone decides what today and this quarter are.

    Ideas in the archive count for what was shared and for times, not for what is open.
    """
    workflow = board.workflow
    shared = _shared(board)
    days = [day for _, day in shared]
    lead = (_days_between(idea.created, idea.share.at if idea.share else idea.stage_since) for idea, _ in shared)
    between = workflow.stage_keys[1:-1]
    in_flight = [one for stage in reversed(between) for one in _aged(board.column(stage), now)]
    waiting = _aged(board.column(workflow.first), now) if len(workflow.stages) > 1 else []
    return Flow(
        cadence=_cadence(days, now.date()),
        months=_months(days, now.date()),
        lead=spread([days for days in lead if days is not None]),
        stages=_stage_times(board),
        in_flight=tuple(in_flight),
        waiting=tuple(waiting),
        responses=waiting_responses(board, now),
        next=next(iter([*in_flight, *waiting]), None),
    )


def cadence(board: Board, now: datetime) -> Cadence:
    """Tell when something was last shared and how much this quarter; cheap enough for every change."""
    return _cadence([day for _, day in _shared(board)], now.date())


def waiting_responses(board: Board, now: datetime) -> tuple[Unanswered, ...]:
    """Return the questions and opportunities that nobody answered, the longest waiting first."""
    found = [(idea, response) for idea in board.ideas.values() if idea.responses for response in idea.waiting]
    found.sort(key=lambda one: (one[1].at, one[1].id))
    return tuple(Unanswered(idea, response, age_in_days(response.at, now)) for idea, response in found)


def spread(days: Sequence[float]) -> Spread | None:
    """Return median and 90th percentile, or None when there is nothing to take them of."""
    if not days:
        return None
    ordered = sorted(days)
    return Spread(len(ordered), percentile(ordered, 0.5), percentile(ordered, 0.9))


def percentile(ordered: Sequence[float], share: float) -> float:
    """Interpolate between two of ordered values (Hyndman and Fan 1996, definition 7); 0.5 gives the median."""
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def flow_to_json(flow: Flow) -> dict[str, Any]:
    return {
        "last_shared_days": flow.cadence.days_since,
        "this_quarter": flow.cadence.this_quarter,
        "cadence": flow.cadence.line,
        "months": [month._asdict() for month in flow.months],
        "lead_days": _spread_to_json(flow.lead),
        "stage_days": [{"stage": one.stage, **(_spread_to_json(one.spread) or {})} for one in flow.stages],
        "in_flight": [_aged_to_json(one) for one in flow.in_flight],
        "waiting": [_aged_to_json(one) for one in flow.waiting],
        "responses": [
            {name: getattr(one.response, name) for name in ("id", "type", "text")}
            | {"days": one.days, "idea": {"id": one.idea.id, "title": one.idea.title}}
            for one in flow.responses
        ],
        "next": _aged_to_json(flow.next) if flow.next else None,
    }


def _spread_to_json(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {"count": spread.count, "median": round(spread.median, 2), "p90": round(spread.p90, 2)}


def _aged_to_json(one: Aged) -> dict[str, Any]:
    return {"id": one.idea.id, "title": one.idea.title, "stage": one.idea.stage, "days": one.days}


def _shared(board: Board) -> list[tuple[Idea, date]]:
    """Return what was shared and its day, as the changelog counts it, without what was withdrawn."""
    found: list[tuple[Idea, date]] = []
    for idea in board.ideas.values():
        if not idea.was_shared(board.workflow.last):
            continue
        day_of_stage = idea.stage_since[: len("2026-01-01")]
        text = day_of_stage if idea.share is None else "" if idea.share.withdrawn else idea.share.date
        if day := _day(text):
            found.append((idea, day))
    return found


def _day(text: str) -> date | None:
    """Read a date from a file that anybody may have edited; None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _cadence(days: Sequence[date], today: date) -> Cadence:
    if not days:
        return Cadence(None, 0)
    quarter = (today.year, (today.month - 1) // 3)
    count = sum((day.year, (day.month - 1) // 3) == quarter for day in days)
    return Cadence(max(0, (today - max(days)).days), count)


def _months(days: Sequence[date], today: date) -> tuple[Month, ...]:
    last = today.year * 12 + today.month - 1
    counts = dict.fromkeys(range(last - MONTHS + 1, last + 1), 0)
    for day in days:
        number = day.year * 12 + day.month - 1
        if number in counts:
            counts[number] += 1
    return tuple(Month(f"{number // 12:04d}-{number % 12 + 1:02d}", count) for number, count in counts.items())


def _aged(ideas: Iterable[Idea], now: datetime) -> list[Aged]:
    ordered = sorted(ideas, key=lambda idea: (idea.stage_since, idea.id))
    return [Aged(idea, age_in_days(idea.stage_since, now)) for idea in ordered]


def _days_between(start: str, end: str) -> float | None:
    """Count days between two moments; None when one cannot be read, 0 when they are the wrong way round."""
    first, last = known_moment(start), known_moment(end)
    return max(0.0, (last - first).total_seconds() / SECONDS_PER_DAY) if first and last else None


def _stage_times(board: Board) -> tuple[StageTime, ...]:
    """Gather how long ideas stayed in each stage; stays that are not over say nothing yet, visits are added up."""
    found: dict[str, list[float]] = {key: [] for key in board.workflow.stage_keys[:-1]}
    for idea in board.ideas.values():
        for stage, days in stays(idea, board.workflow).items():
            if stage in found:
                found[stage].append(days)
    return tuple(StageTime(stage, one) for stage, days in found.items() if (one := spread(days)))


def stays(idea: Idea, workflow: Workflow) -> dict[str, float]:
    """Return for each stage that an idea moved on from the days that it spent there, all visits together."""
    days: dict[str, float] = {}
    for step, after in pairwise(idea.trail):
        between = _days_between(step.at, after.at)
        if between is not None:
            stage = workflow.column_of(step.stage)
            days[stage] = days.get(stage, 0.0) + between
    return days
