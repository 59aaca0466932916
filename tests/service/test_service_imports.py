"""Bringing in what other programs wrote: nothing is lost, nothing comes twice, and our own exports come back."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from service.service_boards import a_service, added, ids_of

from ideaboard.config import Config
from ideaboard.core.changes import Edit, put
from ideaboard.core.ideas import Idea, Link, Paper
from ideaboard.core.kinds import Stage, Workflow
from ideaboard.errors import InvalidInput
from ideaboard.intake.formats.own import id_from
from ideaboard.service import Service, imports
from ideaboard.service.imports import Options
from ideaboard.service.transfer import ImportResult, Preview

DATA = Path(__file__).parents[1] / "data" / "import"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return a_service(tmp_path / "board.jsonl")


@pytest.fixture
def kanban_tui(tmp_path: Path) -> bytes:
    database = sqlite3.connect(tmp_path / "made.db")
    database.executescript((DATA / "kanban-tui.sql").read_text())
    database.close()
    return (tmp_path / "made.db").read_bytes()


def brought(service: Service, data: bytes | str, options: Options | None = None, **more: str) -> dict[str, Idea]:
    """Import data twice, the second time for nothing, and return the ideas by title."""
    raw = data.encode() if isinstance(data, str) else data
    first = service.transfer.import_data(raw, "the file", more.get("format"), options)
    before = dict(service.board.ideas)
    again = service.transfer.import_data(raw, "the file", more.get("format"), options)
    assert (again.added, again.updated, again.removed) == ((), (), ())
    assert again.unchanged >= len(first.added)
    assert dict(service.board.ideas) == before
    return {idea.title: idea for idea in service.board}


def preview(service: Service, data: bytes | str, options: Options | None = None) -> Preview:
    raw = data.encode() if isinstance(data, str) else data
    return service.transfer.preview(service.transfer.read(raw, "the file"), options)


def places(found: dict[str, Idea]) -> dict[str, str]:
    return {title: idea.archived.because if idea.archived else idea.stage for title, idea in found.items()}


class TestBoards:
    def test_trello(self, service: Service) -> None:
        data = (DATA / "trello.json").read_bytes()
        seen = preview(service, data)
        assert (seen.format, seen.label, seen.added, seen.archived, seen.papers) == (
            "trello",
            "a Trello board",
            7,
            3,
            1,
        )
        assert [(one.name, one.stage, one.ideas) for one in seen.lists] == [
            ("Someday", "idea", 3),
            ("Anna", "making", 2),
            ("Shipped", "shared", 1),
            ("Old things", "idea", 1),
        ]
        assert seen.left_out == ("checklists of no card: 1",)
        found = brought(service, data)
        assert places(found) == {
            "First": "idea",
            "Second": "idea",
            "A paper": "making",
            "Out of the door": "shared",
            "A closed card": "parked",
            "On a closed list": "parked",
            "Ticked": "done",
        }
        assert [idea.title for idea in service.board.column("idea")] == ["First", "Second"]
        first = found["First"]
        assert first.tags == ("time-series", "green")
        assert first.due == "2026-03-02", "half past eleven in London is the next day in Amsterdam"
        assert (first.created, first.updated) == ("2018-04-15T21:46:21.000Z", "2026-02-04T14:51:12.990Z")
        assert first.url == "https://example.org/x"
        assert first.links == (Link("https://example.org/x", "the site"), Link("https://trello.com/c/abc", "Trello"))
        assert first.notes == (
            "Some *Markdown*\nand more\n\nSteps:\n\n- [x] one\n- [ ] two\n\nComments:\n\n"
            "> 2026-01-01 Ann Other: Earlier\n>\n> 2026-01-02 Ann Other: Later\n> lines\n\n"
            "Members: Ann Other\nEffort: 3"
        )
        paper = found["A paper"].paper
        assert paper
        assert (paper.arxiv_id, paper.version, found["A paper"].kind) == ("2106.09685", "v2", "summary")
        assert found["On a closed list"].notes == "List: Old things"
        share = found["Out of the door"].share
        assert share
        assert (share.at, share.date) == ("2026-02-05T10:00:00.000Z", "2026-02-05")
        assert share.uid.startswith("urn:uuid:")

    def test_one_card_of_trello_and_a_list_of_cards(self, service: Service) -> None:
        board = json.loads((DATA / "trello.json").read_text())
        card = {**board["cards"][1], "idBoard": "x", "checklists": board["checklists"], "list": board["lists"][1]}
        (idea,) = brought(service, json.dumps(card)).values()
        assert (idea.title, idea.stage, idea.notes.count("- [x] one")) == ("First", "idea", 1)
        seen = preview(service, json.dumps(board["cards"]))
        assert (seen.format, seen.added, seen.unchanged) == ("trello", 6, 1)

    def test_obsidian(self, service: Service) -> None:
        data = (DATA / "obsidian.md").read_text()
        assert preview(service, data).left_out == ("lines that belong to no card: 1",)
        found = brought(service, data)
        assert places(found) == {
            "A card #tag shown": "idea",
            "Done card": "done",
            "Whole column is done": "shared",
            "Archived card": "parked",
        }
        card = found["A card #tag shown"]
        assert (card.tags, card.due) == (("tag",), "2026-03-01")
        assert card.notes == "second line of the card\n- [ ] sub task\n\nNote: Other note"
        assert found["Whole column is done"].notes == "with a break"
        done = found["Done card"].archived
        assert done
        assert done.at == "2026-01-31T23:00:00.000Z", "midnight in Amsterdam, on the day on which it was done"

    def test_taskell(self, service: Service) -> None:
        data = (DATA / "taskell.md").read_text()
        seen = preview(service, data)
        assert (seen.format, seen.left_out) == ("taskell", ("cards without text: 1",))
        found = brought(service, data)
        assert places(found) == {"Learn a tool": "idea", "Basic link parsing": "shared"}
        tool = found["Learn a tool"]
        assert (tool.due, tool.notes) == ("2026-03-01", "A summary over\ntwo lines\n\n- [ ] sub one\n- [x] sub two")

    def test_kanban_tui(self, service: Service, kanban_tui: bytes) -> None:
        assert preview(service, kanban_tui).left_out == ("steps of the board's history: 2",)
        found = brought(service, kanban_tui)
        assert places(found) == {
            "First in its column": "idea",
            "Second in its column": "idea",
            "On the way": "making",
            "Done with": "shared",
            "Put away": "parked",
        }
        assert [idea.title for idea in service.board.column("idea")] == ["First in its column", "Second in its column"]
        first = found["First in its column"]
        assert (first.tags, first.due) == (("machine-learning",), "2026-04-01")
        assert first.notes == "two\nlines\n\nDepends on: On the way, Put away"
        assert found["On the way"].notes == 'Started: 2026-03-02\nMetadata: {"from": "jira"}'
        share = found["Done with"].share
        assert share
        assert share.at == "2026-03-03T12:00:00.000Z", "its times are those of the person"

    def test_kanban_tui_with_a_view_that_never_ends(self, service: Service, tmp_path: Path) -> None:
        database = sqlite3.connect(tmp_path / "evil.db")
        script = (DATA / "kanban-tui.sql").read_text()
        endless = (
            "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n) SELECT x AS board_id FROM n WHERE x < 0"
        )
        database.executescript(script + f"DROP TABLE boards; CREATE VIEW boards AS {endless};")
        database.close()
        with pytest.raises(InvalidInput, match="no database of kanban-tui"):
            service.transfer.import_file(tmp_path / "evil.db")


class TestLists:
    def test_todo_txt(self, service: Service) -> None:
        text = (DATA / "todo.txt").read_text() + "2026-01-05 Ask +team in the middle about a:b https://x.org rec:1w\n"
        found = brought(service, text)
        assert places(found) == {
            "Read paper": "idea",
            "Done task": "done",
            "Ask +team in the middle about a:b https://x.org": "idea",
        }
        paper = found["Read paper"]
        assert (paper.tags, paper.due, paper.notes) == (("ml", "home"), "2026-03-05", "Priority: A")
        done = found["Done task"]
        assert done.archived
        midnights = ("2026-02-28T23:00:00.000Z", "2026-03-01T23:00:00.000Z")
        assert (done.created, done.archived.at) == midnights, "the days are those of Amsterdam"
        assert preview(service, "@home (call) Mum\n+proj begin\n(A) 2026-01-06 third\n").label == "a todo.txt"
        asked = found["Ask +team in the middle about a:b https://x.org"]
        assert (asked.tags, asked.url, asked.notes) == (("team",), "https://x.org", "rec: 1w")

    def test_taskwarrior(self, service: Service) -> None:
        tasks = json.loads((DATA / "taskwarrior.json").read_text())
        common = {"entry": "20260301T101010Z", "modified": "20260302T101010Z"}
        tasks += [
            {**common, "description": "Done", "uuid": "2", "status": "completed", "end": "20260305T090000Z"},
            {**common, "description": "Gone", "uuid": "3", "status": "deleted"},
            {
                **common,
                "description": "Going",
                "uuid": "4",
                "status": "pending",
                "start": "20260302T101010Z",
                "due": "20260304T230000Z",
                "project": "home.garden",
                "priority": "H",
                "estimate": "2h",
                "annotations": [{"entry": "20260302T101010Z", "description": "a word"}],
            },
        ]
        found = brought(service, json.dumps(tasks))
        assert places(found) == {"Read paper": "idea", "Done": "done", "Gone": "dropped", "Going": "making"}
        going = found["Going"]
        assert going.due == "2026-03-05", "midnight in Amsterdam is eleven in the evening of the day before"
        assert going.tags == ("home.garden",)
        assert going.notes == "2026-03-02: a word\n\nPriority: H\nestimate: 2h"
        lines = "\n".join(json.dumps(task) for task in tasks)
        assert preview(service, lines).unchanged == 4, "older versions print one object a line"

    def test_a_markdown_list(self, service: Service) -> None:
        text = (
            "# My list\n\nSome words first.\n\n## Doing\n\n1. [A link](https://example.org/a) to see\n   - [x] nested\n"
            "- [x] finished 📅 2026-03-01 ✅ 2026-02-01\nlazy line\n- [-] never\n\n"
            "## Later\n\n* an `item`\n\n  more of it\n- \n"
        )
        seen = preview(service, text)
        assert [(one.name, one.stage, one.ideas) for one in seen.lists] == [
            ("Doing", "making", 3),
            ("Later", "idea", 1),
        ]
        assert seen.left_out == ("cards without text: 1", "lines that belong to no card: 2")
        found = brought(service, text)
        assert places(found) == {"A link to see": "making", "finished": "done", "never": "dropped", "an `item`": "idea"}
        assert (found["A link to see"].url, found["A link to see"].notes) == ("https://example.org/a", "- [x] nested")
        assert (found["finished"].due, found["finished"].notes) == ("2026-03-01", "lazy line")
        told = brought(service, "## Done\n\n- [x] told ✅ 2026-02-01\n")["told"]
        assert told.share
        assert told.share.date == "2026-02-01", "the day on which it was done, not that of the import"
        assert found["an `item`"].notes == "more of it"


class TestTables:
    def test_github_projects(self, service: Service) -> None:
        assert preview(service, (DATA / "github.tsv").read_bytes()).label == "a table of GitHub Projects"
        found = brought(service, (DATA / "github-excel.csv").read_bytes())
        assert places(found) == {'Fix the "thing"': "making", "Multi": "idea"}
        thing = found['Fix the "thing"']
        assert (thing.tags, thing.notes) == (("bug", "help"), "Assignees: someone")
        assert thing.url == "https://github.com/o/r/issues/1"

    def test_notion(self, service: Service) -> None:
        assert preview(service, (DATA / "notion.csv").read_bytes()).label == "a table of Notion"
        (idea,) = brought(service, (DATA / "notion.csv").read_bytes()).values()
        assert (idea.stage, idea.tags, idea.due) == ("idea", ("ml", "nlp"), "2026-03-01")

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_what_spreadsheets_write(self, service: Service, delimiter: str, encoding: str) -> None:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
        writer.writerows(
            [
                ["Titel", "Status", "Fällig", "Notizen", "Größe"],
                ["Ein größeres Vorhaben über Bäume", "In Arbeit", "01.03.2026", "zwei\r\nZeilen; mit, allem", "5,5"],
                ["Noch eines", "Unbekannt", "", "", ""],
                ["", "", "", "", ""],
            ]
        )
        found = brought(service, out.getvalue().encode(encoding))
        assert places(found) == {"Ein größeres Vorhaben über Bäume": "making", "Noch eines": "idea"}
        one = found["Ein größeres Vorhaben über Bäume"]
        assert (one.due, one.notes) == ("2026-03-01", "zwei\nZeilen; mit, allem\n\nGröße: 5,5")

    @pytest.mark.parametrize(
        ("dates", "days"),
        [
            (
                ["March 1, 2026", "1 March 2026", "Sun, 1 Mar 2026", "2026-03-01", "2026-03-01T10:00:00+01:00"],
                "2026-03-01",
            ),
            (["1. März 2026", "1er mars 2026", "1 de marzo de 2026", "01.03.2026", "1.3.26"], "2026-03-01"),
            (["13/03/2026", "01/04/2026"], "2026-03-13 2026-04-01"),
            (["03/13/2026", "04/01/2026"], "2026-03-13 2026-04-01"),
            (["February 1, 2026 → March 1, 2026"], "2026-03-01"),
        ],
    )
    def test_dates_as_people_write_them(self, service: Service, dates: list[str], days: str) -> None:
        out = io.StringIO()
        csv.writer(out).writerows([["Name", "Due"], *([f"n{number}", text] for number, text in enumerate(dates))])
        found = brought(service, out.getvalue())
        wanted = days.split() * (len(dates) if " " not in days else 1)
        assert [found[f"n{number}"].due for number in range(len(dates))] == wanted

    @pytest.mark.parametrize("text", ["soon", "March", "Q3 2026", "2026-02-30", "99.99.2026", "5", "tomorrow"])
    def test_a_date_that_cannot_be_told_is_kept_as_it_was_written(self, service: Service, text: str) -> None:
        (idea,) = brought(service, f"Name,Due\nx,{text}\n").values()
        assert (idea.due, idea.notes) == (None, f"Due: {text}")

    def test_an_order_of_day_and_month_that_nothing_shows_is_said(self, service: Service) -> None:
        seen = preview(service, "Name,Due\nx,03/04/2026\n")
        assert seen.remarks == ("dates such as 03/04/2026 are read with the month first",)

    def test_columns_of_one_name_hide_no_cell_of_each_other(self, service: Service) -> None:
        (idea,) = brought(service, "Summary,Status,Comment,Comment,Comment 2,Summary\na,Making,b,c,d,e\n").values()
        assert (idea.title, idea.stage) == ("a", "making")
        assert idea.notes.splitlines() == ["b", "", "Comment 2: c", "Comment 2 2: d", "Summary 2: e"]

    def test_columns_with_french_names(self, service: Service) -> None:
        (idea,) = brought(service, "Nom;État;Échéance\na;Making;24 décembre 2026\n").values()
        assert (idea.title, idea.stage, idea.due, idea.notes) == ("a", "making", "2026-12-24", "")

    def test_a_cell_too_many_and_a_title_too_long_are_kept(self, service: Service) -> None:
        text = f"Name,Tags\n{'x ' * 400},{'t' * 150}\nz,\na,\nb,\ny,b,stray\n"
        found = brought(service, text)
        long = next(idea for title, idea in found.items() if title.startswith("x x"))
        assert ("x " * 400).strip() in long.notes
        assert f"Tags: {'t' * 150}" in long.notes
        assert found["y"].notes == "column 3: stray"


class TestTinyDb:
    def test_a_file_of_another_program(self, service: Service) -> None:
        assert preview(service, (DATA / "tinydb.json").read_bytes()).label == "a TinyDB file of another program"
        (idea,) = brought(service, (DATA / "tinydb.json").read_bytes()).values()
        assert (idea.tags, idea.archived and idea.archived.because) == (("a", "b"), "done")
        assert "priority: 3" in idea.notes

    def test_tables_are_lists_and_what_has_no_title_is_counted(self, service: Service) -> None:
        data = {
            "work": {"1": {"name": "a", "meta": {"x": [1]}}},
            "home": {"1": {"name": "b", "created_at": 1700000000}, "2": {"n": 5}},
        }
        seen = preview(service, json.dumps(data))
        assert seen.left_out == ("documents without a title: 1",)
        assert [one.name for one in seen.lists] == ["work", "home"]
        found = brought(service, json.dumps(data))
        assert found["a"].notes == 'meta: {"x": [1]}\nList: work'
        assert found["b"].created == "2023-11-14T22:13:20.000Z"


class TestBibtex:
    def test_what_managers_of_references_write(self, service: Service) -> None:
        data = (DATA / "library.bib").read_text()
        seen = preview(service, data)
        assert (seen.added, seen.papers) == (6, 5)
        found = brought(service, data)
        by_id = {idea.paper.key: idea for idea in found.values() if idea.paper}
        acl_id = "doi:10.18653/v1/2020.acl-main.1"
        assert set(by_id) == {"2106.09685", "hep-th/9711200", "1706.03762", "1602.03837", acl_id}
        assert {idea.kind for idea in found.values()} == {"summary"}
        zotero = by_id["2106.09685"]
        assert zotero.title == "The Great Örg and α-Things"
        assert zotero.tags == ("computer-science---machine-learning", "adapters")
        assert zotero.paper
        assert zotero.paper.authors == ("Edward J. Hu", "The Team", "Ana de la Vega")
        assert zotero.paper.abstract.startswith("Unlike 1706.03762")
        assert "file: PDF:/home/me/paper.pdf:application/pdf" in zotero.notes
        assert by_id["hep-th/9711200"].tags == ("gravity",)
        ads = by_id["1602.03837"].paper
        assert ads
        assert (ads.title, ads.authors, ads.doi) == (
            "Observation of Waves",
            ("B. P. Abbott",),
            "10.1103/PhysRevLett.116.061102",
        )
        assert ads.journal_ref == "Journal of Things 116 (2016)"
        acl = found["A Paper of an Anthology"]
        assert acl.url == "https://aclanthology.org/2020.acl-main.1"
        assert acl.links == (Link("https://doi.org/10.18653/v1/2020.acl-main.1", "DOI"),)
        assert acl.paper
        assert (acl.paper.authors, acl.paper.published) == (("Jane Doe", "Richard Roe"), "2020")
        assert acl.paper.journal_ref == "Proceedings 1--10 (2020)"
        assert acl.paper.abstract == "It says more than 2001.00001 did."
        assert found["A Book that Stands Alone"].notes.endswith("isbn: 123")

    def test_a_paper_that_is_here_stays_one(self, service: Service) -> None:
        service.arxiv.add_papers([Paper(arxiv_id="1706.03762", title="Attention Is All You Need")], kind="summary")
        brought(service, (DATA / "library.bib").read_text())
        assert sum(idea.paper is not None for idea in service.board) == 5


@pytest.mark.parametrize(
    ("title", "notes", "id"),
    [
        ("https://arxiv.org/abs/2106.09685", "", "2106.09685"),
        ("Read arXiv:2106.09685v2 soon", "", "2106.09685"),
        ("LoRA", "https://arxiv.org/pdf/2106.09685", "2106.09685"),
        ("LoRA 10.48550/arXiv.2106.09685", "", "2106.09685"),
        ("LoRA", "We follow https://arxiv.org/abs/2106.09685 here", "2106.09685"),
        ("LoRA", "We follow arXiv:2106.09685 here", None),
        ("LoRA", "https://arxiv.org/abs/2106.09685 or\nhttps://arxiv.org/pdf/1706.03762", None),
        ("LoRA", "See https://arxiv.org/abs/2106.09685 or https://arxiv.org/pdf/1706.03762", None),
        ("LoRA", "See https://arxiv.org/abs/2106.09685v1, https://arxiv.org/pdf/2106.09685.pdf", "2106.09685"),
        ("Compare arXiv:2106.09685 with arXiv:1706.03762", "", None),
        ("Pay 2106.09685 to Ann", "", None),
    ],
)
def test_a_card_that_names_a_paper_is_one(service: Service, title: str, notes: str, id: str | None) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["Name", "Notes"], [title, notes]])
    (idea,) = brought(service, out.getvalue()).values()
    assert (idea.paper.arxiv_id if idea.paper else None) == id
    assert title in (idea.title, "https://arxiv.org/abs/2106.09685")
    assert idea.notes == notes


def test_two_cards_about_one_paper_are_both_kept(service: Service) -> None:
    found = brought(service, "Name,URL\na,https://arxiv.org/abs/2106.09685\nb,https://arxiv.org/abs/2106.09685\n")
    assert (found["a"].paper is not None, found["b"].paper) == (True, None)
    assert found["b"].url == "https://arxiv.org/abs/2106.09685"


def test_cards_that_look_the_same_are_several(service: Service) -> None:
    service.transfer.import_data(b"- same\n- same\n- same\n", "x")
    assert len(service.board) == 3
    assert service.transfer.import_data(b"- same\n- same\n- same\n- same\n", "x").unchanged == 3


class TestWhereListsGo:
    def stages(self, service: Service, *names: str) -> list[str]:
        text = "".join(f"## {name}\n\n- card {number}\n\n" for number, name in enumerate(names))
        return [one.stage for one in preview(service, text).lists]

    @pytest.mark.parametrize(
        ("names", "stages"),
        [
            (["To Do", "Doing", "Done"], ["idea", "making", "shared"]),
            (
                ["Backlog", "Selected for development", "In Progress", "Code review", "Closed"],
                ["idea", "outline", "making", "review", "shared"],
            ),
            (["One", "Two", "Three"], ["idea", "making", "review"]),
            (["One"], ["idea"]),
            (["To do", "Anna", "Bert", "Published"], ["idea", "outline", "making", "shared"]),
            (["Done", "To do"], ["shared", "idea"]),
            (["✅ Done", "🚧 In-Progress"], ["shared", "making"]),
            (["Zu erledigen", "In Arbeit", "Fertig"], ["idea", "making", "shared"]),
            (["review", "Shared", "outline"], ["review", "shared", "outline"]),
            (["Things I have done with my grandmother", "B"], ["idea", "review"]),
        ],
    )
    def test_by_name_by_synonym_and_by_place(self, service: Service, names: list[str], stages: list[str]) -> None:
        assert self.stages(service, *names) == stages

    def test_in_another_workflow(self, tmp_path: Path) -> None:
        stages = (Stage("seed", "Seed"), Stage("grow", "Grow"), Stage("out", "Out"))
        other = a_service(tmp_path / "other.jsonl", config=Config(workflow=Workflow(stages=stages)))
        assert self.stages(other, "To do", "grow", "Doing", "Done", "X") == ["seed", "grow", "grow", "out", "grow"]

    def test_as_the_person_says(self, service: Service) -> None:
        options = Options({"to do": "review", "Done": "archive"}, "post", ("From Trello",))
        found = brought(service, "## To Do\n- a\n## Done\n- b\n- [x] c\n", options)
        assert places(found) == {"a": "review", "b": "parked", "c": "done"}
        assert {(idea.kind, idea.tags) for idea in found.values()} == {("post", ("from-trello",))}

    @pytest.mark.parametrize(
        "options",
        [Options({"Nope": "idea"}), Options({"To do": "nowhere"}), Options(kind="nothing"), Options(tags=("",))],
    )
    def test_what_cannot_be_is_refused(self, service: Service, options: Options) -> None:
        with pytest.raises(InvalidInput):
            preview(service, "## To do\n- a\n", options)
        assert len(service.board) == 0


class TestOurs:
    @pytest.fixture
    def other(self, tmp_path: Path, service: Service) -> Service:
        """Give a copy of a board with three ideas, on another machine."""
        added(service, "one", "two", "three")
        (tmp_path / "copy.jsonl").write_bytes((tmp_path / "board.jsonl").read_bytes())
        return a_service(tmp_path / "copy.jsonl")

    def test_a_board_file_is_united_as_by_a_merge(self, tmp_path: Path, service: Service, other: Service) -> None:
        one, two, three = ids_of(service.ideas.query("").select(service.board, service.ideas.context()))
        service.ideas.edit([one], Edit(title="named here", add_tags=("here",)))
        other.ideas.edit([one], Edit(notes="noted there", add_tags=("there",)))
        other.ideas.delete([two])
        other.ideas.move([three], "making")
        added(other, "four")
        other.sharing.note("2026-11", "A month.")
        data = (tmp_path / "copy.jsonl").read_bytes()
        done = service.transfer.import_data(data, "copy")
        assert (len(done.added), set(done.updated), done.removed) == (1, {one, three}, (two,))
        idea = service.board.ideas[one]
        assert (idea.title, idea.notes, set(idea.tags)) == ("named here", "noted there", {"here", "there"})
        assert service.board.ideas[three].stage == "making"
        assert service.sharing.notes() == {"2026-11": "A month."}
        again = service.transfer.import_data(data, "copy")
        assert again == ImportResult(unchanged=3)
        assert [entry.label for entry in service.history.log()][:2] == ["import", "edit"]
        service.history.undo()
        assert set(service.board.ideas) == {one, two, three}
        assert service.board.ideas[one].notes == ""

    def test_a_later_copy_of_the_same_board_brings_what_changed_since(
        self, tmp_path: Path, service: Service, other: Service
    ) -> None:
        one = next(iter(service.board.ideas))
        other.ideas.edit([one], Edit(title="first"))
        early = (tmp_path / "copy.jsonl").read_bytes()
        other.ideas.edit([one], Edit(title="second"))
        late = (tmp_path / "copy.jsonl").read_bytes()
        later = service.clock
        for _ in range(100):
            later()  # the import comes long after both
        service.transfer.import_data(early, "copy")
        assert service.board.ideas[one].title == "first"
        service.transfer.import_data(late, "copy")
        assert service.board.ideas[one].title == "second"

    def test_a_damaged_or_newer_board_is_refused(self, tmp_path: Path, service: Service, other: Service) -> None:
        data = (tmp_path / "copy.jsonl").read_bytes()
        for bad, words in (
            (data.replace(b'"title":"one"', b'"title":"ome"'), "damaged"),
            (b'{"ideaboard":99}\n', "cannot be read"),
        ):
            with pytest.raises(InvalidInput, match=words):
                service.transfer.import_data(bad, "copy")
        del other

    def test_csv_after_a_spreadsheet_had_it(self, service: Service) -> None:
        text = (
            "ID;Kind;Title;Stage;Tags;URL;Due;arxiv_id\n"
            "97mt96tk;post;'=1+1;making;a b;https://arxiv.org/abs/2107.07510;24.12.2026;2107.0751\n;;A new row;;;;;\n"
        )
        found = brought(service, text)
        one = found["=1+1"]
        assert (one.id, one.kind, one.stage, one.tags, one.due) == (
            "97mt96tk",
            "post",
            "making",
            ("a", "b"),
            "2026-12-24",
        )
        assert one.paper
        assert one.paper.arxiv_id == "2107.07510", "a spreadsheet drops the last zero"
        assert found["A new row"].stage == "idea"

    def test_newer_csv_leaves_what_it_does_not_hold(self, tmp_path: Path, service: Service) -> None:
        (id,) = ids_of(added(service, "x"))
        service.ideas.edit([id], Edit(add_links=(Link("https://example.org/l"),)))
        text = service.transfer.export("csv").replace(service.board.ideas[id].updated, "2099-01-01T00:00:00.000Z")
        done = service.transfer.import_data(text.replace(",x,", ",y,").encode(), "csv")
        assert done.updated == (id,)
        assert service.board.ideas[id].title == "y"
        assert service.board.ideas[id].links == (Link("https://example.org/l"),)


def test_a_day_is_that_of_the_person(tmp_path: Path) -> None:
    east = a_service(tmp_path / "x.jsonl", clock=lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))
    found = brought(east, (DATA / "trello.json").read_bytes())
    assert found["First"].due == "2026-03-01"


def test_the_ideas_are_sound(service: Service) -> None:
    """Whatever comes in is as our own JSON would have it: exporting and importing it again changes nothing."""
    for name in (
        "trello.json",
        "obsidian.md",
        "taskell.md",
        "notion.csv",
        "todo.txt",
        "taskwarrior.json",
        "library.bib",
    ):
        service.transfer.import_file(DATA / name)
    text = service.transfer.export("json")
    done = service.transfer.import_data(text.encode(), "x")
    assert done == ImportResult(unchanged=len(service.board))
    assert all(idea.trail and idea.rank for idea in service.board)
    assert put(service.board, [replace(idea) for idea in service.board]).board.ideas == service.board.ideas


def test_it_is_said_how_papers_are_filled_in(service: Service) -> None:
    said = "1 paper: 'ideaboard arxiv check' fills in what arXiv tells"
    assert preview(service, "- arXiv:2107.07511\n- no\n").remarks == (said,)
    assert preview(service, "- only\n- text\n").remarks == ()


def test_what_is_there_many_times_is_named_once_for_each(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[str] = []

    def counted(name: str) -> str:
        named.append(name)
        return id_from(name)

    monkeypatch.setattr(imports, "id_from", counted)
    text = "# Idea\n\n" + "- [ ] the same\n" * 300
    assert len(service.transfer.import_data(text.encode(), "list.md").added) == 300
    assert len(named) <= 600, "for the preview and the import, not each time from the first on"
    assert service.transfer.import_data(text.encode(), "list.md").unchanged == 300
