"""Our own theme, dark and light; the only file with colours in it.

Beside Textual's variables a theme of ours sets one `kind-…` variable for each built-in kind, and `board-cursor` for the
ground of the card under the cursor. With other themes `ui.drawing.inks` takes the theme's own colours for both.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

from ideaboard.core.kinds import KINDS

DARK = "ideaboard-dark"
LIGHT = "ideaboard-light"

_ON_DARK = {
    "blue": "#7fb4e8",
    "violet": "#b9a2f4",
    "gold": "#e6c370",
    "teal": "#6fcabb",
    "coral": "#f0998d",
    "green": "#9ecb82",
}
_ON_LIGHT = {
    "blue": "#23609f",
    "violet": "#6545bb",
    "gold": "#7d5800",
    "teal": "#0b665d",
    "coral": "#a82f2a",
    "green": "#3b681b",
}
"""The accents of the kinds, by the name that `ideaboard.core.kinds` gives each."""


def _kinds(hues: Mapping[str, str]) -> dict[str, str]:
    return {f"kind-{kind.key}": hues[kind.hue] for kind in KINDS}


THEMES = (
    Theme(
        name=DARK,
        dark=True,
        primary="#7fb0ec",
        secondary="#b6a0f0",
        accent="#e6b673",
        warning="#e3b261",
        error="#f28779",
        success="#95c982",
        foreground="#d6dae1",
        background="#14161a",
        surface="#1a1d23",
        panel="#22262e",
        variables={"board-cursor": "#242c3a", **_kinds(_ON_DARK)},
    ),
    Theme(
        name=LIGHT,
        dark=False,
        primary="#2b62ad",
        secondary="#6647b5",
        accent="#8c5a00",
        warning="#865a00",
        error="#b02a18",
        success="#3a6b1e",
        foreground="#2a2e35",
        background="#fbfaf7",
        surface="#f4f2ed",
        panel="#eae7e0",
        variables={"board-cursor": "#e6e8ec", **_kinds(_ON_LIGHT)},
    ),
)
