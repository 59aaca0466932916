from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.clock import age_in_days, moment, parse_date, parse_moment, system_clock
from ideaboard.errors import InvalidInput

any_moment = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants naive bounds


def test_a_moment_is_utc_with_milliseconds() -> None:
    amsterdam = datetime(2026, 3, 1, 0, 30, 15, 250_900, tzinfo=timezone(timedelta(hours=1)))
    assert moment(amsterdam) == "2026-02-28T23:30:15.250Z"


@given(any_moment, any_moment)
def test_moments_sort_as_text(one: datetime, two: datetime) -> None:
    if one.replace(microsecond=0) != two.replace(microsecond=0):
        assert (moment(one) < moment(two)) == (one < two)


@given(any_moment)
def test_moments_come_back(when: datetime) -> None:
    assert abs(parse_moment(moment(when)) - when) < timedelta(milliseconds=1)


@pytest.mark.parametrize("text", ["2026-11-22T09:30:00Z", "2026-11-22T10:30:00+01:00", "2026-11-22 09:30:00"])
def test_moments_of_others_are_read(text: str) -> None:
    assert parse_moment(text) == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("wrong", ["", "yesterday", "2026-13-01T00:00:00Z", "2026-11-22T25:00Z"])
def test_wrong_moments(wrong: str) -> None:
    with pytest.raises(InvalidInput, match="is not a date and time"):
        parse_moment(wrong)


def test_ages() -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert age_in_days("2026-11-23T12:00:01.000Z", now) == 0
    assert age_in_days("2026-11-23T12:00:00.000Z", now) == 1
    assert age_in_days("2027-01-01T00:00:00.000Z", now) == 0
    assert age_in_days("rubbish", now) == 0


def test_dates() -> None:
    assert parse_date("2024-02-29") == "2024-02-29"
    for wrong in ("", "2023-02-29", "2026-2-3", "20260203", "2026-W01-1", "24-12-2026", " 2026-12-24", "tomorrow"):
        with pytest.raises(InvalidInput, match="is not a date"):
            parse_date(wrong)


def test_the_system_clock_knows_its_time_zone() -> None:
    assert system_clock().utcoffset() in (timedelta(hours=1), timedelta(hours=2))
