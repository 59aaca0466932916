"""Watches of categories read arXiv's announcements: each new paper once, on its day, whatever the search does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest
from arxiv_loopback import Announcement, LoopbackArxiv
from arxiv_loopback.feeds import Record

from ideaboard.bootstrap import open_service
from ideaboard.core.kinds import CANDIDATE
from ideaboard.errors import ArxivError, InvalidInput
from ideaboard.service import Service
from ideaboard.service.watches import WATCHES, Checked
from ideaboard.storage.ids import decode_id

DATA = Path(__file__).parent.parent / "data" / "arxiv"
MONDAY = date(2026, 9, 14)
BUSY = "busy:3600"


def paper(
    number: int, day: date, *categories: str, title: str = "On things", abstract: str = "Of things.", by: str = "A. Bee"
) -> Record:
    """Make a paper that was submitted on the evening before the day on which it is announced."""
    submitted = f"{day - timedelta(days=1)}T12:00:00Z"
    return Record(
        id=f"{day:%y%m}.{number:05}",
        version="v1",
        title=f"{title} {number}",
        updated=submitted,
        published=submitted,
        summary=abstract,
        categories=categories,
        primary=categories[0],
        comment="",
        journal_ref="",
        doi="",
        authors=((by, ()),),
    )


class Clock:
    """A clock that is put forward by hand; a second goes by each time somebody looks."""

    def __init__(self) -> None:
        self.at(MONDAY)

    def at(self, day: date, hour: int = 12) -> None:
        self.moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    with LoopbackArxiv([]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        monkeypatch.setenv("IDEABOARD_ARXIV_FEEDS_URL", server.feeds_url)
        monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0")
        yield server


@pytest.fixture
def service(arxiv: LoopbackArxiv, clock: Clock) -> Iterator[Service]:
    service = open_service(clock=clock)
    yield service
    service.close()


def inbox(service: Service) -> list[str]:
    return sorted(idea.paper.arxiv_id for idea in service.board.column(CANDIDATE) if idea.paper)


def found(checked: Checked) -> dict[str, list[str]]:
    return {look.name: sorted(one.arxiv_id for one in look.papers) for look in checked.looks}


def announce(arxiv: LoopbackArxiv, clock: Clock, day: date, papers: Sequence[Record]) -> None:
    clock.at(day)
    arxiv.announce(day, [Announcement(one) for one in papers])


def test_a_week_in_which_the_search_is_busy_brings_every_new_paper_once_on_its_day(
    arxiv: LoopbackArxiv, service: Service, clock: Clock
) -> None:
    arxiv.misbehave(BUSY)
    service.watches.add("learning", "", ["cs.LG", "stat.ML"])
    service.watches.add("causal", "causal", ["stat.ME"])
    came: dict[date, list[str]] = {}
    for number in range(7):
        day = MONDAY + timedelta(days=number)
        papers = []
        if day.weekday() < 5:
            papers = [
                paper(10 * number + 1, day, "cs.LG"),
                paper(10 * number + 2, day, "stat.ME", title="Causal graphs"),
                paper(10 * number + 3, day, "stat.ME", title="Not this"),
                paper(10 * number + 4, day, "hep-th"),
            ]
        announce(arxiv, clock, day, papers)
        for _ in range(2):  # in the morning and in the evening
            before = set(inbox(service))
            service.watches.check()
            came.setdefault(day, []).extend(sorted(set(inbox(service)) - before))
            clock.at(day, 18)
    for number in range(5):
        day = MONDAY + timedelta(days=number)
        assert came[day] == [f"2609.{10 * number + one:05}" for one in (1, 2)], day
    assert came[MONDAY + timedelta(days=5)] == came[MONDAY + timedelta(days=6)] == []
    assert len(arxiv.asked_feeds) == 5, "one request a day, and none on Saturday and Sunday"
    assert len(arxiv.asked_queries) <= 1, "only for the first look of the watch with words"
    assert not any(watch.doubt or watch.missing for watch in service.watches.all())


def test_a_normal_day_with_ten_watches_costs_one_request_for_those_of_categories_and_one_for_each_other(
    arxiv: LoopbackArxiv, service: Service, clock: Clock
) -> None:
    for name in ("cs.LG", "stat.ML", "cs.CL", "cs.CV", "cs.IR"):
        service.watches.add(name, "", [name])
    service.watches.add("narrowed", 'title:"causal graphs" OR author:bee', ["stat.ME"])
    for word in ("lora", "conformal", "calibration", "watermark"):
        service.watches.add(word, word)
    records = [paper(1, MONDAY, "cs.LG", title=word) for word in ("lora", "conformal", "calibration", "watermark")]
    announce(arxiv, clock, MONDAY, [paper(5, MONDAY, "cs.CL"), *records])
    service.watches.check()
    arxiv.requests.clear()
    announce(arxiv, clock, MONDAY + timedelta(days=1), [paper(20, MONDAY + timedelta(days=1), "stat.ML")])
    checked = service.watches.check()
    assert found(checked)["stat.ML"] == ["2609.00020"]
    assert (len(arxiv.asked_feeds), len(arxiv.asked_queries)) == (1, 4)
    assert arxiv.asked_feeds[0].path.endswith("/atom/cs.CL+cs.CV+cs.IR+cs.LG+stat.ME+stat.ML")


def test_several_boards_ask_once(arxiv: LoopbackArxiv, service: Service, clock: Clock, tmp_path: Path) -> None:
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG"), paper(2, MONDAY, "stat.ML")])
    service.watches.add("learning", "", ["cs.LG", "stat.ML"])
    service.watches.check()
    other = open_service(str(tmp_path / "other.jsonl"), clock=clock)
    other.watches.add("statistics", "", ["stat.ML"])
    assert found(other.watches.check()) == {"statistics": ["2609.00002"]}
    other.close()
    assert len(arxiv.asked_feeds) == 1


def test_new_crosslisted_and_replaced_papers_are_told_apart(
    arxiv: LoopbackArxiv, service: Service, clock: Clock
) -> None:
    new, crossed, replaced, known = (
        paper(1, MONDAY, "cs.LG"),
        paper(2, MONDAY, "cs.CL", "cs.LG"),
        paper(3, MONDAY, "cs.LG"),
        paper(4, MONDAY, "cs.LG", "cs.CL"),
    )
    clock.at(MONDAY)
    actions = [(new, "new"), (crossed, "new"), (replaced, "replace"), (known, "cross")]
    arxiv.announce(MONDAY, [Announcement(record, action) for record, action in actions])
    service.watches.add("learning", "", ["cs.LG"])
    service.watches.add("language", "", ["cs.CL"])
    assert found(service.watches.check()) == {"language": ["2609.00002", "2609.00004"], "learning": ["2609.00001"]}
    tuesday = MONDAY + timedelta(days=1)
    clock.at(tuesday)
    arxiv.announce(tuesday, [Announcement(crossed, "cross"), Announcement(new, "cross")])
    assert not any(found(service.watches.check()).values()), "a crosslist is new once"


def test_an_old_paper_that_is_listed_anew_is_news_only_where_it_is_listed_now(
    arxiv: LoopbackArxiv, service: Service, clock: Clock
) -> None:
    clock.at(MONDAY)
    old = paper(1, MONDAY, "cs.LG", "q-bio.QM")
    arxiv.announce(MONDAY, [Announcement(old, "cross"), Announcement(paper(2, MONDAY, "cs.LG"))])
    service.watches.add("a learning", "", ["cs.LG"])
    service.watches.add("b biology", "", ["q-bio.QM"])
    assert found(service.watches.check()) == {"a learning": ["2609.00002"], "b biology": ["2609.00001"]}


def test_a_day_that_is_known_costs_nothing_more_even_when_nothing_is_kept(
    arxiv: LoopbackArxiv, service: Service, clock: Clock
) -> None:
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG")])
    service.watches.add("learning", "", ["cs.LG"])
    service.watches.check()
    rmtree(Path(service.paths.cache) / "announcements")
    clock.at(MONDAY, 20)
    assert found(service.watches.check()) == {"learning": []}
    assert len(arxiv.requests) == 1


def test_a_clock_that_was_wrong_does_not_silence_a_watch(arxiv: LoopbackArxiv, service: Service, clock: Clock) -> None:
    service.watches.add("learning", "", ["cs.LG"])
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG")])
    service.watches.check()
    (watch,) = service.watches.all()
    with service._session.file.action("test"):
        table = service._session.file.table(WATCHES)
        table.update({"day": "2099-01-01"}, doc_ids=[decode_id(watch.id)])
    tuesday = MONDAY + timedelta(days=1)
    announce(arxiv, clock, tuesday, [paper(2, tuesday, "cs.LG")])
    assert found(service.watches.check()) == {"learning": ["2609.00002"]}


def test_the_licence_comes_along(arxiv: LoopbackArxiv, service: Service, clock: Clock) -> None:
    clock.at(MONDAY)
    record = paper(1, MONDAY, "cs.LG")
    arxiv.announce(MONDAY, [Announcement(record, license="http://creativecommons.org/licenses/by-nc-sa/4.0/")])
    service.watches.add("learning", "", ["cs.LG"])
    service.watches.check()
    (candidate,) = service.board.column(CANDIDATE)
    service.ideas.take([candidate.id], "summary")
    service.watches.check()  # fills in the moment of submission, which announcements do not tell
    taken = service.board.ideas[candidate.id].paper
    assert taken
    assert taken.license == "http://creativecommons.org/licenses/by-nc-sa/4.0/"
    assert (taken.announced, taken.published) == (MONDAY.isoformat(), "2026-09-13T12:00:00Z")
    service.arxiv.add([taken.arxiv_id], refresh=True)
    refreshed = service.board.ideas[candidate.id].paper
    assert refreshed
    assert refreshed.license == taken.license, "the search does not know it, so it stays"


def test_days_on_which_nobody_looked_are_made_up_by_a_search_once_it_answers(
    arxiv: LoopbackArxiv, service: Service, clock: Clock
) -> None:
    service.watches.add("learning", "", ["cs.LG"])
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG")])
    service.watches.check()
    for number in (1, 2):
        announce(arxiv, clock, MONDAY + timedelta(days=number), [paper(10 + number, MONDAY, "cs.LG")])
    thursday = MONDAY + timedelta(days=3)
    announce(arxiv, clock, thursday, [paper(20, thursday, "cs.LG")])
    arxiv.misbehave(BUSY)
    checked = service.watches.check()
    assert found(checked) == {"learning": ["2609.00020"]}
    (problem,) = checked.problems
    assert problem.problem
    assert problem.said.startswith("the announcements of 2026-09-15 and of 1 more day are missing")
    assert service.watches.all()[0].missing == "2026-09-15"

    friday = MONDAY + timedelta(days=4)
    announce(arxiv, clock, friday, [paper(30, friday, "cs.LG")])
    assert service.watches.check().problems, "it is said until it works"
    arxiv.misbehave(None)
    clock.at(friday, 20)
    assert found(service.watches.check()) == {"learning": ["2609.00011", "2609.00012"]}
    assert service.watches.all()[0].missing is None
    arxiv.requests.clear()
    clock.at(friday, 21)
    service.watches.check()
    assert arxiv.requests == []


@pytest.mark.parametrize(
    "mode", ["cut", "html", "empty", "garbage", "not-found", "server-error", BUSY, "entities", "damaged", "reset"]
)
def test_a_feed_that_cannot_be_read_is_made_up_by_the_search(
    arxiv: LoopbackArxiv, service: Service, clock: Clock, mode: str
) -> None:
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG")])
    service.watches.add("learning", "", ["cs.LG"])
    arxiv.misbehave_in_feeds(mode)
    assert found(service.watches.check()) == {"learning": ["2609.00001"]}
    assert len(arxiv.asked_queries) == 1


def test_what_neither_gives_is_said_and_comes_later(arxiv: LoopbackArxiv, service: Service, clock: Clock) -> None:
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG")])
    service.watches.add("learning", "", ["cs.LG"])
    arxiv.misbehave_in_feeds("not-found")
    arxiv.misbehave(BUSY)
    with pytest.raises(ArxivError, match="the announcements of 2026-09-14 are missing"):
        service.watches.check()
    assert service.watches.all()[0].last is None
    arxiv.misbehave_in_feeds(None)
    clock.at(MONDAY, 13)
    assert found(service.watches.check()) == {"learning": ["2609.00001"]}


def test_a_feed_that_was_cut_is_made_up_by_the_search(arxiv: LoopbackArxiv, service: Service, clock: Clock) -> None:
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG"), paper(2, MONDAY, "cs.LG")])
    service.watches.add("learning", "", ["cs.LG"])
    arxiv.misbehave_in_feeds("feed-many:2100")
    assert found(service.watches.check()) == {"learning": ["2609.00001", "2609.00002"]}
    assert len(arxiv.asked_queries) == 1
    assert service.watches.all()[0].missing is None


def test_entries_that_come_twice_are_one_paper(arxiv: LoopbackArxiv, service: Service, clock: Clock) -> None:
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG")])
    service.watches.add("learning", "", ["cs.LG"])
    arxiv.misbehave_in_feeds("feed-twice")
    assert found(service.watches.check()) == {"learning": ["2609.00001"]}


def test_an_empty_feed_on_a_working_day_is_doubted_and_asked_again(
    arxiv: LoopbackArxiv, service: Service, clock: Clock
) -> None:
    service.watches.add("learning", "", ["cs.LG"])
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG")])
    service.watches.check()
    before = service.watches.all()[0].last
    tuesday = MONDAY + timedelta(days=1)
    announce(arxiv, clock, tuesday, [paper(2, tuesday, "cs.LG")])
    arxiv.misbehave_in_feeds("feed-empty")
    (look,) = service.watches.check().looks
    (watch,) = service.watches.all()
    assert look.papers == ()
    assert "2026-09-15, a working day" in look.doubt == watch.doubt
    assert watch.last == before
    arxiv.misbehave_in_feeds(None)
    clock.at(tuesday, 13)
    assert found(service.watches.check()) == {"learning": ["2609.00002"]}
    (watch,) = service.watches.all()
    assert watch.doubt == ""
    assert (watch.last or "") > (before or "")


def test_a_first_look_searches_where_the_announcements_of_today_have_nothing(
    arxiv: LoopbackArxiv, service: Service, clock: Clock
) -> None:
    friday, monday = date(2026, 12, 25), date(2026, 12, 28)
    arxiv.announce(friday, [Announcement(paper(1, friday, "cs.LG"))])
    announce(arxiv, clock, monday, [paper(2, monday, "stat.ML")])
    service.watches.add("learning", "", ["cs.LG"])
    service.watches.add("statistics", "", ["stat.ML"])
    assert found(service.watches.check()) == {"learning": ["2612.00001"], "statistics": ["2612.00002"]}
    learning, statistics = service.watches.all()
    assert (learning.source, learning.day, learning.missing, learning.doubt) == ("search", "2026-12-28", None, "")
    assert (statistics.source, statistics.day) == ("announcements", "2026-12-28")
    assert (len(arxiv.asked_feeds), len(arxiv.asked_queries)) == (1, 1)


def test_an_empty_feed_on_a_holiday_is_believed(arxiv: LoopbackArxiv, service: Service, clock: Clock) -> None:
    service.watches.add("learning", "", ["cs.LG"])
    thursday, friday = date(2026, 12, 24), date(2026, 12, 25)
    announce(arxiv, clock, thursday, [paper(1, thursday, "cs.LG")])
    service.watches.check()
    announce(arxiv, clock, friday, [])
    (look,) = service.watches.check().looks
    assert (look.doubt, look.papers, look.problem) == ("", (), None)
    monday = date(2026, 12, 28)
    announce(arxiv, clock, monday, [paper(2, monday, "cs.LG")])
    arxiv.requests.clear()
    assert found(service.watches.check()) == {"learning": ["2612.00002"]}
    assert len(arxiv.requests) == 1


@pytest.mark.parametrize(
    ("mode", "said"), [("feed-stale", "still those of 2026-09-14"), ("feed-date:2099-01-01", "2099")]
)
def test_a_feed_of_another_day_is_not_taken_for_that_of_today(
    arxiv: LoopbackArxiv, service: Service, clock: Clock, mode: str, said: str
) -> None:
    service.watches.add("learning", "", ["cs.LG"])
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG")])
    service.watches.check()
    tuesday = MONDAY + timedelta(days=1)
    announce(arxiv, clock, tuesday, [paper(2, tuesday, "cs.LG")])
    arxiv.misbehave_in_feeds(mode)
    (look,) = service.watches.check().looks
    assert said in look.doubt
    assert look.papers == ()
    arxiv.misbehave_in_feeds(None)
    clock.at(tuesday, 14)
    assert found(service.watches.check()) == {"learning": ["2609.00002"]}


@pytest.mark.parametrize("mode", ["feed-stale", "feed-empty"])
def test_just_after_midnight_a_feed_that_is_not_made_yet_is_no_reason_to_doubt(
    arxiv: LoopbackArxiv, service: Service, clock: Clock, mode: str
) -> None:
    service.watches.add("learning", "", ["cs.LG"])
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG")])
    service.watches.check()
    tuesday = MONDAY + timedelta(days=1)
    announce(arxiv, clock, tuesday, [paper(2, tuesday, "cs.LG")])
    arxiv.misbehave_in_feeds([mode])
    clock.at(tuesday, 4)  # midnight at arXiv
    (look,) = service.watches.check().looks
    assert (look.doubt, look.papers, look.problem) == ("", (), None)
    assert "If-None-Match" in arxiv.asked_feeds[-1].headers
    clock.at(tuesday, 12)
    assert found(service.watches.check()) == {"learning": ["2609.00002"]}


@pytest.mark.parametrize(
    ("words", "categories", "by_feed"),
    [
        ("", ["cs.LG"], True),
        ("cat:cs.LG OR cat:stat.ML", [], True),
        ("cat:cs", [], True),
        ("causal", ["cs.LG"], True),
        ("(title:a -abstract:b) cat:cs.LG", [], True),
        ("causal", [], False),
        ("causal OR cat:cs.LG", [], False),
        ("comment:github", ["cs.LG"], False),
        ("since:2026-01-01", ["cs.LG"], False),
        ("= cat:cs.LG", [], False),
        ("-cat:cs.LG causal", [], False),
        ("cat:cmp-lg", [], True),
    ],
)
def test_what_the_feed_cannot_decide_stays_with_the_search(
    arxiv: LoopbackArxiv, service: Service, clock: Clock, words: str, categories: list[str], by_feed: bool
) -> None:
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG"), paper(2, MONDAY, "stat.ML"), paper(5, MONDAY, "cs.CL")])
    service.watches.add("one", words, categories)
    service.watches.check()
    assert bool(arxiv.asked_feeds) is by_feed or (by_feed and len(arxiv.asked_queries) == 1)
    clock.at(MONDAY + timedelta(days=1))
    arxiv.requests.clear()
    announce(arxiv, clock, MONDAY + timedelta(days=1), [paper(3, MONDAY, "cs.LG"), paper(4, MONDAY, "cs.CL")])
    service.watches.check()
    assert bool(arxiv.asked_feeds) is by_feed
    assert bool(arxiv.asked_queries) is not by_feed


def test_a_category_that_arxiv_does_not_announce_leaves_the_search(
    arxiv: LoopbackArxiv, service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arxiv_loopback.server.find_category", lambda code: code != "stat.ML" or None)
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG"), paper(2, MONDAY, "stat.ML")])
    service.watches.add("learning", "", ["cs.LG"])
    service.watches.add("statistics", "", ["stat.ML"])
    assert found(service.watches.check()) == {"learning": ["2609.00001"], "statistics": ["2609.00002"]}
    assert len(arxiv.asked_feeds) == 1


def test_another_search_server_without_feeds_is_asked_for_everything(
    arxiv: LoopbackArxiv, service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IDEABOARD_ARXIV_FEEDS_URL")
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG")])
    service.watches.add("learning", "", ["cs.LG"])
    assert found(service.watches.check()) == {"learning": ["2609.00001"]}
    assert not arxiv.asked_feeds
    assert service.watches.all()[0].source == "search"


def test_feeds_that_are_no_address_are_named(service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEABOARD_ARXIV_FEEDS_URL", "rss.arxiv.org")
    service.watches.add("learning", "", ["cs.LG"])
    with pytest.raises(InvalidInput, match=r"^'rss\.arxiv\.org' is not the address") as caught:
        service.watches.check()
    assert caught.value.hint.endswith("/atom")


def test_a_search_that_finds_nothing_any_more_is_doubted_and_asked_again(
    arxiv: LoopbackArxiv, service: Service, clock: Clock
) -> None:
    announce(arxiv, clock, MONDAY, [paper(1, MONDAY, "cs.LG", title="Causal")])
    service.watches.add("causal", "causal")
    service.watches.check()
    before = service.watches.all()[0].last
    clock.at(MONDAY + timedelta(days=1))
    papers, arxiv.recordings.papers = arxiv.recordings.papers, {}
    (look,) = service.watches.check().looks
    (watch,) = service.watches.all()
    assert (
        look.doubt
        == watch.doubt
        == "arXiv finds none of the 1 paper that it found before, and it has been known to say so wrongly"
    )
    assert watch.last == before
    arxiv.recordings.papers = papers
    clock.at(MONDAY + timedelta(days=2))
    service.watches.check()
    (watch,) = service.watches.all()
    assert watch.doubt == ""
    assert (watch.last or "") > (before or "")
