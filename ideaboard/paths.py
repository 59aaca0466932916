"""Where things are, and which boards are trusted. Whoever writes first creates the folder, private to the user.

| what | where |
|---|---|
| the board | `--board`, else `IDEABOARD_BOARD`, else `.ideaboard/board.jsonl` here or above, else user data |
| the config | `--config`, else `IDEABOARD_CONFIG`, else the user's config folder |
| the cache | `IDEABOARD_CACHE`, else the user's cache folder; safe to delete |
| the state | `IDEABOARD_STATE`, else the user's state folder: what the program remembers, such as the theme |
| the trusted folders | `trusted` in the user's data folder, one a line |

A board that is found may be a stranger's. One in a folder of another user, or that is a link out of its repository, is
refused until its folder is trusted, as by git's `safe.directory`. Templates beside a board are programs: they count
only where the board is trusted, or is the user's own and in no repository.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ideaboard import files
from ideaboard.errors import BoardFileError, InvalidInput

APP = "ideaboard"
_BELOW_HOME = {"data": ".local/share", "config": ".config", "cache": ".cache", "state": ".local/state"}
BOARD_NAME = "board.jsonl"
LOCAL_BOARD = Path(".ideaboard") / BOARD_NAME


class Paths(NamedTuple):
    """The files and folders of one run."""

    board: Path
    config: Path
    cache: Path
    state: Path
    trusted: bool = False
    """Whether templates beside the board may run."""
    refusal: BoardFileError | None = None
    """Why the board that was found may not be used."""

    @property
    def templates(self) -> tuple[Path, ...]:
        """The folders of the user's own templates, the first look-up first."""
        beside = self.board.parent / "templates"
        is_used = self.trusted and not files.leads_out(beside)
        return (*((beside,) if is_used else ()), self.config.parent / "templates")

    @property
    def notice(self) -> str:
        """What to say about templates that are not used."""
        beside = self.board.parent / "templates"
        if beside in self.templates or not os.path.isdir(beside):  # noqa: PTH112  # as in `_found`
            return ""
        then = "they are a link" if self.trusted else f"look at them, then {trust_command(self.board)}"
        return f"the templates in '{beside}' are not used: {then}"


def find_paths(board: str | None, config: str | None, environ: Mapping[str, str], cwd: Path) -> Paths:
    """Find out where everything is.

    Args:
        board: the `--board` option.
        config: the `--config` option.
        environ: the environment.
        cwd: the folder in which the program was started.
    """
    given = _given(board or environ.get("IDEABOARD_BOARD"))
    local = None if given else _found(cwd)
    found = given or local or _user_folder("data") / BOARD_NAME
    trusted = str(trust_place(found)) in trusted_folders()
    return Paths(
        board=found,
        config=_given(config or environ.get("IDEABOARD_CONFIG")) or _user_folder("config") / "config.toml",
        cache=_given(environ.get("IDEABOARD_CACHE")) or _user_folder("cache"),
        state=_given(environ.get("IDEABOARD_STATE")) or _user_folder("state"),
        trusted=trusted or _is_private(found),
        refusal=_refusal(local) if local and not trusted else None,
    )


def _found(cwd: Path) -> Path | None:
    """Return the nearest board here or above, whatever it is: whoever opens it says what is wrong with it."""
    for folder in (cwd, *cwd.parents):
        local = folder / LOCAL_BOARD
        if os.path.lexists(local) and (os.path.islink(local) or not os.path.isdir(local)):  # noqa: PTH112, PTH114
            return local  # Path.is_dir() raises where a folder cannot be looked into
    return None


def _is_private(board: Path) -> bool:
    """Tell whether a board was not found in a repository, which somebody else may have filled, but in the user's place.

    It is the one in the data folder, or one that the user named.
    """
    if board.parent.name == ".ideaboard":
        return False
    above = files.folders_above(os.path.realpath(board.parent))
    if board != _user_folder("data") / BOARD_NAME and any(os.path.lexists(Path(folder, ".git")) for folder in above):
        return False
    try:
        return files.is_mine(board.parent.stat().st_uid)
    except OSError:  # it is not there yet, so nobody else has put anything beside it
        return True


def _refusal(board: Path) -> BoardFileError | None:
    """Return what speaks against a board that nobody named: it is another user's, or a link out of its repository."""
    hint = f"name another board with --board, or look at it, then {trust_command(board)}"
    try:
        own = all(files.is_mine(os.lstat(path).st_uid) for path in (board, board.parent))
        # Root may do everything anyway, so that a folder of root's is no danger: in it, nobody else can put ours.
        own = own and (files.is_mine(uid := trust_place(board).stat().st_uid) or uid == 0)
        own = own and all(files.is_mine(path.stat().st_uid) for path in (board, board.parent))
    except OSError as error:
        return BoardFileError(f"'{board}' cannot be read: {files.reason(error)}", hint)
    if not own:
        return BoardFileError(f"'{board}' belongs to another user", hint)
    if files.leads_out(board):
        return BoardFileError(f"'{board}' is a link that leads out of its repository", hint)
    return None


def trust_place(board: Path) -> Path:
    """Return the folder by which a board is trusted: the one that `.ideaboard` lies in, else the board's own."""
    folder = board.parent.parent if board.parent.name == ".ideaboard" else board.parent
    return Path(os.path.realpath(folder))


def trust_command(board: Path) -> str:
    """Return what to do about a board that is not trusted, for a hint."""
    import shlex

    return f"trust it with: ideaboard trust {shlex.quote(str(trust_place(board)))}"


def trusted_folders() -> list[str]:
    """Return the folders whose boards are trusted; none when the list is not there or not the user's own."""
    try:
        return os.fsdecode(files.read_file(_user_folder("data") / "trusted", own=True)).splitlines()
    except OSError:
        return []


def trust(folder: Path, *, remove: bool = False) -> Path:
    """Put a folder on the list of the trusted ones, or take it off; return it as it stands there.

    Raises:
        InvalidInput: when there is no board in it, or the list cannot be written.
    """
    place = trust_place(Path(os.path.abspath(folder), BOARD_NAME))  # noqa: PTH100  # the links are for `trust_place`
    known = trusted_folders()
    if remove and str(place) not in known:
        raise InvalidInput(f"'{place}' is not trusted", "see what is with: ideaboard trust --list")
    if not remove and not any(os.path.lexists(place / name) for name in (LOCAL_BOARD, BOARD_NAME)):
        raise InvalidInput(f"there is no board in '{place}'", "name the folder in which '.ideaboard' lies")
    if len(str(place).splitlines()) != 1:
        raise InvalidInput("a folder with a line break in its name cannot be trusted", "rename it first")
    lines = [line for line in known if line != str(place)] + ([] if remove else [str(place)])
    path = _user_folder("data") / "trusted"
    try:
        files.make_folder(path.parent)
        files.write_whole(path, os.fsencode("".join(f"{line}\n" for line in lines)))
    except OSError as error:
        raise InvalidInput(f"'{path}' cannot be written: {files.reason(error)}", "look at its folder") from None
    return place


def _given(text: str | None) -> Path | None:
    return user_path(text) if text else None


def user_path(text: str) -> Path:
    """Return a path that a person wrote, with `~` for a home folder."""
    text = text.replace("\0", "\ufffd")  # no file can be called so, and every call would raise
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
