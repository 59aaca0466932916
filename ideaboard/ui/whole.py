"""A screen of lines that takes the whole terminal: it stands over the board, which goes on living below."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

from ideaboard.service import Outcome, Service
from ideaboard.ui.dialogs.dialog import ClosingOnce, ResultType
from ideaboard.ui.drawing.cells import Piece, tame
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.lines import FooterLine, InkedWidget
from ideaboard.ui.history import ScreenHistory
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.telling import host_of, read_only_in

_BOARD_LOOK = 0.5


class WholeScreen(ClosingOnce[ResultType]):
    """Follows the board and the theme, and does what its keys and the hints of its last line say."""

    AUTO_FOCUS = ""
    EVERY_BOARD: ClassVar[bool] = False
    """Whether more than the ideas is of interest here, such as that a change is on disk by now."""

    history: ScreenHistory
    footer: FooterLine

    def __init__(self, service: Service) -> None:
        super().__init__()
        self.service = service
        self.history = ScreenHistory(self, service, self.followed)
        self._board = service.board
        self._actions: dict[str, str] = {}

    @abstractmethod
    def hints(self) -> Sequence[Hint]:
        """Return the keys that matter now."""

    @abstractmethod
    def board_changed(self) -> None:
        """Show what a change of the board means here."""

    def on_mount(self) -> None:
        self._actions = keymap_of(self).by_key(self.SCREEN)
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        self.set_interval(_BOARD_LOOK, self._look_at_board)

    def _theme_changed(self, _theme: object) -> None:
        inks = host_of(self).make_inks()
        for widget in self.query(InkedWidget):
            widget.restyle(inks)

    def _look_at_board(self) -> None:
        board, before = self.service.board, self._board
        if board is not before:
            self._board = board
            # Once a change is on disk it comes as another board with the same ideas.
            if self.EVERY_BOARD or not board.shows_the_same(before):
                self.board_changed()

    def follow_board(self) -> None:
        self._board = self.service.board
        self.board_changed()

    def followed(self, _outcome: Outcome) -> None:
        """Show what was done here."""
        self.follow_board()

    def on_screen_resume(self) -> None:
        self._look_at_board()

    @property
    def unsaved(self) -> Piece:
        """What keeps changes from the file, and what to do about a board that takes none."""
        return self.unsaved_in(self.size.width - 1)

    def unsaved_in(self, room: int) -> Piece:
        if (refusal := self.service.refusal) is not None:
            return read_only_in(refusal, room), "alert"
        problem = self.service.saving.problem
        return (f"not saved: {tame(problem.message)}" if problem else "", "alert")

    async def on_footer_line_clicked(self, event: FooterLine.Clicked) -> None:
        if event.action:
            await self.run_action(event.action)

    def act(self, do: Callable[[], Outcome], *, say: bool = True) -> Outcome | None:
        """Change the board, and say what was done with the key that takes it back, or why not."""
        return self.history.do(do, say=say)
