"""The detail: everything about the idea under the cursor, drawn line by line.

It changes with every cursor key, so nothing is mounted and nothing is laid out: rows are made lazily from the top
(`ideaboard.ui.widgets.detail_rows`) until the pane is full, and strips are kept for ideas that were shown before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ideaboard.core.ideas import Idea
from ideaboard.errors import IdeaboardError
from ideaboard.ui.cells import width_of
from ideaboard.ui.inks import CURSOR, PLAIN, Inks
from ideaboard.ui.widgets.detail_rows import Look, detail_rows, numbered_links
from ideaboard.ui.widgets.detail_text import LINK, Row, Spot

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Region
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


class _Page:
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


class DetailPane(Widget, can_focus=True):
    """Shows everything about an idea; when it has the focus, its keys act on points, links and responses.

    Args:
        service: gives the board, the moment and the log.
        inks: the colours; `restyle` changes them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_rows(1)", "Down", show=False),
        Binding("k,up", "scroll_rows(-1)", "Up", show=False),
        Binding("pagedown,ctrl+f,ctrl+d", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("g,home", "top", "Top", show=False),
        Binding("G,end", "bottom", "Bottom", show=False),
        Binding("tab", "spot(1)", "Next point, link or response", show=False),
        Binding("shift+tab", "spot(-1)", "Previous point, link or response", show=False),
        Binding("space", "tick", "Tick", show=False),
        Binding("enter", "act", "Open, tick or answer", show=False),
        Binding("plus", "take", "Make it an idea", show=False),
        Binding("o", "open", "Open link", show=False),
        *(Binding(str(n), f"open_number({n})", f"Open link {n}", show=False) for n in range(1, 10)),
        Binding("y", "yank", "Copy link", show=False),
        Binding("escape", "close", "Back to the board", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | j, k, arrows, page keys, g, G | Scroll. |
    | tab, shift+tab | Go to the next, previous point, link or response. |
    | space | Tick the point under the cursor. |
    | enter | Open the link, tick the point, or say that the response is answered. |
    | plus | Make the response under the cursor an idea. |
    | o | Open the link under the cursor, or the first. |
    | 1-9 | Open a link by its number. |
    | y | Copy the link under the cursor, or pick what to copy. |
    | escape | Back to the board. |
    """

    DEFAULT_CSS = "DetailPane { width: 1fr; height: 1fr; }"

    class LinkOpened(Message):
        """A link is to be opened."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    class Yanked(Message):
        """A text is to be copied."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class YankAsked(Message):
        """Something about the idea is to be copied; what, is still to be picked."""

        def __init__(self, idea: Idea) -> None:
            super().__init__()
            self.idea = idea

    class PointTicked(Message):
        """A point of the checklist is to be ticked, or its tick taken away."""

        def __init__(self, idea: Idea, point: str) -> None:
            super().__init__()
            self.idea = idea
            self.point = point

    class ResponseAnswered(Message):
        """A response is to be marked as answered, or as not answered after all."""

        def __init__(self, idea: Idea, response_id: str) -> None:
            super().__init__()
            self.idea = idea
            self.response_id = response_id

    class ResponseTaken(Message):
        """A response is to become the next idea."""

        def __init__(self, idea: Idea, response_id: str) -> None:
            super().__init__()
            self.idea = idea
            self.response_id = response_id

    class Closed(Message):
        """The person wants back to the board."""

    def __init__(self, service: Service, inks: Inks, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.service = service
        self.inks = inks
        self._page: _Page | None = None
        self._pages: OrderedDict[tuple[str, int], _Page] = OrderedDict()
        self._top = 0
        self._spot: Spot | None = None
        self._strips: dict[int, Strip] = {}
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
            self._page = _Page(idea, iter(()))
        if idea is None or before is None or idea.id != before.id:
            self._top, self._spot = 0, None
        self._redraw()
        if self.has_focus:
            self._read_log_soon()

    def restyle(self, inks: Inks) -> None:
        """Take on other colours."""
        self.inks = inks
        self._redraw()

    def reload(self) -> None:
        """Draw anew: another day, another board behind the idea."""
        self._pages.clear()
        self._logs.clear()
        if self.idea:
            self._page = self._page_of(self.idea)
        self._redraw()

    def _page_of(self, idea: Idea) -> _Page:
        key = (idea.id, self.text_width)
        page = self._pages.get(key)
        if page is None or page.idea is not idea:
            known = self._logs.get(idea.id)
            log = known[1] if known and known[0] is idea else ()
            look = Look(self.service.board, self.service.clock(), log)
            page = self._pages[key] = _Page(idea, detail_rows(idea, self.text_width, look))
            if len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(key)
        return page

    def _redraw(self) -> None:
        self._strips.clear()
        self.refresh()

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips of a region."""
        page = self._page
        if page:
            page.make(self._top + self.size.height + 1)
        whole = crop.x == 0 and crop.width == self.size.width
        strips = [self._strip(y) for y in range(crop.y, crop.bottom)]
        return strips if whole else [strip.crop(crop.x, crop.right) for strip in strips]

    def _strip(self, y: int) -> Strip:
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._draw(y)
        return strip

    def _draw(self, y: int) -> Strip:
        width = self.size.width
        number, row = self._row_at(y)
        on = self.has_focus and row.spot is not None and row.spot == self._spot
        ground = CURSOR if on else PLAIN
        edge, edge_style = (_EDGE_FOCUSED, "label") if self.has_focus else (_EDGE, "edge")
        segments = [Segment(edge, self._style(edge_style)), Segment(" ", self._style("title", ground))]
        used = _MARGIN
        for text, name, selected in self._selected(row, number):
            style = self._style(name, ground)
            if selected:
                style += self.screen.get_component_rich_style("screen--selection")
            segments.append(Segment(text, style))
            used += width_of(text)
        segments.append(Segment(" " * max(0, width - used - 1), self._style("title", ground)))
        segments.append(Segment(self._arrow(y), self._style("quiet", ground)))
        return Strip(segments, width) if used < width else Strip(segments).adjust_cell_length(width)

    def render_line(self, y: int) -> Strip:
        """Return a line that says which character each cell holds; Textual asks for it where the mouse selects."""
        number, _ = self._row_at(y)
        edge, text = self._strip(y).divide([_MARGIN, self.size.width])
        return Strip.join([edge, text.apply_offsets(0, number)])

    def _row_at(self, y: int) -> tuple[int, Row]:
        """Return the number and the row that are drawn on a line of the pane."""
        number = self._top + y
        page = self._page
        return number, page.rows[number] if page and number < len(page.rows) else Row()

    def _arrow(self, y: int) -> str:
        """Say at the right edge that there is more above or below."""
        page = self._page
        if page and y == 0 and self._top:
            return "↑"
        if page and y == self.size.height - 1 and len(page.rows) > self._top + self.size.height:
            return "↓"
        return " "

    def _style(self, name: str, ground: str = PLAIN) -> RichStyle:
        """Return the style of a name; those that the board has not are made of those that it has."""
        if name.startswith(LINK):
            return self.inks.style("label", ground) + RichStyle(bold=False, underline=True)
        if extra := _EXTRA.get(name):
            return self.inks.style(extra[0], ground) + extra[1]
        return self.inks.style(name, ground)

    def _selected(self, row: Row, number: int) -> Iterator[tuple[str, str, bool]]:
        """Divide a row where the mouse's selection starts and ends."""
        selection = self.text_selection
        span = selection.get_span(number) if selection else None
        if span is None:
            for text, name in row.pieces:
                yield text, name, False
            return
        start, end = span
        x = 0
        for text, name in row.pieces:
            stop = x + len(text) if end == -1 else end
            cuts = sorted({0, len(text), *(cut for cut in (start - x, stop - x) if 0 < cut < len(text))})
            for low, high in pairwise(cuts):
                yield text[low:high], name, start <= x + low < stop
            x += len(text)

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
        self._go(self._top + _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self._go(self._top - _WHEEL)

    def on_click(self, event: events.Click) -> None:
        """Open the link, or act on the point or response, that was clicked."""
        _, row = self._row_at(event.y)
        used = _MARGIN
        for text, name in row.pieces:
            used += width_of(text)
            if event.x < used:
                if name.startswith(LINK):
                    self.post_message(self.LinkOpened(name[len(LINK) :]))
                    return
                break
        if row.spot:
            self._spot = row.spot
            self._redraw()
            if row.spot.kind == "point":
                self.action_act()

    # Scrolling

    def _go(self, top: int) -> None:
        before = self._top
        self._top = max(0, top)
        self._clamp()
        if self._top != before:
            self._redraw()

    def _clamp(self) -> None:
        page = self._page
        if page is None:
            self._top = 0
            return
        page.make(self._top + self.size.height + 1)
        self._top = min(self._top, max(0, len(page.rows) - self.size.height))

    def action_scroll_rows(self, rows: int) -> None:
        """Scroll by rows."""
        self._go(self._top + rows)

    def action_page(self, direction: int) -> None:
        """Scroll by a page."""
        self._go(self._top + direction * max(1, self.size.height - 2))

    def action_top(self) -> None:
        """Scroll to the top."""
        self._go(0)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        if self._page:
            self._page.make_all()
            self._go(len(self._page.rows))

    # Points, links and responses

    def action_spot(self, step: int) -> None:
        """Put the cursor on the next or the previous thing to act on, and bring it into sight."""
        page = self._page
        if page is None:
            return
        page.make_all()
        spots = page.spots()
        places = [y for y, _ in spots]
        now = next((n for n, (y, spot) in enumerate(spots) if spot == self._spot), None)
        if now is None:
            below = (n for n, y in enumerate(places) if y >= self._top)
            now = next(below, len(spots)) - (1 if step > 0 else 0)
        now = min(max(now + step, 0), len(spots) - 1)
        if spots:
            y, self._spot = spots[now]
            if not self._top <= y < self._top + self.size.height - 1:
                self._top = max(0, y - self.size.height // 2)
                self._clamp()
            self._redraw()

    def action_tick(self) -> None:
        """Tick the point under the cursor; without a cursor, go to the first point."""
        if self._spot and self._spot.kind == "point":
            self.action_act()
        elif self._page:
            self._page.make_all()
            point = next((spot for _, spot in self._page.spots() if spot.kind == "point"), None)
            if point:
                self._spot = point
                self.action_spot(0)

    def action_act(self) -> None:
        """Open the link, tick the point, or say that the response is answered."""
        idea, spot = self.idea, self._spot
        if idea is None or spot is None:
            return
        if spot.kind == "link":
            self.post_message(self.LinkOpened(spot.value))
        elif spot.kind == "point":
            self.post_message(self.PointTicked(idea, spot.value))
        else:
            self.post_message(self.ResponseAnswered(idea, spot.value))

    def action_take(self) -> None:
        """Make the response under the cursor, or the only one that waits, an idea."""
        idea = self.idea
        if idea is None:
            return
        if self._spot and self._spot.kind == "response":
            self.post_message(self.ResponseTaken(idea, self._spot.value))
        elif len(idea.waiting) == 1:
            self.post_message(self.ResponseTaken(idea, idea.waiting[0].id))

    def action_open(self) -> None:
        """Open the link under the cursor, or the first."""
        if self._spot and self._spot.kind == "link":
            self.action_act()
        else:
            self.action_open_number(1)

    def action_open_number(self, number: int) -> None:
        """Open a link by its number."""
        links = numbered_links(self.idea) if self.idea else []
        if number <= len(links):
            self.post_message(self.LinkOpened(links[number - 1].url))

    def action_yank(self) -> None:
        """Copy the link under the cursor, or let the person pick."""
        if self._spot and self._spot.kind == "link":
            self.post_message(self.Yanked(self._spot.value))
        elif self.idea:
            self.post_message(self.YankAsked(self.idea))

    def action_close(self) -> None:
        """Go back to the board."""
        self.post_message(self.Closed())


_EXTRA: dict[str, tuple[str, RichStyle]] = {
    "strong": ("title", RichStyle(bold=True)),
    "em": ("title", RichStyle(italic=True)),
    "struck": ("quiet", RichStyle(strike=True)),
    "code": ("ask", RichStyle()),
    "edge": ("quiet", RichStyle(dim=True)),
}
"""Styles of the detail, each as one of the board's with something on top."""
