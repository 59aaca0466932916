"""Our own theme, dark and light; the only file with colours in it.

Red and amber are for what is wrong or late, so no kind has them, in whatever theme. Beside Textual's variables a theme
of ours sets `board-cursor` for the ground of the card under the cursor.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = "ideaboard-dark"
LIGHT = "ideaboard-light"

ACCENTS = {
    True: {
        "sky": "#74c2ea",
        "violet": "#b9a2f4",
        "lime": "#bccb62",
        "teal": "#62cdb4",
        "orchid": "#e39be0",
        "green": "#84cc8e",
    },
    False: {
        "sky": "#1c6690",
        "violet": "#6545bb",
        "lime": "#5a6500",
        "teal": "#0b665d",
        "orchid": "#94278f",
        "green": "#276a31",
    },
}
"""The accents of the kinds, by the names that `ideaboard.core.kinds` gives, on a dark ground and on a light one."""

ANSI_ACCENTS = {
    True: {
        "sky": "ansi_bright_blue",
        "violet": "ansi_magenta",
        "lime": "ansi_bright_green",
        "teal": "ansi_cyan",
        "orchid": "ansi_bright_magenta",
        "green": "ansi_green",
    },
    False: {
        "sky": "ansi_blue",
        "violet": "ansi_magenta",
        "lime": "ansi_green",
        "teal": "ansi_cyan",
        "orchid": "ansi_magenta",
        "green": "ansi_green",
    },
}
"""The same where there are sixteen colours: few of them can be read on white, so that some kinds share one there."""

ANSI_ROLES = {
    True: {
        "primary": "ansi_bright_blue",
        "warning": "ansi_bright_yellow",
        "error": "ansi_bright_red",
        "success": "ansi_bright_green",
    },
    False: {"primary": "ansi_blue", "warning": "ansi_yellow", "error": "ansi_red", "success": "ansi_green"},
}
"""What a theme's colours are where there are sixteen."""

THEMES = (
    Theme(
        name=DARK,
        dark=True,
        primary="#7fb0ec",
        secondary="#b6a0f0",
        accent="#7fb0ec",
        warning="#e3b261",
        error="#f28779",
        success="#95c982",
        foreground="#d6dae1",
        background="#14161a",
        surface="#1a1d23",
        panel="#22262e",
        variables={"board-cursor": "#242c3a"},
    ),
    Theme(
        name=LIGHT,
        dark=False,
        primary="#2b62ad",
        secondary="#6647b5",
        accent="#2b62ad",
        warning="#865a00",
        error="#b02a18",
        success="#3a6b1e",
        foreground="#2a2e35",
        background="#fbfaf7",
        surface="#f4f2ed",
        panel="#eae7e0",
        variables={"board-cursor": "#e6e8ec"},
    ),
)
