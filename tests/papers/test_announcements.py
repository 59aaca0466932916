"""arXiv's announcements as they were recorded, as they are kept, and what is not taken for them."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic

import pytest
from arxiv_loopback import Announcement, LoopbackArxiv
from arxiv_loopback.announcements import write_announcements
from arxiv_loopback.feeds import Record, read_recording
from arxiv_loopback.grammar import read_query
from arxiv_loopback.misbehave import MODES, Reply
from hypothesis import given
from hypothesis import strategies as st
from papers.gateway_setup import FEEDS, PATIENT, SILENT, SLOW, TEN, Clock, make_gateway

from ideaboard.core.credit import license_name
from ideaboard.core.ideas import Paper
from ideaboard.papers.arxiv import calendar, problems
from ideaboard.papers.arxiv.announcements import read_announcements
from ideaboard.papers.arxiv.throttle import claimed
from ideaboard.papers.query import compile_query
from ideaboard.papers.query_match import can_decide, is_in, matches, scope

RECORDED = (FEEDS / "rss" / "atom_cs.AI_2025-08-20_7.xml").read_bytes()
DAY = date(2025, 8, 20)


def test_a_recorded_feed_is_read_whole() -> None:
    read = read_announcements(RECORDED, ["cs.AI"])
    assert (read.day, read.categories, len(read.papers), read.complete) == (DAY, frozenset(["cs.ai"]), 7, True)
    assert [one.type for one in read.papers] == ["cross"] * 5 + ["new"] * 2
    first, third = read.papers[0].paper, read.papers[2].paper
    assert (first.arxiv_id, first.version, first.primary_category) == ("2508.13426", "v1", "cs.CL")
    assert first.title == "ALIGN: Word Association Learning for Cross-Cultural Generalization in Large Language Models"
    assert first.abstract.startswith("As large language models (LLMs) increasingly mediate")
    assert first.authors == ("Chunhua Liu", "Kabir Manandhar Shrestha", "Sukai Huang")
    assert first.license == "http://creativecommons.org/licenses/by-nc-sa/4.0/"
    assert (first.announced, first.published) == ("2025-08-20", None)
    assert third.authors == ("Paulo André Lima de Castro",)


def test_the_loopback_writes_what_was_recorded() -> None:
    """Byte for byte but for the moment of each entry, which nobody reads."""
    tags = r"<(/?[a-z:_]+)[ >]"
    made = write_announcements(DAY, ["cs.AI"], [], "cs.AI").decode()
    head = RECORDED.decode().partition("  <entry>")[0]
    assert re.findall(tags, made)[:-1] == re.findall(tags, head)
    assert re.sub(r"T04:00:19[^<]*<", "<", made.partition("</feed>")[0]) == re.sub(r"T04:00:19[^<]*<", "<", head)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", problems.CutFeed),
        (RECORDED[:-20], problems.CutFeed),
        (b"<html><body>maintenance</body></html>", problems.NotAFeed),
        (RECORDED.replace(b"updates on arXiv.org", b"weekly"), problems.NotAFeed),
        (re.sub(rb"<(updated|published)>[^<]*<", rb"<\1>soon<", RECORDED), problems.NotAFeed),
        (RECORDED.replace(b"<title>cs.AI updates", b"<title>math.CO updates"), problems.AnotherAnswer),
        (
            RECORDED.replace(b"<title>cs.AI updates on arXiv.org", b"<title>Feed error for query: x"),
            problems.QueryRefused,
        ),
        (RECORDED.replace(b"<feed", b"<!DOCTYPE feed [<!ENTITY a 'b'>]><feed", 1), problems.NotAFeed),
    ],
)
def test_what_is_no_feed_of_announcements_is_not_taken_for_one(body: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        read_announcements(body, ["cs.AI"])


def test_an_entry_that_cannot_be_read_is_counted_and_control_characters_go() -> None:
    body = RECORDED.replace(b"oai:arXiv.org:2508.13426v1", b"oai:arXiv.org:nonsense").replace(
        b"<title>Mitigating", b"<title>\x1b[31mMitigating &#x202E;"
    )
    read = read_announcements(body, ["cs.AI"])
    assert (len(read.papers), read.unreadable, read.complete) == (6, 1, False)
    assert read.papers[0].paper.title.isprintable()


def test_a_kept_feed_that_somebody_changed_is_asked_for_again(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        server.announce(DAY, [Announcement(next(iter(server.recordings.papers["1706.03762"].values())))])
        gateway = make_gateway(server.url, tmp_path, feeds_url=server.feeds_url)
        first = gateway.announcements(["cs.CL"], DAY)
        assert gateway.announcements(["cs.CL"], DAY).papers == first.papers
        assert len(server.requests) == 1
        (kept,) = (tmp_path / "announcements").glob("*.json")
        for damage in (b"", b"[]", b"{", kept.read_bytes().replace(b'"new"', b'"own"'), b"x" * 100):
            kept.write_bytes(damage)
            assert gateway.announcements(["cs.CL"], DAY).papers == first.papers
        assert len(server.requests) == 6


def test_what_has_not_changed_is_not_sent_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackArxiv(FEEDS) as server:
        server.announce(DAY, [])
        replies: list[Reply] = []
        answered = server.feed_reply

        def recorded(path: str, names: str, headers: Mapping[str, str]) -> Reply:
            replies.append(answered(path, names, headers))
            return replies[-1]

        monkeypatch.setattr(server, "feed_reply", recorded)
        gateway = make_gateway(server.url, tmp_path, feeds_url=server.feeds_url)
        first = gateway.announcements(["cs.CL"], DAY)
        assert gateway.announcements(["cs.CL"], DAY) == first
        assert [reply.status for reply in replies] == [200, 304]
        assert (first.day, first.papers) == (DAY, ())


def test_a_pause_of_the_search_does_not_stop_the_feeds_and_the_interval_holds_for_both(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS, "busy:3600") as server:
        server.announce(DAY, [Announcement(next(iter(server.recordings.papers["1706.03762"].values())))])
        gateway = make_gateway(server.url, tmp_path, feeds_url=server.feeds_url, interval=0.3)
        with pytest.raises(problems.AskedToWait):
            gateway.search("testing")
        assert gateway.announcements(["cs.CL"], DAY).papers
        search, feed = server.requests
        assert feed.at - search.at >= 0.25
        server.misbehave_in_feeds("busy:3600")
        for _ in range(2):
            with pytest.raises(problems.AskedToWait):
                gateway.announcements(["cs.LG"], DAY)
        assert len(server.asked_feeds) == 2


@pytest.mark.parametrize(
    ("day", "quiet"),
    [
        ("2026-01-01", True), ("2026-01-02", True), ("2026-01-19", True), ("2026-05-25", True), ("2026-06-19", True),
        ("2026-07-03", True), ("2026-09-07", True), ("2026-11-26", True), ("2026-11-27", True), ("2026-12-25", True),
        ("2026-09-14", False), ("2026-10-12", False), ("2026-11-24", False), ("2026-03-17", False),
    ],
)  # fmt: skip
def test_holidays_are_allowed_for(day: str, quiet: bool) -> None:
    assert calendar.may_be_quiet(date.fromisoformat(day)) is quiet


def test_the_days_of_announcements() -> None:
    friday, sunday = date(2026, 9, 11), datetime(2026, 9, 13, 12, tzinfo=UTC)
    assert calendar.latest_day(sunday) == friday
    assert calendar.latest_day(datetime(2026, 9, 14, 3, tzinfo=UTC)) == friday  # Sunday evening at arXiv
    assert list(calendar.days_between(friday, date(2026, 9, 16))) == [date(2026, 9, 14), date(2026, 9, 15)]
    assert calendar.day_before(date(2026, 9, 14)) == friday
    assert not calendar.is_settled(Clock("2026-09-14T04:30:00+00:00")())


PAPER = Paper(
    arxiv_id="2609.00001",
    title="Calibrated Language Models: k-means with Poincar\\'e maps",
    abstract="We study the training of agencies in state-of-the-art systems.",
    authors=("Ana del Maestro", "José Ortega y Gasset"),
    primary_category="stat.ML",
    categories=("stat.ML", "cs.LG"),
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("language model", True),
        ('"language model"', True),
        ('"models language"', False),
        ("calibrating", True),
        ("title:agency", False),
        ("abstract:agency", True),
        ("k-means", True),
        ('"k means"', True),
        ("poincare", True),
        ("state-of-the-art", True),
        ("author:maestro", True),
        ('author:"del maestro"', True),
        ("author:maestros", False),
        ('author:"Ortega y Gasset, J"', True),
        ("author:gasset,jose", True),
        ("author:gasset,pedro", False),
        ("calibr*", True),
        ("language -model", False),
        ("nothing OR (trained systems)", True),
        ("language cat:cs.LG", True),
        ("language cat:cs", True),
        ("language cat:math", False),
        ("language -cat:cs.LG", False),
    ],
)
def test_words_mean_here_what_they_mean_at_arxiv(words: str, found: bool) -> None:
    tree = compile_query(words).tree
    assert can_decide(tree)
    assert matches(tree, PAPER) is found


@pytest.mark.parametrize(
    ("words", "within"),
    [
        ("cat:cs.LG", {"cs.lg"}),
        ("cat:cs.LG OR cat:stat.ML", {"cs.lg", "stat.ml"}),
        ("cat:cs.LG a OR b", None),
        ("(cat:cs.LG OR cat:stat.ML) cat:cs.CL", {"cs.cl"}),
        ("cat:cs.LG -cat:cs.CL", {"cs.lg"}),
        ("a", None),
    ],
)
def test_what_a_search_finds_lies_in_categories(words: str, within: set[str] | None) -> None:
    assert scope(compile_query(words).tree) == within


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/4.0/", "CC BY-NC-ND 4.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("http://arxiv.org/licenses/nonexclusive-distrib/1.0/", "arXiv's own, no reuse"),
        ("https://example.org/mine", "https://example.org/mine"),
    ],
)
def test_licences_have_names(url: str, name: str) -> None:
    assert license_name(url) == name


CATEGORIES = ["cs.CL", "cs.LG", "cs.RO", "stat.ML"]


@pytest.fixture
def small_feeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a feed hold 20 entries in place of 2,000."""
    monkeypatch.setattr("ideaboard.papers.arxiv.announcements.MOST_ENTRIES", 20)
    monkeypatch.setattr("arxiv_loopback.announcements.MOST", 20)


@pytest.mark.usefixtures("small_feeds")
def test_what_is_too_much_for_one_feed_is_asked_for_in_two(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        (record,) = server.recordings.papers["1706.03762"].values()
        many = [
            Announcement(replace(record, id=f"2508.{10_000 + 100 * place + number}", categories=(name,), primary=name))
            for place, name in enumerate(CATEGORIES)
            for number in range(6)
        ]
        server.announce(DAY, many, in_search=False)
        gateway = make_gateway(server.url, tmp_path, feeds_url=server.feeds_url)
        came = gateway.announcements(CATEGORIES, DAY)
        assert (len(came.papers), came.cut) == (24, False)
        assert [seen.path for seen in server.requests] == [
            "/atom/cs.CL+cs.LG+cs.RO+stat.ML",
            "/atom/cs.CL+cs.LG",
            "/atom/cs.RO+stat.ML",
        ]
        assert gateway.announcements(CATEGORIES, DAY).papers == came.papers
        assert len(server.requests) == 3
        server.announce(date(2025, 8, 21), many[:3], in_search=False)
        assert len(gateway.announcements(CATEGORIES, date(2025, 8, 21)).papers) == 3
        assert len(server.requests) == 5, "the next day begins with two"


@pytest.mark.usefixtures("small_feeds")
def test_a_server_that_always_sends_too_much_is_not_asked_for_ever(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        server.announce(DAY, [Announcement(next(iter(server.recordings.papers["1706.03762"].values())))])
        gateway = make_gateway(server.url, tmp_path, feeds_url=server.feeds_url)
        server.misbehave_in_feeds("feed-many:25")
        assert gateway.announcements(["cs.CL", "cs.LG"], DAY).cut
        assert gateway.announcements(["cs.CL", "cs.LG"], DAY).cut
        assert len(server.requests) == 3


@pytest.mark.parametrize("mode", sorted(MODES))
def test_a_feed_that_misbehaves_gives_what_it_should_or_an_error_of_ours(mode: str, tmp_path: Path) -> None:
    timeouts = {"drip": SLOW, "drip-headers": SLOW, "stall": SILENT, "silent": SILENT}.get(mode, PATIENT)
    with LoopbackArxiv(FEEDS) as server:
        records = [record for versions in server.recordings.papers.values() for record in versions.values()][:5]
        server.announce(DAY, [Announcement(record) for record in records])
        names = sorted({record.primary for record in records})
        good = make_gateway(server.url, tmp_path / "good", feeds_url=server.feeds_url).announcements(names, DAY)
        server.misbehave_in_feeds([mode] * 9)
        gateway = make_gateway(server.url, tmp_path / "bad", feeds_url=server.feeds_url, timeouts=timeouts)
        came = problem = None
        try:
            came = gateway.announcements(names, DAY)
        except problems.GatewayError as error:
            problem = error
    if came is None:
        assert problem
        assert problem.message.isprintable()
        assert not list((tmp_path / "bad" / "announcements").glob("*"))
    else:
        ids = {one.paper.arxiv_id for one in good.papers}
        assert {one.paper.arxiv_id for one in came.papers} <= ids
        assert len(came.papers) + came.unreadable == len(ids) or mode == "empty-page"


def test_asking_for_announcements_ends_at_once(tmp_path: Path) -> None:
    cancel = threading.Event()
    with LoopbackArxiv(FEEDS) as server:
        server.announce(DAY, [Announcement(next(iter(server.recordings.papers["1706.03762"].values())))])
        server.misbehave_in_feeds("drip:0.5")
        server.on_request = lambda _: cancel.set()
        gateway = make_gateway(server.url, tmp_path, feeds_url=server.feeds_url, cancel=cancel)
        began = monotonic()
        with pytest.raises(problems.Cancelled):
            gateway.announcements(["cs.CL"], DAY)
        assert monotonic() - began < 2


def test_several_boards_that_look_at_once_ask_once(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        server.announce(DAY, [Announcement(next(iter(server.recordings.papers["1706.03762"].values())))])
        came: list[int] = []

        def look() -> None:
            gateway = make_gateway(server.url, tmp_path, feeds_url=server.feeds_url)
            with claimed(tmp_path / "check.lock", 20, lambda: False):
                came.append(len(gateway.announcements(["cs.CL"], DAY).papers))

        threads = [threading.Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert came == [1] * 4
        assert (len(server.requests), server.most_at_once) == (1, 1)


def _as_paper(record: Record) -> Paper:
    authors = tuple(name for name, _ in record.authors)
    return Paper(
        arxiv_id=record.id,
        title=record.title,
        abstract=record.summary,
        authors=authors,
        primary_category=record.primary,
        categories=record.categories,
    )


COMMAND = r"\\[A-Za-z]+"
RECORDINGS = filter(None, map(read_recording, (FEEDS / "yanhua_agent_raw.xml", TEN)))
# The name of a TeX command, as in \times, is a word of the paper to arXiv, and to nobody else.
RECORDS = [
    replace(record, title=re.sub(COMMAND, " ", record.title), summary=re.sub(COMMAND, " ", record.summary))
    for recording in RECORDINGS
    for record in recording.records
]
WORDS = sorted(
    {
        word
        for record in RECORDS
        for word in re.findall(r"\b[A-Za-z][a-z]{3,}(?:-[a-z]+)*\b", record.title + record.summary)
    }
)
NAMES = sorted({name for record in RECORDS for name, _ in record.authors})
TERMS = st.one_of(
    st.builds("{}:{}".format, st.sampled_from(["title", "abstract"]), st.sampled_from(WORDS)),
    st.builds('author:"{}"'.format, st.sampled_from(NAMES)),
    st.builds("author:{}".format, st.sampled_from([name.split()[-1] for name in NAMES])),
    st.sampled_from(["cat:cs.AI", "cat:cs", "cat:cs.LG", "cat:math.ST"]),
)
SEARCHES = st.recursive(
    TERMS,
    lambda inner: st.builds("({} {})".format, inner, inner) | st.builds("({} OR {})".format, inner, inner),
    max_leaves=4,
)


@given(SEARCHES)
def test_nothing_that_arxiv_would_find_is_lost(typed: str) -> None:
    query = compile_query(typed)
    at_arxiv, _ = read_query(query.text)
    within = scope(query.tree)
    for record in RECORDS:
        if at_arxiv(record):
            assert matches(query.tree, _as_paper(record))
            assert within is None or is_in(_as_paper(record), within)
