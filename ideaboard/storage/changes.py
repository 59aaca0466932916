"""From documents as they are and as they shall be to the operations of one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ideaboard.storage.lists import difference
from ideaboard.storage.records import Op, same
from ideaboard.storage.state import Fields, Name, State

Staged = Mapping[Name, Fields | None]
"""Documents as an action leaves them; `None` for one that it removes."""


def ops_between(state: State, staged: Staged, element_fields: frozenset[str]) -> list[Op]:
    """Return what has to be recorded so that the documents become the staged ones; empty when they are so already.

    Args:
        state: what is in the file.
        staged: the documents that an action touched.
        element_fields: names of the fields whose lists merge by element.
    """
    ops = []
    for (table, id), new in staged.items():
        old = state.documents(table).get(id)
        if new is None:
            if old is not None:
                ops.append({"t": table, "id": id, "del": True})
        elif old is None:
            ops.append({"t": table, "id": id, **_beginning(state.leftovers(table, id), new, element_fields)})
        elif patch := _patch(old, new, element_fields):
            ops.append({"t": table, "id": id, **patch})
    return ops


def _beginning(leftovers: Fields, new: Fields, element_fields: frozenset[str]) -> dict[str, Any]:
    """Return the operation that makes a document, over what others wrote to it after it was deleted."""
    op: dict[str, Any] = {"new": True, "set": new}
    adds = [field for field, value in new.items() if field in element_fields and type(value) is list]
    if unset := [field for field in leftovers if field not in new]:
        op["unset"] = unset
    if adds:
        op["adds"] = adds
    touched = {
        field: {"add": list(range(len(new.get(field, ())))), **_removed(value, new.get(field))}
        for field, value in leftovers.items()
        if field in element_fields and type(value) is list and type(new.get(field, [])) is list
    }
    if touched:
        op["adds"] = [field for field in adds if field not in touched]
        op["lists"] = touched
    return op


def _removed(old: Any, new: Any) -> dict[str, Any]:
    return {name: part for name, part in difference(old, new).items() if name == "rm"}


def _patch(old: Fields, new: Fields, element_fields: frozenset[str]) -> dict[str, Any]:
    changed = {field: value for field, value in new.items() if field not in old or not same(old[field], value)}
    unset = [field for field in old if field not in new]
    lists = {
        field: difference(old.get(field), new.get(field))
        for field in (*changed, *unset)
        if field in element_fields and (type(old.get(field)) is list or type(new.get(field)) is list)
    }
    parts = {"set": changed, "unset": unset, "lists": lists}
    return {name: part for name, part in parts.items() if part}
