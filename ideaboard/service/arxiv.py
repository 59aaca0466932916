"""arXiv as a source: search, add papers as ideas, and never make two ideas of one paper.

The gateway (`ideaboard.papers.arxiv`) asks; here its answers meet the board. Everything that arXiv needs is imported
when it is first used, since most runs of the program never ask.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Unpack

from ideaboard.core.board import Board
from ideaboard.core.changes import Change, put
from ideaboard.core.clock import moment, parse_date
from ideaboard.core.ideas import Idea, Paper, PaperId, named_paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.text import clean_line, clean_tags
from ideaboard.errors import ArxivError, InvalidInput, NotFound
from ideaboard.papers.arxiv.answers import NONE_WRONGLY, Answer, Asking, Order
from ideaboard.service.known_papers import BoardPapers, PapersAsIdeas, Placed, is_bare, with_announced, with_paper
from ideaboard.service.session import Label, Outcome, Session, quoted

if TYPE_CHECKING:
    from ideaboard.papers.arxiv.gateway import Gateway
    from ideaboard.papers.identifiers import ArxivId
    from ideaboard.papers.query import CompiledQuery
    from ideaboard.papers.sources import SourceMaker
    from ideaboard.papers.taxonomy import Category

GatewayMaker = Callable[[Asking], "Gateway"]


PAGE = 100

_COMPARED = 2000
"""So many papers of a board are compared with a search that is said to find none."""

_WORDS_AROUND_A_DOI = 3
"""A text of fewer words is about the one DOI in it."""

_KEEP_IT = "'ideaboard add' keeps it as an idea until then"


@dataclass(frozen=True, slots=True)
class Row:
    """One paper of an answer, and where it already is."""

    paper: Paper
    on_board: Idea | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult(Answer):
    """What a search gave: one page of it, or all that was asked for."""

    query: str
    rows: tuple[Row, ...]

    @property
    def differs(self) -> bool:
        """Whether arXiv understood something else than was sent."""
        from ideaboard.papers.query import same_query

        return self.read_as is not None and not same_query(self.sent, self.read_as)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of papers that were to be added."""

    outcome: Outcome
    ideas: tuple[Idea, ...]
    """All of them as they are on the board now, in the order asked for."""
    known: frozenset[str]
    """The ids of the ideas that were there already."""
    missing: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    """The arXiv ids of which nothing came, while something came that could not be read."""
    unread: tuple[str, ...] = ()
    """What names no paper on arXiv: a sentence for each text, near miss and sort of entry."""
    stale: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """How to search, beside the words."""

    sort: Order = "relevance"
    since: str | None = None
    until: str | None = None
    categories: tuple[str, ...] = ()
    raw: bool = False
    refresh: bool = False


class Arxiv:
    """Searches arXiv and brings papers onto the board."""

    def __init__(self, session: Session, make_gateway: GatewayMaker, make_sources: SourceMaker) -> None:
        self._session = session
        self._make_gateway = make_gateway
        self._make_sources = make_sources

    def compile(self, words: str, options: SearchOptions | None = None) -> CompiledQuery:
        """Compile what was typed to arXiv's grammar, without asking; raises as `compile_words` does."""
        return compile_words(words, options or SearchOptions(), self._session.now())

    def pages(
        self, words: str, limit: int, options: SearchOptions | None = None, page: int = PAGE, **asking: Unpack[Asking]
    ) -> Iterator[SearchResult]:
        """Search, and yield the answer page by page as it comes.
        Raises `InvalidInput` for a query that cannot be understood, or a limit below 1; `ArxivError` when arXiv does
        not give a complete answer; what came before stays good.
        """
        from ideaboard.papers.arxiv.gateway import walk

        if limit < 1:
            raise InvalidInput(f"the number of papers is {limit}", "ask for at least 1")
        chosen = options or SearchOptions()
        compiled = self.compile(words, chosen)
        gateway = self._make_gateway(asking)
        for answer in walk(gateway, compiled.text, limit, page=page, sort=chosen.sort, refresh=chosen.refresh):
            if not (answer.total or answer.problem or answer.unreadable):
                against = self._speaks_against_none(compiled)
                answer = replace(answer, problem=against and f"{NONE_WRONGLY}: {against}")
            yield self._result(words, answer)

    def _speaks_against_none(self, query: CompiledQuery) -> str | None:
        """Return why there must be a paper that a search finds."""
        from ideaboard.papers.query_match import any_category, can_decide, matches

        if any_category(query.tree):
            return "there is no category without papers"
        papers = (idea.paper for idea in self._session.shown if idea.paper and idea.paper.arxiv_id)
        known = islice(papers, _COMPARED) if can_decide(query.tree) else ()
        fits = next((paper for paper in known if paper.abstract and matches(query.tree, paper)), None)
        return f"'{clean_line(fits.title)}' on the board fits" if fits else None

    def search(
        self, words: str, limit: int = 25, options: SearchOptions | None = None, **asking: Unpack[Asking]
    ) -> SearchResult:
        """Search, and return everything at once; see `pages`."""
        pages = list(self.pages(words, limit, options, **asking))
        return replace(
            pages[0],
            rows=tuple(row for page in pages for row in page.rows),
            stale=any(page.stale for page in pages),
            unreadable=sum(page.unreadable for page in pages),
            problem=next((page.problem for page in pages if page.problem), None),
        )

    def prepare(self) -> None:
        """Load what the first search needs; a screen does it in a thread while a query is being typed."""
        import arxiv  # type: ignore[import-untyped] # noqa: F401  # the package ships no types; only loaded here
        import requests  # noqa: F401  # a step on the way to the next, so that it takes the lock in shorter turns

        from ideaboard.papers.arxiv import feed, gateway, transport  # noqa: F401  # only loaded here

        self.rows([Paper(arxiv_id="0000.00000", title="$x$")])

    def look_up(self, ids: Sequence[ArxivId], *, refresh: bool = False, **asking: Unpack[Asking]) -> SearchResult:
        """Return papers by id, in the order asked; those on the board cost no request.
        Raises `InvalidInput` when there is no id; `ArxivError` when arXiv does not give a complete answer.
        """
        if not ids:
            raise InvalidInput("there is no arXiv id in this", "an id looks like 2107.07511 or hep-th/9901001")
        papers = (idea.paper for idea in self._session.shown.ideas.values())
        on_board = {paper.arxiv_id: paper for paper in papers if paper and paper.authors}
        found = {} if refresh else {id.id: on_board[id.id] for id in ids if id.id in on_board}
        wanted = [id for id in ids if id.id not in found]
        answer = self._answer(wanted, refresh, asking)
        found.update((paper.arxiv_id, paper) for paper in answer.papers)
        there = tuple(found[id.id] for id in ids if id.id in found)
        names = " ".join(map(str, ids))
        return self._result(names, replace(answer, sent=names, total=len(found), papers=there))

    def _answer(self, ids: Sequence[ArxivId], refresh: bool, asking: Asking) -> Answer:
        """Ask for papers by id; for none of them nobody is asked."""
        if ids:
            gateway = self._make_gateway(asking)
            return gateway.by_ids([str(id) for id in ids], refresh=refresh)
        at = moment(self._session.now())
        return Answer(sent="", read_as=None, total=0, start=0, as_of=at, papers=(), from_cache=True)

    def _result(self, words: str, answer: Answer) -> SearchResult:
        facts = {field.name: getattr(answer, field.name) for field in fields(answer)}
        return SearchResult(query=words, rows=self.rows(answer.papers), **facts)

    def rows(self, papers: Iterable[Paper]) -> tuple[Row, ...]:
        board = self._session.shown
        index = BoardPapers(board)
        known = ((paper, index.find(paper)) for paper in papers)
        return tuple(Row(paper, board.ideas[id] if id else None) for paper, id in known)

    def add(
        self,
        texts: Sequence[str],
        *,
        kind: str = "summary",
        stage: str = "",
        tags: Sequence[str] = (),
        refresh: bool = False,
        **asking: Unpack[Asking],
    ) -> Added:
        """Find arXiv ids and DOIs in texts, ask for those that are not known, and add their papers.

        A DOI that was given by itself is an idea also when nobody knows it; in a longer text it is named then.
        Raises `InvalidInput` when there is none in the texts, or the kind, stage or a tag cannot be taken; `NotFound`
        when none of the ids exists; `ArxivError` when arXiv does not give a complete answer.
        """
        ids, dois, alone, unread = _named_in(texts)
        self._session.workflow.kind(kind)
        if stage:
            self._session.workflow.stage(stage)
        result = self._result("", self._answer((), refresh, asking))
        if ids:
            try:
                result = self.look_up(list(ids.values()), refresh=refresh, **asking)
            except ArxivError as problem:
                if problem.hint:  # who stopped it needs none
                    problem.hint += f"; {_KEEP_IT}"
                raise
        missing = result.missing
        if missing and len(missing) == len(ids) and not dois:
            if result.unreadable:
                raise ArxivError(f"what arXiv sent about {', '.join(missing)} cannot be read", "try again later")
            raise NotFound(f"arXiv has no paper {', '.join(missing)}", "check the id on arxiv.org")
        published, said = self._published(dois, alone, refresh, asking) if dois else ([], [])
        by_id = {paper.arxiv_id: paper for paper in published if paper.arxiv_id}
        papers = [by_id.pop(row.paper.arxiv_id, row.paper) for row in result.rows]
        papers += [paper for paper in published if not paper.arxiv_id or paper.arxiv_id in by_id]
        if not papers:
            raise NotFound(said[0], "\n".join([*said[1:], "check the DOIs, or 'ideaboard add' each as an idea"]))
        return replace(
            self.add_papers(papers, kind=kind, stage=stage, tags=tags, update=refresh),
            missing=() if result.unreadable else missing,
            unreadable=missing if result.unreadable else (),
            unread=(*unread, *said),
            stale=result.stale,
            problem=result.problem,
        )

    def _published(
        self, wanted: Mapping[str, Paper], alone: Collection[str], refresh: bool, asking: Asking
    ) -> tuple[list[Paper], list[str]]:
        """Ask for papers by their DOIs, unless the board knows them; return them, and what to say of the others.
        Raises `ArxivError` when there are none, since nobody could be asked.
        """
        from ideaboard.papers.sources import look_up, who_has_none

        board = self._session.shown
        index = BoardPapers(board)
        there = {key: board.ideas[id].paper for key, paper in wanted.items() if (id := index.find(paper))}
        papers = {} if refresh else {key: paper for key, paper in there.items() if paper and not is_bare(paper)}
        sources = self._make_sources(asking)
        found = look_up(sources, [one for key, one in wanted.items() if key not in papers], refresh=refresh)
        papers |= found.papers
        if not papers and found.unsure:
            hints = (problem.hint for problem in found.problems[:1])
            raise ArxivError(found.why, "; ".join(filter(None, (*hints, _KEEP_IT))))
        said: list[str] = []
        for key in [key for key in wanted if key not in papers]:
            doi = wanted[key].doi
            if key in found.unsure:
                said.append(f"{doi} could not be looked up: {found.why}; {_KEEP_IT}")
                continue
            kept = "; it is an idea with that link now" if key in alone else ""
            said.append(f"{who_has_none(sources, 'doi')} {doi}{kept}")
            papers |= {key: wanted[key]} if kept else {}
        return [papers[key] for key in wanted if key in papers], said

    def add_papers(
        self,
        papers: Sequence[Paper],
        *,
        kind: str = "summary",
        stage: str = "",
        tags: Sequence[str] = (),
        update: bool = False,
    ) -> Added:
        """Put papers on the board as ideas, in one step; a paper that is there already is not put there again.

        They go to the first column when no stage is named, to the inbox when that is `candidate`. With `update`, or
        when no more than its id was known, a known paper takes over what arXiv tells now.
        Raises `InvalidInput` when the kind, stage or a tag cannot be taken.
        """
        workflow = self._session.workflow
        kind = workflow.kind(kind).key
        stage = workflow.stage(stage).key if stage else workflow.first
        tags = clean_tags(tags)
        made = PapersAsIdeas(self._session, papers, kind, stage, tags)
        placed = Placed([], [])
        known: frozenset[str] = frozenset()

        def transition(board: Board) -> Change:
            nonlocal placed, known
            placed = made.on(board)
            known = frozenset(placed.ids) - {idea.id for idea in placed.new}
            updated = {
                id: replace(with_paper(board.ideas[id], with_announced(old, paper)), updated=made.at)
                for id, paper in zip(placed.ids, papers, strict=True)
                if id in known and (old := board.ideas[id].paper) and old != paper
                if update or (paper.authors and not old.authors) or (paper.arxiv_id and not old.arxiv_id)
            }
            return put(board, [*placed.new, *updated.values()])

        change = self._session.do(Label.ARXIV.key, transition)
        board = change.board
        new = tuple(idea for idea in change.ideas if idea.id not in known)
        where = workflow.stage_label(CANDIDATE).lower() + "s" if stage == CANDIDATE else workflow.stage_label(stage)
        said = f"added {quoted(new)} to {where}" if new else ""
        return Added(
            outcome=Outcome(board, change.ideas, said),
            ideas=tuple(board.ideas[id] for id in dict.fromkeys(placed.ids) if id in board.ideas),
            known=known,
        )

    def categories(self, words: str = "") -> list[Category]:
        """Look categories up by code, name or description; all of them without words."""
        from ideaboard.papers.taxonomy import categories, search_categories

        used = {code for idea in self._session.shown if idea.paper for code in idea.paper.categories}
        return search_categories(words, boosted=sorted(used)) if words.strip() else list(categories())

    def bibtex(self, ids: Sequence[str]) -> str:
        """Return BibTeX for the papers of ideas, as arXiv's own pages form it.
        Raises `NotFound` when none of the ideas has a paper.
        """
        from ideaboard.papers.bibtex import bibtex

        board = self._session.shown
        papers = [paper for id in ids if (idea := board.ideas.get(id)) and (paper := idea.paper)]
        if not papers:
            raise NotFound("there is no paper here", "'ideaboard list has:paper' shows the ideas that have one")
        return bibtex(papers)


def compile_words(words: str, options: SearchOptions, now: datetime) -> CompiledQuery:
    """Compile what was typed to arXiv's grammar.
    Raises `InvalidInput` when it cannot be understood, with the position.
    """
    from ideaboard.papers.identifiers import doi_spellings, find_dois
    from ideaboard.papers.query import compile_query
    from ideaboard.service.known_papers import names_only_a_paper

    if names_only_a_paper(words) and len(dois := find_dois(words)) == 1 and not options.raw:
        words = " OR ".join(f"doi:{spelled}" for spelled in doi_spellings(dois[0]))
    return compile_query(
        words,
        categories=options.categories,
        since=_day(options.since, now),
        until=_day(options.until, now),
        raw=options.raw,
        today=now.date(),
    )


class _Named(NamedTuple):
    """The papers that texts name."""

    ids: dict[str, ArxivId]
    dois: dict[str, Paper]
    """Those that only a DOI names, by their keys."""
    alone: set[str]
    """The keys of those whose DOI was given by itself."""
    unread: list[str]


def _named_in(texts: Iterable[str]) -> _Named:
    """Find the papers that texts name; raises `InvalidInput` when there is none."""
    from ideaboard.intake.papers import papers_in
    from ideaboard.papers.identifiers import id_hint

    found = _Named({}, {}, set(), [])
    for text in texts:
        read = papers_in(text)
        for id in read.ids:
            found.ids.setdefault(id.id, id)
        named = {paper.key: paper for paper in (named_paper(PaperId("doi", doi)) for doi in read.dois)}
        found.dois.update(named)
        found.alone.update(named if len(named) == 1 and len(text.split()) < _WORDS_AROUND_A_DOI else ())
        found.unread.extend(read.unread)
        if not (read.unread or read.ids or read.dois):
            shown = clean_line(text[:200])[:60]
            where = f"'{shown}': {id_hint(text)}" if shown else "empty text"
            found.unread.append(f"there is no arXiv id in {where}")
    if not found.ids and not found.dois:
        first, *others = found.unread or ["there is no arXiv id"]
        raise InvalidInput(first, "\n".join([*others, "an id looks like 2107.07511 or hep-th/9901001"]))
    return found


def _day(text: str | None, now: datetime) -> date | None:
    """Read a date, or an age such as `30d` counted back from today."""
    if not text:
        return None
    if text.endswith("d") and text[:-1].isdecimal() and len(text) <= len("99999d"):
        return now.date() - timedelta(days=int(text[:-1]))
    return date.fromisoformat(parse_date(text))
