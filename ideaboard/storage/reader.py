"""Reads a board file, or the rest of one: line by line, in blocks, every good line handed on, every bad one noted."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ideaboard.errors import BoardFileError
from ideaboard.storage.records import (
    BYTE_ORDER_MARK,
    HEADER,
    BadLine,
    NewerFormat,
    Record,
    decode,
    is_whole,
    looks_like_ours,
    read_header,
)
from ideaboard.storage.system import READ, Seen, System, explained, failure

BLOCK = 1 << 18
LONG = BLOCK
"""A line of so many bytes is taken apart, where that can be done."""
_AT_ONCE = 1 << 30
_HEAD = 1 << 16
"""How many bytes at the start decide whether a file is a board file."""


_PIECES = 200
"""Lines that are read one by one, before all are."""


class Problem(NamedTuple):
    """A line that is no record."""

    line: int
    """Its number; the header is line 1."""
    what: str
    start: int
    """Where it starts in the file, in bytes."""
    data: bytes


class Place(NamedTuple):
    """How far a file was read."""

    offset: int = 0
    lines: int = 0
    crc: int | None = 0
    """The CRC-32 of all bytes before the offset; none when it is not known."""
    ended: bool = True
    """Whether the byte before the offset is a line end."""


class Stretch(NamedTuple):
    """What the stretch of a file from some place to its end holds."""

    place: Place
    headers: int
    records: int
    problems: tuple[Problem, ...]
    tail: Problem | None
    """A last line without line end that is no record; `place` is before it."""


Take = Callable[[Record, bytes], None]
"""Gets a good record and its line, without line end."""


def seen_at(system: System, path: str) -> Seen | None:
    """Return what a board file looks like from outside; none when it is not there."""
    try:
        return Seen.of(system.stat(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failure(path, error, "read") from None


def gone(path: str) -> BoardFileError:
    """Return the error for a file that was there and is no more."""
    return BoardFileError(
        f"the board file '{path}' is gone",
        "put it back (from the trash, a backup or git); what is shown is still in memory and can be exported",
    )


@contextmanager
def reading(system: System, path: str) -> Iterator[int]:
    """Open a board file for a block; `BoardFileError` when it is gone, cannot be read, or is of a later format."""
    try:
        with system.opened(path, READ) as fd:
            yield fd
    except FileNotFoundError:
        raise gone(path) from None
    except OSError as error:
        raise failure(path, error, "read") from None
    except NewerFormat as error:
        what = f"'{path}' was written by a later version of ideaboard (format {error.args[0]})"
        raise BoardFileError(what, "update ideaboard; the file was not touched") from None


def read_head(system: System, fd: int, path: str) -> bytes:
    """Return the first bytes of an open board file; raises `BoardFileError` when it is something else."""
    head = system.read(fd, _HEAD)
    # A board file may be empty, cut short in its header, or damaged.
    begun = HEADER.startswith(head.removeprefix(BYTE_ORDER_MARK).rstrip(b"\r\n"))
    if begun or looks_like_ours(head):
        return head
    hint = "choose another file with --board; this one was not touched"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b'{"', b"{ ", b"{\n", b"[")):
        hint = f"if it holds ideas, read it into a board with `ideaboard import '{path}'`; it was not touched"
    raise BoardFileError(f"'{path}' is not a board file", hint)


def read_stretch(
    system: System, fd: int, place: Place, take: Take, take_long: Callable[[bytes], bool] | None = None
) -> Stretch:
    """Read an open file from a place to its end; raises `NewerFormat` when a header of a later version comes.

    Long lines are given to `take_long` first, which tells whether it took it.
    """
    system.seek(fd, place.offset)
    offset, crc = place.offset, place.crc or 0
    number = place.lines if place.ended else place.lines - 1
    headers = records = 0
    problems: list[Problem] = []
    ended = place.ended
    parts: list[bytes] = []  # of a line that goes on: an import of thousands of ideas is one line
    while block := system.read(fd, BLOCK):
        end = block.rfind(b"\n")
        if end < 0:
            parts.append(block)
            continue
        whole = b"".join((*parts, block[:end]))
        parts = [block[end + 1 :]]
        crc, ended = zlib.crc32(b"\n", zlib.crc32(whole, crc)), True
        lines = whole.split(b"\n")
        del whole  # an import may be larger than all the rest
        for line in lines:
            number += 1
            try:
                if not (take_long and len(line) > LONG and take_long(line)):
                    take(decode(line), line)
                records += 1
            except BadLine as bad:
                found, what = _second_look(line, take, bad)
                headers += found == "header"
                records += found == "record"
                if what:
                    problems.append(Problem(number, what, offset, line))
            offset += len(line) + 1
    tail = None
    if rest := b"".join(parts):
        found, what = _second_look(rest, take, None)
        if what:
            tail = Problem(number + 1, what, offset, rest)
        else:
            headers += found == "header"
            records += found == "record"
            offset += len(rest)
            crc, ended = zlib.crc32(rest, crc), False
            number += 1
    return Stretch(Place(offset, number, crc, ended), headers, records, tuple(problems), tail)


def read_all(system: System, fd: int, most: int | None = None) -> bytes:
    """Read an open file from where it stands to its end, or so many bytes."""
    blocks: list[bytes] = []
    left = most if most is not None else 1 << 62
    while left and (block := system.read(fd, min(left, _AT_ONCE))):
        blocks.append(block)
        left -= len(block)
    return b"".join(blocks)


def crc_until(system: System, fd: int, offset: int) -> int:
    """Return the CRC-32 of the first bytes of an open file."""
    system.seek(fd, 0)
    crc = 0
    while offset and (block := system.read(fd, min(offset, BLOCK))):
        crc = zlib.crc32(block, crc)
        offset -= len(block)
    return crc


class FilePart:
    """A part of an open file that is read when somebody asks for some of it.

    The file stays open till then, so that another one in its place is no harm.
    """

    def __init__(self, system: System, fd: int, start: int, size: int) -> None:
        self._system = system
        self._start = start
        self._size = size
        self._fd = system.dup(fd)
        self._data = b""

    def piece(self, start: int, length: int) -> bytes:
        """Read a few bytes only; whether they are right is for the caller to tell. Raises `OSError`."""
        if self._data:
            return self._data[start : start + length]
        blocks: list[bytes] = []
        while length and (block := self._system.read_at(self._fd, length, self._start + start)):
            blocks.append(block)
            start, length = start + len(block), length - len(block)
        return b"".join(blocks)

    def load(self) -> bytes:
        """Return all of it, from now on from memory. Raises `OSError`."""
        if not self._data:
            self._data = self.piece(0, self._size)
            self.close()
        return self._data

    def close(self) -> None:
        if self._fd >= 0:
            self._system.close(self._fd)
            self._fd = -1

    __del__ = close


class Prefix(FilePart):
    """The first bytes of a board file, whose checksum was right."""

    def __init__(self, system: System, fd: int, path: str, size: int, crc: int, seen: Seen | None = None) -> None:
        """Begin with an open file; it is as it was for as long as it looks like `seen`."""
        super().__init__(system, fd, 0, size)
        self._path = path
        self._crc = crc
        self._seen = seen
        self._left = _PIECES

    def sound(self, start: int, length: int, crc: int | None = None) -> bytes:
        """Return some bytes, which are a line or have this checksum; raises `BoardFileError` as `load` does."""
        if self._data:
            return self._data[start : start + length]
        if self._left:
            self._left -= 1
            with explained(self._path, "read"):
                piece = self.piece(start, length)
            if zlib.crc32(piece) == crc if crc is not None else is_whole(piece):
                return piece
        return self.load()[start : start + length]

    def load(self) -> bytes:
        """Return all of it, from now on from memory; raises `BoardFileError` when another program wrote over it."""
        if not self._data:
            with explained(self._path, "read"):
                data = self.piece(0, self._size)
                same = Seen.of(self._system.fstat(self._fd)) == self._seen
            if len(data) != self._size or not (same or zlib.crc32(data) == self._crc):
                raise BoardFileError(f"'{self._path}' was changed by another program at this moment", "try again")
            self._data = data
            self.close()
        return self._data

    def is_sound(self) -> bool:
        """Load it, and tell whether it is as it was."""
        try:
            self.load()
        except BoardFileError:
            return False
        return True


def _second_look(line: bytes, take: Take, bad: BadLine | None) -> tuple[str, str]:
    """Judge a line that is no plain record: returns what it is, and what is wrong with it."""
    bare = line.rstrip(b"\r").removeprefix(BYTE_ORDER_MARK)
    if not bare.strip():
        return "blank", ""
    if read_header(bare):
        return "header", ""
    if bad is not None and len(bare) == len(line):
        return "", str(bad)
    try:
        take(decode(bare), bare)
    except BadLine as worse:
        return "", str(worse)
    return "record", ""


def judged(stretch: Stretch, seen: Seen, known: int | None) -> Stretch:
    """Tell a torn end from damage by the high-water mark."""
    tail, problems = stretch.tail, stretch.problems
    if tail is not None and known is not None and tail.start < known <= seen.size:
        place = stretch.place._replace(offset=tail.start + len(tail.data), lines=tail.line, crc=None, ended=False)
        return stretch._replace(place=place, problems=(*problems, tail), tail=None)
    if tail is None and problems and known is not None:
        # After a power cut a block may be missing in the middle of a line whose end arrived; it reads as NUL bytes.
        last = problems[-1]
        end = last.start + len(last.data) + 1
        if end == stretch.place.offset and last.start >= known and b"\0" in last.data:
            place = stretch.place._replace(offset=last.start, lines=last.line - 1, crc=None)
            return stretch._replace(place=place, problems=problems[:-1], tail=last)
    return stretch
