"""Arguments that are no text, and standard streams that are closed, full or gone: said, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli.cli_runs import add, assert_told, here, listed, process

from ideaboard.cli.parser import root

BAD = "gr\udcfc\udcdfe"


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                yield from commands(inner, (*path, name))


def lines_with_a_bad_value() -> Iterator[tuple[str, ...]]:
    for path, command in commands(root):
        with click.Context(command) as context:
            for param in command.get_params(context):
                if isinstance(param, click.Argument):
                    yield (*path, BAD)
                    yield (*path, "x", BAD)
                elif isinstance(param, click.Option):
                    for name in param.opts:
                        yield (*path, name, BAD)
                        yield (*path, f"{name}={BAD}") if name.startswith("--") else (*path, name + BAD)


def test_a_value_that_is_no_text_is_refused_at_every_option_and_argument_of_every_command() -> None:
    id = add("there")
    board = Path(os.environ["IDEABOARD_BOARD"])
    before = board.read_bytes()
    lines = list(dict.fromkeys(lines_with_a_bad_value()))
    assert len(lines) > 300
    for line in lines:
        done = here(*line)
        assert_told(done, 2, "not UTF-8 text", r"gr\xfc\xdfe", "nothing was done")
    assert board.read_bytes() == before
    assert set(listed()) == {id}


@pytest.mark.skipif(os.name == "nt", reason="arguments are text on Windows")
def test_bytes_on_a_real_command_line_and_in_the_environment() -> None:
    done = process("add", b"M\xfcller on caf\xe9s", "--notes", b"gr\xfc\xdfe")
    assert_told(done, 2, r"M\xfcller on caf\xe9s", "UTF-8")
    done = process("add", "größer 日本", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert_told(done, 2, "ASCII", "locale")
    done = process("list", IDEABOARD_BOARD=os.fsdecode(b"/nowhere/\xff.jsonl"))
    assert_told(done, 2, "$IDEABOARD_BOARD")
    assert listed() == {}


def shell(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with the streams that a line of shell gives it: `"$@"` is the command."""
    return subprocess.run(
        ["/bin/sh", "-c", script, "sh", sys.executable, "-m", "ideaboard", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )


posix = pytest.mark.skipif(os.name == "nt", reason="the redirections are of POSIX shells")

WITHOUT_INPUT = [
    ["add", "-"],
    ["delete", "ID"],
    [],
]
MORE_WITHOUT_INPUT = [
    ["add", "--quick", "-"],
    ["import", "-"],
    ["arxiv", "add", "-"],
    ["arxiv", "check"],
    ["edit", "ID", "--title", "y"],
    ["list"],
    ["show", "ID"],
    ["undo"],
    ["changelog"],
    ["check"],
    ["demo"],
    ["--help"],
]


@posix
@pytest.mark.parametrize(
    "arguments",
    [*WITHOUT_INPUT, *(pytest.param(one, marks=pytest.mark.slow) for one in MORE_WITHOUT_INPUT)],
    ids=" ".join,
)
def test_a_closed_stream_is_as_dev_null(arguments: list[str]) -> None:
    id = add("there")
    line = [id if one == "ID" else one for one in arguments]
    kept = Path(os.environ["IDEABOARD_BOARD"]).read_bytes()
    results = []
    for streams in ("</dev/null", "<&-", "</dev/null >/dev/null", "<&- >&-", "<&- >&- 2>&-"):
        done = shell(f'"$@" {streams}', *line)
        assert "Traceback" not in done.stderr
        results.append(done.returncode)
        Path(os.environ["IDEABOARD_BOARD"]).write_bytes(kept)
    assert len(set(results)) == 1, results
    assert results[0] != 70


@posix
def test_closed_output_is_told_with_what_was_done() -> None:
    first = add("there")
    done = shell('"$@" >&-', "list")
    assert (done.returncode, done.stderr) == (0, "ideaboard: the standard output is closed, so nothing was printed\n")
    done = shell('"$@" >&-', "add", "once")
    (id,) = listed().keys() - {first}
    assert f"done all the same: added 'once' ({id})" in done.stderr


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_output_that_cannot_be_written_is_told_with_what_was_done(more: list[str], tmp_path: Path) -> None:
    done = shell('"$@" >/dev/full', "add", "once", *more)
    assert done.returncode == 74
    (id,) = listed()
    assert "No space left" in done.stderr
    assert f"done all the same: added 'once' ({id})" in done.stderr
    done = shell('"$@" >/dev/full', "move", id, "next", *more)
    assert f"done all the same: moved 'once' ({id})" in done.stderr
    done = shell('"$@" >/dev/full', "undo", *more)
    assert "done all the same: took back: moved 'once'" in done.stderr
    done = shell('"$@" >/dev/full', "export", "json", "-o", str(tmp_path / "out"))
    assert (done.returncode, (tmp_path / "out").exists()) == (74, True)
    assert f"done all the same: wrote '{tmp_path / 'out'}'" in done.stderr
    done = shell('"$@" >/dev/full', "templates", "copy", "summary.md")
    assert f"done all the same: {os.environ['IDEABOARD_CONFIG'].rpartition('/')[0]}/templates/summary.md" in done.stderr
    (tmp_path / ".ideaboard").mkdir()
    (tmp_path / ".ideaboard" / "board.jsonl").touch()
    done = shell('"$@" >/dev/full', "trust", str(tmp_path), *more)
    assert f"done all the same: '{tmp_path}' is trusted now" in done.stderr
    for reading in (["list"], ["--help"], ["--version"], ["log"], ["check"], ["trust", "--list"]):
        done = shell('"$@" >/dev/full', *reading)
        assert done.returncode == 74
        assert "done all the same" not in done.stderr, reading
    completion = shell('_IDEABOARD_COMPLETE=bash_source "$@" >/dev/full')
    assert (completion.returncode, "No space left" in completion.stderr) == (74, True)
    assert shell('"$@" >/dev/full 2>/dev/full', "add", "twice").returncode == 74
    with Path(os.environ["IDEABOARD_BOARD"]).open("a") as board:
        board.write("damage\n")
    repaired = shell('"$@" >/dev/full', "check", "--repair", *more)
    assert "done all the same: line" in repaired.stderr
    assert "the original is kept as" in repaired.stderr
    (other,) = set(listed()) - {id}
    done = shell('"$@" >/dev/full', "add", "thrice")
    assert (done.returncode, "No space left" in done.stderr) == (74, True)
    (third,) = set(listed()) - {id, other}
    assert f"done all the same: added 'thrice' ({third})" in done.stderr
    assert shell('"$@" 2>/dev/full', "add", "", *more).returncode == 2


@posix
def test_a_reader_that_is_gone_is_told_only_what_was_done() -> None:
    def unread(*arguments: str) -> tuple[int, str]:
        reader, writer = os.pipe()
        os.close(reader)
        command = [sys.executable, "-m", "ideaboard", *arguments]
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60)
        os.close(writer)
        return done.returncode, done.stderr

    code, told = unread("add", "once")
    (id,) = listed()
    assert (code, told) == (141, f"done all the same: added 'once' ({id})\n")
    code, told = unread("add", "twice")  # by now without reading the board
    (other,) = set(listed()) - {id}
    assert (code, told) == (141, f"done all the same: added 'twice' ({other})\n")
    assert unread("list") == (141, "")
