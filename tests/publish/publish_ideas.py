"""Ideas for the tests of making and sharing: short to write, complete to read."""

from __future__ import annotations

from typing import Any

from ideaboard.core.ideas import Idea, Paper, Share

MADE = "2025-01-01T08:00:00.000Z"


def idea(number: int = 1, **fields: Any) -> Idea:
    """Return an idea in the first column, with whatever else a test needs."""
    given: dict[str, Any] = {
        "id": f"b{number:07d}",
        "title": f"Thing {number}",
        "kind": "project",
        "stage": "idea",
        "created": MADE,
        "updated": MADE,
    }
    return Idea(**given | fields)


def shared(number: int = 1, day: str = "2025-03-14", **fields: Any) -> Idea:
    """Return a shared idea; fields of the share are taken out of `fields`."""
    own = {
        key: fields.pop(key)
        for key in ("at", "url", "summary", "result", "channels", "uid", "withdrawn")
        if key in fields
    }
    share: dict[str, Any] = {
        "at": f"{day}T10:00:{number % 60:02d}.000Z",
        "date": day,
        "url": f"https://ada.example.org/{number}",
        "summary": "one line on it",
        "uid": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
    }
    return idea(number, **{"stage": "shared", "share": Share(**share | own)} | fields)


CONFORMAL = Paper(
    arxiv_id="2107.07511",
    version="v6",
    title="A Gentle Introduction to Conformal Prediction and Distribution-Free Uncertainty Quantification",
    authors=("Anastasios N. Angelopoulos", "Stephen Bates"),
    abstract="Black-box machine learning models are now routinely used in high-risk settings.",
    primary_category="cs.LG",
    categories=("cs.LG", "cs.AI"),
    published="2021-07-15T17:59:50Z",
    updated="2022-12-07T00:00:00Z",
    code_url="https://github.com/aangelopoulos/conformal-prediction",
)
