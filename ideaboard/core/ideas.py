"""The idea: the thing that a card stands for, with the paper, share, responses and trail that belong to it.

All values are frozen: a change gives a new value. Moments are text as `ideaboard.core.clock` writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

# These names are more than reading help: what reads, writes and cleans a field goes by the name of its type. A word is
# one of a few, such as a stage; prose has several lines; a found address stood in somebody's sentence.
Line = str
Title = str
Word = str
Rank = str
Tag = str
Prose = str
Url = str
FoundUrl = str
Day = str
Moment = str


class Link(NamedTuple):
    """A link beside the main one."""

    url: Url
    label: Line = ""


class Step(NamedTuple):
    """One stage that an idea went through."""

    stage: Word
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper on arXiv as its feed describes it; text is kept raw and cleaned only for display."""

    arxiv_id: Line
    """The canonical id without version: `2107.07511`, `hep-th/9901001`."""
    version: Line = ""
    """The version that was seen: `v2`; empty when it is not known."""
    title: Prose = ""
    authors: tuple[Line, ...] = ()
    abstract: Prose = ""
    primary_category: Line = ""
    categories: tuple[Line, ...] = ()
    published: Line | None = None
    """When version 1 was submitted."""
    updated: Line | None = None
    """When the version that was seen was submitted."""
    comment: Prose | None = None
    journal_ref: Prose | None = None
    doi: Line | None = None
    """The publisher's DOI, not arXiv's own."""
    code_url: FoundUrl | None = None
    """The first link to code in the comment or the abstract."""
    latest_version: Line | None = None
    """A newer version that `arxiv check` has seen."""
    withdrawn: bool = False

    @property
    def url(self) -> str:
        """The abstract page; arXiv asks that links go there."""
        return f"https://arxiv.org/abs/{self.arxiv_id}"

    @property
    def pdf_url(self) -> str:
        return f"https://arxiv.org/pdf/{self.arxiv_id}{self.version}"

    def read(self) -> Paper:
        """Return all of it at once, for who needs several fields; see `ideaboard.core.late`."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Where and when an idea was shared."""

    at: Moment
    """The moment of sharing; it decides the order of the changelog."""
    date: Day
    """The local date at that moment, so that a trip abroad never moves an item to another month."""
    url: Url | None = None
    summary: Line = ""
    title: Line = ""
    """What others see in place of the idea's title; empty for the default, see `ideaboard.core.credit`."""
    result: Line = ""
    """What came out: `v0.1.0`, `3 of 4 claims reproduced`."""
    channels: tuple[Line, ...] = ()
    uid: Line = ""
    """A `urn:uuid:` that feeds use as the permanent id of the item."""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One of the three responses that matter: follower, question, opportunity."""

    id: Line
    type: Word
    text: Line
    url: Url | None = None
    at: Moment
    answered: Moment | None = None
    reply: Line = ""
    """What was answered, where somebody wrote it down."""

    @property
    def waits(self) -> bool:
        """Whether it is a question or an opportunity that nobody has answered yet."""
        return self.answered is None and self.type != "follower"


class Archived(NamedTuple):
    """Why and when an idea left the columns; its stage stays what it was."""

    at: Moment
    because: Word
    note: Line = ""


class Origin(NamedTuple):
    """The response that an idea was born from."""

    idea: Line
    response: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """Something that a person may make and share."""

    id: str
    """Eight characters; people type any unique prefix."""
    title: Title
    kind: Word
    stage: Word
    created: Moment
    updated: Moment
    rank: Rank = ""
    """Sorts the ideas of a column; see `ideaboard.core.board`."""
    tags: tuple[Tag, ...] = ()
    notes: Prose = ""
    url: Url | None = None
    links: tuple[Link, ...] = ()
    due: Day | None = None
    trail: tuple[Step, ...] = ()
    draft: Line | None = None
    """The path of the file or folder that a template started."""
    private: bool = False
    """Left out of all that others see."""
    ticks: tuple[Line, ...] = ()
    """The points of the kind's checklist that are done."""
    paper: Paper | None = None
    share: Share | None = None
    responses: tuple[Response, ...] = ()
    archived: Archived | None = None
    origin: Origin | None = None

    @property
    def stage_since(self) -> str:
        return self.trail[-1].at if self.trail else self.created

    @property
    def waiting(self) -> tuple[Response, ...]:
        """The questions and opportunities that nobody has answered yet."""
        return tuple(one for one in self.responses if one.waits)
