"""Saving beside the picture: the screen shows a change at once, a thread puts it on disk.

Every change is kept until it is on disk. When a save fails because of the file (full disk, a held lock), the change
stays, is shown as not saved, and is tried again; when it fails because of the board (the idea was deleted meanwhile),
it is dropped and the reason is told. Either way `ChangeQueue.settle` brings the picture back to the truth.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ideaboard.core.board import Board
from ideaboard.core.changes import Change
from ideaboard.errors import BoardFileError, IdeaboardError, InvalidInput
from ideaboard.service.session import Also, Receipt, Saving, Session, Transition

RETRY_SECONDS = 2.0
_PICTURE_SECONDS = 0.005
"""How long a save waits before it begins: the screen is just being painted, and both would share one interpreter."""


@dataclass(frozen=True, slots=True)
class _Pending:
    label: str
    transition: Transition
    also: Also | None
    receipt: Receipt | None


class ChangeQueue:
    """Takes changes from one thread, saves them in another, in order.

    Args:
        session: the board and its file; from now on only this queue writes to it.
        on_event: called from the saving thread after every save, failure or drop; it must not wait for anything.
    """

    def __init__(self, session: Session, on_event: Callable[[], None]) -> None:
        self._session = session
        self._on_event = on_event
        self._pending: deque[_Pending] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._hurry = False
        self._before: Board | None = None
        self._problem: IdeaboardError | None = None
        self._dropped: list[IdeaboardError] = []
        self.shown = session.board
        self._thread = threading.Thread(target=self._run, name="ideaboard-saving", daemon=True)
        self._thread.start()

    @property
    def state(self) -> Saving:
        """How saving stands right now."""
        with self._wake:
            return Saving(len(self._pending), self._problem)

    def do(
        self, label: str, transition: Transition, also: Also | None = None, receipt: Receipt | None = None
    ) -> Change:
        """Show a change at once and save it soon.

        Raises:
            IdeaboardError: when the change is refused; nothing is kept then.
        """
        change = transition(self.shown)
        if change or also:
            if (refusal := self._session.file.refusal) is not None:
                raise refusal
            self.shown = change.board
            with self._wake:
                self._pending.append(_Pending(label, transition, also, receipt))
                self._wake.notify_all()
        return change

    def settle(self) -> tuple[Board, list[IdeaboardError]]:
        """Return the board on disk with the pending changes on top, and why others were dropped since the last call."""
        with self._wake:
            pending = list(self._pending)
            dropped, self._dropped = self._dropped, []
            # A change that is just being saved is still pending: it must not be done to a board that has it already.
            board = self._session.board if self._before is None else self._before
        for one in pending:
            try:
                board = one.transition(board).board
            except IdeaboardError:
                continue  # the saving thread meets the same refusal and tells it
        self.shown = board
        return board, dropped

    def flush(self, seconds: float) -> bool:
        """Wait until everything is on disk; tell whether it is. What could not be saved is tried again at once."""
        with self._wake:
            self._hurry = True
            self._wake.notify_all()
            return self._wake.wait_for(lambda: not self._pending, seconds)

    def close(self, seconds: float) -> list[str]:
        """Stop after saving what can be saved; return the labels of changes that are not on disk."""
        self.flush(seconds)
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._thread.join(timeout=1)
        with self._wake:
            return [one.label for one in self._pending]

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._pending or self._closing)
                self._wake.wait_for(lambda: self._closing or self._hurry, _PICTURE_SECONDS)
                if self._closing:
                    return
                one = self._pending[0]
                self._before = self._session.board
            saved = self._save(one)
            with self._wake:
                self._before = None
                if saved:
                    self._pending.popleft()
                    self._hurry = self._hurry and bool(self._pending)
                    self._wake.notify_all()
            self._on_event()
            if not saved:
                with self._wake:
                    self._wake.wait_for(lambda: self._closing or self._hurry, RETRY_SECONDS)
                    self._hurry = False

    def _save(self, one: _Pending) -> bool:
        """Save one change; False when it must be tried again."""
        try:
            self._session.commit(one.label, one.transition, one.also, one.receipt)
        except BoardFileError as error:
            self._problem = error
            return False
        except IdeaboardError as error:
            self._drop(error)
        except Exception as error:  # noqa: BLE001  # a mistake of ours must not end the thread: the rest is still to save
            self._drop(InvalidInput(f"a change could not be saved: {one.label} ({error!r})", "please report this"))
        self._problem = None
        return True

    def _drop(self, why: IdeaboardError) -> None:
        with self._wake:
            self._dropped.append(why)
