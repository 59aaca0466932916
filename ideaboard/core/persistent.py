"""Persistent containers: a change gives a new one, and both share nearly everything.

The old one stays as it was. What a change costs hardly depends on how much they hold, and neither does comparing a
container with one that came of it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, ValuesView
from itertools import accumulate, chain
from operator import eq
from typing import Any, Generic, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")
D = TypeVar("D")

CHUNK = 512
_LEAST_LAYER = 32
_SHARE = 128
"""A layer of changes is put into the base once it is larger than `_LEAST_LAYER` and this share of it."""


class LayeredMap(Mapping[K, V], Generic[K, V]):
    """A dict that is shared, with a small one of changes on top; no value is None."""

    __slots__ = ("_length", "base", "layer")

    def __init__(self, base: dict[K, V]) -> None:
        """Take over a dict that nobody changes from now on."""
        self.base = base
        self.layer: dict[K, V | None] = {}
        """What changed since; None for what is gone."""
        self._length = len(base)

    def with_changes(self, put: Mapping[K, V], gone: Iterable[K] = ()) -> LayeredMap[K, V]:
        """Return a map without some keys, and with other values for some."""
        gone = [key for key in dict.fromkeys(gone) if key in self and key not in put]
        if not put and not gone:
            return self
        changed = LayeredMap(self.base)
        changed.layer = {**self.layer, **dict.fromkeys(gone), **put}
        changed._length = self._length - len(gone) + sum(key not in self for key in put)
        if len(changed.layer) > _LEAST_LAYER + len(self.base) // _SHARE:
            return LayeredMap(changed.whole())
        return changed

    def differing(self, other: LayeredMap[K, V]) -> list[K]:
        """Return the keys that only one of two maps has, or with another object as value."""
        if other.base is self.base:
            return [key for key in {**self.layer, **other.layer} if self.get(key) is not other.get(key)]
        here, there = self.whole(), other.whole()
        return [key for key in {**here, **there} if here.get(key) is not there.get(key)]

    def whole(self) -> dict[K, V]:
        """Return all of it, to be read only."""
        if not self.layer:
            return self.base
        whole: dict[K, Any] = {**self.base, **self.layer}
        for key, value in self.layer.items():
            if value is None:
                del whole[key]
        return whole

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, /, default: V | D) -> V | D: ...
    def get(self, key: Any, /, default: Any = None) -> Any:
        if key in self.layer:
            value = self.layer[key]
            return default if value is None else value
        return self.base.get(key, default)

    def __getitem__(self, key: K) -> V:
        value: V | None = self.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None  # type: ignore[arg-type]  # as a dict takes any key

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[K]:
        return iter(self.whole())

    def values(self) -> ValuesView[V]:
        return self.whole().values()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LayeredMap) and other.base is self.base:
            return all(self.get(key) == other.get(key) for key in self.differing(other))
        return self.whole() == (other.whole() if isinstance(other, LayeredMap) else other)

    __hash__ = None  # type: ignore[assignment]  # as a dict has none

    def __repr__(self) -> str:
        return repr(self.whole())


class ChunkedRow(Sequence[T]):
    """A sequence in chunks, of which a change copies one; it equals a tuple of the same items."""

    __slots__ = ("_chunks", "_ends")

    def __init__(self, items: Iterable[T] = ()) -> None:
        every = tuple(items)
        self._set([every[start : start + CHUNK] for start in range(0, len(every), CHUNK)])

    def _set(self, chunks: Iterable[tuple[T, ...]]) -> None:
        self._chunks = tuple(filter(None, chunks))
        self._ends = [*accumulate(map(len, self._chunks))]

    def place_of(self, key: Any, key_of: Callable[[T], Any]) -> int:
        """Return where an item belongs, or is, in a row that is in the order of a key."""
        number = bisect_left(self._chunks, key, key=lambda chunk: key_of(chunk[-1]))
        if number == len(self._chunks):
            return len(self)
        return self._start(number) + bisect_left(self._chunks[number], key, key=key_of)

    def spliced(self, index: int, gone: int, *items: T) -> ChunkedRow[T]:
        """Return the row without one item, or none, and with others in its place."""
        number = min(bisect_right(self._ends, index), max(len(self._chunks) - 1, 0))
        chunk, at = self._chunks[number] if self._chunks else (), index - self._start(number)
        changed = (*chunk[:at], *items, *chunk[at + gone :])
        half = len(changed) // 2
        parts = [changed] if len(changed) < 2 * CHUNK else [changed[:half], changed[half:]]
        row: ChunkedRow[T] = ChunkedRow()
        row._set((*self._chunks[:number], *parts, *self._chunks[number + 1 :]))
        return row

    def _start(self, number: int) -> int:
        return self._ends[number - 1] if number else 0

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                return tuple(self)[index]
            number = bisect_right(self._ends, start)
            first, last = self._start(number), bisect_left(self._ends, stop)
            return tuple(chain.from_iterable(self._chunks[number : last + 1]))[start - first : stop - first]
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(index)
        number = bisect_right(self._ends, place)
        return self._chunks[number][place - self._start(number)]

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(self._chunks)

    def __reversed__(self) -> Iterator[T]:
        return chain.from_iterable(map(reversed, reversed(self._chunks)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ChunkedRow):
            return self._ends[-1:] == other._ends[-1:] and (self._chunks == other._chunks or all(map(eq, self, other)))
        return tuple(self) == other

    __hash__ = None  # type: ignore[assignment]  # it would go through all items

    def __repr__(self) -> str:
        return repr(tuple(self))
