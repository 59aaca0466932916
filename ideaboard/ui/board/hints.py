"""The keys that the board offers: in its last line, and in the middle of an empty one."""

from __future__ import annotations

from collections.abc import Sequence

from ideaboard.core.actions import BOARD
from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea
from ideaboard.core.text import counted
from ideaboard.ui.board.heads import Step
from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.keymap import Keymap

_ON_CARD = ("card.next_stage", "card.edit", "view.filter", "card.share")
_ALWAYS = ("arxiv.search", "arxiv.candidates", "board.undo")
_ON_CARD_MORE = ("card.move_to", "card.mark", "card.tags", "card.archive", "card.yank", "card.response", "card.draft")
_MORE = ("view.changelog", "view.archive", "view.statistics", "board.palette")
_LAST = ("board.help", "board.quit")


def has_link(idea: Idea | None) -> bool:
    return idea is not None and bool(idea.url or idea.paper or idea.links or idea.share)


def card_hints(keymap: Keymap, board: Board, current: Idea | None, *, detail_is_open: bool = False) -> Sequence[Hint]:
    """Return what can be done with the card under the cursor, or where there is none."""
    if current is None:
        always = [id for id in _ALWAYS if id != "board.undo" or board.ideas]
        return keymap.hints(BOARD, ("card.add", *always, *_MORE, *_LAST))
    into = (("card.open", "go in"), ("view.clear", "close")) if detail_is_open else ("card.open",)
    link = ("card.open_link",) if has_link(current) else ()
    return keymap.hints(BOARD, ("card.add", *into, *_ON_CARD, *_ALWAYS, *_ON_CARD_MORE, *link, *_MORE, *_LAST))


def first_steps(keymap: Keymap, board: Board) -> tuple[str, Sequence[Step]]:
    """Return what a board without a card in sight says, and the keys to begin with."""
    key = keymap.shown
    if hidden := [stage for stage in board.workflow.stages if stage.hidden and board.column(stage.key)]:
        count = counted(sum(len(board.column(stage.key)) for stage in hidden), "idea")
        where = tame(", ".join(stage.label for stage in hidden))
        return f"Nothing in these columns; {count} in what is hidden: {where}.", ((key("card.add"), "adds an idea"),)
    return "Nothing here yet. What to do first:", (
        (key("card.add"), "write an idea down"),
        (key("arxiv.search"), "find a paper to sum up or code"),
        (key("arxiv.candidates"), "see what is new in a field"),
        (key("board.palette"), "'import' brings a board along"),
        (key("board.help"), "see every key"),
        (key("board.quit"), "leave; see 'ideaboard demo'"),
    )
