"""When arXiv announces new papers, which is when a kept answer goes out of date.

Source: arXiv's "Availability of submissions": announcements at 20:00 US Eastern time, Sunday to Thursday.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

_HOUR = 20
_QUIET_DAYS = (4, 5)
"""Friday and Saturday, as `datetime.weekday` counts."""


def next_announcement(after: datetime) -> datetime:
    """Return the first announcement later than an aware moment, in UTC. Holidays are not known."""
    eastern = _eastern()
    day = after.astimezone(eastern)
    moment = day.replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    while moment <= day or moment.weekday() in _QUIET_DAYS:
        moment += timedelta(days=1)
    return moment.astimezone(UTC)


def _eastern() -> tzinfo:
    # zoneinfo costs some milliseconds, so it waits until a cached answer is looked at.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo("America/New_York")
    except ZoneInfoNotFoundError:
        # Standard time all year: in summer an answer then lives one hour longer than it should, never a day.
        return timezone(timedelta(hours=-5), "EST")
