"""The contract of `--json`: every shape that is printed is described, errors and long lists included."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import add, here
from hostile import HOSTILE_TITLES, UNCLEAN_TITLES
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # its types are a package of their own

from ideaboard.cli.shapes import TEXT, members, schema_of

ROOT = Path(__file__).parent.parent.parent
FEEDS = ROOT / "tests" / "data" / "arxiv"
PAPER = "1706.03762"


def schema(*name: str, closed: bool = True) -> dict[str, Any]:
    """Return what `ideaboard schema` prints; closed, it takes no member that it does not describe."""
    found: dict[str, Any] = copy.deepcopy(here("schema", *name).json)
    left: list[Any] = [found] if closed else []
    while left:
        one = left.pop()
        if isinstance(one, dict):
            if "properties" in one:
                one["additionalProperties"] = False
            left += one.values()
        elif isinstance(one, list):
            left += one
    return found


def check(value: object, *name: str) -> None:
    Draft202012Validator(schema(*name)).validate(value)


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0.01")
    with LoopbackArxiv([FEEDS]) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        yield server


@pytest.fixture
def ids(arxiv: LoopbackArxiv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Make a board that has everything on it, and return the ids to put into command lines."""
    assert arxiv.url
    monkeypatch.chdir(tmp_path)
    lines = "\n".join([*HOSTILE_TITLES, *UNCLEAN_TITLES])
    assert here("add", "-", stdin=lines.encode("utf-8", "replace")).code == 0
    one, shared, away = add("one", "-t", "größe", "--due", "2027-01-01"), add("shared"), add("away")
    paper = here("arxiv", "add", PAPER).id
    here("edit", one, "--link", "https://x.org=\x1b[1mbold", "--notes", "a\n\n\u202eb")
    here("share", shared, "--url", "https://x.org", "--summary", "</script>", "--result", "1", "--channel", "bluesky")
    rid = here("response", "add", shared, "question", "Does it hold?").id
    here("response", "add", shared, "follower", "hello")
    here("response", "idea", rid)
    here("response", "answer", rid, "--reply", "yes")
    rid = here("response", "add", shared, "opportunity", "a talk").id
    here("archive", away, "--because", "parked", "--note", "later")
    assert here("arxiv", "watch", "add", "tests", "testing", "--cat", "cs.LG").code == 0
    draft = here("draft", one, "--dir", "drafts")
    assert draft.code == 0
    (tmp_path / "in.md").write_text("# Idea\n\n- [ ] a card\n", "utf-8")
    (tmp_path / "publish.md").write_text("<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n", "utf-8")
    (tmp_path / "box").mkdir()
    for name, text in (("a.txt", "a note"), ("b.txt", ""), ("c.png", "no text")):
        (tmp_path / "box" / name).write_text(text)
    with Path(os.environ["IDEABOARD_CONFIG"]).open("a", encoding="utf-8") as config:
        config.write(f'[inbox]\nfolder = "{tmp_path / "box"}"\n')
        config.write(f'[[publish]]\ninto = "{tmp_path / "publish.md"}:shared"\n')
    repository = str(tmp_path / "repository" / "board.jsonl")
    add("x", "--board", repository)
    if shutil.which("git") is None:
        monkeypatch.setitem(LINES, "sync", [])
    else:
        subprocess.run(["git", "init", "-q", tmp_path / "repository"], check=True)
    return {"ONE": one, "SHARED": shared, "AWAY": away, "RID": rid, "PAPER": paper, "REPOSITORY": repository}


LINES: dict[str, list[str]] = {
    "add": ["add x", "add -"],
    "inbox": ["inbox --dry-run", "inbox"],
    "list": ["list", "list --archived", "list nothing-fits"],
    "show": ["show ONE", "show SHARED", "show AWAY", "show PAPER"],
    "edit": ["edit ONE --title y"],
    "move": ["move ONE next"],
    "archive": ["archive PAPER"],
    "restore": ["restore AWAY"],
    "draft": ["draft SHARED --dir more"],
    "templates list": ["templates list"],
    "share": ["share ONE --summary z", "share SHARED --texts"],
    "response add": ["response add ONE question why"],
    "response list": ["response list"],
    "response idea": ["response idea RID"],
    "publish": ["publish --check", "publish"],
    "arxiv search": ["arxiv search testing -n 3 --candidates"],
    "arxiv add": ["arxiv add 1707.08567"],
    "arxiv like": ["arxiv like 1707.08567", "arxiv like --list", "arxiv like --forget 1707.08567"],
    "arxiv categories": ["arxiv categories"],
    "arxiv watch list": ["arxiv watch list"],
    "arxiv check": ["arxiv check", "arxiv check --wanted"],
    "undo": ["undo"],
    "redo": ["undo", "redo"],
    "log": ["log", "log SHARED"],
    "stats": ["stats"],
    "import": ["import in.md --dry-run", "import in.md"],
    "sync": ["sync --init --board REPOSITORY"],  # a whole one is in test_cli_sync.py
    "check": ["check", "check ONE"],
    "trust": ["trust --list"],
    "keys": ["keys"],
}
"""Lines that try each form of what a command prints."""


def test_every_command_that_prints_json_keeps_the_contract(ids: dict[str, str]) -> None:
    described = here("schema").json
    assert set(described["commands"]) == set(LINES)
    assert described["version"] == 1
    for command, lines in LINES.items():
        for line in lines:
            words = [ids.get(word, word) for word in line.split()]
            done = here(*words, "--json", stdin=b"a\nb")
            assert done.code in (0, 1), (line, done.err)
            check(json.loads(done.out), *command.split())


REFERENCE = re.compile(r'"\$ref": "#/\$defs/([^"]+)"')


def test_a_sentence_about_a_shape_is_no_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {**TEXT, "description": "Not as '#/$defs/idea'."}
    monkeypatch.setattr("ideaboard.cli.shapes.shapes", lambda: {"one": members(a=told), "idea": TEXT, "paper": TEXT})
    assert (schema_of("one") or {})["$defs"].keys() == {"one"}


def test_the_schemas_are_schemas_that_stand_alone() -> None:
    whole = here("schema").json
    for name in (*whole["$defs"], *whole["commands"]):
        one = schema(*name.split(), closed=False)
        Draft202012Validator.check_schema(one)
        assert one["version"] == whole["version"]
        beside = {part: inner for part, inner in one.items() if part != "$defs"}
        referred = set(REFERENCE.findall(json.dumps([beside, one["$defs"]])))
        assert set(one["$defs"]) == referred, "each is there, and none that nobody refers to"
        list(Draft202012Validator(one).iter_errors({}))  # an unknown $ref would raise
    assert whole["$defs"]["idea"]["properties"]["private"]["description"] == "Left out of all that others see."


def test_the_page_about_json_names_every_command_and_shape() -> None:
    page = (ROOT / "docs" / "json.md").read_text("utf-8")
    described = here("schema").json
    for name in (*described["commands"], *described["$defs"]):
        assert f"`{name}`" in page, name


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("show zzzzzzzz", 3, "no idea"),
        ("list --frobnicate", 2, "--frobnicate"),
        ("add", 2, "missing"),
        ("nope", 2, "no command 'nope'"),
        ("schema nope", 2, "--json"),
        ("import nowhere.md", 2, "nowhere.md"),
        ("arxiv check", 5, "nothing answers"),
    ],
)
def test_an_error_beside_json_is_one_object_on_stderr(
    line: str, code: int, words: str, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ids
    monkeypatch.setenv("IDEABOARD_ARXIV_URL", "http://127.0.0.1:9/api/query")
    Path(os.environ["IDEABOARD_CONFIG"]).write_text("frob = 1\n", "utf-8")
    done = here(*line.split(), "--json")
    assert done.code == code
    error = json.loads(done.err)
    check(error, "error")
    assert error["error"]["code"] == code
    assert words in error["error"]["message"]
    assert here(*line.split()).err.startswith("ideaboard: "), "people read sentences"


def test_what_a_person_should_know_is_said_as_before_when_all_went_well() -> None:
    Path(os.environ["IDEABOARD_CONFIG"]).write_text("frob = 1\n", "utf-8")
    plain, beside = here("list"), here("list", "--json")
    assert beside.code == 0
    assert "frob" in plain.err
    assert "frob" in beside.err


def test_a_full_disk_is_told_in_the_object_too() -> None:
    with Path("/dev/full").open("w") if Path("/dev/full").exists() else pytest.skip("there is no /dev/full") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ideaboard", "add", "kept", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    error = json.loads(done.stderr)
    assert (done.returncode, error["error"]["code"]) == (74, 74)
    assert error["warnings"][0].startswith("done all the same: added 'kept'")


def test_an_end_by_ctrl_c_is_told_in_the_object(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ideaboard.cli.listing.say_json", stop)
    done = here("list", "--json")
    assert (done.code, json.loads(done.err)["error"]["code"]) == (130, 130)
    check(json.loads(done.err), "error")


def test_a_long_list_comes_one_a_line() -> None:
    for title in ("first", "sec\u202eond", "a\x85b"):
        add(title)
    done = here("list", "--jsonl")
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == [
        one["id"] for one in here("list", "--json").json
    ]
    assert len(here("log", "--jsonl").out.splitlines()) == 3
    assert here("show", "x", "--jsonl").code == 2, "one object is no list"
    assert here("list", "nothing-fits", "--jsonl").out == ""


def test_a_title_that_looks_like_the_option_changes_nothing() -> None:
    done = here("add", "--", "--json")
    assert done.id
    assert here("show", "zzz").err.startswith("ideaboard: ")
