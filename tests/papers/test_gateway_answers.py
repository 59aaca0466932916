"""Complete answers: from the recorded bytes to papers, through the package and over HTTP."""

from __future__ import annotations

import os
import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from arxiv_loopback import LoopbackArxiv
from arxiv_loopback.feeds import Recording, read_recording
from papers.gateway_setup import FEEDS, TEN, make_gateway

from ideaboard.core.ideas import Paper
from ideaboard.errors import InvalidInput
from ideaboard.papers.arxiv.answers import Answer
from ideaboard.papers.arxiv.feed import Feed, read_feed
from ideaboard.papers.arxiv.gateway import Gateway, walk
from ideaboard.papers.arxiv.problems import QueryRefused

ALL_FEEDS = Path(os.environ.get("IDEABOARD_ALL_FEEDS", "no-such-folder"))
"""The whole collection, of which `tests/data/arxiv` holds a part; every feed in it is replayed too."""


def table(folder: Path) -> list[tuple[Path, int, int]]:
    """Read the entry counts and totals out of the table in SOURCES.md, of either collection."""
    text = next((parent / "SOURCES.md" for parent in (folder, folder.parent) if (parent / "SOURCES.md").exists()), None)
    found: list[tuple[Path, int, int]] = []
    for line in text.read_text(encoding="utf-8").splitlines() if text else []:
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not cells[0].strip().endswith(".xml"):
            continue
        counts = re.search(r"n=(\d+) tot= (\d+)", line)
        entries, total = counts.groups() if counts else (cells[4], cells[5])
        found.append((folder / cells[0].strip(), int(entries), int(total)))
    return found


def ask_for(gateway: Gateway, recording: Recording) -> Answer:
    if recording.ids:
        return gateway.by_ids(recording.ids.split(","))
    return gateway.search(recording.query, start=recording.start, size=recording.size)


RECORDED = [*table(FEEDS), *table(ALL_FEEDS)]


def test_the_table_of_sources_names_every_recorded_feed() -> None:
    assert {path.name for path, _, _ in table(FEEDS)} == {path.name for path in FEEDS.glob("*.xml")}


@pytest.mark.parametrize(("path", "entries", "total"), RECORDED, ids=[path.name for path, _, _ in RECORDED])
def test_every_recorded_feed_replays_with_its_counts(path: Path, entries: int, total: int, tmp_path: Path) -> None:
    recording = read_recording(path)
    if recording is None:
        with pytest.raises(QueryRefused, match=r"incorrect id format for (abc|1234\.12345)"):
            read_feed(path.read_bytes())
        return
    with LoopbackArxiv([path]) as server:
        answer = ask_for(make_gateway(server.url, tmp_path), recording)
    assert (len(answer.papers), answer.total, answer.unreadable) == (entries, total, 0)
    assert answer.start == recording.start
    assert not answer.stale
    assert answer.problem is None
    for paper in answer.papers:
        assert re.fullmatch(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}", paper.arxiv_id)
        assert paper.published is not None
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", paper.published)
        assert paper.authors
        assert "  " not in paper.title + paper.abstract
        assert "\n" not in paper.title + paper.abstract


def test_a_paper_has_everything_that_the_feed_says(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        (paper,) = make_gateway(server.url, tmp_path).by_ids(["astro-ph/0601001"]).papers
    assert paper == Paper(
        arxiv_id="astro-ph/0601001",
        version="v1",
        title="Frequency of Hot Jupiters and Very Hot Jupiters from the OGLE-III Transit Surveys Toward the Galactic "
        "Bulge and Carina",
        authors=("Andrew Gould", "Susan Dorsher", "B. Scott Gaudi", "Andrzej Udalski"),
        abstract=paper.abstract,
        primary_category="astro-ph",
        categories=("astro-ph",),
        published="2006-01-02T14:57:58Z",
        updated="2006-01-02T14:57:58Z",
        comment="62 pages including 16 figures and 9 tables. Submitted to Acta Astronomica. Full resolution version at "
        "http://www.astronomy.ohio-state.edu/~gould/ogle_hot_jupiters.ps.gz",
        journal_ref="ActaAstron.56:1-50,2006",
    )
    assert paper.abstract.startswith("We derive the frequencies")
    assert "(1/310)(1^{+1.39}_{-0.59})" in paper.abstract


def test_old_feeds_wrap_lines_name_no_version_and_have_another_time_zone(tmp_path: Path) -> None:
    with LoopbackArxiv([FEEDS / "docs_example_2007.xml"]) as server:
        (paper,) = make_gateway(server.url, tmp_path).search("all:electron", size=1).papers
    assert (paper.arxiv_id, paper.version) == ("hep-ex/0307015", "")
    assert paper.title == "Multi-Electron Production at High Transverse Momenta in ep Collisions at HERA"
    assert paper.published == "2003-07-07T17:46:39Z"
    assert paper.abstract.endswith(r"0.30 \pm 0.04 and 0.23 \pm 0.04, respectively.")
    assert paper.pdf_url == "https://arxiv.org/pdf/hep-ex/0307015"


def test_a_title_may_be_a_nought(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        assert [paper.title for paper in make_gateway(server.url, tmp_path).by_ids(["2104.12255v1"]).papers] == ["0"]


def test_code_and_withdrawal_are_found_in_the_comment(tmp_path: Path) -> None:
    feed = TEN.read_text(encoding="utf-8")
    feed = re.sub(
        "<arxiv:comment>[^<]*",
        "<arxiv:comment>This paper has been Withdrawn by the authors; see https://github.com/someone/some-code.",
        feed,
        count=1,
    )
    (tmp_path / "feed.xml").write_text(feed, encoding="utf-8")
    with LoopbackArxiv([tmp_path / "feed.xml"]) as server:
        first, *others = make_gateway(server.url, tmp_path).search("testing", size=10).papers
    assert first.withdrawn
    assert first.code_url == "https://github.com/someone/some-code"
    assert not any(paper.withdrawn for paper in others)


def test_the_answer_says_how_arxiv_read_the_query(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        answer = make_gateway(server.url, tmp_path).search("LLM Agent", size=10)
    assert answer.sent == "LLM Agent"
    assert answer.read_as == "all:LLM OR all:Agent"
    assert answer.total == 113_797


def test_one_request_says_who_asks_and_what(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        make_gateway(server.url, tmp_path).search("all:testing", start=10, size=10, sort="submitted")
        (seen,) = server.requests
    assert seen.headers["User-Agent"] == "ideaboard-tests/1"
    assert seen.headers["Connection"] == "close"
    assert seen.parameters == {
        "search_query": "all:testing",
        "id_list": "",
        "start": "10",
        "max_results": "10",
        "sortBy": "submittedDate",
        "sortOrder": "descending",
    }


def test_papers_by_id_come_in_the_order_asked_and_missing_ones_are_named(tmp_path: Path) -> None:
    wanted = ["2104.12255v1", "1707.08567", "2101.00001", "astro-ph/0601001", "1707.08567v1", "2104.12255v7"]
    with LoopbackArxiv(FEEDS) as server:
        answer = make_gateway(server.url, tmp_path).by_ids(wanted)
        assert len(server.requests) == 1
    assert [paper.arxiv_id for paper in answer.papers] == ["2104.12255", "1707.08567", "astro-ph/0601001"]
    assert answer.missing == ("2101.00001", "2104.12255v7")
    assert answer.sent == ",".join(wanted)
    assert answer.read_as is None


def test_more_than_a_hundred_ids_take_one_request_for_each_hundred(tmp_path: Path) -> None:
    wanted = [f"2101.{number:05d}" for number in range(1, 206)]
    with LoopbackArxiv(FEEDS) as server:
        answer = make_gateway(server.url, tmp_path).by_ids([*wanted, "1706.03762"])
        assert [len(seen.parameters["id_list"].split(",")) for seen in server.requests] == [100, 100, 6]
    assert answer.missing == tuple(wanted)
    assert [paper.arxiv_id for paper in answer.papers] == ["1706.03762"]


@pytest.mark.parametrize(
    "ids", [[], ["abc"], ["1706.03762", "x/1"], ["1706.03762,abc"], ["http://arxiv.org/abs/1706.03762"]]
)
def test_what_cannot_be_an_id_costs_no_request(ids: list[str], tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        with pytest.raises(InvalidInput):
            make_gateway(server.url, tmp_path).by_ids(ids)
        assert server.requests == []


@pytest.mark.parametrize(
    ("query", "start", "size"), [("  ", 0, 10), ("x", -1, 10), ("x", 0, 0), ("x", 0, 2001), ("x", 10_000, 10)]
)
def test_what_cannot_be_a_page_costs_no_request(query: str, start: int, size: int, tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        with pytest.raises(InvalidInput):
            make_gateway(server.url, tmp_path).search(query, start=start, size=size)
        assert server.requests == []


def test_no_results_is_said_only_when_arxiv_says_so(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        answer = make_gateway(server.url, tmp_path).search("all:xyzzyplugh")
    assert (answer.papers, answer.total, answer.problem) == ((), 0, None)


def test_a_walk_brings_each_paper_once_and_stops_at_the_end(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path)
        pages = list(walk(gateway, "all:testing", 1000, page=40))
        assert [seen.parameters["start"] for seen in server.requests] == ["0", "40", "80"]
    ids = [paper.arxiv_id for page in pages for paper in page.papers]
    assert len(ids) == len(set(ids)) == 100


def test_a_walk_asks_for_no_more_than_wanted(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        pages = list(walk(make_gateway(server.url, tmp_path), "all:testing", 25, page=20))
        assert [seen.parameters["max_results"] for seen in server.requests] == ["20", "5"]
    assert sum(len(page.papers) for page in pages) == 25


def feed_titled(query: str) -> Feed:
    title = f"<title>arXiv Query: search_query={escape(query)}&amp;id_list=&amp;start=0&amp;max_results=10</title>"
    return read_feed(re.sub(rb"<title>arXiv Query[^<]*</title>", title.encode(), TEN.read_bytes(), count=1))


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("LLM agent", "all:LLM OR all:agent"),
        ("all:a AND cat:math.NT", "all:aANDcat:math.NT"),
        (
            "all:lattice AND submittedDate:[2024 TO 2025]",
            'all:lattice AND submittedDate:"202401010000 TO 202512312359"',
        ),
        ("submittedDate:[2024 TO 2025]", 'submittedDate:"202401010000TO202512312359"'),
        ('ti:"self-attention"', "ti:self attention"),
        ("au:erdős", "au:Erdos"),
        ("abstract:x", 'all:"abstract:x"'),
        ("all:the AND all:lattice", "all:lattice"),
        ("au:del_maestro", 'au:"del maestro"'),
    ],
)
def test_arxiv_may_read_a_query_in_its_own_way(sent: str, read_as: str) -> None:
    assert feed_titled(read_as).is_about(sent, (), 0, 10)


@pytest.mark.parametrize(
    ("sent", "read_as", "start", "size"),
    [
        ("all:transformer AND cat:cs.LG", "all:lattice AND cat:cs.LG", 0, 10),
        ("all:transformer", "", 0, 10),
        ("all:testing", "all:testing", 10, 10),
        ("all:testing", "all:testing", 0, 25),
    ],
)
def test_the_answer_to_another_question_is_known_by_its_title(sent: str, read_as: str, start: int, size: int) -> None:
    assert not feed_titled(read_as).is_about(sent, (), start, size)


def test_the_package_still_has_the_one_private_name_that_is_used() -> None:
    import arxiv  # type: ignore[import-untyped] # the package ships no types
    import requests

    client = arxiv.Client(page_size=7, delay_seconds=0, num_retries=0)
    assert isinstance(client._session, requests.Session)
    assert client.query_url_format.startswith("https://export.arxiv.org/api/query?")


@pytest.mark.parametrize("url", ["", "ftp://x/y", "http://", "http://x:notaport/", "http://x/?a=b", "//x/y"])
def test_an_address_that_is_none_is_refused_at_once(url: str, tmp_path: Path) -> None:
    if not url:
        assert make_gateway(url, tmp_path).url == "https://export.arxiv.org/api/query"
        return
    with pytest.raises(InvalidInput, match="not the address of an arXiv API"):
        make_gateway(url, tmp_path)
