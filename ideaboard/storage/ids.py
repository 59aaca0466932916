"""Names of documents, of writers and of actions, and the stamps that date every change.

A document has eight characters for people, and the same number as an `int` for TinyDB. The alphabet has the digits and
the consonants without `l`: no word can arise, nothing looks like something else. Base 30 with eight digits gives
656,100,000,000 names, a little under 2**40.

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

from ideaboard.errors import BoardFileError, InvalidInput

ALPHABET = "0123456789bcdfghjkmnpqrstvwxyz"
LENGTH = 8
COUNT: int = len(ALPHABET) ** LENGTH
"""How many ids there are; a `doc_id` is at least 0 and less than this."""

_BASE = len(ALPHABET)
_VALUES = {char: value for value, char in enumerate(ALPHABET)}
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]


def encode_id(number: int) -> str:
    """Write TinyDB's `doc_id` as the eight characters that people see; raises `InvalidInput` when it is no id."""
    if not 0 <= number < COUNT:
        raise InvalidInput(f"{number} cannot be a document's id", f"an id is at least 0 and less than {COUNT:,}")
    rest, d = divmod(number, _BASE * _BASE)
    rest, c = divmod(rest, _BASE * _BASE)
    a, b = divmod(rest, _BASE * _BASE)
    return _PAIRS[a] + _PAIRS[b] + _PAIRS[c] + _PAIRS[d]


def decode_id(id: str) -> int:
    """Read the eight characters of an id as TinyDB's `doc_id`; raises `InvalidInput` when they are none."""
    if len(id) != LENGTH:
        raise InvalidInput(f"'{id}' is not an id", f"an id has {LENGTH} characters")
    number = 0
    try:
        for char in id:
            number = number * _BASE + _VALUES[char]
    except KeyError:
        raise InvalidInput(f"'{id}' is not an id", f"an id is made of {ALPHABET}") from None
    return number


def is_id(text: object) -> bool:
    """Tell whether a value from a file is an id."""
    return isinstance(text, str) and len(text) == LENGTH and all(char in _VALUES for char in text)


def named_id(name: str, lowest: int = 0) -> int:
    """Return the `doc_id` of something that has a name: the same one on each machine, and at every import."""
    import hashlib

    digest = hashlib.sha256(name.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big") % (COUNT - lowest) + lowest


def name_of(number: int, length: int) -> str:
    """Write the lowest digits of a number in the alphabet: short names of writers and actions."""
    chars = []
    for _ in range(length):
        number, digit = divmod(number, _BASE)
        chars.append(ALPHABET[digit])
    return "".join(reversed(chars))


WRITER_LENGTH = 4
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
LAST_YEAR = "2999"
"""Stamps of this year leave the clock too little room; later ones are none."""


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
