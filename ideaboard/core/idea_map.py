"""The ideas of a board by id, as a value: a change shares everything that it did not touch.

To copy a `dict` of 10,000 ideas for each move of a card was a tenth of the move. A map is a `dict` that others may
share and, on top of it, the few ideas that changed since.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import TypeVar, overload

from ideaboard.core.ideas import Idea

T = TypeVar("T")

_MOST = 200
"""So many changes lie on top before all are put together."""


class IdeaMap(Mapping[str, Idea]):
    """Ideas by id; looking one up and changing some cost the same however many there are, going through all does not.

    Args:
        ideas: never changed afterwards by whoever gives it.
    """

    __slots__ = ("_base", "_count", "_over")

    def __init__(self, ideas: dict[str, Idea]) -> None:
        self._base = ideas
        self._over: dict[str, Idea | None] = {}
        """What changed; `None` stands for an idea that went."""
        self._count = len(ideas)

    def changed(self, changed: Iterable[Idea], removed: Iterable[str] = ()) -> IdeaMap:
        """Return the map after ideas came, changed or went."""
        over = dict(self._over)
        new = IdeaMap(self._base)
        new._over, new._count = over, self._count
        for id in removed:
            if new.get(id) is not None:
                new._over[id] = None
                new._count -= 1
        for idea in changed:
            new._count += new.get(idea.id) is None
            new._over[idea.id] = idea
        if len(new._over) > _MOST:
            new._whole()
        return new

    def _whole(self) -> dict[str, Idea]:
        """Put everything in one `dict`, in no promised order."""
        over = self._over
        if over:
            whole = dict(self._base)
            for id, idea in over.items():
                if idea is None:
                    whole.pop(id, None)
                else:
                    whole[id] = idea
            # In this order, and everywhere else the other way round: another thread may look while this one puts
            # together. What it sees on top is then done twice, never not at all.
            self._base = whole
            self._over = {}
        return self._base

    def __getitem__(self, id: str) -> Idea:
        over = self._over
        idea = over[id] if id in over else self._base.get(id)
        if idea is None:
            raise KeyError(id)
        return idea

    @overload
    def get(self, id: str, /) -> Idea | None: ...

    @overload
    def get(self, id: str, /, default: Idea | T) -> Idea | T: ...

    def get(self, id: str, /, default: Idea | T | None = None) -> Idea | T | None:
        """Return the idea of an id, or the default."""
        over = self._over
        idea = over[id] if id in over else self._base.get(id)
        return default if idea is None else idea

    def __contains__(self, id: object) -> bool:
        over = self._over
        return over[id] is not None if id in over else id in self._base

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def keys(self) -> KeysView[str]:
        """Return the ids."""
        return self._whole().keys()

    def values(self) -> ValuesView[Idea]:
        """Return the ideas."""
        return self._whole().values()

    def items(self) -> ItemsView[str, Idea]:
        """Return pairs of id and idea."""
        return self._whole().items()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, IdeaMap):
            changed = self._over.keys() | other._over.keys()
            if self._base is other._base:
                return self._count == other._count and all(self.get(id) == other.get(id) for id in changed)
        if isinstance(other, Mapping):
            return self._whole() == (other._whole() if isinstance(other, IdeaMap) else other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a `dict`
