"""The first picture: what the board will show, painted before anything heavy is imported.

When the board is left, its picture is kept in the cache folder (`ideaboard.ui.board.kept_picture`), under two keys that
name all that it depends on: how it looks, and what is on the board. At the next start it is painted when both are still
right. Where only the board is another one by now, its picture is drawn as soon as the board is read, in the looks that
were kept (`ideaboard.ui.board.opening`). Then Textual is imported, takes the terminal over and paints the same cells.
Keys that are typed meanwhile wait in the terminal. With `IDEABOARD_NO_CACHE` in the environment nothing is kept and
nothing is painted early.

This module imports only what Python has loaded anyway, or loads in no time.
"""

# Paths are text here, as in `ideaboard.places`.
# ruff: noqa: PTH109, PTH116, PTH118

from __future__ import annotations

import os
import sys
import time

import ideaboard
from ideaboard.places import BOARD_NAME, folder_of, found_board, given_path, in_user_folder

TYPE_CHECKING = False  # the module `typing` takes longer to import than a picture takes to paint
if TYPE_CHECKING:
    from typing import Any

if sys.platform != "win32":
    # `signal` adds names to this, for a third of the time that Python takes to start.
    import _signal  # type: ignore[import-not-found]  # it has no stubs
    import termios

ENTER = "\x1b[?1049h"
"""Enters the alternate screen, which is blank then (xterm's control sequences, DECSET 1049)."""
MARK = "ideaboard picture 2"
MOST_BYTES = 1 << 20
_BEGIN = "\x1b[?25l\x1b[?2004h\x1b[?7l"
"""No cursor, pastes between marks as Textual will want them, no line goes on in the next."""
_END = "\x1b[<u" + "".join(f"\x1b[?{mode}l" for mode in (1000, 1003, 1004, 1006, 1015, 1049, 2004, 2048))
_END += "\x1b[?7h\x1b[?25h"
"""Takes back what the board may have asked of the terminal; what was not asked for stays as it is."""
_NAMES = ("TERM", "NO_COLOR", "FORCE_COLOR", "UNICODE_VERSION", "HOME", "TZ", "IDEABOARD_AS")
_PREFIXES = ("COLOR", "LANG", "LC_", "PYTHON", "TEXTUAL_", "TTY_", "XDG_")
_TAIL = 64
_SIGNALLED = 128


class Surroundings:
    """Where things are, and all that the look of the board depends on besides board, terminal and clock."""

    def __init__(self, board: str) -> None:
        get = os.environ.get
        given = given_path(board or get("IDEABOARD_BOARD"))
        self.board = given or found_board(os.getcwd()) or in_user_folder("data", BOARD_NAME)
        config = given_path(get("IDEABOARD_CONFIG")) or in_user_folder("config", "config.toml")
        state = given_path(get("IDEABOARD_STATE")) or in_user_folder("state")
        self.cache = given_path(get("IDEABOARD_CACHE")) or in_user_folder("cache")
        self.theme = os.path.join(state, "theme")
        folder = folder_of(self.board)
        looked_at = (folder, config, in_user_folder("data", "trusted"), os.path.join(folder, "templates"))
        packages = [path for path in sys.path if path.endswith("-packages")]
        self.facts = (
            (ideaboard.__version__, sys.version, [_identity(path) for path in packages]),
            (self.board, looked_at, [_identity(path) for path in looked_at[1:]]),
            # Others in a folder, such as the lock of the board, change its times, not whose it is.
            _identity(folder)[:4],
            sorted(item for item in os.environ.items() if item[0] in _NAMES or item[0].startswith(_PREFIXES)),
        )

    @property
    def path(self) -> str:
        """The file that keeps the picture of this board."""
        from zlib import crc32

        return os.path.join(self.cache, f"picture-{crc32(os.fsencode(os.path.realpath(self.board))):08x}")

    def looks(self, columns: int, lines: int) -> str:
        """Return the key of how a picture looks, whatever is on the board."""
        return ascii((self.facts, _identity(self.theme), time.localtime().tm_gmtoff, columns, lines))

    def board_now(self) -> str:
        """Return the key of what is on the board; raises `OSError` when there is no board file."""
        fd = os.open(self.board, _READ)
        try:
            status = os.fstat(fd)
            end = os.pread(fd, _TAIL, max(status.st_size - _TAIL, 0))
        finally:
            os.close(fd)
        # A copy that is put back over the file may have its size, its times and its end, but never its ctime.
        return ascii((_identity(self.board)[:4], _facts_of(status), status.st_ctime_ns, end))


_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)


def _identity(path: str) -> tuple[int, ...]:
    """Return what tells a file from another one and from itself before a change; of a link, that of both its ends."""
    facts: tuple[int, ...] = ()
    try:
        facts = _facts_of(status := os.lstat(path))
        # Many keep their config in a repository, and a link to it where it is looked for.
        return facts + _facts_of(os.stat(path)) if status.st_mode & 0o170000 == 0o120000 else facts
    except (OSError, ValueError):
        return facts


def _facts_of(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_mode, status.st_uid, status.st_size, status.st_mtime_ns)


class _Start:
    """What happened so far: how things were at the start, and how the terminal was before it was painted on."""

    surroundings: Surroundings | None = None
    before: list[Any] | None = None
    is_ours = False
    """Whether the picture is on the terminal, and nobody has taken that over."""
    kept: tuple[tuple[int, int], str] | None = None
    """The size of the terminal, and the escapes of all styles, of a picture that is of another board than now."""


def paint(board: str = "") -> None:
    """Paint the kept picture of a board, or of the usual one, when it is true; whatever is wrong with it, nothing is
    painted and nothing is said.
    """
    if os.name != "posix" or os.environ.get("IDEABOARD_NO_CACHE"):
        return
    try:
        surroundings = _Start.surroundings = Surroundings(board)
        if _is_own_terminal():
            size = os.get_terminal_size(1)
            looks, kept = _read(surroundings.path)
            if looks[0] == surroundings.looks(*size):
                _Start.kept = (size.columns, size.lines), looks[1]
                show(_true_lines(kept, surroundings.board_now(), size.lines))
    except Exception:  # noqa: BLE001  # the board opens as it does without a picture, and says what is wrong
        give_back()


def _is_own_terminal() -> bool:
    """Tell whether the board will be on this terminal, as large as that is, and this process may paint there now."""
    unusual = ("COLUMNS", "LINES", "TEXTUAL_DRIVER", "_IDEABOARD_COMPLETE")
    return (
        os.environ.get("TERM", "") not in ("", "dumb", "unknown")
        and not any(name in os.environ for name in unusual)
        and all(os.isatty(fd) for fd in range(3))
        and os.tcgetpgrp(0) == os.getpgrp()
    )


def _read(path: str) -> tuple[tuple[str, str], list[str]]:
    """Return of what is kept how it looks (the key, and the escapes of all styles) and the rest; empty when it is not
    ours. Raises any error when it is no picture.
    """
    fd = os.open(path, _READ | os.O_NOFOLLOW)
    try:
        status = os.fstat(fd)
        mine = status.st_uid == os.geteuid() and status.st_nlink == 1
        if not mine or status.st_mode & 0o170077 != 0o100000 or status.st_size > MOST_BYTES:
            return ("", ""), []
        data = b""
        while more := os.read(fd, MOST_BYTES):
            data += more
    finally:
        os.close(fd)
    mark, looks, board, escapes, *rest, end = data.decode().split("\n")
    return ((looks, escapes), [board, *rest]) if mark == end == MARK else (("", ""), [])


def _true_lines(kept: list[str], board_now: str, count: int) -> list[str]:
    """Return the lines of the picture as they are by now; none when it is not true. Raises any error when it is none
    of ours.
    """
    board, times, *lines = kept
    since, until, there = map(float, times.split())
    now = time.time()
    if board != board_now or there != count or not since <= now < until or len(lines) < count:
        return []
    # Behind the lines stand those that time changes: from when on, which, and how it looks then.
    for change in lines[count:]:
        moment, number, line = change.split(" ", 2)
        if now < float(moment):
            break
        lines[int(number)] = line
    return lines[:count]


def is_harmless(line: str) -> bool:
    """Tell whether a line has nothing in it but what can be printed and how that looks (SGR: ECMA-48, 8.3.117)."""
    first, *rest = line.split("\x1b[")
    if not first.isprintable():
        return False
    for part in rest:
        look, m, text = part.partition("m")
        if not m or look.strip("0123456789;") or not text.isprintable():
            return False
    return True


def show(lines: list[str]) -> None:
    """Paint the lines, unless one has in it what no board shows."""
    if not lines or not all(map(is_harmless, lines)):
        return
    painted = "".join(f"\x1b[{number};1H{line}\x1b[m" for number, line in enumerate(lines, 1))
    data = (ENTER + _BEGIN + painted).encode()
    _Start.before = termios.tcgetattr(0)
    _Start.is_ours = True
    for number in (_signal.SIGHUP, _signal.SIGQUIT, _signal.SIGTERM):
        if _signal.getsignal(number) == _signal.SIG_DFL:
            _signal.signal(number, _ended)
    _signal.signal(_signal.SIGTSTP, _signal.SIG_IGN)  # until Textual's driver is there, which stops with grace
    raw = termios.tcgetattr(0)
    # As Textual's driver sets them: keys come one by one and unseen, none of them is a signal.
    raw[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    raw[6][termios.VMIN] = 1
    termios.tcsetattr(0, termios.TCSANOW, raw)
    while data:
        data = data[os.write(2, data) :]


def _ended(number: int, _frame: object) -> None:
    _restore()
    os._exit(_SIGNALLED + number)


def _restore() -> None:
    try:
        if _Start.before is not None:
            termios.tcsetattr(0, termios.TCSANOW, _Start.before)
        os.write(2, _END.encode())
    except (OSError, termios.error):  # the terminal is gone
        return


def give_back() -> None:
    """Bring the terminal to what it was before the picture, unless somebody took it over: something else is to be said
    than the picture does.
    """
    if _Start.is_ours:
        _Start.is_ours = False
        _restore()


def is_painted() -> bool:
    return _Start.is_ours


def take_over() -> list[Any] | None:
    """Take the terminal over as it is; return how it was before the picture, None when there is no picture on it."""
    before = _Start.before if _Start.is_ours else None
    _Start.is_ours = False
    return before


def kept_looks() -> tuple[tuple[int, int], str] | None:
    """Return the size and the escapes of all styles of a kept picture that was not painted, because something else is
    on the board by now; None when there is none, or it is of another terminal.
    """
    if _Start.is_ours or _Start.kept is None or not _is_own_terminal():
        return None
    return _Start.kept if _Start.kept[0] == tuple(os.get_terminal_size(1)) else None


def at_start() -> Surroundings | None:
    """Return how things were before the board was read; None when no picture is wanted."""
    return _Start.surroundings
