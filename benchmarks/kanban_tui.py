"""kanban-tui from PyPI as the peer of the board screen: in an environment of its own, with a board to show."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

REQUIREMENT = "kanban-tui==0.21.2"
COLUMNS = ("Idea", "Outline", "Making", "Review", "Shared")


@dataclass(frozen=True, slots=True)
class KanbanTui:
    """An installed kanban-tui with a database of its own."""

    folder: Path

    @property
    def command(self) -> str:
        """The program."""
        return str(self.folder / "venv" / "bin" / "ktui")

    @property
    def environment(self) -> Mapping[str, str]:
        """Where its files are, as its documentation names the variables."""
        return {
            "KANBAN_TUI_CONFIG_FILE": str(self.folder / "config.toml"),
            "KANBAN_TUI_DATABASE_FILE": str(self.folder / "database.db"),
            "KANBAN_TUI_AUTH_FILE": str(self.folder / "auth.toml"),
        }

    def fill(self, tasks: Iterable[tuple[str, str]]) -> Mapping[str, str]:
        """Make a board of five columns with these titles and descriptions; return the environment to start it in."""
        columns = [part for column in COLUMNS for part in ("-c", column)]
        create = [self.command, "board", "create", "Bench", "--set-active", *columns]
        subprocess.run(create, env={**os.environ, **self.environment}, check=True, capture_output=True)
        database = sqlite3.connect(self.environment["KANBAN_TUI_DATABASE_FILE"])
        with database:
            rows = [
                (title, place % len(COLUMNS) + 1, description, "2026-11-24T12:00:00", place)
                for place, (title, description) in enumerate(tasks)
            ]
            insert = "INSERT INTO tasks (title, column, description, creation_date, position) VALUES (?, ?, ?, ?, ?)"
            database.executemany(insert, rows)
        database.close()
        return self.environment


def install(folder: Path) -> KanbanTui | None:
    """Install kanban-tui below a folder; none when that is not possible here, which is said."""
    pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet", REQUIREMENT]
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True, capture_output=True)
        subprocess.run(pip, check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"kanban-tui is left out: it could not be installed ({error})", file=sys.stderr)
        return None
    return KanbanTui(folder)
