"""Searches whose words arXiv may read in more than one way, and answers that cannot be right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv

from ideaboard.bootstrap import open_service
from ideaboard.service import Service
from ideaboard.service.arxiv import SearchOptions

FEEDS = Path(__file__).parent.parent / "data" / "arxiv"
AGAIN = SearchOptions(refresh=True)


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    with LoopbackArxiv([FEEDS / "lumen_get_by_id.xml", FEEDS / "fastpaper_search_3.xml"]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0")
        yield server


@pytest.fixture
def service(arxiv: LoopbackArxiv) -> Iterator[Service]:
    service = open_service()
    yield service
    service.close()


@pytest.mark.parametrize("reading", ["blank", "never", "joined"])
@pytest.mark.parametrize("written", ["k-means", "k means", "K-Means"])
@pytest.mark.parametrize("typed", ["title:k-means", 'title:"k-means"', 'title:"fast k-means"'])
def test_a_hyphenated_word_is_found_however_arxiv_reads_hyphens(
    arxiv: LoopbackArxiv, service: Service, reading: str, written: str, typed: str
) -> None:
    ((_, record),) = arxiv.recordings.papers["1706.03762"].items()
    arxiv.recordings.papers["1706.03762"] = {"v7": replace(record, title=f"On fast {written} for all")}
    arxiv.recordings.hyphens = reading
    assert [row.paper.arxiv_id for row in service.arxiv.search(typed).rows] == ["1706.03762"]


def test_no_paper_is_doubted_where_there_were_some_and_the_doubt_is_not_kept(
    arxiv: LoopbackArxiv, service: Service
) -> None:
    known = service.arxiv.search("title:attention").total
    papers, arxiv.recordings.papers = arxiv.recordings.papers, {}
    none = service.arxiv.search("title:attention", options=AGAIN)
    assert none.total == 0
    assert none.problem
    assert none.problem.startswith("arXiv says that no paper fits, and it has been known to say so wrongly: ")
    assert f"{known} paper" in none.problem
    arxiv.recordings.papers = papers
    assert service.arxiv.search("title:attention").total == known, "what was known before is still there"


@pytest.mark.parametrize("typed", ["cat:cs.LG", "cat:cs.LG OR cat:stat.ML", "cat:cs"])
def test_a_category_without_papers_is_doubted(arxiv: LoopbackArxiv, service: Service, typed: str) -> None:
    arxiv.recordings.papers = {}
    assert "known to say so wrongly" in (service.arxiv.search(typed).problem or "")


def test_no_paper_is_doubted_where_one_on_the_board_fits(arxiv: LoopbackArxiv, service: Service) -> None:
    service.arxiv.add(["1706.03762"])
    arxiv.recordings.papers = {}
    doubted = service.arxiv.search("title:attention author:vaswani").problem or ""
    assert "'Attention Is All You Need' on the board fits" in doubted


@pytest.mark.parametrize("typed", ["xyzzyplugh", "cat:cs.LG xyzzyplugh", "cat:cs.LG since:2026-01-01"])
def test_no_paper_is_believed_where_nothing_speaks_against_it(
    arxiv: LoopbackArxiv, service: Service, typed: str
) -> None:
    arxiv.recordings.papers = {}
    none = service.arxiv.search(typed)
    assert (none.total, none.problem) == (0, None)
