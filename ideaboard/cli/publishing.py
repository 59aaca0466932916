"""`publish`: all that others see, written at once."""

from __future__ import annotations

from ideaboard.cli.app import App
from ideaboard.cli.commands import command, json_option, option
from ideaboard.cli.output import emit, plain, remark, say
from ideaboard.errors import CheckFailed

_DETAILS = """\
Each table names one place, and what of the changelog goes there:

  [[publish]]
  into = "README.md:shared"
  limit = 6

  [[publish]]
  output = "docs/shared.html"

The other options of a table: format, style, by, heading_level, since, until, kind, tags, filter, in_progress.

For a board in a repository they stand in '.ideaboard/publish.toml', which may hold [me], [changelog] and [words] as
well; paths begin at the repository's folder and never lead out of it. For any other board they stand in the config;
paths are whole there, or begin with ~.

Exit codes: 1 with --check when a write would change something; 2 when a table is wrong; 6 for what was edited by hand,
a repository that is not trusted, or a file outside of it."""


@command(
    "publish",
    option("--check", help="Write nothing; end with 1 when a write would change something."),
    option("--diff", help="Write nothing; show what a write would change."),
    option("--force", help="Write over what was edited by hand."),
    json_option("Print an array of the places.", "[published]"),
    details=_DETAILS,
    examples=("ideaboard publish", "ideaboard publish --check", "ideaboard publish --diff"),
)
def publish_command(app: App, check: bool, diff: bool, force: bool, as_json: bool) -> None:
    """Write what was shared into all places that the config names: blocks of files, pages, feeds.

    Only what changed is written, and nothing when one of the places cannot be. Private ideas never leave the board.
    """
    dry = check or diff
    plans = app.service.sharing.plans() if diff and not force else []
    done = [(plan.target, plan.written) for plan in plans if plan.written]
    if not plans:
        done = app.service.sharing.publish(force=force, dry=dry)
    if as_json:
        wrote = [f"wrote '{target.name}'" for target, written in done if written.changed and not dry]
        tell = app.wrote if wrote else say
        tell(
            "\n".join(wrote),
            [
                {
                    "name": target.name,
                    "path": str(written.path),
                    "block": target.block or None,
                    "format": target.format,
                    "changed": written.changed,
                    "diff": written.diff if dry else None,
                }
                for target, written in done
            ],
        )
    else:
        for target, written in done:
            if diff:
                emit(plain(written.diff))
            elif not written.changed:
                say(f"nothing to change in '{target.name}'")
            elif check:
                say(f"'{target.name}' is not up to date")
            else:
                app.wrote(f"wrote '{target.name}'")
    for target, written in done:
        if written.empty:
            remark(f"nothing that was shared fits '{target.name}'")
    if problem := next((plan.problem for plan in plans if plan.problem), None):
        raise problem
    late = sum(written.changed for _, written in done)
    if check and late:
        raise CheckFailed(f"{late} of {len(done)} are not up to date", "run it again without --check")
