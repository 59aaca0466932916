"""BibTeX and RIS, as managers of references, publishers, indexes and `export bibtex` write them.

A BibTeX library was tried for `ideaboard.intake.papers`; real exports miss braces and commas, and there an entry must
not be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from ideaboard.core.credit import ET_AL
from ideaboard.core.ideas import Paper
from ideaboard.core.tex import clean_tex
from ideaboard.core.text import clean_line
from ideaboard.intake.cards import Card, Imported, Source, paragraphs
from ideaboard.intake.entries import BibEntry, bibtex_entries, is_ris, plain_fields, plain_name, ris_entries
from ideaboard.intake.notes import readable
from ideaboard.intake.papers import dois_of, paper_of
from ideaboard.papers.bibtex import read_verbatim
from ideaboard.papers.identifiers import find_ids

_BEGINS = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(](?:\s*[^\s,={}]*\s*[,=]|[^,={}()\n]*=\s*[{\"])", re.MULTILINE)
_NOTES = ("annote", "annotation", "comment", "review", "note", "mendeleynotes")
_TAGS = ("keywords", "keyword", "mendeleytags")
_VENUES = ("journal", "journaltitle", "booktitle", "publisher", "school", "institution", "howpublished")
_SERVING = (
    "archiveprefix primaryclass eprinttype eprintclass timestamp biburl bibsource adsurl adsnote langid urldate "
    "copyright dateadded datemodified month day shorttitle bdskurl1 bdskurl2 owner creationdate modificationdate "
    "database jf jo ja j1 j2"
)
_HOUSEKEEPING = frozenset(_SERVING.split(" "))
_TEX = re.compile(r"[\\$~`]")
_NAMED_AT_MOST = 10
UNCLOSED = "entries that are not closed"
_BRACES = re.compile(r"(?<!\\)[{}]")


def fits_bibtex(source: Source) -> bool:
    return bool(_BEGINS.search(source.text[:200_000]))


def fits_ris(source: Source) -> bool:
    return is_ris(source.text)


def read_bibtex(source: Source) -> Imported:
    return read_entries(bibtex_entries(source.text), source)


def read_ris(source: Source) -> Imported:
    return read_entries(ris_entries(source.text), source)


def read_entries(entries: Iterable[str | BibEntry], source: Source) -> Imported:
    """Make a card of each entry of a bibliography."""
    found = Imported()
    unclosed: list[str] = []
    for entry in entries:
        if isinstance(entry, str):
            found.left_out["lines between the entries"] += sum(bool(line.strip()) for line in entry.splitlines())
        elif not entry.closed:
            unclosed.append(f"'{clean_line(entry.key)[:60]}'")
        elif entry.fields:
            found.cards.append(_card(entry, source))
            found.left_out["keys of entries"] += bool(entry.key)
            serving = _HOUSEKEEPING.intersection(map(plain_name, entry.fields))
            found.left_out["fields that only serve a bibliography"] += len(serving)
        else:
            found.left_out["entries without a field"] += 1
    if unclosed:
        named = ", ".join(unclosed[:_NAMED_AT_MOST]) + (", ..." if unclosed[_NAMED_AT_MOST:] else "")
        found.left_out[UNCLOSED] = len(unclosed)
        found.remarks.append(f"not read, for want of a last brace: {named}")
    return found


def _card(entry: BibEntry, source: Source) -> Card:
    plain = plain_fields(entry)
    raw = {plain_name(name): value for name, value in reversed([*entry.fields.items()])}
    read = _text if entry.tex else _line
    text = {name: read(value) for name, value in raw.items()}
    used = {*_NOTES, *_TAGS, "title", "abstract"}

    def take(*names: str) -> str:
        """Give the first of these fields that says something; what nobody takes is kept under its name."""
        name = next((name for name in names if text.get(name)), "")
        used.add(name)
        return text.get(name, "")

    authors = tuple(filter(None, (_author(one, read) for one in _people(raw.get("author") or raw.get("editor", "")))))
    used |= {"author"} if raw.get("author") else {"editor"}
    ids = list({id.id: id for id in paper_of(plain)}.values())
    doi = next(iter(dois_of(plain)), "")
    is_paper = len(ids) == 1 or (bool(doi) and not ids)
    venue = take(*_VENUES)
    where = " ".join(filter(None, (venue, take("volume"), take("pages")))) if venue else ""
    year = take("year") or take("date")
    year = year[:4] if re.fullmatch(r"[0-9]{4}(?:-[0-9]{2}){0,2}", year) else year
    published_in = "" if is_paper and ids and "arxiv" in where.lower() else where
    if is_paper and ids and not published_in and f"20{ids[0].id[:2]}" != year:
        used -= {"year", "date"}
    written = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", plain.get("doi", ""), flags=re.IGNORECASE)
    used |= {"doi"} if doi or find_ids(plain.get("doi", "")) else set()
    used |= {name for name in text if name.startswith(("eprint", "arxiv"))} if len(ids) == 1 else set()
    urls = take("url") and plain["url"].split(" ")
    address = f"https://doi.org/{doi}" if doi else ""
    notes = [read_verbatim(raw[name]) if name == "annote" else text[name] for name in _NOTES if text.get(name)]
    notes = notes if entry.tex else [readable(raw.get("note", ""))]
    paper = None
    if is_paper or (authors and text.get("title")):  # somebody's work, also where it has no name to ask for
        dated = is_paper or year.isdecimal()
        notes += [] if dated or not year else [f"({year})"]
        paper = replace(
            ids[0].paper() if is_paper and ids else Paper(),
            published=None if (is_paper and ids) or not dated else year or None,
            title=_kept(raw.get("title", "")) if entry.tex else clean_line(text.get("title", "")),
            authors=authors,
            abstract=text.get("abstract", ""),
            primary_category=plain.get("primaryclass") or plain.get("eprintclass") or "",
            doi=doi or None,
            journal_ref=f"{published_in} ({year})" if published_in and year else published_in or None,
        )
    else:
        by = ", ".join(authors)
        notes += [
            ". ".join(filter(None, (by, " ".join(filter(None, (where, f"({year})" if year else "")))))),
            text.get("abstract", ""),
        ]
    title = text.get("title") or (paper.label if paper else "") or entry.key
    return Card(
        title=title,
        notes=paragraphs(*notes),
        tags=[tag for name in _TAGS for tag in re.split(r"[,;]", text.get(name, "")) if tag.strip()],
        url=urls[0] if urls else address,
        links=[*((url, "") for url in urls[1:]), *([(address, "DOI")] if address and urls else [])],
        created=source.moment(text.get("dateadded") or text.get("creationdate") or text.get("timestamp")),
        paper=paper,
        key=written.lower() or f"{entry.key}/{title}",
        extra={name: value for name, value in text.items() if name not in used and name not in _HOUSEKEEPING},
    )


def _text(value: str) -> str:
    """Return a value as people read it."""
    if not _TEX.search(value):  # most are plain
        return " ".join(_BRACES.sub("", value).split())
    readable = clean_tex(value)
    return " ".join((_BRACES.sub("", value) if readable == value else readable).split())


def _line(value: str) -> str:
    return " ".join(value.split())


def _kept(value: str) -> str:
    """Return the title of a paper raw, as arXiv gives it: with its TeX, without the braces that only guard capitals."""
    line = clean_line(re.sub(r"\\([_%&#])", r"\1", " ".join(value.split())))
    return line if "\\" in line or "$" in line else _BRACES.sub("", line)


def _people(value: str) -> list[str]:
    """Divide a list of names at each `and` that stands in no braces."""
    people, depth = [""], 0
    for piece in re.split(r"([{}]|\s+and\s+)", value):
        depth += {"{": 1, "}": -1}.get(piece, 0)
        if depth == 0 and piece.strip() == "and":
            people.append("")
        else:
            people[-1] += piece
    return people


def _author(name: str, read: Callable[[str], str]) -> str:
    """Return a name with the given name first; `others` as who reads it writes it."""
    name = name.strip()
    if name.startswith("{") and name.endswith("}"):
        return read(name).strip("{}")
    parts = [read(part) for part in re.split(r",(?![^{]*\})", name)]
    if len(parts) > 1:
        parts = [parts[-1], parts[0], *parts[1:-1]]
    whole = " ".join(filter(None, parts))
    return ET_AL if whole.rstrip(".").lower() in ("others", "et al") else whole
