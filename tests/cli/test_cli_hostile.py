"""Hostile text comes back unchanged from JSON, and no raw control character ever comes out."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from cli.cli_runs import Done, add, here, listed, process, shown
from hostile import HOSTILE_TITLES, UNCLEAN_TITLES

RAW_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
EVIL = "a\x1b[31mred\x1b]0;t\x07 \x9b31m \x7f \u202e \r\n b\x00"


def assert_clean(done: Done) -> None:
    assert done.code == 0, done.err
    assert not RAW_CONTROL.search(done.out), RAW_CONTROL.search(done.out)
    assert not RAW_CONTROL.search(done.err)


def test_titles_come_back_unchanged_from_a_process() -> None:
    titles = [title for title in HOSTILE_TITLES if not title.startswith("-")]
    some = titles[:4]
    ids = [process("add", title).id for title in some]
    ids += process("add", "-", stdin="\n".join(titles[4:8]).encode()).out.split()
    assert [idea["title"] for idea in process("list", "--json").json] == titles[:8]
    assert [here("show", id, "--json").json["title"] for id in ids] == titles[:8]


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_a_title_goes_through_add_list_show_edit_share_and_back(title: str) -> None:
    id = add(title)
    assert listed()[id]["title"] == title
    assert shown(id)["title"] == title
    assert title in here("list").out
    assert here("show", id).out.startswith(title + "\n")
    other = add("other")
    here("edit", other, f"--title={title}")
    assert shown(other)["title"] == title
    here("move", id, "outline")
    for command in (["list"], ["show", id], ["log"], ["undo"], ["stats"], ["export", "csv"]):
        assert_clean(here(*command))


@pytest.mark.parametrize(("title", "clean"), UNCLEAN_TITLES.items())
def test_what_is_taken_out_of_a_title(title: str, clean: str) -> None:
    if "\x00" not in title and not any("\ud800" <= char <= "\udfff" for char in title):
        assert shown(here("add", "--", title).id)["title"] == clean
    if len(title.splitlines()) == 1:
        line = title.encode("utf-8", "surrogatepass")
        done = here("add", "-", stdin=line)
        if "\ud800" in title:
            assert done.code == 2
        else:
            assert shown(done.id)["title"] == clean


def test_every_field_of_a_hand_edited_board_is_harmless_in_every_output() -> None:
    """The file may say anything: it is written by TinyDB here, without our cleaning."""
    from ideaboard.storage import open_db

    fields = {
        "title": EVIL,
        "kind": EVIL,
        "stage": "shared",
        "created": "2026-01-01T00:00:00.000Z",
        "tags": [EVIL],
        "notes": EVIL,
        "url": "https://example.org/" + EVIL,
        "links": [{"url": EVIL, "label": EVIL}],
        "draft": EVIL,
        "paper": {"arxiv_id": EVIL, "title": EVIL, "authors": [EVIL], "abstract": EVIL, "comment": EVIL},
        "share": {"at": "2026-01-01T00:00:00.000Z", "date": EVIL, "summary": EVIL, "url": EVIL, "channels": [EVIL]},
        "responses": [{"id": "bbbbbbbb", "type": "question", "text": EVIL, "at": EVIL, "url": EVIL}],
        "trail": [{"stage": EVIL, "at": EVIL}],
    }
    db = open_db(os.environ["IDEABOARD_BOARD"])
    number = db.table("ideas").insert(fields)
    put_away = {"paper": {"arxiv_id": EVIL + "2"}, "archived": {"at": EVIL, "because": EVIL, "note": EVIL}}
    db.table("ideas").insert({**fields, **put_away})
    db.close()
    assert number
    (idea,) = here("list", "--json").json
    assert idea["title"] == EVIL, "JSON tells what is in the file"
    commands = [
        *(["list"], ["list", "--json"], ["list", "--archived"], ["show", idea["id"]], ["show", idea["id"], "--json"]),
        *(["log"], ["log", "--json"], ["response", "list"], ["response", "list", "--json"], ["stats"]),
        *(["stats", "--json"], ["changelog"], ["changelog", "--format", "json"], ["changelog", "--format", "html"]),
        *(["changelog", "--format", "atom"], ["changelog", "--format", "jsonfeed"]),
        *(["export", "json"], ["export", "csv"], ["export", "tinydb"], ["export", "bibtex"]),
        *(["share", idea["id"], "--texts"], ["check"]),
    ]
    for command in commands:
        done = here(*command)
        assert done.code == 0, (command, done.err)
        assert not RAW_CONTROL.search(done.out), (command, RAW_CONTROL.search(done.out))
        assert not RAW_CONTROL.search(done.err), command


def test_everything_goes_out_and_comes_back_through_json_and_tinydb(tmp_path: Path) -> None:
    titles = [title for title in HOSTILE_TITLES if title]
    here("add", "-", "-t", "bulk", stdin="\n".join(titles).encode())
    first = next(iter(listed()))
    here("edit", first, "--notes", "line\n\n- [ ] x\t<!-- y -->\n", "--link", "https://example.org/a b")
    here("response", "add", first, "question", "Why {{ x }}?")
    here("share", first, "--url", "https://example.org/(x)", "--summary", "[b] _x_")
    before = listed()
    for format in ("json", "tinydb"):
        file = tmp_path / f"board.{format}"
        assert here("export", format, "-o", str(file)).code == 0
        board = str(tmp_path / f"{format}.jsonl")
        done = here("--board", board, "import", str(file), "--json")
        assert len(done.json["added"]) == len(titles)
        after = {idea["id"]: idea for idea in here("--board", board, "list", "--json").json}
        assert after == before
        again = here("--board", board, "import", str(file), "--json").json
        assert again == {"added": [], "updated": [], "unchanged": len(titles)}


def test_output_is_utf_8_whatever_the_locale() -> None:
    id = add("日本語 🚀 é")
    for locale in ("C", "POSIX", "en_US.ISO-8859-1"):
        done = process("list", LC_ALL=locale, LANG=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
        assert "日本語 🚀 é" in done.out
        assert id in done.out


def test_csv_cells_cannot_run_as_formulas() -> None:
    add("=cmd|' /C calc'!A0", "--notes", "@sum")
    out = here("export", "csv").out
    assert "'=cmd|' /C calc'!A0" in out
    assert "'@sum" in out


def test_list_json_is_what_json_readers_take() -> None:
    add("\u2028 separators \u2029 too")
    done = process("list", "--json")
    assert len(json.loads(done.out)) == 1
    assert done.out.endswith("]\n")
