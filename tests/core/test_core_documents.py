from __future__ import annotations

import json
from typing import Any

import pytest
from core.core_values import an_idea, ideas, json_values, papers, texts
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.credit import public_title
from ideaboard.core.documents import (
    idea_from_document,
    idea_to_document,
    idea_to_json,
    paper_from_document,
    paper_to_json,
)
from ideaboard.core.ideas import Idea, Paper, Step

FIELDS = [*idea_to_json(an_idea()), "strange"]


def read(id: str, document: Any) -> tuple[Idea, list[str]]:
    problems: list[str] = []
    return idea_from_document(id, document, problems), problems


@given(ideas)
def test_an_idea_comes_back_from_its_document(idea: Idea) -> None:
    document = json.loads(json.dumps(idea_to_document(idea)))
    assert read(idea.id, document) == (idea, [])


@given(ideas)
def test_an_idea_comes_back_from_its_json(idea: Idea) -> None:
    plain = json.loads(json.dumps(idea_to_json(idea)))
    assert read(idea.id, plain) == (idea, [])


@given(ideas)
def test_the_json_form_has_every_key_and_a_document_nothing_empty(idea: Idea) -> None:
    plain = idea_to_json(idea)
    assert list(plain) == FIELDS[:-1]
    assert plain["stage_since"] == (idea.trail[-1].at if idea.trail else idea.created)
    assert all(plain[key] == [] for key in ("tags", "links", "trail", "ticks", "responses") if not plain[key])
    document = idea_to_document(idea)
    assert not {"id", "stage_since"} & document.keys()
    assert all(value not in (None, "", [], False) for value in document.values())
    assert all(plain[key] == value for key, value in document.items() if key not in ("paper", "share", "responses"))
    kept = [{key: value for key, value in one.items() if key != "reply" or value} for one in plain["responses"]]
    assert document.get("responses", []) == kept
    if idea.share:
        public = {"title": public_title(idea), "result": idea.share.result or None}
        assert plain["share"] == document["share"] | public


@given(papers)
def test_a_paper_comes_back(paper: Paper) -> None:
    problems: list[str] = []
    assert paper_from_document(json.loads(json.dumps(paper_to_json(paper))), problems) == paper
    assert problems == []


@given(st.dictionaries(st.sampled_from(FIELDS), json_values | st.lists(st.dictionaries(texts, json_values))))
def test_any_json_gives_an_idea_and_a_complaint_for_each_field_of_the_wrong_type(document: dict[str, Any]) -> None:
    idea, problems = read("bcdfghjk", document)
    assert all(problem.startswith("idea bcdfghjk") for problem in problems)
    # What was read is sound: it can be written, and read again without a complaint.
    assert read(idea.id, idea_to_document(idea)) == (idea, [])
    assert isinstance(idea.title, str)
    assert idea.title


@given(st.dictionaries(st.sampled_from(list(paper_to_json(Paper(arxiv_id="")))), json_values))
def test_any_json_gives_a_paper(document: dict[str, Any]) -> None:
    paper = paper_from_document(document, [])
    assert paper_from_document(paper_to_json(paper), []) == paper


@pytest.mark.parametrize(
    ("field", "wrong", "complaint"),
    [
        ("title", 5, "'title' is not text"),
        ("kind", ["post"], "'kind' is not text"),
        ("url", {}, "'url' is not text"),
        ("due", True, "'due' is not text"),
        ("private", "yes", "'private' is not true or false"),
        ("tags", "lora", "'tags' is not a list"),
        ("tags", ["lora", 1], "'tags' is not a list of texts"),
        ("links", [1], "'links' is not a list of objects"),
        ("trail", [{"stage": "idea", "at": 1}], ", trail: 'at' is not text"),
        ("trail", {}, "'trail' is not a list"),
        ("paper", "2107.07511", "'paper' is not an object"),
        ("paper", {"authors": "A B"}, ", paper: 'authors' is not a list"),
        ("share", {"channels": [None]}, ", share: 'channels' is not a list of texts"),
        ("responses", [{"text": 1}], ", responses: 'text' is not text"),
        ("archived", [], "'archived' is not an object"),
        ("rank", "UPPER", "'rank' is not a rank"),
        ("rank", "ends in 0", "'rank' is not a rank"),
        ("rank", "k0", "'rank' is not a rank"),
    ],
)
def test_what_a_wrong_field_is_called(field: str, wrong: Any, complaint: str) -> None:
    idea, problems = read("bcdfghjk", {"title": "Good", "stage": "making", field: wrong})
    assert len(problems) == 1
    assert complaint in problems[0]
    assert idea.stage == "making"


def test_defaults_of_an_empty_document() -> None:
    idea, problems = read("bcdfghjk", {})
    assert problems == []
    assert (idea.title, idea.kind, idea.stage) == ("(untitled)", "project", "idea")
    assert idea.updated == idea.created == idea.stage_since == "1970-01-01T00:00:00.000Z"


def test_a_good_part_of_a_bad_list_is_kept() -> None:
    idea, _ = read("bcdfghjk", {"tags": ["a", 1, "b"], "trail": [{"stage": "idea", "at": "x"}, 5]})
    assert idea.tags == ("a", "b")
    assert idea.trail == (Step("idea", "x"),)


def test_steps_that_a_merge_put_together_are_in_order_of_time() -> None:
    early, late = (
        {"stage": "outline", "at": "2026-03-01T10:00:00.000Z"},
        {"stage": "making", "at": "2026-03-02T10:00:00.000Z"},
    )
    known, _ = read("k7fqm2xw", {"title": "x", "trail": [late, early]})
    assert [step.stage for step in known.trail] == ["outline", "making"]


def test_every_field_of_an_idea_is_in_its_json() -> None:
    assert set(Idea.__slots__) - {"id"} == set(idea_to_json(an_idea())) - {"id", "stage_since"}
    assert set(Paper.__slots__) == set(paper_to_json(Paper(arxiv_id="x"))) - {"url", "pdf_url"}
