"""A marked part of someone's file that is ours, and files that we may write over.

A block stands between two lines of its own, `<!-- ideaboard:NAME:start sum=HASH -->` and
`<!-- ideaboard:NAME:end -->`, or the same in `{/* ... */}` for MDX, and is indented as they are. The sum covers what we
wrote there: right-stripped lines with backslash escapes taken out, so that a formatter does not trip it. When it no
longer fits, a person wrote there, and we keep our hands off.
Markers inside a fenced code block are text about blocks, not blocks.

A whole file of ours is recognised in the same way: a Markdown page holds its block, and every other format carries a
stamp with a sum over the whole file.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ideaboard import files
from ideaboard.errors import InvalidInput, Refused

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})(.*)")
_MARKER = re.compile(
    r"(?P<lead>\ufeff?[ \t>]*)(?P<open><!--|\{/\*)\s*ideaboard:(?P<name>[A-Za-z0-9_.-]+):(?P<side>start|end)"
    r"(?:\s+sum=(?P<sum>\w*))?\s*(?:-->|\*/\})\s*"
)
_CLOSE = {"<!--": "-->", "{/*": "*/}"}
_ITEM = re.compile(r"[ \t]*(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]|$)")
_CODE_INDENT = 4
_MDX = re.compile(r"(\\.)|([{}])|(?<!\]\()<((?:https?|ftp)://[^<>\s]+)>|^(im|ex)(?=port\b)", re.MULTILINE)
_OTHER_FORMATS = {
    **dict.fromkeys((".rst", ".rest"), "reStructuredText"),
    ".org": "Org",
    **dict.fromkeys((".adoc", ".asciidoc", ".asc"), "AsciiDoc"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "HTML"),
    ".tex": "LaTeX",
    ".typ": "Typst",
    ".textile": "Textile",
    ".ipynb": "a notebook",
}
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_STAMP = re.compile(r"(?m)^(?P<head>.*\bideaboard:[a-z]+ sum=)(?P<sum>[0-9a-f]{12})(?P<tail>.*)$")
_NO_SUM = "0" * 12


@dataclass(frozen=True, slots=True)
class _Block:
    """Where a block stands among the lines of a file, and the sum its start marker names."""

    start: int
    end: int
    sum: str | None
    lead: str
    """What stands before the start marker: the indentation, and perhaps a byte-order mark."""
    open: str
    """How its markers begin: `<!--` or `{/*`."""

    @property
    def indent(self) -> str:
        return self.lead.removeprefix("\ufeff")

    def content(self, lines: list[str]) -> str:
        """Return what stands in the block, without the indentation."""
        indent = re.compile(rf"[ \t>]{{0,{len(self.indent)}}}")
        return "".join(indent.sub("", line, count=1) for line in lines[self.start + 1 : self.end])


def checksum(body: str) -> str:
    """Return the sum of a block's content: twelve hexadecimal digits that no formatter changes."""
    lines = [_ESCAPED.sub(r"\1", line.rstrip()) for line in _lines(body.strip())]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def block(name: str, body: str, open: str = "<!--") -> str:
    """Return a whole block, markers included, ready to stand in a file; its last line ends in LF."""
    _check_name(name)
    _check_body(body)
    body = body.strip() if open == "<!--" else _MDX.sub(_for_mdx, body.strip())
    content = f"{body}\n\n" if body else ""
    start, end, close = f"ideaboard:{name}:start sum={checksum(body)}", f"ideaboard:{name}:end", _CLOSE[open]
    return f"{open} {start} {close}\n\n{content}{open} {end} {close}\n"


def _for_mdx(found: re.Match[str]) -> str:
    """Escape what MDX takes for JavaScript; it knows no `<https://...>` (mdxjs.com/docs/what-is-mdx)."""
    escaped, brace, address, word = found.groups()
    if address:
        return f"[{address.replace('_', '&#95;').replace('*', '&#42;').replace('~', '&#126;')}](<{address}>)"
    return escaped or (f"\\{brace}" if brace else f"&#{ord(word[0])};{word[1:]}")


def update_block(text: str, name: str, body: str, *, force: bool) -> str:
    """Return a file's text with the content of one block replaced; everything else stays byte for byte.

    Args:
        text: the file, with its own line ends.
        name: names the block.
        body: the new content.
        force: also replace what a person wrote there.

    Raises:
        InvalidInput: when the block is not there, is there twice, or is not closed.
        Refused: when a person has changed the content since we wrote it.
    """
    lines = _lines(text)
    found = _find(lines, name)
    if not force and not _is_ours(found.content(lines), found.sum):
        raise Refused(
            f"the text in the block '{name}' is not what ideaboard wrote there",
            "move your own words out of the block, or use --force to write over them",
        )
    indent = found.indent
    written = block(name, body, found.open).removesuffix("\n").split("\n")
    fresh = "".join((f"{indent}{line}" if line else indent.rstrip()) + "\n" for line in written)
    if found.lead != indent:
        fresh = f"\ufeff{fresh}"
    closing = lines[found.end]
    if not closing.endswith(("\n", "\r")):
        fresh = fresh.removesuffix("\n")
    fresh = fresh.replace("\n", _newline(text))
    return "".join(lines[: found.start]) + fresh + "".join(lines[found.end + 1 :])


def stamp(text: str) -> str:
    """Fill in the sum of a whole file: its last `ideaboard:FORMAT sum=000000000000` takes the sum of the rest."""
    last = _last_stamp(text)
    if last is None:
        return text
    return text[: last.start("sum")] + _whole_sum(text, last) + text[last.end("sum") :]


def is_our_file(old: str, new: str) -> bool:
    """Tell whether a file is our own earlier output, untouched since, so that new output may take its place.

    Args:
        old: what is in the file now.
        new: what is to be written, as `whole_page` or `stamp` return it.
    """
    if not old.strip():
        return True
    if _last_stamp(new) is not None:
        last = _last_stamp(old)
        return last is not None and last["sum"] == _whole_sum(old, last)
    return _same_page(old, new)


def parse_into(text: str) -> tuple[Path, str]:
    """Split `FILE[:BLOCK]`; without a block it is the one called `shared`.

    Raises:
        InvalidInput: when no file is named.
    """
    head, colon, tail = text.rpartition(":")
    is_drive = len(head) == 1 and head.isalpha()
    path, name = (head, tail) if colon and not is_drive and _NAME.fullmatch(tail) else (text, "shared")
    if not path.strip():
        raise InvalidInput("no file is named to put the changelog into", "write it as README.md:shared")
    return Path(path), name


def refuse_other_formats(path: Path) -> None:
    """Keep Markdown out of a file of another format.

    Raises:
        InvalidInput: when the ending of the file's name says that it is one.
    """
    if named := _OTHER_FORMATS.get(path.suffix.lower()):
        hint = "add --format html" if named == "HTML" else "name a Markdown file, or write a page with --format html"
        raise InvalidInput(f"'{path}' is {named}, and what would be written is Markdown", hint)


def diff(old: str, new: str, name: str = "changelog") -> str:
    """Return what would change, as a unified diff; empty when nothing would."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), f"{name} (now)", f"{name} (new)", lineterm="", n=2)
    return "".join(f"{line}\n" for line in lines)


def read_file(path: Path) -> str:
    """Return a file's text with its own line ends.

    Raises:
        InvalidInput: when it cannot be read, or is not text in UTF-8.
    """
    try:
        return files.read_file(path).decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(f"'{path}' is not text in UTF-8", "save it as UTF-8, or name another file") from None
    except OSError as error:
        raise InvalidInput(f"'{path}' cannot be read: {files.reason(error)}", "check the path") from None


def write_output(path: Path, text: str, *, force: bool) -> bool:
    """Write a whole file of ours, over our own earlier output at most; tell whether anything changed.

    Raises:
        InvalidInput: when it cannot be written.
        Refused: when there is a file that is not our own earlier output, and no force.
    """
    if os.path.isfile(path) and os.path.getsize(path):  # noqa: PTH113, PTH202  # Path.is_file() raises
        try:
            old = read_file(path)
        except InvalidInput:
            if not force:
                raise
            old = ""
        if not force and not is_our_file(old, text):
            raise Refused(
                f"'{path}' holds something that ideaboard did not write",
                "name another file, put the changelog into a block with --into, or use --force to write over it",
            )
        text = text.replace("\n", _newline(old) if old else "\n")
    return write_file(path, text)


def write_file(path: Path, text: str) -> bool:
    """Write a file all at once: it is the old or the new one at any moment; tell whether anything changed.

    A symbolic link stays one and what it points at is written; an existing file keeps its mode.

    Raises:
        InvalidInput: when it cannot be written.
    """
    data = text.encode("utf-8", "replace")
    files.refuse_stray_link(path)
    try:
        place = os.path.realpath(path)
        if os.path.isdir(place):  # noqa: PTH112  # Path.is_dir() raises
            raise InvalidInput(f"'{path}' is a folder", "name a file in it")
        if os.path.abspath(path).startswith("/dev/") and not os.path.isfile(place):  # noqa: PTH100, PTH113
            path.write_bytes(data)  # a stream that the person named, such as /dev/stdout
            return True
        is_there = os.path.lexists(place)
        if is_there and files.read_file(place) == data:
            return False
        mode = stat.S_IMODE(Path(place).stat().st_mode) if is_there else None
        files.write_whole(place, data, mode=mode, durable=True)
    except OSError as error:
        raise InvalidInput(
            f"'{path}' cannot be written: {files.reason(error)}", "check the path, the folder and the free space"
        ) from None
    return True


def _same_page(old: str, new: str) -> bool:
    """Tell whether two Markdown pages differ only in what stands in their one block, and ours is untouched there."""
    old_lines, new_lines = _lines(old), _lines(new)
    names = {marker["name"] for _, marker in _markers(new_lines)}
    if len(names) != 1:
        return False
    (name,) = names
    try:
        here, there = _find(old_lines, name), _find(new_lines, name)
    except InvalidInput:
        return False
    outside_old = "".join([*old_lines[: here.start], "\n", *old_lines[here.end + 1 :]])
    outside_new = "".join([*new_lines[: there.start], "\n", *new_lines[there.end + 1 :]])
    is_ours = here.sum is not None and _is_ours(here.content(old_lines), here.sum)
    return is_ours and checksum(outside_old) == checksum(outside_new)


def _lines(text: str) -> list[str]:
    """Split into lines with their ends; unlike `splitlines`, only at what a text editor takes for one."""
    return _LINE.findall(text)


def _is_ours(body: str, sum: str | None) -> bool:
    return checksum(body) == sum if sum else not body.strip()


def _last_stamp(text: str) -> re.Match[str] | None:
    stamps = list(_STAMP.finditer(text))
    return stamps[-1] if stamps else None


def _whole_sum(text: str, stamp: re.Match[str]) -> str:
    return checksum(text[: stamp.start("sum")] + _NO_SUM + text[stamp.end("sum") :])


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"'{name[:40]}' cannot name a block", "use letters, digits and dashes, as in README.md:shared"
        )


def _check_body(body: str) -> None:
    if any(True for _ in _markers(_lines(body))):
        raise InvalidInput("the text for the block holds a block marker itself", "take the marker out of your template")


def _newline(text: str) -> str:
    """Return the line end that a file uses most."""
    both = text.count("\r\n")
    counts = {"\n": text.count("\n") - both, "\r\n": both, "\r": text.count("\r") - both}
    return max(counts, key=lambda end: counts[end])


def _find(lines: list[str], name: str) -> _Block:
    """Find the one block of that name."""
    _check_name(name)
    start_hint = f"put '<!-- ideaboard:{name}:start -->' and '<!-- ideaboard:{name}:end -->' on two lines of their own"
    found = [(at, marker) for at, marker in _markers(lines) if marker["name"] == name]
    if not found:
        named = re.compile(rf"ideaboard:{re.escape(name)}:(?:start|end)\b")
        near = [at + 1 for at, line in _outside_code(lines) if named.search(line)]
        if near:
            where = ", ".join(map(str, near[:5]))
            raise InvalidInput(f"the markers of the block '{name}' do not have a line each (line {where})", start_hint)
        raise InvalidInput(f"there is no block '{name}' in the file", start_hint)
    sides = [marker["side"] for _, marker in found]
    if sides == ["start", "end"]:
        (start, marker), (end, _) = found
        return _Block(start, end, marker["sum"] or None, marker["lead"], marker["open"])
    where = ", ".join(str(at + 1) for at, _ in found)
    if sides.count("start") > 1 or sides.count("end") > 1:
        raise InvalidInput(f"the block '{name}' is there more than once (lines {where})", "leave one of them")
    raise InvalidInput(f"the block '{name}' does not have a start and an end after it (line {where})", start_hint)


def _markers(lines: list[str]) -> list[tuple[int, re.Match[str]]]:
    """List the marker lines outside code, with their index."""
    found = ((at, _MARKER.fullmatch(line)) for at, line in _outside_code(lines) if "ideaboard:" in line)
    return [(at, marker) for at, marker in found if marker and _is_text(lines, at, marker["lead"])]


def _outside_code(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Go through the lines that are not in fenced code."""
    fence = ""
    for at, line in enumerate(lines):
        fenced = _FENCE.match(line)
        if fence:
            if fenced and fenced[1].startswith(fence) and not fenced[2].strip():
                fence = ""
        elif fenced and not (fenced[1][0] == "`" and "`" in fenced[2]):
            fence = fenced[1]
        else:
            yield at, line


def _is_text(lines: list[str], at: int, lead: str) -> bool:
    """Tell whether a line so far to the right belongs to an item of a list, and is not indented code."""
    indent = len(lead.expandtabs(_CODE_INDENT))
    for line in reversed(lines[:at]):
        if indent < _CODE_INDENT or ">" in lead:
            break
        wide = line.expandtabs(_CODE_INDENT)
        less = len(wide) - len(wide.lstrip())
        if line.strip() and less < indent:
            item = _ITEM.match(wide)
            if indent - (item.end() if item else less) >= _CODE_INDENT:
                return False
            if item:
                return True
            indent = less
    return indent < _CODE_INDENT or ">" in lead
