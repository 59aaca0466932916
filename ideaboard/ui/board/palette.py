"""The command palette: every action of the screen below it, every stage to move to, and every idea to go to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from ideaboard.core.actions import ACTIONS, BOARD, DETAIL, GO
from ideaboard.core.ideas import Idea
from ideaboard.core.text import fold
from ideaboard.ui.board.screen import BoardScreen
from ideaboard.ui.dialogs.finder import Entry, Finder
from ideaboard.ui.keymap import keymap_of

if TYPE_CHECKING:
    from textual.widget import Widget

_IDEAS = 30
_NOT_HERE = ("board.palette", "view.clear", "screen.leave")
"""Actions that make no sense from the palette."""


class Palette(Finder):
    """Finds by name what can be done on a screen; the value of an entry is what does it.

    `used` names what was done last, the latest first: it comes first again.
    """

    def __init__(self, below: Widget, screen: str, used: Sequence[str]) -> None:
        super().__init__("Do", "what to do, or words of a title" if screen == BOARD else "what to do")
        self._below = below
        self._screen = screen
        self._used = used

    def entries(self, typed: str) -> Iterable[Entry]:
        known = list(self._actions())
        recent = {name: number for number, name in enumerate(self._used)}
        yield from sorted(known, key=lambda entry: recent.get(entry.name, len(recent)))
        if isinstance(self._below, BoardScreen) and typed.strip():
            yield from self._on_board(self._below, typed)

    def _actions(self) -> Iterator[Entry]:
        below = self._below
        detail = below.picture.detail if isinstance(below, BoardScreen) else None
        if detail is not None and detail.has_focus:
            yield from self._named(DETAIL, detail)
        yield from self._named(self._screen, below)

    def _named(self, screen: str, node: Widget) -> Iterator[Entry]:
        """Give the actions of a screen but those of the cursor; those that only this screen has come first."""
        keymap = keymap_of(self)
        for action in sorted(ACTIONS, key=lambda action: BOARD in action.screens):
            if screen in action.screens and action.group != GO and action.id not in _NOT_HERE:
                run = partial(node.run_action, action.on(screen))
                yield Entry(action.name, action.help, keymap.all_shown(action), value=run)

    def _on_board(self, screen: BoardScreen, typed: str) -> Iterator[Entry]:
        """Give every stage to move to, and below all actions the ideas to go to."""
        workflow = screen.board.workflow
        for stage in workflow.stages:
            run = partial(screen.move_to, stage.key)
            yield Entry(f"Move to {stage.label}", "Move the card, or all marked, there.", value=run)
        for idea in islice(_with_words(screen, typed), _IDEAS):
            where = "archived" if idea.archived else f"in {workflow.stage_label(idea.stage)}"
            yield Entry(f"Go to: {idea.title}", end=where, value=partial(screen.go_to_idea, idea.id))


def _with_words(screen: BoardScreen, typed: str) -> Iterator[Idea]:
    words = fold(typed).split()
    for idea in screen.board:
        title = fold(idea.title) if not idea.title.isascii() else idea.title.lower()
        if all(word in title for word in words):
            yield idea
