"""Thousands of documents read at once, column by column: a reader for each field of each takes several times as long.

What is unusual in a column is read one by one by the readers of `ideaboard.core.documents`, which are the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from itertools import repeat
from typing import Any

from ideaboard.core.documents import FORMS_OF, Reader, sound_papers, without_default_title
from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.slots import blank, fill

Papers = Callable[[Sequence[int], Sequence[str]], Sequence[Paper]]
"""Makes papers that are read later: of the numbers of their documents, and their arXiv ids."""

_DEFAULTS = {field.name: field.default for field in fields(Idea)}
_PLAN = [(name, form, _DEFAULTS[name]) for name, form in FORMS_OF[Idea].items() if name != "paper"]
_PAPER = FORMS_OF[Idea]["paper"]
_SLOTS = vars(Idea)
_NOTHING = {type(None)}


def ideas_from_documents(
    ids: Sequence[str], documents: Sequence[Mapping[str, Any]], papers: Papers
) -> list[Idea | None]:
    """Make ideas of documents as `documents.idea_from_document` does.

    None stands for one in which something is not as it should be, or missing; whoever reads it alone hears what.
    """
    dated = [number for number, document in enumerate(documents) if document.get("created")]
    if len(dated) < len(ids):
        some = ideas_from_documents(
            [ids[number] for number in dated],
            [documents[number] for number in dated],
            lambda numbers, names: papers([dated[number] for number in numbers], names),
        )
        return [*map(dict(zip(dated, some, strict=True)).get, range(len(ids)))]
    readers: dict[int, Reader] = {}

    def reader(number: int) -> Reader:
        if number not in readers:
            document = documents[number]
            readers[number] = Reader(document, "", "", [])
            readers[number].born = readers[number].text("created")
        return readers[number]

    ideas = blank(Idea, len(ids))
    fill(ideas, _SLOTS["id"], ids)
    for name, form, default in _PLAN:
        values = [document.get(name) for document in documents]
        kinds = {*map(type, values)}
        column: Iterable[Any] | None = None
        if kinds == _NOTHING and default is not MISSING:
            column = repeat(default)
        elif form.quick:
            column = form.quick(values, kinds)
        if column is None:
            column = [
                default if value is None and default is not MISSING else form.read(reader(number), name)
                for number, value in enumerate(values)
            ]
        fill(ideas, _SLOTS[name], column)
    raw = [document.get("paper") for document in documents]
    numbers = [number for number, paper in enumerate(raw) if paper is not None]
    if not sound_papers([raw[number] for number in numbers]):
        numbers = [number for number in numbers if sound_papers([raw[number]])]
    late = dict(
        zip(
            numbers,
            papers(numbers, [documents[number]["paper"].get("arxiv_id", "") for number in numbers]),
            strict=True,
        )
    )
    for number in {number for number, paper in enumerate(raw) if paper is not None} - late.keys():
        late[number] = _PAPER.read(reader(number), "paper")
    fill(ideas, _SLOTS["paper"], map(late.get, range(len(ids))))
    complained = {number for number, read in readers.items() if read.problems}
    return [None if number in complained else without_default_title(idea) for number, idea in enumerate(ideas)]
