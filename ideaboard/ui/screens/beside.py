"""Work of a screen that may take long: in a thread, the latest only, so that no key waits for it."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from typing import Any, Generic, TypeVar

from textual.screen import Screen

from ideaboard.errors import IdeaboardError
from ideaboard.ui.telling import gently, told

T = TypeVar("T")
U = TypeVar("U")

_BUSY = Lock()
_USUAL: list[tuple[int, int, int]] = []
"""When the garbage collector runs, once for each body that runs."""
_NEVER = 1_000_000_000


@contextmanager
def _without_full_collections() -> Iterator[None]:
    """Keep the garbage collector from going through all there is while the body runs; bodies may overlap.

    What texts are made of has no cycles, and a round through a large board would be felt as a slow key.
    """
    with _BUSY:
        _USUAL.append(_USUAL[0] if _USUAL else gc.get_threshold())
        gc.set_threshold(*_USUAL[0][:2], _NEVER)
    try:
        yield
    finally:
        with _BUSY:
            usual = _USUAL.pop()
            if not _USUAL:
                gc.set_threshold(*usual)


class Beside(Generic[T]):
    """Does one thing at a time in a thread, and hands on to the screen what it gives, piece by piece.

    What is asked for while something is being done comes next; of several, the last.
    """

    def __init__(
        self, screen: Screen[Any], take: Callable[[T], object], failed: Callable[[IdeaboardError], object]
    ) -> None:
        self._screen = screen
        self._take = take
        self._failed = failed
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
        Thread(target=self._run, name="ideaboard-beside", daemon=True).start()

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
                    return
            with suppress(RuntimeError):  # the app has ended meanwhile
                try:
                    with gently(), _without_full_collections():
                        for one in job():
                            if self._is_late():
                                break
                            self._give(self._take, one)
                except Exception as error:  # noqa: BLE001  # whatever it is, the screen must not wait for it for ever
                    self._give(self._failed, told(error))

    def _give(self, take: Callable[[U], object], one: U) -> None:
        self._given += 1
        self._screen.call_later(self._arrive, take, one)

    async def _arrive(self, take: Callable[[U], object], one: U) -> None:
        self._taken += 1
        taken = take(one)
        if inspect.isawaitable(taken):
            await taken

    def _is_late(self) -> bool:
        """Tell whether something else is wanted by now."""
        return self._next is not None
