"""How rare words are here: counted over the board and over cached answers, kept for a day, and never in the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from papers.recorded_papers import papers

from ideaboard.bootstrap import open_service
from ideaboard.core.ideas import Paper
from ideaboard.papers.arxiv.answers import Answer
from ideaboard.papers.arxiv.cache import Cache
from ideaboard.service import Service
from ideaboard.service.known_words import KnownWords


@dataclass
class Now:
    """What of a session the words need."""

    shown: object
    at: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = open_service(board=str(tmp_path / "board.jsonl"))
    yield opened
    opened.close()


def words(service: Service, folder: Path, now: Now | None = None) -> KnownWords:
    session = now or Now(service.board)
    return KnownWords(session, folder)  # type: ignore[arg-type]  # it stands for a session, whose clock cannot be set


def answer(folder: Path, question: str, found: list[Paper]) -> None:
    whole = Answer(
        sent=question, read_as=None, total=len(found), start=0, as_of="2026-11-20T12:00:00Z", papers=tuple(found)
    )
    Cache(folder / "answers").put("http://127.0.0.1/", {"q": question}, whole)


def test_the_board_and_cached_answers_are_counted_each_paper_once(service: Service, tmp_path: Path) -> None:
    service.arxiv.add_papers(papers()[:10])
    service.arxiv.add_papers(papers()[10:20], stage="candidate")
    answer(tmp_path, "one", list(papers()[5:15]))
    answer(tmp_path, "two", list(papers()[12:30]))
    counted = words(service, tmp_path).frequencies()
    assert counted.total == 30
    assert max(counted.counts.values()) <= 30
    assert min(counted.counts.values()) >= 2


def test_they_are_kept_for_a_day(service: Service, tmp_path: Path) -> None:
    many = [replace(one, arxiv_id=f"2401.{number:03}{at:02}") for at in range(3) for number, one in enumerate(papers())]
    answer(tmp_path, "one", many)
    now = Now(service.board)
    first = words(service, tmp_path, now).frequencies()
    assert first.total == len(many) > 500
    answer(tmp_path, "two", [replace(one, arxiv_id=one.arxiv_id + "1") for one in papers()[:50]])
    assert words(service, tmp_path, now).frequencies() == first
    now.at += timedelta(days=1)
    assert words(service, tmp_path, now).frequencies().total == len(many) + 50
    now.at -= timedelta(days=3)  # a clock that went back
    assert words(service, tmp_path, now).frequencies().total == len(many) + 50


def test_few_papers_are_counted_anew(service: Service, tmp_path: Path) -> None:
    answer(tmp_path, "one", list(papers()[:20]))
    assert words(service, tmp_path).frequencies().total == 20
    answer(tmp_path, "two", list(papers()[20:40]))
    assert words(service, tmp_path).frequencies().total == 40


HOSTILE = [
    b"",
    b"not json",
    b"[" * 100_000,
    b"[]",
    b'{"at": "2026-11-20T12:00:00Z", "total": 600, "counts": {"a": "many"}}',
    b'{"at": "2026-11-20T12:00:00Z", "total": 600, "counts": {"a": -1}}',
    b'{"at": "2026-11-20T12:00:00Z", "total": 600, "counts": {"a": 1e999}}',
    b'{"at": "2026-11-20T12:00:00Z", "total": 600, "counts": {"a": 601}}',
    b'{"at": "2026-11-20T12:00:00Z", "total": true, "counts": {}}',
    b'{"at": "2026-11-20T12:00:00Z", "total": 600, "counts": []}',
    b'{"at": 5, "total": 600, "counts": {}}',
    b'{"at": "yesterday", "total": 600, "counts": {}}',
    b"\xff\xfe\x00",
]


@pytest.mark.parametrize("content", HOSTILE)
def test_a_file_that_is_not_ours_is_as_good_as_none(service: Service, tmp_path: Path, content: bytes) -> None:
    answer(tmp_path, "one", list(papers()[:20]))
    (tmp_path / "words.json").write_bytes(content)
    assert words(service, tmp_path).frequencies().total == 20
    assert json.loads((tmp_path / "words.json").read_bytes())["total"] == 20


def test_a_link_is_not_followed_and_a_folder_that_cannot_be_written_does_not_matter(
    service: Service, tmp_path: Path
) -> None:
    target = tmp_path / "other"
    target.write_text('{"at": "2026-11-20T12:00:00Z", "total": 600, "counts": {}}')
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "words.json").symlink_to(target)
    assert words(service, folder).frequencies().total == 0
    assert "600" in target.read_text()
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert words(service, blocked).frequencies().total == 0
