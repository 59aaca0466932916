"""Watches: saved searches that know what they have shown, and the check that puts what is new in the inbox.

"New" goes by ids and not by dates: a paper can appear weeks after it was submitted (moderation), and arXiv's index has
holes that fill later. So each watch keeps the ids it has seen, in the board file, and a check reads on, newest first,
until a whole page is known or is older than the last look by 14 days.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tinydb.table import Document

from ideaboard.core.board import Board
from ideaboard.core.changes import Change, put
from ideaboard.core.clock import moment, parse_moment
from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.ranks import fresh_ranks
from ideaboard.core.text import clean_line
from ideaboard.errors import ArxivError, InvalidInput, NotFound
from ideaboard.service.arxiv import GatewayMaker, OnWait, SearchOptions, compile_words, paper_idea
from ideaboard.service.known_papers import paper_index
from ideaboard.service.session import Outcome, Session, named_id

if TYPE_CHECKING:
    from ideaboard.papers.gateway import Gateway

WATCHES = "watches"
"""The table that keeps them."""

PAGE = 100
KIND = "summary"
"""What a candidate is until somebody takes it as something else."""

LIMIT = 50
"""A first look puts at most so many papers in the inbox."""

DEEPEST = 1000
"""A check reads at most so many papers, however long ago the last one was."""

OVERLAP = timedelta(days=14)

Claim = Callable[[threading.Event | None], AbstractContextManager[None]]
"""Makes sure that one check runs at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved search."""

    name: str
    query: str
    """The words, as typed."""
    categories: tuple[str, ...] = ()
    limit: int = LIMIT
    seen: frozenset[str] = frozenset()
    found: tuple[str, ...] = ()
    """The arXiv ids that it put in the inbox."""
    last: str | None = None
    """The moment of the last look."""
    new: int = 0
    """How many of its papers wait in the inbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look of a watch found."""

    name: str
    papers: tuple[Paper, ...]
    """New ones, for the inbox."""
    seen: tuple[str, ...]
    """All ids that the look saw."""
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """News of a paper on the board."""

    id: str
    """The idea."""
    arxiv_id: str
    before: str
    after: str
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found."""

    looks: tuple[Look, ...] = ()
    updates: tuple[Update, ...] = ()
    skipped: tuple[str, ...] = ()
    """Watches that another check has just looked at."""
    problems: tuple[ArxivError, ...] = ()
    """Why some watches could not be looked at."""


class Watches:
    """Keeps saved searches and looks for what is new."""

    def __init__(self, session: Session, make_gateway: GatewayMaker, claim: Claim) -> None:
        self._session = session
        self._make_gateway = make_gateway
        self._claim = claim

    def add(self, name: str, words: str, categories: Sequence[str] = (), limit: int = LIMIT) -> Outcome:
        """Save a search under a name.

        Raises:
            InvalidInput: when the name is empty or taken, the query cannot be understood, or the limit is below 1.
        """
        name = clean_line(name)
        if not name:
            raise InvalidInput("the watch has no name", "give it one word, such as conformal")
        if limit < 1:
            raise InvalidInput(f"the limit is {limit}", "it is at least 1")
        options = SearchOptions(categories=tuple(categories))
        compile_words(words, options, self._session.now())
        if any(watch.name == name for watch in self.all()):
            raise InvalidInput(f"there is a watch '{name}' already", f"'arxiv watch remove {name}' takes it away")
        fields = {"name": name, "query": clean_line(words), "limit": limit, "created": moment(self._session.now())}
        if categories:
            fields["categories"] = list(categories)
        with self._session.file.action("watch"):
            self._session.file.table(WATCHES).insert(Document(fields, doc_id=named_id(f"watch {name.casefold()}")))
        return Outcome(self._session.shown, (), f"watching '{name}'")

    def remove(self, name: str) -> Outcome:
        """Take a watch away; what it found stays.

        Raises:
            NotFound: when there is no such watch.
        """
        watch = self.find(name)
        with self._session.file.action("unwatch"):
            self._session.file.table(WATCHES).remove(doc_ids=[named_id(f"watch {watch.name.casefold()}")])
        return Outcome(self._session.shown, (), f"no longer watching '{watch.name}'")

    def find(self, name: str) -> Watch:
        """Return a watch by name.

        Raises:
            NotFound: when there is no such watch.
        """
        for watch in self.all():
            if watch.name.casefold() == name.strip().casefold():
                return watch
        known = ", ".join(watch.name for watch in self.all())
        hint = f"there are {known}" if known else "'arxiv watch add' saves a search"
        raise NotFound(f"there is no watch '{name}'", hint)

    def all(self) -> list[Watch]:
        """Return the watches by name."""
        waiting = {idea.paper.arxiv_id for idea in self._session.shown.column(CANDIDATE) if idea.paper}
        watches = [_watch(fields) for fields in list(self._session.file.documents(WATCHES).values())]
        watches = [replace(watch, new=len(waiting.intersection(watch.found))) for watch in watches]
        return sorted(watches, key=lambda watch: watch.name.casefold())

    def check(
        self,
        names: Sequence[str] = (),
        *,
        on_wait: OnWait | None = None,
        cancel: threading.Event | None = None,
    ) -> Checked:
        """Ask for what is new, put it in the inbox, and note new versions of the papers on the board.

        Args:
            names: only these watches, and no news of papers; everything when empty.
            on_wait: hears of each wait.
            cancel: ends the check; what was found before is kept.

        Raises:
            NotFound: when there is no such watch.
            ArxivError: when nothing at all could be asked.
        """
        started = self._session.now()
        wanted = [self.find(name).name for name in names] or [watch.name for watch in self.all()]
        looks: list[Look] = []
        skipped: list[str] = []
        problems: list[ArxivError] = []
        updates: tuple[Update, ...] = ()
        with self._claim(cancel):
            self._session.refresh()
            gateway = self._make_gateway(on_wait, cancel)
            for name in wanted:
                if _is_later(self.find(name).last, started):
                    skipped.append(name)
                    continue
                try:
                    look = self.look(name, gateway)
                except ArxivError as error:
                    problems.append(error)
                else:
                    looks.append(self.keep(look))
            if not names:
                try:
                    updates = self._news(gateway)
                except ArxivError as error:
                    problems.append(error)
        if problems and not looks and not updates:
            raise problems[0]
        return Checked(looks=tuple(looks), updates=updates, skipped=tuple(skipped), problems=tuple(problems))

    def look(self, name: str, gateway: Gateway) -> Look:
        """Ask for what a watch has not seen; nothing is written.

        Raises:
            ArxivError: when arXiv does not give a complete answer.
        """
        from ideaboard.papers.gateway import walk

        watch = self.find(name)
        query = compile_words(watch.query, SearchOptions(categories=watch.categories), self._session.now())
        index = paper_index(self._session.shown)
        new: list[Paper] = []
        seen: dict[str, None] = {}
        for answer in walk(gateway, query.text, DEEPEST, page=PAGE, sort="submitted", refresh=True):
            if answer.stale:
                raise ArxivError(answer.problem or "arXiv could not be asked", "try again later")
            unknown = [paper for paper in answer.papers if paper.arxiv_id not in watch.seen]
            seen.update((paper.arxiv_id, None) for paper in answer.papers)
            new += [paper for paper in unknown if index.find(paper) is None]
            if not unknown or watch.last is None or _is_past(answer.papers, watch.last):
                break
        shown = new[: watch.limit] if watch.last is None else new
        return Look(name=watch.name, papers=tuple(shown), seen=tuple(seen), at=moment(self._session.now()))

    def keep(self, look: Look) -> Look:
        """Put what a look found in the inbox, and remember what it saw, as one step.

        Returns:
            The look, with the papers that were not on the board yet.
        """
        watch = self.find(look.name)
        now = self._session.now()
        ids = self._session.new_ids(len(look.papers))
        kept: list[Paper] = []

        def transition(board: Board) -> Change:
            kept.clear()
            index = paper_index(board)
            ideas: list[Idea] = []
            for paper, id, rank in zip(look.papers, ids, fresh_ranks(now, len(ids)), strict=True):
                if index.find(paper) is None:
                    ideas.append(paper_idea(paper, id, KIND, CANDIDATE, (), rank, moment(now)))
                    index.add(id, paper)
                    kept.append(paper)
            return put(board, ideas)

        def also() -> None:
            fields: dict[str, Any] = {"last": look.at}
            seen = sorted(watch.seen.union(look.seen))
            if len(seen) > len(watch.seen):
                fields["seen"] = seen
            found = [paper.arxiv_id for paper in kept]
            if found:
                fields["found"] = [*watch.found, *found]
            self._session.file.table(WATCHES).update(fields, doc_ids=[named_id(f"watch {watch.name.casefold()}")])

        self._session.do("check", transition, also)
        return replace(look, papers=tuple(kept))

    def _news(self, gateway: Gateway) -> tuple[Update, ...]:
        """Ask for the newest versions of the papers in the columns, and mark what has changed."""
        workflow = self._session.workflow
        ideas = [
            idea
            for stage in workflow.stage_keys
            for idea in self._session.shown.column(stage)
            if idea.paper and idea.paper.arxiv_id
        ]
        if not ideas:
            return ()
        answer = gateway.by_ids([idea.paper.arxiv_id for idea in ideas if idea.paper], refresh=True)
        if answer.stale:
            raise ArxivError(answer.problem or "arXiv could not be asked", "try again later")
        newest = {paper.arxiv_id: paper for paper in answer.papers}
        updates: list[Update] = []
        changed: dict[str, Paper] = {}
        for idea in ideas:
            old = idea.paper
            new = newest.get(old.arxiv_id) if old else None
            if old is None or new is None:
                continue
            shown = old.latest_version or old.version
            if _number(new.version) > _number(shown) or (new.withdrawn and not old.withdrawn):
                later = new.version if _number(new.version) > _number(old.version) else old.latest_version
                changed[idea.id] = replace(old, latest_version=later, withdrawn=new.withdrawn)
                updates.append(
                    Update(
                        id=idea.id,
                        arxiv_id=old.arxiv_id,
                        before=shown,
                        after=new.version,
                        withdrawn=new.withdrawn,
                    )
                )
        if changed:
            self._session.do("check", lambda board: _with_papers(board, changed))
        return tuple(updates)


def _with_papers(board: Board, papers: dict[str, Paper]) -> Change:
    there = [(board.ideas[id], paper) for id, paper in papers.items() if id in board.ideas]
    return put(board, [replace(idea, paper=paper) for idea, paper in there])


def _watch(fields: Any) -> Watch:
    def texts(key: str) -> tuple[str, ...]:
        value = fields.get(key)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    limit = fields.get("limit")
    return Watch(
        name=str(fields.get("name", "")),
        query=str(fields.get("query", "")),
        categories=texts("categories"),
        limit=limit if isinstance(limit, int) and limit > 0 else LIMIT,
        seen=frozenset(texts("seen")),
        found=texts("found"),
        last=fields.get("last") if isinstance(fields.get("last"), str) else None,
    )


def _is_later(last: str | None, than: datetime) -> bool:
    return last is not None and parse_moment(last) >= than


def _is_past(papers: Sequence[Paper], last: str) -> bool:
    """Tell whether a page ends before the overlap with the last look."""
    dates = [paper.published for paper in papers if paper.published]
    return bool(dates) and parse_moment(min(dates)) < parse_moment(last) - OVERLAP


def _number(version: str | None) -> int:
    digits = (version or "").lstrip("v")
    return int(digits) if digits.isdecimal() else 0
