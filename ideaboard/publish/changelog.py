"""The changelog written as Markdown, from `templates/export/changelog.md.j2`: the same board, the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ideaboard.core.changelog import Changelog, Entry, InProgress
from ideaboard.publish import templates
from ideaboard.publish.block import block
from ideaboard.publish.markdown import escape, link

TEMPLATE = "export/changelog.md.j2"


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
