"""The board of one running program: kept in step with the file, changed through pure transitions.

A change runs under the file's lock on the newest board, so a condition that held a moment ago is checked again. The
command line saves at once. The screen gives the session a `ChangeQueue` (see `ideaboard.service.saving`): the result is
shown from memory, and the same transition runs again when it is saved.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tinydb.table import Document

from ideaboard.core.board import Board
from ideaboard.core.changes import Change
from ideaboard.core.clock import Clock
from ideaboard.core.documents import idea_from_document, idea_to_document
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import Workflow
from ideaboard.core.twins import Twins
from ideaboard.errors import IdeaboardError
from ideaboard.storage.ids import COUNT, decode_id, encode_id

if TYPE_CHECKING:
    from ideaboard.storage import Database

IDEAS = "ideas"

Transition = Callable[[Board], Change]
Also = Callable[[], None]
"""Writes to other tables that belong to the same action; run under the lock, after the ideas are written."""


class Outcome(NamedTuple):
    """What came of something that a person did."""

    board: Board
    ideas: tuple[Idea, ...] = ()
    """The ideas that came or changed, as they are now."""
    said: str = ""
    """One sentence on what was done; empty when nothing changed."""
    warning: str = ""
    """What the person should know besides, such as a full column."""


class Receipt:
    """Tells by which stamp an action goes in the file, once it is there."""

    __slots__ = ("stamp",)

    def __init__(self) -> None:
        self.stamp = ""


@dataclass(frozen=True, slots=True)
class Saving:
    """How saving stands."""

    pending: int = 0
    """Changes that are shown but not on disk yet."""
    problem: IdeaboardError | None = None
    """Why the oldest of them could not be saved; it is tried again."""


class Queue(Protocol):
    """Saves changes beside the picture; see `ideaboard.service.saving`."""

    shown: Board
    """The board with the changes that are still being saved."""

    @property
    def state(self) -> Saving:
        """How saving stands right now."""

    def do(
        self, label: str, transition: Transition, also: Also | None = None, receipt: Receipt | None = None
    ) -> Change:
        """Show a change at once and save it soon."""

    def settle(self) -> tuple[Board, list[IdeaboardError]]:
        """Return the board on disk with the pending changes on top, and why others were dropped since the last call."""

    def flush(self, seconds: float) -> bool:
        """Wait until everything is on disk; tell whether it is."""

    def close(self, seconds: float) -> list[str]:
        """Stop after saving what can be saved; return the labels of changes that are not on disk."""


class Session:
    """Holds the board value and writes changes to the board file."""

    def __init__(self, file: Database, workflow: Workflow, clock: Clock) -> None:
        self.file = file
        self.workflow = workflow
        self.clock = clock
        self.problems: list[str] = []
        self._complained: set[str] = set()
        """The ids of ideas that something was wrong with."""
        self.receipts: list[Receipt] = []
        """Of all that was done in this run, in order."""
        self.queue: Queue | None = None
        self.done: list[tuple[str, tuple[Idea, ...]]] = []
        """What was put on disk: the label of each action, or a sentence, and the ideas of it."""
        self._busy = threading.RLock()
        self.twins = Twins(workflow)
        self.board = self._load()

    @property
    def shown(self) -> Board:
        """The board as the person sees it: with the changes that are still being saved."""
        return self.queue.shown if self.queue else self.board

    def now(self) -> datetime:
        """Return the current moment in the person's time zone."""
        return self.clock()

    def new_ids(self, count: int) -> list[str]:
        """Choose ids that are not taken."""
        table = self.file.table(IDEAS)
        ids: dict[str, None] = {}
        while len(ids) < count:
            ids[encode_id(table.new_id())] = None
        return list(ids)

    def refresh(self) -> frozenset[str]:
        """Read what others wrote; return the ids of the ideas that came, changed or went.

        While a save is under way nothing is read, so that the screen never waits for a disk.
        """
        if not self._busy.acquire(blocking=False):
            return frozenset()
        try:
            self.file.refresh()
            return self._follow()
        finally:
            self._busy.release()

    def do(self, label: str, transition: Transition, also: Also | None = None) -> Change:
        """Change the board: at once on disk, or shown at once and saved soon when there is a queue.

        Raises:
            IdeaboardError: when the transition refuses, or the file cannot be written.
        """
        receipt = Receipt()
        do = self.queue.do if self.queue else self.commit
        change = do(label, transition, also, receipt)
        self.receipts.append(receipt)
        return change

    def commit(
        self, label: str, transition: Transition, also: Also | None = None, receipt: Receipt | None = None
    ) -> Change:
        """Run a transition on the newest board and put its result on disk.

        Raises:
            IdeaboardError: when the transition refuses, or the file cannot be written; the board is as it was then.
        """
        with self._busy:
            with self.file.action(label) as action:
                self._follow()
                change = transition(self.board)
                self._write(change)
                if also:
                    also()
            if self.queue is None and (change.ideas or change.removed or also):
                self.done.append((label, (*change.ideas, *(self.board.ideas[id] for id in change.removed))))
            self._follow()
            if receipt is not None:
                receipt.stamp = action.stamp
            return Change(self.board, change.ideas, change.removed)

    def _write(self, change: Change) -> None:
        table = self.file.table(IDEAS)
        for idea in change.ideas:
            document = idea_to_document(idea)
            number = decode_id(idea.id)
            if idea.id in self.board.ideas:
                old = idea_to_document(self.board.ideas[idea.id])
                numbers = [decode_id(id) for id in self.twins.parts(idea.id)]
                table.update(_field_setter(old, document), doc_ids=numbers)
            else:
                table.insert(Document(document, doc_id=number))
        if change.removed:
            table.remove(doc_ids=[decode_id(part) for id in change.removed for part in self.twins.parts(id)])

    def _load(self) -> Board:
        self.file.drain_changes()
        made, documents = self.file.take_made(IDEAS), self.file.documents(IDEAS)
        ideas = [self._made(id, made.get(id), documents) for id in documents]
        return Board.of(self.twins.load(ideas), self.workflow, dict(self.twins.aliases))

    def _made(self, id: str, made: object, documents: Mapping[str, Mapping[str, Any]]) -> Idea:
        return made if isinstance(made, Idea) else self._read(id, documents[id])

    def _read(self, id: str, document: Mapping[str, Any]) -> Idea:
        problems: list[str] = []
        idea = idea_from_document(id, document, problems, born=self.file.born(IDEAS, id))
        if problems:
            self._complained.add(id)
            self.problems += [problem for problem in problems if problem not in self.problems]
        return idea

    def keep_snapshot(self) -> None:
        """Remember what the file holds, so that it opens quickly the next time."""
        from ideaboard.core.late import row_of

        def row(id: str) -> list[Any] | None:
            idea = self.board.ideas.get(id)
            alone = id not in self._complained and self.twins.own(id) is None
            return row_of(idea) if idea and alone else None

        self.file.keep_snapshot({IDEAS: row})

    def _follow(self) -> frozenset[str]:
        """Bring the board value up to date with the documents that changed."""
        touched = {id for table, id in self.file.drain_changes() if table == IDEAS}
        if not touched:
            return frozenset()
        documents = self.file.documents(IDEAS)
        changed: list[Idea] = []
        gone: list[str] = []
        for id in touched:
            document = documents.get(id)
            if document is None:
                gone.append(id)
            else:
                changed.append(self._read(id, document))
        shown, away = self.twins.follow(self.board, changed, gone)
        board = self.board.with_changes(shown.values(), away)
        self.board = replace(board, aliases=dict(self.twins.aliases))
        return frozenset(touched | shown.keys())


def _field_setter(old: dict[str, Any], new: dict[str, Any]) -> Callable[[Any], None]:
    """Return a TinyDB operation that sets the fields that differ; fields that we do not know stay."""

    def operation(document: Any) -> None:
        for key in old.keys() - new.keys():
            document.pop(key, None)
        for key, value in new.items():
            if old.get(key) != value:
                document[key] = value

    return operation


def quoted(ideas: Iterable[Idea]) -> str:
    """Name one idea by its title, several by their number."""
    named = list(ideas)
    return f"'{named[0].title}'" if len(named) == 1 else f"{len(named)} ideas"


def named_id(name: str) -> int:
    """Return the document id of something that has a name, so that two machines write the same document."""
    import hashlib

    digest = hashlib.sha256(name.encode()).digest()
    count: int = COUNT
    return int.from_bytes(digest[:8], "big") % count
