"""An action: any number of changes to documents that become one line of the file, or nothing at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from ideaboard.errors import InvalidInput
from ideaboard.storage.ids import COUNT, decode_id, encode_id
from ideaboard.storage.journal import Journal
from ideaboard.storage.lists import Key, difference, everything
from ideaboard.storage.records import Op, copied, dumps, same
from ideaboard.storage.stamps import action_name
from ideaboard.storage.state import Fields, Name, State


@dataclass(slots=True)
class Written:
    """What became of an action when its block has ended."""

    stamp: str = ""
    """What dates and names it in the file; empty when nothing was written."""

    @property
    def id(self) -> str | None:
        """Its short name; none when nothing was written."""
        return action_name(self.stamp) if self.stamp else None


class Stage:
    """Where the documents of the action under way are kept until it is written; only its thread sees them."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._staged: dict[Name, Fields | None] = {}
        self._thread: int | None = None

    @property
    def mine(self) -> bool:
        """Whether this thread is inside an action."""
        return self._thread == threading.get_ident()

    @contextmanager
    def action(self, label: str = "", note: str = "", **about: str) -> Iterator[Written]:
        """Write the changes of a block together when it ends well; only the outermost of nested blocks writes.

        `about` has the stamp of the action to `undo` or `redo`; such an action is written even when it changes nothing.
        """
        written = Written()
        if self.mine:
            yield written
            return
        with self.journal.writing():
            self._thread = threading.get_ident()
            try:
                yield written
                ops = ops_between(self.journal.state, self._staged, self.journal.element_fields)
                if ops or about:
                    written.stamp = self.journal.commit(ops, act=label, note=note, **about)
            finally:
                self._staged = {}
                self._thread = None

    def put(self, table: str, changed: Mapping[str, Fields | None]) -> None:
        """Keep documents as a change left them; `None` for a removed one."""
        self._staged.update({(table, id): fields for id, fields in changed.items()})

    def get(self, table: str, id: str) -> Fields | None:
        """Return a document as this thread sees it; not to be changed."""
        if self.mine and (table, id) in self._staged:
            return self._staged[table, id]
        return self.journal.state.documents(table).get(id)

    def view(self, table: str) -> dict[str, Fields]:
        """Return a table as this thread sees it, in a `dict` of its own; the documents are not to be changed."""
        with self.journal.lock:
            docs = self.journal.state.documents(table).unpacked()
        if self.mine:
            for (name, id), fields in self._staged.items():
                if name != table:
                    continue
                if fields is None:
                    docs.pop(id, None)
                else:
                    docs[id] = fields
        return docs

    def tables(self) -> set[str]:
        """Return the names of the tables that have documents, as this thread sees them."""
        with self.journal.lock:
            if not self.mine:
                return {name for name, table in self.journal.state.tables.items() if table.docs}
            there = set(self.journal.state.names())
        there.difference_update(self._staged)
        there.update(name for name, fields in self._staged.items() if fields is not None)
        return {table for table, _ in there}

    def new_id(self, table: str) -> int:
        """Return a random `doc_id` that no document of a table has or had."""
        while True:
            number = self.journal.system.random() % COUNT
            id = encode_id(number)
            if not self.journal.state.known(table, id) and not (self.mine and (table, id) in self._staged):
                return number


class Draft(MutableMapping[int, dict[str, Any]]):
    """A table in TinyDB's form, for one of its updaters: what is taken out is a copy, what was touched is known."""

    def __init__(self, stage: Stage, table: str) -> None:
        self._stage = stage
        self._table = table
        self._touched: dict[int, dict[str, Any] | None] = {}

    def __getitem__(self, number: int) -> dict[str, Any]:
        fields = self._now(number)
        if fields is None:
            raise KeyError(number)
        if number not in self._touched:
            fields = self._touched[number] = copied(fields)
        return fields

    def __contains__(self, number: object) -> bool:
        return type(number) is int and self._now(number) is not None

    def _now(self, number: int) -> Fields | None:
        if number in self._touched:
            return self._touched[number]
        return self._stage.get(self._table, encode_id(number)) if 0 <= number < COUNT else None

    def __setitem__(self, number: int, fields: dict[str, Any]) -> None:
        encode_id(number)
        self._touched[number] = fields

    def __delitem__(self, number: int) -> None:
        if number not in self:
            raise KeyError(number)
        self._touched[number] = None

    def __iter__(self) -> Iterator[int]:
        numbers = dict.fromkeys(map(decode_id, self._stage.view(self._table)))
        for number, fields in self._touched.items():
            if fields is None:
                numbers.pop(number, None)
            else:
                numbers[number] = None
        return iter(numbers)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        for number in list(self):
            self._touched[number] = None

    def settle(self) -> dict[str, Fields | None]:
        """Return what was touched as the file will give it back; raises `NotJson` when JSON has no form for one."""
        if not all(type(key) is str for fields in self._touched.values() for key in fields or ()):
            raise InvalidInput("a field's name is not text", "name fields with text")
        return {
            encode_id(number): None if fields is None else orjson.loads(dumps(fields))
            for number, fields in self._touched.items()
        }


Staged = Mapping[Name, Fields | None]
"""Documents as an action leaves them; `None` for one that it removes."""

ElementsOf = Callable[[str], dict[Key, Any]]
"""Returns the elements of a list field of one document."""


def ops_between(state: State, staged: Staged, element_fields: frozenset[str]) -> list[Op]:
    """Return what has to be recorded so that the documents become the staged ones; empty when they are so already."""
    ops = []
    for (table, id), new in staged.items():
        old = state.documents(table).get(id)
        if new is None:
            if old is not None:
                ops.append({"t": table, "id": id, "del": True})
            continue
        elements = partial(state.elements, table, id)
        if old is None:
            ops.append({"t": table, "id": id, **_beginning(state.leftovers(table, id), new, element_fields, elements)})
        elif patch := _patch(old, new, element_fields, elements):
            ops.append({"t": table, "id": id, **patch})
    return ops


def _beginning(leftovers: Fields, new: Fields, element_fields: frozenset[str], elements: ElementsOf) -> dict[str, Any]:
    """Return the operation that makes a document, over what others wrote to it after it was deleted."""
    adds = [field for field, value in new.items() if field in element_fields and type(value) is list]
    lists = {}
    for field, value in leftovers.items():
        if field in element_fields and (type(value) is list or field in adds):
            removed = difference(elements(field), new.get(field)).get("rm", [])
            lists[field] = {"add": list(everything(new.get(field))), "rm": removed}
    parts = {
        "unset": [field for field in leftovers if field not in new],
        "adds": [field for field in adds if field not in lists],
        "lists": lists,
    }
    return {"new": True, "set": new, **{name: part for name, part in parts.items() if part}}


def _patch(old: Fields, new: Fields, element_fields: frozenset[str], elements: ElementsOf) -> dict[str, Any]:
    changed = {field: value for field, value in new.items() if field not in old or not same(old[field], value)}
    unset = [field for field in old if field not in new]
    lists = {
        field: difference(elements(field), new.get(field))
        for field in (*changed, *unset)
        if field in element_fields and (type(old.get(field)) is list or type(new.get(field)) is list)
    }
    parts = {"set": changed, "unset": unset, "lists": lists}
    return {name: part for name, part in parts.items() if part}
