"""arXiv's categories, and how people look for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers.recorded_papers import papers

from ideaboard.papers.taxonomy import (
    SHORTLIST,
    archives,
    categories,
    category_name,
    category_patterns,
    close_codes,
    find_category,
    search_categories,
)


def test_all_of_arxivs_categories_are_there() -> None:
    assert len(categories()) == 176
    assert sum(category.active for category in categories()) == 155
    assert {category.code for category in categories() if category.alias_of and category.active} == {
        "cs.NA",
        "cs.SY",
        "math.IT",
        "math.MP",
        "q-fin.EC",
        "stat.TH",
    }
    assert set(SHORTLIST) <= {category.code for category in categories()}


def test_every_category_of_the_real_records_has_a_name() -> None:
    codes = {code for paper in papers() for code in paper.categories if find_category(code)}

    assert len(codes) > 60
    assert all(category_name(code) != code for code in codes)


def test_names() -> None:
    assert category_name("cs.LG") == "Machine Learning"
    assert category_name("cs") == category_name("cs.*") == "Computer Science"
    assert category_name("03B70, 68Q99") == "03B70, 68Q99"
    assert find_category("CS.lg") == find_category("cs.LG")
    assert [archive.code for archive in archives() if archive.archive in {"astro-ph", "math"}] == [
        "astro-ph*",
        "math.*",
    ]


@pytest.mark.parametrize(
    ("code", "patterns"),
    [
        ("cs.LG", ("cs.LG",)),
        ("cs.lg", ("cs.LG",)),
        ("cs", ("cs.*",)),
        ("cs.*", ("cs.*",)),
        ("math", ("math.*",)),
        ("math-ph", ("math-ph", "math.MP")),
        ("hep-th", ("hep-th",)),
        ("astro-ph", ("astro-ph*",)),
        ("cond-mat", ("cond-mat*",)),
        ("q-bio", ("q-bio*",)),
        ("astro-ph.CO", ("astro-ph.CO",)),
        ("cs.NA", ("cs.NA", "math.NA")),
        ("math.NA", ("math.NA", "cs.NA")),
        ("q-alg", ("q-alg", "math.QA")),
        ("stat.M?", ("stat.M?",)),
        ("cs.ML", ()),
        ("x*", ()),
        ("bad-arch", ()),
        ("", ()),
    ],
)
def test_what_arxiv_is_asked_for(code: str, patterns: tuple[str, ...]) -> None:
    assert category_patterns(code) == patterns


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("stats", "stat.ML"),
        ("cs.LG", "cs.LG"),
        ("machine learning", "cs.LG"),
        ("ml", "stat.ML"),
        ("vision", "cs.CV"),
        ("robots", "cs.RO"),
        ("natural language", "cs.CL"),
        ("human computer", "cs.HC"),
        ("econometrics", "econ.EM"),
        ("statistcs", "math.ST"),
        ("cs", "cs.*"),
        ("astrophysics", "astro-ph*"),
        ("math.NA", "math.NA"),
    ],
)
def test_search_finds_by_code_name_and_description(words: str, code: str) -> None:
    assert code in [category.code for category in search_categories(words)[:4]]


def test_what_a_person_uses_comes_first() -> None:
    assert [category.code for category in search_categories("", ["hep-th"])][:2] == ["hep-th", "stat.ML"]
    assert search_categories("statistics", ["physics.data-an"])[0].code == "physics.data-an"
    assert search_categories("learning", ["stat.ML"])[0].code == "stat.ML"
    assert len(search_categories("")) == len(categories()) + len(archives())
    assert search_categories("survey zzz") == []


def test_close_codes_are_offered_for_an_unknown_one() -> None:
    assert "cs.LG" in close_codes("cs.ML")
    assert "stat.ML" in close_codes("stat.MLL")
    assert close_codes("") == []


@given(st.text(max_size=20))
def test_any_words_may_be_searched_for(words: str) -> None:
    known = {one.code for one in search_categories("")}
    assert {category.code for category in search_categories(words)} <= known
    assert set(close_codes(words)) <= known
    category_patterns(words)


@pytest.mark.parametrize("word", ["lora", "bert", "gan", "hello", "transformer", "diffusion"])
def test_a_word_that_is_no_category_makes_nobody_think_of_one(word: str) -> None:
    assert close_codes(word) == []
