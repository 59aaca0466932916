from __future__ import annotations

import re
import unicodedata

import pytest
from hostile import HOSTILE_TITLES, UNCLEAN_TITLES
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.text import TITLE_LIMIT, clean_line, clean_tag, clean_tags, clean_text, clean_title, fold
from ideaboard.errors import InvalidInput

any_text = st.text(st.characters())  # lone surrogates included
escape_soup = st.lists(st.sampled_from(["\x1b", "[", "]", "31m", "\x07", "\\", "P", "\n", "\x9b", "x", "é", " "])).map(
    "".join
)


def controls(text: str, but: str = "") -> list[str]:
    return [char for char in text if unicodedata.category(char) in ("Cc", "Cs") and char not in but]


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_hostile_titles_are_good_titles(title: str) -> None:
    assert clean_title(title) == title


@pytest.mark.parametrize(("unclean", "clean"), UNCLEAN_TITLES.items())
def test_what_is_taken_out_of_titles(unclean: str, clean: str) -> None:
    assert clean_title(unclean) == clean


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u061c", "\u200c", "\u200d"])
def test_marks_that_belong_to_spelling_stay(mark: str) -> None:
    text = f"عربي{mark} (C++){mark} x"
    assert clean_title(text) == clean_line(text) == clean_text(text) == text


@given(any_text | escape_soup)
def test_a_line_holds_no_control_character_and_stays_clean(text: str) -> None:
    line = clean_line(text)
    assert controls(line) == []
    assert len(line.splitlines()) <= 1
    assert clean_line(line) == line


@given(any_text | escape_soup)
def test_a_text_holds_only_line_feeds_and_tabs_and_stays_clean(text: str) -> None:
    clean = clean_text(text)
    assert controls(clean, "\n\t") == []
    assert clean_text(clean) == clean
    assert clean.encode().decode() == clean


@given(any_text)
def test_a_title_is_refused_or_clean_for_good(text: str) -> None:
    try:
        title = clean_title(text)
    except InvalidInput:
        return
    assert title
    assert clean_title(title) == title


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=TITLE_LIMIT))
def test_visible_characters_come_back_unchanged(text: str) -> None:
    assert clean_title(text) == text


@pytest.mark.parametrize("empty", ["", " ", "\n\t", "\x1b[31m", "\u200b", "\u2060\ufeff ", "\u3164", "\x00"])
def test_a_title_that_shows_nothing_is_empty(empty: str) -> None:
    with pytest.raises(InvalidInput, match="the title is empty") as caught:
        clean_title(empty)
    assert caught.value.hint


def test_the_limit_of_titles() -> None:
    assert len(clean_title("x" * TITLE_LIMIT)) == TITLE_LIMIT
    with pytest.raises(InvalidInput, match="100,000 characters") as caught:
        clean_title("x" * 100_000)
    assert "notes" in caught.value.hint
    assert len(caught.value.message) < 100


def test_a_string_without_an_end_takes_no_words_with_it() -> None:
    assert clean_text("before \x1b]0;one\ntwo") == "before 0;one\ntwo"
    assert clean_text("before \x1bPone\ntwo") == "before one\ntwo"


def test_line_ends_of_every_system() -> None:
    assert clean_text("a\r\nb\rc\nd\te") == "a\nb\nc\nd\te"


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("lora", "lora"),
        ("#LoRA", "lora"),
        ("time series", "time-series"),
        ("##x", "x"),
        (",#x1, ", "x1"),
        ("日本", "日本"),
    ],
)
def test_tags(typed: str, tag: str) -> None:
    assert clean_tag(typed) == tag
    assert clean_tag(tag) == tag


@pytest.mark.parametrize("wrong", ["", "#", "  ", ",", "\x07"])
def test_what_is_no_tag(wrong: str) -> None:
    with pytest.raises(InvalidInput, match="is not a tag"):
        clean_tag(wrong)


@given(st.lists(st.sampled_from(["a", "#b", "time series", "c++"]), min_size=1), st.sampled_from([",", ", ", " #"]))
def test_commas_stand_between_tags_and_never_in_one(words: list[str], between: str) -> None:
    one_by_one = tuple(dict.fromkeys(map(clean_tag, words)))
    assert clean_tags([between.join(words)]) == clean_tags(words) == one_by_one
    assert clean_tags([between.join(words) + between.strip("# ")]) == one_by_one


@given(any_text)
def test_a_tag_is_refused_or_one_clean_word(text: str) -> None:
    try:
        tag = clean_tag(text)
    except InvalidInput:
        return
    assert not re.search(r"[\s,]", tag)
    assert clean_tag(tag) == tag


@pytest.mark.parametrize(
    ("left", "right"), [("Étude", "etude"), ("ﬁt", "FIT"), ("a  b\n c", "A B C"), ("STRASSE", "straße")]
)
def test_folding_evens_out(left: str, right: str) -> None:
    assert fold(left) == fold(right)


@given(any_text)
def test_folding_twice_changes_nothing_more_for_the_same_words(text: str) -> None:
    assert fold(text) == fold("  " + text + "\n")


@given(st.text() | st.text("aé\u0301ﬁK ß\n"))
def test_folding_drops_what_combines_and_nothing_else(text: str) -> None:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    assert fold(text) == " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())
