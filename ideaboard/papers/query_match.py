"""Decides what a search finds, without arXiv, by the fields that an announcement or a card has.

Words mean here what they mean there: case, accents and hyphens make no difference, endings are cut off in titles and
abstracts but not in names, and a phrase is words side by side. What the fields cannot tell (comments, journals, dates
of submission, arXiv's own language) is not decided.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TypeVar

from ideaboard.core.ideas import Paper
from ideaboard.core.tex import readable
from ideaboard.core.text import fold
from ideaboard.papers.query_terms import And, AndNot, Node, Or, Term
from ideaboard.papers.taxonomy import categories, find_category

T = TypeVar("T")

_WORD = re.compile(r"[^\W_]+")
_PATTERN = re.compile(r"[^\W_*?]+(?:[*?]+[^\W_*?]*)*")
_TEXT_FIELDS = ("ti", "abs", "all")
_DECIDED = frozenset((*_TEXT_FIELDS, "au", "cat"))


def can_decide(node: Node) -> bool:
    """Tell whether every part of a search is about what a paper's own fields tell."""
    if isinstance(node, Term):
        return node.field in _DECIDED
    if isinstance(node, AndNot):
        return can_decide(node.kept) and can_decide(node.left_out)
    return isinstance(node, And | Or) and all(map(can_decide, node.parts))


def scope(node: Node) -> frozenset[str] | None:
    """Return categories (or patterns of them) of which everything found has one; `None` when there is no such bound."""
    if isinstance(node, Term):
        return frozenset([node.value.lower()]) if node.field == "cat" else None
    if isinstance(node, AndNot):
        return scope(node.kept)
    if isinstance(node, And):
        return min(filter(None, map(scope, node.parts)), key=lambda found: (len(found), sorted(found)), default=None)
    if isinstance(node, Or):
        scopes = [scope(part) for part in node.parts]
        bound = [found for found in scopes if found]
        return frozenset().union(*bound) if len(bound) == len(scopes) else None
    return None


def feed_names(patterns: frozenset[str]) -> frozenset[str]:
    """Return the names under which arXiv announces these categories; those that get no new papers are left out."""
    names: set[str] = set()
    for pattern in patterns:
        found = find_category(pattern)
        if found and found.code.endswith("*"):
            names |= {found.archive} if found.active else set()
        elif found:
            names |= {found.code} if found.active else set()
        else:
            names |= {one.code for one in categories() if one.active and fnmatchcase(one.code.lower(), pattern)}
    return frozenset(names)


def only_categories(node: Node) -> bool:
    """Tell whether a search asks for categories and nothing else."""
    if isinstance(node, Term):
        return node.field == "cat"
    return isinstance(node, And | Or) and all(map(only_categories, node.parts))


def any_category(node: Node) -> bool:
    """Tell whether a search asks for any of some categories and for nothing else."""
    return (isinstance(node, Term) and node.field == "cat") or (
        isinstance(node, Or) and all(map(any_category, node.parts))
    )


def is_in(paper: Paper, patterns: frozenset[str]) -> bool:
    return any(fits(code, patterns) for code in (paper.primary_category, *paper.categories))


def fits(code: str, patterns: frozenset[str]) -> bool:
    """Tell whether a category is one of those that patterns name."""
    return any(fnmatchcase(code.lower(), pattern) for pattern in patterns)


def matches(node: Node, paper: Paper) -> bool:
    """Tell whether a search finds a paper; it must be one that `can_decide` takes."""
    return Reading(paper).fits(node)


class Reading:
    """One paper, whose words are looked at once however many searches there are."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._words: dict[str, list[tuple[str, str]]] = {}
        self._stems: dict[str, frozenset[str]] = {}

    def fits(self, node: Node) -> bool:
        if isinstance(node, And):
            return all(map(self.fits, node.parts))
        if isinstance(node, Or):
            return any(map(self.fits, node.parts))
        if isinstance(node, AndNot):
            return self.fits(node.kept) and not self.fits(node.left_out)
        if not isinstance(node, Term):
            raise TypeError(f"{node} cannot be decided here")
        if node.field == "cat":
            return is_in(self._paper, frozenset([node.value.lower()]))
        if node.field == "au":
            return self._is_by(node.value)
        wanted = [(word, stem(word)) for word in _PATTERN.findall(fold(node.value))]
        by_name = node.field == "all" and self._is_by(node.value)
        fields = ("title", "abstract") if node.field == "all" else ("title" if node.field == "ti" else "abstract",)
        return by_name or any(self._has(field, wanted) for field in fields)

    def _has(self, field: str, wanted: Sequence[tuple[str, str]]) -> bool:
        words = self._of(field)
        if not any("*" in word or "?" in word for word, _ in wanted):
            if not self._stems[field].issuperset(stem for _, stem in wanted):
                return False
            if len(wanted) == 1:
                return True
        return _side_by_side(words, wanted, _same_word)

    def _of(self, field: str) -> list[tuple[str, str]]:
        if field not in self._words:
            text: str = getattr(self._paper, field)
            words = _WORD.findall(fold(readable(text) if "\\" in text or "$" in text else text))
            self._words[field] = [(word, stem(word)) for word in words]
            self._stems[field] = frozenset(stem for _, stem in self._words[field])
        return self._words[field]

    def _is_by(self, name: str) -> bool:
        """Look for an author; with a comma the surname comes first, and an initial may stand for a first name."""
        last, comma, first = name.partition(",")
        authors = [_WORD.findall(fold(author)) for author in self._paper.authors]
        if not comma:
            wanted = _PATTERN.findall(fold(name))
            return any(_side_by_side(author, wanted, fnmatchcase) for author in authors)
        surname, given = _WORD.findall(fold(last)), _WORD.findall(fold(first))
        return any(
            author[-len(surname) :] == surname and all(map(_may_be, author, given))
            for author in authors
            if surname and len(author) >= len(surname) + len(given)
        )


def _may_be(name: str, typed: str) -> bool:
    return name == typed or (min(len(name), len(typed)) == 1 and name[0] == typed[0])


def _same_word(word: tuple[str, str], wanted: tuple[str, str]) -> bool:
    return word[1] == wanted[1] or fnmatchcase(word[0], wanted[0])


def _side_by_side(words: Sequence[T], wanted: Sequence[T], same: Callable[[T, T], bool]) -> bool:
    width = len(wanted)
    if not width:
        return False
    starts = range(len(words) - width + 1)
    return any(same(words[at], wanted[0]) and all(map(same, words[at : at + width], wanted)) for at in starts)


_VOWEL = re.compile("[aeiouy]")
_DOUBLED = re.compile(r"([^aeioulsz\W])\1$")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Cut off the common endings of an English word: the first step of Porter's algorithm, and a last e."""
    if len(word) <= 3 or not word.isascii():
        return word
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "ies")) else word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and _VOWEL.search(rest):
            word = _DOUBLED.sub(r"\1", rest)
            break
    if word.endswith("y") and _VOWEL.search(word[:-1]):
        word = word[:-1] + "i"
    return word.removesuffix("e") if len(word) > 3 else word
