"""`export` and `import`: everything out, and in."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path

from ideaboard import files
from ideaboard.cli.app import App, stdin_bytes
from ideaboard.cli.commands import argument, command, file_option, json_option, kind_option, option, tags_option
from ideaboard.cli.output import agreed, emit, escape_json, plain, remark, say, shorten
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import counted
from ideaboard.errors import InvalidInput, Refused
from ideaboard.service.transfer import FORMATS, Preview

_BOM = "\ufeff"


@command(
    "export",
    argument("format", "|".join(FORMATS), choices=FORMATS),
    file_option("Write a file, which must be new; '-' prints.", "-o", "--output"),
    option("--force", help="Write over a file that is there."),
    option("--excel", help="Begin CSV with a byte-order mark, so that Excel reads it as UTF-8."),
    examples=(
        "ideaboard export json -o board.json",
        "ideaboard export bibtex > papers.bib",
        "ideaboard export csv --excel -o board.csv",
        "ideaboard export obsidian -o Board.md",
    ),
)
def export_command(app: App, format: str, output: str | None, force: bool, excel: bool) -> None:
    """Print the whole board, the archive included, and but for ics and obsidian the inbox.

    JSON and TinyDB files hold everything. CSV is for spreadsheets: a cell that one would run as a formula gets a '
    before it. BibTeX has the papers with your notes. ics has the days on which something is due, for a calendar.
    obsidian is a Markdown board that the plugin Obsidian Kanban opens; the name of a block on each card tells which
    idea it is. 'import' takes back all but ics.
    """
    if excel and format != "csv":
        raise InvalidInput("--excel is for csv", "leave it out, or export csv")
    text = app.service.transfer.export(format)
    if format in ("json", "tinydb"):
        text = escape_json(text)
    elif format == "ics":
        text = plain(text).replace("\n", "\r\n")
    else:
        text = plain(text)
    text = _BOM + text if excel else text
    if output is None or output == "-":
        emit(text)
        return
    path = Path(output)
    files.refuse_stray_link(path)
    if os.path.lexists(path) and not force:
        raise Refused(f"'{path}' is there already", "name another file, or write over it with --force")
    with files.explained(f"'{path}' cannot be written", "name another file with -o"):
        files.write_whole(path, text.encode("utf-8", "backslashreplace"))
    app.wrote(f"wrote '{output}'")


@command(
    "import",
    argument("file", "FILE", complete="files"),
    option("--format", metavar="FORMAT", help="What it is; one of those above; found out when not given."),
    option("--map", key="maps", many=True, metavar="LIST=STAGE", help="Where a list goes; 'archive' puts it away."),
    kind_option("What its ideas are to become."),
    tags_option("A tag for each new idea; may be repeated."),
    option("--dry-run", help="Say what would be done, and do nothing."),
    option("-y", "--yes", help="Do not ask."),
    json_option("Print what was done, or would be, as JSON.", "import|import-plan"),
    examples=(
        "ideaboard import trello.json --dry-run",
        'ideaboard import Board.md --map "This week=making" --map Done=archive',
        "ideaboard import library.bib -t reading",
        "task export | ideaboard import -",
    ),
)
def import_command(
    app: App,
    file: str,
    format: str | None,
    maps: tuple[str, ...],
    kind: str | None,
    tags: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Bring in what you have: a board, a list, a table, a bibliography.

    It is known by what is in it, compressed or not; '-' reads stdin. FORMAT is one of board (a file of ideaboard),
    json, csv, tinydb, trello, taskell, obsidian, kanban-tui, table (GitHub Projects, Notion, spreadsheets), todotxt,
    taskwarrior, bibtex, ris, csl, zotero (its table), markdown.

    Lists go to stages by their names, else by their place; --map decides. Before anything is done it says what goes
    where, and on a terminal it asks. It is one step for undo, and may be repeated: what is there already stays as it
    is, but for ideas from ideaboard itself that are newer in the file, and papers of which only a name is known, which
    a bibliography fills in.
    """
    from ideaboard.service.imports import Options

    transfer = app.service.transfer
    if file == "-":
        brought = transfer.read(stdin_bytes(), "what stdin gave", format)
    else:
        brought = transfer.read_file(Path(file), format)
    options = Options(dict(map(_mapping, maps)), kind or "", tags)
    preview = transfer.preview(brought, options)
    lines = _in_words(preview, brought.name, app.service.workflow)
    if dry_run:
        say("\n".join(lines), asdict(preview) if as_json else None)
        return
    if not as_json:
        remark("\n".join(lines))
    asks = file != "-" and sys.stdin.isatty() and sys.stderr.isatty() and not yes
    if asks and not agreed("import it?"):
        say("nothing was imported")
        return
    done = transfer.apply(brought, options)
    removed = f", {len(done.removed)} removed" if done.removed else ""
    told = {"added": list(done.added), "updated": list(done.updated), "unchanged": done.unchanged}
    filled = f", {counted(len(done.filled), 'paper')} filled in" if done.filled else ""
    more = {"removed": done.removed, "filled": done.filled, "left_out": preview.left_out, "remarks": preview.remarks}
    say(
        f"{len(done.added)} added, {len(done.updated)} updated, {done.unchanged} unchanged{filled}{removed}",
        told | {name: list(some) for name, some in more.items() if some} if as_json else None,
    )


def _mapping(text: str) -> tuple[str, str]:
    name, equals, stage = text.rpartition("=")
    if not equals or not stage.strip():
        raise InvalidInput(f"--map: '{shorten(text)}' is not LIST=STAGE", 'write it as --map "Doing=making"')
    return name.strip(), stage.strip()


def _in_words(preview: Preview, name: str, workflow: Workflow) -> list[str]:
    """Say what was recognised, and what goes where."""
    lines = [f"{name} is {preview.label}: {counted(sum(one.ideas for one in preview.lists), 'idea')}"]
    for one in preview.lists:
        to = [f"the archive: {one.archived:,}"] if one.archived or one.stage == "archive" else []
        if (stay := one.ideas - one.archived) or not to:
            to.insert(0, f"{workflow.stage_label(one.stage)}: {stay:,}")
        samples = ", ".join(f"'{shorten(title, 30)}'" for title in one.samples)
        more = ", ..." if one.ideas > len(one.samples) else ""
        of = f"'{shorten(one.name, 30)}'" if one.name else "on no list"
        lines.append(f"  {of} -> {', '.join(to)}{'  ' if samples else ''}{samples}{more}")
    counts = [f"{preview.added:,} new", f"{preview.updated:,} updated", f"{preview.unchanged:,} unchanged"]
    counts += [f"{preview.removed:,} deleted there, so here"] if preview.removed else []
    counts += [f"{counted(preview.filled, 'paper')} filled in"] if preview.filled else []
    counts += [f"{preview.archived:,} archived"] if preview.archived else []
    counts += [counted(preview.papers, "paper")] if preview.papers else []
    lines.append("  " + ", ".join(counts))
    if preview.new_tags:
        more = f" and {len(preview.new_tags) - 10:,} more" if preview.new_tags[10:] else ""
        lines.append(f"  new tags: {' '.join('#' + shorten(tag, 30) for tag in preview.new_tags[:10])}{more}")
    lines += [f"  left out: {', '.join(preview.left_out)}"] if preview.left_out else []
    return [*lines, *(f"  {said}" for said in preview.remarks)]
