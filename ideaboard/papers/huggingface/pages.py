"""Asks Hugging Face about papers, one page at a time: https://huggingface.co/docs/hub/api#paper-pages-api.

Its API takes 500 requests in five minutes from one address (https://huggingface.co/docs/hub/rate-limits).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ideaboard.core.clock import moment
from ideaboard.core.facts import Facts
from ideaboard.core.text import safe_url
from ideaboard.papers.json_service import JsonService, Place, WrongAnswer

HUGGING_FACE = Place("Hugging Face", "https://huggingface.co/api/papers", 0.7)
"""An arXiv id is put behind the address."""
_MOST = 10**9


class PaperPages:
    """Looks up pages."""

    def __init__(self, service: JsonService) -> None:
        self._service = service

    def look_up(self, arxiv_id: str) -> Facts:
        """Return what is known of a paper. Raises `ServiceError`, `WrongAnswer`, `Cancelled`."""
        page = self._service.get(quote(arxiv_id, safe=""))
        at = moment(self._service.now())
        if page is None:
            return Facts(at)
        if not isinstance(page, dict) or page.get("id") != arxiv_id:
            raise WrongAnswer(f"what Hugging Face sent is not about {arxiv_id}")
        return read_page(page, at)


def read_page(page: Mapping[str, Any], at: str) -> Facts:
    """Read a page; what is not as it should be counts as missing."""
    repo = page.get("githubRepo")
    url = safe_url(repo) if isinstance(repo, str) else None
    votes, stars, comments = (_number(page.get(name)) for name in ("upvotes", "githubStars", "numComments"))
    return Facts(at, url or "", stars if url else 0, votes, comments)


def _number(value: Any) -> int:
    return min(value, _MOST) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
