"""Work of a screen that may take long: in a thread, the latest only, so that no key waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, Generic, TypeVar

from textual.screen import Screen

from ideaboard.errors import IdeaboardError
from ideaboard.ui.telling import gently, told

T = TypeVar("T")


class Beside(Generic[T]):
    """Does one thing at a time in a thread, and hands on to the screen what it gives, piece by piece.

    What is asked for while something is being done comes next; of several, the last.
    """

    def __init__(
        self, screen: Screen[Any], take: Callable[[T], object], failed: Callable[[IdeaboardError], object]
    ) -> None:
        self.busy = False
        self._screen = screen
        self._take = take
        self._failed = failed
        self._lock = Lock()
        self._next: Callable[[], Iterable[T]] | None = None

    def ask(self, job: Callable[[], Iterable[T]]) -> None:
        with self._lock:
            self._next = job
            if self.busy:
                return
            self.busy = True
        Thread(target=self._run, name="ideaboard-beside", daemon=True).start()

    def stop(self) -> None:
        """Forget what is not begun; what is being done is of no use any more."""
        with self._lock:
            self._next = tuple if self.busy else None

    def _run(self) -> None:
        while True:
            with self._lock:
                job, self._next = self._next, None
                if job is None:
                    self.busy = False
                    return
            with suppress(RuntimeError):  # the app has ended meanwhile
                try:
                    with gently():
                        for one in job():
                            if self._is_late():
                                break
                            self._screen.call_later(self._take, one)
                except Exception as error:  # noqa: BLE001  # whatever it is, the screen must not wait for it for ever
                    self._screen.call_later(self._failed, told(error))

    def _is_late(self) -> bool:
        """Tell whether something else is wanted by now."""
        return self._next is not None
