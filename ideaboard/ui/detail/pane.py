"""The detail: everything about the idea under the cursor, and the keys that act on it.

Its rows are made in `ideaboard.ui.detail.rows`; those of ideas that were shown before are kept, since it changes with
every cursor key.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from textual import events
from textual.message import Message
from textual.timer import Timer

from ideaboard.core.actions import DETAIL
from ideaboard.core.ideas import Idea
from ideaboard.service import Service
from ideaboard.ui.beside import run_beside
from ideaboard.ui.detail.rows import Look, detail_rows, numbered_links
from ideaboard.ui.drawing.cells import width_of
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.rows import BESIDE_TEXT, Rows, RowsView, Spot
from ideaboard.ui.keymap import bindings_of, keymap_of

if TYPE_CHECKING:
    from ideaboard.service.history import LogEntry

_KEPT = 64
_LOG_ENTRIES = 50
_REST_SECONDS = 0.2
_Hints = Sequence[str | tuple[str, str]]
_HINTS: Mapping[str, _Hints] = {
    "point": ("detail.tick",),
    "link": (("detail.act", "open"),),
}
_ACTS: Mapping[str, Literal["open", "tick", "answer"]] = {"link": "open", "point": "tick", "response": "answer"}
_HINTS_ALWAYS: _Hints = (
    ("detail.spot", "next point, link, response"),
    "card.open_link",
    "card.yank",
    "detail.next_card",
    "detail.previous_card",
    ("view.clear", "back"),
    "board.help",
)


class DetailPane(RowsView, can_focus=True):
    """Shows everything about an idea; when it has the focus, its keys act on points, links and responses."""

    DEFAULT_CSS = "DetailPane { width: 1fr; height: 1fr; }"

    @dataclass
    class Stepped(Message):
        """The person wants to see the next idea of the column (1), or the one before (-1)."""

        step: int

    @dataclass
    class Asked(Message):
        """Something about the idea is to be opened, copied, ticked, answered, or taken as the next idea."""

        what: Literal["open", "copy", "tick", "answer", "take"]
        idea: Idea
        value: str = ""
        """The link, the point's key or the response's id; nothing where the link or what to copy is to be picked."""

    class Closed(Message):
        """The person wants back to the board."""

    class Moved(Message):
        """The cursor is on something else, where other keys work."""

    def __init__(self, service: Service, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(inks, id=id)
        self.service = service
        self.idea: Idea | None = None
        self._kept: OrderedDict[tuple[str, int], tuple[Idea, Rows]] = OrderedDict()
        self._logs: dict[str, tuple[Idea, tuple[LogEntry, ...]]] = {}
        self._rest: Timer | None = None
        self._rests_on: Idea | None = None

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
        self._read_log_soon()
        if idea is None and self.has_focus:
            self.post_message(self.Closed())  # nothing is left here that a key could be for

    def reload(self) -> None:
        """Draw anew: another day, another board behind the idea."""
        self._kept.clear()
        self._logs.clear()
        self._take_rows()
        self.redraw()
        self._read_log_soon()

    def _take_rows(self) -> None:
        self.shown_rows = self._rows_of(self.idea) if self.idea and self.size.width else Rows()

    def _rows_of(self, idea: Idea) -> Rows:
        key = (idea.id, self.text_width)
        kept = self._kept.get(key)
        if kept is None or kept[0] is not idea:
            known = self._logs.get(idea.id)
            log = known[1] if known and known[0] is idea else ()
            look = self._look(log)
            kept = self._kept[key] = idea, Rows(detail_rows(idea, self.text_width, look))
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return kept[1]

    def _look(self, log: tuple[LogEntry, ...] = ()) -> Look:
        service = self.service
        return Look(service.board, service.clock(), log, service.config.words, lambda: service.facts.known())

    def width_for(self, idea: Idea, most: int) -> int:
        """Return the width that the longest line about an idea needs, at most so many cells."""
        look = self._look()
        longest = 0
        for row in detail_rows(idea, most - BESIDE_TEXT, look):
            longest = max(longest, width_of(row.plain))
            if longest >= most - BESIDE_TEXT:
                break
        return longest + BESIDE_TEXT

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
        self.post_message(self.Moved())

    def hints(self) -> list[Hint]:
        spot = self.cursor
        if spot is None:
            now: _Hints = ()
        elif spot.kind == "response":
            now = self._response_hints(spot.value)
        else:
            now = _HINTS[spot.kind]
        has_link = self.idea is not None and bool(numbered_links(self.idea))
        always = (hint for hint in _HINTS_ALWAYS if has_link or hint != "card.open_link")
        return keymap_of(self).hints(DETAIL, (*now, *always))

    def _response_hints(self, id: str) -> _Hints:
        response = next((one for one in self.idea.responses if one.id == id), None) if self.idea else None
        if response is None or response.type == "follower":
            return ("detail.take",)
        return (("detail.act", "waits again" if response.answered else "answered"), "detail.take")

    # The log, read beside the screen once the cursor rests: it is in the file alone

    @property
    def log_is_awaited(self) -> bool:
        return self._rest is not None

    @property
    def log_is_read(self) -> bool:
        """Whether the log of the idea as it is now has been read."""
        return self.idea is not None and self._logs.get(self.idea.id, (None,))[0] is self.idea

    def _read_log_soon(self) -> None:
        # A timer costs more than all else that a cursor key does here, so one that runs is left to run.
        if self._rest is None and self.is_attached:
            self._rests_on = self.idea
            self._rest = self.set_timer(_REST_SECONDS, self._rested)

    def _rested(self) -> None:
        self._rest = None
        idea = self.idea
        if idea is not self._rests_on:
            self._read_log_soon()
        elif idea is not None and self.display and not self.log_is_read:
            # Without the log the detail is good too, and the header says what is wrong.
            run_beside(lambda: self._read_log(idea), lambda _error: None)

    def _read_log(self, idea: Idea) -> None:
        log = tuple(self.service.history.log(idea.id, _LOG_ENTRIES))
        self.call_later(self._take_log, idea, log)

    def _take_log(self, idea: Idea, log: tuple[LogEntry, ...]) -> None:
        self._logs = {idea.id: (idea, log)}
        if self.idea is idea:
            self._kept.pop((idea.id, self.text_width), None)
            self._take_rows()
            self.redraw()

    # Events

    def on_mount(self) -> None:
        self._bindings = bindings_of(self, DETAIL, self._bindings)
        self._read_log_soon()

    def on_resize(self) -> None:
        self._take_rows()
        self.clamp()
        self.redraw()

    def on_focus(self) -> None:
        self.redraw()

    def on_show(self) -> None:
        self._read_log_soon()

    def on_blur(self) -> None:
        self.redraw()

    # Scrolling

    def action_move(self, rows: int) -> None:
        self.scroll_rows(rows)

    def action_page(self, direction: int) -> None:
        self.scroll_rows(direction * self.page())

    def action_go(self, index: int) -> None:
        if index < 0:
            self.shown_rows.make_all()
        self.go_to_row(index if index >= 0 else len(self.shown_rows.rows))

    def on_click(self, event: events.Click) -> None:
        url, spot = self.target_at(event.x, event.y)
        if url and self.idea:
            self.post_message(self.Asked("open", self.idea, url))
        elif spot:
            self.put_cursor(spot)
            if spot.kind == "point":
                self.action_act()

    def action_spot(self, step: int) -> None:
        spots = self.all_spots()
        now = next((n for n, (_, spot) in enumerate(spots) if spot == self.cursor), None)
        if now is None:
            below = (n for n, (y, _) in enumerate(spots) if y >= self.top_row)
            now = next(below, len(spots)) - (1 if step > 0 else 0)
        if spots:
            self.put_cursor(spots[min(max(now + step, 0), len(spots) - 1)][1])

    def action_tick(self) -> None:
        if self.cursor and self.cursor.kind == "point":
            self.action_act()
        elif point := next((spot for _, spot in self.all_spots() if spot.kind == "point"), None):
            self.put_cursor(point)

    def action_act(self) -> None:
        if self.idea and (spot := self.cursor):
            self.post_message(self.Asked(_ACTS[spot.kind], self.idea, spot.value))

    def action_take(self) -> None:
        if self.idea and self.cursor and self.cursor.kind == "response":
            self.post_message(self.Asked("take", self.idea, self.cursor.value))
        elif self.idea and len(self.idea.waiting) == 1:
            self.post_message(self.Asked("take", self.idea, self.idea.waiting[0].id))

    def action_open(self) -> None:
        if self.cursor and self.cursor.kind == "link":
            self.action_act()
        elif self.idea:
            self.post_message(self.Asked("open", self.idea))

    def action_step(self, step: int) -> None:
        self.post_message(self.Stepped(step))

    def action_open_number(self, number: int) -> None:
        if self.idea and number <= len(links := numbered_links(self.idea)):
            self.post_message(self.Asked("open", self.idea, links[number - 1].url))

    def action_yank(self) -> None:
        if self.idea:
            link = self.cursor.value if self.cursor and self.cursor.kind == "link" else ""
            self.post_message(self.Asked("copy", self.idea, link))

    def action_close(self) -> None:
        self.post_message(self.Closed())
