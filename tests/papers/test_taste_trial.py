"""The trial of taste in `benchmarks/taste.py`: it refuses what is too small, and measures what it says."""

from __future__ import annotations

import importlib.util
import random
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from papers.recorded_papers import DATA

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks" / "taste.py"


@pytest.fixture(scope="module")
def trial() -> ModuleType:
    spec = importlib.util.spec_from_file_location("taste_trial", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_a_file_that_is_too_small_for_the_figures_is_refused() -> None:
    done = subprocess.run([sys.executable, SCRIPT, DATA], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "is too small for these figures: it holds 400 papers" in done.stderr
    assert done.stdout == ""


def test_measures_of_known_orders(trial: ModuleType) -> None:
    best, worst = [True] * 30 + [False] * 270, [False] * 270 + [True] * 30
    assert (trial.precision(best), trial.ndcg(best), trial.auc(best)) == (1, pytest.approx(1), 1)
    assert (trial.precision(worst), trial.ndcg(worst), trial.auc(worst)) == (0, 0, 0)
    assert trial.precision([True, False] * 10) == 0.5
    assert trial.auc([True, False, False, True]) == 0.5


def test_people_meet_near_misses_without_the_words_of_their_topic(trial: ModuleType) -> None:
    some = random.Random(1)

    def record(number: int, text: str, category: str) -> object:
        return trial.Record(f"{number}", f"{text} {number}", f"{text} of sort {number}", (), category)

    about = [record(n, "Causal survey", some.choice(["stat.ME", "cs.LG"])) for n in range(100)]
    others = [record(1000 + n, "Plain survey", some.choice(["stat.ME", "cs.LG", "hep-th"])) for n in range(1500)]
    topic = trial.TOPICS[0]
    assert topic.name == "causal inference"
    (draw,) = trial.draws([*about, *others], topic, 1)
    assert (len(draw.inbox), sum(draw.good)) == (300, 30)
    after = draw.after(5)
    assert (len(after.liked), len(after.skipped)) == (5, 10)
    everything = [*draw.all_liked, *draw.all_skipped, *draw.inbox, *draw.known]
    assert len({document.key for document in everything}) == len(everything), "nobody meets a paper twice"
    texts = " ".join(document.title + document.abstract for document in everything)
    assert not re.search("causal", texts, re.IGNORECASE)
    categories = {one.id: one.category for one in (*about, *others)}  # type: ignore[attr-defined]  # of a loaded script
    near = [*draw.all_skipped, *draw.inbox]
    assert {categories[document.key] for document in near} == {"stat.ME", "cs.LG"}
    with pytest.raises(trial.TooSmall):
        trial.draws([*about[:79], *others], topic, 1)
    with pytest.raises(trial.TooSmall):
        trial.draws([*about, *others[:300]], topic, 1)
    assert len(trial.TOPICS) >= 23


def test_a_cold_start_orders_the_rest_by_what_was_answered(
    trial: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two topics, each with a word of its own that tells all, so that one good answer is enough."""
    topics = [trial.Topic(name, name, name) for name in ("orchids", "walruses")]
    words = {"orchids": "petal", "walruses": "tusk"}
    about = [
        trial.Record(f"{name} {n}", f"{name} {word}", f"{name} {word} {word}", (), "q-bio.PE")
        for name, word in words.items()
        for n in range(80)
    ]
    others = [trial.Record(f"{n}", f"Sort {n % 7}ab", f"of gravel {n % 5}cd", (), "q-bio.PE") for n in range(500)]
    draw = trial.draws([*about, *others], topics[0], 1)[0]
    good = [place for place, is_good in enumerate(draw.good) if is_good]
    bad = [place for place, is_good in enumerate(draw.good) if not is_good]

    told = trial.after_answers(draw, [good[0], *bad[:4]], trial.Taste())

    assert (told["P@10"], told["AUC"]) == (1, 1)
    assert trial.after_answers(draw, bad[:5], trial.Taste())["P@10"] < 1
    trial.print_cold_start([*about, *others], topics, 1)
    title, names, questions, chance, difference = capsys.readouterr().out.splitlines()
    assert title == "cold start: 5 answers, then the rest of the inbox"
    assert names.split() == ["P@10", "nDCG@20", "AUC", "good", "ones"]
    for line, label in ((questions, "questions"), (chance, "at random"), (difference, "difference")):
        assert len(re.findall(r"-?\d\.\d{3} ± \d\.\d{3}", line.removeprefix(f"  {label}"))) == 4, line
