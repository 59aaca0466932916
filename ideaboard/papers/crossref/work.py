"""A paper out of a record of Crossref (github.com/CrossRef/rest-api-doc, api_format.md).

Whatever a publisher deposited is in it: titles that are empty or hold markup, names without a family, dates without a
day, abstracts in JATS with a copyright behind them. What cannot be read is left out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ideaboard.core.ideas import Paper
from ideaboard.core.text import clean_line, clean_text
from ideaboard.papers.identifiers import find_ids

# What the relations to the same work in another form are called.
_SAME = ("preprint", "same-as", "identical", "version", "manifestation", "variant-form")
_TAG = re.compile(r"<(/?)(?:[a-z]+:)?([A-Za-z][A-Za-z0-9-]*)[^<>]*>")
_NOT_TEXT = frozenset(("title", "permissions", "supplementary-material", "annotation"))
_PARAGRAPHS = frozenset(("p", "sec", "list-item"))
_LONGEST = 100_000
_MOST_AUTHORS = 5_000


def read_work(message: Mapping[str, Any]) -> Paper:
    """Read a record; with the id of its twin on arXiv where it names one."""
    doi, title = message.get("DOI"), _first(message.get("title"))
    subtitle = _first(message.get("subtitle"))
    if subtitle and subtitle.casefold() not in title.casefold():
        title = f"{title}: {subtitle}" if title else subtitle
    when = next((day for name in ("issued", "published", "created") if (day := _date(message.get(name)))), None)
    return Paper(
        arxiv_id=_twin(message.get("relation")),
        doi=clean_line(doi) if isinstance(doi, str) else None,
        title=title,
        authors=tuple(_authors(message.get("author"))),
        abstract=_abstract(message.get("abstract")),
        published=when,
        journal_ref=_venue(message, (when or "")[:4]) or None,
    )


def _plain(markup: str) -> str:
    """Return text without markup, a line for each paragraph; entities are often escaped twice."""
    parts: list[str] = []
    at, inside = 0, ""
    for tag in _TAG.finditer(markup, 0, _LONGEST):
        closes, name = tag[1], tag[2].lower()
        parts.append("" if inside else markup[at : tag.start()])
        at = tag.end()
        if closes:
            inside = "" if name == inside else inside
            parts.append("\n" if name in _PARAGRAPHS else "")
        elif not inside and name in _NOT_TEXT and not tag[0].endswith("/>"):
            inside = name
    parts.append("" if inside else markup[at:_LONGEST])
    return html.unescape(html.unescape("".join(parts)))


def _line(value: object) -> str:
    return clean_line(_plain(value)) if isinstance(value, str) else ""


def _first(value: object) -> str:
    return next((line for one in value if (line := _line(one))), "") if isinstance(value, list) else _line(value)


def _abstract(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return clean_text("\n\n".join(line for part in _plain(value).split("\n") if (line := " ".join(part.split()))))


def _authors(value: object) -> Iterator[str]:
    for one in value[:_MOST_AUTHORS] if isinstance(value, list) else ():
        if isinstance(one, dict):
            parts = [_line(one.get(name)) for name in ("given", "family")]
            suffix = _line(one.get("suffix"))
            name = " ".join(filter(None, parts)) or _line(one.get("name"))
            if name:
                yield f"{name}, {suffix}" if suffix and parts[1] else name


def _date(value: object) -> str | None:
    """Return `2012-03-21`, or as much of it as is known."""
    parts = value.get("date-parts") if isinstance(value, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    known: list[str] = []
    for part, width, most in zip(first, (4, 2, 2), (9999, 12, 31), strict=False):
        if type(part) is not int or not 1 <= part <= most:
            break
        known.append(f"{part:0{width}}")
    return "-".join(known) or None


def _venue(message: Mapping[str, Any], year: str) -> str:
    where = [_first(message.get("container-title"))]
    where += [_line(message.get(name)) for name in ("volume", "page")]
    return " ".join(filter(None, (*where, f"({year})" if year else ""))) if where[0] else ""


def _is_same(relation: str) -> bool:
    """Tell whether a relation is to the same work: `has-preprint`, `is-version-of`, `is-same-as`."""
    return relation.startswith(("has-", "is-")) and any(word in relation for word in _SAME)


def _twin(relations: object) -> str:
    """Return the id of the same work on arXiv, which publishers name in several ways; empty when there is none."""
    for kind, related in relations.items() if isinstance(relations, dict) else ():
        for one in related if isinstance(related, list) and _is_same(kind) else ():
            name, giver = (one.get("id"), one.get("id-type")) if isinstance(one, dict) else (None, None)
            if isinstance(name, str) and len(name) < _LONGEST:
                ids = find_ids(f"arXiv:{name}" if giver == "arxiv" and ":" not in name else name)
                if len(ids) == 1:
                    return ids[0].id
    return ""
