"""The whole board as text. JSON and TinyDB hold everything; the others are for other programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ideaboard.core.board import Board
from ideaboard.core.clock import known_moment
from ideaboard.core.documents import idea_to_document, idea_to_json
from ideaboard.core.ideas import Idea, Paper
from ideaboard.errors import NotFound
from ideaboard.intake.formats.markdown import BLOCK
from ideaboard.intake.formats.own import COLUMNS, EXPORT_VERSION, FORMULA, MORE_COLUMNS
from ideaboard.service.session import IDEAS, Session
from ideaboard.storage.ids import decode_id

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def export_json(session: Session) -> str:
    document: dict[str, Any] = {
        "ideaboard_export": EXPORT_VERSION,
        "ideas": [idea_to_json(idea) for idea in session.shown],
    }
    for table in _other_tables(session):
        document[table] = [{"id": id, **fields} for id, fields in sorted(session.file.documents(table).items())]
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def export_tinydb(session: Session) -> str:
    ideas = {str(decode_id(idea.id)): idea_to_document(idea) for idea in session.shown}
    tables: dict[str, dict[str, Any]] = {IDEAS: ideas}
    for table in _other_tables(session):
        tables[table] = {
            str(decode_id(id)): dict(fields) for id, fields in sorted(session.file.documents(table).items())
        }
    return json.dumps(tables, ensure_ascii=False) + "\n"


def _other_tables(session: Session) -> list[str]:
    return [table for table in session.file.tables() if table != IDEAS]


def export_csv(session: Session) -> str:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, *MORE_COLUMNS])
    for idea in session.shown:
        writer.writerow(["'" + text if FORMULA.match(text) else text for text in _row(idea)])
    return out.getvalue()


def _row(idea: Idea) -> list[str]:
    plain = idea_to_json(idea)
    share = idea.share
    return [
        *(" ".join(value) if isinstance(value := plain[column], list) else value or "" for column in COLUMNS),
        idea.paper.arxiv_id if idea.paper else "",
        share.date if share else "",
        (share.url or "") if share else "",
        share.summary if share else "",
        share.result if share else "",
        idea.archived.because if idea.archived else "",
        "yes" if idea.private else "",
        "yes" if share and share.withdrawn else "",
        share.title if share else "",
        *_work(idea.paper),
    ]


def _work(paper: Paper | None) -> tuple[str, str, str]:
    """Return title, authors and year of a work that has no name to ask for; what else has one is asked for again."""
    if paper is None or paper.id:
        return "", "", ""
    authors = "; ".join(filter(None, (re.sub(r"\s*;\s*", " ", name).strip() for name in paper.authors)))
    year = (paper.published or "")[:4]
    return paper.title, authors, year if re.fullmatch("[0-9]{4}", year) else ""


def export_bibtex(session: Session) -> str:
    from ideaboard.papers.bibtex import bibtex

    ideas = [(idea, idea.paper) for idea in session.shown if idea.paper]
    if not ideas:
        raise NotFound("no idea has a paper", "'ideaboard arxiv add' brings papers onto the board")
    more = [{"keywords": ", ".join(idea.tags), "annote": idea.notes, "url": idea.url or ""} for idea, _ in ideas]
    return bibtex([paper for _, paper in ideas], more)


def export_ics(session: Session) -> str:
    """Write an all-day event for each idea that is due and still on the way (RFC 5545)."""
    last = session.workflow.last
    due = [idea for idea in session.shown if idea.due and not idea.archived and idea.stage != last]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ideaboard//ideaboard//EN", "CALSCALE:GREGORIAN"]
    for idea in sorted(due, key=lambda idea: (idea.due or "", idea.id)):
        lines += ["BEGIN:VEVENT", *map(_folded, _event(idea)), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _event(idea: Idea) -> Iterator[str]:
    day = date.fromisoformat(idea.due or "")
    yield f"UID:{idea.id}@ideaboard"
    yield f"DTSTAMP:{known_moment(idea.updated) or _EPOCH:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    if day < date.max:
        yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(idea.title)}"
    if idea.notes:
        yield f"DESCRIPTION:{_escaped(idea.notes)}"
    if idea.tags:
        yield f"CATEGORIES:{','.join(map(_escaped, idea.tags))}"
    if idea.url:
        yield f"URL:{idea.url}"
    yield "TRANSP:TRANSPARENT"


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Break a line so that none has more than 75 bytes; a break is a line end and a blank."""
    pieces, size = [""], 0
    for char in line:
        width = len(char.encode("utf-8", "replace"))
        if size + width > 74:
            pieces.append("")
            size = 0
        pieces[-1] += char
        size += width
    return "\r\n ".join(pieces)


def export_obsidian(session: Session) -> str:
    """Write the columns as a Markdown board that the plugin Obsidian Kanban opens."""
    board: Board = session.shown
    lines = ["---", "", "kanban-plugin: board", "", "---", ""]
    for stage in board.workflow.stages:
        lines += [f"## {' '.join(stage.label.split())}", ""]
        shared = stage.key == board.workflow.last
        lines += ["**Complete**"] if shared else []
        lines += [line for idea in board.column(stage.key) for line in _card(idea, done=shared)]
        lines += ["", ""]
    if archived := [idea for idea in board if idea.archived]:
        lines += ["***", "", "## Archive", ""]
        lines += [line for idea in archived for line in _card(idea, done=idea.archived.because == "done")]  # type: ignore[union-attr]  # they are archived
        lines += ["", ""]
    lines += ["%% kanban:settings", "```", '{"kanban-plugin":"board"}', "```", "%%", ""]
    return "\n".join(lines)


def _card(idea: Idea, *, done: bool) -> list[str]:
    words = [re.sub(r"([#@%<\[\\])", r"\\\1", idea.title), *(f"#{tag}" for tag in idea.tags)]
    words += [f"@{{{idea.due}}}"] if idea.due else []
    words += [f"^{BLOCK}{idea.id}"]  # by which it is known when it comes back
    notes = idea.notes.strip("\n").split("\n") if idea.notes.strip() else []
    links = [f"<{url}>" for url in dict.fromkeys((idea.url, *(link.url for link in idea.links))) if url]
    return [f"- [{'x' if done else ' '}] {' '.join(words)}", *(f"\t{line}" for line in (*notes, *links))]


WRITERS: dict[str, Callable[[Session], str]] = {
    "json": export_json,
    "csv": export_csv,
    "bibtex": export_bibtex,
    "tinydb": export_tinydb,
    "ics": export_ics,
    "obsidian": export_obsidian,
}
