"""One column of the board: which ideas it shows, where its cursor is, and which card is at its top.

It scrolls by whole cards, so that nothing ever needs the height of a card that is out of sight. The cursor and the top
are kept by id when the ideas change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ideaboard.core.ideas import Idea

Heights = Callable[[Idea], int]
"""Returns the lines of a card with the blank one below it."""

There = Callable[[str], bool]
"""Tells whether the idea of an id may be among those that are shown; who cannot tell says yes."""


class Column:
    """The shown state of one stage."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.ideas: Sequence[Idea] = ()
        self.index = 0
        """The card under the cursor."""
        self.top = 0
        """The first card in sight."""

    @property
    def current(self) -> Idea | None:
        """The idea under the cursor."""
        return self.ideas[self.index] if self.index < len(self.ideas) else None

    def show(self, ideas: Sequence[Idea], there: There = lambda _: True) -> None:
        """Show other ideas; the cursor and the top stay on their cards, or where those were.

        Args:
            ideas: what to show.
            there: spares searching them for those that went.
        """
        if ideas is self.ideas:
            return
        old = self.ideas
        self.ideas = ideas
        self.index = _follow(old, self.index, ideas, there)
        self.top = _follow(old, self.top, ideas, there)

    def go(self, index: int) -> None:
        """Put the cursor on a card; beyond an end is at the end."""
        self.index = min(max(index, 0), max(len(self.ideas) - 1, 0))

    def go_to(self, id: str) -> bool:
        """Put the cursor on an idea; tell whether it is here."""
        # What was moved or added is at an end more often than not.
        last = len(self.ideas) - 1
        for index in range(last // 2 + 1):
            for near in (last - index, index):
                if self.ideas[near].id == id:
                    self.index = near
                    return True
        return False

    def place(self) -> tuple[str, str]:
        """Return the ids of the card under the cursor and of the one at the top; empty ones in an empty column."""
        if not self.ideas:
            return "", ""
        return self.ideas[self.index].id, self.ideas[min(self.top, len(self.ideas) - 1)].id

    def go_back_to(self, cursor: str, top: str) -> None:
        """Put the cursor and the top back on cards that may be gone."""
        if self.go_to(top):
            self.top = self.index
        self.go_to(cursor)

    def reveal(self, height: int, heights: Heights) -> None:
        """Scroll as little as needed to show the card under the cursor whole, in `height` lines."""
        if self.index <= self.top:
            self.top = self.index
        elif self.ideas:
            used = heights(self.ideas[self.index]) - 1
            first = self.index
            while first > self.top and used + heights(self.ideas[first - 1]) <= height:
                first -= 1
                used += heights(self.ideas[first])
            self.top = first
        self._no_emptiness(height, heights)

    def scroll(self, cards: int, height: int, heights: Heights) -> None:
        """Scroll by cards; the cursor stays on its card, in sight or not."""
        self.top = min(max(self.top + cards, 0), max(len(self.ideas) - 1, 0))
        self._no_emptiness(height, heights)

    def _no_emptiness(self, height: int, heights: Heights) -> None:
        """Never leave lines empty at the bottom while cards are hidden above."""
        if not self.top:
            return
        used = -1
        for index in range(self.top, len(self.ideas)):
            used += heights(self.ideas[index])
            if used >= height:
                return
        while self.top and used + heights(self.ideas[self.top - 1]) <= height:
            self.top -= 1
            used += heights(self.ideas[self.top])

    def page(self, height: int, heights: Heights) -> int:
        """Count the cards that are whole in sight, at least one."""
        used, count = -1, 0
        for index in range(self.top, len(self.ideas)):
            used += heights(self.ideas[index])
            if used > height:
                break
            count += 1
        return max(count, 1)


def _follow(old: Sequence[Idea], index: int, new: Sequence[Idea], there: There) -> int:
    """Find where the idea at an index went; when it is gone, take the place of the next one that is still there."""
    if not new or not old:
        return 0
    for place in range(index, len(old)):
        id = old[place].id
        for near in (place, place + 1, place - 1):
            if 0 <= near < len(new) and new[near].id == id:
                return near
        if there(id):
            places = {one.id: place for place, one in enumerate(new)}
            return next((places[one.id] for one in old[place:] if one.id in places), len(new) - 1)
    return len(new) - 1
