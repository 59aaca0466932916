"""`export` and `import`: everything out, and in."""

from __future__ import annotations

import os
from pathlib import Path

from ideaboard import files
from ideaboard.cli.app import App, stdin_bytes
from ideaboard.cli.commands import argument, command, file_option, json_option, option
from ideaboard.cli.output import emit, escape_json, plain, say
from ideaboard.errors import InvalidInput, Refused
from ideaboard.service.transfer import FORMATS


@command(
    "export",
    argument("format", "json|csv|bibtex|tinydb", choices=FORMATS),
    file_option("Write a file; it must be new.", "-o", "--output"),
    option("--force", help="Write over a file that is there."),
    examples=("ideaboard export json -o board.json", "ideaboard export bibtex > papers.bib"),
)
def export_command(app: App, format: str, output: str | None, force: bool) -> None:
    """Print the whole board, the archive and the inbox included.

    JSON and TinyDB files hold everything, and 'import' takes them back; it does not take CSV and BibTeX. CSV is for
    spreadsheets: a cell that one would run as a formula gets a ' before it. BibTeX has the papers.
    """
    text = app.service.transfer.export(format)
    text = escape_json(text) if format in ("json", "tinydb") else plain(text)
    if output is None:
        emit(text)
        return
    _write(Path(output), text, force)
    app.wrote(f"wrote '{output}'")


def _write(path: Path, text: str, force: bool) -> None:
    """Write a file whole or not at all, private to its owner since it holds notes."""
    files.refuse_stray_link(path)
    if os.path.lexists(path) and not force:
        raise Refused(f"'{path}' is there already", "name another file, or write over it with --force")
    try:
        files.write_whole(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise InvalidInput(f"'{path}' cannot be written: {files.reason(error)}", "name another file with -o") from None


@command(
    "import",
    argument("file", "FILE", complete="files"),
    option("--format", choices=("json", "tinydb"), help="What it is; found out when not given."),
    json_option("Print what was done as JSON."),
    examples=("ideaboard import board.json", "ideaboard import db.json --format tinydb"),
)
def import_command(app: App, file: str, format: str | None, as_json: bool) -> None:
    """Bring ideas in from a file of 'export json', 'list --json' or TinyDB, gzipped or not; '-' reads stdin.

    Ids and times are kept, so it may be repeated: an idea that is there already is updated only where the file is
    newer. It is one step for undo, and nothing comes in when anything in the file cannot be taken.
    """
    transfer = app.service.transfer
    if file == "-":
        done = transfer.import_data(stdin_bytes(), "what stdin gave", format)
    else:
        done = transfer.import_file(Path(file), format)
    told = f"{len(done.added)} added, {len(done.updated)} updated, {done.unchanged} unchanged"
    say(told, {"added": [*done.added], "updated": [*done.updated], "unchanged": done.unchanged} if as_json else None)
