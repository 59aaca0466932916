"""`stats`: what was shared, what is in flight and what waits."""

from __future__ import annotations

import click

from ideaboard.cli.app import App
from ideaboard.cli.base import Command, pass_app
from ideaboard.cli.output import say, say_json, width_of_terminal
from ideaboard.cli.params import json_option

_WIDTH = 80


@click.command("stats", cls=Command, examples=("ideaboard stats", "ideaboard stats --json | jq .months"))
@json_option("Print one object.")
@pass_app
def stats_command(app: App, as_json: bool) -> None:
    """Show what was shared in twelve months, how long things take, what is in flight and what waits.

    Times are medians and 90th percentiles in days. Withdrawn items do not count.
    """
    from ideaboard.core.flow import flow, flow_to_json

    service = app.service
    seen = flow(service.board, service.clock())
    if as_json:
        say_json(flow_to_json(seen))
        return
    from ideaboard.core.flow_text import flow_lines

    say("\n".join(line.rstrip() for line in flow_lines(seen, service.workflow, width_of_terminal() or _WIDTH)))
