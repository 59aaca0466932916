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


POST_OR_VIDEO = "Post or video"
_VIDEO_TAGS = {"video", "vlog"}


def is_video(tags: Iterable[str]) -> bool:
    """Tell by the tags of a post whether it is a video."""
    return not _VIDEO_TAGS.isdisjoint(tags)


def response_type(text: str) -> str:
    """Check the type of a response and return it; raises `InvalidInput` when it is none of the three."""
    if text not in RESPONSE_TYPES:
        raise InvalidInput(f"there is no response '{text}'", _one_of(RESPONSE_TYPES))
    return text


class Point(NamedTuple):
    """One thing to check before sharing. Its key is kept in an idea's `ticks`, and never changes its meaning."""

    key: str
    text: str


class Kind(NamedTuple):
    """A kind of creation, and all that goes with it."""

    key: str
    label: str
    """As shown on a card: `Paper to code`."""
    section: str
    """Its heading in the changelog: `Papers to code`."""
    color: str = ""
    """The accent as `#rrggbb`, or empty for the theme's own choice."""
    hue: str = ""
    """The name of the accent in our own themes."""
    short: str = ""
    """Its word where there is little room; empty where it is short anyway."""
    template: str = ""
    """The template of its drafts; empty for one of the user's own, or the post's."""
    checklist: tuple[Point, ...] = ()


class Stage(NamedTuple):
    """A column of the board, or the inbox."""

    key: str
    label: str
    limit: int = 0
    """The soft limit of ideas in it; 0 for none."""
    hidden: bool = False


KINDS = (
    Kind(
        "project",
        "Project",
        "Projects",
        hue="sky",
        template="project.md",
        checklist=(
            Point("clean-install", "the installation was followed word by word on a clean machine"),
            Point("example", "the first example runs as printed"),
            Point(
                "description",
                "the description has fewer than 120 characters and is the same on the host and in the package",
            ),
            Point("licence", "there is a licence file"),
            Point("secrets", "no key, password or personal path is in the history"),
        ),
    ),
    Kind(
        "paper-to-code",
        "Paper to code",
        "Papers to code",
        hue="violet",
        short="code",
        template="paper-to-code.md",
        checklist=(
            Point("tolerance", "the tolerance of each claim was written down before the first run"),
            Point("dependencies", "the dependencies are named with their versions"),
            Point(
                "commands", "training and evaluation were run again in a fresh environment, with the printed commands"
            ),
            Point("seeds", "every number names its seeds, its spread and how many runs it comes from"),
            Point("weights", "trained weights can be downloaded, or training takes minutes"),
            Point("claims", "the claims table is the one that evaluate.py wrote, what failed included"),
            Point("upstream", "the paper is cited, and the licence of any code I started from is kept"),
            Point("authors-told", "the authors of the paper have heard about it"),
        ),
    ),
    Kind(
        "competition",
        "Competition solution",
        "Competition solutions",
        hue="lime",
        short="comp",
        template="competition-solution.md",
        checklist=(
            Point("over", "the competition is over, or its rules allow sharing now"),
            Point("data", "no competition data is passed on"),
            Point("public-code", "the code can be seen by people who are not on the team"),
            Point("ablation", "a table shows what each part is worth"),
            Point("failed", "what did not work is in it"),
            Point("word-limit", "it keeps the word limit of the organisers"),
            Point("thanks", "the team and the sources of borrowed ideas are named"),
        ),
    ),
    Kind(
        "case-study",
        "Case study",
        "Case studies",
        hue="teal",
        short="case",
        template="case-study.md",
        checklist=(
            Point("permission", "whoever the work was for has agreed, or nobody can tell who it was"),
            Point("sourced", "every number has a source that I could show"),
            Point("personal-data", "no personal data is in text, pictures or files"),
            Point("outcome-first", "the outcome, with its number, comes first"),
            Point("uncertainty", "the result says how sure it is and what it cost"),
        ),
    ),
    Kind(
        "post",
        POST_OR_VIDEO,
        "Posts and videos",
        hue="orchid",
        template="blog-post.md",
        checklist=(
            Point("code-runs", "the code runs from top to bottom"),
            Point("one-idea", "it makes one point; the others are ideas of their own"),
            Point("title-aloud", "the title sounds right aloud and promises what the text keeps"),
            Point("first-lines", "the first lines, or the first fifteen seconds, say why to stay"),
            Point("captions", "a video has captions"),
        ),
    ),
    Kind(
        "summary",
        "Summary",
        "Summaries",
        hue="green",
        template="summary.md",
        checklist=(
            Point("own-words", "it is in my own words: no pasted abstract, no pasted figure, quotes short and marked"),
            Point("version", "the version or edition is named"),
            Point("references", "each claim says where it stands: section, table or page"),
            Point("limits", "it names a limit that the authors do not"),
            Point("no-solutions", "no solution to a graded exercise is in it"),
            Point("authors-told", "the authors have heard about it"),
        ),
    ),
)

_ALWAYS_CHECKED = (
    Point("stranger", "somebody who was not there has read it, or I have read it aloud"),
    Point("one-line", "one line says what it is, without a word that needs explaining"),
    Point("links", "every link opens in a private window"),
    Point("alt-text", "every picture has a description in words"),
    Point("question", "it says which questions I would welcome, and how to reach me"),
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

    Whatever they are called, ideas start in the first stage, and being in the last means being shared.
    """

    kinds: tuple[Kind, ...] = KINDS
    stages: tuple[Stage, ...] = STAGES
    default_kind: str = "project"
    stale_days: int = 30
    """`is:stale` means this many days without a stage change, from the first stage to the one before the last."""
    warm_days: int = 20
    """From this age on, the last third before it is stale, a card in progress looks warmer."""
    _kind_by_key: dict[str, Kind] = field(init=False, repr=False, compare=False, default_factory=dict)
    _index: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._kind_by_key.update((kind.key, kind) for kind in self.kinds)
        self._index.update((stage.key, index) for index, stage in enumerate(self.stages))

    @property
    def first(self) -> str:
        return self.stages[0].key

    @property
    def last(self) -> str:
        return self.stages[-1].key

    @property
    def stage_keys(self) -> tuple[str, ...]:
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
        """Look up a stage by key or shown name, the inbox too; raises `InvalidInput` when there is no such stage."""
        wanted = key.strip().casefold()
        if wanted == CANDIDATE:
            return Stage(CANDIDATE, "Candidate")
        if stage := _named(self.stages, wanted):
            return stage
        raise InvalidInput(f"there is no stage '{key}'", _one_of([CANDIDATE, *self.stage_keys]))

    def kind(self, key: str) -> Kind:
        """Look up a kind by key or shown name; raises `InvalidInput` when there is no such kind."""
        if kind := _named(self.kinds, key.strip().casefold()):
            return kind
        raise InvalidInput(f"there is no kind '{key}'", _one_of(self.kind_keys))

    def kind_label(self, key: str) -> str:
        """Return how a kind is shown; a key that the config no longer knows is shown as it is."""
        return self._kind_by_key[key].label if key in self._kind_by_key else key

    def short_kind(self, key: str) -> str:
        """Return a kind's word for where there is little room; empty when it has none."""
        return self._kind_by_key[key].short if key in self._kind_by_key else ""

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
        return self.stages[self._index[key]].label if key in self._index else key

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


_BUILT_IN = {kind.key: kind for kind in KINDS}


def checklist(kind: str) -> tuple[Point, ...]:
    """Return the points to check for a kind, its own first; a kind of the user's own has those that always hold."""
    return (*(_BUILT_IN[kind].checklist if kind in _BUILT_IN else ()), *_ALWAYS_CHECKED)


def template_of(kind: str) -> str:
    """Return the name of the built-in template of a kind's drafts; empty for a kind of the user's own."""
    return _BUILT_IN[kind].template if kind in _BUILT_IN else ""
