"""How well taste orders an inbox: simulated people, each with one topic, over real metadata.

    python benchmarks/taste.py METADATA.jsonl.gz [--seeds 3] [--times]

Each line of the file is a JSON object with `id`, `title`, `abstract`, `authors` and `primary`, the main category. It
needs a few thousand papers for each number below to be one; a smaller file is refused.

A person likes papers about one topic. The words that define it are cut out of every text, so that a method has to
learn what comes along with them. All else that the person meets are near misses: papers that never name the topic, from
the same main categories in the same shares, as watches bring them. After 5, 10, 20 and 50 likes, and twice as many
skips, an inbox of 300 with 30 good ones is ordered. Printed are P@10 (the share of good ones among the first ten),
nDCG@20 and AUC, each with its standard error over the topics, and how long scoring takes. With scikit-learn there the
peer is arxiv-sanity-lite: its TF-IDF and its support vector machine, as it sets them, over all papers that are known.

A cold start is measured too: five papers of the inbox are answered, those that the inbox asks about or five at random,
and the rest of it is ordered.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from ideaboard.papers.taste import Taste
from ideaboard.papers.word_space import Document, Frequencies, frequencies
from ideaboard.service.candidates import ASKED

LIKES = (5, 10, 20, 50)
SKIPS_PER_LIKE = 2
GOOD = 30
INBOX = 300
KNOWN = 2500
"""So many other papers are known, as earlier answers are: they are neither marked nor in the inbox."""
CANDIDATES = 6000
FIRST_SEED = 3
"""The draws before it, and those from 20 on, were looked at while the weights of the taste were chosen."""
FIRST = 10
GRADED = 20
RANDOM_FIVES = 20
"""So many times five papers are drawn at random, since a single five says little."""


@dataclass(frozen=True)
class Topic:
    """What one person likes."""

    name: str
    about: str
    """A pattern; a paper is about the topic when it fits the title, or the text twice."""
    cut: str
    """A pattern of the words that define it."""


TOPICS = (
    Topic("causal inference", r"causal\w*|counterfactual\w*", r"causal\w*|caus(?:es?|ed|ing|ation)|counterfactual\w*"),
    Topic(
        "graph neural networks",
        r"graph (?:neural|convolution|attention|represent|learning|embedding|transformer)\w*|g[nc]ns?",
        r"graphs?|g[nc]ns?",
    ),
    Topic("forecasting", r"forecast\w*|nowcast\w*", r"forecast\w*|nowcast\w*"),
    Topic(
        "harm on the web",
        r"\w*misinformation|disinformation|fake.news|fact.check\w*|rumou?rs?|propaganda|hate.speech|toxicity",
        r"\w*misinform\w+|disinform\w+|fakes?|fact\w*|rumou?rs?|propaganda|news|hat\w+|toxic\w*",
    ),
    Topic("recommender systems", r"recommend(?:er|ation)s?", r"recommend\w*"),
    Topic("question answering", r"question.answering|v?qa", r"questions?|answer\w*|v?qa"),
    Topic("machine translation", r"translations?|n?mt", r"translat\w*|n?mt"),
    Topic("summaries", r"summari[sz]\w+", r"summar\w+"),
    Topic("opinions", r"sentiments?|opinion mining|emotion\w*", r"sentiments?|opinions?|emotion\w*"),
    Topic("privacy", r"privacy|private", r"priva\w+"),
    Topic("fairness", r"fair|fairness|unfair\w*", r"fair\w*|unfair\w*"),
    Topic("citations", r"citations?|bibliometric\w*|scientometric\w*", r"cit(?:ed?|es|ing|ations?)|\w+metric\w*"),
    Topic("object detection", r"object detect\w+", r"objects?|detect\w*"),
    Topic("segmentation", r"segmentation", r"segment\w*"),
    Topic("diffusion models", r"diffusion models?|denoising diffusion", r"diffusion\w*|denoising"),
    Topic(
        "software testing",
        r"fuzz\w+|test (?:cases?|generation|suites?)|(?:unit|mutation|software) test\w*",
        r"fuzz\w*|test\w*",
    ),
    Topic(
        "Monte Carlo",
        r"mcmc|(?:markov chain|sequential|hamiltonian) monte.carlo|gibbs sampl\w+|metropolis\w*|particle filter\w*",
        r"mcmc|markov|monte|carlo|gibbs|sampl\w+|hamiltonian|metropolis\w*|particles?|hastings",
    ),
    Topic(
        "accessibility",
        r"accessibility|visually.impaired|blind|disabilit\w+|screen.readers?|dyslexi\w+|assistive|autis\w+|sign.language|deaf",
        r"accessib\w*|impair\w*|blind\w*|disab\w*|screen\w*|visual\w*|dyslexi\w+|assist\w*|autis\w+|signs?|deaf",
    ),
    Topic("visualization", r"visuali[sz]ations?|visual analytics", r"visual\w*"),
    Topic("knowledge graphs", r"knowledge graphs?|ontolog\w+|linked data", r"knowledge|graphs?|kgs?|ontolog\w+|linked"),
    Topic("evolution", r"evolutionary|genetic (?:algorithms?|programming)|swarm", r"evol\w+|genetic\w*|swarms?"),
    Topic("point clouds", r"point clouds?|lidar", r"points?|clouds?|lidar"),
    Topic("speech", r"speech recognition|asr|speech", r"speech\w*|asr|spoken|speak\w*"),
    Topic(
        "community detection",
        r"community (?:detection|structure)|modularity|stochastic block ?models?",
        r"communit\w+|modular\w*|blocks?",
    ),
    Topic(
        "reproducibility",
        r"reproducib\w*|replicab\w*|replicat\w+|research.software|open.science",
        r"reproduc\w*|replic\w*|software|open\w*",
    ),
    Topic(
        "survival analysis",
        r"survival|time.to.event|censor\w+|hazards?|frailty|competing.risks?",
        r"surviv\w*|censor\w*|times?|events?|hazards?|frail\w*|risks?",
    ),
)


@dataclass(frozen=True)
class Record:
    """A paper of the file."""

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...]
    category: str


@dataclass(frozen=True)
class Draw:
    """What one simulated person marked and knows, and what is to be ordered."""

    liked: Sequence[Document]
    skipped: Sequence[Document]
    inbox: Sequence[Document]
    good: Sequence[bool]
    """For each paper of the inbox whether the person would take it."""
    known: tuple[Document, ...]
    """Other papers of which something is known."""
    all_liked: Sequence[Document]
    all_skipped: Sequence[Document]

    def after(self, likes: int) -> Draw:
        """Return the same draw as it stood after so many likes."""
        return replace(self, liked=self.all_liked[:likes], skipped=self.all_skipped[: SKIPS_PER_LIKE * likes])


class TooSmall(Exception):
    """The file does not hold what the figures need."""


def read(path: Path) -> list[Record]:
    """Read the file; raises `TooSmall` when it does not even do to time scoring."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    needed = CANDIDATES + (1 + SKIPS_PER_LIKE) * max(LIKES)
    if len(rows) < needed:
        raise TooSmall(f"it holds {len(rows):,} papers, and {needed:,} are needed")
    return [
        Record(row["id"], row["title"], row["abstract"], tuple(row.get("authors") or ()), row["primary"])
        for row in rows
    ]


def draws(records: Sequence[Record], topic: Topic, seeds: int) -> list[Draw]:
    """Draw people with one topic; raises `TooSmall` when there are too few papers."""
    about = re.compile(rf"\b(?:{topic.about})\b", re.IGNORECASE)
    named = [(record, len(about.findall(record.title)) * 2 + len(about.findall(record.abstract))) for record in records]
    inside = [record for record, times in named if times >= 2]
    outside = [record for record, times in named if not times]
    needed = max(LIKES) + GOOD
    if len(inside) < needed:
        raise TooSmall(f"{len(inside):,} papers are about {topic.name}, and {needed} are needed")
    return [
        _draw(inside, outside, topic, random.Random(f"{topic.name} {seed}"))
        for seed in range(FIRST_SEED, FIRST_SEED + seeds)
    ]


def _draw(inside: Sequence[Record], outside: Sequence[Record], topic: Topic, draw: random.Random) -> Draw:
    cut = re.compile(rf"\b(?:{topic.cut})\b", re.IGNORECASE)

    def document(record: Record) -> Document:
        return Document(record.id, cut.sub(" ", record.title), cut.sub(" ", record.abstract))

    good = draw.sample(inside, max(LIKES) + GOOD)
    likes, wanted = good[: max(LIKES)], good[max(LIKES) :]
    near = _near_misses(outside, Counter(record.category for record in inside), topic, draw)
    skips = near[: SKIPS_PER_LIKE * max(LIKES)]
    misses = near[len(skips) :]
    inbox = [(record, True) for record in wanted] + [(record, False) for record in misses]
    draw.shuffle(inbox)
    met = {record.id for record in (*good, *near)}
    others = [record for record in (*inside, *outside) if record.id not in met]
    known = draw.sample(others, min(KNOWN, len(others)))
    return Draw(
        liked=(),
        skipped=(),
        inbox=[document(record) for record, _ in inbox],
        good=[wanted for _, wanted in inbox],
        known=tuple(document(record) for record in known),
        all_liked=[document(record) for record in likes],
        all_skipped=[document(record) for record in skips],
    )


def _near_misses(outside: Sequence[Record], shares: Counter[str], topic: Topic, draw: random.Random) -> list[Record]:
    """Draw papers from the main categories of a topic, in the shares that they have there."""
    pools: dict[str, list[Record]] = {}
    for record in draw.sample(outside, len(outside)):
        pools.setdefault(record.category, []).append(record)
    wanted = SKIPS_PER_LIKE * max(LIKES) + INBOX - GOOD
    found: list[Record] = []
    seen = set()
    for category in draw.choices(list(shares), list(shares.values()), k=20 * wanted):
        if len(found) < wanted and pools.get(category):
            record = pools[category].pop()
            if record.id not in seen:
                seen.add(record.id)
                found.append(record)
    if len(found) < wanted:
        raise TooSmall(f"{len(found):,} papers of the categories of {topic.name} are not about it; {wanted} are needed")
    return found


# The methods: each gives the papers of the inbox their scores

Method = Callable[[Draw], Sequence[float]]


def by_chance(draw: Draw) -> list[float]:
    """Order as the papers came."""
    return [-float(place) for place in range(len(draw.inbox))]


def by_taste(draw: Draw) -> list[float]:
    """Order as the inbox does."""
    taste = Taste(_frequencies(draw.known))
    taste.learn(draw.liked, draw.skipped)
    return [scored.score for scored in taste.score(draw.inbox)]


@lru_cache(1)
def _frequencies(known: tuple[Document, ...]) -> Frequencies:
    return frequencies(known)


def by_arxiv_sanity_lite(draw: Draw) -> list[float]:
    """Order as arxiv-sanity-lite does: everything that was not liked is against it, over words of all there is."""
    everything = (*draw.inbox, *draw.all_liked, *draw.all_skipped, *draw.known)
    vectors = _vectors(everything)
    liked = {document.key for document in draw.liked}
    machine = import_module("sklearn.svm").LinearSVC(class_weight="balanced", C=0.01, tol=1e-6, max_iter=10_000)
    machine.fit(vectors, [document.key in liked for document in everything])
    return list(machine.decision_function(vectors[: len(draw.inbox)]))


@lru_cache(1)
def _vectors(everything: tuple[Document, ...]) -> Any:
    vectorizer = import_module("sklearn.feature_extraction.text").TfidfVectorizer(
        strip_accents="unicode",
        stop_words="english",
        token_pattern=r"(?u)\b[a-zA-Z_][a-zA-Z0-9_]+\b",
        ngram_range=(1, 2),
        max_features=20_000,
        sublinear_tf=True,
        max_df=0.1,
        min_df=5,
    )
    return vectorizer.fit_transform([f"{document.title} {document.abstract}" for document in everything])


def methods() -> dict[str, Method]:
    """Return what can be compared here."""
    found: dict[str, Method] = {"chance": by_chance, "taste": by_taste}
    if find_spec("sklearn"):
        found["arxiv-sanity-lite"] = by_arxiv_sanity_lite
    return found


# The measures


def precision(ranked: Sequence[bool]) -> float:
    """Return the share of good ones among the first ten."""
    return mean(ranked[:FIRST])


def ndcg(ranked: Sequence[bool]) -> float:
    """Return how much of the gain of a perfect order the first twenty bring, the upper places weighing more."""
    gains = [1 / math.log2(place + 2) for place in range(GRADED)]
    return sum(gain for gain, good in zip(gains, ranked, strict=False) if good) / sum(gains[: sum(ranked)])


def auc(ranked: Sequence[bool]) -> float:
    """Return how probable it is that a good one stands before one that is not."""
    good = sum(ranked)
    before = behind = 0
    for one in ranked:
        before += one
        behind += 0 if one else before
    return behind / (good * (len(ranked) - good))


MEASURES = {f"P@{FIRST}": precision, f"nDCG@{GRADED}": ndcg, "AUC": auc}


def measured(good: Sequence[bool], scores: Sequence[float]) -> dict[str, float]:
    """Return each measure of the order that scores give."""
    ranked = [good[place] for place in sorted(range(len(scores)), key=lambda place: -scores[place])]
    return {name: measure(ranked) for name, measure in MEASURES.items()}


def after_answers(draw: Draw, asked: Sequence[int], taste: Taste) -> dict[str, float]:
    """Return each measure of the rest of an inbox, when the papers at some places of it were answered."""
    taste.learn(
        [draw.inbox[place] for place in asked if draw.good[place]],
        [draw.inbox[place] for place in asked if not draw.good[place]],
    )
    rest = [place for place in range(len(draw.inbox)) if place not in asked]
    scored = taste.score([draw.inbox[place] for place in rest])
    return measured([draw.good[place] for place in rest], [one.score for one in scored])


def print_cold_start(records: Sequence[Record], topics: Sequence[Topic], seeds: int) -> None:
    """Compare the questions of a cold start with as many papers at random."""
    found: dict[str, dict[str, dict[str, list[float]]]] = {name: {} for name in (*MEASURES, "good ones")}
    for topic in topics:
        for number, draw in enumerate(draws(records, topic, seeds)):
            taste = Taste(_frequencies(draw.known))
            chance = random.Random(f"{topic.name} {number}")
            fives = [chance.sample(range(len(draw.inbox)), ASKED) for _ in range(RANDOM_FIVES)]
            ways = {"questions": [taste.most_telling(draw.inbox, ASKED)], "at random": fives}
            figures = {
                way: [
                    {"good ones": float(sum(draw.good[place] for place in asked)), **after_answers(draw, asked, taste)}
                    for asked in several
                ]
                for way, several in ways.items()
            }
            for name, by_way in found.items():
                of_way = {way: mean(one[name] for one in several) for way, several in figures.items()}
                of_way["difference"] = of_way["questions"] - of_way["at random"]
                for way, value in of_way.items():
                    by_way.setdefault(way, {}).setdefault(topic.name, []).append(value)
    print(f"cold start: {ASKED} answers, then the rest of the inbox")
    print(" " * 20, *(f"{name:>14}" for name in found))
    for way in ("questions", "at random", "difference"):
        print(f"  {way:18}", *(_with_error(by_way[way]) for by_way in found.values()))


def print_quality(records: Sequence[Record], topics: Sequence[Topic], seeds: int) -> None:
    """Compare the methods."""
    compared = methods()
    found: dict[tuple[str, str, int], dict[str, list[float]]] = {}
    for topic in topics:
        for drawn in draws(records, topic, seeds):
            for likes in LIKES:
                draw = drawn.after(likes)
                for label, method in compared.items():
                    for name, value in measured(draw.good, method(draw)).items():
                        found.setdefault((name, label, likes), {}).setdefault(topic.name, []).append(value)
    print(f"{len(topics)} topics, {seeds} draws of each; an inbox of {INBOX} with {GOOD} good ones")
    for name in MEASURES:
        print(name.ljust(20), *(f"{likes:>8} likes" for likes in LIKES))
        for label in compared:
            print(f"  {label:18}", *(_with_error(found[name, label, likes]) for likes in LIKES))
    if "arxiv-sanity-lite" not in compared:
        print("(with scikit-learn installed, arxiv-sanity-lite would stand here too)")


def _with_error(by_topic: Mapping[str, Sequence[float]]) -> str:
    """Write a mean and its standard error over the topics, since draws of one topic share papers."""
    means = [mean(values) for values in by_topic.values()]
    return f"{mean(means):.3f} ± {stdev(means) / math.sqrt(len(means)):.3f}".rjust(14)


def print_times(records: Sequence[Record]) -> None:
    """Time scoring as a person meets it, in processor time, and beside how long this machine takes to count to 1M."""
    documents = [Document(record.id, record.title, record.abstract) for record in records]
    liked, skipped, inbox = documents[:50], documents[50:150], documents[150 : 150 + CANDIDATES]
    start = time.process_time()
    sum(range(1_000_000))
    unit = time.process_time() - start
    taste = Taste()
    for label in ("first time", "again", "after one more mark"):
        taste.learn([*liked, inbox[0]] if label == "after one more mark" else liked, skipped)
        start = time.process_time()
        scored = taste.score(inbox)
        took = time.process_time() - start
        print(f"  {len(inbox):,} candidates, {label}:".ljust(45), f"{took * 1000:7.0f} ms {took / unit:7.1f} counts")
    start = time.process_time()
    first = sorted(scored, key=lambda one: -one.score)[:GRADED]
    reasons = [one.reasons for one in first]
    print("  reasons of the first twenty:".ljust(45), f"{(time.process_time() - start) * 1000:7.0f} ms")
    print("  such as", "; ".join(", ".join(said) for said in reasons[:3]))


def main() -> None:
    """Run them."""
    parser = argparse.ArgumentParser(description="Measure how well taste orders an inbox.")
    parser.add_argument("metadata", type=Path)
    parser.add_argument("--seeds", type=int, default=3, help="draws of each topic (a minute or two each)")
    parser.add_argument("--times", action="store_true", help="only time it")
    arguments = parser.parse_args()
    try:
        records = read(arguments.metadata)
        print_times(records)
        if not arguments.times:
            print_quality(records, TOPICS, arguments.seeds)
            print_cold_start(records, TOPICS, arguments.seeds)
    except TooSmall as error:
        sys.exit(f"{arguments.metadata} is too small for these figures: {error}")


if __name__ == "__main__":
    main()
