"""Looking after the board file: check, repair, compact. It works on files that cannot be opened as a board, too."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ideaboard.errors import BoardFileError
from ideaboard.storage.upkeep import Compaction, Report, check_file, compact_file, repair_file, worth_compacting


class Upkeep:
    """Looks after one board file.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self) -> Report:
        """Tell what is wrong with the file; nothing is written.

        Raises:
            BoardFileError: when it is something else than a board, or cannot be read.
        """
        self._must_exist()
        return check_file(self.path)

    def repair(self) -> Report:
        """Put the original aside, then write what can be read of it anew; a sound file stays as it is.

        Raises:
            BoardFileError: when it is something else than a board, or cannot be written.
        """
        self._must_exist()
        return repair_file(self.path)

    def compact(self) -> Compaction:
        """Write the file anew without what is only history beyond the last 200 actions.

        Raises:
            BoardFileError: when it is damaged, or cannot be written; it stands as it was then.
        """
        self._must_exist()
        return compact_file(self.path)

    def tidy(self) -> None:
        """Compact the file when that is worth it unasked: large, mostly dead, and not under git's eyes."""
        if worth_compacting(self.path):
            # Nobody asked for it: whoever needs the file next hears what is wrong with it.
            with suppress(BoardFileError):
                compact_file(self.path)

    def _must_exist(self) -> None:
        if not os.path.lexists(self.path):
            raise BoardFileError(f"there is no board at '{self.path}'", "'ideaboard add' starts one")
