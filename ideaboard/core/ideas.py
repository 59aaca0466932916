"""The idea: the thing that a card stands for, with the paper, share, responses and trail that belong to it.

All values are frozen: a change gives a new value. Moments are text as `ideaboard.core.clock` writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Link(NamedTuple):
    """A link beside the main one."""

    url: str
    label: str = ""


class Step(NamedTuple):
    """One stage that an idea went through."""

    stage: str
    at: str
    """The moment at which the idea entered the stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper on arXiv as its feed describes it; text is kept raw and cleaned only for display."""

    arxiv_id: str
    """The canonical id without version: `2107.07511`, `hep-th/9901001`."""
    version: str = ""
    """The version that was seen: `v2`; empty when it is not known."""
    title: str = ""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    primary_category: str = ""
    categories: tuple[str, ...] = ()
    published: str | None = None
    """When version 1 was submitted."""
    updated: str | None = None
    """When the version that was seen was submitted."""
    comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    """The publisher's DOI, not arXiv's own."""
    code_url: str | None = None
    """The first link to code in the comment or the abstract."""
    latest_version: str | None = None
    """A newer version that `arxiv check` has seen."""
    withdrawn: bool = False

    @property
    def url(self) -> str:
        """The abstract page; arXiv asks that links go there."""
        return f"https://arxiv.org/abs/{self.arxiv_id}"

    @property
    def pdf_url(self) -> str:
        """The PDF of the version that was seen."""
        return f"https://arxiv.org/pdf/{self.arxiv_id}{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Where and when an idea was shared."""

    at: str
    """The moment of sharing; it decides the order of the changelog."""
    date: str
    """The local date at that moment, so that a trip abroad never moves an item to another month."""
    url: str | None = None
    summary: str = ""
    """One line on what it is."""
    title: str = ""
    """What others see in place of the idea's title; empty for the default, see `ideaboard.core.credit`."""
    result: str = ""
    """What came out: `v0.1.0`, `3 of 4 claims reproduced`."""
    channels: tuple[str, ...] = ()
    uid: str = ""
    """A `urn:uuid:` that feeds use as the permanent id of the item."""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One of the three responses that matter: follower, question, opportunity."""

    id: str
    type: str
    text: str
    url: str | None = None
    at: str
    answered: str | None = None
    """The moment at which it was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """Why and when an idea left the columns; its stage stays what it was."""

    at: str
    because: str
    note: str = ""


class Origin(NamedTuple):
    """The response that an idea was born from."""

    idea: str
    response: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """Something that a person may make and share."""

    id: str
    """Eight characters; people type any unique prefix."""
    title: str
    kind: str
    stage: str
    created: str
    updated: str
    rank: str = ""
    """Sorts the ideas of a column; see `ideaboard.core.ranks`."""
    tags: tuple[str, ...] = ()
    notes: str = ""
    url: str | None = None
    links: tuple[Link, ...] = ()
    due: str | None = None
    trail: tuple[Step, ...] = ()
    draft: str | None = None
    """The path of the file or folder that a template started."""
    private: bool = False
    """Never shown among the items in progress."""
    ticks: tuple[str, ...] = ()
    """The points of the kind's checklist that are done."""
    paper: Paper | None = None
    share: Share | None = None
    responses: tuple[Response, ...] = ()
    archived: Archived | None = None
    origin: Origin | None = None

    @property
    def stage_since(self) -> str:
        """The moment of the last stage change."""
        return self.trail[-1].at if self.trail else self.created

    @property
    def waiting(self) -> tuple[Response, ...]:
        """The questions and opportunities that nobody has answered yet."""
        return tuple(
            response for response in self.responses if response.answered is None and response.type != "follower"
        )


class LongParts:
    """Stands in an idea for its notes and its paper, which are read when somebody asks for them.

    Ten thousand abstracts are most of a board, and a screen shows none of them.
    """

    __slots__ = ()

    def notes(self) -> str:
        """Read the notes."""
        raise NotImplementedError

    def paper(self) -> Paper | None:
        """Read the paper."""
        raise NotImplementedError

    def may_hold(self, words: Sequence[bytes]) -> bool:
        """Tell quickly whether the words may be in the idea: `False` is certain, `True` is a reason to look."""
        raise NotImplementedError


class _Late:
    """A field of an idea that may hold `LongParts` in the place of its value."""

    __slots__ = ("_read", "_slot")

    def __init__(self, slot: Any, read: Callable[[LongParts], object]) -> None:
        self._slot = slot
        self._read = read

    def __get__(self, idea: Idea | None, owner: type[Idea] | None = None) -> object:
        if idea is None:
            return self
        kept = self._slot.__get__(idea, owner)
        return self._read(kept) if isinstance(kept, LongParts) else kept

    def __set__(self, idea: Idea, value: object) -> None:
        self._slot.__set__(idea, value)

    def kept(self, idea: Idea) -> object:
        return self._slot.__get__(idea)


_LATE = {
    "paper": _Late(vars(Idea)["paper"], lambda parts: parts.paper()),
    "notes": _Late(vars(Idea)["notes"], lambda parts: parts.notes()),
}
for _name, _late in _LATE.items():
    setattr(Idea, _name, _late)


def kept_parts(idea: Idea) -> tuple[object, object]:
    """Return the notes and the paper of an idea, or the `LongParts` that stand for them."""
    return _LATE["notes"].kept(idea), _LATE["paper"].kept(idea)


def long_parts(idea: Idea) -> LongParts | None:
    """Return what stands for the parts of an idea that were not read yet, if there are such parts."""
    return next((kept for kept in kept_parts(idea) if isinstance(kept, LongParts)), None)
