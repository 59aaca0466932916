"""The check of the watches from the inbox: asked in a thread, kept where the board is changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from textual.message import Message

from ideaboard.errors import IdeaboardError
from ideaboard.service import Service
from ideaboard.service.watches import Look, WatchLook
from ideaboard.ui.drawing.cells import Piece, tame
from ideaboard.ui.papers.screen import Beside

NO_WATCH = "there is no watch yet; w on the search screen keeps a search as one"


class WatchCheck:
    """Looks for news of all watches; the screen hands on the messages.

    Args:
        service: the use cases.
        screen: runs the thread and gets the messages.
    """

    @dataclass(eq=False)
    class Looked(Message):
        """A watch was asked for."""

        look: WatchLook

    @dataclass(eq=False)
    class Progress(Message):
        """The check goes on."""

        said: str

    @dataclass(eq=False)
    class Ended(Message):
        """The check came to an end, by an error if there is one."""

        error: IdeaboardError | None

    def __init__(self, service: Service, screen: Beside) -> None:
        self._service = service
        self._screen = screen
        self._cancel: threading.Event | None = None
        self._said = ""
        self._counts = ""
        self._counted: object = None
        self._problems: list[str] = []
        self.new = 0
        """How many papers the check of now brought."""

    @property
    def running(self) -> bool:
        """Whether a check goes on."""
        return self._cancel is not None

    def start(self) -> None:
        """Look for news, unless that goes on already."""
        if self._cancel is not None:
            return
        cancel = self._cancel = threading.Event()
        self._said, self.new, self._problems = "", 0, []

        def on_watch(name: str) -> None:
            self._screen.post_message(self.Progress(f"looking for {name}"))

        def on_wait(seconds: float, why: str) -> None:
            self._screen.post_message(self.Progress(f"{seconds:.0f} s: {why}"))

        def work() -> None:
            for look in self._service.watches.looks(on_watch=on_watch, on_wait=on_wait, cancel=cancel):
                self._screen.post_message(self.Looked(look))
            self._screen.post_message(self.Ended(None))

        self._screen.run_beside(work, self._failed)

    def _failed(self, error: IdeaboardError) -> None:
        self._screen.post_message(self.Ended(error))

    def stop(self) -> bool:
        """Stop looking; tell whether there was anything to stop."""
        if self._cancel is None or self._cancel.is_set():
            return False
        self._cancel.set()
        self._said = "stopping"
        return True

    # What comes back

    def hear(self, event: Progress) -> None:
        """Take in how far it is."""
        if self._cancel is not None and not self._cancel.is_set():
            self._said = event.said

    def keep(self, event: Looked) -> bool:
        """Put in the inbox what a look found; tell whether the board may have changed."""
        found: Look | None = event.look.look
        if found is None:
            if event.look.problem:
                self._problems.append(f"{event.look.name}: {event.look.problem.message}")
            return False
        try:
            self.new += len(self._service.watches.keep(found).papers)
        except IdeaboardError as error:
            self._problems.append(f"{found.name}: {error.message}")
        return True

    def end(self, event: Ended) -> None:
        """Say what came of it."""
        cancelled = self._cancel is not None and self._cancel.is_set()
        self._cancel = None
        if cancelled:
            self._said = "stopped looking"
            return
        if event.error:
            self._problems.append(event.error.message)
        new = f"{self.new} new" if self.new else "nothing new"
        if not self._problems and not self._service.watches.all():
            new = NO_WATCH
        self._said = "; ".join([*([] if self._problems and not self.new else [new]), *self._problems])

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
            return [(tame(self._said) or "asking arXiv", "ask"), ("Esc stops", "quiet")]
        return [(tame(self._said), "warm" if self._problems else "good"), (self._counts, "quiet")]
