"""Papers as a manager of references, an index or a spreadsheet exports them, with what the file tells of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from ideaboard.core.ideas import Paper, PaperId, named_paper
from ideaboard.core.text import clean_line, clean_text
from ideaboard.intake.cards import Source
from ideaboard.intake.papers import dois_of, paper_of, parts_in
from ideaboard.papers.identifiers import find_dois, find_ids

_TITLES = ("title", "name", "shorttitle")
_ABSTRACTS = ("abstract", "abstractnote", "summary", "description")
_AUTHORS = ("author", "authors", "creator", "creators")


class Library(NamedTuple):
    """The papers of a file."""

    papers: tuple[Paper, ...]
    silent: int = 0
    """Entries that name no paper, neither by an id nor by a title."""


def read_library(source: Source) -> Library:
    """Read the papers of BibTeX, RIS, a table, JSON, or of any text that names some.
    Raises `InvalidInput` when it is no text, or nested too deeply.
    """
    from ideaboard.intake.formats.bibtex import UNCLOSED, fits_bibtex, fits_ris, read_bibtex, read_ris

    if fits_bibtex(source) or fits_ris(source):
        found = (read_bibtex if fits_bibtex(source) else read_ris)(source)
        told = tuple(card.paper or Paper(title=card.title, abstract=card.notes) for card in found.cards)
        return Library(told, found.left_out[UNCLOSED])
    papers: list[Paper] = []
    silent = 0
    for part in parts_in(source.text):
        if isinstance(part, str):
            papers += [id.paper() for id in find_ids(part)]
            papers += [named_paper(PaperId("doi", doi)) for doi in find_dois(part)]
        elif (paper := _paper(part.fields)).key or paper.title:
            papers.append(paper)
        else:
            silent += 1
    return Library(tuple(papers), silent)


def _paper(fields: Mapping[str, str]) -> Paper:
    def first(names: tuple[str, ...]) -> str:
        return next((text for name in names if (text := fields.get(name, "").strip())), "")

    ids = paper_of(fields)
    known = ids[0].paper() if len(ids) == 1 else Paper()
    return replace(
        known,
        doi=next(iter(dois_of(fields)), None),
        title=clean_line(first(_TITLES)),
        authors=tuple(filter(None, map(clean_line, re.split(r";| and ", first(_AUTHORS))))),
        abstract=clean_text(first(_ABSTRACTS)),
    )
