"""Ideas as documents, back, and cleaned: the JSON form of `ideaboard show --json`, and the form in the board file.

A document in the board file holds only what says something: an absent field has its default. Reading is the border of
the program: a hand-edited or foreign file gives a complaint in `problems`, never a traceback and never a lost idea.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from itertools import chain, islice, pairwise
from sys import intern
from typing import Any, NamedTuple, TypeVar

from ideaboard.core.clock import moment, parse_date, parse_moment
from ideaboard.core.ideas import Archived, Idea, Link, Origin, Paper, Response, Share, Step
from ideaboard.core.patterns import late
from ideaboard.core.slots import blank, fill, where
from ideaboard.core.text import clean_line, clean_tags, clean_text, clean_title, clean_url, safe_url

Document = dict[str, Any]
"""One JSON object, as TinyDB hands it out."""

T = TypeVar("T")

_EPOCH = "1970-01-01T00:00:00.000Z"


def idea_to_json(idea: Idea) -> Document:
    """Return the full JSON form: every key is there, a missing value is `None`, an empty list `[]`.

    The title of the share is the one that others see, its default included; that one is in English, whatever `[words]`
    says: it is data.
    """
    from ideaboard.core.credit import public_title

    document = {"id": idea.id, **_own_fields(idea), "stage_since": idea.stage_since}
    document["paper"] = paper_to_json(idea.paper) if idea.paper else None
    if idea.share:
        document["share"] |= {"title": public_title(idea), "result": idea.share.result or None}
    return document


def paper_to_json(paper: Paper) -> Document:
    return {**part_to_json(paper), "url": paper.url, "pdf_url": paper.pdf_url}


def part_to_json(part: Response | Share | Paper) -> Document:
    return {name: _plain(getattr(part, name)) for name in part.__dataclass_fields__}


def _plain(value: Any) -> Any:
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
    document = {name: _plain(value) for name in _OWN_FIELDS if (value := getattr(idea, name))}
    if idea.paper:
        document["paper"] = {key: value for key, value in document["paper"].items() if value not in _EMPTY}
    for response in document.get("responses", ()):
        if not response["reply"]:
            del response["reply"]  # as earlier versions wrote it: a merge knows elements by all that is in them
    return document


_OBJECT = (dict, Mapping)  # a `dict` is told from others much more quickly than a mapping


class Reader:
    """Reads the fields of one document, and of the parts of it."""

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

    def typed(self, key: str, wanted: type | tuple[type, ...], named: str) -> Any:
        """Return a value of a type; `None` when it is missing, or of another, which is told."""
        value = self.document.get(key)
        if value is None or isinstance(value, wanted):
            return value
        self.complain(key, named)
        return None

    def optional(self, key: str) -> str | None:
        return self.text(key) or None

    def word(self, key: str) -> str:
        """Read a word of which there are few, so that equal ones are one text in memory."""
        return intern(self.text(key, _INSTEAD[key]))

    def day(self, key: str) -> str:
        return self.text(key, str(self.document.get("at") or self.born)[: len("2026-01-01")])

    def rank(self, key: str) -> str:
        rank = self.text(key)
        if rank and not is_rank(rank):
            self.complain(key, "a rank")
            return ""
        return rank

    def flag(self, key: str) -> bool:
        """Read a flag; what is neither true nor false counts as set, since a flag holds something back."""
        value = self.document.get(key)
        if value is not None and not isinstance(value, bool):
            self.complain(key, "true or false", "it counts as true")
            return True
        return bool(value)

    def list(self, key: str) -> Sequence[Any]:
        values: Sequence[Any] | None = self.typed(key, (list, tuple), "a list")
        return values or ()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.list(key)
        try:
            "".join(value)
            return tuple(value)
        except TypeError:  # not all are texts; asking this way is the quickest
            self.complain(key, "a list of texts")
            return tuple(item for item in value if isinstance(item, str))

    def part(self, key: str, kind: type[T]) -> T | None:
        value = self.typed(key, _OBJECT, "an object")
        return None if value is None else _read(kind, Reader(value, self.where, key, self.problems, self.born))

    def parts(self, key: str, kind: type[T]) -> Iterable[T]:
        value = self.list(key)
        objects = [item for item in value if isinstance(item, _OBJECT)]
        if len(objects) != len(value):
            self.complain(key, "a list of objects")
        return [_read(kind, Reader(item, self.where, key, self.problems, self.born)) for item in objects]


_INSTEAD = {"kind": "project", "stage": "idea", "type": "question", "because": "parked"}
"""The words for those that are missing."""

is_rank = re.compile("[0-9a-z]*[1-9a-z]").fullmatch
"""Tells whether a text is a rank as `ideaboard.core.ranks` writes them: others could not be put between."""


_PAPER_FIELDS = frozenset(Paper.__slots__)


def sound_papers(values: Sequence[Any]) -> bool:
    """Tell quickly that nothing is complained about in any of some papers; False is a reason to look at each."""
    if {*map(type, values)} != {dict} or not set().union(*values) <= _PAPER_FIELDS:
        return False
    parts = [*chain.from_iterable(map(dict.values, values))]
    kinds = Counter(map(type, parts))
    flags = [value["withdrawn"] for value in values if "withdrawn" in value]
    lists = [value[name] for name in ("authors", "categories") for value in values if name in value]
    if kinds[bool] != len(flags) or kinds[list] != len(lists) or {*kinds} - {str, bool, list}:
        return False
    return {*map(type, flags)} <= {bool} and _lists_of_texts(lists, {*map(type, lists)}) is not None


def in_order(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Put the steps of a trail in order: a merge puts those of two machines together, the newest list first."""
    if any(before.at > after.at for before, after in pairwise(steps)):
        steps = sorted(steps, key=lambda step: step.at)
    return tuple(steps)


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
            answered = replace(kept[key], answered=response.answered, reply=response.reply)
            kept.update((key, answered) for key, one in kept.items() if one.id == answered.id)
    order = {response.id: number for number, response in reversed([*enumerate(responses)])}
    return tuple(sorted(dict.fromkeys(kept.values()), key=lambda response: order[response.id]))


def _cleaned(part: Any) -> Any:
    # Both may be of those that are read when they are asked for.
    kind = Paper if isinstance(part, Paper) else Idea if isinstance(part, Idea) else type(part)
    known = {"id": part.id} if kind is Idea else {}
    return kind(**known, **cleaned_fields(kind, {name: getattr(part, name) for name in FORMS_OF[kind]}))


Quick = Callable[[Sequence[Any], set[type]], "Sequence[Any] | None"]
"""Reads the values of many documents, whose types come with them, as `Form.read` reads each; None when one of them may
be complained about, or something stands for it.
"""


class Form(NamedTuple):
    """How a field is read and cleaned."""

    read: Callable[[Reader, str], Any]
    clean: Callable[[Any], Any] | None = None
    quick: Quick | None = None


def _all_texts(values: Sequence[Any], kinds: set[type]) -> Sequence[Any] | None:
    return values if kinds == {str} and all(values) else None


def _words(values: Sequence[Any], kinds: set[type]) -> Sequence[Any] | None:
    return [*map(intern, values)] if _all_texts(values, kinds) else None


def _ranks(values: Sequence[Any], kinds: set[type]) -> Sequence[Any] | None:
    return values if _all_texts(values, kinds) and all(map(is_rank, values)) else None


def _texts_or(instead: str | None) -> Quick:
    return lambda values, kinds: [value or instead for value in values] if kinds <= {str, type(None)} else None


def _flags(values: Sequence[Any], kinds: set[type]) -> Sequence[Any] | None:
    return [*map(bool, values)] if kinds <= {bool, type(None)} else None


def _lists_of_texts(values: Sequence[Any], kinds: set[type]) -> Sequence[Any] | None:
    if not kinds <= {list, type(None)}:
        return None
    try:
        "".join(chain.from_iterable(filter(None, values)))  # asking this way is the quickest
    except TypeError:
        return None
    return [tuple(value) if value else () for value in values]


def _trails(values: Sequence[Any], kinds: set[type]) -> Sequence[Any] | None:
    if kinds != {list}:
        return None
    steps = [*chain.from_iterable(values)]
    if {*map(type, steps)} != {dict}:
        return None
    stages, moments = ([step.get(name, "") for step in steps] for name in ("stage", "at"))
    if not (_all_texts(stages, {*map(type, stages)}) and _all_texts(moments, {*map(type, moments)})):
        return None
    made = map(Step, map(intern, stages), moments)
    return [in_order([*islice(made, len(value))]) for value in values]


def _optional(clean: Callable[[str], str | None]) -> Form:
    return Form(Reader.optional, lambda text: (clean(text) or None) if text else None, _texts_or(None))


def _part(kind: type, quick: Quick | None = None) -> Form:
    return Form(lambda reader, key: reader.part(key, kind), lambda value: _cleaned(value) if value else None, quick)


def _shares(values: Sequence[Any], kinds: set[type]) -> Sequence[Any] | None:
    if not kinds <= {dict, type(None)}:
        return None
    there = [value for value in values if value is not None]
    shares = blank(Share, len(there))
    for name, form in FORMS_OF[Share].items():
        column = [value.get(name) for value in there]
        read = form.quick(column, {*map(type, column)}) if form.quick else None
        if read is None:
            return None
        fill(shares, vars(Share)[name], read)
    return where(values, shares)


def _parts(kind: type, arranged: Callable[[Any], Any] = tuple, quick: Quick | None = None) -> Form:
    return Form(lambda reader, key: arranged([*reader.parts(key, kind)]), _each(_cleaned), quick)


def _each(clean: Callable[[Any], Any]) -> Callable[[Iterable[Any]], tuple[Any, ...]]:
    return lambda values: tuple(map(clean, values))


_OWN_MOMENT = late(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


def _clean_moment(text: str) -> str:
    when = parse_moment(text)
    return text if _OWN_MOMENT.fullmatch(text) else moment(when)


_FORMS = {
    "Title": Form(lambda reader, key: reader.text(key, "(untitled)"), clean_title, _all_texts),
    "Line": Form(Reader.text, clean_line, _texts_or("")),
    "Word": Form(Reader.word, clean_line, _words),
    "Rank": Form(Reader.rank, quick=_ranks),
    "Prose": Form(Reader.text, clean_text, _texts_or("")),
    "Url": Form(Reader.text, clean_url, _texts_or("")),
    "Moment": Form(lambda reader, key: reader.text(key, reader.born), _clean_moment, _all_texts),
    "Day": Form(Reader.day, parse_date, _all_texts),
    "Line | None": _optional(clean_line),
    "Prose | None": _optional(clean_text),
    "Url | None": _optional(clean_url),
    "FoundUrl | None": _optional(safe_url),
    "Moment | None": _optional(_clean_moment),
    "Day | None": _optional(parse_date),
    "bool": Form(Reader.flag, quick=_flags),
    "tuple[Line, ...]": Form(Reader.texts, _each(clean_line), _lists_of_texts),
    "tuple[Tag, ...]": Form(Reader.texts, clean_tags, _lists_of_texts),
    "tuple[Link, ...]": _parts(Link),
    "tuple[Step, ...]": _parts(Step, in_order, _trails),
    "tuple[Response, ...]": _parts(Response, each_once),
    "Paper | None": _part(Paper),
    "Share | None": _part(Share, _shares),
    "Archived | None": _part(Archived),
    "Origin | None": _part(Origin),
}
"""What the name of a field's type in `ideaboard.core.ideas` says."""


def _forms_of(kind: type) -> dict[str, Form]:
    """Return how each field of an idea or of a part of it is read and cleaned, but for an idea's id."""
    types = {name: str(getattr(type, "__forward_arg__", type)) for name, type in kind.__annotations__.items()}
    return {name: _FORMS[type] for name, type in types.items() if name != "id" or kind is not Idea}


_KINDS: tuple[type, ...] = (Idea, Paper, Share, Response, Archived, Origin, Link, Step)
FORMS_OF = {kind: _forms_of(kind) for kind in _KINDS}
"""The forms of the fields of an idea, and of each part of it, but for an idea's id."""
_CLEANERS = {kind: {name: form.clean for name, form in forms.items()} for kind, forms in FORMS_OF.items()}
_Plan = list[tuple[str, Callable[[Reader, str], Any], bool]]


def _plan_of(kind: type, *known: str) -> _Plan:
    """Return the fields to read with their readers, and whether each is read even where it is missing."""
    defaults = getattr(kind, "_field_defaults", None) or {
        field.name for field in getattr(kind, "__dataclass_fields__", {}).values() if field.default is not MISSING
    }
    return [(name, form.read, name not in defaults) for name, form in FORMS_OF[kind].items() if name not in known]


_PLANS = {kind: _plan_of(kind) for kind in _KINDS}
_IDEA = _plan_of(Idea, "created")


def _values(reader: Reader, plan: _Plan) -> dict[str, Any]:
    document = reader.document
    return {name: read(reader, name) for name, read, required in plan if required or name in document}


def _read(kind: type[T], reader: Reader) -> T:
    return kind(**_values(reader, _PLANS[kind]))


def paper_from_document(document: Mapping[str, Any], problems: list[str]) -> Paper:
    """Read the `paper` part of a document; see `idea_from_document`."""
    if sound_papers([document]) and "" not in document.values():
        sound: Any = {name: tuple(value) if type(value) is list else value for name, value in document.items()}
        return Paper(**sound)
    return _read(Paper, Reader(document, "paper", "", problems))


def idea_from_document(
    id: str,
    document: Mapping[str, Any],
    problems: list[str],
    born: str = _EPOCH,
) -> Idea:
    """Read an idea as the board file keeps it, or its JSON form; unknown fields are left alone.

    A field of the wrong type has its default, and `problems` takes a sentence on it. A moment that is missing is the
    one at which the document was `born`.
    """
    reader = Reader(document, f"idea {id}", "", problems)
    reader.born = reader.text("created", born)
    return without_default_title(Idea(id=id, created=reader.born, **_values(reader, _IDEA)))


def without_default_title(idea: Idea) -> Idea:
    """Leave out the title of a share that is the default, as our JSON form holds it, whoever chose it."""
    share = idea.share
    if share and share.title:
        from ideaboard.core.credit import default_title

        if share.title == default_title(idea):
            return replace(idea, share=replace(share, title=""))
    return idea


def cleaned_idea(idea: Idea) -> Idea:
    """Clean the texts and moments of an idea; raises `InvalidInput` when one of them cannot be taken."""
    clean: Idea = _cleaned(idea)
    return clean


def cleaned_fields(kind: type, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Clean some fields of an idea or of a part of it, each by its type; an empty text may stand for none."""
    cleaners = _CLEANERS[kind]
    return {name: clean(value) if (clean := cleaners[name]) else value for name, value in fields.items()}


def cleaned_value(value: Any) -> Any:
    """Clean every text in a value from JSON, the names of its fields included."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_line(str(key)): cleaned_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [cleaned_value(inner) for inner in value]
    return value
