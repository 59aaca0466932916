"""Moments as text, and the clock that the rest of the program is given.

A moment is ISO 8601 in UTC with milliseconds and a `Z`: `2026-11-22T09:30:01.250Z`. Moments of our own
have a fixed width, so they sort as text and cost nothing to load; they are parsed only where an age is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo

from ideaboard.errors import InvalidInput

Clock = Callable[[], datetime]
"""Returns the current moment as an aware `datetime`; the local time zone is that of the returned value."""

SECONDS_PER_DAY = 86_400


def moment(when: datetime) -> str:
    """Write an aware `datetime` as a moment in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"


def parse_moment(text: str) -> datetime:
    """Read a moment, with or without a fraction or an offset; raises `InvalidInput` when it is no ISO 8601 time."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"'{text}' is not a date and time", "write it as 2026-11-22T09:30:00Z") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def known_moment(text: str) -> datetime | None:
    """Read a moment from a file that anybody may have edited; None when it is none."""
    try:
        return parse_moment(text)
    except InvalidInput:
        return None


def is_recent(at: str, now: datetime, span: timedelta) -> bool:
    """Tell whether a moment lies less than a span back, and is none of a clock that is fast."""
    when = known_moment(at)
    return when is not None and timedelta(0) <= now - when < span


def local_time(text: str, zone: tzinfo | None) -> datetime:
    """Read a moment as it is in a time zone, the system's when none is given; in UTC at the ends of the calendar."""
    when = parse_moment(text)
    try:
        return when.astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return when


def age_in_days(since: str, now: datetime) -> int:
    """Count the whole days from a moment to now; never negative, and 0 when the moment cannot be read."""
    try:
        then = datetime.fromisoformat(since)
    except ValueError:
        return 0
    days = (now - then if then.tzinfo else now - then.replace(tzinfo=UTC)).days
    return max(0, days)


def parse_date(text: str) -> str:
    """Check an ISO date (`2026-12-24`) and return it unchanged; raises `InvalidInput` when there is no such day."""
    with suppress(ValueError):
        if date.fromisoformat(text).isoformat() == text:
            return text
    raise InvalidInput(f"'{text}' is not a date", "write it as 2026-12-24")


def known_date(text: str) -> str | None:
    """Return an ISO date from a file that anybody may have edited unchanged; None when there is no such day."""
    try:
        return parse_date(text)
    except InvalidInput:
        return None


def system_clock() -> datetime:
    """Return the current moment in the local time zone; the only place that looks at the wall clock."""
    now = datetime.now(UTC)
    try:
        return now.astimezone()
    except (ValueError, OverflowError, OSError):  # TZ names a zone a day or more away, or one that cannot be read
        return now
