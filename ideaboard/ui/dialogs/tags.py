"""The tag editor: known tags with their counts, found by a few letters, and new ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.fuzzy import FuzzySearch

from ideaboard.core.board import Board
from ideaboard.core.changes import Edit
from ideaboard.core.text import clean_tag
from ideaboard.errors import InvalidInput
from ideaboard.ui.dialogs.dialog import MUTED, Key
from ideaboard.ui.dialogs.lists import FindDialog

ALL, SOME, NONE = "all", "some", "none"
_NAME_WIDTH = 34
_MOST = 200
"""As many tags are listed; typing finds the others."""
_MARKS = {ALL: "●", SOME: "◐", NONE: "○"}


class TagEditor(FindDialog[Edit | None]):
    """Changes the tags of one idea, or of several at once.

    A tag that only some of the ideas have stays as it is until it is toggled: then all have it, then none, then some
    again.

    Args:
        board: the board as it is shown; the known tags come from it.
        ids: the ideas.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", "Save", show=False)]
    """
    | Key(s) | Description |
    | :- | :- |
    | letters | Find a tag, or name a new one. |
    | enter | Toggle it when something was typed, else save. |
    | ctrl+s | Save. |
    | escape | Take back what was typed, then close without saving. |
    """

    DEFAULT_CSS = """
    TagEditor > #panel { width: 52; }
    TagEditor PickList { max-height: 14; }
    """

    PLACEHOLDER = "find a tag, or name a new one"

    def __init__(self, board: Board, ids: Sequence[str]) -> None:
        super().__init__()
        self._ideas = [board.ideas[id] for id in ids if id in board.ideas]
        had = Counter(tag for idea in self._ideas for tag in idea.tags)
        self._before = {tag: ALL if count == len(self._ideas) else SOME for tag, count in had.items()}
        self._now: dict[str, str] = {}
        self._counts = Counter(tag for idea in board.ideas.values() for tag in idea.tags)
        known = sorted(self._counts, key=lambda tag: (-self._counts[tag], tag))
        self._known = [
            *(tag for tag in known if tag in self._before),
            *(tag for tag in known if tag not in self._before),
        ]
        self._shown: list[str] = []
        self._fuzzy = FuzzySearch()

    def dialog_title(self) -> Content:
        if len(self._ideas) == 1:
            return Content(f"Tags of '{self._ideas[0].title}'")
        return Content(f"Tags of {len(self._ideas)} ideas")

    def keys(self) -> Iterable[Key]:
        typed = bool(self.is_mounted and self.line.value.strip())
        enter = ("Enter", "toggle", "enter") if typed else ("Enter", "save", "enter")
        return (("Space", "toggle", "turn"), enter, ("Esc", "clear" if typed else "cancel", "close"))

    def on_resize(self) -> None:
        super().on_resize()
        self._list(self.line.value, self._current())

    def find(self, typed: str) -> None:
        self._list(typed)

    def _current(self) -> str:
        at = self.picks.highlighted
        return "" if at is None else self._shown[at]

    def _list(self, typed: str, at: str = "") -> None:
        """Fill the list: the tags that fit, the best first, and the new one that was typed."""
        typed = typed.strip().lstrip("#").lower()
        if typed:
            scored = [(self._fuzzy.match(typed, tag)[0], tag) for tag in self._known]
            fitting = [tag for score, tag in sorted(scored, key=lambda one: -one[0]) if score > 0]
        else:
            fitting = list(self._known)
        exact = [tag for tag in fitting if tag == typed]
        new = _new_tag(typed)
        if new and new not in self._known:
            fitting.append(new)
        self._shown = [*exact, *(tag for tag in fitting if tag not in exact)][:_MOST]
        cursor = self._shown.index(at) if at in self._shown else 0
        self.show_lines((self._line(tag, typed) for tag in self._shown), cursor)

    def _state(self, tag: str) -> str:
        return self._now.get(tag, self._before.get(tag, NONE))

    def _line(self, tag: str, typed: str) -> Content:
        state = self._state(tag)
        width = min(_NAME_WIDTH, max(8, self.size.width - 12))
        name = Content(tag).truncate(width, ellipsis=True, pad=True)
        if typed:
            for offset in self._fuzzy.match(typed, tag)[1]:
                name = name.stylize("underline", offset, offset + 1) if offset < width else name
        count = self._counts.get(tag, 0)
        mark = (_MARKS[state], "bold" if state != NONE else MUTED)
        return Content.assemble(mark, " ", name, " ", (str(count) if count else "new", MUTED))

    def action_turn(self) -> None:
        """Give the tag to all, or take it from all; a tag of some can also stay with some."""
        tag = self._current()
        if not tag:
            self.complain("a tag is a word such as bayes or time-series")
            return
        before, state = self._before.get(tag, NONE), self._state(tag)
        ring = (SOME, ALL, NONE) if before == SOME else (ALL, NONE)
        self._now[tag] = ring[(ring.index(state) + 1) % len(ring)]
        if tag not in self._known:
            self._known.insert(0, tag)
        self.line.value = ""
        self._list("", at=tag)

    def action_enter(self) -> None:
        """Toggle what was typed for; without anything typed, save."""
        if self.line.value.strip():
            self.action_turn()
        else:
            self.action_save()

    def action_save(self) -> None:
        """Close with the tags that came and went, a tag that is still typed among them; None when nothing changed."""
        if self.line.value.strip() and (tag := self._current()) and self._state(tag) != ALL:
            self.action_turn()
        came = tuple(tag for tag, state in self._now.items() if state == ALL and self._before.get(tag) != ALL)
        gone = tuple(tag for tag, state in self._now.items() if state == NONE and tag in self._before)
        self.dismiss(Edit(add_tags=came, remove_tags=gone) if came or gone else None)

    def action_close(self) -> None:
        if self.line.value:
            self.line.value = ""
        else:
            self.dismiss(None)


def _new_tag(typed: str) -> str:
    """Return what was typed as a tag, or nothing when it is none."""
    try:
        return clean_tag(typed)
    except InvalidInput:
        return ""
