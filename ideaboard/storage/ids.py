"""Names of documents, of writers and of actions.

A document has eight characters for people, and the same number as an `int` for TinyDB. The alphabet has the digits and
the consonants without `l`: no word can arise, nothing looks like something else. Base 30 with eight digits gives
656,100,000,000 names, a little under 2**40.
"""

from __future__ import annotations

from ideaboard.errors import InvalidInput

ALPHABET = "0123456789bcdfghjkmnpqrstvwxyz"
LENGTH = 8
COUNT: int = len(ALPHABET) ** LENGTH
"""How many ids there are; a `doc_id` is at least 0 and less than this."""
WRITER_LENGTH = 4
LAST_YEAR = "2999"
"""Stamps of this year leave the clock too little room; later ones are none."""

_BASE = len(ALPHABET)
_VALUES = {char: value for value, char in enumerate(ALPHABET)}
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]


def encode_id(number: int) -> str:
    """Write TinyDB's `doc_id` as the eight characters that people see; raises `InvalidInput` when it is no id."""
    if not 0 <= number < COUNT:
        raise InvalidInput(f"{number} cannot be a document's id", f"an id is at least 0 and less than {COUNT:,}")
    rest, d = divmod(number, _BASE * _BASE)
    rest, c = divmod(rest, _BASE * _BASE)
    a, b = divmod(rest, _BASE * _BASE)
    return _PAIRS[a] + _PAIRS[b] + _PAIRS[c] + _PAIRS[d]


def decode_id(id: str) -> int:
    """Read the eight characters of an id as TinyDB's `doc_id`; raises `InvalidInput` when they are none."""
    if len(id) != LENGTH:
        raise InvalidInput(f"'{id}' is not an id", f"an id has {LENGTH} characters")
    number = 0
    try:
        for char in id:
            number = number * _BASE + _VALUES[char]
    except KeyError:
        raise InvalidInput(f"'{id}' is not an id", f"an id is made of {ALPHABET}") from None
    return number


def is_id(text: object) -> bool:
    """Tell whether a value from a file is an id."""
    return isinstance(text, str) and len(text) == LENGTH and all(char in _VALUES for char in text)


def named_id(name: str, lowest: int = 0) -> int:
    """Return the `doc_id` of something that has a name: the same one on each machine, and at every import."""
    import hashlib

    digest = hashlib.sha256(name.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big") % (COUNT - lowest) + lowest


def name_of(number: int, length: int) -> str:
    """Write the lowest digits of a number in the alphabet: short names of writers and actions."""
    chars = []
    for _ in range(length):
        number, digit = divmod(number, _BASE)
        chars.append(ALPHABET[digit])
    return "".join(reversed(chars))
