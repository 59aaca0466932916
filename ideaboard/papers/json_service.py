"""One answer in JSON from a service beside arXiv: with its name on it, at its pace, within bounds of size and time.

Each exchange runs in a thread of its own, so that it can be left at any moment, also while a server keeps silent.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from ideaboard.core.clock import Clock
from ideaboard.core.foreign_json import read_json
from ideaboard.papers.arxiv.addresses import checked_address, interval_for, is_loopback, service_label
from ideaboard.papers.arxiv.problems import CHECK_NETWORK, AskedToWait, GatewayError
from ideaboard.papers.arxiv.throttle import Throttle, Waiting

if TYPE_CHECKING:
    import requests

    from ideaboard.papers.arxiv.answers import OnWait

_CONNECT, _SILENCE, _WHOLE = 10.0, 20.0, 40.0
_USUAL_SECONDS = 3.0
_CHUNK = 65_536
_SIZE_LIMIT = 8 * 1024 * 1024
_LONGEST_PAUSE = 3.0
"""A longer pause that a service asks for is not waited out: what it tells is not worth that."""
_REST = timedelta(minutes=5)
_LONGEST_REST = timedelta(days=1)


class ServiceError(GatewayError):
    """A service could not be asked."""


class WrongAnswer(ServiceError):
    """An answer that cannot be used; another question may get a better one."""


class Place(NamedTuple):
    """A service: what it is called in sentences, where it is, and the seconds between two requests at least."""

    label: str
    url: str
    interval: float


class JsonService:
    """Asks one service, at `url` where that is given; the rest is as for arXiv's gateway.

    On this computer the interval is that of the loopback arXiv.
    Raises `InvalidInput` when `url` is no address.
    """

    def __init__(
        self,
        place: Place,
        *,
        url: str | None,
        cache_folder: Path,
        user_agent: str,
        now: Clock,
        on_wait: OnWait | None = None,
        patience: float = 120.0,
        cancel: threading.Event | None = None,
    ) -> None:
        self.label, usual, interval = place
        self.url = checked_address(url or usual).rstrip("/")
        self.now = now
        self._user_agent = user_agent
        self._waiting = Waiting(patience, cancel, on_wait)
        self._throttle = Throttle(
            cache_folder / f"turn-{self.label.lower()}-{service_label(self.url)}.lock",
            now=now,
            interval=interval_for(self.url, None) if is_loopback(self.url) else interval,
            longest_pause=_LONGEST_PAUSE,
            courtesy=f"{self.label} takes one request every {interval:g} s",
        )

    def get(self, path: str) -> Any | None:
        """Return what the service says about something; `None` when it says that there is no such thing.
        Raises `ServiceError`; `WrongAnswer` when only this answer cannot be used; `Cancelled`.
        """
        try:
            with self._throttle.turn(self._waiting) as turn:
                exchange = _Exchange(f"{self.url}/{path}", self._user_agent, self.label)
                try:
                    slow = f"{self.label} is slow to answer"
                    done = self._waiting.until(exchange.done.wait, slow, _WHOLE, _USUAL_SECONDS)
                finally:
                    exchange.left = True
                if not done:
                    raise ServiceError(f"{self.label} did not answer in time")
                if exchange.status == HTTPStatus.TOO_MANY_REQUESTS:
                    until = self.now() + _pause(exchange.retry_after)
                    turn.rest(until)
                    raise self._busy(until)
        except AskedToWait as error:
            raise self._busy(error.until) from None
        if exchange.error:
            raise exchange.error
        return self._read(exchange.status, exchange.body)

    def _busy(self, until: datetime) -> ServiceError:
        clock = (until + timedelta(seconds=59)).astimezone(self.now().tzinfo)
        return ServiceError(f"{self.label} asks us to wait; next try possible at {clock:%H:%M}", "try again then")

    def _read(self, status: int, body: bytes) -> Any | None:
        if status == HTTPStatus.NOT_FOUND:
            return None
        if status != HTTPStatus.OK:
            raise ServiceError(f"{self.label} answered with HTTP {status}")
        try:
            return read_json(body)
        except ValueError:
            raise WrongAnswer(f"what {self.label} sent cannot be read") from None


class _Exchange:
    """One request and its answer, in a thread that can be left alone."""

    def __init__(self, url: str, user_agent: str, label: str) -> None:
        self.status = 0
        self.body = b""
        self.retry_after = ""
        self.error: ServiceError | None = None
        self.left = False
        self.done = threading.Event()
        self._url, self._user_agent, self._label = url, user_agent, label
        # A daemon: a name server that never answers must not keep the program from ending.
        threading.Thread(target=self._run, name="json-exchange", daemon=True).start()

    def _run(self) -> None:
        import requests
        import urllib3.exceptions

        host = urlsplit(self._url).hostname or ""
        headers = {"User-Agent": self._user_agent, "Accept": "application/json", "Connection": "close"}
        try:
            with requests.Session() as session:
                session.trust_env = not is_loopback(self._url)
                # No redirect is followed: it would lead to where nobody was told that it asks.
                options: dict[str, Any] = {"timeout": (_CONNECT, _SILENCE), "stream": True, "allow_redirects": False}
                with session.get(self._url, headers=headers, **options) as response:
                    self.status = response.status_code
                    self.retry_after = response.headers.get("retry-after", "")
                    self.body = self._body(response) if self.status == HTTPStatus.OK else b""
        except ServiceError as error:
            self.error = error
        except requests.exceptions.Timeout:
            self.error = ServiceError(f"{self._label} did not answer in time")
        except (requests.exceptions.ConnectionError, urllib3.exceptions.NewConnectionError):
            self.error = ServiceError(f"{self._label} cannot be reached at {host}", CHECK_NETWORK)
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError):
            self.error = WrongAnswer(f"the answer of {self._label} broke off")
        finally:
            self.done.set()

    def _body(self, response: requests.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        # What is there, not full chunks: a slow server must not hide behind a half-filled one.
        while not self.left and (part := response.raw.read1(_CHUNK, decode_content=True)):
            parts.append(part)
            size += len(part)
            if size > _SIZE_LIMIT:
                raise WrongAnswer(f"the answer of {self._label} is larger than {_SIZE_LIMIT // 2**20} MB")
        return b"".join(parts)


def _pause(retry_after: str) -> timedelta:
    """Read a Retry-After header that names seconds; any other stands for a few minutes."""
    text = retry_after.strip()
    known = text.isascii() and text.isdecimal() and len(text) < len("1000000")
    return min(timedelta(seconds=int(text)), _LONGEST_REST) if known else _REST
