"""Front matter: what is known of an idea, written the way each site generator wants it.

Which field takes which fact stands in `ideaboard.core.outputs.SITES`; what is not known is left out. Every string is
quoted, since YAML reads `2107.07510` as a number, `no` as false and `12:30:00` as seconds; dates stand bare. `authors`
is never written: Material for MkDocs takes it for keys of its own file and stops the build.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from ideaboard.core.clock import known_date, parse_moment
from ideaboard.core.credit import credit, named_authors, public_idea
from ideaboard.core.ideas import Idea
from ideaboard.core.outputs import Site
from ideaboard.core.text import clean_line, safe_url
from ideaboard.core.words import WORDS, Words
from ideaboard.errors import InvalidInput
from ideaboard.publish import markdown

_DAY = len("2026-01-01")
_DEVTO_TAGS = 4


class Bare(str):
    """A date or a moment, which stands without quotes."""

    __slots__ = ()


Record = dict[str, Any]
"""What YAML can hold: texts, numbers, lists and other records."""


def front_matter(idea: Idea, site: Site, now: datetime, license: str = "", words: Words = WORDS) -> str:
    """Return the front matter of an idea's draft for a site, with its `---` lines; `now` is local, with its offset."""
    facts = gather(idea, now, words) | {"license": clean_line(license)}
    record: Record = {}
    for field, fact in site.fields.items():
        parent, _, key = field.rpartition(".")
        value: Any = fact[1:] if fact.startswith("=") else facts[fact]
        if value in ("", [], {}) and field != "title":
            continue
        group = record.setdefault(parent, {}) if parent else record
        for name, each in value.items() if key == "*" else [(key, value)]:
            group.setdefault(name, each)
    return f"---\n{to_yaml(record)}---\n"


def gather(idea: Idea, now: datetime, words: Words = WORDS) -> Record:
    """Collect the facts that the fields of a site may take, by name; what is not known is empty."""
    idea = public_idea(idea, words)
    share = idea.share
    today = Bare(now.date().isoformat())
    when = _moment(share.date, share.at, now) if share else now
    tags = list(map(clean_line, idea.tags))
    links = [(url, clean_line(link.label)) for link in idea.links if (url := safe_url(link.url))]
    created = idea.created[:_DAY]
    return {
        "title": clean_line(idea.title),
        "titles": [clean_line(idea.title)],
        "summary": clean_line(share.summary) if share else "",
        "kind": clean_line(idea.kind),
        "kinds": [clean_line(idea.kind)],
        "kinds_and_tags": [clean_line(idea.kind), *tags],
        "created": Bare(created) if known_date(created) else today,
        "day": Bare(when.date().isoformat()),
        "moment": Bare(min(when, now).isoformat(timespec="seconds")),
        "shared": Bare(when.date().isoformat()) if share else "",
        # Nobody has written a word yet, wherever the idea was shared: no site may show it.
        "is_draft": True,
        "is_published": False,
        "url": (share.url or "") if share else "",
        "tags": tags,
        "words": _unique(map(_obsidian_tag, tags)),
        "letters": _unique(re.sub(r"[^0-9a-z]", "", tag.casefold()) for tag in tags)[:_DEVTO_TAGS],
        "links": [{"url": url} | ({"label": label} if label else {}) for url, label in links],
        "addresses": [url for url, _ in links],
        "extras": _extras(idea, words),
    }


def _moment(day: str, at: str, now: datetime) -> datetime:
    """Return a moment on the local day of sharing, in the local zone: what lies ahead of UTC is never held back."""
    midnight = datetime.fromisoformat(day).replace(tzinfo=now.tzinfo) if known_date(day) else None
    try:
        when = parse_moment(at).astimezone(now.tzinfo)
    except (InvalidInput, OverflowError):
        return midnight or now
    return when if midnight is None or midnight.date() == when.date() else midnight


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, words)))


def _obsidian_tag(tag: str) -> str:
    """Return a tag of letters, digits, `_`, `-` and `/` that is not all digits (obsidian.md/help/tags)."""
    word = re.sub(r"[^\w/-]+", "-", tag).strip("-/")
    return f"y{word}" if word.isdigit() else word


def _extras(idea: Idea, words: Words) -> Record:
    """Return what is known beside the common fields: the paper, with its credit."""
    paper = idea.paper
    about = credit(idea)
    extras: Record = {}
    if paper:
        extras = {
            "paper_title": clean_line(paper.title),
            "paper_authors": [clean_line(author) for author in named_authors(paper.authors, words)],
            "arxiv": clean_line(paper.arxiv_id),
            "arxiv_version": clean_line(paper.version),
            "doi": clean_line(paper.doi or ""),
            "official_code": clean_line(paper.code_url or "") if idea.kind == "paper-to-code" else "",
        }
    if about:
        extras |= {
            "source_type": "paper" if idea.kind == "summary" else "",
            "year": about.year,
            "source_url": about.url or "",
        }
    return {key: value for key, value in extras.items() if value}


def to_yaml(record: Record, indent: str = "") -> str:
    """Write a record as block YAML; strings as JSON strings, which every YAML reader takes for strings."""
    deeper = f"{indent}  "
    lines = []
    for key, value in record.items():
        if isinstance(value, dict):
            lines.append(f"{indent}{key}:\n{to_yaml(value, deeper)}")
        elif isinstance(value, list):
            items = [
                to_yaml(one, f"{deeper}  ").lstrip() if isinstance(one, dict) else f"{_json(one)}\n" for one in value
            ]
            lines += [f"{indent}{key}:\n", *(f"{deeper}- {item}" for item in items)]
        else:
            lines.append(f"{indent}{key}: {value if isinstance(value, Bare) else _json(value)}\n")
    return "".join(lines)


def _json(value: str | bool) -> str:
    return json.dumps(value, ensure_ascii=False)


# Text as Markdown for the programs behind the sites, which read it each in its own way. Python-Markdown (MkDocs) and
# kramdown (Jekyll) know fewer backslash escapes than CommonMark, so what they do not know is written as an entity.
# Liquid (Jekyll, dev.to), Hugo and Quarto look for tags of their own before the text is Markdown at all, and Pandoc
# (Quarto) takes `@name` for a citation.

_RARE = "<&~@/="
"""Characters that only CommonMark lets a backslash escape."""
_CITATION = re.compile(r"(?<![\w&#;])@(?=\w)")


def filters_for(site: Site) -> dict[str, Callable[..., str]]:
    """Return the filters that put text into a draft for a site: `md`, `heading` and `link`."""
    writers: dict[str, Callable[..., str]] = {"md": markdown.escape, "heading": markdown.heading, "link": markdown.link}
    return {name: for_site(site, write) for name, write in writers.items()}


def for_site(site: Site, write: Callable[..., str]) -> Callable[..., str]:
    """Let what writes Markdown write it for a site; a partial function, since that can be sent to another process."""
    return functools.partial(_for_site, site, write)


def _for_site(site: Site, write: Callable[..., str], *what: Any, start: bool = False) -> str:
    text = write(*what, start=True) if start else write(*what)
    if site.only_commonmark:
        return text
    text = markdown.ESCAPED.sub(lambda found: f"&#{ord(found[1])};" if found[1] in _RARE else found[0], text)
    if site.has_tags:
        text = text.replace("{{", "&#123;&#123;").replace("{%", "&#123;%")
    return _CITATION.sub("&#64;", text) if site.key == "quarto" else text
