"""RIS, as Zotero, EndNote, Mendeley and publishers write it: the same as BibTeX wherever papers are read."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from service.service_boards import a_service
from service.test_service_imports import brought, preview

from ideaboard.core.ideas import Link
from ideaboard.errors import InvalidInput
from ideaboard.intake.cards import Source
from ideaboard.intake.formats import read_as
from ideaboard.intake.library import read_library
from ideaboard.intake.papers import papers_in
from ideaboard.service import Service

FILE = Path(__file__).parents[1] / "data" / "import" / "zotero.ris"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return a_service(tmp_path / "board.jsonl")


def test_what_managers_of_references_write(service: Service) -> None:
    data = FILE.read_text()
    seen = preview(service, data)
    assert (seen.format, seen.label, seen.added, seen.papers) == ("ris", "RIS", 4, 4)
    assert seen.left_out == ("fields that only serve a bibliography: 3",)
    found = brought(service, data)
    attention = found["Attention Is All You Need at 5% of $\\alpha$"]
    assert attention.paper
    assert (attention.kind, attention.paper.arxiv_id) == ("summary", "1706.03762")
    assert attention.paper.title == attention.title
    assert attention.paper.authors == ("Ashish Vaswani", "Martin Luther King Jr.", "Ministry of Food and Health")
    assert attention.paper.abstract == (
        "The first sentence goes on in a second line. And in a third, like arXiv:1707.08567."
    )
    assert attention.tags == ("computer-science---machine-learning", "attention", "nets")
    assert attention.notes == "Comment: 15 pages\nMy own words."
    assert (attention.url, attention.links) == (
        "https://arxiv.org/abs/1706.03762",
        (Link("https://example.org/~me/a_b"),),
    )
    chapter, book = found["A Chapter"], found["A Whole Book"]
    assert chapter.paper
    assert (chapter.paper.id, chapter.paper.authors, chapter.paper.published) == (None, ("Richard Roe",), "1999")
    assert chapter.paper.journal_ref == "A Book 3-14 (1999)"
    assert chapter.notes == "issn: 1234-5678\npublisher: Springer\neditor: Doe, Jane"
    assert book.paper
    assert (book.notes, book.paper.authors, book.paper.published) == ("", ("Jane Doe",), "2001")
    assert found["On Things"].notes == "pmid: 123"
    things = found["On Things"].paper
    assert things
    assert (things.authors, things.doi, things.published) == (("Änne Größe",), "10.1234/things", "2020")
    assert things.journal_ref == "Journal of Things 3 (2020)"


def test_everything_that_reads_papers_reads_it(service: Service) -> None:
    found = papers_in(FILE.read_text())
    assert [id.id for id in found.ids] == ["1706.03762"]
    assert (found.dois, found.unread) == (
        ("10.1234/things",),
        ("no paper on arXiv in 2 of 4 entries: 'A Chapter', 'A Whole Book'",),
    )
    library = read_library(Source(FILE.read_bytes(), "x"))
    assert [(paper.key, paper.title) for paper in library.papers] == [
        ("1706.03762", "Attention Is All You Need at 5% of $\\alpha$"),
        ("", "A Chapter"),
        ("", "A Whole Book"),
        ("doi:10.1234/things", "On Things"),
    ]


ENTRY = "TY  - JOUR\nTI  - Größe\nDO  - 10.1234/{}\nER  - \n"
ODD = {
    "no end": ENTRY.format("a").replace("ER  - \n", "") + ENTRY.format("b"),
    "one blank": (ENTRY.format("a") + ENTRY.format("b")).replace("  - ", " - "),
    "indented": (ENTRY.format("a") + ENTRY.format("b")).replace("\n", "\n  ").replace("  -", "  -"),
    "lines of a publisher": f"Provider: ACM\nContent: text/plain\n\n{ENTRY.format('a')}\n{ENTRY.format('b')}",
    "old Macintosh": (ENTRY.format("a") + ENTRY.format("b")).replace("\n", "\r"),
    "Windows": (ENTRY.format("a") + ENTRY.format("b")).replace("\n", "\r\n"),
    "no blank at the end": (ENTRY.format("a") + ENTRY.format("b")).replace("ER  - ", "ER  -"),
    "bare values": (ENTRY.format("a") + ENTRY.format("b")).replace("JOUR\n", "JOUR\nAU  -\nKW  - \n"),
    "a link": (ENTRY.format("a") + ENTRY.format("b")).replace("DO  - ", "UR  - https://doi.org/"),
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_odd_files_and_encodings(text: str, encoding: str, service: Service) -> None:
    data = text.encode(encoding)
    data = data if encoding != "utf-16-le" else codecs.BOM_UTF16_LE + data
    done = service.transfer.import_data(data, "the file")
    assert len(done.added) == 2
    assert {idea.title for idea in service.board} == {"Größe"}
    assert {idea.paper.key for idea in service.board if idea.paper} == {"doi:10.1234/a", "doi:10.1234/b"}


TAGS = st.sampled_from(["TY", "ER", "TI", "AU", "DO", "UR", "KW", "N1", "AB", "PY", "XX", "ID", "M3", ""])
LINES = st.lists(st.tuples(TAGS, st.text(max_size=20)), max_size=12)


@given(LINES)
def test_no_file_fails_and_no_record_is_lost(lines: list[tuple[str, str]]) -> None:
    flat = [(tag, " ".join(value.split())) for tag, value in lines]
    text = "TY  - GEN\nTI  - first\n" + "".join(f"{tag}  - {value}\n" if tag else f"{value}\n" for tag, value in flat)
    data = text.encode("utf-8", "replace")
    papers_in(text)
    read_library(Source(data, "x"))
    try:
        _, found = read_as(Source(data, "x"), "ris")
    except InvalidInput as error:
        assert "not text" in error.message  # noqa: PT017  # what a guess of the encoding cannot read
        return
    assert len(found.cards) + found.left_out["entries without a field"] == 1 + sum(tag == "TY" for tag, _ in flat)
    assert found.cards[0].title.startswith("first")


def test_what_only_mentions_the_tags_is_none(service: Service) -> None:
    assert not preview(service, "- TY  - GEN is how RIS begins\n- ER  - ends it\n").label.startswith("RIS")
    bib = "@misc{x,\n  title = {y},\n  note = {see\nTY  - JOUR\nER  - }\n}\n"
    assert preview(service, bib).label == "BibTeX"


def test_the_table_of_zotero_is_a_bibliography(service: Service) -> None:
    text = (
        '\ufeff"Key","Item Type","Publication Year","Author","Title","Publication Title","ISBN","DOI","Url",'
        '"Abstract Note","Date","Date Added","Volume","Manual Tags","Automatic Tags","Extra"\n'
        '"AB12CD34","journalArticle","2020","Doe, Jane; Ministry of Food and Health","On Things","Things","",'
        '"10.1234/things","https://x.org/t","Says so.","2020-05","2021-01-01 10:00:00","3","nets; deep","cs","mine"\n'
        '"EF56GH78","book","1999","Doe, Jane","On Whales","","123","","","","1999","2021-01-01 10:00:00","","","",""\n'
        '"IJ90KL12","preprint","2017","","","","","","http://arxiv.org/abs/1706.03762","","","","","","",""\n'
    )
    assert preview(service, text).label == "a table of Zotero"
    found = brought(service, text)
    things, whales = found["On Things"], found["On Whales"]
    assert things.paper
    assert (things.paper.doi, things.paper.published) == ("10.1234/things", "2020")
    assert things.paper.authors == ("Jane Doe", "Ministry of Food and Health")
    assert things.paper.journal_ref == "Things 3 (2020)"
    assert things.paper.abstract == "Says so."
    assert (things.kind, things.tags, things.notes) == ("summary", ("nets", "deep", "cs"), "mine")
    assert things.created.startswith("2021-01-01")
    assert whales.paper
    assert (whales.paper.authors, whales.notes) == (("Jane Doe",), "isbn: 123")
    assert found["arXiv:1706.03762"].paper


def test_csl_json_is_a_bibliography(service: Service) -> None:
    doe, house = {"family": "Doe", "given": "Jane"}, {"literal": "Roe, Son and Co."}
    items: list[dict[str, Any]] = [
        {
            "id": "a",
            "type": "book",
            "title": "On Whales",
            "author": [doe, house],
            "issued": {"date-parts": [["1999", 5]]},
        },
        {
            "id": "b",
            "type": "article-journal",
            "title": "On Things",
            "author": [doe],
            "DOI": "10.1234/things",
            "volume": 3,
        },
        {
            "id": "c",
            "type": "article",
            "title": "No author",
            "URL": "https://arxiv.org/abs/1706.03762v2",
            "note": "mine",
        },
        {"id": 4, "type": 5, "title": {"x": []}, "author": [1, {"family": ["x"]}], "issued": {"date-parts": [[None]]}},
    ]
    data = json.dumps(items)
    assert preview(service, data).label == "a bibliography in CSL JSON"
    found = brought(service, data)
    whales, things, third = found["On Whales"].paper, found["On Things"].paper, found["No author"].paper
    assert whales
    assert (whales.authors, whales.published) == (("Jane Doe", "Roe, Son and Co."), "1999")
    assert things
    assert (things.authors, things.doi) == (("Jane Doe",), "10.1234/things")
    assert third
    assert (third.arxiv_id, third.version, found["No author"].notes) == ("1706.03762", "v2", "mine")
    assert len(found) == 4, "what is no title is kept as it stands"
