"""What the board screen knows besides the picture: marks, the line that is typed in, what the first line says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ideaboard.core.board import ARCHIVED, Board, Marks
from ideaboard.core.ideas import Idea
from ideaboard.service import Service
from ideaboard.ui.board.card import Day
from ideaboard.ui.board.heads import Facts
from ideaboard.ui.board.view import Places
from ideaboard.ui.drawing.cells import Piece
from ideaboard.ui.drawing.prompt import TypedLine
from ideaboard.ui.keymap import Keymap


@dataclass(slots=True)
class Prompt:
    """The line that is being typed in."""

    kind: Literal["filter", "add"]
    editor: TypedLine
    before: str = ""
    """The filter that Esc brings back."""
    came_from: Places | None = None
    """Where the cursor and the columns were, for Esc."""
    said: Sequence[Piece] = field(default=())
    """What is said at the right of the line."""
    from_detail: bool = False
    """Whether the detail had the focus; it is given back."""


class BoardState:
    """The state of the board screen; the board itself is the service's."""

    def __init__(self, service: Service, keymap: Keymap) -> None:
        self.service = service
        self.keymap = keymap
        self.context = service.ideas.context()
        self.day = Day(service.workflow, self.context.now)
        self.marks = Marks()
        self.prompt: Prompt | None = None
        self.unfinished = ""
        """What was typed for a new idea and not added yet."""
        self.typed_last = ""
        """The new idea that a person paused at, to look for similar ones."""
        self.facts = Facts()
        self.trouble = ("", "")
        """Why changes do not reach the file, or others' changes the screen, and what to do about it; until they do."""
        self.surprise = ""
        """Why the next action is refused once: others changed what it would act on while the person pressed its key."""

    @property
    def board(self) -> Board:
        return self.service.board

    @property
    def problems(self) -> list[str]:
        return [*self.service.config.problems, *self.service.notices]

    @property
    def marked(self) -> Marks:
        """The marks of the cards in the columns; those of archived ones wait for an undo."""
        return self.marks.shown(self.board)

    def targets(self, current: Idea | None) -> list[Idea]:
        """Return the ideas that the next action is for: all marked, as the board has them, else the current one."""
        if marked := self.marked:
            return self.board.in_order(marked.ids)
        return [current] if current else []

    def others_changed(self, before: Sequence[Idea], after: Sequence[Idea]) -> None:
        """Note that the next action is for other ideas than before, those that were painted, and not by the person."""
        now = {idea.id for idea in after}
        if now == {idea.id for idea in before}:
            return
        lost = next((idea for idea in before if idea.id not in now), None)
        what = self.where(lost) if lost else "the board has just changed"
        self.surprise = f"{what}; press the key again for {_named(after)}" if after else what

    def where(self, idea: Idea) -> str:
        """Say where an idea is now."""
        now = self.board.ideas.get(idea.id)
        if now is None:
            return f"'{idea.title}' is gone"
        column = self.board.column_of(now)
        where = "archived" if column == ARCHIVED else f"in {self.board.workflow.stage_label(column)}"
        return f"'{idea.title}' is {where} now"


def _named(ideas: Sequence[Idea]) -> str:
    return f"'{ideas[0].title}'" if len(ideas) == 1 else f"{len(ideas)} others"
