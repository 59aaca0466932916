"""The inbox: its order by taste with the reasons, the looks of all watches, and papers that are skipped unseen.

Taste is learned from the board alone: what was taken counts for a paper, what was shared twice, what was skipped or
dropped against it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ideaboard.core.board import ARCHIVED, Board
from ideaboard.core.changes import Change, put
from ideaboard.core.changes import skip as skip_candidates
from ideaboard.core.clock import moment, parse_moment
from ideaboard.core.ideas import Archived, Idea, Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.ranks import fresh_ranks
from ideaboard.errors import ArxivError
from ideaboard.service.arxiv import GatewayMaker, OnWait, paper_idea
from ideaboard.service.known_papers import paper_index
from ideaboard.service.session import Outcome, Session, quoted
from ideaboard.service.watches import KIND

if TYPE_CHECKING:
    from ideaboard.papers.taste import Document, Scored, Taste
    from ideaboard.service.watches import Claim, Look, Watches

CandidateOrder = Literal["taste", "date"]

_DISLIKES = frozenset(("skipped", "dropped"))
_CHUNK = 200
"""So many documents are scored between two looks at the cancel event while their words are counted."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates in an order, and what is known of their fit."""

    ids: tuple[str, ...]
    """The ids of the ideas, the best first."""
    scores: Mapping[str, Scored]

    def reasons(self, id: str) -> tuple[str, ...]:
        """Return the words that speak most for a candidate; none when nothing is known."""
        scored = self.scores.get(id)
        return scored.reasons if scored and scored.score > 0 else ()


@dataclass(frozen=True, slots=True)
class WatchLook:
    """What came of one watch during a check."""

    name: str
    look: Look | None = None
    problem: ArxivError | None = None
    skipped: bool = False
    """Whether another check has just looked."""


class Candidates:
    """Orders the inbox and fills it."""

    def __init__(self, session: Session, watches: Watches, make_gateway: GatewayMaker, claim: Claim) -> None:
        self._session = session
        self._watches = watches
        self._make_gateway = make_gateway
        self._claim = claim
        self._taste: Taste | None = None
        self._scoring = threading.Lock()

    def list(self, order: CandidateOrder = "date") -> list[Idea]:
        """Return the inbox, the newest or the best fitting first."""
        column = self._session.shown.column(CANDIDATE)
        if order == "date":
            return [*column]
        ideas = {idea.id: idea for idea in column}
        return [ideas[id] for id in self.ranked(column).ids]

    def ranked(self, ideas: Sequence[Idea] = (), cancel: threading.Event | None = None) -> Ranked:
        """Order candidates by taste; equal ones keep the order in which they came.

        Takes 2 s for 20,000 candidates the first time and 0.2 s later, so the screen calls it in a thread.

        Args:
            ideas: what to order; the inbox when there is nothing.
            cancel: ends it early, with the order as it was.
        """
        from ideaboard.papers.taste import Taste

        board = self._session.shown
        wanted = list(ideas or board.column(CANDIDATE))
        liked, skipped = marks_of(board)
        with self._scoring:
            if self._taste is None:
                self._taste = Taste()
            taste = self._taste
            taste.learn(liked, skipped)
            documents = [document_of(idea) for idea in wanted]
            for start in range(0, len(documents), _CHUNK):
                if cancel is not None and cancel.is_set():
                    return Ranked(tuple(idea.id for idea in wanted), {})
                taste.score(documents[start : start + _CHUNK])
            # Scores can be compared only within one call; the words are counted by now.
            scored = taste.score(documents)
        scores = {idea.id: one for idea, one in zip(wanted, scored, strict=True)}
        order = sorted(scores, key=lambda key: -scores[key].score)
        return Ranked(tuple(order), scores)

    def skip_papers(self, papers: Sequence[Paper]) -> Outcome:
        """Skip papers that a search found: archived as `skipped`, in one step, so that they do not come back.

        Candidates among them are skipped too; what is in a column or archived stays as it is.
        """
        now = self._session.now()
        ids = self._session.new_ids(len(papers))

        def transition(board: Board) -> Change:
            index = paper_index(board)
            ideas: list[Idea] = []
            waiting: list[str] = []
            for paper, id, rank in zip(papers, ids, fresh_ranks(now, len(ids)), strict=True):
                there = index.find(paper)
                if there is None:
                    idea = paper_idea(paper, id, KIND, CANDIDATE, (), rank, moment(now))
                    ideas.append(_skipped(idea, moment(now)))
                    index.add(id, paper)
                elif (known := board.ideas.get(there)) and known.stage == CANDIDATE and not known.archived:
                    waiting.append(there)
            added = put(board, ideas)
            left = skip_candidates(added.board, waiting, now)
            return Change(left.board, (*added.ideas, *left.ideas))

        change = self._session.do("skip", transition)
        said = f"skipped {quoted(change.ideas)}" if change else ""
        return Outcome(change.board, change.ideas, said)

    def looks(
        self,
        *,
        on_watch: Callable[[str], None] | None = None,
        on_wait: OnWait | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[WatchLook]:
        """Ask for what is new, watch by watch; nothing is written, so this may run beside the screen.

        Each look goes to `keep`, which writes.

        Args:
            on_watch: hears the name of each watch before it is asked for.
            on_wait: hears of each wait.
            cancel: ends it.

        Raises:
            ArxivError: when it is cancelled, or no turn can be had.
        """
        from ideaboard.papers.problems import Cancelled

        started = self._session.now()
        with self._claim(cancel):
            gateway = self._make_gateway(on_wait, cancel)
            for watch in self._watches.all():
                if watch.last is not None and parse_moment(watch.last) >= started:
                    yield WatchLook(watch.name, skipped=True)
                    continue
                if on_watch:
                    on_watch(watch.name)
                try:
                    look = self._watches.look(watch.name, gateway)
                except Cancelled:
                    raise
                except ArxivError as problem:
                    yield WatchLook(watch.name, problem=problem)
                else:
                    yield WatchLook(watch.name, look)

    def keep(self, look: Look) -> Look:
        """Put what a look found in the inbox; it may run where the board is changed.

        Raises:
            NotFound: when the watch was taken away meanwhile.
        """
        return self._watches.keep(look)

    def similar_words(self, paper: Paper, others: Iterable[Paper] = ()) -> str:
        """Return a search for papers like one: its most telling words in the abstract, and its main category.

        Args:
            paper: the paper.
            others: papers to tell it apart from, such as the other results.
        """
        from ideaboard.papers.taste import Document, Taste

        taste = Taste()
        whole = Document(paper.arxiv_id, paper.title, paper.abstract)
        parts = [Document("title", paper.title, ""), Document("abstract", "", paper.abstract), whole]
        taste.learn([whole], [])
        rest = [Document(f"arXiv:{one.arxiv_id}", one.title, one.abstract) for one in others if one != paper]
        known = [document_of(idea) for idea in self._session.shown.column(CANDIDATE)[:_CHUNK]]
        scored = taste.score([*parts, *rest, *known])
        words = dict.fromkeys(word for one in scored[: len(parts)] for word in one.reasons)
        # A word of one document alone tells nothing to taste, but may be all that there is.
        named = list(words) or [word for word in paper.title.split() if word.isalpha()][:3]
        asked = " OR ".join(f'abs:"{word}"' for word in named)
        category = f" cat:{paper.primary_category}" if paper.primary_category else ""
        return f"({asked}){category}"

    def like(self, paper: Paper, found: Sequence[Paper]) -> tuple[Paper, ...]:
        """Order papers by how much they are like one, the most alike first; the paper itself is left out."""
        from ideaboard.papers.taste import Document, Taste

        others = [one for one in found if one.arxiv_id != paper.arxiv_id]
        taste = Taste()
        taste.learn([Document(paper.arxiv_id, paper.title, paper.abstract)], [])
        scored = taste.score([Document(one.arxiv_id, one.title, one.abstract) for one in others])
        order = sorted(range(len(others)), key=lambda number: -scored[number].score)
        return tuple(others[number] for number in order)


def marks_of(board: Board) -> tuple[list[Document], list[Document]]:
    """Return what was taken and what was skipped or dropped, each the oldest first; what was shared counts twice."""
    liked: list[tuple[str, Idea]] = []
    skipped: list[tuple[str, Idea]] = []
    for stage in board.workflow.stage_keys:
        for idea in board.column(stage):
            if idea.paper:
                liked += [(idea.stage_since, idea)] * (2 if stage == board.workflow.last else 1)
    for idea in board.column(ARCHIVED):
        if idea.paper and idea.archived:
            side = skipped if idea.archived.because in _DISLIKES else liked
            side.append((idea.archived.at, idea))
    return _oldest_first(liked), _oldest_first(skipped)


def _oldest_first(marks: list[tuple[str, Idea]]) -> list[Document]:
    return [document_of(idea) for _, idea in sorted(marks, key=lambda mark: mark[0])]


def document_of(idea: Idea) -> Document:
    """Return what taste looks at; an idea without a paper has its title and notes."""
    from ideaboard.papers.taste import Document

    paper = idea.paper
    if paper is None:
        return Document(idea.id, idea.title, idea.notes)
    return Document(paper.arxiv_id or idea.id, paper.title or idea.title, paper.abstract)


def _skipped(idea: Idea, at: str) -> Idea:
    return replace(idea, archived=Archived(at=at, because="skipped"))
