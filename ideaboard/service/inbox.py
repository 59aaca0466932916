"""The inbox folder: files that a phone, a mail program or a script puts there become ideas, each file once.

First the files are read, then their ideas are put on the board as one action, and then the files are moved to `done`.
An idea's id follows from its file, so that a program that ends in between does nothing twice. One process at a time
does it, under a lock.
"""

# Paths are text here, as the operating system takes them.
# ruff: noqa: PTH104, PTH112, PTH114, PTH118, PTH120, PTH122

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path

from ideaboard import files
from ideaboard.config import Config
from ideaboard.core.text import clean_line, counted
from ideaboard.errors import IdeaboardError, InvalidInput, Refused
from ideaboard.intake.cards import Imported
from ideaboard.intake.formats import Format
from ideaboard.intake.notes import SIZE_LIMIT, cards_in
from ideaboard.places import user_path
from ideaboard.service.history import History
from ideaboard.service.memory import Choices
from ideaboard.service.session import Label
from ideaboard.service.transfer import Brought, Transfer

DONE = "done"
_FORMAT = Format("inbox", "the inbox folder", "")
_MOST_FILES = 1000
_LOCK_SECONDS = 10.0
_FRESH_SECONDS = 2.0
"""A file that was changed since may still be written to, so it is looked at twice."""
_SETTLE_SECONDS = 0.3
_TEMPORARY = re.compile(
    r"[.~].*|#.*#|.*~|.*\.(?:tmp|temp|part|partial|crdownload|download|opdownload|sw[opx]|lock|filepart|icloud)",
    re.IGNORECASE | re.DOTALL,
)
_CONFLICT = re.compile(
    r"\.sync-conflict-[0-9]{8}-[0-9]{6}|conflicted copy|\(.*(?:conflict|konflikt).*\)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file that was read."""

    file: str
    titles: tuple[str, ...]
    """The titles of its ideas."""
    done: str = ""
    """Where it lies now; empty when it could not be moved, or was not to be."""


@dataclass(frozen=True, slots=True)
class LeftFile:
    """A file that stays where it is."""

    file: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxResult:
    """What came of a look into the inbox."""

    added: tuple[str, ...] = ()
    """The ids of the new ideas."""
    known: int = 0
    """Ideas that are on the board already."""
    files: tuple[TakenFile, ...] = ()
    left: tuple[LeftFile, ...] = ()
    """What is not finished yet, or a copy that a sync tool made: it is looked at again the next time."""
    failed: tuple[LeftFile, ...] = ()
    """What cannot be read, and why."""
    remarks: tuple[str, ...] = ()


Facts = tuple[int, int, int]


@dataclass(slots=True)
class Reading:
    """The files of one look, and the lock under which they were read."""

    folder: str
    lock: int = -1
    imported: Imported = field(default_factory=Imported)
    titles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    facts: dict[str, Facts] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    known: int = 0

    def release(self) -> None:
        """Let other processes look; whoever is not going on with it calls this."""
        if self.lock >= 0:
            files.close(self.lock)
            self.lock = -1


class Inbox:
    """Reads one inbox folder onto the board."""

    def __init__(self, config: Config, transfer: Transfer, history: History, memory: Choices) -> None:
        self._config = config
        self._transfer = transfer
        self._history = history
        self._memory = memory

    @property
    def folder(self) -> str:
        """The folder; a relative one is beside the config file. Raises `InvalidInput` when there is none."""
        if not self._config.inbox:
            hint = 'write into the config: [inbox] and folder = "~/inbox"; ideaboard config edit opens it'
            raise InvalidInput("no inbox folder is set", hint)
        beside = os.path.dirname(os.fspath(self._config.path or ""))
        folder = os.path.join(beside, user_path(self._config.inbox))
        if not os.path.isdir(folder):
            raise InvalidInput(f"there is no folder '{folder}'", "make it, or name another in the config under [inbox]")
        return folder

    def run(self, *, dry_run: bool = False) -> InboxResult:
        """Take in what lies there; a dry run only tells what would come. Raises `InvalidInput` when there is no folder;
        `Refused` when another process is at it, or `done` is a link.
        """
        reading = self.read(dry_run=dry_run)
        try:
            if not dry_run:
                self.take_in(reading)
                return self.put_away(reading)
            if reading.titles:
                preview = self._transfer.preview(self._brought(reading))
                reading.known = preview.unchanged + preview.filled
            return self._result(reading, {})
        finally:
            reading.release()

    def read(self, *, dry_run: bool = False) -> Reading:
        """Read the files; nothing changes. The lock is held until `put_away` or `Reading.release`."""
        reading = Reading(self.folder)
        if not dry_run:
            reading.lock = _locked(reading.folder)
        try:
            self._read_files(reading)
        except BaseException:
            reading.release()
            raise
        return reading

    def _read_files(self, reading: Reading) -> None:
        folder = reading.folder
        with files.explained(f"'{folder}' cannot be read", "look at its permissions"):
            names = sorted(os.listdir(folder))  # noqa: PTH208  # sorted as text
        there = {name: facts for name in names if (facts := self._facts_of(reading, name))}
        fresh = [name for name, (_, _, at) in there.items() if abs(time.time() - at / 1e9) < _FRESH_SECONDS]
        if fresh:
            time.sleep(_SETTLE_SECONDS)
        for name in fresh:
            if _facts(os.path.join(folder, name)) != there[name]:
                reading.left[name] = "it is still being written"
                del there[name]
        for number, (name, facts) in enumerate(there.items()):
            if number >= _MOST_FILES:
                reading.left[name] = f"{_MOST_FILES:,} files are the most at once"
            else:
                self._read_file(reading, name, facts)

    def _facts_of(self, reading: Reading, name: str) -> Facts | None:
        """Return what a file is known by; None for what is not to be read now, with the reason noted if it has one."""
        path = os.path.join(reading.folder, name)
        try:
            status = os.lstat(path)
        except OSError:  # it went just now
            return None
        if _TEMPORARY.fullmatch(name) or stat.S_ISDIR(status.st_mode):
            return None
        if _CONFLICT.search(name):
            reading.left[name] = "it is a copy that a sync tool made of a conflict"
        elif stat.S_ISLNK(status.st_mode):
            reading.failed[name] = "it is a link; put the file itself there"
        elif not stat.S_ISREG(status.st_mode):
            reading.failed[name] = "it is not a file"
        elif status.st_size > SIZE_LIMIT:
            reading.failed[name] = f"it is larger than {SIZE_LIMIT // 2**20} MB"
        elif not status.st_size:
            reading.left[name] = "it is empty, or still being written"
        else:
            return status.st_ino, status.st_size, status.st_mtime_ns
        return None

    def _read_file(self, reading: Reading, name: str, facts: Facts) -> None:
        path = os.path.join(reading.folder, name)
        try:
            with os.fdopen(files.open_plain(path, files.OWN), "rb") as file:
                data = file.read(SIZE_LIMIT + 1)
            if _facts(path) != facts or len(data) != facts[1]:
                reading.left[name] = "it is still being written"
                return
            imported = cards_in(name, data)
        except OSError as error:
            reading.failed[name] = files.reason(error)
            return
        except IdeaboardError as error:
            reading.failed[name] = f"{error.message}; {error.hint}" if error.hint else error.message
            return
        named = os.fsencode(name) + b"/%d/" % facts[2] + data
        for number, card in enumerate(imported.cards):
            card.key = f"{hashlib.sha256(named).hexdigest()}/{number}"
        reading.imported.cards += imported.cards
        reading.imported.left_out += imported.left_out
        reading.imported.remarks += [f"{clean_line(name)}: {remark}" for remark in imported.remarks]
        reading.titles[name] = tuple(clean_line(card.title) for card in imported.cards)
        reading.facts[name] = facts

    def _brought(self, reading: Reading) -> Brought:
        return Brought(_FORMAT, reading.imported, "the inbox folder")

    def take_in(self, reading: Reading) -> None:
        """Put the ideas of the files on the board, as one action. Raises `IdeaboardError` when it takes no changes."""
        if reading.titles:
            done = self._transfer.apply(self._brought(reading), label=Label.INBOX)
            reading.added, reading.known = done.added, done.unchanged + len(done.filled)

    def leave_out_said(self, reading: Reading, *, again: bool = False) -> None:
        """Note which files cannot be read; leave out those noted before and as they were, unless all is said again."""
        question = f"inbox {reading.folder}"
        known = self._memory.get(question).split()
        marks = {name: _mark(reading.folder, name) for name in reading.failed}
        if known != [*marks.values()]:
            self._memory.put(question, " ".join(marks.values()))
        if not again:
            reading.failed = {name: why for name, why in reading.failed.items() if marks[name] not in known}

    def put_away(self, reading: Reading) -> InboxResult:
        """Wait until the ideas are on the disk, and move their files to `done`. Raises `BoardFileError` when they do
        not get there in time; the files stay where they are then, and come no second time.
        """
        try:
            self._history.wait()
            moved = {name: place for name in reading.titles if (place := self._move(reading, name))}
        finally:
            reading.release()
        return self._result(reading, moved)

    def _move(self, reading: Reading, name: str) -> str:
        """Move one file under a name that is free; return where it is, or nothing when it cannot be moved."""
        from ideaboard.publish.drafts import free_path

        path = os.path.join(reading.folder, name)
        if _facts(path) != reading.facts[name]:
            reading.left[name] = "it was changed while it was read"
            return ""
        place = free_path(Path(reading.folder, DONE), *os.path.splitext(name))
        try:
            os.rename(path, place)  # only we write there, under the lock
        except OSError as error:
            reading.left[name] = f"it was read, but cannot be moved to '{DONE}': {files.reason(error)}"
            return ""
        return f"{DONE}/{place.name}"

    def _result(self, reading: Reading, moved: dict[str, str]) -> InboxResult:
        def told(some: dict[str, str]) -> tuple[LeftFile, ...]:
            return tuple(LeftFile(clean_line(name), why) for name, why in some.items())

        imported = reading.imported
        left_out = [f"{what}: {count:,}" for what, count in sorted(imported.left_out.items()) if count]
        return InboxResult(
            added=reading.added,
            known=reading.known,
            files=tuple(
                TakenFile(clean_line(name), titles, clean_line(moved.get(name, "")))
                for name, titles in reading.titles.items()
            ),
            left=told(reading.left),
            failed=told(reading.failed),
            remarks=(*imported.remarks, *(f"left out: {one}" for one in left_out)),
        )


def _facts(path: str) -> Facts | None:
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _mark(folder: str, name: str) -> str:
    """Return what tells a file from another one, and from itself before a change."""
    _, *size_and_time = _facts(os.path.join(folder, name)) or (0,)
    return hashlib.sha256(os.fsencode(f"{name}/{size_and_time}")).hexdigest()[:16]


def _locked(folder: str) -> int:
    done = os.path.join(folder, DONE)
    if os.path.islink(done):
        raise Refused(f"'{done}' is a link", "put a folder there; what was read is moved into it")

    def wait(fd: int) -> None:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not files.try_lock(fd):
            if time.monotonic() > deadline:
                raise Refused("another ideaboard is reading the inbox folder", "wait for it, then try again")
            time.sleep(0.02)

    with files.explained(f"'{done}' cannot be used", "look at it; what was read is moved into it"):
        return files.open_locked(os.path.join(done, ".lock"), wait)


_NAMED = 3


def in_words(result: InboxResult) -> str:
    """Say in one sentence what came, and what cannot be read; empty when there is nothing to say."""
    said = [f"{counted(len(result.added), 'idea')} came from the inbox folder"] if result.added else []
    if result.failed:
        names = [f"'{one.file}'" for one in result.failed[:_NAMED]]
        names += [f"{len(result.failed) - _NAMED:,} more"] if result.failed[_NAMED:] else []
        why = f": {result.failed[0].why}" if len(result.failed) == 1 else ""
        said.append(f"{', '.join(names)} in the inbox folder cannot be read{why}")
    return "; ".join(said)
