"""What a watch remembers has bounds, and all the same no paper comes twice and no new one stays away."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from service.service_boards import a_service

from ideaboard.core.clock import moment
from ideaboard.core.ideas import Paper
from ideaboard.papers.arxiv.answers import Answer
from ideaboard.service import Service
from ideaboard.service.watch_looks import DEEPEST, OVERLAP, Look, Looking

A_DAY = 12
MOST = 100
BEGIN = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Arxiv:
    """A broad category: each day has new papers, some come late, and a search gives the newest first."""

    def __init__(self, chance: random.Random) -> None:
        self.now = BEGIN
        self.papers: list[tuple[datetime, Paper]] = []
        """With the moment from which on each is found."""
        self._chance = chance
        self._numbers: dict[str, int] = {}

    def days(self, count: int) -> None:
        for _ in range(count):
            self.now += timedelta(days=1)
            for _ in range(A_DAY):
                month = f"{self.now:%y%m}"
                number = self._numbers[month] = self._numbers.get(month, 0) + 1
                late = timedelta(days=self._chance.choice([0] * 20 + [2, 4, 6]))
                paper = Paper(
                    arxiv_id=f"{month}.{number:05}",
                    title=f"Number {number} of {month}",
                    authors=("A. Author",),
                    published=moment(self.now),
                )
                self.papers.append((self.now + late, paper))

    def search(self, *_: Any, start: int = 0, limit: int = 100, **__: Any) -> Answer:
        there = [paper for since, paper in self.papers if since <= self.now]
        there.sort(key=lambda paper: (paper.published or "", paper.arxiv_id), reverse=True)
        page = there[start : start + limit]
        return Answer(papers=tuple(page), total=len(there), start=start, as_of=moment(self.now), sent="", read_as="")


@pytest.fixture
def arxiv(request: pytest.FixtureRequest) -> Arxiv:
    return Arxiv(random.Random(request.node.name))


@pytest.fixture
def service(arxiv: Arxiv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr("ideaboard.service.watch_looks.REMEMBERED", MOST)
    monkeypatch.setattr("ideaboard.papers.arxiv.gateway.walk", walk)
    service = a_service(tmp_path / "board.jsonl", clock=lambda: arxiv.now)
    service.watches.add("broad", "cat:cs.LG", limit=20)
    yield service
    service.close()


def walk(arxiv: Arxiv, *_: object, page: int, **__: object) -> Iterator[Answer]:
    for start in range(0, DEEPEST, page):
        yield arxiv.search(start=start, limit=page)


def look(service: Service, arxiv: Any) -> Look:
    found = Looking(service.watches.find("broad"), service._session, arxiv, None).look()
    return service.watches.keep(found)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_comes_twice_and_nothing_new_stays_away(seed: int, service: Service, arxiv: Arxiv) -> None:
    chance = random.Random(seed)
    came: set[str] = set()
    sizes: list[int] = []
    arxiv.days(60)
    came |= {paper.arxiv_id for paper in look(service, arxiv).papers}
    before = {paper.arxiv_id for since, paper in arxiv.papers if since <= arxiv.now} - came
    for _ in range(25):
        arxiv.days(chance.choice([1, 1, 1, 3, 7, 20]))
        new = [paper.arxiv_id for paper in look(service, arxiv).papers]
        assert not came.intersection(new)
        came.update(new)
        there = {paper.arxiv_id for since, paper in arxiv.papers if since <= arxiv.now}
        assert there - before <= came, "each new one came"
        assert service.watches.find("broad").new == len(service.board.column("candidate"))
        service.ideas.delete([idea.id for idea in service.board.column("candidate")])
        sizes.append(len(service.watches.find("broad").seen))
    watch = service.watches.find("broad")
    assert max(sizes) < A_DAY * (31 + 31 + 20) + MOST
    assert len(came) > max(sizes)
    assert set(watch.found) <= watch.seen
    assert watch.forgotten
    assert timedelta(days=31) > OVERLAP


def test_a_small_memory_is_kept_whole_however_old(service: Service, arxiv: Arxiv) -> None:
    arxiv.days(2)
    look(service, arxiv)
    first = service.watches.find("broad").seen
    arxiv.now += timedelta(days=400)
    late = {paper.arxiv_id for paper in look(service, arxiv).papers}
    watch = service.watches.find("broad")
    assert late == {paper.arxiv_id for _, paper in arxiv.papers} - first, "what comes very late comes all the same"
    assert (watch.seen, watch.forgotten) == (first | late, "")


def test_another_search_forgets_nothing(service: Service, arxiv: Arxiv) -> None:
    arxiv.days(60)
    look(service, arxiv)
    arxiv.days(60)
    look(service, arxiv)
    assert service.watches.find("broad").forgotten
    service.watches.change("broad", "broad", "cat:cs.CL")
    assert service.watches.find("broad").forgotten == ""
    service.watches.change("broad", "broad", "cat:cs.LG")


def test_what_is_forgotten_is_no_news_where_a_search_reaches_it_again(service: Service, arxiv: Arxiv) -> None:
    arxiv.days(10)
    old = list(arxiv.papers)
    look(service, arxiv)
    arxiv.days(80)
    look(service, arxiv)
    service.ideas.delete([idea.id for idea in service.board.column("candidate")])
    assert not service.watches.find("broad").seen & {paper.arxiv_id for _, paper in old}
    arxiv.papers = old  # its index has holes
    assert look(service, arxiv).papers == ()
    assert len(service.board.column("candidate")) == 0
