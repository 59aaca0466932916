"""What the tests of the gateway share: where the recorded feeds lie, and a gateway whose patience is short."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from ideaboard.core.clock import system_clock
from ideaboard.papers.arxiv.answers import Timeouts
from ideaboard.papers.arxiv.gateway import Gateway

FEEDS = Path(__file__).parent.parent / "data" / "arxiv"
TEN = FEEDS / "apy_q_testing_start000_max010.xml"

PATIENT = Timeouts(connect=30, silence=60, whole=90, busy=0.2, longest_pause=1.0, rest=120)
SILENT = Timeouts(connect=30, silence=0.4, whole=90)
SLOW = Timeouts(connect=30, silence=60, whole=0.8)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, moment: str) -> None:
        self.set(moment)

    def set(self, moment: str) -> None:
        self.value = datetime.fromisoformat(moment)

    def __call__(self) -> datetime:
        return self.value


def make_gateway(url: str, folder: Path, **options: Any) -> Gateway:
    settings: dict[str, Any] = {
        "user_agent": "ideaboard-tests/1",
        "now": system_clock,
        "timeouts": PATIENT,
        "interval": 0.02,
        **options,
    }
    return Gateway(url=url, cache_folder=folder, **settings)
