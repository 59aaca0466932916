"""The gateway to arXiv.

It asks through the `arxiv` package, courteously, never for longer than a person waits, never twice for what the cache
knows, and it never says that there is nothing when arXiv did not say so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from ideaboard.core.clock import Clock, moment
from ideaboard.core.ideas import Paper
from ideaboard.core.secret import Secret
from ideaboard.core.text import clean_line, counted
from ideaboard.errors import InvalidInput
from ideaboard.papers.arxiv.addresses import checked_address, interval_for, is_arxiv, is_loopback, service_label
from ideaboard.papers.arxiv.answers import DEFAULT_TIMEOUTS, NONE_WRONGLY, Answer, OnWait, Order, Timeouts
from ideaboard.papers.arxiv.cache import Cache, is_fresh
from ideaboard.papers.arxiv.feed import split_id, to_paper
from ideaboard.papers.arxiv.problems import AnotherAnswer, EmptyPage, GatewayError, NotAFeed
from ideaboard.papers.arxiv.throttle import FEEDS_PAUSE, PAUSE, Throttle, Waiting

if TYPE_CHECKING:
    import requests

    from ideaboard.papers.arxiv.announcements import Announcements, KeptAnnouncements
    from ideaboard.papers.arxiv.key import ApiKey
    from ideaboard.papers.arxiv.transport import Adapter, QueryAdapter

    A = TypeVar("A", bound=Adapter)

T = TypeVar("T")

DEFAULT_URL = "https://export.arxiv.org/api/query"
"""The endpoint that arXiv asks programs to use."""

FEEDS_URL = "https://rss.arxiv.org/atom"
"""Where arXiv's announcements are, under the codes of categories with plus signs between."""

_LONGEST_TAG = 200

PAGE_LIMIT = 2000
"""The largest page that arXiv's manual allows."""

SEARCH_END = 10_000
"""No paper of a search beyond this one can be had (`MAX_RESULTS` in the source of arXiv's server)."""

IDS_PER_REQUEST = 100
"""So many ids make an address of some 1,700 characters, which every server takes."""

_SORTS = {"relevance": "relevance", "submitted": "submittedDate", "updated": "lastUpdatedDate"}


@dataclass(frozen=True, slots=True)
class _Question:
    """One request: a page of a search, or papers by id."""

    query: str
    ids: tuple[str, ...]
    start: int
    size: int
    order: Order

    @property
    def sent(self) -> str:
        return ",".join(self.ids) if self.ids else self.query

    @property
    def parameters(self) -> dict[str, str]:
        return {
            "search_query": self.query,
            "id_list": ",".join(self.ids),
            "start": str(self.start),
            "max_results": str(self.size),
            "sortBy": _SORTS[self.order],
            "sortOrder": "descending",
        }


class Gateway:
    """Asks arXiv, or a server that speaks as arXiv does. Safe to use from several threads.

    `cache_folder` keeps the answers and the turn of each process; it is made when needed. `patience` is the seconds
    that one call, or one walk, may cost; `cancel` ends whatever is going on within 0.3 s. An `interval` below arXiv's
    3 s counts only for local servers, for which `IDEABOARD_ARXIV_INTERVAL` in the environment may set it too.
    `feeds_url` is where the announcements are; empty, they are arXiv's own, or none where `url` is another server's.
    Raises `InvalidInput` when `url` or `feeds_url` is no address.
    """

    def __init__(
        self,
        *,
        url: str | None = None,
        feeds_url: str | None = None,
        key: ApiKey | None = None,
        cache_folder: Path,
        user_agent: str,
        now: Clock,
        on_wait: OnWait | None = None,
        patience: float = 120.0,
        cancel: threading.Event | None = None,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        interval: float | None = None,
    ) -> None:
        self.url = checked_address(url or DEFAULT_URL)
        self._user_agent = user_agent
        self._now = now
        self._on_wait = on_wait
        self._patience = patience
        self._cancel = cancel
        self._timeouts = timeouts
        self._interval = interval
        self._cache_folder = cache_folder
        self._cache = Cache(cache_folder / "answers")
        self._throttle = self._turns(self.url, PAUSE)
        default_feeds = FEEDS_URL if is_arxiv(urlsplit(self.url).hostname or "") else ""
        self.feeds_url = (
            checked_address(feeds_url, "http://127.0.0.1:8090/atom").rstrip("/") if feeds_url else default_feeds
        )
        if key is None:
            from ideaboard.papers.arxiv.key import ApiKey

            key = ApiKey(Secret())
        self._key = key

    def _turns(self, url: str, pause: str) -> Throttle:
        """Return what keeps requests apart: of all of arXiv's services together."""
        return Throttle(
            self._cache_folder / f"turn-{service_label(url)}.lock",
            now=self._now,
            interval=interval_for(url, self._interval),
            longest_pause=self._timeouts.longest_pause,
            pause=pause,
        )

    def waiting(self) -> Waiting:
        """Return the waiting that one command may cost, to share between its calls."""
        return Waiting(self._patience, self._cancel, self._on_wait)

    def search(
        self,
        query: str,
        *,
        start: int = 0,
        size: int = 25,
        sort: Order = "relevance",
        refresh: bool = False,
        waiting: Waiting | None = None,
    ) -> Answer:
        """Return one page of a search.

        `query` is in arXiv's own grammar, compiled by `ideaboard.papers.query`; `start` is the position of the first
        paper wanted, from 0; `size` is at most 2,000; `refresh` asks even when the cache has an answer; `waiting` is
        shared with other calls of the same command.
        Raises `InvalidInput` when the query is empty, or the page lies beyond what arXiv gives out; `ArxivError`, one
        of `ideaboard.papers.arxiv.problems`.
        """
        if not query.strip():
            raise InvalidInput("there is nothing to search for", "give a word, an author: or a cat:")
        if start < 0 or not 1 <= size <= PAGE_LIMIT:
            raise InvalidInput(f"a page holds 1 to {PAGE_LIMIT:,} papers and starts at 0 or later", "ask for fewer")
        if start >= SEARCH_END:
            raise InvalidInput(
                f"arXiv gives out only the first {SEARCH_END:,} papers of a search",
                "narrow the search, by dates for example",
            )
        question = _Question(query, (), start, min(size, SEARCH_END - start), sort)
        return self._answer(question, waiting or self.waiting(), refresh=refresh)

    def by_ids(self, ids: Sequence[str], *, refresh: bool = False) -> Answer:
        """Return papers by id, in the order asked, with one request for each hundred.

        An id without a version brings the newest.
        Raises `InvalidInput` when there is no id, or one that cannot be an id: it would spoil the whole request;
        `ArxivError` as `search` does.
        """
        wanted = tuple(dict.fromkeys(id.strip() for id in ids))
        example = "it looks like 2107.07511 or hep-th/9901001"
        if not wanted:
            raise InvalidInput("there is no id to ask for", "give ids such as 2107.07511 or hep-th/9901001")
        for id in wanted:
            if split_id(id) is None or "/abs/" in id:
                raise InvalidInput(f"'{clean_line(id)[:80]}' is not an arXiv identifier", example)
        waiting = self.waiting()
        chunks = [wanted[i : i + IDS_PER_REQUEST] for i in range(0, len(wanted), IDS_PER_REQUEST)]
        questions = [_Question("", chunk, 0, len(chunk), "relevance") for chunk in chunks]
        return _joined(wanted, [self._answer(question, waiting, refresh=refresh) for question in questions])

    def _answer(self, question: _Question, waiting: Waiting, *, refresh: bool) -> Answer:
        kept = self._cache.get(self.url, question.parameters)
        if kept and not refresh and is_fresh(kept, self._now()):
            return kept
        try:
            answer = self._ask(question, waiting)
        except GatewayError as problem:
            if problem.cache_helps and kept is None and question.ids:
                kept = self._cache.find([split_id(id) or (id, "") for id in question.ids])
            if kept is None or not problem.cache_helps:
                raise
            return replace(kept, stale=True, problem=problem.message)
        if kept and kept.papers and not (answer.papers or answer.total or answer.unreadable):
            there = f"there {'was' if kept.total == 1 else 'were'} {counted(kept.total, 'paper')} on {kept.as_of[:10]}"
            answer = replace(answer, problem=f"{NONE_WRONGLY}: {there}")
        if answer.problem is None:
            self._cache.put(self.url, question.parameters, answer)
        return answer

    def announcements(self, categories: Collection[str], day: date) -> Announcements:
        """Return what arXiv announced on a day in some categories: what is kept, else what its feed says now.

        `categories` are codes of categories and archives; `day` is one of arXiv's. What comes may be of another day,
        or empty, which is for the caller to judge; then it is asked for again the next time.
        Raises `ArxivError`, one of `ideaboard.papers.arxiv.problems`.
        """
        from ideaboard.papers.arxiv.announcements import joined

        names = sorted(categories)
        waiting = self.waiting()
        last = self._kept_announcements().last(names)
        if last is None or not last.cut or not names[1:]:
            came = self._announced(names, day, waiting)
            if not came.cut or not names[1:]:
                return came
        # More than one feed holds: two have room for twice as much, on the days to come as well.
        middle = len(names) // 2
        halves = [self._announced(half, day, waiting) for half in (names[:middle], names[middle:])]
        return joined(halves) if halves[0].day == halves[1].day else min(halves, key=lambda half: half.day)

    def _announced(self, names: Sequence[str], day: date, waiting: Waiting) -> Announcements:
        kept = self._kept_announcements()
        there = kept.of_day(day, names)
        if there and not there.cut:
            return there
        last = kept.last(names)
        if last and last.day == day and last.cut:
            return last
        came = _twice(lambda last_try: self._ask_feed(names, last, waiting, last_try=last_try))
        kept.put(names, came)
        return came

    def kept_announcements(self, categories: Collection[str], day: date) -> Announcements | None:
        """Return what was announced on a day as far as that is known without asking."""
        return self._kept_announcements().of_day(day, categories)

    def _kept_announcements(self) -> KeptAnnouncements:
        from ideaboard.papers.arxiv.announcements import KeptAnnouncements

        return KeptAnnouncements(self._cache_folder / "announcements", self.feeds_url)

    def _ask_feed(
        self, categories: Sequence[str], last: Announcements | None, waiting: Waiting, *, last_try: bool
    ) -> Announcements:
        import requests

        from ideaboard.papers.arxiv.announcements import read_announcements
        from ideaboard.papers.arxiv.transport import Adapter

        waiting.check()
        adapter = self._adapter(Adapter, self._turns(self.feeds_url, FEEDS_PAUSE), waiting, last_try=last_try)
        headers = {"If-None-Match": last.etag, "If-Modified-Since": last.modified} if last else {}
        with requests.Session() as session:
            self._mount(session, adapter, self.feeds_url)
            address = f"{self.feeds_url}/{'+'.join(categories)}"
            response = session.get(address, headers={name: value for name, value in headers.items() if value})
        reply = adapter.reply
        if reply is None:
            raise NotAFeed("nothing came back from arXiv")
        if reply.status == HTTPStatus.NOT_MODIFIED:
            if last is None:
                raise NotAFeed("arXiv says that nothing has changed, without having been asked")
            return last
        came = read_announcements(response.content, categories)
        told = [reply.headers.get(name, "").strip()[:_LONGEST_TAG] for name in ("ETag", "Last-Modified")]
        etag, modified = (text if text.isascii() and text.isprintable() else "" for text in told)
        return replace(came, etag=etag, modified=modified)

    def _mount(self, session: requests.Session, adapter: Adapter, url: str) -> None:
        session.trust_env = not is_loopback(url)
        session.mount("https://", adapter)
        session.mount("http://", adapter)

    def _adapter(self, kind: type[A], throttle: Throttle, waiting: Waiting, *, last_try: bool) -> A:
        return kind(
            throttle=throttle,
            waiting=waiting,
            timeouts=self._timeouts,
            user_agent=self._user_agent,
            now=self._now,
            last_try=last_try,
            key=self._key,
        )

    def _ask(self, question: _Question, waiting: Waiting) -> Answer:
        return _twice(lambda last_try: self._ask_once(question, waiting, last_try=last_try))

    def _ask_once(self, question: _Question, waiting: Waiting, *, last_try: bool) -> Answer:
        import arxiv  # type: ignore[import-untyped] # the package ships no types

        from ideaboard.papers.arxiv.transport import PageOver, QueryAdapter

        waiting.check()
        client = arxiv.Client(page_size=question.size, delay_seconds=0, num_retries=0)
        client.query_url_format = self.url.replace("{", "{{").replace("}", "}}") + "?{}"
        # The one private name that is used; a test looks whether it is still there.
        session = client._session  # noqa: SLF001 - the package offers no other place for time limits
        adapter = self._adapter(QueryAdapter, self._throttle, waiting, last_try=last_try)
        self._mount(session, adapter, self.url)
        search = arxiv.Search(
            query=question.query,
            id_list=list(question.ids),
            max_results=question.start + question.size,
            sort_by=arxiv.SortCriterion(_SORTS[question.order]),
            sort_order=arxiv.SortOrder.Descending,
        )
        papers: list[Paper] = []
        try:
            for result in client.results(search, offset=question.start):
                paper = to_paper(result)
                if paper:
                    papers.append(paper)
        except PageOver:
            pass  # The page was shorter than asked for, and the package wanted the next one.
        except ValueError as error:
            raise NotAFeed("arXiv's answer holds a value that cannot be read") from error
        finally:
            session.close()
        return self._judged(question, adapter, papers)

    def _judged(self, question: _Question, adapter: QueryAdapter, papers: list[Paper]) -> Answer:
        """Make the answer out of what was read, when it is an answer to this question."""
        feed = adapter.feed
        if feed is None:
            raise NotAFeed("nothing came back from arXiv")
        if not feed.is_about(question.query, question.ids, question.start, question.size):
            raise AnotherAnswer("arXiv answered another question than the one that was asked")
        problem = None
        if feed.entries == 0 and feed.total > question.start:
            if question.start == 0:
                raise EmptyPage(f"arXiv counts {counted(feed.total, 'paper')} but sent none")
            problem = f"arXiv counts {counted(feed.total, 'paper')} but sends none after number {question.start:,}"
        return Answer(
            sent=question.sent,
            read_as=clean_line(feed.query) if not question.ids else None,
            total=max(feed.total, question.start + feed.entries if feed.entries else 0),
            start=question.start,
            as_of=moment(self._now()),
            papers=tuple(papers[: question.size]),
            unreadable=max(0, min(feed.entries, question.size) - len(papers)),
            problem=problem,
        )


def _twice(ask: Callable[[bool], T]) -> T:
    """Ask, and once more where docs/architecture.md says so; `ask` is told whether that is the last try."""
    try:
        return ask(False)
    except GatewayError as problem:
        if not problem.again:
            raise
    return ask(True)


def walk(
    gateway: Gateway, query: str, limit: int, *, page: int = 100, sort: Order = "relevance", refresh: bool = False
) -> Iterator[Answer]:
    """Yield a search page by page, each paper once, until so many papers have come or there are no more.

    arXiv's order has no tie-breaker, so pages may repeat papers; a repeated one is left out. Raises as `Gateway.search`
    does; what was yielded before stays good.
    """
    waiting = gateway.waiting()
    seen: set[str] = set()
    unreadable = 0
    stale = False
    start = 0
    while len(seen) + unreadable < limit and start < SEARCH_END:
        size = min(page, limit - len(seen) - unreadable, SEARCH_END - start)
        try:
            answer = gateway.search(query, start=start, size=size, sort=sort, refresh=refresh, waiting=waiting)
        except GatewayError as problem:
            if stale and problem.cache_helps:
                return  # Offline, and the page before has said so: here the cache ends.
            raise
        stale = answer.stale
        # One that cannot be read counts: to ask for another in its place would cost a request for each.
        unreadable += answer.unreadable
        fresh = {paper.arxiv_id: paper for paper in answer.papers if paper.arxiv_id not in seen}
        seen.update(fresh)
        yield replace(answer, papers=tuple(fresh.values()))
        start += size
        if start >= answer.total or not (answer.papers or answer.unreadable):
            return


def _joined(wanted: tuple[str, ...], answers: list[Answer]) -> Answer:
    """Put the answers to all chunks together, in the order asked, and name what is missing."""
    every = [paper for answer in answers for paper in answer.papers]
    exact = {(paper.arxiv_id, paper.version): paper for paper in every}
    first = {paper.arxiv_id: paper for paper in reversed(every)}
    found: dict[str, Paper | None] = {}
    for id in wanted:
        bare, version = split_id(id) or (id, "")
        found[id] = exact.get((bare, version)) if version else first.get(bare)
    papers = [paper for paper in found.values() if paper]
    return replace(
        answers[0],
        sent=",".join(wanted),
        total=len(papers),
        as_of=min(answer.as_of for answer in answers),
        papers=tuple(dict.fromkeys(papers)),
        from_cache=all(answer.from_cache for answer in answers),
        stale=any(answer.stale for answer in answers),
        unreadable=sum(answer.unreadable for answer in answers),
        missing=tuple(id for id, paper in found.items() if paper is None),
        problem=next((answer.problem for answer in answers if answer.problem), None),
    )
