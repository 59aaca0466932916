"""The README is true: its commands are all there are, its keys are the real ones, its tutorial runs as printed."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from cli.cli_runs import add, here
from readme import GUIDES, README, ROOT, keys_table, part, script

from ideaboard.cli.commands import COMMANDS


def test_the_keys_are_the_ones_of_the_board() -> None:
    assert part("keys") == keys_table(), f"the keys in docs/keys.md must read\n{keys_table()}"


def test_the_keys_to_begin_with_are_keys_of_the_board() -> None:
    section = README.read_text("utf-8").split("## Keys")[1].split("##")[0]
    keys = [key for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for key in re.findall(r"`([^`]+)`", row)]
    assert len(keys) > 20
    for key in keys:
        assert f"`{key}`" in keys_table().split("<details>")[0], key


def test_every_command_is_named_and_every_named_command_exists() -> None:
    named = {word for row in part("commands").splitlines()[2:] for word in re.findall(r"`([a-z]+)`", row.split("|")[1])}
    assert named - {"ideaboard"} == set(COMMANDS)


def test_all_kinds_and_stages_are_named() -> None:
    from ideaboard.core.kinds import KINDS, STAGES

    said = " ".join(README.read_text("utf-8").split())
    kinds, stages = re.findall(r"A kind is (.*?); a stage is (.*?)\.", said)[0]
    assert re.findall(r"`([^`]+)`", kinds) == [kind.key for kind in KINDS]
    assert re.findall(r"`([^`]+)`", stages) == [stage.key for stage in STAGES]


def test_the_filters_that_are_named_are_understood() -> None:
    from ideaboard.core.kinds import Workflow
    from ideaboard.core.query import parse_query

    section = README.read_text("utf-8").split("## Filters")[1].split("##")[0]
    named = [text for text in re.findall(r"`([^`]+)`", section) if text not in ("/", "list")]
    assert len(named) > 10
    for text in named:
        assert not parse_query(text, Workflow()).problems, text


def test_the_page_and_the_feeds_say_what_the_example_of_a_config_says() -> None:
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    guides = "".join(guide.read_text("utf-8") for guide in GUIDES)
    config.write_text("\n".join(re.findall(r"```toml\n(.*?)```", guides, re.DOTALL)), "utf-8")
    assert here("config", "show").code == 0
    page = here("changelog", "--format", "html").out
    for said in ('<h1 class="p-name">Ada Lovelace</h1>', "where they stop working.</p>", 'rel="me"', "feed.xml"):
        assert said in page
    feed = here("changelog", "--format", "jsonfeed").json
    assert feed["authors"] == [{"name": "Ada Lovelace", "url": "https://ada.example.org/"}]
    assert feed["home_page_url"] == "https://ada.example.org/shared/"


def test_files_that_are_linked_exist() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README.read_text("utf-8")):
        assert (ROOT / target).exists(), target


def test_files_that_the_guides_name_exist() -> None:
    for guide in (ROOT / "CONTRIBUTING.md", *GUIDES[1:]):
        text = guide.read_text("utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (guide.parent / target).exists(), f"{guide.name}: {target}"
        for named in re.findall(r"`(?!\.ideaboard/)((?:[\w.]+/)+[\w.]*)`", text):
            assert (ROOT / named).exists() or (ROOT / "ideaboard" / named).exists(), f"{guide.name}: {named}"


def test_the_example_of_keys_is_taken_as_it_stands(own_home: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "keys.md").read_text("utf-8"), re.DOTALL)
    (own_home / "config.toml").write_text(example, "utf-8")
    done = here("keys", "--json")
    keys = {one["id"]: one["keys"] for one in done.json}
    assert done.err == ""
    assert [keys[id] for id in ("card.add", "card.due", "go.left")] == [
        ["a", "n", "f2"],
        ["dollar_sign"],
        ["h", "left", "f3"],
    ]


def test_the_example_of_publishing_writes_what_it_names(own_home: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", part("publishing"), re.DOTALL)
    (own_home / "config.toml").write_text(example, "utf-8")
    for folder in ("profile", "site/shared"):
        (own_home / folder).mkdir(parents=True)
    block = re.findall(r"```html\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[0]
    (own_home / "profile/README.md").write_text(block)
    here("share", add("A tool"), "--url", "https://ada.example.org/tool", "--summary", "One line")
    assert here("publish").out.count("wrote ") == 3
    for name in ("profile/README.md", "site/shared/index.html", "site/shared/feed.xml"):
        text = (own_home / name).read_text("utf-8")
        assert "https://ada.example.org/tool" in text
        assert ("Ada Lovelace" in text) == ("What I made" in text) == ("profile" not in name)
    assert here("publish", "--check").code == 0
    assert here("config", "show").code == 0


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A folder with the commands `ideaboard` and `python`, as in the README's virtual environment."""
    installed = Path(sys.executable).parent / "ideaboard"
    folder = tmp_path / "bin"
    folder.mkdir()
    if installed.exists():
        (folder / "ideaboard").symlink_to(installed)
    else:
        (folder / "ideaboard").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ideaboard "$@"\n')
        (folder / "ideaboard").chmod(0o755)
    (folder / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (folder / "python").chmod(0o755)
    return folder


@pytest.mark.skipif(shutil.which("bash") is None, reason="the tutorial is for bash")
def test_the_tutorial_runs_as_printed(bin_folder: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    text = script("tutorial").replace("8090", port)
    environment = {
        **os.environ,
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "TMPDIR": str(tmp_path),
        "IDEABOARD_ARXIV_INTERVAL": "0.1",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"trap 'kill $!' EXIT\n{text}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "[A board that ends in a changelog](https://example.org/ideaboard)" in done.stdout
    assert "took back: answered a response" in done.stdout + done.stderr
