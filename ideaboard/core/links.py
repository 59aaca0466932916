"""Links as people paste them, made safe to keep, to open and to print.

Only `http`, `https` and `mailto`; characters that break a page or a terminal are percent-encoded, parentheses kept;
tracking parameters go, since they tell on readers and make one page look like two.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput

_SCHEMES = ("http", "https", "mailto")
_UNSAFE_IN_URL = re.compile(r'[\s<>"\\^`{|}\x00-\x1f\x7f]')
_TRACKING = re.compile(r"^(utm_.*|fbclid|gclid|mc_cid|mc_eid|igshid)$", re.IGNORECASE)
_SI_HOSTS = ("youtube.com", "youtu.be", "spotify.com")


def clean_url(text: str) -> str:
    """Return a link with unsafe characters percent-encoded and tracking parameters taken out.

    Raises:
        InvalidInput: when it is not an `http`, `https` or `mailto` address.
    """
    url = clean_line(text)
    hint = "a link starts with https://, http:// or mailto:"
    scheme = url.partition(":")[0].lower()
    if scheme not in _SCHEMES:
        raise InvalidInput(f"'{url[:80]}' is not a link", hint)
    url = _UNSAFE_IN_URL.sub(lambda match: quote(match.group(), safe=""), url)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise InvalidInput(f"'{url[:80]}' is not a link", hint) from None
    if scheme == "mailto":
        if not parts.path:
            raise InvalidInput(f"'{url[:80]}' names no address", hint)
        return url
    if not parts.hostname:
        raise InvalidInput(f"'{url[:80]}' names no site", hint)
    return url if not parts.query else _without_tracking(url)


def safe_url(url: str | None) -> str | None:
    """Return a link from a file, made safe to follow; `None` when it is none."""
    try:
        return clean_url(url) if url else None
    except InvalidInput:
        return None


def _without_tracking(url: str) -> str:
    """Take out the parameters that public URL cleaners agree on; leave every other byte of the query as it is."""
    parts = urlsplit(url)
    si = any(parts.hostname == host or (parts.hostname or "").endswith("." + host) for host in _SI_HOSTS)
    pairs = parts.query.split("&")
    kept = [pair for pair in pairs if not _is_tracking(pair.partition("=")[0], si)]
    return url if len(kept) == len(pairs) else urlunsplit(parts._replace(query="&".join(kept)))


def _is_tracking(name: str, si: bool) -> bool:
    return bool(_TRACKING.match(name)) or (si and name == "si")
