"""Watches on dated recorded feeds as successive looks: new is what was never seen, and nothing comes twice."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv

from ideaboard.bootstrap import open_service
from ideaboard.core.changes import Edit, NewIdea
from ideaboard.core.kinds import CANDIDATE
from ideaboard.errors import ArxivError, InvalidInput, NotFound
from ideaboard.service import Service

FEEDS = Path(__file__).parent.parent / "data" / "arxiv"
# Three answers to one query, of 24, 25 and 27 June 2026.
FIRST, SECOND, THIRD = (
    FEEDS / name
    for name in ("millennium_real_arxiv_feed.xml", "millennium_arxiv_fresh_feed.xml", "millennium_arxiv_results.xml")
)
WORDS = "cat:math.NT OR cat:math.AG"


def ids_in(feed: Path) -> set[str]:
    return set(re.findall(r"<id>https?://arxiv.org/abs/([^<]+?)v\d+</id>", feed.read_text("utf-8")))


def inbox(service: Service) -> set[str]:
    return {idea.paper.arxiv_id for idea in service.board.column(CANDIDATE) if idea.paper}


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    with LoopbackArxiv([FIRST]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.01")
        yield server


@pytest.fixture
def service(arxiv: LoopbackArxiv) -> Iterator[Service]:
    service = open_service()
    yield service
    service.close()


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ideaboard", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )


def test_each_look_brings_what_was_never_seen(arxiv: LoopbackArxiv, service: Service) -> None:
    service.watches.add("numbers", WORDS)
    (look,) = service.watches.check().looks
    assert {paper.arxiv_id for paper in look.papers} == ids_in(FIRST) == inbox(service)
    skipped = service.board.column(CANDIDATE)[0]
    assert skipped.paper
    service.ideas.skip([skipped.id])
    taken = service.board.column(CANDIDATE)[0]
    service.ideas.take([taken.id], "summary")

    arxiv.show([FIRST, SECOND])
    (look,) = service.watches.check().looks
    assert {paper.arxiv_id for paper in look.papers} == ids_in(SECOND) - ids_in(FIRST)
    arxiv.show([FIRST, SECOND, THIRD])
    service.watches.check()
    everything = ids_in(FIRST) | ids_in(SECOND) | ids_in(THIRD)
    assert len(service.board) == len(everything), "one paper never becomes two ideas"
    assert skipped.paper.arxiv_id not in inbox(service)
    (watch,) = service.watches.all()
    assert watch.new == len(inbox(service)) == len(everything) - 2

    (look,) = service.watches.check().looks
    assert look.papers == ()


def test_what_was_deleted_does_not_come_back(arxiv: LoopbackArxiv, service: Service) -> None:
    service.watches.add("numbers", WORDS)
    service.watches.check()
    service.ideas.delete([idea.id for idea in service.board.column(CANDIDATE)])
    service.watches.check()
    assert inbox(service) == set()


def test_a_first_look_is_limited_and_remembers_the_rest(arxiv: LoopbackArxiv, service: Service) -> None:
    arxiv.show([FIRST, SECOND, THIRD])
    service.watches.add("numbers", WORDS, limit=2)
    (look,) = service.watches.check().looks
    assert len(look.papers) == 2
    assert not service.watches.check().looks[0].papers


def test_a_new_version_is_noted_once(arxiv: LoopbackArxiv, service: Service) -> None:
    arxiv.show([FEEDS / "lumen_get_by_id.xml"])
    (idea,) = service.arxiv.add(["1706.03762"]).ideas
    assert idea.paper
    old = replace(idea.paper, version="v1")
    service.ideas.delete([idea.id])
    (idea,) = service.arxiv.add_papers([old]).ideas
    (update,) = service.watches.check().updates
    assert (update.id, update.before, update.after) == (idea.id, "v1", "v7")
    paper = service.board.ideas[idea.id].paper
    assert paper
    assert (paper.version, paper.latest_version) == ("v1", "v7")
    assert service.watches.check().updates == ()


def test_papers_that_were_typed_are_filled_in_once(arxiv: LoopbackArxiv, service: Service) -> None:
    arxiv.show([FEEDS / "lumen_get_by_id.xml"])
    (bare,) = service.ideas.add([NewIdea("arXiv:1706.03762v2")]).ideas
    service.ideas.edit([bare.id], Edit(notes="mine", add_tags=("nlp",)))
    checked = service.watches.check()
    assert (checked.filled, checked.updates) == ((bare.id,), ())
    idea = service.board.ideas[bare.id]
    assert idea.paper
    assert (idea.title, idea.notes, idea.tags) == (idea.paper.title, "mine", ("nlp",))
    assert idea.paper.authors
    assert (idea.paper.version, idea.paper.latest_version) == ("v2", "v7")
    assert service.watches.check().filled == ()


def test_a_title_of_ones_own_stays_when_its_paper_is_filled_in(arxiv: LoopbackArxiv, service: Service) -> None:
    arxiv.show([FEEDS / "lumen_get_by_id.xml"])
    (mine,) = service.ideas.add([NewIdea("Mine", url="https://arxiv.org/abs/1706.03762")]).ideas
    service.watches.check()
    paper = service.board.ideas[mine.id].paper
    assert paper
    assert (service.board.ideas[mine.id].title, paper.version, paper.latest_version) == ("Mine", "v7", None)


def test_a_failed_look_writes_nothing_and_is_told(arxiv: LoopbackArxiv, service: Service) -> None:
    service.watches.add("numbers", WORDS)
    arxiv.misbehave(["server-error"] * 4)
    with pytest.raises(ArxivError):
        service.watches.check()
    assert service.watches.all()[0].last is None
    assert len(service.board) == 0


def test_names_are_checked(arxiv: LoopbackArxiv, service: Service) -> None:
    service.watches.add("numbers", WORDS)
    for name, words in (("numbers", "x"), ("", "x"), ("other", "(")):
        with pytest.raises(InvalidInput):
            service.watches.add(name, words)
    with pytest.raises(NotFound, match="there is no watch 'letters'"):
        service.watches.check(["letters"])
    service.watches.remove("numbers")
    assert service.watches.all() == []
    service.history.undo()
    assert [watch.name for watch in service.watches.all()] == ["numbers"]


def test_another_name_keeps_what_was_seen_and_another_search_is_looked_at_anew(
    arxiv: LoopbackArxiv, service: Service
) -> None:
    service.watches.add("number", WORDS, limit=5)
    service.watches.check()
    before = service.watches.find("number")
    service.watches.change("number", "numbers", WORDS)
    renamed = service.watches.find("numbers")
    assert (renamed.seen, renamed.found, renamed.last, renamed.new, renamed.limit) == (
        *(before.seen, before.found, before.last, before.new),
        5,
    )
    assert [watch.name for watch in service.watches.all()] == ["numbers"]
    # The old name is free, and its watch is another one.
    service.watches.add("number", "lattice")
    assert {watch.name: watch.query for watch in service.watches.all()} == {"number": "lattice", "numbers": WORDS}
    service.watches.change("number", "Number", "lattice", ["math.NT"])
    service.watches.change("numbers", "numbers", "curve")
    assert service.watches.find("numbers").last is None
    assert service.watches.find("numbers").seen == before.seen
    assert service.watches.find("number").categories == ("math.NT",)
    with pytest.raises(InvalidInput, match="already"):
        service.watches.change("numbers", "NUMBER", "curve")
    with pytest.raises(InvalidInput, match="not closed"):
        service.watches.change("numbers", "numbers", "(curve")
    with pytest.raises(NotFound):
        service.watches.change("nothing", "numbers", "curve")
    for _ in range(4):
        service.history.undo()
    assert [(watch.name, watch.last) for watch in service.watches.all()] == [("number", before.last)]
    service.history.undo()
    again = open_service()
    assert again.watches.find("number").seen == frozenset()
    again.close()


def test_one_watch_alone_is_looked_at_and_why_one_failed_is_kept(arxiv: LoopbackArxiv, service: Service) -> None:
    service.watches.add("a", WORDS, limit=5)
    service.watches.add("b", WORDS, limit=5)
    b = service.watches.find("b")
    assert [look.name for look in service.watches.looks([b.id])] == ["b"]
    arxiv._modes = ["forbidden"]
    assert [bool(look.problem) for look in service.watches.looks([b.id])] == [True]
    assert "403" in service.watches.problems[b.id].message
    assert [bool(look.problem) for look in service.watches.looks([b.id])] == [False]
    assert not service.watches.problems


def test_two_checks_at_once_ask_once(arxiv: LoopbackArxiv, service: Service) -> None:
    service.watches.add("numbers", WORDS)
    checks = [start("arxiv", "check", "--json") for _ in range(2)]
    found = [json.loads(check.communicate(timeout=60)[0]) for check in checks]
    assert [check.returncode for check in checks] == [0, 0]
    assert sorted(sum(watch["new"] for watch in one["watches"]) for one in found) == [0, len(ids_in(FIRST))]
    service.poll()
    assert inbox(service) == ids_in(FIRST)
    assert len(arxiv.requests) <= 2, "the second one looks only when it came after the first was done"


def test_a_quiet_check_without_news_says_nothing(arxiv: LoopbackArxiv, service: Service) -> None:
    service.watches.add("numbers", WORDS)
    first = start("arxiv", "check", "--quiet").communicate(timeout=60)
    assert "3 new" in "".join(first)
    assert start("arxiv", "check", "--quiet").communicate(timeout=60) == ("", "")
