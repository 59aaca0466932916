"""Opens the program in a pseudo-terminal and reads its screen as a person would."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from types import TracebackType

import pexpect
import pyte

PATIENCE = 20.0


def hear_ctrl_c() -> None:
    """Let a child hear Ctrl+C, even if whoever runs the tests does not, as in the background of a script."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A program in a pseudo-terminal of `columns` by `lines` cells; it is ended when the block is left.

    Args:
        arguments: for `python -m ideaboard`.
        columns: the width.
        lines: the height.
        environment: on top of the test's own.
    """

    def __init__(
        self, *arguments: str, columns: int = 120, lines: int = 30, environment: dict[str, str] | None = None
    ) -> None:
        # Whoever runs the tests may have set these, and they would count more than the size of the terminal.
        own = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._output = b""
        self._child: pexpect.spawn[bytes] = pexpect.spawn(
            sys.executable,
            ["-m", "ideaboard", *arguments],
            dimensions=(lines, columns),
            env={**own, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(environment or {})},
            timeout=PATIENCE,
        )
        self._child.delaybeforesend = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, _type: type[BaseException] | None, _value: object, _where: TracebackType | None) -> None:
        self._child.close(force=True)

    def press(self, keys: str) -> None:
        """Type keys; `\\r` is Enter, `\\x1b` is Esc."""
        self.send(keys.encode())

    def send(self, data: bytes) -> None:
        """Send bytes as they are; what is written meanwhile is read, or both sides would wait for each other."""
        for start in range(0, len(data), 1024):
            self._child.send(data[start : start + 1024])
            if len(data) > 1024:
                self._read(0)

    def text(self) -> str:
        """Return what is on the screen, a line for each row."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_for(self, wanted: str | Callable[[str], bool]) -> str:
        """Read until a text is on the screen, or until what is there passes a check, and return the screen."""
        check = wanted if callable(wanted) else lambda text: wanted in text
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self._read()
            if check(self.text()):
                return self.text()
        raise AssertionError(f"{wanted!r} did not come; the screen was\n{self.text()}")

    def until(self, keys: bytes, wanted: str) -> None:
        """Press keys, again and again, until a text is on the screen."""
        deadline = time.monotonic() + PATIENCE
        while wanted not in self.text():
            assert time.monotonic() < deadline, self.text()
            self.send(keys)
            self._read()
            while self._read():
                pass

    def wait_for_exit(self) -> int:
        """Read until the program has ended, and return its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._child.isalive() and time.monotonic() < deadline:
            self._read()
        assert not self._child.isalive(), f"the program still runs; the screen was\n{self.text()}"
        while self._read():
            pass
        return int(self._child.exitstatus or 0)

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        self._child.kill(number)

    @property
    def output(self) -> bytes:
        """Everything that was written."""
        return self._output

    def left_the_full_screen(self) -> bool:
        """Tell whether the last thing that was said of the alternate screen is that it is over."""
        return self._output.rfind(b"\x1b[?1049l") > self._output.rfind(b"\x1b[?1049h")

    def _read(self, seconds: float = 0.1) -> bool:
        """Take in what was written; tell whether there was anything."""
        try:
            data = self._child.read_nonblocking(65536, timeout=seconds)
            self._output += data
            self._stream.feed(data)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        return True
