"""Which address is asked, and where a redirect may lead."""

from __future__ import annotations

import ipaddress
import math
import os
import re
from urllib.parse import urljoin, urlsplit

from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput
from ideaboard.papers.arxiv.problems import WrongAddress
from ideaboard.papers.arxiv.throttle import INTERVAL

INTERVAL_VARIABLE = "IDEABOARD_ARXIV_INTERVAL"
"""Seconds between two requests, in the environment; it counts only for local servers."""


def checked_address(url: str, example: str = "http://127.0.0.1:8090/api/query") -> str:
    """Return the address of a query endpoint, or of feeds; `example` is one such as it should be.
    Raises `InvalidInput` when it is not an `http` or `https` address without query and fragment.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        port_fits = False
    if not port_fits or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise InvalidInput(f"'{clean_line(url)[:120]}' is not the address of an arXiv API", f"it looks like {example}")
    return url


def is_loopback(url: str) -> bool:
    """Say whether an address names this computer, so that no proxy and no courtesy towards arXiv is due."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def service_label(url: str) -> str:
    """Name a service for the file that keeps its requests apart: all of arXiv's own hosts are one service."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_arxiv(host):
        return "arxiv"
    port = f"-{parts.port}" if parts.port else ""
    return re.sub(r"[^a-z0-9.-]+", "-", host) + port


def interval_for(url: str, wanted: float | None) -> float:
    """Return the seconds between two requests: never less than arXiv's three, but on this computer as wanted."""
    if not is_loopback(url):
        return max(INTERVAL, wanted or INTERVAL)
    if wanted is None:
        try:
            wanted = float(os.environ.get(INTERVAL_VARIABLE, ""))
        except ValueError:
            return INTERVAL
    return max(0.0, wanted) if math.isfinite(wanted) else INTERVAL


def redirected(home: str, here: str, location: str) -> str:
    """Return where a redirect leads, when it stays with arXiv or with the configured server.

    `home` is the address that was configured, `here` the one that answered, `location` what it says.
    Raises `WrongAddress` when it leads elsewhere, or from a safe to an unsafe connection.
    """
    origin = urlsplit(home)
    try:
        there = urljoin(here, location)
        to = urlsplit(there)
        host = to.hostname or ""
    except ValueError:
        host = ""
    if not location or not host or to.scheme not in ("http", "https"):
        raise WrongAddress("arXiv's address sends us on without saying where")
    same = to.netloc == origin.netloc if is_loopback(home) else host == origin.hostname
    if not same and not (is_arxiv(origin.hostname or "") and is_arxiv(host)):
        raise WrongAddress(f"arXiv's address sends us elsewhere, to {clean_line(host)[:80]}; nothing was asked there")
    if urlsplit(here).scheme == "https" and to.scheme == "http":
        raise WrongAddress("arXiv's address sends us on to an unsafe connection")
    return there


def is_arxiv(host: str) -> bool:
    return host == "arxiv.org" or host.endswith(".arxiv.org")
