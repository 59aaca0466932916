"""The keys, as they are right now, with a search that also knows them by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from ideaboard.core.actions import ACTIONS, Action, shown_key
from ideaboard.core.text import fold
from ideaboard.ui.dialogs.dialog import MUTED, Dialog

_COLUMN_ACTIONS = "go.column_"
_KEYS_WIDTH = 18
_NAME_WIDTH = 15
_ROOMY = 70

THANKS = "Thank you to arXiv for use of its open access interoperability."
"""arXiv asks for this line where its API is used."""

_NOTES = (
    ("Mouse", "Click selects, the wheel scrolls, and a card can be dragged to another column or place."),
    (
        "Copy text",
        "Drag over text, then Ctrl+C. For the terminal's own selection hold Shift (Option on a Mac) while dragging.",
    ),
    (
        "Filter",
        'Words, "a phrase", -not, kind:post, #tag, stage:making, author:, cat:cs.LG, is:stale, has:question, age:>30d.',
    ),
    ("arXiv", THANKS),
)


class HelpScreen(Dialog[None]):
    """Shows every key with what it does; what is typed searches them.

    `keys` are those of the config by action id; an action that is missing has its own keys, an empty tuple is none.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "scroll_by(1)", "Down", show=False, priority=True),
        Binding("up,ctrl+p", "scroll_by(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
        Binding("enter,f1", "dismiss(None)", "Close", show=False, priority=True),
    ]

    KEYS = (("↑ ↓", "scroll", ""), ("Esc", "close", "close"))
    DEFAULT_CSS = """
    HelpScreen > #panel { width: 92; height: 100%; max-height: 46; }
    HelpScreen #body { height: 1fr; }
    HelpScreen #list { height: 1fr; margin-top: 1; scrollbar-size-vertical: 1; }
    HelpScreen.-low #list { margin-top: 0; }
    HelpScreen #text { height: auto; }
    """

    def __init__(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__("Keys")
        self._keys = keys

    def compose_body(self) -> ComposeResult:
        yield Input(placeholder="search, or press a key to see what it does")
        with VerticalScroll(id="list", can_focus=False):
            yield Static(id="text")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))

    def on_input_changed(self) -> None:
        self._write()
        self.query_one("#list").scroll_home(animate=False)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        self.query_one("#text", Static).update(self.text(self.query_one(Input).value))

    def text(self, search: str) -> Content:
        """Return the keys that fit a search, by group, with the notes on mouse, filter and arXiv."""
        parts: list[Content] = []
        key = search.strip()
        exact = [action for action in ACTIONS if key and key in self._shown(action).split()]
        if exact:
            parts += [self._row(action) for action in exact] + [Content()]
        fitting = [action for action in ACTIONS if action not in exact and _fits(action, search)]
        for group, actions in groupby(_without_columns(fitting), key=lambda action: action.group):
            parts.append(Content.styled(group, "bold $text-accent"))
            parts += [self._row(action) for action in actions]
            parts.append(Content())
        for name, note in _NOTES:
            if fold(search) in fold(f"{name} {note}"):
                lines = Content(note).wrap(self._width())
                parts += [Content.styled(name, "bold $text-accent"), *(line.pad_left(2) for line in lines), Content()]
        return Content("\n").join(parts[:-1]) if parts else Content.styled("no key for that", MUTED)

    def _shown(self, action: Action) -> str:
        if action.id.startswith(_COLUMN_ACTIONS):
            return "1 2 3 4 5 6 7 8 9"
        return " ".join(shown_key(key) for key in self._keys.get(action.id, action.keys))

    def _row(self, action: Action) -> Content:
        shown = self._shown(action)
        if action.id.startswith(_COLUMN_ACTIONS):
            return _columns("1-9", "Column", "Go to a column by its number.", self._width())
        return _columns(shown or "-", action.name, action.help, self._width())

    def _width(self) -> int:
        # The list keeps a cell free on either side of an option.
        return max(20, self.query_one("#list").scrollable_content_region.width - 2)

    def action_scroll_by(self, lines: int) -> None:
        self.query_one("#list").scroll_relative(y=lines, animate=False)

    def action_page(self, direction: int) -> None:
        pane = self.query_one("#list")
        pane.scroll_relative(y=direction * max(1, pane.size.height - 1), animate=False)

    def action_close(self) -> None:
        field = self.query_one(Input)
        if field.value:
            field.value = ""
        else:
            self.dismiss(None)


def _fits(action: Action, search: str) -> bool:
    text = fold(f"{action.group} {action.name} {action.help}")
    return all(word in text for word in fold(search).split())


def _without_columns(actions: Iterable[Action]) -> list[Action]:
    """Keep only the first of the nine actions that go to a column; one line tells of them all."""
    return [a for a in actions if not a.id.startswith(_COLUMN_ACTIONS) or a.id == f"{_COLUMN_ACTIONS}1"]


def _columns(keys: str, name: str, help: str, width: int) -> Content:
    """Write one key; the sentence has lines of its own where there is little room."""
    if width < _ROOMY:
        lines = [line.pad_left(4) for line in Content.styled(help, MUTED).wrap(max(10, width - 4))]
        return Content("\n").join([Content.assemble("  ", (keys, "$text-accent"), "  ", (name, "bold")), *lines])
    key = (keys.ljust(_KEYS_WIDTH), "$text-accent")
    first = Content.assemble("  ", key, " ", (name.ljust(_NAME_WIDTH), "bold"), " ")
    sentence = Content.styled(help, MUTED).wrap(width - first.cell_length)
    rest = [line.pad_left(first.cell_length) for line in sentence[1:]]
    return Content("\n").join([first + sentence[0], *rest])


class KeysDialog(Dialog[None]):
    """The keys of a screen, and what they do."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1,q", "close", "Close", show=False)]
    KEYS = (("Esc", "close", "close"),)

    def __init__(self, name: str, rows: Iterable[tuple[str, str]]) -> None:
        super().__init__(name)
        self._lines = list(rows)

    def compose_body(self) -> ComposeResult:
        wide = max((len(keys) for keys, _ in self._lines), default=0)
        lines = [Content.assemble((keys.ljust(wide), "bold"), "  ", what) for keys, what in self._lines]
        yield Static(Content("\n").join([*lines, Content(""), Content.styled(THANKS, MUTED)]))

    def on_mount(self) -> None:
        body = self.query_one("#body")
        body.can_focus = True
        self.set_focus(body)
