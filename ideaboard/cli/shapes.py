"""The shapes of all JSON that commands print, once: `ideaboard schema` prints them, `docs/json.md` explains them.

A command names its shape where it takes `--json`: `idea`, an array `[idea]`, or one of several, `idea|[idea]`. What
ideas hold is read from their classes in `core/ideas.py`, with the sentences that stand there; the rest is written here.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from ideaboard.cli.commands import COMMANDS, Command, find_command
from ideaboard.core import ideas

CONTRACT = 1
"""The version of the contract: it rises when a member goes away or changes its meaning, not when one is added."""

Schema = dict[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"

TEXT: Schema = {"type": "string"}
DAY: Schema = {"type": "string", "description": "A day, as 2026-12-24."}
MOMENT: Schema = {"type": "string", "description": "A moment in UTC, as 2026-12-24T18:00:00.000Z."}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number", "minimum": 0}
YES: Schema = {"type": "boolean"}
ANY: Schema = {}


def ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    if isinstance(type := schema.get("type"), str) and "properties" not in schema:
        return {**schema, "type": [type, "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def members(*, optional: Mapping[str, Schema] | None = None, **required: Schema) -> Schema:
    """Describe an object by its members; those that are not always there come as `optional`."""
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": [*required]}


def _with(schema: Schema, **more: Schema) -> Schema:
    return members(**{**schema["properties"], **more})


_CLASSES = ("Idea", "Paper", "Link", "Step", "Share", "Response", "Archived", "Origin")
_OF_WORDS: dict[str, Schema] = {"Day": DAY, "Moment": MOMENT, "bool": YES}


def _of_words(type: str) -> Schema:
    """Read a type as `core/ideas.py` writes it: `Paper | None`, `tuple[Link, ...]`, `Title`."""
    if type.endswith("| None"):
        return or_null(_of_words(type.removesuffix("| None").strip()))
    if type.startswith("tuple["):
        return array(_of_words(type.removeprefix("tuple[").removesuffix(", ...]")))
    return _OF_WORDS.get(type, ref(type.lower()) if type in _CLASSES else TEXT)


def _of_class(name: str) -> Schema:
    """Describe a class of `core/ideas.py` by its fields, each with the sentence that stands under it."""
    lines = next(one.body for one in ast.parse(inspect.getsource(ideas)).body if getattr(one, "name", "") == name)  # type: ignore[attr-defined]  # what has that name is a class
    found: dict[str, Schema] = {}
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        if isinstance(line, ast.AnnAssign):
            schema = _of_words(ast.unparse(line.annotation))
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                schema = {**schema, "description": " ".join(str(after.value.value).replace("`", "").split())}
            found[ast.unparse(line.target)] = schema
    return members(**found)


_AGED = members(id=TEXT, title=TEXT, stage=TEXT, days=COUNT)
_SPREAD = members(count=COUNT, median=NUMBER, p90=NUMBER)
_ANSWER = {"doubt": or_null(TEXT), "missing": or_null(DAY), "source": or_null(TEXT)}
"""What is to be known of the answer to a watch: whether it is believed, from when on days are missing, who gave it."""
_CHANGE = members(id=TEXT, field=TEXT, old=ANY, new=ANY)

_WENT = members(changes=COUNT, **dict.fromkeys(("said", "ideas", "by", "files"), array(TEXT)))


def shapes() -> dict[str, Schema]:
    """Return what can be printed, by name."""
    of = {name.lower(): _of_class(name) for name in _CLASSES}
    idea = _with(of["idea"], stage_since=MOMENT)
    paper = _with(of["paper"], url=TEXT, pdf_url=or_null(TEXT))
    return {
        **of,
        "idea": idea,
        "paper": paper,
        "share": _with(of["share"], result=or_null(TEXT)),
        "response-of-idea": _with(of["response"], idea=TEXT),
        "listed-response": _with(of["response"], idea=TEXT, title=TEXT),
        "paper-idea": _with(idea, known=YES),
        "draft": members(id=TEXT, file=TEXT, draft=or_null(TEXT)),
        "template": members(name=TEXT, origin=TEXT, path=TEXT),
        "share-text": members(
            channel=TEXT,
            text=TEXT,
            length=COUNT,
            limit=or_null(COUNT),
            fits=YES,
            thread=array(TEXT),
            compose_url=or_null(TEXT),
        ),
        "published": members(name=TEXT, path=TEXT, block=or_null(TEXT), format=TEXT, changed=YES, diff=or_null(TEXT)),
        "done": members(said=TEXT, ideas=array(ref("idea"))),
        "action": members(
            id=TEXT, at=MOMENT, action=TEXT, said=TEXT, writer=TEXT, by=TEXT, undone=YES, changes=array(_CHANGE)
        ),
        "statistics": members(
            last_shared_days=or_null(COUNT),
            this_quarter=COUNT,
            cadence=TEXT,
            months=array(members(month=TEXT, shared=COUNT)),
            lead_days=or_null(_SPREAD),
            stage_days=array(members(stage=TEXT, optional=_SPREAD["properties"])),
            in_flight=array(_AGED),
            waiting=array(_AGED),
            responses=array(members(id=TEXT, type=TEXT, text=TEXT, days=COUNT, idea=members(id=TEXT, title=TEXT))),
            next=or_null(_AGED),
        ),
        "search": members(
            query=TEXT,
            sent=TEXT,
            read_as=or_null(TEXT),
            total=COUNT,
            as_of=MOMENT,
            stale=YES,
            unreadable=COUNT,
            papers=array(_with(paper, on_board=or_null(members(id=TEXT, stage=TEXT, archived=or_null(TEXT))))),
        ),
        "category": members(code=TEXT, name=TEXT, group=TEXT, description=TEXT, active=YES, alias_of=or_null(TEXT)),
        "watch": members(name=TEXT, query=TEXT, categories=array(TEXT), new=COUNT, last=or_null(MOMENT), **_ANSWER),
        "news": members(
            watches=array(members(name=TEXT, new=COUNT, papers=array(ref("paper")), **_ANSWER)),
            updates=array(members(id=TEXT, to=TEXT, withdrawn=YES, **{"from": TEXT})),
            filled=array(TEXT),
            unknown=array(TEXT),
            optional={"wanted": array(members(id=TEXT, title=TEXT, votes=COUNT))},
        ),
        "liked-paper": members(id=TEXT, at=MOMENT, source=or_null(TEXT), paper=ref("paper")),
        "liked": members(
            **dict.fromkeys(("liked", "known", "silent", "waiting"), COUNT), papers=array(ref("liked-paper"))
        ),
        "forgotten": members(forgotten=COUNT),
        "check": members(
            sound=YES,
            lines=COUNT,
            actions=COUNT,
            documents=COUNT,
            kept_aside=or_null(TEXT),
            findings=array(members(line=or_null(COUNT), what=TEXT, harmless=YES, done=or_null(TEXT))),
        ),
        "remark": members(path=TEXT, line=COUNT, what=TEXT),
        "folder": TEXT,
        "import": members(
            added=array(TEXT),
            updated=array(TEXT),
            unchanged=COUNT,
            optional=dict.fromkeys(("removed", "filled", "left_out", "remarks"), array(TEXT)),
        ),
        "import-plan": members(
            format=TEXT,
            label=TEXT,
            lists=array(members(name=TEXT, stage=TEXT, ideas=COUNT, samples=array(TEXT), archived=COUNT)),
            **dict.fromkeys(("added", "updated", "removed", "unchanged", "archived", "papers", "filled"), COUNT),
            **dict.fromkeys(("new_tags", "left_out", "remarks"), array(TEXT)),
        ),
        "inbox": members(
            added=array(TEXT),
            known=COUNT,
            files=array(members(file=TEXT, titles=array(TEXT), done=TEXT)),
            **dict.fromkeys(("left", "failed"), array(members(file=TEXT, why=TEXT))),
            remarks=array(TEXT),
        ),
        "sync": members(upstream=TEXT, came=_WENT, went=_WENT, dry_run=YES, remarks=array(TEXT)),
        "set-up": members(wrote=array(TEXT)),
        "key": members(id=TEXT, keys=array(TEXT), name=TEXT, help=TEXT, group=TEXT, screens=array(TEXT)),
        "error": members(
            error=members(code={"type": "integer"}, message=TEXT, hint=TEXT), optional={"warnings": array(TEXT)}
        ),
    }


def shape(words: str) -> Schema:
    """Return the schema of a shape as a command names it."""
    several = [array(ref(one[1:-1])) if one.startswith("[") else ref(one) for one in words.split("|")]
    return several[0] if len(several) == 1 else {"anyOf": several}


def printed() -> Iterator[tuple[str, str]]:
    """Give each command that prints JSON, as it is typed, with its shape."""
    for name in COMMANDS:
        if command := find_command(name):
            yield from _printed_by(command, name)


def _printed_by(command: Command, line: str) -> Iterator[tuple[str, str]]:
    yield from ((line, param.shape) for param in command.params if param.shape)
    for name, inner in command.commands.items():
        yield from _printed_by(inner, f"{line} {name}")


def contract() -> Schema:
    """Return all of it: the shapes under `$defs`, and which command prints which under `commands`."""
    commands = {line: shape(words) for line, words in printed()}
    return {"$schema": _DIALECT, "version": CONTRACT, "commands": commands, "$defs": shapes()}


def schema_of(name: str) -> Schema | None:
    """Return the schema of what a command prints, or of a shape by its name, with all that it refers to."""
    words = dict(printed()).get(name) or (name if name in shapes() else "")
    if not words:
        return None
    every = shapes()
    whole = {"$schema": _DIALECT, "version": CONTRACT, "title": name, **shape(words)}
    used: dict[str, None] = {}
    left = [*_refers_to(whole)]
    while left:
        if (one := left.pop()) not in used:
            used[one] = None
            left += _refers_to(every[one])
    return {**whole, "$defs": {one: every[one] for one in every if one in used}}


def _refers_to(value: Any) -> Iterator[str]:
    """Give the names of the shapes that a schema refers to."""
    if isinstance(value, Mapping):
        if isinstance(to := value.get("$ref"), str):
            yield to.removeprefix(ref("")["$ref"])
        value = [*value.values()]
    if isinstance(value, list):
        for inner in value:
            yield from _refers_to(inner)
