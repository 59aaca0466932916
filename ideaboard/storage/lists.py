"""Lists that merge by element: tags, links, responses and their like.

A change of such a list names the elements that it added and removed, seen from what its writer saw. An element is in
the list when the newest change that touched it added it. The order is that of the newest whole list; elements that it
does not know follow in the order in which they were added. So one history gives exactly the list that was set, and
two histories give the union of what both did.

Objects with an `id` are one element per id, whose newest form counts. Equal elements are told apart by their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from ideaboard.storage.records import canonical, same


class Missing:
    """The type of `MISSING`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()
"""Stands for a field that a document does not have; it is false."""

Key = tuple[str, int]
"""What makes an element itself, and its number among equal ones."""


class Mark(NamedTuple):
    """The newest touch of one element."""

    at: str
    place: int
    """Its index in the list of that change."""
    there: bool
    value: Any


def _key(element: Any) -> str:
    if type(element) is str:
        return "s" + element
    if type(element) is dict and type(element.get("id")) is str:
        return "i" + str(element["id"])
    return "j" + canonical(element).decode()


def keys_of(value: Any) -> list[Key]:
    """Return the keys of a list's elements in order; none for a value that is not a list."""
    if type(value) is not list:
        return []
    counts: dict[str, int] = {}
    keys = []
    for element in value:
        key = _key(element)
        number = counts.get(key, 0)
        counts[key] = number + 1
        keys.append((key, number))
    return keys


def everything(value: Any) -> range:
    """Return the indexes of all elements of a list; none for a value that is not a list."""
    return range(len(value)) if type(value) is list else range(0)


def keyed(value: Any) -> dict[Key, Any]:
    """Return a list's elements by their keys; nothing for a value that is not a list."""
    return dict(zip(keys_of(value), value, strict=True)) if type(value) is list else {}


def difference(before: Mapping[Key, Any], new: Any) -> dict[str, list[Any]]:
    """Say how elements become a list: `add`, the indexes in the list, and `rm`, pairs of element and number.

    A value that is not a list counts as an empty one. Empty parts are left out.
    """
    after = keyed(new)
    add = [index for index, key in enumerate(after) if key not in before or not same(before[key], new[index])]
    removed = [[_named(element), key[1]] for key, element in before.items() if key not in after]
    return {name: part for name, part in (("add", add), ("rm", removed)) if part}


def _named(element: Any) -> Any:
    return {"id": element["id"]} if type(element) is dict and type(element.get("id")) is str else element


class Elements:
    """What is known about one list field of one document."""

    __slots__ = ("marks", "reset", "whole", "whole_at")

    def __init__(self) -> None:
        self.marks: dict[Key, Mark] = {}
        self.reset = ""
        self.whole: Any = MISSING
        self.whole_at = ""

    def replace(self, value: Any, at: str) -> None:
        """Take a change that says nothing about elements: it stands for the whole list."""
        if at > self.reset:
            self.reset = at
            self.marks = {key: mark for key, mark in self.marks.items() if mark.at >= at}
        self.change(value, at, everything(value), ())

    def change(self, value: Any, at: str, add: Iterable[int], removed: Iterable[list[Any]]) -> None:
        """Take a change that names the indexes of what it added or changed, and pairs of what it removed and a number.

        The value is the whole list as its writer left it, or `MISSING`.
        """
        if at > self.whole_at or (at == self.whole_at and greater(value, self.whole)):
            self.whole, self.whole_at = value, at
        if at < self.reset:
            return
        keys = keys_of(value)
        for index in add:
            if 0 <= index < len(keys):
                self._touch(keys[index], Mark(at, index, True, value[index]))
        for element, number in removed:
            self._touch((_key(element), number), Mark(at, 0, False, None))

    def _touch(self, key: Key, mark: Mark) -> None:
        known = self.marks.get(key)
        if known is None or mark.at > known.at or (mark.at == known.at and greater(mark[1:], known[1:])):
            self.marks[key] = mark

    def forget(self, until: str) -> bool:
        """Drop all that is older than a tombstone; tells whether anything is left."""
        self.marks = {key: mark for key, mark in self.marks.items() if mark.at > until}
        if self.whole_at < until:
            self.whole, self.whole_at = MISSING, ""
        return bool(self.marks) or self.whole_at != ""

    def value(self) -> Any:
        """Return the field's value: a list as a rule, `MISSING` when the field is not there."""
        if self.whole is not MISSING and type(self.whole) is not list:
            return self.whole
        there = {key: mark for key, mark in self.marks.items() if mark.there}
        values = [there.pop(key).value for key in keys_of(self.whole) if key in there]
        values += [mark.value for _, mark in sorted(there.items(), key=lambda item: (item[1][:2], item[0]))]
        return values if values or self.whole is not MISSING else MISSING

    def there(self) -> dict[Key, Any]:
        """Return the elements that are in the list, by their keys.

        After a merge the second of two equal elements may be there without the first, so these keys need not be those
        of the list that `value` returns.
        """
        return {key: mark.value for key, mark in self.marks.items() if mark.there}

    def set_by(self, at: str) -> bool:
        return at in (self.reset, self.whole_at) or any(mark.at == at for mark in self.marks.values())


def greater(one: Any, other: Any) -> bool:
    """Settle a tie between two lines with one stamp, which only a hand can have made: any order will do."""
    return _weight(one) > _weight(other)


def _weight(value: Any) -> bytes:
    return b"" if value is MISSING else canonical(value)
