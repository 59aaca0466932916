"""Ideas straight from the board file: the short fields at once, the long ones when somebody asks for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields as dataclass_fields
from operator import itemgetter
from sys import intern
from typing import Any, Protocol

from ideaboard.core.documents import in_order, is_rank, paper_from_document, read_field
from ideaboard.core.ideas import Idea, LongParts, Paper, Step
from ideaboard.core.quick import twin

MANY = 300
"""From so many ideas on, making a twin of their class pays."""

LONG = 200
"""Notes of so many characters are read when somebody asks for them."""

_NOT_AS_IT_IS = re.compile(r'[\s"\\/]+')
"""What JSON may write in another way than a person types it."""


class StoredDocument(Protocol):
    """A document as the board file keeps it."""

    def fields(self) -> dict[str, Any]:
        """Read it."""

    def may_hold(self, words: Sequence[bytes]) -> bool:
        """Tell quickly whether words may be in it; see `LongParts`."""


class StoredParts(LongParts):
    """The long parts of one idea, in its document."""

    __slots__ = ("_stored",)

    def __init__(self, stored: StoredDocument) -> None:
        self._stored = stored

    def notes(self) -> str:
        """Read the notes."""
        notes: str = self._stored.fields()["notes"]
        return notes

    def paper(self) -> Paper | None:
        """Read the paper."""
        return paper_from_document(self._stored.fields()["paper"], [])

    def may_hold(self, words: Sequence[bytes]) -> bool:
        """Tell quickly whether words may be in the document."""
        return self._stored.may_hold(words)


class IdeaMaker:
    """Makes ideas of the documents of a board file while it is read.

    Opening a board of 10,000 ideas is this, once for each. So it knows well-formed documents only, looks at what most
    of them have without a loop or a call, and leaves all others to `idea_from_document`.
    """

    def __init__(self) -> None:
        self._count = 0
        self._class = Idea
        self._names: dict[str, str] = {}
        """Kinds and stages, so that equal ones are one text in memory."""
        self._papers: dict[tuple[object, ...], tuple[str, ...] | None] = {}
        """For the keys of a paper and the types of its values: which are lists; none when a type is wrong."""

    def __call__(self, id: str, fields: Mapping[str, Any], stored: StoredDocument) -> Idea | None:
        """Make an idea.

        Args:
            id: the eight characters that name the idea.
            fields: the document.
            stored: what the long parts are read from later.

        Returns:
            The idea; `None` when something in the document is not as it should be, or is not there. Whoever reads it
            with `idea_from_document` hears what.
        """
        try:
            title, kind, stage, created, updated, rank, trail = common = _COMMON_OF(fields)
            "".join(common[:-1])  # the quickest way to ask whether all are texts
        except (KeyError, TypeError):
            return None
        if not all(common) or type(trail) is not list or not is_rank(rank):
            return None
        get = fields.get
        tags, paper = get("tags"), get("paper")
        parts: LongParts | None = None
        if paper is not None:
            if not self._is_sound(paper):
                return None
            parts = StoredParts(stored)
        rest: dict[str, Any] | None = _REST
        if len(fields) != len(common) + (tags is not None) + (paper is not None):
            rest = _taken(fields, parts or StoredParts(stored))
        if rest is None:
            return None
        if tags is not None and not _are_texts(tags):
            return None
        steps = _steps(trail, created)
        if steps is None:
            return None
        self._count += 1
        if self._count == MANY:
            self._class = twin(Idea)
        name = self._names.setdefault
        idea = self._class(
            id=id,
            title=title,
            kind=name(kind, kind),
            stage=name(stage, stage),
            created=created,
            updated=created if updated == created else updated,  # equal moments are one text in memory
            rank=rank,
            tags=tuple(tags or ()),
            trail=steps,
            paper=parts,  # type: ignore[arg-type]  # stands for the paper, see `LongParts`
            **rest,
        )
        object.__setattr__(idea, "__class__", Idea)
        return idea

    def _is_sound(self, paper: object) -> bool:
        """Tell whether everything in the paper of a document has the right type."""
        if type(paper) is not dict:
            return False
        shape = (*paper, *map(type, paper.values()))
        try:
            lists = self._papers[shape]
        except KeyError:
            sound = all(type(value) is _PAPER.get(key, type(value)) for key, value in paper.items())
            lists = tuple(key for key in paper if _PAPER.get(key) is list) if sound else None
            if len(self._papers) < _SHAPES:
                self._papers[shape] = lists
        if not lists:
            return lists is not None
        return all(map(_are_texts, map(paper.get, lists)))


def _taken(fields: Mapping[str, Any], parts: LongParts) -> dict[str, Any] | None:
    """Read the fields that few documents have; `None` when one of them is not well-formed."""
    rest = _REST.copy()
    problems: list[str] = []
    for field in fields.keys() & rest.keys():
        rest[field] = read_field(field, fields, problems)
    if len(rest["notes"]) > LONG:
        rest["notes"] = parts
    return None if problems else rest


def _are_texts(value: object) -> bool:
    return type(value) is list and _ONLY_TEXT.issuperset(map(type, value))


def _steps(trail: list[Any], created: str) -> tuple[Step, ...] | None:
    """Read the trail of a document; `None` when it is not well-formed."""
    steps = []
    for item in trail:
        if type(item) is not dict:
            return None
        stage, at = item.get("stage"), item.get("at")
        if type(stage) is not str or type(at) is not str or not stage or not at:
            return None
        steps.append(Step(intern(stage), created if at == created else at))
    return tuple(steps) if len(steps) == 1 else in_order(steps)


_COMMON = ("title", "kind", "stage", "created", "updated", "rank", "trail")
_COMMON_OF = itemgetter(*_COMMON)
_ONLY_TEXT = frozenset({str})
_PAPER = {
    **dict.fromkeys(("arxiv_id", "version", "title", "abstract", "primary_category", "published", "updated"), str),
    **dict.fromkeys(("comment", "journal_ref", "doi", "code_url", "latest_version"), str),
    **dict.fromkeys(("authors", "categories"), list),
    "withdrawn": bool,
}
_SHAPES = 1000
"""So many kinds of papers are remembered; far fewer are written."""
_REST: dict[str, Any] = {
    field.name: field.default for field in dataclass_fields(Idea) if field.name not in (*_COMMON, "id", "tags", "paper")
}


def needles(text: str) -> tuple[bytes, ...]:
    """Return what must be in the JSON of a document that holds a folded text, for `LongParts.may_hold`."""
    if not text.isprintable():
        return ()
    return tuple(word.encode() for word in _NOT_AS_IT_IS.split(text) if word)
