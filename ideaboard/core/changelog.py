"""The changelog as a value: what was shared, by period and kind, in the order that people read it.

Pure and deterministic: the same ideas, workflow and options give the same changelog, whatever the day. How it is
written down is the business of `ideaboard.publish`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from ideaboard.core.clock import moment, parse_moment
from ideaboard.core.credit import ABOUT_PAPERS, Credit, credit, public_title, shared_url, source_paper, with_known_paper
from ideaboard.core.ideas import Idea, Share
from ideaboard.core.kinds import CANDIDATE, Workflow
from ideaboard.core.text import clean_line, one_line
from ideaboard.core.words import WORDS, By, Words
from ideaboard.errors import InvalidInput

DIVISIONS: tuple[By, ...] = ("month", "week", "quarter", "year", "kind", "none")
"""What the changelog may be divided by."""
HEADING_LEVELS = 6
"""How many levels of headings Markdown has."""
Style = Literal["list", "periods", "sections"]
STYLES: tuple[Style, ...] = ("list", "periods", "sections")
"""One flat list; a list for each period; or for each period and kind."""

_EPOCH = date(1970, 1, 1)
_word = lru_cache(1024)(one_line)
"""For what many ideas have."""
_MOMENT_WIDTH = len("2026-11-22T09:30:01.250Z")
_PERIOD = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?|-[Ww](?P<week>[0-9]{2})|-[Qq](?P<quarter>[1-4]))?"
)


def parse_period(text: str) -> tuple[date, date]:
    """Return the first and last day of a year (`2025`), quarter (`2025-Q1`), month (`2025-03`), week (`2025-W11`) or
    day (`2025-03-02`); raises `InvalidInput` when there is no such period.
    """
    found = _PERIOD.fullmatch(text.strip())
    try:
        days = _days(found) if found else None
    except (ValueError, OverflowError):
        days = None
    if days is None:
        raise InvalidInput(
            f"'{clean_line(text)[:40]}' is not a year, month, week or day",
            "write it as 2025, 2025-03, 2025-W11 or 2025-03-02",
        )
    return days


def _days(found: re.Match[str]) -> tuple[date, date]:
    """Return the first and last day of a period that has the right form; a `ValueError` when there is none."""
    year = int(found["year"])
    if found["week"]:
        monday = date.fromisocalendar(year, int(found["week"]), 1)
        return monday, monday + timedelta(days=6)
    if found["day"]:
        day = date(year, int(found["month"]), int(found["day"]))
        return day, day
    first, last = 1, 12
    if found["month"]:
        first = last = int(found["month"])
    elif found["quarter"]:
        last = 3 * int(found["quarter"])
        first = last - 2
    end = date(year, 12, 31) if last == 12 else date(year, last + 1, 1) - timedelta(days=1)
    return date(year, first, 1), end


def period_key(day: date, by: By) -> str:
    """Name the period that a day lies in: `2025-03`, `2025-W11`, `2025-Q1`, `2025`, or nothing without periods."""
    if by == "month":
        return f"{day.year:04d}-{day.month:02d}"
    if by == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"
    if by == "quarter":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}" if by == "year" else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangelogOptions:
    """What the changelog shows, checked when it is made; raises `InvalidInput` for what no changelog can show."""

    since: str | None = None
    """The first period shown, as `parse_period` reads it."""
    until: str | None = None
    """The last period shown, its last day included."""
    by: By | None = None
    """What it is divided by; by month when nothing is said."""
    style: Style | None = None
    """How it stands in Markdown; `None` for what suits the place."""
    heading_level: int | None = None
    """The level of its topmost headings in Markdown; `None` for what suits the place."""
    kinds: tuple[str, ...] = ()
    """Only these kinds; all of them when empty."""
    tags: tuple[str, ...] = ()
    """Only ideas with any of these tags."""
    limit: int | None = None
    """At most so many items, the newest."""
    in_progress: bool = False
    """Whether to list what is being made, too."""
    ids: frozenset[str] | None = None
    """Only these ideas, such as those that a filter found; all when it is None. Private ones are never shown."""

    def __post_init__(self) -> None:
        if self.by not in (None, *DIVISIONS):
            raise InvalidInput(f"a changelog cannot be divided by '{self.by}'", "use one of " + ", ".join(DIVISIONS))
        if self.style not in (None, *STYLES):
            raise InvalidInput(f"a changelog has no style '{self.style}'", "use one of " + ", ".join(STYLES))
        if self.style == "list" and self.by not in (None, "none"):
            raise InvalidInput(
                f"a list is not divided by {self.by}", "use the style 'periods', or leave the list whole"
            )
        if self.heading_level is not None and not 1 <= self.heading_level <= HEADING_LEVELS:
            raise InvalidInput(f"there is no heading of level {self.heading_level}", "it is 1 to 6")
        if self.limit is not None and self.limit < 1:
            raise InvalidInput(f"the limit is {self.limit}", "it is at least 1")
        first, last = self.days
        if first > last:
            raise InvalidInput(f"'{self.since}' starts after '{self.until}' ends", "give the earlier one as the start")

    @property
    def days(self) -> tuple[date, date]:
        first = parse_period(self.since)[0] if self.since is not None else date.min
        last = parse_period(self.until)[1] if self.until is not None else date.max
        return first, last


class Answers(NamedTuple):
    """The idea on which the question was asked that an entry answers."""

    title: str
    url: str | None


class Entry(NamedTuple):
    """One thing that was shared. Texts are one line each, without control characters; links are safe to follow."""

    id: str
    kind: str
    label: str
    """The kind as shown: `Paper to code`."""
    title: str
    title_says_kind: bool
    """Whether it is `Code for "..."` on a paper to code, or `Notes on "..."` on a summary: by default, that is."""
    url: str | None
    """Where it is; `None` for what has no link, or was withdrawn."""
    summary: str
    result: str
    date: str
    """The local day of sharing: `2025-03-14`."""
    at: str
    """The moment of sharing, in UTC."""
    uid: str
    """The permanent id for feeds; empty when the idea came into the last stage without being shared."""
    tags: tuple[str, ...]
    withdrawn: bool
    credit: Credit | None
    answers: Answers | None


class Section(NamedTuple):
    """The entries of one kind in a period, newest first."""

    kind: str
    heading: str
    entries: tuple[Entry, ...]


class Period(NamedTuple):
    """A month, week, quarter or year; `key` and `heading` are empty when the changelog has no periods."""

    key: str
    heading: str
    """As shown: `November 2026`."""
    note: str
    """A paragraph in the person's own words; empty for none."""
    entries: tuple[Entry, ...]
    """All of it, newest first."""
    sections: tuple[Section, ...]
    """The same by kind."""


class InProgress(NamedTuple):
    """Something that is being made."""

    id: str
    kind: str
    title: str
    stage: str
    status: str
    """The stage as the board shows it: `Making`."""
    credit: Credit | None


class Changelog(NamedTuple):
    """What was shared, the newest period first, and what is being made."""

    periods: tuple[Period, ...]
    in_progress: tuple[InProgress, ...] = ()
    options: ChangelogOptions = ChangelogOptions()
    """What it was made with."""
    words: Words = WORDS

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not (self.periods or self.in_progress)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, newest first whatever their period and kind."""
        return tuple(_newest_first(entry for period in self.periods for entry in period.entries))


_NO_NOTES: Mapping[str, str] = {}


def build_changelog(
    ideas: Iterable[Idea],
    workflow: Workflow,
    options: ChangelogOptions,
    notes: Mapping[str, str] = _NO_NOTES,
    words: Words = WORDS,
) -> Changelog:
    """Gather what was shared, wherever it is now (the archive included), and what is in the last stage. What was only
    moved there, and back again, was not shared.

    `ideas` are all of the board, in any order; `notes` are paragraphs for some of the periods, by key (`2025-03`).
    """
    by_id = {idea.id: idea.whole() for idea in ideas}
    wanted = [idea for idea in by_id.values() if _wanted(idea, options)]
    first, last = (day.isoformat() for day in options.days)
    shown = [_when(idea) for idea in wanted if idea.was_shared(workflow.last)]
    shown = [one for one in shown if first <= one[1] <= last]
    if options.limit is not None and len(shown) > options.limit:
        oldest = sorted((at for at, *_ in shown), reverse=True)[options.limit - 1]
        shown = [one for one in shown if one[0] >= oldest]  # what was shared in the same moment is sorted by title
    gather = _Gatherer(by_id, workflow, words, {})
    entries = _newest_first(gather.entry(idea, at, day) for at, day, idea in shown)[: options.limit]
    by = options.by or "month"
    keys: dict[str, str] = {}
    by_period: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.date not in keys:
            keys[entry.date] = period_key(date.fromisoformat(entry.date), by)
        by_period.setdefault(keys[entry.date], []).append(entry)
    periods = tuple(
        Period(
            key,
            words.period(date.fromisoformat(inside[0].date), by),
            one_line(notes.get(key, "")),
            tuple(inside),
            _sections(inside, workflow, words),
        )
        for key, inside in sorted(by_period.items(), reverse=True)
    )
    return Changelog(periods, gather.in_progress(wanted) if options.in_progress else (), options, words)


def _wanted(idea: Idea, options: ChangelogOptions) -> bool:
    if idea.private or (options.ids is not None and idea.id not in options.ids):
        return False
    if options.kinds and idea.kind not in options.kinds:
        return False
    return not options.tags or not set(options.tags).isdisjoint(idea.tags)


def _newest_first(entries: Iterable[Entry]) -> list[Entry]:
    by_title = sorted(entries, key=lambda entry: (entry.title, entry.id))
    return sorted(by_title, key=lambda entry: entry.at, reverse=True)


def _sections(entries: Iterable[Entry], workflow: Workflow, words: Words) -> tuple[Section, ...]:
    """Group by kind in the workflow's order; kinds that the config no longer knows come last, under their key."""
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    known = [kind.key for kind in workflow.kinds if kind.key in by_kind]
    headings = {kind.key: kind.section or kind.label for kind in workflow.kinds}
    unknown = sorted(by_kind.keys() - headings.keys())
    return tuple(
        Section(key, one_line(headings.get(key, key)) or words.other, tuple(by_kind[key])) for key in known + unknown
    )


class _Gatherer(NamedTuple):
    """Makes what is shown of ideas."""

    by_id: Mapping[str, Idea]
    workflow: Workflow
    words: Words
    papers: dict[str, Idea]
    """An idea with each paper, by its arXiv id; filled when it is needed."""

    def entry(self, idea: Idea, at: str, day: str) -> Entry:
        idea = self._with_paper(idea)
        share = idea.share or Share(at=at, date=day)
        title = public_title(idea, self.words)
        return Entry(
            id=idea.id,
            kind=_word(idea.kind),
            label=item_label(idea, self.workflow, self.words),
            title=title,
            title_says_kind=idea.kind in ABOUT_PAPERS and title != one_line(share.title or idea.title),
            url=shared_url(idea),
            summary=one_line(share.summary),
            result=one_line(share.result),
            date=day,
            at=at,
            uid=share.uid,
            tags=tuple(map(_word, idea.tags)),
            withdrawn=share.withdrawn,
            credit=credit(idea, self.words),
            answers=self._answers(idea),
        )

    def _with_paper(self, idea: Idea) -> Idea:
        """Return an idea with the paper that it only names, when another one has it."""
        if idea.paper or not source_paper(idea):
            return idea
        if not self.papers:
            self.papers.update((one.paper.arxiv_id, one) for one in self.by_id.values() if one.paper)
        named = source_paper(idea)
        return (
            with_known_paper(idea, [self.papers[named.arxiv_id]]) if named and named.arxiv_id in self.papers else idea
        )

    def _answers(self, idea: Idea) -> Answers | None:
        """Name the idea that a question led here from, unless that would tell of a private one."""
        source = self.by_id.get(idea.origin.idea) if idea.origin else None
        if idea.origin is None or source is None or source.private:
            return None
        types = {response.id: response.type for response in source.responses}
        if types.get(idea.origin.response, "question") != "question":
            return None
        source = self._with_paper(source)
        return Answers(public_title(source, self.words), shared_url(source))

    def in_progress(self, ideas: Iterable[Idea]) -> tuple[InProgress, ...]:
        """List what stands between the first and the last stage, the nearest to being shared first."""
        workflow = self.workflow
        found = [
            idea
            for idea in ideas
            if not (idea.archived or idea.stage == CANDIDATE)
            and 0 < workflow.position(idea.stage) < len(workflow.stages) - 1
        ]
        found.sort(key=lambda idea: (-workflow.position(idea.stage), idea.title, idea.id))
        return tuple(
            InProgress(
                id=idea.id,
                kind=one_line(idea.kind),
                title=public_title(idea, self.words),
                stage=idea.stage,
                status=one_line(workflow.stage_label(idea.stage)),
                credit=credit(idea, self.words),
            )
            for idea in map(self._with_paper, found)
        )


def item_label(idea: Idea, workflow: Workflow, words: Words) -> str:
    """Return what the kind of one idea is called where others read it: `Post`, where the kind is `Post or video`."""
    return one_line(words.item(idea.kind, workflow.kind_label(idea.kind), idea.tags))


def _when(idea: Idea) -> tuple[str, str, Idea]:
    """Return the moment and the local day of sharing, and the idea."""
    share = idea.share
    at = _sortable(share.at if share else idea.stage_since)
    return at, _day(share.date if share else "", at[: len("2026-01-01")]), idea


def _sortable(at: str) -> str:
    """Bring a moment to the fixed width of our own, so that it sorts as text."""
    try:
        when = parse_moment(at)
        return at if len(at) == _MOMENT_WIDTH and at.endswith("Z") else moment(when)
    except (InvalidInput, OverflowError):
        return f"{_EPOCH}T00:00:00.000Z"


@lru_cache(maxsize=1024)
def _day(text: str, at: str) -> str:
    """Return the day as an ISO date: the one given, else that of the moment of sharing."""
    for candidate in (text, at):
        try:
            return date.fromisoformat(candidate).isoformat()
        except ValueError:
            continue
    return _EPOCH.isoformat()
