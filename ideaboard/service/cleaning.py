"""Ideas that another program or person wrote, made safe before they are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from ideaboard.core.clock import moment, parse_date, parse_moment
from ideaboard.core.ideas import Idea, Link, Origin, Step
from ideaboard.core.links import clean_url
from ideaboard.core.text import clean_line, clean_tag, clean_text, clean_title
from ideaboard.errors import InvalidInput


def cleaned_idea(idea: Idea) -> Idea:
    """Clean every text of an idea; moments are brought into our own form, so that they sort as text.

    Raises:
        InvalidInput: when a title, tag, link, date or moment cannot be taken.
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
