"""`sync`: a board in a git repository, on several machines."""

from __future__ import annotations

from dataclasses import asdict

from ideaboard.cli.app import App
from ideaboard.cli.commands import command, json_option, option
from ideaboard.cli.output import say, warn
from ideaboard.errors import InvalidInput


@command(
    "sync",
    option("--init", help="Tell git to merge the board as a union and to leave out its lock; do no more."),
    option("--dry-run", help="Say what would come and go, and change nothing."),
    json_option("Print what came and what went, or the files that --init wrote, as JSON.", "sync|set-up"),
    examples=("ideaboard sync --init", "ideaboard sync --dry-run", "ideaboard sync"),
)
def sync_command(app: App, init: bool, dry_run: bool, as_json: bool) -> None:
    """Bring a board in git in step with its other copies: commit it, pull with a merge, check, push.

    Only the board file is committed, and what --init wrote; what else is changed or staged stays as it is. Commits of
    yours that were not pushed go along, as with 'git push'. Two copies are united, so nothing is lost, and a board that
    is open shows what came. Your hooks run for the commit and the push. Nobody is asked for a password: log in by hand
    once, with 'git fetch'.

    At anything unusual it stops with a sentence: 2 for a repository that is not ready, 5 when the other side cannot be
    reached, 6 for a conflict in another file, a hook that says no, or your changes in the way.
    """
    sync = app.service.sync
    if init:
        if dry_run:
            raise InvalidInput("--init writes files, and --dry-run writes none", "leave one of them out")
        written = sync.set_up()
        said = f"wrote {' and '.join(written)}; 'ideaboard sync' commits them" if written else "it is set up already"
        say(said, {"wrote": written} if as_json else None)
        if written:
            warn("whoever can read the repository reads the whole board then, private ideas too")
        return
    from ideaboard.service.sync import in_words

    done = sync.run(dry_run=dry_run)
    say("\n".join(in_words(done)), asdict(done) if as_json else None)
    for one in done.remarks:
        warn(one)
