from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from core.core_values import NOW, later, ranks
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.ranks import fresh_ranks, rank_between


@given(ranks, ranks)
def test_between_two_ranks_is_always_another(one: str, two: str) -> None:
    low, high = sorted([one, two])
    if low == high:
        with pytest.raises(ValueError, match="is not before"):
            rank_between(low, high)
        return
    middle = rank_between(low, high)
    assert low < middle < high
    assert not middle.endswith("0")


@given(ranks)
def test_there_is_room_at_both_ends(rank: str) -> None:
    assert "" < rank_between("", rank) < rank < rank_between(rank, None)
    assert not rank_between(rank, None).endswith("0")


@given(st.lists(st.integers(0, 1000), max_size=60))
def test_any_sequence_of_insertions_keeps_the_order(places: list[int]) -> None:
    order: list[str] = []
    for place in places:
        index = place % (len(order) + 1)
        low = order[index - 1] if index else ""
        high = order[index] if index < len(order) else None
        order.insert(index, rank_between(low, high))
    assert order == sorted(set(order))


def test_fresh_ranks_sort_in_the_order_of_time() -> None:
    moments = [later(seconds=n) for n in range(5)]
    made = [rank for when in moments for rank in fresh_ranks(when, 40)]
    assert made == sorted(set(made))


@given(st.none() | ranks, st.integers(0, 50))
def test_fresh_ranks_come_after_the_last_whatever_the_clock_says(after: str | None, count: int) -> None:
    made = fresh_ranks(NOW, count, after or "")
    assert len(made) == count
    assert made == sorted(set(made))
    assert all(rank > (after or "") and not rank.endswith("0") for rank in made)


def test_ranks_stay_short_when_the_clock_stands_still() -> None:
    last = ""
    for _ in range(2000):
        (last,) = fresh_ranks(NOW, 1, last)
    assert len(last) == len(fresh_ranks(NOW, 1)[0])
    # and a clock that goes on catches up
    assert last < fresh_ranks(later(seconds=3), 1)[0]


@pytest.mark.parametrize("after", ["zzzzzzzzz", "zzzzzzzzzzzzzi", "z"])
def test_the_very_last_ranks(after: str) -> None:
    first, second = fresh_ranks(NOW, 2, after)
    assert after < first < second


def test_a_clock_before_1970() -> None:
    early = datetime(1969, 12, 31, tzinfo=NOW.tzinfo)
    assert fresh_ranks(early, 1) < fresh_ranks(early + timedelta(days=800), 1)
