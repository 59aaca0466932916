"""Searches: what people type, compiled to arXiv's own language so that it means what was typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ideaboard.papers.query_parser import Not, QueryError, category_node, combine, parse, parse_raw
from ideaboard.papers.query_terms import And, AndNot, Node, from_days

__all__ = ["CompiledQuery", "QueryError", "compile_query", "same_query"]

_TITLE = re.compile(r"^arXiv Query: search_query=(.*?)(?:&id_list=.*)?$", re.IGNORECASE | re.DOTALL)
_DATES = re.compile(r'submittedDate:"(\d+)TO(\d+)"')


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A search that arXiv will read as it was meant."""

    text: str
    tree: Node
    notes: tuple[str, ...] = ()
    """Sentences on what was typed and is not in `text`; empty as a rule."""

    def __str__(self) -> str:
        return self.text


def compile_query(
    text: str,
    *,
    categories: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    raw: bool = False,
    today: date | None = None,
) -> CompiledQuery:
    """Compile a search as people type it.

    Plain words are joined by AND, quotes keep a phrase, `-` excludes, `OR` in capitals and parentheses group; fields by
    long or short name; `cat:cs` is the whole archive; `submitted:2024..2025-03`, `since:` and `until:` take dates. A
    leading `=` says that the rest is in arXiv's own language.

    Any of the categories will do, each perhaps several with commas between; `since` and `until` are the first and the
    last day of submission, in UTC; `today` is what `since:30d` counts back from, an error without it.
    Raises `QueryError` when the text cannot be understood, with the position; `InvalidInput` when a category or the
    range of days cannot be.
    """
    parts: list[Node | Not] = []
    notes: list[str] = []
    if raw or text.lstrip().startswith("="):
        parts.append(parse_raw(text, is_marked=not raw))
    else:
        node, notes = parse(text, today=today)
        if node is not None:
            parts.append(node)
    if any(code.strip() for code in categories):
        parts.append(category_node(",".join(categories)))
    if since or until:
        parts.append(from_days(since, until))
    tree = combine([part for whole in parts for part in _conjuncts(whole)])
    if tree is None:
        raise QueryError("there is nothing to search for", 0, "type a few words, as in: conformal prediction")
    if isinstance(tree, Not):
        raise QueryError(
            "there is nothing to take the exclusions from", tree.at, "add a word or a category that must be there"
        )
    return CompiledQuery(str(tree), tree, tuple(notes))


def same_query(sent: str, read_as: str) -> bool:
    """Tell whether arXiv read a query as it was sent, by the query in the title of the answer, or that whole title.

    Blanks make no difference, and arXiv writes a range of dates in quotes.
    """
    title = _TITLE.match(read_as)
    return _without_blanks(sent) == _without_blanks(title[1] if title else read_as)


def _without_blanks(text: str) -> str:
    return _DATES.sub(r"submittedDate:[\1TO\2]", "".join(text.split()))


def _conjuncts(node: Node | Not) -> list[Node | Not]:
    """Take apart what is excluded from, so that categories and dates join the words and not the exclusion."""
    if isinstance(node, AndNot):
        return [*_conjuncts(node.kept), Not(node.left_out, 0)]
    return list(node.parts) if isinstance(node, And) else [node]
