"""What the program remembers by itself between two runs, for the person alone to read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ideaboard import files
from ideaboard.core.clock import moment, parse_moment
from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput
from ideaboard.paths import Paths

MOST = 200
_LONGEST = 2000
_LONGEST_NAME = 200
_MOST_UNANSWERED = 1000
_LONGEST_PAUSE = 30
"""Days between two questions for what nobody knows."""


def kept_json(path: Path, most: int) -> Any:
    """Return the JSON in a file of ours; None when there is none, or it is damaged."""
    try:
        return json.loads(files.read_file(path, most, own=True))
    except (OSError, ValueError, RecursionError):
        return None


def _kept_text(path: Path, most: int | None = None) -> str:
    try:
        return files.read_file(path, most, own=True).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


class Searches:
    """Remembers searches, the latest last, in the state folder, which is made when the first one comes."""

    def __init__(self, folder: str | Path) -> None:
        self._path = Path(folder, "searches")
        self._known: list[str] | None = None
        self._busy = threading.Lock()

    def all(self) -> list[str]:
        """Return the searches, the latest last; none when the file is not there or is not text."""
        with self._busy:
            return list(self._read())

    def add(self, words: str) -> None:
        """Remember a search; one that is known already becomes the latest.
        Raises `InvalidInput` when the file cannot be written; the search is remembered until the program ends.
        """
        words = clean_line(words)[:_LONGEST]
        if not words:
            return
        with self._busy:
            self._known = [*(known for known in self._read() if known != words), words][-MOST:]
            hint = f"look at the permissions of {self._path.parent}"
            with files.explained("the search cannot be remembered", hint):
                files.write_own(self._path, "".join(f"{line}\n" for line in self._known).encode("utf-8", "replace"))

    def _read(self) -> list[str]:
        if self._known is None:
            text = _kept_text(self._path)
            self._known = [line for part in text.split("\n") if (line := clean_line(part)[:_LONGEST])][-MOST:]
        return self._known


class Choices:
    """Remembers what was chosen last, by the name of the question; where nothing can be written, until the end."""

    def __init__(self, folder: str | Path) -> None:
        self._path = Path(folder, "choices.json")
        self._known: dict[str, str] | None = None

    def get(self, question: str) -> str:
        """Return the last answer, which may not fit any more; empty when there is none."""
        return self._read().get(question, "")

    def put(self, question: str, answer: str) -> None:
        known = self._read()
        known.pop(question, None)
        known[question] = answer
        self._known = dict([*known.items()][-MOST:])
        with suppress(OSError):
            files.write_own(self._path, json.dumps(self._known, indent=1).encode())

    def _read(self) -> dict[str, str]:
        if self._known is None:
            found = kept_json(self._path, _LONGEST * MOST)
            pairs = found.items() if isinstance(found, dict) else ()
            self._known = {key: value for key, value in pairs if isinstance(value, str)}
        return self._known


class Unanswered:
    """Remembers what nobody knew, and when it was asked for, so that it is asked for ever more rarely: at first after a
    day, at last after a month. Where nothing can be written, nothing is remembered and nothing is said.
    """

    def __init__(self, folder: str | Path) -> None:
        self._path = Path(folder, "unanswered")

    def due(self, names: Iterable[str], now: datetime) -> frozenset[str]:
        """Return those that may be asked for, again or for the first time."""
        known = self._read()
        early = (name for name, (times, last) in known.items() if timedelta(0) <= now - last < _pause(times))
        return frozenset(names).difference(early)

    def note(self, names: Iterable[str], now: datetime) -> frozenset[str]:
        """Note that nobody knows these; return those of which it was not known before."""
        known = self._read()
        names = [*names]
        new = frozenset(names) - known.keys()
        for name in names:
            times, _ = known.pop(name, (0, now))
            known[name] = (times + 1, now)
        if names:
            kept = [f"{times} {moment(last)} {name}\n" for name, (times, last) in [*known.items()][-_MOST_UNANSWERED:]]
            with suppress(OSError):
                files.write_own(self._path, "".join(kept).encode())
        return new

    def _read(self) -> dict[str, tuple[int, datetime]]:
        known: dict[str, tuple[int, datetime]] = {}
        for line in _kept_text(self._path).split("\n"):
            times, _, rest = line.partition(" ")
            last, _, name = rest.partition(" ")
            with suppress(InvalidInput, ValueError):
                known[name] = (int(times), parse_moment(last))
        return known


def _pause(times: int) -> timedelta:
    """Return how long nothing is asked; an hour less than whole days, for who asks at the same time every day."""
    return timedelta(days=min(2 ** max(0, min(times, 9) - 1), _LONGEST_PAUSE), hours=-1)


def remembered_theme(paths: Paths) -> str:
    """Return the name of the theme that was picked last; empty when none was, or it cannot be read."""
    return _kept_text(Path(paths.state, "theme"), _LONGEST_NAME).strip()


def remember_theme(paths: Paths, name: str) -> None:
    """Remember a theme; where nothing can be written, nothing is remembered and nothing is said."""
    with suppress(OSError):
        files.write_own(Path(paths.state, "theme"), f"{name}\n".encode())
