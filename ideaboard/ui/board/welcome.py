"""What an empty board says: the three things to do first."""

from __future__ import annotations

from collections.abc import Sequence

from ideaboard.ui.drawing.cells import Line, fit, shorten, width_of

Step = tuple[str, str]
"""A key as people write it, and what it does."""

TITLE = "Nothing here yet. Three things to do first:"


def draw_welcome(steps: Sequence[Step], width: int, height: int) -> dict[int, Line]:
    """Draw the steps in the middle of a space; return the lines by their number, each exactly `width` cells."""
    keys = max((width_of(key) for key, _ in steps), default=0)
    body = max((keys + 3 + width_of(text) for key, text in steps), default=0)
    left = max((width - max(body, len(TITLE))) // 2, 1)
    room = max(width - left, 0)
    lines: list[Line] = [((" " * left, "base"), (fit(TITLE, room), "name")), ((" " * width, "base"),)]
    for key, text in steps:
        shown = fit(shorten(text, room - keys - 3), max(room - keys - 3, 0))
        pieces = [(" " * left, "base"), (fit(key, keys), "key"), ("   ", "quiet"), (shown, "title")]
        lines.append(tuple(pieces) if keys + 3 <= room else ((fit(f" {key}", width), "key"),))
    top = max((height - len(lines)) // 3, 0)
    return {top + number: line for number, line in enumerate(lines) if top + number < height}
