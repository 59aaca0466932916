"""The idea: the thing that a card stands for, with the paper, share, responses and trail that belong to it.

All values are frozen: a change gives a new value. Moments are text as `ideaboard.core.clock` writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


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
