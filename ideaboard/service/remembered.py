"""What the program remembers by itself between two runs: the theme that was picked last."""

from __future__ import annotations

from ideaboard.paths import Paths

_LIMIT = 200


def remembered_theme(paths: Paths) -> str:
    """Return the name of the theme that was picked last; empty when none was, or it cannot be read."""
    try:
        return (paths.state / "theme").read_text(encoding="utf-8")[:_LIMIT].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def remember_theme(paths: Paths, name: str) -> None:
    """Remember a theme; where nothing can be written, nothing is remembered and nothing is said."""
    try:
        paths.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        (paths.state / "theme").write_text(name + "\n", encoding="utf-8")
    except OSError:
        return
