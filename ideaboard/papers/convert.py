"""From a result of the `arxiv` package to a paper of ours: cleaned of what harms a terminal, otherwise raw."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ideaboard.core.ideas import Paper
from ideaboard.core.text import clean_line
from ideaboard.papers.display import code_links

if TYPE_CHECKING:
    from arxiv import Result  # type: ignore[import-untyped] # the package ships no types

# A feed names its papers in one form only, and is right about what exists; so this is no place for `parse_id`,
# which judges what people paste.
_ENTRY_ID = re.compile(
    r"(?:.*/abs/)?(?:(?P<new>\d{4}\.\d{4,5})|(?P<archive>[a-z-]+)(?:\.[a-z-]+)?/(?P<number>\d{7}))(?P<version>v\d+)?",
    re.IGNORECASE | re.ASCII,
)
_WITHDRAWN = re.compile(r"\bwithdrawn\b", re.IGNORECASE)


def split_id(text: str) -> tuple[str, str] | None:
    """Split an entry's id, or a bare one, into the canonical id and its version (or nothing).

    The archive is lower case and the subject class is dropped: `math.GT/0309136v2` is `math/0309136` and `v2`.
    Returns `None` for what names no paper.
    """
    match = _ENTRY_ID.fullmatch(text.strip())
    if match is None:
        return None
    id = match["new"] or f"{match['archive'].lower()}/{match['number']}"
    return id, (match["version"] or "").lower()


def to_paper(result: Result) -> Paper | None:
    """Return the paper that a result describes, or `None` when its id names none."""
    named = split_id(result.entry_id)
    if named is None:
        return None
    comment = _line(result.comment)
    abstract = _line(result.summary)
    # Only words with a point inside can be links; the few that are left cost a tenth of the whole abstract.
    links = code_links(" ".join(word for word in f"{comment} {abstract}".split() if "." in word[:-1]))
    return Paper(
        arxiv_id=named[0],
        version=named[1],
        title=_line(result.title),
        authors=tuple(name for author in result.authors if (name := _line(author.name))),
        abstract=abstract,
        primary_category=_line(result.primary_category),
        categories=tuple(dict.fromkeys(name for term in result.categories if (name := _line(term)))),
        published=_moment(result.published),
        updated=_moment(result.updated),
        comment=comment or None,
        journal_ref=_line(result.journal_ref) or None,
        doi=_line(result.doi) or None,
        code_url=links[0] if links else None,
        withdrawn=bool(_WITHDRAWN.search(comment)),
    )


def _line(text: str | None) -> str:
    if not text:
        return ""
    line = " ".join(text.split())
    # Nearly every text is printable as it is, and then the search for control characters can be spared.
    return line if line.isprintable() else " ".join(clean_line(line).split())


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
