"""The board: all columns in one line-drawn widget.

One widget, not one for each column: choosing, collapsing and narrowing columns is then arithmetic and never a layout, a
card can be dragged across, and the line that is typed in changes in the same frame as the cards. How it is drawn is in
`ideaboard.ui.board.lines`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from textual import events
from textual.message import Message

from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea
from ideaboard.ui.board.card import Day
from ideaboard.ui.board.columns import TOP_LINES
from ideaboard.ui.board.heads import tab_at
from ideaboard.ui.board.lines import BoardLines, Drag
from ideaboard.ui.drawing.inks import Inks

_DRAG_CELLS = 2
"""How far the mouse goes sideways before a press becomes a drag."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the cursor and the columns stand."""

    stage: str
    ids: Mapping[str, tuple[str, str]]
    """For each column the ids of the card under its cursor and of the one at its top."""


def _anything(_id: str) -> bool:
    return True


class BoardView(BoardLines):
    """Shows the columns and keeps what belongs to the picture alone: cursors, scroll positions, collapsed columns."""

    class Selected(Message):
        """The cursor went to another card, by the mouse."""

    class Opened(Message):
        """A card was clicked twice."""

    class Resized(Message):
        """The widget has another size."""

    @dataclass
    class Dropped(Message):
        """A card was dragged to another place."""

        idea: Idea
        stage: str
        index: int

    def __init__(self, inks: Inks, day: Day, stages: Sequence[str]) -> None:
        super().__init__(inks, day, stages)
        self._sorted: dict[str, tuple[Sequence[Idea], str, Sequence[Idea]]] = {}
        """Of columns in another order: what was sorted, how, and what came of it."""

    @property
    def current(self) -> Idea | None:
        return self.column.current

    def show(self, board: Board, found: Mapping[str, Sequence[Idea]] | None = None) -> None:
        """Show the ideas of a board, or what a filter found; cursors and scroll positions follow their cards."""
        for stage, column in self.columns.items():
            ideas = (board.columns if found is None else found).get(stage, ())
            there = partial(board.is_in, stage) if found is None else _anything
            column.show(self._in_order(stage, ideas, board), there)

    def _in_order(self, stage: str, ideas: Sequence[Idea], board: Board) -> Sequence[Idea]:
        """Return the ideas of a column as they are looked at; what was sorted before is the same again."""
        order = self.orders.get(stage)
        if not order:
            self._sorted.pop(stage, None)
            return ideas
        known = self._sorted.get(stage)
        if known is None or known[0] is not ideas or known[1] != order:
            from ideaboard.core.orders import in_order

            known = self._sorted[stage] = (ideas, order, in_order(ideas, order, board.workflow))
        return known[2]

    def focus_stage(self, stage: str) -> None:
        """Make a column the focused one, and open it when it is collapsed."""
        if stage in self.columns:
            self.focused_stage = stage
            self.collapsed.discard(stage)

    def go_to(self, idea: Idea, stage: str) -> bool:
        column = self.columns.get(stage)
        if column is None or not column.go_to(idea.id):
            return False
        self.focus_stage(stage)
        return True

    def places(self) -> Places:
        return Places(self.focused_stage, {stage: column.place() for stage, column in self.columns.items()})

    def go_back_to(self, places: Places) -> None:
        for stage, (cursor, top) in places.ids.items():
            self.columns[stage].go_back_to(cursor, top)
        self.focus_stage(places.stage)

    def go_to_top(self) -> None:
        for column in self.columns.values():
            column.index = column.top = 0

    def neighbour(self, step: int) -> str:
        """Return the next open column to the left (-1) or right (+1), or the focused one at the edge."""
        stages = [stage for stage in self.stages if stage not in self.collapsed]
        index = stages.index(self.focused_stage) + step
        return stages[index] if 0 <= index < len(stages) else self.focused_stage

    def wheel(self, direction: int, x: int) -> None:
        slot = self.layout_now.at(x)
        if slot and not slot.collapsed:
            self.columns[slot.stage].scroll(direction, self.card_lines, self.heights(slot))
            self.sync()

    def page(self) -> int:
        return self.column.page(self.card_lines, self.heights(self.focused_slot()))

    # Mouse and size

    def place_at(self, x: int, y: int) -> tuple[str, int] | None:
        """Return the column and the index of the card at a cell; below the last card it is one more than that."""
        slot = self.layout_now.at(x)
        if slot is None or slot.collapsed or y < TOP_LINES:
            return None
        ideas, index = self.shown(slot.stage)
        height = self.heights(slot)
        line = TOP_LINES
        while index < len(ideas):
            line += height(ideas[index])
            if y < line:
                break
            index += 1
        return slot.stage, index

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        if event.button != 1 or self.ghost is not None:
            return
        if event.y == TOP_LINES - 1 and self.layout_now.tabs:
            stage = tab_at(self.tab_heads(), self.focused_stage, self.size.width, event.x)
        else:
            slot = self.layout_now.at(event.x)
            stage = slot.stage if slot else None
        if stage is None or event.y < TOP_LINES - 1:
            return
        place = self.place_at(event.x, event.y)
        self.focus_stage(stage)
        if place and place[1] < len(self.column.ideas):
            self.column.go(place[1])
            idea = self.column.ideas[place[1]]
            self.drag = Drag(idea, event.x, event.y, stage, place[1])
            self.capture_mouse()
        self.post_message(self.Selected())

    def on_mouse_move(self, event: events.MouseMove) -> None:
        drag = self.drag
        if drag is None:
            return
        event.stop()
        if not drag.moved and abs(event.x - drag.x) < _DRAG_CELLS and event.y == drag.y:
            return
        drag.moved = True
        if event.y <= TOP_LINES:
            self.wheel(-1, event.x)
        elif event.y >= self.size.height - 1:
            self.wheel(1, event.x)
        place = self.place_at(event.x, min(max(event.y, TOP_LINES), self.size.height - 1))
        if place and place != (drag.stage, drag.index):
            drag.stage, drag.index = place
        self.sync()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        drag, self.drag = self.drag, None
        if drag is None:
            return
        event.stop()
        self.release_mouse()
        self.sync()
        if drag.moved:
            self.post_message(self.Dropped(drag.idea, drag.stage, drag.index))

    def drop_nothing(self) -> None:
        """Let the dragged card go back to where it was."""
        if self.drag is not None:
            self.drag = None
            self.release_mouse()
            self.sync()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if event.chain == 2 and self.place_at(event.x, event.y) and self.current:
            self.post_message(self.Opened())

    def on_resize(self, event: events.Resize) -> None:
        event.stop()
        self._cards.clear()
        self.post_message(self.Resized())
        self.reveal()
