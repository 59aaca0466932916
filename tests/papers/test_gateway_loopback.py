"""The loopback arXiv itself: what it replays, what it makes up, and its command line."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest
from arxiv_loopback import LoopbackArxiv
from arxiv_loopback.recordings import Recordings
from lxml import etree
from papers.gateway_setup import FEEDS, TEN

from ideaboard.errors import InvalidInput

ATOM = "{http://www.w3.org/2005/Atom}"
RECORDINGS = Recordings([FEEDS])
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(**parameters: object) -> tuple[int, bytes]:
    return RECORDINGS.answer({name: str(value) for name, value in parameters.items()})


def ids_of(body: bytes) -> list[str]:
    root = etree.fromstring(body)
    return [(item.text or "").rpartition("/abs/")[2] for item in root.iterfind(f"{ATOM}entry/{ATOM}id")]


def total_of(body: bytes) -> int:
    found = re.search(rb"totalResults>(\d+)<", body)
    assert found
    return int(found[1])


def test_the_same_request_brings_the_same_bytes() -> None:
    for query in ("all:testing", "testing", "TESTING"):
        assert ask(search_query=query, start=0, max_results=10) == (200, TEN.read_bytes())


def test_other_slices_are_put_together_from_the_recorded_walk() -> None:
    _, hundred = ask(search_query="testing", start=0, max_results=100)
    _, slice_ = ask(search_query="testing", start=37, max_results=25)
    assert ids_of(slice_) == ids_of(hundred)[37:62]
    assert total_of(slice_) == 100
    _, beyond = ask(search_query="testing", start=100, max_results=25)
    assert (ids_of(beyond), total_of(beyond)) == ([], 100)


def test_a_made_feed_has_the_shape_and_the_id_of_a_recorded_one() -> None:
    for body in (ask(search_query="testing", start=1, max_results=5)[1], TEN.read_bytes()):
        root = etree.fromstring(body)
        asked = (root.findtext(f"{ATOM}title") or "").removeprefix("arXiv Query: ")
        digest = base64.b64encode(hashlib.sha1(asked.encode()).digest()).decode().rstrip("=")
        assert root.findtext(f"{ATOM}id") == f"https://arxiv.org/api/{digest}"
        tags = [re.sub(r"\{.*\}", "", str(item.tag)) for item in root]
        assert tags[:7] == ["id", "title", "updated", "link", "itemsPerPage", "totalResults", "startIndex"]
        assert body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns:opensearch=")


def test_a_made_feed_says_of_each_paper_what_the_recorded_one_says() -> None:
    _, body = ask(search_query="testing", start=0, max_results=99)
    recorded = etree.fromstring((FEEDS / "apy_q_testing_start000_max100.xml").read_bytes()).findall(f"{ATOM}entry")
    made = etree.fromstring(body).findall(f"{ATOM}entry")
    assert len(made) == 99
    for ours, theirs in zip(made, recorded, strict=False):
        assert [(item.tag, item.attrib, "".join(map(str, item.itertext())).split()) for item in ours] == [
            (item.tag, item.attrib, "".join(map(str, item.itertext())).split()) for item in theirs
        ]


@pytest.mark.parametrize(
    ("query", "understood", "found"),
    [
        ("ti:mechanism AND cat:cs.IR", "ti:mechanism AND cat:cs.IR", ["2002.00741v1"]),
        ('all:"attention mechanism" ANDNOT cat:cs.CV', 'all:"attention mechanism" ANDNOT cat:cs.CV', None),
        ("(ti:attention AND abs:transformer)", "(ti:attention AND abs:transformer)", ["1706.03762v7"]),
        ('au:"Ashish Vaswani"', 'au:"Ashish Vaswani"', ["1706.03762v7"]),
        ("cat:astro-ph", "cat:astro-ph", ["astro-ph/0601001v1"]),
        ("cat:astro*", "cat:astro*", ["astro-ph/0601001v1"]),
        ("hot jupiters xyzzy", "all:hot OR all:jupiters OR all:xyzzy", None),
        (
            "cat:hep-ex AND submittedDate:[200301010000 TO 200312312359]",
            'cat:hep-ex AND submittedDate:"200301010000 TO 200312312359"',
            ["hep-ex/0307015"],
        ),
        ("ti:(hot jupiters) AND cat:astro-ph", "ti:(hot OR jupiters) AND cat:astro-ph", ["astro-ph/0601001v1"]),
        ("xyzzyplugh", "all:xyzzyplugh", []),
    ],
)
def test_any_search_works_on_the_recorded_papers(query: str, understood: str | None, found: list[str] | None) -> None:
    status, body = ask(search_query=query, start=0, max_results=50)
    assert status == 200
    title = etree.fromstring(body).findtext(f"{ATOM}title") or ""
    assert title == f"arXiv Query: search_query={understood or query}&id_list=&start=0&max_results=50"
    if found is not None:
        assert ids_of(body) == found
    else:
        assert ids_of(body)


def test_operators_nest_to_the_right_as_arxiv_does() -> None:
    jupiter, electron = "astro-ph/0601001v1", "hep-ex/0307015"
    _, right = ask(search_query="cat:xyzzy AND cat:hep-ex OR cat:astro-ph", max_results=10)
    assert ids_of(right) == []
    _, left = ask(search_query="(cat:xyzzy AND cat:hep-ex) OR cat:astro-ph", max_results=10)
    assert ids_of(left) == [jupiter]
    _, both = ask(search_query="cat:hep-ex OR cat:astro-ph", max_results=10)
    assert set(ids_of(both)) == {jupiter, electron}


@pytest.mark.parametrize("query", ["(", "ti:a AND", "AND", "a)", "[", "ti:(a", "submittedDate:[2020 TO *]"])
def test_what_does_not_fit_the_grammar_is_a_400_with_words(query: str) -> None:
    status, body = ask(search_query=query)
    assert status == 400
    assert b"<summary>Invalid query string: " in body
    assert b"https://arxiv.org/api/errors#" in body


def test_a_malformed_id_is_the_recorded_400() -> None:
    status, body = ask(id_list="abc,1706.03762", max_results=100)
    recorded = (FEEDS / "apy_error_400_malformed_id.xml").read_text(encoding="utf-8")
    moment = re.compile("<updated>[^<]*</updated>")
    assert status == 400
    assert moment.sub("", body.decode()) == moment.sub("", recorded)


def test_papers_by_id_are_found_in_every_feed_and_by_version() -> None:
    _, body = ask(id_list="hep-ex/0307015,2104.12255v1,2104.12255v2,1706.03762,9901.00001", max_results=10)
    assert sorted(ids_of(body)) == ["1706.03762v7", "2104.12255v1", "hep-ex/0307015"]
    assert total_of(body) == 3


@pytest.mark.parametrize("parameters", [{"start": -1}, {"max_results": 0}, {"start": "x"}])
def test_numbers_that_are_none_are_a_400(parameters: dict[str, object]) -> None:
    assert ask(search_query="x", **parameters)[0] == 400


def test_results_can_be_sorted_by_date() -> None:
    _, body = ask(search_query="all:testing", start=0, max_results=90, sortBy="submittedDate", sortOrder="ascending")
    dates = [item.text or "" for item in etree.fromstring(body).iterfind(f"{ATOM}entry/{ATOM}published")]
    assert dates == sorted(dates)


def test_an_unknown_way_to_misbehave_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no way to misbehave called 'rudely'"):
        LoopbackArxiv(FEEDS, "rudely")


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "arxiv_loopback", *arguments]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)


def get(url: str, **parameters: object) -> bytes:
    with OPENER.open(f"{url}?{urlencode(parameters)}", timeout=30) as answer:
        return bytes(answer.read())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_it_is_told_to_stop(number: signal.Signals, tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    with start("--port", "0", "--feeds", str(FEEDS), "--for", "60", "--log", str(log)) as server:
        assert server.stdout
        name, _, url = server.stdout.readline().strip().partition("=")
        assert name == "IDEABOARD_ARXIV_URL"
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/query", url)
        assert len(ids_of(get(url, search_query="testing", max_results=10))) == 10
        with pytest.raises(urllib.error.HTTPError, match="404"), OPENER.open(url.replace("query", "other"), timeout=30):
            pass
        server.send_signal(number)
        assert server.wait(timeout=30) == 0
        assert server.stderr
        assert "Traceback" not in server.stderr.read()
    assert len(log.read_text(encoding="utf-8").splitlines()) == 2
    assert "search_query=testing" in log.read_text(encoding="utf-8")


def test_the_command_stops_by_itself_and_misbehaves_as_often_as_asked() -> None:
    arguments = ["--port", "0", "--feeds", str(TEN), "--for", "3", "--misbehave", "busy:7", "--times", "1"]
    with start(*arguments) as server:
        assert server.stdout
        url = server.stdout.readline().strip().partition("=")[2]
        with pytest.raises(urllib.error.HTTPError, match="429") as caught:
            get(url, search_query="testing")
        with caught.value as error:
            assert error.headers["Retry-After"] == "7"
        assert get(url, search_query="testing")
        assert server.wait(timeout=30) == 0


def test_the_command_says_what_is_wrong_with_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for arguments, words in [
            (["--port", port, "--feeds", str(FEEDS)], f"loopback: port {port} cannot be used"),
            (["--port", "0", "--feeds", "no-such-folder"], "loopback: there is no no-such-folder"),
            (["--port", "0", "--feeds", str(FEEDS), "--misbehave", "rudely"], "loopback: there is no way to misbehave"),
        ]:
            with start(*arguments) as server:
                _, complaint = server.communicate(timeout=30)
                assert (server.returncode, words in complaint) == (2, True)
                assert "Traceback" not in complaint
