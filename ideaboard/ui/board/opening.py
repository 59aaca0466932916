"""The board as it opens: the cursor on the first card of the first column, nothing typed and nothing marked.

It is drawn without Textual, by the functions that draw the board: kept for the next start (`kept_picture`), or painted
while Textual is still to be imported, where the picture that was kept is of another board.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import replace

from ideaboard import first_picture
from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import Workflow
from ideaboard.service import Service
from ideaboard.ui.board.card import CURSOR, MORE_TITLE_LINES, Day, draw_card
from ideaboard.ui.board.columns import (
    TOP_LINES,
    Layout,
    Slot,
    arrange,
    column_head,
    column_rows,
    title_lines,
)
from ideaboard.ui.board.heads import Head, draw_header, draw_tabs, draw_welcome, gather_facts
from ideaboard.ui.board.hints import card_hints, first_steps
from ideaboard.ui.drawing import grounds
from ideaboard.ui.drawing.cells import Line
from ideaboard.ui.drawing.footer import draw_footer
from ideaboard.ui.drawing.grounds import PLAIN
from ideaboard.ui.keymap import Keymap

Row = tuple[str, Line]
"""The ground of a line of a column, and what is on it."""
Inked = tuple[str, str, str]
"""A text, the name of its style, and the ground that it is on."""
Escape = Callable[[str, str], str]
"""Returns what turns a style on in the terminal, by its name and that of the ground."""

_OTHER_LINES = 2
"""The first and the last line of the screen."""


class Opening:
    """A board as it opens on a terminal of some size."""

    def __init__(self, board: Board, keymap: Keymap, width: int, height: int) -> None:
        self._board = board
        self._keymap = keymap
        self._width = width
        self._height = max(height - _OTHER_LINES, 0)
        self._stages = shown_stages(board.workflow)
        self._cards: dict[tuple[str, int, int, int], tuple[Idea, tuple[Row, ...]]] = {}

    def drawn(self) -> list[Idea]:
        """Return the ideas whose cards were drawn."""
        return [idea for idea, _ in self._cards.values()]

    def lines(self, day: Day, changed: Collection[str] | None = None) -> list[list[Inked]]:
        """Draw all lines as of a moment; of the cards that were drawn before, only those of `changed` ideas again."""
        known = self._cards if changed is not None else {}
        self._cards = {key: card for key, card in known.items() if key[0] not in (changed or ())}
        board, width = self._board, self._width
        current = next(iter(board.column(self._stages[0])), None)
        facts = replace(gather_facts(board, day), waiting_key=self._keymap.shown("view.waiting"))
        footer, _ = draw_footer(card_hints(self._keymap, board, current), width)
        return [_plain(draw_header(facts, width)), *self._middle(day)[: self._height], _plain(footer)]

    def _middle(self, day: Day) -> list[list[Inked]]:
        board, width, stages = self._board, self._width, self._stages
        heads = {
            stage.key: Head(stage.label, len(board.column(stage.key)), stage.limit) for stage in board.workflow.stages
        }
        layout = arrange(stages, stages[0], (), width, {stage for stage in stages if not heads[stage].count})
        room = max(self._height - TOP_LINES, 0)
        columns = [self._column(slot, layout, heads[slot.stage], room, day) for slot in layout.slots]
        if layout.tabs:
            top = _plain(draw_tabs([(stage, heads[stage]) for stage in stages], stages[0], width))
        else:
            top = _joined((slot, (PLAIN, head)) for slot, head, _ in columns)
        is_empty = not any(heads[stage].count for stage in stages)
        over = draw_welcome(*first_steps(self._keymap, board), width, room) if is_empty else {}
        lines = [[(" " * width, "base", PLAIN)], top]
        for y in range(room):
            said = over.get(y)
            lines.append(_plain(said) if said else _joined((slot, rows[y]) for slot, _, rows in columns))
        return lines

    def _column(self, slot: Slot, layout: Layout, head: Head, room: int, day: Day) -> tuple[Slot, Line, list[Row]]:
        ideas = self._board.column(slot.stage)
        on = slot.stage == self._stages[0]

        def card(idea: Idea, state: int, lines: int) -> tuple[Row, ...]:
            key = (idea.id, slot.width, state, lines)
            if key not in self._cards:
                ground = grounds.CURSOR if state else PLAIN
                rows = tuple((ground, line) for line in draw_card(idea, slot.width, state, day, lines))
                self._cards[key] = (idea, rows)
            return self._cards[key][1]

        lines = title_lines(ideas, room, lambda idea: len(card(idea, 0, MORE_TITLE_LINES)) + 1)
        rows, below = column_rows(
            ideas,
            0,
            lambda place: card(ideas[place], 0 if place or not on else CURSOR, lines),
            lambda line: (PLAIN, line),
            slot.width,
            room,
            day,
        )
        return slot, column_head(head, slot, layout, next(iter(ideas), None), day, on=on, below=below), rows


def shown_stages(workflow: Workflow) -> tuple[str, ...]:
    """Return the stages that have a column."""
    return tuple(stage.key for stage in workflow.stages if not stage.hidden) or workflow.stage_keys


def is_quiet(service: Service) -> bool:
    """Tell whether the board opens with nothing to say besides."""
    return service.refusal is None and not service.config.problems and not service.notices


def in_escapes(line: Iterable[Inked], escape: Escape) -> str:
    """Write a line for the terminal."""
    return "".join(f"{escape(name, ground)}{text}\x1b[m" for text, name, ground in line)


def paint(service: Service) -> None:
    """Paint the board as it is now, in the colours that were kept with the picture of another one."""
    start, kept = first_picture.at_start(), first_picture.kept_looks()
    if start is None or kept is None or start.board != service.paths.board or not is_quiet(service):
        return
    (width, height), looks = kept
    parts = looks.split("\t")
    opening = Opening(service.board, Keymap(service.config.keys), width, height)
    with suppress(KeyError, ValueError):  # it is not what we keep, or has not all styles that are drawn now
        escapes = dict(zip(zip(parts[::3], parts[1::3], strict=True), parts[2::3], strict=True))

        def escape(name: str, ground: str) -> str:
            known = escapes.get((name, ground))
            return escapes[name.partition(":")[0] + ":", ground] if known is None else known

        lines = opening.lines(Day(service.workflow, service.clock()))
        first_picture.show([in_escapes(line, escape) for line in lines])


def _joined(rows: Iterable[tuple[Slot, Row]]) -> list[Inked]:
    """Put one line of each column into a line of the board."""
    line: list[Inked] = []
    for slot, (ground, pieces) in rows:
        line += [(text, name, ground) for text, name in pieces]
        line += [(" " * slot.gap, "base", PLAIN)] if slot.gap else []
    return line


def _plain(line: Line) -> list[Inked]:
    return [(text, name, PLAIN) for text, name in line]
