"""The changelog in any of its formats, each in one entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ideaboard.core.changelog import Changelog
from ideaboard.errors import InvalidInput
from ideaboard.publish.feeds import Publication, render_atom, render_json, render_json_feed

Writer = Callable[[Changelog, Publication, Sequence[Path], Path | None], str]


def _markdown(changelog: Changelog, publication: Publication, folders: Sequence[Path], template: Path | None) -> str:
    from ideaboard.publish.changelog import render_markdown

    return render_markdown(changelog, title=publication.title, whole=True, folders=folders, template=template)


def _page(changelog: Changelog, publication: Publication, folders: Sequence[Path], template: Path | None) -> str:
    from ideaboard.publish.page import render_page

    return render_page(changelog, publication, folders=folders, template=template)


class Format(NamedTuple):
    """A form of the changelog: what writes it, and whether it is JSON."""

    write: Writer
    is_json: bool = False


FORMATS = {
    "md": Format(_markdown),
    "html": Format(_page),
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
