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
    from typing import Any

_MARK = "ideaboard-add-1"
_HEAD = 256
_SUM_LENGTH = len("5a0c1e77\n")
_NONE = "-"
_BOTH = READ | os.O_RDWR
_PRIVATE = 0o170077, 0o100000
"""These bits of the mode are so: a plain file, and the user's alone."""
_TICK = 0.001
_TICKS = 20
"""The clock of a file system goes on every few milliseconds: so often it is looked at again."""
_WHOLE = 1_000_000_000
"""A time without a fraction may be of a file system that knows whole seconds only: two changes would look alike."""


class Known:
    """What is known of a board file."""

    def __init__(self, newest: str, rank: str, about: bytes, ids: bytes) -> None:
        self.newest = newest
        """The greatest stamp in the file."""
        self.rank = rank
        """No rank that counts for the order of the columns is greater."""
        self.about = about
        """What the owner of the index had it remember."""
        self.ids = ids
        """All that were ever used, one behind the other."""

    def has(self, id: str) -> bool:
        """Tell whether an id was ever used."""
        wanted = id.encode()
        at = self.ids.find(wanted)
        while at >= 0 and at % LENGTH:
            at = self.ids.find(wanted, at + 1)
        return at >= 0


class _Head:
    """The first bytes of an index."""

    def __init__(self, seen: Seen, newest: str, rank: str, about: int, size: int, crc: int) -> None:
        self.seen = seen
        self.newest = newest
        self.rank = rank
        self.about = about
        """The bytes that are the owner's, of all that follow the head, whose number and checksum come next."""
        self.size = size
        self.crc = crc

    @classmethod
    def of(cls, data: bytes) -> _Head:
        """Read a head; raises `ValueError` when it is none."""
        body = data[:-_SUM_LENGTH]
        if len(data) != _HEAD or data[-_SUM_LENGTH:] != b"%08x\n" % crc32(body):
            raise ValueError("not whole")
        mark, device, inode, size, mtime, ctime, newest, rank, *numbers = body.decode().split()
        about, length, crc = map(int, numbers)
        if mark != _MARK:
            raise ValueError(mark)
        seen = Seen((int(device), int(inode), int(size), int(mtime), int(ctime)))
        return cls(seen, newest.strip(_NONE), rank.strip(_NONE), about, length, crc)

    def written(self) -> bytes:
        """Return it as it stands in the file; raises `ValueError` when something in it is too long."""
        words = (_MARK, *self.seen, self.newest or _NONE, self.rank or _NONE, self.about, self.size, self.crc)
        body = " ".join(map(str, words)).encode().ljust(_HEAD - _SUM_LENGTH)
        if len(body) + _SUM_LENGTH != _HEAD:
            raise ValueError("too long")
        return b"%b%08x\n" % (body, crc32(body))


class AddIndex:
    """The index of one board file for one of its tables; what actions called otherwise than `followed` change it does
    not follow, and does not count any more.
    """

    def __init__(self, path: str, table: str = "", followed: frozenset[str] = frozenset()) -> None:
        self._path = path
        self._table = table
        self._followed = followed

    @staticmethod
    def place(cache: str, board: str) -> str:
        """Return the path at which the index of a board is kept."""
        return os.path.join(cache, f"add-{crc32(os.fsencode(os.path.realpath(board))):08x}")

    def read(self, system: System, seen: Seen) -> Known | None:
        """Return what is known of a board file that looks like this; none when that is not known for sure."""
        try:
            with system.opened(self._path, READ, own=True) as fd:
                head = _true_head(system, fd, seen)
                data = system.read_at(fd, head.size, _HEAD)
        except (OSError, ValueError):
            return None
        if len(data) != head.size or crc32(data) != head.crc:
            return None
        return Known(head.newest, head.rank, data[: head.about], data[head.about :])

    def keep(self, system: System, seen: Seen, known: Known) -> None:
        """Write the index anew, unless it says so already; a failure costs time only."""
        there = self.read(system, seen)
        if there is not None and there.about == known.about:
            return
        body = known.about + known.ids
        head = _Head(seen, known.newest, known.rank, len(known.about), len(body), crc32(body))
        try:
            system.make_folders(folder_of(self._path))
            replace_file(system, self._path, bytes(_HEAD) + body, cache=True)
            with system.opened(self._path, _BOTH, own=True) as fd:
                _put(system, fd, head)
        except (OSError, ValueError):
            return

    def follow(self, system: System, before: Seen, after: Seen, record: dict[str, Any]) -> None:
        """Take in what was just appended to the board file."""
        if record.get("act") not in self._followed:
            return
        ops = [op for op in ([record] if "t" in record else record.get("many", ())) if op["t"] == self._table]
        new = "".join(op["id"] for op in ops if op.get("new"))
        rank = max((op.get("set", {}).get("rank", "") for op in ops), default="")
        self.add(system, before, after, record["at"], rank, new)

    def add(self, system: System, before: Seen, after: Seen, newest: str, rank: str, ids: str) -> None:
        """Take in a line that was just appended: its stamp, the greatest rank in it, and the ids of new documents."""
        new = ids.encode()
        try:
            with system.opened(self._path, _BOTH, own=True) as fd:
                head = _true_head(system, fd, before)
                if new:
                    system.seek(fd, _HEAD + head.size)
                    write_all(system, fd, new)
                size, crc = head.size + len(new), crc32(new, head.crc)
                _put(system, fd, _Head(after, newest, max(rank, head.rank), head.about, size, crc))
        except (OSError, ValueError):
            return


def _true_head(system: System, fd: int, seen: Seen) -> _Head:
    """Return the head of an open index that tells of a board file as it is; raises `ValueError` when it does not."""
    status = system.fstat(fd)
    bits, so = _PRIVATE
    if status.st_mode & bits != so or not files.is_mine(status.st_uid):
        raise ValueError("not ours alone")
    head = _Head.of(system.read_at(fd, _HEAD, 0))
    if head.seen != seen or not _is_older(seen, status.st_mtime_ns):
        raise ValueError("not true")
    return head


def _is_older(seen: Seen, moment: int) -> bool:
    *_, changed = seen
    return changed < moment and changed % _WHOLE != 0


def _put(system: System, fd: int, head: _Head) -> None:
    """Write the head, again and again until it is younger than the board file that it tells of."""
    data = head.written()
    for _ in range(_TICKS):
        system.seek(fd, 0)
        write_all(system, fd, data)
        if _is_older(head.seen, system.fstat(fd).st_mtime_ns):
            return
        system.sleep(_TICK)
