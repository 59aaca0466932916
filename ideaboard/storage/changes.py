"""From documents as they are and as they shall be to the operations of one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ideaboard.storage.lists import Key, difference, everything
from ideaboard.storage.packed import Fields
from ideaboard.storage.records import Op, same
from ideaboard.storage.state import Name, State

Staged = Mapping[Name, Fields | None]
"""Documents as an action leaves them; `None` for one that it removes."""

ElementsOf = Callable[[str], dict[Key, Any]]
"""Returns the elements of a list field of one document."""


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
            continue
        elements = partial(state.elements, table, id)
        if old is None:
            ops.append({"t": table, "id": id, **_beginning(state.leftovers(table, id), new, element_fields, elements)})
        elif patch := _patch(old, new, element_fields, elements):
            ops.append({"t": table, "id": id, **patch})
    return ops


def _beginning(leftovers: Fields, new: Fields, element_fields: frozenset[str], elements: ElementsOf) -> dict[str, Any]:
    """Return the operation that makes a document, over what others wrote to it after it was deleted."""
    adds = [field for field, value in new.items() if field in element_fields and type(value) is list]
    lists = {}
    for field, value in leftovers.items():
        if field in element_fields and (type(value) is list or field in adds):
            removed = difference(elements(field), new.get(field)).get("rm", [])
            lists[field] = {"add": list(everything(new.get(field))), "rm": removed}
    parts = {
        "unset": [field for field in leftovers if field not in new],
        "adds": [field for field in adds if field not in lists],
        "lists": lists,
    }
    return {"new": True, "set": new, **{name: part for name, part in parts.items() if part}}


def _patch(old: Fields, new: Fields, element_fields: frozenset[str], elements: ElementsOf) -> dict[str, Any]:
    changed = {field: value for field, value in new.items() if field not in old or not same(old[field], value)}
    unset = [field for field in old if field not in new]
    lists = {
        field: difference(elements(field), new.get(field))
        for field in (*changed, *unset)
        if field in element_fields and (type(old.get(field)) is list or type(new.get(field)) is list)
    }
    parts = {"set": changed, "unset": unset, "lists": lists}
    return {name: part for name, part in parts.items() if part}
