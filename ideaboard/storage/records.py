"""One line of the board file: how a record is written, read and checked. `FORMAT.md` describes it for people.

A record is kept as the plain `dict` that its JSON gives, so that nothing is lost of what a later version put in.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson

from ideaboard.errors import InvalidInput
from ideaboard.storage.append import CRC_KEY, sealed
from ideaboard.storage.ids import ALPHABET, LENGTH
from ideaboard.storage.stamps import STAMP_LENGTH, is_stamp

Record = dict[str, Any]
"""The JSON object of one line: one action."""

Op = dict[str, Any]
"""What a record does to one document; a record on a single document is its own operation."""

FORMAT: Final = 1
HEADER: Final = b'{"ideaboard":%d}' % FORMAT
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_HEADER_START = b'{"ideaboard":'
_DIGITS_LENGTH = len('5a0c1e77"}')
_AT, _MANY = b'{"at":"', b'","many":['
_BETWEEN = b'},{"t":"'
_MARKERS = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")
_MANY_LEVELS = 200
"""JSON nested less deeply than this can be written again; `orjson` goes down 254 levels."""

_OPTIONS = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


class NotJson(InvalidInput, TypeError):
    """A document holds something that JSON has no form for; also the `TypeError` that TinyDB gives."""


class BadLine(Exception):
    """A line that is no record; the text of the error says what is wrong with it, for people."""


class NewerFormat(Exception):
    """The file was written by a later version; the argument is the number in its header."""


def dumps(value: object) -> bytes:
    """Write a value as JSON; raises `NotJson` when JSON has no form for it."""
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except TypeError as error:
        raise NotJson(f"this cannot be kept as JSON: {error}", "use text, numbers, lists and objects") from None


def canonical(value: object) -> bytes:
    """Write a value so that equal values give equal bytes."""
    return orjson.dumps(value, option=_OPTIONS | orjson.OPT_SORT_KEYS)


def copied(value: Any) -> Any:
    """Return a JSON value that shares no list and no object with this one."""
    kind = type(value)
    if kind is dict:
        new = value.copy()
        for key, part in value.items():
            if type(part) in _NESTED:
                new[key] = copied(part)
        return new
    if kind is list:
        return [copied(part) if type(part) in _NESTED else part for part in value]
    return value


def same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are written alike; `1`, `1.0` and `true` are not."""
    if one is other:
        return True
    if type(one) is not type(other) or one != other:
        return False
    return type(one) is str or canonical(one) == canonical(other)


def make_record(at: str, ops: Sequence[Op], **about: str) -> Record:
    """Put operations and what is said about the action into one record, the keys in their fixed order."""
    said = {key: text for key in ("act", "note", "by", "undo", "redo") if (text := about.get(key))}
    if len(ops) == 1:
        op = ops[0]
        return {"t": op["t"], "id": op["id"], "at": at, **{k: v for k, v in op.items() if k not in ("t", "id")}, **said}
    return {"at": at, "many": list(ops), **said}


def encode(record: Record) -> bytes:
    """Write a record as a line: its JSON, as last key the CRC-32 of all bytes before its eight digits, and LF; raises
    `NotJson` when it holds something that JSON has no form for.
    """
    return sealed(dumps(record))


def file_of(lines: Sequence[bytes]) -> bytes:
    """Return a whole board file with these lines."""
    return b"\n".join((HEADER, *lines, b""))


def decode(line: bytes) -> Record:
    """Read a line, without its line end, as a record; raises `BadLine` when the checksum or the form is wrong."""
    if is_whole(line):
        return parse(line)
    raise BadLine(_complaint(line))


def is_whole(line: bytes) -> bool:
    """Tell whether a line has the right checksum."""
    return line.endswith(b'%08x"}' % zlib.crc32(memoryview(line)[:-_DIGITS_LENGTH]))


def parse(line: bytes, *, dated: bool = True) -> Record:
    """Read a line, without its line end, as a record without looking at its checksum; it may lack a sound stamp unless
    `dated`. Raises `BadLine` when it is not JSON, or not in the form of a record.
    """
    try:
        record: Record = orjson.loads(line)
    except ValueError:
        raise BadLine("it is not JSON") from None
    if type(record) is not dict:
        raise BadLine("it is not a record")
    if dated and not is_stamp(at := record.get("at")):
        raise BadLine("its stamp is no moment" if type(at) is str and len(at) == STAMP_LENGTH else "it has no stamp")
    if line.count(b"{") + line.count(b"[") > _MANY_LEVELS:
        try:
            canonical(record)
        except TypeError:
            raise BadLine("it is nested too deeply") from None
    if "t" in record:
        if not _sound(record):
            raise BadLine("it is not in the form of a record")
    elif "many" in record:
        ops = record["many"]
        if type(ops) is not list or not all(type(op) is dict and "t" in op and _sound(op) for op in ops):
            raise BadLine("it is not in the form of a record")
    return record


def taken_apart(line: bytes) -> tuple[str, list[tuple[int, int]]] | None:
    """Return the stamp of a whole line on many documents, as we write it, and where the text of each operation begins
    and ends; none when that cannot be told without reading it as one.

    What separates two operations has quotes, so it stands in no text. It may stand in a list within an operation, which
    is in pieces then that are no JSON.
    """
    at, start = line[len(_AT) : len(_AT) + STAMP_LENGTH].decode("utf-8", "replace"), len(_AT) + STAMP_LENGTH
    if not line.startswith(_AT) or not line.startswith(_MANY + b'{"t":"', start) or not is_stamp(at):
        return None
    places: list[tuple[int, int]] = []
    start += len(_MANY)
    while (end := line.find(_BETWEEN, start)) >= 0:
        places.append((start, end + 1))
        start = end + 2
    end = line.find(b"}]", start) + 1
    while end and sound_op(line[start:end]) is None:
        end = line.find(b"}]", end) + 1
    try:
        about = orjson.loads(b'{"many":[' + line[end:])
    except ValueError:
        return None
    if about["many"] != [] or about.keys() & {"t", "at"}:
        return None
    return at, [*places, (start, end)]


def sound_op(text: bytes) -> Op | None:
    """Read one operation of a line on many documents; none when it is not in the form of one."""
    try:
        op: Op = orjson.loads(text)
        if text.count(b"{") + text.count(b"[") > _MANY_LEVELS:
            canonical([[op]])
    except (ValueError, TypeError):
        return None
    return op if type(op) is dict and "t" in op and _sound(op) else None


def ops_of(record: Record) -> Iterable[Op]:
    """Return what a record does, document by document; nothing for a record of a kind that is not known."""
    if "t" in record:
        return (record,)
    ops: list[Op] = record.get("many", [])
    return ops


def read_header(line: bytes) -> bool:
    """Tell whether a line is the header; raises `NewerFormat` when it is the header of a later version."""
    if not line.startswith(_HEADER_START):
        return False
    if line == HEADER:
        return True
    try:
        version = orjson.loads(line).get("ideaboard")
    except (ValueError, AttributeError):
        return False
    if type(version) is int and version > FORMAT:
        raise NewerFormat(version)
    return version == FORMAT and type(version) is int


def looks_like_ours(head: bytes) -> bool:
    """Tell from the first bytes of a file whether it is a board file, perhaps a damaged one."""
    starts = (_HEADER_START, b'{"t":"', b'{"at":"')
    return any(line.removeprefix(BYTE_ORDER_MARK).startswith(starts) for line in head.split(b"\n"))


def _complaint(line: bytes) -> str:
    if line.startswith(_MARKERS):
        return "it is a conflict marker of git"
    if not line.strip(b"\0"):
        return "it is nothing but NUL bytes"
    if line[:-_DIGITS_LENGTH].endswith(CRC_KEY):
        return "its checksum does not match"
    return "it has no checksum"


def _sound(op: Op) -> bool:
    """Tell whether all that the fold relies on has the right type."""
    get = op.get
    id = get("id")
    if type(op["t"]) is not str or type(id) is not str or len(id) != LENGTH or id.strip(ALPHABET):
        return False
    if type(get("set", _NOTHING)) is not dict or not _texts(get("adds", _NONE)):
        return False
    return ("unset" not in op or _texts(op["unset"])) and ("lists" not in op or _sound_lists(op["lists"]))


def _texts(value: object) -> bool:
    return type(value) is list and _TEXT.issuperset(map(type, value))


def _sound_lists(value: object) -> bool:
    return type(value) is dict and all(map(_sound_touches, value.values()))


def _sound_touches(touched: object) -> bool:
    if type(touched) is not dict:
        return False
    add, gone = touched.get("add", _NONE), touched.get("rm", _NONE)
    if type(add) is not list or type(gone) is not list or not all(type(index) is int for index in add):
        return False
    return all(type(pair) is list and len(pair) == 2 and type(pair[1]) is int for pair in gone)


_NESTED: Final = frozenset({dict, list})
_NOTHING: Final[dict[str, Any]] = {}
_NONE: Final[list[Any]] = []
_TEXT: Final = frozenset({str})
