"""Statistics with numbers that were worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.board import Board
from ideaboard.core.clock import moment
from ideaboard.core.flow import (
    cadence,
    flow,
    flow_to_json,
    percentile,
    spread,
    stays,
    waiting_responses,
)
from ideaboard.core.flow_text import flow_lines, month_chart
from ideaboard.core.ideas import Archived, Idea, Response, Share, Step
from ideaboard.core.kinds import Stage, Workflow

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
WORKFLOW = Workflow()


def ago(days: float) -> str:
    return moment(NOW - timedelta(days=days))


def idea(id: str, stage: str = "idea", trail: tuple[tuple[str, float], ...] = (), **fields: Any) -> Idea:
    steps = tuple(Step(key, ago(days)) for key, days in trail)
    created = steps[0].at if steps else ago(1)
    return Idea(
        **{"id": id, "title": f"Title {id}", "kind": "post", "stage": stage, "created": created, "updated": created}
        | {"trail": steps}
        | fields
    )


def shared(id: str, day: str, **fields: Any) -> Idea:
    at = f"{day}T08:00:00.000Z"
    return idea(id, "shared", share=Share(at=at, date=day), created=at, **fields)


def board(*ideas: Idea) -> Board:
    return Board.of(ideas, WORKFLOW)


def test_cadence_counts_days_since_and_this_calendar_quarter() -> None:
    on = board(
        shared("a", "2026-11-12"), shared("b", "2026-10-01"), shared("c", "2026-09-30"), shared("d", "2025-11-12")
    )
    found = cadence(on, NOW)
    assert (found.days_since, found.this_quarter) == (12, 2)
    assert found.line == "last shared 12 days ago · 2 this quarter"


@pytest.mark.parametrize(
    ("day", "line"),
    [
        ("2026-11-24", "last shared today · 1 this quarter"),
        ("2026-11-23", "last shared yesterday · 1 this quarter"),
        ("2026-11-30", "last shared today · 1 this quarter"),
    ],
)
def test_cadence_in_words(day: str, line: str) -> None:
    assert cadence(board(shared("a", day)), NOW).line == line


def test_an_empty_board_has_shared_nothing() -> None:
    found = flow(board(), NOW)
    assert found.cadence.line == "nothing shared yet"
    assert (found.lead, found.stages, found.in_flight, found.waiting, found.next) == (None, (), (), (), None)
    assert [month.shared for month in found.months] == [0] * 12


def test_today_is_the_day_in_the_time_zone_of_the_person() -> None:
    late = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)
    on = board(shared("a", "2026-09-30"))
    assert cadence(on, late).line == "last shared today · 1 this quarter"
    assert cadence(on, late.astimezone(ZoneInfo("Europe/Berlin"))).line == "last shared yesterday · 0 this quarter"


def test_months_run_from_a_year_ago_to_this_one() -> None:
    on = board(
        shared("a", "2026-11-01"),
        shared("b", "2026-11-24"),
        shared("c", "2025-12-31"),
        shared("d", "2025-11-30"),
    )
    months = flow(on, NOW).months
    assert [(months[0].month, months[0].shared), (months[-1].month, months[-1].shared)] == [
        ("2025-12", 1),
        ("2026-11", 2),
    ]
    assert [month.month for month in months[1:4]] == ["2026-01", "2026-02", "2026-03"]
    assert sum(month.shared for month in months) == 3


def test_what_was_archived_later_still_counts_and_what_was_withdrawn_does_not() -> None:
    kept = replace(shared("a", "2026-11-12"), archived=Archived(at=ago(1), because="done"))
    withdrawn = replace(shared("b", "2026-11-13"), share=Share(at=ago(11), date="2026-11-13", withdrawn=True))
    assert cadence(board(kept, withdrawn), NOW).line == "last shared 12 days ago · 1 this quarter"


def test_an_idea_moved_to_the_last_stage_without_a_share_counts_from_then() -> None:
    on = board(idea("a", "shared", (("idea", 30), ("shared", 12))))
    assert cadence(on, NOW).days_since == 12
    lead = flow(on, NOW).lead
    assert lead is not None
    assert lead.median == pytest.approx(18)


def test_a_date_that_is_none_is_left_out() -> None:
    spoilt = replace(shared("a", "2026-11-12"), share=Share(at="soon", date="soon"))
    assert flow(board(spoilt), NOW).cadence.line == "nothing shared yet"
    odd = replace(shared("b", "2026-11-12"), created="long ago")
    assert flow(board(odd), NOW).lead is None


@pytest.mark.parametrize(
    ("days", "median", "p90"),
    [
        ([5], 5, 5),
        ([1, 2], 1.5, 1.9),
        ([10, 20, 30, 40, 50], 30, 46),
        ([4, 1, 3, 2], 2.5, 3.7),
        (list(range(11)), 5, 9),
    ],
)
def test_median_and_ninetieth_percentile(days: list[float], median: float, p90: float) -> None:
    found = spread(days)
    assert found is not None
    assert found.count == len(days)
    assert [found.median, found.p90] == pytest.approx([median, p90])


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_lies_within_the_values_and_grows(days: list[float], share: float) -> None:
    ordered = sorted(days)
    found = percentile(ordered, share)
    assert ordered[0] <= found <= ordered[-1] or found == pytest.approx(ordered[-1])
    assert found <= percentile(ordered, 1.0) or found == pytest.approx(ordered[-1])


def test_lead_time_runs_from_written_down_to_shared() -> None:
    ideas = [
        replace(shared(str(n), "2026-11-10"), created=f"2026-11-{10 - days:02d}T08:00:00.000Z")
        for n, days in enumerate((1, 2, 3, 4, 9))
    ]
    lead = flow(board(*ideas), NOW).lead
    assert lead is not None
    # Sorted 1 2 3 4 9; the 90th percentile lies at place 3.6, between 4 and 9.
    assert lead.count == 5
    assert [lead.median, lead.p90] == pytest.approx([3, 7])


def test_an_idea_shared_before_it_was_written_down_took_no_time() -> None:
    lead = flow(board(replace(shared("a", "2026-01-05"), created=ago(1))), NOW).lead
    assert lead is not None
    assert lead.median == 0


def test_time_in_stage_adds_up_visits_and_leaves_the_last_one_out() -> None:
    back_and_forth = idea(
        "a", "making", (("idea", 30), ("outline", 20), ("making", 18), ("outline", 13), ("making", 9))
    )
    assert stays(back_and_forth, WORKFLOW) == {
        "idea": pytest.approx(10),
        "outline": pytest.approx(2 + 4),
        "making": pytest.approx(5),
    }
    once = idea("b", "outline", (("idea", 8), ("outline", 4)))
    found = {one.stage: one.spread for one in flow(board(back_and_forth, once), NOW).stages}
    assert list(found) == ["idea", "outline", "making"]
    assert found["idea"].count == 2
    assert [found["idea"].median, found["idea"].p90] == pytest.approx([7, 9.4])
    assert found["making"].median == pytest.approx(5)


def test_stages_that_the_config_lost_count_for_the_first() -> None:
    assert stays(idea("a", "idea", (("gone", 9), ("making", 4))), WORKFLOW) == {"idea": pytest.approx(5)}


def test_in_flight_is_ordered_by_nearness_to_shared_then_by_age() -> None:
    on = board(
        idea("a", "outline", (("outline", 50),)),
        idea("b", "making", (("making", 3),)),
        idea("c", "making", (("making", 8),)),
        idea("d", "review", (("review", 1),)),
        idea("e", "idea", (("idea", 100),)),
        idea("f", "candidate", (("candidate", 100),)),
        replace(idea("g", "review", (("review", 9),)), archived=Archived(at=ago(1), because="parked")),
    )
    found = flow(on, NOW)
    assert [(one.idea.id, one.days) for one in found.in_flight] == [("d", 1), ("c", 8), ("b", 3), ("a", 50)]
    assert [one.idea.id for one in found.waiting] == ["e"]
    assert found.next is not None
    assert found.next.idea.id == "d"


def test_the_next_thing_is_the_oldest_idea_when_nothing_is_in_flight() -> None:
    on = board(idea("a", "idea", (("idea", 3),)), idea("b", "idea", (("idea", 40),)))
    found = flow(on, NOW)
    assert found.next is not None
    assert (found.next.idea.id, found.next.days) == ("b", 40)
    assert [one.days for one in found.waiting] == [40, 3]


def test_responses_wait_until_they_are_answered_and_followers_never_do() -> None:
    responses = (
        Response(id="r1", type="question", text="Why?", at=ago(2)),
        Response(id="r2", type="opportunity", text="A talk", at=ago(9)),
        Response(id="r3", type="question", text="How?", at=ago(20), answered=ago(1)),
        Response(id="r4", type="follower", text="Grace", at=ago(30)),
    )
    found = waiting_responses(board(idea("a", "shared", responses=responses)), NOW)
    assert [(one.response.id, one.days) for one in found] == [("r2", 9), ("r1", 2)]


def test_a_board_of_two_stages_has_nothing_in_flight() -> None:
    workflow = Workflow(stages=(Stage("todo", "To do"), Stage("out", "Out")))
    on = Board.of([idea("a", "todo", (("todo", 5),))], workflow)
    found = flow(on, NOW)
    assert (found.in_flight, [one.days for one in found.waiting]) == ((), [5])


def test_json_form() -> None:
    on = board(
        idea("a", "making", (("idea", 10), ("making", 4))),
        shared("b", "2026-11-12", responses=(Response(id="r1", type="question", text="Why?", at=ago(2)),)),
    )
    found = flow_to_json(flow(on, NOW))
    assert json.loads(json.dumps(found)) == found
    assert found["last_shared_days"] == 12
    assert found["in_flight"] == [{"id": "a", "title": "Title a", "stage": "making", "days": 4}]
    assert found["next"] == found["in_flight"][0]
    assert found["stage_days"] == [{"stage": "idea", "count": 1, "median": 6.0, "p90": 6.0}]
    assert found["lead_days"] == {"count": 1, "median": 0.0, "p90": 0.0}
    assert found["responses"][0]["idea"] == {"id": "b", "title": "Title b"}
    assert flow_to_json(flow(board(), NOW))["lead_days"] is None


@pytest.mark.parametrize(("days", "shown", "share"), [(0.001, "<1", 0), (0.4, "<1", 0.4), (1, "1", 1), (8, "8", 1)])
def test_a_bar_of_less_than_a_day_is_not_full(days: float, shown: str, share: float) -> None:
    on = board(idea("a", "outline", (("idea", days + 3), ("outline", 3))))
    (line,) = (line for line in flow_lines(flow(on, NOW), WORKFLOW, 80) if line.startswith("  Idea "))
    room = 80 - (12 + 2) - 20 - 2
    assert line.split()[1:3] == [shown, shown]
    assert line.count("▄") == pytest.approx(room * share, abs=1)


def test_the_chart_is_as_high_as_its_numbers() -> None:
    months = flow(board(*(shared(str(n), "2026-11-02") for n in range(4)), shared("x", "2026-10-05")), NOW).months
    lines = month_chart(months, 60)
    # Four rows of eight steps for the most, 4; so 1 is one row, and months without anything are empty.
    assert [line[55:59] for line in lines[:4]] == ["████"] * 4
    assert [line[50:54] for line in lines[:4]] == ["    ", "    ", "    ", "████"]
    assert not any(line[:50].strip() for line in lines[:4])
    assert lines[4].split() == ["·"] * 10 + ["1", "4"]
    assert lines[5].split() == ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]


def test_text_says_what_the_numbers_say() -> None:
    on = board(
        idea("a", "making", (("idea", 10), ("making", 4)), title="[Re] x 日本語 🚀 [/b]"),
        idea("c", "idea", (("idea", 77),), title="a\x1b[31m\nb"),
        shared("b", "2026-11-12", responses=(Response(id="r1", type="question", text="Why [0]?", at=ago(2)),)),
    )
    text = "\n".join(flow_lines(flow(on, NOW), WORKFLOW, 80))
    assert "  last shared 12 days ago · 1 this quarter" in text
    assert "  next: [Re] x 日本語 🚀 [/b]" in text
    assert "    4d  Making  [Re] x 日本語 🚀 [/b]" in text
    assert "   77d  a b" in text
    assert "    2d  question: Why [0]?" in text
    assert "  Idea                         6          6  ▄▄▄" in text


@pytest.mark.parametrize("width", [10, 34, 40, 79, 80, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    from ideaboard.ui.drawing.cells import width_of

    long = "[red]日本語🚀" * 60
    ideas = [idea(str(n), "making", (("idea", 5000), ("making", n))) for n in range(12)]
    ideas += [shared(f"s{n}", "2026-11-02", title=long) for n in range(1200)]
    ideas += [
        idea(
            "w",
            "idea",
            (("idea", 9),),
            title=long,
            responses=(Response(id="r", type="question", text=long, at=ago(1)),),
        )
    ]
    workflow = Workflow(stages=(Stage("idea", long), Stage("making", "m" * 90), Stage("shared", "Shared")))
    lines = flow_lines(flow(Board.of(ideas, workflow), NOW), workflow, width)
    assert max(map(width_of, lines)) <= max(34, width)
    assert any("and 4 more" in line for line in lines)


def test_a_number_that_does_not_fit_says_at_least() -> None:
    months = flow(board(*(shared(str(n), "2026-11-02") for n in range(120))), NOW).months
    assert month_chart(months, 60)[4].split()[-1] == "120"
    assert month_chart(months, 38)[4].split()[-1] == "9+"
