"""The changelog: what is in it, in which order, in which words; the same board, the same bytes."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import mdformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publish.publish_changelogs import FLOW, NOTES, QUESTION, SAMPLE, build, headings
from publish.publish_ideas import CONFORMAL, idea, shared

from ideaboard.core.changelog import STYLES, Changelog, parse_period
from ideaboard.core.credit import surname
from ideaboard.core.ideas import Archived, Idea, Origin, Paper, Response
from ideaboard.core.kinds import KINDS, Kind, Workflow
from ideaboard.core.words import FORMER_INTRO, WORDS, By
from ideaboard.errors import InvalidInput, Refused
from ideaboard.publish.block import update_block
from ideaboard.publish.changelog import render_markdown

DATA = Path(__file__).parent.parent / "data" / "publish"


def titles(changelog: Changelog) -> list[str]:
    return [entry.title for period in changelog.periods for section in period.sections for entry in section.entries]


@pytest.mark.parametrize("style", STYLES)
def test_golden_page(style: str) -> None:
    page = render_markdown(build(*SAMPLE, notes=NOTES, in_progress=True, style=style), whole=True)
    assert page == (DATA / f"changelog-{style}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("style", STYLES)
def test_the_golden_page_survives_a_formatter(style: str) -> None:
    page = (DATA / f"changelog-{style}.md").read_text(encoding="utf-8")
    assert mdformat.text(page, extensions=("gfm",)) == page


def test_a_block_of_the_first_form_is_brought_up_to_date() -> None:
    old = (DATA / "changelog-1.md").read_text(encoding="utf-8")
    body = render_markdown(build(*SAMPLE, notes=NOTES, in_progress=True), whole=False)
    new = (DATA / "changelog-periods.md").read_text(encoding="utf-8").replace(WORDS.intro, FORMER_INTRO)
    assert update_block(old, "shared", body, force=False) == new
    formatted = mdformat.text(old, extensions=("gfm",))
    assert update_block(formatted, "shared", body, force=False) == new
    with pytest.raises(Refused):
        update_block(old.replace("keep 99%", "keep 98%"), "shared", body, force=False)


def test_body_is_what_the_page_holds() -> None:
    changelog = build(*SAMPLE)
    page = render_markdown(changelog, whole=True)
    assert update_block(page, "shared", render_markdown(changelog, whole=False), force=False) == page


def test_title_and_name_of_the_page() -> None:
    page = render_markdown(build(), title="Made in C#", whole=True, name="made")
    assert page.startswith("# Made in C\\#\n")
    assert "<!-- ideaboard:made:start sum=" in page
    assert render_markdown(build(), whole=False) == ""


@pytest.mark.parametrize(
    ("by", "keys", "headings"),
    [
        (None, ["2027-01", "2025-12", "2025-01"], ["January 2027", "December 2025", "January 2025"]),
        ("month", ["2027-01", "2025-12", "2025-01"], ["January 2027", "December 2025", "January 2025"]),
        ("week", ["2026-W53", "2026-W01", "2025-W01"], ["Week 53, 2026", "Week 1, 2026", "Week 1, 2025"]),
        ("quarter", ["2027-Q1", "2025-Q4", "2025-Q1"], ["Q1 2027", "Q4 2025", "Q1 2025"]),
        ("year", ["2027", "2025"], ["2027", "2025"]),
        ("kind", [""], [""]),
        ("none", [""], [""]),
    ],
)
def test_periods(by: By | None, keys: list[str], headings: list[str]) -> None:
    ideas = [shared(1, "2025-12-29"), shared(2, "2027-01-01"), shared(3, "2025-01-01")]
    periods = build(*ideas, by=by).periods
    assert [period.key for period in periods] == keys
    assert [period.heading for period in periods] == headings


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, ["## In progress", "## March 2025", "## February 2025"]),
        ({"style": "list"}, []),
        ({"by": "none"}, []),
        ({"style": "periods", "by": "none"}, []),
        ({"by": "kind"}, ["## In progress", "## Projects", "## Posts and videos", "## Summaries"]),
        ({"style": "sections", "by": "none"}, ["## In progress", "## Projects", "## Posts and videos", "## Summaries"]),
        ({"style": "sections", "by": "kind"}, ["## In progress", "## Projects", "## Posts and videos", "## Summaries"]),
        (
            {"style": "sections", "heading_level": 6},
            [
                f"###### {head}"
                for head in ("In progress", "March 2025", "Projects", "Posts and videos", "February 2025", "Summaries")
            ],
        ),
        (
            {"style": "sections", "by": "year", "heading_level": 1},
            ["# In progress", "# 2025", "## Projects", "## Posts and videos", "## Summaries"],
        ),
    ],
)
def test_headings_of_the_styles(options: dict[str, Any], found: list[str]) -> None:
    ideas = [shared(1), shared(2, kind="post"), shared(3, "2025-02-03", kind="summary"), idea(4, stage="making")]
    text = render_markdown(build(*ideas, in_progress=True, **options), whole=False)
    assert headings(text) == found
    assert sum(line.startswith("- ") for line in text.splitlines()) == len(ideas)


def test_order_is_by_moment_then_title_then_id() -> None:
    same = "2025-03-14T10:00:00.000Z"
    ideas = [
        shared(1, title="b", at=same),
        shared(3, title="a", at=same),
        shared(2, title="a", at=same),
        shared(4, title="z", at="2025-03-14T10:00:00Z"),
        shared(5, title="newest", at="2025-03-14T10:00:00.001Z"),
        shared(6, title="with an offset", at="2025-03-14T08:00:00-05:00"),
    ]
    random.Random(3).shuffle(ideas)
    (section,) = build(*ideas).periods[0].sections
    assert [entry.id[-1] for entry in section.entries] == ["6", "5", "2", "3", "1", "4"]


def test_the_local_day_decides_the_month() -> None:
    (period,) = build(shared(1, "2025-03-31", at="2025-04-01T03:00:00.000Z")).periods
    assert period.key == "2025-03"


def test_kinds_in_order_and_unknown_ones_last() -> None:
    ideas = [shared(n, kind=key) for n, key in enumerate(["zine", "summary", "art", "project", "post"])]
    (period,) = build(*ideas).periods
    assert [(section.kind, section.heading) for section in period.sections] == [
        ("project", "Projects"),
        ("post", "Posts and videos"),
        ("summary", "Summaries"),
        ("art", "art"),
        ("zine", "zine"),
    ]
    flow = Workflow(kinds=(Kind("zine", "Zine", "Zines"), *KINDS))
    assert build(*ideas, flow=flow).periods[0].sections[0].heading == "Zines"


def test_archived_counts_and_a_candidate_does_not() -> None:
    gone = Archived(at="2025-04-01T00:00:00.000Z", because="done")
    ideas = [shared(1, archived=gone), idea(2, stage="candidate"), idea(3, stage="making", archived=gone), idea(4)]
    assert titles(build(*ideas)) == ["Thing 1"]
    assert build(*ideas, in_progress=True).in_progress == ()


def test_in_progress_the_nearest_to_being_shared_first() -> None:
    listed = build(*SAMPLE, in_progress=True).in_progress
    assert [(item.title, item.status) for item in listed] == [
        ("[ ] Nearly there", "Review"),
        ("1. Under way", "Making"),
    ]
    assert build(*SAMPLE).in_progress == ()


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"since": "2025-02"}, ["Thing 4", "Thing 3", "Thing 2"]),
        ({"until": "2025-02"}, ["Thing 2", "Thing 1"]),
        ({"since": "2025", "until": "2025-02-28"}, ["Thing 2"]),
        ({"since": "2025-W09", "until": "2025-W09"}, ["Thing 3", "Thing 2"]),
        ({"kinds": ("summary", "post")}, ["Thing 4"]),
        ({"tags": ("bayes", "lora")}, ["Thing 4", "Thing 1"]),
        ({"tags": ("lora",), "kinds": ("project",)}, ["Thing 1"]),
        ({"limit": 2}, ["Thing 4", "Thing 3"]),
        ({"limit": 9, "since": "2026"}, []),
    ],
)
def test_what_is_shown(options: dict[str, Any], wanted: list[str]) -> None:
    ideas = [
        shared(1, "2024-12-31", tags=("lora",)),
        shared(2, "2025-02-28"),
        shared(3, "2025-03-01"),
        shared(4, "2025-06-30", kind="summary", tags=("bayes", "lora")),
    ]
    assert titles(build(*ideas, **options)) == wanted


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("2025-Q2", "2025-04-01", "2025-06-30"),
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2025-W01", "2024-12-30", "2025-01-05"),
        (" 2025-03-02 ", "2025-03-02", "2025-03-02"),
    ],
)
def test_periods_are_read(text: str, first: str, last: str) -> None:
    assert parse_period(text) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25",
        "2025-13",
        "2025-02-30",
        "2025-W54",
        "2025-W53",
        "0000",
        "9999-W53",
        "2025-3",
        "٢٠٢٥",
        "2025-03-02x",
        "30d",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not a year, month, week or day"):
        parse_period(text)


@pytest.mark.parametrize(
    "options",
    [
        {"limit": 0},
        {"limit": -1},
        {"by": "day"},
        {"since": "2025-04", "until": "2025-03"},
        {"until": "x"},
        {"style": "table"},
        {"style": "list", "by": "week"},
        {"heading_level": 0},
        {"heading_level": 7},
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        build(**options)


@pytest.mark.parametrize(
    "asked",
    [
        idea(1, private=True, responses=(QUESTION,)),
        idea(1, responses=(Response(id="r1", type="opportunity", text="Talk", at=QUESTION.at),)),
        idea(3),
    ],
    ids=["private", "opportunity", "deleted"],
)
def test_no_answer_is_claimed(asked: Idea) -> None:
    (entry,) = build(asked, shared(2, origin=Origin("b0000001", "r1"))).entries
    assert entry.answers is None


@pytest.mark.parametrize(
    ("authors", "published", "label"),
    [
        (("Edward J. Hu", "Yelong Shen", "Phillip Wallis"), "2021-06-17T00:00:00Z", "Hu et al., 2021"),
        (("Aad van der Vaart",), None, "van der Vaart, 2021"),
        (("ATLAS Collaboration",), "2012-07-31T00:00:00Z", "ATLAS Collaboration, 2012"),
        (("Bates, Stephen", "John Smith Jr."), "2021", "Bates & Smith, 2021"),
        (("李明", "O'Neil"), "soon", "李明 & O'Neil, 2021"),
        ((), "2021-01-01T00:00:00Z", "arXiv:2101.00001, 2021"),
    ],
)
def test_credit(authors: tuple[str, ...], published: str | None, label: str) -> None:
    (entry,) = build(shared(1, paper=Paper(arxiv_id="2101.00001", authors=authors, published=published))).entries
    assert entry.credit is not None
    assert (entry.credit.label, entry.credit.url) == (label, "https://arxiv.org/abs/2101.00001")


def test_surnames_of_odd_names() -> None:
    names = ["de la Cruz", "Plato", "", "Maria de los Angeles", "John Doe III", "Jr.", "The DUNE Collaboration"]
    found = ["de la Cruz", "Plato", "", "de los Angeles", "Doe", "Jr.", "The DUNE Collaboration"]
    assert [surname(name) for name in names] == found


def test_broken_dates_in_a_file_do_not_stop_it() -> None:
    ideas = [shared(1, "yesterday", at="then"), shared(2, "2025-02-30", at="2025-02-28T10:00:00.000Z")]
    assert [(entry.date, entry.at) for entry in build(*ideas).entries] == [
        ("2025-02-28", "2025-02-28T10:00:00.000Z"),
        ("1970-01-01", "1970-01-01T00:00:00.000Z"),
    ]


@st.composite
def boards(draw: st.DrawFn) -> list[Idea]:
    days = st.dates(date(2024, 11, 1), date(2025, 2, 28)).map(date.isoformat)
    text = st.text(max_size=12)
    return [
        draw(
            st.builds(
                shared,
                st.just(number),
                days,
                title=text.map(lambda title: title.strip() or "x"),
                summary=text,
                result=text,
                kind=st.sampled_from([*FLOW.kind_keys, "zine"]),
                withdrawn=st.booleans(),
                paper=st.sampled_from([None, CONFORMAL]),
            )
        )
        for number in range(draw(st.integers(0, 8)))
    ]


@given(
    moments=st.lists(st.sampled_from(["2025-03-14T10:00:00.000Z", "2025-03-14T10:00:00Z", "2025-04-01"]), max_size=6),
    limit=st.integers(1, 7),
)
def test_a_limit_keeps_the_first_of_all(moments: list[str], limit: int) -> None:
    ideas = [shared(n, at=at, title=f"{'cab'[n % 3]}{n}") for n, at in enumerate(moments)]
    assert build(*ideas, limit=limit).entries == build(*ideas).entries[:limit]


@settings(deadline=None)
@given(ideas=boards(), seed=st.integers(0, 99), by=st.sampled_from(["month", "week", "none"]))
def test_same_board_same_bytes(ideas: list[Idea], seed: int, by: By) -> None:
    page = render_markdown(build(*ideas, by=by), whole=True)
    mixed = list(ideas)
    random.Random(seed).shuffle(mixed)
    changelog = build(*mixed, by=by)
    assert render_markdown(changelog, whole=True) == page
    assert update_block(page, "shared", render_markdown(changelog, whole=False), force=False) == page
    assert len(changelog.entries) == len(ideas)
