"""Due dates of what is brought: the day is that of the person, and an hour that has no place here is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path

import pytest
from service.service_boards import a_service
from service.test_service_imports import brought, preview

EAST, WEST = timezone(timedelta(hours=9)), timezone(timedelta(hours=-8))
LATE = "2026-12-24T23:30:00"
DUE = {
    "trello": json.dumps({"lists": [], "cards": [{"name": "x", "due": f"{LATE}.000Z"}]}),
    "taskell": "## A\n\n- x\n    @ 2026-12-24 23:30 UTC\n",
    "taskwarrior": '[{"description": "x", "uuid": "1", "due": "20261224T233000Z"}]',
    "csv": f"title,status,due\nx,Todo,{LATE}Z\n",
    "worded": 'title,status,due\nx,Todo,"December 24, 2026 11:30 PM UTC"\n',
    "with a distance": "title,status,due\nx,Todo,24 Dec 2026 18:30 -0500\n",
    "a period": f"title;status;due\nx;Todo;2026-12-01 → {LATE}Z\n",
    "seconds": json.dumps({"_default": {"1": {"title": "x", "due": 1798155000}}}),
    "ours": f"id,kind,title,stage,due\nbbbbbbbb,post,x,idea,{LATE}Z\n",
}


@pytest.mark.parametrize("data", DUE.values(), ids=DUE)
@pytest.mark.parametrize(("zone", "day"), [(EAST, "2026-12-25"), (UTC, "2026-12-24"), (WEST, "2026-12-24")])
def test_something_is_due_on_the_day_of_the_person_and_a_lost_hour_is_said(
    data: str, zone: tzinfo, day: str, tmp_path: Path
) -> None:
    service = a_service(tmp_path / "board.jsonl", clock=lambda: datetime(2026, 11, 24, 12, tzinfo=zone))
    assert preview(service, data).remarks == ("due dates are days here: 1 hour left out",)
    assert [idea.due for idea in brought(service, data).values()] == [day]


@pytest.mark.parametrize("due", ["2026-12-24", LATE.replace("23:30", "00:00"), "24 Dec 2026", ""])
def test_a_due_date_without_an_hour_loses_none(due: str, tmp_path: Path) -> None:
    service = a_service(tmp_path / "board.jsonl")
    data = f"title,status,due\nx,Todo,{due}\n"
    assert preview(service, data).remarks == ()
    assert [idea.due for idea in brought(service, data).values()] == ["2026-12-24" if due else None]


def test_an_hour_without_a_zone_is_the_persons_own(tmp_path: Path) -> None:
    service = a_service(tmp_path / "board.jsonl", clock=lambda: datetime(2026, 11, 24, 12, tzinfo=EAST))
    for due in (LATE, f"{LATE}.000", "24 Dec 2026 11:30 PM", "24 Dec 2026 23:30 CST"):
        (idea,) = brought(service, f"title,status,due\nx {due},Todo,{due}\n").values()
        assert idea.due == "2026-12-24"
        service.history.undo()
