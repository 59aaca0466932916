"""Files in folders that others may have filled: never through a link, never into what is not ours, never waiting.

A folder can be a clone of a stranger's repository or one that all users share. Whatever lies there under a name of ours
may be a link, a pipe, a device, or a second name of another file of the user's.

`ideaboard add` is done before most modules could be imported, so this one imports only what Python has at hand.
"""

# Paths are text here, as the operating system takes them: pathlib would cost time at every start.
# ruff: noqa: PTH100, PTH103, PTH105, PTH112, PTH114, PTH116, PTH118, PTH120

from __future__ import annotations

import errno
import os
import stat
import sys

from ideaboard.errors import InvalidInput, Refused

TYPE_CHECKING = False  # the module `typing` takes as long to import as Python takes to start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

AnyPath = str | os.PathLike[str]

FILE_MODE = 0o600
FOLDER_MODE = 0o700

PLAIN = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)
"""For reading; no pipe is waited for."""
PLAIN |= getattr(os, "O_NONBLOCK", 0)
OWN = PLAIN | getattr(os, "O_NOFOLLOW", 0)
"""For what is ours to make: no link is followed either."""

_LOCKED_BYTE = 1 << 30
_BUSY = (11, 13, 33, 35, 36)  # EAGAIN, EACCES and EDEADLOCK of the systems, as flock and msvcrt give them
_STREAMS = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file may not grow any more",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENOTDIR: "a part of the path is not a folder",
    errno.EISDIR: "it is a folder",
    errno.ELOOP: "the link leads in circles",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EIO: "the disk reports an error",
}


class NotOurs(OSError):
    """What lies at a path is no plain file of the user's; `strerror` says what it is."""

    def __init__(self, what: str, path: AnyPath) -> None:
        super().__init__(errno.EPERM, what, os.fspath(path))


def reason(error: OSError) -> str:
    """Say why a call failed, in words that fit behind a colon."""
    if not isinstance(error, NotOurs) and error.errno in _REASONS:
        return _REASONS[error.errno]
    return (error.strerror or "the system refused").lower()


def failed(error: OSError) -> InvalidInput:
    """Return the error for a call whose failure nobody nearer knew a better sentence for."""
    what = f"'{os.fsdecode(error.filename)}' cannot be used" if error.filename else "the system refused"
    return InvalidInput(f"{what}: {reason(error)}", "look at the file, its folder and the free space, then try again")


class explained:  # noqa: N801  # contextlib, which takes a function, takes its time
    """Say what a call of the system was for if it fails: `OSError` becomes `InvalidInput`, with the reason."""

    def __init__(self, what: str, hint: str) -> None:
        self._told = what, hint

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: object, *__: object) -> None:
        if isinstance(error, OSError):
            what, hint = self._told
            raise InvalidInput(f"{what}: {reason(error)}", hint) from None


def is_mine(uid: int) -> bool:
    """Tell whether a file's owner is the user; under sudo, which is root, the one who called it counts as well."""
    if sys.platform == "win32":  # no owner to be had by number
        return True
    mine = os.geteuid()
    return uid == mine or (mine == 0 and str(uid) == os.environ.get("SUDO_UID"))


def open_plain(path: AnyPath, flags: int = PLAIN) -> int:
    """Open a plain file and nothing else; with `OWN` in the flags it must not be a link either. `O_TRUNC` would empty a
    file before it is looked at: do not give it. Raises `NotOurs` when it is something else, `OSError` when it fails.
    """
    try:
        fd = os.open(path, flags, FILE_MODE)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK) and flags & OWN == OWN and os.path.islink(path):
            raise NotOurs("it is a link", path) from None
        if error.errno == errno.ENXIO:  # a pipe or a socket
            raise NotOurs("it is not a file", path) from None
        raise
    with _closed_if_refused(fd):
        status = os.fstat(fd)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
        if not stat.S_ISREG(status.st_mode):
            raise NotOurs("it is not a file", path)
    return fd


def open_own(path: AnyPath, flags: int = OWN) -> int:
    """Open a file that this program made, or makes now: no link, no second name, of the user or of the folder's owner.
    Raises `NotOurs` when it is something else, `OSError` when it cannot be opened.
    """
    return checked_own(open_plain(path, flags | OWN), path)


def checked_own(fd: int, path: AnyPath) -> int:
    """Return an open file if `open_own` would give it, else close it; raises `NotOurs` when it is something else."""
    with _closed_if_refused(fd):
        status = os.fstat(fd)
        if sys.platform == "win32" and os.path.islink(path):  # it has no O_NOFOLLOW
            raise NotOurs("it is a link", path)
        if status.st_nlink > 1:
            raise NotOurs("it has a second name", path)
        if not is_mine(status.st_uid) and status.st_uid != os.stat(os.path.dirname(path) or os.curdir).st_uid:
            raise NotOurs("it belongs to another user", path)
    return fd


class _closed_if_refused:  # noqa: N801  # see above
    def __init__(self, fd: int) -> None:
        self._fd = fd

    def __enter__(self) -> None:
        pass

    def __exit__(self, refused: object, *_: object) -> None:
        if refused is not None:
            os.close(self._fd)


def tried(call: Callable[..., object], *arguments: object) -> bool:
    """Call what may fail without harm; tells whether the system did it."""
    try:
        call(*arguments)
    except OSError:
        return False
    return True


def read_file(path: AnyPath, most: int | None = None, *, own: bool = False) -> bytes:
    """Read a plain file, or `most` bytes of it, or a stream that the shell made for us; `own` as for `open_own`. Raises
    `OSError` when it is something else, or cannot be read.
    """
    if not own and os.fspath(path).startswith(_STREAMS):
        with open(path, "rb") as stream:  # noqa: PTH123  # see the head of this file
            return stream.read(-1 if most is None else most)
    with os.fdopen(open_own(path) if own else open_plain(path), "rb") as file:
        return file.read(-1 if most is None else most)


def read_text(path: AnyPath, called: str = "", most: int | None = None) -> str:
    """Read a file of UTF-8 that a person named; `called` is what it is, as `the template `. Raises `InvalidInput`."""
    try:
        return read_file(path, most).decode()
    except UnicodeDecodeError:
        what = f"{called}'{path}' cannot be read as text: it is not text in UTF-8"
        raise InvalidInput(what, "save it as UTF-8, or name another file") from None
    except OSError as error:
        raise InvalidInput(f"{called}'{path}' cannot be read: {reason(error)}", "check the path") from None


def write_whole(path: AnyPath, data: bytes, *, mode: int | None = FILE_MODE, durable: bool = False) -> None:
    """Write a file beside another, then put it in its place at once; a link at the path is replaced, not followed.
    Without a `mode` the umask decides; `durable` waits for the disk. Raises `OSError` when it fails, or a device or a
    pipe is there; the old file stands then.
    """
    if os.path.lexists(path):
        old = os.lstat(path).st_mode
        if not (stat.S_ISREG(old) or stat.S_ISLNK(old) or stat.S_ISDIR(old)):
            raise NotOurs("it is not a file", path)
    folder, name = os.path.split(os.fspath(path))
    fresh = os.path.join(folder, f".{name[:60]}.{os.urandom(4).hex()}.new")
    try:
        flags = OWN | os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(fresh, flags, 0o666 if mode is None else FILE_MODE), "wb") as file:
            file.write(data)
            file.flush()
            if mode is not None and sys.platform != "win32":
                os.fchmod(file.fileno(), mode)
            if durable:
                os.fsync(file.fileno())
        os.replace(fresh, path)
    except BaseException:
        tried(os.unlink, fresh)
        raise


def write_own(path: AnyPath, data: bytes) -> None:
    """Write a file that this program keeps for itself, as `write_whole` does, and its folder when that is missing."""
    make_folder(os.path.dirname(path))
    write_whole(path, data)


def close(fd: int) -> None:
    """Close an open file; it is closed even when the system complains, and what matters was synced before."""
    tried(os.close, fd)


def make_folder(path: AnyPath) -> None:
    """Make a folder and those above it, private to the user, unless it is there; raises `OSError` when that fails."""
    if not os.path.isdir(path):
        os.makedirs(path, FOLDER_MODE, exist_ok=True)


def try_lock(fd: int) -> bool:
    """Take the lock of an open file unless somebody has it; closing the file gives it back."""
    try:
        if sys.platform == "win32":
            os.lseek(fd, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        raise
    return True


def open_locked(path: AnyPath, wait: Callable[[int], None]) -> int:
    """Open a lock file, made when missing with its folder, and lock it; whoever closes it gives the lock back. `wait`
    gets the open file and returns when `try_lock` gave its lock. Raises `OSError` when it is not ours, or that fails.
    """
    while True:
        make_folder(os.path.dirname(path))
        fd = open_own(path, os.O_RDWR | os.O_CREAT)
        with _closed_if_refused(fd):
            wait(fd)
            if is_named(fd, path):
                return fd
        os.close(fd)  # the folder was emptied meanwhile: the lock is on a file that nobody else will find


def is_named(fd: int, path: AnyPath) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path))
    except FileNotFoundError:
        return False


def leads_out(path: AnyPath) -> bool:
    """Tell whether a path that begins in a repository, or beside a board, ends outside of it by way of a link."""
    place = os.path.abspath(path)
    real = os.path.realpath(path)  # not of `place`, in which `link/..` is taken for nothing
    return any(
        not is_below(real, os.path.realpath(top))
        for top in folders_above(os.path.dirname(place))
        if any(os.path.lexists(os.path.join(top, mark)) for mark in (".git", ".ideaboard"))
    )


def refuse_stray_link(path: AnyPath) -> None:
    """Raise `Refused` for a path that begins in a repository and ends outside: a stranger may have put a link there."""
    if leads_out(path):
        real = os.path.realpath(path)
        what = f"'{os.fspath(path)}' is, or lies behind, a link that leads out of its repository"
        raise Refused(what, f"if you mean it, name '{real}'")


def path_inside(name: str, folder: str) -> str:
    """Return the path of a file that a repository names itself: below its folder, through no link, and not in `.git` or
    `.ideaboard`. Raises `Refused` when it would be anywhere else.
    """
    import re

    from ideaboard.core.text import clean_line

    parts = [part for part in name.split("/") if part != os.curdir]
    plain = name.isprintable() and not re.search(r"[\\:]|^~", name) and parts and all(parts)
    hint = "write it with / as a path inside of the repository, such as docs/shared.html"
    if not plain or os.pardir in parts:
        raise Refused(f"'{clean_line(name)}' is not a file inside of the repository", hint)
    closed = {".git", ".ideaboard"}
    path = folder
    for part in parts:
        path = os.path.join(path, part)
        # As Windows and macOS compare names: git itself refuses the same ones.
        known = re.sub(r"^git~[0-9]+$", ".git", part.casefold().rstrip(" ."))
        if known in closed or any(_is_same(path, os.path.join(folder, one)) for one in closed):
            raise Refused(f"'{name}' lies in a folder that belongs to git or to the board", hint)
        if os.path.islink(path):
            raise Refused(f"'{name}' is, or lies behind, a link", "name the file that the link leads to")
    return path


def _is_same(path: str, other: str) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.lstat(other))
    except (OSError, ValueError):
        return False


def folders_above(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
