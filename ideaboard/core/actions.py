"""Every action of the board, once: its id, default keys, name and help.

The board's bindings, the footer, the help screen, the command palette, `ideaboard keys`, the check of remapped keys in
the config and the table in the README are all made from this registry. Key names are Textual's.
We check remapped keys ourselves: Textual accepts unknown names and hides clashes in silence.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple


class Action(NamedTuple):
    """Something a key does on the board."""

    id: str
    """The name in the config's `[keys]`: `card.next_stage`."""
    keys: tuple[str, ...]
    name: str
    """Short, as in the footer and the palette."""
    help: str
    """One sentence, as in the help and as a tooltip."""
    group: str

    @property
    def method(self) -> str:
        """The board screen's action: `card.next_stage` is `card_next_stage`, `go.column_3` is `go_column(3)`."""
        name, _, number = self.id.replace(".", "_").rpartition("_")
        return f"{name}({number})" if number.isdigit() else self.id.replace(".", "_")


def _action(id: str, keys: str, name: str, help: str, group: str) -> Action:
    return Action(id, tuple(keys.split()), name, help, group)


GO = "Go"
CARD = "Card"
VIEW = "View"
SOURCE = "Find and share"
BOARD = "Board"

ACTIONS: tuple[Action, ...] = (
    _action("go.left", "h left", "Left", "Go to the column on the left.", GO),
    _action("go.down", "j down", "Down", "Go to the card below.", GO),
    _action("go.up", "k up", "Up", "Go to the card above.", GO),
    _action("go.right", "l right", "Right", "Go to the column on the right.", GO),
    _action("go.top", "g home", "Top", "Go to the first card of the column.", GO),
    _action("go.bottom", "G end", "Bottom", "Go to the last card of the column.", GO),
    _action("go.page_down", "pagedown ctrl+f ctrl+d", "Page down", "Go one screen down.", GO),
    _action("go.page_up", "pageup ctrl+b", "Page up", "Go one screen up.", GO),
    *(_action(f"go.column_{n}", str(n), f"Column {n}", f"Go to column {n}.", GO) for n in range(1, 10)),
    _action("card.open", "enter", "Detail", "Show everything about the idea, beside the board or over it.", CARD),
    _action("card.add", "a n", "Add", "Add an idea in the focused column.", CARD),
    _action("card.edit", "e", "Edit", "Edit the idea in a form.", CARD),
    _action("card.edit_notes", "E", "Notes", "Edit the notes in your editor.", CARD),
    _action("card.next_stage", "L shift+right", "Next stage", "Move the card, or all marked, one stage on.", CARD),
    _action(
        "card.previous_stage", "H shift+left", "Previous stage", "Move the card, or all marked, one stage back.", CARD
    ),
    _action("card.move_down", "J shift+down", "Lower", "Move the card down in its column.", CARD),
    _action("card.move_up", "K shift+up", "Higher", "Move the card up in its column.", CARD),
    _action("card.move_to", "m", "Move to", "Pick the stage to move to.", CARD),
    _action("card.tags", "t", "Tags", "Change the tags.", CARD),
    _action("card.mark", "space v", "Mark", "Mark the card, so that the next action is for all marked.", CARD),
    _action("card.mark_all", "V", "Mark all", "Mark all cards of the column that the filter shows, or none.", CARD),
    _action("card.archive", "d", "Archive", "Archive the card; undo brings it back.", CARD),
    _action("card.yank", "y", "Copy", "Copy the link, the id or the BibTeX.", CARD),
    _action("card.open_link", "o", "Open link", "Open the link in the browser.", CARD),
    _action("card.share", "S", "Share", "Share: a link and one line, then texts for each channel.", SOURCE),
    _action("card.response", "r", "Response", "Write down a follower, a question or an opportunity.", SOURCE),
    _action("card.draft", "D", "Draft", "Start a draft from the template of the kind.", SOURCE),
    _action("arxiv.search", "s", "Search arXiv", "Search arXiv for papers worth a summary or code.", SOURCE),
    _action("arxiv.candidates", "c", "Candidates", "Go through the suggested papers, one key each.", SOURCE),
    _action("view.filter", "slash", "Filter", "Filter all columns as you type.", VIEW),
    _action("view.clear", "escape", "Clear", "Take back the filter, then the marks, then the detail.", VIEW),
    _action("view.collapse", "z", "Collapse", "Collapse the column; its number opens it again.", VIEW),
    _action("view.expand", "Z", "Open columns", "Open all collapsed columns again.", VIEW),
    _action("view.archive", "A", "Archived", "Show what was archived.", VIEW),
    _action("view.statistics", "i", "Statistics", "Show what was shared, what is in flight and what waits.", VIEW),
    _action("view.changelog", "C", "Changelog", "See the changelog, and write it where others read it.", VIEW),
    _action("board.undo", "u", "Undo", "Take back the last change.", BOARD),
    _action("board.redo", "U ctrl+r", "Redo", "Do again what was taken back.", BOARD),
    _action("board.bring_back", "B", "Bring back", "Put back what a replaced board file lacks.", BOARD),
    _action("board.problems", "exclamation_mark", "Problems", "Say what is wrong with the config or the board.", BOARD),
    _action("board.theme", "T", "Theme", "Pick a theme.", BOARD),
    _action("board.help", "question_mark f1", "Help", "Show the keys.", BOARD),
    _action("board.palette", "ctrl+p", "Palette", "Search every action by name.", BOARD),
    _action("board.suspend", "ctrl+z", "Suspend", "Go back to the shell; 'fg' brings the board back.", BOARD),
    _action("board.quit", "q ctrl+q", "Quit", "Leave the board.", BOARD),
)


_RENAMED = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus"}
_RENAMED |= {"plus_sign": "plus", "low_line": "underscore"}


def _textual_name(sign: str) -> str:
    """Return Textual's name for a key: characters that are no letters or digits have their Unicode names, or nearly."""
    name = unicodedata.name(sign).lower().replace(" ", "_").replace("-", "_")
    return _RENAMED.get(name, name)


KEY_NAMES = {sign: _textual_name(sign) for sign in (*string.punctuation, " ")}

_SHOWN = {
    **{name: character for character, name in KEY_NAMES.items()},
    **{name: name.capitalize() for name in ("enter", "space", "home", "end")},
    "escape": "Esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
}


def shown_key(key: str) -> str:
    """Return a key as people write it: `slash` is `/`, `shift+left` is `Shift+←`."""
    *modifiers, name = key.split("+") if key != "+" else ["+"]
    if name[:1] == "f" and name[1:].isdecimal():
        name = name.upper()
    return "+".join([modifier.capitalize() for modifier in modifiers] + [_SHOWN.get(name, name)])


_NAMED = frozenset(
    [f"f{n}" for n in range(1, 25)]
    + ["enter", "escape", "space", "tab", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown"]
    + ["up", "down", "left", "right"]
    + list(KEY_NAMES.values())
)
_MODIFIERS = ("ctrl", "alt", "shift", "super", "meta", "hyper")
# A terminal sends the same byte for both, so the first would take the second's place.
_SAME_BYTE = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape", "ctrl+j": "enter"}


def canonical_key(text: str) -> str | None:
    """Return a key by Textual's name for it, or None when there is no such key.

    `?` is `question_mark`, `shift+a` is `A`, `Ctrl+P` is `ctrl+p`, `shift+ctrl+left` is `ctrl+shift+left`.
    """
    *modifiers, name = text.split("+") if len(text) > 1 else [text]
    modifiers = sorted({modifier.lower() for modifier in modifiers})
    name = KEY_NAMES.get(name, name)
    single = len(name) == 1 and name.isprintable()
    if not (single or name.lower() in _NAMED) or any(modifier not in _MODIFIERS for modifier in modifiers):
        return None
    if single and modifiers == ["shift"] and name.isalpha():
        return name.upper()
    return "+".join([*modifiers, name.lower() if modifiers or not single else name])


def check_keys(wanted: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, str]]]:
    """Put remapped keys, by action id, in the place of the default ones.

    Returns the keys in force, and (action id, what is wrong) for each entry that cannot be used; its action keeps its
    default keys.
    """
    defaults = {action.id: action.keys for action in ACTIONS}
    problems: list[tuple[str, str]] = []
    chosen: dict[str, tuple[str, ...]] = {}
    for id, keys in wanted.items():
        if id not in defaults:
            problems.append((id, "there is no such action; 'ideaboard keys' lists them"))
        elif what := _wrong_key(keys):
            problems.append((id, what))
        else:
            chosen[id] = tuple(dict.fromkeys(filter(None, map(canonical_key, keys))))
    while clash := _clash({**defaults, **chosen}, chosen):
        id, other, key = clash
        del chosen[id]
        problems.append((id, f"'{key}' is a key of '{other}' already; the default keys are kept"))
    return {**defaults, **chosen}, problems


def _wrong_key(keys: tuple[str, ...]) -> str:
    if not keys:
        return "there must be at least one key; the default keys are kept"
    for key in keys:
        canonical = canonical_key(key)
        if canonical is None:
            return f"there is no key '{key}'; the default keys are kept"
        if canonical in _SAME_BYTE:
            return f"terminals cannot tell '{key}' from {_SAME_BYTE[canonical]}; the default keys are kept"
    return ""


def _clash(keys: Mapping[str, tuple[str, ...]], chosen: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
    """Find a chosen entry, the latest first, one of whose keys another action has too."""
    pairs = ((id, other) for id in reversed(list(chosen)) for other in keys if other != id)
    return next(((id, other, key) for id, other in pairs for key in chosen[id] if key in keys[other]), None)
