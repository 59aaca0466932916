"""What this program wrote: a board file, JSON, CSV; and TinyDB files, its own and those of other programs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ideaboard.core.documents import idea_from_document
from ideaboard.core.ideas import Idea
from ideaboard.errors import BoardFileError, InvalidInput
from ideaboard.intake.cards import Imported, Source
from ideaboard.intake.formats.tables import YES, Dates, cards_of, has_title
from ideaboard.intake.rows import fault_in
from ideaboard.papers.identifiers import find_dois, find_ids
from ideaboard.storage.ids import COUNT, encode_id, is_id, named_id

Tables = dict[str, dict[str, Mapping[str, Any]]]

EXPORT_VERSION = 1
IDEAS = "ideas"
COLUMNS = ("id", "kind", "title", "stage", "tags", "url", "due", "created", "updated", "stage_since", "notes")
MORE_COLUMNS = (
    *("arxiv_id", "shared", "shared_url", "summary", "result", "archived"),
    *("private", "withdrawn", "public_title"),
    *("paper_title", "authors", "year"),
)
FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet would run as a formula (OWASP, CSV injection); we put a ' before it."""
_OTHER_TABLES = ("notes", "watches")
_FIELDS = frozenset(Idea.__dataclass_fields__)
_NUMBER = re.compile("[0-9]{1,20}")
# Ids of a board are spread over 40 bits; a stock TinyDB file counts 1, 2, 3.
_COUNTED_IDS = 2**24


def fits_board(source: Source) -> bool:
    return bool(re.match(rb'\s*(?:\xef\xbb\xbf)?\s*\{\s*"ideaboard"\s*:\s*[0-9]', source.data[:1000]))


def read_board(source: Source) -> Imported:
    """Read another board as a merge does: both files as one, so that of each field the later write counts."""
    ours = source.ours()
    theirs = _tables_of(source.data, source)
    there = _tables_of(ours, source) if ours else {}
    both = _tables_of(_joined(ours, source.data), source) if ours else theirs
    # What came from there before was written here anew, and would look later than what was changed there since.
    typed = b"\n".join(line for line in ours.split(b"\n") if b'"act":"import"' not in line)
    anew = _tables_of(_joined(typed, source.data), source) if len(typed) < len(ours) else {}
    united: Tables = {}
    for table, documents in theirs.items():
        for id in (id for id in documents if id in both.get(table, {})):
            document, later = both[table][id], anew.get(table, {}).get(id, {})
            newer = str(later.get("updated", "")) > str(there.get(table, {}).get(id, {}).get("updated", ""))
            united.setdefault(table, {})[id] = later if newer else document
    gone = frozenset(there.get(IDEAS, {})) - frozenset(both.get(IDEAS, {}))
    return Imported(documents=united, gone=gone)


def _joined(ours: bytes, theirs: bytes) -> bytes:
    return ours.rstrip(b"\n") + b"\n" + theirs


def _tables_of(data: bytes, source: Source) -> Tables:
    from tempfile import TemporaryDirectory

    from ideaboard.storage import open_db

    with TemporaryDirectory() as folder:
        path = Path(folder) / "board.jsonl"
        path.write_bytes(data)
        try:
            with open_db(path, read_only=True) as file:
                if file.damaged:
                    hint = "mend it first: ideaboard check --repair --board FILE"
                    raise InvalidInput(f"{source.name} is a board with damaged lines", hint)
                return {
                    table: {id: dict(fields) for id, fields in file.documents(table).items()} for table in file.tables()
                }
        except BoardFileError as error:
            raise InvalidInput(f"{source.name} is a board that cannot be read: {error.message}", error.hint) from None


def fits_json(source: Source) -> bool:
    data = source.json
    if isinstance(data, dict):
        return "ideaboard_export" in data
    return isinstance(data, list) and not _of_others(data)


def _has_our_id(item: Any) -> bool:
    id = item.get("id") if isinstance(item, dict) else None
    return isinstance(id, str) and is_id(id)


def _has_titles(items: Any) -> bool:
    """Tell whether this is a list of objects of which some have a title."""
    objects = isinstance(items, list) and bool(items) and all(isinstance(item, dict) for item in items)
    return objects and has_title(dict.fromkeys(name for item in items[:1000] for name in item))


def read_json(source: Source) -> Imported:
    data = source.json
    if isinstance(data, list):
        return Imported(documents={IDEAS: _by_id(data, source.name)})
    if data["ideaboard_export"] != EXPORT_VERSION:
        raise InvalidInput(f"{source.name} was written by a newer ideaboard", "update ideaboard, then import again")
    lists = {table: value for table, value in data.items() if isinstance(value, list)}
    return Imported(documents={table: _by_id(value, source.name) for table, value in lists.items()})


def _by_id(items: list[Any], name: str) -> dict[str, Mapping[str, Any]]:
    documents: dict[str, Mapping[str, Any]] = {}
    for number, item in enumerate(items, 1):
        if not _has_our_id(item):
            raise InvalidInput(f"entry {number} of {name} has no id of 8 characters", "nothing was imported")
        documents[item["id"]] = {key: value for key, value in item.items() if key != "id"}
    return documents


def fits_tinydb(source: Source) -> bool:
    data = source.json
    return bool(_listed(data)) or (isinstance(data, dict) and all(isinstance(value, dict) for value in data.values()))


def _of_others(data: Any) -> bool:
    """Tell whether this is a list of records with titles that are not ours: no id of one, and fields of others."""
    return _has_titles(data) and not any(map(_has_our_id, data)) and any(not one.keys() <= _FIELDS for one in data)


def _listed(data: Any) -> dict[str, list[Mapping[str, Any]]]:
    """Return the one list of records that JSON of another program is or holds, under its name."""
    if _of_others(data):
        return {"": data}
    found = {name: value for name, value in data.items() if _of_others(value)} if isinstance(data, dict) else {}
    return found if len(found) == 1 else {}


def read_tinydb(source: Source) -> Imported:
    """Read tables of documents under whole numbers, or a list of records; what is no idea of ours becomes a card."""
    data = source.json
    if listed := _listed(data):
        found = Imported(label="JSON of another program")
        found.left_out["members beside the list"] = len(data) - 1 if isinstance(data, dict) else 0
        for name, items in listed.items():
            _add_cards(found, name, dict(enumerate(items)), source)
        return found
    for documents in data.values():
        for number, document in documents.items():
            if not _NUMBER.fullmatch(number) or not isinstance(document, dict):
                raise InvalidInput(f"{source.name} is not a TinyDB file", "documents are objects under whole numbers")
    records = {name: documents for name, documents in data.items() if name not in _OTHER_TABLES and documents}
    if IDEAS in data or all(map(_is_ours, (one for documents in records.values() for one in documents.values()))):
        tables: Tables = {}
        for key, documents in data.items():
            table = IDEAS if key == "_default" else key
            for number, document in documents.items():
                tables.setdefault(table, {})[_id_of(key, int(number), document)] = document
        return Imported(documents=tables)
    found = Imported(label="a TinyDB file of another program")
    for name, documents in records.items():
        _add_cards(found, name, documents, source, on=name if len(records) > 1 else "")
    return found


def _add_cards(
    found: Imported, name: str, records: Mapping[Any, Mapping[str, Any]], source: Source, on: str = ""
) -> None:
    """Make cards of records; each is named by its number in TinyDB, else by its own id."""
    part = cards_of([*records.values()], source)
    for number, card in zip(records, part.cards, strict=True):
        if not card.title:
            found.left_out["documents without a title"] += 1
            continue
        card.key = f"{name}/{number if isinstance(number, str) else card.key}/{card.title}"
        card.on = card.on or on
        found.cards.append(card)
    found.remarks += part.remarks


def _is_ours(document: Mapping[str, Any]) -> bool:
    problems: list[str] = []
    if not document.keys() <= _FIELDS or not document.get("title"):
        return False
    idea_from_document("00000000", document, problems)
    return not problems


def _id_of(table: str, number: int, document: Mapping[str, Any]) -> str:
    """Keep ids of our own; give a counted one a name that is the same at every import."""
    # What we wrote has a rank; an id of ours may be small by chance.
    if number < COUNT and (number >= _COUNTED_IDS or document.get("rank")):
        return encode_id(number)
    return id_from(json.dumps([table, number, document.get("title")]))


def id_from(name: str) -> str:
    """Return the id of something that has a name elsewhere: the same one at every import."""
    return encode_id(named_id(name, _COUNTED_IDS))


def fits_csv(source: Source) -> bool:
    rows = source.rows if source.start.lower().lstrip('"').startswith("id") else []
    return bool(rows) and set(COLUMNS[:4]) <= {cell.strip().lower() for cell in rows[0]}


def read_csv(source: Source) -> Imported:
    """Read CSV of ours, perhaps after a spreadsheet had it: without some fields, with other dates, with new rows."""
    rows = source.rows
    if any(len(row) > len(rows[0]) for row in rows) and (fault := fault_in(source.text, source.name)):
        raise fault[1]  # cells that have moved would be taken for those of other columns
    head = [cell.strip().lower() for cell in rows[0]]
    records = [dict(zip(head, map(_as_written, row), strict=False)) for row in rows[1:]]
    dates = Dates(source)
    day_first = dates.day_first(record.get("due", "") for record in records)
    documents: dict[str, Mapping[str, Any]] = {}
    for record in records:
        id = record.get("id", "").strip()
        while not is_id(id) or id in documents:
            id = id_from(f"csv/{id}/{record.get('title', '')}")
        documents[id] = _document(record, dates, day_first)
    return Imported(documents={IDEAS: documents}, partial=True, remarks=dates.remarks)


def _as_written(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _says_yes(record: Mapping[str, str], column: str) -> bool:
    return record.get(column, "").strip().casefold() in YES


def _document(record: Mapping[str, str], dates: Dates, day_first: bool) -> dict[str, Any]:
    own = ("kind", "title", "stage", "url", "notes", "created", "updated")
    document: dict[str, Any] = {name: record[name] for name in own if record.get(name)}
    document["tags"] = record.get("tags", "").split()
    if due := record.get("due", ""):
        document["due"] = dates.due(due, day_first) or due
    since = record.get("stage_since") or record.get("updated") or record.get("created", "")
    if since:
        document["trail"] = [{"stage": record.get("stage") or "idea", "at": since}]
    # A spreadsheet drops the last zero of 2107.07510; the link still has it.
    if id := record.get("arxiv_id", ""):
        ids = [*find_ids(f"arXiv:{id}"), *find_ids(record.get("url", ""))]
        document["paper"] = {"arxiv_id": ids[0].id if ids else id, "title": record.get("title", "")}
    elif record.get("authors") or record.get("paper_title"):
        authors = [name.strip() for name in record.get("authors", "").split(";") if name.strip()]
        document["paper"] = {"title": record.get("paper_title", ""), "authors": authors}
        document["paper"] |= {"published": year} if (year := record.get("year", "").strip()) else {}
    elif dois := find_dois(record.get("url", "")):
        document["paper"] = {"doi": dois[0]}
    if date := dates.day(record.get("shared"), day_first):
        at = since if since.startswith(date) else f"{date}T12:00:00.000Z"
        columns = {"url": "shared_url", "summary": "summary", "result": "result", "title": "public_title"}
        share = {name: value for name, column in columns.items() if (value := record.get(column))}
        taken_back = {"withdrawn": True} if _says_yes(record, "withdrawn") else {}
        document["share"] = {"at": at, "date": date} | share | taken_back
    if _says_yes(record, "private"):
        document["private"] = True
    if because := record.get("archived"):
        document["archived"] = {"at": record.get("updated") or since, "because": because}
    return document
