"""The changelog in any of its formats, each in one entry of `FORMATS`: the same board, the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ideaboard.core.changelog import Changelog, Entry, InProgress
from ideaboard.errors import InvalidInput
from ideaboard.publish import templates
from ideaboard.publish.block import block, stamp
from ideaboard.publish.feeds import Publication, entry_title, render_atom, render_json, render_json_feed
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
    """Return the changelog as Markdown, ending in LF; nothing at all for the body of an empty one.

    Args:
        changelog: what to write down.
        title: the heading of a whole page.
        whole: a page with heading, introduction and a marked block, or only what goes into a block.
        name: the name of a whole page's block.
        folders: a person's own template folders, the first one first.
        template: a file to use as the template.

    Raises:
        InvalidInput: when a person's own template is wrong, or the name cannot name a block.
    """
    variables = {"changelog": changelog, "title": title, "whole": False, "content": ""}
    filters: dict[str, Callable[..., str]] = {"line": entry_line, "going": going_line}
    body = templates.render(TEMPLATE, variables, folders, explicit=template, filters=filters).strip("\n")
    if not whole:
        return f"{body}\n" if body else ""
    variables |= {"whole": True, "content": block(name, body)}
    return templates.render(TEMPLATE, variables, folders, explicit=template, filters=filters).strip("\n") + "\n"


def entry_line(entry: Entry) -> str:
    """Return an entry as one line of Markdown, without the bullet.

    `[title](url) — summary. Result. After [authors, year](link). 2025-03-14, answers a question on [title](link)`;
    what is missing is left out. Words between two links are escaped as one run, for what stands beside a character
    decides whether it is markup.
    """
    words = [templates.sentence(text) for text in (entry.summary, entry.result) if text]
    run = ["—", *words]
    if entry.url:
        line = [link(entry.title, entry.url)]
    else:
        line = []
        run.insert(0, f"{entry.title} (withdrawn)" if entry.withdrawn else entry.title)
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
    changelog: Changelog,
    publication: Publication,
    *,
    folders: Sequence[Path] = (),
    template: Path | None = None,
) -> str:
    """Return the changelog as an HTML page, from `templates/export/page.html.j2`.

    Args:
        changelog: what to show.
        publication: the page's title, author and feeds.
        folders: a person's own template folders, the first one first.
        template: a file to use as the template.

    Raises:
        InvalidInput: when a person's own template is wrong.
    """
    entries = [entry for entry in changelog.entries if not entry.withdrawn]
    variables = {
        "changelog": changelog,
        "publication": publication,
        "count": len(entries),
        "first_day": min((entry.date for entry in entries), default=""),
    }
    filters = {"entry_title": entry_title}
    text = templates.render(PAGE, variables, folders, explicit=template, filters=filters).strip("\n")
    return stamp(f"{text}\n<!-- ideaboard:html sum=000000000000 -->\n")


Writer = Callable[[Changelog, Publication, Sequence[Path], Path | None], str]


class Format(NamedTuple):
    """A form of the changelog: what writes it, and whether it is JSON."""

    write: Writer
    is_json: bool = False


FORMATS = {
    "md": Format(
        lambda changelog, publication, folders, template: render_markdown(
            changelog, title=publication.title, whole=True, folders=folders, template=template
        )
    ),
    "html": Format(
        lambda changelog, publication, folders, template: render_page(
            changelog, publication, folders=folders, template=template
        )
    ),
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
    """Return the changelog as a whole document, ending in LF.

    Args:
        changelog: what to write down.
        format: one of `FORMATS`.
        publication: the title, and for feeds and the page what else is known.
        folders: a person's own template folders, the first one first (Markdown and HTML).
        template: a file to use as the template (Markdown and HTML).

    Raises:
        InvalidInput: when there is no such format, or a person's own template is wrong.
    """
    if format not in FORMATS:
        raise InvalidInput(f"there is no format '{format}'", "use one of " + ", ".join(FORMATS))
    return FORMATS[format].write(changelog, publication, folders, template)
