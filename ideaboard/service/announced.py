"""Watches of categories read arXiv's announcements: one request a day for all of them together.

What a feed does not give is said and made up by a search: days on which nobody looked, and a feed that was cut. An
empty feed on a working day is not believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ideaboard.core.clock import parse_moment
from ideaboard.core.ideas import Paper
from ideaboard.errors import IdeaboardError

if TYPE_CHECKING:
    from ideaboard.papers.arxiv.announcements import Announcements
    from ideaboard.papers.arxiv.gateway import Gateway
    from ideaboard.papers.query import CompiledQuery
    from ideaboard.papers.query_match import Reading


@dataclass(frozen=True, slots=True)
class Plan:
    """A search that announcements can answer."""

    query: CompiledQuery
    within: frozenset[str]
    """Patterns of categories of which everything found has one."""
    names: frozenset[str]
    """What to ask announcements of."""
    is_narrowed: bool
    """Whether there are words too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What announcements told to one watch."""

    papers: tuple[Paper, ...] = ()
    """New ones and crosslisted ones that fit, the newest first."""
    day: date | None = None
    """The last day that is known now; a watch that looked at a later one before has nothing new to see."""
    missed: tuple[date, ...] = ()
    """Days of which nothing, or not everything, was read."""
    doubt: str = ""
    problem: IdeaboardError | None = None
    """Why the newest feed could not be read."""


def plan_for(query: CompiledQuery) -> Plan | None:
    """Return how announcements answer a search; `None` when only arXiv's search can."""
    from ideaboard.papers.query_match import can_decide, feed_names, only_categories, scope

    within = scope(query.tree) if can_decide(query.tree) else None
    names = feed_names(within) if within else frozenset()
    return Plan(query, within, names, not only_categories(query.tree)) if within and names else None


class Announcing:
    """The announcements of one check, asked for once and for all watches together, when the first one wants them."""

    def __init__(self, gateway: Gateway, plans: Iterable[Plan], now: datetime) -> None:
        self._gateway = gateway
        self._names = sorted(frozenset().union(*(plan.names for plan in plans)))
        self._now = now
        self._asked = False
        self._came: Announcements | None = None
        self._problem: IdeaboardError | None = None
        self._readings: dict[str, Reading] = {}

    def tell(self, plan: Plan, known: date | None, *, unmade: date | None = None) -> Told:
        """Tell what is new for a watch that knows everything up to a day, or nothing yet.

        `unmade` is the first day that is still missing from before. Raises `Cancelled`.
        """
        from ideaboard.papers.arxiv import calendar

        newest = calendar.latest_day(self._now)
        if known and known > newest:  # a clock was wrong
            known = calendar.day_before(newest)
        missed = [unmade] if unmade else []
        if known is not None and known >= newest:
            return Told(day=known, missed=tuple(missed))
        came = self._of(plan, newest)
        if known is not None:
            missed += calendar.days_between(known, min(came.day, newest) if came and came.papers else newest)
        if came is None:
            return Told(missed=(*missed, newest), problem=self._problem)
        if came.day > newest:
            said = f"arXiv's announcements are dated {came.day}, a day that has not come yet"
            return Told(missed=tuple(missed), doubt=said)
        must_be_there = calendar.is_settled(self._now) and not calendar.may_be_quiet(newest)
        if came.day < newest and must_be_there:
            return self._read(plan, came, known, missed, doubt=f"arXiv's announcements are still those of {came.day}")
        if came.day == newest and not came.papers:
            if must_be_there:
                said = f"arXiv announces nothing on {newest}, a working day; it has been known to say so wrongly"
                return Told(missed=tuple(missed), doubt=said)
            # In the first hour of the day they may be still to come.
            return Told(day=newest if calendar.may_be_quiet(newest) else None, missed=tuple(missed))
        return self._read(plan, came, known, missed)

    def _read(
        self, plan: Plan, came: Announcements, known: date | None, missed: Sequence[date], doubt: str = ""
    ) -> Told:
        """Take what fits out of a feed, unless it is of a day that is known."""
        if known is not None and came.day <= known:
            return Told(missed=tuple(missed), doubt=doubt)
        return Told(
            papers=self._fitting(plan, came),
            day=came.day if came.papers else None,
            missed=tuple(missed) if came.complete else (*missed, came.day),
            doubt=doubt,
        )

    def _fitting(self, plan: Plan, came: Announcements) -> tuple[Paper, ...]:
        from ideaboard.papers.query_match import Reading, fits, is_in

        found: list[Paper] = []
        for one in came.papers:
            paper = one.paper
            if one.type not in ("new", "cross") or not is_in(paper, plan.within):
                continue
            # Listed anew elsewhere: its own category announced it before.
            if one.type == "cross" and fits(paper.primary_category, plan.within):
                continue
            if plan.is_narrowed and paper.arxiv_id not in self._readings:
                self._readings[paper.arxiv_id] = Reading(paper)
            if not plan.is_narrowed or self._readings[paper.arxiv_id].fits(plan.query.tree):
                found.append(paper)
        return tuple(sorted(found, key=lambda paper: paper.arxiv_id, reverse=True))

    def _of(self, plan: Plan, newest: date) -> Announcements | None:
        from ideaboard.papers.arxiv import calendar

        if not calendar.has_feed(calendar.arxiv_date(self._now)):
            # The feeds are empty on such a day; what others read on the day before is kept.
            return self._gateway.kept_announcements(plan.names, newest)
        if not self._asked:
            self._asked = True
            self._came, self._problem = self._ask(newest)
        came = self._came
        if came and not {name.lower() for name in plan.names} <= came.categories:
            return None
        return came

    def _ask(self, newest: date) -> tuple[Announcements | None, IdeaboardError | None]:
        from ideaboard.papers.arxiv.problems import Cancelled, GatewayError

        try:
            return self._gateway.announcements(self._names, newest), None
        except Cancelled:
            raise
        except GatewayError as problem:
            return None, problem


def known_day(day: str | None, last: str | None) -> date | None:
    """Return the day up to which a watch knows everything: the one it read last, or that of its last search."""
    from ideaboard.papers.arxiv.calendar import latest_day

    if day:
        return date.fromisoformat(day)
    return latest_day(parse_moment(last)) if last else None
