"""Asking arXiv beside a screen, for one search or for all watches: threads read the answers, messages bring them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from textual.message import Message

from ideaboard.core.clock import local_time
from ideaboard.core.ideas import Paper
from ideaboard.core.text import counted
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.papers.identifiers import ArxivId
from ideaboard.service import Service
from ideaboard.service.arxiv import Row, SearchOptions, SearchResult
from ideaboard.ui.beside import run_beside
from ideaboard.ui.drawing.cells import Piece, tame
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.listing import ListScreen

MOST = 10_000
"""arXiv gives out no more papers of one search."""

TICK = 0.5
"""How often the seconds of a wait are counted."""


@dataclass(frozen=True, slots=True)
class Question:
    """One search: words with options, or papers by id."""

    words: str
    options: SearchOptions
    ids: tuple[ArxivId, ...] = ()
    like: Paper | None = None
    """The paper that results are to be like; they are ordered by that."""


class Asker:
    """A question with its pages: what was asked, what came, and what is on its way.

    It makes the iterator of pages and hands it to one thread of the screen at a time; each page comes to the screen as
    a message with the number of its search, and the screen hands it on to `take`.
    """

    @dataclass(eq=False)
    class Arrived(Message):
        """A page came, or why there is none; None when there are no more."""

        number: int
        result: SearchResult | IdeaboardError | None

    @dataclass(eq=False)
    class Waited(Message):
        """A wait goes on."""

        number: int
        seconds: float
        why: str

    def __init__(self, service: Service, screen: ListScreen[Any]) -> None:
        self._service = service
        self._screen = screen
        self.question: Question | None = None
        """What the rows are an answer to."""
        self.found: dict[str, Row] = {}
        self.result: SearchResult | None = None
        self.first_result: SearchResult | None = None
        self.fresh = False
        """Whether what came last was the first of another question."""
        self.problem: IdeaboardError | None = None
        self.waiting: tuple[float, str] | None = None
        self.asked_for = 0.0
        self.unreadable = 0
        self.exhausted = True
        self.number = 0
        """Counts the questions; what comes with an older number is late."""
        self._cancel: threading.Event | None = None
        self._pages: tuple[Iterator[SearchResult], threading.Event] | None = None
        self._coming: Question | None = None

    @property
    def asking(self) -> bool:
        return self._cancel is not None

    def ask(self, question: Question, *, refresh: bool = False) -> None:
        """Ask something new; what was on its way before is dropped, its rows stay until the first answer comes."""
        self._drop()
        self._coming = question
        self._start(question, refresh=refresh)

    def load_more(self) -> bool:
        if self.asking or self.exhausted or self.question is None:
            return False
        if self._pages is None:
            # The iterator ended with a failure or a cancel. Pages that came before are in the cache.
            self._start(self.question)
        else:
            self._read_on()
        return True

    def stop(self) -> None:
        """Stop asking, at once for the eye; the thread ends within 0.3 s."""
        self._drop()
        self._coming = None

    def close(self) -> None:
        """Let no thread keep the program from ending."""
        if self._pages is not None:
            self._pages[1].set()

    def tick(self) -> bool:
        """Count the time; tell whether anybody waits."""
        self.asked_for += TICK
        return self.asking

    def _drop(self) -> None:
        if self._cancel is not None:
            self._cancel.set()
            self.number += 1
            self._pages = None
        self._ended()

    def _ended(self) -> None:
        self._cancel = None
        self.waiting = None

    def _start(self, question: Question, *, refresh: bool = False) -> None:
        self.number += 1
        cancel = threading.Event()
        number = self.number
        service = self._service.arxiv

        def on_wait(seconds: float, why: str) -> None:
            self._screen.post_message(self.Waited(number, seconds, why))

        pages: Iterator[SearchResult]
        if ids := question.ids:
            pages = (service.look_up(ids, refresh=refresh, on_wait=on_wait, cancel=cancel) for _ in range(1))
        else:
            options = replace(question.options, refresh=refresh)
            pages = service.pages(question.words, MOST, options, on_wait=on_wait, cancel=cancel)
        self._pages = (pages, cancel)
        self._read_on()

    def _read_on(self) -> None:
        assert self._pages is not None  # noqa: S101  # both callers have just seen to it
        pages, self._cancel = self._pages
        number = self.number
        coming = self._coming
        known = frozenset() if coming else frozenset(self.found)
        question = coming or self.question
        self.problem = None
        self.asked_for = 0.0

        def read() -> None:
            if coming and not coming.like and not coming.ids:
                self._remember(coming.words)
            # After a cancel the walk begins anew, with pages that are known.
            new = (one for one in pages if coming or one.problem or not known.issuperset(_ids(one)))
            result = next(new, None)
            if result and question and question.like:
                result = self._ordered(result, question.like)
            self._screen.post_message(self.Arrived(number, result))

        run_beside(read, lambda error: self._screen.post_message(self.Arrived(number, error)))

    def _remember(self, words: str) -> None:
        try:
            self._service.searches.add(words)
        except IdeaboardError as error:
            self._screen.say_failed(error)

    def _ordered(self, result: SearchResult, like: Paper) -> SearchResult:
        rows = {row.paper.arxiv_id: row for row in result.rows}
        order = self._service.candidates.like(like, [row.paper for row in result.rows])
        return replace(result, rows=tuple(rows[paper.arxiv_id] for paper in order))

    # What comes back

    def take(self, event: Arrived) -> bool:
        """Take in a page, or why there is none; tell whether it was for the question of now."""
        if event.number != self.number or not self.asking:
            return False
        self._ended()
        self.fresh = self._coming is not None
        if self._coming is not None:
            self.question, self._coming = self._coming, None
            self.found, self.result, self.first_result, self.unreadable = {}, None, None, 0
            self.exhausted = True
        if isinstance(event.result, IdeaboardError):
            # What came before stays, if it is an answer to the same question.
            self.close()
            self._pages = None
            self.problem = event.result
        elif event.result is None:
            self.exhausted = True
        else:
            self._add(event.result)
        return True

    def _add(self, result: SearchResult) -> None:
        self.result = result
        self.first_result = self.first_result or result
        self.unreadable += result.unreadable
        before = len(self.found)
        for row in result.rows:
            self.found.setdefault(row.paper.arxiv_id, row)
        by_id = bool(self.question and self.question.ids)
        self.exhausted = by_id or (len(self.found) == before and not self.fresh) or len(self.found) >= result.total

    def wait(self, event: Waited) -> bool:
        """Take in how long a wait still is; tell whether it is for the question of now."""
        if event.number != self.number or not self.asking:
            return False
        self.waiting = (event.seconds, event.why)
        return True

    # In words

    def said(self, hidden: int, now: datetime) -> list[Piece]:
        """Say how asking stands, or what came of it; `hidden` rows are not listed.

        Where nothing is listed, what went wrong stands in the place of the list.
        """
        if not self.asking:
            return self._answer_said(hidden, now)
        stop = (f"{keymap_of(self._screen).shown('view.clear')} stops", "quiet")
        if self.waiting:
            seconds, why = self.waiting
            return [(f"{seconds:.0f} s: {tame(why)}", "ask"), stop]
        return [("asking arXiv" + (f", {self.asked_for:.0f} s" if self.asked_for >= 1 else ""), "ask"), stop]

    def _answer_said(self, hidden: int, now: datetime) -> list[Piece]:
        first, last, question = self.first_result, self.result, self.question
        parts: list[Piece] = []
        if self.problem and self.found:
            parts += [(tame(self.problem.message), "hot"), (tame(self.problem.hint), "quiet")]
        if first is None or last is None or question is None:
            return parts
        if question.ids:
            parts.append((_count(len(self.found), len(question.ids)), "title"))
            if first.missing:
                parts.append((f"arXiv has no {tame(', '.join(first.missing[:5]))}", "warm"))
        else:
            shown = f", {len(self.found):,} here" if 0 < len(self.found) < last.total else ""
            none = "" if last.problem else "no paper fits"
            parts += [(said, "title")] if (said := counted(last.total, "paper") + shown if last.total else none) else []
        if hidden:
            parts.append((f"{hidden} skipped, {keymap_of(self._screen).shown('search.skipped')} shows", "quiet"))
        if self.unreadable:
            parts.append((f"{counted(self.unreadable, 'entry', 'entries')} could not be read", "warm"))
        if first.stale and first.problem:
            parts.append((f"old answer: {tame(first.problem)}", "warm"))
        elif last.problem and (self.found or last.total):
            parts.append((tame(last.problem), "warm"))
        parts.append(
            (f"as of {_time_of(first.as_of, now)}, {keymap_of(self._screen).shown('papers.again')} asks again", "quiet")
        )
        return parts


def _count(found: int, asked: int) -> str:
    if found == asked:
        return counted(found, "paper")
    return f"{found} of {counted(asked, 'paper')}" if found else "no paper found"


def _time_of(moment: str, now: datetime) -> str:
    try:
        when = local_time(moment, now.tzinfo)
    except InvalidInput:
        return "an unknown time"
    return f"{when:%H:%M}" if when.date() == now.date() else f"{when:%Y-%m-%d %H:%M}"


def _ids(result: SearchResult) -> list[str]:
    return [row.paper.arxiv_id for row in result.rows]
