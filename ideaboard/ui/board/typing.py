"""Typing on the board: the filter in place, and the line that adds an idea to the focused column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ideaboard.core.clock import moment
from ideaboard.core.ideas import Idea
from ideaboard.core.quick_add import QuickAdd, parse_quick_add
from ideaboard.errors import IdeaboardError
from ideaboard.ui.board.base import FILTER_SECONDS, Prompt
from ideaboard.ui.drawing.cells import Piece
from ideaboard.ui.drawing.prompt import TypedLine
from ideaboard.ui.telling import tell_error

if TYPE_CHECKING:
    from textual import events

    from ideaboard.ui.board.base import BoardBase
else:
    # Each further class of screen would cost Textual two milliseconds at every start.
    BoardBase = object

_SLICE_PAUSE = 0.004
_SIMILAR_PAUSE = 0.3


class PromptActions(BoardBase):
    """Opens, feeds and closes the line above the columns."""

    def action_view_filter(self) -> None:
        """Filter all columns as you type."""
        self._open(Prompt("filter", TypedLine(self.filter.text), self.filter.text, self.view.places()))

    def action_card_add(self) -> None:
        """Add an idea in the focused column."""
        prompt = Prompt("add", TypedLine(self.unfinished))
        self._open(prompt)
        self._typed_idea(prompt)

    def _open(self, prompt: Prompt) -> None:
        self.prompt = prompt
        prompt.said = self.filter_said() if prompt.kind == "filter" else ()
        self.view.welcome = ()
        self.show_top_line()
        self.show_footer()
        self.view.sync()

    def _close(self) -> None:
        self.prompt = None
        self.view.ghost = None
        self.show_columns()
        self.show_footer()

    def type_key(self, prompt: Prompt, event: events.Key) -> None:
        """Feed a key to the open line."""
        if event.key == "enter":
            self._enter(prompt)
        elif event.key in ("escape", "ctrl+c"):
            self._escape(prompt)
        elif prompt.kind == "filter" and event.key in ("up", "down"):
            self.view.column.go(self.view.column.index + (1 if event.key == "down" else -1))
            self.cursor_moved()
        elif prompt.editor.press(event.key):
            self._typed(prompt)
        elif event.character is not None and event.is_printable:
            before = len(prompt.editor.text)
            prompt.editor.insert(event.character)
            # A paste with escape sequences in it comes as single keys: a full line must not cost anything for each.
            if len(prompt.editor.text) != before:
                self._typed(prompt)

    def on_paste(self, event: events.Paste) -> None:
        """Paste into the line; without one, a pasted text is a new idea."""
        event.stop()
        if self.prompt is None:
            self.action_card_add()
        if self.prompt is not None:
            self.prompt.editor.insert(event.text)
            self._typed(self.prompt)

    def _typed(self, prompt: Prompt) -> None:
        if prompt.kind == "filter":
            self.filter_by(prompt.editor.text)
        else:
            self._typed_idea(prompt)

    # Filter

    def filter_by(self, text: str) -> None:
        """Filter by a text: what a slice of time finds is shown at once, the rest follows."""
        if text.strip():
            self.filter.set(text, self.board, self.view.stages)
            if not self.filter.run(FILTER_SECONDS, enough=self.view.size.height // 2):
                self.set_timer(_SLICE_PAUSE, self._filter_on)
        else:
            self.filter.clear()
        self._show_found(to_top=True)

    def _filter_on(self) -> None:
        """Look through another slice of the ideas."""
        if not self.filter.done:
            if not self.filter.run(FILTER_SECONDS):
                self.set_timer(_SLICE_PAUSE, self._filter_on)
            self._show_found()

    def _show_found(self, *, to_top: bool = False) -> None:
        """Show what was found so far; the cursor goes to the first card when something else was typed."""
        if self.prompt and self.prompt.kind == "filter":
            self.prompt.said = self.filter_said()
        self.show_columns(to_top=to_top)
        view = self.view
        if self.filter and not view.column.ideas:
            found = next((stage for stage in view.stages if view.columns[stage].ideas), None)
            if found and self.filter.done:
                view.focus_stage(found)
                self.cursor_moved()

    # Add

    def _quick_add(self, prompt: Prompt) -> QuickAdd:
        return parse_quick_add(prompt.editor.text, self.service.workflow)

    def _typed_idea(self, prompt: Prompt) -> None:
        """Show the card that would come of it, and say what was understood."""
        read = self._quick_add(prompt)
        workflow = self.service.workflow
        self.view.ghost = Idea(
            id="",
            title=read.new.title or "…",
            kind=read.new.kind or workflow.default_kind,
            stage=self.view.focused_stage,
            created=moment(self.day.now),
            updated="",
            tags=read.new.tags,
            url=read.new.url or None,
            due=read.new.due or None,
        )
        said: list[Piece] = [(read.problems[0], "warm")] if read.problems else []
        if not said and read.understood:
            said = [("  ".join(read.understood), "good")]
        if not said and not prompt.editor.text:
            said = [("Title  #tag  @kind  !2026-12-24  https://link", "quiet")]
        prompt.said = tuple(said)
        self.show_top_line()
        self.view.sync()
        if read.new.title:
            self._typed_last = prompt.editor.text
            self.set_timer(_SIMILAR_PAUSE, self._look_for_similar)

    _typed_last = ""

    def _look_for_similar(self) -> None:
        """Say that a similar idea is there already, once a person pauses."""
        prompt = self.prompt
        if prompt is None or prompt.kind != "add" or prompt.editor.text != self._typed_last:
            return
        read = self._quick_add(prompt)
        similar = self.service.ideas.similar_titles(read.new.title, limit=1)
        if similar:
            where = self.board.workflow.stage_label(similar[0].stage)
            prompt.said = ((f"similar in {where}: {similar[0].title}", "warm"),)
            self.show_top_line()
            self.view.sync()

    def _add(self, prompt: Prompt) -> None:
        """Add what was typed; a refused line stays open."""
        read = self._quick_add(prompt)
        new = read.new._replace(stage=self.view.focused_stage)
        try:
            outcome = self.service.ideas.add([new])
        except IdeaboardError as error:
            tell_error(self, error)
            return
        self.unfinished = ""
        self._close()
        self.show_board(follow=outcome.ideas[0].id)
        if outcome.warning:
            self.tell(outcome.warning, warning=True)

    # Enter and Esc

    def _enter(self, prompt: Prompt) -> None:
        if prompt.kind == "filter":
            self._close()
        elif prompt.editor.text.strip():
            self._add(prompt)
        else:
            self._escape(prompt)

    def _escape(self, prompt: Prompt) -> None:
        if prompt.kind == "add":
            self.unfinished = prompt.editor.text
            self._close()
            return
        self.prompt = None
        self.filter_by(prompt.before)
        if prompt.came_from:
            self.view.go_back_to(prompt.came_from)
        self.show_columns()
        self.show_footer()
