"""What lies in the inbox folder: a note, a list, a mail, or a link that a phone or a browser saved, as cards.

The name of a file says what it is; what it holds is read by the one reader of text from outside. A file that begins
with a bullet is a list of ideas; any other is one idea: the first line is its title, the rest its notes.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import PurePath

from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput
from ideaboard.intake import Text, read_text
from ideaboard.intake.cards import Card, Imported, Source

NOTES = ("", ".txt", ".text", ".md", ".markdown", ".eml")
SHORTCUTS = (".url", ".webloc", ".desktop")
SIZE_LIMIT = 32 * 2**20
"""Bytes of a file; a mail may come with pictures, which are not read."""
_TEXT_LIMIT = 1_000_000
_HTML_LIMIT = 300_000
"""Characters of HTML that are read: Python's parser takes quadratic time for what is broken on purpose."""
_IDEAS_LIMIT = 1000
_SHORTCUT_LIMIT = 2**20
_URL = re.compile(r"https?://[^\s<>\"'`]+", re.IGNORECASE)
_LINK = re.compile(r"[*_ ]*!?\[([^\]]*)\]\(\s*<?(https?://[^\s<>]+?)>?\s*\)[*_ .]*", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?:[-*+•]|[0-9]{1,4}[.)])\s+\S")
_ANSWER = re.compile(r"(?:\s*(?:re|fwd?|aw|wg|tr|rv)\s*:)+\s*", re.IGNORECASE)
_HTML = re.compile(r"\s*(?:<!doctype html|<html|<head|<body|<div|<p[ >]|<table|<meta)", re.IGNORECASE)
_EMPTY = re.compile(r"[(\[<]\s*[)\]>]\.?")
_BETWEEN = ' \t-–—|:;,·•<>()[]"“”'


def cards_in(name: str, data: bytes) -> Imported:
    """Read a file of the inbox by its name. Raises `InvalidInput` when it is nothing that can be read, or empty."""
    stem, ending = PurePath(name).stem, PurePath(name).suffix.lower()
    if ending in SHORTCUTS:
        return Imported([_shortcut(clean_line(stem), ending, data)])
    if ending not in NOTES:
        what = "it is neither text, Markdown, mail nor a saved link"
        raise InvalidInput(what, "'ideaboard import' reads boards, tables and bibliographies")
    read = read_text(data)
    plain = _plain(read)
    cut = plain != read.text and max(map(len, read.forms)) > _HTML_LIMIT
    text = plain.replace("\r\n", "\n").replace("\r", "\n").strip("\n\ufeff")
    if len(text) > _TEXT_LIMIT:
        raise InvalidInput(f"it has more than {_TEXT_LIMIT:,} characters", "keep a part of it in the inbox")
    imported = _list(text) if _BULLET.match(text) else Imported([_note(text, mail=ending == ".eml")])
    if not any(card.title.strip() or card.notes.strip() for card in imported.cards):
        raise InvalidInput("there is no text in it", "write a line, or take it away")
    if len(imported.cards) > _IDEAS_LIMIT:
        raise InvalidInput(f"it has more than {_IDEAS_LIMIT:,} ideas", "bring it in with 'ideaboard import'")
    imported.remarks = [*read.remarks, *imported.remarks]
    imported.remarks += [f"only the first {_HTML_LIMIT:,} characters of its HTML are read"] if cut else []
    return imported


def _plain(read: Text) -> str:
    """Return the words of a mail that has nothing but HTML; other text comes back as it is."""
    subject, line_break, body = read.text.partition("\n")
    if read.more and not body.strip():  # it has a subject
        return f"{subject}\n{_words_of(read.more)}"
    if line_break and _HTML.match(body) and not _HTML.match(read.text):
        return f"{subject}\n{_words_of(body)}"
    return readable(read.text)


def readable(text: str) -> str:
    """Return the words of HTML; other text comes back as it is."""
    return _words_of(text) if _HTML.match(text) else text


def _words_of(html: str) -> str:
    from html.parser import HTMLParser

    words: list[str] = []
    hidden: list[str] = []

    class Words(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in ("style", "script", "head", "title"):
                hidden.append(tag)
            elif tag in ("p", "br", "div", "tr", "li", "h1", "h2", "h3"):
                words.append("\n")
            elif tag == "a" and (url := dict(attrs).get("href")) and _URL.match(url):
                words.append(f" {url} ")

        def handle_endtag(self, tag: str) -> None:
            if hidden and hidden[-1] == tag:
                hidden.pop()

        def handle_data(self, data: str) -> None:
            if not hidden:
                words.append(re.sub(r"\s+", " ", data))

    with suppress(AssertionError):  # it gives up at a declaration that it does not know
        Words().feed(html[:_HTML_LIMIT])
    lines = [" ".join(line.split()) for line in "".join(words).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _list(text: str) -> Imported:
    from ideaboard.intake.formats.markdown import read_markdown

    imported = read_markdown(Source(text.encode(), "the list"))
    for card in imported.cards:
        if card.on:
            card.extra["List"], card.on = card.on, ""
    imported.lists = []
    return imported


def _note(text: str, *, mail: bool) -> Card:
    lines = text.split("\n")
    title, front = "", []
    if lines[0].strip() == "---" and "---" in (rest := [line.strip() for line in lines[1:]]):
        end = rest.index("---") + 1
        front, lines = lines[1:end], lines[end + 1 :]
        named = [line for line in front if re.match(r"title\s*:\s*\S", line)]
        title = named[0].partition(":")[2].strip().strip("\"'") if named else ""
        front = [line for line in front if line not in named and line.strip()]
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    urls = list(dict.fromkeys(filter(None, map(_address, _URL.findall("\n".join(lines))))))
    url = urls[0] if len(urls) == 1 else ""
    if not title and first < len(lines):
        title, lines = lines[first].strip(), lines[first + 1 :]
        if re.match(r"#{1,6}\s", title):
            title = re.sub(r"\s#+$", "", title.lstrip("#").strip()).strip()
        if alone := _address(title):  # a share of a phone may begin with the link
            url = url or (alone if _URL.fullmatch(title) else "")
            after = next((at for at, line in enumerate(lines) if line.strip()), None)
            if _URL.fullmatch(title) and after is not None and not _URL.search(lines[after]):
                title, lines = lines[after].strip(), lines[after + 1 :]
    if link := _LINK.fullmatch(title):
        title, url = link[1].strip() or link[2], url or link[2]
    elif url and url in title and (words := _EMPTY.sub(" ", title.replace(url, " ")).strip(_BETWEEN)):
        title = words
    if mail:
        title = _ANSWER.sub("", title, count=1) if _ANSWER.match(title) else title
    notes = [line for line in lines if not url or line.strip(_BETWEEN) != url]
    return Card(title=title or url, notes="\n".join([*front, *notes]).strip("\n"), url=url)


def _address(text: str) -> str:
    """Return the first address in a text, without what belongs to the sentence around it."""
    found = _URL.search(text)
    if not found:
        return ""
    url = found[0].rstrip(".,;:!?*_]}")
    return url if "(" in url else url.rstrip(")")


def _shortcut(stem: str, ending: str, data: bytes) -> Card:
    no_link = InvalidInput("there is no link in it", "save the link once more, or take the file away")
    if len(data) > _SHORTCUT_LIMIT:
        raise no_link
    if ending == ".webloc":
        import plistlib
        from xml.parsers.expat import ExpatError

        try:
            found = plistlib.loads(data)
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, ExpatError):
            raise no_link from None
        fields = {"URL": str(found.get("URL", ""))} if isinstance(found, dict) else {}
    else:
        pairs = (line.partition("=") for line in read_text(data).text.splitlines())
        fields = {}
        for key, _, value in pairs:
            fields.setdefault(key.strip(), value.strip())
        if ending == ".desktop" and fields.get("Type", "Link") != "Link":
            raise no_link
    url = _address(fields.get("URL", ""))
    if not url:
        raise no_link
    return Card(title=clean_line(fields.get("Name", "")) or stem or url, url=url)
