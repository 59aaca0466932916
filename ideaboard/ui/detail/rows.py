"""Everything about an idea as rows of the detail pane, lazily: the top of the pane is there before the rest is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ideaboard.core.board import Board
from ideaboard.core.clock import SECONDS_PER_DAY, age_in_days, local_time, parse_moment
from ideaboard.core.credit import license_name, public_title
from ideaboard.core.facts import FactsById, facts_of, in_words
from ideaboard.core.ideas import Idea, Link, Paper, Response
from ideaboard.core.kinds import CANDIDATE, checklist
from ideaboard.core.text import counted
from ideaboard.core.words import WORDS, Words
from ideaboard.errors import InvalidInput
from ideaboard.service.history import LogChange, LogEntry
from ideaboard.ui.detail.markdown import markdown_rows, note_links
from ideaboard.ui.drawing.cells import GUEST, Line, Piece, fit, tame, width_of
from ideaboard.ui.drawing.rows import BLANK, LINK, Row, Spot, wrapped

MOST_LINKS = 30
_SOON_DAYS = 7
_LOG_FIELDS = ("title", "kind", "stage", "tags", "url", "due")
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Look:
    """What the rows depend on besides the idea."""

    board: Board
    now: datetime
    log: tuple[LogEntry, ...] = ()
    words: Words = WORDS
    facts: Callable[[], FactsById] = dict
    """What is known of papers besides; it is asked for only where there is a paper."""


def numbered_links(idea: Idea) -> list[Link]:
    """Return the links that digits open: where it was shared, its own, its paper's, those in notes."""
    found: dict[str, str] = {}

    def take(url: str | None, label: str) -> None:
        if url:
            found.setdefault(url, label)

    if idea.share:
        take(idea.share.url, "where it was shared")
    take(idea.url, "")
    for link in idea.links:
        take(link.url, link.label)
    if paper := idea.paper:
        take(paper.url, paper.label)
        take(paper.pdf_url, "PDF")
        take(paper.code_url, "code")
        take(f"https://doi.org/{paper.doi}" if paper.doi else None, "at the publisher")
    for response in idea.responses:
        take(response.url, response.type)
    for label, url in note_links(idea.notes, MOST_LINKS):
        take(url, label)
    return [Link(url, label) for url, label in list(found.items())[:MOST_LINKS]]


def detail_rows(idea: Idea, width: int, look: Look) -> Iterator[Row]:
    """Draw an idea in rows of so many cells, at least 10."""
    width = max(10, width)
    yield from _head(idea, width, look)
    for section in (_waiting, _share, _notes, _paper, _links, _checklist, _trail, _other_responses, _log):
        yield from section(idea, width, look)


def day_of(moment: str, now: datetime) -> str:
    """Return the date of a moment where the person is; what cannot be read is shown as it is."""
    try:
        return local_time(moment, now.tzinfo).date().isoformat()
    except InvalidInput:
        return moment[: len("2026-01-01")]


def ago(moment: str, now: datetime) -> str:
    days = age_in_days(moment, now)
    return "today" if days < 1 else f"{counted(days, 'day')} ago"


def _text(
    pieces: Iterable[Piece], width: int, first: Line = (), rest: Line = (), spot: Spot | None = None
) -> Iterator[Row]:
    for line in wrapped(pieces, width, first, rest):
        yield Row(line, spot)


def _heading(text: str, width: int, note: str = "") -> Iterator[Row]:
    yield BLANK
    yield from _text([(text, "label"), (f" {note}" if note else "", "quiet")], width)


def _head(idea: Idea, width: int, look: Look) -> Iterator[Row]:
    workflow = look.board.workflow
    yield from _text([(idea.title or "(no title)", "name")], width)
    stage = workflow.stage_label(idea.stage)
    since = f"{stage} since {day_of(idea.stage_since, look.now)}"
    days = age_in_days(idea.stage_since, look.now)
    kind, age = workflow.kind_label(idea.kind), f"({counted(days, 'day')})" if days else ""
    # Where there is no room beside each other each has a line of its own: a number must not stand without its unit.
    parts = [(kind, f"kind:{idea.kind}"), (f" · {since} {age}".rstrip(), "quiet")]
    if width_of(tame("".join(text for text, _ in parts))) <= width:
        yield from _text(parts, width)
    else:
        yield from _text(parts[:1], width)
        whole = f"{since} {age}".rstrip()
        for text in (whole,) if width_of(tame(whole)) <= width else filter(None, (since, age)):
            yield from _text([(text, "quiet")], width)
    if idea.tags:
        yield from _text([(" ".join(f"#{tag.replace(' ', '-')}" for tag in idea.tags), "tag")], width)
    if idea.due and idea.stage != workflow.last:
        yield from _text([_due(idea.due, look.now)], width)
    facts = [f"id {idea.id}", "private" if idea.private else "", f"{GUEST} by {idea.guest}" if idea.guest else ""]
    yield from _text([(" · ".join(filter(None, facts)), "quiet")], width)
    if idea.draft:
        yield from _text([(f"draft {idea.draft}", "quiet")], width)
    if gone := idea.archived:
        note = f": {gone.note}" if gone.note else ""
        yield from _text([(f"archived as {gone.because} {ago(gone.at, look.now)}{note}", "warm")], width)
    if idea.origin:
        parent = look.board.ideas.get(idea.origin.idea)
        title = f"'{parent.title}'" if parent else f"idea {idea.origin.idea}, which is gone"
        yield from _text([(f"came from a response to {title}", "quiet")], width)


def _due(due: str, now: datetime) -> Piece:
    try:
        left = (date.fromisoformat(due) - now.date()).days
    except ValueError:
        return (f"due {due}", "quiet")
    if left < 0:
        return (f"due {due}, {counted(-left, 'day')} late", "hot")
    if left == 0:
        return (f"due {due}, today", "hot")
    return (f"due {due}, in {counted(left, 'day')}", "warm" if left <= _SOON_DAYS else "quiet")


def _waiting(idea: Idea, width: int, look: Look) -> Iterator[Row]:
    if idea.waiting:
        yield from _heading("Waiting for an answer", width, str(len(idea.waiting)))
        for response in sorted(idea.waiting, key=lambda one: one.at):
            yield from _response(response, width, look, "ask")


def _response(response: Response, width: int, look: Look, style: str) -> Iterator[Row]:
    mark = {"question": "?", "opportunity": "!", "follower": "+"}.get(response.type, "-")
    when = f" · {response.type}, {ago(response.at, look.now)}"
    if response.answered:
        when += f", answered {ago(response.answered, look.now)}"
    spot = Spot("response", response.id)
    pieces: list[Piece] = [(response.text, "title"), (when, "quiet")]
    yield from _text(pieces, width, ((mark + " ", style),), (("  ", "quiet"),), spot)
    if response.reply:
        yield from _text(
            [("answered: ", "quiet"), (response.reply, "good")], width, (("  ", "quiet"),), (("  ", "quiet"),)
        )
    if response.url:
        yield from _text([(response.url, LINK + response.url)], width, (("  ", "quiet"),), (("  ", "quiet"),))


def _share(idea: Idea, width: int, look: Look) -> Iterator[Row]:
    share = idea.share
    if share is None:
        return
    yield from _heading("Shared", width, f"{share.date}{', withdrawn since' if share.withdrawn else ''}")
    if (title := public_title(idea, look.words)) != idea.title:
        yield from _text([("as ", "quiet"), (title, "title")], width)
    for said in ((share.summary, "title"), (share.result, "good")):
        if said[0]:
            yield from _text([said], width)
    if share.url:
        yield from _text([(share.url, LINK + share.url)], width, spot=Spot("link", share.url))
    elif idea.stage == look.board.workflow.last:
        yield from _text([("no link yet", "quiet")], width)
    if share.channels:
        yield from _text([("also on " + ", ".join(share.channels), "quiet")], width)


def _notes(idea: Idea, width: int, _look: Look) -> Iterator[Row]:
    if idea.notes.strip():
        yield from _heading("Notes", width)
        yield from markdown_rows(idea.notes, width)


def _paper(idea: Idea, width: int, look: Look) -> Iterator[Row]:
    paper = idea.paper
    if paper is None:
        return
    from ideaboard.core.credit import short_authors
    from ideaboard.core.tex import readable
    from ideaboard.papers.taxonomy import category_name

    yield from _heading("Paper", width, paper.versioned)
    if paper.withdrawn:
        yield from _text([("withdrawn from arXiv", "hot")], width)
    if paper.latest_version and paper.latest_version != paper.version:
        yield from _text([(f"there is a newer version: {paper.latest_version}", "warm")], width)
    title = readable(paper.title)
    if title and title != idea.title:
        yield from _text([(title, "strong")], width)
    if paper.authors:
        yield from _text([(short_authors(paper.authors), "title")], width)
    categories = ", ".join(f"{category_name(code)} ({code})" for code in paper.categories)
    facts = (
        _paper_dates(paper, look.now),
        categories,
        readable(paper.comment or ""),
        readable(paper.journal_ref or ""),
        f"licence: {license_name(paper.license)}" if paper.license else "",
    )
    for text in filter(None, facts):
        yield from _text([(text, "quiet")], width)
    known = look.facts()
    if said := in_words(paper, known):
        yield from _text([(said, "quiet")], width)
    if (page := facts_of(paper, known)) and page.repo and page.repo != paper.code_url:
        yield from _text([(page.repo, LINK + page.repo)], width, spot=Spot("link", page.repo))
    if paper.abstract:
        yield BLANK
        yield from _text([(readable(paper.abstract), "title")], width)


def _paper_dates(paper: Paper, now: datetime) -> str:
    first = day_of(paper.published, now) if paper.published else ""
    if not first and paper.announced:
        return f"announced {paper.announced[:10]}"
    last = day_of(paper.updated, now) if paper.updated else ""
    return first + (f", revised {last}" if last and last != first else "")


def _links(idea: Idea, width: int, _look: Look) -> Iterator[Row]:
    # Where it was shared is said there already; a link that stands twice looks like two.
    said = idea.share.url if idea.share else None
    links = [(number, link) for number, link in enumerate(numbered_links(idea), 1) if link.url != said]
    if not links:
        return
    yield from _heading("Links", width)
    for number, link in links:
        shown = tame(link.url.removeprefix("https://").removeprefix("http://").removesuffix("/"))
        pieces: list[Piece] = [(shown, LINK + link.url)]
        if link.label:
            pieces.append((f" · {link.label}", "quiet"))
        first = ((f"{number if number < 10 else '·':>1} ", "key"),)
        yield from _text(pieces, width, first, (("  ", "quiet"),), Spot("link", link.url))


def _checklist(idea: Idea, width: int, look: Look) -> Iterator[Row]:
    points = checklist(idea.kind)
    if idea.stage == CANDIDATE or not points:
        return
    done = sum(point.key in idea.ticks for point in points)
    if idea.share and idea.stage == look.board.workflow.last:
        yield BLANK
        yield from _text([(f"Ready to share: {done} of {len(points)} points ticked", "quiet")], width)
        return
    yield from _heading("Ready to share", width, f"{done} of {len(points)}")
    for point in points:
        ticked = point.key in idea.ticks
        mark, style, text_style = ("✓", "good", "quiet") if ticked else ("○", "quiet", "title")
        start, rest = ((f"{mark} ", style),), (("  ", "quiet"),)
        yield from _text([(point.text, text_style)], width, start, rest, Spot("point", point.key))


def _trail(idea: Idea, width: int, look: Look) -> Iterator[Row]:
    if not idea.trail:
        return
    yield from _heading("Trail", width)
    workflow = look.board.workflow
    labels = [tame(workflow.stage_label(step.stage)) for step in idea.trail]
    wide = min(max(map(width_of, labels)), max(4, width - 28))
    ends = [step.at for step in idea.trail[1:]]
    for label, step, end in zip(labels, idea.trail, [*ends, None], strict=True):
        days = _days(step.at, end, look.now)
        stay = days if end else ("" if idea.stage == workflow.last or idea.archived else f"{days} so far")
        start = ((fit(label, wide) + "  ", "title"), (day_of(step.at, look.now) + "  ", "quiet"))
        yield from _text([(stay, "quiet")], width, start)


def _days(start: str, end: str | None, now: datetime) -> str:
    try:
        until = parse_moment(end) if end else now
        days = max(0, int((until - parse_moment(start)).total_seconds() // SECONDS_PER_DAY))
    except InvalidInput:
        return ""
    return "less than a day" if days < 1 else counted(days, "day")


def _other_responses(idea: Idea, width: int, look: Look) -> Iterator[Row]:
    others = [response for response in idea.responses if not response.waits]
    if others:
        yield from _heading("Responses", width, str(len(others)))
        for response in sorted(others, key=lambda one: one.at, reverse=True):
            yield from _response(response, width, look, "good")


def _log(idea: Idea, width: int, look: Look) -> Iterator[Row]:
    if not look.log:
        return
    yield from _heading("Log", width)
    for entry in look.log:
        said = _told(entry, idea)
        undone = ", taken back" if entry.undone else ""
        pieces: list[Piece] = [(said + undone, "struck" if entry.undone else "title")]
        pieces += [(f"  by {entry.by}", "ask")] if entry.by else []
        yield from _text(pieces, width, ((day_of(entry.at, look.now) + "  ", "quiet"),), ((" " * 12, "quiet"),))
        for change in entry.changes:
            if change.id == idea.id and (text := _changed(change)):
                yield from _text([(text, "quiet")], width, ((" " * 12, "quiet"),), ((" " * 14, "quiet"),))


def _told(entry: LogEntry, idea: Idea) -> str:
    """Tell an action as a whole sentence about the idea, whose title need not be said again."""
    heard = [type for change in entry.changes if change.field == "responses" for type in _types(change)]
    titles = {idea.title, *(str(t) for one in entry.changes if one.field == "title" for t in (one.old, one.new) if t)}
    # The log shortens long titles.
    names = "|".join(re.escape(title[: _SHORT - 1]) + ".*?" for title in sorted(titles, key=len, reverse=True))
    said = re.sub(rf" '(?:{names})'(?= to |$)", " it", entry.said, count=1)
    for pattern, instead in _SENTENCES:
        said = re.sub(pattern, instead.format(heard[0] if heard else "response"), said)
    return said


_SENTENCES = (
    ("a response to it$", "a {}"),
    (" of it$", ""),
    ("checked arXiv and found it$", "found when arXiv was asked"),
    ("^brought back it$", "brought it back"),
    ("^(?!took)(.*) it( to .*|$)", r"\1\2"),
)
"""How an action is told where everybody knows what it is about; `{}` is the type of the response."""


def _types(change: LogChange) -> list[str]:
    """Return the types of the responses that a change brought or changed."""
    old = change.old if isinstance(change.old, list) else []
    new = change.new if isinstance(change.new, list) else []
    return [str(one.get("type") or "response") for one in new if one not in old and isinstance(one, dict)]


def _changed(change: LogChange) -> str:
    """Say what an action did to a field; long ones are only named."""
    if change.old is None and change.field != "stage":
        return ""
    if change.field == "notes":
        return "notes changed"
    if change.field not in _LOG_FIELDS:
        return ""
    return f"{change.field}: {_value(change.old)} → {_value(change.new)}"


def _value(value: Any) -> str:
    if value is None:
        return "none"
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
