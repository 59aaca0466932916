"""What the program remembers by itself between two runs: the theme that was picked last."""

from __future__ import annotations

from ideaboard import files
from ideaboard.paths import Paths

_LIMIT = 200


def remembered_theme(paths: Paths) -> str:
    """Return the name of the theme that was picked last; empty when none was, or it cannot be read."""
    try:
        return files.read_file(paths.state / "theme", _LIMIT, own=True).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def remember_theme(paths: Paths, name: str) -> None:
    """Remember a theme; where nothing can be written, nothing is remembered and nothing is said."""
    try:
        files.make_folder(paths.state)
        files.write_whole(paths.state / "theme", f"{name}\n".encode())
    except OSError:
        return
