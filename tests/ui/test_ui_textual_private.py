"""What we use of Textual that it does not promise: each name in one file, and there in the installed Textual."""

from __future__ import annotations

import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

import ideaboard.ui

UI = Path(ideaboard.ui.__file__).parent
FILES = {path.relative_to(UI).as_posix(): path.read_text("utf-8") for path in UI.rglob("*.py")}
SINCE = "8.2.8"
"""The oldest Textual that pyproject allows; all names were looked up there."""

PRIVATE: dict[str, tuple[type, str]] = {
    "_sequence_to_key_events": (XTermParser, "driver.py"),
    "_file": (LinuxDriver, "driver.py"),
    "_auto_restart": (Driver, "driver.py"),
    "_key_thread": (LinuxDriver, "driver.py"),
    "_must_signal_resume": (LinuxDriver, "driver.py"),
    "_sigcont_application": (LinuxDriver, "driver.py"),
    "_handle_exception": (App, "app.py"),
    "_fatal_error": (App, "app.py"),
    "_close_messages_no_wait": (App, "app.py"),
    "_exception": (App, "app.py"),
    "_exit": (App, "app.py"),
}


@pytest.mark.parametrize("name", PRIVATE)
def test_the_textual_that_is_installed_has_the_name(name: str) -> None:
    owner, _ = PRIVATE[name]
    sources = "".join(inspect.getsource(one) for one in owner.__mro__ if one.__module__.startswith("textual"))
    assert re.search(rf"\b{name}\b", sources), f"Textual {version('textual')} has it no more; {SINCE} had it"


@pytest.mark.parametrize("name", PRIVATE)
def test_it_is_named_in_one_file(name: str) -> None:
    assert [path for path, text in FILES.items() if re.search(rf"\.{name}\b|def {name}\(", text)] == [PRIVATE[name][1]]


def test_nothing_else_that_is_private_is_used() -> None:
    imported = {path for path, text in FILES.items() if re.search(r"(?:from|import) textual[\w.]*\._", text)}
    assert imported == {"driver.py"}, "its parser"
    for path, text in FILES.items():
        for line in text.splitlines():
            if "noqa: SLF001" in line:
                used = set(re.findall(r"\.(_[a-z]\w*)", line.partition("#")[0]))
                assert used & set(PRIVATE), f"{path}: {line.strip()}"


def test_the_names_were_looked_up_in_the_oldest_textual_that_is_allowed() -> None:
    pyproject = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    assert f'"textual>={SINCE},<' in pyproject
