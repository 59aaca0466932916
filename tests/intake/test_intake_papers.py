"""The papers of a text by its structure: the one that was meant, never one that is only mentioned."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.intake.papers import papers_in


def ids(text: str) -> list[str]:
    return [str(id) for id in papers_in(text).ids]


def names(text: str) -> list[str]:
    found = papers_in(text)
    return [*map(str, found.ids), *found.dois]


ENTRIES = [
    ("eprint = {1706.03762}, archivePrefix = {arXiv}", "1706.03762"),
    ('eprint = "1706.03762v3", archiveprefix = "arXiv", primaryClass = "cs.CL"', "1706.03762v3"),
    ("arxivId = {1706.03762}, abstract = {better than arXiv:1707.08567}", "1706.03762"),
    ("eprint = 1706.03762, eprinttype = arxiv, keywords = {1707.08567}", "1706.03762"),
    ("eprint = {{1706.03762}}, note = {see also arXiv:1707.08567}", "1706.03762"),
    ("eprint = {https://arxiv.org/pdf/1706.03762}", "1706.03762"),
    ("doi = {10.48550/ARXIV.1706.03762}, file = {:/x/1707.08567.pdf:PDF}", "1706.03762"),
    ("url = {https://arxiv.org/abs/1706.03762}", "1706.03762"),
    (r"howpublished = {\url{https://arxiv.org/abs/hep-th/9711200}}", "hep-th/9711200"),
    (r"howpublished = {\href{https://arxiv.org/abs/1706.03762}{arXiv}}", "1706.03762"),
    ("journal = {arXiv preprint arXiv:1706.03762}, year={2017}", "1706.03762"),
    ("journal = {CoRR}, volume = {abs/1706.03762}", "1706.03762"),
    ("number = {arXiv:1706.03762}, publisher = {arXiv}", "1706.03762"),
    ("journal = {arXiv e-prints}, eid = {arXiv:1706.03762}, pages = {arXiv:1706.03762}", "1706.03762"),
    ("note = {arXiv:1706.03762 [cs]}", "1706.03762"),
    ("note = {arXiv preprint arXiv:1706.03762}", "1706.03762"),
    ("note = {Available at https://arxiv.org/abs/1706.03762}", "1706.03762"),
    ("eprint = {9711200}, archivePrefix = {arXiv}, primaryClass = {hep-th}", "hep-th/9711200"),
    ("arxivId = {0601001v2}, eprint = {0601001}, primaryClass = {astro-ph}", "astro-ph/0601001v2"),
    ("eprint = {0309136}, eprinttype = {arxiv}, eprintclass = {math.GT}", "math/0309136"),
    (
        "eprint = {hep-th/9711200}, archivePrefix = {arXiv}, SLACcitation = {%%CITATION = HEP-TH/0001001;%%}",
        "hep-th/9711200",
    ),
    ('eprint = "17" # "06.03762"', "1706.03762"),
    ("title = {A {Very {Nested}} = title, with 1707.08567}, eprint = {1706.03762}", "1706.03762"),
    ("", None),
    ("note = {extends arXiv:1707.08567}", None),
    ("note = {Code for the paper arXiv:1707.08567}", None),
    ("abstract = {We extend arXiv:1707.08567}, doi = {10.1145/3213846.3213858}", "10.1145/3213846.3213858"),
    ("abstract = {as 10.1/x}, url = {https://doi.org/10.1103/PhysRevD.76.013009}", "10.1103/PhysRevD.76.013009"),
    ("abstract = {We extend 10.1145/3213846.3213858}, note = {see 10.1145/3213846.3213858}", None),
    ("title = {A comment on arXiv:1707.08567}", None),
    ("annote = {1707.08567}, file = {1707.08567.pdf}, keywords = {1707.08567}", None),
    ("eprint = {1707.08567}, eprinttype = {jstor}", None),
    ("eprint = {9711200}, archivePrefix = {arXiv}", None),
    ("pages = {1707.08567}, volume = {1707.08567}", None),
    ("note = {arXiv:1706.03762 and arXiv:1707.08567}", None),
]


@pytest.mark.parametrize(("fields", "expected"), ENTRIES)
@pytest.mark.parametrize("kind", ["article", "misc", "ARTICLE"])
def test_a_bibtex_entry_is_the_paper_that_its_own_fields_say(fields: str, expected: str | None, kind: str) -> None:
    found = papers_in(f"% arXiv:1905.00001\n@string{{x = {{arXiv:1905.00002}}}}\n@{kind}{{key2017,\n  {fields}\n}}\n")
    assert [*map(str, found.ids), *found.dois] == ([expected] if expected else [])
    silent = [one for one in found.unread if "key2017" in one]
    assert silent == ([] if expected else ["no paper on arXiv in 1 of 1 entry: key2017"])


def test_every_entry_gives_a_paper_or_is_named() -> None:
    text = "\n".join(f"@misc{{key{number}, {fields}}}" for number, (fields, _) in enumerate(ENTRIES))
    found = papers_in(text)
    silent = [f"key{number}" for number, (_, expected) in enumerate(ENTRIES) if expected is None]
    assert {str(id).partition("v")[0] for id in (*found.ids, *found.dois)} == {
        one.partition("v")[0] for _, one in ENTRIES if one is not None
    }
    assert f"no paper on arXiv in {len(silent)} of {len(ENTRIES)} entries: {', '.join(silent)}" in found.unread


def test_an_entry_without_an_end_takes_no_other_with_it() -> None:
    text = "@misc{a, title={x, eprint={1706.03762}\n@misc{b, eprint={1707.08567}}\n@misc(c, eprint={1801.00001})"
    assert ids(text)[-2:] == ["1707.08567", "1801.00001"]


def test_entries_stand_anywhere_and_lines_end_in_any_way() -> None:
    entry = "@misc{{{}, eprint={{{}}}, abstract={{as 1905.00001}}}}"
    one, two = entry.format("a", "1706.03762"), entry.format("b", "1707.08567")
    for text in (f"{one} {two}", f"{one}{two}", f"{one}\r{two}\r", f"{one}\r\n{two}", f"see {one}, and {two}"):
        assert ids(text) == ["1706.03762", "1707.08567"], text
    assert ids("me@x.org{1706.03762} and @home (see 1707.08567)") == ["1706.03762", "1707.08567"]


def test_a_mail_with_bibtex_in_it_is_both() -> None:
    text = "see 1706.03762\n\n> @misc{x, eprint={1707.08567}, abstract={1801.00001}}\n\nand 1905.00001\n"
    assert ids(text) == ["1706.03762", "1707.08567", "1905.00001"]


def test_ris_is_read_by_its_lines() -> None:
    first = "TY  - JOUR\r\nTI  - One\r\nUR  - https://arxiv.org/abs/1706.03762\r\nAB  - as 1905.00001\r\nER  - \r\n"
    second = "TY  - JOUR\nTI  - Two\nDO  - 10.1145/3213846.3213858\nAB  - as arXiv:1905.00001\nER  - \n"
    third = "TY  - GEN\nDO  - 10.48550/arXiv.1707.08567\nN1  - Comment: extends arXiv:1905.00001\nER  -\n"
    found = papers_in(f"{first}\n{second}\n{third}")
    assert [str(id) for id in found.ids] == ["1706.03762", "1707.08567"]
    assert (found.dois, found.unread) == (("10.1145/3213846.3213858",), ())


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("name", ["arxiv_id", "arXiv ID", "eprint", "Paper URL", "arXiv link", "link2", "DOI", None])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_table_is_read_by_its_cells(delimiter: str, name: str | None, ends: str) -> None:
    rows = [["2107.07511", "123"], ["0704.0001", "456"], ["1706.03762v5", "789"], ["hep-th/9711200", "1"]]
    text = ends.join(delimiter.join(row) for row in ([[name, "n"]] if name else []) + rows) + ends
    assert ids(text) == [row[0] for row in rows]
    assert papers_in(text).unread == ()


def test_rows_that_name_no_paper_are_counted_and_named() -> None:
    text = 'Title,Link,Abstract\n"One, two",arxiv.org/abs/1706.03762,\nThree,https://x.org,like 1707.08567\n,,x\n'
    found = papers_in(text)
    assert [str(id) for id in found.ids] == ["1706.03762"]
    assert found.unread == ("no paper on arXiv in 2 of 3 entries: 'Three', row 4",)


def test_prose_with_commas_is_no_table() -> None:
    assert ids("Hi, see 1706.03762\nThanks, Bob") == ["1706.03762"]
    assert ids("it cost 1,912.1234,567 or 0704.0001,567 dollars") == []


def test_json_is_read_by_its_fields() -> None:
    entries = [
        {"title": "a", "externalIds": {"ArXiv": "1706.03762"}, "abstract": "like 1707.08567"},
        {"title": "b", "DOI": "10.48550/arXiv.1801.00001"},
        {"id": "bbbbbbbb", "title": "c", "notes": "1707.08567", "paper": {"arxiv_id": "1905.00001"}},
        {"title": "d", "note": "about arXiv:1707.08567"},
    ]
    for data in (entries, {"version": 1, "items": entries}):
        found = papers_in(json.dumps(data))
        assert [str(id) for id in found.ids] == ["1706.03762", "1801.00001", "1905.00001"]
        assert found.unread == ("no paper on arXiv in 1 of 4 entries: 'd'",)
    assert ids("\n".join(map(json.dumps, entries))) == ["1706.03762", "1801.00001", "1905.00001"]
    assert ids('["1706.03762", 2107.07510]') == ["1706.03762", "2107.07510"], "a number keeps its last zero"
    assert ids("[the paper](https://arxiv.org/abs/1706.03762)") == ["1706.03762"]


def test_what_looks_like_an_identifier_and_is_none_is_named_with_the_reason() -> None:
    found = papers_in("2313.00001\n2107.0751\n1706.03762\narXiv:1412.00001 and $1912.1234\n9901001\n")
    assert [str(id) for id in found.ids] == ["1706.03762"]
    for word, reason in (
        ("2313.00001", "month"),
        ("2107.0751", "five"),
        ("1412.00001", "four"),
        ("9901001", "archive"),
    ):
        assert any(word in one and reason in one for one in found.unread), word
    assert len(found.unread) == 4


@pytest.mark.parametrize("doi", ["10.1145/3213846.3213858", "10.1103/PhysRevD.76.013009"])
def test_a_publishers_doi_is_a_paper_too(doi: str) -> None:
    for text in (doi, f"https://doi.org/{doi}", f"see {doi}.", f"@article{{x, doi = {{{doi}}}}}"):
        assert names(text) == [doi]
        assert papers_in(text).unread == ()
    assert names(f"arXiv:1706.03762, published as {doi}") == ["1706.03762"], "one paper, under the name to read it by"


@given(st.text())
def test_no_text_fails_or_costs_the_entry_behind_it(text: str) -> None:
    assert len({*papers_in(text).ids}) == len(papers_in(text).ids)
    assert ids(f"@misc{{x, {text}\n@misc{{y, eprint = {{1706.03762}}}}")[-1:] == ["1706.03762"]
    assert ids(f"TY  - GEN\nTI  - {text}\nTY  - GEN\nDO  - 10.48550/arXiv.1706.03762\n")[-1:] == ["1706.03762"]
    assert len(papers_in(f"a,url\n{text}").ids) <= len(text)


@pytest.mark.parametrize("head", ["", ", ", "title = {x}, "])
def test_an_entry_without_a_key_keeps_its_first_field(head: str) -> None:
    assert ids(f"@misc{{{head}eprint = {{1706.03762}}, note = {{x}}}}") == ["1706.03762"]
    assert papers_in(f"@misc{{{head}note = {{x}}}}").unread == ("no paper on arXiv in 1 of 1 entry: " + named(head),)


def named(head: str) -> str:
    return "'x'" if "title" in head else "one without a key"


def test_what_a_paper_in_json_cites_is_not_meant() -> None:
    cited = [{"externalIds": {"ArXiv": "1707.08567"}, "title": "cited"}] * 3
    for name, value in (
        ("externalIds", {"ArXiv": "1706.03762"}),
        ("arxivId", "1706.03762"),
        ("DOI", "10.48550/arXiv.1706.03762"),
    ):
        assert ids(json.dumps({name: value, "title": "own", "references": cited, "citations": cited})) == ["1706.03762"]


def test_a_line_of_json_that_is_damaged_is_named_and_costs_no_other() -> None:
    lines = ['{"title": "a", "arxiv_id": "1706.03762", "abstract": "1707.08567"}', '{"title": "b", "arxiv_id": "18']
    for text in ("\n".join(lines), "\n".join([lines[0], lines[1], lines[0]])):
        found = papers_in(text)
        assert [str(id) for id in found.ids] == ["1706.03762"]
        assert any("line 2" in one for one in found.unread)
    assert papers_in("\n".join(lines[::-1])).unread == (
        "no paper on arXiv in 1 of 2 entries: 'line 1, which is not JSON'",
    )


@pytest.mark.parametrize("run", ["a", "0", "a.b", "-a", "é", "tag:", "v1", "1234.", "a =", "= "])
def test_hostile_structure_is_read_in_one_go(run: str) -> None:
    assert ids("@misc{x, " + run * (100_000 // len(run))) == []
    assert ids("@misc{" * 50_000) == []
    assert ids("@misc{x, a={" + "{" * 100_000) == []
    assert ids("@misc{x, " + "a=" * 50_000) == []
