"""What a person does with ideas: add, edit, move, order, archive, restore, delete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ideaboard.core import changes
from ideaboard.core.board import Board
from ideaboard.core.changes import Change, Edit, NewIdea
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import CANDIDATE
from ideaboard.errors import InvalidInput
from ideaboard.service.session import Outcome, Session, quoted

if TYPE_CHECKING:
    from ideaboard.core.query import Context, Query


class IdeaActions:
    """The everyday use cases; each gives an `Outcome` and is one step for undo."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, prefix: str) -> Idea:
        """Return the idea whose id starts with what a person typed.

        Raises:
            NotFound: when there is none, or when there are several.
        """
        return self._session.shown.find(prefix)

    def find_all(self, prefixes: Iterable[str]) -> list[str]:
        """Return the whole ids for several prefixes, each once."""
        return list(dict.fromkeys(self.find(prefix).id for prefix in prefixes))

    def query(self, text: str) -> Query:
        """Read a filter.

        Raises:
            InvalidInput: when a part of it cannot be understood.
        """
        from ideaboard.core.query import parse_query

        query = parse_query(text, self._session.workflow)
        if query.problems:
            raise InvalidInput(query.problems[0], "'ideaboard list --help' shows the filter language")
        return query

    def context(self) -> Context:
        """Return what queries are asked against; keep it while filtering, since it remembers folded texts."""
        from ideaboard.core.query import Context

        return Context(self._session.workflow, self._session.now())

    def add(self, new: Sequence[NewIdea]) -> Outcome:
        """Add ideas, in order, at the end of their columns.

        Raises:
            InvalidInput: when a title, kind, stage, tag, link or date cannot be taken; none is added then.
        """
        ids = self._session.new_ids(len(new))
        now = self._session.now()
        uids = new_uids(len(new)) if any(one.stage for one in new) else []
        before = self._session.shown
        change = self._session.do("add", lambda board: changes.add(board, new, ids, now, uids=uids))
        stages = {idea.stage for idea in change.ideas}
        where = f" to {self._session.workflow.stage_label(stages.pop())}" if len(stages) == 1 else ""
        return self._outcome(change, f"added {quoted(change.ideas)}{where}" if change.ideas else "", before)

    def edit(self, ids: Sequence[str], edit: Edit) -> Outcome:
        """Change fields of ideas."""
        now = self._session.now()
        change = self._session.do("edit", lambda board: changes.edit(board, ids, edit, now))
        return self._outcome(change, f"changed {quoted(change.ideas)}" if change else "")

    def tick(self, id: str, point: str) -> Outcome:
        """Tick a point of the checklist, or take the tick away."""
        now = self._session.now()
        there = self._session.shown.ideas.get(id)
        done = there is None or point not in there.ticks
        change = self._session.do("tick", lambda board: changes.tick(board, id, point, now, done=done))
        return self._outcome(change, f"ticked '{point}'" if done else f"took the tick from '{point}'")

    def move(self, ids: Sequence[str], to: str) -> Outcome:
        """Move ideas to a stage (its key or name, `next` or `prev`)."""
        now = self._session.now()
        workflow = self._session.workflow
        # Making names takes longer than the move, and only what comes to the last stage is given one.
        uids = new_uids(len(ids)) if to == "next" or workflow.stage_key(to) == workflow.last else []
        before = self._session.shown
        change = self._session.do("move", lambda board: changes.move(board, ids, to, now, uids=uids))
        stages = {idea.stage for idea in change.ideas}
        where = f" to {self._session.workflow.stage_label(stages.pop())}" if len(stages) == 1 else ""
        return self._outcome(change, f"moved {quoted(change.ideas)}{where}" if change else "", before)

    def place(self, id: str, stage: str, index: int) -> Outcome:
        """Put an idea at a position of a stage's column, as one step: what dragging a card does."""
        now = self._session.now()
        uids = new_uids(1) if stage == self._session.workflow.last else []

        def transition(board: Board) -> Change:
            moved = changes.move(board, [id], stage, now, uids=uids)
            if stage in (board.workflow.last, CANDIDATE):
                return moved
            placed = changes.place(moved.board, id, index, now)
            changed = {idea.id: idea for idea in (*moved.ideas, *placed.ideas)}
            return Change(placed.board, tuple(changed.values()))

        before = self._session.shown
        change = self._session.do("move", transition)
        return self._outcome(change, f"moved {quoted(change.ideas)}" if change else "", before)

    def reorder(self, ids: Sequence[str], step: int) -> Outcome:
        """Move ideas up (-1) or down (+1) in their columns."""
        now = self._session.now()
        change = self._session.do("reorder", lambda board: changes.reorder(board, ids, step, now))
        return self._outcome(change, f"moved {quoted(change.ideas)} {'up' if step < 0 else 'down'}" if change else "")

    def archive(self, ids: Sequence[str], because: str = "dropped", note: str = "") -> Outcome:
        """Take ideas out of the columns, with a reason."""
        now = self._session.now()
        change = self._session.do("archive", lambda board: changes.archive(board, ids, because, note, now))
        return self._outcome(change, f"archived {quoted(change.ideas)} as {because}" if change else "")

    def restore(self, ids: Sequence[str]) -> Outcome:
        """Bring archived ideas back to their stage."""
        now = self._session.now()
        before = self._session.shown
        change = self._session.do("restore", lambda board: changes.restore(board, ids, now))
        return self._outcome(change, f"brought back {quoted(change.ideas)}" if change else "", before)

    def delete(self, ids: Sequence[str]) -> Outcome:
        """Take ideas off the board; undo brings them back."""
        gone = [self._session.shown.ideas[id] for id in ids if id in self._session.shown.ideas]
        change = self._session.do("delete", lambda board: changes.delete(board, ids))
        return self._outcome(change, f"deleted {quoted(gone)}" if change else "")

    def take(self, ids: Sequence[str], kind: str, stage: str = "") -> Outcome:
        """Take candidates onto the board as a kind."""
        now = self._session.now()
        uids = new_uids(len(ids))
        before = self._session.shown
        change = self._session.do("take", lambda board: changes.candidates_to(board, ids, kind, stage, now, uids=uids))
        label = self._session.workflow.kind_label(kind)
        return self._outcome(change, f"took {quoted(change.ideas)} as {label.lower()}" if change else "", before)

    def skip(self, ids: Sequence[str]) -> Outcome:
        """Skip candidates, so that they do not come back."""
        now = self._session.now()
        change = self._session.do("skip", lambda board: changes.skip(board, ids, now))
        return self._outcome(change, f"skipped {quoted(change.ideas)}" if change else "")

    def similar_titles(self, title: str, limit: int = 3) -> list[Idea]:
        """Return ideas whose titles share most of their words with one that is being typed."""
        from ideaboard.core.twins import similar_ideas

        return similar_ideas(title, self._session.shown, limit)

    def _outcome(self, change: Change, said: str, before: Board | None = None) -> Outcome:
        return Outcome(change.board, change.ideas, said, "" if before is None else _overfull(before, change.board))


def _overfull(before: Board, after: Board) -> str:
    """Say which columns are over their limit now and hold more than before."""
    return "; ".join(
        f"{stage.label} now holds {len(after.column(stage.key))}, its limit is {stage.limit}"
        for stage in after.workflow.stages
        if after.over_limit(stage.key) and len(after.column(stage.key)) > len(before.column(stage.key))
    )


def new_uids(count: int) -> list[str]:
    """Make permanent names for feed items (RFC 4122 URNs)."""
    import uuid

    return [f"urn:uuid:{uuid.uuid4()}" for _ in range(count)]
