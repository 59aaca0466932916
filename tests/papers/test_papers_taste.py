"""Taste: candidates in the order in which this person would take them, with the reason."""

from __future__ import annotations

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers.recorded_papers import papers

from ideaboard.papers.taste import Document, Taste
from ideaboard.papers.word_space import Frequencies, frequencies, tokens

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


def test_what_is_known_besides_tells_common_words_from_rare_ones() -> None:
    """A word that all known papers have says less than one that few of them have, however often candidates have it."""
    liked = [Document("1", "Widgets and gadgets", "")]
    both = [Document("2", "Widgets are here", ""), Document("3", "Gadgets are here", "")]
    others = [Document(f"k{number}", "Widgets everywhere", "") for number in range(50)]
    others += [Document(f"g{number}", "Gadgets somewhere", "") for number in range(2)]
    taste = Taste(frequencies(others))
    taste.learn(liked, [])

    widgets, gadgets = taste.score(both)

    assert gadgets.score > widgets.score


def test_forms_of_a_word_are_one() -> None:
    for forms in ("survey surveys surveyed surveying", "predict predicts predicted predicting prediction predictions"):
        assert len({token.stem for token in tokens(forms)}) == 1, forms
    assert len({token.stem for token in tokens("causal cause casual bias graph graphene")}) == 5


LIKED = [
    Document("1", "Conformal prediction", "We study coverage and calibration of conformal predictors.", ("Ada Love",)),
    Document("2", "Conformal risk control", "Coverage guarantees for conformal prediction sets.", ("B. Bo", "Wu Li")),
]
SKIPPED = [
    Document("3", "A new dataset of robots", "Robots grasp objects."),
    Document("4", "Robots and grasping", "Objects and robots."),
]


def reasons_for(title: str, abstract: str, *authors: str) -> tuple[str, ...]:
    taste = Taste()
    taste.learn(LIKED, SKIPPED)
    other = Document("6", "Robots that grasp", "Robots grasp objects in the dark.", ("Ada Love",))
    first, second = taste.score([Document("5", title, abstract, authors), other])
    assert first.score > 0 > second.score
    assert second.phrases == ()
    return first.reasons


def test_the_reasons_are_phrases_as_the_paper_writes_them() -> None:
    said = reasons_for("Conformal Prediction for Time Series", "The coverages of LASSO; robots are not studied.")
    assert said[0] == "conformal prediction"
    assert said[1] == "coverages"
    assert not [one for one in said if "robot" in one or one in ("study", "studied")]


def test_a_word_in_capitals_or_within_a_sentence_stays_as_it_is_written() -> None:
    liked = [Document("1", "SHAP values and Shapley games", "They use SHAP with Shapley games.")]
    taste = Taste()
    taste.learn(liked, [])
    (scored,) = taste.score([Document("2", "On SHAP", "Here SHAP is like Shapley games.")])
    assert set(scored.phrases) == {"SHAP", "Shapley games"}


def test_an_author_of_something_liked_is_a_reason() -> None:
    assert "by Wu Li" in reasons_for("Conformal things", "", "Other One", "Wu Li")
    assert not [one for one in reasons_for("Conformal things", "", "B. Bo") if one.startswith("by ")]  # who is B.?
    many = [f"Some Body{number}" for number in range(40)]
    assert not [one for one in reasons_for("Conformal things", "", *many, "Wu Li") if one.startswith("by ")]


def test_the_liked_paper_that_it_resembles_is_a_reason() -> None:
    assert "like “Conformal risk control”" in reasons_for("Conformal risk control again", "Coverage guarantees.")
    taste = Taste()
    long = Document("1", "Conformal \x1b[31m" + "prediction " * 40, "")
    taste.learn([long], [])
    (scored,) = taste.score([Document("2", "Conformal prediction", "")])
    like = scored.reasons[-1]
    assert like.startswith("like “Conformal")
    assert len(like) < 80
    assert "\x1b" not in like


def test_words_that_all_papers_have_are_no_reason() -> None:
    taste = Taste(frequencies(Document(str(number), "Widgets of all sorts", "") for number in range(200)))
    taste.learn([Document("a", "Widgets that sing", "")], [])
    (scored,) = taste.score([Document("b", "Singing widgets", "")])
    assert scored.phrases == ("singing",)


def test_what_many_likes_have_in_common_is_a_reason_and_what_one_says_by_chance_is_not() -> None:
    """Also where the whole inbox is about it."""
    liked = [Document(f"l{n}", "Causal graphs", f"oddity{n} language models learn") for n in range(8)]
    rest = [Document(f"o{n}", "Galaxies" if n % 4 else "Causal oddities", f"redshift {n}") for n in range(120)]
    taste = Taste()
    taste.learn(liked, rest[60:])
    scored, *_ = taste.score([Document("new", "Causal graphs", "oddity3 and language models"), *rest[:60]])
    assert set(scored.phrases) == {"causal graphs", "language models"}, "a pair may end with a common word"
    scored, *_ = taste.score([Document("odd", "Of oddity3", ""), *rest[:60]])
    assert scored.phrases in ((), ("oddity3",)), "what one of them says is all there is"


def test_the_few_that_tell_most_are_of_different_sorts() -> None:
    sorts = ["robots grasping objects", "surveys with respondents", "galaxies and telescopes", "proteins that fold"]
    docs = [Document(f"{sort} {number}", sort, f"number{number} of {sort}") for sort in sorts for number in range(9)]
    docs += [Document("odd", "unheard words only", "")]
    chosen = Taste().most_telling(docs, 4)
    assert {docs[place].title for place in chosen} == set(sorts)
    assert Taste().most_telling(docs[:2], 5) in ([0, 1], [1, 0])
    assert Taste().most_telling([], 5) == []
    same = Taste().most_telling([Document(str(number), "", "") for number in range(8)], 5)
    assert len(set(same)) == 5


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


def test_a_skip_that_looks_like_what_is_liked_teaches_most() -> None:
    liked = [Document("1", "Conformal prediction", ""), Document("2", "Conformal coverage", "")]
    skipped = [Document("3", "Conformal walrus", ""), Document("4", "Seasonal zebra", "")]
    taste = Taste(Frequencies(1000, {"conformal": 10, "seasonal": 40}))  # so zebra is more of its text than walrus
    taste.learn(liked, skipped)

    near, far = taste.score([Document("5", "Walrus", ""), Document("6", "Zebra", "")])

    assert near.score < far.score < 0


def test_words_that_say_little_have_no_say_where_many_say_more() -> None:
    """Of a paper that has nothing in common with any mark, nothing is known, however usual its words are."""
    words = [f"word{number}x" for number in range(1200)]
    liked = [Document(f"{number}", "Conformal", " ".join(words[number::4])) for number in range(4)]
    skipped = [Document(f"s{number}", "Gravel", "") for number in range(90)]
    unknown = [f"other{number}x" for number in range(60)]
    taste = Taste(Frequencies(1000, dict.fromkeys([*words, *unknown], 5)))
    taste.learn(liked, skipped)

    shared, strange = taste.score([Document("a", "Conformal", ""), Document("b", "", " ".join(unknown))])

    assert shared.score > strange.score == 0


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
    taste = Taste()
    taste.learn(documents[:split], documents[split:])

    for scored in taste.score(documents):
        assert scored.score == scored.score
        assert len(scored.phrases) <= 3
        assert len(scored.reasons) <= 5
    places = taste.most_telling(documents, 5)
    assert len(set(places)) == min(5, len(documents))
