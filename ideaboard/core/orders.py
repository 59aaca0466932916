"""Orders in which a column may be looked at; the one by hand stays in the file, whatever is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import Workflow

_NEVER = "9999-12-31"


class Order(NamedTuple):
    """A way to sort a column."""

    label: str
    """As in the head of the column: `Idea by due`."""
    key: Callable[[Idea, Workflow], Any]
    newest_first: bool = False


def _by_kind(idea: Idea, workflow: Workflow) -> tuple[int, str]:
    keys = workflow.kind_keys
    return (keys.index(idea.kind) if idea.kind in keys else len(keys)), idea.kind


ORDERS: Mapping[str, Order] = {
    "due": Order("by due", lambda idea, _: idea.due or _NEVER),
    "kind": Order("by kind", _by_kind),
    "longest": Order("longest here", lambda idea, _: idea.stage_since),
    "newest": Order("newest", lambda idea, _: idea.created, newest_first=True),
}


def next_order(order: str) -> str:
    """Return the order after one, at last the empty one, which is that of the board."""
    ring = ["", *ORDERS]
    return ring[(ring.index(order) + 1) % len(ring)]


def in_order(ideas: Iterable[Idea], order: str, workflow: Workflow) -> list[Idea]:
    """Sort ideas; those that are alike stay as they are on the board."""
    wanted = ORDERS[order]
    return sorted(ideas, key=lambda idea: wanted.key(idea, workflow), reverse=wanted.newest_first)
