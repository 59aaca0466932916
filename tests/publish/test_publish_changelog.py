"""The changelog: what is in it, in which order, in which words; the same board, the same bytes."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path
from typing import Any

import mdformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdformat_gfm._mdit_gfm_autolink_plugin import gfm_autolink_plugin  # type: ignore[import-untyped] # has no types
from publish.publish_ideas import CONFORMAL, idea, shared

from ideaboard.core.changelog import DIVISIONS, STYLES, Changelog, ChangelogOptions, build_changelog, parse_period
from ideaboard.core.credit import surname
from ideaboard.core.ideas import Archived, Idea, Origin, Paper, Response
from ideaboard.core.kinds import KINDS, Kind, Stage, Workflow
from ideaboard.core.words import WORDS, By, Words
from ideaboard.errors import InvalidInput, Refused
from ideaboard.publish.block import update_block
from ideaboard.publish.changelog import render_markdown

DATA = Path(__file__).parent.parent / "data" / "publish"
FLOW = Workflow()


def build(
    *ideas: Idea,
    notes: dict[str, str] | None = None,
    flow: Workflow = FLOW,
    words: Words = WORDS,
    **options: Any,
) -> Changelog:
    return build_changelog(ideas, flow, ChangelogOptions(**options), notes or {}, words)


def titles(changelog: Changelog) -> list[str]:
    return [entry.title for period in changelog.periods for section in period.sections for entry in section.entries]


def lines(*ideas: Idea, **options: Any) -> list[str]:
    """Return the entries as Markdown, without their bullets."""
    text = render_markdown(build(*ideas, **options), whole=False)
    return [line.removeprefix("- ") for line in text.splitlines() if line.startswith("- ")]


SAMPLE = [
    shared(1, "2025-03-14", title="tinyboard", summary="a 300-line kanban for the terminal", result="v0.1.0"),
    shared(
        2,
        "2025-03-02",
        title="Conformal prediction from scratch",
        kind="paper-to-code",
        summary="split conformal in 60 lines",
        result="3 of 4 claims reproduced",
        paper=CONFORMAL,
    ),
    shared(
        3,
        "2025-02-20",
        title="ISIC 2024: a small ensemble",
        kind="competition",
        summary="4 models keep 99% of the full score",
        result="41st of 2,739, silver",
    ),
    shared(4, "2025-02-03", title="Statistical Rethinking, chapters 1–4", kind="summary", summary="one page!"),
    shared(5, "2024-12-30", title="[Re] *Old* <b>news</b>", kind="zine", withdrawn=True, summary="taken back"),
    idea(6, stage="shared", title="# No link yet", created="2024-12-29T10:00:00.000Z"),
    idea(7, stage="making", title="1. Under way"),
    idea(8, stage="review", title="[ ] Nearly there"),
    idea(9, stage="outline", title="Nobody's business", private=True),
    idea(10, stage="idea", title="Only an idea"),
]
NOTES = {"2025-03": "A month about uncertainty:\none paper made runnable, and <the> tool.", "2025-01": "Nothing."}


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
    new = (DATA / "changelog-periods.md").read_text(encoding="utf-8")
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


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#")]


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


QUESTION = Response(id="r1", type="question", text="Why?", at="2025-03-15T00:00:00.000Z")


def test_an_answer_names_the_question() -> None:
    asked = shared(1, "2025-01-02", title="Asked [here](x)", responses=(QUESTION,))
    answer = shared(2, "2025-03-02", title="Because", origin=Origin(asked.id, "r1"), paper=CONFORMAL)
    assert lines(asked, answer)[0] == (
        "[Because](https://ada.example.org/2): one line on it. _Project; after "
        "[Angelopoulos & Bates, 2021](https://arxiv.org/abs/2107.07511); answers a question on "
        r"[Asked \[here\](x)](https://ada.example.org/1)_"
    )


def test_an_answer_to_what_has_no_link_names_it_in_words() -> None:
    asked = idea(1, title="*Asked*", responses=(QUESTION,))
    answer = shared(2, origin=Origin(asked.id, "r1"))
    assert lines(asked, answer)[0].endswith(r" _Project; answers a question on \*Asked\*_")


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


def test_wording() -> None:
    at = {"at": "2025-03-14T10:00:00.000Z"}
    assert lines(
        shared(1, title="a", summary="What is it?", result="(41st.)", **at),
        shared(2, title="b", summary="", result="v1", **at),
        shared(3, title="c", summary="", **at),
        shared(4, title="d", url=None, **at),
        shared(5, title="e", url="javascript:alert(1)", **at),
        shared(6, title="f", withdrawn=True, **at),
    ) == [
        "[a](https://ada.example.org/1): What is it? _Project, (41st.)_",
        "[b](https://ada.example.org/2) _Project, v1_",
        "[c](https://ada.example.org/3) _Project_",
        "d: one line on it. _Project_",
        "e: one line on it. _Project_",
        "f (withdrawn): one line on it. _Project_",
    ]


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        ("all 5 claims reproduced.", "All 5 claims reproduced"),
        ("v0.1.0", "v0.1.0"),
        ("iPad and Mac", "iPad and Mac"),
        ("p < 0.05", "p < 0.05"),
        ("k-means beats it", "k-means beats it"),
        ("silver, 41st of 2,739", "Silver, 41st of 2,739"),
        ("3 of 4 claims…", "3 of 4 claims…"),
        ("does it hold?", "Does it hold?"),
        ("élan", "Élan"),
    ],
)
def test_a_tail_is_in_sentence_case(result: str, shown: str) -> None:
    (line,) = lines(shared(1, result=result), by="kind", words=Words(day="{date}"))
    assert line == f"[Thing 1](https://ada.example.org/1): one line on it. _{shown}, 2025-03-14_"


def test_what_a_heading_says_is_not_said_again() -> None:
    one = shared(1, result="3 of 4 claims reproduced", kind="paper-to-code", paper=CONFORMAL)
    start = "[Thing 1](https://ada.example.org/1): one line on it. "
    after = "after [Angelopoulos & Bates, 2021](https://arxiv.org/abs/2107.07511)_"
    assert [lines(one, style=style) for style in ("list", "periods", "sections")] == [
        [f"{start}_Paper to code, 3 of 4 claims reproduced, 14 Mar 2025; {after}"],
        [f"{start}_Paper to code, 3 of 4 claims reproduced; {after}"],
        [f"{start}_3 of 4 claims reproduced; {after}"],
    ]
    assert lines(one, by="kind") == [f"{start}_3 of 4 claims reproduced, 14 Mar 2025; {after}"]
    plain = shared(1, kind="paper-to-code", paper=CONFORMAL)
    assert lines(plain, style="sections") == [f"{start}_A{after[1:]}"]
    assert lines(shared(1), style="sections") == [start.strip()]


def test_a_pair_of_tildes_in_two_places_strikes_nothing_out() -> None:
    one = shared(1, summary="~a", result="b~", url="https://ada.example.org/~ada/1", paper=CONFORMAL)
    assert lines(one)[0].startswith(r"[Thing 1](https://ada.example.org/~ada/1): \~a. _Project, b\~; after [Angel")
    assert "five ~5 GB" in lines(shared(1, summary="five ~5 GB", url="https://ada.example.org/~ada/1"))[0]


GERMAN_MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni")
GERMAN = Words(
    months=(*GERMAN_MONTHS, "Juli", "August", "September", "Oktober", "November", "Dezember"),
    short_months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    day="{day}. {short} {year}",
    week="Woche {week}, {year}",
    quarter="{quarter}. Quartal {year}",
    after="nach",
    answers="antwortet auf eine Frage zu",
    in_progress="In Arbeit",
    withdrawn="zurückgezogen",
    intro="Was ich gemacht und geteilt habe, das Neueste zuerst.",
)
ENGLISH = re.compile(r"(?i)\b(after|answers|question|progress|withdrawn|things|shared|newest|week|march|project)\b")


@pytest.mark.parametrize("by", DIVISIONS)
def test_all_words_can_be_given(by: By) -> None:
    flow = Workflow(
        kinds=(Kind("project", "Projekt", "Projekte"), Kind("paper-to-code", "Artikel als Code", "Artikel als Code")),
        stages=(Stage("idea", "Idee"), Stage("making", "Im Bau"), Stage("shared", "Geteilt")),
    )
    asked = shared(1, "2025-10-02", title="Gefragt", summary="eins", responses=(QUESTION,))
    ideas = [
        asked,
        shared(2, "2025-03-01", title="Weil", origin=Origin(asked.id, "r1"), summary="zwei", paper=CONFORMAL),
        shared(3, title="Weg", summary="drei", withdrawn=True, kind="paper-to-code"),
        idea(4, stage="making", title="Im Entstehen"),
    ]
    for style in ("sections", "list") if by == "none" else ("periods", "sections"):
        changelog = build(*ideas, flow=flow, by=by, style=style, words=GERMAN, in_progress=True)
        text = render_markdown(changelog, title="Geteilt", whole=True)
        assert not ENGLISH.search(text.replace("ideaboard:shared:", "")), text
        assert "nach [angelopoulos & bates, 2021]" in text.lower()
        assert "; antwortet auf eine Frage zu [Gefragt]" in text
        assert "Weg (zurückgezogen): drei." in text
        assert "In Arbeit" in text
    wanted = {
        "month": ["## Oktober 2025", "## März 2025"],
        "week": ["## Woche 40, 2025", "## Woche 11, 2025", "## Woche 9, 2025"],
        "quarter": ["## 4. Quartal 2025", "## 1. Quartal 2025"],
        "year": ["## 2025"],
        "kind": ["## Projekte", "## Artikel als Code"],
        "none": [],
    }[by]
    flat = render_markdown(build(*ideas, flow=flow, by=by, words=GERMAN), whole=False)
    assert headings(flat) == wanted
    assert ("_Artikel als Code, 14. März 2025_" in flat) is (by == "none")


def test_the_same_kind_in_two_periods_is_no_slip_for_a_linter() -> None:
    two, one = [shared(1), shared(2, "2025-02-03")], [shared(1), shared(2, "2025-02-03", kind="post")]
    text = render_markdown(build(*two, style="sections"), whole=False)
    assert text.startswith("<!-- markdownlint-disable MD024 -->\n\n## March 2025\n\n### Projects\n")
    assert text.endswith("\n\n<!-- markdownlint-enable MD024 -->\n")
    assert "markdownlint" not in render_markdown(build(*one, style="sections"), whole=False)
    assert "markdownlint" not in render_markdown(build(*two), whole=False)
    mdx = "{/* ideaboard:shared:start */}\n{/* ideaboard:shared:end */}\n"
    written = update_block(mdx, "shared", text, force=False)
    assert "{/* markdownlint-disable MD024 */}" in written
    assert "<!--" not in written


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


PIECES = [
    "a",
    "~b",
    "c~",
    "*d*",
    "_e_",
    "f_",
    "[g]",
    "[h",
    "i]",
    "<j>",
    "`k",
    r"l\\",
    "m:",
    "1.",
    "&amp;",
    "n_o",
    "(p)",
]


@given(
    texts=st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(" ".join), min_size=3, max_size=3),
    url=st.sampled_from(["https://ada.example.org/~ada/1", None]),
    style=st.sampled_from(STYLES),
    about=st.sampled_from([None, CONFORMAL]),
)
def test_a_line_is_a_link_a_text_and_a_tail(texts: list[str], url: str | None, style: str, about: Paper | None) -> None:
    title, summary, result = texts
    one = shared(1, title=title, summary=summary, result=result, url=url, paper=about, kind="post")
    (line,) = lines(one, style=style)
    parsed = MarkdownIt("commonmark").enable("strikethrough").parseInline(line)[0].children or []
    assert {token.type for token in parsed} <= {"text", "em_open", "em_close", "link_open", "link_close"}
    assert [token.type for token in parsed].count("em_open") == 1
    assert parsed[-1].type == "em_close"
    assert [token.type for token in parsed].count("link_open") == bool(url) + bool(about)
    read = "".join(token.content for token in parsed if token.type == "text").casefold()
    assert read.startswith(f"{title}: {summary}".casefold())
    assert result.removesuffix(".").casefold() in read


GITHUB = MarkdownIt("commonmark").enable("strikethrough").use(gfm_autolink_plugin)


def kept(page: str) -> None:
    assert mdformat.text(page, extensions=("gfm",)) == page


WITH_ADDRESSES = [
    shared(21, summary="see https://x.org/a_b_(c), www.x.org/d_e or me@x.org", result="https://x.org/f_g_"),
    shared(22, "2025-02-03", summary='"https://x.org/~h"', result="*i* https://x.org/日本", paper=CONFORMAL),
    shared(23, "2025-02-04", title="https://x.org/j_k", url=None, summary="<https://x.org/l>", kind="post"),
    shared(24, "2025-01-04", title="Why?", result="best_paper, 1st of 2,739."),
    shared(25, "2025-01-03", title="[Re] m", summary="", kind="post"),
]


@pytest.mark.parametrize("options", [{"style": style} for style in STYLES] + [{"by": by} for by in DIVISIONS])
def test_a_formatter_leaves_every_style_alone_and_no_address_is_bare(options: dict[str, Any]) -> None:
    changelog = build(*WITH_ADDRESSES, *SAMPLE, **options, notes={"2025-02": "See https://x.org."}, in_progress=True)
    page = render_markdown(changelog, whole=True)
    kept(page)
    tokens = [token for token in GITHUB.parse(page) if token.children]
    assert not [token.content for token in tokens for inner in token.children or [] if "autolink" in inner.type]
    for written in (
        "<https://x.org/f_g_>",
        "[www.x.org/d_e](http://www.x.org/d_e)",
        "<me@x.org>",
        "<https://x.org/j_k>",
    ):
        assert written in page


@given(
    moments=st.lists(st.sampled_from(["2025-03-14T10:00:00.000Z", "2025-03-14T10:00:00Z", "2025-04-01"]), max_size=6),
    limit=st.integers(1, 7),
)
def test_a_limit_keeps_the_first_of_all(moments: list[str], limit: int) -> None:
    ideas = [shared(n, at=at, title=f"{'cab'[n % 3]}{n}") for n, at in enumerate(moments)]
    assert build(*ideas, limit=limit).entries == build(*ideas).entries[:limit]


@settings(max_examples=60, deadline=None)
@given(ideas=boards(), seed=st.integers(0, 99), by=st.sampled_from(["month", "week", "none"]))
def test_same_board_same_bytes(ideas: list[Idea], seed: int, by: By) -> None:
    page = render_markdown(build(*ideas, by=by), whole=True)
    mixed = list(ideas)
    random.Random(seed).shuffle(mixed)
    changelog = build(*mixed, by=by)
    assert render_markdown(changelog, whole=True) == page
    assert update_block(page, "shared", render_markdown(changelog, whole=False), force=False) == page
    assert len(changelog.entries) == len(ideas)
