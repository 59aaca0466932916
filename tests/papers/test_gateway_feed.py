"""Whatever bytes come: a feed that the package reads as it was meant, or one of our own errors, and nothing else."""

from __future__ import annotations

import re

import pytest
from arxiv import _feed  # type: ignore[import-untyped] # the package ships no types
from hypothesis import given
from hypothesis import strategies as st
from papers.gateway_setup import FEEDS, TEN

from ideaboard.papers.arxiv.feed import read_feed, split_id, to_paper
from ideaboard.papers.arxiv.problems import GatewayError, NotAFeed

BODY = (FEEDS / "fastpaper_search_3.xml").read_bytes()
PIECES = [
    b"", b"<", b">", b"&", b"</entry>", b"<entry>", b"</feed>", b"<feed>", b"<title>", b"]]>", b"<![CDATA[", b"<!--",
    b"-->", b"<?xml version='1.0' encoding='utf-16'?>",
    b"\x00", b"\x1b[2J", b"\xff\xfe", b"\xed\xa0\x80", b"&#0;", b"&#xD800;", b"&nbsp;", b"2026-99-99T00:00:00Z",
    b"0001-01-01T00:00:00+14:00", b"9" * 5000, b"http://arxiv.org/api/errors#x",
]  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, len(BODY)), st.integers(0, 40), st.sampled_from(PIECES)), min_size=1, max_size=4)
)
def test_any_damage_is_a_feed_or_an_error_of_ours(damage: list[tuple[int, int, bytes]]) -> None:
    body = BODY
    for at, length, piece in damage:
        body = body[:at] + piece + body[at + length :]
    try:
        feed = read_feed(body)
    except GatewayError:
        return
    results = _feed.parse(feed.body).results
    assert len(results) <= feed.entries
    for paper in map(to_paper, results):
        if paper:
            assert not re.search("[\x00-\x1f\x7f-\x9f]", paper.title + paper.abstract + "".join(paper.authors))


def changed(old: str, new: str) -> bytes:
    text = TEN.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("A <i>b</i> c", "A b c"),
        ("A<!-- hidden -->B", "AB"),
        ("<![CDATA[A <i> & B]]>", "A <i> & B"),
        ("R&amp;D", "R&D"),
        ("R&D &lt;x&gt;", "R&D <x>"),
        ("AT&T &nbsp; &foo;", "AT&T &nbsp; &foo;"),
        ("&#x3b1; &#945;", "α α"),
        ("\x1b[31mred\x1b[0m\x07", "red"),
        ("0", "0"),
        ("[/b] [Re] 日本語 🚀", "[/b] [Re] 日本語 🚀"),
    ],
)
def test_titles_are_read_whole(title: str, read: str) -> None:
    good = "Testing Deep Learning Models: A First Comparative Study of Multiple Testing Techniques"
    feed = read_feed(changed(good, title))
    paper = to_paper(_feed.parse(feed.body).results[0])
    assert paper is not None
    assert paper.title == read


def test_dates_that_cannot_be_read_spoil_nothing() -> None:
    feed = read_feed(changed("<published>", "<published>never</published><published>also never</published><published>"))
    assert (feed.entries, len(_feed.parse(feed.body).results)) == (10, 10)
    assert all(paper and paper.published for paper in map(to_paper, _feed.parse(feed.body).results))
    feed = read_feed(re.sub(rb"<published>[^<]*", b"<published>never", TEN.read_bytes()))
    assert (feed.entries, len(_feed.parse(feed.body).results)) == (10, 10)


def test_numbers_that_are_none_count_as_nothing() -> None:
    for number in ("many", "-1", "9" * 5000, "", "٣"):
        assert read_feed(changed(">214881<", f">{number}<")).total == 0


def test_entities_are_not_even_looked_at() -> None:
    attack = b'<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaa">]><feed>&a;</feed>'
    with pytest.raises(NotAFeed, match="defines entities"):
        read_feed(attack)
    hidden = BODY.replace(b"<feed", b"<!-- <feed --><!DOCTYPE feed [<!ENTITY a 'b'>]><feed", 1)
    with pytest.raises(NotAFeed, match="defines entities"):
        read_feed(hidden)


@pytest.mark.parametrize(
    ("entry", "split"),
    [
        ("http://arxiv.org/abs/2002.00741v1", ("2002.00741", "v1")),
        ("https://arxiv.org/abs/math.GT/0309136v12", ("math/0309136", "v12")),
        ("http://arxiv.org/abs/cond-mat.stat-mech/9901001", ("cond-mat/9901001", "")),
        ("HEP-TH/9901001V2", ("hep-th/9901001", "v2")),
        ("0704.0001", ("0704.0001", "")),
        ("http://arxiv.org/abs/", None),
        ("http://arxiv.org/abs/../../etc/passwd", None),
        ("2002.00741v", None),
        ("", None),
    ],
)
def test_entries_name_their_paper(entry: str, split: tuple[str, str] | None) -> None:
    assert split_id(entry) == split
