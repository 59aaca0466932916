"""What is written where: the `[[publish]]` tables of the config, or of a repository's own `publish.toml`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from ideaboard import files
from ideaboard.config import OF_OUTPUTS, Config, load_config
from ideaboard.core.changelog import ChangelogOptions
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import clean_line, clean_tags
from ideaboard.errors import IdeaboardError, InvalidInput, Refused
from ideaboard.paths import Paths, trust_command, trust_place
from ideaboard.places import user_path
from ideaboard.publish.block import parse_into

_FORMATS = {".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".xml": "atom", ".atom": "atom"}
"""The format of a file by the ending of its name, where a table does not say it."""
_TYPES: Mapping[str, tuple[type, str]] = {
    **dict.fromkeys(("into", "output", "format", "filter"), (str, "a text in quotes")),
    **dict.fromkeys(("since", "until", "style", "by"), (str, "a text in quotes")),
    **dict.fromkeys(("limit", "heading_level"), (int, "a whole number")),
    "in_progress": (bool, "true or false"),
}
_LISTS = {"kind": "kinds", "tags": "tags"}
"""What may be a text or a list of them, and the option of the changelog that it gives."""


class Target(NamedTuple):
    """One thing to write: a block or a file of its own."""

    name: str
    """As the table names it: `README.md:shared`."""
    path: Path
    block: str
    """The block of the file; empty for a file of its own."""
    format: str
    options: ChangelogOptions
    filter: str
    """A filter in the board's own language; empty for all."""


class NothingToPublish(InvalidInput):
    """No table says what to publish."""

    def __init__(self, path: object, example: str, *, is_own: bool) -> None:
        instead = "" if is_own else "; those of your config are for boards outside a repository"
        super().__init__("nothing says what to publish", f"write [[publish]] tables into '{path}'{instead}")
        self.path = str(path)
        """The file that they belong into."""
        self.example = f'[[publish]]\ninto = "{example}"\n'
        """Lines that could stand there."""
        self.is_own = is_own
        """Whether it is the person's own config, which is read when the program starts."""


def published(config: Config, paths: Paths) -> tuple[Config, str | None]:
    """Return the config to publish with, and the folder that nothing may leave: for a board in a repository its own
    `publish.toml`, and from the person's config what that does not say; else that config, and None.
    Raises `InvalidInput` when nothing says what to publish, or the file is wrong; `Refused` when the repository is not
    trusted, or the file is a link out of it.
    """
    board = os.path.abspath(paths.board)  # noqa: PTH100  # as text, like all of `ideaboard.paths`
    folder = Path(board).parent
    path, root = folder / "publish.toml", trust_place(board)
    if folder.name != ".ideaboard":
        if not config.publish:
            raise NothingToPublish(config.path, "~/profile/README.md:shared", is_own=True)
        return config, None
    if not os.path.lexists(path):
        raise NothingToPublish(path, "README.md:shared", is_own=False)
    if not paths.trusted:
        what = f"'{path}' is not used: somebody else may have written it"
        raise Refused(what, f"look at it, then {trust_command(paths.board)}")
    files.refuse_stray_link(path)
    own = load_config(path, own=True)
    if own.problems:
        what = own.problems[0].removesuffix("; defaults are used").removesuffix("; the default is used")
        raise InvalidInput(what, "nothing was written; mend it first")
    said = {field: value for field, value in own._asdict().items() if value != Config._field_defaults[field]}
    if said.keys() - OF_OUTPUTS - {"path"}:
        hint = "the rest is for your own config"
        raise InvalidInput(f"'{path}' holds more than [[publish]], [me], [changelog] and [words]", hint)
    if not own.publish:
        raise InvalidInput(f"'{path}' has no [[publish]] table", 'as in [[publish]], and into = "README.md:shared"')
    return config._replace(**{field: said[field] for field in said.keys() & OF_OUTPUTS}), root


def read_targets(tables: Sequence[Mapping[str, Any]], workflow: Workflow, root: str | None) -> list[Target]:
    """Read the tables; `root` is the folder of the repository that they come from, which nothing leaves; None for the
    person's own config.
    Raises `InvalidInput` when a table says something that cannot be done; it is named by its number; `Refused` when one
    names a file outside of the repository.
    """
    targets: list[Target] = []
    for number, table in enumerate(tables, 1):
        try:
            target = _read(table, workflow, root)
            for other in targets:
                if other.path == target.path and (other.block == target.block or not (other.block and target.block)):
                    raise InvalidInput(f"'{target.name}' is written by a table above it", "leave one of them")
        except IdeaboardError as error:
            raise type(error)(f"[[publish]], table {number}: {error.message}", error.hint) from None
        targets.append(target)
    return targets


def _read(table: Mapping[str, Any], workflow: Workflow, root: str | None) -> Target:
    known = [*_TYPES, *_LISTS]
    for name, value in table.items():
        if name not in known:
            raise InvalidInput(f"there is no option '{clean_line(name)}'", "use some of " + ", ".join(known))
        wanted, called = _TYPES.get(name, (list, "a text or a list of texts"))
        is_text = name in _LISTS and isinstance(value, str)
        if not is_text and (not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))):
            raise InvalidInput(f"'{name}' is not {called}", f"as in {name} = {_EXAMPLES.get(wanted, 'true')}")
    if ("into" in table) == ("output" in table):
        raise InvalidInput("it must name one place", 'as in into = "README.md:shared", or output = "shared.html"')
    name = str(table.get("into", table.get("output", "")))
    path, block = parse_into(name) if "into" in table else (Path(name), "")
    written = name.removesuffix(f":{block}") if block else name
    place = Path(_own_path(written) if root is None else files.path_inside(written, root))
    format = str(table.get("format", "md" if block else _FORMATS.get(path.suffix.lower(), "")))
    if not format:
        raise InvalidInput(f"the format of '{clean_line(name)}' is not named", 'as in format = "jsonfeed"')
    texts = {option: _texts(table.get(name, ())) for name, option in _LISTS.items()}
    given = {one.name: table[one.name] for one in fields(ChangelogOptions) if one.name in _TYPES and one.name in table}
    options = ChangelogOptions(
        kinds=tuple(workflow.kind(kind).key for kind in texts["kinds"]),
        tags=clean_tags(texts["tags"]),
        **given,
    )
    return Target(clean_line(name), place, block, format, options, str(table.get("filter", "")))


_EXAMPLES = {str: '"…"', int: "6", list: '["post", "summary"]'}


def _texts(value: Any) -> Sequence[str]:
    texts = [value] if isinstance(value, str) else value
    if not all(isinstance(text, str) for text in texts):
        raise InvalidInput("a list holds something that is no text", 'as in tags = ["bayes", "llm"]')
    return list(texts)


def _own_path(name: str) -> str:
    """Return a path of the person's own config, which has no folder that a relative one could start from."""
    path = user_path(name)
    if not os.path.isabs(path):  # noqa: PTH117  # it is text from a file
        raise InvalidInput(f"'{clean_line(name)}' does not say in which folder", "write it as ~/site/shared.html")
    return path
