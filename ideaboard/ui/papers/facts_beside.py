"""Asking beside a screen whether the papers that it shows have been coded, and whether people want them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from ideaboard.core.facts import FactsById, facts_of, in_words
from ideaboard.core.ideas import Idea, Paper
from ideaboard.service import Service
from ideaboard.ui.beside import run_beside
from ideaboard.ui.drawing.cells import Line, tame
from ideaboard.ui.drawing.rows import LINK
from ideaboard.ui.listing import ListScreen


class FactsBeside:
    """Knows facts, and asks for those of what is shown: a few at a time, each once. Failures are not worth a word."""

    def __init__(self, service: Service, screen: ListScreen[Any], shown: Callable[[], Sequence[Idea]]) -> None:
        self._service = service
        self._screen = screen
        self._shown = shown
        self._tried: set[str] = set()
        self._cancel = threading.Event()
        self._asking = False
        self.known: FactsById = {}

    def start(self) -> None:
        """Show what is known; what is shown and not known is asked for."""
        self.known = self._service.facts.known()
        if self.known:
            self._screen.board_changed()  # the filter and the order may go by facts
        self.ask()

    def stop(self) -> None:
        self._cancel.set()

    def ask(self) -> None:
        """Ask for some of what is shown, unless that goes on already or failed before."""
        if self._asking or self._cancel.is_set():
            return
        new = [idea for idea in self._shown() if idea.paper and idea.paper.key not in self._tried]
        wanted = self._service.facts.due(new)
        if wanted:
            self._tried.update(paper.key for paper in wanted)
            self._asking = True
            run_beside(lambda: self._work(wanted), lambda _error: self._cancel.set())

    def _work(self, wanted: list[Paper]) -> None:
        if not self._service.facts.ask(wanted, cancel=self._cancel).found:
            self._cancel.set()  # it is down, or wants no more: the next visit asks again
        self._screen.call_later(self._took)

    def _took(self) -> None:
        self._asking = False
        self.start()

    def lines(self, paper: Paper) -> list[Line]:
        """Say what is known for a preview, with the address that only the page at Hugging Face names."""
        if not (said := in_words(paper, self.known)):
            return []
        facts = facts_of(paper, self.known)
        repo = facts.repo if facts and facts.repo != paper.code_url else ""
        return [((said, "quiet"), *(((" · ", "quiet"), (tame(repo), LINK + repo)) if repo else ()))]
