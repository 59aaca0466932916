"""`undo`, `redo`, `log` and `stats`: what happened on the board."""

from __future__ import annotations

from dataclasses import asdict, replace

from ideaboard.cli.app import App
from ideaboard.cli.commands import argument, command, json_option, limit_option, option
from ideaboard.cli.output import Painter, emit, on_terminal, remark, say, say_json, width_of_terminal
from ideaboard.core.clock import local_time
from ideaboard.core.documents import idea_to_json
from ideaboard.errors import InvalidInput
from ideaboard.service.history import changes_in_words
from ideaboard.service.session import Outcome

_ON_TERMINAL = 20
_MOST_LINES = 12
_WIDTH = 80


@command(
    "undo",
    argument("action", "[ACTION]", required=False),
    option("--by", metavar="NAME", help="All that NAME did and you have not looked at yet on the board, as one step."),
    json_option("Print what was taken back as JSON.", "done"),
    examples=("ideaboard undo", "ideaboard undo --by claude"),
)
def undo_command(app: App, action: str | None, by: str | None, as_json: bool) -> None:
    """Take back the latest action that is not taken back yet, or ACTION of 'log --json', and say what it was.

    An action is one command or one key, whoever gave it, on however many ideas. It is refused (exit code 6) when
    somebody changed the same field since; 'log' shows what. A guest (--as) takes back only what it did itself.
    """
    history = app.service.history
    if action and by is not None:
        raise InvalidInput("ACTION is one step, and --by takes back several", "leave one of them out")
    if action:
        _report(app, history.undo_named(action), as_json)
    else:
        _report(app, history.undo() if by is None else history.undo_by(by), as_json)


@command("redo", json_option("Print what was done again as JSON.", "done"), examples=("ideaboard redo",))
def redo_command(app: App, as_json: bool) -> None:
    """Do again what was taken back last."""
    _report(app, app.service.history.redo(), as_json)


def _report(app: App, outcome: Outcome, as_json: bool) -> None:
    ideas = [idea_to_json(idea) for idea in outcome.ideas]
    app.report(outcome, {"said": outcome.said, "ideas": ideas} if as_json else None)


@command(
    "log",
    argument("id", "[ID]", required=False, complete="ids"),
    option("--by", metavar="NAME", help="Only what NAME did, with --as."),
    limit_option("At most so many actions; 20 on a terminal, else all."),
    json_option("Print an array of actions, each with its changes.", "[action]"),
    examples=("ideaboard log", "ideaboard log k7f", "ideaboard log -n 5 --json"),
)
def log_command(app: App, id: str | None, by: str | None, limit: int | None, as_json: bool) -> None:
    """Show what was done, newest first, with old and new values; of one idea, or of the whole board."""
    if limit is not None and limit < 1:
        raise InvalidInput(f"--limit is {limit}", "it is at least 1")
    service = app.service
    known = service.ideas.find(id).id if id else None
    shown = limit or (_ON_TERMINAL + 1 if on_terminal() and not as_json else None)
    entries = service.history.log(known, shown, by)
    if known:
        entries = [
            replace(one, changes=tuple(change for change in one.changes if change.id == known)) for one in entries
        ]
    if as_json:
        whole = [asdict(entry) for entry in entries]
        say_json([{"id": one.pop("id"), "at": one.pop("at"), "action": one.pop("label"), **one} for one in whole])
        return
    more = limit is None and on_terminal() and len(entries) > _ON_TERMINAL
    zone = service.clock().tzinfo
    paint = Painter()
    for entry in entries[:_ON_TERMINAL] if more else entries:
        at = local_time(entry.at, zone).strftime("%Y-%m-%d %H:%M")
        by, undone = f"  {entry.by}" if entry.by else "", "  (undone)" if entry.undone else ""
        emit(f"{paint.dim(at)}  {paint.bold(entry.said)}{paint.dim(by + undone)}\n")
        for line in changes_in_words(entry, _MOST_LINES):
            emit(f"    {paint.dim(line)}\n")
    if more:
        remark("older: ideaboard log -n 100")
    if not entries and on_terminal():
        remark("nothing in the log")


@command(
    "stats",
    json_option("Print one object.", "statistics"),
    examples=("ideaboard stats", "ideaboard stats --json | jq .months"),
)
def stats_command(app: App, as_json: bool) -> None:
    """Show what was shared in twelve months, how long things take, what is in flight and what waits.

    Times are medians and 90th percentiles in days. Withdrawn items do not count.
    """
    from ideaboard.core.flow import flow, flow_to_json

    service = app.service
    seen = flow(service.board, service.clock())
    if as_json:
        say_json(flow_to_json(seen))
        return
    from ideaboard.core.flow_text import flow_lines

    say("\n".join(flow_lines(seen, service.workflow, width_of_terminal() or _WIDTH)))
