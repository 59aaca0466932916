"""A search as a tree, and as arXiv's own query text.

arXiv's grammar has no precedence and nests to the right, a field binds one word, and words side by side are joined by
OR. So every group is written in parentheses and every word with its field; only chains of one AND or one OR go without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    """Tell whether a value can stand in a query without quotes."""
    return bool(_ONE_WORD.fullmatch(value)) and value not in _OPERATOR_WORDS


def _operand(node: Node) -> str:
    return str(node) if isinstance(node, Term | Submitted) else f"({node})"
