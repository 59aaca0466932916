"""The inbox: one candidate at a time, one key each, ordered by taste or by date, with the reason."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from ideaboard.core.actions import CANDIDATES
from ideaboard.core.board import Marks
from ideaboard.core.clock import age_in_days
from ideaboard.core.facts import facts_of, in_words, is_wanted
from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.query import Context
from ideaboard.core.tex import readable
from ideaboard.errors import IdeaboardError
from ideaboard.service import Outcome, Service
from ideaboard.service.candidates import Ranked
from ideaboard.service.watch_looks import Watch
from ideaboard.ui.beside import Beside
from ideaboard.ui.dialogs.dialog import titled
from ideaboard.ui.dialogs.help import THANKS
from ideaboard.ui.drawing.cells import GUEST, Line, Piece, shorten, tame
from ideaboard.ui.drawing.filtering import SlicedFilter
from ideaboard.ui.keymap import Asked, keymap_of
from ideaboard.ui.listing import paragraphs, separated
from ideaboard.ui.papers.base import PaperScreen
from ideaboard.ui.papers.checking import WatchCheck
from ideaboard.ui.papers.facts_beside import FactsBeside
from ideaboard.ui.papers.preview import paper_lines, paper_rows
from ideaboard.ui.telling import ask, attempt, tell

_ROOMY = 60
_COUNT_PAUSE = 0.1
_SHORT_REASONS = 2
"""So many of the reasons stand in the list; the preview has them all."""
_ASKS = "take or skip? it tells most"
_ASKS_LONG = "Would you take it, or skip it? The first few answers tell most about what you want to read."
_ORDERS = ("by taste", "newest first", "wanted, not coded")


class CandidatesScreen(PaperScreen[Idea]):
    """Triage of the inbox, or of what one watch found; the context of the board keeps folded texts for the filter."""

    TITLE = "Candidates"
    LIST_SHARE = 42
    UNDER_SHARE = 30
    CARD_FIRST = True
    FILTERS = "papers"
    NO_FIT = "No candidate passes the filter"
    SCREEN = CANDIDATES

    def __init__(self, service: Service, context: Context | None = None, watch: Watch | None = None) -> None:
        super().__init__(service)
        self._watch = watch
        self.check = WatchCheck(service, self, self._checked)
        self.found = SlicedFilter(self, context or service.ideas.context(), self._found_more)
        self.facts = FactsBeside(service, self, self._seen)
        self.order = _ORDERS[0]
        self.ranked: Ranked | None = None
        self.later: dict[str, None] = {}
        self.marks = Marks()
        self._ranking: Beside[Ranked] = Beside(self, self._take_order, self._not_ranked, self.refresh_all)
        self._outdated = threading.Event()
        """Ends the work on an order that is not wanted any more."""

    def on_mount(self) -> None:
        self.list_ideas()
        self.rank()
        self.set_timer(_COUNT_PAUSE, self.count_watches)
        self.set_timer(_COUNT_PAUSE, self.facts.start)

    def action_leave(self, idea_id: str | None = None) -> None:
        self.service.reads()
        super().action_leave(idea_id)

    def on_unmount(self) -> None:
        self.check.stop()
        self.facts.stop()
        self._ranking.stop()
        self._outdated.set()

    # The order

    @property
    def by_taste(self) -> bool:
        return self.order == _ORDERS[0]

    @property
    def next_order(self) -> str:
        return _ORDERS[(_ORDERS.index(self.order) + 1) % len(_ORDERS)]

    @property
    def ranking(self) -> bool:
        return self._ranking.busy

    def rank(self) -> None:
        self._outdated.set()
        outdated = self._outdated = threading.Event()

        def job() -> Iterator[Ranked]:
            ranked = self.service.candidates.ranked(cancel=outdated)
            if not outdated.is_set():
                yield ranked

        self._ranking.ask(job)

    def _not_ranked(self, error: IdeaboardError) -> None:
        self.say_failed(error)
        self._take_order(Ranked((), {}))

    def _take_order(self, ranked: Ranked) -> None:
        """Take the order on; the card that is being read stays, and the best one comes next."""
        first = self.ranked is None and self.rows.index == 0
        self.ranked = ranked
        self.rows.redraw()
        if self.by_taste:
            reading = None if first else self.rows.current
            self.list_ideas()
            if reading is not None:
                keys = [reading, *(key for key in self.rows.keys if key != reading)]
                self.rows.show(keys, at=reading)
            self.rows.go(0)
            self.refresh_all()

    def action_order(self) -> None:
        self.order = self.next_order
        self.later.clear()
        if self.by_taste:
            self.ranked = None
            self.rank()
        self.rows.redraw()
        self.list_ideas()
        self.rows.go(0)
        self.refresh_all()

    def list_ideas(self) -> None:
        """List the inbox in its order, without what the filter leaves out; what is for later comes last."""
        column = self.service.board.column(CANDIDATE)
        shown = self.found.columns().get(CANDIDATE, ()) if self.found else column
        if self._watch:
            found = frozenset(self._watch.found)
            shown = tuple(idea for idea in shown if idea.paper and idea.paper.arxiv_id in found)
        ids = dict.fromkeys(idea.id for idea in shown)
        if self.by_taste and self.ranked:
            # What came since the order was worked out stands in front.
            ranked = self.ranked.scores or dict.fromkeys(self.ranked.ids)
            order = [id for id in ids if id not in ranked]
            order += [id for id in self.ranked.ids if id in ids]
        else:
            order = list(ids)
        if self.order == _ORDERS[2]:
            order.sort(key=self._unwanted)
        if self.later:
            order = [id for id in order if id not in self.later] + [id for id in self.later if id in ids]
        self.rows.empty = self.empty_page()
        self.rows.show(order)
        self._mark(Marks(self.marks.ids & {idea.id for idea in column}) if self.marks else self.marks)

    def _unwanted(self, id: str) -> int:
        """Return a number that is less the more people want the code that nobody has written."""
        idea, known = self.service.board.ideas[id], self.facts.known
        facts = facts_of(idea.paper, known)
        return -facts.votes if facts and is_wanted(idea, known) else 0

    def board_changed(self) -> None:
        self.rows.redraw()  # a paper may have got its title
        self.filter_by(self.filter)
        self.set_timer(_COUNT_PAUSE, self.count_watches)

    @property
    def total(self) -> int:
        return len(self.service.board.column(CANDIDATE))

    def nothing(self) -> Sequence[Piece]:
        key = keymap_of(self).shown
        return [
            ("No candidates wait.", "title"),
            (f"{key('papers.again')} looks for news of your watches.", "quiet"),
            (f"On the search screen, {key('search.watch')} keeps a search as a watch.", "quiet"),
            (THANKS, "quiet"),
        ]

    # The filter

    def filter_by(self, text: str) -> None:
        """Filter; what a slice of time finds is shown at once, the rest follows."""
        self.filter = text
        self.found.look(text, self.service.board, (CANDIDATE,), enough=self.size.height)
        self.list_ideas()
        if self.opened is not None:
            self.action_go(0)

    def filter_said(self) -> str:
        problems = self.found.query.problems
        return problems[0] if problems else f"{len(self.rows.keys):,}{'' if self.found.done else '…'}"

    def _found_more(self) -> None:
        # To sort and show everything at each slice would cost more than the slice.
        if self.found.done or len(self.rows.keys) < self.size.height:
            self.list_ideas()
        else:
            self.show_top()

    # Rows

    def item(self, key: str) -> Idea | None:
        return self.service.board.ideas.get(key)

    @property
    def paper(self) -> Paper | None:
        return self.current.paper if self.current else None

    @property
    def link(self) -> str:
        return super().link or (self.current.url if self.current else "") or ""

    def targets(self) -> list[Idea]:
        """Return what the next action is for: all marked candidates, else the one under the cursor."""
        if not self.marks:
            return [self.current] if self.current else []
        ideas = self.service.board.ideas
        return [ideas[key] for key in self.rows.keys if key in self.marks.ids and key in ideas]

    def chosen_papers(self) -> list[tuple[Paper | None, Idea | None]]:
        return [(idea.paper, idea) for idea in self.targets()]

    def draw_item(self, idea: Idea, width: int) -> Sequence[Line]:
        guest = GUEST if idea.guest else ""
        if idea.paper is None:
            days = age_in_days(idea.created, self.service.clock())
            age = f"{days}d" if days else "today"
            return ((shorten(tame(idea.title), width), "title"),), tuple(separated([(guest, "quiet"), (age, "quiet")]))
        reasons = ", ".join(self._reasons(idea.id)[:_SHORT_REASONS])
        # Facts are short and stay whole; reasons are cut where there is no room.
        facts = in_words(idea.paper, self.facts.known)
        note = [(_ASKS, "ask")] if self._asks_about(idea.id) else [(facts, "quiet"), (reasons, "good")]
        note = [(guest, "quiet"), *note]
        return paper_lines(idea.paper, idea.title, [piece for piece in note if piece[0]], width)

    def _asks_about(self, id: str) -> bool:
        return self.by_taste and self.ranked is not None and id in self.ranked.asked

    def _asks(self) -> bool:
        """Tell whether a question is left that was not put off."""
        return any(self._asks_about(key) and key not in self.later for key in self.rows.keys)

    def _seen(self) -> list[Idea]:
        """Return the candidates on the screen, that under the cursor first."""
        rows, ideas = self.rows, self.service.board.ideas
        near = rows.keys[max(0, rows.index - rows.page()) : rows.index + rows.page() + 1]
        return [ideas[key] for key in dict.fromkeys([rows.current or "", *near]) if key in ideas]

    def moved(self) -> None:
        super().moved()
        self.facts.ask()

    def _reasons(self, id: str) -> tuple[str, ...]:
        return tuple(map(tame, self.ranked.reasons(id))) if self.ranked and self.by_taste else ()

    def preview_lines(self, idea: Idea, width: int) -> Iterator[Line]:
        if idea.paper is None:
            said = ((idea.title, "name"), (idea.url or "", "quiet"), (readable(idea.notes), "title"))
            return paragraphs(([piece] for piece in said if piece[0]), width)
        above: list[Line] = self.facts.lines(idea.paper)
        if self._asks_about(idea.id):
            above.insert(0, ((_ASKS_LONG, "ask"),))
        elif reasons := self._reasons(idea.id):
            above.insert(0, (("because of: " + ", ".join(reasons), "good"),))
        return paper_rows(idea.paper, width, above)

    def show_preview(self) -> None:
        super().show_preview()
        self._reads()

    def action_preview(self) -> None:
        super().action_preview()
        self._reads()

    def _reads(self) -> None:
        self.service.reads(self.current.id if self.current and self.preview.display else "")

    # The lines above

    def standing(self) -> Sequence[Piece]:
        return self.check.said()

    def headline(self) -> Sequence[Piece]:
        name = f"Candidates of '{tame(self._watch.name)}'" if self._watch else "Candidates"
        none = "no paper fits" if self.filter.strip() else "none wait"
        working = ", working it out" if self.ranking and self.by_taste else ""
        return [
            *self.counted(name if self.size.width >= _ROOMY else "", none),
            (f"{len(self.later)} later" if self.later else "", "quiet"),
            (f"{self.order}{working}" if self.total else "", "label"),
        ]

    def offered(self) -> Iterator[Asked]:
        if self.marks:
            yield from (*self.hints_of_taking(len(self.marks.ids)), "card.yank", ("view.clear", "unmark"))
            return
        again = () if self.check.running else (("papers.again", "check watches"),)
        if not self.rows.keys:
            yield from again
            if self.filter.strip():
                yield "view.filter"
            yield "board.undo"
            return
        later = ("candidates.later",) if len(self.rows.keys) > 1 else ()
        yield from (*self.hints_of_taking(0), *later, "board.undo", *self.tab)
        if self.link:
            yield "card.open_link", "abstract"
        yield "view.filter"
        if self.paper:
            yield "papers.pdf"
        yield from ("card.yank", ("papers.order", self.next_order), *again)

    # The watches

    def count_watches(self) -> None:
        if attempt(self, self.check.count):
            self.show_top()

    def action_again(self) -> None:
        self.check.start()

    def _checked(self) -> None:
        if self.check.new and self.by_taste:
            self.rank()
        self.show_top()

    # One key each

    def _decide(self, do: Callable[[list[str]], Outcome], verb: str, more: str = "", about: Sequence[str] = ()) -> None:
        """Decide about the candidate under the cursor, or all marked; the next one is there in the same frame.

        When one that the person was asked about is gone, nothing is done to another one.
        """
        targets = self.targets()
        ids = [idea.id for idea in targets]
        if not ids or (about and list(about) != ids):
            tell(self, "That candidate is gone" if about else "No candidates wait")
            return
        if not self.decide(verb, [idea.title for idea in targets], lambda: do(ids), more):
            return
        for id in ids:
            self.later.pop(id, None)
        self._board = self.service.board
        gone = set(ids)
        at = self.rows.index - sum(key in gone for key in self.rows.keys[: self.rows.index])
        self.rows.show([key for key in self.rows.keys if key not in gone])
        self.rows.go(at)
        self.preview_over = self.preview_over and bool(self.rows.keys)
        if not self.rows.keys:
            self.rows.empty = self.empty_page()
            self.place_preview()
        self._mark(Marks())
        left = self.rows.keys if self._watch and not self.filter.strip() else self.service.board.column(CANDIDATE)
        if not left and not self.check.running:
            self.action_leave()  # there is nothing left to go through, and the board takes back as well
        elif self.by_taste and self.ranked and self.ranked.asked and not self._asks():
            self.rank()

    def action_take(self, kind: str) -> None:
        if kind in self.service.workflow.kind_keys:
            self._decide(lambda ids: self.service.ideas.take(ids, kind), "Took", self.kind_said(kind))
        else:
            self.action_take_as()

    def action_take_as(self) -> None:
        from ideaboard.ui.dialogs.pickers import KindPicker

        def picked(kind: str) -> None:
            about = [idea.id for idea in asked]
            self._decide(lambda ids: self.service.ideas.take(ids, kind), "Took", self.kind_said(kind), about)

        asked = self.targets()
        if asked and not self.history.refused:
            title = titled("Take", asked[0].title if len(asked) == 1 else f"{len(asked)} candidates")
            ask(self, KindPicker(self.service.workflow, asked[0].kind, title), picked)

    def action_skip(self) -> None:
        self._decide(self.service.ideas.skip, "Skipped")

    # Marks

    def _mark(self, marks: Marks) -> None:
        self.marks = marks
        self.rows.marks = marks.ids
        self.rows.refresh()
        self.refresh_all()

    def action_mark(self) -> None:
        if self.rows.current:
            self._mark(self.marks.toggle(self.rows.current))
            self.action_move(1)

    def action_mark_all(self) -> None:
        self._mark(self.marks.toggle_all(self.rows.keys))

    def clear_marks(self) -> None:
        self._mark(Marks())

    def action_later(self) -> None:
        key = self.rows.current
        if key is None:
            return
        self.later.pop(key, None)
        self.later[key] = None
        at = self.rows.index
        keys = [*self.rows.keys[:at], *self.rows.keys[at + 1 :], key]
        self.rows.show(keys, at=keys[at])
        self.refresh_all()

    def turn(self, turn: Callable[[], Outcome]) -> Outcome | None:
        """Take back or do again, and go to the candidate that came back."""
        outcome = super().turn(turn)
        if outcome and outcome.ideas:
            self.go_to(outcome.ideas[0].id)
        return outcome

    def take_back(self) -> bool:
        if self.check.stop():
            self.show_top()
        elif self.marks:
            self._mark(Marks())
        elif self.filter:
            self.filter_by("")
        elif self.preview_over and self.place == "under":
            self.action_preview()
        else:
            return False
        return True
