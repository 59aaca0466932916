"""Each way in which a server can fail, against a server that does: what is said, and how often it is asked."""

from __future__ import annotations

import importlib.util
import re
import socket
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from arxiv_loopback.misbehave import MODES
from papers.gateway_setup import FEEDS, PATIENT, SILENT, SLOW, make_gateway

from ideaboard.papers.arxiv import problems
from ideaboard.papers.arxiv.addresses import redirected
from ideaboard.papers.arxiv.answers import Answer
from ideaboard.papers.arxiv.gateway import walk

REFUSED = "arXiv did not accept the question: "
COME_BACK = r"arXiv asks us to wait; next try possible at (\d{4}-\d\d-\d\d )?\d\d:\d\d"
WAIT = COME_BACK + r" \(its words: \"Rate exceeded\.\"\)"
CUT = "arXiv's answer broke off before its end"

FAILURES = [
    ("bad-request:Invalid query string: all:(", problems.QueryRefused, REFUSED + r"Invalid query string: all:\(", 1),
    ("error-200:incorrect id format for abc", problems.QueryRefused, REFUSED + "incorrect id format for abc", 1),
    ("unauthorized", problems.AccessRefused, r"arXiv does not let this computer in \(HTTP 401\)", 1),
    ("forbidden", problems.AccessRefused, r"arXiv does not let this computer in \(HTTP 403\)", 1),
    ("not-found", problems.WrongAddress, r"there is no arXiv API at http://127.0.0.1:\d+/api/query \(HTTP 404\)", 1),
    ("teapot", problems.WrongAddress, "arXiv answered with HTTP 418, which nobody expected", 1),
    ("server-error", problems.ServerTrouble, r"arXiv has trouble of its own \(HTTP 500\)", 2),
    ("unavailable", problems.ServerTrouble, r"arXiv has trouble of its own \(HTTP 503\)", 2),
    ("unavailable:100", problems.AskedToWait, COME_BACK, 1),
    ("busy", problems.AskedToWait, WAIT, 2),
    ("busy:0", problems.AskedToWait, WAIT, 2),
    ("busy:100", problems.AskedToWait, WAIT, 1),
    (
        "busy:Wed, 21 Oct 2099 07:28:00 GMT",
        problems.AskedToWait,
        r"arXiv asks us to wait; next try possible at 2099-10-\d\d \d\d:\d\d \(its words: \"Rate exceeded\.\"\)",
        1,
    ),
    ("busy:soon", problems.AskedToWait, WAIT, 2),
    (
        "html",
        problems.NotAFeed,
        r'arXiv sent a web page instead of an answer, .* \(it says "arXiv is down for maintenance"\)',
        1,
    ),
    ("empty", problems.CutFeed, "arXiv sent an empty answer", 2),
    ("garbage", problems.NotAFeed, "what came back from arXiv is not a feed", 1),
    ("foreign", problems.NotAFeed, "a feed came back that is not one of arXiv's search", 1),
    ("damaged", problems.NotAFeed, "arXiv's answer is damaged and cannot be read as XML", 1),
    (
        "entities",
        problems.NotAFeed,
        "the answer defines entities of its own, which arXiv never does; it was not read",
        1,
    ),
    ("bad-gzip", problems.NotAFeed, "arXiv's answer is badly packed and cannot be read", 1),
    ("cut", problems.CutFeed, CUT, 2),
    ("cut:0.99", problems.CutFeed, CUT, 2),
    ("short", problems.CutFeed, CUT, 2),
    ("reset", problems.Interrupted, "the connection to arXiv was cut in the middle", 2),
    ("reset-at-once", problems.Interrupted, "the connection to arXiv was cut in the middle", 2),
    ("drip", problems.TimedOut, "arXiv's answer was not complete after 0.8 s", 1),
    ("drip-headers", problems.TimedOut, "arXiv's answer was not complete after 0.8 s", 1),
    ("stall", problems.TimedOut, "arXiv sent nothing for 0.4 s", 1),
    ("silent", problems.TimedOut, "arXiv sent nothing for 0.4 s", 1),
    ("huge", problems.TooLarge, "arXiv's answer is larger than 32 MB; it was not read", 1),
    (
        "redirect-away:other.example",
        problems.WrongAddress,
        "arXiv's address sends us elsewhere, to other.example; nothing was asked there",
        1,
    ),
    ("redirect-loop", problems.WrongAddress, "arXiv's address leads round in circles", 4),
    ("empty-page", problems.EmptyPage, "arXiv counts 25 papers but sent none", 2),
    ("bare-error", problems.QueryRefused, r"arXiv did not accept the question: Invalid query string: '\('", 1),
    ("error-with-200", problems.QueryRefused, r"arXiv did not accept the question: Invalid query string: '\('", 1),
    ("other-query", problems.AnotherAnswer, "arXiv answered another question than the one that was asked", 1),
]

LIMITS = {"drip": SLOW, "drip-headers": SLOW, "stall": SILENT, "silent": SILENT}

HARMLESS = ["wrong-type", "redirect", "gzip", "chunked", "no-pdf", "controls", "ampersand", "markup", "many-authors",
            "no-date", "bad-date", "no-id", "bad-id", "no-authors", "big-total", "repeat"]  # fmt: skip


@pytest.mark.parametrize(("mode", "kind", "sentence", "requests"), FAILURES, ids=[failure[0] for failure in FAILURES])
def test_every_failure_has_its_own_sentence(
    mode: str, kind: type[problems.GatewayError], sentence: str, requests: int, tmp_path: Path
) -> None:
    with LoopbackArxiv(FEEDS, mode) as server:
        with pytest.raises(kind) as caught:
            make_gateway(server.url, tmp_path, timeouts=LIMITS.get(mode, PATIENT)).search("testing", size=10)
        assert len(server.requests) == requests
    assert re.fullmatch(sentence, caught.value.message)
    assert caught.value.hint
    assert caught.value.exit_code == 5


def test_every_way_to_misbehave_is_tested() -> None:
    assert {failure[0].partition(":")[0] for failure in FAILURES} | set(HARMLESS) == set(MODES)


def ask(mode: str, folder: Path) -> Answer:
    with LoopbackArxiv(FEEDS, mode) as server:
        return make_gateway(server.url, folder).search("testing", size=10)


@pytest.mark.parametrize("mode", ["wrong-type", "redirect", "gzip", "chunked", "no-pdf", "controls"])
def test_a_complete_feed_is_one_however_it_comes(mode: str, tmp_path: Path) -> None:
    assert ask(mode, tmp_path / "a").papers == ask("", tmp_path / "b").papers


@pytest.mark.parametrize(("mode", "end"), [("ampersand", " R&D"), ("markup", " b c")])
def test_text_with_markup_inside_is_read_to_its_end(mode: str, end: str, tmp_path: Path) -> None:
    good = ask("", tmp_path / "a").papers[0].title
    assert ask(mode, tmp_path / "b").papers[0].title == good + end


@pytest.mark.parametrize("mode", ["no-date", "bad-date", "no-authors"])
def test_an_entry_without_a_date_or_authors_is_read_all_the_same(mode: str, tmp_path: Path) -> None:
    answer = ask(mode, tmp_path)
    first, *others = answer.papers
    assert (len(answer.papers), answer.unreadable) == (10, 0)
    assert (first.published is None, first.authors == ()) == (mode != "no-authors", mode == "no-authors")
    assert all(paper.published and paper.authors for paper in others)


@pytest.mark.parametrize("mode", ["no-id", "bad-id"])
def test_entries_that_cannot_be_read_are_counted(mode: str, tmp_path: Path) -> None:
    answer = ask(mode, tmp_path)
    assert (len(answer.papers), answer.unreadable) == (9, 1)


def test_three_thousand_authors_are_all_kept(tmp_path: Path) -> None:
    authors = ask("many-authors:3000", tmp_path).papers[0].authors
    assert len(authors) == 3000
    assert authors[-1] == "Author 2999"


@pytest.mark.parametrize(
    "mode", ["server-error", "unavailable", "empty", "cut", "short", "reset", "reset-at-once", "empty-page"]
)
def test_one_more_try_is_enough_when_it_was_only_a_moment(mode: str, tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS, [mode]) as server:
        answer = make_gateway(server.url, tmp_path).search("testing", size=10)
        assert len(server.requests) == 2
    assert len(answer.papers) == 10


def test_a_total_larger_than_reality_ends_the_walk_with_a_word(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS, "big-total:1000") as server:
        pages = list(walk(make_gateway(server.url, tmp_path), "all:testing", 1000, page=50))
        assert len(server.requests) == 3
    assert sum(len(page.papers) for page in pages) == 100
    assert pages[-1].problem == "arXiv counts 1,000 papers but sends none after number 100"
    assert [page.problem for page in pages[:-1]] == [None, None]


def test_a_paper_on_two_pages_comes_once(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS, "repeat") as server:
        pages = list(walk(make_gateway(server.url, tmp_path), "all:testing", 60, page=30))
    ids = [paper.arxiv_id for page in pages for paper in page.papers]
    assert len(ids) == len(set(ids))
    assert [len(page.papers) for page in pages] == [30, 29, 1]


def test_the_answer_to_other_ids_is_no_answer(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS, "other-query") as server, pytest.raises(problems.AnotherAnswer):
        make_gateway(server.url, tmp_path).by_ids(["1706.03762"])


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(problems.Unreachable, match=r"^nothing answers at 127.0.0.1 \(connection refused\)$") as caught:
        make_gateway(f"http://127.0.0.1:{port}/api/query", tmp_path).search("testing")
    assert "IDEABOARD_ARXIV_URL" in caught.value.hint


def test_no_such_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_name(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with pytest.raises(problems.Unreachable, match=r"^the name arxiv\.invalid cannot be found$"):
        make_gateway("http://arxiv.invalid/api/query", tmp_path).search("testing")


def test_no_safe_connection(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url.replace("http:", "https:"), tmp_path)
        with pytest.raises(problems.Unreachable, match=r"^there is no safe connection to 127\.0\.0\.1"):
            gateway.search("testing")


def test_a_proxy_of_the_environment_is_used_for_the_real_service_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with LoopbackArxiv(FEEDS) as proxy, LoopbackArxiv(FEEDS) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        make_gateway(server.url, tmp_path / "a").search("testing", size=10)
        assert (len(proxy.requests), len(server.requests)) == (0, 1)
        answer = make_gateway("http://export.arxiv.org/api/query", tmp_path / "b").search("testing", size=10)
        assert proxy.requests[0].path.startswith("http://export.arxiv.org/api/query?search_query=testing")
    assert len(answer.papers) == 10


def test_a_proxy_that_is_not_there_is_named_as_the_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    with pytest.raises(problems.Unreachable, match=r"^the proxy that the environment names cannot be used$"):
        make_gateway("http://export.arxiv.org/api/query", tmp_path).search("testing")


@pytest.mark.parametrize(
    ("proxy", "sentence"),
    [
        ("http://", "the proxy that the environment names cannot be used"),
        ("socks5://127.0.0.1:9", "the proxy that the environment names is a SOCKS proxy"),
    ],
)
def test_a_proxy_that_cannot_be_spoken_to_is_named_as_the_cause(
    proxy: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if proxy.startswith("socks") and importlib.util.find_spec("socks"):
        pytest.skip("PySocks is here, so there would be a real attempt")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(problems.Unreachable, match=f"^{sentence}"):
        make_gateway("http://export.arxiv.org/api/query", tmp_path).search("testing")


@pytest.mark.parametrize(
    ("home", "location", "there"),
    [
        ("https://export.arxiv.org/api/query", "https://arxiv.org/api/query?x=1", "https://arxiv.org/api/query?x=1"),
        (
            "http://export.arxiv.org/api/query",
            "https://export.arxiv.org/api/query",
            "https://export.arxiv.org/api/query",
        ),
        ("http://127.0.0.1:8090/api/query", "/moved", "http://127.0.0.1:8090/moved"),
        ("https://export.arxiv.org/api/query", "http://export.arxiv.org/api/query", None),
        ("https://export.arxiv.org/api/query", "https://arxiv.org.evil.example/api/query", None),
        ("https://export.arxiv.org/api/query", "https://notarxiv.org/api/query", None),
        ("http://127.0.0.1:8090/api/query", "https://export.arxiv.org/api/query", None),
        ("http://127.0.0.1:8090/api/query", "http://127.0.0.1:22/", None),
        ("https://export.arxiv.org/api/query", "file:///etc/passwd", None),
        ("https://export.arxiv.org/api/query", "http://[", None),
        ("https://export.arxiv.org/api/query", "", None),
    ],
)
def test_redirects_stay_at_home(home: str, location: str, there: str | None) -> None:
    if there:
        assert redirected(home, home, location) == there
        return
    with pytest.raises(problems.WrongAddress):
        redirected(home, home, location)


def test_control_characters_in_a_feed_reach_nobody(tmp_path: Path) -> None:
    for paper in ask("controls", tmp_path).papers:
        text = "".join([paper.title, paper.abstract, paper.comment or "", *paper.authors])
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", text)


def test_the_shown_limits_are_those_of_the_design() -> None:
    from ideaboard.papers.arxiv.answers import DEFAULT_TIMEOUTS

    assert (DEFAULT_TIMEOUTS.connect, DEFAULT_TIMEOUTS.silence, DEFAULT_TIMEOUTS.whole) == (10, 30, 90)
    assert (DEFAULT_TIMEOUTS.busy, DEFAULT_TIMEOUTS.longest_pause) == (30, 60)
