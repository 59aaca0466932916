"""arXiv's feeds of announcements, written as its own server does (github.com/arXiv/arxiv-feed), to the order of types.

Which type an announcement has depends on the categories that are asked for: a new paper is `new` where its first
category is one of them, else `cross`. At most 2,000 entries are given out, and the new ones are the last of all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from arxiv_loopback.feeds import Record

MOST = 2000
_SPACES = (
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns="http://www.w3.org/2005/Atom"'
)
EASTERN = ZoneInfo("America/New_York")
_LAST_FIRST = ("replace-cross", "replace", "cross", "new")


@dataclass(frozen=True, slots=True)
class Announcement:
    """What arXiv announces of one paper on one day: `new`, `cross` or `replace`."""

    record: Record
    action: str = "new"
    license: str = "http://creativecommons.org/licenses/by/4.0/"

    def type_in(self, asked: Sequence[str]) -> str:
        is_primary = _is_asked(self.record.primary, asked)
        if self.action == "replace":
            return "replace" if is_primary else "replace-cross"
        return "new" if self.action == "new" and is_primary else "cross"


def _is_asked(category: str, asked: Sequence[str]) -> bool:
    """A category is asked for by its code, or by that of its archive."""
    code = category.lower()
    return code in asked or code.partition(".")[0] in asked


def write_announcements(day: date, asked: Sequence[str], announced: Sequence[Announcement], names: str) -> bytes:
    """Write the feed of a day; `names` are the categories as they were asked for, with plus signs between."""
    wanted = [name.lower() for name in asked]
    listed = [one for one in announced if any(_is_asked(code, wanted) for code in one.record.categories)]
    listed = sorted(listed, key=lambda one: _LAST_FIRST.index(one.type_in(wanted)))[:MOST]
    midnight = datetime.combine(day, time(), EASTERN)
    made = (midnight + timedelta(seconds=19)).astimezone(ZoneInfo("UTC")).isoformat()
    entries = [_entry(one, one.type_in(wanted), midnight, made) for one in listed]
    return _feed(names, f"{', '.join(asked)} updates on arXiv.org", made, "", entries)


def write_refusal(names: str, words: str, day: date) -> bytes:
    """Write the feed that comes with HTTP 400 when there is no such category."""
    made = datetime.combine(day, time(), EASTERN).isoformat()
    return _feed(names, f"Feed error for query: http://rss.arxiv.org/atom/{names}", made, words, [])


def _feed(names: str, title: str, made: str, subtitle: str, entries: list[str]) -> bytes:
    address = f"http://rss.arxiv.org/atom/{names}"
    head = [
        "<?xml version='1.0' encoding='UTF-8'?>",
        f'<feed {_SPACES} xml:lang="en-us">',
        f"  <id>{escape(address)}</id>",
        f"  <title>{escape(title)}</title>",
        f"  <updated>{made}</updated>",
        f'  <link href={quoteattr(address)} rel="self" type="application/atom+xml"/>',
        f"  <subtitle>{escape(subtitle or title.replace('on arXiv', 'on the arXiv') + ' e-print archive.')}</subtitle>",
    ]
    return "\n".join([*head, *entries, "</feed>", ""]).encode()


def _entry(one: Announcement, type: str, midnight: datetime, made: str) -> str:
    record = one.record
    name = record.id + (record.version or "v1")
    lines = [
        "  <entry>",
        f"    <id>oai:arXiv.org:{name}</id>",
        f"    <title>{escape(record.title)}</title>",
        f"    <updated>{made}</updated>",
        f'    <link href="https://arxiv.org/abs/{record.id}" rel="alternate" type="text/html"/>',
        f"    <summary>arXiv:{name} Announce Type: {type} \nAbstract: {escape(record.summary)}</summary>",
        *(f"    <category term={quoteattr(term)}/>" for term in record.categories),
        f"    <published>{midnight.isoformat()}</published>",
        f"    <arxiv:announce_type>{type}</arxiv:announce_type>",
        f"    <dc:rights>{escape(one.license)}</dc:rights>",
        f"    <dc:creator>{escape(', '.join(author for author, _ in record.authors))}</dc:creator>",
        "  </entry>",
    ]
    return "\n".join(lines)


Day = tuple[date, Sequence[Announcement]]


def _many(day: date, announced: Sequence[Announcement], value: str) -> Day:
    more = [
        replace(one, record=replace(one.record, id=f"{day:%y%m}.{number:05}"), action="replace")
        for one in announced[:1]
        for number in range(90_000, 90_000 + int(value or 2_100))
    ]
    return day, [*announced, *more]


WRONG_DAYS: dict[str, Callable[[date, Sequence[Announcement], str], Day]] = {
    "feed-empty": lambda day, _, __: (day, ()),
    "feed-date": lambda _, announced, value: (date.fromisoformat(value), announced),
    "feed-twice": lambda day, announced, _: (day, [*announced, *announced]),
    "feed-many": _many,
}
"""Ways in which a feed is well-formed and not what it should be; `feed-stale` is the server's own affair."""
