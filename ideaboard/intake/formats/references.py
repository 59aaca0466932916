"""What managers of references export beside BibTeX and RIS: CSL JSON, and Zotero's table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ideaboard.intake.cards import Imported, Source
from ideaboard.intake.entries import BibEntry, plain_name
from ideaboard.intake.formats.bibtex import read_entries

_COLUMNS = {
    "journal": "publicationtitle",
    "year": "publicationyear",
    "abstract": "abstractnote",
    "keywords": "manualtags automatictags",
    "note": "notes extra",
    "month": "date",
    "urldate": "accessdate",
}
"""Which columns of Zotero make which field."""
_MEMBERS = {"container-title": "journal", "DOI": "doi", "URL": "url", "keyword": "keywords", "page": "pages"}
"""Which members of CSL JSON make which field, where the names differ."""
_READ_ELSEWHERE = ("id", "type", "author", "editor", "issued", "accessed")


def fits_zotero(source: Source) -> bool:
    return bool(source.rows) and {"key", "itemtype", "author", "title"} <= set(map(plain_name, source.rows[0]))


def fits_csl(source: Source) -> bool:
    return isinstance(source.json, list) and any(
        isinstance(one, dict) and "type" in one and ("date-parts" in _part(one, "issued") or _people(one, "author"))
        for one in source.json[:100]
    )


def read_zotero(source: Source) -> Imported:
    """Read the table that Zotero exports: one item a row, with several authors, tags and notes in a cell."""
    head = [plain_name(name) for name in source.rows[0]]
    return read_entries((_of_row(dict(zip(head, row, strict=False))) for row in source.rows[1:]), source)


def read_csl(source: Source) -> Imported:
    """Read CSL JSON (https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables)."""
    return read_entries((_of_item(one) for one in source.json if isinstance(one, dict)), source)


def _of_row(cells: Mapping[str, str]) -> BibEntry:
    left = {name: value.strip() for name, value in cells.items() if value.strip()}
    key = left.pop("key", "")
    left.pop("itemtype", None)
    fields: dict[str, str] = {}
    for name in ("author", "editor"):
        fields[name] = _joined(map(str.strip, left.pop(name, "").split(";")))
    for field, names in _COLUMNS.items():
        fields[field] = "; ".join(left.pop(name) for name in names.split() if name in left)
    return _entry(key, {**left, **fields})


def _of_item(item: Mapping[str, Any]) -> BibEntry:
    issued = _part(item, "issued")
    dates = issued.get("date-parts")
    first = dates[0] if isinstance(dates, list) and dates else None
    year = first[0] if isinstance(first, list) and first else issued.get("raw")
    fields = {name: _joined(_people(item, name)) for name in ("author", "editor")} | {"year": str(year or "")}
    for name, value in item.items():
        if name not in _READ_ELSEWHERE and value not in (None, "", [], {}):
            fields[_MEMBERS.get(name, name)] = value if isinstance(value, str) else json.dumps(value)
    return _entry(str(item.get("id") or ""), fields)


def _entry(key: str, fields: Mapping[str, str]) -> BibEntry:
    return BibEntry(key, {name: value for name, value in fields.items() if value}, tex=False)


def _joined(names: Iterable[str]) -> str:
    """Return names as BibTeX has them, one with an `and` in it in braces."""
    whole = (f"{{{name}}}" if re.search(r"\band\b", name) and name[0] != "{" else name for name in names if name)
    return " and ".join(whole)


def _part(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = item.get(name)
    return part if isinstance(part, dict) else {}


def _people(item: Mapping[str, Any], name: str) -> list[str]:
    listed = item.get(name)
    people = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    whole = [", ".join(str(one[part]) for part in ("family", "given") if one.get(part)) for one in people]
    literal = (f"{{{one['literal']}}}" if one.get("literal") else "" for one in people)
    return [name or other for name, other in zip(whole, literal, strict=True)]
