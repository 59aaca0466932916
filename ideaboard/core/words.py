"""The words of what others read, in one place: a config can give them in another language."""

from __future__ import annotations

import re
from datetime import date
from operator import itemgetter
from typing import Literal, NamedTuple

By = Literal["month", "week", "quarter", "year", "kind", "none"]

_FIRST_HALF = ("January", "February", "March", "April", "May", "June")
_MONTHS = (*_FIRST_HALF, "July", "August", "September", "October", "November", "December")
_PLACE = re.compile(r"\{(\w+)\}")


class Words(NamedTuple):
    """What the changelog says beside a person's own words; the table `[words]` of the config has the same names."""

    months: tuple[str, ...] = _MONTHS
    short_months: tuple[str, ...] = tuple(map(itemgetter(slice(3)), _MONTHS))
    day: str = "{day} {short} {year}"
    """A date in a line: `16 Nov 2026`; with `{date}` it is `2026-11-16`."""
    month: str = "{month} {year}"
    """A heading: `November 2026`."""
    week: str = "Week {week}, {year}"
    quarter: str = "Q{quarter} {year}"
    after: str = "after"
    """Before the credit of a paper."""
    answers: str = "answers a question on"
    in_progress: str = "In progress"
    withdrawn: str = "withdrawn"
    intro: str = "Things I made and shared, newest first."
    nothing: str = "Nothing shared yet."
    follow: str = "Follow with a feed reader:"
    """Before the links to the feeds, on the page."""
    language: str = "en"
    """The tag of the language, for browsers and readers aloud: `de`, `pt-BR`."""

    def on(self, iso: str) -> str:
        """Return a day, given as ISO date, as it stands in a line."""
        when = date.fromisoformat(iso)
        return _fill(self.day, date=iso, **self._names(when))

    def period(self, day: date, by: By) -> str:
        """Return the heading of the period that a day lies in; empty when it has none."""
        if by == "week":
            year, week, _ = day.isocalendar()
            return _fill(self.week, week=week, year=year)
        if by == "quarter":
            return _fill(self.quarter, quarter=(day.month + 2) // 3, year=day.year)
        if by == "month":
            return _fill(self.month, **self._names(day))
        return f"{day.year:04d}" if by == "year" else ""

    def _names(self, day: date) -> dict[str, str | int]:
        at = day.month - 1
        return {"day": day.day, "month": self.months[at], "short": self.short_months[at], "year": day.year}


WORDS = Words()
PLACES = {
    "day": ("day", "month", "short", "year", "date"),
    "month": ("month", "short", "year"),
    "week": ("week", "year"),
    "quarter": ("quarter", "year"),
}
"""What some of the words hold in braces."""


def capital(word: str) -> str:
    """Return a word or sentence with a capital letter in front."""
    return word[:1].upper() + word[1:]


def unknown_place(name: str, text: str) -> str:
    """Return the first name in braces that a word has no use for; empty when all is well."""
    return next((found for found in _PLACE.findall(text) if name in PLACES and found not in PLACES[name]), "")


def _fill(pattern: str, **values: str | int) -> str:
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), pattern)
