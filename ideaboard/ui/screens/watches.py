"""The watches: what each asks for, what is new, when it was last asked, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from ideaboard.ui.drawing.prompt import Fed, TypedLine
from ideaboard.ui.keymap import Asked, keymap_of
from ideaboard.ui.listing import ListScreen, OpenLine, Paragraph
from ideaboard.ui.papers.checking import WatchCheck
from ideaboard.ui.papers.query_line import QueryLine
from ideaboard.ui.telling import in_keys, paste_into, sentence, tell

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


class WatchesScreen(ListScreen[Watch]):
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
        self.watches = self._fresh()
        self.list_anew(at)

    def listed(self) -> Sequence[str]:
        return list(self.watches)

    def item(self, key: str) -> Watch | None:
        return self.watches.get(key)

    def _until_saved(self, at: str = "") -> None:
        """Load again once what was done is on disk: what watches keep is read from there."""
        if self.service.saving.pending:
            self.set_timer(_SAVED_LOOK, partial(self._until_saved, at))
        else:
            named = next((id for id, watch in self._fresh().items() if watch.name == at), None)
            self.load(named)

    def _fresh(self) -> dict[str, Watch]:
        return {watch.id: watch for watch in self.service.watches.all()}

    def followed(self, outcome: Outcome) -> None:
        super().followed(outcome)
        self._until_saved()

    def nothing(self) -> Sequence[Piece]:
        add, keep = map(keymap_of(self).shown, ("card.add", "search.watch"))
        how = f"{add} makes one of a few words; {keep} on the search screen keeps the search."
        return [("No watches yet.", "name"), (_WHAT, "title"), (how, "quiet")]

    def draw_item(self, watch: Watch, width: int) -> Sequence[Line]:
        quiet = "nothing new" if watch.last and not watch.doubt else ""
        new: Piece = (f"{watch.new:,} new", "good") if watch.new else (quiet, "quiet")
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

    def draw_preview(self, watch: Watch, width: int) -> Iterator[Paragraph]:
        yield [(watch.name, "name")]
        yield [(self._query_said(watch), "title")]
        options = SearchOptions(categories=watch.categories)
        try:
            sent = self.service.arxiv.compile(watch.query, options).text
        except InvalidInput as error:
            yield [(sentence(error.message), "hot")]
        else:
            yield [(f"asks for {sent}", "quiet")]
        seen = f", {counted(len(watch.seen), 'paper')} seen" if watch.seen else ""
        last = "never asked" if watch.last is None else f"last asked {self._asked(watch)}{seen}"
        source = f", by arXiv's {watch.source}" if watch.source else ""
        yield [(f"{last}{source}", "quiet")]
        if trouble := self._trouble(watch):
            yield [(sentence(trouble[0]), trouble[1])]
            problem = self.service.watches.problems.get(watch.id)
            if problem and problem.hint:
                yield [(in_keys(problem.hint, keymap_of(self)), "quiet")]
        if watch.missing:
            yield [(f"what was announced since {watch.missing} is still to be asked for", "warm")]
        if watch.new:
            yield ()
            yield [(f"In the inbox {watch.new:,}", "label")]
            found = set(watch.found)
            ideas = (i for i in self.service.board.column(CANDIDATE) if i.paper and i.paper.arxiv_id in found)
            for _, idea in zip(range(_TITLES), ideas, strict=False):
                yield [(shorten(tame(idea.title), width), "title")]
            if watch.new > _TITLES:
                yield [(f"and {watch.new - _TITLES:,} more", "quiet")]

    # The lines around

    def headline(self) -> Sequence[Piece]:
        new = sum(watch.new for watch in self.watches.values())
        return [*self.counted("Watches", "none yet"), (f"{new:,} new in the inbox" if new else "", "good")]

    def show_top(self) -> None:
        super().show_top()
        width = self.top.size.width
        if width and self.typed and self.typed.name is None:
            line, below, caret = self.typed.line.draw(width, "")
            self.show_caret(caret)
            self.top.show(0, line)
            self.top.show(1, below)

    def standing(self) -> Sequence[Piece]:
        """Say how asking stands, or what came of it; what went wrong stands in the rows."""
        failed = len(self.service.watches.problems)
        if self.check.running or not failed:
            return self.check.said()
        new = (f"{self.check.new:,} new", "good") if self.check.new else ("", "")
        return [new, (f"{counted(failed, 'watch', 'watches')} could not be asked", "warm")]

    def hints(self) -> Sequence[Hint]:
        if self.typed is not None and self.typed.name is None:
            return (("↑↓", "earlier searches", ""), ("Enter", "its name", ""), ("Esc", "cancel", ""))
        return super().hints()

    def offered(self) -> Iterator[Asked]:
        if self.check.running:
            yield "view.clear", "stop asking"
        if not self.watches:
            yield from ("card.add", "board.undo")
            return
        if self.current and self.current.new:
            yield "watches.candidates", "its candidates"
        if not self.check.running:
            yield from (("watches.ask", "ask arXiv"), ("papers.again", "ask for all"))
        yield from ("card.add", "card.edit", ("card.archive", "remove"), "board.undo", *self.tab, "watches.rename")

    # Typing a watch

    def _open(self, old: Watch | None) -> Typed | None:
        if self.history.refused:
            return None
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
        if (watch := self.current) and (typed := self._open(watch)):
            self._ask_name(typed, TypedLine(watch.name))

    def _ask_name(self, typed: Typed, name: TypedLine) -> None:
        def end(text: str | None) -> bool:
            if text is not None:
                return self._keep(typed)
            # From the name one goes back to the words, if they were typed before it.
            back = typed.old is None or typed.line.sent
            self.typed = replace(typed, name=None) if back else None
            return True

        before = None if typed.old is None or typed.line.sent else name.text
        hints = (("Enter", "keep the watch", ""), ("Esc", "back to the words", ""))
        typed.name = name
        said, below = "under which it is listed", (self._words(), "quiet")
        self.open_line(OpenLine("Name", name, hints, end, said=said, below=below, before=before))

    def type_key(self, event: events.Key) -> bool:
        typed = self.typed
        if typed is None or typed.name is not None:
            return super().type_key(event)
        fed = typed.line.feed(event)
        if fed is Fed.ESCAPE and self.holds_typed:
            throw_away(self, self._end_typing)
        elif fed is Fed.ESCAPE:
            self._end_typing()
        elif fed is Fed.ENTER:
            self._end_words(typed)
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
        typed = self.typed or self._open(None)
        if typed and typed.name is None:
            event.stop()
            paste_into(self, typed.line.line, event.text)
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
        name = TypedLine(typed.old.name) if typed.old else TypedLine(words[:_NAME_LENGTH], selected=True)
        self._ask_name(typed, name)

    def _keep(self, typed: Typed) -> bool:
        """Keep the watch; tell whether that could be done."""
        name = typed.name.text.strip() if typed.name else ""
        words, categories = self._words(), typed.line.options.categories
        watches, old = self.service.watches, typed.old

        def do() -> Outcome:
            return watches.change(old.name, name, words, categories) if old else watches.add(name, words, categories)

        if self.act(do) is None:
            return False
        self.typed = None
        self._until_saved(name)
        return True

    # One key each

    def action_ask(self) -> None:
        if watch := self.current:
            self.check.start([watch.id])

    def action_again(self) -> None:
        """Ask for all, and for what is missing of papers that were typed."""
        self.check.start()

    def action_archive(self) -> None:
        """Take the watch away; what it found stays."""
        if watch := self.current:
            self.act(lambda: self.service.watches.remove(watch.name))

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

    def choose(self) -> None:
        self.action_candidates()

    def say_failed(self, error: IdeaboardError) -> None:
        super().say_failed(error)
        self.call_later(self.refresh_all)

    def take_back(self) -> bool:
        return self.check.stop() or super().take_back()
