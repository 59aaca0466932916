"""The card as a pure function: never wider or narrower than its column, and silent where there is nothing to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hostile import HOSTILE_TITLES, UNCLEAN_TITLES
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcswidth

from ideaboard.core.clock import moment
from ideaboard.core.ideas import Archived, Idea, Link, Paper, Response, Share, Step
from ideaboard.core.kinds import KINDS, Kind, Workflow
from ideaboard.ui.board.card import CURSOR, GHOST, MARKED, Day, draw_card
from ideaboard.ui.drawing.cells import Line, cut, fit, shorten, tame, width_of, wrap

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = Day(Workflow(), NOW)
STATES = (0, CURSOR, MARKED, CURSOR | MARKED, GHOST, CURSOR | GHOST)


def make(**fields: object) -> Idea:
    at = moment(NOW)
    plain = Idea(id="0bcd2345", title="Churn at a telco", kind="case-study", stage="idea", created=at, updated=at)
    return replace(plain, **fields)  # type: ignore[arg-type]  # fields of an idea


def aged(days: int, stage: str = "idea") -> Idea:
    return make(stage=stage, trail=(Step(stage, moment(NOW - timedelta(days=days))),))


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


def texts(idea: Idea, width: int = 40, state: int = 0) -> list[str]:
    return [text_of(line).rstrip() for line in draw_card(idea, width, state, DAY)]


FULL = make(
    tags=("lora", "日本語", "[/b]"),
    due="2026-11-20",
    url="https://example.org",
    links=(Link("https://example.org/2"),),
    private=True,
    paper=Paper(arxiv_id="2107.07511", version="v1", latest_version="v3"),
    responses=(Response(id="0bcd2346", type="question", text="why?", at=moment(NOW)),),
    trail=(Step("idea", moment(NOW - timedelta(days=45))),),
)


@pytest.mark.parametrize("title", [*HOSTILE_TITLES, *UNCLEAN_TITLES, ""])
@pytest.mark.parametrize("state", STATES)
def test_every_line_fills_exactly_the_width_as_every_library_counts(title: str, state: int) -> None:
    for width in range(1, 121):
        for line in draw_card(replace(FULL, title=title), width, state, DAY):
            text = text_of(line)
            assert cell_len(text) == width
            assert wcswidth(text) == width
            assert text.isprintable()


@given(st.text(), st.text(), st.integers(1, 120), st.sampled_from(STATES))
@example("0\u093e", "", 1, 0)  # a spacing vowel sign
@example("", "0\u093e", 30, 0)
def test_no_text_at_all_breaks_a_line(title: str, tag: str, width: int, state: int) -> None:
    card = draw_card(make(title=title, tags=(tag,), kind=tag), width, state, DAY)
    assert 2 <= len(card) <= 3
    for line in card:
        text = text_of(line)
        assert cell_len(text) == width, "Textual's own width decides, also where wcwidth counts otherwise"
        assert all(char.isprintable() for char in text)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("👩‍👩‍👧‍👦 and 🇳🇱 and ✍🏽", "👩 and NL and ✍"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\u202eb\u200bc\u200dd", "abcd"),
        ("Z\u0351\u0352\u0353\u0354algo", "Z\u0353\u0354algo"),
        ("e\u0301", "é"),
        ("\u0301x", "x"),
        ("tab\tand\nline", "tab and line"),
        ("❤️ 1️⃣", "❤ 1"),
        ("שלום עולם", "שלום עולם"),
        ("क्षत्रिय", "क्षत्रिय"),
    ],
)
def test_sequences_of_unsure_width_are_taken_apart(raw: str, shown: str) -> None:
    assert tame(raw) == shown


@given(st.text())
def test_taming_twice_changes_nothing_more(text: str) -> None:
    assert tame(tame(text)) == tame(text)


@given(st.text(), st.integers(0, 60), st.integers(1, 4))
def test_wrapped_lines_fit_and_keep_the_words(text: str, width: int, lines: int) -> None:
    tamed = tame(text)
    wrapped = wrap(tamed, width, lines)
    assert 1 <= len(wrapped) <= lines
    assert all(width_of(line) <= width for line in wrapped)
    if width >= 2 and not wrapped[-1].endswith("…"):
        assert "".join("".join(wrapped).split()) == "".join(tamed.split())
    assert width_of(fit(tamed, width)) == width
    assert width_of(shorten(tamed, width)) <= width
    assert tamed.startswith(cut(tamed, width))


def test_a_new_idea_says_only_its_kind() -> None:
    assert texts(make()) == ["▌Churn at a telco", "▌case study"]


def test_the_sketch_of_the_design() -> None:
    idea = make(title="Reproduce LoRA on one GPU", kind="paper-to-code", tags=("lora",), trail=aged(3).trail)
    assert [text_of(line) for line in draw_card(idea, 25, 0, DAY)] == [
        "▌Reproduce LoRA on one   ",
        "▌GPU                     ",
        "▌paper to code  lora  3d ",
    ]


def test_the_age_gets_warmer_and_never_by_colour_alone() -> None:
    styles = {}
    for days in (0, 3, 19, 20, 45, 100, 800):
        *_, quiet = draw_card(aged(days), 40, 0, DAY)
        styles[days] = next(((text, style) for text, style in reversed(quiet) if text.strip()), None)
    assert styles == {
        0: ("case study", "kind:case-study"),
        3: ("3d", "quiet"),
        19: ("19d", "quiet"),
        20: ("20d", "warm"),
        45: ("45d!", "hot"),
        100: ("3mo!", "hot"),
        800: ("2y!", "hot"),
    }


def test_what_was_shared_shows_its_day_and_that_it_has_no_link() -> None:
    share = Share(at="2026-02-03T10:00:00.000Z", date="2026-02-03", url="https://example.org")
    idea = make(kind="paper-to-code", stage="shared", share=share, links=(Link("https://example.org/2"),))
    assert texts(idea)[-1] == "▌paper to code               3 Feb 2026"
    assert texts(idea, 24)[-1] == "▌paper to code    3 Feb"
    assert texts(idea, 39)[-1].endswith("  3 Feb"), "all cards of a column have one form"
    assert texts(replace(idea, share=replace(share, url="")), 30)[-1] == "▌code  no link          3 Feb"
    assert texts(replace(idea, share=replace(share, date="soon")), 30)[-1].endswith("soon")


def test_archived_ideas_are_never_called_stale() -> None:
    archived = replace(aged(90), archived=Archived(at=moment(NOW), because="parked"))
    assert texts(archived)[-1].endswith("90d")


def test_a_full_card_says_everything_when_there_is_room() -> None:
    said = texts(FULL, 120)[-1].split("  ")
    assert [part.strip() for part in said if part] == [
        *(
            "▌case study",
            "lora",
            "日本語",
            "[/b]",
            "overdue 11-20",
            "2 links",
            "private",
            "new v3",
            "1 question",
            "45d!",
        )
    ]


def test_what_matters_most_stays_when_room_gets_short() -> None:
    kept = {width: texts(FULL, width)[-1][1:].split("  ") for width in (60, 46, 40, 30, 22, 14, 6)}
    kept = {width: [part.strip() for part in parts if part.strip()] for width, parts in kept.items()}
    assert kept == {
        60: ["case study", "overdue 11-20", "new v3", "1 question", "45d!"],
        46: ["case study", "overdue 11-20", "1 question", "45d!"],
        40: ["case study", "overdue 11-20", "1 question"],
        30: ["case study", "!11-20", "1?"],
        22: ["case", "!11-20", "1?"],
        14: ["case", "1?"],
        6: ["case"],
    }


@pytest.mark.parametrize("kind", KINDS)
@given(
    due=st.sampled_from(["", "2026-11-20", "2026-11-28", "2027-02-01"]),
    days=st.integers(0, 900),
    bits=st.integers(0, 63),
)
def test_the_kind_is_the_last_to_go_and_only_what_is_late_has_a_sign(
    kind: Kind, due: str, days: int, bits: int
) -> None:
    full = replace(FULL, kind=kind.key, due=due or None, trail=(Step("idea", moment(NOW - timedelta(days=days))),))
    nothing: dict[str, Any] = {"tags": (), "responses": (), "private": False, "url": None, "links": (), "paper": None}
    idea = replace(full, **{name: no for bit, (name, no) in enumerate(nothing.items()) if bits >> bit & 1})
    for width in range(4, 121):
        *_, quiet = draw_card(idea, width, 0, DAY)
        said = "".join(text for text, style in quiet if style == f"kind:{kind.key}" and text != "▌")
        word = kind.key.replace("-", " ")
        assert said in (word, kind.short) or (width < 14 and said.endswith("…"))
        others = "".join(text for text, style in quiet if style != f"kind:{kind.key}")
        if said != word:
            assert not any(text in others for text in ("lora", "link", "private")), "they go before it is shortened"
        assert ("!" in others) <= (due == "2026-11-20" or days >= 30)


def test_a_draft_and_a_guest_are_told_in_the_quiet_colour() -> None:
    *_, quiet = draw_card(make(draft="drafts/churn", guest="an agent"), 40, 0, DAY)
    assert {("draft", "quiet"), ("◇", "quiet")} <= set(quiet)


def test_marks_are_characters() -> None:
    assert texts(make(), 40, MARKED)[0].startswith("*")
    assert texts(make(), 40, CURSOR)[0].startswith("▌")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_accent_on_every_line(kind: object) -> None:
    key = kind.key  # type: ignore[attr-defined]  # a Kind
    for line in draw_card(make(kind=key), 40, 0, DAY):
        assert line[0] == ("▌", f"kind:{key}")
