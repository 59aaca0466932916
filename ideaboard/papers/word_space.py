"""Texts of papers as vectors: their stems, weighted by tf-idf."""

from __future__ import annotations

import json
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import mul
from pathlib import Path
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d_][^\W_]{2,}(?:-[^\W_]+)*")
_ENDING = re.compile(
    r"(?:i[sz]ations?|ations?|ions?|ingly|ings?|edly|ed|ements?|ments?|ness|iveness|ivity|ively|ives?|abilit(?:y|ies)"
    r"|ably|able|ically|icals?|ics?|ities|ity|ally|als?|ers?|ors?|i[sz]es?|ies|ied|ly|es|s|e|(?<![aeou])y)$"
)
STOP_WORDS: Mapping[str, list[str]] = json.loads(Path(__file__).with_name("stop_words.json").read_text())
_COMMON = frozenset(" ".join(STOP_WORDS["taste"]).split())

_TITLE_COUNTS = 2
_RAREST = 2  # a word of one document alone tells nothing about another
_SHORTEST_STEM = 4
_STEMS_KEPT = 2**16
_SAMPLE = 300
_ENOUGH_TO_TELL = 100


@dataclass(frozen=True, slots=True)
class Document:
    """What taste looks at."""

    key: str
    """Names the document, the id of its paper say; its words are counted once for each key."""
    title: str
    abstract: str
    authors: Sequence[str] = ()
    """They have no say, but are named as reasons."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many documents each stem stands."""

    total: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


def frequencies(docs: Iterable[Document]) -> Frequencies:
    """Count over documents; what stands in one alone is left out."""
    counts: Counter[str] = Counter()
    total = 0
    for doc in docs:
        counts.update(_count(doc).keys())
        total += 1
    return Frequencies(total, {stem: count for stem, count in counts.items() if count >= _RAREST})


class Token(NamedTuple):
    """A word where it stands in a text."""

    stem: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Return the words of a text that are not all too common."""
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if word not in _COMMON:
            yield Token(_stem(word), match.start(), match.end())


Vector = tuple["array[int]", "array[float]"]
"""The stems of a document by number, and their tf-idf; the length of the second is 1."""


def dot(weights: list[float], vector: Vector) -> float:
    return math.fsum(map(mul, map(weights.__getitem__, vector[0]), vector[1]))


def add(weights: list[float], vector: Vector, factor: float) -> None:
    for term, value in zip(*vector, strict=True):
        weights[term] += factor * value


def unit(weights: list[float]) -> list[float]:
    """Return the same direction with a length of 1."""
    length = math.sqrt(sum(map(mul, weights, weights))) or 1.0
    return [weight / length for weight in weights]


class WordSpace:
    """The stems, how rare they are, and the documents as vectors.

    Rarity is measured over what is known and what was met, and again when the number of those met has doubled.
    """

    def __init__(self, known: Frequencies) -> None:
        self.stems: list[str] = []
        self.shares: list[float] = []
        """In what part of all documents each stem stands."""
        self.usual: list[float] = []
        """The mean of all documents, as well as it can be told from the frequencies."""
        self._known = known
        self._counts: dict[str, dict[str, int]] = {}
        self._vectors: dict[str, Vector] = {}
        self._numbers: dict[str, int] = {}
        self._rarity: list[float] = []
        self._measured = self._total = 0

    def meet(self, docs: Iterable[Document]) -> None:
        """Count the words of new documents."""
        for doc in docs:
            if doc.key not in self._counts:
                self._counts[doc.key] = _count(doc)

    def measure(self) -> bool:
        """Measure how rare the stems are, when it is time; tell whether their numbers have changed."""
        if len(self._counts) < 2 * self._measured or not self._counts:
            return False
        met: Counter[str] = Counter()
        for counts in self._counts.values():
            met.update(counts.keys())
        self._measured = len(self._counts)
        self._total = total = len(self._counts) + self._known.total
        known = self._known.counts
        frequency = {stem: count + known.get(stem, 0) for stem, count in met.items()}
        self.stems = [stem for stem, count in frequency.items() if count >= min(_RAREST, total)]
        self.shares = [frequency[stem] / total for stem in self.stems]
        self._numbers = {stem: number for number, stem in enumerate(self.stems)}
        self._rarity = [1 + math.log((1 + total) / (1 + frequency[stem])) for stem in self.stems]
        self._vectors.clear()
        self.usual = list(map(mul, self.shares, self._rarity))
        sample = [sum(self._weighted(counts)[1]) for counts in list(self._counts.values())[:_SAMPLE]]
        scale = sum(sample) / len(sample) / (sum(self.usual) or 1.0)
        self.usual = [scale * weight for weight in self.usual]
        return True

    def share(self, stem: str) -> float:
        """Return in what part of all documents a stem stands; nothing while there are too few to tell."""
        return self.shares[self._numbers[stem]] if self._total >= _ENOUGH_TO_TELL else 0.0

    def vector(self, doc: Document) -> Vector:
        vector = self._vectors.get(doc.key)
        if vector is None:
            vector = self._vectors[doc.key] = self._weighted(self._counts[doc.key])
        return vector

    def mean(self, vectors: Sequence[Vector]) -> list[float]:
        weights = [0.0] * len(self.stems)
        for vector in vectors:
            add(weights, vector, 1 / len(vectors))
        return weights

    def _weighted(self, counts: dict[str, int]) -> Vector:
        numbers = self._numbers
        terms = array("I", [numbers[stem] for stem in counts if stem in numbers])
        rarity, stems = self._rarity, self.stems
        values = [(1 + math.log(counts[stems[term]])) * rarity[term] for term in terms]
        length = math.sqrt(sum(map(mul, values, values))) or 1.0
        return terms, array("d", [value / length for value in values])


def _count(doc: Document) -> dict[str, int]:
    counts: Counter[str] = Counter(map(_stem, _words(doc.abstract)))
    for word in _words(doc.title):
        counts[_stem(word)] += _TITLE_COUNTS
    return dict(counts)


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _COMMON]


@lru_cache(_STEMS_KEPT)
def _stem(word: str) -> str:
    """Cut the ending off, so that `survey` and `surveys` are one, and `predict`, `predicting` and `prediction`.

    Against the Porter stemmer this makes no difference to the order that the trial could measure.
    """
    found = _ENDING.search(word, _SHORTEST_STEM)
    return word[: found.start()] if found else word
