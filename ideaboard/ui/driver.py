"""Textual's driver for Linux and macOS, quicker at two things that a person feels.

Textual looks for the end of an escape sequence only every tenth of a second, so that a lone Esc takes that long; and at
the end it waits as long for its input thread. Here the thread wakes when it has something to do: after `ESC_SECONDS`
when an Esc may be the beginning of a sequence, and at once when the program ends.
"""

from __future__ import annotations

import os
import select
from codecs import getincrementaldecoder
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING

from textual import constants
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App

ESC_SECONDS = 0.02
"""How long the rest of an escape sequence may take; over a slow line ESCDELAY, in milliseconds, gives it longer."""
_CHUNK = 4096
_GRACE_SECONDS = 0.001


class _WakingEvent(Event):
    """Wakes the reading thread once it is set: woken before, the thread would see nothing and sleep on."""

    def __init__(self, wake: int) -> None:
        super().__init__()
        self._wake = wake

    def set(self) -> None:
        super().set()
        with suppress(OSError):
            os.write(self._wake, b"\0")


class QuickDriver(LinuxDriver):
    """Reads keys without a pause."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        # Kept until the program ends: after an editor has had the terminal, the same driver goes on.
        self._woken, self._wake = os.pipe()
        self.exit_event = _WakingEvent(self._wake)

    def _sigcont_application(self, *arguments: object) -> None:
        """Go on after a stop that nobody told of (SIGSTOP): as after Ctrl+z, or two threads would read the keys."""
        if self._auto_restart and self._key_thread is not None and self._key_thread.is_alive():
            self.suspend_application_mode()
            self._must_signal_resume = True
        super()._sigcont_application(*arguments)

    def run_input_thread(self) -> None:
        """Read keys and the mouse until the program ends."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        patience: float | None = None
        try:
            while not self.exit_event.is_set():
                ready, _, _ = select.select([self.fileno, self._woken], [], [], patience)
                patience = None
                if self._woken in ready:
                    os.read(self._woken, _CHUNK)
                if self.fileno in ready:
                    text = decode(os.read(self.fileno, _CHUNK))
                    if not text:
                        break
                    for event in parser.feed(text):
                        self.process_message(event)
                    # What was read may have ended in an Esc: look again once its time is over.
                    patience = constants.ESCAPE_DELAY + _GRACE_SECONDS
                for event in parser.tick():
                    self.process_message(event)
        finally:
            with suppress(EOFError, ParseError):
                for _ in parser.feed(""):
                    pass


def set_esc_delay() -> None:
    """Shorten the wait after an Esc, unless the environment says how long it is."""
    if "ESCDELAY" not in os.environ:
        constants.ESCAPE_DELAY = ESC_SECONDS  # type: ignore[misc]  # declared as final; the parser reads it anew each time


set_esc_delay()
