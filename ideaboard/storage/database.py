"""The front door: `open_db` gives a TinyDB whose tables are in a board file."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from tinydb import TinyDB

from ideaboard.errors import BoardFileError, InvalidInput, Refused
from ideaboard.storage.action import Written
from ideaboard.storage.journal import ELEMENT_FIELDS, Journal
from ideaboard.storage.stamps import BEGINNING, moment_of, utc_now
from ideaboard.storage.state import Fields, Make, Name, Packed
from ideaboard.storage.storage import JournalStorage, Table
from ideaboard.storage.system import System

if TYPE_CHECKING:
    from ideaboard.storage.add_index import AddIndex
    from ideaboard.storage.history import Action, Afterwards
    from ideaboard.storage.snapshot import Order, RowOf, Snapshot
    from ideaboard.storage.upkeep import Compaction

_NEAR_END = (1 << 14, 1 << 18)
"""How many bytes at the end of the file are looked through for what an undo turns, before all of it is."""
BOOKKEEPING_FIELDS = frozenset({"updated", "guest"})
"""Fields that an undo never takes for somebody's change, unless the caller names others."""


class Database(TinyDB):
    """A TinyDB on a board file, with actions, history and undo.

    Everything that TinyDB's documentation shows works; a change costs one appended line whatever the size of the file,
    and is on the disk when the call returns. Several processes may use one file; each read sees what the others did.

    One thread may write while another reads: a change holds `lock` only for the moment in which the content changes,
    never while it waits for the disk. Other threads see an action when it is on disk. Use no more than one thread
    for writing at a time; a second one waits for the first.

    A missing file is an empty board; it and the folders above it are made at the first change, private to the user.

    Args:
        path: where the file is.
        read_only: refuse every change.
        create: whether the file may be missing.
        element_fields: names of the fields whose lists merge by element; other fields merge as a whole.
        bookkeeping_fields: names of the fields that never stand in the way of an undo.
        by: the name under which actions are written, for others than the person.
        now: the wall clock, returning an aware `datetime`.
        lock_timeout: for how many seconds a change waits for another process.
        make: for tables of which something else is wanted: called with ids, fields and packed documents, some hundred
            at once, while the file is read; `Database.take_made` gives what it returned. The documents of these
            tables are kept as their lines, and a line is read again when somebody asks for its document.
        snapshot: a cache that spares reading the lines of tables with a `make`; see `Database.keep_snapshot`.
        add_index: a cache that spares reading the file where only something is added; see `Database.keep_add_index`.
        system: the operating system's calls; for tests.

    Raises:
        BoardFileError: when it is a folder, something else, of a later format, or cannot be read. Methods raise it when
            the file cannot be read or written, or another process holds the lock too long; nothing is touched then.
    """

    table_class = Table  # type: ignore[assignment]  # TinyDB infers the types of its own classes here
    default_storage_class = JournalStorage  # type: ignore[assignment]  # the same

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        read_only: bool = False,
        create: bool = True,
        element_fields: frozenset[str] = ELEMENT_FIELDS,
        bookkeeping_fields: frozenset[str] = BOOKKEEPING_FIELDS,
        by: str = "",
        now: Callable[[], datetime] = utc_now,
        lock_timeout: float = 5.0,
        make: Mapping[str, Make] | None = None,
        snapshot: Snapshot | None = None,
        add_index: AddIndex | None = None,
        system: System | None = None,
    ) -> None:
        super().__init__(
            path,
            storage=JournalStorage,
            read_only=read_only,
            create=create,
            element_fields=element_fields,
            by=by,
            now=now,
            lock_timeout=lock_timeout,
            make=make,
            snapshot=snapshot,
            add_index=add_index,
            system=system,
        )
        self._bookkeeping = bookkeeping_fields

    @property
    def _file(self) -> JournalStorage:
        return cast("JournalStorage", self._storage)

    @property
    def _journal(self) -> Journal:
        return self._file.journal

    @property
    def by(self) -> str:
        """The name under which actions are written; empty for the person."""
        return self._journal.by

    # TinyDB

    def table(self, name: str, **kwargs: Any) -> Table:
        return cast("Table", super().table(name, **kwargs))

    def tables(self) -> set[str]:
        if not self._file.stage.mine:
            self._journal.refresh()
        return self._file.stage.tables()

    def drop_table(self, name: str) -> None:
        self.table(name).truncate()
        self._tables.pop(name, None)

    def drop_tables(self) -> None:
        with self.action(""):
            for name in self.tables():
                self.drop_table(name)
        self._tables.clear()

    # Beyond TinyDB

    @property
    def path(self) -> str:
        return self._journal.path

    @property
    def lock(self) -> threading.RLock:
        """Held while the content changes; hold it to go through `documents` when another thread may write."""
        return self._journal.lock

    @property
    def notices(self) -> list[str]:
        """What a person should be told once; whoever shows the notices clears the list."""
        return self._journal.notices

    @property
    def damaged(self) -> bool:
        """Whether lines of the file are damaged; every change is refused then."""
        return bool(self._journal.problems)

    @property
    def refusal(self) -> BoardFileError | None:
        """Why every change is refused for now; None when changes are taken."""
        return self._journal.refusal

    @property
    def read_only(self) -> bool:
        return self._journal.read_only

    @property
    def missing(self) -> Mapping[Name, Mapping[str, Any]]:
        """Documents that were shown and that the file lacks since it was replaced from outside, by table and id."""
        return self._journal.missing

    def restore_missing(self) -> None:
        with self.action("restore"):
            for (table, id), fields in self._journal.missing.items():
                self._file.stage.put(table, {id: fields})
        self._journal.missing.clear()

    def action(self, label: str, note: str = "") -> AbstractContextManager[Written]:
        """Group changes of any number of documents and tables into one line of the file, on the disk when it ends.

        The block holds the lock and has read on, so its conditions see the newest state. Nothing is written when it
        raises or changes nothing. The label says what the person did (`move`); the log shows the note beside it.
        """
        return self._file.stage.action(label, note)

    def documents(self, table: str) -> Mapping[str, Mapping[str, Any]]:
        """Return the documents of a table by id, as they are in memory and without copying, so not to be changed.

        Those of a table with a `make` are read from their lines each time. Changes of an action under way are not
        there yet. Go through them while holding `lock` when another thread may write, and ask again after a `refresh`.
        """
        with self.lock:
            return self._journal.state.table(table).docs

    def packed(self, table: str, id: str) -> Packed | None:
        """Return a document as its line, where it is kept so."""
        kept = self._journal.state.documents(table).found(id)
        return kept if isinstance(kept, Packed) else None

    def born(self, table: str, id: str) -> str:
        """Return the moment at which a document was made: ISO 8601 in UTC with milliseconds, ending in `Z`."""
        return moment_of(self._journal.state.born(table, id) or BEGINNING)

    def refresh(self) -> bool:
        """Read on when the file has changed (2 microseconds otherwise); tells whether anything changed."""
        return self._journal.refresh()

    def take_made(self, table: str) -> dict[str, object]:
        """Return once what `make` made of the documents of a table, by id.

        A document that several lines wrote, or that a process wrote since, is not in it.
        """
        with self._journal.lock:
            return self._journal.state.take_made(table)

    def hold(self, *, rows: bool = False) -> None:
        """Read into memory what a snapshot left in the file, for a program that goes on when the file is gone; with the
        rows of the snapshot also for one that goes on without open files.
        """
        self._journal.hold(rows=rows)

    def wants_snapshot(self) -> bool:
        """Tell whether a snapshot is worth keeping: the file is sound, and has grown enough since the last one."""
        return self._journal.wants_snapshot()

    def keep_snapshot(self, rows: Mapping[str, RowOf], order: Mapping[str, Order]) -> None:
        """Remember what the file holds, when it has grown enough since the last time, and `drain_changes` has told all
        that changed; a failure costs time only.

        By table: what gives the rows, and the groups of ids, in order, in which what is made of them comes back.
        """
        self._journal.keep_snapshot(rows, order)

    def keep_add_index(self, table: str, rank: str, about: bytes) -> None:
        """Remember what one has to know to add to a table: its ids, the greatest rank that counts, and what is given
        besides. Only inside an `action`; a failure costs time only.
        """
        self._journal.keep_add_index(table, rank, about)

    def forget_add_index(self) -> None:
        """Let whoever adds read the file again, and hear what there is to say of it."""
        self._journal.forget_add_index()

    def mostly_alive(self) -> bool:
        """Tell quickly whether half of the file surely counts, so that compacting is not worth a look."""
        return self._journal.mostly_alive()

    def drain_changes(self) -> set[Name]:
        """Return table and id of the documents that anyone changed since the last call, this process included."""
        return self._journal.drain()

    # History; its module is loaded when it is asked for, so that opening a board does not pay for it.

    def history(self, limit: int | None = None, doc_id: str | None = None, *, alone: bool = False) -> list[Action]:
        """Return the actions in the file, newest first; with an id of eight characters only those that touched it.

        With `alone` they tell of the other documents in them only the names, and cost a tenth.
        """
        from ideaboard.storage.history import entries, entries_of, story_of

        self.refresh()
        story = story_of(self._journal.raw_lines())
        if doc_id is not None and alone:
            found = [*entries_of(story, doc_id)]
        else:
            found = [
                entry
                for entry in entries(story)
                if doc_id is None or any(id == doc_id for _, id in (*entry.names, *entry.missed))
            ]
        return found[::-1][:limit]

    def undo(self, stamp: str = "") -> Action:
        """Take back the latest action that is not taken back yet, or the one with a stamp, and return it.

        Raises `InvalidInput` when there is nothing to undo, `Refused` when a field of it was changed since, by a merge.
        """
        return self._travel("undo", stamp)

    def redo(self, stamp: str = "") -> Action:
        """Do again what was taken back last, or the action with a stamp; one made since then leaves nothing to redo."""
        return self._travel("redo", stamp)

    def take_back(self, parts: Mapping[str, Collection[Name]], label: str, note: str) -> list[Action]:
        """Take back what several actions did to some documents, all of it as one action of its own with a label and a
        note; return the actions, the latest first.

        `parts` has the documents by the stamp of each action. Raises `Refused`, and changes nothing, when somebody else
        changed one of the fields since.
        """
        with self._journal.writing():
            after, taken, _ = self._undone([*parts], parts=parts)
            with self._file.stage.action(label, note):
                for (table, id), fields in after.documents.items():
                    self._file.stage.put(table, {id: fields})
        return [entry for entry, _ in taken]

    def undo_each(self, stamps: Sequence[str], *, dry: bool = False) -> tuple[list[Action], list[Action]]:
        """Take back of several actions those that can be; return them and the others, the latest first.

        An action stays when somebody changed one of its fields since. With `dry` nothing is changed.
        """
        from dataclasses import replace

        with self._journal.writing():
            _, taken, refused = self._undone(stamps)
            for entry, documents in () if dry else taken:
                with self._file.stage.action("undo", undo=entry.stamp):
                    for (table, id), fields in documents.items():
                        self._file.stage.put(table, {id: fields})
        return [replace(entry, undone=not dry) for entry, _ in taken], refused

    def _undone(
        self, stamps: Sequence[str], parts: Mapping[str, Collection[Name]] | None = None
    ) -> tuple[Afterwards, list[tuple[Action, Mapping[Name, Fields | None]]], list[Action]]:
        """Find out what comes of taking back actions, the latest first: those that can be, and those that cannot.

        With `parts` only what they did to these documents counts, and the first that cannot be raises `Refused`.
        """
        from ideaboard.storage import history

        story = history.story_of(self._journal.raw_lines())
        wanted = history.all_named(story, stamps, "undo")
        found = [entry for entry in history.entries(story) if entry.stamp in wanted]
        after = history.Afterwards(self._journal.state)
        taken: list[tuple[Action, Mapping[Name, Fields | None]]] = []
        refused: list[Action] = []
        for entry in sorted(found, key=lambda entry: entry.stamp, reverse=True):
            some = entry.names if parts is None else parts[entry.stamp]
            changes = [one for one in entry.changes if (one.table, one.id) in some]
            try:
                documents = history.carried_out(history.turned(changes), after, self._bookkeeping)
            except Refused:
                if parts is not None:
                    raise
                refused.append(entry)
                continue
            after.put(documents)
            taken.append((entry, documents))
        return after, taken, refused

    def _travel(self, way: Literal["undo", "redo"], stamp: str) -> Action:
        from dataclasses import replace

        from ideaboard.storage import history

        if self._file.stage.mine:
            raise InvalidInput(f"{way} is an action of its own", "end the action under way first")
        with self._journal.writing():
            state = self._journal.state
            near = (history.entry_near_end(self._journal.last_lines(size), state, way, stamp) for size in _NEAR_END)
            entry = next(filter(None, near), None)
            if entry is None or not (entry.changes or stamp):
                story = history.story_of(self._journal.raw_lines())
                latest = history.to_undo if way == "undo" else history.to_redo
                entry = history.entry_at(story, history.named(story, stamp, way) if stamp else latest(story))
            if way == "undo" and not entry.changes:
                raise InvalidInput("there is nothing to undo", "what it changed was deleted by then")
            changes = history.turned(entry.changes) if way == "undo" else entry.changes
            documents = history.carried_out(changes, history.Afterwards(state), self._bookkeeping)
            with self._file.stage.action(way, **{way: entry.stamp}):
                for (table, id), fields in documents.items():
                    self._file.stage.put(table, {id: fields})
        return replace(entry, undone=way == "undo")

    def compact(self) -> Compaction:
        """Write the file anew without what nobody needs any more; see `ideaboard.storage.upkeep`."""
        from ideaboard.storage.upkeep import compact

        return compact(self._journal)


open_db = Database
"""Opens a board file."""
