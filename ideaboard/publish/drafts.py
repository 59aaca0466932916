"""Drafts: the file or folder that a template starts, filled in from what the idea already knows.

`plan_draft` decides on paths and texts, `write_draft` writes them and never over anything. A draft belongs to its
author from the first minute: nothing here ever changes one again.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ideaboard import files
from ideaboard.core.changelog import item_label
from ideaboard.core.credit import credit, named_authors, public_idea, surname
from ideaboard.core.ideas import Idea, Response
from ideaboard.core.kinds import Workflow, checklist, is_video, template_of
from ideaboard.core.outputs import SITES
from ideaboard.core.text import clean_line, fold
from ideaboard.core.words import WORDS, Words
from ideaboard.errors import InvalidInput, Refused
from ideaboard.publish import templates
from ideaboard.publish.apart import Job
from ideaboard.publish.front_matter import filters_for, front_matter

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
    """Texts by their path: below `path` when it is a folder, else the one file's own name; none when it is there."""
    is_folder: bool

    @property
    def main(self) -> Path:
        """The file to open in an editor."""
        return self.path / "WRITEUP.md" if self.is_folder else self.path


def slugify(text: str, fallback: str) -> str:
    """Return text as a name for a file or folder that is safe on every system, or the fallback if nothing is left.

    Lower case, whole words joined by dashes, at most 80 characters; no leading dot, dash or tilde, no name of a device.
    """
    whole = re.sub(r"[\W_]+", "-", fold(text)).strip("-")
    slug = whole[:SLUG_LIMIT]
    while len(slug.encode()) > _SLUG_BYTES:
        slug = slug[:-1]
    if whole[len(slug) : len(slug) + 1] not in ("", "-") and "-" in slug:
        slug = slug.rpartition("-")[0]
    slug = slug.strip("-") or re.sub(r"\W+", "-", fallback)
    return f"on-{slug}" if _RESERVED.fullmatch(slug) else slug


def draft_questions(idea: Idea, ideas: Mapping[str, Idea]) -> tuple[Response, ...]:
    """Return the questions that led to an idea: the one it was born from, unless that would tell of a private idea, and
    those asked on it.
    """
    source = ideas.get(idea.origin.idea) if idea.origin else None
    if source and source.private and not idea.private:
        source = None
    asked = source.responses if source else ()
    born = [response for response in asked if idea.origin and response.id == idea.origin.response]
    return tuple(response for response in (*born, *idea.responses) if response.type == "question")


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
    words: Words = WORDS,
    folders: Sequence[Path] = (),
    template: Path | None = None,
    left: Path | None = None,
) -> Draft:
    """Decide what a draft holds and where below `folder` it goes; a name that is taken gets a number.

    The one that is `left` from before is taken again when it lies there and bears the name.

    Without a site it is `plain`, and a starter repository for a paper to code. `now` is local, with its offset; author
    and licence are the person's; `template` is a file to use as the template of the write-up.
    Raises `InvalidInput` when there is no such site, or a person's own template is wrong.
    """
    chosen = SITES.get((site or "plain").strip().casefold())
    if chosen is None:
        raise InvalidInput(f"there is no site '{clean_line(site or '')[:40]}'", "use one of " + ", ".join(SITES))
    public = public_idea(idea, words)
    today = now.date().isoformat()
    is_starter = site is None and idea.kind == "paper-to-code"
    filters = filters_for(chosen)
    variables: dict[str, Any] = {
        "idea": public,
        "kind": item_label(idea, workflow, words),
        "site": chosen.key,
        "shows_title": chosen.shows_title,
        "today": today,
        "year": today[:4],
        "author": clean_line(author),
        "license": clean_line(license),
        "questions": questions,
        "credit": credit(idea, words),
        "named_authors": named_authors(idea.paper.authors, words) if idea.paper else [],
        "paper_authors": [name_parts(name) for name in idea.paper.authors] if idea.paper else [],
        "front_matter": front_matter(idea, chosen, now, license, words),
        "checklist": checklist(idea.kind) if chosen.key == "plain" else (),
        "format": "video" if is_video(idea.tags) else "post",
        "is_starter": is_starter,
        "source_type": _source_type(idea),
        "link": filters["link"],
    }
    name = slugify(public.title, idea.id)
    name_of_template = template_name(idea.kind, folders)
    writeup = tidy(templates.render(name_of_template, variables, folders, explicit=template, filters=filters))
    if chosen.dated_name and not is_starter:
        name = f"{today}-{name}"
    suffix = "" if is_starter else chosen.suffix
    same_name = rf"{re.escape(name)}(?:-\d+)?{re.escape(suffix)}"
    if left is not None and left.parent == folder and re.fullmatch(same_name, left.name):
        return Draft(left, {}, is_folder=is_starter)
    path = free_path(folder, name, suffix)
    if not is_starter:
        return Draft(path, {path.name: writeup}, is_folder=False)
    variables["project"] = re.sub(r"[^a-z0-9]+", "-", path.name.casefold()).strip("-") or f"paper-{idea.id}"
    return Draft(path, {**_starter(variables, folders), "WRITEUP.md": writeup}, is_folder=True)


def template_name(kind: str, folders: Sequence[Path] = ()) -> str:
    """Return the name of a kind's template; a kind of the user's own has `KIND.md` if they wrote one."""
    if built_in := template_of(kind):
        return built_in
    own = f"{slugify(kind, 'kind')}.md"
    return own if any(os.path.lexists(folder / own) for folder in folders) else "blog-post.md"


def write_draft(draft: Draft) -> Path:
    """Write a draft; return its path.
    Raises `Refused` when something is there by now, or its folder is a link out of the repository; `InvalidInput` when
    it cannot be written.
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
        hint = "choose another folder with --dir"
        raise InvalidInput(f"'{draft.path}' cannot be written: {files.reason(error)}", hint) from None
    return draft.path


_MOST_READ = 1_000_000
_MOST_FILES = 100


def fingerprint(path: Path) -> str:
    """Return what tells whether a draft is as it was written; empty when it is not there or cannot be read."""
    try:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        known = hashlib.sha256()
        for one in found[:_MOST_FILES]:
            if not one.is_dir():
                known.update(f"{one.relative_to(path).as_posix()}\0".encode())
                known.update(files.read_file(one, _MOST_READ, own=True) + b"\0")
    except (OSError, ValueError):
        return ""
    return known.hexdigest()


def free_path(folder: Path, name: str, suffix: str) -> Path:
    """Return a path in a folder that nothing has yet; a name that is taken gets a number."""
    endings = itertools.chain([suffix], (f"-{number}{suffix}" for number in itertools.count(2)))
    return next(path for ending in endings if not os.path.lexists(path := folder / f"{name}{ending}"))


def _source_type(idea: Idea) -> str:
    if idea.paper:
        return "paper"
    return next((word for word in ("paper", "course", "book") if word in idea.tags), "book")


def name_parts(author: str) -> dict[str, str]:
    """Split a name for a citation file: `{"family": "van der Vaart", "given": "Aad"}`; a group has no given name."""
    name = clean_line(author)
    family = surname(name)
    given = name.partition(",")[2].strip() if "," in name else name.removesuffix(family).strip()
    return {"family": family, "given": given if given != name else ""}


def _starter(variables: Mapping[str, Any], folders: Sequence[Path]) -> dict[str, str]:
    """Fill in the starter repository: every template under `paper-to-code/`."""
    names = [info.name for info in templates.list_templates(folders) if info.name.startswith(_STARTER)]
    texts = templates.render_all([Job(name, variables) for name in names], folders)
    made = {}
    for template, text in zip(names, texts, strict=True):
        name = template.removeprefix(_STARTER).removesuffix(".j2")
        if text.strip():
            made[_HIDDEN.get(name, name)] = text if name.endswith(".py") else tidy(text)
    return made


def tidy(text: str) -> str:
    """Leave single blank lines where parts were left out, and one line end at the end."""
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
