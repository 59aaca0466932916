"""Text and links as Markdown that reads back as exactly that text and those links.

Only what CommonMark or GitHub's extras (tables, strikethrough, task lists, extended autolinks) would read as markup
where it stands is escaped, so that plain titles stay as they were written. Where there is a choice, the form is the
one that mdformat keeps: a formatter run over someone's README leaves our lines alone. The rules are those of
CommonMark 0.31 and of the GitHub Flavored Markdown specification 0.29.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ideaboard.core.patterns import late
from ideaboard.core.text import one_line, safe_url

_MAY_BE_MARKUP = late(r"[\\*_\[\]<`&~@]|://|www\.|^[#>+=-]|^[0-9]+[.)]", re.IGNORECASE)
_PLAIN = late(r"[^\\*_\[\]<`&~@/#>+=0-9-][^\\*_\[\]<`&~@/]*")
"""Most texts, in which nothing may be markup but `www.`: asking this way is the quickest."""
_REFERENCE = late(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]*);")
_LESS_THAN = late(r"<(?! )")
_ASTERISK = late(r"(?<!\s)\*|\*(?!\s)")
_UNDERSCORE = late("_")
_WEB = late(r"(?i)(?:https?|ftp)://")
_WWW = late(r"(?i)(?<![0-9a-z])www\.(?=[0-9a-z_-])")
_EMAIL = late(r"(?i)(?<=[0-9a-z._+-])@(?=[0-9a-z_-]+(?:\.[0-9a-z_-]+)+)")
_ADDRESS = late(r"(?i)(?<!\S)\S*(?:://|www\.|@)\S*")
_WRAPPED = late(r"(?i)(?:https?|ftp)://[a-z0-9:/?#@!$&+,;=.()*~_-]+|[a-z0-9._+-]+@[a-z0-9.-]+[a-z0-9]")
_PLAIN_ADDRESS = late(
    r"(?i)(?:(?<![a-z0-9_])(?:https?|ftp)://|(?<![a-z0-9_\\])www\.)(?=[^\W_])(?:\\[*_~&]|[^\s<>\[\]\\`\"])+"
    r"|(?<![a-z0-9._+\\-])[a-z0-9._+-]*[a-z0-9]@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]+(?![\w@.-]*[\w@-])"
)
_KNOWN_HOST = late(r"(?i)https?://[\w.-]+(?::[0-9]+)?(?:[/?#]|$)|mailto:")
_CLOSERS = "?!.,:;'\")"
ESCAPED = late(r"\\([!-/:-@\[-`{-~])")
_ODD = late(r"[\\*~`<>]")
_TILDES = late("~+")

_FENCE = late(r"[ \t>]*(`{3,}|~{3,})(.*)")
_BLOCK_START = late(r"(?:#{1,6}|[-+*]|>.*)(?:[ \t]|$)|>")
_ORDERED_START = late(r"([0-9]+)([.)])(?=[ \t]|$)")
_TASK_START = late(r"\[([ xX])\]")
_RULE = late(r"([-=_])(?:\s*\1)*\s*")

_PLAIN_TARGET = late(r"[A-Za-z0-9:/?#@!$'*+,;=._~-]*")
_KEPT_IN_TARGET = ";/?:@&=+$,-_.!~*'()#%"
_STRAY_PERCENT = late(r"%(?![0-9A-Fa-f]{2})")
_HOST = late(r"(?i)(https?://(?:[^/?#@]*@)?)([^/?#:\[]+|\[[0-9a-f:.%]*\])")


class Line(NamedTuple):
    """A line of a text, counted from 1."""

    number: int
    text: str
    is_code: bool


def with_code(lines: Iterable[str]) -> Iterator[Line]:
    """Go through lines and tell which ones are fenced code, their fences included."""
    fence = ""
    for number, line in enumerate(lines, 1):
        fenced = _FENCE.match(line)
        opens = not fence and fenced and not (fenced[1][0] == "`" and "`" in fenced[2])
        yield Line(number, line, is_code=bool(fence or opens))
        if fenced and opens:
            fence = fenced[1]
        elif fenced and fence and fenced[1].startswith(fence) and not fenced[2].strip():
            fence = ""


def escape(text: str, *, start: bool = False) -> str:
    """Return text as one line of running text; at the start of a paragraph or list item more is markup."""
    text = one_line(text)
    if not _may_be_markup(text):
        return text
    text = _escape_inline(text)
    if "@" in text or "://" in text or "www." in text.lower():
        text = _ADDRESS.sub(_address, text)
    return _escape_start(text) if start else text


def _may_be_markup(text: str) -> bool:
    if not text or (_PLAIN.fullmatch(text) and "www." not in text.lower()):
        return False
    return _MAY_BE_MARKUP.search(text) is not None


def _address(found: re.Match[str]) -> str:
    """Put the addresses in a run without blanks into a form that formatters keep and linters ask for.

    That is `<https://x.org>`, or a link where this form would be read in another way; what neither fits is no link.
    """
    run = found[0]
    return _PLAIN_ADDRESS.sub(_linked, run) if _PLAIN_ADDRESS.search(run) else _unlinked(run, run)


def _unlinked(part: str, run: str) -> str:
    """Take the link out of a part of a run where readers would not agree on its end."""
    if not _ODD.search(run):
        return part
    part = _WEB.sub(lambda found: found[0][:-1] + "\\/", part)
    part = _WWW.sub(lambda found: found[0][:-1] + "\\.", part)
    return _EMAIL.sub(r"\\@", part)


def _linked(found: re.Match[str]) -> str:
    signs, after = re.findall(r"\\.|.", found[0]), ""
    while signs[-1][-1] in _CLOSERS and not (signs[-1] == ")" and signs.count("(") >= signs.count(")")):
        after = signs.pop() + after
    escaped = "".join(signs)
    address = ESCAPED.sub(r"\1", escaped)
    before = found.string[: found.start()][-1:]
    if _WRAPPED.fullmatch(address) and not _REFERENCE.search(address) and before != "<":
        return f"<{address}>{after}"
    scheme = "http://" if address[:4].lower() == "www." else "" if "://" in address else "mailto:"
    if before == "!" or not _KNOWN_HOST.match(scheme + address):
        return _unlinked(found[0], found.string)
    return f"[{escaped}]({target(scheme + address)}){after}"


def link(text: str, url: str | None, *, start: bool = False) -> str:
    """Return a link, or the text alone, as `escape` does, without an address that is safe to follow."""
    url = safe_url(url)
    return known_link(text, url) if url else escape(text, start=start)


def known_link(text: str, url: str) -> str:
    """Return a link to an address that is known to be safe to follow."""
    text = one_line(text)
    if _may_be_markup(text):
        text = _escape_inline(text)
    return f"[{text}]({target(url)})"


def heading(text: str) -> str:
    """Return text as the content of a heading."""
    escaped = escape(text)
    return escaped[:-1] + "\\#" if escaped.endswith("#") else escaped


def target(url: str) -> str:
    """Return an address as the target of an inline link: as `uri`, so that a formatter has nothing left to change."""
    if _PLAIN_TARGET.fullmatch(url):
        return url
    whole = _REFERENCE.sub(r"\\\g<0>", uri(url))
    return f"<{whole}>" if "(" in whole or ")" in whole else whole


def uri(url: str) -> str:
    """Return an address as a URI (RFC 3986), as every reader of Markdown makes it: what is not allowed there is
    percent-encoded, and a name of a site in other letters becomes its ASCII form.
    """
    if _PLAIN_TARGET.fullmatch(url):
        return url
    found = _HOST.match(url)
    head = found[1] + _ascii_host(found[2]) if found else ""
    from urllib.parse import quote

    return head + quote(_STRAY_PERCENT.sub("%25", url[found.end() if found else 0 :]), safe=_KEPT_IN_TARGET)


def _ascii_host(host: str) -> str:
    """Return the ASCII form of a site's name (RFC 3492); an address in brackets is percent-encoded where needed."""
    if host.isascii():
        from urllib.parse import quote

        return host if host.startswith("[") else quote(host, safe=_KEPT_IN_TARGET)
    labels = host.lower().split(".")
    return ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels)


def _escape_inline(text: str) -> str:
    """Escape what is markup anywhere in a paragraph, link texts included."""
    text = text.replace("\\", "\\\\")
    if "*" in text:
        text = _ASTERISK.sub(r"\\*", text)
    if "_" in text:
        text = _UNDERSCORE.sub(_underscore, text)
    if "[" in text or "]" in text:
        text = _escape_brackets(text)
    text = (_LESS_THAN.sub(r"\\<", text) if "<" in text else text).replace("`", "\\`")
    if "&" in text:
        text = _REFERENCE.sub(_reference, text)
    return _escape_tildes(text) if "~" in text else text


def _underscore(found: re.Match[str]) -> str:
    """Leave an underscore alone inside a word, and between blanks."""
    text = found.string
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    if before.isspace() and after.isspace():
        return "_"
    return "\\_" if _is_border(before) or _is_border(after) else "_"


def _is_border(char: str) -> bool:
    """Tell whether CommonMark counts a character as blank or punctuation; so it does the edge of the text."""
    return not char or char.isspace() or unicodedata.category(char)[0] in "PS"


def _reference(found: re.Match[str]) -> str:
    from html.entities import html5

    name = found[0][1:]
    return "\\" + found[0] if name.startswith("#") or name in html5 else found[0]


def _escape_brackets(text: str) -> str:
    """Escape brackets but for plain pairs such as `[Re]`, which mean nothing without a definition of that name."""
    escaped: list[int] = []
    opened: int | None = None
    for position, char in enumerate(text):
        if char == "[":
            if opened is not None:
                escaped.append(opened)
            opened = position
        elif char == "]":
            if opened is None:
                escaped.append(position)
            elif text[position + 1 : position + 2] in (":", "("):
                escaped += (opened, position)
            opened = None
    if opened is not None:
        escaped.append(opened)
    pieces = list(text)
    for position in escaped:
        pieces[position] = f"\\{text[position]}"
    return "".join(pieces)


def _escape_tildes(text: str) -> str:
    """Escape tildes that would strike text out; a lone one such as in `~5 GB` means nothing."""
    runs = list(_TILDES.finditer(text))
    opens = [run.start() for run in runs if text[run.end() : run.end() + 1].strip()]
    pair = any(opens and opens[0] < run.start() and text[run.start() - 1].strip() for run in runs)
    doubled = "~~" in text
    if pair or (doubled and (len(runs) > 1 or len(runs[0][0]) > 3)):
        return text.replace("~", "\\~")
    return text.replace("~~", "\\~~", 1) if doubled else text


def _escape_start(text: str) -> str:
    """Escape what would start a heading, quote, list, task or rule at the start of a paragraph."""
    if _BLOCK_START.match(text) or _RULE.fullmatch(text):
        return "\\" + text
    text = _TASK_START.sub(r"\\[\1\\]", text, count=1) if _TASK_START.match(text) else text
    return _ORDERED_START.sub(r"\1\\\2", text, count=1) if _ORDERED_START.match(text) else text
