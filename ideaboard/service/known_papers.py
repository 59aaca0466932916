"""Which papers are on the board already, and the one way in which new ones get there.

Two records are one paper by the same id without its version, the same DOI (arXiv's own or the publisher's), or the same
folded title together with a shared author's surname. A title alone is not enough: real papers share titles. The index
is kept in step with the board: one of 20,000 papers takes 0.2 s to build.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import NamedTuple

from ideaboard.core.board import Board
from ideaboard.core.clock import moment
from ideaboard.core.credit import ET_AL, surname, title_key
from ideaboard.core.ideas import Idea, Link, Paper, PaperId, Step, named_paper, version_number
from ideaboard.core.persistent import LayeredMap
from ideaboard.core.ranks import fresh_ranks
from ideaboard.core.tex import clean_tex
from ideaboard.core.text import TITLE_LIMIT, clean_title, counted, fold
from ideaboard.errors import InvalidInput
from ideaboard.papers.identifiers import arxiv_doi, find_dois, find_ids
from ideaboard.service.session import Session

URL = re.compile(r"https?://[^\s<>\"'`)\]}]+", re.IGNORECASE)
_NAMES_ARXIV = re.compile(r"(?:https?://\S*)?(?:arxiv|10\.48550/|huggingface\.co/papers/)", re.IGNORECASE)
# `arXiv:2107.07511 [cs.LG]`, and with the date behind it, as it is printed along the first page of a paper.
_ARCHIVE = re.compile(r"\s*\[[a-z.-]+\](?:\s+[0-9]{1,2} [a-z]{3} [0-9]{4})?$", re.IGNORECASE)
_IS_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?10\.(?=[0-9]{4,9}/)", re.IGNORECASE)
_NAME_BEFORE = re.compile(r"^(?:arxiv|doi):?\s+", re.IGNORECASE)
_MOST_CHANGES = 2000
"""When more ideas than this changed, building anew costs no more than catching up."""


_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_CANONICAL = re.compile(r"[0-9]{4}\.[0-9]{4,5}|[a-z-]+/[0-9]{7}")  # the common case, without a search


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
        if title := title_key(paper.title):
            self._by_title.setdefault(title, []).append((paper, key))

    def remove(self, key: str, paper: Paper) -> None:
        for name in _names(paper):
            if self._by_name.get(name) == key:
                del self._by_name[name]
        title = title_key(paper.title)
        left = [entry for entry in self._by_title.pop(title, []) if entry[1] != key]
        if left:
            self._by_title[title] = left

    def find(self, paper: Paper) -> str | None:
        for name in _names(paper):
            if name in self._by_name:
                return self._by_name[name]
        if not (known := self._by_title.get(title_key(paper.title))):
            return None
        surnames = _surnames(paper)
        return next((key for other, key in known if not surnames.isdisjoint(_surnames(other))), None)


def _names(paper: Paper) -> Iterator[str]:
    """Give the names under which a paper is unique: its arXiv DOI for the id, or its key, then the publisher's DOIs."""
    name = paper.key
    if _CANONICAL.fullmatch(name):
        yield arxiv_doi(name).lower()
    elif name and not paper.on_arxiv:
        yield name
    elif name:
        ids = find_ids(paper.label)
        yield arxiv_doi(ids[0].id if ids else name).lower()
    for doi in _DOI.findall(paper.doi or ""):
        doi = doi.rstrip(".,;").lower()
        ids = find_ids(doi) if doi.startswith("10.48550/") else []
        yield arxiv_doi(ids[0].id).lower() if ids else doi


def _surnames(paper: Paper) -> frozenset[str]:
    folded = (fold(surname(author)) for author in paper.authors if author != ET_AL)
    return frozenset(name.rpartition(" ")[2] for name in folded if name)


class _Kept:
    """One index, brought in line with whichever board is asked about; the threads of the program take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ideas: LayeredMap[str, Idea] = LayeredMap({})
        self._index: PaperIndex | None = None
        self._doubled = False
        """Whether several ideas are about one paper; only one of them is in the index then."""

    def find(self, board: Board, paper: Paper) -> str | None:
        with self._lock:
            return self._of(board).find(paper)

    def _of(self, board: Board) -> PaperIndex:
        index, before, now = self._index, self._ideas, board.ideas
        if index is not None and now is before:
            return index
        new, gone = _differences(before, now)
        if index is None or len(gone) + len(new) > _MOST_CHANGES or (gone and self._doubled):
            index, gone, new = PaperIndex(), [], list(now.values())
            self._doubled = False
        for idea in gone:
            if idea.paper:
                index.remove(idea.id, idea.paper)
        for idea in new:
            if idea.paper:
                self._doubled = self._doubled or index.find(idea.paper) is not None
                index.add(idea.id, idea.paper)
        self._ideas, self._index = now, index
        return index


def _differences(before: LayeredMap[str, Idea], now: LayeredMap[str, Idea]) -> tuple[list[Idea], list[Idea]]:
    """Return the ideas whose paper is new, and those, as they were, whose paper is gone; a changed one is in both."""
    pairs = [(before.get(id), now.get(id)) for id in now.differing(before)]
    new = [idea for old, idea in pairs if idea and (old is None or old.paper != idea.paper)]
    gone = [old for old, idea in pairs if old and (idea is None or old.paper != idea.paper)]
    return new, gone


_KEPT = _Kept()


class BoardPapers:
    """Finds the ideas of papers on one board, archived ones and candidates included; what is added here stays here."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._added = PaperIndex()

    def add(self, id: str, paper: Paper) -> None:
        self._added.add(id, paper)

    def find(self, paper: Paper) -> str | None:
        """Return the id of the idea that is about the same paper, or `None` when there is none."""
        return _KEPT.find(self._board, paper) or self._added.find(paper)


class Placed(NamedTuple):
    """Papers as ideas of a board."""

    new: list[Idea]
    ids: list[str]
    """For each paper the id of its idea, new or known."""


class PapersAsIdeas:
    """Makes ideas of the papers that a board does not have; the same ones however often it is asked."""

    def __init__(
        self, session: Session, papers: Sequence[Paper], kind: str, stage: str, tags: tuple[str, ...] = ()
    ) -> None:
        now = session.now()
        self.at = moment(now)
        self._papers = papers
        ids, ranks = session.new_ids(len(papers)), fresh_ranks(now, len(papers))
        self._ideas = [
            Idea(
                id=id,
                title=_title(paper),
                kind=kind,
                stage=stage,
                created=self.at,
                updated=self.at,
                rank=rank,
                tags=tags,
                url=paper.url or None,
                trail=(Step(stage, self.at),),
                paper=paper,
            )
            for paper, id, rank in zip(papers, ids, ranks, strict=True)
        ]

    def on(self, board: Board) -> Placed:
        """Find the papers that are on the board, and make ideas of the others; of one paper never two."""
        index = BoardPapers(board)
        placed = Placed([], [])
        for paper, idea in zip(self._papers, self._ideas, strict=True):
            there = index.find(paper)
            if there is None:
                index.add(idea.id, paper)
                placed.new.append(idea)
            placed.ids.append(there or idea.id)
        return placed


def paper_meant(title: str, urls: Iterable[str], notes: str = "") -> Paper | None:
    """Return the paper that a text is about: one that its links or its title name, or the first line of its notes, or
    the only one that its notes link to.

    What a text only mentions is not its paper. Nobody is asked; `arxiv check` fills in what is known of it.
    """
    first = notes.lstrip().partition("\n")[0].strip(" <>")
    urls = [*urls]
    named = [one for one in (*urls, title) if _NAMES_ARXIV.search(one) or " " not in one]
    linked = URL.findall(notes)
    linked += [first] if _NAMES_ARXIV.match(first) or _IS_DOI.match(first) else []
    for texts in (named, linked if _NAMES_ARXIV.match(first) else []):
        ids = {id.id: id for text in texts for id in find_ids(text)}
        if len(ids) == 1:
            (id,) = ids.values()
            about = " ".join(URL.sub("", title).replace(f"arXiv:{id}", "").split())
            return id.paper(title="" if names_only_a_paper(title) or find_ids(about) else about)
    for texts in ([*urls, title], linked if _IS_DOI.match(first) else []):
        dois = {doi.lower(): doi for text in texts for doi in find_dois(text)}
        if len(dois) == 1:
            (doi,) = dois.values()
            about = URL.sub("", title)
            return named_paper(PaperId("doi", doi), title="" if find_dois(about) else " ".join(about.split()))
    if any(find_ids(text) or find_dois(text) for text in (*named, *urls, title)):
        return None
    found = {PaperId("arxiv", id.id) for text in linked for id in find_ids(text)}
    found |= {PaperId("doi", doi.lower()) for text in linked for doi in find_dois(text)}
    return named_paper(found.pop()) if len(found) == 1 else None


def names_only_a_paper(title: str) -> bool:
    """Tell whether a title is no more than an id or a link, so that the paper's own is better."""
    bare = _ARCHIVE.sub("", title.strip())
    one_word = " " not in _NAME_BEFORE.sub("", bare)
    return not bare or bool(URL.fullmatch(bare)) or (one_word and bool(find_ids(title) or find_dois(title)))


def told_later(papers: Sequence[Paper]) -> str:
    """Say that papers of which little more than a name is known will be filled in, and by whom; empty for none."""
    if not papers:
        return ""
    who = "arXiv and Crossref tell" if any(one.id and one.id.giver == "doi" for one in papers) else "arXiv tells"
    return f"{counted(len(papers), 'paper')}: 'ideaboard arxiv check' fills in what {who}"


def is_bare(paper: Paper) -> bool:
    """Tell whether something is missing that its source knows."""
    return bool(paper.id) and (not paper.authors or (paper.on_arxiv and not paper.version))


def filled_in(old: Paper, new: Paper) -> Paper:
    """Return what arXiv tells of a paper, with the version that is meant and the publication that is known."""
    return replace(
        with_announced(old, new),
        version=old.version or new.version,
        latest_version=new.version if 0 < version_number(old.version) < version_number(new.version) else None,
        journal_ref=new.journal_ref or old.journal_ref,
        doi=new.doi or old.doi,
    )


def with_announced(old: Paper, new: Paper) -> Paper:
    """Return a paper with what only announcements tell, which is not in any other answer."""
    return replace(new, announced=new.announced or old.announced, license=new.license or old.license)


def with_paper(idea: Idea, paper: Paper) -> Idea:
    """Give an idea its paper, and the title of that where it has none but a name of it."""
    named = (idea.paper.label, idea.paper.url) if idea.paper else ("", None)
    title = _title(paper) if idea.title in (named[0], paper.label) else idea.title
    return replace(idea, paper=paper, title=title, url=(paper.url or None) if idea.url == named[1] else idea.url)


def filled_by(card: Idea, entry: Idea) -> Idea:
    """Fill a card of whose paper only a name is known with an entry about that paper; what a person wrote stays."""
    old, new = (card.paper or Paper()).read(), (entry.paper or Paper()).read()
    known = {one.name: said for one in fields(Paper) if one.name != "title" and (said := getattr(old, one.name))}
    full = with_paper(card, replace(new, **known, title=new.title or old.title))
    # Each once, where it stands first, with the label that it has last.
    links = (*card.links, *(Link(url) for url in (card.url, entry.url) if url), *entry.links, *card.links)
    return replace(
        full,
        tags=tuple(dict.fromkeys((*card.tags, *entry.tags))),
        notes=card.notes if card.notes.strip() else entry.notes,
        links=tuple({link.url: link for link in links if link.url.lower() != (full.url or "").lower()}.values()),
    )


def _title(paper: Paper) -> str:
    """Return a title that can be read; the paper's own stays raw."""
    try:
        return clean_title(clean_tex(paper.title)[:TITLE_LIMIT])
    except InvalidInput:  # nothing that can be read is left of it
        return paper.label or "(untitled)"
