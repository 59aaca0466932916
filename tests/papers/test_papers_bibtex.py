"""BibTeX as arXiv's own pages form it, read back by a BibTeX library."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry
from hypothesis import given
from hypothesis import strategies as st
from papers.recorded_papers import papers

from ideaboard.core.ideas import Paper
from ideaboard.papers.bibtex import bibtex
from ideaboard.papers.identifiers import find_ids

ATTENTION = Paper(
    arxiv_id="1706.03762",
    version="v7",
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    primary_category="cs.CL",
    published="2017-06-12T17:57:34Z",
    updated="2023-08-02T00:41:18Z",
)


def read(text: str) -> list[Entry]:
    library = parse_string(text)
    assert library.failed_blocks == []
    return list(library.entries)


def values(entry: Entry) -> dict[str, str]:
    return {field.key: field.value for field in entry.fields}


def test_the_entry_is_the_one_of_the_abstract_page() -> None:
    assert bibtex([ATTENTION]) == (
        "@misc{vaswani2023attentionneed,\n"
        "      title={Attention Is All You Need},\n"
        "      author={Ashish Vaswani and Noam Shazeer},\n"
        "      year={2023},\n"
        "      eprint={1706.03762},\n"
        "      archivePrefix={arXiv},\n"
        "      primaryClass={cs.CL},\n"
        "      url={https://arxiv.org/abs/1706.03762},\n"
        "}\n"
    )


@pytest.mark.parametrize("doi", ["10.1561/2200000101", "https://doi.org/10.1561/2200000101"])
def test_what_a_journal_has_is_an_article_with_a_doi_that_is_no_address(doi: str) -> None:
    (entry,) = read(bibtex([replace(ATTENTION, doi=doi, journal_ref="Nature 3 (2001)")]))

    found = values(entry)
    assert (entry.entry_type, found["doi"], found["journal"], found["year"]) == (
        "article",
        "10.1561/2200000101",
        "Nature 3",
        "2001",
    )


@pytest.mark.parametrize(
    ("author", "key"),
    [
        ("Jürgen Müller", "muller2023uber"),
        ("Søren Łęcki", "lecki2023uber"),
        ("Ægir Þórsson", "thorsson2023uber"),
        ("李明", "unknown2023uber"),
    ],
)
def test_a_key_is_plain_letters(author: str, key: str) -> None:
    papers = [replace(ATTENTION, authors=(author,), title="Über 学习")] * 2

    assert [entry.key for entry in read(bibtex(papers))] == [key, f"{key}-2"]


@pytest.mark.parametrize(
    ("id", "year"), [("2107.07511", "2021"), ("hep-th/9901001", "1999"), ("math/0309136", "2003"), ("", None)]
)
def test_without_a_date_the_identifier_tells_the_year(id: str, year: str | None) -> None:
    (entry,) = read(bibtex([replace(ATTENTION, arxiv_id=id, published=None, updated=None)]))

    assert values(entry).get("year") == year


def test_the_real_records_are_read_back() -> None:
    entries = read(bibtex(papers()))

    assert [values(entry)["eprint"] for entry in entries] == [paper.arxiv_id for paper in papers()]
    assert len({entry.key for entry in entries}) == len(papers())
    for entry, paper in zip(entries, papers(), strict=True):
        assert values(entry)["author"].count(" and ") == len(paper.authors) - 1
        written = values(entry)["title"].replace(r"\textbraceleft{}", "{").replace(r"\textbraceright{}", "}")
        assert written.replace("\\", "") == " ".join(paper.title.split()).replace("\\", "")
    assert [found.id for found in find_ids(bibtex(papers()))] == [paper.arxiv_id for paper in papers()]


def test_keys_are_unique_within_one_text() -> None:
    keys = [entry.key for entry in read(bibtex([ATTENTION, ATTENTION, replace(ATTENTION, title="")]))]

    assert keys == ["vaswani2023attentionneed", "vaswani2023attentionneed-2", "vaswani2023"]


@pytest.mark.parametrize(
    ("title", "written"),
    [
        (r"R&D, 100% #1, a_b", r"R\&D, 100\% \#1, a\_b"),
        (r"Ranking \& Planning: $x_1$ and $\alpha$", r"Ranking \& Planning: $x_1$ and $\alpha$"),
        ("{Bayes} at $5", r"{Bayes} at \$5"),
        ("a } b { c", r"a \textbraceright{} b \textbraceleft{} c"),
        ("a \\{ b", r"a \textbraceleft{} b"),
        ("ends with \\", r"ends with \textbackslash{}"),
        ("@misc{x, title={y}}", "@misc{x, title={y}}"),
        ("[Re] 日本語 🚀\x1b[31m\nx", "[Re] 日本語 🚀 x"),
    ],
)
def test_what_bibtex_trips_over_is_made_safe(title: str, written: str) -> None:
    (entry,) = read(bibtex([replace(ATTENTION, title=title)]))

    assert values(entry)["title"] == written


@given(
    st.lists(
        st.builds(
            replace,
            st.just(ATTENTION),
            title=st.text(st.sampled_from('{}\\$%&_#@",= \nab=é')),
            authors=st.lists(st.text(st.sampled_from("{}\\ and,éB"), min_size=1), max_size=3).map(tuple),
            doi=st.none() | st.text(st.sampled_from("{}\\/10.x")),
        ),
        max_size=4,
    )
)
def test_no_title_or_name_breaks_the_file(hostile: list[Paper]) -> None:
    entries = read(bibtex([*hostile, ATTENTION]))

    assert len(entries) == len(hostile) + 1
    assert values(entries[-1])["title"] == ATTENTION.title


def test_nothing_gives_nothing() -> None:
    assert bibtex([]) == ""
