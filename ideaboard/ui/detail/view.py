"""The picture of the detail: rows made from the top until the pane is full, drawn line by line, scrolled, selected.

It changes with every cursor key, so nothing is mounted and nothing is laid out: rows are made lazily
(`ideaboard.ui.detail.rows`), and those of ideas that were shown before are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from ideaboard.core.ideas import Idea
from ideaboard.errors import IdeaboardError
from ideaboard.ui.detail.rows import Look, detail_rows
from ideaboard.ui.detail.text import LINK, Row, Spot
from ideaboard.ui.drawing.cells import width_of
from ideaboard.ui.drawing.inks import CURSOR, PLAIN, Inks

if TYPE_CHECKING:
    from textual import events
    from textual.selection import Selection
    from textual.timer import Timer

    from ideaboard.service import Service
    from ideaboard.service.history import LogEntry

_KEPT = 64
_LOG_ENTRIES = 50
_REST_SECONDS = 0.2
_EDGE = "│"
_EDGE_FOCUSED = "┃"
_MARGIN = 2
_WHEEL = 3


class Page:
    """The rows of one idea at one width, made as far as they are needed."""

    def __init__(self, idea: Idea, rows: Iterator[Row]) -> None:
        self.idea = idea
        self.rows: list[Row] = []
        self._more = rows
        self.done = False

    def make(self, count: int) -> None:
        """Make rows until there are so many, or no more."""
        while len(self.rows) < count and not self.done:
            row = next(self._more, None)
            if row is None:
                self.done = True
            else:
                self.rows.append(row)

    def make_all(self) -> None:
        """Make all rows."""
        self.rows.extend(self._more)
        self.done = True

    def spots(self) -> list[tuple[int, Spot]]:
        """Return what can be acted on, each with the first of its rows."""
        found: list[tuple[int, Spot]] = []
        last: Spot | None = None
        for y, row in enumerate(self.rows):
            if row.spot is not None and row.spot != last:
                found.append((y, row.spot))
            last = row.spot
        return found


@dataclass(frozen=True, slots=True)
class _Pen:
    """What all lines are drawn with."""

    width: int
    height: int
    focused: bool
    selection: Selection | None


class DetailView(Widget, can_focus=True):
    """Draws everything about an idea, scrolls it, and knows which row the cursor is on.

    Args:
        service: gives the board, the moment and the log.
        inks: the colours; `restyle` changes them.
    """

    DEFAULT_CSS = "DetailView { width: 1fr; height: 1fr; }"

    def __init__(self, service: Service, inks: Inks, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.service = service
        self.inks = inks
        self._page: Page | None = None
        self._pages: OrderedDict[tuple[str, int], Page] = OrderedDict()
        self.top_row = 0
        """The number of the first row in sight."""
        self.cursor: Spot | None = None
        """The point, link or response that keys act on."""
        self._strips: dict[int, Strip] = {}
        self._used_lines = 0
        self._known_styles: dict[tuple[str, str], RichStyle] = {}
        self._logs: dict[str, tuple[Idea, tuple[LogEntry, ...]]] = {}
        self._rest: Timer | None = None
        self._day = ""

    # What is shown

    @property
    def idea(self) -> Idea | None:
        """The idea that is shown."""
        return self._page.idea if self._page else None

    @property
    def text_width(self) -> int:
        """The cells of a row."""
        return max(1, self.size.width - _MARGIN - 1)

    def show(self, idea: Idea | None) -> None:
        """Show an idea, or nothing; the same idea, changed, keeps its place."""
        before = self.idea
        if idea is before:
            return
        if idea is None:
            self._page = None
        elif self.size.width:
            self._page = self._page_of(idea)
        else:
            self._page = Page(idea, iter(()))
        if idea is None or before is None or idea.id != before.id:
            self.top_row, self.cursor = 0, None
        self._strips.clear()
        self.refresh(self._lines_in_use())
        if self.has_focus:
            self._read_log_soon()

    def _lines_in_use(self) -> Region:
        """Return the lines that show something, or showed something before: only these have to be painted."""
        width, height = self.size
        if self._page:
            self._page.make(self.top_row + height + 1)
        used = min(height, len(self._page.rows) - self.top_row) if self._page else 0
        lines, self._used_lines = max(used, self._used_lines), used
        return Region(0, 0, width, lines)

    def restyle(self, inks: Inks) -> None:
        """Take on other colours."""
        self.inks = inks
        self._known_styles.clear()
        self._redraw()

    def reload(self) -> None:
        """Draw anew: another day, another board behind the idea."""
        self._pages.clear()
        self._logs.clear()
        if self.idea:
            self._page = self._page_of(self.idea)
        self._redraw()

    def _page_of(self, idea: Idea) -> Page:
        key = (idea.id, self.text_width)
        page = self._pages.get(key)
        if page is None or page.idea is not idea:
            known = self._logs.get(idea.id)
            log = known[1] if known and known[0] is idea else ()
            look = Look(self.service.board, self.service.clock(), log)
            page = self._pages[key] = Page(idea, detail_rows(idea, self.text_width, look))
            if len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(key)
        return page

    def _redraw(self) -> None:
        self._lines_in_use()
        self._strips.clear()
        self.refresh()

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips of a region."""
        pen = self._pen()
        if self._page:
            self._page.make(self.top_row + pen.height + 1)
        strips = [self._strip(y, pen) for y in range(crop.y, crop.bottom)]
        whole = crop.x == 0 and crop.width == pen.width
        return strips if whole else [strip.crop(crop.x, crop.right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """Return a line that says which character each cell holds; Textual asks for it where the mouse selects."""
        pen = self._pen()
        edge, text = self._strip(y, pen).divide([_MARGIN, pen.width])
        return Strip.join([edge, text.apply_offsets(0, self.top_row + y)])

    def _pen(self) -> _Pen:
        """Ask Textual once for what all lines need: each of these takes it a search through the screen."""
        return _Pen(*self.size, self.has_focus, self.text_selection)

    def _strip(self, y: int, pen: _Pen) -> Strip:
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._draw(y, pen)
        return strip

    def _draw(self, y: int, pen: _Pen) -> Strip:
        number, row = self._row_at(y)
        on = pen.focused and row.spot is not None and row.spot == self.cursor
        ground = CURSOR if on else PLAIN
        base = self._style("title", ground)
        edge, edge_style = (_EDGE_FOCUSED, "label") if pen.focused else (_EDGE, "edge")
        segments = [Segment(edge, self._style(edge_style)), Segment(" ", base)]
        used = _MARGIN
        span = pen.selection.get_span(number) if pen.selection else None
        for text, name, selected in _divided(row, span) if span else ((*piece, False) for piece in row.pieces):
            style = self._style(name, ground)
            if selected:
                style += self.screen.get_component_rich_style("screen--selection")
            segments.append(Segment(text, style))
            used += width_of(text)
        arrow = self._arrow(y, pen.height)
        if arrow == " ":
            segments.append(Segment(" " * (pen.width - used), base))
        else:
            segments += [Segment(" " * (pen.width - used - 1), base), Segment(arrow, self._style("quiet", ground))]
        return Strip(segments, pen.width) if used < pen.width else Strip(segments).adjust_cell_length(pen.width)

    def _row_at(self, y: int) -> tuple[int, Row]:
        """Return the number and the row that are drawn on a line of the pane."""
        number = self.top_row + y
        page = self._page
        return number, page.rows[number] if page and number < len(page.rows) else Row()

    def _arrow(self, y: int, height: int) -> str:
        """Say at the right edge that there is more above or below."""
        page = self._page
        if page and y == 0 and self.top_row:
            return "↑"
        if page and y == height - 1 and len(page.rows) > self.top_row + height:
            return "↓"
        return " "

    def _style(self, name: str, ground: str = PLAIN) -> RichStyle:
        """Return the style of a name; those that the board has not are made of those that it has."""
        name = LINK if name.startswith(LINK) else name
        style = self._known_styles.get((name, ground))
        if style is None:
            base, more = _EXTRA.get(name, (name, None))
            style = self.inks.style(base, ground)
            style = self._known_styles[name, ground] = style + more if more else style
        return style

    def target_at(self, x: int, y: int) -> tuple[str, Spot | None]:
        """Return the address of the link that is drawn at a place, else nothing, and what the row stands for."""
        _, row = self._row_at(y)
        used = _MARGIN
        for text, name in row.pieces:
            used += width_of(text)
            if x < used:
                return (name[len(LINK) :] if name.startswith(LINK) else ""), row.spot
        return "", row.spot

    def all_spots(self) -> list[tuple[int, Spot]]:
        """Return everything that can be acted on, each with the first of its rows."""
        if self._page is None:
            return []
        self._page.make_all()
        return self._page.spots()

    def put_cursor(self, spot: Spot) -> None:
        """Put the cursor on something, and bring it into sight."""
        self.cursor = spot
        y = next((y for y, one in self.all_spots() if one == spot), self.top_row)
        if not self.top_row <= y < self.top_row + self.size.height - 1:
            self.top_row = max(0, y - self.size.height // 2)
            self._clamp()
        self._redraw()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the text that the mouse selected."""
        if self._page is None:
            return None
        return selection.extract("\n".join(row.plain for row in self._page.rows)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002  # Textual hands it over
        """Draw the selection."""
        self._redraw()

    def notify_style_update(self) -> None:
        """Draw anew in another theme."""
        super().notify_style_update()
        self._redraw()

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
        self._pages.pop((idea.id, self.text_width), None)
        self._page = self._page_of(idea)
        self._redraw()

    # Events

    def on_resize(self) -> None:
        """Wrap for the new width."""
        if self.idea:
            self._page = self._page_of(self.idea)
            self._clamp()
        self._redraw()

    def on_focus(self) -> None:
        """Show the cursor and read the log."""
        self._redraw()
        self._read_log_soon()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self._redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self._go(self.top_row + _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self._go(self.top_row - _WHEEL)

    # Scrolling

    def _go(self, top: int) -> None:
        before = self.top_row
        self.top_row = max(0, top)
        self._clamp()
        if self.top_row != before:
            self._redraw()

    def _clamp(self) -> None:
        page = self._page
        if page is None:
            self.top_row = 0
            return
        page.make(self.top_row + self.size.height + 1)
        self.top_row = min(self.top_row, max(0, len(page.rows) - self.size.height))

    def action_scroll_rows(self, rows: int) -> None:
        """Scroll by rows."""
        self._go(self.top_row + rows)

    def action_page(self, direction: int) -> None:
        """Scroll by a page."""
        self._go(self.top_row + direction * max(1, self.size.height - 2))

    def action_top(self) -> None:
        """Scroll to the top."""
        self._go(0)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        if self._page:
            self._page.make_all()
            self._go(len(self._page.rows))


def _divided(row: Row, span: tuple[int, int]) -> Iterator[tuple[str, str, bool]]:
    """Divide the pieces of a row where the mouse's selection starts and ends (-1 for the end of the row)."""
    start, end = span
    x = 0
    for text, name in row.pieces:
        stop = x + len(text) if end == -1 else end
        cuts = sorted({0, len(text), *(cut for cut in (start - x, stop - x) if 0 < cut < len(text))})
        for low, high in pairwise(cuts):
            yield text[low:high], name, start <= x + low < stop
        x += len(text)


_EXTRA: dict[str, tuple[str, RichStyle]] = {
    LINK: ("label", RichStyle(bold=False, underline=True)),
    "strong": ("title", RichStyle(bold=True)),
    "em": ("title", RichStyle(italic=True)),
    "struck": ("quiet", RichStyle(strike=True)),
    "code": ("ask", RichStyle()),
    "edge": ("quiet", RichStyle(dim=True)),
}
"""Styles of the detail, each as one of the board's with something on top."""
