"""News of the papers in the columns of the board: new versions, and papers that were withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ideaboard.core.board import Board
from ideaboard.core.changes import Change, put
from ideaboard.core.ideas import Idea, Paper, version_number
from ideaboard.core.text import counted
from ideaboard.errors import ArxivError, InvalidInput
from ideaboard.service.known_papers import filled_in, is_bare, with_paper
from ideaboard.service.session import Label, Session
from ideaboard.service.watch_looks import WRONGLY, refuse_stale

if TYPE_CHECKING:
    from ideaboard.papers.arxiv.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Update:
    """News of a paper on the board."""

    id: str
    arxiv_id: str
    before: str
    after: str
    withdrawn: bool


def paper_news(session: Session, gateway: Gateway) -> tuple[list[Update], list[InvalidInput]]:
    """Ask for the newest versions of the papers in the columns, and mark what has changed.

    Returns the news, and what is wrong with those not asked for.
    """
    from ideaboard.papers.arxiv.feed import split_id

    stages = session.workflow.stage_keys
    ideas = [(idea, idea.paper) for stage in stages for idea in session.shown.column(stage) if idea.paper]
    known = {paper.arxiv_id for _, paper in ideas if split_id(paper.arxiv_id)}
    unknown = [
        InvalidInput(f"'{idea.title}' has no arXiv id but '{paper.arxiv_id}'", "no news of it can be had")
        for idea, paper in ideas
        if paper.arxiv_id and paper.arxiv_id not in known
    ]
    ideas = [(idea, paper) for idea, paper in ideas if paper.arxiv_id in known and not is_bare(paper)]
    asked = dict.fromkeys(paper.arxiv_id for _, paper in ideas)
    if not asked:
        return [], unknown
    answer = gateway.by_ids(list(asked), refresh=True)
    refuse_stale(answer)
    newest = {paper.arxiv_id: paper for paper in answer.papers}
    if not newest and not answer.unreadable and any(paper.authors for _, paper in ideas):
        number = counted(len(asked), "paper")
        raise ArxivError(f"arXiv says that it has none of the {number} on the board, {WRONGLY}", "check again later")
    changed, updates = _compared(ideas, newest)

    def transition(board: Board) -> Change:
        there = [(board.ideas[id], paper) for id, paper in changed.items() if id in board.ideas]
        return put(board, [with_paper(idea, paper) for idea, paper in there])

    if changed:
        session.do(Label.CHECK.key, transition)
    return updates, unknown


def _compared(
    ideas: Iterable[tuple[Idea, Paper]], newest: Mapping[str, Paper]
) -> tuple[dict[str, Paper], list[Update]]:
    """Return the papers that have to be changed, by the ids of their ideas, and what is news of them."""
    changed: dict[str, Paper] = {}
    updates: list[Update] = []
    for idea, old in ideas:
        new = newest.get(old.arxiv_id)
        if new is None:
            continue
        if not old.published and new.published:  # announcements do not say when it was submitted
            old = changed[idea.id] = filled_in(old, new)
        shown = old.latest_version or old.version
        if version_number(new.version) > version_number(shown) or (new.withdrawn and not old.withdrawn):
            later = new.version if version_number(new.version) > version_number(old.version) else old.latest_version
            changed[idea.id] = replace(old, latest_version=later, withdrawn=new.withdrawn)
            updates.append(Update(idea.id, old.arxiv_id, shown, new.version, new.withdrawn))
    return changed, updates
