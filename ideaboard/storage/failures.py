"""What the operating system's refusals are called, and what a person can do about them."""

from __future__ import annotations

import errno
import os

from ideaboard.errors import BoardFileError

_HINTS = {
    errno.ENOSPC: ("the disk is full", "make room, then try again; nothing was lost"),
    errno.EDQUOT: ("the disk quota is used up", "make room, then try again; nothing was lost"),
    errno.EFBIG: ("the file may not grow any more", "raise the limit (`ulimit -f`) or compact the board"),
    errno.EROFS: ("the file system is read-only", "copy the file to where you may write"),
    errno.EACCES: ("permission denied", "look at the permissions of the file and its folder"),
    errno.EPERM: ("permission denied", "look at the permissions of the file and its folder"),
    errno.ENOTDIR: ("a part of the path is not a folder", "look at the path"),
    errno.ELOOP: ("the link leads in circles", "look at the path"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EIO: ("the disk reports an error", "look after the disk and your backups before you go on"),
}


def failure(path: str, error: OSError, done: str) -> BoardFileError:
    """Return the error for a failed call.

    Args:
        path: the file that it was about.
        error: what the system said.
        done: what could not be done with the file: `read`, `written`.
    """
    number = error.errno or 0
    reason, hint = _HINTS.get(number, (os.strerror(number).lower(), ""))
    return BoardFileError(f"'{path}' cannot be {done}: {reason}", hint)


def gone(path: str) -> BoardFileError:
    """Return the error for a file that was there and is no more."""
    return BoardFileError(
        f"the board file '{path}' is gone",
        "put it back (from the trash, a backup or git); what is shown is still in memory and can be exported",
    )


def damaged(path: str, lines: list[int]) -> BoardFileError:
    """Return the error for a change of a damaged file."""
    some = ", ".join(str(line) for line in lines[:5]) + (", ..." if len(lines) > 5 else "")
    word = "line" if len(lines) == 1 else "lines"
    return BoardFileError(
        f"'{path}' is damaged in {word} {some}, so it can only be read",
        "look at it with `ideaboard check`, mend it with `ideaboard check --repair`",
    )


def foreign(path: str, head: bytes) -> BoardFileError:
    """Return the error for a file that is something else; its first bytes decide the hint."""
    hint = "choose another file with --board; this one was not touched"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b'{"', b"{ ", b"{\n", b"[")):
        hint = f"if it holds ideas, read it into a board with `ideaboard import '{path}'`; it was not touched"
    return BoardFileError(f"'{path}' is not a board file", hint)


def newer(path: str, version: int) -> BoardFileError:
    """Return the error for a file of a later version."""
    return BoardFileError(
        f"'{path}' was written by a later version of ideaboard (format {version})",
        "update ideaboard; the file was not touched",
    )
