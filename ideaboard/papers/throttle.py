"""One request every three seconds, one connection at a time, for all processes of this user together.

arXiv's terms of use ask for both, for "all machines under your control". A file in the cache folder is locked from the
moment a process waits for its turn until its answer is complete; in it stands when the last request was sent and until
when arXiv asked for a pause. The moment is written before the request goes out, so a killed process cannot break it.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

from ideaboard import files
from ideaboard.core.clock import Clock
from ideaboard.papers.problems import CACHE_HINT, AskedToWait, CacheUnusable, OutOfPatience
from ideaboard.papers.waiting import Waiting

INTERVAL = 3.0
"""Seconds between two requests (arXiv's terms of use)."""

LONGEST_REST = 24 * 3600.0
"""No pause is kept longer than a day, whatever a server asks for."""

COURTESY = "arXiv takes one request every 3 s"
OTHERS = "another ideaboard is asking arXiv"
ASKED = "arXiv asked for a pause"

_STATE_LIMIT = 4096


class Turn:
    """The right to send one request; held while the connection is open."""

    def __init__(self, descriptor: int, now: Clock, unusable: Callable[[OSError], CacheUnusable]) -> None:
        self._descriptor = descriptor
        self._now = now
        self._unusable = unusable
        self._state = _read(descriptor)

    def due(self, interval: float) -> float:
        """Return the seconds until the next request may go out.

        A clock that was set back makes the last moment lie in the future: then one interval is waited, never more.
        """
        since = self._now().timestamp() - _number(self._state, "at")
        if since < 0:
            return interval
        return max(0.0, interval - since)

    def pause_end(self) -> datetime | None:
        """Return the end of a pause that arXiv asked for and that is not over."""
        now = self._now()
        if now.timestamp() < _number(self._state, "at"):
            return None
        left = _number(self._state, "until") - now.timestamp()
        return now + timedelta(seconds=left) if 0 < left <= LONGEST_REST else None

    def claim(self) -> None:
        """Write down which process has the turn, for those who wait for it."""
        self._write(at=_number(self._state, "at"), until=_number(self._state, "until"))

    def sign(self) -> None:
        """Write down that a request goes out now."""
        self._write(at=self._now().timestamp(), until=_number(self._state, "until"))

    def rest(self, until: datetime) -> None:
        """Write down that arXiv asked for a pause of at most a day; every process keeps it."""
        now = self._now().timestamp()
        self._write(at=now, until=min(until.timestamp(), now + LONGEST_REST))

    def _write(self, at: float, until: float) -> None:
        self._state = {"at": at, "until": until, "pid": os.getpid()}
        try:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, json.dumps(self._state).encode())
            os.ftruncate(self._descriptor, os.lseek(self._descriptor, 0, os.SEEK_CUR))
        except OSError as error:
            raise self._unusable(error) from error


class Throttle:
    """Gives out turns.

    Args:
        path: the file that all processes share; it is made when it is not there.
        now: the clock.
        interval: seconds between two requests.
        longest_pause: a pause of arXiv's that is longer than this is not waited out.
    """

    def __init__(self, path: Path, *, now: Clock, interval: float = INTERVAL, longest_pause: float = 60.0) -> None:
        self.path = path
        self.interval = interval
        self._now = now
        self._longest_pause = longest_pause

    @contextmanager
    def turn(self, waiting: Waiting) -> Iterator[Turn]:
        """Wait for the turn, and hold it while the request runs.

        Raises:
            Cancelled: when it was stopped.
            OutOfPatience: when other processes, or a stopped one, held the turn for too long.
            AskedToWait: when arXiv asked for a pause that is longer than anybody should sit through.
            CacheUnusable: when the file cannot be made, locked or written.
        """
        descriptor = self._locked(waiting)
        try:
            turn = Turn(descriptor, self._now, self._unusable)
            turn.claim()
            self._wait_for_turn(turn, waiting)
            turn.sign()
            yield turn
        finally:
            files.close(descriptor)

    def _wait_for_turn(self, turn: Turn, waiting: Waiting) -> None:
        if end := turn.pause_end():
            left = (end - self._now()).total_seconds()
            if left > min(self._longest_pause, waiting.patience.left):
                raise AskedToWait(end, self._now())
            waiting.pause(left, ASKED)
        due = turn.due(self.interval)
        if due > 0:
            waiting.pause(due, COURTESY)
        waiting.check()

    def _locked(self, waiting: Waiting) -> int:
        try:
            return files.open_locked(self.path, lambda descriptor: self._wait_for_lock(descriptor, waiting))
        except OSError as error:
            raise self._unusable(error) from error

    def _wait_for_lock(self, descriptor: int, waiting: Waiting) -> None:
        def locked(step: float) -> bool:
            if files.try_lock(descriptor):
                return True
            sleep(step)
            return False

        if waiting.until(locked, OTHERS, waiting.patience.left):
            return
        pid = _read(descriptor).get("pid")
        who = f" (process {pid})" if isinstance(pid, int) else ""
        raise OutOfPatience(
            f"another ideaboard{who} has kept arXiv busy for more than {waiting.patience.whole:g} s",
            "let it finish or close it, then try again",
        )

    def _unusable(self, error: OSError) -> CacheUnusable:
        return CacheUnusable(
            f"the file {self.path}, which keeps the requests to arXiv apart, cannot be used: {files.reason(error)}",
            CACHE_HINT,
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
