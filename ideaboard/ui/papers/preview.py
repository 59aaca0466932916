"""The preview of a paper: rows of text, made from the top as far as they are seen, so that it follows every key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from textual.message import Message

from ideaboard.ui.drawing.cells import Line
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.rows import Row, Rows, RowsView

if TYPE_CHECKING:
    from textual import events

MakeRows = Callable[[int], Iterator[Line]]
"""Makes the rows for a number of cells."""


class PaperPreview(RowsView):
    """Shows rows of text and scrolls them."""

    DEFAULT_CSS = "PaperPreview { width: 1fr; height: 1fr; }"

    class LinkOpened(Message):
        """A link was clicked."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    def __init__(self, inks: Inks) -> None:
        super().__init__(inks)
        self._key = ""
        self._make: MakeRows | None = None

    def show(self, key: str, make: MakeRows | None) -> None:
        """Show something else; with the same key it keeps its place."""
        if key != self._key:
            self.top_row = 0
        self._key, self._make = key, make
        self._start()
        self.redraw_used()

    def _start(self) -> None:
        lines = self._make(self.text_width) if self._make and self.size.width else iter(())
        self.shown_rows = Rows(map(Row, lines))

    def on_resize(self) -> None:
        self._start()
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        if url := self.target_at(event.x, event.y)[0]:
            self.post_message(self.LinkOpened(url))
