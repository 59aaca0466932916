"""Taking everything out, and in: JSON and TinyDB files round-trip the whole board, CSV and BibTeX are for others.

An import is one step for undo, writes nothing when anything in the file cannot be taken, and may be repeated: an idea
that is there already is updated only where the file is newer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ideaboard import files
from ideaboard.core.board import Board, fresh_ranks
from ideaboard.core.changes import Change, put
from ideaboard.core.clock import moment
from ideaboard.core.documents import cleaned_idea, cleaned_value, idea_from_document, idea_to_document, idea_to_json
from ideaboard.core.ideas import Idea, Step
from ideaboard.errors import IdeaboardError, InvalidInput, NotFound
from ideaboard.intake import SIZE_LIMIT, read_text
from ideaboard.service.session import IDEAS, Label, Session, named_id
from ideaboard.storage.ids import COUNT, decode_id, encode_id, is_id

EXPORT_VERSION = 1
FORMATS = ("json", "csv", "bibtex", "tinydb")
_NUMBER = re.compile("[0-9]{1,20}")
_DEEPEST = 200
"""Levels of an imported document; orjson writes 254 (its README, "dumps"), a few of which are ours."""
# Ids of a board are spread over 40 bits; a stock TinyDB file counts 1, 2, 3.
_COUNTED_IDS = 2**24
# A spreadsheet would run these as formulas (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WHAT_COMES_IN = "import what 'ideaboard export json', 'list --json' or TinyDB wrote; 'add -' takes a list of titles"
_COLUMNS = ("id", "kind", "title", "stage", "tags", "url", "due", "created", "updated", "stage_since", "notes")
_MORE_COLUMNS = ("arxiv_id", "shared", "shared_url", "summary", "result", "archived")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: int = 0


class Transfer:
    """Exports and imports."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def export(self, format: str) -> str:
        """Return the whole board as text, the archive and the inbox included.
        Raises `InvalidInput` when there is no such format; `NotFound` for BibTeX when no idea has a paper.
        """
        writers = dict(zip(FORMATS, (self._json, self._csv, self._bibtex, self._tinydb), strict=True))
        if format not in writers:
            raise InvalidInput(f"there is no format '{format}'", "use one of " + ", ".join(FORMATS))
        return writers[format]()

    def import_file(self, path: Path, format: str | None = None) -> Imported:
        """Take ideas in from a file; see `import_data`."""
        files.refuse_stray_link(path)
        try:
            data = files.read_file(path, SIZE_LIMIT + 1)
        except OSError as error:
            raise InvalidInput(f"'{path}' cannot be read: {files.reason(error)}", "check the name") from None
        return self.import_data(data, f"'{path}'", format)

    def import_data(self, data: bytes, name: str, format: str | None = None) -> Imported:
        """Take ideas in from our own JSON, a list of ideas as JSON, or a stock TinyDB file, compressed or not.

        `name` is what to call it in messages; the format is found out from the data when it is not given.
        Raises `InvalidInput` when it is something else, or anything in it cannot be taken; nothing is imported then.
        """
        if format not in (None, "json", "tinydb"):
            raise InvalidInput(f"'{format}' cannot be imported", "json and tinydb can")
        tables = _tables(_load_json(data, name), name, format)
        now = self._session.now()
        ideas = [self._taken(id, document, where) for where, id, document in _documents(tables)]
        # What does not say when it changed is never newer than what is there.
        dated = {id for _, id, document in _documents(tables) if document.get("updated") or document.get("created")}
        ranks = fresh_ranks(now, len(ideas))
        ideas = [idea if idea.rank else replace(idea, rank=rank) for idea, rank in zip(ideas, ranks, strict=True)]
        result = Imported()

        def transition(board: Board) -> Change:
            nonlocal result
            new = [idea for idea in ideas if idea.id not in board.ideas and idea.id not in board.aliases]
            newer = [
                idea
                for idea in ideas
                if idea.id in dated and (old := board.ideas.get(idea.id)) and idea.updated > old.updated
            ]
            added, updated = tuple(idea.id for idea in new), tuple(idea.id for idea in newer)
            result = Imported(added, updated, len(ideas) - len(new) - len(newer))
            return put(board, [*new, *newer])

        self._session.do(Label.IMPORT.key, transition, lambda: self._import_other_tables(tables))
        return result

    def _json(self) -> str:
        ideas = [idea_to_json(idea) for idea in self._session.shown]
        document: dict[str, Any] = {"ideaboard_export": EXPORT_VERSION, "ideas": ideas}
        for table, documents in self._other_tables():
            document[table] = [{"id": id, **fields} for id, fields in documents]
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    def _tinydb(self) -> str:
        ideas = {str(decode_id(idea.id)): idea_to_document(idea) for idea in self._session.shown}
        tables: dict[str, dict[str, Any]] = {IDEAS: ideas}
        for table, documents in self._other_tables():
            tables[table] = {str(decode_id(id)): dict(fields) for id, fields in documents}
        return json.dumps(tables, ensure_ascii=False) + "\n"

    def _csv(self) -> str:
        import csv
        import io

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*_COLUMNS, *_MORE_COLUMNS])
        for idea in self._session.shown:
            writer.writerow([_cell(value) for value in _row(idea)])
        return out.getvalue()

    def _bibtex(self) -> str:
        from ideaboard.papers.bibtex import bibtex

        papers = [idea.paper for idea in self._session.shown if idea.paper]
        if not papers:
            raise NotFound("no idea has a paper", "'ideaboard arxiv add' brings papers onto the board")
        return bibtex(papers)

    def _other_tables(self) -> Iterator[tuple[str, list[tuple[str, Mapping[str, Any]]]]]:
        """Yield month notes, watches and whatever else the board keeps: tables with their documents by id."""
        for table in self._session.file.tables():
            if table != IDEAS:
                yield table, sorted(self._session.file.documents(table).items())

    def _import_other_tables(self, tables: Mapping[str, Any]) -> None:
        """Take in month notes, watches and whatever else the other board kept, where this one has nothing."""
        from tinydb.table import Document

        for name, documents in sorted(tables.items()):
            if name == IDEAS:
                continue
            there = set(self._session.file.documents(name))
            for id, fields in documents.items():
                if id not in there:
                    self._session.file.table(name).insert(Document(cleaned_value(fields), doc_id=decode_id(id)))

    def _taken(self, id: str, document: Mapping[str, Any], where: str) -> Idea:
        problems: list[str] = []
        idea = idea_from_document(id, document, problems)
        if document.get("title") in (None, ""):
            problems.append("it has no title")
        if not document.get("created"):
            at = moment(self._session.now())
            idea = replace(idea, created=at, updated=idea.updated if document.get("updated") else at)
        try:
            idea = idea if problems else cleaned_idea(idea)
        except IdeaboardError as error:
            problems.append(error.message)
        if problems:
            raise InvalidInput(
                f"{where} cannot be imported: {problems[0]}", "nothing was imported; mend the file first"
            )
        return idea if idea.trail else replace(idea, trail=(Step(idea.stage, idea.created),))


def _load_json(data: bytes, name: str) -> Any:
    text = read_text(data).text
    try:
        document = json.loads(text)
        too_deep = _is_too_deep(document)
    except RecursionError:
        too_deep = True
    except ValueError:
        what, hint = _recognised(text)
        raise InvalidInput(f"{name} is {what}", hint) from None
    if too_deep:
        raise InvalidInput(f"{name} is nested too deeply", _WHAT_COMES_IN)
    return document


def _is_too_deep(document: Any) -> bool:
    """Tell whether lists and objects are nested deeper than can be written, without a call for each level."""
    level = [document]
    for _ in range(_DEEPEST):
        outer = [one for one in level if isinstance(one, (dict, list))]
        level = [inner for one in outer for inner in (one.values() if isinstance(one, dict) else one)]
    return bool(level)


def _recognised(text: str) -> tuple[str, str]:
    """Say what a text is that cannot be imported, and what to do with it."""
    if re.match(r'\s*\{\s*"ideaboard"\s*:\s*[0-9]', text):
        return "a board", (
            "open it with --board FILE; to bring its ideas in: ideaboard --board FILE export json | ideaboard import -"
        )
    if text.lstrip().startswith(",".join(_COLUMNS[:4])):
        what = "CSV of 'ideaboard export csv', which does not hold all of an idea"
        return what, "import what 'ideaboard export json' wrote"
    if re.search(r"^[ \t]*@\w+\s*\{", text, re.MULTILINE):
        return "BibTeX, not JSON", "to add its papers: ideaboard arxiv add - < FILE"
    return "not JSON", _WHAT_COMES_IN


def _tables(data: Any, name: str, format: str | None) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Bring what was read into one form: documents by id, by table."""
    if isinstance(data, list) and format != "tinydb":
        return {IDEAS: _by_id(data, name)}
    if isinstance(data, dict) and "ideaboard_export" in data and format != "tinydb":
        if data["ideaboard_export"] != EXPORT_VERSION:
            raise InvalidInput(f"{name} was written by a newer ideaboard", "update ideaboard, then import again")
        lists = {table: value for table, value in data.items() if isinstance(value, list)}
        return {table: _by_id(value, name) for table, value in lists.items()}
    if isinstance(data, dict) and format != "json" and all(isinstance(value, dict) for value in data.values()):
        return _stock_tables(data, name)
    raise InvalidInput(f"{name} is not a list of ideas", _WHAT_COMES_IN)


def _by_id(items: list[Any], name: str) -> dict[str, Mapping[str, Any]]:
    documents: dict[str, Mapping[str, Any]] = {}
    for number, item in enumerate(items, 1):
        id = item.get("id") if isinstance(item, dict) else None
        if not isinstance(id, str) or not is_id(id):
            raise InvalidInput(f"entry {number} of {name} has no id of 8 characters", "nothing was imported")
        documents[id] = {key: value for key, value in item.items() if key != "id"}
    return documents


def _stock_tables(data: dict[str, Any], name: str) -> dict[str, dict[str, Mapping[str, Any]]]:
    tables: dict[str, dict[str, Mapping[str, Any]]] = {}
    for key, documents in data.items():
        table = IDEAS if key == "_default" else key
        for number, document in documents.items():
            if not _NUMBER.fullmatch(number) or not isinstance(document, dict):
                raise InvalidInput(f"{name} is not a TinyDB file", "documents are objects under whole numbers")
            tables.setdefault(table, {})[_id_of(key, int(number), document)] = document
    return tables


def _id_of(table: str, number: int, document: Mapping[str, Any]) -> str:
    """Keep ids of our own; give a counted one a name that is the same at every import."""
    # What we wrote has a rank; an id of ours may be small by chance.
    if _COUNTED_IDS <= number < COUNT or (document.get("rank") and number < COUNT):
        return encode_id(number)
    return encode_id(named_id(json.dumps([table, number, document.get("title")]), lowest=_COUNTED_IDS))


def _documents(tables: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for number, (id, document) in enumerate(tables.get(IDEAS, {}).items(), 1):
        yield f"idea {number} ({id})", id, document


def _row(idea: Idea) -> list[str]:
    plain = idea_to_json(idea)
    share = idea.share
    return [
        *(" ".join(value) if isinstance(value := plain[column], list) else value or "" for column in _COLUMNS),
        idea.paper.arxiv_id if idea.paper else "",
        share.date if share else "",
        (share.url or "") if share else "",
        share.summary if share else "",
        share.result if share else "",
        idea.archived.because if idea.archived else "",
    ]


def _cell(text: str) -> str:
    """Keep a spreadsheet from running a title as a formula."""
    return "'" + text if text.startswith(_FORMULA) else text
