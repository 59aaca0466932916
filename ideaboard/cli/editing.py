"""`edit`: change an idea by options, or as a text in an editor: fields, a line of dashes, then the notes."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from ideaboard.cli.app import App
from ideaboard.cli.commands import ID, command, json_option, option
from ideaboard.cli.output import kept_links
from ideaboard.core.changes import Edit
from ideaboard.core.days import DAYS
from ideaboard.core.documents import idea_to_json
from ideaboard.core.ideas import Idea, Link
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import clean_line, clean_text, clean_title, tags_from
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.service.session import Outcome

FIELDS = ("title", "kind", "tags", "url", "due", "private")
_RULE = "---"
_YES = {"yes": True, "no": False, "": False}


@command(
    "edit",
    ID,
    option("--title", metavar="TEXT", help="A new title."),
    option("-k", "--kind", metavar="KIND", complete="kinds", help="Another kind."),
    option("-t", "--tag", key="add_tags", many=True, metavar="TAG", complete="tags", help="Add a tag."),
    option("--untag", key="remove_tags", many=True, metavar="TAG", complete="tags", help="Take a tag away."),
    option("--notes", metavar="TEXT", help="New notes."),
    option("--url", metavar="URL", help="The link that belongs to it."),
    option("--link", key="add_links", many=True, metavar="URL", help="Add a further link, as URL or 'URL LABEL'."),
    option("--unlink", key="remove_links", many=True, metavar="URL", help="Take a further link away."),
    option("--due", metavar="DATE", help=f"The day it is due: {DAYS}."),
    option("--private", opposite="--public", help="Leave it out of all that others see, or not."),
    json_option("Print the idea as JSON.", "idea"),
    examples=(
        "ideaboard edit k7f",
        'ideaboard edit k7f --title "LoRA on a laptop" --tag peft --untag lora',
        'ideaboard edit k7f --due ""',
    ),
)
def edit_command(app: App, /, id: str, add_links: tuple[str, ...], as_json: bool, **fields: Any) -> None:
    """Change an idea.

    With options it changes what they say; an empty text clears a field. Without any it opens a form in $EDITOR; what
    cannot be read back is kept in a file, and nothing is lost.
    """
    parts = [text.strip().partition(" ") for text in add_links]
    edit = Edit(add_links=tuple(Link(url, label.strip()) for url, _, label in parts), **fields)
    idea = app.service.ideas.find(id)
    outcome = _in_editor(app, idea) if edit == Edit() else app.service.ideas.edit([idea.id], edit)
    app.report(outcome, idea_to_json(outcome.board.ideas[idea.id]) if as_json else None)
    kept_links(edit.url, *(link.url for link in edit.add_links))


def _in_editor(app: App, idea: Idea) -> Outcome:
    """Let the person edit the form of an idea; whatever goes wrong, their text stays."""
    from ideaboard.external import edit_file

    before = form_of(idea, app.service.workflow)
    handle, name = tempfile.mkstemp(prefix=f"ideaboard-{idea.id}-", suffix=".md")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(before.encode())
        edit_file(path, "nothing was changed")
        outcome = app.service.ideas.edit([idea.id], changes_of(idea, before, path.read_text("utf-8")))
    except (IdeaboardError, OSError, UnicodeDecodeError) as error:
        raise _kept(error, path, before) from None
    path.unlink(missing_ok=True)
    return outcome


def _kept(error: IdeaboardError | OSError | UnicodeDecodeError, path: Path, before: str) -> IdeaboardError:
    """Say where the person's text is, or take the file away when they had not changed it."""
    if not isinstance(error, IdeaboardError):
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        return IdeaboardError(f"the form cannot be written or read back: {reason}", f"your text is kept in {path}")
    with suppress(OSError):
        if path.read_bytes() == before.encode():
            path.unlink()
            return error
    kept = f"your text is kept in {path}"
    return type(error)(error.message, f"{error.hint}; {kept}" if error.hint else kept)


def form_of(idea: Idea, workflow: Workflow) -> str:
    """Return the text to edit; every field is one line, and the notes are as they are."""
    private = "yes" if idea.private else "no"
    values = (idea.title, idea.kind, ", ".join(idea.tags), idea.url or "", idea.due or "", private)
    lines = [
        "# Change what you like, then save and close. Fields are one line each; notes follow the dashes.",
        f"# Kinds: {', '.join(workflow.kind_keys)}. Dates: {DAYS}. Lines like this one are ignored.",
        *(f"{name}: {clean_line(value)}" for name, value in zip(FIELDS, values, strict=True)),
        _RULE,
        clean_text(idea.notes),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def read_form(text: str) -> tuple[dict[str, str], str]:
    """Read an edited text: the fields, and the notes. Raises `InvalidInput` that names the line which is wrong."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    values: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if line.rstrip() == _RULE:
            return values, "\n".join(lines[number:]).rstrip("\n")
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or name not in FIELDS:
            raise InvalidInput(
                f"line {number} of the form is not a field",
                f"fields are {', '.join(FIELDS)}; notes come after the line of three dashes",
            )
        if name in values:
            raise InvalidInput(f"line {number} of the form gives '{name}' again", "give each field once")
        values[name] = value.strip()
    raise InvalidInput("the line of three dashes is gone from the form", "put it back between the fields and the notes")


def changes_of(idea: Idea, before: str, after: str) -> Edit:
    """Return what a person changed between two forms; what they left alone stays as it is by then."""
    old, old_notes = read_form(before)
    new, new_notes = read_form(after)
    changed = {name: value for name, value in new.items() if value != old[name]}
    tags = tags_from(changed["tags"].replace("#", " ")) if "tags" in changed else None
    private = changed.get("private")
    if private is not None and private.lower() not in _YES:
        raise InvalidInput(f"private is '{private}'", "write yes or no")
    return Edit(
        title=clean_title(changed["title"]) if "title" in changed else None,
        kind=changed.get("kind"),
        url=changed.get("url"),
        due=changed.get("due"),
        notes=clean_text(new_notes) if new_notes != old_notes else None,
        private=None if private is None else _YES[private.lower()],
        add_tags=() if tags is None else tuple(tag for tag in tags if tag not in idea.tags),
        remove_tags=() if tags is None else tuple(tag for tag in idea.tags if tag not in tags),
    )
