"""The files that the changelog goes to: what would change in them, and writing what was shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from textual.screen import Screen

from ideaboard.core.text import counted
from ideaboard.errors import IdeaboardError
from ideaboard.service.sharing import Shares, Written
from ideaboard.ui.beside import Beside
from ideaboard.ui.dialogs.dialog import confirm
from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.drawing.rows import Row
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.screens.changelog_rows import Place, counted_lines, place_of, place_rows, problem_rows, short_place
from ideaboard.ui.telling import tell, tell_error

_NAME_CELLS = 28


class Looked(NamedTuple):
    """What was found about all places, and how it is drawn in a width."""

    places: Sequence[Place]
    rows: Sequence[Row]
    width: int


class Files:
    """What would be written to each place, looked up and written in threads; `changed` is called after each."""

    def __init__(self, screen: Screen[Any], sharing: Shares, changed: Callable[[], object]) -> None:
        self.places: Sequence[Place] = ()
        self.problem: IdeaboardError | None = None
        """Why it can be written nowhere."""
        self.known = False
        """Whether it is known what would be written."""
        self.width = 0
        """The width in which the differences are to be drawn."""
        self._rows: Sequence[Row] = ()
        self._drawn_width = 0
        self._screen = screen
        self._sharing = sharing
        self._changed = changed
        self._looking = Beside[Looked](screen, self._take, self._take_problem)
        self._writing = Beside[Sequence[str]](screen, self._written, self._not_written)

    @property
    def busy(self) -> bool:
        return self._looking.busy or self._writing.busy

    @property
    def writing(self) -> bool:
        return self._writing.busy

    @property
    def differ(self) -> bool:
        return any(place.changes or place.plan.problem for place in self.places)

    @property
    def can_be_written(self) -> bool:
        """Whether something would be written, and nothing speaks against it."""
        return self.differ and not any(place.plan.problem for place in self.places)

    def writes(self) -> str:
        """Say what would be written, and how many lines would come and go."""
        changed = [place for place in self.places if place.changes]
        name = short_place(changed[0].name, _NAME_CELLS) if len(changed) == 1 else counted(len(changed), "file")
        return f"{name} ({counted_lines(changed)})"

    @property
    def could_be_written_over(self) -> bool:
        """Whether all that speaks against writing is what somebody wrote there."""
        problems = [place for place in self.places if place.plan.problem]
        return bool(problems) and all(place.plan.written for place in self.places)

    def up_to_date(self) -> str:
        """Say that there is nothing to write."""
        names = [f"'{place.name}' is" for place in self.places]
        return f"{names[0] if len(names) == 1 else f'all {len(names)} places are'} up to date"

    def rows(self, width: int) -> Iterable[Row]:
        """Draw what would be written, or why nothing can be."""
        keymap = keymap_of(self._screen)
        if self.problem:
            return problem_rows(self.problem, width, keymap)
        return self._rows if width == self._drawn_width else place_rows(self.places, width, keymap)

    def stop(self) -> None:
        self._looking.stop()

    def look(self) -> None:
        """Find out anew what would be written."""
        width, keymap = self.width, keymap_of(self._screen)

        def job() -> Iterator[Looked]:
            places = tuple(map(place_of, self._sharing.plans()))
            yield Looked(places, tuple(place_rows(places, width, keymap)), width)

        self._looking.ask(job)

    def _take(self, looked: Looked, problem: IdeaboardError | None = None) -> None:
        if self._screen.is_attached:
            self.places, self._rows, self._drawn_width = looked
            self.problem, self.known = problem, True
            self._changed()

    def _take_problem(self, problem: IdeaboardError) -> None:
        self._take(Looked((), (), 0), problem)

    def write(self, *, force: bool = False) -> None:
        """Write what was found last, and nothing else: what has changed since is shown first."""
        seen: list[Written] = [place.plan.written for place in self.places if place.plan.written]

        def job() -> Iterator[Sequence[str]]:
            done = self._sharing.publish(force=force, seen=seen)
            yield [target.name for target, written in done if written.changed]

        self._writing.ask(job)

    def write_over(self) -> None:
        """Write over what was edited by hand, once the person has agreed."""
        names = ", ".join(f"'{place.name}'" for place in self.places if place.plan.problem)
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
