"""One paper once: telling whether two records are the same paper.

The same id without its version, the same DOI (arXiv's own or the publisher's), or the same folded title together with
a shared author's surname. A title alone is not enough: real papers share titles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ideaboard.core.credit import surname
from ideaboard.core.ideas import Paper
from ideaboard.core.text import fold
from ideaboard.papers.display import readable
from ideaboard.papers.identifiers import arxiv_doi, find_ids

_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_CANONICAL = re.compile(r"[0-9]{4}\.[0-9]{4,5}|[a-z-]+/[0-9]{7}")  # the common case, without a search
_NOT_LETTERS = re.compile(r"[^\w]+|_")


class PaperIndex:
    """Finds the key (the id of an idea, say) of a paper that is known; of two records of one paper the first counts."""

    def __init__(self, papers: Iterable[tuple[str, Paper]] = ()) -> None:
        self._by_name: dict[str, str] = {}
        self._by_title: dict[str, list[tuple[Paper, str]]] = {}
        for key, paper in papers:
            self.add(key, paper)

    def add(self, key: str, paper: Paper) -> None:
        for name in _names(paper):
            self._by_name.setdefault(name, key)
        if title := _title_key(paper.title):
            self._by_title.setdefault(title, []).append((paper, key))

    def remove(self, key: str, paper: Paper) -> None:
        for name in _names(paper):
            if self._by_name.get(name) == key:
                del self._by_name[name]
        title = _title_key(paper.title)
        left = [entry for entry in self._by_title.pop(title, []) if entry[1] != key]
        if left:
            self._by_title[title] = left

    def find(self, paper: Paper) -> str | None:
        for name in _names(paper):
            if name in self._by_name:
                return self._by_name[name]
        if not (known := self._by_title.get(_title_key(paper.title))):
            return None
        surnames = _surnames(paper)
        return next((key for other, key in known if not surnames.isdisjoint(_surnames(other))), None)


def _names(paper: Paper) -> Iterator[str]:
    """Give the names under which a paper is unique: its arXiv DOI for the id, then the publisher's DOIs."""
    if _CANONICAL.fullmatch(paper.arxiv_id):
        yield arxiv_doi(paper.arxiv_id).lower()
    elif paper.arxiv_id:
        ids = find_ids(f"arXiv:{paper.arxiv_id}")
        yield arxiv_doi(ids[0].id if ids else paper.arxiv_id).lower()
    for doi in _DOI.findall(paper.doi or ""):
        doi = doi.rstrip(".,;").lower()
        ids = find_ids(doi) if doi.startswith("10.48550/") else []
        yield arxiv_doi(ids[0].id).lower() if ids else doi


def _title_key(title: str) -> str:
    """Fold a title to its letters and digits, so that TeX, hyphens and full stops make no difference."""
    title = readable(title)
    return _NOT_LETTERS.sub("", title.lower() if title.isascii() else fold(title))


def _surnames(paper: Paper) -> frozenset[str]:
    folded = (fold(surname(author)) for author in paper.authors)
    return frozenset(name.rpartition(" ")[2] for name in folded if name)
