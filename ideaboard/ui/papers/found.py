"""What a person and the board know of the papers of an answer: which are marked, and where each already is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ideaboard.core.clock import age_in_days
from ideaboard.core.ideas import Idea, Paper, version_number
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.text import counted
from ideaboard.core.twins import paper_name
from ideaboard.service import Service
from ideaboard.service.arxiv import Row
from ideaboard.ui.drawing.cells import Piece, tame


class PaperMarks:
    """The marked papers; they outlive the search that found them, and end with what is done with them."""

    def __init__(self) -> None:
        self.papers: dict[str, Paper] = {}
        """By arXiv id, in the order in which they were marked."""
        self.range_start: str | None = None

    def toggle(self, paper: Paper) -> None:
        if self.papers.pop(paper.arxiv_id, None) is None:
            self.papers[paper.arxiv_id] = paper

    def turn_range(self, keys: Sequence[str], at: int, found: Mapping[str, Row]) -> None:
        """Begin a range of marks at a row, or mark all from where it began to that row."""
        if self.range_start is None:
            self.range_start = keys[at]
            return
        start = list(keys).index(self.range_start) if self.range_start in keys else at
        low, high = sorted((start, at))
        self.papers.update((key, found[key].paper) for key in keys[low : high + 1])
        self.range_start = None

    def toggle_all(self, keys: Iterable[str], found: Mapping[str, Row]) -> None:
        """Mark all, or none of them when all are marked."""
        papers = {key: found[key].paper for key in keys}
        if papers.keys() <= self.papers.keys():
            self.end(papers.values())
        else:
            self.papers.update(papers)

    def end(self, papers: Iterable[Paper]) -> None:
        """Take the marks of papers away: what they were for is done."""
        for paper in papers:
            self.papers.pop(paper.arxiv_id, None)


class KnownPapers:
    """Where papers already are on the board; a row says where the service found its paper by DOI or title."""

    def __init__(self, service: Service, row_of: Callable[[str], Row | None]) -> None:
        self._service = service
        self._row_of = row_of
        self._ideas: Mapping[str, Idea] = {}
        self._ids: dict[str, str] = {}

    def idea_id_of(self, arxiv_id: str) -> str | None:
        ideas = self._service.board.ideas
        if ideas is not self._ideas:
            self._ids = {paper_name(idea): idea.id for idea in ideas.values()}
            self._ideas = ideas
        return self._ids.get(arxiv_id) if arxiv_id else None

    def idea_of(self, paper: Paper) -> Idea | None:
        id = self.idea_id_of(paper.arxiv_id)
        if id is None:
            row = self._row_of(paper.arxiv_id)
            id = row.on_board.id if row and row.on_board else None
        return self._service.board.ideas.get(id) if id else None

    def is_skipped(self, paper: Paper) -> bool:
        idea = self.idea_of(paper)
        return bool(idea and idea.archived and idea.archived.because == "skipped")

    def may_skip(self, paper: Paper) -> bool:
        """Tell whether a paper can be skipped: it is not on the board, or a candidate."""
        idea = self.idea_of(paper)
        return idea is None or (idea.stage == CANDIDATE and idea.archived is None)

    def said(self, paper: Paper) -> tuple[Piece, ...]:
        """Say where a paper already is; nothing when it is nowhere."""
        idea = self.idea_of(paper)
        if idea is None:
            return ()
        if idea.archived:
            days = age_in_days(idea.archived.at, self._service.clock())
            when = f"{counted(days, 'day')} ago" if days else "today"
            return ((f"{tame(idea.archived.because)} {when}", "warm"),)
        if idea.stage == CANDIDATE:
            return (("candidate", "ask"),)
        had = idea.paper.version if idea.paper else ""
        newer = version_number(paper.version) > version_number(had) > 0
        versions = f", {paper.version} here, the board has {had}" if newer else ""
        return ((f"on the board: {tame(self._service.workflow.stage_label(idea.stage))}{versions}", "good"),)
