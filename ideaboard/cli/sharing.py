"""`share`: where something can be seen, and one line on what it is."""

from __future__ import annotations

from typing import Any

from ideaboard.cli.app import App
from ideaboard.cli.commands import ID, command, json_option, option
from ideaboard.cli.output import picked, remark, say, say_json
from ideaboard.core.changes import Sharing
from ideaboard.core.documents import idea_to_json
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
    json_option("Print the idea as JSON; with --texts an array of texts."),
    examples=(
        'ideaboard share k7f --url https://example.org/lora --summary "LoRA on one GPU, with 200 lines of code"',
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
    share = outcome.board.ideas[idea.id].share
    if outcome.warning and share and not idea.private:
        missing = ("" if share.url else " --url URL") + ("" if share.summary else " --summary TEXT")
        remark(f"as in: ideaboard share {idea.id}{missing or ' --url URL'}")


def _print_texts(app: App, id: str, as_json: bool) -> None:
    found = app.service.sharing.share_texts(app.service.ideas.find(id).id)
    if as_json:
        say_json(
            [
                {"channel": one.channel.key, "text": one.text, "length": one.length, "limit": one.channel.limit or None}
                | picked(one, "fits", "thread", "compose_url")
                for one in found
            ]
        )
        return
    for one in found:
        about, limit = "about " if one.channel.about else "", f" of {one.channel.limit}" if one.channel.limit else ""
        too_long = f", as a thread of {len(one.thread)} posts" if one.thread else "" if one.fits else ", too long"
        length = f"{about}{one.length}{limit} characters{too_long}"
        text = "\n\n---\n\n".join(one.thread or (one.text.rstrip(),))
        for part in (f"{one.channel.key} ({length})", text, one.channel.note, one.compose_url):
            if part:
                say(f"{part}\n")
