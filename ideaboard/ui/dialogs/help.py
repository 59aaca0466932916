"""The keys, as they are right now, with a search that also knows them by key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from ideaboard.core.actions import ACTIONS, BOARD, SCREENS, Action
from ideaboard.core.keys import shown_key, spanned
from ideaboard.core.text import fold
from ideaboard.ui.dialogs.dialog import MUTED, Dialog, Key

_KEYS_WIDTH = 22
_ROOMY = 56
_TWO_FROM = 130
"""From this width on, in cells, there are two columns."""
_GAP = 3

THANKS = "Thank you to arXiv for use of its open access interoperability."
"""arXiv asks for this line where its API is used."""

_NOTES = (
    (
        "On a card",
        "12d: days here. by 12-24: due. 45d!, !11-20: late. 1?, 1+: question, opportunity. ◇: changed by others.",
    ),
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
    Opened from a screen it begins with the keys of that screen.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide"), (140, "-broad")]  # noqa: RUF012  # Textual declares it without ClassVar
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "scroll_by(1)", "Down", show=False, priority=True),
        Binding("up,ctrl+p", "scroll_by(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
        Binding("enter,f1", "dismiss(None)", "Close", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    HelpScreen > #panel { width: 92; height: 100%; max-height: 54; }
    HelpScreen.-broad > #panel { width: 156; }
    HelpScreen #body { height: 1fr; }
    HelpScreen #list { height: 1fr; margin-top: 1; scrollbar-size-vertical: 1; }
    HelpScreen.-low #list { margin-top: 0; }
    HelpScreen #text { height: auto; }
    """

    def __init__(self, keys: Mapping[str, tuple[str, ...]], screen: str = BOARD) -> None:
        super().__init__("Keys" if screen == BOARD else f"Keys: {SCREENS[screen]}")
        self._keys = keys
        self._screen = screen

    def keys(self) -> Iterable[Key]:
        typed = self.is_mounted and self.query_one(Input).value
        return (("↑ ↓", "scroll", ""), ("Esc", "clear" if typed else "close", "close"))

    def compose_body(self) -> ComposeResult:
        yield Input(select_on_focus=False, placeholder="search, or press a key to find it")
        with VerticalScroll(id="list", can_focus=False):
            yield Static(id="text")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Input))

    def on_input_changed(self) -> None:
        self._write()
        self.refresh_keys()
        self.query_one("#list").scroll_home(animate=False)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        self.query_one("#text", Static).update(self.text(self.query_one(Input).value))

    def text(self, search: str) -> Content:
        """Return the keys that fit a search: those of the screen first, then all by group, and the notes at the end."""
        total = self._width()
        columns = 2 if total >= _TWO_FROM else 1
        width = (total - _GAP * (columns - 1)) // columns
        blocks: list[list[Content]] = []
        key = search.strip()
        exact = [action for action in ACTIONS if key and key in self._all_shown(action)]
        here = [action for action in ACTIONS if self._screen != BOARD and self._screen in action.screens]
        here.sort(key=lambda action: BOARD in action.screens)
        fitting = [action for action in ACTIONS if action not in exact and _fits(action, search)]
        groups = [(SCREENS[self._screen], [action for action in here if action in fitting])]
        others = (action for action in fitting if action not in here)
        groups += [(group, list(actions)) for group, actions in groupby(others, key=lambda action: action.group)]
        for name, actions in ([("", exact)] if exact else []) + groups:
            if rows := _without_numbers(actions):
                head = [Content.styled(name, "bold $text-primary")] if name else []
                blocks.append([*head, *(line for action in rows for line in self._row(action, width, where=not name))])
        for name, note in _NOTES:
            if fold(search) in fold(f"{name} {note}"):
                lines = Content(note).wrap(width - 2)
                blocks.append([Content.styled(name, "bold $text-primary"), *(line.pad_left(2) for line in lines)])
        return _side_by_side(blocks, columns, width) if blocks else Content.styled("no key for that", MUTED)

    def _all_shown(self, action: Action) -> list[str]:
        """Return the keys of an action, or of all that only a number tells apart from it."""
        alike = [one for one in ACTIONS if one.id[:-1] == action.id[:-1]] if _numbered(action) else [action]
        return [shown_key(key) for one in alike for key in self._keys.get(one.id, one.keys)]

    def _row(self, action: Action, width: int, *, where: bool) -> list[Content]:
        keys, help = " ".join(self._all_shown(action)), action.help
        if _numbered(action):
            keys, help = spanned(self._all_shown(action)), re.sub(r" 1\.$", " by its number.", help)
        return _columns(keys or "-", f"{help} ({action.group})" if where else help, width)

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


def _numbered(action: Action) -> bool:
    return action.id[-2] == "_" and action.id[-1].isdigit()


def _without_numbers(actions: Iterable[Action]) -> list[Action]:
    """Keep only the first of nine actions that a number tells apart; one line tells of them all."""
    return [action for action in actions if not _numbered(action) or action.id.endswith("_1")]


def _columns(keys: str, help: str, width: int) -> list[Content]:
    """Write one key; the sentence has lines of its own where there is little room."""
    key = Content.assemble("  ", (keys, "$text-primary"), "  ")
    if width < _ROOMY:
        return [key, *(line.pad_left(4) for line in Content(help).wrap(max(10, width - 4)))]
    key = key.pad_right(_KEYS_WIDTH - key.cell_length)
    first, *rest = Content(help).wrap(max(10, width - key.cell_length))
    return [key + first, *(line.pad_left(key.cell_length) for line in rest)]


def _side_by_side(blocks: Sequence[Sequence[Content]], columns: int, width: int) -> Content:
    """Put blocks below each other, with a blank line between them, in one column or in two of about the same length."""
    half = sum(len(block) + 1 for block in blocks) / columns
    stacks: list[list[Content]] = [[]]
    for block in blocks:
        if len(stacks) < columns and len(stacks[-1]) + len(block) / 2 > half:
            stacks.append([])
        stacks[-1] += [*([Content()] if stacks[-1] else []), *block]
    rows = zip_longest(*stacks, fillvalue=Content())
    gap = Content(" " * _GAP)
    return Content("\n").join(
        gap.join([*(cell.pad_right(max(width - cell.cell_length, 0)) for cell in row[:-1]), row[-1]]) for row in rows
    )
