"""Near-duplicate titles: have I written this idea down already?"""

from __future__ import annotations

import re

from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea
from ideaboard.core.text import fold

_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    [
        *("a", "an", "and", "are", "as", "at", "by", "for", "from", "how", "in", "is", "it", "its", "my", "of", "on"),
        *("or", "the", "to", "using", "via", "with"),
    ]
)
_ENOUGH = 0.6
_FEWEST = 2


def words_of(title: str) -> frozenset[str]:
    """Return the words of a title that tell it apart."""
    return frozenset(_WORD.findall(fold(title))) - _COMMON


def similar_ideas(title: str, board: Board, limit: int) -> list[Idea]:
    """Return the ideas whose titles share at least 60 % of the words of both, the most similar first."""
    wanted = words_of(title)
    if len(wanted) < _FEWEST:
        return []
    scored: list[tuple[float, Idea]] = []
    for idea in board.ideas.values():
        words = words_of(idea.title)
        shared = len(wanted & words)
        if shared >= _FEWEST:
            score = shared / len(wanted | words)
            if score >= _ENOUGH:
                scored.append((score, idea))
    scored.sort(key=lambda one: (-one[0], one[1].title, one[1].id))
    return [idea for _, idea in scored[:limit]]
