"""Shows a wait: a countdown on a terminal, one line for each reason elsewhere."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from types import TracebackType

from ideaboard.cli.output import plain, remark

_CLEAR = "\r\x1b[K"


class Countdown:
    """Gives a function that hears of each wait, and clears the line at the end."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._told: set[str] = set()
        self._shown = ""

    def __enter__(self) -> Callable[[float, str], None]:
        return self._hear

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()

    def _hear(self, seconds: float, why: str) -> None:
        if not self._live:
            if seconds >= 1 and why not in self._told:
                self._told.add(why)
                remark(f"waiting {math.ceil(seconds)} s: {why}")
            return
        text = f"{math.ceil(seconds)} s: {plain(why)} (ctrl+c ends it)"
        if text != self._shown:
            self._shown = text
            sys.stderr.write(_CLEAR + text)
            sys.stderr.flush()
