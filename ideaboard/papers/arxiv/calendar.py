"""arXiv's days: when papers are announced, and whose announcements a feed holds.

Announcements come at 20:00 US Eastern, Sunday to Thursday (info.arxiv.org/help/availability.html); the feeds show those
of an evening from the midnight after it, for one day, and nothing on Saturday and Sunday (the `skipDays` of their RSS
form). Holidays move from year to year and come with no list that a program could read, so they are only allowed for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_HOUR = 20
_QUIET_EVENINGS = (4, 5)
"""Friday and Saturday, as `datetime.weekday` counts."""
_SATURDAY = 5
_DAY = timedelta(days=1)
_SETTLED_HOUR = 1
"""By then the feeds of the day are there, which are made at midnight."""


def next_announcement(after: datetime) -> datetime:
    """Return the first announcement later than an aware moment, in UTC. Holidays are not known."""
    day = after.astimezone(_eastern())
    moment = day.replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    while moment <= day or moment.weekday() in _QUIET_EVENINGS:
        moment += _DAY
    return moment.astimezone(UTC)


def arxiv_date(when: datetime) -> date:
    """Return the day at arXiv."""
    return when.astimezone(_eastern()).date()


def is_settled(when: datetime) -> bool:
    """Tell whether it is so late at arXiv that the feeds of the day must be there."""
    return when.astimezone(_eastern()).hour >= _SETTLED_HOUR


def has_feed(day: date) -> bool:
    """Tell whether there are announcements in the feeds of a day, unless it is a holiday."""
    return day.weekday() < _SATURDAY


def latest_day(when: datetime) -> date:
    """Return the newest day with announcements, the very day included."""
    day = arxiv_date(when)
    while not has_feed(day):
        day -= _DAY
    return day


def days_between(first: date, last: date) -> Iterator[date]:
    """Give the days with announcements after the first and before the last."""
    day = first + _DAY
    while day < last:
        if has_feed(day):
            yield day
        day += _DAY


def day_before(day: date) -> date:
    """Return the last day with announcements before a day."""
    day -= _DAY
    while not has_feed(day):
        day -= _DAY
    return day


def may_be_quiet(day: date) -> bool:
    """Tell whether the feeds of a working day may well be empty: on a holiday at arXiv, and the day after one.

    The days are those that arXiv has listed for past years, as for 2023 (info.arxiv.org/help/availability.html).
    """
    return _is_holiday(day) or _is_holiday(day - _DAY)


def _is_holiday(day: date) -> bool:
    fixed = {(1, 1), (6, 14), (6, 19), (7, 4), (12, 24), (12, 25), (12, 26), (12, 27), (12, 31)}
    if (day.month, day.day) in fixed:
        return True
    # A fixed day on a weekend is kept on the working day beside it.
    beside = {0: day - _DAY, 4: day + _DAY}.get(day.weekday())
    if beside and (beside.month, beside.day) in {(1, 1), (6, 19), (7, 4), (12, 25)}:
        return True
    week = (day.day - 1) // 7 + 1
    last_monday = day.weekday() == 0 and (day + timedelta(days=7)).month != day.month
    mondays = {(1, 3), (9, 1)}  # Martin Luther King's day, Labor day
    thanksgiving = day.month == 11 and week == 4 and day.weekday() == 3
    return thanksgiving or (day.month == 5 and last_monday) or (day.weekday() == 0 and (day.month, week) in mondays)


def _eastern() -> tzinfo:
    # zoneinfo costs some milliseconds, so it waits until arXiv's time is asked for.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo("America/New_York")
    except ZoneInfoNotFoundError:
        # Standard time all year: in summer an answer then lives one hour longer than it should, never a day.
        return timezone(timedelta(hours=-5), "EST")
