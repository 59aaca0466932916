"""`share`: where something can be seen, and one line on what it is; `response`: what comes back."""

from __future__ import annotations

from typing import Any

from ideaboard.cli.app import App
from ideaboard.cli.commands import ID, RID, Command, argument, command, json_option, kind_option, option, tags_option
from ideaboard.cli.output import Painter, emit, kept_links, on_terminal, picked, plain, remark, say, say_json, warn
from ideaboard.core.changes import NewIdea, Sharing
from ideaboard.core.documents import idea_to_json, part_to_json
from ideaboard.core.ideas import Response
from ideaboard.core.kinds import response_type
from ideaboard.errors import InvalidInput


@command(
    "share",
    ID,
    option("--url", metavar="URL", help="Where it can be seen; tracking parameters are taken out."),
    option("--summary", metavar="TEXT", help="One line on what it is, for the changelog."),
    option("--title", metavar="TEXT", help="What others see in place of the idea's title; '' for the default."),
    option("--on", metavar="DATE", help="The day it was shared, when it is not today: 2026-11-02."),
    option("--channel", key="channels", many=True, metavar="NAME", help="Where it was told; may be repeated."),
    option("--result", metavar="TEXT", help="What came out, such as 'v0.1.0' or '3 of 4 claims reproduced'."),
    option("--withdraw", key="withdrawn", opposite="--unwithdraw", help="Take the share back, or not after all."),
    option("--texts", help="Change nothing; print a text for each of your channels."),
    json_option("Print the idea as JSON; with --texts an array of texts.", "idea|[share-text]"),
    examples=(
        'ideaboard share k7f --url https://example.org/lora --summary "LoRA by hand"',
        'ideaboard share k7f --result "3 of 4 claims reproduced" --channel bluesky',
        "ideaboard share k7f --on 2026-11-02",
        "ideaboard share k7f --texts",
    ),
)
def share_command(app: App, /, id: str, texts: bool, as_json: bool, **fields: Any) -> None:
    """Say where an idea was shared; it moves to the last stage and into the changelog.

    Said again, it corrects what was said before: only what is given changes. A withdrawn item stays in the changelog,
    without its link.
    """
    sharing = Sharing(**fields)
    if texts:
        if sharing != Sharing():
            raise InvalidInput("--texts changes nothing", "say first where it was shared, then ask for the texts")
        _print_texts(app, id, as_json)
        return
    if sharing == Sharing():
        raise InvalidInput("nothing is said about the sharing", "give the link with --url and one line with --summary")
    idea = app.service.ideas.find(id)
    outcome = app.service.sharing.share(idea.id, sharing)
    app.report(outcome, idea_to_json(outcome.board.ideas[idea.id]) if as_json else None)
    kept_links(sharing.url)
    share = outcome.board.ideas[idea.id].share
    if outcome.warning and share and not idea.private:
        missing = ("" if share.url else " --url URL") + ("" if share.summary else " --summary TEXT")
        remark(f"as in: ideaboard share {idea.id}{missing or ' --url URL'}")


_TOO_LONG = ", too long: give it a shorter --title or --summary"


def _print_texts(app: App, id: str, as_json: bool) -> None:
    idea = app.service.ideas.find(id)
    found = app.service.sharing.share_texts(idea.id)
    if idea.private:
        warn(f"it is private: 'ideaboard edit {idea.id} --public' before you post one of these")
    if idea.share and idea.share.withdrawn:
        warn(f"it was withdrawn: 'ideaboard share {idea.id} --unwithdraw' before you post one of these")
    if as_json:
        say_json(
            [
                {"channel": one.channel.key, "text": one.text, "length": one.length, "limit": one.channel.limit or None}
                | picked(one, "fits", "thread", "compose_url")
                for one in found
            ]
        )
        return
    # What is ours stands in lines with a `#`, so that nobody pastes it; the rest is to be pasted as it is.
    paint = Painter()
    for number, one in enumerate(found):
        about, limit = "about " if one.channel.about else "", f" of {one.channel.limit}" if one.channel.limit else ""
        too_long = f", as a thread of {len(one.thread)} posts" if one.thread else "" if one.fits else _TOO_LONG
        head = f"{one.channel.label}: {about}{one.length}{limit} characters{too_long}"
        notes = [head, one.channel.note, f"post it: {one.compose_url}" if one.compose_url else ""]
        emit(("\n\n" if number else "") + "".join(paint.dim(f"# {note}") + "\n" for note in notes if note) + "\n")
        for at, post in enumerate(one.thread or (one.text.rstrip(),), 1):
            again = "\n" + paint.dim(f"# the answer to it, {at} of {len(one.thread)}") + "\n\n" if at > 1 else ""
            emit(f"{again}{plain(post)}\n")


response_command = Command(
    "response",
    run=None,
    help="""Write down and answer the responses that matter.

    Someone follows along; someone asks a well-researched question; someone brings an opportunity of value to both.
    Questions and opportunities wait until they are answered.
    """,
)


@response_command.command(
    "add",
    ID,
    argument("type", "follower|question|opportunity", complete="response_types"),
    argument("text", "TEXT...", many=True),
    option("--url", metavar="URL", default="", help="Where it was said."),
    json_option("Print the response as JSON.", "response-of-idea"),
    examples=('ideaboard response add k7f question "Does it hold?" --url https://x.org/q',),
)
def _add(app: App, id: str, type: str, text: tuple[str, ...], url: str, as_json: bool) -> None:
    """Write down a response to an idea and print the response's id."""
    response_type(type)
    idea = app.service.ideas.find(id)
    outcome = app.service.sharing.respond(idea.id, type, " ".join(text), url)
    response = outcome.board.ideas[idea.id].responses[-1]
    say(response.id, {**part_to_json(response), "idea": idea.id} if as_json else None)
    kept_links(url)


@response_command.command(
    "list",
    option("--waiting", help="Only what nobody has answered yet."),
    json_option("Print an array of responses, each with its idea's id and title.", "[listed-response]"),
    examples=("ideaboard response list --waiting",),
)
def _list(app: App, waiting: bool, as_json: bool) -> None:
    """List the responses: those that wait first, then the newest first."""
    found = app.service.sharing.responses(waiting_only=waiting)
    if as_json:
        say_json([{**part_to_json(one), "idea": idea.id, "title": idea.title} for idea, one in found])
        return
    paint = Painter()
    for idea, response in found:
        on = f"on {idea.id} {idea.title}"
        facts = [f"{paint.plain(response.type):<11}", paint.dim(_state(response)), paint.plain(response.text)]
        parts = [paint.bold(response.id), *facts, paint.dim(on), paint.dim(response.url or "")]
        emit("  ".join(filter(None, parts)) + "\n")
    if not found and on_terminal():
        remark("no response waits" if waiting else "no responses; 'ideaboard response add' writes one down")


def _state(response: Response) -> str:
    if response.type == "follower":
        return response.at[:10]
    return f"answered {response.answered[:10]}" if response.answered else f"waits since {response.at[:10]}"


@response_command.command(
    "answer",
    RID,
    option("--reply", metavar="TEXT", default="", help="What was answered."),
    examples=("ideaboard response answer 7kq", "ideaboard response answer 7kq --reply 'Yes, from 3.2 on'"),
)
def _answer(app: App, rid: str, reply: str) -> None:
    """Say that a response was answered; said again, that it still waits."""
    app.report(app.service.sharing.answer(rid, reply))


@response_command.command(
    "idea",
    RID,
    option("--title", metavar="TEXT", default="", help="The title; the response's text when not given."),
    kind_option("What it is to become."),
    tags_option("A tag; may be repeated."),
    json_option("Print the new idea as JSON.", "idea"),
    examples=("ideaboard response idea 7kq -k post",),
)
def _idea(app: App, rid: str, title: str, kind: str | None, tags: tuple[str, ...], as_json: bool) -> None:
    """Make a response the next idea, and print its id.

    The idea remembers where it came from; once shared, the changelog says that it answers a question.
    """
    outcome = app.service.sharing.idea_from_response(rid, NewIdea(title=title, kind=kind or "", tags=tags))
    (idea,) = outcome.ideas
    say(idea.id, idea_to_json(idea) if as_json else None)
