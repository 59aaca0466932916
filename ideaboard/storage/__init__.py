"""The board file: a TinyDB that loses nothing, at the price of one appended line a change.

One file of JSON Lines, append-only in daily use. Every line is one action with a stamp; the documents are the last
write per field. So a change costs one locked append and one `fsync` whatever the size of the file, several processes
may share it, a crash costs nothing that was acknowledged, the history is the file, and the union of two copies, in any
order of lines, is their merge. `FORMAT.md` describes the file for people and lists what happens when things go wrong.

The package knows nothing of ideas. Its shape, from the bottom up:

- `ids`, `clock`: names of documents, and the stamps that date every change.
- `records`: one line, written, read and checked.
- `lists`, `packed`, `state`: the fold from records to documents, and how these are kept; pure.
- `system`, `failures`: every call to the operating system in one object that tests replace; what its refusals mean.
- `reader`, `files`, `lock`, `journal`: the file: read, followed, locked, appended to, and what is in memory of it.
- `changes`, `action`: documents before and after an action become one record.
- `storage`, `table`, `database`: TinyDB's three classes on top; `open_db` is the front door.
- `history`, `compact`, `check`: what is read out of the file when somebody asks.
"""

from typing import TYPE_CHECKING, Any

from ideaboard.storage.database import Database, open_db
from ideaboard.storage.ids import decode_id, encode_id
from ideaboard.storage.journal import ELEMENT_FIELDS
from ideaboard.storage.lists import MISSING
from ideaboard.storage.storage import JournalStorage

if TYPE_CHECKING:
    from ideaboard.storage.check import Finding, Report, check_file, repair_file
    from ideaboard.storage.compact import Compaction, compact_file, worth_compacting
    from ideaboard.storage.history import Action, Change

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
    "Compaction": "compact",
    "Finding": "check",
    "Report": "check",
    "check_file": "check",
    "compact_file": "compact",
    "repair_file": "check",
    "worth_compacting": "compact",
}


def __getattr__(name: str) -> Any:
    """Load what opening a board does not need when it is asked for."""
    if name not in _LATER:
        raise AttributeError(f"module 'ideaboard.storage' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"ideaboard.storage.{_LATER[name]}"), name)
