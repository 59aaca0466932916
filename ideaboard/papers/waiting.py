"""Waiting that can be seen, stopped, and comes to an end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from time import monotonic

from ideaboard.papers.problems import Cancelled, OutOfPatience

OnWait = Callable[[float, str], None]
"""Called about five times a second while waiting, with the seconds left and the reason."""

_STEP = 0.05
_STEPS_PER_WORD = 4


class Patience:
    """The seconds of waiting that one command may still cost; share one between the calls of a command."""

    def __init__(self, seconds: float) -> None:
        self.whole = seconds
        self.left = seconds

    def spend(self, seconds: float) -> None:
        """Take off what was waited."""
        self.left = max(0.0, self.left - seconds)


class Waiting:
    """What one call may wait, who hears of it, and who may stop it.

    Args:
        patience: the waiting that is left; it shrinks with every wait.
        cancels: any of these events, once set, ends every wait within a tenth of a second.
        on_wait: hears of each wait as it goes on.
    """

    def __init__(self, patience: Patience, cancels: Iterable[threading.Event], on_wait: OnWait | None) -> None:
        self.patience = patience
        self._cancels = tuple(cancels)
        self._on_wait = on_wait

    def check(self) -> None:
        """Stop when somebody asked for it.

        Raises:
            Cancelled: when one of the events is set.
        """
        if any(event.is_set() for event in self._cancels):
            raise Cancelled

    def pause(self, seconds: float, why: str) -> None:
        """Wait, showing the countdown.

        Raises:
            Cancelled: when one of the events is set meanwhile.
            OutOfPatience: at once, when the patience left is shorter than the wait.
        """
        if seconds > self.patience.left:
            raise self.exhausted(why)
        end = monotonic() + seconds
        step = 0
        while (left := end - monotonic()) > 0:
            if step % _STEPS_PER_WORD == 0:
                self.tell(left, why)
            self._sleep(min(_STEP, left))
            step += 1

    def until(self, ready: Callable[[float], bool], why: str, seconds: float, quiet: float = 0.0) -> bool:
        """Wait until `ready(step)`, which may itself take a step of at most so many seconds, says so.

        Args:
            ready: tells whether the wait is over.
            why: the reason that is told.
            seconds: how long at most.
            quiet: so many seconds nothing is told, since the wait is an ordinary one that long.

        Returns:
            Whether it became ready; `False` when the seconds, or the patience, were over first.

        Raises:
            Cancelled: when one of the events is set meanwhile.
        """
        end = monotonic() + min(seconds, self.patience.left)
        tell_from = monotonic() + quiet
        step = 0
        while True:
            self.check()
            began = monotonic()
            if ready(_STEP):
                self.patience.spend(monotonic() - began)
                return True
            self.patience.spend(monotonic() - began)
            if monotonic() >= end:
                return False
            if monotonic() >= tell_from and step % _STEPS_PER_WORD == 0:
                self.tell(max(0.0, end - monotonic()), why)
            step += 1

    def tell(self, left: float, why: str) -> None:
        """Show how long it will still take."""
        if self._on_wait:
            self._on_wait(left, why)

    def exhausted(self, why: str) -> OutOfPatience:
        """Make the error that says that the waiting took too long."""
        return OutOfPatience(
            f"gave up: more than {self.patience.whole:g} s of waiting ({why})",
            "try again later, or allow more time with --wait",
        )

    def _sleep(self, seconds: float) -> None:
        self.check()
        began = monotonic()
        if self._cancels:
            self._cancels[0].wait(seconds)
        else:
            threading.Event().wait(seconds)
        self.patience.spend(monotonic() - began)
        self.check()
