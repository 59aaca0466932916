"""Templates: where they are found, what they may do, and what is said when one is wrong.

A template is named by its path (`summary.md`, `export/changelog.md.j2`). The first folder that has it wins: the one
beside the board, that of the config, the built-in one. A person's own may build on the built-in one with
`{% extends "builtin/summary.md" %}`. All of them run in Jinja2's immutable sandbox with strict names, since templates
get passed around, and all but the built-in ones in a process of their own, see `apart`. No link is followed below a
folder of templates. What is filled in is never rendered a second time.
"""

from __future__ import annotations

import functools
import json
import os
import re
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

import ideaboard
from ideaboard import files
from ideaboard.core.text import clean_line, clean_text
from ideaboard.errors import IdeaboardError, InvalidInput, NotFound, Refused
from ideaboard.publish import markdown
from ideaboard.publish.apart import Job, render_apart

if TYPE_CHECKING:
    from jinja2 import Environment

BUILTIN = "built-in"
"""The origin of a template that came with ideaboard."""
_BUILTIN_PREFIX = "builtin"
_LONGEST = 1 << 20
"""Bytes of a template that are read."""
Source = tuple[str, str, Callable[[], bool]]
"""What Jinja2 wants of a loader: the text, where it is, and whether it is up to date."""
_MENDED = "mend it there, or take the file away to use the built-in one"


class TemplateInfo(NamedTuple):
    """A template and where it comes from: `origin` is `built-in`, or the folder it lies in."""

    name: str
    origin: str
    path: Path


def builtin_folder() -> Path:
    """Return the folder of the built-in templates: in the installed package, or at the top of a clone.
    Raises `NotFound` when the installation lacks them.
    """
    package = Path(ideaboard.__file__).parent
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / "export").is_dir():
            return folder
    raise NotFound("the built-in templates are missing", "install ideaboard again")


def list_templates(folders: Sequence[Path] = ()) -> list[TemplateInfo]:
    """List the templates in force, by name: for each the one that is used.

    Of a person's own folders the first one wins, here and below; one that does not exist counts as empty.
    """
    found: dict[str, TemplateInfo] = {}
    for folder, origin in [*((folder, str(folder)) for folder in folders), (builtin_folder(), BUILTIN)]:
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            if origin != BUILTIN or name != "README.md":
                found.setdefault(name, TemplateInfo(name, origin, path))
    return [found[name] for name in sorted(found)]


def _files(folder: Path) -> Iterator[Path]:
    """Give the plain files below a folder; what cannot be looked into, and what is a link or hidden, is left out."""
    for place, below, names in os.walk(folder):
        below[:] = [name for name in below if not name.startswith(".")]
        for path in (Path(place, name) for name in names if not name.startswith(".")):
            if os.path.isfile(path) and not path.is_symlink():  # noqa: PTH113  # Path.is_file() raises
                yield path


def has_templates(folders: Sequence[Path]) -> bool:
    """Tell whether a person's own folders hold any template."""
    return any(True for folder in folders for _ in _files(folder))


def find_template(name: str, folders: Sequence[Path] = ()) -> TemplateInfo:
    """Look up a template by name; `builtin/NAME` is the built-in one whatever a person's own folders hold.
    Raises `NotFound` when there is none of that name.
    """
    plain = name.removeprefix(f"{_BUILTIN_PREFIX}/")
    for info in list_templates(folders if plain == name else ()):
        if info.name == plain:
            return info
    raise NotFound(f"there is no template '{clean_line(name)[:80]}'", "see their names with: ideaboard templates list")


def show_template(name: str, folders: Sequence[Path] = ()) -> str:
    """Return the source of a template; raises what `find_template` does, and `InvalidInput` when it is no text."""
    return _read(find_template(name, folders).path)


def copy_template(name: str, into: Path) -> Path:
    """Copy a built-in template, or a whole folder of them (`share`), into a person's own folder; return where it is.
    Raises `NotFound` when there is none of that name; `Refused` when there is a file in the way; `InvalidInput` when it
    cannot be written.
    """
    plain = PurePosixPath(name.removeprefix(f"{_BUILTIN_PREFIX}/")).as_posix()
    chosen = [info for info in list_templates() if info.name.startswith(f"{plain}/")] or [find_template(name)]
    for info in chosen:
        if os.path.lexists(into / info.name):
            raise Refused(f"'{into / info.name}' is there already", "edit it, or take it away first")
    with files.explained(f"'{into}' cannot be written", "check the folder"):
        for info in chosen:
            place = into / info.name
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                file.write(info.path.read_bytes())
    return into / plain


def render(
    name: str,
    variables: Mapping[str, Any],
    folders: Sequence[Path] = (),
    *,
    explicit: Path | None = None,
    filters: Mapping[str, Callable[..., str]] | None = None,
) -> str:
    """Fill in a template, or the file `explicit` in its place; the text is HTML when the name ends in `.html.j2`.
    Raises `InvalidInput` when the template is wrong, with file and line; `NotFound` when there is none of that name.
    """
    source = None
    if explicit:
        files.refuse_stray_link(explicit)
        source = (str(explicit), _read(explicit))
    return render_all([Job(name, variables, filters or {}, source)], folders)[0]


def render_all(jobs: Sequence[Job], folders: Sequence[Path]) -> list[str]:
    """Fill in several templates; else as `render`."""
    if any(job.explicit for job in jobs) or has_templates(folders):
        return render_apart(jobs, folders)
    return [render_here(job, ()) for job in jobs]


def render_here(job: Job, folders: Sequence[Path]) -> str:
    """Fill in a template in this very process; raises what `render` does."""
    import jinja2

    name, explicit = job.name, job.explicit
    instead = (name, *explicit) if explicit else None
    filters = tuple(sorted(job.filters.items()))
    environment = _environment(tuple(folders), filters, instead, is_html=name.endswith(".html.j2"))
    try:
        return clean_text(environment.get_template(name).render(**job.variables))
    except (IdeaboardError, MemoryError):
        raise
    except jinja2.TemplateSyntaxError as error:
        where = f"'{error.filename or error.name or name}', line {error.lineno}"
        raise InvalidInput(f"the template {where}: {_said(error.message or 'cannot be read')}", _MENDED) from None
    except jinja2.TemplateNotFound as error:
        missing = str(error.name or name)
        if missing == name:
            find_template(name, folders)
        what = f"builds on '{clean_line(missing)[:80]}', which is not there"
        raise InvalidInput(f"the template '{name}' {what}", _MENDED) from None
    # A template is a program by somebody else: whatever it runs into is told as a sentence.
    except Exception as error:  # noqa: BLE001 - see the line above
        where = _where(error, [*folders, builtin_folder(), *([Path(explicit[0])] if explicit else [])])
        message = "it builds on itself without end" if isinstance(error, RecursionError) else _said(str(error))
        raise InvalidInput(f"the template {where or repr(name)}: {message or type(error).__name__}", _MENDED) from None


@functools.lru_cache(maxsize=8)
def _environment(
    folders: tuple[Path, ...],
    filters: tuple[tuple[str, Callable[..., str]], ...],
    instead: tuple[str, str, str] | None,
    *,
    is_html: bool,
) -> Environment:
    """Make the environment once for each set of folders; Jinja2 itself notices when a file has changed.

    `instead` is the name of a template, and path and source of the file to use in its place.
    """
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def explicit(name: str) -> Source | None:
        return (instead[2], instead[1], lambda: True) if instead and name == instead[0] else None

    builtin = jinja2.FileSystemLoader(builtin_folder())
    own = [jinja2.FunctionLoader(functools.partial(_own_source, folder)) for folder in folders]
    prefixed = jinja2.PrefixLoader({_BUILTIN_PREFIX: builtin})
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.ChoiceLoader([jinja2.FunctionLoader(explicit), *own, builtin, prefixed]),
        undefined=jinja2.StrictUndefined,
        autoescape=is_html,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # What every template may use; `templates/README.md` documents it.
    environment.globals["link"] = markdown.link
    environment.filters.update(
        {"md": markdown.escape, "heading": markdown.heading, "sentence": sentence, "sentence_case": sentence_case},
        quoted=quoted,
        **dict(filters),
    )
    return environment


def _own_source(folder: Path, name: str) -> Source | None:
    """Read a template below a folder, through no link; None when there is none of that name.
    Raises `InvalidInput` when it is something else than a file of text.
    """
    place = os.path.join(os.path.realpath(folder), *PurePosixPath(name).parts)  # noqa: PTH118  # compared as text
    if ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute() or not os.path.lexists(place):
        return None
    if os.path.realpath(place) != place:
        raise InvalidInput(f"the template '{place}' is or lies behind a link, which is not followed", _MENDED)
    return _read(Path(place)), str(folder / name), lambda: True


def quoted(text: str) -> str:
    """Return text as a JSON string, which YAML and TOML read too."""
    return json.dumps(clean_line(text), ensure_ascii=False)


_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}(?=[\s,;]|$)")


def sentence_case(text: str) -> str:
    """Return text as a sentence begins: `all 5 claims` with a capital letter, `v0.1.0` and `iPad` as they are."""
    found = _PLAIN_WORD.match(text)
    return text[0].upper() + text[1:] if found and found[0].islower() else text


_ENDINGS = (".", "!", "?", "…", ":", ";", "。", "！", "？")
_CLOSERS = "\"'”’»)]"


def sentence(text: str) -> str:
    """Return text with a full stop, unless it ends a sentence already or is empty."""
    text = text.strip()
    return text if not text or text.rstrip(_CLOSERS).endswith(_ENDINGS) else f"{text}."


def _read(path: Path) -> str:
    if not os.path.lexists(path):
        raise InvalidInput(f"there is no template '{path}'", "check the path")
    return files.read_text(path, "the template ", _LONGEST)


def _said(message: str) -> str:
    return clean_line(clean_text(message))[:300].rstrip(".")


def _where(error: BaseException, places: Sequence[Path]) -> str:
    """Name file and line of the template that raised an error; Jinja2 puts them into the traceback."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if any(path == place or place in path.parents for place in places):
            return f"'{path}', line {frame.lineno}"
    return ""
