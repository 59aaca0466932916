"""Bad input: one clear sentence with what to do, the right exit code, and nothing is changed."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from cli.cli_runs import add, assert_told, here, listed, process

BAD = [
    (["add", "x", "-k", "poem"], 2, ["no kind 'poem'", "paper-to-code"]),
    (["add", "x", "-s", "done"], 2, ["no stage 'done'", "outline"]),
    (["add", "x", "--due", "someday"], 2, ["'someday' is not a date", "2026-12-24, friday or 3w"]),
    (["add", "x", "--due", "2026-02-30"], 2, ["'2026-02-30' is not a date"]),
    (["add", "x", "--url", "javascript:alert(1)"], 2, ["not a link"]),
    (["add", "x", "-t", "#"], 2, ["not a tag"]),
    (["add", ""], 2, ["title is empty"]),
    (["add", " \t\n"], 2, ["title is empty"]),
    (["add", "\x1b[31m\x07"], 2, ["title is empty"]),
    (["add"], 2, ["TITLE is missing", "add --help"]),
    (["add", "x", "--tagg", "y"], 2, ["no option --tagg", "did you mean --tag?"]),
    (["add", "x", "-z"], 2, ["no option -z"]),
    (["add", "x", "--due"], 2, ["--due needs a value", "'ideaboard add --help'"]),
    (["add", "x", "--json=1"], 2, ["--json takes no value"]),
    (["share", "x", "--date", "2026-01-02"], 2, ["no option --date", "did you mean --on?"]),
    (["add", "x", "--date", "2026-01-02"], 2, ["did you mean --due?"]),
    (["arxiv", "search", "x", "--from", "30d"], 2, ["did you mean --since?"]),
    (["add", "x", "--link", "x.org"], 2, ["did you mean --url?"]),
    (["share", "x", "--description", "x"], 2, ["did you mean --summary?"]),
    (["edit", "x", "--labels=x"], 2, ["did you mean --tag?"]),
    (["ad", "x"], 2, ["no command 'ad'", "did you mean 'ideaboard add'?"]),
    (["search", "lora"], 2, ["no command 'search'", "did you mean 'ideaboard arxiv search'?"]),
    (["rm", "x"], 2, ["did you mean 'ideaboard delete'?"]),
    (["list", "-kind", "post"], 2, ["no option -kind", "did you mean --kind?"]),
    (["edit", "zzzz", "-title", "x"], 2, ["no option -title", "--title"]),
    (["add", "x", "—tag", "y"], 2, ["no option —tag", "--tag"]),
    (["xyzzy"], 2, ["no command 'xyzzy'", "--help"]),
    (["--boord", "x", "list"], 2, ["no option --boord", "did you mean --board?"]),
    (["list", "is:lost"], 2, ["no 'is:lost'", "list --help"]),
    (["list", "kind:poem"], 2, ["no kind 'poem'"]),
    (["list", "colour:red"], 2, ["no field 'colour:'"]),
    (["list", "age:old"], 2, ["'age:old' is not an age"]),
    (["list", "-lora"], 2, ["no option -l", "in quotes, or --"]),
    (["list", "tag:bayes", "OR", "tag:llm"], 2, ["'OR' is no operator", "-t bayes -t llm"]),
    (["list", "age>30d"], 2, ["write age:>30d"]),
    (["list", "(a", "b)"], 2, ["parentheses do not group"]),
    (["list", "age:>"], 2, ["write age:>30d"]),
    (["list", "-k", "poem"], 2, ["no kind 'poem'"]),
    (["list", "--sort", "luck"], 2, ["--sort", "'luck'", "created"]),
    (["show", "zzzz"], 3, ["no idea 'zzzz'", "list"]),
    (["show"], 2, ["ID is missing"]),
    (["show", ""], 3, ["no idea ''"]),
    (["edit", "zzzz", "--title", "x"], 3, ["no idea 'zzzz'"]),
    (["move", "zzzz", "outline"], 3, ["no idea 'zzzz'"]),
    (["move", "zzzz"], 2, ["an id and a stage"]),
    (["share", "zzzz", "--url", "https://example.org"], 3, ["no idea 'zzzz'"]),
    (["response", "add", "zzzz", "question", "x"], 3, ["no idea 'zzzz'"]),
    (["response", "add", "zzzz", "insult", "x"], 2, ["'insult'", "question"]),
    (["response", "answer", "zzzz"], 3, ["no response 'zzzz'", "response list"]),
    (["response", "ad"], 2, ["no command 'ad'", "response add"]),
    (["archive", "zzzz"], 3, ["no idea 'zzzz'"]),
    (["delete", "zzzz", "-y"], 3, ["no idea 'zzzz'"]),
    (["log", "zzzz"], 3, ["no idea 'zzzz'"]),
    (["log", "-n", "0"], 2, ["at least 1"]),
    (["log", "-n", "many"], 2, ["'many'"]),
    (["changelog", "--since", "spring"], 2, ["'spring'", "2025-W11"]),
    (["changelog", "--since", "2026-13"], 2, ["'2026-13'"]),
    (["changelog", "--since", "2026", "--until", "2025"], 2, ["starts after"]),
    (["changelog", "--limit", "0"], 2, ["at least 1"]),
    (["changelog", "--by", "decade"], 2, ["'decade'", "quarter"]),
    (["changelog", "--format", "pdf"], 2, ["'pdf'", "atom"]),
    (["changelog", "-k", "poem"], 2, ["no kind 'poem'"]),
    (["changelog", "--check"], 2, ["no file to compare"]),
    (["changelog", "-o", "a", "--into", "b"], 2, ["two places"]),
    (["changelog", "note", "spring", "x"], 2, ["2025-W11"]),
    *((["weeknotes", "--week", week], 2, ["is not a week", "W47"]) for week in ("W54", "2025-W53", "2026-11", "x")),
    (["arxiv", "search", ""], 2, []),
    (["arxiv", "search", "x", "-n", "0"], 2, ["at least 1"]),
    (["arxiv", "search", "colour:red"], 2, ["colour"]),
    (["arxiv", "search", "x", "--cat", "cs.NOPE"], 2, ["cs.NOPE"]),
    (["arxiv", "search", "x", "--since", "spring"], 2, ["spring"]),
    (["arxiv", "search", "x", "--sort", "luck"], 2, ["'luck'"]),
    (["arxiv", "search", "x", "--add", "--candidates"], 2, ["two places"]),
    (["arxiv", "search", "x", "--add", "-k", "poem"], 2, ["no kind 'poem'"]),
    (["arxiv", "search", "x", "-k", "post"], 2, ["--kind is for --add"]),
    (["arxiv", "add", "no id at all"], 2, ["no arXiv id"]),
    (["arxiv", "watch", "add", "w" * 101, "x"], 2, ["101 characters", "100 are the most"]),
    (["arxiv", "like", "--list", "1706.03762"], 2, ["takes no names"]),
    (["arxiv", "like", "--forget", "--all", "1706.03762"], 2, ["--all forgets more than what is named"]),
    (["arxiv", "watch", "remove", "nope"], 3, ["no watch 'nope'"]),
    (["arxiv", "check", "nope"], 3, ["no watch 'nope'"]),
    (["export", "xml"], 2, ["ideaboard: the format: 'xml'", "bibtex"]),
    (["export", "bibtex"], 3, ["no idea has a paper"]),
    (["import", "/nowhere/x.json"], 2, ["cannot be read"]),
    (["draft", "zzzz"], 3, ["no idea 'zzzz'"]),
    (["templates", "show", "nope.md"], 3, ["nope.md"]),
    (["check", "zzzz"], 3, ["no idea 'zzzz'"]),
    (["check", "zzzz", "--repair"], 2, ["draft is not repaired"]),
    (["demo", "--board", "x"], 2, ["board of its own"]),
    (["demo"], 2, ["needs a terminal"]),
    # As of a variable that is not set: it must not stand for stdout, this folder, or another board.
    *(
        (line, 2, ["the name is empty"])
        for line in (
            ["changelog", "-o", ""],
            ["changelog", "--into="],
            ["export", "json", "-o", " "],
            ["import", ""],
            ["list", "--board", ""],
            ["--config", "", "list"],
            ["trust", ""],
        )
    ),
    ([], 2, ["needs a terminal"]),
]


@pytest.mark.parametrize(
    ("arguments", "code", "words"), BAD, ids=lambda value: " ".join(value) if type(value) is list else ""
)
def test_bad_input_is_told(arguments: list[str], code: int, words: list[str]) -> None:
    id = add("there")
    before = Path(os.environ["IDEABOARD_BOARD"]).read_bytes()
    assert_told(here(*arguments), code, *words)
    assert Path(os.environ["IDEABOARD_BOARD"]).read_bytes() == before
    assert set(listed()) == {id}


@pytest.mark.parametrize("arguments", [["add", "x", "-k", "poem"], ["show", "zzzz"], ["xyzzy"], ["list", "--jsn"]])
def test_the_process_tells_the_same(arguments: list[str]) -> None:
    told, really = here(*arguments), process(*arguments)
    assert really == told


def test_a_hundred_kilobytes_of_title_are_refused_with_a_short_sentence() -> None:
    done = process("add", "x" * 100_000)
    assert_told(done, 2, "100,000", "500", "notes")
    assert len(done.err) < 300
    assert listed() == {}


def test_what_is_quoted_in_a_message_is_harmless() -> None:
    done = here("add", "x", "-k", "\x1b]0;owned\x07\x9b31m\u202epoem")
    assert_told(done, 2, "poem")
    assert not set(done.err) & set("\x1b\x07\x9b\u202e")
    done = here("\x1b[31mevil")
    assert_told(done, 2)
    assert "\x1b" not in done.err


def test_a_board_path_that_is_a_folder(tmp_path: Path) -> None:
    for command in (["list"], ["add", "x"], ["check"]):
        assert_told(process("--board", str(tmp_path), *command), 4, str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b'{"_default": {"1": {"title": "x"}}}',
        b'[{"id": 1}]\n',
        b"dear diary\n",
    ],
    ids=["picture", "tinydb", "json", "text"],
)
def test_a_board_path_that_is_something_else_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.file"
    path.write_bytes(content)
    for command in (["list"], ["add", "x"], ["undo"], ["check"], ["check", "--repair"], ["compact"]):
        assert_told(here("--board", str(path), *command), 4, "other.file")
    assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["other.file"]


def test_a_stock_tinydb_file_is_told_how_to_come_in(tmp_path: Path) -> None:
    path = tmp_path / "db.json"
    path.write_text('{"_default": {"1": {"title": "x"}}}')
    assert_told(here("--board", str(path), "list"), 4, "ideaboard import")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_board_that_cannot_be_read(tmp_path: Path) -> None:
    board = Path(os.environ["IDEABOARD_BOARD"])
    add("x")
    board.chmod(0)
    assert_told(process("list"), 4, "board.jsonl")
    board.chmod(stat.S_IRUSR)
    assert process("list").code == 0
    assert_told(process("add", "y"), 4, "board.jsonl")


def test_a_board_in_a_place_where_nothing_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert_told(process("--board", str(tmp_path / "file" / "board.jsonl"), "add", "x"), 4)
    assert process("--board", str(tmp_path / "none" / "board.jsonl"), "list", "--json").json == []
    assert [one.name for one in tmp_path.iterdir()] == ["file"], "looking at a board makes nothing"


def test_a_damaged_line_is_told_and_the_good_ones_are_there_but_nothing_is_written() -> None:
    good, _bad, last = add("good"), add("bad"), add("last")
    board = Path(os.environ["IDEABOARD_BOARD"])
    lines = board.read_bytes().split(b"\n")
    lines[2] = lines[2].replace(b'"bad"', b'"bud"')
    board.write_bytes(b"\n".join(lines))
    done = process("list")
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()] == [good, last]
    assert "line 3" in done.err
    assert_told(process("add", "x"), 4, "line 3", "--repair")
    found = process("check")
    assert found.code == 1
    assert "line 3" in found.out
    repaired = process("check", "--repair", "--json").json
    assert repaired["sound"] is True
    assert Path(repaired["kept_aside"]).read_bytes() == b"\n".join(lines)
    assert process("check").code == 0
    assert process("add", "y").code == 0


BROKEN_CONFIGS = [
    ("theme = [", ["not valid TOML"]),
    ('colour = "red"\nstale_days = -1\n', ["config.toml:1", "'colour'", "config.toml:2", "'stale_days'"]),
    ('[keys]\n"card.add" = "nokey"\n"no.action" = "a"\n', ["config.toml:2", "'nokey'", "config.toml:3", "no.action"]),
    ('[stages]\norder = ["idea"]\n', ["config.toml:2", "'stages.order'"]),
    ('[me]\nnam = "x"\n', ["config.toml:2: 'me.nam'", "did you mean 'me.name'?"]),
    ("[changelogs]\n[words]\nmonth_names = []\n", ["'changelogs'", "did you mean 'changelog'?", "'words.month_names'"]),
    ('name = "Ada"\n', ["config.toml:1: 'name'", "it belongs under [me]"]),
    ('[me]\ntitle = "Mine"\n', ["'me.title'", "it belongs under [changelog]"]),
    ('theme = "nrod"\n', ["config.toml:1: 'theme'", "ideaboard-light", "nord", "solarized-light"]),
    (
        '[[publish]]\noutput = "~/a.html"\ntheme = "nord"\n',
        ["config.toml:3: 'theme' stands in [[publish]]; put it above the first table"],
    ),
    ('colour = "red"\n', ["'colour'", "'ideaboard config show' lists them"]),
]


@pytest.mark.parametrize(("text", "words"), BROKEN_CONFIGS)
def test_a_broken_config_is_told_and_stops_nothing(text: str, words: list[str]) -> None:
    Path(os.environ["IDEABOARD_CONFIG"]).write_text(text)
    done = process("add", "x")
    assert done.code == 0
    assert len(done.id) == 8
    for word in words:
        assert word in done.err
    for command in (["list"], ["keys"], ["move", done.id, "outline"], ["changelog"]):
        result = here(*command)
        assert result.code == 0, command
        assert words[0] in result.err
    shown_config = here("config", "show")
    assert shown_config.code == 1
    assert words[0] in shown_config.err


def test_a_config_that_is_not_text() -> None:
    Path(os.environ["IDEABOARD_CONFIG"]).write_bytes(b"\xff\xfe\x00")
    done = here("add", "x")
    assert (done.code, "not UTF-8" in done.err) == (0, True)


def test_our_own_mistakes_are_written_down_and_nobody_sees_a_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("ideaboard.core.board.Board.find", lambda *_: 1 / 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = here("show", "x")
    assert_told(done, 70, "ZeroDivisionError", "report it")
    (report,) = tmp_path.iterdir()
    assert str(report) in done.err
    assert "ZeroDivisionError" in report.read_text()
    if os.name != "nt":
        assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_a_program_that_was_replaced_while_it_ran_is_to_be_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "ideaboard.cli.settings", None)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert_told(here("keys"), 70, "ModuleNotFoundError", "installed anew while it ran", "start it again")
