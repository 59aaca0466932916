"""What is known about a paper besides what it says itself: whether it has been coded, and whether people want it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ideaboard.core.ideas import Idea, Paper


class Facts(NamedTuple):
    """What the page of a paper at Hugging Face said at a moment; all is empty for a paper that has none."""

    at: str
    repo: str = ""
    """The address of the code that the authors, or others, named."""
    stars: int = 0
    votes: int = 0
    comments: int = 0


FactsById = Mapping[str, Facts]
"""Facts by the arXiv ids of papers."""


def facts_of(paper: Paper | None, known: FactsById) -> Facts | None:
    return known.get(paper.arxiv_id) if paper and paper.arxiv_id else None


def has_code(paper: Paper | None, known: FactsById) -> bool:
    """Tell whether the paper itself or its page names code."""
    facts = facts_of(paper, known)
    return bool(paper and paper.code_url) or bool(facts and facts.repo)


def is_wanted(idea: Idea, known: FactsById) -> bool:
    """Tell whether people voted for a paper that nobody is known to have coded."""
    facts = facts_of(idea.paper, known)
    return bool(facts and facts.votes) and not has_code(idea.paper, known)


def in_words(paper: Paper | None, known: FactsById) -> str:
    """Say it in a few words: `code 1.2k`, `code`, `no code, 140 votes`; nothing where nothing is known."""
    facts = facts_of(paper, known)
    if has_code(paper, known):
        return f"code {_short(facts.stars)}" if facts and facts.stars else "code"
    if facts and facts.votes:
        return f"no code, {_short(facts.votes)} {'vote' if facts.votes == 1 else 'votes'}"
    return ""


def _short(number: int) -> str:
    """Write a number in at most four characters: `999`, `1.2k`, `14k`, `2.1M`."""
    for size, sign in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            rounded = f"{number / size:.1f}" if number < 9.95 * size else str(number // size)
            return rounded.removesuffix(".0") + sign
    return str(number)
