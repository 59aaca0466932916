"""What the changelog screen can be asked to show: its options, their values, and the next one at a key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from ideaboard.core.board import Board
from ideaboard.core.changelog import ChangelogOptions, Style, period_key
from ideaboard.core.ideas import Idea
from ideaboard.core.words import By
from ideaboard.ui.drawing.cells import tame


@dataclass(frozen=True, slots=True)
class Chosen:
    """The values of all options; at first those of the command without options."""

    style: Style = "periods"
    by: By = "month"
    by_kind: bool = False
    kind: str = ""
    tag: str = ""
    since: str = ""
    in_progress: bool = False

    @property
    def has_periods(self) -> bool:
        return self.style != "list" and not self.by_kind

    @property
    def leaves_out(self) -> bool:
        """Whether it shows less than all that was shared."""
        return bool(self.kind or self.tag or self.since)

    def options(self) -> ChangelogOptions:
        by: By | None = None if self.style == "list" else "kind" if self.by_kind else self.by
        return ChangelogOptions(
            style=self.style,
            by=by,
            kinds=(self.kind,) if self.kind else (),
            tags=(self.tag,) if self.tag else (),
            since=self.since or None,
            in_progress=self.in_progress,
        )


class Option(NamedTuple):
    """An option with its name on the screen, its values in order, and how one of them is shown."""

    field: str
    name: str
    values: Callable[[Board, datetime], Sequence[Any]]
    shown: Callable[[Any, Board], str]


def _shared(board: Board) -> list[Idea]:
    return [idea for idea in board.ideas.values() if idea.share and not idea.private]


def _tags(board: Board, _now: datetime) -> Sequence[str]:
    """List the tags of what was shared, the most used first."""
    counts = Counter(tag for idea in _shared(board) for tag in idea.tags)
    return ("", *sorted(counts, key=lambda tag: (-counts[tag], tag)))


def _since(board: Board, now: datetime) -> Sequence[str]:
    """List this month, this quarter, this year, and every year before in which something was shared."""
    years = {int(day[:4]) for idea in _shared(board) if idea.share and (day := idea.share.date)[:4].isdecimal()}
    today = now.date()
    recent = [period_key(today, by) for by in ("month", "quarter", "year") if by]
    return ("", *recent, *(f"{year:04d}" for year in sorted(years, reverse=True) if year < today.year))


OPTIONS = (
    Option("style", "Style", lambda *_: ("periods", "list", "sections"), lambda value, _: value),
    Option("by", "Period", lambda *_: ("month", "quarter", "week", "year"), lambda value, _: value),
    Option("by_kind", "By kind", lambda *_: (False, True), lambda value, _: "by kind" if value else "mixed"),
    Option(
        "kind",
        "Kind",
        lambda board, _: ("", *board.workflow.kind_keys),
        lambda value, board: board.workflow.kind_label(value).lower() if value else "all kinds",
    ),
    Option("tag", "Tag", _tags, lambda value, _: f"#{tame(value)}" if value else "all tags"),
    Option("since", "Since", _since, lambda value, _: f"since {value}" if value else "any time"),
    Option(
        "in_progress",
        "In progress",
        lambda *_: (False, True),
        lambda value, _: "and in progress" if value else "shared",
    ),
)
"""All of them; the key of each is its number, from 1 on."""


def in_force(option: Option, chosen: Chosen) -> bool:
    """Tell whether an option says anything now: a list is whole, and kinds are no periods."""
    return chosen.has_periods if option.field == "by" else option.field != "by_kind" or chosen.style != "list"


def step(option: Option, chosen: Chosen, by: int, board: Board, now: datetime) -> Chosen:
    """Take the next value of an option, or the one before, from one end to the other.

    One that is not in force is put in force first, as it is.
    """
    if not in_force(option, chosen):
        chosen = replace(chosen, style="periods" if chosen.style == "list" else chosen.style)
        if option.field == "by":
            return replace(chosen, by_kind=False)
    values = option.values(board, now)
    now_at = getattr(chosen, option.field)
    at = values.index(now_at) if now_at in values else 0
    return replace(chosen, **{option.field: values[(at + by) % len(values)]})
