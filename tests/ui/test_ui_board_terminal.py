"""The board in a real pseudo-terminal: what Textual's own tests cannot see."""

from __future__ import annotations

import os
import re
import shlex
import signal
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest
from ui.board_pilot import MakeService, on_disk

from ideaboard.publish import apart
from ideaboard.publish.drafts import template_name
from ideaboard.ui.driver import without_colours

PROGRAM = ["-m", "ideaboard", "--board"]


def start(path: Path, **environment: str) -> pexpect.spawn[bytes]:
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment}
    return pexpect.spawn(sys.executable, [*PROGRAM, str(path)], dimensions=(30, 125), timeout=30, env=env)


def leave(board: pexpect.spawn[bytes], key: str = "q") -> list[object]:
    """Leave the board; return the settings of the terminal that it leaves behind."""
    board.send(key)
    board.expect(pexpect.EOF)
    settings: list[object] = termios.tcgetattr(board.child_fd)
    board.close()
    return settings


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def reading_keys(board: pexpect.spawn[bytes]) -> bool:
    """Tell whether the terminal hands on each key at once, as the board sets it."""
    return not termios.tcgetattr(board.child_fd)[3] & termios.ICANON


def test_keys_esc_and_leaving_with_the_terminal_as_it_was(make_service: MakeService, board_path: Path) -> None:
    make_service({"idea": ["Churn at a telco"]}).close()
    # A shell that stays, as a person's does: when the last program lets go of the terminal, nothing is left to look at.
    command = "; ".join(
        ("stty -a > before", shlex.join([sys.executable, *PROGRAM, str(board_path)]), "stty -a > after")
    )
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    board: pexpect.spawn[bytes] = pexpect.spawn(
        "sh", ["-c", command], dimensions=(30, 125), timeout=30, env=environment, cwd=str(board_path.parent)
    )
    board.expect("Churn")
    wait_until(lambda: reading_keys(board))
    board.send("aTyped\x1b")
    board.expect("Enter")
    board.expect("detail")
    board.send("L")
    wait_until(lambda: [idea.stage for idea in on_disk(board_path)] == ["outline"])
    leave(board)
    assert board.exitstatus == 0
    assert [(idea.title, idea.stage) for idea in on_disk(board_path)] == [("Churn at a telco", "outline")]
    before, after = ((board_path.parent / name).read_text() for name in ("before", "after"))
    assert "icanon" in before
    assert after == before
    assert board.before is not None
    for off in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1003l", b"\x1b[?2004l", b"\x1b[?1004l", b"\x1b[<u"):
        assert off in board.before, "the alternate screen, the mouse, pastes, the keys: all is given back"


def test_the_editor_gets_the_terminal_and_gives_it_back(
    make_service: MakeService, board_path: Path, tmp_path: Path
) -> None:
    make_service({"idea": ["Churn at a telco"]}).close()
    editor = tmp_path / "my editor.py"
    editor.write_text(
        "import sys, termios\n"
        "assert termios.tcgetattr(0)[3] & termios.ICANON, 'a terminal as editors expect it'\n"
        "open(sys.argv[1], 'w').write('written outside; $(rm -rf x)')\n",
        encoding="utf-8",
    )
    board = start(board_path, EDITOR=f"{sys.executable} '{editor}'")
    board.expect("Churn")
    wait_until(lambda: reading_keys(board))
    board.send("E")
    board.expect("1049h")
    wait_until(lambda: [idea.notes for idea in on_disk(board_path)] != [""])
    leave(board)
    assert [idea.notes for idea in on_disk(board_path)] == ["written outside; $(rm -rf x)"]


def test_a_template_without_end_keeps_no_key_waiting(make_service: MakeService, board_path: Path) -> None:
    service = make_service({"idea": ["Churn at a telco"]})
    name = template_name(next(iter(service.board)).kind)
    service.close()
    folder = board_path.parent / "templates"
    folder.mkdir()
    (folder / name).write_text("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")
    board = start(board_path)
    board.expect("Churn")
    wait_until(lambda: reading_keys(board))
    began = time.monotonic()
    board.send("D")
    board.expect("Folder")
    board.send("\x1b")
    board.expect("detail")
    board.send("L")
    wait_until(lambda: [idea.stage for idea in on_disk(board_path)] == ["outline"])
    leave(board)
    assert time.monotonic() - began < apart.SECONDS
    assert board.exitstatus == 0
    assert [idea.draft for idea in on_disk(board_path)] == [None]


def test_an_editor_that_fails_changes_nothing_and_is_told(make_service: MakeService, board_path: Path) -> None:
    make_service({"idea": ["Churn at a telco"]}).close()
    board = start(board_path, EDITOR="no-such-editor --wait")
    board.expect("Churn")
    wait_until(lambda: reading_keys(board))
    board.send("E")
    board.expect("cannot be started")
    leave(board)
    assert board.exitstatus == 0


@pytest.mark.parametrize("key", ["q", "\x11"])
def test_leaving_by_either_key_keeps_what_was_just_done(make_service: MakeService, board_path: Path, key: str) -> None:
    make_service({"idea": ["A b c d"]}).close()
    board = start(board_path)
    board.expect("A b c d")
    wait_until(lambda: reading_keys(board))
    board.send("L")
    leave(board, key)
    assert [idea.stage for idea in on_disk(board_path)] == ["outline"]


def test_the_first_picture_has_the_cards_in_it(make_service: MakeService, board_path: Path) -> None:
    make_service({"idea": ["Churn at a telco"]}).close()
    board = start(board_path)
    board.expect("ideaboard")
    board.expect("Churn")
    assert board.before is not None
    assert board.before.count(b" " * 100) < 5, "a blank picture came first"
    leave(board)


BROKEN_BOARD = """
import sys
from ideaboard.publish import apart
from ideaboard.publish.drafts import template_name
from ideaboard.ui.driver import without_colours
from ideaboard.cli.run import run
from ideaboard.ui.board.screen import BoardScreen
def broken(self): raise ZeroDivisionError("a mistake of ours")
BoardScreen.action_card_archive = broken
sys.exit(run([]))
"""


def test_a_mistake_of_ours_ends_in_a_sentence_and_loses_nothing(
    make_service: MakeService, board_path: Path, tmp_path: Path
) -> None:
    make_service({"idea": ["Churn at a telco"]}).close()
    environment = {**os.environ, "TERM": "xterm-256color", "IDEABOARD_BOARD": str(board_path), "TMPDIR": str(tmp_path)}
    board: pexpect.spawn[bytes] = pexpect.spawn(
        sys.executable, ["-c", BROKEN_BOARD], dimensions=(30, 125), timeout=30, env=environment
    )
    board.expect("Churn")
    wait_until(lambda: reading_keys(board))
    board.send("Ld")
    board.expect("something went wrong inside")
    leave(board, "")
    assert board.exitstatus == 70
    assert b"Traceback" not in (board.before or b"")
    assert [idea.stage for idea in on_disk(board_path)] == ["outline"]
    (report,) = tmp_path.glob("ideaboard-error-*.txt")
    assert "a mistake of ours" in report.read_text(encoding="utf-8")


def test_everything_is_painted_when_the_shell_gives_the_terminal_back(
    make_service: MakeService, board_path: Path
) -> None:
    make_service({"idea": ["Churn at a telco"]}).close()
    board = start(board_path)
    board.expect("Churn")
    board.expect("quit")
    board.send("\x1a")
    board.expect(re.escape("\x1b[?1049l"))
    board.kill(signal.SIGCONT)
    board.expect(re.escape("\x1b[?1049h"))
    board.expect("Churn")
    board.expect("quit")
    leave(board)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted where Linux lists them")
def test_a_stop_that_nobody_told_of_does_not_keep_the_board_from_ending(
    make_service: MakeService, board_path: Path
) -> None:
    make_service({"idea": ["Churn at a telco"]}).close()
    board = start(board_path)
    board.expect("Churn")
    board.expect("quit")
    threads = Path(f"/proc/{board.pid}/task")
    # A key that is answered was read: all that reads and saves is there by then.
    board.send("aTyped\x1b")
    board.expect("cancel")
    board.expect("quit")
    before = len(list(threads.iterdir()))
    board.kill(signal.SIGSTOP)
    wait_until(lambda: Path(f"/proc/{board.pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "T")
    board.kill(signal.SIGCONT)
    board.expect("Churn")
    board.expect("quit")
    # With two threads that read the keys there would be one more.
    wait_until(lambda: len(list(threads.iterdir())) == before)
    leave(board)
    assert board.exitstatus == 0


_STYLING = re.compile(rb"\x1b\[([\d;:]*)m")
_NO_COLOUR = {*range(10), *range(21, 30)}
"""The parameters of a style that are none of a colour (ECMA-48, 8.3.117)."""


@pytest.mark.parametrize("value", ["1", ""])
def test_no_colour_leaves_the_program_where_none_is_wanted(
    make_service: MakeService, board_path: Path, value: str
) -> None:
    make_service({"idea": ["Churn at a telco", "Another one"]}).close()
    board = start(board_path, NO_COLOR=value)
    board.expect("Churn")
    wait_until(lambda: reading_keys(board))
    written = [board.before, board.after]
    # A mark, the detail beside the board, a form, a picker, and screens.
    way = [("v", "marked"), ("\x1b\r", "Trail"), ("e", "Notes"), ("\x1b", "Trail"), ("m", "Move"), ("\x1b", "Trail")]
    for key, seen in (("?", "Keys"), ("\x10", "what to do"), ("s", "arXiv"), ("C", "Changelog"), ("T", "board-light")):
        way += [(key, seen), ("\x1b", "Trail")]
    for keys, seen in way:
        board.send(keys)
        board.expect(seen)
        written += [board.before, board.after]
    board.send("\x11")
    board.expect(pexpect.EOF)
    written.append(board.before)
    data = b"".join(one for one in written if isinstance(one, bytes))
    used = {int(number) for found in _STYLING.findall(data) for number in re.split(rb"[;:]", found) if number}
    assert used - _NO_COLOUR == set() if value else used & {38, 48}, "an empty NO_COLOR says nothing (no-color.org)"
    assert {1, 4, 7} <= used
    assert b"\x1b]4;" not in data
    assert b"case study" in data or b"project" in data


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("\x1b[1;38;2;1;2;3;48;2;4;5;6mx\x1b[0m", "\x1b[1mx\x1b[0m"),
        ("\x1b[38;5;12;1;4mx", "\x1b[1;4mx"),
        ("\x1b[31mx\x1b[97;107;7mx\x1b[39;49mx\x1b[m", "x\x1b[7mxx\x1b[m"),
        ("\x1b[38:2::1:2:3mx\x1b[2;3H\x1b[?25l[31m", "x\x1b[2;3H\x1b[?25l[31m"),
    ],
)
def test_colours_are_taken_out_of_styles_and_out_of_nothing_else(written: str, kept: str) -> None:
    assert without_colours(written) == kept
