"""Undo, redo and the log: the board file remembers, this tells it in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea
from ideaboard.core.text import clean_line, counted, shortened
from ideaboard.errors import BoardFileError, InvalidInput, Refused
from ideaboard.service.session import IDEAS, Label, Outcome, Receipt, Session, quoted
from ideaboard.storage import MISSING

if TYPE_CHECKING:
    from ideaboard.storage.history import Action, Change

T = TypeVar("T")

FLUSH_SECONDS = 2.0

_DERIVED = ("rank", "updated", "trail", "guest")
_SAID_ALREADY = ("title", "created")
_TECHNICAL = ("at", "uid", "id")

_LABELS = {label.key: label for label in Label}
_SHORT = 60


@dataclass(frozen=True, slots=True)
class LogChange:
    """One field of one idea that an action changed."""

    id: str
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One action, told in words."""

    id: str
    at: str
    label: str
    said: str
    writer: str
    undone: bool
    changes: tuple[LogChange, ...]
    by: str = ""
    """Who did it, where it was not the person."""


class LogLine(NamedTuple):
    """A line of the board's log, and what can be done about it."""

    entry: LogEntry
    stamp: str
    turns: bool
    """Whether it took something back or did it again itself."""
    ids: tuple[str, ...]
    """Of the ideas that it changed, those that are on the board now."""
    stands: bool
    """Whether an undo would come to it: what was taken back of a guest stands below the line that took it back."""


class OwnHistory:
    """Undo and redo of what was done in one place, such as a screen; what others did meanwhile stays."""

    def __init__(self, history: History, session: Session) -> None:
        self._history = history
        self._session = session
        self._done: list[Receipt] = []
        self._taken_back: list[Receipt] = []

    @property
    def can_undo(self) -> bool:
        """Whether something was done here that is not taken back."""
        return bool(self._done)

    def do(self, act: Callable[[], T]) -> T:
        """Do something, and remember what it changed on the board."""
        before = len(self._session.receipts)
        try:
            return act()
        finally:
            if new := self._session.receipts[before:]:
                self._done += new
                self._taken_back.clear()

    def undo(self) -> Outcome:
        """Take back what was done here last.
        Raises `InvalidInput` when there is nothing; `Refused` when somebody changed it since; it stays then, and what
        was done before is next.
        """
        nothing = "nothing was done here that could be taken back"
        return self._turn("took back", self._session.file.undo, self._done, self._taken_back, nothing)

    def redo(self) -> Outcome:
        """Do again what was taken back here last; raises as `undo` does."""
        nothing = "nothing was taken back here that could be done again"
        return self._turn("did again", self._session.file.redo, self._taken_back, self._done, nothing)

    def _turn(
        self, verb: str, turn: Callable[[str], Action], source: list[Receipt], target: list[Receipt], nothing: str
    ) -> Outcome:
        self._history.wait()
        # What was refused when it was saved, or changed nothing, is not in the file.
        while source and not source[-1].stamp:
            source.pop()
        if not source:
            raise InvalidInput(nothing, "the board's own undo reaches further back")
        receipt = source.pop()
        try:
            outcome = self._history.turn(verb, lambda: turn(receipt.stamp))
        except BoardFileError:
            source.append(receipt)
            raise
        target.append(receipt)
        return outcome


class History:
    """The board's past."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def own(self) -> OwnHistory:
        """Return a history of its own for a screen that takes back only what was done on it."""
        return OwnHistory(self, self._session)

    def undo(self) -> Outcome:
        """Take back the board's latest action that is not taken back yet, and say what it was; a guest, its own latest.
        Raises `InvalidInput` when there is nothing to take back; `Refused` when a later write from a merge set one of
        its fields since.
        """
        stamp = self._latest_of_guest()
        return self.turn("took back", lambda: self._session.file.undo(stamp))

    def redo(self) -> Outcome:
        """Do again what was taken back last, by a guest if this is one. Raises `InvalidInput` when there is nothing."""
        stamp = self._latest_of_guest(undone=True)
        return self.turn("did again", lambda: self._session.file.redo(stamp))

    def _latest_of_guest(self, *, undone: bool = False) -> str:
        """Return the stamp of the latest action of the guest whose run this is, or of what it took back since.
        Empty for the person, who takes back whatever was done; raises `InvalidInput` when there is none.
        """
        by = self._session.file.by
        if not by:
            return ""
        self.wait()
        history = self._session.file.history()
        own = [action for action in history if action.by == by]
        names, gone = {action.id: action for action in own}, _taken_back(history, self._session.shown.aliases)
        # What somebody else took back is not for the guest to do again, though it had turned the same before.
        others = {action.undoes for action in _last_turns(history) if action.by != by}
        for action in own:
            target = names.get(action.undoes or "")
            if undone and target and target.undone and target.id not in others:
                return target.stamp
            if _stands(action) and action.id not in gone:
                if undone:
                    break
                return action.stamp
        nothing = "took back nothing that could be done again" if undone else "did nothing that could be taken back"
        raise InvalidInput(
            f"'{by}' {nothing}", "a guest turns only what it did itself; 'ideaboard log' shows who did what"
        )

    def bring_back(self) -> Outcome:
        """Put back what was on the board and is not in the file any more, since somebody replaced the file.
        Raises `InvalidInput` when nothing is missing.
        """
        session = self._session
        if not session.file.missing:
            raise InvalidInput("nothing is missing from the board file", "this is for a file that somebody replaced")
        lost = [id for table, id in session.file.missing if table == IDEAS]
        self.wait()
        session.file.restore_missing()
        board = self._seen()
        ideas = tuple(board.ideas[id] for id in lost if id in board.ideas)
        return Outcome(board, ideas, f"brought back {quoted(ideas)}" if ideas else "brought back what was missing")

    def undo_by(self, name: str) -> Outcome:
        """Take back as one action all that a guest did and the person has not looked at, and say what it was.
        Of an action on several ideas those that were looked at stay. Raises `InvalidInput` when there is nothing;
        `Refused` when somebody else changed one of its fields since, or a guest asks for another one's work.
        """
        if not name:
            raise InvalidInput("there is no name of a guest", "'ideaboard log' shows who did what")
        if self._session.file.by not in ("", name):
            raise Refused(
                f"what '{name}' did is not for '{self._session.file.by}' to take back", "leave it to the person"
            )
        self.wait()
        history, aliases = self._session.file.history(), self._session.shown.aliases
        unseen = [(one, left) for one, left in _unseen(history, name, aliases) if left]
        whole = {one.stamp: left for one, left in unseen if one.whole}
        if not whole:
            why = "what came before was compacted" if unseen else "'ideaboard log' shows who did what"
            raise InvalidInput(f"nothing of '{name}' waits to be looked at", why)
        try:
            taken = self._session.file.take_back(whole, Label.TAKE_BACK.key, name)
        except Refused as error:
            raise Refused(
                error.message.removesuffix(", by a merge"),
                "nothing was changed; what is opened on the board is kept, and the rest can be taken back then",
            ) from None
        board = self._seen()
        ideas = _ideas(board, (id for left in whole.values() for table, id in left))
        said = f"took back {counted(len(taken), 'change')} of '{name}'"
        self._session.done.append((said, ()))
        return Outcome(board, ideas, said)

    def log(self, id: str | None = None, limit: int | None = None, by: str | None = None) -> list[LogEntry]:
        """Return what was done, newest first, with old and new values; of one idea, of one guest, or all.

        Of one idea only its own values are told, and it may be asked in a thread.
        """
        parts: list[str | None] = [*self._session.twins.parts(id)] if id else [None]
        alone = len(parts) == 1
        actions = [action for part in parts for action in self._session.file.history(None, part, alone=alone)]
        if len(parts) > 1:
            actions = sorted({action.stamp: action for action in actions}.values(), key=_STAMP, reverse=True)
        told = (action for action in actions if action.label != Label.SEEN.key and by in (None, action.by))
        return self._entries(actions, islice(told, limit))

    def lines(self) -> list[LogLine]:
        """Return the log of the whole board, newest first; it may be asked in a thread."""
        board = self._session.shown
        actions = [action for action in self._session.file.history() if action.label != Label.SEEN.key]
        lines = []
        for action, entry in zip(actions, self._entries(actions, actions), strict=True):
            here = tuple(idea.id for idea in _ideas(board, _changed(action)))
            turns = bool(action.undoes or action.redoes)
            lines.append(LogLine(entry, action.stamp, turns, here, stands=_stands(action)))
        return lines

    def undo_at(self, stamp: str) -> Outcome:
        """Take back one action, and say what it was. Raises as `undo` does."""
        return self.turn("took back", lambda: self._session.file.undo(stamp))

    def undo_named(self, name: str) -> Outcome:
        """Take back the action with this short name, or do again what it took back. Raises as `undo` does."""
        self.wait()
        history = self._session.file.history()
        found = next((action for action in history if action.id == name), None)
        if found is None:
            raise InvalidInput(f"there is no action '{clean_line(name)}'", "'ideaboard log --json' shows their ids")
        by = self._session.file.by
        if by not in ("", found.by):
            raise Refused(f"action '{name}' is not for '{by}' to take back", "leave it to the person")
        turned = next((action.stamp for action in history if action.id == found.undoes), "")
        if turned:
            return self.turn("did again", lambda: self._session.file.redo(turned))
        return self.undo_at(found.stamp)

    def undo_to(self, stamps: Sequence[str], *, dry: bool = False) -> tuple[int, list[str]]:
        """Take back of several actions those that can be; with `dry` only find out which. It may be done in a thread.

        Returns how many were or would be taken back, and the others in words. The board is shown anew by `poll`.
        Raises `InvalidInput` when one of them is taken back already, or was compacted.
        """
        self.wait()
        with self._session.busy:
            taken, refused = self._session.file.undo_each(stamps, dry=dry)
        if taken and not dry:
            self._session.done.append((f"took back {counted(len(taken), 'change')}", ()))
        return len(taken), [self._said(action, {}) for action in refused]

    def told(self, lines: Iterable[bytes], *groups: Iterable[bytes]) -> tuple[list[list[LogEntry]], Mapping[str, str]]:
        """Return for each group of lines of a board file what they did, oldest first, and the titles of its ideas by
        id; `lines` are all of that file.
        """
        from ideaboard.storage.history import entries, story_of

        wanted = [{line.at for line in story_of(group).lines} for group in groups]
        if not any(wanted):
            return [[] for _ in groups], {}
        actions = list(entries(story_of(lines)))
        told = [self._entries(actions, (one for one in actions if one.stamp in some)) for some in wanted]
        return told, _titles(actions)

    def turn(self, verb: str, turn: Callable[[], Action]) -> Outcome:
        """Take an action back or do it again, and tell in words what it was."""
        self.wait()
        action = turn()
        board = self._seen()
        ideas = _ideas(board, _changed(action))
        said = f"{verb}: {self._said(action, {})}"
        if action.label == Label.INBOX.key and action.undone:
            said += "; the files lie in 'done' in the inbox folder"
        left = next((change.new for change in action.changes if change.field == "draft"), None)
        if action.label == Label.DRAFT.key and action.undone and isinstance(left, str):
            said += f"; what was written stays at {left}"
        self._session.done.append((said, ()))
        return Outcome(board, ideas, said)

    def wait(self) -> None:
        """Let pending changes get to the disk first, for they come before."""
        queue = self._session.queue
        if queue and not queue.flush(FLUSH_SECONDS):
            raise BoardFileError(
                "not all changes are saved yet, so nothing can be taken back",
                "wait until 'not saved' is gone from the header",
            )

    def _seen(self) -> Board:
        self._session.refresh()
        if self._session.queue:
            self._session.queue.settle()
        return self._session.shown

    def _entries(self, every: Sequence[Action], wanted: Iterable[Action]) -> list[LogEntry]:
        """Tell actions out of all those that they may have taken back or done again, and that know the titles."""
        titles = _titles(every)
        names = {action.id: action for action in every if not (action.undoes or action.redoes)}
        back = _taken_back(every, self._session.shown.aliases)
        entries = (self._entry(action, titles, names) for action in wanted)
        return [replace(entry, undone=True) if entry.id in back else entry for entry in entries]

    def _entry(self, action: Action, titles: Mapping[str, str], names: Mapping[str, Action]) -> LogEntry:
        """Tell an action; one that was taken back or done again is told in the words that undo and redo had for it."""
        changes = tuple(
            LogChange(change.id, change.field, _known(change.old), _known(change.new))
            for change in action.changes
            if change.table == IDEAS
        )
        turned = names.get(action.undoes or action.redoes or "")
        verb = "took back" if action.undoes else "did again"
        said = f"{verb}: {self._said(turned, titles)}" if turned else self._said(action, titles)
        return LogEntry(action.id, action.at, action.label, said, action.writer, action.undone, changes, action.by)

    def _said(self, action: Action, known: Mapping[str, str]) -> str:
        """Tell an action in words: `moved 'Reproduce LoRA' to Making`; `known` has titles by id."""
        label = _LABELS.get(action.label)
        verb = label.verb if label else action.label or _without_label(action)
        if label is Label.TAKE_BACK:
            verb = f"took back what '{clean_line(action.note)}' did"
        if label is Label.SHARE and any(map(_withdraws, action.changes)):
            verb = "withdrew"
        aliases = self._session.shown.aliases
        titles: dict[str, str] = {}
        stages: set[str] = set()
        for change in action.changes:
            if change.table != IDEAS:
                continue
            id = aliases.get(change.id, change.id)
            titles.setdefault(id, known.get(change.id, ""))
            if change.field == "title":
                titles[id] = str(_known(change.new) or _known(change.old) or "")
            if change.field == "stage" and _known(change.new):
                stages.add(str(change.new))
        for table, id in action.missed:
            if table == IDEAS:
                titles.setdefault(aliases.get(id, id), known.get(id, ""))
        if not titles:
            return label.alone if label and label is not Label.TAKE_BACK else verb
        verb += " to" if label is Label.TAKE_BACK else ""
        what = f"{len(titles)} ideas" if len(titles) > 1 else f"'{self._title(*titles.popitem())}'"
        went = label in (Label.MOVE, Label.TAKE) and len(stages) == 1
        where = f" to {self._session.workflow.stage_label(stages.pop())}" if went else ""
        return f"{verb} {what}{where}{' (deleted by then)' if action.missed else ''}"

    def _title(self, id: str, known: str) -> str:
        documents: Mapping[str, Mapping[str, Any]] = self._session.file.documents(IDEAS)
        return shortened(known or str(documents.get(id, {}).get("title", id)), _SHORT)


_STAMP = attrgetter("stamp")


def _titles(actions: Iterable[Action]) -> dict[str, str]:
    """Return the latest title of each idea by id, of deleted ones too."""
    titles: dict[str, str] = {}
    for action in sorted(actions, key=_STAMP):
        for change in action.changes:
            if change.table == IDEAS and change.field == "title":
                titles[change.id] = str(_known(change.new) or _known(change.old) or "")
    return titles


def _stands(action: Action) -> bool:
    return not (action.undone or action.undoes or action.redoes or action.label == Label.SEEN.key)


def _last_turns(actions: Iterable[Action]) -> Iterable[Action]:
    """Return of the actions, newest first, those that turned another one last."""
    return {turned: one for one in reversed([*actions]) if (turned := one.undoes or one.redoes)}.values()


def _unseen(
    actions: Iterable[Action], name: str, aliases: Mapping[str, str]
) -> Iterator[tuple[Action, set[tuple[str, str]]]]:
    """Give what a guest did, newest first, each with the documents that nobody has looked at or taken back since.

    Documents that are shown as one idea are looked at together.
    """
    dealt: set[str] = set()

    def shown(id: str) -> str:
        return aliases.get(id, id)

    for action in actions:
        took = action.label == Label.TAKE_BACK.key
        if action.label == Label.SEEN.key or (took and action.note == name and _stands(action)):
            dealt |= {shown(id) for _, id in action.names}
        elif action.by == name and not took and _stands(action):
            yield action, {(table, id) for table, id in action.names if shown(id) not in dealt}


def _taken_back(actions: Sequence[Action], aliases: Mapping[str, str]) -> set[str]:
    """Return the ids of the actions of guests of which nothing is left, since the person took them back as one."""
    looks = [action for action in actions if action.label != Label.SEEN.key]
    names = {action.note for action in actions if action.label == Label.TAKE_BACK.key}
    return {action.id for name in names for action, left in _unseen(looks, name, aliases) if action.names and not left}


def _changed(action: Action) -> Iterator[str]:
    return (change.id for change in action.changes if change.table == IDEAS)


def _ideas(board: Board, ids: Iterable[str]) -> tuple[Idea, ...]:
    """Return the ideas that documents are shown as, each once; what is not on the board now is left out."""
    shown = dict.fromkeys(board.aliases.get(id, id) for id in ids)
    return tuple(board.ideas[id] for id in shown if id in board.ideas)


def _without_label(action: Action) -> str:
    """Find the verb for what a program did through TinyDB, which has no words for it."""
    how = {change.how for change in action.changes if change.table == IDEAS}
    return {"created": "added", "deleted": "deleted"}.get(how.pop(), "changed") if len(how) == 1 else "changed"


def _withdraws(change: Change) -> bool:
    old, new = (isinstance(one, Mapping) and bool(one.get("withdrawn")) for one in (change.old, change.new))
    return change.field == "share" and new and not old


def _known(value: Any) -> Any:
    return None if value is MISSING else value


def changes_in_words(entry: LogEntry, most: int) -> Iterator[str]:
    """Tell old and new values of fields, of several ideas that came or went only the titles; what follows from others
    is left out.
    """
    several = len({change.id for change in entry.changes}) > 1
    new = {change.id for change in entry.changes if change.field == "title" and change.old is None}
    gone = {change.id for change in entry.changes if change.field == "title" and change.new is None}
    lines: list[str] = []
    for change in entry.changes:
        where = f"{change.id} " if several else ""
        if change.id in new and several:
            if change.field == "title":
                lines.append(f"{where}{_value(change.new)}")
        elif change.id in gone and several:
            if change.field == "title":
                lines.append(f"{where}{_value(change.old)} → {_value(None)}")
        elif change.field not in (*_DERIVED, *(_SAID_ALREADY if change.id in new else ())):
            lines.append(f"{where}{change.field}: {_value(change.old)} → {_value(change.new)}")
    yield from lines[:most]
    if len(lines) > most:
        yield f"and {len(lines) - most} more"


def _value(value: Any) -> str:
    """Return a value as people read it: lists joined, of an object what is not empty."""
    return shortened(clean_line(_words(value)), _SHORT) or "–"


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_words(item) for item in value)
    if isinstance(value, dict):
        told = {key: inner for key, inner in value.items() if inner not in (None, "", [], {}, False)}
        if main := next((told[key] for key in ("text", "stage", "url") if key in told and "summary" not in told), None):
            return _words(main)
        return ", ".join(f"{key} {_words(inner)}" for key, inner in told.items() if key not in _TECHNICAL)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def done_in_words(label: str, ideas: Sequence[Idea]) -> str:
    """Tell an action of this run, with the ids of its ideas: `added 'Reproduce LoRA' (k7fd2m9x)`."""
    known = _LABELS.get(label)
    if not ideas:
        return known.alone if known else label
    ids = " ".join(idea.id for idea in ideas)
    return f"{known.verb if known else label} {quoted(ideas)} ({ids})"
