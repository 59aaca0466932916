"""A TinyDB storage on a board file: `TinyDB(path, storage=JournalStorage)`.

TinyDB's own `Table` works on it through `read` and `write`, slower than ours does. These are two calls without a
transaction, so `write` compares with what `read` gave: what another process did meanwhile is kept, and two changes of
one document are an error, never a lost one.
"""

from __future__ import annotations

import os
from typing import Any

import orjson
from tinydb.storages import Storage

from ideaboard.errors import Refused
from ideaboard.storage.action import ActionBlock, Stage
from ideaboard.storage.ids import decode_id, encode_id
from ideaboard.storage.journal import Journal
from ideaboard.storage.packed import Fields
from ideaboard.storage.records import copied, dumps, same

Tables = dict[str, dict[str, Any]]


class JournalStorage(Storage):
    """Keeps tables in a board file.

    Args:
        path: the file; it is made at the first change.
        options: see `ideaboard.storage.open_db`.

    Raises:
        BoardFileError: when it is no board file, or cannot be read.
    """

    def __init__(self, path: str | os.PathLike[str], **options: Any) -> None:
        super().__init__()
        self.journal = Journal(os.fspath(path), **options)
        self.stage = Stage(self.journal)
        self._given: dict[str, dict[str, Fields]] = {}

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
        given = self._given
        with ActionBlock(self.stage):
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
