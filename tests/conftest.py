"""What every test stands on: no test touches the person's files, or the network beyond this machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("here", deadline=None, max_examples=40)
# The machines of CI are slow, and a failure there must be the same at the next run. `.ci/run` asks for `thorough`, too.
for name, examples in (("ci", 40), ("thorough", 150)):
    settings.register_profile(
        name, deadline=None, max_examples=examples, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile("ci" if os.environ.get("CI") else "here")

# Written out, so that it is there without a time zone database; not UTC, so that mixing up the two is seen.
TIME_ZONE = "CET-1CEST,M3.5.0,M10.5.0/3"
# Port 9 of this machine answers nothing: a test that forgets its own arXiv fails at once, and asks nobody.
NO_ARXIV = "http://127.0.0.1:9/api/query"


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give each test a home folder of its own to stand in, a fixed time zone and no way to the real arXiv."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("IDEABOARD_", "XDG_"))]:
        monkeypatch.delenv(name)
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
