"""Frozen values filled slot by slot, thousands at a time: their own `__init__` takes several times as long."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, TypeVar

T = TypeVar("T")


def blank(kind: type[T], count: int) -> list[T]:
    """Make so many values of a class with slots, none of them filled."""
    return [*map(object.__new__, repeat(kind, count))]


def fill(some: Sequence[Any], slot: Any, values: Iterable[Any]) -> None:
    """Give each of some its value of a slot, such as `Idea.title`, also where they are frozen."""
    deque(map(slot.__set__, some, values), maxlen=0)


def filled(some: Sequence[T], slots: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Sequence[T]:
    """Give each of some the values of its row, in the order of the slots; lists become tuples."""
    for slot, values in zip(slots, zip(*rows, strict=True), strict=False):
        fill(some, slot, map(tuple, values) if type(values[0]) is list else values)
    return some


def where(rows: Sequence[Any], some: Iterable[T]) -> list[T | None]:
    """Put one of some where there is a row."""
    left = iter(some)
    return [None if row is None else next(left) for row in rows]
