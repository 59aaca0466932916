"""What the program remembers by itself between two runs, for the person alone to read: searches, and the theme."""

from __future__ import annotations

import threading
from pathlib import Path

from ideaboard import files
from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput
from ideaboard.paths import Paths

MOST = 200
_LONGEST = 2000
_LONGEST_NAME = 200


class Searches:
    """Remembers searches, the latest last, in the state folder, which is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "searches"
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
            try:
                files.make_folder(self._path.parent)
                files.write_whole(self._path, "".join(f"{line}\n" for line in self._known).encode("utf-8", "replace"))
            except OSError as error:
                raise InvalidInput(
                    f"the search cannot be remembered: {files.reason(error)}",
                    f"look at the permissions of {self._path.parent}",
                ) from None

    def _read(self) -> list[str]:
        if self._known is None:
            try:
                text = files.read_file(self._path, own=True).decode("utf-8")
            except (OSError, UnicodeDecodeError):
                text = ""
            self._known = [line for part in text.split("\n") if (line := clean_line(part)[:_LONGEST])][-MOST:]
        return self._known


def remembered_theme(paths: Paths) -> str:
    """Return the name of the theme that was picked last; empty when none was, or it cannot be read."""
    try:
        return files.read_file(Path(paths.state, "theme"), _LONGEST_NAME, own=True).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def remember_theme(paths: Paths, name: str) -> None:
    """Remember a theme; where nothing can be written, nothing is remembered and nothing is said."""
    try:
        files.make_folder(paths.state)
        files.write_whole(Path(paths.state, "theme"), f"{name}\n".encode())
    except OSError:
        return
