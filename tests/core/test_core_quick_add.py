"""The line that adds an idea: what it understands, and that it never takes a word it should leave."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.kinds import Workflow
from ideaboard.core.quick_add import parse_quick_add

WORKFLOW = Workflow()


def test_all_parts_in_any_order() -> None:
    read = parse_quick_add("#lora @paper Reproduce LoRA !2026-12-24 https://arxiv.org/abs/2106.09685 #GPU", WORKFLOW)
    assert read.new.title == "Reproduce LoRA"
    assert read.new.kind == "paper-to-code"
    assert read.new.tags == ("lora", "gpu")
    assert read.new.due == "2026-12-24"
    assert read.new.url == "https://arxiv.org/abs/2106.09685"
    assert read.understood == ("Paper to code", "#lora", "#gpu", "due 2026-12-24", "arxiv.org")
    assert read.problems == ()


@pytest.mark.parametrize(
    "title",
    [
        "C# in depth",
        "What is F#?",
        "Ship it! Now",
        "!important",
        "issue # 4",
        "a @ b",
        "mail me@example.org",
        "[Re] x",
        "[/b] x",
        "x:y http:/ half",
        "Fix C# bug #42 for issue",
        "Mail a colleague about #1",
        "Mail a colleague about #1.",
        "See https://x.org/a#frag and more",
        "What #lora means for the rest",
        "Ask @post about it",
        "The plan !2026-12-24 in short",
        "Chapters #1-2",
        "#42",
        "(#lora)",
        "## heading",
        "a # b",
    ],
)
def test_ordinary_titles_come_out_as_typed(title: str) -> None:
    read = parse_quick_add(title, WORKFLOW)
    assert (read.new.title, read.understood, read.problems) == (title, (), ())


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("@home", "fits no kind"),
        ("@p", "fits several kinds: @project, @paper-to-code, @post"),
        ("!2026-02-30", "is not a date; write !2026-12-24"),
        ("http://", "names no site"),
    ],
)
def test_what_only_looks_like_a_part_stays_in_the_title_and_is_explained(word: str, problem: str) -> None:
    read = parse_quick_add(f"Title {word}", WORKFLOW)
    assert read.new.title == f"Title {word}"
    assert problem in read.problems[0]


def test_a_kind_by_its_name_or_any_beginning() -> None:
    for word in ("@competition", "@comp", "@Competition-solution", "@COMP"):
        assert parse_quick_add(f"x {word}", WORKFLOW).new.kind == "competition"


def test_the_last_of_two_counts() -> None:
    read = parse_quick_add("x @post @summary !2026-01-01 !2026-01-02", WORKFLOW)
    assert (read.new.kind, read.new.due, read.new.title) == ("summary", "2026-01-02", "x @post !2026-01-01")


@pytest.mark.parametrize("end", [".", ",", "!", "…", "?!", ":"])
def test_a_part_ends_where_a_word_ends(end: str) -> None:
    read = parse_quick_add(f"#a, Title, #b, #c++, https://example.org/x{end} @post{end} #2d{end}", WORKFLOW)
    assert (read.new.title, read.new.tags, read.new.kind) == ("Title,", ("a", "b", "c++", "2d"), "post")
    assert read.new.url == "https://example.org/x"
    assert read.problems == ()


def test_tags_are_kept_once_and_in_order() -> None:
    assert parse_quick_add("x #b #a #B", WORKFLOW).new.tags == ("b", "a")
    assert parse_quick_add("x #a,#b, #c.", WORKFLOW).new.tags == ("a", "b", "c")
    assert parse_quick_add("#d,e x #c,a", WORKFLOW).new.tags == ("d", "e", "c", "a")


FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("word", "due"),
    [
        ("!today", "2026-11-27"),
        ("!tomorrow", "2026-11-28"),
        ("!Tomorrow,", "2026-11-28"),
        ("!friday", "2026-12-04"),
        ("!fri", "2026-12-04"),
        ("!sat", "2026-11-28"),
        ("!thursday", "2026-12-03"),
        ("!+3d", "2026-11-30"),
        ("!+2w", "2026-12-11"),
        ("!+3m", "2027-02-27"),
        ("!+1y", "2027-11-27"),
        ("!+2W.", "2026-12-11"),
        ("!3d", "2026-11-30"),
        ("!1m", "2026-12-27"),
    ],
)
def test_a_day_by_its_name_or_by_how_far_it_is(word: str, due: str) -> None:
    read = parse_quick_add(f"Title {word}", WORKFLOW, FRIDAY)
    assert (read.new.title, read.new.due, read.problems) == ("Title", due, ())


def test_a_month_that_is_shorter_ends_with_its_last_day() -> None:
    assert parse_quick_add("x !+1m", WORKFLOW, date(2027, 1, 31)).new.due == "2027-02-28"


@pytest.mark.parametrize("word", ["!satellite", "!monkey", "!+", "!w", "!todayish", "!important", "!"])
def test_other_words_with_the_sign_of_a_date_are_words(word: str) -> None:
    read = parse_quick_add(f"Title {word}", WORKFLOW, FRIDAY)
    assert (read.new.title, read.new.due, read.problems) == (f"Title {word}", "", ())


@pytest.mark.parametrize("word", ["!+2x", "!+9999y", "!+12345d", "!5pm"])
def test_a_day_that_cannot_be_told_stays_text_and_is_explained(word: str) -> None:
    read = parse_quick_add(f"Title {word}", WORKFLOW, FRIDAY)
    assert read.new.title == f"Title {word}"
    assert "!+2w" in read.problems[0]


@given(st.text(), st.dates())
def test_reading_on_any_day_never_fails(text: str, today: date) -> None:
    assert "\n" not in parse_quick_add(f"{text} !+9999y !+9999d !sun", WORKFLOW, today).new.title


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    read = parse_quick_add(text, WORKFLOW)
    assert "\n" not in read.new.title


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1))
def test_plain_words_are_the_title(words: list[str]) -> None:
    assert parse_quick_add(" ".join(words), WORKFLOW).new.title == " ".join(" ".join(words).split())


@pytest.mark.parametrize(
    ("line", "title", "understood"),
    [
        ("Open the application at http://localhost:3000", None, ("localhost:3000",)),
        ("Compare https://a.org and https://b.org", None, ("b.org",)),
        ("Ask in #general", None, ()),
        ("Ask in #general #later", "Ask in #general", ("#later",)),
        ("Review by @pro", None, ()),
        ("Ship it by !2026-12-24", None, ("due 2026-12-24",)),
        ("A licence (as in http://opensource.org/licenses/MIT)", None, ()),
        ("Run `git clone https://x.org/a.git`", None, ()),
        ("#FFAA00 is no colour of mine", None, ()),
        ("Use the colour #0079bf", None, ()),
        ("Colours #decade #fade #web30", "Colours", ("#decade", "#fade", "#web30")),
        ("Read https://x.org/a_(b)", "Read", ("x.org",)),
    ],
)
def test_a_sentence_stays_whole(line: str, title: str | None, understood: tuple[str, ...]) -> None:
    read = parse_quick_add(line, Workflow())
    assert (read.new.title, read.understood) == (title or line, understood)
