"""The papers that a text names, found by its structure: BibTeX, RIS, a table, JSON, or free text.

In a structured entry some fields say which paper is meant; an abstract, keywords or a file name only mention others.
Every entry that names no paper on arXiv is told by its name, and so is whatever looks like an identifier and is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ideaboard.core.foreign_json import DAMAGED, TooDeep, read_json, read_json_lines
from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput
from ideaboard.intake.entries import BibEntry, bibtex_entries, has_bibtex, is_ris, plain_fields, plain_name, ris_entries
from ideaboard.intake.rows import rows_in
from ideaboard.papers.identifiers import OLD_ARCHIVES, ArxivId, find_dois, find_ids, id_hint

# What says which paper an entry is, in the order of trust; names are lower case, letters and digits only.
_OWN = re.compile("eprint|arxiv(?:id|ids|url|link|number|no|paper|preprint|identifier)?")
_ADDRESS = re.compile(".*doi|.*ur[il]s?[0-9]*|.*links?[0-9]*|pdf|howpublished|entryid|id")
_WHERE = ("journal", "journaltitle", "volume", "number", "eid", "pages", "publisher", "containertitle")
_NOTES = ("note",)
_TITLES = ("title", "name", "shorttitle")
_ARCHIVES = ("primaryclass", "eprintclass", "archive", "archiveprefix", "eprinttype")
# A note may cite another paper; it names this one only where it begins with the address.
_NOTE = re.compile(
    r"\W*(?:(?:also|available|preprint|e-?print|version|at|as|on|from|url|href)\W+)*(?:https?://(?:\w+\.)?arxiv|arxiv)",
    re.IGNORECASE,
)
_NEAR = re.compile(
    r"(?:arxiv(?:\.org/(?:abs|pdf)/|\W{1,3}))?(?:[0-9]{3,5}\.[0-9]{3,6}|[0-9]{7})(?:v[0-9]+)?", re.IGNORECASE
)
# Mendeley wrote these on countless papers of which it knew nothing: one library has the first on six of them.
_NOT_MEANT = ("1011.1669", "gr-qc/9809069", "10.1017/cbo9781107415324.004")
_NAMED_AT_MOST = 10


class Papers(NamedTuple):
    """What a text names."""

    ids: tuple[ArxivId, ...] = ()
    unread: tuple[str, ...] = ()
    """A sentence for each sort of entry, and for each near miss, that gave no paper."""
    dois: tuple[str, ...] = ()
    """The publisher's DOIs of papers of which it names no arXiv id."""


class Entry(NamedTuple):
    """One entry of a structured text."""

    name: str
    """What to call it in a sentence."""
    fields: Mapping[str, str]
    """Its fields by plain names; the key of BibTeX under no name."""


def papers_in(text: str) -> Papers:
    """Find the papers that a text names, each once, in the order of first mention."""
    found: dict[str, str] = {}
    silent: list[str] = []
    near: dict[str, None] = {}
    dois: dict[str, None] = {}
    entries = 0
    for part in parts_in(text):
        if isinstance(part, str):
            ids = find_ids(part)
            near.update(dict.fromkeys(_near_misses(part)))
            dois.update(dict.fromkeys(find_dois(part) if not ids else ()))
        else:
            entries += 1
            ids = paper_of(part.fields)
            if not ids:
                named = dois_of(part.fields)
                dois.update(dict.fromkeys(named))
                silent += [] if named else [part.name]
        for id in ids:
            found[id.id] = found.get(id.id) or id.version
    unread = list(near)
    if silent:
        listed = ", ".join(silent[:_NAMED_AT_MOST])
        if more := silent[_NAMED_AT_MOST:]:
            listed += f" and {len(more)} more"
        what = "entry" if entries == 1 else "entries"
        unread.append(f"no paper on arXiv in {len(silent)} of {entries} {what}: {listed}")
    return Papers(tuple(ArxivId(*one) for one in found.items()), tuple(unread), tuple(dois))


def parts_in(text: str) -> Iterator[str | Entry]:
    """Divide a text into structured entries, and what is free text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    start = text.lstrip()[:1]
    if start and start in "[{" and (data := _json(text)) is not None:
        yield from _json_parts(data)
    elif is_ris(text):
        yield from _entry_parts(ris_entries(text))
    elif has_bibtex(text):
        yield from _entry_parts(bibtex_entries(text))
    else:
        yield from _table_parts(text) or [text]


def paper_of(fields: Mapping[str, str]) -> list[ArxivId]:
    """Return the paper that an entry is, by the first fields that say it."""
    archives = [fields.get(name, "").partition(".")[0].lower() for name in _ARCHIVES]
    prefix = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower()
    of_arxiv = prefix.startswith("arxiv") or prefix in OLD_ARCHIVES
    named: list[ArxivId] = []
    for name, value in fields.items():
        if not _OWN.fullmatch(name) or (name == "eprint" and not of_arxiv):
            continue
        archive = next((one for one in archives if one in OLD_ARCHIVES), "")
        if archive and re.fullmatch(r"[0-9]{7}(v[0-9]+)?", value):
            value = f"{archive}/{value}"
        found = find_ids(value if "://" in value else re.sub(r"(^|[\s,;])(?=[0-9a-z])", r"\1arXiv:", value))
        named += [id for id in found if id.id not in _NOT_MEANT]
    if named:
        return named
    for name, value in fields.items():
        if _ADDRESS.fullmatch(name) and (ids := find_ids(value)):
            return ids
    for name in (*_WHERE, *_NOTES):
        value = fields.get(name, "")
        if _NOTE.match(value) if name in _NOTES else re.search(r"arxiv|\babs/", value, re.IGNORECASE):
            ids = find_ids(value)
            if len(ids) == 1:
                return ids
    return find_ids(key) if (key := fields.get("", "")).lower().startswith("dblp:journals/corr/") else []


def dois_of(fields: Mapping[str, str]) -> list[str]:
    """Return the publisher's DOI of an entry, by the first field that has one."""
    for name in ("doi", *fields):
        if name == "doi" or _ADDRESS.fullmatch(name):
            dois = [doi for doi in find_dois(fields.get(name, "")) if doi.lower() not in _NOT_MEANT]
            if dois:
                return dois[:1]
    return []


def _near_misses(text: str) -> Iterator[str]:
    """Give what stands alone, or under arXiv's name, as an identifier would and is none, with what is wrong."""
    for line in text.splitlines():
        words = line.split()
        for word in re.split(r"[\s,;]+", line):
            bare = word.strip("()[]<>.\"'")
            named = bare.lower().startswith("arxiv")
            if (named or len(words) == 1) and _NEAR.fullmatch(bare) and not find_ids(line):
                yield f"there is no arXiv id in '{clean_line(bare)}': {id_hint(bare)}"


def _name(title: str, or_else: str) -> str:
    title = clean_line(title)
    return f"'{title[:60]}{'…' if title[60:] else ''}'" if title else or_else


def _entry_parts(entries: Iterable[str | BibEntry]) -> Iterator[str | Entry]:
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            fields = plain_fields(entry)
            yield Entry(clean_line(entry.key)[:60] or _name(fields.get("title", ""), "one without a key"), fields)


# JSON and tables


def _json(text: str) -> Any:
    try:
        return read_json(text, exact=True)
    except TooDeep:
        raise InvalidInput("the JSON is nested too deeply", "give a list of entries") from None
    except ValueError:
        return _json_lines(text) if text.lstrip().startswith("{") else None


def _json_lines(text: str) -> list[Any] | None:
    """Read one entry a line; a line that is damaged is an entry that says so. None when hardly any is JSON."""
    lines = [*read_json_lines(text, exact=True)]
    bad = sum(one is DAMAGED for _, one in lines)
    entries = [{"title": f"line {number}, which is not JSON"} if one is DAMAGED else one for number, one in lines]
    return entries if bad * 2 <= len(entries) else None


def _json_parts(data: Any) -> Iterator[str | Entry]:
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list)]
        inner = max(lists, key=len, default=[])
        # The lists of what is a paper itself are what it cites.
        data = inner if any(isinstance(one, dict) for one in inner) and not paper_of(_json_fields(data)) else [data]
    for number, one in enumerate(data, 1):
        if isinstance(one, dict):
            fields = _json_fields(one)
            yield Entry(_name(fields.get("title", ""), f"number {number}"), fields)
        elif isinstance(one, str | int):
            yield str(one)


def _json_fields(one: Mapping[str, Any]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for key, value in one.items():
        pairs = value.items() if isinstance(value, dict) else [(key, value)]
        for name, inner in pairs:
            if isinstance(inner, str | int):
                fields.setdefault(plain_name(name), str(inner))
    return fields


def _table_parts(text: str) -> list[str | Entry] | None:
    """Read a table with a head that names what is known here, or one in which every row names a paper."""
    try:
        rows = rows_in(text)
    except InvalidInput:
        return None
    if len(rows) < 2 or any(len(row) != len(rows[0]) for row in rows):
        return None
    head = [plain_name(name) for name in rows[0]]
    if not find_ids("\n".join(rows[0])) and any(
        name in (*_TITLES, *_WHERE) or _OWN.fullmatch(name) or _ADDRESS.fullmatch(name) for name in head
    ):
        named = [dict(zip(head, row, strict=True)) for row in rows[1:]]
        return [
            Entry(_name(next((row[one] for one in _TITLES if row.get(one)), ""), f"row {number}"), row)
            for number, row in enumerate(named, 2)
        ]
    return ["\n".join(row) for row in rows] if all(find_ids("\n".join(row)) for row in rows) else None
