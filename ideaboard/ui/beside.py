"""Work beside the picture: in a thread, so that no key waits for it, and what it gives comes back to the screen.

`run_beside` runs something once, `attempt_beside` goes on with what it gave, `Beside` does the latest of several.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Lock, Thread
from typing import Any, Generic, TypeVar

from textual.screen import Screen
from textual.widget import Widget

from ideaboard.errors import IdeaboardError
from ideaboard.ui.telling import tell_error, told

T = TypeVar("T")
U = TypeVar("U")

TURN_SECONDS = 0.0002

_BUSY = Lock()
_USUAL: list[float] = []
"""The usual turn, once for each body that runs."""


@contextmanager
def gently() -> Iterator[None]:
    """Make the turns of all threads short while the body runs, so that no key waits for it; bodies may overlap.

    Python's threads take turns of 5 ms. A key costs the screen several turns, since it lets go at each read and write,
    and then a thread that computes takes 5 ms again. With turns of 0.2 ms a key hardly notices the thread.
    """
    with _BUSY:
        _USUAL.append(_USUAL[0] if _USUAL else sys.getswitchinterval())
        sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        with _BUSY:
            usual = _USUAL.pop()
            if not _USUAL:
                sys.setswitchinterval(usual)


def _to_the_end(work: Callable[[], object], failed: Callable[[IdeaboardError], object]) -> None:
    """Work, and let `failed` hear what ended it, a mistake of ours included: nobody waits for ever."""
    with suppress(RuntimeError):  # the app has ended meanwhile
        try:
            with gently():
                work()
        except Exception as error:  # noqa: BLE001  # whatever it is, the screen must hear of it
            failed(told(error))


def _start(work: Callable[[], object]) -> None:
    Thread(target=work, name="ideaboard-beside", daemon=True).start()


def run_beside(work: Callable[[], object], failed: Callable[[IdeaboardError], object]) -> None:
    """Run something in a thread; in that thread `failed` hears what ended it, a mistake of ours included."""
    _start(lambda: _to_the_end(work, failed))


def attempt_beside(widget: Widget, do: Callable[[], T], then: Callable[[T], object]) -> None:
    """Run a use case that may take long in a thread, then go on with what it gave, or say why there is nothing."""
    app = widget.app

    def hand(after: Callable[[], object]) -> None:
        app.call_from_thread(lambda: after() if widget.is_attached else None)

    def work() -> None:
        result = do()
        hand(lambda: then(result))

    run_beside(work, lambda error: hand(lambda: tell_error(widget, error)))


class Beside(Generic[T]):
    """Does one thing at a time in a thread, and hands on to the screen what it gives, piece by piece.

    What is asked for while something is being done comes next; of several, the last. The screen hears from `rested`
    when nothing is left: while it took the last piece, that was not known.
    """

    def __init__(
        self,
        screen: Screen[Any],
        take: Callable[[T], object],
        failed: Callable[[IdeaboardError], object],
        rested: Callable[[], object] = lambda: None,
    ) -> None:
        self._screen = screen
        self._take = take
        self._failed = failed
        self._rested = rested
        self._runs = False
        self._given = self._taken = 0
        """How many pieces were handed on, and how many of them have arrived."""
        self._lock = Lock()
        self._next: Callable[[], Iterable[T]] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being done, or has not arrived on the screen."""
        return self._runs or self._given != self._taken

    def ask(self, job: Callable[[], Iterable[T]]) -> None:
        with self._lock:
            self._next = job
            if self._runs:
                return
            self._runs = True
        _start(self._run)

    def stop(self) -> None:
        """Forget what is not begun; what is being done is of no use any more."""
        with self._lock:
            self._next = tuple if self._runs else None

    def _run(self) -> None:
        while True:
            with self._lock:
                job, self._next = self._next, None
                if job is None:
                    self._runs = False
                    break
            _to_the_end(partial(self._do, job), partial(self._give, self._failed))
        with suppress(RuntimeError):  # the app has ended meanwhile
            self._screen.call_later(self._rested)

    def _do(self, job: Callable[[], Iterable[T]]) -> None:
        """Do a job until something else is wanted."""
        for one in job():
            if self._next is not None:
                return
            self._give(self._take, one)

    def _give(self, take: Callable[[U], object], one: U) -> None:
        self._given += 1
        self._screen.call_later(self._arrive, take, one)

    async def _arrive(self, take: Callable[[U], object], one: U) -> None:
        self._taken += 1
        taken = take(one)
        if inspect.isawaitable(taken):
            await taken
