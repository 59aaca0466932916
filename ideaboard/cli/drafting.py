"""`draft` and `templates`: from an idea to a file to write in."""

from __future__ import annotations

from pathlib import Path

from ideaboard.cli.app import App
from ideaboard.cli.commands import ID, Command, argument, command, file_option, json_option, option
from ideaboard.cli.output import emit, plain, remark, say, say_json, warn
from ideaboard.core.outputs import SITES
from ideaboard.core.text import clean_line


@command(
    "draft",
    ID,
    option("--site", choices=tuple(SITES), help="What it is for; the config's when not given."),
    file_option("The folder to write it into.", "--dir", key="folder", metavar="DIR"),
    file_option("A template of your own to use.", "--template"),
    option("--again", help="Start a further one beside the draft that is there."),
    option("-e", "--edit", help="Open it in $EDITOR."),
    json_option("Print the paths as JSON.", "draft"),
    examples=(
        "ideaboard draft k7f --edit",
        "ideaboard draft k7f --site hugo --dir content/posts",
        "ideaboard check k7f",
    ),
)
def draft_command(app: App, /, id: str, edit: bool, as_json: bool, again: bool, **given: str | None) -> None:
    """Start a draft of an idea from the template of its kind, and print the file to write in.

    What is known of the idea is filled in: paper, links, tags, the question that led to it. A paper to code gets a
    starter repository, or with '--site' the write-up alone.

    An idea that has a draft keeps it, and the file of that one is printed. With '--again' a further one is started,
    which gets a name of its own: nothing is ever written over.
    """
    service = app.service
    idea = service.ideas.find(id)
    site = given.pop("site")
    paths = {name: Path(path) if path else None for name, path in given.items()}
    path, outcome = service.drafts.start(idea.id, site=site, again=again, **paths)
    facts = {"id": idea.id, "file": str(path), "draft": outcome.board.ideas[idea.id].draft}
    say(str(path), facts if as_json else None)
    remark("; ".join(filter(None, (outcome.said, outcome.warning))))
    if edit:
        from ideaboard.external import edit_file

        edit_file(path)


@command(
    "weeknotes",
    option("--week", metavar="WEEK", help="Which one: 2026-W47, or W47; this week when not given."),
    option("--draft", help="Write them where drafts go, and print the path."),
    examples=("ideaboard weeknotes", "ideaboard weeknotes --week W46 --draft"),
)
def weeknotes_command(app: App, week: str | None, draft: bool) -> None:
    """Print the beginning of notes on a week: what was shared, moved on and started, answered and read.

    It is Markdown for you to edit, not a report. Private ideas are left out, and of responses all but questions.
    """
    drafts = app.service.drafts
    notes = drafts.weeknotes(week)
    if not notes:
        warn(f"nothing to tell of {notes.key}")
    if draft:
        app.wrote(str(drafts.start_weeknotes(notes)))
    else:
        emit(plain(drafts.weeknotes_text(notes)))


templates_command = Command(
    "templates",
    run=None,
    help="""List, show and copy the templates of drafts, changelog and share texts.

    A copy in the 'templates' folder beside the board or in the config folder counts more than the built-in one.
    """,
)


@templates_command.command(
    "list", json_option("Print an array of templates.", "[template]"), examples=("ideaboard templates list",)
)
def _list(app: App, as_json: bool) -> None:
    """List the templates in force, and where each comes from."""
    found = app.service.drafts.templates()
    if as_json:
        say_json([{"name": one.name, "origin": one.origin, "path": str(one.path)} for one in found])
        return
    longest = max((len(one.name) for one in found), default=0)
    for one in found:
        emit(f"{clean_line(one.name).ljust(longest)}  {clean_line(one.origin)}\n")


@templates_command.command(
    "show", argument("name", "NAME", complete="templates"), examples=("ideaboard templates show summary.md",)
)
def _show(app: App, name: str) -> None:
    """Print a template."""
    emit(plain(app.service.drafts.template_text(name)))


@templates_command.command(
    "copy", argument("name", "NAME", complete="templates"), examples=("ideaboard templates copy summary.md",)
)
def _copy(app: App, name: str) -> None:
    """Copy a built-in template into the config folder.

    It is yours to change there. The path is printed.
    """
    app.wrote(str(app.service.drafts.copy_template(name)))
