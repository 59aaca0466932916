"""Is a draft ready to share? Offline, advisory: what a reader would stumble over, with file and line.

It looks for guidance that is left over, sections without a word in them, pictures without a description, links to
files that are not there, and more words than the limit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ideaboard import files
from ideaboard.errors import NotFound
from ideaboard.publish.markdown import Line, with_code

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


def check_draft(path: Path) -> list[Finding]:
    """Look through a draft, or through every Markdown file at the top of a folder, and list what was found.
    Raises `NotFound` when the draft is not there any more; `InvalidInput` when it cannot be read as text; `Refused`
    when it is, or lies behind, a link out of its repository.
    """
    if not os.path.lexists(path):
        raise NotFound(f"there is no draft at '{path}'", "make one with: ideaboard draft ID")
    texts = [path]
    if os.path.isdir(path):  # noqa: PTH112  # Path.is_dir() raises
        with files.explained(f"'{path}' cannot be read", "look at its permissions"):
            names = sorted(os.listdir(path))  # noqa: PTH208  # sorted as text
        texts = [path / name for name in names if name.endswith((".md", ".qmd"))]
    found: list[Finding] = []
    for text in texts:
        files.refuse_stray_link(text)
        found += check_text(text, files.read_text(text))
    return found


def check_text(path: Path, text: str, *, word_limit: int = 0) -> list[Finding]:
    """Look through one text; its links are followed from `path`. Without `word_limit` its front matter may name one."""
    text = text.replace("\r\n", "\n")
    # The lines of the body: comments and front matter are blanked out.
    lines = list(with_code(_COMMENT.sub(_blank, _FRONT_MATTER.sub(_blank, text)).split("\n")))
    prose = [Line(line.number, _CODE_SPAN.sub("", line.text), is_code=False) for line in lines if not line.is_code]
    found = [
        *_guidance(text),
        *_empty_sections(lines),
        *_open_points(lines),
        *_pictures(prose),
        *_dead_links(prose, _anchors(lines), path),
        *_too_long(lines, text, word_limit),
    ]
    return [Finding(path, number, what) for number, what in sorted(found)]


Found = Iterator[tuple[int, str]]


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _guidance(text: str) -> Found:
    for found in _GUIDE.finditer(text):
        words = " ".join(found[1].split()[:6])
        yield text.count("\n", 0, found.start()) + 1, f"guidance is left over: '{words} ...'"


def _empty_sections(lines: Iterable[Line]) -> Found:
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


def _open_points(lines: Iterable[Line]) -> Found:
    """Report points of a list with nothing after the colon, or nothing at all."""
    before: Line | None = None
    for line in [*lines, Line(0, "end", is_code=False)]:
        if before and line.text.strip():
            if not line.text.startswith((" ", "\t")):
                yield before.number, f"a point is not filled in: '{before.text.strip()[:40]}'"
            before = None
        if not line.is_code and line.text.strip() and _OPEN_POINT.fullmatch(line.text):
            before = line


def _pictures(prose: Iterable[Line]) -> Found:
    for line in prose:
        bare = [found for found in _IMAGE.finditer(line.text) if not found[1].strip()]
        bare += [found for found in _HTML_IMAGE.finditer(line.text) if not _HTML_ALT.search(found[0])]
        yield from ((line.number, "a picture has no description in words") for _ in bare)


def _dead_links(prose: Iterable[Line], anchors: Container[str], path: Path) -> Found:
    for line in prose:
        targets = [found[1] or found[2] or "" for found in _LINK.finditer(line.text)]
        targets += [found[1] for found in [_DEFINITION.match(line.text)] if found]
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


def _anchors(lines: Iterable[Line]) -> set[str]:
    """Return the anchors that hosts and site generators give the headings."""
    titles = [found[2].casefold() for line in lines if not line.is_code and (found := _HEADING.match(line.text))]
    return {re.sub(r"[^\w\- ]", "", title).strip().replace(" ", "-") for title in titles}


def _too_long(lines: Iterable[Line], text: str, word_limit: int) -> Found:
    front = _FRONT_MATTER.match(text)
    given = _WORD_LIMIT.search(front[0]) if front else None
    limit = word_limit or (int(given[1]) if given else 0)
    words = sum(len(re.findall(r"\w[\w'’-]*", line.text)) for line in lines if not line.is_code)
    if limit and words > limit:
        yield 1, f"it has {words:,} words; {limit:,} are the most"
