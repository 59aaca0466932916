"""What sentences tell a person to type exists: commands, and the options that they are told with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import ideaboard
from ideaboard.cli.commands import COMMANDS, GLOBAL_OPTIONS, Command, find_command

HOME = Path(ideaboard.__file__).parent
QUOTED = re.compile(r"(?:'|`|as in: |it: |open it with )(?:ideaboard )((?:--)?[a-z][^'`]*)")
SHORT = re.compile(r"'((?:arxiv|changelog|response|templates|config|check|add|import|export|undo) [^']*)'")
"""How a command is named without the program before it."""
ALWAYS = {"--help", "--version", *(name for param in GLOBAL_OPTIONS for name in param.names)}


def told(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each command line that a text in a module names, with its line; what is filled in is `X`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "X" for one in node.values]
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        for pattern in (QUOTED, SHORT):
            yield from ((node.lineno, found[1]) for found in pattern.finditer(text))


def wrong(line: str) -> str:
    """Return what a command line names that is not there; empty when all is."""
    words = line.split()
    if words[0].startswith("--"):
        return "" if words[0] in ALWAYS else words[0]
    command: Command | None = find_command(words[0]) if words[0] in COMMANDS else None
    if command is None:
        return words[0]
    for word in words[1:]:
        if word not in command.commands:
            break
        command = command.commands[word]
    known = {name for param in command.params for name in (*param.names, param.opposite)} | ALWAYS
    return next((word for word in words if re.match(r"--?[a-z]", word) and word.partition("=")[0] not in known), "")


def test_commands_and_options_that_are_told_exist() -> None:
    lines = [(path.name, *one) for path in sorted(HOME.rglob("*.py")) for one in told(path)]
    bad = [f"{name}:{number}: {line!r}: {what}" for name, number, line in lines if (what := wrong(line))]
    assert not bad, "\n".join(bad)
    assert {"config edit", "check --repair", "edit X --public"} <= {line for _, _, line in lines}
    assert [wrong(one) for one in ("list --nope", "lst", "check --repair", "--jsn")] == ["--nope", "lst", "", "--jsn"]
