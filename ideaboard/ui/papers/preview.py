"""A paper as rows of text, and the preview that shows them; TeX is made readable, nothing is markup.

The rows are made from the top as far as they are seen, so that the preview follows every key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from textual import events

from ideaboard.core.credit import license_name, short_authors
from ideaboard.core.ideas import Paper
from ideaboard.core.tex import readable
from ideaboard.papers.taxonomy import category_name
from ideaboard.ui.drawing.cells import Line, Piece, shorten, tame, width_of
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.rows import LINK, Row, Rows, RowsView, wrapped
from ideaboard.ui.telling import open_link

_NAMED = 2
_NOTE_SHARE = 0.6
_LEAST_AUTHORS = 8
_MOST_AUTHORS = 400

MakeRows = Callable[[int], Iterator[Line]]


class PaperPreview(RowsView):
    """Shows rows of text and scrolls them."""

    DEFAULT_CSS = "PaperPreview { width: 1fr; height: 1fr; }"

    def __init__(self, inks: Inks) -> None:
        super().__init__(inks)
        self._key = ""
        self._make: MakeRows | None = None

    def show(self, key: str, make: MakeRows | None) -> None:
        """Show something else; with the same key it keeps its place."""
        if key != self._key:
            self.top_row = 0
        self._key, self._make = key, make
        self._start()
        self.redraw_used()

    def _start(self) -> None:
        lines = self._make(self.text_width) if self._make and self.size.width else iter(())
        self.shown_rows = Rows(map(Row, lines))

    def on_resize(self) -> None:
        self._start()
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        if url := self.target_at(event.x, event.y)[0]:
            open_link(self, url)


def paper_lines(paper: Paper, title: str, note: Sequence[Piece], width: int) -> tuple[Line, Line]:
    """Draw a paper as two lines of a list, under a readable title; the note stands at the left of the second line."""
    quiet: list[Piece] = []
    room = width
    for text, style in note:
        shown = shorten(text, min(room, int(width * _NOTE_SHARE) if room == width else room))
        if shown:
            quiet += [(shown, style), ("  ", "quiet")]
            room -= width_of(shown) + 2
    when = (paper.published or paper.announced or "")[:10]
    tail = "  ".join(part for part in (tame(paper.primary_category), when) if part)
    authors = tame(short_authors(paper.authors[:_MOST_AUTHORS], _NAMED))
    if paper.authors[_MOST_AUTHORS:]:
        authors = tame(short_authors(paper.authors, _NAMED))
    who = shorten(authors, room - width_of(tail) - 2) if room - width_of(tail) - 2 >= _LEAST_AUTHORS else ""
    quiet += [(part, "quiet") for part in ((f"{who}  " if who else ""), shorten(tail, room)) if part]
    return ((shorten(tame(title) or "(no title)", width), "title"),), tuple(quiet)


def paper_rows(paper: Paper, width: int, above: Sequence[Line] = ()) -> Iterator[Line]:
    """Draw a paper for the preview, row by row; below the title stands where it is, or why it is shown."""
    width = max(width, 10)

    def text(said: str, style: str) -> Iterator[Line]:
        return wrapped([(said, style)], width)

    yield from text(readable(paper.title) or "(no title)", "name")
    if paper.authors:
        yield from text(short_authors(paper.authors), "title")
    for pieces in above:
        yield from wrapped(pieces, width)
    if paper.withdrawn:
        yield from text("withdrawn", "hot")
    yield ()
    codes = dict.fromkeys((paper.primary_category, *paper.categories))
    named = [f"{category_name(code)} ({code})" if category_name(code) != code else code for code in codes if code]
    if named:
        yield from text(" · ".join(named), "quiet")
    yield from text(_dates(paper), "quiet")
    for said in (paper.comment, paper.journal_ref):
        if said:
            yield from text(readable(said), "quiet")
    if paper.license:
        yield from text(f"licence: {license_name(paper.license)}", "quiet")
    for url, style in ((paper.code_url, "good"), (paper.url, LINK + paper.url)):
        if url:
            yield from wrapped([(url, LINK + url if style == "good" else style)], width)
    if paper.abstract:
        yield ()
        yield from text(readable(paper.abstract), "title")


def _dates(paper: Paper) -> str:
    first, last = (paper.published or "")[:10], (paper.updated or "")[:10]
    version = f" ({paper.version})" if paper.version else ""
    if paper.announced and not first:
        return f"announced {paper.announced[:10]}{version}"
    revised = f", revised {last}{version}" if last and last != first else version
    return f"submitted {first}{revised}" if first else f"arXiv:{paper.arxiv_id}{version}"
