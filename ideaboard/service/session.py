"""The board of one running program: kept in step with the file, changed through pure transitions.

A change runs under the file's lock on the newest board, so a condition that held a moment ago is checked again. The
command line saves at once. The screen gives the session a `ChangeQueue`: the result is shown from memory, and the same
transition runs again when a thread saves it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from tinydb.table import Document

from ideaboard.core.board import ARCHIVED, Board
from ideaboard.core.changes import Change, put
from ideaboard.core.clock import Clock
from ideaboard.core.documents import idea_from_document, idea_to_document
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import CANDIDATE, Workflow
from ideaboard.core.late import HeldDocument, all_known, row_of, stored_ideas
from ideaboard.core.twins import Twins, paper_name
from ideaboard.errors import BoardFileError, IdeaboardError, InvalidInput
from ideaboard.storage.ids import decode_id, encode_id

if TYPE_CHECKING:
    from ideaboard.storage import Database

IDEAS = "ideas"
RETRY_SECONDS = 2.0
_PICTURE_SECONDS = 0.01
"""How long a save waits before it begins: the screen is just being painted, and both would share one interpreter."""

Transition = Callable[[Board], Change]
Also = Callable[[], object]
"""Writes to other tables that belong to the same action; run under the lock, after the ideas are written."""


class Label(Enum):
    """What an action is called in the file, and what the log says that it did."""

    ADD = "add", "added"
    EDIT = "edit", "changed"
    TICK = "tick", "ticked a point of"
    MOVE = "move", "moved"
    REORDER = "reorder", "reordered"
    ARCHIVE = "archive", "archived"
    RESTORE = "restore", "brought back"
    DELETE = "delete", "deleted"
    SHARE = "share", "shared"
    RESPOND = "respond", "wrote down a response to"
    ANSWER = "answer", "answered a response to"
    NOTE = "note", "", "kept a note for the changelog"
    DRAFT = "draft", "started a draft of"
    TAKE = "take", "took"
    SKIP = "skip", "skipped"
    ARXIV = "arxiv", "added from arXiv"
    LIKE = "like", "", "liked papers"
    FORGET = "forget", "", "forgot liked papers"
    WATCH = "watch", "", "saved a watch"
    UNWATCH = "unwatch", "", "took a watch away"
    CHECK = "check", "checked arXiv and found", "checked arXiv"
    SEEN = "seen", "looked at"
    TAKE_BACK = "takeback", "took back what a guest did to", "took back what a guest did"
    IMPORT = "import", "imported"
    INBOX = "inbox", "took in from the inbox folder:", "looked into the inbox folder"
    # What the file itself, and TinyDB's own methods, call their actions.
    UNDO = "undo", "took back a change of", "took back a change"
    REDO = "redo", "did again a change of", "did again a change"
    INSERT = "insert", "added"
    UPDATE = "update", "changed"
    REMOVE = "remove", "deleted"

    def __init__(self, key: str, verb: str, alone: str = "") -> None:
        self.key = key
        self.verb = verb or key
        """With the ideas behind it: `moved 'Reproduce LoRA'`."""
        self.alone = alone or self.verb
        """Where it concerned no idea."""


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


class Saving(NamedTuple):
    """How saving stands."""

    pending: int = 0
    """Changes that are shown but not on disk yet."""
    problem: IdeaboardError | None = None
    """Why the oldest of them could not be saved; it is tried again."""


class Session:
    """Holds the board value and writes changes to the board file."""

    def __init__(self, file: Database, workflow: Workflow, clock: Clock) -> None:
        self.file = file
        self.workflow = workflow
        self.clock = clock
        self.problems: list[str] = []
        self._complained: set[str] = set()
        self.receipts: list[Receipt] = []
        """Of all that was done in this run, in order."""
        self.queue: ChangeQueue | None = None
        self.done: list[tuple[str, tuple[Idea, ...]]] = []
        """What was put on disk: the label of each action, or a sentence, and the ideas of it."""
        self.busy = threading.RLock()
        """Held by who writes in a thread: nothing is read meanwhile, so that the screen never waits for a disk."""
        self.twins = Twins(workflow)
        self.board = self._load()

    @property
    def shown(self) -> Board:
        """The board as the person sees it: with the changes that are still being saved."""
        return self.queue.shown if self.queue else self.board

    def now(self) -> datetime:
        return self.clock()

    def new_ids(self, count: int) -> list[str]:
        table = self.file.table(IDEAS)
        ids: dict[str, None] = {}
        while len(ids) < count:
            ids[encode_id(table.new_id())] = None
        return list(ids)

    def refresh(self) -> frozenset[str] | None:
        """Read what others wrote; return the ids of the ideas that came, changed or went.

        While a save is under way nothing is read, and None returned, so that the screen never waits for a disk.
        """
        if not self.busy.acquire(blocking=False):
            return None
        try:
            self.file.refresh()
            return self._follow()
        finally:
            self.busy.release()

    def act(self, label: Label, transition: Callable[[Board, datetime], Change], more: str = "") -> Outcome:
        """Change the board as `do` does, by a transition of the board at a moment, and say it in words.

        In the sentence `more` stands behind the ideas.
        """
        before, now = self.shown, self.now()
        change = self.do(label.key, lambda board: transition(board, now))
        said = f"{label.verb} {quoted(change.ideas)}{more}" if change else ""
        return Outcome(change.board, change.ideas, said, _overfull(before, change.board))

    def do(self, label: str, transition: Transition, also: Also | None = None) -> Change:
        """Change the board: at once on disk, or shown at once and saved soon when there is a queue.
        Raises `IdeaboardError` when the transition refuses, or the file cannot be written.
        """
        receipt = Receipt()
        do = self.queue.do if self.queue else self.commit
        change = do(label, transition, also, receipt)
        self.receipts.append(receipt)
        return change

    def change_table(self, label: Label, table: str, write: Callable[[Any], object], said: str) -> Outcome:
        """Change another table than that of the ideas, as an action of its own."""
        self.do(label.key, Change, lambda: write(self.file.table(table)))
        return Outcome(self.shown, (), said)

    def commit(
        self, label: str, transition: Transition, also: Also | None = None, receipt: Receipt | None = None
    ) -> Change:
        """Run a transition on the newest board and put its result on disk.
        Raises `IdeaboardError` when the transition refuses, or the file cannot be written; the board is as it was then.
        """
        with self.busy:
            with self.file.action(label) as action:
                self._follow()
                change = transition(self.board)
                self._write(change)
                if also:
                    also()
            if self.queue is None and (change or also):
                self.done.append((label, (*change.ideas, *(self.board.ideas[id] for id in change.removed))))
            self._follow()
            if receipt is not None:
                receipt.stamp = action.stamp
            return Change(self.board, change.ideas, change.removed)

    def keep_snapshot(self) -> None:
        """Remember what the file holds, so that it opens quickly the next time; not while something works on it."""

        def row(id: str) -> list[Any] | None:
            idea = self.board.ideas.get(id)
            alone = id not in self._complained and self.twins.own(id) is None
            return row_of(idea, paper_name(idea)) if idea and alone else None

        if not self.busy.acquire(blocking=False):
            return
        try:
            self._follow()  # who looked into another table has read on in the file
            columns = {key: [idea.id for idea in column] for key, column in self.board.columns.items()}
            self.file.keep_snapshot({IDEAS: row}, {IDEAS: columns})
        finally:
            self.busy.release()

    def keep_add_index(self, about: bytes) -> None:
        """Remember what one has to know to add an idea; see `Database.keep_add_index`."""
        with self.file.action(""):  # nothing is written in it
            self._follow()
            ends = [column[-1] for key in self.workflow.stage_keys[:-1] if (column := self.board.column(key))]
            if not self.problems:
                ranks = [idea.rank for idea in (*ends, *self.board.column(ARCHIVED))]  # those may come back
                self.file.keep_add_index(IDEAS, max(ranks, default=""), about)

    def look_at(self, id: str) -> None:
        """Take the mark of a guest from an idea, now that the person has looked; a board that cannot be written keeps
        it.
        """
        idea = self.shown.ideas.get(id)
        if idea is None or not idea.guest or self.file.by or self.file.refusal is not None:
            return
        self.do(
            Label.SEEN.key, lambda board: put(board, [replace(board.ideas[id], guest="")] if id in board.ideas else [])
        )

    def _write(self, change: Change) -> None:
        table = self.file.table(IDEAS)
        new: list[Document] = []
        for idea in change.ideas:
            document = idea_to_document(idea)
            if self.file.by:
                document["guest"] = self.file.by
            if idea.id in self.board.ideas:
                old = idea_to_document(self.board.ideas[idea.id])
                numbers = [decode_id(id) for id in self.twins.parts(idea.id)]
                table.update(_field_setter(old, document), doc_ids=numbers)
            else:
                new.append(Document(document, doc_id=decode_id(idea.id)))
        if new:
            table.insert_multiple(new)
        if change.removed:
            table.remove(doc_ids=[decode_id(part) for id in change.removed for part in self.twins.parts(id)])

    def _load(self) -> Board:
        self.file.drain_changes()
        made, documents = self.file.take_made(IDEAS), self.file.documents(IDEAS)
        ideas = [one for one in made.values() if isinstance(one, Idea)]
        if len(ideas) < len(documents):
            ideas += self._read({id: documents[id] for id in documents if not isinstance(made.get(id), Idea)})
        shown = self.twins.load(ideas)
        columns: dict[str, list[Idea]] = {key: [] for key in (CANDIDATE, *self.workflow.stage_keys, ARCHIVED)}
        others: list[Idea] = []
        for idea, known in zip(shown, all_known(shown), strict=True):
            (columns[known[0]] if known else others).append(idea)
        aliases = self.twins.aliases
        if len(others) == len(shown):
            return Board.of(shown, self.workflow, aliases)
        return Board.of_columns(columns, others, self.workflow, aliases)

    def _read(self, documents: Mapping[str, Mapping[str, Any]]) -> list[Idea]:
        stored = [self.file.packed(IDEAS, id) or HeldDocument(document) for id, document in documents.items()]
        found = stored_ideas([*documents], [*documents.values()], stored)
        return [idea or self._read_alone(id, documents[id]) for id, idea in zip(documents, found, strict=True)]

    def _read_alone(self, id: str, document: Mapping[str, Any]) -> Idea:
        """Read what is not as it should be."""
        problems: list[str] = []
        idea = idea_from_document(id, document, problems, self.file.born(IDEAS, id))
        if problems:
            self._complained.add(id)
            self.file.forget_add_index()
            self.problems += [problem for problem in problems if problem not in self.problems]
        return idea

    def _follow(self) -> frozenset[str]:
        """Bring the board value up to date with the documents that changed."""
        touched = {id for table, id in self.file.drain_changes() if table == IDEAS}
        if not touched:
            return frozenset()
        documents = self.file.documents(IDEAS)
        there = {id: document for id in touched if (document := documents.get(id)) is not None}
        changed = self._read(there)
        shown, away = self.twins.follow(self.board, changed, touched - there.keys())
        self.board = self.board.with_changes(shown.values(), away, self.twins.aliases)
        return frozenset(touched | shown.keys())


class _Pending(NamedTuple):
    label: str
    transition: Transition
    also: Also | None
    receipt: Receipt | None


class ChangeQueue:
    """Saves beside the picture: takes changes from one thread, puts them on disk in another, in order.

    Every change is kept until it is on disk. When a save fails because of the file (full disk, a held lock), the change
    stays, is shown as not saved, and is tried again; when it fails because of the board (the idea was deleted
    meanwhile), it is dropped and the reason is told. Either way `settle` brings the picture back to the truth.

    From now on only the queue writes to the session's file. `on_event` is called from the saving thread after every
    save, failure or drop; it must not wait for anything.
    """

    def __init__(self, session: Session, on_event: Callable[[], object]) -> None:
        self._session = session
        self._on_event = on_event
        self._pending: deque[_Pending] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._hurry = False
        self._before: Board | None = None
        self._problem: IdeaboardError | None = None
        self._dropped: list[IdeaboardError] = []
        self.shown = session.board
        """The board with the changes that are still being saved."""
        self._thread = threading.Thread(target=self._run, name="ideaboard-saving", daemon=True)
        self._thread.start()

    @property
    def state(self) -> Saving:
        with self._wake:
            return Saving(len(self._pending), self._problem)

    def do(
        self, label: str, transition: Transition, also: Also | None = None, receipt: Receipt | None = None
    ) -> Change:
        """Show a change at once and save it soon.
        Raises `IdeaboardError` when the change is refused; nothing is kept then.
        """
        before = self.shown
        change = transition(before)
        if change or also:
            if (refusal := self._session.file.refusal) is not None:
                raise refusal
            self.shown = change.board
            with self._wake:
                # As a rule nobody else changes the board meanwhile, and what was worked out is still right.
                again: Transition = lambda board: change if board is before else transition(board)  # noqa: E731
                self._pending.append(_Pending(label, again, also, receipt))
                self._wake.notify_all()
        return change

    def settle(self) -> list[IdeaboardError]:
        """Show the board on disk with the pending changes on top; return why others were dropped."""
        with self._wake:
            pending = list(self._pending)
            dropped, self._dropped = self._dropped, []
            # A change that is just being saved is still pending: it must not be done to a board that has it already.
            board = self._session.board if self._before is None else self._before
        for one in pending:
            try:
                board = one.transition(board).board
            except IdeaboardError:
                continue  # the saving thread meets the same refusal and tells it
        self.shown = board
        return dropped

    def flush(self, seconds: float) -> bool:
        """Wait until everything is on disk; tell whether it is. What could not be saved is tried again at once."""
        with self._wake:
            self._hurry = True
            self._wake.notify_all()
            return self._wake.wait_for(lambda: not self._pending, seconds)

    def close(self, seconds: float) -> list[str]:
        """Stop after saving what can be saved; return the labels of changes that are not on disk."""
        self.flush(seconds)
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._thread.join(timeout=1)
        with self._wake:
            return [one.label for one in self._pending]

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._pending or self._closing)
                self._wake.wait_for(lambda: self._closing or self._hurry, _PICTURE_SECONDS)
                if self._closing:
                    return
                one = self._pending[0]
                self._before = self._session.board
            saved = self._save(one)
            with self._wake:
                self._before = None
                if saved:
                    self._pending.popleft()
                    self._hurry = self._hurry and bool(self._pending)
                    self._wake.notify_all()
            self._on_event()
            if not saved:
                with self._wake:
                    self._wake.wait_for(lambda: self._closing or self._hurry, RETRY_SECONDS)
                    self._hurry = False

    def _save(self, one: _Pending) -> bool:
        """Save one change; False when it must be tried again."""
        try:
            self._session.commit(*one)
        except BoardFileError as error:
            self._problem = error
            return False
        except IdeaboardError as error:
            self._drop(error)
        except Exception as error:  # noqa: BLE001  # a mistake of ours must not end the thread: the rest is still to save
            self._drop(InvalidInput(f"a change could not be saved: {one.label} ({error!r})", "please report this"))
        self._problem = None
        return True

    def _drop(self, why: IdeaboardError) -> None:
        with self._wake:
            self._dropped.append(why)


def _field_setter(old: dict[str, Any], new: dict[str, Any]) -> Callable[[Any], None]:
    """Return a TinyDB operation that sets the fields that differ; fields that we do not know stay."""

    def operation(document: Any) -> None:
        for key in old.keys() - new.keys():
            document.pop(key, None)
        for key, value in new.items():
            if old.get(key) != value:
                document[key] = value

    return operation


def _overfull(before: Board, after: Board) -> str:
    """Say which columns are over their limit now and hold more than before."""
    return "; ".join(
        f"{stage.label} now holds {len(after.column(stage.key))}, its limit is {stage.limit}"
        for stage in after.workflow.stages
        if after.over_limit(stage.key) and len(after.column(stage.key)) > len(before.column(stage.key))
    )


def quoted(ideas: Iterable[Idea]) -> str:
    """Name one idea by its title, several by their number."""
    named = list(ideas)
    return f"'{named[0].title}'" if len(named) == 1 else f"{len(named)} ideas"
