"""The statistics, and the ideas that wait longest: keep, park or drop, one key each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ideaboard.core.actions import STATISTICS
from ideaboard.core.board import Board
from ideaboard.core.flow import Flow, flow
from ideaboard.core.flow_text import CHART_HEIGHT, flow_lines
from ideaboard.core.ideas import Idea
from ideaboard.service import Service
from ideaboard.ui.beside import attempt_beside
from ideaboard.ui.dialogs.dialog import MUTED, Key
from ideaboard.ui.dialogs.lists import ListDialog, RowList
from ideaboard.ui.drawing.cells import fit, shorten, tame
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.telling import ask_until_done, tell

_BARS = re.compile("[▁▂▃▄▅▆▇█─]+")
_TEXT_WIDTH = 76
_ROOMY = 50
_MANY = 1000
"""Ideas that take longer to count than to draw."""
_PART_WIDTH = 10
_WHAT_WIDTH = 14
_HIGH = 26
"""From this height on, in lines, there is room for the whole chart; below it the months must still be in sight."""
_LOW_CHART = 2
WAITS, FLIES, ASKED = "waiting", "in flight", "to answer"


class Listed(NamedTuple):
    """A row: an idea that waits or is in flight, or what waits for an answer."""

    part: str
    idea: Idea
    days: int
    what: str
    """The kind, the stage, or the type of the response."""
    text: str = ""

    @property
    def key(self) -> str:
        return f"{self.idea.id} {self.part} {self.text}"


class Counted(NamedTuple):
    """What is shown of a board."""

    board: Board
    flow: Flow
    listed: Mapping[str, Listed]
    """All rows, by their keys."""


def counted(board: Board, now: datetime) -> Counted:
    found, workflow = flow(board, now), board.workflow
    listed = [Listed(WAITS, one.idea, one.days, workflow.kind_label(one.idea.kind)) for one in found.waiting]
    listed += [Listed(FLIES, one.idea, one.days, workflow.stage_label(one.idea.stage)) for one in found.in_flight]
    listed += [Listed(ASKED, one.idea, one.days, one.response.type, one.response.text) for one in found.responses]
    return Counted(board, found, {one.key: one for one in listed})


class StatisticsScreen(ListDialog):
    """Shows how ideas flow, and goes through those that wait, are in flight, or were asked about; gives one to go to.

    An idea that is kept leaves the list until the screen is opened again; nothing about it changes.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide"), (120, "-beside")]  # noqa: RUF012  # Textual declares it without ClassVar
    SCREEN = STATISTICS

    DEFAULT_CSS = """
    StatisticsScreen > #panel { width: 84; height: 100%; max-height: 56; }
    StatisticsScreen.-beside > #panel { width: 150; max-height: 44; }
    StatisticsScreen #body { height: 1fr; overflow-y: hidden; }
    StatisticsScreen #parts { height: 1fr; layout: vertical; }
    StatisticsScreen.-beside #parts { layout: horizontal; }
    StatisticsScreen #numbers { height: auto; max-height: 65%; scrollbar-size-vertical: 1; }
    StatisticsScreen.-low #numbers { max-height: 4; }
    StatisticsScreen.-beside #numbers { width: 80; height: 1fr; max-height: 100%; }
    StatisticsScreen #old { height: 1fr; min-height: 3; margin-top: 1; }
    StatisticsScreen.-beside #old { margin-top: 0; padding-left: 2; }
    StatisticsScreen.-low #old { margin-top: 0; }
    StatisticsScreen #old-title { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, service: Service) -> None:
        super().__init__(service, "Statistics")
        self._kept: set[str] = set()
        self._counted: Counted | None = None
        """None until it is counted, which neither the first picture of a large board nor a key waits for."""
        self._listed: Mapping[str, Listed] = {}
        self._firsts: Collection[str] = ()
        """The keys of the rows that are the first of their part."""

    def keys(self) -> Iterable[Key]:
        one = self._listed.get(self.rows.current or "") if self._listed else None
        to_idea = (("log.idea", "its idea"),) if one else ()
        keep = ("statistics.keep",) if one and one.part == WAITS else ()
        on_idea = (*keep, "card.archive") if one else ()
        hints = self.hints_for(*to_idea, ("view.clear", "close"), *on_idea, "board.undo", "board.help")
        return (*hints, ("Tab", "text", ""))

    def on_row_list_moved(self) -> None:
        self.refresh_keys()

    def compose_body(self) -> ComposeResult:
        with Container(id="parts"):
            with VerticalScroll(id="numbers"):
                yield Static(id="text")
            with Vertical(id="old"):
                yield Static(id="old-title")
                yield RowList(self._row, "idea")

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._write)

    def show_rows(self, at: str | None = None) -> None:
        if self._counted is None and len(self.service.board) > _MANY:
            self.call_after_refresh(self._count_beside)
        else:
            self._count(at)

    def _count_beside(self) -> None:
        board, now = self.service.board, self.service.clock()
        attempt_beside(self, lambda: counted(board, now), self._show_first)

    def _show_first(self, found: Counted) -> None:
        if self._counted is None:
            self._show(found)

    def _count(self, at: str | None = None) -> None:
        board, known = self.service.board, self._counted
        self._show(known if known and board.shows_the_same(known.board) else counted(board, self.service.clock()), at)

    def _show(self, found: Counted, at: str | None = None) -> None:
        self._counted = found
        kept = {f"{id} {WAITS} " for id in self._kept}
        self._listed = {key: one for key, one in found.listed.items() if key not in kept} if kept else found.listed
        listed = [*self._listed.values()]
        self._firsts = {one.part: one.key for one in reversed(listed)}.values()
        there = next((key for key, one in self._listed.items() if one.idea.id == at), None)
        self.rows.show(tuple(self._listed), there)
        self.rows.redraw()
        counts = {part: sum(one.part == part for one in listed) for part in (WAITS, FLIES, ASKED)}
        said = [f"{count} {part}" for part, count in counts.items() if count]
        said += [f"{len(self._kept)} kept"] if self._kept else []
        self.query_one("#old-title", Static).update(
            Content.assemble(
                ("Open", "bold $text-primary"),
                (f"  {' · '.join(said) or 'nothing waits: open ideas come here'}", MUTED),
            )
        )
        self._write()
        self.refresh_keys()

    def _write(self) -> None:
        if self._counted is None:
            return
        width = min(_TEXT_WIDTH, self.query_one("#numbers").scrollable_content_region.width)
        height = CHART_HEIGHT if self.size.height >= _HIGH else _LOW_CHART
        lines = flow_lines(self._counted.flow, self.service.workflow, width, lists=False, chart_height=height)
        self.query_one("#text", Static).update(Content("\n").join(map(_styled, lines)))

    @property
    def current(self) -> Listed | None:
        if self.is_mounted and self._counted is None:
            self._count()  # a key came before the numbers did
        return self._listed.get(self.rows.current or "") if self.is_mounted else None

    def _row(self, key: str, width: int) -> Content:
        one = self._listed[key]
        part = fit(one.part if key in self._firsts else "", _PART_WIDTH)
        age = f"{part}{one.days:>4}d  "
        said = tame(one.text or one.idea.title)
        if width < _ROOMY:
            return Content.assemble((age, MUTED), said)
        what = fit(tame(one.what), _WHAT_WIDTH)
        return Content.assemble((f"{age}{what}  ", MUTED), shorten(said, width - len(age) - _WHAT_WIDTH - 2))

    def action_idea(self) -> None:
        """Go to the idea on the board."""
        if one := self.current:
            self.dismiss(one.idea.id)

    def action_keep(self) -> None:
        one = self.current
        if one and one.part == WAITS:
            self._kept.add(one.idea.id)
            self.show_rows()
        elif one:
            tell(self, "Only what waits leaves the list so")

    def action_archive(self) -> None:
        """Ask why, and archive: a second press of the key takes the reason of the last time."""
        from ideaboard.ui.dialogs.pickers import ReasonPicker

        if (one := self.current) and not self.history.refused:
            id = one.idea.id
            again = keymap_of(self).shown("card.archive")
            picker = ReasonPicker(self.service, [id], again)
            ask_until_done(self, picker, lambda said: self.do(lambda: self.service.ideas.archive([id], *said)))


def _styled(line: str) -> Content:
    if line and not line.startswith(" "):
        name, gap, rest = line.partition("  ")
        return Content.assemble((name, "bold $text-primary"), (gap + rest, MUTED))
    content = Content(line)
    for bars in _BARS.finditer(line):
        content = content.stylize("$text-primary", bars.start(), bars.end())
    return content
