"""Ideas of a large board, most of which nobody looks at closely: their papers are read when somebody asks.

Ten thousand abstracts are most of a board, and a screen shows none of them. Here are such papers, the ideas that have
them, and ideas as short rows of JSON values, for a cache that opens a large board quickly: a row has all but the paper.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import FrozenInstanceError, fields
from itertools import count, repeat
from typing import Any, Protocol, cast

from ideaboard.core.documents import idea_from_document, paper_from_document
from ideaboard.core.ideas import Archived, Idea, Link, Origin, Paper, Response, Share, Step

Row = list[Any]

_NOT_AS_IT_IS = re.compile(r'[\s"\\/]+')
"""What JSON may write in another way than a person types it."""

_FIELDS = tuple(field.name for field in fields(Idea) if field.name not in ("id", "notes", "responses", "origin"))
_TREATED = "kind stage created updated tags links trail ticks paper share archived"
_KIND, _STAGE, _CREATED, _UPDATED, _TAGS, _LINKS, _TRAIL, _TICKS, _PAPER, _SHARE, _ARCHIVED = map(
    _FIELDS.index, _TREATED.split()
)

_RESPONSE_FIELDS = tuple(field.name for field in fields(Response))
_SHARE_FIELDS = tuple(field.name for field in fields(Share))
_CREDITED = ("title", "authors", "published", "doi", "other_id")
"""What is told of the paper behind something that was shared."""
_MANY_AUTHORS = 30

VERSION = "5 " + " ".join((*_FIELDS, *_SHARE_FIELDS, *_RESPONSE_FIELDS, *Archived._fields, *_CREDITED))
"""Rows of another version are not read; it changes with the fields of an idea."""


class StoredDocument(Protocol):
    """A document as the board file keeps it."""

    def fields(self) -> dict[str, Any]: ...

    def may_hold(self, words: Sequence[bytes]) -> bool:
        """Tell quickly whether words may be in it: `False` is certain, `True` is a reason to look."""


class StoredPaper(Paper):
    """A paper of which only the id is in memory, or what is credited; all else is read from its document when it is
    asked for.

    The fields of a `Paper` are slots. Those that nobody filled lead to `__getattr__`, as any missing attribute does.
    """

    __slots__ = ("_stored",)

    @classmethod
    def of(cls, arxiv_id: str, stored: StoredDocument, credited: Sequence[Any] = ()) -> StoredPaper:
        """Return the paper of a document that was found to be sound, perhaps with what is credited of it."""
        paper: Any = object.__new__(_OpenPaper)
        paper.arxiv_id, paper._stored = arxiv_id, stored  # noqa: SLF001  # its own
        if credited:
            _fill_credited(paper, [*credited])
        paper.__class__ = cls
        return cast("StoredPaper", paper)

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


# Ten thousand frozen values are filled slot by slot here: their own `__init__` takes several times as long.
_LAST_CREDITED = vars(Paper)[_CREDITED[-1]].__get__


def _filler(names: Sequence[str]) -> Callable[[Any, Row], None]:
    """Return what fills slots with the values of a row: generated, as the methods of dataclasses are."""
    scope: dict[str, Any] = {}
    exec(f"def fill(one, row):\n {', '.join(f'one.{name}' for name in names)} = row", scope)  # noqa: S102  # see above
    return cast("Callable[[Any, Row], None]", scope["fill"])


_fill_idea = _filler(_FIELDS)
_fill_share = _filler(_SHARE_FIELDS)
_fill_credited = _filler(_CREDITED)


class _OpenPaper(Paper):
    """A stored paper that is not frozen yet."""

    __slots__ = ("_stored",)
    __setattr__ = object.__setattr__


class _OpenShare:
    """A share that is not frozen yet."""

    __slots__ = Share.__slots__


def _response(row: Row) -> Response:
    return Response(**dict(zip(_RESPONSE_FIELDS, row, strict=True)))


def _share(row: Row) -> Share:
    share: Any = _OpenShare()
    _fill_share(share, row)
    share.__class__ = Share
    return cast("Share", share)


_last: tuple[Paper, Paper] = (Paper(arxiv_id=""), Paper(arxiv_id=""))
"""The paper that was read last: whoever asks for one field asks for others."""


def stored_idea(id: str, document: Mapping[str, Any], stored: StoredDocument) -> Idea | None:
    """Make an idea of a document while the board file is read; its paper is read again later.

    None when something is not as it should be, or missing; whoever reads it with `idea_from_document` hears what.
    """
    if not document.get("created"):
        return None
    problems: list[str] = []
    idea = idea_from_document(id, document, problems, lambda arxiv_id: StoredPaper.of(arxiv_id, stored))
    return None if problems else idea


def needles(text: str) -> tuple[bytes, ...]:
    """Return what must be in the JSON of a document that holds a folded text, for `StoredPaper.may_hold`."""
    if not text.isprintable():
        return ()
    return tuple(word.encode() for word in _NOT_AS_IT_IS.split(text) if word)


def row_of(idea: Idea, name: str) -> Row | None:
    """Return the row of an idea: the name of its paper, then its values in the order of its fields.

    What it may have that lists ask of all ideas, its responses and origin, stands beside the name.
    """
    if type(idea) is LateIdea and type(late := _HOLDER(idea)) is tuple and (row := late[0].row(late[1])):
        return [late[0].firsts[late[1]], *row]
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
    values = [special[field] if field in special else getattr(idea, field) for field in (*_FIELDS, "notes")]
    responses = [[getattr(response, name) for name in _RESPONSE_FIELDS] for response in idea.responses]
    origin = idea.origin and [*idea.origin]
    return [[name, responses, origin] if responses or origin else name, *values]


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

    def row(self, number: int) -> Row | None: ...
    def used(self, number: int) -> None: ...
    def packed(self, number: int) -> StoredDocument: ...


class LateIdeas:
    """Makes ideas of rows, thousands at a time, and the rest of each when somebody asks."""

    def __init__(self, left: LeftRows) -> None:
        self._left = left
        self.firsts, self.columns = left.firsts, left.groups
        self._names: dict[str, str] = {}
        """Kinds and stages, so that equal ones are one text in memory."""

    def all(self) -> list[Idea]:
        """Make an idea of each row."""
        ideas: list[Idea] = [*map(object.__new__, repeat(LateIdea, len(self.firsts)))]
        deque(map(_SET_OWN_ID, ideas, self._left.ids[self._left.without :]), maxlen=0)
        deque(map(_SET_HOLDER, ideas, zip(repeat(self), count())), maxlen=0)
        deque(map(_SET_RESPONSES, ideas, repeat(())), maxlen=0)
        deque(map(_SET_ORIGIN, ideas, repeat(None)), maxlen=0)
        for number, first in enumerate(self.firsts):
            if type(first) is not str:
                _, responses, origin = first
                _SET_RESPONSES(ideas[number], tuple(_response(values) for values in responses))
                _SET_ORIGIN(ideas[number], Origin(*origin) if origin else None)
        return ideas

    def known(self, number: int) -> tuple[str, str]:
        """Return the column of an idea, and the name of its paper."""
        first = self.firsts[number]
        return self.columns[number], first if type(first) is str else first[0]

    def row(self, number: int) -> Row | None:
        return self._left.row(self._left.without + number)

    def values(self, row: Row, number: int) -> Row:
        """Return the values of an idea's fields."""
        row = row.copy()  # it may be asked for again, by another thread
        name = self._names.setdefault
        created, trail = row[_CREATED], row[_TRAIL]
        row[_KIND] = name(row[_KIND], row[_KIND])
        row[_STAGE] = stage = name(row[_STAGE], row[_STAGE])
        if row[_UPDATED] is None:
            row[_UPDATED] = created
        row[_TAGS] = tuple(row[_TAGS])
        row[_TICKS] = tuple(row[_TICKS])
        row[_LINKS] = tuple(Link(*link) for link in row[_LINKS])
        if trail is None:
            row[_TRAIL] = (Step(stage, created),)
        else:
            row[_TRAIL] = tuple(map(Step, trail[::2], trail[1::2]))
        if (paper := row[_PAPER]) is not None:
            stored = self._left.packed(self._left.without + number)
            if type(paper) is list:
                id, *credited = paper
                credited[1] = tuple(credited[1])
                row[_PAPER] = StoredPaper.of(id, stored, credited)
            else:
                row[_PAPER] = StoredPaper.of(paper, stored)
        if share := row[_SHARE]:
            row[_SHARE] = _share([tuple(part) if type(part) is list else part for part in share])
        if row[_ARCHIVED]:
            row[_ARCHIVED] = Archived(*row[_ARCHIVED])
        return row

    def fill(self, idea: LateIdea, number: int) -> None:
        """Put an idea's values where they belong."""
        place = self._left.without + number
        try:
            row = self._left.row(place)
            if row is None:  # it cannot be read
                read = idea_from_document(idea.id, self._left.packed(place).fields(), [])
                *values, notes = [getattr(read, field) for field in (*_FIELDS, "notes")]
            elif row:
                *values, notes = self.values(row, number)
            else:
                return
            _fill_idea(idea, values)
        except FrozenInstanceError:  # another thread was quicker
            return
        _SET_HOLDER(idea, notes)  # the last: whoever sees it finds the others
        self._left.used(place)


def late_ideas(left: LeftRows) -> list[Idea]:
    """Make an idea of each document that was left in the file and has a row."""
    return LateIdeas(left).all()


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
            late[0].fill(self, late[1])
        object.__setattr__(self, "__class__", Idea)
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.whole().__reduce_ex__(protocol)

    def __eq__(self, other: object) -> bool:
        return self.whole() == (other.whole() if type(other) is LateIdea else other)

    def __hash__(self) -> int:
        return hash(self.whole())

    def __repr__(self) -> str:
        return repr(self.whole())


_SET_OWN_ID, _SET_RESPONSES, _SET_ORIGIN = (vars(Idea)[name].__set__ for name in ("id", "responses", "origin"))
_HOLDER, _SET_HOLDER = vars(Idea)["notes"].__get__, vars(Idea)["notes"].__set__


def known_of(idea: Idea) -> tuple[str, str] | None:
    """Return the column of an idea, and the name of its paper, when they are known without reading more of it."""
    late = _HOLDER(idea) if type(idea) is LateIdea else None
    return late[0].known(late[1]) if type(late) is tuple else None
