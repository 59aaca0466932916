"""The idea: the thing that a card stands for, with the paper, share, responses and trail that belong to it.

All values are frozen: a change gives a new value. Moments are text as `ideaboard.core.clock` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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


class PaperId(NamedTuple):
    """What a paper is known by: who gave it a name, and the name. A source of papers knows those of some givers."""

    giver: str
    """`arxiv`, `doi`, `openreview`: a key of `GIVERS`, or one that a newer version knows."""
    name: str

    def __str__(self) -> str:
        return GIVERS.get(self.giver, (self.giver + ":", ""))[0] + self.name

    @property
    def url(self) -> str:
        """The page that the name leads to; empty for a giver that is not known."""
        start = GIVERS.get(self.giver, ("", ""))[1]
        return start and start + self.name.translate(_ESCAPES)


_ESCAPES = str.maketrans({char: f"%{ord(char):02X}" for char in "%#?<>"})  # old DOIs have such

GIVERS = {
    "arxiv": ("arXiv:", "https://arxiv.org/abs/"),
    "doi": ("doi:", "https://doi.org/"),
    "openreview": ("OpenReview:", "https://openreview.net/forum?id="),
}
"""Who gives names to papers: what is written before a name, and the address that it is put behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper as its source describes it; text is kept raw and cleaned only for display."""

    arxiv_id: Line = ""
    """arXiv's canonical id without version: `2107.07511`, `hep-th/9901001`; empty for a paper that is not there."""
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
    announced: Line | None = None
    """The day on which arXiv announced it, where it was read in an announcement, which does not say the above."""
    comment: Prose | None = None
    journal_ref: Prose | None = None
    doi: Line | None = None
    """The publisher's DOI, not arXiv's own."""
    other_id: Line | None = None
    """The name of a paper that has neither of these: giver, colon, name."""
    code_url: FoundUrl | None = None
    """The first link to code in the comment or the abstract."""
    license: FoundUrl | None = None
    """The address of its licence, which only announcements name."""
    latest_version: Line | None = None
    """A newer version that `arxiv check` has seen."""
    withdrawn: bool = False

    def texts(self) -> tuple[str, str, Sequence[str]]:
        """Return what a filter looks through: title, abstract and authors."""
        return self.title, self.abstract, self.authors

    @property
    def on_arxiv(self) -> bool:
        return bool(self.arxiv_id)

    @property
    def key(self) -> str:
        """The name under which a paper is one, as text: arXiv's as it is, else the giver before it; empty without."""
        return self.arxiv_id or (str(id) if (id := self.id) else "")

    @property
    def id(self) -> PaperId | None:
        """What it is known by: arXiv's id where there is one, since there it can be read, else its DOI."""
        if self.arxiv_id:
            return PaperId("arxiv", self.arxiv_id)
        if found := re.search(r"10\.[0-9]{4,9}/\S+", self.doi or "", re.ASCII):
            return PaperId("doi", found[0].rstrip(".,;").lower())
        giver, _, name = (self.other_id or "").partition(":")
        return PaperId(giver, name) if giver and name else None

    @property
    def label(self) -> str:
        """What to call it where its title is not known: `arXiv:2107.07511`, `doi:10.1103/physrevlett.116.061102`."""
        return str(self.id or "")

    @property
    def versioned(self) -> str:
        """Its label, with the version that was seen."""
        return self.label + self.version

    @property
    def url(self) -> str:
        """Its page: the abstract on arXiv, which asks that links go there, or where its DOI leads."""
        id = self.id
        return id.url if id else ""

    @property
    def pdf_url(self) -> str | None:
        """The paper itself, on arXiv; of others nobody says where it may be read."""
        return f"https://arxiv.org/pdf/{self.arxiv_id}{self.version}" if self.arxiv_id else None

    def read(self) -> Paper:
        """Return all of it at once, for who needs several fields; see `ideaboard.core.late`."""
        return self

    def for_credit(self) -> Paper:
        """Return what is credited of it at once: title, authors, the moment of version 1, and names."""
        return self


def named_paper(id: PaperId, **facts: Any) -> Paper:
    """Return a paper by its name, with what else is known of it."""
    field = {"arxiv": "arxiv_id", "doi": "doi"}.get(id.giver, "other_id")
    return Paper(**{field: id.name if field != "other_id" else f"{id.giver}:{id.name}", **facts})


def version_number(version: str | None) -> int:
    """Return the number in a version such as `v2`; 0 when there is none."""
    digits = (version or "").lstrip("v")
    return int(digits) if digits.isdecimal() else 0


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

    @property
    def says_something(self) -> bool:
        """Whether more is known than that the idea was moved to the last stage, perhaps by mistake."""
        return bool(self.url or self.summary or self.title or self.result or self.channels or self.withdrawn)


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
    """Sorts the ideas of a column; see `ideaboard.core.ranks`."""
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
    guest: Line = ""
    """Who changed it last, where that was an agent or a script; empty once the person has looked."""

    def whole(self) -> Idea:
        """Return all of it at once, for who goes through many; see `ideaboard.core.late`."""
        return self

    @property
    def stage_since(self) -> str:
        return self.trail[-1].at if self.trail else self.created

    def was_shared(self, last: str) -> bool:
        """Tell whether others see it as shared: it is in the last stage, or something was said of its sharing."""
        return self.stage == last or (self.share is not None and self.share.says_something)

    @property
    def waiting(self) -> tuple[Response, ...]:
        """The questions and opportunities that nobody has answered yet."""
        return tuple(one for one in self.responses if one.waits)
