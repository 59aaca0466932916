"""All that was said, whole: what is wrong now, then the last messages."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from ideaboard.ui.dialogs.dialog import MUTED, TextDialog
from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.drawing.footer import Said
from ideaboard.ui.keymap import keymap_of

_STYLES = {"title": "$foreground", "warm": "$text-warning", "alert": "$text-error"}


class MessagesDialog(TextDialog):
    """Shows the problems that last, and what was said, the newest first."""

    NOTHING = "Nothing is wrong"

    def __init__(self, problems: Sequence[str], kept: Sequence[Said]) -> None:
        super().__init__("Messages")
        self._problems = problems
        self._kept = kept

    def on_mount(self) -> None:
        keys = [key for key, does in keymap_of(self).by_key().items() if does == "board_problems"]
        self._bindings.bind(",".join(keys), "close", "Close", show=False)

    def lines(self) -> Sequence[Content]:
        lines = [Content.styled(tame(problem), "$text-warning") for problem in self._problems]
        gap = [Content()] if lines and self._kept else []
        return [*lines, *gap, *(Content.styled(said.text, _STYLES.get(said.style, MUTED)) for said in self._kept)]
