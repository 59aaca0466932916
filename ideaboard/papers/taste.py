"""Orders candidates by what this person took or skipped before, and says why.

Words of title (counted twice) and abstract are weighted by tf-idf. With few marks the centroid decides: the mean of
what was liked, less half the mean of what was skipped (Rocchio). From six of each on, logistic regression starts from
there and learns from every mark. Measured on real metadata by `benchmarks/taste.py`. Word pairs, naive Bayes and random
candidates as negatives brought nothing more.
"""

from __future__ import annotations

import json
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import mul
from pathlib import Path

_WORD = re.compile(r"[^\W\d_][^\W_]{2,}(?:-[^\W_]+)*")
_LISTS = json.loads(Path(__file__).with_name("stop_words.json").read_text())
_COMMON = frozenset(" ".join(_LISTS["taste"]).split())
_SAY_NOTHING = frozenset(" ".join(_LISTS["reasons"]).split())
"""Words that may weigh in, since a field is told by what it has in common, but are no reason for a person."""

_TITLE_COUNTS = 2
_SKIPPED_SHARE = 0.5
_MARKS_FOR_REGRESSION = 6
_MOST_MARKS = 200
_START = 5.0  # how far the regression starts out in the direction of the centroid
_ROUNDS = 10
_STEP = 0.5
_STEP_LOSS = 0.1
_BIAS_STEP = 0.1
_STEEPEST = 30.0
_RAREST = 2  # a word of one document alone tells nothing about another
_REASONS = 3
_SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Document:
    """What taste looks at."""

    key: str
    """Names the document, the id of its paper say; its words are counted once for each key."""
    title: str
    abstract: str


@dataclass(slots=True, eq=False)
class Scored:
    """How well a document fits, and why; the reasons are worked out when they are asked for."""

    score: float
    """Higher fits better; only comparable within one call."""
    _vector: _Vector
    _weights: list[float]
    _space: _Space

    @property
    def reasons(self) -> tuple[str, ...]:
        """The words that speak most for it, at most three, the strongest first."""
        terms, values = self._vector
        found: list[str] = []
        strongest = nlargest(
            8 * _REASONS, ((self._weights[term] * value, term) for term, value in zip(terms, values, strict=True))
        )
        for gain, term in strongest:
            word = self._space.words[term]
            if gain > 0 and word not in _SAY_NOTHING and not any(_same_stem(word, other) for other in found):
                found.append(word)
            if len(found) == _REASONS:
                break
        return tuple(found)


class Taste:
    """Learns from marks and scores candidates; keeps the counted words of every document that it has met."""

    def __init__(self, marks_for_regression: int = _MARKS_FOR_REGRESSION) -> None:
        self._space = _Space()
        self._enough = marks_for_regression
        self._liked: list[Document] = []
        self._skipped: list[Document] = []
        self._weights: list[float] | None = None

    def learn(self, liked: Sequence[Document], skipped: Sequence[Document]) -> None:
        """Replace what is known: documents that were taken, and those that were skipped, the oldest first.

        Of each only the newest 200 count.
        """
        self._liked = list(liked[-_MOST_MARKS:])
        self._skipped = list(skipped[-_MOST_MARKS:])
        self._weights = None

    def score(self, docs: Sequence[Document]) -> list[Scored]:
        """Score documents, in their order; all zero as long as nothing is known."""
        space = self._space
        if space.meet((*docs, *self._liked, *self._skipped)):
            self._weights = None
        if self._weights is None:
            self._weights = self._learnt()
        weights = self._weights
        vectors = (space.vector(doc) for doc in docs)
        return [Scored(_dot(weights, vector), vector, weights, space) for vector in vectors]

    def _learnt(self) -> list[float]:
        liked = [self._space.vector(doc) for doc in self._liked]
        skipped = [self._space.vector(doc) for doc in self._skipped]
        weights = [0.0] * len(self._space.words)
        for vectors, share in ((liked, 1.0), (skipped, -_SKIPPED_SHARE)):
            for vector in vectors:
                _add(weights, vector, share / len(vectors))
        if min(len(liked), len(skipped)) >= self._enough:
            return _regression(weights, liked, skipped)
        return weights


def _regression(start: list[float], liked: list[_Vector], skipped: list[_Vector]) -> list[float]:
    """Fit by stochastic gradient, the sides weighted alike, from the centroid on; the order of the marks is fixed."""
    length = math.sqrt(sum(map(mul, start, start))) or 1.0
    weights = [_START * weight / length for weight in start]
    bias = 0.0
    marks = [(vector, 1.0, 0.5 / len(liked)) for vector in liked]
    marks += [(vector, 0.0, 0.5 / len(skipped)) for vector in skipped]
    marks.sort(key=lambda mark: len(mark[0][0]))  # mixes the two sides, the same way each time
    for round_number in range(_ROUNDS):
        step = _STEP * len(marks) / (1 + _STEP_LOSS * round_number)
        for vector, target, share in marks:
            margin = min(max(_dot(weights, vector) + bias, -_STEEPEST), _STEEPEST)
            change = (target - 1 / (1 + math.exp(-margin))) * share * step
            _add(weights, vector, change)
            bias += _BIAS_STEP * change
    return weights


_Vector = tuple["array[int]", "array[float]"]
"""The words of a document by number, and their tf-idf; the length of the second is 1."""


def _dot(weights: list[float], vector: _Vector) -> float:
    return math.fsum(map(mul, map(weights.__getitem__, vector[0]), vector[1]))


def _add(weights: list[float], vector: _Vector, factor: float) -> None:
    for term, value in zip(*vector, strict=True):
        weights[term] += factor * value


class _Space:
    """The words, how rare they are, and the documents as vectors.

    Rarity is measured when documents are first met, and again when their number has doubled.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self._counts: dict[str, dict[str, int]] = {}
        self._vectors: dict[str, _Vector] = {}
        self._numbers: dict[str, int] = {}
        self._rarity: list[float] = []
        self._measured = 0

    def meet(self, docs: Iterable[Document]) -> bool:
        """Count the words of new documents; tell whether the numbers of the words have changed."""
        for doc in docs:
            if doc.key not in self._counts:
                self._counts[doc.key] = _count(doc)
        if len(self._counts) < 2 * self._measured or not self._counts:
            return False
        self._measure()
        return True

    def vector(self, doc: Document) -> _Vector:
        vector = self._vectors.get(doc.key)
        if vector is None:
            vector = self._vectors[doc.key] = self._weighted(self._counts[doc.key])
        return vector

    def _measure(self) -> None:
        frequency: Counter[str] = Counter()
        for counts in self._counts.values():
            frequency.update(counts.keys())
        total = self._measured = len(self._counts)
        self.words = [word for word, count in frequency.items() if count >= min(_RAREST, total)]
        self._numbers = {word: number for number, word in enumerate(self.words)}
        self._rarity = [1 + math.log((1 + total) / (1 + frequency[word])) for word in self.words]
        self._vectors.clear()

    def _weighted(self, counts: dict[str, int]) -> _Vector:
        numbers = self._numbers
        terms = array("I", [numbers[word] for word in counts if word in numbers])
        rarity, words = self._rarity, self.words
        values = [(1 + math.log(counts[words[term]])) * rarity[term] for term in terms]
        length = math.sqrt(sum(map(mul, values, values))) or 1.0
        return terms, array("d", [value / length for value in values])


def _count(doc: Document) -> dict[str, int]:
    counts: Counter[str] = Counter(_words(doc.abstract))
    for word in _words(doc.title):
        counts[word] += _TITLE_COUNTS
    return dict(counts)


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _COMMON]


def _same_stem(one: str, other: str) -> bool:
    """Tell whether two words are forms of one, roughly: `survey` and `surveys`."""
    stem = min(len(one), len(other)) - 1
    return stem >= _SHORTEST_STEM and one[:stem] == other[:stem]
