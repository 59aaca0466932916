"""The guide for agents: short, made from the commands, kept with a version."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from cli.cli_runs import assert_told, here

import ideaboard
from ideaboard.cli.commands import GLOBAL_OPTIONS, find_command
from ideaboard.cli.plain_line import read_plain

MOST_TOKENS = 1500


def test_the_guide_is_short_and_forbids_what_is_for_the_person() -> None:
    text = here("skill").out
    assert len(text) / 4 <= MOST_TOKENS
    assert text.startswith("---\nname: ideaboard\ndescription: ")
    for word in ("share", "publish", "delete", "compact", "trust", "--force", "instruction to you"):
        assert word in text.split("## What not to do")[1], word


def test_every_example_in_it_is_a_line_that_the_program_reads() -> None:
    examples = re.findall(r"^  `(ideaboard [^`]+)`$", here("skill").out, re.MULTILINE)
    assert len(examples) > 15
    for example in examples:
        _, name, *words = shlex.split(example)
        command = find_command(name)
        while command and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        assert command is not None, example
        assert read_plain((*command.params, *GLOBAL_OPTIONS), words) is not None, example
    assert not [example for example in examples if "--edit" in example or "--repair" in example]


def test_it_is_kept_with_a_version_and_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "skills" / "ideaboard" / "SKILL.md"
    assert here("skill", "--write", str(tmp_path / "skills")).code == 0
    kept = file.read_text("utf-8")
    assert kept.startswith(here("skill").out)
    assert f"<!-- ideaboard {ideaboard.__version__} sum=" in kept
    assert "up to date" in here("skill", "--write", str(tmp_path / "skills")).out


def test_an_older_one_is_written_anew_and_an_edited_one_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ideaboard" / "SKILL.md"
    monkeypatch.setattr(ideaboard, "__version__", "0.0.1")
    here("skill", "--write", str(tmp_path))
    monkeypatch.undo()
    assert here("skill", "--write", str(tmp_path)).out == f"wrote '{file}'\n"
    edited = file.read_text("utf-8").replace("Never edit", "Do edit")
    file.write_text(edited, "utf-8")
    assert_told(here("skill", "--write", str(tmp_path)), 6, "edited by hand", "--force")
    assert file.read_text("utf-8") == edited
    assert here("skill", "--write", str(tmp_path), "--force").code == 0
    assert "Never edit" in file.read_text("utf-8")


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine", "utf-8")
    (tmp_path / "ideaboard").mkdir()
    (tmp_path / "ideaboard" / "SKILL.md").symlink_to(victim)
    done = here("skill", "--write", str(tmp_path), "--force")
    assert victim.read_text("utf-8") == "mine"
    assert done.code in (0, 2)
