"""The cursor of every list: which of its rows, known by their keys, is the current one, whatever becomes of them."""

from __future__ import annotations

from collections.abc import Sequence


class Cursor:
    """Stays on its row when the rows change, else at its place, and never beyond an end."""

    def __init__(self) -> None:
        self.keys: Sequence[str] = ()
        self.index = 0

    @property
    def current(self) -> str | None:
        return self.keys[self.index] if self.index < len(self.keys) else None

    def show(self, keys: Sequence[str], at: str | None = None) -> None:
        """Take other rows, each key once; go to `at`, else stay."""
        wanted = at if at is not None else self.current
        self.keys = keys
        if wanted is not None:
            self.index = place_of(wanted, keys, self.index)
        self.index = self.nearest(self.index)

    def nearest(self, index: int) -> int:
        """Return the row with this number, or the end that is nearest to it."""
        return min(max(index, 0), max(len(self.keys) - 1, 0))

    def go(self, index: int) -> bool:
        """Go to a row; beyond an end is at the end. Tell whether it went anywhere."""
        before, self.index = self.index, self.nearest(index)
        return self.index != before


def place_of(key: str, keys: Sequence[str], before: int) -> int:
    """Return where a key is now, or where it was before when it is gone."""
    if before < len(keys) and keys[before] == key:
        return before
    return keys.index(key) if key in keys else before
