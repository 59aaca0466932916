"""Documents that stay as they were written until somebody asks for one.

A document of a paper takes as many bytes again for its dictionaries and lists as for its text. Of a table whose
documents are read once and then wanted as something else, only their lines are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

Fields = dict[str, Any]


class Packed:
    """One document as the JSON that it came in.

    Args:
        data: holds a JSON object whose `set`, if there is one, are the fields of the document: as a rule the line that
            made it.
        start: where it begins in the data.
        length: how long it is; all of the rest when it is not given.
    """

    __slots__ = ("_data", "_length", "_start")

    def __init__(self, data: bytes, start: int = 0, length: int | None = None) -> None:
        self._data = data
        self._start = start
        self._length = len(data) - start if length is None else length

    def __len__(self) -> int:
        return self._length

    @property
    def record(self) -> bytes:
        """The JSON."""
        return self._data[self._start : self._start + self._length]

    def fields(self) -> Fields:
        """Return the fields, newly read."""
        fields: Fields = orjson.loads(self.record).get("set", {})
        return fields

    def may_hold(self, words: Sequence[bytes]) -> bool:
        """Tell quickly whether all words may be in the document: `False` is certain, `True` is a reason to look.

        Args:
            words: lower-case ASCII without blanks, control characters and what JSON writes with a backslash.
        """
        record = self.record
        if not record.isascii() or b"\\u" in record:
            return True
        lower = record.lower()
        return all(word in lower for word in words)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Packed):
            return self.record == other.record or self.fields() == other.fields()
        return self.fields() == other

    __hash__ = None  # type: ignore[assignment]  # equal to a `dict`, which has no hash either


Make = Callable[[str, Fields, Packed], object]
"""Makes something of a document while its fields are at hand; the fields are thrown away afterwards."""


class Docs(Mapping[str, Fields]):
    """The documents of a table by id; not to be changed by who reads them."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[str, Fields | Packed] = {}

    def __getitem__(self, id: str) -> Fields:
        kept = self._kept[id]
        return kept.fields() if type(kept) is Packed else kept  # type: ignore[return-value]  # mypy does not narrow here

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, id: object) -> bool:
        return id in self._kept

    def packed_bytes(self) -> int:
        """Count the bytes of the documents that are kept packed."""
        return sum(len(kept) for kept in self._kept.values() if type(kept) is Packed)

    def kept(self, id: str) -> Fields | Packed | None:
        """Return a document as it is kept, to compare it with another one."""
        return self._kept.get(id)

    def keep(self, id: str, document: Fields | Packed) -> None:
        """Put a document in, or in the place of the one that is there."""
        self._kept[id] = document

    def keep_all(self, documents: Iterable[tuple[str, Packed]]) -> None:
        """Put many documents in."""
        self._kept.update(documents)

    def drop(self, id: str) -> None:
        """Take a document out, if it is there."""
        self._kept.pop(id, None)

    def unpacked(self) -> dict[str, Fields]:
        """Return all documents in a `dict` of its own; they stay unpacked, for who does this will do it again."""
        for id, kept in self._kept.items():
            if type(kept) is Packed:
                self._kept[id] = kept.fields()
        return dict(self._kept)  # type: ignore[arg-type]  # nothing is packed any more
