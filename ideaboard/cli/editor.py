"""An idea as a small text to edit: fields, a line of dashes, then the notes."""

from __future__ import annotations

from ideaboard.core.changes import Edit
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import clean_line, clean_text, clean_title, tags_from
from ideaboard.errors import InvalidInput

FIELDS = ("title", "kind", "tags", "url", "due", "private")
_RULE = "---"
_YES = {"yes": True, "no": False, "": False}


def form_of(idea: Idea, workflow: Workflow) -> str:
    """Return the text to edit; every field is one line, and the notes are as they are."""
    private = "yes" if idea.private else "no"
    values = (idea.title, idea.kind, ", ".join(idea.tags), idea.url or "", idea.due or "", private)
    lines = [
        "# Change what you like, then save and close. Fields are one line each; notes follow the dashes.",
        f"# Kinds: {', '.join(workflow.kind_keys)}. Dates: 2026-12-24. Lines like this one are ignored.",
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
