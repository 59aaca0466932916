"""One request every three seconds, one connection at a time, for all processes of this user together.

arXiv's terms of use ask for both, for "all machines under your control". A file in the cache folder is locked from the
moment a process waits for its turn until its answer is complete; in it stands when the last request was sent and until
when arXiv asked for a pause. The moment is written before the request goes out, so a killed process cannot break it.
All waiting can be seen and stopped, and comes to an end.
"""

from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from ideaboard import files
from ideaboard.core.clock import Clock
from ideaboard.papers.arxiv.answers import OnWait
from ideaboard.papers.arxiv.problems import AskedToWait, CacheUnusable, Cancelled, OutOfPatience

INTERVAL = 3.0
"""Seconds between two requests (arXiv's terms of use)."""

LONGEST_REST = 24 * 3600.0
"""No pause is kept longer than a day, whatever a server asks for."""

COURTESY = f"arXiv takes one request every {INTERVAL:g} s"
OTHERS = "another ideaboard is asking arXiv"
ASKED = "arXiv asked for a pause"

PAUSE, FEEDS_PAUSE = PAUSES = ("until", "feeds_until")
"""The ends of the pauses that arXiv's search and its feeds asked for, as they are called in the file."""

_STATE_LIMIT = 4096
_STEP = 0.05
_STEPS_PER_WORD = 4
_CLAIM_STEP = 0.1


class Waiting:
    """The seconds of waiting that one command may still cost, who hears of it, and what ends it.

    They shrink with every wait of every call; the event, once set, ends every wait within a tenth of a second.
    """

    def __init__(self, seconds: float, cancel: threading.Event | None, on_wait: OnWait | None) -> None:
        self.whole = self.left = seconds
        self._cancel = cancel or threading.Event()
        self._on_wait = on_wait

    def check(self) -> None:
        """Stop when somebody asked for it. Raises `Cancelled` when the event is set."""
        if self._cancel.is_set():
            raise Cancelled

    def pause(self, seconds: float, why: str) -> None:
        """Wait, showing the countdown.
        Raises `Cancelled` when the event is set meanwhile; `OutOfPatience` at once, when less is left than the wait.
        """
        if seconds > self.left:
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

        Nothing is told for the `quiet` seconds, since the wait is an ordinary one that long. Returns whether it became
        ready; `False` when the seconds, or those of the command, were over first. Raises `Cancelled`.
        """
        end = monotonic() + min(seconds, self.left)
        tell_from = monotonic() + quiet
        step = 0
        while True:
            self.check()
            began = monotonic()
            is_ready = ready(_STEP)
            self._spend(monotonic() - began)
            if is_ready or monotonic() >= end:
                return is_ready
            if monotonic() >= tell_from and step % _STEPS_PER_WORD == 0:
                self.tell(max(0.0, end - monotonic()), why)
            step += 1

    def tell(self, left: float, why: str) -> None:
        if self._on_wait:
            self._on_wait(left, why)

    def exhausted(self, why: str) -> OutOfPatience:
        return OutOfPatience(
            f"gave up: more than {self.whole:g} s of waiting ({why})",
            "try again later, or allow more time with --wait",
        )

    def _sleep(self, seconds: float) -> None:
        self.check()
        began = monotonic()
        self._cancel.wait(seconds)
        self._spend(monotonic() - began)
        self.check()

    def _spend(self, seconds: float) -> None:
        self.left = max(0.0, self.left - seconds)


class Turn:
    """The right to send one request; held while the connection is open."""

    def __init__(self, path: Path, descriptor: int, now: Clock, pause: str = PAUSE) -> None:
        self._path = path
        self._descriptor = descriptor
        self._now = now
        self._pause = pause
        self._state = _read(descriptor)

    @property
    def _sent(self) -> float:
        return _number(self._state, "at")

    def due(self, interval: float) -> float:
        """Return the seconds until the next request may go out.

        A clock that was set back makes the last moment lie in the future: then one interval is waited, never more.
        """
        since = self._now().timestamp() - self._sent
        return interval if since < 0 else max(0.0, interval - since)

    def pause_end(self) -> datetime | None:
        """Return the end of a pause that arXiv asked for and that is not over."""
        now = self._now()
        if now.timestamp() < self._sent:
            return None
        left = _number(self._state, self._pause) - now.timestamp()
        return now + timedelta(seconds=left) if 0 < left <= LONGEST_REST else None

    def claim(self) -> None:
        """Write down which process has the turn, for those who wait for it."""
        state = {name: _number(self._state, name) for name in ("at", *PAUSES)}
        try:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, json.dumps({**state, "pid": os.getpid()}).encode())
            os.ftruncate(self._descriptor, os.lseek(self._descriptor, 0, os.SEEK_CUR))
        except OSError as error:
            raise _unusable(self._path, error) from error

    def sign(self) -> None:
        """Write down that a request goes out now."""
        self._state["at"] = self._now().timestamp()
        self.claim()

    def rest(self, until: datetime) -> None:
        """Write down that arXiv asked for a pause of at most a day; every process keeps it."""
        self._state["at"] = self._now().timestamp()
        self._state[self._pause] = min(until.timestamp(), self._sent + LONGEST_REST)
        self.claim()


class Throttle:
    """Gives out turns, by a file that all processes share; a pause of arXiv's beyond the longest is not waited out.

    The interval counts for all that is asked of arXiv; a pause only for the service that asked for it, `pause`.
    """

    def __init__(
        self,
        path: Path,
        *,
        now: Clock,
        interval: float = INTERVAL,
        longest_pause: float = 60.0,
        pause: str = PAUSE,
        courtesy: str = COURTESY,
    ) -> None:
        self.path = path
        self._courtesy = courtesy
        self.interval = interval
        self._now = now
        self._longest_pause = longest_pause
        self._pause = pause

    @contextmanager
    def turn(self, waiting: Waiting) -> Iterator[Turn]:
        """Wait for the turn, and hold it while the request runs.
        Raises `Cancelled` when it was stopped; `OutOfPatience` when other processes, or a stopped one, held the turn
        for too long; `AskedToWait` when arXiv asked for a pause that is longer than anybody should sit through;
        `CacheUnusable` when the file cannot be made, locked or written.
        """
        try:
            descriptor = files.open_locked(self.path, lambda opened: _wait_for_lock(opened, waiting))
        except OSError as error:
            raise _unusable(self.path, error) from error
        try:
            turn = Turn(self.path, descriptor, self._now, self._pause)
            turn.claim()
            self._wait_for_turn(turn, waiting)
            turn.sign()
            yield turn
        finally:
            files.close(descriptor)

    def _wait_for_turn(self, turn: Turn, waiting: Waiting) -> None:
        if end := turn.pause_end():
            left = (end - self._now()).total_seconds()
            if left > min(self._longest_pause, waiting.left):
                raise AskedToWait(end, self._now())
            waiting.pause(left, ASKED)
        waiting.pause(turn.due(self.interval), self._courtesy)
        waiting.check()


def _wait_for_lock(descriptor: int, waiting: Waiting) -> None:
    def locked(step: float) -> bool:
        if files.try_lock(descriptor):
            return True
        sleep(step)
        return False

    if waiting.until(locked, OTHERS, waiting.left):
        return
    pid = _read(descriptor).get("pid")
    who = f" (process {pid})" if isinstance(pid, int) else ""
    raise OutOfPatience(
        f"another ideaboard{who} has kept arXiv busy for more than {waiting.whole:g} s",
        "let it finish or close it, then try again",
    )


def _unusable(path: Path, error: OSError) -> CacheUnusable:
    return CacheUnusable(
        f"the file {path}, which keeps the requests to arXiv apart, cannot be used: {files.reason(error)}"
    )


def _read(descriptor: int) -> dict[str, Any]:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        state = json.loads(os.read(descriptor, _STATE_LIMIT))
    except (ValueError, OSError):
        return {}
    return state if isinstance(state, dict) else {}


def _number(state: dict[str, Any], key: str) -> float:
    value = state.get(key)
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else 0.0


@contextmanager
def claimed(path: Path, patience: float, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Let one check of the watches run at a time: a second one waits, then sees what the first has done already.

    The file at `path` stands for the claim. `cancelled` is asked ten times a second whether to give up.
    Raises `CacheUnusable` when it cannot be made or locked; `OutOfPatience` when another process keeps the claim for
    more than `patience` seconds.
    """
    left = patience

    def wait(descriptor: int) -> None:
        nonlocal left
        while not files.try_lock(descriptor):
            if left <= 0 or cancelled():
                raise OutOfPatience("another ideaboard is checking arXiv", "try again when it is done")
            sleep(_CLAIM_STEP)
            left -= _CLAIM_STEP

    try:
        descriptor = files.open_locked(path, wait)
    except OSError as error:
        raise CacheUnusable(f"'{path}' cannot be locked: {files.reason(error)}") from None
    try:
        yield
    finally:
        files.close(descriptor)
