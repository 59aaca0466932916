"""All that was said, whole: what is wrong now, then the last messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from ideaboard.ui.dialogs.dialog import MUTED, Dialog
from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.drawing.footer import Said

_STYLES = {"title": "$foreground", "warm": "$text-warning", "alert": "$text-error"}


class MessagesDialog(Dialog[None]):
    """Shows the problems that last, and what was said, the newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,exclamation_mark,enter", "close", "Close", show=False)]
    KEYS = (("Esc", "close", "close"),)

    def __init__(self, problems: Sequence[str], kept: Sequence[Said]) -> None:
        super().__init__("Messages")
        self._problems = problems
        self._kept = kept

    def compose_body(self) -> ComposeResult:
        lines = [Content.styled(tame(problem), "$text-warning") for problem in self._problems]
        if lines and self._kept:
            lines.append(Content())
        lines += [Content.styled(said.text, _STYLES.get(said.style, MUTED)) for said in self._kept]
        yield Static(Content("\n").join(lines) if lines else Content.styled("Nothing is wrong", MUTED))

    def on_mount(self) -> None:
        body = self.query_one("#body")
        body.can_focus = True
        self.set_focus(body)
