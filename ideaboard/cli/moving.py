"""`move`, `archive`, `restore` and `delete`: where ideas stand, and whether they stand anywhere."""

from __future__ import annotations

import sys

from ideaboard.cli.app import App
from ideaboard.cli.commands import IDS, argument, command, json_option, option
from ideaboard.cli.output import agreed, remark, say, shorten
from ideaboard.core.documents import idea_to_json
from ideaboard.core.kinds import ARCHIVE_REASONS
from ideaboard.errors import InvalidInput
from ideaboard.service.session import Outcome


def _report(app: App, outcome: Outcome, ids: list[str], as_json: bool) -> None:
    """Say what was done; the JSON has every idea that was named, changed or not."""
    board = outcome.board
    app.report(outcome, [idea_to_json(board.ideas[id]) for id in ids if id in board.ideas] if as_json else None)


@command(
    "move",
    argument("words", "ID... STAGE", many=True, required=False, complete="stages_and_ids"),
    json_option("Print an array of the ideas.", "[idea]"),
    examples=("ideaboard move k7f next", "ideaboard move k7f 2xw making", "ideaboard move k7f prev"),
)
def move_command(app: App, words: tuple[str, ...], as_json: bool) -> None:
    """Move ideas to a stage: its key or name, or 'next' or 'prev'.

    Ideas of the inbox go onto the board the same way. A column over its limit is said, never refused. An idea moved to
    the last stage counts as shared; 'ideaboard share' adds the link and the line for the changelog.
    """
    if len(words) < 2:
        raise InvalidInput("move needs an id and a stage", "as in: ideaboard move k7f next")
    *ids, stage = words
    service = app.service
    found = service.ideas.find_all(ids)
    outcome = service.ideas.move(found, stage)
    _report(app, outcome, found, as_json)
    last = service.workflow.last
    for idea in outcome.ideas:
        if idea.stage == last and idea.share and not idea.share.url:
            remark(f"to add the link: ideaboard share {idea.id} --url URL --summary TEXT")


@command(
    "archive",
    IDS,
    option(
        "--because",
        choices=ARCHIVE_REASONS,
        default="dropped",
        show_default=True,
        help="Why: parked for later, dropped, skipped (a suggestion not wanted), done.",
    ),
    option("--note", metavar="TEXT", default="", help="One line on it."),
    json_option("Print an array of the ideas.", "[idea]"),
    examples=("ideaboard archive k7f", 'ideaboard archive k7f 2xw --because parked --note "no GPU until spring"'),
)
def archive_command(app: App, ids: tuple[str, ...], because: str, note: str, as_json: bool) -> None:
    """Put ideas away, with a reason. They keep their stage; 'restore' and 'undo' bring them back."""
    found = app.service.ideas.find_all(ids)
    _report(app, app.service.ideas.archive(found, because, note), found, as_json)


@command(
    "restore",
    IDS,
    json_option("Print an array of the ideas.", "[idea]"),
    examples=("ideaboard list --archived", "ideaboard restore k7f"),
)
def restore_command(app: App, ids: tuple[str, ...], as_json: bool) -> None:
    """Bring archived ideas back to the stage that they came from."""
    found = app.service.ideas.find_all(ids)
    _report(app, app.service.ideas.restore(found), found, as_json)


@command(
    "delete",
    IDS,
    option("-y", "--yes", help="Do not ask."),
    examples=("ideaboard delete k7f", "ideaboard delete k7f 2xw --yes"),
)
def delete_command(app: App, ids: tuple[str, ...], yes: bool) -> None:
    """Delete ideas. It asks first; 'undo' brings them back.

    To put an idea out of sight and keep it, archive it.
    """
    service = app.service
    found = service.ideas.find_all(ids)
    titles = [service.board.ideas[id].title for id in found]
    if not yes:
        what = f"'{shorten(titles[0])}'" if len(titles) == 1 else f"these {len(titles)} ideas"
        if len(titles) > 1:
            remark("\n".join(f"  {id}  {shorten(title)}" for id, title in zip(found, titles, strict=True)))
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise InvalidInput("delete asks before it deletes, and there is no terminal to ask on", "say --yes")
        if not agreed(f"delete {what}?"):
            say("nothing was deleted")
            return
    app.report(service.ideas.delete(found))
