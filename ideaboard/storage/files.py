"""How a file is known again, written whole, and judged by its high-water mark."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from ideaboard.storage.reader import Stretch
from ideaboard.storage.records import HEADER
from ideaboard.storage.system import REPLACE, System, folder_of


class Seen(NamedTuple):
    """By what a file is known to be unchanged."""

    device: int
    inode: int
    size: int
    mtime: int

    @classmethod
    def of(cls, status: os.stat_result) -> Seen:
        """Take it from what the system says about a file."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def replace_file(system: System, path: str, lines: Sequence[bytes]) -> Seen:
    """Write a header and lines beside a file, wait for the disk, then put it in the file's place at once.

    Raises:
        OSError: when that fails; the old file stands then, unless only the folder could not be synced.
    """
    fresh = path + ".new"
    fd = system.open(fresh, REPLACE)
    try:
        try:
            system.chmod(fd, stat.S_IMODE(system.stat(path).st_mode))
            write_all(system, fd, b"\n".join((HEADER, *lines, b"")))
            system.fsync(fd)
            seen = Seen.of(system.fstat(fd))
        finally:
            system.close(fd)
        system.rename(fresh, path)
    except OSError:
        with suppress(OSError):
            system.unlink(fresh)
        raise
    system.sync_folder(folder_of(path))
    return seen


def write_all(system: System, fd: int, payload: bytes) -> None:
    """Write all bytes; the system takes them in one go unless the disk fills up."""
    written = system.write(fd, payload)
    while written < len(payload):
        payload = payload[written:]
        written = system.write(fd, payload)


def judged(stretch: Stretch, seen: Seen, known: int | None) -> Stretch:
    """Tell a torn end from damage by the high-water mark.

    Args:
        stretch: what was read.
        seen: the file that it was read from.
        known: how many bytes of it are acknowledged; none when that is not known.
    """
    tail, problems = stretch.tail, stretch.problems
    if tail is not None and known is not None and tail.start < known <= seen.size:
        place = stretch.place._replace(offset=tail.start + len(tail.data), lines=tail.line, ended=False)
        return stretch._replace(place=place, problems=(*problems, tail), tail=None)
    if tail is None and problems and known is not None:
        # After a power cut a block may be missing in the middle of a line whose end arrived; it reads as NUL bytes.
        last = problems[-1]
        end = last.start + len(last.data) + 1
        if end == stretch.place.offset and last.start >= known and b"\0" in last.data:
            place = stretch.place._replace(offset=last.start, lines=last.line - 1, guard=b"")
            return stretch._replace(place=place, problems=problems[:-1], tail=last)
    return stretch
