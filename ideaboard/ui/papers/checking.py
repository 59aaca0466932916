"""Looking for news of the watches beside a screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from ideaboard.core.ideas import Paper
from ideaboard.core.text import counted
from ideaboard.errors import IdeaboardError
from ideaboard.papers.sources import Found
from ideaboard.service import Service
from ideaboard.service.watches import WatchLook
from ideaboard.ui.beside import run_beside
from ideaboard.ui.drawing.cells import Piece, tame
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.listing import ListScreen

NO_WATCH = "there is no watch yet; {} on the search screen keeps a search as one"


class WatchCheck:
    """Looks for news of all watches: asks in a thread, and keeps what comes where the board is changed."""

    def __init__(self, service: Service, screen: ListScreen[Any], ended: Callable[[], None]) -> None:
        self._service = service
        self._screen = screen
        self._ended = ended
        self._cancel: threading.Event | None = None
        self._said = ""
        self._counts = ""
        self._counted: object = None
        self._problems: list[str] = []
        self.new = self.filled = 0

    @property
    def running(self) -> bool:
        return self._cancel is not None

    def start(self, ids: Sequence[str] = ()) -> None:
        """Look at all watches, and for what is missing of papers that were typed; with ids only at those watches."""
        if self._cancel is not None:
            return
        cancel = self._cancel = threading.Event()
        self._said, self.new, self.filled, self._problems = "", 0, 0, []

        def on_watch(name: str) -> None:
            self._screen.call_later(self._hear, f"looking for {name}")

        def on_wait(seconds: float, why: str) -> None:
            self._screen.call_later(self._hear, f"{seconds:.0f} s: {why}")

        def work() -> None:
            for look in self._service.watches.looks(ids, on_watch=on_watch, on_wait=on_wait, cancel=cancel):
                self._screen.call_later(self._hear_of, look)
            filling = self._service.filling
            if not ids and (wanted := filling.wanted()):
                found = filling.ask(wanted, on_wait=on_wait, cancel=cancel)
                self._screen.call_later(self._fill_in, wanted, found)
            self._screen.call_later(self._end)

        run_beside(work, lambda error: self._screen.call_later(self._end, error))
        self._screen.refresh_all()

    def stop(self) -> bool:
        """Stop looking; tell whether there was anything to stop."""
        if self._cancel is None or self._cancel.is_set():
            return False
        self._cancel.set()
        self._said = "stopping"
        return True

    # What comes back

    def _hear(self, said: str) -> None:
        if self._cancel is not None and not self._cancel.is_set():
            self._said = said
        self._screen.show_top()

    def _hear_of(self, look: WatchLook) -> None:
        if self._screen.history.own.do(lambda: self._keep(look)):
            self._screen.follow_board()

    def _fill_in(self, wanted: list[Paper], found: Found) -> None:
        """Keep what was told of papers that were typed by their ids."""
        self._problems += [problem.message for problem in found.problems]
        try:
            filled = self._screen.history.own.do(lambda: self._service.filling.keep(wanted, found))
        except IdeaboardError as error:
            self._problems.append(error.message)
        else:
            self._problems += filled.unknown
            self.filled += len(filled.ids)
            self._screen.follow_board()

    def _keep(self, look: WatchLook) -> bool:
        """Put in the inbox what a look found; tell whether the board may have changed."""
        found = look.look
        if found is None:
            if look.problem:
                self._problems.append(f"{look.name}: {look.problem.message}")
            return False
        wrong = (look.problem.message if look.problem else "", found.doubt)
        self._problems += [f"{look.name}: {what}" for what in wrong if what]
        try:
            self.new += len(self._service.watches.keep(found).papers)
        except IdeaboardError as error:
            self._problems.append(f"{found.name}: {error.message}")
        return True

    def _end(self, error: IdeaboardError | None = None) -> None:
        cancelled = self._cancel is not None and self._cancel.is_set()
        self._cancel = None
        self._said = "stopped looking" if cancelled else self._outcome(error)
        self._ended()
        self._screen.refresh_all()

    def _outcome(self, error: IdeaboardError | None) -> str:
        if error:
            self._problems.append(error.message)
        new = f"{self.new} new" if self.new else "nothing new"
        if self.filled:
            new = f"{counted(self.filled, 'paper')} filled in" + (f", {new}" if self.new else "")
        elif not self._problems and not self._service.watches.all():
            new = NO_WATCH.format(keymap_of(self._screen).shown("search.watch"))
        return "; ".join([*([] if self._problems and not (self.new or self.filled) else [new]), *self._problems])

    def count(self) -> bool:
        """Count what waits of each watch; not with every key, since a watch remembers thousands of ids."""
        if self._service.board is self._counted:
            return False
        self._counted = self._service.board
        self._counts = " · ".join(f"{tame(watch.name)} {watch.new}" for watch in self._service.watches.all())
        return True

    def said(self) -> list[Piece]:
        """Say how the check stands, and what waits of each watch."""
        if self.running:
            stop = f"{keymap_of(self._screen).shown('view.clear')} stops"
            return [(tame(self._said) or "asking arXiv", "ask"), (stop, "quiet")]
        return [(tame(self._said), "warm" if self._problems else "good"), (self._counts, "quiet")]
