"""What real files have shown: nothing of a card is lost, no link is cut, and no paper is taken for another.

The files in `tests/data/import` were written for this, after public ones.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from service.service_boards import a_service, added, ids_of
from service.test_service_imports import DATA, brought, places, preview

from ideaboard.core.changelog import ChangelogOptions
from ideaboard.core.changes import Edit, Sharing
from ideaboard.core.ideas import Link
from ideaboard.errors import InvalidInput
from ideaboard.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return a_service(tmp_path / "board.jsonl")


def test_the_archive_of_obsidian_in_another_language(service: Service) -> None:
    data = (DATA / "obsidian-in-another-language.md").read_text()
    assert preview(service, data).left_out == ("lines that belong to no card: 6",)
    found = brought(service, data)
    assert places(found) == {"写一封信": "idea", "Still to do": "review", "已完成": "done", "放弃了": "parked"}
    assert found["写一封信"].due == "2026-03-01"


def test_a_heading_keeps_the_signs_of_its_words(service: Service) -> None:
    seen = preview(service, "## C#\n- a\n## F ##\n- b\n## #\n- c\n")
    assert [one.name for one in seen.lists] == ["C#", "F", ""]


def test_lists_of_trello_with_their_cards_in_them(service: Service) -> None:
    data = (DATA / "trello-lists.json").read_bytes()
    seen = preview(service, data)
    assert [(one.name, one.stage, one.ideas) for one in seen.lists] == [
        ("Doing", "making", 2),
        ("Done", "shared", 1),
        ("Empty", "review", 0),
    ]
    assert seen.left_out == ("checklists that are not in the file: 2",)
    found = brought(service, data)
    assert (found["First card"].notes, found["Second card"].due) == ("What it is.", "2026-03-01")
    assert service.transfer.import_data(data.replace(b"First card", b"Renamed"), "x").unchanged == 3


def test_what_trello_knows_beside_the_cards_is_counted(service: Service) -> None:
    board = json.loads((DATA / "trello.json").read_text())
    board["desc"] = "What we do here."
    board["cards"][0] |= {"locationName": "The pub", "address": "Main Street 1"}
    for type, card in (("commentCard", "gone"), ("updateCard", "gone"), ("createBoard", "")):
        board["actions"].append({"type": type, "data": {"text": "x", "card": {"id": card}}})
    seen = preview(service, json.dumps(board))
    assert seen.left_out == (
        "checklists of no card: 1",
        "comments on no card: 1",
        "steps of the board's history: 2",
        "what the board says of itself: 1",
    )
    titles = brought(service, json.dumps(board))
    assert "Place: The pub, Main Street 1" in titles[board["cards"][0]["name"]].notes


class TestMendeley:
    def test_an_address_in_tex_is_whole(self, service: Service) -> None:
        one = brought(service, (DATA / "mendeley.bib").read_text())["Using one thing for another"]
        assert one.paper
        assert (one.paper.doi, one.paper.arxiv_id) == ("10.1007/978-3-319-24574-4_28", "")
        assert one.url == "http://example.org/talks/Some_talk_2009.pdf"

    def test_what_it_wrote_on_every_paper_names_none(self, service: Service) -> None:
        found = brought(service, (DATA / "mendeley.bib").read_text())
        other = found["Something else entirely"]
        assert (len(found), other.paper and other.paper.id, other.url) == (5, None, None)
        assert "eprint: 1011.1669v3" in other.notes
        assert "doi: 10.1017/CBO9781107415324.004" in other.notes

    def test_fields_that_say_the_same_of_a_paper_are_all_kept(self, service: Service) -> None:
        found = brought(service, (DATA / "mendeley.bib").read_text())
        one, third = found["Using one thing for another"], found["A third one"]
        assert one.paper
        assert one.paper.journal_ref == "Methods of Things (2014)"
        assert "publisher: The Press" in one.notes
        assert third.paper
        assert (third.paper.arxiv_id, third.paper.journal_ref) == ("hep-ph/0211317", "Things 3 (2016)")
        assert set(third.notes.split("\n")) == {
            "booktitle: Workshop of Things",
            "editor: Edit, Or",
            "institution: The House",
        }
        assert third.url == "https://arxiv.org/abs/hep-ph/0211317"
        assert third.links == (Link("http://example.org/a.pdf"), Link("http://example.org/b.pdf"))
        fourth = found["A fourth one"]
        assert fourth.paper
        assert fourth.paper.authors == ("Ann Fourth",)
        assert fourth.notes.startswith("(Fri, 10 Jan 2003)")
        assert fourth.notes.endswith("volume: 7\npages: 1--3\ndoi: not yet")
        assert fourth.url is None
        assert found["A fifth one"].notes == "year: 2025", "arXiv's number says 2024"


def test_a_work_without_a_name_to_ask_for_is_credited_all_the_same(service: Service, tmp_path: Path) -> None:
    text = (
        "@book{a, title={On Whales}, author={Doe, Jane}, year={1999}, url={https://books.example.org/whales}}\n"
        "@inproceedings{b, title={On Words}, author={Roe, R.}, year={2020}, url={https://aclanthology.org/2020.a-1}}\n"
    )
    found = brought(service, text)
    for idea in found.values():
        service.sharing.share(idea.id, Sharing(url="https://me.example.org", summary="What I took from it"))
    told = service.sharing.changelog_text(ChangelogOptions())
    assert '- [Notes on "On Whales"](https://me.example.org): What I took from it. ' in told
    assert "_After [Doe, 1999](https://books.example.org/whales)_" in told
    assert "_After [Roe, 2020](https://aclanthology.org/2020.a-1)_" in told
    other = a_service(tmp_path / "other.jsonl")
    other.transfer.import_data(service.transfer.export("bibtex").encode(), "papers.bib")
    assert {idea.paper and idea.paper.authors for idea in other.board} == {("Jane Doe",), ("R. Roe",)}
    assert {idea.url for idea in other.board} == {
        "https://books.example.org/whales",
        "https://aclanthology.org/2020.a-1",
    }
    table = a_service(tmp_path / "table.jsonl")
    table.transfer.import_data(service.transfer.export("csv").encode(), "board.csv")
    assert table.sharing.changelog_text(ChangelogOptions()) == service.sharing.changelog_text(ChangelogOptions())
    whales = found["On Whales"].id
    told = service.sharing.share(whales, Sharing(url="https://books.example.org/whales")).warning
    assert told.startswith("that is the paper's own page")


def test_an_entry_about_a_paper_that_is_here_is_told(service: Service) -> None:
    text = "@misc{a, title={LoRA}, eprint={2106.09685}}\n@misc{b, title={LoRA again}, eprint={2106.09685v2}}\n"
    seen = preview(service, text)
    assert (seen.added, seen.remarks[0]) == (1, "1 entry about a paper that is here already, left out")
    brought(service, text)
    assert preview(service, text).remarks == ("1 entry about a paper that is here already, left out",)


def test_two_papers_with_the_doi_of_their_journal_are_both_kept(service: Service) -> None:
    entry = "@article{KEY, title={TITLE}, author={Doe, Jane}, year={2014}, doi={10.1002/cplx}, abstract={On TITLE.}}\n"
    both = [("a", "Networks"), ("b", "An Unlikely Union")]
    found = brought(service, "".join(entry.replace("KEY", key).replace("TITLE", title) for key, title in both))
    assert [idea.paper is not None for idea in found.values()] == [True, False]
    assert found["An Unlikely Union"].notes == "Jane Doe. 2014\n\nOn An Unlikely Union."


class TestRecords:
    def test_one_list_in_json_of_another_program(self, service: Service) -> None:
        data = (DATA / "records.json").read_text()
        seen = preview(service, data)
        assert (seen.label, seen.left_out) == ("JSON of another program", ("members beside the list: 1",))
        found = brought(service, data)
        assert places(found) == {"Buy milk": "idea", "Write a letter": "done"}
        assert (found["Buy milk"].created, found["Buy milk"].notes) == ("2026-01-02T03:04:05.000Z", "priority: 3")
        assert found["Write a letter"].tags == ("home", "post")
        todos = json.loads(data)["todos"]
        assert preview(service, json.dumps([{"id": 0, "title": "New", "x": 1}, *todos])).added == 3, "a list of its own"

    @pytest.mark.parametrize("data", ['{"a": [{"title": "x", "y": 1}], "b": [{"title": "z", "y": 1}]}', '[{"x": 1}]'])
    def test_what_is_not_plain_is_refused(self, service: Service, data: str) -> None:
        with pytest.raises(InvalidInput):
            preview(service, data)

    def test_documents_of_tinydb_that_have_another_word_for_a_title(self, service: Service) -> None:
        data = {
            "Head": {"1": {"head_id": "1", "head_name": "Work"}},
            "Log": {"1": {"LastWritten": 114333, "file": "error/log15.log"}, "2": {"LastWritten": 5}},
        }
        assert preview(service, json.dumps(data)).left_out == ("documents without a title: 1",)
        found = brought(service, json.dumps(data))
        assert set(found) == {"Work", "error/log15.log"}
        assert found["Work"].notes == "head_id: 1\nList: Head"

    def test_a_status_that_is_true_or_false_is_no_list(self, service: Service) -> None:
        data = [{"id": 1, "title": "a", "status": False, "x": ""}, {"id": 2, "title": "b", "status": True}]
        assert places(brought(service, json.dumps(data))) == {"a": "idea", "b": "done"}

    def test_a_table_is_one_when_somebody_says_so(self, service: Service) -> None:
        data = "Use case,Cost\nShow the logo,2\nMend it,1\n"
        with pytest.raises(InvalidInput):
            preview(service, data)
        found = brought(service, data, format="table")
        assert found["Show the logo"].notes == "Cost: 2"


@pytest.mark.parametrize("format", ["json", "tinydb"])
def test_what_comes_from_elsewhere_has_no_draft_and_no_guest(service: Service, tmp_path: Path, format: str) -> None:
    (id,) = ids_of(added(service, "x"))
    service.ideas.edit([id], Edit(draft="/home/me/secret"))
    text = service.transfer.export(format).replace('"title"', '"guest": "agent", "title"')
    other = a_service(tmp_path / "other.jsonl")
    other.transfer.import_data(text.encode(), "x")
    assert (other.board.ideas[id].draft, other.board.ideas[id].guest) == (None, "")
    newer = text.replace(service.board.ideas[id].updated, "2099-01-01T00:00:00.000Z").replace("secret", "other")
    assert service.transfer.import_data(newer.encode(), "x").updated == (id,)
    assert service.board.ideas[id].draft == "/home/me/secret", "mine stays"
