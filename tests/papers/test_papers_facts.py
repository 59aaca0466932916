"""Facts from Hugging Face's paper pages: asked for politely, kept for a day, believed only as far as they are sound."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import add, here, listed
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.bootstrap import open_service
from ideaboard.core.facts import Facts, has_code, in_words
from ideaboard.core.ideas import Paper
from ideaboard.papers.huggingface.pages import read_page
from ideaboard.service.facts import BATCH

DATA = Path(__file__).parents[1] / "data"
RECORDED = json.loads((DATA / "huggingface" / "2608.09888.json").read_bytes())
CODED, WANTED, SILENT = "1706.03762", "1707.08567", "1605.08386"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.001")
    with LoopbackArxiv([DATA / "arxiv"]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        monkeypatch.setenv("IDEABOARD_FACTS_URL", server.facts_url)
        server.show_page(CODED, {**RECORDED, "id": CODED})
        server.show_page(WANTED, {"id": WANTED, "upvotes": 140})
        yield server


def papers(*ids: str) -> dict[str, str]:
    """Put papers into the inbox, and return the ideas' ids by those of the papers."""
    here("add", "-s", "candidate", "-", stdin="\n".join(f"arXiv:{id}" for id in ids).encode())
    return {idea["paper"]["arxiv_id"]: id for id, idea in listed("-s", "candidate").items()}


def test_a_recorded_page_is_read() -> None:
    facts = read_page(RECORDED, "at")
    assert facts == Facts("at", "https://github.com/pathwaycom/arc-task-gen", 11184, 782, 0)
    paper = Paper(arxiv_id="2608.09888")
    assert in_words(paper, {"2608.09888": facts}) == "code 11k"
    assert has_code(paper, {"2608.09888": facts})
    assert not has_code(paper, {})


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Facts("", "https://github.com/a/b", 1234), "code 1.2k"),
        (Facts("", "https://github.com/a/b", 999), "code 999"),
        (Facts("", "https://github.com/a/b", 9_960), "code 9k"),
        (Facts("", "https://github.com/a/b", 2_000_000), "code 2M"),
        (Facts("", "https://github.com/a/b"), "code"),
        (Facts("", votes=140), "no code, 140 votes"),
        (Facts("", votes=1), "no code, 1 vote"),
        (Facts(""), ""),
    ],
)
def test_facts_in_few_words(facts: Facts, words: str) -> None:
    assert in_words(Paper(arxiv_id="1"), {"1": facts}) == words


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=2)
)


@given(st.dictionaries(st.sampled_from(["githubRepo", "githubStars", "upvotes", "numComments"]), ANY))
def test_whatever_a_page_says_only_what_is_sound_is_taken(page: dict[str, Any]) -> None:
    facts = read_page(page, "at")
    assert facts.repo == "" or facts.repo.startswith(("http://", "https://"))
    assert all(type(number) is int and 0 <= number <= 10**9 for number in facts[2:])
    assert len(in_words(Paper(arxiv_id="1"), {"1": facts})) < 30


def test_a_check_asks_once_a_day_and_filters_know(server: LoopbackArxiv) -> None:
    ids = papers(CODED, WANTED, SILENT)
    assert here("arxiv", "check").code == 0
    assert sorted(server.asked_pages) == sorted(ids)
    assert list(listed("is:candidate", "has:code")) == [ids[CODED]]
    assert set(listed("is:candidate", "--", "-has:code")) == {ids[WANTED], ids[SILENT]}
    assert set(listed("is:candidate", "votes:>50")) == {ids[CODED], ids[WANTED]}
    assert list(listed("is:candidate", "votes:0")) == [ids[SILENT]]
    here("arxiv", "check")
    assert len(server.asked_pages) == 3, "asked once a day"
    later = open_service(clock=lambda: datetime.now(UTC) + timedelta(hours=25))
    assert len(later.facts.due(later.facts.papers())) == 3
    later.close()


def test_the_wanted_that_nobody_has_coded(server: LoopbackArxiv) -> None:
    ids = papers(CODED, WANTED, SILENT)
    server.show_page(SILENT, {"id": SILENT, "upvotes": 200})
    done = here("arxiv", "check", "--wanted", "--quiet")
    assert [line.split("  ")[:2] for line in done.out.splitlines()[-2:]] == [
        [ids[SILENT], "200 votes"],
        [ids[WANTED], "140 votes"],
    ]
    found = here("arxiv", "check", "--wanted", "--json").json["wanted"]
    assert [(one["id"], one["votes"]) for one in found] == [(ids[SILENT], 200), (ids[WANTED], 140)]


def test_they_come_in_batches(server: LoopbackArxiv) -> None:
    ids = [f"2601.{number:05}" for number in range(1, BATCH + 6)]
    papers(*ids)
    service = open_service()
    facts = service.facts
    assert facts.ask(facts.due(facts.papers())).found == BATCH
    assert len(server.asked_pages) == BATCH
    assert facts.ask(facts.due(facts.papers())).found == 5
    assert sorted(server.asked_pages) == ids
    assert facts.ask(facts.due(facts.papers())).found == 0
    service.close()


@pytest.mark.parametrize(
    "how",
    [
        *("busy", "server-error", "html", "empty", "garbage", "cut", "reset", "reset-at-once", "redirect-away"),
        pytest.param("silent", marks=pytest.mark.slow),
    ],
)
def test_whatever_goes_wrong_there_all_else_is_as_it_was(how: str, server: LoopbackArxiv) -> None:
    papers(CODED)
    before = here("list", "-s", "candidate", "--json").json
    server.misbehave_in_pages(how)
    done = here("arxiv", "check")
    assert (done.code, done.err) == (0, ""), "nobody asked for it, so nobody hears of it"
    assert [idea["stage"] for idea in before] == ["candidate"]
    assert listed("is:candidate", "has:code") == {}


@pytest.mark.parametrize(
    "page", [[], "x", {"id": "9"}, {"id": None}, {}, {"id": CODED, "githubRepo": "javascript:alert(1)", "upvotes": -1}]
)
def test_a_page_of_another_shape_is_no_fact(page: object, server: LoopbackArxiv) -> None:
    papers(CODED)
    server.show_page(CODED, page)
    assert here("arxiv", "check").code == 0
    assert listed("is:candidate", "has:code") == {}
    assert listed("is:candidate", "votes:>0") == {}


def test_nobody_hears_of_the_papers_of_private_ideas(server: LoopbackArxiv) -> None:
    ids = papers(CODED, WANTED)
    here("edit", ids[WANTED], "--private")
    here("arxiv", "check")
    assert server.asked_pages == [CODED]


def test_pages_that_are_always_wrong_do_not_keep_others_from_being_asked_for(
    server: LoopbackArxiv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ideaboard.service.facts.BATCH", 1)
    monkeypatch.setattr("ideaboard.service.facts.PaperFacts.due.__defaults__", (1,))
    ids = papers(CODED, WANTED)
    server.show_page(WANTED, ["wrong"])
    server.show_page(CODED, ["wrong"])
    here("arxiv", "check")
    (wrong,) = server.asked_pages
    other = ({CODED, WANTED} - {wrong}).pop()
    server.show_page(other, {"id": other, "upvotes": 7})
    here("arxiv", "check")
    assert set(listed("is:candidate", "votes:7")) == {ids[other]}


def test_one_line_of_the_config_turns_it_off(server: LoopbackArxiv) -> None:
    papers(CODED)
    here("arxiv", "check")
    Path(os.environ["IDEABOARD_CONFIG"]).write_text("[papers]\nfacts = false\n", "utf-8")
    asked = len(server.asked_pages)
    papers(WANTED)
    assert here("arxiv", "check", "--wanted").code == 0
    assert len(server.asked_pages) == asked
    assert listed("is:candidate", "votes:>0") == {}, "nor is what was known used any more"
    assert "facts = false" in here("config", "show").out


@pytest.mark.parametrize("kept", [b"", b"[]", b"{", b'{"1": 2}', b'{"1706.03762": ["x"]}', b"[" * 100_000, b"\xff"])
def test_a_cache_that_cannot_be_read_is_none(kept: bytes) -> None:
    papers(CODED)
    file = Path(os.environ["IDEABOARD_CACHE"]) / "facts.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(kept)
    assert here("list", "is:candidate", "votes:>0").code == 0
    assert here("arxiv", "check").code == 0
    assert len(listed("is:candidate", "has:code")) == 1


def test_an_open_board_learns_what_a_cron_job_found() -> None:
    papers(CODED)
    service = open_service()
    assert service.facts.known() == {}
    here("arxiv", "check")
    assert service.facts.known()[CODED].votes == 782
    service.close()


@pytest.mark.parametrize("text", ["votes:x", "votes:-1", "votes>50", "votes:>"])
def test_a_wrong_number_of_votes_is_said(text: str) -> None:
    add("x")
    done = here("list", "--", text)
    assert done.code == 2
    assert "votes" in done.err
