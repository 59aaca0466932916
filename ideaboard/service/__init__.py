"""The use cases: one method for each thing that a person can do. The command line and the screens call nothing else.

`Service` is the front door; its parts are grouped by theme: `ideas`, `history`, `sharing`, `drafts`, `arxiv`,
`filling`, `likes`, `facts`, `watches`, `candidates`, `searches`, `transfer`, `inbox`, `sync`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ideaboard.config import Config
from ideaboard.core.board import Board
from ideaboard.core.clock import Clock
from ideaboard.core.kinds import Workflow
from ideaboard.errors import BoardFileError, IdeaboardError
from ideaboard.paths import Paths
from ideaboard.service.ideas import IdeaActions
from ideaboard.service.session import IDEAS, Outcome, Saving, Session

if TYPE_CHECKING:
    from ideaboard.papers.sources import SourceMaker
    from ideaboard.service.arxiv import Arxiv, GatewayMaker
    from ideaboard.service.candidates import Candidates
    from ideaboard.service.drafting import Drafts
    from ideaboard.service.facts import PagesMaker, PaperFacts
    from ideaboard.service.filling import Filling
    from ideaboard.service.history import History
    from ideaboard.service.inbox import Inbox
    from ideaboard.service.likes import Likes
    from ideaboard.service.memory import Choices, Searches
    from ideaboard.service.sharing import Shares
    from ideaboard.service.sync import Sync
    from ideaboard.service.transfer import Transfer
    from ideaboard.service.watches import Claim, Watches
    from ideaboard.storage import Database

__all__ = ["Outcome", "Poll", "Service"]


class Poll(NamedTuple):
    """What happened since the last look."""

    changed: bool = False
    ids: frozenset[str] = frozenset()
    """The ideas that others, or the file, changed."""
    refused: tuple[IdeaboardError, ...] = ()
    """Why changes that were shown have been dropped."""
    lost: int = 0
    """How many ideas were here and are not in the file any more, since somebody replaced it."""


class Service:
    """Everything that a person can do with one board.

    The gateway to arXiv, and the sources of papers, are made when they are first needed; the claim makes sure that one
    check of the watches runs at a time.
    """

    def __init__(
        self,
        file: Database,
        config: Config,
        paths: Paths,
        clock: Clock,
        make_gateway: GatewayMaker,
        claim: Claim,
        make_sources: SourceMaker,
        make_pages: PagesMaker,
    ) -> None:
        self._session = Session(file, config.workflow, clock)
        self._read = ""
        """The id of the idea that the person reads now."""
        self.config = config
        self.paths = paths
        self._make_gateway = make_gateway
        self._claim = claim
        self._make_sources = make_sources
        self._make_pages = make_pages
        self.ideas = IdeaActions(self._session, lambda: self.facts.known())

    # Only what a run uses is imported: the command line starts anew for every command.

    @cached_property
    def history(self) -> History:
        from ideaboard.service.history import History

        return History(self._session)

    @cached_property
    def sharing(self) -> Shares:
        from ideaboard.service.sharing import Shares

        return Shares(self._session, self.config, self.paths)

    @cached_property
    def drafts(self) -> Drafts:
        from ideaboard.service.drafting import Drafts

        return Drafts(self._session, self.config, self.paths, self.choices)

    @cached_property
    def arxiv(self) -> Arxiv:
        from ideaboard.service.arxiv import Arxiv

        return Arxiv(self._session, self._make_gateway, self._make_sources)

    @cached_property
    def watches(self) -> Watches:
        from ideaboard.service.watches import Watches

        return Watches(self._session, self._make_gateway, self._claim, self.filling)

    @cached_property
    def filling(self) -> Filling:
        from ideaboard.service.filling import Filling
        from ideaboard.service.memory import Unanswered

        unanswered = Unanswered(self.paths.state)
        return Filling(self._session, self._make_sources, unanswered, self._likes_if_any)

    @cached_property
    def likes(self) -> Likes:
        from ideaboard.service.likes import Likes

        return Likes(self._session, self._make_sources)

    def _likes_if_any(self) -> Likes | None:
        """Return the liked papers; most boards have none, and load nothing for them."""
        return self.likes if "likes" in self._session.file.tables() else None

    @cached_property
    def candidates(self) -> Candidates:
        from ideaboard.service.candidates import Candidates
        from ideaboard.service.known_words import KnownWords

        return Candidates(self._session, self._likes_if_any, KnownWords(self._session, self.paths.cache))

    @cached_property
    def facts(self) -> PaperFacts:
        from ideaboard.service.facts import PaperFacts

        return PaperFacts(self._session, self.paths.cache, self._make_pages if self.config.facts else None)

    @cached_property
    def searches(self) -> Searches:
        from ideaboard.service.memory import Searches

        return Searches(self.paths.state)

    @cached_property
    def choices(self) -> Choices:
        from ideaboard.service.memory import Choices

        return Choices(self.paths.state)

    @cached_property
    def transfer(self) -> Transfer:
        from ideaboard.service.transfer import Transfer

        return Transfer(self._session)

    @cached_property
    def inbox(self) -> Inbox:
        from ideaboard.service.inbox import Inbox

        return Inbox(self.config, self.transfer, self.history, self.choices)

    @cached_property
    def sync(self) -> Sync:
        from ideaboard.service.sync import Sync

        return Sync(self._session, self.paths, self.history)

    @property
    def board(self) -> Board:
        return self._session.shown

    @property
    def workflow(self) -> Workflow:
        return self._session.workflow

    @property
    def clock(self) -> Clock:
        return self._session.clock

    @property
    def notices(self) -> list[str]:
        """What the person should be told once: torn or damaged lines, fields that could not be read."""
        return [*self._session.file.notices, *self._session.problems, *filter(None, [self.paths.notice])]

    @property
    def done(self) -> list[str]:
        """What this process has put on disk, a sentence for each action."""
        if not self._session.done:
            return []
        from ideaboard.service.history import done_in_words

        return [done_in_words(label, ideas) for label, ideas in self._session.done]

    @property
    def refusal(self) -> BoardFileError | None:
        """Why no change can be kept for now: the file is damaged, or can only be read; None when changes are kept."""
        return self._session.file.refusal

    def start_saving(self, on_event: Callable[[], object]) -> None:
        """From now on show changes at once and save them in a thread; `on_event` is called there after each save."""
        from ideaboard.service.session import ChangeQueue

        self._session.queue = ChangeQueue(self._session, on_event)

    @property
    def saving(self) -> Saving:
        return self._session.queue.state if self._session.queue else Saving()

    def hurry(self) -> Saving:
        """Save without the pauses that the screen is given; return how saving stands."""
        if self._session.queue:
            self._session.queue.flush(0)
        return self.saving

    def poll(self) -> Poll:
        """Read what others wrote, and bring the picture in line with the file.
        Raises `BoardFileError` when the file is gone or cannot be read; the board in memory stays.
        """
        before = self._session.shown
        ids = self._session.refresh() or frozenset()
        refused = self._session.queue.settle() if self._session.queue else []
        after = self._session.shown
        lost = sum(1 for table, _ in self._session.file.missing if table == IDEAS)
        return Poll(not after.shows_the_same(before), ids, tuple(refused), lost)

    def catch_up(self) -> bool:
        """Read all that is in the file; tell whether `board` is that now: not while something else works on it, or a
        poll has to take in what came. Raises `BoardFileError` as `poll` does.
        """
        return self._session.refresh() is not None and self._session.shown is self._session.board

    def stop_saving(self, seconds: float) -> list[str]:
        """Save what can be saved, then stop; return the labels of changes that are not on disk."""
        queue, self._session.queue = self._session.queue, None
        return queue.close(seconds) if queue else []

    def reads(self, id: str = "") -> None:
        """Say what the person reads now, or that it is nothing: from what they read before, a guest's mark goes.

        It goes no sooner, so that a list of marked ideas does not move on under their eyes.
        """
        before, self._read = self._read, id
        if before != id:
            self._session.look_at(before)

    def hold(self, *, rows: bool = False) -> None:
        """Keep all of the board in memory, so that it can be shown and exported when its file is gone; with what is
        remembered of it also for a process that closes its files.
        """
        self._session.file.hold(rows=rows)

    def wants_snapshot(self) -> bool:
        """Tell whether the board file is large, and has grown enough since it was last remembered."""
        return self._session.file.wants_snapshot()

    def keep_snapshot(self) -> None:
        """Remember what a large board file holds, so that it opens quickly the next time."""
        self._session.keep_snapshot()

    def keep_add_index(self, about: bytes) -> None:
        """Remember what one has to know to add an idea, so that nobody need read the board for it, and `about` besides.
        Raises `BoardFileError` when the file cannot be locked or read.
        """
        self._session.keep_add_index(about)

    def mostly_alive(self) -> bool:
        """Tell quickly whether the board file needs no compaction."""
        return self._session.file.mostly_alive()

    def close(self) -> None:
        self._session.file.close()
