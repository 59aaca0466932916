"""Everything about an idea, as text: what `show` prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ideaboard.cli.output import Painter, plain
from ideaboard.core.board import Board
from ideaboard.core.clock import age_in_days
from ideaboard.core.credit import public_title
from ideaboard.core.ideas import Idea
from ideaboard.core.text import clean_line, counted

_LABEL = 10


def detail(idea: Idea, board: Board, now: datetime, paint: Painter, width: int | None) -> str:
    """Return the text of an idea, ending in LF; texts are wrapped to the terminal's width where there is one."""
    lines = [paint.bold(idea.title), paint.dim(_headline(idea, board, now)), ""]
    lines += [f"{paint.dim(label.ljust(_LABEL))}{clean_line(value)}" for label, value in _facts(idea, board) if value]
    abstract = " ".join(idea.paper.abstract.split()) if idea.paper else ""
    for heading, text in (("notes", idea.notes.strip("\n")), ("abstract", abstract)):
        if text.strip():
            lines += ["", paint.dim(heading), *_wrapped(plain(text), width)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _headline(idea: Idea, board: Board, now: datetime) -> str:
    workflow = board.workflow
    since = f"since {idea.stage_since[:10]} ({counted(age_in_days(idea.stage_since, now), 'day')})"
    return "  ".join([idea.id, workflow.kind_label(idea.kind), workflow.stage_label(idea.stage), since])


def _facts(idea: Idea, board: Board) -> Iterator[tuple[str, str | None]]:
    """Give what is to be said, each with its label; what is empty is not shown."""
    if archived := idea.archived:
        yield "archived", _side_by_side(archived.at[:10], archived.because, archived.note)
    yield "tags", " ".join(f"#{tag}" for tag in idea.tags)
    yield "due", idea.due
    yield "private", "yes" if idea.private else ""
    yield "link", idea.url
    for link in idea.links:
        yield "link", f"{link.url}  {link.label}"
    yield "draft", idea.draft
    if share := idea.share:
        yield "shared", _side_by_side(share.date, share.url, "withdrawn" if share.withdrawn else "")
        yield "public title", title if (title := public_title(idea)) != idea.title else ""
        yield "summary", share.summary
        yield "result", share.result
        yield "channels", ", ".join(share.channels)
    if paper := idea.paper:
        yield "paper", paper.title
        yield "authors", ", ".join(paper.authors)
        seen = " ".join(filter(None, ((paper.published or "")[:10], ", ".join(paper.categories))))
        yield "arXiv", _side_by_side(f"{paper.arxiv_id}{paper.version}", seen, paper.url)
        yield "withdrawn", "the authors took this paper back" if paper.withdrawn else ""
        newer = paper.latest_version if paper.latest_version != paper.version else ""
        yield "newer", f"{newer} is there" if newer else ""
        yield "published", paper.journal_ref
        yield "doi", paper.doi
        yield "comment", paper.comment
        yield "code", paper.code_url
    if idea.origin:
        asked = board.ideas.get(idea.origin.idea)
        yield "from", f"a response to {idea.origin.idea}" + (f" '{asked.title}'" if asked else "")
    yield "done", ", ".join(idea.ticks)
    for response in idea.responses:
        state = f"answered {response.answered[:10]}" if response.answered else "waiting"
        text = response.text if response.type == "follower" else f"{response.text} ({state})"
        yield response.type, _side_by_side(response.id, text, response.url)
    yield "trail", ", ".join(f"{board.workflow.stage_label(step.stage)} {step.at[:10]}" for step in idea.trail)


def _side_by_side(*texts: str | None) -> str:
    return "  ".join(filter(None, texts))


def _wrapped(text: str, width: int | None) -> list[str]:
    if width is None:
        return text.split("\n")
    import textwrap

    wrap = textwrap.TextWrapper(max(20, min(width, 100)), break_long_words=False, break_on_hyphens=False).wrap
    return [part for line in text.split("\n") for part in wrap(line) or [""]]
