"""The lines of the changelog: the words of each style, in any language, that formatters leave alone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import mdformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdformat_gfm._mdit_gfm_autolink_plugin import gfm_autolink_plugin  # type: ignore[import-untyped] # has no types
from publish.publish_changelogs import QUESTION, SAMPLE, build, headings, lines
from publish.publish_ideas import CONFORMAL, idea, shared

from ideaboard.core.changelog import DIVISIONS, STYLES
from ideaboard.core.ideas import Origin, Paper
from ideaboard.core.kinds import Kind, Stage, Workflow
from ideaboard.core.words import By, Words
from ideaboard.publish.block import update_block
from ideaboard.publish.changelog import render_markdown


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
    assert line == f"[Thing 1](https://ada.example.org/1): one line on it. _{shown} · 2025-03-14_"


def test_what_a_heading_says_is_not_said_again() -> None:
    one = shared(1, result="3 of 4 claims reproduced", kind="paper-to-code", paper=CONFORMAL)
    start = "[Thing 1](https://ada.example.org/1): one line on it. "
    after = "after [Angelopoulos & Bates, 2021](https://arxiv.org/abs/2107.07511)"
    assert [lines(one, style=style) for style in ("list", "periods", "sections")] == [
        [f"{start}_Paper to code, 3 of 4 claims reproduced; {after} · 14 Mar 2025_"],
        [f"{start}_Paper to code, 3 of 4 claims reproduced; {after}_"],
        [f"{start}_3 of 4 claims reproduced; {after}_"],
    ]
    assert lines(one, by="kind") == [f"{start}_3 of 4 claims reproduced; {after} · 14 Mar 2025_"]
    plain = shared(1, kind="paper-to-code", paper=CONFORMAL)
    assert lines(plain, style="sections") == [f"{start}_A{after[1:]}_"]
    assert lines(shared(1), style="sections") == [start.strip()]


@pytest.mark.parametrize(
    ("kind", "tail"),
    [
        ("paper-to-code", "_3 of 4 claims reproduced; after"),
        ("summary", "_3 of 4 claims reproduced; after"),
        ("post", "_Post, 3 of 4 claims reproduced; after"),
    ],
)
def test_a_kind_that_the_title_says_is_not_said_again(kind: str, tail: str) -> None:
    theirs = shared(1, result="3 of 4 claims reproduced", kind=kind, paper=CONFORMAL, title=CONFORMAL.title)
    assert tail in lines(theirs)[0]
    own = replace(theirs, title="Coverage, by hand")
    assert lines(own)[0].count(Workflow().kind_label(kind).removesuffix(" or video")) == 1


def test_one_post_is_a_post_or_a_video() -> None:
    post, video = shared(1, kind="post"), shared(2, kind="post", tags=("vlog",))
    assert [line.split("_")[1] for line in lines(video, post)] == ["Video", "Post"]
    named = Workflow(kinds=(Kind("post", "Essay", "Essays"),))
    assert lines(video, flow=named)[0].endswith("_Essay_"), "who names the kind names it"


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
    assert ("_Artikel als Code · 14. März 2025_" in flat) is (by == "none")


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
