"""The lock file beside a board file: one writer at a time, and the high-water mark.

Its first line says who has or last had the lock, its second how much of which file was acknowledged: a bad end beyond
that mark was never acknowledged, a bad byte before it is damage. Both are plain text of fixed width.
"""

from __future__ import annotations

import errno
import os

from ideaboard.errors import BoardFileError
from ideaboard.files import NotOurs, reason, tried
from ideaboard.storage.system import LOCK, READ, System

_HOLDER_WIDTH = 64
_FIRST_PAUSE = 0.0005
_LONGEST_PAUSE = 0.01
_SIZE = 256

_OTHERS = "look at it, then take it away; the program makes one of its own"
_PERMISSIONS = "look at the permissions of its folder; the file needs a lock file beside it"
_HINTS = {
    **dict.fromkeys(
        (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS), "keep the file on a local disk: this file system has no locks"
    ),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "make room, then try again"),
}


class Mark:
    """The high-water mark: so many bytes of the file with this inode are acknowledged."""

    def __init__(self, inode: int, size: int) -> None:
        self.inode = inode
        self.size = size


class LockFile:
    """The lock of one board file."""

    def __init__(self, path: str, system: System, timeout: float) -> None:
        self.path = path + ".lock"
        self._system = system
        self._timeout = timeout
        self._fd = -1

    def acquire(self, since: str) -> None:
        """Take the lock and say so in the file; raises `BoardFileError` when another process keeps it too long, or
        there can be none here.
        """
        deadline = self._system.monotonic() + self._timeout
        try:
            while self._fd < 0:
                self._fd = self._system.open_own(self.path, LOCK)
                self._wait(deadline)
                if not self._is_named():
                    self.release()
            self._write(0, f"process {os.getpid()} since {since}")
        except BaseException as error:
            self.release()
            if not isinstance(error, OSError):
                raise
            hint = _OTHERS if isinstance(error, NotOurs) else _HINTS.get(error.errno or 0, _PERMISSIONS)
            raise BoardFileError(f"'{self.path}' cannot be locked: {reason(error)}", hint) from None

    def _wait(self, deadline: float) -> None:
        pause = _FIRST_PAUSE
        while not self._system.try_lock(self._fd):
            if self._system.monotonic() >= deadline:
                holder = self._read(self._fd)[:_HOLDER_WIDTH].decode(errors="replace").strip() or "another process"
                raise BoardFileError(
                    f"the board file is in use: its lock is held by {holder}",
                    "wait for it, or end it if it hangs, then try again",
                )
            self._system.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _is_named(self) -> bool:
        """Tell whether the locked file is still the one at the path: somebody may have deleted it meanwhile."""
        try:
            return os.path.samestat(self._system.fstat(self._fd), self._system.stat(self.path))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        if self._fd >= 0:
            self._system.close(self._fd)
            self._fd = -1

    def mark(self, inode: int, size: int) -> None:
        """Write the high-water mark; a file that cannot take it leaves the old one, which is only less sharp."""
        tried(self._write, _HOLDER_WIDTH, f"inode {inode} bytes {size}")

    def read_mark(self) -> Mark | None:
        """Return the high-water mark, with the lock or without; none when there is no lock file or it says nothing."""
        try:
            with self._system.opened(self.path, READ, own=True) as fd:
                words = self._read(fd)[_HOLDER_WIDTH:].split()
            return Mark(int(words[1]), int(words[3]))
        except (OSError, ValueError, IndexError):  # none, an old or a foreign one
            return None

    def _read(self, fd: int) -> bytes:
        self._system.seek(fd, 0)
        return self._system.read(fd, _SIZE)

    def _write(self, offset: int, text: str) -> None:
        self._system.seek(self._fd, offset)
        self._system.write(self._fd, text.ljust(_HOLDER_WIDTH - 1)[: _HOLDER_WIDTH - 1].encode() + b"\n")
