"""Markdown for the terminal, as rows: enough of CommonMark for notes, read lazily, so that a long text costs its top.

Textual's own Markdown widget mounts a widget for each paragraph and takes ten times as long as drawing the rest of the
pane, which is too much for something that changes with every cursor key. What is not known here stays as written:
nothing is ever left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ideaboard.core.text import clean_url
from ideaboard.errors import InvalidInput
from ideaboard.ui.drawing.cells import Line, Piece, cut, tame, width_of
from ideaboard.ui.drawing.rows import BLANK, LINK, Row, wrapped

_DEEPEST = 6
_LONGEST = 4_000
"""A paragraph longer than this is not searched for emphasis."""

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"^([ \t]*)([-*+]|\d{1,9}[.)])[ \t]+(.*)$")
_TASK = re.compile(r"^\[([ xX])\][ \t]+")
_QUOTE = re.compile(r"^ {0,3}> ?(.*)$")
_CODE = re.compile(r"^ {4}(.*)$")
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")

_TARGET = r"<[^<>\n]{0,2000}>|[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*"
_PLAIN = r"(?:\\.|[^\[\]\\])"
"""A character of a link's text; brackets stand there in pairs (CommonMark 0.31, 6.3), as in `[Re] A title`."""
_LINK_FORMS = (
    rf"!?\[(?P<label>(?:{_PLAIN}|\[{_PLAIN}{{0,200}}\]){{0,500}})\]\((?P<target>{_TARGET})(?:[ \t]+\"[^\"]*\")?\)"
    r"|<(?P<auto>(?:https?://|mailto:)[^\s<>]{1,2000})>"
    r"|(?P<bare>https?://[^\s<>]{1,2000})"
)
_LINKS = re.compile(_LINK_FORMS)
_INLINE = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+)(?P<code>[^`](?:.{0,998}?[^`])?)(?P=ticks)(?!`)"
    rf"|{_LINK_FORMS}"
    r"|(?P<strong>\*\*|__)(?=\S)(?P<strong_text>.{0,500}?[^\s\\])(?P=strong)"
    r"|(?P<em>(?<![\w*])\*|(?<![\w_])_)(?=[^\s*_])(?P<em_text>.{0,500}?[^\s\\])(?P=em)(?![\w*_])"
    r"|~~(?=\S)(?P<strike>.{0,500}?\S)~~"
)
_TRAILING = re.compile(r"[.,;:!?'\"*_~]+$")


def markdown_rows(text: str, width: int) -> Iterator[Row]:
    """Draw Markdown, with LF between lines, one row of so many cells (at least 8) after the other."""
    yield from _Blocks(text.split("\n"), max(8, width)).rows()


def note_links(text: str, most: int) -> list[tuple[str, str]]:
    """Return (label, address) of the links in a text, in order, each address once; at most `most`."""
    found: dict[str, str] = {}
    for match in _LINKS.finditer(text[: 10 * _LONGEST]):
        url = match["auto"] or _bare(match["bare"] or "") or (match["target"] or "").strip("<>")
        if url and _safe(url):
            found.setdefault(url, match["label"] or "")
            if len(found) == most:
                break
    return [(label, url) for url, label in found.items()]


class _Blocks:
    """Reads lines and draws the blocks that they make."""

    def __init__(self, lines: list[str], width: int, before: Line = (), depth: int = 0, style: str = "title") -> None:
        self._lines = lines
        self._at = 0
        self._width = width
        self._before = before
        self._depth = depth
        self._style = style

    def rows(self) -> Iterator[Row]:
        empty = True
        in_list = False
        while self._at < len(self._lines):
            line = self._lines[self._at].expandtabs(4)
            if not line.strip():
                self._at += 1
                continue
            item = _ITEM.match(line)
            gap = self._at > 0 and not (item and in_list and self._lines[self._at - 1].strip())
            if not empty and gap:
                yield Row(self._before) if self._before else BLANK
            yield from self._block(line, item)
            empty, in_list = False, bool(item)

    def _block(self, line: str, item: re.Match[str] | None) -> Iterator[Row]:
        if fence := _FENCE.match(line):
            return self._fenced(fence[1])
        if heading := _HEADING.match(line):
            self._at += 1
            return self._text(heading[2] or "", "strong")
        if _RULE.match(line):
            self._at += 1
            return iter([Row((*self._before, ("─" * max(1, self._width), "quiet")))])
        if _QUOTE.match(line) and self._depth < _DEEPEST:
            return self._quoted()
        if item:
            return self._item(item)
        if _CODE.match(line):
            return self._indented()
        following = self._lines[self._at + 1 : self._at + 2]
        if "|" in line and following and _TABLE_RULE.match(following[0]) and not _TABLE_RULE.match(line):
            return self._table()
        return self._paragraph()

    def _lines_while(self, belongs: Callable[[str], object]) -> Iterator[str]:
        """Take lines, one by one, as long as they belong to the block."""
        while self._at < len(self._lines) and belongs(self._lines[self._at]):
            self._at += 1
            yield self._lines[self._at - 1]

    def _code_row(self, line: str) -> Iterator[Row]:
        """Draw a line of code; one that is too long goes on below."""
        text = tame(line.expandtabs(4).rstrip()) or " "
        room = max(1, self._width - 2)
        while text:
            head = cut(text, room) or text[0]
            yield Row((*self._before, ("  ", "quiet"), (head, "code")))
            text = text[len(head) :]

    def _fenced(self, fence: str) -> Iterator[Row]:
        self._at += 1
        close = re.compile(rf"^ {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
        for line in self._lines_while(lambda line: not close.match(line)):
            yield from self._code_row(line)
        self._at += 1

    def _indented(self) -> Iterator[Row]:
        for line in self._lines_while(lambda line: _CODE.match(line.expandtabs(4))):
            yield from self._code_row(_CODE.sub(r"\1", line.expandtabs(4)))

    def _quoted(self) -> Iterator[Row]:
        lines = self._lines_while(lambda line: _QUOTE.match(line) or _goes_on(line))
        inner = [_QUOTE.sub(r"\1", line) for line in lines]
        before = (*self._before, ("▎ ", "quiet"))
        return _Blocks(inner, max(4, self._width - 2), before, self._depth + 1, "quiet").rows()

    def _item(self, item: re.Match[str]) -> Iterator[Row]:
        self._at += 1
        text, marker = item[3], item[2]
        indent = min(len(item[1]) // 2 * 2, max(0, self._width - 12))
        bullet, style = ("•", "quiet") if marker in "-*+" else (marker, "quiet")
        if task := _TASK.match(text):
            done = task[1] != " "
            bullet, style, text = ("✓" if done else "○", "good" if done else "quiet", text[task.end() :])
        text = "\n".join([text, *map(str.strip, self._lines_while(_goes_on))])
        start = (*self._before, (" " * indent, "quiet"), (bullet + " ", style))
        rest = (*self._before, (" " * (indent + width_of(bullet) + 1), "quiet"))
        return self._text(text, self._style, start, rest)

    def _paragraph(self) -> Iterator[Row]:
        first = self._lines[self._at]
        self._at += 1
        more = self._lines_while(lambda line: _goes_on(line) and not _UNDERLINE.match(line))
        text = "\n".join([first, *more])
        if self._at < len(self._lines) and _UNDERLINE.match(self._lines[self._at]):
            self._at += 1
            return self._text(text, "strong")
        return self._text(text, self._style)

    def _text(self, text: str, style: str, first: Line | None = None, rest: Line | None = None) -> Iterator[Row]:
        """Draw running text: single line breaks are blanks, two blanks or a backslash before one keep it."""
        first = self._before if first is None else first
        rest = self._before if rest is None else rest
        width = self._width + sum(width_of(part) for part, _ in self._before)
        for number, part in enumerate(re.split(r"(?: {2,}|\\)\n", text)):
            joined = " ".join(line.strip() for line in part.split("\n"))
            pieces = inline(joined, style) if len(joined) <= _LONGEST else [(joined, style)]
            for pieces_of_line in wrapped(pieces, width, rest if number else first, rest):
                yield Row(pieces_of_line)

    def _table(self) -> Iterator[Row]:
        lines = self._lines_while(lambda line: "|" in line)
        cells = [line.strip().strip("|").split("|") for line in lines if not _TABLE_RULE.match(line)]
        rows = [[tame(cell.strip()) for cell in row] for row in cells]
        count = max(map(len, rows))
        widths = [max((width_of(row[n]) for row in rows if n < len(row)), default=0) for n in range(count)]
        if sum(widths) + 2 * (count - 1) > self._width:
            for row in rows:
                yield from self._text("  ".join(row), self._style)
            return
        for number, row in enumerate(rows):
            text = "  ".join(cell + " " * (widths[n] - width_of(cell)) for n, cell in enumerate(row))
            yield Row((*self._before, (text, self._style if number else "strong")))


def _goes_on(line: str) -> bool:
    """Tell whether a line belongs to the paragraph before it: it is not blank and begins nothing else."""
    return bool(line.strip()) and not any(start.match(line) for start in (_FENCE, _HEADING, _RULE, _QUOTE, _ITEM))


def inline(text: str, style: str, depth: int = 0) -> list[Piece]:
    """Read emphasis, code and links in one line of text; styles are `strong`, `em`, `code` and links."""
    pieces: list[Piece] = []
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            pieces.append((text[at : match.start()], style))
        pieces += _inline_piece(match, style, depth)
        at = match.end()
    if at < len(text):
        pieces.append((text[at:], style))
    return pieces


def _inline_piece(match: re.Match[str], style: str, depth: int) -> list[Piece]:
    if match["escape"]:
        return [(match["escape"][1], style)]
    if match["code"]:
        return [(match["code"].strip() or match["code"], "code")]
    if match["auto"]:
        return [(match["auto"], LINK + match["auto"])]
    if match["bare"]:
        url = _bare(match["bare"])
        rest = match["bare"][len(url) :]
        return [(url, LINK + url), *([(rest, style)] if rest else [])]
    if match["target"] is not None:
        url = match["target"].strip("<>")
        label = re.sub(r"\\(.)", r"\1", match["label"]) or url
        return [(label, LINK + url)] if _safe(url) else [(match.group(), style)]
    inner = match["strong_text"] or match["em_text"]
    if inner is not None:
        wanted = "strong" if match["strong_text"] else "em"
        return inline(inner, wanted, depth + 1) if depth < _DEEPEST else [(match.group(), style)]
    return [(match["strike"], "struck")]


def _bare(text: str) -> str:
    """Leave out what follows a bare address: full stops, and a bracket that was opened before it."""
    text = _TRAILING.sub("", text)
    while text.endswith(")") and text.count(")") > text.count("("):
        text = _TRAILING.sub("", text[:-1])
    return text


def _safe(url: str) -> bool:
    try:
        clean_url(url)
    except InvalidInput:
        return False
    return True
