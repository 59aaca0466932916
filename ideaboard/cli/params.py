"""Arguments and options that several commands share, and what completion offers for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ideaboard.cli.app import App
from ideaboard.core.text import counted

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ideaboard.core.board import Board
    from ideaboard.core.kinds import Workflow


FC = TypeVar("FC", bound=Callable[..., Any])


def items(pairs: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    """Return what starts with the typed text, each with its help, as shells can take them."""
    from click.shell_completion import CompletionItem

    from ideaboard.cli.output import shorten

    return [CompletionItem(value, help=shorten(text)) for value, text in pairs if value.startswith(incomplete)]


def _board(ctx: click.Context) -> Board | None:
    """Return the board for completion, which has to be silent when it cannot be read."""
    from ideaboard.bootstrap import open_service
    from ideaboard.errors import IdeaboardError

    app = ctx.ensure_object(App)
    try:
        service = open_service(board=app.board, config=app.config)
    except IdeaboardError:
        return None
    board = service.board
    service.close()
    return board


def _workflow(ctx: click.Context) -> Workflow:
    """Return the kinds and stages for completion; the board is not needed for that."""
    from ideaboard.bootstrap import paths_for
    from ideaboard.config import load_config

    app = ctx.ensure_object(App)
    return load_config(paths_for(app.board, app.config).config).workflow


def complete_ids(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the ids of ideas, with their titles."""
    board = _board(ctx)
    return items(((idea.id, idea.title) for idea in board or ()), incomplete.lower())


def complete_kinds(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the kinds."""
    return items(((kind.key, kind.label) for kind in _workflow(ctx).kinds), incomplete)


def complete_stages(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the stages, the inbox included."""
    stages = [("candidate", "the inbox"), *((stage.key, stage.label) for stage in _workflow(ctx).stages)]
    return items(stages, incomplete)


def complete_ids_then_stages(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer what `move` takes next: a stage, or another id."""
    steps = items([("next", "one stage on"), ("prev", "one stage back")], incomplete)
    return [*complete_stages(ctx, param, incomplete), *steps, *complete_ids(ctx, param, incomplete)]


def complete_tags(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the tags in use, the most used first."""
    counts: dict[str, int] = {}
    for idea in _board(ctx) or ():
        for tag in idea.tags:
            counts[tag] = counts.get(tag, 0) + 1
    order = sorted(counts, key=lambda tag: (-counts[tag], tag))
    return items(((tag, counted(counts[tag], "idea")) for tag in order), incomplete.lstrip("#"))


def complete_responses(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the ids of responses, with their texts."""
    return items(((one.id, one.text) for idea in _board(ctx) or () for one in idea.responses), incomplete)


def complete_templates(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of templates."""
    from ideaboard.bootstrap import paths_for
    from ideaboard.publish.templates import list_templates

    app = ctx.ensure_object(App)
    paths = paths_for(app.board, app.config)
    return items(((one.name, one.origin) for one in list_templates(paths.templates)), incomplete)


def complete_files(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete a file name."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def id_argument(name: str = "id") -> Callable[[FC], FC]:
    """One idea."""
    return click.argument(name, metavar="ID", shell_complete=complete_ids)


def ids_argument() -> Callable[[FC], FC]:
    """One or more ideas."""
    return click.argument("ids", metavar="ID...", nargs=-1, required=True, shell_complete=complete_ids)


def rid_argument() -> Callable[[FC], FC]:
    """One response."""
    return click.argument("rid", metavar="RID", shell_complete=complete_responses)


def json_option(text: str = "Print JSON.") -> Callable[[FC], FC]:
    """The switch from text to JSON."""
    return click.option("--json", "as_json", is_flag=True, help=text)


def wait_option() -> Callable[[FC], FC]:
    """Wait for arXiv as long as it takes; otherwise a command gives up after two minutes."""

    def keep(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
        ctx.ensure_object(App).wait = wanted

    return click.option(
        "--wait", is_flag=True, expose_value=False, callback=keep, help="Wait for arXiv as long as it takes."
    )


def kind_option(text: str, *, multiple: bool = False) -> Callable[[FC], FC]:
    """A kind of idea, or several."""
    name = "kinds" if multiple else "kind"
    return click.option(
        "-k", "--kind", name, multiple=multiple, metavar="KIND", shell_complete=complete_kinds, help=text
    )


def stage_option(text: str, *, multiple: bool = False) -> Callable[[FC], FC]:
    """A stage, or several."""
    name = "stages" if multiple else "stage"
    return click.option(
        "-s", "--stage", name, multiple=multiple, metavar="STAGE", shell_complete=complete_stages, help=text
    )


def tags_option(text: str) -> Callable[[FC], FC]:
    """Tags, one an option."""
    return click.option("-t", "--tag", "tags", multiple=True, metavar="TAG", shell_complete=complete_tags, help=text)
