"""Front matter: one record of an idea, written the way each site generator wants it.

Every string is quoted, since YAML reads `2107.07510` as a number, `no` as false and `12:30:00` as seconds; dates stand
bare. `authors` is never written: Material for MkDocs takes it for keys of its own file and stops the build.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ideaboard import config
from ideaboard.core.changelog import safe_url, shared_url
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput

Site = str
SITES: tuple[Site, ...] = config.SITES
"""The sites that a draft can be made for; `plain` is Markdown for people."""


class Day(str):
    """An ISO date, which stands bare."""

    __slots__ = ()


Value = str | int | bool | Sequence["Value"] | Mapping[str, "Value"]
Record = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an idea, whatever the site."""

    title: str
    summary: str
    kind: str
    label: str
    """The kind as shown: `Paper to code`."""
    day: Day
    """The day of sharing, else today."""
    today: Day
    is_shared: bool
    url: str
    tags: list[Value]
    links: list[Value]
    extras: Record
    """What belongs to the kind: the paper, the rank, the repository."""


def check_site(site: str) -> Site:
    """Return the site's key.

    Raises:
        InvalidInput: when there is no such site.
    """
    key = site.strip().casefold()
    if key not in SITES:
        raise InvalidInput(f"there is no site '{clean_line(site)[:40]}'", "use one of " + ", ".join(SITES))
    return key


def front_matter(idea: Idea, workflow: Workflow, site: Site, today: str) -> str:
    """Return the front matter of an idea's draft, with its `---` lines.

    Args:
        idea: whose draft it is.
        workflow: knows how its kind is called.
        site: one of `SITES`.
        today: the local date.
    """
    facts = gather(idea, workflow, today)
    record = _plain(idea, facts) if site == "plain" else _FOR_SITE[site](facts)
    return f"---\n{to_yaml(record)}---\n"


def gather(idea: Idea, workflow: Workflow, today: str) -> Facts:
    """Collect what is known of an idea."""
    share = idea.share
    return Facts(
        title=clean_line(idea.title),
        summary=clean_line(share.summary) if share else "",
        kind=clean_line(idea.kind),
        label=clean_line(workflow.kind_label(idea.kind)),
        day=Day(share.date if share and _is_day(share.date) else today),
        today=Day(today),
        is_shared=share is not None,
        url=shared_url(idea) or "",
        tags=[clean_line(tag) for tag in idea.tags],
        links=[{"url": url, "label": clean_line(link.label)} for link in idea.links if (url := safe_url(link.url))],
        extras=_extras(idea),
    )


def _is_day(text: str) -> bool:
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None


_BLANKS: dict[str, Record] = {
    "project": {"repo": "", "demo": "", "version": "", "language": ""},
    "paper-to-code": {
        "venue": "",
        "official_code": "",
        "approach": "from paper",
        "seeds": [],
        "compute": "",
        "claims_total": 0,
        "claims_reproduced": 0,
        "weights_url": "",
    },
    "competition": {
        "platform": "",
        "competition": "",
        "competition_url": "",
        "team": "",
        "rank": "",
        "teams_total": "",
        "medal": "",
        "metric": "",
        "cv": "",
        "public_lb": "",
        "private_lb": "",
        "code_url": "",
        "notebook_url": "",
        "word_limit": 0,
        "deadline": "",
    },
    "case-study": {
        "client_or_anonymous": "anonymous",
        "industry": "",
        "role": "",
        "period": "",
        "metric": "",
        "before": "",
        "after": "",
    },
    "post": {"audience": "", "promise": "", "series": "", "minutes": 0, "video_url": "", "duration": ""},
    "summary": {"source_type": "paper", "source_title": "", "source_url": "", "rating": "", "finished": ""},
}
"""The fields of each kind that nobody can know but its author."""


def _extras(idea: Idea) -> Record:
    extras: Record = dict(_BLANKS.get(idea.kind, {}))
    paper = idea.paper
    if paper:
        extras |= {
            "paper_title": clean_line(paper.title),
            "paper_authors": [clean_line(author) for author in paper.authors],
            "arxiv": clean_line(paper.arxiv_id),
            "arxiv_version": clean_line(paper.version),
            "year": clean_line(paper.published or "")[:4],
        }
        extras |= {"doi": clean_line(paper.doi)} if paper.doi else {}
        if idea.kind == "paper-to-code" and paper.code_url:
            extras["official_code"] = clean_line(paper.code_url)
        if idea.kind == "summary":
            extras["source_title"] = clean_line(paper.title)
            extras["source_url"] = safe_url(paper.url) or ""
    if idea.kind == "summary" and not paper:
        extras["source_type"] = "book"
    return extras


def _plain(idea: Idea, facts: Facts) -> Record:
    record: Record = {"id": idea.id, "kind": facts.kind, "title": facts.title, "summary": facts.summary}
    created = idea.created[: len("2026-01-01")]
    record |= {"status": clean_line(idea.stage), "created": Day(created) if _is_day(created) else facts.today}
    record |= {"updated": facts.today}
    record |= {"shared": facts.day} if facts.is_shared else {}
    record |= {"url": facts.url, "links": facts.links, "tags": facts.tags}
    record["license"] = "MIT" if facts.kind in ("project", "paper-to-code") else "CC BY 4.0"
    return record | _others(facts, record)


def _hugo(facts: Facts) -> Record:
    params: Record = ({"canonical": facts.url} if facts.url else {}) | {"links": facts.links} | facts.extras
    return {
        "title": facts.title,
        "description": facts.summary,
        "date": facts.day,
        "lastmod": facts.today,
        "draft": not facts.is_shared,
        "tags": facts.tags,
        "categories": [facts.label],
        "params": params,
    }


def _jekyll(facts: Facts) -> Record:
    record: Record = {
        "layout": "post",
        "title": facts.title,
        "description": facts.summary,
        "date": facts.day,
        "last_modified_at": facts.today,
        "published": facts.is_shared,
        "categories": [facts.label],
        "tags": facts.tags,
    }
    record |= {"canonical_url": facts.url} if facts.url else {}
    return record | {"links": facts.links} | _others(facts, record)


def _quarto(facts: Facts) -> Record:
    record: Record = {
        "title": facts.title,
        "description": facts.summary,
        "date": facts.day,
        "date-modified": facts.today,
        "categories": [facts.label, *facts.tags],
        "draft": not facts.is_shared,
        "links": facts.links,
    }
    return record | _others(facts, record)


def _astro(facts: Facts) -> Record:
    record: Record = {
        "title": facts.title,
        "description": facts.summary,
        "pubDate": facts.day,
        "updatedDate": facts.today,
        "draft": not facts.is_shared,
        "tags": facts.tags,
        "kind": facts.kind,
        "links": facts.links,
    }
    return record | _others(facts, record)


def _mkdocs(facts: Facts) -> Record:
    record: Record = {
        "title": facts.title,
        "description": facts.summary,
        "date": facts.day,
        "draft": not facts.is_shared,
        "categories": [facts.label],
        "tags": facts.tags,
    }
    return record | _others(facts, record)


def _obsidian(facts: Facts) -> Record:
    record: Record = {
        "title": facts.title,
        "aliases": [facts.title],
        "description": facts.summary,
        "date": facts.day,
        "updated": facts.today,
        "status": "shared" if facts.is_shared else "draft",
        "tags": [re.sub(r"\s+", "-", str(tag)) for tag in facts.tags],
        "kind": facts.kind,
    }
    record |= {"url": facts.url} if facts.url else {}
    record["links"] = [str(link["url"]) for link in facts.links if isinstance(link, Mapping)]
    return record | _others(facts, record)


def _devto(facts: Facts) -> Record:
    words = [re.sub(r"[^0-9a-z]", "", str(tag).casefold()) for tag in facts.tags]
    record: Record = {
        "title": facts.title,
        "description": facts.summary,
        "published": facts.is_shared,
        "tags": list(dict.fromkeys(word for word in words if word))[:4],
        "date": facts.day,
        "series": facts.label,
    }
    return record | ({"canonical_url": facts.url} if facts.url else {})


def _others(facts: Facts, record: Record) -> Record:
    """Return the fields of the kind that the site has no field of its own for."""
    return {key: value for key, value in facts.extras.items() if key not in record}


_FOR_SITE = {
    "hugo": _hugo,
    "jekyll": _jekyll,
    "quarto": _quarto,
    "astro": _astro,
    "mkdocs": _mkdocs,
    "obsidian": _obsidian,
    "devto": _devto,
}


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
    if isinstance(value, (int, Day)):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
