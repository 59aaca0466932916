"""Taste from what one has: `arxiv like`, with files and ids, listed, forgotten, taken back, merged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import add, assert_told, here, listed
from papers.recorded_papers import papers

from ideaboard.bootstrap import open_service
from ideaboard.core.ideas import Paper
from ideaboard.papers.bibtex import bibtex

FEEDS = Path(__file__).parents[1] / "data" / "arxiv"
ID, DOI = "1706.03762", "10.1145/3213846.3213858"
LIKED = "cs.HC"


@pytest.fixture(autouse=True)
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.01")
    with LoopbackArxiv([FEEDS]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        yield server


def away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEABOARD_ARXIV_URL", "http://127.0.0.1:9/api/query")


def bib_of(some: Sequence[Paper], path: Path) -> Path:
    path.write_text(bibtex(some, [{"abstract": paper.abstract} for paper in some]), "utf-8")
    return path


def likes() -> list[str]:
    return [one["paper"]["arxiv_id"] or one["paper"]["doi"] for one in here("arxiv", "like", "--list", "--json").json]


def test_a_bibliography_of_twenty_orders_a_fresh_board_as_twenty_marks_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arxiv: LoopbackArxiv
) -> None:
    fitting = [one for one in papers() if one.primary_category == LIKED and one.abstract]
    others = [one for one in papers() if one.primary_category != LIKED]
    twenty, inbox = fitting[:20], [*others[:200], *fitting[20:40]]

    def best(board: str) -> list[str]:
        service = open_service(board=board)
        try:
            service.arxiv.add_papers(inbox, stage="candidate")
            ranked = service.candidates.ranked()
            assert ranked.reasons(ranked.ids[0])
            return [idea.paper.arxiv_id for id in ranked.ids if (idea := service.board.ideas[id]).paper]
        finally:
            service.close()

    marked = open_service(board=str(tmp_path / "marked.jsonl"))
    marked.arxiv.add_papers(twenty)
    marked.close()
    away(monkeypatch)
    fresh = str(tmp_path / "fresh.jsonl")
    done = here("--board", fresh, "arxiv", "like", str(bib_of(twenty, tmp_path / "library.bib")))
    assert (done.code, done.out) == (0, "liked 20 papers\n")
    assert done.err == "", "all that counts is in the file, so nobody is asked"
    by_marks, by_file = best(str(tmp_path / "marked.jsonl")), best(fresh)
    hits = {paper.arxiv_id for paper in fitting[20:40]}
    first = [sum(id in hits for id in order[:20]) for order in (by_marks, by_file)]
    assert first[1] >= first[0] >= 2.5 * 20 * len(hits) / len(inbox)
    assert arxiv.requests == []
    assert here("--board", fresh, "list", "--json").json == [], "they are no cards"


def test_what_a_file_does_not_tell_is_asked_for_many_at_a_time(arxiv: LoopbackArxiv) -> None:
    done = here("arxiv", "like", ID, f"https://doi.org/{DOI}", "1707.08567", "--json")
    told = done.json
    assert (told["liked"], told["known"], told["waiting"]) == (3, 0, 0)
    assert all(one["paper"]["abstract"] and one["paper"]["title"] for one in told["papers"])
    assert len(arxiv.requests) == 2, "one for the ids, one for the DOIs"
    assert likes() == sorted(likes(), key=likes().index)
    again = here("arxiv", "like", "1808.05353", ID)
    assert again.out == "nothing new to like; 2 known already\n", "whatever a paper is called"
    assert len(arxiv.requests) == 2
    assert listed() == {}
    text = here("arxiv", "like", "--list").out
    assert f"arXiv:{ID}v" in text
    assert "Attention Is All You Need" in text


def test_offline_what_is_known_counts_and_the_check_fills_in_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arxiv: LoopbackArxiv
) -> None:
    away(monkeypatch)
    file = tmp_path / "mine.bib"
    file.write_text(f"@misc{{a, title={{Only a Title}}, eprint={{{ID}}}}}\n@book{{b, title={{A Book}}}}\n")
    done = here("arxiv", "like", str(file))
    assert (done.code, done.out) == (0, "liked 2 papers\n")
    assert "127.0.0.1" in done.err
    assert "no abstract of 1 paper yet; 'ideaboard arxiv check' asks for it again" in done.err
    monkeypatch.setenv("IDEABOARD_ARXIV_URL", arxiv.url)
    assert here("arxiv", "check").code == 0
    (attention,) = [one for one in here("arxiv", "like", "--list", "--json").json if one["paper"]["arxiv_id"]]
    assert attention["paper"]["abstract"]
    assert attention["source"] == "mine.bib"
    asked = len(arxiv.requests)
    here("arxiv", "check")
    assert len(arxiv.requests) == asked


RIS = "TY  - JOUR\nTI  - On Things\nAU  - Doe, Jane\nAB  - About things.\nDO  - 10.1234/things\nER  - \n"
CSV = 'Key,Title,Author,DOI,"Abstract Note"\nX,On Things,"Doe, Jane",10.1234/things,About things.\n'
JSON = json.dumps([{"title": "On Things", "DOI": "10.1234/things", "abstract": "About things."}])
OURS = json.dumps({"ideas": [{"title": "On Things", "paper": {"doi": "10.1234/things", "abstract": "About things."}}]})


@pytest.mark.parametrize("text", [RIS, CSV, JSON, OURS], ids=["ris", "csv", "json", "ours"])
def test_any_export_of_a_library_is_read(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    away(monkeypatch)
    (paper,) = [one["paper"] for one in here("arxiv", "like", "-", "--json", stdin=text.encode()).json["papers"]]
    assert (paper["title"], paper["doi"], paper["abstract"]) == ("On Things", "10.1234/things", "About things.")


def test_forgetting_is_by_id_by_file_and_of_everything_and_can_be_taken_back(tmp_path: Path) -> None:
    file = bib_of(papers()[:3], tmp_path / "three.bib")
    here("arxiv", "like", str(file))
    here("arxiv", "like", ID)
    assert len(likes()) == 4
    assert here("arxiv", "like", "--forget", f"arXiv:{ID}").out == "forgot 1 liked paper\n"
    assert ID not in likes()
    here("undo")
    assert ID in likes()
    assert here("arxiv", "like", "--forget", "three.bib", "--json").json == {"forgotten": 3}
    assert likes() == [ID]
    for _ in range(3):
        here("undo")
    assert likes() == []
    assert "forgot liked papers" in here("log").out
    here("redo")
    assert here("arxiv", "like", "--forget", "--all").code == 0
    assert likes() == []
    assert_told(here("arxiv", "like", "--forget", ID), 3, "none of that is liked")
    assert_told(here("arxiv", "like", "--forget", "--all"), 3, "nothing is liked")
    assert here("arxiv", "like", "--list").out == ""


def test_what_is_no_paper_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    empty = tmp_path / "empty.bib"
    empty.write_text("nothing here\n")
    assert_told(here("arxiv", "like", str(empty)), 2, "no paper in empty.bib")
    assert_told(here("arxiv", "like", str(tmp_path / "gone.bib")), 2, "cannot be read")
    assert_told(here("arxiv", "like", "hello"), 2, "no paper in 'hello'")
    assert_told(here("arxiv", "like"), 2, "no file and no id")
    assert_told(here("arxiv", "like", "--all"), 2, "--forget")
    assert_told(here("arxiv", "like", "-", stdin=b"\x89PNG\r\n\x1a\n\0\0"), 2, "not text")
    assert_told(here("arxiv", "like", str(tmp_path)), 2, "cannot be read")
    assert likes() == []
    entries = here("arxiv", "like", "-", stdin=f"Title,Link\nA,https://arxiv.org/abs/{ID}\n,https://x.org\n".encode())
    assert "1 entry named no paper" in entries.err


def test_a_mark_on_the_board_counts_more_than_what_is_liked(tmp_path: Path) -> None:
    some = [one for one in papers() if one.abstract][:30]
    here("arxiv", "like", str(bib_of(some[:3], tmp_path / "x.bib")))
    service = open_service()
    service.arxiv.add_papers(some[3:], stage="candidate")
    liked = service.candidates.ranked().scores
    service.candidates.skip_papers(some[:3])
    skipped = service.candidates.ranked().scores
    service.close()
    assert max(one.score for one in liked.values()) > 0
    assert max(one.score for one in skipped.values()) <= 0, "what was skipped since is not liked"


def test_copies_that_both_like_a_paper_are_one_board(tmp_path: Path, own_home: Path) -> None:
    add("something")
    board = own_home / "board" / "board.jsonl"
    other = tmp_path / "other.jsonl"
    shutil.copy(board, other)
    here("arxiv", "like", ID, "1707.08567")
    here("--board", str(other), "arxiv", "like", ID)
    lines = dict.fromkeys(
        [*board.read_bytes().splitlines(keepends=True), *other.read_bytes().splitlines(keepends=True)]
    )
    board.write_bytes(b"".join(lines))
    assert sorted(likes()) == [ID, "1707.08567"]
    assert here("check").code == 0
    exported = here("export", "json").out
    fresh = tmp_path / "fresh.jsonl"
    assert here("--board", str(fresh), "import", "-", stdin=exported.encode()).code == 0
    assert len(here("--board", str(fresh), "arxiv", "like", "--list", "--json").json) == 2


def test_no_more_are_kept_than_are_of_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ideaboard.service.likes.MOST", 5)
    monkeypatch.setattr("ideaboard.cli.liking.MOST", 5)
    done = here("arxiv", "like", str(bib_of(papers()[:8], tmp_path / "x.bib")))
    assert done.out == "liked 5 papers\n"
    assert "3 papers left out: at most 5 are kept" in done.err
    assert set(likes()) == {one.arxiv_id for one in papers()[3:8]}


def test_documents_that_somebody_else_wrote_are_read_as_far_as_they_go(own_home: Path) -> None:
    add("something")
    service = open_service()
    table = service._session.file.table("likes")  # what a hand or another program writes
    table.insert({"paper": "x", "at": 5, "source": ["y"]})
    table.insert({"paper": {"arxiv_id": 7, "title": "\x1b[31mred", "abstract": ["a"]}})
    service.arxiv.add_papers(papers()[:3], stage="candidate")
    assert len(service.candidates.ranked().ids) == 3
    service.close()
    done = here("arxiv", "like", "--list")
    assert done.code == 0
    assert "\x1b" not in done.out
    assert here("arxiv", "check").code == 0
