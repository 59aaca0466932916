"""The way to arXiv and back, as a transport adapter under the `arxiv` package's own session.

The package has no time limit, no size limit, no courtesy between processes, and throws away what arXiv says. All of
that is put right here, for one request at a time. Each exchange runs in a thread of its own, so that it can be left at
any moment, also while a name is looked up or a server keeps silent.
"""

from __future__ import annotations

import html
import logging
import re
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
import requests.adapters
import urllib3
import urllib3.exceptions as u

from ideaboard.core.clock import Clock
from ideaboard.core.text import clean_line, one_line
from ideaboard.papers.arxiv import problems
from ideaboard.papers.arxiv.addresses import is_arxiv, redirected
from ideaboard.papers.arxiv.answers import Timeouts
from ideaboard.papers.arxiv.feed import Feed, read_feed, refused, words_of_error
from ideaboard.papers.arxiv.key import ApiKey
from ideaboard.papers.arxiv.problems import GatewayError
from ideaboard.papers.arxiv.throttle import Throttle, Turn, Waiting

# What the package would say on stderr, across a screen perhaps, is counted and told by the gateway instead.
logging.getLogger("arxiv").addHandler(logging.NullHandler())

SIZE_LIMIT = 32 * 1024 * 1024
"""Far more than a page of papers with thousands of authors each."""

_ERROR_SIZE_LIMIT = 256 * 1024
_CHUNK = 65_536
_HOPS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ASKING = "waiting for arXiv's answer"
_SLOW = "arXiv is slow to answer"
_USUAL_SECONDS = 3.0
"""An answer takes so long on an ordinary day; from then on the wait is told."""


class PageOver(Exception):
    """The `arxiv` package wants a second page within a call for one."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a server, with its body where that is of use."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Adapter(requests.adapters.HTTPAdapter):
    """Sends one request, courteously and within bounds, and keeps what comes back.

    Each request takes a turn, redirects included. On the last try nobody will ask again after a 429. The key goes to
    arXiv alone.
    """

    def __init__(
        self,
        *,
        throttle: Throttle,
        waiting: Waiting,
        timeouts: Timeouts,
        user_agent: str,
        now: Clock,
        last_try: bool,
        key: ApiKey,
    ) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1)
        self._key = key
        self._throttle = throttle
        self._waiting = waiting
        self._timeouts = timeouts
        self._user_agent = user_agent
        self._now = now
        self._last_try = last_try
        self._used = False
        self._exchange_now: _Exchange | None = None
        self.reply: Reply | None = None

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002 - the signature is that of requests
        timeout: Any = None,  # noqa: ARG002 - as above
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Ask, and answer with what `body_of` takes.
        Raises `PageOver` when one request was made already; a `GatewayError` in every other case.
        """
        if self._used:
            raise PageOver
        self._used = True
        request.headers["User-Agent"] = self._user_agent
        request.headers["Connection"] = "close"
        home = request.url or ""
        for _ in range(_HOPS + 1):
            self._key.give(request.headers, request.url or "")
            with self._throttle.turn(self._waiting) as turn:
                reply = self._exchange(request, verify=verify, cert=cert, proxies=proxies)
                if reply.status == HTTPStatus.TOO_MANY_REQUESTS or "retry-after" in reply.headers:
                    self._rest(reply, turn)
            if reply.status not in _REDIRECTS:
                break
            request = request.copy()
            request.url = redirected(home, request.url or "", reply.headers.get("location", ""))
        else:
            raise problems.WrongAddress("arXiv's address leads round in circles")
        self.reply = reply
        return self.build_response(request, _as_raw(self.body_of(reply, request.url or "")))

    def body_of(self, reply: Reply, url: str) -> bytes:
        """Return the body of an answer that can be used. Raises the error that any other stands for."""
        if reply.status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            raise _complaint(reply, url)
        return reply.body

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        """Return the pool as the base does, with connections that can be closed from outside."""
        pool: Any = super().get_connection_with_tls_context(*arguments, **options)
        if self._exchange_now:
            pool.ConnectionCls = _watched(pool.ConnectionCls, self._exchange_now.connected)
        return pool

    def _exchange(self, request: requests.PreparedRequest, **options: Any) -> Reply:
        limits = self._timeouts

        def ask() -> requests.Response:
            return super(Adapter, self).send(request, stream=True, timeout=(limits.connect, limits.silence), **options)

        exchange = self._exchange_now = _Exchange(ask)
        exchange.start()
        try:
            done = self._waiting.until(exchange.done.wait, _SLOW, limits.whole, _USUAL_SECONDS)
        except BaseException:
            exchange.leave()
            raise
        if not done:
            exchange.leave()
            if self._waiting.left <= 0:
                raise self._waiting.exhausted(_ASKING)
            raise problems.TimedOut(f"arXiv's answer was not complete after {limits.whole:g} s")
        if (reply := exchange.reply) is not None:
            return Reply(reply.status, self._key.hide_in(reply.headers), self._key.hide(reply.body))
        error = exchange.error
        if isinstance(error, GatewayError):
            raise error
        if error is not None and (problem := _explain(error, urlsplit(request.url or "").hostname or "", limits)):
            raise problem from error
        raise error or RuntimeError("an exchange ended without an answer and without an error")

    def _rest(self, reply: Reply, turn: Turn) -> None:
        """Keep the pause that arXiv asks for, in every process, and say when it ends."""
        if reply.status not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            return
        now = self._now()
        asked = _seconds(reply.headers.get("retry-after", ""), now)
        unasked = self._timeouts.rest if self._last_try else self._timeouts.busy
        until = now + timedelta(seconds=unasked if asked is None else asked)
        turn.rest(until)
        soon = not self._last_try and (asked is None or asked <= self._timeouts.longest_pause)
        raise problems.AskedToWait(until, now, soon=soon, words=own_words(reply))


class QueryAdapter(Adapter):
    """Sends a question of the `arxiv` package to arXiv's search, and keeps the feed that it must be answered with."""

    feed: Feed | None = None

    def body_of(self, reply: Reply, url: str) -> bytes:
        if reply.status != HTTPStatus.OK:
            raise _complaint(reply, url)
        # The bytes decide, not the content type: a complete feed is one whatever it is called.
        self.feed = read_feed(reply.body)
        return self.feed.body


class _Exchange:
    """One request and its answer, in a thread that can be left alone."""

    def __init__(self, ask: Callable[[], requests.Response]) -> None:
        self.reply: Reply | None = None
        self.size = 0
        """How many bytes of the answer have come."""
        self.error: BaseException | None = None
        self._ask = ask
        self._sockets: list[socket.socket] = []
        self._left = False
        self.done = threading.Event()

    def start(self) -> None:
        # A daemon: a name server that never answers must not keep the program from ending.
        threading.Thread(target=self._run, name="arxiv-exchange", daemon=True).start()

    def connected(self, connection: socket.socket) -> None:
        """Remember an open connection, or close it when nobody waits for it any more."""
        self._sockets.append(connection)
        if self._left:
            self.leave()

    def leave(self) -> None:
        """Close the connection, so that the thread ends; what it brings is no longer wanted."""
        self._left = True
        for connection in self._sockets:
            # The answer may be complete in this very moment, and then the connection is closed already.
            with suppress(OSError, ValueError):
                connection.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        try:
            response = self._ask()
            try:
                self.reply = Reply(response.status_code, response.headers, self._body(response))
            finally:
                response.close()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the thread that waits raises it again
            self.error = error
        finally:
            del self._ask  # it holds the adapter, and a thread that was left may live long
            self.done.set()

    def _body(self, response: requests.Response) -> bytes:
        status = response.status_code
        if status in _REDIRECTS or status == HTTPStatus.NOT_MODIFIED:
            return b""
        parts: list[bytes] = []
        try:
            # What is there, not full chunks: a slow server must not hide behind a half-filled one.
            while not self._left and (part := response.raw.read1(_CHUNK, decode_content=True)):
                parts.append(part)
                self.size += len(part)
                if status >= HTTPStatus.BAD_REQUEST and self.size > _ERROR_SIZE_LIMIT:
                    break
                if self.size > SIZE_LIMIT:
                    limit = SIZE_LIMIT // 1024 // 1024
                    raise problems.TooLarge(f"arXiv's answer is larger than {limit} MB; it was not read")
        except (u.HTTPError, OSError):
            if status < HTTPStatus.BAD_REQUEST:
                raise
            # Of an error the status says enough; its words are a help.
        return b"".join(parts)


def _watched(kind: Any, connected: Callable[[socket.socket], None]) -> Any:
    """Return a kind of connection that tells of its socket as soon as it is open."""

    class Watched(kind):  # type: ignore[misc] # urllib3 has several kinds, for proxies and for TLS
        def connect(self) -> None:
            super().connect()
            connected(self.sock)

    return Watched


def _complaint(reply: Reply, url: str) -> GatewayError:
    """Return the error that an answer stands for, with arXiv's own words where it gave any."""
    status = reply.status
    words = own_words(reply)
    if status == HTTPStatus.BAD_REQUEST:
        if words:
            return refused(words)
        return problems.QueryRefused("arXiv did not accept the question (HTTP 400)", "change the query")
    said = f"HTTP {status}: {words}" if words else f"HTTP {status}"
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        advice = "arXiv blocks addresses that ask too much: leave it alone for a few hours, then try again"
        if status == HTTPStatus.UNAUTHORIZED:
            advice = "where arXiv asks for a key: put yours under [arxiv] api_key in the config"
        return problems.AccessRefused(f"arXiv does not let this computer in ({said})", advice)
    if status == HTTPStatus.NOT_FOUND:
        parts = urlsplit(url)
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        return problems.WrongAddress(f"there is no arXiv API at {shown} ({said})")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return problems.ServerTrouble(f"arXiv has trouble of its own ({said})")
    return problems.WrongAddress(f"arXiv answered with {said}, which nobody expected")


_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)|<[^>]*>?", re.IGNORECASE | re.DOTALL)
_WORDS_LIMIT = 300


def own_words(reply: Reply) -> str:
    """Return what a server says of an error: one line of plain text, and nothing where it only names the status."""
    words = words_of_error(reply.body)
    if not words:
        text = reply.body[:_ERROR_SIZE_LIMIT].decode("utf-8", "replace")
        words = one_line(html.unescape(_UNSEEN.sub(" ", text)))
    if len(words) > _WORDS_LIMIT:
        words = words[:_WORDS_LIMIT].rsplit(" ", 1)[0] + "…"
    phrase = HTTPStatus(reply.status).phrase if reply.status in HTTPStatus._value2member_map_ else ""
    bare = re.sub(r"[^a-z]+", "", words.lower())
    return "" if bare in ("", re.sub(r"[^a-z]+", "", phrase.lower())) else words


def _as_raw(body: bytes) -> urllib3.HTTPResponse:
    return urllib3.HTTPResponse(
        body=BytesIO(body),
        status=HTTPStatus.OK,
        headers={"Content-Type": "application/atom+xml; charset=utf-8"},
        preload_content=False,
    )


def _explain(error: BaseException, host: str, limits: Timeouts) -> GatewayError | None:
    """Say in a sentence what a failed exchange means; `None` for what is a mistake of the program."""
    causes = _causes(error)
    advice = problems.CHECK_NETWORK if is_arxiv(host) else problems.CHECK_ADDRESS

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if has(requests.exceptions.InvalidSchema) and "SOCKS" in str(error):
        return problems.Unreachable(
            "the proxy that the environment names is a SOCKS proxy, and the package that speaks with those is missing",
            "add the package PySocks, or name an HTTP proxy",
        )
    if has(requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL, u.ProxyError):
        return problems.Unreachable("the proxy that the environment names cannot be used")
    if has(u.NameResolutionError):
        return problems.Unreachable(f"the name {host} cannot be found", advice)
    if has(requests.exceptions.SSLError, u.SSLError):
        return problems.Unreachable(f"there is no safe connection to {host}: its certificate was not accepted")
    if has(ConnectionRefusedError):
        return problems.Unreachable(f"nothing answers at {host} (connection refused)", advice)
    if has(requests.exceptions.ConnectTimeout) or (has(u.ConnectTimeoutError) and not has(u.NewConnectionError)):
        return problems.TimedOut(f"no connection to {host} within {limits.connect:g} s", advice)
    if has(requests.exceptions.ReadTimeout, u.ReadTimeoutError, TimeoutError):
        return problems.TimedOut(f"arXiv sent nothing for {limits.silence:g} s")
    if has(u.NewConnectionError):
        return problems.Unreachable(f"no connection to {host}", advice)
    if has(u.DecodeError, requests.exceptions.ContentDecodingError):
        return problems.NotAFeed("arXiv's answer is badly packed and cannot be read")
    if has(u.IncompleteRead):
        return problems.CutFeed("arXiv's answer broke off before its end")
    if has(u.ProtocolError, ConnectionError, requests.exceptions.ConnectionError):
        return problems.Interrupted("the connection to arXiv was cut in the middle")
    if has(requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, u.LocationValueError):
        return problems.WrongAddress(f"{host or 'the address of arXiv'} is not an address that can be asked")
    if has(requests.exceptions.RequestException, u.HTTPError, OSError):
        return problems.Unreachable(f"arXiv cannot be asked: {clean_line(str(error))[:200]}")
    return None


def _causes(error: BaseException) -> list[BaseException]:
    """List an error with what it wraps: requests puts urllib3's error into `args`, urllib3 its own into `reason`."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        item = waiting.pop()
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            waiting.extend([*item.args, item.__cause__, item.__context__, getattr(item, "reason", None)])
    return found


def _seconds(text: str, now: datetime) -> float | None:
    """Read a Retry-After header (RFC 9110, 10.2.3): seconds, or a date."""
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), 7 * 86_400.0)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())
