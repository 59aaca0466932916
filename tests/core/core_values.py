"""Ideas and boards for tests, made by hand or by hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from ideaboard.core.board import Board
from ideaboard.core.clock import moment
from ideaboard.core.ideas import Archived, Idea, Link, Origin, Paper, Response, Share, Step
from ideaboard.core.kinds import ARCHIVE_REASONS, CANDIDATE, KINDS, RESPONSE_TYPES, STAGES, Workflow
from ideaboard.storage.ids import ALPHABET

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WORKFLOW = Workflow()


def later(days: float = 0, **more: float) -> datetime:
    """Return a moment after `NOW`."""
    return NOW + timedelta(days=days, **more)


def an_idea(id: str = "bcdfghjk", **fields: Any) -> Idea:
    """Make an idea; everything has a sensible default."""
    stage = fields.get("stage", "idea")
    at = fields.get("created", moment(NOW))
    defaults: dict[str, Any] = {
        "title": f"Idea {id}",
        "kind": "project",
        "stage": stage,
        "created": at,
        "updated": at,
        "rank": f"0{id}i",
        "trail": (Step(stage, at),),
    }
    return Idea(id=id, **{**defaults, **fields})


def a_board(*ideas: Idea, workflow: Workflow = WORKFLOW) -> Board:
    """Make a board."""
    return Board.of(ideas, workflow)


def titles(board: Board, stage: str) -> list[str]:
    """Return the titles in a column."""
    return [idea.title for idea in board.column(stage)]


# Surrogates cannot be in a file of UTF-8; everything else may be.
texts = st.text(st.characters(codec="utf-8"), max_size=30)
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
optional_words = st.none() | words
ids = st.text(ALPHABET, min_size=8, max_size=8)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)).map(moment)  # noqa: DTZ001  # hypothesis wants naive bounds
dates = moments.map(lambda text: text[:10])
ranks = st.from_regex("[0-9a-z]{0,8}[1-9a-z]", fullmatch=True)
stage_keys = st.sampled_from([CANDIDATE, *(stage.key for stage in STAGES), "polish"])
kind_keys = st.sampled_from([*(kind.key for kind in KINDS), "poem"])

papers = st.builds(
    Paper,
    arxiv_id=texts,
    version=texts,
    title=texts,
    authors=st.lists(texts, max_size=3).map(tuple),
    abstract=texts,
    primary_category=texts,
    categories=st.lists(texts, max_size=3).map(tuple),
    published=optional_words,
    updated=optional_words,
    announced=optional_words,
    comment=optional_words,
    journal_ref=optional_words,
    doi=optional_words,
    code_url=optional_words,
    license=optional_words,
    latest_version=optional_words,
    withdrawn=st.booleans(),
)
shares = st.builds(
    Share,
    at=moments,
    date=dates,
    url=optional_words,
    summary=texts,
    result=texts,
    channels=st.lists(texts, max_size=2).map(tuple),
    uid=texts,
    withdrawn=st.booleans(),
)
responses = st.builds(
    Response,
    id=ids,
    type=st.sampled_from(RESPONSE_TYPES),
    text=texts,
    url=optional_words,
    at=moments,
    answered=st.none() | moments,
    reply=texts,
)
archiveds = st.builds(Archived, at=moments, because=st.sampled_from(ARCHIVE_REASONS), note=texts)
ideas = st.builds(
    Idea,
    id=ids,
    title=words,
    kind=kind_keys,
    stage=stage_keys,
    created=moments,
    updated=moments,
    rank=ranks,
    tags=st.lists(words, max_size=3, unique=True).map(tuple),
    notes=texts,
    url=optional_words,
    links=st.lists(st.builds(Link, words, texts), max_size=2).map(tuple),
    due=st.none() | dates,
    trail=st.lists(st.builds(Step, stage_keys, moments), max_size=3).map(
        lambda steps: tuple(sorted(steps, key=lambda step: step.at))
    ),
    draft=optional_words,
    private=st.booleans(),
    ticks=st.lists(words, max_size=2).map(tuple),
    paper=st.none() | papers,
    share=st.none() | shares,
    # Two that say the same are one, see `documents.each_once`.
    responses=st.lists(responses, max_size=2, unique_by=(lambda one: one.id, lambda one: one.text)).map(tuple),
    archived=st.none() | archiveds,
    origin=st.none() | st.builds(Origin, ids, ids),
)
boards = st.lists(ideas, max_size=12, unique_by=lambda idea: idea.id).map(lambda made: Board.of(made, WORKFLOW))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
