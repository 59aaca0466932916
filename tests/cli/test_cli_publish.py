"""publish: all places at once, nothing private, nothing outside of the repository; and the workflow that runs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from cli.cli_runs import Done, add, assert_told, here
from hypothesis import example, given
from hypothesis import strategies as st

from ideaboard.errors import Refused
from ideaboard.files import path_inside

ROOT = Path(__file__).parent.parent.parent
BLOCK = "# Me\n\n<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n"
ALL = """
[me]
name = "Ada L."
[changelog]
title = "What I made"
[[publish]]
into = "README.md:shared"
limit = 6
[[publish]]
output = "docs/shared.html"
[[publish]]
output = "feed.xml"
[[publish]]
output = "talks.json"
format = "jsonfeed"
kind = "post"
tags = ["talk", "Video"]
"""


def share(title: str, *options: str) -> str:
    id = add(title, *options)
    assert here("share", id, "--url", f"https://ada.example.org/{id}", "--summary", "One line").code == 0
    return id


@pytest.fixture
def repository(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a board, trusted, and a README with a block."""
    top = own_home / "ada"
    for folder in (".git", ".ideaboard", "docs"):
        (top / folder).mkdir(parents=True)
    (top / "README.md").write_text(BLOCK)
    monkeypatch.delenv("IDEABOARD_BOARD")
    monkeypatch.chdir(top)
    here("--board", ".ideaboard/board.jsonl", "add", "first")
    assert here("trust").code == 0
    return top


def publish(tables: str, *options: str) -> Done:
    Path(".ideaboard/publish.toml").write_text(tables, encoding="utf-8")
    return here("publish", *options)


def contents(top: Path) -> dict[str, bytes]:
    """Return all files but those that the program keeps for itself."""
    files = [path for path in top.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path.relative_to(top)): path.read_bytes() for path in files if "home" not in path.parts}


def test_a_place_that_nothing_fits_is_told(repository: Path) -> None:
    share("A talk", "-t", "talk")
    done = publish('[[publish]]\ninto = "README.md:shared"\ntags = "tlak"\n[[publish]]\noutput = "a.html"\n')
    assert done.code == 0
    assert done.err.count("nothing that was shared fits") == 1
    assert "nothing that was shared fits 'README.md:shared'" in done.err


def test_all_places_are_written_once_and_each_is_said_in_one_line(repository: Path) -> None:
    share("A talk", "-k", "post", "-t", "talk")
    share("A tool", "-k", "project")
    done = publish(ALL, "--check")
    assert (done.code, len(done.out.splitlines())) == (1, 4)
    assert "4 of 4 are not up to date" in done.err
    assert "'docs/shared.html' is not up to date" in done.out
    diff = here("publish", "--diff")
    assert diff.code == 0
    assert "+++ README.md (new)" in diff.out
    assert (repository / "README.md").read_text() == BLOCK, "--check and --diff write nothing"
    done = here("publish")
    assert done.out == "wrote 'README.md:shared'\nwrote 'docs/shared.html'\nwrote 'feed.xml'\nwrote 'talks.json'\n"
    assert "A tool" in (repository / "README.md").read_text(encoding="utf-8")
    assert "What I made" in (repository / "docs/shared.html").read_text(encoding="utf-8")
    assert "Ada L." in (repository / "feed.xml").read_text(encoding="utf-8")
    talks = json.loads((repository / "talks.json").read_text(encoding="utf-8"))
    assert [item["title"] for item in talks["items"]] == ["A talk"]
    before = contents(repository)
    assert here("publish").out == "".join(
        f"nothing to change in '{name}'\n"
        for name in ("README.md:shared", "docs/shared.html", "feed.xml", "talks.json")
    )
    assert here("publish", "--check").code == 0
    assert contents(repository) == before
    share("A second talk", "-k", "post", "-t", "talk")
    places = here("publish", "--json").json
    assert [(one["name"], one["block"], one["format"], one["changed"]) for one in places] == [
        ("README.md:shared", "shared", "md", True),
        ("docs/shared.html", None, "html", True),
        ("feed.xml", None, "atom", True),
        ("talks.json", None, "jsonfeed", True),
    ]
    assert all(one["path"] == str(repository / one["name"].partition(":")[0]) for one in places)
    assert here("edit", here("list", "--json").json[0]["id"], "--notes", "not published").code == 0
    assert not any(one["changed"] for one in here("publish", "--json").json)


def test_the_difference_shows_what_was_edited_by_hand_in_its_place(repository: Path) -> None:
    share("A tool")
    assert publish(ALL).code == 0
    readme = repository / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("A tool", "My own words"), encoding="utf-8")
    share("A talk", "-k", "post", "-t", "talk")
    before = contents(repository)
    done = here("publish", "--diff")
    what = "README.md:shared: the text in the block 'shared' is not what ideaboard wrote"
    assert_told(replace(done, out=""), 6, what, "--force")
    assert re.search("^-.*My own words.*\n(?:.*\n)*^[+].*A tool", done.out, re.MULTILINE)
    assert "+++ talks.json (new)" in done.out, "the other places are shown as well"
    told = here("publish", "--diff", "--json")
    assert (told.code, json.loads(told.out)[0]["name"]) == (6, "README.md:shared")
    assert here("publish", "--diff", "--force").code == 0
    assert contents(repository) == before


def test_a_table_is_written_as_changelog_writes_it(repository: Path) -> None:
    for title in ("A", "B", "C"):
        share(title, "-k", "post")
    page = '[[publish]]\noutput = "a.md"\nby = "none"\nlimit = 2\n'
    publish(page + '[[publish]]\ninto = "README.md"\nby = "year"\nstyle = "sections"\n')
    assert here("changelog", "-o", "b.md", "--by", "none", "--limit", "2").code == 0
    assert Path("a.md").read_bytes() == Path("b.md").read_bytes()
    same = here("changelog", "--into", "README.md", "--by", "year", "--style", "sections")
    assert same.out == "nothing to change in 'README.md'\n"


def test_a_filter_chooses_and_a_wrong_one_is_refused(repository: Path) -> None:
    share("About bayes", "-k", "post")
    share("About llms", "-k", "summary")
    table = '[[publish]]\noutput = "out.md"\nfilter = "{}"\n'
    publish(table.format("bayes -kind:summary"))
    assert "About bayes" in Path("out.md").read_text()
    assert "About llms" not in Path("out.md").read_text()
    assert_told(publish(table.format("kind:novel")), 2, "out.md", "novel")


def test_nothing_private_leaves_the_board(repository: Path) -> None:
    secret = share("Secret tool", "-k", "project")
    going = add("Secret work", "-k", "post")
    moved = add("Secret and moved", "-k", "post")
    for id in (secret, going, moved):
        here("edit", id, "--private")
    here("move", going, "making")
    here("move", moved, "shared")
    said = here("share", secret, "--result", "v1")
    assert "it is private" in said.err
    question = here("response", "add", secret, "question", "Does it hold?").id
    answer = here("response", "idea", question, "-k", "post").id
    here("share", answer, "--url", "https://ada.example.org/a", "--summary", "An answer")
    tables = "".join(
        f'[[publish]]\noutput = "out.{format}"\nformat = "{format}"\nin_progress = true\n'
        for format in ("md", "html", "atom", "jsonfeed", "json")
    )
    assert publish(tables + '[[publish]]\ninto = "README.md"\nin_progress = true\n').code == 0
    for name, content in contents(repository).items():
        assert name.startswith(".ideaboard") or b"Secret" not in content, name
    assert "An answer" in (repository / "README.md").read_text(encoding="utf-8")
    assert "Secret" not in here("changelog", "--in-progress").out
    here("edit", secret, "--public")
    here("publish")
    assert "Secret tool" in (repository / "README.md").read_text()


@pytest.mark.parametrize(
    "name",
    [
        "../out.md",
        "docs/../../out.md",
        "docs/../README.md",
        "..",
        "/tmp/out.md",
        "//tmp/out.md",
        "~/out.md",
        "C:/out.md",
        "docs\\\\out.md",
        "..\\\\out.md",
        ".git/config",
        ".GIT/hooks/x.md",
        ".git",
        "git~1/x.md",
        ".git./x.md",
        ".g\\u200cit/x.md",
        "docs/.git/x.md",
        ".ideaboard/board.jsonl",
        ".ideaboard/publish.toml",
        ".Ideaboard/templates/summary.md",
        "./.ideaboard/x.md",
        "linked/out.md",
        "linked.md",
        "dangling.md",
        "inside.md",
        "docs/",
        ".",
        "",
        "a\\u0000b.md",
        "a\\nb.md",
    ],
)
@pytest.mark.parametrize("how", ["output", "into"])
def test_nothing_outside_of_the_repository_is_written_whatever_the_file_says(
    how: str, name: str, repository: Path, own_home: Path
) -> None:
    share("A tool")
    outside = own_home / "outside"
    outside.mkdir()
    (outside / "README.md").write_text(BLOCK)
    (repository / "linked").symlink_to(outside)
    (repository / "linked.md").symlink_to(outside / "README.md")
    (repository / "dangling.md").symlink_to(outside / "new.md")
    (repository / "inside.md").symlink_to(repository / "README.md")
    (repository / ".git" / "config").write_text(BLOCK)
    Path(".ideaboard/publish.toml").write_text(
        f'[[publish]]\noutput = "first.md"\n[[publish]]\n{how} = "{name}"\nformat = "md"\n', encoding="utf-8"
    )
    before = contents(own_home)
    for options in ((), ("--force",), ("--diff",), ("--check",)):
        done = here("publish", *options)
        assert done.code in (2, 6), name
        assert_told(done, done.code, "table 2")
    assert contents(own_home) == before, "nothing is written, not even what stands before it"


PARTS = [
    "..",
    ".",
    "",
    "~",
    ".git",
    ".GIT",
    "git~1",
    ".ideaboard",
    "docs",
    "a b",
    "link",
    "C:",
    "x.md",
    "/",
    "\\",
    ".git ",
]


@example(name="link/x.md")
@given(name=st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=5).map("/".join))
def test_any_name_is_refused_or_lies_inside(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    top = tmp_path_factory.getbasetemp() / "inside"
    for folder in (".git", ".ideaboard", "docs"):
        (top / folder).mkdir(parents=True, exist_ok=True)
    if not (top / "link").is_symlink():
        (top / "link").symlink_to(top.parent)
    try:
        path = Path(path_inside(name, str(top)))
    except Refused:
        return
    parts = path.resolve().relative_to(top.resolve()).parts
    assert parts
    assert parts == path.relative_to(top).parts
    assert not {part.casefold().strip(" .") for part in parts} & {"git", "ideaboard", "git~1"}


def test_a_file_of_somebody_else_is_not_used_before_it_is_trusted(repository: Path) -> None:
    share("A tool")
    here("trust", "--remove")
    assert_told(publish(ALL), 6, "somebody else", f"ideaboard trust {repository}")
    assert (repository / "README.md").read_text() == BLOCK
    here("trust")
    assert here("publish").code == 0


@pytest.mark.parametrize("target", ["a link", "a second name", "a pipe"])
def test_the_file_itself_is_a_plain_one(target: str, repository: Path, own_home: Path) -> None:
    theirs = own_home / "theirs.toml"
    theirs.write_text(ALL)
    path = repository / ".ideaboard" / "publish.toml"
    if target == "a link":
        path.symlink_to(theirs)
    elif target == "a second name":
        path.hardlink_to(theirs)
    else:
        os.mkfifo(path)
    done = here("publish")
    assert done.code in (2, 6)
    assert (repository / "README.md").read_text() == BLOCK


@pytest.mark.parametrize(
    ("table", "code", "words"),
    [
        ("", 2, "has no [[publish]] table"),
        ("publish = 3\n", 2, "'publish'"),
        ("publish = [3]\n", 2, "'publish'"),
        ("[[publish]]\n", 2, "table 1: it must name one place"),
        ('[[publish]]\ninto = "README.md"\noutput = "a.md"\n', 2, "table 1: it must name one place"),
        ('[[publish]]\noutput = "a"\n', 2, "table 1: the format of 'a' is not named"),
        ('[[publish]]\noutput = "a.pdf"\nformat = "pdf"\n', 2, "there is no format 'pdf'"),
        ('[[publish]]\noutput = "a.md"\nlimits = 3\n', 2, "there is no option 'limits'"),
        ('[[publish]]\noutput = "a.md"\nlimit = "3"\n', 2, "'limit' is not a whole number"),
        ('[[publish]]\noutput = "a.md"\nlimit = true\n', 2, "'limit' is not a whole number"),
        ('[[publish]]\noutput = "a.md"\nlimit = 0\n', 2, "the limit is 0"),
        ('[[publish]]\noutput = "a.md"\nby = "day"\n', 2, "table 1: a changelog cannot be divided by 'day'"),
        ('[[publish]]\noutput = "a.md"\nstyle = "tree"\n', 2, "table 1: a changelog has no style 'tree'"),
        ('[[publish]]\noutput = "a.md"\nheading_level = 9\n', 2, "table 1: there is no heading of level 9"),
        ('[[publish]]\noutput = "a.md"\nsince = 2026\n', 2, "'since' is not a text"),
        ('[[publish]]\noutput = "a.md"\nkind = "novel"\n', 2, "novel"),
        ('[[publish]]\noutput = "a.md"\nkind = [3]\n', 2, "no text"),
        ('[[publish]]\noutput = "a.md"\nin_progress = "yes"\n', 2, "'in_progress' is not true or false"),
        ('[[publish]]\ninto = "README.md"\nformat = "html"\n', 2, "README.md: a block holds Markdown"),
        ('[[publish]]\ninto = "README.md:other"\n', 2, "README.md:other: there is no block 'other'"),
        ('[[publish]]\ninto = "none.md"\n', 2, "none.md"),
        ('[[publish]]\noutput = "a.md"\n[[publish]]\noutput = "./a.md"\n', 2, "table 2: './a.md' is written by"),
        ('[[publish]]\ninto = "README.md"\n[[publish]]\noutput = "README.md"\n', 2, "table 2"),
        ('[drafts]\nsite = "hugo"\n[[publish]]\noutput = "a.md"\n', 2, "more than [[publish]]"),
        ('[keys]\n"card.add" = "F5"\n[[publish]]\noutput = "a.md"\n', 2, "more than [[publish]]"),
        ("[[publish]\n", 2, "not valid TOML"),
        ('[mee]\nname = "x"\n[[publish]]\noutput = "a.md"\n', 2, "there is no such option"),
        ("[me]\nname = 3\n[[publish]]\n", 2, "'me.name': this must be a text in quotes\n"),
        ('[[publish]]\noutput = "a.md"\n[[publish]]\noutput = "mine.md"\n', 6, "mine.md: "),
    ],
)
def test_a_wrong_table_is_told_and_nothing_is_written(table: str, code: int, words: str, repository: Path) -> None:
    share("A tool")
    Path("mine.md").write_text("my own words\n")
    before = {name: one for name, one in contents(repository).items() if not name.startswith(".ideaboard")}
    assert_told(publish(table), code, words)
    assert {name: one for name, one in contents(repository).items() if not name.startswith(".ideaboard")} == before


def test_a_repository_says_who_and_in_which_words_and_the_config_the_rest(repository: Path, own_home: Path) -> None:
    share("A tool")
    (own_home / "config.toml").write_text('[me]\nname = "Ada"\nurl = "https://ada.example.org"\n')
    tables = '[me]\nname = "The team"\n[words]\nintro = "Was fertig ist."\n[[publish]]\noutput = "a.md"\n'
    publish(tables + '[[publish]]\noutput = "feed.json"\nformat = "jsonfeed"\n')
    assert json.loads(Path("feed.json").read_text())["authors"] == [
        {"name": "The team", "url": "https://ada.example.org"}
    ]
    assert "Was fertig ist." in Path("a.md").read_text()


@pytest.mark.parametrize("where", [".", "docs", ".ideaboard"])
def test_paths_begin_at_the_repository_wherever_one_stands(where: str, repository: Path, own_home: Path) -> None:
    share("A tool")
    publish('[[publish]]\noutput = "out.md"\n')
    (repository / "out.md").unlink()
    os.chdir(repository / where)
    assert here("publish").code == 0
    assert (repository / "out.md").exists()


def test_a_board_that_is_named_from_inside_its_folder_is_still_one_of_a_repository(
    repository: Path, own_home: Path
) -> None:
    (own_home / "config.toml").write_text(f'[[publish]]\noutput = "{own_home}/mine.md"\n')
    os.chdir(repository / ".ideaboard")
    assert here("--board", "board.jsonl", "publish").code in (2, 6)
    assert not (own_home / "mine.md").exists(), "what is mine is not written from a board of the repository"


def test_two_blocks_of_one_file_are_both_written(repository: Path) -> None:
    share("A talk", "-k", "post")
    share("A tool", "-k", "project")
    two = "".join(f"<!-- ideaboard:{name}:start -->\n<!-- ideaboard:{name}:end -->\n" for name in ("talks", "tools"))
    Path("README.md").write_text(two)
    table = '[[publish]]\ninto = "README.md:{}"\nkind = "{}"\n'
    assert publish(table.format("talks", "post") + table.format("tools", "project")).code == 0
    talks, tools = Path("README.md").read_text().split("<!-- ideaboard:tools:start")
    assert ("A talk" in talks, "A tool" in talks, "A talk" in tools, "A tool" in tools) == (True, False, False, True)
    assert here("publish", "--check").code == 0


def test_words_that_a_person_wrote_stop_all_unless_forced(repository: Path) -> None:
    share("A tool")
    publish(ALL)
    readme = repository / "README.md"
    readme.write_text(readme.read_text().replace("One line", "My own line"))
    share("Another")
    before = contents(repository)
    assert_told(here("publish"), 6, "README.md:shared: ", "--force")
    assert_told(here("publish", "--check"), 6, "README.md:shared: ")
    assert {**contents(repository), ".ideaboard/board.jsonl": b""} == {**before, ".ideaboard/board.jsonl": b""}
    assert here("publish", "--force").code == 0
    assert "My own line" not in readme.read_text()


def test_tables_of_the_config_are_for_the_persons_own_board(own_home: Path, repository: Path) -> None:
    (own_home / "config.toml").write_text('[[publish]]\noutput = "~/site/shared.html"\n')
    file = f"{repository}/.ideaboard/publish.toml"
    assert_told(here("publish"), 2, "nothing says what to publish", file, "those of your config are for boards outside")
    own = str(own_home / "board.jsonl")
    here("--board", own, "add", "mine")
    assert_told(here("--board", own, "publish"), 2, "cannot be written")
    (own_home / "site").mkdir()
    assert here("--board", own, "publish").out == "wrote '~/site/shared.html'\n"
    (own_home / "config.toml").write_text('[[publish]]\noutput = "shared.html"\n')
    assert_told(here("--board", own, "publish"), 2, "table 1", "in which folder")
    (own_home / "config.toml").write_text("")
    assert_told(here("--board", own, "publish"), 2, "nothing says what to publish", "config.toml")


def workflow() -> list[str]:
    """Return the commands of the workflow for a profile, but for the one that needs the network."""
    text = (ROOT / "templates/github/profile.yml").read_text(encoding="utf-8")
    (job,) = yaml.safe_load(text)["jobs"].values()
    steps: list[dict[str, Any]] = job["steps"]
    runs = [str(step["run"]) for step in steps if "run" in step]
    assert runs[0] == "python -m pip install -r requirements.txt"
    return runs[1:]


@pytest.mark.skipif(not shutil.which("git") or not shutil.which("bash"), reason="the workflow needs git and bash")
def test_the_workflow_pushes_what_changed_and_nothing_else(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IDEABOARD_BOARD")
    for name, value in (("GIT_CONFIG_GLOBAL", os.devnull), ("GIT_CONFIG_SYSTEM", os.devnull)):
        monkeypatch.setenv(name, value)
    bin = own_home / "bin"
    bin.mkdir()
    (bin / "ideaboard").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ideaboard "$@"\n')
    (bin / "ideaboard").chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin}{os.pathsep}{os.environ['PATH']}")
    remote, mine, runner = own_home / "remote.git", own_home / "mine", own_home / "runner"

    def git(folder: Path, *arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
        return done.stdout

    def run() -> subprocess.CompletedProcess[str]:
        """Run the steps in a fresh checkout, each in a shell as GitHub starts it."""
        shutil.rmtree(runner, ignore_errors=True)
        git(own_home, "clone", "--quiet", str(remote), str(runner))
        (runner / ".ideaboard/board.jsonl.new").touch()  # what the program leaves beside a board is nobody else's
        for step in workflow():
            done = subprocess.run(["bash", "-e", "-c", step], cwd=runner, capture_output=True, text=True, check=False)
            if done.returncode:
                break
        return done

    def save(what: str) -> None:
        git(mine, "add", "--all")
        git(mine, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "-m", what)
        git(mine, "push", "--quiet", "origin", "main")

    git(own_home, "init", "--quiet", "--bare", "-b", "main", str(remote))
    git(own_home, "init", "--quiet", "-b", "main", str(mine))
    git(mine, "remote", "add", "origin", str(remote))
    (mine / ".ideaboard").mkdir()
    (mine / ".ideaboard/publish.toml").write_text('[[publish]]\ninto = "README.md"\n[[publish]]\noutput = "feed.xml"\n')
    (mine / "README.md").write_text(BLOCK)
    (mine / "requirements.txt").write_text("ideaboard @ git+https://host.example/owner/ideaboard@v1.0\n")
    monkeypatch.setenv("IDEABOARD_BOARD", str(mine / ".ideaboard/board.jsonl"))
    id = share("A tool")
    monkeypatch.delenv("IDEABOARD_BOARD")
    save("Begin")

    done = run()
    assert done.returncode == 0, done.stderr
    assert git(remote, "log", "--format=%s", "main").splitlines() == ["Show what I shared", "Begin"]
    assert git(remote, "show", "--format=", "--name-only", "main").splitlines() == ["README.md", "feed.xml"]
    assert f"https://ada.example.org/{id}" in git(remote, "show", "main:README.md")
    head = git(remote, "rev-parse", "main")
    assert run().returncode == 0
    assert git(remote, "rev-parse", "main") == head, "nothing changed, so nothing is pushed"

    git(mine, "pull", "--quiet", "origin", "main")
    (mine / "README.md").write_text((mine / "README.md").read_text().replace("One line", "My own line"))
    save("Say it better")
    head = git(remote, "rev-parse", "main")
    done = run()
    assert done.returncode == 6
    assert "README.md" in done.stderr
    assert git(remote, "rev-parse", "main") == head, "a person's own words stay"
