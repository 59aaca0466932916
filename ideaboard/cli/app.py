"""One run of the command line: the global options, and the service once it is needed."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from ideaboard.cli.output import say, warn
from ideaboard.errors import InvalidInput

if TYPE_CHECKING:
    from ideaboard.intake import Text
    from ideaboard.service import Service
    from ideaboard.service.session import Outcome

_FILES = 1024
"""Files that a process has open at the most, as a rule."""
_LONGEST_NAME = 40


class App:
    """Holds what all commands need; the board is opened when a command first asks for it."""

    def __init__(self) -> None:
        self.board: str | None = None
        self.config: str | None = None
        self.guest: str | None = None
        self.wait = False
        self._service: Service | None = None
        self._told: set[str] = set()
        self._written: list[str] = []
        self.added = False
        """Whether this run added ideas, so that it may leave behind what the next one has to know."""
        self.began = time.time_ns()

    @property
    def writer(self) -> str:
        """The name of the guest whose run this is, or empty; raises `InvalidInput` when a log could not show it."""
        name = os.environ.get("IDEABOARD_AS", "") if self.guest is None else self.guest
        if not name.isprintable() or name != name.strip() or len(name) > _LONGEST_NAME:
            raise InvalidInput(
                "the name in --as or $IDEABOARD_AS is no short line of text", f"give at most {_LONGEST_NAME} letters"
            )
        return name

    @property
    def done(self) -> list[str]:
        """What this run has done to the board and to files, a sentence each."""
        return [*(self._service.done if self._service else ()), *self._written]

    def did(self, said: str) -> None:
        """Remember what was done without the service; it is said on stderr when stdout takes no more."""
        self._written.append(said)

    def wrote(self, said: str, json: object = None) -> None:
        """Say what was written beside the board, in words or as JSON where that is given."""
        self.did(said)
        say(said, json)

    @property
    def service(self) -> Service:
        """The service; opening it tells the problems of the config and of the board file."""
        if self._service is None:
            from ideaboard.bootstrap import PATIENCE_SECONDS, open_service

            patience = float("inf") if self.wait else PATIENCE_SECONDS
            self._service = open_service(board=self.board, config=self.config, by=self.writer, patience=patience)
            self.tell_notices()
        return self._service

    def tell_notices(self) -> None:
        """Write on stderr, each once, what is wrong with the config and what the board file said."""
        if self._service is not None:
            for notice in (*self._service.config.problems, *self._service.notices):
                if notice not in self._told:
                    self._told.add(notice)
                    warn(notice)

    def close(self) -> None:
        if self._service is not None:
            try:
                self.tell_notices()
            finally:
                self._service.close()

    def keep_snapshot(self, *, apart: bool) -> None:
        """Remember what a large board holds when it had to be read; `apart`, in a process of its own that nobody waits
        for, where there can be one.
        """
        service = self._service
        if service is None or not service.wants_snapshot():
            return
        if not apart or not hasattr(os, "fork") or threading.active_count() > 1:
            service.keep_snapshot()
            return
        with suppress(OSError):  # there may be too many processes
            if not os.fork():
                _keep_alone(service)

    def report(self, outcome: Outcome, json: object = None) -> None:
        """Say what was done, in words or as JSON where that is given, and what the person should know besides."""
        if outcome.said or json is not None:
            say(outcome.said, json)
        if not outcome.said:
            warn("nothing to change, it is so already")
        if outcome.warning:
            warn(outcome.warning)


def _keep_alone(service: Service) -> NoReturn:
    """Keep the snapshot in a forked process, and end it; it has nothing open that somebody else may wait for."""
    try:
        service.hold(rows=True)
        os.closerange(0, _FILES)
        os.setsid()
        service.keep_snapshot()
    finally:
        os._exit(0)


def read_stdin() -> Text:
    """Read text from stdin, and tell what had to be guessed or left out; raises `InvalidInput` when it is not text."""
    from ideaboard.intake import read_text

    read = read_text(stdin_bytes())
    for one in read.remarks:
        warn(one)
    return read


def stdin_bytes() -> bytes:
    """Read stdin to its end; raises `InvalidInput` when it cannot be read."""
    from ideaboard.intake import SIZE_LIMIT

    try:
        return sys.stdin.buffer.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise InvalidInput(f"stdin cannot be read: {error.strerror or error}", "nothing was done") from None


def open_board(app: App) -> int:
    """Open the board, look after its file when the person has left, and return the exit code."""
    needs_terminal()
    service = app.service
    picture = sys.modules.get("ideaboard.first_picture")
    if picture is not None and picture.kept_looks():
        from ideaboard.ui.board.opening import paint

        paint(service)
    service.hold()
    gc.enable()
    from ideaboard.bootstrap import open_upkeep
    from ideaboard.ui.app import run_board

    code = run_board(service)
    service.keep_snapshot()
    app.close()
    if not service.mostly_alive():
        open_upkeep(app.board, app.config).tidy()
    return code


def needs_terminal() -> None:
    """Raise `InvalidInput` when there is no terminal to draw on, or one that can only write lines."""
    lines_only = os.name != "nt" and os.environ.get("TERM", "") in ("", "dumb", "unknown")
    if lines_only or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InvalidInput(
            "the board needs a terminal",
            "'ideaboard list' prints the ideas; 'ideaboard --help' shows what else there is",
        )
