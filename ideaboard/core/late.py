"""Ideas of a large board, most of which nobody looks at closely: their papers are read when somebody asks.

Ten thousand abstracts are most of a board, and a screen shows none of them. Here are such papers, the ideas that have
them, and ideas as short rows of JSON values, for a cache that opens a large board quickly: a row has all but the paper.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from itertools import count, repeat
from typing import Any, Protocol, cast

from ideaboard.core.bulk import ideas_from_documents
from ideaboard.core.documents import idea_from_document, paper_from_document
from ideaboard.core.ideas import Archived, Idea, Link, Origin, Paper, Response, Share, Step
from ideaboard.core.slots import blank, fill, filled, where

Row = list[Any]

_NOT_AS_IT_IS = re.compile(r'[\s"\\/]+')
"""What JSON may write in another way than a person types it."""

_HOLDING = "notes"
"""The field in whose place an idea keeps where its row is, until somebody asks for more."""
_ASIDE = ("id", "responses", "origin", _HOLDING)
_FIELDS = (*(field.name for field in fields(Idea) if field.name not in _ASIDE), _HOLDING)
"""What is in a row."""
_RESPONSE_FIELDS = tuple(field.name for field in fields(Response))
_SHARE_FIELDS = tuple(field.name for field in fields(Share))
_CREDITED = ("title", "authors", "published", "doi", "other_id")
"""What is told of the paper behind something that was shared."""
_MANY_AUTHORS = 30
_AT_ONCE = 256
"""So many documents are read at once: fewer cost more each, and more are not at hand when they come next."""

VERSION = "7 " + " ".join((*_FIELDS, *_SHARE_FIELDS, *_RESPONSE_FIELDS, *Archived._fields, *_CREDITED))
"""Rows of another version are not read; it changes with the fields of an idea."""


class StoredDocument(Protocol):
    """A document as the board file keeps it."""

    def fields(self) -> Mapping[str, Any]: ...

    def may_hold(self, words: Sequence[bytes]) -> bool:
        """Tell quickly whether words may be in it: `False` is certain, `True` is a reason to look."""


class StoredPaper(Paper):
    """A paper of which only the id is in memory, or what is credited; all else is read from its document when it is
    asked for.

    The fields of a `Paper` are slots. Those that nobody filled lead to `__getattr__`, as any missing attribute does.
    """

    __slots__ = ("_stored",)

    def __new__(cls, *args: Any, **fields: Any) -> Any:
        """Make a plain paper where `replace` copies one with changes."""
        return Paper(*args, **fields)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.read(), name)

    def for_credit(self) -> Paper:
        try:
            _LAST_CREDITED(self)
        except AttributeError:  # it is not filled
            return self.read()
        return self

    def read(self) -> Paper:
        global _last  # one value, put in its place at once, whichever thread does it
        paper, whole = _last
        if paper is not self:
            whole = paper_from_document(self._stored.fields()["paper"], [])
            _last = (self, whole)
        return whole

    def may_hold(self, words: Sequence[bytes]) -> bool:
        return bool(self._stored.may_hold(words))

    def texts(self) -> tuple[str, str, Sequence[str]]:
        """Return title, abstract and authors without making a paper of them, for who looks through thousands."""
        paper = self._stored.fields()["paper"]
        return paper.get("title", ""), paper.get("abstract", ""), paper.get("authors", ())

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return self.read() == (other.read() if isinstance(other, StoredPaper) else other)

    def __hash__(self) -> int:
        return hash(self.read())

    def __repr__(self) -> str:
        return repr(self.read())


_HOLDER = vars(Idea)[_HOLDING].__get__
_LAST_CREDITED = vars(Paper)[_CREDITED[-1]].__get__
_ID, _STORED = vars(Paper)["arxiv_id"], vars(StoredPaper)["_stored"]
_SLOTS = vars(Idea)
_SHARE_SLOTS = [vars(Share)[name] for name in _SHARE_FIELDS]
_CREDITED_SLOTS = [vars(Paper)[name] for name in _CREDITED]
_NEW: Any = tuple.__new__


def _response(row: Row) -> Response:
    return Response(**dict(zip(_RESPONSE_FIELDS, row, strict=True)))


_last: tuple[Paper, Paper] = (Paper(arxiv_id=""), Paper(arxiv_id=""))
"""The paper that was read last: whoever asks for one field asks for others."""


class HeldDocument:
    """A document that is in memory as it is."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def fields(self) -> Mapping[str, Any]:
        return self._fields

    def may_hold(self, words: Sequence[bytes]) -> bool:  # noqa: ARG002  # as of other documents
        return True


def stored_ideas(
    ids: Sequence[str], documents: Sequence[Mapping[str, Any]], stored: Sequence[StoredDocument]
) -> list[Idea | None]:
    """Make ideas of documents while the board file is read; their papers are read later.

    None stands for one in which something is not as it should be, or missing; whoever reads it with
    `idea_from_document` hears what.
    """
    made: list[Idea | None] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        made += ideas_from_documents(ids[some], documents[some], partial(_papers_of, stored[some]))
    return made


def _papers_of(stored: Sequence[StoredDocument], numbers: Sequence[int], names: Sequence[str]) -> list[StoredPaper]:
    return _papers(names, [stored[number] for number in numbers])


def _papers(names: Sequence[str], stored: Iterable[StoredDocument]) -> list[StoredPaper]:
    papers = blank(StoredPaper, len(names))
    fill(papers, _ID, names)
    fill(papers, _STORED, stored)
    return papers


def needles(text: str) -> tuple[bytes, ...]:
    """Return what must be in the JSON of a document that holds a folded text, for `StoredPaper.may_hold`."""
    if not text.isprintable():
        return ()
    return tuple(word.encode() for word in _NOT_AS_IT_IS.split(text) if word)


def row_of(idea: Idea, name: str) -> Row | None:
    """Return the row of an idea: the name of its paper, then its values in the order of its fields.

    What it may have that is asked of all ideas stands beside the name: when it was shared, its responses and origin.
    """
    if type(idea) is LateIdea and type(late := _HOLDER(idea)) is tuple and (row := late[0].row(late[1])):
        return cast("Row", row)
    special = {
        "updated": None if idea.updated == idea.created else idea.updated,
        "trail": None
        if idea.trail == ((idea.stage, idea.created),)
        else [text for step in idea.trail for text in step],
        "paper": _paper_row(idea.paper, credited=idea.share is not None) if idea.paper else None,
        "share": [getattr(idea.share, name) for name in _SHARE_FIELDS] if idea.share else None,
        "links": [[*link] for link in idea.links],
        "archived": idea.archived and [*idea.archived],
    }
    values = [special[field] if field in special else getattr(idea, field) for field in _FIELDS]
    responses = [[getattr(response, name) for name in _RESPONSE_FIELDS] for response in idea.responses]
    origin = idea.origin and [*idea.origin]
    shared = [idea.share.at, idea.share.date] if idea.share else None
    more = [responses, origin] if responses or origin else []
    return [[name, shared, *more] if shared or more else name, *values]


def _paper_row(paper: Paper, *, credited: bool) -> str | Row:
    if credited:
        paper = paper.for_credit()
        if len(paper.authors) <= _MANY_AUTHORS:
            return [paper.arxiv_id, *(getattr(paper, name) for name in _CREDITED)]
    return paper.arxiv_id


class LeftRows(Protocol):
    """Documents that were left in the file, with their rows; those without one are the first."""

    ids: list[str]
    without: int
    firsts: list[Any]
    groups: list[str]
    chunk: int
    """So many rows are read at once."""

    def columns(self, chunk: int) -> list[list[Any]] | None: ...
    def forget(self, chunk: int) -> None: ...
    def packed(self, number: int) -> StoredDocument: ...


class LateIdeas:
    """Makes ideas of rows, thousands at a time, and fills a hundred of them when somebody asks for one."""

    def __init__(self, left: LeftRows) -> None:
        self._left = left
        self._firsts = left.firsts
        self._names: dict[str, str] = {}
        """Kinds and stages, so that equal ones are one text in memory."""
        self.ideas: list[Idea] = [*blank(LateIdea, len(self._firsts))]
        """An idea of each row."""
        names = [first if type(first) is str else first[0] for first in self._firsts]
        shared = [None if type(first) is str else first[1] for first in self._firsts]
        fill(self.ideas, _SLOTS["id"], left.ids[left.without :])
        fill(self.ideas, _SLOTS[_HOLDING], zip(repeat(self), count(), zip(left.groups, names, shared, strict=True)))
        fill(self.ideas, _SLOTS["responses"], repeat(()))
        fill(self.ideas, _SLOTS["origin"], repeat(None))
        for idea, first in zip(self.ideas, self._firsts, strict=True):
            if type(first) is not str and len(first) > len(("name", "shared")):
                *_, responses, origin = first
                fill([idea], _SLOTS["responses"], [tuple(_response(values) for values in responses)])
                fill([idea], _SLOTS["origin"], [Origin(*origin) if origin else None])

    def row(self, number: int) -> Row | None:
        """Return the row of an idea; none when it cannot be read."""
        chunk, place = divmod(number, self._left.chunk)
        columns = self._left.columns(chunk)
        return columns and [self._firsts[number], *(column[place] for column in columns)]

    def fill(self, number: int) -> None:
        """Make an idea whole, and all others of its chunk."""
        chunk = number // self._left.chunk
        columns = self._left.columns(chunk)
        if columns is None:
            stored = self._left.packed(self._left.without + number)
            read = idea_from_document(self.ideas[number].id, stored.fields(), [])
            self._put([number], {name: [getattr(read, name)] for name in _FIELDS})
            return
        numbers: Sequence[int] = range(chunk * self._left.chunk, chunk * self._left.chunk + len(columns[0]))
        late = [place for place, number in enumerate(numbers) if type(self.ideas[number]) is LateIdea]
        if len(late) < len(numbers):  # another thread was quicker
            numbers, columns = [numbers[place] for place in late], [[one[place] for place in late] for one in columns]
        self._put(numbers, self._values(numbers, dict(zip(_FIELDS, columns, strict=True))))
        self._left.forget(chunk)

    def _put(self, numbers: Sequence[int], values: Mapping[str, Iterable[Any]]) -> None:
        ideas = [self.ideas[number] for number in numbers]
        for name in _FIELDS:  # where the row is stands last: whoever finds notes there finds the others
            fill(ideas, _SLOTS[name], values[name])
        deque(map(object.__setattr__, ideas, repeat("__class__"), repeat(Idea)), maxlen=0)

    def _values(self, numbers: Sequence[int], raw: dict[str, list[Any]]) -> dict[str, Iterable[Any]]:
        """Return the values of the fields of some ideas."""
        name = self._names.setdefault
        kinds, stages = ([*map(name, raw[field], raw[field])] for field in ("kind", "stage"))
        created = raw["created"]
        trails = [
            tuple(map(Step, trail[::2], trail[1::2])) if trail is not None else (_NEW(Step, begun),)
            for trail, begun in zip(raw["trail"], zip(stages, created, strict=True), strict=True)
        ]
        shares = [row for row in raw["share"] if row is not None]
        return {
            **raw,
            "kind": kinds,
            "stage": stages,
            "updated": [one or begun for one, begun in zip(raw["updated"], created, strict=True)],
            "tags": map(tuple, raw["tags"]),
            "ticks": map(tuple, raw["ticks"]),
            "links": [tuple(Link(*link) for link in links) if links else () for links in raw["links"]],
            "trail": trails,
            "paper": self._papers(numbers, raw["paper"]),
            "share": where(raw["share"], filled(blank(Share, len(shares)), _SHARE_SLOTS, shares)),
            "archived": [row and Archived(*row) for row in raw["archived"]],
        }

    def _papers(self, numbers: Sequence[int], rows: Sequence[Any]) -> list[StoredPaper | None]:
        places = [self._left.without + number for number, row in zip(numbers, rows, strict=True) if row is not None]
        known = [row for row in rows if row is not None]
        papers = _papers([row if type(row) is str else row[0] for row in known], map(self._left.packed, places))
        credited = [place for place, row in enumerate(known) if type(row) is list]
        filled([papers[place] for place in credited], _CREDITED_SLOTS, [known[place][1:] for place in credited])
        return where(rows, papers)


def late_ideas(left: LeftRows) -> list[Idea]:
    """Make an idea of each document that was left in the file and has a row."""
    return LateIdeas(left).ideas


class LateIdea(Idea):
    """An idea of which only the id, the column and the name of the paper are in memory, until somebody asks for more.

    It becomes a plain `Idea` then. Where its row is waits in the place of the notes. Its responses and its origin are
    there: who lists them goes through all ideas.
    """

    __slots__ = ()
    __setattr__ = object.__setattr__

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.whole(), name)

    @property
    def notes(self) -> str:
        return self.whole().notes

    def whole(self) -> Idea:
        late = _HOLDER(self)
        if type(late) is tuple:
            late[0].fill(late[1])
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.whole().__reduce_ex__(protocol)

    def __eq__(self, other: object) -> bool:
        return self.whole() == (other.whole() if type(other) is LateIdea else other)

    def __hash__(self) -> int:
        return hash(self.whole())

    def __repr__(self) -> str:
        return repr(self.whole())


Known = tuple[str, str, "Sequence[str] | None"]
"""The column of an idea, the name of its paper, and the moment and day at which it was shared."""


def known_of(idea: Idea) -> Known | None:
    """Return what is known of an idea without reading more of it; none when it is whole."""
    late = _HOLDER(idea)
    return late[2] if type(late) is tuple else None


def all_known(ideas: Iterable[Idea]) -> list[Known | None]:
    """Return what `known_of` does of each."""
    return [late[2] if type(late) is tuple else None for late in map(_HOLDER, ideas)]
