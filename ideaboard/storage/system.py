"""The operating system as the board file uses it: every call that can fail, in one object that tests replace.

Below it: how a file is known again and written whole, and what the system's refusals are called.
"""

# Paths are text here, as the operating system takes them: pathlib would cost time at every start.
# ruff: noqa: PTH102, PTH105, PTH108, PTH110, PTH112, PTH116, PTH118, PTH123

from __future__ import annotations

import errno
import os
import stat
import sys
import time

from ideaboard import files
from ideaboard.errors import BoardFileError

TYPE_CHECKING = False  # as in `ideaboard.files`
if TYPE_CHECKING:
    from types import TracebackType

if sys.platform != "win32":
    import fcntl

READ = files.OWN
APPEND = READ | os.O_WRONLY | os.O_APPEND
CREATE = APPEND | os.O_CREAT | os.O_EXCL
KEEP = APPEND | os.O_CREAT
LOCK = READ | os.O_RDWR | os.O_CREAT

_NETWORKS = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "davfs", "fuse.sshfs", "fuse.davfs2")


folder_of = os.path.dirname


class System:
    """Thin calls; each but `close` raises `OSError` as the call under it does."""

    def stat(self, path: str) -> os.stat_result:
        return os.stat(path)

    def writable(self, path: str) -> bool:
        """Tell whether the permissions allow to write a file and to make others beside it."""
        return os.access(path, os.W_OK) and os.access(folder_of(path), os.W_OK)

    def may_make(self, folder: str) -> bool:
        """Tell whether files can be made in a folder, as far as the permissions of what is there tell."""
        while not os.path.isdir(folder) and folder != folder_of(folder):
            folder = folder_of(folder)
        return os.access(folder, os.W_OK)

    def fstat(self, fd: int) -> os.stat_result:
        return os.fstat(fd)

    def open(self, path: str, flags: int) -> int:
        """Open a plain file, no link; a new one is private to the user."""
        return files.open_plain(path, flags)

    def open_own(self, path: str, flags: int) -> int:
        """Open a file that we put beside the board, and that therefore must be the user's; see `files.open_own`."""
        return files.checked_own(self.open(path, flags), path)

    def dup(self, fd: int) -> int:
        return os.dup(fd)

    def close(self, fd: int) -> None:
        """Close an open file, whatever the system complains about."""
        files.close(fd)

    def opened(self, path: str, flags: int, *, own: bool = False) -> _Opened:
        """Open a file for a block that gets its descriptor, and close it at the end."""
        return _Opened(self, self.open_own(path, flags) if own else self.open(path, flags))

    def read(self, fd: int, count: int) -> bytes:
        return os.read(fd, count)

    def read_at(self, fd: int, count: int, offset: int) -> bytes:
        """Read at a place, and leave alone the one at which others read on."""
        if hasattr(os, "pread"):
            return os.pread(fd, count, offset)
        before = os.lseek(fd, 0, os.SEEK_CUR)
        os.lseek(fd, offset, os.SEEK_SET)
        data = os.read(fd, count)
        os.lseek(fd, before, os.SEEK_SET)
        return data

    def seek(self, fd: int, offset: int) -> None:
        os.lseek(fd, offset, os.SEEK_SET)

    def write(self, fd: int, data: bytes) -> int:
        """Write once; returns how many bytes were taken."""
        return os.write(fd, data)

    def fsync(self, fd: int) -> None:
        """Wait until what was written is on the disk; macOS needs F_FULLFSYNC for that (its manual says so)."""
        if sys.platform == "darwin":
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
        else:
            os.fsync(fd)

    def truncate(self, fd: int, size: int) -> None:
        os.ftruncate(fd, size)

    def chmod(self, fd: int, mode: int) -> None:
        """Set the permissions of an open file, where the system has them."""
        if sys.platform != "win32":
            os.fchmod(fd, mode)

    def rename(self, source: str, target: str) -> None:
        os.replace(source, target)

    def exists(self, folder: str, name: str) -> bool:
        return os.path.exists(os.path.join(folder, name))

    def link(self, source: str, target: str) -> None:
        os.link(source, target)

    def unlink(self, path: str) -> None:
        os.unlink(path)

    def make_folders(self, path: str) -> None:
        """Make a folder and the ones above it, private to the user."""
        if path and not os.path.isdir(path):
            self.make_folders(folder_of(path))
            try:
                os.mkdir(path, files.FOLDER_MODE)
            except FileExistsError:  # another process was quicker
                if not os.path.isdir(path):
                    raise

    def sync_folder(self, path: str) -> None:
        """Wait until a new or changed name is on the disk; Windows has no such call."""
        if sys.platform != "win32":
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                self.fsync(fd)
            finally:
                os.close(fd)

    def try_lock(self, fd: int) -> bool:
        return files.try_lock(fd)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def monotonic(self) -> float:
        return time.monotonic()

    def random(self) -> int:
        return int.from_bytes(os.urandom(8), "big")

    def network(self, folder: str) -> str:
        """Name the network file system that a folder lies on; empty when it is local or cannot be told."""
        best, kind = -1, ""
        try:
            with open("/proc/self/mounts", encoding="utf-8", errors="replace") as mounts:
                for mount in mounts:
                    place, type = mount.split(" ", 3)[1:3]
                    place = place.replace("\\040", " ")
                    if len(place) > best and (folder + "/").startswith(place.rstrip("/") + "/"):
                        best, kind = len(place), type
        except (OSError, ValueError):  # not Linux, or a form that is not known: say nothing
            return ""
        return kind if kind in _NETWORKS else ""


class _Opened:
    def __init__(self, system: System, fd: int) -> None:
        self._system = system
        self._fd = fd

    def __enter__(self) -> int:
        return self._fd

    def __exit__(self, *_: object) -> None:
        self._system.close(self._fd)


_SETTLED = 100_000_000
"""Nanoseconds: several ticks of any clock of a file system that knows fractions of a second."""


class Seen(tuple[int, int, int, int, int]):
    """By what a file is known to be unchanged: device, inode, size, and the moments of the last change of its content
    and of anything (mtime, ctime). A program that writes in place may set the former back, never the latter.
    """

    __slots__ = ()

    @classmethod
    def of(cls, status: os.stat_result) -> Seen:
        return cls((status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))

    @property
    def inode(self) -> int:
        return self[1]

    @property
    def size(self) -> int:
        return self[2]

    def is_settled(self, now: int) -> bool:
        """Tell whether every change from now on, in nanoseconds, will show. Two changes within a tick of the clock of
        the file system have one time (git's `racy-git.txt`); a time without a fraction may be of one that knows whole
        seconds only. On Windows it is when the file was made (documentation of `os.stat_result`).
        """
        changed = self[4]
        return sys.platform != "win32" and changed + _SETTLED < now and changed % 1_000_000_000 != 0


def replace_file(system: System, path: str, payload: bytes, *, cache: bool = False) -> Seen:
    """Write a file beside another, then put it in the other's place at once; when that fails, the old one stands.

    A cache may be lost: nothing waits for the disk then, and there need not be an old file. Raises `OSError`.
    """
    fresh = path + ".new"
    try:
        fd = system.open(fresh, CREATE)
    except FileExistsError:  # what lies there is taken away, never written to
        system.unlink(fresh)
        fd = system.open(fresh, CREATE)
    try:
        try:
            if not cache:
                system.chmod(fd, stat.S_IMODE(system.stat(path).st_mode))
            write_all(system, fd, payload)
            if not cache:
                system.fsync(fd)
        finally:
            system.close(fd)
        system.rename(fresh, path)
    except OSError:
        files.tried(system.unlink, fresh)
        raise
    if not cache:
        system.sync_folder(folder_of(path))
    return Seen.of(system.stat(path))


def write_all(system: System, fd: int, payload: bytes) -> None:
    """Write all bytes; the system takes them in one go unless the disk fills up."""
    written = system.write(fd, payload)
    while written < len(payload):
        payload = payload[written:]
        written = system.write(fd, payload)


_ROOM = "make room, then try again; nothing was lost"
_PERMISSIONS = "look at the permissions of the file and its folder"
_HINTS = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "raise the limit (`ulimit -f`) or compact the board",
    errno.EROFS: "copy the file to where you may write",
    errno.EACCES: _PERMISSIONS,
    errno.EPERM: _PERMISSIONS,
    errno.ENOTDIR: "look at the path",
    errno.ELOOP: "look at the path",
    errno.ENAMETOOLONG: "choose a shorter one",
    errno.EIO: "look after the disk and your backups before you go on",
}


class explained:  # noqa: N801  # it is used as a function of contextlib would be
    """Make an error for people of what the system refuses in a block: the file cannot be `done`, as in "written"."""

    def __init__(self, path: str, done: str) -> None:
        self._path = path
        self._done = done

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: TracebackType | None) -> None:
        if isinstance(error, OSError):
            raise failure(self._path, error, self._done) from None


def failure(path: str, error: OSError, done: str) -> BoardFileError:
    """Return the error for a failed call: the file cannot be read, written, mended."""
    if isinstance(error, (files.NotOurs, IsADirectoryError)):
        if error.filename in (None, path):
            return BoardFileError(f"'{path}' is not a file", "name a file, not a folder or a device")
        what = f"'{path}' cannot be {done} because of '{error.filename}': {files.reason(error)}"
        return BoardFileError(what, "look at it, then take it away; the program makes one of its own")
    return BoardFileError(
        f"'{path}' cannot be {done}: {files.reason(error)}",
        _HINTS.get(error.errno or 0, "look at the file and its folder, then try again"),
    )
