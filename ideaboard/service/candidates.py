"""The inbox: its order by taste with the reasons, and papers that are skipped unseen.

Taste is learned from the board: what was taken counts for a paper, what was shared twice, what was skipped or dropped
against it; and from papers that are liked without being cards (`ideaboard.service.likes`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ideaboard.core.board import ARCHIVED, Board
from ideaboard.core.changes import Change, put
from ideaboard.core.changes import skip as skip_candidates
from ideaboard.core.ideas import Archived, Idea, Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.service.known_papers import BoardPapers, PapersAsIdeas
from ideaboard.service.session import Label, Outcome, Session
from ideaboard.service.watches import KIND

if TYPE_CHECKING:
    from ideaboard.papers.taste import Document, Scored, Taste
    from ideaboard.service.known_words import KnownWords
    from ideaboard.service.likes import Likes

_DISLIKES = frozenset(("skipped", "dropped"))
_CHUNK = 200
"""So many documents are met between two looks at the cancel event."""
ASKED = 5
"""About so many candidates a person is asked who has not marked anything."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates in an order, and what is known of their fit."""

    ids: tuple[str, ...]
    """The ids of the ideas, the best first."""
    scores: Mapping[str, Scored]
    asked: frozenset[str] = frozenset()
    """Those that stand first since they tell most of a taste of which nothing is known."""

    def reasons(self, id: str) -> tuple[str, ...]:
        """Return what speaks most for a candidate; nothing when nothing is known."""
        scored = self.scores.get(id)
        return scored.reasons if scored and scored.score > 0 else ()


class Candidates:
    """Orders the inbox."""

    def __init__(self, session: Session, likes: Callable[[], Likes | None], words: KnownWords) -> None:
        self._session = session
        self._likes = likes
        self._words = words
        self._taste: Taste | None = None
        self._scoring = threading.Lock()

    def ranked(self, cancel: threading.Event | None = None) -> Ranked:
        """Order the inbox by taste; equal ones keep the order in which they came.

        As long as nothing was marked, the few that tell most apart come first, to be asked about. It takes a second
        for 6,000 candidates the first time and 0.1 s later, so the screen calls it in a thread; `cancel` ends it early,
        with the order as it was.
        """
        from ideaboard.papers.taste import Taste

        board = self._session.shown
        wanted = board.column(CANDIDATE)
        liked, skipped = marks_of(board)
        liked = [*self._liked_elsewhere(board), *liked]
        with self._scoring:
            if self._taste is None:
                self._taste = Taste(self._words.frequencies())
            taste = self._taste
            taste.learn(liked, skipped)
            documents = [document_of(idea) for idea in wanted]
            for start in range(0, len(documents), _CHUNK):
                if cancel is not None and cancel.is_set():
                    return Ranked(tuple(idea.id for idea in wanted), {})
                taste.meet(documents[start : start + _CHUNK])
            scored = taste.score(documents)
            asks = not liked and not skipped and len(documents) > ASKED
            asked = [wanted[place].id for place in taste.most_telling(documents, ASKED)] if asks else []
        scores = {idea.id: one for idea, one in zip(wanted, scored, strict=True)}
        order = sorted(scores, key=lambda key: -scores[key].score)
        return Ranked(tuple(dict.fromkeys([*asked, *order])), scores, frozenset(asked))

    def _liked_elsewhere(self, board: Board) -> list[Document]:
        """Return the papers that are liked and no cards: they count as marks that are older than those of the board."""
        if (likes := self._likes()) is None:
            return []
        index = BoardPapers(board)
        there = ((like, board.ideas.get(index.find(like.paper) or "")) for like in likes.all())
        counting = [like for like, idea in there if idea is None or (idea.stage == CANDIDATE and not idea.archived)]
        return [_document(like.paper, like.id) for like in counting]

    def skip_papers(self, papers: Sequence[Paper]) -> Outcome:
        """Skip papers that a search found: archived as `skipped`, in one step, so that they do not come back.

        Candidates among them are skipped too; what is in a column or archived stays as it is.
        """
        made = PapersAsIdeas(self._session, papers, KIND, CANDIDATE)

        def transition(board: Board, now: datetime) -> Change:
            placed = made.on(board)
            known = [idea for id in dict.fromkeys(placed.ids) if (idea := board.ideas.get(id))]
            waiting = [idea.id for idea in known if idea.stage == CANDIDATE and not idea.archived]
            skipped = Archived(at=made.at, because="skipped")
            added = put(board, [replace(idea, archived=skipped) for idea in placed.new])
            left = skip_candidates(added.board, waiting, now)
            return Change(left.board, (*added.ideas, *left.ideas))

        return self._session.act(Label.SKIP, transition)

    def similar_words(self, paper: Paper, others: Iterable[Paper] = ()) -> str:
        """Return a search for papers like one: its most telling words in the abstract, and its main category.

        They are those that tell it apart from the others, such as the other results.
        """
        from ideaboard.papers.taste import Document, Taste

        taste = Taste()
        whole = Document(paper.key, paper.title, paper.abstract)
        parts = [Document("title", paper.title, ""), Document("abstract", "", paper.abstract), whole]
        taste.learn([whole], [])
        rest = [Document(one.label, one.title, one.abstract) for one in others if one != paper]
        known = [document_of(idea) for idea in self._session.shown.column(CANDIDATE)[:_CHUNK]]
        scored = taste.score([*parts, *rest, *known])
        words = dict.fromkeys(word for one in scored[: len(parts)] for word in one.phrases)
        # A word of one document alone tells nothing to taste, but may be all that there is.
        named = list(words) or [word for word in paper.title.split() if word.isalpha()][:3]
        asked = " OR ".join(f'abs:"{word}"' for word in named)
        category = f" cat:{paper.primary_category}" if paper.primary_category else ""
        return f"({asked}){category}"

    def like(self, paper: Paper, found: Sequence[Paper]) -> tuple[Paper, ...]:
        """Order papers by how much they are like one, the most alike first; the paper itself is left out."""
        from ideaboard.papers.taste import Document, Taste

        others = [one for one in found if one.key != paper.key]
        taste = Taste(self._words.frequencies())
        taste.learn([Document(paper.key, paper.title, paper.abstract)], [])
        scored = taste.score([Document(one.key, one.title, one.abstract) for one in others])
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
    # A title that is no more than a name of the paper says nothing of it.
    title = "" if idea.title == paper.label else idea.title
    return _document(paper if paper.title else replace(paper, title=title), idea.id)


def _document(paper: Paper, id: str) -> Document:
    from ideaboard.papers.taste import Document

    return Document(paper.key or id, paper.title, paper.abstract, paper.authors)
