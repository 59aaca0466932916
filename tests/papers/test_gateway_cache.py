"""Kept answers: the same question costs one request between two announcements, and works without a network."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from arxiv_loopback import LoopbackArxiv
from papers.gateway_setup import FEEDS, PATIENT, SILENT, Clock, make_gateway

from ideaboard.papers.arxiv import problems
from ideaboard.papers.arxiv.answers import Answer
from ideaboard.papers.arxiv.cache import Cache
from ideaboard.papers.arxiv.calendar import next_announcement
from ideaboard.papers.arxiv.gateway import walk

TUESDAY = "2026-03-03T12:00:00+00:00"
"""Before the announcement at 20:00 in New York, which is 01:00 UTC on Wednesday."""


@pytest.mark.parametrize(
    ("after", "announcement"),
    [
        ("2026-03-03T12:00:00+00:00", "2026-03-04T01:00:00+00:00"),
        ("2026-03-04T00:59:59+00:00", "2026-03-04T01:00:00+00:00"),
        ("2026-03-04T01:00:00+00:00", "2026-03-05T01:00:00+00:00"),
        ("2026-03-05T20:00:00-05:00", "2026-03-08T20:00:00-04:00"),  # Thursday evening: Sunday is next, in summer time
        ("2026-03-07T12:00:00+00:00", "2026-03-08T20:00:00-04:00"),
        ("2026-07-01T00:30:00+02:00", "2026-07-01T00:00:00+00:00"),
        ("2026-10-31T12:00:00+00:00", "2026-11-01T20:00:00-05:00"),
    ],
)
def test_announcements_come_sunday_to_thursday_at_twenty_eastern(after: str, announcement: str) -> None:
    assert next_announcement(datetime.fromisoformat(after)) == datetime.fromisoformat(announcement)


def test_without_time_zone_data_winter_time_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(key: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError(key)

    monkeypatch.setattr("zoneinfo.ZoneInfo", missing)
    winter = next_announcement(datetime.fromisoformat("2026-03-03T12:00:00+00:00"))
    summer = next_announcement(datetime.fromisoformat("2026-07-01T12:00:00+00:00"))
    assert winter == datetime.fromisoformat("2026-03-04T01:00:00+00:00")
    assert summer == datetime.fromisoformat("2026-07-02T01:00:00+00:00")


def test_the_same_question_costs_one_request_until_the_next_announcement(tmp_path: Path) -> None:
    clock = Clock(TUESDAY)
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path, now=clock)
        first = gateway.search("testing", size=10)
        clock.set("2026-03-04T00:59:00+00:00")
        again = make_gateway(server.url, tmp_path, now=clock).search("testing", size=10)
        assert len(server.requests) == 1
        clock.set("2026-03-04T01:00:00+00:00")
        later = gateway.search("testing", size=10)
        assert len(server.requests) == 2
    assert (first.from_cache, again.from_cache, later.from_cache) == (False, True, False)
    assert first.as_of == again.as_of == "2026-03-03T12:00:00.000Z"
    assert later.as_of == "2026-03-04T01:00:00.000Z"
    assert (again.papers, again.total, again.sent, again.read_as) == (
        first.papers,
        first.total,
        first.sent,
        first.read_as,
    )
    assert not again.stale


def test_papers_by_id_are_kept_too(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path)
        first = gateway.by_ids(["2104.12255v1", "2101.00001"])
        again = gateway.by_ids(["2104.12255v1", "2101.00001"])
        assert len(server.requests) == 1
    assert (again.papers, again.missing, again.from_cache) == (first.papers, ("2101.00001",), True)


def test_another_page_order_or_server_is_another_question(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server, LoopbackArxiv(FEEDS) as other:
        gateway = make_gateway(server.url, tmp_path)
        gateway.search("testing", size=10)
        gateway.search("testing", size=11)
        gateway.search("testing", size=10, start=10)
        gateway.search("testing", size=10, sort="submitted")
        make_gateway(other.url, tmp_path).search("testing", size=10)
        assert (len(server.requests), len(other.requests)) == (4, 1)


def test_refresh_asks_again_and_keeps_the_new_answer(tmp_path: Path) -> None:
    clock = Clock(TUESDAY)
    with LoopbackArxiv([FEEDS / "millennium_arxiv_fresh_feed.xml"]) as server:
        gateway = make_gateway(server.url, tmp_path, now=clock)
        before = gateway.search("cat:math.NT OR cat:math.AG", size=5)
        server.show([FEEDS / "millennium_arxiv_results.xml"])
        clock.set("2026-03-03T13:00:00+00:00")
        assert gateway.search("cat:math.NT OR cat:math.AG", size=5) == Cache(tmp_path / "answers").get(
            server.url, server.requests[0].parameters
        )
        after = gateway.search("cat:math.NT OR cat:math.AG", size=5, refresh=True)
        kept = gateway.search("cat:math.NT OR cat:math.AG", size=5)
    assert (before.total, after.total, kept.total) == (101_480, 101_514, 101_514)
    assert kept.from_cache


@pytest.mark.parametrize("mode", ["server-error", "forbidden", "html", "cut", "busy:100", "silent", "other-query"])
def test_an_old_answer_stands_in_and_says_why(mode: str, tmp_path: Path) -> None:
    clock = Clock(TUESDAY)
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path, now=clock)
        first = gateway.search("testing", size=10)
        clock.set("2026-03-10T12:00:00+00:00")
        server.misbehave(mode)
        gateway = make_gateway(server.url, tmp_path, now=clock, timeouts=SILENT if mode == "silent" else PATIENT)
        answer = gateway.search("testing", size=10)
    assert answer.stale
    assert answer.from_cache
    assert answer.problem
    assert answer.as_of == first.as_of
    assert answer.papers == first.papers


def test_a_refused_question_is_never_answered_from_the_cache(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path)
        gateway.search("testing", size=10)
        server.misbehave("bad-request")
        with pytest.raises(problems.QueryRefused):
            gateway.search("testing", size=10, refresh=True)


def test_offline_a_walk_shows_what_was_kept(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path)
        list(walk(gateway, "all:testing", 40, page=20))
    pages = list(walk(gateway, "all:testing", 80, page=20, refresh=True))
    assert [len(page.papers) for page in pages] == [20, 20]
    assert all(page.stale for page in pages)
    assert pages[0].problem == "nothing answers at 127.0.0.1 (connection refused)"
    with pytest.raises(problems.Unreachable):
        list(walk(gateway, "all:other", 80))


def test_offline_papers_by_id_come_from_any_kept_answer_but_never_half_of_them(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path)
        papers = gateway.search("testing", size=10).papers
    wanted = [papers[3].arxiv_id, papers[1].arxiv_id + papers[1].version]
    answer = gateway.by_ids(wanted)
    assert answer.papers == (papers[3], papers[1])
    assert answer.stale
    assert answer.problem == "nothing answers at 127.0.0.1 (connection refused)"
    assert answer.missing == ()
    with pytest.raises(problems.Unreachable):
        gateway.by_ids([*wanted, "2101.00001"])
    with pytest.raises(problems.Unreachable):
        gateway.by_ids([papers[1].arxiv_id + "v99"])


def test_a_failure_is_never_kept(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS, ["html", "bad-request", "big-total:1000"]) as server:
        gateway = make_gateway(server.url, tmp_path)
        for _ in range(2):
            with pytest.raises(problems.GatewayError):
                gateway.search("all:testing", start=100, size=50)
        assert gateway.search("all:testing", start=100, size=50).problem
        assert not gateway.search("all:testing", start=100, size=50).from_cache
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"null", b'{"format": 1}', b'{"format": 2}', b"\xff\xfe", b'{"format": 1, "papers": [1]}'],
)
def test_a_damaged_file_is_as_good_as_none(damage: bytes, tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path)
        first = gateway.search("testing", size=10)
        (file,) = (tmp_path / "answers").iterdir()
        file.write_bytes(damage)
        assert gateway.search("testing", size=10).papers == first.papers
        assert len(server.requests) == 2


def test_a_file_with_a_field_of_the_wrong_type_is_as_good_as_none(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path)
        gateway.search("testing", size=10)
        (file,) = (tmp_path / "answers").iterdir()
        for old, new in [(b'"total":214881', b'"total":"many"'), (b'"arxiv_id":"', b'"arxiv_id":1,"was":"')]:
            good = file.read_bytes()
            assert old in good
            file.write_bytes(good.replace(old, new, 1))
            assert not gateway.search("testing", size=10).from_cache


def test_everything_may_be_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, folder)
        gateway.search("testing", size=10)
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folder.rmdir()
        assert gateway.search("testing", size=10).papers
        assert len(server.requests) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_files_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    with LoopbackArxiv(FEEDS) as server:
        make_gateway(server.url, folder).search("testing", size=10)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")] if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a folder that cannot be written")
def test_a_folder_that_cannot_be_written_only_means_no_cache(tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir(mode=0o500)
    with LoopbackArxiv(FEEDS) as server:
        assert make_gateway(server.url, tmp_path).search("testing", size=10).papers


def test_answers_that_cannot_be_kept_are_given_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("in the way", encoding="utf-8")
    with LoopbackArxiv(FEEDS) as server:
        assert make_gateway(server.url, tmp_path).search("testing", size=10).papers


def test_the_oldest_go_when_there_is_too_much(tmp_path: Path) -> None:
    cache = Cache(tmp_path, size_limit=20_000)
    for number in range(60):
        answer = Answer(
            sent="x" * 500, read_as=None, total=0, start=number, as_of="2026-03-03T12:00:00.000Z", papers=()
        )
        cache.put("http://a/", {"start": str(number)}, answer)
        newest = max(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (number, number))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 20_000
    assert cache.get("http://a/", {"start": "59"}) is not None
    assert cache.get("http://a/", {"start": "0"}) is None


def test_a_kept_answer_costs_no_network_library_and_no_turn(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        make_gateway(server.url, tmp_path).search("testing", size=10)
        url = server.url
    for lock in tmp_path.glob("*.lock"):
        lock.unlink()
    script = f"""
import sys
from pathlib import Path
from ideaboard.core.clock import system_clock
from ideaboard.papers.arxiv.gateway import Gateway
gateway = Gateway(url={url!r}, cache_folder=Path({str(tmp_path)!r}), user_agent="t", now=system_clock)
assert len(gateway.search("testing", size=10).papers) == 10
print(sorted({{"arxiv", "requests", "lxml", "urllib3"}} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout == "[]\n"
    assert list(tmp_path.glob("*.lock")) == []
