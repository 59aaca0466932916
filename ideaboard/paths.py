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
only where the board is trusted, or is the user's own and in no repository; a `publish.toml` needs the trust, too.
"""

# Paths are text here, as the operating system takes them: pathlib would cost time at every start.
# ruff: noqa: PTH100, PTH112, PTH116, PTH118, PTH119

from __future__ import annotations

import os

from ideaboard import files
from ideaboard.errors import BoardFileError, InvalidInput
from ideaboard.places import BOARD_NAME, LOCAL_BOARD, folder_of, found_board, given_path, in_user_folder

TYPE_CHECKING = False  # as in `ideaboard.files`
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Paths:
    """The files and folders of one run; templates beside a `trusted` board may run."""

    def __init__(
        self,
        *,
        board: str,
        config: str,
        cache: str,
        state: str,
        trusted: bool = False,
        refusal: BoardFileError | None = None,
    ) -> None:
        self.board = board
        self.config = config
        self.cache = cache
        self.state = state
        self.trusted = trusted
        self.refusal = refusal

    @property
    def templates(self) -> tuple[Path, ...]:
        """The folders of the user's own templates, the first look-up first."""
        from pathlib import Path

        return tuple(map(Path, [*self._own_beside, os.path.join(folder_of(self.config), "templates")]))

    @property
    def _own_beside(self) -> list[str]:
        return [self._beside] if self.trusted and not files.leads_out(self._beside) else []

    @property
    def _beside(self) -> str:
        return os.path.join(folder_of(self.board), "templates")

    @property
    def notice(self) -> str:
        """What to say about templates that are not used."""
        if not os.path.isdir(self._beside) or self._own_beside:
            return ""
        then = "they are a link" if self.trusted else f"look at them, then {trust_command(self.board)}"
        return f"the templates in '{self._beside}' are not used: {then}"


def find_paths(board: str | None, config: str | None, environ: Mapping[str, str], cwd: files.AnyPath) -> Paths:
    """Find out where everything is, from the options, the environment and the current folder."""
    given = given_path(board or environ.get("IDEABOARD_BOARD"))
    local = "" if given else found_board(os.fspath(cwd))
    found = given or local or in_user_folder("data", BOARD_NAME)
    trusted = trust_place(found) in trusted_folders()
    return Paths(
        board=found,
        config=given_path(config or environ.get("IDEABOARD_CONFIG")) or in_user_folder("config", "config.toml"),
        cache=given_path(environ.get("IDEABOARD_CACHE")) or in_user_folder("cache"),
        state=given_path(environ.get("IDEABOARD_STATE")) or in_user_folder("state"),
        trusted=trusted or _is_private(found),
        refusal=_refusal(local) if local and not trusted else None,
    )


def _is_private(board: str) -> bool:
    """Tell whether a board is in the user's own place, and not in a repository that somebody else may have filled."""
    folder = folder_of(board)
    if os.path.basename(folder) == ".ideaboard":
        return False
    above = files.folders_above(os.path.realpath(folder))
    in_repository = any(os.path.lexists(os.path.join(one, ".git")) for one in above)
    if in_repository and board != in_user_folder("data", BOARD_NAME):
        return False
    try:
        return files.is_mine(os.stat(folder).st_uid)
    except OSError:  # it is not there yet, so nobody else has put anything beside it
        return True


def _refusal(board: str) -> BoardFileError | None:
    """Return what speaks against a board that nobody named: it is another user's, or a link out of its repository."""
    hint = f"name another board with --board, or look at it, then {trust_command(board)}"
    try:
        places = (board, folder_of(board))
        own = all(files.is_mine(os.lstat(path).st_uid) for path in places)
        # Root may do everything anyway, so that a folder of root's is no danger: in it, nobody else can put ours.
        own = own and (files.is_mine(uid := os.stat(trust_place(board)).st_uid) or uid == 0)
        own = own and all(files.is_mine(os.stat(path).st_uid) for path in places)
    except OSError as error:
        return BoardFileError(f"'{board}' cannot be read: {files.reason(error)}", hint)
    if not own:
        return BoardFileError(f"'{board}' belongs to another user", hint)
    if files.leads_out(board):
        return BoardFileError(f"'{board}' is a link that leads out of its repository", hint)
    return None


def trust_place(board: str) -> str:
    """Return the folder by which a board is trusted: the one that `.ideaboard` lies in, else the board's own."""
    folder = folder_of(board)
    return os.path.realpath(folder_of(folder) if os.path.basename(folder) == ".ideaboard" else folder)


def trust_command(board: str) -> str:
    """Return what to do about a board that is not trusted, for a hint."""
    import shlex

    return f"trust it with: ideaboard trust {shlex.quote(trust_place(board))}"


def trusted_folders() -> list[str]:
    """Return the folders whose boards are trusted; none when the list is not there or not the user's own."""
    try:
        return os.fsdecode(files.read_file(in_user_folder("data", "trusted"), own=True)).splitlines()
    except OSError:
        return []


def trust(folder: str, *, remove: bool = False) -> str:
    """Put a folder on the list of the trusted ones, or take it off; return it as it stands there."""
    place = trust_place(os.path.join(os.path.abspath(folder), BOARD_NAME))
    known = trusted_folders()
    if remove and place not in known:
        raise InvalidInput(f"'{place}' is not trusted", "see what is with: ideaboard trust --list")
    if not remove and not any(os.path.lexists(os.path.join(place, name)) for name in (LOCAL_BOARD, BOARD_NAME)):
        raise InvalidInput(f"there is no board in '{place}'", "name the folder in which '.ideaboard' lies")
    if len(place.splitlines()) != 1:
        raise InvalidInput("a folder with a line break in its name cannot be trusted", "rename it first")
    lines = [line for line in known if line != place] + ([] if remove else [place])
    path = in_user_folder("data", "trusted")
    try:
        files.make_folder(folder_of(path))
        files.write_whole(path, os.fsencode("".join(f"{line}\n" for line in lines)))
    except OSError as error:
        raise InvalidInput(f"'{path}' cannot be written: {files.reason(error)}", "look at its folder") from None
    return place
