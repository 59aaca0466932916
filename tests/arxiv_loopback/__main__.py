"""The command line of the loopback arXiv: `PYTHONPATH=tests python -m arxiv_loopback --port 8090 --feeds DIR`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from arxiv_loopback.announcements import Announcement
from arxiv_loopback.misbehave import MODES
from arxiv_loopback.server import LoopbackArxiv, Seen
from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM, ctrl+c, or the end of the time; return the exit code."""
    options = _parser().parse_args(arguments)
    feeds: list[Path] = options.feeds
    for path in feeds:
        if not path.exists():
            return _complain(f"there is no {path}")
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    how = options.misbehave
    try:
        server = LoopbackArxiv(
            feeds,
            [how] * options.times if how and options.times else how,
            port=options.port,
            on_request=_logger(options.log),
        )
    except InvalidInput as error:
        return _complain(f"{error.message}: {error.hint}")
    except OSError as error:
        return _complain(f"port {options.port} cannot be used: {error.strerror or error}")
    papers_of_today = [
        Announcement(versions[max(versions, key=lambda version: int(version[1:] or 0))])
        for versions in server.recordings.papers.values()
    ]
    server.announce(server.day, papers_of_today, in_search=False)
    with server:
        papers = len(server.recordings.papers)
        sys.stdout.write(f"IDEABOARD_ARXIV_URL={server.url}\nIDEABOARD_ARXIV_FEEDS_URL={server.feeds_url}\n")
        sys.stdout.flush()
        sys.stderr.write(f"serving {len(server.recordings.recordings)} recorded answers with {papers} papers\n")
        done.wait(options.seconds)
    return 0


def _complain(message: str) -> int:
    sys.stderr.write(f"loopback: {message}\n")
    return 2


def _logger(path: str | None) -> Callable[[Seen], None] | None:
    """Return what writes one line for each request: the time of day, and what was asked."""
    if path is None:
        return None

    def write(seen: Seen) -> None:
        line = f"{datetime.now().astimezone().isoformat(timespec='milliseconds')} {clean_line(seen.path)}\n"
        if path == "-":
            sys.stderr.write(line)
            return
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(line)

    return write


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m arxiv_loopback",
        description="An arXiv on this computer that replays recorded answers, for tests and for trying things by hand.",
        epilog="Ways to misbehave: " + ", ".join(MODES),
    )
    parser.add_argument("--port", type=int, default=8090, help="where to listen on 127.0.0.1; 0 for any free port")
    parser.add_argument("--feeds", type=Path, nargs="+", required=True, help="folders with recorded feeds, or files")
    parser.add_argument("--misbehave", metavar="MODE", help="fail in this way; MODE:VALUE for some")
    parser.add_argument("--times", type=int, default=0, metavar="N", help="misbehave only for the first N requests")
    parser.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="stop after this time")
    parser.add_argument("--log", metavar="FILE", help="write a line for each request; - for stderr")
    return parser


if __name__ == "__main__":
    sys.exit(main())
