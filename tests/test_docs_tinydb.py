"""The page about the board through TinyDB: its code runs, and the board treats a raw insert as it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cli.cli_runs import here

from ideaboard.storage import decode_id, encode_id, open_db

PAGE = Path(__file__).parent.parent / "docs" / "tinydb.md"


def run_the_page(path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    with open_db(path) as db:
        db.table("ideas").insert({"title": "Reproduce LoRA", "stage": "making", "kind": "case-study"})
    monkeypatch.chdir(path.parent)
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
    names: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), names)  # the code of our own page
    return names


def test_the_code_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run_the_page(tmp_path / "board.jsonl", monkeypatch)
    assert "Reproduce LoRA" in capsys.readouterr().out
    (made,) = names["ideas"].search(lambda document: document["title"] == "Reproduce LoRA")
    assert made["tags"] == ["lora", "peft"]
    assert "notes" not in made  # the page takes its action back


def test_the_board_treats_a_raw_insert_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "board.jsonl"
    names = run_the_page(path, monkeypatch)
    id = encode_id(names["number"])
    shown = here("--board", str(path), "show", id, "--json").json
    assert (shown["title"], shown["stage"], shown["kind"], shown["trail"]) == (
        "An idea from a script",
        "idea",
        "project",
        [],
    )
    age = datetime.now(UTC) - datetime.fromisoformat(shown["created"])
    assert abs(age.total_seconds()) < 3600
    assert shown["created"] == shown["updated"] == shown["stage_since"]
    assert re.search(r"\b20\d\d\d d", here("--board", str(path), "show", id).out) is None
    log = here("--board", str(path), "log", id).out
    assert "added 'An idea from a script'" in log
    names["ideas"].update({"title": "Another"}, doc_ids=[names["number"]])
    assert "changed 'Another'" in here("--board", str(path), "log", id).out
    names["ideas"].remove(doc_ids=[names["number"]])
    assert "deleted 'Another'" in here("--board", str(path), "log", "--json").out


@pytest.mark.parametrize("field", ["trail", "share", "responses", "archived"])
def test_no_part_of_a_raw_insert_is_from_1970(tmp_path: Path, field: str) -> None:
    path = tmp_path / "board.jsonl"
    part: dict[str, Any] = {"stage": "idea", "type": "question", "text": "x"}
    with open_db(path) as db:
        number = db.table("ideas").insert({"title": "a", field: [part] if field in ("trail", "responses") else part})
    for _ in range(2):
        assert "1970" not in here("--board", str(path), "show", encode_id(number), "--json").out
        here("--board", str(path), "edit", encode_id(number), "--notes", "n")
    assert decode_id(encode_id(number)) == number
