"""Reads a search as people type it; every complaint says where.

The language: words are joined by AND, `OR` in capitals stands between words or groups and binds less, `-` excludes,
quotes keep a phrase, parentheses group, and `field:` applies to the word, phrase or group after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput
from ideaboard.papers.identifiers import find_ids, parse_id
from ideaboard.papers.query_terms import (
    DATE_FIELDS,
    FIELDS,
    FIELDS_SHOWN,
    STOP_WORDS,
    WHOLE_VALUE_FIELDS,
    And,
    AndNot,
    Node,
    Or,
    Raw,
    Submitted,
    Term,
    both_readings,
    checked,
    submitted_range,
    text_term,
)
from ideaboard.papers.taxonomy import category_name, category_patterns, close_codes

LONGEST = 2_000
_DEEPEST = 40
_QUOTES = '"“”„«»'
_WORD = re.compile(rf"[^\s()\x00-\x1f\x7f{_QUOTES}]+")
_FIELD = re.compile(r"([A-Za-z_]+):")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]*")
_VALUE = re.compile(rf"\[[^\]]*\]|[^\s\x00-\x1f\x7f{_QUOTES}]+")
_OPERATORS = {"OR": "or", "|": "or", "AND": "and", "NOT": "not", "ANDNOT": "not"}
_NO_OPERAND = frozenset(["", ")", "or", "and", "not"])
_UNINDEXED_IN = frozenset(["ti", "co", "jr", "rn"])


class QueryError(InvalidInput):
    """A search that cannot be understood; `position` is an index into the text that was typed."""

    def __init__(self, message: str, position: int, hint: str = "") -> None:
        super().__init__(f"{message} (character {position + 1})", hint)
        self.position = position


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise QueryError(f"the search has {len(text):,} characters; {LONGEST:,} are the most", LONGEST, "shorten it")


def _left_open(what: str, at: int) -> QueryError:
    return QueryError(f"a {what} is opened and not closed", at, "close it, or take it out")


def _closed_too_often(at: int) -> QueryError:
    return QueryError("a parenthesis is closed that was not opened", at, "take it out, or open one before")


@contextmanager
def _said_at(at: int) -> Iterator[None]:
    """Say where in the text something cannot be taken, of what knows only that it cannot."""
    try:
        yield
    except QueryError:
        raise
    except InvalidInput as problem:
        raise QueryError(problem.message, at, problem.hint) from None


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of what was typed, and where it begins."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Not:
    """An exclusion that has not found yet what it excludes from."""

    node: Node
    at: int


def parse(text: str, *, today: date | None = None) -> tuple[Node | Not | None, list[str]]:
    """Read a search. Raises `QueryError` when it cannot be understood.

    Returns the tree (`None` when nothing but punctuation was typed, `Not` when nothing but exclusions), and notes on
    words that were left out.
    """
    _check_length(text)
    parser = _Parser(list(_tokens(text)), len(text), today)
    return parser.whole(), parser.notes


def parse_raw(text: str, *, is_marked: bool) -> Raw:
    """Take a query in arXiv's own language, from a leading `=` on when it is marked by one.

    Checked is only what would make arXiv misread everything: quotes and parentheses.
    """
    _check_length(text)
    start = text.index("=") + 1 if is_marked else 0
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
                raise _closed_too_often(at)
            opened.pop()
    if quote >= 0:
        raise _left_open("quote", quote)
    if opened:
        raise _left_open("parenthesis", opened[-1])
    query = " ".join("".join(char if char.isprintable() else " " for char in text[start:]).split())
    if not query:
        raise QueryError("there is nothing to search for", start, "write a query in arXiv's own language after the =")
    return Raw(query)


def combine(parts: Sequence[Node | Not]) -> Node | Not | None:
    """Join parts by AND: dates become one range, exclusions are taken from the rest.
    Raises `InvalidInput` when the dates leave nothing.
    """
    kept: list[Node] = []
    left_out: list[Not] = []
    dates: list[Submitted] = []
    for part in parts:
        if isinstance(part, Not):
            left_out.append(part)
        elif isinstance(part, Submitted):
            dates.append(part)
        else:
            kept.extend(part.parts if isinstance(part, And) else [part])
    if dates:
        kept.append(checked(Submitted(max(one.start for one in dates), min(one.end for one in dates))))
    wanted: Node | None = And(tuple(kept)) if len(kept) > 1 else kept[0] if kept else None
    if not left_out:
        return wanted
    excluded = _any_of([part.node for part in left_out])
    return AndNot(wanted, excluded) if wanted else Not(excluded, left_out[0].at)


def category_node(code: str) -> Node:
    """Return what asks for a category, an archive, or several with commas between.
    Raises `InvalidInput` when there is no such category.
    """
    nodes: list[Node] = []
    for one in filter(None, (part.strip() for part in code.split(","))):
        if one[0] in "*?":
            raise InvalidInput(f"a wildcard cannot begin a category: '{one[:40]}'", "write an archive as cs.*")
        patterns = category_patterns(one)
        if not patterns:
            near = ", ".join(f"{other} ({category_name(other)})" for other in close_codes(one))
            hint = f"did you mean {near}?" if near else "see ideaboard arxiv categories"
            raise InvalidInput(f"there is no category '{clean_line(one)[:40]}'", hint)
        nodes.extend(Term("cat", pattern) for pattern in patterns)
    if not nodes:
        raise InvalidInput("the category is empty", "write it as cs.LG, or cs for the whole archive")
    return _any_of(list(dict.fromkeys(nodes)))


def _any_of(nodes: Sequence[Node]) -> Node:
    flat = [part for node in nodes for part in (node.parts if isinstance(node, Or) else (node,))]
    return Or(tuple(flat)) if len(flat) > 1 else flat[0]


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    fresh = True  # whether a dash here begins an exclusion
    while (at := _skip_blanks(text, at)) < len(text):
        fresh = fresh or text[at - 1 : at].isspace()
        char = text[at]
        if char in _QUOTES:
            end = next((index for index in range(at + 1, len(text)) if text[index] in _QUOTES), -1)
            if end < 0:
                raise _left_open("quote", at)
            yield Token("phrase", text[at + 1 : end], at)
            at, fresh = end + 1, False
        elif char in "()":
            yield Token(char, char, at)
            at, fresh = at + 1, char == "("
        elif char == "-" and fresh and text[at + 1 : at + 2].strip():
            yield Token("-", char, at)
            at, fresh = at + 1, False
        else:
            match = _WORD.match(text, at)
            word = match.group() if match else char
            field = _FIELD.match(word)
            name = _field_name(text, at, word, field) if field else ""
            if field and name:
                yield Token("field", name, at)
                at, fresh = at + field.end(), True
                if name in WHOLE_VALUE_FIELDS and (value := _value(text, at)):
                    yield value
                    at, fresh = value.at + len(value.text), False
            else:
                yield Token(_OPERATORS.get(word, "word"), word, at)
                at, fresh = at + len(word), False


def _skip_blanks(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _value(text: str, at: int) -> Token | None:
    match = _VALUE.match(text, _skip_blanks(text, at))
    if match is None or match.group().startswith("("):
        return None
    value = match.group()
    while value.endswith(")") and value.count(")") > value.count("("):
        value = value[:-1]
    return Token("value", value, match.start())


def _field_name(text: str, at: int, word: str, field: re.Match[str]) -> str:
    """Return the field's short name; empty where a word only ends in a colon, as in a pasted title."""
    typed = field[1].lower()
    rest = word[field.end() :]
    if typed in FIELDS:
        return FIELDS[typed]
    if rest.startswith("//"):
        raise QueryError("this is a link, not a search", at, "add a paper by its link with: ideaboard arxiv add LINK")
    if typed in {"updated", "lastupdateddate"}:
        raise QueryError("arXiv cannot search by the date of an update", at, "use submitted:, or sort by update")
    from difflib import get_close_matches

    near = get_close_matches(typed, FIELDS, n=1, cutoff=0.75)
    follows = bool(rest) or text[at + len(word) : at + len(word) + 1] in tuple(_QUOTES + "(")
    if not follows and not near:
        return ""
    hint = f"did you mean {near[0]}:?" if near else f"fields are {FIELDS_SHOWN} (put the words in quotes otherwise)"
    raise QueryError(f"there is no field '{field[1][:40]}'", at, hint)


class _Parser:
    """A recursive descent over the tokens of one search."""

    def __init__(self, tokens: list[Token], length: int, today: date | None) -> None:
        self.tokens = tokens
        self.index = 0
        self.length = length
        self.today = today
        self.depth = 0
        self.notes: list[str] = []

    def whole(self) -> Node | Not | None:
        if not self.tokens:
            return None
        node = self.either("all")
        if token := self.peek():
            raise _closed_too_often(token.at)
        return node

    def peek(self) -> Token | None:
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def peek_kind(self) -> str:
        token = self.peek()
        return token.kind if token else ""

    def either(self, field: str) -> Node | Not | None:
        """Read what stands between parentheses: parts with OR between them."""
        parts: list[tuple[Node | Not | None, int]] = []
        while True:
            first = self.peek()
            parts.append((self.every(field), first.at if first else self.length))
            token = self.peek()
            if token is None or token.kind != "or":
                break
            self.index += 1
            if self.peek_kind() in {"", ")", "or", "and"}:
                raise _lonely(token, "after")
        if len(parts) == 1:
            return parts[0][0]
        nodes: list[Node] = []
        for node, at in parts:
            if isinstance(node, Not):
                raise QueryError("an exclusion cannot stand alone beside OR", node.at, "write (this -that) OR other")
            if node is None:
                raise QueryError("OR needs words on both sides", at, "take it out, or add a word")
            nodes.append(node)
        return _any_of(nodes)

    def every(self, field: str) -> Node | Not | None:
        """Read parts side by side, or with AND or NOT between them."""
        parts: list[Node | Not] = []
        negated: Token | None = None
        joined: Token | None = None
        seen = False
        while (token := self.peek()) and token.kind not in {"or", ")"}:
            if token.kind in {"and", "not"}:
                if (token.kind == "and" and not seen) or negated or (joined and token.kind == "and"):
                    raise _lonely(token, "before")
                joined, negated = token, token if token.kind == "not" else None
                self.index += 1
                continue
            part = self.one(field)
            if part is not None:
                parts.append(_negated(part, negated.at) if negated else part)
            seen, negated, joined = True, None, None
        if joined:
            raise _lonely(joined, "after")
        if not seen and (token is not None and token.kind == "or"):
            raise _lonely(token, "before")
        with _said_at(self.tokens[self.index - 1].at):
            return combine(self.without_stop_words(parts))

    def one(self, field: str) -> Node | Not | None:
        """Read one word, phrase, group, exclusion or field with what it applies to."""
        token = self.tokens[self.index]
        self.index += 1
        if token.kind == "-":
            if self.peek_kind() in _NO_OPERAND:
                raise QueryError("a dash excludes nothing", token.at, "write -word without a blank")
            part = self.deeper(token, field, self.one)
            return None if part is None else _negated(part, token.at)
        if token.kind == "field":
            return self.field(token)
        if token.kind == "(":
            return self.group(token, field)
        if field == "cat":
            with _said_at(token.at):
                return category_node(token.text)
        return self.word(token, field)

    def field(self, token: Token) -> Node | Not:
        name = token.text
        if self.peek_kind() in _NO_OPERAND:
            raise QueryError("the field has nothing after it", token.at, "write as in title:attention")
        if name in WHOLE_VALUE_FIELDS:
            return self.whole_value(name)
        part = self.deeper(token, name, self.one)
        if part is None:
            raise QueryError("the field has no word after it", token.at, "write as in title:attention")
        return part

    def whole_value(self, name: str) -> Node:
        token = self.tokens[self.index]
        if token.kind not in {"value", "phrase"}:
            raise QueryError(f"{name}: takes one value, not a group", token.at, "repeat the field for each value")
        self.index += 1
        with _said_at(token.at):
            if name in DATE_FIELDS:
                return submitted_range(name, token.text.strip(), self.today)
            if name == "id":
                return Term("id", parse_id(token.text).id)
        doi = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", token.text, flags=re.IGNORECASE)
        if doi.lower().startswith("10.48550/") and (ids := find_ids(doi)):
            return Term("id", ids[0].id)
        if not re.fullmatch(r"10\.[0-9]{4,9}/[-._;()/:<>+#A-Za-z0-9]+", doi):
            raise QueryError(f"'{clean_line(doi)[:60]}' is not a DOI", token.at, "it looks like 10.1561/2200000101")
        return Term("doi", doi, phrase=True)

    def group(self, token: Token, field: str) -> Node | Not | None:
        if self.peek_kind() == ")":
            raise QueryError("the parentheses are empty", token.at, "take them out")
        node = self.deeper(token, field, self.either)
        if self.peek() is None:
            raise _left_open("parenthesis", token.at)
        self.index += 1
        return node

    def word(self, token: Token, field: str) -> Node | None:
        quoted = token.kind == "phrase"
        term = text_term(field, token.text, quoted=quoted)
        begins = term.value[:1] in {"*", "?"} if term else token.text.strip("?!.,")[:1] == "*"
        if begins and not quoted:
            raise QueryError("a wildcard cannot begin a word", token.at, "put it later, as in transform*")
        return both_readings(term) if term else None

    def without_stop_words(self, parts: list[Node | Not]) -> list[Node | Not]:
        """Keep words that arXiv does not index from making a search find nothing.

        Asked for alone they match no title; in an abstract they are found, but only in quotes. Single letters among
        single letters are names of something, not words.
        """
        says_something = any(
            not isinstance(part, Term) or part.phrase or (len(part.value) > 1 and part.value.lower() not in STOP_WORDS)
            for part in parts
            if not isinstance(part, Not | Submitted)
        )
        if not says_something:
            return parts
        kept: list[Node | Not] = []
        left_out: list[str] = []
        for part in parts:
            if not isinstance(part, Term) or part.phrase or part.value.lower() not in STOP_WORDS:
                kept.append(part)
            elif part.field in _UNINDEXED_IN:
                left_out.append(part.value)
            else:
                kept.append(Term(part.field, part.value, phrase=part.field in {"all", "abs"}))
        if left_out:
            self.notes.append(f"left out: {', '.join(left_out)} (arXiv does not index such words there)")
        return kept

    def deeper(self, token: Token, field: str, read: Callable[[str], Node | Not | None]) -> Node | Not | None:
        """Read what is inside something, as long as it is not absurdly deep."""
        if self.depth >= _DEEPEST:
            raise QueryError("the search is nested too deeply", token.at, "take out some parentheses")
        self.depth += 1
        node = read(field)
        self.depth -= 1
        return node


def _lonely(token: Token, side: str) -> QueryError:
    hint = "put words on both sides, or quotes around it to look for it"
    return QueryError(f"{token.text} has nothing {side} it", token.at, hint)


def _negated(part: Node | Not, at: int) -> Node | Not:
    return part.node if isinstance(part, Not) else Not(part, at)
