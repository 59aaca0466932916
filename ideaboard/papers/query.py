"""Searches: what people type, compiled to arXiv's own language so that it means what was typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ideaboard.papers.query_parser import LONGEST, Not, QueryError, category_node, combine, parse
from ideaboard.papers.query_terms import And, AndNot, Node, Raw, from_days

__all__ = ["CompiledQuery", "QueryError", "compile_query", "same_query"]

_TITLE = re.compile(r"^arXiv Query: search_query=(.*?)(?:&id_list=.*)?$", re.IGNORECASE | re.DOTALL)
_DATES = re.compile(r'submittedDate:"(\d+)TO(\d+)"')


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A search that arXiv will read as it was meant."""

    text: str
    """What is sent."""
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

    Args:
        text: what was typed; may be empty when categories or dates are given.
        categories: codes of which any will do, each perhaps several with commas between.
        since: the first day of submission, in UTC.
        until: the last day of submission, included.
        raw: take the text as arXiv's own language, as a leading `=` does.
        today: what `since:30d` counts back from; without it such a date is an error.

    Raises:
        QueryError: when the text cannot be understood; `position` says where.
        InvalidInput: when a category or the range of days cannot be.
    """
    parts: list[Node | Not] = []
    notes: list[str] = []
    if raw or text.lstrip().startswith("="):
        parts.append(_raw(text, is_marked=not raw))
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
            "there is nothing to take the exclusions from",
            tree.at,
            "add a word or a category that must be there",
        )
    return CompiledQuery(str(tree), tree, tuple(notes))


def same_query(sent: str, read_as: str) -> bool:
    """Tell whether arXiv read a query as it was sent.

    Args:
        sent: the compiled text.
        read_as: the query in the title of the answer, or that whole title. Blanks make no difference, and arXiv writes
            a range of dates in quotes.
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


def _raw(text: str, *, is_marked: bool) -> Raw:
    """Check only what would make arXiv misread everything: quotes and parentheses."""
    start = text.index("=") + 1 if is_marked else 0
    if len(text) > LONGEST:
        raise QueryError(f"the search has {len(text):,} characters; {LONGEST:,} are the most", LONGEST, "shorten it")
    opened: list[int] = []
    quote = -1
    for at in range(start, len(text)):
        char = text[at]
        if char == '"':
            quote = at if quote < 0 else -1
        elif quote < 0 and char == "(":
            opened.append(at)
        elif quote < 0 and char == ")":
            if not opened:
                raise QueryError("a parenthesis is closed that was not opened", at, "take it out, or open one before")
            opened.pop()
    if quote >= 0:
        raise QueryError("a quote is opened and not closed", quote, "close it, or take it out")
    if opened:
        raise QueryError("a parenthesis is opened and not closed", opened[-1], "close it, or take it out")
    query = " ".join("".join(char if char.isprintable() else " " for char in text[start:]).split())
    if not query:
        raise QueryError("there is nothing to search for", start, "write a query in arXiv's own language after the =")
    return Raw(query)
