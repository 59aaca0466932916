"""What we export we import, and what others read is as their formats want it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from core.core_values import boards
from hostile import HOSTILE_TITLES
from hypothesis import given, settings
from hypothesis import strategies as st
from service.service_boards import a_service, added, ids_of

from ideaboard.core.board import Board
from ideaboard.core.changelog import ChangelogOptions
from ideaboard.core.changes import Edit, Sharing
from ideaboard.core.documents import idea_to_json
from ideaboard.core.ideas import Link, Paper
from ideaboard.errors import InvalidInput
from ideaboard.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return a_service(tmp_path / "board.jsonl")


def sound(board: Board, folder: Path) -> Iterator[Service]:
    """Give a service whose board is what can be kept of a hostile one."""
    service = a_service(folder / "one.jsonl")
    for idea in board:
        text = json.dumps([idea_to_json(idea)])
        try:
            service.transfer.import_data(text.encode("utf-8", "surrogatepass"), "x")
        except InvalidInput:
            continue
    if len(service.board):
        yield service


class TestBackAgain:
    @settings(deadline=None)
    @given(board=boards)
    def test_csv(self, tmp_path_factory: pytest.TempPathFactory, board: Board) -> None:
        folder = tmp_path_factory.mktemp("csv")
        for one in sound(board, folder):
            text = one.transfer.export("csv")
            two = a_service(folder / "two.jsonl")
            two.transfer.import_data(text.encode(), "csv")
            rows = [sorted(csv.reader(io.StringIO(both, newline=""))) for both in (text, two.transfer.export("csv"))]
            differing = [pair for pair in zip(*rows, strict=True) if pair[0] != pair[1]]
            assert not differing
            assert two.transfer.import_data(text.encode(), "csv").added == ()

    def test_csv_makes_nothing_public(self, service: Service, tmp_path: Path) -> None:
        secret, back = ids_of(added(service, "secret", "taken back"))
        service.sharing.share(secret, Sharing(url="https://example.org", summary="one line"))
        service.sharing.share(back, Sharing(url="https://example.org", title="For others", withdrawn=True))
        service.ideas.edit([secret], Edit(private=True))
        text = service.transfer.export("csv")
        other = a_service(tmp_path / "other.jsonl")
        other.transfer.import_data(text.encode(), "csv")
        assert other.board.ideas[secret].private
        assert other.sharing.changelog_text(ChangelogOptions()) == service.sharing.changelog_text(ChangelogOptions())
        older = "\n".join(line.rsplit(",", 3)[0] for line in text.splitlines())
        service.transfer.import_data(older.replace("secret", "Secret").encode(), "csv")
        assert service.board.ideas[secret].private, "a table without the column says nothing of it"

    @settings(deadline=None)
    @given(notes=st.text(st.characters(codec="utf-8")), title=st.sampled_from(HOSTILE_TITLES))
    def test_bibtex(self, tmp_path_factory: pytest.TempPathFactory, notes: str, title: str) -> None:
        folder = tmp_path_factory.mktemp("bib")
        one, two = a_service(folder / "one.jsonl"), a_service(folder / "two.jsonl")
        paper = Paper(
            arxiv_id="2106.09685", title=title, authors=("E. Hu", "Team, and Sons", "Ana de la Vega"), abstract="x"
        )
        (idea,) = one.arxiv.add_papers([paper], tags=("a", "b")).ideas
        one.ideas.edit([idea.id], Edit(notes=notes))
        text = one.transfer.export("bibtex")
        two.transfer.import_data(text.encode(), "bib")
        (back,) = two.board
        assert back.notes == "\n".join(one.board.ideas[idea.id].notes.split("\n")).strip()
        assert back.tags == ("a", "b")
        assert back.paper
        assert back.paper.arxiv_id == "2106.09685"
        assert back.paper.authors[::2] == ("E. Hu", "Ana de la Vega")
        assert one.transfer.import_data(text.encode(), "bib").unchanged == 1

    @pytest.mark.parametrize(
        ("field", "title"),
        [("eprint={2106.09685}", "arXiv:2106.09685"), ("doi={10.1103/PhysRevLett.116.061102}", "doi:")],
    )
    def test_a_paper_without_a_title_is_named_by_its_id_until_more_is_known(
        self, service: Service, field: str, title: str
    ) -> None:
        service.transfer.import_data(f"@misc{{unknown2021, {field}, year={{2021}}}}".encode(), "bib")
        (idea,) = service.board
        assert idea.paper
        assert idea.title == idea.paper.label
        assert idea.title.startswith(title)

    @settings(deadline=None)
    @given(data=st.data())
    def test_obsidian(self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
        folder = tmp_path_factory.mktemp("obsidian")
        one, two = a_service(folder / "one.jsonl"), a_service(folder / "two.jsonl")
        titles = data.draw(st.lists(st.sampled_from(HOSTILE_TITLES), min_size=1, unique=True))
        ids = ids_of(added(one, *titles))
        for id in ids:
            tags = data.draw(st.lists(st.sampled_from(["lora", "c++", "größe", "a/b"]), unique=True))
            one.ideas.edit([id], Edit(add_tags=tuple(tags), due=data.draw(st.sampled_from([None, "2027-01-01"]))))
            one.ideas.move([id], data.draw(st.sampled_from(["idea", "making", "shared"])))
            if data.draw(st.booleans()):
                one.ideas.edit([id], Edit(notes="a line\n- [x] done\n\n# and `more`"))
            if data.draw(st.booleans()):
                more = (Link("https://example.org/b"),) if data.draw(st.booleans()) else ()
                one.ideas.edit([id], Edit(url="https://example.org/a_(b)?c=1&d=%20", add_links=more))
        two.transfer.import_data(one.transfer.export("obsidian").encode(), "board")

        def told(service: Service) -> dict[str, tuple[Any, ...]]:
            return {
                idea.title: (idea.stage, sorted(idea.tags), idea.due, idea.notes, idea.url, idea.links)
                for idea in service.board
            }

        assert told(two) == told(one)
        assert {idea.id for idea in two.board} == set(ids)
        assert one.transfer.import_data(one.transfer.export("obsidian").encode(), "board").unchanged == len(ids)

    @pytest.mark.parametrize("block", ["^idea-chapter1", "^37066d", "^bcdfghjk", "^idea-"])
    def test_a_block_of_ones_own_names_its_card_and_no_idea(self, service: Service, block: str) -> None:
        for title in ("One", "One, edited"):
            text = f"---\n\nkanban-plugin: board\n\n---\n\n## Idea\n\n- [ ] {title} #a {block}\n"
            service.transfer.import_data(text.encode(), "board.md")
        (idea,) = service.board
        assert (idea.title, idea.tags) == ("One", ("a",))
        assert idea.id not in block

    def test_an_archived_idea_goes_to_obsidians_archive(self, service: Service, tmp_path: Path) -> None:
        ids = ids_of(added(service, "kept", "parked", "done"))
        service.ideas.archive([ids[1]], "parked")
        service.ideas.archive([ids[2]], "done")
        other = a_service(tmp_path / "other.jsonl")
        other.transfer.import_data(service.transfer.export("obsidian").encode(), "board")
        archived = {idea.title: idea.archived and idea.archived.because for idea in other.board}
        assert archived == {"kept": None, "parked": "parked", "done": "done"}


class TestCalendar:
    def test_what_is_due_is_an_event(self, service: Service) -> None:
        ids = ids_of(added(service, "Write, and; ship\\it", "no date", "shared", "archived", "ü" * 100))
        for id in (ids[0], *ids[2:]):
            service.ideas.edit([id], Edit(due="2026-12-31"))
        service.ideas.edit([ids[0]], Edit(notes="two\nlines", add_tags=("a",), url="https://x.org"))
        service.sharing.share(ids[2], Sharing(url="https://y.org"))
        service.ideas.archive([ids[3]])
        text = service.transfer.export("ics")
        assert text.endswith("END:VCALENDAR\r\n")
        assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
        assert "\n" not in text.replace("\r\n", "")
        unfolded = text.replace("\r\n ", "")
        assert unfolded.count("BEGIN:VEVENT") == 2
        assert "SUMMARY:Write\\, and\\; ship\\\\it\r\n" in unfolded
        assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n" in unfolded
        assert "DESCRIPTION:two\\nlines\r\n" in unfolded
        assert f"UID:{ids[0]}@ideaboard\r\n" in unfolded
        assert service.transfer.export("ics") == text

    def test_the_last_day_of_the_calendar(self, service: Service) -> None:
        (id,) = ids_of(added(service, "x"))
        service.ideas.edit([id], Edit(due="9999-12-31"))
        assert "DTSTART;VALUE=DATE:99991231" in service.transfer.export("ics")
