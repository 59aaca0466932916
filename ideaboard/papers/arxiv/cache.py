"""Answers of arXiv, kept as files: the same question costs one request between two announcements.

Every file can be deleted at any time, and so can the whole folder. What cannot be read is as good as not there.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ideaboard import files
from ideaboard.core.clock import parse_moment
from ideaboard.core.documents import paper_from_document, part_to_json
from ideaboard.core.ideas import Paper
from ideaboard.errors import InvalidInput
from ideaboard.papers.arxiv.answers import Answer
from ideaboard.papers.arxiv.calendar import next_announcement

SIZE_LIMIT = 50 * 1024 * 1024
_KEEP = 0.8
"""The part of the limit that is left after the oldest went."""

_FORMAT = 1
_SUFFIX = ".json"


class Cache:
    """Keeps answers under the question that brought them, in files of at most so many bytes; then the oldest go."""

    def __init__(self, folder: Path, *, size_limit: int = SIZE_LIMIT) -> None:
        self.folder = folder
        self._size_limit = size_limit

    def get(self, url: str, parameters: Mapping[str, str]) -> Answer | None:
        """Return the kept answer to a question, however old, or `None`."""
        return _read(self._path(url, parameters))

    def find(self, ids: Sequence[tuple[str, str]]) -> Answer | None:
        """Return papers out of whatever answers hold them, or `None` unless every one of them is there.

        `ids` are pairs of the canonical id and the version, which is empty when any version will do.
        """
        found: dict[tuple[str, str], tuple[Paper, str]] = {}
        kept = filter(None, map(_read, self.folder.glob("*" + _SUFFIX)))
        for answer in sorted(kept, key=lambda answer: answer.as_of, reverse=True):
            for paper in answer.papers:
                found.setdefault((paper.arxiv_id, paper.version), (paper, answer.as_of))
                found.setdefault((paper.arxiv_id, ""), (paper, answer.as_of))
        if not all(id in found for id in ids):
            return None
        return Answer(
            sent=",".join(id + version for id, version in ids),
            read_as=None,
            total=len(ids),
            start=0,
            as_of=min(found[id][1] for id in ids),
            papers=tuple(found[id][0] for id in ids),
            from_cache=True,
        )

    def papers(self) -> Iterator[Paper]:
        """Return the papers of all answers, each once, out of the newest answers first."""
        seen = set()
        # A file that goes meanwhile is read as nothing, and its place in the order does not matter.
        for path in sorted(self.folder.glob("*" + _SUFFIX), key=_written, reverse=True):
            answer = _read(path)
            for paper in answer.papers if answer else ():
                if paper.key not in seen:
                    seen.add(paper.key)
                    yield paper

    def put(self, url: str, parameters: Mapping[str, str], answer: Answer) -> None:
        """Keep an answer. A full disk or a read-only folder only means that it is asked again."""
        import orjson

        document = {
            **asdict(replace(answer, papers=())),
            "papers": [compact_paper(paper) for paper in answer.papers],
            "format": _FORMAT,
            "url": url,
            "parameters": dict(parameters),
        }
        with suppress(OSError):
            files.write_own(self._path(url, parameters), orjson.dumps(document))
            self._bound()

    def _path(self, url: str, parameters: Mapping[str, str]) -> Path:
        return file_of(self.folder, [url, *(f"{key}={parameters[key]}" for key in sorted(parameters))])

    def _bound(self) -> None:
        kept: list[tuple[float, int, str]] = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.endswith(_SUFFIX) and entry.is_file(follow_symlinks=False):
                    facts = entry.stat(follow_symlinks=False)
                    kept.append((facts.st_mtime, facts.st_size, entry.path))
        size = sum(item[1] for item in kept)
        if size <= self._size_limit:
            return
        for _, bytes_, path in sorted(kept):
            if size <= self._size_limit * _KEEP:
                return
            # Another process may have tidied up in the same moment.
            with suppress(FileNotFoundError):
                Path(path).unlink()
            size -= bytes_


def file_of(folder: Path, question: Sequence[str]) -> Path:
    """Name the file that keeps the answer to a question."""
    return folder / (hashlib.sha256("\n".join(question).encode()).hexdigest()[:40] + _SUFFIX)


def _written(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0


def is_fresh(answer: Answer, now: datetime) -> bool:
    """Say whether no announcement has come since the answer was given; never for one from the future."""
    try:
        given = parse_moment(answer.as_of)
        return given <= now < next_announcement(given)
    except (InvalidInput, OverflowError):
        return False


def compact_paper(paper: Paper) -> dict[str, Any]:
    """Return what is kept of a paper: no derived fields, nothing that is empty."""
    return {name: value for name, value in part_to_json(paper).items() if value not in (None, "", [], False)}


_TYPES: dict[str, type | tuple[type, ...]] = {
    "sent": str,
    "read_as": (str, type(None)),
    "total": int,
    "start": int,
    "as_of": str,
    "papers": list,
    "unreadable": int,
    "missing": list,
    "problem": (str, type(None)),
}


def _read(path: Path) -> Answer | None:
    import orjson

    try:
        document = orjson.loads(files.read_file(path, own=True))
    except (OSError, ValueError):
        return None
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        return None
    if not all(isinstance(document.get(key), wanted) for key, wanted in _TYPES.items()):
        return None
    if not all(isinstance(paper, dict) for paper in document["papers"]):
        return None
    problems: list[str] = []
    papers = tuple(paper_from_document(paper, problems) for paper in document["papers"])
    if problems or not all(paper.key for paper in papers):
        return None
    missing = tuple(item for item in document["missing"] if isinstance(item, str))
    values = {key: document[key] for key in _TYPES}
    return Answer(**{**values, "papers": papers, "missing": missing}, from_cache=True)
