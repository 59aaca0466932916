"""`arxiv like`: taste from the papers that one has."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ideaboard.cli.app import App, stdin_bytes
from ideaboard.cli.commands import WAIT, argument, command, json_option, option
from ideaboard.cli.output import countdown, on_terminal, remark, say, say_json, warn
from ideaboard.core.documents import paper_to_json
from ideaboard.core.text import clean_line, counted
from ideaboard.errors import InvalidInput
from ideaboard.service.likes import MOST, Like

_LONGEST_PATH = 1000


@command(
    "like",
    argument("texts", "[FILE|ID]...", many=True, required=False, complete="files"),
    option("--list", key="listing", help="List what is liked."),
    option("--forget", help="Like these no longer; a file means all that came from it."),
    option("--all", key="everything", help="With --forget: forget everything."),
    WAIT,
    json_option("Print what came of it as an object; with --list an array.", "liked|[liked-paper]|forgotten"),
    examples=(
        "ideaboard arxiv like library.bib",
        "ideaboard arxiv like 2107.07511 10.1145/3213846.3213858",
        "ideaboard arxiv like --list",
        "ideaboard arxiv like --forget library.bib",
    ),
)
def liking(
    app: App, texts: tuple[str, ...], listing: bool, forget: bool, everything: bool, as_json: bool, **_wait: Any
) -> None:
    """Order the inbox by papers that you have.

    They become no cards. FILE is a bibliography (BibTeX, RIS, a table or JSON of Zotero and its like) or any text with
    ids, links or DOIs in it; '-' reads stdin. What a file tells of its papers counts at once; of the others arXiv is
    asked, many at a time, and 'arxiv check' asks again for what it could not tell. Candidates are ordered by them as by
    papers that you took.
    """
    likes = app.service.likes
    if listing:
        if texts or forget or everything:
            raise InvalidInput("a list takes no names and forgets nothing", "leave the other arguments out")
        _list_likes(app, as_json)
        return
    if everything and not forget:
        raise InvalidInput("--all is for --forget", "leave it out, or give both")
    if texts and everything:
        raise InvalidInput("--all forgets more than what is named", "give the names, or --all")
    if not texts and not everything:
        raise InvalidInput("there is no file and no id", "give a file such as library.bib, or ids such as 2107.07511")
    given = [_given(text, may_be_gone=forget) for text in texts]
    if forget:
        before = len(likes.all())
        outcome = likes.forget_all() if everything else likes.forget(given)
        app.report(outcome, {"forgotten": before - len(likes.all())} if as_json else None)
        return
    with countdown() as on_wait:
        liked = likes.add(given, on_wait=on_wait)
    counts = {"liked": len(liked.new), "known": liked.known, "silent": liked.silent, "waiting": liked.waiting}
    said = [liked.outcome.said or "nothing new to like", *([f"{liked.known:,} known already"] if liked.known else [])]
    say("; ".join(said), {**counts, "papers": [_liked_json(like) for like in liked.new]} if as_json else None)
    if liked.silent:
        warn(f"{counted(liked.silent, 'entry', 'entries')} named no paper")
    if liked.left:
        warn(f"{counted(liked.left, 'paper')} left out: at most {MOST} are kept; --forget makes room")
    if liked.problem:
        warn(liked.problem)
    if liked.waiting:
        warn(f"no abstract of {counted(liked.waiting, 'paper')} yet; 'ideaboard arxiv check' asks for it again")


def _given(text: str, *, may_be_gone: bool) -> tuple[str, bytes]:
    """Return the name of a file and what is in it; what was typed has no name."""
    from ideaboard.files import explained, read_file, refuse_stray_link
    from ideaboard.intake import SIZE_LIMIT
    from ideaboard.papers.identifiers import find_dois, find_ids

    if text == "-":
        return "stdin", stdin_bytes()
    path = Path(text)
    names_papers = bool(find_ids(text) or find_dois(text))
    if len(text) > _LONGEST_PATH or not (os.path.lexists(text) or (path.suffix and not names_papers)):
        return "", text.encode("utf-8", "replace")
    if may_be_gone and not os.path.lexists(text):
        return path.name, b""
    refuse_stray_link(path)
    with explained(f"'{text}' cannot be read", "check the name"):
        return path.name, read_file(path, SIZE_LIMIT + 1)


def _liked_json(like: Like) -> dict[str, Any]:
    return {"id": like.id, "at": like.at, "source": like.source or None, "paper": paper_to_json(like.paper)}


def _list_likes(app: App, as_json: bool) -> None:
    from ideaboard.core.tex import readable

    found = app.service.likes.all()
    if as_json:
        say_json([_liked_json(like) for like in found])
        return
    for like in found:
        source = f"  ({like.source})" if like.source else ""
        title = clean_line(readable(like.paper.title)) or "title not known yet"
        say(f"{like.paper.versioned or like.id}  {title}{source}")
    if not found and on_terminal():
        remark("nothing is liked yet; 'ideaboard arxiv like library.bib' takes the papers of a bibliography")
