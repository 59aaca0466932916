"""JSON that others wrote, read in one way wherever it comes from: a file, a paste, the answer of a service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from typing import Any

DEEPEST = 200
"""Levels of a document; orjson writes 254 (its README, "dumps"), a few of which are ours."""
DAMAGED: Any = object()


class TooDeep(ValueError):
    """A document of more levels than anybody needs."""


def read_json(text: str | bytes, *, exact: bool = False) -> Any:
    """Return a document. Of two members with one name the later counts; what is no number or infinite is null.

    With `exact` a number with a point is text, as it was written: 2107.07510 may be an id.
    Raises `ValueError` when it is no JSON; `TooDeep`.
    """
    try:
        document = json.loads(text, parse_float=str if exact else _finite, parse_constant=lambda _name: None)
    except RecursionError:
        raise TooDeep from None
    level = [document]
    for _ in range(DEEPEST):
        outer = [one for one in level if isinstance(one, (dict, list))]
        level = [inner for one in outer for inner in (one.values() if isinstance(one, dict) else one)]
    if level:
        raise TooDeep
    return document


def read_json_lines(text: str, *, exact: bool = False) -> Iterator[tuple[int, Any]]:
    """Give the objects of a text that has one on each line, with the numbers of the lines; `DAMAGED` for no JSON."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip(" \t[],"):  # some stand in brackets, with commas between them
            try:
                yield number, read_json(line.strip(" \t,"), exact=exact)
            except ValueError:
                yield number, DAMAGED


def _finite(text: str) -> float | None:
    number = float(text)
    return number if isfinite(number) else None
