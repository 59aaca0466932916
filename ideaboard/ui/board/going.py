"""Going about the board: cursor, columns, marks, the detail, other views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ideaboard.core.board import Marks
from ideaboard.ui.telling import host_of

if TYPE_CHECKING:
    from ideaboard.ui.board.picture import BoardPicture, DetailPlace
    from ideaboard.ui.board.typing import Typing


class GoActions:
    """The actions `go.*`: the cursor."""

    def __init__(self, picture: BoardPicture) -> None:
        self._picture = picture
        self._view = picture.view

    def _go(self, index: int) -> None:
        self._view.column.go(index)
        self._picture.cursor_moved()

    def down(self) -> None:
        self._go(self._view.column.index + 1)

    def up(self) -> None:
        self._go(self._view.column.index - 1)

    def top(self) -> None:
        self._go(0)

    def bottom(self) -> None:
        self._go(len(self._view.column.ideas))

    def page_down(self) -> None:
        self._go(self._view.column.index + self._view.page())

    def page_up(self) -> None:
        self._go(self._view.column.index - self._view.page())

    def left(self) -> None:
        self._go_to_stage(self._view.neighbour(-1))

    def right(self) -> None:
        self._go_to_stage(self._view.neighbour(1))

    def column(self, number: int) -> None:
        if number <= len(self._view.stages):
            self._go_to_stage(self._view.stages[number - 1])

    def _go_to_stage(self, stage: str) -> None:
        self._view.focus_stage(stage)
        self._picture.cursor_moved()

    def to_idea(self, id: str) -> None:
        """Go to an idea wherever it is shown; a filter that hides it is taken back."""
        picture = self._picture
        board = picture.state.board
        idea = board.ideas.get(id)
        if idea is None:
            picture.tell("That idea is gone")
            return
        stage = board.column_of(idea)
        if stage not in self._view.columns:
            where = "archived" if idea.archived else board.workflow.stage_label(stage).lower()
            picture.tell(f"'{idea.title}' is not in a column of the board: it is {where}")
            return
        if not self._view.go_to(idea, stage):
            picture.filter.clear()
            picture.show_columns(follow=id)
        picture.cursor_moved()


class ViewActions:
    """The actions `view.*`: what is looked at."""

    def __init__(self, picture: BoardPicture, typing: Typing, detail: DetailPlace) -> None:
        self._picture = picture
        self._typing = typing
        self._detail = detail

    def filter(self) -> None:
        self._typing.open_filter()

    def clear(self) -> None:
        """Take back the filter, then the marks, then the detail; one of them for each press."""
        picture = self._picture
        picture.screen.clear_selection()
        if picture.view.drag:
            picture.view.drop_nothing()
        elif picture.filter:
            picture.filter.clear()
            picture.show_columns(follow=picture.current.id if picture.current else None)
        elif picture.state.marked:
            picture.state.marks = Marks()
            picture.show_marks()
            picture.cursor_moved()
        else:
            self._detail.close()

    def collapse(self) -> None:
        view = self._picture.view
        stage = view.focused_stage
        near = view.neighbour(1) if view.neighbour(1) != stage else view.neighbour(-1)
        if near == stage:
            view.collapsed.clear()
        else:
            view.collapsed.add(stage)
            view.focus_stage(near)
        self._picture.cursor_moved()

    def expand(self) -> None:
        self._picture.view.collapsed.clear()
        self._picture.cursor_moved()

    def archive(self) -> None:
        from ideaboard.ui.dialogs.archive import ArchiveScreen

        picture = self._picture
        picture.screen.app.push_screen(ArchiveScreen(picture.state.service), lambda _: picture.show_board())

    def statistics(self) -> None:
        from ideaboard.ui.dialogs.statistics import StatisticsScreen

        picture = self._picture
        picture.screen.app.push_screen(StatisticsScreen(picture.state.service), lambda _: picture.show_board())


class BoardActions:
    """The actions `board.*`: history, help, themes, leaving."""

    def __init__(self, picture: BoardPicture) -> None:
        self._picture = picture

    def undo(self) -> None:
        self._turn("undo")

    def redo(self) -> None:
        self._turn("redo")

    def _turn(self, way: str) -> None:
        history = self._picture.state.service.history
        outcome = self._picture.act(history.undo if way == "undo" else history.redo, say=True)
        if outcome and len(outcome.ideas) == 1:
            self._picture.show_columns(follow=outcome.ideas[0].id)

    def bring_back(self) -> None:
        self._picture.act(self._picture.state.service.history.bring_back, say=True)

    def problems(self) -> None:
        service = self._picture.state.service
        problems = [*service.config.problems, *service.notices]
        self._picture.tell("\n".join(problems) or "Nothing is wrong", warning=bool(problems))

    def help(self) -> None:
        from ideaboard.ui.dialogs.help import HelpScreen

        self._picture.screen.app.push_screen(HelpScreen(self._picture.state.keymap.chosen))

    def theme(self) -> None:
        """Pick a theme."""
        from textual.theme import ThemeProvider

        from ideaboard.ui.board.palette import BoardPalette

        self._picture.screen.app.push_screen(BoardPalette(providers=[ThemeProvider], placeholder="Theme"))

    def palette(self) -> None:
        from ideaboard.ui.board.palette import BoardPalette

        words = "What to do, or words of a title"
        self._picture.screen.app.push_screen(BoardPalette(id="--command-palette", placeholder=words))

    def suspend(self) -> None:
        self._picture.screen.app.action_suspend_process()

    async def quit(self) -> None:
        await host_of(self._picture.screen).action_quit()
