"""What can be done on the board: a class for each group of the registry, a method for each of its actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from textual.screen import Screen

from ideaboard.core.actions import BOARD, DETAIL
from ideaboard.core.board import Marks
from ideaboard.core.changes import Edit, Sharing
from ideaboard.core.ideas import Idea
from ideaboard.service import Outcome
from ideaboard.ui.board.picture import BoardPicture, DetailPlace
from ideaboard.ui.board.typing import Typing
from ideaboard.ui.telling import (
    act,
    ask,
    ask_until_done,
    attempt,
    copy,
    host_of,
    open_link,
    sentence,
    tell_error,
    turned,
)

SEARCH = "arxiv-search"
"""The name under which the search screen is kept while the program runs."""


class Part:
    """What the actions of every group work on."""

    def __init__(self, picture: BoardPicture, typing: Typing, detail: DetailPlace) -> None:
        self._picture = picture
        self._typing = typing
        self._detail = detail
        self._view = picture.view
        self._service = picture.state.service

    def _visit(self, screen: Screen[Any]) -> None:
        """Open a screen on which the board may change."""
        self._picture.screen.app.push_screen(screen, lambda _: self._picture.show_board())

    def to_idea(self, id: str) -> bool:
        """Go to an idea wherever it is shown, and tell whether it is; a filter that hides it is taken back."""
        picture = self._picture
        board = picture.state.board
        idea = board.ideas.get(id)
        if idea is None:
            picture.tell("That idea is gone")
            return False
        stage = board.column_of(idea)
        if stage not in self._view.columns:
            where = "archived" if idea.archived else board.workflow.stage_label(stage).lower()
            picture.tell(f"'{idea.title}' is not in a column of the board: it is {where}")
            return False
        if not self._view.go_to(idea, stage):
            picture.filter.clear()
            picture.show_columns(follow=id)
        picture.cursor_moved()
        return True

    def _go_to(self, id: str | None) -> None:
        """Show an idea that was chosen on another screen, with its detail."""
        self._picture.show_board()
        if id is not None and self.to_idea(id):
            self._picture.screen.call_later(self._detail.open)


class GoActions(Part):
    """The actions `go.*`: the cursor."""

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


class CardActions(Part):
    """The actions `card.*`: on the card under the cursor, or on all marked ones."""

    def _current(self) -> Idea | None:
        """Return the idea under the cursor, or say that there is none."""
        if self._picture.current is None:
            key = self._picture.state.keymap.shown("card.add")
            self._picture.tell(f"There is no card here; {key} adds one")
        return self._picture.current

    def _targets(self) -> list[str]:
        targets = [idea.id for idea in self._picture.targets()]
        if not targets:
            self._current()
        return targets

    def add(self) -> None:
        self._typing.open_add()

    def open(self) -> None:
        if self._current():
            self._detail.open()

    # Marks

    def mark(self) -> None:
        if current := self._picture.current:
            self._view.column.go(self._view.column.index + 1)
            self._picture.mark(self._picture.state.marks.toggle(current.id))

    def mark_all(self) -> None:
        shown = (idea.id for idea in self._view.column.ideas)
        self._picture.mark(self._picture.state.marks.toggle_all(shown))

    # Moving

    def next_stage(self) -> None:
        self._move(self._targets(), "next")

    def previous_stage(self) -> None:
        self._move(self._targets(), "prev")

    def move_to(self) -> None:
        if targets := self._targets():
            from ideaboard.ui.dialogs.pickers import StagePicker

            picker = StagePicker(self._picture.state.board, targets)
            ask(self._picture.screen, picker, lambda stage: self._move(targets, stage))

    def move_targets_to(self, stage: str) -> None:
        self._move(self._targets(), stage)

    def _move(self, ids: Sequence[str], to: str) -> None:
        """Move ideas to a stage, `next` or `prev`; a single one that comes to the last stage is asked for its link."""
        workflow, current = self._service.workflow, self._picture.current
        idea = self._picture.state.board.ideas.get(ids[0]) if len(ids) == 1 else None
        stage = workflow.neighbour(idea.stage, 1) if idea and to == "next" else to
        if idea and stage == workflow.last != idea.stage:
            self._share(idea)
        elif ids and not (idea and idea.stage == to):
            follow = current.id if current and current.id in ids else None
            if outcome := self._picture.act(lambda: self._service.ideas.move(ids, to), follow=follow, marks_end=True):
                self._tell_out_of_sight(outcome.ideas)

    def _tell_out_of_sight(self, ideas: Sequence[Idea]) -> None:
        """Say where ideas went that no column shows any more."""
        board, key = self._picture.state.board, self._picture.state.keymap.shown("board.undo")
        stages = {board.column_of(idea) for idea in ideas} - self._view.columns.keys()
        for stage in stages:
            self._picture.tell(f"Moved to {board.workflow.stage_label(stage)}, which is hidden; {key} takes it back")

    def move_down(self) -> None:
        self._reorder(1)

    def move_up(self) -> None:
        self._reorder(-1)

    def _reorder(self, step: int) -> None:
        if (targets := self._targets()) and not self._refused_by_order(targets):
            self._picture.act(lambda: self._service.ideas.reorder(targets, step), marks_end=True)

    def _refused_by_order(self, ids: Sequence[str]) -> bool:
        """Tell, and say, whether a place by hand means nothing, since a column is sorted for the eye."""
        board, orders = self._picture.state.board, self._view.orders
        stages = {board.column_of(board.ideas[id]) for id in ids if id in board.ideas} & orders.keys()
        refused = bool(stages)
        if refused:
            key = self._picture.state.keymap.shown("view.clear")
            label = board.workflow.stage_label(stages.pop())
            self._picture.tell(f"{label} is sorted for the eye; {key} puts it back, then it can be ordered by hand")
        return refused

    def dropped(self, idea: Idea, stage: str, index: int) -> None:
        if stage == self._service.workflow.last != idea.stage:
            self._share(idea)
        elif stage in self._view.orders:
            if not self._refused_by_order([idea.id] if stage == idea.stage else []):
                self._move([idea.id], stage)
        else:
            self._picture.act(lambda: self._service.ideas.place(idea.id, stage, index), follow=idea.id)

    # Changing

    def edit(self) -> None:
        if idea := self._current():
            self._ask_for_edit(idea)

    def _ask_for_edit(self, idea: Idea, notes: str | None = None) -> None:
        from ideaboard.ui.dialogs.edit import EditScreen

        form = EditScreen(self._service, idea, notes)
        ask_until_done(self._picture.screen, form, lambda edit: self._edit([idea.id], edit, say=True))

    def _edit(self, ids: Sequence[str], edit: Edit, *, say: bool = False, marks_end: bool = False) -> Outcome | None:
        return self._picture.act(lambda: self._service.ideas.edit(ids, edit), say=say, marks_end=marks_end)

    def edit_notes(self) -> None:
        if idea := self._current():
            screen = self._picture.screen
            notes = attempt(screen, lambda: host_of(screen).edit_outside(idea.notes))
            if notes is None:
                return
            if notes.rstrip() == idea.notes.rstrip():
                self._picture.tell(f"The notes of '{idea.title}' are as they were")
            elif self._edit([idea.id], Edit(notes=notes.rstrip()), say=True) is None:
                self._ask_for_edit(idea, notes.rstrip())  # what was written must not be lost

    def tags(self) -> None:
        if targets := self._targets():
            from ideaboard.ui.dialogs.edit import TagEditor

            editor = TagEditor(self._picture.state.board, targets)
            ask_until_done(self._picture.screen, editor, lambda edit: self._edit(targets, edit, marks_end=True))

    def kind(self) -> None:
        if targets := self._targets():
            from ideaboard.ui.dialogs.dialog import titled
            from ideaboard.ui.dialogs.pickers import KindPicker, named

            ideas = self._picture.state.board.ideas
            kinds = {ideas[id].kind for id in targets if id in ideas}
            at = kinds.pop() if len(kinds) == 1 else ""
            picker = KindPicker(
                self._service.workflow, at, titled("Kind of", named(self._picture.state.board, targets))
            )
            ask(self._picture.screen, picker, lambda kind: self._edit(targets, Edit(kind=kind), marks_end=True))

    def due(self) -> None:
        if targets := self._targets():
            from ideaboard.ui.dialogs.edit import DueScreen

            form = DueScreen(self._service, targets)
            ask_until_done(self._picture.screen, form, lambda edit: self._edit(targets, edit, marks_end=True))

    def archive(self) -> None:
        """Ask why, and archive: a second press of the key takes the reason of the last time."""
        if targets := self._targets():
            from ideaboard.ui.dialogs.pickers import ReasonPicker

            def archive(said: tuple[str, str]) -> Outcome | None:
                return self._picture.act(lambda: self._service.ideas.archive(targets, *said), say=True, marks_end=True)

            again = self._picture.state.keymap.shown("card.archive")
            ask_until_done(self._picture.screen, ReasonPicker(self._service, targets, again), archive)

    # Links

    def yank(self) -> None:
        if idea := self._current():
            from ideaboard.ui.dialogs.pickers import YankPicker

            screen = self._picture.screen
            ask(screen, YankPicker(self._service, idea), partial(copy, screen))

    def open_link(self) -> None:
        """Open the link of the idea; with several ask which, the first by the same key again."""
        if idea := self._current():
            from ideaboard.ui.detail.rows import numbered_links

            screen, links = self._picture.screen, numbered_links(idea)
            pdf = idea.paper.pdf_url if idea.paper else None
            if [link for link in links[1:] if link.url != pdf]:
                from ideaboard.ui.dialogs.pickers import LinkPicker

                again = self._picture.state.keymap.shown("card.open_link")
                ask(screen, LinkPicker(idea.title, links, again), partial(open_link, screen))
            elif links:
                open_link(screen, links[0].url)
            else:
                key = self._picture.state.keymap.shown("card.edit")
                self._picture.tell(f"This idea has no link; {key} adds one")

    # Sharing

    def share(self) -> None:
        if idea := self._current():
            self._share(idea)

    def texts(self) -> None:
        """Show the texts for the channels of what was shared."""
        idea = self._current()
        if idea is None:
            return
        if idea.share is None:
            key = self._picture.state.keymap.shown("card.share")
            self._picture.tell(f"This idea is not shared yet; {key} shares it")
            return
        from ideaboard.ui.dialogs.share import ChannelsScreen

        self._visit(ChannelsScreen(self._service, idea))

    def _share(self, idea: Idea) -> None:
        """Ask for the link and the line of an idea, and go on to the channels at first, and when they are asked for."""
        from ideaboard.ui.dialogs.share import ChannelsScreen, ShareScreen

        form = ShareScreen(self._service, idea)

        def share(sharing: Sharing) -> Outcome | None:
            return self._picture.act(lambda: self._service.sharing.share(idea.id, sharing), follow=idea.id, say=True)

        def tell_about(outcome: Outcome) -> None:
            shared = outcome.board.ideas.get(idea.id)
            if shared and shared.share and (form.wants_texts or (shared.share.url and not idea.share)):
                self._visit(ChannelsScreen(self._service, shared))

        ask_until_done(self._picture.screen, form, share, tell_about)

    def response(self) -> None:
        if idea := self._current():
            from ideaboard.ui.dialogs.share import ResponseScreen

            def respond(answer: tuple[str, str, str]) -> Outcome | None:
                return self._picture.act(lambda: self._service.sharing.respond(idea.id, *answer), say=True)

            ask_until_done(self._picture.screen, ResponseScreen(idea), respond)

    def draft(self) -> None:
        """Open the draft; of an idea that has none ask where it goes, then start it."""
        idea = self._current()
        if idea is None:
            return
        screen, drafts = self._picture.screen, self._service.drafts
        if idea.draft:
            attempt(screen, lambda: host_of(screen).edit_file(drafts.main(idea)))
            return
        if self._service.refusal is not None:
            tell_error(screen, self._service.refusal)
            return
        from ideaboard.ui.screens.drafts import DraftScreen, Place

        def start(place: Place) -> tuple[Path, Outcome] | None:
            drafts.remember_place(idea.kind, place.site, place.folder)
            return attempt(screen, lambda: drafts.write(idea.id, place.draft))

        def go_on(started: tuple[Path, Outcome]) -> None:
            self._picture.show_board(follow=idea.id)
            attempt(screen, lambda: host_of(screen).edit_file(started[0]))
            self._picture.tell(sentence(started[1].said))

        ask_until_done(screen, DraftScreen(self._service, idea), start, go_on)

    def check_draft(self) -> None:
        if idea := self._current():
            from ideaboard.ui.screens.drafts import FindingsDialog

            findings = attempt(self._picture.screen, lambda: self._service.drafts.check(idea.id))
            if findings is not None:
                self._picture.screen.app.push_screen(FindingsDialog(idea, findings))


class PaperActions(Part):
    """The actions `arxiv.*`: the screens for papers."""

    def search(self) -> None:
        app = self._picture.screen.app
        if not app.is_screen_installed(SEARCH):
            from ideaboard.ui.papers.search import SearchScreen

            app.install_screen(SearchScreen(self._service), SEARCH)
        app.push_screen(SEARCH, self._go_to)

    def candidates(self) -> None:
        from ideaboard.ui.papers.candidates import CandidatesScreen

        candidates = CandidatesScreen(self._service, self._picture.state.context)
        self._picture.screen.app.push_screen(candidates, self._go_to)

    def watches(self) -> None:
        from ideaboard.ui.screens.watches import WatchesScreen

        self._visit(WatchesScreen(self._service, self._picture.state.context))


class ViewActions(Part):
    """The actions `view.*`: what is looked at."""

    def filter(self) -> None:
        self._typing.open_filter()

    def clear(self) -> None:
        """Take back the filter, then the marks, then the detail; one of them for each press."""
        picture = self._picture
        picture.screen.clear_selection()
        if self._view.drag:
            self._view.drop_nothing()
        elif picture.filter:
            picture.filter.clear()
            picture.show_columns(follow=picture.current.id if picture.current else None)
        elif picture.state.marked:
            picture.mark(Marks())
        elif self._view.orders.get(self._view.focused_stage):
            self._sort("")
        else:
            self._detail.close()

    def order(self) -> None:
        """Sort the column for the eye by the next order; the file keeps the one by hand."""
        from ideaboard.core.orders import ORDERS, next_order

        stage = self._view.focused_stage
        order = next_order(self._view.orders.get(stage, ""))
        self._sort(order)
        how = ORDERS[order].label if order else "as it is on the board"
        self._picture.tell(f"{self._service.workflow.stage_label(stage)}: {how}")

    def _sort(self, order: str) -> None:
        current = self._picture.current
        self._view.orders.pop(self._view.focused_stage, None)
        if order:
            self._view.orders[self._view.focused_stage] = order
        self._picture.show_columns(follow=current.id if current else None)

    def collapse(self) -> None:
        view = self._view
        stage = view.focused_stage
        near = next((near for near in map(view.neighbour, (1, -1)) if near != stage), None)
        if near is None:
            view.collapsed.clear()
        else:
            view.collapsed.add(stage)
            view.focus_stage(near)
        self._picture.cursor_moved()

    def expand(self) -> None:
        self._view.collapsed.clear()
        self._picture.cursor_moved()

    def archive(self) -> None:
        from ideaboard.ui.dialogs.archive import ArchiveScreen

        self._visit(ArchiveScreen(self._service))

    def statistics(self) -> None:
        from ideaboard.ui.dialogs.statistics import StatisticsScreen

        self._picture.screen.app.push_screen(StatisticsScreen(self._service), self._go_to)

    def waiting(self) -> None:
        from ideaboard.ui.screens.waiting import WaitingScreen

        self._picture.screen.app.push_screen(WaitingScreen(self._service), self._go_to)

    def log(self) -> None:
        from ideaboard.ui.screens.log import LogScreen

        self._picture.screen.app.push_screen(LogScreen(self._service), self._go_to)

    def changelog(self) -> None:
        from ideaboard.ui.screens.changelog import ChangelogScreen

        self._visit(ChangelogScreen(self._service, self._picture.state.keymap))


class BoardActions(Part):
    """The actions `board.*`: history, help, themes, leaving."""

    def undo(self) -> None:
        self._turn(self._service.history.undo)

    def redo(self) -> None:
        self._turn(self._service.history.redo)

    def _turn(self, do: Callable[[], Outcome]) -> None:
        outcome = act(self._picture.screen, lambda: turned(self._service.board, do), turns=True)
        if outcome is not None:
            self._picture.show_board(follow=outcome.ideas[0].id if len(outcome.ideas) == 1 else None)

    def bring_back(self) -> None:
        if act(self._picture.screen, self._service.history.bring_back, turns=True):
            self._picture.show_board()

    def sync(self) -> None:
        from ideaboard.ui.board.outside import sync

        sync(self._picture)

    def inbox(self) -> None:
        from ideaboard.ui.board.outside import look_into_inbox

        look_into_inbox(self._picture, asked=True)

    def import_file(self) -> None:
        from ideaboard.ui.screens.importing import ImportScreen

        self._visit(ImportScreen(self._service))

    def problems(self) -> None:
        host_of(self._picture.screen).show_messages()

    def help(self) -> None:
        detail = self._picture.detail
        on_detail = detail is not None and detail.has_focus
        host_of(self._picture.screen).show_help(DETAIL if on_detail else BOARD)

    def theme(self) -> None:
        host_of(self._picture.screen).show_themes()

    def palette(self) -> None:
        host_of(self._picture.screen).show_palette(BOARD)

    def suspend(self) -> None:
        self._picture.screen.app.action_suspend_process()

    async def quit(self) -> None:
        await host_of(self._picture.screen).action_quit()
