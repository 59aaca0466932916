"""What people found who tried to break the program; each stays mended."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import here

from ideaboard.core.documents import idea_from_document
from ideaboard.core.kinds import Workflow
from ideaboard.core.query import parse_query
from ideaboard.storage import decode_id, open_db
from ideaboard.storage.upkeep import repair_file

FEEDS = Path(__file__).parent / "data" / "arxiv"


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    with LoopbackArxiv([FEEDS]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.05")
        yield server


def run(*arguments: str) -> tuple[int, str, str]:
    done = here(*arguments)
    assert "Traceback" not in done.err
    return done.code, done.out, done.err


def test_a_repair_keeps_a_hand_edited_change_of_a_hand_edited_idea(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    db = open_db(path)
    number = db.table("ideas").insert({"title": "see example.org"})
    db.table("ideas").update({"url": "https://example.org/a"}, doc_ids=[number])
    db.close()
    path.write_bytes(path.read_bytes().replace(b"example.org", b"example.com"))
    assert repair_file(path).sound
    with open_db(path) as mended:
        assert mended.table("ideas").all() == [{"title": "see example.com", "url": "https://example.com/a"}]


@pytest.mark.parametrize("mode", ["no-id", "bad-id", "empty-page"])
def test_a_paper_that_arxiv_sent_badly_is_not_said_to_be_missing(arxiv: LoopbackArxiv, mode: str) -> None:
    arxiv.misbehave([mode] * 4)
    code, _, said = run("arxiv", "add", "1707.08567")
    assert code == 5
    assert "has no paper" not in said


def test_one_paper_that_two_machines_added_is_one_after_a_merge(arxiv: LoopbackArxiv, tmp_path: Path) -> None:
    boards = [tmp_path / "one.jsonl", tmp_path / "other.jsonl"]
    ids = [run("--board", str(board), "arxiv", "add", "1707.08567")[1].split()[-1] for board in boards]
    assert run("--board", str(boards[0]), "move", ids[0], "making")[0] == 0
    assert run("--board", str(boards[1]), "edit", ids[1], "--tag", "chest", "--notes", "mine")[0] == 0
    for first, second in (boards, boards[::-1]):
        merged = tmp_path / f"{first.stem}-first.jsonl"
        merged.write_bytes(first.read_bytes() + second.read_bytes())
        (idea,) = json.loads(run("--board", str(merged), "list", "--json")[1])
        assert (idea["stage"], idea["tags"], idea["notes"]) == ("making", ["chest"], "mine")
        assert {json.loads(run("--board", str(merged), "show", id, "--json")[1])["id"] for id in ids} == {idea["id"]}
        assert run("--board", str(merged), "check")[0] == 0
        assert arxiv.requests
        assert run("--board", str(merged), "arxiv", "add", "1707.08567")[0] == 0
        assert len(json.loads(run("--board", str(merged), "list", "--json")[1])) == 1


def test_an_unreadable_entry_costs_neither_the_others_nor_more_requests(arxiv: LoopbackArxiv) -> None:
    arxiv.misbehave(["no-id"] * 10)
    code, out, _ = run("arxiv", "search", "testing", "-n", "3", "--json")
    assert code == 0
    assert len(json.loads(out)["papers"]) == 2
    assert len(arxiv.requests) == 1


def test_words_that_are_no_ids_are_named_beside_good_ones(arxiv: LoopbackArxiv) -> None:
    code, out, said = run("arxiv", "add", "0808.05394", "2104.12255v1")
    assert code == 0
    assert len(out.split()) == 1
    assert "there is no arXiv id in '0808.05394'" in said


def test_small_ids_survive_tinydb_files(tmp_path: Path) -> None:
    board = Path(os.environ["IDEABOARD_BOARD"])
    db = open_db(board)
    fields = {"title": "small", "kind": "post", "stage": "idea", "rank": "0mwv6tmp50000i", "trail": []}
    fields |= {"created": "2026-01-01T00:00:00.000Z", "updated": "2026-01-01T00:00:00.000Z"}
    from tinydb.table import Document

    db.table("ideas").insert(Document(fields, doc_id=decode_id("0000k7fq")))
    db.close()
    file = tmp_path / "out.json"
    assert run("export", "tinydb", "-o", str(file))[0] == 0
    code, out, said = run("import", str(file))
    assert code == 0
    assert "0 added" in out + said
    assert "1 unchanged" in out + said


@pytest.mark.parametrize("query", ["shared:2026-99", "shared:2026-03-32", "due:<2026-00"])
def test_a_date_that_cannot_be_is_a_problem(query: str) -> None:
    assert parse_query(query, Workflow()).problems
    assert run("list", query)[0] == 2


def test_what_may_be_private_is_private() -> None:
    problems: list[str] = []
    assert idea_from_document("k7fqm2xw", {"title": "x", "private": "yes"}, problems).private
    assert problems == ["idea k7fqm2xw: 'private' is not true or false; it counts as true"]
