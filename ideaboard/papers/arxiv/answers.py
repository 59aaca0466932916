"""What the gateway to arXiv is told, and what it gives back: values only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypedDict

from ideaboard.core.ideas import Paper

NONE_WRONGLY = "arXiv says that no paper fits, and it has been known to say so wrongly"
"""What is said of an empty answer that something speaks against (arxiv.py issues 119 and 157, aRxiv issue 66)."""

OnWait = Callable[[float, str], None]
"""Called about five times a second while waiting, with the seconds left and the reason."""


class Asking(TypedDict, total=False):
    """Who hears of waiting while a service is asked, and what ends it."""

    on_wait: OnWait | None
    cancel: threading.Event | None


Order = Literal["relevance", "submitted", "updated"]
"""How a search is ordered, always the highest or the newest first."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each part of a request may take, in seconds (docs/architecture.md, "Patience with arXiv")."""

    connect: float = 10.0
    silence: float = 30.0
    whole: float = 90.0
    """From the first attempt to connect to the last byte."""
    busy: float = 30.0
    """The pause before one more try when arXiv says 429 without naming a time."""
    longest_pause: float = 60.0
    """A longer pause that arXiv asks for is not waited out; the time to come back is said."""
    rest: float = 300.0
    """How long nothing is asked after arXiv said 429 twice without naming a time."""


DEFAULT_TIMEOUTS = Timeouts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One complete answer of arXiv, or what the cache kept of it."""

    sent: str
    """The query as it was sent; the ids joined by commas when papers were asked for by id."""
    read_as: str | None
    """How arXiv understood the query; `None` when papers were asked for by id."""
    total: int
    """How many papers fit the query, not how many were sent."""
    start: int
    """The position of the first paper of this page; 0 is the first of all."""
    as_of: str
    papers: tuple[Paper, ...]
    from_cache: bool = False
    stale: bool = False
    """Whether the cache stands in for arXiv, because arXiv could not be asked; `problem` says why."""
    unreadable: int = 0
    missing: tuple[str, ...] = ()
    problem: str | None = None
    """What a person should know about this answer, in one sentence."""
