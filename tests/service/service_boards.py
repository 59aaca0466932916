"""Services on real board files for tests, with a clock that is wound by hand and a disk that fails on demand."""

from __future__ import annotations

import os
import threading
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from ideaboard.config import Config
from ideaboard.core.changes import NewIdea
from ideaboard.core.ideas import Idea
from ideaboard.errors import BoardFileError
from ideaboard.paths import find_paths
from ideaboard.service import Service
from ideaboard.storage import open_db


class HandClock:
    """A clock in the time zone of Amsterdam's winter; each look takes a second."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=1)))

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class ShakyFile:
    """A board file whose next actions fail, or wait until they are let through."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.failures = 0
        self.tries = 0
        self.let_through = threading.Event()
        self.let_through.set()
        self.waiting = threading.Event()

    def action(self, label: str, note: str = "") -> AbstractContextManager[Any]:
        """Fail or wait first."""
        self.tries += 1
        if self.failures:
            self.failures -= 1
            raise BoardFileError("the disk is full", "make room")
        if not self.let_through.is_set():
            self.waiting.set()
            if not self.let_through.wait(20):
                raise AssertionError("nobody let the save through")
        result: AbstractContextManager[Any] = self._file.action(label, note)
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def a_service(path: Path, *, shaky: bool = False, config: Config | None = None, clock: Any = None) -> Service:
    """Open a service on a board file."""
    clock = clock or HandClock()
    file: Any = open_db(path, now=clock)
    if shaky:
        file = ShakyFile(file)
    paths = find_paths(str(path), None, os.environ, path.parent)

    def no_gateway(*_: Any) -> Any:
        raise AssertionError("this test asks nobody")

    return Service(
        file, config or Config(), paths, clock, no_gateway, lambda _: nullcontext(), lambda *_: [], no_gateway
    )


def shaky_file(service: Service) -> ShakyFile:
    """Return the file of a shaky service."""
    file = service._session.file
    assert isinstance(file, ShakyFile)
    return file


def added(service: Service, *titles: str, **fields: Any) -> list[Idea]:
    """Add ideas and return them."""
    return list(service.ideas.add([NewIdea(title=title, **fields) for title in titles]).ideas)


def ids_of(ideas: list[Idea]) -> list[str]:
    """Return the ids of ideas."""
    return [idea.id for idea in ideas]
