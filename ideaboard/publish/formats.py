"""The changelog in any of its formats, by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ideaboard.core.changelog import Changelog
from ideaboard.errors import InvalidInput
from ideaboard.publish import feeds
from ideaboard.publish.feeds import Publication

Format = Literal["md", "html", "atom", "jsonfeed", "json"]
FORMATS: tuple[Format, ...] = ("md", "html", "atom", "jsonfeed", "json")


def render_changelog(
    changelog: Changelog,
    format: Format,
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
    if format == "md":
        from ideaboard.publish.changelog import render_markdown

        return render_markdown(changelog, title=publication.title, whole=True, folders=folders, template=template)
    if format == "html":
        from ideaboard.publish.page import render_page

        return render_page(changelog, publication, folders=folders, template=template)
    if format == "atom":
        return feeds.render_atom(changelog, publication)
    if format == "jsonfeed":
        return feeds.render_json_feed(changelog, publication)
    if format == "json":
        return feeds.render_json(changelog, publication)
    raise InvalidInput(f"there is no format '{format}'", "use one of " + ", ".join(FORMATS))
