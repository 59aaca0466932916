"""Ideas as documents, back, and cleaned: the JSON form of `ideaboard show --json`, and the form in the board file.

A document in the board file holds only what says something: an absent field has its default. Reading is the border of
the program: a hand-edited or foreign file gives a complaint in `problems`, never a traceback and never a lost idea.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from itertools import pairwise
from sys import intern
from typing import Any, TypeVar

from ideaboard.core.clock import moment, parse_date, parse_moment
from ideaboard.core.ideas import Archived, Idea, Link, Origin, Paper, Response, Share, Step
from ideaboard.core.text import clean_line, clean_tag, clean_text, clean_title, clean_url
from ideaboard.errors import InvalidInput

Document = dict[str, Any]
"""One JSON object, as TinyDB hands it out."""

T = TypeVar("T")

_EPOCH = "1970-01-01T00:00:00.000Z"


def idea_to_json(idea: Idea) -> Document:
    """Return the full JSON form: every key is there, a missing value is `None`, an empty list `[]`.

    The title of the share is the one that others see, its default included.
    """
    from ideaboard.core.credit import public_title

    document = {"id": idea.id, **_own_fields(idea), "stage_since": idea.stage_since}
    document["paper"] = paper_to_json(idea.paper) if idea.paper else None
    if idea.share:
        document["share"] |= {"title": public_title(idea), "result": idea.share.result or None}
    return document


def paper_to_json(paper: Paper) -> Document:
    """Return the `paper` part of the JSON form."""
    return {**part_to_json(paper), "url": paper.url, "pdf_url": paper.pdf_url}


def part_to_json(part: Response | Share | Archived | Paper) -> Document:
    """Return a part of an idea as JSON, by the names of its fields."""
    return {name: _plain(getattr(part, name)) for name in part.__dataclass_fields__}


def _plain(value: Any) -> Any:
    """Return the value of a field as JSON."""
    if not value or isinstance(value, (str, bool)):
        return [] if value == () else value
    if hasattr(value, "_asdict"):
        return value._asdict()
    return [*map(_plain, value)] if isinstance(value, tuple) else part_to_json(value)


_OWN_FIELDS = tuple(field.name for field in fields(Idea) if field.name != "id")


def _own_fields(idea: Idea) -> Document:
    return {name: _plain(getattr(idea, name)) for name in _OWN_FIELDS}


_EMPTY: tuple[object, ...] = (None, "", [], False)


def idea_to_document(idea: Idea) -> Document:
    """Return what the board file keeps of an idea: no derived fields, nothing that is empty."""
    document = _own_fields(idea)
    if document["paper"]:
        document["paper"] = {key: value for key, value in document["paper"].items() if value not in _EMPTY}
    return {key: value for key, value in document.items() if value not in _EMPTY}


class _Reader:
    """Takes typed values out of one document and notes what does not fit."""

    __slots__ = ("born", "document", "part_of", "problems", "where")

    def __init__(
        self, document: Mapping[str, Any], where: str, part_of: str, problems: list[str], born: str = _EPOCH
    ) -> None:
        self.born = born
        """Stands for moments that are missing."""
        self.document = document
        self.where = where
        self.part_of = part_of
        self.problems = problems

    def complain(self, key: str, wanted: str, so: str = "it is left out") -> None:
        where = f"{self.where}, {self.part_of}" if self.part_of else self.where
        self.problems.append(f"{where}: '{key}' is not {wanted}; {so}")

    def text(self, key: str, default: str = "") -> str:
        value = self.document.get(key)
        if type(value) is str:
            return value or default
        if value is not None:
            self.complain(key, "text")
        return default

    def optional(self, key: str) -> str | None:
        return self.text(key) or None

    def flag(self, key: str) -> bool:
        """Read a flag; what is neither true nor false counts as set, since a flag holds something back."""
        value = self.document.get(key)
        if value is not None and not isinstance(value, bool):
            self.complain(key, "true or false", "it counts as true")
            return True
        return bool(value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.document.get(key)
        if not value and (value is None or isinstance(value, (list, tuple))):
            return ()
        if not isinstance(value, (list, tuple)):
            self.complain(key, "a list")
            return ()
        try:
            "".join(value)
            return tuple(value)
        except TypeError:  # not all are texts; asking this way is the quickest
            pass
        self.complain(key, "a list of texts")
        return tuple(item for item in value if isinstance(item, str))

    def part(self, key: str, build: Callable[[_Reader], T]) -> T | None:
        value = self.document.get(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.complain(key, "an object")
            return None
        return build(_Reader(value, self.where, key, self.problems, self.born))

    def parts(self, key: str, build: Callable[[_Reader], T]) -> tuple[T, ...]:
        value = self.document.get(key)
        if value is None:
            return ()
        if not isinstance(value, (list, tuple)):
            self.complain(key, "a list")
            return ()
        objects = [item for item in value if isinstance(item, Mapping)]
        if len(objects) != len(value):
            self.complain(key, "a list of objects")
        return tuple(build(_Reader(item, self.where, key, self.problems, self.born)) for item in objects)


def _paper(reader: _Reader) -> Paper:
    text, optional = reader.text, reader.optional
    return Paper(
        arxiv_id=text("arxiv_id"),
        version=text("version"),
        title=text("title"),
        authors=reader.texts("authors"),
        abstract=text("abstract"),
        primary_category=text("primary_category"),
        categories=reader.texts("categories"),
        published=optional("published"),
        updated=optional("updated"),
        comment=optional("comment"),
        journal_ref=optional("journal_ref"),
        doi=optional("doi"),
        code_url=optional("code_url"),
        latest_version=optional("latest_version"),
        withdrawn=reader.flag("withdrawn"),
    )


_PAPER_TYPES = {**dict.fromkeys(Paper.__slots__, str), "authors": list, "categories": list, "withdrawn": bool}


def _is_sound_paper(value: Any) -> bool:
    """Tell quickly whether nothing in a paper would be complained about; `False` is a reason to read it."""
    if type(value) is not dict or not all(type(part) is _PAPER_TYPES.get(key) for key, part in value.items()):
        return False
    return all(type(text) is str for key in ("authors", "categories") for text in value.get(key, ()))


def _step(reader: _Reader) -> Step:
    return Step(intern(reader.text("stage", "idea")), reader.text("at", reader.born))


def in_order(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Put the steps of a trail in order: a merge puts those of two machines together, the newest list first."""
    if any(before.at > after.at for before, after in pairwise(steps)):
        steps = sorted(steps, key=lambda step: step.at)
    return tuple(steps)


def _link(reader: _Reader) -> Link:
    return Link(reader.text("url"), reader.text("label"))


_INSTEAD = {"type": "question", "because": "parked"}
_READ: dict[str, Callable[[_Reader, str], object]] = {
    "Line": lambda reader, key: reader.text(key, _INSTEAD.get(key, "")),
    "Line | None": lambda reader, key: reader.optional(key),
    "Url | None": lambda reader, key: reader.optional(key),
    "Moment | None": lambda reader, key: reader.optional(key),
    "Moment": lambda reader, key: reader.text(key, reader.born),
    "Day": lambda reader, key: reader.text(key, str(reader.document.get("at") or reader.born)[: len("2026-01-01")]),
    "tuple[Line, ...]": lambda reader, key: reader.texts(key),
    "bool": lambda reader, key: reader.flag(key),
}
"""How a field of a part of an idea is read, by its type. Ideas, papers and steps are read by hand: there are many."""


def _reader_of(part: type[T]) -> Callable[[_Reader], T]:
    forms = [(name, _READ[type]) for name, type in part.__annotations__.items()]
    return lambda reader: part(**{name: form(reader, name) for name, form in forms})


_share, _response, _archived = _reader_of(Share), _reader_of(Response), _reader_of(Archived)


def each_once(responses: Sequence[Response]) -> tuple[Response, ...]:
    """Leave out the second of two that are one: two machines may have brought in the same, and a merge has both.

    Those with one id are one; so are those that say the same, at one address or at one moment.
    """
    if len(responses) < 2:  # two of something
        return tuple(responses)
    kept: dict[object, Response] = {}
    for response in sorted(responses, key=lambda response: response.id):
        same = (response.type, response.text, response.url, None if response.url else response.at)
        key = next((key for key in (response.id or same, same) if key in kept), None)
        if key is None:
            kept[response.id or same] = kept[same] = response
        elif response.answered and not kept[key].answered:
            answered = replace(kept[key], answered=response.answered)
            kept.update((key, answered) for key, one in kept.items() if one.id == answered.id)
    order = {response.id: number for number, response in reversed([*enumerate(responses)])}
    return tuple(sorted(dict.fromkeys(kept.values()), key=lambda response: order[response.id]))


def _origin(reader: _Reader) -> Origin:
    return Origin(reader.text("idea"), reader.text("response"))


is_rank = re.compile("[0-9a-z]*[1-9a-z]").fullmatch
"""Tells whether a text is a rank as `ideaboard.core.board` writes them: others could not be put between."""


def _rank(reader: _Reader) -> str:
    rank = reader.text("rank")
    if rank and not is_rank(rank):
        reader.complain("rank", "a rank")
        return ""
    return rank


def paper_from_document(document: Mapping[str, Any], problems: list[str]) -> Paper:
    """Read the `paper` part of a document; see `idea_from_document`."""
    return _paper(_Reader(document, "paper", "", problems))


def idea_from_document(
    id: str,
    document: Mapping[str, Any],
    problems: list[str],
    as_kept: Callable[[str], Paper] | None = None,
    born: str = _EPOCH,
) -> Idea:
    """Read an idea as the board file keeps it, or its JSON form.

    Args:
        id: the eight characters that name the idea.
        document: the fields; unknown ones are left alone.
        problems: takes one sentence for each field of the wrong type, which then has its default.
        as_kept: gives what is kept in the place of the paper with this arXiv id.
        born: the moment at which the document was made; stands for moments that are missing.
    """
    reader = _Reader(document, f"idea {id}", "", problems)
    text, optional = reader.text, reader.optional
    reader.born = created = text("created", born)
    fields: Any = document.get("paper")
    late = as_kept(fields.get("arxiv_id", "")) if as_kept and _is_sound_paper(fields) else None
    idea = Idea(
        id=id,
        title=text("title", "(untitled)"),
        kind=intern(text("kind", "project")),
        stage=intern(text("stage", "idea")),
        created=created,
        updated=text("updated", created),
        rank=_rank(reader),
        tags=reader.texts("tags"),
        notes=text("notes"),
        url=optional("url"),
        links=reader.parts("links", _link),
        due=optional("due"),
        trail=in_order(reader.parts("trail", _step)),
        draft=optional("draft"),
        private=reader.flag("private"),
        ticks=reader.texts("ticks"),
        paper=late or reader.part("paper", _paper),
        share=reader.part("share", _share),
        responses=each_once(reader.parts("responses", _response)),
        archived=reader.part("archived", _archived),
        origin=reader.part("origin", _origin),
    )
    return _without_default_title(idea) if idea.share and idea.share.title else idea


def _without_default_title(idea: Idea) -> Idea:
    """Take out a public title that says no more than the default, as our JSON form holds it."""
    from ideaboard.core.credit import default_title

    share = idea.share
    return replace(idea, share=replace(share, title="")) if share and share.title == default_title(idea) else idea


def cleaned_idea(idea: Idea) -> Idea:
    """Clean every text of an idea; moments are brought into our own form, so that they sort as text. Raises
    `InvalidInput` when a title, tag, link, date or moment cannot be taken.
    """
    clean: Idea = _cleaned(idea)
    return clean


def _cleaned(part: Any) -> Any:
    """Clean the fields of an idea or of a part of it, each by its type."""
    types = {field.name: str(field.type) for field in fields(part)}
    clean = {name: _CLEAN[type](getattr(part, name)) for name, type in types.items() if type in _CLEAN}
    return replace(part, **clean)


def cleaned_value(value: Any) -> Any:
    """Clean every text in a value from JSON, the names of its fields included."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_line(str(key)): cleaned_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [cleaned_value(inner) for inner in value]
    return value


def _moment(text: str) -> str:
    return moment(parse_moment(text))


def _found_url(text: str) -> str | None:
    """Drop an address that is no link: it was found in somebody's sentence."""
    try:
        return clean_url(text)
    except InvalidInput:
        return None


def _or_none(clean: Callable[[str], str | None]) -> Callable[[str | None], str | None]:
    return lambda text: (clean(text) or None) if text else None


def _each(clean: Callable[[Any], Any]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    return lambda values: tuple(map(clean, values))


_CLEAN: dict[str, Callable[[Any], Any]] = {
    "Line": clean_line,
    "Title": clean_title,
    "Prose": clean_text,
    "Moment": _moment,
    "Day": parse_date,
    "Line | None": _or_none(clean_line),
    "Prose | None": _or_none(clean_text),
    "Url | None": _or_none(clean_url),
    "FoundUrl | None": _or_none(_found_url),
    "Moment | None": _or_none(_moment),
    "Day | None": _or_none(parse_date),
    "tuple[Line, ...]": _each(clean_line),
    "tuple[Tag, ...]": lambda tags: tuple(dict.fromkeys(map(clean_tag, tags))),
    "tuple[Link, ...]": _each(lambda link: Link(clean_url(link.url), clean_line(link.label))),
    "tuple[Step, ...]": _each(lambda step: Step(clean_line(step.stage), _moment(step.at))),
    "tuple[Response, ...]": _each(_cleaned),
    "Paper | None": lambda paper: _cleaned(paper) if paper else None,
    "Share | None": lambda share: _cleaned(share) if share else None,
    "Archived | None": lambda archived: _cleaned(archived) if archived else None,
    "Origin | None": lambda origin: Origin(*map(clean_line, origin)) if origin else None,
}
"""How a field is cleaned, by its type; what is not named here stays as it is."""
