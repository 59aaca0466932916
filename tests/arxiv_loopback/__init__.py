"""An arXiv on this computer: it replays recorded answers, and misbehaves on request, for tests and for trying by hand.

PYTHONPATH=tests python -m arxiv_loopback --port 8090 --feeds tests/data/arxiv
IDEABOARD_ARXIV_URL=http://127.0.0.1:8090/api/query ideaboard arxiv search testing

With IDEABOARD_ARXIV_FEEDS_URL=http://127.0.0.1:8090/atom watches of categories read its announcements, too.
"""

from arxiv_loopback.announcements import Announcement
from arxiv_loopback.server import LoopbackArxiv, Seen

__all__ = ["Announcement", "LoopbackArxiv", "Seen"]
