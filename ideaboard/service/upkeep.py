"""Looking after the board file: check, repair, compact. It works on files that cannot be opened as a board, too."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ideaboard.errors import BoardFileError
from ideaboard.storage.upkeep import Compaction, Report, check_file, compact_file, repair_file, worth_compacting


class Upkeep:
    """Looks after one board file; raises `BoardFileError` when it is something else, or cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self) -> Report:
        """Tell what is wrong with the file; nothing is written."""
        return check_file(self._there())

    def repair(self) -> Report:
        """Put the original aside, then write what can be read of it anew; a sound file stays as it is."""
        return repair_file(self._there())

    def compact(self) -> Compaction:
        """Write the file anew without what is only history beyond the last 200 actions."""
        return compact_file(self._there())

    def tidy(self) -> None:
        """Compact the file when that is worth it unasked: large, mostly dead, and not under git's eyes."""
        if worth_compacting(self.path):
            # Nobody asked for it: whoever needs the file next hears what is wrong with it.
            with suppress(BoardFileError):
                compact_file(self.path)

    def _there(self) -> Path:
        if not os.path.lexists(self.path):
            raise BoardFileError(f"there is no board at '{self.path}'", "'ideaboard add' starts one")
        return self.path
