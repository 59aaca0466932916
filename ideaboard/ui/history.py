"""What is done on a screen over the board: it is said with the key that takes it back, and taken back there alone."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget

from ideaboard.errors import BoardFileError
from ideaboard.service import Outcome, Service
from ideaboard.ui.telling import act, tell_error, turned


class ScreenHistory:
    """Changes the board for one screen, which hears of each change in `follow`."""

    def __init__(self, screen: Widget, service: Service, follow: Callable[[Outcome], object]) -> None:
        self.own = service.history.own()
        """What was done here: only that is taken back here."""
        self._screen = screen
        self._service = service
        self._follow = follow

    @property
    def refusal(self) -> BoardFileError | None:
        """Why the board takes no change."""
        return self._service.refusal

    @property
    def refused(self) -> bool:
        """Whether the board takes no change; then that is said, before somebody chooses or types in vain."""
        if self.refusal is not None:
            tell_error(self._screen, self.refusal)
        return self.refusal is not None

    def do(self, use_case: Callable[[], Outcome], *, say: bool = True) -> Outcome | None:
        """Change the board, and say what was done, or why not."""
        return self._act(lambda: self.own.do(use_case), say=say)

    def turn(self, turn: Callable[[], Outcome]) -> Outcome | None:
        """Take back or do again, and say what."""
        return self._act(lambda: turned(self._service.board, turn), turns=True)

    def _act(self, use_case: Callable[[], Outcome], *, say: bool = True, turns: bool = False) -> Outcome | None:
        outcome = act(self._screen, use_case, say=say, turns=turns)
        if outcome is not None:
            self._follow(outcome)
        return outcome
