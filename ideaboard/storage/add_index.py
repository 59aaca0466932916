"""What has to be known of a board file to add an idea at its end, kept so that nobody need read the board for it.

A cache on which nothing depends, one small file for each board: all ids that were ever used, the newest stamp, the
greatest rank, and what its owner wants to know besides. It counts only while the board file is exactly as it was:
device, inode, size and both times. Whoever appends to the file brings it up to date, and only while the lock of the
board is held. A change that is as young as the index itself could not be told from the one before, so such an index
does not count (as in git's `racy-git.txt`).

The head has a fixed width and a checksum, and is written over where it is, after what it tells of: a process that ends
in between leaves one that tells of a board file as it is no more.
"""

# Paths are text here, as in `ideaboard.storage.system`.
# ruff: noqa: PTH118

from __future__ import annotations

import os
from zlib import crc32

from ideaboard import files
from ideaboard.storage.ids import LENGTH
from ideaboard.storage.system import READ, Seen, System, folder_of, replace_file, write_all

TYPE_CHECKING = False  # as in `ideaboard.files`
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ideaboard.storage.records import Op

_MARK = "ideaboard-add-1"
_HEAD = 256
_SUM_LENGTH = len("5a0c1e77\n")
_BOTH = READ | os.O_RDWR
_TICK, _TICKS = 0.001, 20
"""The clock of a file system goes on every few milliseconds: so often, and after so many seconds, it is looked at."""
_WHOLE = 1_000_000_000
"""A time without a fraction may be of a file system that knows whole seconds only: two changes would look alike."""


class Known:
    """What is known of a board file: the greatest stamp in it, the greatest rank that counts for the order of its
    columns, what the owner of the index had it remember, and all ids that were ever used, one behind the other.
    """

    def __init__(self, newest: str, rank: str, about: bytes, ids: bytes) -> None:
        self.newest = newest
        self.rank = rank
        self.about = about
        self.ids = ids

    def has(self, id: str) -> bool:
        """Tell whether an id was ever used."""
        at = self.ids.find(id.encode())
        while at >= 0 and at % LENGTH:
            at = self.ids.find(id.encode(), at + 1)
        return at >= 0


class AddIndex:
    """The index of one board file for one of its tables. All that fails in it costs time only."""

    def __init__(self, path: str, table: str = "") -> None:
        self._path = path
        self._table = table

    @staticmethod
    def place(cache: str, board: str) -> str:
        """Return the path at which the index of a board is kept."""
        return os.path.join(cache, f"add-{crc32(os.fsencode(os.path.realpath(board))):08x}")

    def read(self, system: System, seen: Seen) -> Known | None:
        """Return what is known of a board file that looks like this; none when that is not known for sure."""
        try:
            with system.opened(self._path, READ, own=True) as fd:
                newest, rank, about, size, crc = _read_head(system, fd, seen)
                data = system.read_at(fd, size, _HEAD)
        except (OSError, ValueError):
            return None
        if len(data) != size or crc32(data) != crc:
            return None
        return Known(newest, rank, data[:about], data[about:])

    def keep(self, system: System, seen: Seen, known: Known) -> None:
        """Write the index anew, unless it says so already."""
        there = self.read(system, seen)
        if (there is not None and there.about == known.about) or system.network(folder_of(self._path)):
            return  # two computers may not agree on what is younger
        data = known.about + known.ids
        try:
            head = _head(seen, known.newest, known.rank, len(known.about), len(data), crc32(data))
            system.make_folders(folder_of(self._path))
            replace_file(system, self._path, bytes(_HEAD) + data, cache=True)
            with system.opened(self._path, _BOTH, own=True) as fd:
                _put(system, fd, seen, head)
        except (OSError, ValueError):
            return

    def forget(self, system: System) -> None:
        """Take the index away: something is on the board that has to be told of."""
        files.tried(system.unlink, self._path)

    def follow(self, system: System, before: Seen, after: Seen, stamp: str, ops: Sequence[Op]) -> None:
        """Take in what was just appended to the board file."""
        own = [op for op in ops if op["t"] == self._table]
        rank = max((str(op.get("set", {}).get("rank", "")) for op in own), default="")
        self.add(system, before, after, stamp, rank, "".join(op["id"] for op in own if op.get("new")))

    def add(self, system: System, before: Seen, after: Seen, newest: str, rank: str, ids: str) -> None:
        """Take in a line that was just appended: its stamp, the greatest rank in it, and the ids of new documents."""
        new = ids.encode()
        try:
            with system.opened(self._path, _BOTH, own=True) as fd:
                _, known, about, size, crc = _read_head(system, fd, before)
                head = _head(after, newest, max(rank, known), about, size + len(new), crc32(new, crc))
                system.seek(fd, _HEAD + size)
                write_all(system, fd, new)
                _put(system, fd, after, head)
        except (OSError, ValueError):
            return


def _head(seen: Seen, newest: str, rank: str, about: int, size: int, crc: int) -> bytes:
    """Write a head: the bytes that are the owner's, of all that follow it, and number and checksum of these come last.
    Raises `ValueError` when it is too long.
    """
    body = " ".join(map(str, (_MARK, *seen, newest or "-", rank or "-", about, size, crc))).encode()
    if len(body) > _HEAD - _SUM_LENGTH:
        raise ValueError(rank)
    body = body.ljust(_HEAD - _SUM_LENGTH)
    return b"%b%08x\n" % (body, crc32(body))


def _read_head(system: System, fd: int, seen: Seen) -> tuple[str, str, int, int, int]:
    """Return what stands behind the facts of a board file in the head of an open index; raises `ValueError` when it is
    not the user's alone, not whole, or tells of a board file that looks otherwise.
    """
    status, data = system.fstat(fd), system.read_at(fd, _HEAD, 0)
    body, crc = data[:-_SUM_LENGTH], data[-_SUM_LENGTH:]
    private = status.st_mode & 0o077 == 0 and files.is_mine(status.st_uid)
    if not private or crc != b"%08x\n" % crc32(body) or not _is_older(seen, status.st_mtime_ns):
        raise ValueError(fd)
    mark, device, inode, length, mtime, ctime, newest, rank, *numbers = body.decode().split()
    about, size, sum = map(int, numbers)
    if mark != _MARK or tuple(map(int, (device, inode, length, mtime, ctime))) != seen:
        raise ValueError(mark)
    return newest.strip("-"), rank.strip("-"), about, size, sum


def _is_older(seen: Seen, moment: int) -> bool:
    *_, changed = seen
    return changed < moment and changed % _WHOLE != 0


def _put(system: System, fd: int, seen: Seen, head: bytes) -> None:
    """Write the head, again and again until it is younger than the board file that it tells of."""
    for _ in range(_TICKS):
        system.seek(fd, 0)
        write_all(system, fd, head)
        if _is_older(seen, system.fstat(fd).st_mtime_ns):
            return
        system.sleep(_TICK)
