"""How rare words are among all papers that are known here: those of the board, and those of cached answers.

They are counted once a day, and kept in the cache folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ideaboard import files
from ideaboard.core.clock import is_recent, moment
from ideaboard.core.ideas import Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.service.memory import kept_json
from ideaboard.service.session import Session

if TYPE_CHECKING:
    from ideaboard.papers.word_space import Frequencies

_KNOWN_FOR = timedelta(days=1)
_MOST = 2500
"""So many papers say how rare words are, and take a quarter of a second to count."""
_FEW = 500
"""Of fewer papers the words are counted anew each time."""
_MOST_BYTES = 16 * 2**20


class KnownWords:
    """Counts them."""

    def __init__(self, session: Session, folder: str | Path) -> None:
        self._session = session
        self._answers = Path(folder, "answers")
        self._path = Path(folder, "words.json")

    def frequencies(self) -> Frequencies:
        """Return in how many papers each stem stands, the inbox left out, whose papers are about to be counted."""
        from ideaboard.papers.word_space import Document, frequencies

        kept = self._kept()
        if kept is not None:
            return kept
        counted = frequencies(Document(paper.key, paper.title, paper.abstract) for paper in self._papers())
        document = {"at": moment(self._session.now()), "total": counted.total, "counts": counted.counts}
        with suppress(OSError):  # a cache that cannot be written is none
            files.write_own(self._path, json.dumps(document, ensure_ascii=False).encode())
        return counted

    def _papers(self) -> Iterator[Paper]:
        from ideaboard.papers.arxiv.cache import Cache

        ideas = (idea for idea in self._session.shown.ideas.values() if idea.stage != CANDIDATE or idea.archived)
        on_board = {idea.paper.key: idea.paper for idea in ideas if idea.paper and idea.paper.abstract}
        yield from islice(on_board.values(), _MOST)
        answered = (paper for paper in Cache(self._answers).papers() if paper.key not in on_board)
        yield from islice(answered, max(0, _MOST - len(on_board)))

    def _kept(self) -> Frequencies | None:
        """Read what was kept, when it is not old; what is not as we write it is as good as not there."""
        from ideaboard.papers.word_space import Frequencies

        document = kept_json(self._path, _MOST_BYTES)
        try:
            at, total, counts = (document[name] for name in ("at", "total", "counts"))
        except (LookupError, TypeError):
            return None
        good = isinstance(at, str) and type(total) is int and isinstance(counts, dict)
        if not good or total < _FEW or not all(type(count) is int and 0 < count <= total for count in counts.values()):
            return None
        return Frequencies(total, counts) if is_recent(at, self._session.now(), _KNOWN_FOR) else None
