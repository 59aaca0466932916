"""What the names of styles look like in the theme of the moment.

The line-drawn widgets name styles (`title`, `quiet`, `kind:post`); an `Inks` turns a name, on one of the grounds of the
board, into a Rich style. Every text colour is moved away from its ground until it can be read (WCAG 2.2, 1.4.3: 4.5:1),
whatever theme it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.filter import LineFilter

from ideaboard.core.kinds import Kind, Workflow
from ideaboard.ui.drawing.cells import cut, tame, width_of
from ideaboard.ui.drawing.grounds import CURSOR, GHOST, MARKED, PLAIN
from ideaboard.ui.themes import ACCENTS, ANSI_ACCENTS, ANSI_ROLES

READABLE = 4.5
"""The least contrast of text (WCAG 2.2, level AA)."""
TOLD_APART = 1.5
"""The least contrast between what a terminal with few colours shows: their steps are coarse."""
DARK_GROUND = 0.18
"""White can be read better on a ground that reflects less than this, black on any other."""

_BOLD = frozenset(("name", "head-on", "mark", "over", "key", "label", "alert", "drop", "ask"))
_UNDERLINED = frozenset(("head-on",))
_BOLD_WITHOUT_COLOUR = _BOLD | {"hot"}
_UNDERLINED_WITHOUT_COLOUR = _UNDERLINED | {"warm"}
_ALARMS = ("warning", "error")
_APART_DEGREES = 20
"""The least distance on the colour wheel between a kind's accent and what a theme has for warnings and errors."""
_ROLES = {
    "title": "foreground",
    "name": "foreground",
    "head-on": "foreground",
    "input": "foreground",
    "mark": "primary",
    "label": "primary",
    "key": "primary",
    "drop": "primary",
    "ask": "foreground",
    "warm": "warning",
    "hot": "error",
    "over": "error",
    "alert": "error",
    "good": "success",
}
"""Which theme colour a style takes; the others are the foreground, quieter."""
_QUIET = ("quiet", "tag", "head", "base")
_NO_KIND = "kind:"
"""Before the key of a kind; alone the style of a kind that the config does not know."""


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


def degrees_apart(one: Color, other: Color) -> float:
    """Return how far two colours lie apart on the colour wheel, from 0 to 180."""
    apart = abs(one.hsl.h - other.hsl.h) * 360
    return min(apart, 360 - apart)


def _turn(color: Color, degrees: int) -> Color:
    hue, saturation, lightness = color.hsl
    return Color.from_hsl((hue + degrees / 360) % 1, saturation, lightness) if degrees else color


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


class Colourless(LineFilter):
    """Takes out every colour, greys included, for `NO_COLOR` (https://no-color.org).

    What stood on a bright ground, as the cursor of a field, is reversed: else it would be gone.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(text, style and _colourless(style, background), control) for text, style, control in segments]


@lru_cache(maxsize=1024)
def _colourless(style: Style, background: Color) -> Style:
    back = style.bgcolor
    if back is None or back.is_default or contrast(Color(*back.get_truecolor()), background) < READABLE:
        return style.without_color
    return style.without_color + Style(reverse=True)


class Steady(LineFilter):
    """Takes sequences of unsure width apart in what Textual draws, each in the cells that it has: no line is broken."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual's signature
        if all(segment.text.isascii() for segment in segments):
            return segments
        return [Segment(text if control else _steady(text), style, control) for text, style, control in segments]


STEADY = Steady()


@lru_cache(maxsize=1024)
def _steady(text: str) -> str:
    width = cell_len(text)
    steady = cut(tame(text), width)
    return steady + " " * (width - width_of(steady))


class Inks:
    """The styles of one theme, by its CSS variables, and by the colours that the config gives to kinds.

    The filters are what the app does to every line, such as keeping apart what few colours would show as one. With
    `Colourless` among them bold, underline and reverse say what colours say else; `few` is for sixteen colours.
    """

    def __init__(
        self,
        variables: Mapping[str, str],
        workflow: Workflow,
        filters: Sequence[LineFilter] = (),
        *,
        few: bool = False,
    ) -> None:
        self._variables = variables
        self._filters = filters
        self._known: dict[tuple[str, str], Style] = {}
        self.background = self._color("background", "black")
        self.foreground = self._color("foreground", "white")
        self.ansi = self.background.ansi is not None
        self.colourless = any(isinstance(one, Colourless) for one in filters)
        self.few = few and not self.ansi
        on_black = Color.parse(variables.get("ansi-background", "black")).ansi == Color.parse("ansi_black").ansi
        self.dark = on_black if self.ansi else luminance(self.background) < DARK_GROUND
        self._kinds = {kind.key: self._kind_color(kind, n) for n, kind in enumerate(workflow.kinds)}

    @property
    def names(self) -> list[str]:
        """The names of all styles."""
        return [*_ROLES, *_QUIET, _NO_KIND, *(_NO_KIND + kind for kind in self._kinds)]

    def style(self, name: str, ground: str = PLAIN) -> Style:
        style = self._known.get((name, ground))
        if style is None:
            if self.colourless:
                made = self._plain_style(name, ground)
            else:
                made = self._ansi_style(name, ground) if self.ansi else self._true_style(name, ground)
            style = self._known[name, ground] = self._filtered(made)
        return style

    def color(self, name: str, ground: str = PLAIN) -> Color:
        if self.few and ground == CURSOR:
            return self.background  # sixteen colours have no ground between the two
        wanted = self._wanted(name)
        return wanted if wanted.ansi is not None else readable(wanted, self.ground(ground))

    def ground(self, ground: str) -> Color:
        if ground == CURSOR:
            if self.few:
                return self.foreground
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
        if self.few and role in ANSI_ROLES[self.dark]:
            return Color.parse(ANSI_ROLES[self.dark][role])
        return self._color(role, "white") if role else self._quiet()

    def _quiet(self) -> Color:
        return self.foreground.blend(self.background, 0.4)

    def _color(self, name: str, fallback: str) -> Color:
        try:
            return Color.parse(self._variables.get(name) or fallback)
        except ColorParseError:
            return Color.parse(fallback)

    def _kind_color(self, kind: Kind, number: int) -> Color:
        """Take the config's colour, else the accent of the kind's hue, away from the theme's warnings and errors."""
        with suppress(ColorParseError):
            if kind.color:
                return Color.parse(kind.color)
        accents = (ANSI_ACCENTS if self.ansi or self.few else ACCENTS)[self.dark]
        accent = Color.parse(accents.get(kind.hue) or list(accents.values())[number % len(accents)])
        if accent.ansi is not None:
            return accent
        alarms = [self._color(name, "red") for name in _ALARMS]
        turns = (turn * side for turn in range(0, 180, 5) for side in (1, -1))
        turned = (_turn(accent, degrees) for degrees in turns)
        return next(one for one in turned if all(degrees_apart(one, alarm) >= _APART_DEGREES for alarm in alarms))

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

    def _plain_style(self, name: str, ground: str) -> Style:
        """Say without a colour what the ground and the role say: the cursor is reversed, what is quiet is dim."""
        on = ground == CURSOR
        plain = name not in _ROLES and not name.startswith("kind:")
        return Style(
            dim=plain and not on and name not in ("base", "caret", "head"),
            reverse=on or name == "caret",
            bold=name in _BOLD_WITHOUT_COLOUR or (name == "title" and on),
            italic=ground == GHOST and name == "title",
            underline=name in _UNDERLINED_WITHOUT_COLOUR or (ground == MARKED and name == "title"),
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
