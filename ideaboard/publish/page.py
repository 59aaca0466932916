"""The changelog as one self-contained page: no script, nothing fetched, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ideaboard.core.changelog import Changelog
from ideaboard.publish import templates
from ideaboard.publish.block import stamp
from ideaboard.publish.feeds import Publication, entry_title

TEMPLATE = "export/page.html.j2"


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
    text = templates.render(TEMPLATE, variables, folders, explicit=template, filters=filters).strip("\n")
    return stamp(f"{text}\n<!-- ideaboard:html sum=000000000000 -->\n")
