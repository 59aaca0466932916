"""Ideas made while the board file is read are the same as those read from their documents, and read no more at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from core.core_values import an_idea, ideas, json_values
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.documents import idea_from_document, idea_to_document
from ideaboard.core.ideas import Idea, Paper, Step, long_parts
from ideaboard.core.stored_ideas import MANY, IdeaMaker, needles

PAPER = Paper(arxiv_id="2106.09685", title="LoRA", authors=("Edward J. Hu",), abstract="Low rank")


class Stored:
    """A document that counts how often it is read."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._json = json.dumps(document)
        self.read = 0

    def fields(self) -> dict[str, Any]:
        self.read += 1
        fields: dict[str, Any] = json.loads(self._json)
        return fields

    def may_hold(self, words: Sequence[bytes]) -> bool:
        return all(word in self._json.lower().encode() for word in words)


def made(document: Any, id: str = "bcdfghjk") -> tuple[Idea | None, Stored]:
    stored = Stored(document)
    return IdeaMaker()(id, json.loads(json.dumps(document)), stored), stored


@given(ideas)
def test_a_made_idea_is_the_idea(idea: Idea) -> None:
    same, _ = made(idea_to_document(idea), idea.id)
    if same is None:
        assert not all((idea.title, idea.kind, idea.stage, idea.created, idea.updated, idea.rank, idea.trail))
    else:
        assert same == idea
        assert (repr(same), hash(same)) == (repr(idea), hash(idea))
        assert idea_to_document(same) == idea_to_document(idea)


NAMES = [
    *idea_to_document(an_idea(rank="1", trail=(Step("idea", "x"),))),
    "paper",
    "notes",
    "share",
    "links",
    "strange",
]


@given(ideas, st.dictionaries(st.sampled_from(NAMES), json_values, max_size=3), st.sets(st.sampled_from(NAMES)))
def test_what_is_not_well_formed_is_left_to_who_complains(
    idea: Idea, strange: dict[str, Any], missing: set[str]
) -> None:
    document = {key: value for key, value in idea_to_document(idea).items() if key not in missing} | strange
    same, _ = made(document, idea.id)
    problems: list[str] = []
    known = idea_from_document(idea.id, document, problems)
    if same is not None:
        assert (same, problems) == (known, [])


@given(st.dictionaries(st.sampled_from(["authors", "abstract", "withdrawn", "doi", "new"]), json_values))
def test_a_strange_paper_is_complained_about(paper: dict[str, Any]) -> None:
    document = idea_to_document(an_idea(rank="1", trail=(Step("idea", "x"),))) | {"paper": paper}
    same, _ = made(document)
    problems: list[str] = []
    known = idea_from_document("bcdfghjk", document, problems)
    assert same is None if problems else same in (None, known)


def test_the_long_parts_are_read_when_somebody_asks() -> None:
    idea = an_idea(rank="1", trail=(Step("idea", "x"),), paper=PAPER, notes="long " * 100)
    same, stored = made(idea_to_document(idea))
    assert same is not None
    assert (same.title, same.tags, same.stage_since, stored.read) == (idea.title, idea.tags, "x", 0)
    assert (same.paper, stored.read) == (PAPER, 1)
    assert (same.notes, stored.read) == (idea.notes, 2)
    assert long_parts(same)
    assert not long_parts(idea)
    assert replace(same, stage="making").paper == PAPER


def test_thousands_are_made_as_one_is() -> None:
    idea = an_idea(rank="1", trail=(Step("idea", "x"),), paper=PAPER)
    document = idea_to_document(idea)
    make = IdeaMaker()
    some = [make(f"{number:08d}", document, Stored(document)) for number in range(MANY + 100)]
    assert some == [replace(idea, id=f"{number:08d}") for number in range(MANY + 100)]
    assert {type(one) for one in some} == {Idea}
    with pytest.raises(FrozenInstanceError):
        setattr(some[-1], "title", "other")  # noqa: B010  # that it cannot be set is the point


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("low rank", (b"low", b"rank")),
        ('a "b" c/d\\e', (b"a", b"b", b"c", b"d", b"e")),
        ("naïve", ("naïve".encode(),)),
        ("a\x07b", ()),
        ("", ()),
    ],
)
def test_what_must_be_in_the_json(text: str, words: tuple[bytes, ...]) -> None:
    assert needles(text) == words
