"""The forms: what they check while one types, what they give back, and that nothing typed is lost."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Input
from ui.board_pilot import PAPER, SHARED, Shown, make_idea, service_with, shown

from ideaboard.core.actions import ACTIONS
from ideaboard.core.board import Board
from ideaboard.core.changes import Edit, Sharing
from ideaboard.core.days import day_from
from ideaboard.core.ideas import Link
from ideaboard.core.kinds import KINDS, Kind, Stage, Workflow
from ideaboard.core.text import tags_from
from ideaboard.service import Service
from ideaboard.ui.dialogs.dialog import Confirm
from ideaboard.ui.dialogs.edit import EditScreen, TagEditor, links_from
from ideaboard.ui.dialogs.pickers import (
    KindPicker,
    StagePicker,
    YankPicker,
)
from ideaboard.ui.dialogs.share import ResponseScreen, ShareScreen

IDEA = make_idea(
    "bcdf2345",
    "Conformal prediction",
    tags=("bayes", "lora"),
    url="https://example.org/a",
    notes="# Plan\n\nWords",
    due="2026-12-24",
    links=(Link("https://example.org/b", "the other"),),
)
OTHER = make_idea("ghjk2345", "Other", "making", tags=("bayes", "vision"))
THIRD = make_idea("mnpq2345", "Third", "making")
KEYS = {action.id: action.keys for action in ACTIONS}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = service_with(tmp_path, [IDEA, OTHER, THIRD, SHARED])
    yield opened
    opened.close()


@pytest.fixture
def board(service: Service) -> Board:
    return service.board


# Edit


async def typed_into(one: Shown, name: str, text: str, *, clear: bool = True) -> None:
    widget = one.screen.query_one(f"#{name}")
    widget.focus()
    await one.pilot.pause()
    if clear:
        await one.press("f7", "delete") if name in ("notes", "links") else await one.press("ctrl+u")
    await one.type(text)


@pytest.mark.parametrize(
    ("texts", "edit"),
    [
        (
            {"title": "[Re] x", "tags": "new, #Bayes", "links": "https://x.org/c called c"},
            Edit(
                title="[Re] x",
                tags=("new", "bayes"),
                add_links=(Link("https://x.org/c", "called c"),),
                remove_links=("https://example.org/b",),
            ),
        ),
        (
            {"url": "https://x.org/a?utm_source=b", "due": "2027-01-02", "notes": "new words"},
            Edit(url="https://x.org/a", due="2027-01-02", notes="new words"),
        ),
        (
            {"tags": "", "url": "", "due": "", "links": ""},
            Edit(tags=(), url="", due="", remove_links=("https://example.org/b",)),
        ),
        (
            {"links": "https://example.org/b renamed"},
            Edit(add_links=(Link("https://example.org/b", "renamed"),)),
        ),
    ],
)
async def test_only_what_changed_is_given(service: Service, texts: dict[str, str], edit: Edit) -> None:
    async with shown(lambda: EditScreen(service, IDEA)) as one:
        for name, text in texts.items():
            await typed_into(one, name, text)
        await one.press("ctrl+s")
        assert one.result == edit
    assert service.ideas.edit([IDEA.id], edit).ideas


async def test_kind_and_private_are_changed(service: Service) -> None:
    async with shown(lambda: EditScreen(service, IDEA)) as one:
        one.screen.query_one("#kind").focus()
        await one.press("enter", "up", "enter")
        one.screen.query_one("#private").focus()
        await one.press("space", "ctrl+s")
        assert one.result == Edit(kind="case-study", private=True)


async def test_nothing_changed_gives_nothing(service: Service) -> None:
    async with shown(lambda: EditScreen(service, IDEA)) as one:
        await one.press("ctrl+s")
        assert one.results == [None]


async def test_a_kind_that_the_config_lost_stays(service: Service) -> None:
    lost = make_idea("bcdf2345", kind="poem[/b]")
    async with shown(lambda: EditScreen(service, lost)) as one:
        assert "poem[/b] (not in the config)" in one.picture()
        await typed_into(one, "title", "x")
        await one.press("ctrl+s")
        assert one.result == Edit(title="x")


async def test_what_cannot_be_kept_is_said_and_not_saved(service: Service) -> None:
    wrong = (
        ("links", "nothing", "line 1: 'nothing' is not a link"),
        ("due", "someday", "'someday' is not a date: write it as 2026-12-24, friday or 3w"),
        ("url", "example", "'example' is not a link: a link starts with https://, http:// or mailto:"),
        ("title", "", "the title is empty: give the idea a few words"),
    )
    async with shown(lambda: EditScreen(service, IDEA), size=(120, 48)) as one:
        for name, text, sentence in wrong:
            assert sentence not in one.picture()
            await typed_into(one, name, text)
            assert sentence in one.picture()
            one.screen.query_one("#private").focus()
            await one.press("ctrl+s")
            assert one.top is one.screen
            # The first wrong field from above has the cursor: so they are made wrong from below.
            assert one.screen.focused is one.screen.query_one(f"#{name}")


async def test_a_long_title_is_counted(service: Service) -> None:
    async with shown(lambda: EditScreen(service, make_idea("bcdf2345", "a" * 499))) as one:
        await one.type("b")
        assert "500 of 500 characters" in one.picture()
        await one.type("c")
        assert "the title has 501 characters; 500 are the most" in one.picture()


async def test_esc_asks_only_when_something_was_typed(service: Service) -> None:
    async with shown(lambda: EditScreen(service, IDEA)) as one:
        await one.press("escape")
        assert one.results == [None]
    async with shown(lambda: EditScreen(service, IDEA)) as one:
        await one.type("!")
        await one.press("escape")
        assert isinstance(one.top, Confirm)
        await one.press("n")
        assert one.top is one.screen
        await one.press("ctrl+s")
        assert one.result == Edit(title="Conformal prediction!")
    async with shown(lambda: EditScreen(service, IDEA)) as one:
        await one.type("!")
        await one.press("escape", "y")
        assert one.results == [None]


async def test_a_click_beside_the_form_loses_nothing(service: Service) -> None:
    async with shown(lambda: EditScreen(service, IDEA), size=(120, 40)) as one:
        await one.type("!")
        await one.pilot.click(offset=(0, 0))
        assert one.top is one.screen
        await one.press("backspace")
        await one.pilot.click(offset=(0, 0))
        assert one.results == [None]


async def test_enter_and_tab_go_through_the_fields(service: Service) -> None:
    async with shown(lambda: EditScreen(service, IDEA), size=(40, 12)) as one:
        seen = []
        for _ in range(8):
            assert one.screen.focused is not None
            seen.append(one.screen.focused.id)
            assert one.screen.focused.region.bottom <= 12
            await one.press("enter" if seen[-1] in ("title", "tags") else "tab")
        assert seen == ["title", "kind", "tags", "url", "due", "notes", "links", "private"]


async def test_the_keys_say_what_enter_does_where_the_cursor_is(service: Service) -> None:
    async with shown(lambda: EditScreen(service, IDEA), size=(120, 48)) as one:
        said = []
        for _ in range(8):
            said.append(one.picture().split("Enter ")[1].split("  ")[0])
            await one.press("tab")
        assert said == ["next", "choose", "next", "next", "next", "new line", "new line", "tick"]


async def test_a_known_tag_is_completed(service: Service) -> None:
    async with shown(lambda: EditScreen(service, THIRD)) as one:
        await typed_into(one, "tags", "lora vis")
        await one.pilot.pause()
        await one.press("right", "ctrl+s")
        assert one.result == Edit(tags=("lora", "vision"))


async def test_commas_stand_between_tags_in_the_form_and_in_the_tag_dialog(service: Service) -> None:
    async with shown(lambda: EditScreen(service, IDEA)) as one:
        await typed_into(one, "tags", "x1, y2,z3,")
        await typed_into(one, "due", "3w")
        await one.press("ctrl+s")
        assert one.result == Edit(tags=("x1", "y2", "z3"), due=day_from("3w", service.clock().date()))
    for typed, tags in (("foo #bar, baz", "foo bar baz"), ("x1,y2,", "x1 y2"), ("x1,", "x1")):
        for keys in (["ctrl+s"], ["enter", "enter"]):
            async with shown(lambda: TagEditor(Board.of([IDEA], Workflow()), [IDEA.id])) as one:
                await one.type(typed)
                await one.press(*keys)
                assert one.result
                assert {*one.result.add_tags} == {*tags.split()}
            async with shown(lambda: TagEditor(Board.of([IDEA], Workflow()), [IDEA.id])) as one:
                one.screen.query_one(Input).value = typed  # as it is pasted
                await one.pilot.pause()
                await one.press(*keys)
                assert one.result
                assert {*one.result.add_tags} == {*tags.split()}


def test_tags_and_links_are_read_as_typed() -> None:
    assert tags_from(" Bayes,#lora  bayes ") == ("bayes", "lora")
    assert links_from("\n https://a.org/x  one two \n\nhttps://a.org/x last") == (Link("https://a.org/x", "last"),)


# Share


async def test_a_link_and_one_line_are_all_that_is_asked(service: Service) -> None:
    async with shown(lambda: ShareScreen(service, THIRD)) as one:
        assert one.screen.focused is one.screen.query_one("#url")
        await one.type("https://x.org/a?utm_source=c")
        assert "kept as https://x.org/a" in one.picture()
        await one.press("enter")
        await one.type("one [line]")
        assert "10 characters" in one.picture()
        await one.press("enter")
        assert one.result == Sharing(url="https://x.org/a", summary="one [line]")


async def test_result_and_day_of_a_first_share_are_one_tab_away_and_enter_says_what_it_does(service: Service) -> None:
    async with shown(lambda: ShareScreen(service, THIRD)) as one:
        assert "Enter next" in one.picture()
        await one.press("enter")
        assert one.screen.focused is one.screen.query_one("#summary")
        assert "Enter share" in one.picture()
        await one.press("tab")
        assert "Enter next" in one.picture()
        await one.type("v1.0")
        await one.press("enter")
        assert "Enter share" in one.picture()
        await one.type("2026-11-10")
        await one.press("enter")
        assert one.result == Sharing(url="", summary="", result="v1.0", on="2026-11-10")


@pytest.mark.parametrize(
    ("screen", "key"), [("share", "ctrl+s"), ("edit", "ctrl+s"), ("response", "ctrl+s"), ("response", "enter")]
)
async def test_a_link_with_a_blank_in_it_is_asked_about(service: Service, screen: str, key: str) -> None:
    makes: dict[str, Callable[[], Screen[Any]]] = {
        "share": lambda: ShareScreen(service, THIRD),
        "edit": lambda: EditScreen(service, THIRD),
        "response": lambda: ResponseScreen(THIRD),
    }
    async with shown(makes[screen]) as one:
        if screen == "response":
            await typed_into(one, "text", "words")
        await typed_into(one, "link" if screen == "response" else "url", "https://x.org/a and words")
        await one.press(key)
        assert isinstance(one.top, Confirm)
        question = "There is a blank in the link. Keep it as https://x.org/a%20and%20words?"
        assert str(one.top.dialog_title()) == question
        await one.press("n")
        assert one.top is one.screen
        assert one.screen.focused is one.screen.query_one("#link" if screen == "response" else "#url")
        await one.press("ctrl+s", "y")
        assert "https://x.org/a%20and%20words" in str(one.result)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.org/x", "https://example.org/x"),
        ("www.example.org", "https://www.example.org"),
        ("Example.org:8080/a?b=1", "https://Example.org:8080/a?b=1"),
        ("http://example.org", "http://example.org"),
        ("mailto:me@example.org", "mailto:me@example.org"),
    ],
)
async def test_an_address_without_https_gets_it(service: Service, typed: str, kept: str) -> None:
    async with shown(lambda: ShareScreen(service, THIRD)) as one:
        await one.type(typed)
        await one.press("ctrl+s")
        assert one.result.url == kept


@pytest.mark.parametrize("address", ["https://x.org/a", "x.org/a", "www.x.org"])
async def test_an_address_in_the_line_of_words_is_asked_about(service: Service, address: str) -> None:
    async with shown(lambda: ShareScreen(service, THIRD)) as one:
        await typed_into(one, "summary", address)
        await one.press("enter")
        assert isinstance(one.top, Confirm)
        assert f"'{address}' is an address" in str(one.top.dialog_title())
        await one.press("n")
        assert one.screen.focused is one.screen.query_one("#summary")
        await typed_into(one, "summary", f"About {address}")
        await one.press("enter")
        assert one.result.summary == f"About {address}"


async def test_all_of_a_share_is_said_at_once(service: Service) -> None:
    async with shown(lambda: ShareScreen(service, THIRD)) as one:
        for name, text in (
            ("title", "For all"),
            ("url", "https://x.org/a"),
            ("summary", "one line"),
            ("result", "v1.0"),
            ("on", "2026-11-10"),
            ("channels", "Mastodon, x"),
        ):
            await typed_into(one, name, text)
        assert "Withdraw" not in one.picture()
        await one.press("enter")
        said = Sharing("https://x.org/a", "one line", "2026-11-10", "For all", "v1.0", ("mastodon", "x"))
        assert one.result == said
    share = service.sharing.share(THIRD.id, one.result).ideas[0].share
    assert share
    assert (share.date, share.title, share.result, share.channels) == (
        "2026-11-10",
        "For all",
        "v1.0",
        ("mastodon", "x"),
    )


async def test_what_was_shared_is_withdrawn_and_comes_back(service: Service) -> None:
    for withdrawn in (True, False):
        idea = service.board.ideas[SHARED.id]
        async with shown(functools.partial(ShareScreen, service, idea)) as one:
            assert ("✓ not in the changelog" if not withdrawn else "○ not in the changelog") in one.picture()
            one.screen.query_one("#withdrawn").focus()
            await one.press("space", "ctrl+s")
            assert one.result.withdrawn is withdrawn
        service.sharing.share(SHARED.id, one.result)


async def test_a_channel_that_there_is_not_is_said(service: Service) -> None:
    async with shown(lambda: ShareScreen(service, THIRD)) as one:
        await typed_into(one, "channels", "myspace")
        assert "there is no channel 'myspace'" in one.picture()
        await one.press("ctrl+s")
        assert one.top is one.screen


async def test_the_own_link_is_there_already_but_never_the_papers(service: Service) -> None:
    async with shown(lambda: ShareScreen(service, IDEA)) as one:
        assert one.screen.query_one("#url").value == "https://example.org/a"  # type: ignore[attr-defined]  # an Input
        assert one.screen.focused is one.screen.query_one("#summary")
    paper = make_idea("bcdf2345", paper=PAPER, url="https://arxiv.org/abs/2107.07511")
    async with shown(lambda: ShareScreen(service, paper)) as one:
        assert one.screen.query_one("#url").value == ""  # type: ignore[attr-defined]  # an Input


async def test_the_public_title_is_never_the_papers_and_can_be_given(service: Service) -> None:
    paper = make_idea("bcdf2345", title=PAPER.title, kind="summary", paper=PAPER, url=PAPER.url)
    async with shown(lambda: ShareScreen(service, paper)) as one:
        assert one.screen.query_one("#title").value == f'Notes on "{PAPER.title}"'  # type: ignore[attr-defined]  # an Input
        await one.type("https://arxiv.org/pdf/2107.07511v2")
        assert "the paper's own page" in one.picture()
        await typed_into(one, "title", "How sure is sure?")
        await one.press("ctrl+s")
        assert one.result.title == "How sure is sure?"


async def test_a_share_is_corrected(service: Service) -> None:
    async with shown(lambda: ShareScreen(service, SHARED)) as one:
        assert one.screen.focused is one.screen.query_one("#result")
        await one.type("v1.0")
        await typed_into(one, "on", "2026-11-10")
        await one.press("ctrl+s")
        assert one.result == Sharing(
            url="https://example.org/post", summary="In one line", result="v1.0", on="2026-11-10"
        )
    assert service.sharing.share(SHARED.id, one.result).ideas[0].share.date == "2026-11-10"  # type: ignore[union-attr]  # it is shared


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("url", "some words", "'some words' is not a link"),
        ("on", "2026-11-25", "2026-11-25 lies in the future"),
        ("on", "yesterday", "'yesterday' is not a date"),
    ],
)
async def test_a_wrong_share_is_said_and_not_saved(service: Service, name: str, text: str, sentence: str) -> None:
    async with shown(lambda: ShareScreen(service, SHARED)) as one:
        await typed_into(one, name, text)
        assert sentence in one.picture()
        await one.press("ctrl+s")
        assert one.top is one.screen


async def test_sharing_without_a_link_is_possible_and_says_what_it_means(service: Service) -> None:
    async with shown(lambda: ShareScreen(service, THIRD)) as one:
        await one.press("x", "backspace")
        assert "without a link the changelog shows it as text" in one.picture()
        await one.press("ctrl+s")
        assert one.result == Sharing(url="", summary="")


async def test_leaving_a_share_asks_only_when_something_was_typed(service: Service) -> None:
    async with shown(lambda: ShareScreen(service, THIRD)) as one:
        await one.press("escape")
        assert one.results == [None]
    async with shown(lambda: ShareScreen(service, THIRD)) as one:
        await one.press("x", "escape")
        assert isinstance(one.top, Confirm)
        await one.press("y")
        assert one.results == [None]


# Responses


@pytest.mark.parametrize(("key", "type"), [("f", "follower"), ("q", "question"), ("o", "opportunity")])
async def test_a_response_is_one_key_and_one_line(service: Service, key: str, type: str) -> None:
    async with shown(lambda: ResponseScreen(IDEA)) as one:
        await one.press(key)
        await one.type("why [0]?")
        await one.press("enter")
        assert one.result == (type, "why [0]?", "")
    assert service.sharing.respond(IDEA.id, *one.result).ideas[0].responses[0].text == "why [0]?"


async def test_a_response_with_a_link(service: Service) -> None:
    async with shown(lambda: ResponseScreen(IDEA)) as one:
        await one.press("k", "enter")
        await one.type("Grace")
        await one.press("tab")
        await one.type("a b")
        assert "'a b' is not a link" in one.picture()
        await one.press("enter")
        assert one.top is one.screen
        await one.press("ctrl+u")
        await one.type("https://x.org/?fbclid=1")
        assert "kept as https://x.org/" in one.picture()
        await one.press("enter")
        assert one.result == ("follower", "Grace", "https://x.org/")


async def test_a_response_that_says_nothing_is_not_saved() -> None:
    async with shown(lambda: ResponseScreen(IDEA)) as one:
        await one.press("q", "enter")
        assert "write who or what it is about" in one.picture()
        await one.press("ctrl+s")
        assert one.top is one.screen
        await one.press("escape")
        assert one.results == [None]


async def test_leaving_a_response_asks_when_something_was_typed() -> None:
    async with shown(lambda: ResponseScreen(IDEA)) as one:
        await one.press("q", "x", "escape", "n")
        assert one.top is one.screen
        await one.press("escape", "y")
        assert one.results == [None]


# All of them


@pytest.mark.parametrize(
    ("size", "theme"),
    [
        ((40, 12), "textual-dark"),
        *(
            pytest.param(*one, marks=pytest.mark.slow)
            for one in [((160, 48), "textual-light"), ((80, 24), "ansi-dark")]
        ),
    ],
)
async def test_hostile_text_is_shown_as_it_is(tmp_path: Path, size: tuple[int, int], theme: str) -> None:
    title = "[Re] [/b] x [b x [@click=app.quit]y[/] 日本語 🚀"
    odd = Workflow(
        kinds=(*KINDS, Kind("k", "[/kind]", "[/kinds]")), stages=(Stage("idea", "[/stage]"), Stage("out", "[out"))
    )
    idea = make_idea(
        "bcdf2345", title, kind="k", tags=("[tag]", "[/t]"), notes="[/n]", url="https://x.org/[a]", paper=PAPER
    )
    board = Board.of([idea], odd)
    service = service_with(tmp_path, [idea])
    screens = [
        lambda: StagePicker(board, [idea.id]),
        lambda: KindPicker(odd),
        lambda: YankPicker(service, idea),
        lambda: TagEditor(board, [idea.id]),
        lambda: EditScreen(service, idea),
        lambda: ShareScreen(service, idea),
        lambda: ResponseScreen(idea),
        lambda: Confirm(f"Delete '{title}'?", "[/yes]", "[no"),
    ]
    for make in screens:
        async with shown(make, size=size, theme=theme) as one:  # type: ignore[arg-type]  # a list of different screens
            assert "[" in one.picture()
            for line in one.picture().split("\n"):
                assert len(line) <= size[0]
    service.close()
