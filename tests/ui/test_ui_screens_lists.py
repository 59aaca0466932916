"""The archive, the statistics and the channels: every key, and what it does to the board file."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static
from ui.board_pilot import NOW, SHARED, Shown, ago, make_idea, service_with, shown, wait_until

from ideaboard.bootstrap import open_service
from ideaboard.core.board import Board
from ideaboard.core.flow import Flow, flow
from ideaboard.core.ideas import Archived, Idea, Link, Response
from ideaboard.errors import BoardFileError
from ideaboard.service import Service
from ideaboard.ui.dialogs import statistics
from ideaboard.ui.dialogs.archive import ArchiveScreen
from ideaboard.ui.dialogs.dialog import Confirm
from ideaboard.ui.dialogs.lists import RowList
from ideaboard.ui.dialogs.share import ChannelsScreen
from ideaboard.ui.dialogs.statistics import StatisticsScreen


def gone(id: str, days: float, because: str = "dropped", title: str = "", stage: str = "idea", note: str = "") -> Idea:
    return make_idea(id, title, stage, archived=Archived(at=ago(days), because=because, note=note))


ARCHIVED = [
    gone("bbbb2345", 1, "parked", "[/b] first", "making", "not [now]"),
    gone("cccc2345", 2, "dropped", "second bayes"),
    gone("dddd2345", 3, "skipped", "third", "candidate"),
    gone("ffff2345", 40, "done", "fourth"),
]
WAITING = [
    make_idea("gggg2345", "[/b] oldest", days=90),
    make_idea("hhhh2345", "middle", days=60),
    make_idea("jjjj2345", "newest", days=3),
]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = service_with(tmp_path, [*ARCHIVED, *WAITING, SHARED])
    yield opened
    opened.close()


def on_disk(service: Service) -> dict[str, Idea]:
    """Read the board file as another program would."""
    other = open_service(board=str(service.paths.board), clock=lambda: NOW)
    try:
        return dict(other.board.ideas)
    finally:
        other.close()


def archived_ids(service: Service) -> list[str]:
    return sorted(id[:1] for id, idea in on_disk(service).items() if idea.archived)


def rows(one: Shown) -> list[str]:
    return [key[:1] for key in one.screen.query_one(RowList).row_keys]


# The archive


async def test_the_archive_shows_what_left_why_and_when(service: Service) -> None:
    async with shown(lambda: ArchiveScreen(service)) as one:
        picture = one.picture()
        assert rows(one) == ["b", "c", "d", "f"]
        assert "Archived  4" in picture
        assert "parked       1d  Making      [/b] first · not [now]" in picture
        assert "skipped      3d  Candidate   third" in picture


@pytest.mark.parametrize("key", ["enter"])
async def test_one_key_brings_back(service: Service, key: str) -> None:
    async with shown(lambda: ArchiveScreen(service)) as one:
        await one.press(key)
        assert rows(one) == ["c", "d", "f"]
        assert one.told == ["Brought back '[/b] first' · u"]
    assert archived_ids(service) == ["c", "d", "f"]
    assert on_disk(service)["bbbb2345"].stage == "making"


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (["j", "enter"], "bdf"),
        (["down", "enter"], "bdf"),
        (["G", "enter"], "bcd"),
        (["end", "k", "enter"], "bcf"),
        (["G", "g", "enter"], "cdf"),
        (["pagedown", "enter"], "bcd"),
        (["pagedown", "pageup", "enter"], "cdf"),
        (["space", "j", "v", "enter"], "cf"),
        (["V", "enter"], ""),
        (["V", "V", "enter"], "cdf"),
        (["space", "escape", "enter"], "bdf"),
        (["V", "enter", "u"], "bcdf"),
        (["V", "enter", "u", "U"], ""),
        (["tab", "enter"], "cdf"),
        (["tab", "tab", "enter"], "bdf"),
        (["shift+tab", "enter"], "bcd"),
        (["X", "y"], "cdf"),
        (["X", "n"], "bcdf"),
        (["space", "space", "X", "y"], "df"),
        (["X", "y", "u"], "bcdf"),
    ],
)
async def test_keys_of_the_archive(service: Service, keys: Sequence[str], left: str) -> None:
    async with shown(lambda: ArchiveScreen(service)) as one:
        await one.press(*keys)
        assert "".join(archived_ids(service)) == left
        assert one.top is one.screen


async def test_bringing_back_several_is_one_step(service: Service) -> None:
    async with shown(lambda: ArchiveScreen(service)) as one:
        await one.press("V", "enter")
        assert one.told == ["Brought back 4 ideas · u"]
        await one.press("u")
        assert rows(one) == ["b", "c", "d", "f"]


async def test_deleting_asks_with_the_title_as_it_is(service: Service) -> None:
    async with shown(lambda: ArchiveScreen(service)) as one:
        assert "X delete for good" in one.picture()
        await one.press("d")
        assert one.top is one.screen
        await one.press("X")
        assert isinstance(one.top, Confirm)
        assert "Delete '[/b] first' for good?" in one.picture()
        await one.press("n", "delete")
        assert isinstance(one.top, Confirm)


async def test_the_archive_is_filtered_as_one_types(service: Service) -> None:
    async with shown(lambda: ArchiveScreen(service)) as one:
        await one.press("slash")
        await one.type("bayes")
        assert rows(one) == ["c"]
        assert "1 of 4" in one.picture()
        await one.press("enter", "enter")
        assert archived_ids(service) == ["b", "d", "f"]
        assert "Nothing fits" in one.picture()
        await one.press("escape")
        assert rows(one) == ["b", "d", "f"]
        await one.press("slash")
        await one.type("nofield:x")
        assert "There is no field 'nofield:'" in one.picture()
        await one.press("escape", "escape")
        assert one.results == [None]


async def test_the_whole_filter_language_works_in_the_archive(service: Service) -> None:
    async with shown(lambda: ArchiveScreen(service)) as one:
        await one.press("slash")
        await one.type("is:candidate")
        assert rows(one) == ["d"]


async def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    service = service_with(tmp_path)
    async with shown(lambda: ArchiveScreen(service)) as one:
        assert "Nothing is archived" in one.picture()
        await one.press("enter", "d", "space", "V", "j")
        assert one.top is one.screen
        await one.press("q")
        assert one.results == [None]
    service.close()


async def test_an_idea_that_vanished_is_said(service: Service) -> None:
    async with shown(lambda: ArchiveScreen(service)) as one:
        other = open_service(board=str(service.paths.board), clock=lambda: NOW)
        other.ideas.delete(["bbbb2345"])
        other.close()
        await one.press("enter")
        assert one.told
        assert "bbbb2345 is gone" in one.told[0]


async def test_a_failure_is_a_sentence_and_never_markup(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(ids: Sequence[str]) -> None:
        raise BoardFileError("'[/b]' cannot be written", "make room")

    monkeypatch.setattr(service.ideas, "restore", fail)
    async with shown(lambda: ArchiveScreen(service)) as one:
        await one.press("enter")
        assert one.told == ["'[/b]' cannot be written · make room"]
        assert rows(one) == ["b", "c", "d", "f"]


async def test_a_click_selects_and_two_bring_back(service: Service) -> None:
    async with shown(lambda: ArchiveScreen(service)) as one:
        await one.pilot.click(RowList, offset=(20, 1))
        assert one.screen.query_one(RowList).current == "cccc2345"
        await one.pilot.click(RowList, offset=(20, 2), times=2)
        await one.pilot.pause()
        assert archived_ids(service) == ["b", "c", "f"]


async def test_ten_thousand_archived_ideas_are_drawn_by_what_is_in_sight(tmp_path: Path) -> None:
    many = [gone(f"bcdf{n:04d}", n / 100, title=f"Number {n}") for n in range(10_000)]
    service = service_with(tmp_path, many)
    drawn: list[str] = []
    async with shown(lambda: ArchiveScreen(service), size=(80, 24)) as one:
        listed = one.screen.query_one(RowList)
        draw = listed._draw_row

        def counted(key: str, width: int) -> Content:
            drawn.append(key)
            return draw(key, width)

        listed._draw_row = counted
        await one.press("G")
        assert listed.current == "bcdf9999"
        assert "Number 9999" in one.picture()
        assert len(drawn) < 60
        await one.press("slash")
        await one.type("Number 4321")
        assert listed.row_keys == ("bcdf4321",)
    service.close()


@pytest.mark.parametrize("size", [(40, 12), (160, 48)])
async def test_the_archive_fits(service: Service, size: tuple[int, int]) -> None:
    async with shown(lambda: ArchiveScreen(service), size=size) as one:
        picture = one.picture()
        assert "[/b] first" in picture
        assert "fourth" in picture
        assert "Esc close" in picture


async def test_the_statistics_name_the_way_out_where_there_is_little_room(service: Service) -> None:
    async with shown(lambda: StatisticsScreen(service), size=(40, 12)) as one:
        assert "Enter its idea  Esc close" in one.picture()


@pytest.mark.parametrize("make", [ArchiveScreen, StatisticsScreen])
async def test_undo_in_a_list_takes_back_only_what_was_done_in_it(
    service: Service, make: Callable[[Service], Screen[None]]
) -> None:
    service.ideas.move(["jjjj2345"], "outline")
    async with shown(lambda: make(service)) as one:
        await one.press("u", "u")
        assert service.board.ideas["jjjj2345"].stage == "outline"
        assert "Nothing was done here" in one.told[-1]
        before = archived_ids(service)
        await one.press(*(["enter"] if make is ArchiveScreen else ["d", "d"]))
        assert archived_ids(service) != before
        service.ideas.move(["jjjj2345"], "making")
        await one.press("u")
        assert archived_ids(service) == before
        await one.press("u", "u")
        assert service.board.ideas["jjjj2345"].stage == "making"
        await one.press("U")
        assert archived_ids(service) != before
        await one.press("U", "u", "u")
        assert archived_ids(service) == before


async def test_marks_in_the_archive_end_with_their_action_and_stay_when_it_is_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(ids: Sequence[str]) -> None:
        raise BoardFileError("the disk is full", "make room")

    async with shown(lambda: ArchiveScreen(service)) as one:
        await one.press("space", "space")
        assert "2 marked" in one.picture()
        with monkeypatch.context() as broken:
            broken.setattr(service.ideas, "restore", fail)
            await one.press("enter")
        assert "2 marked" in one.picture()
        await one.press("enter")
        assert "marked" not in one.picture()
        await one.press("enter")
        assert archived_ids(service) in (["d"], ["f"])


# Statistics


async def test_the_statistics_show_numbers_and_what_waits(service: Service) -> None:
    async with shown(lambda: StatisticsScreen(service), size=(160, 48)) as one:
        picture = one.picture()
        assert "last shared 12 days ago · 1 this quarter" in picture
        assert "Open  3 waiting" in picture
        assert rows(one) == ["g", "h", "j"]
        assert "waiting     90d  Post or video   [/b] oldest" in picture
        assert "████" in picture


@pytest.mark.parametrize("many", [0, 1000])
async def test_the_statistics_of_a_large_board_are_counted_beside_the_picture(
    service: Service, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    screen = StatisticsScreen(service)
    beside: list[bool] = []

    def counting(board: Board, now: datetime) -> Flow:
        beside.append(threading.current_thread() is not threading.main_thread())
        return flow(board, now)

    monkeypatch.setattr(statistics, "_MANY", many)
    monkeypatch.setattr(statistics, "flow", counting)
    async with shown(lambda: screen, size=(160, 48)) as one:
        await wait_until(one.pilot, lambda: rows(one))
        assert "last shared 12 days ago · 1 this quarter" in one.picture()
        assert rows(one) == ["g", "h", "j"]
        await one.press("space")
        assert rows(one) == ["h", "j"]
        assert beside == [not many], "what is counted is kept while the board is the same"
        await one.press("d", "d")
        assert rows(one) == ["j"]
    assert beside == [not many, False]


async def test_a_key_that_comes_before_the_numbers_counts_them(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "_MANY", 0)
    monkeypatch.setattr(statistics, "attempt_beside", lambda *_: None)
    async with shown(lambda: StatisticsScreen(service), size=(160, 48)) as one:
        assert rows(one) == []
        await one.press("space")
        assert rows(one) == ["h", "j"]


@pytest.mark.parametrize(
    ("keys", "listed", "archived"),
    [
        (["space"], "hj", {}),
        (["d", "p"], "hj", {"gggg2345": "parked"}),
        (["d", "d"], "hj", {"gggg2345": "dropped"}),
        (["d", "escape"], "ghj", {}),
        (["j", "d", "d", "d", "p"], "g", {"hhhh2345": "dropped", "jjjj2345": "parked"}),
        (["d", "d", "u"], "ghj", {}),
        (["space", "d", "p", "u"], "hj", {}),
        (["d"] * 7 + ["space"], "", {"gggg2345": "dropped", "hhhh2345": "dropped", "jjjj2345": "dropped"}),
    ],
)
async def test_keep_park_and_drop(service: Service, keys: list[str], listed: str, archived: dict[str, str]) -> None:
    async with shown(lambda: StatisticsScreen(service)) as one:
        await one.press(*keys)
        assert "".join(rows(one)) == listed
    waiting = {idea.id for idea in WAITING}
    found = {id: idea.archived.because for id, idea in on_disk(service).items() if idea.archived and id in waiting}
    assert found == archived


async def test_all_that_is_open_leads_to_its_idea(tmp_path: Path) -> None:
    asked = Response(id="r1", type="question", text="Why [0]?", at=ago(2))
    moving = make_idea("kkkk2345", "moving", "making", days=4)
    opened = service_with(tmp_path, [*WAITING, moving, replace(SHARED, responses=(asked,))])
    for keys, id in (("", "gggg2345"), ("jjj", "kkkk2345"), ("G", SHARED.id)):
        async with shown(lambda: StatisticsScreen(opened), size=(100, 40)) as one:
            assert "3 waiting · 1 in flight · 1 to answer" in one.picture()
            assert "to answer    2d  question        Why [0]?" in one.picture()
            await one.press(*keys, "enter")
            assert one.result == id
    opened.close()


@pytest.mark.parametrize("key", ["escape", "q", "i"])
async def test_the_statistics_close(service: Service, key: str) -> None:
    async with shown(lambda: StatisticsScreen(service)) as one:
        await one.press(key)
        assert one.results == [None]


async def test_the_text_of_the_statistics_scrolls(service: Service) -> None:
    async with shown(lambda: StatisticsScreen(service), size=(40, 12)) as one:
        pane = one.screen.query_one("#numbers")
        assert "Open  " in one.picture()
        await one.press("tab", "down")
        assert pane.scroll_y > 0
        await one.press("tab", "d", "p")
        assert rows(one) == ["h", "j"]


async def test_an_empty_board_has_statistics_too(tmp_path: Path) -> None:
    service = service_with(tmp_path)
    async with shown(lambda: StatisticsScreen(service)) as one:
        assert "nothing shared yet" in one.picture()
        assert "nothing waits" in one.picture()
        await one.press("d", "space", "enter")
        assert one.top is one.screen
    service.close()


# Channels


def preview(one: Shown) -> str:
    return str(one.screen.query_one("#text", Static).content)


async def test_channels_show_their_length_and_text(service: Service) -> None:
    async with shown(lambda: ChannelsScreen(service, SHARED)) as one:
        picture = one.picture()
        assert "Bluesky" in picture
        assert "of 300" in picture
        assert "about" in picture
        assert "https://example.org/post" in preview(one)
        assert "In one line" in preview(one)


async def test_a_text_that_is_too_long_is_said_and_copied_post_by_post(tmp_path: Path) -> None:
    assert SHARED.share is not None
    long = replace(SHARED, share=replace(SHARED.share, summary="words " * 60))
    service = service_with(tmp_path, [long])
    first, second = service.sharing.share_texts(long.id)[0].thread
    async with shown(lambda: ChannelsScreen(service, long)) as one:
        assert re.search(r"Bluesky .* of 300  2 posts ", one.picture())
        assert re.search(r"X .* of 280  too long ", one.picture())
        assert preview(one) == f"{first}\n\n───\n\n{second}"
        assert "y copies one post after the other · with a picture" in one.picture()
        for number, post in ((1, first), (2, second), (1, first)):
            await one.press("y")
            assert one.pilot.app.clipboard == post
            assert one.told == [f"Copied post {number} of 2 for Bluesky"]
        await one.press("j", "k", "y")
        assert one.pilot.app.clipboard == first
    service.close()


@pytest.mark.parametrize("key", ["y", "enter"])
async def test_a_text_is_copied(service: Service, key: str) -> None:
    async with shown(lambda: ChannelsScreen(service, SHARED)) as one:
        await one.press("j", key)
        assert one.pilot.app.clipboard == service.sharing.share_texts(SHARED.id)[1].text
        assert one.told == ["Copied the text for Mastodon"]


async def test_the_page_to_post_on_is_opened(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_page(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", open_page)
    async with shown(lambda: ChannelsScreen(service, SHARED)) as one:
        await one.press("o")
        assert opened[0].startswith("https://bsky.app/intent/compose?text=")
        assert one.told == []
        await one.press("G", "o")
        assert "no page to open: copy the text" in one.picture()
        await one.press("k", "o")
        assert opened[1].startswith("https://www.linkedin.com/")
        assert one.told == ["Copied the text for LinkedIn"]
        assert len(opened) == 2


async def test_a_channel_is_marked_as_done_with_its_link(service: Service) -> None:
    async with shown(lambda: ChannelsScreen(service, SHARED)) as one:
        await one.press("space")
        await one.type("some words")
        await one.press("enter")
        assert "'some words' is not a link" in one.picture()
        await one.press("ctrl+u")
        await one.type("https://bsky.app/p/1 words")
        await one.press("enter")
        assert isinstance(one.top, Confirm)
        await one.press("n", "ctrl+u")
        await one.type("https://bsky.app/p/1?utm_source=a")
        await one.press("enter")
        assert "✓ Bluesky" in one.picture()
        await one.press("j", "space", "enter")
        assert "✓ Mastodon" in one.picture()
        await one.press("u")
        assert "○ Mastodon" in one.picture()
        await one.press("U")
        assert "✓ Mastodon" in one.picture()
    idea = on_disk(service)[SHARED.id]
    assert idea.share is not None
    assert idea.share.channels == ("bluesky", "mastodon")
    assert idea.links == (Link("https://bsky.app/p/1", "Bluesky"),)


async def test_esc_takes_back_the_question_first(service: Service) -> None:
    async with shown(lambda: ChannelsScreen(service, SHARED)) as one:
        await one.press("space", "escape")
        assert one.top is one.screen
        await one.press("escape")
        assert one.results == [None]
    share = on_disk(service)[SHARED.id].share
    assert share is not None
    assert share.channels == ()


async def test_a_broken_template_of_ones_own_is_said(service: Service) -> None:
    folder = service.paths.templates[0] / "share"
    folder.mkdir(parents=True)
    (folder / "bluesky.txt").write_text("{{ nothing", encoding="utf-8")
    async with shown(lambda: ChannelsScreen(service, SHARED)) as one:
        await wait_until(one.pilot, lambda: one.told)
        await one.press("y", "o", "space", "j", "escape")
        assert len(one.told) == 1
        assert one.results == [None]
