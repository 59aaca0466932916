"""The first picture in a real pseudo-terminal: painted only when it is true, and what becomes of the terminal."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pexpect
import pyte
import pytest
from terminal import hear_ctrl_c
from textual.geometry import Size
from ui.board_pilot import NOW, MakeService, on_disk

from ideaboard import first_picture
from ideaboard.core.changes import NewIdea
from ideaboard.ui.app import IdeaboardApp
from ideaboard.ui.board import kept_picture
from ideaboard.ui.board.screen import BoardScreen

EARLY = (first_picture.ENTER + first_picture._BEGIN).encode()
TITLES = {"idea": ["Churn at a telco", "宽 letters, a café, and a title that goes on and on"], "making": ["A b c d"]}
PAINT = """
from ideaboard import first_picture
first_picture.paint()
painted = first_picture.is_painted()
first_picture.give_back()
print("painted" if painted else "blank")
"""
HOOKED = """
import sys, time
class Hook:
    def find_spec(self, name, path=None, target=None):
        if name == "ideaboard.cli.run":
            {do}
sys.meta_path.insert(0, Hook())
sys.argv = ["ideaboard"]
from ideaboard.__main__ import main
main()
"""
"""Does something when the picture is on the terminal and the rest of the program is about to be imported."""


class Screen:
    """What a terminal makes of output."""

    def __init__(self, columns: int, lines: int) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)

    def feed(self, output: bytes) -> None:
        # pyte takes Kitty's protocol for text.
        self._stream.feed(re.sub(rb"\x1b\[[<>]\d*u", b"", output))

    def cells(self) -> list[list[pyte.screens.Char]]:
        """Return what is seen in each cell: of a blank not the colour and weight that a letter would have there."""
        buffer, columns = self._screen.buffer, range(self._screen.columns)
        return [[seen(buffer[y][x]) for x in columns] for y in range(self._screen.lines)]


def seen(cell: pyte.screens.Char) -> pyte.screens.Char:
    plain = cell.data == " " and not (cell.underscore or cell.reverse or cell.strikethrough)
    return cell._replace(fg="default", bold=False, italics=False) if plain else cell


class Session:
    """A program in a pseudo-terminal, with all that it wrote."""

    def __init__(
        self, program: str, arguments: Sequence[str], size: tuple[int, int], environment: dict[str, str]
    ) -> None:
        self.size = size
        self.output = b""
        self.chunks: list[bytes] = []
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            program,
            [*(arguments or ("-m", "ideaboard"))],
            dimensions=size[::-1],
            timeout=20,
            env={**os.environ, **environment},
            preexec_fn=hear_ctrl_c,
        )
        self.child.delaybeforesend = None
        self.child.ptyproc.delayafterclose = 0  # type: ignore[attr-defined]  # its stubs do not know it

    def read(self) -> bool:
        try:
            data = self.child.read_nonblocking(1 << 16, timeout=0.05)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.output += data
        self.chunks.append(data)
        return True

    def wait(self, done: Callable[[], object]) -> None:
        until = time.monotonic() + 20
        while not done():
            assert self.read(), f"it ended: {self.output[-500:]!r}"
            assert time.monotonic() < until, self.output[-500:]

    def wait_for_textual(self) -> None:
        """Wait until Textual has painted: it asks for the size first, and the last line comes last."""
        self.wait(lambda: b"quit" in self.output.partition(b"\x1b[?2048$p")[2])

    def leave(self) -> None:
        self.child.send("q")
        self.ended()

    def ended(self) -> None:
        """Wait for the end; the terminal stays open to be looked at."""
        until = time.monotonic() + 20
        while self.read():
            assert time.monotonic() < until, self.output[-500:]
        self.child.wait()

    @property
    def was_early(self) -> bool:
        return self.output.startswith(EARLY)

    def screen(self) -> Screen:
        return Screen(*self.size)


@contextmanager
def session(
    *arguments: str, program: str = sys.executable, size: tuple[int, int] = (125, 30), **environment: str
) -> Iterator[Session]:
    one = Session(program, arguments, size, environment)
    try:
        yield one
    finally:
        one.child.close(force=True)


def keep(size: tuple[int, int] = (125, 30), **environment: str) -> Session:
    """Open the board and leave it."""
    with session(size=size, **environment) as one:
        one.wait_for_textual()
        one.leave()
        assert one.child.exitstatus == 0
    return one


def paints(size: tuple[int, int] = (125, 30), **environment: str) -> bool:
    """Tell whether a start would paint the kept picture."""
    with session("-c", PAINT, size=size, **environment) as one:
        one.ended()
        assert b"\x1b]" not in one.output
        return one.output.endswith(b"painted\r\n")


@pytest.fixture
def board(make_service: MakeService, board_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a board with a few cards, which `ideaboard` opens."""
    make_service(TITLES).close()
    monkeypatch.setenv("IDEABOARD_BOARD", str(board_path))
    return board_path


def kept() -> Path:
    (path,) = Path(os.environ["IDEABOARD_CACHE"]).glob("picture-*")
    return path


@pytest.mark.parametrize("changed", [False, True], ids=["as it was left", "with other ideas by now"])
@pytest.mark.parametrize(
    ("size", "environment"),
    [
        ((125, 30), {}),
        ((40, 12), {"NO_COLOR": "1"}),
        pytest.param((80, 24), {"TERM": "xterm", "COLORTERM": ""}, marks=pytest.mark.slow),
        pytest.param((160, 48), {}, marks=pytest.mark.slow),
    ],
    ids=["usual", "narrow without colours", "few colours", "large"],
)
def test_textual_paints_the_very_cells_of_the_first_picture(
    board: Path, make_service: MakeService, size: tuple[int, int], environment: dict[str, str], changed: bool
) -> None:
    assert not keep(size, **environment).was_early
    assert kept().stat().st_mode & 0o777 == board.stat().st_mode & 0o777 == 0o600
    if changed:
        make_service({"idea": [f"Another {number}" for number in range(9)], "shared": ["Done", "And done"]}).close()
        assert not paints(size, **environment)
    with session(size=size, **environment) as one:
        one.wait_for_textual()
        assert one.was_early
        one.leave()
    early, marker, rest = one.output.partition(b"\x1b[?1000h")
    assert marker
    screen = one.screen()
    screen.feed(early)
    picture = screen.cells()
    assert any(cell.data == "C" for cell in picture[3])
    if changed:
        assert any("".join(cell.data for cell in line).startswith("▌Another") for line in picture)
    shown = rest.partition(b"\x1b[?1049l")[0]
    for part in re.split(rb"(?=\x1b\[\d+;\d+H)", marker + shown):
        screen.feed(part)
        assert screen.cells() == picture, "something else is seen in between"
    assert one.output.count(first_picture.ENTER.encode()) == 1
    assert b"\x1b[2J" not in one.output


def test_keys_that_are_typed_at_the_first_picture_arrive_in_order(board: Path) -> None:
    keep()
    with session() as one:
        one.wait(lambda: one.was_early)
        one.child.send("aTyped ahead 12345\r\x1b")
        one.wait(lambda: any(idea.title == "Typed ahead 12345" for idea in on_disk(board)))
        one.leave()
        assert termios.tcgetattr(one.child.child_fd)[3] & termios.ICANON, "the terminal is as before the picture"
    assert b"Typed" not in one.output.partition(b"\x1b[?1000h")[0], "it is not echoed"
    assert one.child.exitstatus == 0


def test_the_first_picture_is_painted_only_while_it_is_true(
    board: Path, own_home: Path, make_service: MakeService
) -> None:
    keep()
    assert paints()
    config, theme, templates = own_home / "config.toml", own_home / "state" / "theme", board.parent / "templates"
    for environment in (
        {"TERM": "screen-256color"},
        {"COLORTERM": ""},
        {"NO_COLOR": "1"},
        {"TZ": "EST5"},
        {"PYTHONIOENCODING": "latin-1"},
        {"TEXTUAL_FILTERS": "dim"},
        {"IDEABOARD_CONFIG": str(own_home / "other.toml")},
        {"IDEABOARD_STATE": str(own_home)},
        {"IDEABOARD_NO_CACHE": "1"},
        {"TERM": "dumb"},
        {"COLUMNS": "100"},
        {"TEXTUAL_DRIVER": "a:b"},
        {"_IDEABOARD_COMPLETE": "bash_source"},
    ):
        changed = {**environment}
        if "IDEABOARD_STATE" in changed:
            (own_home / "theme").write_text("ideaboard-light\n", encoding="utf-8")
        if "IDEABOARD_CONFIG" in changed:
            Path(changed["IDEABOARD_CONFIG"]).write_text("theme = 'ideaboard-light'\n", encoding="utf-8")
        assert not paints((125, 30), **changed), environment
    assert not paints((125, 31))
    assert not paints((124, 30))
    for path, text in ((config, "theme = 'ideaboard-light'\n"), (theme, "ideaboard-light\n")):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        assert not paints(), path
        path.unlink()
    templates.mkdir()
    assert not paints(), "it would be said that they are not used"
    templates.rmdir()
    assert paints()
    text = kept().read_text("utf-8")
    *before, times, rest = text.split("\n", 5)
    since, until, _ = times.split()
    for other in (f"{since} {since} 30", f"{until} {until}0 30"):
        kept().write_text("\n".join((*before, other, rest)), encoding="utf-8")
        assert not paints(), "the hour is another"
    kept().write_text(text, encoding="utf-8")
    assert paints()
    old = board.stat()
    data = board.read_bytes()
    board.write_bytes(data.replace(b"Churn", b"Chorn"))
    os.utime(board, ns=(old.st_atime_ns, old.st_mtime_ns + 1))
    assert not paints(), "as large as before, and written a moment later"
    board.write_bytes(data[:-9] + data[-9:][::-1])
    os.utime(board, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert not paints(), "as large as before, and written at the same moment"
    board.write_bytes(data.replace(b"Churn", b"Chorn"))
    os.utime(board, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert not paints(), "with the same size, moment and end, as from a backup"
    board.write_bytes(data)
    keep()
    assert paints()
    make_service({"idea": ["Another"]}).close()
    assert not paints()
    keep()
    assert paints()


@pytest.mark.parametrize("name", ["config.toml", "state/theme"])
def test_the_picture_is_not_painted_when_the_far_end_of_a_link_has_changed(
    board: Path, own_home: Path, name: str
) -> None:
    real, link = own_home / "dotfiles", own_home / name
    real.write_text("# nothing\n" if name == "config.toml" else "ideaboard-dark\n", encoding="utf-8")
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(real)
    keep()
    assert paints()
    before = real.stat()
    real.write_text(real.read_text("utf-8")[::-1], encoding="utf-8")
    os.utime(real, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert not paints()
    real.unlink()
    assert not paints()


def test_a_signal_behind_the_first_picture_gives_the_terminal_back(board: Path) -> None:
    keep()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        with session("-c", HOOKED.format(do="time.sleep(60)")) as one:
            before = termios.tcgetattr(one.child.child_fd)
            one.wait(lambda one=one: b"detail" in one.output)  # type: ignore[misc]  # the one of this turn
            assert not termios.tcgetattr(one.child.child_fd)[3] & (termios.ICANON | termios.ECHO)
            one.child.kill(number)
            one.ended()
            assert termios.tcgetattr(one.child.child_fd) == before
            assert one.child.exitstatus == 128 + number
        assert first_picture._END.encode() in one.output


def test_whatever_is_said_behind_the_first_picture_is_said_on_the_screen_of_the_shell(board: Path) -> None:
    keep()
    raising = "from ideaboard.errors import InvalidInput; "
    raising += (
        "import ideaboard.bootstrap as b; b.open_service = lambda **_: (_ for _ in ()).throw(InvalidInput('no', 'x'))"
    )
    for do, said in (("raise ImportError('half installed')", b"half installed"), (raising, b"ideaboard: no")):
        with session("-c", HOOKED.format(do=do)) as one:
            one.ended()
            assert one.was_early
            on_screen, left, after = one.output.partition(first_picture._END.encode())
            assert left
            assert said in after
            assert said not in on_screen
            assert one.child.exitstatus


def test_what_is_no_picture_of_ours_is_not_painted(board: Path, tmp_path: Path) -> None:
    keep()
    path = kept()
    good = path.read_bytes()
    elsewhere = tmp_path / "picture"
    elsewhere.write_bytes(good)
    elsewhere.chmod(0o600)

    def put(data: bytes) -> None:
        path.unlink(missing_ok=True)
        path.write_bytes(data)
        path.chmod(0o600)

    def changed_by(line: bytes) -> bytes:
        """Return the picture with a line of it that time has changed."""
        lines = good.split(b"\n")
        return b"\n".join([*lines[:35], line, *lines[35:]])

    others: list[Callable[[], object]] = [
        lambda: path.symlink_to(elsewhere),
        lambda: path.hardlink_to(elsewhere),
        lambda: os.mkfifo(path, 0o600),
        path.mkdir,
        lambda: None,
    ]
    for make in others:
        path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
        make()
        assert not paints()
    put(good)
    assert paints()
    path.chmod(0o644)
    assert not paints(), "others can read it"
    for bad in (
        good.replace(b"Churn", b"\x1b]0;title\x07"),
        good.replace(b"Churn", b"\x1b[6n"),
        good.replace(b"Churn", b"\x1b[2J"),
        good.replace(b"Churn", b"\x07"),
        good.replace(b"Churn", "\x9b6n".encode()),
        good.replace(b"Churn", "\u202e".encode()),
        good.replace(b"Churn", b"\xff"),
        good.replace(b"Churn", b"\r"),
        good.replace(b"\n", b"\r\n"),
        good[:-500],
        good + b"\n0 nonsense",
        changed_by(b"0 1 \x1b[c"),
        changed_by(b"\n".join([b"9999999999 1 x" * 1000] * (first_picture.MOST_BYTES // 10_000))),
        b"",
    ):
        assert bad != good, bad[-50:]
        put(bad)
        assert not paints(), bad[:200]
    put(changed_by(b"0 1 as time changed it"))
    assert paints()
    put(changed_by(b"0 1000 no such line"))
    assert not paints()
    keep()
    assert paints()


def test_a_board_that_is_named_has_a_first_picture_of_its_own(board: Path) -> None:
    keep()
    other = board.with_name("other.jsonl")
    subprocess.run([sys.executable, "-m", "ideaboard", "--board", other, "add", "Other"], check=True)
    cases: list[tuple[tuple[str, ...], bool]] = [
        (("--board", str(other)), False),
        (("--board", str(other)), True),
        ((f"--board={other}",), False),
        (("--board", str(board)), True),
        ((), True),
    ]
    for words, early in cases:
        with session("-m", "ideaboard", *words) as one:
            one.wait_for_textual()
            one.leave()
        assert one.was_early is early, words
        assert (b"Other" in one.output) is (bool(words) and str(other) in words[-1])


def test_a_picture_that_is_not_true_any_more_is_drawn_anew_before_textual_is_loaded(
    board: Path, make_service: MakeService, own_home: Path
) -> None:
    keep()
    good = kept().read_text("utf-8")
    *before, _, rest = good.split("\n", 5)

    def opened() -> Session:
        assert not paints()
        with session() as one:
            one.wait_for_textual()
            kept().unlink(missing_ok=True)  # so that it is not the picture of this time that is kept
            one.child.kill(signal.SIGKILL)
        return one

    def put(text: str) -> None:
        kept_at.write_text(text, encoding="utf-8")
        kept_at.chmod(0o600)

    kept_at = kept()
    put("\n".join((*before, "0 1 30", rest)))
    assert opened().was_early, "another day"
    make_service({"idea": ["Written by another program"]}).close()
    put(good)
    one = opened()
    assert one.was_early
    assert b"Written by another" in one.output.partition(b"\x1b[?1000h")[0]
    fresh = board.with_suffix(".other")
    fresh.write_bytes(board.read_bytes())
    fresh.replace(board)
    put(good)
    assert opened().was_early, "another file of the same name, as git makes them"
    escapes = before[3].split("\t")
    for bad in ("\x1b[6n", "\x1b]0;title\x07", "\u202e"):
        put(good.replace(before[3], "\t".join((*escapes[:2], bad, *escapes[3:]))))
        assert not opened().was_early, bad
    for bad in ("a\tb", "\t".join(escapes[3:])):
        put(good.replace(before[3], bad))
        assert not opened().was_early, bad
    put(good)
    assert opened().was_early
    with board.open("ab") as file:
        file.write(b"no record\n")
    put(good)
    assert not opened().was_early, "there is something to say about the file"
    (own_home / "config.toml").write_text("theme = 'ideaboard-light'\n", encoding="utf-8")
    put(good)
    assert not opened().was_early, "another theme"


def test_without_a_terminal_there_is_no_first_picture(board: Path) -> None:
    keep()
    with session("-c", "import subprocess, sys; subprocess.run([sys.executable, '-m', 'ideaboard'], stdout=-3)") as one:
        one.ended()
    assert b"needs a terminal" in one.output
    assert b"\x1b" not in one.output
    paint = shlex.join([sys.executable, "-c", PAINT])
    for command in (f"{paint} </dev/null", f"{paint} 2>errors", f"{paint} >printed; cat printed"):
        with session("-c", command, program="sh") as one:
            one.ended()
        assert one.output == b"blank\r\n", command
    assert not Path("errors").read_bytes()
    with session("-c", f"set -m; {paint} & wait", program="sh") as one:
        one.wait(lambda: b"blank" in one.output)
    assert b"\x1b" not in one.output, "who is in the background may not paint"


def test_the_first_picture_needs_no_module_that_takes_long() -> None:
    code = "import sys; known = set(sys.modules); import ideaboard.first_picture; print(*set(sys.modules) - known)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = {"ideaboard", "ideaboard.first_picture", "ideaboard.places"}
    assert set(ran.stdout.split()) <= {*ours, "__future__", "termios"}


def test_what_others_change_until_the_board_is_left_is_in_its_picture_or_there_is_none(
    board: Path, own_home: Path, make_service: MakeService
) -> None:
    with session() as one:
        one.wait_for_textual()
        one.child.send("q")
        make_service({"idea": ["At the last moment"]}).close()
        one.ended()
    assert "At the last" in kept().read_text("utf-8") or not paints()
    with session() as one:
        one.wait_for_textual()
        make_service({"idea": ["While it is open"]}).close()
        (own_home / "config.toml").write_text("theme = 'ideaboard-light'\n", encoding="utf-8")
        one.leave()
    assert not paints(), "the picture would be in the colours of the theme before"
    keep()
    assert paints()
    (own_home / "config.toml").unlink()
    with session() as one:
        one.wait_for_textual()
        (own_home / "state").mkdir(exist_ok=True)
        (own_home / "state" / "theme").write_text("ideaboard-light\n", encoding="utf-8")
        one.leave()
    assert not paints(), "the theme that another session has picked"
    keep()
    assert paints()
    assert "While it is" in kept().read_text("utf-8")


RESTING = """
import sys
from ideaboard import first_picture
first_picture.paint()
import ideaboard.ui.app as app
app._REST_SECONDS = 0.1
from ideaboard.cli.run import run
run([])
"""


def test_the_picture_is_kept_when_the_board_is_at_rest_and_when_its_terminal_is_closed(board: Path) -> None:
    with session("-c", RESTING) as one:
        one.wait_for_textual()
        one.wait(lambda: [*Path(os.environ["IDEABOARD_CACHE"]).glob("picture-*")])
        first = kept().read_bytes()
        one.child.send("L")
        one.wait(lambda: kept().read_bytes() != first)
        one.wait(paints)
        one.child.kill(signal.SIGKILL)
    assert paints()
    with session() as one:
        one.wait_for_textual()
        kept().unlink()
        one.child.kill(signal.SIGHUP)
        one.ended()
    assert one.child.exitstatus == 128 + signal.SIGHUP
    assert paints()


def test_nothing_is_kept_of_what_is_no_start(board: Path, own_home: Path) -> None:
    keep(IDEABOARD_NO_CACHE="1")
    (own_home / "config.toml").write_text("nonsense = 1\n", encoding="utf-8")
    assert b"nonsense" in keep().output
    assert not [*Path(os.environ["IDEABOARD_CACHE"]).glob("picture-*")]


@pytest.mark.parametrize("hours", [5, 15, 26, 37])
def test_time_changes_the_kept_picture_as_it_changes_the_board(make_service: MakeService, hours: int) -> None:
    for number in range(12):
        make_service(
            {"idea": [f"Idea {number}"], "making": [f"At work {number}"]}, NOW - timedelta(hours=37.1 * number)
        )
    service = make_service()
    service.ideas.add([NewIdea(title="Due today", stage="review", due=NOW.date().isoformat())])
    later = make_service(now=NOW + timedelta(hours=hours))

    def drawn(at: float, text: list[str]) -> list[str]:
        since, until, count = map(float, text[0].split())
        assert since <= at < until
        lines = text[1:]
        for change in lines[int(count) :]:
            moment, number, line = change.split(" ", 2)
            if at >= float(moment):
                lines[int(number)] = line
        return lines[: int(count)]

    def text_of(service: object) -> list[str]:
        app = IdeaboardApp(service)  # type: ignore[arg-type]  # what `make_service` gives
        screen = BoardScreen(app.service, app.keys_in_force, app.make_inks())
        return kept_picture._drawn(screen, Size(125, 40), app.console)[1:]

    now, then = (NOW + timedelta(hours=number) for number in (0, hours))
    first, second = text_of(service), text_of(later)
    assert drawn(then.timestamp(), first) == drawn(then.timestamp(), second)
    assert drawn(now.timestamp(), first) != drawn(then.timestamp(), first)
