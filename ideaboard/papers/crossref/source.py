"""Asks Crossref, one DOI at a time, as it asks of everybody: by name, slowly, and never twice for what is known.

(www.crossref.org/documentation/retrieve-metadata/rest-api: one request at a time for a client, five in a second at
most; who gives an address is asked to slow down before being shut out.)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from ideaboard.core.clock import is_recent, moment
from ideaboard.core.ideas import Paper
from ideaboard.errors import ArxivError
from ideaboard.papers.arxiv.answers import Answer
from ideaboard.papers.arxiv.cache import Cache
from ideaboard.papers.arxiv.problems import Cancelled
from ideaboard.papers.crossref.work import read_work
from ideaboard.papers.json_service import JsonService, Place, WrongAnswer
from ideaboard.papers.sources import Found

CROSSREF = Place("Crossref", "https://api.crossref.org/works", 1.0)
"""A DOI is put behind the address."""
_KNOWN_FOR = timedelta(days=30)
_UNKNOWN_FOR = timedelta(hours=20)


class CrossrefSource:
    """Looks up publishers' DOIs, and keeps what it hears in the cache folder."""

    label = CROSSREF.label
    givers = ("doi",)

    def __init__(self, service: JsonService, cache_folder: Path) -> None:
        self._service = service
        self._cache = Cache(cache_folder / "crossref")

    def look_up(self, wanted: Sequence[Paper], *, refresh: bool = False) -> Found:
        told = Found()
        left = {paper.key: id.name for paper in wanted if (id := paper.id) and id.giver == "doi"}
        for key, doi in left.items():
            try:
                paper = self._paper(doi, refresh)
            except Cancelled:
                raise
            except WrongAnswer as error:  # the next DOI may do better
                told += Found({}, frozenset([key]), (error,))
            except ArxivError as error:  # nor would any other be answered
                return told + Found({}, frozenset(left).difference(told.papers), (error,))
            else:
                told += Found({key: paper} if paper else {})
        return told

    def _paper(self, doi: str, refresh: bool) -> Paper | None:
        """Return what is known about a DOI; `None` when Crossref says that it does not know it."""
        question = {"doi": doi}
        kept = self._cache.get(self._service.url, question)
        span = _KNOWN_FOR if kept and kept.papers else _UNKNOWN_FOR
        if kept and not refresh and is_recent(kept.as_of, self._service.now(), span):
            return next(iter(kept.papers), None)
        try:
            answer = self._service.get(quote(doi, safe="/:;()"))
        except ArxivError as error:
            if kept is None or not kept.papers or isinstance(error, Cancelled):
                raise
            return kept.papers[0]
        papers: tuple[Paper, ...] = ()
        if answer is not None:
            message = answer.get("message") if isinstance(answer, dict) else None
            paper = read_work(message) if isinstance(message, dict) else Paper()
            if paper.id is None or (paper.doi or "").lower() != doi:
                raise WrongAnswer(f"Crossref answered about another paper than {doi}", "try again later")
            papers = (paper,)
        at = moment(self._service.now())
        kept = Answer(sent=doi, read_as=None, total=len(papers), start=0, as_of=at, papers=papers)
        self._cache.put(self._service.url, question, kept)
        return next(iter(papers), None)
