"""Keeps the picture with which the board will open, for `ideaboard.first_picture` to paint it at the next start."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

from rich.console import Console
from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from ideaboard import files, first_picture
from ideaboard.core.clock import age_in_days, parse_moment
from ideaboard.core.ideas import Idea
from ideaboard.errors import IdeaboardError
from ideaboard.ui.board.card import Day, card_age
from ideaboard.ui.board.opening import Opening, in_escapes, is_quiet
from ideaboard.ui.board.screen import BoardScreen
from ideaboard.ui.drawing.grounds import CURSOR, PLAIN

_LEAST_LINES = 3
_MOST_AHEAD = 300_000
"""Characters of the lines that time changes; more are not drawn ahead."""


def keep_picture(screen: BoardScreen, size: Size, console: Console) -> None:
    """Keep the picture of the board as its file is now; where that cannot be, or the next start would have something to
    say besides, nothing is kept.
    """
    start = first_picture.at_start()
    service = screen.service
    if start is None or start.board != service.paths.board or size.height < _LEAST_LINES:
        return
    with suppress(OSError, ValueError, IdeaboardError):
        # Named before it is read: what others write from now on makes another key.
        keys = start.looks(*size), start.board_now()
        if not service.catch_up() or service.saving.pending or not is_quiet(service):
            return
        looks, *text = _drawn(screen, size, console)
        if all(map(first_picture.is_harmless, (*looks.split("\t"), *text))):
            files.make_folder(start.cache)
            whole = "\n".join((first_picture.MARK, *keys, looks, *text, first_picture.MARK))
            files.write_whole(start.path, whole.encode())


def _drawn(screen: BoardScreen, size: Size, console: Console) -> list[str]:
    """Draw the picture of a start now: the escapes of all styles, a line for how long it is true, its lines, and those
    that time will change.
    """
    inks = screen.picture.inks

    @cache
    def escape(name: str, ground: str) -> str:
        """Write a style as Textual does."""
        return Strip([Segment("x", inks.style(name, ground))]).render(console).partition("x")[0]

    opening = Opening(screen.board, screen.keymap, *size)

    def lines(day: Day, changed: Collection[str] | None = None) -> list[str]:
        return [in_escapes(line, escape) for line in opening.lines(day, changed)]

    workflow, now = screen.service.workflow, screen.service.clock()
    until = _midnight(now) + timedelta(days=1)
    first = last = lines(Day(workflow, now))
    later: list[str] = []
    changes: dict[datetime, set[str]] = {_midnight(now): set()}
    for idea in opening.drawn():
        for moment in _changes(idea, Day(workflow, now), until):
            changes.setdefault(moment, set()).add(idea.id)
    for moment in sorted(changes):
        if sum(map(len, later)) > _MOST_AHEAD:
            until = moment
            break
        fresh = lines(Day(workflow, moment), None if moment == _midnight(now) else changes[moment])
        changed = [number for number, line in enumerate(fresh) if line != last[number]]
        later += [f"{moment.timestamp()} {number} {fresh[number]}" for number in changed]
        last = fresh
    looks = "\t".join(
        part for name in inks.names for ground in (PLAIN, CURSOR) for part in (name, ground, escape(name, ground))
    )
    return [looks, f"{now.timestamp()} {until.timestamp()} {size.height}", *first, *later]


def _midnight(now: datetime) -> datetime:
    """Return when the next day begins."""
    return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _changes(idea: Idea, day: Day, until: datetime) -> Iterator[datetime]:
    """Give the moments at which the age of an idea will look different."""
    with suppress(IdeaboardError):  # it has no age that could be read
        shown = card_age(idea, day)
        moment = parse_moment(idea.stage_since) + timedelta(days=age_in_days(idea.stage_since, day.now) + 1)
        while moment < until:
            before, shown = shown, card_age(idea, Day(day.workflow, moment))
            if shown != before:
                yield moment.astimezone(day.now.tzinfo)
            moment += timedelta(days=1)
