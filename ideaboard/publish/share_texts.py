"""What to post where: a text for each channel, its length by the channel's own rule, and the page to post it on.

Nothing is sent from here. The limits are the channels' own: X counts as twitter-text's third configuration says,
Bluesky as its lexicon says (300 graphemes and 3,000 bytes), Mastodon 500 characters unless a server sets another
limit, with 23 for any link. What X shows is "about", for it takes a bare `name.tld` for a link.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from urllib.parse import quote

from ideaboard.core.credit import credit, public_idea
from ideaboard.core.ideas import Idea, Share
from ideaboard.core.outputs import CHANNELS, Channel
from ideaboard.core.text import clean_line
from ideaboard.core.words import WORDS, Words, capital
from ideaboard.publish import templates

_LINK_LENGTH = 23
_WEB_LINK = re.compile(r"https?://[!-~]*[a-z0-9/_#&=+~-]", re.IGNORECASE)
"""A full stop or bracket behind a link counts by itself; what is not ASCII may not belong to it, and counts as well."""
_MOST_POSTS = 20
"""What is longer is no thread."""
_NUMBERED = "\n\n{}/{}"
_BREAKS = tuple(map(re.compile, (r"\n{2,}", r"\n{2,}|(?<=[.!?…。])\s+", r"\s+")))
"""Where a text may be cut, the best first: between paragraphs, sentences, words."""
_LIGHT = (range(4352), range(8192, 8206), range(8208, 8224), range(8242, 8248))
"""What twitter-text's third configuration weighs 100 of 200."""
_EMOJI = r"(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|[0-9#*]\uFE0F?\u20E3)\X*"
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?", re.IGNORECASE)
_FILE_ENDINGS = "js|ts|go|rb|jl|hs|kt|cs|db|gz|xz|txt|csv|json|yaml|yml|toml|html|css|pdf|png|jpg|svg|ipynb|cpp|exe"
"""Endings in the texts of people who program that are not names of sites."""
_BARE_LINK = re.compile(
    rf"(?<![\w@.-])(?:[\w-]+\.)+(?!(?:{_FILE_ENDINGS})\b)[a-z]{{2,}}(?![\w@-]|\.\w)(?:/\S*)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ShareText:
    """A text for one channel."""

    channel: Channel
    text: str
    length: int
    """By the channel's own rule."""
    fits: bool
    """Whether it can go into one post."""
    compose_url: str | None
    """The page to post it on; the text is in it where the channel allows that, of a thread the first post."""
    thread: tuple[str, ...] = ()
    """The posts to make of a text that is too long for one; empty where it fits, or the channel has no threads."""


def count_x(text: str) -> int:
    """Count as X does: 23 for a link, 1 for Latin and the like, 2 for everything else, 2 for an emoji cluster."""
    text = unicodedata.normalize("NFC", text)
    text, links = _WEB_LINK.subn("", text)
    text, names = _BARE_LINK.subn("", text)
    # Each cluster is weighed once: a text of a megabyte has few different ones.
    clusters = len(text) if text.isascii() else sum(_weight(one) * n for one, n in Counter(graphemes(text)).items())
    return (links + names) * _LINK_LENGTH + clusters


def _weight(cluster: str) -> int:
    """Weigh a grapheme: its characters one by one, unless it is an emoji."""
    import regex  # type: ignore[import-untyped] # has no types

    weights = [1 if any(ord(char) in light for light in _LIGHT) else 2 for char in cluster]
    return 2 if weights != [1] and regex.fullmatch(_EMOJI, cluster) else sum(weights)


def graphemes(text: str) -> list[str]:
    """Split into what people take for characters (Unicode UAX #29)."""
    import regex

    found: list[str] = regex.findall(r"\X", text)
    return found


def count_mastodon(text: str) -> int:
    """Count as Mastodon does: graphemes, 23 for a link; of a handle on another server only the name counts."""
    text, links = _WEB_LINK.subn("", text)
    text = re.sub(r"(@\w+)@[\w.-]+\w", r"\1", text)
    return links * _LINK_LENGTH + len(graphemes(text))


_COUNT: dict[str, Callable[[str], int]] = {
    "x": count_x,
    "mastodon": count_mastodon,
    "bluesky": lambda text: len(graphemes(text)),
}


def measure(channel: str, text: str) -> int:
    """Return the length of a text by a channel's own rule."""
    return _COUNT.get(channel, len)(text)


def share_text(
    idea: Idea, channel: str, *, server: str = "", folders: Sequence[Path] = (), words: Words = WORDS
) -> ShareText:
    """Return the text for one channel, from `templates/share/CHANNEL.txt`.

    Without `server`, the person's own one such as `mastodon.social`, Mastodon has no page to open.
    Raises `InvalidInput` when a person's own template is wrong.
    """
    found = CHANNELS[channel]
    seen = public_idea(idea, words)
    share = seen.share or Share(at="", date="")
    link = share.url or ""
    variables = {
        "idea": seen,
        "title": clean_line(seen.title),
        "url": link,
        "summary": clean_line(share.summary),
        "result": clean_line(share.result),
        "credit": credit(idea, words),
        "after": capital(words.after),
        "hashtags": hashtags(idea.tags),
    }
    text = _tidy(templates.render(f"share/{channel}.txt", variables, folders))
    fits = _fits(found, text)
    thread = _thread(found, text) if found.has_threads and not fits else ()
    compose_url = _compose_url(found, thread[0] if thread else text, link, server)
    return ShareText(found, text, measure(channel, text), fits, compose_url, thread)


def _fits(channel: Channel, text: str, less: int = 0) -> bool:
    """Tell whether a text can go into one post, with room for `less` more characters."""
    if channel.limit_bytes and len(text.encode("utf-8", "replace")) > channel.limit_bytes - less:
        return False
    return not channel.limit or measure(channel.key, text) <= channel.limit - less


def _thread(channel: Channel, text: str) -> tuple[str, ...]:
    """Divide a text into numbered posts that fit; nothing when it cannot be done, as with a link that is too long."""
    if measure(channel.key, text) > channel.limit * _MOST_POSTS:
        return ()
    room = len(_NUMBERED.format(_MOST_POSTS, _MOST_POSTS))
    posts: list[str] = []
    rest = text
    while rest and len(posts) < _MOST_POSTS:
        post = _first_post(channel, rest, room)
        if not post:
            break
        posts.append(post)
        rest = rest[len(post) :].strip()
    return () if rest else tuple(post + _NUMBERED.format(at, len(posts)) for at, post in enumerate(posts, 1))


def _first_post(channel: Channel, text: str, room: int) -> str:
    """Return as much from the beginning of a text as goes into a post, cut where it reads best."""
    if _fits(channel, text, room):
        return text

    def longest(ends: list[int]) -> str:
        """Return the longest beginning that fits: what is longer counts more, so halving finds it."""
        fitting = bisect_left(ends, True, key=lambda end: not _fits(channel, text[:end], room))
        return text[: ends[fitting - 1]] if fitting else ""

    post = ""
    for breaks in _BREAKS:
        post = longest([found.start() for found in breaks.finditer(text)]) or post
        if measure(channel.key, post) > channel.limit // 2:
            break
    if post or _WEB_LINK.match(text):
        return post
    return longest(list(accumulate(map(len, graphemes(text)))))


def hashtags(tags: Sequence[str]) -> str:
    """Return tags as hashtags: `time-series` is `#TimeSeries`, which screen readers read as words."""
    words = filter(None, (re.findall(r"\w+", tag) for tag in tags))
    capital = [[word[:1].upper() + word[1:] for word in parts] if len(parts) > 1 else parts for parts in words]
    return " ".join("#" + "".join(parts) for parts in capital)


def _tidy(text: str) -> str:
    """Take out the blank lines and blanks that missing parts leave behind."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _compose_url(channel: Channel, text: str, url: str, server: str) -> str | None:
    host = _HOST.fullmatch(server.strip().removeprefix("https://").rstrip("/"))
    if not channel.compose or ("{server}" in channel.compose and not host) or ("{url}" in channel.compose and not url):
        return None
    return channel.compose.format(
        text=quote(text, safe="", errors="replace"),
        url=quote(url, safe="", errors="replace"),
        server=host[0] if host else "",
    )
