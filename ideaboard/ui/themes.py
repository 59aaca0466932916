"""Our own theme, dark and light; the only file with colours in it.

Beside Textual's variables a theme of ours sets one `kind-…` variable for each built-in kind, and `board-cursor` for the
ground of the card under the cursor. With other themes `ui.drawing.inks` takes the theme's own colours for both.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = "ideaboard-dark"
LIGHT = "ideaboard-light"

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
        variables={
            "board-cursor": "#242c3a",
            "kind-project": "#7fb4e8",
            "kind-paper-to-code": "#b9a2f4",
            "kind-competition": "#e6c370",
            "kind-case-study": "#6fcabb",
            "kind-post": "#f0998d",
            "kind-summary": "#9ecb82",
        },
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
        variables={
            "board-cursor": "#e6e8ec",
            "kind-project": "#23609f",
            "kind-paper-to-code": "#6545bb",
            "kind-competition": "#7d5800",
            "kind-case-study": "#0b665d",
            "kind-post": "#a82f2a",
            "kind-summary": "#3b681b",
        },
    ),
)
