"""Crossref as a second source of papers: records as publishers deposit them, failures of the server, twins on arXiv."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import add, assert_told, here, listed, shown
from hostile import in_one_go
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.bootstrap import open_service
from ideaboard.core.foreign_json import DEEPEST
from ideaboard.core.ideas import Paper
from ideaboard.errors import ArxivError
from ideaboard.papers.crossref.work import read_work

DATA = Path(__file__).parents[1] / "data"
PLOS = "10.1371/journal.pone.0033693"
ACTA, ACTA_ID = "10.5506/aphyspolb.56.3-a17", "2501.04622"
NIPS, NIPS_ID = "10.5555/3295222.3295349", "1706.03762"


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.001")
    with LoopbackArxiv([DATA / "arxiv"]) as server:
        server.record(DATA / "crossref")
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        monkeypatch.setenv("IDEABOARD_CROSSREF_URL", server.crossref_url)
        yield server


def record(name: str) -> dict[str, Any]:
    message: dict[str, Any] = json.loads((DATA / "crossref" / name).read_bytes())["message"]
    return message


def related(kind: str, giver: str, name: str) -> dict[str, Any]:
    return {"relation": {kind: [{"id-type": giver, "id": name, "asserted-by": "subject"}]}}


def test_records_are_read_as_far_as_they_go() -> None:
    plos = read_work(record("10.1371_journal.pone.0033693.json"))
    assert plos.title.startswith("Methylphenidate Exposure Induces")
    assert plos.authors[:2] == ("Shankar Sadasivan", "Brooks B. Pond")
    assert (plos.published, plos.journal_ref, plos.doi) == ("2012-03-21", "PLoS ONE 7 e33693 (2012)", PLOS)
    elsevier = read_work(record("10.1016_j.eswa.2023.122038.json"))
    assert (elsevier.published, elsevier.abstract) == ("2024-03", "")
    assert read_work(record("10.3390_s24248187.json")).abstract.startswith("The attention mechanism is essential")
    acta = read_work(record("10.5506_aphyspolb.56.3_a17.json"))
    assert acta.authors == ("C. Lorcé", "P. Schweitzer")
    assert acta.abstract.endswith("reconcile the concerns with the interpretation are indicated.")
    assert "Published by" not in acta.abstract
    assert (acta.arxiv_id, read_work(record("10.5555_3295222.3295349.json")).arxiv_id) == (ACTA_ID, NIPS_ID)
    assert read_work(record("10.5506_aphyspolb.42.2407.json")).title == ""


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"title": ["A <i>b</i> &amp;amp; <sub>2</sub>"]}, {"title": "A b & 2"}),
        ({"title": ["x <mml:math><mml:mi>a</mml:mi></mml:math> y"]}, {"title": "x a y"}),
        ({"title": ["Is 1 < 2?"]}, {"title": "Is 1 < 2?"}),
        ({"title": ["Main"], "subtitle": ["the rest"]}, {"title": "Main: the rest"}),
        ({"title": ["\x1b[31mred\u202e"]}, {"title": "red"}),
        ({"title": [None, 7, "third"]}, {"title": "third"}),
        ({"author": [{"name": "The Team"}, {"family": "Ng"}, "x", {}]}, {"authors": ("The Team", "Ng")}),
        ({"author": [{"given": "A", "family": "B", "suffix": "Jr."}]}, {"authors": ("A B, Jr.",)}),
        ({"issued": {"date-parts": [[None]]}, "created": {"date-parts": [[2020, 1, 2]]}}, {"published": "2020-01-02"}),
        ({"issued": {"date-parts": [[2020, 13, 2]]}}, {"published": "2020"}),
        ({"issued": {"date-parts": "x"}}, {"published": None}),
        (related("cites", "arxiv", "1706.03762"), {"arxiv_id": ""}),
        (related("is-supplemented-by", "arxiv", "1706.03762"), {"arxiv_id": ""}),
        (related("has-preprint", "uri", "https://arxiv.org/abs/1706.03762v2"), {"arxiv_id": NIPS_ID}),
        (related("has-preprint", "arxiv", "arXiv:hep-th/9711200"), {"arxiv_id": "hep-th/9711200"}),
        (related("is-version-of", "doi", "10.48550/ARXIV.1706.03762"), {"arxiv_id": NIPS_ID}),
        ({"relation": {"has-preprint": "x", "is-same-as": [None, {"id": 3}]}}, {"arxiv_id": ""}),
        (
            {"abstract": "<jats:title>Abstract</jats:title><jats:p>One.</jats:p><jats:p>Two.</jats:p>"},
            {"abstract": "One.\n\nTwo."},
        ),
    ],
)
def test_what_publishers_deposit_is_made_plain(fields: dict[str, Any], wanted: dict[str, Any]) -> None:
    paper = read_work({"DOI": "10.1234/x", **fields})
    assert {name: getattr(paper, name) for name in wanted} == wanted


NAMES = st.sampled_from(["date-parts", "id", "id-type", "given", "family", "has-preprint", "x"])
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(NAMES, some, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["title", "subtitle", "author", "abstract", "issued", "relation", "page"])


@given(st.dictionaries(FIELDS, JSON))
def test_no_record_fails(message: dict[str, Any]) -> None:
    paper = read_work(message)
    assert isinstance(paper, Paper)
    assert "\x1b" not in paper.title + paper.abstract


@pytest.mark.parametrize("run", ["<jats:title>", "<a ", "<mml:annotation>", "&amp;", "<jats:sec><jats:p>"])
def test_a_long_text_is_read_in_one_go(run: str) -> None:
    text = run * 200_000
    with in_one_go():
        paper = read_work({"title": [f"A title {text}"], "abstract": f"{text} and its end"})
    assert paper.title.startswith("A title")


def test_a_doi_that_arxiv_does_not_know_gets_title_authors_year_and_link(server: LoopbackArxiv) -> None:
    idea = shown(here("arxiv", "add", f"https://doi.org/{PLOS.upper()}").id)
    paper = idea["paper"]
    assert idea["title"].startswith("Methylphenidate Exposure")
    assert (idea["url"], paper["url"], paper["pdf_url"]) == (*[f"https://doi.org/{PLOS}"] * 2, None)
    assert (paper["authors"][0], paper["published"], paper["arxiv_id"]) == ("Shankar Sadasivan", "2012-03-21", "")
    assert server.asked_works == [PLOS]
    assert here("arxiv", "add", PLOS).id == idea["id"]
    assert server.asked_works == [PLOS], "what is on the board is not asked for"
    cited = here("export", "bibtex").out
    assert "@article{sadasivan2012methylphenidate" in cited
    assert "year={2012}" in cited
    here("undo")
    assert here("arxiv", "add", PLOS).code == 0
    assert server.asked_works == [PLOS], "nor is what was asked a moment ago"
    here("share", here("list", "--json").json[0]["id"], "--url", "https://example.org/x", "--summary", "s")
    assert f"[Sadasivan et al., 2012](https://doi.org/{PLOS})" in here("changelog").out


@pytest.mark.parametrize(("doi", "id"), [(NIPS, NIPS_ID)])
def test_the_twin_on_arxiv_is_the_paper(doi: str, id: str, server: LoopbackArxiv) -> None:
    done = here("arxiv", "add", doi, id, "--json")
    (idea,) = {one["id"]: one for one in done.json}.values()
    assert (idea["paper"]["arxiv_id"], idea["paper"]["doi"]) == (id, doi)
    assert idea["paper"]["version"]
    assert here("arxiv", "add", f"https://doi.org/{doi}").id == idea["id"]
    assert server.asked_works == [doi]


def test_a_twin_that_arxiv_does_not_show_yet_is_known_all_the_same(server: LoopbackArxiv) -> None:
    idea = shown(here("arxiv", "add", ACTA).id)
    assert (idea["paper"]["arxiv_id"], idea["paper"]["authors"][0]) == (ACTA_ID, "C. Lorcé")
    assert idea["paper"]["abstract"].startswith("The interpretation")
    here("import", "-", stdin=f"@article{{a, title={{Pressure}}, doi={{{ACTA}}}}}\n".encode())
    assert len(listed()) == 1


def test_what_was_typed_or_imported_is_filled_in_and_named_by_its_year(tmp_path: Path) -> None:
    typed = add(PLOS)
    file = tmp_path / "refs.bib"
    other = "@article{a, doi={10.1016/j.eswa.2023.122038}}\n"
    file.write_text(f"{other}@article{{b, doi={{{PLOS}}}, title={{Mine}}}}\n")
    (imported,) = here("import", str(file), "--json").json["added"]
    assert here("arxiv", "check").out == "2 papers filled in\n"
    assert shown(typed)["title"].startswith("Methylphenidate")
    assert shown(imported)["paper"]["title"].startswith("Visible-infrared image matching")
    assert len(listed()) == 2


MODES = {
    "server-error": "HTTP 500",
    "busy:60": "asks us to wait",
    "busy": "asks us to wait",
    "html": "cannot be read",
    "empty": "cannot be read",
    "garbage": "cannot be read",
    "cut": "cannot be read",
    "short": "broke off",
    "reset": "broke off",
    "reset-at-once": "cannot be reached",
    "bad-gzip": "broke off",
    "redirect-away": "HTTP 30",
    "forbidden": "HTTP 403",
    "teapot": "HTTP 418",
}


@pytest.mark.parametrize(("mode", "words"), MODES.items())
def test_a_service_that_fails_is_told_and_nothing_is_said_of_the_paper(
    mode: str, words: str, server: LoopbackArxiv
) -> None:
    server.misbehave_in_works(mode)
    assert_told(here("arxiv", "add", PLOS), 5, "Crossref", words)
    typed = add(PLOS)
    done = here("arxiv", "check")
    assert done.code == 5
    assert "has a paper" not in done.err
    assert shown(typed)["title"] == f"doi:{PLOS}"


def test_one_answer_that_cannot_be_read_does_not_keep_the_others_back(server: LoopbackArxiv) -> None:
    server.works[PLOS] = server.works["10.3390/s24248187"]
    server.works["10.1234/deep"] = b"[" * 500_000
    large = {"message": {"DOI": "10.1234/large", "title": ["Large"], "reference": "a" * 9_000_000}}
    server.works["10.1234/large"] = json.dumps(large).encode()
    done = here("arxiv", "add", PLOS, "10.1234/deep", "10.1234/large", "10.3390/s24248187")
    (idea,) = [shown(id) for id in done.out.split()]
    assert idea["title"].startswith("Probabilistic Attention Map")
    for words in ("answered about another paper", "10.1234/deep could not", "10.1234/large could not"):
        assert words in done.err


@pytest.mark.parametrize("levels", [150, 250])
def test_an_answer_is_read_within_the_limits_of_all_json(levels: int, server: LoopbackArxiv) -> None:
    deep = "[" * levels + "NaN, 1e999" + "]" * levels
    answer = f'{{"message": {{"DOI": "{PLOS}", "title": ["First"], "title": ["Last"], "score": NaN, "more": {deep}}}}}'
    server.works[PLOS] = answer.encode()
    done = here("arxiv", "add", PLOS)
    if levels < DEEPEST:
        assert shown(done.id)["title"] == "Last"
    else:
        assert_told(done, 5, "cannot be read")


def test_a_service_that_is_down_is_asked_once(server: LoopbackArxiv) -> None:
    server.misbehave_in_works("server-error")
    for number in range(5):
        add(f"10.1234/number.{number}")
    assert here("arxiv", "check").code == 5
    assert len(server.asked_works) == 1


def test_it_says_who_it_is_and_asks_one_at_a_time(server: LoopbackArxiv) -> None:
    here("arxiv", "add", PLOS, "10.3390/s24248187", "10.1016/j.eswa.2023.122038")
    asked = [seen for seen in server.requests if seen.path.startswith("/works/")]
    assert len(asked) == 3
    assert all(seen.headers["User-Agent"].startswith("ideaboard/") for seen in asked)
    assert server.most_at_once == 1


def test_a_silent_service_is_left_at_once(server: LoopbackArxiv) -> None:
    server.misbehave_in_works("silent")
    cancel = threading.Event()
    service = open_service()
    caught: list[BaseException] = []

    def ask() -> None:
        try:
            service.arxiv.add([PLOS], cancel=cancel)
        except ArxivError as error:
            caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.asked_works:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    began = time.monotonic()
    cancel.set()
    thread.join(10)
    assert time.monotonic() - began < 2
    assert str(caught[0]) == "stopped asking arXiv"
    assert len(service.board) == 0
    service.close()


def test_a_paper_and_its_twin_are_one_after_a_merge(
    server: LoopbackArxiv, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doi = "10.1145/3213846.3213858"
    server.works[doi] = server.works[PLOS].replace(PLOS.encode(), doi.encode())
    board, other = own_home / "board" / "board.jsonl", tmp_path / "other.jsonl"
    here("arxiv", "add", "1808.05353", "-t", "here")
    monkeypatch.setenv("IDEABOARD_ARXIV_URL", "http://127.0.0.1:9/api/query")
    there = here("--board", str(other), "arxiv", "add", doi, "-t", "there")
    assert there.code == 0, there.err
    monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
    lines = (board.read_bytes() + other.read_bytes()).splitlines(keepends=True)
    board.write_bytes(b"".join(dict.fromkeys(lines)))
    assert len(listed()) == 2
    assert here("arxiv", "check").code == 0
    (idea,) = listed().values()
    assert (idea["paper"]["arxiv_id"], sorted(idea["tags"])) == ("1808.05353", ["here", "there"])


def test_what_nobody_knows_more_of_is_not_asked_for_at_every_look(server: LoopbackArxiv) -> None:
    bare = {"DOI": "10.1234/editorial", "title": ["An editorial"]}
    server.works["10.1234/editorial"] = json.dumps({"message": bare}).encode()
    typed = add("10.1234/editorial")
    here("arxiv", "like", "10.1016/j.eswa.2023.122038")
    first = here("arxiv", "check")
    assert first.out == "1 paper filled in\n"
    assert "has a paper" not in first.err
    assert shown(typed)["title"] == "An editorial"
    asked = len(server.requests)
    assert here("arxiv", "check").out == "nothing new\n"
    assert len(server.requests) == asked
