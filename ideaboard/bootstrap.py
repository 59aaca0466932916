"""Puts the program together: the only file that names the real board file, the real arXiv and the real clock."""

# Paths are text here, as in `ideaboard.paths`.
# ruff: noqa: PTH109, PTH116, PTH118

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import ideaboard
from ideaboard.config import API_KEY_VARIABLE, Config, load_config
from ideaboard.core.clock import Clock, system_clock
from ideaboard.core.late import stored_ideas
from ideaboard.paths import Paths, find_paths
from ideaboard.places import user_path
from ideaboard.service import Service
from ideaboard.service.session import IDEAS
from ideaboard.storage import open_db
from ideaboard.storage.add_index import AddIndex

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from threading import Event

    from ideaboard.core.kinds import Workflow
    from ideaboard.papers.arxiv.answers import Asking
    from ideaboard.papers.arxiv.gateway import Gateway
    from ideaboard.papers.arxiv.key import ApiKey
    from ideaboard.papers.huggingface.pages import PaperPages
    from ideaboard.papers.json_service import JsonService, Place
    from ideaboard.papers.sources import Source
    from ideaboard.service.upkeep import Upkeep
    from ideaboard.storage.snapshot import Snapshot


CLAIM_SECONDS = 120.0
_LARGE = 1 << 18
"""Bytes of a board file; below, a snapshot would spare less than it costs."""

FACTS_SECONDS = 12.0
"""What nobody asked for may cost a command at most so much waiting."""
PATIENCE_SECONDS = 120.0
"""See "Patience with arXiv" in docs/architecture.md."""


def paths_for(board: str | None = None, config: str | None = None) -> Paths:
    """Find out where everything is, from the options and the environment."""
    try:
        cwd = os.getcwd()
    except OSError:  # the folder was removed, so there is no board in it or above it; or nobody may look at it
        cwd = user_path("~")
    return find_paths(board, config, os.environ, cwd)


def _usable(board: str | None, config: str | None) -> Paths:
    paths = paths_for(board, config)
    if paths.refusal:
        raise paths.refusal
    return paths


def open_service(
    board: str | None = None,
    config: str | None = None,
    *,
    by: str = "",
    clock: Clock = system_clock,
    patience: float = PATIENCE_SECONDS,
) -> Service:
    """Open the board, found by the options; `patience` is the seconds that asking arXiv may cost one command, `by` the
    name of a guest whose run this is. Raises `BoardFileError` when what is there cannot be read, is no board, or is not
    to be trusted.
    """
    paths = _usable(board, config)
    chosen = load_config(paths.config, named=config is not None)

    contact = f"; mailto:{chosen.mailto}" if chosen.mailto else ""
    user_agent = f"ideaboard/{ideaboard.__version__} (a board in the terminal{contact})"

    def make_gateway(asking: Asking) -> Gateway:
        from pathlib import Path

        from ideaboard.papers.arxiv.gateway import Gateway

        url = os.environ.get("IDEABOARD_ARXIV_URL", "")
        return Gateway(
            url=url or None,
            feeds_url=os.environ.get("IDEABOARD_ARXIV_FEEDS_URL") or None,
            key=_api_key(chosen, url),
            cache_folder=Path(paths.cache),
            user_agent=user_agent,
            now=clock,
            patience=patience,
            **asking,
        )

    def claim(cancel: Event | None) -> AbstractContextManager[None]:
        from pathlib import Path

        from ideaboard.papers.arxiv.throttle import claimed

        return claimed(Path(paths.cache, "check.lock"), CLAIM_SECONDS, lambda: cancel is not None and cancel.is_set())

    def json_service(place: Place, variable: str, most: float, asking: Asking) -> JsonService:
        from pathlib import Path

        from ideaboard.papers.json_service import JsonService

        return JsonService(
            place,
            url=os.environ.get(variable),
            cache_folder=Path(paths.cache),
            user_agent=user_agent,
            now=clock,
            patience=min(patience, most),
            **asking,
        )

    def make_sources(asking: Asking) -> list[Source]:
        from pathlib import Path

        from ideaboard.papers.arxiv.source import ArxivSource
        from ideaboard.papers.crossref.source import CROSSREF, CrossrefSource

        service = json_service(CROSSREF, "IDEABOARD_CROSSREF_URL", patience, asking)
        return [ArxivSource(make_gateway(asking)), CrossrefSource(service, Path(paths.cache))]

    def make_pages(asking: Asking) -> PaperPages:
        from ideaboard.papers.huggingface.pages import HUGGING_FACE, PaperPages

        return PaperPages(json_service(HUGGING_FACE, "IDEABOARD_FACTS_URL", FACTS_SECONDS, asking))

    index = AddIndex(AddIndex.place(paths.cache, paths.board), IDEAS)
    snapshot = _snapshot(paths, chosen.workflow)
    file = open_db(paths.board, by=by, now=clock, make={IDEAS: stored_ideas}, snapshot=snapshot, add_index=index)
    return Service(file, chosen, paths, clock, make_gateway, claim, make_sources, make_pages)


def _api_key(chosen: Config, url: str) -> ApiKey:
    """Return the key for arXiv. Only one from the environment goes to a server on this computer too, for tests."""
    from ideaboard.core.secret import Secret
    from ideaboard.papers.arxiv.key import ApiKey

    named = os.environ.get(API_KEY_VARIABLE, "").strip()
    return ApiKey(Secret(named), test_origin=url) if named else ApiKey(chosen.api_key)


def _snapshot(paths: Paths, workflow: Workflow) -> Snapshot | None:
    try:
        if os.stat(paths.board).st_size < _LARGE:
            return None
    except OSError:  # whoever opens the board says what is wrong
        return None
    from zlib import crc32

    from ideaboard.core.late import VERSION, late_ideas
    from ideaboard.storage.snapshot import Snapshot

    name = f"board-{crc32(os.fsencode(os.path.realpath(paths.board))):08x}.json"
    version = f"{VERSION}: {' '.join(workflow.stage_keys)}"  # it keeps the order of the columns
    return Snapshot(os.path.join(paths.cache, name), version, {IDEAS: late_ideas})


def open_upkeep(board: str | None = None, config: str | None = None) -> Upkeep:
    """Look after the board file, which need not be one that opens."""
    from pathlib import Path

    from ideaboard.service.upkeep import Upkeep

    return Upkeep(Path(_usable(board, config).board))
