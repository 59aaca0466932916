"""What may stand in a search: fields, words made safe for arXiv's grammar, and dates."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from ideaboard.errors import InvalidInput

FAR_PAST = "199101010000"
FAR_FUTURE = "210012312359"
"""arXiv knows no open ranges; nothing was submitted before 1991."""

_OPERATOR_WORDS = frozenset(["AND", "OR", "ANDNOT", "NOT"])
_ONE_WORD = re.compile(r"(?:[^\W_]|[.,*?'+#&\u0300-\u036f])+")


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase in one of arXiv's fields."""

    field: str
    """arXiv's short name: `ti`, `au`, `abs`, `co`, `jr`, `rn`, `cat`, `doi`, `id`, `all`."""
    value: str
    """The words without quotes; no character that means something to arXiv's grammar, but `*` and `?`."""
    phrase: bool = False

    def __str__(self) -> str:
        quoted = self.phrase or self.value in _OPERATOR_WORDS
        return f'{self.field}:"{self.value}"' if quoted else f"{self.field}:{self.value}"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A range of moments at which version 1 was submitted, both ends included, as `YYYYMMDDHHMM` in UTC."""

    start: str = FAR_PAST
    end: str = FAR_FUTURE

    def __str__(self) -> str:
        return f"submittedDate:[{self.start} TO {self.end}]"


@dataclass(frozen=True, slots=True)
class Raw:
    """A query in arXiv's own language, sent as it is."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " AND ".join(_operand(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(_operand(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AndNot:
    """What the first finds, without what the second finds."""

    kept: Node
    left_out: Node

    def __str__(self) -> str:
        return f"{_operand(self.kept)} ANDNOT {_operand(self.left_out)}"


Node = Term | Submitted | Raw | And | Or | AndNot
"""A search, or a part of one; `str` gives it in arXiv's language."""


def is_one_word(value: str) -> bool:
    return bool(_ONE_WORD.fullmatch(value)) and value not in _OPERATOR_WORDS


def _operand(node: Node) -> str:
    return str(node) if isinstance(node, Term | Submitted) else f"({node})"


_NAMES = {
    "ti": "title",
    "au": "author authors",
    "abs": "abstract",
    "cat": "category",
    "co": "comment comments",
    "jr": "journal",
    "rn": "report",
    "doi": "",
    "id": "",
    "all": "",
    "submitted": "submitteddate",
    "since": "",
    "until": "",
}
FIELDS = {name: short for short, names in _NAMES.items() for name in (short, *names.split())}
"""The names under which a field may be typed, and arXiv's short name for it."""

DATE_FIELDS = frozenset(["submitted", "since", "until"])
WHOLE_VALUE_FIELDS = frozenset(["doi", "id"]) | DATE_FIELDS
"""Fields whose value is taken as it stands, up to the next blank."""

FIELDS_SHOWN = "title: author: abstract: category: comment: journal: report: doi: id: all: submitted: since: until:"

# Words that arXiv's index leaves out of titles and the like (the English list of its search engine).
# fmt: off
STOP_WORDS = frozenset([
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of",
    "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
])
# fmt: on

_INNER = ".'+#&/-*?,"
_EDGES = ".,'&/-"
_BETWEEN = re.compile(r"(?<=\w)[-/&]+(?=\w)")
_TEXT_FIELDS = frozenset(["ti", "au", "abs", "co", "jr", "rn", "all"])
_WILDCARDS = re.compile(r"[*?]")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?|([0-9]{2})([0-9]{2})?)?")
_AGO = re.compile(r"([0-9]{1,5})d")
_DATE_HINT = "write a date as 2024, 2024-03 or 2024-03-15, a range as 2024..2025-03"


def text_term(field: str, typed: str, *, quoted: bool) -> Term | None:
    """Make a word or a phrase safe for arXiv's grammar; `None` when no letter or digit is in it.

    What is no part of a word (brackets, colons, underscores, TeX) becomes a blank, and what then falls apart, as
    `self_attention`, is asked for as a phrase: a field binds one word only. Hyphens and slashes are kept in quotes.
    """
    pieces = _pieces(typed, keep_commas=field == "au")
    if not pieces:
        return None
    if quoted or len(pieces) > 1:
        value = " ".join(_WILDCARDS.sub("", piece) for piece in pieces)
        return Term(field, " ".join(value.split()), phrase=True) if value.strip() else None
    (value,) = pieces
    return Term(field, value, phrase=not is_one_word(value) and not _WILDCARDS.search(value))


def both_readings(term: Term) -> Node:
    """Ask for a phrase with hyphens, slashes or ampersands inside both with them and with blanks in their place.

    The source of arXiv's server says that they are the same; people find 0 papers on `non-invasive` and 35,000 on
    `non invasive` (github.com/arXiv/arxiv-search/issues/322).
    """
    apart = " ".join(_BETWEEN.sub(" ", term.value).split())
    if not term.phrase or apart == term.value or term.field not in _TEXT_FIELDS:
        return term
    return Or((term, Term(term.field, apart, phrase=True)))


def _pieces(typed: str, *, keep_commas: bool) -> list[str]:
    text = re.sub(r"&{2,}", " ", unicodedata.normalize("NFKC", typed).replace("’", "'"))
    text = "".join(_safe(char) for char in text)
    text = text.replace(",", ", ") if keep_commas else re.sub(r",(?![0-9])|(?<![0-9]),", " ", text)
    found = []
    for piece in text.split():
        piece = piece.lstrip(_EDGES + "+#").rstrip(_EDGES + "?" if not keep_commas else _EDGES.replace(",", "") + "?")
        if any(char.isalnum() for char in piece):
            found.append(piece)
    if found:
        found[-1] = found[-1].rstrip(",")
    return found


def _safe(char: str) -> str:
    if char.isalnum() or char in _INNER or unicodedata.category(char).startswith("M"):
        return char
    return "" if unicodedata.category(char) == "Cf" else " "


def submitted_range(field: str, typed: str, today: date | None) -> Submitted:
    """Read `2024..2025-03`, `[20240101 TO 20241231]`, or one date of `submitted:`, `since:` or `until:`.
    Raises `InvalidInput` when a date cannot be read or the range is empty.
    """
    if field == "since":
        return Submitted(start=_minutes(typed, today)[0])
    if field == "until":
        return Submitted(end=_minutes(typed, today)[1])
    if bracketed := re.fullmatch(r"\[\s*(\S+)\s+TO\s+(\S+)\s*\]", typed.strip()):
        start, end = bracketed.groups()
    else:
        start, dots, end = typed.partition("..")
        end = end.lstrip(".") if dots else start
    if not start.strip("*") and not end.strip("*"):
        raise InvalidInput("the range has neither a first nor a last date", _DATE_HINT)
    first = _minutes(start, today)[0] if start.strip("*") else FAR_PAST
    last = _minutes(end, today)[1] if end.strip("*") else FAR_FUTURE
    return checked(Submitted(first, last))


def checked(submitted: Submitted) -> Submitted:
    """Return the range unless it ends before it begins. Raises `InvalidInput` when it does."""
    if submitted.start > submitted.end:
        first, last = (f"{text[:4]}-{text[4:6]}-{text[6:8]}" for text in (submitted.start, submitted.end))
        raise InvalidInput(f"the dates leave nothing: they begin on {first} and end on {last}", "swap them")
    return submitted


def from_days(since: date | None, until: date | None) -> Submitted:
    """Return the range from the start of one day to the end of another, in UTC; open without one.
    Raises `InvalidInput` when the first day comes after the last.
    """
    start = f"{since:%Y%m%d}0000" if since else FAR_PAST
    end = f"{until:%Y%m%d}2359" if until else FAR_FUTURE
    return checked(Submitted(start, end))


def _minutes(typed: str, today: date | None) -> tuple[str, str]:
    """Return the first and the last minute of a date, which may be a year or a month, or a moment."""
    if re.fullmatch(r"[0-9]{12}", typed) and typed[8:10] <= "23" and typed[10:] <= "59":
        _minutes(typed[:8], None)
        return typed, typed
    ago = _AGO.fullmatch(typed)
    if ago and today:
        day = f"{today - timedelta(days=int(ago[1])):%Y%m%d}"
        return f"{day}0000", f"{day}2359"
    match = _DAY.fullmatch(typed)
    if match:
        year, month_typed, day_typed = int(match[1]), match[2] or match[4], match[3] or match[5]
        with suppress(ValueError):
            first = date(year, int(month_typed or 1), int(day_typed or 1))
            month = first.month if month_typed else 12
            last = first if day_typed else date(year, month, monthrange(year, month)[1])
            return f"{first:%Y%m%d}0000", f"{last:%Y%m%d}2359"
    raise InvalidInput(f"'{typed[:40]}' is not a date", _DATE_HINT)
