"""A line to find with, and what fits below it, a row each: the palette and the list of themes are made of it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from ideaboard.core.text import fold
from ideaboard.ui.dialogs.dialog import MUTED, Dialog
from ideaboard.ui.dialogs.lists import RowList
from ideaboard.ui.drawing.cells import shorten, tame, width_of

_NAME_CELLS = 26
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a name, what it is about, and what stands at its right end."""

    name: str
    about: str = ""
    end: str = ""
    sign: str = " "
    value: Any = None


def rank(entry: Entry, typed: str) -> int | None:
    """Tell how well an entry fits what was typed, 0 for best; None when it does not.

    A name that begins with it, has its words at the beginnings of words, has them anywhere; then what it is about, and
    at last a name that has its letters in this order.
    """
    query = " ".join(fold(typed).split())
    name = fold(entry.name)
    words = query.split()
    if name.startswith(query):
        return 0
    if all(f" {word}" in f" {name}" for word in words):
        return 1
    if all(word in name for word in words):
        return 2
    if all(word in f"{name} {fold(entry.about)}" for word in words):
        return 3
    letters = iter(name)
    return 4 if all(letter in letters for letter in query if letter != " ") else None


class Finder(Dialog[Entry | None]):
    """Gives the entry that was chosen.

    Subclasses say what there is in `entries`, and may follow the cursor in `moved`.
    """

    KEYS = (("↑ ↓", "choose", ""), ("Enter", "do it", "enter"), ("Esc", "close", "close"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", "Do it", show=False, priority=True),
        Binding("down,ctrl+n", "go(1)", "Down", show=False, priority=True),
        Binding("up,ctrl+p", "go(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Finder > #panel { width: 92; height: 80%; max-height: 34; }
    Finder.-low > #panel { height: 100%; }
    Finder #body { height: 1fr; overflow-y: hidden; }
    Finder RowList { margin-top: 1; }
    Finder.-low RowList { margin-top: 0; }
    """

    def __init__(self, title: str, placeholder: str) -> None:
        super().__init__(title)
        self._placeholder = placeholder
        self._shown: dict[str, Entry] = {}
        self._name_cells = _NAME_CELLS

    @abstractmethod
    def entries(self, typed: str) -> Iterable[Entry]:
        """Give what there is to choose from, the best first where nothing was typed."""

    def moved(self, entry: Entry) -> None:
        """Follow the cursor to an entry."""

    def compose_body(self) -> ComposeResult:
        yield Input(select_on_focus=False, placeholder=self._placeholder)
        yield RowList(self._draw, "enter", clicks=1)

    def on_mount(self) -> None:
        self.rows.can_focus = False
        self.set_focus(self.query_one(Input))
        self.find("")

    @property
    def rows(self) -> RowList:
        return self.query_one(RowList)

    @property
    def current(self) -> Entry | None:
        return self._shown.get(self.rows.current or "")

    def find(self, typed: str, at: str | None = None) -> None:
        """List what fits, the best first; the cursor goes to the first, or to the entry of a name."""
        found = [(place, entry) for entry in self.entries(typed) if (place := rank(entry, typed)) is not None]
        if typed.strip():
            found.sort(key=lambda one: one[0])
        self._shown = {str(number): entry for number, (_, entry) in enumerate(found)}
        self._name_cells = min(max((width_of(tame(entry.name)) for _, entry in found), default=0), _NAME_CELLS)
        here = next((key for key, entry in self._shown.items() if entry.name == at), next(iter(self._shown), None))
        self.rows.show(tuple(self._shown), here)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.find(event.value)
        self._follow()

    def _draw(self, key: str, width: int) -> Content:
        entry = self._shown[key]
        end = f"{_GAP}{entry.end} " if entry.end else " "
        room = max(width - width_of(end) - 2, 1)
        name = shorten(tame(entry.name), room)
        if about := tame(entry.about):
            name += " " * max(self._name_cells - width_of(name), 0)
            about = shorten(about, room - width_of(name) - len(_GAP))
        blank = " " * max(room - width_of(name) - (len(_GAP) + width_of(about) if about else 0), 0)
        said = (f"{_GAP}{about}{blank}" if about else blank, MUTED)
        return Content.assemble((f"{entry.sign} ", "$text-primary bold"), name, said, (end, "$text-primary"))

    def _follow(self) -> None:
        if self.current is not None:
            self.moved(self.current)

    def on_row_list_moved(self) -> None:
        self._follow()

    def action_go(self, step: int) -> None:
        self.rows.action_move(step)

    def action_page(self, direction: int) -> None:
        self.rows.action_page(direction)

    def action_enter(self) -> None:
        if self.current is not None:
            self.dismiss(self.current)

    def on_key(self, event: events.Key) -> None:
        """Keep typing where it belongs, wherever a click put the focus."""
        line = self.query_one(Input)
        if event.character and event.is_printable and not line.has_focus:
            self.set_focus(line)
            line.insert_text_at_cursor(event.character)


class ThemeList(Finder):
    """Gives the theme that was chosen; `try_on` shows each one while the cursor is on it."""

    KEYS = (("↑ ↓", "look", ""), ("Enter", "take it", "enter"), ("Esc", "as it was", "close"))
    DEFAULT_CSS = """
    ThemeList { background: transparent; }
    ThemeList > #panel { width: 52; }
    """

    def __init__(self, themes: Sequence[tuple[str, str]], now: str, try_on: Callable[[str], None]) -> None:
        super().__init__("Theme", "words of a name")
        self._themes = themes
        self._now = now
        self._try_on = try_on

    def entries(self, typed: str) -> Iterable[Entry]:
        del typed
        return [Entry(name, about, sign="✓" if name == self._now else " ") for name, about in self._themes]

    def find(self, typed: str, at: str | None = None) -> None:
        super().find(typed, at or (None if typed else self._now))

    def moved(self, entry: Entry) -> None:
        self._try_on(entry.name)
