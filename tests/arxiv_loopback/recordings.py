"""Finds the answer to a request among recorded feeds: the very one, or one made of the papers in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from arxiv_loopback.feeds import Record, Recording, bare_id, read_recording, write_error, write_feed
from arxiv_loopback.grammar import QueryError, read_query, same_words

_NO_MOMENT = "2026-01-01T00:00:00Z"
_DEFAULT_SIZE = 10


class Recordings:
    """Recorded feeds, and all papers in them.

    Args:
        paths: folders with `*.xml` files, or such files.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        files = [file for path in paths for file in (sorted(path.glob("*.xml")) if path.is_dir() else [path])]
        read = [recording for file in files if (recording := read_recording(file))]
        self.recordings = sorted(read, key=lambda recording: recording.updated, reverse=True)
        self.papers: dict[str, dict[str, Record]] = {}
        for recording in self.recordings:
            for record in recording.records:
                self.papers.setdefault(record.id.lower(), {}).setdefault(record.version, record)
        self.hyphens = "blank"
        """How hyphenated words are read; see `read_query`."""
        self.updated = self.recordings[0].updated if self.recordings else _NO_MOMENT

    def answer(self, parameters: Mapping[str, str]) -> tuple[int, bytes]:
        """Return the HTTP status and the body for the parameters of a request."""
        query = " ".join(parameters.get("search_query", "").split())
        ids = parameters.get("id_list", "").strip()
        try:
            start = int(parameters.get("start", "0") or 0)
            size = int(parameters.get("max_results", "") or _DEFAULT_SIZE)
        except ValueError:
            return self._refused("start and max_results must be integers")
        if start < 0 or size < 1:
            return self._refused("start must be non-negative and max_results positive")
        for id in filter(None, ids.split(",")):
            if bare_id(id) is None:
                return self._refused(f"incorrect id format for {id}")
        if recording := self._exactly(query, ids, start, size):
            return 200, recording.body
        try:
            records, understood = self._find(query, ids)
        except QueryError:
            return self._refused(f"Invalid query string: {query}")
        return 200, write_feed(
            _sorted(records, parameters)[start : start + size],
            query=understood,
            ids=ids,
            start=start,
            size=size,
            total=len(records),
            updated=self.updated,
        )

    def _refused(self, words: str) -> tuple[int, bytes]:
        return 400, write_error(words, self.updated)

    def _exactly(self, query: str, ids: str, start: int, size: int) -> Recording | None:
        for recording in self.recordings:
            if (recording.ids, recording.start, recording.size) != (ids, start, size):
                continue
            if recording.query == query or (query and same_words(recording.query, query)):
                return recording
        return None

    def _find(self, query: str, ids: str) -> tuple[list[Record], str]:
        if ids:
            return self._by_ids(ids), query
        test, understood = read_query(query, self.hyphens)
        walk = [recording for recording in self.recordings if not recording.ids and same_words(recording.query, query)]
        if walk:
            # Pages of the newest walk, put together by position; a gap ends it.
            placed: dict[int, Record] = {}
            for recording in walk:
                if recording.total == walk[0].total:
                    placed.update(enumerate(recording.records, recording.start))
            known: list[Record] = []
            while len(known) in placed:
                known.append(placed[len(known)])
            if known:
                return known, understood
        newest = [_newest(versions) for versions in self.papers.values()]
        return [record for record in newest if test(record)], understood

    def _by_ids(self, ids: str) -> list[Record]:
        found: dict[str, Record] = {}
        for text in filter(None, ids.split(",")):
            id, version = bare_id(text) or (text, "")
            versions = self.papers.get(id.lower(), {})
            record = versions.get(version) if version else (_newest(versions) if versions else None)
            if record:
                found[record.id + record.version] = record
        # arXiv does not keep the order of the list either.
        return sorted(found.values(), key=lambda record: record.id)


def _newest(versions: Mapping[str, Record]) -> Record:
    return versions[max(versions, key=lambda version: int(version[1:] or 0))]


def _sorted(records: list[Record], parameters: Mapping[str, str]) -> list[Record]:
    order = parameters.get("sortBy", "relevance")
    if order not in ("submittedDate", "lastUpdatedDate"):
        return records
    newest_first = parameters.get("sortOrder", "descending") != "ascending"
    return sorted(
        records,
        key=lambda record: record.published if order == "submittedDate" else record.updated,
        reverse=newest_first,
    )
