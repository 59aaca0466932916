"""The text for each channel, counted as the channel counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from publish.publish_ideas import CONFORMAL, idea, shared

from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import KINDS, checklist
from ideaboard.core.outputs import CHANNELS
from ideaboard.publish import share_texts
from ideaboard.publish.share_texts import graphemes, hashtags, measure, share_text

FAMILY = "👩‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Hello, world", 12),
        ("see https://ada.example.org/a/very/long/path/indeed?x=1", 27),
        ("日本語", 6),
        (FAMILY, 2),
        ("🇩🇪 1️⃣", 5),
        ("Cafe\u0301", 4),
        ("Node.js and foo.py v1.io", 59),
        ("text.Next sentence", 32),
        ("at x.org.", 27),
        ("ada@example.org", 15),
        ("— “quoted”…", 12),
        ("© 2025", 6),
        ("(https://ada.example.org/a).", 26),
        ("https://ada.example.org/a。日", 27),
        ("", 0),
    ],
)
def test_x_counts_weights(text: str, length: int) -> None:
    assert measure("x", text) == length


@pytest.mark.parametrize(
    ("channel", "text", "length"),
    [
        ("bluesky", FAMILY, 1),
        ("bluesky", "https://ada.example.org/", 24),
        ("bluesky", "e\u0301🇩🇪日", 3),
        ("mastodon", "see https://ada.example.org/a/very/long/path/indeed", 27),
        ("mastodon", f"{FAMILY} @ada@example.org hi", 9),
        ("mastodon", "(https://ada.example.org/a), https://x.org", 50),
        ("mastodon", "日本語 https://ada.example.org/a", 27),
        ("linkedin", "日本", 2),
        ("plain", "abc", 3),
    ],
)
def test_other_channels_count(channel: str, text: str, length: int) -> None:
    assert measure(channel, text) == length


def test_texts_of_a_paper_made_runnable() -> None:
    made = shared(
        1,
        title="Conformal prediction from scratch",
        summary="split conformal in 60 lines",
        result="3 of 4 claims reproduced",
        paper=CONFORMAL,
        tags=("time-series", "bayes"),
    )
    texts = {key: share_text(made, key, server="https://mastodon.example/") for key in CHANNELS}
    assert texts["bluesky"].text == (
        "Conformal prediction from scratch\n\nsplit conformal in 60 lines.\n3 of 4 claims reproduced\n\n"
        "https://ada.example.org/1\n\nAfter Angelopoulos & Bates, 2021: https://arxiv.org/abs/2107.07511"
    )
    assert texts["x"].text == texts["bluesky"].text
    assert texts["mastodon"].text == (
        "Conformal prediction from scratch\n\nsplit conformal in 60 lines.\n3 of 4 claims reproduced\n\n"
        "https://ada.example.org/1\n\nAfter Angelopoulos & Bates, 2021: https://arxiv.org/abs/2107.07511"
        "\n\n#TimeSeries #bayes"
    )
    assert texts["plain"].text.endswith("\n\nAfter Angelopoulos & Bates, 2021: https://arxiv.org/abs/2107.07511")
    assert all(text.fits for text in texts.values())
    assert texts["x"].channel.about
    for key, host in (("bluesky", "bsky.app"), ("mastodon", "mastodon.example"), ("x", "x.com")):
        parts = urlsplit(texts[key].compose_url or "")
        assert (parts.scheme, parts.hostname) == ("https", host)
        assert parse_qs(parts.query) == {"text": [texts[key].text]}
    assert parse_qs(urlsplit(texts["linkedin"].compose_url or "").query) == {"url": ["https://ada.example.org/1"]}
    assert texts["plain"].compose_url is None


def test_before_it_is_recorded() -> None:
    bare = share_text(idea(1, title="Draft"), "linkedin")
    assert bare.text == "Draft"
    assert bare.compose_url is None


def test_without_a_server_there_is_no_page_to_open() -> None:
    for server in ("", "not a host", "evil.example/path?x="):
        assert share_text(shared(1), "mastodon", server=server).compose_url is None


def test_too_long_is_said() -> None:
    assert not share_text(shared(1, summary="x" * 300), "bluesky").fits
    assert share_text(shared(1, summary="x" * 300), "mastodon").fits
    zalgo = share_text(shared(1, summary="e" + "\u0301" * 2_000), "bluesky")
    assert zalgo.length < 300
    assert not zalgo.fits


LONG = (
    "Split conformal prediction in 60 lines that run on a laptop, with the three plots that convinced me it works. "
    "It keeps its promise for every model that I tried, and it says little where the data are few: "
    "that is the part which most introductions leave out. "
    "The second half redraws the ablation on four data sets of my own, and shows where exchangeability breaks."
)


def long_one(**fields: Any) -> Idea:
    return shared(1, title="Conformal prediction from scratch", summary=LONG, paper=CONFORMAL, **fields)


def test_a_thread_is_cut_where_it_reads_best() -> None:
    text = share_text(long_one(), "bluesky")
    assert not text.fits
    first, second = text.thread
    assert first.startswith("Conformal prediction from scratch\n\nSplit conformal prediction in 60 lines ")
    assert first.endswith(" the part which most introductions leave out.\n\n1/2")
    assert second == (
        "The second half redraws the ablation on four data sets of my own, and shows where exchangeability breaks.\n\n"
        "https://ada.example.org/1\n\nAfter Angelopoulos & Bates, 2021: https://arxiv.org/abs/2107.07511\n\n2/2"
    )
    assert parse_qs(urlsplit(text.compose_url or "").query) == {"text": [text.thread[0]]}
    assert [len(share_text(long_one(tags=("bayes",)), channel).thread) for channel in CHANNELS] == [2, 0, 0, 0, 0]
    assert share_text(shared(1), "mastodon").thread == ()


def check_thread(one: Idea, channel: str) -> None:
    """Every post fits by the channel's own rule, and nothing of the text is lost or torn that need not be."""
    text = share_text(one, channel)
    if text.fits:
        assert text.thread == ()
        return
    limit = CHANNELS[channel]
    for at, post in enumerate(text.thread, 1):
        assert measure(channel, post) <= limit.limit
        assert len(post.encode()) <= (limit.limit_bytes or 100_000)
        assert post.endswith(f"\n\n{at}/{len(text.thread)}")
    if text.thread:
        posts = [post.rpartition("\n\n")[0] for post in text.thread]
        assert "".join("".join(posts).split()) == "".join(text.text.split())
        assert all(post.strip() for post in posts)
        for link in ("https://ada.example.org/1", "https://arxiv.org/abs/2107.07511"):
            assert any(link in post for post in posts)


WORDS = st.one_of(
    st.text(max_size=40), st.sampled_from([FAMILY, "日本語です。" * 30, "x" * 400, "e" + "\u0301" * 900, "A sentence."])
)


@settings(deadline=None)
@example(words=[("x" + "\u0301" * 10 + " ") * 200], channel="bluesky")
@given(words=st.lists(WORDS, max_size=60), channel=st.sampled_from(["bluesky", "mastodon"]))
def test_a_thread_fits_and_loses_nothing(words: list[str], channel: str) -> None:
    check_thread(shared(1, summary=" ".join(words), paper=CONFORMAL), channel)


@pytest.mark.parametrize("summary", ["e" + "\u0301" * 2_000, "word " * 2_000, "https://x.org/" + "a" * 400])
def test_what_makes_no_thread_is_too_long(summary: str) -> None:
    text = share_text(shared(1, summary=summary), "bluesky")
    assert (text.fits, text.thread) == (False, ())


@pytest.mark.parametrize("piece", ["word ", "a", "One sentence. ", "x" + "\u0301" * 40 + " ", "https://x.org/a "])
@pytest.mark.parametrize("channel", [channel.key for channel in CHANNELS.values() if channel.has_threads])
def test_a_long_text_is_measured_a_few_times_only(piece: str, channel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0

    def counted(text: str) -> list[str]:
        nonlocal read
        read += len(text)
        return graphemes(text)

    monkeypatch.setattr(share_texts, "graphemes", counted)
    one = shared(1, summary=piece * (60_000 // len(piece)))
    assert not share_text(one, channel).fits
    assert read < 60_000 * 40


def test_hashtags() -> None:
    assert hashtags(["time-series", "c#", "", "日本", "a b"]) == "#TimeSeries #c #日本 #AB"


@settings(deadline=None)
@given(title=st.text(min_size=1, max_size=60), channel=st.sampled_from(list(CHANNELS)))
def test_any_title_is_never_a_template(title: str, channel: str) -> None:
    text = share_text(shared(1, title="{{ 7 * 7 }}" + title), channel)
    assert "{{ 7 * 7 }}" in text.text
    assert text.length == measure(channel, text.text)


def test_a_text_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "x.txt").write_text("New: {{ title }} {{ url }}", encoding="utf-8")
    assert share_text(shared(1), "x", folders=[tmp_path]).text == "New: Thing 1 https://ada.example.org/1"


@pytest.mark.parametrize("kind", [*(kind.key for kind in KINDS), "zine"])
def test_checklists(kind: str) -> None:
    points = checklist(kind)
    keys = [point.key for point in points]
    assert len(keys) == len(set(keys)) >= 5
    assert keys[-1] == "question"
    assert all(point.text and not point.text.endswith(".") for point in points)
