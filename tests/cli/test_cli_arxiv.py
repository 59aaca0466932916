"""arxiv search, add, watch, check, categories, against a loopback arXiv that replays recorded answers."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import assert_told, here, listed, process, shown
from terminal import hear_ctrl_c

FEEDS = Path(__file__).parent.parent / "data" / "arxiv"
FIRST, SECOND, MISSING = "1706.03762", "1707.08567", "1001.0001"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.01")


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    with LoopbackArxiv([FEEDS]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        yield server


def test_search_lists_papers_and_says_what_was_asked(arxiv: LoopbackArxiv) -> None:
    done = process("arxiv", "search", "testing", "-n", "3")
    assert done.code == 0, done.err
    assert len(done.out.splitlines()) == 3
    assert "asked arXiv for: all:testing" in done.err
    assert "3 of " in done.err
    found = here("arxiv", "search", "testing", "-n", "3", "--json").json
    assert set(found) >= {"query", "sent", "read_as", "total", "as_of", "papers"}
    assert [line.split()[0] for line in done.out.splitlines()] == [
        paper["arxiv_id"] + paper["version"] for paper in found["papers"]
    ]
    assert all(type(paper["arxiv_id"]) is str and paper["on_board"] is None for paper in found["papers"])
    assert listed() == {}, "looking changes nothing"


def test_search_puts_results_into_the_inbox_or_the_first_column_once(arxiv: LoopbackArxiv) -> None:
    done = here("arxiv", "search", "testing", "-n", "2", "--candidates", "--json")
    assert {paper["on_board"]["stage"] for paper in done.json["papers"]} == {"candidate"}
    assert len(listed("-s", "candidate")) == 2
    again = here("arxiv", "search", "testing", "-n", "3", "--add", "-k", "paper-to-code")
    assert again.code == 0
    (idea,) = listed().values()
    assert (idea["kind"], idea["stage"]) == ("paper-to-code", "idea")
    assert len(listed("-s", "candidate")) == 2, "a known paper stays where it is"
    assert "[candidate " in again.out
    here("undo")
    assert listed() == {}


def test_add_takes_any_text_and_one_paper_never_becomes_two_ideas(arxiv: LoopbackArxiv) -> None:
    text = f"see https://arxiv.org/abs/{FIRST}, or doi:10.48550/arXiv.{SECOND} (and arXiv:{FIRST})"
    ids = here("arxiv", "add", "-", "-k", "paper-to-code", "-t", "new", stdin=text.encode()).out.split()
    assert [shown(id)["paper"]["arxiv_id"] for id in ids] == [FIRST, SECOND]
    assert all((shown(id)["kind"], shown(id)["tags"]) == ("paper-to-code", ["new"]) for id in ids)
    again = here("arxiv", "add", SECOND, "--json").json
    assert [(idea["id"], idea["known"]) for idea in again] == [(ids[1], True)]
    assert "known already" in here("arxiv", "add", FIRST).err
    assert len(listed()) == 2


def test_add_takes_ris_with_wrapped_lines(arxiv: LoopbackArxiv) -> None:
    record = "TY  - JOUR\r\nTI  - x\r\nUR  - https://arxiv.org/abs/{}\r\nAB  - as\r\narXiv:{} did\r\nER  - \r\n"
    text = "Provider: x\r\n" + record.format(FIRST, MISSING) + record.format(SECOND, MISSING)
    ids = here("arxiv", "add", "-", stdin=text.encode("utf-16")).out.split()
    assert [shown(id)["paper"]["arxiv_id"] for id in ids] == [FIRST, SECOND]


def test_add_names_what_does_not_exist_and_adds_the_rest(arxiv: LoopbackArxiv) -> None:
    done = here("arxiv", "add", MISSING, SECOND)
    assert done.code == 0
    assert f"arXiv has no paper {MISSING}" in done.err
    assert len(done.out.split()) == 1
    assert_told(here("arxiv", "add", MISSING), 3)


def test_adding_a_paper_that_was_typed_fills_it_in(arxiv: LoopbackArxiv) -> None:
    typed = here("add", FIRST).id
    assert here("arxiv", "add", FIRST).id == typed
    idea = shown(typed)
    assert idea["paper"]["authors"]
    assert idea["title"] == idea["paper"]["title"]


def test_a_watch_is_kept_looked_at_and_quiet_when_told(arxiv: LoopbackArxiv) -> None:
    assert here("arxiv", "watch", "add", "tests", "testing", "-n", "2").out == "watching 'tests'\n"
    (watch,) = here("arxiv", "watch", "list", "--json").json
    assert (watch["name"], watch["query"], watch["new"], watch["last"]) == ("tests", "testing", 0, None)
    checked = here("arxiv", "check", "--json").json
    (look,) = checked["watches"]
    assert (look["name"], look["new"], len(look["papers"])) == ("tests", 2, 2)
    assert (checked["updates"], checked["filled"]) == ([], [])
    assert len(listed("-s", "candidate")) == 2
    assert here("arxiv", "watch", "list", "--json").json[0]["new"] == 2
    quiet = here("arxiv", "check", "--quiet")
    assert (quiet.code, quiet.out) == (0, "")
    assert here("arxiv", "check", "tests").out == "nothing new\n"
    assert "tests  2 new" in here("arxiv", "watch", "list").out
    assert_told(here("arxiv", "watch", "add", "tests", "x"), 2, "already")
    assert here("arxiv", "watch", "remove", "tests").code == 0
    assert here("arxiv", "watch", "list", "--json").json == []


def test_without_an_answer_the_exit_code_is_5_and_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert_told(process("arxiv", "search", "testing"), 5, "127.0.0.1")
    assert_told(here("arxiv", "add", FIRST), 5)
    here("arxiv", "watch", "add", "tests", "testing")
    assert_told(here("arxiv", "check"), 5)
    assert listed() == {}
    monkeypatch.setenv("IDEABOARD_ARXIV_URL", "nonsense")
    assert here("arxiv", "search", "testing").code == 2


def test_a_check_that_fails_in_part_keeps_what_it_found_and_ends_with_5(
    arxiv: LoopbackArxiv, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ideaboard.errors import ArxivError
    from ideaboard.service.watches import Watches

    here("arxiv", "watch", "add", "bad", "testing")
    here("arxiv", "watch", "add", "good", "testing", "-n", "2")
    look = Watches.look

    def look_or_fail(self: Watches, name: str, *more: Any) -> Any:
        if name == "bad":
            raise ArxivError("arXiv is down", "try again later")
        return look(self, name, *more)

    monkeypatch.setattr(Watches, "look", look_or_fail)
    done = here("arxiv", "check")
    assert (done.code, done.out) == (5, "good 2 new\n")
    assert "ideaboard: arXiv is down" in done.err
    assert len(listed("-s", "candidate")) == 2


def test_a_wait_is_told(arxiv: LoopbackArxiv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "1.5")
    here("arxiv", "search", "testing", "-n", "1")
    done = here("arxiv", "search", "testing", "-n", "1", "--refresh")
    assert done.code == 0
    assert len(re.findall("waiting [12] s: ", done.err)) == 1, "once, however long it takes"


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
def test_on_a_terminal_a_wait_counts_down_and_ctrl_c_ends_it_at_once(
    arxiv: LoopbackArxiv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "60")
    here("arxiv", "search", "testing", "-n", "1")
    command = ["-m", "ideaboard", "arxiv", "search", "testing", "-n", "1", "--refresh"]
    child: pexpect.spawn[bytes] = pexpect.spawn(sys.executable, command, timeout=20, preexec_fn=hear_ctrl_c)
    counted = []
    for _ in range(2):
        child.expect(rb"(\d+) s: ")
        assert isinstance(child.match, re.Match)
        counted.append(int(child.match.group(1)))
    assert 60 >= counted[0] > counted[1] > 0
    child.sendintr()
    rest: bytes = child.read()
    child.close()
    assert child.exitstatus == 130
    assert b"Traceback" not in rest


def test_categories_are_found_without_the_network() -> None:
    out = here("arxiv", "categories", "stat.ML").out
    assert out.startswith("stat.ML")
    assert "Machine Learning" in out
    assert {"code", "name", "group", "description"} <= set(here("arxiv", "categories", "--json").json[0])


def test_papers_are_exported_as_bibtex(arxiv: LoopbackArxiv, tmp_path: Path) -> None:
    here("arxiv", "add", FIRST)
    assert FIRST in here("export", "bibtex").out
    assert here("show", next(iter(listed()))).out.count(FIRST) >= 2
