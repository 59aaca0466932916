"""One width of text: the command line's, the screen's and Textual's are the same."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from ideaboard.core.cells import cells_of, cut, fit, shorten, width_of

EMOJI = st.sampled_from("👩👨👧❤✍1️⃣🇳🇱🏽\u200d\ufe0f☎©日")


def test_every_character_is_as_wide_as_textual_counts_it() -> None:
    differ = [
        f"U+{number:04X}"
        for number in range(32, sys.maxunicode + 1)
        # What this Python does not know yet may be wide in a newer Unicode; it is never drawn as it is.
        if unicodedata.category(chr(number)) not in ("Cn", "Cs")
        and cells_of.__wrapped__(chr(number)) != get_character_cell_size(chr(number))
    ]
    assert differ == []


@pytest.mark.parametrize(
    "text", ["0ा", "क्षत्रिय", "ிதமிழ்", "👩‍👩‍👧‍👦", "❤️", "☎️ 1️⃣", "日本", "e\u0301", "ａ", "한글", "ᄒ\u1161"]
)
def test_sequences_are_as_wide_as_textual_counts_them(text: str) -> None:
    assert width_of(text) == cell_len(text)


def test_a_spacing_vowel_sign_takes_no_cell() -> None:
    assert width_of("0\u093e") == 1


@given(st.text(), st.integers(0, 40))
def test_what_is_cut_fits(text: str, width: int) -> None:
    text = "".join(char for char in text if unicodedata.category(char) != "Cc")
    assert width_of(cut(text, width)) <= width
    assert width_of(shorten(text, width)) <= width
    assert width_of(fit(text, width)) == width
    assert text.startswith(cut(text, width))


@given(st.lists(EMOJI).map("".join))
def test_joined_emoji_are_cut_where_they_fit(text: str) -> None:
    for width in range(12):
        assert width_of(shorten(text, width)) <= width
