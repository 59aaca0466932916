"""What the shell's completion offers for an argument or an option: values, each with what it stands for.

It has to be silent when the board or the config cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator

from ideaboard.bootstrap import open_service, paths_for
from ideaboard.cli.app import App
from ideaboard.config import load_config
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import RESPONSE_TYPES, Workflow
from ideaboard.core.text import counted
from ideaboard.errors import IdeaboardError

Offers = Iterator[tuple[str, str]]


def _ideas(app: App) -> Iterator[Idea]:
    try:
        service = open_service(board=app.board, config=app.config)
    except IdeaboardError:
        return
    board = service.board
    service.close()
    yield from board


def _workflow(app: App) -> Workflow:
    return load_config(paths_for(app.board, app.config).config).workflow


def ids(app: App) -> Offers:
    yield from ((idea.id, idea.title) for idea in _ideas(app))


def kinds(app: App) -> Offers:
    yield from ((kind.key, kind.label) for kind in _workflow(app).kinds)


def stages(app: App) -> Offers:
    yield "candidate", "the inbox"
    yield from ((stage.key, stage.label) for stage in _workflow(app).stages)


def stages_and_ids(app: App) -> Offers:
    """Offer what `move` takes next."""
    yield from stages(app)
    yield "next", "one stage on"
    yield "prev", "one stage back"
    yield from ids(app)


def tags(app: App) -> Offers:
    """Offer the tags in use, the most used first."""
    counts: dict[str, int] = {}
    for idea in _ideas(app):
        for tag in idea.tags:
            counts[tag] = counts.get(tag, 0) + 1
    yield from ((tag, counted(counts[tag], "idea")) for tag in sorted(counts, key=lambda tag: (-counts[tag], tag)))


def responses(app: App) -> Offers:
    yield from ((one.id, one.text) for idea in _ideas(app) for one in idea.responses)


def response_types(_app: App) -> Offers:
    yield from ((type, "") for type in RESPONSE_TYPES)


def templates(app: App) -> Offers:
    from ideaboard.publish.templates import list_templates

    paths = paths_for(app.board, app.config)
    yield from ((one.name, one.origin) for one in list_templates(paths.templates))
