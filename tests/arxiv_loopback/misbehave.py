"""Every way in which a server can fail the person who asks, one mode for each.

A mode is a name, perhaps with a value after a colon: `busy:5` is HTTP 429 with `Retry-After: 5`.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from arxiv_loopback.feeds import write_error

_FEED_TYPE = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes over the wire, and how."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    kind: str = _FEED_TYPE
    drip: float = 0.0
    """Seconds between two bytes of the body."""
    drip_headers: bool = False
    """Whether the headers drip as well."""
    length: int | None = None
    """A Content-Length other than the true one."""
    chunked: bool = False
    reset_after: int | None = None
    """Tear the connection down after so many bytes of the body."""
    silent: bool = False
    """Never answer at all."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a mode may look at."""

    parameters: Mapping[str, str]
    path: str
    value: str
    """What stood after the colon."""
    good: Callable[[Mapping[str, str]], Reply]
    """Gives the well-behaved answer to any parameters."""


Mode = Callable[[Reply, Request], Reply]


def _status(code: int, words: str = "") -> Mode:
    return lambda _reply, _request: Reply(code, body=words.encode(), kind="text/plain")


def _sub(pattern: str, new: str, count: int = 1) -> Mode:
    return lambda reply, _: replace(
        reply, body=re.sub(pattern.encode(), lambda _match: new.encode(), reply.body, count=count, flags=re.DOTALL)
    )


def _in_title(addition: str) -> Mode:
    return lambda reply, _: replace(
        reply,
        body=re.sub(
            rb"(<entry>.*?)</title>", rb"\1" + addition.encode() + b"</title>", reply.body, count=1, flags=re.DOTALL
        ),
    )


def _busy(_reply: Reply, request: Request) -> Reply:
    headers = {"Retry-After": request.value} if request.value else {}
    return Reply(429, headers, b"Rate exceeded.", "text/plain")


def _unavailable(_reply: Reply, request: Request) -> Reply:
    headers = {"Retry-After": request.value} if request.value else {}
    return Reply(503, headers, b"<html>Service unavailable</html>", "text/html")


def _bad_request(_reply: Reply, request: Request) -> Reply:
    words = request.value or "Invalid query string: '('"
    return Reply(400, body=write_error(words, "2026-01-01T00:00:00Z"))


def _bare_error(reply: Reply, request: Request) -> Reply:
    """Refuse as arXiv's search server does where it cannot read a query: no name behind the address of the error.

    See `errors.py` and `routes/classic_api/exceptions.py` of arxiv-search.
    """
    refused = _bad_request(reply, request)
    return replace(refused, body=re.sub(rb"/api/errors#\w*", b"/api/errors", refused.body))


def _page(_reply: Reply, _request: Request) -> Reply:
    text = b"<!DOCTYPE html>\n<html><head><title>arXiv is down for maintenance</title></head><body></body></html>"
    return Reply(body=text, kind="text/html")


def _redirect(to: Callable[[Request], str]) -> Mode:
    def mode(reply: Reply, request: Request) -> Reply:
        if request.path.startswith("/moved"):
            return reply
        return Reply(301, {"Location": to(request)})

    return mode


def _loop(_reply: Reply, request: Request) -> Reply:
    return Reply(302, {"Location": request.path})


def _gzip(reply: Reply, _request: Request) -> Reply:
    return replace(reply, headers={"Content-Encoding": "gzip"}, body=gzip.compress(reply.body))


def _huge(reply: Reply, request: Request) -> Reply:
    size = int(request.value or 40) * 1024 * 1024
    body = reply.body.replace(b"</feed>", b"<!--" + b"x" * size + b"--></feed>")
    return replace(reply, headers={"Content-Encoding": "gzip"}, body=gzip.compress(body, 1))


def _entities(reply: Reply, _request: Request) -> Reply:
    attack = (
        b'<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">'
        b'<!ENTITY file SYSTEM "file:///etc/passwd">]>\n<feed'
    )
    body = reply.body.replace(b"<feed", attack, 1)
    return replace(reply, body=re.sub(rb"(<entry>.*?<title>)", rb"\1&c;&file;", body, flags=re.DOTALL))


def _many_authors(reply: Reply, request: Request) -> Reply:
    count = int(request.value or 3000)
    extra = b"".join(b"<author><name>Author %d</name></author>" % number for number in range(count))
    body = re.sub(rb"(<entry>.*?)<author>.*?(</entry>)", rb"\1" + extra + rb"\2", reply.body, count=1, flags=re.DOTALL)
    return replace(reply, body=body)


def _no_authors(reply: Reply, _request: Request) -> Reply:
    def bare(entry: re.Match[bytes]) -> bytes:
        return re.sub(rb"<author>.*?</author>", b"", entry[0], flags=re.DOTALL)

    return replace(reply, body=re.sub(rb"<entry>.*?</entry>", bare, reply.body, count=1, flags=re.DOTALL))


def _without_entries(reply: Reply, request: Request) -> Reply:
    body = re.sub(rb"\s*<entry>.*</entry>", b"", reply.body, flags=re.DOTALL)
    return _with_total(replace(reply, body=body), request.value or "25")


def _big_total(reply: Reply, request: Request) -> Reply:
    return _with_total(reply, request.value or "1000")


def _with_total(reply: Reply, total: str) -> Reply:
    body = re.sub(rb"(totalResults[^>]*>)\d+", rb"\g<1>" + total.encode(), reply.body, count=1)
    return replace(reply, body=body)


def _repeat(reply: Reply, request: Request) -> Reply:
    start = int(request.parameters.get("start", "0"))
    if start == 0:
        return reply
    shifted = request.good({**request.parameters, "start": str(start - 1)})
    body = re.sub(rb"start=%d&amp;max" % (start - 1), b"start=%d&amp;max" % start, shifted.body)
    return replace(shifted, body=body)


def _other_query(_reply: Reply, request: Request) -> Reply:
    return request.good({**request.parameters, "search_query": request.value or "all:lattice", "id_list": ""})


def _cut(reply: Reply, request: Request) -> Reply:
    part = float(request.value or 0.5)
    return replace(reply, body=reply.body[: int(len(reply.body) * part)])


MODES: dict[str, Mode] = {
    "busy": _busy,
    "unavailable": _unavailable,
    "bad-request": _bad_request,
    "bare-error": _bare_error,
    "error-with-200": lambda reply, request: replace(_bare_error(reply, request), status=200),
    "unauthorized": _status(401),
    "forbidden": _status(403, "Forbidden"),
    "not-found": _status(404),
    "server-error": _status(500, "Internal Server Error"),
    "teapot": _status(418),
    "html": _page,
    "empty": lambda _reply, _request: Reply(),
    "garbage": lambda _reply, _request: Reply(body=bytes(range(256)) * 8),
    "cut": _cut,
    "short": lambda reply, _: replace(reply, length=len(reply.body) + 1000),
    "reset": lambda reply, _: replace(reply, reset_after=len(reply.body) // 2),
    "reset-at-once": lambda reply, _: replace(reply, reset_after=-1),
    "drip": lambda reply, request: replace(reply, drip=float(request.value or 0.05)),
    "drip-headers": lambda reply, request: replace(reply, drip=float(request.value or 0.05), drip_headers=True),
    "stall": lambda reply, _: replace(reply, drip=3600.0),
    "silent": lambda reply, _: replace(reply, silent=True),
    "huge": _huge,
    "wrong-type": lambda reply, _: replace(reply, kind="image/png"),
    "redirect": _redirect(lambda request: "/moved" + request.path),
    "redirect-away": _redirect(lambda request: "http://" + (request.value or "arxiv.example") + request.path),
    "redirect-loop": _loop,
    "gzip": _gzip,
    "bad-gzip": lambda reply, _: replace(reply, headers={"Content-Encoding": "gzip"}),
    "chunked": lambda reply, _: replace(reply, chunked=True),
    "entities": _entities,
    "no-id": _sub(r"<entry>\s*<id>[^<]*</id>", "<entry>"),
    "bad-id": _sub(r"<entry>\s*<id>[^<]*</id>", "<entry><id>http://arxiv.org/abs/nonsense</id>"),
    "no-authors": _no_authors,
    "no-date": _sub(r"<published>[^<]*</published>", ""),
    "bad-date": _sub(r"<published>[^<]*</published>", "<published>last Tuesday</published>"),
    "many-authors": _many_authors,
    "markup": _in_title(" <i>b</i> c"),
    "ampersand": _in_title(" R&D"),
    "controls": _sub(r"</summary>", "\x1b[31m\x07</summary>"),
    "damaged": _sub(r"</entry>", ""),
    "foreign": _sub(r"<title>arXiv Query[^<]*</title>", "<title>A weblog</title>"),
    "no-pdf": _sub(r"<link[^>]*title=\"pdf\"/>", "", count=0),
    "empty-page": _without_entries,
    "big-total": _big_total,
    "repeat": _repeat,
    "other-query": _other_query,
    "error-200": lambda reply, request: replace(_bad_request(reply, request), status=200),
}  # fmt: skip
