"""The log of the board: who did what and when, and a way back to any line of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from textual import events

from ideaboard.core.actions import LOG
from ideaboard.core.clock import local_time
from ideaboard.core.text import counted, fold
from ideaboard.errors import IdeaboardError
from ideaboard.service import Outcome, Service
from ideaboard.service.history import LogLine, changes_in_words
from ideaboard.ui.dialogs.dialog import confirm, titled
from ideaboard.ui.drawing.cells import Line, Piece, fit, shorten, tame, width_of
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.prompt import Fed, TypedLine, draw_prompt
from ideaboard.ui.drawing.rows import wrapped
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.listing import ListScreen, separated
from ideaboard.ui.screens.beside import Beside
from ideaboard.ui.telling import ask, attempt_beside, sentence, tell, tell_error, turned

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


class LogScreen(ListScreen):
    """Lists all that was done, newest first; gives the id of the idea to go to, or None."""

    TITLE = "Log"
    SCREEN = LOG
    LIST_SHARE = 60

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.read: Read | None = None
        """None until it is read."""
        self.filter = ""
        self.line: TypedLine | None = None
        """The filter while it is typed."""
        self._to_latest = False
        """Whether the cursor goes to the latest line that stands, once the log is read again: for the next `u`."""
        self._beside: Beside[Read] = Beside(self, self._take, self._failed)

    def on_mount(self) -> None:
        self.board_changed()

    def on_unmount(self) -> None:
        self._beside.stop()

    # Reading

    def board_changed(self) -> None:
        self._beside.ask(self._read_all)

    def _look_at_board(self) -> None:
        """Read again whenever the board is another one: what is done stands in the log once it is on disk."""
        if self.service.board is not self._board:
            self.follow_board()

    def act(self, do: Callable[[], Outcome], *, say: bool = True) -> Outcome | None:
        self._to_latest = True
        return super().act(do, say=say)

    def _read_all(self) -> Iterator[Read]:
        lines = {line.stamp: line for line in self.service.history.lines()}
        words = {stamp: fold(f"{line.entry.said} {line.entry.by}") for stamp, line in lines.items()}
        yield Read(lines, words)

    def _take(self, read: Read) -> None:
        before = self._latest()
        self.read = read
        self.rows.redraw()
        goes = self._to_latest and self._latest() != before
        self._to_latest = self._to_latest and not goes
        self.list_rows(at=self._latest() if goes else None)

    def _failed(self, error: IdeaboardError) -> None:
        self.read = self.read or Read({}, {})
        tell_error(self, error)
        self.list_rows()

    def list_rows(self, at: str | None = None) -> None:
        words = fold(self.filter).split()
        keys: list[str] = []
        if self.read:
            said = self.read.words
            keys = [stamp for stamp in self.read.lines if all(word in said[stamp] for word in words)]
        self.rows.empty = self.empty_page()
        self.rows.show(keys, at)
        if not keys and self.preview_over:
            self.preview_over = False
            self.place_preview()
        self.refresh_all()

    @property
    def current(self) -> LogLine | None:
        return self.read.lines.get(self.rows.current or "") if self.read else None

    def empty_page(self) -> list[Line]:
        if self.read is None:
            return self.wrapped_empty([("Reading the log…", "quiet")])
        if self.read.lines:
            back = f"{keymap_of(self).shown('view.clear')} takes the filter back."
            return self.wrapped_empty(
                [(f"Nothing that was done fits '{self.filter.strip()}'.", "title"), (back, "quiet")]
            )
        what = "Each change of the board stands here, with who made it, and can be taken back."
        return self.wrapped_empty([("Nothing was done yet.", "name"), (what, "title")])

    # Drawing

    def place_preview(self) -> None:
        super().place_preview()
        self.rows.row_lines = 1

    def _when(self, at: str) -> str:
        now = self.service.clock()
        then = local_time(at, now.tzinfo)
        if then.date() == now.date():
            return f"{then:%H:%M}"
        return f"{then:%d %b}" if then.year == now.year else f"{then:%d %b %Y}"

    def draw_row(self, key: str, width: int) -> Sequence[Line]:
        line = self.read.lines.get(key) if self.read else None
        if line is None:
            return ()
        entry = line.entry
        when = fit(self._when(entry.at), _WHEN) + "  " if width >= _ROOMY else ""
        room = width - width_of(when)
        by = shorten(tame(entry.by), room // _BY_SHARE)
        gone = "  taken back" if entry.undone else ""
        room -= width_of(by) + 2 * bool(by) + width_of(gone)
        style = "quiet" if entry.undone or line.turns else "title"
        said = fit(shorten(tame(sentence(entry.said)), room), room)
        return (((when, "quiet"), (said, style), (gone, "quiet"), (f"  {by}" if by else "", "ask")),)

    def show_preview(self) -> None:
        line = self.current
        self.preview.show(line.stamp if line else "", partial(self._preview_rows, line) if line else None)

    def _preview_rows(self, line: LogLine, width: int) -> Iterator[Line]:
        entry, width = line.entry, max(width, 10)

        def text(said: str, style: str) -> Iterator[Line]:
            return wrapped([(said, style)], width)

        yield from text(sentence(entry.said), "name")
        at = f"{local_time(entry.at, self.service.clock().tzinfo):%d %b %Y, %H:%M}"
        who: list[Piece] = [(f"by {entry.by}, ", "ask")] if entry.by else []
        yield from wrapped([*who, (at + (", taken back since" if entry.undone else ""), "quiet")], width)
        yield ()
        for said in changes_in_words(entry, _CHANGES):
            yield from text(said, "title")

    def moved(self) -> None:
        self.refresh_all()

    def show_top(self) -> None:
        width = self.top.size.width
        if not width:
            return
        shown, total = len(self.rows.keys), len(self.read.lines) if self.read else 0
        if self.line is None:
            at = f"{self.rows.index + 1:,} of {shown:,}" if shown else "" if self.read is None else "nothing"
            words = f"/{tame(self.filter.strip())}  {total:,} in all" if self.filter.strip() else ""
            self.top.show(0, separated([(f"Log  {at}".rstrip(), "name"), (words, "input")]))
        else:
            line, caret = draw_prompt("/", self.line, ((f"{shown:,} of {total:,}", "quiet"),), width)
            self.show_caret(caret)
            self.top.show(0, line)
        self.top.show(1, separated([self.unsaved]))

    def hints(self) -> Sequence[Hint]:
        if self.line is not None:
            return (("Enter", "keep", ""), ("Esc", "take back", ""), ("↑↓", "lines", ""))
        line = self.current
        if line is None:
            clear = ("view.clear",) if self.filter.strip() else ()
            return self.hints_for(*clear, "board.redo", "card.add", "board.help", ("screen.leave", "board"))
        can = not (line.entry.undone or line.turns)
        return self.hints_for(
            *((("log.idea", "its idea"),) if line.ids else ()),
            *((("board.undo", "take back"),) if can and line.stamp == self._latest() else ()),
            *((("log.back_to", "back to here"),) if can else ()),
            *((("log.guest", f"all of {tame(line.entry.by)}"),) if line.entry.by else ()),
            "view.filter",
            *self.tab_hint,
            "board.redo",
            "card.add",
            "board.help",
            ("screen.leave", "board"),
        )

    # The filter

    def type_key(self, event: events.Key) -> bool:
        line = self.line
        if line is None:
            return False
        fed = line.feed(event)
        if fed in (Fed.ENTER, Fed.ESCAPE):
            self.line = None
            self.filter = self.filter if fed is Fed.ENTER else ""
            self.list_rows()
        elif fed in (Fed.UP, Fed.DOWN):
            self.action_move(1 if fed is Fed.DOWN else -1)
        elif fed is Fed.EDITED:
            self._filter_by(line.text)
        return True

    def _filter_by(self, text: str) -> None:
        self.filter = text
        self.list_rows()
        self.action_go(0)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.line = self.line or TypedLine(self.filter)
        self.line.insert(event.text)
        self._filter_by(self.line.text)

    def action_filter(self) -> None:
        self.line = TypedLine(self.filter)
        self.refresh_all()

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
        if outcome := self._act(do, say=False):
            self._to_latest = True
            self.board_changed()
            if outcome.said:
                tell(self, sentence(outcome.said))

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
        self._turn(lambda: turned(self.service.board, self.service.history.redo))

    def action_back_to(self) -> None:
        """Say how many changes would be taken back, and which of them cannot be, then do it."""
        line = self._chosen()
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
        since = f"Take back {counted(count, 'change')}, up to and with '{shorten(tame(line.entry.said), 60)}'?{stays}"
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
        self._turn(lambda: turned(self.service.board, lambda: self.service.history.undo_by(by)))

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

    def on_item_list_opened(self) -> None:
        self.moved()
        self.action_idea()

    def action_close(self) -> None:
        if self.preview_over:
            self.action_preview()
        elif self.filter:
            self.filter = ""
            self.list_rows()
        else:
            self.action_leave()


def _stays(said: Sequence[str]) -> str:
    """Name what cannot be taken back."""
    named = ", ".join(f"'{shorten(tame(one), 50)}'" for one in said[:_NAMED])
    more = f" and {len(said) - _NAMED} more" if len(said) > _NAMED else ""
    stay = "stays: it was" if len(said) == 1 else "stay: they were"
    return f"{named}{more} {stay} changed since by somebody else."
