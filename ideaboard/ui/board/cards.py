"""What can be done with cards, one method for each action of the registry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from ideaboard.core.changes import Edit, Sharing
from ideaboard.core.ideas import Idea
from ideaboard.service import Outcome

if TYPE_CHECKING:
    from textual.screen import Screen

    from ideaboard.ui.board.base import BoardBase
else:
    # Each further class of screen would cost Textual two milliseconds at every start.
    BoardBase = object

ResultT = TypeVar("ResultT")

SEARCH = "arxiv-search"
"""The name under which the search screen is kept while the program runs."""


class CardActions(BoardBase):
    """Actions on the card under the cursor, or on all marked ones."""

    def ask(self, screen: Screen[ResultT | None], then: Callable[[ResultT], object]) -> None:
        """Open a dialog and go on with its answer; None means that the person thought better of it."""

        def answered(result: ResultT | None) -> None:
            if result is not None:
                then(result)

        self.app.push_screen(screen, answered)

    def _with_targets(self) -> list[str]:
        targets = self.targets()
        if not targets:
            self.say_empty()
        return targets

    # Moving

    def action_card_next_stage(self) -> None:
        """Move one stage on; what comes to the last one is asked for its link."""
        self._step("next")

    def action_card_previous_stage(self) -> None:
        """Move one stage back."""
        self._step("prev")

    def _step(self, to: str) -> None:
        targets = self._with_targets()
        workflow = self.service.workflow
        if to == "next" and len(targets) == 1:
            idea = self.board.ideas.get(targets[0])
            if idea and workflow.neighbour(idea.stage, 1) == workflow.last != idea.stage:
                self._share(idea)
                return
        self._move(targets, to)

    def _move(self, ids: Sequence[str], to: str) -> None:
        follow = self.current.id if self.current and self.current.id in ids else None
        if ids:
            self.act(lambda: self.service.ideas.move(ids, to), follow=follow)

    def move_to(self, stage: str) -> None:
        """Move the targets to a stage; one that comes to the last stage is asked for its link."""
        targets = self._with_targets()
        workflow = self.service.workflow
        if stage == workflow.last and len(targets) == 1 and (idea := self.board.ideas.get(targets[0])):
            if idea.stage != stage:
                self._share(idea)
        else:
            self._move(targets, stage)

    def action_card_move_to(self) -> None:
        """Pick the stage to move to."""
        if targets := self._with_targets():
            from ideaboard.ui.dialogs.pickers import StagePicker

            self.ask(StagePicker(self.board, targets), self.move_to)

    def action_card_move_down(self) -> None:
        """Move the card down in its column."""
        self._reorder(1)

    def action_card_move_up(self) -> None:
        """Move the card up in its column."""
        self._reorder(-1)

    def _reorder(self, step: int) -> None:
        if targets := self._with_targets():
            self.act(lambda: self.service.ideas.reorder(targets, step))

    # Changing

    def action_card_edit(self) -> None:
        """Edit the idea in a form."""
        if idea := self.current:
            from ideaboard.ui.dialogs.edit import EditScreen

            self.ask(EditScreen(self.service, idea), lambda edit: self._edit([idea.id], edit))
        else:
            self.say_empty()

    def _edit(self, ids: Sequence[str], edit: Edit) -> None:
        self.act(lambda: self.service.ideas.edit(ids, edit))

    def action_card_edit_notes(self) -> None:
        """Edit the notes in the person's own editor."""
        idea = self.current
        if idea is None:
            self.say_empty()
            return
        notes = self.attempt(lambda: self.app.edit_outside(idea.notes))
        if notes is not None and notes.rstrip() != idea.notes.rstrip():
            self._edit([idea.id], Edit(notes=notes.rstrip()))

    def action_card_tags(self) -> None:
        """Change the tags."""
        if targets := self._with_targets():
            from ideaboard.ui.dialogs.tags import TagEditor

            self.ask(TagEditor(self.board, targets), lambda edit: self._edit(targets, edit))

    def action_card_archive(self) -> None:
        """Archive without asking; undo brings it back."""
        if targets := self._with_targets():
            self.act(lambda: self.service.ideas.archive(targets), say=True)

    def action_board_undo(self) -> None:
        """Take back the last change."""
        self._turn(lambda: self.service.history.undo())

    def action_board_redo(self) -> None:
        """Do again what was taken back."""
        self._turn(lambda: self.service.history.redo())

    def action_board_bring_back(self) -> None:
        """Put back what a replaced board file lacks."""
        self.act(lambda: self.service.history.bring_back(), say=True)

    def _turn(self, turn: Callable[[], Outcome]) -> None:
        outcome = self.act(turn, say=True)
        if outcome and len(outcome.ideas) == 1:
            self.show_columns(follow=outcome.ideas[0].id)

    # Links

    def action_card_yank(self) -> None:
        """Copy the link, the id or the BibTeX."""
        if idea := self.current:
            from ideaboard.ui.dialogs.pickers import YankPicker

            self.ask(YankPicker(self.service, idea), self.copy)
        else:
            self.say_empty()

    def action_card_open_link(self) -> None:
        """Open the link in the browser."""
        idea = self.current
        from ideaboard.ui.dialogs.pickers import links_of

        links = links_of(idea) if idea else ()
        if links:
            self.attempt(lambda: self.app.open_link(links[0]))
        elif idea:
            self.tell(f"This idea has no link; {self.keymap.shown('card.edit')} adds one")
        else:
            self.say_empty()

    # Sharing

    def action_card_share(self) -> None:
        """Share: a link and one line."""
        if idea := self.current:
            self._share(idea)
        else:
            self.say_empty()

    def _share(self, idea: Idea) -> None:
        from ideaboard.ui.dialogs.share import ShareScreen

        def said(sharing: Sharing) -> None:
            outcome = self.act(lambda: self.service.sharing.share(idea.id, sharing), follow=idea.id, say=True)
            shared = outcome.board.ideas.get(idea.id) if outcome else None
            if shared and shared.share and shared.share.url and not idea.share:
                from ideaboard.ui.dialogs.channels import ChannelsScreen

                self.app.push_screen(ChannelsScreen(self.service, shared), lambda _: self.show_board())

        self.ask(ShareScreen(self.service, idea), said)

    def action_card_response(self) -> None:
        """Write down a follower, a question or an opportunity."""
        if idea := self.current:
            from ideaboard.ui.dialogs.response import ResponseScreen

            def said(answer: tuple[str, str, str]) -> None:
                self.act(lambda: self.service.sharing.respond(idea.id, *answer), say=True)

            self.ask(ResponseScreen(idea), said)
        else:
            self.say_empty()

    def action_card_draft(self) -> None:
        """Start a draft from the template of the kind; one that is there is opened in the editor."""
        idea = self.current
        if idea is None:
            self.say_empty()
        elif idea.draft:
            self.attempt(lambda: self.app.edit_file(self.service.drafts.main(idea)))
        elif started := self.attempt(lambda: self.service.drafts.start(idea.id)):
            self.show_board()
            self.tell(f"Started a draft at {started[0]}; {self.keymap.shown('card.draft')} opens it")

    def action_arxiv_search(self) -> None:
        """Search arXiv; what was found and marked is still there the next time."""
        if not self.app.is_screen_installed(SEARCH):
            from ideaboard.ui.papers.search import SearchScreen

            self.app.install_screen(SearchScreen(self.service), SEARCH)
        self.app.push_screen(SEARCH, self._open_found)

    def action_arxiv_candidates(self) -> None:
        """Go through the suggested papers."""
        from ideaboard.ui.papers.candidates import CandidatesScreen

        self.app.push_screen(CandidatesScreen(self.service, self.context), self._open_found)

    def _open_found(self, id: str | None) -> None:
        """Open the idea that a screen of papers leads to."""
        if id is not None:
            self.show_board(follow=id)
            self.call_later(self.run_action, "card_open")
