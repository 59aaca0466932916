"""One check of the watches at a time: a second one waits for the first, then sees what it has done already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from ideaboard.files import close, open_locked, reason, try_lock
from ideaboard.papers.problems import CACHE_HINT, CacheUnusable, OutOfPatience

_PAUSE = 0.1


@contextmanager
def claimed(path: Path, patience: float, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Hold the claim in the body.

    Args:
        path: the file that stands for the claim; it is made when it is not there, with its folder.
        patience: for how many seconds to wait for another process.
        cancelled: asked ten times a second whether to give up.

    Raises:
        CacheUnusable: when the file cannot be made or locked.
        OutOfPatience: when another process keeps the claim longer than that.
    """
    left = patience

    def wait(descriptor: int) -> None:
        nonlocal left
        while not try_lock(descriptor):
            if left <= 0 or cancelled():
                raise OutOfPatience("another ideaboard is checking arXiv", "try again when it is done")
            sleep(_PAUSE)
            left -= _PAUSE

    try:
        descriptor = open_locked(path, wait)
    except OSError as error:
        raise CacheUnusable(f"'{path}' cannot be locked: {reason(error)}", CACHE_HINT) from None
    try:
        yield
    finally:
        close(descriptor)
