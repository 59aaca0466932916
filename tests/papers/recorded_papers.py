"""Real records for the tests of this folder; see tests/data/papers/SOURCES.md."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from ideaboard.core.ideas import Paper

DATA = Path(__file__).parents[1] / "data" / "papers" / "metadata.jsonl.gz"


@cache
def records() -> tuple[dict[str, Any], ...]:
    """The records as they are in the file."""
    return tuple(json.loads(line) for line in gzip.decompress(DATA.read_bytes()).decode().splitlines())


@cache
def papers() -> tuple[Paper, ...]:
    """The records as papers."""
    return tuple(
        Paper(
            arxiv_id=record["id"],
            version="v1",
            title=record["title"],
            authors=tuple(record["authors"]),
            abstract=record["abstract"],
            primary_category=record["primary"],
            categories=tuple(record["categories"]),
            published=record["submitted"],
            updated=record["updated"],
            comment=record["comment"],
            doi=record["doi"],
        )
        for record in records()
    )
