"""The person's own editor: split like a shell would, but never handed to one."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from pathlib import Path

from ideaboard.errors import InvalidInput

_USUAL = ("sensible-editor", "nano", "vi", "notepad.exe")


def editor_command() -> list[str]:
    """Return the program and arguments of `$VISUAL`, `$EDITOR`, or what the system usually has.

    Raises:
        InvalidInput: when there is none, or it cannot be split.
    """
    for name in ("VISUAL", "EDITOR"):
        if text := os.environ.get(name, "").strip():
            try:
                if parts := shlex.split(text, posix=os.name != "nt"):
                    return parts
            except ValueError as error:
                raise InvalidInput(f"${name} cannot be read: {error}", "set it to a program, as EDITOR=nano") from None
    import shutil

    for program in _USUAL:
        if found := shutil.which(program):
            return [found]
    raise InvalidInput("no editor is known", "set EDITOR to a program, as EDITOR=nano")


def edit_file(path: Path) -> None:
    """Open a file in the editor and wait until it is closed.

    Raises:
        InvalidInput: when the editor cannot be started, or ends with an error.
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
        raise InvalidInput(f"the editor '{command[0]}' ended with an error ({code})", "nothing was changed")
