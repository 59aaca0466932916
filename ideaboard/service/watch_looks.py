"""One look of a watch: by arXiv's announcements where they can answer it, else by a search.

"New" goes by ids and not by dates: a paper can appear weeks after it was submitted (moderation), and arXiv's index has
holes that fill later. So each watch keeps the ids it has seen, in the board file, and a search reads on, newest first,
until a whole page is known or is older than the last look by 14 days.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ideaboard.core.clock import known_date, known_moment, moment, parse_moment
from ideaboard.core.ideas import Paper
from ideaboard.core.text import clean_line, counted
from ideaboard.errors import ArxivError, IdeaboardError
from ideaboard.service.announced import Announcing, Told, known_day, plan_for
from ideaboard.service.arxiv import SearchOptions, compile_words
from ideaboard.service.known_papers import BoardPapers
from ideaboard.service.session import Session

if TYPE_CHECKING:
    from ideaboard.papers.arxiv.answers import Answer
    from ideaboard.papers.arxiv.gateway import Gateway
    from ideaboard.papers.query import CompiledQuery

PAGE = 100

LIMIT = 50
"""A first look puts at most so many papers in the inbox."""

DEEPEST = 1000
"""A search reads at most so many papers, however long ago the last look was."""

OVERLAP = timedelta(days=14)

REMEMBERED = 2000
"""A watch remembers so many ids however old they are, and of more those of the last months only."""

LATE = timedelta(days=31)
"""How long after its submission a paper may come, or come again, for the first time; the months before are over."""

WRONGLY = "and it has been known to say so wrongly"

ANNOUNCEMENTS, SEARCH = "announcements", "search"
"""Where the answer to a watch comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved search."""

    id: str
    others: tuple[str, ...] = ()
    """Documents that keep the same search under the same name, as a merge can bring them."""
    name: str
    query: str
    categories: tuple[str, ...] = ()
    limit: int = LIMIT
    seen: frozenset[str] = frozenset()
    forgotten: str = ""
    """The month (2026-09) before which it remembers nothing any more: what was submitted then is no news."""
    found: tuple[str, ...] = ()
    """The arXiv ids that it put in the inbox."""
    last: str | None = None
    new: int = 0
    """How many of its papers wait in the inbox."""
    source: str = ""
    """Where its last answer came from: `announcements` or `search`; empty before its first."""
    day: str | None = None
    """The last day of arXiv's whose announcements it knows."""
    missing: str | None = None
    """The first day whose announcements it does not know and that no search has made up yet."""
    doubt: str = ""
    """Why the answer to its last look is not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look of a watch found."""

    id: str
    name: str
    papers: tuple[Paper, ...] = ()
    """New ones, for the inbox."""
    seen: tuple[str, ...] = ()
    at: str
    source: str = SEARCH
    day: str | None = None
    missing: str | None = None
    doubt: str = ""
    problem: IdeaboardError | None = None
    """Why days that are missing could not be made up."""


def read_watch(id: str, fields: Any) -> Watch:
    """Read a watch, whatever somebody wrote into its document."""

    def text(key: str) -> str:
        value = fields.get(key)
        return value if isinstance(value, str) else ""

    def texts(key: str) -> tuple[str, ...]:
        value = fields.get(key)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    limit = fields.get("limit")
    return Watch(
        id=id,
        name=clean_line(text("name")) or id,
        query=text("query"),
        categories=texts("categories"),
        limit=limit if isinstance(limit, int) and limit > 0 else LIMIT,
        seen=frozenset(texts("seen")),
        forgotten=text("forgotten") if re.fullmatch("[0-9]{4}-[0-9]{2}", text("forgotten")) else "",
        found=texts("found"),
        last=text("last") if known_moment(text("last")) else None,
        source=text("source") if text("source") in (ANNOUNCEMENTS, SEARCH) else "",
        day=known_date(text("day")),
        missing=known_date(text("missing")),
        doubt=clean_line(text("doubt")),
    )


def compiled(watch: Watch, now: datetime) -> CompiledQuery:
    """Return a watch's search in arXiv's language. Raises `InvalidInput` when it cannot be understood."""
    return compile_words(watch.query, SearchOptions(categories=watch.categories), now)


def knows(watch: Watch, id: str) -> bool:
    """Tell whether a paper is no news to a watch."""
    return id in watch.seen or _month_of(id) < watch.forgotten


def remembered(watch: Watch, look: Look) -> tuple[frozenset[str], str]:
    """Return what a watch has seen after a look, and the month before which it forgets: its memory has bounds.

    What a later look reads again is submitted after this one, or after the first day that is missing, but for `OVERLAP`
    and what comes late. What is older counts as known, so that nothing comes twice.
    """
    seen = watch.seen.union(look.seen)
    if len(seen) <= REMEMBERED or look.doubt:
        return seen, watch.forgotten
    since = parse_moment(min(look.at, look.missing or look.at)) - LATE
    forgotten = max(watch.forgotten, f"{since:%Y-%m}")
    return frozenset(id for id in seen if _month_of(id) >= forgotten), forgotten


def _month_of(id: str) -> str:
    """Return the month in which a paper was submitted, which its id begins with (https://info.arxiv.org/help/arxiv_identifier.html)."""
    digits = id.rpartition("/")[2][:4]
    return f"{'19' if digits > '90' else '20'}{digits[:2]}-{digits[2:]}"


class Looking:
    """Asks for what one watch has not seen; without announcements by searches alone."""

    def __init__(self, watch: Watch, session: Session, gateway: Gateway, announcing: Announcing | None) -> None:
        self._watch = watch
        self._gateway = gateway
        self._announcing = announcing
        self._session = session
        self._now = session.now()
        self._query = compiled(watch, self._now)
        self._index = BoardPapers(session.shown)

    def look(self) -> Look:
        from ideaboard.papers.arxiv.calendar import latest_day
        from ideaboard.papers.arxiv.problems import Cancelled

        watch = self._watch
        plan = plan_for(self._query) if self._announcing else None
        if plan is None or self._announcing is None:
            return self._limited(self._searched(watch.last))
        known = known_day(watch.day, watch.last) if watch.last or watch.day else None
        if plan.is_narrowed and known is None:
            # A search shows more of what its words bring than the announcements of one day.
            try:
                return self._limited(replace(self._searched(None), day=latest_day(self._now).isoformat()))
            except Cancelled:
                raise
            except ArxivError:
                pass  # the announcements are better than nothing
        unmade = date.fromisoformat(watch.missing) if watch.missing and known else None
        return self._limited(self._united(self._announcing.tell(plan, known, unmade=unmade), known))

    def _limited(self, look: Look) -> Look:
        return replace(look, papers=look.papers[: self._watch.limit]) if self._watch.last is None else look

    def _united(self, told: Told, known: date | None) -> Look:
        """Make up by a search for what announcements did not tell, and say what is missing where that fails."""
        from ideaboard.papers.arxiv.calendar import day_before, latest_day
        from ideaboard.papers.arxiv.problems import Cancelled, Unreachable

        if isinstance(told.problem, Unreachable):
            raise told.problem  # what cannot be reached is not asked again under another name
        day = told.day.isoformat() if told.day else None
        missed = min(told.missed, default=None)
        look = self._look(told.papers, [paper.arxiv_id for paper in told.papers], doubt=told.doubt)
        look = replace(look, source=ANNOUNCEMENTS, day=day)
        if missed is None and (told.papers or known):
            return look  # a first look that found nothing there goes on to search
        moments = [text for text in (self._watch.last, missed.isoformat() if missed else None) if text]
        since = min(moments, default=None)
        try:
            made = self._searched(since if known else None)
        except Cancelled:
            raise
        except ArxivError as problem:
            if missed is None:
                return look
            said = _missing_said(told.missed)
            if told.problem and told.day is None and not told.papers:
                raise ArxivError(f"{told.problem.message}; {said}", told.problem.hint) from problem
            failed = ArxivError(f"{said}: {problem.message}", problem.hint)
            return replace(look, missing=missed.isoformat(), problem=failed)
        newest = latest_day(self._now)
        there = {paper.arxiv_id for paper in look.papers}
        return replace(
            look,
            papers=(*look.papers, *(paper for paper in made.papers if paper.arxiv_id not in there)),
            seen=tuple(dict.fromkeys((*look.seen, *made.seen))),
            source=ANNOUNCEMENTS if told.papers else SEARCH,
            day=(day_before(newest) if told.doubt else newest).isoformat(),
            doubt=told.doubt or made.doubt,
        )

    def _searched(self, since: str | None) -> Look:
        """Search, newest first, back to two weeks before a moment; only one page without one."""
        from ideaboard.papers.arxiv.gateway import walk

        watch = self._watch
        papers: list[Paper] = []
        for answer in walk(self._gateway, self._query.text, DEEPEST, page=PAGE, sort="submitted", refresh=True):
            refuse_stale(answer)
            if not (answer.total or answer.papers or answer.unreadable) and (watch.seen or watch.found):
                known = counted(len(watch.seen.union(watch.found)), "paper")
                return self._look((), (), doubt=f"arXiv finds none of the {known} that it found before, {WRONGLY}")
            papers += answer.papers
            unknown = [paper for paper in answer.papers if not knows(watch, paper.arxiv_id)]
            if not unknown or since is None or _is_past(answer.papers, since):
                break
        return self._look(papers, [paper.arxiv_id for paper in papers])

    def _look(self, papers: Sequence[Paper], seen: Sequence[str], doubt: str = "") -> Look:
        unknown = [paper for paper in papers if not knows(self._watch, paper.arxiv_id)]
        return Look(
            id=self._watch.id,
            name=self._watch.name,
            papers=tuple(paper for paper in unknown if self._index.find(paper) is None),
            seen=tuple(seen),
            at=moment(self._session.now()),
            doubt=doubt,
        )


def _missing_said(days: Sequence[date]) -> str:
    first, *more = sorted(days)
    named = f"{first}" + (f" and of {counted(len(more), 'more day', 'more days')}" if more else "")
    return f"the announcements of {named} are missing until arXiv's search gives them"


def refuse_stale(answer: Answer) -> None:
    """Take no old answer for news. Raises `ArxivError` when it is one."""
    if answer.stale:
        raise ArxivError(answer.problem or "arXiv could not be asked", "try again later")


def _is_past(papers: Sequence[Paper], last: str) -> bool:
    """Tell whether a page ends before the overlap with the last look."""
    dates = [paper.published for paper in papers if paper.published]
    return bool(dates) and parse_moment(min(dates)) < parse_moment(last) - OVERLAP
