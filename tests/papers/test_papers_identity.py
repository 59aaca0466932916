"""One paper once, whatever its version or address."""

from __future__ import annotations

from dataclasses import replace

import pytest
from papers.recorded_papers import papers

from ideaboard.core.ideas import Paper
from ideaboard.service.known_papers import PaperIndex

KNOWN = Paper(
    arxiv_id="2107.07511",
    version="v6",
    title="A Gentle Introduction to Conformal Prediction and $\\alpha$-Coverage",
    authors=("Anastasios N. Angelopoulos", "Stephen Bates"),
    doi="10.1561/2200000101",
)
OTHER = Paper(arxiv_id="2301.00001", title="Something else", authors=("Ada Lovelace",))

SAME = [
    replace(KNOWN, version="v1", title="Earlier title", authors=(), doi=None),
    replace(OTHER, arxiv_id="2107.07511v2"),
    replace(OTHER, arxiv_id="", doi="https://doi.org/10.48550/ARXIV.2107.07511"),
    replace(OTHER, doi="https://dx.doi.org/10.1561/2200000101"),
    replace(OTHER, doi="10.9999/x 10.1561/2200000101;"),
    Paper(
        arxiv_id="",
        title="A gentle introduction to conformal prediction and α-coverage.",
        authors=("Bates, S.", "Somebody Else"),
    ),
]
DIFFERENT = [
    OTHER,
    replace(OTHER, title=KNOWN.title),
    replace(OTHER, authors=KNOWN.authors),
    Paper(arxiv_id="", title="", authors=KNOWN.authors),
    Paper(arxiv_id=""),
]


@pytest.mark.parametrize("paper", SAME)
def test_the_same_paper_is_found_under_any_name(paper: Paper) -> None:
    index = PaperIndex([("b1", OTHER), ("b2", KNOWN)])

    assert PaperIndex([("k", KNOWN)]).find(paper) == "k"
    assert PaperIndex([("k", paper)]).find(KNOWN) == "k"
    assert index.find(replace(paper, arxiv_id="") if paper.arxiv_id == OTHER.arxiv_id else paper) == "b2"


@pytest.mark.parametrize("paper", DIFFERENT)
def test_a_title_or_an_author_alone_is_not_enough(paper: Paper) -> None:
    assert PaperIndex([("k", KNOWN)]).find(paper) is None


def test_two_archives_with_one_number_are_two_papers() -> None:
    a, b = (Paper(arxiv_id=f"{archive}/9901001") for archive in ("hep-th", "hep-ph"))

    assert PaperIndex([("k", a)]).find(b) is None
    assert PaperIndex([("k", Paper(arxiv_id="math.GT/0309136"))]).find(Paper(arxiv_id="math/0309136")) == "k"


def test_the_first_key_of_a_paper_counts() -> None:
    index = PaperIndex([("first", KNOWN), ("second", KNOWN)])
    index.add("third", OTHER)

    assert index.find(KNOWN) == "first"
    assert index.find(OTHER) == "third"


def test_every_real_record_finds_itself_without_its_id() -> None:
    index = PaperIndex((paper.arxiv_id, paper) for paper in papers())

    for paper in papers():
        assert index.find(paper) == paper.arxiv_id
        assert index.find(replace(paper, arxiv_id="", doi=None, title=f"  {paper.title}.")) == paper.arxiv_id
