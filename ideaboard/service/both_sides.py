"""What two copies of a board did to the same idea, where only one of them can count: told in words after a sync."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ideaboard.core.text import clean_line, counted, shortened
from ideaboard.service.session import IDEAS
from ideaboard.storage import ELEMENT_FIELDS, MISSING
from ideaboard.storage.records import ops_of, parse, same
from ideaboard.storage.stamps import action_name

_MOST = 5
_SHORT = 60
_NOT_TOLD = ("rank", "updated", "trail", "guest", "origin")
_CALLED = {"archived": "archiving", "due": "due date", "private": "privacy", "share": "sharing"}


class _Side:
    """What one side did, by id: the stamps of deletions and of new beginnings, and the last value of each field."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.deleted: dict[str, str] = {}
        self.begun: dict[str, str] = {}
        self.fields: dict[str, dict[str, tuple[str, Any]]] = {}
        for record in sorted(map(parse, lines), key=lambda record: str(record["at"])):
            for op in ops_of(record):
                if op["t"] == IDEAS:
                    self._take(op, op["id"], str(record["at"]))

    def _take(self, op: dict[str, Any], id: str, at: str) -> None:
        if op.get("del") is True:
            self.deleted[id] = at
        if op.get("new") is True:
            self.begun[id] = at
        for field, value in {**op.get("set", {}), **dict.fromkeys(op.get("unset", ()), MISSING)}.items():
            if field not in _NOT_TOLD:
                self.fields.setdefault(id, {})[field] = at, value


def on_both_sides(
    came: Collection[bytes], went: Collection[bytes], titles: Mapping[str, str], *, dry_run: bool
) -> list[str]:
    """Say of which ideas one side deleted what the other changed, and whose value of a field counts where both set it.

    `came` and `went` are the records that only one side had; `titles` are by id.
    """
    if not (came and went):
        return []
    there, here = _Side(came), _Side(went)
    said = []
    for id in dict.fromkeys([*there.fields, *here.fields]):
        name = shortened(clean_line(titles.get(id, id)), _SHORT)
        deleted = max(side.deleted.get(id, "") for side in (there, here))
        if deleted > max(side.begun.get(id, "") for side in (there, here)):
            by, other, where = (there, here, "there") if id in there.deleted else (here, there, "here")
            if id in other.fields and id not in other.deleted:
                changed = "here" if by is there else "there"
                gone, brings = ("would be gone", "would bring") if dry_run else ("is gone", "brings")
                others = sum(at == deleted for at in by.deleted.values()) - 1
                more = f" with {counted(others, 'other')}" if others else ""
                undo = f"'ideaboard undo {action_name(deleted)}' {brings} it back{more}"
                said.append(f"'{name}' was deleted {where} and changed {changed}: it {gone}; {undo}")
            continue
        ones = {"there": there.fields.get(id, {}), "here": here.fields.get(id, {})}
        won: dict[str, list[str]] = {}
        for field in ones["there"].keys() & ones["here"].keys() - ELEMENT_FIELDS:
            if not same(*(_bare(one[field][1]) for one in ones.values())):
                won.setdefault(max(ones, key=lambda side: ones[side][field][0]), []).append(_CALLED.get(field, field))
        for side, fields in won.items():
            what = f"both changed the {' and '.join(sorted(fields))} of '{name}'"
            said.append(f"{what}: the later one, from {side}, counts; 'ideaboard log {id}' has both")
    rest = [f"{counted(len(said) - _MOST, 'more idea')} changed on both sides"] if said[_MOST:] else []
    return said[:_MOST] + rest


def _bare(value: Any) -> Any:
    """Return a value without the moment at which it was set, in which two that say the same differ."""
    return {key: inner for key, inner in value.items() if key != "at"} if isinstance(value, dict) else value
