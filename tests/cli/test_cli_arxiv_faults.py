"""arXiv answers badly, slowly, or in part; a watch or a card is broken: each is named, and nothing else stops."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from arxiv_loopback import LoopbackArxiv
from arxiv_loopback.misbehave import Reply
from cli.cli_runs import here, listed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from papers.gateway_setup import SLOW, make_gateway

from ideaboard.bootstrap import open_service
from ideaboard.core.ideas import Paper
from ideaboard.core.text import counted
from ideaboard.errors import ArxivError
from ideaboard.papers.arxiv import transport
from ideaboard.papers.identifiers import find_ids
from ideaboard.service.watches import WATCHES

FEEDS = Path(__file__).parent.parent / "data" / "arxiv"


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.01")
    with LoopbackArxiv([FEEDS]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        yield server


@pytest.mark.parametrize("mode", ["bad-request", "bare-error", "error-with-200"])
def test_arxivs_own_words_are_handed_on(arxiv: LoopbackArxiv, mode: str) -> None:
    arxiv.misbehave(f"{mode}:Invalid query string: 'all:graph AND'")
    done = here("arxiv", "search", "--raw", "graph AND")
    assert done.code == 5
    assert "Invalid query string: 'all:graph AND'" in done.err


def test_entries_that_cannot_be_read_are_counted_with_json_too(arxiv: LoopbackArxiv) -> None:
    arxiv.misbehave("no-id")
    done = here("arxiv", "search", "testing", "-n", "3", "--json")
    assert done.code == 0
    assert json.loads(done.out)["unreadable"] == 1
    assert len(json.loads(done.out)["papers"]) == 2
    assert "left out: 1 entry that could not be read" in done.err
    plain = here("arxiv", "search", "testing", "-n", "3")
    assert "left out: 1 entry that could not be read" in plain.err
    assert "3 of" not in plain.err
    arxiv.misbehave(None)
    done = here("arxiv", "search", "testing", "-n", "3", "--json", "--refresh")
    assert (json.loads(done.out)["unreadable"], done.err) == (0, "")


def test_an_entry_without_a_date_or_authors_says_so(arxiv: LoopbackArxiv) -> None:
    arxiv.misbehave("no-date")
    done = here("arxiv", "search", "testing", "-n", "3")
    assert "no date" in done.out.splitlines()[0]
    arxiv.misbehave("no-authors")
    done = here("arxiv", "search", "testing", "-n", "3", "--refresh")
    assert "no authors named" in done.out
    assert done.out.count("no authors named") == 1


def test_one_of_anything_has_no_s() -> None:
    assert [counted(n, "entry", "entries") for n in (0, 1, 2, 1000)] == [
        "0 entries",
        "1 entry",
        "2 entries",
        "1,000 entries",
    ]
    here("add", "one", "-t", "alone")
    done = here("check")
    assert "1 document in " in done.out + done.err


@pytest.mark.parametrize("mode", ["drip:0.2", "drip-headers:0.2", "silent"])
def test_an_answer_that_drips_is_told_while_one_waits(
    arxiv: LoopbackArxiv, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: str
) -> None:
    monkeypatch.setattr(transport, "_USUAL_SECONDS", 0.2)
    told: list[str] = []

    def on_wait(seconds: float, why: str) -> None:
        assert 0 <= seconds <= SLOW.whole
        told.append(why)

    gateway = make_gateway(arxiv.url, tmp_path, timeouts=SLOW, on_wait=on_wait)
    arxiv.misbehave(mode)
    with pytest.raises(ArxivError, match="not complete after"):
        gateway.search("all:testing")
    assert "arXiv is slow to answer" in told
    assert told.count("arXiv is slow to answer") < 10


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["hello"], ["there is no arXiv id in 'hello'", "2107.07511"]),
        (["hello", "world"], ["'hello'", "'world'"]),
        ([" "], ["there is no arXiv id in empty text\nan id looks like"]),
        (["2107.0751"], ["'2107.0751': since 2015 five digits"]),
        (["see 2107.0751 please"], ["'see 2107.0751 please': since 2015 five digits"]),
        (["https://arxiv.org/abs/2107.0751"], ["since 2015 five digits"]),
        (["hep-th/99010"], ["'hep-th/99010': seven digits follow the archive"]),
        (["arXiv:2113.01234"], ["13 is not a month"]),
    ],
)
def test_what_is_no_id_is_named_with_what_is_wrong(arxiv: LoopbackArxiv, texts: list[str], said: list[str]) -> None:
    done = here("arxiv", "add", *texts)
    assert done.code == 2
    assert all(words in done.err for words in said), done.err
    assert not arxiv.requests


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (429, b"Rate exceeded.", '(its words: "Rate exceeded.")'),
        (
            503,
            b"<html><head><style>b{}</style></head><body><b>Down</b> for\x1b[31m &amp; back</body>",
            "503: Down for & back",
        ),
        (500, b"Internal Server Error", "(HTTP 500)"),
        (403, b"", "(HTTP 403)"),
        (403, b"Your address was blocked: mail us", "(HTTP 403: Your address was blocked: mail us)"),
        (400, b"max_results must be less than 2000", "question: max_results must be less than 2000"),
        (404, b"<!-- x --><script>alert(1)</script>No such page", "404: No such page"),
        (500, b"word " * 100_000, "word word…)"),
        (500, b"\xff\xfe\x00\x80", "HTTP 500"),
    ],
)
def test_arxivs_own_words_stand_in_every_error_cleaned(
    arxiv: LoopbackArxiv, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, said: str
) -> None:
    headers = {"Retry-After": "3600"} if status == 429 else {}
    monkeypatch.setattr(arxiv, "reply", lambda *_: Reply(status, headers, body, "text/html"))
    done = here("arxiv", "search", "testing")
    assert done.code == 5
    assert said in done.err, done.err
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]|<[a-z]", done.err)
    assert len(done.err) < 700


def test_one_entry_that_cannot_be_read_does_not_keep_the_others_from_the_board(arxiv: LoopbackArxiv) -> None:
    ids = sorted(id for id in arxiv.recordings.papers if id.startswith("26"))[:3]
    arxiv.misbehave("no-id")
    done = here("arxiv", "add", *ids, "--json")
    assert done.code == 0, done.err
    assert len(json.loads(done.out)) == 2
    lost = set(ids) - {idea["paper"]["arxiv_id"] for idea in json.loads(done.out)}
    assert f"what arXiv sent about {lost.pop()} cannot be read" in done.err
    assert "has no paper" not in done.err
    alone = here("arxiv", "add", ids[0], "--refresh")
    assert alone.code == 5
    assert "cannot be read" in alone.err


def put(table: str, *documents: dict[str, Any]) -> None:
    """Write documents past all checks, as another program or a merge can."""
    service = open_service()
    with service._session.file.action("test"):
        for document in documents:
            service._session.file.table(table).insert(document)
    service.close()


def test_a_bad_watch_is_named_and_the_others_are_looked_at(arxiv: LoopbackArxiv) -> None:
    here("arxiv", "watch", "add", "middle", "testing", "-n", "2")
    put(
        WATCHES,
        {"name": "a list", "query": ["testing"]},
        {"name": "open", "query": "(deep"},
        {"name": "odd field", "query": "nosuch:word"},
        {"name": "zz category", "query": "agent", "categories": ["no.SUCH"]},
        {"query": 7},
        {"name": "middle", "query": ""},
    )
    done = here("arxiv", "check")
    assert done.code == 2
    assert done.out == "middle 2 new\n"
    for name in ("a list", "open", "odd field", "zz category", "middle ("):
        assert f"watch '{name}" in done.err
    assert done.err.count("watch '") == 6
    assert len(listed("-s", "candidate")) == 2
    assert here("arxiv", "check", "open").code == 2
    for left in range(7, 0, -1):
        watches = here("arxiv", "watch", "list", "--json").json
        assert len(watches) == left
        assert here("arxiv", "watch", "remove", watches[0]["name"]).code == 0


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {},
        optional={
            key: st.one_of(
                st.none(),
                st.booleans(),
                st.integers(-3, 3),
                st.text(max_size=4),
                st.lists(st.one_of(st.text(max_size=3), st.integers(-9, 9)), max_size=2),
                st.dictionaries(st.text(max_size=2), st.integers(-9, 9), max_size=1),
            )
            for key in ("name", "query", "categories", "limit", "seen", "found", "last", "created")
        },
    )
)
def test_whatever_is_wrong_with_a_watch_never_stops_another(
    arxiv: LoopbackArxiv, tmp_path_factory: pytest.TempPathFactory, fields: dict[str, Any]
) -> None:
    service = open_service(board=str(tmp_path_factory.mktemp("watch") / "board.jsonl"))
    service.watches.add("good", "testing", limit=2)
    service._session.file.table(WATCHES).insert(fields)
    assert len(service.watches.all()) == 2
    checked = service.watches.check()
    assert "good" in [look.name for look in checked.looks if look.papers]
    assert len(checked.looks) + len(checked.problems) == 2
    assert all(one.name for one in checked.problems)
    assert len(list(service.watches.looks())) == 2
    service.close()


def test_a_card_with_a_wrong_arxiv_id_does_not_keep_the_news_of_others_back(arxiv: LoopbackArxiv) -> None:
    service = open_service()
    (row,) = service.arxiv.look_up(find_ids("1706.03762")).rows
    service.arxiv.add_papers([replace(row.paper, version="v1"), Paper(arxiv_id="hello world", title="Not from arXiv")])
    service.close()
    done = here("arxiv", "check")
    assert "1706.03762 is at v7 now" in done.out
    assert "'Not from arXiv' has no arXiv id but 'hello world'" in done.err
    assert done.code == 2


@pytest.mark.parametrize("title", ["", "\u202e", "\x1b[31m", "\u0000\u0007", "   ", "\n\n"])
def test_a_paper_without_a_readable_title_comes_with_the_others(title: str) -> None:
    service = open_service()
    added = service.arxiv.add_papers(
        [Paper(arxiv_id="2401.00001", title=title), Paper(arxiv_id="2401.00002", title="B")]
    )
    assert [idea.title for idea in added.ideas] == ["arXiv:2401.00001", "B"]
    service.close()


def test_a_watch_is_one_whatever_the_case_of_its_name() -> None:
    assert here("arxiv", "watch", "add", "Numbers", "testing").code == 0
    again = here("arxiv", "watch", "add", "numbers", "agent")
    assert (again.code, "already" in again.err) == (2, True)


def test_a_watch_that_finds_nothing_any_more_is_said_to_be_in_doubt(arxiv: LoopbackArxiv) -> None:
    here("arxiv", "watch", "add", "old", "testing", "-n", "2")
    assert here("arxiv", "check").out == "old 2 new\n"
    (before,) = here("arxiv", "watch", "list", "--json").json
    papers, arxiv.recordings.papers, arxiv.recordings.recordings = arxiv.recordings.papers, {}, []
    done = here("arxiv", "check")
    assert (done.code, done.out) == (0, "old is in doubt\n")
    assert "it has been known to say so wrongly; it is asked again at the next look (watch 'old')" in done.err
    quiet = here("arxiv", "check", "--quiet", "--json").json["watches"]
    assert [(one["new"], "known to say so wrongly" in one["doubt"], one["source"]) for one in quiet] == [
        (0, True, "search")
    ]
    (listed,) = here("arxiv", "watch", "list", "--json").json
    assert (listed["last"], listed["missing"], listed["source"]) == (before["last"], None, "search")
    assert listed["doubt"]
    assert "in doubt: arXiv finds none of the" in here("arxiv", "watch", "list").out
    arxiv.recordings.papers = papers
    assert here("arxiv", "check").out == "nothing new\n"
    (listed,) = here("arxiv", "watch", "list", "--json").json
    assert listed["doubt"] is None


def test_a_search_that_finds_none_says_so_only_where_nothing_speaks_against_it(arxiv: LoopbackArxiv) -> None:
    assert here("arxiv", "search", "testing").code == 0
    assert "no paper fits, as of" in here("arxiv", "search", "xyzzyplugh").err
    arxiv.recordings.papers, arxiv.recordings.recordings = {}, []
    done = here("arxiv", "search", "testing", "--refresh")
    assert "arXiv says that no paper fits, as of" in done.err
    assert "known to say so wrongly: there were" in done.err


def test_what_announcements_tell_is_shown(arxiv: LoopbackArxiv, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper(
        arxiv_id="2609.00001",
        version="v1",
        title="On things",
        authors=("A. Bee",),
        abstract="Of things.",
        announced="2026-09-14",
        license="http://creativecommons.org/licenses/by/4.0/",
    )
    service = open_service()
    (idea,) = service.arxiv.add_papers([paper]).ideas
    service.close()
    shown = here("show", idea.id).out
    assert "CC BY 4.0" in shown
    assert "2026-09-14" in shown
    (told,) = here("list", "--json").json
    assert (told["paper"]["license"], told["paper"]["announced"]) == (paper.license, "2026-09-14")
