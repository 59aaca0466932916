"""Ideas as short rows of JSON values, for a cache that opens a large board quickly.

A row has what the columns and the cards show; the notes, when they are long, and the paper stay in the document. An
idea with links, responses or an origin has no row: there are few of these.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from ideaboard.core.ideas import Archived, Idea, LongParts, Share, Step, kept_parts
from ideaboard.core.quick import twin
from ideaboard.core.stored_ideas import LONG, StoredDocument, StoredParts

Row = list[Any]

T = TypeVar("T")

_FIELDS = tuple(field.name for field in fields(Idea))
_KIND, _STAGE, _CREATED, _UPDATED, _TAGS, _NOTES, _LINKS, _TRAIL, _TICKS, _PAPER, _SHARE, _RESPONSES, _ARCHIVED = map(
    _FIELDS.index,
    (
        *("kind", "stage", "created", "updated", "tags", "notes", "links", "trail", "ticks", "paper", "share"),
        *("responses", "archived"),
    ),
)

VERSION = "1 " + " ".join((*_FIELDS, *(field.name for part in (Share, Archived) for field in fields(part))))
"""Rows of another version are not read; it changes with the fields of an idea."""


def row_of(idea: Idea) -> Row | None:
    """Return the row of an idea, its values in the order of its fields; none when it does not fit in one."""
    if idea.links or idea.responses or idea.origin:
        return None
    notes, paper = kept_parts(idea)
    late = isinstance(notes, LongParts) or len(str(notes)) > LONG
    special = {
        "notes": None if late else notes,
        "trail": [text for step in idea.trail for text in step],
        "paper": paper is not None,
        "share": [getattr(idea.share, field.name) for field in fields(Share)] if idea.share else None,
        "archived": [getattr(idea.archived, field.name) for field in fields(Archived)] if idea.archived else None,
    }
    return [special[name] if name in special else getattr(idea, name) for name in _FIELDS]


class RowReader:
    """Makes ideas of rows, thousands at a time."""

    def __init__(self) -> None:
        self._class: Any = twin(Idea)
        self._names: dict[str, str] = {}
        """Kinds and stages, so that equal ones are one text in memory."""

    def __call__(self, row: Row, stored: StoredDocument) -> Idea:
        """Make an idea.

        Args:
            row: what `row_of` gave; it is used up.
            stored: its document, for what is not in the row.
        """
        name = self._names.setdefault
        created, trail, paper = row[_CREATED], row[_TRAIL], row[_PAPER]
        row[_KIND] = name(row[_KIND], row[_KIND])
        row[_STAGE] = stage = name(row[_STAGE], row[_STAGE])
        if row[_UPDATED] == created:
            row[_UPDATED] = created  # equal moments are one text in memory
        row[_TAGS] = tuple(row[_TAGS])
        row[_TICKS] = tuple(row[_TICKS])
        row[_LINKS] = row[_RESPONSES] = ()
        if trail == [stage, created]:
            row[_TRAIL] = (Step(stage, created),)
        else:
            row[_TRAIL] = tuple(map(Step, trail[::2], trail[1::2]))
        parts = StoredParts(stored) if paper or row[_NOTES] is None else None
        row[_PAPER] = parts if paper else None
        if row[_NOTES] is None:
            row[_NOTES] = parts
        if row[_SHARE]:
            row[_SHARE] = _part(Share, row[_SHARE])
        if row[_ARCHIVED]:
            row[_ARCHIVED] = _part(Archived, row[_ARCHIVED])
        idea: Idea = self._class(*row)
        object.__setattr__(idea, "__class__", Idea)
        return idea


def _part(part: type[T], row: Row) -> T:
    values = {
        field: tuple(value) if type(value) is list else value for field, value in zip(_NAMES[part], row, strict=True)
    }
    return part(**values)


_NAMES: dict[type, tuple[str, ...]] = {part: tuple(field.name for field in fields(part)) for part in (Share, Archived)}
