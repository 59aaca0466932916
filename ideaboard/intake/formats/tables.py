"""Tables: GitHub Projects (TSV and CSV), Notion, and what spreadsheets write, with whatever between their cells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from ideaboard.core.text import counted
from ideaboard.errors import InvalidInput
from ideaboard.intake.cards import CARDS_LIMIT, Card, Imported, Source
from ideaboard.intake.entries import plain_name
from ideaboard.intake.rows import fault_in, rows_in

# What a column is, by its name without anything but letters and digits; the first that is there counts.
_COLUMNS: Mapping[str, str] = {
    "title": "title name cardname taskname task idea subject summary issue what todo item text content description "
    "titel aufgabe titre nom título titulo nombre nome naam",
    "list": "status stage list listname column columnname bucketname bucket sectioncolumn section state lane phase "
    "spalte liste étape état estado stato",
    "tags": "tags tag labels label categories category keywords topics schlagworte étiquettes etiquetas",
    "due": "due duedate duedatetime deadline dueon targetdate enddate fällig fälligkeit fälligam échéance vencimiento "
    "scadenza date",
    "url": "url link website address cardurl href",
    "notes": "notes note description desc details body content comment beschreibung notizen",
    "created": "created createdat createdtime createdon datecreated creationdate added dateadded erstellt",
    "updated": "updated updatedat lasteditedtime lastmodified modified lastactivitydate",
    "ended": "completedat completeddate closedat finishedat datecompleted completedon",
    "done": "done completed complete finished checked isdone erledigt",
    "archived": "archived closed isarchived",
    "kind": "kind",
    "key": "id taskid cardid issueid key identifier shortlink uuid",
}
_MONTHS = {  # of other languages, in the one that dateutil reads
    "jan": "januar jänner janvier enero gennaio janeiro januari",
    "feb": "februar février fevrier febrero febbraio fevereiro februari",
    "mar": "märz maerz mars marzo março marco maart mrz",
    "apr": "april avril abril aprile",
    "may": "mai mayo maggio maio mei",
    "jun": "juni juin junio giugno junho",
    "jul": "juli juillet julio luglio julho",
    "aug": "août aout agosto augustus",
    "sep": "septembre septiembre settembre setembro",
    "oct": "oktober octobre octubre ottobre outubro okt",
    "nov": "novembre noviembre novembro",
    "dec": "dezember décembre decembre diciembre dicembre dezembro dez",
    " ": "de den der le el er uhr um à h",
}
_ENGLISH = {word: month for month, words in _MONTHS.items() for word in words.split()}
_MOMENTS = ("created", "updated", "ended")
YES = frozenset(["true", "yes", "y", "x", "1", "done", "completed", "complete", "ja", "checked", "✓", "☑"])
_NO = frozenset(("", "false", "no", "n", "0"))
_NUMBERS = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-][0-9]{2,4}\b")


def _meaning(head: Iterable[str]) -> dict[str, str]:
    """Tell which columns mean what: the name of a part, by the name of its column."""
    names = {plain_name(name): name for name in reversed([*head])}
    found: dict[str, str] = {}
    for part, known in _COLUMNS.items():
        name = next((names[one] for one in known.split() if one in names and names[one] not in found), None)
        if name is not None:
            found[name] = part
    return found


def has_title(names: Iterable[str]) -> bool:
    """Tell whether one of the names says that it is what a card is called by."""
    return "title" in _meaning(names).values()


def is_table(text: str) -> bool:
    """Tell whether a text is surely a table of cards: its head names a title and more. Its rows may not fit."""
    rows = rows_in(text)
    head = rows[0] if rows else (fault_in(text, "it") or ([],))[0]
    return len(rows) != 1 and has_title(head) and len(_meaning(head)) > 1


def fits_table(source: Source) -> bool:
    if source.rows:
        return len(source.rows) > 1 and has_title(source.rows[0])
    head, fault = fault_in(source.text, source.name) or ([], None)
    if fault and has_title(head) and len(_meaning(head)) > 1:
        raise fault
    return False


def read_table(source: Source) -> Imported:
    rows = source.rows
    if len(rows) < 2:
        return Imported()
    wide = sum(len(row) > len(rows[0]) for row in rows)
    widest = max(len(row) for row in rows)
    names = [*rows[0], *[""] * widest][:widest]
    head = _distinct(name.strip() or f"column {number}" for number, name in enumerate(names, 1))
    found = cards_of([dict(zip(head, row, strict=False)) for row in rows[1:]], source)
    if wide and (fault := fault_in(source.text, source.name)):
        more = f", and {counted(wide - 1, 'more row')} so" if wide > 1 else ""
        found.remarks.append(f"{fault[1].message}{more}; cells beyond it are kept in the notes")
    plain = {plain_name(name) for name in head}
    if {"title", "url", "assignees"} <= plain or {"title", "url", "status", "repository"} <= plain:
        found.label = "a table of GitHub Projects"
    elif plain_name(head[0]) == "name" and len(plain & {"tags", "status", "created", "createdtime"}):
        found.label = "a table of Notion"
    return found


def _distinct(names: Iterable[str]) -> list[str]:
    """Number the names that stand over further columns, as Jira's do, so that no cell hides another."""
    found: dict[str, int] = {}
    for name in names:
        number, numbered = found.get(name, 0), name
        while numbered in found:
            number += 1
            numbered = f"{name} {number}"
        found |= {name: number or 1, numbered: 1}
    return [*found]


def cards_of(records: Sequence[Mapping[str, Any]], source: Source) -> Imported:
    """Make cards of records with names for their fields; what is not known goes into the notes under its name."""
    if len(records) > CARDS_LIMIT:
        raise InvalidInput(f"{source.name} has more than {CARDS_LIMIT:,} records", "give it in parts")
    names = list(dict.fromkeys(name for record in records for name in record))
    meaning = _meaning(names)
    if "title" not in meaning.values() and (name := _first_text(names, meaning, records)):
        meaning[name] = "title"
    column = {part: name for name, part in meaning.items()}
    found = Imported()
    dates = Dates(source)
    due_day_first, day_first = (
        dates.day_first(_text(record.get(column[part])) for part in parts if part in column for record in records)
        for parts in (("due",), _MOMENTS)
    )
    for record in records:
        cells = {part: record.get(name, "") for part, name in column.items()}
        cell = {part: _text(value) for part, value in cells.items()}
        unread = {name: _text(value) for name, value in record.items() if name not in meaning}
        due = dates.due(cells.get("due"), due_day_first)
        if cell.get("due") and (not due or re.search(r"→|\bto\b", cell["due"])):
            unread[column["due"]] = cell["due"]
        moments = {part: dates.moment(cells.get(part), day_first) for part in _MOMENTS}
        unread |= {column[part]: cell[part] for part, at in moments.items() if cell.get(part) and not at}
        said = {part: cell.get(part, "").casefold() for part in ("archived", "done")}
        unread |= {column[part]: cell[part] for part, word in said.items() if word not in YES | _NO}
        tags = cells.get("tags")
        found.cards.append(
            Card(
                title=" ".join(cell.get("title", "").split()),
                on="" if isinstance(cells.get("list"), bool) else " ".join(cell.get("list", "").split()),
                notes=cell.get("notes", ""),
                tags=[_text(tag) for tag in tags] if isinstance(tags, list) else _split_tags(cell.get("tags", "")),
                due=due,
                url=cell.get("url", ""),
                created=moments["created"],
                updated=moments["updated"],
                ended=moments["ended"],
                done=said["done"] in YES or bool(moments["ended"]) or cells.get("list") is True,
                archived="parked" if said["archived"] in YES else "",
                kind=cell.get("kind", ""),
                key=cell.get("key", ""),
                extra=unread,
            )
        )
    found.remarks += dates.remarks
    return found


def _first_text(names: Iterable[str], meaning: Mapping[str, str], records: Sequence[Mapping[str, Any]]) -> str:
    """Return the column to call cards by where none says so: one that ends in `name` or `title`, or has words in it."""
    left = [name for name in names if name not in meaning]
    called = (name for name in left if plain_name(name).endswith(("name", "title")))
    worded = (name for name in left if any(re.search(r"[^\W\d_]{2}", _text(one.get(name))) for one in records[:20]))
    return next(called, "") or next(worded, "")


def _split_tags(text: str) -> list[str]:
    """Read tags in one cell: with commas or semicolons between them, or as `#one #two`; else it is one."""
    if re.fullmatch(r"(?:#\S+\s*)+", text):
        return text.split()
    return [part for part in re.split(r"[,;\n|]", text) if part.strip(" #")]


def _text(value: Any) -> str:
    """Return a cell as text; what is more than that as JSON."""
    if isinstance(value, str):
        return value.strip()
    if value is None or value is False or value == []:
        return ""
    if isinstance(value, list) and all(isinstance(one, (str, int, float)) for one in value):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict, bool)) else str(value)


class Dates:
    """Reads worded and national dates, one column at a time: whether the day or the month comes first shows there."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.remarks: list[str] = []

    def day_first(self, texts: Iterable[str]) -> bool:
        """Tell whether the day comes first in a column; it is said when nothing shows it."""
        pairs = [(match, int(match[1]), int(match[2])) for text in texts if (match := _NUMBERS.match(text))]
        if any(first > 12 for _, first, _ in pairs) or any("." in match[0] for match, _, _ in pairs):
            return True
        if pairs and not any(second > 12 for _, _, second in pairs):
            said = f"dates such as {pairs[0][0][0]} are read with the month first"
            self.remarks += [said] if said not in self.remarks else []
        return False

    def day(self, value: Any, day_first: bool) -> str:
        """Return a day in ISO form; empty when it cannot be told."""
        return self._source.day(self._ended(value, day_first))

    def due(self, value: Any, day_first: bool) -> str:
        """Return the day of a due date, and count its hour."""
        return self._source.due(self._ended(value, day_first))

    def _ended(self, value: Any, day_first: bool) -> Any:
        """Return a moment, of a period its end, as a source reads it."""
        if isinstance(value, (int, float)):
            return value
        text = re.split(r"\s*(?:→|\bto\b)\s*", _text(value))[-1]
        when = None if self._source.day(text) else _worded(text, day_first)
        return when.isoformat() if when else text

    def moment(self, value: Any, day_first: bool) -> str:
        """Return a moment; empty when it cannot be told."""
        if at := self._source.moment(value):
            return at
        when = _worded(_text(value), day_first)
        return self._source.moment(when.isoformat()) if when else ""


@lru_cache(maxsize=4096)
def _worded(text: str, day_first: bool) -> datetime | None:
    # Years are said; a date without one would be of this year, and that may be wrong.
    if len(text) > 60 or not re.search(r"[0-9]{4}|[./-][0-9]{2}\b", text) or len(re.findall("[0-9]+", text)) < 2:
        return None
    from dateutil import parser  # 20 ms: only where dates are no ISO dates

    text = re.sub(r"[^\W\d_]+", lambda match: _ENGLISH.get(match[0].casefold(), match[0]), text)
    text = re.sub(r"([0-9])\.(?=\s*[^\W\d_])", r"\1", text)
    try:
        when = parser.parse(text, dayfirst=day_first, default=datetime(1, 1, 1), tzinfos=_zone)  # noqa: DTZ001  # a day has no zone
    except (ValueError, OverflowError):  # its own error is a ValueError
        return None
    return when if when.year > 1 else None


def _zone(_name: str | None, seconds: int | None) -> timezone | None:
    """Take the zones that say how far they are from Greenwich; what CST is, nobody knows."""
    return None if seconds is None else timezone(timedelta(seconds=seconds))
