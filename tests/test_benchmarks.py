"""What the benchmarks remember of their runs; they themselves are run by hand."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return __import__("table")


def test_what_is_worse_than_the_last_time_is_said(table: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "history.tsv"
    assert table.remember({"add": 2.0, "list": 10.0}, "full", path) == []
    assert table.remember({"add": 20.0, "list": 100.0}, "quick", path) == []
    # A tenth more is noise; what was not measured in between is compared with the time before.
    assert table.remember({"add": 2.1, "list": float("nan"), "new": 1.0}, "full", path) == []
    assert table.remember({"list": 12.0, "add": 2.0, "new": 1.0}, "full", path) == ["list: 10 -> 12 (1.20 x)"]
    names, *lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    assert names[:3] == ["date", "commit", "kind"]
    told = [dict(zip(names, line, strict=True)) for line in lines]
    assert [(one["kind"], one["add"], one["list"], one["new"]) for one in told] == [
        ("full", "2", "10", ""),
        ("quick", "20", "100", ""),
        ("full", "2.1", "", "1"),
        ("full", "2", "12", "1"),
    ]


def test_each_figure_has_a_name_of_its_own(table: ModuleType) -> None:
    names = [row.name for row in table.rows()]
    assert len(names) == len(set(names))
    assert all(row.goal > 0 for row in table.rows())
