"""A list to pick from: stops at both ends, and knows `j`, `k`, `g` and `G` like the board."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList


class PickList(OptionList):
    """Textual's option list without the jump from one end to the other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | j, k | Go down, up. |
    | g, G | Go to the first, the last. |
    """

    DEFAULT_CSS = """
    PickList, PickList:focus {
        border: none;
        padding: 0;
        background: transparent;
        background-tint: transparent;
        height: auto;
        max-height: 100%;
        scrollbar-size-vertical: 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .option-list--option-highlighted { background: $primary 25%; color: $foreground; text-style: bold; }
        &:focus > .option-list--option-highlighted { background: $primary 25%; color: $foreground; text-style: bold; }
        & > .option-list--option-hover { background: $foreground 7%; }
    }
    """

    def action_cursor_down(self) -> None:
        """Go down, and stay on the last."""
        if self.highlighted is None or self.highlighted < self.option_count - 1:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """Go up, and stay on the first."""
        if self.highlighted:
            super().action_cursor_up()
