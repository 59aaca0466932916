"""Papers where they are typed: the names of papers in `add`, `import` and `arxiv add`, and how they are filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import Done, add, assert_told, here, listed, shown

from ideaboard.bootstrap import open_service
from ideaboard.core.changes import NewIdea
from ideaboard.core.clock import system_clock
from ideaboard.core.ideas import PaperId, named_paper
from ideaboard.service import Service

FEEDS = Path(__file__).parents[1] / "data" / "arxiv"
DOI, ID = "10.1145/3213846.3213858", "1808.05353"
NOWHERE = "10.1234/nobody.knows"
SPELLINGS = [
    DOI,
    f"https://doi.org/{DOI}",
    f"HTTPS://DX.DOI.ORG/{DOI}.",
    f"doi:{DOI}",
    "https://doi.org/10.1145%2F3213846.3213858",
    f"(https://dl.acm.org/doi/abs/{DOI})",
]


@pytest.fixture(autouse=True)
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.01")
    with LoopbackArxiv([FEEDS]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        monkeypatch.setenv("IDEABOARD_CROSSREF_URL", server.crossref_url)
        yield server


def away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEABOARD_ARXIV_URL", "http://127.0.0.1:9/api/query")


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_publishers_doi_becomes_the_paper_on_arxiv(arxiv: LoopbackArxiv, text: str) -> None:
    typed = here("add", text)
    assert "'ideaboard arxiv check' fills in" in typed.err
    assert arxiv.requests == [], "adding never asks anybody"
    bare = shown(typed.id)
    assert (bare["title"], bare["url"], bare["kind"]) == (f"doi:{DOI}", f"https://doi.org/{DOI}", "summary")
    assert (bare["paper"]["doi"], bare["paper"]["arxiv_id"], bare["paper"]["pdf_url"]) == (DOI, "", None)
    assert here("arxiv", "check").out == "1 paper filled in\n"
    idea = shown(typed.id)
    assert (idea["paper"]["arxiv_id"], idea["url"]) == (ID, f"https://arxiv.org/abs/{ID}")
    assert idea["title"] == idea["paper"]["title"]
    asked = len(arxiv.asked_queries)
    assert here("arxiv", "add", text).id == typed.id, "one paper is one idea, whatever it is called"
    assert len(arxiv.asked_queries) == asked, "and a known one costs no request"
    here("undo")
    assert shown(typed.id) == bare


def test_arxiv_add_looks_a_doi_up_with_one_request(arxiv: LoopbackArxiv) -> None:
    done = here("arxiv", "add", f"https://doi.org/{DOI}", "10.1109/ICST.2017.52", "10.1016/J.PHYSLETB.2003.08.045")
    ideas = [shown(id) for id in done.out.split()]
    assert [idea["paper"]["doi"] for idea in ideas] == [
        DOI,
        "10.1109/ICST.2017.52",
        "10.1016/j.physletb.2003.08.045",
    ]
    assert all(idea["paper"]["arxiv_id"] and idea["paper"]["authors"] for idea in ideas)
    assert len(arxiv.asked_queries) == 1


def test_a_doi_that_nobody_knows_stays_an_idea_with_its_link_and_is_said() -> None:
    done = here("arxiv", "add", NOWHERE)
    assert done.code == 0
    assert f"neither arXiv nor Crossref has a paper {NOWHERE}" in done.err
    assert "an idea with that link" in done.err
    assert shown(done.id)["url"] == f"https://doi.org/{NOWHERE}"
    text = f"We follow Smith ({NOWHERE}), and others, but not {DOI}."
    rest = here("arxiv", "add", "-", stdin=text.encode())
    assert shown(rest.id)["paper"]["arxiv_id"] == ID, "what a long text only mentions is no idea when nobody knows it"
    here("undo")
    alone = here("arxiv", "add", "-", stdin=f"only what we cite: {NOWHERE}, in a longer sentence".encode())
    assert_told(alone, 3, NOWHERE)


def test_everybody_who_is_asked_about_a_paper_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    away(monkeypatch)
    monkeypatch.setenv("IDEABOARD_CROSSREF_URL", "http://127.0.0.1:9/works")
    both = ("nothing answers at 127.0.0.1", "; Crossref cannot be reached at 127.0.0.1")
    assert_told(here("arxiv", "add", DOI), 5, *both)
    assert "Crossref" not in here("arxiv", "add", "1706.03762").err
    tells = "'ideaboard arxiv check' fills in what "
    assert f"1 paper: {tells}arXiv and Crossref tell\n" in here("add", DOI).err
    assert f"1 paper: {tells}arXiv tells\n" in here("add", "1706.03762").err
    assert (
        f"2 papers: {tells}arXiv and Crossref tell\n"
        in here("add", "-", stdin=b"2107.07511\n10.1/ab.2\n10.1234/ab.c").err
    )


def test_what_is_kept_offline_is_filled_in_at_the_next_chance(
    monkeypatch: pytest.MonkeyPatch, arxiv: LoopbackArxiv
) -> None:
    away(monkeypatch)
    assert_told(here("arxiv", "add", DOI), 5, "'ideaboard add' keeps it")
    assert_told(here("arxiv", "add", "1706.03762"), 5, "'ideaboard add' keeps it")
    assert listed() == {}
    ids = [add(DOI), add("1706.03762"), add(f"My notes on https://doi.org/{DOI.replace('3213858', '1')}")]
    assert_told(here("arxiv", "check"), 5)
    monkeypatch.setenv("IDEABOARD_ARXIV_URL", arxiv.url)
    assert here("arxiv", "add", DOI).id == ids[0], "asking for one fills it in"
    assert shown(ids[0])["paper"]["authors"]
    checked = here("arxiv", "check", "--json").json
    assert checked["filled"] == [ids[1]]
    assert shown(ids[2])["title"].startswith("My notes on"), "a title of one's own stays"


@pytest.mark.parametrize("stage", ["archived", "candidate", "shared"])
def test_a_paper_is_filled_in_wherever_it_is(stage: str) -> None:
    ids = [add(DOI, *(["-s", stage] if stage != "archived" else [])), add("1706.03762")]
    for id in ids:
        here("archive", id) if stage == "archived" else None
    assert here("arxiv", "check", "--json").json["filled"] != []
    assert shown(ids[0])["paper"]["arxiv_id"] == ID
    assert shown(ids[0])["title"] == shown(ids[0])["paper"]["title"]
    assert (shown(ids[0])["archived"] is not None) == (stage == "archived")


def test_an_id_that_nobody_knows_is_said_once_and_asked_for_ever_more_rarely(arxiv: LoopbackArxiv) -> None:
    now = system_clock()

    def check(days: float) -> tuple[int, tuple[str, ...]]:
        later: datetime = now + timedelta(days=days)
        service: Service = open_service(clock=lambda: later)
        before = len(arxiv.asked_queries)
        try:
            checked = service.watches.check()
        finally:
            service.close()
        return len(arxiv.asked_queries) - before, checked.unknown

    with_typo = add("2107.99999")
    asked, (said,) = check(0)
    assert asked == 1
    assert said.startswith(f"arXiv has no paper 2107.99999 ({with_typo}): check the id")
    assert [check(days) for days in (0.1, 1, 1.5, 2, 3, 4, 7)] == [
        (0, ()), (1, ()), (0, ()), (0, ()), (1, ()), (0, ()), (1, ()),
    ]  # fmt: skip
    asked, (said,) = (add(NOWHERE), check(7.5))[1]
    assert (asked, NOWHERE in said) == (1, True)
    here("delete", with_typo, "--yes")
    add("2107.99999")
    assert check(7.6)[0] == 1, "another idea is another question"


def test_what_is_unknown_is_told_by_check_and_its_json() -> None:
    add(NOWHERE)
    told = here("arxiv", "check", "--json")
    (said,) = told.json["unknown"]
    assert NOWHERE in said
    assert "it stays an idea with that link" in said
    assert said in told.err


def test_an_answer_that_cannot_be_read_says_nothing_of_a_paper(arxiv: LoopbackArxiv) -> None:
    add("1706.03762")
    arxiv.misbehave("html")
    assert_told(here("arxiv", "check"), 5)
    arxiv.misbehave(None)
    assert here("arxiv", "check").out == "1 paper filled in\n", "it was not unknown, but nobody knows"


def test_every_door_makes_a_paper_of_a_doi(tmp_path: Path) -> None:
    lines = here("add", "-", stdin=f"- a plain idea\n- read https://doi.org/{DOI}\n".encode())
    quick = here("add", "--quick", "10.1109/ICST.2017.52 #testing")
    file = tmp_path / "list.md"
    file.write_text("## Todo\n- [ ] The paper of 10.1109/ICST.2012.87\n- [ ] nothing\n")
    imported: Done = here("import", str(file), "--json")
    ids = [lines.out.split()[1], quick.id, *imported.json["added"]]
    papers = [shown(id)["paper"] for id in ids]
    assert [paper and paper["doi"] for paper in papers] == [
        DOI,
        "10.1109/ICST.2017.52",
        "10.1109/ICST.2012.87",
        None,
    ]
    assert shown(quick.id)["tags"] == ["testing"]
    assert here("arxiv", "check").out == "3 papers filled in\n"
    assert shown(ids[2])["title"] == "The paper of 10.1109/ICST.2012.87"


def test_a_doi_of_data_or_code_is_a_link() -> None:
    idea = shown(add("My data set", "--url", "https://doi.org/10.5281/zenodo.1234"))
    assert (idea["paper"], idea["url"]) == (None, "https://doi.org/10.5281/zenodo.1234")


def test_a_paper_without_arxiv_is_credited_cited_and_shown() -> None:
    service = open_service()
    (idea,) = service.ideas.add([NewIdea(f"Notes about https://doi.org/{NOWHERE}")]).ideas
    service.close()
    assert f"doi       10.1234/nobody.knows  https://doi.org/{NOWHERE}" in here("show", idea.id).out
    cited = here("export", "bibtex").out
    assert f"doi={{{NOWHERE}}}" in cited
    assert "eprint" not in cited
    assert "archivePrefix" not in cited
    assert here("share", idea.id, "--url", "https://example.org/mine", "--summary", "s").code == 0
    assert f"[doi:{NOWHERE}](https://doi.org/{NOWHERE})" in here("changelog").out


def test_a_search_for_a_doi_or_its_link_is_a_search_for_that_paper(arxiv: LoopbackArxiv) -> None:
    for text in (DOI, f"https://doi.org/{DOI}", "10.1016/J.PHYSLETB.2003.08.045"):
        found = here("arxiv", "search", text, "--json").json
        assert [paper["doi"].lower() for paper in found["papers"]] == [text.lower().removeprefix("https://doi.org/")]
    assert here("arxiv", "search", "testing", "10.1109/ICST.2017.52", "--json").json["sent"].startswith("all:testing")


@pytest.mark.parametrize("format", ["csv", "json", "bibtex", "tinydb"])
def test_a_paper_without_arxiv_comes_back_from_every_export(format: str, tmp_path: Path) -> None:
    here("arxiv", "add", NOWHERE)
    exported = here("export", format).out
    fresh = str(tmp_path / "fresh.jsonl")
    assert here("--board", fresh, "import", "-", stdin=exported.encode()).code == 0
    (idea,) = here("--board", fresh, "list", "--json").json
    assert (idea["paper"]["doi"], idea["url"]) == (NOWHERE, f"https://doi.org/{NOWHERE}")


def test_a_paper_may_have_its_name_from_somebody_else() -> None:
    paper = named_paper(PaperId("openreview", "AbC12"), title="On Things", authors=("Jane Doe",))
    service = open_service()
    (idea,) = service.arxiv.add_papers([paper, replace(paper, title="another title")]).ideas
    service.close()
    told = shown(idea.id)
    assert told["url"] == told["paper"]["url"] == "https://openreview.net/forum?id=AbC12"
    assert "id        OpenReview:AbC12  https://openreview.net" in here("show", idea.id).out
    assert here("arxiv", "check").code == 0
    assert str(PaperId("somebody", "x y")) == "somebody:x y"
    assert PaperId("somebody", "x y").url == ""
