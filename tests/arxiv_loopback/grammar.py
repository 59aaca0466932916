"""arXiv's query grammar as its server of 2026 reads it, so that any search works on the recorded papers.

Operators have no precedence and nest to the right; words side by side are ORed; a field binds to one word, phrase or
group. Words are compared without case, accents and a plural s, which stands in for the server's stemming.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from fnmatch import fnmatchcase

from arxiv_loopback.feeds import Record
from ideaboard.core.text import fold

Test = Callable[[Record], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<range>(?:submittedDate|lastUpdatedDate):\[\d{4,14} TO \d{4,14}\])"
    r"|(?P<open>(?:\w+:)?\()|(?P<close>\))"
    r'|(?P<term>(?:[a-z]+:)?"[^"]*"|[^\s()"\[\]]+))'
)
_OPERATORS = {"AND": "AND", "OR": "OR", "ANDNOT": "ANDNOT", "NOT": "ANDNOT"}
_FIELDS = {"ti", "title", "au", "abs", "co", "jr", "cat", "rn", "id", "doi", "all"}
_WORD = re.compile(r"[\w*?]+")
_HYPHENATED = re.compile(r"[\w*?]+(?:-[\w*?]+)*")


class QueryError(Exception):
    """The query does not fit the grammar; arXiv answers 400."""


def read_query(text: str, hyphens: str = "blank") -> tuple[Test, str]:
    """Return a test for papers, and the query as understood.

    `hyphens` says how a word such as `k-means` is read: as two words, in the query as in the papers (`blank`, as the
    source of the server has it); as two in the papers and as one in the query, which then finds `never` (as people
    report); as one word in both (`joined`).

    Raises:
        QueryError: when it does not fit the grammar.
    """
    if text.count('"') % 2:
        text = text.replace('"', "")
    parser = _Parser(_tokens(text), hyphens)
    test = parser.expression("all")
    if parser.position < len(parser.tokens):
        raise QueryError(text)
    return test, _understood(parser.tokens)


def same_words(first: str, second: str) -> bool:
    """Say whether two queries are the same but for blanks, case, and fields that arXiv adds."""
    return _plain(first) == _plain(second)


def _plain(query: str) -> str:
    with suppress(QueryError):
        query = _understood(_tokens(query))
    return " ".join(query.casefold().split())


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position = 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise QueryError(text)
        kind, value = match.lastgroup, match[match.lastgroup]
        if kind == "term" and value in _OPERATORS:
            if value == "NOT" and tokens and tokens[-1] == ("operator", "AND"):
                tokens.pop()
            kind, value = "operator", _OPERATORS[value]
        tokens.append((kind, value))
        position = match.end()
    return tokens


def _understood(tokens: list[tuple[str, str]]) -> str:
    parts: list[str] = []
    fields: list[str] = []
    before = "operator"
    for kind, value in tokens:
        if kind in ("term", "open", "range") and before in ("term", "close", "range"):
            parts.append(" OR ")
        if kind == "operator":
            parts.append(f" {value} ")
        elif kind == "term":
            parts.append(value if _split(value)[0] or any(fields) else "all:" + value)
        elif kind == "range":
            parts.append(value.replace("[", '"').replace("]", '"'))
        else:
            parts.append(value)
        if kind == "open":
            fields.append(value[:-2])
        elif kind == "close" and fields:
            fields.pop()
        before = kind
    return "".join(parts)


def _split(term: str) -> tuple[str, str]:
    field, colon, rest = term.partition(":")
    return (field, rest) if colon and field in _FIELDS else ("", term)


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], hyphens: str) -> None:
        self.tokens = tokens
        self.hyphens = hyphens
        self.position = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.position] if self.position < len(self.tokens) else ("end", "")

    def expression(self, field: str) -> Test:
        left = self.operand(field)
        kind, value = self.peek()
        if kind in ("end", "close"):
            return left
        if kind == "operator":
            self.position += 1
        else:
            value = "OR"
        right = self.expression(field)
        if value == "AND":
            return lambda record: left(record) and right(record)
        if value == "ANDNOT":
            return lambda record: left(record) and not right(record)
        return lambda record: left(record) or right(record)

    def operand(self, field: str) -> Test:
        kind, value = self.peek()
        self.position += 1
        if kind == "open":
            inner = self.expression(value[:-2] or field)
            if self.peek()[0] != "close":
                raise QueryError(value)
            self.position += 1
            return inner
        if kind == "range":
            first, last = re.findall(r"\d+", value)
            return lambda record: first.ljust(12, "0") <= _digits(record.published) <= last.ljust(12, "9")
        if kind == "term":
            named, text = _split(value)
            return _term(named or field, text, self.hyphens)
        raise QueryError(value)


def _digits(moment: str) -> str:
    return re.sub(r"\D", "", moment)[:12]


def _term(field: str, text: str, hyphens: str) -> Test:
    text = text.strip('"')
    if field == "cat":
        pattern = text.lower()
        return lambda record: any(fnmatchcase(name.lower(), pattern) for name in record.categories)
    if field in ("id", "doi"):
        return lambda record: (
            text.lower() in (record.id.lower(), record.id.lower() + record.version) or text == record.doi
        )
    joined = hyphens == "joined"
    wanted = _words(text.replace("_", " "), joined)
    if not wanted:
        raise QueryError(text)
    if hyphens == "never" and re.search(r"\w-\w", text):
        return lambda _: False
    return lambda record: _has(_words(_text(record, field), joined), wanted)


def _text(record: Record, field: str) -> str:
    authors = " ".join(name for name, _ in record.authors)
    texts = {
        "ti": record.title,
        "title": record.title,
        "au": authors,
        "abs": record.summary,
        "co": record.comment,
        "jr": record.journal_ref,
        "rn": "",
    }
    everything = [record.title, authors, record.summary, record.comment, record.journal_ref, *record.categories]
    return texts.get(field, " . ".join(everything))


def _words(text: str, joined: bool) -> list[str]:
    found = _HYPHENATED if joined else _WORD
    return [word.removesuffix("s") for word in found.findall(fold(text).replace("_", " "))]


def _has(words: list[str], phrase: list[str]) -> bool:
    width = len(phrase)
    return any(all(map(fnmatchcase, words[at : at + width], phrase)) for at in range(len(words) - width + 1))
