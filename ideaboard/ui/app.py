"""The app: themes, the board screen, and a way out on which nothing is lost."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import signal
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from rich.color import ColorSystem
from textual.app import App, InvalidThemeError, ScreenStackError, SuspendNotSupported
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.events import Event, Key, Paste
from textual.filter import LineFilter
from textual.geometry import Size
from textual.notifications import SeverityLevel

from ideaboard.core.board import Board
from ideaboard.core.text import clean_line, clean_text
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.external import edit_file, edit_text, open_link, open_page
from ideaboard.service import Service
from ideaboard.service.memory import remember_theme, remembered_theme
from ideaboard.ui.board.screen import BoardScreen
from ideaboard.ui.drawing.inks import STEADY, Apart, Colourless, Inks
from ideaboard.ui.keymap import Keymap
from ideaboard.ui.messages import Messages
from ideaboard.ui.telling import too_long
from ideaboard.ui.themes import DARK, THEMES

if TYPE_CHECKING:
    from ideaboard.ui.dialogs.finder import Entry

T = TypeVar("T")

_SIXTEEN = ("standard", "windows")
_CURSOR_STYLES = ("block-cursor-text-style", "input-cursor-text-style", "button-focus-text-style")
_SCROLLBAR_GROUNDS = (
    "scrollbar-background",
    "scrollbar-background-hover",
    "scrollbar-background-active",
    "scrollbar-corner-color",
)
_FEW_COLORS = {"standard": ColorSystem.STANDARD, "windows": ColorSystem.WINDOWS, "256": ColorSystem.EIGHT_BIT}
PASTE_LIMIT = 100_000
"""The most characters of a paste: with more in them the fields would take seconds for a key."""
STOP_SECONDS = 3.0
"""How long quitting waits for changes that are not on disk yet, before it asks."""
_LOOK_SECONDS = 0.05
_SIGNALLED = 128
"""Shells add it to the number of the signal that ended a program."""
_SETTLE_SECONDS = 1.0
"""How long a key waits at most for what the last one led to, such as a dialog that opens."""
_LOOK_AGAIN_SECONDS = 0.005
_REST_SECONDS = 15.0
_FULL_ROUND = 30
"""So many middle rounds of the garbage collector come before a full one, three times as many as usual."""
"""After so long without a key, twice that at most, the picture for the next start is kept."""
_TURNS = 20
"""Of the event loop, before a timer is made for it: nearly always two are enough, and a timer costs more than all."""
_USED = 9
"""How many commands are remembered as used last."""
_QUITS_ANYWHERE = "ctrl+q"
"""Where it is a key of the board, it leaves from every screen and dialog."""
_HANGUP = 1
"""SIGHUP, which Windows does not have."""


class IdeaboardApp(App[None], inherit_bindings=False):
    """The board in the terminal."""

    TITLE = "ideaboard"
    COMMAND_PALETTE_BINDING = ""
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, service: Service) -> None:
        if not os.environ.get("NO_COLOR"):
            os.environ.pop("NO_COLOR", None)  # an empty one says nothing (https://no-color.org), but to Textual
        super().__init__()
        self.service = service
        for theme in THEMES:
            self.register_theme(theme)
        self._unknown_theme = self._start_theme(self._theme_at_start())
        self.board_screen: BoardScreen | None = None
        self.keys_in_force = Keymap(service.config.keys)
        if _QUITS_ANYWHERE in self.keys_in_force.by_key():
            self._bindings.bind(_QUITS_ANYWHERE, "quit", "Quit", show=False, priority=True)
        self.messages = Messages(self)
        self._leaving = False
        self._used: list[str] = []
        """The names of what was done by the palette, the latest first."""
        self._tried_on = ""
        """The theme that is looked at, and not picked yet."""
        self._held: deque[Key | Paste] = deque()
        self._turn: Key | Paste | None = None
        """The held event that is handed on next."""
        self._settling: asyncio.Task[None] | None = None
        self._pressed = self._used_since = False
        """Whether a key was pressed since the last look whether the board is at rest, and since it last was."""
        self._kept_of: tuple[Board, Size] | None = None
        """Of what the picture was kept at rest."""
        self._came_back = False
        """Whether the last key was left to the bindings of the app: no widget took it."""

    def _theme_at_start(self) -> str:
        return self.service.config.theme or remembered_theme(self.service.paths) or DARK

    def _start_theme(self, name: str) -> str:
        """Take on a theme; return its name when there is no such theme."""
        try:
            self.theme = name
        except InvalidThemeError:
            self.theme = DARK
            return name
        return ""

    def get_driver_class(self) -> type[Driver]:
        """Take the quick driver where Textual would take its own for Linux and macOS."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from ideaboard.ui.driver import QuickDriver

        return QuickDriver

    def get_default_screen(self) -> BoardScreen:
        # A blank one below it would be laid out and painted as well.
        self.board_screen = BoardScreen(self.service, self.keys_in_force, self.make_inks())
        return self.board_screen

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self.app_resume_signal.subscribe(self, self._resumed)
        self._listen_for_the_end()
        self.set_interval(_REST_SECONDS, self._rest)
        if self._unknown_theme:
            self.notify(f"There is no theme '{self._unknown_theme}'; {DARK} is used", severity="warning", markup=False)

    def on_ready(self) -> None:
        """Leave what was loaded out of the garbage collector's rounds, which would be felt as a slow key."""
        gc.freeze()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what is done to every line; where there are few colours they are kept apart."""
        if self.no_color:
            return [STEADY, Colourless()]
        system = _FEW_COLORS.get(self.console.color_system or "")
        filters = [STEADY, *super().get_line_filters()]
        return filters if system is None else [*filters, Apart(system)]

    def make_inks(self) -> Inks:
        few = self.console.color_system in _SIXTEEN
        return Inks(self.theme_variables, self.service.workflow, self.get_line_filters(), few=few)

    def get_css_variables(self) -> dict[str, str]:
        """Return the variables of the theme; without colours what has the cursor is reversed."""
        variables = super().get_css_variables()
        if not self.native_ansi_color:
            variables |= dict.fromkeys(_SCROLLBAR_GROUNDS, "transparent")
        return variables | dict.fromkeys(_CURSOR_STYLES, "bold reverse") if self.no_color else variables

    def _resumed(self, _app: object) -> None:
        """Paint everything after the shell had the terminal: what was there is gone."""
        self.screen.refresh()

    def _theme_changed(self, _theme: object) -> None:
        if self.theme != self._tried_on:
            remember_theme(self.service.paths, self.theme)
        if self.board_screen is not None:
            self.board_screen.restyle(self.make_inks())

    # Keys

    async def on_event(self, event: Event) -> None:
        """Take one key or paste at a time: the next one waits until all that the last one led to has happened.

        Textual would send a key at once to whatever has the focus, while an Enter that moves the focus, or opens or
        closes a dialog, is still on its way through the widgets. What is typed quickly would land in the wrong field,
        or run commands.
        """
        if not isinstance(event, Key | Paste):
            await super().on_event(event)
        elif event.is_forwarded:
            self._came_back = True
            await super().on_event(event)
        elif self._exit or not self.screen_stack:
            return  # the program ends, and the screens are gone or soon will be
        elif self._settling is None and self._takes_keys():
            await self._hand_on(event)
        elif event is self._turn:
            self._turn = None
            await self._hand_on(event)
        else:
            self._held.append(event)
            if self._settling is None:
                self._settling = asyncio.create_task(self._settle())

    async def _hand_on(self, event: Key | Paste) -> None:
        if isinstance(event, Paste):
            self._tame(event)
        else:
            self.messages.key_pressed()
            self._pressed = True
        self._came_back = False
        try:
            await super().on_event(event)
        finally:
            self._settling = asyncio.create_task(self._settle())

    def _takes_keys(self) -> bool:
        return self.board_screen is not None and self.screen.is_mounted

    async def _settle(self) -> None:
        """Wait until the last key has had its effect, then hand on the next one that was held back."""
        with suppress(ScreenStackError):  # the program ends
            while not self._exit:
                here = (self.screen, self.focused)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_SETTLE_SECONDS):
                        await self._at_rest()
                        if self._came_back or self.focused:
                            # The app runs bindings, and what comes of them starts at the widget again.
                            await self._at_rest()
                if here == (self.screen, self.focused) and self._takes_keys():
                    break
        self._settling = None
        if self._held and not self._exit:
            self._turn = self._held.popleft()
            self._settling = asyncio.current_task()
            self.post_message(self._turn)

    async def _at_rest(self) -> None:
        """Wait until what has the focus, and all that it lies in, have dealt with what they were told so far."""
        for pump in (self.focused or self.screen).ancestors_with_self:
            if pump is self and not self._came_back:
                return  # the app has nothing to do with it
            done = asyncio.Event()
            if not pump.call_later(done.set):
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)  # it is closing
            for _ in range(_TURNS):
                if done.is_set():
                    break
                await asyncio.sleep(0)
            while pump.is_running and not done.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(done.wait(), _LOOK_AGAIN_SECONDS)

    def _tame(self, paste: Paste) -> None:
        """Make of a paste what the fields of Textual can take: they write escapes to the terminal as they are."""
        from textual.widgets import Input

        # Of several lines such a field would take the first.
        text = clean_line(paste.text) if isinstance(self.focused, Input) else clean_text(paste.text)
        if len(text) > PASTE_LIMIT:
            self.notify(too_long(len(text) - PASTE_LIMIT), severity="warning", markup=False)
        paste.text = text[:PASTE_LIMIT]

    def on_paste_stalled(self) -> None:
        what = "A paste has not ended, so every key goes into it: press Esc three times"
        self.notify(what, severity="warning", markup=False)

    def on_input_ended(self) -> None:
        """Leave as when the terminal is closed: nobody can press a key any more."""
        self._end(_HANGUP)

    # Other programs

    def edit_outside(self, text: str) -> str:
        return self._outside(lambda: edit_text(text))

    def edit_file(self, path: Path) -> None:
        self._outside(lambda: edit_file(path))

    def _outside(self, do: Callable[[], T]) -> T:
        failure: IdeaboardError | None = None
        try:
            with self.suspend():
                try:
                    return do()
                except IdeaboardError as error:  # Textual comes back only when nothing is raised here
                    failure = error
        except SuspendNotSupported:
            failure = InvalidInput("no editor can be opened from here", "edit the notes in the form instead")
        raise failure

    def open_link(self, url: str) -> None:
        open_link(url)

    def show_help(self, screen: str) -> None:
        """Show the keys, those of a screen first."""
        from ideaboard.ui.dialogs.help import HelpScreen

        self.push_screen(HelpScreen(self.keys_in_force.chosen, screen))

    def open_page(self, text: str) -> Path:
        return open_page(text)

    # Messages

    def notify(
        self,
        message: str,
        *,
        title: str = "",  # noqa: ARG002  # Textual's own messages may have one
        severity: SeverityLevel = "information",
        timeout: float | None = None,  # noqa: ARG002  # how long one stands follows from its severity
        markup: bool = True,  # noqa: ARG002  # nothing is ever markup
    ) -> None:
        """Say something in the last line of the screen; Textual would put a box over the cards."""
        more = self.keys_in_force.shown("board.problems")
        self.messages.say(message, severity, f"{more} all" if more else "")

    def show_palette(self, screen: str) -> None:
        """Offer by name all that can be done on a screen."""
        from ideaboard.ui.board.palette import Palette

        async def do(entry: Entry | None) -> None:
            if entry is not None:
                self._used = [entry.name, *(name for name in self._used if name != entry.name)][:_USED]
                done = entry.value()
                if inspect.isawaitable(done):
                    await done

        self.push_screen(Palette(self.screen, screen, self._used), do)

    def show_themes(self) -> None:
        """Let a theme be picked: ours are on top, and each is tried on while the cursor is on it."""
        from ideaboard.ui.dialogs.finder import ThemeList

        before = self.theme
        ours = [theme.name for theme in THEMES]
        names = [*ours, *sorted(set(self.available_themes) - {*ours})]
        about = [(name, "dark" if self.available_themes[name].dark else "light") for name in names]

        def try_on(name: str) -> None:
            self._tried_on = self.theme = name

        def take(entry: Entry | None) -> None:
            try_on(before if entry is None else entry.name)
            if entry is not None:
                remember_theme(self.service.paths, entry.name)

        self.push_screen(ThemeList(about, before, try_on), take)

    def show_messages(self) -> None:
        """Show what is wrong now, and all that was said, whole."""
        from ideaboard.ui.dialogs.messages import MessagesDialog

        problems = [*self.service.config.problems, *self.service.notices]
        said = list(dict.fromkeys(reversed(self.messages.kept)))
        self.push_screen(MessagesDialog(problems, said))

    # Leaving

    def _handle_exception(self, error: Exception) -> None:
        # A dialog that was just opening misses its parts while the app is taken down: no mistake, and nothing is lost.
        if not (self._exit and isinstance(error, NoMatches)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with everything that was in memory; `run_board` hands the mistake on.
        self._close_messages_no_wait()

    async def action_quit(self) -> None:
        """Leave, after a question when something is typed that would be lost."""
        if self._leaving:
            return
        self._leaving = True
        if any(getattr(screen, "holds_typed", False) for screen in self.screen_stack):
            self._ask_to_leave("Leave, and throw away what you typed?", self._save_and_leave)
        else:
            self._save_and_leave()

    def _save_and_leave(self) -> None:
        self.service.reads()
        self._leave_by(monotonic() + STOP_SECONDS, 0)

    def _leave_by(self, deadline: float, before: int) -> None:
        saving = self.service.hurry()
        if saving.pending < before:
            deadline = monotonic() + STOP_SECONDS  # many changes take long, but they get there
        if not saving.pending:
            self._leave()
        elif saving.problem is not None or monotonic() > deadline:
            changes = "One change is" if saving.pending == 1 else f"{saving.pending} changes are"
            self._ask_to_leave(f"{changes} not saved. Leave and lose what is not saved?", self._leave)
        else:
            self.set_timer(_LOOK_SECONDS, lambda: self._leave_by(deadline, saving.pending))

    def _leave(self) -> None:
        self.service.stop_saving(0)
        self.exit()

    def _rest(self) -> None:
        """Keep the picture when nobody has pressed a key for a while, and nothing was changed since it was kept.

        Then is also the time for the garbage collector's full round, which may be felt as a slow key; what is left is
        not looked through again.
        """
        if self._pressed or self.screen is not self.board_screen:
            self._pressed, self._used_since = False, True
            return
        if self._used_since:
            self._used_since = False
            gc.collect()
            gc.freeze()
        if self._kept_of != (now := (self.service.board, self.size)):
            self._kept_of = now
            self.board_screen.poll()
            self.keep_picture()

    def keep_picture(self) -> None:
        """Keep the picture for the next start, in the theme that it will take."""
        if self.board_screen is not None and self.theme == self._theme_at_start():
            from ideaboard.ui.board.kept_picture import keep_picture

            keep_picture(self.board_screen, self.size, self.console)

    def _listen_for_the_end(self) -> None:
        """Give the terminal back when the program is told to end, or the terminal is closed."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            # Windows has no such signals, and only the main thread can listen.
            with suppress(AttributeError, RuntimeError, ValueError):
                number = getattr(signal, name)
                loop.add_signal_handler(number, self._end, int(number))

    def _end(self, number: int) -> None:
        """Leave without asking: there is nobody to answer. What can be saved is saved."""
        left = self.service.stop_saving(STOP_SECONDS)
        lost = f"ideaboard: not saved: {', '.join(left)}" if left else None
        self.exit(return_code=_SIGNALLED + number, message=lost)

    def _ask_to_leave(self, question: str, leave: Callable[[], object]) -> None:
        from ideaboard.ui.dialogs.dialog import confirm

        def stay() -> None:
            self._leaving = False

        confirm(self, question, "Leave", "Stay", leave, stay)


def run_board(service: Service) -> int:
    """Show the board until the person leaves; return the exit code of the program.

    Raises what went wrong inside, once the terminal is as it was and what can be saved is saved.
    """
    app = IdeaboardApp(service)
    gc.set_threshold(*gc.get_threshold()[:2], _FULL_ROUND)  # see `_rest`
    app.run()
    if app._exception is not None:  # noqa: SLF001  # Textual has no public name for it
        service.stop_saving(STOP_SECONDS)
        raise app._exception  # noqa: SLF001  # the same
    app.keep_picture()
    return app.return_code or 0
