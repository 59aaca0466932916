"""The key for arXiv goes to arXiv alone, and is shown nowhere."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from arxiv_loopback import LoopbackArxiv
from cli.cli_runs import here
from papers.gateway_setup import FEEDS, make_gateway

from ideaboard.config import config_to_toml, load_config
from ideaboard.core.secret import Secret
from ideaboard.papers.arxiv.key import ApiKey

KEY = "Sesame-0123456789.abc"
HEADER = f"Bearer {KEY}"


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    with LoopbackArxiv(FEEDS) as server:
        monkeypatch.setenv("IDEABOARD_ARXIV_URL", server.url)
        monkeypatch.setenv("IDEABOARD_ARXIV_FEEDS_URL", server.feeds_url)
        monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", "0")
        monkeypatch.setenv("IDEABOARD_ARXIV_KEY", KEY)
        yield server


def written() -> bytes:
    """Return all that the program has written anywhere."""
    top = Path(os.environ["HOME"])
    return b"\n".join(path.read_bytes() for path in top.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("url", "goes"),
    [
        ("https://export.arxiv.org/api/query?x=1", True),
        ("https://rss.arxiv.org/atom/cs.LG", True),
        ("https://arxiv.org:443/api/query", True),
        ("https://arxiv.org:8443/api/query", False),
        ("http://export.arxiv.org/api/query", False),
        ("https://arxiv.org.example.org/api/query", False),
        ("https://notarxiv.org/api/query", False),
        ("https://arxiv.org@example.org/api/query", False),
        ("https://example.org/arxiv.org", False),
        ("http://127.0.0.1:8090/api/query", False),
        ("http://localhost:8090/api/query", False),
    ],
)
def test_the_key_goes_to_arxiv_over_a_safe_connection_and_nowhere_else(url: str, goes: bool) -> None:
    headers: dict[str, str] = {"Authorization": HEADER}
    ApiKey(Secret(KEY)).give(headers, url)
    assert headers == ({"Authorization": HEADER} if goes else {})


@pytest.mark.parametrize(
    ("named", "url", "goes"),
    [
        ("http://127.0.0.1:8090/api/query", "http://127.0.0.1:8090/atom/cs", True),
        ("http://[::1]:8090/api/query", "http://[::1]:8090/atom/cs", True),
        ("http://127.0.0.1:8090/api/query", "http://127.0.0.1:8091/api/query", False),
        ("http://127.0.0.1:8090/api/query", "http://127.0.0.2:8090/api/query", False),
        ("http://localhost:8090/api/query", "http://localhost:8090/api/query", False),
        ("http://192.168.0.7/api/query", "http://192.168.0.7/api/query", False),
        ("http://example.org/api/query", "http://example.org/api/query", False),
        ("", "http://127.0.0.1:8090/api/query", False),
        ("nonsense", "http://127.0.0.1:8090/api/query", False),
    ],
)
def test_for_tests_it_goes_to_the_one_server_on_this_computer_that_is_named(named: str, url: str, goes: bool) -> None:
    headers: dict[str, str] = {}
    ApiKey(Secret(KEY), test_origin=named).give(headers, url)
    assert bool(headers) is goes


def test_every_request_has_it(arxiv: LoopbackArxiv) -> None:
    arxiv.misbehave("redirect")
    assert here("arxiv", "search", "testing", "-n", "1").code == 0
    here("arxiv", "watch", "add", "learning", "--cat", "cs.LG")
    here("arxiv", "check")
    assert arxiv.asked_feeds
    assert len(arxiv.requests) >= 3
    assert {seen.headers.get("Authorization") for seen in arxiv.requests} == {HEADER}
    assert not any(KEY in seen.path for seen in arxiv.requests)


def test_a_key_from_the_config_goes_to_no_other_server(arxiv: LoopbackArxiv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IDEABOARD_ARXIV_KEY")
    Path(os.environ["IDEABOARD_CONFIG"]).write_text(f'[arxiv]\napi_key = "{KEY}"\n')
    assert here("arxiv", "search", "testing", "-n", "1").code == 0
    assert "Authorization" not in arxiv.requests[0].headers


@pytest.mark.parametrize("mode", ["bad-request", "bare-error", "error-with-200", "redirect-away", "twice"])
def test_a_server_that_says_it_back_does_not_bring_it_to_light(
    arxiv: LoopbackArxiv, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    arxiv.misbehave(f"{mode}:{KEY}" if mode != "twice" else f"bad-request:{KEY.upper()} {KEY}")
    for more in ([], ["--json"], ["--refresh"]):
        done = here("arxiv", "search", "testing", *more)
        assert done.code == 5
        assert KEY.lower() not in (done.out + done.err).lower()
    assert arxiv.requests[0].headers["Authorization"] == HEADER
    assert KEY.lower().encode() not in written().lower()


def test_what_is_kept_does_not_hold_it(arxiv: LoopbackArxiv) -> None:
    ((version, record),) = arxiv.recordings.papers["1706.03762"].items()
    arxiv.recordings.papers["1706.03762"] = {version: replace(record, title=f"On {KEY}")}
    done = here("arxiv", "add", "1706.03762", "--json")
    assert "On (hidden)" in done.out
    assert KEY.encode() not in written()


def test_the_config_is_shown_without_it() -> None:
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.write_text(f'[arxiv]\nmailto = "a@example.org"\napi_key = "{KEY}"\n')
    done = here("config", "show")
    assert done.code == 0
    assert "# api_key is set, and not shown" in done.out
    loaded = load_config(config)
    assert loaded.api_key.reveal() == KEY
    for shown in (done.out, done.err, repr(loaded), str(loaded.api_key), f"{loaded.api_key}", config_to_toml(loaded)):
        assert KEY not in shown
    with pytest.raises(TypeError):
        pickle.dumps(loaded.api_key)


@pytest.mark.parametrize("value", [f'"{KEY}\\nHost: evil"', f'"{KEY} "  # fine', f'["{KEY}"]', f'"{KEY}é"', f'"{KEY}'])
def test_what_cannot_be_a_key_is_told_without_showing_it(value: str) -> None:
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.write_text(f"[arxiv]\napi_key = {value}\n")
    done = here("config", "show")
    assert KEY not in done.out + done.err
    assert bool(load_config(config).api_key) is ("fine" in value)


def test_a_key_that_is_not_text_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEABOARD_ARXIV_KEY", f"{KEY}\udcff")
    done = here("list")
    assert done.code == 2
    assert "IDEABOARD_ARXIV_KEY" in done.err
    assert KEY not in done.err


def test_the_objects_that_hold_it_do_not_show_it(tmp_path: Path) -> None:
    key = ApiKey(Secret(KEY), "http://127.0.0.1:9/")
    gateway = make_gateway("http://127.0.0.1:9/api/query", tmp_path, key=key)
    assert all(KEY not in repr(one) for one in (key, gateway, vars(gateway), Secret(KEY)))


def test_a_server_that_wants_a_key_is_answered_with_where_to_put_it(arxiv: LoopbackArxiv) -> None:
    arxiv.misbehave("unauthorized")
    assert "[arxiv] api_key" in here("arxiv", "search", "testing").err
