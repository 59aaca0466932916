"""Keeps the picture with which the board will open, for `ideaboard.first_picture` to paint it at the next start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from rich.console import Console
from textual.geometry import Size

from ideaboard import files, first_picture
from ideaboard.core.clock import age_in_days, parse_moment
from ideaboard.core.ideas import Idea
from ideaboard.errors import IdeaboardError
from ideaboard.ui.board.card import Day, card_age
from ideaboard.ui.board.heads import draw_header, gather_facts
from ideaboard.ui.board.picture import BoardPicture
from ideaboard.ui.board.screen import BoardScreen
from ideaboard.ui.board.state import BoardState
from ideaboard.ui.drawing.lines import draw_footer

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
        key = start.key(*size)
        if not service.catch_up() or service.saving.pending:
            return
        if service.refusal is not None or service.config.problems or service.notices:
            return
        text = _drawn(screen, size, console)
        if all(map(first_picture.is_harmless, text)):
            files.make_folder(start.cache)
            files.write_whole(start.path, "\n".join((first_picture.MARK, key, *text, first_picture.MARK)).encode())


def _drawn(screen: BoardScreen, size: Size, console: Console) -> list[str]:
    """Draw the picture of a start now: a line for how long it is true, its lines, and those that time will change."""
    state = BoardState(screen.service, screen.keymap)
    picture = BoardPicture(screen, state, screen.picture.inks)
    view = picture.view
    view.fixed_size = Size(size.width, size.height - 2)
    below = view.fixed_size.region
    picture.show_board()
    picture.show_header()

    def lines() -> list[str]:
        header = picture.header.strip_of(draw_header(state.facts, size.width), size.width)
        footer = picture.footer.strip_of(draw_footer(picture.footer.value, size.width)[0], size.width)
        return [strip.render(console) for strip in (header, *view.render_lines(below), footer)]

    now = state.day.now
    until = _midnight(now) + timedelta(days=1)
    first = last = lines()
    later: list[str] = []
    changes: dict[datetime, set[str]] = {_midnight(now): set()}
    for idea in view.drawn():
        for moment in _changes(idea, state.day, until):
            changes.setdefault(moment, set()).add(idea.id)
    for moment in sorted(changes):
        if sum(map(len, later)) > _MOST_AHEAD:
            until = moment
            break
        state.day = Day(state.day.workflow, moment)
        view.new_day(state.day, None if moment == _midnight(now) else changes[moment])
        view.sync()
        state.facts = replace(gather_facts(state.board, state.day), waiting_key=state.facts.waiting_key)
        fresh = lines()
        changed = [number for number, line in enumerate(fresh) if line != last[number]]
        later += [f"{moment.timestamp()} {number} {fresh[number]}" for number in changed]
        last = fresh
    return [f"{now.timestamp()} {until.timestamp()} {size.height}", *first, *later]


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
