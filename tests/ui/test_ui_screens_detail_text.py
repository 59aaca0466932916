"""What the detail shows of an idea, as rows: its sections, its wrapping, and the Markdown of the notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from hostile import HOSTILE_TITLES
from hypothesis import example, given
from hypothesis import strategies as st
from ui.board_pilot import NOW, PAPER, RICH, SHARED, ago, make_idea

from ideaboard.core.board import Board
from ideaboard.core.ideas import Archived, Idea, Link, Origin, Response, Step
from ideaboard.core.kinds import Workflow
from ideaboard.service.history import LogEntry
from ideaboard.ui.detail.markdown import inline, markdown_rows, note_links
from ideaboard.ui.detail.rows import Look, detail_rows, numbered_links
from ideaboard.ui.drawing.cells import width_of
from ideaboard.ui.drawing.rows import LINK, Row, wrapped

LOOK = Look(Board.of([RICH, SHARED], Workflow()), NOW)


def text_of(idea: Idea, width: int = 60, look: Look = LOOK) -> str:
    return "\n".join(row.plain for row in detail_rows(idea, width, look))


# Rows


def test_everything_about_an_idea_is_there_in_order() -> None:
    text = text_of(RICH, 70)
    wanted = [
        "[Re] Conformal [/b]",
        "Paper to code · Making since 2026-11-21 (3 days)",
        "#bayes #[t]",
        "due 2026-11-30, in 6 days",
        "id bcdf2345 · private",
        "draft /home/me/draft.md",
        "Waiting for an answer 2",
        "! A talk · opportunity, 9 days ago",
        "? Why [0]? · question, 2 days ago",
        "Notes",
        "Show why the split works with alpha, see the tutorial.",
        "Paper arXiv:2107.07511v5",
        "there is a newer version: v6",
        "A Gentle Introduction to Conformal Prediction",
        "Anastasios N. Angelopoulos, Stephen Bates, Third Author and 2 more",
        "2021-07-15, revised 2022-12-07",
        "Machine Learning (cs.LG), Machine Learning (stat.ML)",
        "Blog and video",
        "Conformal prediction gives sets with 1-α coverage.",
        "Links",
        "1 example.org/main",
        "2 github.com/me/x · repository",
        "Ready to share 1 of",
        "✓ the tolerance of each claim",
        "Trail",
        "Idea     2026-10-25  18 days",
        "Outline  2026-11-12  9 days",
        "Making   2026-11-21  3 days so far",
        "Responses 2",
        "+ Grace · follower, 5 days ago",
        "? How? · question, 8 days ago, answered 1 day ago",
    ]
    at = 0
    for part in wanted:
        found = text.find(part, at)
        assert found >= 0, f"{part!r} is not in\n{text[at:]}"
        at = found + len(part)


@pytest.mark.parametrize("width", range(34, 52))
def test_the_days_of_a_stage_are_not_torn_apart(width: int) -> None:
    lines = text_of(RICH, width).splitlines()[1:4]
    assert any("(3 days)" in line for line in lines)
    assert ("(3 days)" in lines[0]) == (width >= len("Paper to code · Making since 2026-11-21 (3 days)"))
    assert any("Making since 2026-11-21 (3 days)" in line for line in lines), "and by what they are counted from"


def test_a_share_says_where_and_when_and_a_missing_link_is_said() -> None:
    assert "Shared 2026-11-12\nIn one line\nhttps://example.org/post\n" in text_of(SHARED)
    assert SHARED.share is not None
    bare = replace(SHARED, share=replace(SHARED.share, url=None, withdrawn=True, channels=("x",), result="v1"))
    text = text_of(bare)
    assert "Shared 2026-11-12, withdrawn since\nIn one line\nv1\nno link yet\nalso on x" in text


def test_what_is_not_there_is_not_mentioned() -> None:
    text = text_of(make_idea("bcdf2345", days=0))
    assert text.startswith("Title of bcdf2345\nPost or video · Idea since 2026-11-24\nid bcdf2345\n\nReady to share")
    for word in ("Notes", "Links", "Paper", "Waiting", "Responses", "Log", "due 2", "· private"):
        assert word not in text


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2026-11-24", "due 2026-11-24, today"),
        ("2026-11-23", "due 2026-11-23, 1 day late"),
        ("2026-12-24", "due 2026-12-24, in 30 days"),
        ("someday", "due someday"),
    ],
)
def test_due(due: str, said: str) -> None:
    assert said in text_of(make_idea("bcdf2345", due=due)).split("\n")


def test_archived_origin_and_withdrawn_papers() -> None:
    idea = make_idea(
        "bcdf2345",
        archived=Archived(at=ago(4), because="parked", note="no time"),
        origin=Origin(SHARED.id, "r1"),
        paper=replace(PAPER, withdrawn=True),
    )
    text = text_of(idea)
    assert "archived as parked 4 days ago: no time" in text
    assert "came from a response to 'A shared thing'" in text
    assert "withdrawn from arXiv" in text
    assert "which is gone" in text_of(replace(idea, origin=Origin("nobody22", "r1")))


def test_moments_that_cannot_be_read_are_shown_as_they_are() -> None:
    broken = replace(RICH, trail=(Step("idea", "soon"), Step("gone", "later")), paper=replace(PAPER, published="once"))
    assert "soon" in text_of(broken)


def test_links_are_numbered_the_main_one_first_and_each_once() -> None:
    links = [link.url for link in numbered_links(RICH)]
    assert links[:2] == ["https://example.org/main", "https://github.com/me/x"]
    assert "https://arxiv.org/abs/2107.07511" in links
    assert "https://example.org/tutorial" in links
    assert len(links) == len(set(links))
    assert numbered_links(SHARED)[0].url == "https://example.org/post"


@pytest.mark.parametrize("width", [1, 10, 13, 24, 40, 77])
@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_no_row_is_wider_than_the_pane(width: int, title: str) -> None:
    hostile = replace(
        RICH,
        title=title,
        notes=f"# {title}\n\n- {title}\n> {title}\n\n```\n{title}\n```\n| {title} | b |\n|---|---|\n",
        tags=(title,),
        draft=title,
        links=(Link(f"https://x.org/{title}", title),),
        responses=(Response(id="r", type="question", text=title, at=ago(1)),),
        paper=replace(PAPER, title=title, abstract=title, authors=(title,), comment=title),
    )
    for row in detail_rows(hostile, width, LOOK):
        assert width_of(row.plain) <= max(10, width)
        assert row.plain.isprintable()


# Wrapping


@given(
    st.lists(st.tuples(st.text("ab 日é\t\n\x1b🚀", max_size=30), st.sampled_from(["a", "b"])), max_size=6),
    st.integers(1, 30),
)
def test_wrapping_keeps_every_character_and_the_width(pieces: list[tuple[str, str]], width: int) -> None:
    from ideaboard.ui.drawing.cells import tame

    lines = list(wrapped(pieces, width))
    assert all(width_of("".join(text for text, _ in line)) <= width for line in lines)
    if width > 1:
        before = "".join(tame(text) for text, _ in pieces).replace(" ", "")
        assert "".join(text for line in lines for text, _ in line).replace(" ", "") == before


def test_wrapping_breaks_at_blanks_and_keeps_styles() -> None:
    lines = list(wrapped([("one ", "a"), ("two", "b"), (", three", "a")], 9))
    assert lines == [(("one ", "a"), ("two", "b"), (",", "a")), (("three", "a"),)]
    assert list(wrapped([("aaaa bb", "x")], 4, (("- ", "m"),), (("  ", "m"),))) == [
        (("- ", "m"), ("aa", "x")),
        (("  ", "m"), ("aa", "x")),
        (("  ", "m"), ("bb", "x")),
    ]


# Markdown


def drawn(text: str, width: int = 40) -> list[str]:
    return [row.plain for row in markdown_rows(text, width)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("# Head #\ntext", ["Head", "", "text"]),
        ("Head\n===\ntext", ["Head", "", "text"]),
        ("a\nb", ["a b"]),
        ("a  \nb", ["a", "b"]),
        ("a\\\nb", ["a", "b"]),
        ("a\n\n\n\nb", ["a", "", "b"]),
        ("- a\n- b\n  more\n    - c", ["• a", "• b more", "    • c"]),
        ("1. a\n2) b", ["1. a", "2) b"]),
        ("- [ ] a\n- [x] b", ["○ a", "✓ b"]),
        ("> a\n> b\nc", ["▎ a b c"]),
        ("> a\n\nb", ["▎ a", "", "b"]),
        ("> - a\n> - b", ["▎ • a", "▎ • b"]),
        ("```py\n  *x* \n\n[b]\n```\nend", ["    *x*", "   ", "  [b]", "", "end"]),
        ("~~~\nopen", ["  open"]),
        ("    code\n\nend", ["  code", "", "end"]),
        ("***", ["─" * 40]),
        ("| a | bb |\n|---|:-:|\n| ccc | d |", ["a    bb", "ccc  d "]),
        ("a | b", ["a | b"]),
        ("<!-- x -->", ["<!-- x -->"]),
        ("#hash", ["#hash"]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_blocks(text: str, rows: list[str]) -> None:
    assert drawn(text) == rows


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a *b* c", [("a ", "t"), ("b", "em"), (" c", "t")]),
        ("**b _c_**", [("b ", "strong"), ("c", "em")]),
        ("`*x*` ``a`b``", [("*x*", "code"), (" ", "t"), ("a`b", "code")]),
        ("~~no~~", [("no", "struck")]),
        ("2*3*4 snake_case_name", [("2*3*4 snake_case_name", "t")]),
        (r"\*a\*", [("*", "t"), ("a", "t"), ("*", "t")]),
        ("[a](https://x.org/(b))", [("a", LINK + "https://x.org/(b)")]),
        ("[[Re] Why [red]?](https://x.org) b", [("[Re] Why [red]?", LINK + "https://x.org"), (" b", "t")]),
        ("![alt](https://x.org/i.png)", [("alt", LINK + "https://x.org/i.png")]),
        ("[a](<https://x.org/b c>)", [("a", LINK + "https://x.org/b c")]),
        ("<https://x.org>", [("https://x.org", LINK + "https://x.org")]),
        ("(https://x.org/a_(b)).", [("(", "t"), ("https://x.org/a_(b)", LINK + "https://x.org/a_(b)"), (").", "t")]),
        ("[a](javascript:alert(1))", [("[a](javascript:alert(1))", "t")]),
        ("[b] [/b] [0]", [("[b] [/b] [0]", "t")]),
    ],
)
def test_inline(text: str, pieces: list[tuple[str, str]]) -> None:
    assert inline(text, "t") == pieces


def test_links_of_notes_are_found_once_and_only_safe_ones() -> None:
    text = "[a](https://x.org/1) https://x.org/2. <https://x.org/1> [j](javascript:x) [m](mailto:a@b.org)"
    assert note_links(text, 9) == [("a", "https://x.org/1"), ("", "https://x.org/2"), ("m", "mailto:a@b.org")]
    assert len(note_links(text, 1)) == 1


@given(st.text("ab*_`[]()<>#->|\\ \n\t~!1.日🚀", max_size=200), st.integers(8, 60))
@example(" \tblanks before a tab are less than a tab", 20)
@example("a|b\n\n \t- c\n  \t> d", 20)
@example("|-|\n|-|\n|-|", 20)
def test_any_text_is_drawn_within_its_width(text: str, width: int) -> None:
    for row in markdown_rows(text, width):
        assert width_of(row.plain) <= width


def test_long_notes_are_only_read_as_far_as_they_are_seen() -> None:
    taken = 0

    def lines() -> Iterator[Row]:
        nonlocal taken
        for row in markdown_rows("word *word* " * 10_000 + "\n\n" + "- item\n" * 50_000, 60):
            taken += 1
            yield row

    assert len(list(islice(lines(), 40))) == 40
    assert taken == 40


def test_a_shared_idea_shows_its_link_once_and_its_checklist_on_one_line() -> None:
    text = text_of(SHARED)
    assert text.count("example.org/post") == 1
    (line,) = [line for line in text.split("\n") if "Ready to share" in line]
    assert line.startswith("Ready to share: 0 of ")
    assert "○" not in text
    assert "○" in text_of(replace(SHARED, stage="review", share=None)), "what is not shared yet has its points"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("wrote down a response to 'A shared thing'", "wrote down a response"),
        ("answered a response to 'A shared thing'", "answered a response"),
        ("ticked a point of 'A shared thing'", "ticked a point"),
        ("moved 'A shared thing' to Review", "moved to Review"),
        ("took back a change of 'A shared thing'", "took back a change"),
        ("added 'another'", "added 'another'"),
    ],
)
def test_the_log_says_whole_sentences(said: str, shown: str) -> None:
    entry = LogEntry("x", ago(1), "respond", said, "me", undone=False, changes=())
    lines = [row.plain for row in detail_rows(SHARED, 80, replace(LOOK, log=(entry,)))]
    assert lines[-1].endswith(f"  {shown}")
