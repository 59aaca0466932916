"""Make frozen values quickly, where ten thousand are made at once.

A frozen dataclass sets each of its fields through `object.__setattr__`, which was half of the time to open a board. A
twin with the same slots that is not frozen sets them four times as fast; the value then joins the frozen class.
"""

from __future__ import annotations

from dataclasses import fields, make_dataclass
from typing import Any, TypeVar, cast

T = TypeVar("T")


def twin(cls: type[T]) -> type[T]:
    """Return a class that takes all fields of a frozen dataclass with slots, and makes values that are not frozen.

    Who makes one sets its `__class__` to the frozen class before anybody else sees it. There are no defaults. Making
    the class itself costs half a millisecond, so it pays for some hundred values.
    """
    names = [field.name for field in fields(cast("Any", cls))]
    made = make_dataclass(
        cls.__name__, names, repr=False, eq=False, match_args=False, namespace={"__slots__": tuple(names)}
    )
    return cast("type[T]", made)
