"""Papers that a person likes and that are no cards: what they have already, to tell the inbox of their taste.

They are kept in the board file, in a table of its own that older versions leave alone, so they are merged, exported
and taken back as everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack

from tinydb.table import Document

from ideaboard.core.changes import Change
from ideaboard.core.clock import moment
from ideaboard.core.credit import title_key
from ideaboard.core.documents import Document as JsonObject
from ideaboard.core.documents import paper_from_document
from ideaboard.core.ideas import Paper
from ideaboard.core.text import clean_line, counted
from ideaboard.errors import InvalidInput, NotFound
from ideaboard.papers.arxiv.cache import compact_paper
from ideaboard.service.known_papers import PaperIndex, filled_in
from ideaboard.service.session import Label, Outcome, Session
from ideaboard.storage.ids import decode_id, named_id

if TYPE_CHECKING:
    from ideaboard.papers.arxiv.answers import Asking
    from ideaboard.papers.sources import Found, SourceMaker

LIKES = "likes"
MOST = 500
"""So many are kept; the taste looks at the newest 200."""

_TEXT = "what was typed"
_HINT = "give a file such as library.bib, or ids such as 2107.07511"


@dataclass(frozen=True, slots=True)
class Like:
    """A paper that is liked."""

    id: str
    paper: Paper
    at: str
    source: str
    """The name of the file that it came from, or what stands for one."""

    @property
    def waits(self) -> bool:
        """Whether something of it can be asked for."""
        return bool(self.paper.key) and not self.paper.abstract


@dataclass(frozen=True, slots=True, kw_only=True)
class Liked:
    """What became of papers that were to be liked."""

    outcome: Outcome
    new: tuple[Like, ...]
    known: int = 0
    """How many were liked already."""
    silent: int = 0
    """How many entries named no paper."""
    left: int = 0
    """How many were too many."""
    problem: str = ""
    """Why more could not be asked for."""

    @property
    def waiting(self) -> int:
        """Of how many not even the abstract is known."""
        return sum(like.waits for like in self.new)


class Likes:
    """Keeps them."""

    def __init__(self, session: Session, make_sources: SourceMaker) -> None:
        self._session = session
        self._make_sources = make_sources

    def all(self) -> list[Like]:
        """Return what is liked, the oldest first."""
        documents = self._session.file.documents(LIKES).items()
        return sorted((_like(id, fields) for id, fields in documents), key=lambda like: (like.at, like.id))

    def add(self, given: Sequence[tuple[str, bytes]], **asking: Unpack[Asking]) -> Liked:
        """Like the papers of texts and files, each given by its name and what is in it, as one step.

        What a file does not tell of a paper is asked for; without an answer what it does tell counts.
        Raises `InvalidInput` when no paper is named, or it is no text; `ArxivError` when the person stopped it.
        """
        from ideaboard.intake.cards import Source
        from ideaboard.intake.library import read_library
        from ideaboard.papers.identifiers import id_hint

        there = [(like.id, like.paper) for like in self.all()]
        index = PaperIndex(there)
        at = moment(self._session.now())
        new: dict[str, Like] = {}
        known = silent = 0
        for name, data in given:
            source = Source(data, name or _TEXT)
            library = read_library(source)
            silent += library.silent
            if not library.papers:
                shown = name or f"'{clean_line(source.text[:200])[:60]}'"
                hint = _HINT if name else id_hint(source.text)
                raise InvalidInput(f"there is no paper in {shown}", hint)
            for paper in library.papers:
                id = _id_of(paper)
                known += index.find(paper) is not None
                if index.find(paper) is None:
                    index.add(id, paper)
                    new[id] = Like(id, paper, at, name)
        kept = [*new.values()][-max(0, MOST - len(there)) :] if len(there) < MOST else []
        found = self._asked([like.paper for like in kept if like.waits], asking)
        kept = [_filled(like, found) for like in kept]
        said = f"liked {counted(len(kept), 'paper')}" if kept else ""
        return Liked(
            outcome=self._put(Label.LIKE, kept, said) if kept else Outcome(self._session.shown),
            new=tuple(kept),
            known=known,
            silent=silent,
            left=len(new) - len(kept),
            problem=found.why,
        )

    def forget(self, given: Sequence[tuple[str, bytes]]) -> Outcome:
        """Forget the papers that texts and files name, or those that came from a file of that name, as one step.
        Raises `NotFound` when none of them is liked.
        """
        from ideaboard.intake.cards import Source
        from ideaboard.intake.library import read_library

        likes = self.all()
        index = PaperIndex((like.id, like.paper) for like in likes)
        gone: dict[str, None] = {}
        for name, data in given:
            source = Source(data, name or _TEXT)
            named = [id for paper in read_library(source).papers if (id := index.find(paper))]
            text = name or clean_line(source.text)
            gone |= dict.fromkeys([*named, *(like.id for like in likes if like.source == text)])
        if not gone:
            raise NotFound("none of that is liked", "'ideaboard arxiv like --list' shows what is")
        return self._remove([*gone])

    def forget_all(self) -> Outcome:
        """Forget everything; raises `NotFound` when there is nothing."""
        gone = [like.id for like in self.all()]
        if not gone:
            raise NotFound("nothing is liked", _HINT)
        return self._remove(gone)

    def wanted(self) -> list[Like]:
        """Return those of which something can be asked for."""
        return [like for like in self.all() if like.waits]

    def fill(self, found: Found) -> list[Like]:
        """Return those of which more is known now, for `write`."""
        return [new for like in self.wanted() if (new := _filled(like, found)) != like]

    def write(self, likes: Iterable[Like]) -> None:
        """Write documents; to be called while an action is open."""
        table = self._session.file.table(LIKES)
        for like in likes:
            table.upsert(Document(_document(like), doc_id=decode_id(like.id)))

    def _put(self, label: Label, likes: Sequence[Like], said: str) -> Outcome:
        self._session.do(label.key, Change, lambda: self.write(likes))
        return Outcome(self._session.shown, (), said)

    def _remove(self, ids: Sequence[str]) -> Outcome:
        numbers = [decode_id(id) for id in ids]
        said = f"forgot {counted(len(ids), 'liked paper')}"
        return self._session.change_table(Label.FORGET, LIKES, lambda table: table.remove(doc_ids=numbers), said)

    def _asked(self, papers: Sequence[Paper], asking: Asking) -> Found:
        """Ask for what is missing; a title is enough where arXiv knows no more."""
        from ideaboard.papers.sources import Found, look_up

        if not papers:
            return Found()
        sources = self._make_sources(asking)
        first = look_up([source for source in sources if "arxiv" in source.givers], papers)
        left = [one for one in papers if not one.title and one.key not in first.papers]
        return first + look_up([source for source in sources if "arxiv" not in source.givers], left)


def _filled(like: Like, found: Found) -> Like:
    new = found.papers.get(like.paper.key)
    return replace(like, paper=filled_in(like.paper, new)) if new else like


def _id_of(paper: Paper) -> str:
    """Name the document of a paper, the same on every machine."""
    from ideaboard.storage.ids import encode_id

    return encode_id(named_id(f"like {paper.key or title_key(paper.title)}"))


def _document(like: Like) -> JsonObject:
    return {"paper": compact_paper(like.paper), "at": like.at, **({"source": like.source} if like.source else {})}


def _like(id: str, fields: Mapping[str, Any]) -> Like:
    """Read a document, whatever somebody wrote into it."""
    paper, at, source = fields.get("paper"), fields.get("at"), fields.get("source")
    return Like(
        id,
        paper_from_document(paper if isinstance(paper, Mapping) else {}, []),
        at if isinstance(at, str) else "",
        clean_line(source) if isinstance(source, str) else "",
    )
