"""What the two screens of papers share."""

from __future__ import annotations

from abc import abstractmethod

from ideaboard.core.ideas import Idea, Paper
from ideaboard.ui.listing import ListScreen
from ideaboard.ui.telling import ask, copy


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

    def copied(self, text: str) -> None:
        copy(self, text)
