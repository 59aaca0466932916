"""The archive: what left the board, why and when, and the way back."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from ideaboard.core.actions import ARCHIVE
from ideaboard.core.board import ARCHIVED, Marks
from ideaboard.core.clock import age_in_days
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import ARCHIVE_REASONS
from ideaboard.service import Service
from ideaboard.ui.dialogs.dialog import MUTED, Key, confirm
from ideaboard.ui.dialogs.lists import ListDialog, RowList
from ideaboard.ui.drawing.cells import GUEST, fit, shorten, tame
from ideaboard.ui.drawing.filtering import SlicedFilter
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.telling import sentence

_ROOMY = 64
_ABOUT = 1000
"""Of a text that is shown in a few lines."""


class ArchiveScreen(ListDialog):
    """Lists what was archived, newest first; brings back or deletes the row under the cursor, or all marked."""

    SCREEN = ARCHIVE

    DEFAULT_CSS = """
    ArchiveScreen > #panel { width: 110; height: 100%; max-height: 44; }
    ArchiveScreen #body { height: 1fr; }
    ArchiveScreen Input, ArchiveScreen Input:focus { display: none; }
    ArchiveScreen.-filtering Input { display: block; }
    ArchiveScreen #none { color: $foreground-muted; display: none; }
    ArchiveScreen #about { height: 8; margin-top: 1; padding: 0 1; border-top: solid $foreground 25%; }
    ArchiveScreen.-low #about, ArchiveScreen.-nothing #about { display: none; }
    """

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self._asked = service.ideas.context()
        self._filter = SlicedFilter(self, self._asked, self._show)
        self._marks = Marks()
        self._reason = ""

    def dialog_title(self) -> Content:
        total = len(self.service.board.column(ARCHIVED))
        shown = len(self.rows.row_keys) if self.is_mounted and self.query(RowList) else total
        count = f"{shown} of {total}" if shown != total else str(total)
        parts = [count, self._reason, f"{len(self._marks.ids)} marked" if self._marks else ""]
        return Content.assemble("Archived  ", ("  ".join(part for part in parts if part), f"{MUTED} not bold"))

    def keys(self) -> Iterable[Key]:
        if self.is_mounted and self.query_one(Input).has_focus:
            return (("Enter", "to the list", ""), ("Esc", "take back", "close"))
        if self.is_mounted and not self.rows.row_keys:
            return self.hints_for(
                ("view.clear", "take back" if self.has_class("-filtering") else "close"),
                *([("archive.reason", self._reason or "any reason")] if self.service.board.column(ARCHIVED) else []),
                "board.undo",
                "board.help",
            )
        return self.hints_for(
            "archive.restore",
            ("view.clear", "unmark" if self._marks else "close"),
            "card.mark",
            "view.filter",
            ("archive.reason", self._reason or "any reason"),
            ("archive.delete", "delete for good"),
            "board.undo",
            "board.help",
        )

    def compose_body(self) -> ComposeResult:
        yield Input(select_on_focus=False, placeholder='words, "a phrase", kind:post, #tag, is:candidate')
        yield Static(id="none")
        yield RowList(self._row, "restore")
        yield Static(id="about")

    def on_input_changed(self) -> None:
        self.show_rows()

    def on_input_submitted(self) -> None:
        # An empty filter goes away.
        if not self.query_one(Input).value.strip():
            self.remove_class("-filtering")
        self.set_focus(self.rows)

    def on_descendant_focus(self) -> None:
        self.refresh_keys()

    def show_rows(self, at: str | None = None) -> None:
        board = self.service.board
        self._marks = self._marks.shown(board, archived=True)
        self._filter.look(self.query_one(Input).value, board, (ARCHIVED,))
        self._show(at)

    def _show(self, at: str | None = None) -> None:
        found = self._filter.columns().get(ARCHIVED, ()) if self._filter else None
        ideas = self.service.board.column(ARCHIVED) if found is None else found
        keys = [one.id for one in ideas if not self._reason or (one.archived and one.archived.because == self._reason)]
        none = self.query_one("#none", Static)
        none.display = not keys
        problems = self._filter.query.problems if self._filter else ()
        narrowed = self._reason or found is not None
        key = keymap_of(self).shown("card.archive")
        nothing = f"Nothing is archived: {key} on the board archives an idea, and it waits here"
        none.update(Content(sentence(problems[0]) if problems else "Nothing fits" if narrowed else nothing))
        self.rows.show(keys, at if at in keys else None)
        self._tell_state()
        self.on_row_list_moved()

    def on_row_list_moved(self) -> None:
        """Show what the idea under the cursor is about."""
        idea = self.service.board.ideas.get(self.rows.current or "")
        self.set_class(idea is None, "-nothing")
        if idea is not None:
            self.query_one("#about", Static).update(self._about(idea))

    def _about(self, idea: Idea) -> Content:
        kind = self.service.workflow.kind_label(idea.kind)
        parts = [kind, *(f"#{tag}" for tag in idea.tags)]
        if gone := idea.archived:
            parts.append(f"{gone.because} on {gone.at[:10]}" + (f": {gone.note}" if gone.note else ""))
        text = idea.notes.strip() or (idea.paper.abstract if idea.paper else "")
        return Content("\n").join(
            Content.styled(tame(said), style)
            for said, style in ((idea.title, "bold"), ("  ".join(parts), MUTED), (" ".join(text[:_ABOUT].split()), ""))
            if said
        )

    def _tell_state(self) -> None:
        self.refresh_title()
        self.refresh_keys()

    def _row(self, id: str, width: int) -> Content:
        board = self.service.board
        idea = board.ideas.get(id)
        if idea is None or idea.archived is None:
            return Content()
        gone = idea.archived
        mark = "*" if id in self._marks.ids else GUEST if idea.guest else " "
        days = age_in_days(gone.at, self._asked.now)
        when = f"{days}d" if days else "today"
        stage = board.workflow.stage_label(idea.stage)
        note = f" · {gone.note}" if gone.note else ""
        if width < _ROOMY:
            because = (fit(tame(gone.because), 8), MUTED)
            return Content.assemble(mark, " ", because, tame(idea.title), (tame(note), MUTED))
        quiet = f"{fit(tame(gone.because), 9)}{when:>6}  {fit(tame(stage), 10)}  "
        title = shorten(tame(idea.title), width - len(quiet) - 2)
        return Content.assemble(mark, " ", (quiet, MUTED), title, (tame(note), MUTED))

    def _targets(self) -> list[str]:
        if self._marks:
            return [idea.id for idea in self.service.board.column(ARCHIVED) if idea.id in self._marks.ids]
        return [self.rows.current] if self.rows.current else []

    def _mark(self, marks: Marks) -> None:
        self._marks = marks
        self.rows.redraw()
        self._tell_state()

    def action_restore(self) -> None:
        """Bring back to the stage it came from, as one step for undo."""
        targets = self._targets()
        if targets and self.do(lambda: self.service.ideas.restore(targets)):
            self._mark(Marks())

    def action_delete(self) -> None:
        targets = self._targets()
        if not targets or self.history.refused:
            return
        ideas = self.service.board.ideas
        name = f"'{ideas[targets[0]].title}'" if len(targets) == 1 else f"{len(targets)} ideas"

        def delete() -> None:
            if self.do(lambda: self.service.ideas.delete(targets)):
                self._mark(Marks())

        confirm(self, f"Delete {name} for good?", "Delete", "Keep", delete)

    def action_mark(self) -> None:
        if self.rows.current:
            self._mark(self._marks.toggle(self.rows.current))
            self.rows.action_move(1)

    def action_mark_all(self) -> None:
        self._mark(self._marks.toggle_all(self.rows.row_keys))

    def action_filter(self) -> None:
        self.add_class("-filtering")
        self.set_focus(self.query_one(Input))

    def action_reason(self, step: int) -> None:
        """Show only what has one reason, then the next, then all."""
        ring = ("", *ARCHIVE_REASONS)
        self._reason = ring[(ring.index(self._reason) + step) % len(ring)]
        self.show_rows()

    def action_close(self) -> None:
        """Take back the filter, then the marks, then close."""
        field = self.query_one(Input)
        if self.has_class("-filtering"):
            self.remove_class("-filtering")
            field.value = ""
            self.set_focus(self.rows)
            self.show_rows()
        elif self._marks:
            self._mark(Marks())
        else:
            self.dismiss(None)
