"""`schema`: the contract of what `--json` prints, for who writes scripts against it."""

from __future__ import annotations

from ideaboard.cli.app import App
from ideaboard.cli.commands import argument, command
from ideaboard.cli.output import say_json
from ideaboard.errors import NotFound


@command(
    "schema",
    argument("name", "[NAME]...", many=True, required=False),
    examples=("ideaboard schema list", "ideaboard schema arxiv search", "ideaboard schema | jq .version"),
)
def schema_command(app: App, name: tuple[str, ...]) -> None:  # noqa: ARG001  # every command gets the App
    """Print JSON Schema for what a command prints with --json.

    NAME is a command as it is typed, or a shape such as 'idea' or 'error'; without it all are printed, and which
    command prints which. 'version' rises when a member goes away or changes its meaning; members may be added without,
    so pass over those that you do not know.
    """
    from ideaboard.cli.shapes import contract, printed, schema_of, shapes

    if not name:
        say_json(contract())
        return
    asked = " ".join(name)
    schema = schema_of(asked)
    if schema is None:
        known = ", ".join((*dict(printed()), *shapes()))
        raise NotFound(f"nothing prints JSON under the name '{asked}'", f"these are described: {known}")
    say_json(schema)
