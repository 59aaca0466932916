"""What the tests of the board file share: quick and faulty systems, odd clocks, and a simpler fold to compare with."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from ideaboard.storage import Database, open_db
from ideaboard.storage.records import HEADER
from ideaboard.storage.snapshot import Snapshot
from ideaboard.storage.state import Meta
from ideaboard.storage.system import System


class QuickSystem(System):
    """Does not wait for the disk; its chances are the same in every run."""

    def __init__(self, seed: int = 0) -> None:
        self._chance = random.Random(seed)

    def random(self) -> int:
        return self._chance.getrandbits(64)

    def fsync(self, fd: int) -> None:
        pass

    def sync_folder(self, path: str) -> None:
        pass

    def sleep(self, seconds: float) -> None:
        pass


def ticking(start: datetime = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)) -> Callable[[], datetime]:
    """Return a clock that goes on by a second at each look."""
    moments = (start + timedelta(seconds=second) for second in range(1_000_000))
    return lambda: next(moments)


def quick_db(path: Path, seed: int = 0, **options: Any) -> Database:
    return open_db(path, system=QuickSystem(seed), **options)


def a_snapshot(folder: Path, version: str = "1") -> Snapshot:
    """Return a snapshot of the ideas of a board file, whose rows are whatever the test says."""
    return Snapshot(str(folder / "snapshot.json"), version, {"ideas": lambda left: left.firsts})


def keep_rows(db: Database, row_of: Callable[[str], list[Any] | None] = lambda name: [name], step: int = 1) -> None:
    """Keep a snapshot whose rows hold no more than the id, in the order of the documents or every `step` of it."""
    db.drain_changes()
    db.keep_snapshot({"ideas": row_of}, {"ideas": {"": [*db.documents("ideas")][::step]}})


def exact(value: Any) -> bytes:
    """Return bytes that are equal for equal values only: `1`, `1.0` and `true` differ, the order of keys does not."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def contents(db: Database) -> bytes:
    """Return all documents of a database as they are in memory, table by table, to be compared."""
    return exact({name: dict(table.docs) for name, table in db._journal.state.tables.items() if table.docs})


def contents_of(path: Path) -> bytes:
    return contents(quick_db(path, read_only=True))


def everything(db: Database) -> Any:
    """Return all that the fold knows of a board: the documents, their stamps, what was written to deleted ones."""
    state = db._journal.state
    tables: dict[str, Any] = {}
    for name, table in state.tables.items():
        stamps = {id: _stamps(table.stamps(id)) for id in table.meta}
        if stamps:
            tables[name] = (exact(dict(table.docs)), stamps, exact(table.hidden))
    return tables, state.newest


def _stamps(meta: Any) -> Any:
    if not isinstance(meta, Meta):
        return meta
    lists = {
        field: (elements.marks, elements.reset, elements.whole, elements.whole_at)
        for field, elements in meta.lists.items()
    }
    return (meta.at, meta.adds, meta.born, meta.dead, meta.ats, repr(lists))


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def write_union(path: Path, *parts: Iterable[bytes], seed: int | None = None) -> None:
    """Write the lines of several files, each once, in their order or shuffled."""
    lines = list(dict.fromkeys(line for part in parts for line in part))
    if seed is not None:
        random.Random(seed).shuffle(lines)
    fresh = path.with_suffix(".merged")
    fresh.write_bytes(b"".join(lines))
    fresh.replace(path)


def naive_fold(lines: Iterable[bytes]) -> bytes:
    """Give the documents of a set of lines the plain way: sorted by stamp, one after the other."""
    tables: dict[str, dict[str, _Document]] = {}
    records = {line: orjson.loads(line) for line in lines if line.rstrip() != HEADER}
    for record in sorted(records.values(), key=lambda record: str(record["at"])):
        for op in record.get("many", [record] if "t" in record else []):
            tables.setdefault(op["t"], {}).setdefault(op["id"], _Document()).take(op)
    shown = {table: {id: doc.fields() for id, doc in docs.items() if doc.there} for table, docs in tables.items()}
    return exact({table: docs for table, docs in shown.items() if docs})


class _Document:
    def __init__(self) -> None:
        self.there = True
        self.plain: dict[str, Any] = {}
        self.wholes: dict[str, Any] = {}
        self.elements: dict[str, dict[Any, Any]] = {}

    def take(self, op: dict[str, Any]) -> None:
        if op.get("del"):
            self.__init__()  # type: ignore[misc]  # forget everything
            self.there = False
            return
        if op.get("new"):
            self.there = True
        for field, value in [*op.get("set", {}).items(), *((field, None) for field in op.get("unset", []))]:
            gone = field not in op.get("set", {})
            touched = op.get("lists", {}).get(field)
            if field in op.get("adds", []):
                touched = {"add": list(range(len(value)))}
            if touched is None:
                self.elements.pop(field, None)
                self.wholes.pop(field, None)
                self.plain.pop(field, None)
                if not gone:
                    self.plain[field] = value
                continue
            known = self.elements.get(field)
            if known is None:
                known = dict(_keyed(self.plain.pop(field, None)))
            for index in touched.get("add", []):
                key, element = _keyed(value)[index]
                known.pop(key, None)
                known[key] = element
            for element, number in touched.get("rm", []):
                known.pop((_name(element), number), None)
            self.elements[field] = known
            self.wholes[field] = ([], False) if gone else (value, True)

    def fields(self) -> dict[str, Any]:
        shown = dict(self.plain)
        for field, known in self.elements.items():
            whole, there = self.wholes[field]
            if type(whole) is not list:
                shown[field] = whole
                continue
            left = dict(known)
            value = [left.pop(key) for key, _ in _keyed(whole) if key in left]
            value += left.values()
            if value or there:
                shown[field] = value
        return shown


def _name(element: Any) -> str:
    if isinstance(element, dict) and isinstance(element.get("id"), str):
        return f"id {element['id']}"
    return "json " + orjson.dumps(element, option=orjson.OPT_SORT_KEYS).decode()


def _keyed(value: Any) -> list[tuple[Any, Any]]:
    if type(value) is not list:
        return []
    names = [_name(element) for element in value]
    return [((name, names[:index].count(name)), value[index]) for index, name in enumerate(names)]


CHANGING = (
    "open",
    "close",
    "write",
    "fsync",
    "truncate",
    "chmod",
    "rename",
    "link",
    "unlink",
    "make_folders",
    "sync_folder",
)
LOOKING = ("stat", "fstat", "read", "read_at", "seek", "try_lock", "dup")


class Killed(BaseException):
    """Stands for the end of the process."""


class Counting(QuickSystem):
    """Counts calls, and can fail or die at one of them."""

    def __init__(self) -> None:
        super().__init__(seed=1)
        self.calls: list[str] = []
        self.files: set[int] = set()
        self.fails_at = -1
        self.fault: Callable[[str], BaseException] = lambda name: OSError(errno.EIO, name)
        self.after = False
        self.half = False
        self.dead = False

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        return self._watched(name, value) if name in CHANGING + LOOKING else value

    def _watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any) -> Any:
            if self.dead:
                raise Killed
            number = len(self.calls)
            self.calls.append(name)
            if number != self.fails_at or (name == "close" and not isinstance(self.fault(name), Killed)):
                return self._done(name, call, args)
            if self.half and name == "write":
                os.write(args[0], args[1][: len(args[1]) // 2])
            elif self.after:
                with suppress(OSError):
                    self._done(name, call, args)
            error = self.fault(name)
            if isinstance(error, Killed):
                self.die()
            raise error

        return watched

    def _done(self, name: str, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        result = call(*args)
        if name == "open":
            self.files.add(result)
        elif name == "close":
            self.files.discard(args[0])
        return result

    def die(self) -> None:
        """End the process: its files are closed, its locks given back."""
        self.dead = True
        for fd in self.files:
            os.close(fd)
