"""What the actions of the board screen stand on: its state, and the ways to show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget

from ideaboard.core.board import Board, Marks
from ideaboard.core.ideas import Idea
from ideaboard.service import Outcome, Service
from ideaboard.ui.board.card import Day
from ideaboard.ui.board.header import Facts, HeaderLine, gather_facts
from ideaboard.ui.board.heads import Head
from ideaboard.ui.board.view import BoardView, Places
from ideaboard.ui.board.welcome import Step
from ideaboard.ui.drawing.cells import Line, Piece
from ideaboard.ui.drawing.filtering import Filter
from ideaboard.ui.drawing.footer import FooterLine, Hint
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.prompt import TypedLine, draw_prompt
from ideaboard.ui.keymap import Keymap
from ideaboard.ui.telling import act, attempt, copy, tell

if TYPE_CHECKING:
    from ideaboard.ui.app import IdeaboardApp
    from ideaboard.ui.detail.pane import DetailPane

T = TypeVar("T")

FILTER_SECONDS = 0.008
"""How long a filter works before the screen is painted."""

FOOTER_ACTIONS = (
    "card.add",
    "card.open",
    "card.next_stage",
    "card.edit",
    "view.filter",
    "card.share",
    "arxiv.search",
    "board.undo",
    "board.help",
    "board.quit",
)


DETAIL_HINTS: Sequence[Hint] = (
    ("j k", "scroll", ""),
    ("Tab", "next point, link, response", ""),
    ("Space", "tick", ""),
    ("o", "open link", ""),
    ("y", "copy", ""),
    ("Esc", "back", ""),
)


@dataclass(slots=True)
class Prompt:
    """The line that is being typed in."""

    kind: str
    """`filter` or `add`."""
    editor: TypedLine
    before: str = ""
    """The filter that Esc brings back."""
    came_from: Places | None = None
    """Where the cursor and the columns were, for Esc."""
    said: tuple[Piece, ...] = ()
    """What is said at the right of the line."""


class BoardBase(Screen[None]):
    """The state of the board screen."""

    app: IdeaboardApp

    def _setup(self, service: Service, keymap: Keymap, inks: Inks) -> None:
        self.service = service
        self.keymap = keymap
        self.inks = inks
        self.context = service.ideas.context()
        self.day = Day(service.workflow, self.context.now)
        self.marks = Marks()
        self.filter = Filter(self.context)
        self.prompt: Prompt | None = None
        self.unfinished = ""
        """What was typed for a new idea and not added yet."""
        stages = [stage.key for stage in service.workflow.stages if not stage.hidden]
        self.view = BoardView(inks, self.day, stages or service.workflow.stage_keys)
        self.header = HeaderLine(inks)
        self.footer = FooterLine(inks)
        self.middle = Middle()
        self.detail: DetailPane | None = None
        self.facts = Facts()
        self._facts_of: Board | None = None
        self._shown: Board | None = None

    @property
    def board(self) -> Board:
        """The board as the person sees it."""
        return self.service.board

    @property
    def current(self) -> Idea | None:
        """The idea under the cursor."""
        return self.view.current

    @property
    def marked(self) -> Marks:
        """The marks of the cards in the columns; those of archived ones wait for an undo."""
        return self.marks.shown(self.board)

    def targets(self) -> list[str]:
        """Return the ids that the next action is for: all marked, in the board's order, else the one at the cursor."""
        if marked := self.marked:
            return [idea.id for idea in self.board if idea.id in marked.ids]
        return [self.current.id] if self.current else []

    def attempt(self, do: Callable[[], T]) -> T | None:
        """Run a use case; a failure becomes a notification, and None."""
        return attempt(self, do)

    def tell(self, text: str, *, warning: bool = False) -> None:
        """Say something, as plain text, in the place of what was said before."""
        tell(self, text, warning=warning)

    def say_empty(self) -> None:
        """Say that there is no card to do something with."""
        self.tell(f"There is no card here; {self.keymap.shown('card.add')} adds one")

    def copy(self, text: str) -> None:
        """Put a text on the clipboard."""
        copy(self, text)

    def close_detail(self) -> None:
        """Close the detail."""
        raise NotImplementedError

    def action_card_yank(self) -> None:
        """Copy something about the idea."""
        raise NotImplementedError

    def act(self, do: Callable[[], Outcome], *, say: bool = False, follow: str | None = None) -> Outcome | None:
        """Change the board, show it, and tell what a person should know.

        Args:
            do: the use case.
            say: whether what was done is said; where the cards show it, it is not.
            follow: the id of the idea that the cursor goes to.
        """
        outcome = act(self, do, say=say)
        if outcome is not None:
            self.show_board(follow=follow)
        return outcome

    # Showing

    def show_board(self, follow: str | None = None) -> None:
        """Show the board as it is now; the cursor stays on its card, or goes to the idea that it shall follow."""
        board = self.board
        self.marks = self.marks.on(board)
        if self.filter:
            self.filter.set(self.filter.text, board, self.view.stages)
            self.filter.run(FILTER_SECONDS * 4)
        self.show_columns(follow)

    def show_columns(self, follow: str | None = None, *, to_top: bool = False) -> None:
        """Show the columns of the board, or what the filter leaves of them."""
        view, board = self.view, self.board
        self._shown = board
        if self.filter:
            view.show(self.filter.columns())
        else:
            view.show_board(board)
        if to_top:
            view.go_to_top()
        if follow and (idea := board.ideas.get(follow)):
            view.go_to(idea, board.column_of(idea))
        view.marks = self.marked.ids
        empty = not any(board.column(stage) for stage in view.stages)
        view.welcome = self._first_steps() if empty and not self.prompt else ()
        view.heads = self._heads()
        self.show_top_line()
        self.cursor_moved()

    def is_behind(self) -> bool:
        """Tell whether the board is another one than is shown, whoever changed it."""
        board, shown = self.board, self._shown
        if board is shown:
            return False
        if shown is not None and board.ideas == shown.ideas:
            self._shown = board
            return False
        return True

    def _first_steps(self) -> list[Step]:
        key = self.keymap.shown
        return [
            (key("card.add"), "write down an idea, as rough as it is"),
            (key("arxiv.search"), "find a paper that is worth a summary or code"),
            (key("board.help"), "see every key"),
        ]

    def _heads(self) -> dict[str, Head]:
        board, view = self.board, self.view
        heads = {}
        for stage in board.workflow.stages:
            if stage.key in view.columns:
                hits = len(view.columns[stage.key].ideas) if self.filter else None
                heads[stage.key] = Head(stage.label, len(board.column(stage.key)), stage.limit, hits)
        return heads

    def cursor_moved(self) -> None:
        """Repaint after the cursor went somewhere, and keep the detail in step."""
        self.view.reveal()
        if self.detail is not None and self.detail.display:
            self.detail.show(self.current)

    def show_top_line(self) -> None:
        """Bring the line above the columns up to date: what is typed, else the filter, else the marks."""
        width = self.view.size.width
        self.view.top_line = self._top_line(width) if width else ()

    def _top_line(self, width: int) -> Line:
        if self.prompt:
            label = "/" if self.prompt.kind == "filter" else f"Add to {self._stage_label()}"
            line, caret = draw_prompt(label, self.prompt.editor, self.prompt.said, width)
            x, y = self.view.region.offset
            self.app.cursor_position = Offset(x + caret, y)
            return line
        if self.filter:
            line, _ = draw_prompt("/", TypedLine(self.filter.text), self.filter_said(), width)
            return tuple((text, "input" if name == "caret" else name) for text, name in line)
        if marked := self.marked:
            text = f" {len(marked.ids)} marked"
            return ((text[:width], "mark"), (" " * (width - len(text)), "base"))
        return ()

    def _stage_label(self) -> str:
        return self.service.workflow.stage_label(self.view.focused_stage)

    def filter_said(self) -> tuple[Piece, ...]:
        """Say how many cards the filter shows, or what is wrong with it."""
        marked = f"  {len(marks.ids)} marked" if (marks := self.marked) else ""
        if self.filter.query.problems:
            return ((self.filter.query.problems[0], "warm"),)
        if not self.filter:
            return (("words  kind:  #tag  is:stale  age:>30d", "quiet"),)
        hits = sum(len(ideas) for ideas in self.filter.columns().values())
        total = sum(len(self.board.column(stage)) for stage in self.view.stages)
        return ((f"{hits}{'' if self.filter.done else '…'} of {total}{marked}", "quiet"),)

    def show_header(self) -> None:
        """Bring the header up to date."""
        if self._facts_of is not self.board:
            self._facts_of = self.board
            saving = (self.facts.saving, self.facts.problem)
            self.facts = replace(gather_facts(self.board, self.day), saving=saving[0], problem=saving[1])
        self.header.show(self.facts)

    def restyle(self, inks: Inks) -> None:
        """Take on the colours of another theme."""
        self.inks = inks
        self.header.restyle(inks)
        self.view.restyle(inks)
        self.footer.restyle(inks)
        if self.detail is not None:
            self.detail.restyle(inks)

    def show_footer(self) -> None:
        """Show the keys that matter now."""
        if self.prompt:
            hints: Sequence[Hint] = (
                (("↑↓", "cards", ""), ("Enter", "keep", ""), ("Esc", "take back", ""))
                if self.prompt.kind == "filter"
                else (
                    ("#", "tag", ""),
                    ("@", "kind", ""),
                    ("!", "due date", ""),
                    ("https://", "link", ""),
                    ("Enter", "add", ""),
                    ("Esc", "cancel", ""),
                )
            )
        elif self.detail is not None and self.detail.has_focus:
            hints = DETAIL_HINTS
        else:
            hints = [
                (self.keymap.shown(id), self.keymap.name(id).lower(), id)
                for id in FOOTER_ACTIONS
                if self.keymap.shown(id)
            ]
        self.footer.show(hints)


class Middle(Widget):
    """The board, and the detail beside it."""

    BLANK = True
    DEFAULT_CSS = """
    Middle { layout: horizontal; height: 1fr; }
    """
