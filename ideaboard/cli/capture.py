"""`add` and `inbox`: an idea in seconds, a whole list of them from stdin, or what lies in a folder."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ideaboard.cli.app import App, read_stdin
from ideaboard.cli.commands import argument, command, json_option, kind_option, option, stage_option, tags_option
from ideaboard.cli.output import kept_links, say, say_json, warn
from ideaboard.core.changes import NewIdea
from ideaboard.core.days import DAYS
from ideaboard.core.documents import idea_to_json
from ideaboard.core.kinds import KINDS
from ideaboard.core.text import clean_title, counted
from ideaboard.errors import IdeaboardError, InvalidInput

if TYPE_CHECKING:
    from ideaboard.service.inbox import InboxResult

_TITLES_LIMIT = 10_000
_KINDS = ", ".join(kind.key for kind in KINDS)


@command(
    "add",
    argument("title", "TITLE...", many=True),
    kind_option(f"What it is to become: {_KINDS}, or one of the config; 'project' unless the config says otherwise."),
    tags_option("A tag, or several with commas; may be repeated."),
    stage_option("The stage to put it in; the first column when not given."),
    option("--url", metavar="URL", default="", help="A link that belongs to it."),
    option("--notes", metavar="TEXT", default="", help="Notes, in Markdown."),
    option("--due", metavar="DATE", default="", help=f"The day it is due: {DAYS}."),
    option("--quick", help="Read #tag, @kind, !date and a link at either end, as the board does."),
    json_option("Print the new idea as JSON; an array for 'add -'.", "idea|[idea]"),
    examples=(
        "ideaboard add Reproduce LoRA on one GPU -k paper-to-code -t lora",
        'ideaboard add "Why MC dropout is not a posterior" -k post --due 2026-12-24',
        "ideaboard add - < titles.txt",
        'ideaboard add --quick "Churn at a telco @case-study #churn !2026-12-24"',
    ),
)
def add_command(
    app: App, /, title: tuple[str, ...], kind: str | None, stage: str | None, quick: bool, as_json: bool, **fields: Any
) -> None:
    """Add an idea and print its id.

    Several words make one title, and it is taken literally. With '-' for a title, each line of stdin is the title of
    an idea; either all of them are added, as one step for undo, or none. Of a Markdown list the bullets are taken off.

    An arXiv id, link or DOI makes the idea a paper. Nobody is asked for it now: 'arxiv check' fills in the rest.
    """
    common = NewIdea(title="", kind=kind or "", stage=stage or "", **fields)
    if title == ("-",):
        new = [_read(app, line, common, quick, f"line {number}: ") for number, line in _lines_of_stdin()]
        if not new:
            raise InvalidInput("there is no title on stdin", "write one title a line")
    else:
        new = [_read(app, " ".join(title), common, quick, "")]
    outcome = app.service.ideas.add(new)
    app.added = True
    if as_json:
        documents = [idea_to_json(idea) for idea in outcome.ideas]
        say_json(documents if title == ("-",) else documents[0])
    else:
        say("\n".join(idea.id for idea in outcome.ideas))
    kept_links(common.url)
    if outcome.warning:
        warn(outcome.warning)


def _lines_of_stdin() -> list[tuple[int, str]]:
    from ideaboard.intake.entries import has_bibtex, is_ris
    from ideaboard.intake.lists import read_titles

    text = read_stdin().text
    if any(sign in text.partition("\n")[0] for sign in "\t,;|"):
        from ideaboard.intake.formats.tables import is_table

        if is_table(text):
            raise InvalidInput("this is a table, and each line of it would be a title", "'ideaboard import -' reads it")
    if is_ris(text) or (text.lstrip().startswith("@") and has_bibtex(text)):
        what = "this is a bibliography, and each line of it would be a title"
        raise InvalidInput(what, "'ideaboard import -' reads it, 'ideaboard arxiv add -' takes its papers")
    lines, remarks = read_titles(text)
    for one in remarks:
        warn(one)
    if len(lines) > _TITLES_LIMIT:
        raise InvalidInput(f"{len(lines):,} titles are more than {_TITLES_LIMIT:,}", "add them in parts")
    return lines


def _read(app: App, title: str, common: NewIdea, quick: bool, where: str) -> NewIdea:
    """Check a title before anything is added, so that the message can name its line."""
    try:
        new = common._replace(title=clean_title(title))
        return _quick(app, new, where) if quick else new
    except IdeaboardError as error:
        hint = f"{error.hint}; nothing was added" if where else error.hint
        raise InvalidInput(where + error.message, hint) from None


def _quick(app: App, common: NewIdea, where: str) -> NewIdea:
    """Read the parts out of a title; an option counts more than a part."""
    from ideaboard.core.quick_add import parse_quick_add

    read = parse_quick_add(common.title, app.service.workflow, app.service.clock().date())
    for problem in read.problems:
        warn(where + problem)
    return common._replace(
        title=clean_title(read.new.title),
        kind=common.kind or read.new.kind,
        tags=(*common.tags, *read.new.tags),
        url=common.url or read.new.url,
        due=common.due or read.new.due,
    )


@command(
    "inbox",
    option("--dry-run", help="Say what would come, and do nothing."),
    json_option("Print one object: the new ideas, and what became of each file.", "inbox"),
    examples=("ideaboard inbox --dry-run", "ideaboard inbox"),
)
def inbox_command(app: App, dry_run: bool, as_json: bool) -> int:
    """Take in what lies in the inbox folder: each file there becomes an idea, once, and is moved to 'done' in it.

    The config names the folder: 'folder' under [inbox]. Text, Markdown, mail (.eml) and links (.url, .webloc, .desktop,
    or an address in a .txt) are read: the first line is the title, the rest the notes; a file that begins with a bullet
    is a list of ideas. An arXiv link makes the idea a paper. It is one step for undo. The board does the same when it
    is opened.

    What cannot be read is named and stays where it is, with exit code 2 when nothing came. Files that are still being
    written, hidden and temporary ones are left for the next time.
    """
    result = app.service.inbox.run(dry_run=dry_run)
    say("\n".join(_inbox_in_words(result, dry_run)), asdict(result) if as_json else None)
    for one in (*result.left, *result.failed):
        warn(f"'{one.file}' is left there: {one.why}")
    for remark in result.remarks:
        warn(remark)
    return 2 if result.failed and not result.files else 0


def _inbox_in_words(result: InboxResult, dry_run: bool) -> list[str]:
    lines = [f"{one.file}: {', '.join(one.titles)}" for one in result.files]
    new = sum(len(one.titles) for one in result.files) - result.known if dry_run else len(result.added)
    known = f", {result.known} known already" if result.known else ""
    return [*lines, f"{counted(new, 'idea')} {'would come' if dry_run else 'came'} from the inbox folder{known}"]
