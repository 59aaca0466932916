"""arXiv as a source of papers: by its own ids, and by the DOIs that authors told it of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ideaboard.core.ideas import Paper
from ideaboard.errors import ArxivError
from ideaboard.papers.arxiv.answers import Answer
from ideaboard.papers.arxiv.feed import split_id
from ideaboard.papers.arxiv.gateway import Gateway
from ideaboard.papers.arxiv.problems import Cancelled
from ideaboard.papers.identifiers import doi_spellings, find_dois
from ideaboard.papers.sources import Found

_DOIS_PER_REQUEST = 20
"""In up to four spellings each they make an address of some 3,500 characters."""


class ArxivSource:
    """Looks papers up by the gateway, many with one request."""

    label = "arXiv"
    givers = ("arxiv", "doi")

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def look_up(self, wanted: Sequence[Paper], *, refresh: bool = False) -> Found:
        ids = [paper.arxiv_id for paper in wanted if split_id(paper.arxiv_id)]
        dois = {paper.key: doi for paper in wanted if not paper.arxiv_id for doi in find_dois(paper.doi or "")[:1]}
        told = Found()
        try:
            told += _by_id(self._gateway.by_ids(ids, refresh=refresh), ids) if ids else Found()
            keys = [*dois]
            for start in range(0, len(keys), _DOIS_PER_REQUEST):
                part = {key: dois[key] for key in keys[start : start + _DOIS_PER_REQUEST]}
                asked = [f'doi:"{spelled}"' for doi in part.values() for spelled in doi_spellings(doi)]
                answer = self._gateway.search(" OR ".join(asked), size=len(asked), refresh=refresh)
                told += _by_doi(answer, part)
        except Cancelled:
            raise
        except ArxivError as error:
            told += Found({}, frozenset([*ids, *dois]), (error,))
        return told


def _by_id(answer: Answer, ids: Sequence[str]) -> Found:
    papers = {paper.arxiv_id: paper for paper in answer.papers}
    unsure = frozenset(ids).difference(papers) if answer.unreadable else frozenset[str]()
    return Found(papers, unsure)


def _by_doi(answer: Answer, wanted: Mapping[str, str]) -> Found:
    papers = {key: paper for paper in answer.papers for key in map(_key, find_dois(paper.doi or "")) if key in wanted}
    unsure = frozenset(wanted).difference(papers) if answer.unreadable else frozenset[str]()
    return Found(papers, unsure)


def _key(doi: str) -> str:
    return Paper(doi=doi).key
