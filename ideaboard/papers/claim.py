"""One check of the watches at a time: a second one waits for the first, then sees what it has done already."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from ideaboard.papers.problems import CacheUnusable, OutOfPatience
from ideaboard.papers.throttle import try_lock

_PAUSE = 0.1


@contextmanager
def claimed(path: Path, patience: float, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Hold the claim in the body.

    Args:
        path: the file that stands for the claim; it is made when it is not there, with its folder.
        patience: for how many seconds to wait for another process.
        cancelled: asked ten times a second whether to give up.

    Raises:
        CacheUnusable: when the file cannot be made.
        OutOfPatience: when another process keeps the claim longer than that.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CacheUnusable(
            f"'{path}' cannot be written: {(error.strerror or 'unknown error').lower()}",
            "look at the permissions of the cache folder, or set IDEABOARD_CACHE to another one",
        ) from None
    try:
        while not try_lock(descriptor):
            if patience <= 0 or cancelled():
                raise OutOfPatience("another ideaboard is checking arXiv", "try again when it is done")
            sleep(_PAUSE)
            patience -= _PAUSE
        yield
    finally:
        os.close(descriptor)
