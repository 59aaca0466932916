"""Rows of text that scroll: the previews of lists, and what stands beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from textual import events

from ideaboard.ui.drawing.cells import Line
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.rows import Row, Rows, RowsView
from ideaboard.ui.telling import open_link

MakeRows = Callable[[int], Iterator[Line]]


class Text(RowsView):
    """Shows rows and scrolls them; a click on a link opens it."""

    DEFAULT_CSS = "Text { width: 1fr; height: 1fr; }"

    def __init__(self, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(inks, id=id)
        self._make_rows: Callable[[int], Iterable[Row]] = lambda _: ()

    def show_rows(self, make: Callable[[int], Iterable[Row]], top: int | None = None) -> None:
        """Show the rows that are made for a width, as far as they are seen, from a row on, or from where it is."""
        self._make_rows = make
        self.top_row = self.top_row if top is None else top
        self._start()
        self.redraw_used()

    def _start(self) -> None:
        self.shown_rows = Rows(self._make_rows(self.text_width) if self.size.width else ())
        self.clamp()

    def on_resize(self) -> None:
        self._start()
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        if url := self.target_at(event.x, event.y)[0]:
            open_link(self, url)


class Preview(Text):
    """Shows what is under the cursor of a list; with the same key it keeps its place."""

    _key = ""

    def show(self, key: str, make: MakeRows | None) -> None:
        top = None if key == self._key else 0
        self._key = key
        self.show_rows(lambda width: map(Row, make(width)) if make else (), top)
