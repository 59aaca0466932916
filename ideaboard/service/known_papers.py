"""Which papers are on the board already, kept in step with it: an index of 20,000 papers takes 0.2 s to build."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ideaboard.core.board import Board
from ideaboard.core.ideas import Paper

if TYPE_CHECKING:
    from ideaboard.papers.identity import PaperIndex

_MOST_CHANGES = 2000
"""When more ideas than this changed, building anew costs no more than catching up."""


class _Kept:
    """One index, brought in line with whichever board is asked about; the threads of the program take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._board: Board | None = None
        self._papers: dict[str, Paper] = {}
        self._index: PaperIndex | None = None
        self._doubled = False
        """Whether several ideas are about one paper; only one of them is in the index then."""

    def find(self, board: Board, paper: Paper) -> str | None:
        """Return the id of the idea that is about the same paper."""
        with self._lock:
            return self._of(board).find(paper)

    def _of(self, board: Board) -> PaperIndex:
        index = self._index
        if index is not None and board is self._board:
            return index
        now = {id: idea.paper for id, idea in board.ideas.items() if idea.paper is not None}
        before = self._papers
        gone = [id for id, paper in before.items() if now.get(id) is not paper]
        new = [id for id, paper in now.items() if before.get(id) is not paper]
        if index is None or len(gone) + len(new) > _MOST_CHANGES or (gone and self._doubled):
            from ideaboard.papers.identity import PaperIndex

            index, gone, new = PaperIndex(), [], list(now)
            self._doubled = False
        for id in gone:
            index.remove(id, before[id])
        for id in new:
            self._doubled = self._doubled or index.find(now[id]) is not None
            index.add(id, now[id])
        self._board, self._papers, self._index = board, now, index
        return index


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
