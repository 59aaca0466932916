"""What Hugging Face knows about the papers here, kept for a day in the cache folder and never on the board.

Nothing depends on it: when it is off, down or wrong, all else is as it was.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from ideaboard import files
from ideaboard.core.clock import is_recent, moment
from ideaboard.core.facts import Facts, FactsById, facts_of, is_wanted
from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.errors import ArxivError
from ideaboard.service.memory import kept_json
from ideaboard.service.session import Session

if TYPE_CHECKING:
    from ideaboard.papers.arxiv.answers import Asking
    from ideaboard.papers.huggingface.pages import PaperPages

PagesMaker = Callable[["Asking"], "PaperPages"]
BATCH = 12
"""So many pages are asked for at once, which takes some ten seconds; the others come the next time."""
_KNOWN_FOR = timedelta(days=1)
_MOST_KEPT = 20_000
_MOST_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking."""

    found: int = 0
    problem: ArxivError | None = None


class PaperFacts:
    """Keeps facts, and asks for those that are missing or old."""

    def __init__(self, session: Session, folder: str, make_pages: PagesMaker | None) -> None:
        self._session = session
        self._path = Path(folder, "facts.json")
        self._make_pages = make_pages
        """None when the person wants none."""
        self._known: dict[str, Facts] = {}
        self._as_of = 0
        self._busy = threading.Lock()

    def known(self) -> FactsById:
        """Return what is known now; another process may have found out more meanwhile."""
        if self._make_pages is None:
            return {}
        try:
            changed = self._path.stat().st_mtime_ns
        except OSError:
            return self._known
        if changed != self._as_of:
            with self._busy:
                self._known, self._as_of = {**self._known, **_read(self._path)}, changed
        return self._known

    def due(self, ideas: Iterable[Idea], most: int = BATCH) -> list[Paper]:
        """Return the papers to ask for, in the order in which they came; nobody hears of those of private ideas."""
        known, now = self.known(), self._session.now()
        told = (idea.paper for idea in ideas if idea.paper and not idea.private)
        papers = {paper.arxiv_id: paper for paper in told if paper.arxiv_id}
        asked = {id: known[id].at for id in papers if id in known}
        return [papers[id] for id in papers if not is_recent(asked.get(id, ""), now, _KNOWN_FOR)][:most]

    def ask(self, wanted: Sequence[Paper], **asking: Unpack[Asking]) -> Asked:
        """Ask for papers, one after the other, until one cannot be asked for; this may run beside the screen.

        What was found is kept, also when the person stops it; then `Cancelled` is raised.
        """
        if self._make_pages is None or not wanted:
            return Asked()
        from ideaboard.papers.arxiv.problems import Cancelled
        from ideaboard.papers.json_service import WrongAnswer

        pages = self._make_pages(asking)
        found: dict[str, Facts] = {}
        wrong: dict[str, Facts] = {}
        problem: ArxivError | None = None
        try:
            for paper in wanted:
                try:
                    found[paper.arxiv_id] = pages.look_up(paper.arxiv_id)
                except WrongAnswer as error:  # the next page may be better; this one is not asked for again today
                    old = self._known.get(paper.arxiv_id, Facts(""))
                    wrong[paper.arxiv_id] = old._replace(at=moment(self._session.now()))
                    problem = error
        except Cancelled:
            raise
        except ArxivError as error:
            return Asked(len(found), error)
        finally:
            self._keep(found | wrong)
        return Asked(len(found), problem)

    def papers(self) -> list[Idea]:
        """Return the ideas whose papers are worth asking for: the inbox, then what is on its way to being shared."""
        board = self._session.shown
        stages = (CANDIDATE, *board.workflow.stage_keys[:-1])
        return [idea for stage in stages for idea in board.column(stage) if idea.paper]

    def wanted(self) -> list[tuple[Idea, Facts]]:
        """Return the papers that people voted for and nobody is known to have coded, the most wanted first."""
        known = self.known()
        found = [(idea, facts) for idea in self.papers() if (facts := facts_of(idea.paper, known))]
        found = [(idea, facts) for idea, facts in found if is_wanted(idea, known)]
        return sorted(found, key=lambda one: -one[1].votes)

    def _keep(self, found: dict[str, Facts]) -> None:
        if not found:
            return
        with self._busy:
            self._known = {**self._known, **_read(self._path), **found}
            newest = sorted(self._known.items(), key=lambda one: one[1].at, reverse=True)[:_MOST_KEPT]
            text = json.dumps({id: list(facts) for id, facts in newest}, ensure_ascii=False)
            with suppress(OSError):  # a cache that cannot be written is none
                files.write_own(self._path, text.encode())


def _read(path: Path) -> dict[str, Facts]:
    """Read the kept facts; what is not as we write it is as good as not there."""
    whole = kept_json(path, _MOST_BYTES)
    kept = whole.items() if isinstance(whole, dict) else ()
    return {id: Facts(*values) for id, values in kept if _are_facts(values)}


def _are_facts(values: Any) -> bool:
    if not isinstance(values, list) or len(values) != len(Facts._fields):
        return False
    return all(type(value) is (str if at < 2 else int) for at, value in enumerate(values))
