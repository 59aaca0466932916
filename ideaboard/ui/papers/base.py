"""What the two screens of papers share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from ideaboard.core.ideas import Idea, Paper
from ideaboard.ui.drawing.cells import shorten, tame
from ideaboard.ui.listing import ListScreen
from ideaboard.ui.telling import ask, copy

_TITLE = 48
"""So many cells of a title say in a message which it is, fewer on a narrow screen."""


class PaperScreen(ListScreen):
    """A list of papers."""

    @abstractmethod
    def chosen_papers(self) -> list[tuple[Paper | None, Idea | None]]:
        """Return what the next action is for: each a paper, an idea, or both."""

    def action_yank(self) -> None:
        from ideaboard.ui.papers.pickers import PaperYankPicker

        papers = [paper for paper, _ in self.chosen_papers() if paper]
        if papers:
            ask(self, PaperYankPicker(papers), self.copied)

    def tell_papers(self, verb: str, titles: Sequence[str], more: str = "", warning: str = "") -> None:
        """Say what was done to papers."""
        room = min(_TITLE, self.size.width // 3)
        what = f"'{shorten(tame(titles[0]), room)}'" if len(titles) == 1 else f"{len(titles)} papers"
        self.tell_done(f"{verb} {what}{more}", warning)

    def kind_said(self, kind: str) -> str:
        return f" as {self.service.workflow.kind_label(kind).lower()}"

    def copied(self, text: str) -> None:
        copy(self, text)
