"""On a real terminal: colour, width, questions, interruption; and what happens when the other side goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import add, here, listed, shown
from terminal import hear_ctrl_c

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)
import fcntl
import termios


def on_terminal(*arguments: str, columns: int = 60, **environment: str) -> tuple[int, str]:
    """Run a command in a pseudo-terminal and return its exit code and all that it wrote."""
    child = spawn(*arguments, columns=columns, **environment)
    out = child.read().decode()
    child.close()
    assert child.exitstatus is not None
    return child.exitstatus, out


def spawn(*arguments: str, columns: int = 60, **environment: str) -> pexpect.spawn[bytes]:
    return pexpect.spawn(
        sys.executable,
        ["-m", "ideaboard", *arguments],
        dimensions=(24, columns),
        env={**os.environ, "TERM": "xterm-256color", **environment},
        timeout=20,
        preexec_fn=hear_ctrl_c,
    )


def without_styles(text: str) -> str:
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_list_fits_the_width_and_makes_the_prefix_stand_out() -> None:
    from ideaboard.cli.output import cells

    ids = [add(title, "-t", "tag", "-k", "paper-to-code") for title in ("word " * 40, "日本語" * 30, "short")]
    code, out = on_terminal("list", columns=60)
    assert code == 0
    lines = [line for line in without_styles(out).split("\r\n") if line]
    assert len(lines) == 4
    assert [line.split()[0] for line in lines[:3]] == ids, "the id is whole, to be copied"
    assert all(cells(line) <= 60 for line in lines)
    assert "…" in lines[0]
    assert lines[2].endswith("short  #tag")
    enough = int(lines[3].split("first ")[1].split()[0])
    assert len({id[:enough] for id in ids}) == 3
    assert f"\x1b[1m{ids[0][:3]}" in out


def test_an_empty_list_is_said_once() -> None:
    assert on_terminal("list", columns=200)[1].count("\n") == 1
    assert on_terminal("log")[1] == "nothing in the log\r\n"
    assert on_terminal("response", "list")[1] == "no responses; 'ideaboard response add' writes one down\r\n"
    assert "'ideaboard arxiv watch add' saves a search" in on_terminal("arxiv", "check")[1]
    assert on_terminal("response", "list", "--waiting")[1] == "no response waits\r\n"
    add("there")
    assert on_terminal("list", "nothing-like-it")[1] == "no idea fits\r\n"


def test_keys_wrap_where_the_terminal_is_narrow_and_name_the_actions_where_it_is_wide() -> None:
    from ideaboard.core.actions import ACTIONS

    narrow, wide = (without_styles(on_terminal("keys", columns=columns)[1]) for columns in (60, 200))
    assert all(len(line) <= 60 for line in narrow.splitlines())
    told = " ".join(narrow.split())
    for action in ACTIONS:
        assert action.help in told
        assert f"  {action.id}\r\n" in wide


def test_no_color_means_no_escape() -> None:
    add("x")
    assert "\x1b" not in on_terminal("list", NO_COLOR="1")[1]
    assert "\x1b" not in on_terminal("list", TERM="dumb")[1]
    _, out = on_terminal("list", NO_COLOR="")
    assert "\x1b" in out, "an empty NO_COLOR says nothing (no-color.org)"


@pytest.mark.parametrize("term", ["dumb", "unknown", "", None])
@pytest.mark.parametrize("command", [[], ["demo"]], ids=["board", "demo"])
def test_a_terminal_that_can_draw_nothing_gets_the_sentence_of_none(
    term: str | None, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TERM", raising=False)
    child: pexpect.spawn[bytes] = pexpect.spawn(
        sys.executable,
        ["-m", "ideaboard", *command],
        timeout=20,
        env={**os.environ, **({} if term is None else {"TERM": term})},
    )
    out = child.read().decode()
    child.close()
    assert child.exitstatus == 2
    assert "the board needs a terminal" in out
    assert "\x1b" not in out


def test_hostile_titles_write_no_escape_of_their_own_to_the_terminal() -> None:
    from ideaboard.storage import open_db

    db = open_db(os.environ["IDEABOARD_BOARD"])
    db.table("ideas").insert({"title": "a\x1b]0;owned\x07b\x1b[2Jc", "notes": "\x1b[31m", "tags": ["\x1b[5m"]})
    db.close()
    for command in (["list"], ["show", next(iter(listed()))], ["log"]):
        _, out = on_terminal(*command, columns=120)
        assert "\x1b" not in without_styles(out)
        assert "\x07" not in out


@pytest.mark.parametrize(("answer", "gone"), [("y", True), ("Yes", True), ("n", False), ("", False), ("\x04", False)])
def test_delete_asks(answer: str, gone: bool) -> None:
    id = add("Precious")
    child = spawn("delete", id)
    child.expect_exact("delete 'Precious'? [y/N] ")
    child.send(answer if answer == "\x04" else answer + "\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert (id not in listed()) is gone


def test_ctrl_c_at_a_question_ends_quietly_with_130() -> None:
    id = add("Precious")
    child = spawn("delete", id)
    child.expect_exact("[y/N] ")
    child.sendintr()
    rest = child.read().decode()
    child.close()
    assert child.exitstatus == 130
    assert "Traceback" not in rest
    assert set(listed()) == {id}


def test_ctrl_c_ends_a_wait_for_input_quietly() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "ideaboard", "add", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_ctrl_c,
    )
    assert child.stdin
    child.stdin.write(b"x\n")
    child.stdin.flush()
    deadline = time.monotonic() + 20
    while fcntl.ioctl(child.stdin, termios.FIONREAD, bytes(4)) != bytes(4):  # it has not read the line yet
        assert time.monotonic() < deadline
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=20)
    assert child.returncode in (130, -signal.SIGINT), err
    assert b"Traceback" not in err
    assert listed() == {}


def test_a_reader_that_goes_away_is_no_news() -> None:
    add("x")
    for command in (["list"], ["list", "--json"], ["export", "json"], ["log"], ["--help"], ["add", "y"]):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [sys.executable, "-m", "ideaboard", *command], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60
        )
        os.close(writer)
        told = done.stderr if command[0] != "add" else done.stderr.partition("done all the same: added 'y'")[0]
        assert (done.returncode, told) == (141, ""), command
    assert len(listed()) == 2, "what was done stays done"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("count", [1, 600])
def test_a_full_disk_behind_stdout_is_told(count: int) -> None:
    here("add", "-", stdin="\n".join(f"title {n} {'x' * 300}" for n in range(count)).encode())
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ideaboard", "list"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert done.returncode == 74
    assert done.stderr.startswith("ideaboard: the output cannot be written: No space left on device\n")
    assert len(done.stderr.splitlines()) == 2


def test_closed_streams_are_no_mishap() -> None:
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -m ideaboard add x >&- 2>&- <&-; echo $?'], capture_output=True, text=True
    )
    assert done.stdout.strip() == "0"
    assert len(listed()) == 1


def test_show_wraps_on_a_terminal_only() -> None:
    id = add("x", "--notes", "word " * 60, *(word for n in range(12) for word in ("-t", f"tag-{n}")))
    _, out = on_terminal("show", id, columns=50)
    lines = without_styles(out).split("\r\n")
    assert all(len(line) <= 50 for line in lines)
    assert [line[:10] for line in lines if "#tag" in line] == ["tags      ", " " * 10, " " * 10]
    assert "word " * 59 in here("show", id).out


def test_log_is_short_on_a_terminal_and_whole_elsewhere() -> None:
    for n in range(23):
        add(f"idea {n}")
    code, out = on_terminal("log", columns=80)
    assert code == 0
    assert "idea 22" in out
    assert "'idea 2'" not in out
    assert "older: ideaboard log" in out
    assert "'idea 2'" in here("log").out
    assert shown(next(iter(listed())))["title"] == "idea 0"


def test_a_server_that_drips_is_told_of_while_one_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    feeds = Path(__file__).parent.parent / "data" / "arxiv"
    with LoopbackArxiv([feeds / "lumen_get_by_id.xml"], "drip:0.5") as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        child = spawn("arxiv", "search", "attention", columns=100)
        child.expect(rb"[0-9]+ s: arXiv is slow to answer \(ctrl\+c ends it\)")
        child.sendintr()
        child.expect(pexpect.EOF)
        child.close()
    assert child.exitstatus == 130
