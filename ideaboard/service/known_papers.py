"""Which papers are on the board already, kept in step with it: an index of 20,000 papers takes 0.2 s to build."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea, Paper

if TYPE_CHECKING:
    from ideaboard.papers.identity import PaperIndex

_MOST_CHANGES = 2000
"""When more ideas than this changed, building anew costs no more than catching up."""


class _Kept:
    """One index, brought in line with whichever board is asked about; the threads of the program take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ideas: Mapping[str, Idea] = {}
        self._index: PaperIndex | None = None
        self._doubled = False
        """Whether several ideas are about one paper; only one of them is in the index then."""

    def find(self, board: Board, paper: Paper) -> str | None:
        """Return the id of the idea that is about the same paper."""
        with self._lock:
            return self._of(board).find(paper)

    def _of(self, board: Board) -> PaperIndex:
        index, before, now = self._index, self._ideas, board.ideas
        if index is not None and now is before:
            return index
        new, gone = differences(before, now)
        if index is None or len(gone) + len(new) > _MOST_CHANGES or (gone and self._doubled):
            from ideaboard.papers.identity import PaperIndex

            index, gone, new = PaperIndex(), [], list(now.values())
            self._doubled = False
        for idea in gone:
            if idea.paper:
                index.remove(idea.id, idea.paper)
        for idea in new:
            if idea.paper:
                self._doubled = self._doubled or index.find(idea.paper) is not None
                index.add(idea.id, idea.paper)
        self._ideas, self._index = now, index
        return index


def differences(before: Mapping[str, Idea], now: Mapping[str, Idea]) -> tuple[list[Idea], list[Idea]]:
    """Return the ideas whose paper is new, and those, as they were, whose paper is gone; a changed one is in both."""
    # One plain loop over everything: a board of 20,000 ideas is compared with each change of it.
    changed = [idea for id, idea in now.items() if before.get(id) is not idea]
    known = [(before.get(idea.id), idea) for idea in changed]
    new = [idea for old, idea in known if old is None or old.paper != idea.paper]
    gone = [old for old, idea in known if old is not None and old.paper != idea.paper]
    if len(now) - sum(old is None for old, _ in known) < len(before):
        gone += [idea for id, idea in before.items() if id not in now]
    return new, gone


_KEPT = _Kept()


class BoardPapers:
    """Finds the ideas of papers on one board, archived ones and candidates included.

    Args:
        board: the board; what is added here stays here.
    """

    def __init__(self, board: Board) -> None:
        from ideaboard.papers.identity import PaperIndex

        self._board = board
        self._added = PaperIndex()

    def add(self, id: str, paper: Paper) -> None:
        """Remember a paper that is about to come."""
        self._added.add(id, paper)

    def find(self, paper: Paper) -> str | None:
        """Return the id of the idea that is about the same paper, or `None` when there is none."""
        return _KEPT.find(self._board, paper) or self._added.find(paper)


def paper_index(board: Board) -> BoardPapers:
    """Return what finds the idea of a paper on a board."""
    return BoardPapers(board)
