"""The filter of the inbox: the language of the board's, as you type, a slice of time at a go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.query import Context
from ideaboard.ui.drawing.filtering import Filter
from ideaboard.ui.drawing.prompt import TypedLine
from ideaboard.ui.papers.screen import PaperScreen

if TYPE_CHECKING:
    from textual import events

    from ideaboard.service import Service

_FILTER_SECONDS = 0.008
_SLICE_PAUSE = 0.004


class FilteringScreen(PaperScreen):
    """Narrows the inbox.

    Args:
        service: the use cases.
        context: what filters are asked against, when folded texts are kept already.
    """

    def __init__(self, service: Service, context: Context | None = None) -> None:
        super().__init__(service)
        self.filter = Filter(context or service.ideas.context())
        self.editor: TypedLine | None = None
        """The filter while it is typed."""

    def list_ideas(self) -> None:
        """List the inbox in its order, without what the filter leaves out."""
        raise NotImplementedError

    def action_filter(self) -> None:
        """Filter as you type."""
        self.editor = TypedLine(self.filter.text)
        self.refresh_all()

    def on_key(self, event: events.Key) -> None:
        """Feed the filter while it is typed; other keys are left to the bindings."""
        editor = self.editor
        if editor is None:
            return
        event.stop()
        event.prevent_default()
        if event.key == "enter":
            self.editor = None
            self.refresh_all()
        elif event.key in ("escape", "ctrl+c"):
            self.editor = None
            self.filter_by("")
        elif event.key in ("up", "down"):
            self.action_move(1 if event.key == "down" else -1)
        elif editor.press(event.key):
            self.filter_by(editor.text)
        elif event.character is not None and event.is_printable:
            editor.insert(event.character)
            self.filter_by(editor.text)

    def on_paste(self, event: events.Paste) -> None:
        """Paste into the filter."""
        event.stop()
        if self.editor is not None:
            self.editor.insert(event.text)
            self.filter_by(self.editor.text)

    def filter_by(self, text: str) -> None:
        """Filter; what a slice of time finds is shown at once, the rest follows."""
        if text.strip():
            self.filter.set(text, self.service.board, (CANDIDATE,))
            if not self.filter.run(_FILTER_SECONDS, enough=self.size.height):
                self.set_timer(_SLICE_PAUSE, self._filter_on)
        else:
            self.filter.clear()
        self.list_ideas()
        if self.editor is not None:
            self.action_go(0)

    def _filter_on(self) -> None:
        if not self.filter.done:
            if not self.filter.run(_FILTER_SECONDS):
                self.set_timer(_SLICE_PAUSE, self._filter_on)
                # To sort and show everything at each slice would cost more than the slice.
                if len(self.rows.keys) >= self.size.height:
                    self.show_top()
                    return
            self.list_ideas()
