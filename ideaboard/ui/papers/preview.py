"""A paper as rows of text: two in a list, and as many as are seen in a preview; TeX is made readable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ideaboard.core.credit import NO_AUTHORS, license_name, short_authors
from ideaboard.core.ideas import Paper
from ideaboard.core.tex import readable
from ideaboard.papers.taxonomy import category_name
from ideaboard.ui.drawing.cells import Line, Piece, shorten, tame, width_of
from ideaboard.ui.drawing.rows import LINK, wrapped

_NAMED = 2
_NOTE_SHARE = 0.6
_LEAST = 8
"""Fewer cells than this say nothing."""
_MOST_AUTHORS = 400


def paper_lines(paper: Paper, title: str, note: Sequence[Piece], width: int) -> tuple[Line, Line]:
    """Draw a paper as two lines of a list, under a readable title.

    On the second line stand a note and the authors, and at the right, where the eye goes down, category and date.
    """
    when = paper.published or paper.announced or ("no date" if paper.abstract else "")
    tail = shorten("  ".join(filter(None, (tame(paper.primary_category), when[:10]))), width)
    room = width - width_of(tail) - 2
    pieces: list[Piece] = []
    used = 0
    for text, style in (*note, (_listed_authors(paper), "quiet")):
        gap = 2 if used else 0
        most = room - used - gap
        shown = shorten(text, min(most, int(width * _NOTE_SHARE))) if most >= min(_LEAST, width_of(text)) else ""
        if shown:
            pieces += [(" " * gap, "quiet"), (shown, style)]
            used += gap + width_of(shown)
    pieces += [(" " * (width - used - width_of(tail)), "quiet"), (tail, "quiet")]
    return ((shorten(tame(title) or "(no title)", width), "title"),), tuple(piece for piece in pieces if piece[0])


def _listed_authors(paper: Paper) -> str:
    if not paper.authors:
        return NO_AUTHORS if paper.abstract else ""
    if paper.authors[_MOST_AUTHORS:]:
        return tame(short_authors(paper.authors, _NAMED))
    return tame(short_authors(paper.authors[:_MOST_AUTHORS], _NAMED))


def paper_rows(paper: Paper, width: int, above: Sequence[Line] = ()) -> Iterator[Line]:
    """Draw a paper for the preview, row by row; `above` says where it is, or why it is shown.

    Who and when take two rows, so that the abstract is seen; what else is known stands below it.
    """
    width = max(width, 10)

    def text(said: str, style: str) -> Iterator[Line]:
        return wrapped([(said, style)], width)

    yield from text(readable(paper.title) or "(no title)", "name")
    authors = tame(short_authors(paper.authors)) if paper.authors else NO_AUTHORS if paper.abstract else ""
    if authors:
        yield ((shorten(authors, width), "title"),)
    codes = list(dict.fromkeys(filter(None, (paper.primary_category, *paper.categories))))
    facts = [(" ".join(codes), "quiet"), (_dates(paper), "quiet"), (paper.label, LINK + paper.url)]
    yield from wrapped([piece for fact in facts if fact[0] for piece in ((" · ", "quiet"), fact)][1:], width)
    for pieces in above:
        yield from wrapped(pieces, width)
    if paper.withdrawn:
        yield from text("withdrawn", "hot")
    if paper.abstract:
        yield ()
        yield from text(readable(paper.abstract), "title")
    yield ()
    for said in (paper.comment, paper.journal_ref):
        if said:
            yield from text(readable(said), "quiet")
    if paper.license:
        yield from text(f"licence: {license_name(paper.license)}", "quiet")
    if paper.code_url:
        yield from wrapped([(paper.code_url, LINK + paper.code_url)], width)
    named = [f"{category_name(code)} ({code})" for code in codes if category_name(code) != code]
    if named:
        yield from text(" · ".join(named), "quiet")
    if width_of(authors) > width:
        yield from text(authors, "quiet")


def _dates(paper: Paper) -> str:
    first, last = (paper.published or "")[:10], (paper.updated or "")[:10]
    if paper.announced and not first:
        return f"announced {paper.announced[:10]} {paper.version}".rstrip()
    revised = f", {paper.version or 'revised'} {last}" if last and last != first else f" {paper.version}".rstrip()
    return f"{first}{revised}" if first else f"{paper.version} no date".lstrip() if paper.abstract else paper.version
