"""Where things are. Nothing is created here; whoever writes first creates the folder, private to the user.

| what | where |
|---|---|
| the board | `--board`, else `IDEABOARD_BOARD`, else `.ideaboard/board.jsonl` here or above, else user data |
| the config | `--config`, else `IDEABOARD_CONFIG`, else the user's config folder |
| the cache | `IDEABOARD_CACHE`, else the user's cache folder; safe to delete |
| the state | `IDEABOARD_STATE`, else the user's state folder: what the program remembers, such as the theme |
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

APP = "ideaboard"
_BELOW_HOME = {"data": ".local/share", "config": ".config", "cache": ".cache", "state": ".local/state"}
LOCAL_BOARD = Path(".ideaboard") / "board.jsonl"


class Paths(NamedTuple):
    """The files and folders of one run."""

    board: Path
    config: Path
    cache: Path
    state: Path

    @property
    def templates(self) -> tuple[Path, ...]:
        """The folders of the user's own templates, the first look-up first."""
        return (self.board.parent / "templates", self.config.parent / "templates")


def find_paths(board: str | None, config: str | None, environ: Mapping[str, str], cwd: Path) -> Paths:
    """Find out where everything is.

    Args:
        board: the `--board` option.
        config: the `--config` option.
        environ: the environment.
        cwd: the folder in which the program was started.
    """
    return Paths(
        board=_board(board or environ.get("IDEABOARD_BOARD"), cwd),
        config=_given(config or environ.get("IDEABOARD_CONFIG")) or _user_folder("config") / "config.toml",
        cache=_given(environ.get("IDEABOARD_CACHE")) or _user_folder("cache"),
        state=_given(environ.get("IDEABOARD_STATE")) or _user_folder("state"),
    )


def _board(given: str | None, cwd: Path) -> Path:
    if path := _given(given):
        return path
    for folder in (cwd, *cwd.parents):
        local = folder / LOCAL_BOARD
        if os.path.isfile(local):  # noqa: PTH113  # Path.is_file() raises where a folder cannot be looked into
            return local
    return _user_folder("data") / "board.jsonl"


def _given(text: str | None) -> Path | None:
    if not text:
        return None
    try:
        return Path(text).expanduser()
    except RuntimeError:  # there is no such user, so the tilde is part of a name
        return Path(text)


def _user_folder(what: str) -> Path:
    """Return the user's data, config, cache or state folder, as `platformdirs` names it.

    On Linux the rule is short (XDG Base Directory Specification), and `platformdirs` costs every command 9 ms to say
    the same; it is asked everywhere else, and when the environment is unusual.
    """
    if sys.platform == "linux" and "ANDROID_ROOT" not in os.environ:
        given = os.environ.get(f"XDG_{what.upper()}_HOME", "")
        if given.startswith("/"):
            return Path(given) / APP
        home = os.environ.get("HOME", "")
        if home.startswith("/"):
            return Path(home) / _BELOW_HOME[what] / APP
    import platformdirs

    folders = {
        "data": platformdirs.user_data_path,
        "config": platformdirs.user_config_path,
        "cache": platformdirs.user_cache_path,
        "state": platformdirs.user_state_path,
    }
    return folders[what](APP, appauthor=False)
