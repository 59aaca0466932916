"""The picture of the detail: the rows of an idea, those of ideas that were shown before kept, and its log."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from ideaboard.core.ideas import Idea
from ideaboard.errors import IdeaboardError
from ideaboard.ui.detail.rows import Look, detail_rows
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.rows import Rows, RowsView, Spot

if TYPE_CHECKING:
    from textual.timer import Timer

    from ideaboard.service import Service
    from ideaboard.service.history import LogEntry

_KEPT = 64
_LOG_ENTRIES = 50
_REST_SECONDS = 0.2


class DetailView(RowsView, can_focus=True):
    """Draws everything about an idea, and knows which row the cursor is on.

    Args:
        service: gives the board, the moment and the log.
        inks: the colours; `restyle` changes them.
    """

    DEFAULT_CSS = "DetailView { width: 1fr; height: 1fr; }"

    def __init__(self, service: Service, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(inks, id=id)
        self.service = service
        self.idea: Idea | None = None
        """The idea that is shown."""
        self._kept: OrderedDict[tuple[str, int], tuple[Idea, Rows]] = OrderedDict()
        self._logs: dict[str, tuple[Idea, tuple[LogEntry, ...]]] = {}
        self._rest: Timer | None = None

    # What is shown

    def show(self, idea: Idea | None) -> None:
        """Show an idea, or nothing; the same idea, changed, keeps its place."""
        before = self.idea
        if idea is before:
            return
        self.idea = idea
        self._take_rows()
        if idea is None or before is None or idea.id != before.id:
            self.top_row, self.cursor = 0, None
        self.redraw_used()
        if self.has_focus:
            self._read_log_soon()

    def reload(self) -> None:
        """Draw anew: another day, another board behind the idea."""
        self._kept.clear()
        self._logs.clear()
        self._take_rows()
        self.redraw()

    def _take_rows(self) -> None:
        self.shown_rows = self._rows_of(self.idea) if self.idea and self.size.width else Rows()

    def _rows_of(self, idea: Idea) -> Rows:
        key = (idea.id, self.text_width)
        kept = self._kept.get(key)
        if kept is None or kept[0] is not idea:
            known = self._logs.get(idea.id)
            log = known[1] if known and known[0] is idea else ()
            look = Look(self.service.board, self.service.clock(), log)
            kept = self._kept[key] = idea, Rows(detail_rows(idea, self.text_width, look))
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return kept[1]

    def all_spots(self) -> list[tuple[int, Spot]]:
        """Return everything that can be acted on, each with the first of its rows."""
        self.shown_rows.make_all()
        return self.shown_rows.spots()

    def put_cursor(self, spot: Spot) -> None:
        """Put the cursor on something, and bring it into sight."""
        self.cursor = spot
        y = next((y for y, one in self.all_spots() if one == spot), self.top_row)
        if not self.top_row <= y < self.top_row + self.size.height - 1:
            self.top_row = max(0, y - self.size.height // 2)
            self.clamp()
        self.redraw()

    # The log, read once the cursor rests

    def _read_log_soon(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_REST_SECONDS, self._read_log)

    def _read_log(self) -> None:
        idea = self.idea
        known = self._logs.get(idea.id) if idea else None
        if idea is None or not self.has_focus or (known and known[0] is idea):
            return
        try:
            log = tuple(self.service.history.log(idea.id, _LOG_ENTRIES))
        except IdeaboardError:
            # The header says what is wrong with the file; the rest of the detail is good without the log.
            return
        self._logs = {idea.id: (idea, log)}
        self._kept.pop((idea.id, self.text_width), None)
        self._take_rows()
        self.redraw()

    # Events

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self._take_rows()
        self.clamp()
        self.redraw()

    def on_focus(self) -> None:
        """Show the cursor and read the log."""
        self.redraw()
        self._read_log_soon()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.redraw()

    # Scrolling

    def action_scroll_rows(self, rows: int) -> None:
        """Scroll by rows."""
        self.scroll_rows(rows)

    def action_page(self, direction: int) -> None:
        """Scroll by a page."""
        self.scroll_rows(direction * self.page())

    def action_top(self) -> None:
        """Scroll to the top."""
        self.go_to_row(0)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self.shown_rows.make_all()
        self.go_to_row(len(self.shown_rows.rows))
