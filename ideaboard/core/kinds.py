"""What an idea can become, and the way it goes: kinds, stages, and the two together as a `Workflow`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from ideaboard.errors import InvalidInput

CANDIDATE = "candidate"
"""The inbox before the board: suggested, not yet wanted."""

ARCHIVE_REASONS = ("parked", "dropped", "skipped", "done")
RESPONSE_TYPES = ("follower", "question", "opportunity")


def response_type(text: str) -> str:
    """Check the type of a response and return it.

    Raises:
        InvalidInput: when it is none of the three.
    """
    if text not in RESPONSE_TYPES:
        raise InvalidInput(f"there is no response '{text}'", _one_of(RESPONSE_TYPES))
    return text


class Kind(NamedTuple):
    """A kind of creation (design section 1)."""

    key: str
    label: str
    """As shown on a card: `Paper to code`."""
    section: str
    """Its heading in the changelog: `Papers to code`."""
    color: str = ""
    """The accent as `#rrggbb`, or empty for the theme's own choice."""


class Stage(NamedTuple):
    """A column of the board, or the inbox."""

    key: str
    label: str
    limit: int = 0
    """The soft limit of ideas in it; 0 for none."""
    hidden: bool = False
    """Whether the board leaves the column out."""


KINDS = (
    Kind("project", "Project", "Projects"),
    Kind("paper-to-code", "Paper to code", "Papers to code"),
    Kind("competition", "Competition solution", "Competition solutions"),
    Kind("case-study", "Case study", "Case studies"),
    Kind("post", "Post or video", "Posts and videos"),
    Kind("summary", "Summary", "Summaries"),
)

STAGES = (
    Stage("idea", "Idea"),
    Stage("outline", "Outline"),
    Stage("making", "Making", limit=2),
    Stage("review", "Review"),
    Stage("shared", "Shared"),
)


_T = TypeVar("_T", Kind, Stage)


@dataclass(frozen=True)
class Workflow:
    """The kinds and stages in force, and the ages that matter.

    The first and the last stage keep their role whatever they are called: ideas start in the first, and being in the
    last means being shared.
    """

    kinds: tuple[Kind, ...] = KINDS
    stages: tuple[Stage, ...] = STAGES
    default_kind: str = "project"
    stale_days: int = 30
    """`is:stale` means this many days without a stage change, from the first stage to the one before the last."""
    warm_days: int = 7
    """From this age on, a card in progress looks warmer."""
    _kind_by_key: dict[str, Kind] = field(init=False, repr=False, compare=False, default_factory=dict)
    _index: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._kind_by_key.update((kind.key, kind) for kind in self.kinds)
        self._index.update((stage.key, index) for index, stage in enumerate(self.stages))

    @property
    def first(self) -> str:
        """The key of the stage that ideas start in."""
        return self.stages[0].key

    @property
    def last(self) -> str:
        """The key of the stage that means shared."""
        return self.stages[-1].key

    @property
    def stage_keys(self) -> tuple[str, ...]:
        """The keys of the board's columns, in order."""
        return tuple(self._index)

    @property
    def kind_keys(self) -> tuple[str, ...]:
        """The keys of the kinds, in the order of the changelog's sections."""
        return tuple(self._kind_by_key)

    def column_of(self, stage: str) -> str:
        """Name the column that a stage is drawn in; one that the config no longer knows is drawn in the first."""
        return stage if stage in self._index or stage == CANDIDATE else self.first

    def position(self, stage: str) -> int:
        """Return the column's index; the inbox comes before the first (-1)."""
        return -1 if stage == CANDIDATE else self._index.get(stage, 0)

    def stage(self, key: str) -> Stage:
        """Look up a stage by key or shown name, the inbox included.

        Raises:
            InvalidInput: when there is no such stage.
        """
        wanted = key.strip().casefold()
        if wanted == CANDIDATE:
            return Stage(CANDIDATE, "Candidate")
        if stage := _named(self.stages, wanted):
            return stage
        raise InvalidInput(f"there is no stage '{key}'", _one_of([CANDIDATE, *self.stage_keys]))

    def kind(self, key: str) -> Kind:
        """Look up a kind by key or shown name.

        Raises:
            InvalidInput: when there is no such kind.
        """
        if kind := _named(self.kinds, key.strip().casefold()):
            return kind
        raise InvalidInput(f"there is no kind '{key}'", _one_of(self.kind_keys))

    def kind_label(self, key: str) -> str:
        """Return how a kind is shown; a key that the config no longer knows is shown as it is."""
        kind = self._kind_by_key.get(key)
        return kind.label if kind else key

    def stage_key(self, name: str) -> str:
        """Return a stage's key by key or shown name; empty when there is no such stage."""
        try:
            return self.stage(name).key
        except InvalidInput:
            return ""

    def stage_label(self, key: str) -> str:
        """Return how a stage is shown; a key that the config no longer knows is shown as it is."""
        if key == CANDIDATE:
            return "Candidate"
        index = self._index.get(key)
        return key if index is None else self.stages[index].label

    def neighbour(self, stage: str, step: int) -> str:
        """Return the stage one step away, or the stage itself at either end of the board."""
        index = self.position(stage) + step
        if stage == CANDIDATE and index < 0:
            return CANDIDATE
        return self.stages[min(max(index, 0), len(self.stages) - 1)].key


def _named(things: Iterable[_T], wanted: str) -> _T | None:
    """Find a thing by its key, or else by its label: the config may call one as another's key."""
    by_key = {thing.key.casefold(): thing for thing in things}
    by_label = {thing.label.casefold(): thing for thing in things}
    return by_key.get(wanted) or by_label.get(wanted)


def _one_of(keys: Iterable[str]) -> str:
    return "use one of " + ", ".join(keys)
