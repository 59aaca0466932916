"""Typing on the board: the filter in place, and the line that adds an idea to the focused column."""

from __future__ import annotations

from textual import events

from ideaboard.core.clock import moment
from ideaboard.core.ideas import Idea
from ideaboard.core.quick_add import QuickAdd, parse_quick_add
from ideaboard.ui.board.picture import BoardPicture, DetailPlace
from ideaboard.ui.board.state import Prompt
from ideaboard.ui.drawing.prompt import Fed, TypedLine
from ideaboard.ui.telling import act, paste_into

_SIMILAR_PAUSE = 0.3


class Typing:
    """Opens, feeds and closes the line above the columns."""

    def __init__(self, picture: BoardPicture, detail: DetailPlace) -> None:
        self._picture = picture
        self._state = picture.state
        self._detail = detail

    def open_filter(self) -> None:
        text = self._picture.filter.text
        self._open(Prompt("filter", TypedLine(text), text, self._picture.view.places()))

    def open_add(self) -> None:
        prompt = Prompt("add", TypedLine(self._state.unfinished))
        self._open(prompt)
        self._typed_idea(prompt)

    def _open(self, prompt: Prompt) -> None:
        picture = self._picture
        prompt.from_detail = picture.screen.focused is not None
        self._state.prompt = prompt
        prompt.said = picture.filter_said() if prompt.kind == "filter" else ()
        self._detail.place()
        picture.show_columns()

    def _close(self) -> None:
        """Put the line away, and give the focus back to the detail if it was there."""
        prompt, self._state.prompt = self._state.prompt, None
        picture = self._picture
        picture.view.ghost = None
        self._detail.place()
        if prompt and prompt.from_detail and self._detail.is_open:
            picture.screen.set_focus(picture.detail)
        picture.show_columns()

    def key(self, event: events.Key) -> bool:
        """Feed a key to the open line; tell whether there is one."""
        prompt = self._state.prompt
        if prompt is None:
            return False
        fed = prompt.editor.feed(event)
        if fed is Fed.ENTER:
            self._enter(prompt)
        elif fed is Fed.ESCAPE:
            self._escape(prompt)
        elif fed is Fed.EDITED:
            self._typed(prompt)
        elif prompt.kind == "filter" and fed in (Fed.UP, Fed.DOWN):
            column = self._picture.view.column
            column.go(column.index + (1 if fed is Fed.DOWN else -1))
            self._picture.cursor_moved()
        return True

    def paste(self, text: str) -> None:
        """Paste into the line; without one, a pasted text is a new idea."""
        if self._state.prompt is None:
            self.open_add()
        if prompt := self._state.prompt:
            paste_into(self._picture.screen, prompt.editor, text)
            self._typed(prompt)

    def _typed(self, prompt: Prompt) -> None:
        if prompt.kind == "filter":
            self._picture.filter_by(prompt.editor.text)
        else:
            self._typed_idea(prompt)

    def _quick_add(self, prompt: Prompt) -> QuickAdd:
        service = self._state.service
        return parse_quick_add(prompt.editor.text, service.workflow, service.clock().date())

    def _typed_idea(self, prompt: Prompt) -> None:
        """Show the card that would come of it, and say what was understood."""
        read = self._quick_add(prompt)
        picture, workflow = self._picture, self._state.service.workflow
        picture.view.ghost = Idea(
            id="",
            title=read.new.title or "…",
            kind=read.new.kind or workflow.default_kind,
            stage=picture.view.focused_stage,
            created=moment(self._state.day.now),
            updated="",
            tags=read.new.tags,
            url=read.new.url or None,
            due=read.new.due or None,
        )
        if read.problems:
            prompt.said = [(read.problems[0], "warm")]
        elif read.understood:
            prompt.said = [("  ".join(read.understood), "good")]
        else:
            prompt.said = [] if prompt.editor.text else [("Title  #tag  @kind  !2026-12-24  https://link", "quiet")]
        picture.show_top_line()
        picture.view.sync()
        if read.new.title:
            self._state.typed_last = prompt.editor.text
            picture.screen.set_timer(_SIMILAR_PAUSE, self._look_for_similar)

    def _look_for_similar(self) -> None:
        """Say that a similar idea is there already, once a person pauses."""
        prompt = self._state.prompt
        if prompt is None or prompt.kind != "add" or prompt.editor.text != self._state.typed_last:
            return
        similar = self._state.service.ideas.similar_titles(self._quick_add(prompt).new.title, limit=1)
        if similar:
            where = self._state.board.workflow.stage_label(similar[0].stage)
            prompt.said = ((f"similar in {where}: {similar[0].title}", "warm"),)
            self._picture.show_top_line()
            self._picture.view.sync()

    def _add(self, prompt: Prompt) -> None:
        """Add what was typed; a refused line stays open."""
        picture = self._picture
        new = self._quick_add(prompt).new._replace(stage=picture.view.focused_stage)
        outcome = act(picture.screen, lambda: self._state.service.ideas.add([new]), say=False)
        if outcome is None:
            return
        self._state.unfinished = ""
        self._close()
        picture.show_board(follow=outcome.ideas[0].id)

    def _enter(self, prompt: Prompt) -> None:
        if prompt.kind == "filter":
            # A filter that says nothing stays to be mended: what is wrong with it is said in its line.
            if self._picture.filter or not self._picture.filter.query.problems:
                self._close()
        elif prompt.editor.text.strip():
            self._add(prompt)
        else:
            self._escape(prompt)

    def _escape(self, prompt: Prompt) -> None:
        if prompt.kind == "add":
            self._state.unfinished = prompt.editor.text
        else:
            self._picture.filter_by(prompt.before)
            if prompt.came_from:
                self._picture.view.go_back_to(prompt.came_from)
        self._close()
