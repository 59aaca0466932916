"""The importers: one entry for each, tried from the top until one knows the file by what is in it.

An importer has two functions: `fits_NAME(source) -> bool`, quick and sure, and `read_NAME(source) -> Imported`. Its
module is loaded only when a file is tried. See CONTRIBUTING.md, "An import.".
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import NamedTuple

from ideaboard.core.text import counted
from ideaboard.errors import InvalidInput
from ideaboard.intake.cards import CARDS_LIMIT, FOREIGN_LIMIT, NOTHING, Imported, Source

ADVICE = "'ideaboard import --help' names what comes in; 'add -' takes a list of titles, 'arxiv add -' takes papers"


class Format(NamedTuple):
    """How one kind of file comes in."""

    name: str
    label: str
    """What it is, in words: `a Trello board`."""
    module: str
    ours: bool = False
    strict: bool = True
    """Whether a file that does not look like it cannot be read as it even when somebody says so."""


FORMATS = (
    Format("board", "a board file of ideaboard", "own", ours=True),
    Format("kanban-tui", "a database of kanban-tui", "kanban_tui"),
    Format("taskwarrior", "an export of Taskwarrior", "todo"),
    Format("trello", "a Trello board", "trello"),
    Format("csl", "a bibliography in CSL JSON", "references"),
    Format("json", "JSON of ideaboard", "own", ours=True),
    Format("tinydb", "a TinyDB file", "own", ours=True),
    Format("csv", "CSV of ideaboard", "own", ours=True),
    Format("bibtex", "BibTeX", "bibtex", strict=False),
    Format("ris", "RIS", "bibtex", strict=False),
    Format("zotero", "a table of Zotero", "references"),
    Format("obsidian", "a board of Obsidian Kanban", "markdown", strict=False),
    Format("taskell", "a board of taskell", "markdown", strict=False),
    Format("todotxt", "a todo.txt", "todo", strict=False),
    Format("markdown", "a Markdown list", "markdown", strict=False),
    Format("table", "a table", "tables", strict=False),
)
NAMES = tuple(format.name for format in FORMATS)
BIBLIOGRAPHIES = ("bibtex", "ris", "zotero", "csl")
"""Those in which everything is a paper or a book, and one that is here already is meant."""


def read_as(source: Source, name: str | None = None) -> tuple[Format, Imported]:
    """Read a file, by the format that is named or else by what is in it.
    Raises `InvalidInput` when it cannot be read so, or nobody knows it.
    """
    for format in FORMATS:
        if name not in (None, format.name):
            continue
        module = import_module(f"{__name__}.{format.module}")
        function = format.name.replace("-", "_")
        fits = getattr(module, f"fits_{function}")(source)
        if name and format.strict and not fits:
            raise InvalidInput(f"{source.name} cannot be imported as {format.label}", "leave out --format")
        if fits or name:
            if not format.ours and len(source.data) > FOREIGN_LIMIT:
                raise InvalidInput(f"{source.name} is larger than {FOREIGN_LIMIT // 2**20} MB", "give it in parts")
            found: Imported = getattr(module, f"read_{function}")(source)
            if source.hours:
                found.remarks.append(f"due dates are days here: {counted(source.hours, 'hour')} left out")
            if len(found.cards) > CARDS_LIMIT:
                raise InvalidInput(f"{source.name} has more than {CARDS_LIMIT:,} cards", "give it in parts")
            if not found.cards and found.documents is None:
                why = "; ".join(["nothing was imported", *found.remarks])
                raise InvalidInput(f"{source.name} is {format.label} without a card", why)
            return format, found
    if name:
        raise InvalidInput(f"'{name}' cannot be imported", f"these can: {', '.join(NAMES)}")
    if source.json is NOTHING:
        what = "is empty" if not source.start else "is not JSON, a table, BibTeX, RIS, or a list that import knows"
    else:
        what = "is not a list of ideas, nor a board of another program that import knows"
    if re.match(r"\s*<(?:!doctype|html|\?xml)", source.start, re.IGNORECASE):
        what = "is a web page or XML"
    raise InvalidInput(f"{source.name} {what}", ADVICE)
