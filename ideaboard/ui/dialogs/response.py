"""A response: one key for what it is, one line, and a link if there is one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input
from textual.widgets.option_list import Option

from ideaboard.core.ideas import Idea
from ideaboard.core.links import clean_url
from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput
from ideaboard.ui.dialogs.confirm import Confirm
from ideaboard.ui.dialogs.dialog import MUTED, Dialog, Key
from ideaboard.ui.dialogs.edit import Field
from ideaboard.ui.dialogs.lists import PickList

if TYPE_CHECKING:
    from textual.app import ComposeResult

_TYPES = (
    ("follower", "f", "somebody follows along", "who, and where they came from"),
    ("question", "q", "somebody brings a well-researched question", "what they ask"),
    ("opportunity", "o", "somebody brings something of value to both", "what they bring"),
)


class ResponseScreen(Dialog[tuple[str, str, str] | None]):
    """Writes down one of the three responses that matter; gives (type, text, link).

    Args:
        idea: the idea that it is a response to.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"pick('{type}')", type.capitalize(), show=False) for type, key, _, _ in _TYPES),
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
        Binding("escape", "close", "Close", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | f, q, o | A follower, a question, an opportunity. |
    | enter | Go on; save when the line is written. |
    | ctrl+s | Save. |
    | escape | Close; asks when something was typed. |
    """

    DEFAULT_CSS = """
    ResponseScreen > #panel { width: 76; }
    ResponseScreen PickList { margin-bottom: 1; }
    ResponseScreen.-low PickList { margin-bottom: 0; }
    """

    def __init__(self, idea: Idea) -> None:
        super().__init__()
        self._idea = idea

    def dialog_title(self) -> Content:
        """To what."""
        return Content.assemble("Response to  ", (self._idea.title, "not bold"))

    def keys(self) -> Iterable[Key]:
        """Save and close."""
        return (("Enter", "go on", ""), ("Ctrl+S", "save", "save"), ("Esc", "cancel", "close"))

    def compose_body(self) -> ComposeResult:
        """The types, the line, and the link."""
        yield PickList(
            *(
                Option(
                    Content.assemble((f" {key} ", "bold"), " ", type.capitalize().ljust(12), "  ", (what, MUTED)),
                    id=type,
                )
                for type, key, what, _ in _TYPES
            )
        )
        yield Field("text", "One line", Input())
        yield Field("link", "Link", Input(placeholder="where it was said, if anywhere"))

    def on_mount(self) -> None:
        """Start with the type; a question is the most frequent."""
        picks = self.query_one(PickList)
        picks.highlighted = 1
        picks.focus()
        self._hint()

    def on_option_list_option_highlighted(self) -> None:
        """Ask for what belongs to the type."""
        self._hint()

    def on_option_list_option_selected(self) -> None:
        """Go on to the line."""
        self.query_one("#text").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Check the link that is typed."""
        if event.input.id == "link":
            self._link()
        elif event.value:
            self.query_one("#field-text", Field).say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save; a line that is still empty is asked for."""
        if event.value or event.input.id == "link":
            self.action_save()
        else:
            self._text()

    def _hint(self) -> None:
        self.query_one("#text", Input).placeholder = next(hint for type, _, _, hint in _TYPES if type == self._type())

    def _type(self) -> str:
        return _TYPES[self.query_one(PickList).highlighted or 0][0]

    def _text(self) -> str:
        """Return the line, or nothing with a sentence on why."""
        text = clean_line(self.query_one("#text", Input).value)
        self.query_one("#field-text", Field).say("" if text else "write who or what it is about", wrong=not text)
        return text

    def _link(self) -> str | None:
        """Return the link, or None with a sentence on why it cannot be taken."""
        field, typed = self.query_one("#field-link", Field), self.query_one("#link", Input).value.strip()
        try:
            url = clean_url(typed) if typed else ""
        except InvalidInput as error:
            field.say(f"{error.message}: {error.hint}", wrong=True)
            return None
        field.say(f"kept as {url}" if url != typed else "")
        return url

    def action_pick(self, type: str) -> None:
        """Pick the type, and go on to the line."""
        self.query_one(PickList).highlighted = [one[0] for one in _TYPES].index(type)
        self.query_one("#text").focus()

    def action_save(self) -> None:
        """Close with the response; when something cannot be taken, go there instead."""
        text, url = self._text(), self._link()
        if not text:
            self.query_one("#text").focus()
        elif url is None:
            self.query_one("#link").focus()
        else:
            self.dismiss((self._type(), text, url))

    def _touched(self) -> bool:
        return any(field.value.strip() for field in self.query(Input))

    def closes_by_click(self) -> bool:
        """A click beside the panel only closes while nothing is typed."""
        return not self._touched()

    def action_close(self) -> None:
        """Close; ask first when something was typed."""
        if not self._touched():
            self.dismiss(None)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(None)

        self.app.push_screen(Confirm("Throw away what you typed?", "Throw away", "Go on"), answered)
