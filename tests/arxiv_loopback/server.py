"""The server itself: HTTP on 127.0.0.1 and nowhere else, from the standard library."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from types import TracebackType
from urllib.parse import parse_qsl, unquote, urlsplit

from arxiv_loopback.announcements import EASTERN, WRONG_DAYS, Announcement, write_announcements, write_refusal
from arxiv_loopback.misbehave import MODES, Reply, Request
from arxiv_loopback.recordings import Recordings
from ideaboard.errors import InvalidInput
from ideaboard.papers.taxonomy import find_category

HOST = "127.0.0.1"
Misbehave = str | Sequence[str] | None
"""One mode for every request, or one for each, in order; after the last, and for an empty one, all is well."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that came in."""

    at: float
    """Seconds of the monotonic clock, which all processes of a computer share."""
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    client: tuple[str, int]


class LoopbackArxiv:
    """An arXiv on this computer, for the length of a `with` block.

    Args:
        feeds: folders with recorded feeds, or single files.
        misbehave: how to fail; see `arxiv_loopback.misbehave.MODES`.
        port: where to listen; 0 for any free port.
        on_request: hears of each request.

    Raises:
        InvalidInput: when there is no such mode.
        OSError: when the port is taken.
    """

    def __init__(
        self,
        feeds: Path | Iterable[Path],
        misbehave: Misbehave = None,
        *,
        port: int = 0,
        on_request: Callable[[Seen], None] | None = None,
    ) -> None:
        self.requests: list[Seen] = []
        self.most_at_once = 0
        """The largest number of requests that were open at the same time."""
        self._open = 0
        self._counting = threading.Lock()
        self.on_request = on_request
        self.stopping = threading.Event()
        self.day = datetime.now(EASTERN).date()
        """The day at arXiv, of which the feeds are."""
        self.announced: dict[date, list[Announcement]] = {}
        self.show(feeds)
        self.misbehave(misbehave)
        self.misbehave_in_feeds(None)
        self.works: dict[str, bytes] = {}
        """What Crossref says about DOIs, which are in small letters."""
        self.misbehave_in_works(None)
        self.pages: dict[str, bytes] = {}
        """What Hugging Face says about papers, by their arXiv ids."""
        self.misbehave_in_pages(None)
        self._server = _Server((HOST, port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The query endpoint, as `IDEABOARD_ARXIV_URL` wants it."""
        return f"http://{HOST}:{self.port}/api/query"

    @property
    def feeds_url(self) -> str:
        """Where the announcements are, as `IDEABOARD_ARXIV_FEEDS_URL` wants it."""
        return f"http://{HOST}:{self.port}/atom"

    @property
    def asked_feeds(self) -> list[Seen]:
        """The requests for announcements."""
        return [seen for seen in self.requests if "/atom/" in seen.path]

    @property
    def asked_queries(self) -> list[Seen]:
        return [seen for seen in self.requests if "/api/query" in seen.path]

    def announce(self, day: date, announced: Iterable[Announcement], *, in_search: bool = True) -> None:
        """Announce papers on a day, which is that of the feeds from now on; the search knows them too."""
        self.day = day
        self.announced[day] = list(announced)
        for one in self.announced[day] if in_search else ():
            self.recordings.papers.setdefault(one.record.id.lower(), {})[one.record.version] = one.record

    def show(self, feeds: Path | Iterable[Path]) -> None:
        """Replay other feeds from now on, as if new papers had been announced."""
        self.recordings = Recordings([feeds] if isinstance(feeds, Path) else feeds)

    def misbehave(self, how: Misbehave) -> None:
        """Fail like this from now on."""
        modes = [how] if isinstance(how, str) else list(how or [])
        for mode in filter(None, modes):
            if mode.partition(":")[0] not in MODES:
                raise InvalidInput(f"there is no way to misbehave called '{mode}'", "use one of " + ", ".join(MODES))
        self._always = how if isinstance(how, str) else ""
        self._modes = [] if isinstance(how, str) else modes

    def misbehave_in_feeds(self, how: Misbehave) -> None:
        """Fail like this from now on where announcements are asked for; the search goes on as it does."""
        self._feed_modes = [how] * 1000 if isinstance(how, str) else list(how or [])
        for mode in filter(None, self._feed_modes):
            if mode.partition(":")[0] not in {*MODES, *WRONG_DAYS, "feed-stale"}:
                raise InvalidInput(f"there is no way to misbehave called '{mode}'", "see WRONG_DAYS")

    def feed_reply(self, path: str, names: str, headers: Mapping[str, str]) -> Reply:
        """Return the announcements of the day in some categories, as they go over the wire."""
        mode = self._feed_modes.pop(0) if self._feed_modes else ""
        name, _, value = mode.partition(":")
        asked = unquote(names).split("+")
        for one in asked:
            if find_category(one) is None:
                words = f"Bad archive '{one.partition('.')[0].lower()}'. Valid archive names are: cs, math."
                return Reply(400, body=write_refusal(names, words, self.day))
        day = self.day
        if name == "feed-stale":
            day = max((one for one in self.announced if one < day), default=day - timedelta(days=1))
        announced: Sequence[Announcement] = self.announced.get(day, ())
        if name in WRONG_DAYS:
            day, announced = WRONG_DAYS[name](day, announced, value)
        body = write_announcements(day, asked, announced, names)
        tag = f'"{sha256(body).hexdigest()}"'
        if headers.get("If-None-Match") == tag and name not in MODES:
            return Reply(304, {"ETag": tag})
        reply = Reply(200, {"ETag": tag}, body=body)
        return MODES[name](reply, Request({}, path, value, lambda _: reply)) if name in MODES else reply

    @property
    def crossref_url(self) -> str:
        """Where the records of Crossref are, as `IDEABOARD_CROSSREF_URL` wants it."""
        return f"http://{HOST}:{self.port}/works"

    @property
    def asked_works(self) -> list[str]:
        """The DOIs that were asked for."""
        paths = (urlsplit(seen.path).path for seen in self.requests)
        return [unquote(path.removeprefix("/works/")) for path in paths if path.startswith("/works/")]

    def record(self, folder: Path) -> None:
        """Answer as Crossref with the records in a folder, one a file."""
        for file in folder.glob("*.json"):
            body = file.read_bytes()
            self.works[json.loads(body)["message"]["DOI"].lower()] = body

    def misbehave_in_works(self, how: Misbehave) -> None:
        """Fail like this from now on where Crossref is asked."""
        self._work_modes = [how] * 1000 if isinstance(how, str) else list(how or [])

    def work_reply(self, path: str, doi: str) -> Reply:
        """Return the record of a DOI, as it goes over the wire."""
        mode = self._work_modes.pop(0) if self._work_modes else ""
        name, _, value = mode.partition(":")
        body = self.works.get(doi.lower())
        known = Reply(200, body=body or b"", kind="application/json")
        reply = known if body else Reply(404, body=b"Resource not found.", kind="text/plain")
        return MODES[name](reply, Request({}, path, value, lambda _: reply)) if name else reply

    @property
    def facts_url(self) -> str:
        """Where the paper pages of Hugging Face are, as `IDEABOARD_FACTS_URL` wants it."""
        return f"http://{HOST}:{self.port}/api/papers"

    @property
    def asked_pages(self) -> list[str]:
        """The arXiv ids that Hugging Face was asked about."""
        return [
            unquote(seen.path.removeprefix("/api/papers/")) for seen in self.requests if "/api/papers/" in seen.path
        ]

    def show_page(self, id: str, page: object) -> None:
        """Show a page about a paper from now on."""
        self.pages[id] = json.dumps(page).encode()

    def misbehave_in_pages(self, how: Misbehave) -> None:
        """Fail like this from now on where Hugging Face is asked."""
        self._page_modes = [how] * 1000 if isinstance(how, str) else list(how or [])

    def page_reply(self, path: str, id: str) -> Reply:
        """Return the page of a paper, as it goes over the wire."""
        mode = self._page_modes.pop(0) if self._page_modes else ""
        name, _, value = mode.partition(":")
        body = self.pages.get(id)
        reply = Reply(200 if body else 404, body=body or b'{"error":"Paper not found"}', kind="application/json")
        return MODES[name](reply, Request({}, path, value, lambda _: reply)) if name else reply

    def reply(self, path: str, parameters: Mapping[str, str]) -> Reply:
        """Return what goes over the wire for a request."""
        mode = self._modes.pop(0) if self._modes else self._always
        name, _, value = mode.partition(":")
        reply = self._good(parameters)
        if not name:
            return reply
        return MODES[name](reply, Request(parameters, path, value, self._good))

    def _good(self, parameters: Mapping[str, str]) -> Reply:
        status, body = self.recordings.answer(parameters)
        return Reply(status, body=body)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count a request as open for the length of a `with` block."""
        with self._counting:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        try:
            yield
        finally:
            with self._counting:
                self._open -= 1

    def start(self) -> LoopbackArxiv:
        """Begin to serve, in a thread of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving; also those requests that are kept waiting on purpose."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def __enter__(self) -> LoopbackArxiv:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], arxiv: LoopbackArxiv) -> None:
        self.arxiv = arxiv
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing when a client hangs up, which is its right."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "loopback-arxiv"
    sys_version = ""
    server: _Server

    def do_GET(self) -> None:
        """Answer a request for `/api/query`, or for where a redirect led."""
        parts = urlsplit(self.path)
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        arxiv = self.server.arxiv
        seen = Seen(monotonic(), self.path, parameters, dict(self.headers), self.client_address)
        arxiv.requests.append(seen)
        if arxiv.on_request:
            arxiv.on_request(seen)
        self.close_connection = True
        path = parts.path.removeprefix("/moved").rstrip("/")
        if path.startswith("/atom/"):
            with arxiv.counted():
                self._send(arxiv.feed_reply(self.path, path.removeprefix("/atom/"), seen.headers))
            return
        if path.startswith("/works/"):
            with arxiv.counted():
                self._send(arxiv.work_reply(self.path, unquote(path.removeprefix("/works/"))))
            return
        if path.startswith("/api/papers/"):
            with arxiv.counted():
                self._send(arxiv.page_reply(self.path, unquote(path.removeprefix("/api/papers/"))))
            return
        if not path.endswith("/api/query"):
            self._send(Reply(404, body=b"Not found", kind="text/plain"))
            return
        with arxiv.counted():
            self._send(arxiv.reply(self.path, parameters))

    def log_message(self, format: str, *args: object) -> None:
        """Leave the log to `on_request`."""

    def _send(self, reply: Reply) -> None:
        if reply.silent:
            self.server.arxiv.stopping.wait()
            return
        if reply.reset_after is not None and reply.reset_after < 0:
            self._reset()
            return
        head = [f"HTTP/1.1 {reply.status} {self.responses.get(reply.status, ('Unknown', ''))[0]}"]
        headers = {"Content-Type": reply.kind, "Connection": "close", **reply.headers}
        body = reply.body
        if reply.chunked:
            headers["Transfer-Encoding"] = "chunked"
            parts = [body[at : at + 1000] for at in range(0, len(body), 1000)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        else:
            headers["Content-Length"] = str(len(body) if reply.length is None else reply.length)
        head += [f"{name}: {value}" for name, value in headers.items()]
        top = "\r\n".join([*head, "", ""]).encode("latin-1")
        self._write(top, reply.drip if reply.drip_headers else 0.0)
        if reply.reset_after is not None:
            self._write(body[: reply.reset_after], 0.0)
            self._reset()
            return
        self._write(body, reply.drip)

    def _write(self, data: bytes, pause: float) -> None:
        if not pause:
            self.wfile.write(data)
            return
        for byte in data:
            self.wfile.write(bytes([byte]))
            if self.server.arxiv.stopping.wait(pause):
                return

    def _reset(self) -> None:
        """Tear the connection down so that the client sees a reset, not an end."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
