"""The board screen: columns, keys, and what happens when others change the board."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.events import Key
from textual.message import Message

from ideaboard.errors import IdeaboardError
from ideaboard.service import Service
from ideaboard.ui.board.base import BoardBase
from ideaboard.ui.board.card import Day
from ideaboard.ui.board.cards import CardActions
from ideaboard.ui.board.detailing import DetailActions
from ideaboard.ui.board.going import GoActions
from ideaboard.ui.board.typing import PromptActions
from ideaboard.ui.board.view import BoardView
from ideaboard.ui.drawing.footer import FooterLine
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.keymap import Keymap
from ideaboard.ui.telling import tell_error

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.command import Provider

POLL_SECONDS = 0.5
SLOW_SAVE_SECONDS = 0.4
"""From then on it is said that a save is under way."""


def _board_commands() -> type[Provider]:
    """Import the palette's commands when the palette is opened."""
    from ideaboard.ui.board.palette import BoardCommands

    return BoardCommands


class BoardScreen(PromptActions, DetailActions, CardActions, GoActions, BoardBase):
    """Shows the board and does what the keys of the registry say."""

    AUTO_FOCUS = ""
    BLANK = True
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_board_commands}
    DEFAULT_CSS = "BoardScreen { layout: vertical; }"

    class Saved(Message):
        """The saving thread put a change on disk, failed to, or dropped one."""

    def __init__(self, service: Service, keymap: Keymap, inks: Inks) -> None:
        super().__init__()
        self._setup(service, keymap, inks)
        self._bindings = keymap.bindings()
        self._actions = keymap.by_key()
        self._pending_since: float | None = None
        self._lost = 0

    def compose(self) -> ComposeResult:
        """Header, board, footer."""
        yield self.header
        with self.middle:
            yield self.view
        yield self.footer

    def on_mount(self) -> None:
        """Show the board, and begin to listen."""
        self.service.start_saving(self._saved)
        self.show_board()
        self.show_header()
        self.show_footer()
        self.set_interval(POLL_SECONDS, self.poll)
        for problem in (*self.service.config.problems, *self.service.notices):
            self.tell(problem, warning=True)

    def _saved(self) -> None:
        """Come back to the screen's own thread; the saving thread calls this."""
        self.post_message(self.Saved())

    # Keys

    async def on_key(self, event: events.Key) -> None:
        """Do what a key says, at once.

        Textual would send it on to the app and look its binding up there, while the next key is already on its way
        here: of a quick `aTitle` the T would change the theme. A key that comes after one that opened another screen
        was meant for that screen.
        """
        if self.is_active and self.focused is not None:
            return
        action = self._actions.get(event.key)
        if not self.is_active:
            self.app.post_message(Key(event.key, event.character))
        elif self.prompt is not None:
            self.type_key(self.prompt, event)
        elif action is not None:
            await self.run_action(action)
        else:
            return
        event.stop()
        event.prevent_default()

    # Live

    def on_board_screen_saved(self) -> None:
        """Bring the picture in line with the file."""
        self.poll()

    def poll(self) -> None:
        """Read what others wrote, and say how saving stands."""
        before = self.current
        try:
            poll = self.service.poll()
        except IdeaboardError as error:
            what = "not saved" if self.service.saving.pending else "not read"
            self._say_saving(problem=f"{what}: {error.message}")
            return
        for refusal in poll.refused:
            tell_error(self, refusal)
        self._new_day()
        self._tell_lost(poll.lost)
        if poll.changed or self.is_behind():
            self.show_board()
            if before and before.id in poll.ids and before.id not in self.board.ideas:
                self.tell(f"'{before.title}' is gone: somebody deleted it", warning=True)
        saving = self.service.saving
        if not saving.pending:
            self._pending_since = None
        elif self._pending_since is None:
            self._pending_since = monotonic()
        slow = self._pending_since is not None and monotonic() - self._pending_since >= SLOW_SAVE_SECONDS
        problem = f"not saved: {saving.problem.message}" if saving.problem else ""
        self._say_saving("saving…" if slow and not problem else "", problem)

    def _tell_lost(self, lost: int) -> None:
        """Say once that somebody replaced the board file by one that lacks ideas."""
        if lost > self._lost:
            key = self.keymap.shown("board.bring_back")
            ideas = "an idea that was" if lost == 1 else f"{lost} ideas that were"
            self.tell(f"somebody replaced the board file; it lacks {ideas} here. {key} brings back", warning=True)
        self._lost = lost

    def _say_saving(self, saving: str = "", problem: str = "") -> None:
        self.facts = replace(self.facts, saving=saving, problem=problem)
        self.show_header()

    def _new_day(self) -> None:
        """Let ages go on when the date changes."""
        now = self.service.clock()
        self.context.now = now
        if now.date() != self.day.now.date() or now.hour != self.day.now.hour:
            self.day = Day(self.service.workflow, now)
            self.view.new_day(self.day)
            self.view.reveal()
            if self.detail is not None:
                self.detail.reload()

    # Mouse and size

    def on_resize(self) -> None:
        """Find the detail its place."""
        self.place_detail()

    def on_board_view_resized(self) -> None:
        """Fit the line above the columns to the new width."""
        self.show_top_line()
        self.view.sync()

    def on_board_view_selected(self) -> None:
        """Keep the detail in step with a click."""
        self.cursor_moved()

    def on_board_view_opened(self) -> None:
        """Open the detail by a double click."""
        self.action_card_open()

    def on_board_view_dropped(self, event: BoardView.Dropped) -> None:
        """Put a dragged card where it was dropped."""
        idea, stage, index = event.idea, event.stage, event.index
        if stage == self.service.workflow.last != idea.stage:
            self._share(idea)
        else:
            self.act(lambda: self.service.ideas.place(idea.id, stage, index), follow=idea.id)

    async def on_footer_line_clicked(self, event: FooterLine.Clicked) -> None:
        """Do what the key under the mouse does."""
        if event.action:
            await self.run_action(self.keymap.action(event.action))

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Show what a dialog or another screen changed."""
        del event
        if self.is_mounted and self.view.size:
            self.show_board()
            self.show_header()
