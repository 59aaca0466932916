"""What an importer gives: cards on lists, as they were found; and what importers share to read them.

`Source` is a file that was brought, `Imported` what is in it. The service makes ideas of the cards
(`ideaboard.service.imports`): there they are cleaned, so that a reader need not care.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ideaboard.core.clock import moment
from ideaboard.core.foreign_json import TooDeep, read_json, read_json_lines
from ideaboard.errors import InvalidInput
from ideaboard.intake import Text, read_text, unpacked
from ideaboard.intake.rows import rows_in

if TYPE_CHECKING:
    from ideaboard.core.ideas import Paper

FOREIGN_LIMIT = 128 * 2**20
"""Bytes of a file of another program: a hundred times what the largest board that we have seen takes."""
CARDS_LIMIT = 100_000
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NOTHING: Any = object()


@dataclass(slots=True)
class Card:
    """One card; texts are as they were found, and empty when there is none.

    `on` names its list, `url` is its main address, and `links` are the others with their labels. `due` is an ISO day;
    `created`, `updated` and `ended` (done or put away) are moments. `archived` says why it was put away. `key` names it
    in its file, whatever else changes (its text does when it is empty); `id` is the one of an idea that we wrote there.
    What ideas have no field for is in `extra`.
    """

    title: str
    on: str = ""
    notes: str = ""
    tags: Iterable[str] = ()
    due: str = ""
    url: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    created: str = ""
    updated: str = ""
    ended: str = ""
    done: bool = False
    archived: str = ""
    kind: str = ""
    paper: Paper | None = None
    key: str = ""
    id: str = ""
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Imported:
    """What is in a file."""

    cards: list[Card] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    """Names of lists in the order of the board; those that only cards name come after them."""
    ordered: bool = False
    """Whether the order of the lists means something."""
    finished: frozenset[str] = frozenset()
    """Lists that say of themselves that what is on them is done."""
    documents: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None
    """For files of our own: documents by id, by table. There are no cards then."""
    gone: frozenset[str] = frozenset()
    """Ids that a file of our own says are deleted."""
    partial: bool = False
    """Whether the documents hold only some fields, so that the others stay as they are."""
    left_out: Counter[str] = field(default_factory=Counter)
    """What did not come along, counted."""
    remarks: list[str] = field(default_factory=list)
    label: str = ""
    """What the file is, when its format alone does not say it."""


class Source:
    """A file that was brought, read only as far as somebody asks.

    Args:
        data: what it holds, compressed or not.
        name: what to call it in messages.
        zone: the person's time zone, to tell the day of a moment.
        ours: gives what the board file in use holds.
    """

    def __init__(self, data: bytes, name: str, zone: tzinfo | None = None, ours: Callable[[], bytes] = bytes) -> None:
        self.data = unpacked(data)
        self.name = name
        self.zone = zone or UTC
        self.ours = ours
        self.hours = 0
        """How many due dates had an hour, for which there is no place."""

    @cached_property
    def read(self) -> Text:
        return read_text(self.data)

    @cached_property
    def text(self) -> str:
        """The text with LF at the ends of its lines."""
        return self.read.text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")

    @cached_property
    def start(self) -> str:
        """What comes first, for a quick look."""
        return self.text[:20_000].lstrip()

    @cached_property
    def json(self) -> Any:
        """The file as JSON, or `NOTHING` when it is none; raises `InvalidInput` when it is nested too deeply."""
        if not self.start.startswith(("{", "[")):
            return NOTHING
        try:
            return read_json(self.text)
        except TooDeep:
            raise InvalidInput(f"{self.name} is nested too deeply", "import what a program exported") from None
        except ValueError:  # some programs export one object a line
            lines = [one for _, one in read_json_lines(self.text)]
            return lines if lines and all(isinstance(line, dict) for line in lines) else NOTHING

    @cached_property
    def rows(self) -> list[list[str]]:
        """The file as a table, the head first; none when it is none."""
        return rows_in(self.text)

    def day(self, value: Any) -> str:
        """Return the day of a moment, where the person is; empty when it is none."""
        if isinstance(value, str) and (match := _ISO_DAY.fullmatch(value.strip())):
            return match[0]
        when = read_moment(value, self.zone)
        return when.astimezone(self.zone).date().isoformat() if when else ""

    def due(self, value: Any) -> str:
        """Return the day of a due date as `day` does, and count its hour."""
        when = read_moment(value, self.zone)
        self.hours += bool(when and when.astimezone(self.zone).time() > time.min)
        return self.day(value)

    def moment(self, value: Any) -> str:
        """Return a moment in our own form; empty when it is none."""
        when = read_moment(value, self.zone)
        return moment(when) if when else ""


def read_moment(value: Any, zone: tzinfo = UTC) -> datetime | None:
    """Read a moment in ISO 8601, extended or basic, or the seconds since 1970."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC) if value > 1e8 else None
        when = datetime.fromisoformat(str(value or "").strip())
        when = when if when.tzinfo else when.replace(tzinfo=zone)
        return when.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def objects(of: Any, name: str) -> list[dict[str, Any]]:
    """Return the objects in a list under a name; whatever else is there is not."""
    return [one for one in _items(of, name) if isinstance(one, dict)]


def text(of: Any, name: str) -> str:
    """Return the text or number under a name; empty when it is neither."""
    held = of.get(name) if isinstance(of, dict) else None
    return str(held) if isinstance(held, (str, int, float)) and not isinstance(held, bool) else ""


def texts(of: Any, name: str) -> list[str]:
    """Return the texts in a list under a name."""
    return [one for one in _items(of, name) if isinstance(one, str)]


def _items(of: Any, name: str) -> list[Any]:
    held = of.get(name) if isinstance(of, dict) else None
    return held if isinstance(held, list) else []


def checklist(items: Iterable[tuple[str, bool]]) -> str:
    """Return a checklist in Markdown."""
    return "\n".join(f"- [{'x' if done else ' '}] {' '.join(text.split())}" for text, done in items)


def paragraphs(*parts: str) -> str:
    """Join what says something, with an empty line between."""
    return "\n\n".join(part for part in parts if part.strip())
