from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from core.core_values import ideas
from hostile import HOSTILE_TITLES
from hypothesis import given
from hypothesis import strategies as st
from service.service_boards import HandClock, a_service, added, ids_of
from tinydb import TinyDB

from ideaboard.core.changes import Change, Edit, NewIdea, Sharing, put
from ideaboard.core.documents import idea_to_json
from ideaboard.core.ideas import Idea, Paper
from ideaboard.errors import InvalidInput, NotFound
from ideaboard.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return a_service(tmp_path / "board.jsonl")


@pytest.fixture
def full(service: Service) -> Service:
    """Give a board with something of everything."""
    ids = ids_of(added(service, *HOSTILE_TITLES))
    service.ideas.edit(ids[:3], Edit(notes='a\n=b,"c"', add_tags=("x", "y"), url="https://x.org", due="2027-01-01"))
    service.ideas.move(ids[:2], "making")
    service.ideas.archive(ids[3:4], "parked", "later")
    service.sharing.share(ids[4], Sharing(url="https://y.org", summary="one line", channels=("x",)))
    service.sharing.respond(ids[4], "question", "Why?")
    service.sharing.idea_from_response(service.board.ideas[ids[4]].responses[0].id)
    service.sharing.note("2026-11", "A busy month.")
    service.arxiv.add_papers(
        [Paper(arxiv_id="2106.09685", version="v2", title="LoRA", authors=("E. Hu",), abstract="x\ny")], kind="summary"
    )
    return service


def plain(service: Service) -> list[dict[str, Any]]:
    return [idea_to_json(idea) for idea in service.board]


def write(tmp_path: Path, data: Any) -> Path:
    path = tmp_path / "import.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


class TestRoundTrips:
    @pytest.mark.parametrize("format", ["json", "tinydb"])
    @pytest.mark.parametrize("named", [True, False])
    def test_everything_comes_back(self, tmp_path: Path, full: Service, format: str, named: bool) -> None:
        path = write(tmp_path, full.transfer.export(format))
        other = a_service(tmp_path / "other.jsonl")
        done = other.transfer.import_file(path, format if named else None)
        assert len(done.added) == len(full.board)
        assert (done.updated, done.unchanged) == ((), 0)
        assert plain(other) == plain(full)
        assert other.sharing.notes() == {"2026-11": "A busy month."}
        assert other.transfer.export(format) == full.transfer.export(format)
        assert plain(a_service(tmp_path / "other.jsonl")) == plain(full)

    def test_an_import_is_one_step_for_undo(self, tmp_path: Path, full: Service) -> None:
        path = write(tmp_path, full.transfer.export("json"))
        other = a_service(tmp_path / "other.jsonl")
        other.transfer.import_file(path)
        assert [entry.label for entry in other.history.log()] == ["import"]
        other.history.undo()
        assert len(other.board) == 0
        assert other.sharing.notes() == {}

    @given(made=st.lists(ideas, min_size=1, max_size=4, unique_by=lambda idea: idea.id))
    def test_what_another_program_wrote_is_clean_after_one_round(
        self, tmp_path_factory: pytest.TempPathFactory, made: list[Idea]
    ) -> None:
        folder = tmp_path_factory.mktemp("round")
        one, two = a_service(folder / "one.jsonl"), a_service(folder / "two.jsonl")
        one._session.do("import", lambda board: put(board, made))
        path = write(folder, one.transfer.export("json"))
        try:
            two.transfer.import_file(path)
        except InvalidInput:
            assert len(two.board) == 0
            return
        path = write(folder, two.transfer.export("json"))
        three = a_service(folder / "three.jsonl")
        three.transfer.import_file(path)
        assert plain(three) == plain(two)

    def test_list_json_can_be_imported(self, tmp_path: Path, full: Service) -> None:
        path = write(tmp_path, plain(full))
        other = a_service(tmp_path / "other.jsonl")
        other.transfer.import_file(path)
        assert plain(other) == plain(full)


class TestAgain:
    def test_repeated_imports_change_nothing(self, tmp_path: Path, full: Service) -> None:
        path = write(tmp_path, full.transfer.export("json"))
        before = (tmp_path / "board.jsonl").read_bytes()
        done = full.transfer.import_file(path)
        assert (done.added, done.updated, done.unchanged) == ((), (), len(full.board))
        assert (tmp_path / "board.jsonl").read_bytes() == before

    def test_the_newer_wins(self, tmp_path: Path, service: Service) -> None:
        one, two = ids_of(added(service, "one", "two"))
        path = write(tmp_path, service.transfer.export("json"))
        data = json.loads(path.read_text())
        data["ideas"][0] |= {"title": "newer", "updated": "2027-01-01T00:00:00+00:00"}
        data["ideas"][1] |= {"title": "older", "updated": "2020-01-01T00:00:00Z"}
        done = service.transfer.import_file(write(tmp_path, data))
        assert (done.added, done.updated, done.unchanged) == ((), (one,), 1)
        assert [idea.title for idea in service.board.column("idea")] == ["newer", "two"]
        assert service.board.find(one).updated == "2027-01-01T00:00:00.000Z"
        assert service.board.find(two).title == "two"


class TestStockTinyDb:
    @pytest.fixture
    def stock(self, tmp_path: Path) -> Path:
        path = tmp_path / "db.json"
        with TinyDB(path) as db:
            db.insert_multiple({"title": f"idea {number}", "tags": ["A b"]} for number in (1, 2, 3))
            db.table("notes").insert({"period": "2026-01", "text": "x"})
        return path

    def test_ids_1_2_3_get_names_that_stay(self, tmp_path: Path, service: Service, stock: Path) -> None:
        done = service.transfer.import_file(stock)
        assert [idea.title for idea in service.board.column("idea")] == ["idea 1", "idea 2", "idea 3"]
        assert all(idea.tags == ("a-b",) and idea.trail for idea in service.board)
        service.ideas.edit([done.added[0]], Edit(title="edited"))
        again = service.transfer.import_file(stock)
        assert (again.added, again.updated, again.unchanged) == ((), (), 3)
        assert service.board.find(done.added[0]).title == "edited"
        other = a_service(tmp_path / "other.jsonl")
        assert other.transfer.import_file(stock).added == done.added

    def test_a_stock_tinydb_reads_our_export(self, tmp_path: Path, full: Service) -> None:
        path = tmp_path / "export.json"
        path.write_text(full.transfer.export("tinydb"), encoding="utf-8")
        with TinyDB(path, encoding="utf-8") as db:
            assert {document["title"] for document in db.table("ideas")} == {idea.title for idea in full.board}


GOOD = {"id": "bcdfghjk", "title": "good"}


class TestBadFiles:
    @pytest.mark.parametrize(
        ("bad", "what"),
        [
            ({"id": "zzzzzzzz", "title": ""}, "it has no title"),
            ({"id": "zzzzzzzz", "title": " \n"}, "the title is empty"),
            ({"id": "zzzzzzzz"}, "it has no title"),
            ({"id": "zzzzzzzz", "title": 5}, "'title' is not text"),
            ({"id": "zzzzzzzz", "title": "x" * 501}, "501 characters"),
            ({"id": "zzzzzzzz", "title": "x", "tags": "lora"}, "'tags' is not a list"),
            ({"id": "zzzzzzzz", "title": "x", "url": "javascript:x"}, "is not a link"),
            ({"id": "zzzzzzzz", "title": "x", "created": "yesterday"}, "is not a date and time"),
            ({"id": "zzzzzzzz", "title": "x", "due": "soon"}, "is not a date"),
            (
                {"id": "zzzzzzzz", "title": "x", "trail": [{"stage": "idea", "at": "\x1b[31m"}]},
                "is not a date and time",
            ),
            ({"id": "zzzzzzzz", "title": "x", "share": {"at": "x"}}, "is not a date and time"),
            ({"id": 5, "title": "x"}, "entry 2 of"),
            ({"id": "vowel-ae", "title": "x"}, "has no id of 8 characters"),
            ("x", "has no id of 8 characters"),
        ],
    )
    def test_one_bad_idea_and_nothing_is_imported(self, tmp_path: Path, service: Service, bad: Any, what: str) -> None:
        with pytest.raises(InvalidInput, match=r"entry 2 of|idea 2") as caught:
            service.transfer.import_file(write(tmp_path, [GOOD, bad]))
        assert what in caught.value.message
        assert "nothing was imported" in caught.value.hint
        assert not (tmp_path / "board.jsonl").exists()

    @pytest.mark.parametrize(
        "data",
        [
            "",
            "not json",
            "[" * 100_000,
            '{"ideaboard":1}\n{"t":"ideas"}\n',
            "5",
            '"x"',
            '{"scripts": {"a": "b"}}',
            '{"_default": {"x": {"title": "y"}}}',
            '{"_default": {"1": "y"}}',
            '{"_default": {"' + "9" * 5000 + '": {"title": "y"}}}',
            '{"_default": {"\u0663": {"title": "y"}}}',
            '{"ideaboard_export": 99, "ideas": []}',
        ],
    )
    def test_something_else_is_refused(self, tmp_path: Path, service: Service, data: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            service.transfer.import_file(write(tmp_path, data))
        assert caught.value.hint

    def test_what_cannot_be_read(self, tmp_path: Path, service: Service) -> None:
        for path in (tmp_path, tmp_path / "missing"):
            with pytest.raises(InvalidInput, match="cannot be read"):
                service.transfer.import_file(path)
        with pytest.raises(InvalidInput, match="cannot be imported"):
            service.transfer.import_file(write(tmp_path, []), "csv")
        with pytest.raises(InvalidInput, match="there is no format 'pdf'"):
            service.transfer.export("pdf")
        with pytest.raises(NotFound, match="no idea has a paper"):
            service.transfer.export("bibtex")

    def test_hostile_text_is_cleaned_everywhere(self, tmp_path: Path, service: Service) -> None:
        evil = "\x1b[31mred\x07\ud800\u202e"
        moment = "2026-01-01T00:00:00Z"
        data = {
            "ideaboard_export": 1,
            "ideas": [
                {
                    "id": "bcdfghjk",
                    **dict.fromkeys(("title", "kind", "stage", "notes", "draft"), evil),
                    "tags": [evil],
                    "ticks": [evil],
                    "links": [{"url": "https://x.org/" + evil, "label": evil}],
                    "trail": [{"stage": evil, "at": moment}],
                    "paper": {
                        **dict.fromkeys(
                            ("arxiv_id", "version", "title", "abstract", "comment", "journal_ref", "doi"), evil
                        ),
                        **dict.fromkeys(("primary_category", "published", "updated", "latest_version"), evil),
                        "code_url": evil,
                        "authors": [evil],
                        "categories": [evil],
                    },
                    "share": {
                        "at": moment,
                        "date": "2026-01-01",
                        "channels": [evil],
                        **dict.fromkeys(("summary", "result", "uid"), evil),
                    },
                    "responses": [{"at": moment, **dict.fromkeys(("id", "type", "text"), evil)}],
                    "archived": {"at": moment, "because": evil, "note": evil},
                    "origin": {"idea": evil, "response": evil},
                }
            ],
            "notes": [{"id": "bcdfghjk", "period": "2026-01", "text": evil, evil: [evil]}],
        }
        service.transfer.import_file(write(tmp_path, data))
        for text in ((tmp_path / "board.jsonl").read_text("utf-8"), service.transfer.export("json")):
            assert not {"\x1b", "\x07", "\ud800", "\u202e"} & set(text)
            assert "\\u001b" not in text
            assert "\\ud800" not in text
        assert service.board.find("bcd").title == "red"
        assert service.sharing.notes() == {"2026-01": "red"}


class TestCsv:
    def test_a_row_for_each_idea(self, full: Service) -> None:
        rows = list(csv.DictReader(io.StringIO(full.transfer.export("csv"))))
        assert [row["id"] for row in rows] == [idea.id for idea in full.board]
        by_id = {row["id"]: row for row in rows}
        for idea in full.board:
            row = by_id[idea.id]
            assert row["title"].lstrip("'") == idea.title.lstrip("'")
            assert row["tags"].split() == list(idea.tags)
            assert row["arxiv_id"] == (idea.paper.arxiv_id if idea.paper else "")
            assert row["shared"] == (idea.share.date if idea.share else "")
            assert row["archived"] == (idea.archived.because if idea.archived else "")

    @pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)"])
    def test_no_formula_is_run(self, service: Service, title: str) -> None:
        added(service, title)
        (row,) = csv.DictReader(io.StringIO(service.transfer.export("csv")))
        assert row["title"] == "'" + title


class TestNotes:
    def test_a_note_is_kept_changed_and_taken_away(self, tmp_path: Path, service: Service) -> None:
        def elsewhere() -> dict[str, str]:
            return a_service(tmp_path / "board.jsonl").sharing.notes()

        assert service.sharing.note("2026-11", " A busy\nmonth.\x07").said == "kept the note for 2026-11"
        assert elsewhere() == {"2026-11": "A busy month."}
        service.sharing.note("2026-11", "Calm.")
        service.sharing.note("2026", "A year.")
        assert elsewhere() == {"2026-11": "Calm.", "2026": "A year."}
        assert service.sharing.note("2026-11", "").said == "no note for 2026-11 now"
        assert elsewhere() == {"2026": "A year."}
        service.sharing.note("2025", "")
        with pytest.raises(InvalidInput):
            service.sharing.note("last year", "x")

    def test_two_that_write_the_same_note_write_one(self, tmp_path: Path, service: Service) -> None:
        service.sharing.note("2026-11", "one")
        a_service(tmp_path / "board.jsonl", clock=HandClock()).sharing.note("2026-11", "two")
        service.poll()
        assert service.sharing.notes() == {"2026-11": "two"}


class TestResponses:
    def test_waiting_ones_come_first_and_newest_first(self, service: Service) -> None:
        (one, two) = ids_of(added(service, "one", "two"))
        for idea, type, text in [
            (one, "question", "a"),
            (two, "follower", "b"),
            (two, "opportunity", "c"),
            (one, "question", "d"),
        ]:
            service.sharing.respond(idea, type, text)
        assert [response.text for _, response in service.sharing.responses()] == ["d", "c", "a", "b"]
        first = service.sharing.responses()[0][1]
        assert service.sharing.answer(first.id[:4]).said == "answered 'd'"
        assert [response.text for _, response in service.sharing.responses(waiting_only=True)] == ["c", "a"]
        assert service.sharing.answer(first.id).said == "'d' waits again"
        born = service.sharing.idea_from_response(first.id, NewIdea(title="Next", kind="post"))
        assert born.ideas[0].origin == (one, first.id)

    def test_a_share_without_a_link_says_how_to_add_one(self, service: Service) -> None:
        (one,) = ids_of(added(service, "one"))
        assert "no link yet" in service.sharing.share(one, Sharing(summary="x")).warning
        assert service.sharing.share(one, Sharing(url="https://x.org")).warning == ""


def test_a_change_of_nothing_writes_nothing(tmp_path: Path, service: Service) -> None:
    added(service, "one")
    before = (tmp_path / "board.jsonl").read_bytes()
    service._session.do("nothing", Change)
    assert (tmp_path / "board.jsonl").read_bytes() == before
