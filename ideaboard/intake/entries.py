"""Bibliographies as entries with fields: BibTeX, and RIS under the names that BibTeX has for the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

# An entry may stand anywhere, but one whose brace is missing ends at the latest where a line begins with the next.
_ENTRY = re.compile(r"(?<![\w.])@[ \t]*(\w+)[ \t]*\{|^[ \t>]*@(\w+)\(", re.MULTILINE)
_NEXT_ENTRY = re.compile(r"^[ \t>]*@[ \t]*\w+[ \t]*[{(]", re.MULTILINE)
_SKIPPED = ("comment", "preamble")
_BRACE, _JOINED = re.compile(r"[{})]"), re.compile(r"\s*#\s*")
_QUOTE_ENDS, _WORD_ENDS = re.compile(r'"\s*(?=[,#]|$)'), re.compile(r"[,#\s]|$")
_FIELD = re.compile(r"(?<![\w.:-])([\w.:-]+)\s*=\s*")
# Mendeley spells an address as text: `10.1007/978-3-319-24574-4{\_}28`.
_CHARACTER = r"\\([_%&#~]|text(?:underscore|asciitilde|percent)(?![A-Za-z]))(?:\{\})?"
_SPELLED = re.compile(rf"\{{{_CHARACTER}\}}|{_CHARACTER}")
_MEANT = {"textunderscore": "_", "textasciitilde": "~", "textpercent": "%"}
_BRACES, _BETWEEN_BRACES = re.compile("[{}]"), re.compile(r"\}\s*\{")
# The tags of RIS by the fields of BibTeX, the better one first where several say the same
# (https://en.wikipedia.org/wiki/RIS_(file_format)#Tags, and what Zotero and EndNote write).
_RIS_FIELDS = {
    "title": "TI T1 CT",
    "booktitle": "BT",
    "author": "AU A1",
    "editor": "ED A2",
    "year": "PY Y1",
    "month": "DA",
    "journal": "T2 JF JO JA J1 J2",
    "volume": "VL",
    "number": "IS M1",
    "publisher": "PB",
    "address": "CY",
    "doi": "DO DI",
    "url": "UR LK L2",
    "abstract": "AB N2",
    "keywords": "KW",
    "note": "N1 RN",
    "file": "L1",
    "type": "M3",
    "issn": "SN",
    "edition": "ET",
    "shorttitle": "ST",
    "langid": "LA",
    "urldate": "Y2",
    "database": "DB DP",
}
_RIS_JOINS = {"keywords": ";", "url": " ", "note": "\n\n"}
"""What to put between the values of tags that may stand there several times."""
_RIS_BEGINS = re.compile(r"^[ \t]*TY([ \t]{1,3}-)(?=[ \t]*[A-Z]*[ \t]*$)", re.MULTILINE)


# BibTeX


class BibEntry(NamedTuple):
    """An entry, with the values of its fields as they were written."""

    key: str
    fields: Mapping[str, str]
    tex: bool = True
    """Whether the values are TeX."""
    closed: bool = True
    """Whether its last brace is there: without it nobody knows where a field ends."""


def has_bibtex(text: str) -> bool:
    """Tell whether there is an entry of BibTeX in a text."""
    return bool(_ENTRY.search(text))


def bibtex_entries(text: str) -> Iterator[str | BibEntry]:
    """Divide BibTeX into its entries, abbreviations put in, and the free text between them."""
    strings: dict[str, str] = {}
    at = 0
    while match := _ENTRY.search(text, at):
        yield _without_comments(text[at : match.start()])
        following = _NEXT_ENTRY.search(text, match.end())
        limit = following.start() if following else len(text)
        body, at = _braced(text, match.end() - 1, limit)
        type = (match[1] or match[2]).lower()
        if type == "string":
            strings |= {name.lower(): value for name, value in _bibtex_fields(body, strings).items()}
        elif type not in _SKIPPED:
            closed = len(body) < at - match.end()
            key, _, rest = body.partition(",") if "=" not in body.partition(",")[0] else ("", "", body)
            key = key if closed else key or body.partition("=")[0]
            yield BibEntry(key.strip(), _bibtex_fields(rest, strings), closed=closed)
    yield _without_comments(text[at:])


def plain_fields(entry: BibEntry) -> dict[str, str]:
    """Return the fields of an entry without braces, on one line, by plain names; the key under no name."""
    fields = {"": entry.key}
    for name, value in entry.fields.items():
        if entry.tex and "\\" in value:
            value = _SPELLED.sub(_spelled, value)
            value = re.sub(r"\\[A-Za-z]+\s*\{", " ", value)
        if entry.tex and ("{" in value or "}" in value):
            value = _BRACES.sub("", _BETWEEN_BRACES.sub(" ", value))
        fields.setdefault(plain_name(name), " ".join(value.split()))
    return fields


def _spelled(match: re.Match[str]) -> str:
    name: str = match[1] or match[2]
    return _MEANT.get(name, name)


def _without_comments(text: str) -> str:
    return re.sub(r"^[ \t]*%.*$", "", text, flags=re.MULTILINE)


def _braced(text: str, at: int, limit: int) -> tuple[str, int]:
    """Return what stands between a brace and its partner, and where to go on; at the latest at the limit."""
    close = ")" if text[at] == "(" else "}"
    depth = 0
    for match in _BRACE.finditer(text, at + 1, limit):
        if match[0] == close and depth == 0:
            return text[at + 1 : match.start()], match.end()
        depth += {"{": 1, "}": -1}.get(match[0], 0)
    return text[at + 1 : limit], limit


def _bibtex_fields(body: str, strings: Mapping[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    at = 0
    while match := _FIELD.search(body, at):
        at = match.end()
        pieces: list[str] = []
        while True:
            if body[at : at + 1] == "{":
                piece, at = _braced(body, at, len(body))
            elif body[at : at + 1] == '"':
                end = _QUOTE_ENDS.search(body, at + 1)
                piece, at = body[at + 1 : end.start() if end else len(body)], end.end() if end else len(body)
            else:
                end = _WORD_ENDS.search(body, at)
                piece, at = body[at : end.start() if end else len(body)], end.start() if end else len(body)
                piece = strings.get(piece.lower(), piece)
            pieces.append(piece)
            joined = _JOINED.match(body, at)
            if not joined:
                break
            at = joined.end()
        fields.setdefault(match[1], "".join(pieces))
    return fields


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """Fold the name of a field or column: letters and digits of any language."""
    return re.sub(r"[\W_]", "", name.casefold())


# RIS


def is_ris(text: str) -> bool:
    """Tell whether a text is RIS; some publishers put lines of their own before the first record."""
    begins = _RIS_BEGINS.search(text[:200_000])
    return bool(begins) and not _NEXT_ENTRY.search(text, 0, begins.start() if begins else 0)


def ris_entries(text: str) -> Iterator[str | BibEntry]:
    """Divide RIS into its records, and the free text around them.

    A record ends with `ER`, where the next one begins, or with the text. A line without a tag goes on with the one
    before.
    """
    begins = _RIS_BEGINS.search(text)
    # Two blanks before the dash are the rule; a file with another number has it everywhere.
    line_of = re.compile(rf"[ \t]*([A-Z][A-Z0-9]{{1,3}}){re.escape(begins[1]) if begins else ''}(?:[ \t]*(.*))")
    record: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        tag, value = match.groups() if (match := line_of.fullmatch(line)) else ("", line)
        if tag in ("TY", "ER"):
            if record:
                yield _ris_entry(record)
            record = [(tag, [value])] if tag == "TY" else []
        elif not record:
            yield line
        elif tag:
            record.append((tag, [value]))
        else:
            record[-1][1].append(line)
    if record:
        yield _ris_entry(record)


def _ris_entry(record: Iterable[tuple[str, list[str]]]) -> BibEntry:
    said: dict[str, list[str]] = {}
    for tag, lines in record:
        if value := "\n".join(map(str.strip, lines)).strip():
            said.setdefault("DO" if tag == "M3" and value.startswith("10.") else tag, []).append(value)
    fields: dict[str, str] = {}
    for name, tags in _RIS_FIELDS.items():
        there = [tag for tag in tags.split() if tag in said]
        # What stands under several tags is there several times, or once in another form.
        values = [value for tag in there[: None if name in _RIS_JOINS else 1] for value in said.pop(tag)]
        if name in ("author", "editor"):
            fields[name] = " and ".join(map(_ris_person, values))
        else:
            fields[name] = _RIS_JOINS.get(name, "; ").join(dict.fromkeys(values))
    pages = [one for tag in ("SP", "EP") for one in said.pop(tag, [])[:1]]
    dated = re.match("[0-9]{4}", fields["year"] or fields["month"])
    fields |= {"pages": "-".join(pages)} | ({"year": dated[0]} if dated else {})
    fields["title"] = fields["title"] or fields.pop("booktitle")
    key = said.pop("ID", [""])[0]
    rest = {tag.lower(): "; ".join(values) for tag, values in said.items() if tag != "TY"}
    return BibEntry(key, {name: value for name, value in (fields | rest).items() if value}, tex=False)


def _ris_person(name: str) -> str:
    """Return a name as BibTeX has it: what comes after the given name before it, one with an `and` in it in braces."""
    parts = re.sub("[{}]", "", name).split(",")
    bare = ",".join([parts[0], *parts[2:], parts[1]]) if len(parts) > 2 else ",".join(parts)
    return f"{{{bare}}}" if re.search(r"\sand\s", bare) else bare
