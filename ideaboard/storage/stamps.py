"""The stamps that date every change.

A stamp comes from a hybrid logical clock: wall time, counter, writer. It is text of fixed width that sorts as time
does, `2026-11-22T09:30:01.250000Z-0000-p3x9`, and is later than every stamp that its writer has seen, whatever the wall
clock does; no two writers ever give the same one (Kulkarni et al., "Logical Physical Clocks", 2014). So that no stamp
can drive the clock to its end, none is read from the year 3000 on, and a repair dates those of the year before anew.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ideaboard.errors import BoardFileError
from ideaboard.storage.ids import LAST_YEAR, WRITER_LENGTH, name_of

STAMP_LENGTH = len("2026-11-22T09:30:01.250000Z-0000-p3x9")
_TIME_LENGTH = len("2026-11-22T09:30:01.250000Z")
_COUNTER = slice(_TIME_LENGTH + 1, _TIME_LENGTH + 5)
_COUNTER_LIMIT = 0xFFFF
_ACTION_LENGTH = 6
_STAMP = re.compile(
    rf"[012]\d{{3}}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d\.\d{{6}}Z-[0-9a-f]{{4}}-[0-9a-z]{{{WRITER_LENGTH}}}", re.ASCII
).fullmatch
BEGINNING = "1970-01-01T00:00:00.000000Z-0000-0000"
"""A stamp for what has none, such as a document whose first line is missing."""


def utc_now() -> datetime:
    """Return the wall clock's time."""
    return datetime.now(UTC)


def is_stamp(text: object) -> bool:
    """Tell whether a value from a file is a stamp: in our form, of a real moment, and before the clock's end."""
    if type(text) is not str or not _STAMP(text):
        return False
    try:
        datetime.fromisoformat(text[:_TIME_LENGTH])
    except ValueError:
        return False
    return True


def moment_of(stamp: str) -> str:
    """Return the time in a stamp: ISO 8601 in UTC with milliseconds, ending in `Z`."""
    return stamp[: _TIME_LENGTH - 4] + "Z"


def writer_of(stamp: str) -> str:
    """Return the short random name of the one who wrote a stamp."""
    return stamp[-WRITER_LENGTH:]


def action_name(stamp: str) -> str:
    """Return the short name of the action with this stamp; it follows from the stamp alone."""
    return name_of(zlib.crc32(stamp.encode()), _ACTION_LENGTH)


class Clock:
    """Gives stamps for one writer."""

    __slots__ = ("_now", "writer")

    def __init__(self, now: Callable[[], datetime], writer: str) -> None:
        self._now = now
        self.writer = writer

    def next(self, newest: str) -> str:
        """Return a stamp later than `newest`, the newest stamp seen (empty when there is none); raises `BoardFileError`
        when there is none left, or the wall clock is far off.
        """
        time, counter = _text(self._now()), 0
        seen = newest[:_TIME_LENGTH]
        if time <= seen:
            time, counter = seen, int(newest[_COUNTER], 16) + 1
            if counter > _COUNTER_LIMIT:
                time, counter = _text(datetime.fromisoformat(seen) + timedelta(microseconds=1)), 0
        if time[:4] > LAST_YEAR:
            raise BoardFileError(
                f"no change can be dated after {newest[:10] or time[:10]}, which lies far in the future",
                "look at the clock of this computer; `ideaboard check --repair` dates such changes anew",
            )
        return f"{time}-{counter:04x}-{self.writer}"


def _text(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="microseconds")[: _TIME_LENGTH - 1] + "Z"
