"""Looks at the bytes of an answer before the `arxiv` package does, which reads anything and complains of nothing.

What comes out is a complete feed of arXiv's API that the package reads entry by entry as it was meant, with the facts
that the package drops. Anything else is one of the errors in `ideaboard.papers.arxiv.problems`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ideaboard.core.ideas import Paper
from ideaboard.core.text import fold, one_line
from ideaboard.papers.arxiv.problems import CutFeed, NotAFeed, QueryRefused

if TYPE_CHECKING:
    from arxiv import Result  # type: ignore[import-untyped] # the package ships no types
    from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
_OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"

_TEXTS = (
    *(f"{ATOM}{name}" for name in ("title", "summary", "name")),
    *(f"{ARXIV}{name}" for name in ("comment", "journal_ref", "doi")),
)

_ERRORS = re.compile(r"/api/errors(?:[#/?]|\s*$)")
"""What the id of the one entry of an error feed has in it, with a name of the error behind it or without."""

_HEAD = 2048
_WORDS_LIMIT = 300

_NUMBER = re.compile("[0-9]{1,12}")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_PAGE_TITLE = re.compile(rb"<title[^>]{0,99}>([^<]*)<", re.IGNORECASE)
_TITLE_LIMIT = 100
_TITLE = re.compile(
    r"\s*arxiv query:\s*search_query=(?P<query>.*)&id_list=(?P<ids>[^&]*)"
    r"(?:&start=(?P<start>[0-9]{1,9}))?(?:&max_results=(?P<size>[0-9]{1,9}))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_NOT_XML = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Feed:
    """A complete feed."""

    body: bytes
    """What the `arxiv` package may read."""
    entries: int
    total: int
    query: str
    """The query as arXiv understood it; empty when only ids were asked for."""
    ids: tuple[str, ...]
    start: int | None
    size: int | None

    def is_about(self, query: str, ids: Sequence[str], start: int, size: int) -> bool:
        """Say whether the feed's title names this question.

        arXiv has some freedom in how it reads a query: it adds fields and operators, leaves out blanks, and rewrites
        dates. So every word that was asked must be in what was read, or the other way round; the rest must agree.
        """
        if self.start not in (None, start) or self.size not in (None, size):
            return False
        if {id.casefold() for id in self.ids} != {id.casefold() for id in ids}:
            return False
        asked, read = _words(query), _words(self.query)
        return _all_in(asked, self.query) or (bool(read) and _all_in(read, query))


_WORD = re.compile(r"[^\W_]+")
_NO_WORDS = frozenset({"and", "or", "andnot", "not", "to"})
_FIELDS = re.compile(r"\b(?:submittedDate|lastUpdatedDate|ti|title|au|abs|co|jr|cat|rn|id|doi|all):", re.IGNORECASE)
_DATES = re.compile(r"\[[^\]]*\]|\"\s*\d+\s*TO\s*\d+\s*\"", re.IGNORECASE)


def _words(query: str) -> set[str]:
    return set(_WORD.findall(fold(_FIELDS.sub(" ", _DATES.sub(" ", query))))) - _NO_WORDS


def _all_in(words: set[str], query: str) -> bool:
    squeezed = "".join(_WORD.findall(fold(query)))
    return all(word in squeezed for word in words)


def read_feed(body: bytes) -> Feed:
    """Check an answer and take out what the package drops.
    Raises `CutFeed` when it is empty or stops before its end; `NotAFeed` when it is a web page, not XML, or another
    feed than one of arXiv's API; `QueryRefused` when it is arXiv's error feed, with arXiv's own words.
    """
    check_ends(body)
    root, body = parse_xml(body)
    if root.getroottree().docinfo.internalDTD is not None:
        raise defines_entities()
    if words := _error_words(root):
        raise refused(words)
    title = _TITLE.fullmatch(root.findtext(f"{ATOM}title") or "")
    if title is None:
        raise NotAFeed("a feed came back that is not one of arXiv's search")
    entries = root.findall(f"{ATOM}entry")
    changed = [_make_readable(entry) for entry in entries]
    if any(changed):
        from lxml import etree

        body = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    total = (root.findtext(f"{_OPENSEARCH}totalResults") or "").strip()
    return Feed(
        body=body,
        entries=len(entries),
        total=int(total) if _NUMBER.fullmatch(total) else 0,
        query=" ".join(title["query"].split()),
        ids=tuple(part.strip() for part in title["ids"].split(",") if part.strip()),
        start=int(title["start"]) if title["start"] else None,
        size=int(title["size"]) if title["size"] else None,
    )


def refused(words: str) -> QueryRefused:
    return QueryRefused(f"arXiv did not accept the question: {words}", "change the query or the ids")


def words_of_error(body: bytes) -> str:
    """Return arXiv's own sentence out of the body of an error answer, or nothing when there is none."""
    try:
        check_ends(body)
        return _error_words(parse_xml(body)[0])
    except (CutFeed, NotAFeed):
        return ""


def _error_words(root: etree._Element) -> str:
    """Return the sentence of an error feed, or nothing when the feed is none."""
    for entry in root.iterfind(f"{ATOM}entry"):
        if _ERRORS.search(entry.findtext(f"{ATOM}id") or ""):
            return (one_line(entry.findtext(f"{ATOM}summary") or "") or "it gave no reason")[:_WORDS_LIMIT]
    return ""


def check_ends(body: bytes) -> None:
    text = body.strip(b"\xef\xbb\xbf \t\r\n")
    if not text:
        raise CutFeed("arXiv sent an empty answer")
    head = text[:_HEAD]
    top = head.find(b"<feed")
    if top < 0:
        if _HTML.search(head):
            said = f' (it says "{words}")' if (words := _title_of(head)) else ""
            raise NotAFeed(f"arXiv sent a web page instead of an answer, as it does during maintenance{said}")
        raise NotAFeed("what came back from arXiv is not a feed")
    if b"<!" in head[:top].replace(b"<!--", b""):
        raise defines_entities()
    if not text.endswith(b"</feed>"):
        raise CutFeed("arXiv's answer broke off before its end")


def _title_of(page: bytes) -> str:
    found = _PAGE_TITLE.search(page)
    return one_line(html.unescape(found[1].decode("utf-8", "replace")))[:_TITLE_LIMIT].strip() if found else ""


def defines_entities() -> NotAFeed:
    return NotAFeed("the answer defines entities of its own, which arXiv never does; it was not read")


def parse_xml(body: bytes) -> tuple[etree._Element, bytes]:
    """Parse strictly; where that fails, once more with bare ampersands and control characters put right."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=False)
    try:
        return etree.fromstring(body, parser), body
    except etree.XMLSyntaxError:
        body = _BARE_AMPERSAND.sub(b"&amp;", _NOT_XML.sub(b"", body))
    try:
        return etree.fromstring(body, parser), body
    except etree.XMLSyntaxError as error:
        raise NotAFeed("arXiv's answer is damaged and cannot be read as XML") from error


_NO_DATE = "1900-01-01T00:00:00Z"
"""Stands for a date that is missing or cannot be read; arXiv began in 1991."""
_FIRST_YEAR = 1991


def _make_readable(entry: etree._Element) -> bool:
    """Change an entry so that the package reads it whole; say whether it was changed."""
    changed = False
    for tag in (f"{ATOM}published", f"{ATOM}updated"):
        for date in entry.findall(tag):
            if not _is_date(date.text):
                # The package fails on the whole page for one such date.
                entry.remove(date)
                changed = True
        if entry.find(tag) is None:
            # It would leave out the entry without a word.
            entry.append(entry.makeelement(tag, {}))
            entry[-1].text = _NO_DATE
            changed = True
    for element in list(entry.iter(*_TEXTS)):
        if len(element):
            # The package reads text up to the first markup inside it and drops the rest.
            text = "".join(str(part) for part in element.itertext("*"))
            element[:] = []
            element.text = text
            changed = True
    return changed


def _is_date(text: str | None) -> bool:
    try:
        datetime.fromisoformat((text or "").strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


# A feed names its papers in one form only, and is right about what exists; so this is no place for `parse_id`,
# which judges what people paste.
_ENTRY_ID = re.compile(
    r"(?:.*/abs/)?(?:(?P<new>\d{4}\.\d{4,5})|(?P<archive>[a-z-]+)(?:\.[a-z-]+)?/(?P<number>\d{7}))(?P<version>v\d+)?",
    re.IGNORECASE | re.ASCII,
)
_WITHDRAWN = re.compile(r"\bwithdrawn\b", re.IGNORECASE)


def split_id(text: str) -> tuple[str, str] | None:
    """Split an entry's id, or a bare one, into the canonical id and its version (or nothing).

    The archive is lower case and the subject class is dropped: `math.GT/0309136v2` is `math/0309136` and `v2`.
    Returns `None` for what names no paper.
    """
    match = _ENTRY_ID.fullmatch(text.strip())
    if match is None:
        return None
    id = match["new"] or f"{match['archive'].lower()}/{match['number']}"
    return id, (match["version"] or "").lower()


def to_paper(result: Result) -> Paper | None:
    """Return the paper that a result describes, or `None` when its id names none."""
    named = split_id(result.entry_id)
    if named is None:
        return None
    comment = plain_line(result.comment)
    abstract = plain_line(result.summary)
    # Only words with a point inside can be links; the few that are left cost a tenth of the whole abstract.
    links = code_links(" ".join(word for word in f"{comment} {abstract}".split() if "." in word[:-1]))
    return Paper(
        arxiv_id=named[0],
        version=named[1],
        title=plain_line(result.title),
        authors=tuple(name for author in result.authors if (name := plain_line(author.name))),
        abstract=abstract,
        primary_category=plain_line(result.primary_category),
        categories=tuple(dict.fromkeys(name for term in result.categories if (name := plain_line(term)))),
        published=_moment(result.published),
        updated=_moment(result.updated),
        comment=comment or None,
        journal_ref=plain_line(result.journal_ref) or None,
        doi=plain_line(result.doi) or None,
        code_url=links[0] if links else None,
        withdrawn=bool(_WITHDRAWN.search(comment)),
    )


def plain_line(text: str | None) -> str:
    return one_line(" ".join(text.split())) if text else ""


def _moment(when: datetime) -> str | None:
    return (
        None
        if when.year < _FIRST_YEAR
        else when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    )


_CODE_HOSTS = (
    r"(?:gist\.)?github\.com|gitlab\.[a-z.-]+|[a-z0-9.-]*\.gitlab\.io|bitbucket\.org|codeberg\.org|gitee\.com|git\.sr\.ht"
    r"|huggingface\.co|hf\.co|zenodo\.org|sourceforge\.net|anonymous\.4open\.science|codeocean\.com|osf\.io"
    r"|doi\.org/10\.5281|[a-z0-9-]+\.github\.io"
)
_LINK = re.compile(
    rf"(?<![\w@./-])(?:https?://)?(?:www\.)?(?P<host>{_CODE_HOSTS})(?P<path>/[^\s<>\"'`{{}}|^\x00-\x1f]*)?",
    re.IGNORECASE,
)
_NOT_CODE = re.compile(r"^(?:huggingface\.co|hf\.co)/papers(?:/|$)", re.IGNORECASE)
_PAGES = re.compile(r"\.(?:github|gitlab)\.io$", re.IGNORECASE)
_TRAILING = ".,;:!?'\"*_~]>\\"


def code_links(text: str) -> list[str]:
    """Find links to code, models and archived software, in order, project pages last; all `https` or `http`."""
    links: list[str] = []
    pages: list[str] = []
    for match in _LINK.finditer(text.replace("\\_", "_").replace("\\%", "%").replace("\\#", "#")):
        host = match["host"]
        is_page = bool(_PAGES.search(host))
        link = _trim(match.group())
        bare = re.sub(r"^https?://", "", link, flags=re.IGNORECASE)
        if _NOT_CODE.match(bare) or (not is_page and len(_trim(match["path"] or "").strip("/")) == 0):
            continue
        url = link if bare != link else f"https://{link}"
        chosen = pages if is_page else links
        if url not in chosen:
            chosen.append(url)
    return links + pages


def _trim(link: str) -> str:
    """Take off the punctuation of the sentence, and a closing bracket that was opened before the link."""
    while link and (link[-1] in _TRAILING or (link[-1] == ")" and link.count("(") < link.count(")"))):
        link = link[:-1]
    return link
