"""The history is the file: what each action changed, who made it, what was taken back.

It is read when somebody asks, never when a board is opened: all records in the order of their stamps, folded once
more, each compared with what was there before it. What is at the end of the file is turned without that, from the
last lines and the documents that the fold remembers as they were; a file whose stamps do not ascend is read whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Literal, NamedTuple

from ideaboard.errors import InvalidInput, Refused
from ideaboard.storage.lists import MISSING
from ideaboard.storage.records import Record, ops_of, parse, same
from ideaboard.storage.stamps import action_name, is_stamp, moment_of, writer_of
from ideaboard.storage.state import Fields, Name, State

How = Literal["created", "changed", "deleted"]


@dataclass(frozen=True, slots=True)
class Change:
    """What an action did to one field of one document; without a field it was made or deleted and had none."""

    table: str
    id: str
    field: str
    old: object
    """The value before; `MISSING` when the field was not there."""
    new: object
    """The value after; `MISSING` when the field is not there any more."""
    how: How


@dataclass(frozen=True, slots=True)
class Action:
    """An action in the history."""

    id: str
    label: str
    note: str
    at: str
    """ISO 8601 in UTC with milliseconds, ending in `Z`."""
    writer: str
    """The short random name of the program run that wrote it."""
    by: str
    """Who did it, where it was not the person: an agent or a script."""
    undone: bool
    undoes: str | None
    """The short name of the action that this one takes back."""
    redoes: str | None
    changes: tuple[Change, ...]
    stamp: str
    """What dates and names it in the file."""
    whole: bool = True
    """Whether all is known that an undo needs; compaction drops it."""
    missed: tuple[Name, ...] = ()
    """The documents of one that changed nothing, since they were deleted by then: a merge brings both together."""

    @property
    def names(self) -> set[Name]:
        """The documents that it changed."""
        return {(change.table, change.id) for change in self.changes}


class Line:
    """One record of a file, decoded when somebody asks for more than when it was and of what kind."""

    __slots__ = ("_data", "_id", "_record", "at", "ordinary")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._record: Record | None = None
        found = None if any(mark in data for mark in _NOT_ORDINARY) else _BEGINNING(data)
        self._id = found[1] if found else None
        self.at = found[2].decode() if found else str(self.record["at"])
        self.ordinary = bool(found) or is_ordinary(self.record)

    @property
    def record(self) -> Record:
        if self._record is None:
            self._record = parse(self._data)
        return self._record

    def may_touch(self, ids: Collection[bytes]) -> bool:
        """Tell quickly whether it may be about one of these documents."""
        return self._id is None or self._id in ids


SEEN = "seen"
"""The label of an action that only says that the person has looked."""
_NOT_ORDINARY = (b'"undo":"', b'"redo":"', b'"act":"seen"')
_BEGINNING = re.compile(rb'\{(?:"t":"[^"\\]*","id":"([^"\\]{8})",)?"at":"([^"\\]+)",(?:"new":|"set":|"many":\[)').match
"""An ordinary record as we write it: the id of its document, if it is about one, and its stamp."""


class Story(NamedTuple):
    """The records of a file in the order of their stamps."""

    lines: list[Line]
    undone: dict[str, str]
    """The stamps of the actions that are taken back, with the stamp of what took them back."""
    horizon: str
    """Actions before it may have lost what an undo needs: compaction dropped it."""


def story_of(lines: Iterable[bytes]) -> Story:
    """Put the lines of good records in order and find out what is taken back."""
    ordered = sorted({line.at: line for line in map(Line, lines)}.values(), key=attrgetter("at"))
    undone: dict[str, str] = {}
    horizon = ""
    for line in ordered:
        if line.ordinary:
            continue
        if target := _text(line.record, "undo"):
            undone[target] = line.at
        elif target := _text(line.record, "redo"):
            undone.pop(target, None)
        until = _text(line.record, "compacted")
        if is_stamp(until) and until < line.at:  # what else it may say, compaction never wrote
            horizon = max(horizon, until)
    return Story(ordered, undone, horizon)


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def is_ordinary(record: Record) -> bool:
    """Tell whether a record is an action of its own: neither an undo nor a redo, nor a mark, nor a look."""
    if any(_text(record, key) for key in ("undo", "redo", "compacted")) or _text(record, "act") == SEEN:
        return False
    return "t" in record or "many" in record


def entries(story: Story) -> Iterator[Action]:
    """Give all actions, oldest first."""
    state = State()
    for line in story.lines:
        record = line.record
        changes = _replay(state, record)
        if "t" in record or "many" in record:
            yield _entry(story, record, changes)


def entries_of(story: Story, id: str) -> Iterator[Action]:
    """Give the actions that changed one document, oldest first; of the others in them only the names are told.

    Only the records about it are read and folded, so that this costs little however long the history is.
    """
    state = State()
    ids = (id.encode(),)
    for line in story.lines:
        ops = ops_of(line.record) if line.may_touch(ids) else []
        own = [op for op in ops if op["id"] == id]
        if not own:
            continue
        record = line.record
        changes = _replay(state, {**record, "many": own} if "many" in record else record)
        others = dict.fromkeys((op["t"], op["id"]) for op in ops if op["id"] != id) if changes else ()
        named = (Change(*name, "", MISSING, MISSING, changes[0].how) for name in others)
        yield _entry(story, record, (*changes, *named))


def entry_at(story: Story, stamp: str) -> Action:
    """Give one action; only what happened to its documents is gone through."""
    (target,) = (line for line in story.lines if line.at == stamp)
    names = {(op["t"], op["id"]) for op in ops_of(target.record)}
    ids = {id.encode() for _, id in names}
    state = State()
    for line in story.lines:
        if line is target:
            break
        if line.may_touch(ids) and any((op["t"], op["id"]) in names for op in ops_of(line.record)):
            state.apply(line.record)
    return _entry(story, target.record, _replay(state, target.record))


def entry_near_end(lines: Sequence[bytes], state: State, way: Literal["undo", "redo"], stamp: str) -> Action | None:
    """Give the action that is to be turned as `entry_at` does, from the last lines of a file and what is in memory.

    None when that does not tell which it is, or what it changed; the whole story does.
    """
    story = story_of(lines)
    ordinary = [line.at for line in story.lines if line.ordinary]
    if stamp:
        target = stamp
    elif way == "undo":
        target = next((at for at in reversed(ordinary) if at not in story.undone), "")
    else:
        later = ((by, taken_back) for taken_back, by in story.undone.items() if ordinary and by > ordinary[-1])
        _, target = max(later, default=("", ""))
    line = next((line for line in story.lines if line.at == target >= story.horizon), None)
    if line is None or (line.at in story.undone) == (way == "undo") or (around := state.around(line.record)) is None:
        return None
    changes = (change for name, (old, new) in around.items() for change in _changes(name, old, new))
    return _entry(story, line.record, tuple(changes))


def _replay(state: State, record: Record) -> tuple[Change, ...]:
    """Fold one more record and say what it changed."""
    names = dict.fromkeys((op["t"], op["id"]) for op in ops_of(record))
    before = {name: state.documents(name[0]).get(name[1]) for name in names}
    state.apply(record)
    changes: list[Change] = []
    for name, old in before.items():
        changes += _changes(name, old, state.documents(name[0]).get(name[1]))
    return tuple(changes)


def _changes(name: Name, old: Fields | None, new: Fields | None) -> Iterator[Change]:
    if old is new:
        return
    how: How = "created" if old is None else "deleted" if new is None else "changed"
    before, after = old or {}, new or {}
    if how != "changed" and not before and not after:
        yield Change(*name, "", MISSING, MISSING, how)
    for field in dict.fromkeys((*before, *after)):
        was, now = before.get(field, MISSING), after.get(field, MISSING)
        if not same(was, now):
            yield Change(*name, field, was, now, how)


def _entry(story: Story, record: Record, changes: tuple[Change, ...]) -> Action:
    stamp = record["at"]
    undoes, redoes = _text(record, "undo"), _text(record, "redo")
    return Action(
        id=action_name(stamp),
        label=_text(record, "act"),
        note=_text(record, "note"),
        at=moment_of(stamp),
        writer=writer_of(stamp),
        by=_text(record, "by"),
        undone=stamp in story.undone,
        undoes=action_name(undoes) if undoes else None,
        redoes=action_name(redoes) if redoes else None,
        changes=changes,
        stamp=stamp,
        whole=stamp >= story.horizon,
        missed=() if changes else tuple(dict.fromkeys((op["t"], op["id"]) for op in ops_of(record))),
    )


def to_undo(story: Story) -> str:
    """Return the stamp of the latest action that changed something and is not taken back.
    Raises `InvalidInput` when there is none.
    """
    for line in reversed(story.lines):
        if line.ordinary and line.at not in story.undone:
            if line.at < story.horizon:
                raise InvalidInput("there is nothing to undo", "what came before was compacted")
            if entry_at(story, line.at).changes:
                return line.at
    raise InvalidInput("there is nothing to undo")


def to_redo(story: Story) -> str:
    """Return the stamp of the action that was taken back last; one made since then leaves nothing to redo."""
    newest = max((line.at for line in story.lines if line.ordinary), default="")
    taken_back = [(by, target) for target, by in story.undone.items() if by > newest]
    known = {line.at for line in story.lines}
    for _, target in sorted(taken_back, reverse=True):
        if target in known:
            return target
    raise InvalidInput("there is nothing to redo")


def named(story: Story, stamp: str, way: Literal["undo", "redo"]) -> str:
    """Return the stamp of an action that is to be turned; raises `InvalidInput` when it cannot be any more."""
    return all_named(story, [stamp], way).pop()


def all_named(story: Story, stamps: Iterable[str], way: Literal["undo", "redo"]) -> set[str]:
    """Return the stamps of actions that are to be turned; raises `InvalidInput` when one cannot be any more."""
    wanted = set(stamps)
    if any(stamp < story.horizon for stamp in wanted):
        raise InvalidInput(f"there is nothing to {way}", "what came before was compacted")
    there = {line.at for line in story.lines}
    if not wanted <= there or any((stamp in story.undone) == (way == "undo") for stamp in wanted):
        raise InvalidInput(f"there is nothing to {way}", "somebody else has changed the board since")
    return wanted


def turned(changes: Iterable[Change]) -> list[Change]:
    """Return the changes that take these back."""
    opposite: dict[How, How] = {"created": "deleted", "deleted": "created", "changed": "changed"}
    return [replace(one, old=one.new, new=one.old, how=opposite[one.how]) for one in changes]


class Afterwards:
    """The documents as they are going to be, while several actions are taken back one after the other."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.documents: dict[Name, Fields | None] = {}
        """Those that become another, by table and id."""

    def put(self, documents: Mapping[Name, Fields | None]) -> None:
        self.documents.update(documents)

    def get(self, table: str, id: str) -> Fields | None:
        name = (table, id)
        return self.documents[name] if name in self.documents else self._state.documents(table).get(id)

    def brought_back(self, table: str, id: str, fields: Fields) -> Fields:
        return self._state.brought_back(table, id, fields)


def carried_out(changes: Iterable[Change], state: Afterwards, bookkeeping: frozenset[str]) -> dict[Name, Fields | None]:
    """Return documents as changes leave them; raises `Refused` when somebody changed one of the fields since."""
    by_document: dict[Name, list[Change]] = {}
    for change in changes:
        by_document.setdefault((change.table, change.id), []).append(change)
    return {name: _carried_out(name, some, state, bookkeeping) for name, some in by_document.items()}


def _carried_out(name: Name, changes: list[Change], state: Afterwards, bookkeeping: frozenset[str]) -> Fields | None:
    now = state.get(*name)
    how = changes[0].how
    if how == "created":
        if now is not None:
            raise _refused(name, "")
        return state.brought_back(*name, {change.field: change.new for change in changes if change.field})
    if now is None:
        if how == "deleted":
            return None
        raise _refused(name, "")
    fields = dict(now)
    for change in changes:
        if not change.field:
            continue
        if not same(now.get(change.field, MISSING), change.old):
            if change.field in bookkeeping:
                continue
            raise _refused(name, change.field)
        if change.new is MISSING:
            fields.pop(change.field, None)
        else:
            fields[change.field] = change.new
    if how == "deleted":
        strange = [field for field in fields if field not in bookkeeping]
        if strange:
            raise _refused(name, strange[0])
        return None
    return fields


def _refused(name: Name, field: str) -> Refused:
    what = f"'{field}' of {name[1]}" if field else f"document {name[1]}"
    return Refused(f"{what} was changed since, by a merge", "nothing was changed; look at it with `ideaboard log`")
