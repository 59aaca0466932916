"""TinyDB's `Storage` and `Table` on a board file.

With our table a change is one appended line and a read touches no disk. TinyDB's own table works on the storage, too
(`TinyDB(path, storage=JournalStorage)`), slower, through `read` and `write`. These are two calls without a transaction,
so `write` compares with what `read` gave: what another process did meanwhile is kept, and two changes of one document
are an error, never a lost one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, overload

import orjson
import tinydb.table
from tinydb.queries import QueryLike  # noqa: TC002  # costs nothing: tinydb is loaded
from tinydb.storages import Storage
from tinydb.table import Document  # noqa: TC002  # the same

from ideaboard.errors import Refused
from ideaboard.storage.action import Draft, Stage
from ideaboard.storage.ids import COUNT, decode_id, encode_id
from ideaboard.storage.journal import Journal
from ideaboard.storage.records import copied, dumps, same
from ideaboard.storage.state import Fields

Tables = dict[str, dict[str, Any]]


class JournalStorage(Storage):
    """Keeps tables in a board file; see `ideaboard.storage.Database` for the options and what it raises."""

    def __init__(self, path: str | os.PathLike[str], **options: Any) -> None:
        super().__init__()
        self.journal = Journal(os.fspath(path), **options)
        self.stage = Stage(self.journal)
        self._given: dict[str, dict[str, Fields]] | None = None
        """What `read` or `write` handed out last."""

    def read(self) -> Tables | None:
        """Return all tables as TinyDB wants them: documents by `doc_id` as text; `None` when there are none."""
        if not self.stage.mine:
            self.journal.refresh()
        self._given = self._all()
        return {
            name: {str(decode_id(id)): copied(fields) for id, fields in docs.items()}
            for name, docs in self._given.items()
        } or None

    def write(self, data: Tables) -> None:
        """Record how the tables differ from what `read` gave.

        Raises:
            Refused: when another process changed one of the same documents since; nothing is written then.
            BoardFileError: when the file cannot be written.
        """
        wanted = {
            name: {encode_id(int(number)): orjson.loads(dumps(dict(fields))) for number, fields in docs.items()}
            for name, docs in data.items()
        }
        with self.stage.action():
            # To drop all tables, TinyDB writes an empty object, and need not have read before.
            there = {} if wanted else self._all()
            given = there if self._given is None else self._given
            if any(docs.keys() - given.get(table, {}).keys() for table, docs in there.items()):
                self._given = None
                raise Refused("documents were added by another process meanwhile", "try again; nothing was written")
            for table in dict.fromkeys((*given, *wanted)):
                before, after = given.get(table, {}), wanted.get(table, {})
                touched = [id for id in dict.fromkeys((*before, *after)) if not same(before.get(id), after.get(id))]
                for id in touched:
                    if not same(self.journal.state.documents(table).get(id), before.get(id)):
                        raise Refused(
                            f"document {id} of table '{table}' was changed by another process meanwhile",
                            "try again; nothing was written",
                        )
                self.stage.put(table, {id: after.get(id) for id in touched})
        self._given = self._all()

    def _all(self) -> dict[str, dict[str, Fields]]:
        with self.journal.lock:
            tables = self.journal.state.tables.items()
            return {name: table.docs.unpacked() for name, table in tables if table.docs}

    def close(self) -> None:
        """Do nothing: no file is kept open."""


class Table(tinydb.table.Table):
    """A table of a `Database`; see TinyDB's documentation for its methods.

    Each changing call alone is one action: one locked append and one `fsync`. Inside `Database.action` the calls wait
    for its end. Documents that are given out are copies.
    """

    def __init__(
        self,
        storage: JournalStorage,
        name: str,
        cache_size: int = 10,
        persist_empty: bool = False,  # noqa: ARG002  # part of TinyDB's signature
    ) -> None:
        self._journal = storage.journal
        self._stage = storage.stage
        self._found: Any = self.query_cache_class(capacity=cache_size)
        self._found_in = -1
        super().__init__(storage, name, cache_size)
        self._query_cache = self._found

    def new_id(self) -> int:
        return self._stage.new_id(self.name)

    _get_next_id = new_id

    # Reading

    def _look(self) -> dict[str, Fields]:
        self._refresh()
        return self._stage.view(self.name)

    def _refresh(self) -> None:
        if not self._stage.mine:
            self._journal.refresh()

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {str(decode_id(id)): fields for id, fields in self._look().items()}

    def _given(self, pairs: Iterable[tuple[str, Fields]]) -> list[Document]:
        return [self.document_class(copied(fields), self.document_id_class(decode_id(id))) for id, fields in pairs]

    def search(self, cond: QueryLike) -> list[Document]:
        docs = self._look()
        if self._stage.mine:
            return self._given((id, fields) for id, fields in docs.items() if cond(fields))
        if self._found_in != self._journal.version:
            self._found.clear()
            self._found_in = self._journal.version
        pairs = self._found.get(cond)
        if pairs is None:
            pairs = [(id, fields) for id, fields in docs.items() if cond(fields)]
            if getattr(cond, "is_cacheable", lambda: True)():
                self._found[cond] = pairs
        return self._given(pairs)

    @overload  # type: ignore[override]  # two signatures for TinyDB's seven
    def get(
        self, cond: QueryLike | None = None, doc_id: int | None = None, doc_ids: None = None
    ) -> Document | None: ...

    @overload
    def get(self, cond: None = None, doc_id: None = None, *, doc_ids: list[int]) -> list[Document]: ...

    def get(
        self, cond: QueryLike | None = None, doc_id: int | None = None, doc_ids: list[int] | None = None
    ) -> Document | list[Document] | None:
        """Return one document by query or id, or `None`; with `doc_ids` a list of those that exist. Raises
        `RuntimeError` when nothing is asked for.
        """
        if doc_id is not None:
            self._refresh()
            fields = self._stage.get(self.name, encode_id(doc_id)) if 0 <= doc_id < COUNT else None
            return None if fields is None else self.document_class(copied(fields), doc_id)
        if doc_ids is not None:
            wanted = {encode_id(number) for number in map(int, doc_ids) if 0 <= number < COUNT}
            return self._given((id, fields) for id, fields in self._look().items() if id in wanted)
        if cond is not None:
            found = next(((id, fields) for id, fields in self._look().items() if cond(fields)), None)
            return None if found is None else self._given([found])[0]
        raise RuntimeError("You have to pass either cond or doc_id or doc_ids")

    def __len__(self) -> int:
        self._refresh()
        return len(self._stage.view(self.name)) if self._stage.mine else len(self._journal.state.documents(self.name))

    def __iter__(self) -> Iterator[Document]:
        for id, fields in self._look().items():
            yield self.document_class(copied(fields), self.document_id_class(decode_id(id)))

    # Changing

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._stage.action():
            draft = Draft(self._stage, self.name)
            updater(draft)
            self._stage.put(self.name, draft.settle())

    def _chosen(self, cond: QueryLike | None, doc_ids: Iterable[int] | None) -> Iterable[int] | None:
        """Return the ids of what is to be changed, so that only these are copied; none for all."""
        if doc_ids is not None or cond is None:
            return doc_ids
        return [decode_id(id) for id, fields in self._stage.view(self.name).items() if cond(fields)]

    def update(
        self,
        fields: Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None],
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        """Change documents, and return their ids: those that exist of `doc_ids`, else what `cond` matches, else all."""
        with self._stage.action():
            return super().update(fields, None, self._chosen(cond, doc_ids))

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        with self._stage.action():
            return super().remove(None, self._chosen(cond, doc_ids))

    def insert(self, document: Mapping[str, Any]) -> int:
        with self._stage.action():
            return super().insert(document)

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        with self._stage.action():
            return super().upsert(document, cond)

    def clear_cache(self) -> None:
        self._found.clear()
