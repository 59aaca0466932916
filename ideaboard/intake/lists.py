"""Markdown as lines: headings, items of lists with what belongs to them, and the rest.

`lines_in` divides a text, for a board as for a list of titles; `read_titles` finds the ideas of such a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_ITEM = re.compile(
    r"(?P<indent>[ \t]*)(?:[-*+•]|[0-9]{1,4}[.)])(?:[ \t]+\[(?P<box>.)\](?=[ \t]|$))?(?:[ \t]+(?P<text>.*))?"
)
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})")
_FENCE = re.compile(r"`{3,}|~{3,}|%%(?!.*%%)")
_ASIDE = re.compile(r"=+|#{1,6}|<!--.*-->|%%.*%%")
_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]*)+(?=(?:[-*+•]|[0-9]{1,4}[.)])[ \t])", re.MULTILINE)


class Line(NamedTuple):
    """What a line begins, with its number from 1.

    `what` is `heading` (its level is the `mark`), `item` (its box is), `rule`, `text` that belongs to no item, or
    `aside`: front matter, what is fenced (the line that opens it is the mark), comments.
    """

    number: int
    what: str
    text: str
    mark: str = ""
    body: tuple[str, ...] = ()


def lines_in(text: str, *, nested: bool = True) -> Iterator[Line]:
    """Divide a text into headings, items with all that belongs to them, and the rest; empty lines are left out.
    Without `nested` each line stands alone.
    """
    lines = text.split("\n")
    at = 0
    if lines[0].strip() == "---":
        at = next((number for number, line in enumerate(lines[1:], 2) if line.strip() == "---"), 0)
    yield from (Line(number, "aside", line, "---") for number, line in enumerate(lines[:at], 1) if line.strip())
    outermost = min(map(_indent, filter(_ITEM.fullmatch, lines[at:])), default=0) + 2 if nested else len(text)
    end = opened = ""
    while at < len(lines):
        line, bare = lines[at], lines[at].strip()
        at += 1
        if end:
            end = "" if bare.startswith(end) or (end == "%%" and bare.endswith(end)) else end
            if bare:
                yield Line(at, "aside", line, opened)
        elif opening := _FENCE.match(bare):
            end, opened = opening[0], bare
            yield Line(at, "aside", line, opened)
        elif heading := _HEADING.fullmatch(line):
            yield Line(at, "heading", _unclosed(heading[2]), heading[1])
        elif _RULE.fullmatch(line):
            yield Line(at, "rule", "")
        elif (item := _ITEM.fullmatch(line)) and _indent(line) < outermost:
            body = list(_body((lines[row] for row in range(at, len(lines))), outermost)) if nested else []
            yield Line(at, "item", item["text"] or "", item["box"] or "", tuple(_dedented(body.copy())))
            at += len(body)
        elif bare:
            yield Line(at, "aside" if _ASIDE.fullmatch(bare) else "text", line)


def _unclosed(text: str) -> str:
    """Take the signs from the end of a heading (https://spec.commonmark.org/0.31.2/#atx-headings)."""
    bare = text.rstrip(" \t")
    words = bare.rstrip("#")
    return words.rstrip(" \t") if words != bare and words[-1:] in ("", " ", "\t") else bare


def _indent(line: str) -> int:
    return len(line[: len(line) - len(line.lstrip())].expandtabs(4))


def _body(lines: Iterable[str], outermost: int) -> Iterator[str]:
    """Yield what belongs to an item: empty lines, what is indented, and what goes on with a paragraph."""
    before = "the item"
    for line in lines:
        begins = line[:1] in "%*`~" or any(one.fullmatch(line) for one in (_ITEM, _HEADING, _RULE))
        if line.strip() and _indent(line) < outermost and (begins or not before):
            return
        before = line.rstrip()
        yield before


def _dedented(body: list[str]) -> list[str]:
    while body and not body[-1]:
        body.pop()
    spaces = [len(line) - len(line.lstrip()) for line in body if line]
    return [line[min(spaces) :] for line in body] if spaces else []


def read_titles(text: str) -> tuple[list[tuple[int, str]], list[str]]:
    """Return the titles in a text, one a line, with the numbers of their lines; and what the person should know.

    When bullets stand before most lines it is a Markdown list: the bullets go, and headings, rules and what is fenced
    are no ideas.
    """
    text = "\n".join(text.splitlines())
    titles: list[tuple[int, str]] = []
    left_out: list[int] = []
    bullets = ticked = 0
    for line in lines_in(_QUOTED.sub("", text), nested=False):
        if line.what == "item" and line.text.strip():
            bullets += 1
            ticked += line.mark in ("x", "X")
            titles.append((line.number, line.text))
        elif line.what != "text":
            left_out.append(line.number)
        elif line.text[0].isspace() and titles:
            titles[-1] = (titles[-1][0], f"{titles[-1][1]} {line.text.strip()}")
        else:
            titles.append((line.number, line.text))
    if bullets * 2 <= len(titles):
        return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()], []
    remarks = ["this is read as a Markdown list, without its bullets"]
    if left_out:
        what = "1 line is no idea" if len(left_out) == 1 else f"{len(left_out)} lines are no ideas"
        remarks.append(f"{what} and left out: {', '.join(map(str, left_out[:10]))}{'...' if left_out[10:] else ''}")
    if ticked:
        remarks.append(f"{ticked} of the ideas {'was' if ticked == 1 else 'were'} ticked off in the list")
    return titles, remarks
