"""Front matter: what is known of an idea, written the way each site generator wants it.

Which field takes which fact stands in `ideaboard.core.outputs.SITES`; what is not known is left out. Every string is
quoted, since YAML reads `2107.07510` as a number, `no` as false and `12:30:00` as seconds; dates stand bare. `authors`
is never written: Material for MkDocs takes it for keys of its own file and stops the build.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from ideaboard.core.clock import parse_moment
from ideaboard.core.credit import credit, public_idea
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import Workflow
from ideaboard.core.outputs import SITES, Site
from ideaboard.core.text import clean_line, safe_url
from ideaboard.errors import InvalidInput
from ideaboard.publish import markdown

_DAY = len("2026-01-01")
_DEVTO_TAGS = 4


class Bare(str):
    """A date or a moment, which stands without quotes."""

    __slots__ = ()


Value = str | int | bool | Sequence["Value"] | Mapping[str, "Value"]
Record = dict[str, Value]


def find_site(key: str) -> Site:
    """Look up a site.

    Raises:
        InvalidInput: when there is no such site.
    """
    site = SITES.get(key.strip().casefold())
    if site is None:
        raise InvalidInput(f"there is no site '{clean_line(key)[:40]}'", "use one of " + ", ".join(SITES))
    return site


def front_matter(idea: Idea, workflow: Workflow, site: Site, now: datetime, license: str = "") -> str:
    """Return the front matter of an idea's draft, with its `---` lines.

    Args:
        idea: whose draft it is.
        workflow: knows how its kind is called.
        site: says which fields it wants.
        now: the local moment, with its offset.
        license: the licence that the person chose, if any.
    """
    facts = gather(idea, workflow, now) | {"license": clean_line(license)}
    record: Record = {}
    for field, fact in site.fields.items():
        parent, _, key = field.rpartition(".")
        value = fact[1:] if fact.startswith("=") else facts[fact]
        if value in ("", [], {}) and field != "title":
            continue
        if not parent:
            group = record
        else:
            record[parent] = group = dict(_mapping(record.get(parent, {})))
        if key == "*":
            group |= {name: each for name, each in _mapping(value).items() if name not in group}
        else:
            group[key] = value
    return f"---\n{to_yaml(record)}---\n"


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, Mapping) else {}


def gather(idea: Idea, workflow: Workflow, now: datetime) -> dict[str, Value]:
    """Collect the facts that the fields of a site may take, by name; what is not known is empty."""
    idea = public_idea(idea)
    share = idea.share
    today = Bare(now.date().isoformat())
    when = _moment(share.date, share.at, now) if share else now
    label = clean_line(workflow.kind_label(idea.kind))
    tags = list(map(clean_line, idea.tags))
    links = [(url, clean_line(link.label)) for link in idea.links if (url := safe_url(link.url))]
    created = idea.created[:_DAY]
    return {
        "title": clean_line(idea.title),
        "titles": [clean_line(idea.title)],
        "summary": clean_line(share.summary) if share else "",
        "kind": clean_line(idea.kind),
        "kinds": [clean_line(idea.kind)],
        "labels": [label],
        "labels_and_tags": [label, *tags],
        "stage": clean_line(idea.stage),
        "status": "shared" if share else "draft",
        "created": Bare(created) if _is_day(created) else today,
        "today": today,
        "now": Bare(now.isoformat(timespec="seconds")),
        "day": Bare(when.date().isoformat()),
        "moment": Bare(min(when, now).isoformat(timespec="seconds")),
        "shared": Bare(when.date().isoformat()) if share else "",
        "is_draft": share is None,
        "is_shared": share is not None,
        "url": (share.url or "") if share else "",
        "tags": tags,
        "words": _unique(map(_obsidian_tag, tags)),
        "letters": _unique(re.sub(r"[^0-9a-z]", "", tag.casefold()) for tag in tags)[:_DEVTO_TAGS],
        "links": [{"url": url} | ({"label": label} if label else {}) for url, label in links],
        "addresses": [url for url, _ in links],
        "extras": _extras(idea),
    }


def _moment(day: str, at: str, now: datetime) -> datetime:
    """Return a moment on the local day of sharing, in the local zone: what lies ahead of UTC is never held back."""
    try:
        when = parse_moment(at).astimezone(now.tzinfo)
        return when if when.date().isoformat() == day or not _is_day(day) else _midnight(day, now)
    except (InvalidInput, OverflowError):
        return _midnight(day, now) if _is_day(day) else now


def _midnight(day: str, now: datetime) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=now.tzinfo)


def _is_day(text: str) -> bool:
    try:
        return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def _unique(words: Iterable[str]) -> list[Value]:
    return list(dict.fromkeys(filter(None, words)))


def _obsidian_tag(tag: str) -> str:
    """Return a tag of letters, digits, `_`, `-` and `/` that is not all digits (obsidian.md/help/tags)."""
    word = re.sub(r"[^\w/-]+", "-", tag).strip("-/")
    return f"y{word}" if word.isdigit() else word


def _extras(idea: Idea) -> Record:
    """Return what is known beside the common fields: the paper, with its credit."""
    paper = idea.paper
    about = credit(idea)
    extras: Record = {}
    if paper:
        extras |= {
            "paper_title": clean_line(paper.title),
            "paper_authors": [clean_line(author) for author in paper.authors],
            "arxiv": clean_line(paper.arxiv_id),
            "arxiv_version": clean_line(paper.version),
            "doi": clean_line(paper.doi or ""),
        }
        if idea.kind == "paper-to-code" and paper.code_url:
            extras["official_code"] = clean_line(paper.code_url)
    if about:
        extras |= {
            "source_type": "paper" if idea.kind == "summary" else "",
            "year": about.year,
            "source_url": about.url or "",
        }
    return {key: value for key, value in extras.items() if value}


def to_yaml(record: Mapping[str, Value], indent: str = "") -> str:
    """Write a record as block YAML; strings as JSON strings, which every YAML reader takes for strings."""
    lines = []
    for key, value in record.items():
        if isinstance(value, Mapping):
            lines.append(f"{indent}{key}:{' {}' if not value else ''}\n{to_yaml(value, indent + '  ')}")
        elif isinstance(value, Sequence) and not isinstance(value, str):
            lines.append(f"{indent}{key}:{' []' if not value else ''}\n")
            lines += [_item(item, indent + "  ") for item in value]
        else:
            lines.append(f"{indent}{key}: {_scalar(value)}\n")
    return "".join(lines)


def _item(item: Value, indent: str) -> str:
    if isinstance(item, Mapping):
        return f"{indent}- {to_yaml(item, indent + '  ').removeprefix(indent + '  ')}"
    return f"{indent}- {json.dumps(str(item), ensure_ascii=False)}\n"


def _scalar(value: str | int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Bare)):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


# Text as Markdown for the programs behind the sites, which read it each in its own way. Python-Markdown (MkDocs) and
# kramdown (Jekyll) know fewer backslash escapes than CommonMark, so what they do not know is written as an entity.
# Liquid (Jekyll, dev.to), Hugo and Quarto look for tags of their own before the text is Markdown at all, and Pandoc
# (Quarto) takes `@name` for a citation.

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_RARE = frozenset("<&~@/=")
"""Characters that only CommonMark lets a backslash escape."""
_CITATION = re.compile(r"(?<![\w&#;])@(?=\w)")


def filters_for(site: Site) -> dict[str, Callable[..., str]]:
    """Return the filters that put text into a draft for a site: `md`, `heading`, `link` and `quoted`."""
    # Partial functions, since those can be sent to another process.
    with_site = functools.partial
    return {
        "md": with_site(_md, site),
        "heading": with_site(_heading, site),
        "link": with_site(_link, site),
        "quoted": quoted,
    }


def quoted(text: str) -> str:
    """Return text as a JSON string, which YAML and TOML read too."""
    return json.dumps(clean_line(text), ensure_ascii=False)


def _md(site: Site, text: str, *, start: bool = False) -> str:
    return _speak(site, markdown.escape(text, start=start))


def _heading(site: Site, text: str) -> str:
    return _speak(site, markdown.heading(text))


def _link(site: Site, text: str, url: str | None, *, start: bool = False) -> str:
    return _speak(site, markdown.link(text, safe_url(url), start=start))


def _speak(site: Site, text: str) -> str:
    if site.only_commonmark:
        return text
    text = _ESCAPE.sub(lambda found: f"&#{ord(found[1])};" if found[1] in _RARE else found[0], text)
    if site.has_tags:
        text = text.replace("{{", "&#123;&#123;").replace("{%", "&#123;%")
    return _CITATION.sub("&#64;", text) if site.key == "quarto" else text
