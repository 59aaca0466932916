"""The fold: from records to documents, the last write per field.

It does not depend on the order of the records, nor on how often each comes, so that any union of two copies of a file
gives the same documents. For each document:

- a field has the value with the greatest stamp; a field may also be unset;
- a tombstone beats every write before it; only a record that is marked as a whole document brings it back;
- lists that merge by element follow `ideaboard.storage.lists`.

Documents are never changed in place: a change puts a new `dict` where the old one was, and holders of the old one keep
it as it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import orjson

from ideaboard.storage.lists import MISSING, Elements, Key, everything, greater, keyed
from ideaboard.storage.records import Op, Record, dumps, is_whole, ops_of, sound_op, taken_apart

Fields = dict[str, Any]

Name = tuple[str, str]
"""A table and the id of a document in it."""

_REMEMBERED = 512
"""How many documents are remembered as they were before they were written again."""


class Packed:
    """One document as the JSON it came in: its fields are the `set` of this object, the line that made it or a part
    of it.
    """

    __slots__ = ("_end", "_line", "_start")

    def __init__(self, line: bytes, start: int = 0, end: int | None = None) -> None:
        self._line = line
        self._start = start
        self._end = end

    @property
    def record(self) -> bytes:
        return self._line[self._start : self._end]

    def fields(self) -> Fields:
        fields: Fields = orjson.loads(self.record).get("set", {})
        return fields

    def may_hold(self, words: Sequence[bytes]) -> bool:
        """Tell quickly whether all words may be in the document: `False` is certain, `True` is a reason to look.

        The words are lower-case ASCII without blanks, control characters and what JSON writes with a backslash.
        """
        record = self.record
        lower = record.lower()
        for word in words:
            if word not in lower:
                # One backslash is found in no time, which cannot be said of two characters.
                return not record.isascii() or (b"\\" in record and b"\\u" in record)
        return True

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Packed):
            return self.record == other.record or self.fields() == other.fields()
        return self.fields() == other

    __hash__ = None  # type: ignore[assignment]  # equal to a `dict`, which has no hash either


Make = Callable[[Sequence[str], Sequence[Fields], Sequence[Packed]], Iterable[object]]
"""Makes something of each of some documents while their fields are at hand, which are thrown away afterwards."""

_AT_ONCE = 256
"""So many documents are given to a `Make`."""


class Left(Protocol):
    """The documents of a table that were left in the file when it was opened; each has a number."""

    alive: int
    """How many bytes of the file are lines of documents that no other line is about."""

    def packed(self, number: int) -> Packed: ...

    def folded(self, number: int) -> TableState:
        """Return a table with this document alone, as its lines give it; it is to be kept elsewhere from now on."""

    def ops_of(self, id: str) -> Iterable[tuple[str, Op]]:
        """Return what its lines do to a document, each with its stamp, in the order of the file."""


class Docs(Mapping[str, Fields]):
    """The documents of a table by id; readers must not change them."""

    __slots__ = ("kept", "left")

    def __init__(self) -> None:
        self.kept: dict[str, Fields | Packed | int] = {}
        """The documents as they are in memory; the number of one that was left in the file."""
        self.left: Left | None = None

    def found(self, id: str) -> Fields | Packed | None:
        """Return a document as it is in memory, or where it can be read."""
        kept = self.kept.get(id)
        return self.left.packed(kept) if self.left and type(kept) is int else kept  # type: ignore[return-value]  # mypy does not narrow here

    def __getitem__(self, id: str) -> Fields:
        if (kept := self.found(id)) is None:
            raise KeyError(id)
        return kept.fields() if isinstance(kept, Packed) else kept

    def __iter__(self) -> Iterator[str]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)

    def __contains__(self, id: object) -> bool:
        return id in self.kept

    def packed_bytes(self) -> int:
        alone = sum(len(kept.record) for kept in self.kept.values() if type(kept) is Packed)
        return alone + (self.left.alive if self.left else 0)

    def unpacked(self) -> dict[str, Fields]:
        """Return all documents in a `dict` of its own; they stay unpacked, as all will be wanted again."""
        for id, kept in self.kept.items():
            if type(kept) is not dict:
                self.kept[id] = self[id]
        return dict(self.kept)  # type: ignore[arg-type]  # nothing is packed any more


class Meta:
    """The stamps of one document that was written more than once; `at` is that of each field that is not in `ats`."""

    __slots__ = ("adds", "at", "ats", "born", "dead", "lists")

    def __init__(self, at: str = "", adds: tuple[str, ...] = ()) -> None:
        self.at = at
        self.born = at
        self.dead = ""
        self.adds = adds
        self.ats: dict[str, str] = {}
        self.lists: dict[str, Elements] = {}

    @property
    def visible(self) -> bool:
        return not self.dead or self.born > self.dead

    def stamp(self, field: str, fields: Fields) -> str:
        """Return when a field was set or unset; empty when it never was."""
        return self.ats.get(field) or (self.at if field in fields else "")

    def set(self, field: str, value: Any, at: str, fields: Fields) -> None:
        """Take a write of a field that has one value."""
        known = self.stamp(field, fields)
        if at > known or (at == known and greater(value, fields.get(field, MISSING))):
            self.ats[field] = at
            _put(fields, field, value)

    def set_list(self, field: str, value: Any, at: str, op: Op, fields: Fields) -> None:
        """Take a write of a list that merges by element."""
        elements = self.lists.get(field)
        if elements is None:
            elements = self.lists[field] = Elements()
            known = self.stamp(field, fields)
            if known:
                base = fields.get(field, MISSING)
                if field in self.ats or field not in self.adds:
                    elements.replace(base, known)
                else:
                    elements.change(base, known, everything(base), ())
            self.ats.pop(field, None)
        touched = op.get("lists", {}).get(field)
        if field in op.get("adds", ()):
            elements.change(value, at, everything(value), ())
        elif touched is not None:
            elements.change(value, at, touched.get("add", ()), touched.get("rm", ()))
        else:
            elements.replace(value, at)
        _put(fields, field, elements.value())

    def bury(self, at: str, fields: Fields) -> None:
        """Take a tombstone: drop all that is older."""
        self.dead = at
        for field in [field for field in fields if field not in self.lists and self.stamp(field, fields) < at]:
            del fields[field]
        self.ats = {field: stamp for field, stamp in self.ats.items() if stamp > at}
        if self.at < at:
            self.adds = ()
        for field, elements in list(self.lists.items()):
            if not elements.forget(at):
                del self.lists[field]
            _put(fields, field, elements.value())


Alone = tuple[str, tuple[str, ...]]
"""A document that one record wrote needs no more than its stamp and the names of its merging lists."""


class TableState:
    """The documents of one table, and the stamps of each."""

    __slots__ = ("_fresh", "docs", "hidden", "made", "make", "meta")

    def __init__(self, make: Make | None = None) -> None:
        self.docs = Docs()
        self.make = make
        self._fresh: dict[str, tuple[Fields, Packed]] = {}
        """Documents of which something is to be made."""
        self.made: dict[str, object] = {}
        """What was made of documents that only one record wrote."""
        self.hidden: dict[str, Fields] = {}
        """What was written to deleted documents after their tombstone."""
        self.meta: dict[str, Meta | Alone | int] = {}
        """The stamps of each document that ever was; the number of one that was left in the file."""

    def take_in(self, id: str, fields: Fields, packed: Packed) -> None:
        """Keep a document as its line."""
        self.docs.kept[id] = packed
        if self.make:
            self._fresh[id] = fields, packed
            if len(self._fresh) == _AT_ONCE:
                self.make_all()

    def make_all(self) -> None:
        """Make what is to be made."""
        if self.make and self._fresh:
            documents = zip(*self._fresh.values(), strict=True)
            self.made.update(zip(self._fresh, self.make([*self._fresh], *map(list, documents)), strict=True))
        self._fresh = {}

    def forget_made(self, id: str) -> None:
        """Forget what was made of a document that is another now."""
        self._fresh.pop(id, None)
        self.made.pop(id, None)

    def leave(self, left: Left, ids: Sequence[str], gone: Iterable[int]) -> None:
        """Take documents that are left in the file, numbered in this order; those that are gone were deleted."""
        self.docs.left = left
        self.meta = dict(zip(ids, range(len(ids)), strict=True))
        self.docs.kept = dict(self.meta)  # type: ignore[arg-type]  # `dict` is invariant
        for number in gone:
            del self.docs.kept[ids[number]]

    def stamps(self, id: str) -> Meta | Alone | None:
        """Return the stamps of a document; one that was left in the file is read, with all that belongs to it."""
        meta = self.meta.get(id)
        if type(meta) is int and (left := self.docs.left):
            read = left.folded(meta)
            meta = self.meta[id] = read.meta[id]
            self.docs.kept.update((id, fields) for fields in read.docs.kept.values())
            self.hidden.update(read.hidden)
        return meta  # type: ignore[return-value]  # mypy does not narrow here


class State:
    """All tables of a board; `make` names those whose documents are kept packed, and what to make of each."""

    __slots__ = ("_adds", "_before", "_make", "ascending", "changed", "newest", "since", "tables")

    def __init__(self, make: Mapping[str, Make | None] | None = None) -> None:
        self.tables: dict[str, TableState] = {}
        self.newest = ""
        """The greatest stamp seen."""
        self.ascending = True
        """Whether each record came after all those with earlier stamps."""
        self.since = ""
        """Documents are not remembered as they were at this stamp or before; their lines tell."""
        self.changed: set[Name] | None = None
        """Takes the names of changed documents, when it is a set."""
        self._adds: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._before: deque[tuple[str, Name, Fields | Packed | None]] = deque(maxlen=_REMEMBERED)
        """Documents as they were, with the stamp of what wrote them then; a new one was not there and is not in it."""
        self._make = dict(make or {})

    def documents(self, table: str) -> Docs:
        return self._found(table).docs

    def _found(self, name: str) -> TableState:
        return self.tables.get(name) or TableState()

    def table(self, name: str) -> TableState:
        """Return a table to put documents in."""
        found = self.tables.get(name)
        if found is None:
            found = self.tables[name] = TableState(self._make.get(name))
        return found

    def take_made(self, table: str) -> dict[str, object]:
        """Return what was made of the documents of a table, by id, and make nothing more."""
        if table in self._make:
            self._make[table] = None
        found = self._found(table)
        found.make_all()
        made, found.made, found.make = found.made, {}, None
        return made

    def names(self) -> Iterator[Name]:
        for name, table in self.tables.items():
            for id in table.docs:
                yield name, id

    def known(self, table: str, id: str) -> bool:
        """Tell whether an id was ever used."""
        return id in self._found(table).meta

    def born(self, table: str, id: str) -> str:
        """Return the stamp of the action that made a document, or of its oldest field; empty when there is none."""
        meta = self._found(table).stamps(id)
        if isinstance(meta, Meta):
            return meta.born or min(meta.ats.values(), default="")
        return meta[0] if meta else ""

    def leftovers(self, table: str, id: str) -> Fields:
        """Return what was written to a deleted document after its tombstone."""
        found = self._found(table)
        found.stamps(id)
        return found.hidden.get(id, {})

    def brought_back(self, table: str, id: str, fields: Fields) -> Fields:
        """Return a deleted document when its deletion is taken back: as it was, with what others wrote since on top."""
        meta = self._found(table).stamps(id)
        merging = meta.lists if isinstance(meta, Meta) else {}
        back = {**fields, **self.leftovers(table, id)}
        for field in merging.keys() & fields.keys():
            if type(fields[field]) is list and type(back[field]) is list:
                back[field] = list((keyed(fields[field]) | keyed(back[field])).values())
        return back

    def elements(self, table: str, id: str, field: str) -> dict[Key, Any]:
        """Return the elements of a list that merges by element, of a deleted document too."""
        found = self._found(table)
        meta = found.stamps(id)
        if isinstance(meta, Meta) and field in meta.lists:
            return meta.lists[field].there()
        return keyed((found.docs.get(id) or found.hidden.get(id) or {}).get(field))

    def around(self, record: Record) -> dict[Name, tuple[Fields | None, Fields | None]] | None:
        """Return the documents of a record as they were before and after it; none when that is not remembered."""
        at, each = record["at"], [*ops_of(record)]
        ops = {(op["t"], op["id"]): op for op in each}
        if not self.ascending or len(ops) < len(each):
            return None
        if at <= self.since:
            return {name: self._around_left(name, at) for name in ops}
        if len(self._before) == self._before.maxlen and self._before[0][0] >= at:
            return None
        before: dict[Name, Fields | Packed | None] = {}
        after: dict[Name, Fields | Packed | None] = {}
        for stamp, name, document in reversed(self._before):
            if stamp < at:
                break
            if name in ops:
                (before if stamp == at else after)[name] = document
        if any(name not in before and op.get("new") is not True for name, op in ops.items()):
            return None
        now = {name: self.documents(name[0]).found(name[1]) for name in ops}
        return {name: (_unpacked(before.get(name)), _unpacked(after.get(name, now[name]))) for name in ops}

    def _around_left(self, name: Name, at: str) -> tuple[Fields | None, Fields | None]:
        """Return a document as its lines made it before a stamp, and with that one."""
        table, id = name
        left = self.documents(table).left
        ops = [*left.ops_of(id)] if left else []
        before, after = ([op for op in ops if counts(op[0])] for counts in (at.__gt__, at.__ge__))
        return folded(before).docs.get(id), folded(after).docs.get(id)

    def apply(self, record: Record, line: bytes = b"") -> None:
        """Take in one record, as `records.decode` returns it; its line comes with one that is given away."""
        at: str = record["at"]
        self._date(at)
        if "t" in record:
            self._apply(record, at, line or None)
        elif line:
            # One by one out of the record, which nobody needs any more: an import may be larger than all the rest.
            ops: list[Op] = record.get("many", [])
            ops.reverse()
            while ops:
                self._apply(ops.pop(), at, b"")
        else:
            for op in ops_of(record):
                self._apply(op, at)

    def apply_long(self, line: bytes) -> bool:
        """Take in a long line on many new documents one by one, which stay parts of it; an import may be larger than
        all the rest. False, and nothing is taken in, when it is not whole, or is another line.
        """
        if not is_whole(line) or (apart := taken_apart(line)) is None:
            return False
        at, places = apart
        taken = State(self._make)
        for start, end in places:
            op = sound_op(line[start:end])
            if op is None or not begins(op) or self.known(op["t"], op["id"]) or taken.known(op["t"], op["id"]):
                return False
            taken._begin(op, at, Packed(line, start, end))  # of this class
        self._date(at)
        for name, new in taken.tables.items():
            new.make_all()
            table = self.table(name)
            table.docs.kept |= new.docs.kept
            table.meta |= new.meta
            table.made |= new.made
            if self.changed is not None:
                self.changed.update((name, id) for id in new.meta)
        return True

    def _date(self, at: str) -> None:
        if at > self.newest:
            self.newest = at
        else:
            self.ascending = False

    def _apply(self, op: Op, at: str, line: bytes | None = None) -> None:
        """Take one operation; its line, or that there is none of its own (`b""`), is given where it may be packed."""
        name, id = op["t"], op["id"]
        table = self.table(name)
        if id not in table.meta and begins(op):
            packs = line is not None and name in self._make
            self._begin(op, at, Packed(line or dumps({"set": op.get("set", {})})) if packs else None)
        else:
            self._before.append((at, (name, id), table.docs.found(id)))
            _merge(table, id, op, at)
            table.forget_made(id)
        if self.changed is not None:
            self.changed.add((name, id))

    def _begin(self, op: Op, at: str, packed: Packed | None) -> None:
        """Take the operation that makes a document, which is not there."""
        name, id = op["t"], op["id"]
        table = self.table(name)
        adds = tuple(op.get("adds", ()))
        if packed and name in self._make:
            table.take_in(id, op.get("set", {}), packed)
        else:
            table.docs.kept[id] = op.get("set", {})
        table.meta[id] = (at, self._adds.setdefault(adds, adds))

    def set_by(self, op: Op, at: str) -> bool:
        """Tell whether anything in an operation still counts; compaction may drop it otherwise."""
        table = self._found(op["t"])
        meta = table.stamps(op["id"])
        if not isinstance(meta, Meta):
            return meta is not None and meta[0] == at
        if at < meta.dead:
            return False
        if at in (meta.born, meta.dead):
            return True
        fields = table.docs.get(op["id"]) or table.hidden.get(op["id"], {})
        return any(
            meta.lists[field].set_by(at) if field in meta.lists else meta.stamp(field, fields) == at
            for field in (*op.get("set", ()), *op.get("unset", ()))
        )


def begins(op: Op) -> bool:
    """Tell whether an operation is a whole document, and no more."""
    return op.get("new") is True and "unset" not in op and "lists" not in op


def _merge(table: TableState, id: str, op: Op, at: str) -> None:
    """Take an operation on a document that was written before, or that lacks its beginning."""
    meta = table.stamps(id)
    if meta is None:
        meta = table.meta[id] = Meta()
    elif isinstance(meta, tuple):
        meta = table.meta[id] = Meta(*meta)
    fields = dict(table.docs.get(id) or table.hidden.get(id) or {})
    if op.get("new") is True and at > meta.born:
        meta.born = at
    if op.get("del") is True and at > meta.dead:
        meta.bury(at, fields)
    if at > meta.dead:
        adds, lists = op.get("adds", ()), op.get("lists", {})
        writes = [*op.get("set", {}).items(), *((field, MISSING) for field in op.get("unset", ()))]
        for field, value in writes:
            if field in adds or field in lists or field in meta.lists or field in meta.adds:
                meta.set_list(field, value, at, op, fields)
            else:
                meta.set(field, value, at, fields)
    if meta.visible:
        table.docs.kept[id] = fields
    else:
        table.docs.kept.pop(id, None)
    if fields and not meta.visible:
        table.hidden[id] = fields
    else:
        table.hidden.pop(id, None)


def folded(ops: Iterable[tuple[str, Op]]) -> TableState:
    """Fold what is done to one document, each with its stamp."""
    state = State()
    table = TableState()
    for at, op in ops:
        state._apply(op, at)  # noqa: SLF001  # the class is here
        table = state.table(op["t"])
    return table


def _unpacked(kept: Fields | Packed | None) -> Fields | None:
    return kept.fields() if isinstance(kept, Packed) else kept


def _put(fields: Fields, field: str, value: Any) -> None:
    if value is MISSING:
        fields.pop(field, None)
    else:
        fields[field] = value
