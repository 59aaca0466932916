"""The base of all forms: fields that are checked as they are typed, and nothing typed is lost without a question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Checkbox, Input, OptionList, Select, Static, TextArea

from ideaboard.core.text import ADDRESS, link_or_nothing
from ideaboard.errors import InvalidInput
from ideaboard.ui.dialogs.dialog import MUTED, Dialog, Key, confirm
from ideaboard.ui.dialogs.lists import go_a_page

ResultType = TypeVar("ResultType")

Said = Callable[[str], str]
"""Gives what is to be said about the text of a field, or nothing."""

_ENTER: dict[type[Widget], str] = {TextArea: "new line", Select: "choose", Checkbox: "tick", OptionList: "choose"}
"""What Enter does where it does not go on to the next field."""

_BLANK = re.compile(r"\s")


def doubt_line(text: str) -> str:
    """Return the question to ask about a line of words that is an address."""
    is_address = ADDRESS.fullmatch(text.strip())
    return f"'{text.strip()}' is an address, and the link has a field of its own. Keep it here?" if is_address else ""


class Tick(Checkbox):
    """A box that shows its state by its sign and not by its colour."""

    def render(self) -> Content:
        mark = ("✓", "$text-success bold") if self.value else ("○", MUTED)
        label = self._label.stylize_before("bold" if self.has_focus else "")
        return Content.assemble(mark, " ", label)


def doubt_link(text: str) -> str:
    """Return the question to ask about a link with a blank in it: it may be a link with something else behind it."""
    return f"There is a blank in the link. Keep it as {link_or_nothing(text)}?" if _BLANK.search(text.strip()) else ""


def text_line(
    text: str = "", placeholder: str = "", suggester: Suggester | None = None, *, proposed: bool = False
) -> Input:
    """Make a line to type in: a proposal is selected when one comes to it, one's own text has the cursor at its end."""
    return Input(text, placeholder=placeholder, suggester=suggester, select_on_focus=proposed)


class Field(Vertical):
    """A label, a widget to type in, whose id is the name, and a sentence below when something is to be said.

    `read` makes the value of the text, which is `was` at first, or raises `InvalidInput`; `note` says what is worth
    knowing about the text; `doubt` gives a question that is asked before the form is saved, or nothing.
    """

    DEFAULT_CSS = """
    Field { height: auto; }
    Field > Horizontal { height: auto; }
    Field .label { width: 9; color: $text-muted; }
    Field.-on .label { color: $text-primary; }
    Field .problem { height: auto; padding-left: 10; display: none; color: $text-muted; }
    Field.-said .problem { display: block; }
    Field.-wrong .problem { color: $text-error; }
    Field Input { width: 1fr; }
    Field Input:focus { background: $primary 20%; background-tint: transparent; }
    Field TextArea, Field TextArea:focus {
        width: 1fr; height: auto; min-height: 2; max-height: 12; border: none; padding: 0 1; background: $foreground 7%;
        scrollbar-size-vertical: 1;
    }
    Field TextArea:focus { background: $primary 20%; background-tint: transparent; }
    Field Select { width: 1fr; }
    Field Select.-textual-compact > SelectCurrent { background: $foreground 7%; padding: 0 1; }
    Field Select.-textual-compact:focus > SelectCurrent { background: $primary 20%; background-tint: transparent; }
    Field Checkbox, Field Checkbox:focus { width: 1fr; height: 1; border: none; padding: 0 1; background: transparent; }
    """

    def __init__(
        self,
        name: str,
        label: str,
        widget: Input | TextArea | Select[str] | Checkbox,
        read: Callable[[str], object] = str,
        was: object = "",
        note: Said | None = None,
        doubt: Said | None = None,
    ) -> None:
        super().__init__(id=f"field-{name}")
        self.key = name
        self.label = label
        self.widget = widget
        self.read = read
        self._was = was
        self._note = note
        self._doubt = doubt
        # A list shows nothing before it is mounted.
        self.before = str(was) if isinstance(widget, Select) else self.text
        widget.id = name

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(Content(self.label), classes="label")
            yield self.widget
        yield Static(classes="problem")

    @property
    def text(self) -> str:
        if isinstance(self.widget, TextArea):
            return self.widget.text
        if isinstance(self.widget, Checkbox):
            return "yes" if self.widget.value else ""
        return str(self.widget.value)

    @property
    def touched(self) -> bool:
        return self.text != self.before

    @property
    def value(self) -> Any:
        return self.read(self.text)

    @property
    def changed(self) -> Any:
        """The value, or None when nobody touched it or it stands for the same as at first."""
        return self.value if self.touched and self.value != self._was else None

    def on_descendant_focus(self) -> None:
        # Textual does not restyle the label for `:focus-within`.
        self.add_class("-on")

    def on_descendant_blur(self) -> None:
        self.remove_class("-on")

    def on_input_changed(self) -> None:
        self.check()

    def on_text_area_changed(self) -> None:
        self.check()

    def check(self) -> bool:
        """Say what is wrong with the text or worth knowing, and tell whether it can be saved."""
        try:
            self.read(self.text)
            self.say(self._note(self.text) if self._note else "")
        except InvalidInput as error:
            self.say(f"{error.message}: {error.hint}" if error.hint else error.message, wrong=True)
            return False
        return True

    def doubt(self) -> str:
        return self._doubt(self.text) if self._doubt and self.touched else ""

    def say(self, said: str, *, wrong: bool = False) -> None:
        if not said and not self.has_class("-said"):
            return
        self.query_one(".problem", Static).update(Content(said))
        self.set_class(bool(said), "-said")
        self.set_class(wrong, "-wrong")


class FormDialog(Dialog[ResultType | None]):
    """Fields to fill in; subclasses yield them in `compose_body`, and make the result of them in `gather`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", "Save", show=False, priority=True)]
    DEFAULT_CSS = """
    FormDialog Field { margin-bottom: 1; }
    FormDialog.-low Field, FormDialog Field:last-child { margin-bottom: 0; }
    """

    SAVED_FROM: tuple[str, ...] = ()
    """The fields in which Enter saves."""
    SAVE: str = "save"

    def keys(self) -> Iterable[Key]:
        at = self.focused if self.is_mounted else None
        save = "save" if at is not None and at.id in self.SAVED_FROM else ""
        enter = self.SAVE if save else next((does for kind, does in _ENTER.items() if isinstance(at, kind)), "next")
        always = () if save else (("Ctrl+s", self.SAVE, "save"),)
        tab = () if enter == "next" or len(self.query(Field)) < 2 else (("Tab", "next", ""),)
        return (("Enter", enter, save), *always, ("Esc", "cancel", "close"), *tab)

    def gather(self) -> ResultType | None:
        return None

    def field(self, name: str) -> Field:
        return self.query_one(f"#field-{name}", Field)

    def go_to(self, name: str) -> None:
        widget = self.field(name).widget
        if isinstance(widget, Input) and not widget.select_on_focus:
            widget.cursor_position = len(widget.value)
        self.set_focus(widget)

    def on_descendant_focus(self) -> None:
        self.refresh_keys()

    def on_key(self, event: events.Key) -> None:
        """Go a page on in the open list of a field."""
        direction = {"pagedown": 1, "pageup": -1}.get(event.key)
        if direction and isinstance(self.focused, OptionList):
            event.stop()
            go_a_page(self.focused, direction)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input.id in self.SAVED_FROM:
            self.action_save()
        else:
            self.focus_next()

    def action_save(self) -> None:
        """Close with the result; when a field cannot be taken, go there instead, and ask about what is in doubt."""
        fields = list(self.query(Field))
        if wrong := [field for field in fields if not field.check()]:
            self.set_focus(wrong[0].widget)
        elif doubtful := next((field for field in fields if field.doubt()), None):
            change = partial(self.go_to, doubtful.key)
            confirm(self, doubtful.doubt(), "Keep it", "Change it", self._finish, change)
        else:
            self._finish()

    def _finish(self) -> None:
        self.give(self.gather())

    @property
    def holds_typed(self) -> bool:
        return any(field.touched for field in self.query(Field))
