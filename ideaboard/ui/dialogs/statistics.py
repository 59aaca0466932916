"""The statistics, and the ideas that wait longest: keep, park or drop, one key each."""

from __future__ import annotations

import re
from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ideaboard.core.actions import STATISTICS
from ideaboard.core.flow import Aged, flow, flow_lines
from ideaboard.service import Service
from ideaboard.ui.dialogs.dialog import MUTED, Key
from ideaboard.ui.dialogs.lists import ListDialog, RowList
from ideaboard.ui.drawing.cells import fit, shorten, tame
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.telling import ask

_BARS = re.compile("[▁▂▃▄▅▆▇█─]+")
_TEXT_WIDTH = 76
_ROOMY = 50


class StatisticsScreen(ListDialog):
    """Shows how ideas flow, and goes through those that wait longest.

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
    StatisticsScreen #numbers { height: 2fr; scrollbar-size-vertical: 1; }
    StatisticsScreen.-beside #numbers { width: 80; height: 1fr; }
    StatisticsScreen #old { height: 1fr; min-height: 3; margin-top: 1; }
    StatisticsScreen.-beside #old { margin-top: 0; padding-left: 2; }
    StatisticsScreen.-low #old { margin-top: 0; }
    StatisticsScreen #old-title { height: 1; }
    """

    def __init__(self, service: Service) -> None:
        super().__init__(service, "Statistics")
        self._kept: set[str] = set()
        self._flow = flow(service.board, service.clock())
        self._aged: dict[str, Aged] = {}

    def keys(self) -> Iterable[Key]:
        on_idea = ("statistics.keep", "card.archive") if self._aged else ()
        hints = self.hints_for(*on_idea, ("view.clear", "close"), "board.undo", "board.help")
        return (*hints, ("Tab", "text", ""))

    def compose_body(self) -> ComposeResult:
        with Container(id="parts"):
            with VerticalScroll(id="numbers"):
                yield Static(id="text")
            with Vertical(id="old"):
                yield Static(id="old-title")
                yield RowList(self._row, "keep")

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._write)

    def show_rows(self, at: str | None = None) -> None:
        self._flow = flow(self.service.board, self.service.clock())
        self._aged = {one.idea.id: one for one in self._flow.waiting if one.idea.id not in self._kept}
        self.rows.show(tuple(self._aged), at if at in self._aged else None)
        kept = f"  {len(self._kept)} kept" if self._kept else ""
        count = f"  {len(self._aged)}{kept}" if self._aged or kept else "  no idea waits"
        self.query_one("#old-title", Static).update(
            Content.assemble(("Waiting longest", "bold $text-primary"), (count, MUTED))
        )
        self._write()
        self.refresh_keys()

    def _write(self) -> None:
        width = min(_TEXT_WIDTH, self.query_one("#numbers").scrollable_content_region.width)
        lines = flow_lines(self._flow, self.service.workflow, width, waiting=False)
        self.query_one("#text", Static).update(Content("\n").join(map(_styled, lines)))

    def _row(self, id: str, width: int) -> Content:
        one = self._aged[id]
        age = f"{one.days:>5}d  "
        if width < _ROOMY:
            return Content.assemble((age, MUTED), tame(one.idea.title))
        kind = fit(tame(self.service.workflow.kind_label(one.idea.kind)), 14)
        title = shorten(tame(one.idea.title), width - len(age) - 14 - 2)
        return Content.assemble((f"{age}{kind}  ", MUTED), title)

    def action_keep(self) -> None:
        if (id := self.rows.current) is not None:
            self._kept.add(id)
            self.show_rows()

    def action_archive(self) -> None:
        """Ask why, and archive: a second press of the key takes the reason of the last time."""
        from ideaboard.ui.dialogs.pickers import ReasonPicker

        if (id := self.rows.current) is not None:
            again = keymap_of(self).shown("card.archive")
            picker = ReasonPicker(self.service, [id], again)
            ask(self, picker, lambda said: self.do(lambda: self.service.ideas.archive([id], *said)))


def _styled(line: str) -> Content:
    if line and not line.startswith(" "):
        name, gap, rest = line.partition("  ")
        return Content.assemble((name, "bold $text-primary"), (gap + rest, MUTED))
    content = Content(line)
    for bars in _BARS.finditer(line):
        content = content.stylize("$text-primary", bars.start(), bars.end())
    return content
