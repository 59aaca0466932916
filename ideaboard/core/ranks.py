"""Ranks: short texts that sort the ideas of a column, so that a reorder changes one idea only.

A fresh rank is the moment in base 36, so ideas come in the order in which they were added without looking at the
others. Between any two ranks there is always another. No rank ends in `0`, which is what makes that true.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in `ideaboard.files`
if TYPE_CHECKING:
    from datetime import datetime

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MIDDLE = "i"
_MOMENT_WIDTH = 9
_COUNT_WIDTH = 4


def fresh_ranks(now: datetime, count: int, after: str = "") -> list[str]:
    """Return so many ranks in order, after all earlier ones, and after one that a clock which is fast has made."""
    ranks = ranks_at(now.timestamp(), count)
    if not count or after < ranks[0]:
        return ranks
    moment = int(after[:_MOMENT_WIDTH].ljust(_MOMENT_WIDTH, "0"), len(_DIGITS)) + 1
    return _counted(moment, count) if moment < len(_DIGITS) ** _MOMENT_WIDTH else [after + rank for rank in ranks]


def ranks_at(seconds: float, count: int) -> list[str]:
    """Return so many ranks in order for a moment, in seconds since 1970."""
    return _counted(int(seconds * 1000), count)


def _counted(moment: int, count: int) -> list[str]:
    prefix = _base36(max(0, moment), _MOMENT_WIDTH)
    return [prefix + _base36(index, _COUNT_WIDTH) + _MIDDLE for index in range(count)]


def rank_between(low: str, high: str | None) -> str:
    """Return a rank after `low` (empty for the start) and before `high` (none for the end); `ValueError` if none is."""
    if high is not None and low >= high:
        raise ValueError(f"{low!r} is not before {high!r}")
    digits: list[str] = []
    index = 0
    while True:
        below = _DIGITS.index(low[index]) if index < len(low) else 0
        above = _DIGITS.index(high[index]) if high is not None and index < len(high) else len(_DIGITS)
        if above - below > 1:
            digits.append(_DIGITS[(below + above) // 2])
            return "".join(digits)
        digits.append(_DIGITS[below])
        if above > below:
            high = None
        index += 1


def _base36(number: int, width: int) -> str:
    digits: list[str] = []
    while number:
        number, rest = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[rest])
    return "".join(reversed(digits)).rjust(width, "0")
