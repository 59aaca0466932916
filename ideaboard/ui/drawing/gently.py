"""Work beside the screen that computes: it lets go of the interpreter often, so that no key waits for it.

Python's threads take turns of 5 ms. A key costs the screen several turns, since it lets go at each read and write, and
then a thread that computes takes 5 ms again. With turns of 0.2 ms a key hardly notices the thread.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

TURN_SECONDS = 0.0002

_BUSY = threading.Lock()
_USUAL: list[float] = []
"""The usual turn, once for each body that runs."""


@contextmanager
def gently() -> Iterator[None]:
    """Make the turns of all threads short while the body runs; bodies may overlap."""
    with _BUSY:
        _USUAL.append(_USUAL[0] if _USUAL else sys.getswitchinterval())
        sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        with _BUSY:
            usual = _USUAL.pop()
            if not _USUAL:
                sys.setswitchinterval(usual)
