"""Drafts: the file or folder that a template starts, filled in from what the idea already knows.

`plan_draft` decides on paths and texts, `write_draft` writes them and never over anything. A draft belongs to its
author from the first minute: nothing here ever changes one again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ideaboard import files
from ideaboard.core.credit import credit, public_idea, surname
from ideaboard.core.ideas import Idea, Paper, Response
from ideaboard.core.kinds import Point, Workflow, checklist, template_of
from ideaboard.core.outputs import Site
from ideaboard.core.text import clean_line, fold
from ideaboard.errors import InvalidInput, Refused
from ideaboard.publish import templates
from ideaboard.publish.front_matter import filters_for, find_site, front_matter, quoted

SLUG_LIMIT = 80
_SLUG_BYTES = 200
"""Most file systems take names of 255 bytes; the rest is for a date, a number and an ending."""
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever their ending."""

_STARTER = "paper-to-code/"
_HIDDEN = {"gitignore": ".gitignore"}
"""Files whose templates go without the dot, so that they do nothing where the templates lie."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is to be written."""

    path: Path
    """The file, or the folder of a starter repository."""
    files: Mapping[str, str]
    """Texts by their path: below `path` when it is a folder, else the one file's own name."""
    is_folder: bool

    @property
    def main(self) -> Path:
        """The file to open in an editor."""
        return self.path / "WRITEUP.md" if self.is_folder else self.path


def slugify(text: str, fallback: str) -> str:
    """Return text as a name for a file or folder that is safe on every system.

    Lower case, words joined by dashes, at most 80 characters; no leading dot, dash or tilde, no name of a device.

    Args:
        text: a title, as hostile as it may be.
        fallback: what to use when nothing is left of it.
    """
    slug = re.sub(r"[\W_]+", "-", fold(text)).strip("-")[:SLUG_LIMIT]
    while len(slug.encode()) > _SLUG_BYTES:
        slug = slug[:-1]
    slug = slug.strip("-") or re.sub(r"\W+", "-", fallback)
    return f"on-{slug}" if _RESERVED.fullmatch(slug) else slug


def draft_questions(idea: Idea, ideas: Mapping[str, Idea]) -> tuple[Response, ...]:
    """Return the questions that led to an idea: the one it was born from, and those asked on it."""
    source = ideas.get(idea.origin.idea) if idea.origin else None
    born = [
        response
        for response in (source.responses if source else ())
        if idea.origin and response.id == idea.origin.response
    ]
    return (*born, *(response for response in idea.responses if response.type == "question"))


def plan_draft(
    idea: Idea,
    workflow: Workflow,
    *,
    folder: Path,
    now: datetime,
    site: str | None = None,
    questions: Sequence[Response] = (),
    author: str = "",
    license: str = "",
    folders: Sequence[Path] = (),
    template: Path | None = None,
) -> Draft:
    """Decide what a draft holds and where it goes; a name that is taken gets a number.

    Args:
        idea: what the draft is for.
        workflow: knows how its kind is called.
        folder: where the draft goes.
        now: the local moment, with its offset.
        site: one of `core.outputs.SITES`; `None` is `plain`, and a starter repository for a paper to code.
        questions: what people asked that led to it; see `draft_questions`.
        author: the person's name, for licence and citation.
        license: the licence that the person chose, if any.
        folders: a person's own template folders, the first one first.
        template: a file to use as the template of the write-up.

    Raises:
        InvalidInput: when there is no such site, or a person's own template is wrong.
    """
    chosen = find_site(site or "plain")
    variables = _variables(idea, workflow, chosen, now, questions, author, license)
    name = slugify(variables["idea"].title, idea.id)
    filters = filters_for(chosen)
    variables["link"] = filters["link"]
    name_of_template = template_name(idea.kind, folders)
    writeup = _tidy(templates.render(name_of_template, variables, folders, explicit=template, filters=filters))
    if site is None and idea.kind == "paper-to-code":
        path = _free(folder, name, "")
        variables["project"] = re.sub(r"[^a-z0-9]+", "-", path.name.casefold()).strip("-") or f"paper-{idea.id}"
        return Draft(path, {**_starter(variables, folders), "WRITEUP.md": writeup}, is_folder=True)
    path = _free(folder, f"{variables['today']}-{name}" if chosen.dated_name else name, chosen.suffix)
    return Draft(path, {path.name: writeup}, is_folder=False)


def template_name(kind: str, folders: Sequence[Path] = ()) -> str:
    """Return the name of a kind's template; a kind of the user's own has `KIND.md` if they wrote one."""
    if built_in := template_of(kind):
        return built_in
    own = f"{slugify(kind, 'kind')}.md"
    return own if any(os.path.lexists(folder / own) for folder in folders) else "blog-post.md"


def write_draft(draft: Draft) -> Path:
    """Write a draft; return its path.

    Raises:
        Refused: when something is there by now, or its folder is a link out of the repository.
        InvalidInput: when it cannot be written.
    """
    files.refuse_stray_link(draft.path)
    try:
        root = draft.path if draft.is_folder else draft.path.parent
        root.mkdir(parents=True, exist_ok=not draft.is_folder)
        for name, text in draft.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            with (root / name).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except FileExistsError:
        raise Refused(f"'{draft.path}' is there already", "take another folder with --dir, or move it away") from None
    except OSError as error:
        raise InvalidInput(
            f"'{draft.path}' cannot be written: {files.reason(error)}",
            "choose another folder with --dir",
        ) from None
    return draft.path


def _free(folder: Path, name: str, suffix: str) -> Path:
    path = folder / f"{name}{suffix}"
    number = 1
    while os.path.lexists(path):
        number += 1
        path = folder / f"{name}-{number}{suffix}"
    return path


def _variables(
    idea: Idea,
    workflow: Workflow,
    site: Site,
    now: datetime,
    questions: Sequence[Response],
    author: str,
    license: str,
) -> dict[str, Any]:
    today = now.date().isoformat()
    points: tuple[Point, ...] = checklist(idea.kind) if site.key == "plain" else ()
    return {
        "idea": public_idea(idea),
        "kind": workflow.kind_label(idea.kind),
        "site": site.key,
        "shows_title": site.shows_title,
        "today": today,
        "year": today[:4],
        "author": clean_line(author),
        "license": clean_line(license),
        "questions": questions,
        "credit": credit(idea),
        "paper_authors": [name_parts(name) for name in idea.paper.authors] if idea.paper else [],
        "front_matter": front_matter(idea, workflow, site, now, license),
        "checklist": points,
        "format": "video" if {"video", "vlog"} & set(idea.tags) else "post",
        "source_type": _source_type(idea.paper, idea.tags),
    }


def _source_type(paper: Paper | None, tags: Sequence[str]) -> str:
    if paper:
        return "paper"
    return next((word for word in ("paper", "course", "book") if word in tags), "book")


def name_parts(author: str) -> dict[str, str]:
    """Split a name for a citation file: `{"family": "van der Vaart", "given": "Aad"}`; a group has no given name."""
    name = clean_line(author)
    family = surname(name)
    given = name.partition(",")[2].strip() if "," in name else name.removesuffix(family).strip()
    return {"family": family, "given": given if given != name else ""}


def _starter(variables: Mapping[str, Any], folders: Sequence[Path]) -> dict[str, str]:
    """Fill in the starter repository: every template under `paper-to-code/`."""
    names = [info.name for info in templates.list_templates(folders) if info.name.startswith(_STARTER)]
    texts = templates.render_all([(name, variables) for name in names], folders, filters={"quoted": quoted})
    made = {}
    for template, text in zip(names, texts, strict=True):
        name = template.removeprefix(_STARTER).removesuffix(".j2")
        if text.strip():
            made[_HIDDEN.get(name, name)] = text if name.endswith(".py") else _tidy(text)
    return made


def _tidy(text: str) -> str:
    """Leave single blank lines where parts were left out, and one line end at the end."""
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
