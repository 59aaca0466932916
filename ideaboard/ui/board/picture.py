"""The picture of the board screen: brings the widgets in step with the board and the state of the screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget

from ideaboard.core.actions import BOARD
from ideaboard.core.board import ARCHIVED, Board, Marks
from ideaboard.core.ideas import Idea
from ideaboard.core.orders import ORDERS
from ideaboard.service import Outcome
from ideaboard.ui.board.columns import TOP_LINES
from ideaboard.ui.board.heads import Facts, Head, Step, draw_header, draw_notice, gather_facts
from ideaboard.ui.board.hints import card_hints, first_steps, has_link
from ideaboard.ui.board.opening import shown_stages
from ideaboard.ui.board.state import BoardState
from ideaboard.ui.board.view import BoardView
from ideaboard.ui.drawing.cells import BESIDE_FROM, Line, Piece, tame
from ideaboard.ui.drawing.filtering import SLICE_SECONDS, SlicedFilter
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.lines import DrawnLine, FooterLine
from ideaboard.ui.drawing.prompt import TypedLine, draw_prompt
from ideaboard.ui.telling import act, read_only, sentence, tell

if TYPE_CHECKING:
    from ideaboard.ui.detail.pane import DetailPane

_SHARE = 0.4
_LEAST, _MOST = 44, 72
"""The share of the width that the detail takes beside the board, and the cells that it has at least and at most."""

MARK_ACTIONS = ("card.move_to", "card.tags", "card.archive", "card.kind", "card.due")
FILTER_HINTS: Sequence[Hint] = (("↑↓", "cards", ""), ("Enter", "keep", ""), ("Esc", "take back", ""))
ADD_HINTS: Sequence[Hint] = (
    ("#", "tag", ""),
    ("@", "kind", ""),
    ("!", "due date", ""),
    ("https://", "link", ""),
    ("Enter", "add", ""),
    ("Esc", "cancel", ""),
)


class Middle(Widget):
    """The board, and the detail beside it."""

    BLANK = True
    DEFAULT_CSS = "Middle { layout: horizontal; height: 1fr; }"


class BoardPicture:
    """The widgets of the board screen, and what they show."""

    def __init__(self, screen: Screen[None], state: BoardState, inks: Inks) -> None:
        self.screen = screen
        self.state = state
        self.inks = inks
        self.filter = SlicedFilter(screen, state.context, self._found_more)
        self.view = BoardView(inks, state.day, shown_stages(state.service.workflow))
        self.header = DrawnLine(inks, draw_header, Facts())
        self.notice: DrawnLine[tuple[str, str, str]] | None = None
        self.footer = FooterLine(inks)
        self.middle = Middle()
        self.detail: DetailPane | None = None
        self.detail_width = 0
        """The cells of the detail beside the board; none until it is shown there."""
        self._facts_of: Board | None = None
        self._shown: Board | None = None
        self._shown_offer = (False, False, False)

    @property
    def current(self) -> Idea | None:
        return self.view.current

    @property
    def _detail_is_open(self) -> bool:
        return self.detail is not None and self.detail.display

    def targets(self) -> list[Idea]:
        return self.state.targets(self.current)

    # Doing

    def act(
        self, do: Callable[[], Outcome], *, say: bool = False, follow: str | None = None, marks_end: bool = False
    ) -> Outcome | None:
        """Change the board, show it, and tell what a person should know; None when it was refused.

        What was done is said where the cards do not show it. The cursor goes to the idea that it shall follow, and the
        marks end when it was done to all that is marked.
        """
        outcome = act(self.screen, do, say=say)
        if outcome is not None:
            if marks_end:
                self.state.marks = Marks()
            self.show_board(follow=follow)
        return outcome

    def tell(self, text: str, *, warning: bool = False) -> None:
        tell(self.screen, text, warning=warning)

    def mark(self, marks: Marks) -> None:
        self.state.marks = marks
        self.show_marks()
        self.cursor_moved()

    @contextmanager
    def not_by_the_person(self) -> Iterator[None]:
        """Look out in the body for a change of what the next action is for."""
        # The board is another one already; what was painted is not.
        ideas = self._shown.ideas if self._shown else {}
        before = [ideas[id] for id in self.view.marks if id in ideas] or ([self.current] if self.current else [])
        yield
        if before or self.screen.is_active:
            self.state.others_changed(before, self.targets())

    # The board

    def show_board(self, follow: str | None = None) -> None:
        """Show the board as it is now; the cursor stays on its card, or goes to the idea that it shall follow."""
        board = self.state.board
        self.state.marks = self.state.marks.on(board)
        if self.filter:
            self.filter.look(self.filter.text, board, self.view.stages, seconds=SLICE_SECONDS * 4)
        self.show_columns(follow)

    def show_columns(self, follow: str | None = None, *, to_top: bool = False) -> None:
        view, board = self.view, self.state.board
        self._shown = board
        view.show(board, self.filter.columns() if self.filter else None)
        if to_top:
            view.go_to_top()
        if follow and (idea := board.ideas.get(follow)):
            view.go_to(idea, board.column_of(idea))
        view.welcome = self._instead()
        view.heads = self._heads()
        self.show_marks()
        self.cursor_moved()

    def show_marks(self) -> None:
        """Bring the marks up to date, and the lines in which they and the keys are said."""
        self.view.marks = self.state.marked.ids
        self.show_top_line()
        self.show_footer()

    def is_behind(self) -> bool:
        """Tell whether the board is another one than is shown, whoever changed it."""
        board, shown = self.state.board, self._shown
        if board is shown:
            return False
        if shown is not None and board.shows_the_same(shown):
            self._shown = board
            return False
        return True

    def _instead(self) -> tuple[str, Sequence[Step]]:
        """Return what is said in the place of cards, where there are none."""
        view, board, key = self.view, self.state.board, self.state.keymap.shown
        if self.filter and self.filter.done and not any(column.ideas for column in view.columns.values()):
            archived = len(self.filter.query.select(board.column(ARCHIVED), self.state.context))
            steps = [(key("view.clear"), "takes the filter back")]
            if archived:
                fit = "archived idea fits" if archived == 1 else "archived ideas fit"
                steps.append((key("view.archive"), f"shows what was archived: {archived} {fit}"))
            problem = sentence(next(iter(self.filter.query.problems), ""))
            return problem or f"Nothing fits '{self.filter.text.strip()}'.", steps
        if self.state.prompt or self.filter or any(board.column(stage) for stage in view.stages):
            return "", ()
        return first_steps(self.state.keymap, board)

    def _heads(self) -> dict[str, Head]:
        board, view = self.state.board, self.view
        heads = {}
        for stage in board.workflow.stages:
            if stage.key in view.columns:
                hits = len(view.columns[stage.key].ideas) if self.filter else None
                label = f"{stage.label} {ORDERS[order].label}" if (order := view.orders.get(stage.key)) else stage.label
                heads[stage.key] = Head(label, len(board.column(stage.key)), stage.limit, hits)
        return heads

    def cursor_moved(self) -> None:
        """Repaint after the cursor went somewhere, and keep the detail in step."""
        self.view.reveal()
        if self.detail is not None and self.detail.display:
            self.show_detail(self.detail)
        if self._offered() != self._shown_offer:
            self.show_footer()

    def show_detail(self, detail: DetailPane) -> None:
        """Show everything about the idea, which the person reads now."""
        detail.show(self.current)
        self.widen_detail(detail)
        self.state.service.reads(self.current.id if self.current else "")

    def widen_detail(self, detail: DetailPane) -> None:
        """Give the detail beside the board what its longest line needs; while it is open it gets no narrower.

        A width that followed the cursor would place all columns anew with every key.
        """
        if (width := self.screen.size.width) < BESIDE_FROM:
            return
        most = min(max(int(width * _SHARE), _LEAST), _MOST)
        if self.current is not None and self.detail_width < most:
            self.detail_width = max(self.detail_width, detail.width_for(self.current, most))
        self.detail_width = min(max(self.detail_width, _LEAST), most)
        detail.styles.width = self.detail_width

    # The filter

    def filter_by(self, text: str) -> None:
        """Filter by a text: what a slice of time finds is shown at once, the rest follows."""
        enough = self.view.size.height // 2
        self.filter.look(text, self.state.board, self.view.stages, enough)
        self._show_found(to_top=True)

    def _found_more(self) -> None:
        if self.state.prompt:
            self._show_found()
        else:
            with self.not_by_the_person():
                self._show_found()

    def _show_found(self, *, to_top: bool = False) -> None:
        """Show what was found so far; the cursor goes to the first card when something else was typed."""
        if self.state.prompt and self.state.prompt.kind == "filter":
            self.state.prompt.said = self.filter_said()
        self.show_columns(to_top=to_top)
        view = self.view
        if self.filter and not view.column.ideas:
            found = next((stage for stage in view.stages if view.columns[stage].ideas), None)
            if found and self.filter.done:
                view.focus_stage(found)
                self.cursor_moved()

    def filter_said(self) -> tuple[Piece, ...]:
        """Say how many cards the filter shows, or what is wrong with it."""
        if self.filter.query.problems:
            return ((self.filter.query.problems[0], "warm"),)
        if not self.filter:
            return (("words  kind:  #tag  is:stale  age:>30d", "quiet"),)
        hits = sum(len(ideas) for ideas in self.filter.columns().values())
        total = sum(len(self.state.board.column(stage)) for stage in self.view.stages)
        return ((f"{hits}{'' if self.filter.done else '…'} of {total}", "quiet"),)

    # The lines

    def show_top_line(self) -> None:
        """Bring the line above the columns up to date: what is typed, else the filter."""
        width = self.view.size.width
        self.view.top_line = self._top_line(width) if width else ()

    def _top_line(self, width: int) -> Line:
        if prompt := self.state.prompt:
            stage = self.state.service.workflow.stage_label(self.view.focused_stage)
            label = "/" if prompt.kind == "filter" else f"Add to {stage}"
            line, caret = draw_prompt(label, prompt.editor, tuple(prompt.said), width)
            x, y = self.view.region.offset
            self.screen.app.cursor_position = Offset(x + caret, y)
            return line
        if self.filter:
            line, _ = draw_prompt("/", TypedLine(self.filter.text), self.filter_said(), width)
            return tuple((text, "input" if name == "caret" else name) for text, name in line)
        return ()

    def show_header(self) -> None:
        """Bring the first line up to date, and the lasting one below it."""
        state = self.state
        if self._facts_of is not state.board:
            self._facts_of = state.board
            state.facts = replace(
                gather_facts(state.board, state.day),
                waiting_key=state.keymap.shown("view.waiting"),
                saving=state.facts.saving,
            )
        self.header.show(state.facts)
        self._show_notice()

    def _show_notice(self) -> None:
        """Say, for as long as it is so, what keeps changes from the file, or that the configuration has problems."""
        refusal, problems = self.state.service.refusal, self.state.problems
        text = remedy = ""
        if refusal is not None:
            text, remedy = read_only(refusal)
        elif self.state.trouble[0]:
            text, remedy = self.state.trouble
        elif problems:
            text = problems[0] if len(problems) == 1 else f"{len(problems)} problems: {problems[0]}"
            # The folder would hide what is wrong; all of it is behind the key.
            text = text.replace(f"{Path(self.state.service.paths.config).parent}{os.sep}", "", 1)
            remedy = f"{self.state.keymap.shown('board.problems')} shows all".strip()
        if text and self.notice is None:
            self.notice = DrawnLine(self.inks, draw_notice, ("", "", "warm"))
            self.screen.mount(self.notice, after=self.header)
        if self.notice is not None:
            self.notice.display = bool(text)
            is_grave = refusal is not None or bool(self.state.trouble[0])
            self.notice.show((tame(text), tame(remedy), "alert" if is_grave else "warm"))

    def show_footer(self) -> None:
        self._shown_offer = self._offered()
        self.footer.show(self._hints())

    def _offered(self) -> tuple[bool, bool, bool]:
        """Tell what the keys of the last line depend on: whether there is a card, a link, and an open detail."""
        return self.current is not None, has_link(self.current), self._detail_is_open

    def _hints(self) -> Sequence[Hint]:
        keymap = self.state.keymap
        if prompt := self.state.prompt:
            return FILTER_HINTS if prompt.kind == "filter" else ADD_HINTS
        marked = self.state.marked
        count: list[Hint] = [(f"{len(marked.ids)} marked", "", "")] if marked else []
        if self.detail is not None and self.detail.has_focus:
            return [*count, *self.detail.hints()]
        if marked:
            both = " ".join(filter(None, map(keymap.shown, ("card.next_stage", "card.previous_stage"))))
            move: list[Hint] = [(both, "move", "card_next_stage")] if both else []
            return [*count, *move, *keymap.hints(BOARD, (*MARK_ACTIONS, ("view.clear", "unmark"), "board.help"))]
        return card_hints(keymap, self.state.board, self.current, detail_is_open=self._detail_is_open)

    def restyle(self, inks: Inks) -> None:
        self.inks = inks
        for widget in (self.header, self.notice, self.view, self.footer, self.detail):
            if widget is not None:
                widget.restyle(inks)


class DetailPlace:
    """The detail beside the board, or over it where there is no room."""

    def __init__(self, picture: BoardPicture) -> None:
        self._picture = picture
        self.is_open = False

    def open(self) -> None:
        """Show everything about the idea; once it is shown, go into it."""
        picture = self._picture
        was_open, self.is_open = self.is_open, True
        detail = picture.detail
        if detail is None:
            # It is made when it is first wanted, since most sessions start with a look at the board.
            from ideaboard.ui.detail.pane import DetailPane

            detail = picture.detail = DetailPane(picture.state.service, picture.inks)
            picture.middle.mount(detail)
        self.place()
        picture.show_detail(detail)
        if was_open or not picture.view.display:
            picture.screen.set_focus(detail)

    def place(self) -> None:
        """Put the open detail beside the board when there is room, else over it, never over a line that is typed in.

        While a line is typed in, the detail takes no focus: what is typed goes where the cursor blinks.
        """
        picture = self._picture
        detail = picture.detail
        if detail is None:
            return
        width = picture.screen.size.width
        beside = width >= BESIDE_FROM
        typing = picture.state.prompt is not None
        detail.can_focus = not typing
        detail.display = self.is_open and (beside or not typing)
        shows_board = beside or not detail.display
        if not self.is_open:
            picture.detail_width = 0
        elif beside:
            picture.widen_detail(detail)
        else:
            detail.styles.width = "1fr"
        # Its title stands in the row of the heads, below the line where a filter is typed.
        detail.styles.margin = (TOP_LINES - 1 if beside else 0, 0, 0, 0)
        if typing:
            picture.screen.set_focus(None)
        if picture.view.display != shows_board:
            picture.view.display = shows_board
            picture.screen.set_focus(None if shows_board else detail)
        picture.show_footer()

    def close(self) -> None:
        self.is_open = False
        self._picture.state.service.reads()
        self._picture.screen.set_focus(None)
        self.place()

    def leave(self) -> None:
        """Go back to the board; a detail that covers it closes."""
        if self._picture.view.display:
            self._picture.screen.set_focus(None)
        else:
            self.close()

    def new_board(self) -> None:
        """Bring what does not follow the cursor up to date: ages, and what other ideas say."""
        if self._picture.detail is not None:
            self._picture.detail.reload()
