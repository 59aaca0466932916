"""The archive: what left the board, why and when, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from ideaboard.core.board import ARCHIVED, Marks
from ideaboard.core.clock import age_in_days
from ideaboard.core.kinds import ARCHIVE_REASONS
from ideaboard.ui.dialogs.dialog import MUTED, Confirm, Dialog, Key
from ideaboard.ui.dialogs.lists import RowList
from ideaboard.ui.drawing.cells import fit, shorten, tame
from ideaboard.ui.drawing.filtering import Filter
from ideaboard.ui.telling import attempt

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ideaboard.service import Outcome, Service

_SLICE_SECONDS = 0.01
_ROOMY = 64


class ArchiveScreen(Dialog[None]):
    """Lists what was archived, newest first; brings back or deletes the row under the cursor, or all marked.

    Args:
        service: does what is asked for.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,r", "restore", "Bring back", show=False),
        Binding("space,v", "mark", "Mark", show=False),
        Binding("V", "mark_all", "Mark all", show=False),
        Binding("d,delete", "delete", "Delete", show=False),
        Binding("u", "undo", "Undo", show=False),
        Binding("U,ctrl+r", "redo", "Redo", show=False),
        Binding("slash", "filter", "Filter", show=False),
        Binding("tab", "reason(1)", "Next reason", show=False),
        Binding("shift+tab", "reason(-1)", "Previous reason", show=False),
        Binding("A,q", "leave", "Close", show=False),
        Binding("escape", "close", "Close", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter, r | Bring back to the stage it came from. |
    | space, v | Mark, or take the mark away. |
    | V | Mark all that are listed, or none. |
    | d | Delete, after a question. |
    | u, U | Undo, redo. |
    | / | Filter as you type. |
    | tab, shift+tab | Only one reason, then the next. |
    | escape | Take back the filter, then the marks, then close. |
    """

    DEFAULT_CSS = """
    ArchiveScreen > #panel { width: 110; height: 100%; max-height: 44; }
    ArchiveScreen #body { height: 1fr; }
    ArchiveScreen Input { display: none; }
    ArchiveScreen.-filtering Input { display: block; }
    ArchiveScreen #none { color: $foreground-muted; display: none; }
    """

    def __init__(self, service: Service) -> None:
        super().__init__()
        self._service = service
        self._asked = service.ideas.context()
        self._filter = Filter(self._asked)
        self._marks = Marks()
        self._reason = ""

    def dialog_title(self) -> Content:
        """How many, of which reason, and how many are marked."""
        total = len(self._service.board.column(ARCHIVED))
        shown = len(self.query_one(RowList).row_keys) if self.is_mounted and self.query(RowList) else total
        count = f"{shown} of {total}" if shown != total else str(total)
        parts = [count, self._reason, f"{len(self._marks.ids)} marked" if self._marks else ""]
        return Content.assemble("Archived  ", ("  ".join(part for part in parts if part), f"{MUTED} not bold"))

    def keys(self) -> Iterable[Key]:
        """What works now."""
        if self.is_mounted and self.query_one(Input).has_focus:
            return (("Enter", "to the list", ""), ("Esc", "take back", "close"))
        return (
            ("Enter", "bring back", "restore"),
            ("Esc", "close", "close"),
            ("Space", "mark", "mark"),
            ("/", "filter", "filter"),
            ("Tab", self._reason or "any reason", "reason(1)"),
            ("d", "delete", "delete"),
            ("u", "undo", "undo"),
        )

    def compose_body(self) -> ComposeResult:
        """The filter and the list."""
        yield Input(placeholder='words, "a phrase", kind:post, #tag, is:candidate')
        yield Static(id="none")
        yield RowList(self._row)

    def on_mount(self) -> None:
        """List everything."""
        self.set_focus(self.query_one(RowList))
        self._list()

    def on_input_changed(self) -> None:
        """Filter by what is typed."""
        self._list()

    def on_input_submitted(self) -> None:
        """Go back to the list; an empty filter goes away."""
        if not self.query_one(Input).value.strip():
            self.remove_class("-filtering")
        self.set_focus(self.query_one(RowList))

    def on_descendant_focus(self) -> None:
        """Show the keys that work there."""
        self.refresh_keys()

    def on_row_list_chosen(self) -> None:
        """Bring back what was clicked twice."""
        self.action_restore()

    def _list(self, at: str | None = None) -> None:
        """List what passes the filter and has the reason that is asked for."""
        board = self._service.board
        self._marks = self._marks.shown(board, archived=True)
        text = self.query_one(Input).value
        if text.strip():
            self._filter.set(text, board, (ARCHIVED,))
            self._go_on_filtering(at)
        else:
            self._filter.clear()
            self._show(at)

    def _go_on_filtering(self, at: str | None = None) -> None:
        done = self._filter.run(_SLICE_SECONDS)
        self._show(at)
        if not done:
            self.call_later(self._go_on_filtering)

    def _show(self, at: str | None = None) -> None:
        filtered = self._filter.columns().get(ARCHIVED, ()) if self._filter else None
        ideas = self._service.board.column(ARCHIVED) if filtered is None else filtered
        keys = [
            idea.id for idea in ideas if not self._reason or (idea.archived and idea.archived.because == self._reason)
        ]
        none = self.query_one("#none", Static)
        none.display = not keys
        problems = self._filter.query.problems if self._filter else ()
        narrowed = self._reason or filtered is not None
        none.update(Content(problems[0] if problems else "nothing fits" if narrowed else "nothing is archived"))
        self.query_one(RowList).show(keys, at)
        self._tell_state()

    def _tell_state(self) -> None:
        self.query_one("#heading", Static).update(self.dialog_title())
        self.refresh_keys()

    def _row(self, id: str, width: int) -> Content:
        board = self._service.board
        idea = board.ideas.get(id)
        if idea is None or idea.archived is None:
            return Content()
        gone = idea.archived
        mark = "*" if id in self._marks.ids else " "
        days = age_in_days(gone.at, self._asked.now)
        when = f"{days}d" if days else "today"
        stage = board.workflow.stage_label(idea.stage)
        note = f" · {gone.note}" if gone.note else ""
        if width < _ROOMY:
            return Content.assemble(
                mark, " ", (fit(tame(gone.because), 8), MUTED), tame(idea.title), (tame(note), MUTED)
            )
        quiet = f"{fit(tame(gone.because), 9)}{when:>6}  {fit(tame(stage), 10)}  "
        title = shorten(tame(idea.title), width - len(quiet) - 2)
        return Content.assemble(mark, " ", (quiet, MUTED), title, (tame(note), MUTED))

    def _targets(self) -> list[str]:
        rows = self.query_one(RowList)
        if self._marks:
            return [idea.id for idea in self._service.board.column(ARCHIVED) if idea.id in self._marks.ids]
        return [rows.current] if rows.current else []

    def _do(self, do: Callable[[], Outcome]) -> None:
        """Do something, say what was done, and list again."""
        outcome = attempt(self, do)
        if outcome is not None:
            self._marks = Marks()
            if outcome.said:
                self.notify(outcome.said[0].upper() + outcome.said[1:], timeout=4, markup=False)
            if outcome.warning:
                self.notify(outcome.warning, severity="warning", markup=False)
        ids = [idea.id for idea in outcome.ideas if idea.archived] if outcome else []
        self._list(at=ids[0] if ids else None)

    def action_restore(self) -> None:
        """Bring back to the stage it came from, as one step for undo."""
        if targets := self._targets():
            self._do(lambda: self._service.ideas.restore(targets))

    def action_delete(self) -> None:
        """Delete after a question."""
        targets = self._targets()
        if not targets:
            return
        board = self._service.board
        name = f"'{board.ideas[targets[0]].title}'" if len(targets) == 1 else f"{len(targets)} ideas"

        def answered(yes: bool | None) -> None:
            if yes:
                self._do(lambda: self._service.ideas.delete(targets))

        self.app.push_screen(Confirm(f"Delete {name}?", "Delete", "Keep"), answered)

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go on to the next."""
        rows = self.query_one(RowList)
        if rows.current:
            self._marks = self._marks.toggle(rows.current)
            rows.redraw()
            rows.action_move(1)
            self._tell_state()

    def action_mark_all(self) -> None:
        """Mark all that are listed, or none when all are marked."""
        rows = self.query_one(RowList)
        listed = frozenset(rows.row_keys)
        self._marks = Marks(self._marks.ids - listed if listed <= self._marks.ids else self._marks.ids | listed)
        rows.redraw()
        self._tell_state()

    def action_undo(self) -> None:
        """Take back the last change."""
        self._do(self._service.history.undo)

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self._do(self._service.history.redo)

    def action_filter(self) -> None:
        """Type a filter."""
        self.add_class("-filtering")
        self.set_focus(self.query_one(Input))

    def action_reason(self, step: int) -> None:
        """Show only what has one reason, then the next, then all."""
        ring = ("", *ARCHIVE_REASONS)
        self._reason = ring[(ring.index(self._reason) + step) % len(ring)]
        self._list()

    def action_leave(self) -> None:
        """Close at once."""
        self.dismiss(None)

    def action_close(self) -> None:
        """Take back the filter, then the marks, then close."""
        field = self.query_one(Input)
        if self.has_class("-filtering"):
            self.remove_class("-filtering")
            field.value = ""
            self.set_focus(self.query_one(RowList))
            self._list()
        elif self._marks:
            self._marks = Marks()
            self.query_one(RowList).redraw()
            self._tell_state()
        else:
            self.dismiss(None)
