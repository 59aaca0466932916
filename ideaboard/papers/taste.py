"""Orders candidates by what this person took or skipped before, and says why.

What is liked stands against what was skipped and, while skips are few, against what papers say in general (Rocchio,
with a background), the skips that look like it above all; small weights are cut off. How much likelier each stem is
among the likes has half a say beside it; then the first ten count as a little liked too. Measured on a fair trial by
`benchmarks/taste.py`; regression, naive Bayes alone, word pairs, categories, authors, nearest neighbours and latent
semantics brought nothing more there on topics for which they were not tuned.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from heapq import nlargest
from itertools import pairwise

from ideaboard.core.tex import readable
from ideaboard.core.text import clean_line
from ideaboard.papers.word_space import (
    STOP_WORDS,
    Document,
    Frequencies,
    Token,
    Vector,
    WordSpace,
    add,
    dot,
    tokens,
    unit,
)

__all__ = ["Document", "Scored", "Taste"]

_SAY_NOTHING = frozenset(" ".join(STOP_WORDS["reasons"]).split())
"""Words that may weigh in, since a field is told by what it has in common, but are no reason for a person."""

_MOST_MARKS = 200
_BACKGROUND = 30
"""What papers say in general counts as so many skips."""
_ODDS_SHARE = 0.5
_ODDS_PRIOR = 20
_TELLING = 700
"""So many stems have a say, beside their odds."""
_NEARNESS = 0.4
"""How much more a skip counts that looks like what is liked: e to so many times its standard score."""
_FEEDBACK = 0.3
_FED_BACK = 10
_LEAST_FOR_FEEDBACK = 10
"""At most one in so many candidates is fed back."""
_PHRASES = 3
_MANY_LIKES = 5
_SEVERAL = 2
"""From many likes on so many of them must say what is a reason: one may say it by chance."""
_TOO_COMMON = 0.2
_MUCH_MORE = 2
_MANY_AUTHORS = 30
"""Of so many, one name says nothing."""
_ALIKE = 0.3
_LONGEST_TITLE = 60
_WITHIN = re.compile(r"[\w,] $")


class Scored:
    """How well a document fits, and why; the reasons are worked out when they are asked for."""

    def __init__(self, doc: Document, score: float, learnt: _Learnt) -> None:
        self.score = score
        """Higher fits better; only comparable within one call."""
        self._doc = doc
        self._learnt = learnt

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """The words, or pairs of words, that speak most for it: at most three, as its text has them."""
        return tuple(self._learnt.phrases(self._doc))

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """What a person would call a reason: phrases, `by` an author and `like` a paper that they liked."""
        author, like = self._learnt.author(self._doc), self._learnt.like(self._doc)
        said = [*self.phrases[:1], author and f"by {author}", *self.phrases[1:], like and f"like “{like}”"]
        return tuple(filter(None, said))


class Taste:
    """Learns from marks and scores candidates; keeps the counted words of every document that it has met."""

    def __init__(self, known: Frequencies | None = None) -> None:
        self._space = WordSpace(known or Frequencies())
        self._liked: Sequence[Document] = ()
        self._skipped: Sequence[Document] = ()
        self._learnt: _Learnt | None = None

    def learn(self, liked: Sequence[Document], skipped: Sequence[Document]) -> None:
        """Replace what is known: documents that were taken, and those that were skipped, the oldest first.

        Of each only the newest 200 count.
        """
        self._liked = liked[-_MOST_MARKS:]
        self._skipped = skipped[-_MOST_MARKS:]
        self._learnt = None

    def meet(self, docs: Iterable[Document]) -> None:
        """Count the words of documents, which takes longer than to score them later."""
        self._space.meet(docs)

    def score(self, docs: Sequence[Document]) -> list[Scored]:
        """Score documents, in their order; all zero as long as nothing is known."""
        space = self._space
        space.meet((*docs, *self._liked, *self._skipped))
        if space.measure() or self._learnt is None:
            self._learnt = _Learnt(space, self._liked, self._skipped)
        learnt = self._learnt
        vectors = [space.vector(doc) for doc in docs]
        scores = [dot(learnt.weights, vector) for vector in vectors]
        first = nlargest(min(_FED_BACK, len(docs) // _LEAST_FOR_FEEDBACK), range(len(docs)), key=scores.__getitem__)
        if first and self._liked:
            mean = space.mean([vectors[place] for place in first])
            fed = unit([one - usual for one, usual in zip(mean, space.usual, strict=True)])
            scores = [score + _FEEDBACK * dot(fed, vector) for score, vector in zip(scores, vectors, strict=True)]
        return [Scored(doc, score, learnt) for doc, score in zip(docs, scores, strict=True)]

    def most_telling(self, docs: Sequence[Document], most: int) -> list[int]:
        """Return the places of a few documents that tell most apart.

        Each is as typical as can be of what those before it leave unsaid (matching pursuit over the sum of all).
        """
        space = self._space
        space.meet(docs)
        space.measure()
        vectors = [space.vector(doc) for doc in docs]
        unsaid = space.mean(vectors)
        found: list[int] = []
        while len(found) < min(most, len(docs)):
            said = [dot(unsaid, vector) for vector in vectors]
            best = max((place for place in range(len(docs)) if place not in found), key=said.__getitem__)
            add(unsaid, vectors[best], -said[best])
            found.append(best)
        return found


class _Learnt:
    """What marks taught, and what it says of a document."""

    def __init__(self, space: WordSpace, liked: Sequence[Document], skipped: Sequence[Document]) -> None:
        self._space = space
        self._liked = liked
        self.weights = self._weigh([space.vector(doc) for doc in liked], [space.vector(doc) for doc in skipped])

    def _weigh(self, liked: Sequence[Vector], skipped: Sequence[Vector]) -> list[float]:
        space = self._space
        if not liked and not skipped:
            return [0.0] * len(space.stems)
        against = _BACKGROUND + len(skipped)
        start = -_BACKGROUND / against if liked else 0.0  # what was skipped is no reason to like the rest
        weights = [start * usual for usual in space.usual]
        for vector in liked:
            add(weights, vector, 1 / len(liked))
        for vector in skipped:
            add(weights, vector, -1 / against)
        if not liked:
            return unit(weights)
        odds = unit(self._odds(liked, skipped))
        for vector, more in zip(skipped, _nearness([dot(weights, vector) for vector in skipped]), strict=True):
            add(weights, vector, (1 - more) / against)
        if skipped:  # with likes alone it brought nothing on the trial
            weights = _soft_threshold(weights)
        return unit([one + _ODDS_SHARE * other for one, other in zip(unit(weights), odds, strict=True)])

    def _odds(self, liked: Sequence[Vector], skipped: Sequence[Vector]) -> list[float]:
        """Return how much likelier each stem is among the likes than among the skips, as far as they show it."""
        among_likes = Counter(term for terms, _ in liked for term in terms)
        among_skips = Counter(term for terms, _ in skipped for term in terms)
        odds = [0.0] * len(self._space.stems)
        more = (_ODDS_PRIOR + len(skipped)) / (_ODDS_PRIOR + len(liked))
        for term in among_likes.keys() | among_skips.keys():
            expected = _ODDS_PRIOR * self._space.shares[term]
            odds[term] = math.log(more * (expected + among_likes[term]) / (expected + among_skips[term]))
        return odds

    # Reasons

    def phrases(self, doc: Document) -> list[str]:
        """Return what speaks most for a document: of what several likes say, if there is any."""
        space = self._space
        terms, values = space.vector(doc)
        gains = {space.stems[term]: self.weights[term] * value for term, value in zip(terms, values, strict=True)}
        found: dict[tuple[str, ...], tuple[bool, float, str]] = {}
        several = _SEVERAL if len(self._liked) >= _MANY_LIKES else 1
        before: tuple[Token, str, bool] | None = None
        text = f"{doc.abstract}\n{doc.title}"  # words of both are shown as the abstract has them
        for token in tokens(text):
            gain = gains.get(token.stem, 0.0)
            if gain <= 0:
                before = None
                continue
            word = _written(token, text, token.start < len(doc.abstract))
            tells = word.lower() not in _SAY_NOTHING and not self._is_common(token.stem)
            if tells:
                often = self._liked_saying[token.stem,] >= several
                found.setdefault((token.stem,), (often, gain, word))
            if before and before[2] and text[before[0].end : token.start].isspace():
                pair = before[0].stem, token.stem
                if times := self._liked_saying[pair]:
                    often = times >= (several if tells else _SEVERAL)
                    found.setdefault(pair, (often, gain + gains[pair[0]], f"{before[1]} {word}"))
            before = token, word, tells
        chosen: list[str] = []
        used: set[str] = set()
        best = any(often for often, *_ in found.values())
        for stems in sorted(found, key=lambda stems: -found[stems][1]):
            if found[stems][0] is best and used.isdisjoint(stems) and len(chosen) < _PHRASES:
                used.update(stems)
                chosen.append(found[stems][2])
        return chosen

    def _is_common(self, stem: str) -> bool:
        """Tell whether all sorts of documents say it, and those that are liked not much more often."""
        share = self._space.share(stem)
        return share > _TOO_COMMON and self._liked_saying[stem,] < _MUCH_MORE * share * len(self._liked)

    def author(self, doc: Document) -> str:
        """Return an author of whom something else was liked; initials name too many people."""
        if len(doc.authors) > _MANY_AUTHORS:
            return ""
        full = (name for name in doc.authors if len(name.partition(" ")[0].rstrip(".")) > 1 and " " in name)
        return next((clean_line(name) for name in full if self._liked_authors.get(name, doc.key) != doc.key), "")

    def like(self, doc: Document) -> str:
        """Return the title of what was liked and is most like it, if anything is."""
        space = self._space
        vector = dict(zip(*space.vector(doc), strict=True))
        others = ((other, space.vector(other)) for other in self._liked if other.key != doc.key)
        alike = [
            (sum(vector.get(term, 0.0) * value for term, value in zip(*v, strict=True)), other) for other, v in others
        ]
        best, other = max(alike, key=lambda one: one[0], default=(0.0, doc))
        title = clean_line(readable(other.title)) if best >= _ALIKE else ""
        return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"

    @cached_property
    def _liked_authors(self) -> dict[str, str]:
        """The newest liked paper of each author."""
        return {name: doc.key for doc in self._liked if len(doc.authors) <= _MANY_AUTHORS for name in doc.authors}

    @cached_property
    def _liked_saying(self) -> Counter[tuple[str, ...]]:
        """In how many likes each stem stands, and each pair of stems that follow one another."""
        saying: Counter[tuple[str, ...]] = Counter()
        for doc in {doc.key: doc for doc in self._liked}.values():
            said: set[tuple[str, ...]] = set()
            for text in (doc.title, doc.abstract):
                words = list(tokens(text))
                said.update((token.stem,) for token in words)
                pairs = pairwise(words)
                said.update((one.stem, two.stem) for one, two in pairs if text[one.end : two.start].isspace())
            saying.update(said)
        return saying


def _soft_threshold(weights: list[float]) -> list[float]:
    """Bring all weights nearer to zero, by as much as leaves a few: the many small ones are mostly chance."""
    edge = nlargest(_TELLING + 1, map(abs, weights))[-1] if len(weights) > _TELLING else 0.0
    return [math.copysign(max(0.0, abs(weight) - edge), weight) for weight in weights]


def _nearness(scores: Sequence[float]) -> list[float]:
    """Return how much each of several counts, 1 on average: those that score higher count more."""
    count = len(scores) or 1
    middle = math.fsum(scores) / count
    spread = math.sqrt(math.fsum((score - middle) ** 2 for score in scores) / count) or 1.0
    says = [math.exp(_NEARNESS * (score - middle) / spread) for score in scores]
    usual = math.fsum(says) / count
    return [one / usual for one in says]


def _written(token: Token, text: str, in_abstract: bool) -> str:
    """Return a word as it stands in a text, but for the capital that begins a sentence or a word of a title."""
    word = text[token.start : token.end]
    is_name = in_abstract and _WITHIN.search(text, max(0, token.start - 2), token.start) is not None
    return word if is_name or not word[1:].islower() else word.lower()
