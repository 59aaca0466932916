"""The inbox: one candidate at a time, one key each, ordered by taste or by date, with the reason."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message

from ideaboard.core.clock import age_in_days
from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.query import Context
from ideaboard.papers.display import readable
from ideaboard.service import Outcome
from ideaboard.service.candidates import Ranked
from ideaboard.ui.drawing.cells import Line, Piece, shorten, tame, wrap
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.prompt import draw_prompt
from ideaboard.ui.papers.candidates_checking import CheckingScreen
from ideaboard.ui.papers.screen import THANKS, separated
from ideaboard.ui.papers.text import paper_lines, paper_rows
from ideaboard.ui.telling import attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ideaboard.service import Service
    from ideaboard.ui.drawing.cells import Line

SUMMARY, CODE = "summary", "paper-to-code"

_ROOMY = 60


class CandidatesScreen(CheckingScreen):
    """Triage of the inbox.

    Args:
        service: the use cases.
        context: what filters are asked against, when folded texts are kept already.
    """

    TITLE = "Candidates"
    TOP_LINES = 2
    LIST_SHARE = 36
    UNDER_SHARE = 30
    CARD_FIRST = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,1", "take('summary')", "Take as summary", show=False),
        Binding("p,2", "take('paper-to-code')", "Take as paper to code", show=False),
        Binding("o,3", "take_as", "Take as something else", show=False),
        Binding("x,d", "skip", "Skip: it does not come back", show=False),
        Binding("l", "later", "Later: to the end of this round", show=False),
        Binding("enter", "open", "Open the abstract page", show=False),
        Binding("P", "pdf", "Open the PDF", show=False),
        Binding("n", "order", "By taste, or the newest first", show=False),
        Binding("slash", "filter", "Filter as you type", show=False),
        Binding("r", "check", "Look for news of all watches", show=False),
        Binding("c,escape", "escape", "Stop the check, take back the filter, or leave", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | s, 1 | Take as a summary. |
    | p, 2 | Take as paper to code. |
    | o, 3 | Take as something else. |
    | x, d | Skip: it does not come back. |
    | l | Later: to the end of this round. |
    | enter, P | Open the abstract page, the PDF. |
    | n | By taste, or the newest first. |
    | / | Filter as you type. |
    | r | Look for news of all watches. |
    | escape | Stop the check, take back the filter, or leave. |
    """

    class RankedNow(Message):
        """The order by taste is there."""

        def __init__(self, number: int, ranked: Ranked) -> None:
            super().__init__()
            self.number = number
            self.ranked = ranked

    def __init__(self, service: Service, context: Context | None = None) -> None:
        super().__init__(service, context)
        self.by_taste = True
        self.ranked: Ranked | None = None
        self.later: dict[str, None] = {}
        self._ranking: threading.Event | None = None
        self._number = 0

    def on_mount(self) -> None:
        """List the inbox; the order by taste follows from a thread."""
        self.list_ideas()
        self.rank()
        self.set_timer(0.1, self.count_watches)

    def on_unmount(self) -> None:
        """Let no thread keep the program from ending."""
        if self._ranking is not None:
            self._ranking.set()

    # The order

    def rank(self) -> None:
        """Work out the order by taste in a thread."""
        if self._ranking is not None:
            self._ranking.set()
        self._number += 1
        number, cancel = self._number, threading.Event()
        self._ranking = cancel
        candidates = self.service.candidates

        def work() -> None:
            ranked = candidates.ranked(cancel=cancel)
            if not cancel.is_set():
                self.post_message(self.RankedNow(number, ranked))

        self.run_beside(work)

    def look_again(self) -> None:
        """Work the order out again, since papers came."""
        if self.by_taste:
            self.rank()

    def on_candidates_screen_ranked_now(self, event: RankedNow) -> None:
        """Take the order on, unless the person is in the middle of the old one."""
        if event.number != self._number:
            return
        first = self.ranked is None and self.rows.index == 0
        self.ranked = event.ranked
        self._ranking = None
        if self.by_taste:
            reading = None if first else self.rows.current
            self.list_ideas()
            if reading is not None:
                # The card that is being read stays; the best one comes next.
                keys = [reading, *(key for key in self.rows.keys if key != reading)]
                self.rows.show(keys, at=reading)
            self.rows.go(0)
            self.refresh_all()

    def action_order(self) -> None:
        """By taste, or the newest first; a new round begins."""
        self.by_taste = not self.by_taste
        self.later.clear()
        if self.by_taste:
            self.ranked = None
            self.rank()
        self.list_ideas()
        self.rows.go(0)
        self.refresh_all()

    def list_ideas(self) -> None:
        """List the inbox in its order, without what the filter leaves out; what is for later comes last."""
        column = self.service.board.column(CANDIDATE)
        shown = self.filter.columns().get(CANDIDATE, ()) if self.filter else column
        ids = dict.fromkeys(idea.id for idea in shown)
        if self.by_taste and self.ranked:
            # What came since the order was worked out stands in front.
            ranked = self.ranked.scores or dict.fromkeys(self.ranked.ids)
            order = [id for id in ids if id not in ranked]
            order += [id for id in self.ranked.ids if id in ids]
        else:
            order = list(ids)
        if self.later:
            order = [id for id in order if id not in self.later] + [id for id in self.later if id in ids]
        self.rows.empty = self._empty()
        self.rows.show(order)
        self.refresh_all()

    def board_changed(self) -> None:
        """Show the inbox as it is now."""
        if self.filter:
            self.filter_by(self.filter.text)
        else:
            self.list_ideas()
        self.set_timer(0.1, self.count_watches)

    def _empty(self) -> list[Line]:
        if self.filter:
            said: list[Piece] = [("No candidate passes the filter.", "title"), ("Esc takes it back.", "quiet")]
        else:
            said = [
                ("No candidates wait.", "title"),
                ("'r' looks for news of your watches; a search puts papers here too.", "quiet"),
                ("'ideaboard arxiv watch add NAME WORDS' saves a search as a watch.", "quiet"),
                (THANKS, "quiet"),
            ]
        width = max(self.rows.size.width - 3, 10)
        return [((f"  {line}", style),) for text, style in said for line in wrap(text, width, 4)]

    # Rows

    @property
    def current(self) -> Idea | None:
        """The candidate under the cursor."""
        key = self.rows.current
        return self.service.board.ideas.get(key) if key else None

    def chosen_papers(self) -> list[tuple[Paper | None, Idea | None]]:
        """Return the candidate under the cursor."""
        idea = self.current
        return [(idea.paper, idea)] if idea else []

    def draw_row(self, key: str, width: int) -> Sequence[Line]:
        """Draw a candidate."""
        idea = self.service.board.ideas.get(key)
        if idea is None:
            return ()
        if idea.paper is None:
            return ((shorten(tame(idea.title), width), "title"),), ((self._age(idea), "quiet"),)
        return paper_lines(idea.paper, idea.title, (), width)

    def _age(self, idea: Idea) -> str:
        days = age_in_days(idea.created, self.service.clock())
        return f"{days}d" if days else "today"

    def show_preview(self) -> None:
        """Show the candidate under the cursor, with the reason why it stands here."""
        idea = self.current
        if idea is None:
            self.preview.show("", None)
            return
        reasons = self.ranked.reasons(idea.id) if self.ranked else ()
        above: list[Line] = [(("because of: " + ", ".join(reasons), "good"),)] if reasons else []
        paper, title = idea.paper, idea.title
        notes = readable(idea.notes)

        def make(width: int) -> Iterator[Line]:
            from ideaboard.ui.drawing.rows import wrapped

            if paper is not None:
                yield from paper_rows(paper, width, above)
                return
            for text, style in ((title, "name"), (idea.url or "", "quiet"), (notes, "title")):
                if text:
                    yield from wrapped([(text, style)], max(width, 10))

        self.preview.show(idea.id, make)

    # The lines above

    def show_top(self) -> None:
        """Say how many there are, in which order, and what the watches found."""
        width = self.top.size.width
        if not width:
            return
        if self.editor is not None:
            hits = f"{len(self.rows.keys):,}{'' if self.filter.done else '…'}"
            said = self.filter.query.problems[0] if self.filter.query.problems else hits
            line, caret = draw_prompt("/", self.editor, ((tame(said), "quiet"),), width)
            x, y = self.top.region.offset
            self.app.cursor_position = Offset(x + caret, y)
            self.top.show(0, line)
        else:
            self.top.show(0, self._headline())
        self.top.show(1, self.watches_line())

    def _headline(self) -> list[Piece]:
        total = len(self.service.board.column(CANDIDATE))
        shown = len(self.rows.keys)
        at = f"{min(self.rows.index + 1, shown):,} of {shown:,}"
        name = "Candidates  " if self.size.width >= _ROOMY else ""
        parts: list[Piece] = [(f"{name}{at}", "name")]
        if self.filter:
            parts.append((f"/{tame(self.filter.text)}  {total:,} in all", "input"))
        if self.later:
            parts.append((f"{len(self.later)} later", "quiet"))
        working = self._ranking is not None and self.by_taste
        parts.append(
            ("by taste" + (", working it out" if working else "") if self.by_taste else "newest first", "label")
        )
        return separated(parts)

    def hints(self) -> Sequence[Hint]:
        """Return the keys that matter now."""
        if self.editor is not None:
            return (("Enter", "keep", ""), ("Esc", "take back", ""), ("↑↓", "papers", ""))
        back: tuple[Hint, ...] = (("Tab", "list" if self.preview_over else "preview", "preview"),)
        return (
            ("s", "summary", "take('summary')"),
            ("p", "code", "take('paper-to-code')"),
            ("o", "other", "take_as"),
            ("x", "skip", "skip"),
            ("l", "later", "later"),
            ("u", "undo", "undo"),
            ("?", "keys", "help"),
            *(() if self.place == "beside" else back),
            ("Enter", "abstract", "open"),
            ("n", "newest" if self.by_taste else "taste", "order"),
            ("/", "filter", "filter"),
            ("r", "check watches", "check"),
            ("q", "board", "leave"),
        )

    # One key each

    def _decide(self, do: Callable[[Idea], Outcome]) -> None:
        """Decide about the candidate under the cursor; the next one is there in the same frame."""
        idea = self.current
        if idea is None:
            return
        outcome = attempt(self, lambda: do(idea))
        if outcome is None:
            return
        if outcome.warning:
            self.tell(outcome.warning, warning=True)
        self.later.pop(idea.id, None)
        self._board = self.service.board
        keys = self.rows.keys
        at = self.rows.index
        self.rows.show([*keys[:at], *keys[at + 1 :]])
        self.rows.go(at)
        self.preview_over = self.preview_over and bool(self.rows.keys)
        if not self.rows.keys:
            self.rows.empty = self._empty()
            self.place_preview()
        self.refresh_all()

    def action_take(self, kind: str) -> None:
        """Take the candidate onto the board as a kind."""
        if kind not in self.service.workflow.kind_keys:
            self.action_take_as()
            return
        self._decide(lambda idea: self.service.ideas.take([idea.id], kind))

    def action_take_as(self) -> None:
        """Pick the kind as which it is taken."""
        from ideaboard.ui.dialogs.pickers import KindPicker

        idea = self.current
        if idea is None:
            return

        def picked(kind: str | None) -> None:
            if kind is not None and self.current is idea:
                self._decide(lambda idea: self.service.ideas.take([idea.id], kind))

        self.app.push_screen(KindPicker(self.service.workflow, idea.kind, "Take as"), picked)

    def action_skip(self) -> None:
        """Skip the candidate."""
        self._decide(lambda idea: self.service.ideas.skip([idea.id]))

    def action_later(self) -> None:
        """Put it at the end of this round."""
        key = self.rows.current
        if key is None:
            return
        self.later.pop(key, None)
        self.later[key] = None
        at = self.rows.index
        keys = self.rows.keys
        self.rows.show([*keys[:at], *keys[at + 1 :], key])
        self.rows.go(at)
        self.rows.show(self.rows.keys, at=self.rows.keys[at])
        self.refresh_all()

    def _turn(self, turn: Callable[[], Outcome]) -> None:
        """Take back or do again, and go to the candidate that came back."""
        outcome = self.act(turn)
        if outcome and outcome.ideas and outcome.ideas[0].id in set(self.rows.keys):
            self.rows.show(self.rows.keys, at=outcome.ideas[0].id)
            self.refresh_all()

    def action_undo(self) -> None:
        """Take back the last decision."""
        self._turn(lambda: self.service.history.undo())

    def action_redo(self) -> None:
        """Decide again as before."""
        self._turn(lambda: self.service.history.redo())

    def action_open(self) -> None:
        """Open the abstract page."""
        idea = self.current
        url = (idea.paper.url if idea.paper else idea.url) if idea else None
        if url:
            self.open_link(url)

    def action_pdf(self) -> None:
        """Open the PDF."""
        if (idea := self.current) and idea.paper:
            self.open_link(idea.paper.pdf_url)

    def on_paper_list_opened(self) -> None:
        """Open what was clicked twice."""
        self.moved()
        self.action_open()

    def action_escape(self) -> None:
        """Stop the check, else take back the filter, else leave."""
        if self.checking is not None and not self.checking.is_set():
            self.checking.set()
            self.check_said = "stopping"
            self.show_top()
        elif self.filter:
            self.filter_by("")
        else:
            self.action_leave()
