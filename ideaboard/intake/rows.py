"""Tables as rows of cells, with whatever between their cells: the one reader of CSV and its like."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice

from ideaboard.errors import InvalidInput

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_HEAD = 100_000
_TRIED = 50
_COLUMNS = 10_000
"""The most columns of a table; spreadsheets have at most 16,384, and nobody fills them by hand."""
_LINE = 2**24
"""Characters of a cell, and of a line."""
_END = "the end"
_DASHES = re.compile(r"(?=.*\|)\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_BAR = re.compile(r"(?<!\\)\|")


class _Unclosed(Exception):
    def __init__(self, line: int) -> None:
        self.line = line


def rows_in(text: str) -> list[list[str]]:
    """Return the rows of a table, the head first, without empty ones; none when the text is no table.
    Raises `InvalidInput` when it is one that cannot be read.
    """
    csv.field_size_limit(_LINE)
    if markdown := _rows_of_markdown(text):
        return [row for _, row in markdown]
    head = text[:_HEAD]
    chosen, widest = "", 1
    for delimiter in _DELIMITERS:
        rows: list[list[str]] = []
        with suppress(csv.Error, _Unclosed):
            rows += (row for _, row in islice(_rows(head, delimiter), _TRIED))
            # The last row may be cut off.
            rows = rows[:-1] if len(head) < len(text) and 1 < len(rows) < _TRIED else rows
        fitting = sum(len(row) <= len(rows[0]) for row in rows)
        if rows and fitting * 5 >= len(rows) * 4 and len(rows[0]) > widest:
            chosen, widest = delimiter, len(rows[0])
    if not chosen:
        return []
    if long := next((number for number, line in enumerate(io.StringIO(text), 1) if len(line) > _LINE), 0):
        raise InvalidInput(f"line {long} of the table has more than 16 MB", "give it in parts")
    try:
        return [row for _, row in _rows(text, chosen)]
    except _Unclosed:
        return []
    except csv.Error as error:
        raise InvalidInput(f"the table cannot be read: {error}", "give it in parts") from None


def _rows_of_markdown(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows of a table of Markdown with their lines; under its head are dashes (GFM, section 4.10)."""
    lines = list(islice((line for line in io.StringIO(text) if line.strip()), 2))
    if len(lines) < 2 or not _DASHES.fullmatch(lines[1].strip()) or "|" not in lines[0]:
        return []
    numbered = [(number, bare) for number, line in enumerate(text.splitlines(), 1) if (bare := line.strip())]
    if not all(0 < line.count("|") < _COLUMNS for _, line in numbered):
        return []
    del numbered[1]
    return [
        (number, [cell.replace("\\|", "|").strip() for cell in _BAR.split(line.removeprefix("|").removesuffix("|"))])
        for number, line in numbered
    ]


def fault_in(text: str, name: str) -> tuple[list[str], InvalidInput] | None:
    """Return the head of what may be a table, and its first fault: a row that is wider, a quotation mark left open.

    A text whose rows mostly fit is a table in spite of it. `name` is what to call it.
    """
    heads: dict[str, list[str]] = {}
    if markdown := _rows_of_markdown(text):
        heads = {"|": markdown[0][1]}
    for delimiter in () if markdown else _DELIMITERS:
        with suppress(csv.Error, _Unclosed):
            heads[delimiter] = next(_rows(text, delimiter), (0, []))[1]
    delimiter = max(heads, key=lambda one: len(heads[one]), default="")
    head = heads.get(delimiter, [])
    try:
        for line, row in markdown or _rows(text, delimiter) if len(head) > 1 else ():
            if len(row) > len(head):
                what = f"line {line} of {name} has {len(row)} cells, and the head has {len(head)}"
                return head, InvalidInput(
                    what, f"put quotation marks around a cell with a {_DELIMITERS[delimiter]} in it"
                )
    except _Unclosed as error:
        what = f"line {error.line} of {name} opens a quotation mark that is never closed"
        return head, InvalidInput(what, "close it; one that is part of a text is written twice")
    except csv.Error:
        pass  # who reads it tells
    return None


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty with the line where it begins; empty cells beyond the head are no cells."""
    reader = csv.reader(chain(io.StringIO(text, newline=""), [_END]), delimiter=delimiter)
    held: tuple[int, list[str]] | None = None
    width = line = 0
    try:
        for row in reader:
            begins, line = line + 1, reader.line_num
            if len(row) > _COLUMNS:
                what = f"line {begins} of the table has more than {_COLUMNS:,} columns"
                raise InvalidInput(what, "leave out those that you do not need")
            if held:
                yield held
            if any(map(str.strip, row)):
                width = width or len(row)
                while len(row) > width and not row[-1].strip():
                    row.pop()
                held = begins, row
            else:
                held = None
    except csv.Error as error:
        raise csv.Error(f"line {line + 1}: {error}") from None
    if held and held[1] != [_END]:
        raise _Unclosed(held[0])
