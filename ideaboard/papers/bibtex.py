"""BibTeX as arXiv's own pages form it: `@misc{surnameYEARfirstfourwords, ...}`, and `@article` for what a journal has.

The keys are those that people copy from the abstract page, in plain letters, so that a bibliography holds a paper once.
Their year is that of the version shown there, hence that of the version that was seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from ideaboard.core.credit import ET_AL, surname
from ideaboard.core.ideas import Paper
from ideaboard.core.text import clean_line, fold

_WORDS_IN_KEY = 4
_CENTURY_BREAK = "91"  # the first year of the old identifiers; below it they belong to this century

_BRACE = re.compile(r"((?<!\\)\\*[{}])")
_SPELLED = {char: f"\\{char}" for char in "&%#_$"} | {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_MEANT = {spelled: char for char, spelled in _SPELLED.items()}
_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_IN_A_YEAR = re.compile(r"(.+) \(([0-9]{4})\)", re.DOTALL)
# Letters that are no letter with an accent; programs and servers trip over keys that are not ASCII.
_IN_ASCII = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"})
_BARE_SPECIAL = re.compile(r"(\\.)|([&%#])|(_)|(\$)", re.DOTALL)


def bibtex(papers: Sequence[Paper], more: Sequence[Mapping[str, str]] = ()) -> str:
    """Write papers as BibTeX, one entry each, with keys that are unique within this text.

    `more` has further fields for each of them, which are written so that `read_verbatim` gives them back, and the `url`
    of one that has no page by its name.
    """
    used: set[str] = set()
    fields = more or [{}] * len(papers)
    entries = zip(papers, fields, strict=True)
    return "\n".join(_entry(paper, _unused(_key(paper), used), more) for paper, more in entries)


def _entry(paper: Paper, key: str, more: Mapping[str, str]) -> str:
    where, year = paper.journal_ref or "", _year(paper)
    if dated := _IN_A_YEAR.fullmatch(where.strip()):
        where, year = dated.groups()
    doi = _DOI.search(paper.doi or "")
    fields = {
        "title": _value(paper.title),
        "author": " and ".join(_author(author) for author in paper.authors),
        "journal": _value(where),
        "year": year,
        "eprint": _plain(paper.arxiv_id),
        "archivePrefix": "arXiv" if paper.arxiv_id else "",
        "primaryClass": _plain(paper.primary_category),
        "doi": _plain(doi[0]) if doi else "",
        "url": _plain(paper.url or more.get("url", "")),
        **{name: _verbatim(value) for name, value in more.items() if name != "url"},
    }
    lines = "".join(f"      {name}={{{value}}},\n" for name, value in fields.items() if value)
    return f"@{'article' if fields['journal'] else 'misc'}{{{key},\n{lines}}}\n"


def _verbatim(text: str) -> str:
    """Return text of several lines as TeX that prints it as it is."""
    return re.sub(r"[\\{}~^&%#_$]", lambda match: _SPELLED[match[0]], text)


def read_verbatim(value: str) -> str:
    """Return the text that `bibtex` wrote in a field, or that other programs wrote there with the same commands."""
    return re.sub(r"\\(?:text[a-z]+\{\}|[&%#_$])", lambda match: _MEANT.get(match[0], match[0]), value).strip()


def _key(paper: Paper) -> str:
    words = [word for word in clean_line(paper.title).split() if word.lower() not in _stop_words()]
    who = _ascii(surname(clean_line(paper.authors[0]))) if paper.authors else ""
    return f"{who or 'unknown'}{_year(paper)}{_ascii(''.join(words[:_WORDS_IN_KEY]))}"


def _ascii(text: str) -> str:
    return re.sub("[^a-z0-9]", "", fold(text).translate(_IN_ASCII))


@cache
def _stop_words() -> frozenset[str]:
    """Return what arXiv leaves out: the list of the Glasgow information retrieval group, misprints included."""
    return frozenset(" ".join(json.loads(Path(__file__).with_name("stop_words.json").read_text())["bibtex"]).split())


def _unused(key: str, used: set[str]) -> str:
    """Number a key that is taken; a dash is in no other key."""
    candidate, number = key, 1
    while candidate in used:
        number += 1
        candidate = f"{key}-{number}"
    used.add(candidate)
    return candidate


def _year(paper: Paper) -> str:
    """Return the year of the version that was seen; the identifier tells that of the first one."""
    when = paper.updated or paper.published or ""
    if re.match(r"[0-9]{4}(?:-|$)", when):
        return when[:4]
    digits = re.sub(r"\D", "", paper.arxiv_id)
    if len(digits) < len("9107001"):
        return ""
    return f"19{digits[:2]}" if "/" in paper.arxiv_id and digits[:2] >= _CENTURY_BREAK else f"20{digits[:2]}"


def _plain(text: str) -> str:
    """Return an address or a code, without what would end the value early."""
    return re.sub(r"[\s{}\\]", "", clean_line(text))


def _author(name: str) -> str:
    """Return a name; one that holds `and` or a comma is one name for BibTeX only in braces."""
    if name == ET_AL:
        return "others"
    name = _value(name)
    return f"{{{name}}}" if re.search(r"(?i)(?:^|\s)and(?:\s|$)|,", name) else name


def _value(text: str) -> str:
    """Return text as the value of a field: TeX is kept, what TeX would trip over is escaped, braces are balanced."""
    line = " ".join(clean_line(text).split())
    line = _balanced(_escaped(line))
    if line.endswith("\\"):
        alone = (len(line) - len(line.rstrip("\\"))) % 2
        line = line[:-1] + r"\textbackslash{}" if alone else line + " "
    return line


def _escaped(line: str) -> str:
    dollars = len(re.findall(r"(?<!\\)(?:\\\\)*\$", line))
    in_formula = False

    def escape(match: re.Match[str]) -> str:
        nonlocal in_formula
        command, special, underscore, dollar = match.groups()
        if command:
            return match.group()
        if dollar:
            if dollars & 1:
                return r"\$"
            in_formula = not in_formula
            return "$"
        return "\\" + special if special else underscore if in_formula else r"\_"

    return _BARE_SPECIAL.sub(escape, line)


def _balanced(line: str) -> str:
    r"""Spell out braces without a partner.

    BibTeX counts a brace whether a backslash stands before it or not, some readers count only the others; so each sort
    has to be balanced on its own.
    """
    pieces = _BRACE.split(line)
    lonely = _lonely_braces(pieces)
    return "".join(_spelled_out(piece) if at in lonely else piece for at, piece in enumerate(pieces))


def _lonely_braces(pieces: Sequence[str]) -> set[int]:
    opened: dict[bool, list[int]] = {True: [], False: []}
    lonely: set[int] = set()
    for at, piece in enumerate(pieces):
        if piece.endswith("{"):
            opened[len(piece) > 1].append(at)
        elif piece.endswith("}"):
            partners = opened[len(piece) > 1]
            if partners:
                partners.pop()
            else:
                lonely.add(at)
    return lonely.union(opened[True], opened[False])


def _spelled_out(brace: str) -> str:
    name = r"\textbraceleft{}" if brace.endswith("{") else r"\textbraceright{}"
    backslashes = len(brace) - 1
    return "\\" * (backslashes - backslashes % 2) + name
