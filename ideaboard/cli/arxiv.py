"""`arxiv`: papers as a source of ideas, and saved searches that know what is new."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from typing import Any, get_args

from ideaboard.cli import output
from ideaboard.cli.app import App, read_stdin
from ideaboard.cli.commands import (
    WAIT,
    Command,
    argument,
    json_option,
    kind_option,
    limit_option,
    option,
    stage_option,
    tags_option,
)
from ideaboard.cli.liking import liking
from ideaboard.cli.output import countdown, emit, on_terminal, picked, remark, say, say_json, warn
from ideaboard.core.clock import local_time
from ideaboard.core.documents import idea_to_json, paper_to_json
from ideaboard.core.facts import Facts
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import CANDIDATE, Workflow
from ideaboard.core.text import clean_line, counted
from ideaboard.errors import InvalidInput
from ideaboard.papers.arxiv.answers import Order
from ideaboard.service.arxiv import Added, Row, SearchOptions, SearchResult
from ideaboard.service.watch_looks import LIMIT, Look, Watch
from ideaboard.service.watches import Checked

_QUERY = """\
Words must all be there; the rest is as on the search screen:

  "two words"   a phrase               -word        leave it out
  a b OR c      (a and b) or c         ( )          groups
  title: author: abstract: category: comment: journal: doi:
  and arXiv's ti: au: abs: cat: co: jr:

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


@arxiv_command.command(
    "search",
    argument("words", "WORDS...", many=True, required=False),
    limit_option("At most so many papers.", default=25),
    option("--sort", choices=get_args(Order), default="relevance", show_default=True, help="The order."),
    option("--since", metavar="DATE", help="Submitted from then on: 2026-03-01, or 30d for the last 30 days."),
    option("--until", metavar="DATE", help="Submitted up to then, that day included (UTC)."),
    option(
        "--cat", key="categories", many=True, metavar="CODE", help="In this category, as stat.ML or cs; any of several."
    ),
    option("--raw", help="Send the words as they are, in arXiv's own query language."),
    option("--refresh", help="Ask again, whatever is known from before."),
    WAIT,
    option("--candidates", help="Put what is new into the inbox."),
    option("--add", help="Put what is new into the first column."),
    kind_option("With --add or --candidates: what they are to become; 'summary' when not given."),
    json_option("Print one object: how it was asked, and the papers.", "search"),
    details=_QUERY,
    examples=(
        'ideaboard arxiv search "conformal prediction" --cat stat.ML --since 30d',
        "ideaboard arxiv search author:angelopoulos title:conformal -n 5 --candidates",
        "ideaboard arxiv search lora --json | jq -r '.papers[].title'",
    ),
)
def _search(
    app: App, /, words: tuple[str, ...], candidates: bool, add: bool, kind: str | None, as_json: bool, **options: Any
) -> None:
    """Search arXiv and list the papers.

    Those that are on the board already say where.
    """
    if candidates and add:
        raise InvalidInput("--candidates and --add go to two places", "give one of them")
    if kind and not (candidates or add):
        raise InvalidInput("--kind is for --add and --candidates", "leave it out, or say where the papers are to go")
    service = app.service
    if kind:
        service.workflow.kind(kind)
    limit = options.pop("limit")
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
        found = [{**paper_to_json(row.paper), "on_board": row.on_board and _place(row.on_board)} for row in rows]
        asked = picked(result, "query", "sent", "read_as", "total", "as_of", "stale", "unreadable")
        say_json({**asked, "papers": found})
    else:
        _print(rows, service.workflow)
        _remark_on(result)
    if said:
        remark(said)
    if result.unreadable:
        warn(f"left out: {counted(result.unreadable, 'entry', 'entries')} that could not be read")
    if result.problem:
        warn(result.problem)


def _place(idea: Idea) -> dict[str, Any]:
    return {"id": idea.id, "stage": idea.stage, "archived": idea.archived.because if idea.archived else None}


def _print(rows: tuple[Row, ...], workflow: Workflow) -> None:
    from ideaboard.core.credit import NO_AUTHORS, short_authors
    from ideaboard.core.tex import readable

    printed: list[output.Row] = []
    for row in rows:
        paper = row.paper
        place = ""
        if idea := row.on_board:
            state = idea.archived.because if idea.archived else workflow.stage_label(idea.stage).lower()
            place = f"[{clean_line(state)} {idea.id}]  "
        id = clean_line(paper.arxiv_id + paper.version)
        when = (paper.published or paper.announced or "no date")[:10]
        facts = (clean_line(when).ljust(10), clean_line(paper.primary_category))
        title, authors = clean_line(readable(paper.title)), clean_line(short_authors(paper.authors)) or NO_AUTHORS
        printed.append(output.Row(id, "", facts, place, title, authors))
    output.print_rows(printed)


def _remark_on(result: SearchResult) -> None:
    """Say what was asked, and how much there is, beside the list."""
    as_of = local_time(result.as_of, None)
    none = "arXiv says that no paper fits" if result.problem else "no paper fits"
    count = f"{len(result.rows):,} of {counted(result.total, 'paper')}" if result.total else none
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
    json_option("Print an array of ideas, each with whether it was known.", "[paper-idea]"),
    examples=(
        "ideaboard arxiv add 2106.09685 -k paper-to-code -t lora",
        "ideaboard arxiv add https://arxiv.org/abs/2107.07511v2 arXiv:1706.03762",
        "ideaboard arxiv add - < mail.txt",
    ),
)
def _add(
    app: App, /, texts: tuple[str, ...], kind: str | None, stage: str | None, as_json: bool, **options: Any
) -> None:
    """Add papers as ideas and print the ideas' ids.

    TEXT is an arXiv id, a link, a DOI, BibTeX, RIS, or any text with such in it; '-' reads stdin. A paper that is on
    the board already is never added again: its idea's id is printed. Exit code 3 when arXiv knows none of them.
    """
    from ideaboard.papers.identifiers import find_ids

    for text in texts:
        if len(text) < 1000 and not find_ids(text) and os.path.isfile(text):  # noqa: PTH113  # says no to any text
            raise InvalidInput(f"'{text}' is a file", f"to read it: ideaboard arxiv add - < {shlex.quote(text)}")
    given = [text if text != "-" else "\n".join(read_stdin().forms) for text in texts]
    with countdown() as on_wait:
        added = app.service.arxiv.add(given, kind=kind or "summary", stage=stage or "", on_wait=on_wait, **options)
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
    json_option("Print an array of categories.", "[category]"),
    examples=("ideaboard arxiv categories", "ideaboard arxiv categories stats"),
)
def _categories(app: App, words: tuple[str, ...], as_json: bool) -> None:
    """List arXiv's categories, or those that fit.

    What is looked through is code, name and description.
    """
    found = app.service.arxiv.categories(" ".join(words))
    if as_json:
        say_json([picked(one, "code", "name", "group", "description", "active", "alias_of") for one in found])
        return
    longest = max((len(one.code) for one in found), default=0)
    for one in found:
        past = "" if one.active else "  (no longer used)"
        emit(f"{one.code.ljust(longest)}  {one.name}  ({one.group}){past}\n")
    if not found:
        remark("no category fits")


arxiv_command.commands["like"] = liking

_OF_WATCHES = ("name", "query", "categories", "new", "last")

_watch = Command(
    "watch",
    run=None,
    help="""Keep searches under a name.

    'arxiv check' asks for what is new in them.
    """,
)
arxiv_command.commands["watch"] = _watch


@_watch.command(
    "add",
    argument("name", "NAME"),
    argument("words", "WORDS...", many=True, required=False),
    option("--cat", key="categories", many=True, metavar="CODE", help="In this category; with several, any."),
    limit_option("What a first look brings at most.", default=LIMIT),
    examples=('ideaboard arxiv watch add conformal "conformal prediction" --cat stat.ML',),
)
def _add_watch(app: App, name: str, words: tuple[str, ...], categories: tuple[str, ...], limit: int) -> None:
    """Save a search under a name."""
    app.report(app.service.watches.add(name, " ".join(words), categories, limit))


_NO_WATCHES = "no watches; 'ideaboard arxiv watch add' saves a search"


@_watch.command("list", json_option("Print an array of watches.", "[watch]"), examples=("ideaboard arxiv watch list",))
def _list_watches(app: App, as_json: bool) -> None:
    """List the watches, with how many of their papers wait in the inbox."""
    watches = app.service.watches.all()
    if as_json:
        say_json([{**picked(watch, *_OF_WATCHES), **_of_answer(watch)} for watch in watches])
        return
    for watch in watches:
        last = f"last look {watch.last[:10]}" if watch.last else "never looked"
        where = f"  in {', '.join(watch.categories)}" if watch.categories else ""
        wrong = f"  in doubt: {watch.doubt}" if watch.doubt else ""
        wrong += f"  nothing known since {watch.missing}" if watch.missing else ""
        say(f"{watch.name}  {watch.new} new  {last}  {watch.query}{where}{wrong}")
    if not watches and on_terminal():
        remark(_NO_WATCHES)


@_watch.command("remove", argument("name", "NAME"), examples=("ideaboard arxiv watch remove conformal",))
def _remove_watch(app: App, name: str) -> None:
    """Take a watch away; what it found stays."""
    app.report(app.service.watches.remove(name))


@arxiv_command.command(
    "check",
    argument("names", "[NAME]...", many=True, required=False),
    option("-q", "--quiet", help="Print nothing when there is no news."),
    option("--wanted", help="List the papers that people voted for and nobody has coded, the most wanted first."),
    WAIT,
    json_option("Print one object: the watches with what is new, and the updates of papers on the board.", "news"),
    examples=("ideaboard arxiv check", "30 7 * * 1-5  ideaboard arxiv check --quiet    # in a crontab"),
)
def _check(app: App, names: tuple[str, ...], quiet: bool, wanted: bool, as_json: bool) -> int:
    """Put what is new in the watches into the inbox.

    Without a name it looks at all watches, and at the papers on the board: a new version or a withdrawal is noted on
    the card, and papers that were typed or imported by their ids get their titles, authors and abstracts. Watches of
    categories read arXiv's announcements, one request a day for all of them; an answer that cannot be right is said to
    be in doubt and asked for again at the next look.

    Then Hugging Face is asked for code and votes of papers in the inbox and on the board, a few at a time and each once
    a day ('facts = false' under '[papers]' in the config turns it off).

    Exit code 0 with or without news, 5 when arXiv could not be asked.
    """
    facts = app.service.facts
    with countdown() as on_wait:
        checked = app.service.watches.check(names, on_wait=on_wait)
        asked = facts.ask(facts.due(facts.papers()), on_wait=on_wait if wanted else None)
    most_wanted = facts.wanted() if wanted else []
    if as_json:
        listed = [{**picked(idea, "id", "title"), "votes": known.votes} for idea, known in most_wanted]
        say_json(_checked_json(checked) | ({"wanted": listed} if wanted else {}))
    elif text := _summary(checked, quiet):
        say(text)
        if on_terminal() and not app.service.watches.all():
            remark(_NO_WATCHES)
    if wanted and not as_json:
        _print_wanted(most_wanted)
    if wanted and asked.problem:
        warn(str(asked.problem))
    for said in checked.unknown:
        warn(said)
    for look in checked.looks:
        if look.doubt:
            warn(f"{look.doubt}; it is asked again at the next look (watch '{look.name}')")
    for one in checked.problems:
        warn(one.said)
    return max((one.problem.exit_code for one in checked.problems if one.problem), default=0)


def _checked_json(checked: Checked) -> dict[str, Any]:
    watches = [
        {"name": look.name, "new": len(look.papers), "papers": [*map(paper_to_json, look.papers)], **_of_answer(look)}
        for look in checked.looks
    ]
    updates = [
        {"id": one.id, "from": one.before, "to": one.after, "withdrawn": one.withdrawn} for one in checked.updates
    ]
    return {"watches": watches, "updates": updates, **picked(checked, "filled", "unknown")}


def _print_wanted(most_wanted: Sequence[tuple[Idea, Facts]]) -> None:
    for idea, facts in most_wanted:
        say(f"{idea.id}  {counted(facts.votes, 'vote')}  {clean_line(idea.title)}")
    if not most_wanted:
        remark("nobody waits for code, as far as is known")


def _of_answer(one: Watch | Look) -> dict[str, str | None]:
    return {name: getattr(one, name) or None for name in ("doubt", "missing", "source")}


def _summary(checked: Checked, quiet: bool) -> str:
    """Return the news in one line; nothing when there is none and it should be quiet."""
    parts = [f"{look.name} {len(look.papers)} new" for look in checked.looks if look.papers]
    parts += [f"{look.name} is in doubt" for look in checked.looks if look.doubt]
    parts += [
        f"{one.arxiv_id} was withdrawn" if one.withdrawn else f"{one.arxiv_id} is at {one.after} now"
        for one in checked.updates
    ]
    parts += [f"{counted(len(checked.filled), 'paper')} filled in"] if checked.filled else []
    if parts:
        return "; ".join(parts)
    return "" if quiet else "nothing new"
