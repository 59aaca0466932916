"""How a change comes into a board file: one line, sealed by its checksum, appended and waited for.

`ideaboard.storage.journal` writes everything so, and `ideaboard add` does where it need not read the board; this module
imports next to nothing, so that the latter is quick.
"""

from __future__ import annotations

from zlib import crc32

from ideaboard.errors import BoardFileError
from ideaboard.storage.system import APPEND, CREATE, Seen, System, explained, folder_of, write_all

TYPE_CHECKING = False  # as in `ideaboard.files`
if TYPE_CHECKING:
    from collections.abc import Callable

    from ideaboard.storage.lock import LockFile

CRC_KEY = b',"crc":"'


def sealed(record: bytes) -> bytes:
    """Return the line of a record in JSON: as last key the CRC-32 of all bytes before its eight digits, and LF."""
    body = record[:-1] + CRC_KEY
    return b'%b%08x"}\n' % (body, crc32(body))


def append(
    system: System,
    lock_file: LockFile,
    path: str,
    payload: bytes,
    known: Seen | None,
    cut_back: Callable[[int, Seen], object],
) -> Seen:
    """Append to a file that is as it is known to be, or make it where none is known; return how it is afterwards.

    It is on the disk then, and acknowledged in the lock file, whose lock the caller has. Raises `BoardFileError` when
    the file is another by now, or that fails; `cut_back` gets the open file, and how it was, to take back what came.
    """
    flags = CREATE if known is None else APPEND
    with explained(path, "written"), system.opened(path, flags) as fd:
        start = Seen.of(system.fstat(fd))
        if known is not None and start != known:
            raise BoardFileError(
                f"'{path}' was changed by another program at this moment", "try again; nothing was written"
            )
        try:
            write_all(system, fd, payload)
            system.fsync(fd)
            if known is None:
                system.sync_folder(folder_of(path))
            seen = Seen.of(system.fstat(fd))
        except BaseException:
            cut_back(fd, start)
            raise
    lock_file.mark(seen.inode, seen.size)
    return seen
