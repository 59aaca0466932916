"""What can be done with cards, one method for each action of the registry."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from ideaboard.core.board import Marks
from ideaboard.core.changes import Edit, Sharing
from ideaboard.core.ideas import Idea
from ideaboard.ui.telling import attempt, attempt_beside, copy, host_of, open_link

if TYPE_CHECKING:
    from ideaboard.publish.drafts import Draft
    from ideaboard.service import Service
    from ideaboard.ui.board.picture import BoardPicture, DetailPlace
    from ideaboard.ui.board.typing import Typing

SEARCH = "arxiv-search"
"""The name under which the search screen is kept while the program runs."""


class CardActions:
    """The actions `card.*`: on the card under the cursor, or on all marked ones."""

    def __init__(self, picture: BoardPicture, typing: Typing, detail: DetailPlace) -> None:
        self._picture = picture
        self._typing = typing
        self._detail = detail

    @property
    def _service(self) -> Service:
        return self._picture.state.service

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
        picture = self._picture
        if picture.current:
            picture.state.marks = picture.state.marks.toggle(picture.current.id)
            picture.view.column.go(picture.view.column.index + 1)
            picture.show_marks()
            picture.cursor_moved()

    def mark_all(self) -> None:
        picture = self._picture
        shown = frozenset(idea.id for idea in picture.view.column.ideas)
        ids = picture.state.marks.ids
        picture.state.marks = Marks(ids - shown if shown <= ids else ids | shown)
        picture.show_marks()
        picture.cursor_moved()

    # Moving

    def next_stage(self) -> None:
        targets = self._targets()
        workflow = self._service.workflow
        idea = self._picture.state.board.ideas.get(targets[0]) if len(targets) == 1 else None
        if idea and workflow.neighbour(idea.stage, 1) == workflow.last != idea.stage:
            self.share_idea(idea)
        else:
            self._move(targets, "next")

    def previous_stage(self) -> None:
        self._move(self._targets(), "prev")

    def _move(self, ids: Sequence[str], to: str) -> None:
        current = self._picture.current
        follow = current.id if current and current.id in ids else None
        if ids:
            self._picture.act(lambda: self._service.ideas.move(ids, to), follow=follow, marks_end=True)

    def move_targets_to(self, stage: str) -> None:
        """Move what is marked, or the card under the cursor, to a stage."""
        self._move_to(self._targets(), stage)

    def _move_to(self, targets: Sequence[str], stage: str) -> None:
        """Move ideas to a stage; one that comes to the last stage is asked for its link."""
        idea = self._picture.state.board.ideas.get(targets[0]) if len(targets) == 1 else None
        if idea and stage == self._service.workflow.last != idea.stage:
            self.share_idea(idea)
        elif not (idea and idea.stage == stage):
            self._move(targets, stage)

    def move_to(self) -> None:
        if targets := self._targets():
            from ideaboard.ui.dialogs.pickers import StagePicker

            picker = StagePicker(self._picture.state.board, targets)
            self._picture.ask(picker, lambda stage: self._move_to(targets, stage))

    def move_down(self) -> None:
        self._reorder(1)

    def move_up(self) -> None:
        self._reorder(-1)

    def _reorder(self, step: int) -> None:
        if targets := self._targets():
            self._picture.act(lambda: self._service.ideas.reorder(targets, step), marks_end=True)

    def dropped(self, idea: Idea, stage: str, index: int) -> None:
        """Put a dragged card where it was dropped."""
        if stage == self._service.workflow.last != idea.stage:
            self.share_idea(idea)
        else:
            self._picture.act(lambda: self._service.ideas.place(idea.id, stage, index), follow=idea.id)

    # Changing

    def edit(self) -> None:
        if idea := self._current():
            from ideaboard.ui.dialogs.edit import EditScreen

            self._picture.ask(EditScreen(self._service, idea), lambda edit: self._edit([idea.id], edit))

    def _edit(self, ids: Sequence[str], edit: Edit, *, marks_end: bool = False) -> None:
        self._picture.act(lambda: self._service.ideas.edit(ids, edit), marks_end=marks_end)

    def edit_notes(self) -> None:
        if idea := self._current():
            screen = self._picture.screen
            notes = attempt(screen, lambda: host_of(screen).edit_outside(idea.notes))
            if notes is not None and notes.rstrip() != idea.notes.rstrip():
                self._edit([idea.id], Edit(notes=notes.rstrip()))

    def tags(self) -> None:
        if targets := self._targets():
            from ideaboard.ui.dialogs.edit import TagEditor

            editor = TagEditor(self._picture.state.board, targets)
            self._picture.ask(editor, lambda edit: self._edit(targets, edit, marks_end=True))

    def archive(self) -> None:
        if targets := self._targets():
            self._picture.act(lambda: self._service.ideas.archive(targets), say=True, marks_end=True)

    # Links

    def yank(self) -> None:
        if idea := self._current():
            from ideaboard.ui.dialogs.pickers import YankPicker

            self._picture.ask(YankPicker(self._service, idea), lambda text: copy(self._picture.screen, text))

    def open_link(self) -> None:
        if idea := self._current():
            from ideaboard.ui.dialogs.pickers import links_of

            if links := links_of(idea):
                open_link(self._picture.screen, links[0])
            else:
                key = self._picture.state.keymap.shown("card.edit")
                self._picture.tell(f"This idea has no link; {key} adds one")

    # Sharing

    def share(self) -> None:
        if idea := self._current():
            self.share_idea(idea)

    def share_idea(self, idea: Idea) -> None:
        """Ask for the link and the line of an idea, and go on to the channels when it is shared for the first time."""
        from ideaboard.ui.dialogs.share import ChannelsScreen, ShareScreen

        picture = self._picture

        def said(sharing: Sharing) -> None:
            outcome = picture.act(lambda: self._service.sharing.share(idea.id, sharing), follow=idea.id, say=True)
            shared = outcome.board.ideas.get(idea.id) if outcome else None
            if shared and shared.share and shared.share.url and not idea.share:
                channels = ChannelsScreen(self._service, shared)
                picture.screen.app.push_screen(channels, lambda _: picture.show_board())

        picture.ask(ShareScreen(self._service, idea), said)

    def response(self) -> None:
        if idea := self._current():
            from ideaboard.ui.dialogs.share import ResponseScreen

            def said(answer: tuple[str, str, str]) -> None:
                self._picture.act(lambda: self._service.sharing.respond(idea.id, *answer), say=True)

            self._picture.ask(ResponseScreen(idea), said)

    def draft(self) -> None:
        idea = self._current()
        if idea is None:
            return
        screen = self._picture.screen
        if idea.draft:
            attempt(screen, lambda: host_of(screen).edit_file(self._service.drafts.main(idea)))
        elif self._service.drafts.take_long:
            attempt_beside(screen, lambda: self._service.drafts.plan(idea.id), partial(self._start_draft, idea.id))
        elif planned := attempt(screen, lambda: self._service.drafts.plan(idea.id)):
            self._start_draft(idea.id, planned)

    def _start_draft(self, id: str, planned: Draft) -> None:
        if started := attempt(self._picture.screen, lambda: self._service.drafts.write(id, planned)):
            self._picture.show_board()
            key = self._picture.state.keymap.shown("card.draft")
            self._picture.tell(f"Started a draft at {started[0]}; {key} opens it")


class PaperActions:
    """The actions `arxiv.*`: the screens for papers."""

    def __init__(self, picture: BoardPicture, detail: DetailPlace) -> None:
        self._picture = picture
        self._detail = detail

    def search(self) -> None:
        app = self._picture.screen.app
        if not app.is_screen_installed(SEARCH):
            from ideaboard.ui.papers.search import SearchScreen

            app.install_screen(SearchScreen(self._picture.state.service), SEARCH)
        app.push_screen(SEARCH, self._open_found)

    def candidates(self) -> None:
        from ideaboard.ui.papers.candidates import CandidatesScreen

        state = self._picture.state
        candidates = CandidatesScreen(state.service, state.context)
        self._picture.screen.app.push_screen(candidates, self._open_found)

    def _open_found(self, id: str | None) -> None:
        """Open the idea that a screen of papers leads to."""
        if id is not None:
            self._picture.show_board(follow=id)
            self._picture.screen.call_later(self._detail.open)
