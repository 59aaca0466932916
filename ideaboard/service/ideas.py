"""What a person does with ideas: add, edit, move, order, archive, restore, delete."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ideaboard.core import changes
from ideaboard.core.board import Board
from ideaboard.core.changes import Change, Edit, NewIdea
from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.text import counted
from ideaboard.errors import InvalidInput
from ideaboard.service.session import Label, Outcome, Session, quoted

if TYPE_CHECKING:
    from ideaboard.core.facts import FactsById
    from ideaboard.core.query import Context, Query

# An id has at least four digits in a row; nothing is loaded for what has none.
_MAY_BE_AN_ID = re.compile("[0-9]{4}")


class IdeaActions:
    """The everyday use cases; each gives an `Outcome` and is one step for undo."""

    def __init__(self, session: Session, facts: Callable[[], FactsById]) -> None:
        self._session = session
        self._facts = facts

    def find(self, prefix: str) -> Idea:
        """Return the idea whose id starts with what a person typed; raises `NotFound` unless there is one."""
        return self._session.shown.find(prefix)

    def find_all(self, prefixes: Iterable[str]) -> list[str]:
        """Return the whole ids for several prefixes, each once."""
        return list(dict.fromkeys(self.find(prefix).id for prefix in prefixes))

    def query(self, text: str) -> Query:
        """Read a filter. Raises `InvalidInput` when a part of it cannot be understood."""
        from ideaboard.core.query import parse_query

        query = parse_query(text, self._session.workflow)
        if query.problems:
            raise InvalidInput(query.problems[0], "'ideaboard list --help' shows the filter language")
        return query

    def context(self) -> Context:
        """Return what queries are asked against; keep it while filtering, since it remembers folded texts."""
        from ideaboard.core.query import Context

        return Context(self._session.workflow, self._session.now(), self._facts)

    def add(self, new: Sequence[NewIdea]) -> Outcome:
        """Add ideas, in order, at the end of their columns; what names a paper is one, as far as it is known yet.
        Raises `InvalidInput` when a title, kind, stage, tag, link or date cannot be taken; none is added then.
        """
        new, warning = self._with_papers(new)
        ids = self._session.new_ids(len(new))
        uids = new_uids(len(new)) if any(one.stage for one in new) else []
        outcome = self._session.act(Label.ADD, lambda board, now: changes.add(board, new, ids, now, uids=uids))
        return self._with_stage(outcome._replace(warning="; ".join(filter(None, (outcome.warning, warning)))))

    def _with_papers(self, new: Sequence[NewIdea]) -> tuple[Sequence[NewIdea], str]:
        """Make papers of what names one that is not on the board, and return what to say of it; nobody is asked."""
        if not any(_MAY_BE_AN_ID.search(f"{one.title} {one.url}") for one in new):
            return new, ""
        from ideaboard.service.known_papers import BoardPapers, names_only_a_paper, paper_meant, told_later

        index = BoardPapers(self._session.shown)
        kinds = self._session.workflow.kind_keys
        ready: list[NewIdea] = []
        named: list[Paper] = []
        known = 0
        for one in new:
            paper = paper_meant(one.title, (one.url,) if one.url else ())
            if paper is None or index.find(paper) is not None:
                known += paper is not None
                ready.append(one)
                continue
            index.add("", paper)
            named.append(paper)
            bare = names_only_a_paper(one.title)
            kind = one.kind or ("summary" if bare and "summary" in kinds else "")
            title = paper.label if bare else one.title
            ready.append(one._replace(title=title, kind=kind, url=one.url or paper.url, paper=paper))
        kept = f"{counted(known, 'paper')} on the board already, so kept as text" if known else ""
        return ready, "; ".join(filter(None, (told_later(named), kept)))

    def edit(self, ids: Sequence[str], edit: Edit) -> Outcome:
        return self._session.act(Label.EDIT, lambda board, now: changes.edit(board, ids, edit, now))

    def tick(self, id: str, point: str) -> Outcome:
        """Tick a point of the checklist, or take the tick away."""
        there = self._session.shown.ideas.get(id)
        done = there is None or point not in there.ticks
        outcome = self._session.act(Label.TICK, lambda board, now: changes.tick(board, id, point, now, done=done))
        return outcome._replace(said=f"ticked '{point}'" if done else f"took the tick from '{point}'")

    def move(self, ids: Sequence[str], to: str) -> Outcome:
        """Move ideas to a stage (its key or name, `next` or `prev`)."""
        workflow = self._session.workflow
        # Making names takes longer than the move, and only what comes to the last stage is given one.
        uids = new_uids(len(ids)) if to == "next" or workflow.stage_key(to) == workflow.last else []
        outcome = self._session.act(Label.MOVE, lambda board, now: changes.move(board, ids, to, now, uids=uids))
        return self._with_stage(outcome)

    def place(self, id: str, stage: str, index: int) -> Outcome:
        """Put an idea at a position of a stage's column, as one step: what dragging a card does."""
        uids = new_uids(1) if stage == self._session.workflow.last else []

        def transition(board: Board, now: datetime) -> Change:
            moved = changes.move(board, [id], stage, now, uids=uids)
            if stage in (board.workflow.last, CANDIDATE):
                return moved
            placed = changes.place(moved.board, id, index, now)
            changed = {idea.id: idea for idea in (*moved.ideas, *placed.ideas)}
            return Change(placed.board, tuple(changed.values()))

        return self._session.act(Label.MOVE, transition)

    def reorder(self, ids: Sequence[str], step: int) -> Outcome:
        """Move ideas up (-1) or down (+1) in their columns."""
        outcome = self._session.act(Label.REORDER, lambda board, now: changes.reorder(board, ids, step, now))
        return outcome._replace(
            said=f"moved {quoted(outcome.ideas)} {'up' if step < 0 else 'down'}" if outcome.said else ""
        )

    def archive(self, ids: Sequence[str], because: str = "dropped", note: str = "") -> Outcome:
        return self._session.act(
            Label.ARCHIVE, lambda board, now: changes.archive(board, ids, because, note, now), f" as {because}"
        )

    def restore(self, ids: Sequence[str]) -> Outcome:
        return self._session.act(Label.RESTORE, lambda board, now: changes.restore(board, ids, now))

    def delete(self, ids: Sequence[str]) -> Outcome:
        gone = [self._session.shown.ideas[id] for id in ids if id in self._session.shown.ideas]
        outcome = self._session.act(Label.DELETE, lambda board, _: changes.delete(board, ids))
        return outcome._replace(said=f"deleted {quoted(gone)}" if outcome.said else "")

    def take(self, ids: Sequence[str], kind: str, stage: str = "") -> Outcome:
        uids = new_uids(len(ids))
        return self._session.act(
            Label.TAKE,
            lambda board, now: changes.candidates_to(board, ids, kind, stage, now, uids=uids),
            f" as {self._session.workflow.kind_label(kind).lower()}",
        )

    def skip(self, ids: Sequence[str]) -> Outcome:
        """Skip candidates, so that they do not come back."""
        return self._session.act(Label.SKIP, lambda board, now: changes.skip(board, ids, now))

    def similar_titles(self, title: str, limit: int = 3) -> list[Idea]:
        """Return ideas whose titles share most of their words with one that is being typed."""
        from ideaboard.core.twins import similar_ideas

        return similar_ideas(title, self._session.shown, limit)

    def _with_stage(self, outcome: Outcome) -> Outcome:
        """Say where the ideas are now, when that is one place."""
        stages = {idea.stage for idea in outcome.ideas}
        if len(stages) != 1:
            return outcome
        return outcome._replace(said=f"{outcome.said} to {self._session.workflow.stage_label(stages.pop())}")


def new_uids(count: int) -> list[str]:
    """Make permanent names for feed items (RFC 4122 URNs)."""
    import uuid

    return [f"urn:uuid:{uuid.uuid4()}" for _ in range(count)]
