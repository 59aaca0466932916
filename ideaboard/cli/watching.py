"""`arxiv watch` and `arxiv check`: saved searches that know what is new."""

from __future__ import annotations

from ideaboard.cli.app import App
from ideaboard.cli.commands import WAIT, Command, argument, command, json_option, option
from ideaboard.cli.output import countdown, emit, on_terminal, plain, remark, say, say_json, warn
from ideaboard.core.documents import paper_to_json
from ideaboard.service.watches import LIMIT, Checked

watch_group = Command(
    "watch", run=None, help="""Keep searches under a name; 'arxiv check' asks for what is new in them."""
)


@watch_group.command(
    "add",
    argument("name", "NAME"),
    argument("words", "WORDS...", many=True, required=False),
    option("--cat", key="categories", many=True, metavar="CODE", help="In this category; with several, any."),
    option(
        "-n",
        "--limit",
        metavar="N",
        is_number=True,
        default=LIMIT,
        show_default=True,
        help="What a first look brings at most.",
    ),
    examples=('ideaboard arxiv watch add conformal "conformal prediction" --cat stat.ML --cat cs.LG',),
)
def _add(app: App, name: str, words: tuple[str, ...], categories: tuple[str, ...], limit: int) -> None:
    """Save a search under a name."""
    app.report(app.service.watches.add(name, " ".join(words), categories, limit))


@watch_group.command("list", json_option("Print an array of watches."), examples=("ideaboard arxiv watch list",))
def _list(app: App, as_json: bool) -> None:
    """List the watches, with how many of their papers wait in the inbox."""
    watches = app.service.watches.all()
    if as_json:
        shown = ("name", "query", "categories", "new", "last")
        say_json([{name: getattr(watch, name) for name in shown} for watch in watches])
        return
    for watch in watches:
        last = f"last look {watch.last[:10]}" if watch.last else "never looked"
        where = f"  in {', '.join(watch.categories)}" if watch.categories else ""
        emit(plain(f"{watch.name}  {watch.new} new  {last}  {watch.query}{where}") + "\n")
    if not watches and on_terminal():
        remark("no watches; 'ideaboard arxiv watch add' saves a search")


@watch_group.command("remove", argument("name", "NAME"), examples=("ideaboard arxiv watch remove conformal",))
def _remove(app: App, name: str) -> None:
    """Take a watch away; what it found stays."""
    app.report(app.service.watches.remove(name))


@command(
    "check",
    argument("names", "[NAME]...", many=True, required=False),
    option("-q", "--quiet", help="Print nothing when there is no news."),
    WAIT,
    json_option("Print one object: the watches with what is new, and the updates of papers on the board."),
    examples=("ideaboard arxiv check", "30 7 * * 1-5  ideaboard arxiv check --quiet    # in a crontab"),
)
def check_command(app: App, names: tuple[str, ...], quiet: bool, as_json: bool) -> int:
    """Ask arXiv for what is new in the watches, and put it into the inbox.

    Without a name it looks at all watches, and at the papers on the board: a new version or a withdrawal is noted on
    the card. Exit code 0 with or without news, 5 when arXiv could not be asked.
    """
    with countdown() as on_wait:
        checked = app.service.watches.check(names, on_wait=on_wait)
    if as_json:
        say_json(
            {
                "watches": [
                    {
                        "name": look.name,
                        "new": len(look.papers),
                        "papers": [paper_to_json(paper) for paper in look.papers],
                    }
                    for look in checked.looks
                ],
                "updates": [
                    {"id": one.id, "from": one.before, "to": one.after, "withdrawn": one.withdrawn}
                    for one in checked.updates
                ],
            }
        )
    elif text := _summary(checked, quiet):
        say(text)
    for one in checked.problems:
        warn(one.said)
    return max((one.problem.exit_code for one in checked.problems if one.problem), default=0)


def _summary(checked: Checked, quiet: bool) -> str:
    """Return the news in one line; nothing when there is none and it should be quiet."""
    parts = [f"{look.name} {len(look.papers)} new" for look in checked.looks if look.papers]
    parts += [
        f"{one.arxiv_id} was withdrawn" if one.withdrawn else f"{one.arxiv_id} is at {one.after} now"
        for one in checked.updates
    ]
    if parts:
        return "; ".join(parts)
    return "" if quiet else "nothing new"
