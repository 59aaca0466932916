"""Upkeep of a board file: look it over, mend it, compact it.

A repair puts the original aside before anything is written. A compaction writes a new file without the lines that
nobody needs any more: a line stays, byte for byte, when anything in it still counts, when it belongs to the last
actions, which undo and log need, or when it is of an unknown kind. What is dropped was outdone by what stays, field by
field. So the union of a compacted and an uncompacted copy gives the same board as that of two uncompacted ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import NamedTuple

from ideaboard.core.text import counted
from ideaboard.errors import BoardFileError
from ideaboard.storage.history import is_ordinary
from ideaboard.storage.ids import LAST_YEAR, WRITER_LENGTH, name_of
from ideaboard.storage.journal import Journal
from ideaboard.storage.lock import LockFile
from ideaboard.storage.reader import BLOCK, Place, Stretch, read_head, read_stretch, reading, seen_at
from ideaboard.storage.records import BYTE_ORDER_MARK, BadLine, Record, encode, file_of, is_whole, ops_of, parse
from ideaboard.storage.stamps import Clock, utc_now
from ideaboard.storage.state import Meta, Name, State
from ideaboard.storage.system import CREATE, READ, Seen, System, explained, folder_of, replace_file, write_all

_TOLERANCE = timedelta(days=1)
_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found."""

    line: int | None
    """The number of the line, the header being line 1; none when it is about the whole file."""
    what: str
    harmless: bool = False
    """Whether the file is sound in spite of it."""
    done: str = ""
    """What a repair did about it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, and what a repair did."""

    sound: bool
    """Whether the file is as it should be; after a repair: whether it is now."""
    findings: list[Finding]
    lines: int
    actions: int
    """Good records."""
    documents: int
    """Documents that the good records give."""
    kept_aside: str | None = None
    """Where a repair put the original."""


class _Look(NamedTuple):
    """A file as it was read."""

    stretch: Stretch
    seen: Seen
    head: bytes
    acknowledged: int | None
    state: State
    lines: list[bytes]
    """The good ones."""
    late: list[bytes]
    """Those that are dated so late that the clock is near its end."""


def check_file(path: str | os.PathLike[str], *, system: System | None = None) -> Report:
    """Say all that is wrong with a board file; raises `BoardFileError` when it is none, or cannot be read."""
    system = system or System()
    return _report(_look(os.path.realpath(path), system))


def repair_file(
    path: str | os.PathLike[str], *, system: System | None = None, now: Callable[[], datetime] = utc_now
) -> Report:
    """Put a damaged board file aside under a dated name and write a sound one in its place.

    Good lines stay as they are. A line whose checksum is wrong but that reads as a change is kept with a new checksum,
    so that an edit by hand or a flipped letter costs no idea; all others are dropped. A sound file is not touched.
    Raises `BoardFileError` as `check_file` does, and when it cannot be written.
    """
    system = system or System()
    name = os.path.realpath(path)
    before = _report(_look(name, system))
    if before.sound:
        return before
    lock = LockFile(name, system, _TIMEOUT)
    lock.acquire(now().isoformat(timespec="seconds"))
    try:
        look = _look(name, system)
        writer = name_of(system.random(), WRITER_LENGTH)
        lines, findings = _mended(look, _report(look).findings, now(), writer)
        with explained(name, "mended"):
            aside = _put_aside(name, system, now())
            seen = replace_file(system, name, file_of(lines))
        lock.mark(seen.inode, seen.size)
    finally:
        lock.release()
    return replace(_report(_look(name, system)), findings=findings, kept_aside=aside)


def _look(path: str, system: System) -> _Look:
    mark = LockFile(path, system, _TIMEOUT).read_mark()
    seen = seen_at(system, path)
    if seen is None:
        raise BoardFileError(f"there is no board file '{path}'", "look at the path")
    state = State()
    lines: list[bytes] = []
    late: list[bytes] = []

    def take(record: Record, line: bytes) -> None:
        state.apply(record)
        (late if record["at"] >= LAST_YEAR else lines).append(line)

    with reading(system, path) as fd:
        head = read_head(system, fd, path)
        stretch = read_stretch(system, fd, Place(), take)
    return _Look(stretch, seen, head, mark.size if mark and mark.inode == seen.inode else None, state, lines, late)


def _report(look: _Look) -> Report:
    findings = [*_damage(look), *_remarks(look)]
    findings.sort(key=lambda finding: finding.line or 0)
    return Report(
        sound=all(finding.harmless for finding in findings),
        findings=findings,
        lines=look.stretch.place.lines + (look.stretch.tail is not None),
        actions=look.stretch.records,
        documents=sum(1 for _ in look.state.names()),
    )


def _damage(look: _Look) -> Iterator[Finding]:
    for problem in look.stretch.problems:
        yield Finding(problem.line, problem.what)
    if look.late:
        dated = counted(len(look.late), "change is", "changes are")
        yield Finding(None, f"{dated} dated {LAST_YEAR}, where the clock of the board ends")
    if tail := look.stretch.tail:
        yield Finding(tail.line, f"it ends in the middle of a change: {tail.what}")


def _remarks(look: _Look) -> Iterator[Finding]:
    if look.acknowledged is not None and look.seen.size < look.acknowledged:
        # No damage of its own: git puts older copies in the place of a file, and what is there is whole.
        lost = look.acknowledged - look.seen.size
        what = f"the file was made {lost:,} bytes shorter outside of this program; changes may be missing"
        yield Finding(None, what, harmless=True)
    headers = look.stretch.headers
    lines = [*look.lines, *look.late]
    repeated = len(lines) - len(set(lines))
    for holds, line, what in (
        (look.head.startswith(BYTE_ORDER_MARK), 1, "it begins with a byte-order mark"),
        (b"\r\n" in look.head, None, "its lines end in CR LF"),
        (look.stretch.records and not headers, 1, "the header is missing"),
        (headers > 1, None, f"the header is there {headers} times, as after a merge"),
        (repeated, None, f"{counted(repeated, 'line is', 'lines are')} there more than once, as after a merge"),
    ):
        if holds:
            yield Finding(line, what, harmless=True)
    for name, table in look.state.tables.items():
        for id, meta in table.meta.items():
            if isinstance(meta, Meta) and not meta.born and not meta.dead:
                what = f"the line that began document {id} of table '{name}' is missing; its later changes are there"
                yield Finding(None, what, harmless=True)


def _mended(look: _Look, findings: list[Finding], now: datetime, writer: str) -> tuple[list[bytes], list[Finding]]:
    """Return the lines of the mended file, and the findings with what was done about each."""
    lines, undated = list(dict.fromkeys(look.lines)), list(dict.fromkeys(look.late))
    done: dict[int | None, str] = {None: "dated anew, in their order"}
    bad = [*look.stretch.problems, *([look.stretch.tail] if look.stretch.tail else [])]
    begun: set[Name] = set()
    for problem in bad:
        line = problem.data.rstrip(b"\r")
        if is_whole(line) and _is_record(line):
            undated.append(line)
            done[problem.line] = "kept, dated anew"
        elif (saved := _saved(line, look.state, begun, now)) is None:
            done[problem.line] = "left out"
        else:
            line, names = saved
            lines.append(line)
            done[problem.line] = f"kept as it reads, with a new checksum: look at {', '.join(names)}"
    lines += _dated_anew(undated, lines, now, writer)
    other = "the file was written anew"
    return lines, [
        replace(finding, done=done.get(finding.line, other) if not finding.harmless else "") for finding in findings
    ]


def _is_record(line: bytes) -> bool:
    """Tell whether a line is a record but for its stamp."""
    try:
        return bool(parse(line, dated=False))
    except BadLine:
        return False


def _dated_anew(lines: list[bytes], others: list[bytes], now: datetime, writer: str) -> Iterator[bytes]:
    """Give whole lines stamps of this moment, in the order of those that they have."""
    records = sorted((parse(line, dated=False) for line in lines), key=lambda record: str(record.get("at")))
    newest = max((parse(line)["at"] for line in others), default="")
    clock = Clock(lambda: now, writer)
    new: dict[str, str] = {}
    for record in records:
        newest = clock.next(newest)
        new[str(record.get("at"))] = record["at"] = newest
        record.pop("crc", None)
        for key in ("undo", "redo", "compacted"):
            target = record.get(key)
            if isinstance(target, str) and target in new:
                record[key] = new[target]
        yield encode(record).rstrip(b"\n")


def _saved(line: bytes, state: State, begun: set[Name], now: datetime) -> tuple[bytes, list[str]] | None:
    """Return a line with a wrong checksum in a good form when it can be trusted to be a change of this board, not from
    the future; `begun` gets the documents that it begins.
    """
    try:
        record = parse(line)
    except BadLine:
        return None
    ops = list(ops_of(record))
    if not ops or record["at"] > (now.astimezone(UTC) + _TOLERANCE).isoformat():
        return None
    names = {(op["t"], op["id"]) for op in ops if op.get("new")}
    if any((op["t"], op["id"]) not in names | begun and not state.known(op["t"], op["id"]) for op in ops):
        return None
    begun |= names
    record.pop("crc", None)
    return encode(record).rstrip(b"\n"), [op["id"] for op in ops]


def _put_aside(path: str, system: System, now: datetime) -> str:
    """Give the original a second, dated name; on a file system that cannot do that, copy it."""
    base = f"{path}.damaged-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
    for number in count(1):
        aside = base if number == 1 else f"{base}-{number}"
        try:
            system.link(path, aside)
        except FileExistsError:
            continue
        except OSError:
            _copy(path, aside, system)
        break
    system.sync_folder(folder_of(path))
    return aside


def _copy(path: str, target: str, system: System) -> None:
    with system.opened(path, READ) as source, system.opened(target, CREATE) as fd:
        while block := system.read(source, BLOCK):
            write_all(system, fd, block)
        system.fsync(fd)


KEPT_ACTIONS = 200
"""How many of the latest actions stay whole, so that they can be undone."""

LARGE = 8 << 20
"""The size in bytes from which a file may be compacted without being asked."""

Line = tuple[Record, bytes]


class Compaction(NamedTuple):
    """What a compaction did."""

    before_bytes: int
    after_bytes: int


def compact_file(path: str | os.PathLike[str]) -> Compaction:
    """Compact a board file that is not open here; see `compact`."""
    return compact(Journal(os.fspath(path), create=False))


def compact(journal: Journal) -> Compaction:
    """Compact the file of a journal; what it holds stays the same. Raises `BoardFileError` when it is damaged, or
    cannot be read or written; the old file stands then.
    """
    with journal.writing():
        lines = journal.lines()
        before = journal.size
        kept, horizon = _kept(lines)
        if len(kept) == len(lines):
            return Compaction(before, before)
        texts, at = [line for _, line in kept], ""
        if horizon:
            at = journal.next_stamp()
            texts.append(encode({"at": at, "compacted": horizon}).rstrip(b"\n"))
        journal.replace(file_of(texts), at)
        return Compaction(before, journal.size)


def worth_compacting(path: str | os.PathLike[str], *, system: System | None = None) -> bool:
    """Tell whether a file should be compacted unasked: large, more than half dead, and not under git's eyes."""
    name = os.path.realpath(path)
    system = system or System()
    try:
        if system.stat(name).st_size < LARGE or _in_git(name, system):
            return False
        journal = Journal(name, read_only=True, create=False, system=system)
        if journal.problems:
            return False
        kept, _ = _kept(journal.lines())
        return 2 * sum(len(line) + 1 for _, line in kept) < journal.size
    except (OSError, BoardFileError):  # whoever opens it next will hear of it
        return False


def _in_git(path: str, system: System) -> bool:
    """Tell whether a file lies in a git work tree, where each compaction would be a large change."""
    folder = folder_of(path)
    while not system.exists(folder, ".git"):
        folder, below = folder_of(folder), folder
        if folder == below:
            return False
    return True


def _kept(lines: Sequence[Line]) -> tuple[list[Line], str]:
    """Return the lines that stay, in their order, and the stamp before which actions cannot be undone any more."""
    lines = list({line: (record, line) for record, line in lines}.values())
    ordinary = sorted({record["at"] for record, _ in lines if is_ordinary(record)})
    if len(ordinary) <= KEPT_ACTIONS:
        return lines, ""
    horizon = ordinary[-KEPT_ACTIONS]
    state = State()
    for record, _ in lines:
        if record["at"] < horizon:
            state.apply(record)
    stays = {record["at"] for record, _ in lines if _stays(record, horizon, state)}
    stays |= {record["at"] for record, _ in lines if {record.get("undo"), record.get("redo")} & stays}
    kept = [(record, line) for record, line in lines if record["at"] in stays]
    if len(kept) == len(lines):
        return kept, ""
    return [(record, line) for record, line in kept if "compacted" not in record], horizon


def _stays(record: Record, horizon: str, state: State) -> bool:
    at: str = record["at"]
    if at >= horizon or not ("t" in record or "many" in record):
        return True
    return any(state.set_by(op, at) for op in ops_of(record))
