"""Ideas whose papers are read late, and ideas from rows, are the same as those read from their documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from core.core_values import an_idea, ideas, json_values
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.credit import credit, public_title, shared_url
from ideaboard.core.documents import cleaned_idea, idea_from_document, idea_to_document
from ideaboard.core.ideas import Idea, Paper, Step
from ideaboard.core.late import HeldDocument, LateIdea, StoredPaper, known_of, late_ideas, needles, row_of, stored_ideas
from ideaboard.core.twins import paper_name
from ideaboard.errors import InvalidInput

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
    (idea,) = stored_ideas([id], [json.loads(json.dumps(document))], [stored])
    return idea, stored


@given(ideas)
def test_an_idea_with_a_late_paper_is_the_idea(idea: Idea) -> None:
    same, stored = made(idea_to_document(idea), idea.id)
    assert same is not None
    assert stored.read == 0
    assert same == idea
    assert (repr(same), hash(same)) == (repr(idea), hash(idea))
    assert idea_to_document(same) == idea_to_document(idea)


@given(ideas, st.dictionaries(st.sampled_from(["paper", "notes", "share", "links", "trail", "rank"]), json_values))
def test_what_is_not_well_formed_is_left_to_who_complains(idea: Idea, strange: dict[str, Any]) -> None:
    document = idea_to_document(idea) | strange
    same, _ = made(document, idea.id)
    problems: list[str] = []
    known = idea_from_document(idea.id, document, problems)
    assert same == (None if problems else known)


AT = "2026-03-02T08:00:00.000Z"
EARLIER = "2026-01-02T08:00:00.000Z"
ODD: dict[str, list[Any]] = {
    "title": ["", 5],
    "stage": ["", None],
    "rank": ["", "A", "0"],
    "private": [True, None, "no"],
    "tags": [[], "a", ["a", 5], {"a": 1}],
    "trail": [[{"stage": "a", "at": AT}, {"stage": "b", "at": EARLIER}], [{"at": AT}], [5], []],
    "paper": [
        {"arxiv_id": "1", "withdrawn": True},
        {"arxiv_id": "1", "withdrawn": "no"},
        {"arxiv_id": "1", "title": ""},
        {"arxiv_id": "1", "title": True},
        {"title": "x", "authors": ["a"]},
        {"authors": ["a", 5]},
        {"authors": "a"},
        {"categories": 5, "new": 1},
        5,
    ],
    "share": [{"at": AT, "date": "2026-03-02", "title": "x"}, {"at": AT}, {"at": AT, "date": "", "withdrawn": 1}, 5],
    "created": [None, "", 5],
}


@pytest.mark.parametrize("name", ODD)
def test_many_with_something_odd_in_a_field_are_as_each_alone(name: str) -> None:
    """A few of a kind, alone and beside each other."""
    plain = idea_to_document(an_idea(rank="1", trail=(Step("idea", AT),), paper=PAPER, title="x"))
    odd = [plain | {name: value} for value in ODD[name]]
    for documents in ([plain, *odd], *([one, plain] for one in odd), *([one] for one in odd)):
        same_as_each_alone(documents)


@given(st.lists(ideas.map(idea_to_document), max_size=6))
def test_many_read_at_once_are_as_each_alone(documents: list[dict[str, Any]]) -> None:
    same_as_each_alone(documents)


def same_as_each_alone(documents: list[dict[str, Any]]) -> None:
    documents = json.loads(json.dumps(documents))
    ids = [f"{number:08}" for number in range(len(documents))]
    many = stored_ideas(ids, documents, [*map(Stored, documents)])
    for id, document, idea in zip(ids, documents, many, strict=True):
        problems: list[str] = []
        known = idea_from_document(id, document, problems)
        assert idea == (None if problems or not document.get("created") else known)
    assert many == stored_ideas(ids, documents, [*map(HeldDocument, documents)])


def test_a_paper_is_read_when_somebody_asks() -> None:
    idea = an_idea(rank="1", trail=(Step("idea", "x"),), paper=PAPER)
    same, stored = made(idea_to_document(idea))
    assert same is not None
    paper = same.paper
    assert isinstance(paper, StoredPaper)
    assert (same.title, paper.arxiv_id, paper.url, stored.read) == (idea.title, PAPER.arxiv_id, PAPER.url, 0)
    assert (paper.abstract, paper.authors, stored.read) == (PAPER.abstract, PAPER.authors, 1)
    assert (paper == PAPER, PAPER == paper, paper == 5) == (True, True, False)  # noqa: SIM300  # both ways are the point
    assert replace(same, stage="making").paper is paper
    assert paper.texts() == (PAPER.title, PAPER.abstract, list(PAPER.authors))
    assert replace(paper, version="v2") == replace(PAPER, version="v2")
    with pytest.raises(FrozenInstanceError):
        setattr(paper, "title", "other")  # noqa: B010  # that it cannot be set is the point
    with pytest.raises(AttributeError):
        paper.nothing  # noqa: B018  # the same


class Rows:
    """A board of one idea that was left in its file."""

    def __init__(self, id: str, first: Any, row: list[Any] | None, stored: Stored) -> None:
        self.ids, self.without, self.firsts, self.groups = [id], 0, [first], ["making"]
        self.chunk = 100
        self._row, self._stored = row, stored

    def columns(self, chunk: int) -> list[list[Any]] | None:
        assert chunk == 0
        return self._row and [[value] for value in self._row]

    def forget(self, chunk: int) -> None:
        """Keep it, as another thread may ask again."""

    def packed(self, number: int) -> Stored:
        return self._stored


def read_back(id: str, row: list[Any], stored: Stored) -> list[Idea]:
    first, *rest = json.loads(json.dumps(row))
    return late_ideas(Rows(id, first, rest, stored))


@given(ideas)
def test_an_idea_comes_back_from_its_row(idea: Idea) -> None:
    row = row_of(idea, "a name")
    if row is None:
        assert idea.links or idea.responses or idea.origin
        return
    stored = Stored(idea_to_document(idea))
    (same,) = read_back(idea.id, row, stored)
    assert same.id == idea.id
    shared = [idea.share.at, idea.share.date] if idea.share else None
    assert [*(known_of(same) or ())] == ["making", "a name", shared]
    assert isinstance(same, LateIdea)
    assert (same.title, same.trail, same.share, stored.read) == (idea.title, idea.trail, idea.share, 0)
    assert type(same) is Idea
    assert same == idea
    assert row_of(same, "a name") == row


def cleaned(idea: Idea) -> Idea | str:
    try:
        return cleaned_idea(idea)
    except InvalidInput as error:
        return error.message


@given(ideas)
def test_a_late_idea_is_the_idea_whatever_is_asked_first(idea: Idea) -> None:
    row = row_of(idea, "")
    if row is None:
        return
    stored = Stored(idea_to_document(idea))
    names = [name for name in Idea.__slots__ if name != "id"]
    for name in (*names, "stage_since", "waiting"):
        (same,) = read_back(idea.id, row, stored)
        assert getattr(same, name) == getattr(idea, name)
    askers: list[Callable[[Idea], object]] = [hash, repr, lambda one: one == idea, lambda one: idea == one]
    askers += [cleaned, idea_to_document, deepcopy]
    for ask in askers:
        (same,), (other,) = read_back(idea.id, row, stored), read_back(idea.id, row, stored)
        assert ask(same) == ask(idea)
        assert same == other
    (same,) = read_back(idea.id, row, stored)
    assert replace(same, rank="1") == replace(idea, rank="1")
    (same,) = read_back(idea.id, row, stored)
    with pytest.raises(AttributeError):
        same.nothing  # type: ignore[attr-defined]  # noqa: B018  # the same


@given(ideas)
def test_what_is_credited_comes_with_the_row(idea: Idea) -> None:
    row = row_of(idea, "")
    if row is None or not idea.paper:
        return
    stored = Stored(idea_to_document(idea))
    (same,) = read_back(idea.id, row, stored)
    assert (credit(same), public_title(same), shared_url(same)) == (credit(idea), public_title(idea), shared_url(idea))
    assert stored.read == 0 or not idea.share or len(idea.paper.authors) > 30


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


def test_who_lists_responses_reads_no_idea_that_has_none() -> None:
    idea = an_idea(rank="1", trail=(Step("idea", "x"),), paper=PAPER)
    row = row_of(idea, "2106.09685")
    assert row is not None
    (same,) = read_back(idea.id, row, Stored(idea_to_document(idea)))
    assert (same.responses, same.waiting, same.origin, paper_name(same)) == ((), (), None, "2106.09685")
    assert type(same) is LateIdea
    assert (same.title, same.responses, paper_name(same)) == (idea.title, (), "2106.09685")
