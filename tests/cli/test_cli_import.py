"""`import` and the exports for other programs, through the command line: what is said, asked, refused and bounded."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import zipfile
from pathlib import Path

import pytest
from cli.cli_runs import add, assert_told, here, listed, process, shown

DATA = Path(__file__).parents[1] / "data" / "import"
TRELLO = str(DATA / "trello.json")


def test_it_says_what_goes_where_before_it_does_it() -> None:
    done = here("import", TRELLO)
    assert done.out == "7 added, 0 updated, 0 unchanged\n"
    assert (
        "is a Trello board: 7 ideas\n  'Someday' -> Idea: 2, the archive: 1  'First', 'Second', 'A closed card'\n"
        in done.err.replace("'A closed card', 'First', 'Second'", "'First', 'Second', 'A closed card'")
    )
    assert "'Shipped' -> Shared: 1  'Out of the door'\n" in done.err
    assert "new tags: #time-series #green\n  left out: checklists of no card: 1\n" in done.err
    assert here("import", TRELLO).out == "0 added, 0 updated, 7 unchanged\n"
    assert here("log").out.count("import") == 1
    here("undo")
    assert here("list", "--archived", "--json").json == []


def test_a_dry_run_does_nothing() -> None:
    done = here("import", TRELLO, "--dry-run")
    assert (done.code, done.err) == (0, "")
    assert "7 new" in done.out
    seen = here("import", TRELLO, "--dry-run", "--json").json
    assert (seen["format"], seen["added"], seen["papers"], seen["archived"]) == ("trello", 7, 1, 3)
    assert seen["lists"][1] == {
        "name": "Anna",
        "stage": "making",
        "ideas": 2,
        "samples": ["A paper", "Ticked"],
        "archived": 1,
    }
    assert (seen["left_out"], seen["new_tags"]) == (["checklists of no card: 1"], ["time-series", "green"])
    assert not Path(os.environ["IDEABOARD_BOARD"]).exists()


def test_what_the_person_says_counts() -> None:
    options = ("--map", "anna=review", "--map", "Shipped=archive", "-k", "post", "-t", "From Trello")
    done = here("import", TRELLO, *options, "--json").json
    assert (len(done["added"]), done["left_out"]) == (7, ["checklists of no card: 1"])
    ideas = {idea["title"]: idea for idea in listed("--archived").values()} | {
        idea["title"]: idea for idea in listed().values()
    }
    assert ideas["A paper"]["stage"] == "review"
    assert ideas["Out of the door"]["archived"]["because"] == "parked"
    assert all(idea["kind"] == "post" and "from-trello" in idea["tags"] for idea in ideas.values())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--map", "Nope=idea"), ["there is no list 'Nope'", "'Someday', 'Anna'"]),
        (("--map", "Anna"), ["is not LIST=STAGE"]),
        (("--map", "Anna=nowhere"), ["there is no stage 'nowhere'"]),
        (("--kind", "nothing"), ["there is no kind 'nothing'"]),
        (("--tag", " "), ["is not a tag"]),
        (("--format", "pdf"), ["'pdf' cannot be imported", "trello"]),
        (("--format", "bibtex"), ["BibTeX without a card"]),
        (("--format", "kanban-tui"), ["cannot be imported as a database of kanban-tui"]),
        (("--format", "board"), ["cannot be imported as a board file of ideaboard"]),
        (("--format", "csv"), ["cannot be imported as CSV of ideaboard"]),
        (("--format", "table"), ["is a table without a card"]),
        (("--format", "tinydb"), ["cannot be imported as a TinyDB file"]),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_done(options: tuple[str, ...], words: list[str]) -> None:
    assert_told(here("import", TRELLO, *options), 2, *words)
    assert not Path(os.environ["IDEABOARD_BOARD"]).exists()


WIDE = "has 4 cells, and the head has 3"
FAULTS = {
    "a cell too many": ("title{0}status{0}due\nx{0}Todo{0}\n\ny{0}a{0}b{0}c\n", "line 4", WIDE),
    "below a cell of two lines": ('title{0}status{0}due\n"x\ny"{0}Todo{0}{0}{0}\ny{0}a{0}b{0}c\n', "line 4", WIDE),
    "Notion": ("Name{0}Tags{0}Status\nx{0}a{0}b{0}c\n", "line 2", WIDE),
    "GitHub": ("Title{0}URL{0}Assignees{0}Status\nx{0}{0}{0}{0}a\n", "line 2", "has 5 cells, and the head has 4"),
    "ours": ("id{0}kind{0}title{0}stage\nbbbbbbbb{0}post{0}a{0}b{0}idea\n", "line 2", "has 5 cells"),
    "one in many of ours": (
        "id{0}kind{0}title{0}stage\n" + "{0}post{0}x{0}idea\n" * 20 + "{0}post{0}a{0}b{0}idea\n",
        "line 22",
        "has 5 cells",
    ),
    "an open quotation mark": ('title{0}status\nx{0}Todo\ny{0}"Todo\nz{0}Done\n', "line 3", "never closed"),
}


@pytest.mark.parametrize("between", [",", "\t", ";"])
@pytest.mark.parametrize(("text", "line", "what"), FAULTS.values(), ids=FAULTS)
def test_a_table_that_does_not_fit_its_head_is_refused_by_its_line(
    text: str, line: str, what: str, between: str
) -> None:
    assert_told(here("import", "-", stdin=text.format(between).encode()), 2, f"{line} of what stdin gave", what)
    assert_told(here("import", "-", stdin=text.format(between).encode("utf-16")), 2, line, what)


@pytest.mark.parametrize(
    ("text", "line", "more"),
    [
        ("Name,Tags\na,\nb,\nc,\n\nd,\ny,b,stray\nz,b,more\n" + "e,,,,\n" * 10, 7, ", and 1 more row so"),
        ("| Name | Tags |\n|---|---|\n\n| y | b | stray |\n", 4, ""),
    ],
)
def test_cells_beyond_the_head_are_kept_and_said_by_their_line(text: str, line: int, more: str) -> None:
    done = here("import", "-", stdin=text.encode())
    said = (
        f"line {line} of what stdin gave has 3 cells, and the head has 2{more}; cells beyond it are kept in the notes"
    )
    assert said in done.err
    assert [idea["notes"] for idea in listed().values() if idea["title"] == "y"] == ["column 3: stray"]


def packed(data: bytes, how: str) -> bytes:
    if how == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("folder/board.json", data)
            file.writestr("folder/picture.png", b"\x89PNG")
        return out.getvalue()
    return {"plain": data, "gz": gzip.compress(data), "bz2": bz2.compress(data), "xz": lzma.compress(data)}[how]


@pytest.mark.parametrize("how", ["plain", "gz", "bz2", "xz", "zip"])
def test_stdin_and_compressed_files(how: str) -> None:
    data = packed(Path(TRELLO).read_bytes(), how)
    assert here("import", "-", stdin=data).out == "7 added, 0 updated, 0 unchanged\n"


@pytest.mark.parametrize("how", ["gz", "bz2", "xz", "zip"])
def test_a_bomb_is_given_up(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ideaboard.intake.SIZE_LIMIT", 2**20)
    assert_told(here("import", "-", stdin=packed(b"a" * 2**24, how)), 2, "larger than 1 MB")
    cut = packed(bytes(range(256)) * 40, how)[:-60]
    if how != "zip":
        assert_told(here("import", "-", stdin=cut), 2, "damaged")


def test_a_zip_with_several_tables_asks_for_one() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.csv", "Name,Status\na,b\n")
        file.writestr("b.csv", "Name,Status\nc,d\n")
    assert_told(here("import", "-", stdin=out.getvalue()), 2, "2 files of text")
    with zipfile.ZipFile(out, "a") as file:
        file.writestr("a_all.csv", "Name,Status\na,b\n")
    assert here("import", "-", stdin=out.getvalue()).code == 0


HOSTILE = {
    "deep lists": b"[" * 300_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a deep card": b'{"lists":[],"cards":[{"name":"x","desc":' + b"[" * 900 + b"]" * 900 + b"}]}",
    "a line of tags": b"(A) 2026-03-01 x" + b" +a" * 200_000,
    "an open link": b"---\n\nkanban-plugin: board\n\n---\n\n## A\n\n- [ ] " + b"[[" * 200_000 + b"[a](" * 100_000,
    "signs of tags": b"---\n\nkanban-plugin: board\n\n---\n\n## A\n\n- [ ] " + b"#a " * 200_000 + b"x",
    "dates and breaks": b"---\n\nkanban-plugin: board\n\n---\n\n## A\n\n- [ ] " + b"@{" * 200_000 + b" <br" * 200_000,
    "indents": b"- a\n" + b"\t" * 300_000 + b"\n" + b" " * 300_000 + b"- b\n",
    "open braces": b"@article{a, title={" + b"{" * 300_000,
    "fields": b"@article{a, " + b"a={b}," * 100_000 + b"}",
    "authors": b"@article{a, title={x}, author={" + b" and " * 200_000 + b"}}",
    "open quotes": b'title,status\n' + b'"x",' * 2 + b'"\n' * 100_000,
    "ris": b"TY  - JOUR\n" + b"AU  - a and b\n" * 20_000 + b"x\n" * 50_000 + b"TY  - JOUR\n" * 20_000,
    "quotes": b'title,status\n"' + b'""' * 300_000 + b'\n',
    "columns": b"title," * 100_000 + b"\n" + b"x," * 100_000 + b"\n",
    "columns below": b"title,b\n" + b"x,y\n" * 100 + b"x," * 100_000 + b"\n",
    "deep items": b"".join(b"  " * depth + b"- x\n" for depth in range(1500)),
    "blanks": b"---\n\nkanban-plugin: board\n\n---\n\n## A\n\n- [ ] a" + b" " * 200_000 + b"b\n",
    "points": b"title,due\nx," + b"1." * 300_000 + b"\n",
    "rules": b"- a\n" + b"- " * 200_000 + b"x\n",
    "headings": b"# " * 200_000 + b"\n- a\n",
    "a number": b'{"_default":{"1":{"title":"x","n":' + b"9" * 100_000 + b"}}}",
    "an early date": b"Name,Created\nx,0001-01-01T00:00:00+14:00\ny,9999-12-31T23:59:59-12:00\n",
    "not a number": b'{"lists":[{"id":1,"pos":NaN}],"cards":[{"name":"x","pos":Infinity,"idList":1,"due":1e300}]}',
    "wrong types": b'{"lists":[5,{"name":[],"id":{}}],"cards":[{"name":{},"labels":[1],"idMembers":2}],"actions":[5]}',
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_comes_to_an_end(data: bytes) -> None:
    done = process("import", "-", "--dry-run", stdin=data)
    assert done.code in (0, 2)
    assert "Traceback" not in done.err
    assert "went wrong inside" not in done.err


@pytest.mark.parametrize("data", [b"- a\n- b\n- c\n", b"Name,Tags\na,\nb,\nc,\n", b"x 2026-03-01 a\n" * 3])
def test_more_cards_than_a_board_can_hold_are_refused(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("", ".markdown", ".tables"):
        monkeypatch.setattr(f"ideaboard.intake.formats{module}.CARDS_LIMIT", 2)
    assert_told(here("import", "-", stdin=data), 2, "more than 2")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"<!doctype html><p>x", "is a web page"),
        (b"Dear all,\nthis is a letter.\n", "not JSON"),
        (b"a,b\n1,2\n", "is not JSON, a table"),
        (b'Dear all,\n"this is, I think, a letter\nof many, many, many words\n', "is not JSON, a table"),
        (b'{"a": {"b": 1}, "c": [1]}', "is not a list of ideas"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not text"),
    ],
)
def test_what_nobody_knows_is_refused_with_a_way_on(data: bytes, words: str) -> None:
    assert_told(here("import", "-", stdin=data), 2, words)


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(("answer", "count"), [("y", 7), ("n", 0), ("", 0)])
def test_on_a_terminal_it_asks(answer: str, count: int) -> None:
    from terminal import Terminal

    with Terminal("import", TRELLO) as terminal:
        terminal.wait_for("import it? [y/N]")
        terminal.press(answer + "\r")
        assert terminal.wait_for_exit() == 0
    assert len(listed("--archived")) + len(listed()) == count


def test_nobody_is_asked_with_yes(tmp_path: Path) -> None:
    from terminal import Terminal

    with Terminal("import", TRELLO, "--yes") as terminal:
        assert terminal.wait_for_exit() == 0
    assert len(listed()) == 4


def test_what_a_board_says_cannot_reach_the_terminal() -> None:
    evil = "\x1b]0;gotcha\x07 red\u202e"
    board = {"lists": [{"id": 1, "name": evil}], "cards": [{"name": evil, "idList": 1, "labels": [{"name": evil}]}]}
    done = here("import", "-", stdin=json.dumps(board).encode())
    assert not {"\x1b", "\x07", "\u202e"} & set(done.out + done.err)
    (idea,) = listed().values()
    assert (idea["title"], idea["tags"]) == ("red", ["red"])


def test_excel_gets_a_mark_and_gives_it_back(tmp_path: Path) -> None:
    add("größer", "-t", "a", "-t", "b")
    file = tmp_path / "board.csv"
    here("export", "csv", "--excel", "-o", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbfid,kind,title")
    assert not here("export", "csv").out.startswith("\ufeff")
    before = listed()
    assert here("import", str(file)).out == "0 added, 0 updated, 1 unchanged\n"
    here("delete", *before, "--yes")
    here("import", str(file))
    assert listed().keys() == before.keys()
    assert_told(here("export", "json", "--excel"), 2, "--excel is for csv")


def test_a_calendar_has_its_own_line_ends(tmp_path: Path) -> None:
    add("Ship it", "--due", "2026-12-24")
    file = tmp_path / "board.ics"
    assert here("export", "ics", "-o", str(file)).code == 0
    assert b"BEGIN:VEVENT\r\n" in file.read_bytes()
    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")


def test_out_to_obsidian_and_back(tmp_path: Path) -> None:
    first = add("Fix #42 [[soon]] @{2026}", "-t", "x", "--notes", "a\n\n- [ ] b", "--due", "2026-12-24")
    file = tmp_path / "Board.md"
    here("export", "obsidian", "-o", str(file))
    text = file.read_text("utf-8")
    card = f"- [ ] Fix \\#42 \\[\\[soon]] \\@{{2026}} #x @{{2026-12-24}} ^idea-{first}\n"
    assert text.startswith(f"---\n\nkanban-plugin: board\n\n---\n\n## Idea\n\n{card}")
    assert text.endswith('%% kanban:settings\n```\n{"kanban-plugin":"board"}\n```\n%%\n')
    old = shown(first)
    here("import", str(file))
    assert list(listed()) == [first], "what is on the board is left alone"
    here("delete", first, "--yes")
    here("import", str(file))
    (back,) = listed().values()
    assert all(back[name] == old[name] for name in ("title", "tags", "notes", "due", "stage"))


def test_a_day_by_its_name_on_the_command_line() -> None:
    from datetime import date, timedelta

    before = date.today()  # noqa: DTZ011  # the command goes by the local day too
    due = shown(here("add", "--quick", "Write it !tomorrow").id)["due"]
    assert due in {(day + timedelta(days=1)).isoformat() for day in (before, date.today())}  # noqa: DTZ011  # as above


def test_only_what_an_import_needs_is_loaded() -> None:
    import subprocess
    import sys

    script = (
        "import sys; from ideaboard.cli.run import run; run(sys.argv[1:]); "
        "heavy = ('dateutil', 'sqlite3', 'charset_normalizer', 'textual', 'arxiv', 'lzma', 'zipfile'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "import", TRELLO, "--yes"], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"


def test_what_comes_to_the_last_stage_is_told_to_stand_in_the_changelog() -> None:
    board = b"## Doing\n\n- a\n\n## Done\n\n- b\n- c\n"
    told = "2 ideas will stand in the changelog"
    assert told in here("import", "-", "--dry-run", stdin=board).out
    assert told not in here("import", "-", "--dry-run", "--map", "Done=archive", stdin=board).out
    here("import", "-", stdin=board)
    assert told not in here("import", "-", "--dry-run", stdin=board).out, "they are there already"


def test_a_table_of_markdown_comes_without_its_line_of_dashes() -> None:
    here("import", "-", stdin=b"| Title | Status |\n|:--|---:|\n| a | Doing |\n\n| b \\| c | Done |\n")
    assert {idea["title"]: idea["stage"] for idea in listed().values()} == {"a": "making", "b | c": "shared"}


def test_what_is_ticked_is_said_to_go_to_the_archive() -> None:
    text = b"- [x] a\n- [x] b\n- c\n"
    assert "  on no list -> Idea: 1, the archive: 2  'a', 'b', 'c'\n" in here("import", "-", stdin=text).err
    assert "  'L' -> the archive: 1  'd'\n" in here("import", "-", "--dry-run", stdin=b"## L\n- [x] d\n").out
    (plan,) = here("import", "-", "--dry-run", "--json", stdin=text).json["lists"]
    assert (plan["stage"], plan["ideas"], plan["archived"]) == ("idea", 3, 2)


@pytest.mark.parametrize(
    "name", ["Blocked", "Waiting for data", "On hold", "\N{DOUBLE VERTICAL BAR} on-hold", "Dev: stuck"]
)
def test_what_stands_still_is_not_in_review(name: str) -> None:
    for before, stage in (("To do", "idea"), ("Doing", "making"), ("Testing", "making")):
        text = f"## {before}\n- a\n## {name}\n- b\n## Review\n- c\n".encode()
        lists = here("import", "-", "--dry-run", "--json", stdin=text).json["lists"]
        assert (lists[1]["stage"], lists[2]["stage"]) == (stage, "review")
    table = f"Title,Status\na,Doing\nb,{name}\n".encode()
    assert here("import", "-", "--dry-run", "--json", stdin=table).json["lists"][1]["stage"] == "idea"
    assert (
        here("import", "-", "--dry-run", "--json", stdin=b"## Waiting for review\n- a\n").json["lists"][0]["stage"]
        == "review"
    )


def test_the_column_of_addresses_tells_where_a_row_was_shared() -> None:
    table = b"Title,Status,URL,Notes\nPost,Done,https://me.example.org/one,see https://example.org\nTalk,Done,,x\n"
    here("import", "-", stdin=table)
    ideas = {idea["title"]: idea for idea in listed().values()}
    assert ideas["Post"]["share"]["url"] == "https://me.example.org/one"
    assert ideas["Talk"]["share"]["url"] is None
    assert "[Post](https://me.example.org/one)" in here("changelog").out


@pytest.mark.parametrize(
    "broken",
    [
        "@book{broken title = {missing comma\n",
        "@misc{broken, title={On {Trees}, year={2001}}\n",
        '@misc{broken, title="x"\n',
    ],
)
def test_an_entry_that_is_not_closed_is_named_and_no_idea(broken: str) -> None:
    done = here("import", "-", stdin=f"{broken}\n@misc{{ok, title={{Fine}}}}\n".encode())
    assert done.out == "1 added, 0 updated, 0 unchanged\n"
    assert "entries that are not closed: 1, keys of entries: 1\n  not read, for want of a last brace: 'b" in done.err
    assert [idea["title"] for idea in listed().values()] == ["Fine"]
    alone = here("import", "-", stdin=broken.encode())
    assert alone.code == 2
    assert "'broken" in alone.err


def test_bibtex_keeps_that_there_are_others() -> None:
    text = "@article{a, title={T}, author={Doe, Jane and others}, journal={Nature}, volume={3}, year={2001}, "
    text += "doi={10.1023/A:1}}"
    here("import", "-", stdin=text.encode())
    out = here("export", "bibtex").out
    assert (
        "@article{doe2001t,\n      title={T},\n      author={Jane Doe and others},\n      journal={Nature 3},\n" in out
    )
    assert "      year={2001},\n      doi={10.1023/A:1},\n      url={https://doi.org/10.1023/a:1},\n" in out
    (idea,) = listed().values()
    here("share", idea["id"], "--url", "https://me.example.org", "--summary", "s")
    assert "After [Doe et al., 2001]" in here("changelog").out


ENTRIES = {
    "bib": "@article{b, title={Random Forests}, author={Breiman, Leo}, year={2001}, journal={Machine Learning}, NAME, "
    "keywords={trees, Ensembles}, note={Read the proof}, abstract={Combined.}, url={https://example.org/rf}}\n",
    "ris": "TY  - JOUR\nTI  - Random Forests\n"
    "AU  - Breiman, Leo\nPY  - 2001\nJO  - Machine Learning\nNAME\nKW  - trees\n"
    "KW  - Ensembles\nN1  - Read the proof\nAB  - Combined.\nUR  - https://example.org/rf\nER  - \n",
    "csl": '[{"type": "article-journal", "title": "Random Forests", "author": [{"family": "Breiman", "given": "Leo"}], '
    '"issued": {"date-parts": [[2001]]}, "container-title": "Machine Learning", NAME, "abstract": "Combined.", '
    '"keyword": "trees, Ensembles", "note": "Read the proof", "URL": "https://example.org/rf"}]',
}
NAMES = {
    "10.1023/A:1010933404324": {"bib": "doi={%s}", "ris": "DO  - %s", "csl": '"DOI": "%s"'},
    "1908.10084": {"bib": "eprint={%s}", "ris": "UR  - https://arxiv.org/abs/%s", "csl": '"arxiv": "%s"'},
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("format", ENTRIES)
def test_a_paper_known_by_its_name_alone_is_filled_in(format: str, name: str) -> None:
    id = add(name if name.startswith("10.") else f"arXiv:{name}")
    bare = shown(id)
    text = ENTRIES[format].replace("NAME", NAMES[name][format] % name).encode()
    assert here("import", "-", "--dry-run", "--json", stdin=text).json["filled"] == 1
    assert here("import", "-", "-t", "mine", stdin=text).out == "0 added, 0 updated, 0 unchanged, 1 paper filled in\n"
    (idea,) = listed().values()
    assert (idea["id"], idea["title"], idea["notes"].split("\n")[0]) == (id, "Random Forests", "Read the proof")
    assert (idea["tags"], idea["url"]) == (["trees", "ensembles", "mine"], bare["url"])
    links = [link["url"].lower() for link in idea["links"]]
    assert "https://example.org/rf" in links
    assert bare["url"] not in links, "an address is there once, however it is written"
    paper = idea["paper"]
    assert (paper["title"], paper["authors"], paper["abstract"]) == ("Random Forests", ["Leo Breiman"], "Combined.")
    assert here("edit", id, "--untag", "trees").code == 0
    again = here("import", "-", "-t", "mine", "--json", stdin=text).json
    assert (again["added"], again["updated"], again["unchanged"], again.get("filled")) == ([], [], 1, None)
    assert shown(id)["tags"] == ["ensembles", "mine"]
    here("undo")
    here("undo")
    assert shown(id) == bare


def test_what_a_person_wrote_of_a_paper_stays_when_it_is_filled_in() -> None:
    id = add("10.1023/A:1010933404324", "--notes", "Ask Ann.", "-t", "trees")
    here("edit", id, "--title", "Forests for me")
    titled = add("My plan https://arxiv.org/abs/1908.10084")
    texts = [ENTRIES["bib"].replace("NAME", NAMES[name]["bib"] % name) for name in NAMES]
    done = here("import", "-", "--json", stdin="".join(texts).encode()).json
    assert (done["added"], sorted(done["filled"])) == ([], sorted([id, titled]))
    assert (shown(id)["title"], shown(id)["notes"]) == ("Forests for me", "Ask Ann.")
    assert shown(id)["tags"] == ["trees", "ensembles"]
    assert shown(id)["paper"]["published"] == "2001"
    assert (shown(titled)["title"][:7], shown(titled)["paper"]["title"]) == ("My plan", "Random Forests")


def test_a_bare_entry_is_filled_in_by_a_fuller_one_of_the_same_or_a_later_file() -> None:
    doi = "10.1023/A:1010933404324"
    bare, full = f"@misc{{a, doi={{{doi}}}}}\n", ENTRIES["bib"].replace("NAME", f"doi={{{doi}}}")
    here("import", "-", stdin=bare.encode())
    assert here("import", "-", stdin=full.encode()).out.endswith("1 paper filled in\n")
    here("undo")
    here("undo")
    assert here("import", "-", stdin=(bare + full).encode()).out == "1 added, 0 updated, 1 unchanged\n"
    assert [idea["title"] for idea in listed().values()] == ["Random Forests"]


LINK = "https://arxiv.org/abs/1908.10084"
OTHER = "https://arxiv.org/abs/1706.03762"


def _board(**card: object) -> str:
    one = {"id": "c", "name": "Sentences", "idList": "l", "pos": 1, **card}
    return json.dumps({"lists": [{"id": "l", "name": "To do", "pos": 1}], "cards": [one]})


@pytest.mark.parametrize(
    ("text", "is_paper"),
    [
        (_board(desc=f"Try this: {LINK}"), True),
        (_board(desc=f"[SBERT]({LINK}v1)\n\nsoon"), True),
        (_board(desc="Soon.", attachments=[{"url": LINK, "name": "SBERT"}]), True),
        (_board(desc=f"One {LINK} and two {OTHER}"), False),
        (_board(desc="", attachments=[{"url": LINK}, {"url": OTHER}]), False),
        (f"Title,Notes\nSentences,see {LINK} please\n", True),
        (f"Title,Status,Paper\nSentences,Doing,{LINK}\n", True),
        (f"Title,Paper,Compare\nSentences,{LINK},{OTHER}\n", False),
        (f"- Sentences\n  - try {LINK}\n", True),
        (f"---\n\nkanban-plugin: board\n\n---\n\n## To do\n\n- [ ] Sentences\n\tsee {LINK}\n", True),
        (f"(A) Sentences {LINK} +nlp\n", True),
        (f'[{{"uuid": "u", "description": "Sentences", "annotations": [{{"description": "read {LINK}"}}]}}]', True),
        (f'[{{"name": "Sentences", "done_by": "x", "text": "see {LINK}"}}]', True),
        (f"@book{{a, title={{Sentences}}, note={{It follows {LINK} closely}}}}\n", False),
    ],
)
def test_a_card_that_links_to_one_paper_is_about_it(text: str, is_paper: bool) -> None:
    here("import", "-", stdin=text.encode())
    (idea,) = listed().values()
    assert "Sentences" in idea["title"]
    assert (idea["paper"] or {}).get("arxiv_id") == ("1908.10084" if is_paper else None)
    assert LINK in json.dumps(idea)
