"""How ideas flow, in lines: what `ideaboard.core.flow` found, as text with charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ideaboard.core.cells import fit, shorten, width_of
from ideaboard.core.flow import Aged, Flow, Month, Spread, Unanswered
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import clean_line
from ideaboard.core.words import WORDS

T = TypeVar("T")

_EIGHTHS = " ▁▂▃▄▅▆▇█"
CHART_HEIGHT = 4
_BAR = "▄"
_SHOWN = 8
_LEAST_DAYS = 0.5
_LEAST_BAR = 8
_SHORT = 45


def flow_lines(
    flow: Flow, workflow: Workflow, width: int, *, lists: bool = True, chart_height: int = CHART_HEIGHT
) -> list[str]:
    """Draw the statistics in lines of at most `width` cells (34 at least), sections divided by empty lines.

    A line that does not start with a blank is a heading. What is in flight and what waits is left out unless `lists`;
    the screen lists it beside the text, and takes fewer lines for the chart where it is low.
    """
    width = max(34, width)
    sections = [
        _sharing(flow, width, chart_height),
        _times(flow, workflow, width),
        *(
            (
                _ideas("In flight", flow.in_flight, workflow, width, "nothing is being made"),
                _ideas("Waiting longest", flow.waiting, None, width, "no idea waits"),
                _responses(flow, width),
            )
            if lists
            else ()
        ),
    ]
    lines: list[str] = []
    for section in sections:
        if section:
            lines += ["", *section] if lines else section
    return [line.rstrip() for line in lines]


def _sharing(flow: Flow, width: int, chart_height: int) -> list[str]:
    said = flow.cadence.line
    lines = ["Shared", *(f"  {part}" for part in ([said] if len(said) <= width - 2 else said.split(" · ")))]
    if flow.next:
        label = "  next: "
        lines.append(label + _shorten(flow.next.idea.title, width - len(label)))
    total = sum(month.shared for month in flow.months)
    if total:
        lines += ["", *("  " + line for line in month_chart(flow.months, width - 2, chart_height))]
    return lines


def month_chart(months: Sequence[Month], width: int, height: int = CHART_HEIGHT) -> list[str]:
    """Draw a column for each month, the oldest first, its number below, then the month's name."""
    cell = min(5, width // max(1, len(months)))
    bar = max(1, cell - 1)
    most = max((month.shared for month in months), default=0)
    steps = [round(month.shared / most * height * 8) if most else 0 for month in months]
    steps = [max(1, step) if month.shared else 0 for step, month in zip(steps, months, strict=True)]
    lines = []
    for row in reversed(range(height)):
        glyphs = (_EIGHTHS[min(8, max(0, step - row * 8))] for step in steps)
        lines.append("".join((glyph * bar).ljust(cell) for glyph in glyphs))
    names = [WORDS.short_months[int(month.month[-2:]) - 1] for month in months]
    counts = (_count(month.shared, bar) for month in months)
    lines.append("".join(count.center(bar).ljust(cell) for count in counts))
    lines.append("".join((name if bar >= len(name) else name[0]).center(bar).ljust(cell) for name in names))
    return lines


def _count(shared: int, width: int) -> str:
    """Write a number in so many characters; one that does not fit is at least what it says."""
    text = str(shared) if shared else "·"
    return text if len(text) <= width else "9" * (width - 1) + "+"


def _times(flow: Flow, workflow: Workflow, width: int) -> list[str]:
    rows: list[tuple[str, Spread]] = [(workflow.stage_label(one.stage), one.spread) for one in flow.stages]
    if flow.lead:
        rows.append(("Written down to shared", flow.lead))
    if not rows:
        return []
    wide = max(width_of(label) for label, _ in rows)
    label_width = min(max(wide, 12), max(12, width - 24))
    room = width - (label_width + 2) - 20 - 2
    head = (
        f"{'Time in days':<{label_width + 2}}  median  {'nine in ten within' if room >= _LEAST_BAR else '9 in 10':>9}"
    )
    most = max(1, *(spread.p90 for _, spread in rows))  # what took no day is no long bar
    lines = [head]
    for label, spread in rows:
        numbers = f"{_days(spread.median):>8}  {_days(spread.p90):>9}"
        bar = "  " + _span(spread, most, room) if room >= _LEAST_BAR else ""
        lines.append(f"  {_fit(label, label_width)}{numbers}{bar}")
    return lines


def _span(spread: Spread, most: float, room: int) -> str:
    """Draw the median as a full bar and what nine of ten need as a thin one behind it."""
    full = round(spread.median / most * room)
    thin = round(spread.p90 / most * room) - full
    return _BAR * full + "─" * max(0, thin)


def _ideas(name: str, ideas: Sequence[Aged], workflow: Workflow | None, width: int, none: str) -> list[str]:
    if not ideas:
        return [name, f"  {none}"]
    stage_width = max((width_of(workflow.stage_label(one.idea.stage)) for one in ideas), default=0) if workflow else 0
    stage_width = min(stage_width, max(0, width - _SHORT))

    def line(one: Aged) -> str:
        stage = "  " + _fit(workflow.stage_label(one.idea.stage), stage_width) if workflow and stage_width else ""
        age = f"{one.days:>5}d"
        title = _shorten(one.idea.title, width - len(age) - width_of(stage) - 2)
        return f"{age}{stage}  {title}"

    return _listed(name, ideas, line)


def _responses(flow: Flow, width: int) -> list[str]:
    def line(one: Unanswered) -> str:
        start = f"{one.days:>5}d  {one.response.type}: "
        return start + _shorten(one.response.text, width - len(start))

    return _listed("Waiting for an answer", flow.responses, line) if flow.responses else []


def _listed(name: str, things: Sequence[T], line: Callable[[T], str]) -> list[str]:
    more = [f"        and {len(things) - _SHOWN} more"] if len(things) > _SHOWN else []
    return [f"{name}  {len(things)}", *map(line, things[:_SHOWN]), *more]


def _days(days: float) -> str:
    return f"{days:,.0f}" if days >= _LEAST_DAYS or not days else "<1"


def _shorten(text: str, width: int) -> str:
    return shorten(clean_line(text), width)


def _fit(text: str, width: int) -> str:
    return fit(clean_line(text), width)
