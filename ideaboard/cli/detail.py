"""Everything about an idea, as text: what `show` prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ideaboard.cli.output import Painter, plain
from ideaboard.core.board import Board
from ideaboard.core.clock import age_in_days
from ideaboard.core.credit import public_title
from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.text import clean_line

_LABEL = 10


def detail(idea: Idea, board: Board, now: datetime, paint: Painter, width: int | None) -> str:
    """Return the text of an idea, ending in LF; texts are wrapped to the terminal's width where there is one."""
    lines = [paint.bold(idea.title), paint.dim(_headline(idea, board, now)), ""]
    lines += [f"{paint.dim(label.ljust(_LABEL))}{clean_line(value)}" for label, value in _facts(idea, board)]
    for heading, text in _texts(idea):
        lines += ["", paint.dim(heading), *_wrapped(plain(text), width)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _headline(idea: Idea, board: Board, now: datetime) -> str:
    workflow = board.workflow
    days = age_in_days(idea.stage_since, now)
    since = f"since {idea.stage_since[:10]} ({days} day{'' if days == 1 else 's'})"
    return "  ".join([idea.id, workflow.kind_label(idea.kind), workflow.stage_label(idea.stage), since])


def _facts(idea: Idea, board: Board) -> Iterator[tuple[str, str]]:
    if archived := idea.archived:
        yield "archived", "  ".join(filter(None, (archived.at[:10], archived.because, archived.note)))
    if idea.tags:
        yield "tags", " ".join(f"#{tag}" for tag in idea.tags)
    if idea.due:
        yield "due", idea.due
    if idea.private:
        yield "private", "yes"
    if idea.url:
        yield "link", idea.url
    for link in idea.links:
        yield "link", f"{link.url}  {link.label}"
    if idea.draft:
        yield "draft", idea.draft
    if share := idea.share:
        yield "shared", "  ".join(filter(None, (share.date, share.url, "withdrawn" if share.withdrawn else "")))
        if (title := public_title(idea)) != idea.title:
            yield "public title", title
        if share.summary:
            yield "summary", share.summary
        if share.result:
            yield "result", share.result
        if share.channels:
            yield "channels", ", ".join(share.channels)
    if idea.paper:
        yield from _paper_facts(idea.paper)
    if idea.origin:
        asked = board.ideas.get(idea.origin.idea)
        yield "from", f"a response to {idea.origin.idea}" + (f" '{asked.title}'" if asked else "")
    if idea.ticks:
        yield "done", ", ".join(idea.ticks)
    for response in idea.responses:
        state = (
            ""
            if response.type == "follower"
            else f" (answered {response.answered[:10]})"
            if response.answered
            else " (waiting)"
        )
        yield response.type, "  ".join(filter(None, (response.id, response.text + state, response.url)))
    if idea.trail:
        yield "trail", ", ".join(f"{board.workflow.stage_label(step.stage)} {step.at[:10]}" for step in idea.trail)


def _paper_facts(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "paper", paper.title
    if paper.authors:
        yield "authors", ", ".join(paper.authors)
    dates = " ".join(filter(None, ((paper.published or "")[:10], ", ".join(paper.categories))))
    yield "arXiv", "  ".join(filter(None, (f"{paper.arxiv_id}{paper.version}", dates, paper.url)))
    if paper.withdrawn:
        yield "withdrawn", "the authors took this paper back"
    if paper.latest_version and paper.latest_version != paper.version:
        yield "newer", f"{paper.latest_version} is there"
    if paper.journal_ref:
        yield "published", paper.journal_ref
    if paper.doi:
        yield "doi", paper.doi
    if paper.comment:
        yield "comment", paper.comment
    if paper.code_url:
        yield "code", paper.code_url


def _texts(idea: Idea) -> Iterator[tuple[str, str]]:
    if idea.notes.strip():
        yield "notes", idea.notes.strip("\n")
    if idea.paper and idea.paper.abstract.strip():
        yield "abstract", " ".join(idea.paper.abstract.split())


def _wrapped(text: str, width: int | None) -> list[str]:
    """Wrap long lines at blanks for a terminal; elsewhere lines stay as they are."""
    if width is None:
        return text.split("\n")
    import textwrap

    return [
        part
        for line in text.split("\n")
        for part in (
            textwrap.wrap(line, max(20, min(width, 100)), break_long_words=False, break_on_hyphens=False) or [""]
        )
    ]
