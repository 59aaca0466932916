"""The command palette: every action, every stage to move to, and every idea to go to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, Protocol, cast

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from ideaboard.core.actions import ACTIONS, BOARD, GO
from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea
from ideaboard.core.text import fold
from ideaboard.ui.dialogs.dialog import ClosingOnce
from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.keymap import keymap_of

_IDEAS = 30
_MOVE = "Move to {}"
_GO_TO = "Go to: {}"

_Command = Callable[[], Any]


class BoardPalette(CommandPalette, ClosingOnce[Any]):
    """Textual's palette, made to outlive a screen without room for its list, and a key that comes twice."""

    def _has_list(self) -> bool:
        return self.query_one(CommandList).scrollable_content_region.area > 0

    def _action_command_list(self, action: str) -> None:
        if self._has_list():
            super()._action_command_list(action)

    def _action_cursor_down(self) -> None:
        if self._has_list() or not self._list_visible:
            super()._action_cursor_down()


class Commanded(Protocol):
    """The board screen as the palette knows it, besides its keys."""

    @property
    def board(self) -> Board: ...
    async def run_action(self, action: str) -> bool: ...
    def move_to(self, stage: str) -> None: ...
    def go_to_idea(self, id: str) -> None: ...


class Keyed(Protocol):
    """A screen as the palette knows it."""

    SCREEN: str

    async def run_action(self, action: str) -> bool: ...


class ScreenCommands(Provider):
    """Offers what the keys of a screen do."""

    def commands(self) -> Iterator[tuple[str, str, _Command]]:
        screen = cast("Keyed", self.screen)
        return self.named(screen.SCREEN, screen.run_action)

    def named(self, screen: str, run: Callable[[str], Any]) -> Iterator[tuple[str, str, _Command]]:
        """Give the actions of a screen but those of the cursor: name and keys, help, and what runs it."""
        keymap = keymap_of(self.app)
        # Those that only this screen has come first.
        for action in sorted(ACTIONS, key=lambda action: BOARD in action.screens):
            if screen in action.screens and action.group != GO and action.id != "board.palette":
                yield f"{action.name}  {keymap.all_shown(action)}", action.help, partial(run, action.on(screen))

    async def discover(self) -> Hits:
        for name, help, command in self.commands():
            yield DiscoveryHit(Content(name), command, name, help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, help, command in self.commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), command, text=name, help=help)


class BoardCommands(ScreenCommands):
    """Offers what can be done on the board: its keys, every stage to move to, and every idea to go to."""

    @property
    def board(self) -> Commanded:
        return cast("Commanded", self.screen)

    def commands(self) -> Iterator[tuple[str, str, _Command]]:
        return self.named(BOARD, self.board.run_action)

    async def search(self, query: str) -> Hits:
        async for hit in super().search(query):
            yield hit
        matcher = self.matcher(query)
        for name, help, command in self._moves():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), command, text=name, help=help)
        for idea in islice(self._ideas(query), _IDEAS):
            name = _GO_TO.format(tame(idea.title))
            stage = self.board.board.workflow.stage_label(idea.stage)
            # Below the actions: who types an action's name wants the action.
            yield Hit(0.01, Content(name), partial(self.board.go_to_idea, idea.id), text=name, help=f"in {stage}")

    def _moves(self) -> Iterator[tuple[str, str, _Command]]:
        board = self.board
        for stage in board.board.workflow.stages:
            name = _MOVE.format(tame(stage.label))
            yield name, "Move the card, or all marked, there.", partial(board.move_to, stage.key)

    def _ideas(self, query: str) -> Iterator[Idea]:
        words = fold(query).split()
        if not words:
            return
        for idea in self.board.board:
            title = fold(idea.title) if not idea.title.isascii() else idea.title.lower()
            if all(word in title for word in words):
                yield idea
