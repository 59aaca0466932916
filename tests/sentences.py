"""What the use cases and what they stand on say to people, read out of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
OF_THE_COMMAND_LINE = re.compile(r"(?<![\w-])--[a-z]+|['`]ideaboard [a-z]+|\bideaboard (?:arxiv|draft|list|add)\b")
OF_THE_SHELL = {"sync.py", "repository.py"}
"""Use cases that no screen has: what git is told, and what it says."""


def sentences() -> Iterator[str]:
    """Give the texts of the use cases and of what they stand on, placeholders filled in."""
    for folder in ("core", "service", "publish", "papers", "storage", "intake"):
        for path in (ROOT / "ideaboard" / folder).rglob("*.py"):
            if path.name in OF_THE_SHELL:
                continue
            tree = ast.parse(path.read_text("utf-8"))
            docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr):
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | parts:
                    yield node.value
