"""Asking arXiv beside the screen: threads read the answers, messages bring them, late ones are dropped.

Everything that waits runs in a thread. The screen makes the iterator of pages and hands it to one thread at a time;
each page comes back as a message with the number of its search.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import Worker, WorkerState

from ideaboard.core.ideas import Paper
from ideaboard.errors import IdeaboardError
from ideaboard.papers.identifiers import ArxivId
from ideaboard.service.arxiv import Row, SearchOptions, SearchResult
from ideaboard.ui.papers.screen import PaperScreen

if TYPE_CHECKING:
    from ideaboard.service import Service

MOST = 10_000
"""arXiv gives out no more papers of one search."""

_TICK = 0.5


@dataclass(frozen=True, slots=True)
class Question:
    """One search: words with options, or papers by id."""

    words: str
    options: SearchOptions
    ids: tuple[ArxivId, ...] = ()
    like: Paper | None = None
    """The paper that results are to be like; they are ordered by that."""


class AskingScreen(PaperScreen):
    """Keeps what was asked, what came, and what is on its way."""

    class Arrived(Message):
        """A page came; None when there are no more."""

        def __init__(self, number: int, result: SearchResult | None) -> None:
            super().__init__()
            self.number = number
            self.result = result

    class Failed(Message):
        """Asking came to an end without an answer."""

        def __init__(self, number: int, error: IdeaboardError) -> None:
            super().__init__()
            self.number = number
            self.error = error

    class Waited(Message):
        """A wait goes on."""

        def __init__(self, number: int, seconds: float, why: str) -> None:
            super().__init__()
            self.number = number
            self.seconds = seconds
            self.why = why

    class Noted(Message):
        """Something besides the answer went wrong."""

        def __init__(self, error: IdeaboardError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.question: Question | None = None
        """What the rows are an answer to."""
        self.found: dict[str, Row] = {}
        """The rows by arXiv id, in order."""
        self.result: SearchResult | None = None
        """The latest page."""
        self.first_result: SearchResult | None = None
        self.problem: IdeaboardError | None = None
        self.waiting: tuple[float, str] | None = None
        self.asked_for = 0
        """Half seconds since arXiv was asked."""
        self.unreadable = 0
        self.exhausted = True
        """Whether there is nothing more to load."""
        self._number = 0
        self._cancel: threading.Event | None = None
        self._pages: Iterator[SearchResult] | None = None
        self._coming: Question | None = None

    def show_answer(self, *, fresh: bool) -> None:
        """Show rows that came; `fresh` when they are those of another search."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Load in a thread what the first search needs."""
        self.set_interval(_TICK, self._tick)
        self.run_beside(self._prepare)

    def on_unmount(self) -> None:
        """Let no thread keep the program from ending."""
        if self._cancel is not None:
            self._cancel.set()

    def _prepare(self) -> None:
        self.service.arxiv.prepare()

    @property
    def asking(self) -> bool:
        """Whether an answer is on its way."""
        return self._cancel is not None

    def _tick(self) -> None:
        if self.asking:
            self.asked_for += 1
            self.show_top()

    # Asking

    def ask(self, question: Question, *, refresh: bool = False) -> None:
        """Ask something new; what was on its way before is dropped, its rows stay until the first answer comes."""
        self._drop()
        self._coming = question
        self._start(question, refresh=refresh)

    def load_more(self) -> None:
        """Ask for the next page."""
        if self.asking or self.exhausted or self.question is None:
            return
        if self._pages is None:
            # The iterator ended with a failure or a cancel. Pages that came before are in the cache.
            self._start(self.question)
        else:
            self._cancel = self._cancel_of_pages
            self._read_on(self._pages)

    _cancel_of_pages = threading.Event()

    def _start(self, question: Question, *, refresh: bool = False) -> None:
        self._number += 1
        cancel = self._cancel = self._cancel_of_pages = threading.Event()
        number = self._number

        def on_wait(seconds: float, why: str) -> None:
            self.post_message(self.Waited(number, seconds, why))

        service = self.service.arxiv
        if question.ids:
            ids = question.ids
            self._pages = (service.look_up(ids, refresh=refresh, on_wait=on_wait, cancel=cancel) for _ in range(1))
        else:
            options = replace(question.options, refresh=refresh)
            self._pages = service.pages(question.words, MOST, options, on_wait=on_wait, cancel=cancel)
        self._read_on(self._pages)

    def _read_on(self, pages: Iterator[SearchResult]) -> None:
        number = self._number
        coming = self._coming
        known = frozenset() if coming else frozenset(self.found)
        question = coming or self.question
        self.problem = None
        self.asked_for = 0
        self.show_top()

        def read() -> None:
            if coming and not coming.like and not coming.ids:
                try:
                    self.service.searches.add(coming.words)
                except IdeaboardError as error:
                    self.post_message(self.Noted(error))
            try:
                # After a cancel the walk begins anew, with pages that are known.
                new = (one for one in pages if coming or one.problem or not known.issuperset(_ids(one)))
                result = next(new, None)
                if result and question and question.like:
                    result = self._ordered(result, question.like)
            except IdeaboardError as error:
                self.post_message(self.Failed(number, error))
            else:
                self.post_message(self.Arrived(number, result))

        self.run_beside(read)

    def _ordered(self, result: SearchResult, like: Paper) -> SearchResult:
        rows = {row.paper.arxiv_id: row for row in result.rows}
        order = self.service.candidates.like(like, [row.paper for row in result.rows])
        return replace(result, rows=tuple(rows[paper.arxiv_id] for paper in order))

    def stop(self) -> None:
        """Stop asking, at once for the eye; the thread ends within 0.3 s."""
        self._drop()
        self._coming = None
        self.show_top()

    def _drop(self) -> None:
        if self._cancel is not None:
            self._cancel.set()
            self._number += 1
            self._pages = None
        self._cancel = None
        self.waiting = None

    def _ended(self) -> None:
        self._cancel = None
        self.waiting = None

    # What comes back

    def on_asking_screen_arrived(self, event: Arrived) -> None:
        """Take a page in."""
        if event.number != self._number:
            return
        self._ended()
        result, fresh = event.result, self._coming is not None
        if fresh:
            self.question, self._coming = self._coming, None
            self.found, self.first_result, self.unreadable = {}, None, 0
        if result is None:
            self.exhausted = True
        else:
            self.result = result
            self.first_result = self.first_result or result
            self.unreadable += result.unreadable
            before = len(self.found)
            for row in result.rows:
                self.found.setdefault(row.paper.arxiv_id, row)
            by_id = bool(self.question and self.question.ids)
            self.exhausted = by_id or (len(self.found) == before and not fresh) or len(self.found) >= result.total
        self.show_answer(fresh=fresh)

    def on_asking_screen_failed(self, event: Failed) -> None:
        """Say why there is no answer; what came before stays, if it is an answer to the same question."""
        if event.number != self._number:
            return
        self._ended()
        self._pages = None
        self.problem = event.error
        fresh = self._coming is not None
        if fresh:
            self.question, self._coming = self._coming, None
            self.found, self.result, self.first_result = {}, None, None
            self.exhausted = True
        self.show_answer(fresh=fresh)

    def on_asking_screen_waited(self, event: Waited) -> None:
        """Show the countdown."""
        if event.number == self._number and self.asking:
            self.waiting = (event.seconds, event.why)
            self.show_top()

    def on_asking_screen_noted(self, event: Noted) -> None:
        """Say it."""
        self.tell(f"{event.error.message}: {event.error.hint}", warning=True)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Tell a mistake of ours, and go on."""
        if event.state is WorkerState.ERROR:
            self.stop()
            self.tell(f"Asking arXiv went wrong ({event.worker.error!r}); please report this", warning=True)


def _ids(result: SearchResult) -> list[str]:
    return [row.paper.arxiv_id for row in result.rows]
