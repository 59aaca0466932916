"""Finding an idea by words of its title."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea
from ideaboard.core.text import fold
from ideaboard.ui.dialogs.dialog import MUTED
from ideaboard.ui.dialogs.lists import FindDialog
from ideaboard.ui.drawing.cells import tame

_MOST_LISTED = 50


class IdeaPicker(FindDialog["str | None", Idea]):
    """Gives the id of an idea; those that were shared come first, with one on top if it is named."""

    KEYS = (("Enter", "this one", "enter"), ("Esc", "cancel", "close"))
    DEFAULT_CSS = """
    IdeaPicker > #panel { width: 84; }
    IdeaPicker PickList { max-height: 14; }
    """

    PLACEHOLDER = "words of a title"

    def __init__(self, title: str, board: Board, first: str = "") -> None:
        super().__init__(title)
        self._workflow = board.workflow
        stages = [board.workflow.last, *(key for key in reversed(board.workflow.stage_keys[:-1]))]
        ideas = [idea for stage in stages for idea in board.column(stage)]
        top = board.ideas.get(first)
        self._ideas: Sequence[Idea] = [top, *(idea for idea in ideas if idea is not top)] if top else ideas

    def find(self, typed: str) -> None:
        words = fold(typed).split()
        found: list[Idea] = []
        for idea in self._ideas:
            if all(word in fold(idea.title) for word in words):
                found.append(idea)
                if len(found) == _MOST_LISTED:
                    break
        self.show_items(found, self._line)
        none = "no idea in a column fits" if self._ideas else "no idea stands in a column yet"
        self.complain("" if found else none)

    def _line(self, idea: Idea) -> Content:
        return Content.assemble(tame(idea.title), (f"  {tame(self._workflow.stage_label(idea.stage))}", MUTED))

    def action_turn(self) -> None:
        """Type a blank: a title has several words."""
        self.line.insert_text_at_cursor(" ")

    def action_enter(self) -> None:
        if idea := self.current:
            self.dismiss(idea.id)
