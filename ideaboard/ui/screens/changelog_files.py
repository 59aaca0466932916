"""The files that the changelog goes to: what would change in them, and writing what was shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from textual.screen import Screen

from ideaboard.core.text import counted
from ideaboard.errors import IdeaboardError
from ideaboard.service.sharing import Plan, Shares, Written
from ideaboard.ui.dialogs.dialog import confirm
from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.drawing.rows import Row
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.screens.beside import Beside
from ideaboard.ui.screens.changelog_rows import plan_rows, problem_rows
from ideaboard.ui.telling import tell, tell_error


def differs(plan: Plan) -> bool:
    """Tell whether there is something to say about a place besides that it is up to date."""
    return plan.problem is not None or (plan.written is not None and plan.written.changed)


class Files:
    """What would be written to each place, looked up and written in threads; `changed` is called after each."""

    def __init__(self, screen: Screen[Any], sharing: Shares, changed: Callable[[], object]) -> None:
        self.plans: Sequence[Plan] = ()
        self.problem: IdeaboardError | None = None
        """Why it can be written nowhere."""
        self.known = False
        """Whether it is known what would be written."""
        self._screen = screen
        self._sharing = sharing
        self._changed = changed
        self._looking = Beside[Sequence[Plan]](screen, self._take, self._take_problem)
        self._writing = Beside[Sequence[str]](screen, self._written, self._not_written)

    @property
    def busy(self) -> bool:
        return self._looking.busy or self._writing.busy

    @property
    def writing(self) -> bool:
        return self._writing.busy

    @property
    def differ(self) -> bool:
        return any(map(differs, self.plans))

    @property
    def can_be_written(self) -> bool:
        """Whether something would be written, and nothing speaks against it."""
        return self.differ and not any(plan.problem for plan in self.plans)

    @property
    def could_be_written_over(self) -> bool:
        """Whether all that speaks against writing is what somebody wrote there."""
        return any(plan.problem for plan in self.plans) and all(plan.written for plan in self.plans)

    def up_to_date(self) -> str:
        """Say that there is nothing to write."""
        names = [f"'{tame(plan.target.name)}' is" for plan in self.plans]
        return f"{names[0] if len(names) == 1 else f'all {len(names)} places are'} up to date"

    def rows(self, width: int) -> Iterable[Row]:
        """Draw what would be written, or why nothing can be."""
        keymap = keymap_of(self._screen)
        return problem_rows(self.problem, width, keymap) if self.problem else plan_rows(self.plans, width, keymap)

    def stop(self) -> None:
        self._looking.stop()

    def look(self) -> None:
        """Find out anew what would be written."""
        self._looking.ask(lambda: (self._sharing.plans(),))

    def _take(self, plans: Sequence[Plan], problem: IdeaboardError | None = None) -> None:
        if self._screen.is_attached:
            self.plans, self.problem, self.known = plans, problem, True
            self._changed()

    def _take_problem(self, problem: IdeaboardError) -> None:
        self._take((), problem)

    def write(self, *, force: bool = False) -> None:
        """Write what was found last, and nothing else: what has changed since is shown first."""
        seen: list[Written] = [plan.written for plan in self.plans if plan.written]

        def job() -> Iterator[Sequence[str]]:
            done = self._sharing.publish(force=force, seen=seen)
            yield [target.name for target, written in done if written.changed]

        self._writing.ask(job)

    def write_over(self) -> None:
        """Write over what was edited by hand, once the person has agreed."""
        names = ", ".join(f"'{tame(plan.target.name)}'" for plan in self.plans if plan.problem)
        question = f"Write over what was edited by hand in {names}? The lines with - are lost."
        confirm(self._screen, question, "Write over", "Keep them", lambda: self.write(force=True))

    def _written(self, names: Sequence[str]) -> None:
        if self._screen.is_attached:
            tell(
                self._screen, f"Wrote '{tame(names[0])}'" if len(names) == 1 else f"Wrote {counted(len(names), 'file')}"
            )
            self.look()

    def _not_written(self, error: IdeaboardError) -> None:
        if self._screen.is_attached:
            tell_error(self._screen, error)
            self.look()
