"""Recorded feeds read, and new ones written in the shape that arXiv's server of 2026 gives them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_TITLE = re.compile(
    r"arxiv query:\s*(search_query=(.*)&id_list=([^&]*)(?:&start=(\d+)&max_results=(\d+))?)", re.IGNORECASE | re.DOTALL
)
_ID = re.compile(r"(?:.*/abs/)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Za-z-]+)?/\d{7})(v\d+)?", re.ASCII | re.IGNORECASE)
_SCHEMA = "http://arxiv.org/schemas/atom"


@dataclass(frozen=True, slots=True)
class Record:
    """One paper as a feed describes it."""

    id: str
    version: str
    title: str
    updated: str
    published: str
    summary: str
    categories: tuple[str, ...]
    primary: str
    comment: str
    journal_ref: str
    doi: str
    authors: tuple[tuple[str, tuple[str, ...]], ...]
    """Names with their affiliations."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded answer."""

    path: Path
    body: bytes
    query: str
    ids: str
    start: int
    size: int
    total: int
    updated: str
    records: tuple[Record, ...]


def bare_id(text: str) -> tuple[str, str] | None:
    """Split an id into the paper and the version (or nothing); `None` for what arXiv calls malformed."""
    match = _ID.fullmatch(text.strip())
    return (match[1], match[2] or "") if match else None


def read_recording(path: Path) -> Recording | None:
    """Read one recorded feed; `None` for a file that is no answer to a query, such as an error feed."""
    recording = _read(path.read_bytes())
    return replace(recording, path=path) if recording else None


@lru_cache(maxsize=64)
def _read(body: bytes) -> Recording | None:
    # Kept, because tests start hundreds of servers on the same feeds.
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
    title = _TITLE.search(root.findtext(f"{_ATOM}title") or "")
    if title is None or "/api/errors#" in (root.findtext(f"{_ATOM}entry/{_ATOM}id") or ""):
        return None
    records = [record for entry in root.iterfind(f"{_ATOM}entry") if (record := _record(entry))]
    return Recording(
        path=Path(),
        body=body,
        query=" ".join(title[2].split()),
        ids=title[3].strip(),
        start=int(title[4] or 0),
        size=int(title[5] or 10),
        total=int(root.findtext(f"{_OPENSEARCH}totalResults") or 0),
        updated=root.findtext(f"{_ATOM}updated") or "",
        records=tuple(records),
    )


def _record(entry: etree._Element) -> Record | None:
    def text(tag: str) -> str:
        return entry.findtext(tag) or ""

    id = bare_id(text(f"{_ATOM}id"))
    if id is None:
        return None
    primary = entry.find(f"{_ARXIV}primary_category")
    return Record(
        id=id[0],
        version=id[1],
        title=" ".join(text(f"{_ATOM}title").split()),
        updated=text(f"{_ATOM}updated"),
        published=text(f"{_ATOM}published"),
        summary=text(f"{_ATOM}summary"),
        categories=tuple(term for item in entry.iterfind(f"{_ATOM}category") if (term := item.get("term"))),
        primary=(primary.get("term") or "") if primary is not None else "",
        comment=text(f"{_ARXIV}comment"),
        journal_ref=text(f"{_ARXIV}journal_ref"),
        doi=text(f"{_ARXIV}doi"),
        authors=tuple(
            (
                author.findtext(f"{_ATOM}name") or "",
                tuple(item.text or "" for item in author.iterfind(f"{_ARXIV}affiliation")),
            )
            for author in entry.iterfind(f"{_ATOM}author")
        ),
    )


def write_feed(
    records: Sequence[Record], *, query: str, ids: str, start: int, size: int, total: int, updated: str
) -> bytes:
    """Write an answer as arXiv's server does, to the order of the elements.

    Args:
        records: the papers of the page.
        query: the query as understood.
        ids: the id list as it was sent.
        start: the position of the first paper.
        size: how many papers were asked for.
        total: how many papers fit.
        updated: the moment of the answer.
    """
    asked = f"search_query={query}&id_list={ids}&start={start}&max_results={size}"
    name = base64.b64encode(hashlib.sha1(asked.encode(), usedforsecurity=False).digest()).decode().rstrip("=")
    plus = query.replace(" ", "+")
    link = f"https://arxiv.org/api/query?search_query={plus}&start={start}&max_results={size}&id_list={ids}"
    lines = [
        f"  <id>https://arxiv.org/api/{name}</id>",
        f"  <title>{escape('arXiv Query: ' + asked)}</title>",
        f"  <updated>{updated}</updated>",
        f'  <link href={quoteattr(link)} type="application/atom+xml"/>',
        f"  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>",
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>",
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>",
        *(_entry(record) for record in records),
    ]
    return _document(lines)


def write_error(words: str, updated: str) -> bytes:
    """Write the feed that arXiv sends with HTTP 400."""
    address = "https://arxiv.org/api/errors#" + re.sub(r"\W+", "_", words)
    lines = [
        "  <id>https://arxiv.org/</id>",
        "  <title>arXiv Search Results</title>",
        f"  <updated>{updated}</updated>",
        "  <opensearch:itemsPerPage>1</opensearch:itemsPerPage>",
        "  <opensearch:totalResults>1</opensearch:totalResults>",
        "  <opensearch:startIndex>0</opensearch:startIndex>",
        "  <entry>",
        f"    <id>{address}</id>",
        "    <title>Error</title>",
        f"    <updated>{updated}</updated>",
        f'    <link href="{address}" rel="alternate" type="text/html"/>',
        f"    <summary>{escape(words)}</summary>",
        "    <author>",
        "      <name>arXiv api core</name>",
        "    </author>",
        "  </entry>",
    ]
    return _document(lines)


def _document(lines: list[str]) -> bytes:
    head = (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns="http://www.w3.org/2005/Atom">'
    )
    return "\n".join([head, *lines, "</feed>\n"]).encode()


def _entry(record: Record) -> str:
    name = record.id + record.version
    lines = [
        "  <entry>",
        f"    <id>http://arxiv.org/abs/{name}</id>",
        f"    <title>{escape(record.title)}</title>",
        f"    <updated>{escape(record.updated)}</updated>",
        f'    <link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>',
        f'    <link href="https://arxiv.org/pdf/{name}" rel="related" type="application/pdf" title="pdf"/>',
        f"    <summary>{escape(record.summary)}</summary>",
        *(f'    <category term={quoteattr(term)} scheme="{_SCHEMA}"/>' for term in record.categories),
        f"    <published>{escape(record.published)}</published>",
    ]
    if record.comment:
        lines.append(f"    <arxiv:comment>{escape(record.comment)}</arxiv:comment>")
    lines.append(f"    <arxiv:primary_category term={quoteattr(record.primary)}/>")
    if record.journal_ref:
        lines.append(f"    <arxiv:journal_ref>{escape(record.journal_ref)}</arxiv:journal_ref>")
    for author, affiliations in record.authors:
        lines += ["    <author>", f"      <name>{escape(author)}</name>"]
        lines += [f"      <arxiv:affiliation>{escape(item)}</arxiv:affiliation>" for item in affiliations]
        lines.append("    </author>")
    if record.doi:
        address = quoteattr("https://doi.org/" + record.doi)
        lines.append(f"    <arxiv:doi>{escape(record.doi)}</arxiv:doi>")
        lines.append(f'    <link rel="related" href={address} title="doi"/>')
    return "\n".join([*lines, "  </entry>"])
