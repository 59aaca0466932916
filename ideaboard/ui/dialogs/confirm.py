"""A question with two answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from ideaboard.ui.dialogs.dialog import Dialog, Key

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Confirm(Dialog[bool]):
    """Asks before something that should not happen by accident; `Esc` is the careful answer.

    Args:
        question: one sentence; never read as markup.
        yes: what the button that goes on says.
        no: what the careful button says; it has the focus.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes", show=False),
        Binding("n,escape", "no", "No", show=False),
        Binding("left,right,h,l,up,down,j,k", "other", "Other answer", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | y | Go on. |
    | n, escape | Leave it. |
    | arrows, h, j, k, l | Go to the other button. |
    """

    DEFAULT_CSS = """
    Confirm > #panel { width: 56; }
    Confirm #heading, Confirm.-low #heading { max-height: 8; text-wrap: wrap; }
    Confirm #answers { height: auto; align-horizontal: right; }
    Confirm Button { margin-left: 2; min-width: 8; }
    """

    def __init__(self, question: str, yes: str = "Yes", no: str = "No") -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._no = no

    def dialog_title(self) -> Content:
        """The question."""
        return Content(self._question)

    def keys(self) -> Iterable[Key]:
        """Both answers."""
        return (("y", self._yes, "yes"), ("n", self._no, "no"))

    def compose_body(self) -> ComposeResult:
        """Two buttons, the careful one first."""
        with Horizontal(id="answers"):
            yield Button(Content(self._no), id="no", compact=True)
            yield Button(Content(self._yes), id="yes", variant="error", compact=True)

    def on_mount(self) -> None:
        """Put the focus on the careful answer."""
        self.query_one("#no").focus()

    def closes_by_click(self) -> bool:
        """A click beside the panel answers nothing."""
        return False

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer with the button."""
        self.dismiss(event.button.id == "yes")

    def action_yes(self) -> None:
        """Go on."""
        self.dismiss(True)

    def action_no(self) -> None:
        """Leave it."""
        self.dismiss(False)

    def action_other(self) -> None:
        """Go to the other button."""
        self.query_one("#no" if self.query_one("#yes").has_focus else "#yes").focus()
