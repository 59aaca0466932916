"""The board file: a TinyDB that loses nothing, at the price of one appended line a change.

One file of JSON Lines, append-only in daily use. Every line is one action with a stamp; the documents are the last
write per field. So a change costs one locked append and one `fsync` whatever the size of the file, several processes
may share it, a crash costs nothing that was acknowledged, the history is the file, and the union of two copies, in any
order of lines, is their merge. `FORMAT.md` describes the file for people and lists what happens when things go wrong.

The package knows nothing of ideas. Its shape, from the bottom up:

- `ids`: names of documents, and the stamps that date every change.
- `records`: one line, written, read and checked.
- `lists`, `state`: the fold from records to documents, and how these are kept; pure.
- `system`: every call to the operating system in one object that tests replace, and what its refusals mean.
- `reader`, `lock`, `journal`, `snapshot`: the file: read, followed, locked, appended to, and what is in memory of it.
- `action`: documents before and after an action become one record.
- `storage`, `database`: TinyDB's classes on top; `open_db` is the front door.
- `history`, `upkeep`: what is read out of the file when somebody asks; check, repair and compaction.
"""

from typing import TYPE_CHECKING, Any

from ideaboard.storage.database import Database, open_db
from ideaboard.storage.ids import decode_id, encode_id
from ideaboard.storage.journal import ELEMENT_FIELDS
from ideaboard.storage.lists import MISSING
from ideaboard.storage.storage import JournalStorage

if TYPE_CHECKING:
    from ideaboard.storage.history import Action, Change
    from ideaboard.storage.upkeep import (
        Compaction,
        Finding,
        Report,
        check_file,
        compact_file,
        repair_file,
        worth_compacting,
    )

__all__ = [
    "ELEMENT_FIELDS",
    "MISSING",
    "Action",
    "Change",
    "Compaction",
    "Database",
    "Finding",
    "JournalStorage",
    "Report",
    "check_file",
    "compact_file",
    "decode_id",
    "encode_id",
    "open_db",
    "repair_file",
    "worth_compacting",
]

_LATER = {
    "Action": "history",
    "Change": "history",
    "Compaction": "upkeep",
    "Finding": "upkeep",
    "Report": "upkeep",
    "check_file": "upkeep",
    "compact_file": "upkeep",
    "repair_file": "upkeep",
    "worth_compacting": "upkeep",
}


def __getattr__(name: str) -> Any:
    """Load what opening a board does not need when it is asked for."""
    if name not in _LATER:
        raise AttributeError(f"module 'ideaboard.storage' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"ideaboard.storage.{_LATER[name]}"), name)
