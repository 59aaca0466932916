"""The words of what others read, in one place: a config can give them in another language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from operator import itemgetter
from typing import Literal, NamedTuple

from ideaboard.core.kinds import POST_OR_VIDEO, is_video

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
    code_for: str = 'Code for "{title}"'
    """What something is called that still bears the title of its paper."""
    notes_on: str = 'Notes on "{title}"'
    et_al: str = "et al."
    nobody: str = "another's paper"
    """In place of authors that nobody knows."""
    post: str = "Post"
    """One thing of the kind `post`, and with the tag `video`; the kind as a whole is called as its table says."""
    video: str = "Video"
    other: str = "Other things"
    """The heading over what is of no kind."""
    in_progress: str = "In progress"
    withdrawn: str = "withdrawn"
    intro: str = "Newest first."
    nothing: str = "Nothing shared yet."
    follow: str = "Follow with a feed reader:"
    """Before the links to the feeds, on the page."""
    shared: str = "Shared"
    """The headings of the notes on a week, from here on."""
    moved: str = "Moved on"
    moved_from: str = "from {old} to {new}"
    started: str = "Started"
    answered: str = "Answered"
    asked_on: str = "on"
    read: str = "Read"
    anonymous: str = "Anonymous"
    """The author of a feed that names none."""
    language: str = "en"
    """The tag of the language, for browsers and readers aloud: `de`, `pt-BR`."""

    def credited(self, kind: str, title: str) -> str:
        """Return what to call something of a kind that is about the paper of that title."""
        return _fill(self.code_for if kind == "paper-to-code" else self.notes_on, title=title)

    def item(self, kind: str, label: str, tags: Iterable[str]) -> str:
        """Return what one thing of a kind is called, when the kind itself is called `label`."""
        if kind != "post" or (label != POST_OR_VIDEO and self.post == WORDS.post):
            return label
        return self.video if is_video(tags) else self.post

    def moved_on(self, old: str, new: str) -> str:
        """Return how something came further, by the labels of the two stages."""
        return _fill(self.moved_from, old=old, new=new)

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
FORMER_INTRO = "Things I made and shared, newest first."
"""What older versions wrote in the place of `intro`."""
PLACES = {
    "day": ("day", "month", "short", "year", "date"),
    "month": ("month", "short", "year"),
    "week": ("week", "year"),
    "quarter": ("quarter", "year"),
    "code_for": ("title",),
    "notes_on": ("title",),
    "moved_from": ("old", "new"),
}
"""What some of the words hold in braces."""
_CREDITS = ("code_for", "notes_on")
_WHOLE = (*_CREDITS, "moved_from")
"""Those that would say nothing without what they hold."""
_ONE_OF = {"day": ("day", "date"), "month": ("month", "short"), "week": ("week",), "quarter": ("quarter",)}
"""What tells one time from the next."""


def capital(word: str) -> str:
    """Return a word or sentence with a capital letter in front."""
    return word[:1].upper() + word[1:]


def wrong_word(name: str, text: str) -> str:
    """Say what is wrong with a word that was given; empty when all is well."""
    if name not in PLACES:
        return ""
    named = f"{{{'}, {'.join(PLACES[name])}}}"
    if unknown := [found for found in _PLACE.findall(text) if found not in PLACES[name]]:
        return f"there is no '{{{unknown[0]}}}'; use some of {named}"
    if name in _WHOLE and not all(f"{{{place}}}" in text for place in PLACES[name]):
        return f"this must hold {named}; the default is used"
    if name in _ONE_OF and not any(f"{{{place}}}" in text for place in _ONE_OF[name]):
        return f"this must hold {' or '.join(f'{{{place}}}' for place in _ONE_OF[name])}; the default is used"
    # Without a word around it the title of somebody else's paper would stand there as the user's own.
    if name in _CREDITS and not any(map(str.isalpha, _PLACE.sub("", text))):
        return "this must say more than the title; the default is used"
    return ""


def _fill(pattern: str, **values: str | int) -> str:
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), pattern)
