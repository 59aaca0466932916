"""A program in a pseudo-terminal: pressed, and watched until nothing happens any more.

Output is stamped as it arrives and never interpreted. A program has settled when it wrote nothing for a while and used
no more CPU.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping
from pathlib import Path

WIDTH, HEIGHT = 160, 48
LONGEST = 60.0
FRAME = b"\x1b[?2026h"

# The answers of a modern terminal to what Textual asks when it starts.
ANSWERS = ((b"\x1b[?2026$p", b"\x1b[?2026;2$y"), (b"\x1b[?2048$p", b"\x1b[?2048;0$y"), (b"\x1b[c", b"\x1b[?62;22c"))


class Program:
    """A program in a pseudo-terminal.

    Args:
        command: the program and its arguments.
        environment: on top of this process's own.
        text: what its first picture ends in; `seen` is when that came, `seen_cpu` the seconds of CPU used by then.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str] | None = None, text: bytes = b"") -> None:
        self.text = text
        self.seen = 0.0
        self.seen_cpu = self.first_cpu = self.last_cpu = 0.0
        self.frames = 0
        """Synchronized updates since the last call of `settle`."""
        self._tail = b""
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", **(environment or {}))
            for name in ("LINES", "COLUMNS", "NO_COLOR"):
                os.environ.pop(name, None)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
            os.execvp(command[0], command)  # no shell is wanted
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))

    def press(self, keys: str) -> float:
        """Press keys; return the moment."""
        at = time.perf_counter()
        os.write(self.fd, keys.encode())
        return at

    def settle(self, quiet: float) -> tuple[float, float, int]:
        """Wait until nothing happens any more; return when output first and last came, and the bytes of it."""
        first = last = 0.0
        count = self.frames = 0
        cpu = self.cpu()
        until = time.perf_counter() + LONGEST
        calm = time.perf_counter()
        while time.perf_counter() < until:
            ready, _, _ = select.select([self.fd], [], [], 0.02)
            now = time.perf_counter()
            if ready:
                try:
                    data = os.read(self.fd, 1 << 16)
                except OSError:
                    break
                if not data:
                    break
                for question, answer in ANSWERS:
                    if question in data:
                        os.write(self.fd, answer)
                self.last_cpu = self.cpu_seconds()
                if not first:
                    first, self.first_cpu = now, self.last_cpu
                last = now
                self.frames += data.count(FRAME)
                if self.text and not self.seen and self.text in self._tail + data:
                    self.seen, self.seen_cpu = now, self.last_cpu
                self._tail = data[-len(self.text) :]
                count += len(data)
                calm = now
            used = self.cpu()
            if used != cpu:
                cpu, calm = used, now
            if now - calm > quiet:
                break
        return first, last, count

    def cpu(self) -> int:
        """Return the CPU time used, in ticks."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            return 0
        return int(fields[11]) + int(fields[12])

    def cpu_seconds(self) -> float:
        """Return the CPU time used so far, to the nanosecond where the system tells it."""
        try:
            # The clock of another process; Linux makes its number so (clock_getcpuclockid(3)).
            return time.clock_gettime((~self.pid << 3) | 2)
        except (OSError, AttributeError):
            return 0.0

    def memory(self) -> float:
        """Return the resident memory in MB."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def quit(self, keys: str = "q") -> float:
        """Press the keys that end it; return the seconds until the process is gone."""
        at = self.press(keys)
        while time.perf_counter() < at + 10:
            ready, _, _ = select.select([self.fd], [], [], 0.001)
            if ready:
                with contextlib.suppress(OSError):
                    os.read(self.fd, 1 << 16)
            done, _ = os.waitpid(self.pid, os.WNOHANG)
            if done:
                os.close(self.fd)
                return time.perf_counter() - at
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
        return LONGEST
