"""Searching arXiv: a query that means what was typed, results beside a preview, marks, and import onto the board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import events

from ideaboard.core.actions import SEARCH
from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.tex import readable
from ideaboard.papers.arxiv.answers import Order
from ideaboard.service import Service
from ideaboard.ui.beside import run_beside
from ideaboard.ui.dialogs.dialog import titled
from ideaboard.ui.dialogs.help import THANKS
from ideaboard.ui.drawing.cells import Line, Piece
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.items import ItemList
from ideaboard.ui.drawing.lines import Lines
from ideaboard.ui.drawing.prompt import Fed
from ideaboard.ui.keymap import Asked, keymap_of
from ideaboard.ui.listing import separated
from ideaboard.ui.papers.asking import TICK, Asker, Question
from ideaboard.ui.papers.base import PaperScreen
from ideaboard.ui.papers.found import KnownPapers, PaperMarks
from ideaboard.ui.papers.preview import paper_lines, paper_rows
from ideaboard.ui.papers.query_line import ORDERS, QueryLine
from ideaboard.ui.telling import ask, attempt, sentence, tell

if TYPE_CHECKING:
    from ideaboard.ui.papers.pickers import ImportChoice


class SearchScreen(PaperScreen[Paper]):
    """Searches arXiv over the board, which goes on living below.

    What is typed goes into the query line when the screen opens, and while nothing is listed, until the person leaves.
    """

    TITLE = "Search arXiv"
    TOP_LINES = 3
    SCREEN = SEARCH

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.asker = Asker(service, self)
        self.known = KnownPapers(service, lambda key: self.asker.found.get(key))
        self.query_line = QueryLine(service, lambda key: self.known.idea_id_of(key) is not None)
        self.marks = PaperMarks()
        self.with_skipped = False
        self.hidden = 0
        """How many rows are not listed because they were skipped before."""
        self._went_away = False
        """Whether the person left the line for a list without rows."""
        self._last_kind = "summary"

    def on_mount(self) -> None:
        self.call_after_refresh(self.known.idea_id_of, "")  # so that the first answer finds it ready
        self.set_interval(TICK, self._tick)
        run_beside(self.service.arxiv.prepare, self.say_failed)

    def on_unmount(self) -> None:
        self.asker.close()

    def _tick(self) -> None:
        if self.asker.tick():
            self.show_top()

    # Rows

    def item(self, key: str) -> Paper | None:
        row = self.asker.found.get(key)
        return row.paper if row else None

    def draw_item(self, paper: Paper, width: int) -> Sequence[Line]:
        return paper_lines(paper, readable(paper.title), self.known.said(paper), width)

    @property
    def paper(self) -> Paper | None:
        return self.current

    def preview_lines(self, paper: Paper, width: int) -> Iterator[Line]:
        said = self.known.said(paper)
        return paper_rows(paper, width, (said,) if said else ())

    def listed(self) -> Sequence[str]:
        found = self.asker.found
        hidden = {key for key, row in found.items() if not self.with_skipped and self.known.is_skipped(row.paper)}
        self.hidden = len(hidden)
        return [key for key in found if key not in hidden]

    def list_rows(self, at: str | None = None, *, first: bool = False) -> None:
        super().list_rows(at, first=first)
        if self.rows.keys:
            self._went_away = False
        elif not self._went_away and not self.query_line.typing:
            self.query_line.open()
            self.refresh_all()

    def board_changed(self) -> None:
        self.list_anew()

    def show_answer(self) -> None:
        fresh, found = self.asker.fresh, self.asker.found
        if fresh:
            self.marks.range_start = None
            self.rows.go(0)
            self.preview_over = False
        if found and self.query_line.sent:
            self.query_line.close()
        self.list_anew(next(iter(found), None) if fresh else None)

    def nothing(self) -> Sequence[Piece]:
        asker, question, key = self.asker, self.asker.question, keymap_of(self).shown
        if asker.problem:
            return [(asker.problem.message, "hot"), (asker.problem.hint, "quiet")]
        if question is None:
            return [("Type a few words, then Enter. Up brings earlier searches back.", "quiet"), (THANKS, "quiet")]
        if self.hidden:
            return [(f"All that came was skipped before; Tab, then {key('search.skipped')} shows it.", "quiet")]
        if asker.result and asker.result.total == 0 and asker.result.problem:
            again = f"Tab, then {key('papers.again')} asks again."
            return [(f"{asker.result.problem}.", "warm"), (again, "quiet")]
        if asker.result and asker.result.total == 0 and not question.ids:
            return [("arXiv has no paper that fits.", "title"), ("Fewer words, or an OR, find more.", "quiet")]
        return ()

    # Around the rows

    def show_top(self) -> None:
        width = self.top.size.width
        if not width:
            return
        first = self.asker.first_result
        read_as = (first.read_as or "") if first and first.differs else ""
        query, below, caret = self.query_line.draw(width, read_as)
        if self.query_line.typing and self.is_active:
            self.show_caret(caret)
        for number, line in enumerate((query, below, separated([self.unsaved, *self.standing()]))):
            self.top.show(number, line)

    def headline(self) -> Sequence[Piece]:
        return ()  # the query stands there, whether it is typed or not

    def standing(self) -> Sequence[Piece]:
        marked, range_key = len(self.marks.papers), keymap_of(self).shown("search.range")
        return [
            (f"{marked} marked" if marked else "", "mark"),
            (f"{range_key} ends the range" if self.marks.range_start else "", "ask"),
            *self.asker.said(self.hidden, self.service.clock()),
        ]

    def hints(self) -> Sequence[Hint]:
        if not self.query_line.typing:
            return super().hints()
        return (
            ("↑↓", "earlier searches", ""),
            ("Tab", "to the list", ""),
            ("=", "arXiv's own language", ""),
            ("Ctrl+u", "clear", ""),
            ("Enter", "search", ""),
            ("Esc", "stop" if self.asker.asking else "back", ""),
        )

    def offered(self) -> Iterator[Asked]:
        if self.marks.papers:
            yield from self.hints_of_taking(len(self.marks.papers))
            yield from ("card.yank", "card.mark", "search.range", ("view.clear", "unmark"))
        elif self.rows.keys:
            yield from self.hints_of_taking(0)
            if self.place == "over" or self.preview_over:
                yield from self.tab
            yield from ("card.mark", ("view.filter", "query"), "board.undo")
            yield from (("papers.order", ORDERS[self._next_order()]), "search.category", ("search.date", "since"))
            yield "search.similar"
            if self._watchable:
                yield "search.watch"
            yield from (("card.open_link", "abstract"), ("papers.pdf", "PDF"))
            yield from ("card.yank", ("papers.again", "again"))
        else:
            yield "view.filter", "query"
            if self.asker.question:
                yield "papers.again"
            if self.hidden:
                yield "search.skipped"
            yield from ("search.category", ("search.date", "since"), "board.undo")

    def on_lines_clicked(self, event: Lines.Clicked) -> None:
        if event.lines is self.top and event.number == 0:
            self.action_filter()

    def on_item_list_moved(self, event: ItemList.Moved) -> None:
        """Go to the list by a click; the wheel alone takes no keys from the line."""
        if event.clicked and self.query_line.typing:
            self.query_line.close()
            self.refresh_all()

    # Asking

    def on_asker_arrived(self, event: Asker.Arrived) -> None:
        if self.asker.take(event):
            self.show_answer()

    def on_asker_waited(self, event: Asker.Waited) -> None:
        if self.asker.wait(event):
            self.show_top()

    def type_key(self, event: events.Key) -> bool:
        line = self.query_line
        if not line.typing:
            return False
        if event.key == "tab":
            self._went_away = True
            line.close()
            self.refresh_all()
            return True
        fed = line.feed(event)
        if fed is Fed.ENTER:
            self.submit()
        elif fed is Fed.ESCAPE:
            self._escape_line()
        elif fed is Fed.EDITED:
            self.show_top()
        return True

    def _escape_line(self) -> None:
        """Stop asking; else go back to the list; without one, to the board."""
        if self.asker.asking:
            self._stop()
        elif self.rows.keys:
            self.query_line.close(self.asker.question.words if self.asker.question else "")
            self.refresh_all()
        else:
            self.action_leave()

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted text in; papers whose ids are in it are looked up at once."""
        event.stop()
        if self.query_line.paste(event.text):
            self.submit()
        self.refresh_all()

    def submit(self) -> None:
        """Ask for what the line says, unless it cannot be understood: then it is said where."""
        question = self.query_line.send()
        if question is not None:
            if self.rows.keys:
                self.query_line.close()
            self.asker.ask(question)
        self.refresh_all()

    def _stop(self) -> None:
        self.asker.stop()
        if not self.rows.keys and not self._went_away:
            self.query_line.open()
        self.refresh_all()

    def moved(self) -> None:
        """Follow the cursor; at the end of the list more is loaded."""
        super().moved()
        if self.rows.index == len(self.rows.keys) - 1 and not self.asker.problem:
            self.action_more(at_end=True)

    def action_more(self, *, at_end: bool = False) -> None:
        if self.asker.load_more():
            self.show_top()
        elif not at_end and self.asker.exhausted and self.asker.found and not self.asker.asking:
            tell(self, "There are no more")

    def action_again(self) -> None:
        if self.asker.question is not None:
            self.asker.ask(self.asker.question, refresh=True)
            self.show_top()
        else:
            self.submit()

    def action_filter(self) -> None:
        self.query_line.open()
        self.refresh_all()

    def action_raw(self) -> None:
        self.query_line.turn_raw()
        self.refresh_all()

    def take_back(self) -> bool:
        """Stop asking; then end the range; then take the marks away; then close the preview."""
        if self.asker.asking:
            self._stop()
        elif self.marks.range_start:
            self.marks.range_start = None
            self.show_top()
        elif self.marks.papers:
            self.clear_marks()
        else:
            return super().take_back()
        return True

    def action_leave(self, idea_id: str | None = None) -> None:
        """Go back to the board; the next time the keys are in the line at once."""
        self._went_away = False
        self.query_line.open()
        super().action_leave(idea_id)

    # Options

    def _change_options(self, **changes: Any) -> None:
        """Search again with other options, if there was a search; else only show them."""
        options = replace(self.query_line.options, **changes)
        question = self.asker.question
        if options != self.query_line.options:
            self.query_line.options = options
            if question is not None and not question.ids and not self.query_line.typing:
                like = question.like if options.sort == "relevance" else None
                self.asker.ask(Question(question.words, options, like=like))
            self.refresh_all()

    def action_order(self) -> None:
        self._change_options(sort=self._next_order())

    def _next_order(self) -> Order:
        ring = list(ORDERS)
        return ring[(ring.index(self.query_line.options.sort) + 1) % len(ring)]

    def action_category(self) -> None:
        from ideaboard.ui.papers.pickers import CategoryPicker

        picker = CategoryPicker(self.service, self.query_line.options.categories)
        ask(self, picker, lambda codes: self._change_options(categories=codes))

    def action_date(self) -> None:
        from ideaboard.ui.dialogs.pickers import Picker
        from ideaboard.ui.papers.pickers import SINCE

        picker = Picker(titled("Search", "papers submitted"), SINCE, self.query_line.options.since or "any")
        ask(self, picker, lambda since: self._change_options(since=None if since == "any" else since))

    def action_similar(self) -> None:
        """Search for papers like the one under the cursor; the words are found in a thread."""
        paper = self.paper
        if paper is None:
            return
        others = [one.paper for one in list(self.asker.found.values())[:200]]

        def find() -> None:
            self.call_later(self._search_similar, paper, self.service.candidates.similar_words(paper, others))

        run_beside(find, self.say_failed)

    def _search_similar(self, paper: Paper, words: str) -> None:
        line = self.query_line
        if line.typing:
            tell(self, "Not searched for similar papers: another search is being typed")
            return
        options = replace(line.options, sort="relevance", categories=())
        if attempt(self, lambda: self.service.arxiv.compile(words, options)):
            line.put(words)
            line.options = options
            self.asker.ask(Question(words, options, like=paper))
            self.refresh_all()

    @property
    def _watchable(self) -> Question | None:
        """The search that the rows are an answer to, if it can be kept."""
        question = self.asker.question
        return None if question is None or question.ids or question.like else question

    def action_watch(self) -> None:
        """Keep the search that the rows are an answer to as a watch; its words are its name."""
        question = self._watchable
        if question is None:
            tell(self, f"There is no search to watch; {keymap_of(self).shown('view.filter')} types one")
            return
        words, categories = question.words, question.options.categories
        name = " ".join((words, *categories)).strip()[:60]
        if any(watch.name.casefold() == name.casefold() for watch in self.service.watches.all()):
            tell(self, f"'{name}' is watched already")
        else:
            self.act(lambda: self.service.watches.add(name, words, categories))

    # Marks

    def targets(self) -> list[Paper]:
        """Return what the next action is for: all marked papers, else the one under the cursor."""
        if self.marks.papers:
            return list(self.marks.papers.values())
        return [self.paper] if self.paper else []

    def chosen_papers(self) -> list[tuple[Paper | None, Idea | None]]:
        return [(paper, self.known.idea_of(paper)) for paper in self.targets()]

    def action_mark(self) -> None:
        if self.paper:
            self.marks.toggle(self.paper)
            self._marked()
            self.action_move(1)

    def action_range(self) -> None:
        if self.rows.keys:
            self.marks.turn_range(self.rows.keys, self.rows.index, self.asker.found)
            self._marked()

    def action_mark_all(self) -> None:
        self.marks.toggle_all(self.rows.keys, self.asker.found)
        self._marked()

    def clear_marks(self) -> None:
        self.marks.papers.clear()
        self._marked()

    def _done_with(self, papers: Sequence[Paper]) -> None:
        self.marks.end(papers)
        self._marked()

    def _marked(self) -> None:
        self.rows.marks = self.marks.papers
        self.rows.refresh()
        self.refresh_all()

    # Papers onto the board

    def action_take_as(self) -> None:
        """Ask how, then import the paper or all marked; of a known one ask what to do with it."""
        papers = self.targets()
        if not papers:
            tell(self, f"There is no paper to import; {keymap_of(self).shown('view.filter')} types a search")
            return
        idea = self.known.idea_of(papers[0]) if len(papers) == 1 else None
        if idea is not None:
            self._ask_what(papers[0], idea)
        elif not self.history.refused:
            from ideaboard.ui.papers.pickers import ImportDialog

            dialog = ImportDialog(self.service.workflow, papers, self._last_kind)
            ask(self, dialog, lambda choice: self._import(papers, choice))

    def _import(self, papers: Sequence[Paper], choice: ImportChoice) -> None:
        self._last_kind = choice.kind
        add = partial(self.service.arxiv.add_papers, papers, **choice._asdict())
        added = attempt(self, lambda: self.history.own.do(add))
        if added is None:
            return
        known = len(added.known)
        were = f"{known} {'was' if known == 1 else 'were'} there already" if known else ""
        new = [idea.title for idea in added.ideas if idea.id not in added.known]
        if new:
            self.tell_papers("Took", new, self.kind_said(choice.kind), were, added.outcome.warning)
        else:
            tell(self, sentence(were))
        self._done_with(papers)
        self.follow_board()

    def _ask_what(self, paper: Paper, idea: Idea) -> None:
        from ideaboard.ui.dialogs.pickers import KindPicker
        from ideaboard.ui.papers.pickers import OPEN, RESTORE, TAKE, UPDATE, KnownPicker

        stage = self.service.workflow.stage_label(idea.stage)
        where = f"archived, {idea.archived.because}" if idea.archived else stage

        def take(kind: str) -> None:
            self._last_kind = kind
            self._take_candidate(idea, kind)

        def picked(what: str) -> None:
            self._done_with([paper])
            if what == OPEN:
                self.action_leave(idea.id)
            elif what == UPDATE:
                if self.act(lambda: self.service.arxiv.add_papers([paper], update=True).outcome, say=False):
                    tell(self, f"Updated '{idea.title}' with what arXiv tells now")
            elif what == RESTORE:
                self.act(lambda: self.service.ideas.restore([idea.id]))
            elif what == TAKE:
                title = titled("Take", readable(paper.title))
                ask(self, KindPicker(self.service.workflow, self._last_kind, title), take)

        ask(self, KnownPicker(idea, where, newer=idea.paper != paper), picked)

    def action_take(self, kind: str) -> None:
        """Take the paper, or all marked, as a kind; of one that is on the board already ask what to do with it."""
        papers = self.targets()
        idea = self.known.idea_of(papers[0]) if len(papers) == 1 else None
        if kind not in self.service.workflow.kind_keys or not papers:
            self.action_take_as()
        elif idea is None:
            from ideaboard.ui.papers.pickers import ImportChoice, shared_tags

            self._import(papers, ImportChoice(kind, self.service.workflow.first, tuple(shared_tags(papers))))
        elif idea.stage == CANDIDATE and not idea.archived:
            self._take_candidate(idea, kind)
        else:
            self._ask_what(papers[0], idea)

    def _take_candidate(self, idea: Idea, kind: str) -> None:
        if self.decide("Took", [idea.title], lambda: self.service.ideas.take([idea.id], kind), self.kind_said(kind)):
            self.follow_board()

    def action_skip(self) -> None:
        papers = self.targets()
        if papers and not any(map(self.known.may_skip, papers)):
            one = len(papers) == 1
            tell(self, "This is on the board already; archive it there" if one else "All are on the board")
        elif papers:
            titles = [readable(paper.title) for paper in papers]
            if self.decide("Skipped", titles, lambda: self.service.candidates.skip_papers(papers)):
                self._done_with(papers)
                self.follow_board()

    def action_skipped(self) -> None:
        self.with_skipped = not self.with_skipped
        self.list_rows()
