"""The check of the watches from the inbox: asked in a thread, kept where the board is changed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from textual.message import Message

from ideaboard.core.query import Context
from ideaboard.errors import IdeaboardError
from ideaboard.service.candidates import WatchLook
from ideaboard.ui.drawing.cells import Piece, tame
from ideaboard.ui.papers.candidates_filter import FilteringScreen
from ideaboard.ui.papers.screen import separated
from ideaboard.ui.telling import attempt

if TYPE_CHECKING:
    from ideaboard.service import Service


class CheckingScreen(FilteringScreen):
    """Looks for news of all watches."""

    class Looked(Message):
        """A watch was asked for."""

        def __init__(self, look: WatchLook) -> None:
            super().__init__()
            self.look = look

    class Progress(Message):
        """A check goes on."""

        def __init__(self, said: str) -> None:
            super().__init__()
            self.said = said

    class Checked(Message):
        """A check came to an end."""

        def __init__(self, error: IdeaboardError | None) -> None:
            super().__init__()
            self.error = error

    def __init__(self, service: Service, context: Context | None = None) -> None:
        super().__init__(service, context)
        self.checking: threading.Event | None = None
        self.check_said = ""
        self.found_now = 0
        self.problems_now: list[str] = []
        self.watches_said = ""
        self._watches_of: object = None

    def on_unmount(self) -> None:
        """Let no thread keep the program from ending."""
        if self.checking is not None:
            self.checking.set()

    def look_again(self) -> None:
        """Work the order out again, since papers came."""
        raise NotImplementedError

    def watches_line(self) -> list[Piece]:
        """Say how saving and the check stand, and what waits of each watch."""
        parts: list[Piece] = []
        if problem := self.service.saving.problem:
            parts.append((f"not saved: {tame(problem.message)}", "alert"))
        if self.checking is not None:
            parts += [(tame(self.check_said) or "asking arXiv", "ask"), ("Esc stops", "quiet")]
        elif self.check_said:
            parts.append((tame(self.check_said), "warm" if self.problems_now else "good"))
        if self.watches_said and self.checking is None:
            parts.append((self.watches_said, "quiet"))
        return separated(parts)

    def count_watches(self) -> None:
        """Count what waits of each watch; not with every key, since a watch remembers thousands of ids."""
        if self.service.board is self._watches_of:
            return
        self._watches_of = self.service.board
        watches = attempt(self, self.service.watches.all) or []
        self.watches_said = " · ".join(f"{tame(watch.name)} {watch.new}" for watch in watches)
        self.show_top()

    def action_check(self) -> None:
        """Look for news of all watches, in a thread; what each finds is put in the inbox here."""
        if self.checking is not None:
            return
        cancel = self.checking = threading.Event()
        self.check_said, self.found_now, self.problems_now = "", 0, []
        candidates = self.service.candidates

        def on_watch(name: str) -> None:
            self.post_message(self.Progress(f"looking for {name}"))

        def on_wait(seconds: float, why: str) -> None:
            self.post_message(self.Progress(f"{seconds:.0f} s: {why}"))

        def work() -> None:
            error: IdeaboardError | None = None
            try:
                for look in candidates.looks(on_watch=on_watch, on_wait=on_wait, cancel=cancel):
                    self.post_message(self.Looked(look))
            except IdeaboardError as problem:
                error = problem
            self.post_message(self.Checked(error))

        self.run_beside(work)
        self.show_top()

    def on_checking_screen_progress(self, event: Progress) -> None:
        """Show it."""
        if self.checking is not None and not self.checking.is_set():
            self.check_said = event.said
            self.show_top()

    def on_checking_screen_looked(self, event: Looked) -> None:
        """Put in the inbox what was found."""
        look = event.look
        if look.problem:
            self.problems_now.append(f"{look.name}: {look.problem.message}")
        elif look.look is not None:
            found = look.look
            kept = attempt(self, lambda: self.service.candidates.keep(found))
            if kept is not None:
                self.found_now += len(kept.papers)
                self._board = self.service.board
                self.board_changed()

    def on_checking_screen_checked(self, event: Checked) -> None:
        """Say what came of it."""
        cancelled = self.checking is not None and self.checking.is_set()
        self.checking = None
        if cancelled:
            self.check_said = "stopped looking"
        elif event.error:
            self.problems_now.append(event.error.message)
        if not cancelled:
            new = f"{self.found_now} new" if self.found_now else "nothing new"
            if not self.service.watches.all():
                new = "there is no watch yet; 'ideaboard arxiv watch add NAME WORDS' saves a search"
            self.check_said = "; ".join(
                [*([] if self.problems_now and not self.found_now else [new]), *self.problems_now]
            )
        if self.found_now:
            self.look_again()
        self.show_top()
