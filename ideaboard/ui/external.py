"""Other programs: the person's editor and browser. Never a shell, and only links that cannot run anything."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from ideaboard.core.text import clean_url
from ideaboard.errors import InvalidInput


def editor_command() -> list[str]:
    """Return the editor's command, split into words.

    Raises:
        InvalidInput: when `$VISUAL` or `$EDITOR` cannot be split.
    """
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("notepad" if os.name == "nt" else "vi")
    try:
        command = shlex.split(chosen, posix=os.name != "nt")
    except ValueError:
        command = []
    if not command:
        raise InvalidInput(f"'{chosen}' is not a command", "set EDITOR to the name of your editor, such as EDITOR=vim")
    return command


def edit_file(path: Path) -> None:
    """Let the person edit a file in their editor, and wait until they are done.

    Raises:
        InvalidInput: when the editor cannot be started or fails.
    """
    command = editor_command()
    try:
        done = subprocess.run([*command, str(path)], check=False)  # noqa: S603  # the person's own editor, no shell
    except OSError as error:
        raise InvalidInput(
            f"'{command[0]}' cannot be started ({error.strerror})", "set EDITOR to the name of your editor"
        ) from None
    if done.returncode:
        raise InvalidInput(f"'{command[0]}' ended with {done.returncode}", "nothing was changed on the board")


def edit_text(text: str) -> str:
    """Let the person edit a text in their editor, in a file that only they can read; return what they left.

    Raises:
        InvalidInput: when the editor cannot be started or fails; the text is as it was then.
    """
    # The folder is made readable for this user alone.
    with tempfile.TemporaryDirectory(prefix="ideaboard-") as folder:
        path = Path(folder) / "notes.md"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        edit_file(path)
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise InvalidInput("what the editor left is not UTF-8 text", "nothing was changed") from None


def open_link(url: str) -> None:
    """Open a link in the browser.

    Raises:
        InvalidInput: when it is not an `http`, `https` or `mailto` link, or there is no browser.
    """
    import webbrowser

    safe = clean_url(url)
    if not webbrowser.open(safe):
        raise InvalidInput("there is no browser to open links with", "copy the link with 'y'")
