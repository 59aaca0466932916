"""Marks, import and skipping on the search screen, and where each paper already is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.service.arxiv import Row
from ideaboard.service.known_papers import differences
from ideaboard.ui.papers.search_query import QueryScreen
from ideaboard.ui.telling import attempt

if TYPE_CHECKING:
    from ideaboard.service import Service
    from ideaboard.ui.papers.search_pickers import ImportChoice


class ImportingScreen(QueryScreen):
    """Knows the marked papers, and brings papers onto the board."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.marks: dict[str, Paper] = {}
        """The marked papers by id; they outlive the search that found them."""
        self.range_start: str | None = None
        """Where a range of marks begins."""
        self.with_skipped = False
        self.hidden = 0
        """How many rows are not listed because they were skipped before."""
        self._last_kind = "summary"
        self._known: Mapping[str, Idea] = {}
        self._ids: dict[str, str] = {}

    def list_rows(self, at: str | None = None) -> None:
        """List what came."""
        raise NotImplementedError

    # Where papers are

    def on_mount(self) -> None:
        """Learn what is on the board before the first answer comes."""
        self.idea_id_of("")

    def idea_id_of(self, arxiv_id: str) -> str | None:
        """Return the id of the idea that is about a paper."""
        ideas = self.service.board.ideas
        if ideas is not self._known:
            new, gone = differences(self._known, ideas)
            for idea in gone:
                if idea.paper and self._ids.get(idea.paper.arxiv_id) == idea.id:
                    del self._ids[idea.paper.arxiv_id]
            self._ids.update((idea.paper.arxiv_id, idea.id) for idea in new if idea.paper)
            self._known = ideas
        return self._ids.get(arxiv_id)

    def idea_of(self, paper: Paper) -> Idea | None:
        """Return the idea that is about a paper: by its id, or as the service found it by DOI or title."""
        id = self.idea_id_of(paper.arxiv_id)
        if id is None:
            row = self.found.get(paper.arxiv_id)
            id = row.on_board.id if row and row.on_board else None
        return self.service.board.ideas.get(id) if id else None

    def is_skipped(self, paper: Paper) -> bool:
        """Tell whether a paper was skipped before."""
        idea = self.idea_of(paper)
        return bool(idea and idea.archived and idea.archived.because == "skipped")

    def is_newer(self, paper: Paper, idea: Idea) -> bool:
        """Tell whether a paper is a later version than the board has."""
        had = idea.paper.version if idea.paper else ""
        return _number(paper.version) > _number(had) > 0

    @property
    def current_row(self) -> Row | None:
        """The row under the cursor."""
        key = self.rows.current
        return self.found.get(key) if key else None

    def board_changed(self) -> None:
        """Show where papers are now."""
        self.rows.redraw()
        self.list_rows()

    def targets(self) -> list[Paper]:
        """Return what the next action is for: all marked papers, else the one under the cursor."""
        if self.marks:
            return list(self.marks.values())
        return [self.current_row.paper] if self.current_row else []

    def chosen_papers(self) -> list[tuple[Paper | None, Idea | None]]:
        """Return what the next action is for."""
        return [(paper, self.idea_of(paper)) for paper in self.targets()]

    # Marks

    def action_mark(self) -> None:
        """Mark the paper, or take its mark away, and go on to the next."""
        if row := self.current_row:
            key = row.paper.arxiv_id
            if self.marks.pop(key, None) is None:
                self.marks[key] = row.paper
            self._marked()
            self.action_move(1)

    def action_range(self) -> None:
        """Begin a range of marks, or mark all from where it began to here."""
        here = self.rows.current
        if here is None:
            return
        if self.range_start is None:
            self.range_start = here
        else:
            keys = list(self.rows.keys)
            start = keys.index(self.range_start) if self.range_start in keys else self.rows.index
            low, high = sorted((start, self.rows.index))
            self.marks.update((key, self.found[key].paper) for key in keys[low : high + 1])
            self.range_start = None
        self._marked()

    def action_mark_all(self) -> None:
        """Mark all that are listed, or none of them when all are marked."""
        keys = self.rows.keys
        if all(key in self.marks for key in keys):
            for key in keys:
                self.marks.pop(key, None)
        else:
            self.marks.update((key, self.found[key].paper) for key in keys)
        self._marked()

    def action_clear_marks(self) -> None:
        """Take all marks away."""
        self.marks.clear()
        self._marked()

    def _marked(self) -> None:
        self.rows.marks = self.marks
        self.rows.repaint()
        self.show_top()

    # Import

    def action_import(self) -> None:
        """Ask how, then import the paper or all marked; of a known one ask what to do with it."""
        papers = self.targets()
        if not papers:
            self.tell("There is no paper to import; / types a search")
            return
        idea = self.idea_of(papers[0]) if len(papers) == 1 else None
        if idea is not None:
            self._ask_what(papers[0], idea)
        else:
            self._ask_how(papers)

    def _ask_how(self, papers: Sequence[Paper]) -> None:
        from ideaboard.ui.papers.search_pickers import ImportDialog

        def chosen(choice: ImportChoice | None) -> None:
            if choice is not None:
                self._import(papers, choice)

        self.app.push_screen(ImportDialog(self.service.workflow, papers, self._last_kind), chosen)

    def _import(self, papers: Sequence[Paper], choice: ImportChoice) -> None:
        self._last_kind = choice.kind
        kind, stage, tags = choice
        added = attempt(self, lambda: self.service.arxiv.add_papers(papers, kind=kind, stage=stage, tags=tags))
        if added is None:
            return
        known = len(added.known)
        were = f"{known} {'was' if known == 1 else 'were'} there already" if known else ""
        said = "; ".join(part for part in (added.outcome.said, were) if part)
        if said:
            self.tell(said[0].upper() + said[1:])
        for paper in papers:
            self.marks.pop(paper.arxiv_id, None)
        self._marked()
        self._board = self.service.board
        self.board_changed()

    def _ask_what(self, paper: Paper, idea: Idea) -> None:
        from ideaboard.ui.papers.search_pickers import OPEN, RESTORE, TAKE, UPDATE, KnownPicker

        stage = self.service.workflow.stage_label(idea.stage)
        where = f"archived, {idea.archived.because}" if idea.archived else stage

        def picked(what: str | None) -> None:
            if what == OPEN:
                self._open_on_board(idea)
            elif what == UPDATE:
                self.act(lambda: self.service.arxiv.add_papers([paper], update=True).outcome, say=False)
                self.tell(f"Updated '{idea.title}' with what arXiv tells now")
            elif what == RESTORE:
                self.act(lambda: self.service.ideas.restore([idea.id]))
            elif what == TAKE:
                self._take(paper, idea)
            if what is not None:
                self.marks.pop(paper.arxiv_id, None)
                self._marked()

        self.app.push_screen(KnownPicker(idea, where, newer=idea.paper != paper), picked)

    def _take(self, paper: Paper, idea: Idea) -> None:
        from ideaboard.ui.papers.search_pickers import ImportDialog

        def chosen(choice: ImportChoice | None) -> None:
            if choice is not None:
                self._last_kind = choice.kind
                self.act(lambda: self.service.ideas.take([idea.id], choice.kind))

        self.app.push_screen(ImportDialog(self.service.workflow, [paper], self._last_kind, fixed=True), chosen)

    def _open_on_board(self, idea: Idea) -> None:
        board = self.app.board_screen
        self.action_leave()
        if board is not None:
            board.show_board(follow=idea.id)
            board.action_card_open()

    # Skip

    def action_skip(self) -> None:
        """Skip the paper, or all marked, as one step; they are not shown again."""
        papers = self.targets()
        if not papers:
            return
        fixed = [idea for paper in papers if (idea := self.idea_of(paper)) and not _may_skip(idea)]
        if len(fixed) == len(papers):
            self.tell("This is on the board already; archive it there" if len(papers) == 1 else "All are on the board")
            return
        outcome = self.act(lambda: self.service.candidates.skip_papers(papers), say=False)
        if outcome is not None:
            for paper in papers:
                self.marks.pop(paper.arxiv_id, None)
            self._marked()

    def action_skipped(self) -> None:
        """Show what was skipped before, or hide it again."""
        self.with_skipped = not self.with_skipped
        self.list_rows()


def _may_skip(idea: Idea) -> bool:
    return idea.stage == CANDIDATE and idea.archived is None


def _number(version: str) -> int:
    digits = version.lstrip("v")
    return int(digits) if digits.isdecimal() else 0
