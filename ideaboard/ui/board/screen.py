"""The board screen: what it is made of, its keys, and what happens when others change the board."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from ideaboard.core.actions import ACTIONS, BOARD, Action
from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea
from ideaboard.errors import IdeaboardError
from ideaboard.service import Outcome, Service
from ideaboard.ui.board.actions import BoardActions, CardActions, GoActions, PaperActions, ViewActions
from ideaboard.ui.board.card import Day
from ideaboard.ui.board.picture import BoardPicture, DetailPlace
from ideaboard.ui.board.state import BoardState
from ideaboard.ui.board.typing import Typing
from ideaboard.ui.board.view import BoardView
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.lines import FooterLine
from ideaboard.ui.keymap import Keymap
from ideaboard.ui.messages import without_folders
from ideaboard.ui.telling import copy, do_at_once, in_keys, open_link, sentence, tell_error

if TYPE_CHECKING:
    from ideaboard.ui.detail.pane import DetailPane

POLL_SECONDS = 0.5
SLOW_SAVE_SECONDS = 0.4
"""From then on it is said that a save is under way."""
_HARMLESS = frozenset(("card.add", "card.open", "card.mark", "card.mark_all", "card.yank"))
"""The actions on cards that may meet another card than the one that was painted when their key was pressed."""


class BoardScreen(Screen[None]):
    """Shows the board and does what the keys of the registry say.

    The state is in `state`, the widgets are in `picture`, and what can be done is in `parts`: the action `card.edit`
    of the registry is the method `edit` of the part `card`.
    """

    AUTO_FOCUS = ""
    BLANK = True
    DEFAULT_CSS = "BoardScreen { layout: vertical; overflow: hidden; }"

    def __init__(self, service: Service, keymap: Keymap, inks: Inks) -> None:
        super().__init__()
        self.service = service
        self.keymap = keymap
        self.state = BoardState(service, keymap)
        self.picture = BoardPicture(self, self.state, inks)
        self.view = self.picture.view
        self.detail_place = DetailPlace(self.picture)
        self.typing = Typing(self.picture, self.detail_place)
        shared = (self.picture, self.typing, self.detail_place)
        self.cards = CardActions(*shared)
        self.going = GoActions(*shared)
        self.parts: dict[str, object] = {
            "go": self.going,
            "card": self.cards,
            "arxiv": PaperActions(*shared),
            "view": ViewActions(*shared),
            "board": BoardActions(*shared),
        }
        self._bindings = keymap.bindings()
        self._bindings.bind("ctrl+c,super+c", "screen.copy_text", "Copy what the mouse selected", show=False)
        self._actions = keymap.by_key()
        self._pending_since: float | None = None
        self._lost = 0

    @property
    def board(self) -> Board:
        return self.service.board

    @property
    def current(self) -> Idea | None:
        return self.picture.current

    @property
    def holds_typed(self) -> bool:
        """Whether a new idea is typed that would be lost with the board."""
        prompt = self.state.prompt
        return prompt is not None and prompt.kind == "add" and bool(prompt.editor.text.strip())

    def compose(self) -> ComposeResult:
        yield self.picture.header
        with self.picture.middle:
            yield self.view
        yield self.picture.footer

    def on_mount(self) -> None:
        # The thread that saves tells when a change is on disk, failed to get there, or was dropped.
        self.service.start_saving(lambda: self.call_later(self.poll))
        self.picture.show_board()
        self.picture.show_header()
        self.set_interval(POLL_SECONDS, self.poll)
        if self.service.config.inbox and self.service.refusal is None:
            self.call_after_refresh(self._look_into_inbox)

    def _look_into_inbox(self) -> None:
        from ideaboard.ui.board.outside import look_into_inbox

        look_into_inbox(self.picture, asked=False)

    # Actions and keys

    async def do(self, action: Action, *arguments: int) -> None:
        """Do what an action of the registry says.

        What others changed between the picture and the key must not meet another card: the key is refused once then.
        """
        part, _, name = action.id.partition(".")
        if part == "card" and action.id not in _HARMLESS and self._refused_once():
            return
        self.state.surprise = ""
        done = getattr(self.parts[part], name if not arguments else name.rpartition("_")[0])(*arguments)
        if inspect.isawaitable(done):
            await done

    def _refused_once(self) -> bool:
        """Tell whether others have just changed what is acted on, and say so, once."""
        surprise, self.state.surprise = self.state.surprise, ""
        if surprise:
            self.picture.tell(surprise, warning=True)
        return bool(surprise)

    async def on_key(self, event: events.Key) -> None:
        if not self.is_active or self.focused is None or self.state.prompt is not None:
            await do_at_once(self, event, self.typing.key, self._actions)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.typing.paste(event.text)

    async def on_footer_line_clicked(self, event: FooterLine.Clicked) -> None:
        if event.action:
            await self.run_action(event.action)

    # What the palette offers besides the actions

    def move_to(self, stage: str) -> None:
        if not self._refused_once():
            self.cards.move_targets_to(stage)

    def go_to_idea(self, id: str) -> None:
        self.going.to_idea(id)

    # Live

    def poll(self) -> None:
        """Read what others wrote, and say how saving stands."""
        before = self.current
        try:
            poll = self.service.poll()
        except IdeaboardError as error:
            what = "not saved" if self.service.saving.pending else "not read"
            self._say_saving(trouble=(f"{what}: {error.message}", in_keys(error.hint, self.keymap)))
            return
        for refusal in poll.refused:
            tell_error(self, refusal)
        self._new_day()
        self._tell_lost(poll.lost)
        if poll.changed or self.picture.is_behind():
            with self.picture.not_by_the_person():
                self.picture.show_board()
            if before and before.id in poll.ids:
                self._tell_moved(before)
        saving = self.service.saving
        if not saving.pending:
            self._pending_since = None
        elif self._pending_since is None:
            self._pending_since = monotonic()
        slow = self._pending_since is not None and monotonic() - self._pending_since >= SLOW_SAVE_SECONDS
        if failure := saving.problem:
            self._say_saving(trouble=(f"not saved: {failure.message}", in_keys(failure.hint, self.keymap)))
        else:
            self._say_saving("saving…" if slow else "")

    def _tell_moved(self, before: Idea) -> None:
        """Say that others deleted what the cursor was on, or took what is read to another place."""
        if before.id not in self.board.ideas:
            self.picture.tell(f"'{before.title}' is gone: somebody deleted it", warning=True)
        elif self.detail_place.is_open and (self.current is None or self.current.id != before.id):
            self.picture.tell(f"Somebody moved it: {self.state.where(before)}", warning=True)

    def _tell_lost(self, lost: int) -> None:
        """Say once that somebody replaced the board file by one that lacks ideas."""
        if lost > self._lost:
            key = self.keymap.shown("board.bring_back")
            ideas = "an idea that was" if lost == 1 else f"{lost} ideas that were"
            said = f"somebody replaced the board file; it lacks {ideas} here. {key} brings back"
            self.picture.tell(said, warning=True)
        self._lost = lost

    def _say_saving(self, saving: str = "", trouble: tuple[str, str] = ("", "")) -> None:
        self.state.facts = replace(self.state.facts, saving=saving)
        text, remedy = trouble
        self.state.trouble = without_folders(text), remedy
        self.picture.show_header()

    def _new_day(self) -> None:
        state = self.state
        now = self.service.clock()
        state.context.now = now
        if now.date() != state.day.now.date() or now.hour != state.day.now.hour:
            state.day = Day(self.service.workflow, now)
            self.view.new_day(state.day)
            self.view.reveal()
            self.detail_place.new_board()

    def restyle(self, inks: Inks) -> None:
        self.picture.restyle(inks)

    # Mouse, size and focus

    def on_resize(self) -> None:
        self.detail_place.place()

    def on_board_view_resized(self) -> None:
        self.picture.show_top_line()
        self.view.sync()

    def on_board_view_selected(self) -> None:
        self.state.surprise = ""
        self.picture.cursor_moved()

    def on_board_view_opened(self) -> None:
        self.cards.open()

    def on_board_view_dropped(self, event: BoardView.Dropped) -> None:
        self.cards.dropped(event.idea, event.stage, event.index)

    def on_descendant_focus(self) -> None:
        self.picture.show_footer()

    def on_descendant_blur(self) -> None:
        self.picture.show_footer()

    def on_screen_resume(self) -> None:
        if self.is_mounted and self.view.size:
            self.picture.show_board()
            self.picture.show_header()

    # The detail

    def on_detail_pane_closed(self) -> None:
        self.detail_place.leave()

    def on_detail_pane_moved(self) -> None:
        self.picture.show_footer()

    def on_detail_pane_stepped(self, event: DetailPane.Stepped) -> None:
        (self.going.down if event.step > 0 else self.going.up)()

    def on_detail_pane_asked(self, event: DetailPane.Asked) -> None:
        value = event.value
        match event.what:
            case "open" if value:
                open_link(self, value)
            case "open":
                self.cards.open_link()
            case "copy" if value:
                copy(self, value)
            case "copy":
                self.cards.yank()
            case "tick":
                self._act(lambda: self.service.ideas.tick(event.idea.id, value))
            case "answer":
                self._act(lambda: self.service.sharing.answer(value), say=True)
            case "take":
                self._take_response(value)

    def _act(self, do: Callable[[], Outcome], *, say: bool = False) -> Outcome | None:
        return None if self._refused_once() else self.picture.act(do, say=say)

    def _take_response(self, id: str) -> None:
        if outcome := self._act(lambda: self.service.sharing.idea_from_response(id)):
            stages = {self.board.workflow.stage_label(idea.stage) for idea in outcome.ideas if idea.origin}
            self.picture.tell(sentence(outcome.said) + "".join(f" to {stage}" for stage in stages))


def _method(action: Action) -> Callable[..., object]:
    async def method(screen: BoardScreen, *arguments: int) -> None:
        await screen.do(action, *arguments)

    method.__doc__ = action.help
    return method


for _action in (action for action in ACTIONS if BOARD in action.screens):
    # Textual looks the methods of bindings up on the screen.
    setattr(BoardScreen, f"action_{_action.method.partition('(')[0]}", _method(_action))
