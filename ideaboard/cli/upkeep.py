"""`check`, `compact` and `trust`: the board file itself, and the drafts that ideas have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ideaboard.bootstrap import open_upkeep, paths_for
from ideaboard.cli.app import App
from ideaboard.cli.commands import argument, command, json_option, option
from ideaboard.cli.output import emit, on_terminal, picked, plain, remark, say, say_json
from ideaboard.core.text import counted
from ideaboard.errors import InvalidInput
from ideaboard.paths import trust, trust_place, trusted_folders
from ideaboard.places import user_path

if TYPE_CHECKING:
    from ideaboard.storage.upkeep import Report


@command(
    "check",
    argument("id", "[ID]", required=False, complete="ids"),
    option("--repair", help="Put a damaged board file aside and write a sound one in its place."),
    json_option("Print one object; for a draft, an array of what was found.", "check|[remark]"),
    examples=("ideaboard check", "ideaboard check --repair", "ideaboard check k7f"),
)
def check_command(app: App, id: str | None, repair: bool, as_json: bool) -> int:
    """Check the board file; with an ID, whether the draft of that idea is ready to share.

    Exit code 1 when something is found; after a repair 0, and the original lies beside the board under a dated name.
    In a draft it looks for guidance that was left in, empty sections, missing descriptions of pictures, dead links to
    local files and too many words.
    """
    if id is not None:
        if repair:
            raise InvalidInput("a draft is not repaired", "leave --repair out")
        found = app.service.drafts.check(app.service.ideas.find(id).id)
        lines = [f"{one.path}:{one.line}: {one.what}" for one in found]
        whole = [{"path": str(one.path), **picked(one, "line", "what")} for one in found]
        say("\n".join(lines) or "nothing found, it is ready to share", whole if as_json else None)
        return 1 if found else 0
    upkeep = open_upkeep(app.board, app.config)
    report = upkeep.repair() if repair else upkeep.check()
    tell = app.wrote if report.kept_aside else say
    tell(_report_in_words(report, upkeep.path), _report_to_json(report) if as_json else None)
    return 0 if report.sound else 1


def _report_in_words(report: Report, path: Path) -> str:
    lines = []
    for finding in report.findings:
        where = f"line {finding.line}: " if finding.line else ""
        done = f" ({finding.done})" if finding.done else ""
        lines.append(f"{where}{finding.what}{done}")
    if report.kept_aside:
        lines.append(f"the original is kept as '{report.kept_aside}'")
    count = f"{counted(report.documents, 'document')} in {counted(report.lines, 'line')}"
    lines.append(f"'{path}' is {'sound' if report.sound else 'damaged'}: {count}")
    if not report.sound:
        lines.append("'ideaboard check --repair' puts the original aside and writes a sound one")
    return plain("\n".join(lines))


def _report_to_json(report: Report) -> dict[str, Any]:
    return picked(report, "sound", "lines", "actions", "documents", "kept_aside") | {
        "findings": [
            {"line": one.line, "what": one.what, "harmless": one.harmless, "done": one.done or None}
            for one in report.findings
        ],
    }


@command("compact", examples=("ideaboard compact",))
def compact_command(app: App) -> None:
    """Make the board file smaller.

    What nobody needs any more is left out: old values of fields, but not the last 200 actions, which undo and the log
    need. The new file takes the place of the old one in one step.
    """
    done = open_upkeep(app.board, app.config).compact()
    if done.after_bytes == done.before_bytes:
        say(f"nothing to leave out of {done.before_bytes:,} bytes")
    else:
        app.wrote(f"{done.before_bytes:,} bytes are now {done.after_bytes:,}")


@command(
    "trust",
    argument("folder", "[FOLDER]", required=False, complete="files"),
    option("--list", key="listing", help="List the folders that are trusted, one a line."),
    option("--remove", help="Trust it no longer."),
    json_option("Print an array of the folders that are trusted.", "[folder]"),
    examples=("ideaboard trust", "ideaboard trust --remove ~/src/theirs"),
)
def trust_command(app: App, folder: str | None, listing: bool, remove: bool, as_json: bool) -> None:
    """Trust the board in FOLDER, else the one that is found here or above, and the templates beside it.

    A board that is found in a folder of another user, or is a link out of its repository, is refused with exit code 4
    until then. Templates beside a board are programs: those in a repository do not run until then either, and nothing
    is published as its 'publish.toml' says.
    """
    if listing:
        if folder or remove:
            raise InvalidInput("a list takes no folder and removes nothing", "leave the other arguments out")
    else:
        found = user_path(folder) if folder else trust_place(paths_for(app.board, app.config).board)
        place = trust(found, remove=remove)
    whole = trusted_folders() if as_json or listing else None
    if not listing:
        app.wrote(f"'{place}' is {'no longer trusted' if remove else 'trusted now'}", whole)
    elif as_json:
        say_json(whole)
    else:
        emit("".join(f"{plain(line)}\n" for line in whole or ()))
        if not whole and on_terminal():
            remark("no folder is trusted; a board of your own needs no trust")
