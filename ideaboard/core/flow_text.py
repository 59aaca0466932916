"""The statistics as plain lines of text, for the terminal: the screen and `ideaboard stats` print the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ideaboard.core.cells import fit, shorten, width_of
from ideaboard.core.flow import Aged, Flow, Month, Spread
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import clean_line

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_CHART_HEIGHT = 4
_BAR = "█"
_SHOWN = 8
_LEAST_BAR = 8
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHORT = 45


def flow_lines(flow: Flow, workflow: Workflow, width: int, *, waiting: bool = True) -> list[str]:
    """Draw the statistics.

    Args:
        flow: the numbers.
        workflow: knows what stages are called.
        width: the cells that a line may have; below 34 it is taken as 34.
        waiting: whether to list the ideas that wait longest; the screen lists them beside the text.

    Returns:
        Lines without a line break, none wider than `width` cells, sections divided by empty lines. A line that does
        not start with a blank is a heading.
    """
    width = max(34, width)
    sections = [
        _sharing(flow, width),
        _times(flow, workflow, width),
        _ideas("In flight", flow.in_flight, workflow, width, "nothing is being made"),
        _ideas("Waiting longest", flow.waiting, None, width, "no idea waits") if waiting else [],
        _responses(flow, width),
    ]
    lines: list[str] = []
    for section in sections:
        if section:
            lines += ["", *section] if lines else section
    return [line.rstrip() for line in lines]


def _sharing(flow: Flow, width: int) -> list[str]:
    said = flow.cadence.line
    lines = ["Shared", *(f"  {part}" for part in ([said] if len(said) <= width - 2 else said.split(" · ")))]
    if flow.next:
        label = "  next: "
        lines.append(label + _shorten(flow.next.idea.title, width - len(label)))
    total = sum(month.shared for month in flow.months)
    if total:
        lines += ["", *("  " + line for line in month_chart(flow.months, width - 2))]
    return lines


def month_chart(months: Sequence[Month], width: int) -> list[str]:
    """Draw a column for each month, its number below, then the month's name.

    Args:
        months: the oldest first.
        width: the cells that there are.
    """
    cell = min(5, width // max(1, len(months)))
    bar = max(1, cell - 1)
    most = max((month.shared for month in months), default=0)
    steps = [round(month.shared / most * _CHART_HEIGHT * 8) if most else 0 for month in months]
    steps = [max(1, step) if month.shared else 0 for step, month in zip(steps, months, strict=True)]
    lines = []
    for row in reversed(range(_CHART_HEIGHT)):
        glyphs = (_EIGHTHS[min(8, max(0, step - row * 8))] for step in steps)
        lines.append("".join((glyph * bar).ljust(cell) for glyph in glyphs))
    names = [_NAMES[int(month.month[-2:]) - 1] for month in months]
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
    head = f"{'Time in days':<{label_width + 2}}  median  {'90th percentile' if room >= _LEAST_BAR else '90th %':>9}"
    most = max(spread.p90 for _, spread in rows) or 1
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
    lines = [f"{name}  {len(ideas)}"]
    stage_width = max((width_of(workflow.stage_label(one.idea.stage)) for one in ideas), default=0) if workflow else 0
    stage_width = min(stage_width, max(0, width - _SHORT))
    for one in ideas[:_SHOWN]:
        stage = "  " + _fit(workflow.stage_label(one.idea.stage), stage_width) if workflow and stage_width else ""
        age = f"{one.days:>5}d"
        title = _shorten(one.idea.title, width - len(age) - width_of(stage) - 2)
        lines.append(f"{age}{stage}  {title}")
    return [*lines, *_more(len(ideas))]


def _responses(flow: Flow, width: int) -> list[str]:
    if not flow.responses:
        return []
    lines = [f"Waiting for an answer  {len(flow.responses)}"]
    for one in flow.responses[:_SHOWN]:
        start = f"{one.days:>5}d  {one.response.type}: "
        lines.append(start + _shorten(one.response.text, width - len(start)))
    return [*lines, *_more(len(flow.responses))]


def _more(count: int) -> Iterable[str]:
    return [f"        and {count - _SHOWN} more"] if count > _SHOWN else []


def _days(days: float) -> str:
    """Write days with one decimal below ten, without above."""
    return f"{days:.1f}" if days < 9.95 else f"{days:,.0f}"


def _shorten(text: str, width: int) -> str:
    return shorten(clean_line(text), width)


def _fit(text: str, width: int) -> str:
    return fit(clean_line(text), width)
