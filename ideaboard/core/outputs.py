"""What the program can write for, each in one entry: the sites of drafts and the channels of share texts.

The config and the command line take their choices from here, and `ideaboard.publish` does what an entry says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Site(NamedTuple):
    """A program behind a site, and how it wants a draft."""

    key: str
    fields: Mapping[str, str]
    """Its front matter: each field, as `params.canonical` when it stands below another, and which fact of the idea
    fills it (`ideaboard.publish.front_matter.gather`). `*` takes what the kind adds."""
    suffix: str = ".md"
    dated_name: bool = False
    """Whether the name of the file starts with the day."""
    shows_title: bool = True
    """Whether the site puts the title above the text itself."""
    only_commonmark: bool = False
    """Whether its Markdown knows all of CommonMark's backslash escapes."""
    has_tags: bool = False
    """Whether it looks for `{{` and `{%` before the text is Markdown."""


_DRAFT = {"tags": "tags", "draft": "is_draft"}
_OTHERS = {"links": "links", "*": "extras"}

SITES = {
    site.key: site
    for site in (
        Site(
            "plain",
            {"title": "title", "kind": "kind", "summary": "summary", "status": "=draft", "created": "created"}
            | {"shared": "shared", "url": "url", "tags": "tags", "license": "license"}
            | _OTHERS,
            shows_title=False,
            only_commonmark=True,
        ),
        Site(
            "hugo",
            {"title": "title", "description": "summary", "date": "moment", "categories": "kinds"}
            | {"params.canonical": "url", "params.license": "license", "params.links": "links", "params.*": "extras"}
            | _DRAFT,
            has_tags=True,
        ),
        Site(
            "jekyll",
            {"layout": "=post", "title": "title", "description": "summary", "date": "moment", "tags": "tags"}
            | {"published": "is_published", "categories": "kinds", "canonical_url": "url"}
            | {"license": "license"}
            | _OTHERS,
            dated_name=True,
            has_tags=True,
        ),
        Site(
            "quarto",
            {"title": "title", "description": "summary", "date": "day"}
            | {"categories": "kinds_and_tags", "draft": "is_draft", "license": "license"}
            | _OTHERS,
            suffix=".qmd",
            has_tags=True,
        ),
        Site(
            "astro",
            {"title": "title", "description": "summary", "pubDate": "moment", "kind": "kind"}
            | {"license": "license"}
            | _DRAFT
            | _OTHERS,
        ),
        Site(
            "mkdocs",
            {"title": "title", "description": "summary", "date": "day", "categories": "kinds", "license": "license"}
            | _DRAFT
            | {"*": "extras"},
            shows_title=False,
        ),
        Site(
            "obsidian",
            {"title": "title", "aliases": "titles", "description": "summary", "date": "day"}
            | {"status": "=draft", "tags": "words", "kind": "kind", "url": "url", "license": "license"}
            | {"links": "addresses", "*": "extras"},
            only_commonmark=True,
        ),
        Site(
            "devto",
            {"title": "title", "description": "summary", "published": "is_published", "tags": "letters"}
            | {"date": "moment", "canonical_url": "url"},
            has_tags=True,
        ),
    )
}
"""The sites that a draft can be made for, by key; `plain` is Markdown for people."""


class Channel(NamedTuple):
    """Where people share."""

    key: str
    label: str
    """As shown: `Bluesky`."""
    limit: int
    """The most that a post may count; 0 for no limit."""
    compose: str
    """The page to post on, with `{text}`, `{url}` and `{server}` to fill in; empty for none."""
    limit_bytes: int = 0
    about: bool = False
    """Whether lengths are estimates."""
    has_threads: bool = False
    """Whether a text that is too long can go into several posts, each an answer to the one before."""
    note: str = ""
    """What to know before posting."""


_ALT_TEXT = "with a picture, say in its alt text what it shows"

CHANNELS = {
    channel.key: channel
    for channel in (
        Channel(
            "bluesky",
            "Bluesky",
            300,
            "https://bsky.app/intent/compose?text={text}",
            limit_bytes=3_000,
            has_threads=True,
            note=_ALT_TEXT,
        ),
        Channel(
            "mastodon",
            "Mastodon",
            500,
            "https://{server}/share?text={text}",
            has_threads=True,
            note=f"some servers allow more than 500; {_ALT_TEXT}",
        ),
        Channel("x", "X", 280, "https://x.com/intent/post?text={text}", about=True, note=_ALT_TEXT),
        Channel(
            "linkedin",
            "LinkedIn",
            3_000,
            "https://www.linkedin.com/sharing/share-offsite/?url={url}",
            note=f"copy the text first: LinkedIn's page takes the link alone; {_ALT_TEXT}",
        ),
        Channel("plain", "Plain text", 0, ""),
    )
}
"""The channels that there is a text for, by key; how each counts is `ideaboard.publish.share_texts`."""
