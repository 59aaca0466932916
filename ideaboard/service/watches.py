"""Watches: saved searches that know what they have shown, and the check that puts what is new in the inbox."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Unpack

from tinydb.table import Document

from ideaboard.core.board import Board
from ideaboard.core.changes import Change, put
from ideaboard.core.clock import moment, parse_moment
from ideaboard.core.ideas import Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.text import clean_line
from ideaboard.errors import ArxivError, IdeaboardError, InvalidInput, NotFound
from ideaboard.service.announced import Announcing, Plan, plan_for
from ideaboard.service.arxiv import GatewayMaker, SearchOptions, compile_words
from ideaboard.service.filling import Filled, Filling
from ideaboard.service.known_papers import PapersAsIdeas
from ideaboard.service.paper_news import Update, paper_news
from ideaboard.service.session import Label, Outcome, Session
from ideaboard.service.watch_looks import LIMIT, Look, Looking, Watch, compiled, read_watch, remembered
from ideaboard.storage.ids import decode_id, named_id

if TYPE_CHECKING:
    from ideaboard.papers.arxiv.answers import Asking
    from ideaboard.papers.arxiv.gateway import Gateway

WATCHES = "watches"

_LONGEST_NAME = 100

KIND = "summary"
"""What a candidate is until somebody takes it as something else."""

Claim = Callable[[threading.Event | None], AbstractContextManager[None]]
"""Makes sure that one check runs at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLook:
    """What came of one watch during a check, or of the news of the papers on the board when it has no name."""

    name: str
    look: Look | None = None
    problem: IdeaboardError | None = None
    skipped: bool = False
    """Whether another check has just looked."""

    @property
    def said(self) -> str:
        """What is wrong, and with which watch."""
        message = self.problem.message if self.problem else ""
        return f"{message} (watch '{self.name}')" if self.name else message


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found."""

    looks: tuple[Look, ...] = ()
    updates: tuple[Update, ...] = ()
    filled: tuple[str, ...] = ()
    """Ids of ideas whose papers were known by their ids alone."""
    unknown: tuple[str, ...] = ()
    """A sentence for each such paper that nobody knows, the first time."""
    skipped: tuple[str, ...] = ()
    """Watches that another check has just looked at."""
    problems: tuple[WatchLook, ...] = ()


class Watches:
    """Keeps saved searches and looks for what is new."""

    def __init__(self, session: Session, make_gateway: GatewayMaker, claim: Claim, filling: Filling) -> None:
        self._session = session
        self._make_gateway = make_gateway
        self._claim = claim
        self._filling = filling
        self.problems: dict[str, IdeaboardError] = {}
        """Why the last look of this run at a watch failed, by the watch's id."""

    def add(self, name: str, words: str, categories: Sequence[str] = (), limit: int = LIMIT) -> Outcome:
        """Save a search under a name.
        Raises `InvalidInput` when the name is empty or taken, the query cannot be understood, or the limit is below 1.
        """
        if limit < 1:
            raise InvalidInput(f"the limit is {limit}", "it is at least 1")
        name = self._checked(name, words, categories)
        fields = {"name": name, "query": clean_line(words), "limit": limit, "created": moment(self._session.now())}
        if categories:
            fields["categories"] = list(categories)
        number = _number_of(name)
        return self._session.change_table(
            Label.WATCH, WATCHES, lambda table: table.upsert(Document(fields, doc_id=number)), f"watching '{name}'"
        )

    def change(self, name: str, new_name: str, words: str, categories: Sequence[str] = ()) -> Outcome:
        """Give a watch another name or another search; what it has seen and found stays.

        Another search is looked at as for the first time.
        Raises `NotFound` when there is no such watch; `InvalidInput` as `add` does.
        """
        watch = self.find(name)
        new_name = self._checked(new_name, words, categories, but=watch.id)
        search, target = (clean_line(words), tuple(categories)), _number_of(new_name)
        gone = [number for id in (watch.id, *watch.others) if (number := decode_id(id)) != target]
        same = search == (watch.query, watch.categories)
        fields = {
            **self._session.file.documents(WATCHES).get(watch.id, {}),
            "name": new_name,
            "query": search[0],
            "categories": list(search[1]),
            "seen": sorted(watch.seen),
            "found": list(watch.found),
            "last": (same and watch.last) or "",
        }
        if not same:
            fields |= dict.fromkeys(("day", "missing", "doubt", "source", "forgotten"), "")

        def write(table: Any) -> None:
            if gone:
                table.remove(doc_ids=gone)
            table.upsert(Document(fields, doc_id=target))

        return self._session.change_table(Label.WATCH, WATCHES, write, f"watching '{new_name}'")

    def _checked(self, name: str, words: str, categories: Sequence[str], but: str = "") -> str:
        """Return a name as it is kept, when it is free, but for one watch, and the search can be understood."""
        name = clean_line(name)
        if not name:
            raise InvalidInput("the watch has no name", "give it one word, such as conformal")
        if len(name) > _LONGEST_NAME:
            raise InvalidInput(
                f"the name of the watch has {len(name)} characters; {_LONGEST_NAME} are the most",
                "give it one word, such as conformal",
            )
        compile_words(words, SearchOptions(categories=tuple(categories)), self._session.now())
        if (other := self._named(name)) and other.id != but:
            raise InvalidInput(f"there is a watch '{name}' already", f"'arxiv watch remove {name}' takes it away")
        return name

    def remove(self, name: str) -> Outcome:
        """Take a watch away; what it found stays. Raises `NotFound` when there is no such watch."""
        watch = self.find(name)
        numbers = [decode_id(id) for id in (watch.id, *watch.others)]
        said = f"no longer watching '{watch.name}'"
        return self._session.change_table(Label.UNWATCH, WATCHES, lambda table: table.remove(doc_ids=numbers), said)

    def find(self, name: str) -> Watch:
        """Return a watch by name. Raises `NotFound` when there is no such watch."""
        if watch := self._named(name.strip()):
            return watch
        known = ", ".join(watch.name for watch in self.all())
        hint = f"there are {known}" if known else "'arxiv watch add' saves a search"
        raise NotFound(f"there is no watch '{name}'", hint)

    def _named(self, name: str) -> Watch | None:
        return next((watch for watch in self.all() if watch.name.casefold() == name.casefold()), None)

    def all(self) -> list[Watch]:
        """Return the watches by name."""
        waiting = self._waiting()
        watches = [read_watch(id, fields) for id, fields in list(self._session.file.documents(WATCHES).items())]
        named: dict[str, Watch] = {}
        # First come those that `add` made, so that a name never goes over to a search from outside.
        for watch in sorted(watches, key=lambda watch: (decode_id(watch.id) != _number_of(watch.name), watch.id)):
            twin = named.get(watch.name.casefold())
            if twin and (twin.query, twin.categories) == (watch.query, watch.categories):
                named[twin.name.casefold()] = _united(twin, watch, waiting)
                continue
            # Other searches of one name can only come from outside; each must be there, to be looked at and taken away.
            name = watch.name if watch.name.casefold() not in named else f"{watch.name} ({watch.id})"
            named[name.casefold()] = replace(watch, name=name, new=len(waiting.intersection(watch.found)))
        return [watch for _, watch in sorted(named.items())]

    def _waiting(self) -> set[str]:
        return {idea.paper.arxiv_id for idea in self._session.shown.column(CANDIDATE) if idea.paper}

    def stamp(self) -> object:
        """Return a value that is another one whenever a watch has changed; cheap, to be asked often."""
        documents = list(self._session.file.documents(WATCHES).items())
        told = ("name", "query", "last", "doubt", "missing")
        return [(id, *(f.get(k) for k in told), len(f.get("found", ())), len(f.get("seen", ()))) for id, f in documents]

    def check(self, names: Sequence[str] = (), **asking: Unpack[Asking]) -> Checked:
        """Ask for what is new, put it in the inbox, and note new versions of the papers on the board.

        With names only those watches are asked for, and no news of papers. What was found is kept when it is cancelled.
        Raises `NotFound` when there is no such watch; `ArxivError` when nothing at all could be asked.
        """
        updates: list[Update] = []
        filled = Filled()
        started = self._session.now()
        wanted = [self.find(name).id for name in names]
        with self._claim(asking.get("cancel")):
            self._session.refresh()
            gateway = self._make_gateway(asking)
            seen = [self._kept(one) for one in self._looks(gateway, started, wanted)]
            if not names:
                try:
                    updates, unknown = paper_news(self._session, gateway)
                    seen += [WatchLook(name="", problem=one) for one in unknown]
                except ArxivError as error:
                    seen.append(WatchLook(name="", problem=error))
                self._filling.unite()
                if wanted_papers := self._filling.wanted():
                    found = self._filling.ask(wanted_papers, **asking)
                    filled = self._filling.keep(wanted_papers, found)
                    seen += [WatchLook(name="", problem=problem) for problem in found.problems]
        seen.sort(key=lambda one: (not one.name, one.name))
        problems = tuple({one.said: one for one in seen if one.problem}.values())
        good = any(one.look or one.problem is None for one in seen)
        if problems and not good and not (updates or filled.ids or filled.unknown):
            raise _as_one(problems)
        return Checked(
            looks=tuple(one.look for one in seen if one.look),
            updates=tuple(updates),
            filled=filled.ids,
            unknown=filled.unknown,
            skipped=tuple(one.name for one in seen if one.skipped),
            problems=problems,
        )

    def looks(
        self, ids: Sequence[str] = (), *, on_watch: Callable[[str], None] | None = None, **asking: Unpack[Asking]
    ) -> Iterator[WatchLook]:
        """Ask for what is new, watch by watch; nothing is written, so this may run beside the screen.

        With ids only at those watches. Each look goes to `keep`, which writes. `on_watch` hears the name of each watch
        before it is asked for.
        Raises `ArxivError` when it is cancelled, or no turn can be had.
        """
        started = self._session.now()
        with self._claim(asking.get("cancel")):
            gateway = self._make_gateway(asking)
            yield from self._looks(gateway, started, ids, on_watch)

    def _looks(
        self, gateway: Gateway, started: datetime, wanted: Sequence[str], on_watch: Callable[[str], None] | None = None
    ) -> Iterator[WatchLook]:
        from ideaboard.papers.arxiv.problems import Cancelled

        watches = self.all()
        plans = {watch.id: plan for watch in watches if (plan := self._plan(watch))} if gateway.feeds_url else {}
        announcing = Announcing(gateway, plans.values(), started) if plans else None
        # One request answers all that announcements can answer; those come before any that arXiv might turn away.
        for watch in sorted(watches, key=lambda watch: watch.id not in plans):
            if wanted and watch.id not in wanted:
                continue
            if watch.last is not None and parse_moment(watch.last) >= started:
                yield WatchLook(name=watch.name, skipped=True)
                continue
            if on_watch:
                on_watch(watch.name)
            try:
                look = self.look(watch.name, gateway, announcing if watch.id in plans else None)
                one = WatchLook(name=watch.name, look=look, problem=look.problem)
            except Cancelled:
                raise
            except IdeaboardError as error:
                one = WatchLook(name=watch.name, problem=error)
            except Exception as error:  # noqa: BLE001  # whatever is wrong with one watch, the others are looked at
                problem = InvalidInput(f"it cannot be looked at ({error!r})", "take it away, and add it anew")
                one = WatchLook(name=watch.name, problem=problem)
            if one.problem:
                self.problems[watch.id] = one.problem
            else:
                self.problems.pop(watch.id, None)
            yield one

    def _plan(self, watch: Watch) -> Plan | None:
        try:
            return plan_for(compiled(watch, self._session.now()))
        except IdeaboardError:  # looking at it says what is wrong with it
            return None

    def _kept(self, one: WatchLook) -> WatchLook:
        try:
            return replace(one, look=self.keep(one.look)) if one.look else one
        except (InvalidInput, NotFound) as error:
            return WatchLook(name=one.name, problem=error)

    def look(self, name: str, gateway: Gateway, announcing: Announcing | None = None) -> Look:
        """Ask for what a watch has not seen, by announcements where they are given; nothing is written.
        Raises `NotFound` when there is no such watch; `InvalidInput` when its query cannot be understood; `ArxivError`
        when arXiv does not give a complete answer.
        """
        return Looking(self.find(name), self._session, gateway, announcing).look()

    def keep(self, look: Look) -> Look:
        """Put what a look found in the inbox, and remember what it saw, as one step.

        Returns the look, with the papers that were not on the board yet.
        Raises `NotFound` when the watch was taken away meanwhile.
        """
        watch = next((one for one in self.all() if one.id == look.id), None)
        if watch is None:
            raise NotFound(f"the watch '{look.name}' was taken away meanwhile", "what it found was not kept")
        made = PapersAsIdeas(self._session, look.papers, KIND, CANDIDATE)
        waiting = self._waiting()
        kept: tuple[Paper, ...] = ()

        def transition(board: Board) -> Change:
            nonlocal kept
            new = made.on(board).new
            kept = tuple(idea.paper for idea in new if idea.paper)
            return put(board, new)

        def also() -> None:
            fields: dict[str, Any] = {"source": look.source}
            if not look.doubt:
                fields["last"] = look.at
            now = {"doubt": look.doubt, "day": look.day or watch.day, "missing": look.missing}
            fields |= {name: value or "" for name, value in now.items() if value != getattr(watch, name)}
            seen, forgotten = remembered(watch, look)
            if seen != watch.seen:
                fields |= {"seen": sorted(seen)} | ({"forgotten": forgotten} if forgotten else {})
            # Of what is forgotten only that which still waits is counted.
            found = [id for id in watch.found if not forgotten or id in seen or id in waiting]
            if kept or len(found) < len(watch.found):
                fields["found"] = [*found, *(paper.arxiv_id for paper in kept)]
            self._session.file.table(WATCHES).update(fields, doc_ids=[decode_id(watch.id)])

        self._session.do(Label.CHECK.key, transition, also)
        return replace(look, papers=kept)


def _united(watch: Watch, twin: Watch, waiting: set[str]) -> Watch:
    """Return a watch with all that another one for the same search has seen and found."""
    found = tuple(dict.fromkeys((*watch.found, *twin.found)))
    return replace(
        watch,
        others=(*watch.others, twin.id),
        seen=watch.seen | twin.seen,
        forgotten=max(watch.forgotten, twin.forgotten),
        found=found,
        last=max(filter(None, (watch.last, twin.last)), default=None),
        day=min(filter(None, (watch.day, twin.day)), default=None),
        missing=min(filter(None, (watch.missing, twin.missing)), default=None),
        new=len(waiting.intersection(found)),
    )


def _number_of(name: str) -> int:
    """Return the number of the document that keeps the watch of a name."""
    return named_id(f"watch {name.casefold()}")


def _as_one(problems: Sequence[WatchLook]) -> IdeaboardError:
    """Return the error that says why nothing could be looked at: arXiv's own where it was one for all."""
    errors = [one.problem for one in problems if one.problem]
    if len({error.message for error in errors}) == 1 and isinstance(errors[0], ArxivError):
        return errors[0]
    first = next((error for error in errors if isinstance(error, ArxivError)), errors[0])
    kind = ArxivError if isinstance(first, ArxivError) else InvalidInput
    return kind("; ".join(one.said for one in problems), first.hint)
