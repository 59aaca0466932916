"""A week as a value: what was shared, moved on and started, which questions were answered, which papers were read.

It is read from what ideas remember: their trail, their share, and when their responses were answered. Private ideas
are left out, and so is all that somebody may have said in confidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from operator import attrgetter
from typing import NamedTuple

from ideaboard.core.changelog import (
    Answers,
    ChangelogOptions,
    Entry,
    InProgress,
    build_changelog,
    item_label,
    parse_period,
    period_key,
)
from ideaboard.core.clock import local_time
from ideaboard.core.credit import Credit, credit, public_title, shared_url, with_known_paper
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import clean_line, one_line
from ideaboard.core.words import WORDS, Words
from ideaboard.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered, and the idea that it was asked on."""

    text: str
    idea: Answers


@dataclass(frozen=True, slots=True)
class WeekNotes:
    """What happened in a week."""

    key: str
    """As `2026-W47`."""
    heading: str
    """As shown: `Week 47, 2026`."""
    shared: tuple[Entry, ...]
    moved: tuple[InProgress, ...]
    """What came further; its status says from where to where."""
    started: tuple[InProgress, ...]
    """What left the first column; its status is its kind."""
    answered: tuple[Answered, ...]
    read: tuple[Credit, ...]
    """The papers that came on the board."""

    def __bool__(self) -> bool:
        return bool(self.shared or self.moved or self.started or self.answered or self.read)


def parse_week(text: str | None, today: date) -> str:
    """Return the key of a week, given as `2026-W47`, `W47` or `47` of this year; this week when nothing is given.
    Raises `InvalidInput` when it is no week.
    """
    if text is None:
        return period_key(today, "week")
    number = re.fullmatch("[Ww]?([0-9]{1,2})", text.strip())
    key = f"{today.isocalendar().year:04d}-W{int(number[1]):02d}" if number else text.strip().upper()
    no_week = InvalidInput(
        f"'{clean_line(text)[:40]}' is not a week", "write it as 2026-W47, or W47 for one of this year"
    )
    if "W" not in key:
        raise no_week
    try:
        parse_period(key)
    except InvalidInput:
        raise no_week from None
    return key


class _Days(NamedTuple):
    """The days of a week, as somebody's clock has them."""

    first: date
    last: date
    zone: tzinfo | None

    def hold(self, at: str | None) -> bool:
        return at is not None and self.first <= local_time(at, self.zone).date() <= self.last

    def stages(self, idea: Idea) -> tuple[str, str]:
        """Return the stage before these days, and at their end; empty where the idea was not on the board."""
        steps = [(local_time(step.at, self.zone).date(), step.stage) for step in idea.trail]
        before = [stage for day, stage in steps if day < self.first]
        until = [stage for day, stage in steps if day <= self.last]
        return (before or [""])[-1], (until or [""])[-1]


def build_weeknotes(
    every: Iterable[Idea], workflow: Workflow, week: str, now: datetime, words: Words = WORDS
) -> WeekNotes:
    """Gather what happened to ideas in a week, given by its key; days are those of the time zone of `now`."""
    days = _Days(*parse_period(week), now.tzinfo)
    every = tuple(every)
    options = ChangelogOptions(since=week, until=week, by="none")
    changelog = build_changelog(every, workflow, options, words=words)
    shared = {entry.id for entry in changelog.entries}

    def item(idea: Idea, status: str) -> InProgress:
        title, about = public_title(idea, words), credit(idea, words)
        return InProgress(idea.id, one_line(idea.kind), title, idea.stage, one_line(status), about)

    def began(stage: str) -> bool:
        return stage != "" and workflow.position(stage) > 0

    def was_shared(idea: Idea) -> bool:
        """Tell whether it was shared by then, by what the person says: the board may have heard of it later."""
        share = idea.share if idea.was_shared(workflow.last) else None
        return idea.id in shared or (share is not None and share.date <= days.last.isoformat())

    def steps() -> Iterator[tuple[Idea, str, str]]:
        for idea in ideas:
            old, new = days.stages(idea)
            far = workflow.position(old) if began(old) else 0
            if not (idea.archived or was_shared(idea)) and began(new) and workflow.position(new) > far:
                yield idea, old, new

    label = workflow.stage_label
    known = (with_known_paper(idea, every) for idea in every if not idea.private)
    ideas = sorted(known, key=attrgetter("title", "id"))
    further = list(steps())
    came = [next((step.at for step in idea.trail if workflow.position(step.stage) >= 0), None) for idea in ideas]
    # What was shared before the week was read before it, too.
    read = [
        credit(idea, words)
        for idea, at in zip(ideas, came, strict=True)
        if days.hold(at) and (idea.id in shared or not was_shared(idea))
    ]
    return WeekNotes(
        week,
        words.period(days.first, "week"),
        changelog.entries,
        tuple(item(idea, words.moved_on(label(old), label(new))) for idea, old, new in further if began(old)),
        tuple(item(idea, item_label(idea, workflow, words)) for idea, old, _ in further if not began(old)),
        tuple(
            Answered(one_line(response.text), Answers(public_title(idea, words), shared_url(idea)))
            for idea in ideas
            for response in idea.responses
            if response.type == "question" and days.hold(response.answered)
        ),
        tuple(dict.fromkeys(filter(None, read))),
    )
