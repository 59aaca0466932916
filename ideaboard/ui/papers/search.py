"""Searching arXiv: a query that means what was typed, results beside a preview, marks, and import onto the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from ideaboard.core.clock import age_in_days, parse_moment
from ideaboard.core.ideas import Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.errors import InvalidInput
from ideaboard.papers.display import readable
from ideaboard.service.arxiv import Row
from ideaboard.ui.drawing.cells import Line, Piece, tame, wrap
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.lines import Lines
from ideaboard.ui.drawing.prompt import TypedLine
from ideaboard.ui.papers.screen import THANKS, separated
from ideaboard.ui.papers.search_asking import Question
from ideaboard.ui.papers.search_importing import ImportingScreen
from ideaboard.ui.papers.search_query import ORDERS
from ideaboard.ui.papers.text import paper_lines, paper_rows
from ideaboard.ui.telling import attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ideaboard.ui.drawing.cells import Line

_ROOMY = 60


class SearchScreen(ImportingScreen):
    """Searches arXiv over the board, which goes on living below."""

    TITLE = "Search arXiv"
    LIST_SHARE = 50
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "query", "Type in the query line", show=False),
        Binding("enter,i", "import", "Import the paper, or all marked", show=False),
        Binding("space", "mark", "Mark the paper", show=False),
        Binding("v", "range", "Mark from here to where v is pressed again", show=False),
        Binding("asterisk,V", "mark_all", "Mark all that are listed, or none", show=False),
        Binding("C", "clear_marks", "Take all marks away", show=False),
        Binding("x", "skip", "Skip: do not show it again", show=False),
        Binding("X", "skipped", "Show what was skipped, or hide it", show=False),
        Binding("n", "order", "Best, newest, or latest change first", show=False),
        Binding("c", "category", "Pick categories", show=False),
        Binding("d", "date", "Pick since when", show=False),
        Binding("m", "more", "Load more", show=False),
        Binding("r", "refresh", "Ask arXiv again", show=False),
        Binding("s", "similar", "Search for papers like this one", show=False),
        Binding("equals_sign", "raw", "Edit the query in arXiv's own language, or go back", show=False),
        Binding("o", "open", "Open the abstract page", show=False),
        Binding("p", "pdf", "Open the PDF", show=False),
        Binding("escape", "escape", "Stop asking, else leave", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | / | Type in the query line; up and down bring earlier searches back. |
    | enter, i | Import the paper, or all marked. |
    | space | Mark the paper. |
    | v | Mark from here to where v is pressed again. |
    | *, V | Mark all that are listed, or none. |
    | C | Take all marks away. |
    | x | Skip: do not show it again. |
    | X | Show what was skipped, or hide it. |
    | n | Best, newest, or latest change first. |
    | c, d | Pick categories; since when. |
    | m | Load more; the end of the list does it too. |
    | r | Ask arXiv again. |
    | s | Search for papers like this one. |
    | = | Edit the query in arXiv's own language, or go back to the words. |
    | o, p | Open the abstract page, the PDF. |
    | escape | Stop asking, else leave. |
    """

    class SimilarFound(Message):
        """The words of a search for similar papers are known."""

        def __init__(self, paper: Paper, words: str) -> None:
            super().__init__()
            self.paper = paper
            self.words = words

    # Rows

    def draw_row(self, key: str, width: int) -> Sequence[Line]:
        """Draw a paper with where it already is."""
        row = self.found[key]
        return paper_lines(row.paper, readable(row.paper.title), self._where_said(row), width)

    def _where_said(self, row: Row) -> tuple[Piece, ...]:
        """Say where a paper already is."""
        idea = self.idea_of(row.paper)
        if idea is None:
            return ()
        if idea.archived:
            days = age_in_days(idea.archived.at, self.service.clock())
            when = "today" if not days else f"{days} day{'s' if days > 1 else ''} ago"
            return ((f"{tame(idea.archived.because)} {when}", "warm"),)
        if idea.stage == CANDIDATE:
            return (("candidate", "ask"),)
        stage = tame(self.service.workflow.stage_label(idea.stage))
        newer = self.is_newer(row.paper, idea)
        had = f", {row.paper.version} here, the board has {idea.paper.version}" if newer and idea.paper else ""
        return ((f"on the board: {stage}{had}", "good"),)

    def show_preview(self) -> None:
        """Show the paper under the cursor."""
        key = self.rows.current
        row = self.found.get(key) if key else None
        if row is None:
            self.preview.show("", None)
            return
        paper, said = row.paper, self._where_said(row)

        def make(width: int) -> Iterator[Line]:
            return paper_rows(paper, width, (said,) if said else ())

        self.preview.show(paper.arxiv_id, make)

    def list_rows(self, at: str | None = None) -> None:
        """List what came, without what was skipped before unless it is asked for."""
        hidden = set() if self.with_skipped else {key for key, row in self.found.items() if self.is_skipped(row.paper)}
        self.hidden = len(hidden)
        self.rows.empty = self._empty()
        self.rows.show([key for key in self.found if key not in hidden], at)
        self.refresh_all()

    def show_answer(self, *, fresh: bool) -> None:
        """Show what came."""
        if fresh:
            self.range_start = None
            self.rows.index = 0
            self.preview_over = False
            self.place_preview()
        self.rows.redraw()
        self.list_rows(at=next(iter(self.found), None) if fresh else None)

    def _empty(self) -> list[Line]:
        """Say what there is to say where no rows are."""
        said: list[Piece] = []
        if self.problem:
            said = [(self.problem.message, "hot"), (self.problem.hint, "quiet")]
        elif self.result is not None and self.question is not None:
            if self.hidden:
                said = [("All that came was skipped before; X shows it.", "quiet")]
            elif self.result.total == 0 and not self.question.ids:
                said = [("arXiv has no paper that fits.", "title"), ("Fewer words, or an OR, find more.", "quiet")]
        elif self.question is None:
            said = [("Type a few words, then Enter. Up brings earlier searches back.", "quiet"), (THANKS, "quiet")]
        width = max(self.rows.size.width - 3, 10)
        return [((f"  {line}", style),) for text, style in said if text for line in wrap(tame(text), width, 4)]

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self.call_after_refresh(self._wrap_empty)

    def _wrap_empty(self) -> None:
        self.rows.empty = self._empty()
        self.rows.refresh()

    # The lines above

    def show_top(self) -> None:
        """Bring the query, what is sent, and how things stand up to date."""
        width = self.top.size.width
        if not width:
            return
        query, below = self.draw_query(width)
        self.top.show(0, query)
        self.top.show(1, below)
        self.top.show(2, self._status())

    def _status(self) -> list[Piece]:
        parts: list[Piece] = []
        if self.marks:
            parts.append((f"{len(self.marks)} marked", "mark"))
        if self.range_start:
            parts.append(("v ends the range", "ask"))
        parts += self._asking_said() or self._answer_said()
        if problem := self.service.saving.problem:
            parts.insert(0, (f"not saved: {tame(problem.message)}", "alert"))
        return separated(parts)

    def _asking_said(self) -> list[Piece]:
        if not self.asking:
            return []
        stop = ("Esc stops", "quiet")
        if self.waiting:
            seconds, why = self.waiting
            return [(f"{seconds:.0f} s: {tame(why)}", "ask"), stop]
        seconds = self.asked_for // 2
        return [("asking arXiv" + (f", {seconds} s" if seconds else ""), "ask"), stop]

    def _answer_said(self) -> list[Piece]:
        first, last = self.first_result, self.result
        parts: list[Piece] = []
        if self.problem:
            parts += [(tame(self.problem.message), "hot"), (tame(self.problem.hint), "quiet")]
        if first is None or last is None or self.question is None:
            return parts
        if self.question.ids:
            parts.append((f"{len(self.found)} of {len(self.question.ids)} papers", "title"))
            if first.missing:
                parts.append((f"arXiv has no {tame(', '.join(first.missing[:5]))}", "warm"))
        else:
            shown = f", {len(self.found):,} here" if len(self.found) < last.total else ""
            parts.append((f"{last.total:,} paper{'' if last.total == 1 else 's'}{shown}", "title"))
        if self.hidden:
            parts.append((f"{self.hidden} skipped, X shows", "quiet"))
        if self.unreadable:
            entries = "entry" if self.unreadable == 1 else "entries"
            parts.append((f"{self.unreadable} {entries} could not be read", "warm"))
        if first.stale and first.problem:
            parts.append((f"old answer: {tame(first.problem)}", "warm"))
        elif last.problem:
            parts.append((tame(last.problem), "warm"))
        parts.append((f"as of {self._time_of(first.as_of)}, r asks again", "quiet"))
        return parts

    def _time_of(self, moment: str) -> str:
        now = self.service.clock()
        try:
            when = parse_moment(moment).astimezone(now.tzinfo)
        except InvalidInput:
            return "an unknown time"
        return f"{when:%H:%M}" if when.date() == now.date() else f"{when:%Y-%m-%d %H:%M}"

    def hints(self) -> Sequence[Hint]:
        """Return the keys that matter now."""
        if self.typing:
            return (
                ("↑↓", "earlier searches", ""),
                ("Tab", "to the list", ""),
                ("=", "arXiv's own language", ""),
                ("Enter", "search", ""),
                ("Esc", "back", ""),
            )
        if self.preview_over:
            back: tuple[Hint, ...] = (("Tab", "list", "preview"),)
        else:
            back = (("Tab", "preview", "preview"),) if self.place == "over" else ()
        return (
            ("Enter", "import", "import"),
            *back,
            ("Space", "mark", "mark"),
            ("x", "skip", "skip"),
            ("/", "query", "query"),
            ("?", "keys", "help"),
            ("n", ORDERS[self.options.sort].removesuffix(" first"), "order"),
            ("c", "category", "category"),
            ("d", "date", "date"),
            ("s", "similar", "similar"),
            ("o", "abstract", "open"),
            ("p", "PDF", "pdf"),
            ("y", "copy", "yank"),
            ("u", "undo", "undo"),
            ("q", "board", "leave"),
        )

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        """Type in the query line after a click on it."""
        if event.lines is self.top and event.number == 0:
            self.action_query()

    def on_paper_list_opened(self) -> None:
        """Import what was clicked twice."""
        self.moved()
        self.action_import()

    # Going about

    def moved(self) -> None:
        """Follow the cursor; at the end of the list more is loaded."""
        super().moved()
        if self.typing:
            self.type_query(on=False)
        if self.rows.index == len(self.rows.keys) - 1 and not self.problem:
            self.load_more()

    def action_more(self) -> None:
        """Load more."""
        if self.exhausted and self.found and not self.asking:
            self.tell("There are no more")
        self.load_more()

    def action_refresh(self) -> None:
        """Ask again in spite of the answer that is kept."""
        if self.question is not None:
            self.ask(self.question, refresh=True)
        else:
            self.submit()

    def action_escape(self) -> None:
        """Stop asking; then end the range; then close the preview; then leave."""
        if self.asking:
            self.stop()
        elif self.range_start:
            self.range_start = None
            self.show_top()
        elif self.preview_over:
            self.action_preview()
        else:
            self.action_leave()

    # Options

    def action_order(self) -> None:
        """Put the next order in force and search again."""
        ring = list(ORDERS)
        following = ring[(ring.index(self.options.sort) + 1) % len(ring)]
        self.options_changed(replace(self.options, sort=following))  # type: ignore[arg-type]  # one of the three

    def action_category(self) -> None:
        """Pick categories and search again."""
        from ideaboard.ui.papers.search_pickers import CategoryPicker

        def picked(codes: tuple[str, ...] | None) -> None:
            if codes is not None:
                self.options_changed(replace(self.options, categories=codes))

        self.app.push_screen(CategoryPicker(self.service, self.options.categories), picked)

    def action_date(self) -> None:
        """Pick since when and search again."""
        from ideaboard.ui.papers.search_pickers import DatePicker

        def picked(since: str | None) -> None:
            if since is not None:
                self.options_changed(replace(self.options, since=None if since == "any" else since))

        self.app.push_screen(DatePicker(self.options.since or ""), picked)

    # Papers

    def action_open(self) -> None:
        """Open the abstract page."""
        if row := self.current_row:
            self.open_link(row.paper.url)

    def action_pdf(self) -> None:
        """Open the PDF."""
        if row := self.current_row:
            self.open_link(row.paper.pdf_url)

    def action_similar(self) -> None:
        """Search for papers like the one under the cursor; the words are found in a thread."""
        row = self.current_row
        if row is None:
            return
        paper, others = row.paper, [one.paper for one in list(self.found.values())[:200]]
        candidates = self.service.candidates

        def find() -> None:
            self.post_message(self.SimilarFound(paper, candidates.similar_words(paper, others)))

        self.run_beside(find)

    def on_search_screen_similar_found(self, event: SimilarFound) -> None:
        """Ask for them."""
        self.editor = TypedLine(event.words)
        self.options = replace(self.options, sort="relevance", categories=())
        if attempt(self, lambda: self.service.arxiv.compile(event.words, self.options)):
            self.typing = False
            self.ask(Question(event.words, self.options, like=event.paper))
            self.refresh_all()
