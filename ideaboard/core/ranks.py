"""Ranks: short texts that sort the ideas of a column, so that a reorder changes one idea only.

A fresh rank is the moment in base 36, so ideas come in the order in which they were added without looking at the
others. Between any two ranks there is always another. No rank ends in `0`, which is what makes that true.
"""

from __future__ import annotations

from datetime import datetime

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_MIDDLE = "i"
_MOMENT_WIDTH = 9
_COUNT_WIDTH = 4


def fresh_ranks(now: datetime, count: int, after: str = "") -> list[str]:
    """Return ranks that sort after all earlier ones and in the order returned.

    Args:
        now: the current moment.
        count: how many.
        after: a rank that they must come after, even if it was made in the same millisecond or by a clock that is fast.
    """
    ranks = _counted(int(now.timestamp() * 1000), count)
    if not count or after < ranks[0]:
        return ranks
    moment = int(after[:_MOMENT_WIDTH].ljust(_MOMENT_WIDTH, "0"), len(_DIGITS)) + 1
    return _counted(moment, count) if moment < len(_DIGITS) ** _MOMENT_WIDTH else [after + rank for rank in ranks]


def _counted(moment: int, count: int) -> list[str]:
    prefix = _base36(max(0, moment), _MOMENT_WIDTH)
    return [prefix + _base36(index, _COUNT_WIDTH) + _MIDDLE for index in range(count)]


def rank_between(low: str, high: str | None) -> str:
    """Return a rank after `low` and before `high`.

    Args:
        low: a rank, or empty for the start of the column.
        high: a rank, or None for the end of the column.

    Raises:
        ValueError: when `low` is not before `high`.
    """
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
