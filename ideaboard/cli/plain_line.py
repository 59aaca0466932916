"""A command line in its plain form, read without click; what it may hold is told as data.

This module imports nothing: `ideaboard add` may be done before more could be imported.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in `ideaboard.files`
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Param:
    """An argument, which has no names, or an option; `key` is the name under which the function gets the value."""

    help = ""
    metavar: str | None = None
    default: Any = None
    show_default = False
    required = True
    many = False
    """Whether an option may be repeated, or an argument takes all words that are left."""
    choices: tuple[str, ...] = ()
    is_number = False
    is_flag = False
    opposite = ""
    """The other name of a flag, which says no."""
    of_app = False
    """Whether the `App` keeps the value, and not the function."""
    complete = ""
    """What completion offers: a function of `completion.py`."""
    shape = ""
    """What is printed as JSON, by its name in `shapes.py`."""

    def __init__(self, names: tuple[str, ...], key: str, **given: Any) -> None:
        self.names = names
        self.key = key
        vars(self).update(given)


def place_of_command(line: Sequence[str]) -> int:
    """Return where the name of the command stands in a line that has one: behind the options of the program."""
    at = 0
    while line[at] in ("--board", "--config", "--as") and at + 2 < len(line):
        at += 2
    return at


def read_plain(params: Sequence[Param], words: Sequence[str]) -> dict[str, Any] | None:
    """Read the words after the name of a command; gives values by key, or None for click to judge what is not plain."""
    named = {name: param for param in params for name in (*param.names, param.opposite) if name}
    values = {param.key: () if param.many else param.default for param in params}
    loose: list[str] = []
    left = list(reversed(words))
    while left:
        word = left.pop()
        if word == "--":
            loose += reversed(left)
            break
        name, equals, value = word.partition("=")
        if param := named.get(word) or (named.get(name) if equals and name.startswith("--") else None):
            if param.is_flag and not equals:
                values[param.key] = word != param.opposite
                continue
            if param.is_flag or not (equals or left):
                return None
            if not _put(values, param, value if equals else left.pop()):
                return None
        elif word != "-" and word.startswith(("-", "–", "—")):
            return None
        else:
            loose.append(word)
    for param in params:
        if param.names:
            continue
        taken = len(loose) if param.many else min(1, len(loose))
        if (param.required and not taken) or not all(_put(values, param, word) for word in loose[:taken]):
            return None
        del loose[:taken]
    return None if loose else values


def _put(values: dict[str, Any], param: Param, word: str) -> bool:
    """Keep a value under its key; tells whether it is one that the parameter takes."""
    if (param.choices and word not in param.choices) or (param.complete == "files" and not word.strip()):
        return False
    value: Any = word
    if param.is_number:
        try:
            value = int(word)
        except ValueError:
            return False
    values[param.key] = (*values[param.key], value) if param.many else value
    return True
