"""Taste: candidates in the order in which this person would take them, with the reason."""

from __future__ import annotations

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers.recorded_papers import papers

from ideaboard.papers.taste import Document, Taste

PEOPLE = {"cs.HC", "cs.CY"}
DOCUMENTS = [Document(paper.arxiv_id, paper.title, paper.abstract) for paper in papers()]
TO_TASTE = [paper.primary_category in PEOPLE for paper in papers()]


def draw(likes: int) -> tuple[list[Document], list[Document], list[int]]:
    """The first so many that are to the taste, twice as many that are not, and the others as candidates."""
    liked = [index for index, good in enumerate(TO_TASTE) if good][:likes]
    skipped = [index for index, good in enumerate(TO_TASTE) if not good][: 2 * likes]
    rest = [index for index in range(len(DOCUMENTS)) if index not in {*liked, *skipped}]
    return [DOCUMENTS[index] for index in liked], [DOCUMENTS[index] for index in skipped], rest


def precision(taste: Taste, likes: int, first: int = 20) -> float:
    liked, skipped, rest = draw(likes)
    taste.learn(liked, skipped)
    scored = taste.score([DOCUMENTS[index] for index in rest])
    best = sorted(range(len(rest)), key=lambda place: -scored[place].score)[:first]
    return mean(TO_TASTE[rest[place]] for place in best)


@pytest.mark.parametrize("likes", [3, 8, 20])
def test_held_out_papers_of_the_taste_come_first(likes: int) -> None:
    *_, rest = draw(likes)
    chance = mean(TO_TASTE[index] for index in rest)

    assert precision(Taste(), likes) > 2 * chance


def test_regression_is_at_least_as_good_as_the_centroid_with_many_marks() -> None:
    assert precision(Taste(), 40) >= precision(Taste(marks_for_regression=10**9), 40)
    assert precision(Taste(), 5) == precision(Taste(marks_for_regression=10**9), 5)


def test_the_reasons_are_words_of_the_paper_that_were_liked() -> None:
    liked = [
        Document("1", "Conformal prediction", "We study coverage and calibration of conformal predictors."),
        Document("2", "Conformal risk control", "Coverage guarantees for conformal prediction sets."),
    ]
    skipped = [
        Document("3", "A new dataset of robots", "Robots grasp objects."),
        Document("4", "Robots and grasping", "Objects and robots."),
    ]
    fits = Document(
        "5", "Conformal prediction for time series", "Coverage of conformal methods; robots are not studied."
    )
    other = Document("6", "Robots that grasp", "Robots grasp objects in the dark.")
    taste = Taste()
    taste.learn(liked, skipped)

    first, second = taste.score([fits, other])

    assert first.score > 0 > second.score
    assert first.reasons[0] == "conformal"
    assert set(first.reasons) <= {"conformal", "coverage", "prediction"}
    assert second.reasons == ()


def test_nothing_known_scores_nothing() -> None:
    taste = Taste()

    assert [scored.score for scored in taste.score(DOCUMENTS[:5])] == [0.0] * 5
    assert [scored.reasons for scored in taste.score(DOCUMENTS[:5])] == [()] * 5
    assert taste.score([]) == []


def test_skips_alone_push_down_what_is_like_them() -> None:
    taste = Taste()
    taste.learn([], DOCUMENTS[:3])

    again, *_ = taste.score([DOCUMENTS[0]])

    assert again.score < 0
    assert again.reasons == ()


def test_marks_may_change_and_candidates_may_come_later() -> None:
    taste = Taste()
    liked, skipped, rest = draw(8)
    taste.learn(liked, skipped)
    few = taste.score([DOCUMENTS[index] for index in rest[:10]])
    many = taste.score([DOCUMENTS[index] for index in rest])
    taste.learn(skipped, liked)
    turned = taste.score([DOCUMENTS[index] for index in rest])

    assert len(few) == 10
    assert many[0].reasons
    best = max(range(len(many)), key=lambda place: many[place].score)
    assert turned[best].score < mean(scored.score for scored in turned)


def test_the_same_marks_give_the_same_scores() -> None:
    def scores() -> list[float]:
        taste = Taste()
        liked, skipped, rest = draw(20)
        taste.learn(liked, skipped)
        return [scored.score for scored in taste.score([DOCUMENTS[index] for index in rest])]

    assert scores() == scores()


TEXTS = st.text(max_size=40) | st.sampled_from(["survey of users", "the the the", "日本語 の 研究", "\x1b[31m x", ""])


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=12), st.data())
def test_any_text_may_be_liked(texts: list[tuple[str, str]], data: st.DataObject) -> None:
    documents = [Document(str(number), title, abstract) for number, (title, abstract) in enumerate(texts)]
    split = data.draw(st.integers(0, len(documents)))
    taste = Taste(marks_for_regression=1)
    taste.learn(documents[:split], documents[split:])

    for scored in taste.score(documents):
        assert scored.score == scored.score
        assert len(scored.reasons) <= 3
