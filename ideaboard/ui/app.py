"""The app: themes, the board screen, and a way out on which nothing is lost."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, InvalidThemeError, SuspendNotSupported
from textual.binding import Binding, BindingType

from ideaboard.errors import InvalidInput
from ideaboard.service import Service
from ideaboard.ui.board_screen import BoardScreen
from ideaboard.ui.external import edit_text, open_link
from ideaboard.ui.inks import Inks
from ideaboard.ui.keymap import Keymap
from ideaboard.ui.themes import DARK, THEMES

STOP_SECONDS = 5.0
"""How long quitting waits for changes that are not on disk yet."""


class IdeaboardApp(App[None], inherit_bindings=False):
    """The board in the terminal.

    Args:
        service: the use cases on one board.
    """

    TITLE = "ideaboard"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = ""
    ALLOW_SELECT = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", "Quit", show=False, priority=True)]

    def __init__(self, service: Service) -> None:
        super().__init__()
        self.service = service
        for theme in THEMES:
            self.register_theme(theme)
        self.unknown_theme = ""
        try:
            self.theme = service.config.theme or DARK
        except InvalidThemeError:
            self.unknown_theme = service.config.theme
            self.theme = DARK
        self.board_screen: BoardScreen | None = None

    def on_mount(self) -> None:
        """Open the board."""
        screen = BoardScreen(self.service, Keymap(self.service.config.keys), self.make_inks())
        self.board_screen = screen
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self.push_screen(screen)
        if self.unknown_theme:
            self.notify(f"There is no theme '{self.unknown_theme}'", severity="warning", markup=False)

    def make_inks(self) -> Inks:
        """Return the styles of the theme of the moment."""
        return Inks(self.theme_variables, self.service.workflow, self.get_line_filters())

    def _theme_changed(self, _theme: object) -> None:
        if self.board_screen is not None:
            self.board_screen.restyle(self.make_inks())

    def edit_outside(self, text: str) -> str:
        """Let the person edit a text in their own editor, with the board out of the way.

        Raises:
            InvalidInput: when that is not possible here, or the editor fails.
        """
        try:
            with self.suspend():
                return edit_text(text)
        except SuspendNotSupported:
            raise InvalidInput("no editor can be opened from here", "edit the notes in the form instead") from None

    def open_link(self, url: str) -> None:
        """Open a link in the browser.

        Raises:
            InvalidInput: when it is not a link that may be opened, or there is no browser.
        """
        open_link(url)

    async def action_quit(self) -> None:
        """Leave when everything is on disk; ask when it is not."""
        left = self.service.stop_saving(STOP_SECONDS)
        if not left:
            self.exit()
            return
        from ideaboard.ui.screens.confirm import Confirm

        def answered(leave: bool | None) -> None:
            if leave:
                self.exit()

        changes = "1 change is" if len(left) == 1 else f"{len(left)} changes are"
        self.push_screen(
            Confirm(f"{changes} not on disk. Leave and lose what is not saved?", "Leave", "Stay"), answered
        )


def run_board(service: Service) -> int:
    """Show the board until the person leaves; return the exit code of the program."""
    app = IdeaboardApp(service)
    app.run()
    return app.return_code or 0
