"""What every test stands on: no test touches the person's files, or the network beyond this machine."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Chance differs from run to run here, so a few examples each time come to many. The machines of CI are slow, and a
# failure there must be the same at the next run. `.ci/run` asks for `thorough`, too.
settings.register_profile("here", deadline=None, max_examples=15)
for name, examples in (("ci", 15), ("thorough", 75)):
    settings.register_profile(
        name, deadline=None, max_examples=examples, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile("ci" if os.environ.get("CI") else "here")

# Written out, so that it is there without a time zone database; not UTC, so that mixing up the two is seen.
TIME_ZONE = "CET-1CEST,M3.5.0,M10.5.0/3"
# Port 9 of this machine answers nothing: a test that forgets its own arXiv fails at once, and asks nobody.
NO_ARXIV = "http://127.0.0.1:9/api/query"


COSTLY = {"ui", "cli", "publish", "papers", "service", "storage"}
"""Folders whose tests draw screens, start processes, serve answers or write to the disk."""
A_TABLE = 5
"""Cases from which on a test is a table; every fourth of them stands for the others where all would be costly."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave three of four cases of costly tables to the slow run, which CI makes: the same ones in every process."""
    tables: dict[tuple[Path, str], list[pytest.Item]] = {}
    for item in items:
        costly = item.path.parent.name in COSTLY or item.path.name == "test_hostile_folder.py"
        if costly and item.path.name != "test_ui_board_pictures.py":  # each picture is the only one of its screen
            tables.setdefault((item.path, getattr(item, "originalname", item.name)), []).append(item)
    for cases in tables.values():
        if len(cases) >= A_TABLE:
            for number, item in enumerate(cases):
                if number % 4:
                    item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of the rounds of the garbage collector."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give one new folder after the other; pytest reads through all there are to name the next, thousands of times."""
    top = tmp_path_factory.mktemp("homes")
    return (top / str(number) for number in count())


@pytest.fixture
def tmp_path(homes: Iterator[Path]) -> Path:
    """Give each test an empty folder of its own."""
    folder = next(homes)
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def own_home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give each test a home folder of its own to stand in, a fixed time zone and no way to the real arXiv."""
    home = next(homes)
    home.mkdir()
    for name in [name for name in os.environ if name.startswith(("IDEABOARD_", "XDG_"))]:
        monkeypatch.delenv(name)
    # readline, which pytest imports, sets the sides to 80 and 24 for the workers of pytest-xdist. They count more than
    # those of a pseudo-terminal, as VISUAL does more than the EDITOR of a test.
    for name in ("COLUMNS", "LINES", "EDITOR", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    # The terminal of whoever runs the tests decides nothing: with few colours some would be others.
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    folders = {"CONFIG": ".config", "DATA": ".local/share", "STATE": ".local/state", "CACHE": ".cache"}
    for name, folder in folders.items():
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / folder))
    monkeypatch.setenv("IDEABOARD_BOARD", str(home / "board" / "board.jsonl"))
    monkeypatch.setenv("IDEABOARD_CONFIG", str(home / "config.toml"))
    monkeypatch.setenv("IDEABOARD_CACHE", str(home / "cache"))
    monkeypatch.setenv("IDEABOARD_STATE", str(home / "state"))
    monkeypatch.setenv("IDEABOARD_ARXIV_URL", NO_ARXIV)
    monkeypatch.setenv("IDEABOARD_CROSSREF_URL", "http://127.0.0.1:9/works")
    monkeypatch.setenv("IDEABOARD_FACTS_URL", "http://127.0.0.1:9/api/papers")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost,::1")
    monkeypatch.chdir(home)  # a draft that a test starts must not land in the repository
    monkeypatch.setenv("TZ", TIME_ZONE)
    if hasattr(time, "tzset"):
        time.tzset()
    yield home
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()
