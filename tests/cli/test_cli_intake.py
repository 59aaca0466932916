"""What people bring, through the front door: `add -`, `arxiv add`, `import`."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import add, assert_told, here, listed

DATA = Path(__file__).parents[1] / "data"
BROUGHT = DATA / "intake"
FIRST, SECOND = "1706.03762", "1707.08567"


@pytest.fixture(autouse=True)
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with LoopbackArxiv([DATA / "arxiv"]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.01")
        yield


def papers() -> set[str]:
    return {idea["paper"]["arxiv_id"] for idea in listed().values()}


@pytest.mark.parametrize(
    "data",
    [
        (BROUGHT / "mail-soft-break.eml").read_bytes(),
        f"{FIRST}\r\n{SECOND}\r\n".encode("utf-16"),
        f"für {FIRST} und {SECOND}".encode("latin-1"),
        f"arxiv_id,citations\n{FIRST},123\n{SECOND},456\n".encode("utf-8-sig"),
        f"@misc{{a, eprint={{{FIRST}}}, abstract={{1801.00001}}}}\n@misc{{b, url={{arxiv.org/abs/{SECOND}}}}}".encode(),
    ],
    ids=["mail", "utf-16", "latin-1", "csv", "bibtex"],
)
def test_arxiv_add_reads_what_people_have(data: bytes) -> None:
    done = here("arxiv", "add", "-", stdin=data)
    assert done.code == 0, done.err
    assert papers() == {FIRST, SECOND}


def test_arxiv_add_tells_what_gave_nothing() -> None:
    done = here("arxiv", "add", FIRST, "2313.00001", "hello")
    assert done.code == 0
    assert papers() == {FIRST}
    for words in (
        "no arXiv id in '2313.00001': 13 is not a month",
        "no arXiv id in 'hello': write it as 2107.07511",
    ):
        assert words in done.err
    assert_told(here("arxiv", "add", "2313.00001", "hello"), 2, "2313.00001", "13 is not a month", "'hello'")
    bib = b"@article{smith2020, title={No paper of arXiv}, abstract={like arXiv:1707.08567}}"
    assert_told(here("arxiv", "add", "-", stdin=bib), 2, "no paper on arXiv in 1 of 1 entry: smith2020")
    assert_told(here("arxiv", "add", "-", stdin=b"\x89PNG\r\n\x1a\n\0\0"), 2, "this is not text")
    assert_told(here("arxiv", "add", "-", stdin=b""), 2, "no arXiv id")
    assert papers() == {FIRST}


def test_arxiv_add_of_a_file_says_how_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "my papers.bib"
    file.write_text("@misc{a, eprint={1706.03762}}")
    assert_told(here("arxiv", "add", str(file)), 2, "is a file", f"arxiv add - < '{file}'")


def test_add_reads_utf_16_and_a_legacy_encoding_and_says_so() -> None:
    assert here("add", "-", stdin="größer\r\n日本\r\n".encode("utf-16")).err == ""
    done = here("add", "-", stdin="Müller on cafés\n".encode("latin-1"))
    assert "read as windows-1252" in done.err
    assert [idea["title"] for idea in listed().values()] == ["größer", "日本", "Müller on cafés"]


@pytest.mark.parametrize("quick", [[], ["--quick"]])
def test_add_takes_the_bullets_off_a_markdown_list(quick: list[str]) -> None:
    done = here("add", *quick, "-", stdin=(BROUGHT / "markdown-list.md").read_bytes())
    assert [idea["title"] for idea in listed().values()] == ["First idea", "Second idea", "Third idea"]
    assert "Markdown list" in done.err
    assert "1 line is no idea and left out: 5" in done.err
    assert "1 of the ideas was ticked off" in done.err


def test_import_says_what_it_recognised() -> None:
    for name, label in (
        ("board.jsonl", "a board file of ideaboard"),
        ("export.csv", "CSV of ideaboard"),
        ("markdown-list.md", "a Markdown list"),
    ):
        file = BROUGHT / name
        assert f"'{file}' is {label}" in here("import", str(file), "--dry-run").out
        assert f"what stdin gave is {label}" in here("import", "-", "--dry-run", stdin=file.read_bytes()).out
    assert "is BibTeX: 1 idea" in here("import", "-", stdin=b"@misc{x, title={y}}").err
    before = Path(os.environ["IDEABOARD_BOARD"]).read_bytes()
    assert_told(here("import", "-", stdin=b"[" * 100_000), 2, "nested too deeply")
    assert_told(here("import", "-", stdin=b'[{"id": "bbbbbbbb", "title": "\xe9"}'), 2)
    assert Path(os.environ["IDEABOARD_BOARD"]).read_bytes() == before


def test_what_the_hint_for_a_board_says_works(tmp_path: Path) -> None:
    id = add("there")
    exported = here("export", "json").out.encode()
    elsewhere = tmp_path / "other.jsonl"
    assert here("--board", str(elsewhere), "import", "-", stdin=exported).code == 0
    assert set(listed("--board", str(elsewhere))) == {id}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("packed", [False, True])
def test_our_json_comes_in_however_it_was_saved(encoding: str, packed: bool, tmp_path: Path) -> None:
    id = add("größer 日本")
    data = here("export", "json").out.replace("\n", "\r\n").encode(encoding)
    file = tmp_path / ("out.json.gz" if packed else "out.json")
    file.write_bytes(gzip.compress(data) if packed else data)
    assert here("import", str(file)).out == "0 added, 0 updated, 1 unchanged\n"
    here("delete", id, "-y")
    assert here("import", str(file), "--json").json["added"] == [id]
    assert listed()[id]["title"] == "größer 日本"


@pytest.mark.parametrize("quick", [[], ["--quick"]])
@pytest.mark.parametrize("between", ["\t", ",", ";"])
def test_add_takes_no_line_of_a_table_for_a_title(quick: list[str], between: str) -> None:
    rows = [["Title", "Status"], ["Write a letter", "Done"], ["Buy milk", "Todo"]]
    table = "\r\n".join(between.join(row) for row in rows).encode("utf-16")
    assert_told(here("add", *quick, "-", stdin=table), 2, "this is a table", "import -")
    assert here("import", "-", stdin=table).out == "2 added, 0 updated, 0 unchanged\n"
    for more in (f"x{between}y{between}z\r\n", f'x{between}"y\r\n', "x\r\n"):
        ragged = table.decode("utf-16") + more
        assert_told(here("add", *quick, "-", stdin=ragged.encode()), 2, "this is a table")


@pytest.mark.parametrize("text", [b"TY  - JOUR\nTI  - x\nER  - \n", b"@misc{a,\n  title = {x}\n}\n"])
def test_add_takes_no_line_of_a_bibliography_for_a_title(text: bytes) -> None:
    assert_told(
        here("add", "-", stdin=text), 2, "this is a bibliography", "'ideaboard import -'", "'ideaboard arxiv add -'"
    )
    assert here("import", "-", stdin=text).out == "1 added, 0 updated, 0 unchanged\n"
    assert here("add", "-", stdin=b"@home, write\nTY  is no title\n").code == 0


def test_add_takes_titles_with_commas() -> None:
    assert here("add", "-", stdin=b"Title, and status\nWrite, then send\nName it, quickly\n").code == 0
