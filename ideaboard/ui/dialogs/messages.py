"""All that was said, whole: what is wrong now, then the last messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from ideaboard.ui.dialogs.dialog import MUTED, TextDialog
from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.drawing.footer import Said

_STYLES = {"title": "$foreground", "warm": "$text-warning", "alert": "$text-error"}


class MessagesDialog(TextDialog):
    """Shows the problems that last, and what was said, the newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("exclamation_mark", "close", "Close", show=False)]
    NOTHING = "Nothing is wrong"

    def __init__(self, problems: Sequence[str], kept: Sequence[Said]) -> None:
        super().__init__("Messages")
        self._problems = problems
        self._kept = kept

    def lines(self) -> Sequence[Content]:
        lines = [Content.styled(tame(problem), "$text-warning") for problem in self._problems]
        gap = [Content()] if lines and self._kept else []
        return [*lines, *gap, *(Content.styled(said.text, _STYLES.get(said.style, MUTED)) for said in self._kept)]
