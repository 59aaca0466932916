"""Other programs: the person's editor and browser. Never a shell, and only links that cannot run anything."""

from __future__ import annotations

import atexit
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from ideaboard import files
from ideaboard.core.text import clean_url
from ideaboard.errors import InvalidInput

_USUAL = ("sensible-editor", "nano", "vi", "notepad.exe")


def editor_command() -> list[str]:
    """Return the program and arguments of `$VISUAL`, `$EDITOR` or what is usual; raises `InvalidInput` without any."""
    for name in ("VISUAL", "EDITOR"):
        if text := os.environ.get(name, "").strip():
            try:
                if parts := shlex.split(text, posix=os.name != "nt"):
                    return parts
            except ValueError as error:
                raise InvalidInput(f"${name} cannot be read: {error}", "set it to a program, as EDITOR=nano") from None
    if os.name != "nt" and not os.isatty(0):  # one of these would wait for keys that nobody presses
        raise InvalidInput("there is no terminal for an editor", "set EDITOR to a program that needs none")
    for program in _USUAL:
        if found := shutil.which(program):
            return [found]
    raise InvalidInput("no editor is known", "set EDITOR to a program, as EDITOR=nano")


def edit_file(path: Path, kept: str = "") -> None:
    """Open a file in the person's editor and wait until it is closed; raises `InvalidInput` when the editor fails, and
    says what is `kept` then: the file as the editor left it, when nothing else is said.
    """
    command = editor_command()
    # ctrl+c is for the editor; a handler, unlike ignoring, is not inherited by it.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603  # the person's own editor
    except OSError as error:
        raise InvalidInput(
            f"the editor '{command[0]}' cannot be started: {error.strerror}", "set EDITOR to a program, as EDITOR=nano"
        ) from None
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        kept = kept or f"what it saved is in '{path}'"
        raise InvalidInput(f"the editor '{command[0]}' ended with an error ({code})", kept)


def edit_text(text: str) -> str:
    """Let the person edit a text in a file that only they can read; return what they left. Raises `InvalidInput` when
    the editor fails; the text is as it was then.
    """
    with tempfile.TemporaryDirectory(prefix="ideaboard-") as folder:
        path = Path(folder) / "notes.md"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        edit_file(path, "nothing was changed")
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise InvalidInput("what the editor left is not UTF-8 text", "nothing was changed") from None


def open_link(url: str) -> None:
    """Open a link in the browser; raises `InvalidInput` when it is none that is safe, or there is no browser."""
    import webbrowser

    safe = clean_url(url)
    if not webbrowser.open(safe):
        raise InvalidInput("there is no browser to open links with", "copy the link with 'y'")


def open_page(text: str) -> Path:
    """Open a page in the browser, from a fresh file that only the person can read, and return its path; it is taken
    away when the program ends. Raises `InvalidInput` when it cannot be written, or there is no browser.
    """
    import webbrowser

    try:
        folder = tempfile.mkdtemp(prefix="ideaboard-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        path = Path(folder) / "shared.html"
        files.write_whole(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise files.failed(error) from None
    if not webbrowser.open(path.as_uri()):
        raise InvalidInput("there is no browser to open the page with", f"it lies at '{path}'")
    return path
