"""What the command line writes: text and JSON without control characters, aligned by terminal cells.

Nothing that comes from data reaches a terminal unseen: every line goes through `plain`, or through the painters, which
clean it before they add a style.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from operator import getitem
from typing import Any, NamedTuple

from ideaboard.core import cells as core_cells
from ideaboard.core.text import clean_line, clean_text, kept_as, shortened
from ideaboard.errors import IdeaboardError

plain = clean_text
"""Text without terminal escapes and control characters, but for LF and tab."""
cells = core_cells.width_of
"""The terminal cells of a line."""

# JSON escapes C0 by itself; DEL, C1, bidirectional controls and non-characters would pass.
_UNSAFE_IN_JSON = "[\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"


class Unwritable(IdeaboardError):
    """Stdout takes no more: EX_IOERR of sysexits.h."""

    exit_code = 74


class _Reader:
    """Who reads what is written: a person, or a program that asked for JSON, to which everything else is said last."""

    def __init__(self, *, program: bool = False, lines: bool = False) -> None:
        self.program = program
        self.lines = lines
        self.held: list[str] = []
        self.error: dict[str, Any] | None = None


_reader = _Reader()


def begin(arguments: Sequence[str]) -> None:
    """Look at the command line for who reads: after `--json` or `--jsonl`, stderr gets one JSON object at most when
    the command fails.
    """
    global _reader  # one run of the command line has one reader
    words = arguments[: arguments.index("--")] if "--" in arguments else arguments
    _reader = _Reader(program="--json" in words or "--jsonl" in words, lines="--jsonl" in words)


def finish(code: int) -> None:
    """Say what was held back: as text when all went well, within the error when it did not."""
    held, error = [one for one in _reader.held if one], _reader.error
    _reader.held = []
    if _reader.program and held and not error and code > 1:
        error = {"code": code, "message": held.pop(0), "hint": ""}
    if error:
        import json

        whole = {"error": error, **({"warnings": held} if held else {})}
        _to_stderr(escape_json(json.dumps(whole, indent=2, ensure_ascii=False)))
    elif held:
        _to_stderr("\n".join(held))


def say(text: str, json: object = None) -> None:
    """Write text and a line break to stdout; or JSON in its place, where that is given."""
    if json is not None:
        say_json(json)
    else:
        emit(plain(text) + "\n")


def emit(text: str) -> None:
    """Write text to stdout that was cleaned piece by piece; raises `Unwritable` when it takes no more, as on a full
    disk.
    """
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error) from None


def unwritable(error: OSError) -> Unwritable:
    return Unwritable(f"the output cannot be written: {error.strerror}", "make room, or send it elsewhere")


def warn(text: str) -> None:
    """Write a line for the person to stderr, under the program's name."""
    remark(text if _reader.program else f"ideaboard: {text}")


def remark(text: str) -> None:
    """Write text for the person to stderr, as it stands; beside JSON it waits for the end."""
    if _reader.program:
        _reader.held.append(plain(text))
    else:
        _to_stderr(text)


def kept_links(*typed: str | None) -> None:
    """Say of links as what they are kept, where that is not what was typed."""
    for text in typed:
        if said := kept_as(text or ""):
            remark(said)


def _to_stderr(text: str) -> None:
    if picture := sys.modules.get("ideaboard.first_picture"):
        picture.give_back()
    with suppress(OSError):  # where that cannot be written, there is nowhere to say so
        sys.stderr.write(plain(text) + "\n")


def agreed(question: str) -> bool:
    """Ask on the terminal; anything but yes is no."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def say_json(value: Any) -> None:
    """Write JSON that holds no raw control character but LF: indented by two, or of an array one element a line."""
    if _reader.lines:
        for one in value if isinstance(value, list) else [value]:
            emit(_as_json(one, indent=False) + "\n")
    else:
        emit(_as_json(value, indent=True) + "\n")


def _as_json(value: Any, *, indent: bool) -> str:
    import orjson

    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2 if indent else None).decode("utf-8")
    except TypeError:  # a lone surrogate from a damaged file
        import json

        text = json.dumps(value, indent=2 if indent else None)
    return escape_json(text)


def picked(thing: object, *names: str) -> dict[str, Any]:
    """Return some attributes of a thing by their names, for JSON."""
    return {name: getattr(thing, name) for name in names}


def escape_json(text: str) -> str:
    """Return JSON with its raw control characters written as escapes; the values stay the same."""
    return re.sub(_UNSAFE_IN_JSON, lambda match: f"\\u{ord(match.group()):04x}", text)


def on_terminal() -> bool:
    return sys.stdout.isatty()


class Painter:
    """Cleans a line and puts a style around it, on a terminal, unless `NO_COLOR` says no (https://no-color.org)."""

    def __init__(self) -> None:
        self._color = on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def plain(self, text: str) -> str:
        return plain(text).replace("\n", " ")

    def bold(self, text: str) -> str:
        return self._paint("1", text)

    def dim(self, text: str) -> str:
        return self._paint("2", text)

    def styles(self) -> tuple[Callable[[str], str], Callable[[str], str]]:
        """Return what makes clean text bold, and dim."""
        return (partial(self._styled, "1"), partial(self._styled, "2")) if self._color else (str, str)

    def _paint(self, code: str, text: str) -> str:
        return self._styled(code, self.plain(text))

    def _styled(self, code: str, clean: str) -> str:
        return f"\x1b[{code}m{clean}\x1b[0m" if self._color and clean else clean


def width_of_terminal() -> int | None:
    """Return the width of the terminal in cells; None when stdout goes elsewhere, where nothing is cut."""
    if not on_terminal():
        return None
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return columns or 80


def pad(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


class Row(NamedTuple):
    """What a table says of one thing, already clean."""

    id: str
    rest_of_id: str
    """The part of the id that need not be typed."""
    facts: tuple[str, ...]
    """What stands in columns."""
    place: str
    title: str
    more: str


def print_rows(rows: Sequence[Row]) -> None:
    """Write a table; on a terminal it fits the width, elsewhere nothing is cut."""
    width = width_of_terminal()
    bold, dim = Painter().styles()
    ids = [cells(row.id + row.rest_of_id) for row in rows]
    widest = max(ids, default=0)
    columns = [{*column} for column in zip(*(row.facts for row in rows), strict=True)]  # many rows say the same there
    widths = [max(map(cells, column)) for column in columns]
    padded = [{fact: f"{pad(fact, wide)}  " for fact in column} for column, wide in zip(columns, widths, strict=True)]
    together = {facts: "".join(map(getitem, padded, facts)) for facts in {row.facts for row in rows}}
    lines: list[str] = []
    for (id, rest_of_id, each, place, title, more), used in zip(rows, ids, strict=True):
        facts = together[each]
        if width is not None:
            rest = max(8, width - widest - 2 - cells(facts) - cells(place))
            title = core_cells.shorten(title, rest)
            left = rest - cells(title) - 2
            more = core_cells.shorten(more, left) if left > 2 else ""
        blanks = " " * (widest - used)
        line = f"{bold(id)}{dim(rest_of_id)}{blanks}  {dim(facts)}{place}{title}  {dim(more)}"
        lines.append(line.rstrip())
    emit("\n".join([*lines, ""]))


def shorten(text: str, length: int = 60) -> str:
    """Shorten a value to a number of characters, for a message."""
    return shortened(clean_line(text), length)


def fail(message: str, hint: str, code: int) -> int:
    """Say what is wrong and what to do, on stderr; return the exit code."""
    if _reader.program:
        _reader.error = {"code": code, "message": plain(message), "hint": plain(hint)}
        return code
    warn(message)
    if hint:
        remark(hint)
    return code


def interrupted(code: int) -> int:
    """Say that ctrl+c ended it: to a program; a person has just pressed it. Returns the exit code."""
    if _reader.program:
        return fail("it was stopped by ctrl+c", "", code)
    remark("")
    return code


@contextmanager
def countdown() -> Iterator[Callable[[float, str], None]]:
    """Give a function that shows a wait: a countdown on a terminal, one line for each reason elsewhere."""
    from math import ceil

    live = sys.stderr.isatty()
    told: set[str] = set()
    clear = "\r\x1b[K"

    def hear(seconds: float, why: str) -> None:
        text = f"{ceil(seconds)} s: {plain(why)} (ctrl+c ends it)"
        if live and text not in told:
            sys.stderr.write(clear + text)
            sys.stderr.flush()
            told.add(text)
        elif not live and seconds >= 1 and why not in told:
            remark(f"waiting {ceil(seconds)} s: {why}")
            told.add(why)

    try:
        yield hear
    finally:
        if live and told:
            sys.stderr.write(clear)
            sys.stderr.flush()
