"""The board: all ideas, in columns and in order, as one immutable value.

A change gives a new board that shares everything it did not touch, so keeping the old one (for undo in the picture, or
while a save is under way) costs nothing. What a change costs hardly depends on how many ideas there are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import chain, pairwise, takewhile
from operator import attrgetter
from typing import NamedTuple

from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import CANDIDATE, Workflow
from ideaboard.core.late import known_of
from ideaboard.core.persistent import ChunkedRow, LayeredMap
from ideaboard.errors import NotFound

ARCHIVED = "archived"
"""The key under which `Board.columns` keeps what left the columns, newest first."""

# From so many changes on (and this share of all ideas) sorting everything costs less than placing each.
_FEW = 16
_SHARE = 64

_FLIP = str.maketrans("0123456789", "9876543210")


class Waiting(NamedTuple):
    """How many responses wait for an answer."""

    questions: int = 0
    opportunities: int = 0

    def with_those_of(self, idea: Idea, sign: int = 1) -> Waiting:
        """Count those of an idea in, or out (-1)."""
        if not (waiting := idea.waiting) or idea.archived:
            return self
        questions = sum(response.type == "question" for response in waiting)
        return Waiting(self.questions + sign * questions, self.opportunities + sign * (len(waiting) - questions))


@dataclass(frozen=True, slots=True)
class Board:
    """Ideas by id, and by column: each is in one only, its stage's, the inbox (`candidate`), or `archived`."""

    workflow: Workflow
    ideas: LayeredMap[str, Idea]
    columns: Mapping[str, ChunkedRow[Idea]]
    waiting: Waiting = field(default_factory=Waiting)
    """What nobody has answered yet, on ideas that are not archived."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other ids of ideas; see `ideaboard.core.twins`."""
    counted: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    """What `shared_since` counted, by day."""

    @classmethod
    def of(cls, ideas: Iterable[Idea], workflow: Workflow, aliases: Mapping[str, str] | None = None) -> Board:
        """Build a board from ideas in any order."""
        by_id = {idea.id: idea for idea in ideas}
        columns: dict[str, list[Idea]] = {key: [] for key in (CANDIDATE, *workflow.stage_keys, ARCHIVED)}
        of_stage = {stage: columns[workflow.column_of(stage)] for stage in {idea.stage for idea in by_id.values()}}
        for idea in by_id.values():
            (of_stage[idea.stage] if idea.archived is None else columns[ARCHIVED]).append(idea)
        in_order = {key: ChunkedRow(_sorted(column, key, workflow)) for key, column in columns.items()}
        waiting = reduce(Waiting.with_those_of, filter(_RESPONSES, by_id.values()), Waiting())
        return cls(workflow, LayeredMap(by_id), in_order, waiting, aliases or {})

    @classmethod
    def of_columns(
        cls,
        columns: Mapping[str, list[Idea]],
        others: Iterable[Idea],
        workflow: Workflow,
        aliases: Mapping[str, str] | None = None,
    ) -> Board:
        """Build a board from columns that are in order, which are used up, and others to put in their places."""
        ideas: dict[str, Idea] = {}
        for column in columns.values():
            ideas.update(zip(map(_ID, column), column, strict=True))
        waiting = reduce(Waiting.with_those_of, filter(_RESPONSES, ideas.values()), Waiting())
        for idea in others:
            ideas[idea.id] = idea
            key = _column(idea, workflow)
            place = bisect_left(
                columns[key], _sort_key(idea, key, workflow), key=partial(_sort_key, column=key, workflow=workflow)
            )
            columns[key].insert(place, idea)
            waiting = waiting.with_those_of(idea)
        in_order = {key: ChunkedRow(column) for key, column in columns.items()}
        return cls(workflow, LayeredMap(ideas), in_order, waiting, aliases or {})

    def column(self, stage: str) -> Sequence[Idea]:
        return self.columns.get(stage, ())

    def column_of(self, idea: Idea) -> str:
        """Name the column that an idea is in: a stage, `candidate` or `archived`."""
        return _column(idea, self.workflow)

    def index_of(self, idea: Idea) -> int:
        """Return where an idea of the board stands in its column."""
        key = _column(idea, self.workflow)
        return _place(self.columns[key], idea, key, self.workflow)

    def in_order(self, ids: Iterable[str]) -> list[Idea]:
        """Return the ideas of ids that are on the board, in the order of `__iter__`."""
        order = {key: number for number, key in enumerate(self._column_keys())}
        found = [idea for id in ids if (idea := self.ideas.get(id))]
        return sorted(found, key=lambda idea: (order[self.column_of(idea)], self.index_of(idea)))

    def is_in(self, column: str, id: str) -> bool:
        idea = self.ideas.get(id)
        return idea is not None and self.column_of(idea) == column

    def __iter__(self) -> Iterator[Idea]:
        """Go through all ideas: the columns from left to right, then the inbox, then the archive."""
        return chain.from_iterable(map(self.columns.__getitem__, self._column_keys()))

    def _column_keys(self) -> tuple[str, ...]:
        return (*self.workflow.stage_keys, CANDIDATE, ARCHIVED)

    def __len__(self) -> int:
        return len(self.ideas)

    def find(self, prefix: str) -> Idea:
        """Return the idea whose id is, or starts with, what a person typed; raises `NotFound` unless there is one."""
        wanted = prefix.strip().lower()
        if found := self.ideas.get(self.aliases.get(wanted, wanted)):
            return found
        fitting = [idea for idea in self.ideas.values() if wanted and idea.id.startswith(wanted)]
        if wanted and not fitting:
            others = dict.fromkeys(shown for id, shown in self.aliases.items() if id.startswith(wanted))
            fitting = [self.ideas[id] for id in others if id in self.ideas]
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            raise NotFound(f"there is no idea '{prefix}'", "'ideaboard list' shows the ids")
        named = "\n".join(f"  {idea.id}  {idea.title}" for idea in sorted(fitting, key=lambda idea: idea.id)[:20])
        more = f"\n  and {len(fitting) - 20} more" if len(fitting) > 20 else ""
        raise NotFound(f"'{prefix}' fits {len(fitting)} ideas", f"type more of the id:\n{named}{more}")

    def prefix_lengths(self) -> dict[str, int]:
        """Return for every id how many of its characters tell it apart from all others (at least 3)."""
        ids = sorted(self.ideas)
        lengths = dict.fromkeys(ids, 3)
        for left, right in pairwise(ids):
            if left[:3] != right[:3]:
                continue
            shared = 3
            while shared < len(left) - 1 and shared < len(right) and left[shared] == right[shared]:
                shared += 1
            lengths[left] = max(lengths[left], shared + 1)
            lengths[right] = max(lengths[right], shared + 1)
        return lengths

    def over_limit(self, stage: str) -> bool:
        limit = next((found.limit for found in self.workflow.stages if found.key == stage), 0)
        return bool(limit) and len(self.column(stage)) > limit

    def shows_the_same(self, other: Board) -> bool:
        """Tell whether another board has equal ideas in the same order; all of them are in the columns.

        Of two boards one of which came of the other only what differs is compared.
        """
        return self is other or self.columns == other.columns

    def shared_since(self, day: str) -> int:
        """Return how many ideas were shared on a day or later; counted once, and kept up with the changes after."""
        count = self.counted.get(day)
        if count is None:
            shared = takewhile(lambda idea: _shared(idea)[0] >= day, self.column(self.workflow.last))
            count = self.counted[day] = sum(_shared(idea)[1] >= day for idea in shared)
        return count

    def with_changes(
        self, changed: Iterable[Idea], removed: Iterable[str] = (), aliases: Mapping[str, str] | None = None
    ) -> Board:
        """Return the board with some ideas in place of those with their ids, without others, and with other aliases."""
        aliases = self.aliases if aliases is None else aliases
        latest = {idea.id: idea for idea in changed}
        gone = dict.fromkeys(removed)
        ideas = self.ideas.with_changes(latest, gone)
        if len(latest) + len(gone) > _FEW + len(ideas) // _SHARE:
            return Board.of(ideas.values(), self.workflow, aliases)
        columns = dict(self.columns)
        waiting, counted = self.waiting, dict(self.counted)

        def count(idea: Idea, sign: int) -> Waiting:
            if _column(idea, self.workflow) == self.workflow.last:
                for day in counted:
                    counted[day] += sign * (min(_shared(idea)) >= day)
            return waiting.with_those_of(idea, sign)

        for id in {**gone, **latest}:
            if old := self.ideas.get(id):
                _splice(columns, old, self.workflow, out=True)
                waiting = count(old, -1)
        for idea in latest.values():
            _splice(columns, idea, self.workflow)
            waiting = count(idea, 1)
        return Board(self.workflow, ideas, columns, waiting, aliases, counted)


class Marks(NamedTuple):
    """The ideas that the next action is for."""

    ids: frozenset[str] = frozenset()

    def toggle(self, id: str) -> Marks:
        return Marks(self.ids ^ {id})

    def toggle_all(self, ids: Iterable[str]) -> Marks:
        """Mark all of them, or none of them when all are marked."""
        listed = frozenset(ids)
        return Marks(self.ids - listed if listed <= self.ids else self.ids | listed)

    def on(self, board: Board) -> Marks:
        """Drop the marks of ideas that are no longer on the board."""
        return Marks(frozenset(id for id in self.ids if id in board.ideas))

    def shown(self, board: Board, *, archived: bool = False) -> Marks:
        """Return the marks of ideas in the columns, or in the archive: only what is seen can be acted on."""
        found = filter(None, map(board.ideas.get, self.ids))
        return Marks(frozenset(idea.id for idea in found if (board.column_of(idea) == ARCHIVED) is archived))

    def __bool__(self) -> bool:
        return bool(self.ids)


_ID, _RESPONSES = attrgetter("id"), attrgetter("responses")


def _column(idea: Idea, workflow: Workflow) -> str:
    if known := known_of(idea):
        return known[0]
    return ARCHIVED if idea.archived else workflow.column_of(idea.stage)


def _sorted(column: list[Idea], key: str, workflow: Workflow) -> list[Idea]:
    by_time = key in (workflow.last, ARCHIVED, CANDIDATE)
    return sorted(column, key=(lambda idea: _sort_key(idea, key, workflow)) if by_time else _BY_RANK)


def _sort_key(idea: Idea, column: str, workflow: Workflow) -> tuple[str, str, str]:
    """Order by rank; what was shared, suggested or archived is in order of time, newest first."""
    if column == workflow.last:
        return ((idea.share.at if idea.share else idea.stage_since).translate(_FLIP), idea.title, idea.id)
    if column == ARCHIVED and idea.archived:
        return (idea.archived.at.translate(_FLIP), idea.title, idea.id)
    if column == CANDIDATE:
        return (idea.created.translate(_FLIP), idea.rank, idea.id)
    return _BY_RANK(idea)


_BY_RANK = attrgetter("rank", "created", "id")


def _shared(idea: Idea) -> tuple[str, str]:
    """Return when an idea came to its place in the last column, and the day on which it was shared."""
    if (known := known_of(idea)) and known[2]:
        at, day = known[2]
        return at, day
    return (idea.share.at, idea.share.date) if idea.share else (idea.stage_since, idea.stage_since[:10])


def _splice(columns: dict[str, ChunkedRow[Idea]], idea: Idea, workflow: Workflow, *, out: bool = False) -> None:
    """Put an idea in its place in its column, or take it out."""
    key = _column(idea, workflow)
    place = _place(columns[key], idea, key, workflow)
    columns[key] = columns[key].spliced(place, 1) if out else columns[key].spliced(place, 0, idea)


def _place(column: ChunkedRow[Idea], idea: Idea, key: str, workflow: Workflow) -> int:
    """Return where an idea belongs, or is, in the column of a key."""
    return column.place_of(_sort_key(idea, key, workflow), partial(_sort_key, column=key, workflow=workflow))
