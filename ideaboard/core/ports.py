"""What the service needs from the outside, as protocols; `ideaboard.bootstrap` brings the real things."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Fields = Mapping[str, Any]


class Table(Protocol):
    """The part of TinyDB's table that the service writes through."""

    def insert(self, document: Fields) -> int:
        """Put a document in; a TinyDB `Document` brings its own id."""

    def update(self, fields: Fields | Callable[[Fields], None], cond: Any = None, doc_ids: Any = None) -> Sequence[int]:
        """Change documents."""

    def remove(self, cond: Any = None, doc_ids: Any = None) -> Sequence[int]:
        """Take documents out."""

    def new_id(self) -> int:
        """Return an id that is not taken."""


class FieldChange(Protocol):
    """One field of one document that an action changed."""

    @property
    def table(self) -> str:
        """The table of the document."""

    @property
    def id(self) -> str:
        """The document's id, eight characters."""

    @property
    def field(self) -> str:
        """The field's name."""

    @property
    def old(self) -> Any:
        """The value before, None when there was none."""

    @property
    def new(self) -> Any:
        """The value after, None when there is none."""


class RecordedAction(Protocol):
    """One thing that somebody did, as the board file remembers it."""

    @property
    def id(self) -> str:
        """The action's short name."""

    @property
    def label(self) -> str:
        """What was done: `add`, `move`, `undo`."""

    @property
    def at(self) -> str:
        """The moment."""

    @property
    def writer(self) -> str:
        """The short random name of the process that wrote it."""

    @property
    def undone(self) -> bool:
        """Whether it has been taken back."""

    @property
    def changes(self) -> Sequence[FieldChange]:
        """What it changed."""


class BoardFile(Protocol):
    """The board file: tables of documents with a history (see `ideaboard.storage`)."""

    notices: list[str]

    @property
    def missing(self) -> Mapping[tuple[str, str], Fields]:
        """The documents, by table and id, that were here and that the file lacks since it was replaced from outside."""

    def restore_missing(self) -> object:
        """Put the missing documents back, as one action."""

    def table(self, name: str) -> Table:
        """Return a table."""

    def tables(self) -> set[str]:
        """Return the names of the tables that hold something."""

    def documents(self, table: str) -> Mapping[str, Fields]:
        """Return the documents of a table by id, to be read only."""

    def action(self, label: str, note: str = "") -> AbstractContextManager[Any]:
        """Group changes into one line of the file, under the lock and on the newest state."""

    def refresh(self) -> bool:
        """Read what others wrote; tell whether anything changed."""

    def take_made(self, table: str) -> Mapping[str, object]:
        """Return once what was made of the documents of a table while the file was read, by id."""

    def keep_snapshot(self, rows: Mapping[str, Callable[[str], list[Any] | None]]) -> None:
        """Remember what the file holds, so that it opens quickly the next time."""

    def mostly_alive(self) -> bool:
        """Tell quickly whether half of the file surely counts."""

    def drain_changes(self) -> set[tuple[str, str]]:
        """Return (table, id) of the documents that changed since the last call."""

    def history(self, limit: int | None = None, doc_id: str | None = None) -> Sequence[RecordedAction]:
        """Return the actions, newest first."""

    def undo(self, stamp: str = "") -> RecordedAction:
        """Take back the latest action that is not taken back yet, or the one with this stamp."""

    def redo(self, stamp: str = "") -> RecordedAction:
        """Do again what was taken back last, or the action with this stamp."""

    def close(self) -> None:
        """Let the file go."""
