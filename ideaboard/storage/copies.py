"""Copies of one board file: what a copy holds, and putting the union of two in the place of the file.

The file is replaced at once and under its lock, so that no reader finds half of it and no change of another process is
lost; whoever has it open reads it anew.
"""

from __future__ import annotations

from collections.abc import Callable

from ideaboard import files
from ideaboard.errors import BoardFileError
from ideaboard.storage.journal import Journal
from ideaboard.storage.records import BYTE_ORDER_MARK, BadLine, NewerFormat, decode, read_header
from ideaboard.storage.system import explained


def whole_file(path: str) -> bytes:
    """Return what a board file holds between two changes. Raises `BoardFileError` when it is damaged, or cannot be
    read or locked.
    """
    journal = Journal(path, create=False)
    with journal.writing():
        return _content(path)


def lines_of(data: bytes, called: str) -> list[bytes]:
    """Return the lines of the records in a copy, each once, in order; `called` names it in messages.
    Raises `BoardFileError` when a line is damaged, or a later version wrote it.
    """
    lines: dict[bytes, None] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        bare = line.rstrip(b"\r").removeprefix(BYTE_ORDER_MARK)
        try:
            if bare.strip() and not read_header(bare):
                decode(bare)
                lines[bare] = None
        except BadLine as bad:
            hint = "mend it where it comes from with 'ideaboard check --repair'; nothing was changed here"
            raise BoardFileError(f"line {number} of {called} is damaged: {bad}", hint) from None
        except NewerFormat as error:
            what = f"{called} was written by a later version of ideaboard (format {error.args[0]})"
            raise BoardFileError(what, "update ideaboard; nothing was changed here") from None
    return list(lines)


def put_in_place(path: str, known: bytes, united: bytes, before: Callable[[], object]) -> None:
    """Put a copy in the place of a board file; what was written to the file since it held `known` stays, at the end.

    `before` is called under the lock when the file is about to be replaced; if it raises, the file stands. Raises
    `BoardFileError` when the file is damaged, or cannot be read, locked or written.
    """
    journal = Journal(path, create=False)
    with journal.writing():
        now = _content(path)
        if now != known:
            there = {*lines_of(known, "the board"), *lines_of(united, "what came")}
            since = [line for line in lines_of(now, "the board") if line not in there]
            united = b"".join((_ended(united), *(line + b"\n" for line in since)))
        before()
        if now != united:
            journal.replace(united)


def _content(path: str) -> bytes:
    with explained(path, "read"):
        return _ended(files.read_file(path))


def _ended(data: bytes) -> bytes:
    return data if not data or data.endswith(b"\n") else data + b"\n"
