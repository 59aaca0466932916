"""The table of commands is true, every help is worth reading, and completion works."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli.cli_runs import add, assert_told, here, process

import ideaboard
from ideaboard.cli.app import App
from ideaboard.cli.commands import COMMANDS
from ideaboard.cli.parser import Helpful
from ideaboard.cli.parser import root as _root
from ideaboard.core.kinds import KINDS

assert isinstance(_root, Helpful)
root: Helpful = _root


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Go through all commands and the commands of groups, by path."""
    waiting: list[tuple[str, click.Command]] = [("", root)]
    while waiting:
        path, command = waiting.pop()
        if path:
            yield path, command
        if isinstance(command, click.Group):
            ctx = click.Context(command, obj=App())
            for name in command.list_commands(ctx):
                found = command.get_command(ctx, name)
                assert found is not None
                waiting.append((f"{path} {name}".strip(), found))


ALL = dict(every_command())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_where_each_command_is_and_what_it_is_called(name: str) -> None:
    assert ALL[name].name == name
    assert COMMANDS[name].help.endswith(".")
    assert len(COMMANDS[name].help) <= 60


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_table_says_what_the_command_says_itself(name: str) -> None:
    """Most words of the table's line are in the command's own help, whatever their ending."""
    command = ALL[name]
    own = here(name, "--help").out.casefold()
    words = [word for word in re.findall(r"[a-z]+", COMMANDS[name].help.casefold()) if len(word) > 3]
    assert sum(word[:4] in own for word in words) >= 0.7 * len(words), (command.help, words)


def test_the_modules_hold_no_command_that_the_table_lacks() -> None:
    import importlib

    for module in {entry.module for entry in COMMANDS.values()}:
        names = [name for name in vars(importlib.import_module(f"ideaboard.cli.{module}")) if name.endswith("_command")]
        own = {name.removesuffix("_command") for name in names if "import" not in name or name == "import_command"}
        assert own - {"check"} <= set(COMMANDS), module


def test_design_section_8_is_all_there() -> None:
    wanted = """add; list; show; edit; move; share; response add; response list; response answer; response idea;
    archive; restore; delete; undo; redo; log; stats; arxiv search; arxiv add; arxiv watch add; arxiv watch list;
    arxiv watch remove; arxiv check; arxiv categories; draft; templates list; templates show; templates copy; changelog;
    changelog note; export; import; check; compact; config path; config show; config edit; keys; demo"""
    assert {" ".join(name.split()) for name in wanted.split(";")} <= set(ALL)


@pytest.mark.parametrize("path", ALL)
def test_every_help_tells_what_it_does_with_examples_and_options(path: str) -> None:
    command = ALL[path]
    assert isinstance(command, Helpful)
    done = here(*path.split(), "--help")
    assert (done.code, done.err) == (0, "")
    assert [line for line in done.out.splitlines() if len(line) > 80] == [], "a terminal would break it anywhere"
    assert here(*path.split(), "-h").out == done.out
    assert done.out.startswith(f"Usage: ideaboard {path}")
    assert len((command.help or "").split()) >= 3
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help, param.name
            assert param.help.endswith((".", ";")), param.help
            assert max(param.opts, key=len) in done.out
    assert "--board FILE" in done.out
    if not isinstance(command, click.Group):
        assert command.examples
    assert all(example in done.out for example in command.examples)
    assert not command.examples or any(f"ideaboard {path}" in example for example in command.examples)


@pytest.mark.parametrize("path", [path for path, command in ALL.items() if command.examples])  # type: ignore[attr-defined]  # the test before checks the type
def test_examples_are_understood(path: str) -> None:
    """Each example is parsed, not run: its command exists and takes what it is given."""
    command = ALL[path]
    assert isinstance(command, Helpful)
    for example in (*command.examples, *root.examples):
        line = example[example.index("ideaboard ") :].split(" | ")[0].split(" > ")[0].split(" < ")[0].split("  #")[0]
        arguments = shlex.split(line)[1:]
        name = max((known for known in ALL if arguments[: len(known.split())] == known.split()), key=len)
        with ALL[name].make_context(name, arguments[len(name.split()) :], obj=App()):
            pass


def test_the_root_help_lists_every_command_exit_codes_and_completion() -> None:
    out = here("--help").out
    for name, entry in COMMANDS.items():
        assert f"  {name} " in out
        assert entry.help in out
    for shell in ("bash", "zsh", "fish"):
        assert f"_IDEABOARD_COMPLETE={shell}_source ideaboard" in out
    assert "Exit codes" in out


@pytest.mark.parametrize("group", ["arxiv", "arxiv watch", "changelog", "config", "response", "templates"])
def test_the_list_of_a_group_says_whole_sentences(group: str) -> None:
    lines = here(*group.split(), "--help").out.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert lines
    assert [line for line in lines if not line.endswith(".") or line.endswith("...")] == []


def test_add_help_names_the_kinds() -> None:
    said = " ".join(here("add", "--help").out.split())
    assert ", ".join(kind.key for kind in KINDS) in said


def test_import_help_names_every_format() -> None:
    from ideaboard.intake.formats import NAMES

    said = " ".join(here("import", "--help").out.split()).partition("FORMAT is one of ")[2].partition(". ")[0]
    assert set(re.findall(r"[a-z-]+", re.sub(r"\(.*?\)", "", said))) == set(NAMES)


def test_list_help_tells_the_filter_language() -> None:
    from ideaboard.core.query import FIELDS

    out = here("list", "--help").out
    for field in FIELDS:
        assert f"{field}:" in out


def test_version() -> None:
    assert process("--version").out == f"ideaboard {ideaboard.__version__}\n"


def test_a_group_without_a_command_shows_its_help_as_an_error() -> None:
    done = here("response")
    assert (done.code, done.out) == (2, "")
    assert "answer" in done.err


def complete(*words: str, shell: str = "bash") -> list[str]:
    """Ask as the shell's completion script does; the last word is the incomplete one."""
    line = ["ideaboard", *words]
    asked = {
        "_IDEABOARD_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": shlex.join(line[:-1]) + " " + line[-1] if shell != "bash" else "\n".join(line),
        "COMP_CWORD": line[-1] if shell == "fish" else str(len(line) - 1),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in asked.items():
            patch.setenv(name, value)
        done = here()
    assert done.err == ""
    return [line for line in done.out.split("\n") if line]


def values(*words: str) -> set[str]:
    return {line.split(",", 1)[1] for line in complete(*words)}


def test_completion_offers_commands_options_kinds_stages_tags_and_ids() -> None:
    id = add("Reproduce LoRA", "-t", "lora")
    add("b", "-t", "bayes")
    assert values("a") == {"add", "archive", "arxiv"}
    assert values("arxiv", "") >= {"search", "add", "watch", "check", "categories"}
    assert values("add", "--n") == {"--notes"}
    assert values("add", "-k", "p") == {"project", "paper-to-code", "post"}
    assert values("list", "-s", "") >= {"candidate", "idea", "shared"}
    assert values("list", "-t", "") == {"lora", "bayes"}
    assert id in values("show", "")
    assert values("show", id[:7]) == {id}
    assert {"next", "prev", "making", id} <= values("move", id, "")
    assert values("changelog", "--by", "q") == {"quarter"}


def test_completion_shows_titles_where_the_shell_can() -> None:
    id = add("A title: with \\ and 'quotes'")
    zsh = complete("show", "", shell="zsh")
    assert zsh[:3] == ["plain", id, "A title: with \\ and 'quotes'"]
    assert f"plain,{id}\tA title: with" in "\n".join(complete("show", "", shell="fish"))


def test_completion_is_silent_when_the_board_or_the_config_is_broken(tmp_path: Path) -> None:
    other = tmp_path / "x"
    other.write_text("not a board\n")
    assert complete("--board", str(other), "show", "") == []
    (tmp_path / "c.toml").write_text("= broken")
    assert complete("--config", str(tmp_path / "c.toml"), "add", "-k", "po") == ["plain,post"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_the_documented_line_for_bash_completes(tmp_path: Path) -> None:
    """Source what the program prints, then ask bash's own function, as pressing tab does."""
    id = add("x")
    command = tmp_path / "ideaboard"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ideaboard "$@"\n')
    command.chmod(0o755)
    script = f"""
    PATH="{tmp_path}:$PATH"
    eval "$(_IDEABOARD_COMPLETE=bash_source ideaboard)"
    COMP_WORDS=(ideaboard show "{id[:3]}"); COMP_CWORD=2
    $(complete -p ideaboard | sed 's/.*-F \\([^ ]*\\) .*/\\1/') ideaboard "{id[:3]}" show
    echo "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == [id], done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_printed(shell: str) -> None:
    done = process(_IDEABOARD_COMPLETE=f"{shell}_source")
    assert done.code == 0
    assert "_IDEABOARD_COMPLETE" in done.out


@pytest.mark.parametrize("number", [None, "x"])
def test_completion_that_no_shell_asked_for_is_told(number: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if number:
        monkeypatch.setenv("COMP_WORDS", "ideaboard show ")
        monkeypatch.setenv("COMP_CWORD", number)
    assert_told(process("list", _IDEABOARD_COMPLETE="bash_complete"), 2, "for the shell to set")
