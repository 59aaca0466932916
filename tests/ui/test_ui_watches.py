"""The list of the watches: typed as the search line is, asked one or all, changed and taken away with a way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from arxiv_loopback import Announcement, LoopbackArxiv
from textual import events
from textual.pilot import Pilot
from ui.board_pilot import (
    NOW,
    MakeService,
    RunBoard,
    inbox_of,
    lines_of,
    said,
    saved,
    screen_of,
    search,
    text_of,
    type_text,
    wait_until,
)

from ideaboard.service import Service
from ideaboard.service.watch_looks import Watch
from ideaboard.ui.screens.watches import WatchesScreen

WIDE = (140, 30)


def watches_of(pilot: Pilot[None]) -> WatchesScreen:
    found = [screen for screen in pilot.app.screen_stack if isinstance(screen, WatchesScreen)]
    assert found, pilot.app.screen_stack
    return found[0]


async def opened(pilot: Pilot[None]) -> WatchesScreen:
    await pilot.press("W")
    await pilot.pause()
    return watches_of(pilot)


def current(pilot: Pilot[None]) -> Watch:
    watch = watches_of(pilot).current
    assert watch
    return watch


async def kept(pilot: Pilot[None]) -> dict[str, Watch]:
    """Wait until what was done is on disk and on the screen; return the watches as another program finds them."""
    await saved(pilot)
    screen = watches_of(pilot)
    service = screen.service
    await wait_until(pilot, lambda: screen._stamp == service.watches.stamp() and not service.saving.pending)
    return {watch.name: watch for watch in screen.service.watches.all()}


def two_watches(make_service: MakeService) -> Service:
    service = make_service()
    service.watches.add("[agents]", "agent", limit=5)
    service.watches.add("tests", "testing", limit=3)
    return service


async def test_a_watch_is_typed_checked_and_named(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await opened(pilot)
        assert "No watches yet" in text_of(pilot)
        await pilot.press("a")
        await type_text(pilot, "deep (learning")
        await pilot.press("enter")
        query, below = lines_of(pilot)[:2]
        assert below.index("^") == query.index("(")
        assert "not closed" in below
        await pilot.press("ctrl+u")
        await type_text(pilot, "1706.03762")
        await pilot.press("enter")
        assert "not a search" in said(pilot)[-1]
        await pilot.press("ctrl+u")
        await type_text(pilot, "deep learning")
        assert lines_of(pilot)[1].strip() == "all:deep AND all:learning"
        await pilot.press("enter")
        assert lines_of(pilot)[0].startswith(" Name deep learning")
        await pilot.press("escape")
        assert lines_of(pilot)[0].startswith(" arXiv deep learning")
        await pilot.press("enter", "ctrl+u")
        await type_text(pilot, "dl")
        await pilot.press("enter")
        assert said(pilot)[-1] == "Watching 'dl' · u"
        assert {name: watch.query for name, watch in (await kept(pilot)).items()} == {"dl": "deep learning"}
        assert watches_of(pilot).typed is None
        assert current(pilot).name == "dl"
        assert not arxiv.requests
        # Two of one name would be one.
        await pilot.press("a")
        await type_text(pilot, "other")
        await pilot.press("enter", "ctrl+u")
        await type_text(pilot, "DL")
        await pilot.press("enter")
        assert "there is a watch 'DL' already" in "".join(said(pilot)).replace("There", "there")
        assert watches_of(pilot).typed is not None
        await pilot.press("escape", "escape", "y", "u")
        assert await kept(pilot) == {}
        assert "No watches yet" in text_of(pilot)


async def test_all_are_asked_or_one_and_what_they_found_is_gone_through(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(two_watches(make_service), size=WIDE) as pilot:
        screen = await opened(pilot)
        assert "never asked" in lines_of(pilot)[3]
        await pilot.press("j", "r")
        await wait_until(pilot, lambda: not screen.check.running)
        assert [watch.new for watch in (await kept(pilot)).values()] == [0, 3]
        asked = len(arxiv.requests)
        await pilot.press("R")
        await wait_until(pilot, lambda: not screen.check.running)
        assert len(arxiv.requests) > asked
        assert [watch.new for watch in (await kept(pilot)).values()] == [5, 3]
        assert "8 new in the inbox" in lines_of(pilot)[0]
        assert "5 new" in lines_of(pilot)[2]
        assert "09:30" in lines_of(pilot)[3]
        await pilot.press("enter")
        await wait_until(pilot, lambda: not inbox_of(pilot).ranking)
        assert "Candidates of 'tests'  1 of 3" in lines_of(pilot)[0]
        await pilot.press("x", "s", "q")
        await kept(pilot)
        assert "1 new" in lines_of(pilot)[4]
        await pilot.press("enter", "x")
        await pilot.pause()
        assert pilot.app.screen is screen, "with the last one decided one is back"
        await pilot.press("k", "enter")
        assert "1 of 5" in lines_of(pilot)[0]


async def test_asking_is_stopped_by_esc_and_a_second_esc_leaves(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    arxiv.misbehave("silent")
    async with run_board(two_watches(make_service), size=WIDE) as pilot:
        screen = await opened(pilot)
        await pilot.press("R")
        await wait_until(pilot, lambda: len(arxiv.requests) == 1)
        assert "Esc stops" in lines_of(pilot)[1]
        await pilot.press("escape")
        await wait_until(pilot, lambda: not screen.check.running)
        assert "stopped looking" in lines_of(pilot)[1]
        await pilot.press("escape")
        assert pilot.app.screen is screen_of(pilot)


async def test_why_one_failed_stands_in_its_row_until_it_is_asked_again(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    arxiv._modes = ["forbidden"]
    async with run_board(two_watches(make_service), size=WIDE) as pilot:
        screen = await opened(pilot)
        await pilot.press("r")
        await wait_until(pilot, lambda: not screen.check.running)
        await kept(pilot)
        assert "403" in lines_of(pilot)[3]
        assert "tests" in lines_of(pilot)[4]
        assert lines_of(pilot)[1].strip() == "1 watch could not be asked"
        await pilot.press("r")
        await wait_until(pilot, lambda: not screen.check.running)
        await kept(pilot)
        assert "403" not in text_of(pilot)
        assert "agent" in lines_of(pilot)[3]


async def test_one_is_changed_renamed_and_taken_away_and_undo_brings_it_back(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(two_watches(make_service), size=WIDE) as pilot:
        screen = await opened(pilot)
        await pilot.press("r")
        await wait_until(pilot, lambda: not screen.check.running)
        before = (await kept(pilot))["[agents]"]
        await pilot.press("quotation_mark", "ctrl+u")
        await type_text(pilot, "robots")
        await pilot.press("enter")
        renamed = (await kept(pilot))["robots"]
        assert (renamed.query, renamed.seen, renamed.last, renamed.new) == ("agent", before.seen, before.last, 5)
        assert current(pilot).name == "robots"
        await pilot.press("e")
        await type_text(pilot, "s")
        await pilot.press("enter", "enter")
        changed = (await kept(pilot))["robots"]
        assert (changed.query, changed.last, changed.seen) == ("agents", None, before.seen)
        await pilot.press("d")
        assert "No longer watching 'robots' · u" in said(pilot)
        assert set(await kept(pilot)) == {"tests"}
        for names in ({"robots", "tests"}, {"robots", "tests"}, {"[agents]", "tests"}):
            await pilot.press("u")
            assert set(await kept(pilot)) == names
        assert (await kept(pilot))["[agents]"] == before


async def test_the_search_that_is_open_is_kept_and_stands_here(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        await pilot.press("W", "q")
        await pilot.pause()
        await opened(pilot)
        assert set(await kept(pilot)) == {"testing"}
        assert "testing" in lines_of(pilot)[2]


async def test_watches_of_others_come_in(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(two_watches(make_service), size=WIDE) as pilot:
        screen = await opened(pilot)
        other = make_service()
        other.watches.remove("tests")
        other.watches.add("zeta", "zeta function")
        screen_of(pilot).poll()
        screen._look_at_board()
        await pilot.pause()
        assert [watch.name for watch in screen.watches.values()] == ["[agents]", "zeta"]
        assert "zeta function" in text_of(pilot)


@pytest.mark.parametrize("size", [(160, 48), (80, 24), (40, 12)])
async def test_it_is_readable_at_every_size_and_bears_every_key(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    service = make_service()
    async with run_board(service, size=size) as pilot:
        screen = await opened(pilot)
        assert "a makes one of a few words" in " ".join(text_of(pilot).split())
        assert lines_of(pilot)[-1].rstrip().endswith("? help  q board")
        await pilot.press(*"rjkgGuUed", "enter", "quotation_mark", "tab")
        await pilot.pause()
        assert pilot.app.screen is screen
        await wait_until(pilot, lambda: not screen.check.running)
        service.watches.add("日本語 [/b]" * 9, "agent OR testing")
        screen._until_saved()
        await wait_until(pilot, lambda: screen.watches)
        assert "never asked" in lines_of(pilot)[3]
        await pilot.press("tab")
        await pilot.pause()
        assert screen.preview.display
        assert "all:agent OR all:testing" in " ".join(row.plain for row in screen.preview.shown_rows.rows)


async def test_a_paste_goes_into_the_words(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await opened(pilot)
        pilot.app.post_message(events.Paste("graph\nneural"))
        await pilot.pause()
        assert lines_of(pilot)[0].startswith(" arXiv graph neural")


async def test_days_that_are_missing_and_feeds_that_are_empty_are_said(
    arxiv: LoopbackArxiv, make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDEABOARD_ARXIV_FEEDS_URL", arxiv.feeds_url)
    first, *others = [Announcement(next(iter(versions.values()))) for versions in arxiv.recordings.papers.values()]
    made = make_service()
    made.watches.add("mine", "", [first.record.primary])
    arxiv.announce(NOW.date(), [first])
    made.watches.check()
    friday = NOW + timedelta(days=3)
    arxiv.announce(friday.date(), others)
    arxiv.misbehave("busy:3600")
    async with run_board(make_service(now=friday), size=WIDE) as pilot:
        await pilot.press("c", "R")
        await wait_until(pilot, lambda: "mine: the announcements of 2026-11-25" in text_of(pilot))
        await pilot.press("q")
        await opened(pilot)
        assert "the announcements of 2026-11-25" in text_of(pilot)
    arxiv.misbehave(None)
    arxiv.misbehave_in_feeds("feed-empty")
    monday = NOW + timedelta(days=6)
    arxiv.announce(monday.date(), others)
    async with run_board(make_service(now=monday), size=WIDE) as pilot:
        await opened(pilot)
        assert "nothing known since 2026-11-25" in text_of(pilot)
        await pilot.press("q", "c", "R")
        await wait_until(pilot, lambda: "arXiv announces nothing on 2026-11-30, a working day" in text_of(pilot))
        await pilot.press("q")
        await opened(pilot)
        assert "in doubt: arXiv announces nothing on 2026-11-30" in text_of(pilot)
        assert "nothing new" not in text_of(pilot)
