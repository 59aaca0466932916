"""export, import, config, keys, demo: everything out and in, and what is in force."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cli.cli_runs import add, assert_told, here, listed, process, shown

from ideaboard.config import load_config
from ideaboard.core.actions import ACTIONS
from ideaboard.publish.targets import read_targets


def test_export_writes_a_private_file_once(tmp_path: Path) -> None:
    add("x")
    file = tmp_path / "out.json"
    assert here("export", "json", "-o", str(file)).out == f"wrote '{file}'\n"
    assert json.loads(file.read_text("utf-8")) == json.loads(here("export", "json").out)
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert_told(here("export", "csv", "-o", str(file)), 6, "--force")
    assert file.read_bytes() == before
    assert here("export", "csv", "-o", str(file), "--force").code == 0
    assert file.read_bytes() != before
    assert_told(here("export", "json", "-o", str(tmp_path / "no" / "where.json")), 2, "cannot be written")
    assert [one.name for one in tmp_path.iterdir()] == ["out.json"], "nothing half-written is left"


@pytest.mark.parametrize("command", [["export", "csv"], ["changelog"]])
def test_a_dash_for_the_output_prints(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add("x")
    monkeypatch.chdir(tmp_path)
    assert here(*command, "-o", "-") == here(*command)
    assert not [*tmp_path.iterdir()]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_device_or_a_pipe_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    add("x")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for line in (["export", "json", "-o", str(pipe), "--force"], ["changelog", "-o", str(pipe), "--force"]):
        assert_told(here(*line), 2, "it is not a file")
        assert pipe.is_fifo()


def test_csv_has_a_row_an_idea() -> None:
    add('a, "b" and\tc', "--notes", "two\nlines")
    add("日本語")
    rows = list(csv.DictReader(io.StringIO(here("export", "csv").out)))
    assert [row["title"] for row in rows] == ['a, "b" and c', "日本語"]
    assert rows[0]["notes"] == "two\nlines"


def test_import_keeps_ids_and_times_updates_what_is_newer_and_is_one_step(tmp_path: Path) -> None:
    id, other = add("x"), add("y")
    old = tmp_path / "old.json"
    old.write_text(here("list", "--json").out, "utf-8")
    here("edit", id, "--title", "newer here")
    assert here("import", str(old), "--json").json == {"added": [], "updated": [], "unchanged": 2}
    assert shown(id)["title"] == "newer here"
    newer = json.loads(old.read_text("utf-8"))
    for idea in newer:
        idea |= {"title": f"{idea['title']} from there", "updated": "2999-01-01T00:00:00.000Z"}
    old.write_text(json.dumps(newer), "utf-8")
    done = here("import", str(old))
    assert done.out == "0 added, 2 updated, 0 unchanged\n"
    assert {idea["title"] for idea in listed().values()} == {"x from there", "y from there"}
    here("undo")
    assert {idea["title"] for idea in listed().values()} == {"newer here", "y"}
    here("delete", id, other, "-y")
    assert len(here("import", "-", "--json", stdin=old.read_bytes()).json["added"]) == 2
    assert set(listed()) == {id, other}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("nonsense", ["not JSON"]),
        ('{"a": 1}', ["not a list of ideas"]),
        ('[{"id": "bbbbbbbb", "title": "' + "x" * 501 + '"}]', ["idea 1", "501"]),
        ('[{"id": "bbbbbbbb", "title": "good"}, {"id": "cccccccc", "title": 7}]', ["idea 2"]),
        ('[{"title": "no id"}]', ["entry 1"]),
        ('{"ideaboard_export": 99, "ideas": []}', ["newer"]),
    ],
)
def test_import_takes_all_or_nothing(content: str, words: list[str], tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text(content)
    assert_told(here("import", str(file)), 2, *words)
    assert listed() == {}


def test_a_stock_tinydb_file_comes_in(tmp_path: Path) -> None:
    from tinydb import TinyDB

    file = tmp_path / "db.json"
    db = TinyDB(file)
    db.insert({"title": "[Re] from TinyDB", "tags": ["a"]})
    db.close()
    assert here("import", str(file)).out == "1 added, 0 updated, 0 unchanged\n"
    (idea,) = listed().values()
    assert (idea["title"], idea["tags"], idea["stage"]) == ("[Re] from TinyDB", ["a"], "idea")


def test_config_path_and_show(tmp_path: Path) -> None:
    assert here("config", "path").out.strip() == os.environ["IDEABOARD_CONFIG"]
    assert here("config", "path", "--config", str(tmp_path / "x")).out.strip() == str(tmp_path / "x")
    done = here("config", "show")
    assert done.code == 0
    import tomllib

    values = tomllib.loads(done.out)
    assert values["stages"]["order"] == ["idea", "outline", "making", "review", "shared"]
    assert not Path(os.environ["IDEABOARD_BOARD"]).exists(), "looking at the config makes no board"
    Path(os.environ["IDEABOARD_CONFIG"]).write_text(done.out)
    again = here("config", "show")
    assert (again.code, again.out, again.err) == (0, done.out, ""), "what is shown is a config that says the same"


def test_a_new_config_shows_how_to_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    assert here("config", "edit").code == 0
    path = Path(here("config", "path").out.strip())
    path.write_text(re.sub("(?m)^# ?", "", path.read_text(encoding="utf-8").partition("\n\n")[2]), encoding="utf-8")
    config = load_config(path)
    assert config.problems == ()
    assert config.publish[0] == {"into": "~/profile/README.md:shared", "limit": 6}
    targets = read_targets(config.publish, config.workflow, None)
    assert [target.format for target in targets] == ["md", "html", "atom"]


def test_config_edit_starts_a_file_that_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    before = here("config", "show").out
    assert here("config", "edit").code == 0
    config = Path(os.environ["IDEABOARD_CONFIG"])
    assert "# stale_days = 30" in config.read_text()
    assert re.search(r'\n# \[keys\]\n# # .*"dollar_sign" is [$].*\n# "[a-z.]+" = \["', config.read_text()), (
        "how keys are called"
    )
    assert here("config", "show").out == before
    config.write_text("colour = 1\n")
    done = here("config", "edit")
    assert (done.code, "colour" in done.err) == (0, True)


def test_config_changes_kinds_stages_and_limits() -> None:
    Path(os.environ["IDEABOARD_CONFIG"]).write_text(
        'default_kind = "talk"\n[stages]\norder = ["idea", "doing", "shared"]\n'
        '[stages.doing]\nlabel = "進行中"\nlimit = 1\n'
        '[kinds.talk]\nlabel = "Talk"\n'
    )
    first, second = add("x"), add("y")
    assert shown(first)["kind"] == "talk"
    done = here("move", first, second, "進行中")
    assert "limit is 1" in done.err
    lines = here("list").out.splitlines()
    assert all("進行中  Talk" in line for line in lines)
    assert_told(here("move", first, "outline"), 2, "doing")


def test_keys_lists_the_effective_keys() -> None:
    assert {one["id"] for one in here("keys", "--json").json} == {action.id for action in ACTIONS}
    Path(os.environ["IDEABOARD_CONFIG"]).write_text('[keys]\n"card.add" = "F5"\n')
    keys = {one["id"]: one["keys"] for one in here("keys", "--json").json}
    assert keys["card.add"] == ["f5"]
    line = next(line for line in here("keys").out.splitlines() if line.endswith("card.add"))
    assert line.split()[0] == "F5"


def test_demo_board_is_believable_and_the_same_every_time(tmp_path: Path) -> None:
    from ideaboard.cli.demo import write_demo

    today = datetime(2026, 11, 24, 15, 30, tzinfo=timezone(timedelta(hours=1)))
    boards = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    ideas = []
    for board in boards:
        write_demo(board, today)
        ideas.append(json.loads(here("export", "json", "--board", str(board)).out)["ideas"])
    timeless = [[{**one, "id": "", "rank": "", "responses": len(one["responses"])} for one in some] for some in ideas]
    for one in (*timeless[0], *timeless[1]):
        one["origin"] = None
    assert timeless[0] == timeless[1]
    (some,) = ideas[:1]
    assert {one["stage"] for one in some} == {"candidate", "idea", "outline", "making", "review", "shared"}
    assert len({one["kind"] for one in some}) == 6
    assert sum(one["paper"] is not None for one in some) >= 10
    assert {response["type"] for one in some for response in one["responses"]} == {
        "follower",
        "question",
        "opportunity",
    }
    assert any(one["archived"] for one in some)
    assert any(one["origin"] for one in some)
    assert all(one["created"] < "2026-11-24" and one["updated"] < "2026-11-24T15" for one in some)
    first = str(boards[0])
    assert here("list", "is:overdue", "--board", first).out
    months = here("stats", "--json", "--board", first).json["months"]
    assert sum(month["shared"] > 0 for month in months) >= 10
    assert here("check", "--board", first).code == 0
    assert here("changelog", "--board", first).code == 0
    moments = [entry["at"][:10] for entry in here("log", "--json", "--board", first).json]
    assert len(moments) == 9
    assert (moments[0], moments[-1]) == ("2026-11-23", "2026-11-16"), "the last week was lived day by day"


def test_demo_touches_nothing_of_the_person(tmp_path: Path) -> None:
    add("mine")
    before = Path(os.environ["IDEABOARD_BOARD"]).read_bytes()
    done = process("demo", "--write", str(tmp_path / "demo.jsonl"))
    assert done.code == 0
    assert Path(os.environ["IDEABOARD_BOARD"]).read_bytes() == before
    assert_told(process("demo", "--write", str(tmp_path / "demo.jsonl")), 6)


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
def test_demo_opens_a_board_that_is_thrown_away(tmp_path: Path) -> None:
    from terminal import Terminal

    add("mine")
    before = Path(os.environ["IDEABOARD_BOARD"]).read_bytes()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with Terminal("demo", environment={"TMPDIR": str(temporary)}) as terminal:
        terminal.wait_for("Reproduce a low-rank")
        assert "mine" not in terminal.text()
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
    assert list(temporary.iterdir()) == []
    assert Path(os.environ["IDEABOARD_BOARD"]).read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
def test_demo_has_the_keys_and_the_theme_of_the_person(tmp_path: Path) -> None:
    from terminal import Terminal

    config = tmp_path / "own.toml"
    config.write_text("theme = 'ideaboard-light'\n[keys]\n'card.add' = 'f5'\n'board.quit' = ['Q', '\"']\n", "utf-8")
    with Terminal("--config", str(config), "demo", environment={"COLORTERM": "truecolor"}) as terminal:
        terminal.wait_for("F5 add")
        assert "Q quit" in terminal.text()
        assert b"48;2;251;250;247" in terminal._output, "the ground of the light theme"
        terminal.press("Q")
        assert terminal.wait_for_exit() == 0
