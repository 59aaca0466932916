"""What can go wrong between the program and arXiv: one class for each case, one sentence for each person who meets it.

Every class says whether one more try makes sense, and whether an older answer from the cache may stand in.
The retries are those of docs/architecture.md, "Patience with arXiv".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from ideaboard.errors import ArxivError

CHECK_NETWORK = "check the network connection and the proxy settings, then try again"
CHECK_ADDRESS = "check IDEABOARD_ARXIV_URL; without it the program asks arXiv itself"


class GatewayError(ArxivError):
    """arXiv could not be asked, or its answer cannot be used."""

    again: bool = False
    """Whether one more try, after the usual pause, makes sense."""
    cache_helps: ClassVar[bool] = True
    """Whether an older answer may stand in."""
    advice: ClassVar[str] = "try again in a few minutes"
    """The hint, where none is given."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, self.advice if hint is None else hint)


class Cancelled(GatewayError):
    """The person stopped it."""

    cache_helps = False
    advice = ""

    def __init__(self) -> None:
        super().__init__("stopped asking arXiv")


class OutOfPatience(GatewayError):
    """The waiting that one command may cost is used up."""


class CacheUnusable(GatewayError):
    """The folder that keeps answers and the turn of each process cannot be used."""

    cache_helps = False
    advice = "make its folder writable and let it be on a local disk, or set IDEABOARD_CACHE to another one"


class Unreachable(GatewayError):
    """No connection: no network, no such name, nobody listening, no safe connection."""

    advice = CHECK_NETWORK


class TimedOut(GatewayError):
    """No connection in time, a silence in the middle, or an answer that takes too long."""


class Interrupted(GatewayError):
    """The connection was cut before the answer was complete."""

    again = True


class AskedToWait(GatewayError):
    """arXiv said 429, or 503 with a time: it asks for a pause, `soon` over when one more try can wait for it."""

    def __init__(self, until: datetime, now: datetime, *, soon: bool = False, words: str = "") -> None:
        # Up to the next full minute: who comes back at the time that is shown must not be sent away again.
        local = (until + timedelta(seconds=59)).astimezone(now.tzinfo)
        clock = f"{local:%H:%M}" if local.date() == now.date() else f"{local:%Y-%m-%d %H:%M}"
        said = f' (its words: "{words}")' if words else ""
        super().__init__(f"arXiv asks us to wait; next try possible at {clock}{said}", "search again then")
        self.until = until
        self.again = soon


class QueryRefused(GatewayError):
    """arXiv does not understand the question (400); the message carries its own words."""

    cache_helps = False


class AccessRefused(GatewayError):
    """arXiv does not let this address in (401, 403)."""


class WrongAddress(GatewayError):
    """Whatever answers at the address, it is not arXiv's API (404, foreign redirect)."""

    advice = CHECK_ADDRESS


class ServerTrouble(GatewayError):
    """arXiv's own failure (5xx)."""

    again = True


class NotAFeed(GatewayError):
    """A complete answer that is something else than a feed of arXiv's API."""


class CutFeed(GatewayError):
    """An answer that stops before its end, or is empty."""

    again = True


class TooLarge(GatewayError):
    """More bytes than any page of papers has."""


class AnotherAnswer(GatewayError):
    """The feed answers a question that nobody here asked."""


class EmptyPage(GatewayError):
    """arXiv counts papers that fit and sends none of them."""

    again = True
