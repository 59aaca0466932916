"""The watches: what each asks for, what is new, when it was last asked, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from textual import events

from ideaboard.core.actions import WATCHES
from ideaboard.core.clock import age_in_days, local_time
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.query import Context
from ideaboard.core.text import counted
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.service import Outcome, Service
from ideaboard.service.arxiv import SearchOptions
from ideaboard.service.watch_looks import Watch
from ideaboard.ui.dialogs.dialog import throw_away
from ideaboard.ui.drawing.cells import Line, Piece, shorten, tame, width_of
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.prompt import Fed, TypedLine, draw_prompt
from ideaboard.ui.drawing.rows import wrapped
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.listing import ListScreen, separated
from ideaboard.ui.papers.checking import WatchCheck
from ideaboard.ui.papers.query_line import QueryLine
from ideaboard.ui.telling import in_keys, sentence, tell

_SAVED_LOOK = 0.05
_NAME_LENGTH = 60
_TITLES = 20
_WHAT = "A watch is a search that is kept. It knows what it has seen, and what is new comes to the inbox."


@dataclass
class Typed:
    """A watch that is being typed: its words first, then its name; `old` is the one that changes."""

    line: QueryLine
    old: Watch | None = None
    name: TypedLine | None = None
    """None while the words are typed."""


class WatchesScreen(ListScreen):
    """Lists the watches; asks arXiv for one or all of them."""

    TITLE = "Watches"
    SCREEN = WATCHES
    LIST_SHARE = 55

    def __init__(self, service: Service, context: Context | None = None) -> None:
        super().__init__(service)
        self.check = WatchCheck(service, self, self._until_saved)
        self.watches: dict[str, Watch] = {}
        self.typed: Typed | None = None
        self._board_context = context
        self._stamp: object = None

    def on_mount(self) -> None:
        self.load()

    def on_unmount(self) -> None:
        self.check.stop()

    # Rows

    def _look_at_board(self) -> None:
        super()._look_at_board()
        if self._stamp != self.service.watches.stamp():
            self.load()

    def board_changed(self) -> None:
        self.load()

    def load(self, at: str | None = None) -> None:
        self._stamp = self.service.watches.stamp()
        self.watches = {watch.id: watch for watch in self.service.watches.all()}
        self.rows.empty = self.empty_page()
        self.rows.redraw()
        self.rows.show(list(self.watches), at)
        self.refresh_all()

    def _until_saved(self, at: str = "") -> None:
        """Load again once what was done is on disk: what watches keep is read from there."""
        if self.service.saving.pending:
            self.set_timer(_SAVED_LOOK, partial(self._until_saved, at))
        else:
            named = next((id for id, watch in self._fresh().items() if watch.name == at), None)
            self.load(named)

    def _fresh(self) -> dict[str, Watch]:
        return {watch.id: watch for watch in self.service.watches.all()}

    def _act(self, do: Callable[[], Outcome], *, say: bool = True) -> Outcome | None:
        outcome = super()._act(do, say=say)
        if outcome is not None:
            self._until_saved()
        return outcome

    def empty_page(self) -> list[Line]:
        key = keymap_of(self).shown
        add, keep = key("card.add"), key("search.watch")
        return self.wrapped_empty(
            [
                ("No watches yet.", "name"),
                (_WHAT, "title"),
                (f"{add} makes one of a few words; {keep} on the search screen keeps the search.", "quiet"),
            ]
        )

    @property
    def current(self) -> Watch | None:
        return self.watches.get(self.rows.current or "")

    def draw_row(self, key: str, width: int) -> Sequence[Line]:
        watch = self.watches.get(key)
        if watch is None:
            return ()
        new: Piece = (
            (f"{watch.new:,} new", "good")
            if watch.new
            else ("nothing new" if watch.last and not watch.doubt else "", "quiet")
        )
        name = shorten(tame(watch.name), width - width_of(new[0]) - 2)
        first = (name, "title"), (" " * (width - width_of(name) - width_of(new[0])), "quiet"), new
        asked = self._asked(watch)
        room = width - width_of(asked) - 2
        said, style = self._trouble(watch) or (self._query_said(watch), "quiet")
        said = shorten(tame(said), room)
        blank = " " * (width - width_of(said) - width_of(asked))
        return first, ((said, style), (f"{blank}{asked}", "quiet"))

    def _trouble(self, watch: Watch) -> Piece | None:
        if problem := self.service.watches.problems.get(watch.id):
            return problem.message, "hot"
        if watch.doubt:
            return f"in doubt: {watch.doubt}", "warm"
        return (f"nothing known since {watch.missing}", "warm") if watch.missing else None

    def _query_said(self, watch: Watch) -> str:
        kind = {"announcements": "announcements: "}.get(watch.source, "")
        where = f" in {' or '.join(watch.categories)}" if watch.categories else ""
        return f"{kind}{watch.query}{where}"

    def _asked(self, watch: Watch) -> str:
        if watch.last is None:
            return "never asked"
        now = self.service.clock()
        days = age_in_days(watch.last, now)
        if days:
            return f"{counted(days, 'day')} ago"
        return f"{local_time(watch.last, now.tzinfo):%H:%M}"

    # The preview

    def show_preview(self) -> None:
        watch = self.current
        self.preview.show(watch.id if watch else "", partial(self._preview_rows, watch) if watch else None)

    def _preview_rows(self, watch: Watch, width: int) -> Iterator[Line]:
        width = max(width, 10)

        def text(said: str, style: str) -> Iterator[Line]:
            return wrapped([(said, style)], width)

        yield from text(watch.name, "name")
        yield from text(self._query_said(watch), "title")
        options = SearchOptions(categories=watch.categories)
        try:
            sent = self.service.arxiv.compile(watch.query, options).text
        except InvalidInput as error:
            yield from text(sentence(error.message), "hot")
        else:
            yield from text(f"asks for {sent}", "quiet")
        seen = f", {counted(len(watch.seen), 'paper')} seen" if watch.seen else ""
        last = "never asked" if watch.last is None else f"last asked {self._asked(watch)}{seen}"
        source = f", by arXiv's {watch.source}" if watch.source else ""
        yield from text(f"{last}{source}", "quiet")
        if trouble := self._trouble(watch):
            yield from text(sentence(trouble[0]), trouble[1])
            problem = self.service.watches.problems.get(watch.id)
            if problem and problem.hint:
                yield from text(in_keys(problem.hint, keymap_of(self)), "quiet")
        if watch.missing:
            yield from text(f"what was announced since {watch.missing} is still to be asked for", "warm")
        if watch.new:
            yield ()
            yield from text(f"In the inbox {watch.new:,}", "label")
            found = set(watch.found)
            ideas = (i for i in self.service.board.column(CANDIDATE) if i.paper and i.paper.arxiv_id in found)
            for _, idea in zip(range(_TITLES), ideas, strict=False):
                yield ((shorten(tame(idea.title), width), "title"),)
            if watch.new > _TITLES:
                yield from text(f"and {watch.new - _TITLES:,} more", "quiet")

    # The lines around

    def show_top(self) -> None:
        width = self.top.size.width
        if not width:
            return
        if self.typed is None:
            new = sum(watch.new for watch in self.watches.values())
            at = f"{self.rows.index + 1} of {len(self.watches)}" if self.watches else "none yet"
            waits = (f"{new:,} new in the inbox", "good") if new else ("", "")
            self.top.show(0, separated([(f"Watches  {at}", "name"), waits]))
            self.top.show(1, separated([self.unsaved, *self._check_said()]))
            return
        if self.typed.name is None:
            line, below, caret = self.typed.line.draw(width, "")
        else:
            said: tuple[Piece, ...] = (("under which it is listed", "quiet"),)
            line, caret = draw_prompt("Name", self.typed.name, said, width)
            below = ((shorten(tame(f" {self._words()}"), width), "quiet"),)
        self.show_caret(caret)
        self.top.show(0, line)
        self.top.show(1, below)

    def _check_said(self) -> list[Piece]:
        """Say how asking stands, or what came of it; what went wrong stands in the rows."""
        failed = len(self.service.watches.problems)
        if self.check.running or not failed:
            return self.check.said()
        new = (f"{self.check.new:,} new", "good") if self.check.new else ("", "")
        return [new, (f"{counted(failed, 'watch', 'watches')} could not be asked", "warm")]

    def hints(self) -> Sequence[Hint]:
        if self.typed is not None:
            if self.typed.name is not None:
                return (("Enter", "keep the watch", ""), ("Esc", "back to the words", ""))
            return (("Enter", "its name", ""), ("↑↓", "earlier searches", ""), ("Esc", "cancel", ""))
        stop = self.hints_for(("view.clear", "stop asking")) if self.check.running else []
        if not self.watches:
            return [*stop, *self.hints_for("card.add", "board.undo", "board.help", ("screen.leave", "board"))]
        return [
            *stop,
            *self.hints_for(
                ("watches.candidates", "its candidates"),
                ("watches.ask", "ask arXiv"),
                ("papers.again", "ask for all"),
                "card.add",
                "card.edit",
                ("card.archive", "remove"),
                "board.undo",
                *self.tab_hint,
                "watches.rename",
                "board.help",
                ("screen.leave", "board"),
            ),
        ]

    # Typing a watch

    def _open(self, old: Watch | None) -> Typed:
        line = QueryLine(self.service, lambda _: False)
        line.options = SearchOptions(categories=old.categories if old else (), sort="submitted")
        line.put(old.query if old else "")
        self.typed = Typed(line, old)
        self.refresh_all()
        return self.typed

    def action_add(self) -> None:
        self._open(None)

    def action_edit(self) -> None:
        if watch := self.current:
            self._open(watch)

    def action_rename(self) -> None:
        if watch := self.current:
            self._open(watch).name = TypedLine(watch.name)
            self.refresh_all()

    def type_key(self, event: events.Key) -> bool:
        typed = self.typed
        if typed is None:
            return False
        fed = typed.line.feed(event) if typed.name is None else typed.name.feed(event)
        if fed is Fed.ESCAPE:
            # From the name one goes back to the words, if they were typed before it.
            back = typed.name is not None and (typed.old is None or typed.line.sent)
            if back:
                self.typed = replace(typed, name=None)
            elif self.holds_typed:
                throw_away(self, self._end_typing)
            else:
                self._end_typing()
        elif fed is Fed.ENTER and typed.name is None:
            self._end_words(typed)
        elif fed is Fed.ENTER:
            self._keep(typed)
        self.refresh_all()
        return True

    @property
    def holds_typed(self) -> bool:
        typed = self.typed
        if typed is None:
            return False
        query, name = (typed.old.query, typed.old.name) if typed.old else ("", "")
        renamed = typed.old is not None and typed.name is not None and typed.name.text.strip() != name
        return renamed or self._words() not in ("", query)

    def _end_typing(self) -> None:
        self.typed = None
        self.refresh_all()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        typed = self.typed or self._open(None)
        (typed.name or typed.line.line).insert(event.text)
        self.refresh_all()

    def _words(self) -> str:
        return self.typed.line.line.text.strip() if self.typed else ""

    def _end_words(self, typed: Typed) -> None:
        """Go on to the name when the words can be asked for; else it stands below them what is wrong."""
        question = typed.line.send()
        if question is None:
            return
        if question.ids:
            tell(self, "These are papers, not a search; a watch needs words", warning=True)
            return
        words = " ".join((question.words, *question.options.categories)).strip()
        typed.name = TypedLine(typed.old.name if typed.old else words[:_NAME_LENGTH])

    def _keep(self, typed: Typed) -> None:
        name = typed.name.text.strip() if typed.name else ""
        words, categories = self._words(), typed.line.options.categories
        watches, old = self.service.watches, typed.old

        def do() -> Outcome:
            return watches.change(old.name, name, words, categories) if old else watches.add(name, words, categories)

        if self.act_and_tell(do):
            self.typed = None
            self._until_saved(name)

    # One key each

    def action_ask(self) -> None:
        if watch := self.current:
            self.check.start([watch.id])
            self.refresh_all()

    def action_again(self) -> None:
        """Ask for all, and for what is missing of papers that were typed."""
        self.check.start()
        self.refresh_all()

    def action_archive(self) -> None:
        """Take the watch away; what it found stays."""
        if watch := self.current:
            self.act_and_tell(lambda: self.service.watches.remove(watch.name))

    def action_candidates(self) -> None:
        """Go through what this watch found."""
        watch = self.current
        if watch is None:
            return
        if not watch.new:
            ask = keymap_of(self).shown("watches.ask")
            tell(self, f"Nothing that '{watch.name}' found waits; {ask} asks for news")
            return
        from ideaboard.ui.papers.candidates import CandidatesScreen

        self.app.push_screen(CandidatesScreen(self.service, self._board_context, watch), lambda _: self.load())

    def on_item_list_opened(self) -> None:
        self.moved()
        self.action_candidates()

    def say_failed(self, error: IdeaboardError) -> None:
        super().say_failed(error)
        self.call_later(self.refresh_all)

    def action_close(self) -> None:
        """Stop asking, then close the preview, then leave."""
        if self.check.stop():
            self.show_top()
        elif self.preview_over:
            self.action_preview()
        else:
            self.action_leave()
