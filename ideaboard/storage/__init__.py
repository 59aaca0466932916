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

from __future__ import annotations

TYPE_CHECKING = False  # as in `ideaboard.files`
if TYPE_CHECKING:
    from ideaboard.storage.database import Database, open_db
    from ideaboard.storage.ids import decode_id, encode_id
    from ideaboard.storage.journal import ELEMENT_FIELDS
    from ideaboard.storage.lists import MISSING
    from ideaboard.storage.storage import JournalStorage

__all__ = ["ELEMENT_FIELDS", "MISSING", "Database", "JournalStorage", "decode_id", "encode_id", "open_db"]

_PLACES = {"ELEMENT_FIELDS": "journal", "MISSING": "lists", "JournalStorage": "storage"}
_PLACES |= {"Database": "database", "open_db": "database", "decode_id": "ids", "encode_id": "ids"}


def __getattr__(name: str) -> object:
    """Import what is asked for only then: `ideaboard add` needs no more than the lock and the append."""
    if name not in _PLACES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
