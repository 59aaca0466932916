"""`ideaboard add` for the clear cases: done before most modules could be imported, and without reading the board.

The line that comes into the board file is the very one that `cli/capture.py` would write, appended by the same function
under the same lock; `tests/cli/test_cli_add_both_ways.py` compares both. What has to be known of board and config is in
the index of the board (`ideaboard.storage.add_index`), which the ordinary way leaves behind. Whatever is not clear,
from a text that needs cleaning to an index that is not true, is left to the ordinary way, with nothing done.

This module imports only what Python has loaded anyway, or loads in no time.
"""

# Paths are text here, as in `ideaboard.paths`.
# ruff: noqa: PTH109, PTH110, PTH116

from __future__ import annotations

import os
import sys
import time

import ideaboard
from ideaboard.cli.plain_line import Param, place_of_command, read_plain
from ideaboard.core.ranks import ranks_at
from ideaboard.errors import BoardFileError, IdeaboardError
from ideaboard.files import tried
from ideaboard.paths import find_paths
from ideaboard.storage.add_index import AddIndex, Known
from ideaboard.storage.append import append, sealed
from ideaboard.storage.ids import COUNT, LAST_YEAR, WRITER_LENGTH, encode_id, name_of
from ideaboard.storage.lock import LockFile
from ideaboard.storage.system import Seen, System

TYPE_CHECKING = False  # as in `ideaboard.files`
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from ideaboard.cli.app import App
    from ideaboard.core.kinds import Workflow

    Ending = Callable[[App, Sequence[str]], int]

PARAMS = (
    Param((), "title", many=True),
    Param(("-k", "--kind"), "kind", default=""),
    Param(("-t", "--tag"), "tags", many=True),
    Param(("-s", "--stage"), "stage", default=""),
    Param(("--url",), "url", default=""),
    Param(("--notes",), "notes", default=""),
    Param(("--due",), "due", default=""),
    Param(("--board",), "board", complete="files"),
    Param(("--as",), "guest"),
)
"""What a line may hold that is done here: what `add` and the program take, but for a few."""

_PATIENCE = 0.5
"""Seconds to wait for another process; the ordinary way waits longer, and says for whom."""
_TICK = 0.001
"""Seconds in which ranks differ."""
_SETTLED = 2_100_000_000
"""Nanoseconds after which a file that changes shows another time, on any file system."""
_MOST = {"title": 500, "tag": 100, "guest": 40}
_SHOWS_NOTHING = " \u3164\uffa0\u115f\u1160\u2800"
_ANY_DIGIT = str.maketrans("123456789", "000000000")
_HOST = "abcdefghijklmnopqrstuvwxyz0123456789-."
_PATH = _HOST + "ABCDEFGHIJKLMNOPQRSTUVWXYZ/_~+=@:,"
_TIME = "1970-01-01T00:00:00.000000Z"
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def fast_add(line: Sequence[str], system: System | None = None) -> int | Ending | None:
    """Run a command line when it is one that can be done here, and return the exit code; None when it is not, and
    nothing was done. Where something went wrong, return the work by which `cli/run.py` says so.
    """
    new: dict[str, Any] | None = None
    try:
        new = _read(line)
        id = _add(new, system or System()) if new else None
    except (BoardFileError, KeyboardInterrupt) as error:
        return _failing(error)
    except Exception as error:  # noqa: BLE001  # whatever it is, the ordinary way meets it, too
        return _failing(error) if new and "begun" in new else None  # but nothing is done twice
    if new is None or id is None:
        return None
    try:
        sys.stdout.write(id + "\n")
        sys.stdout.flush()
    except OSError as error:
        return _failing(error, f"added '{new['title']}' ({id})")
    return 0


def _failing(error: BaseException, done: str = "") -> Ending:
    def fail(app: App, _: Sequence[str]) -> int:
        from ideaboard.cli.output import unwritable

        if done:
            app.did(done)
        raise unwritable(error) if isinstance(error, OSError) and not isinstance(error, BrokenPipeError) else error

    return fail


def _read(line: Sequence[str]) -> dict[str, Any] | None:
    """Read the values out of a line; none unless all are as they will be kept."""
    at, environ = place_of_command(line), os.environ
    values = read_plain(PARAMS, [*line[:at], *line[at + 1 :]]) if line[at] == "add" else None
    given = [*line, *(value for name, value in environ.items() if name.startswith("IDEABOARD_"))]
    unusual = environ.get("IDEABOARD_NO_CACHE") or "_IDEABOARD_COMPLETE" in environ
    unusual = unusual or None in (sys.stdin, sys.stdout, sys.stderr) or "0".encode(sys.stdout.encoding) != b"0"
    if values is None or unusual or not all(map(str.isprintable, given)):
        return None
    title, url, due = " ".join(values["title"]), values["url"], values["due"]
    tags = dict.fromkeys(tag.lower() for tag in values["tags"])
    guest = environ.get("IDEABOARD_AS", "") if values["guest"] is None else values["guest"]
    clear = (
        title.strip(_SHOWS_NOTHING + "-")
        and all(text == text.strip() for text in (title, guest))
        and all(tag.isprintable() and tag[:1] not in ("", "#") and not {" ", ","} & {*tag} for tag in tags)
        and all(len(tag) <= _MOST["tag"] for tag in tags)
        and len(title) <= _MOST["title"]
        and len(guest) <= _MOST["guest"]
        and not any(map(_may_name_a_paper, (*title.split(" "), url)))
        and (not url or _is_url(url))
        and (not due or _is_day(due))
    )
    return {**values, "title": title, "tags": tags, "guest": guest} if clear else None


def _may_name_a_paper(word: str) -> bool:
    """Tell whether four digits stand in a row, as in every name of a paper, and are not all of a word, as a year is."""
    digits = word.strip("()[],:;!?'\"").translate(_ANY_DIGIT)
    return "0000" in digits and digits != "0000"


def _is_url(url: str) -> bool:
    """Tell whether a link is one of those that need no closer look."""
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    odd = host.strip(_HOST) or path.strip(_PATH) or not all(host.split("."))
    return scheme in ("http", "https") and "." in host and not odd


def _is_day(text: str) -> bool:
    """Tell whether a text is a day, as 2026-12-24; of the 29th of February nothing is told."""
    year, month, day = (int(part) if part.isdecimal() else 0 for part in text.split("-"))
    known = year > 0 and 0 < month <= len(_DAYS) and 0 < day <= _DAYS[month - 1]
    return known and text == f"{year:04}-{month:02}-{day:02}"


def _add(new: dict[str, Any], system: System) -> str | None:
    """Put a new idea into the board file, on the disk, and return its id; none when that is not clear, and then nothing
    was done. Raises `BoardFileError` when it cannot be written.
    """
    paths = find_paths(new["board"], None, os.environ, os.getcwd())
    board = os.path.realpath(paths.board)
    place = AddIndex.place(paths.cache, board)
    if paths.refusal or paths.notice or not os.path.exists(place) or not system.writable(board):
        return None
    index, lock = AddIndex(place), LockFile(board, system, _PATIENCE)
    try:
        lock.acquire(time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()))
    except BoardFileError:  # the ordinary way says why
        return None
    try:
        seen, mark = Seen.of(system.stat(board)), lock.read_mark()
        known = index.read(system, seen)
        if known is None or mark is None or (mark.inode, mark.size) != (seen.inode, seen.size):
            return None
        about = known.about.decode()
        kind, stage = _key("kind", new["kind"], about), _key("stage", new["stage"], about)
        if not (about.startswith(_identity(paths.config) + "\n") and kind and stage):
            return None
        new.update(kind=kind, stage=stage)
        drafted = _draft(new, known, _micros(), system)
        if drafted is None:
            system.sleep(_TICK)  # another process may have added one in this very moment
            drafted = _draft(new, known, _micros(), system)
        if drafted is None:
            return None
        id, stamp, rank, line = drafted
        new["begun"] = True
        after = append(system, lock, board, line, seen, lambda fd, start: tried(system.truncate, fd, start.size))
        index.add(system, seen, after, stamp, rank, id)
    finally:
        lock.release()
    return id


def _micros() -> int:
    return time.time_ns() // 1000


def _draft(new: dict[str, Any], known: Known, now: int, system: System) -> tuple[str, str, str, bytes] | None:
    """Return id, stamp and rank of a new idea, and its line; none when the clock is behind that of the board."""
    seconds, micros = divmod(now, 10**6)
    day_and_time = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}".format(*time.gmtime(seconds)[:6])
    stamp = f"{day_and_time}.{micros:06}Z-0000-{name_of(system.random(), WRITER_LENGTH)}"
    (rank,) = ranks_at(now / 10**6, 1)
    if stamp[: len(_TIME)] <= known.newest[: len(_TIME)] or rank <= known.rank or not _TIME <= stamp < LAST_YEAR:
        return None
    id = ""
    while not id or known.has(id):
        id = encode_id(system.random() % COUNT)
    moment = f"{day_and_time}.{micros // 1000:03}Z"
    values = {**new, "created": moment, "updated": moment, "rank": rank}
    fields = {name: _quoted(values[name]) for name in ("title", "kind", "stage", "created", "updated", "rank")}
    if new["tags"]:
        fields["tags"] = f"[{','.join(map(_quoted, new['tags']))}]"
    fields |= {name: _quoted(new[name]) for name in ("notes", "url", "due") if new[name]}
    fields["trail"] = f'[{{"stage":{fields["stage"]},"at":{fields["created"]}}}]'
    adds = '"tags","trail"' if new["tags"] else '"trail"'
    by = ""
    if new["guest"]:
        fields["guest"] = _quoted(new["guest"])
        by = f',"by":{fields["guest"]}'
    document = ",".join([f'"{name}":{value}' for name, value in fields.items()])
    made = f'"new":true,"set":{{{document}}},"adds":[{adds}]'
    return id, stamp, rank, sealed(f'{{"t":"ideas","id":"{id}","at":"{stamp}",{made},"act":"add"{by}}}'.encode())


def _quoted(text: str) -> str:
    """Write printable text as JSON."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def keep_index(app: App) -> None:
    """Leave behind what the next `add` has to know, when this one had to read the board, and nothing is unusual."""
    service = app.service
    if os.name != "posix" or os.environ.get("IDEABOARD_NO_CACHE") or service.config.problems or service.notices:
        return
    try:
        if config := _identity(service.paths.config, app.began - _SETTLED):
            service.keep_add_index("\n".join((config, *_spellings(service.workflow), "")).encode())
    except (IdeaboardError, OSError):  # the next one reads the board again
        return


def _identity(path: str, before: float = float("inf")) -> str:
    """Return what tells a config from another one, and from itself before a change; empty when that was just now."""
    try:
        seen = Seen.of(os.stat(path))
    except FileNotFoundError:
        return ascii((ideaboard.__version__, path))
    *_, changed = seen
    return ascii((ideaboard.__version__, path, *seen)) if changed < before else ""


def _spellings(workflow: Workflow) -> Iterator[str]:
    """Tell which name leads to which key; none leads to a stage that needs a closer look."""
    unclear = {workflow.last, *(stage.key for stage in workflow.stages if stage.limit)}
    for what, things, default in (
        ("kind", workflow.kinds, workflow.default_kind),
        ("stage", workflow.stages, workflow.first),
    ):
        # As `Workflow` finds them: by the key, or else by what it is called.
        keys = {"": default, **{thing.label.casefold(): thing.key for thing in things}}
        keys.update((thing.key.casefold(), thing.key) for thing in things)
        for name, key in keys.items():
            if what == "kind" or (key not in unclear and name != "candidate"):
                yield f"{what}\t{name}\t{key}"


def _key(what: str, name: str, about: str) -> str:
    """Return the key of what a person named; empty when it is not clear."""
    if name and not name.strip():
        return ""
    return about.partition(f"\n{what}\t{name.strip().casefold()}\t")[2].partition("\n")[0]
