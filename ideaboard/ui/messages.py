"""What the program says in one line: it stands in the last line of the screen that is open, the newest wins."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Any, Protocol, cast

from textual.app import App
from textual.screen import Screen
from textual.timer import Timer

from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.drawing.footer import Said

_STYLES = {"information": "title", "warning": "warm", "error": "alert"}
_SECONDS = {"title": 5.0, "warm": 8.0}
"""How long a message stands at most; a key ends it before, and an error stands until one is pressed."""
_LEAST_SECONDS = 0.5
"""So long a message stands at least: the keys of a quick typist would take it away unread."""
_KEPT = 50
_LINES = "FooterLine, KeysLine"


_FOLDERS = re.compile(r"'(?:/|~|[A-Za-z]:\\)[^']*[/\\](?=[^'/\\]+')")


def without_folders(text: str) -> str:
    """Leave the folders of whole paths in quotes out: on one line their names must do."""
    return _FOLDERS.sub("'", text)


class MessageLine(Protocol):
    """A last line, as messages know it."""

    said: Said | None

    def say(self, said: Said | None) -> None: ...


class Messages:
    """The message that stands, and the last ones that stood."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self.kept: deque[Said] = deque(maxlen=_KEPT)
        self.now: Said | None = None
        self._since = 0.0
        self._pressed = False
        self._timer: Timer | None = None

    def say(self, text: str, severity: str = "information", more: str = "") -> None:
        """Say something of one of Textual's severities in one line; `more` is the key that shows a long one whole."""
        whole = Said(" · ".join(tame(line) for line in text.splitlines()), _STYLES[severity], more)
        self.kept.append(whole)
        if self._is_unread() and whole.style in _SECONDS:
            return
        said = whole._replace(text=without_folders(whole.text))
        self._show(said)
        self._end_in(_SECONDS.get(said.style, 0))

    def key_pressed(self) -> None:
        """Take away what could be read; what is not an error and came just now goes a moment later."""
        if self.now is None:
            return
        left = _LEAST_SECONDS - (monotonic() - self._since)
        if left <= 0:
            self._show(None)
        elif not self._pressed and self.now.style in _SECONDS:
            self._end_in(left)
        self._pressed = True

    def _end_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._app.set_timer(seconds, lambda: self._show(None)) if seconds else None

    def _is_unread(self) -> bool:
        """Whether an error stands, and no key was pressed since."""
        return self.now is not None and self.now.style not in _SECONDS and not self._pressed

    def came_back(self, screen: Screen[Any]) -> None:
        """Take from a screen that was put away what it said then and does not stand any more.

        What stands is not said on a screen that is opened after it: there its keys are news.
        """
        for line in _lines(screen):
            if line.said is not self.now:
                line.say(None)

    def _show(self, said: Said | None) -> None:
        self._end_in(0)
        self.now = said
        self._since = monotonic()
        self._pressed = False
        for screen in self._app.screen_stack:
            for line in _lines(screen):
                line.say(said)


def _lines(screen: Screen[Any]) -> Iterator[MessageLine]:
    for line in screen.query(_LINES):
        yield cast("MessageLine", line)
