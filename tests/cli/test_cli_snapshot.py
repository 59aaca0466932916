"""Commands that had to read a large board leave a snapshot of it behind, which nobody waits for."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.cli_runs import Done, here, process

from ideaboard import bootstrap
from ideaboard.core.late import StoredPaper
from ideaboard.storage import open_db, snapshot

PAPER = {"arxiv_id": "2106.09685", "title": "LoRA", "authors": ["Edward J. Hu", "Yelong Shen", "Phillip Wallis"]}
SHARED = {"at": "2026-03-02T08:00:00.000Z", "date": "2026-03-02", "url": "https://example.org", "summary": "It works"}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IDEABOARD_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def a_board(count: int = 2, notes: str = "") -> None:
    """Make a board of ideas with a line each."""
    ideas = [
        {"title": f"idea {number}", "stage": "shared", "notes": notes, "share": SHARED}
        | {"paper": PAPER | {"arxiv_id": f"2106.{number:05d}", "title": f"Paper {number}"}}
        for number in range(count)
    ]
    with open_db(os.environ["IDEABOARD_BOARD"]) as db:
        for idea in ideas:
            db.table("ideas").insert(idea)


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_command_leaves_a_snapshot_and_the_next_one_says_the_same(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_LARGE", 0)
    a_board()
    lines = (["list"], ["list", "--json"], ["changelog"], ["changelog", "--format", "json"], ["show", "--json", "id"])

    def answers() -> list[Done]:
        id = here("list", "--json").json[0]["id"]
        return [here(*[id if one == "id" else one for one in line]) for line in lines]

    monkeypatch.setattr(snapshot, "_WORTH", 1 << 40)
    first = answers()
    (kept,) = cache.glob("board-*.json")
    before = kept.read_bytes()
    again = answers()
    assert again == first
    assert "[Hu et al., 2021](https://arxiv.org/abs/2106.00000)" in again[2].out
    assert kept.read_bytes()[NOTED:] == before[NOTED:], "it covers the whole file already"
    service = bootstrap.open_service()
    papers = [idea.paper for idea in service.board]
    assert [type(paper) for paper in papers] == [StoredPaper, StoredPaper]
    assert all(paper.for_credit() is paper for paper in papers if paper), "what is credited came with the snapshot"


NOTED = snapshot._FIRST_LINE + snapshot._NOTE
"""Before, what the board file looks like is noted over and over."""

COMMANDS = """
list
list --json
list --archived --json
list is:shared --sort title
export json
export csv
export bibtex
changelog --in-progress
changelog --format atom
stats
log
response list --json
"""


def test_commands_say_the_same_with_and_without_it(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a board where much has happened, some of it since the snapshot was kept."""
    monkeypatch.setattr(bootstrap, "_LARGE", 0)
    monkeypatch.setattr(snapshot, "_WORTH", 1 << 40)
    a_board(6)
    ids = [idea["id"] for idea in here("list", "--json").json]
    shutil.rmtree(cache)

    def do(*words: str) -> None:
        assert here(*[ids[int(word[1:])] if word[0] == "#" else word for word in words]).code == 0

    do("move", "#0", "idea")
    do("archive", "#1", "--because", "parked")
    do("response", "add", "#2", "question", "Does it hold?")
    do("edit", "#3", "--link", "https://example.org/more", "--tag", "b", "--tag", "a")
    do("add", "A post", "-k", "post")
    shutil.rmtree(cache)
    do("list")
    (kept,) = cache.glob("board-*.json")
    content = kept.read_bytes()
    for what in (["move", "#0", "making"], ["undo"], ["move", "#4", "review"], ["delete", "#5", "-y"], ["add", "Late"]):
        do(*what)
        for line in filter(None, COMMANDS.split("\n")):
            warm = here(*line.split())
            assert kept.read_bytes()[NOTED:] == content[NOTED:], "what came since is little"
            kept.unlink()
            assert here(*line.split()) == warm
            kept.write_bytes(content)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there it is kept before the command ends")
def test_a_process_leaves_it_behind_when_it_has_answered(cache: Path) -> None:
    a_board(3, notes="long " * 30_000)
    done = process("list", "--json")
    assert len(done.json) == 3
    wait_until(lambda: list(cache.glob("board-*.json")))
    (kept,) = cache.glob("board-*.json")
    before = kept.read_bytes()
    assert process("list", "--json") == done
    assert process("edit", done.json[0]["id"], "--notes", "more " * 20_000).code == 0
    wait_until(lambda: kept.read_bytes() != before)
    assert [one["notes"][:4] for one in process("list", "--json").json] == ["more", "long", "long"]


@pytest.mark.parametrize("in_the_way", ["a file", "a folder that cannot be written"])
def test_a_cache_that_cannot_be_written_is_left_alone(
    cache: Path, in_the_way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_LARGE", 0)
    a_board()
    if in_the_way == "a file":
        cache.write_text("mine")
    else:
        monkeypatch.setattr("ideaboard.storage.system.System.may_make", lambda *_: False)
        monkeypatch.setattr(snapshot.Snapshot, "keep", lambda *_: pytest.fail("it was tried"))
    done = here("list")
    assert (done.code, done.err) == (0, "")
    assert len(done.out.splitlines()) == 2
    assert cache.read_text() == "mine" if in_the_way == "a file" else not list(cache.glob("*"))
