"""Going about the board: cursor, columns, marks, filter, views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ideaboard.core.board import Marks

if TYPE_CHECKING:
    from ideaboard.ui.board.base import BoardBase
else:
    # Each further class of screen would cost Textual two milliseconds at every start.
    BoardBase = object


class GoActions(BoardBase):
    """Actions that change nothing but what is looked at."""

    def _go(self, index: int) -> None:
        self.view.column.go(index)
        self.cursor_moved()

    def action_go_down(self) -> None:
        """Go to the card below."""
        self._go(self.view.column.index + 1)

    def action_go_up(self) -> None:
        """Go to the card above."""
        self._go(self.view.column.index - 1)

    def action_go_top(self) -> None:
        """Go to the first card."""
        self._go(0)

    def action_go_bottom(self) -> None:
        """Go to the last card."""
        self._go(len(self.view.column.ideas))

    def action_go_page_down(self) -> None:
        """Go one screen down."""
        self._go(self.view.column.index + self.view.page())

    def action_go_page_up(self) -> None:
        """Go one screen up."""
        self._go(self.view.column.index - self.view.page())

    def _go_to_stage(self, stage: str) -> None:
        self.view.focus_stage(stage)
        self.cursor_moved()

    def action_go_left(self) -> None:
        """Go to the next open column on the left."""
        self._go_to_stage(self.view.neighbour(-1))

    def action_go_right(self) -> None:
        """Go to the next open column on the right."""
        self._go_to_stage(self.view.neighbour(1))

    def action_go_column(self, number: int) -> None:
        """Go to a column by its number, from 1."""
        if number <= len(self.view.stages):
            self._go_to_stage(self.view.stages[number - 1])

    def go_to_idea(self, id: str) -> None:
        """Go to an idea wherever it is shown; a filter that hides it is taken back."""
        idea = self.board.ideas.get(id)
        if idea is None:
            self.tell("That idea is gone")
            return
        stage = self.board.column_of(idea)
        if stage not in self.view.columns:
            where = "archived" if idea.archived else self.board.workflow.stage_label(stage).lower()
            self.tell(f"'{idea.title}' is not in a column of the board: it is {where}")
            return
        if not self.view.go_to(idea, stage):
            self.filter.clear()
            self.show_columns(follow=id)
        self.cursor_moved()

    # Marks

    def action_card_mark(self) -> None:
        """Mark the card, or take its mark away, and go on to the next."""
        if self.current:
            self._set_marks(self.marks.toggle(self.current.id))
            self.action_go_down()

    def action_card_mark_all(self) -> None:
        """Mark all cards of the column that are shown, or none when all are marked already."""
        shown = frozenset(idea.id for idea in self.view.column.ideas)
        ids = self.marks.ids - shown if shown <= self.marks.ids else self.marks.ids | shown
        self._set_marks(Marks(ids))
        self.cursor_moved()

    def _set_marks(self, marks: Marks) -> None:
        self.marks = marks
        self.view.marks = marks.ids
        self.show_top_line()

    # Views

    def action_view_clear(self) -> None:
        """Take back the filter, then the marks, then the detail; one of them for each press."""
        self.clear_selection()
        if self.view.drag:
            self.view.drop_nothing()
        elif self.filter:
            self.filter.clear()
            self.show_columns(follow=self.current.id if self.current else None)
        elif self.marked:
            self._set_marks(Marks())
            self.cursor_moved()
        else:
            self.close_detail()

    def action_view_collapse(self) -> None:
        """Collapse the focused column, or open all again when it is the only open one."""
        view = self.view
        stage = view.focused_stage
        near = view.neighbour(1) if view.neighbour(1) != stage else view.neighbour(-1)
        if near == stage:
            view.collapsed.clear()
        else:
            view.collapsed.add(stage)
            view.focus_stage(near)
        self.cursor_moved()

    def action_view_expand(self) -> None:
        """Open all collapsed columns again."""
        self.view.collapsed.clear()
        self.cursor_moved()

    def action_view_archive(self) -> None:
        """Show what was archived."""
        from ideaboard.ui.dialogs.archive import ArchiveScreen

        self.app.push_screen(ArchiveScreen(self.service), lambda _: self.show_board())

    def action_view_statistics(self) -> None:
        """Show what was shared, what is in flight and what waits."""
        from ideaboard.ui.dialogs.statistics import StatisticsScreen

        self.app.push_screen(StatisticsScreen(self.service), lambda _: self.show_board())

    def action_board_help(self) -> None:
        """Show the keys."""
        from ideaboard.ui.dialogs.help import HelpScreen

        self.app.push_screen(HelpScreen(self.keymap.chosen))

    def action_board_theme(self) -> None:
        """Pick a theme."""
        from textual.theme import ThemeProvider

        from ideaboard.ui.board.palette import BoardPalette

        self.app.push_screen(BoardPalette(providers=[ThemeProvider], placeholder="Theme"))

    def action_board_palette(self) -> None:
        """Search every action by name."""
        from ideaboard.ui.board.palette import BoardPalette

        self.app.push_screen(BoardPalette(id="--command-palette", placeholder="What to do, or words of a title"))

    def action_board_suspend(self) -> None:
        """Go back to the shell for a while."""
        self.app.action_suspend_process()

    async def action_board_quit(self) -> None:
        """Leave the board."""
        await self.app.action_quit()
