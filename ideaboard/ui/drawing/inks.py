"""What the names of styles look like in the theme of the moment.

The line-drawn widgets name styles (`title`, `quiet`, `kind:post`); an `Inks` turns a name, on one of the grounds of the
board, into a Rich style. Every text colour is moved away from its ground until it can be read (WCAG 2.2, 1.4.3: 4.5:1),
whatever theme it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.filter import LineFilter

from ideaboard.core.kinds import Workflow

READABLE = 4.5
"""The least contrast of text (WCAG 2.2, level AA)."""
TOLD_APART = 1.5
"""The least contrast between what a terminal with few colours shows: their steps are coarse."""
DARK_GROUND = 0.18
"""White can be read better on a ground that reflects less than this, black on any other."""

PLAIN, CURSOR, MARKED, GHOST = "", "cursor", "marked", "ghost"
"""The grounds: the board's own, and those of cards in a state."""

_KIND_VARIABLES = ("primary", "secondary", "warning", "success", "error", "accent")
_BOLD = frozenset(("name", "head-on", "mark", "over", "key", "label", "alert", "drop"))
_UNDERLINED = frozenset(("head-on",))
_ROLES = {
    "title": "foreground",
    "name": "foreground",
    "head-on": "foreground",
    "input": "foreground",
    "mark": "primary",
    "label": "primary",
    "key": "primary",
    "drop": "primary",
    "ask": "accent",
    "warm": "warning",
    "hot": "error",
    "over": "error",
    "alert": "error",
    "good": "success",
}
"""Which theme colour a style takes; the others are the foreground, quieter."""


def luminance(color: Color) -> float:
    def linear(channel: int) -> float:
        value = channel / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _away(color: Color, ground: Color) -> Iterator[Color]:
    """Move a colour away from a ground, towards black or white, in steps."""
    towards = Color(255, 255, 255) if luminance(ground) < DARK_GROUND else Color(0, 0, 0)
    return (color.blend(towards, step / 20) for step in range(21))


def readable(color: Color, ground: Color) -> Color:
    """Move a colour until it can be read on a ground."""
    moved = color
    for moved in _away(color, ground):
        if contrast(moved, ground) >= READABLE:
            break
    return moved


class Apart(LineFilter):
    """Keeps text and ground apart where the terminal has few colours, and would show both in the same one."""

    def __init__(self, system: ColorSystem) -> None:
        super().__init__()
        self._system = system

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual's signature
        return [Segment(text, style and _apart(style, self._system), control) for text, style, control in segments]


@lru_cache(maxsize=1024)
def _apart(style: Style, system: ColorSystem) -> Style:
    """Move the text's colour away until the terminal shows another one than the ground's."""
    front, back = style.color, style.bgcolor
    if front is None or back is None or front == back or front.is_default or back.is_default:
        return style
    shown = Color(*back.downgrade(system).get_truecolor())
    if contrast(Color(*front.downgrade(system).get_truecolor()), shown) >= TOLD_APART:
        return style
    moved = front
    for color in _away(Color(*front.get_truecolor()), shown):
        moved = color.rich_color
        if contrast(Color(*moved.downgrade(system).get_truecolor()), shown) >= TOLD_APART:
            break
    return style + Style(color=moved)


class Inks:
    """The styles of one theme, by its CSS variables, and by the colours that the config gives to kinds.

    The filters are what the app does to every line, such as taking the colours out for `NO_COLOR`.
    """

    def __init__(self, variables: Mapping[str, str], workflow: Workflow, filters: Sequence[LineFilter] = ()) -> None:
        self._variables = variables
        self._filters = filters
        self._known: dict[tuple[str, str], Style] = {}
        self.background = self._color("background", "black")
        self.foreground = self._color("foreground", "white")
        self.ansi = self.background.ansi is not None
        self._kinds = {kind.key: self._kind_color(kind.key, kind.color, n) for n, kind in enumerate(workflow.kinds)}

    def style(self, name: str, ground: str = PLAIN) -> Style:
        style = self._known.get((name, ground))
        if style is None:
            made = self._ansi_style(name, ground) if self.ansi else self._true_style(name, ground)
            style = self._known[name, ground] = self._filtered(made)
        return style

    def color(self, name: str, ground: str = PLAIN) -> Color:
        return readable(self._wanted(name), self.ground(ground))

    def ground(self, ground: str) -> Color:
        if ground == CURSOR:
            if chosen := self._variables.get("board-cursor"):
                return Color.parse(chosen)
            return self.background.blend(self._color("primary", "blue"), 0.2)
        if ground == MARKED:
            return self.background.blend(self.foreground, 0.07)
        if ground == GHOST:
            return self.background.blend(self.foreground, 0.04)
        return self.background

    def _wanted(self, name: str) -> Color:
        if name.startswith("kind:"):
            return self._kinds.get(name[5:]) or self._quiet()
        role = _ROLES.get(name)
        return self._color(role, "white") if role else self._quiet()

    def _quiet(self) -> Color:
        return self.foreground.blend(self.background, 0.4)

    def _color(self, name: str, fallback: str) -> Color:
        try:
            return Color.parse(self._variables.get(name) or fallback)
        except ColorParseError:
            return Color.parse(fallback)

    def _kind_color(self, key: str, chosen: str, number: int) -> Color:
        """Take the config's colour, else the theme's for the kind, else the theme's colours in turn."""
        for text in filter(None, (chosen, self._variables.get(f"kind-{key}"))):
            with suppress(ColorParseError):
                return Color.parse(text)
        return self._color(_KIND_VARIABLES[number % len(_KIND_VARIABLES)], "white")

    def _true_style(self, name: str, ground: str) -> Style:
        if name == "caret":
            return Style(color=self.ground(ground).rich_color, bgcolor=self.foreground.rich_color)
        return Style(
            color=self.color(name, ground).rich_color,
            bgcolor=self.ground(ground).rich_color,
            bold=name in _BOLD or (name == "title" and ground == CURSOR),
            italic=ground == GHOST and name == "title",
            underline=name in _UNDERLINED,
        )

    def _ansi_style(self, name: str, ground: str) -> Style:
        """Leave the colours to the terminal: the cursor is reversed, what is quiet is dim."""
        plain = name not in _ROLES and not name.startswith("kind:")
        return Style(
            color=None if plain or ground == CURSOR else self._wanted(name).rich_color,
            dim=plain and ground != CURSOR and name not in ("base", "caret"),
            reverse=ground == CURSOR or name == "caret",
            bold=name in _BOLD or (name == "title" and ground == CURSOR),
            italic=ground == GHOST,
            underline=name in _UNDERLINED,
        )

    def _filtered(self, style: Style) -> Style:
        segments = [Segment(" ", style)]
        for line_filter in self._filters:
            segments = line_filter.apply(segments, self.background)
        return segments[0].style or style
