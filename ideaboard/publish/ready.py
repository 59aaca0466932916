"""Is a draft ready to share? Offline, advisory: what a reader would stumble over, with file and line.

It looks for guidance that is left over, sections without a word in them, pictures without a description, links to
files that are not there, and more words than the limit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ideaboard import files
from ideaboard.errors import InvalidInput, NotFound

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_GUIDE = re.compile(r"<!--\s*Guide:\s*((?:(?!-->)[^\n])*)")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_IMAGE = re.compile(r"!\[([^\[\]]*)\](?=\(|\[)")
_HTML_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_HTML_ALT = re.compile(r"""\balt\s*=\s*(?:"\s*[^"\s]|'\s*[^'\s]|[^\s"'>])""", re.IGNORECASE)
_LINK = re.compile(
    r"\]\(\s{0,9}(?:<([^<>]*)>|([^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*))(?:\s{1,9}[\"'(][^)]{0,500})?\s{0,9}\)"
)
_DEFINITION = re.compile(r" {0,3}\[[^\]]+\]:\s*<?([^\s<>]+)>?")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//|/", re.IGNORECASE)
_OPEN_POINT = re.compile(r"\s*(?:[-*+]|[0-9]+[.)])(?:\s.*:)?\s*$")
_ONLY_MARKUP = re.compile(r"[\s|:>*+#.)_0-9-]*")
_WORD_LIMIT = re.compile(r"(?m)^word_limit:\s*[\"']?([0-9]+)[\"']?\s*$")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right."""

    path: Path
    line: int
    what: str


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    """Without comments; in code, as it is."""
    is_code: bool


def check_draft(path: Path, *, word_limit: int = 0) -> list[Finding]:
    """Look through a draft, or through every Markdown file at the top of a folder.

    Args:
        path: the draft's file or folder.
        word_limit: the most words allowed; 0 takes the limit in the front matter (`word_limit`), if there is one.

    Returns:
        What was found, by file and line; empty when nothing was.

    Raises:
        NotFound: when the draft is not there any more.
        InvalidInput: when it cannot be read as text.
        Refused: when it is, or lies behind, a link out of its repository.
    """
    if os.path.isdir(path):  # noqa: PTH112  # Path.is_dir() raises
        found = [Path(path, name) for name in _names(path) if name.endswith((".md", ".qmd"))]
    elif os.path.lexists(path):
        found = [path]
    else:
        raise NotFound(f"there is no draft at '{path}'", "make one with: ideaboard draft ID")
    return [finding for file in found for finding in check_text(file, _read(file), word_limit=word_limit)]


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  # sorted as text
    except OSError as error:
        raise InvalidInput(f"'{folder}' cannot be read: {files.reason(error)}", "look at its permissions") from None


def check_text(path: Path, text: str, *, word_limit: int = 0) -> list[Finding]:
    """Look through one text; its links are followed from `path`."""
    text = text.replace("\r\n", "\n")
    lines = list(_lines(text))
    found = [
        *_guidance(text),
        *_empty_sections(lines),
        *_open_points(lines),
        *_pictures(lines),
        *_dead_links(lines, path),
        *_too_long(lines, text, word_limit),
    ]
    return [Finding(path, number, what) for number, what in sorted(found)]


Found = Iterator[tuple[int, str]]


def _read(path: Path) -> str:
    files.refuse_stray_link(path)
    try:
        return files.read_file(path).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(f"'{path}' cannot be read as text", "save it as UTF-8") from None


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _lines(text: str) -> Iterator[_Line]:
    """Yield the lines of the body, comments and front matter blanked out."""
    text = _COMMENT.sub(_blank, _FRONT_MATTER.sub(_blank, text))
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        marker = _FENCE.match(line)
        if fence:
            yield _Line(number, line, is_code=True)
            if marker and marker[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif marker:
            fence = marker[1]
            yield _Line(number, line, is_code=True)
        else:
            yield _Line(number, line, is_code=False)


def _guidance(text: str) -> Found:
    for found in _GUIDE.finditer(text):
        words = " ".join(found[1].split()[:6])
        yield text.count("\n", 0, found.start()) + 1, f"guidance is left over: '{words} ...'"


def _empty_sections(lines: Iterable[_Line]) -> Found:
    """Report headings with nothing before the next heading of their own level or a higher one."""
    waiting: list[tuple[int, int, str]] = []
    for line in lines:
        heading = None if line.is_code else _HEADING.match(line.text)
        if heading:
            level = len(heading[1])
            yield from ((number, f"'{title}' is empty") for own, number, title in waiting if own >= level)
            waiting = [one for one in waiting if one[0] < level]
            waiting.append((level, line.number, heading[2]))
        elif line.is_code or not _ONLY_MARKUP.fullmatch(line.text):
            waiting = []
    yield from ((number, f"'{title}' is empty") for _, number, title in waiting)


def _open_points(lines: Iterable[_Line]) -> Found:
    """Report points of a list with nothing after the colon, or nothing at all."""
    before: _Line | None = None
    for line in [*lines, _Line(0, "end", is_code=False)]:
        if before and line.text.strip():
            if not line.text.startswith((" ", "\t")):
                yield before.number, f"a point is not filled in: '{before.text.strip()[:40]}'"
            before = None
        if not line.is_code and line.text.strip() and _OPEN_POINT.fullmatch(line.text):
            before = line


def _pictures(lines: Iterable[_Line]) -> Found:
    for line in lines:
        if line.is_code:
            continue
        text = _CODE_SPAN.sub("", line.text)
        bare = [found for found in _IMAGE.finditer(text) if not found[1].strip()]
        bare += [found for found in _HTML_IMAGE.finditer(text) if not _HTML_ALT.search(found[0])]
        yield from ((line.number, "a picture has no description in words") for _ in bare)


def _dead_links(lines: list[_Line], path: Path) -> Found:
    anchors = {_anchor(found[2]) for line in lines if not line.is_code and (found := _HEADING.match(line.text))}
    for line in lines:
        if line.is_code:
            continue
        text = _CODE_SPAN.sub("", line.text)
        targets = [found[1] or found[2] or "" for found in _LINK.finditer(text)]
        targets += [found[1] for found in [_DEFINITION.match(text)] if found]
        for target in targets:
            if _SCHEME.match(target) or "{" in target:
                continue
            place, _, fragment = target.partition("#")
            place = unquote(place.partition("?")[0])
            if not place and not fragment:
                yield line.number, "a link leads nowhere"
            elif place and not os.path.exists(path.parent / place):  # noqa: PTH110  # Path.exists() raises
                yield line.number, f"there is no file '{place}'"
            elif not place and fragment and unquote(fragment).casefold() not in anchors:
                yield line.number, f"there is no heading for '#{fragment}'"


def _anchor(title: str) -> str:
    """Return the anchor that hosts and site generators give a heading."""
    return re.sub(r"[^\w\- ]", "", title.casefold()).strip().replace(" ", "-")


def _too_long(lines: Iterable[_Line], text: str, word_limit: int) -> Found:
    front = _FRONT_MATTER.match(text)
    given = _WORD_LIMIT.search(front[0]) if front else None
    limit = word_limit or (int(given[1]) if given else 0)
    words = sum(len(re.findall(r"\w[\w'’-]*", line.text)) for line in lines if not line.is_code)
    if limit and words > limit:
        yield 1, f"it has {words:,} words; {limit:,} are the most"
