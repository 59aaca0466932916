"""The orders in which a column may be looked at."""

from __future__ import annotations

from core.core_values import an_idea
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.ideas import Idea, Step
from ideaboard.core.kinds import Workflow
from ideaboard.core.orders import ORDERS, in_order, next_order

WORKFLOW = Workflow()
FIRST, SECOND, *_ = WORKFLOW.kind_keys


def column() -> list[Idea]:
    def since(day: str) -> tuple[Step, ...]:
        return (Step("idea", f"2026-11-{day}T00:00:00.000Z"),)

    return [
        an_idea("bbbbbbbb", kind=SECOND, trail=since("03"), created="2026-11-01T00:00:00.000Z"),
        an_idea("cccccccc", kind="own", due="2026-12-01", trail=since("01"), created="2026-11-03T00:00:00.000Z"),
        an_idea("dddddddd", kind=FIRST, due="2026-11-30", trail=since("02"), created="2026-11-02T00:00:00.000Z"),
    ]


def test_each_order_sorts_by_what_its_name_says() -> None:
    sorted_by = {order: "".join(idea.id[0] for idea in in_order(column(), order, WORKFLOW)) for order in ORDERS}
    assert sorted_by == {"due": "dcb", "kind": "dbc", "longest": "cdb", "newest": "cdb"}


def test_the_orders_are_a_ring_through_the_boards_own() -> None:
    ring = [""]
    while len(ring) < len(ORDERS) + 1:
        ring.append(next_order(ring[-1]))
    assert ring == ["", *ORDERS]
    assert next_order(ring[-1]) == ""


@given(st.permutations(column()), st.sampled_from(sorted(ORDERS)))
def test_nothing_is_lost_and_what_is_alike_stays_in_place(ideas: list[Idea], order: str) -> None:
    found = in_order(ideas, order, WORKFLOW)
    assert sorted(idea.id for idea in found) == sorted(idea.id for idea in ideas)
    assert in_order(found, order, WORKFLOW) == found
    alike = [an_idea(f"ffffff{n:02}") for n in range(5)]
    assert in_order(alike, order, WORKFLOW) == alike
