"""Identifiers in every form in which people paste them, and what only looks like one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hostile import in_one_go
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.errors import InvalidInput
from ideaboard.papers.identifiers import OLD_ARCHIVES, ArxivId, arxiv_doi, find_dois, find_ids, parse_id

TAXONOMY = Path(__file__).parents[2] / "ideaboard" / "papers" / "taxonomy.json"

GOOD = [
    ("2301.00001", "2301.00001"),
    ("2301.00001v2", "2301.00001v2"),
    ("2301.00001V2", "2301.00001v2"),
    ("0704.0001", "0704.0001"),
    ("1412.9999v12", "1412.9999v12"),
    ("1501.00001", "1501.00001"),
    ("arXiv:2301.00001", "2301.00001"),
    ("arxiv: 2301.00001", "2301.00001"),
    ("arXiv 2301.00001", "2301.00001"),
    ("ARXIV: 2301.00001v1 [cs.LG]", "2301.00001v1"),
    ("arXiv:2301.00001v3 [stat.ML] 30 Dec 2022", "2301.00001v3"),
    ("arXiv preprint arXiv:2301.00001 (2023).", "2301.00001"),
    ("arXiv：2301.00001", "2301.00001"),
    ("hep-th/9901001", "hep-th/9901001"),
    ("hep-th/9901001v1", "hep-th/9901001v1"),
    ("HEP-TH/9901001", "hep-th/9901001"),
    ("math.GT/0309136", "math/0309136"),
    ("math/0309136", "math/0309136"),
    ("cond-mat.supr-con/9901001", "cond-mat/9901001"),
    ("math-ph/0703001", "math-ph/0703001"),
    ("cs.AI/0102001v2", "cs/0102001v2"),
    ("q-alg/9707001", "q-alg/9707001"),
    ("arXiv:cond-mat/9609089v1", "cond-mat/9609089v1"),
    ("hep-th_9901001", "hep-th/9901001"),
    ("https://arxiv.org/abs/2301.00001", "2301.00001"),
    ("http://arxiv.org/abs/2301.00001v1", "2301.00001v1"),
    ("https://www.arxiv.org/abs/2301.00001", "2301.00001"),
    ("https://export.arxiv.org/abs/2301.00001", "2301.00001"),
    ("https://de.arxiv.org/abs/hep-th/9901001", "hep-th/9901001"),
    ("https://arxiv.org/pdf/2301.00001v2.pdf", "2301.00001v2"),
    ("https://arxiv.org/pdf/2301.00001.pdf?download=1#page=3", "2301.00001"),
    ("https://arxiv.org/pdf/hep-th/9901001v1.pdf", "hep-th/9901001v1"),
    ("https://arxiv.org/html/2301.00001v1#S3.SS1", "2301.00001v1"),
    ("https://arxiv.org/ps/2301.00001", "2301.00001"),
    ("https://arxiv.org/src/2301.00001v1", "2301.00001v1"),
    ("https://arxiv.org/e-print/2301.00001", "2301.00001"),
    ("https://arxiv.org/format/2301.00001", "2301.00001"),
    ("https://arxiv.org/tb/2301.00001", "2301.00001"),
    ("https://arxiv.org/bibtex/2301.00001", "2301.00001"),
    ("https://arxiv.org/abs/2301.00001?context=cs.LG", "2301.00001"),
    ("https://arxiv.org/abs/math.GT/0309136", "math/0309136"),
    ("arxiv.org/abs/2301.00001", "2301.00001"),
    ("http://xxx.lanl.gov/abs/hep-th/9901001", "hep-th/9901001"),
    ("arXiv:0601001v2 [astro-ph]", "astro-ph/0601001v2"),
    ("https://www.semanticscholar.org/arxiv/2301.00001", "2301.00001"),
    ("https://api.semanticscholar.org/arXiv:2301.00001", "2301.00001"),
    ("https://www.alphaxiv.org/zh/overview/2301.00001v1", "2301.00001v1"),
    ("https://ui.adsabs.harvard.edu/abs/2023arXiv230100001S/abstract", "2301.00001"),
    ("2014arXiv1412.9999Z", "1412.9999"),
    ("https://ar5iv.labs.arxiv.org/html/2301.00001", "2301.00001"),
    ("https://ar5iv.org/abs/hep-th/9901001", "hep-th/9901001"),
    ("https://www.alphaxiv.org/abs/2301.00001v2", "2301.00001v2"),
    ("https://alphaxiv.org/overview/2301.00001", "2301.00001"),
    ("https://www.alphaxiv.org/pdf/2301.00001", "2301.00001"),
    ("https://huggingface.co/papers/2301.00001", "2301.00001"),
    ("https://huggingface.co/papers/2301.00001.md", "2301.00001"),
    ("https://hf.co/papers/2301.00001", "2301.00001"),
    ("https://scirate.com/arxiv/2301.00001", "2301.00001"),
    ("https://doi.org/10.48550/arXiv.2301.00001", "2301.00001"),
    ("10.48550/arXiv.2301.00001", "2301.00001"),
    ("10.48550/ARXIV.2301.00001", "2301.00001"),
    ("doi:10.48550/arxiv.hep-th/9901001", "hep-th/9901001"),
    ("https://doi.org/10.48550/arXiv.math/0309136", "math/0309136"),
    ("oai:arXiv.org:2301.00001", "2301.00001"),
    ("oai:arXiv.org:hep-th/9901001", "hep-th/9901001"),
    ("eprint = {2301.00001},", "2301.00001"),
    ("  eprint        = {hep-th/9901001},", "hep-th/9901001"),
    ('eprint="2301.00001"', "2301.00001"),
    ("DBLP:journals/corr/abs-2301-00001", "2301.00001"),
    ("CoRR, abs/2301.00001", "2301.00001"),
    ("(2301.00001)", "2301.00001"),
    ("[2301.00001].", "2301.00001"),
    ("<https://arxiv.org/abs/2301.00001>;", "2301.00001"),
    ("[the paper](https://arxiv.org/abs/2301.00001)", "2301.00001"),
    ("~/papers/2301.00001v1.pdf", "2301.00001v1"),
    ("2301.00001_attention_is_all.pdf", "2301.00001"),
    ("论文2301.00001很好", "2301.00001"),
    ("https://www.google.com/url?q=https%3A%2F%2Farxiv.org%2Fabs%2Fhep-th%2F9901001&sa=D", "hep-th/9901001"),
    ("2107.07511,123", "2107.07511"),
    ("arXiv:0601001v2 [astro-ph]", "astro-ph/0601001v2"),
    ("9711200 [hep-th]", "hep-th/9711200"),
    ("0309136v1 [math.GT]", "math/0309136v1"),
    ("https://www.semanticscholar.org/arxiv/2301.00001", "2301.00001"),
]

BAD = [
    "",
    "attention is all you need",
    "2313.00001",  # no such month
    "2300.00001",
    "0703.0001",  # before the scheme
    "1501.0001",  # five digits since 2015
    "1412.00001",
    "2301.00000",
    "2301.000001",
    "12301.00001",
    "0704.0001,567",
    "9913001 [hep-th]",
    "19711200 [hep-th]",
    "9711200 [1]",
    "hep-th/0704001",  # after the old scheme
    "hep-th/9106001",
    "hep-th/9913001",
    "hep-th/99010011",
    "nonsense/9901001",
    "9901001",
    "xhep-th/9901001",
    "2024.12.25",
    "25.12.2024",
    "2024-12-25",
    "2301-00001",
    "$1912.12345",
    "1912.12345 EUR",
    "€ 1912.12345",
    "1912.12345%",
    "+49 0711.1234",
    "+1 (555) 1201.2345",
    "Tel. 0812.1234",
    "555-1201.2345",
    "1201.2345-6789",
    "version 1912.12345",
    "v1912.12345",
    "torch==1912.12345",
    "build 2004.19041",
    "10.0.1904.11234",
    "1912.12345.1",
    "192.168.1201.1234",
    "1912.12345e-3",
    "1912.12345 GeV",
    "0x1912.12345",
    "10.1145/2001.12345",
    "https://doi.org/10.1016/1912.12345",
    "https://github.com/someone/something/releases/1912.12345",
    "https://university.example/math/0309136",
    "/home/me/cs/0309136",
    "https://arxiv.org/list/cs.LG/recent",
    "https://arxiv.org/a/smith_j_1",
    "https://example.org/abs/2313.00001",
]

MAIL = """\
Hi, have a look at https://arxiv.org/abs/2107.07511 (I mean v6: arXiv:2107.07511v6), call me at +49 0711.1234
before 2024.12.25. The old one is math.GT/0309136, it cost $1912.12345. See also doi:10.48550/arXiv.1706.03762,
https://arxiv.org/abs/2301.00001,https://arxiv.org/pdf/2301.00002v1.pdf and 10.1145/2001.12345.

@misc{x2023, title={A}, eprint={2305.12345}, archivePrefix={arXiv}, primaryClass={cs.LG}}
"""


@pytest.mark.parametrize(("text", "expected"), GOOD)
def test_every_known_form_is_read(text: str, expected: str) -> None:
    assert [str(found) for found in find_ids(text)] == [expected]
    assert str(parse_id(text)) == expected


@pytest.mark.parametrize("text", BAD)
def test_what_only_looks_like_an_identifier_is_left_alone(text: str) -> None:
    assert find_ids(text) == []
    with pytest.raises(InvalidInput) as caught:
        parse_id(text)
    assert caught.value.hint


def test_a_mail_gives_each_paper_once_in_order_with_its_version() -> None:
    found = [str(paper) for paper in find_ids(MAIL)]

    assert found == ["2107.07511v6", "math/0309136", "1706.03762", "2301.00001", "2301.00002v1", "2305.12345"]


def test_several_papers_are_not_one() -> None:
    with pytest.raises(InvalidInput, match="2 papers"):
        parse_id("2301.00001 2301.00002")


@pytest.mark.parametrize(
    ("text", "hint"),
    [("2313.00001", "month"), ("1501.0001", "five digits"), ("1412.00001", "four digits"), ("9901001", "archive")],
)
def test_the_hint_says_what_is_wrong(text: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_id(text)
    assert hint in caught.value.hint


def test_old_identifiers_of_two_archives_do_not_collide() -> None:
    assert [paper.id for paper in find_ids("hep-th/9901001 hep-ph/9901001")] == ["hep-th/9901001", "hep-ph/9901001"]


def test_the_doi_leads_back_to_the_paper() -> None:
    for id in ("2301.00001", "hep-th/9901001"):
        assert find_ids(arxiv_doi(id)) == [ArxivId(id)]


def test_the_old_archives_are_those_of_the_taxonomy_that_opened_in_time() -> None:
    archives = json.loads(TAXONOMY.read_text("utf-8"))["archives"]

    assert sorted(OLD_ARCHIVES) == sorted(key for key, value in archives.items() if value["start"] < "2007-04-01")


def new_id(months: int, number: int) -> str:
    """Count the months from April 2007 on, when the scheme began."""
    year, month = divmod(months + 7 * 12 + 3, 12)
    return f"{year:02}{month + 1:02}.{number:0{5 if year >= 15 else 4}}"


NEW_IDS = st.builds(new_id, st.integers(0, 400), st.integers(1, 9999))
OLD_IDS = st.builds(
    lambda archive, year, month, number: f"{archive}/{year:02}{month:02}{number:03}",
    st.sampled_from(OLD_ARCHIVES),
    st.sampled_from([*range(92, 100), *range(7)]),
    st.integers(1, 12),
    st.integers(1, 999),
)
IDS = st.builds(ArxivId, NEW_IDS | OLD_IDS, st.just("") | st.integers(1, 30).map("v{}".format))
FORMS = st.sampled_from(
    [
        "{}",
        "arXiv:{}",
        "https://arxiv.org/abs/{}",
        "http://arxiv.org/pdf/{}.pdf",
        "10.48550/arXiv.{}",
        "eprint = {{{}}}",
        "({}).",
        "oai:arXiv.org:{}",
    ]
)
GAPS = st.sampled_from([" ", "\n", ", ", "; ", " and ", "\t", " — "])


@given(st.lists(st.tuples(IDS, FORMS, GAPS), max_size=8))
def test_every_identifier_in_any_form_is_found_in_order(mentions: list[tuple[ArxivId, str, str]]) -> None:
    text = "".join(form.format(paper) + gap for paper, form, gap in mentions)
    expected: dict[str, str] = {}
    for paper, _, _ in mentions:
        expected[paper.id] = expected.get(paper.id) or paper.version

    assert find_ids(text) == [ArxivId(id, version) for id, version in expected.items()]


@given(st.text())
def test_any_text_gives_canonical_identifiers_or_none(text: str) -> None:
    for paper in find_ids(text):
        assert parse_id(str(paper)) == paper


def test_a_long_text_is_read_in_one_go() -> None:
    assert [str(paper) for paper in find_ids("x" * 100_000 + " 2301.00001 " + "9" * 100_000)] == ["2301.00001"]


DOIS = [
    ("10.1103/PhysRevLett.116.061102", "10.1103/PhysRevLett.116.061102"),
    ("https://doi.org/10.1103%2FPhysRevLett.116.061102).", "10.1103/PhysRevLett.116.061102"),
    ("DOI:10.1016/S0370-2693(01)00123-4.", "10.1016/S0370-2693(01)00123-4"),
    ("(see doi: 10.1016/S0370-2693(01)00123-4)", "10.1016/S0370-2693(01)00123-4"),
    ("<http://dx.doi.org/10.1561/2200000101>,", "10.1561/2200000101"),
    ("[a title](https://doi.org/10.1561/2200000101)", "10.1561/2200000101"),
    ("https://dl.acm.org/doi/pdf/10.1145/3213846.3213858.pdf", "10.1145/3213846.3213858"),
    ("https://onlinelibrary.wiley.com/doi/full/10.1002/syn.20235", "10.1002/syn.20235"),
    ("https://iopscience.iop.org/article/10.1088/1367-2630/aa1234/meta", "10.1088/1367-2630/aa1234"),
    ("https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full.pdf", "10.1101/2020.01.01.123456"),
    ("https://link.springer.com/10.1007/JHEP01(2020)001?a=1#b", "10.1007/JHEP01(2020)001"),
    (
        "https://doi.org/10.1002/(SICI)1097-4571(199204)43:3%3C205::AID-ASI3%3E3.0.CO;2-0",
        "10.1002/(SICI)1097-4571(199204)43:3<205::AID-ASI3>3.0.CO;2-0",
    ),
    ("10.1890/0012-9658(2006)87[2445:STTNTT]2.0.CO;2", "10.1890/0012-9658(2006)87[2445:STTNTT]2.0.CO;2"),
    ("doi:10.1000/182", "10.1000/182"),
]


@pytest.mark.parametrize(("text", "doi"), DOIS)
def test_every_known_form_of_a_doi_is_read(text: str, doi: str) -> None:
    assert find_dois(text) == [doi]
    assert find_dois(f"{text} and {text.upper()}")[:1] == [doi]


@pytest.mark.parametrize(
    "text", ["10.48550/arXiv.1706.03762", "https://doi.org/10.5281/zenodo.1234", "due 10.2024/2025", "10.5/x"]
)
def test_what_is_no_papers_doi_is_left_alone(text: str) -> None:
    assert find_dois(text) == []


@given(st.text(alphabet="10./()<>[]:;-a%2F ", max_size=200))
def test_a_doi_that_is_found_is_found_again_by_itself(text: str) -> None:
    for doi in find_dois(text):
        assert find_dois(f"doi:{doi}") == [doi]


@pytest.mark.parametrize(
    "run", ["doi.org/10.1234/", "10.1234/)", "10.1234/" + "<1:AID-", "%2F10.1234%2F", "10.1234/(["]
)
def test_a_long_text_of_dois_is_read_in_one_go(run: str) -> None:
    with in_one_go():
        found = find_dois(run * 20_000)
        assert find_dois("10.1234/" + ")" * 200_000) == []
    assert all(doi.startswith("10.1234/") for doi in found)
    assert find_dois(f"{run * 100} see 10.5555/own")[-1:] == ["10.5555/own"]
