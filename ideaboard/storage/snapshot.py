"""What a board file held when it was last read, so that opening it again need not read every line.

A cache on which nothing depends. It counts only for a file that begins with the very bytes it was made of: their number
and their CRC-32 are in it. They are not read again for that while the file looks as it did when they were right
(device, inode, size and both times; see `Seen.is_settled`), which is noted in the second line, over and over. What was
appended since is read as usual. It holds where the lines of each document are, and
what its table's owner wants to know of it (a row); the lines themselves stay in the file, and are read and folded when
somebody asks for a document, or writes to it.

The first line is the CRC-32 and the length of the head, a JSON object, which is read when the file is opened. It has
the ids of all documents and the first value of each row. Behind it come pieces that are read when somebody asks: the
places of up to 100 documents, and the other values of up to 100 rows, value by value. Their checksums are in the head.
Should one of them not be right, then the lines of the file are folded as if there was no snapshot.
"""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import orjson

from ideaboard.errors import BoardFileError
from ideaboard.storage.reader import LONG, FilePart, Place, Prefix, crc_until, read_all
from ideaboard.storage.records import BadLine, Op, decode, dumps, ops_of, read_header, sound_op, taken_apart
from ideaboard.storage.state import Fields, Make, Name, Packed, State, TableState, begins, folded
from ideaboard.storage.system import READ, Seen, System, folder_of, replace_file

Row = list[Any]
"""What is kept of one document besides its lines; JSON values."""

RowOf = Callable[[str], Row | None]
"""Gives the row of a document by its id; none when it is to be made of its fields. Its first value comes back at once,
the others when somebody asks.
"""

Order = Mapping[str, Iterable[str]]
"""The order in which documents come back, by their ids, in groups that have names."""

MadeOf = Callable[["LeftTable"], Iterable[object]]
"""Makes of the documents with rows what `Make` makes of each."""

_Position = list[Any]
"""Where one line of a document is: its start and length; of a part of a line also its stamp and its CRC-32."""

_FORMAT = 6
_CHUNK = 100
_FIRST_LINE = len("5a0c1e77 000000123456\n")
_NOTE = 128
_WORTH = 1 << 16
_SHARE = 5
"""So many bytes, or this share of the file (as a power of a half), must have come before a snapshot is made anew."""


class Restored(NamedTuple):
    """What a board file holds."""

    state: State
    place: Place
    """Where to read on."""
    data: Prefix
    """Where its documents are."""
    pieces: FilePart
    """Where the rest of the snapshot is."""


class LeftTable:
    """The documents of a table that were left in the file."""

    def __init__(self, name: str, kept: Mapping[str, Any], data: Prefix, pieces: FilePart) -> None:
        self.ids: list[str] = kept["ids"]
        self.without: int = kept["without"]
        """How many of the first documents have no row."""
        self.firsts: list[Any] = kept["firsts"]
        """The first values of the rows."""
        self.groups = [*chain.from_iterable([name] * count for name, count in kept["groups"])]
        """The names of the groups that the documents with rows are in."""
        self.alive: int = kept["alive"]
        self._name = name
        self.chunk = _CHUNK
        self._pieces_of: dict[str, list[list[int]]] = kept["chunks"]
        self._read: dict[tuple[str, int], list[Any]] = {}
        self._data = data
        self._pieces = pieces
        self._all: dict[str, list[tuple[str, Op]]] = {}
        """What all lines do, when the places are not right."""

    def columns(self, chunk: int) -> list[list[Any]] | None:
        """Return the other values of so many rows, value by value; none when they cannot be read."""
        return self._piece("rows", chunk)

    def forget(self, chunk: int) -> None:
        """Drop what `columns` returned from memory."""
        self._read.pop(("rows", chunk), None)

    def packed(self, number: int) -> Packed:
        return LeftDocument(self, number)

    def _piece(self, kind: str, chunk: int) -> list[Any] | None:
        """Return the places, or the rows, of a chunk; none when they are not right."""
        found = self._read.get((kind, chunk))
        if found is None:
            start, length, crc = self._pieces_of[kind][chunk]
            try:
                piece = self._pieces.piece(start, length)
            except OSError:
                return None
            if zlib.crc32(piece) != crc:
                return None
            found = self._read[kind, chunk] = orjson.loads(piece)
        return found

    def places(self, number: int) -> list[_Position] | None:
        """Return where the lines of a document are; none when that is not known any more."""
        chunk = self._piece("places", number // _CHUNK)
        return chunk[number % _CHUNK] if chunk else None

    def lines(self, number: int) -> list[bytes]:
        """Return the lines of a document, or what of them is about it."""
        places = self.places(number)
        if places is None:
            return [dumps(op) for _, op in self.ops(number)]
        return [self._line(place) for place in places]

    def _line(self, place: _Position) -> bytes:
        return self._data.sound(place[0], place[1], place[3] if len(place) > len(("start", "length")) else None)

    def ops(self, number: int) -> list[tuple[str, Op]]:
        """Return what the lines of a document do to it, each with its stamp, in the order of the file."""
        places = self.places(number)
        if places is None:
            return self._all_ops()[self.ids[number]]
        return [one for place in places for one in self._ops_at(place, self.ids[number])]

    def _ops_at(self, place: _Position, id: str) -> list[tuple[str, Op]]:
        for _ in range(2):
            record = orjson.loads(self._line(place))
            at = record["at"] if len(place) == len(("start", "length")) else place[2]
            if found := [(at, op) for op in ops_of(record) if (op["t"], op["id"]) == (self._name, id)]:
                return found
            self._data.load()  # raises, when another program wrote other lines of the same length over these
        raise BoardFileError("the snapshot of the board file is not what it should be", "delete the cache folder")

    def _all_ops(self) -> dict[str, list[tuple[str, Op]]]:
        """Read all lines of the file, since nobody knows any more which are those of a document."""
        if not self._all:
            for record in map(decode, filter(_holds_a_record, self._data.load().split(b"\n"))):
                for op in ops_of(record):
                    if op["t"] == self._name:
                        self._all.setdefault(op["id"], []).append((record["at"], op))
        return self._all

    def ops_of(self, id: str) -> list[tuple[str, Op]]:
        number = self._numbers.get(id)
        return [] if number is None else self.ops(number)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return dict(zip(self.ids, range(len(self.ids)), strict=True))

    def folded(self, number: int) -> TableState:
        places = self.places(number)
        if places and len(places) == 1:
            self.alive -= places[0][1]
        return folded(self.ops(number))


class LeftDocument(Packed):
    """A document that was left in the file."""

    __slots__ = ("_number", "_table")

    def __init__(self, table: LeftTable, number: int) -> None:
        self._table = table
        self._number = number

    @property
    def record(self) -> bytes:
        return b"\n".join(self._table.lines(self._number))

    def fields(self) -> Fields:
        ops = self._table.ops(self._number)
        if len(ops) == 1 and begins(ops[0][1]):  # as most: who looks through thousands need not fold them
            made: Fields = ops[0][1].get("set", {})
            return made
        (fields,) = folded(ops).docs.values()
        return fields


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
        self._pieces: FilePart | None = None

    def restore(
        self, system: System, fd: int, path: str, make: Mapping[str, Make | None], *, local: bool
    ) -> Restored | None:
        """Return what an open board file holds; none when the snapshot does not fit it. What a file looks like is only
        believed on a local disk.
        """
        try:
            with system.opened(self._path, READ, own=True) as own:
                first, note = system.read(own, _FIRST_LINE), system.read(own, _NOTE)
                data = read_all(system, own, int(first[9:]))
                if first[:8] != b"%08x" % zlib.crc32(data):
                    return None
                kept = orjson.loads(data)
                begun = _FIRST_LINE + _NOTE + len(data)
                whole = begun + kept["pieces"] == system.fstat(own).st_size
                if not whole or (kept["format"], kept["version"]) != (_FORMAT, self._version):
                    return None
                size, crc = kept["size"], kept["crc"]
                seen = Seen.of(system.fstat(fd))
                settled = local and seen.is_settled(time.time_ns())
                if not settled or note != _note(first, seen):
                    if crc_until(system, fd, size) != crc or seen.size < size:
                        return None
                    if settled and Seen.of(system.fstat(fd)) == seen:
                        self._note_down(system, _note(first, seen))
                prefix = Prefix(system, fd, path, size, crc, seen if settled else None)
                restored = self._restored(State(make), kept, prefix, FilePart(system, own, begun, kept["pieces"]))
        except (OSError, KeyError, TypeError, ValueError, IndexError):
            # There is none yet, as a rule; or it is whole, but not what this program writes.
            return None
        self._size, self._pieces = size, restored.pieces
        return restored

    def _restored(self, state: State, kept: dict[str, Any], data: Prefix, pieces: FilePart) -> Restored:
        for name, known in kept["tables"].items():
            left = LeftTable(name, known, data, pieces)
            table = state.table(name)
            table.leave(left, left.ids, known["gone"])
            if table.make and left.firsts:
                table.made = dict(zip(left.ids[left.without :], self._made_of[name](left), strict=True))
        state.newest = state.since = kept["newest"]
        state.ascending = kept["ascending"]
        return Restored(state, Place(kept["size"], kept["lines"], kept["crc"]), data, pieces)

    def _note_down(self, system: System, note: bytes) -> None:
        """Remember what a file looks like whose bytes were found to be right."""
        with suppress(OSError), system.opened(self._path, READ | os.O_RDWR, own=True) as own:
            system.seek(own, _FIRST_LINE)
            system.write(own, note)

    def hold(self) -> None:
        """Read into memory what else there is in its file."""
        if self._pieces:
            with suppress(OSError):  # then the lines of the board file tell
                self._pieces.load()

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
        order: Mapping[str, Order],
        *,
        local: bool,
    ) -> None:
        """Write a snapshot of a board file that was read without a complaint; raises `OSError` when that fails.

        Documents come back in the order that is given by table; those without a row before all others.
        """
        with system.opened(path, READ) as fd:
            seen = Seen.of(system.fstat(fd))
            settled = local and seen.is_settled(time.time_ns())
            data = read_all(system, fd, place.offset)
        places = _places(data, place)
        if places is None or any(
            table.meta.keys() != places.get(name, {}).keys() for name, table in state.tables.items()
        ):
            return
        pieces: list[bytes] = []
        tables = {
            name: _kept(table, places.get(name, {}), rows.get(name), order.get(name, {}), pieces)
            for name, table in state.tables.items()
        }
        head = {"format": _FORMAT, "version": self._version, "pieces": sum(map(len, pieces)), "tables": tables}
        head |= {"size": place.offset, "crc": place.crc, "lines": place.lines}
        content = orjson.dumps(head | {"newest": state.newest, "ascending": state.ascending})
        system.make_folders(folder_of(self._path))
        first = b"%08x %012d\n" % (zlib.crc32(content), len(content))
        note = _note(first, seen) if settled else b" " * _NOTE
        replace_file(system, self._path, b"".join((first, note, content, *pieces)), cache=True)
        self._size = place.offset


def _note(first: bytes, seen: Seen) -> bytes:
    """Return what stands in the snapshot with this first line once the bytes of a file that looks so are checked."""
    said = " ".join((first[:8].decode(), *map(str, seen)))
    return said.ljust(_NOTE - 1)[: _NOTE - 1].encode() + b"\n"


def _places(data: bytes, place: Place) -> dict[str, dict[str, list[_Position]]] | None:
    """Find the lines of each document, by table and id; none when the file is not as it was read, or has lines in
    another form than ours.
    """
    if len(data) != place.offset or not place.ended or zlib.crc32(data) != place.crc:
        return None
    places: dict[str, dict[str, list[_Position]]] = {}
    start = 0
    try:
        for line in data.split(b"\n"):
            if name := _name_of(line):
                places.setdefault(name[0], {}).setdefault(name[1], []).append([start, len(line)])
            elif _holds_a_record(line):
                for op, position in _positions(line, start):
                    places.setdefault(op["t"], {}).setdefault(op["id"], []).append(position)
            start += len(line) + 1
    except BadLine:
        return None
    return places


_PLAIN = re.compile(rb'\{"t":"([^"\\]*)","id":"([^"\\]{8})","at":"').match
"""The beginning of a line on one document as we write it."""


def _name_of(line: bytes) -> Name | None:
    """Return quickly which document a line is about; none is a reason to read it, as where a key may come again."""
    found = _PLAIN(line)
    once = line.count(b'"t":') == line.count(b'"id":') == 1 and b"\\u" not in line
    return (found[1].decode(), found[2].decode()) if found and once else None


def _holds_a_record(line: bytes) -> bool:
    return bool(line) and not read_header(line)


def _positions(line: bytes, start: int) -> Iterator[tuple[Op, _Position]]:
    """Give the operations of a line, each with its place; raises `BadLine` when it is no record as we write them."""
    if (apart := taken_apart(line)) and all(parts := [sound_op(line[begun:end]) for begun, end in apart[1]]):
        for op, (begun, end) in zip(parts, apart[1], strict=True):
            yield op or {}, [start + begun, end - begun, apart[0], zlib.crc32(line[begun:end])]
    elif len(line) > LONG:
        raise BadLine("it would be read as a whole for each document")
    else:
        for op in ops_of(decode(line)):
            yield op, [start, len(line)]


def _chunked(some: list[Any]) -> Iterator[list[Any]]:
    return (some[start : start + _CHUNK] for start in range(0, len(some), _CHUNK))


def _kept(
    table: TableState,
    places: Mapping[str, list[_Position]],
    row_of: RowOf | None,
    order: Order,
    pieces: list[bytes],
) -> dict[str, Any]:
    """Return what the head says of a table, and put its other parts to the pieces."""
    rows: dict[str, Row] = {}
    groups: list[tuple[str, int]] = []
    for group, ids in order.items():
        before = len(rows)
        rows |= {id: row for id in ids if row_of and id in table.docs and (row := row_of(id)) is not None}
        groups.append((group, len(rows) - before))
    others = [id for id in table.meta if id not in rows]
    ids = [*others, *rows]
    chunks: dict[str, list[tuple[int, int, int]]] = {"places": [], "rows": []}
    begun = sum(map(len, pieces))
    for kind, parts in (
        ("places", [[places[id] for id in some] for some in _chunked(ids)]),
        ("rows", [[*zip(*(row[1:] for row in some), strict=True)] for some in _chunked([*rows.values()])]),
    ):
        for piece in map(orjson.dumps, parts):
            chunks[kind].append((begun, len(piece), zlib.crc32(piece)))
            begun += len(piece)
            pieces.append(piece)
    return {
        "ids": ids,
        "gone": [number for number, id in enumerate(others) if id not in table.docs],
        "without": len(others),
        "firsts": [row[0] for row in rows.values()],
        "groups": groups,
        "alive": sum(lines[0][1] for id, lines in places.items() if len(lines) == 1 and id in table.docs),
        "chunks": chunks,
    }
