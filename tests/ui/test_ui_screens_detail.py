"""The detail pane: what it shows, what its keys ask for, and that it never does more work than what is in sight."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import pytest
from hostile import HOSTILE_TITLES
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from ui_screens_support import NOW, PAPER, SHARED, ago, make_idea, service_with

from ideaboard.core.board import Board
from ideaboard.core.checklists import checklist
from ideaboard.core.ideas import Archived, Idea, Link, Origin, Response, Step
from ideaboard.core.kinds import Workflow
from ideaboard.service import Service
from ideaboard.ui.cells import width_of
from ideaboard.ui.inks import Inks
from ideaboard.ui.widgets.detail import DetailPane
from ideaboard.ui.widgets.detail_markdown import inline, markdown_rows, note_links
from ideaboard.ui.widgets.detail_rows import Look, detail_rows, numbered_links
from ideaboard.ui.widgets.detail_text import LINK, Row, wrapped

NOTES = """# Plan

Show *why* the **split** works with `alpha`, see [the tutorial](https://example.org/tutorial).
"""
RICH = make_idea(
    "bcdf2345",
    "[Re] Conformal [/b]",
    "making",
    kind="paper-to-code",
    tags=("bayes", "[t]"),
    due="2026-11-30",
    notes=NOTES,
    url="https://example.org/main",
    links=(Link("https://github.com/me/x", "repository"),),
    paper=replace(PAPER, latest_version="v6"),
    trail=(Step("idea", ago(30)), Step("outline", ago(12)), Step("making", ago(3))),
    private=True,
    draft="/home/me/draft.md",
    ticks=("tolerance",),
    responses=(
        Response(id="r111", type="question", text="Why [0]?", at=ago(2)),
        Response(id="r222", type="follower", text="Grace", at=ago(5)),
        Response(id="r333", type="opportunity", text="A talk", url="https://example.org/talk", at=ago(9)),
        Response(id="r444", type="question", text="How?", at=ago(8), answered=ago(1)),
    ),
)
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
    from ideaboard.ui.cells import tame

    lines = list(wrapped(pieces, width))
    assert all(width_of("".join(text for text, _ in line)) <= width for line in lines)
    if width > 1:
        before = "".join(tame(text) for text, _ in pieces).replace(" ", "")
        assert "".join(text for line in lines for text, _ in line).replace(" ", "") == before


def test_wrapping_breaks_at_blanks_and_keeps_styles() -> None:
    lines = list(wrapped([("one ", "a"), ("two", "b"), (", three", "a")], 9))
    assert lines == [(("one", "a"), (" ", "a"), ("two", "b"), (",", "a")), (("three", "a"),)]
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


# The pane


class _Host(App[None]):
    def __init__(self, service: Service) -> None:
        super().__init__()
        self.service = service
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield DetailPane(self.service, Inks(self.theme_variables, self.service.workflow))

    def on_detail_pane_link_opened(self, event: DetailPane.LinkOpened) -> None:
        self.heard.append(event)

    on_detail_pane_yanked = on_detail_pane_link_opened
    on_detail_pane_yank_asked = on_detail_pane_link_opened
    on_detail_pane_point_ticked = on_detail_pane_link_opened
    on_detail_pane_response_answered = on_detail_pane_link_opened
    on_detail_pane_response_taken = on_detail_pane_link_opened
    on_detail_pane_closed = on_detail_pane_link_opened


@dataclass
class _Open:
    pilot: Pilot[None]
    pane: DetailPane
    heard: list[Message] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def picture(self) -> str:
        lines = self.pilot.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = service_with(tmp_path, [RICH, SHARED])
    yield opened
    opened.close()


@asynccontextmanager
async def opened(
    service: Service, idea: Idea | None, size: tuple[int, int] = (60, 24), *, focus: bool = True
) -> AsyncIterator[_Open]:
    app = _Host(service)
    async with app.run_test(size=size) as pilot:
        pane = app.query_one(DetailPane)
        if focus:
            pane.focus()
        else:
            app.set_focus(None)
        await pilot.pause()
        pane.show(idea)
        await pilot.pause()
        yield _Open(pilot, pane, app.heard)


async def test_the_pane_shows_the_idea_and_follows_the_cursor(service: Service) -> None:
    async with opened(service, RICH) as one:
        assert "┃ [Re] Conformal [/b]" in one.picture()
        one.pane.show(SHARED)
        await one.pilot.pause()
        assert "A shared thing" in one.picture()
        one.pane.show(None)
        await one.pilot.pause()
        assert "A shared thing" not in one.picture()


@pytest.mark.parametrize(
    ("keys", "top"),
    [
        (["j"], 1),
        (["down", "down"], 2),
        (["j", "j", "k"], 1),
        (["j", "up"], 0),
        (["k"], 0),
        (["pagedown"], 22),
        (["ctrl+f", "ctrl+b"], 0),
        (["ctrl+d", "pageup"], 0),
        (["G", "g"], 0),
        (["end", "home"], 0),
    ],
)
async def test_scrolling(service: Service, keys: list[str], top: int) -> None:
    async with opened(service, RICH) as one:
        await one.press(*keys)
        assert one.pane._top == top


async def test_the_end_is_the_end_and_arrows_say_what_is_out_of_sight(service: Service) -> None:
    async with opened(service, RICH) as one:
        assert one.picture().split("\n")[-1].endswith("↓")
        await one.pilot.pause(0.4)  # the log comes last
        await one.press("G")
        lines = one.picture().split("\n")
        assert lines[0].endswith("↑")
        assert not lines[-1].endswith("↓")
        assert lines[-1].strip("┃ ")
        await one.press("j", "pagedown")
        assert one.picture().split("\n") == lines


async def test_another_idea_starts_at_the_top_and_a_changed_one_stays(service: Service) -> None:
    async with opened(service, RICH) as one:
        await one.press("j", "j", "j")
        one.pane.show(replace(RICH, title="changed"))
        assert one.pane._top == 3
        one.pane.show(SHARED)
        assert one.pane._top == 0


def link_of(message: Message) -> str:
    assert isinstance(message, DetailPane.LinkOpened)
    return message.url


@pytest.mark.parametrize(
    ("keys", "url"),
    [
        (["o"], "https://example.org/main"),
        (["1"], "https://example.org/main"),
        (["2"], "https://github.com/me/x"),
        (["3"], "https://arxiv.org/abs/2107.07511"),
    ],
)
async def test_links_are_opened_by_number(service: Service, keys: list[str], url: str) -> None:
    async with opened(service, RICH) as one:
        await one.press(*keys)
        assert [link_of(message) for message in one.heard] == [url]


async def test_a_number_without_a_link_opens_nothing(service: Service) -> None:
    async with opened(service, make_idea("bcdf2345")) as one:
        await one.press("1", "o", "9")
        assert one.heard == []


async def test_the_link_under_the_cursor_is_opened_and_copied(service: Service) -> None:
    async with opened(service, SHARED) as one:
        await one.press("tab", "enter", "o", "y")
        assert [link_of(message) for message in one.heard[:2]] == ["https://example.org/post"] * 2
        assert isinstance(one.heard[2], DetailPane.Yanked)
        assert one.heard[2].text == "https://example.org/post"


async def test_copying_without_a_cursor_asks_what(service: Service) -> None:
    async with opened(service, RICH) as one:
        await one.press("y")
        assert isinstance(one.heard[0], DetailPane.YankAsked)
        assert one.heard[0].idea is RICH


async def test_points_are_ticked(service: Service) -> None:
    points = checklist(RICH.kind)
    async with opened(service, RICH) as one:
        await one.press("space")
        assert one.heard == []
        assert points[0].text[:30] in one.picture()
        await one.press("space", "tab", "enter", "shift+tab", "space")
        assert all(isinstance(message, DetailPane.PointTicked) for message in one.heard)
        ticked = [message.point for message in one.heard if isinstance(message, DetailPane.PointTicked)]
        assert ticked == [points[0].key, points[1].key, points[0].key]


async def test_responses_are_answered_and_become_ideas(service: Service) -> None:
    async with opened(service, RICH) as one:
        await one.press("tab", "enter", "tab", "plus")
        assert isinstance(one.heard[0], DetailPane.ResponseAnswered)
        assert one.heard[0].response_id == "r333"
        assert isinstance(one.heard[1], DetailPane.ResponseTaken)
        assert one.heard[1].response_id == "r111"


async def test_the_only_waiting_response_needs_no_cursor(service: Service) -> None:
    idea = make_idea("bcdf2345", responses=(Response(id="r1", type="question", text="Why?", at=ago(1)),))
    async with opened(service, idea) as one:
        await one.press("plus")
        assert isinstance(one.heard[0], DetailPane.ResponseTaken)
    async with opened(service, RICH) as one:
        await one.press("plus")
        assert one.heard == []


async def test_esc_goes_back(service: Service) -> None:
    async with opened(service, RICH) as one:
        await one.press("escape")
        assert isinstance(one.heard[0], DetailPane.Closed)


async def test_every_key_is_harmless_without_an_idea(service: Service) -> None:
    async with opened(service, None) as one:
        await one.press("j", "k", "G", "g", "pagedown", "tab", "space", "enter", "o", "y", "plus", "1")
        assert one.heard == []


async def test_clicks_open_links_tick_points_and_the_wheel_scrolls(service: Service) -> None:
    async with opened(service, RICH, (70, 60)) as one:
        lines = one.picture().split("\n")
        y = next(n for n, line in enumerate(lines) if "github.com/me/x" in line)
        await one.pilot.click(DetailPane, offset=(lines[y].index("github"), y))
        assert link_of(one.heard[-1]) == "https://github.com/me/x"
        y = next(n for n, line in enumerate(lines) if "○ the dependencies" in line)
        await one.pilot.click(DetailPane, offset=(6, y))
        assert isinstance(one.heard[-1], DetailPane.PointTicked)
        assert one.heard[-1].point == "dependencies"
        y = next(n for n, line in enumerate(lines) if "the tutorial" in line)
        await one.pilot.click(DetailPane, offset=(lines[y].index("the tutorial"), y))
        assert link_of(one.heard[-1]) == "https://example.org/tutorial"
    async with opened(service, RICH) as one:
        await one.pilot._post_mouse_events([_scroll_down()], DetailPane, offset=(5, 5))
        assert one.pane._top == 3


def _scroll_down() -> type:
    from textual.events import MouseScrollDown

    return MouseScrollDown


async def test_text_is_selected_with_the_mouse_and_copied_as_it_reads(service: Service) -> None:
    async with opened(service, RICH) as one:
        await one.pilot.mouse_down(DetailPane, offset=(2, 0))
        await one.pilot.hover(DetailPane, offset=(21, 0))
        await one.pilot.mouse_up(DetailPane, offset=(21, 0))
        await one.pilot.pause()
        assert one.pilot.app.screen.get_selected_text() == "[Re] Conformal [/b]"
        strip = one.pane.render_line(0)
        colours = {segment.style.bgcolor for segment in strip if segment.style}
        assert len(colours) > 1


async def test_the_log_is_read_when_the_cursor_rests_in_the_pane(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = service.ideas.move([RICH.id], "review")
    idea = outcome.board.ideas[RICH.id]
    asked: list[str] = []
    log = service.history.log

    def counted(id: str, limit: int) -> object:
        asked.append(id)
        return log(id, limit)

    monkeypatch.setattr(service.history, "log", counted)
    async with opened(service, idea) as one:
        await one.pilot.pause(0.4)
        assert asked == [idea.id]
        await one.press("G")
        assert "2026-11-24  moved to Review" in one.picture()
        assert "stage: making → review" in one.picture()
    async with opened(service, idea, focus=False) as one:
        await one.pilot.pause(0.4)
        assert len(asked) == 1


async def test_a_log_that_cannot_be_read_leaves_the_rest(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    from ideaboard.errors import BoardFileError

    def fail(id: str, limit: int) -> None:
        raise BoardFileError("gone")

    monkeypatch.setattr(service.history, "log", fail)
    async with opened(service, RICH) as one:
        await one.pilot.pause(0.4)
        assert "[Re] Conformal [/b]" in one.picture()


async def test_only_what_is_in_sight_is_made_while_the_cursor_moves(service: Service) -> None:
    long = replace(RICH, notes="paragraph\n\n" * 50_000)
    async with opened(service, long, focus=False) as one:
        assert one.pane._page is not None
        assert len(one.pane._page.rows) <= 26
        assert one.picture().split("\n")[-1].endswith("↓")


async def test_another_width_wraps_anew(service: Service) -> None:
    async with opened(service, RICH, (100, 30)) as one:
        await one.press("G")
        await one.pilot.resize_terminal(40, 12)
        await one.pilot.pause()
        lines = one.picture().split("\n")
        assert len(lines) == 12
        assert all(width_of(line) <= 40 for line in lines)
        assert lines[-1].strip("┃ ")


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "nord"])
async def test_every_line_fills_the_pane_in_every_theme(service: Service, theme: str) -> None:
    hostile = replace(RICH, title="日本語 🚀 [/b]" * 9, notes="日本語" * 90)
    async with opened(service, hostile, (41, 20)) as one:
        one.pilot.app.theme = theme
        one.pane.restyle(Inks(one.pilot.app.theme_variables, service.workflow))
        await one.pilot.pause()
        for y in range(20):
            assert one.pane._strip(y).cell_length == 41


async def test_a_new_day_shows_other_ages(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    async with opened(service, RICH) as one:
        assert "(3 days)" in one.picture()
        monkeypatch.setattr(service._session, "clock", lambda: NOW + timedelta(days=2))
        one.pane.reload()
        await one.pilot.pause()
        assert "(5 days)" in one.picture()
