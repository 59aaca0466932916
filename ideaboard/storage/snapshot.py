"""What a board file held when it was last read, so that opening it again need not read every line.

A cache on which nothing depends. It counts only for a file that begins with the very bytes it was made of: their number
and their CRC-32 are in it. What was appended since is read as usual. It holds where the line of each packed document
is, with what its table's owner wants to know of it (a row), where all other lines are, and what else is left of a line
on many documents.

The first line is the CRC-32 of all behind it; the second is the head, a JSON object, in which `chunks` has the bytes of
each line that follows, its line end included. These come in twos, for up to 200 documents in the order that the owner
gave: a `Chunk`, which is read when the file is opened, and the rest of their rows, which is read when somebody asks.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import orjson

from ideaboard.storage.reader import Place, Prefix, crc_until, read_all
from ideaboard.storage.records import BadLine, Op, Record, decode, dumps, ops_of, read_header
from ideaboard.storage.state import Make, Name, Packed, State, TableState
from ideaboard.storage.system import READ, System, folder_of, replace_file

Row = list[Any]
"""What is kept of one document besides its line; JSON values."""

RowOf = Callable[[str], Row | None]
"""Gives the row of a document by its id; none when it is to be read from its line. Its first value comes back at once,
the others when somebody asks.
"""

Rows = Callable[[], list[Row]]
"""Gives the rows of some documents, without their first values."""

MadeOf = Callable[[list[str], list[Any], list[Packed], Rows], Iterable[object]]
"""Makes of the ids, first values, lines and rows of some documents what `Make` makes of each."""

Chunk = tuple[str, list[str], list[str], list[int], list[tuple[int, int]], list[Any]]
"""Some documents of a table: its name; their ids, stamps, kinds of `adds`, places in the file, and first values."""

_FORMAT = 4
_CHUNK = 200
_SUM_LENGTH = len("5a0c1e77\n")
_WORTH = 1 << 16
_SHARE = 5
"""So many bytes, or this share of the file (as a power of a half), must have come before a snapshot is made anew."""


class Restored(NamedTuple):
    """What a board file holds."""

    state: State
    place: Place
    """Where to read on."""
    data: Prefix
    """Where its packed documents are."""


class Snapshot:
    """The snapshot of one board file, kept at a path.

    Rows of another version are not read; `made_of` says by table what to make of its rows.
    """

    def __init__(self, path: str, version: str, made_of: Mapping[str, MadeOf]) -> None:
        self._path = path
        self._version = version
        self._made_of = made_of
        self._size: int | None = None
        """How many bytes of the board file it is known to cover; none when it is not known to be there."""

    def restore(self, system: System, fd: int, path: str, make: Mapping[str, Make | None]) -> Restored | None:
        """Return what an open board file holds; none when the snapshot does not fit it."""
        found = self._read(system)
        if found is None:
            return None
        try:
            size, crc = found[0]["size"], found[0]["crc"]
            if crc_until(system, fd, size) != crc or system.fstat(fd).st_size < size:
                return None
            return self._restored(Prefix(system, fd, path, size, crc), State(make), *found)
        except (BadLine, KeyError, TypeError, ValueError, IndexError):
            # It is whole, but not what this program writes.
            return None

    def _restored(
        self, data: Prefix, state: State, kept: dict[str, Any], chunks: Iterator[memoryview]
    ) -> Restored | None:
        adds = [tuple(names) for names in kept["adds"]]
        for chunk in chunks:
            self._take_in(state, orjson.loads(chunk), _LateRows(next(chunks)), data, adds)
        others: list[Record] = kept["records"][::-1]
        for start, length in kept["rest"]:
            line = data.piece(start, length)
            record = decode(line)
            while others and others[-1]["at"] < record["at"]:  # so that each comes upon the documents as they were
                state.apply(others.pop())
            state.apply(record, line)
        while others:
            state.apply(others.pop())
        state.newest, state.ascending = kept["newest"], kept["ascending"]
        if sum(len(table.meta) for table in state.tables.values()) != kept["documents"]:
            return None
        self._size = kept["size"]
        return Restored(state, Place(kept["size"], kept["lines"], kept["crc"]), data)

    def _take_in(self, state: State, chunk: Chunk, rows: Rows, data: Prefix, adds: list[tuple[str, ...]]) -> None:
        name, ids, at, added, places, firsts = chunk
        table = state.table(name)
        packed = [Packed(data, start, length) for start, length in places]
        table.docs.kept.update(zip(ids, packed, strict=True))
        table.meta.update(zip(ids, zip(at, map(adds.__getitem__, added), strict=True), strict=True))
        if table.make:
            table.made.update(zip(ids, self._made_of[name](ids, firsts, packed, rows), strict=True))

    def _read(self, system: System) -> tuple[dict[str, Any], Iterator[memoryview]] | None:
        try:
            with system.opened(self._path, READ, own=True) as fd:
                data = read_all(system, fd)
        except OSError:  # there is none yet, as a rule
            return None
        whole = memoryview(data)
        if data[:_SUM_LENGTH] != b"%08x\n" % zlib.crc32(whole[_SUM_LENGTH:]):
            return None
        end = data.find(b"\n", _SUM_LENGTH) % len(data)
        try:
            kept: dict[str, Any] = orjson.loads(whole[_SUM_LENGTH:end])
            known = (kept["format"], kept["version"]) == (_FORMAT, self._version)
            ends = accumulate(kept["chunks"], initial=end)
            chunks = (whole[start + 1 : stop] for start, stop in pairwise(ends))
            return (kept, chunks) if known and self._made_of.keys() >= {*kept["tables"]} else None
        except (KeyError, TypeError, ValueError):  # whole, but not what this program writes
            return None

    def worth_keeping(self, system: System, size: int) -> bool:
        """Tell whether a board file of this size has grown enough for another snapshot, and one can be written."""
        grown = self._size is None or not self._size <= size < self._size + max(_WORTH, size >> _SHARE)
        return grown and system.may_make(folder_of(self._path))

    def keep(
        self,
        system: System,
        path: str,
        place: Place,
        state: State,
        rows: Mapping[str, RowOf],
        order: Iterable[str],
    ) -> None:
        """Write a snapshot of a board file that was read without a complaint; raises `OSError` when that fails.

        Documents come back in the order of their ids that is given, those that are not in it before all others.
        """
        with system.opened(path, READ) as fd:
            data = read_all(system, fd, place.offset)
        content = _content(data, place, _Found(state, rows, order), self._version)
        if content is not None:
            system.make_folders(folder_of(self._path))
            replace_file(system, self._path, b"%08x\n" % zlib.crc32(content) + content, cache=True)
            self._size = place.offset


def _content(data: bytes, place: Place, found: _Found, version: str) -> bytes | None:
    """Return the snapshot; `None` when the file is not as it was read, or has lines in another form than ours."""
    if len(data) != place.offset or not place.ended or zlib.crc32(data) != place.crc:
        return None
    start = 0
    try:
        for line in data.split(b"\n"):
            if line and not read_header(line):
                found.look_at(line, start)
            start += len(line) + 1
    except BadLine:
        return None
    head = {"format": _FORMAT, "version": version, "size": place.offset, "crc": place.crc, "lines": place.lines}
    chunks = [b"\n" + chunk for chunk in found.chunks()]
    head |= {**found.others(), "chunks": [*map(len, chunks)]}
    return b"".join((orjson.dumps(head), *chunks))


class _Found:
    """Sorts the lines of a file into those of packed documents and all others."""

    def __init__(self, state: State, rows: Mapping[str, RowOf], order: Iterable[str]) -> None:
        self._state = state
        self._order = {id: number for number, id in enumerate(order)}
        self._names: dict[bytes, Name] = {}
        """Documents by the line that wrote them, and no other."""
        self._stamps: dict[Name, tuple[str, tuple[str, ...]]] = {}
        self._rows: dict[Name, Row] = {}
        for table, row_of in rows.items():
            self._take(table, state.tables.get(table, TableState()), row_of)
        self._adds: dict[tuple[str, ...], int] = {}
        self._found: dict[str, list[tuple[str, str, int, tuple[int, int], Row]]] = {}
        self._rest: list[tuple[int, int]] = []
        self._records: list[Record] = []

    def _take(self, table: str, state: TableState, row_of: RowOf) -> None:
        """Note the documents that one line wrote and that have a row."""
        for id, meta in state.meta.items():
            kept = state.docs.kept.get(id)
            if isinstance(meta, tuple) and isinstance(kept, Packed) and (row := row_of(id)) is not None:
                self._names[kept.record] = name = (table, id)
                self._stamps[name], self._rows[name] = meta, row

    def look_at(self, line: bytes, start: int) -> None:
        """Sort one line; raises `BadLine` when it is no record as we write them."""
        if (name := self._names.get(line)) is not None:
            self._put(name, start, len(line))
            return
        record = decode(line)
        if "many" not in record:
            self._rest.append((start, len(line)))
            return
        others: list[Op] = []
        at = 0
        for op in ops_of(record):
            part = dumps(op)
            if at >= 0:
                at = line.find(part, at)  # not there in a line that another program wrote: the rest is not looked for
            if at >= 0 and self._stamps.get((op["t"], op["id"]), ("",))[0] == record["at"]:
                self._put((op["t"], op["id"]), start + at, len(part))
            else:
                others.append(op)
        if others:
            self._records.append({"at": record["at"], "many": others})

    def _put(self, name: Name, start: int, length: int) -> None:
        (table, id), (stamp, added) = name, self._stamps[name]
        number = self._adds.setdefault(added, len(self._adds))
        self._found.setdefault(table, []).append((id, stamp, number, (start, length), self._rows[name]))

    def others(self) -> dict[str, Any]:
        tables = list(self._found)
        documents = sum(len(table.meta) for table in self._state.tables.values())
        known = {"documents": documents, "newest": self._state.newest, "ascending": self._state.ascending}
        return {**known, "tables": tables, "adds": list(self._adds), "rest": self._rest, "records": self._records}

    def chunks(self) -> Iterator[bytes]:
        for table, found in self._found.items():
            found.sort(key=lambda one: self._order.get(one[0], -1))
            for start in range(0, len(found), _CHUNK):
                *facts, rows = zip(*found[start : start + _CHUNK], strict=True)
                yield orjson.dumps([table, *facts, [row[0] for row in rows]])
                yield orjson.dumps([row[1:] for row in rows])


class _LateRows:
    """Rows of some documents, which are read when somebody asks for one."""

    __slots__ = ("_data", "_rows")

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._rows: list[Row] | None = None

    def __call__(self) -> list[Row]:
        rows = self._rows
        if rows is None:
            rows = self._rows = orjson.loads(self._data)
        return rows
