"""Commands as data: what each is called, what it takes, and the function that does it.

A command line in its plain form is read from that at once. Every other (a question for help, a mistake, a rarer way to
write an option) goes to click, which is told of the same commands in `parser.py`: to import it takes longer than most
commands take.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Run = Callable[..., int | None]
"""Does the work of a command: gets the `App` and the values by name; returns the exit code where it is not 0."""


class Param:
    """An argument or an option.

    Args:
        names: those of an option; an argument has none.
        key: the name under which the function gets the value.
        given: what is not as it stands below.
    """

    help = ""
    metavar: str | None = None
    default: Any = None
    show_default = False
    required = True
    """Whether an argument must be there."""
    many = False
    """Whether an option may be repeated, or an argument takes all words that are left."""
    choices: tuple[str, ...] = ()
    is_number = False
    is_flag = False
    opposite = ""
    """The other name of a flag, which says no."""
    of_app = False
    """Whether the `App` keeps the value, and not the function."""
    complete = ""
    """What completion offers: a function of `completion.py`."""

    def __init__(self, names: tuple[str, ...], key: str, **given: Any) -> None:
        self.names = names
        self.key = key
        vars(self).update(given)


class Command:
    """A command, or a group of commands.

    Args:
        name: how it is called.
        params: what it takes.
        run: what it does; None for a group that does nothing by itself.
        help: what `--help` says.
        examples: command lines that are worth copying.
        details: paragraphs at the end of the help, printed as they stand.
    """

    def __init__(
        self, name: str, *params: Param, run: Run | None, help: str, examples: Sequence[str] = (), details: str = ""
    ) -> None:
        self.name = name
        self.params = params
        self.run = run
        self.help = help
        self.examples = examples
        self.details = details
        self.commands: dict[str, Command] = {}

    def command(self, name: str, *params: Param, **attributes: Any) -> Callable[[Run], Command]:
        """Make a function a command of this group; takes what the module's `command` takes."""

        def add(run: Run) -> Command:
            self.commands[name] = command(name, *params, **attributes)(run)
            return self.commands[name]

        return add


def command(name: str, *params: Param, examples: Sequence[str] = (), details: str = "") -> Callable[[Run], Command]:
    """Make a function a command; its docstring is the help."""
    return lambda run: Command(name, *params, run=run, help=run.__doc__ or "", examples=examples, details=details)


def argument(key: str, metavar: str, **attributes: Any) -> Param:
    return Param((), key, metavar=metavar, **attributes)


def option(*names: str, help: str, key: str = "", **attributes: Any) -> Param:
    """Describe an option; without a metavar or choices it is a flag."""
    key = key or max(names, key=len).lstrip("-").replace("-", "_")
    is_flag = not ("metavar" in attributes or "choices" in attributes)
    if is_flag and "opposite" not in attributes:
        attributes["default"] = False
    return Param(names, key, help=help, is_flag=is_flag, **attributes)


ID = argument("id", "ID", complete="ids")
IDS = argument("ids", "ID...", many=True, complete="ids")
RESPONSE_ID = argument("rid", "RID", complete="responses")
WAIT = option("--wait", help="Wait for arXiv as long as it takes.", of_app=True)
GLOBAL_OPTIONS = (
    option(
        "--board",
        metavar="FILE",
        help="The board file; else IDEABOARD_BOARD, the nearest .ideaboard/board.jsonl, or your data folder.",
        of_app=True,
        complete="files",
    ),
    option(
        "--config",
        metavar="FILE",
        help="The config file; else IDEABOARD_CONFIG, or your config folder.",
        of_app=True,
        complete="files",
    ),
)


def json_option(help: str = "Print JSON.") -> Param:
    return option("--json", key="as_json", help=help)


def kind_option(help: str, *, many: bool = False) -> Param:
    key = "kinds" if many else "kind"
    return option("-k", "--kind", key=key, many=many, metavar="KIND", complete="kinds", help=help)


def stage_option(help: str, *, many: bool = False) -> Param:
    key = "stages" if many else "stage"
    return option("-s", "--stage", key=key, many=many, metavar="STAGE", complete="stages", help=help)


def tags_option(help: str, *names: str, key: str = "tags") -> Param:
    return option(*(names or ("-t", "--tag")), key=key, many=True, metavar="TAG", complete="tags", help=help)


def read_plain(params: Sequence[Param], words: Sequence[str]) -> dict[str, Any] | None:
    """Read the words after the name of a command.

    Returns:
        The values by key; None when there is anything that is not plain, for click to judge.
    """
    named = {name: param for param in params for name in (*param.names, param.opposite) if name}
    values = {param.key: () if param.many else param.default for param in params}
    loose: list[str] = []
    left = list(reversed(words))
    while left:
        word = left.pop()
        if word == "--":
            loose += reversed(left)
            break
        name, equals, value = word.partition("=")
        if param := named.get(word) or (named.get(name) if equals and name.startswith("--") else None):
            if param.is_flag and not equals:
                values[param.key] = word != param.opposite
                continue
            if param.is_flag or not (equals or left):
                return None
            if not _put(values, param, value if equals else left.pop()):
                return None
        elif word != "-" and word.startswith(("-", "–", "—")):
            return None
        else:
            loose.append(word)
    for param in params:
        if param.names:
            continue
        taken = len(loose) if param.many else min(1, len(loose))
        if (param.required and not taken) or not all(_put(values, param, word) for word in loose[:taken]):
            return None
        del loose[:taken]
    return None if loose else values


def _put(values: dict[str, Any], param: Param, word: str) -> bool:
    """Keep a value under its key; tells whether it is one that the parameter takes."""
    if param.choices and word not in param.choices:
        return False
    value: Any = word
    if param.is_number:
        try:
            value = int(word)
        except ValueError:
            return False
    values[param.key] = (*values[param.key], value) if param.many else value
    return True
