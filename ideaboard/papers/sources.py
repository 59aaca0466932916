"""What a source of papers is, and asking several of them. Each source is a folder beside this file.

A source tells all about papers of which only a name is known. What one does not know, the next is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from ideaboard.core.ideas import Paper
from ideaboard.errors import ArxivError

if TYPE_CHECKING:
    from ideaboard.papers.arxiv.answers import Asking


@dataclass(frozen=True, slots=True)
class Found:
    """What sources told of papers that they were asked for, each by its `Paper.key`."""

    papers: Mapping[str, Paper] = field(default_factory=dict)
    """What is known now."""
    unsure: frozenset[str] = frozenset()
    """Those of which a source could not be asked, or did not answer so that it could be read."""
    problems: tuple[ArxivError, ...] = ()
    """Why."""

    @property
    def why(self) -> str:
        """Why, in one line: every source that could not be asked is named."""
        return "; ".join(dict.fromkeys(problem.message for problem in self.problems))

    def __add__(self, other: Found) -> Found:
        papers = {**self.papers, **other.papers}
        unsure = (self.unsure | other.unsure) - papers.keys()
        return Found(papers, unsure, (*self.problems, *other.problems))


class Source(Protocol):
    """A place that tells about papers."""

    @property
    def label(self) -> str:
        """What it is called in a sentence: `arXiv`."""

    @property
    def givers(self) -> tuple[str, ...]:
        """Whose names it knows; see `ideaboard.core.ideas.GIVERS`."""

    def look_up(self, wanted: Sequence[Paper], *, refresh: bool = False) -> Found:
        """Tell about papers of which at least the name is given; what it does not know is left out.

        What goes wrong is told in the answer; only when the person stopped it, `Cancelled` is raised.
        """


SourceMaker = Callable[["Asking"], Sequence[Source]]
"""Makes the sources in the order in which they are asked."""


def look_up(sources: Sequence[Source], wanted: Sequence[Paper], *, refresh: bool = False) -> Found:
    """Ask one source after the other for what is not known yet; raises `Cancelled` when the person stopped it.

    Where one says that a paper is on arXiv, arXiv tells the rest, so that the paper and its twin are one.
    """
    told = Found()
    for source in sources:
        left = [one for one in wanted if one.key not in told.papers and (id := one.id) and id.giver in source.givers]
        told += source.look_up(left, refresh=refresh) if left else Found()
    twins = {paper.arxiv_id: key for key, paper in told.papers.items() if paper.arxiv_id and not paper.version}
    bare = [Paper(arxiv_id=id) for id in twins]
    for source in sources:
        if bare and "arxiv" in source.givers:
            there = source.look_up(bare, refresh=refresh).papers
            told += Found({key: united(there[id], told.papers[key]) for id, key in twins.items() if id in there})
    return told


def who_has_none(sources: Sequence[Source], giver: str) -> str:
    """Say that nobody has a paper: `arXiv has no paper`, `neither arXiv nor Crossref has a paper`."""
    labels = [source.label for source in sources if giver in source.givers] or ["nobody here"]
    return f"neither {' nor '.join(labels)} has a paper" if labels[1:] else f"{labels[0]} has no paper"


def united(paper: Paper, published: Paper) -> Paper:
    """Return a paper with what only the record of its publication tells."""
    return replace(paper, doi=paper.doi or published.doi, journal_ref=paper.journal_ref or published.journal_ref)
