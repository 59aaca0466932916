"""`changelog`: what was shared, for people to read and follow."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from ideaboard.cli.app import App
from ideaboard.cli.commands import argument, command, file_option, kind_option, limit_option, option, tags_option
from ideaboard.cli.output import emit, escape_json, plain, remark, say
from ideaboard.core.changelog import DIVISIONS, STYLES, ChangelogOptions
from ideaboard.core.text import clean_tags
from ideaboard.errors import CheckFailed, IdeaboardError, InvalidInput, Refused
from ideaboard.publish.changelog import FORMATS

_EMPTY = "nothing that was shared fits"
_DETAILS = """\
A block is a marked part of someone's file; everything outside it stays as it is:

  <!-- ideaboard:shared:start -->
  <!-- ideaboard:shared:end -->

With --into the style is 'list', unless --by says what to divide it by, and headings are one level below the one that
the block stands under; else it is 'periods'.

Exit codes: 1 with --check when a write would change something; 2 for a missing or doubled block; 6 for a block that
was edited by hand, or a file that is not our own earlier output, unless --force."""


@command(
    "changelog",
    option("--since", metavar="PERIOD", help="From then on: 2025, 2025-03, 2025-W11 or 2025-03-02."),
    option("--until", metavar="PERIOD", help="Up to then, that period included."),
    option("--style", choices=STYLES, help="One list, a list a period, or one a period and kind."),
    option("--by", choices=DIVISIONS, help="What to divide it by; by month when nothing is said."),
    option("--heading-level", metavar="N", is_number=True, help="The level of its first headings, 1 to 6."),
    kind_option("Only this kind; may be repeated.", many=True),
    tags_option("Only ideas with this tag; with several, any of them."),
    limit_option("At most so many items, the newest.", "--limit"),
    option("--in-progress", help="List what is being made, too."),
    option(
        "--format", choices=tuple(FORMATS), default="md", show_default=True, help="Markdown, a page, feeds, or data."
    ),
    file_option("A template of your own to use.", "--template"),
    file_option("Write a file of its own; '-' prints.", "-o", "--output"),
    file_option("Write into a block of a file.", "--into", metavar="FILE[:BLOCK]"),
    option("--check", help="Write nothing; end with 1 when a write would change something."),
    option("--diff", help="Write nothing; show what a write would change."),
    option("--force", help="Write over what was edited by hand."),
    details=_DETAILS,
    examples=(
        "ideaboard changelog --since 2026",
        "ideaboard changelog --into README.md:shared --limit 6",
        "ideaboard changelog --style sections --by quarter",
        "ideaboard changelog --format atom -o feed.xml",
        "ideaboard changelog --into README.md:shared --check",
    ),
)
def changelog_command(
    app: App, /, kinds: tuple[str, ...], format: str, template: str | None, check: bool, diff: bool, **options: Any
) -> None:
    """Print what was shared, or write it into a file.

    One line each, newest first. The same board gives the same bytes.
    """
    output, into, force = (options.pop(name) for name in ("output", "into", "force"))
    output = None if output == "-" else output
    if output and into:
        raise InvalidInput("-o and --into go to two places", "give one of them")
    if (check or diff) and not (output or into):
        raise InvalidInput("there is no file to compare with", "name one with -o or --into")
    service = app.service
    options["tags"] = clean_tags(options["tags"])
    wanted = ChangelogOptions(kinds=tuple(service.workflow.kind(kind).key for kind in kinds), **options)
    own = Path(template) if template else None
    if not (output or into):
        changelog = service.sharing.changelog(wanted)
        text = service.sharing.written_out(changelog, format, own)
        emit(escape_json(text) if FORMATS[format].is_json else plain(text))
        if changelog.empty:
            remark(_EMPTY)
        return
    place: dict[str, Any] = {"output": Path(output) if output else None, "into": into}
    write = partial(service.sharing.write_changelog, wanted, **place, format=format, dry=check or diff, template=own)
    try:
        written = write(force=force)
    except Refused:
        if diff:
            with suppress(IdeaboardError):
                emit(plain(write(force=True).diff))
        raise
    if written.empty:
        remark(_EMPTY)
    if diff:
        emit(plain(written.diff))
    if check and written.changed:
        raise CheckFailed(f"'{written.path}' is not up to date", "run it again without --check")
    if not (check or diff):
        if written.changed:
            app.wrote(f"wrote '{written.path}'")
            if FORMATS[format].has_author and not service.config.name:
                remark("nobody learns from it who you are: set the name in [me] with 'ideaboard config edit'")
        else:
            say(f"nothing to change in '{written.path}'")


@changelog_command.command(
    "note",
    argument("period", "PERIOD"),
    argument("text", "TEXT...", many=True),
    examples=(
        'ideaboard changelog note 2026-03 "A month of conformal prediction."',
        'ideaboard changelog note 2026-03 ""',
    ),
)
def _note(app: App, period: str, text: tuple[str, ...]) -> None:
    """Keep a paragraph in your own words for a period.

    PERIOD is such as 2026-03; an empty text takes the paragraph away.
    """
    app.report(app.service.sharing.note(period, " ".join(text)))
