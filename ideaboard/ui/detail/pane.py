"""The detail: everything about the idea under the cursor, and the keys that act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from ideaboard.core.ideas import Idea
from ideaboard.ui.detail.rows import numbered_links
from ideaboard.ui.detail.view import DetailView

if TYPE_CHECKING:
    from textual import events


class DetailPane(DetailView):
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

    def on_click(self, event: events.Click) -> None:
        """Open the link, or act on the point or response, that was clicked."""
        url, spot = self.target_at(event.x, event.y)
        if url:
            self.post_message(self.LinkOpened(url))
        elif spot:
            self.put_cursor(spot)
            if spot.kind == "point":
                self.action_act()

    def action_spot(self, step: int) -> None:
        """Put the cursor on the next or the previous thing to act on, and bring it into sight."""
        spots = self.all_spots()
        now = next((n for n, (_, spot) in enumerate(spots) if spot == self.cursor), None)
        if now is None:
            below = (n for n, (y, _) in enumerate(spots) if y >= self.top_row)
            now = next(below, len(spots)) - (1 if step > 0 else 0)
        if spots:
            self.put_cursor(spots[min(max(now + step, 0), len(spots) - 1)][1])

    def action_tick(self) -> None:
        """Tick the point under the cursor; without a cursor, go to the first point."""
        if self.cursor and self.cursor.kind == "point":
            self.action_act()
        elif point := next((spot for _, spot in self.all_spots() if spot.kind == "point"), None):
            self.put_cursor(point)

    def action_act(self) -> None:
        """Open the link, tick the point, or say that the response is answered."""
        idea, spot = self.idea, self.cursor
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
        if self.cursor and self.cursor.kind == "response":
            self.post_message(self.ResponseTaken(idea, self.cursor.value))
        elif len(idea.waiting) == 1:
            self.post_message(self.ResponseTaken(idea, idea.waiting[0].id))

    def action_open(self) -> None:
        """Open the link under the cursor, or the first."""
        if self.cursor and self.cursor.kind == "link":
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
        if self.cursor and self.cursor.kind == "link":
            self.post_message(self.Yanked(self.cursor.value))
        elif self.idea:
            self.post_message(self.YankAsked(self.idea))

    def action_close(self) -> None:
        """Go back to the board."""
        self.post_message(self.Closed())
