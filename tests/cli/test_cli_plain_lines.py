"""A command line in its plain form is read without click: as click reads it, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli.cli_runs import here, process
from cli.test_cli_imports import loaded, modules_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ideaboard.cli.app import App
from ideaboard.cli.commands import COMMANDS, GLOBAL_OPTIONS, Command, find_command
from ideaboard.cli.parser import as_click
from ideaboard.cli.plain_line import read_plain
from ideaboard.errors import IdeaboardError


def leaves() -> Iterator[Command]:
    waiting = [command for name in COMMANDS if (command := find_command(name))]
    while waiting:
        command = waiting.pop()
        waiting += command.commands.values()
        if command.run:
            yield command


ALL = list(leaves())
STRANGE = [
    "-",
    "--",
    "",
    " ",
    "-x",
    "--nope",
    "--kin",
    "-kpost",
    "-k=post",
    "-kind",
    "–kind",
    "—",
    "-1",
    "1",
    "1_0",
    "٣",
]
STRANGE += ["--json=1", "--private=x", "--help", "-h", "-qn5", "x=y", "json", "md", "month", "parked", "note", "title"]


@st.composite
def lines(draw: st.DrawFn) -> tuple[Command, list[str]]:
    command = draw(st.sampled_from(ALL))
    params = (*command.params, *GLOBAL_OPTIONS)
    names = [name for param in params for name in (*param.names, param.opposite) if name]
    values = [choice for param in params for choice in param.choices]
    word = st.one_of(
        st.sampled_from(names),
        st.sampled_from([*STRANGE, *values]),
        st.builds(lambda name, value: f"{name}={value}", st.sampled_from(names), st.sampled_from([*STRANGE, *values])),
        st.text("ab-=é", max_size=3),
    )
    return command, draw(st.lists(word, max_size=6))


def by_click(command: Command, words: list[str]) -> dict[str, object] | None:
    """Return what click reads; None when it refuses the line."""
    app = App()
    try:
        with as_click(command).make_context(command.name, list(words), obj=app) as context:
            if context._protected_args:  # of a group: the name of a command of its own
                return None
            kept = {param.key: getattr(app, param.key) for param in (*command.params, *GLOBAL_OPTIONS) if param.of_app}
            return {**context.params, **kept}
    except (click.exceptions.Exit, click.ClickException, IdeaboardError):
        return None


@settings(max_examples=12 * settings().max_examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines())
def test_a_plain_line_is_read_as_click_reads_it(line: tuple[Command, list[str]]) -> None:
    command, words = line
    plain = read_plain((*command.params, *GLOBAL_OPTIONS), words)
    if plain is not None:
        assert plain == by_click(command, words)


@pytest.mark.parametrize(
    "words",
    [
        ["add", "x", "-k", "post", "-t", "a", "-t", "b", "--url=https://example.org", "--json"],
        ["add", "--quick", "--", "-x", "--kind"],
        ["--board", "other.jsonl", "add", "x"],
        ["list", "kind:post", "--sort", "age"],
        ["response", "list", "--waiting"],
        ["arxiv", "watch", "list"],
        ["log", "-n", "5"],
        ["changelog", "--since", "2026"],
    ],
    ids=" ".join,
)
def test_what_people_type_every_day_needs_no_click(words: list[str]) -> None:
    assert not loaded(modules_of(*words), ("click",))


def test_a_board_that_is_named_before_or_after_the_command_is_the_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("boards")
    first, last = str(folder / "first.jsonl"), str(folder / "last.jsonl")
    assert here("--board", first, "add", "x", "--board", last).code == 0
    assert (Path(first).exists(), Path(last).exists()) == (False, True)
    assert here("--board", first, "--config", last + ".toml", "list").out == ""
    assert here("--board").code == here("--board", first, "--board").code == 2


def test_completion_is_never_taken_for_a_command() -> None:
    assert process("add", "x", _IDEABOARD_COMPLETE="bash_source").out.count("_IDEABOARD_COMPLETE") >= 1
    assert here("list").out == ""
