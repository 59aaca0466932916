"""The changelog in any of its formats, each in one entry of `FORMATS`: the same board, the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ideaboard.core.changelog import Changelog, Entry, InProgress
from ideaboard.errors import InvalidInput
from ideaboard.publish import templates
from ideaboard.publish.block import block, stamp
from ideaboard.publish.feeds import Publication, entry_title, render_atom, render_json, render_json_feed, shown_address
from ideaboard.publish.markdown import escape, link

TEMPLATE = "export/changelog.md.j2"
PAGE = "export/page.html.j2"


def render_markdown(
    changelog: Changelog,
    *,
    title: str = "Shared",
    whole: bool,
    name: str = "shared",
    folders: Sequence[Path] = (),
    template: Path | None = None,
) -> str:
    """Return the changelog as Markdown, ending in LF: what goes into a block, which may be nothing, or a whole page.

    A whole page has a heading, an introduction, and a marked block called `name`.

    Raises:
        InvalidInput: when a person's own template is wrong, or the name cannot name a block.
    """
    filters: dict[str, Callable[..., str]] = {"line": entry_line, "going": going_line}

    def fill(content: str) -> str:
        variables = {"changelog": changelog, "title": title, "whole": bool(content), "content": content}
        return templates.render(TEMPLATE, variables, folders, explicit=template, filters=filters).strip("\n")

    body = fill("")
    if whole:
        return fill(block(name, body)) + "\n"
    return f"{body}\n" if body else ""


def entry_line(entry: Entry) -> str:
    """Return an entry as one line of Markdown, without the bullet.

    `[title](url) — summary. Result. After [authors, year](link). 2025-03-14, answers a question on [title](link)`;
    what is missing is left out. Words between two links are escaped as one run, for what stands beside a character
    decides whether it is markup.
    """
    words = [templates.sentence(text) for text in (entry.summary, entry.result) if text]
    line = [link(entry.title, entry.url)] if entry.url else []
    run = ["—", *words] if entry.url else [entry_title(entry), "—", *words]
    closing = entry.date
    if entry.credit and entry.credit.url:
        run.append("After")
        line += [_run(run, line), f"{link(entry.credit.label, entry.credit.url)}."]
        run = []
    elif entry.credit:
        run.append(f"After {entry.credit.label}.")
    if entry.answers:
        closing += ", answers a question on"
        run.append(closing if entry.answers.url else f"{closing} {entry.answers.title}")
    else:
        run.append(closing)
    line.append(_run(run, line))
    if entry.answers and entry.answers.url:
        line.append(link(entry.answers.title, entry.answers.url))
    return " ".join(line)


def going_line(item: InProgress) -> str:
    """Return what is being made as one line of Markdown: `Title (making, after [authors](link))`."""
    line = escape(f"{item.title} ({item.status.lower()}{', after' if item.credit else ''}", start=True)
    return f"{line} {link(item.credit.label, item.credit.url)})" if item.credit else f"{line})"


def _run(words: list[str], before: list[str]) -> str:
    return escape(" ".join(words), start=not before)


def render_page(
    changelog: Changelog, publication: Publication, folders: Sequence[Path] = (), template: Path | None = None
) -> str:
    """Return the changelog as an HTML page; raises `InvalidInput` when a person's own template is wrong."""
    entries = [entry for entry in changelog.entries if not entry.withdrawn]
    variables = {
        "changelog": changelog,
        "publication": publication,
        "count": len(entries),
        "first_day": min((entry.date for entry in entries), default=""),
    }
    filters: dict[str, Callable[..., str]] = {"entry_title": entry_title, "address": shown_address}
    text = templates.render(PAGE, variables, folders, explicit=template, filters=filters).strip("\n")
    return stamp(f"{text}\n<!-- ideaboard:html sum=000000000000 -->\n")


class Format(NamedTuple):
    """A form of the changelog: what writes it, and whether it is JSON."""

    write: Callable[[Changelog, Publication, Sequence[Path], Path | None], str]
    is_json: bool = False


FORMATS = {
    "md": Format(
        lambda changelog, publication, folders, template: render_markdown(
            changelog, title=publication.title, whole=True, folders=folders, template=template
        )
    ),
    "html": Format(render_page),
    "atom": Format(lambda changelog, publication, *_: render_atom(changelog, publication)),
    "jsonfeed": Format(lambda changelog, publication, *_: render_json_feed(changelog, publication), is_json=True),
    "json": Format(lambda changelog, publication, *_: render_json(changelog, publication), is_json=True),
}


def render_changelog(
    changelog: Changelog,
    format: str,
    publication: Publication,
    *,
    folders: Sequence[Path] = (),
    template: Path | None = None,
) -> str:
    """Return the changelog as a whole document in one of `FORMATS`, ending in LF; feeds and JSON have no template.

    Raises:
        InvalidInput: when there is no such format, or a person's own template is wrong.
    """
    if format not in FORMATS:
        raise InvalidInput(f"there is no format '{format}'", "use one of " + ", ".join(FORMATS))
    return FORMATS[format].write(changelog, publication, folders, template)
