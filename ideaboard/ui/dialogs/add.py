"""Adding an idea from wherever one is: the line of the board in a dialog."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from ideaboard.core.changes import NewIdea
from ideaboard.core.quick_add import QuickAdd, parse_quick_add
from ideaboard.service import Service
from ideaboard.ui.dialogs.dialog import MUTED, Dialog, Key, titled
from ideaboard.ui.drawing.cells import tame

_EXAMPLE = "Title  #tag  @kind  !2026-12-24  https://link"


class AddScreen(Dialog[NewIdea | None]):
    """Asks for one line, as on the board, and says what was understood; the idea goes to the first column."""

    DEFAULT_CSS = """
    AddScreen > #panel { width: 84; }
    AddScreen Input:focus { background: $primary 20%; }
    AddScreen #understood { height: auto; padding: 0 1; }
    """

    def __init__(self, service: Service) -> None:
        super().__init__(titled("Add", f"an idea to {service.workflow.stage_label(service.workflow.first)}"))
        self._service = service

    def keys(self) -> Iterable[Key]:
        return (("Enter", "add", "add"), ("Esc", "cancel", "close"))

    def compose_body(self) -> ComposeResult:
        yield Input(placeholder=_EXAMPLE)
        yield Static(id="understood")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))

    def _read(self) -> QuickAdd:
        service = self._service
        return parse_quick_add(self.query_one(Input).value, service.workflow, service.clock().date())

    def on_input_changed(self) -> None:
        read = self._read()
        similar = self._service.ideas.similar_titles(read.new.title, limit=1) if read.new.title else []
        if read.problems:
            said = Content.styled(read.problems[0], "$text-warning")
        elif similar:
            where = self._service.workflow.stage_label(similar[0].stage)
            said = Content.styled(f"similar in {where}: {tame(similar[0].title)}", "$text-warning")
        else:
            said = Content.styled("  ".join(read.understood), "$text-success" if read.understood else MUTED)
        self.query_one("#understood", Static).update(said)

    def on_input_submitted(self) -> None:
        self.action_add()

    def action_add(self) -> None:
        if not self.query_one(Input).value.strip():
            self.dismiss(None)
            return
        read = self._read()
        if read.new.title:
            self.give(read.new)
        else:
            self.query_one("#understood", Static).update(Content.styled("give the idea a few words", "$text-error"))

    @property
    def holds_typed(self) -> bool:
        return bool(self.query_one(Input).value.strip())
