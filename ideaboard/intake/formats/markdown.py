"""Cards as items of Markdown lists, under headings: Obsidian Kanban, taskell, and whatever a person wrote.

Obsidian Kanban: https://github.com/obsidian-community/obsidian-kanban (`src/parsers`); taskell: its README, "Storage".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import islice

from ideaboard.errors import InvalidInput
from ideaboard.intake.cards import CARDS_LIMIT, Card, Imported, Source, paragraphs
from ideaboard.intake.lists import Line, lines_in
from ideaboard.storage.ids import is_id

_PLUGIN = re.compile(r"---\s*\n(?:(?!---).*\n){0,100}?['\"]?kanban-plugin\b")
_SETTINGS = re.compile(r"%%\s*kanban:settings|---\s*(?:---|['\"]?kanban-plugin\b)")
_TASKELL = re.compile(r"^ {4}(?:> |@ [0-9]|\* \[[ xX]\] )", re.MULTILINE)
_TAG = re.compile(r"(?:^|(?<=\s))#((?=\S*[^\W\d_])[^\s#,;]+)")
_DATE = re.compile(r"@(?:\{([^{}\n]{1,40})\}|\[\[([0-9][^\[\]\n]{1,40})\]\])")
_TIME = re.compile(r"@@\{([^{}\n]{1,20})\}")
# As the Tasks plugin marks its dates (https://publish.obsidian.md/tasks/Reference/Task+Formats/Tasks+Emoji+Format).
_SIGNED = re.compile(r"(?<!\s)\s*(📅|📆|🗓|✅|➕|⏳|⌛|🛫|❌)\ufe0f?\s*([0-9]{4}-[0-9]{2}-[0-9]{2})")
_SIGNS = {"📅": "due", "📆": "due", "🗓": "due", "✅": "ended", "❌": "ended", "➕": "created"}
_WIKI = re.compile(r"!?\[\[([^\[\]|\n]*)(?:\|([^\[\]\n]*))?\]\]")
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\(<?((?:https?|mailto):[^\s<>]*?)>?(?:[ \t]+\"[^\"\n]*\")?\)(?!\))")
_BREAK = re.compile(r"(?<![ \t])[ \t]*<br[ \t]*/?>[ \t]*", re.IGNORECASE)
_BLOCK = re.compile(r"(?:^|(?<!\s)\s+)\^([A-Za-z0-9-]{1,100})\s*$")
"""The name of a block, at its end (https://help.obsidian.md/links#Link+to+a+block+in+a+note)."""
BLOCK = "idea-"
"""What comes before an id of ours in the name of a block, so that no other name is taken for one."""
_LINK_OF_OURS = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
"""How `export obsidian` writes the links of an idea, behind its notes."""
ESCAPED = re.compile(r"\\([#@%<\[\\])")
"""What `export obsidian` marks, so that it is no tag, date, comment, break or link."""


def fits_obsidian(source: Source) -> bool:
    return bool(_PLUGIN.match(source.start))


def fits_taskell(source: Source) -> bool:
    head = source.text[:200_000]
    return bool(
        re.search(r"^## ", head, re.MULTILINE) and re.search(r"^- ", head, re.MULTILINE) and _TASKELL.search(head)
    )


def fits_markdown(source: Source) -> bool:
    if source.start.startswith("<"):
        return False
    head = lines_in(source.text[:200_000], nested=False)
    found = Counter(line.what for line in head if not line.text[:1].isspace())
    return found["item"] > found["text"]


def read_obsidian(source: Source) -> Imported:
    return _read(source, _obsidian_card, level="##")


def read_taskell(source: Source) -> Imported:
    return _read(source, _taskell_card, level="##")


def read_markdown(source: Source) -> Imported:
    return _read(source, _plain_card)


def _read(source: Source, card_of: Callable[[Line, Source], Card], level: str = "") -> Imported:
    found = Imported(ordered=True)
    headings: list[tuple[str, str]] = []
    used: set[str] = set()
    finished: set[str] = set()
    name = ""
    ruled = put_away = False
    lines = list(islice(lines_in(source.text), 2 * CARDS_LIMIT + 1))
    if len(lines) > 2 * CARDS_LIMIT:
        raise InvalidInput(f"{source.name} has more than {2 * CARDS_LIMIT:,} lines", "give it in parts")
    last = max((line.number for line in lines if line.what == "heading"), default=0)
    for line in lines:
        if line.what == "heading" and (not level or line.mark == level):
            name = " ".join(line.text.split())
            # The plugin calls its archive by a word of the person's language; it is the last, behind a rule.
            put_away = ruled and bool(level) and (name.casefold() == "archive" or line.number == last)
            headings += [] if put_away else [(line.mark, name)]
        elif line.what == "item" and not (line.text.strip() or line.body):
            found.left_out["cards without text"] += 1
        elif line.what == "item":
            card = card_of(line, source)
            card.on = "" if put_away else name
            if put_away:
                card.archived = card.archived or ("done" if card.done else "parked")
            found.cards.append(card)
            used |= {mark for mark, _ in headings[-1:]}
        elif line.what == "text" and line.text.strip() == "**Complete**" and name:
            finished.add(name)
        elif line.what in ("heading", "text") or (line.what == "aside" and not _SETTINGS.match(line.mark + line.text)):
            found.left_out["lines that belong to no card"] += 1
        ruled = line.what == "rule"
    found.lists = list(dict.fromkeys(name for mark, name in headings if mark in used or level))
    found.finished = frozenset(finished)
    found.left_out["lines that belong to no card"] += sum(name not in found.lists for _, name in headings)
    return found


def _plain_card(line: Line, source: Source) -> Card:
    """Read an item as it stands; only dates that are marked as such are taken out of its text."""
    found: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        name = _SIGNS.get(match[1])
        if name is None or name in found:
            return match[0]
        found[name] = match[2]
        return ""

    text, rest = _broken(_SIGNED.sub(take, line.text))
    links: list[tuple[str, str]] = []

    def label(match: re.Match[str]) -> str:
        links.append((match[2], match[1]))
        return match[1] or match[2]

    done, dropped = line.mark in ("x", "X"), line.mark == "-"
    key = " ".join(line.text.split())
    return Card(
        title=_LINK.sub(label, text).strip() or rest.partition("\n")[0] or " ".join(line.body[:1]),
        notes=paragraphs(rest, _BREAK.sub("\n", "\n".join(line.body))),
        due=source.due(found.get("due")),
        url=links[0][0] if links else "",
        links=links[1:],
        created=source.moment(found.get("created")),
        ended=source.moment(found.get("ended")),
        done=done,
        archived="dropped" if dropped else "",
        key=key,
    )


def _broken(text: str) -> tuple[str, str]:
    """Divide a text at its first line break."""
    first, *more = _BREAK.split(text, maxsplit=1)
    return first, _BREAK.sub("\n", more[0]) if more else ""


def _obsidian_card(line: Line, source: Source) -> Card:
    kept: list[str] = []

    def put_by(match: re.Match[str]) -> str:
        kept.append(match[1])
        return f"\ue000{len(kept) - 1}\ue001"

    def put_back(text: str) -> str:
        return re.sub(
            "\ue000([0-9]+)\ue001", lambda match: kept[int(match[1])] if int(match[1]) < len(kept) else "", text
        )

    block = _BLOCK.search(line.text)
    text = ESCAPED.sub(put_by, line.text[: block.start()] if block else line.text)
    due = times = ""
    if match := _DATE.search(text):
        due = source.due(match[1] or match[2])
        text = text[: match.start()] + text[match.end() :] if due else text
    if match := _TIME.search(text):
        times, text = match[1], text[: match.start()] + text[match.end() :]
    named = [note for note, shown in _WIKI.findall(text) if shown]
    text = _WIKI.sub(lambda match: match[2] or match[1], text)
    card = _plain_card(line._replace(text=text), source)
    card.tags = [put_back(tag) for tag in _TAG.findall(text)]
    words = card.title.split()
    while len(words) > 1 and _TAG.fullmatch(words[-1]):
        del words[-1]
    card.title = put_back(" ".join(words))
    card.notes = ESCAPED.sub(r"\1", put_back(card.notes))
    card.due = card.due or due
    card.extra = {"Time": times, "Note": ", ".join(named)}
    card.key = " ".join(line.text.split())
    if block:
        card.key, id = block[1], block[1].removeprefix(BLOCK)
        card.id = id if block[1].startswith(BLOCK) and is_id(id) else ""
        lines = card.notes.split("\n")
        links: list[tuple[str, str]] = []
        while card.id and lines and (link := _LINK_OF_OURS.fullmatch(lines[-1])):
            links.insert(0, (link[1], ""))
            lines.pop()
        if links and not card.url:
            card.notes, card.url, card.links = "\n".join(lines), links[0][0], [*card.links, *links[1:]]
    return card


def _taskell_card(line: Line, source: Source) -> Card:
    summary, subtasks, due = [], [], ""
    for one in line.body:
        bare = one.strip()
        if bare.startswith("@ ") and not due:
            due = bare[2:].removesuffix(" UTC").strip()
            due = source.due(f"{due}+00:00" if " " in due else due)
        elif bare.startswith("* ["):
            subtasks.append(f"- {bare[2:]}")
        else:
            summary.append(bare[2:] if bare.startswith("> ") else bare.removeprefix(">"))
    card = _plain_card(line._replace(body=()), source)
    card.notes = paragraphs(card.notes, "\n".join(summary), "\n".join(subtasks))
    card.due = due or card.due
    return card
