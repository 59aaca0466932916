"""Names of authors in short: one reading for the changelog, BibTeX and telling whether two records are one paper."""

from __future__ import annotations

from collections.abc import Iterable

from ideaboard.core.text import one_line

_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_GROUPS = frozenset({"collaboration", "consortium", "team", "group"})


def surname(author: str) -> str:
    """Return the surname in a name as arXiv writes it, particles included: `van der Vaart`; groups stay whole."""
    before, comma, after = one_line(author).partition(",")
    if comma and after.strip().casefold() not in _SUFFIXES:
        return before.strip()
    words = before.split()
    while len(words) > 1 and words[-1].casefold() in _SUFFIXES:
        words.pop()
    if not words or words[-1].casefold() in _GROUPS:
        return " ".join(words)
    start = len(words) - 1
    while start and words[start - 1].islower() and not words[-1].islower():
        start -= 1
    return " ".join(words[start:])


def author_label(authors: Iterable[str]) -> str:
    """Return the short form of a list of authors: `Hu et al.`, `Angelopoulos & Bates`, `Vaswani`."""
    surnames = [name for author in authors if (name := surname(author))]
    return f"{surnames[0]} et al." if len(surnames) > 2 else " & ".join(surnames)
