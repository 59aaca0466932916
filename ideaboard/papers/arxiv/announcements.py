"""arXiv's announcements of a day, as its Atom feeds give them, and the files that keep them for all boards.

The shape is that of arXiv's own server (github.com/arXiv/arxiv-feed): `arxiv:announce_type` is `new` where the first
category of a paper is one of those asked for, `cross` for other new papers and for old ones that were listed anew,
`replace` and `replace-cross` for new versions. A feed holds one day, at most 2,000 entries, and the new ones last.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ideaboard import files
from ideaboard.core.documents import paper_from_document
from ideaboard.core.ideas import Paper
from ideaboard.core.tex import readable
from ideaboard.core.text import one_line, safe_url
from ideaboard.papers.arxiv.cache import compact_paper, file_of
from ideaboard.papers.arxiv.calendar import arxiv_date
from ideaboard.papers.arxiv.feed import ARXIV, ATOM, check_ends, code_links, parse_xml, plain_line, refused, split_id
from ideaboard.papers.arxiv.problems import AnotherAnswer, NotAFeed

if TYPE_CHECKING:
    from lxml import etree

MOST_ENTRIES = 2000
"""A feed with so many entries was cut (`result_limit` in the source of arXiv's server)."""

TYPES = ("new", "cross", "replace", "replace-cross")
"""The kinds of announcement, the one that says most first."""

_DC = "{http://purl.org/dc/elements/1.1/}"
_TITLE = re.compile(r"\s*(?P<names>.*?)\s+updates on arXiv\.org\s*", re.DOTALL)
_ERROR_TITLE = re.compile(r"\s*feed error\b", re.IGNORECASE)
_SUMMARY = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*(?P<type>[a-z-]+)\s*(?:Abstract:)?(?P<abstract>.*)", re.DOTALL)
_AUTHORS = re.compile(r",(?![^()]*\))")
_AFFILIATION = re.compile(r"\s*\([^()]*\)")
_WITHDRAWN = re.compile(r"\bthis (?:paper|submission|article|preprint) (?:has been|is) withdrawn\b", re.IGNORECASE)

_FORMAT = 1
_KEPT_FILES = 12


@dataclass(frozen=True, slots=True)
class Announced:
    """One paper of an announcement."""

    type: str
    paper: Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcements:
    """What arXiv announced on one day in some categories."""

    day: date
    categories: frozenset[str]
    """The codes of the categories and archives that it is about, in lower case."""
    papers: tuple[Announced, ...] = ()
    cut: bool = False
    """Whether there is more than arXiv gives out."""
    unreadable: int = 0
    etag: str = ""
    modified: str = ""
    """What the server wants to see when it is asked again: the headers `ETag` and `Last-Modified`."""

    @property
    def complete(self) -> bool:
        return not self.cut and not self.unreadable


def read_announcements(body: bytes, asked: Collection[str]) -> Announcements:
    """Read a feed.
    Raises `CutFeed` when it is empty or stops before its end; `NotAFeed` when it is a web page, not XML, another feed,
    or names no day; `QueryRefused` when it says what is wrong with the categories; `AnotherAnswer` when it is about
    none of those asked for.
    """
    check_ends(body)
    root, _ = parse_xml(body)
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotAFeed("the announcements define entities of their own, which arXiv never does; they were not read")
    title = root.findtext(f"{ATOM}title") or ""
    if _ERROR_TITLE.match(title):
        raise refused(one_line(root.findtext(f"{ATOM}subtitle") or "")[:300] or "it gave no reason")
    named = _TITLE.fullmatch(title)
    if named is None:
        raise NotAFeed("a feed came back that is not one of arXiv's announcements")
    there = {name.strip().lower() for name in named["names"].split(",")}
    categories = frozenset(name for code in asked if (name := code.lower()) in there)
    if not categories:
        raise AnotherAnswer("arXiv sent the announcements of other categories than those that were asked for")
    entries = root.findall(f"{ATOM}entry")
    read = [one for entry in entries if (one := _announced(entry))]
    day = _day_of(root, entries)
    papers = [Announced(one.type, replace(one.paper, announced=day.isoformat())) for one in read]
    return Announcements(
        day=day,
        categories=categories,
        papers=tuple(united(papers)),
        cut=len(entries) >= MOST_ENTRIES,
        unreadable=len(entries) - len(read),
    )


def united(papers: Sequence[Announced]) -> Iterator[Announced]:
    """Give each paper once, as what says most of it: new before crosslisted, both before replaced."""
    best: dict[str, Announced] = {}
    for one in papers:
        known = best.get(one.paper.arxiv_id)
        if known is None or TYPES.index(one.type) < TYPES.index(known.type):
            best[one.paper.arxiv_id] = one
    yield from best.values()


def _day_of(root: etree._Element, entries: Sequence[etree._Element]) -> date:
    """Return the day that most entries name; an empty feed has only the moment at which it was made."""
    days = Counter(day for entry in entries if (day := _day(entry.findtext(f"{ATOM}published"))))
    day = days.most_common(1)[0][0] if days else _day(root.findtext(f"{ATOM}updated"))
    if day is None:
        raise NotAFeed("arXiv's announcements do not say of which day they are")
    return day


def _day(text: str | None) -> date | None:
    try:
        when = datetime.fromisoformat((text or "").strip())
        return arxiv_date(when) if when.tzinfo and not when.utcoffset() else when.date()
    except (ValueError, OverflowError):
        return None


def _announced(entry: etree._Element) -> Announced | None:
    """Return what an entry announces; `None` when it names no paper or does not say how it is announced."""

    def text(tag: str) -> str:
        element = entry.find(tag)
        return "" if element is None else plain_line("".join(str(part) for part in element.itertext("*")))

    named = split_id(text(f"{ATOM}id").rpartition("arXiv.org:")[2])
    told = _SUMMARY.fullmatch(text(f"{ATOM}summary"))
    type = (text(f"{ARXIV}announce_type") or (told["type"] if told else "")).lower()
    if named is None or type not in TYPES:
        return None
    abstract = (told["abstract"] if told else text(f"{ATOM}summary")).strip()
    terms = [plain_line(item.get("term")) for item in entry.iterfind(f"{ATOM}category")]
    categories = tuple(dict.fromkeys(filter(None, terms)))
    links = code_links(" ".join(word for word in abstract.split() if "." in word[:-1]))
    paper = Paper(
        arxiv_id=named[0],
        version=named[1],
        title=text(f"{ATOM}title"),
        authors=_authors(entry),
        abstract=abstract,
        primary_category=categories[0] if categories else "",
        categories=categories,
        journal_ref=text(f"{ARXIV}journal_ref") or None,
        doi=text(f"{ARXIV}DOI") or text(f"{ARXIV}doi") or None,
        code_url=links[0] if links else None,
        license=safe_url(text(f"{_DC}rights")),
        withdrawn=bool(_WITHDRAWN.match(abstract)),
    )
    return Announced(type, paper)


def _authors(entry: etree._Element) -> tuple[str, ...]:
    """Return the names, which stand in one line with commas between, perhaps with affiliations and accents in TeX."""
    told = [creator.text or "" for creator in entry.iterfind(f"{_DC}creator")]
    names = [name for line in told for name in _AUTHORS.split(line)]
    names += [name.text or "" for name in entry.iterfind(f"{ATOM}author/{ATOM}name")]
    return tuple(dict.fromkeys(filter(None, (plain_line(readable(_AFFILIATION.sub("", name))) for name in names))))


class KeptAnnouncements:
    """Keeps the feeds of the last days as files, so that all boards and processes together ask once a day."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self._url = url

    def of_day(self, day: date, categories: Collection[str]) -> Announcements | None:
        """Return what is kept of a day, when that is about all of these categories and not empty."""
        wanted = frozenset(code.lower() for code in categories)
        kept = [one for path in sorted(self.folder.glob("*.json")) if (one := self._read(path, day))]
        kept = [one for one in kept if one.papers and not wanted.isdisjoint(one.categories)]
        whole = [one for one in kept if one.complete]
        kept = whole if wanted <= _covered(whole) else kept
        if not wanted <= _covered(kept):
            return None
        return joined(kept)

    def last(self, categories: Collection[str]) -> Announcements | None:
        """Return what came last when exactly these categories were asked for."""
        return self._read(self._path(categories))

    def put(self, categories: Collection[str], announced: Announcements) -> None:
        """Keep what came. A full disk or a read-only folder only means that it is asked again."""
        import orjson

        document = {
            "format": _FORMAT,
            "url": self._url,
            "day": announced.day.isoformat(),
            "categories": sorted(announced.categories),
            "papers": [[one.type, compact_paper(one.paper)] for one in announced.papers],
            "cut": announced.cut,
            "unreadable": announced.unreadable,
            "etag": announced.etag,
            "modified": announced.modified,
        }
        with suppress(OSError):
            files.write_own(self._path(categories), orjson.dumps(document))
            kept = sorted(self.folder.glob("*.json"), key=lambda path: path.lstat().st_mtime)
            for path in kept[:-_KEPT_FILES]:
                path.unlink()

    def _path(self, categories: Collection[str]) -> Path:
        return file_of(self.folder, [self._url, *sorted(code.lower() for code in categories)])

    def _read(self, path: Path, day: date | None = None) -> Announcements | None:
        """Read a file; `None` when it is damaged, or of another day than the one wanted."""
        import orjson

        try:
            document = orjson.loads(files.read_file(path, own=True))
            if document["format"] != _FORMAT or document["url"] != self._url:
                return None
            if day and document["day"] != day.isoformat():
                return None
            problems: list[str] = []
            papers = tuple(_kept_paper(item, problems) for item in document["papers"])
            announced = Announcements(
                day=date.fromisoformat(document["day"]),
                categories=frozenset(map(str, document["categories"])),
                papers=papers,
                cut=bool(document["cut"]),
                unreadable=int(document["unreadable"]),
                etag=str(document["etag"]),
                modified=str(document["modified"]),
            )
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return announced if not problems and all(one.paper.arxiv_id for one in papers) else None


def _covered(kept: Iterable[Announcements]) -> frozenset[str]:
    return frozenset().union(*(one.categories for one in kept))


def joined(parts: Sequence[Announcements]) -> Announcements:
    """Put together what was announced on one day in several categories."""
    return Announcements(
        day=min(one.day for one in parts),
        categories=_covered(parts),
        papers=tuple(united([paper for one in parts for paper in one.papers])),
        cut=any(one.cut for one in parts),
        unreadable=sum(one.unreadable for one in parts),
    )


def _kept_paper(item: Any, problems: list[str]) -> Announced:
    type, paper = item
    if type not in TYPES or not isinstance(paper, dict):
        raise ValueError(type)
    return Announced(type, paper_from_document(paper, problems))
