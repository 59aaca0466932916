"""The changelog for programs: Atom (RFC 4287), JSON Feed 1.1, and a JSON form of our own.

Ids are those stored with each share, so that a reader never sees an item twice, whatever its address becomes. The
moments are those of sharing. Everything is text: no reader is handed markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ideaboard.core.changelog import Changelog, Entry, Section
from ideaboard.core.credit import Credit
from ideaboard.core.patterns import late
from ideaboard.core.text import clean_line, clean_url
from ideaboard.core.words import Words, capital
from ideaboard.publish.block import stamp
from ideaboard.publish.markdown import uri
from ideaboard.publish.templates import sentence, sentence_case

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

NEWEST = 50
"""How many items a feed holds: enough for a reader who comes by twice a year, and well below 100 kB."""

JSON_VERSION = 1
"""The version of the JSON form; it rises when a key goes or changes its meaning."""

_ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACE = "5f0d3c1e-7d0b-5e0a-9a52-1d0c7c1b7a11"
"""Ours alone: names what has no stored id, the same on every machine."""
_URN = late(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOT_XML = late("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EPOCH = "1970-01-01T00:00:00.000Z"
_UNSTAMPED = "sum=000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What a feed or page says about itself."""

    title: str = "Shared"
    author: str = ""
    about: str = ""
    """One line on the author."""
    links: tuple[str, ...] = ()
    """Where else the author is found."""
    home_url: str | None = None
    """The author's own page."""
    page_url: str | None = None
    """The page that shows the same items to people."""
    atom_url: str | None = None
    """Where the Atom feed can be fetched."""
    json_url: str | None = None
    """Where the JSON feed can be fetched."""

    def __post_init__(self) -> None:
        """Check the addresses and make the texts one line each.
        Raises `InvalidInput` for an address that is not a link.
        """
        object.__setattr__(self, "title", clean_line(self.title) or "Shared")
        object.__setattr__(self, "author", clean_line(self.author))
        object.__setattr__(self, "about", clean_line(self.about))
        for url in (*self.links, self.home_url, self.page_url, self.atom_url, self.json_url):
            if url is not None:
                clean_url(url)

    @property
    def shown_at(self) -> str | None:
        """Where people find the items, or at least their author."""
        return self.page_url or self.home_url

    @property
    def full_title(self) -> str:
        """What it is called where nothing around it says whose it is: `Shared · Ada Lovelace`."""
        return self.title if self.author in self.title else f"{self.title} · {self.author}"


def shown_address(url: str) -> str:
    """Return a link as people read it: `github.com/ada`."""
    return re.sub(r"^(?:https?://(?:www\.)?|mailto:)", "", url, flags=re.IGNORECASE).rstrip("/")


def entry_id(entry: Entry) -> str:
    """Return the permanent id of an entry: the one stored with the share, else one made from the idea's own."""
    if _URN.fullmatch(entry.uid):
        return entry.uid
    return _named(f"idea {entry.id}")


def _named(name: str) -> str:
    import uuid

    return uuid.uuid5(uuid.UUID(_NAMESPACE), name).urn


def entry_title(entry: Entry, words: Words) -> str:
    """Return the title, with a word when the item was withdrawn."""
    return f"{entry.title} ({words.withdrawn})" if entry.withdrawn else entry.title


def entry_text(entry: Entry, words: Words) -> str:
    """Return what there is to say about an entry, as its line in the changelog; its title when that is nothing."""
    tail = [sentence_case(entry.result.removesuffix("."))] if entry.result else []
    if entry.credit:
        url = f" ({entry.credit.url})" if entry.credit.url else ""
        tail.append(f"{words.after} {entry.credit.label}{url}")
    if entry.answers:
        tail.append(f"{words.answers} {entry.answers.title}")
    said = "; ".join(tail)
    return " ".join(filter(None, (sentence(entry.summary), said if entry.result else capital(said)))) or entry.title


def render_atom(changelog: Changelog, publication: Publication) -> str:
    """Return an Atom feed of the newest items."""
    from xml.etree import ElementTree as ET

    entries = changelog.entries[:NEWEST]
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": changelog.words.language})
    _add(feed, "title", publication.full_title)
    if publication.about:
        _add(feed, "subtitle", publication.about)
    _add(feed, "id", _named(f"feed {publication.home_url or publication.title}"))
    _add(feed, "updated", max((entry.at for entry in entries), default=_EPOCH))
    author = _add(feed, "author")
    _add(author, "name", publication.author or shown_address(publication.shown_at or "") or changelog.words.anonymous)
    if publication.home_url:
        _add(author, "uri", publication.home_url)
    if publication.shown_at:
        _add(feed, "link", rel="alternate", href=publication.shown_at)
    if publication.atom_url:
        _add(feed, "link", rel="self", href=publication.atom_url, type="application/atom+xml")
    _add(feed, "generator", "ideaboard")
    for entry in entries:
        _atom_entry(_add(feed, "entry"), entry, changelog.words)
    ET.indent(feed)
    body = ET.tostring(feed, encoding="unicode")
    comment = f"<!-- ideaboard:atom {_UNSTAMPED} -->"
    return stamp(f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n{comment}\n')


def _atom_entry(element: ET.Element, entry: Entry, words: Words) -> None:
    _add(element, "title", entry_title(entry, words))
    _add(element, "id", entry_id(entry))
    _add(element, "published", entry.at)
    _add(element, "updated", entry.at)
    if entry.url:
        _add(element, "link", rel="alternate", href=entry.url)
    credited = ": ".join(filter(None, (entry.credit.label, entry.credit.title))) if entry.credit else ""
    related = [(entry.credit.url, f"{words.after} {credited}")] if entry.credit else []
    related += [(entry.answers.url, entry.answers.title)] if entry.answers else []
    for url, title in related:
        if url:
            _add(element, "link", rel="related", href=url, title=title)
    for term in dict.fromkeys((entry.kind, *entry.tags)):
        _add(element, "category", term=term)
    if entry.summary:
        _add(element, "summary", entry.summary)
    _add(element, "content", entry_text(entry, words), type="text")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    """Add an element, without what XML 1.0 cannot hold (its section 2.2)."""
    if "href" in attributes:
        attributes["href"] = uri(attributes["href"])
    element = parent.makeelement(name, {key: _NOT_XML.sub("", value) for key, value in attributes.items()})
    element.text = _NOT_XML.sub("", text)
    parent.append(element)
    return element


def render_json_feed(changelog: Changelog, publication: Publication) -> str:
    """Return a JSON Feed 1.1 of the newest items."""
    author = _known(name=publication.author, url=publication.home_url)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": publication.full_title,
        **_known(home_page_url=publication.shown_at, feed_url=publication.json_url, description=publication.about),
        **_known(authors=author and [author]),
        "language": changelog.words.language,
        "items": [_json_feed_item(entry, changelog.words) for entry in changelog.entries[:NEWEST]],
        "_ideaboard": {"about": f"ideaboard:jsonfeed {_UNSTAMPED}"},
    }
    return stamp(_json(feed))


def _json_feed_item(entry: Entry, words: Words) -> dict[str, Any]:
    ours = {"kind": entry.kind, "result": entry.result or None, "withdrawn": entry.withdrawn}
    return {
        "id": entry_id(entry),
        **_known(url=entry.url and uri(entry.url)),
        "title": entry_title(entry, words),
        "content_text": entry_text(entry, words),
        **_known(summary=entry.summary),
        "date_published": entry.at,
        **_known(tags=tuple(dict.fromkeys(entry.tags))),
        "_ideaboard": ours | _known(paper=_json_credit(entry.credit)),
    }


def _known(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value}


def render_json(changelog: Changelog, publication: Publication) -> str:
    """Return the whole changelog as JSON, for scripts; the README of the templates documents its keys."""
    whole = {
        "title": publication.title,
        "in_progress": [
            {"id": item.id, "kind": item.kind, "title": item.title, "stage": item.stage}
            | {"paper": _json_credit(item.credit)}
            for item in changelog.in_progress
        ],
        "periods": [
            {"period": period.key or None, "note": period.note or None}
            | {"sections": [_json_section(section) for section in period.sections]}
            for period in changelog.periods
        ],
        "_ideaboard": {"version": JSON_VERSION, "about": f"ideaboard:json {_UNSTAMPED}"},
    }
    return stamp(_json(whole))


def _json_section(section: Section) -> dict[str, Any]:
    entries = [_json_entry(entry) for entry in section.entries]
    return {"kind": section.kind, "heading": section.heading, "entries": entries}


def _json_entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "uid": entry_id(entry),
        "title": entry.title,
        "url": entry.url,
        "summary": entry.summary,
        "result": entry.result or None,
        "date": entry.date,
        "at": entry.at,
        "tags": entry.tags,
        "withdrawn": entry.withdrawn,
        "paper": _json_credit(entry.credit),
        "answers": entry.answers._asdict() if entry.answers else None,
    }


def _json_credit(credit: Credit | None) -> dict[str, Any] | None:
    if credit is None:
        return None
    return {"title": credit.title, "authors": credit.authors, "year": credit.year or None, "url": credit.url}


def _json(value: object) -> str:
    """Write JSON; the standard library takes a second for the indented form of 5,000 items."""
    import orjson

    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
