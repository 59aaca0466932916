"""The key that arXiv may ask for: who gets it, and how it stays out of sight.

arXiv has announced keys and not said how they are sent, so it is the usual header (RFC 6750, 2.1).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, MutableMapping
from urllib.parse import urlsplit

from ideaboard.config import KEY
from ideaboard.core.secret import Secret
from ideaboard.papers.arxiv.addresses import is_arxiv

_HIDDEN = "(hidden)"


class ApiKey:
    """Gives a key to arXiv's own hosts over https, and to nobody else.

    `test_origin` is the address of a server on this computer that may have it too: one that is named by its number, so
    that no name server decides who that is, and only to the very port.
    """

    def __init__(self, key: Secret, test_origin: str = "") -> None:
        self._key = key if re.fullmatch(KEY, key.reveal()) else Secret()
        self._test_origin = _loopback_origin(test_origin)

    def __repr__(self) -> str:
        return f"ApiKey({self._key!r})"

    def give(self, headers: MutableMapping[str, str], url: str) -> None:
        """Put the key into a request where it may go, and take it out of one that was sent on to where it may not."""
        if not self._key:
            return
        headers.pop("Authorization", None)
        if self._may_go_to(url):
            headers["Authorization"] = f"Bearer {self._key.reveal()}"

    def _may_go_to(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.scheme == "https" and is_arxiv(parts.hostname or "") and parts.port in (None, 443):
            return True
        return bool(self._test_origin) and _loopback_origin(url) == self._test_origin

    def hide(self, body: bytes) -> bytes:
        """Take the key out of what a server says, in any case of letters: it could end in an error or in the cache."""
        pattern = re.escape(self._key.reveal().encode())
        return re.sub(pattern, _HIDDEN.encode(), body, flags=re.IGNORECASE) if self._key else body

    def hide_in(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        if not self._key:
            return headers
        from requests.structures import CaseInsensitiveDict

        pattern = re.compile(re.escape(self._key.reveal()), re.IGNORECASE)
        return CaseInsensitiveDict({name: pattern.sub(_HIDDEN, value) for name, value in headers.items()})


def _loopback_origin(url: str) -> str:
    """Return scheme, number and port of a server on this computer; empty for any other."""
    try:
        parts = urlsplit(url)
        is_here = ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{parts.port}" if is_here else ""
