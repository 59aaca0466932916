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

import hashlib
import os
import re
import stat
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from ideaboard import files
from ideaboard.core.patterns import late
from ideaboard.core.words import FORMER_INTRO, WORDS
from ideaboard.errors import InvalidInput, Refused
from ideaboard.publish.markdown import with_code

_ESCAPED = rb"\\([!-/:-@\[-`{-~])"
_NAME = late(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")
_MARKER = late(
    r"(?P<lead>\ufeff?[ \t>]*)(?P<open><!--|\{/\*)\s*ideaboard:(?P<name>[A-Za-z0-9_.-]+):(?P<side>start|end)"
    r"(?:\s+sum=(?P<sum>\w*))?\s*(?:-->|\*/\})\s*"
)
_CLOSE = {"<!--": "-->", "{/*": "*/}"}
_ITEM = late(r"[ \t]*(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]|$)")
_CODE_INDENT = 4
_COMMENTS = {"..": "reStructuredText", "#": "Org", "//": "AsciiDoc", "%": "LaTeX"}
_FOREIGN_MARKER = late(r"\ufeff?[ \t]*(\.\.|#|//|%)[ \t]*ideaboard:")
_MDX = late(
    r"(\\.)|([{}])|(?<!\]\()<((?:https?|ftp)://[^<>\s]+|[^<>\s:]+@[^<>\s]+)>|^(im|ex)(?=port\b)|^<!--(.*)-->$",
    re.MULTILINE,
)
_HEADING = late(r"(?:>[ \t]?)* {0,3}(#{1,6})(?:[ \t]|$)|[^`]*<h([1-6])[ >]", re.IGNORECASE)
_UNDERLINE = late(r"(?:>[ \t]?)* {0,3}(=+|-+)[ \t]*")
_PARAGRAPH = late(r"(?:>[ \t]?)* {0,3}(?![-+*#|<]|[0-9]+[.)][ \t])[^\s>]")
_FRONT_MATTER = late(r"\ufeff?---[ \t]*(?:\r\n|\n|\r)(?:.*?(?:\r\n|\n|\r))?(?:---|\.\.\.)[ \t]*(?:[\r\n]|$)", re.DOTALL)
_OTHER_FORMATS = {
    **dict.fromkeys((".rst", ".rest"), "reStructuredText"),
    ".org": "Org",
    **dict.fromkeys((".adoc", ".asciidoc", ".asc"), "AsciiDoc"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "HTML"),
    ".tex": "LaTeX",
    ".typ": "Typst",
    ".textile": "Textile",
    ".ipynb": "a notebook",
    ".json": "JSON",
    **dict.fromkeys((".xml", ".atom"), "XML"),
}
_OF_OURS = {"HTML": "html", "JSON": "jsonfeed", "XML": "atom"}
"""Which of our formats is written into such a file."""
_LINE = late(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_STAMP = late(r"(?m)^(?P<head>.*\bideaboard:[a-z]+ sum=)(?P<sum>[0-9a-f]{12})(?P<tail>.*)$")
_NO_SUM = "0" * 12


@dataclass(frozen=True, slots=True)
class _Block:
    """A block among the lines of a file, and the sum that its start marker names."""

    lines: list[str]
    start: int
    end: int
    sum: str
    lead: str
    """What stands before the start marker: the indentation, and perhaps a byte-order mark."""
    open: str
    """How its markers begin: `<!--` or `{/*`."""

    @property
    def indent(self) -> str:
        return self.lead.removeprefix("\ufeff")

    @property
    def is_ours(self) -> bool:
        """Whether nobody else wrote there; what has no sum was never filled."""
        indent = late(rf"[ \t>]{{0,{len(self.indent)}}}")
        body = "".join(indent.sub("", line, count=1) for line in self.lines[self.start + 1 : self.end])
        return checksum(body) == self.sum if self.sum else not body.strip()

    def around(self, middle: str) -> str:
        """Return the file with something else in place of the block."""
        return "".join([*self.lines[: self.start], middle, *self.lines[self.end + 1 :]])


def checksum(body: str) -> str:
    """Return the sum of a block's content: twelve hexadecimal digits that no formatter changes."""
    lines = body.strip().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    data = b"\n".join([line.rstrip().encode("utf-8", "surrogatepass") for line in lines])
    if b"\\" in data:
        data = re.sub(_ESCAPED, rb"\1", data)
    return hashlib.sha256(data).hexdigest()[:12]


def block(name: str, body: str, open: str = "<!--", *, mdx: bool = False) -> str:
    """Return a whole block, markers included, ready to stand in a file; its last line ends in LF.

    With `mdx`, or markers of MDX, it holds nothing that MDX does not know.
    """
    _check_name(name)
    if "ideaboard:" in body and _markers(_lines(body)):
        raise InvalidInput("the text for the block holds a block marker itself", "take the marker out of your template")
    body = _MDX.sub(_for_mdx, body.strip()) if mdx or open != "<!--" else body.strip()
    start, end, close = f"ideaboard:{name}:start sum={checksum(body)}", f"ideaboard:{name}:end", _CLOSE[open]
    gap = "\n\n" if body else ""
    return f"{open} {start} {close}\n\n{body}{gap}{open} {end} {close}\n"


def _for_mdx(found: re.Match[str]) -> str:
    """Escape what MDX takes for JavaScript; it knows no `<https://...>`, no `<!-- -->` (mdxjs.com/docs/what-is-mdx)."""
    escaped, brace, address, word, comment = found.groups()
    if address:
        shown = address.replace("_", "&#95;").replace("*", "&#42;").replace("~", "&#126;")
        return f"[{shown}](<{address if '://' in address else f'mailto:{address}'}>)"
    if comment:
        return f"{{/*{comment}*/}}"
    return escaped or (f"\\{brace}" if brace else f"&#{ord(word[0])};{word[1:]}")


def update_block(text: str, name: str, body: str, *, force: bool, mdx: bool = False) -> str:
    """Return a file's text with the content of one block replaced; everything else stays byte for byte.

    With `force`, what a person wrote there is replaced as well; `mdx` is for a file of MDX, whatever its markers.
    Raises `InvalidInput` when the block is not there, is there twice, or is not closed; `Refused` when a person has
    changed the content since we wrote it.
    """
    found = _find(_lines(text), name)
    if not force and not found.is_ours:
        raise Refused(
            f"the text in the block '{name}' is not what ideaboard wrote there",
            "move your own words out of the block, or use --force to write over them",
        )
    indent = found.indent
    written = block(name, body, found.open, mdx=mdx).removesuffix("\n").split("\n")
    fresh = "".join((f"{indent}{line}" if line else indent.rstrip()) + "\n" for line in written)
    if found.lead != indent:
        fresh = f"\ufeff{fresh}"
    if not found.lines[found.end].endswith(("\n", "\r")):
        fresh = fresh.removesuffix("\n")
    return found.around(fresh.replace("\n", _newline(text)))


def heading_level(text: str, name: str) -> int:
    """Return the level of the heading that a block stands under: 1 where there is none, so that one below it is 2.
    Raises `InvalidInput` when the block is not there, is there twice, or is not closed.
    """
    lines = _lines(text)
    start = _find(lines, name).start
    inside = {at: marker["side"] == "start" for at, marker in _markers(lines)}
    matter = _FRONT_MATTER.match(text)
    skip = len(_lines(matter[0])) if matter else 0
    level, is_ours, before = 1, False, ""
    for number, line, is_code in with_code(lines[:start]):
        is_ours = inside.get(number - 1, is_ours)  # the headings of another block are not the person's
        if number <= skip or is_code or is_ours:
            before = ""
            continue
        line = line.removeprefix("\ufeff")
        if found := _HEADING.match(line):
            level = len(found[1]) if found[1] else int(found[2])
        elif (found := _UNDERLINE.fullmatch(line.rstrip("\r\n"))) and _PARAGRAPH.match(before):
            level = 1 if found[1][0] == "=" else 2
        before = line
    return level


def stamp(text: str) -> str:
    """Fill in the sum of a whole file: its last `ideaboard:FORMAT sum=000000000000` takes the sum of the rest."""
    found = _last_stamp(text)
    if found is None:
        return text
    stamp, sum = found
    return text[: stamp.start("sum")] + sum + text[stamp.end("sum") :]


def is_our_file(old: str, new: str) -> bool:
    """Tell whether a file is our own earlier output, untouched since, so that new output may take its place."""
    if not old.strip():
        return True
    if _last_stamp(new) is None:
        return _same_page(old, new)
    found = _last_stamp(old)
    return found is not None and found[0]["sum"] == found[1]


def parse_into(text: str) -> tuple[Path, str]:
    """Split `FILE[:BLOCK]`; without a block it is the one called `shared`.
    Raises `InvalidInput` when no file is named.
    """
    head, colon, tail = text.rpartition(":")
    is_drive = len(head) == 1 and head.isalpha()
    path, name = (head, tail) if colon and not is_drive and _NAME.fullmatch(tail) else (text, "shared")
    if not path.strip():
        raise InvalidInput("no file is named to put the changelog into", "write it as README.md:shared")
    return Path(path), name


def refuse_other_formats(path: Path) -> None:
    """Keep Markdown out of a file of another format.
    Raises `InvalidInput` when the ending of the file's name says that it is one.
    """
    if named := _OTHER_FORMATS.get(path.suffix.lower()):
        ours = _OF_OURS.get(named)
        hint = f"add --format {ours}" if ours else "name a Markdown file, or write a page with --format html"
        raise InvalidInput(f"'{path}' is {named}, and what would be written is Markdown", hint)


def diff(old: str, new: str, name: str = "changelog") -> str:
    """Return what would change, as a unified diff; empty when nothing would."""
    import difflib

    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), f"{name} (now)", f"{name} (new)", lineterm="", n=2)
    return "".join(f"{line}\n" for line in lines)


def over_own(path: Path, text: str, *, force: bool) -> str:
    """Return the text of a whole file of ours as it goes over what is there: our own earlier output at most.
    Raises `InvalidInput` when what is there cannot be read; `Refused` when there is a file that is not our own earlier
    output, and no force.
    """
    if os.path.isfile(path) and os.path.getsize(path):  # noqa: PTH113, PTH202  # Path.is_file() raises
        try:
            old = files.read_text(path)
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
    return text


def write_file(path: Path, text: str) -> bool:
    """Write a file all at once: it is the old or the new one at any moment; tell whether anything changed.

    A symbolic link stays one and what it points at is written; an existing file keeps its mode.
    Raises `InvalidInput` when it cannot be written.
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
        is_gone = isinstance(error, FileNotFoundError)
        hint = "make its folder first" if is_gone else "check the path, the folder and the free space"
        raise InvalidInput(f"'{path}' cannot be written: {files.reason(error)}", hint) from None
    return True


def _same_page(old: str, new: str) -> bool:
    """Tell whether two Markdown pages differ only in what stands in their one block, and ours is untouched there."""
    names = {marker["name"] for _, marker in _markers(_lines(new))}
    if len(names) != 1:
        return False
    (name,) = names
    try:
        here, there = _find(_lines(old), name), _find(_lines(new), name)
    except InvalidInput:
        return False
    around = there.around("\n")
    known = {checksum(around), checksum(around.replace(WORDS.intro, FORMER_INTRO))}
    return here.sum != "" and here.is_ours and checksum(here.around("\n")) in known


def _lines(text: str) -> list[str]:
    """Split into lines with their ends; unlike `splitlines`, only at what a text editor takes for one."""
    return _LINE.findall(text)


def _last_stamp(text: str) -> tuple[re.Match[str], str] | None:
    """Find the stamp of a whole file, and work out the sum that belongs into it."""
    stamps = list(_STAMP.finditer(text))
    if not stamps:
        return None
    return stamps[-1], checksum(text[: stamps[-1].start("sum")] + _NO_SUM + text[stamps[-1].end("sum") :])


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        hint = "use letters, digits and dashes, as in README.md:shared"
        raise InvalidInput(f"'{name[:40]}' cannot name a block", hint)


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
    sides = [marker["side"] for _, marker in found]
    if sides == ["start", "end"]:
        (start, marker), (end, _) = found
        return _Block(lines, start, end, marker["sum"] or "", marker["lead"], marker["open"])
    where = ", ".join(str(at + 1) for at, _ in found)
    if sides.count("start") > 1 or sides.count("end") > 1:
        raise InvalidInput(f"the block '{name}' is there more than once (lines {where})", "leave one of them")
    raise _no_markers(lines, name, start_hint, {at for at, _ in found}) or InvalidInput(
        f"the block '{name}' does not have a start and an end after it (line {where})"
        if found
        else f"there is no block '{name}' in the file",
        start_hint,
    )


def _no_markers(lines: list[str], name: str, start_hint: str, known: Container[int]) -> InvalidInput | None:
    """Say why lines that name a block mark none: they are more than that, another format's comments, or code."""
    named = late(rf"ideaboard:{re.escape(name)}:(?:start|end)\b")
    near = [(number, line, code) for number, line, code in with_code(lines) if named.search(line)]
    near = [one for one in near if one[0] - 1 not in known]
    shown = [number for number, line, code in near if code or _MARKER.fullmatch(line)]
    loose = [number for number, _, _ in near if number not in shown]
    where = ", ".join(map(str, (loose or shown)[:5]))
    if loose and (foreign := _FOREIGN_MARKER.match(lines[loose[0] - 1])):
        what = f"are comments of {_COMMENTS[foreign[1]]}, and what would be written is Markdown (line {where})"
        return InvalidInput(f"the markers of the block '{name}' {what}", f"in a Markdown file, {start_hint}")
    if loose:
        return InvalidInput(f"the markers of the block '{name}' do not have a line each (line {where})", start_hint)
    if shown:
        what = f"there is no block '{name}' in the file but one in code, as an example (line {where})"
        return InvalidInput(what, f"in the text, {start_hint}")
    return None


def _markers(lines: list[str]) -> list[tuple[int, re.Match[str]]]:
    """List the marker lines outside code, with their index."""
    text = ((number - 1, line) for number, line, is_code in with_code(lines) if not is_code and "ideaboard:" in line)
    found = ((at, _MARKER.fullmatch(line)) for at, line in text)
    return [(at, marker) for at, marker in found if marker and _is_text(lines, at, marker["lead"])]


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
