"""The file under the tables: reads it, follows it, appends to it, and keeps what it holds in memory.

All that can go wrong between a program and a disk is dealt with here; `FORMAT.md` lists what happens when.
"""

from __future__ import annotations

import gc
import os
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

import orjson

from ideaboard.core.text import counted
from ideaboard.errors import BoardFileError
from ideaboard.storage.add_index import AddIndex, Known
from ideaboard.storage.append import append
from ideaboard.storage.ids import WRITER_LENGTH, name_of
from ideaboard.storage.lock import LockFile
from ideaboard.storage.reader import (
    Place,
    Prefix,
    Problem,
    Stretch,
    crc_until,
    gone,
    judged,
    read_all,
    read_head,
    read_stretch,
    reading,
    seen_at,
)
from ideaboard.storage.records import BYTE_ORDER_MARK, HEADER, Op, Record, encode, make_record, read_header
from ideaboard.storage.stamps import Clock, utc_now
from ideaboard.storage.state import Fields, Make, Name, State
from ideaboard.storage.system import APPEND, KEEP, Seen, System, explained, folder_of, replace_file, write_all

if TYPE_CHECKING:
    from ideaboard.storage.snapshot import Order, RowOf, Snapshot

ELEMENT_FIELDS = frozenset({"tags", "links", "responses", "trail", "ticks", "seen", "found"})
"""The fields whose lists merge by element unless the caller names others."""

_SETTLE = 0.02
"""Seconds to wait for another process to finish a line that is half there."""

_MENTIONED = 5
"""How many damaged lines are mentioned one by one."""


def _records(data: bytes) -> list[bytes]:
    """Return the lines of records in sound data."""
    bare = (line.rstrip(b"\r").removeprefix(BYTE_ORDER_MARK) for line in data.split(b"\n"))
    return [line for line in bare if line.strip() and not read_header(line)]


class Journal:
    """A board file and its content.

    One thread may write while another reads: `lock` is held while the content changes, for microseconds, never while
    the disk or another process is waited for. A reader that goes through `state` holds it, too. What reads or writes
    the file raises `BoardFileError` when that fails; file and memory are as they were then.
    """

    def __init__(
        self,
        path: str,
        *,
        system: System | None = None,
        read_only: bool = False,
        create: bool = True,
        element_fields: frozenset[str] = ELEMENT_FIELDS,
        by: str = "",
        now: Callable[[], datetime] = utc_now,
        lock_timeout: float = 5.0,
        make: Mapping[str, Make] | None = None,
        snapshot: Snapshot | None = None,
        add_index: AddIndex | None = None,
    ) -> None:
        self.path = os.path.realpath(path)
        self.system = system or System()
        self.read_only = read_only
        self.element_fields = element_fields
        self.by = by
        self.lock = threading.RLock()
        self._make: Mapping[str, Make | None] = make or {}
        self._snapshot = snapshot
        self._add_index = add_index
        self.state = State(self._make)
        self.version = 0
        """Counts up whenever the content changes."""
        self.notices: list[str] = []
        self.problems: tuple[Problem, ...] = ()
        self.missing: dict[Name, Fields] = {}
        """Documents that were shown and that a replaced file lacks."""
        self._now = now
        self._clock = Clock(self._now, name_of(self.system.random(), WRITER_LENGTH))
        self._lock_file = LockFile(self.path, self.system, lock_timeout)
        self._writer = threading.RLock()
        self._depth = 0
        self._seen: Seen | None = None
        self._data: Prefix | None = None
        self._place = Place()
        self._blank = True
        self._tail: Problem | None = None
        self._changes: set[Name] = set()
        self.state.changed = self._changes
        self._broken = False
        self._opening = True
        self._open(create=create)
        self._opening = False
        self._make = dict.fromkeys(self._make)

    # Reading

    def _open(self, *, create: bool) -> None:
        network = self.system.network(folder_of(self.path))
        self._local = not network
        if seen_at(self.system, self.path):
            self._load(locked=False)
            if not self.read_only and not self.system.writable(self.path):
                self.read_only = True
                self._say(f"'{self.path}' can only be read: its permissions forbid changes")
        elif not create:
            raise BoardFileError(f"there is no board file '{self.path}'", "look at the path")
        if network:
            self._say(f"'{self.path}' lies on a network file system ({network}); this was not tried, keep a backup")

    def refresh(self) -> bool:
        """Read on, or anew, when the file has changed (one look at it otherwise); tells whether anything changed.

        Another thread's change under way is seen the next time.
        """
        if not self._writer.acquire(blocking=False):
            return False
        try:
            return not self._depth and self._follow(locked=False)
        finally:
            self._writer.release()

    def _follow(self, *, locked: bool) -> bool:
        seen = seen_at(self.system, self.path)
        if seen == self._seen:
            return False
        if seen is None:
            raise gone(self.path)
        return self._read_on(seen, locked=locked) or self._load(locked=locked)

    def _read_on(self, seen: Seen, *, locked: bool) -> bool:
        """Read what was appended; false when the file is not the one that was read before."""
        known, place = self._seen, self._place
        grown = seen.size > place.offset or (seen.size == place.offset and self._tail is not None)
        if known is None or known[:2] != seen[:2] or self.problems or self._blank or not grown:
            return False
        new: list[tuple[Record, bytes]] = []
        with reading(self.system, self.path) as fd:
            seen = Seen.of(self.system.fstat(fd))
            if known[:2] != seen[:2] or crc_until(self.system, fd, place.offset) != place.crc:
                return False
            stretch = read_stretch(self.system, fd, place, lambda record, line: new.append((record, line)))
        if stretch.tail or stretch.problems:
            mark = self._lock_file.read_mark()
            stretch = judged(stretch, seen, mark.size if mark and mark.inode == seen.inode else None)
        with self.lock:
            for record, line in new:
                self.state.apply(record, line)
            self._take(seen, stretch)
        self._look_at_tail(locked=locked)
        return True

    def _load(self, *, locked: bool) -> bool:
        """Read the whole file; what is in memory stays when it cannot be read."""
        mark = self._lock_file.read_mark()
        with reading(self.system, self.path) as fd:
            seen = Seen.of(self.system.fstat(fd))
            head = read_head(self.system, fd, self.path)
            if self._seen is not None and not head and not self._blank:
                raise BoardFileError(
                    f"the board file '{self.path}' is empty all at once",
                    "put it back (from a backup or git); what is shown is still in memory and can be exported",
                )
            data = self._data
            state, stretch = self._unhurried(fd)
        known = mark.size if mark and mark.inode == seen.inode else None
        if known is not None and seen.size < known:
            self._say(
                f"'{self.path}' was made shorter outside of this program "
                f"({known:,} -> {seen.size:,} bytes); changes may be missing"
            )
        stretch = judged(stretch, seen, known)
        with self.lock:
            if data and not data.is_sound():  # what was not held is gone, and nothing can be compared with it
                self._changes.update(self.state.names())
                self.state = State(self._make)
            self._replace(state)
            self.problems, self._blank = (), True
            self._take(seen, stretch)
        self._look_at_tail(locked=locked)
        return True

    def _unhurried(self, fd: int) -> tuple[State, Stretch]:
        """Read all with the collector off: it would walk through the growing documents again and again.

        What is read when the board is opened is frozen, so that the collector never walks through it later either.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            known = None
            if self._snapshot and self._opening:
                known = self._snapshot.restore(self.system, fd, self.path, self._make, local=self._local)
            self._data = known.data if known else None
            state, place = (known.state, known.place) if known else (State(self._make), Place())
            stretch = read_stretch(self.system, fd, place, state.apply, state.apply_long)
            return state, stretch._replace(headers=stretch.headers + (known is not None))
        finally:
            if self._seen is None:
                gc.freeze()
            if collecting:
                gc.enable()

    def hold(self, *, rows: bool = False) -> None:
        """Read into memory what is left in the file, so that nothing is lost with it; the rows of its snapshot, too."""
        if self._data:
            self._data.load()
        if rows and self._snapshot:
            self._snapshot.hold()

    def wants_snapshot(self) -> bool:
        """Tell whether a snapshot is worth keeping: the file is sound, and has grown enough since the last one."""
        if self._snapshot is None or self._seen is None or self.problems or self._tail or self._blank:
            return False
        return self._snapshot.worth_keeping(self.system, self._place.offset)

    def keep_snapshot(self, rows: Mapping[str, RowOf], order: Mapping[str, Order]) -> None:
        """Write what is known of the file to the snapshot, so that it opens quickly; a failure costs only that.

        Nothing is written while there are changes that `drain` has not told: rows and order may be from before them.
        """
        if self._snapshot is None:
            return
        with self._writer:  # no thread reads on meanwhile
            if self.wants_snapshot() and not self._changes:
                with suppress(OSError, BoardFileError):  # a full disk, or a cache folder that cannot be written
                    self.hold(rows=True)  # Windows replaces no file that is open
                    self._snapshot.keep(self.system, self.path, self._place, self.state, rows, order, local=self._local)

    def forget_add_index(self) -> None:
        if self._add_index:
            self._add_index.forget(self.system)

    def keep_add_index(self, table: str, rank: str, about: bytes) -> None:
        """Write down what one has to know of the file to add to a table of it. Only inside `writing`."""
        if self._add_index and self._seen and self._place.ended and not self._blank and not self.notices:
            ids = "".join(self.state.table(table).meta).encode()
            self._add_index.keep(self.system, self._seen, Known(self.state.newest, rank, about, ids))

    def _replace(self, state: State) -> None:
        """Put a newly read content in the place of the old one, and note what differs."""
        old, self.state = self.state, state
        for table, id in old.names():
            kept, known = old.documents(table).found(id), state.documents(table).found(id)
            if known != kept:
                self._changes.add((table, id))
            if known is None and not state.known(table, id):
                self.missing[table, id] = old.documents(table)[id]
        if not self._opening:  # another process may have made the file since
            self._changes.update(name for name in state.names() if name[1] not in old.documents(name[0]))
        self.missing = {name: fields for name, fields in self.missing.items() if not state.known(*name)}
        if self.missing:
            self._say(f"{counted(len(self.missing), 'document')} of those shown can no longer be found in the file")
        state.changed = self._changes

    def _take(self, seen: Seen, stretch: Stretch) -> None:
        """Note how far the file was read and what was found in it."""
        self.version += 1
        self._seen, self._place, self._tail = seen, stretch.place, stretch.tail
        self._blank = self._blank and not stretch.headers and not stretch.records
        self.problems += stretch.problems
        for problem in stretch.problems[:_MENTIONED]:
            self._say(f"line {problem.line} of '{self.path}' is damaged: {problem.what}")
        if len(stretch.problems) > _MENTIONED:
            more = counted(len(stretch.problems) - _MENTIONED, "more line is", "more lines are")
            self._say(f"{more} damaged; `ideaboard check` lists them")

    def _look_at_tail(self, *, locked: bool) -> None:
        """Mention a torn last line, unless another process is just writing it."""
        if self._tail is None or locked:
            return
        self.system.sleep(_SETTLE)
        try:
            settled = Seen.of(self.system.stat(self.path)) == self._seen
        except OSError:  # the next look will say what it is
            return
        if settled:
            self._say(
                f"the last line of '{self.path}' is torn: a change that was not finished; the next change puts it aside"
            )

    def _say(self, notice: str) -> None:
        if notice not in self.notices:
            self.notices.append(notice)

    @property
    def size(self) -> int:
        return 0 if self._seen is None else self._seen.size

    def mostly_alive(self) -> bool:
        """Tell quickly whether half of the file surely counts: what is kept packed is there as one line wrote it."""
        return 2 * sum(table.docs.packed_bytes() for table in self.state.tables.values()) >= self.size

    def next_stamp(self) -> str:
        return self._clock.next(self.state.newest)

    def lines(self) -> list[tuple[Record, bytes]]:
        """Read the file once more and return all good records with their lines, in the order of the file."""
        lines: list[tuple[Record, bytes]] = []
        if self._seen is not None:
            with reading(self.system, self.path) as fd:
                read_stretch(self.system, fd, Place(), lambda record, line: lines.append((record, line)))
        return lines

    def raw_lines(self) -> list[bytes]:
        """Read the file once more and return the lines of all good records, in the order of the file."""
        if self._seen is None:
            return []
        if self.problems or self._tail:
            return [line for _, line in self.lines()]
        with reading(self.system, self.path) as fd:
            data = read_all(self.system, fd)
        return _records(data)

    def last_lines(self, size: int) -> list[bytes]:
        """Read the records in so many bytes at the end of the file; none when their order tells nothing, or the file is
        not sound.
        """
        if self._seen is None or not self.state.ascending or self.problems or self._tail or not self._place.ended:
            return []
        start = max(0, self._place.offset - size)
        with reading(self.system, self.path) as fd:
            block = self.system.read_at(fd, self._place.offset - start, start)
        if start + len(block) < self._place.offset:
            return []
        # It may begin in the middle of a line.
        return _records(block[block.find(b"\n") + 1 :])

    def drain(self) -> set[Name]:
        """Return the names of the documents that changed since the last call."""
        with self.lock:
            changes = set(self._changes)
            self._changes.clear()
        return changes

    # Writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock, with everything read that is in the file; refused when another process holds it too long."""
        with self._writer:
            if self._depth:
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                return
            if (self.read_only or self._broken) and (refusal := self.refusal):
                raise refusal
            if self._seen is None:
                with explained(folder_of(self.path), "made"):
                    self.system.make_folders(folder_of(self.path))
            self._lock_file.acquire(self._now().isoformat(timespec="seconds"))
            self._depth = 1
            try:
                self._follow(locked=True)
                if refusal := self.refusal:
                    raise refusal
                if self._tail:
                    self._put_tail_aside(self._tail)
                yield
            finally:
                self._depth = 0
                self._lock_file.release()

    @property
    def refusal(self) -> BoardFileError | None:
        """Why every change is refused for now; None when changes are taken."""
        if self.read_only:
            return BoardFileError(f"'{self.path}' is open for reading only", "look at its permissions")
        if self._broken:
            return BoardFileError(
                f"'{self.path}' takes no more changes: a failed one could not be taken back", "open the board again"
            )
        if self.problems:
            some = ", ".join(str(problem.line) for problem in self.problems[:_MENTIONED])
            some += ", ..." if len(self.problems) > _MENTIONED else ""
            return BoardFileError(
                f"'{self.path}' is damaged in {'line' if len(self.problems) == 1 else 'lines'} {some}, "
                "so it can only be read",
                "look at it with `ideaboard check`, mend it with `ideaboard check --repair`",
            )
        return None

    def commit(self, ops: Sequence[Op], **about: str) -> str:
        """Append one record and return its stamp; it is on the disk then. Only inside `writing`."""
        at = self.next_stamp()
        line = encode(make_record(at, ops, by=self.by, **about))
        before = self._seen
        self._append(line)
        record: Record = orjson.loads(line)
        with self.lock:
            self.state.apply(record, line)
            self.version += 1
        if self._add_index and before and self._seen:
            self._add_index.follow(self.system, before, self._seen, at, ops)
        return at

    def _append(self, line: bytes) -> None:
        payload = (HEADER + b"\n" + line) if self._blank else line
        if not self._place.ended:
            payload = b"\n" + payload
        seen = append(self.system, self._lock_file, self.path, payload, self._seen, self._cut_back)
        lines = self._place.lines + payload.count(b"\n") - (not self._place.ended)
        self._seen, self._blank = seen, False
        crc = None if self._place.crc is None else zlib.crc32(payload, self._place.crc)
        self._place = Place(seen.size, lines, crc)

    def replace(self, payload: bytes, at: str = "") -> None:
        """Put a new file in the place of the old one, with the same content or more. Only inside `writing`. Where it
        has a new record with no content, its stamp is given.
        """
        self.hold()  # Windows replaces no file that is open
        with explained(self.path, "written"):
            seen = replace_file(self.system, self.path, payload)
        self._seen, self._place = seen, Place(seen.size, payload.count(b"\n"), zlib.crc32(payload))
        self.state.ascending = False  # nobody looked at the order
        self.state.newest = max(self.state.newest, at)
        self._lock_file.mark(seen.inode, seen.size)

    def _cut_back(self, fd: int, start: Seen) -> None:
        """Take a failed append back; when that fails, too, nothing more is written until the board is opened again."""
        try:
            self.system.truncate(fd, start.size)
            if self._seen is None:
                self.system.unlink(self.path)
            else:
                self._seen = Seen.of(self.system.fstat(fd))
        except OSError:
            self._broken = True

    def _put_tail_aside(self, tail: Problem) -> None:
        """Keep a torn last line in a file beside the board, then cut it off."""
        aside = self.path + ".torn"
        with explained(self.path, "mended"):
            with self.system.opened(aside, KEEP, own=True) as fd:
                write_all(self.system, fd, tail.data + b"\n")
                self.system.fsync(fd)
            with self.system.opened(self.path, APPEND) as fd:
                self.system.truncate(fd, tail.start)
                self.system.fsync(fd)
                self._seen = Seen.of(self.system.fstat(fd))
        self._tail = None
        self._say(f"the torn last line of '{self.path}' was a change that was not finished; it is kept in '{aside}'")
