"""`edit`: change an idea by options, or as a text in the person's editor."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from ideaboard.cli.app import App
from ideaboard.cli.commands import ID, command, json_option, option
from ideaboard.core.changes import Edit
from ideaboard.core.documents import idea_to_json
from ideaboard.core.ideas import Idea, Link
from ideaboard.errors import IdeaboardError
from ideaboard.service.session import Outcome


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
    option("--due", metavar="DATE", help="The day it is due, as 2026-12-24."),
    option("--private", opposite="--public", help="Leave it out of all that others see, or not."),
    json_option("Print the idea as JSON."),
    examples=(
        "ideaboard edit k7f",
        'ideaboard edit k7f --title "Reproduce LoRA on a laptop" --tag peft --untag lora',
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


def _in_editor(app: App, idea: Idea) -> Outcome:
    """Let the person edit the form of an idea; whatever goes wrong, their text stays."""
    from ideaboard.cli.editor import changes_of, form_of
    from ideaboard.external import edit_file

    before = form_of(idea, app.service.workflow)
    handle, name = tempfile.mkstemp(prefix=f"ideaboard-{idea.id}-", suffix=".md")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(before.encode())
        edit_file(path)
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
