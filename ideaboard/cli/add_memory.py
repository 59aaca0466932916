"""What `ideaboard add` remembers in the index of a board (`ideaboard.storage.add_index`): the config that holds, and
what kinds and stages may be called by it, so that the next one need read neither.

This module imports what `ideaboard.cli.fast_add` has loaded anyway.
"""

# Paths are text here, as in `ideaboard.paths`.
# ruff: noqa: PTH116

from __future__ import annotations

import os

import ideaboard
from ideaboard.errors import IdeaboardError
from ideaboard.storage.system import Seen

TYPE_CHECKING = False  # as in `ideaboard.files`
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ideaboard.cli.app import App
    from ideaboard.core.kinds import Workflow

_SETTLED = 2_100_000_000
"""Nanoseconds after which a file that changes shows another time, on any file system."""


def keep_index(app: App) -> None:
    """Leave behind what the next `add` has to know, when this one had to read the board, and nothing is unusual."""
    service = app.service
    if os.name != "posix" or os.environ.get("IDEABOARD_NO_CACHE") or service.config.problems or service.notices:
        return
    try:
        if config := identity_of(service.paths.config, app.began - _SETTLED):
            service.keep_add_index("\n".join((config, *_spellings(service.workflow), "")).encode())
    except (IdeaboardError, OSError):  # the next one reads the board again
        return


def identity_of(path: str, before: float = float("inf")) -> str:
    """Return what tells a config from another one, and from itself before a change; empty when that was just now."""
    try:
        seen = Seen.of(os.stat(path))
    except FileNotFoundError:
        return ascii((ideaboard.__version__, path))
    *_, changed = seen
    return ascii((ideaboard.__version__, path, *seen)) if changed < before else ""


def _spellings(workflow: Workflow) -> Iterator[str]:
    """Tell which name leads to which key; none leads to a stage that needs a closer look."""
    unclear = {workflow.last, *(stage.key for stage in workflow.stages if stage.limit)}
    for what, things, default in (
        ("kind", workflow.kinds, workflow.default_kind),
        ("stage", workflow.stages, workflow.first),
    ):
        # As `Workflow` finds them: by the key, or else by what it is called.
        keys = {"": default, **{thing.label.casefold(): thing.key for thing in things}}
        keys.update((thing.key.casefold(), thing.key) for thing in things)
        for name, key in keys.items():
            if what == "kind" or (key not in unclear and name != "candidate"):
                yield f"{what}\t{name}\t{key}"


def key_of(what: str, name: str, about: str) -> str:
    """Return the key of what a person named; empty when it is not clear."""
    if name and not name.strip():
        return ""
    return about.partition(f"\n{what}\t{name.strip().casefold()}\t")[2].partition("\n")[0]
