"""Tables as rows of cells, with whatever between their cells: the one reader of CSV and its like."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

from ideaboard.errors import InvalidInput

_DELIMITERS = ",;\t|"
_HEAD = 100_000
_TRIED = 50
_COLUMNS = 10_000
"""The most columns of a table; spreadsheets have at most 16,384, and nobody fills them by hand."""
_LINE = 2**24
"""Characters of a cell, and of a line."""


def rows_in(text: str) -> list[list[str]]:
    """Return the rows of a table, the head first, without empty ones; none when the text is no table.
    Raises `InvalidInput` when it is one that cannot be read.
    """
    csv.field_size_limit(_LINE)
    head = text[:_HEAD]
    chosen, widest = "", 1
    for delimiter in _DELIMITERS:
        with suppress(csv.Error):
            rows = _rows(head, delimiter, _TRIED)
            # The last row may be cut off.
            rows = rows[:-1] if len(head) < len(text) and 1 < len(rows) < _TRIED else rows
            fitting = sum(len(row) <= len(rows[0]) for row in rows)
            if rows and fitting * 5 >= len(rows) * 4 and len(rows[0]) > widest:
                chosen, widest = delimiter, len(rows[0])
    if not chosen:
        return []
    if max(map(len, io.StringIO(text))) > _LINE:
        raise InvalidInput("the table has a line of more than 16 MB", "give it in parts")
    try:
        return _rows(text, chosen)
    except csv.Error as error:
        raise InvalidInput(f"the table cannot be read: {error}", "give it in parts") from None


def _rows(text: str, delimiter: str, most: int | None = None) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        if len(row) > _COLUMNS:
            raise InvalidInput(f"the table has more than {_COLUMNS:,} columns", "leave out those that you do not need")
        rows += [row] if any(map(str.strip, row)) else []
        if len(rows) == most:
            break
    return rows
