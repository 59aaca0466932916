"""`demo`: a board full of the examples of `demo_content.json`, thrown away at the end.

The same board on the same day. What lies back more than a week comes in as one import, as if from another machine;
the last week is done through the service, one action after the other, so that undo, redo and the log show something.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ideaboard.bootstrap import open_service, paths_for
from ideaboard.cli.app import App, needs_terminal, open_board
from ideaboard.cli.commands import command, file_option
from ideaboard.core.changes import Edit, NewIdea
from ideaboard.core.clock import moment, system_clock
from ideaboard.errors import InvalidInput, Refused
from ideaboard.files import refuse_stray_link
from ideaboard.service import Service


@command(
    "demo",
    file_option(
        "Write the examples to a new board file instead, to try other commands on it.", "--write", key="target"
    ),
    examples=("ideaboard demo", "ideaboard demo --write /tmp/demo/board.jsonl"),
)
def demo_command(app: App, target: str | None) -> int:
    """Open a board with a year of made-up work in all stages.

    Change what you like: the board is thrown away when you leave, and neither your own board nor your config or chosen
    theme is touched. Papers are real, their metadata comes from arXiv (CC0).
    """
    if app.board:
        raise InvalidInput("demo opens a board of its own", "leave --board out")
    if target is not None:
        path = Path(target)
        refuse_stray_link(path)
        if os.path.lexists(path):
            raise Refused(f"'{path}' is there already", "name a file that is not there")
        write_demo(path)
        app.wrote(f"wrote '{path}'")
        return 0
    needs_terminal()
    folder = Path(tempfile.mkdtemp(prefix="ideaboard-demo-"))
    try:
        app.board = str(folder / "board.jsonl")
        (folder / "config.toml").write_text(_config(app.config, folder / "drafts"), encoding="utf-8")
        app.config = str(folder / "config.toml")
        os.environ["IDEABOARD_STATE"] = str(folder / "state")
        write_demo(folder / "board.jsonl")
        code = open_board(app)
        app.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return code


def _config(own: str | None, drafts: Path) -> str:
    """Return a config for the examples: drafts go with the board, theme and keys are those of the person."""
    from ideaboard.config import load_config
    from ideaboard.core.actions import ACTIONS
    from ideaboard.service.memory import remembered_theme

    paths = paths_for(config=own)
    config = load_config(paths.config)
    theme = config.theme or remembered_theme(paths)
    keys = {action.id: config.keys.get(action.id, action.keys) for action in ACTIONS}
    chosen = [f"{_toml(one.id)} = {_toml(keys[one.id])}" for one in ACTIONS if keys[one.id] != one.keys]
    lines = [*([f"theme = {_toml(theme)}"] if theme else []), "[drafts]", f"folder = {_toml(str(drafts))}"]
    return "\n".join([*lines, "[keys]", *chosen, ""])


def _toml(value: str | tuple[str, ...]) -> str:
    """Write a text or a list of texts: as JSON they are TOML, too."""
    return json.dumps(value, ensure_ascii=False)


_CONTENT = Path(__file__).with_name("demo_content.json")
_IMPORTED = 8
_FIRST_HOUR = 8
_HOURS = 11


class _Clock:
    """Stands still at a moment of the past until it is set to another."""

    def __init__(self, today: datetime) -> None:
        self._today = today.replace(hour=_FIRST_HOUR, minute=0, second=0, microsecond=0)
        self.now = today

    def at(self, days: int, turn: int = 0) -> datetime:
        """Return a moment so many days ago; the turn spreads moments of one day over working hours."""
        return self._today - timedelta(days=days) + timedelta(minutes=turn * 37 % (_HOURS * 60))

    def __call__(self) -> datetime:
        return self.now


def write_demo(board: Path, today: datetime | None = None) -> None:
    """Write the examples to a new board file, counted back from today; raises `BoardFileError` when that fails."""
    content = json.loads(_CONTENT.read_text("utf-8"))
    clock = _Clock(today or system_clock())
    clock.now = clock.at(_IMPORTED)
    service = open_service(board=str(board), config=str(board.with_name("no-config.toml")), clock=clock)
    try:
        documents = [_document(example, turn, clock) for turn, example in enumerate(content["ideas"])]
        service.transfer.import_data(json.dumps(documents).encode(), "the examples")
        for turn, step in enumerate(content["recent"]):
            clock.now = clock.at(step["days"], turn)
            _do(service, step)
    finally:
        service.close()


def _document(example: Mapping[str, Any], turn: int, clock: _Clock) -> dict[str, Any]:
    """Return an example as the JSON form of an idea, its days turned into moments."""
    import uuid

    def at(days: int) -> str:
        return moment(clock.at(days, turn))

    known = ("trail", "share", "responses", "archived", "due")
    document = {key: value for key, value in example.items() if key not in known}
    trail = [{"stage": stage, "at": at(days)} for stage, days in example["trail"]]
    document |= {"stage": trail[-1]["stage"], "trail": trail, "created": trail[0]["at"], "updated": trail[-1]["at"]}
    if "due" in example:
        document["due"] = clock.at(-example["due"]).date().isoformat()
    if share := example.get("share"):
        day = clock.at(example["trail"][-1][1], turn)
        # A permanent name, so that the feeds of the examples are the same every time.
        uid = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'https://example.org/' + example['id'])}"
        document["share"] = {"at": moment(day), "date": day.date().isoformat(), "uid": uid, **share}
    document["responses"] = [
        {
            **{key: one[key] for key in ("id", "type", "text", "url") if key in one},
            "at": at(one["days"]),
            "answered": at(one["answered"]) if "answered" in one else None,
        }
        for one in example.get("responses", ())
    ]
    if archived := example.get("archived"):
        document["archived"] = {"at": at(archived["days"]), "because": archived["because"], "note": archived["note"]}
    return document


def _do(service: Service, step: Mapping[str, Any]) -> None:
    match step["do"]:
        case "add":
            service.ideas.add([NewIdea(title=step["title"], kind=step["kind"], tags=tuple(step["tags"]))])
        case "move":
            service.ideas.move([step["id"]], step["to"])
        case "edit":
            service.ideas.edit([step["id"]], Edit(add_tags=tuple(step["add_tags"])))
        case "archive":
            service.ideas.archive([step["id"]], step["because"], step["note"])
        case "respond":
            service.sharing.respond(step["id"], step["type"], step["text"], step["url"])
