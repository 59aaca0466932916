"""The one family of errors, and the exit codes of the command line.

Every failure that a person can meet is an `IdeaboardError`: one sentence, and what to do next.
The command line prints both and exits with `exit_code`; the board shows them in a notification.
"""

from __future__ import annotations


class IdeaboardError(Exception):
    """Something a person should hear about: one sentence without a full stop, and what to do next, if anything."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class CheckFailed(IdeaboardError):
    """A check ran and found something (exit code 1)."""

    exit_code = 1


class InvalidInput(IdeaboardError):
    """Wrong usage, or a value that cannot be taken (exit code 2)."""

    exit_code = 2


class NotFound(IdeaboardError):
    """No such idea, or the prefix fits several (exit code 3)."""

    exit_code = 3


class BoardFileError(IdeaboardError):
    """The board file cannot be read or written (exit code 4)."""

    exit_code = 4


class ArxivError(IdeaboardError):
    """arXiv or the network did not give what was asked for (exit code 5)."""

    exit_code = 5


class Refused(IdeaboardError):
    """Not done, so that nobody's words or work are overwritten (exit code 6)."""

    exit_code = 6
