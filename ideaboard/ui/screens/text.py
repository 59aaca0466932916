"""A widget that shows rows of text and scrolls them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual import events

from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.rows import Row, Rows, RowsView
from ideaboard.ui.telling import open_link


class Text(RowsView):
    """Shows rows; what is clicked is a link, or for the screen."""

    def __init__(self, inks: Inks, *, id: str) -> None:
        super().__init__(inks, id=id)
        self._make: Callable[[int], Iterable[Row]] = lambda _: ()

    def show(self, make: Callable[[int], Iterable[Row]], top: int | None = None) -> None:
        """Show the rows that are made for a width, from a row on, or from where it is."""
        self._make = make
        self.top_row = self.top_row if top is None else top
        self._start()
        self.redraw()

    def _start(self) -> None:
        self.shown_rows = Rows(self._make(self.text_width) if self.size.width else ())
        self.clamp()

    def on_resize(self) -> None:
        self._start()
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        if url := self.target_at(event.x, event.y)[0]:
            open_link(self, url)
