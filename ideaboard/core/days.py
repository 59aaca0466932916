"""A day as a person types it, wherever they do: `2026-12-24`, `today`, `tomorrow`, `friday` (the next one), or a time
from now: `3d`, `2w`, `1m`, `1y`, with or without a plus sign.
"""

from __future__ import annotations

from datetime import date, timedelta

from ideaboard.core.clock import parse_date
from ideaboard.core.patterns import late
from ideaboard.errors import InvalidInput

EXAMPLES = ("2026-12-24", "friday", "3w")
DAYS = "{}, {} or {}".format(*EXAMPLES)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_WORDS = ("today", "tomorrow", *_WEEKDAYS, *(day[:3] for day in _WEEKDAYS))
_FROM_NOW = late(r"\+?([0-9]{1,4})([dwmy])")
_BEGUN = late(r"\+?[0-9]{0,4}")


def day_from(text: str, today: date) -> str:
    """Return the day that is typed as an ISO date, or nothing of nothing; raises `InvalidInput` when it is none."""
    text = text.strip()
    if not text or (day := relative_day(text, today)):
        return text and day
    try:
        return parse_date(text)
    except InvalidInput as error:
        raise InvalidInput(error.message, f"write it as {DAYS}") from None


def relative_day(text: str, today: date) -> str:
    """Return the day that a word names, seen from today; empty when it names none."""
    word = text.lower()
    from_now = _FROM_NOW.fullmatch(word)
    try:
        if from_now and from_now[2] in "dw":
            return (today + timedelta(days=int(from_now[1]) * {"d": 1, "w": 7}[from_now[2]])).isoformat()
        if from_now:
            from calendar import monthrange

            months = today.year * 12 + today.month - 1 + int(from_now[1]) * {"m": 1, "y": 12}[from_now[2]]
            year, month = months // 12, months % 12 + 1
            return date(year, month, min(today.day, monthrange(year, month)[1])).isoformat()
    except (ValueError, OverflowError):  # beyond the year 9999
        return ""
    if word in ("today", "tomorrow"):
        return (today + timedelta(days=word == "tomorrow")).isoformat()
    weekday = next((number for number, day in enumerate(_WEEKDAYS) if word in (day, day[:3])), None)
    ahead = 0 if weekday is None else (weekday - today.weekday() - 1) % 7 + 1
    return (today + timedelta(days=ahead)).isoformat() if ahead else ""


def begins_a_day(text: str) -> bool:
    """Tell whether more letters can make a text such a word."""
    return bool(_BEGUN.fullmatch(text)) or any(word.startswith(text.lower()) for word in DAY_WORDS)
