"""What the two screens of papers share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence

from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.text import counted
from ideaboard.service import Outcome
from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.keymap import Asked
from ideaboard.ui.listing import Item, ListScreen
from ideaboard.ui.telling import ask, attempt, copy, open_link, tell, tell_done


class PaperScreen(ListScreen[Item]):
    """A list of papers."""

    @abstractmethod
    def chosen_papers(self) -> list[tuple[Paper | None, Idea | None]]:
        """Return what the next action is for: each a paper, an idea, or both."""

    @property
    @abstractmethod
    def paper(self) -> Paper | None:
        """The paper under the cursor."""

    @property
    def link(self) -> str:
        """Where what is under the cursor can be read."""
        return self.paper.url if self.paper else ""

    @abstractmethod
    def action_take_as(self) -> None:
        """Ask as what it is to be taken, and take it."""

    def choose(self) -> None:
        self.action_take_as()

    def hints_of_taking(self, marked: int) -> Iterator[Asked]:
        """Return the keys that decide about papers, first how many are marked."""
        if marked:
            yield f"{marked} marked", "", ""
        yield from ("papers.summary", "papers.code", ("papers.take_as", "as…"), "papers.skip")

    def action_yank(self) -> None:
        from ideaboard.ui.dialogs.pickers import YankPicker
        from ideaboard.ui.papers.pickers import PaperYankPicker

        chosen = self.chosen_papers()
        if papers := [paper for paper, _ in chosen if paper]:
            ask(self, PaperYankPicker(papers), self.copied)
        elif ideas := [idea for _, idea in chosen if idea]:
            ask(self, YankPicker(self.service, ideas[0]), self.copied)

    def copied(self, text: str) -> None:
        """Copy it; the marks were for that."""
        copy(self, text)
        self.clear_marks()

    @abstractmethod
    def clear_marks(self) -> None:
        """Take all marks away."""

    def action_open(self) -> None:
        if link := self.link:
            open_link(self, link)
        else:
            tell(self, "It has no link")

    def action_pdf(self) -> None:
        if paper := self.paper:
            open_link(self, paper.pdf_url or paper.url)
        else:
            tell(self, "It is no paper, and has no PDF")

    def decide(self, verb: str, titles: Sequence[str], do: Callable[[], Outcome], more: str = "") -> bool:
        """Do something to papers, and say to which, in few words; tell whether it was done."""
        outcome = attempt(self, lambda: self.history.own.do(do))
        if outcome is not None:
            self.tell_papers(verb, titles, more, outcome.warning)
        return outcome is not None

    def tell_papers(self, verb: str, titles: Sequence[str], more: str, *besides: str) -> None:
        what = f"'{tame(titles[0])}'" if len(titles) == 1 else counted(len(titles), "paper")
        tell_done(self, f"{verb} {what}{more}", "; ".join(filter(None, besides)))

    def kind_said(self, kind: str) -> str:
        return f" as {self.service.workflow.kind_label(kind).lower()}"
