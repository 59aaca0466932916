"""Papers of which little more than a name is known: typed, or imported. They are asked for when somebody asks anyway.

What nobody knows is said once, and asked for again ever more rarely: a paper that is a day old, or a wrong number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from ideaboard.core.board import Board
from ideaboard.core.changes import Change, put
from ideaboard.core.ideas import GIVERS, Idea, Paper
from ideaboard.core.text import clean_line
from ideaboard.service.known_papers import PaperIndex, filled_in, is_bare, with_paper
from ideaboard.service.memory import Unanswered
from ideaboard.service.session import Label, Session

if TYPE_CHECKING:
    from ideaboard.papers.arxiv.answers import Asking
    from ideaboard.papers.sources import Found, SourceMaker
    from ideaboard.service.likes import Likes


@dataclass(frozen=True, slots=True)
class Filled:
    """What came of asking."""

    ids: tuple[str, ...] = ()
    """The ideas that were filled in."""
    unknown: tuple[str, ...] = ()
    """A sentence for each paper that nobody knows, when it is found out."""


class Filling:
    """Fills in the papers on the board, wherever they are, and those that are liked when there are any."""

    def __init__(
        self, session: Session, make_sources: SourceMaker, unanswered: Unanswered, likes: Callable[[], Likes | None]
    ) -> None:
        self._session = session
        self._make_sources = make_sources
        self._likes = likes
        self._unanswered = unanswered
        self._labels: dict[str, str] = {}

    def wanted(self) -> list[Paper]:
        """Return the papers to ask for: those of which something is missing, unless nobody knew them lately."""
        bare = [(_name(idea), paper) for idea, paper in _bare(self._session.shown)]
        if likes := self._likes():
            bare += [(f"like {like.paper.key}", like.paper) for like in likes.wanted()]
        due = self._unanswered.due([name for name, _ in bare], self._session.now()) if bare else ()
        return list({paper.key: paper for name, paper in bare if name in due}.values())

    def unite(self) -> None:
        """Let what is known by its DOI alone be its twin on arXiv where the board has that, as a merge may bring it.

        Ideas about one paper on arXiv are shown as one, see `ideaboard.core.twins`.
        """
        from ideaboard.papers.sources import united

        def transition(board: Board) -> Change:
            alone = [(idea, paper) for idea in board if (paper := idea.paper) and not paper.on_arxiv and paper.key]
            if not alone:
                return Change(board)
            there = {idea.id: paper for idea in board if (paper := idea.paper) and paper.on_arxiv}
            index = PaperIndex(there.items())
            twins = [(idea, there[id], paper) for idea, paper in alone if (id := index.find(paper))]
            return put(board, [with_paper(idea, united(twin.read(), paper)) for idea, twin, paper in twins])

        self._session.do(Label.CHECK.key, transition)

    def ask(self, wanted: Sequence[Paper], **asking: Unpack[Asking]) -> Found:
        """Ask for papers; nothing is written, so this may run beside the screen.
        Raises `ArxivError` when the person stopped it.
        """
        from ideaboard.papers.sources import look_up, who_has_none

        sources = self._make_sources(asking)
        self._labels = {giver: who_has_none(sources, giver) for giver in GIVERS}
        return look_up(sources, wanted, refresh=True)

    def keep(self, wanted: Sequence[Paper], found: Found) -> Filled:
        """Give what was found to the ideas, as one step, and remember what nobody knows."""
        ids: tuple[str, ...] = ()

        def transition(board: Board) -> Change:
            nonlocal ids
            there = [(idea, old, new) for idea, old in _bare(board) if (new := found.papers.get(old.key))]
            changed = [with_paper(idea, full) for idea, old, new in there if (full := filled_in(old, new)) != old]
            ids = tuple(idea.id for idea in changed)
            return put(board, changed)

        likes = self._likes()
        liked = likes.fill(found) if likes else []
        if found.papers:
            also = (lambda: likes.write(liked)) if likes and liked else None
            self._session.do(Label.CHECK.key, transition, also)
        asked = {paper.key for paper in wanted} - found.unsure
        # What is still bare would be asked for at every look: nobody knows more of it.
        silent = [idea for idea, paper in _bare(self._session.shown) if paper.key in asked]
        names = [*map(_name, silent), *(f"like {key}" for key in asked.intersection(_keys(likes)))]
        new = self._unanswered.note(names, self._session.now())
        unknown = [idea for idea in silent if idea.paper and idea.paper.key not in found.papers and _name(idea) in new]
        return Filled(ids, tuple(map(self._said, unknown)))

    def _said(self, idea: Idea) -> str:
        paper = idea.paper or Paper()
        giver, name = paper.id or ("", "")
        title = clean_line(idea.title)
        about = idea.id if title == paper.label else f"{idea.id} '{title[:60]}'"
        advice = "check the id" if giver == "arxiv" else "it stays an idea with that link"
        return f"{self._labels[giver]} {name} ({about}): {advice}; it is asked for again later"


def _bare(ideas: Iterable[Idea]) -> list[tuple[Idea, Paper]]:
    return [(idea, paper) for idea in ideas if (paper := idea.paper) and is_bare(paper)]


def _keys(likes: Likes | None) -> Iterator[str]:
    return (like.paper.key for like in likes.wanted()) if likes else iter(())


def _name(idea: Idea) -> str:
    return clean_line(f"{idea.id} {idea.paper.key if idea.paper else ''}")[:200]
