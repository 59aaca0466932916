"""Notes on a week, for a person to edit: as text, or as a draft for the site that they write for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ideaboard.core.clock import moment
from ideaboard.core.ideas import Idea
from ideaboard.core.outputs import SITES
from ideaboard.core.weeknotes import WeekNotes
from ideaboard.core.words import WORDS, Words
from ideaboard.publish import templates
from ideaboard.publish.changelog import line_filters
from ideaboard.publish.drafts import Draft, free_path, slugify, tidy
from ideaboard.publish.front_matter import filters_for, for_site, front_matter

TEMPLATE = "export/weeknotes.md.j2"


def render_weeknotes(
    notes: WeekNotes, *, site: str = "plain", head: str = "", words: Words = WORDS, folders: Sequence[Path] = ()
) -> str:
    """Return the notes as Markdown for a site, with its front matter `head`.
    Raises `InvalidInput` when a person's own template is wrong.
    """
    chosen = SITES[site]
    lines = line_filters(words, says_kind=True, says_day=False, says_stage=True)
    filters = filters_for(chosen) | {name: for_site(chosen, write) for name, write in lines.items()}
    shows_title = chosen.shows_title and head != ""
    variables = {"notes": notes, "front_matter": head, "shows_title": shows_title, "words": words}
    variables["link"] = filters["link"]
    return tidy(templates.render(TEMPLATE, variables, folders, filters=filters))


def plan_weeknotes(
    notes: WeekNotes,
    *,
    folder: Path,
    now: datetime,
    site: str,
    license: str,
    words: Words,
    folders: Sequence[Path],
) -> Draft:
    """Decide what a draft of the notes holds and where below `folder` it goes, as `plan_draft` does for an idea."""
    chosen = SITES[site]
    at = moment(now)
    post = Idea(id=notes.key, title=notes.heading, kind="post", stage="making", created=at, updated=at, rank="")
    head = "" if site == "plain" else front_matter(post, chosen, now, license, words)
    text = render_weeknotes(notes, site=site, head=head, words=words, folders=folders)
    name = slugify(f"weeknotes-{notes.key}", "weeknotes")
    path = free_path(folder, f"{now.date().isoformat()}-{name}" if chosen.dated_name else name, chosen.suffix)
    return Draft(path, {path.name: text}, is_folder=False)
