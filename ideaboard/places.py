"""The names of places: the folders of the user, and the board in this folder or above.

The first picture needs them before anything heavy is imported, so this module imports nothing but `os` and `sys`.
"""

# Paths are text here, as the operating system takes them: pathlib would cost time at every start.
# ruff: noqa: PTH111, PTH112, PTH114, PTH118, PTH120

from __future__ import annotations

import os
import sys

APP = "ideaboard"
BOARD_NAME = "board.jsonl"
LOCAL_BOARD = os.path.join(".ideaboard", BOARD_NAME)
_BELOW_HOME = {"data": ".local/share", "config": ".config", "cache": ".cache", "state": ".local/state"}


def folder_of(path: str) -> str:
    return os.path.dirname(path) or os.curdir


def found_board(folder: str) -> str:
    """Return the nearest board here or above, whatever it is: whoever opens it says what is wrong with it."""
    while True:
        local = os.path.join(folder, LOCAL_BOARD)
        if os.path.lexists(local) and (os.path.islink(local) or not os.path.isdir(local)):
            return local
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above


def given_path(text: str | None) -> str:
    return user_path(text) if text else ""


def user_path(text: str) -> str:
    """Return a path that a person wrote, with `~` for a home folder, and without what says nothing, as pathlib does."""
    text = os.path.expanduser(text.replace("\0", "\ufffd"))  # no file can be called so, and every call would raise
    if os.sep != "/":
        from pathlib import Path

        return str(Path(text))
    root = text[: len(text) - len(text.lstrip("/"))]
    parts = [part for part in text.split("/") if part not in ("", os.curdir)]
    return ("/" if len(root) > 2 else root) + "/".join(parts) or os.curdir


def typed_path(text: str) -> str:
    """Return the path that is meant by what was typed behind another one: the last root wins, as in `os.path.join`."""
    return text[max(text.rfind("//", 1), text.rfind("/~/")) + 1 :]


def in_user_folder(what: str, *below: str) -> str:
    """Return the user's data, config, cache or state folder, as `platformdirs` names it, or what lies below it.

    On Linux the rule is short (XDG Base Directory Specification), and `platformdirs` costs every command 9 ms to say
    the same; it is asked everywhere else, and when the environment is unusual.
    """
    if sys.platform == "linux" and "ANDROID_ROOT" not in os.environ:
        given = os.environ.get(f"XDG_{what.upper()}_HOME", "")
        if given.startswith("/"):
            return user_path(os.path.join(given, APP, *below))
        home = os.environ.get("HOME", "")
        if home.startswith("/"):
            return user_path(os.path.join(home, _BELOW_HOME[what], APP, *below))
    import platformdirs

    folder: str = getattr(platformdirs, f"user_{what}_dir")(APP, appauthor=False)
    return user_path(os.path.join(folder, *below))
