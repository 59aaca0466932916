"""The log of the board: who did what and when, and a way back to any line of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ideaboard.core.actions import LOG
from ideaboard.core.clock import local_time
from ideaboard.core.text import counted, fold
from ideaboard.errors import IdeaboardError
from ideaboard.service import Outcome, Service
from ideaboard.service.history import LogLine, changes_in_words
from ideaboard.ui.beside import Beside, attempt_beside
from ideaboard.ui.dialogs.dialog import confirm, titled
from ideaboard.ui.drawing.cells import Line, Piece, fit, shorten, tame, width_of
from ideaboard.ui.keymap import Asked, keymap_of
from ideaboard.ui.listing import ListScreen, Paragraph
from ideaboard.ui.telling import ask, sentence, tell, tell_error

_WHEN = 11
_ROOMY = 46
_BY_SHARE = 4
"""The name of a guest takes at most this part of a row."""
_CHANGES = 200
_NAMED = 3
_PICKED = 30


class Read(NamedTuple):
    """The log as it was read, and the words of each line that a filter looks at."""

    lines: dict[str, LogLine]
    words: dict[str, str]
    can_redo: bool = False
    """Whether anything of it is taken back."""


class LogScreen(ListScreen[LogLine]):
    """Lists all that was done, newest first; gives the id of the idea to go to, or None."""

    TITLE = "Log"
    SCREEN = LOG
    LIST_SHARE = 60
    FILTERS = "lines"
    NO_FIT = "Nothing that was done fits"
    EVERY_BOARD = True

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.read: Read | None = None
        """None until it is read."""
        self._to_latest = False
        """Whether the cursor goes to the latest line that stands, once the log is read again: for the next `u`."""
        self._beside: Beside[Read] = Beside(self, self._take, self._failed)

    def on_mount(self) -> None:
        self.rows.row_lines = 1
        self.board_changed()

    def on_unmount(self) -> None:
        self._beside.stop()

    # Reading

    def board_changed(self) -> None:
        self._beside.ask(self._read_all)

    def followed(self, outcome: Outcome) -> None:
        self._to_latest = True
        super().followed(outcome)

    def _read_all(self) -> Iterator[Read]:
        lines = {line.stamp: line for line in self.service.history.lines()}
        words = {stamp: fold(f"{line.entry.said} {line.entry.by}") for stamp, line in lines.items()}
        yield Read(lines, words, any(line.entry.undone for line in lines.values()))

    def _take(self, read: Read) -> None:
        before = self._latest()
        self.read = read
        goes = self._to_latest and self._latest() != before
        self._to_latest = self._to_latest and not goes
        self.list_anew(self._latest() if goes else None)

    def _failed(self, error: IdeaboardError) -> None:
        self.read = self.read or Read({}, {})
        tell_error(self, error)
        self.list_rows()

    def item(self, key: str) -> LogLine | None:
        return self.read.lines.get(key) if self.read else None

    def listed(self) -> Sequence[str]:
        if self.read is None:
            return ()
        words, said = fold(self.filter).split(), self.read.words
        return [stamp for stamp in self.read.lines if all(word in said[stamp] for word in words)]

    @property
    def total(self) -> int:
        return len(self.read.lines) if self.read else 0

    def nothing(self) -> Sequence[Piece]:
        if self.read is None:
            return [("Reading the log…", "quiet")]
        what = "Each change of the board stands here, with who made it, and can be taken back."
        return [("Nothing was done yet.", "name"), (what, "title")]

    # Drawing

    def _when(self, at: str) -> str:
        now = self.service.clock()
        then = local_time(at, now.tzinfo)
        if then.date() == now.date():
            return f"{then:%H:%M}"
        return f"{then:%d %b}" if then.year == now.year else f"{then:%d %b %Y}"

    def draw_item(self, line: LogLine, width: int) -> Sequence[Line]:
        entry = line.entry
        when = fit(self._when(entry.at), _WHEN) + "  " if width >= _ROOMY else ""
        room = width - width_of(when)
        by = shorten(tame(entry.by), room // _BY_SHARE)
        gone = "  taken back" if entry.undone else ""
        room -= width_of(by) + 2 * bool(by) + width_of(gone)
        style = "quiet" if entry.undone or line.turns else "title"
        said = fit(shorten(tame(sentence(entry.said)), room), room)
        return (((when, "quiet"), (said, style), (gone, "quiet"), (f"  {by}" if by else "", "ask")),)

    def draw_preview(self, line: LogLine, width: int) -> Iterator[Paragraph]:
        del width
        entry = line.entry
        yield [(sentence(entry.said), "name")]
        at = f"{local_time(entry.at, self.service.clock().tzinfo):%d %b %Y, %H:%M}"
        who: list[Piece] = [(f"by {entry.by}, ", "ask")] if entry.by else []
        yield [*who, (at + (", taken back since" if entry.undone else ""), "quiet")]
        yield ()
        for said in changes_in_words(entry, _CHANGES):
            yield [(said, "title")]

    def headline(self) -> Sequence[Piece]:
        return self.counted("Log", "nothing" if self.read else "")

    def offered(self) -> Iterator[Asked]:
        line = self.current
        if line is not None:
            can = not (line.entry.undone or line.turns)
            if line.ids:
                yield "log.idea", "its idea"
            if can and line.stamp == self._latest():
                yield "board.undo", "take back"
            if can:
                yield "log.back_to", "back to here"
            if line.entry.by:
                yield "log.guest", f"all of {tame(line.entry.by)}"
            yield "view.filter"
            yield from self.tab
        elif self.filter.strip():
            yield "view.clear"
        if self.read and self.read.can_redo:
            yield "board.redo"
        yield "card.add"

    # One key each

    def _standing(self) -> list[LogLine]:
        """Return what is not taken back, newest first."""
        lines = self.read.lines.values() if self.read else ()
        return [line for line in lines if line.stands]

    def _latest(self) -> str:
        lines = self.read.lines.values() if self.read else ()
        return next((line.stamp for line in lines if line.stands), "")

    def _chosen(self) -> LogLine | None:
        """Return the line under the cursor if it can be taken back, or say why it cannot."""
        line = self.current
        if line is None:
            tell(self, "There is no line here")
        elif line.turns:
            tell(self, f"This line took back or did again itself; {keymap_of(self).shown('board.redo')} does again")
        elif line.entry.undone:
            tell(
                self,
                f"It is taken back already; {keymap_of(self).shown('board.redo')} does again what was taken back last",
            )
        else:
            return line
        return None

    def _turn(self, do: Callable[[], Outcome]) -> None:
        self.service.poll()
        self.history.turn(do)

    def action_undo(self) -> None:
        """Take back the line under the cursor when it is the latest that stands; else say what would go with it."""
        line = self._chosen()
        if line is None:
            return
        later = sum(one.stamp > line.stamp for one in self._standing())
        if later:
            key = keymap_of(self).shown("log.back_to")
            tell(self, f"{counted(later, 'change')} came after it; {key} takes back all up to here")
        else:
            self._turn(lambda: self.service.history.undo_at(line.stamp))

    def action_redo(self) -> None:
        self._turn(self.service.history.redo)

    def action_back_to(self) -> None:
        """Say how many changes would be taken back, and which of them cannot be, then do it."""
        line = None if self.history.refused else self._chosen()
        if line is None:
            return
        stamps = [one.stamp for one in self._standing() if one.stamp >= line.stamp]
        try:
            count, stay = self.service.history.undo_to(stamps, dry=True)
        except IdeaboardError as error:
            tell_error(self, error)
            return
        stays = f" {_stays(stay)}" if stay else ""
        if not count:
            tell(self, f"Nothing can be taken back:{stays}", warning=True)
            return
        since = (
            f"Take back {counted(count, 'change')}, up to and with this: {shorten(tame(line.entry.said), 60)}?{stays}"
        )
        confirm(self, since, "Take back", "Keep", lambda: self._take_back(stamps))

    def _take_back(self, stamps: Sequence[str]) -> None:
        """Take back in a thread: each is put on disk by itself."""
        tell(self, f"Taking back {counted(len(stamps), 'change')}…")

        def done(result: tuple[int, list[str]]) -> None:
            count, stay = result
            said = f"Took back {counted(count, 'change')}"
            self._turn(lambda: Outcome(self.service.board, said=f"{said}. {_stays(stay)}" if stay else said))

        attempt_beside(self, lambda: self.service.history.undo_to(stamps), done)

    def action_guest(self) -> None:
        line = self.current
        if line is None or not line.entry.by:
            tell(self, "This line is your own; a guest's name stands behind what a guest did")
            return
        by = line.entry.by
        self.service.reads()  # what stands open on the board is looked at
        self._turn(lambda: self.service.history.undo_by(by))

    def action_idea(self) -> None:
        """Go to the idea of the line; of several, ask to which."""
        line = self.current
        if line is None:
            return
        ideas = [self.service.board.ideas[id] for id in line.ids if id in self.service.board.ideas]
        if not ideas:
            tell(self, "Its idea is not on the board any more" if line.entry.changes else "It is about no idea")
        elif len(ideas) == 1:
            self.action_leave(ideas[0].id)
        else:
            from ideaboard.ui.dialogs.pickers import Choice, Picker

            stages = self.service.workflow
            choices = [Choice(idea.id, tame(idea.title), stages.stage_label(idea.stage)) for idea in ideas[:_PICKED]]
            ask(self, Picker(titled("Go to", f"one of {len(ideas)} ideas"), choices), self.action_leave)

    def choose(self) -> None:
        self.action_idea()


def _stays(said: Sequence[str]) -> str:
    """Name what cannot be taken back."""
    named = ", ".join(f"'{shorten(tame(one), 50)}'" for one in said[:_NAMED])
    more = f" and {len(said) - _NAMED} more" if len(said) > _NAMED else ""
    stay = "stays: it was" if len(said) == 1 else "stay: they were"
    return f"{named}{more} {stay} changed since by somebody else."
