"""The changelog as others will read it, period by period, and the note of one as it is typed in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from textual import events
from textual.geometry import Offset

from ideaboard.core.changelog import Changelog, ChangelogOptions, Period
from ideaboard.errors import IdeaboardError
from ideaboard.service.sharing import Shares
from ideaboard.ui.dialogs.dialog import throw_away
from ideaboard.ui.drawing.cells import Piece, width_of
from ideaboard.ui.drawing.prompt import Fed, TypedLine
from ideaboard.ui.drawing.rows import Row
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.screens.changelog_rows import (
    Made,
    changelog_rows,
    find_periods,
    problem_rows,
    said_rows,
    with_period,
)
from ideaboard.ui.telling import paste_into, tell
from ideaboard.ui.text import Text

HEAD = 60
"""So many items are made first: they fill the largest screen, whatever there is in all."""


def make_changelog(sharing: Shares, options: ChangelogOptions, width: int) -> Iterator[Made]:
    """Make the changelog for a width: its head, and where that is not all of it, the whole."""

    def made(changelog: Changelog, *, is_whole: bool) -> Made:
        text = sharing.written_out(changelog)
        count = sum(len(period.entries) for period in changelog.periods)
        if not count and not changelog.in_progress:
            return Made(text, (), (), (), 0, width, is_whole, options)
        rows = list(changelog_rows(text, width))
        return Made(text, rows, *find_periods(rows, changelog.periods), count, width, is_whole, options)

    head = sharing.changelog(replace(options, limit=HEAD))
    is_whole = len(head.entries) < HEAD
    yield made(head, is_whole=is_whole)
    if not is_whole:
        yield made(sharing.changelog(options), is_whole=True)


class ChangelogPreview(Text):
    """Shows what was made last, with the period that is read set off."""

    made: Made | None = None
    period = 0
    line: TypedLine | None = None
    """The note that is typed."""
    _before = ""

    @property
    def current(self) -> Period | None:
        """The period that is read."""
        periods = self.made.periods if self.made else ()
        return periods[self.period] if self.period < len(periods) else None

    def take(self, made: Made, nothing: Sequence[Piece]) -> None:
        """Show what was made, or that there is nothing; the period that was read stays."""
        before, reading = self.made, self.current.key if self.current else ""
        self.made = made
        keys = [period.key for period in made.periods]
        if self.line is not None and reading not in keys:
            if self.holds_typed:
                tell(self, f"Nothing is shared in that period any more; its note was: {self.line.text}", warning=True)
            self.line = None
        self.period = keys.index(reading) if reading in keys else 0
        if made.rows:
            self._show_made()
        else:
            self.show_rows(partial(said_rows, nothing), 0)
        if before is None or before.width != made.width:
            self._go_to_period()

    def fail(self, error: IdeaboardError, width: int, options: ChangelogOptions) -> None:
        """Show what is wrong instead, such as a template of one's own."""
        self.made, self.line = Made("", (), (), (), 0, width, is_whole=True, options=options), None
        self.show_rows(lambda width: problem_rows(error, width, keymap_of(self)), 0)

    def _show_made(self) -> None:
        made = self.made
        if made is None or not made.rows:
            return
        rows, caret = with_period(made, self.period, self.line)
        self.show_rows(lambda _: rows)
        self.shown_rows.make_all()
        self.clamp()
        if self.line is not None:
            low = caret - self.size.height + 2
            self.go_to_row(min(max(self.top_row, low), made.at[self.period]))
            self._show_caret(caret, rows[caret])

    def _show_caret(self, number: int, row: Row) -> None:
        """Put the terminal's own cursor where the note is typed."""
        before = next((at for at, (_, style) in enumerate(row.pieces) if style == "caret"), 0)
        cells = sum(width_of(text) for text, _ in row.pieces[:before])
        x, y = self.region.offset
        self.app.cursor_position = Offset(x + 2 + cells, y + number - self.top_row)

    # Going about

    def step(self, by: int) -> None:
        """Go on, or back, by a number of periods."""
        if self.made is not None:
            self.period = min(max(self.period + by, 0), max(len(self.made.periods) - 1, 0))
            self._show_made()
            self._go_to_period()

    def _go_to_period(self) -> None:
        if self.made is not None and self.period < len(self.made.at):
            self.go_to_row(self.made.at[self.period] if self.period else 0)

    def follow(self) -> bool:
        """Let the period be the one that is read, once its heading is out of sight; tell whether it is another one."""
        made, top = self.made, self.top_row
        if made is None or not made.at or top <= made.at[self.period] < top + self.size.height:
            return False
        above = max((number for number, at in enumerate(made.at) if at < top), default=0)
        self.period = next((n for n, at in enumerate(made.at) if top <= at < top + self.size.height), above)
        self._show_made()
        return True

    # The note

    def start_note(self, text: str) -> None:
        self.line, self._before = TypedLine(text), text
        self._show_made()

    def end_note(self) -> None:
        self.line = None
        self._show_made()

    @property
    def holds_typed(self) -> bool:
        return self.line is not None and self.line.text.strip() not in ("", self._before)

    def paste(self, text: str) -> None:
        if self.line is not None:
            paste_into(self, self.line, text)
            self._show_made()

    def type_key(self, event: events.Key, keep: Callable[[str], bool], end: Callable[[], object]) -> bool:
        """Feed the note that is typed, and `end` it when `keep` took it, or it is not wanted; tell whether there is
        one.
        """
        line = self.line
        if line is None:
            return False
        fed = Fed.ENTER if event.key == "ctrl+s" else line.feed(event)
        if fed is Fed.ENTER:
            if keep(line.text):
                end()
        elif fed is Fed.ESCAPE and self.holds_typed:
            throw_away(self, end)
        elif fed is Fed.ESCAPE:
            end()
        elif fed is Fed.EDITED:
            self._show_made()
        return True
