"""Bringing a board in step with its other copies through git: pull with a merge, check, push.

The order is such that whatever goes wrong, nothing is lost and nothing is half done: the other side is asked first,
then what is here is committed, then both are united among git's objects and looked over, and only a sound union takes
the place of the board file, under its lock.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ideaboard.core.text import counted
from ideaboard.errors import Refused
from ideaboard.git.repository import Moved, Repository
from ideaboard.paths import Paths
from ideaboard.service.both_sides import on_both_sides
from ideaboard.service.history import History, LogEntry
from ideaboard.service.session import Session
from ideaboard.storage.copies import lines_of, put_in_place, whole_file

_TRIES = 5
"""How often a sync begins anew because somebody else was quicker."""


@dataclass(frozen=True, slots=True)
class Went:
    """What came, or what went."""

    changes: int = 0
    said: tuple[str, ...] = ()
    """A sentence for each change, oldest first."""
    ideas: tuple[str, ...] = ()
    """The ids of the ideas that were changed."""
    by: tuple[str, ...] = ()
    """Who made the changes, as git knows them."""
    files: tuple[str, ...] = ()
    """Other files of the repository that came or went along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync did, or would do."""

    upstream: str
    """The branch on the other side, as `origin/main`."""
    came: Went
    went: Went
    dry_run: bool = False
    remarks: tuple[str, ...] = field(default=())
    """What the person should know besides."""


class Sync:
    """Brings one board in step with the other side of its repository."""

    def __init__(self, session: Session, paths: Paths, history: History) -> None:
        self._session = session
        self._board = paths.board
        self._history = history

    def set_up(self) -> list[str]:
        """Tell git to merge the board as a union and to leave out what lies beside it; return the files written.
        Raises `InvalidInput` or `Refused` with what to do when the board is in no repository, or a file is not ours.
        """
        return Repository(self._board).rules.set_up()

    def run(self, *, dry_run: bool = False) -> Synced:
        """Sync; a dry run asks the other side, and changes nothing.

        Raises `BoardFileError` when the board, or what came, is damaged; `RemoteFailed` when the other side cannot be
        reached; `InvalidInput` or `Refused` for anything unusual. The message says what was done, if anything was.
        """
        self._history.wait()
        repository = Repository(self._board)
        with repository.locked():
            return self._run(repository, dry_run=dry_run)

    def _run(self, repository: Repository, *, dry_run: bool) -> Synced:
        repository.refuse_unusual()
        board = whole_file(repository.board)
        lines_of(board, "the board")
        theirs = repository.fetch()
        one = _Run(repository, board)
        if dry_run:
            one.try_out(theirs)
        else:
            one.carry_out(theirs)
            if self._session.queue is None:  # an open board looks by itself
                self._session.refresh()
            self._session.done.append((f"synced with {repository.upstream}", ()))
        told, titles = self._history.told(one.united, one.came, one.went)
        came, went = map(_summed_up, told)
        both = on_both_sides(one.came, one.went, titles, dry_run=dry_run)
        own = [f"'{name}' has changes of yours, so it was not committed" for name in repository.own_changes()]
        return Synced(
            upstream=repository.upstream,
            came=Went(*came, by=tuple(one.by), files=tuple(one.files_came)),
            went=Went(*went, files=tuple(one.files_went)),
            dry_run=dry_run,
            remarks=(*both, *own),
        )


def _summed_up(told: Sequence[LogEntry]) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """Return the number of actions, a sentence for each, and the ids of their ideas."""
    ids = dict.fromkeys(change.id for entry in told for change in entry.changes)
    return len(told), tuple(entry.said for entry in told), tuple(ids)


class _Run:
    """One sync, and what came of it."""

    def __init__(self, repository: Repository, board: bytes) -> None:
        self._repository = repository
        self._board = board
        self.came: dict[bytes, None] = {}
        self.went: list[bytes] = []
        self.united: list[bytes] = []
        self.by: dict[str, None] = {}
        self.files_came: dict[str, None] = {}
        self.files_went: list[str] = []

    def try_out(self, theirs: str) -> str:
        """Find out what will come and go, and whether anything stands in the way; only git's objects change. Returns
        the commit that is checked out, if there is one.
        """
        repository = self._repository
        head = repository.commit_of("HEAD")
        ours = head or theirs
        if entries := repository.to_commit(ours, self._united_with(ours, head)):
            ours = repository.unstored_commit(ours, entries)
        new = repository.merged(ours, theirs, signed=False)
        self._look_over(ours, new, theirs)
        if head and new != ours:
            repository.refuse_to_overwrite(ours, new, entries)
        elif not head and theirs:
            repository.refuse_to_overwrite("", theirs, repository.to_commit("", self._board))
        self._note_what_goes(theirs, new)
        return head

    def _united_with(self, ours: str, head: str) -> bytes:
        """Return what would be committed; on a branch without a commit that is what came, and then what is here."""
        there = b"" if head else self._content(ours)
        known = set(lines_of(there, "what came"))
        since = [line + b"\n" for line in lines_of(self._board, "the board") if line not in known]
        return there + b"".join(since) if there else self._board

    def carry_out(self, theirs: str) -> None:
        """Commit, merge and push, as often as somebody else is quicker."""
        repository = self._repository
        if not self.try_out(theirs) and theirs:
            self._merge("", theirs)
        new = self._commit()
        for _ in range(_TRIES):
            new = self._merge(new, theirs)
            self._note_what_goes(theirs, new)
            if new == theirs:
                return
            try:
                repository.push()
            except Moved:
                theirs = repository.fetch()
            else:
                return
        what = f"'{repository.upstream}' had something new {_TRIES} times while this was sent"
        raise Refused(what, "what came is on the board; sync again to send what is yours")

    def _commit(self) -> str:
        """Commit what is here; return the commit that is checked out then."""
        head = self._repository.commit_of("HEAD")
        if entries := self._repository.to_commit(head, self._board):
            known = set(self._content(head).split(b"\n"))
            new = sum(line not in known for line in lines_of(self._board, "the board"))
            what = f"Keep the board: {counted(new, 'change')}" if new else "Set the board up for git"
            return self._repository.commit(head, entries, what)
        return head

    def _content(self, commit: str) -> bytes:
        return self._repository.read(self._repository.file_in(commit, self._repository.path))

    def _look_over(self, ours: str, new: str, theirs: str) -> bytes:
        """Note what comes with a new commit, and return its board. Raises `BoardFileError` when that is damaged."""
        repository = self._repository
        entry = repository.file_in(new, repository.path)
        if entry is None and repository.file_in(ours, repository.path):
            hint = f"nothing was merged; look at it with: git log {repository.upstream} -- {repository.path}"
            raise Refused("somebody deleted or moved the board file on the other side", hint)
        data = repository.read(entry) if entry else self._board
        self.united = lines_of(data, "what came")
        known = set(lines_of(self._board, "the board"))
        self.came |= dict.fromkeys(line for line in self.united if line not in known)
        if ours:
            self.by |= dict.fromkeys(repository.authors(ours, theirs))
            self.files_came |= dict.fromkeys(repository.changed_files(ours, new))
        return data

    def _merge(self, ours: str, theirs: str) -> str:
        """Unite what is here with what came, on the disk, too; return the commit of both."""
        repository = self._repository
        new = repository.merged(ours, theirs)
        data = self._look_over(ours, new, theirs)
        if new == ours:
            return new
        # On a branch without a commit nothing is in git yet, so all that is here stays beside what came.
        known = self._board if ours else b""
        also = [] if ours else repository.to_commit("", self._board)

        def take_over() -> None:
            put_in_place(repository.board, known, data, lambda: repository.check_out(ours, new, also))
            repository.set_head(new, ours)

        _to_the_end(take_over)
        self._board = data if ours else whole_file(repository.board)
        return new

    def _note_what_goes(self, theirs: str, new: str) -> None:
        there = set(self._content(theirs).split(b"\n"))
        self.went = [line for line in self.united if line not in there]
        self.files_went = [] if new == theirs else self._repository.changed_files(theirs, new)


def _to_the_end(do: Callable[[], None]) -> None:
    """Do something that must not be left half done, whether somebody cancels or the program ends meanwhile."""
    if threading.current_thread() is not threading.main_thread():
        _apart(do)
        return
    cancelled: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: cancelled.append(number))
    try:
        do()
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
    if cancelled:
        raise KeyboardInterrupt


def _apart(do: Callable[[], None]) -> None:
    """Do something in a thread for which Python waits at its end, as it does not for those of an open board."""
    failures: list[Exception] = []

    def work() -> None:
        try:
            do()
        except Exception as error:  # noqa: BLE001  # handed on below
            failures.append(error)

    thread = threading.Thread(target=work, name="ideaboard-sync", daemon=False)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


_SAID = 3


def in_words(synced: Synced) -> list[str]:
    """Say in one line each what came and what went."""
    came, went = ("would come", "would go") if synced.dry_run else ("came", "went")
    return [_one(came, synced.came), _one(went, synced.went)]


def _one(verb: str, what: Went) -> str:
    by = f", by {' and '.join(what.by[:_SAID])}" if what.changes and what.by else ""
    parts = list(what.said[:_SAID]) + ([f"{len(what.said) - _SAID:,} more"] if what.said[_SAID:] else [])
    line = f"{what.changes:,} {verb}{by}: {', '.join(parts)}" if what.changes else f"nothing {verb}"
    return line + (f"; with it {counted(len(what.files), 'other file')}" if what.files else "")
