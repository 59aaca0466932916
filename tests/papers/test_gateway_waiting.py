"""Courtesy between processes, waits that are seen, and waits that end: by time or because somebody wants them to."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from arxiv_loopback import LoopbackArxiv
from papers.gateway_setup import FEEDS, PATIENT, Clock, make_gateway

from ideaboard.errors import ArxivError
from ideaboard.papers.arxiv import problems
from ideaboard.papers.arxiv.addresses import interval_for, service_label
from ideaboard.papers.arxiv.answers import Timeouts
from ideaboard.papers.arxiv.gateway import Gateway, walk
from ideaboard.papers.arxiv.throttle import ASKED, COURTESY, OTHERS, Throttle, Waiting

ASKER = """
import sys
from pathlib import Path
from typing import Any
from ideaboard.core.clock import system_clock
from ideaboard.papers.arxiv.gateway import Gateway
gateway = Gateway(url=sys.argv[1], cache_folder=Path(sys.argv[2]), user_agent="t", now=system_clock)
for number in range(2):
    gateway.search(f"all:testing AND all:{sys.argv[3]}{number}")
"""

HOLDER = """
import sys, time
from pathlib import Path
from typing import Any
from ideaboard.core.clock import system_clock
from ideaboard.papers.arxiv.throttle import Throttle
from ideaboard.papers.arxiv.throttle import Waiting
with Throttle(Path(sys.argv[1]), now=system_clock, interval=0).turn(Waiting(60, None, None)):
    print("held", flush=True)
    time.sleep(60)
"""


def lock_file(gateway: Gateway, folder: Path) -> Path:
    return folder / f"turn-{service_label(gateway.url)}.lock"


def seconds_between(server: LoopbackArxiv) -> list[float]:
    moments = [seen.at for seen in server.requests]
    return [later - earlier for earlier, later in pairwise(moments)]


def test_three_processes_together_keep_the_interval_and_one_connection(tmp_path: Path) -> None:
    interval = 0.5
    environment = {**os.environ, "IDEABOARD_ARXIV_INTERVAL": str(interval)}
    with LoopbackArxiv(FEEDS) as server:
        askers = [
            subprocess.Popen([sys.executable, "-c", ASKER, server.url, str(tmp_path), name], env=environment)
            for name in ("a", "b", "c")
        ]
        assert [asker.wait(timeout=60) for asker in askers] == [0, 0, 0]
        assert len(server.requests) == 6
        assert server.most_at_once == 1
        gaps = seconds_between(server)
    # The first request may reach the server late, which shortens the sum by that much, but the others do not add to it.
    assert sum(gaps) > 4 * interval


def test_threads_share_the_turn_as_processes_do(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path, interval=0.2)
        threads = [threading.Thread(target=gateway.search, args=(f"all:testing{n}",)) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert len(server.requests) == 3
        assert server.most_at_once == 1
        assert sum(seconds_between(server)) > 2 * 0.2 - 0.1


def test_the_wait_is_shown_counting_down_with_its_reason(tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path, interval=1.5, on_wait=lambda left, why: told.append((left, why)))
        gateway.search("all:one")
        assert told == []
        gateway.search("all:two")
    assert {why for _, why in told} == {COURTESY}
    assert len(told) >= 2
    assert [left for left, _ in told] == sorted((left for left, _ in told), reverse=True)
    assert 0 < told[-1][0] < told[0][0] <= 1.5


def test_a_killed_process_cannot_break_the_interval(tmp_path: Path) -> None:
    told: list[str] = []
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path, interval=2.0, on_wait=lambda _, why: told.append(why))
        holder = subprocess.Popen([sys.executable, "-c", HOLDER, lock_file(gateway, tmp_path)], stdout=subprocess.PIPE)
        assert holder.stdout
        with holder.stdout:
            assert holder.stdout.readline() == b"held\n"
            holder.kill()
            holder.wait()
        gateway.search("all:testing")
        assert len(server.requests) == 1
    assert COURTESY in told


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="processes cannot be stopped here")
def test_a_stopped_process_that_has_the_turn_is_named_when_patience_is_over(tmp_path: Path) -> None:
    told: list[str] = []
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path, patience=0.5, on_wait=lambda _, why: told.append(why))
        holder = subprocess.Popen([sys.executable, "-c", HOLDER, lock_file(gateway, tmp_path)], stdout=subprocess.PIPE)
        assert holder.stdout
        with holder.stdout:
            assert holder.stdout.readline() == b"held\n"
            holder.send_signal(signal.SIGSTOP)
            with pytest.raises(
                problems.OutOfPatience,
                match=rf"^another ideaboard \(process {holder.pid}\) has kept arXiv busy for more than 0.5 s$",
            ):
                gateway.search("all:testing")
            holder.kill()
            holder.wait()
        assert server.requests == []
    assert set(told) == {OTHERS}


def test_a_clock_that_was_set_back_costs_one_interval_at_most(tmp_path: Path) -> None:
    told: list[float] = []
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path, interval=0.3, on_wait=lambda left, _: told.append(left))
        state = {"at": 9e9, "until": 9e9 + 50, "pid": 1}
        lock_file(gateway, tmp_path).write_text(json.dumps(state), encoding="utf-8")
        gateway.search("all:testing")
        assert len(server.requests) == 1
    assert max(told) <= 0.3


@pytest.mark.parametrize(
    "state", [b"", b"not json", b"[]", b'{"at": "x", "until": NaN}', b'{"at": 1e999}', b"\xff" * 9000]
)
def test_a_damaged_turn_file_is_as_good_as_none(state: bytes, tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path)
        lock_file(gateway, tmp_path).write_bytes(state)
        assert gateway.search("all:testing").papers
        assert len(server.requests) == 1


def test_the_cache_may_be_deleted_while_others_wait_for_their_turn(tmp_path: Path) -> None:
    path = tmp_path / "turn.lock"
    throttle = Throttle(path, now=Clock("2026-03-03T12:00:00+00:00"), interval=0)
    order: list[str] = []
    waits = threading.Event()

    def second() -> None:
        with throttle.turn(Waiting(30, None, lambda *_: waits.set())):
            order.append("second")
            assert path.exists()

    thread = threading.Thread(target=second)
    with throttle.turn(Waiting(30, None, None)):
        thread.start()
        assert waits.wait(timeout=30)
        path.unlink()
        order.append("first")
    thread.join(timeout=30)
    assert order == ["first", "second"]


def test_a_turn_file_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with LoopbackArxiv(FEEDS) as server:
        with pytest.raises(problems.CacheUnusable, match="keeps the requests to arXiv apart"):
            make_gateway(server.url, tmp_path / "file").search("all:testing")
        assert server.requests == []


def test_patience_is_for_all_calls_of_a_command(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path, interval=60, patience=30)
        with pytest.raises(
            problems.OutOfPatience, match=r"^gave up: more than 30 s of waiting \(arXiv takes one request"
        ):
            list(walk(gateway, "all:testing", 100, page=10))
        assert len(server.requests) == 1
        assert list(walk(gateway, "all:testing", 10, page=10))


def test_a_server_cannot_use_up_more_than_the_patience(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS, "silent") as server:
        gateway = make_gateway(server.url, tmp_path, patience=0.3, timeouts=PATIENT)
        with pytest.raises(problems.OutOfPatience, match=r"^gave up: more than 0.3 s of waiting"):
            gateway.search("all:testing")


def test_a_pause_that_arxiv_asks_for_is_waited_out_once(tmp_path: Path) -> None:
    told: list[str] = []
    with LoopbackArxiv(FEEDS, ["busy:1"]) as server:
        timeouts = Timeouts(longest_pause=5)
        gateway = make_gateway(server.url, tmp_path, timeouts=timeouts, on_wait=lambda _, why: told.append(why))
        assert gateway.search("testing", size=10).papers
        assert len(server.requests) == 2
        assert seconds_between(server)[0] > 0.8
    assert ASKED in told


def test_a_pause_without_a_time_is_the_one_of_the_design(tmp_path: Path) -> None:
    with LoopbackArxiv(FEEDS, ["busy"]) as server:
        timeouts = Timeouts(busy=0.6)
        assert make_gateway(server.url, tmp_path, timeouts=timeouts).search("testing", size=10).papers
        assert len(server.requests) == 2
        assert seconds_between(server)[0] > 0.4


def test_a_long_pause_holds_for_every_process_until_it_is_over(tmp_path: Path) -> None:
    clock = Clock("2026-03-03T12:00:30+00:00")
    with LoopbackArxiv(FEEDS, ["busy:3600"]) as server:
        for _ in range(3):
            with pytest.raises(problems.AskedToWait, match=r"^arXiv asks us to wait; next try possible at 13:01\b"):
                make_gateway(server.url, tmp_path, now=clock).search("testing", size=10)
        assert len(server.requests) == 1
        clock.set("2026-03-03T13:01:00+00:00")
        assert make_gateway(server.url, tmp_path, now=clock).search("testing", size=10).papers
        assert len(server.requests) == 2


def test_a_pause_over_midnight_names_the_day(tmp_path: Path) -> None:
    clock = Clock("2026-03-03T23:30:00+00:00")
    with LoopbackArxiv(FEEDS, "busy:3600") as server:
        gateway = make_gateway(server.url, tmp_path, now=clock)
        with pytest.raises(problems.AskedToWait, match="next try possible at 2026-03-04 00:30"):
            gateway.search("testing")


def cancelled_at(moment: Callable[[threading.Event], None], ask: Callable[[], object], cancel: threading.Event) -> None:
    """Ask in a thread, cancel when the moment has come, and see that it ends as cancelled."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            ask()
        except ArxivError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    moment(cancel)
    cancel.set()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert [type(error) for error in errors] == [problems.Cancelled]


def wait_for(ready: Callable[[], object]) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if ready():
            return
        pause.wait(0.01)
    pytest.fail("it never came to that")


@pytest.mark.parametrize("mode", ["silent", "stall", "drip:0.2", "drip-headers:0.2"])
def test_cancelling_ends_an_exchange_and_closes_its_connection(mode: str, tmp_path: Path) -> None:
    cancel = threading.Event()
    with LoopbackArxiv(FEEDS, mode) as server:
        gateway = make_gateway(server.url, tmp_path, timeouts=PATIENT, cancel=cancel)
        cancelled_at(lambda _: wait_for(lambda: server.requests), lambda: gateway.search("testing"), cancel)
        wait_for(lambda: not any(thread.name == "arxiv-exchange" for thread in threading.enumerate()))


def test_cancelling_ends_the_wait_for_the_turn(tmp_path: Path) -> None:
    waits, cancel = threading.Event(), threading.Event()
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path, interval=60, on_wait=lambda *_: waits.set(), cancel=cancel)
        gateway.search("all:one")
        cancelled_at(lambda _: wait_for(waits.is_set), lambda: gateway.search("all:two"), cancel)
        assert len(server.requests) == 1


def test_cancelling_ends_the_wait_for_another_process(tmp_path: Path) -> None:
    waits, cancel = threading.Event(), threading.Event()
    with LoopbackArxiv(FEEDS) as server:
        gateway = make_gateway(server.url, tmp_path, on_wait=lambda *_: waits.set(), cancel=cancel)
        throttle = Throttle(lock_file(gateway, tmp_path), now=Clock("2026-03-03T12:00:00+00:00"))
        with throttle.turn(Waiting(30, None, None)):
            cancelled_at(lambda _: wait_for(waits.is_set), lambda: gateway.search("all:two"), cancel)
        assert server.requests == []


def test_cancelling_ends_the_search_for_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looking, found, cancel = threading.Event(), threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> None:
        looking.set()
        found.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    gateway = make_gateway("http://arxiv.invalid/api/query", tmp_path, timeouts=PATIENT, cancel=cancel)
    try:
        cancelled_at(lambda _: wait_for(looking.is_set), lambda: gateway.search("x"), cancel)
    finally:
        found.set()
    wait_for(lambda: not any(thread.name == "arxiv-exchange" for thread in threading.enumerate()))


def test_a_connection_that_comes_after_the_cancel_carries_no_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, found, cancel = threading.Event(), threading.Event(), threading.Event()
    look_up = socket.getaddrinfo

    def slow(*arguments: Any, **options: Any) -> Any:
        looking.set()
        found.wait(60)
        return look_up(*arguments, **options)

    with LoopbackArxiv(FEEDS) as server:
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        gateway = make_gateway(server.url, tmp_path, cancel=cancel)
        cancelled_at(lambda _: wait_for(looking.is_set), lambda: gateway.search("x"), cancel)
        found.set()
        wait_for(lambda: not any(thread.name == "arxiv-exchange" for thread in threading.enumerate()))
        assert server.requests == []


def test_what_was_cancelled_before_asks_nothing(tmp_path: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    with LoopbackArxiv(FEEDS) as server:
        with pytest.raises(problems.Cancelled):
            make_gateway(server.url, tmp_path, cancel=cancel).search("testing")
        assert server.requests == []


@pytest.mark.parametrize(
    ("url", "variable", "wanted", "interval"),
    [
        ("https://export.arxiv.org/api/query", "0.1", None, 3.0),
        ("https://export.arxiv.org/api/query", "", 0.1, 3.0),
        ("https://export.arxiv.org/api/query", "", 5.0, 5.0),
        ("http://127.0.0.1.example.org/api/query", "0.1", 0.1, 3.0),
        ("http://127.0.0.1:8090/api/query", "", None, 3.0),
        ("http://127.0.0.1:8090/api/query", "0.1", None, 0.1),
        ("http://localhost:8090/api/query", "0.1", None, 0.1),
        ("http://[::1]:8090/api/query", "0.1", None, 0.1),
        ("http://127.0.0.1:8090/api/query", "nan", None, 3.0),
        ("http://127.0.0.1:8090/api/query", "-1", None, 0.0),
        ("http://127.0.0.1:8090/api/query", "soon", None, 3.0),
    ],
)
def test_only_a_server_on_this_computer_can_be_asked_more_often(
    url: str, variable: str, wanted: float | None, interval: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDEABOARD_ARXIV_INTERVAL", variable)
    assert interval_for(url, wanted) == interval


def test_all_hosts_of_arxiv_share_one_turn() -> None:
    labels = [
        service_label(f"https://{host}/api/query") for host in ("arxiv.org", "export.arxiv.org", "EXPORT.arxiv.org")
    ]
    assert labels == ["arxiv"] * 3
    assert service_label("http://127.0.0.1:8090/api/query") == "127.0.0.1-8090"
    assert "/" not in service_label("http://[fe80::1%25a]:1/")
