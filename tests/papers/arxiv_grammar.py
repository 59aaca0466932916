"""An independent reader of arXiv's query language, written from what is known of the server that answers.

Words side by side are joined by OR; a word without a field is searched for in all of them; a field binds one word or
phrase; AND, OR and ANDNOT have no precedence and nest to the right; an underscore in an author's name stands for a
blank, but the server looks at the second piece of the whole query instead of the author; a range of dates is written
`[digits TO digits]`. What the server answers with HTTP 400 or 500 is `BadQuery` here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FIELDS = ("abs", "all", "au", "cat", "co", "doi", "id", "jr", "rn", "submittedDate", "ti")
OPERATORS = ("ANDNOT", "AND", "OR", "NOT")
PIECE = re.compile(rf'"[^"]*"|[()]|\b(?:AND|ANDNOT|NOT|OR)\b(?=[()\s]|$)|(?:{"|".join(FIELDS)}):|[^"()\s]+')
DATES = re.compile(r"submittedDate:\[([\d-]{4,14}) TO ([\d-]{4,14})\]")


class BadQuery(Exception):
    """What the server refuses."""


@dataclass(frozen=True)
class Leaf:
    field: str
    value: str


@dataclass(frozen=True)
class Pair:
    operator: str
    left: Tree
    right: Tree


Tree = Leaf | Pair


def read(query: str) -> Tree:
    """Read a query as the server does."""
    pieces = _complete(PIECE.findall(DATES.sub(r'submittedDate:"\1 TO \2"', query)))
    tree, rest = _expression(pieces)
    if rest:
        raise BadQuery(f"{query!r}: left over {rest}")
    return tree


def _complete(pieces: list[str]) -> list[str]:
    """Put in the fields and operators that are missing."""
    second = pieces[1] if len(pieces) > 1 else ""
    complete: list[str] = []
    for piece in pieces:
        before = complete[-1] if complete else ""
        is_field = piece.endswith(":") and piece[:-1] in FIELDS
        is_text = not is_field and piece not in OPERATORS and piece not in "()"
        after_field = before.endswith(":") and before[:-1] in FIELDS
        if (
            before
            and not after_field
            and before not in OPERATORS
            and before != "("
            and (is_text or is_field or piece == "(")
        ):
            complete.append("OR")
        if is_text and not after_field:
            complete.append("all:")
        if after_field and before == "au:" and "_" in second:
            piece = f'"{second.replace("_", " ")}"'
        if after_field and not is_text:
            raise BadQuery(f"{before} before {piece}: the field would be spread over a group")
        complete.append(piece)
    return complete


def _expression(pieces: list[str]) -> tuple[Tree, list[str]]:
    if not pieces:
        raise BadQuery("nothing where a term is expected")
    first, *rest = pieces
    left: Tree
    if first == "(":
        left, rest = _expression(rest)
        if not rest or rest[0] != ")":
            raise BadQuery("unbalanced parenthesis")
        rest = rest[1:]
    elif first.endswith(":") and first[:-1] in FIELDS and rest:
        left, rest = Leaf(first[:-1], _value(first[:-1], rest[0])), rest[1:]
    else:
        raise BadQuery(f"{first!r} where a term is expected")
    if rest and rest[0] in {"AND", "OR", "ANDNOT"}:
        right, after = _expression(rest[1:])
        return Pair(rest[0], left, right), after
    return left, rest


def _value(field: str, text: str) -> str:
    quoted = text.startswith('"')
    value = text.strip('"')
    if not value.strip() or text[:1] in "*?" or "\\" in value:
        raise BadQuery(f"{field}:{text}")
    if field == "submittedDate" and not re.fullmatch(r"\d{12} TO \d{12}", value):
        raise BadQuery(f"dates {value!r}")
    if not quoted and re.search(r"[\[\]:]", value):
        raise BadQuery(f"{field}:{text}")
    if field == "cat" and " " in value:
        raise BadQuery(f"{field}:{text} finds nothing")
    return value
