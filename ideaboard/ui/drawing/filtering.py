"""The filter at work: narrows while a person types, a slice of time at a go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter

from textual.message_pump import MessagePump
from textual.timer import Timer

from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea
from ideaboard.core.query import Context, Query, parse_query

SLICE_SECONDS = 0.008
"""How long a filter works before the screen is painted."""
_PAUSE_SECONDS = 0.004
_LOOK_EVERY = 32
_ROOM = 60
"""How many hits a picture has room for, when nobody says."""
_SOON_SECONDS = 0.03
_SELDOM_SECONDS = 0.15


class SlicedFilter:
    """The ideas of every column that pass what was typed; what a slice of time finds is there at once.

    It goes on by a timer of its owner until all is looked through. It calls `found` when it is, and before that now and
    then: soon while more hits come that the picture has room for, seldom when only their number grows.
    """

    def __init__(self, owner: MessagePump, context: Context, found: Callable[[], None]) -> None:
        self.query = Query("")
        self.done = True
        self._owner = owner
        self._context = context
        self._found = found
        self._board: Board | None = None
        self._hits: dict[str, list[Idea]] = {}
        self._work: Iterator[None] = iter(())
        self._timer: Timer | None = None
        self._enough = 0
        self._told = (0.0, 0)
        """When hits were last shown, and how many of those that the picture has room for."""

    def __bool__(self) -> bool:
        return bool(self.query)

    @property
    def text(self) -> str:
        return self.query.text

    def columns(self) -> dict[str, tuple[Idea, ...]]:
        return {stage: tuple(hits) for stage, hits in self._hits.items()}

    def clear(self) -> None:
        self.query = Query("")
        self.done = True
        self._hits = {}
        self._board = None

    def look(
        self, text: str, board: Board, stages: Sequence[str], enough: int = 0, seconds: float = SLICE_SECONDS
    ) -> None:
        """Filter the stages of a board by a text, or by nothing when it is blank.

        The first slice takes at most so many seconds, and ends when every column has enough hits for the first picture.
        """
        if not text.strip():
            self.clear()
            return
        narrower = self.done and board is self._board and _narrows(self.text, text)
        source: Mapping[str, Sequence[Idea]] = self._hits if narrower else board.columns
        self.query = parse_query(text, self._context.workflow)
        self._board = board
        self._hits = {stage: [] for stage in stages}
        self.done = False
        self._work = self._search({stage: source.get(stage, ()) for stage in stages})
        self._enough = enough
        self._run(seconds, enough)
        self._told = (perf_counter(), self._seen())

    def _run(self, seconds: float, enough: int = 0) -> None:
        """Work for about so long, or until every column has enough hits, and go on later."""
        until = perf_counter() + seconds
        for _ in self._work:
            if perf_counter() >= until or (enough and all(len(hits) >= enough for hits in self._hits.values())):
                if self._timer is None:
                    self._timer = self._owner.set_timer(_PAUSE_SECONDS, self._go_on)
                return
        self.done = True

    def _go_on(self) -> None:
        self._timer = None
        if not self.done:
            self._run(SLICE_SECONDS)
            self._tell()

    def _tell(self) -> None:
        now, seen = perf_counter(), self._seen()
        at, told = self._told
        if self.done or now - at >= (_SOON_SECONDS if seen > told else _SELDOM_SECONDS):
            self._told = (now, seen)
            self._found()

    def _seen(self) -> int:
        """Count the hits that the picture has room for."""
        return sum(min(len(hits), self._enough or _ROOM) for hits in self._hits.values())

    def _search(self, source: Mapping[str, Sequence[Idea]]) -> Iterator[None]:
        predicates = self.query.predicates
        context = self._context
        start = 0
        left = dict(source)
        while left:
            # The columns take turns, so that the first cards of all of them are found first.
            for stage, ideas in list(left.items()):
                self._hits[stage] += [
                    idea
                    for idea in ideas[start : start + _LOOK_EVERY]
                    if all(predicate(idea, context) for predicate in predicates)
                ]
                if start + _LOOK_EVERY >= len(ideas):
                    del left[stage]
                yield
            start += _LOOK_EVERY


def _narrows(old: str, new: str) -> bool:
    """Tell whether all that passes the new text surely passed the old one: plain letters were added to a word."""
    plain = new.isascii() and not set(new) & set('-:"#')
    return plain and bool(old.strip()) and new.startswith(old)
