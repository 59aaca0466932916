"""`arxiv search`, `add` and `categories`: papers as a source of ideas."""

from __future__ import annotations

import os
import shlex
from typing import Any, get_args

from ideaboard.cli.app import App, read_stdin
from ideaboard.cli.commands import WAIT, Command, argument, json_option, kind_option, option, stage_option, tags_option
from ideaboard.cli.output import (
    Painter,
    cells,
    countdown,
    cut,
    emit,
    in_color,
    pad,
    remark,
    say,
    say_json,
    warn,
    width_of_terminal,
)
from ideaboard.cli.watching import check_command, watch_group
from ideaboard.core.clock import local_time
from ideaboard.core.documents import idea_to_json, paper_to_json
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import CANDIDATE, Workflow
from ideaboard.core.text import clean_line, counted
from ideaboard.errors import InvalidInput
from ideaboard.papers.arxiv.answers import Order
from ideaboard.service.arxiv import Added, Row, SearchOptions, SearchResult

_QUERY = """\
Words must all be there; the rest is as on the search screen:

  "two words"   a phrase               -word        leave it out
  a b OR c      (a and b) or c         ( )          groups
  title: author: abstract: category: comment: journal: doi: and arXiv's ti: au: abs: cat: co: jr:

What is sent to arXiv is shown, and so is how arXiv read it when that differs. A word with a minus sign would be taken
for an option: put the words in quotes, or write -- before them.

Thank you to arXiv for use of its open access interoperability."""


arxiv_command = Command(
    "arxiv",
    run=None,
    help="""Search arXiv, add papers as ideas, and watch for new ones.

    At most one request in three seconds, and none for what was asked since the last announcement; ctrl+c ends any
    wait. Exit code 5 when arXiv or the network does not give an answer.
    """,
)


arxiv_command.commands |= {"watch": watch_group, "check": check_command}


@arxiv_command.command(
    "search",
    argument("words", "WORDS...", many=True, required=False),
    option("-n", "--limit", metavar="N", is_number=True, default=25, show_default=True, help="At most so many papers."),
    option("--sort", choices=get_args(Order), default="relevance", show_default=True, help="The order."),
    option("--since", metavar="DATE", help="Submitted from then on: 2026-03-01, or 30d for the last 30 days."),
    option("--until", metavar="DATE", help="Submitted up to then, that day included (UTC)."),
    option("--cat", key="categories", many=True, metavar="CODE", help="In this category, as stat.ML or cs; any."),
    option("--raw", help="Send the words as they are, in arXiv's own query language."),
    option("--refresh", help="Ask again, whatever is known from before."),
    WAIT,
    option("--candidates", help="Put what is new into the inbox."),
    option("--add", help="Put what is new into the first column."),
    kind_option("With --add or --candidates: what they are to become; 'summary' when not given."),
    json_option("Print one object: how it was asked, and the papers."),
    details=_QUERY,
    examples=(
        'ideaboard arxiv search "conformal prediction" --cat stat.ML --since 30d',
        "ideaboard arxiv search author:angelopoulos title:conformal -n 5 --candidates",
        "ideaboard arxiv search lora --json | jq -r '.papers[].title'",
    ),
)
def _search(
    app: App,
    /,
    words: tuple[str, ...],
    limit: int,
    candidates: bool,
    add: bool,
    kind: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Search arXiv and list the papers, with where each already is on the board."""
    if candidates and add:
        raise InvalidInput("--candidates and --add go to two places", "give one of them")
    service = app.service
    if kind:
        service.workflow.kind(kind)
    with countdown() as on_wait:
        result = service.arxiv.search(" ".join(words), limit, SearchOptions(**options), on_wait=on_wait)
    said = ""
    rows = result.rows
    if (candidates or add) and rows:
        papers = [row.paper for row in rows]
        stage = CANDIDATE if candidates else service.workflow.first
        added = service.arxiv.add_papers(papers, kind=kind or "summary", stage=stage)
        said = added.outcome.said or "all of them are there already"
        rows = service.arxiv.rows(papers)
    if as_json:
        say_json(_result_to_json(result, rows))
    else:
        _print_rows(rows, service.workflow)
        _remark_on(result)
    if said:
        remark(said)
    if result.unreadable:
        warn(f"left out: {counted(result.unreadable, 'entry', 'entries')} that could not be read")
    if result.problem:
        warn(result.problem)


def _result_to_json(result: SearchResult, rows: tuple[Row, ...]) -> dict[str, Any]:
    return {
        **{name: getattr(result, name) for name in ("query", "sent", "read_as", "total", "as_of", "stale")},
        "unreadable": result.unreadable,
        "papers": [{**paper_to_json(row.paper), "on_board": _place(row.on_board)} for row in rows],
    }


def _place(idea: Idea | None) -> dict[str, Any] | None:
    if idea is None:
        return None
    return {"id": idea.id, "stage": idea.stage, "archived": idea.archived.because if idea.archived else None}


def _print_rows(rows: tuple[Row, ...], workflow: Workflow) -> None:
    from ideaboard.papers.display import readable, short_authors

    width = width_of_terminal()
    paint = Painter(in_color())
    ids = [clean_line(row.paper.arxiv_id + row.paper.version) for row in rows]
    widest = max(map(cells, ids), default=0)
    codes = [clean_line(row.paper.primary_category) for row in rows]
    longest = max(map(cells, codes), default=0)
    for row, id, code in zip(rows, ids, codes, strict=True):
        paper = row.paper
        where = ""
        if row.on_board:
            archived = row.on_board.archived
            state = archived.because if archived else workflow.stage_label(row.on_board.stage).lower()
            where = f"[{clean_line(state)} {row.on_board.id}]  "
        date = clean_line((paper.published or "")[:10]).ljust(10)
        facts = f"{date}  {pad(code, longest)}  "
        rest = None if width is None else max(8, width - widest - 2 - cells(facts) - cells(where))
        title = cut(clean_line(readable(paper.title)), rest)
        left = None if rest is None else rest - cells(title) - 2
        authors = cut(clean_line(short_authors(paper.authors)), left) if left is None or left > 4 else ""
        line = f"{paint.bold(pad(id, widest))}  {paint.dim(facts)}{where}{title}"
        emit((line + (f"  {paint.dim(authors)}" if authors else "")).rstrip() + "\n")


def _remark_on(result: SearchResult) -> None:
    """Say what was asked, and how much there is, beside the list."""
    as_of = local_time(result.as_of, None)
    count = f"{len(result.rows):,} of {counted(result.total, 'paper')}" if result.total else "no paper fits"
    remark(f"{count}, as of {as_of:%Y-%m-%d %H:%M}")
    remark(f"asked arXiv for: {result.sent}")
    if result.differs and result.read_as:
        remark(f"arXiv read this as: {result.read_as}")


@arxiv_command.command(
    "add",
    argument("texts", "TEXT...", many=True),
    kind_option("What they are to become; 'summary' when not given."),
    stage_option("The stage to put them in; the first column when not given, 'candidate' for the inbox."),
    tags_option("A tag for each; may be repeated."),
    option("--refresh", help="Ask again, and bring known papers up to date."),
    WAIT,
    json_option("Print an array of ideas, each with whether it was known."),
    examples=(
        "ideaboard arxiv add 2106.09685 -k paper-to-code -t lora",
        "ideaboard arxiv add https://arxiv.org/abs/2107.07511v2 10.48550/arXiv.1706.03762",
        "ideaboard arxiv add - < mail.txt",
    ),
)
def _add(
    app: App,
    texts: tuple[str, ...],
    kind: str | None,
    stage: str | None,
    tags: tuple[str, ...],
    refresh: bool,
    as_json: bool,
) -> None:
    """Add papers as ideas and print the ideas' ids.

    TEXT is an arXiv id, a link, a DOI, BibTeX, or any text with such in it; '-' reads stdin. A paper that is on the
    board already is never added again: its idea's id is printed. Exit code 3 when arXiv knows none of them.
    """
    from ideaboard.papers.identifiers import find_ids

    for text in texts:
        if len(text) < 1000 and not find_ids(text) and os.path.isfile(text):  # noqa: PTH113  # says no to any text
            raise InvalidInput(f"'{text}' is a file", f"to read it: ideaboard arxiv add - < {shlex.quote(text)}")
    given = [text if text != "-" else "\n".join(read_stdin().forms) for text in texts]
    with countdown() as on_wait:
        added = app.service.arxiv.add(
            given, kind=kind or "summary", stage=stage or "", tags=tags, refresh=refresh, on_wait=on_wait
        )
    if as_json:
        say_json([{**idea_to_json(idea), "known": idea.id in added.known} for idea in added.ideas])
    else:
        say("\n".join(idea.id for idea in added.ideas))
    _remark_on_added(added)


def _remark_on_added(added: Added) -> None:
    if added.outcome.said:
        remark(added.outcome.said)
    for idea in added.ideas:
        if idea.id in added.known:
            remark(f"known already: {idea.id} '{idea.title}'")
    for text in added.unread:
        warn(text)
    for missing in added.unreadable:
        warn(f"what arXiv sent about {missing} cannot be read; try again later")
    for missing in added.missing:
        warn(f"arXiv has no paper {missing}")
    if added.problem:
        warn(added.problem)


@arxiv_command.command(
    "categories",
    argument("words", "[WORD]...", many=True, required=False),
    json_option("Print an array of categories."),
    examples=("ideaboard arxiv categories", "ideaboard arxiv categories stats"),
)
def _categories(app: App, words: tuple[str, ...], as_json: bool) -> None:
    """List arXiv's categories, or those whose code, name or description fits."""
    found = app.service.arxiv.categories(" ".join(words))
    if as_json:
        shown = ("code", "name", "group", "description", "active", "alias_of")
        say_json([{name: getattr(one, name) for name in shown} for one in found])
        return
    longest = max((len(one.code) for one in found), default=0)
    for one in found:
        past = "" if one.active else "  (no longer used)"
        emit(f"{one.code.ljust(longest)}  {one.name}  ({one.group}){past}\n")
    if not found:
        remark("no category fits")
