"""What a command imports: Textual never, and nothing heavy that it does not use; the static graph cannot see this."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli.cli_runs import add, here

UI = ("textual", "rich", "ideaboard.ui")
HEAVY = ("arxiv", "requests", "lxml", "jinja2", "regex", "urllib3", "feedparser", "sqlite3", "asyncio", "ssl", "http")

SCRIPT = """
import json, sys
from ideaboard.cli.run import run
code = run(json.loads(sys.argv[1]))
sys.stderr.write("\\n" + json.dumps([code, sorted(sys.modules)]))
"""

ONE_AFTER_THE_OTHER = """
import json, sys
from ideaboard.cli.run import run
found = []
for line in json.loads(sys.argv[1]):
    before = set() if not found else set(sys.modules)
    found.append([run(line), sorted(set(sys.modules) - before)])
sys.stderr.write("\\n" + json.dumps(found))
"""
"""Runs each command, and tells what it added to the modules that are loaded."""


def modules_of(*arguments: str, exit_code: int = 0) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ,
    )
    code, modules = json.loads(done.stderr.rsplit("\n", 1)[1])
    assert code == exit_code, done.stderr
    return set(modules)


def loaded(modules: set[str], names: tuple[str, ...]) -> set[str]:
    return {one for one in modules for name in names if one == name or one.startswith(name + ".")}


EVERYDAY = (
    ["add", "x", "-k", "post", "-t", "a", "--url", "https://example.org"],
    ["list", "x", "kind:post", "-t", "a"],
    ["list", "--json"],
    ["show", "ID"],
    ["show", "ID", "--json"],
    ["edit", "ID", "--title", "y"],
    ["move", "ID", "next"],
    ["archive", "ID"],
    ["restore", "ID"],
    ["share", "ID", "--url", "https://example.org", "--summary", "x"],
    ["response", "add", "ID", "question", "x"],
    ["response", "list"],
    ["delete", "ID", "-y"],
    ["undo"],
    ["log"],
    ["stats"],
    ["export", "json"],
    ["keys"],
    ["config", "path"],
    ["check"],
    ["--version"],
    ["--help"],
)
OTHERS = (
    ["changelog"],
    ["changelog", "--format", "html"],
    ["export", "csv"],
    ["export", "bibtex"],
    ["templates", "list"],
    ["draft", "ID"],
    ["arxiv", "categories", "stats"],
    ["arxiv", "watch", "list"],
    ["compact"],
    ["config", "show"],
    ["demo", "--write", "demo.jsonl"],
    ["arxiv", "search", "--help"],
)


def board_with(*, paper: bool) -> str:
    id = add("there")
    if paper:
        from ideaboard.storage import open_db

        db = open_db(os.environ["IDEABOARD_BOARD"])
        db.table("ideas").insert({"title": "p", "paper": {"arxiv_id": "1605.08386", "title": "p", "authors": ["A B"]}})
        db.close()
    return id


@pytest.mark.parametrize(
    ("commands", "never"), [(EVERYDAY, UI + HEAVY), (OTHERS, UI)], ids=["everyday", "all but the board"]
)
def test_no_command_imports_what_it_does_not_use(
    commands: tuple[list[str], ...], never: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = board_with(paper=commands is OTHERS)
    monkeypatch.chdir(tmp_path)
    lines = [[id if one == "ID" else one for one in arguments] for arguments in commands]
    done = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_THE_OTHER, json.dumps(lines)], capture_output=True, text=True, timeout=60
    )
    found = json.loads(done.stderr.rsplit("\n", 1)[1])
    assert len(found) == len(lines)
    for line, (code, modules) in zip(lines, found, strict=True):
        assert code == 0, (line, done.stderr)
        assert "ideaboard.cli.run" in modules or line is not lines[0]
        assert not loaded(set(modules), never), line


def test_the_help_of_the_root_imports_no_command() -> None:
    from ideaboard.cli.commands import COMMANDS

    modules = modules_of("--help")
    assert not {f"ideaboard.cli.{entry.module}" for entry in COMMANDS.values()} & modules
    assert "ideaboard.service" not in modules


def test_a_command_imports_only_its_own_module() -> None:
    from ideaboard.cli.commands import COMMANDS

    modules = modules_of("list")
    others = {f"ideaboard.cli.{entry.module}" for entry in COMMANDS.values()} - {"ideaboard.cli.listing"}
    assert not others & modules
    assert here("list").code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the short way is for Linux")
@pytest.mark.parametrize("what", ["data", "config", "cache", "state"])
@pytest.mark.parametrize("given", [None, "", "/x/y", "relative", " ", "~/z", "/x/../y/"])
@pytest.mark.parametrize("home", [None, "", "/home/me", "relative"])
def test_the_short_way_to_the_folders_of_the_user_is_the_one_of_platformdirs(
    what: str, given: str | None, home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import platformdirs

    from ideaboard.places import in_user_folder

    for name, value in ((f"XDG_{what.upper()}_HOME", given), ("HOME", home)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    expected = getattr(platformdirs, f"user_{what}_path")("ideaboard", appauthor=False)
    assert in_user_folder(what) == str(expected)
    assert in_user_folder(what, "x") == str(expected / "x")


def test_the_board_alone_needs_no_parser() -> None:
    assert not loaded(modules_of(exit_code=2), ("click",)), "it stops here for want of a terminal"
