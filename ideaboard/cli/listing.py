"""`list` and `show`: what is on the board, for people and for programs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from ideaboard.cli.app import App
from ideaboard.cli.commands import ID, argument, command, json_option, kind_option, option, stage_option, tags_option
from ideaboard.cli.output import Painter, Row, emit, on_terminal, plain, print_rows, remark, say_json, width_of_terminal
from ideaboard.core.board import ARCHIVED, Board
from ideaboard.core.clock import age_in_days
from ideaboard.core.days import DAYS
from ideaboard.core.documents import idea_to_json
from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.kinds import CANDIDATE
from ideaboard.core.text import clean_line, clean_tags, counted
from ideaboard.core.words import Words
from ideaboard.errors import BoardFileError

if TYPE_CHECKING:
    from ideaboard.service import Service

FILTER_LANGUAGE = f"""\
The filter is the same on the board and here. Words must all be there, in the title, the tags, the notes, or the
title, abstract or authors of the paper; upper and lower case and accents do not matter.

  "two words"    a phrase                -word, -kind:post  leave it out
  kind:post      the kind                #bayes, tag:bayes  a tag that starts so
  stage:making   the stage               author:hu, cat:cs  of the paper
  age:>30d       in its stage (d w m y)  due:<friday        the day it is due
  shared:2026-03 when it was shared      votes:>50          at Hugging Face
  id:k7f         the id starts so        guest:claude       what it did, unseen
  is:stale, is:shared, is:archived, is:candidate, is:private, is:guest,
  is:overdue, is:withdrawn
  has:question, has:opportunity, has:response, has:paper, has:code, has:notes,
  has:link, has:draft, has:due, has:tag
  has:question and has:opportunity fit only while one waits for an answer

There is no OR: for any of several tags, kinds or stages, repeat -t, -k or -s. A day is {DAYS};
2026-12 is a month. In quotes everything is a word. A word with a minus sign would be taken for an option: put the
filter in quotes, or write -- before it."""

_NAMES_INBOX = re.compile(r"(?<!\S)(is:candidates?|stage:c[a-z]*)(?!\S)", re.IGNORECASE)
_EXACT_AGE = re.compile(r"\bage:([0-9]+[dwmy]?)", re.IGNORECASE)
_NAMES_ARCHIVE = re.compile(r"(?<!\S)is:archived(?!\S)", re.IGNORECASE)

_LABEL = 10
_MOST_AUTHORS = 30

_SORTS: dict[str, Callable[[list[Idea]], list[Idea]]] = {
    "board": lambda ideas: ideas,
    "age": lambda ideas: sorted(ideas, key=lambda idea: (idea.stage_since, idea.id)),
    "created": lambda ideas: sorted(ideas, key=lambda idea: (idea.created, idea.id), reverse=True),
    "title": lambda ideas: sorted(ideas, key=lambda idea: (idea.title.casefold(), idea.id)),
}


@command(
    "list",
    argument("filter", "[FILTER]...", many=True, required=False),
    stage_option("Only this stage, 'candidate' for the inbox; may be repeated.", many=True),
    kind_option("Only this kind; may be repeated.", many=True),
    tags_option("Only ideas with this tag; with several, any of them."),
    option("--archived", help="What was archived, instead of what is on the board."),
    option(
        "--sort",
        choices=list(_SORTS),
        default="board",
        help="board: as the columns stand; age: longest in its stage first; created: newest first; title.",
    ),
    json_option("Print an array of ideas.", "[idea]"),
    details=FILTER_LANGUAGE,
    examples=(
        "ideaboard list",
        "ideaboard list conformal kind:paper-to-code",
        'ideaboard list "is:stale -kind:summary" --sort age',
        "ideaboard list -s making -s review --json",
    ),
)
def list_command(app: App, /, filter: tuple[str, ...], archived: bool, sort: str, as_json: bool, **only: Any) -> None:
    """List the ideas in the columns of the board, one a line.

    Each line has the id, the stage, the kind, the age (days in the stage, or the day of sharing), the title, tags and
    what waits. Any start of an id that fits only one idea is enough for a command; in colour it stands out. The inbox
    is listed with '-s candidate', the archive with '--archived'.
    """
    service = app.service
    workflow = service.workflow
    text = " ".join(filter)
    query = service.ideas.query(text)
    stages = [workflow.stage(stage).key for stage in only["stages"]]
    kinds = [workflow.kind(kind).key for kind in only["kinds"]]
    tags = {*clean_tags(only["tags"])}
    ideas = [
        idea
        for idea in _within(service.board, text, stages, archived)
        if (not kinds or idea.kind in kinds) and (not tags or not tags.isdisjoint(idea.tags))
    ]
    context = service.ideas.context()
    found = _SORTS[sort](query.select(ideas, context) if query else ideas)
    if as_json:
        say_json([idea_to_json(idea) for idea in found])
    else:
        _print(service.board, found, context.now)
        if not os.path.lexists(service.paths.board):
            remark(f"there is no board at '{service.paths.board}' yet; 'ideaboard add' starts one")
        elif not found:
            remark("no idea fits" if text or stages or kinds or tags or archived else "there are no ideas yet")
            if exact := _EXACT_AGE.search(text):
                remark(f"{exact[0]} is that age to the day; age:>{exact[1]} is more")


def _within(board: Board, text: str, stages: Sequence[str], archived: bool) -> Iterable[Idea]:
    """Choose where to look: the columns, unless the inbox or the archive is asked for."""
    if archived or _NAMES_ARCHIVE.search(text):
        return [idea for idea in board.column(ARCHIVED) if not stages or idea.stage in stages]
    if stages:
        return [idea for stage in stages for idea in board.column(stage)]
    columns = board.workflow.stage_keys
    if _NAMES_INBOX.search(text):
        columns = (CANDIDATE, *columns)
    return [idea for key in columns for idea in board.column(key)]


def _print(board: Board, ideas: Sequence[Idea], now: datetime) -> None:
    workflow = board.workflow
    now = now.astimezone(UTC)  # as the moments are: two of one zone are told apart in half the time
    lengths = board.prefix_lengths()
    stage_label = cache(lambda stage: clean_line(workflow.stage_label(stage)))
    kind_label = cache(lambda kind: clean_line(workflow.kind_label(kind)))
    rows: list[Row] = []
    for late in ideas:
        idea = late.whole()
        id = idea.id
        mark = lengths[id]
        stage = "Archived" if idea.archived else stage_label(idea.stage)
        facts = (stage, kind_label(idea.kind), _age(idea, workflow.last, now))
        rows.append(Row(id[:mark], id[mark:], facts, "", clean_line(idea.title), clean_line(_more(idea))))
    print_rows(rows)
    if ideas and on_terminal():
        enough = max(lengths[idea.id] for idea in ideas)
        remark(f"{counted(len(ideas), 'idea')}; the first {enough} characters of an id are enough")


def _age(idea: Idea, last: str, now: datetime) -> str:
    if idea.archived:
        return clean_line(idea.archived.at[:10])
    if idea.stage == last and idea.share:
        return clean_line(idea.share.date)
    return f"{age_in_days(idea.stage_since, now)}d"


def _more(idea: Idea) -> str:
    """Return what else is worth a glance; nothing that says nothing."""
    parts = f"#{' #'.join(idea.tags)}" if idea.tags else ""
    if idea.archived:
        parts += f"  {idea.archived.because}"
    elif idea.due and not idea.share:
        parts += f"  due {idea.due}"
    if idea.responses and (waiting := len(idea.waiting)):
        parts += f"  {waiting} waiting"
    if idea.guest:
        parts += f"  by {idea.guest}"
    return parts


@command(
    "show",
    ID,
    json_option("Print one object.", "idea"),
    examples=("ideaboard show k7f", "ideaboard show k7f --json | jq .paper.authors"),
)
def show_command(app: App, id: str, as_json: bool) -> None:
    """Show everything about an idea.

    ID is the id, or any start of it that fits only one idea. On a terminal you have looked at it then: what a guest did
    to it is yours to keep, and 'undo --by' leaves it.
    """
    service = app.service
    idea = service.ideas.find(id)
    if as_json:
        say_json(idea_to_json(idea))
        return
    emit(_detail(idea, service, width_of_terminal()))
    if on_terminal() and idea.guest:
        with suppress(BoardFileError):  # the mark stays, and nothing is lost by that
            service.reads(idea.id)
            service.reads()


def _detail(idea: Idea, service: Service, width: int | None) -> str:
    """Return the text of an idea, ending in LF; texts are wrapped to the terminal's width where there is one."""
    paint, board, now = Painter(), service.board, service.clock()
    workflow = board.workflow
    since = f"since {idea.stage_since[:10]} ({counted(age_in_days(idea.stage_since, now), 'day')})"
    headline = (idea.id, workflow.kind_label(idea.kind), workflow.stage_label(idea.stage), since)
    lines = [paint.bold(idea.title), paint.dim("  ".join(headline)), ""]
    facts = _facts(idea, board, service.config.words)
    for label, value in facts:
        if value:
            first, *more = _wrapped(clean_line(value), width and width - _LABEL)
            lines += [f"{paint.dim(label.ljust(_LABEL))}{first}", *(" " * _LABEL + line for line in more)]
    abstract = " ".join(idea.paper.abstract.split()) if idea.paper else ""
    for heading, text in (("notes", idea.notes.strip("\n")), ("abstract", abstract)):
        if text.strip():
            lines += ["", paint.dim(heading), *_wrapped(plain(text), width)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _facts(idea: Idea, board: Board, words: Words) -> Iterator[tuple[str, str | None]]:
    """Give what is to be said, each with its label; what is empty is not shown."""
    from ideaboard.core.credit import public_title

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
        yield "public title", title if (title := public_title(idea, words)) != idea.title else ""
        yield "summary", share.summary
        yield "result", share.result
        yield "channels", ", ".join(share.channels)
    if idea.paper:
        yield from _paper_facts(idea.paper)
    if idea.origin:
        asked = board.ideas.get(idea.origin.idea)
        yield "from", f"a response to {idea.origin.idea}" + (f" '{asked.title}'" if asked else "")
    yield "done", ", ".join(idea.ticks)
    yield "guest", idea.guest
    for response in idea.responses:
        state = f"answered {response.answered[:10]}" if response.answered else "waiting"
        text = response.text if response.type == "follower" else f"{response.text} ({state})"
        yield response.type, _side_by_side(response.id, text, response.url)
    yield "trail", ", ".join(f"{board.workflow.stage_label(step.stage)} {step.at[:10]}" for step in idea.trail)


def _paper_facts(paper: Paper) -> Iterator[tuple[str, str | None]]:
    from ideaboard.core.credit import license_name, short_authors
    from ideaboard.core.tex import readable

    yield "paper", readable(paper.title)
    yield "authors", short_authors(paper.authors, _MOST_AUTHORS)
    when = (paper.published or paper.announced or "")[:10]
    seen = " ".join(filter(None, (when, ", ".join(paper.categories))))
    yield "year", "" if paper.id else seen
    giver, _, name = paper.versioned.partition(":")
    fits = giver in ("arXiv", "doi")
    yield (giver, _side_by_side(name, seen, paper.url)) if fits else ("id", _side_by_side(paper.label, paper.url))
    yield "withdrawn", "the authors took this paper back" if paper.withdrawn else ""
    newer = paper.latest_version if paper.latest_version != paper.version else ""
    yield "newer", f"{newer} is there" if newer else ""
    yield "published", paper.journal_ref
    yield "doi", paper.doi if giver != "doi" else ""
    yield "comment", " ".join((paper.comment or "").split())
    yield "code", paper.code_url
    yield "licence", license_name(paper.license) if paper.license else ""


def _side_by_side(*texts: str | None) -> str:
    return "  ".join(filter(None, texts))


def _wrapped(text: str, width: int | None) -> list[str]:
    if width is None:
        return text.split("\n")
    import textwrap

    wrap = textwrap.TextWrapper(max(20, min(width, 100)), break_long_words=False, break_on_hyphens=False).wrap
    return [part for line in text.split("\n") for part in wrap(line) or [""]]
